// Where spend goes that leaves a supplier: port of methods/diversion.py.
(function (neutrality) {
  "use strict";

  const { herfindahl } = neutrality.methods.concentration;

  function sum(values) {
    let total = 0;
    for (let i = 0; i < values.length; i++) total += values[i];
    return total;
  }

  // Up to so many ranges every corner is looked at; beyond, those in which one end differs from the rest.
  const EVERY_CORNER = 10;

  // Equal shares: the principle of indifference, which needs no data.
  function equal(count) {
    return Array(count).fill(1 / count);
  }

  // Shares in proportion to the rivals' revenues; null where nobody has any.
  function proportional(bases) {
    const total = sum(bases);
    return total > 0 ? bases.map((base) => base / total) : null;
  }

  // The systematic utility of a vendor: weighted neutrality, capability and log of capacity (Huff, 1964).
  function utility(neutrality_, capability, capacity, [ofNeutrality, ofCapability, ofCapacity]) {
    let size = 0;
    if (ofCapacity > 0) size = capacity > 0 ? ofCapacity * Math.log(capacity) : -Infinity;
    return ofNeutrality * neutrality_ + ofCapability * capability + size;
  }

  // Choice probabilities exp(V_k) / sum of exp(V) (McFadden, 1974); null where every utility is -Infinity.
  function logit(utilities) {
    const top = Math.max(...utilities);
    if (top === -Infinity) return null;
    // Only differences count, and from the largest one no exponential overflows.
    const raised = utilities.map((value) => Math.exp(value - top));
    const total = sum(raised);
    return raised.map((value) => value / total);
  }

  // The sizes of a market's sellers once spend has moved, the supplier first and never below nothing.
  function marketAfter(supplier, bases, lost, gained) {
    return [Math.max(0, supplier - lost), ...bases.map((base, i) => base + gained[i])];
  }

  // The Herfindahl-Hirschman index of a market in points; null for one without sales.
  function herfindahlOf(sizes) {
    const total = sum(sizes);
    return total > 0 ? herfindahl(sizes, total) : null;
  }

  // Points at the ends of ranges: every combination of ends, or of many ranges all low, all high and those
  // in which one end differs from the rest.
  function corners(ranges) {
    const count = ranges.length;
    const every = (pick) => ranges.map((pair, i) => pair[pick(i)]);
    if (count <= EVERY_CORNER) {
      return Array.from({ length: 2 ** count }, (_, mask) => every((i) => (mask >> i) & 1));
    }
    const one = (end) => ranges.map((_, odd) => every((i) => (i === odd ? 1 - end : end)));
    return [every(() => 0), every(() => 1), ...one(0), ...one(1)];
  }

  neutrality.methods.diversion = { equal, proportional, utility, logit, marketAfter, herfindahlOf, corners };
})(globalThis.neutrality);
