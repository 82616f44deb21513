// What the charts of all chapters share: port of charts/common.py, whose names are kept in this language's way.
//
// A builder takes a reading (`model(record).at(...)`) and the chart's own options, and gives what `finished`
// gives, or null for a case that has no such chart. Colours come from `neutrality.look` (charts/theme.py).
(function (neutrality) {
  "use strict";

  const { short, unitWords, significant } = neutrality.units;
  const { INK, MUTED, PAPER, STEP, TAG_COLOURS } = neutrality.look;

  const NO_NUMBER = "no number";
  const LAYER_WORDS = { L0: "facts", L1: "ranges", L2: "assumptions" };
  const TAG_LETTERS = { stated: "S", derived: "D", assumed: "A", later: "E" };
  const NARROW_LINE = 52;

  // -- numbers and words ----------------------------------------------------------------------------------

  // Characters as a reader counts them.
  const length = (text) => [...text].length;

  // Parts as a phrase: `a`, `a and b`, `a, b and c`.
  function joined(parts) {
    return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(", ")} and ${parts[parts.length - 1]}`;
  }

  const raised = (text) => text.slice(0, 1).toUpperCase() + text.slice(1);
  // An abbreviation stays as it is.
  const lowered = (text) => (/^.[\p{Ll}\s]/u.test(text) ? text.slice(0, 1).toLowerCase() + text.slice(1) : text);

  // Text in lines of at most `width` characters, as Python's textwrap breaks it.
  function wrap(text, width, breakOnHyphens = true) {
    const chunks = [];
    for (const word of text.split(/\s+/).filter(Boolean)) {
      const parts = breakOnHyphens ? word.split(/(?<=[^\W\d]{2}-)(?=[^\W\d]{2})/u) : [word];
      parts.forEach((part, i) => chunks.push([part, i > 0]));
    }
    const lines = [];
    let line = "";
    for (let [part, hyphened] of chunks) {
      const glue = line && !hyphened ? " " : "";
      if (line && length(line + glue + part) > width) {
        lines.push(line);
        line = "";
      } else part = glue + part;
      line += part;
      while (length(line) > width) {
        lines.push([...line].slice(0, width).join(""));
        line = [...line].slice(width).join("");
      }
    }
    if (line) lines.push(line);
    return lines;
  }

  // -- records --------------------------------------------------------------------------------------------

  const settings = { digits: 6 };

  // A number with at most six significant digits; anything else as it is.
  function rounded(value) {
    if (typeof value !== "number" || !Number.isFinite(value)) return value;
    return value === 0 ? 0 : Number(value.toPrecision(settings.digits));
  }

  function eachValue(row, change) {
    return Object.fromEntries(Object.entries(row).map(([key, value]) => [key, change(value)]));
  }

  // Records for a layer, rounded. One without a number where one belongs is left out.
  function data(rows) {
    const missing = (value) => value === null || value === undefined || (typeof value === "number" && !Number.isFinite(value));
    return rows.filter((row) => !Object.values(row).some(missing)).map((row) => eachValue(row, rounded));
  }

  // A share as a column headed with % holds it.
  const inPercent = (share) => (share === null ? null : 100 * share);

  // A table of a chart's data: the words above its columns, and cells that are words, numbers or null.
  function tabled(columns, rows) {
    const cell = (value) => (value === undefined || (typeof value === "number" && !Number.isFinite(value)) ? null : rounded(value));
    return { columns: [...columns], rows: rows.map((row) => row.map(cell)) };
  }

  // -- layers ---------------------------------------------------------------------------------------------

  const field = (name, more = {}) => ({ field: name, type: "quantitative", ...more });
  const names = (name, more = {}) => ({ field: name, type: "nominal", ...more });
  const each = (name) => ({ expr: `datum.${name}` });

  const X2 = { field: "x2" };
  const Y2 = { field: "y2" };
  const TEXT = names("text");
  const COLOUR = names("colour", { scale: null });
  const TIP = names("tip");

  function layer(kind, rows, encoding, mark = {}) {
    const told = rows.length > 0 && rows.every((row) => "tip" in row) ? { tooltip: TIP } : {};
    const unseen = mark.opacity === 0 ? { clip: true } : {};
    return { data: { values: data(rows) }, mark: { type: kind, ...mark, ...unseen }, encoding: { ...encoding, ...told } };
  }

  // Layers over one another, in a view of this height; `more` are further properties of the view.
  const sheet = (height, layers, more = {}) => ({ layer: layers, height: rounded(height), ...more });

  function word(x, y, text, look = {}) {
    return { x, y, text, align: "left", dx: 0, dy: 0, weight: "normal", colour: INK, ...look };
  }

  function words(rows, x, y, { halo = false } = {}) {
    const placed = Object.fromEntries(["align", "dx", "dy"].map((name) => [name, each(name)]));
    const look = halo ? { stroke: PAPER, strokeWidth: 4, strokeJoin: "round" } : {};
    const encoding = { x, y, text: TEXT, ...(halo ? {} : { color: COLOUR }) };
    return layer("text", rows, encoding, {
      ...placed,
      ...look,
      fontWeight: each("weight"),
      baseline: "middle",
      lineBreak: "\n",
      lineHeight: 15,
    });
  }

  function blank(message) {
    const x = field("x", { axis: null, scale: { domain: [0, 1] } });
    return sheet(40, [words([word(0, 20, message, { colour: MUTED })], x, DOWN)]);
  }

  // -- scales and axes ------------------------------------------------------------------------------------

  const DOWN = field("y", { axis: null, scale: null });

  function across(low, high, unit, { title = null, axis = true } = {}) {
    const shown = axis ? { title, format: numberFormat(unit), grid: false, domain: true } : null;
    return field("x", { axis: shown, scale: scaled(low, high) });
  }

  // `scale` is the kind of scale; everything else describes the axis.
  function upwards(low, high, { scale = "linear", ...axis } = {}) {
    return field("y", { axis: { title: null, grid: false, ...axis }, scale: scaled(low, high, scale) });
  }

  function scaled(low, high, kind = "linear") {
    const zero = kind === "log" ? {} : { zero: false };
    return { type: kind, domain: [rounded(low), rounded(high)], nice: false, ...zero };
  }

  const numberFormat = (unit) => (unit === "share" || unit === "probability" ? ".3~%" : ",.4~r");

  function step(span, count) {
    const raw = span / count;
    const power = 10 ** Math.floor(Math.log10(raw));
    return [1, 2, 3, 4, 5, 10].map((factor) => factor * power).find((one) => raw <= one * (1 + 1e-9));
  }

  // -- the finish -----------------------------------------------------------------------------------------

  // A chart: its heading, its description, the table of its data, the controls of its own, and `spec(narrow)`,
  // the Vega-Lite specification of one of its drawings. `build(narrow)` lays it out.
  function finished(build, { id, title, subtitle, description, table, controls = [] }) {
    return { id, title, subtitle: raised(subtitle), description, table, controls, spec: (narrow) => named(build(narrow)) };
  }

  // A specification with its records apart.
  function named(spec) {
    const datasets = {};
    const known = new Map();
    function apart(part) {
      if (part.vconcat) return { ...part, vconcat: part.vconcat.map(apart) };
      const layers = part.layer.map((one) => {
        const text = JSON.stringify(one.data.values);
        if (!known.has(text)) {
          known.set(text, `data-${known.size + 1}`);
          datasets[known.get(text)] = one.data.values;
        }
        return { ...one, data: { name: known.get(text) } };
      });
      // Altair moves the records of an only layer up to the view.
      if (layers.length === 1) return { ...part, layer: layers.map(({ data: held, ...rest }) => rest), data: layers[0].data };
      return { ...part, layer: layers };
    }
    return { ...apart(spec), datasets };
  }

  // -- rows with intervals --------------------------------------------------------------------------------

  // A row of an interval chart, as the class Row: { label, low, high, point, note, tag, thick, digits, missing }.
  function row(label, low, high, more = {}) {
    return { label, low, high, point: null, note: "", tag: "derived", thick: 4, digits: 3, missing: NO_NUMBER, ...more };
  }

  const there = ({ low, high }) => low !== null && high !== null;

  function ranges(rows, unit, narrow, { zero, compact = false, band = null, bandColour = "", reference = null }) {
    const [low, high] = extent(rows, zero, reference);
    const head = reference ? 22 : 2;
    const marks = [];
    const texts = [];
    let top = head;
    const beside = Math.max(...rows.map((one) => 6.6 * length(one.label))) + 18;
    for (const one of rows) {
      const notes = compact || !one.note ? [] : narrow ? wrap(one.note, NARROW_LINE - 4, false) : [one.note];
      texts.push(word(low, top + 8, one.label, { weight: "bold", colour: TAG_COLOURS[one.tag] }));
      if (notes.length && narrow) {
        notes.forEach((line, i) => texts.push(word(low, top + 25 + 15 * i, line, { colour: MUTED })));
      } else if (notes.length) {
        texts.push(word(low, top + 8, notes[0], { dx: rounded(beside), colour: MUTED }));
      }
      const bar = top + 28 + (narrow ? 15 * notes.length + 1 : 0);
      marks.push([one, bar]);
      texts.push(...endLabels(one, bar, unit, low, sideOf(one, reference, low, high, narrow)));
      top = bar + (compact ? 16 : 24);
    }
    const height = top - 4;
    const [x, y] = [across(low, high, unit, { axis: !compact }), DOWN];
    const layers = [];
    if (band) {
      const shade = [{ x: band[0], x2: band[1], y: head, y2: height }];
      const look = { color: bandColour || TAG_COLOURS.derived, opacity: 0.13 };
      layers.push(layer("rect", shade, { x, x2: X2, y, y2: Y2 }, look));
    }
    let crossing = [];
    if (reference) {
      const clear = marks.filter(([one]) => there(one) || sideOf(one, reference, low, high, narrow) !== "over").map(([, at]) => at);
      const pieces = [[head - 7, head], ...clear.map((at) => [at - 11, at + 11])];
      crossing = pieces.map(([a, b]) => ({ x: reference.value, y: a, y2: b }));
      texts.push(word(reference.value, 7, reference.label, toward(reference.value, low, high)));
    }
    layers.push(...bars(marks, unit, x, y));
    if (reference) layers.push(layer("rule", crossing, { x, y, y2: Y2 }, { color: INK, strokeWidth: 1.5 }));
    const points = marks
      .filter(([one]) => one.point !== null && !there(one))
      .map(([one, at]) => ({ x: one.point, y: at, colour: TAG_COLOURS[one.tag], tip: tipOf(one, unit) }));
    if (points.length) layers.push(layer("point", points, { x, y, color: COLOUR }, { size: 110 }));
    return sheet(height, [...layers, words(texts, x, y)]);
  }

  function toward(value, low, high) {
    const part = high > low ? (value - low) / (high - low) : 0.5;
    return { align: part < 0.3 ? "left" : part > 0.7 ? "right" : "center" };
  }

  function extent(rows, zero, reference) {
    const found = rows.flatMap((one) => [one.low, one.high, one.point]).filter((value) => value !== null);
    if (reference) found.push(reference.value);
    const low = found.length ? Math.min(...found) : 0;
    const high = found.length ? Math.max(...found) : 1;
    if (zero) return [Math.min(0, low), high > 0 ? high : 1];
    const pad = 0.04 * (high - low) || 0.5;
    return [low - pad, high + pad];
  }

  function sideOf(one, reference, low, high, narrow) {
    const label = (75 / (narrow ? 240 : 600)) * (high - low);
    const free = reference === null || one.point === null || !(one.point - 0.1 * label <= reference.value && reference.value <= one.point + label);
    if (free) return "left";
    return one.point - low > label ? "right" : "over";
  }

  function endLabels(one, y, unit, origin, side) {
    if (there(one)) {
      return [
        word(one.low, y, short(one.low, unit, one.digits), { align: "right", dx: -7 }),
        word(one.high, y, short(one.high, unit, one.digits), { dx: 7 }),
      ];
    }
    if (one.point !== null) {
      const place = side === "right" ? { align: "right", dx: -11 } : { dx: 11 };
      return [word(one.point, y, short(one.point, unit, one.digits), { weight: "bold", ...place })];
    }
    return [word(origin, y, one.missing, { colour: MUTED })];
  }

  // What a row says when it is pointed at.
  function tipOf(one, unit) {
    const said = there(one) ? `${short(one.low, unit, one.digits)} to ${short(one.high, unit, one.digits)}` : short(one.point, unit, one.digits);
    return `${one.label}: ${said}`;
  }

  function bars(marks, unit, x, y) {
    const wide = marks.filter(([one]) => there(one));
    const spans = wide.map(([one, at]) => ({
      x: one.low,
      x2: one.high,
      y: at,
      colour: TAG_COLOURS[one.tag],
      thick: one.thick,
      tip: tipOf(one, unit),
    }));
    const ticks = wide.flatMap(([one, at]) =>
      [[one.low, 6, 2], [one.high, 6, 2], [one.point, 8, 4]].map(([value, half, thick]) => ({
        x: value,
        y: at - half,
        y2: at + half,
        colour: TAG_COLOURS[one.tag],
        thick,
      }))
    );
    const encoding = { x, y, color: COLOUR };
    const look = { strokeWidth: each("thick") };
    return [layer("rule", spans, { ...encoding, x2: X2 }, look), layer("rule", ticks, { ...encoding, y2: Y2 }, look)];
  }

  function upright(values, top, bottom, x, y, colour, dash = [1, 0]) {
    const rows = values.map((value) => ({ x: value, y: top, y2: bottom }));
    return layer("rule", rows, { x, y, y2: Y2 }, { color: colour, strokeDash: dash });
  }

  // The three-layer interval. `table` is { title, note, rows } with [layer, assumed, cell] in each row, where a
  // cell is a result, { low, high } of two results, or null.
  function interval(table, id, { compact = false, reference = null } = {}) {
    const [rows, unit] = layerRows(table);
    const said = rows.map((one) => `${one.label.split(" · ")[0]}: ${saidOf(one, unit)}`);
    const compared = reference ? ` For comparison, ${reference.label}.` : "";
    return finished((narrow) => ranges(rows, unit, narrow, { zero: true, compact, reference }), {
      id,
      title: table.title,
      subtitle: `${unitWords(unit)}; ${lowered(table.note)}`,
      description:
        `${table.title} Three intervals, from what facts alone allow to what assumptions say, ` +
        `in ${unitWords(unit)}. ${said.join("; ")}.${compared}`,
      table: rangeTable("Layer", [...rows, ...against(reference)], unit, "What is assumed"),
    });
  }

  // What an interval chart is read against, as a row of its table.
  const against = (reference) =>
    reference ? [row(reference.label, null, null, { point: reference.value, note: "for comparison" })] : [];

  function saidOf(one, unit) {
    return there(one) ? `${short(one.low, unit)} to ${short(one.high, unit)}` : short(one.point, unit);
  }

  function layerRows(table) {
    const rows = [];
    let unit = "";
    for (const [name, assumed, cell] of table.rows) {
      if (!cell) {
        rows.push(row(name, null, null, { note: assumed }));
        continue;
      }
      const spans = "low" in cell;
      const low = spans ? cell.low : cell;
      unit = low.unit;
      const label = `${name} ${LAYER_WORDS[name]} · ${TAG_LETTERS[low.tag]}`;
      const look = { note: assumed, tag: low.tag, thick: name === "L0" ? 10 : 6 };
      rows.push(spans ? row(label, low.value, cell.high.value, look) : row(label, null, null, { ...look, point: low.value }));
    }
    return [rows, unit];
  }

  // The table of an interval chart: a row's label, its ends or its point twice, and its note where `note` names
  // a column for it.
  function rangeTable(head, rows, unit, note = "") {
    const times = unitWords(unit) === "%" ? 100 : 1;
    const columns = [head, `From, ${unitWords(unit)}`, `To, ${unitWords(unit)}`, ...(note ? [note] : [])];
    const end = (value) => (value === null ? null : times * value);
    return tabled(
      columns,
      rows.map((one) => [one.label, end(one.low ?? one.point), end(one.high ?? one.point), ...(note ? [one.note] : [])])
    );
  }

  // -- bars in rows ---------------------------------------------------------------------------------------

  const boxes = (rows, x, y, mark = {}) => layer("rect", rows, { x, x2: X2, y, y2: Y2, color: COLOUR }, mark);

  const on = (colour) => (STEP.slice(3).includes(colour) ? INK : PAPER);

  neutrality.charts = {
    settings,
    // Builders by chapter and id, filled by the scripts of each chapter.
    deal: {},
    customer_exits: {},
    competitor_opportunity: {},
    common: {
      NO_NUMBER, LAYER_WORDS, TAG_LETTERS, NARROW_LINE, X2, Y2, TEXT, COLOUR, DOWN,
      length, short, unitWords, significant, joined, raised, lowered, wrap, rounded, data, inPercent, tabled, field, names, each,
      layer, sheet, word, words, blank, across, upwards, scaled, numberFormat, step, finished, row, there, ranges,
      rangeTable, toward, upright, interval, boxes, on,
    },
  };
})(globalThis.neutrality);
