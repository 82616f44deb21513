// Competitor opportunity: port of chapters/competitor_opportunity/model.py, claims.py, market.py and
// results.py. It is long because it is all of a chapter that the page computes.
(function (neutrality) {
  "use strict";

  const { InputError } = neutrality.errors;
  const { range } = neutrality.case.figures;
  const { endsInMillions, inMillions } = neutrality.case.load;
  const { equal, proportional, utility, logit, marketAfter, herfindahlOf, corners } =
    neutrality.methods.diversion;
  const { joint } = neutrality.methods.feasibility;
  const { waterFilling } = neutrality.methods.rationing;
  const { waterfall, verdict, highestBase, breakEvenHarm } = neutrality.methods.release;
  const { MONTHS } = neutrality.methods.timing;
  const { ratio } = neutrality.methods.valuation;
  const { exitModel, lossFigures } = neutrality.chapters.exit_model;
  const { BASES, currency, exposures, largest, expectedLoss, expectedLossRange, revenueOf } =
    neutrality.chapters.exposure;
  const { Ledger, flat } = neutrality.chapters.ledger;
  const { owned } = neutrality.units;

  // How a diverted dollar finds its vendor.
  const SHARE_MODELS = ["equal", "proportional", "logit"];
  // A probability below this is zero but for rounding.
  const ROUNDING = 1e-12;

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // -- the model --------------------------------------------------------------------------------------------

  // A vendor with what the rules of choice and its capacity need. `earned` is its revenue before the deal,
  // `room` the new work that it can take in a year, both in millions; `wonBack` is the share of in-house work
  // that it wins back with tools.
  function vendorOf(found, entity, enabling) {
    const figure = (metric) => found.figure(metric, entity.id);
    const base = figure("base_revenue");
    const capacity = figure("capacity");
    const enablement = enabling.get(entity.id) || null;
    return {
      id: entity.id,
      name: entity.name,
      entity,
      base,
      capacity,
      neutrality: figure("neutrality"),
      capability: figure("capability"),
      enablement,
      named: entity.named,
      earned: inMillions(base),
      earnedRange: endsInMillions(base),
      room: inMillions(capacity),
      wonBack: enablement ? enablement.value || 0 : 0,
    };
  }

  // A case as this chapter reads it, with the choices made. The named results stand on planned spends.
  class Model {
    constructor(found, basis, shareModel, sizeModel) {
      const supplier = found.supplier.id;
      if (!found.vendors.length) {
        const expected = "at least one for the vendors that no source names";
        throw new InputError(`entities: found no vendor, expected ${expected}`);
      }
      this.found = found;
      this.basis = basis;
      this.shareModel = shareModel;
      this.sizeModel = sizeModel;
      this.diversions = new Map();
      this.unit = `${currency(found)} mn per year`;
      this.plan = exposures(found, "plan");
      this.customers = basis === "plan" ? this.plan : exposures(found, basis);
      this.top = largest(this.plan);
      this.revenue = revenueOf(found);
      // The figures that take spend out of the open pool, and the part of the release that is left open.
      this.leaks = ["inhouse_share", "not_replaced_share"].map((metric) => found.figure(metric, supplier));
      this.leaking = this.leaks.map((figure) => figure.value || 0);
      this.openPart = (1 - this.leaking[0]) * (1 - this.leaking[1]);
      this.vendors = vendorsOf(found);
      // Whether the revenue that a vendor had before is assumed anywhere.
      this.illustrative = this.vendors.some((vendor) => vendor.base.tag === "assumed");
      this.equalShare = 1 / found.vendors.length;
      this.pools = this.poolsOf();
      // The pool that is expected to be open to vendors.
      this.openPool = this.pools.get("contestable");
      this.horizon = found.figure("claim_horizon_months");
      // A year where the case gives none. Within none at all no claim has a share to need.
      this.months = this.horizon.value === null ? MONTHS : this.horizon.value;
      this.amounts = this.amountsOf();
      this.multiples = this.multiplesOf();
      this.claims = this.claimsOf();
    }

    // The figures of what vendors win back of the in-house work.
    get enablements() {
      return this.vendors.filter((vendor) => vendor.enablement).map((vendor) => vendor.enablement);
    }

    // The release waterfall of a pool in millions.
    fall(released) {
      return waterfall(released, ...this.leaking, sum(this.vendors.map((vendor) => vendor.wonBack)));
    }

    // What a vendor wins back of the expected in-house work, in millions a year.
    enabled(vendor) {
      return this.fall(this.pools.get("released").value).inHouse * vendor.wonBack;
    }

    // The pools that every claim is held against, by the last part of their result ids.
    poolsOf() {
      const expected = expectedLoss(this.plan);
      const past = expectedLoss(exposures(this.found, "last_year"));
      const most = sum(this.plan.map((one) => one.most));
      const mostOn = this.plan.map((one) => one.boundFigures);
      const period = this.found.newestPeriod(BASES.last_year);
      const opened = (released) => waterfall(released, ...this.leaking).contestable;
      const inHouse = "after in-house work";
      const alone = `${owned(this.top.customer.name)} plan alone, all outsourced`;
      const found = [
        ["largest_customer", alone, this.top.point, [this.top.spend]],
        ["released_high", "Largest release the facts allow, all outsourced", most, mostOn],
        ["contestable_high", `Largest release, ${inHouse}`, opened(most), [mostOn, this.leaks]],
        ["released", "Expected release, all outsourced", expected.value, expected.figures],
        ["contestable", `Expected release, ${inHouse}`, opened(expected.value), [expected.figures, this.leaks]],
        [
          `contestable_${period}`,
          `Expected release on spends of ${period}, ${inHouse}`,
          opened(past.value),
          [past.figures, this.leaks],
        ],
      ];
      return new Map(
        found.map(([key, label, value, figures]) => [key, { key, label, value, figures: flat(figures) }])
      );
    }

    // The expected open pool at both ends of all stated ranges (layer L1), in millions.
    contestableRange(customers) {
      const [low, high] = expectedLossRange(customers);
      const [[houseLow, houseHigh], [goneLow, goneHigh]] = this.leaks.map(range);
      return [
        waterfall(low, houseHigh, goneHigh).contestable,
        waterfall(high, houseLow, goneLow).contestable,
      ];
    }

    // Claims of an amount of new revenue; `least` is what a claim says at least, in millions a year.
    amountsOf() {
      return this.claimed("claimed_revenue").map(([vendor, figure]) => ({
        vendor,
        figure,
        least: inMillions(figure),
        figures: [figure],
      }));
    }

    // Claims of a multiple of an undisclosed base, at the base and the conversion that are assumed.
    multiplesOf() {
      return this.claimed("claimed_multiple").map(([vendor, figure]) => {
        const base = this.found.figure("base_revenue", vendor.id);
        const conversion = this.conversion(vendor);
        const part = conversion ? conversion.value || 0 : 1;
        const least = Math.max(0, (figure.value || 0) - 1) * part * inMillions(base);
        return { vendor, figure, least, figures: flat(figure, base, conversion) };
      });
    }

    // The share of a vendor's claimed demand that becomes revenue, where the case has a figure of it.
    conversion(vendor) {
      return this.found.allOf("claim_conversion", vendor.id)[0] || null;
    }

    claimed(metric) {
      const figures = new Map(this.found.allOf(metric).map((figure) => [figure.entity, figure]));
      const claiming = this.found.vendors.filter((vendor) => figures.has(vendor.id));
      return claiming.map((vendor) => [vendor, figures.get(vendor.id)]);
    }

    // The least that each claiming vendor says, in the vendors' order: of two claims the larger.
    claimsOf() {
      const found = new Map();
      for (const claim of [...this.amounts, ...this.multiples]) {
        const held = found.get(claim.vendor.id);
        if (!held || claim.least > held.least) found.set(claim.vendor.id, claim);
      }
      return this.found.vendors.filter(({ id }) => found.has(id)).map(({ id }) => found.get(id));
    }

    // What the other vendors claim as amounts, in millions, and the figures of it.
    others(vendor) {
      const claims = this.amounts.filter((claim) => claim.vendor !== vendor);
      return { value: sum(claims.map((claim) => claim.least)), figures: claims.map((claim) => claim.figure) };
    }
  }

  // Every vendor; those that no source names stand among them as one.
  function vendorsOf(found) {
    const figures = found.allOf("inhouse_enablement_share");
    const enabling = new Map(figures.map((figure) => [figure.entity, figure]));
    const vendors = found.vendors.map((entity) => vendorOf(found, entity, enabling));
    if (sum(vendors.map((vendor) => vendor.wonBack)) > 1 + 1e-12) {
      const names = vendors.filter((vendor) => vendor.enablement).map((vendor) => vendor.enablement.id);
      throw new InputError(`${names.join(" + ")}: together above 1, expected shares of one in-house flow`);
    }
    return vendors;
  }

  // -- claims -----------------------------------------------------------------------------------------------

  // The exact distribution of the yearly release on planned spends, in millions.
  function releaseDistribution(model) {
    return exitModel(model.found, "plan", model.sizeModel).loss;
  }

  // The figures that the distribution rests on.
  function releaseFigures(model) {
    return lossFigures(model.found, model.plan);
  }

  // The probability that a share of the open pool is at least the claim; null for no share.
  function covered(model, claim, share, release) {
    if (!(share * model.openPart > 0)) return null;
    const found = 1 - release.cdf(claim.least / (share * model.openPart), true);
    // What rounding leaves of an impossible event is no probability.
    return found > ROUNDING ? found : 0;
  }

  // -- the market -------------------------------------------------------------------------------------------

  // The diversion ratios of the vendors by a rule, null where the rule has none, and the figures of them.
  function diverted(model, rule) {
    if (!model.diversions.has(rule)) model.diversions.set(rule, divertedBy(model, rule));
    return model.diversions.get(rule);
  }

  function divertedBy(model, rule) {
    const { vendors } = model;
    if (rule === "equal") return { rule, shares: equal(vendors.length), figures: [] };
    if (rule === "proportional") {
      const shares = proportional(vendors.map((vendor) => vendor.earned));
      return { rule, shares, figures: vendors.map((vendor) => vendor.base) };
    }
    const weights = ["beta_neutrality", "beta_capability", "beta_capacity"].map((metric) =>
      model.found.figure(metric)
    );
    const beta = weights.map((figure) => figure.value || 0);
    const points = vendors.map((vendor) =>
      utility(vendor.neutrality.value || 0, vendor.capability.value || 0, vendor.room, beta)
    );
    const attributes = vendors.map((vendor) => [
      vendor.neutrality,
      vendor.capability,
      beta[2] > 0 ? vendor.capacity : null,
    ]);
    return { rule, shares: logit(points), figures: flat(weights, attributes) };
  }

  // What each vendor would take of the expected open pool, in millions, whatever its capacity.
  function amounts(model, rule) {
    const { shares } = diverted(model, rule);
    return model.vendors.map((_, i) => shares && shares[i] * model.openPool.value);
  }

  // The expected open pool shared out within capacities, in proportion to the chosen rule's shares.
  function allocation(model) {
    const { shares } = diverted(model, model.shareModel);
    return (
      shares &&
      waterFilling(
        model.openPool.value,
        model.vendors.map((vendor) => vendor.room),
        shares
      )
    );
  }

  // The figures that the allocation rests on.
  function allocationFigures(model) {
    const capacities = model.vendors.map((vendor) => vendor.capacity);
    return flat(model.openPool.figures, capacities, diverted(model, model.shareModel).figures);
  }

  // What each vendor gains: its part of the open pool within capacity, and in-house work won back.
  function gains(model) {
    const found = allocation(model);
    return model.vendors.map((vendor, i) => found && found.amounts[i] + model.enabled(vendor));
  }

  // New revenue as a share of the revenue before; null without either.
  function uplift(gain, base) {
    return gain === null ? null : ratio(gain, base);
  }

  // The index of the supplier and the vendors, in points.
  function concentrationBefore(model) {
    return herfindahlOf([inMillions(model.revenue), ...model.vendors.map((vendor) => vendor.earned)]);
  }

  // The figures of the sizes before.
  function marketFigures(model) {
    return flat(
      model.revenue,
      model.vendors.map((vendor) => vendor.base)
    );
  }

  function gained(model, rule, bases) {
    const pool = model.openPool.value;
    const shares = rule === "proportional" ? proportional(bases) : diverted(model, rule).shares;
    return shares && shares.map((share) => share * pool);
  }

  // Concentration once the expected release has moved: the supplier without it, the vendors with their parts.
  //
  // `rule` is a rule of diversion, or `within_capacity` for the allocation by the chosen one. `low` and
  // `high` bound the change over the corners of the vendors' stated revenues.
  function concentrationAfter(model, rule) {
    const nothing = { rule, after: null, change: null, low: null, high: null };
    const supplier = inMillions(model.revenue);
    const lost = model.pools.get("released").value;
    const bases = model.vendors.map((vendor) => vendor.earned);
    const before = concentrationBefore(model);
    const within = rule === "within_capacity" ? allocation(model) : null;
    const moved = rule === "within_capacity" ? within && within.amounts : gained(model, rule, bases);
    if (moved === null || before === null) return nothing;
    const after = herfindahlOf(marketAfter(supplier, bases, lost, moved));
    if (after === null) return nothing;
    const changes = [];
    for (const corner of corners(model.vendors.map((vendor) => vendor.earnedRange))) {
      const there = rule === "proportional" ? gained(model, rule, corner) : moved;
      if (there === null) continue;
      const old = herfindahlOf([supplier, ...corner]);
      const then = herfindahlOf(marketAfter(supplier, corner, lost, there));
      if (old !== null && then !== null) changes.push(then - old);
    }
    changes.push(after - before);
    const change = after - before;
    return { rule, after, change, low: Math.min(...changes), high: Math.max(...changes) };
  }

  // Whether the market becomes more or less concentrated: undetermined where rules or ranges disagree. Null
  // where no rule has a number, or where nothing moves.
  function concentrationSign(found) {
    const held = found.filter((one) => one.low !== null);
    if (!held.length) return null;
    const low = Math.min(...held.map((one) => one.low));
    const high = Math.max(...held.map((one) => one.high));
    if (low === 0 && high === 0) return null;
    if (low >= 0) return "more_concentrated";
    return high <= 0 ? "less_concentrated" : "undetermined";
  }

  // -- results ----------------------------------------------------------------------------------------------

  // Results `opportunity.*` of a case, with the model and the distribution of the release behind them.
  function chapter(
    found,
    { basis = "plan", share_model: shareModel = "equal", size_model: sizeModel = "uniform" } = {}
  ) {
    const model = new Model(found, basis, shareModel, sizeModel);
    const ledger = new Ledger("opportunity");
    const release = releaseDistribution(model);
    pools(ledger, model);
    for (const claim of model.amounts) amountClaim(ledger, model, claim, release);
    for (const claim of model.multiples) multipleClaim(ledger, model, claim);
    claimsTogether(ledger, model);
    vendors(ledger, model, release);
    market(ledger, model);
    buyers(ledger, model);
    return { name: "competitor_opportunity", results: ledger.results, model, release };
  }

  function pools(ledger, model) {
    const { unit } = model;
    for (const key of ["released", "contestable", "released_high", "contestable_high"]) {
      const pool = model.pools.get(key);
      ledger.add(key, pool.value, unit, pool.figures);
    }
    const expected = model.pools.get("released");
    const inside = model.leaks[0];
    const steps = model.fall(expected.value);
    ledger.add("in_house", steps.inHouse, unit, [expected.figures, inside]);
    ledger.add("not_replaced", steps.notReplaced, unit, [expected.figures, model.leaks]);
    if (model.enablements.length) {
      ledger.add("won_back_with_tools", steps.enabled, unit, [expected.figures, inside, model.enablements]);
    }
    const [low, high] = model.contestableRange(model.plan);
    const ranged = model.plan.map((one) => [one.exit, one.lossGivenExit, one.boundFigures, one.spend]);
    ledger.add("contestable_expected_low", low, unit, [ranged, model.leaks], true);
    ledger.add("contestable_expected_high", high, unit, [ranged, model.leaks], true);
  }

  // What a claim of an amount needs, and how likely it can be true.
  function amountClaim(ledger, model, claim, release) {
    const { figure, least } = claim;
    const name = claim.vendor.id;
    const pool = model.openPool;
    for (const one of model.pools.values()) {
      const share = ratio(least, one.value);
      ledger.add(`${name}.required_share.${one.key}`, share, "share", [figure, one.figures]);
    }
    const word = verdict(ledger.value(`${name}.required_share.contestable`), model.equalShare);
    ledger.add(`${name}.verdict`, word, "word", [figure, pool.figures]);
    const within = ratio(least, (pool.value * model.months) / MONTHS);
    const spanning = [figure, pool.figures, model.horizon];
    ledger.add(`${name}.required_share_within_horizon`, within, "share", spanning);
    const enough = ratio(least * model.vendors.length, model.openPart);
    ledger.add(`${name}.release_for_equal_share`, enough, model.unit, [figure, model.leaks]);
    const years = ratio(least, pool.value * model.equalShare);
    ledger.add(`${name}.years_for_equal_share`, years, "years", [figure, pool.figures]);
    const rests = flat(figure, releaseFigures(model), model.leaks);
    for (const [key, share] of [
      ["probability_covered", 1],
      ["probability_at_half", 0.5],
      ["probability_at_equal_share", model.equalShare],
    ]) {
      ledger.add(`${name}.${key}`, covered(model, claim, share, release), "probability", rests);
    }
  }

  // How small the base of a claimed multiple must be, and what it claims at the base assumed.
  function multipleClaim(ledger, model, claim) {
    const { figure } = claim;
    const name = claim.vendor.id;
    const pool = model.openPool;
    const others = model.others(claim.vendor);
    const multiple = figure.value || 0;
    const conversion = model.conversion(claim.vendor);
    const rests = [pool.figures, others.figures, figure];
    const base = highestBase(pool.value, others.value, multiple);
    ledger.add(`${name}.base_high`, base, model.unit, rests);
    if (conversion) {
      const converted = highestBase(pool.value, others.value, multiple, conversion.value || 0);
      ledger.add(`${name}.base_high_converted`, converted, model.unit, [rests, conversion]);
    }
    ledger.add(`${name}.claimed`, claim.least, model.unit, claim.figures);
  }

  // Whether all claims fit into the expected pool.
  function claimsTogether(ledger, model) {
    if (!model.claims.length) return;
    const least = model.claims.map((claim) => claim.least);
    const figures = model.claims.map((claim) => claim.figures);
    const rests = [figures, model.openPool.figures];
    const found = joint(least, model.openPool.value);
    ledger.add("claimed_together", sum(least), model.unit, figures);
    ledger.add("claims_slack", found.slack, model.unit, rests);
    ledger.add("claims_verdict", found.feasible ? "fit" : "clash", "word", rests);
  }

  // Who takes the open pool by each rule, who can, and a bet on capacity.
  function vendors(ledger, model, release) {
    const { unit } = model;
    for (const rule of SHARE_MODELS) {
      const rests = [model.openPool.figures, diverted(model, rule).figures];
      const found = amounts(model, rule);
      model.vendors.forEach(({ id }, i) => ledger.add(`${id}.diverted.${rule}`, found[i], unit, rests));
    }
    const found = allocation(model);
    const rests = allocationFigures(model);
    const gain = gains(model);
    model.vendors.forEach((vendor, i) => {
      ledger.add(`${vendor.id}.allocated`, found && found.amounts[i], unit, rests);
      const up = uplift(gain[i], vendor.earned);
      ledger.add(`${vendor.id}.uplift`, up, "share", [rests, vendor.enablement, vendor.base]);
    });
    ledger.add("unserved", found && found.unserved, unit, rests);
    const chosen = diverted(model, model.shareModel);
    const bet = betQuantile(model, release);
    const betOn = flat(releaseFigures(model), model.leaks, bet.figures, chosen.figures);
    model.vendors.forEach((vendor, i) => {
      const capacity = chosen.shares && chosen.shares[i] * bet.value * model.openPart;
      ledger.add(`${vendor.id}.capacity_bet`, capacity, unit, betOn);
    });
    const named = model.vendors.filter((vendor) => vendor.named);
    if (named.length) {
      const work = model.fall(model.top.point).contestable;
      const share = ratio(work, sum(named.map((vendor) => vendor.earned)));
      const origins = [model.top.spend, model.leaks, named.map((vendor) => vendor.base)];
      ledger.add("named_uplift_largest", share, "share", origins);
    }
  }

  // The release that a newsvendor would prepare for, in millions, and the figures of its costs: the quantile
  // at cost_short / (cost_short + cost_over) (Arrow, Harris and Marschak, 1951).
  function betQuantile(model, release) {
    const figures = ["cost_short", "cost_over"].map((metric) => model.found.figure(metric));
    const [short, over] = figures.map((figure) => figure.value || 0);
    return { value: release.quantile(short / (short + over)), figures };
  }

  // Concentration of the vendor market before and after.
  function market(ledger, model) {
    const sizes = marketFigures(model);
    const moved = model.openPool.figures;
    ledger.add("vendor_hhi_before", concentrationBefore(model), "points", sizes);
    const after = SHARE_MODELS.map((rule) => concentrationAfter(model, rule));
    const figures = SHARE_MODELS.map((rule) => diverted(model, rule).figures);
    after.forEach((one, i) => {
      ledger.add(`vendor_hhi_after.${one.rule}`, one.after, "points", [sizes, moved, figures[i]]);
    });
    const within = concentrationAfter(model, "within_capacity").after;
    const rests = [sizes, moved, allocationFigures(model)];
    ledger.add("vendor_hhi_after.within_capacity", within, "points", rests);
    ledger.add("vendor_concentration", concentrationSign(after), "word", [sizes, moved, figures]);
  }

  // When leaving pays for a customer, and what the largest one would be to its next vendor.
  function buyers(ledger, model) {
    const { found } = model;
    const [cost] = found.allOf("switching_cost", found.supplier.id);
    const [loss] = found.allOf("leak_loss", found.supplier.id);
    if (cost && loss) {
      const [[costLow, costHigh], [lossLow, lossHigh]] = [range(cost), range(loss)];
      const rests = [cost, loss];
      const point = breakEvenHarm(cost.value || 0, loss.value || 0);
      ledger.add("break_even_harm", point, "probability", rests);
      ledger.add("break_even_harm_low", breakEvenHarm(costLow, lossHigh), "probability", rests, true);
      ledger.add("break_even_harm_high", breakEvenHarm(costHigh, lossLow), "probability", rests, true);
    }
    const work = model.fall(model.top.point).contestable;
    const room = sum(model.vendors.map((vendor) => vendor.room));
    const figures = flat(model.top.spend, model.leaks);
    const capacities = model.vendors.map((vendor) => vendor.capacity);
    const months = room === 0 ? null : (MONTHS * work) / room;
    ledger.add("months_to_absorb_largest", months, "months", [figures, capacities]);
    for (const vendor of model.vendors) {
      const share = ratio(work, work + vendor.earned);
      ledger.add(`${vendor.id}.largest_customer_share`, share, "share", [figures, vendor.base]);
    }
  }

  neutrality.chapters.competitor_opportunity = {
    SHARE_MODELS,
    chapter,
    covered,
    diverted,
    amounts,
    allocation,
    gains,
    concentrationBefore,
    concentrationAfter,
  };
})(globalThis.neutrality);
