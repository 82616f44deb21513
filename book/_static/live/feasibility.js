// Whether claims on one pool can be true together: port of methods/feasibility.py.
(function (neutrality) {
  "use strict";

  // Claims that exceed a pool by no more than this part of it fit but for rounding.
  const ROUNDING = 1e-9;

  // Whether claims of at least so much each fit into a pool, and the smallest relaxation if not: how much
  // `larger` the pool must be, or how much `lower` each claim alone, null where that is not enough.
  function joint(claims, pool) {
    const slack = pool - claims.reduce((total, claim) => total + claim, 0);
    if (slack >= -ROUNDING * Math.max(1, Math.abs(pool))) {
      return { feasible: true, slack, larger: 0, lower: claims.map(() => 0) };
    }
    const short = -slack;
    const enough = short * (1 - 1e-12);
    const lower = claims.map((claim) => (claim >= enough ? Math.min(short, claim) : null));
    return { feasible: false, slack, larger: short, lower };
  }

  neutrality.methods.feasibility = { joint };
})(globalThis.neutrality);
