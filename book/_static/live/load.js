// A case with its figures resolved: port of case/load.py, case/resolve.py and case/periods.py.
//
// What stands in the files comes as a record (press/live.py); scenario, new values, caps of undisclosed
// spends and pooled probabilities are worked out here as there.
(function (neutrality) {
  "use strict";

  const { InputError, quoted, general } = neutrality.errors;
  const { convert, money } = neutrality.units;
  const { SPENDS, POOLED, override, range } = neutrality.case.figures;
  const { weights, pool } = neutrality.case.wording;

  // The scale on which the ranges written in the figures table stand.
  const DEFAULT_SCALE = "kent";
  const RESERVED_SCENARIO = "as_reported";

  // Parts of a sum by which its two sides may differ and be the same number, as floats add up.
  const ROUNDING = 1e-12;

  // Metrics that chapters divide by, in all that evidence allows.
  const DIVISORS = ["stake", "valuation", "valuation_prior", "revenue"];

  const PERIOD = /^(\d{4})(?:-(?:([HQ])([1-4])|(\d\d)(?:-(\d\d))?))?$/;
  const SPAN = /^(\d+) months$/;

  // What sorts periods from the oldest to the newest: dated ones by their end, after spans of months, which go
  // by their length; port of `order` of case/periods.py.
  function order(text) {
    const found = PERIOD.exec(text);
    const end = found && endOf(found);
    if (end) return [2, end];
    const span = SPAN.exec(text);
    return span ? [1, Number(span[1])] : [0, 0];
  }

  // The last day of a period as one number, 20241231; null for a date that is none.
  function endOf([, year, part, number, month, day]) {
    if (part === "H" && number > 2) return null;
    const last = part ? number * (part === "H" ? 6 : 3) : month ? Number(month) : 12;
    const days = new Date(Date.UTC(Number(year), last, 0)).getUTCDate();
    const on = day ? Number(day) : days;
    const stands = Number(year) > 0 && last >= 1 && last <= 12 && on >= 1 && on <= days;
    return stands ? Number(year) * 10000 + last * 100 + on : null;
  }

  // Whether one period is newer than another; the text decides between those that end together.
  function isNewer(one, other) {
    const [a, b] = [order(one), order(other)];
    if (a[0] !== b[0]) return a[0] > b[0];
    return a[1] !== b[1] ? a[1] > b[1] : one > other;
  }

  // Of several figures of one metric the one that counts: of the newest period; null of none.
  //
  // Later evidence has ids of its own and never displaces what the base stands on.
  function counting(found) {
    const own = found.filter((figure) => figure.tag !== "later");
    const newest = (a, b) => (a === null || isNewer(b.period, a.period) ? b : a);
    return (own.length ? own : found).reduce(newest, null);
  }

  // A case ready to compute with; `figures` is a Map by id.
  class Case {
    constructor(entities, figures) {
      this.entities = entities;
      this.figures = figures;
      this.byMetric = new Map();
      for (const figure of figures.values()) {
        const held = this.byMetric.get(figure.metric);
        if (held) held.push(figure);
        else this.byMetric.set(figure.metric, [figure]);
      }
      this.supplier = this.withRole("supplier")[0];
      this.customers = this.withRole("customer");
      this.vendors = this.withRole("vendor");
    }

    // The entities that play a role, in the table's order.
    withRole(role) {
      return this.entities.filter((entity) => entity.role === role);
    }

    // Figures by metric, and by entity and period where given, in the table's order.
    allOf(metric, entity = null, period = null) {
      const held = this.byMetric.get(metric) || [];
      return held.filter(
        (figure) =>
          (entity === null || figure.entity === entity) && (period === null || figure.period === period)
      );
    }

    // The figure of a metric: of the newest period where several stand.
    figure(metric, entity = null, period = null) {
      const found = this.allOf(metric, entity, period);
      if (!found.length) {
        const whose = entity === null ? "" : ` of ${entity}`;
        const when = period === null ? "" : ` for ${period}`;
        throw new InputError(`no figure with the metric ${metric}${whose}${when}`);
      }
      return counting(found);
    }

    // The newest period of a metric.
    newestPeriod(metric) {
      return this.figure(metric).period;
    }
  }

  // The figures of a record as they stand in the table, by id.
  function standingOf(record) {
    const plain = (figure) => ({ ...figure, overridden: false, pooled: false });
    return new Map(record.figures.map((figure) => [figure.id, plain(figure)]));
  }

  // The case of a record under a scenario, with new values on top of those of the edition. Throws an
  // InputError with one line for each fault.
  function load(record, standing, changes, { scenario, scale, pool_method: method }) {
    let figures = override(standing, scenarioValues(record, scenario, standing), record.absent);
    figures = override(figures, { ...record.changes, ...changes }, record.absent);
    figures = capped(figures, standing, customersOf(record.entities));
    figures = pooled(figures, standing, record, scale, method);
    const found = new Case(record.entities, withoutDeal(figures));
    const faults = relationFaults(found);
    if (faults.length) throw new InputError(...faults);
    return found;
  }

  // The ids of the customers among entities.
  function customersOf(entities) {
    return new Set(entities.filter((entity) => entity.role === "customer").map((entity) => entity.id));
  }

  // A scenario's new values for figures that exist on the day.
  function scenarioValues(record, scenario, standing) {
    if (scenario === RESERVED_SCENARIO) return {};
    const found = record.scenarios.find((one) => one.name === scenario);
    if (!found) {
      const names = [RESERVED_SCENARIO, ...record.scenarios.map((one) => one.name)];
      throw new InputError(`scenario: found ${quoted(scenario)}, expected one of ${names.join(", ")}`);
    }
    return Object.fromEntries(Object.entries(found.values).filter(([name]) => standing.has(name)));
  }

  // The spend that counts of each customer, as the chapters on exits take them.
  function countingSpends(figures, metric, period, customers) {
    const own = new Map();
    for (const figure of figures) {
      if (figure.metric !== metric || figure.period !== period || !customers.has(figure.entity)) continue;
      own.set(figure.entity, [...(own.get(figure.entity) || []), figure]);
    }
    return [...own.values()].map(counting);
  }

  // The largest disclosed spend; null where all are undisclosed. Spends may stand in different scales of money.
  function largestSpend(spends) {
    const disclosed = spends.filter((figure) => figure.value !== null);
    return disclosed.reduce((a, b) => (a === null || inMillions(b) > inMillions(a) ? b : a), null);
  }

  // Undisclosed spends with the range that the facts allow: none, up to the largest disclosed one.
  function capped(figures, standing, customers) {
    const spends = [...figures.values()].filter((figure) => SPENDS.includes(figure.metric));
    return mapped(figures, (figure) => {
      if (!SPENDS.includes(figure.metric) || standing.get(figure.id).value !== null) return figure;
      const largest = largestSpend(countingSpends(spends, figure.metric, figure.period, customers));
      if (largest === null) {
        const what = `${figure.metric} of ${figure.period}`;
        throw new InputError(`${figure.id}: no ${what} is disclosed, so nothing bounds it`);
      }
      return { ...figure, low: 0, high: inUnit(largest, figure.unit) };
    });
  }

  // Exit probabilities without a value of their own, pooled from their customers' claims; the range is the
  // union of the phrases' bands.
  function pooled(figures, standing, record, scale, method) {
    const weight = counting([...figures.values()].filter((figure) => figure.metric === "pool_weight"));
    const first = weight && weight.value !== null ? weight.value : 0.5;
    const phrases = record.phrases[scale];
    const faults = [];
    const found = mapped(figures, (figure) => {
      const written = standing.get(figure.id);
      if (figure.metric !== POOLED || written.value !== null) return figure;
      const readings = record.readings[figure.entity] || [];
      if (!readings.length) {
        if (!figure.overridden) {
          const whose = `no exit claim of ${figure.entity} with a phrase to pool`;
          faults.push(`${figure.id}: has no value, and ${whose}`);
        }
        return figure;
      }
      const words = readings.map((reading) => phrases[reading.phrase]);
      const low = Math.min(...words.map((word) => word.low));
      const high = Math.max(...words.map((word) => word.high));
      // On a later day further claims may have moved the range that is written.
      if (scale === DEFAULT_SCALE && !record.as_of) {
        for (const [column, stands, expected] of [
          ["low", written.low, low],
          ["high", written.high, high],
        ]) {
          if (stands !== null && Math.abs(stands - expected) > 1e-9) {
            faults.push(
              `${figure.id}: ${column}: found ${general(stands)}, but the phrases of its claims give ` +
                `${general(expected)}; leave it empty to have it computed`
            );
          }
        }
      }
      if (figure.overridden && figure.value !== null) {
        return { ...figure, low: Math.min(low, figure.value), high: Math.max(high, figure.value) };
      }
      const values = words.map((word) => word.value);
      const value = pool(values, weights(words.length, first), method);
      if (value === null)
        faults.push(`${figure.id}: a certain yes and a certain no have no logarithmic pool`);
      return { ...figure, value, low, high, pooled: true };
    });
    if (faults.length) throw new InputError(...faults);
    return found;
  }

  // Exit probabilities without the deal reach at most up to the exit probability itself.
  function withoutDeal(figures) {
    const exits = new Map();
    for (const figure of figures.values()) if (figure.metric === POOLED) exits.set(figure.entity, figure);
    return mapped(figures, (figure) => {
      const bounded = figure.metric === "exit_probability_without_deal" && figure.high === null;
      return bounded && exits.has(figure.entity)
        ? { ...figure, high: exits.get(figure.entity).value }
        : figure;
    });
  }

  function mapped(figures, change) {
    const found = new Map(figures);
    for (const [name, figure] of figures) {
      const changed = change(figure);
      if (changed !== figure) found.set(name, changed);
    }
    return found;
  }

  // A figure of money in millions of its currency; an undisclosed one counts as nothing.
  function inMillions(figure) {
    if (!money(figure.unit)) {
      throw new InputError(`${figure.id}: unit: found ${quoted(figure.unit)}, expected money like 'USD mn'`);
    }
    return convert(figure.value || 0, figure.unit, "mn");
  }

  // A figure of money in another unit of it; an undisclosed one counts as nothing.
  function inUnit(figure, unit) {
    const parts = money(unit);
    if (!parts) throw new InputError(`${figure.id}: unit: found ${quoted(unit)}, expected money like 'USD mn'`);
    return convert(figure.value || 0, figure.unit, parts.scale);
  }

  // What evidence allows for a figure of money, in millions.
  function endsInMillions(figure) {
    return range(figure).map((end) => convert(end, figure.unit, "mn"));
  }

  // Figures that are each within their limits and yet cannot hold together.
  function relationFaults(found) {
    const faults = [];
    const customers = customersOf(found.customers);
    for (const revenue of found.allOf("revenue", found.supplier.id)) {
      const spends = countingSpends(found.allOf("spend"), "spend", revenue.period, customers);
      const paid = spends.filter((figure) => figure.value !== null);
      const total = paid.reduce((all, figure) => all + inMillions(figure), 0);
      if (total > inMillions(revenue) * (1 + ROUNDING)) {
        const names = paid.map((figure) => figure.id).join(" + ");
        const most = `${general(inMillions(revenue))} (${revenue.id}), in millions`;
        faults.push(`${names}: found ${general(total)}, expected at most ${most}`);
      }
    }
    for (const before of found.allOf("exit_probability_without_deal")) {
      const after = found.figure(POOLED, before.entity);
      if (before.value !== null && after.value !== null && before.value > after.value + 1e-12) {
        const most = `${general(after.value)} (${after.id})`;
        faults.push(`${before.id}: found ${general(before.value)}, expected at most ${most}`);
      }
    }
    const rate = counting(found.allOf("dcf_rate"));
    const growth = counting(found.allOf("dcf_terminal_growth"));
    if (rate && growth && (rate.value || 0) <= (growth.value || 0)) {
      const least = `${general(growth.value)} (${growth.id})`;
      faults.push(`${rate.id}: found ${general(rate.value)}, expected more than ${least}`);
    }
    faults.push(...divisorFaults(found));
    for (const years of found.allOf("dcf_years")) {
      if (years.value !== null && !Number.isInteger(years.value)) {
        faults.push(`${years.id}: found ${general(years.value)}, expected a whole number of years`);
      }
    }
    return faults;
  }

  // Figures of the deal by which a chapter would divide by nothing.
  function divisorFaults(found) {
    const parties = [found.supplier.id, found.withRole("acquirer")[0].id];
    const own = DIVISORS.flatMap((metric) => found.allOf(metric)).filter(
      (figure) => parties.includes(figure.entity) && figure.value !== null
    );
    const faults = own
      .filter((figure) => range(figure)[0] <= 0)
      .map((figure) => `${figure.id}: found ${general(range(figure)[0])}${endOfRange(figure)}, expected more than 0`);
    const short = counting(found.allOf("cost_short"));
    const over = counting(found.allOf("cost_over"));
    if (short && over && (short.value || 0) + (over.value || 0) <= 0) {
      faults.push(`${short.id} + ${over.id}: found 0, expected more than 0`);
    }
    const level = counting(found.allOf("confidence"));
    if (level && level.value !== null && level.value >= 1) {
      faults.push(`${level.id}: found ${general(level.value)}, expected less than 1`);
    }
    return faults;
  }

  // Where in a figure its least stands, unless in the value itself.
  function endOfRange(figure) {
    if (figure.low !== null) return figure.low === figure.value ? "" : " as low";
    return range(figure)[0] === figure.value ? "" : " as the least that rounding leaves open";
  }

  neutrality.case.load = { RESERVED_SCENARIO, standingOf, load, inMillions, endsInMillions, largestSpend };
})(globalThis.neutrality);
