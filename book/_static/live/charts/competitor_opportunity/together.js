// Whether claims on one pool can be right together: port of charts/competitor_opportunity/together.py.
(function (neutrality) {
  "use strict";

  const common = neutrality.charts.common;
  const { Y2, across, finished, layer, names, numberFormat, sheet, short, tabled, unitWords, upwards, word, words } = common;
  const { beside } = neutrality.charts.competitor_opportunity.shared;
  const { STEP, TAG_COLOURS } = neutrality.look;
  const { owned } = neutrality.units;

  // The first claim of an amount and the first of a multiple that another vendor makes.
  function pairOf(model) {
    for (const multiple of model.multiples) {
      const amount = model.amounts.find((one) => one.vendor !== multiple.vendor);
      if (amount) return [amount, multiple];
    }
    return null;
  }

  // C5: whether a claim of an amount and a claim of a multiple fit into one pool.
  function together(reading) {
    const { model } = reading.chapter("competitor_opportunity");
    const pair = pairOf(model);
    if (!pair) return null;
    const [amount, multiple] = pair;
    const [one, other, unit] = [amount.vendor, multiple.vendor, model.unit];
    const vendor = model.vendors.find(({ entity }) => entity === other);
    const [claim, added] = [amount.least, multiple.least];
    const converted = model.conversion(other);
    const part = converted ? converted.value || 0 : 1;
    const factor = Math.max(0, (multiple.figure.value || 0) - 1) * part;
    const [low, high] = vendor.earnedRange.map((end) => factor * end);
    const rest = model.claims
      .filter((held) => held.vendor !== one && held.vendor !== other)
      .reduce((total, held) => total + held.least, 0);
    const shown = ["contestable", "contestable_high", "released_high"].map((key) => model.pools.get(key));
    const rooms = shown.map((pool) => Math.max(0, pool.value - rest));
    const right = Math.max(1.15 * claim, 1.04 * Math.max(...rooms));
    const tall = 1.2 * Math.max(high, added, rooms[0], 0.2 * right);
    const fits = rooms.map((room) => claim + added <= room);
    const afterRest = rest ? " after the other claims" : "";
    const called = shown.map((pool) => `${pool.label}${rest ? "," : ""}${afterRest}`);
    const free = `${other.name} over our range: ${short(low, unit)} to ${short(high, unit)}`;
    const both = `${one.name}: ${short(claim, unit)}; ${other.name}: ${short(added, unit)}`;

    function build(narrow) {
      const x = across(0, right, unit, { title: `claimed by ${one.name}` });
      const y = upwards(0, tall, { title: `added by ${other.name}`, format: numberFormat(unit) });
      const lines = [];
      const texts = [];
      const taken = [];
      const near = (narrow ? 0.17 : 0.09) * right;
      rooms.forEach((room, number) => {
        if (room <= 0) return;
        const up = Math.min(room, tall);
        const start = room - up;
        const label = short(room, unit);
        const tip = `${called[number]}: ${label}`;
        lines.push({ pool: number, x: start, y: up, tip }, { pool: number, x: room, y: 0, tip });
        if (room <= tall) {
          if (rooms.slice(0, number).every((used) => Math.abs(room - used) > 0.07 * tall)) {
            texts.push(word(start, up, label, { dx: 6, dy: -7, weight: number === 0 ? "bold" : "normal" }));
          }
        } else if (taken.every((used) => Math.abs(start - used) > near)) {
          taken.push(start);
          texts.push(word(start, up, label, { dy: -9, align: "center" }));
        }
      });
      const edge = [...new Set([0, Math.max(0, rooms[0] - tall), rooms[0]])].sort((a, b) => a - b);
      const shaded = `both fit: together at most ${short(rooms[0], unit)}`;
      const corner = edge.map((at) => ({ x: at, y: Math.min(rooms[0] - at, tall), tip: shaded }));
      const colour = TAG_COLOURS[vendor.base.tag];
      texts.push(word(claim, added, `claims: ${short(claim + added, unit)}`, { weight: "bold", ...beside(claim, right) }));
      const ground = { x, y: { ...y, stack: null } };
      const line = { x, y, detail: names("pool") };
      return sheet(270, [
        layer("area", rooms[0] > 0 ? corner : [], ground, { color: STEP[4], opacity: 0.8 }),
        layer("line", lines, line, { color: STEP[1], strokeWidth: 1.5 }),
        layer("rule", [{ x: claim, y: low, y2: high, tip: free }], { x, y, y2: Y2 }, { color: colour, strokeWidth: 4 }),
        layer("point", [{ x: claim, y: added, tip: both }], { x, y }, { size: 90 }),
        words(texts, x, y, { halo: true }),
        words(texts, x, y),
      ]);
    }

    const sizes = rooms.map((room) => short(room, unit));
    const verdicts = fits.map((fit) => (fit ? "fits" : "does not fit"));
    const money = unitWords(unit);
    const answers = shown.map((pool, i) => `${pool.label}, ${sizes[i]}: ${verdicts[i]}`).join("; ");
    const fitted = fits[0] ? "both claims fit" : `the claims clash by ${short(claim + added - rooms[0], unit)}`;
    return finished(build, {
      id: "C5",
      title: `Can ${one.name} and ${other.name} both be right?`,
      subtitle:
        `${money}; lines: pools that both claims would fill${afterRest}, ${sizes[0]} expected (shaded: both fit), ` +
        `${sizes[1]} and ${sizes[2]} the most facts allow, after and before in-house work; bar: our range for ${owned(other.name)} base`,
      description:
        `${owned(one.name)} claim is read as ${short(claim, unit)}; ${short(multiple.figure.value, "x")} demand at our base of ` +
        `${short(vendor.earned, unit)} adds ${short(added, unit)} for ${other.name}, ${short(low, unit)} to ` +
        `${short(high, unit)} over our range. In the expected pool ${fitted}. ${answers}.`,
      table: tabled(
        ["Claims and pools", `${one.name}, ${money}`, `${other.name}, ${money}`, `Together, ${money}`, "Verdict"],
        [
          ["Both claims", claim, added, claim + added, null],
          ["At the low end of our range", claim, low, claim + low, null],
          ["At the high end of our range", claim, high, claim + high, null],
          ...called.map((name, i) => [name, null, null, rooms[i], verdicts[i]]),
        ]
      ),
    });
  }

  neutrality.charts.competitor_opportunity.C5 = together;
})(globalThis.neutrality);
