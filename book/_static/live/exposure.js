// Customers who may leave: how much, how likely and how far: port of chapters/exposure.py.
(function (neutrality) {
  "use strict";

  const { InputError, quoted } = neutrality.errors;
  const { money } = neutrality.units;
  const { range, undisclosed } = neutrality.case.figures;
  const { inMillions, largestSpend } = neutrality.case.load;

  // Which metric a basis takes the spends from.
  const BASES = { last_year: "spend", plan: "planned_spend" };

  // The currency of the case: that of the acquirer's investment.
  function currency(found) {
    const figure = found.figure("investment");
    const parts = money(figure.unit);
    if (!parts) {
      throw new InputError(`${figure.id}: unit: found ${quoted(figure.unit)}, expected money like 'USD bn'`);
    }
    return parts.currency;
  }

  function valueOf(figure) {
    if (figure.value === null) throw new InputError(`${figure.id}: has no value`);
    return figure.value;
  }

  // One customer's spend on one basis, in millions a year, and what its exit would do.
  //
  // `cap` is the largest disclosed spend of the basis, which bounds an undisclosed one; `capping` is the
  // figure that sets it. Probabilities and loss given exit (`severity`) are fractions.
  class Exposure {
    constructor(parts) {
      Object.assign(this, parts);
      this.disclosed = !undisclosed(this.spend);
      // The spend, or half of what it can be at most where nobody disclosed it; the largest and the smallest
      // spend that the facts allow.
      this.point = this.disclosed ? inMillions(this.spend) : this.cap / 2;
      this.most = this.disclosed ? inMillions(this.spend) : this.cap;
      this.least = this.disclosed ? inMillions(this.spend) : 0;
    }

    get probability() {
      return valueOf(this.exit);
    }

    get severity() {
      return valueOf(this.lossGivenExit);
    }

    // Probability times exposure times loss given exit.
    get expected() {
      return this.probability * this.point * this.severity;
    }

    // Expected loss over the stated ranges: probability at an end, the spend as free as the facts leave it.
    get expectedRange() {
      const [low, high] = range(this.exit);
      return [low * this.least * this.severity, high * this.most * this.severity];
    }

    // The figures that the exit probability rests on: a pooled one on the weight of its pool too.
    get exitFigures() {
      return this.exit.pooled ? [this.exit, this.poolWeight] : [this.exit];
    }

    // The figures that the point value of the spend rests on.
    get sizeFigures() {
      return this.disclosed ? [this.spend] : [this.spend, this.capping];
    }

    // The figures that the largest possible spend rests on: an undisclosed one adds nothing itself.
    get boundFigures() {
      return this.disclosed ? [this.spend] : [this.capping];
    }
  }

  // Every customer's exposure on a basis (`last_year` or `plan`), in the table's order.
  function exposures(found, basis) {
    const metric = BASES[basis];
    const period = found.newestPeriod(metric);
    const spends = found.customers.map((customer) => found.figure(metric, customer.id, period));
    const capping = largestSpend(spends);
    if (capping === null) {
      const what = `no customer has a disclosed ${metric} for ${period}`;
      throw new InputError(`${what}, so nothing bounds the others`);
    }
    return found.customers.map(
      (customer, i) =>
        new Exposure({
          customer,
          spend: spends[i],
          cap: inMillions(capping),
          capping,
          exit: found.figure("exit_probability", customer.id),
          poolWeight: found.figure("pool_weight"),
          exitWithoutDeal: found.figure("exit_probability_without_deal", customer.id),
          lossGivenExit: found.figure("loss_given_exit", customer.id),
        })
    );
  }

  // The customer with the largest disclosed spend.
  function largest(customers) {
    return customers.filter((one) => one.disclosed).reduce((a, b) => (b.point > a.point ? b : a));
  }

  // Expected yearly loss in millions, and the figures it rests on.
  function expectedLoss(customers) {
    const figures = customers.map((one) => [one.sizeFigures, one.exitFigures, one.lossGivenExit]);
    return { value: customers.reduce((total, one) => total + one.expected, 0), figures };
  }

  // The expected yearly loss at both ends of the stated ranges (layer L1), in millions.
  function expectedLossRange(customers) {
    const ranges = customers.map((one) => one.expectedRange);
    return [0, 1].map((end) => ranges.reduce((total, one) => total + one[end], 0));
  }

  // The supplier's revenue of the period of the newest full-year spends.
  function revenueOf(found) {
    return found.figure("revenue", found.supplier.id, found.newestPeriod("spend"));
  }

  neutrality.chapters.exposure = {
    BASES,
    currency,
    exposures,
    largest,
    expectedLoss,
    expectedLossRange,
    revenueOf,
  };
})(globalThis.neutrality);
