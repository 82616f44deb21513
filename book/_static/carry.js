// On a page without controls: the figures that the address carries go along to the pages that have some.
(function () {
  "use strict";

  // As in whatif/link.js, which also reads them: here they are passed on and nothing else.
  if (!location.hash.startsWith("#try=")) return;
  for (const link of document.querySelectorAll(".nt-nav a, .nt-turn a, a.nt-name")) {
    const path = link.getAttribute("href");
    if (!path.includes("#")) link.setAttribute("href", path + location.hash);
  }
})();
