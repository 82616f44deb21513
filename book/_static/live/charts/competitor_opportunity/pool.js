// How much comes loose, how much of it is open, and where it flows: port of
// charts/competitor_opportunity/pool.py.
(function (neutrality) {
  "use strict";

  const { expectedLoss, largest } = neutrality.chapters.exposure;
  const { flat } = neutrality.chapters.ledger;
  const common = neutrality.charts.common;
  const { DOWN, TAG_LETTERS, Y2, across, boxes, finished, interval, layer, lowered, sheet, short } = common;
  const { tabled, unitWords, word, words } = common;
  const { basisWords, computed } = neutrality.charts.competitor_opportunity.shared;
  const { MUTED, STEP } = neutrality.look;
  const { owned } = neutrality.units;

  const TITLE = "How much spend is loose, and how much of it is open to vendors?";

  // The steps of the expected release, as the first two columns of T3.1: a label and a cell.
  function stepsOf(model) {
    const top = largest(model.customers);
    const expected = expectedLoss(model.customers);
    const most = model.customers.reduce((total, one) => total + one.most, 0);
    const [inside] = model.leaks;
    const tools = [inside, model.enablements];
    const fall = model.fall(expected.value);
    const wonBack = [expected.value, top.point, most].some((value) => model.fall(value).enabled);
    const within = wonBack
      ? [
          ["Taken in house and kept there", fall.inHouse - fall.enabled, tools],
          ["In house, won back with tools", fall.enabled, tools],
        ]
      : [["Taken in house", fall.inHouse, inside]];
    const steps = [
      ["Released", fall.released, []],
      ...within,
      ["Not replaced", fall.notReplaced, model.leaks],
      ["Open to vendors", fall.contestable, model.leaks],
    ];
    return steps.map(([label, value, extra]) => [label, computed(value, model.unit, [expected.figures, extra])]);
  }

  // C1: the expected release and where it goes.
  function waterfall(reading) {
    const { model } = reading.chapter("competitor_opportunity");
    const { unit } = model;
    const steps = stepsOf(model);
    const released = steps[0][1].value;
    const last = steps.length - 1;

    function build() {
      const bars = [];
      const links = [];
      const texts = [];
      let [top, left] = [0, released];
      steps.forEach(([label, cell], number) => {
        const size = cell.value;
        const whole = number === 0 || number === last;
        const [start, end] = whole ? [0, size] : [left - size, left];
        const colour = number === last ? STEP[0] : number === 0 ? STEP[2] : STEP[3];
        const sign = whole || !size ? "" : "\u2212";
        const weight = whole ? "bold" : "normal";
        texts.push(word(0, top + 8, `${label} · ${TAG_LETTERS[cell.tag]}`, { weight }));
        const tip = `${label}: ${short(size, unit)}`;
        bars.push({ x: start, x2: end, y: top + 18, y2: top + 40, colour, tip });
        texts.push(word(end, top + 29, `${sign}${short(size, unit)}`, { dx: 7, weight }));
        const next = number === 0 ? end : start;
        // Far to the left a link would run through the next label.
        if (number < last && next > 0.35 * released) links.push({ x: next, y: top + 40, y2: top + 70 });
        left = next;
        top += 52;
      });
      const [x, y] = [across(0, released || 1, unit, { axis: released > 0 }), DOWN];
      return sheet(top - 8, [
        layer("rule", links, { x, y, y2: Y2 }, { color: MUTED, strokeDash: [2, 2] }),
        boxes(bars, x, y),
        words(texts, x, y),
      ]);
    }

    const said = steps.map(([label, cell]) => `${label}: ${short(cell.value, unit)}`).join("; ");
    const note = `${basisWords(model)}; the steps add to what is released`;
    return finished(build, {
      id: "C1",
      title: TITLE,
      subtitle: `${unitWords(unit)}, expected; ${lowered(note)}; layer ${steps[last][1].layer}`,
      description: `A waterfall of the expected release, from the whole to the part that is open to vendors. ${said}.`,
      table: tabled(
        ["Step", unitWords(unit)],
        steps.map(([label, cell]) => [label, cell.value])
      ),
    });
  }

  // The pool open to vendors at the three layers, as T3.7.
  function layersOf(model) {
    const { customers, leaks, unit } = model;
    const expected = expectedLoss(customers);
    const facts = customers.map((one) => one.boundFigures);
    const worst = customers.reduce((total, one) => total + one.most, 0);
    const [low, high] = model.contestableRange(customers);
    const rests = flat(expected.figures, leaks);
    const span = (ends, origins, bound = false) => {
      const [least, most] = ends.map((end) => computed(end, unit, origins, bound));
      return { low: least, high: most };
    };
    return {
      title: "How much comes open to other vendors in a year?",
      note: `${basisWords(model)}; all layers`,
      rows: [
        ["L0", "Reported facts, and no spend larger than the largest reported", span([0, worst], facts)],
        [
          "L1",
          "Expected: words on a published scale; sizes and in-house share free within their ranges",
          span([low, high], rests, true),
        ],
        [
          "L2",
          "Expected: pooled probabilities; sizes at their mean; our in-house share",
          computed(model.fall(expected.value).contestable, unit, rests),
        ],
      ],
    };
  }

  // C0: the pool open to vendors at the three layers, against the largest claim on it.
  function layers(reading, { compact = false } = {}) {
    const { model } = reading.chapter("competitor_opportunity");
    // Of several claims as large the first.
    const claim = model.amounts.reduce((a, b) => (a && a.least >= b.least ? a : b), null);
    const reference = claim && {
      value: claim.least,
      label: `${owned(claim.vendor.name)} claim, read as ${short(claim.least, model.unit)}`,
    };
    return interval(layersOf(model), "C0", { compact, reference });
  }

  Object.assign(neutrality.charts.competitor_opportunity, {
    C0: layers,
    C1: waterfall,
    front: (reading) => layers(reading, { compact: true }),
  });
})(globalThis.neutrality);
