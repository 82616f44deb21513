// What moves the answers of the deal most: port of charts/deal/tornado.py, with the outcomes of
// chapters/deal/figures.py and the swings of methods/tornado.py.
(function (neutrality) {
  "use strict";

  const {
    BUSINESS, DCF, VC, businessValue, dcfGrowth, exitMultipleGrowth, impliedPostMoney, residualPremium, stepUpShareErased,
  } = neutrality.chapters.deal;
  const { currency } = neutrality.chapters.exposure;
  const { InputError, quoted } = neutrality.errors;
  const {
    COLOUR, DOWN, NARROW_LINE, NO_NUMBER, TAG_LETTERS, X2, Y2, across, finished, inPercent, layer, sheet, short, tabled, unitWords,
    word, words, wrap,
  } = neutrality.charts.common;
  
  const { INK, TAG_COLOURS } = neutrality.look;

  // Bars of an outcome where all stand below one another; what moves it less stands in the table.
  const MOST = 5;

  // The choice that shows every outcome of the chapter's table.
  const ALL = "all";

  // The outcomes of the chapter, in its order.
  function outcomes(code) {
    const bn = `${code} bn`;
    const erasing = ["valuation", "prior", "revenue", "spend"];
    const explaining = ["investment", "stake", "standalone", "cashRetained"];
    const outcome = (result, label, unit, compute, names) => ({ result, label, unit, compute, names });
    return [
      outcome("implied_post_money", "Implied post-money value", bn, impliedPostMoney, ["investment", "stake"]),
      outcome(
        "largest_customer_step_up_share",
        "Step-up carried by the largest customer",
        "share",
        stepUpShareErased,
        erasing
      ),
      outcome("implied_growth_dcf", "Growth that the price needs", "per year", dcfGrowth, DCF),
      outcome("residual_premium", "Part of the cheque not explained", bn, residualPremium, explaining),
    ];
  }

  // The outcomes that can stand alone, by the name of their result: the chapter's and those beside them.
  function offered(code) {
    const worth = {
      result: "enterprise_value",
      label: "Value of the business",
      unit: `${code} bn`,
      compute: businessValue,
      names: BUSINESS,
    };
    const sold = {
      result: "implied_growth_exit_multiple",
      label: "Growth that the price needs, exit-multiple method",
      unit: "per year",
      compute: exitMultipleGrowth,
      names: VC,
    };
    const found = new Map();
    for (const outcome of [worth, ...outcomes(code)]) {
      found.set(outcome.result, outcome);
      if (outcome.result === "implied_growth_dcf") found.set(sold.result, sold);
    }
    return found;
  }

  // One outcome over low to high of every figure that enters it: the largest swing first, equal ones in order,
  // those without a size last.
  function turn(deal, outcome) {
    const named = new Map(outcome.names.map((name) => [deal.figures[name].id, deal.range(name)]));
    const swings = [];
    for (const [name, [low, high]] of named) {
      if (!(low < high)) continue;
      const [atLow, atHigh] = [low, high].map((end) => outcome.compute(deal.withFigure(name, end)));
      swings.push({ name, atLow, atHigh, size: atLow === null || atHigh === null ? null : Math.abs(atHigh - atLow) });
    }
    swings.sort((a, b) => (b.size ?? -1) - (a.size ?? -1));
    return { outcome, base: outcome.compute(deal.values), swings };
  }

  // D7: each outcome at both ends of each figure that enters it, the largest swing first.
  //
  // `answer` is the outcome that stands alone, with every figure that moves it.
  function tornado(reading, { answer = ALL } = {}) {
    const { deal } = reading.chapter("deal");
    const found = reading.case;
    const code = currency(found);
    const choices = offered(code);
    const alone = answer !== ALL;
    if (alone && !choices.has(answer)) {
      throw new InputError(`answer: found ${quoted(answer)}, expected one of ${[ALL, ...choices.keys()].join(", ")}`);
    }
    const turned = (alone ? [choices.get(answer)] : outcomes(code)).map((outcome) => turn(deal, outcome));
    const rest = alone ? "largest swing first" : "the largest swings, all of them in the table";
    // One layout for both widths: the labels stand above the bars and fit a phone.
    const build = () => ({ vconcat: turned.map((one) => panel(found, one, alone)), spacing: 18 });
    const offers = [...choices].map(([value, { label }]) => ({ value, label }));
    return finished(build, {
      id: "D7",
      title: "Which figure moves the answer most?",
      subtitle: `one figure at a time from the low to the high end of its range, the line is our setting; layer L1; ${rest}`,
      description: turned.map((one) => said(found, one, alone)).join(" "),
      table: tabled(
        ["Answer", "Unit", "Figure", "Answer at its low end", "Answer at its high end", "Answer at our setting"],
        turned.flatMap((one) => shown(one, alone).map((swing) => rowOf(found, one, swing)))
      ),
      controls: [
        {
          name: "answer",
          label: "Answer",
          value: answer,
          options: [{ value: ALL, label: "The chapter's answers" }, ...offers],
        },
      ],
    });
  }

  // The swings that have a bar: all of an outcome that stands alone.
  function shown({ swings }, alone) {
    const found = swings.filter((swing) => swing.size);
    return alone ? found : found.slice(0, MOST);
  }

  function rowOf(found, { outcome, base }, { name, atLow, atHigh }) {
    const { unit, label } = outcome;
    const ends = [atLow, atHigh, base];
    const told = unit === "share" || unit === "per year" ? ends.map(inPercent) : ends;
    return [label, unit === "per year" ? "% a year" : unitWords(unit), found.figures.get(name).label, ...told];
  }

  function panel(found, one, alone) {
    const { outcome, base } = one;
    const { unit, label: asked } = outcome;
    const swings = shown(one, alone);
    // The heading says that growth is by the year.
    const plain = unit === "per year" ? "share" : unit;
    const known = [...swings.flatMap((swing) => [swing.atLow, swing.atHigh]), base].filter((end) => end !== null);
    const low = known.length ? Math.min(...known) : 0;
    const high = known.length ? Math.max(...known) : 1;
    const pad = 0.24 * (high - low || 1);
    const [x, y] = [across(low - pad, high + pad, unit, { axis: false }), DOWN];
    const lines = wrap(`${asked}: ${base === null ? NO_NUMBER : short(base, unit)}`, NARROW_LINE - 4);
    const texts = lines.map((line, i) => word(low - pad, 9 + 16 * i, line, { weight: "bold" }));
    let top = 16 * lines.length + 6;
    const bars = [];
    if (!swings.length) {
      texts.push(word(low - pad, top + 8, "nothing moves it"));
      top += 20;
    }
    for (const { name, atLow, atHigh } of swings) {
      const figure = found.figures.get(name);
      const colour = TAG_COLOURS[figure.tag];
      for (const line of wrap(`${figure.label} · ${TAG_LETTERS[figure.tag]}`, NARROW_LINE, false)) {
        texts.push(word(low - pad, top + 7, line, { colour }));
        top += 15;
      }
      const [left, right] = [Math.min(atLow, atHigh), Math.max(atLow, atHigh)];
      const tip = `${figure.label}: ${short(atLow, plain)} at its low end, ${short(atHigh, plain)} at its high end`;
      bars.push({ x: left, x2: right, y: top + 9, colour, tip });
      texts.push(word(left, top + 9, short(left, plain), { align: "right", dx: -6 }));
      texts.push(word(right, top + 9, short(right, plain), { dx: 6 }));
      top += 24;
    }
    const layers = [layer("rule", bars, { x, x2: X2, y, color: COLOUR }, { strokeWidth: 12 })];
    if (base !== null) {
      const marks = bars.map((bar) => ({ x: base, y: bar.y - 9, y2: bar.y + 9 }));
      layers.push(layer("rule", marks, { x, y, y2: Y2 }, { color: INK }));
    }
    return sheet(top, [...layers, words(texts, x, y)]);
  }

  function said(found, one, alone) {
    const { unit, label } = one.outcome;
    const swings = shown(one, alone);
    if (!swings.length) return `${label}: nothing moves it.`;
    const parts = swings.map(
      ({ name, atLow, atHigh }) => `${found.figures.get(name).label} ${short(atLow, unit)} to ${short(atHigh, unit)}`
    );
    return `${label} (${one.base === null ? NO_NUMBER : short(one.base, unit)}): ${parts.join("; ")}.`;
  }

  Object.assign(neutrality.charts.deal, { D7: tornado });
})(globalThis.neutrality);
