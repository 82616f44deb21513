// Variance-based sensitivity of a sum of products, in closed form: port of methods/sensitivity.py.
(function (neutrality) {
  "use strict";

  // Mean and variance of one independent input; variance 0 for one that is known.
  const uniform = (low, high) => ({ mean: (low + high) / 2, variance: (high - low) ** 2 / 12 });
  const known = (value) => ({ mean: value, variance: 0 });

  // Effects of both factors of each product p s w; null when nothing varies.
  //
  // The ANOVA decomposition is exact (Sobol', 2001), and the Shapley effect is the first-order one plus half
  // of the interaction (Owen, 2014).
  function productEffects(pairs) {
    const parts = pairs.map(([p, s, w]) => [
      w ** 2 * s.mean ** 2 * p.variance,
      w ** 2 * p.mean ** 2 * s.variance,
      w ** 2 * p.variance * s.variance,
    ]);
    const variance = parts.reduce((total, [a, b, c]) => total + (a + b + c), 0);
    if (variance <= 0) return null;
    const effect = (alone, shared) => ({
      first: alone / variance,
      total: (alone + shared) / variance,
      shapley: (alone + shared / 2) / variance,
    });
    return parts.map(([first, second, shared]) => [effect(first, shared), effect(second, shared)]);
  }

  neutrality.methods.sensitivity = { uniform, known, productEffects };
})(globalThis.neutrality);
