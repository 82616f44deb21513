// A case with its figures resolved: port of case/load.py.
//
// What stands in the files comes as a record (press/live.py); scenario, new values, caps of undisclosed
// spends and pooled probabilities are worked out here as there.
(function (neutrality) {
  "use strict";

  const { InputError, quoted, general } = neutrality.errors;
  const { convert } = neutrality.units;
  const { SPENDS, POOLED, override, range } = neutrality.case.figures;
  const { weights, pool } = neutrality.case.wording;

  // The scale on which the ranges written in the figures table stand.
  const DEFAULT_SCALE = "kent";
  const RESERVED_SCENARIO = "as_reported";

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
      // Later evidence has ids of its own and never displaces what the base stands on.
      const base = found.filter((figure) => figure.tag !== "later");
      return (base.length ? base : found).reduce((a, b) => (b.period > a.period ? b : a));
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
    figures = capped(figures, standing);
    figures = pooled(figures, standing, record, scale, method);
    const found = new Case(record.entities, withoutDeal(figures));
    const faults = relationFaults(found);
    if (faults.length) throw new InputError(...faults);
    return found;
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

  // Undisclosed spends with the range that the facts allow: none, up to the largest disclosed one.
  function capped(figures, standing) {
    const largest = new Map();
    const key = ({ metric, period }) => `${metric} ${period}`;
    for (const figure of figures.values()) {
      if (SPENDS.includes(figure.metric) && figure.value !== null) {
        largest.set(key(figure), Math.max(largest.get(key(figure)) || 0, figure.value));
      }
    }
    return mapped(figures, (figure) => {
      if (!SPENDS.includes(figure.metric) || standing.get(figure.id).value !== null) return figure;
      if (!largest.has(key(figure))) {
        const what = `${figure.metric} of ${figure.period}`;
        throw new InputError(`${figure.id}: no ${what} is disclosed, so nothing bounds it`);
      }
      return { ...figure, low: 0, high: largest.get(key(figure)) };
    });
  }

  // Exit probabilities without a value of their own, pooled from their customers' claims; the range is the
  // union of the phrases' bands.
  function pooled(figures, standing, record, scale, method) {
    const weighing = [...figures.values()].find((figure) => figure.metric === "pool_weight");
    const first = weighing && weighing.value !== null ? weighing.value : 0.5;
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
      if (scale === DEFAULT_SCALE) {
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
    return convert(figure.value || 0, figure.unit, "mn");
  }

  // What evidence allows for a figure of money, in millions.
  function endsInMillions(figure) {
    return range(figure).map((end) => convert(end, figure.unit, "mn"));
  }

  // Figures that are each within their limits and yet cannot hold together.
  function relationFaults(found) {
    const faults = [];
    const spends = found.allOf("spend").filter((figure) => figure.value !== null);
    for (const revenue of found.allOf("revenue", found.supplier.id)) {
      const paid = spends.filter((figure) => figure.period === revenue.period);
      const total = paid.reduce((all, figure) => all + inMillions(figure), 0);
      if (total > inMillions(revenue)) {
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
    const [rate] = found.allOf("dcf_rate");
    const [growth] = found.allOf("dcf_terminal_growth");
    if (rate && growth && (rate.value || 0) <= (growth.value || 0)) {
      const least = `${general(growth.value)} (${growth.id})`;
      faults.push(`${rate.id}: found ${general(rate.value)}, expected more than ${least}`);
    }
    for (const years of found.allOf("dcf_years")) {
      if (years.value !== null && !Number.isInteger(years.value)) {
        faults.push(`${years.id}: found ${general(years.value)}, expected a whole number of years`);
      }
    }
    return faults;
  }

  neutrality.case.load = { RESERVED_SCENARIO, Case, standingOf, load, inMillions, endsInMillions };
})(globalThis.neutrality);
