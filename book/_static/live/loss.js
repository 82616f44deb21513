// The distribution of the loss from customers that may leave: port of methods/loss.py.
//
// The loss is the sum of the sizes of those who leave. Exits are independent given a factor (copula.js),
// sizes are fixed, uniform from nothing to a width, or PERT (Beta(3, 3) on the same range), and independent
// of everything. Given who leaves, the loss is a sum of fixed and of uncertain sizes, and the distribution of
// the latter is a sum of shifted powers, in closed form: Irwin-Hall for uniform sizes, its like of higher
// degree for PERT ones. The package writes few states that way and a Fourier series for the rest, whose
// stated error is 1e-8; here every state is in closed form while there are few enough of them, which is exact
// but for rounding and takes a fraction of the time. With many customers of different sizes the series is
// used here too. It is long for that: two ways to one distribution, of which a case takes the faster.
(function (neutrality) {
  "use strict";

  const { halfEven } = neutrality.units;
  const { states } = neutrality.methods.copula;
  const { gaussLegendre } = neutrality.methods.quadrature;
  const { bracketed } = neutrality.methods.roots;

  // The series of the package: up to so many uniform sizes it needs none, beyond them it writes states with
  // at most so many leaving in closed form, and is as long as this error asks for.
  const ALL_CLOSED = 5;
  const CLOSED = 2;
  const ERROR = 1e-8;
  const LONGEST = 1 << 16;
  const PERIOD = 1.02;
  // Most customers whose joint states are listed one by one.
  const MOST_LISTED = 12;
  // The closed form is used up to so many powers in all, and up to so many sizes in one sum.
  const MOST_POWERS = 30000;
  const MOST_IN_SUM = { uniform: 12, pert: 9 };
  // Its terms alternate in sign. Where rounding would leave more than this of them, the narrowest sizes are
  // averaged over instead.
  const NOISE = { uniform: 1e-8, pert: 1e-10 };
  // More distinct sums of fixed sizes than this are rounded to a grid of as many steps.
  const MOST_ATOMS = 4096;
  // Two values closer than this part of the largest loss are one.
  const SAME = 1e-12;

  // What a customer that leaves takes along: `width` itself when fixed, else between 0 and `width`.
  const size = (kind, width) => ({ kind, width });
  const meanOf = ({ kind, width }) => (kind === "fixed" ? width : width / 2);
  const SPREAD = { fixed: () => 0, uniform: (width) => width ** 2 / 12, pert: (width) => width ** 2 / 28 };
  const varianceOf = ({ kind, width }) => SPREAD[kind](width);

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // -- the sum of independent uncertain sizes ---------------------------------------------------------------

  // The Laplace transform of one size's density is A(s) - exp(-w s) B(s), polynomials in 1/s: for a uniform
  // size 1/(w s) both times, for a Beta(3, 3) those of its density written out at its left and right end.
  function ends(kind, width) {
    if (kind === "uniform") return { left: [1 / width], right: [-1 / width], from: 1 };
    const [a, b, c] = [60 / width ** 3, 360 / width ** 4, 720 / width ** 5];
    return { left: [a, -b, c], right: [-a, -b, -c], from: 3 };
  }

  function times(p, q) {
    const found = Array(p.length + q.length - 1).fill(0);
    p.forEach((a, i) => q.forEach((b, j) => (found[i + j] += a * b)));
    return found;
  }

  const FACTORIALS = [1];
  for (let k = 1; k <= 170; k++) FACTORIALS.push(FACTORIALS[k - 1] * k);

  // The same few sums come again and again while one unknown after the other is taken as known.
  const remembered = new Map();
  const MOST_REMEMBERED = 2000;

  // The sum of sizes of one kind: its largest value, its knots, and at each knot the coefficients of the
  // powers that begin there, for the distribution function (from the power `from`) and for its integral.
  function sumOf(kind, widths) {
    const key = `${kind} ${widths}`;
    if (!remembered.has(key)) {
      if (remembered.size > MOST_REMEMBERED) remembered.clear();
      remembered.set(key, computedSum(kind, widths));
    }
    return remembered.get(key);
  }

  function computedSum(kind, widths) {
    const falling = [...widths].sort((a, b) => b - a);
    // In units of the largest width, so that high powers stay in range.
    const unit = falling[0];
    let sum = { pieces: [{ knot: 0, terms: [1] }], from: 0, total: 0 };
    let count = 0;
    for (const width of falling) {
      const grown = withOneMore(kind, sum, width / unit);
      if (count > 0 && noise(grown) > NOISE[kind]) break;
      sum = grown;
      count++;
    }
    const { pieces, from, total } = sum;
    const divided = (by) =>
      pieces.map(({ terms }) => Float64Array.from(terms, (c, d) => c / FACTORIALS[by + d]));
    return {
      unit,
      from,
      total,
      knots: Float64Array.from(pieces, (piece) => piece.knot),
      below: divided(from),
      partial: divided(from + 1),
      rest: averaged(
        kind,
        falling.slice(count).map((width) => width / unit)
      ),
    };
  }

  function withOneMore(kind, { pieces, from, total }, width) {
    const one = ends(kind, width);
    const grown = pieces.flatMap(({ knot, terms }) => [
      { knot, terms: times(terms, one.left) },
      { knot: knot + width, terms: times(terms, one.right) },
    ]);
    return { pieces: merged(grown, SAME * (total + width)), from: from + one.from, total: total + width };
  }

  // What rounding leaves of a sum of powers in its middle, where most of them count.
  function noise({ pieces, from, total }) {
    let size = 0;
    for (const { knot, terms } of pieces) {
      const z = total / 2 - knot;
      if (z > 0) terms.forEach((c, d) => (size += (Math.abs(c) * z ** (from + d)) / FACTORIALS[from + d]));
    }
    return size * Number.EPSILON;
  }

  // Values of a sum of sizes with their weights, by Gauss-Legendre over each: what is much narrower than the
  // sum it is added to, or comes to a sum of many, varies too little for its powers and more than enough for
  // this.
  function averaged(kind, widths) {
    let found = [[0, 1]];
    widths.forEach((width, i) => {
      const { nodes, weights } = gaussLegendre(i === 0 ? 16 : 8);
      const parts = Array.from(nodes, (x, k) => {
        const part = (1 + x) / 2;
        return [part * width, (weights[k] / 2) * (kind === "pert" ? 30 * part ** 2 * (1 - part) ** 2 : 1)];
      });
      found = found.flatMap(([value, mass]) => parts.map(([more, chance]) => [value + more, mass * chance]));
    });
    return widths.length ? found : null;
  }

  // Pieces in the order of their knots, those at one knot as one.
  function merged(pieces, same) {
    pieces.sort((a, b) => a.knot - b.knot);
    const found = [];
    for (const piece of pieces) {
      const last = found[found.length - 1];
      if (last && piece.knot - last.knot <= same) last.terms = last.terms.map((c, d) => c + piece.terms[d]);
      else found.push(piece);
    }
    return found;
  }

  // Sum of the powers begun at knots below y.
  function powers(knots, coefficients, from, y) {
    let found = 0;
    for (let t = 0; t < knots.length && knots[t] < y; t++) {
      const z = y - knots[t];
      const c = coefficients[t];
      let value = c[c.length - 1];
      for (let d = c.length - 2; d >= 0; d--) value = value * z + c[d];
      let power = z;
      for (let k = 1; k < from; k++) power *= z;
      found += value * power;
    }
    return found;
  }

  // Probability that the sum is at most y.
  function sumBelow(one, y) {
    return over(one, y / one.unit, powersBelow);
  }

  // Expectation of q less the sum where the sum is smaller.
  function sumPartial(one, q) {
    return over(one, q / one.unit, powersPartial) * one.unit;
  }

  function over(one, at, compute) {
    if (!one.rest) return compute(one, at);
    let found = 0;
    for (const [value, mass] of one.rest) found += mass * compute(one, at - value);
    return found;
  }

  // From the nearer end: a sum is symmetric, and near its other end the powers would cancel each other to
  // noise.
  function powersBelow(one, at) {
    if (at <= 0) return 0;
    if (at >= one.total) return 1;
    if (at > one.total / 2) return 1 - powers(one.knots, one.below, one.from, one.total - at);
    return powers(one.knots, one.below, one.from, at);
  }

  function powersPartial(one, at) {
    const above = at - one.total / 2;
    if (at <= 0) return 0;
    if (at >= one.total) return above;
    const mirrored = above > 0;
    const found = powers(one.knots, one.partial, one.from + 1, mirrored ? one.total - at : at);
    return mirrored ? above + found : found;
  }

  // -- the distribution -------------------------------------------------------------------------------------

  // An exact distribution of the loss, in the unit of the sizes.
  //
  // `parts` say with what probability (`weights`) the fixed sizes of those who leave add to one of `values`
  // while the uncertain ones are a `sum` (null for none); `series` holds what is not written in closed form.
  class LossDistribution {
    constructor(parts) {
      Object.assign(this, parts);
    }

    // The error that the package allows its series: what is smaller is told by neither.
    get error() {
      return (this.bound ??= this.allowance());
    }

    // P(L <= x), or P(L < x) if `left`.
    cdf(x, left = false) {
      if (x < 0) return 0;
      const same = SAME * this.max;
      // The largest sum of fixed sizes may come out a hair above the largest loss.
      if (left ? x > this.max + same : x >= this.max) return 1;
      let found = 0;
      for (const { sum: one, weights } of this.parts) {
        for (let v = 0; v < weights.length; v++) {
          if (weights[v] === 0) continue;
          const y = x - this.values[v];
          if (one) found += y > 0 ? weights[v] * sumBelow(one, y) : 0;
          else if (left ? y > same : y >= -same) found += weights[v];
        }
      }
      if (this.series) found += seriesBelow(this.series, Math.min(x, this.max));
      return Math.min(1, Math.max(0, found));
    }

    // E[(q - L)+]: what a provision of q exceeds the loss by, on average.
    partial(q) {
      if (q <= 0) return 0;
      if (q >= this.max) return q - this.mean;
      let found = 0;
      for (const { sum: one, weights } of this.parts) {
        for (let v = 0; v < weights.length; v++) {
          const y = q - this.values[v];
          if (weights[v] !== 0 && y > 0) found += weights[v] * (one ? sumPartial(one, y) : y);
        }
      }
      if (this.series) found += seriesPartial(this.series, q);
      return Math.max(found, 0);
    }

    // E[(L - q)+]: what the loss exceeds a provision of q by, on average.
    excess(q) {
      return Math.max(this.mean - q + this.partial(q), 0);
    }

    // The smallest x with P(L <= x) >= level: value at risk, right with atoms.
    //
    // A plateau of the distribution function may equal the level but for rounding, and but for the error that
    // the package allows its series. The same allowance here keeps both the same where the function is flat.
    quantile(level) {
      const wanted = level - 1e-12 - this.error;
      if (this.cdf(0) >= wanted) return 0;
      const values = this.atoms().map(([value]) => value);
      let first = 0;
      for (let end = values.length; first < end;) {
        const middle = (first + end) >> 1;
        if (this.cdf(values[middle]) >= wanted) end = middle;
        else first = middle + 1;
      }
      let high = this.max;
      if (first < values.length) {
        high = values[first];
        if (this.cdf(high, true) < wanted) return high;
      }
      const low = first > 0 ? values[first - 1] : 0;
      return bracketed((x) => (x < high ? this.cdf(x) - wanted : 1), low, high);
    }

    // The mean of the worst (1 - level) of outcomes, as Acerbi and Tasche (2002) define it.
    expectedShortfall(level) {
      const atRisk = this.quantile(level);
      return atRisk + this.excess(atRisk) / (1 - level);
    }

    // Losses with a probability of their own, in rising order, each with that probability.
    atoms() {
      const found = [];
      for (const { sum: one, weights } of this.parts) {
        for (let v = 0; !one && v < weights.length; v++) {
          if (weights[v] > 0) found.push([this.values[v], weights[v]]);
        }
      }
      return found.sort((a, b) => a[0] - b[0]);
    }
  }

  // The exact distribution of the sum of the sizes of those who leave, one size for each customer.
  function lossDistribution(mixture, sizes) {
    if (mixture.conditional.length !== sizes.length) {
      throw new RangeError(`${sizes.length} sizes for ${mixture.conditional.length} customers`);
    }
    const open = [];
    let max = 0;
    sizes.forEach((one, i) => {
      max += Math.max(0, one.width);
      if (isOpen(one)) open.push(i);
    });
    const kind = open.length ? sizes[open[0]].kind : "uniform";
    const needsSeries = open.length > (kind === "uniform" ? ALL_CLOSED : 0);
    const allowance = () => (needsSeries ? seriesBound(mixture, sizes, open, max).error : 0);
    const groups = alike(sizes, open, max);
    const closed = sizes.length <= MOST_LISTED && affordable(groups, kind, open.length, sizes.length);
    const found = closed
      ? everyState(mixture, sizes, groups, kind, max)
      : fewLeaving(mixture, sizes, open, kind, max);
    return new LossDistribution({ max, shift: 0, series: null, ...found, allowance });
  }

  function isOpen({ kind, width }) {
    return kind !== "fixed" && width > 0;
  }

  // Customers of uncertain size whose sizes are as large as each other, together: their width and positions.
  function alike(sizes, open, max) {
    const groups = [];
    for (const i of open) {
      const held = groups.find((group) => Math.abs(group.width - sizes[i].width) <= SAME * max);
      if (held) held.members.push(i);
      else groups.push({ width: sizes[i].width, members: [i] });
    }
    return groups;
  }

  // Whether every state is written in closed form: how many powers that takes at most, each with its
  // coefficients, for every sum of fixed sizes.
  function affordable(groups, kind, open, count) {
    const knots = groups.reduce((all, { members: { length } }) => (all * (length + 1) * (length + 2)) / 2, 1);
    const each = kind === "uniform" ? 1 : 2 * open + 1;
    return open <= MOST_IN_SUM[kind] && knots * each * 2 ** (count - open) <= MOST_POWERS;
  }

  // Every joint state in closed form: its fixed sizes add to a value, its uncertain ones to one of few sums.
  function everyState(mixture, sizes, groups, kind, max) {
    const count = sizes.length;
    const probability = states(mixture);
    // What each customer adds when it leaves: a fixed size, or one to the number that leave of its group.
    const adds = new Float64Array(count);
    const counts = new Int32Array(count);
    const strides = [];
    let sums = 1;
    for (const { members } of groups) {
      strides.push(sums);
      for (const i of members) counts[i] = sums;
      sums *= members.length + 1;
    }
    let [mean, square] = [0, 0];
    const means = new Float64Array(count);
    const spreads = new Float64Array(count);
    sizes.forEach((one, i) => {
      if (!counts[i]) adds[i] = Math.max(0, one.width);
      means[i] = one.width > 0 ? meanOf(one) : 0;
      spreads[i] = one.width > 0 ? varianceOf(one) : 0;
    });
    const listed = probability.length;
    const fixed = new Float64Array(listed);
    const which = new Int32Array(listed);
    const given = new Float64Array(listed);
    const spread = new Float64Array(listed);
    for (let i = 0; i < count; i++) {
      for (let rest = 0; rest < 1 << i; rest++) {
        const state = rest | (1 << i);
        fixed[state] = fixed[rest] + adds[i];
        which[state] = which[rest] + counts[i];
        given[state] = given[rest] + means[i];
        spread[state] = spread[rest] + spreads[i];
      }
    }
    const values = [];
    const place = new Map();
    const weights = Array.from({ length: sums }, () => []);
    for (let state = 0; state < listed; state++) {
      const p = probability[state];
      if (p === 0) continue;
      mean += p * given[state];
      square += p * (given[state] ** 2 + spread[state]);
      const key = max > 0 ? halfEven(fixed[state] / (SAME * max)) : 0;
      let v = place.get(key);
      if (v === undefined) place.set(key, (v = values.push(fixed[state]) - 1));
      weights[which[state]][v] = (weights[which[state]][v] || 0) + p;
    }
    const widths = (c) =>
      groups.flatMap(({ width, members }, g) =>
        Array(Math.floor(c / strides[g]) % (members.length + 1)).fill(width)
      );
    const parts = [];
    weights.forEach((row, c) => {
      if (row.length === 0) return;
      const filled = Float64Array.from(values, (_, v) => row[v] || 0);
      parts.push({ sum: c === 0 ? null : sumOf(kind, widths(c)), weights: filled });
    });
    return { mean, variance: Math.max(0, square - mean ** 2), values: Float64Array.from(values), parts };
  }

  // -- many customers: few leaving in closed form, and a series for the rest --------------------------------

  // States in which few customers of uncertain size leave, in closed form, and the rest as a series.
  function fewLeaving(mixture, sizes, open, kind, max) {
    const { weights, conditional } = mixture;
    const fixed = sizes.map((_, i) => i).filter((i) => !isOpen(sizes[i]) && sizes[i].width > 0);
    const { sums, merges, shift } = fixedSums(
      fixed.map((i) => sizes[i].width),
      max
    );
    const reach = kind === "uniform" ? CLOSED : 0;
    const chosen = [[]];
    for (let a = 0; a < open.length && reach > 0; a++) chosen.push([open[a]]);
    for (let a = 0; a < open.length && reach > 1; a++)
      for (let b = 0; b < a; b++) chosen.push([open[b], open[a]]);
    const found = chosen.map(() => new Float64Array(sums.length));
    for (let m = 0; m < weights.length; m++) {
      const chance = fixedChances(fixed, merges, sums.length, conditional, m);
      chosen.forEach((leave, c) => {
        let each = weights[m];
        for (const i of open) each *= leave.includes(i) ? conditional[i][m] : 1 - conditional[i][m];
        for (let v = 0; v < sums.length; v++) found[c][v] += each * chance[v];
      });
    }
    const parts = chosen.map((leave, c) => ({
      sum: leave.length
        ? sumOf(
            kind,
            leave.map((i) => sizes[i].width)
          )
        : null,
      weights: found[c],
    }));
    const series = open.length ? smoothRest(mixture, sizes, open, fixed, reach, max) : null;
    return { ...moments(mixture, sizes), values: Float64Array.from(sums), parts, series, shift };
  }

  function moments({ weights, conditional }, sizes) {
    let [mean, square, within] = [0, 0, 0];
    for (let m = 0; m < weights.length; m++) {
      let [given, spread] = [0, 0];
      sizes.forEach((one, i) => {
        if (!(one.width > 0)) return;
        const [p, each] = [conditional[i][m], meanOf(one)];
        given += p * each;
        spread += p * (varianceOf(one) + each ** 2) - p ** 2 * each ** 2;
      });
      mean += weights[m] * given;
      square += weights[m] * given ** 2;
      within += weights[m] * spread;
    }
    return { mean, variance: Math.max(0, within + square - mean ** 2) };
  }

  // Distinct sums of fixed sizes, and how far they were moved. `merges[k]` says for each sum so far, without
  // and then with the k-th size, which of the new sums it is.
  function fixedSums(widths, max) {
    let sums = [0];
    let shift = 0;
    const merges = [];
    for (const width of widths) {
      const every = [...sums, ...sums.map((value) => value + width)];
      let places = placesOf(every, SAME * max);
      if (places.firsts.length > MOST_ATOMS) {
        const step = max / MOST_ATOMS;
        places = placesOf(every, step);
        sums = places.firsts.map((first) => halfEven(every[first] / step) * step);
        shift += step / 2;
      } else {
        // One of the values that were merged, not the rounded one: 375 stays 375.
        sums = places.firsts.map((first) => every[first]);
      }
      merges.push(places.where);
    }
    return { sums, merges, shift };
  }

  // Which of the distinct values, on a grid, each value is, and where each distinct one stands first.
  function placesOf(values, step) {
    const keys = values.map((value) => halfEven(value / step));
    const first = new Map();
    keys.forEach((key, i) => first.has(key) || first.set(key, i));
    const distinct = [...first.keys()].sort((a, b) => a - b);
    const place = new Map(distinct.map((key, i) => [key, i]));
    return { where: keys.map((key) => place.get(key)), firsts: distinct.map((key) => first.get(key)) };
  }

  // The chances of the sums of fixed sizes at one value of the factor.
  function fixedChances(fixed, merges, count, conditional, m) {
    let chance = Float64Array.of(1);
    fixed.forEach((i, k) => {
      const p = conditional[i][m];
      const grown = new Float64Array(k + 1 < fixed.length ? merges[k + 1].length / 2 : count);
      chance.forEach((value, v) => {
        grown[merges[k][v]] += value * (1 - p);
        grown[merges[k][v + chance.length]] += value * p;
      });
      chance = grown;
    });
    return chance;
  }

  // Expectation, over the states in which more than `reach` (0 or 2) customers leave, of the product of
  // values (re, im) of those who leave, given the factor.
  function restAt(conditional, open, m, reach, re, im) {
    let [all, allI, none, one, oneI, two, twoI] = [1, 0, 1, 0, 0, 0, 0];
    for (let k = 0; k < open.length; k++) {
      const p = conditional[open[k]][m];
      const [a, b, stay] = [p * re[k], p * im[k], 1 - p];
      [all, allI] = [all * (stay + a) - allI * b, all * b + allI * (stay + a)];
      if (reach) {
        [two, twoI] = [two * stay + one * a - oneI * b, twoI * stay + one * b + oneI * a];
        [one, oneI] = [one * stay + none * a, oneI * stay + none * b];
      }
      none *= stay;
    }
    return [all - none - one - two, allI - oneI - twoI];
  }

  // A bound on the modulus of a size's characteristic function that falls with t.
  function decay({ kind, width }, t) {
    const u = (t * width) / 2;
    return Math.min(1, kind === "uniform" ? 1 / u : (15 * (1 / u + 3 / u ** 2 + 3 / u ** 3)) / u ** 2);
  }

  // How long the package's series is, and the bound on the error of its distribution function.
  function seriesBound({ weights, conditional }, sizes, open, max) {
    const reach = sizes[open[0]].kind === "uniform" ? CLOSED : 0;
    const order = reach ? CLOSED + 1 : 3;
    const none = open.map(() => 0);
    let count = 128;
    let error = Infinity;
    while (count <= LONGEST) {
      const t = (2 * Math.PI * count) / (PERIOD * max);
      const fall = open.map((i) => decay(sizes[i], t));
      let left = 0;
      for (let m = 0; m < weights.length; m++) {
        left += weights[m] * restAt(conditional, open, m, reach, fall, none)[0];
      }
      // Beyond the last frequency the coefficients fall like t**-order, so their sum is bounded by this.
      error = Math.max(...fall) < 1 ? (2 * Math.max(0, left)) / (Math.PI * order) : Infinity;
      if (error < ERROR) break;
      count = Math.ceil(1.25 * count);
    }
    return { count: Math.min(count, LONGEST), error: Math.min(error, 1) };
  }

  // E[exp(i t S)] of an uncertain size; t is positive.
  function characteristic({ kind, width }, t) {
    const u = (t * width) / 2;
    let modulus;
    if (kind === "uniform") modulus = Math.sin(u) / u;
    else if (u < 0.5) modulus = 1 - u ** 2 / 14 + u ** 4 / 504 - u ** 6 / 33264 + u ** 8 / 3459456;
    else modulus = (15 * ((3 / u ** 2 - 1) * Math.sin(u) - (3 * Math.cos(u)) / u)) / u ** 3;
    return [modulus * Math.cos(u), modulus * Math.sin(u)];
  }

  // A smooth sub-distribution on [0, period] by the Fourier coefficients of its density (Fang and Oosterlee,
  // 2008), which are exact: a product given the factor.
  function smoothRest(mixture, sizes, open, fixed, reach, max) {
    const { weights, conditional } = mixture;
    const { count } = seriesBound(mixture, sizes, open, max);
    const ones = open.map(() => 1);
    const none = open.map(() => 0);
    let mass = 0;
    for (let m = 0; m < weights.length; m++) {
      mass += weights[m] * restAt(conditional, open, m, reach, ones, none)[0];
    }
    const period = PERIOD * max;
    const frequency = Float64Array.from({ length: count }, (_, k) => (2 * Math.PI * (k + 1)) / period);
    const re = new Float64Array(count);
    const im = new Float64Array(count);
    for (let k = 0; k < count; k++) {
      const t = frequency[k];
      const values = open.map((i) => characteristic(sizes[i], t));
      const [a, b] = [values.map((value) => value[0]), values.map((value) => value[1])];
      const turns = fixed.map((i) => [Math.cos(t * sizes[i].width), Math.sin(t * sizes[i].width)]);
      for (let m = 0; m < weights.length; m++) {
        let [x, y] = restAt(conditional, open, m, reach, a, b);
        fixed.forEach((i, f) => {
          const p = conditional[i][m];
          const [c, s] = [1 - p + p * turns[f][0], p * turns[f][1]];
          [x, y] = [x * c - y * s, x * s + y * c];
        });
        re[k] += weights[m] * x;
        im[k] += weights[m] * y;
      }
    }
    return { mass, period, frequency, re, im };
  }

  function seriesBelow({ mass, period, frequency, re, im }, x) {
    let waves = 0;
    for (let k = 0; k < frequency.length; k++) {
      const turn = frequency[k] * x;
      // The real part of (1 - exp(-i t x)) (re + i im) / (i t).
      waves += ((1 - Math.cos(turn)) * im[k] + Math.sin(turn) * re[k]) / frequency[k];
    }
    return (mass * x) / period + (2 / period) * waves;
  }

  function seriesPartial({ mass, period, frequency, re, im }, q) {
    let waves = 0;
    for (let k = 0; k < frequency.length; k++) {
      const t = frequency[k];
      const turn = t * q;
      // The real part of q (re + i im) / (i t) + (1 - exp(-i t q)) (re + i im) / t**2.
      waves += (q * im[k]) / t + ((1 - Math.cos(turn)) * re[k] - Math.sin(turn) * im[k]) / t ** 2;
    }
    return (mass * q ** 2) / (2 * period) + (2 / period) * waves;
  }

  neutrality.methods.loss = { size, lossDistribution };
})(globalThis.neutrality);
