// The exit model of a case: port of chapters/exit_model.py.
(function (neutrality) {
  "use strict";

  const { oneFactor } = neutrality.methods.copula;
  const { size, lossDistribution } = neutrality.methods.loss;
  const { exposures } = neutrality.chapters.exposure;
  const { flat } = neutrality.chapters.ledger;

  // How a size model names itself in a subtitle.
  const SIZE_WORDS = {
    uniform: "undisclosed spends uniform up to the largest",
    pert: "undisclosed spends PERT up to the largest, most likely at half of it",
    fixed: "undisclosed spends fixed at half the largest",
  };

  // What a customer takes along when it leaves, in millions a year.
  function sizeOf(one, sizeModel) {
    if (one.disclosed || sizeModel === "fixed" || one.cap <= 0)
      return size("fixed", one.point * one.severity);
    return size(sizeModel, one.cap * one.severity);
  }

  // Customers on a basis, the latent correlation of their exits and how undisclosed spends are taken. Mixture
  // and distribution of the loss are worked out when first asked for.
  class ExitModel {
    constructor(customers, correlation, sizeModel, basis) {
      Object.assign(this, { customers, correlation, sizeModel, basis });
      this.probabilities = customers.map((one) => one.probability);
      this.sizes = customers.map((one) => sizeOf(one, sizeModel));
    }

    get mixture() {
      if (!this.mixed) this.mixed = oneFactor(this.probabilities, this.correlation);
      return this.mixed;
    }

    // The exact distribution of the yearly loss, in millions.
    get loss() {
      if (!this.lost) this.lost = lossDistribution(this.mixture, this.sizes);
      return this.lost;
    }

    // The same customers under another correlation.
    at(correlation) {
      if (correlation === this.correlation) return this;
      return new ExitModel(this.customers, correlation, this.sizeModel, this.basis);
    }

    // The same with every undisclosed spend at its mean.
    fixed() {
      if (this.sizeModel === "fixed") return this;
      return new ExitModel(this.customers, this.correlation, "fixed", this.basis);
    }
  }

  // The probability of a loss above a value.
  const exceeding = (loss, value) => told(loss, 1 - loss.cdf(value));

  // The probability of a loss of at least a value.
  const reaching = (loss, value) => told(loss, 1 - loss.cdf(value, true));

  // A probability that rounding, or the error of the package's distribution, does not tell from nothing is none.
  const told = (loss, chance) => (chance > Math.max(1e-12, loss.error) ? chance : 0);

  // The latent correlation between exits.
  function correlationOf(found) {
    return found.figure("latent_correlation", found.supplier.id);
  }

  // The exit model of a case on a basis.
  function exitModel(found, basis = "last_year", sizeModel = "uniform") {
    return new ExitModel(exposures(found, basis), correlationOf(found).value || 0, sizeModel, basis);
  }

  // What the probability of a set of exits rests on.
  function eventFigures(found) {
    return flat(
      exposures(found, "last_year").map((one) => one.exitFigures),
      correlationOf(found)
    );
  }

  // What the distribution of the loss rests on.
  function lossFigures(found, customers) {
    const own = customers.map((one) => [one.exitFigures, one.sizeFigures, one.lossGivenExit]);
    return flat(own, correlationOf(found));
  }

  neutrality.chapters.exit_model = {
    SIZE_WORDS,
    exceeding,
    reaching,
    correlationOf,
    exitModel,
    eventFigures,
    lossFigures,
  };
})(globalThis.neutrality);
