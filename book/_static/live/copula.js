// Exits that share a cause, the one-factor Gaussian copula and its limits: port of methods/copula.py.
//
// A mixture is { weights, conditional, states }: `weights` add to one over the values of the factor, and
// `conditional[i]` holds customer i's exit probability given each of them; `states` are null until asked for.
(function (neutrality) {
  "use strict";

  const { cdf, quantile } = neutrality.methods.normal;
  const { gaussLegendre } = neutrality.methods.quadrature;

  // The factor beyond nine standard deviations has a probability of 2e-19.
  const REACH = 9;
  // Step of the trapezoidal rule, in units of the narrower of two scales: that of the factor itself and that
  // on which the conditional probabilities turn. The rule converges exponentially here (Trefethen and
  // Weideman, 2014). A product of many such probabilities turns faster, by the square root of how many.
  const STEP = 0.5;
  const FEW = 4;
  // Above it the conditional probabilities are so steep that panels must gather where they turn.
  const STEEP = 0.995;
  const TURNS = [-8, -5, -3, -1.5, 0, 1.5, 3, 5, 8];
  const GAUSS = 20;

  const ascending = (values) => [...new Set(values)].sort((a, b) => a - b);

  function dot(a, b) {
    let total = 0;
    for (let m = 0; m < a.length; m++) total += a[m] * b[m];
    return total;
  }

  // Exits with these probabilities under the one-factor Gaussian copula; `correlation` is that of the latent
  // variables, from 0 to 1. Probabilities of 0 and 1 are exact.
  function oneFactor(probabilities, correlation) {
    if (!probabilities.every((p) => p >= 0 && p <= 1)) {
      throw new RangeError("exit probabilities must lie between 0 and 1");
    }
    if (!(correlation >= 0 && correlation <= 1)) {
      throw new RangeError("the correlation must lie between 0 and 1");
    }
    // Whoever is certain depends on nothing.
    if (correlation === 0 || probabilities.filter((p) => p > 0 && p < 1).length < 2) {
      return {
        weights: Float64Array.of(1),
        conditional: probabilities.map((p) => Float64Array.of(p)),
        states: null,
      };
    }
    if (correlation === 1) return nested(probabilities);
    const threshold = probabilities.map(quantile);
    const { nodes, weights } = factor(threshold, correlation);
    const loading = Math.sqrt(correlation);
    const own = Math.sqrt(1 - correlation);
    const conditional = threshold.map((limit) => nodes.map((node) => cdf((limit - loading * node) / own)));
    return { weights, conditional, states: null };
  }

  // The comonotonic limit: whoever is less likely to leave leaves only when all the likelier ones do.
  function nested(probabilities) {
    const edges = ascending([0, 1, ...probabilities]);
    const above = edges.slice(1);
    return {
      weights: Float64Array.from(above, (edge, m) => edge - edges[m]),
      conditional: probabilities.map((p) => Float64Array.from(above, (edge) => (p >= edge ? 1 : 0))),
      states: null,
    };
  }

  // Nodes and weights for the factor.
  function factor(threshold, correlation) {
    const turn = Math.sqrt((1 - correlation) / correlation);
    let nodes;
    let weights;
    if (correlation <= STEEP) {
      const crowd = Math.sqrt(Math.max(1, threshold.length / FEW));
      const panels = Math.ceil((2 * REACH * crowd) / (STEP * Math.min(1, turn)));
      nodes = Float64Array.from({ length: panels + 1 }, (_, m) => -REACH + (2 * REACH * m) / panels);
      weights = nodes.map((node) => Math.exp(-0.5 * node * node));
    } else {
      const edges = Array.from({ length: 19 }, (_, m) => m - REACH);
      for (const limit of threshold) {
        if (!Number.isFinite(limit)) continue;
        edges.push(...TURNS.map((turns) => limit / Math.sqrt(correlation) + turn * turns));
      }
      const within = ascending(edges.map((edge) => Math.min(REACH, Math.max(-REACH, edge))));
      const rule = gaussLegendre(GAUSS);
      nodes = new Float64Array((within.length - 1) * GAUSS);
      weights = new Float64Array(nodes.length);
      for (let panel = 0; panel + 1 < within.length; panel++) {
        const half = (within[panel + 1] - within[panel]) / 2;
        for (let k = 0; k < GAUSS; k++) {
          const node = within[panel] + half * (1 + rule.nodes[k]);
          nodes[panel * GAUSS + k] = node;
          weights[panel * GAUSS + k] = half * rule.weights[k] * Math.exp(-0.5 * node * node);
        }
      }
    }
    const total = weights.reduce((all, weight) => all + weight, 0);
    return { nodes, weights: weights.map((weight) => weight / total) };
  }

  // The exit probabilities of the customers.
  function marginals({ weights, conditional }) {
    return conditional.map((p) => Math.min(1, dot(weights, p)));
  }

  // The mixture once it is known whether one customer exits; the decision must have a probability.
  function given({ weights, conditional, states: before }, index, exits) {
    const known = conditional[index];
    const likelihood = weights.map((weight, m) => weight * (exits ? known[m] : 1 - known[m]));
    const total = likelihood.reduce((all, part) => all + part, 0);
    if (!(total > 0)) throw new RangeError("the decision has no probability");
    return {
      weights: likelihood.map((part) => part / total),
      conditional: conditional.map((p, i) => (i === index ? p.map(() => (exits ? 1 : 0)) : p)),
      // Those of its states that are left, without working them out from the factor again.
      states:
        before && before.map((p, state) => (((state >> index) & 1) === (exits ? 1 : 0) ? p / total : 0)),
    };
  }

  // The probability that exactly these customers leave and no others.
  function joint({ weights, conditional }, exits) {
    let found = 0;
    for (let m = 0; m < weights.length; m++) {
      let each = weights[m];
      for (let i = 0; i < exits.length; i++) each *= exits[i] ? conditional[i][m] : 1 - conditional[i][m];
      found += each;
    }
    // The weights add to one but for their rounding, which a probability does not exceed.
    return Math.min(1, found);
  }

  // The probability of every joint state (2**n): bit i of the index says whether customer i leaves. A mixture
  // remembers them.
  function states(mixture) {
    if (!mixture.states) mixture.states = listed(mixture);
    return mixture.states;
  }

  function listed({ weights, conditional }) {
    const found = new Float64Array(2 ** conditional.length);
    const here = new Float64Array(found.length);
    for (let m = 0; m < weights.length; m++) {
      here[0] = weights[m];
      conditional.forEach((p, i) => {
        for (let state = 0; state < 1 << i; state++) {
          here[state | (1 << i)] = here[state] * p[m];
          here[state] *= 1 - p[m];
        }
      });
      for (let state = 0; state < found.length; state++) found[state] += here[state];
    }
    return found.map((probability) => Math.min(1, probability));
  }

  // The correlation of two customers' exits themselves; null where one of them is certain.
  function realisedCorrelation({ weights, conditional }, first, second) {
    const a = conditional[first];
    const b = conditional[second];
    const p = dot(weights, a);
    const q = dot(weights, b);
    const spread = Math.sqrt(Math.max(0, p * (1 - p) * q * (1 - q)));
    if (spread < 1e-15) return null;
    return (
      (dot(
        weights,
        a.map((value, m) => value * b[m])
      ) -
        p * q) /
      spread
    );
  }

  neutrality.methods.copula = {
    oneFactor,
    marginals,
    given,
    joint,
    states,
    realisedCorrelation,
  };
})(globalThis.neutrality);
