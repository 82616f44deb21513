// How a chapter writes down what it computes: port of chapters/ledger.py, and of the results of results.py.
//
// A result is { id, value, unit, tag, layer, figures }: `value` is a number, a word, or null where no number
// exists; `figures` are the ids of the figures whose value or range enters.
(function (neutrality) {
  "use strict";

  // From the strongest to the weakest; a result is as strong as the weakest figure it rests on.
  const TAGS = ["stated", "derived", "assumed", "later"];

  // The tag of what rests on figures with these tags: the weakest of them, and at least `derived`.
  function weakest(tags) {
    return TAGS[Math.max(1, ...tags.map((tag) => TAGS.indexOf(tag)))];
  }

  // The figures in a nest of arrays of them, each once, in order of appearance; empty places are passed over.
  function flat(...origins) {
    const found = new Map();
    const walk = (part) => {
      if (Array.isArray(part)) part.forEach(walk);
      else if (part) found.set(part.id, part);
    };
    walk(origins);
    return [...found.values()];
  }

  // L1 for a bound over stated ranges, else L2 when an assumed figure enters, else L0.
  function layerOf(figures, bound) {
    if (bound) return "L1";
    return figures.some((figure) => figure.tag === "assumed") ? "L2" : "L0";
  }

  // Results of one chapter as they are computed, under a common prefix.
  class Ledger {
    constructor(prefix) {
      this.prefix = prefix;
      this.results = new Map();
    }

    // Write a named result down; `origins` is a nest of the figures that enter. `bound` marks a bound over
    // stated ranges. A value that is not finite becomes null, since no number exists then.
    add(name, value, unit, origins, bound = false) {
      const id = `${this.prefix}.${name}`;
      if (this.results.has(id)) throw new Error(`result ${id} was computed twice`);
      const figures = flat(origins);
      const missing = typeof value === "number" && !Number.isFinite(value);
      this.results.set(id, {
        id,
        value: missing ? null : value,
        unit,
        tag: weakest(figures.map((figure) => figure.tag)),
        layer: layerOf(figures, bound),
        figures: figures.map((figure) => figure.id),
      });
    }

    // The bare value of a result of this ledger.
    value(name) {
      return this.results.get(`${this.prefix}.${name}`).value;
    }
  }

  neutrality.chapters.ledger = { weakest, flat, layerOf, Ledger };
})(globalThis.neutrality);
