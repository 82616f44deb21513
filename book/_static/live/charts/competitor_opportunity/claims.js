// What a claim needs and how likely it can be true: port of charts/competitor_opportunity/claims.py, with what it
// takes from the chapter's claims.
//
// A chart about a claim is null for a case in which nobody makes one.
(function (neutrality) {
  "use strict";

  const { general } = neutrality.errors;
  const { range } = neutrality.case.figures;
  const { verdict } = neutrality.methods.release;
  const { MONTHS, monthsLost } = neutrality.methods.timing;
  const { ratio } = neutrality.methods.valuation;
  const { SIZE_WORDS, correlationOf, exitModel } = neutrality.chapters.exit_model;
  const { BASES } = neutrality.chapters.exposure;
  const { flat, weakest } = neutrality.chapters.ledger;
  const { covered } = neutrality.chapters.competitor_opportunity;
  const common = neutrality.charts.common;
  const { COLOUR, DOWN, NARROW_LINE, NO_NUMBER, X2, Y2, across, finished, inPercent, layer, length } = common;
  const { sheet, short, tabled, unitWords, upwards, word, words, wrap } = common;
  const { VERDICT_WORDS, apart, needsOf } = neutrality.charts.competitor_opportunity.shared;
  const { INK, MUTED, STEP, TAG_COLOURS } = neutrality.look;
  const { owned } = neutrality.units;

  // A required share beyond this is drawn at the edge, with its value beside it.
  const FARTHEST_SHARE = 2.5;
  // Steps of a line of probabilities, and of its table and tips.
  const CURVE = 60;
  const SAMPLES = 20;

  // -- what a claim needs -----------------------------------------------------------------------------------

  // A claim against a pool, of which as much comes loose as `part` of a year's: the share that it needs.
  function trial(model, claim, pool, part, figures) {
    const size = pool.value * part;
    const share = ratio(claim.least, size);
    const name = verdict(share, model.equalShare);
    return { size, share, name, words: VERDICT_WORDS[name], figures: flat(claim.figure, pool.figures, figures) };
  }

  // The claim against every pool of a year, and against two of them within the plan's own year.
  function yearly(model, claim) {
    const { found, pools } = model;
    const rows = [...pools.values()].map((pool) => [pool.label, trial(model, claim, pool, 1, [])]);
    const metrics = ["exit_start_month", "notice_months", "ramp_months"];
    const when = metrics.map((metric) => found.figure(metric, found.supplier.id));
    const part = monthsLost(...when.map((figure) => figure.value || 0)) / MONTHS;
    for (const key of ["contestable", "released_high"]) {
      const pool = pools.get(key);
      const label = `${pool.label}, within ${found.newestPeriod(BASES.plan)} only`;
      rows.push([label, trial(model, claim, pool, part, when)]);
    }
    return rows;
  }

  // C10: the share of each pool that the first claim needs.
  function required(reading) {
    const { model } = reading.chapter("competitor_opportunity");
    if (!model.amounts.length) return null;
    const [claim] = model.amounts;
    const equal = model.equalShare;
    const rows = yearly(model, claim);
    const shares = rows.map(([, one]) => one.share).filter((share) => share !== null);
    const high = Math.min(Math.max(1.2, ...shares.map((share) => share * 1.02)), FARTHEST_SHARE);
    const linesAt = [...new Map([[1, "all"], [0.5, "half"], [equal, "equal"]])];

    function build(narrow) {
      const dots = [];
      const stems = [];
      const texts = [];
      const stubs = [];
      const pixel = high / (narrow ? 320 : 690);
      let top = 24;
      for (const [label, one] of rows) {
        const name = `${label}: ${short(one.size, model.unit)}`;
        const lines = narrow ? wrap(name, NARROW_LINE, false) : [name];
        lines.forEach((line, number) => texts.push(word(0, top + 8 + 15 * number, line)));
        const bar = top + 11 + 15 * lines.length;
        let covers;
        if (one.share === null) {
          texts.push(word(0, bar, `${NO_NUMBER}: nothing comes loose, ${one.words}`, { dx: 2, colour: MUTED }));
          covers = [0, 270 * pixel];
        } else {
          const at = Math.min(one.share, high);
          stems.push({ x: 0, x2: at, y: bar });
          const needs = needsOf(one.share, one.name);
          const tag = weakest(one.figures.map((figure) => figure.tag));
          const colour = one.name === "impossible" ? INK : TAG_COLOURS[tag];
          dots.push({ x: at, y: bar, colour, tip: `${label}: ${needs}` });
          const said = needs + (one.share > high ? " →" : "");
          const long = (7 * length(said) + 12) * pixel;
          const left = at + long > high * 1.02 && at - long >= 0;
          const place = left ? { align: "right", dx: -10 } : { align: "left", dx: 10 };
          texts.push(word(at, bar, said, { weight: "bold", ...place }));
          covers = left ? [at - long, at] : [at, at + long];
        }
        // A line through a label would strike it out.
        for (const [value] of linesAt) {
          if (!(covers[0] <= value && value <= covers[1])) stubs.push({ x: value, y: bar - 8, y2: bar + 8 });
        }
        top = bar + 14;
      }
      const height = top - 2;
      const [x, y] = [across(0, high, "share"), DOWN];
      for (const [value] of linesAt) stubs.push({ x: value, y: 15, y2: 22 });
      for (const [value] of linesAt) stubs.push({ x: value, y: height - 6, y2: height });
      const heads = linesAt
        .filter(([value]) => value <= high)
        .map(([value, label]) => word(value, 7, label, { colour: MUTED, ...apart(value, linesAt, 40 * pixel) }));
      return sheet(height, [
        layer("rule", stems, { x, x2: X2, y }, { color: STEP[4], strokeWidth: 6 }),
        layer("rule", stubs, { x, y, y2: Y2 }, { color: MUTED }),
        layer("point", dots, { x, y, color: COLOUR }, { size: 90 }),
        words([...texts, ...heads], x, y),
      ]);
    }

    const said = rows.map(([label, one]) => `${label}: ${short(one.share, "share")}, ${one.words}`).join("; ");
    const amount = short(claim.least, model.unit);
    return finished(build, {
      id: "C10",
      title: `What would have to be true for ${claim.vendor.name}?`,
      subtitle:
        `% of the pool that ${amount} a year needs, layer L2; an interested party's claim; lines: an equal share among ` +
        `vendors (${short(equal, "share")}), half and all`,
      description:
        `A dot for each pool, against an equal share among vendors (${short(equal, "share")}), half and all. ` +
        `${said}.`,
      table: tabled(
        ["Pool", `Size, ${unitWords(model.unit)}`, "Share that the claim needs, %", "Verdict"],
        [
          ...rows.map(([label, one]) => [label, one.size, inPercent(one.share), one.words]),
          ["Any pool: an equal share among vendors", null, inPercent(equal), null],
        ]
      ),
    });
  }

  // -- how likely a claim is --------------------------------------------------------------------------------

  // The correlations at which a probability is shown: the ends of the range and the chosen one, rising.
  function correlations(figure) {
    return [...new Set([...range(figure), figure.value || 0])].sort((a, b) => a - b);
  }

  // A number with so many decimal places.
  const decimal = (value, places) => (value === null ? null : Number(value.toFixed(places)));

  // A probability in words; one of less than a millionth counts as none.
  const likely = (value) => short(decimal(value, 6), "probability");

  // C4: how likely the first claim can be true, by its share of the open pool, at three correlations.
  function probability(reading) {
    const chapter = reading.chapter("competitor_opportunity");
    const { model } = chapter;
    if (!model.amounts.length) return null;
    const [claim] = model.amounts;
    const correlation = correlationOf(model.found);
    const levels = correlations(correlation);
    const chosen = levels.indexOf(correlation.value || 0);
    const exits = exitModel(model.found, "plan", model.sizeModel);
    const releases = levels.map((level, i) => (i === chosen ? chapter.release : exits.at(level).loss));
    const most = releases[0].max * model.openPart;
    // Below this share the claim is out of reach whatever happens.
    const first = most > 0 ? Math.min(1, claim.least / most) : 1;
    const shares = Array.from({ length: CURVE + 1 }, (_, part) => first + ((1 - first) * part) / CURVE);
    const chances = (release, at) => at.map((share) => covered(model, claim, share, release));
    // Where the exits are certain the lines are one, but for rounding.
    const curves = releases.map((release) => chances(release, shares).map((value) => decimal(value, 12)));
    const marks = new Map([["equal share", model.equalShare], ["half", 0.5]]);
    const round = Array.from({ length: SAMPLES }, (_, part) => (part + 1) / SAMPLES);
    const read = [...new Set([model.equalShare, ...round])].sort((a, b) => a - b);
    const sampled = releases.map((release) => chances(release, read));
    const told = levels.flatMap((level, i) =>
      read.map((at, k) => ({
        x: at,
        y: sampled[i][k],
        tip: `ρ ${general(level)}, ${short(at, "share")} of the pool: ${likely(sampled[i][k])}`,
      }))
    );
    const last = curves.map((curve) => curve[CURVE]);

    function build(narrow) {
      const x = across(0, 1, "share", { title: "share of the open pool" });
      x.axis.values = [0, 0.25, 0.5, 0.75, 1];
      const y = upwards(0, 1, { format: ".0%" });
      const near = 55 / (narrow ? 200 : 560);
      const places = [...new Map([...marks].map(([label, at]) => [at, label]))];
      const texts = places.map(([at, label]) => word(at, 1, label, { dy: -9, colour: MUTED, ...apart(at, places, near) }));
      // Labels of lines that end close together are moved apart, upwards where the axis is near.
      const ends = levels.map((_, index) => index).sort((a, b) => last[b] - last[a]);
      let lowest = 2;
      ends.forEach((index, place) => {
        const at = Math.max(Math.min(last[index], lowest - 0.065), 0.02 + 0.065 * (ends.length - 1 - place));
        lowest = at;
        const label = `ρ ${general(levels[index])}: ${likely(last[index])}`;
        texts.push(word(1, at, label, { dx: 7, weight: index === chosen ? "bold" : "normal" }));
      });
      const lines = curves.map((curve, index) => {
        const row = [{ x: 0, y: 0 }, ...shares.map((at, k) => ({ x: at, y: curve[k] }))];
        return layer("line", row, { x, y }, lookOf(index === chosen, index < chosen));
      });
      const upright = [...marks.values()].map((at) => ({ x: at, y: 0, y2: 1 }));
      return sheet(260, [
        layer("rule", upright, { x, y, y2: Y2 }, { color: MUTED, strokeDash: [2, 3] }),
        ...lines,
        words(texts, x, y, { halo: true }),
        words(texts, x, y),
        layer("point", told, { x, y }, { size: 120, opacity: 0 }),
      ]);
    }

    const each = (values) => levels.map((level, i) => `correlation ${general(level)}: ${likely(values[i])}`).join("; ");
    const halves = releases.map((release) => covered(model, claim, 0.5, release));
    const { name } = claim.vendor;
    return finished(build, {
      id: "C4",
      title: `How likely can ${owned(name)} claim be true?`,
      subtitle:
        `Probability that a share of the open pool is at least ${short(claim.least, model.unit)} a year; exact, ` +
        `planned spends of ${model.plan[0].spend.period}, ${SIZE_WORDS[model.sizeModel]}; ρ: latent correlation of the exits; layer L2`,
      description:
        `A line for each correlation, rising with the share of the open pool that ${name} wins. With all of it: ` +
        `${each(last)}. With half of it: ${each(halves)}. Below ${short(first, "share")} the claim is out of reach.`,
      table: tabled(
        ["Share of the open pool, %", ...levels.map((level) => `Probability at correlation ${general(level)}, %`)],
        read.map((at, k) => [inPercent(at), ...sampled.map((curve) => inPercent(curve[k]))])
      ),
    });
  }

  // How a line looks: the chosen one solid, the others dashed and dotted.
  function lookOf(chosen, below) {
    if (chosen) return { color: INK, strokeWidth: 2.5 };
    return { color: STEP[1], strokeWidth: 1.8, strokeDash: below ? [6, 3] : [2, 2] };
  }

  Object.assign(neutrality.charts.competitor_opportunity, { C4: probability, C10: required });
})(globalThis.neutrality);
