// What the reader tries: figures, a scenario and choices, and how they become what the page shows.
(function (whatif) {
  "use strict";

  const { data, record, figures, shownAnswers, differ, capital } = whatif.page;
  const { complain, tell, announce } = whatif.voice;
  const { published } = whatif.choices;
  const { ready } = whatif.engine;

  // How long nothing must move before it is said aloud, and how many answers then.
  const SAID = 900;
  const MOST_SAID = 3;

  // The scenario of the edition.
  const first = record.scenario;
  // What counts, and what the model makes of it.
  const tried = { scenario: first, changes: {}, choices: {}, reading: null, results: null };
  // New values that the model refused, by figure id, for as long as their controls show them.
  const refused = {};
  // Called after each change with the engine and the ids of the figures that moved.
  const views = [];
  // Called when nothing came of a change, with the figure whose control is at fault, if one is, and a sentence.
  const refusals = [];

  // What is to become of the state in the next frame, where it is more than a moved control.
  let next = null;
  let frame;
  let again = false;
  let moving = "";
  let saying;

  // How many things are the reader's own.
  function count() {
    return Object.keys(tried.changes).length + Object.keys(tried.choices).length + (tried.scenario === first ? 0 : 1);
  }

  // Compute at once, and again with the next frame if more events came before it: once per frame, however many
  // come. `by` is the figure whose control moved.
  function later(by) {
    moving = by;
    ready().then(
      (engine) => {
        if (frame !== undefined) {
          again = true;
          return;
        }
        frame = requestAnimationFrame(() => {
          frame = undefined;
          if (again) later(moving);
          again = false;
        });
        settle(engine, moving);
      },
      (problem) => complain(problem.message),
    );
  }

  function settle(engine, by) {
    const { scenario, choices, changes } = next ?? tried;
    next = null;
    let wished = { ...changes, ...refused };
    let found = engine.try(wished, scenario, choices);
    if (found.error && Object.keys(refused).some((id) => id !== by)) {
      // Another control stands where it cannot: what moved now may still be right by itself.
      wished = by in refused ? { ...changes, [by]: refused[by] } : changes;
      found = engine.try(wished, scenario, choices);
    }
    if (found.error) {
      // Nothing changes: numbers show what the model last accepted.
      if (!(by in refused)) complain(`${capital(found.error)}.`);
      for (const heard of refusals) heard(by, found.error);
      return;
    }
    for (const id of Object.keys(refused)) if (wished[id] === refused[id]) delete refused[id];
    accept(engine, { changes: wished, scenario, choices }, found);
  }

  function accept(engine, { changes, scenario, choices }, { reading, results }) {
    const own = Object.entries(changes).filter(([id, value]) => !stood(engine, scenario, choices, changes, id, value));
    // A word that all chapters stand on as published is no change either.
    const words = Object.entries(choices).filter(([name, word]) => record.choices[name] !== word);
    Object.assign(tried, {
      scenario,
      reading,
      results,
      changes: Object.fromEntries(own),
      choices: Object.fromEntries(words),
    });
    complain("");
    // What a button did with the figures before; what it does from now on stays told.
    tell("");
    const moved = engine.moved(reading);
    document.documentElement.classList.toggle("nt-trying", count() > 0);
    for (const view of views) view(engine, moved);
    const detail = { ...current(), base: engine.base, moved };
    document.dispatchEvent(new CustomEvent("neutrality-try", { detail }));
    clearTimeout(saying);
    saying = setTimeout(() => announce(summary(engine)), SAID);
  }

  // Whether a figure is put back where it stood, which is no change. A probability that is pooled stands elsewhere
  // once the weights of the pool are changed.
  function stood(engine, scenario, choices, changes, id, value) {
    const was = engine.ground(scenario, choices).figures?.get(id);
    if (!was || was.value !== value) return false;
    return !was.pooled || !Object.keys(changes).some((other) => figures.get(other).metric === "pool_weight");
  }

  // What counts now; the reading is null until the reader has changed something.
  function current() {
    const { reading, changes, choices, scenario } = tried;
    return { reading, changes: { ...changes }, choices: { ...choices }, scenario };
  }

  // -- what a reader can do ---------------------------------------------------------------------------------

  function change(id, value) {
    refused[id] = value;
    later(id);
  }

  // Without the reader's values for these figures, and perhaps under another scenario or other choices.
  function without(ids, others = {}) {
    const from = next ?? tried;
    const changes = { ...from.changes };
    for (const id of ids) {
      delete changes[id];
      delete refused[id];
    }
    next = { scenario: from.scenario, choices: from.choices, ...others, changes };
    later("");
  }

  // A scenario is newer than the reader's values of the figures that it sets.
  function setScenario(scenario) {
    const sets = record.scenarios.find(({ name }) => name === scenario)?.values ?? {};
    without(Object.keys(sets), { scenario });
  }

  // The published word is no choice of the reader's.
  function setChoice(name, word) {
    const choices = { ...(next ?? tried).choices, [name]: word };
    if (word === published(name)) delete choices[name];
    without([], { choices });
  }

  // Whatever the reader set is as published again, the options of charts too (alive.js).
  function reset() {
    document.dispatchEvent(new CustomEvent("neutrality-reset"));
    without([...Object.keys(tried.changes), ...Object.keys(refused)], { scenario: first, choices: {} });
  }

  // Figures, scenario and choices all at once, as a link carries them; returns the model's error, or nothing.
  function replace(engine, wished) {
    const found = engine.try(wished.changes, wished.scenario, wished.choices);
    if (found.error) return found.error;
    for (const id of Object.keys(refused)) delete refused[id];
    accept(engine, wished, found);
    return "";
  }

  // -- headline answers -------------------------------------------------------------------------------------

  // A headline answer as it stands now, and whether that is the reader's doing.
  function answered(engine, id) {
    const now = tried.results?.get(id);
    const was = engine.baseResults.get(id);
    if (!now || !was) return null;
    const { pretty } = globalThis.neutrality.units;
    const word = () => data.words[now.value] ?? now.value.replaceAll("_", " ");
    return {
      text: typeof now.value === "string" ? word() : pretty(now.value, now.unit),
      own: differ(now.value, was.value),
    };
  }

  // The answers as they were last said, by id.
  const heard = new Map();

  // The answers that moved since the last time, with what was published.
  function summary(engine) {
    const moved = [];
    for (const { id, label, text } of shownAnswers()) {
      const now = answered(engine, id)?.text ?? text;
      if (now !== (heard.get(id) ?? text)) moved.push(`${label}: ${now}, published ${text}.`);
      heard.set(id, now);
    }
    if (!count()) return "All figures as published.";
    return moved.slice(0, MOST_SAID).join(" ") || "No headline answer moves.";
  }

  whatif.state = {
    first,
    tried,
    refused,
    views,
    refusals,
    count,
    current,
    answered,
    change,
    without,
    setScenario,
    setChoice,
    reset,
    replace,
  };
})(globalThis.neutralityTry);
