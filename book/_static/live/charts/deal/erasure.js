// What lost revenue erases of the step-up: port of charts/deal/erasure.py.
(function (neutrality) {
  "use strict";

  const { currency } = neutrality.chapters.exposure;
  const {
    NO_NUMBER, TEXT, X2, across, blank, each, field, finished, inPercent, layer, names, numberFormat, rounded,
    scaled, sheet, short, step, tabled, unitWords,
  } = neutrality.charts.common;
  const { billions, valuesOf } = neutrality.charts.deal.shared;
  const { DIVERGING, INK, PAPER } = neutrality.look;
  const { owned } = neutrality.units;

  // D3: the share of the step-up that lost revenue erases, by revenue lost and multiple. `lost` marks a loss of the
  // reader's own.
  function erased(reading, { lost = null } = {}) {
    const held = reading.chapter("deal");
    const { deal } = held;
    const value = valuesOf(held);
    const unit = billions(reading.case);
    const stepUp = value("step_up") || 0;
    const lostUnit = `${currency(reading.case)} mn per year`;
    const { name } = deal.customer.customer;
    const lastYear = deal.customer.point;
    const plan = deal.plan.point;
    const gone = value("break_even_lost_revenue") || 0;
    const multiple = value("multiple") || 0;
    const before = value("multiple_prior") || 0;
    const title = "When is the step-up gone?";
    const subtitle = `% of the step-up erased, by ${unitWords(lostUnit)} of revenue lost (across) and value per unit of yearly revenue (down)`;
    if (stepUp <= 0) {
      return finished(() => blank(`${NO_NUMBER}: there is no step-up that lost revenue could erase`), {
        id: "D3",
        title,
        subtitle,
        description:
          `There is no step-up to erase: the deal's valuation, ${short(deal.values.valuation, unit)}, is not ` +
          `above the value before, ${short(deal.values.prior, unit)}.`,
        table: tabled(
          ["Value", unitWords(unit)],
          [
            ["Valuation with the deal", deal.values.valuation],
            ["Value before the deal", deal.values.prior],
          ]
        ),
      });
    }
    const width = step(1.25 * Math.max(gone, plan, lastYear), 6);
    const columns = Array.from({ length: 7 }, (_, index) => width * (index + 0.5));
    const ownRows = new Map([
      [multiple, `deal: ${short(multiple, "x")}`],
      [before, `before: ${short(before, "x")}`],
    ]);
    const gap = step(1.3 * multiple, 5);
    const around = Array.from({ length: 7 }, (_, index) => gap * (index + 1)).filter(
      (one) => one < 1.6 * multiple && [...ownRows.keys()].every((own) => Math.abs(one - own) > 0.3 * gap)
    );
    const levels = [...around, ...ownRows.keys()].sort((a, b) => b - a);
    const labelled = new Map(levels.map((level) => [level, ownRows.get(level) ?? short(level, "x")]));
    const order = levels.map((level) => labelled.get(level));
    const height = 42 * levels.length;
    const share = (lost, level) => (level * lost) / (1000 * stepUp);

    const axis = { title: null, values: columns.map(rounded), format: numberFormat(lostUnit), grid: false };
    const x = field("x", { axis, scale: scaled(0, 7 * width) });
    const y = names("row", {
      sort: order,
      axis: { title: null, labelColor: INK },
      scale: { domain: order, paddingInner: 0.04 },
    });
    const cells = levels.flatMap((level) =>
      columns.map((column) => {
        const part = share(column, level);
        const row = labelled.get(level);
        const text = short(part, "share", 2);
        return {
          row,
          x: column - width / 2,
          x2: column + width / 2,
          at: column,
          share: part,
          text,
          dy: row === labelled.get(multiple) ? -9 : 0,
          tip: `${short(column, lostUnit)} lost at ${row}: ${text}`,
        };
      })
    );
    const { period } = deal.customer.spend;
    const planning = deal.plan.spend.period;
    const spends = [
      [lastYear, period, `${name}, ${period}`],
      [plan, `${planning} plan`, `${name}, ${planning} plan`],
      [gone, "all gone", "Break-even"],
    ].sort((a, b) => a[0] - b[0]);
    const points = spends.map(([amount, , who]) => ({
      row: labelled.get(multiple),
      x: amount,
      tip: `${who}: ${short(amount, lostUnit)} lost, ${short(share(amount, multiple), "share")} of the step-up`,
    }));
    const labels = beside(spends, 2.1 * width).map(([amount, text, align]) => ({
      row: labelled.get(multiple),
      x: amount,
      text,
      align,
    }));
    const most = 7 * width;
    const limit = lost === null ? null : Math.min(Math.max(lost, 0), most);
    const losses = [...columns, ...spends.map(([amount]) => amount), ...(limit === null ? [] : [limit])];
    const tints = { type: "threshold", domain: [0.25, 0.5, 0.9, 1.1, 1.5, 2], range: [...DIVERGING] };
    const colour = field("share", { scale: tints, legend: null });
    const deals = short(value("largest_customer_step_up_share"), "share");
    const planned = short(value("planned_spend_step_up_share"), "share");

    // The reader's own loss: a line through every row, and its share at the deal's multiple.
    function asked() {
      if (limit === null) return [];
      const part = short(share(limit, multiple), "share");
      const size = short(limit, lostUnit);
      const tip = `${size} lost, ${part} of the step-up at the deal's multiple`;
      const right = limit > most / 2;
      const word = { x: limit, text: `${size}: ${part}`, align: right ? "right" : "left", dx: right ? -5 : 5 };
      // Between the edge of the chart and the numbers of a row that has nothing else in it.
      const at = { value: order[0] === labelled.get(multiple) ? height - 8 : 8 };
      const look = { dx: each("dx"), align: each("align"), fontWeight: "bold", fontSize: 11 };
      return [
        layer("rule", [{ x: limit, tip }], { x }, { color: INK, strokeDash: [4, 3] }),
        layer("text", [word], { x, y: at, text: TEXT }, look),
      ];
    }

    const own =
      limit === null
        ? ""
        : ` A loss of ${short(limit, lostUnit)} a year erases ${short(share(limit, multiple), "share")} of it.`;
    const build = () =>
      sheet(height, [
        layer("rect", cells, { x, x2: X2, y, color: colour }, { stroke: PAPER, strokeWidth: 1 }),
        layer("text", cells, { x: { ...x, field: "at" }, y, text: TEXT }, { dy: each("dy") }),
        layer("point", points, { x, y }, { size: 50 }),
        layer("text", labels, { x, y, text: TEXT }, { dy: 13, align: each("align"), fontWeight: "bold", fontSize: 11 }),
        ...asked(),
      ]);
    return finished(build, {
      id: "D3",
      title,
      subtitle: `${subtitle}; points: ${owned(name)} spend and the break-even, at the deal's multiple`,
      description:
        `A table of tints over revenue lost and multiple. At the deal's ${short(multiple, "x")}, ${owned(name)} spend of ` +
        `${short(lastYear, lostUnit)} carries ${deals} of the step-up and its plan of ${short(plan, lostUnit)} ${planned}; losing ` +
        `${short(gone, lostUnit)} a year erases all of it.${own}`,
      table: tabled(
        [
          "Value of yearly revenue",
          "As a multiple, ×",
          ...columns.map((column) => `${short(column, lostUnit)} lost: % erased`),
          ...spends.map(([amount, , who]) => `${who}, ${short(amount, lostUnit)} lost: % erased`),
          ...(limit === null ? [] : [`Your choice, ${short(limit, lostUnit)} lost: % erased`]),
        ],
        levels.map((level) => [labelled.get(level), level, ...losses.map((amount) => inPercent(share(amount, level)))])
      ),
      controls: [
        {
          name: "lost",
          label: "Revenue lost in a year",
          // On a step, so that a reader who goes back to it finds the chart as it was.
          value: rounded(limit === null ? width * Math.floor(gone / width / 2 + 0.5) : limit),
          low: 0,
          high: rounded(most),
          step: rounded(width / 10),
          unit: lostUnit,
        },
      ],
    });
  }

  // Labels of three marks in order, each with its alignment, so that none lies on another.
  //
  // A mark farther than `room` from its neighbour has its label under it, two closer ones on their outer
  // sides; of three close ones the first two share theirs.
  function beside([[first, one], [second, two], [third, three]], room) {
    if (third - second > room) return [[first, one, "right"], [second, two, "left"], [third, three, "center"]];
    if (second - first > room) return [[first, one, "center"], [second, two, "right"], [third, three, "left"]];
    return [[first, `${one}, ${two}`, "right"], [third, three, "left"]];
  }

  Object.assign(neutrality.charts.deal, { D3: erased });
})(globalThis.neutrality);
