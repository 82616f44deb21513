// Pools of opinions: port of case/wording.py.
(function (neutrality) {
  "use strict";

  // Weights of a pool: `first` and its complement for two readings, equal ones for any other number.
  function weights(count, first) {
    return count === 2 ? [first, 1 - first] : Array(count).fill(1 / count);
  }

  // One probability from several: the weighted mean (Stone, 1961), or for `log` the normalised weighted
  // geometric mean (Genest and Zidek, 1986). A reading of weight 0 has no say. Null for a logarithmic pool of
  // a certain yes and a certain no.
  function pool(probabilities, weight, method = "linear") {
    if (method === "linear") return probabilities.reduce((total, p, i) => total + p * weight[i], 0);
    let yes = 1;
    let no = 1;
    probabilities.forEach((p, i) => {
      if (weight[i] <= 0) return;
      yes *= p ** weight[i];
      no *= (1 - p) ** weight[i];
    });
    return yes + no === 0 ? null : yes / (yes + no);
  }

  neutrality.case.wording = { weights, pool };
})(globalThis.neutrality);
