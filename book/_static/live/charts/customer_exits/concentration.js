// What the words support, what facts bound, and the three layers: port of charts/customer_exits/concentration.py.
(function (neutrality) {
  "use strict";

  const { range } = neutrality.case.figures;
  const { inMillions } = neutrality.case.load;
  const { expectedLoss, expectedLossRange, currency, exposures, largest, revenueOf } = neutrality.chapters.exposure;
  const { flat, weakest } = neutrality.chapters.ledger;
  const {
    COLOUR, DOWN, TAG_LETTERS, X2, Y2, across, boxes, each, finished, interval, layer, length, on, raised, sheet,
    short, tabled, toward, word, words,
  } = neutrality.charts.common;
  const { basisWords } = neutrality.charts.customer_exits.shared;
  const { INK, MUTED, PAPER, STEP, TAG_COLOURS } = neutrality.look;
  const { packed } = neutrality.methods.concentration;
  const { pretty } = neutrality.units;

  // Segments that a bar of customers shows by themselves; further ones become one.
  const MOST_SEGMENTS = 40;
  // What the segments are called that stand for no customer that the case names.
  const LOOSE = "everyone else, each too small to count";
  const UNNAMED = "a customer that nobody names";

  const sum = (values) => values.reduce((total, value) => total + value, 0);

  // What the table T2.1 says of each customer: { name, tag, pooled, low, high, how, said }, where `said` has for
  // each source the phrases and their probabilities.
  function evidenceRows(reading, customers) {
    const { record, chosen } = reading;
    const phrases = record.phrases[chosen.scale];
    const readings = customers.map((one) => record.readings[one.customer.id] || []);
    const sources = [...new Set(readings.flatMap((all) => all.map((one) => one.source)))];
    const rows = customers.map((one, i) => {
      const [low, high] = range(one.exit);
      const said = sources.map((source) =>
        readings[i]
          .filter((found) => found.source === source)
          .map(({ phrase }) => ({
            who: `${record.publishers[source]}: ${phrases[phrase].term}`,
            value: phrases[phrase].value,
          }))
      );
      // A probability that the case, a scenario or a reader sets is no pool of readings.
      const how = one.exit.pooled ? "pooled" : "set to";
      return { name: one.customer.name, tag: one.exit.tag, pooled: one.probability, low, high, how, said };
    });
    return { sources, rows };
  }

  // E1: each customer's range of all readings, every source's reading and the pooled probability.
  function evidence(reading) {
    const customers = exposures(reading.case, "last_year");
    const { sources, rows } = evidenceRows(reading, customers);
    const text = (value) => pretty(value, customers[0].exit.unit);

    function build() {
      const [spans, caps, dots, texts] = [[], [], [], []];
      let top = 0;
      for (const { name, tag, pooled, low, high, how, said } of rows) {
        const colour = TAG_COLOURS[tag];
        texts.push(word(0, top + 8, name, { weight: "bold" }));
        const heading = `${how} ${text(pooled)} · ${TAG_LETTERS[tag]}`;
        texts.push(word(1, top + 8, heading, { align: "right", weight: "bold", colour }));
        const bar = top + 45;
        const whole = `${name}, all readings: ${text(low)} to ${text(high)}`;
        spans.push({ x: low, x2: high, y: bar, colour, tip: whole });
        for (const end of [low, high]) caps.push({ x: end, y: bar - 6, y2: bar + 6, colour, thick: 2, tip: whole });
        caps.push({ x: pooled, y: bar - 10, y2: bar + 10, colour, thick: 5, tip: `${name}: ${how} ${text(pooled)}` });
        texts.push(word(low, bar, short(low, "share"), { align: "right", dx: -7 }));
        texts.push(word(high, bar, short(high, "share"), { dx: 7 }));
        // One reading over the bar, the others under it, each on a line of its own.
        let [over, under] = [false, 0];
        said.forEach((found, index) => {
          for (const { who, value } of found) {
            dots.push({ x: value, y: bar, index, tip: `${name}, ${who}, ${short(value, "share")}` });
            const above = index % 2 === 0 && !over;
            texts.push(word(value, bar + (above ? -18 : 19 + 15 * under), who, { colour: MUTED, ...toward(value, 0, 1) }));
            if (above) over = true;
            else under += 1;
          }
        });
        top = bar + 42 + 15 * Math.max(0, under - 1);
      }
      const [x, y] = [across(0, 1, "probability"), DOWN];
      return sheet(top - 12, [
        layer("rule", spans, { x, x2: X2, y, color: COLOUR }, { strokeWidth: 5, opacity: 0.45 }),
        layer("rule", caps, { x, y, y2: Y2, color: COLOUR }, { strokeWidth: each("thick") }),
        layer("point", dots, { x, y }, { size: 55, color: INK }),
        words(texts, x, y),
      ]);
    }

    const said = rows.map(
      ({ name, how, pooled, low, high }) => `${name}: ${how} ${text(pooled)}, range ${text(low)} to ${text(high)}`
    );
    const { record, chosen } = reading;
    const note = `probability of exit within ${customers[0].exit.period}; scale: ${record.scales[chosen.scale]}; ${chosen.pool_method} pool`;
    const held = rows.flatMap((one) => {
      const found = one.said.flat().map(({ who, value }) => [who, 100 * value]);
      // A customer of whom no source says anything has a row too.
      return (found.length ? found : [["", null]]).map((pair) => [
        `${one.name} · ${TAG_LETTERS[one.tag]}`, ...pair, 100 * one.low, 100 * one.high, one.how, 100 * one.pooled,
      ]);
    });
    return finished(build, {
      id: "E1",
      title: "What do the sources' words support?",
      subtitle: `%; ${note}; bar: range of all readings (layer L1), dots: each source, tick: pooled (layer L2)`,
      description: `Probability of exit by customer, read from the words of ${sources.length} sources. ${said.join("; ")}.`,
      table: tabled(
        ["Customer", "Source and its words", "Read as, %", "All readings from, %", "To, %", "How", "Probability, %"],
        held
      ),
    });
  }

  // E2: the two extreme lists of customers that the reported figures allow.
  function concentration(reading) {
    const found = reading.case;
    const { results } = reading.chapter("customer_exits");
    const value = (name) => results.get(`exits.${name}`).value;
    const customers = exposures(found, "last_year");
    const revenue = inMillions(revenueOf(found));
    const named = customers
      .filter((one) => one.disclosed && one.point > 0)
      .map((one) => [one.point, one.customer.name])
      .sort((a, b) => b[0] - a[0] || (a[1] < b[1] ? 1 : -1));
    const { point: cap, customer: top } = largest(customers);
    const known = named.map(([size]) => size);
    const disclosed = customers.filter((one) => one.disclosed).map((one) => one.point);
    const others = cap > 0 ? packed(disclosed, revenue, cap) : [...known];
    for (const size of known) others.splice(others.indexOf(size), 1);
    // A hair of rounding is no customer.
    const rest = Math.max(0, 1 - sum(known) / revenue);

    const index = (which, count) =>
      `index ${short(value(`hhi_${which}`), "points")}, like ${short(value(`effective_customers_${count}`), "customers")} of one size`;

    const certain = named.map(([size, name]) => [name, size / revenue, STEP[0]]);
    const unnamed = others.slice(0, MOST_SEGMENTS).map((size) => ["", size / revenue, STEP[3]]);
    if (others.length > MOST_SEGMENTS) {
      const more = others.slice(MOST_SEGMENTS);
      unnamed.push([`${more.length} more`, sum(more) / revenue, STEP[3]]);
    }
    const loose = rest > 1e-9 ? [[LOOSE, rest, STEP[4]]] : [];
    const lists = [
      ["As spread out as facts allow", index("low", "high"), [...certain, ...loose]],
      ["As packed as facts allow", index("high", "low"), [...certain, ...unnamed]],
    ];

    function build(narrow) {
      const room = narrow ? 320 : 700;
      const [bars, texts] = [[], []];
      let top = 0;
      for (const [label, note, segments] of lists) {
        texts.push(word(0, top + 8, label, { weight: "bold" }));
        texts.push(
          narrow
            ? word(0, top + 24, note, { colour: MUTED })
            : word(1, top + 8, note, { align: "right", colour: MUTED })
        );
        const bar = top + (narrow ? 35 : 20);
        let start = 0;
        for (const [name, size, fill] of segments) {
          const tip = `${raised(name || UNNAMED)}: ${short(size, "share")}`;
          bars.push({ x: start, x2: start + size, y: bar, y2: bar + 40, colour: fill, tip });
          const fits = (line) => 6.6 * length(line) + 8 <= size * room;
          const lines = [fits(name) ? name : name.split(",")[0], short(size, "share")].filter(Boolean);
          while (lines.length && !lines.every(fits)) lines.shift();
          if (lines.length) {
            texts.push(
              word(start, bar + (lines.length === 1 ? 20 : 13), lines.join("\n"), { dx: 6, colour: on(fill) })
            );
          }
          start += size;
        }
        top = bar + 62;
      }
      const [x, y] = [across(0, 1, "share"), DOWN];
      return sheet(top - 14, [boxes(bars, x, y, { stroke: PAPER, strokeWidth: 1.5 }), words(texts, x, y)]);
    }

    // Rows of the data's table for one list: who, how many, each and together; and what the list comes to.
    const listedOut = (place, which, count, everyone) =>
      everyone.map(([name, many, one, together]) => [
        lists[place][0], name, many, one === null ? null : 100 * one, 100 * together,
        value(`hhi_${which}`), value(`effective_customers_${count}`),
      ]);
    const held = certain.map(([name, size]) => [name, 1, size, size]);
    // Customers of one size stand in one row.
    const alike = [...new Set(others)].map((size) => {
      const count = others.filter((other) => other === size).length;
      return [UNNAMED, count, size / revenue, (count * size) / revenue];
    });
    const rows = [
      ...listedOut(0, "low", "high", [...held, ...loose.map(([, size]) => [LOOSE, null, null, size])]),
      ...listedOut(1, "high", "low", [...held, ...alike]),
    ];
    return finished(build, {
      id: "E2",
      title: "How concentrated is the customer base?",
      subtitle:
        `% of revenue by customer, ${basisWords(found, "last_year")}; reported facts alone, layer L0; ` +
        "the index is Herfindahl's, in points of 10,000",
      description:
        `Two bars of customers stacked to the whole revenue. ${top.name} is ` +
        `${short(value("top_customer_share"), "share")} in both. Spread out as far as facts allow the ` +
        `${index("low", "high")}; packed as tightly as they allow the ${index("high", "low")}, and there are at least ` +
        `${short(value("fewest_customers"), "customers")}.`,
      table: tabled(
        [
          "List", "Customer", "How many", "Each, % of revenue", "Together, % of revenue", "Index of the list, points",
          "Like so many of one size",
        ],
        rows
      ),
    });
  }

  // The table T2.10: the yearly loss at the three layers.
  function layersTable(found, basis) {
    const customers = exposures(found, basis);
    const unit = `${currency(found)} mn per year`;
    const figure = revenueOf(found);
    const { value: total, figures } = expectedLoss(customers);
    let facts = customers.map((one) => one.boundFigures);
    let worst = sum(customers.map((one) => one.most));
    if (basis === "last_year") {
      facts = [facts, figure];
      worst = Math.min(inMillions(figure), worst);
    }
    const computed = (value, origins) => ({ value, unit, tag: weakest(flat(origins).map(({ tag }) => tag)) });
    const [low, high] = expectedLossRange(customers);
    return {
      title: `What does ${found.supplier.name} stand to lose in a year?`,
      note: `${raised(basisWords(found, basis))}; all layers; loss given exit at its assumed value`,
      rows: [
        ["L0", "Reported facts, and no spend larger than the largest reported", { low: computed(0, facts), high: computed(worst, facts) }],
        [
          "L1",
          "Expected loss: words read on a published scale; sizes free within the facts",
          { low: computed(low, figures), high: computed(high, figures) },
        ],
        ["L2", "Expected loss: pooled probabilities; undisclosed sizes at their mean", computed(total, figures)],
      ],
    };
  }

  // E3: the yearly loss at the three layers, the book's signature chart.
  function layers(reading, { compact = false } = {}) {
    const { model } = reading.chapter("customer_exits");
    return interval(layersTable(reading.case, model.basis), "E3", { compact });
  }

  Object.assign(neutrality.charts.customer_exits, {
    E1: evidence,
    E2: concentration,
    E3: layers,
    front: (reading) => layers(reading, { compact: true }),
  });
})(globalThis.neutrality);
