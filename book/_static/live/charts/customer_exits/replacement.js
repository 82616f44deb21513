// The growth that would replace what is lost: port of charts/customer_exits/replacement.py.
(function (neutrality) {
  "use strict";

  const { inMillions } = neutrality.case.load;
  const { replacementGrowth } = neutrality.methods.timing;
  const { currency, exposures, largest, revenueOf } = neutrality.chapters.exposure;
  const {
    COLOUR, NO_NUMBER, TAG_LETTERS, across, blank, finished, inPercent, layer, raised, sheet, short, step,
    tabled, unitWords, upwards, word, words,
  } = neutrality.charts.common;
  const { basisWords } = neutrality.charts.customer_exits.shared;
  const { MUTED, TAG_COLOURS } = neutrality.look;

  // E8: the growth that the rest needs to stand still, by revenue lost.
  function replacement(reading) {
    const { results } = reading.chapter("customer_exits");
    const result = (name) => results.get(`exits.${name}`);
    const revenue = inMillions(revenueOf(reading.case));
    const unit = `${currency(reading.case)} mn per year`;
    const top = largest(exposures(reading.case, "last_year"));
    const expected = result("expected_loss").value || 0;
    const worst = result("reported_loss_high").value || 0;
    const [alone, all] = [result("replacement_growth_largest"), result("replacement_growth_expected")];
    const everything = [
      [`${top.customer.name} alone`, top.point, alone.value, alone.tag],
      ["expected loss", expected, all.value, all.tag],
      ["most that facts allow", worst, replacementGrowth(worst, revenue), result("reported_loss_high").tag],
    ];
    // On a scale of ratios nothing lost has no place; two losses of one size share a place and a label.
    const shown = [];
    for (const [name, lost, growth, tag] of everything) {
      if (!growth) continue;
      const before = shown[shown.length - 1];
      if (before && Math.abs(before[1] - lost) < 0.01 * revenue) {
        shown[shown.length - 1] = [`${before[0]}, ${name}`, before[1], before[2], tag];
      } else shown.push([name, lost, growth, tag]);
    }
    const beyond = everything.filter(([, lost, growth]) => growth === null && lost > 0).map(([name]) => name);
    const said = everything.map(([name, lost, growth]) => {
      const grown = !lost ? "nothing to replace" : growth === null ? NO_NUMBER : short(growth, "share");
      return `${name}, ${short(lost, unit)}: ${grown}`;
    });
    const columns = ["Loss", `Revenue lost, ${unitWords(unit)}`, "Growth of the rest, %"];
    const known = everything.map(([name, lost, growth]) => [raised(name), lost, inPercent(growth)]);
    const heading = {
      id: "E8",
      title: "How fast must the rest grow to stand still?",
      subtitle:
        `Growth of the remaining revenue in %, ratio scale, by ${unitWords(unit)} of revenue lost; ` +
        basisWords(reading.case, "last_year"),
      description: `A line that steepens as more of ${short(revenue, unit)} is lost. ${said.join("; ")}.`,
    };
    if (!shown.length) {
      const message = beyond.length
        ? `${NO_NUMBER}: nothing remains that could grow`
        : "Nothing is lost that would have to be replaced";
      return finished(() => blank(message), { ...heading, table: tabled(columns, known) });
    }
    const growths = shown.map(([, , growth]) => growth);
    const low = Math.min(0.05, Math.min(...growths) / 1.6);
    const high = Math.max(...growths) * (beyond.length ? 2 : 1.25);
    const right = Math.max(...shown.map(([, lost]) => lost)) * 1.04;
    const begin = (revenue * low) / (1 + low);
    const onLine = (losses) =>
      losses.map((lost) => [lost, replacementGrowth(lost, revenue)]).filter(([, growth]) => growth && growth <= high);
    const curve = onLine(Array.from({ length: 61 }, (_, part) => begin + ((right - begin) * part) / 60));
    // Where the line is read off: at round losses.
    const apart = step(right, 15);
    const places = Array.from({ length: Math.floor(right / apart + 1e-9) }, (_, i) => apart * (i + 1));
    const sampled = onLine(places.filter((lost) => lost >= begin));
    const ticks = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100].filter(
      (one) => low <= one && one <= high
    );

    function build() {
      const x = across(0, right, unit, { title: `revenue lost, ${unitWords(unit)}` });
      // Vega hides most labels of a log axis unless it is asked for many ticks.
      const y = upwards(low, high, { scale: "log", values: ticks, format: ".3~%", labelOverlap: false, tickCount: 40 });
      const line = curve.map(([lost, growth]) => ({ x: lost, y: growth }));
      const held = sampled.map(([lost, growth]) => ({
        x: lost,
        y: growth,
        tip: `${short(lost, unit)} lost: ${short(growth, "share")} growth`,
      }));
      const dots = shown.map(([name, lost, growth, tag]) => ({
        x: lost,
        y: growth,
        colour: TAG_COLOURS[tag],
        tip: `${raised(name)}: ${short(lost, unit)} lost, ${short(growth, "share")} growth`,
      }));
      const texts = shown.map(([name, lost, growth, tag]) =>
        word(lost, growth, `${name}: ${short(growth, "share")} · ${TAG_LETTERS[tag]}`, {
          colour: TAG_COLOURS[tag],
          weight: "bold",
          ...(lost > 0.55 * right ? { align: "right", dx: -10, dy: -9 } : { dx: 11, dy: 5 }),
        })
      );
      beyond.forEach((name, i) => {
        const text = `${name}: ${NO_NUMBER},\nnothing remains to grow`;
        texts.push(word(0, high, text, { dx: 6, dy: 8 + 32 * i, colour: MUTED }));
      });
      return sheet(250, [
        layer("line", line, { x, y }, { interpolate: "monotone" }),
        layer("point", held, { x, y }, { opacity: 0, size: 200 }),
        layer("point", dots, { x, y, color: COLOUR }, { size: 90 }),
        words(texts, x, y),
      ]);
    }

    const read = sampled.map(([lost, growth]) => ["On the line", lost, inPercent(growth)]);
    return finished(build, { ...heading, table: tabled(columns, [...known, ...read]) });
  }

  neutrality.charts.customer_exits.E8 = replacement;
})(globalThis.neutrality);
