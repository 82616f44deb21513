// What an exit would do to the value, by volume and by price: port of charts/deal/exit.py.
(function (neutrality) {
  "use strict";

  const {
    DOWN, across, boxes, finished, length, on, sheet, short, tabled, toward, unitWords, upright, word, words,
  } = neutrality.charts.common;
  const { billions, valuesOf } = neutrality.charts.deal.shared;
  const { INK, MUTED, PAPER, STEP } = neutrality.look;

  // Height of a bar's row, and the drawn width that a label has to fit into.
  const [ROW, WIDE_ROOM, NARROW_ROOM] = [28, 690, 325];

  // The rows of the chapter's table: what the multiple is, its value, both effects and what is left.
  function fallsOf(held) {
    const { deal } = held;
    const value = valuesOf(held);
    const { multipleAfterExit: after } = deal;
    const row = (label, level, suffix, left) => [
      label,
      level,
      value(`revenue_effect${suffix}`) || 0,
      value(`multiple_effect${suffix}`) || 0,
      value(left) || 0,
    ];
    const own =
      after.value === null ? ["The deal's multiple holds", value("multiple")] : ["Our setting", after.value];
    const falls = [row(...own, "", "value_after_exit")];
    const reach = deal.multiplesAfterExit();
    if (reach) falls.push(row("Lowest of the range given", reach[0], "_at_low_multiple", "value_after_exit_low"));
    return falls;
  }

  // D4: from the valuation to what is left without the largest customer, by volume and by price.
  function waterfall(reading) {
    const held = reading.chapter("deal");
    const { deal } = held;
    const unit = billions(reading.case);
    const { name } = deal.customer.customer;
    const before = deal.values.prior;
    const start = deal.values.valuation;
    const falls = fallsOf(held);
    const high = Math.max(before, ...falls.map(([, , lost, , left]) => Math.max(start, left, start + lost)));

    function build(narrow) {
      const room = narrow ? NARROW_ROOM : WIDE_ROOM;
      const bars = [];
      const reference = `value before the deal ${short(before, unit)}`;
      const texts = [word(before, 8, reference, { colour: MUTED, ...toward(before, 0, high) })];
      let top = 24;
      for (const [label, level, lost, priced, left] of falls) {
        const heading = `${label}: ${short(level, "x")}`;
        texts.push(word(0, top + 8, heading, { weight: "bold" }));
        top += 20;
        const steps = [
          ["valuation", 0, start, STEP[1], start],
          ["lost revenue", start, start + lost, STEP[3], lost],
          ["multiple", start + lost, start + lost + priced, STEP[4], priced],
          ["left", 0, left, INK, left],
        ];
        for (const [what, begin, end, fill, amount] of steps) {
          const low = Math.min(begin, end);
          const topEnd = Math.max(begin, end);
          const text = `${what} ${short(amount, unit)}`;
          bars.push({ x: low, x2: topEnd, y: top + 3, y2: top + ROW - 3, colour: fill, tip: `${heading}, ${text}` });
          texts.push(labelOf(text, low, topEnd, top + ROW / 2, fill, room / high));
          top += ROW;
        }
        top += 12;
      }
      const height = top - 8;
      const [x, y] = [across(0, high, unit), DOWN];
      const outside = texts.filter((text) => text.dx !== 7);
      return sheet(height, [
        upright([before], 17, height, x, y, MUTED, [3, 3]),
        boxes(bars, x, y),
        words(outside, x, y, { halo: true }),
        words(texts, x, y),
      ]);
    }

    const said = falls.map(
      ([label, level, lost, priced, left]) =>
        `${label}, ${short(level, "x")}: ${short(start, unit)} falls by ${short(Math.abs(lost), unit)} of lost revenue and changes by ` +
        `${short(priced, unit)} with the multiple; ${short(left, unit)} is left`
    );
    const steps = ["Valuation", "Lost revenue", "Multiple", "Left", "Value before"];
    return finished(build, {
      id: "D4",
      title: `Volume or price: what is left if ${name} leaves?`,
      subtitle:
        `${unitWords(unit)}; valuation, effect of the lost revenue, effect of the multiple, what is left; ` +
        "averaged over both orders; first at our setting, then at the low end of the multiple's range (layer L1)",
      description: `${said.join(". ")}. The value before the deal was ${short(before, unit)}.`,
      table: tabled(
        ["Multiple after the exit", "EV/revenue, ×", ...steps.map((one) => `${one}, ${unitWords(unit)}`)],
        falls.map(([label, level, ...rest]) => [label, level, start, ...rest, before])
      ),
    });
  }

  // A bar's label: within it where it fits, else on the side that has room.
  function labelOf(text, low, high, y, fill, scale) {
    const wide = 6.6 * length(text) + 14;
    if (wide <= (high - low) * scale) return word(low, y, text, { dx: 7, colour: fill === INK ? PAPER : on(fill) });
    if (wide <= low * scale) return word(low, y, text, { align: "right", dx: -6 });
    return word(high, y, text, { dx: 6 });
  }

  Object.assign(neutrality.charts.deal, { D4: waterfall });
})(globalThis.neutrality);
