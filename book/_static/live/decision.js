// The newsvendor's provision, and what it is worth to know more first: port of methods/decision.py.
(function (neutrality) {
  "use strict";

  const { given, marginals } = neutrality.methods.copula;
  const { lossDistribution } = neutrality.methods.loss;
  const { gaussLegendre } = neutrality.methods.quadrature;
  const { bracketed } = neutrality.methods.roots;

  // Gauss-Legendre nodes over an unknown size. What is left to decide has kinks in it where few other sizes
  // are uncertain, which need many nodes; with more of them it is smooth, under PERT most of all.
  const NODES = { uniform: 12, pert: 6 };
  const FEW = 2;
  const NODES_WITH_KINKS = 64;
  // How near a provision comes to the best one where its cost alone matters: an error in it enters squared.
  const NEAR = 1e-9;

  // Costs of each unit of loss provided too little and of each provided too much; both positive.
  function newsvendor(short, over) {
    // The level of the best provision: at it, one unit more costs on average what it saves.
    const level = short / (short + over);
    const cost = (loss, provision) => short * loss.excess(provision) + over * loss.partial(provision);
    return {
      short,
      over,
      level,
      // The expected cost of a provision.
      cost,
      // The best provision.
      provision: (loss) => loss.quantile(level),
      // The expected cost of the best provision, which is also what perfect information is worth.
      bestCost: (loss) => cost(loss, near(loss, level)),
    };
  }

  // A provision so close to the best that its cost is the best one's. At an atom the cost has a corner, so
  // atoms are tried as they are; between them it is flat around its least.
  function near(loss, level) {
    if (loss.max <= 0) return 0;
    for (const [value] of loss.atoms()) {
      if (loss.cdf(value) >= level - 1e-12 && loss.cdf(value, true) < level) return value;
    }
    if (loss.cdf(0) >= level) return 0;
    return bracketed((x) => (x < loss.max ? loss.cdf(x) - level : 1), 0, loss.max, NEAR);
  }

  // The risk that is left, on average, once it is known whether one customer leaves.
  function afterExit(mixture, sizes, index, risk) {
    const p = marginals(mixture)[index];
    let left = 0;
    for (const [exits, chance] of [
      [true, p],
      [false, 1 - p],
    ]) {
      // A decision that is certain to within rounding tells nothing.
      if (chance > 1e-15) left += chance * risk(lossDistribution(given(mixture, index, exits), sizes));
    }
    return left;
  }

  // The risk that is left, on average, once it is known how large one customer is: by Gauss-Legendre over the
  // size, with as many nodes as its kind needs.
  function afterSize(mixture, sizes, index, risk) {
    const { kind, width } = sizes[index];
    if (kind === "fixed" || width <= 0) return risk(lossDistribution(mixture, sizes));
    const uncertain = sizes.filter((other) => other.kind !== "fixed" && other.width > 0).length;
    const { nodes, weights } = gaussLegendre(uncertain <= FEW ? NODES_WITH_KINKS : NODES[kind]);
    let left = 0;
    for (let k = 0; k < nodes.length; k++) {
      const part = (1 + nodes[k]) / 2;
      const mass = (weights[k] / 2) * (kind === "pert" ? 30 * part ** 2 * (1 - part) ** 2 : 1);
      const known = sizes.map((other, i) => (i === index ? { kind: "fixed", width: width * part } : other));
      left += mass * risk(lossDistribution(mixture, known));
    }
    return left;
  }

  // What learning something is worth: the risk before less the average risk after, never below nothing.
  function valueOfKnowing(before, after) {
    return Math.max(0, before - after);
  }

  neutrality.methods.decision = { newsvendor, afterExit, afterSize, valueOfKnowing };
})(globalThis.neutrality);
