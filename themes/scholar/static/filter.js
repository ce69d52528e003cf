// The filter over long lists: a bibliography of one or several pages, and the page of all notes. It is
// made here, so that nothing dead stands on the page when scripts are off. A bibliography's words come
// from an index that is loaded when the filter is first used: a plain script, so that it works from a
// disk too.
(function () {
  "use strict";
  var script = document.currentScript;
  var say = script.dataset;
  var list = document.getElementById(say.for);
  if (!list) return;

  // How many results from several pages are shown at once.
  var MOST = 100;

  // Words are compared without signs on letters and without case.
  function fold(text) {
    return text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  }

  var form = document.createElement("div");
  form.className = "filter";
  form.setAttribute("role", "search");

  function field(text, control) {
    var label = document.createElement("label");
    var words = document.createElement("span");
    words.textContent = text;
    label.append(words, control);
    form.append(label);
    return control;
  }

  var box = document.createElement("input");
  box.type = "search";
  box.autocomplete = "off";
  box.spellcheck = false;
  field(say.label, box);

  var state = null;
  var titles = new Map();
  list.querySelectorAll("[data-state-title]").forEach(function (item) {
    titles.set(item.dataset.state, item.dataset.stateTitle);
  });
  if (titles.size) {
    state = document.createElement("select");
    state.append(new Option(say.all, ""));
    titles.forEach(function (title, key) {
      state.append(new Option(title, key));
    });
    if (list.querySelector("li.note:not([data-state])")) state.append(new Option(say.none, "-"));
    field(say.states, state);
  }

  var status = document.createElement("p");
  status.className = "filter-status";
  status.setAttribute("role", "status");
  form.append(status);

  var results = document.createElement("ul");
  results.className = "bib-list filter-results";
  results.setAttribute("role", "list");
  results.hidden = true;
  // Where room is kept for it, nothing moves when it comes.
  var room = document.querySelector(".filter-room");
  list.before(form, results);
  if (room) room.append(form);

  // What can be found: each with its words, and where it is.
  var entries = null;
  var waiting = false;
  var pages = (say.pages || "").split(" ").filter(Boolean);

  function ofPage() {
    return Array.prototype.map.call(list.querySelectorAll("li.note"), function (item) {
      return { words: fold(item.textContent), item: item, state: item.dataset.state || "-" };
    });
  }

  window.explainerFilter = function (index) {
    entries = index.map(function (entry) {
      return {
        words: fold(entry[2] + " " + entry[3]),
        item: String(entry[0]) === say.page || !pages.length ? document.getElementById(entry[1]) : null,
        url: pages.length ? pages[entry[0] - 1] + "#" + entry[1] : "#" + entry[1],
        text: entry[2],
      };
    });
    if (waiting) show();
  };

  function load() {
    if (entries || waiting) return;
    if (!say.index) {
      entries = ofPage();
      return;
    }
    waiting = true;
    var index = document.createElement("script");
    index.src = say.index;
    index.onerror = function () {
      waiting = false;
      status.textContent = say.failed;
    };
    document.head.append(index);
  }

  function announce(found) {
    var text = say.found.replace("{n}", found).replace("{of}", entries.length);
    if (pages.length && found > MOST) text += " " + say.first.replace("{n}", MOST);
    status.textContent = text;
  }

  function show() {
    if (!entries) return;
    var words = fold(box.value).split(/\s+/).filter(Boolean);
    var wanted = state ? state.value : "";
    var idle = words.length === 0 && !wanted;
    var found = entries.filter(function (entry) {
      return (!wanted || entry.state === wanted) && words.every(function (word) {
        return entry.words.includes(word);
      });
    });
    if (pages.length) {
      // Entries of all pages, as links; the page's own list makes room for them.
      list.hidden = !idle;
      results.hidden = idle;
      results.replaceChildren.apply(results, idle ? [] : found.slice(0, MOST).map(function (entry) {
        var item = document.createElement("li");
        var link = document.createElement("a");
        item.className = "bib-entry";
        link.href = entry.url;
        link.textContent = entry.text;
        // An entry of this very page is shown again before the link leads to it.
        link.addEventListener("click", function () {
          if (entry.item) clear();
        });
        item.append(link);
        return item;
      }));
    } else {
      var kept = new Set(found);
      entries.forEach(function (entry) {
        if (entry.item) entry.item.hidden = !kept.has(entry);
      });
      list.querySelectorAll(".bib-group").forEach(function (group) {
        group.hidden = !group.querySelector("li.bib-entry:not([hidden]), li.note:not([hidden])");
      });
      list.classList.toggle("filtered", !idle);
    }
    if (idle) status.textContent = "";
    else announce(found.length);
  }

  function clear() {
    box.value = "";
    if (state) state.value = "";
    show();
  }

  box.addEventListener("focus", load, { once: true });
  box.addEventListener("input", function () {
    load();
    show();
  });
  box.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && box.value) {
      event.preventDefault();
      clear();
    }
  });
  if (state) {
    state.addEventListener("change", function () {
      load();
      show();
    });
  }
  // A link to an entry that the filter hides brings it back.
  window.addEventListener("hashchange", function () {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && list.contains(target) && target.closest("[hidden]")) {
      clear();
      target.scrollIntoView();
    }
  });
})();
