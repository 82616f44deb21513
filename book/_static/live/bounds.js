// What is certain about several events when nothing is known of their dependence: port of the closed forms of
// methods/bounds.py. Its linear programmes stay with the package; no named result needs them.
(function (neutrality) {
  "use strict";

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // Bounds of the probability that every event happens (Fréchet).
  function allHappen(p) {
    return [Math.max(0, sum(p) - (p.length - 1)), Math.min(1, ...p)];
  }

  // Bounds of the probability that at least one event happens (Boole).
  function anyHappens(p) {
    return [Math.max(0, ...p), Math.min(1, sum(p))];
  }

  // Bounds of the probability that no event happens.
  function noneHappens(p) {
    const [low, high] = anyHappens(p);
    return [1 - high, 1 - low];
  }

  neutrality.methods.bounds = { allHappen, anyHappens, noneHappens };
})(globalThis.neutrality);
