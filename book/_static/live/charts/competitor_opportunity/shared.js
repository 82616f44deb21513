// What the charts of the competitor opportunity share: port of charts/competitor_opportunity/shared.py, with
// what its charts take from the tables of the chapter.
(function (neutrality) {
  "use strict";

  const { flat, layerOf, weakest } = neutrality.chapters.ledger;
  const { short } = neutrality.units;

  // A number of a table that is no named result, with the figures it rests on. `bound` marks a bound over
  // stated ranges.
  function computed(value, unit, origins, bound = false) {
    const figures = flat(origins);
    return { value, unit, tag: weakest(figures.map((figure) => figure.tag)), layer: layerOf(figures, bound) };
  }

  // The spends of the chosen basis in words.
  function basisWords(model) {
    const kind = model.basis === "plan" ? "Planned spends" : "Spends";
    return `${kind} of ${model.customers[0].spend.period}`;
  }

  // The spends that the named results stand on.
  const planWords = (model) => `planned spends of ${model.plan[0].spend.period}`;

  // The rules of diversion in words.
  const RULE_WORDS = {
    equal: "in equal shares",
    proportional: "in proportion to revenue",
    logit: "by attributes",
  };

  const VERDICT_WORDS = {
    impossible: "impossible",
    more_than_half: "needs more than half",
    more_than_equal: "needs more than an equal share",
    ordinary: "ordinary",
  };
  const bare = (said) => said.replace(/^needs /, "");

  // A required share with its verdict, as a label says it.
  const needsOf = (share, name) => `${short(share, "share")}, ${bare(VERDICT_WORDS[name])}`;

  // How a label stands beside its point so that it stays within the chart.
  function beside(value, high) {
    return value > 0.65 * high ? { align: "right", dx: -10 } : { dx: 10 };
  }

  // How the label of a line stands over it, clear of that of a line nearby; `lines` are pairs of value and label.
  function apart(value, lines, near) {
    const others = lines.map(([other]) => other - value).filter((far) => far !== 0 && Math.abs(far) < near);
    if (!others.length) return { align: "center" };
    const nearest = others.reduce((one, far) => (Math.abs(far) < Math.abs(one) ? far : one));
    return nearest > 0 ? { align: "right", dx: 3 } : { align: "left", dx: -3 };
  }

  neutrality.charts.competitor_opportunity.shared = {
    RULE_WORDS,
    VERDICT_WORDS,
    apart,
    bare,
    basisWords,
    beside,
    computed,
    needsOf,
    planWords,
  };
})(globalThis.neutrality);
