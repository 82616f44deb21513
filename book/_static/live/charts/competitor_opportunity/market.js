// The vendors: who would take the work by which rule, who can, what it is worth to them and to their market:
// port of charts/competitor_opportunity/market.py, and of the ranges of chapters/competitor_opportunity/
// market.py and methods/diversion.py, which only it needs. It is long because its twin is, beside which it is read.
(function (neutrality) {
  "use strict";

  const chapter = neutrality.chapters.competitor_opportunity;
  const { SHARE_MODELS, concentrationAfter, concentrationBefore, diverted, gains } = chapter;
  const { range } = neutrality.case.figures;
  const { inMillions } = neutrality.case.load;
  const { logit, utility } = neutrality.methods.diversion;
  const { waterFilling } = neutrality.methods.rationing;
  const { ratio } = neutrality.methods.valuation;
  const common = neutrality.charts.common;
  const { DOWN, NO_NUMBER, X2, Y2, across, blank, boxes, field, finished, inPercent, layer, length, numberFormat } = common;
  const { raised, rounded, scaled, sheet, short, step, tabled, unitWords, word, words } = common;
  const { RULE_WORDS, planWords } = neutrality.charts.competitor_opportunity.shared;
  const { INK, MUTED, STEP, TAG_COLOURS } = neutrality.look;
  const { pretty } = neutrality.units;

  // The rules as a label beside a bar.
  const SHORT = { equal: "equal", proportional: "by revenue", logit: "by attributes" };
  // What the sign of the change in concentration may be called.
  const SIGNS = {
    more_concentrated: "more concentrated",
    less_concentrated: "less concentrated",
    undetermined: "undetermined",
  };

  const sum = (values) => values.reduce((total, value) => total + value, 0);
  const modelOf = (reading) => reading.chapter("competitor_opportunity").model;

  // -- ranges -----------------------------------------------------------------------------------------------

  // The least and the largest proportional share of one rival over ranges of all revenues: both are corners.
  // Null where a corner has no revenue at all.
  function proportionalRange(ranges, index) {
    const [low, high] = ranges[index];
    const others = (end) => sum(ranges.filter((_, i) => i !== index).map((pair) => pair[end]));
    const [least, most] = [low + others(1), high + others(0)];
    return least > 0 && most > 0 ? [low / least, high / most] : null;
  }

  // The same for the logit share over ranges of all utilities.
  function logitRange(ranges, index) {
    const found = [0, 1].map((own) => logit(ranges.map((pair, i) => pair[i === index ? own : 1 - own])));
    return found.every(Boolean) ? found.map((shares) => shares[index]) : null;
  }

  // Each vendor's least and largest share by a rule over the stated ranges, of revenues (proportional) or of
  // attributes and capacities (logit).
  function rangesOf(model, rule) {
    const { vendors } = model;
    if (rule === "equal") return diverted(model, rule).shares.map((share) => [share, share]);
    if (rule === "proportional") {
      const bases = vendors.map((vendor) => vendor.earnedRange);
      return bases.map((_, index) => proportionalRange(bases, index));
    }
    const beta = ["beta_neutrality", "beta_capability", "beta_capacity"].map(
      (metric) => model.found.figure(metric).value || 0
    );
    const spans = vendors.map((vendor) => {
      const scale = vendor.capacity.value ? vendor.room / vendor.capacity.value : 1;
      const [neutral, able, room] = [vendor.neutrality, vendor.capability, vendor.capacity].map(range);
      return [0, 1].map((end) => utility(neutral[end], able[end], room[end] * scale, beta));
    });
    return spans.map((_, index) => logitRange(spans, index));
  }

  // The uplift over the stated range of a vendor's revenue before; null where it has no bound.
  function upliftRange(gain, vendor) {
    const [low, high] = vendor.earnedRange;
    return gain === null || low <= 0 || high <= 0 ? null : [gain / high, gain / low];
  }

  // -- charts -----------------------------------------------------------------------------------------------

  // C6: the vendors' shares of the open pool by each rule, with their ranges.
  function diversion(reading) {
    const model = modelOf(reading);
    const rules = SHARE_MODELS.map((rule) => ({ ...diverted(model, rule), ranges: rangesOf(model, rule) }));
    const found = model.vendors.flatMap(({ name }, i) =>
      rules.map(({ rule, shares, ranges }) => ({ name, rule, share: shares && shares[i], ends: ranges[i] }))
    );
    const high = Math.max(...found.map(({ share }) => share || 0), ...found.map(({ ends }) => (ends ? ends[1] : 0)));

    function build() {
      const [bars, spans, texts] = [[], [], []];
      let [top, held] = [0, ""];
      for (const { name, rule, share, ends } of found) {
        if (name !== held) {
          top += held ? 10 : 0;
          texts.push(word(0, top + 8, name, { weight: "bold" }));
          [top, held] = [top + 18, name];
        }
        const at = top + 8;
        if (share === null) {
          texts.push(word(0, at, `${NO_NUMBER}, ${SHORT[rule]}`, { dx: 2, colour: MUTED }));
        } else {
          const called = `${name}, ${SHORT[rule]}`;
          const colour = STEP[SHARE_MODELS.indexOf(rule) + 1];
          bars.push({ x: 0, x2: share, y: top + 2, y2: top + 14, colour, tip: `${called}: ${short(share, "share")}` });
          const [low, far] = ends || [share, share];
          if (far > low) {
            const tip = `${called}: ${short(low, "share")} to ${short(far, "share")}`;
            spans.push({ x: low, x2: far, y: at, y2: at, tip });
            for (const end of [low, far]) spans.push({ x: end, x2: end, y: at - 4, y2: at + 4, tip });
          }
          texts.push(word(Math.max(share, far), at, `${short(share, "share")} ${SHORT[rule]}`, { dx: 6 }));
        }
        top += 17;
      }
      const [x, y] = [across(0, high || 1, "share"), DOWN];
      return sheet(top + 4, [
        boxes(bars, x, y),
        layer("rule", spans, { x, x2: X2, y, y2: Y2 }, { color: TAG_COLOURS.assumed, strokeWidth: 1.5 }),
        words(texts, x, y),
      ]);
    }

    const called = [...new Set(found.map(({ name }) => name))];
    const said = called.map((name) => {
      const own = found.filter((one) => one.name === name);
      return `${name}: ${own.map(({ rule, share }) => `${short(share, "share")} ${SHORT[rule]}`).join(", ")}`;
    });
    return finished(build, {
      id: "C6",
      title: "Who takes what share, and how much hangs on the rule?",
      subtitle:
        `% of the open pool, ${planWords(model)}; bars: layer L2; lines: layer L1, over the revenues or ` +
        "attributes tried; facts alone (L0) allow every share from none to all",
      description:
        "Three bars for each vendor, the diversion ratio in equal shares, in proportion to revenue and by attributes. " +
        `${said.join("; ")}.`,
      table: tabled(
        ["Vendor", "Rule", "Share of the open pool, %", "Low end, %", "High end, %"],
        found.map(({ name, rule, share, ends }) => [
          name,
          SHORT[rule],
          ...[share, ...(ends || [null, null])].map(inPercent),
        ])
      ),
    });
  }

  // The choice of an open pool, up to the largest that the facts allow; none where nothing can come open.
  function poolsOf(model, size) {
    const most = model.pools.get("contestable_high").value;
    if (!(most > 0)) return [];
    const by = step(most, 100);
    return [
      {
        name: "pool",
        label: "Open pool",
        value: rounded(size),
        low: 0,
        high: rounded(by * Math.ceil((most / by) * (1 - 1e-12))),
        step: rounded(by),
        unit: model.unit,
      },
    ];
  }

  // C7: what each vendor takes and what it has to turn away, against its capacity. `pool` is the open pool
  // that is shared out, in millions a year: the expected one unless told otherwise.
  function capacity(reading, { pool = null } = {}) {
    const model = modelOf(reading);
    const { unit } = model;
    const size = pool === null ? model.openPool.value : pool;
    const { shares } = diverted(model, model.shareModel);
    let [rows, unserved] = [[], 0];
    if (shares !== null) {
      const rooms = model.vendors.map((vendor) => vendor.room);
      const found = waterFilling(size, rooms, shares);
      rows = model.vendors.map(({ name, room }, i) => {
        return { name, amount: found.amounts[i], wanted: shares[i] * size, room };
      });
      unserved = found.unserved > 1e-9 * size ? found.unserved : 0;
    }
    const high = Math.max(unserved, ...rows.flatMap(({ amount, wanted, room }) => [amount, wanted, room]));

    function build(narrow) {
      if (!rows.length) return blank(`${NO_NUMBER}: the chosen rule has no shares here`);
      const [bars, ticks, texts] = [[], [], []];
      let top = 0;
      // A capacity is named right of its row, or between bar and tick; where neither has room for the words,
      // the axis goes on for so long that all of them stand on the right.
      const widths = rows.map(({ room }) => 6.6 * length(`capacity ${short(room, unit)}`) + 12);
      const part = Math.max(...widths) / (narrow ? 330 : 700);
      const tight = ({ amount, wanted, room }) => Math.max(amount, wanted, room) + part * high > high;
      const crowded = rows.some((row) => tight(row) && Math.max(row.amount, row.wanted) > row.room - part * high);
      const far = crowded ? high / (1 - part) : high;
      for (const row of rows) {
        const { name, amount, wanted, room } = row;
        const away = Math.max(0, wanted - amount);
        const turned = away > 1e-9 * high ? `, turns away ${short(away, unit)}` : "";
        texts.push(word(0, top + 8, name, { weight: "bold" }));
        texts.push(word(0, top + 8, `takes ${short(amount, unit)}${turned}`, { dx: rounded(7.2 * length(name) + 14) }));
        const place = { y: top + 20, y2: top + 36 };
        let tip = `${name}: takes ${short(amount, unit)}`;
        bars.push({ x: 0, x2: amount, ...place, colour: STEP[1], tip });
        tip = `${name}: turns away ${short(away, unit)}`;
        bars.push({ x: amount, x2: amount + away, ...place, colour: STEP[4], tip });
        tip = `${name}: capacity ${short(room, unit)}`;
        ticks.push({ x: room, y: top + 17, y2: top + 39, tip });
        const left = tight(row) && !crowded;
        texts.push(
          word(room >= amount + away ? room : amount + away, top + 28, `capacity ${short(room, unit)}`, {
            dx: left ? -7 : 7,
            align: left ? "right" : "left",
            colour: MUTED,
          })
        );
        top += 48;
      }
      if (unserved) {
        const look = { weight: "bold", colour: TAG_COLOURS.assumed };
        texts.push(word(0, top + 8, `Unserved ${short(unserved, unit)}`, look));
        const tip = `Unserved: ${short(unserved, unit)}`;
        bars.push({ x: 0, x2: unserved, y: top + 20, y2: top + 36, colour: STEP[4], tip });
        top += 48;
      }
      const [x, y] = [across(0, far || 1, unit, { axis: high > 0 }), DOWN];
      return sheet(top - 8, [
        boxes(bars, x, y),
        layer("rule", ticks, { x, y, y2: Y2 }, { color: INK, strokeWidth: 2.5 }),
        words(texts, x, y),
      ]);
    }

    const said = rows.map(
      ({ name, amount, wanted, room }) =>
        `${name} takes ${short(amount, unit)} of ${short(wanted, unit)} asked for, capacity ${short(room, unit)}`
    );
    const rest = unserved ? `Unserved: ${short(unserved, unit)}` : "Nothing stays unserved";
    const of = pool === null ? `expected, ${planWords(model)}` : `at an open pool of ${short(pool, unit)}`;
    const money = unitWords(unit);
    return finished(build, {
      id: "C7",
      title: "Who hits a ceiling?",
      subtitle:
        `${money}, ${of}, shared out ${RULE_WORDS[model.shareModel]}; dark: taken, pale: turned away, ` +
        "tick: capacity; layer L2",
      description:
        "A bar for each vendor, what it takes and what it turns away, with its capacity. " +
        (rows.length ? `${said.join("; ")}. ${rest}.` : "The chosen rule has no shares here."),
      table: tabled(
        ["Vendor", ...["Taken", "Turned away", "Capacity"].map((what) => `${what}, ${money}`)],
        [
          ...rows.map(({ name, amount, wanted, room }) => [name, amount, Math.max(0, wanted - amount), room]),
          ...(unserved ? [["Unserved", null, unserved, null]] : []),
        ]
      ),
      controls: poolsOf(model, size),
    });
  }

  // C8: what each vendor gains against what it earned before, on a logarithmic scale.
  function uplift(reading) {
    const model = modelOf(reading);
    const found = gains(model);
    const rows = model.vendors.map((vendor, i) => {
      const point = (found[i] === null ? null : ratio(found[i], vendor.earned)) || null;
      return { name: vendor.name, point, ends: point ? upliftRange(found[i], vendor) : null };
    });
    const shown = rows.flatMap(({ point, ends }) => [point, ...(ends || [])]).filter(Boolean);

    function build() {
      if (!shown.length) return blank(`${NO_NUMBER}: no vendor gains anything`);
      const [spans, points, texts] = [[], [], []];
      const [low, high] = [Math.min(...shown) / 1.25, Math.max(...shown) * 1.25];
      let top = 0;
      for (const { name, point, ends } of rows) {
        texts.push(word(low, top + 8, name, { weight: "bold" }));
        const at = top + 27;
        if (point === null) {
          texts.push(word(low, at, NO_NUMBER, { colour: MUTED }));
        } else {
          const said = `up by ${short(point, "share")}`;
          texts.push(word(low, top + 8, said, { dx: rounded(7.2 * length(name) + 14) }));
          points.push({ x: point, y: at, tip: `${name}: ${said}` });
          if (ends) {
            const [least, most] = ends.map((end) => short(end, "share"));
            spans.push({ x: ends[0], x2: ends[1], y: at, tip: `${name}: up by ${least} to ${most}` });
            texts.push(word(ends[0], at, least, { align: "right", dx: -7, colour: MUTED }));
            texts.push(word(ends[1], at, most, { dx: 7, colour: MUTED }));
          }
        }
        top += 46;
      }
      const axis = { title: null, format: numberFormat("share"), grid: false, values: decades(low, high) };
      const [x, y] = [field("x", { axis, scale: scaled(low, high, "log") }), DOWN];
      return sheet(top - 6, [
        layer("rule", spans, { x, x2: X2, y }, { color: TAG_COLOURS.assumed, strokeWidth: 4 }),
        layer("point", points, { x, y }, { size: 90 }),
        words(texts, x, y),
      ]);
    }

    const said = rows.map(({ name, point, ends }) => {
      const over = ends ? `, ${short(ends[0], "share")} to ${short(ends[1], "share")} over its range` : "";
      return `${name}: ${short(point, "share")}${over}`;
    });
    return finished(build, {
      id: "C8",
      title: "For whom does it matter most?",
      subtitle:
        `New revenue as % of ${model.illustrative ? "illustrative " : ""}revenue before, logarithmic scale, ${planWords(model)}; points: layer L2; ` +
        "bars: layer L1, over the range of revenue before",
      description:
        "A point and a range for each vendor, new revenue within capacity against revenue before. " +
        `${said.join("; ")}.`,
      table: tabled(
        ["Vendor", "New revenue, % of before", "Low end, %", "High end, %"],
        rows.map(({ name, point, ends }) => [name, ...[point, ...(ends || [null, null])].map(inPercent)])
      ),
    });
  }

  // Round values of a logarithmic axis between two ends.
  function decades(low, high) {
    const found = [];
    for (let power = Math.floor(Math.log10(low)); power <= Math.floor(Math.log10(high)); power++) {
      for (const factor of [1, 2, 5]) found.push(factor * 10 ** power);
    }
    const inside = found.filter((value) => low <= value && value <= high).map(rounded);
    return inside.length < 8 ? inside : inside.filter((value) => value.toExponential().startsWith("1"));
  }

  // C9: the index of the vendor market before and after, by rule.
  function concentration(reading) {
    const model = modelOf(reading);
    const before = concentrationBefore(model);
    const rows = [...SHARE_MODELS, "within_capacity"].map((rule) => ({
      label: RULE_WORDS[rule] ? raised(RULE_WORDS[rule]) : `Within capacity, ${RULE_WORDS[model.shareModel]}`,
      ...concentrationAfter(model, rule),
    }));
    const shown = [...rows.map(({ after }) => after), before].filter((value) => value !== null);
    const points = (value) => pretty(value, "points", 4);
    const heading = ["Before", "After", "Change", "Change, low end", "Change, high end"];
    const signed = (value) => `${value > 0 ? "+" : ""}${pretty(value, "points")}`;

    function build(narrow) {
      if (before === null || shown.length < 2) return blank(`${NO_NUMBER}: the market has no sales`);
      const [least, most] = [Math.min(...shown), Math.max(...shown)];
      // Room for a number beside the head of an arrow.
      const pad = 0.25 * (most - least) || 100;
      const [low, high] = [least - pad, most + pad];
      const arrows = [];
      const heads = { "triangle-left": [], "triangle-right": [], circle: [] };
      const tip = `Before: ${points(before)}`;
      const ticks = [{ x: before, y: 15, y2: 22, tip }];
      const texts = [word(before, 7, `before: ${points(before)}`, { align: "center" })];
      let top = 26;
      for (const { label, after, change, low: down, high: up } of rows) {
        texts.push(word(low, top + 8, label, { weight: "bold" }));
        let note = "";
        if (down !== null && up !== null) {
          note = `change ${signed(change)}, over the ranges ${signed(down)} to ${signed(up)}`;
        }
        let bar = top + 30;
        if (note && narrow) {
          texts.push(word(low, top + 24, note, { colour: MUTED }));
          bar += 15;
        } else if (note) {
          texts.push(word(low, top + 8, note, { dx: rounded(6.9 * length(label) + 16), colour: MUTED }));
        }
        if (after === null || change === null) {
          texts.push(word(low, bar, NO_NUMBER, { colour: MUTED }));
        } else {
          const kind = change === 0 ? "circle" : change < 0 ? "triangle-left" : "triangle-right";
          const moved = `${label}: ${points(before)} to ${points(after)}`;
          arrows.push({ x: before, x2: after, y: bar, tip: moved });
          heads[kind].push({ x: after, y: bar, tip: moved });
          ticks.push({ x: before, y: bar - 8, y2: bar + 8, tip });
          const side = change < 0 ? { align: "right", dx: -10 } : { dx: 10 };
          texts.push(word(after, bar, points(after), { weight: "bold", ...side }));
        }
        top = bar + 18;
      }
      const [x, y] = [across(low, high, "points"), DOWN];
      return sheet(top, [
        layer("rule", arrows, { x, x2: X2, y }, { color: STEP[2], strokeWidth: 3 }),
        layer("rule", ticks, { x, y, y2: Y2 }, { color: MUTED }),
        ...Object.entries(heads)
          .filter(([, placed]) => placed.length)
          .map(([shape, placed]) => layer("point", placed, { x, y }, { shape, size: 130 })),
        words(texts, x, y),
      ]);
    }

    const said = rows.map(({ label, after }) => `${label}: ${points(after)}`);
    const found = reading.chapter("competitor_opportunity").results.get("opportunity.vendor_concentration").value;
    const sign = found ? `The sign of the change: ${SIGNS[found]}.` : "Nothing moves.";
    return finished(build, {
      id: "C9",
      title: "Does the vendor market become more concentrated?",
      subtitle:
        `Herfindahl-Hirschman index in points, arrows from before to after; ${model.found.supplier.name} at ` +
        `${short(inMillions(model.revenue), model.unit)} and ${model.illustrative ? "illustrative " : ""}vendors, ${planWords(model)}; layer L2, ` +
        "ranges L1",
      description:
        `An arrow for each rule from the index before, ${points(before)}, to the index after. ` +
        `${said.join("; ")}. ${sign}`,
      table: tabled(
        ["Rule", ...heading.map((what) => `${what}, points`)],
        rows.map(({ label, after, change, low, high }) => [label, before, after, change, low, high])
      ),
    });
  }

  Object.assign(neutrality.charts.competitor_opportunity, {
    C6: diversion,
    C7: capacity,
    C8: uplift,
    C9: concentration,
  });
})(globalThis.neutrality);
