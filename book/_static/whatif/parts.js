// What panel and front page are put together from: answers, scenarios, choices, and the way back.
(function (whatif) {
  "use strict";

  const { data, record, element, button, write, capital } = whatif.page;
  const { offered, published } = whatif.choices;
  const { tried, refused, views, refusals, count, answered, setScenario, setChoice, reset } = whatif.state;

  // A headline answer in a list, with what was published once it moved.
  function answer({ id, label, text }) {
    const value = element("dd", "", text);
    const was = element("dd", "nt-answer-was");
    views.push((engine) => {
      const now = answered(engine, id);
      write(value, now?.text ?? text);
      value.classList.toggle("nt-own", Boolean(now?.own));
      write(was, now?.own ? `published ${text}` : "");
    });
    return element("div", "", element("dt", "", label), value, was);
  }

  function scenarios() {
    const node = element("div", "nt-try-scenarios");
    node.setAttribute("role", "group");
    node.setAttribute("aria-label", "Scenario");
    for (const name of ["as_reported", ...record.scenarios.map((one) => one.name)]) {
      const made = button(capital(name), () => setScenario(name));
      const show = () => made.setAttribute("aria-pressed", String(name === tried.scenario));
      show();
      views.push(show);
      node.append(made);
    }
    return node;
  }

  // One choice among words.
  function choice(name) {
    const { label, words } = data.choices[name];
    const select = element("select", "nt-choice-words");
    select.id = `try-${name}`;
    for (const word of record.options[name]) {
      const option = element("option", "", words[word]);
      option.value = word;
      select.append(option);
    }
    const title = element("label", "", label);
    title.htmlFor = select.id;
    const was = element("span", "nt-choice-was");
    title.append(was);
    const show = () => {
      select.value = tried.choices[name] ?? published(name);
      const own = select.value !== published(name);
      select.classList.toggle("nt-own", own);
      write(was, own ? `, published: ${words[published(name)]}` : "");
    };
    show();
    select.addEventListener("change", () => setChoice(name, select.value));
    views.push(show);
    // What the model cannot compute is not chosen.
    refusals.push(show);
    return element("div", "", title, select);
  }

  // The choices of the chapter, empty where it has none.
  function choices() {
    const heading = element("p", "nt-try-heading", "How it is worked out");
    const node = element("div", "nt-choices", heading, ...offered.map(choice));
    node.hidden = !offered.length;
    return node;
  }

  // The way back to what was published; `place` gives where the focus goes then.
  function resetter(place) {
    const made = button("Reset", reset);
    made.disabled = true;
    const show = () => {
      const changed = count() > 0 || Object.keys(refused).length > 0;
      // The focus must not fall to nowhere when its button is spent.
      if (!changed && document.activeElement === made) place().focus({ preventScroll: true });
      made.disabled = !changed;
    };
    views.push(show);
    refusals.push(show);
    return made;
  }

  // The number of changes that have no control here.
  function elsewhere(ids) {
    const own = new Set([...ids, ...offered]);
    return [...Object.keys(tried.changes), ...Object.keys(tried.choices)].filter((name) => !own.has(name)).length;
  }

  whatif.parts = { answer, scenarios, choices, resetter, elsewhere };
})(globalThis.neutralityTry);
