// Which unknown matters: port of charts/customer_exits/unknowns.py, with the table of
// chapters/customer_exits/tails.py that it draws.
(function (neutrality) {
  "use strict";

  const { exposures } = neutrality.chapters.exposure;
  const {
    DOWN, Y2, across, blank, boxes, finished, layer, joined, raised, sheet, short, tabled, unitWords, word, words,
  } = neutrality.charts.common;
  const { INK, MUTED, STEP } = neutrality.look;

  const UNKNOWN_WORDS = { spend: "spend", exit_probability: "exit probability", exit: "whether it leaves" };

  // What a share of the variance counts: the mark that shows it, and its name in a table, a control and a sentence.
  const MEASURES = {
    first_order: ["dark bar", "alone (first order)", "Shares alone (first order)"],
    total_order: ["light bar", "with interactions (total)", "Shares with interactions (total)"],
    shapley: ["tick", "Shapley", "Shares by Shapley's rule"],
  };

  // What an unknown is, by its kind.
  const KINDS = { exit: "a decision not yet taken", spend: "a spend that someone knows" };

  // The unknowns of a case (T2.7) in its order: `effects` with the shares of the variance, `known` with what
  // knowing each is worth.
  function unknowns(reading) {
    const { results } = reading.chapter("customer_exits");
    const customers = exposures(reading.case, "last_year");
    const value = (name) => results.get(`exits.${name}`).value;
    const each = (exit) =>
      customers.flatMap((one) =>
        [exit, ...(one.disclosed ? [] : ["spend"])].map((kind) => ({
          kind,
          name: `${one.customer.name}: ${UNKNOWN_WORDS[kind]}`,
          id: `${one.customer.id}_${kind}`,
        }))
      );
    const effects = each("exit_probability").map((one) => ({ ...one, shares: shares(one.id, value) }));
    const known = each("exit").map((one) => ({ ...one, worth: value(`perfect_information.${one.id}`) }));
    return {
      effects: effects.filter((one) => one.shares.shapley !== null),
      known: known.filter((one) => one.worth !== null),
    };
  }

  // Rows by a number of theirs, the largest first. Equal ones, which only rounding tells apart, keep their order.
  function falling(rows, number) {
    const kept = new Map(rows.map((row) => [row, Number(number(row).toPrecision(9))]));
    return [...rows].sort((a, b) => kept.get(b) - kept.get(a));
  }

  function shares(id, value) {
    return Object.fromEntries(Object.keys(MEASURES).map((key) => [key, value(`${key}.${id}`)]));
  }

  // E9: the share of the variance of the expected loss that each unknown carries. `measure` is the share by
  // which the unknowns are sorted and whose number stands beside their bars.
  function sensitivity(reading, { measure = "shapley" } = {}) {
    const rows = falling(unknowns(reading).effects, (row) => row.shares[measure]);
    const measures = Object.entries(MEASURES);
    const legend = measures.map(([key, [mark, name]]) => `${mark}${key === measure ? " and number" : ""}: ${name}`);
    const heading = {
      id: "E9",
      title: "Which unknown moves the expected loss most?",
      subtitle: `% of the variance of the expected loss; ${legend.join(", ")}; layer L2`,
      table: tabled(
        ["Unknown", ...measures.map(([, [, name]]) => `${raised(name)}, %`)],
        rows.map((row) => [row.name, ...Object.values(row.shares).map((share) => 100 * share)])
      ),
      controls: [
        {
          name: "measure",
          label: "Sorted by the share",
          value: measure,
          options: measures.map(([key, [, name]]) => ({
            value: key,
            label: key === "shapley" ? "by Shapley's rule" : name,
          })),
        },
      ],
    };
    if (!rows.length) {
      const message = "Nothing about the expected loss is left open by these figures";
      return finished(() => blank(message), { ...heading, description: `${message}.` });
    }
    const high = Math.max(...rows.map((row) => row.shares.total_order));

    function build() {
      const bars = [];
      const ticks = [];
      const texts = [];
      let top = 0;
      for (const row of rows) {
        const { first_order: first, total_order: total, shapley } = row.shares;
        const told = (key) => `${row.name}, ${MEASURES[key][1]}: ${short(row.shares[key], "share")}`;
        texts.push(word(0, top + 7, row.name));
        const bar = top + 17;
        bars.push({ x: 0, x2: total, y: bar, y2: bar + 14, colour: STEP[3], tip: told("total_order") });
        bars.push({ x: 0, x2: first, y: bar + 3, y2: bar + 11, colour: STEP[0], tip: told("first_order") });
        ticks.push({ x: shapley, y: bar - 2, y2: bar + 16, tip: told("shapley") });
        const number = short(row.shares[measure], "share");
        texts.push(word(Math.max(total, shapley), bar + 7, number, { dx: 8, weight: "bold" }));
        top = bar + 26;
      }
      const [x, y] = [across(0, high, "share"), DOWN];
      return sheet(top - 6, [
        boxes(bars, x, y),
        layer("rule", ticks, { x, y, y2: Y2 }, { color: INK, strokeWidth: 2.5 }),
        words(texts, x, y),
      ]);
    }

    const leading = rows.slice(0, 3).map((row) => `${row.name} ${short(row.shares[measure], "share")}`);
    return finished(build, {
      ...heading,
      description:
        `Bars for ${rows.length} unknowns, sorted by their share of the variance. ${MEASURES[measure][2]}, ` +
        `largest first: ${joined(leading)}.`,
    });
  }

  // E10: what it is worth to know each unknown before providing for the loss.
  function information(reading) {
    const { results } = reading.chapter("customer_exits");
    const { value: everything, unit } = results.get("exits.perfect_information_value");
    const rows = falling(unknowns(reading).known, (row) => row.worth);
    const shown = rows.filter((row) => row.worth);
    const heading = {
      id: "E10",
      title: "What is worth finding out first?",
      subtitle:
        `${raised(unitWords(unit))} that knowing it saves whoever provides for the loss; dark bars: ${KINDS.exit}, ` +
        `light bars: ${KINDS.spend}; layer L2`,
      table: tabled(
        ["Unknown", "What it is", `Worth of knowing it, ${unitWords(unit)}`],
        [...rows.map((row) => [row.name, KINDS[row.kind], row.worth]), ["Everything", "all of them", everything]]
      ),
    };
    if (!shown.length) {
      const message = rows.length
        ? "Knowing any single unknown would save nothing"
        : "Too many customers to value each unknown by itself";
      const description = `${message}; knowing everything would save ${short(everything, unit)}.`;
      return finished(() => blank(message), { ...heading, description });
    }
    const high = Math.max(...shown.map((row) => row.worth));
    const idle = rows.length - shown.length;
    const others = idle ? `${idle} more would save nothing.` : "";

    function build(narrow) {
      const bars = [];
      const texts = [];
      let top = 0;
      for (const row of shown) {
        texts.push(word(0, top + 7, row.name));
        const bar = top + 17;
        const said = short(row.worth, unit);
        const colour = row.kind === "exit" ? STEP[0] : STEP[3];
        bars.push({ x: 0, x2: row.worth, y: bar, y2: bar + 14, colour, tip: `${row.name}: ${said}` });
        texts.push(word(row.worth, bar + 7, said, { dx: 8, weight: "bold" }));
        top = bar + 26;
      }
      for (const line of [`Knowing everything would save ${short(everything, unit)}.`, others].filter(Boolean)) {
        texts.push(word(0, top + 8, line, { colour: MUTED }));
        top += 16;
      }
      // Room for the number behind the longest bar.
      const [x, y] = [across(0, high * (narrow ? 1.3 : 1.12), unit), DOWN];
      return sheet(top + 2, [boxes(bars, x, y), words(texts, x, y)]);
    }

    const said = joined(shown.slice(0, 4).map((row) => `${row.name} ${short(row.worth, unit)}`));
    return finished(build, {
      ...heading,
      description:
        `Bars for ${shown.length} unknowns by what knowing them is worth, largest first: ${said}. ` +
        `Knowing everything would save ${short(everything, unit)}.${others && ` ${others}`}`,
    });
  }

  Object.assign(neutrality.charts.customer_exits, { E9: sensitivity, E10: information });
})(globalThis.neutrality);
