// When a claim could be true, as a map over the release and the share taken in house: port of
// charts/competitor_opportunity/claim_map.py. It is null for a case in which nobody makes a claim.
(function (neutrality) {
  "use strict";

  const { general } = neutrality.errors;
  const { VERDICTS, verdict } = neutrality.methods.release;
  const { MONTHS } = neutrality.methods.timing;
  const common = neutrality.charts.common;
  const { X2, Y2, across, field, finished, inPercent, layer, length, names, sheet } = common;
  const { short, tabled, toward, unitWords, upwards, word, words } = common;
  const { VERDICT_WORDS, bare, beside, needsOf } = neutrality.charts.competitor_opportunity.shared;
  const { DIVERGING, INK, PAPER } = neutrality.look;
  const { owned } = neutrality.units;

  // How far the in-house share of the map goes, and how many pixels that is.
  const MOST_IN_HOUSE = 0.8;
  const MAP_HEIGHT = 290;
  // Heights at which the borders of the map are tabulated.
  const HEIGHTS = [0, 0.2, 0.4, 0.6, 0.8];

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

  neutrality.charts.competitor_opportunity.C3 = requiredMap;
})(globalThis.neutrality);
