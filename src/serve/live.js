// Keeps an open page as new as the site: puts new text and new styles in the place of the old ones,
// so that the author keeps the place, and shows what is wrong when the site can't be built.
(function () {
  "use strict";

  var box = null; // what is shown over the page
  var dismissed = null; // the report that the author has closed
  var source = null;
  var build = ownBuild(); // the build that this page is of
  var known = null; // the site that this page shows: `build`, `styles`, `rest`
  var served = null; // this page as the server sent it, without what scripts have made of it
  var newest = null; // the site as it is now
  var busy = false;

  // The server says it in a header.
  function ownBuild() {
    var entry = performance.getEntriesByType("navigation")[0];
    var timings = (entry && entry.serverTiming) || [];
    for (var i = 0; i < timings.length; i++) {
      if (timings[i].name === "build") return timings[i].description;
    }
    return null; // A browser that can't tell: taken to be that of the first greeting.
  }

  function connect() {
    source = new EventSource("/_explainer/events");
    on("hello", function (site) {
      hide();
      follow(site);
    });
    on("change", follow);
    on("fault", show);
    on("fine", function () {
      dismissed = null;
      hide();
    });
    source.addEventListener("error", function () {
      // Some browsers give up when the server is gone; it may be back in a moment.
      if (source && source.readyState === EventSource.CLOSED) {
        source = null;
        setTimeout(function () {
          if (!source && !document.hidden) connect();
        }, 1000);
      }
    });
  }

  function on(name, act) {
    source.addEventListener(name, function (event) {
      act(JSON.parse(event.data));
    });
  }

  // Makes the page that of the newest site, one change after the other.
  async function follow(site) {
    // While there is no site, the page keeps the one it has.
    if (site.build === "") return;
    if (document.getElementById("explainer-report")) return location.reload();
    newest = site;
    if (busy) return;
    busy = true;
    try {
      while (!known || known.build !== newest.build) await update(newest);
      busy = false;
    } catch (error) {
      // What can't be replaced can always be loaded anew.
      location.reload();
    }
  }

  async function update(site) {
    var answer = await fetch(location.href, { cache: "no-store" });
    var text = new DOMParser().parseFromString(await answer.text(), "text/html");
    // Between the event and the answer the site may have been built once more.
    var timing = /build;desc="([^"]*)"/.exec(answer.headers.get("server-timing") || "");
    if (!timing || timing[1] !== site.build) {
      if (newest === site) throw new Error("an event is missing");
      return;
    }
    if (!known) {
      if (build !== null && build !== site.build) throw new Error("the page is an old one");
    } else {
      if (known.rest !== site.rest) throw new Error("scripts or pictures have changed");
      var styled = JSON.stringify(known.styles) === JSON.stringify(site.styles);
      var place = read();
      replace(document.documentElement, served.documentElement, text.documentElement);
      if (!styled) await restyle(site.build);
      restore(place);
    }
    build = site.build;
    served = text;
    known = site;
  }

  // Makes of `live` what `after` is, where it differs from `before`: what scripts have changed in
  // the rest of the page stays.
  function replace(live, before, after) {
    if (before.isEqualNode(after)) return;
    var attributes = new Set(before.getAttributeNames().concat(after.getAttributeNames()));
    attributes.forEach(function (name) {
      var value = after.getAttribute(name);
      if (value === before.getAttribute(name)) return;
      if (value === null) live.removeAttribute(name);
      else live.setAttribute(name, value);
    });
    var there = counterparts(live, before);
    if (!there) throw new Error("scripts have changed what is to be replaced");
    runs(Array.from(before.childNodes), Array.from(after.childNodes)).forEach(function (run) {
      var replaced = there.slice(run.at, run.at + run.gone.length);
      // The same elements with other content, such as a paragraph in which a word has changed.
      var alike = run.gone.length === run.come.length && run.gone.every(function (node, i) {
        return node.nodeType === run.come[i].nodeType && node.nodeName === run.come[i].nodeName;
      });
      if (run.gone.concat(run.come).some(isActive)) throw new Error("a script has changed");
      if (alike) {
        run.gone.forEach(function (node, i) {
          if (node.nodeType === Node.ELEMENT_NODE) replace(replaced[i], node, run.come[i]);
          else replaced[i].nodeValue = run.come[i].nodeValue;
        });
        return;
      }
      var behind = there[run.at + run.gone.length] || (there.length ? there[there.length - 1].nextSibling : null);
      replaced.forEach(function (node) {
        node.remove();
      });
      run.come.forEach(function (node) {
        live.insertBefore(document.importNode(node, true), behind);
      });
    });
  }

  // Where two lists of nodes differ: the place in the old list, what goes there and what comes. As
  // much as can stay stays (the longest common subsequence), for a node that stays keeps its place
  // on the screen.
  function runs(old, now) {
    var names = new Map();
    var name = function (node) {
      var text = node.nodeType + (node.outerHTML || node.nodeValue || "");
      if (!names.has(text)) names.set(text, names.size);
      return names.get(text);
    };
    var a = old.map(name);
    var b = now.map(name);
    var start = 0;
    while (start < a.length && start < b.length && a[start] === b[start]) start++;
    var end = 0;
    var most = Math.min(a.length, b.length) - start;
    while (end < most && a[a.length - 1 - end] === b[b.length - 1 - end]) end++;
    var rows = a.length - end - start;
    var columns = b.length - end - start;
    // A table of more than this takes longer than a reload.
    if (rows * columns > 4e6) throw new Error("too much has changed");
    var width = columns + 1;
    var length = new Uint32Array((rows + 1) * width);
    for (var i = rows - 1; i >= 0; i--) {
      for (var j = columns - 1; j >= 0; j--) {
        length[i * width + j] = a[start + i] === b[start + j]
          ? length[(i + 1) * width + j + 1] + 1
          : Math.max(length[(i + 1) * width + j], length[i * width + j + 1]);
      }
    }
    var found = [];
    var run = null;
    i = j = 0;
    while (i < rows || j < columns) {
      if (i < rows && j < columns && a[start + i] === b[start + j]) {
        i++;
        j++;
        run = null;
        continue;
      }
      if (!run) found.push((run = { at: start + i, gone: [], come: [] }));
      if (j >= columns || (i < rows && length[(i + 1) * width + j] >= length[i * width + j + 1])) {
        run.gone.push(old[start + i++]);
      } else {
        run.come.push(now[start + j++]);
      }
    }
    return found;
  }

  // The nodes of the page for what the server sent, without what scripts have put between them.
  function counterparts(live, before) {
    var old = before.childNodes;
    var found = [];
    var next = live.firstChild;
    for (var i = 0; i < old.length; i++) {
      while (next && (next.nodeType !== old[i].nodeType || next.nodeName !== old[i].nodeName || isOurs(next))) {
        next = next.nextSibling;
      }
      if (!next) return null;
      found.push(next);
      next = next.nextSibling;
    }
    return found;
  }

  function isOurs(node) {
    var made = node.nodeType === Node.ELEMENT_NODE && node.hasAttribute("data-made");
    return made || node === box || node.id === "explainer-style";
  }

  // Whether it does something when it is loaded, which can't be taken back.
  function isActive(node) {
    return node.nodeType === Node.ELEMENT_NODE && (node.matches("script, link, style, base") ||
      node.querySelector("script") !== null);
  }

  // Loads the stylesheets anew; the old ones hold until the new ones are there.
  function restyle(name) {
    var links = document.querySelectorAll("link[rel~=stylesheet]:not(#explainer-style)");
    return Promise.all(Array.from(links, function (old) {
      var address = new URL(old.href);
      if (address.origin !== location.origin) return null;
      address.searchParams.set("build", name);
      var link = old.cloneNode();
      link.href = address.href;
      return new Promise(function (done) {
        link.onload = link.onerror = function () {
          old.remove();
          done();
        };
        old.after(link);
      });
    }));
  }

  // The first line in sight, and where it stands.
  function read() {
    var all = document.querySelectorAll("main p, main li, main h1, main h2, main h3, main td");
    for (var i = 0; i < all.length; i++) {
      var top = all[i].getBoundingClientRect().top;
      if (top >= 0 && moves(all[i])) return { element: all[i], top: top };
    }
    return null;
  }

  // Whether it moves with the text; what stays on the screen tells no place.
  function moves(element) {
    for (; element; element = element.parentElement) {
      if (/sticky|fixed/.test(getComputedStyle(element).position)) return false;
    }
    return true;
  }

  // Puts it there again. Most browsers do so themselves when text above it changes, but not all, and
  // none when styles change; the two together would do it twice.
  function restore(place) {
    if (!place || !place.element.isConnected || window.scrollY === 0) return;
    document.documentElement.style.overflowAnchor = "none";
    window.scrollBy({
      top: place.element.getBoundingClientRect().top - place.top,
      behavior: "instant",
    });
    requestAnimationFrame(function () {
      requestAnimationFrame(function () {
        document.documentElement.style.overflowAnchor = "";
      });
    });
  }

  function show(report) {
    var page = document.getElementById("explainer-report");
    if (page) {
      page.textContent = report;
      return;
    }
    hide();
    if (report === dismissed) return;
    if (!document.getElementById("explainer-style")) {
      var style = document.createElement("link");
      style.id = "explainer-style";
      style.rel = "stylesheet";
      style.href = "/_explainer/live.css";
      document.head.appendChild(style);
    }
    box = document.createElement("div");
    box.id = "explainer-fault";
    box.setAttribute("role", "alert");
    var title = document.createElement("p");
    title.textContent = "The site can't be built. This is the last good page.";
    var text = document.createElement("pre");
    text.tabIndex = 0;
    text.textContent = report;
    var close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", function () {
      dismiss(report);
    });
    box.dataset.report = report;
    box.append(title, close, text);
    document.body.appendChild(box);
  }

  function hide() {
    if (box) box.remove();
    box = null;
  }

  function dismiss(report) {
    dismissed = report;
    hide();
  }

  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && box) dismiss(box.dataset.report);
  });

  // Browsers allow six connections to a server; pages that nobody sees shouldn't hold them.
  document.addEventListener("visibilitychange", function () {
    if (document.hidden) {
      if (source) source.close();
      source = null;
    } else if (!source) {
      connect();
    }
  });
  if (!document.hidden) connect();
})();
