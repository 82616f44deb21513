// What a claim needs, when it could be true and how likely that is: port of
// charts/competitor_opportunity/claims.py, with what it takes from the chapter's claims.
//
// A chart about a claim is null for a case in which nobody makes one. The file is long because its twin is, beside
// which it is read.
(function (neutrality) {
  "use strict";

  const { general } = neutrality.errors;
  const { range } = neutrality.case.figures;
  const { VERDICTS, verdict } = neutrality.methods.release;
  const { MONTHS, monthsLost } = neutrality.methods.timing;
  const { ratio } = neutrality.methods.valuation;
  const { SIZE_WORDS, correlationOf, exitModel } = neutrality.chapters.exit_model;
  const { BASES } = neutrality.chapters.exposure;
  const { flat, weakest } = neutrality.chapters.ledger;
  const { covered } = neutrality.chapters.competitor_opportunity;
  const common = neutrality.charts.common;
  const { COLOUR, DOWN, NARROW_LINE, NO_NUMBER, X2, Y2, across, field, finished, inPercent, layer, length, names } = common;
  const { sheet, short, tabled, toward, unitWords, upwards, word, words, wrap } = common;
  const { apart, beside } = neutrality.charts.competitor_opportunity.shared;
  const { DIVERGING, INK, MUTED, PAPER, STEP, TAG_COLOURS } = neutrality.look;
  const { owned } = neutrality.units;

  const VERDICT_WORDS = {
    impossible: "impossible",
    more_than_half: "needs more than half",
    more_than_equal: "needs more than an equal share",
    ordinary: "ordinary",
  };
  // A required share beyond this is drawn at the edge, with its value beside it.
  const FARTHEST_SHARE = 2.5;
  // How far the in-house share of the map goes, and how many pixels that is.
  const MOST_IN_HOUSE = 0.8;
  const MAP_HEIGHT = 290;
  // Steps of a line of probabilities, and of its table and tips.
  const CURVE = 60;
  const SAMPLES = 20;
  // Heights at which the borders of the map are tabulated.
  const HEIGHTS = [0, 0.2, 0.4, 0.6, 0.8];

  const bare = (said) => said.replace(/^needs /, "");

  // A required share with its verdict, as a label says it.
  const needsOf = (share, name) => `${short(share, "share")}, ${bare(VERDICT_WORDS[name])}`;

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

  // -- when a claim could be true ---------------------------------------------------------------------------

  // C3: which release and in-house share would make the first claim possible within its horizon.
  function requiredMap(reading) {
    const { model, results } = reading.chapter("competitor_opportunity");
    // Within no time at all no release makes a claim possible, so there is nothing to map.
    if (!model.amounts.length || model.months <= 0) return null;
    const [first] = model.amounts;
    const { unit, equalShare: equal, pools, months } = model;
    // What a pool of a year must yield of the claim where more or less than a year is left for it.
    const claim = (first.least * MONTHS) / months;
    const [house, gone] = model.leaking;
    const [expected, most] = [pools.get("released").value, pools.get("released_high").value];
    const equally = results.get(`opportunity.${first.vendor.id}.release_for_equal_share`).value;
    const enough = equally === null ? null : (equally * MONTHS) / months;
    const high = Math.max(1.1 * most, Math.min(1.05 * (enough || 0), 2 * most), 1.1 * claim);
    const levels = [[1, "all"], [0.5, "half"], [equal, "an equal share"]];
    // With the heights at which a border leaves the map, so that it ends at the edge.
    const leaves = gone < 1 ? levels.map(([level]) => 1 - claim / ((1 - gone) * level * high)) : [];
    const heights = [
      ...Array.from({ length: 21 }, (_, part) => (MOST_IN_HOUSE * part) / 20),
      ...leaves.filter((one) => 0 < one && one < MOST_IN_HOUSE),
    ];
    const rows = [...new Set(heights)].sort((a, b) => a - b);

    // The release of which the claim is this share after what stays in house and is not replaced.
    function release(level, inside) {
      const part = (1 - inside) * (1 - gone) * level;
      return part > 0 ? claim / part : null;
    }

    // Where the zone of a verdict begins, within the map.
    function edge(index, inside) {
      if (index < 0) return 0;
      return index >= levels.length ? high : Math.min(high, release(levels[index][0], inside) || high);
    }

    const tints = [DIVERGING[5], DIVERGING[2], DIVERGING[1], DIVERGING[0]];
    const borders = levels.map(([level]) => short(level, "share"));
    const needs = [
      `more than ${borders[0]}`,
      ...borders.slice(1).map((low, i) => `${low} to ${borders[i]}`),
      `at most ${borders[borders.length - 1]}`,
    ];
    const area = VERDICTS.flatMap((name, index) =>
      rows.map((inside) => ({
        zone: VERDICT_WORDS[name],
        x: edge(index - 1, inside),
        x2: edge(index, inside),
        y: inside,
        tip: `${VERDICT_WORDS[name]}: ${needs[index]} of the pool`,
      }))
    );
    const contour = levels.flatMap(([level, name]) =>
      rows
        .map((inside) => ({ level: name, x: release(level, inside), y: inside }))
        .filter(({ x }) => x && x <= high * (1 + 1e-9))
    );
    const needed = results.get(`opportunity.${first.vendor.id}.required_share_within_horizon`).value;
    const judged = verdict(needed, equal);
    const base = `our base: ${short(needed, "share")}`;
    const corner = { x: expected, y: house, tip: `our base: ${needsOf(needed, judged)}` };
    const limit = `most facts allow: ${short(most, unit)}`;

    // Where the name of a zone stands: at the free height where the zone is widest, null where that is too
    // narrow.
    function placed(index, wide, lowest, taken) {
      const width = (inside) => edge(index, inside) - edge(index - 1, inside);
      const free = rows.filter((one) => lowest < one && one < 0.71 && taken.every((other) => Math.abs(one - other) > 0.13));
      if (!free.length) return null;
      const best = free.reduce((a, b) => (width(b) > width(a) ? b : a));
      if (width(best) < wide) return null;
      const [left, right] = [edge(index - 1, best), edge(index, best)];
      const middle = (left + right) / 2;
      if (Math.abs(middle - most) >= wide / 2) return { at: middle, best };
      // Off the line of the most that facts allow, to the side with more room.
      const aside = most - left > right - most ? most - 0.56 * wide : most + 0.56 * wide;
      return { at: left <= aside - wide / 2 && aside + wide / 2 <= right ? aside : middle, best };
    }

    function build(narrow) {
      const x = across(0, high, unit, { title: `released in a year, ${unitWords(unit)}` });
      const y = upwards(0, MOST_IN_HOUSE, { title: "taken in house", format: ".0%" });
      const domain = VERDICTS.map((name) => VERDICT_WORDS[name]);
      const zones = names("zone", { scale: { domain, range: tints }, legend: null });
      const texts = [];
      const taken = [house];
      const pixels = narrow ? 270 : 620;
      VERDICTS.forEach((name, index) => {
        const text = VERDICT_WORDS[name].replace("more than an equal", "more than\nan equal");
        const lines = text.split("\n");
        const wide = ((6.4 * Math.max(...lines.map(length))) / pixels) * high;
        const place = placed(index, wide, 0.03 + 0.04 * (lines.length - 1), taken);
        if (!place) return;
        taken.push(place.best);
        texts.push(word(place.at, place.best, text, { align: "center" }));
      });
      const said = bare(VERDICT_WORDS[judged]);
      const answers = (narrow ? said.replace("more than an", "more than\nan") : said).split("\n");
      // Below the point at the map's upper edge, above it at the lower one.
      const over = -15 * answers.length - 6;
      const down = house > 0.9 * MOST_IN_HOUSE ? 14 : house < 0.15 * MOST_IN_HOUSE ? over : 0;
      const place = beside(expected, high);
      texts.push(word(expected, house, base, { weight: "bold", dy: down, ...place }));
      texts.push(word(expected, house, answers.join("\n"), { dy: down + 15, ...place }));
      if (most <= high) texts.push(word(most, MOST_IN_HOUSE, limit, { dy: -10, ...toward(most, 0, high) }));
      // The line of the most that facts allow, open where it would strike the label out.
      const long = ((10 + 6.4 * Math.max(...[base, ...answers].map(length))) / pixels) * high;
      const start = "align" in place ? expected - long : expected;
      const heightOf = (at) => house - (at * MOST_IN_HOUSE) / MAP_HEIGHT;
      const [head, foot] = [down - 9, down + 15 * answers.length + 8].map(heightOf);
      let pieces = [[0, MOST_IN_HOUSE]];
      if (start <= most && most <= start + long) {
        pieces = [[0, Math.max(0, foot)], [Math.min(head, MOST_IN_HOUSE), MOST_IN_HOUSE]];
      }
      const allowed = pieces.filter(([a, b]) => most <= high && a < b).map(([a, b]) => ({ x: most, y: a, y2: b, tip: limit }));
      const line = { x, y, detail: names("level"), order: field("y") };
      return sheet(MAP_HEIGHT, [
        layer("area", area, { x, x2: X2, y, color: zones }, { orient: "horizontal" }),
        layer("line", contour, line, { color: PAPER, strokeWidth: 1.5 }),
        layer("rule", allowed, { x, y, y2: Y2 }, { color: INK, strokeDash: [3, 3] }),
        layer("point", [corner], { x, y }, { size: 90 }),
        words(texts, x, y),
      ]);
    }

    // A year is what the chapter's other charts take; any other span is named.
    const span = months === MONTHS ? "a year" : `within ${general(months)} months`;
    const asked = `${short(first.least, unit)} ${span}`;
    const borderRows = levels.flatMap(([level, name]) =>
      HEIGHTS.map((inside) => [
        `Border at ${name}`,
        release(level, inside),
        inPercent(inside),
        inPercent(level),
        VERDICT_WORDS[verdict(level, equal)],
      ])
    );
    return finished(build, {
      id: "C3",
      title: `When could ${owned(first.vendor.name)} claim be true?`,
      subtitle:
        `Share of the pool open to vendors that ${asked} needs, by ${unitWords(unit)} released and the share ` +
        `taken in house; borders at all, half and an equal share (${short(equal, "share")}); layer L2`,
      description:
        `A map with four zones, from impossible to ordinary. At our base, ${short(expected, unit)} released in a year and ` +
        `${short(house, "share")} taken in house, ${asked} needs ${short(needed, "share")} of the pool: ` +
        `${VERDICT_WORDS[judged]}. The most that facts ` +
        `allow to come loose is ${short(most, unit)}; with our in-house share an equal share suffices from ` +
        `${short(enough, unit)} on.`,
      table: tabled(
        ["Place on the map", `Released, ${unitWords(unit)}`, "Taken in house, %", "Share needed, %", "Verdict"],
        [
          ["Our base", expected, inPercent(house), inPercent(needed), VERDICT_WORDS[judged]],
          ...borderRows,
          ["Most that facts allow", most, null, null, null],
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

  Object.assign(neutrality.charts.competitor_opportunity, { C3: requiredMap, C4: probability, C10: required });
})(globalThis.neutrality);
