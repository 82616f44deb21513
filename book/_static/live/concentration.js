// The Herfindahl-Hirschman index and its sharp bounds: port of methods/concentration.py.
(function (neutrality) {
  "use strict";

  const POINTS = 1e4;
  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // Sum of squared shares of `total`, in points (0 to 10,000).
  function herfindahl(sizes, total) {
    let found = 0;
    for (let i = 0; i < sizes.length; i++) found += (sizes[i] / total) ** 2;
    return POINTS * found;
  }

  // The most concentrated list of sizes: the known ones, then as many of size `cap` as fit, and a rest.
  function packed(known, total, cap) {
    const rest = Math.max(0, total - sum(known));
    const full = Math.floor((rest / cap) * (1 + 1e-12));
    const last = rest - full * cap;
    const unknown = Array(full).fill(cap);
    if (last > 1e-9 * total) unknown.push(last);
    return [...known, ...unknown].sort((a, b) => b - a);
  }

  // How many equal customers give this index; null for an index of zero.
  function numbersEquivalent(index) {
    return index === 0 ? null : POINTS / index;
  }

  // The smallest number of customers when none is larger than `cap`. The quotient is taken a hair smaller,
  // so that rounding does not add a customer: 6 x 145 is 870.
  function fewest(total, cap) {
    return Math.ceil((total / cap) * (1 - 1e-12));
  }

  neutrality.methods.concentration = { POINTS, herfindahl, packed, numbersEquivalent, fewest };
})(globalThis.neutrality);
