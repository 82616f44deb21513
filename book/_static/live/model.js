// The whole model of a record in one place: what pages call.
(function (neutrality) {
  "use strict";

  const { InputError, quoted } = neutrality.errors;
  const { RESERVED_SCENARIO, standingOf, load } = neutrality.case.load;
  const { deal, customer_exits, competitor_opportunity } = neutrality.chapters;

  // In the order of reading.
  const CHAPTERS = {
    deal: deal.chapter,
    customer_exits: customer_exits.chapter,
    competitor_opportunity: competitor_opportunity.chapter,
  };

  // What a computation gives, or { error } with one sentence where what was given is at fault. A RangeError
  // comes from the mathematics, for a figure to which its case sets no limits.
  function guarded(compute) {
    try {
      return compute();
    } catch (problem) {
      if (problem instanceof InputError) return { error: problem.lines[0] };
      if (problem instanceof RangeError) return { error: problem.message };
      throw problem;
    }
  }

  // Choices by name, each known and a word that it may be; those not given are the edition's.
  function checked(record, choices) {
    const chosen = { scenario: record.scenario, ...record.choices };
    for (const [name, value] of Object.entries(choices || {})) {
      const known = Object.prototype.hasOwnProperty.call(record.options, name);
      if (name !== "scenario" && !known) throw new InputError(`parameter ${quoted(name)}: is unknown`);
      if (known && !record.options[name].includes(value)) {
        const expected = `one of ${record.options[name].join(", ")}`;
        throw new InputError(`parameter ${name}: found ${quoted(value)}, expected ${expected}`);
      }
      chosen[name] = value;
    }
    return chosen;
  }

  // The case and its chapters at one point: what a reader's figures make of the book. A chapter is computed
  // when it is first asked for.
  class Reading {
    constructor(record, standing, changes, choices) {
      this.record = record;
      this.chosen = checked(record, choices);
      this.case = load(record, standing, changes, this.chosen);
      this.defaults = record.defaults;
      this.computed = new Map();
    }

    // Figures by id as they count here: value, low, high, tag, overridden, pooled.
    get figures() {
      return this.case.figures;
    }

    // A chapter by name, { name, results, ... } with the model behind it, or { error }.
    chapter(name) {
      if (!this.computed.has(name)) {
        // A choice that the edition leaves open is the chapter's own, and these differ: see `basis`.
        const choices = { ...this.defaults[name], ...this.chosen };
        this.computed.set(
          name,
          guarded(() => CHAPTERS[name](this.case, choices))
        );
      }
      return this.computed.get(name);
    }

    // Results of the chapters named, of all three unless told otherwise: a Map by id, or { error }.
    results(chapters = Object.keys(CHAPTERS)) {
      const found = new Map();
      for (const name of chapters) {
        const { results, error } = this.chapter(name);
        if (error) return { error };
        for (const [id, result] of results) found.set(id, result);
      }
      return found;
    }
  }

  // The model of a record (press/live.py).
  //
  // `changes` are new values by figure id, on top of those of the edition; `choices` are words by name
  // (scale, pool_method, size_model, basis, share_model) and the `scenario`. No call changes the next one.
  function model(record) {
    const standing = standingOf(record);
    return {
      record,
      // The scenarios that may be chosen.
      scenarios: [RESERVED_SCENARIO, ...record.scenarios.map((one) => one.name)],
      // The case and its chapters at one point, or { error }.
      at: (changes = {}, choices = {}) => guarded(() => new Reading(record, standing, changes, choices)),
      // Results by id at one point, or { error }.
      results(changes = {}, choices = {}, chapters = undefined) {
        const reading = this.at(changes, choices);
        return reading.error ? { error: reading.error } : reading.results(chapters);
      },
    };
  }

  neutrality.CHAPTERS = Object.keys(CHAPTERS);
  neutrality.model = model;
})(globalThis.neutrality);
