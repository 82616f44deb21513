// A page that is read from its top is laid out part by part (page.css): sections far from the screen wait, and their
// height is a guess until then. Whoever jumps to a place gets the whole page first, or they would miss it. Without
// this script pages are whole. It runs before the first layout.
(function () {
  "use strict";
  var root = document.documentElement;
  var entry = performance.getEntriesByType("navigation")[0];

  function whole() {
    root.classList.remove("nt-part");
  }

  // On the way back and after a reload the browser looks for the place where the reader was.
  if (location.hash.length > 1 || !entry || entry.type !== "navigate") return;
  root.classList.add("nt-part");
  document.addEventListener("click", function (event) {
    if (event.target.closest && event.target.closest('a[href*="#"]')) whole();
  }, true); // prettier-ignore
  addEventListener("hashchange", function () {
    var place = document.querySelector(":target");
    if (!place || !root.classList.contains("nt-part")) return;
    whole();
    // The browser went to where it guessed the place.
    place.scrollIntoView();
  });
})();
