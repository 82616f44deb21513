// When the loss is felt: port of charts/customer_exits/timing.py, with the tables of
// chapters/customer_exits/timing.py that it draws.
(function (neutrality) {
  "use strict";

  const { MONTHS, monthsLost, runningDown } = neutrality.methods.timing;
  const { whenOf } = neutrality.chapters.customer_exits;
  const { currency, exposures, largest } = neutrality.chapters.exposure;
  const { flat, weakest } = neutrality.chapters.ledger;
  const {
    COLOUR, TEXT, Y2, blank, each, finished, joined, layer, length, lowered, names, numberFormat, on, raised, sheet,
    short, tabled, unitWords, upwards, words,
  } = neutrality.charts.common;
  const { basisWords } = neutrality.charts.customer_exits.shared;
  const { INK, PAPER, STEP, TAG_COLOURS } = neutrality.look;
  const { halfEven } = neutrality.units;

  // Months at the end of each quarter.
  const QUARTER_ENDS = [3, 6, 9, 12];
  // The column of the run-rates for when all spending has run down.
  const LATER = "later";

  // The largest customer's plan by quarter and in the year (T2.6): `rows` of label, planned, kept and lost.
  function plannedQuarters(found) {
    const top = largest(exposures(found, "last_year"));
    const planned = exposures(found, "plan").find((one) => one.customer === top.customer);
    const when = whenOf(found);
    const [start, notice, ramp] = when.values;
    const monthly = planned.point / MONTHS;
    const row = (label, begin, end) => {
      const lost = monthly * monthsLost(start, notice, ramp, end, begin);
      const plan = monthly * (end - begin);
      return [label, plan, plan - lost, lost];
    };
    const quarters = QUARTER_ENDS.map((end, i) => row(`Q${i + 1}`, end - 3, end));
    return {
      title: `When is the loss of ${planned.customer.name} felt?`,
      note: `Planned spend of ${planned.spend.period} by quarter; a stop with notice and a straight ramp-down; layer L2`,
      unit: `${currency(found)} mn`,
      tag: weakest(flat(planned.sizeFigures, when.figures).map((figure) => figure.tag)),
      rows: [...quarters, row("Year", 0, MONTHS)],
    };
  }

  // E7: the largest customer's planned spend by quarter, kept and lost.
  function quarters(reading) {
    const table = plannedQuarters(reading.case);
    const { unit } = table;
    const parts = table.rows.slice(0, -1);
    const yearLost = table.rows[table.rows.length - 1][3];
    const tall = Math.max(...parts.map(([, plan]) => plan)) || 1;
    const height = 220;
    const bars = [];
    const texts = [];
    for (const [quarter, , kept, lost] of parts) {
      const segments = [
        ["kept", 0, kept, STEP[3], INK],
        ["lost", kept, kept + lost, TAG_COLOURS[table.tag], PAPER],
      ];
      for (const [name, start, end, fill, ink] of segments) {
        if (end - start <= 1e-9 * tall) continue;
        const number = short(end - start, unit);
        bars.push({ quarter, y: start, y2: end, colour: fill, tip: `${quarter}, ${name}: ${number}` });
        const size = ((end - start) / tall) * height;
        const [text, y, colour, dy] =
          size >= 34
            ? [`${name}\n${number}`, (start + end) / 2, ink, -7]
            : name === "lost"
              ? [`${name} ${number}`, end, INK, -9]
              : [size >= 16 ? `${name} ${number}` : "", (start + end) / 2, ink, 0];
        if (text) texts.push({ quarter, y, text, dy, colour });
      }
    }
    const order = parts.map(([quarter]) => quarter);

    function build() {
      const x = names("quarter", {
        sort: order,
        axis: { title: null, labelAngle: 0 },
        scale: { domain: order, paddingInner: 0.12 },
      });
      const y = upwards(0, 1.08 * tall, { format: numberFormat(unit), grid: true });
      const layers = [layer("bar", bars, { x, y, y2: Y2, color: COLOUR }), columnTexts(texts, x, y)];
      return sheet(height, layers, { width: 560 });
    }

    const said = parts.map(
      ([quarter, , kept, lost]) => `${quarter}: kept ${short(kept, unit)}, lost ${short(lost, unit)}`
    );
    return finished(build, {
      id: "E7",
      title: table.title,
      subtitle: `${unitWords(unit)} a quarter; ${lowered(table.note)}`,
      description:
        `Four columns, what is kept below and what is lost above. ${said.join("; ")}. ` +
        `In the year ${short(yearLost, unit)} is lost.`,
      table: tabled(
        ["Quarter", ...["Planned", "Kept", "Lost"].map((name) => `${name}, ${unitWords(unit)}`), "Share lost, %"],
        table.rows.map(([label, plan, kept, lost]) => [label, plan, kept, lost, plan ? 100 * (lost / plan) : null])
      ),
    });
  }

  // The labels within columns of a band scale.
  function columnTexts(texts, x, y) {
    const look = { lineBreak: "\n", lineHeight: 15, baseline: "middle", dy: each("dy") };
    return layer("text", texts, { x, y, text: TEXT, color: COLOUR }, look);
  }

  // E7b: the expected lost run-rate at the end of each quarter, stacked by customer.
  function runRates(reading) {
    const planned = exposures(reading.case, "plan");
    const unit = `${currency(reading.case)} mn per year`;
    // T2.6c: for each customer, and for all of them, the run-rate at the end of each quarter and in the end.
    const parts = QUARTER_ENDS.map((end) => runningDown(end, ...whenOf(reading.case).values));
    const row = (label, chosen) => {
      const rate = chosen.reduce((sum, one) => sum + one.expected, 0);
      return [label, [...parts.map((part) => rate * part), rate]];
    };
    const total = row("All named", planned);
    const sums = total[1];
    let columns = [...parts.map((_, i) => `Q${i + 1}`), LATER];
    // Everything has run down by the end of the year, so a later column would say nothing new.
    if (sums[parts.length] === sums[parts.length - 1]) columns = columns.slice(0, -1);
    // The smaller ones share a segment where there are more than the hue has steps.
    let named = planned.map((one) => row(one.customer.name, [one]));
    named.sort(([, a], [, b]) => b[parts.length] - a[parts.length]);
    if (named.length > STEP.length) {
      const rest = named.slice(STEP.length - 1);
      const together = sums.map((_, i) => rest.reduce((sum, [, held]) => sum + held[i], 0));
      named = [...named.slice(0, STEP.length - 1), [`${rest.length} others`, together]];
    }
    const tall = Math.max(...sums);
    const note = `Expected, ${basisWords(reading.case, "plan")}; probability × exposure × loss given exit; layer L2`;
    const heading = {
      id: "E7b",
      title: "How large is the lost run-rate at the end of each quarter?",
      subtitle: `${raised(unitWords(unit))}; ${lowered(note)}`,
      table: tabled(
        ["Customer", ...columns.map((column) => `${raised(at(column))}, ${unitWords(unit)}`)],
        [...named, total].map(([name, held]) => [name, ...held.slice(0, columns.length)])
      ),
    };
    if (tall <= 0) {
      const description = "No columns: no loss is expected by these figures.";
      return finished(() => blank("No loss is expected"), { ...heading, description });
    }

    function laid(narrow, height) {
      const bars = [];
      const texts = [];
      const room = (0.9 * (narrow ? 230 : 560)) / columns.length;
      columns.forEach((column, index) => {
        let base = 0;
        named.forEach(([name, held], place) => {
          const size = held[index];
          const fill = STEP[place];
          if (size <= 1e-9 * tall) return;
          const pixels = (size / (1.12 * tall)) * height;
          const number = short(size, unit);
          const tip = `${name}, ${at(column)}: ${number}`;
          bars.push({ quarter: column, y: base, y2: base + size, colour: fill, tip });
          const flatLabel = narrow ? number : `${cut(name, room - 7 * length(number))} ${number}`;
          const text = pixels >= 33 ? `${cut(name, room)}\n${number}` : pixels >= 15 ? flatLabel : "";
          const dy = text.includes("\n") ? -7 : 0;
          if (text) texts.push({ quarter: column, y: base + size / 2, text, dy, colour: on(fill) });
          base += size;
        });
        const none = narrow && columns.length > 4 ? "none" : "nothing yet";
        const text = base > 0 ? short(base, unit) : none;
        texts.push({ quarter: column, y: base, text, dy: -9, colour: INK });
      });
      return [bars, texts];
    }

    function build(narrow) {
      const x = names("quarter", {
        sort: columns,
        axis: { title: "at the end of the quarter", labelAngle: 0 },
        scale: { domain: columns, paddingInner: 0.1 },
      });
      const y = upwards(0, 1.12 * tall, { format: numberFormat(unit), grid: true });
      const height = narrow ? 320 : 230;
      const [bars, texts] = laid(narrow, height);
      const drawn = layer("bar", bars, { x, y, y2: Y2, color: COLOUR }, { stroke: PAPER, strokeWidth: 1 });
      return sheet(height, [drawn, columnTexts(texts, x, y)], { width: 560 });
    }

    const said = columns.map((column, i) => `${column}: ${short(sums[i], unit)}`);
    return finished(build, {
      ...heading,
      description:
        `A column for each quarter's end, stacked by customer, ${joined(named.map(([name]) => name))} from below. ` +
        `In all, ${said.join("; ")}.`,
    });
  }

  // A name as far as it has room, which is a little more than the bar itself.
  function cut(name, pixels) {
    const most = Math.max(4, halfEven((pixels + 8) / 6.2));
    return length(name) <= most ? name : `${[...name].slice(0, most - 1).join("").trimEnd()}…`;
  }

  // The time that a column of the run-rates stands for, in words.
  const at = (column) => (column === LATER ? "when all is run down" : `end of ${column}`);

  Object.assign(neutrality.charts.customer_exits, { E7: quarters, E7b: runRates });
})(globalThis.neutrality);
