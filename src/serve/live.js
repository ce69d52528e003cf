// Keeps an open page as new as the site: reloads it when the site has changed, and shows what is
// wrong when it can't be built.
(function () {
  "use strict";

  var box = null; // what is shown over the page
  var dismissed = null; // the report that the author has closed
  var source = null;
  var build = ownBuild();

  // The build that this page is of, which the server says in a header.
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
    on("hello", function (now) {
      hide();
      if (now !== "" && document.getElementById("explainer-report")) location.reload();
      else if (build === null) build = now;
      // While there is no site, the page keeps the one it has.
      else if (now !== "" && now !== build) location.reload();
    });
    on("reload", function () {
      location.reload();
    });
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
