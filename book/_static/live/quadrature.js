// Gauss-Legendre quadrature, which the package takes from numpy.
(function (neutrality) {
  "use strict";

  const remembered = new Map();

  // Nodes and weights on [-1, 1], by Newton's method on the Legendre polynomial from Tricomi's first guess.
  function gaussLegendre(count) {
    if (!remembered.has(count)) remembered.set(count, computed(count));
    return remembered.get(count);
  }

  function computed(count) {
    const nodes = new Float64Array(count);
    const weights = new Float64Array(count);
    for (let i = 0; i < (count + 1) / 2; i++) {
      let x = Math.cos((Math.PI * (i + 0.75)) / (count + 0.5));
      let slope = 1;
      for (let round = 0; round < 100; round++) {
        let before = 1;
        let value = x;
        for (let k = 2; k <= count; k++) {
          [before, value] = [value, ((2 * k - 1) * x * value - (k - 1) * before) / k];
        }
        slope = (count * (x * value - before)) / (x * x - 1);
        const step = value / slope;
        x -= step;
        if (Math.abs(step) < 1e-15) break;
      }
      nodes[i] = -x;
      nodes[count - 1 - i] = x;
      weights[i] = weights[count - 1 - i] = 2 / ((1 - x * x) * slope * slope);
    }
    return { nodes, weights };
  }

  neutrality.methods.quadrature = { gaussLegendre };
})(globalThis.neutrality);
