// What the charts of the loss distribution share: port of charts/customer_exits/shared.py, with the words for
// basis and sizes that its charts take from the chapter.
(function (neutrality) {
  "use strict";

  const { short } = neutrality.charts.common;
  const { MUTED } = neutrality.look;

  // How a size model names itself in a subtitle.
  const SIZE_WORDS = {
    uniform: "undisclosed spends uniform up to the largest",
    pert: "undisclosed spends PERT up to the largest, most likely at half of it",
    fixed: "undisclosed spends fixed at half the largest",
  };

  // How a subtitle names a basis, with its period.
  function basisWords(found, basis) {
    if (basis === "plan") return `planned spends of ${found.newestPeriod("planned_spend")}`;
    return `spends of ${found.newestPeriod("spend")}, the last full year`;
  }

  // How a subtitle names basis and sizes of the model; `chapter` is the reading's chapter of the exits.
  function basisOf(found, { model }) {
    return `${basisWords(found, model.basis)}; ${SIZE_WORDS[model.sizeModel]}; layer L2`;
  }

  // The heading of a panel within a chart.
  const small = (text) => ({ text, fontSize: 12, fontWeight: "normal", color: MUTED, offset: 6 });

  const percent = (value) => short(value, "probability");

  neutrality.charts.customer_exits.shared = { SIZE_WORDS, basisWords, basisOf, small, percent };
})(globalThis.neutrality);
