// What the deal says the business is worth: port of charts/deal/worth.py.
(function (neutrality) {
  "use strict";

  const { enterpriseValue, premiumStack } = neutrality.methods.valuation;
  const {
    COLOUR, DOWN, X2, Y2, across, boxes, field, finished, inPercent, layer, numberFormat, on, scaled, sheet, short,
    step, tabled, toward, unitWords, upright, upwards, word, words, length,
  } = neutrality.charts.common;
  const { billions, small } = neutrality.charts.deal.shared;
  const { INK, MUTED, PAPER, STEP, TAG_COLOURS } = neutrality.look;

  // Shares of the cash at which the lines of D2 can be read off.
  const READINGS = Array.from({ length: 11 }, (_, tenth) => tenth / 10);

  // D2: value of the business and step-up, by how much of the cash stayed.
  function cashKept(reading) {
    const { deal } = reading.chapter("deal");
    const unit = billions(reading.case);
    const v = deal.values;
    const prior = v.prior;
    const ownShare = v.cashRetained;

    // A share of the cash, and value and step-up of the business if that much stayed.
    function at(share) {
      const value = enterpriseValue(v.valuation, v.investment, share, v.netDebt);
      return [share, value, value / prior - 1];
    }

    const poles = [at(0), at(1)];
    const own = at(ownShare);
    const marked = 0 < ownShare && ownShare < 1 ? [...poles, own] : poles;
    const read = [...new Set([...READINGS, ownShare])].sort((a, b) => a - b).map(at);
    // Beside the label of the left end there is no room for our setting's: it stands above it.
    const crowded = 0 < ownShare && ownShare < 0.2;

    function panel(index, panelUnit, level, levelLabel, heading, last = false) {
      const values = [...marked.map((row) => row[index]), level, 0];
      const low = Math.min(...values);
      let high = Math.max(...values);
      high += (crowded ? 0.22 : 0.12) * (high - low || 1);
      const axis = {
        title: last ? "share of the cheque that stayed in the company as cash" : null,
        values: [0, 0.25, 0.5, 0.75, 1],
        format: ".0%",
        grid: false,
        domain: true,
      };
      const x = field("x", { axis, scale: scaled(0, 1) });
      const y = upwards(low, high, { format: numberFormat(panelUnit) });
      const said = index === 1 ? "" : "step-up ";
      const unmarked = read.filter(([share]) => !marked.some((row) => row[0] === share));
      const spots = [...marked, ...unmarked].map((row) => ({
        x: row[0],
        y: row[index],
        tip: `${stayed(row[0])}: ${said}${short(row[index], panelUnit)}`,
      }));
      const dots = spots
        .slice(0, marked.length)
        .map((spot) => ({ ...spot, colour: spot.x === ownShare ? TAG_COLOURS.assumed : INK }));
      const over = level > marked[0][index] || level - low < 0.15 * (high - low);
      const texts = [word(0, level, levelLabel, { dx: 10, dy: over ? -9 : 11, colour: MUTED })];
      for (const row of marked) {
        const label = short(row[index], panelUnit);
        const here = row[0] === ownShare;
        if (row[0] === 1) {
          texts.push(word(1, row[index], here ? `${label}\nour setting` : label, { weight: "bold", dx: 10 }));
        } else {
          const above = here && crowded;
          const look = { weight: "bold", dx: 9, dy: above ? -27 : -11 };
          texts.push(word(row[0], above ? poles[0][index] : row[index], here ? `${label} · our setting` : label, look));
        }
      }
      const line = poles.map((row) => ({ x: row[0], y: row[index] }));
      return sheet(
        170,
        [
          layer("rule", [{ y: level }], { y }, { color: MUTED, strokeDash: [4, 3] }),
          layer("line", line, { x, y }),
          layer("point", spots.slice(marked.length), { x, y }, { size: 160, opacity: 0 }),
          layer("point", dots, { x, y, color: COLOUR }, { size: 80 }),
          words(texts, x, y),
        ],
        { title: small(heading) }
      );
    }

    function build() {
      const worth = `value before the deal: ${short(prior, unit)}`;
      const panels = [
        panel(1, unit, prior, worth, `Value of the business, ${unitWords(unit)}`),
        panel(2, "share", 0, "no step-up", "Step-up on the value before, %", true),
      ];
      return { vconcat: panels, spacing: 22 };
    }

    const [none, every] = poles;
    return finished(build, {
      id: "D2",
      title: "How much of the step-up is cash?",
      subtitle:
        "Headline valuation less the cash that stayed, plus net debt, at both ends of what may have stayed",
      description:
        `If none of the cash stayed, the business is worth ${short(none[1], unit)}, ${against(none[2])} ` +
        `the ${short(prior, unit)} before the deal; if all of it stayed, ${short(every[1], unit)}, ${against(every[2])} it. ` +
        `Between them both lines are straight. Our setting is ${short(ownShare, "share")}, ` +
        `which gives ${short(own[1], unit)}.`,
      table: tabled(
        [
          "Cash that stayed, %",
          `Value of the business, ${unitWords(unit)}`,
          "Step-up on the value before, %",
          `Value before the deal, ${unitWords(unit)}`,
        ],
        read.map(([share, value, up]) => [inPercent(share), value, inPercent(up), prior])
      ),
    });
  }

  const against = (rise) => `${short(Math.abs(rise), "share")} ${rise >= 0 ? "above" : "below"}`;

  // D6: the cheque as its stake in the value before, its part of the cash and a residual.
  function premium(reading) {
    const { deal } = reading.chapter("deal");
    const unit = billions(reading.case);
    const v = deal.values;
    const cheque = v.investment;
    const own = v.cashRetained;
    // Both ends, and between them our setting, or the middle where our setting is an end.
    const shares = [0, 0 < own && own < 1 ? own : 0.5, 1];
    const rows = shares.map((share) => [share, ...premiumStack(cheque, v.stake, v.standalone, share)]);
    const high = Math.max(cheque, ...rows.map(([, before, cash]) => before + cash));

    function build(narrow) {
      const room = narrow ? 230 : 640;
      const bars = [];
      const missing = [];
      const texts = [word(cheque, 8, `cheque ${short(cheque, unit)}`, toward(cheque, 0, high))];
      let top = 26;
      for (const [share, before, cash, residual] of rows) {
        let heading = stayed(share);
        // A label of the residual needs room beside it on a phone.
        if (share === own) heading = `${narrow ? heading.replace(" of the cash", "") : heading} · our setting`;
        texts.push(word(0, top + 8, heading, { weight: "bold" }));
        const ends = { y: top + 20, y2: top + 56 };
        const parts = [
          ["value before", 0, before, STEP[3]],
          ["cash", before, before + cash, STEP[4]],
        ];
        if (residual > 0) parts.push(["residual", before + cash, cheque, INK]);
        else {
          const tip = `${stayed(share)}: residual ${short(residual, unit)}`;
          missing.push({ x: cheque, x2: before + cash, ...ends, tip });
        }
        for (const [label, start, end, fill] of parts) {
          if (end <= start) continue;
          const number = short(end - start, unit);
          bars.push({ x: start, x2: end, ...ends, colour: fill, tip: `${stayed(share)}: ${label} ${number}` });
          if (6.6 * Math.max(length(label), length(number)) + 8 <= ((end - start) / high) * room) {
            const ink = fill === INK ? PAPER : on(fill);
            texts.push(word(start, top + 31, `${label}\n${number}`, { dx: 7, colour: ink }));
          } else if (label === "residual") {
            texts.push(word(cheque, top + 8, `residual ${number}`, { align: "right", dx: -5 }));
          }
        }
        if (residual < 0) {
          texts.push(word(before + cash, top + 8, `residual ${short(residual, unit)}`, { align: "right", dx: -5 }));
        }
        top += 70;
      }
      const height = top - 8;
      const [x, y] = [across(0, high, unit), DOWN];
      const layers = [boxes(bars, x, y, { stroke: PAPER, strokeWidth: 1 })];
      if (missing.length) {
        const outline = { fill: null, stroke: INK, strokeDash: [3, 3] };
        layers.push(layer("rect", missing, { x, x2: X2, y, y2: Y2 }, outline));
      }
      layers.push(upright([cheque], 16, height, x, y, INK, [3, 3]));
      return sheet(height, [...layers, words(texts, x, y)]);
    }

    const said = rows.map(
      ([share, before, cash, residual]) =>
        `${stayed(share)}: ${short(before, unit)} for the stake in the value before, ${short(cash, unit)} for its part of the ` +
        `cash, ${short(residual, unit)} residual`
    );
    const parts = ["Stake in the value before", "Stake in the cash", "Residual", "Cheque"];
    return finished(build, {
      id: "D6",
      title: "What did the buyer pay for beyond the business?",
      subtitle: `${unitWords(unit)}; cheque = stake in the value before + stake in the cash that stayed + residual; layer L0`,
      description: `The cheque of ${short(cheque, unit)} in three parts, by how much of the cash stayed. ${said.join(". ")}.`,
      table: tabled(
        ["Cash that stayed, %", ...parts.map((part) => `${part}, ${unitWords(unit)}`)],
        rows.map(([share, ...rest]) => [inPercent(share), ...rest, cheque])
      ),
    });
  }

  function stayed(share) {
    if (share === 0) return "None of the cash stayed";
    if (share === 0.5) return "Half of the cash stayed";
    return share === 1 ? "All of the cash stayed" : `${short(share, "share")} of the cash stayed`;
  }

  Object.assign(neutrality.charts.deal, { D2: cashKept, D6: premium });
})(globalThis.neutrality);
