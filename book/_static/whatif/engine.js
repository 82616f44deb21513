// The model: loaded once it is asked for, and what it makes of a page at some figures.
(function (whatif) {
  "use strict";

  const { record, chapter, shownAnswers, element, differ } = whatif.page;
  const { taken } = whatif.choices;

  const MODEL = new URL("live.js", document.currentScript.src).href;

  let loading;

  // The page's model, as soon as it is there.
  function ready() {
    loading ??= new Promise((resolve, reject) => {
      const script = element("script");
      script.src = MODEL;
      script.addEventListener("load", () => resolve(new Engine()));
      script.addEventListener("error", () => {
        // The next control may find the network back.
        loading = undefined;
        script.remove();
        reject(new Error("The model could not be loaded."));
      });
      document.head.append(script);
    });
    return loading;
  }

  // Load ahead, for a reader who comes near a control. What fails is told once it is needed.
  function prepare() {
    ready().catch(() => {});
  }

  // The results that stand on the page, by id.
  function refs() {
    const found = new Set(shownAnswers().map(({ id }) => id));
    for (const { dataset } of document.querySelectorAll("main .nt-num[data-ref^='result:']")) {
      found.add(dataset.ref.slice("result:".length));
    }
    return found;
  }

  class Engine {
    constructor() {
      const { model, CHAPTERS } = globalThis.neutrality;
      this.model = model({ ...record, choices: taken(record.choices) });
      this.base = this.model.at();
      // Which chapter computes a result.
      this.owners = new Map();
      for (const name of CHAPTERS) {
        for (const id of this.base.chapter(name).results?.keys() ?? []) this.owners.set(id, name);
      }
      // Only the chapters whose results stand on this page are computed again.
      const needed = new Set([chapter, ...[...refs()].map((id) => this.owners.get(id))]);
      this.chapters = CHAPTERS.filter((name) => needed.has(name));
      this.baseResults = this.base.results(this.chapters);
      this.grounds = new Map();
    }

    at(changes, scenario, choices) {
      return this.model.at(changes, { scenario, ...taken(choices) });
    }

    // The case before the reader changes any figure.
    ground(scenario, choices) {
      const key = JSON.stringify([scenario, taken(choices)]);
      if (!this.grounds.has(key)) this.grounds.set(key, this.at({}, scenario, choices));
      return this.grounds.get(key);
    }

    // What figures make of the page: { reading, results }, or { error } with one sentence.
    try(changes, scenario, choices) {
      const reading = this.at(changes, scenario, choices);
      if (reading.error) return { error: reading.error };
      const results = reading.results(this.chapters);
      return results.error ? { error: results.error } : { reading, results };
    }

    // The figures whose value or range is no longer the edition's.
    moved(reading) {
      if (reading === this.base) return new Set();
      const moved = new Set();
      for (const [id, figure] of reading.figures) {
        const was = this.base.figures.get(id);
        if (figure === was) continue;
        const [low, high] = [ends(figure), ends(was)];
        if (differ(figure.value, was.value) || differ(low[0], high[0]) || differ(low[1], high[1])) moved.add(id);
      }
      return moved;
    }
  }

  // What evidence allows of a figure, from and to; nothing where it has no value.
  function ends(figure) {
    const { range } = globalThis.neutrality.case.figures;
    try {
      return range(figure);
    } catch {
      return [null, null];
    }
  }

  whatif.engine = { ready, prepare, ends };
})(globalThis.neutralityTry);
