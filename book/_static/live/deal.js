// The deal: port of chapters/deal/figures.py and chapters/deal/results.py.
(function (neutrality) {
  "use strict";

  const { InputError } = neutrality.errors;
  const { money, convert, halfEven } = neutrality.units;
  const { range } = neutrality.case.figures;
  const { contract, overVertices } = neutrality.methods.intervals;
  const { priceVolume } = neutrality.methods.attribution;
  const {
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
  } = neutrality.methods.valuation;
  const { currency, exposures, largest, expectedLoss, expectedLossRange, revenueOf } =
    neutrality.chapters.exposure;
  const { Ledger, flat } = neutrality.chapters.ledger;

  // -- figures ----------------------------------------------------------------------------------------------

  // A value of a figure in billions where it is money, as it is otherwise.
  function scaled(figure, value) {
    return money(figure.unit) ? convert(value, figure.unit, "bn") : value;
  }

  // The figures of the deal by name, and the customers who may leave. `values` holds money in billions, rates
  // and shares as fractions.
  class Deal {
    constructor(found) {
      const supplier = found.supplier.id;
      const exposed = exposures(found, "last_year");
      const customer = largest(exposed);
      const plan = exposures(found, "plan").find((one) => one.customer === customer.customer);
      const prior = found.figure("valuation_prior", supplier);
      const standalone = found.figure("standalone_value", supplier);
      const own = (metric) => found.figure(metric, supplier);
      this.customer = customer;
      this.plan = plan;
      this.exposed = exposed;
      this.multipleAfterExit = own("multiple_after_exit");
      this.figures = {
        investment: found.figure("investment"),
        stake: found.figure("stake"),
        priorStake: found.figure("prior_stake"),
        valuation: own("valuation"),
        prior,
        // Without a value of its own, the business is taken to be worth what it was last priced at.
        standalone: standalone.value === null ? prior : standalone,
        revenue: revenueOf(found),
        spend: customer.spend,
        planned: plan.disclosed ? plan.spend : plan.capping,
        cashRetained: own("cash_retained_share"),
        netDebt: own("net_debt"),
        vcRate: own("vc_rate"),
        vcYears: own("vc_years"),
        vcExitMultiple: own("vc_exit_multiple"),
        dcfRate: own("dcf_rate"),
        dcfYears: own("dcf_years"),
        dcfFcfMargin: own("dcf_fcf_margin"),
        dcfTerminalGrowth: own("dcf_terminal_growth"),
      };
      this.values = {};
      for (const [name, figure] of Object.entries(this.figures)) {
        this.values[name] = scaled(figure, figure.value || 0);
      }
      // An undisclosed plan counts as half of what it can be at most.
      this.values.planned = plan.point / 1000;
    }

    // The figures of these names, each once.
    ofNames(...names) {
      return flat(names.map((name) => this.figures[name]));
    }

    // What evidence allows for a figure, in the units of `values`.
    range(name) {
      const figure = this.figures[name];
      return range(figure).map((end) => scaled(figure, end));
    }

    // The values with one figure at another value, given in the units of `values`.
    withFigure(id, value) {
      const changed = { ...this.values };
      for (const [name, figure] of Object.entries(this.figures)) if (figure.id === id) changed[name] = value;
      return changed;
    }

    // What evidence allows for the multiple after an exit; null where the case gives no range.
    multiplesAfterExit() {
      try {
        return range(this.multipleAfterExit);
      } catch (problem) {
        if (problem instanceof InputError) return null;
        throw problem;
      }
    }
  }

  // Cheque, stake and valuation (billions) with what rounding leaves open.
  function rounded(deal) {
    return { amount: deal.range("investment"), share: deal.range("stake"), whole: deal.range("valuation") };
  }

  // The sharpest intervals of cheque, stake and valuation (billions), or null when they clash.
  function contracted(deal) {
    return contract(rounded(deal));
  }

  // -- outcomes: each is written once, as a function of the values ------------------------------------------

  const multiple = (v) => v.valuation / v.revenue;

  // Enterprise value at the share of the cash that stayed.
  const businessValue = (v) => enterpriseValue(v.valuation, v.investment, v.cashRetained, v.netDebt);

  const impliedPostMoney = (v) => ratio(v.investment, v.stake);

  // The largest customer's spend at the deal's multiple, as a share of the step-up.
  const stepUpShareErased = (v) => ratio(multiple(v) * v.spend, v.valuation - v.prior);

  const exitMultipleGrowth = (v) =>
    growthByExitMultiple(businessValue(v), v.revenue, v.vcRate, v.vcYears, v.vcExitMultiple);

  const dcfGrowth = (v) =>
    wholeYears(businessValue(v), v.revenue, v.dcfRate, v.dcfYears, v.dcfFcfMargin, v.dcfTerminalGrowth);

  // What the cheque holds beyond the business and its part of the cash, at our settings.
  const residualPremium = (v) => premiumStack(v.investment, v.stake, v.standalone, v.cashRetained)[2];

  function wholeYears(value, revenue, rate, years, margin, terminal) {
    return growthByDcf(value, revenue, rate, halfEven(years), margin, terminal);
  }

  const BUSINESS = ["valuation", "investment", "cashRetained", "netDebt"];
  const VC = [...BUSINESS, "revenue", "vcRate", "vcYears", "vcExitMultiple"];
  const DCF = [...BUSINESS, "revenue", "dcfRate", "dcfYears", "dcfFcfMargin", "dcfTerminalGrowth"];

  // -- results ----------------------------------------------------------------------------------------------

  // Results `deal.*` of a case.
  function chapter(found) {
    const deal = new Deal(found);
    const ledger = new Ledger("deal");
    const code = currency(found);
    const bn = `${code} bn`;
    agreement(ledger, deal, bn);
    meaning(ledger, deal, bn);
    lostRevenue(ledger, deal, bn, `${code} mn`);
    afterExit(ledger, deal, bn);
    growth(ledger, deal);
    residual(ledger, deal, bn);
    lostNeutrality(ledger, deal, bn);
    return { name: "deal", results: ledger.results, deal };
  }

  // Both ends of a bound over stated ranges, as `name_low` and `name_high`.
  function pair(ledger, name, span, unit, origins) {
    ["low", "high"].forEach((end, i) => ledger.add(`${name}_${end}`, span && span[i], unit, origins, true));
  }

  function agreement(ledger, deal, bn) {
    const v = deal.values;
    const triple = deal.ofNames("investment", "stake", "valuation");
    const fit = contracted(deal);
    ledger.add("implied_post_money", impliedPostMoney(v), bn, deal.ofNames("investment", "stake"));
    const implied = ratio(v.investment, v.valuation);
    ledger.add("implied_stake", implied, "share", deal.ofNames("investment", "valuation"));
    ledger.add("consistent", fit ? 1 : 0, "0 or 1", triple, true);
    pair(ledger, "valuation", fit && fit.whole, bn, triple);
    pair(ledger, "prior_stake", earlierStake(rounded(deal)), "share", triple);
    const bought = v.stake - v.priorStake;
    const held = deal.ofNames("investment", "stake", "priorStake");
    ledger.add("implied_post_money_prior_stake", bought > 0 ? v.investment / bought : null, bn, held);
  }

  function meaning(ledger, deal, bn) {
    const v = deal.values;
    const [paid, held, before] = ["investment", "stake", "prior"].map((name) => deal.range(name));
    const fresh = deal.ofNames("investment", "prior");
    const bought = [primaryStake(paid[0], before[1]), primaryStake(paid[1], before[0])];
    ledger.add("stake_on_prior", primaryStake(v.investment, v.prior), "share", fresh);
    pair(ledger, "stake_on_prior", bought, "share", fresh);
    const gap = Math.max(bought[0] - held[1], held[0] - bought[1], 0);
    ledger.add("fresh_money_gap", gap, "share", [fresh, deal.figures.stake], true);
    const priced = deal.ofNames("investment", "stake");
    ledger.add("implied_pre_money", preMoney(v.investment, v.stake), bn, priced);
    pair(ledger, "implied_pre_money", preMoneyRange(paid, held), bn, priced);

    const prices = deal.ofNames("valuation", "prior");
    ledger.add("step_up", v.valuation - v.prior, bn, prices);
    ledger.add("step_up_share", v.valuation / v.prior - 1, "share", prices);
    const stayed = (v.valuation - v.investment) / v.prior - 1;
    ledger.add("operating_step_up_cash_stayed", stayed, "share", [prices, deal.figures.investment]);
    ledger.add("enterprise_value", businessValue(v), bn, deal.ofNames(...BUSINESS));

    for (const [name, value] of [
      ["multiple_prior", "prior"],
      ["multiple", "valuation"],
    ]) {
      const origins = deal.ofNames(value, "revenue");
      const quotient = (price, revenue) => (revenue > 0 ? price / revenue : null);
      ledger.add(name, v[value] / v.revenue, "x", origins);
      pair(ledger, name, overVertices(quotient, deal.range(value), deal.range("revenue")), "x", origins);
    }
    const cash = deal.ofNames("valuation", "investment", "revenue");
    ledger.add("multiple_cash_stayed", (v.valuation - v.investment) / v.revenue, "x", cash);
    const rest = ratio(v.valuation, v.revenue - v.spend);
    ledger.add("multiple_without_largest", rest, "x", deal.ofNames("valuation", "revenue", "spend"));
  }

  function lostRevenue(ledger, deal, bn, mn) {
    const v = deal.values;
    const stepUp = v.valuation - v.prior;
    const atDeal = deal.ofNames("valuation", "revenue", "spend");
    const atPrior = deal.ofNames("prior", "revenue", "spend");
    ledger.add("largest_customer_value", multiple(v) * v.spend, bn, atDeal);
    ledger.add("largest_customer_value_prior", (v.prior / v.revenue) * v.spend, bn, atPrior);
    const erased = stepUpShareErased(v);
    ledger.add("largest_customer_step_up_share", erased, "share", [atDeal, deal.figures.prior]);
    ledger.add("planned_spend_step_up_share", ratio(multiple(v) * v.planned, stepUp), "share", [
      deal.ofNames("valuation", "revenue", "prior"),
      deal.plan.sizeFigures,
    ]);
    const loss = breakEvenLoss(v.revenue, v.prior, v.valuation);
    const prices = deal.ofNames("revenue", "prior", "valuation");
    ledger.add("break_even_lost_revenue", 1000 * loss, mn, prices);
    ledger.add("break_even_over_largest", ratio(loss, v.spend), "x", [prices, deal.figures.spend]);
    const left = ratio(v.prior, v.revenue - v.spend);
    ledger.add("break_even_multiple", left, "x", atPrior);
    const fall = left === null ? null : 1 - left / multiple(v);
    ledger.add("break_even_multiple_fall", fall, "share", [atPrior, deal.figures.valuation]);
  }

  // The value without the largest customer, split into volume and price. Without a value of its own the
  // multiple after the exit is the deal's; the range of it gives bounds.
  function afterExit(ledger, deal, bn) {
    const v = deal.values;
    const after = deal.multipleAfterExit;
    const kept = v.revenue - v.spend;
    const origins = deal.ofNames("valuation", "revenue", "spend");
    const own = after.value === null ? origins : [...origins, after];
    const changed = after.value === null ? multiple(v) : after.value;
    ledger.add("value_after_exit", changed * kept, bn, own);
    splitInto(ledger, "", split(deal, changed), bn, own);
    const reach = deal.multiplesAfterExit();
    const bounds = [...origins, after];
    pair(ledger, "value_after_exit", reach && reach.map((end) => end * kept), bn, bounds);
    splitInto(ledger, "_at_low_multiple", reach && split(deal, reach[0]), bn, bounds, true);
  }

  // The change in value when the largest customer leaves and the multiple becomes a new one.
  function split(deal, newMultiple) {
    const v = deal.values;
    return priceVolume(v.revenue, multiple(v), v.revenue - v.spend, newMultiple);
  }

  function splitInto(ledger, suffix, parts, unit, origins, bound = false) {
    ledger.add(`revenue_effect${suffix}`, parts && parts.volume, unit, origins, bound);
    ledger.add(`multiple_effect${suffix}`, parts && parts.price, unit, origins, bound);
  }

  function growth(ledger, deal) {
    const v = deal.values;
    const worth = overVertices(enterpriseValue, ...BUSINESS.map((name) => deal.range(name)));
    const ranged = (names) => [worth, ...names.slice(BUSINESS.length).map((name) => deal.range(name))];
    for (const [name, point, method, names] of [
      ["implied_growth_exit_multiple", exitMultipleGrowth, growthByExitMultiple, VC],
      ["implied_growth_dcf", dcfGrowth, wholeYears, DCF],
    ]) {
      ledger.add(name, point(v), "per year", deal.ofNames(...names));
      pair(ledger, name, overVertices(method, ...ranged(names)), "per year", deal.ofNames(...names));
    }
  }

  function residual(ledger, deal, bn) {
    const v = deal.values;
    const figures = deal.ofNames("investment", "stake", "prior");
    const customer = ((v.stake * v.prior) / v.revenue) * v.spend;
    for (const [name, share] of [
      ["cash_left", 0],
      ["cash_stayed", 1],
    ]) {
      const left = premiumStack(v.investment, v.stake, v.prior, share)[2];
      ledger.add(`residual_premium_${name}`, left, bn, figures);
      ledger.add(`residual_premium_share_${name}`, ratio(left, v.investment), "share", figures);
      // The last valuation counted on the largest customer; without it the same stake is worth less.
      const origins = [figures, deal.ofNames("revenue", "spend")];
      ledger.add(`break_even_benefit_${name}`, left + customer, bn, origins);
    }
    const settings = deal.ofNames("investment", "stake", "standalone", "cashRetained");
    ledger.add("residual_premium", residualPremium(v), bn, settings);
  }

  // What the acquirer's own stake loses when customers leave a supplier that is no longer neutral.
  function lostNeutrality(ledger, deal, bn) {
    const v = deal.values;
    const names = ["stake", "valuation", "revenue"];
    const price = deal.ofNames(...names);
    const carried = overVertices(
      (stake, valuation, revenue) => (revenue > 0 ? (stake * valuation) / revenue : null),
      ...names.map((name) => deal.range(name))
    );
    const bounds = (losses) => carried && [carried[0] * losses[0], carried[1] * losses[1]];
    const spend = [price, deal.figures.spend];
    const owned = v.stake * multiple(v);
    ledger.add("neutrality_cost_to_acquirer", owned * v.spend, bn, spend);
    pair(ledger, "neutrality_cost_to_acquirer", bounds(deal.range("spend")), bn, spend);
    ledger.add("neutrality_cost_planned", owned * v.planned, bn, [price, deal.plan.sizeFigures]);
    const { value: lost, figures } = expectedLoss(deal.exposed);
    ledger.add("neutrality_cost_expected", (owned * lost) / 1000, bn, [price, figures]);
    const ranged = deal.exposed.map((one) => [one.exitFigures, one.boundFigures, one.lossGivenExit]);
    const span = bounds(expectedLossRange(deal.exposed).map((end) => end / 1000));
    pair(ledger, "neutrality_cost_expected", span, bn, [price, ranged]);
    const share = ratio((owned * lost) / 1000, v.investment);
    ledger.add("neutrality_cost_share_of_cheque", share, "share", [price, figures, deal.figures.investment]);
  }

  neutrality.chapters.deal = {
    BUSINESS,
    VC,
    DCF,
    rounded,
    contracted,
    multiple,
    businessValue,
    impliedPostMoney,
    stepUpShareErased,
    exitMultipleGrowth,
    dcfGrowth,
    residualPremium,
    split,
    chapter,
  };
})(globalThis.neutrality);
