// Customer exits: port of chapters/customer_exits/results.py and chapters/customer_exits/risk.py.
(function (neutrality) {
  "use strict";

  const { range } = neutrality.case.figures;
  const { inMillions } = neutrality.case.load;
  const { allHappen, anyHappens, noneHappens } = neutrality.methods.bounds;
  const { fewest, herfindahl, numbersEquivalent, packed } = neutrality.methods.concentration;
  const { joint, realisedCorrelation } = neutrality.methods.copula;
  const { newsvendor, afterExit, afterSize, valueOfKnowing } = neutrality.methods.decision;
  const { uniform, known, productEffects } = neutrality.methods.sensitivity;
  const { MONTHS, halfLife, lostByHazard, monthsLost, replacementGrowth } = neutrality.methods.timing;
  const { breakEvenLoss } = neutrality.methods.valuation;
  const { correlationOf, eventFigures, exceeding, exitModel, lossFigures } = neutrality.chapters.exit_model;
  const { currency, expectedLoss, expectedLossRange, exposures, largest, revenueOf } =
    neutrality.chapters.exposure;
  const { Ledger, flat } = neutrality.chapters.ledger;

  // The level of the loss measures that stands beside the case's own, since a high one may say nothing.
  const SECOND_LEVEL = 0.8;
  // Most customers for whom the worth of knowing each unknown is computed one by one.
  const MOST_UNKNOWNS = 12;

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // Results `exits.*` of a case, and the model of the loss on the chosen basis, which the charts draw.
  function chapter(found, { basis = "last_year", size_model: sizeModel = "uniform" } = {}) {
    const customers = exposures(found, "last_year");
    const model = exitModel(found, "last_year", sizeModel);
    const ledger = new Ledger("exits");
    concentration(ledger, found, customers);
    losses(ledger, found, customers);
    events(ledger, found, model);
    tail(ledger, found, model);
    timing(ledger, found, customers);
    sensitivity(ledger, customers);
    information(ledger, found, model);
    const drawn = basis === "last_year" ? model : exitModel(found, basis, sizeModel);
    return {
      name: "customer_exits",
      results: ledger.results,
      model: drawn,
      erasing: erasingLoss(found, basis),
    };
  }

  // -- closed forms -----------------------------------------------------------------------------------------

  function concentration(ledger, found, customers) {
    const figure = revenueOf(found);
    const revenue = inMillions(figure);
    const top = largest(customers);
    const disclosed = customers.filter((one) => one.disclosed);
    const spends = disclosed.map((one) => one.point);
    const figures = [disclosed.map((one) => one.spend), figure];
    const extreme = top.point > 0 ? packed(spends, revenue, top.point) : spends;
    const low = herfindahl(spends, revenue);
    const high = herfindahl(extreme, revenue);
    ledger.add("top_customer_share", top.point / revenue, "share", [top.spend, figure]);
    ledger.add("hhi_low", low, "points", figures);
    ledger.add("hhi_high", high, "points", figures);
    ledger.add("effective_customers_low", numbersEquivalent(high), "customers", figures);
    ledger.add("effective_customers_high", numbersEquivalent(low), "customers", figures);
    const count = top.point > 0 ? fewest(revenue, top.point) : null;
    ledger.add("fewest_customers", count, "customers", [top.spend, figure]);
    ledger.add("top_five_share_high", Math.min(1, sum(extreme.slice(0, 5)) / revenue), "share", figures);
  }

  function losses(ledger, found, customers) {
    const mnYear = `${currency(found)} mn per year`;
    const figure = revenueOf(found);
    const revenue = inMillions(figure);
    const { value: expected, figures } = expectedLoss(customers);
    const without = customers.map((one) => one.exitWithoutDeal);
    const caused = sum(
      customers.map((one) => (one.probability - (one.exitWithoutDeal.value || 0)) * one.point * one.severity)
    );
    const ranged = customers.map((one) => [one.exit, one.lossGivenExit, one.boundFigures, one.spend]);
    const top = largest(customers);
    const most = Math.min(revenue, sum(customers.map((one) => one.most)));
    ledger.add("reported_loss_high", most, mnYear, [customers.map((one) => one.boundFigures), figure]);
    ledger.add("expected_loss", expected, mnYear, figures);
    ledger.add("attributable_loss", caused, mnYear, [figures, without]);
    // Had the deal changed nothing, all of an exit probability would stand without it too.
    for (const [name, end] of [
      ["attributable_loss_low", 1],
      ["attributable_loss_high", 0],
    ]) {
      const bound = sum(
        customers.map(
          (one) => Math.max(0, one.probability - range(one.exitWithoutDeal)[end]) * one.point * one.severity
        )
      );
      ledger.add(name, bound, mnYear, [figures, without], true);
    }
    ledger.add("expected_loss_share", expected / revenue, "share", [figures, figure]);
    const [low, high] = expectedLossRange(customers);
    ledger.add("expected_loss_low", low, mnYear, ranged, true);
    ledger.add("expected_loss_high", high, mnYear, ranged, true);
    const alone = replacementGrowth(top.point, revenue);
    ledger.add("replacement_growth_largest", alone, "share", [top.spend, figure]);
    const all = replacementGrowth(expected, revenue);
    ledger.add("replacement_growth_expected", all, "share", [figures, figure]);
  }

  function timing(ledger, found, customers) {
    const top = largest(customers);
    const unit = `${currency(found)} mn`;
    ledger.add("half_life_largest", halfLife(top.probability), "months", top.exitFigures);
    const plans = exposures(found, "plan");
    const planned = plans.find((one) => one.customer === top.customer);
    const when = whenOf(found);
    const months = monthsLost(...when.values);
    const lost = (planned.point / MONTHS) * months;
    ledger.add("in_year_loss_largest", lost, unit, [planned.sizeFigures, when.figures]);
    const total = sum(plans.map((one) => ((one.probability * one.severity * one.point) / MONTHS) * months));
    const figures = plans.map((one) => [one.exitFigures, one.sizeFigures, one.lossGivenExit]);
    ledger.add("in_year_loss_expected", total, unit, [figures, when.figures]);
    const horizon = found.figure("horizon_months", found.supplier.id);
    const span = horizon.value || 0;
    const byHazard = customers.map(
      (one) => ((one.severity * one.point * span) / MONTHS) * lostByHazard(one.probability, span)
    );
    const rests = [top.sizeFigures, top.exitFigures, top.lossGivenExit, horizon];
    ledger.add("hazard_loss_largest", byHazard[customers.indexOf(top)], unit, rests);
    ledger.add("hazard_loss_expected", sum(byHazard), unit, [expectedLoss(customers).figures, horizon]);
  }

  // When exits start, with what notice and over how long spending runs down: figures, and values in months.
  function whenOf(found) {
    const metrics = ["exit_start_month", "notice_months", "ramp_months"];
    const figures = metrics.map((metric) => found.figure(metric, found.supplier.id));
    return { figures, values: figures.map((figure) => figure.value || 0) };
  }

  // Variance shares of every unknown: exit probabilities over their range, undisclosed spends over theirs.
  function sensitivity(ledger, customers) {
    const figures = customers.map((one) => [one.sizeFigures, one.exit, one.lossGivenExit]);
    const effects = productEffects(
      customers.map((one) => [
        uniform(...range(one.exit)),
        one.disclosed ? known(one.point) : uniform(0, one.cap),
        one.severity,
      ])
    );
    customers.forEach((one, index) => {
      const [probability, size] = effects ? effects[index] : [null, null];
      const named = [["exit_probability", probability]];
      if (!one.disclosed) named.push(["spend", size]);
      for (const [kind, effect] of named) {
        const name = `${one.customer.id}_${kind}`;
        ledger.add(`first_order.${name}`, effect && effect.first, "share", figures);
        ledger.add(`total_order.${name}`, effect && effect.total, "share", figures);
        ledger.add(`shapley.${name}`, effect && effect.shapley, "share", figures);
      }
    });
  }

  // -- risk -------------------------------------------------------------------------------------------------

  // The level at which losses are reported.
  function confidenceOf(found) {
    return found.figure("confidence", found.supplier.id);
  }

  // Costs of a provision that is too small and of one that is too large.
  function costsOf(found) {
    return ["cost_short", "cost_over"].map((metric) => found.figure(metric, found.supplier.id));
  }

  // What the loss that erases the step-up rests on.
  function priceFigures(found) {
    const supplier = found.supplier.id;
    return [revenueOf(found), found.figure("valuation_prior", supplier), found.figure("valuation", supplier)];
  }

  // The yearly loss that erases the step-up at the deal's multiple; null where there is no step-up, and for
  // planned spends, which have no revenue to compare with.
  function erasingLoss(found, basis = "last_year") {
    if (basis !== "last_year") return null;
    const [revenue, prior, valuation] = priceFigures(found).map(inMillions);
    return valuation > prior ? breakEvenLoss(revenue, prior, valuation) : null;
  }

  // Customers' positions by falling exit probability.
  function likeliest(customers) {
    return customers.map((_, i) => i).sort((a, b) => customers[b].probability - customers[a].probability);
  }

  // Probabilities of all and none, under the model, under independence and under any dependence.
  function events(ledger, found, model) {
    const { customers, probabilities: p } = model;
    const figures = eventFigures(found);
    const alone = flat(customers.map((one) => one.exitFigures));
    const [everyone, nobody] = [p.map(() => true), p.map(() => false)];
    const none = joint(model.mixture, nobody);
    ledger.add("probability_all", joint(model.mixture, everyone), "probability", figures);
    ledger.add("probability_none", none, "probability", figures);
    ledger.add("probability_any", 1 - none, "probability", figures);
    const independent = model.at(0).mixture;
    ledger.add("probability_all_independent", joint(independent, everyone), "probability", alone);
    ledger.add("probability_none_independent", joint(independent, nobody), "probability", alone);
    const ranged = customers.map((one) => one.exit);
    const [low, high] = [0, 1].map((end) => customers.map((one) => range(one.exit)[end]));
    for (const [name, bound] of [
      ["all", allHappen],
      ["any", anyHappens],
      ["none", noneHappens],
    ]) {
      const [least, most] = bound(p);
      ledger.add(`probability_${name}_least`, least, "probability", alone);
      ledger.add(`probability_${name}_most`, most, "probability", alone);
      const ends = [...bound(low), ...bound(high)];
      ledger.add(`probability_${name}_low`, Math.min(...ends), "probability", ranged, true);
      ledger.add(`probability_${name}_high`, Math.max(...ends), "probability", ranged, true);
    }
    const pair = likeliest(customers).slice(0, 2);
    const realised = pair.length === 2 ? realisedCorrelation(model.mixture, ...pair) : null;
    const between = pair.map((i) => customers[i].exitFigures);
    ledger.add("realised_correlation", realised, "correlation", [between, correlationOf(found)]);
  }

  // Measures of the loss distribution.
  function tail(ledger, found, model) {
    const mnYear = `${currency(found)} mn per year`;
    const { loss } = model;
    const figures = lossFigures(found, model.customers);
    const confidence = confidenceOf(found);
    const level = confidence.value || 0;
    const levelled = [figures, confidence];
    ledger.add("loss_deviation", Math.sqrt(loss.variance), mnYear, figures);
    ledger.add("value_at_risk", loss.quantile(level), mnYear, levelled);
    ledger.add("expected_shortfall", loss.expectedShortfall(level), mnYear, levelled);
    ledger.add("value_at_risk_80", loss.quantile(SECOND_LEVEL), mnYear, figures);
    ledger.add("expected_shortfall_80", loss.expectedShortfall(SECOND_LEVEL), mnYear, figures);
    ledger.add("best_case", loss.quantile(1 - level), mnYear, levelled);
    const fixed = model.fixed().loss;
    ledger.add("value_at_risk_fixed", fixed.quantile(level), mnYear, levelled);
    const sized = model.customers.map((one) => [one.sizeFigures, one.lossGivenExit]);
    ledger.add("largest_loss_fixed", fixed.max, mnYear, sized);
    const gone = erasingLoss(found);
    const above = gone === null ? null : exceeding(loss, gone);
    ledger.add("probability_step_up_gone", above, "probability", [figures, priceFigures(found)]);
  }

  // The provision, and the worth of knowing everything and each unknown.
  function information(ledger, found, model) {
    const mnYear = `${currency(found)} mn per year`;
    const costs = costsOf(found);
    const figures = flat(lossFigures(found, model.customers), costs);
    const { level, provision, bestCost } = newsvendor(...costs.map((figure) => figure.value || 0));
    const cost = bestCost(model.loss);
    ledger.add("provision_level", level, "probability", costs);
    ledger.add("provision", provision(model.loss), mnYear, figures);
    ledger.add("perfect_information_value", cost, mnYear, figures);
    const countable = model.customers.length <= MOST_UNKNOWNS;
    model.customers.forEach((one, index) => {
      const unknowns = [["exit", afterExit]];
      if (!one.disclosed) unknowns.push(["spend", afterSize]);
      for (const [kind, after] of unknowns) {
        let worth = null;
        if (countable) {
          worth = valueOfKnowing(cost, after(model.mixture, model.sizes, index, bestCost));
          // What is left of rounding is worth nothing.
          if (worth <= 1e-9 * model.loss.max) worth = 0;
        }
        ledger.add(`perfect_information.${one.customer.id}_${kind}`, worth, mnYear, figures);
      }
    });
  }

  neutrality.chapters.customer_exits = {
    SECOND_LEVEL,
    chapter,
    confidenceOf,
    costsOf,
    whenOf,
  };
})(globalThis.neutrality);
