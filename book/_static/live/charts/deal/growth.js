// What growth the price needs, as lines of equal value: port of charts/deal/growth.py.
(function (neutrality) {
  "use strict";

  const { businessValue, dcfGrowth, exitMultipleGrowth } = neutrality.chapters.deal;
  const {
    NARROW_LINE, NO_NUMBER, blank, field, finished, inPercent, layer, names, numberFormat, rounded, scaled, sheet, short, step,
    tabled, unitWords, upwards, word, words, wrap,
  } = neutrality.charts.common;
  const { billions, small } = neutrality.charts.deal.shared;
  const { INK, MUTED, STEP, TAG_COLOURS } = neutrality.look;

  // Points of a line.
  const POINTS = 13;

  // D5: the growth that justifies the value, by margin and discount rate, and by exit multiple and return.
  function isoValue(reading) {
    const { deal } = reading.chapter("deal");
    const unit = billions(reading.case);
    const v = deal.values;
    const worth = businessValue(v);
    const heading = {
      id: "D5",
      title: "What growth and margin justify the price?",
      subtitle:
        "% growth of revenue a year that justifies the enterprise value, along lines of equal value; layer L2 at the point, our setting, " +
        "L1 along the lines",
    };
    if (worth <= 0) {
      const said = short(worth, unit);
      return finished(() => blank(`${NO_NUMBER}: the business is worth ${said} without its cash`), {
        ...heading,
        description: `Without its cash the business is worth ${said}, which no growth justifies.`,
        table: tabled([`Value of the business, ${unitWords(unit)}`, "Growth needed, % a year"], [[worth, null]]),
      });
    }
    const stayed = { ...v, cashRetained: 1 };
    const cash = linesOf(deal, v, dcfGrowth, "dcfFcfMargin", "dcfRate");
    if (0 < businessValue(stayed) && businessValue(stayed) < worth) {
      const look = { name: `${short(v.dcfRate, "share")}, cash stayed`, rate: v.dcfRate, colour: MUTED, dashed: true };
      cash.push(lineOf(deal, stayed, dcfGrowth, "dcfFcfMargin", look));
    }
    const sale = linesOf(deal, v, exitMultipleGrowth, "vcExitMultiple", "vcRate");
    const byCash = dcfGrowth(v);
    const bySale = exitMultipleGrowth(v);
    const panels = [
      {
        heading: "Cash flow: by free cash flow margin, a line for each discount rate",
        what: "margin",
        unit: "share",
        lines: cash,
        own: v.dcfFcfMargin,
        at: byCash,
      },
      {
        heading: "Exit multiple: by revenue multiple at sale, a line for each required return",
        what: "multiple",
        unit: "x",
        lines: sale,
        own: v.vcExitMultiple,
        at: bySale,
      },
    ];

    function build(narrow) {
      // A rate of one method is none of the other's, though both may be called 15%.
      const own = { scale: { color: "independent" } };
      return { vconcat: panels.map((panel) => panelOf(panel, narrow)), spacing: 26, resolve: own };
    }

    return finished(build, {
      ...heading,
      description:
        `To justify ${short(worth, unit)}, revenue has to grow ${saidOf(byCash)} at a free cash flow margin of ` +
        `${short(v.dcfFcfMargin, "share")} and a discount rate of ${short(v.dcfRate, "share")}, and ` +
        `${saidOf(bySale)} for a sale at ${short(v.vcExitMultiple, "x")} revenue and a return of ` +
        `${short(v.vcRate, "share")}. A higher margin or multiple needs less growth, a higher rate more. ` +
        `${endsOf(cash)}; ${endsOf(sale)}.`,
      table: tabled(
        [
          "Method",
          `Value justified, ${unitWords(unit)}`,
          "Discount rate or required return, %",
          "Free cash flow margin, %",
          "Revenue multiple at sale, ×",
          "Growth needed, % a year",
        ],
        [
          ...cash.flatMap((line) =>
            line.read.map(([x, y]) => ["Cash flow", line.worth, inPercent(line.rate), inPercent(x), null, inPercent(y)])
          ),
          ...sale.flatMap((line) =>
            line.read.map(([x, y]) => ["Exit multiple", line.worth, inPercent(line.rate), null, x, inPercent(y)])
          ),
        ]
      ),
    });
  }

  // A line for the low end, the value and the high end of a rate.
  function linesOf(deal, v, growth, across, rate) {
    const own = v[rate];
    const [low, high] = deal.range(rate);
    return [...new Set([low, own, high])].map((level) => {
      const ours = level === own;
      const look = { name: short(level, "share"), rate: level, colour: ours ? TAG_COLOURS.assumed : STEP[2], ours };
      return lineOf(deal, { ...v, [rate]: level }, growth, across, look);
    });
  }

  // One line: growth along places of an axis at one rate; `read` are the round places at which it can be read
  // off, for `ours` at our setting too.
  function lineOf(deal, v, growth, across, { name, rate, colour, dashed = false, ours = false }) {
    let [low, high] = deal.range(across);
    if (low === high) [low, high] = [low / 2, high * 1.5];
    const places = Array.from({ length: POINTS }, (_, index) => low + ((high - low) * index) / (POINTS - 1));
    const round = ticks(low, places[POINTS - 1]);
    const read = ours ? [...new Set([...round, v[across]])].sort((a, b) => a - b) : round;
    const at = (place) => [place, growth({ ...v, [across]: place })];
    return { name, rate, worth: businessValue(v), points: places.map(at), read: read.map(at), colour, dashed };
  }

  // Round places between the ends of an axis.
  function ticks(low, high) {
    if (low === high) return [low];
    const gap = step(high - low, 4);
    const first = Math.ceil(low / gap - 1e-9);
    const last = Math.floor(high / gap + 1e-9);
    return Array.from({ length: last - first + 1 }, (_, index) => rounded(gap * (first + index)));
  }

  function panelOf({ heading, what, unit, lines, own, at }, narrow) {
    const rowsOf = (dashed) =>
      lines
        .filter((line) => line.dashed === dashed)
        .flatMap((line) => line.points.map(([x, y]) => ({ x, y, line: line.name })));
    const spots = lines.flatMap((line) =>
      line.read.map(([x, y]) => ({ x, y, tip: `${line.name}, ${what} ${short(x, unit)}: ${short(y, "share")}` }))
    );
    const found = lines.flatMap((line) => line.points.map(([, y]) => y)).filter((y) => y !== null);
    const title = small(narrow ? wrap(heading, NARROW_LINE - 8) : heading);
    if (!found.length) return { ...blank(NO_NUMBER), title };
    const [low, high] = [lines[0].points[0][0], lines[0].points[POINTS - 1][0]];
    const room = narrow ? 0.5 : 0.17;
    const [least, most] = [Math.min(...found), Math.max(...found)];
    const pad = 0.06 * (most - least || 1);
    const axis = { title: null, format: numberFormat(unit), grid: false, domain: true, values: ticks(low, high) };
    const x = field("x", { axis, scale: scaled(low, high + room * (high - low)) });
    const y = upwards(least < 0 ? least : least - pad, most + pad, { format: ".0%", tickCount: 5 });
    const texts = [];
    for (const { name, points, colour, dashed } of lines) {
      const end = points[POINTS - 1][1];
      if (end === null) continue;
      const look = { dx: 8, colour: colour === STEP[2] ? MUTED : colour, weight: dashed ? "normal" : "bold" };
      texts.push(word(high, end, name, look));
    }
    apart(texts, ((most - least + 2 * pad) / 190) * 15);
    const tip = `Our setting, ${what} ${short(own, unit)}: ${short(at, "share")}`;
    const points = at === null ? [] : [{ x: own, y: at, tip }];
    if (at !== null) {
      const said = narrow ? short(at, "share") : `our setting ${short(at, "share")}`;
      texts.push(word(own, at, said, { dx: 8, dy: -11, weight: "bold" }));
    }
    const colours = new Map(lines.map((line) => [line.name, line.colour]));
    // Named once here and not in every record: this chart has the most of them.
    const scale = { domain: [...colours.keys()], range: [...colours.values()] };
    const colour = names("line", { scale, legend: null });
    const [solid, dashed] = [rowsOf(false), rowsOf(true)];
    const layers = [layer("line", solid, { color: colour })];
    if (dashed.length) layers.push(layer("line", dashed, { color: colour }, { strokeDash: [4, 3] }));
    layers.push(layer("point", spots, {}, { size: 160, opacity: 0 }));
    layers.push(layer("point", points, {}, { size: 80, color: INK }));
    return sheet(190, [...layers, words(texts, x, y)], { title, encoding: { x, y } });
  }

  // Move labels at the end of lines up until none lies on the one below.
  function apart(texts, gap) {
    let below = null;
    for (const text of [...texts].sort((a, b) => a.y - b.y)) {
      if (below !== null && text.y < below + gap) text.y = below + gap;
      below = text.y;
    }
  }

  const saidOf = (growth) => (growth === null ? NO_NUMBER : `${short(growth, "share")} a year`);

  function endsOf(lines) {
    return lines
      .map(({ name, points }) => `${name}: ${saidOf(points[0][1])} to ${saidOf(points[POINTS - 1][1])}`)
      .join(", ");
  }

  Object.assign(neutrality.charts.deal, { D5: isoValue });
})(globalThis.neutrality);
