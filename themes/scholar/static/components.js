// What terms mean, shown where they stand; and maps whose steps are shown one at a time. Without
// this script a term leads to its glossary, and all steps of a map stand side by side.
(function () {
  "use strict";
  var script = document.currentScript;

  // ---- terms ----
  var terms = document.querySelectorAll("a.term[data-meaning]");
  var tip = null;
  var shown = null;
  var leaving = 0;
  // A finger has no way to hover: its first tap shows what the second one follows.
  var touched = false;

  function make() {
    tip = document.createElement("div");
    tip.id = "term:tip";
    tip.className = "term-tip";
    tip.setAttribute("role", "tooltip");
    tip.hidden = true;
    tip.addEventListener("pointerenter", stay);
    tip.addEventListener("pointerleave", leave);
    document.body.appendChild(tip);
  }

  function show(term) {
    stay();
    if (!tip) make();
    if (shown && shown !== term) shown.removeAttribute("aria-describedby");
    shown = term;
    tip.textContent = "";
    var text = document.createElement("p");
    text.textContent = term.dataset.meaning;
    tip.appendChild(text);
    if (touched) {
      var link = document.createElement("a");
      link.href = term.href;
      link.textContent = script.dataset.glossary || "";
      tip.appendChild(link);
    }
    term.setAttribute("aria-describedby", tip.id);
    tip.hidden = false;
    place();
  }

  // Under the term, or above it where there is more room; always within the window.
  function place() {
    var at = shown.getClientRects()[0];
    var width = document.documentElement.clientWidth;
    var left = Math.max(8, Math.min(at.left, width - tip.offsetWidth - 8));
    var below = at.bottom + 6 + tip.offsetHeight < window.innerHeight || at.top < tip.offsetHeight + 6;
    tip.style.left = left + window.scrollX + "px";
    tip.style.top = (below ? at.bottom + 6 : at.top - tip.offsetHeight - 6) + window.scrollY + "px";
  }

  function hide() {
    stay();
    if (!shown) return;
    shown.removeAttribute("aria-describedby");
    shown = null;
    tip.hidden = true;
  }

  function stay() {
    clearTimeout(leaving);
  }

  function leave() {
    stay();
    leaving = setTimeout(hide, 200);
  }

  terms.forEach(function (term) {
    term.addEventListener("pointerdown", function (event) {
      touched = event.pointerType === "touch";
    });
    term.addEventListener("pointerenter", function (event) {
      if (event.pointerType !== "touch") show(term);
    });
    term.addEventListener("pointerleave", function (event) {
      if (event.pointerType !== "touch" && document.activeElement !== term) leave();
    });
    term.addEventListener("focus", function () {
      if (!touched) show(term);
    });
    term.addEventListener("blur", function () {
      leave();
    });
    term.addEventListener("click", function (event) {
      if (touched && shown !== term) {
        event.preventDefault();
        show(term);
      }
    });
  });

  if (terms.length) {
    document.addEventListener("keydown", function (event) {
      if (event.key === "Escape") hide();
    });
    document.addEventListener("pointerdown", function (event) {
      if (shown && !shown.contains(event.target) && !tip.contains(event.target)) hide();
    });
    window.addEventListener("resize", hide);
  }

  // ---- maps ----
  document.querySelectorAll(".tile-map").forEach(function (map) {
    var steps = Array.prototype.slice.call(map.querySelectorAll(".map-step"));
    if (steps.length < 2) return;
    var group = document.createElement("div");
    group.className = "map-choices";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", map.dataset.stepLabel || "");
    var buttons = [];

    function choose(chosen) {
      map.classList.toggle("one-step", chosen >= 0);
      steps.forEach(function (step, i) {
        step.classList.toggle("is-shown", i === chosen);
      });
      buttons.forEach(function (button, i) {
        button.setAttribute("aria-pressed", String(i - 1 === chosen));
      });
    }

    [map.dataset.all || ""].concat(steps.map(function (step) {
      return step.querySelector(".map-step-title").textContent;
    })).forEach(function (name, i) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "map-choice";
      button.textContent = name;
      button.addEventListener("click", function () {
        choose(i - 1);
      });
      buttons.push(button);
      group.appendChild(button);
    });
    map.querySelector(".map-steps").before(group);
    choose(-1);
  });
})();
