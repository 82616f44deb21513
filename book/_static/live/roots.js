// The root of a continuous function: port of methods/roots.py.
(function (neutrality) {
  "use strict";

  // A root between `low` and `high`, where the function has opposite signs or is zero.
  //
  // The Illinois variant of false position (Dowell and Jarratt, 1971), with a bisection whenever it stalls.
  // `precision` is relative to the bracket. Throws a RangeError when the signs agree.
  function bracketed(f, low, high, precision = 1e-14) {
    const start = high - low;
    let atLow = f(low);
    let atHigh = f(high);
    if (atLow === 0) return low;
    if (atHigh === 0) return high;
    if (atLow > 0 === atHigh > 0) throw new RangeError("the function has the same sign at both ends");
    let side = 0;
    for (let step = 0; step < 400; step++) {
      const width = high - low;
      if (width <= precision * start) break;
      // Every third step halves the bracket for certain, whatever the function's shape.
      let middle = step % 3 === 2 ? low + width / 2 : high - (atHigh * width) / (atHigh - atLow);
      if (!(low < middle && middle < high)) {
        middle = low + width / 2;
        if (!(low < middle && middle < high)) break;
      }
      const value = f(middle);
      if (value === 0) return middle;
      if (value > 0 === atHigh > 0) {
        high = middle;
        atHigh = value;
        if (side > 0) atLow /= 2;
        side = 1;
      } else {
        low = middle;
        atLow = value;
        if (side < 0) atHigh /= 2;
        side = -1;
      }
    }
    return low + (high - low) / 2;
  }

  neutrality.methods.roots = { bracketed };
})(globalThis.neutrality);
