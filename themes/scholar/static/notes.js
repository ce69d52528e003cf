// Notes where they are called: beside the text in wide windows, under the line in narrow ones, and
// in a small box on hover and focus. The list at the end stays the only one: in wide windows its
// notes are moved by style alone, so that their order is the same for everybody. Without this
// script all notes stand at the end.
(function () {
  "use strict";
  var script = document.currentScript;
  var root = document.documentElement;
  var main = document.querySelector("main");
  if (!script || !main) return;

  var MARK = "[role=doc-noteref]";
  var ANCHOR = MARK + ", a.cite[data-kind]";
  // How much higher the first line of a second column may stand than the last one of the first, in pixels.
  var COLUMN = 120;
  var beside = false;
  var first = true;

  function all(selector, within) {
    return Array.prototype.slice.call((within || document).querySelectorAll(selector));
  }

  function target(link) {
    return document.getElementById(decodeURIComponent(link.hash.slice(1)));
  }

  function inWindow(element) {
    var box = element.getBoundingClientRect();
    return box.height > 0 && box.top >= 0 && box.bottom <= window.innerHeight;
  }

  // ---- beside the text ----

  // The box of the letters before a mark, which stand on the line; the mark itself is raised.
  function line(mark) {
    var before = mark.parentElement.previousSibling;
    while (before && before.nodeType === 1 && before.matches(".mark")) before = before.previousSibling;
    if (!before) return mark.getBoundingClientRect();
    var range = document.createRange();
    range.selectNodeContents(before);
    var boxes = range.getClientRects();
    return boxes.length ? boxes[boxes.length - 1] : mark.getBoundingClientRect();
  }

  // The box of the first line of a note's letters; of its paragraphs it would be the whole box.
  function letters(note) {
    var walker = document.createTreeWalker(note.querySelector(".note-text"), NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      if (!walker.currentNode.data.trim()) continue;
      var range = document.createRange();
      range.selectNodeContents(walker.currentNode);
      var box = range.getClientRects()[0];
      if (box) return box;
    }
    return note.getBoundingClientRect();
  }

  // Where a note would stand if it were alone, or none: its mark is folded away, or it is too large.
  function measure(note, marks, order, top) {
    var mark = marks.find(function (mark) {
      return mark.checkVisibility();
    });
    var box = note.getBoundingClientRect();
    var wide = all(".table, pre, .math", note).some(function (part) {
      return part.scrollWidth > part.clientWidth + 1;
    });
    if (!mark || wide || box.height > window.innerHeight * 0.8) return null;
    var own = letters(note);
    var at = line(mark);
    // The letters of both stand on one line: of a letter's box about 0.78 lie above it.
    var y = at.top + 0.78 * (at.height - own.height) - (own.top - box.top) - top;
    return { note: note, order: order.indexOf(mark), y: y, height: box.height };
  }

  function layout() {
    var wanted = getComputedStyle(root).getPropertyValue("--notes-beside").trim();
    var was = beside;
    beside = script.dataset.beside === "true" && wanted === "1";
    root.classList.toggle("notes-beside", beside);
    if (beside !== was) {
      hide();
      all(".note-here").forEach(shut);
    }
    var marks = all(MARK);
    marks.forEach(function (mark) {
      if (beside) mark.removeAttribute("aria-expanded");
      else if (!mark.hasAttribute("aria-expanded")) mark.setAttribute("aria-expanded", "false");
    });
    var notes = all(".endnotes .note");
    notes.forEach(function (note) {
      note.classList.toggle("beside", beside);
    });
    var end = 0;
    if (beside) {
      var of = new Map();
      marks.forEach(function (mark) {
        of.set(mark.hash, (of.get(mark.hash) || []).concat(mark));
      });
      var ground = (notes.length && notes[0].offsetParent) || main;
      var top = ground.getBoundingClientRect().top;
      var prose = main.querySelector(".prose");
      var free = prose ? prose.getBoundingClientRect().top - top : 0;
      var found = notes.map(function (note) {
        return measure(note, of.get("#" + encodeURIComponent(note.id)) || of.get("#" + note.id) || [], marks, top);
      });
      notes.forEach(function (note, i) {
        if (!found[i]) note.classList.remove("beside");
      });
      // Two columns side by side, such as cards of persons, are read one after the other: a mark in the
      // second that stands a little higher than one in the first doesn't go before it.
      var before = -Infinity;
      found.filter(Boolean).sort(function (a, b) {
        return a.order - b.order;
      }).map(function (at) {
        if (before > at.y && before - at.y < COLUMN) at.y = before;
        before = at.y;
        return at;
      }).sort(function (a, b) {
        return a.y - b.y;
      }).forEach(function (at) {
        var y = Math.max(at.y, free);
        at.note.style.top = y + "px";
        free = end = y + at.height;
      });
      end += top - main.getBoundingClientRect().top;
    }
    main.style.setProperty("--notes-end", end + "px");
    // A list without notes needs no heading that is seen, and no link to it.
    all(".endnotes").forEach(function (list) {
      var empty = beside && !list.querySelector(".note:not(.beside)");
      list.classList.toggle("all-beside", empty);
      all(".to-notes a").forEach(function (link) {
        if (target(link) === list.querySelector("h2")) link.parentElement.hidden = empty;
      });
    });
    // The browser has gone to a note at the end of the page.
    if (first && location.hash) {
      var asked = target(location);
      if (asked && asked.classList.contains("beside")) asked.scrollIntoView();
    }
    first = false;
  }

  var waiting = false;
  function later() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(function () {
      waiting = false;
      layout();
    });
  }

  // ---- what a note says, for the two kinds of boxes ----

  function span(name, text) {
    var span = document.createElement("span");
    span.className = name;
    span.textContent = text;
    return span;
  }

  // The kind of a source, and how far it was looked into.
  function facts(cite) {
    var line = span("source-facts", "");
    line.append(span("bib-kind", cite.dataset.kind));
    if (cite.dataset.checked) {
      var state = span("state", cite.dataset.checkedWord);
      state.dataset.state = cite.dataset.checked;
      line.append(" ", state);
    }
    return line;
  }

  function say(box, link, note) {
    if (!note) return box.append(facts(link));
    var text = note.querySelector(".note-text").cloneNode(true);
    all("[id]", text).forEach(function (part) {
      part.removeAttribute("id");
    });
    // The note itself is a region of this name.
    all("[role=region]", text).forEach(function (part) {
      part.setAttribute("role", "group");
    });
    box.append(span("note-label", link.textContent), " ", text);
    // Of a single source at the end of the note; of several, behind each.
    var cites = all("a.cite[data-kind]", text);
    cites.forEach(function (cite) {
      if (cites.length > 1) cite.after(" ", facts(cite));
      else box.append(" ", facts(cite));
    });
    var state = note.querySelector(".note-end .state");
    if (state) box.append(" ", state.cloneNode(true));
  }

  function make(name, role) {
    var box = document.createElement("div");
    box.className = name;
    box.setAttribute("role", role);
    box.dataset.made = "";
    return box;
  }

  // ---- under the line ----

  // Under the paragraph or the table; else in the item, before what begins another block of it.
  function put(box, mark) {
    var block = mark.closest("p, h1, h2, h3, h4, h5, h6, table, li, dt, dd, figcaption") || mark.parentElement;
    if (block.matches("table")) block = block.closest(".table") || block;
    // What follows a paragraph still does.
    box.classList.toggle("between", block.matches("p"));
    var inner = block.matches("li, dt, dd, figcaption");
    var next = mark;
    while (inner && next.parentElement !== block) next = next.parentElement;
    next = inner ? next.nextSibling : block.nextSibling;
    // Behind the boxes of the marks before this one.
    for (; next; next = next.nextSibling) {
      var mine = next.nodeType === 1 && next.matches(".note-here") && next.mark;
      if (mine && mine.compareDocumentPosition(mark) & Node.DOCUMENT_POSITION_FOLLOWING) continue;
      if (!inner || (next.nodeType === 1 && getComputedStyle(next).display !== "inline")) break;
    }
    (inner ? block : block.parentElement).insertBefore(box, next);
  }

  function open(mark) {
    hide();
    var box = make("note-here", "note");
    box.id = "here:" + mark.id;
    box.mark = mark;
    box.setAttribute("aria-label", mark.getAttribute("aria-label"));
    say(box, mark, target(mark));
    var close = document.createElement("button");
    close.type = "button";
    close.className = "note-close";
    close.setAttribute("aria-label", (script.dataset.close || "").replace("{label}", mark.textContent));
    close.addEventListener("click", function () {
      shut(box);
      mark.focus();
    });
    box.append(close);
    put(box, mark);
    mark.setAttribute("aria-expanded", "true");
    mark.setAttribute("aria-controls", box.id);
  }

  function shut(box) {
    box.remove();
    box.mark.removeAttribute("aria-controls");
    if (!beside) box.mark.setAttribute("aria-expanded", "false");
  }

  function opened(mark) {
    return document.getElementById("here:" + mark.id);
  }

  // ---- in a box on hover and focus ----

  var tip = make("note-tip", "tooltip");
  tip.id = "note:tip";
  var shown = null;
  var refused = null;
  var timer = 0;

  function show(link) {
    clearTimeout(timer);
    if (shown === link) return;
    hide();
    var note = link.matches(MARK) ? target(link) : null;
    if (link.matches(MARK) && (!note || opened(link))) return;
    shown = link;
    if (note && note.classList.contains("beside") && inWindow(note)) {
      note.classList.add("is-called");
      return;
    }
    tip.textContent = "";
    tip.removeAttribute("tabindex");
    say(tip, link, note);
    // The box isn't on the way of those who go by keyboard: it is gone when they go on.
    all("a, [tabindex]", tip).forEach(function (part) {
      part.tabIndex = -1;
    });
    main.append(tip);
    link.setAttribute("aria-describedby", tip.id);
    place();
    if (tip.scrollHeight > tip.clientHeight + 1) tip.tabIndex = 0;
  }

  // Under the link, or above it where there is more room; always within the window.
  function place() {
    var at = shown.getBoundingClientRect();
    tip.style.cssText = "left: 0; top: 0";
    var box = tip.getBoundingClientRect();
    var under = window.innerHeight - at.bottom - 14;
    var below = box.height <= under || under >= at.top - 14;
    var height = Math.min(box.height, below ? under : at.top - 14);
    var left = getComputedStyle(tip).direction === "rtl" ? at.right - box.width : at.left;
    left = Math.max(8, Math.min(left, root.clientWidth - box.width - 8));
    tip.style.left = left - box.left + "px";
    tip.style.top = (below ? at.bottom + 6 : at.top - 6 - height) - box.top + "px";
    tip.style.maxHeight = height + "px";
  }

  function hide() {
    clearTimeout(timer);
    if (!shown) return;
    all(".is-called").forEach(function (note) {
      note.classList.remove("is-called");
    });
    shown.removeAttribute("aria-describedby");
    shown = null;
    tip.remove();
  }

  function anchor(element) {
    var link = element instanceof Element ? element.closest(ANCHOR) : null;
    return link && !tip.contains(link) ? link : null;
  }

  function focused(link) {
    return link === document.activeElement && link.matches(":focus-visible");
  }

  document.addEventListener("pointerover", function (event) {
    // A finger has no way to hover.
    if (event.pointerType === "touch") return;
    var link = anchor(event.target);
    if (tip.contains(event.target)) clearTimeout(timer);
    if (!link || link === refused) return;
    clearTimeout(timer);
    timer = setTimeout(show, 150, link);
  });

  document.addEventListener("pointerout", function (event) {
    var to = event.relatedTarget;
    if (refused && !refused.contains(to)) refused = null;
    if (shown && (shown.contains(to) || tip.contains(to))) return;
    clearTimeout(timer);
    if (shown && !focused(shown)) timer = setTimeout(hide, 300);
  });

  document.addEventListener("focusin", function (event) {
    var link = anchor(event.target);
    if (link && focused(link)) show(link);
  });

  document.addEventListener("focusout", function (event) {
    if (event.target === shown && !shown.matches(":hover")) hide();
  });

  // ---- keys and clicks ----

  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape" || event.defaultPrevented) return;
    if (shown) {
      refused = shown;
      return hide();
    }
    var here = event.target.closest && event.target.closest(".note-here");
    var mine = event.target.matches && event.target.matches(MARK) && opened(event.target);
    var box = here || mine || all(".note-here").pop();
    if (!box) return;
    shut(box);
    box.mark.focus();
    hide();
  });

  document.addEventListener("click", function (event) {
    if (event.defaultPrevented || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    var link = event.target.closest(MARK + ", .note-back");
    if (!link || !link.hash) return;
    if (!beside && link.matches(MARK)) {
      event.preventDefault();
      var box = opened(link);
      if (box) shut(box);
      else open(link);
      return;
    }
    // What is in sight already needs no leap to it.
    var to = target(link);
    if (beside && to && inWindow(to) && location.hash !== link.hash) {
      event.preventDefault();
      var y = window.scrollY;
      location.hash = link.hash;
      window.scrollTo({ top: y, behavior: "instant" });
    }
  });

  // ---- whatever changes the lines ----

  layout();
  window.addEventListener("resize", function () {
    hide();
    later();
  });
  var sizes = new ResizeObserver(later);
  sizes.observe(main);
  all(".prose, .endnotes .note").forEach(function (part) {
    sizes.observe(part);
  });
  new MutationObserver(function (changes) {
    // The box for previews is put into `main` itself, and changes no line.
    var lines = changes.some(function (change) {
      return change.target !== main;
    });
    if (lines) later();
  }).observe(main, { childList: true, characterData: true, subtree: true });
})();
