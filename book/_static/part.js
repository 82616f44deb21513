// A page that is read from its top is laid out part by part (page.css): sections far from the screen wait until the
// browser has nothing else to do, and their height is a guess until then. Whoever jumps to a place gets the whole
// page first, or they would miss it. Without this script pages are whole. It runs before the first layout.
(function () {
  "use strict";
  // To lay out a section with so many elements, a long table, keeps the reader waiting: it is laid out when it comes near.
  var MANY = 1000;
  var root = document.documentElement;
  var entry = performance.getEntriesByType("navigation")[0];

  function whole() {
    root.classList.remove("nt-part");
    document.querySelectorAll("[data-laid]").forEach(function (section) {
      section.removeAttribute("data-laid");
    });
  }

  // Not every browser tells when it is idle.
  var idle = globalThis.requestIdleCallback || function (step) { setTimeout(step, 50); };

  // The next section that waits, and at last the page.
  function on() {
    if (!root.classList.contains("nt-part")) return;
    var waiting = Array.from(document.querySelectorAll("article section section:not([data-laid])"));
    if (!waiting.length) return whole();
    var next = waiting.find(function (section) {
      return section.getElementsByTagName("*").length < MANY;
    });
    if (!next) return;
    next.dataset.laid = "";
    idle(on);
  }

  // On the way back and after a reload the browser looks for the place where the reader was.
  if (location.hash.length > 1 || !entry || entry.type !== "navigate") return;
  root.classList.add("nt-part");
  addEventListener("load", function () { idle(on); });
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest('a[href*="#"]')) whole();
  }, true);
  addEventListener("hashchange", function () {
    var place = document.querySelector(":target");
    if (!place || !root.classList.contains("nt-part")) return;
    whole();
    // The browser went to where it guessed the place.
    place.scrollIntoView();
  });
})();
