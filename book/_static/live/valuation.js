// Stakes, multiples and the growth that a price implies: port of methods/valuation.py.
(function (neutrality) {
  "use strict";

  const { bracketed } = neutrality.methods.roots;

  // A quotient, or null where the denominator is zero.
  function ratio(numerator, denominator) {
    return denominator === 0 ? null : numerator / denominator;
  }

  // The stake that an investment buys as fresh money on a pre-money value.
  function primaryStake(investment, preMoney_) {
    return investment / (preMoney_ + investment);
  }

  // The pre-money value on which an investment buys a stake as fresh money.
  function preMoney(investment, stake) {
    return (investment * (1 - stake)) / stake;
  }

  // The pre-money value over intervals: it rises with the investment and falls with the stake.
  function preMoneyRange(investment, stake) {
    return [preMoney(investment[0], stake[1]), preMoney(investment[1], stake[0])];
  }

  // The stakes that the buyer may have held before, for cheque = (stake - earlier stake) x valuation; null
  // when the cheque is worth more than the whole stake whatever the rounding.
  function earlierStake({ amount, share, whole }) {
    const low = share[0] - amount[1] / whole[0];
    const high = share[1] - amount[0] / whole[1];
    return high < 0 ? null : [Math.max(0, low), high];
  }

  // Value of the operating business: the headline value less the cash that stayed, plus net debt.
  function enterpriseValue(valuation, investment, cashRetained, netDebt) {
    return valuation - cashRetained * investment + netDebt;
  }

  // An investment as what the stake was worth before, its part of the cash that stayed, and a residual.
  function premiumStack(investment, stake, valueBefore, cashRetained) {
    const before = stake * valueBefore;
    const cash = stake * cashRetained * investment;
    return [before, cash, investment - before - cash];
  }

  // Yearly revenue growth that justifies a value by the venture-capital method (Sahlman, 1987); null where no
  // growth does: for a value, a revenue, a number of years or a multiple that is not positive.
  function growthByExitMultiple(value, revenue, rate, years, multiple) {
    if (Math.min(value, revenue, years, multiple) <= 0) return null;
    return ((value * (1 + rate) ** years) / (multiple * revenue)) ** (1 / years) - 1;
  }

  // Present value of a cash flow of 1 that grows by `factor` a year and then for ever.
  function presentValue(factor, rate, years, terminalGrowth) {
    const step = factor / (1 + rate);
    let flow = 1;
    let total = 0;
    for (let year = 0; year < years; year++) {
      flow *= step;
      total += flow;
    }
    return total + (flow * (1 + terminalGrowth)) / (rate - terminalGrowth);
  }

  // The growth at which discounted free cash flow equals a value: `years` of it, then a Gordon terminal value.
  //
  // Null for a value, a revenue or a margin that is not positive, for less than a year and for a terminal growth
  // that reaches the rate. The value is a polynomial in 1 + growth with positive coefficients, so it has one root.
  function growthByDcf(value, revenue, rate, years, margin, terminalGrowth) {
    if (Math.min(value, revenue, margin) <= 0 || years < 1 || rate <= terminalGrowth) return null;
    const sought = value / (revenue * margin);
    const excess = (factor) => presentValue(factor, rate, years, terminalGrowth) - sought;
    let factor = 2;
    while (excess(factor) < 0) factor *= 2;
    return bracketed(excess, 0, factor, 1e-15) - 1;
  }

  // The yearly revenue whose loss, at the price's own multiple, undoes a step-up in value.
  function breakEvenLoss(revenue, valueBefore, value) {
    return revenue * (1 - valueBefore / value);
  }

  neutrality.methods.valuation = {
    ratio,
    primaryStake,
    preMoney,
    preMoneyRange,
    earlierStake,
    enterpriseValue,
    premiumStack,
    growthByExitMultiple,
    growthByDcf,
    breakEvenLoss,
  };
})(globalThis.neutrality);
