// Figures with a scenario's and the reader's new values: port of case/figures.py.
//
// A figure is a plain object with the columns of the case's table (id, entity, metric, period, label, value,
// min, max, low, high, half_unit, unit, tag), null where a cell is empty, and `overridden` and `pooled`.
(function (neutrality) {
  "use strict";

  const { InputError, quoted, general } = neutrality.errors;

  // Metrics whose figures may have no value, and the metric that is pooled from claims.
  const SPENDS = ["spend", "planned_spend"];
  const POOLED = "exit_probability";

  // Whether this is a spend that nobody has put a number on.
  function undisclosed(figure) {
    return SPENDS.includes(figure.metric) && figure.value === null;
  }

  // What evidence allows: low and high, or the value and what its rounding leaves open.
  //
  // Rounding never leaves open what the figure cannot be, such as a spend below nothing.
  function range({ id, value, min, max, low, high, half_unit: half }) {
    const slack = half || 0;
    let [least, most] = [low, high];
    if (value !== null) {
      if (low === null) least = min === null ? value - slack : Math.max(value - slack, min);
      if (high === null) most = max === null ? value + slack : Math.min(value + slack, max);
    }
    if (least === null || most === null) throw new InputError(`${id}: has neither a value nor a range`);
    return [least, most];
  }

  // A figure with a new value from a scenario or a reader. It then counts as assumed; its evidence range is
  // widened where it would not hold the new value.
  function given(figure, value) {
    return {
      ...figure,
      value,
      low: figure.low === null ? null : Math.min(figure.low, value),
      high: figure.high === null ? null : Math.max(figure.high, value),
      tag: "assumed",
      overridden: true,
    };
  }

  // Figures (a Map by id) with new values, each checked against what it may be. `absent` are the ids of
  // figures that the case has but that are not known on its day.
  function override(figures, values, absent) {
    const changed = new Map(figures);
    const faults = [];
    for (const [name, value] of Object.entries(values)) {
      const fault = overrideFault(name, value, figures, absent);
      if (fault) faults.push(fault);
      else changed.set(name, given(figures.get(name), value));
    }
    if (faults.length) throw new InputError(...faults);
    return changed;
  }

  function overrideFault(name, value, figures, absent) {
    const figure = figures.get(name);
    if (!figure) {
      if (absent.includes(name)) return `figure ${name}: exists, but not as of this day`;
      return `figure ${quoted(name)}: is unknown`;
    }
    if (typeof value !== "number") {
      const found = typeof value === "string" ? quoted(value) : String(value);
      return `figure ${name}: found ${found}, expected a number in ${figure.unit}`;
    }
    if (!Number.isFinite(value)) {
      return `figure ${name}: found ${general(value)}, expected a finite number`;
    }
    const limit = (word, end) =>
      `figure ${name}: found ${general(value)}, expected at ${word} ${general(end)} (${figure.unit})`;
    if (figure.min !== null && value < figure.min) return limit("least", figure.min);
    if (figure.max !== null && value > figure.max) return limit("most", figure.max);
    return "";
  }

  neutrality.case.figures = { SPENDS, POOLED, undisclosed, range, given, override };
})(globalThis.neutrality);
