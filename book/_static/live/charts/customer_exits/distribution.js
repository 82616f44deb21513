// The loss distribution: port of E4 of charts/customer_exits/distribution.py. E5 checks it against a simulation,
// whose random draws stay with the package.
(function (neutrality) {
  "use strict";

  const { confidenceOf, costsOf } = neutrality.chapters.customer_exits;
  const { exceeding, reaching } = neutrality.chapters.exit_model;
  const { currency, expectedLoss } = neutrality.chapters.exposure;
  const {
    COLOUR, X2, Y2, across, blank, field, finished, layer, raised, rounded, sheet, short, step, tabled, unitWords, upright,
    upwards, word, words,
  } = neutrality.charts.common;
  const { basisOf, percent } = neutrality.charts.customer_exits.shared;
  const { INK, MUTED, STEP, TAG_COLOURS } = neutrality.look;
  const { newsvendor } = neutrality.methods.decision;

  // More atoms than this are a curve to the eye.
  const MOST_BARS = 24;
  // Points of a curve.
  const CURVE = 72;
  // Where the first line above the curve stands in the narrow drawing, and how far lines are apart.
  const TOP_LINE = 1.29;
  const LINE = 0.065;
  // Characters of such a line.
  const LONGEST = 46;
  // Into about so many round steps a curve is cut where it is read off, and a control's range.
  const PLACES = 20;
  const STEPS = 200;
  // A jump of the curve that the eye sees.
  const SEEN = 0.005;
  // A smaller probability is no more than that: the distribution's own error is 1e-8 at most.
  const LEAST = 1e-5;
  // The room that a marked threshold takes above the curve, and above the bars as a part of the highest.
  const ABOVE = 0.1;
  const ABOVE_BARS = 0.14;

  // What a reader looks for on the curve: its name, the loss, and the probability of a larger one.
  function marks(found, { model, erasing }) {
    const { loss } = model;
    const asked = [
      ["expected loss", expectedLoss(model.customers).value],
      ["provision", newsvendor(...costsOf(found).map((figure) => figure.value || 0)).provision(loss)],
      ["value at risk", loss.quantile(confidenceOf(found).value || 0)],
    ];
    if (erasing !== null && 0 < erasing && erasing < loss.max) asked.push(["step-up erased", erasing]);
    const merged = [];
    for (const [name, value] of asked.sort((a, b) => a[1] - b[1])) {
      const last = merged[merged.length - 1];
      if (last && value - last[1] < 0.008 * loss.max) last[0] = `${last[0]}, ${name}`;
      else merged.push([name, value]);
    }
    return merged.map(([name, value]) => [name, value, exceeding(loss, value)]);
  }

  // A probability as the curve's far end prints it, where more digits would say more than is known.
  const chanceWords = (chance) => (0 < chance && chance < LEAST ? `under ${percent(LEAST)}` : percent(chance));

  // Round losses from nothing to the largest one, at which a curve is read off.
  function roundPlaces(most) {
    const gap = step(most, PLACES);
    return Array.from({ length: Math.floor((most / gap) * (1 + 1e-12)) + 1 }, (_, count) => gap * count);
  }

  // E4: how likely each loss is, or a loss above any size where sizes are uncertain. `threshold` marks a loss of
  // the reader's own and says how likely one of at least that size is.
  function lossShape(reading, { threshold = null } = {}) {
    const chapter = reading.chapter("customer_exits");
    const unit = `${currency(reading.case)} mn per year`;
    const { loss, sizes } = chapter.model;
    if (loss.max <= 0) {
      return finished(() => blank("Nothing can be lost by these figures"), {
        id: "E4",
        title: "How likely is each loss?",
        subtitle: `Probability by ${unitWords(unit)} lost; ${basisOf(reading.case, chapter)}`,
        description: "No bars and no curve: by these figures nothing can be lost, whoever leaves.",
        table: tabled([`Yearly loss, ${unitWords(unit)}`, "Probability, %"], [[0, 100]]),
      });
    }
    const atoms = sizes.every(({ kind }) => kind === "fixed") ? loss.atoms() : [];
    const limit = threshold === null ? null : Math.min(Math.max(threshold, 0), loss.max);
    const draw = 0 < atoms.length && atoms.length <= MOST_BARS ? bars : exceedance;
    return draw(reading.case, chapter, unit, limit, atoms);
  }

  // The chart's own option: a loss whose probability the reader asks for, at first about the expected one.
  function control({ customers, loss }, unit, limit) {
    const by = step(loss.max, STEPS);
    // On a step, so that a reader who goes back to it finds the chart as it was.
    const usual = by * Math.floor(expectedLoss(customers).value / by + 0.5);
    return {
      name: "threshold",
      label: "How likely is a loss of at least",
      value: rounded(limit === null ? usual : limit),
      low: 0,
      high: rounded(loss.max),
      step: rounded(by),
      unit,
    };
  }

  const askedFor = (limit, reached, unit) =>
    limit === null ? "" : ` A loss of at least ${short(limit, unit)} has a probability of ${chanceWords(reached)}.`;

  function bars(found, chapter, unit, limit, atoms) {
    const { loss } = chapter.model;
    const high = Math.max(...atoms.map(([, chance]) => chance));
    const { value: mean } = expectedLoss(chapter.model.customers);
    const reached = limit === null ? null : reaching(loss, limit);
    // At or above the limit as the distribution itself takes equal values.
    const same = 1e-12 * loss.max;

    function build(narrow) {
      const x = across(-0.05 * loss.max, 1.05 * loss.max, unit, { title: `yearly loss, ${unitWords(unit)}` });
      const top = limit === null ? 1.22 : 1.22 + ABOVE_BARS;
      const y = upwards(0, top * high, { format: ".3~%", grid: true });
      const drawn = atoms.map(([value, chance]) => ({
        x: value,
        y: 0,
        y2: chance,
        tip: `${short(value, unit)}: ${percent(chance)}`,
        colour: limit === null || value >= limit - same ? STEP[1] : STEP[3],
      }));
      const texts = atoms.map(([value, chance]) => word(value, chance, percent(chance), { align: "center", dy: -9 }));
      const side = mean > 0.6 * loss.max ? { align: "right", dx: -6 } : { dx: 6 };
      const label = `expected loss ${short(mean, unit)}`;
      texts.push(word(mean, 1.17 * high, label, { weight: "bold", colour: TAG_COLOURS.assumed, ...side }));
      const marked = [];
      if (limit !== null) {
        const asked = `at least ${short(limit, unit)}, the dark bars: ${chanceWords(reached)}`;
        texts.push(word(-0.05 * loss.max, (top - 0.06) * high, asked, { weight: "bold", dx: 4 }));
        const shade = [{ x: limit, x2: 1.05 * loss.max, y: 0, y2: 1.22 * high }];
        marked.push(layer("rect", shade, { x, x2: X2, y, y2: Y2 }, { color: STEP[1], opacity: 0.1 }));
      }
      return sheet((240 * top) / 1.22, [
        ...marked,
        layer("rule", drawn, { x, y, y2: Y2, color: COLOUR }, { strokeWidth: narrow ? 12 : 22 }),
        upright([mean], 0, 1.2 * high, x, y, TAG_COLOURS.assumed, [4, 3]),
        words(texts, x, y, { halo: true }),
        words(texts, x, y),
      ]);
    }

    const said = atoms.map(([value, chance]) => `${short(value, unit)} with ${percent(chance)}`);
    return finished(build, {
      id: "E4",
      title: "How likely is each loss?",
      subtitle: `Probability in %, by ${unitWords(unit)} lost; ${basisOf(found, chapter)}`,
      description:
        `One bar for each loss that can come of these sizes. ${said.join("; ")}. The expected loss is ` +
        `${short(mean, unit)}.${askedFor(limit, reached, unit)}`,
      table: tabled(
        ["What", `Yearly loss, ${unitWords(unit)}`, "Probability, %", "Probability of at least that, %"],
        [
          ...atoms.map(([value, chance]) => ["", value, 100 * chance, 100 * reaching(loss, value)]),
          ["expected loss", mean, null, 100 * reaching(loss, mean)],
          ...(limit === null ? [] : [["threshold", limit, null, 100 * reached]]),
        ]
      ),
      controls: [control(chapter.model, unit, limit)],
    });
  }

  // Points of the exceedance curve, P(loss > x), each jump drawn upright.
  function curve({ loss }, count = CURVE) {
    const jumps = loss.atoms().filter(([, chance]) => chance > 1e-6).slice(0, MOST_BARS).map(([value]) => value);
    const even = Array.from({ length: count }, (_, i) => (i === count - 1 ? loss.max : i * (loss.max / (count - 1))));
    const points = [];
    for (const at of [...new Set([...even, ...jumps])].sort((a, b) => a - b)) {
      const left = 1 - loss.cdf(at, true);
      const right = 1 - loss.cdf(at);
      if (left - right > 1e-6) points.push([at, left]);
      points.push([at, right]);
    }
    return points;
  }

  function exceedance(found, chapter, unit, limit) {
    const { loss } = chapter.model;
    const marked = marks(found, chapter);
    const line = curve(chapter.model).map(([x, y], order) => ({ x, y, order }));
    const dots = marked.map(([name, x, y]) => ({ x, y, tip: `${name} ${short(x, unit)}, above: ${percent(y)}` }));
    const readOff = roundPlaces(loss.max).map((at) => [at, exceeding(loss, at)]);
    const hints = readOff.map(([x, y]) => ({ x, y, tip: `above ${short(x, unit)}: ${chanceWords(y)}` }));
    const reached = limit === null ? null : reaching(loss, limit);
    const weight = (name) => (name.startsWith("expected loss") ? "bold" : "normal");

    // Labels over the curve, each on a stem; further right stands lower, so that none cross.
    function beside() {
      const [stems, texts] = [[], []];
      let level = 0.94;
      for (const [name, at, chance] of marked) {
        const label = `${name}\n${short(at, unit)}, above: ${percent(chance)}`;
        level = Math.max(Math.min(level, 0.94), chance + 0.1);
        stems.push({ x: at, y: chance, y2: level - 0.01 });
        texts.push(word(at, level, label, { weight: weight(name), dx: 6 }));
        level -= 0.175;
      }
      return [stems, texts];
    }

    // Whether the wide drawing has room for labels beside their stems.
    const fits = () => marked.every(([name, at]) => (at / loss.max) * 675 + 6 * Math.max(name.length, 22) < 675);

    // Letters at the points, and what they stand for in lines above the curve: room that a phone has.
    function listedAbove(narrow) {
      const texts = [];
      let number = 0;
      let [aside, last] = [false, [-Infinity, Infinity]];
      marked.slice(0, 4).forEach(([name, at, chance], i) => {
        const letter = "abcd"[i];
        const parts = [`${letter}  ${name} ${short(at, unit)}`, `above: ${percent(chance)}`];
        const joined = parts.join(", ");
        for (const text of joined.length > LONGEST ? parts : [joined]) {
          texts.push(word(0, TOP_LINE - LINE * number, text, { dx: 2, weight: weight(name) }));
          number += 1;
        }
        // Two close points have their letters on either side of the falling curve.
        const place = [(at / loss.max) * (narrow ? 300 : 650), chance * 280];
        aside = !aside && Math.hypot(place[0] - last[0], place[1] - last[1]) < 16;
        const side = aside ? { align: "right", dx: -6, dy: 9 } : { dx: 6, dy: -9 };
        texts.push(word(at, chance, letter, { weight: "bold", ...side }));
        last = place;
      });
      return [[], texts];
    }

    // The reader's own loss, carried up to the curve and across to its probability.
    function crossing(x, y) {
      if (limit === null) return [];
      const look = { color: INK, strokeDash: [4, 3] };
      const tip = `at least ${short(limit, unit)}: ${chanceWords(reached)}`;
      return [
        layer("rule", [{ x: limit, y: 0, y2: reached, tip }], { x, y, y2: Y2 }, look),
        layer("rule", [{ x: 0, x2: limit, y: reached, tip }], { x, x2: X2, y }, look),
        layer("point", [{ x: limit, y: reached, tip }], { x, y }, { size: 70, color: INK }),
      ];
    }

    function build(narrow) {
      const x = across(0, loss.max, unit, { title: `yearly loss, ${unitWords(unit)}` });
      const lettered = narrow || !fits();
      let top = lettered ? TOP_LINE + LINE / 2 : 1;
      const [stems, texts] = lettered ? listedAbove(narrow) : beside();
      if (limit !== null) {
        top += ABOVE;
        const asked = `dashed, at least ${short(limit, unit)}: ${chanceWords(reached)}`;
        texts.push(word(0, top - ABOVE / 2, asked, { dx: 2, weight: "bold" }));
      }
      const y = upwards(0, top, { format: ".0%", grid: true, values: [0, 0.25, 0.5, 0.75, 1] });
      return sheet(280 * top, [
        layer("line", line, { x, y, order: field("order") }),
        layer("rule", stems, { x, y, y2: Y2 }, { color: MUTED }),
        ...crossing(x, y),
        layer("point", hints, { x, y }, { size: 200, opacity: 0 }),
        layer("point", dots, { x, y }, { size: 70, color: TAG_COLOURS.assumed }),
        words(texts, x, y, { halo: true }),
        words(texts, x, y),
      ]);
    }

    const said = marked.map(([name, at, chance]) => `${name} ${short(at, unit)}, ${percent(chance)} above`).join("; ");
    const jumps = loss.atoms().slice(0, MOST_BARS).filter(([, chance]) => chance > SEEN);
    const rows = [
      ...marked.map(([name, at]) => [name, at]),
      ...(limit === null ? [] : [["threshold", limit]]),
      ...jumps.map(([at]) => ["exactly this loss has a probability", at]),
      ...readOff.map(([at]) => ["", at]),
    ];
    return finished(build, {
      id: "E4",
      title: "How likely is a loss above any size?",
      subtitle: `Probability of a larger loss in %, by ${unitWords(unit)} lost; ${basisOf(found, chapter)}`,
      description:
        `A curve that falls from ${percent(exceeding(loss, 0))} at no loss to nothing at ${short(loss.max, unit)}. ` +
        `${raised(said)}.${askedFor(limit, reached, unit)}`,
      table: tabled(
        ["What", `Yearly loss, ${unitWords(unit)}`, "Probability of at least that, %", "Probability of more, %"],
        rows.map(([name, at]) => [name, at, 100 * reaching(loss, at), 100 * exceeding(loss, at)])
      ),
      controls: [control(chapter.model, unit, limit)],
    });
  }

  neutrality.charts.customer_exits.E4 = lossShape;
})(globalThis.neutrality);
