// What a common cause changes, from independence to nested exits: port of charts/customer_exits/dependence.py.
(function (neutrality) {
  "use strict";

  const { SECOND_LEVEL, confidenceOf } = neutrality.chapters.customer_exits;
  const { currency, expectedLoss } = neutrality.chapters.exposure;
  const {
    COLOUR, X2, Y2, field, finished, layer, joined, raised, scaled, sheet, short, tabled, unitWords, upwards, word, words,
  } = neutrality.charts.common;
  const { basisOf, percent, small } = neutrality.charts.customer_exits.shared;
  const { INK, STEP, TAG_COLOURS } = neutrality.look;
  const { allHappen, noneHappens } = neutrality.methods.bounds;
  const { joint } = neutrality.methods.copula;

  const NAMES = { all: "all leave", none: "nobody leaves" };
  const WHICH = Object.keys(NAMES);
  const COLOURS = { all: TAG_COLOURS.assumed, none: STEP[1] };

  const ascending = (values) => [...new Set(values)].sort((a, b) => a - b);

  // What the chart draws: probabilities of all and none and shortfalls over the latent correlation, and the bounds
  // that no dependence exceeds. `tails` are [level, values at `coarse`].
  function linesOf(found, model) {
    const { correlation: chosen, probabilities: p } = model;
    const level = confidenceOf(found).value || 0;
    const ceiling = { all: allHappen(p)[1], none: noneHappens(p)[1] };
    const grid = ascending([...Array.from({ length: 21 }, (_, i) => i / 20), chosen]);
    const models = grid.map((r) => model.at(r));
    const mixtures = models.map(({ mixture }) => mixture);
    const lines = {
      all: mixtures.map((mixture) => joint(mixture, p.map(() => true))),
      none: mixtures.map((mixture) => joint(mixture, p.map(() => false))),
    };
    // A tail costs more than a probability, the smoother PERT most of all.
    const every = model.sizeModel === "pert" ? 5 : 2;
    const coarse = ascending([...grid.filter((_, i) => i % every === 0), chosen]);
    const losses = coarse.map((r) => models[grid.indexOf(r)].loss);
    const levels = [...new Set([level, SECOND_LEVEL].map((one) => Number(one.toPrecision(4))))];
    const asked = { [levels[0]]: level, [Number(SECOND_LEVEL.toPrecision(4))]: SECOND_LEVEL };
    const tails = levels.map((one) => [one, losses.map((loss) => loss.expectedShortfall(asked[one]))]);
    return { level, ceiling, grid, lines, coarse, tails };
  }

  // E6: all, none and the tail by latent correlation, with the bounds that no dependence exceeds.
  function dependence(reading) {
    const chapter = reading.chapter("customer_exits");
    const { model } = chapter;
    const chosen = model.correlation;
    const unit = `${currency(reading.case)} mn per year`;
    const { level, ceiling, grid, lines, coarse, tails } = linesOf(reading.case, model);
    const { value: mean } = expectedLoss(model.customers);
    const at = grid.indexOf(chosen);
    const tailAt = coarse.indexOf(chosen);
    const top = Math.max(...WHICH.flatMap((which) => [ceiling[which], ...lines[which]]));
    const most = Math.max(...tails.flatMap(([, values]) => values));
    const amount = (value) => short(value, unit);

    function axis(last) {
      const shown = {
        title: last ? "latent correlation" : null,
        values: [0, 0.25, 0.5, 0.75, 1],
        grid: false,
        domain: true,
        labels: last,
        format: ".2~f",
      };
      return field("x", { axis: shown, scale: scaled(0, 1) });
    }

    // Labels beside the points of rising lines: below the line, above it where below is no room.
    function labels(found, pixels) {
      let taken = 0;
      // Values that are one but for rounding keep their order.
      const place = ([, value]) => Math.round(value * pixels * 1e3);
      const rising = [...found].sort((a, b) => place(a) - place(b));
      return rising.map(([text, value, colour]) => {
        const below = value * pixels - taken > (taken ? 26 : 20);
        taken = value * pixels + (below ? 0 : 18);
        const look = chosen > 0.55 ? { align: "right", dx: -8 } : { dx: 9 };
        return word(chosen, value, text, { dy: below ? 13 : -13, colour, weight: "bold", ...look });
      });
    }

    function panel(y, height, heading, last, under, drawn) {
      const x = axis(last);
      const layers = [...under];
      const [found, hints, points] = [[], [], []];
      for (const [xs, values, here, name, printed, colour] of drawn) {
        const path = xs.map((r, i) => ({ x: r, y: values[i] }));
        for (const one of path.filter((place) => coarse.includes(place.x))) {
          hints.push({ ...one, tip: `${name} at ${short(one.x, "correlation")}: ${printed(one.y)}` });
        }
        const text = `${name}: ${printed(here)}`;
        layers.push(layer("line", path, { x, y }, { color: colour }));
        points.push({ x: chosen, y: here, colour, tip: text });
        found.push([text, here, colour]);
      }
      // Under the points that are seen, those that tell the lines' other values.
      layers.push(layer("point", hints, { x, y }, { size: 200, opacity: 0 }));
      layers.push(layer("point", points, { x, y, color: COLOUR }, { size: 70 }));
      const texts = labels(found, height / (y.scale.domain[1] || 1));
      return sheet(height, [...layers, words(texts, x, y, { halo: true }), words(texts, x, y)], {
        title: small(heading),
      });
    }

    function chances() {
      const y = upwards(0, 1.08 * top || 1, { format: ".3~%", grid: true, tickCount: 5 });
      const under = WHICH.flatMap((which) => {
        const shade = [{ x: 0, x2: 1, y: 0, y2: ceiling[which] }];
        const bound = [
          { y: ceiling[which], tip: `${NAMES[which]}, under any dependence: at most ${percent(ceiling[which])}` },
        ];
        return [
          layer("rect", shade, { x: axis(false), x2: X2, y, y2: Y2 }, { color: COLOURS[which], opacity: 0.07 }),
          layer("rule", bound, { y }, { color: COLOURS[which], strokeDash: [2, 3] }),
        ];
      });
      const drawn = WHICH.map((which) => [grid, lines[which], lines[which][at], NAMES[which], percent, COLOURS[which]]);
      const heading = [
        "Probability, %",
        "dotted, under any dependence:",
        `all at most ${percent(ceiling.all)}, none at most ${percent(ceiling.none)}`,
      ];
      return panel(y, 190, heading, false, under, drawn);
    }

    function shortfalls() {
      const y = upwards(0, 1.1 * most || 1, { format: ",.4~r", grid: true, tickCount: 5 });
      const drawn = tails.map(([one, values], i) => [
        coarse, values, values[tailAt], `worst ${percent(1 - one)}`, amount, [INK, STEP[1]][i],
      ]);
      drawn.push([coarse, coarse.map(() => mean), mean, "expected loss", amount, STEP[2]]);
      return panel(y, 190, [`Mean loss in the worst cases, ${unitWords(unit)}`], true, [], drawn);
    }

    const said = joined(
      WHICH.map((which) => {
        const values = lines[which];
        return (
          `${NAMES[which]} with ${percent(values[0])} if independent, ${percent(values[at])} as chosen and ` +
          `${percent(values[values.length - 1])} if nested`
        );
      })
    );
    const worst = tails[0][1];
    const rows = grid.map((r, i) => {
      const place = coarse.indexOf(r);
      return [
        r, ...WHICH.map((which) => 100 * lines[which][i]), ...tails.map(([, values]) => (place < 0 ? null : values[place])),
        mean, r === chosen ? "chosen" : "",
      ];
    });
    const limits = WHICH.map((which) => 100 * ceiling[which]);
    rows.push([null, ...limits, ...tails.map(() => null), null, "the most under any dependence"]);
    return finished(() => ({ vconcat: [chances(), shortfalls()], spacing: 20 }), {
      id: "E6",
      title: "What does a common cause change?",
      subtitle:
        "By latent correlation between exits; worst cases: expected shortfall; dotted and shaded: what any dependence " +
        `allows (Boole, Fréchet); ${basisOf(reading.case, chapter)}`,
      description:
        "Lines over the latent correlation, from independence to nested exits; chosen is " +
        `${short(chosen, "correlation")}. Customers: ${said}. Expected shortfall over the worst ${percent(1 - level)}: ` +
        `${amount(worst[0])} if independent, ${amount(worst[tailAt])} as chosen, ${amount(worst[worst.length - 1])} if nested.`,
      table: tabled(
        [
          "Latent correlation",
          ...WHICH.map((which) => `${raised(NAMES[which])}, %`),
          ...tails.map(([one]) => `Mean loss in the worst ${percent(1 - one)}, ${unitWords(unit)}`),
          `Expected loss, ${unitWords(unit)}`,
          "What",
        ],
        rows
      ),
    });
  }

  neutrality.charts.customer_exits.E6 = dependence;
})(globalThis.neutrality);
