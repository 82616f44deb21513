// Who serves demand when capacity is short: port of methods/rationing.py.
(function (neutrality) {
  "use strict";

  // Share out a demand among capacities in proportion to weights, up to each capacity: max-min fair. Nobody
  // without a weight receives anything; `level` is infinite where every capacity is full.
  function waterFilling(demand, caps, weights) {
    const amounts = Array(caps.length).fill(0);
    // In the order in which they fill up as the level rises.
    const order = caps
      .map((cap, index) => [cap / weights[index], index])
      .filter(([full, index]) => weights[index] > 0 && full < Infinity)
      .sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    const weighing = (from) => order.slice(from).reduce((total, [, index]) => total + weights[index], 0);
    // A weight so small that its capacity is never reached counts like none.
    let left = demand;
    for (let position = 0; position < order.length; position++) {
      const [full, index] = order[position];
      const weight = weighing(position);
      const level = weight > 0 ? left / weight : Infinity;
      if (level < full) {
        for (const [, other] of order.slice(position)) {
          amounts[other] = Math.min(caps[other], weights[other] * level);
        }
        return { amounts, unserved: 0, level };
      }
      amounts[index] = Math.min(caps[index], left);
      left = Math.max(0, left - amounts[index]);
    }
    return { amounts, unserved: left, level: Infinity };
  }

  neutrality.methods.rationing = { waterFilling };
})(globalThis.neutrality);
