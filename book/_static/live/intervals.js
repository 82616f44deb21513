// Interval arithmetic, what rounding leaves open: port of methods/intervals.py. An interval is [low, high].
(function (neutrality) {
  "use strict";

  // The part common to both, or null where there is none.
  function meet(one, other) {
    const low = Math.max(one[0], other[0]);
    const high = Math.min(one[1], other[1]);
    return low <= high ? [low, high] : null;
  }

  // The sharpest intervals that amount = share x whole allows, or null when it has no solution.
  //
  // All intervals are positive. The constraint is monotone in each quantity, so one pass is sharp.
  function contract({ amount, share, whole }) {
    const whole_ = meet(whole, [amount[0] / share[1], amount[1] / share[0]]);
    if (!whole_) return null;
    const share_ = meet(share, [amount[0] / whole_[1], amount[1] / whole_[0]]);
    if (!share_) return null;
    const amount_ = meet(amount, [share_[0] * whole_[0], share_[1] * whole_[1]]);
    return amount_ && { amount: amount_, share: share_, whole: whole_ };
  }

  // The range of a function over intervals of its arguments, or null where it has no number somewhere.
  //
  // Exact for a function that is monotone in each argument: its extremes then lie at the ends.
  function overVertices(f, ...intervals) {
    let corners = [[]];
    for (const [low, high] of intervals) {
      const ends = low === high ? [low] : [low, high];
      corners = corners.flatMap((corner) => ends.map((end) => [...corner, end]));
    }
    let least = Infinity;
    let most = -Infinity;
    for (const corner of corners) {
      const value = f(...corner);
      if (value === null) return null;
      least = Math.min(least, value);
      most = Math.max(most, value);
    }
    return [least, most];
  }

  neutrality.methods.intervals = { contract, overVertices };
})(globalThis.neutrality);
