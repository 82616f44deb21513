// The normal distribution function and its inverse, which the package takes from scipy.special.
(function (neutrality) {
  "use strict";

  // Cody (1969), Rational Chebyshev approximations for the error function, Mathematics of Computation 23,
  // with the coefficients of his CALERF: relative error below 1e-15.
  const A = [
    3.1611237438705656, 1.1386415415105016e2, 3.77485237685302021e2, 3.20937758913846947e3,
    1.85777706184603153e-1,
  ];
  const B = [2.36012909523441209e1, 2.44024637934444173e2, 1.28261652607737228e3, 2.84423683343917062e3];
  const C = [
    5.64188496988670089e-1, 8.88314979438837594, 6.61191906371416295e1, 2.98635138197400131e2,
    8.8195222124176909e2, 1.71204761263407058e3, 2.05107837782607147e3, 1.23033935479799725e3,
    2.15311535474403846e-8,
  ];
  const D = [
    1.57449261107098347e1, 1.17693950891312499e2, 5.37181101862009858e2, 1.62138957456669019e3,
    3.29079923573345963e3, 4.36261909014324716e3, 3.43936767414372164e3, 1.23033935480374942e3,
  ];
  const P = [
    3.05326634961232344e-1, 3.60344899949804439e-1, 1.25781726111229246e-1, 1.60837851487422766e-2,
    6.58749161529837803e-4, 1.63153871373020978e-2,
  ];
  const Q = [
    2.56852019228982242, 1.87295284992346725, 5.27905102951428412e-1, 6.05183413124413191e-2,
    2.33520497626869185e-3,
  ];
  const ONE_OVER_ROOT_PI = 0.56418958354775628695;

  // exp(-y * y) without the digits that squaring a large y loses.
  function bell(y) {
    const near = Math.trunc(y * 16) / 16;
    return Math.exp(-near * near) * Math.exp(-(y - near) * (y + near));
  }

  // The complementary error function.
  function erfc(x) {
    const y = Math.abs(x);
    let found;
    if (y <= 0.46875) {
      const z = y * y;
      let top = A[4] * z;
      let below = z;
      for (let i = 0; i < 3; i++) {
        top = (top + A[i]) * z;
        below = (below + B[i]) * z;
      }
      return 1 - (x * (top + A[3])) / (below + B[3]);
    }
    if (y <= 4) {
      let top = C[8] * y;
      let below = y;
      for (let i = 0; i < 7; i++) {
        top = (top + C[i]) * y;
        below = (below + D[i]) * y;
      }
      found = (bell(y) * (top + C[7])) / (below + D[7]);
    } else if (y > 27) found = 0;
    else {
      const z = 1 / (y * y);
      let top = P[5] * z;
      let below = z;
      for (let i = 0; i < 4; i++) {
        top = (top + P[i]) * z;
        below = (below + Q[i]) * z;
      }
      found = (bell(y) * (ONE_OVER_ROOT_PI - (z * (top + P[4])) / (below + Q[4]))) / y;
    }
    return x < 0 ? 2 - found : found;
  }

  // The probability that a standard normal variable is at most x.
  function cdf(x) {
    return erfc(-x * Math.SQRT1_2) / 2;
  }

  // Wichura (1988), Algorithm AS 241, Applied Statistics 37: PPND16, relative error about 1e-16.
  const MIDDLE = [
    [
      2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4, 4.5921953931549871457e4,
      1.3731693765509461125e4, 1.9715909503065514427e3, 1.3314166789178437745e2, 3.387132872796366608,
    ],
    [
      5.226495278852854561e3, 2.8729085735721942674e4, 3.930789580009271061e4, 2.1213794301586595867e4,
      5.3941960214247511077e3, 6.871870074920579083e2, 4.2313330701600911252e1, 1,
    ],
  ];
  const OUTER = [
    [
      7.7454501427834140764e-4, 2.27238449892691845833e-2, 2.4178072517745061177e-1, 1.27045825245236838258,
      3.64784832476320460504, 5.7694972214606914055, 4.6303378461565452959, 1.42343711074968357734,
    ],
    [
      1.05075007164441684324e-9, 5.475938084995344946e-4, 1.51986665636164571966e-2, 1.4810397642748007459e-1,
      6.8976733498510000455e-1, 1.6763848301838038494, 2.05319162663775882187, 1,
    ],
  ];
  const TAIL = [
    [
      2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.2426609473880784386e-3,
      2.6532189526576123093e-2, 2.9656057182850489123e-1, 1.7848265399172913358, 5.4637849111641143699,
      6.6579046435011037772,
    ],
    [
      2.04426310338993978564e-15, 1.4215117583164458887e-7, 1.8463183175100546818e-5, 7.868691311456132591e-4,
      1.48753612908506148525e-2, 1.3692988092273580531e-1, 5.9983220655588793769e-1, 1,
    ],
  ];

  function quotient([top, below], r) {
    let over = 0;
    let under = 0;
    for (let i = 0; i < 8; i++) {
      over = over * r + top[i];
      under = under * r + below[i];
    }
    return over / under;
  }

  // The value that a standard normal variable does not exceed with probability p; infinite at 0 and 1.
  function quantile(p) {
    if (p <= 0) return p < 0 ? NaN : -Infinity;
    if (p >= 1) return p > 1 ? NaN : Infinity;
    const q = p - 0.5;
    if (Math.abs(q) <= 0.425) return q * quotient(MIDDLE, 0.180625 - q * q);
    const r = Math.sqrt(-Math.log(q < 0 ? p : 1 - p));
    const found = r <= 5 ? quotient(OUTER, r - 1.6) : quotient(TAIL, r - 5);
    return q < 0 ? -found : found;
  }

  neutrality.methods.normal = { erfc, cdf, quantile };
})(globalThis.neutrality);
