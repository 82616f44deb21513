// When lost revenue is felt: port of methods/timing.py.
(function (neutrality) {
  "use strict";

  const MONTHS = 12;

  // Full months of revenue lost between `begin` and `end` (months from 1 January): orders run down from
  // `start` + `notice` on, in a straight line to nothing over `ramp` months.
  function monthsLost(start, notice, ramp, end = MONTHS, begin = 0) {
    return Math.max(0, lostUntil(end - start - notice, ramp) - lostUntil(begin - start - notice, ramp));
  }

  function lostUntil(elapsed, ramp) {
    if (elapsed <= 0) return 0;
    if (elapsed < ramp) return elapsed ** 2 / (2 * ramp);
    return elapsed - ramp / 2;
  }

  // The part of the monthly revenue that is gone at a time, in months from 1 January.
  function runningDown(at, start, notice, ramp) {
    const elapsed = at - start - notice;
    if (elapsed <= 0) return 0;
    return elapsed >= ramp ? 1 : elapsed / ramp;
  }

  // Expected part of `horizon` months' revenue that is lost at the constant hazard that gives `probability`
  // within `months`, a year, however long the horizon is. A certain exit is one at once.
  function lostByHazard(probability, horizon, months = MONTHS) {
    if (probability >= 1) return 1;
    const gone = (-Math.log1p(-probability) / months) * horizon;
    // 1 - (1 - exp(-x)) / x, by its series where that would cancel.
    return gone < 1e-3 ? gone / 2 - gone ** 2 / 6 + gone ** 3 / 24 : 1 + Math.expm1(-gone) / gone;
  }

  // Months after which exit is as likely as not; zero for a certain exit, null where there is no hazard.
  function halfLife(probability, months = MONTHS) {
    if (probability <= 0) return null;
    if (probability >= 1) return 0;
    return (months * Math.LN2) / -Math.log1p(-probability);
  }

  // Growth that what remains needs to stand where it stood; null when nothing remains.
  function replacementGrowth(lost, revenue) {
    return lost >= revenue ? null : lost / (revenue - lost);
  }

  neutrality.methods.timing = { MONTHS, monthsLost, runningDown, lostByHazard, halfLife, replacementGrowth };
})(globalThis.neutrality);
