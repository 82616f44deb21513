// The reader's theme: follows the system until the button chooses light or dark.
// Runs before the first paint; storage may be refused (private windows), and then nothing is remembered.
(function () {
  "use strict";
  var root = document.documentElement;
  var modes = ["auto", "light", "dark"];

  function stored() {
    try {
      var mode = localStorage.getItem("theme");
      return modes.indexOf(mode) < 0 ? "auto" : mode;
    } catch (refused) {
      return "auto";
    }
  }

  function apply(mode) {
    root.dataset.theme = mode;
  }

  apply(stored());

  document.addEventListener("DOMContentLoaded", function () {
    var button = document.querySelector(".nt-mode");
    if (!button) return;

    function label() {
      button.setAttribute("aria-label", "Theme: " + root.dataset.theme);
      button.title = button.getAttribute("aria-label");
    }

    button.hidden = false;
    label();
    button.addEventListener("click", function () {
      var mode = modes[(modes.indexOf(root.dataset.theme) + 1) % modes.length];
      apply(mode);
      label();
      try {
        localStorage.setItem("theme", mode);
      } catch (refused) {
        return;
      }
    });
  });
})();
