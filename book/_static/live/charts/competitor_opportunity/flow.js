// Where each customer's money goes, as a flow from customers through the open pool to vendors: port of
// charts/competitor_opportunity/flow.py, and of `flows` of methods/release.py, which only it needs.
(function (neutrality) {
  "use strict";

  const { allocation } = neutrality.chapters.competitor_opportunity;
  const { waterfall } = neutrality.methods.release;
  const common = neutrality.charts.common;
  const { COLOUR, DOWN, X2, Y2, blank, field, finished, layer, names, sheet, short } = common;
  const { tabled, unitWords, word, words } = common;
  const { RULE_WORDS, planWords } = neutrality.charts.competitor_opportunity.shared;
  const { STEP } = neutrality.look;

  // Points of each ribbon, height of the drawing, room between nodes and width of a node.
  const POINTS = 25;
  const HEIGHT = 350;
  const GAP = 17;
  const NODE = 0.016;
  // Where the three columns of nodes begin.
  const COLUMNS = [0, 0.47, 1 - NODE];
  // Room above a node of the middle column, for its name.
  const HEAD = 22;
  // How strongly a ribbon is drawn that is not the one pointed at.
  const BACK = 0.15;

  // From the ends of a link to the points of its ribbon.
  const CURVE = [
    { calculate: `sequence(${POINTS})`, as: "point" },
    { flatten: ["point"] },
    { calculate: `datum.point / ${POINTS - 1}`, as: "t" },
    { calculate: "round(1000 * (datum.left + (datum.right - datum.left) * datum.t)) / 1000", as: "x" },
    {
      calculate:
        "round(10 * (datum.start + (datum.end - datum.start) * datum.t * datum.t * (3 - 2 * datum.t))) / 10",
      as: "y",
    },
    { calculate: "round(10 * (datum.y + datum.tall)) / 10", as: "y2" },
  ];
  // The ribbon that a reader points at: pointing at a node or a name sets nothing back.
  const POINTED = {
    name: "pointed",
    select: {
      type: "point",
      fields: ["k"],
      on: "@ribbons_marks:pointerover",
      clear: "pointerout",
      toggle: false,
    },
    views: ["ribbons"],
  };
  // All ribbons at their own strength until one is pointed at, which keeps it.
  const STRENGTH = {
    condition: { param: "pointed", field: "strength", type: "quantitative", scale: null },
    value: BACK,
  };

  // Nodes of the flow beside customers and vendors.
  const [OPEN, IN_HOUSE, NOT_REPLACED, UNSERVED] = ["open", "in_house", "not_replaced", "unserved"];

  // Every customer's release as it flows to where it goes, { source, target, amount }, links without money
  // left out. `received` is what each vendor takes of the open pool, the rest of which stays unserved; `tools`
  // is what vendors win back of the in-house work.
  function flows(releases, leaks, received, tools) {
    const links = [];
    let open = 0;
    for (const [name, released] of releases) {
      const steps = waterfall(released, ...leaks);
      open += steps.contestable;
      links.push([name, OPEN, steps.contestable]);
      links.push([name, IN_HOUSE, steps.inHouse]);
      links.push([name, NOT_REPLACED, steps.notReplaced]);
    }
    const unserved = open - received.reduce((total, [, amount]) => total + amount, 0);
    links.push(
      ...received.map(([name, amount]) => [OPEN, name, amount]),
      [OPEN, UNSERVED, unserved > 1e-9 * open ? unserved : 0],
      ...tools.map(([name, amount]) => [IN_HOUSE, name, amount])
    );
    return links.filter(([, , amount]) => amount > 0).map(([source, target, amount]) => ({ source, target, amount }));
  }

  // The expected release as it flows, the open pool shared out within capacities by the chosen rule.
  function linksOf(model, found) {
    const received = found ? model.vendors.map((vendor, i) => [vendor.id, found.amounts[i]]) : [];
    const tools = model.vendors.map((vendor) => [vendor.id, model.enabled(vendor)]);
    const releases = model.plan.map((one) => [one.customer.id, one.expected]);
    return flows(releases, model.leaking, received, tools);
  }

  // C2: the expected release from customer to vendor.
  function flow(reading) {
    const { model } = reading.chapter("competitor_opportunity");
    const { unit } = model;
    const found = allocation(model);
    const links = linksOf(model, found);
    const called = new Map([
      ...model.plan.map((one) => [one.customer.id, one.customer.name]),
      ...model.vendors.map((vendor) => [vendor.id, vendor.name]),
      [OPEN, "Open to vendors"],
      [IN_HOUSE, "In house"],
      [NOT_REPLACED, "Not replaced"],
      [UNSERVED, found ? "Unserved" : "Not shared out"],
    ]);
    const nodes = nodesOf(links, model);
    const said = nodes.flatMap((column) =>
      [...column].map(([name, amount]) => `${called.get(name)} ${short(amount, unit)}`)
    );
    const build = () => (links.length ? drawn(links, nodes, called, unit) : blank("no number: nothing comes loose"));
    return finished(build, {
      id: "C2",
      title: "Where does each customer's money go?",
      subtitle:
        `${unitWords(unit)}, expected, ${planWords(model)}; the open pool shared out ${RULE_WORDS[model.shareModel]} ` +
        "up to each vendor's capacity; layer L2",
      description:
        "A flow from customers to what is open to vendors, taken in house or not replaced, and on to the vendors. " +
        (said.length ? `${said.join("; ")}.` : "Nothing comes loose."),
      table: tabled(
        ["From", "To", unitWords(unit)],
        links.map((link) => [called.get(link.source), called.get(link.target), link.amount])
      ),
    });
  }

  // The three columns of nodes, each a Map of what flows through its nodes.
  function nodesOf(links, model) {
    const inward = new Map();
    const outward = new Map();
    for (const { source, target, amount } of links) {
      outward.set(source, (outward.get(source) || 0) + amount);
      inward.set(target, (inward.get(target) || 0) + amount);
    }
    const column = (ids, held) => new Map(ids.filter((id) => held.get(id) > 0).map((id) => [id, held.get(id)]));
    return [
      column(model.plan.map((one) => one.customer.id), outward),
      column([OPEN, IN_HOUSE, NOT_REPLACED], inward),
      column([...model.vendors.map((vendor) => vendor.id), UNSERVED], inward),
    ];
  }

  const sum = (column) => [...column.values()].reduce((total, amount) => total + amount, 0);

  function drawn(links, nodes, called, unit) {
    const gaps = [GAP, HEAD, GAP];
    const rooms = nodes.map((column, i) => HEIGHT - gaps[i] * (i === 1 ? column.size : column.size - 1));
    const scale = Math.min(...nodes.map((column, i) => (column.size ? rooms[i] / sum(column) : Infinity)));
    const tops = new Map();
    const boxes = [];
    const texts = [];
    nodes.forEach((column, index) => {
      const [at, gap] = [COLUMNS[index], gaps[index]];
      const heads = index === 1 ? gap : 0;
      const used = scale * sum(column) + gap * (column.size - 1) + heads;
      let top = (HEIGHT - used) / 2 + heads;
      for (const [name, amount] of column) {
        const tall = scale * amount;
        tops.set(name, [at, top]);
        const colour = [IN_HOUSE, NOT_REPLACED, UNSERVED].includes(name) ? STEP[2] : STEP[0];
        const tip = `${called.get(name)}: ${short(amount, unit)}`;
        boxes.push({ x: at, x2: at + NODE, y: top, y2: top + tall, colour, tip });
        const said = `${called.get(name)} ${short(amount, unit)}`;
        if (index === 0) texts.push(word(at + NODE, top + tall / 2, said, { dx: 6 }));
        else if (index === 1) texts.push(word(at + NODE / 2, top - 9, said, { align: "center", weight: "bold" }));
        else texts.push(word(at, top + tall / 2, said, { align: "right", dx: -6 }));
        top += tall + gap;
      }
    });
    const x = field("x", { axis: null, scale: { domain: [0, 1], zero: false } });
    const encoding = { x, y: DOWN, y2: Y2, detail: names("k"), color: COLOUR, opacity: STRENGTH };
    const ribbons = layer("area", ribbonsOf(links, tops, scale, called, unit), encoding);
    return sheet(
      HEIGHT,
      [
        { ...ribbons, name: "ribbons", transform: CURVE },
        layer("rect", boxes, { x, x2: X2, y: DOWN, y2: Y2, color: COLOUR }),
        words(texts, x, DOWN, { halo: true }),
        words(texts, x, DOWN),
      ],
      { params: [POINTED] }
    );
  }

  // The ends of every link's ribbon, those through the open pool last and thus above the rest.
  function ribbonsOf(links, tops, scale, called, unit) {
    const leftAt = new Map([...tops].map(([name, [, top]]) => [name, top]));
    const rightAt = new Map(leftAt);
    const [strong, faint] = [[], []];
    links.forEach(({ source, target, amount }, k) => {
      const tall = scale * amount;
      const opened = (source === OPEN || target === OPEN) && target !== UNSERVED;
      (opened ? strong : faint).push({
        k,
        left: tops.get(source)[0] + NODE,
        right: tops.get(target)[0],
        start: leftAt.get(source),
        end: rightAt.get(target),
        tall,
        colour: opened ? STEP[3] : STEP[4],
        strength: opened ? 0.55 : 0.6,
        tip: `${called.get(source)} to ${called.get(target)}: ${short(amount, unit)}`,
      });
      leftAt.set(source, leftAt.get(source) + tall);
      rightAt.set(target, rightAt.get(target) + tall);
    });
    return [...faint, ...strong];
  }

  neutrality.charts.competitor_opportunity.C2 = flow;
})(globalThis.neutrality);
