// The switch for light and dark (and a little for print). It is made here, so that nothing dead
// stands on the page when scripts are off. The choice is kept in localStorage.
(function () {
  "use strict";
  var script = document.currentScript;
  var root = document.documentElement;
  var key = "explainer-theme";
  var choices = ["auto", "light", "dark"];

  function read() {
    try {
      var kept = localStorage.getItem(key);
      return choices.indexOf(kept) > 0 ? kept : "auto";
    } catch (e) {
      return "auto";
    }
  }

  function keep(choice) {
    try {
      if (choice === "auto") localStorage.removeItem(key);
      else localStorage.setItem(key, choice);
    } catch (e) {}
  }

  var buttons = {};

  function apply(choice) {
    if (choice === "auto") root.removeAttribute("data-theme");
    else root.setAttribute("data-theme", choice);
    choices.forEach(function (c) {
      if (buttons[c]) buttons[c].setAttribute("aria-pressed", String(c === choice));
    });
  }

  apply(read());

  // Paper shows what is folded, in browsers too whose style sheets can't unfold it.
  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details:not([open])").forEach(function (details) {
      details.open = true;
      window.addEventListener("afterprint", function () {
        details.open = false;
      }, { once: true });
    });
  });

  // The contents in the margin show where the reader is.
  var links = Array.prototype.slice.call(document.querySelectorAll(".on-page a[href^='#']"));
  var heads = links.map(function (a) {
    return document.getElementById(decodeURIComponent(a.getAttribute("href").slice(1)));
  });
  var waiting = false;

  function place() {
    waiting = false;
    var here = -1;
    heads.forEach(function (head, i) {
      if (head && head.getBoundingClientRect().top < window.innerHeight * 0.3) here = i;
    });
    links.forEach(function (a, i) {
      if (i === here) a.setAttribute("aria-current", "true");
      else a.removeAttribute("aria-current");
    });
  }

  if (links.length) {
    window.addEventListener("scroll", function () {
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(place);
      }
    }, { passive: true });
    place();
  }

  // What is to be copied gets a button where the browser can copy.
  if (script && navigator.clipboard && navigator.clipboard.writeText) {
    document.querySelectorAll("[data-copy]").forEach(function (text) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "copy";
      button.textContent = script.dataset.copy || "";
      button.setAttribute("aria-live", "polite");
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(text.innerText.trim()).then(function () {
          button.textContent = script.dataset.copied || "";
          setTimeout(function () {
            button.textContent = script.dataset.copy || "";
          }, 2000);
        });
      });
      text.insertAdjacentElement("afterend", button);
    });
  }

  // Two keys lead to the field that searches the site. A single one would be in the way of those who
  // speak to their computer (WCAG 2.2, 2.1.4).
  document.addEventListener("keydown", function (event) {
    if (event.key.toLowerCase() !== "k" || event.altKey || event.shiftKey || event.ctrlKey === event.metaKey) return;
    var field = document.getElementById("page:query");
    var link = document.querySelector(".search-link a");
    if (!field && !link) return;
    event.preventDefault();
    if (field) field.focus();
    else link.click();
  });

  var header = document.querySelector("header.running");
  if (!header || !script) return;
  var group = document.createElement("div");
  group.className = "theme-switch";
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", script.dataset.label || "");
  choices.forEach(function (choice) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "theme-choice theme-" + choice;
    button.setAttribute("aria-label", script.dataset[choice] || choice);
    button.title = script.dataset[choice] || choice;
    button.addEventListener("click", function () {
      keep(choice);
      apply(choice);
    });
    buttons[choice] = button;
    group.appendChild(button);
  });
  header.appendChild(group);
  apply(read());

  window.addEventListener("storage", function (event) {
    if (event.key === key) apply(read());
  });
})();
