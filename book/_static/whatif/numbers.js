// The numbers of the page: how each was printed, and how it follows.
(function (whatif) {
  "use strict";

  const { data, chapter, front, write, differ } = whatif.page;
  const { ends } = whatif.engine;
  const { tried, views } = whatif.state;
  const { restated } = whatif.choices;

  // Digits with which numbers are printed, those tried first that print most of them.
  const DIGITS = { result: [3, 2, 4, 1, 5, 6], value: [3, 4, 2, 6, 5, 1], end: [4, 3, 5, 6, 2, 1] };

  const PARTS = {
    value: (figure) => figure.value,
    low: (figure) => ends(figure)[0],
    high: (figure) => ends(figure)[1],
  };

  // Which end of a printed interval `low to high` of one figure a number is.
  function partsOf(node, ref) {
    const beside = (other, text) => other?.dataset?.ref === ref && text?.textContent.trim() === "to";
    if (beside(node.nextElementSibling, node.nextSibling)) return ["low"];
    if (beside(node.previousElementSibling, node.previousSibling)) return ["high"];
    return ["value", "low", "high"];
  }

  const terse = (text) => text.replace(/ a year$/, "");

  // How a value was printed, or null where no way of printing it gives the text: so many digits, with or
  // without the time (of two numbers of an interval the first leaves it out), and a fall perhaps as its size.
  function wayOf(value, unit, text, digits) {
    const ways = digits.flatMap((count) =>
      [1, -1].flatMap((sign) => [false, true].map((timeless) => ({ count, sign, timeless }))),
    );
    return ways.find((way) => printed(value, unit, way) === text) ?? null;
  }

  function printed(value, unit, { count, sign, timeless }) {
    const text = globalThis.neutrality.units.pretty(value === null ? null : sign * value, unit, count);
    return timeless ? terse(text) : text;
  }

  function resultOf(node, result, id) {
    const { value, unit, figures: on } = result;
    const text = node.textContent;
    const way = typeof value === "string" ? null : wayOf(value, unit, text, DIGITS.result);
    return { node, text, on, way, unit, value, now: way && (() => tried.results.get(id)?.value) };
  }

  function figureOf(node, figure) {
    const { unit } = figure;
    const text = node.textContent;
    const on = [figure.id];
    for (const part of partsOf(node, node.dataset.ref)) {
      const value = PARTS[part](figure);
      const way = wayOf(value, unit, text, part === "value" ? DIGITS.value : DIGITS.end);
      const now = () => PARTS[part](tried.reading.figures.get(figure.id));
      if (way) return { node, text, on, way, unit, value, now };
    }
    return { node, text, on };
  }

  // A number as it follows: `now` gives its value, which rests `on` figures. One that no result or figure gives has
  // no `now` and stays; what comes from elsewhere, such as a claim, is none of ours.
  function follower(engine, node) {
    const [, kind, id] = /^([a-z]+):(.*)$/s.exec(node.dataset.ref) ?? [];
    if (kind === "figures") return { node, text: node.textContent, on: id.split(",") };
    if (kind === "figure" && engine.base.figures.has(id)) return figureOf(node, engine.base.figures.get(id));
    if (kind !== "result" || !engine.owners.has(id)) return null;
    return resultOf(node, engine.base.chapter(engine.owners.get(id)).results.get(id), id);
  }

  // Verdicts that fill a cell: words stay, and say so.
  function verdicts(engine) {
    const results = chapter ? engine.base.chapter(chapter).results : null;
    const on = [...(results?.values() ?? [])]
      .filter((one) => typeof one.value === "string")
      .flatMap((one) => one.figures);
    const words = new Set(Object.values(data.words).flatMap((word) => [word, word.replace(/^needs /, "")]));
    // A chart sees to the table of its data itself.
    const cells = on.length ? document.querySelectorAll("main td:not(:has(*), .nt-chart td, .nt-tools td)") : [];
    return [...cells]
      .filter((cell) => words.has(cell.textContent.trim()))
      .map((node) => ({ node, text: node.textContent, on }));
  }

  let followers;

  function find(engine) {
    const nodes = [...document.querySelectorAll("main .nt-num[data-ref]")];
    // Tables of the front page set editions side by side.
    const here = nodes.filter((node) => !(front && node.closest(".nt-table")));
    return [...here.map((node) => follower(engine, node)).filter(Boolean), ...verdicts(engine)];
  }

  // The page is touched only where something changes: there are hundreds of numbers, and a move takes a frame.
  function show(one, text, mark) {
    write(one.node, text);
    if (one.mark === mark) return;
    if (one.mark) one.node.classList.remove(one.mark);
    if (mark) one.node.classList.add(mark);
    else if (!one.node.classList.length) one.node.removeAttribute("class");
    if (mark === "nt-yours") one.node.dataset.yours = `yours, published ${one.text}`;
    else delete one.node.dataset.yours;
    one.mark = mark;
  }

  views.push((engine, moved) => {
    followers ??= find(engine);
    const elsewhere = restated(tried.choices);
    for (const one of followers) {
      const found = one.now?.();
      // A result may be none any more, such as the worth of knowing what the reader now says.
      if (found === undefined) {
        const stands = elsewhere || one.on.some((id) => moved.has(id));
        show(one, one.text, stands ? "nt-stands" : "");
      } else if (differ(found, one.value)) show(one, printed(found, one.unit, one.way), "nt-yours");
      else show(one, one.text, "");
    }
  });
})(globalThis.neutralityTry);
