// Charts that answer: in place of its static drawing each gets a live one, with words at the pointer, options of
// its own, and the reader's figures where the page has controls for them.
//
// Nothing is loaded before the reader's first move, and then only what charts near the screen need: what draws
// (vega.js, with specs/PAGE-ROOM.js, the charts as published) and, once figures or options change, the model, the
// builders of charts and what draws what they build (live.js, charts.js, lite.js; see live/charts/common.js). All of
// it comes from press/alive.py. A chart that follows carries `data-follows`, as `yours` where the reader's figures
// make it another one than published. It is long because a chart is one thing: what is loaded for it, drawn in it,
// said at the pointer and saved from it changes together.
(function () {
  "use strict";

  const { src, dataset } = document.currentScript;
  const PAGE = dataset.page;
  // The room from which the wide drawing is shown: as in notebook.css.
  const ROOM = 700;
  // So far beyond the screen a chart is near.
  const NEAR = "50% 0px";
  // How long figures must rest before charts out of sight are drawn, and an option before it is said what came of it.
  const SETTLED = 200;
  const SAID = 900;
  const MOVES = ["pointerdown", "pointermove", "keydown", "touchstart", "wheel", "scroll"];
  const DIGITS = 4;
  // Numbers that name rather than count.
  const NAMES = new Set(["Year"]);

  const front = document.body.classList.contains("nt-front");
  const saving = Boolean(navigator.connection?.saveData);
  // The last `neutrality-try`, if the reader's figures are not the published ones.
  let tried = null;

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  const pause = () => new Promise((resume) => setTimeout(resume));

  // -- what is loaded -------------------------------------------------------------------------------------

  const loading = new Map();

  function load(name) {
    if (!loading.has(name)) {
      const loaded = new Promise((resolve, reject) => {
        const script = element("script");
        script.src = new URL(name, src).href;
        script.addEventListener("load", resolve);
        script.addEventListener("error", () => {
          // The next chart may find the network back.
          loading.delete(name);
          script.remove();
          reject(new Error(`${name} could not be loaded`));
        });
        document.head.append(script);
      });
      loading.set(name, loaded);
    }
    return loading.get(name);
  }

  // The charts as published for a room, `wide` or `narrow`.
  async function published(variant) {
    const scripts = ["vega.js", "picture.js", `specs/${PAGE}-${variant}.js`];
    const fresh = scripts.some((name) => !loading.has(name));
    await Promise.all(scripts.map(load));
    // A script that has just run was work enough for one turn.
    if (fresh) await pause();
    return globalThis.neutralitySpecs[variant];
  }

  async function builders() {
    const lite = load("lite.js");
    await globalThis.neutralityTry.model();
    await Promise.all([lite, load("charts.js")]);
    return globalThis.neutrality.charts;
  }

  // -- a chart ----------------------------------------------------------------------------------------------

  // The table of a chart's data, as press/mime.py writes it.
  function tableOf({ columns, rows }) {
    const { plain } = globalThis.neutrality.units;
    const numeric = columns.map((_, i) => {
      const found = rows.map((row) => row[i]).filter((cell) => cell !== null);
      return found.length > 0 && found.every((cell) => typeof cell === "number");
    });
    const named = !numeric[0] && rows.every((row) => row[0] !== null && row[0] !== "");
    const cell = (name, i, text, scope) => {
      const made = element(name, numeric[i] ? "nt-n" : "", text);
      if (scope) made.scope = scope;
      return made;
    };
    const head = element("tr", "", ...columns.map((column, i) => cell("th", i, column, "col")));
    const body = rows.map((row) =>
      element("tr", "", ...row.map((value, i) => {
        const heads = named && i === 0;
        const number = typeof value === "number";
        const text = value === null ? "–" : !number ? value : NAMES.has(columns[i]) ? String(value) : plain(value, DIGITS);
        const made = cell(heads ? "th" : "td", i, text, heads ? "row" : "");
        if (value === null || number) made.dataset.value = value ?? "";
        return made;
      })),
    );
    return element("table", "", element("thead", "", head), element("tbody", "", ...body));
  }

  function write(node, text) {
    if (node && node.textContent !== text) node.textContent = text;
  }

  class Chart {
    constructor(figure) {
      this.figure = figure;
      this.id = figure.dataset.chart;
      this.canvas = figure.querySelector(".nt-canvas");
      this.title = figure.querySelector(".nt-question");
      this.subtitle = figure.querySelector(".nt-subtitle");
      this.place = figure.querySelector(".nt-options");
      this.table = figure.querySelector(".nt-data table");
      // All that the page says of the chart as published.
      this.said = {
        title: this.title?.textContent,
        subtitle: this.subtitle?.textContent,
        description: this.canvas.getAttribute("aria-label"),
        table: this.table,
      };
      const more = figure.closest(".tag_panel")?.querySelector(".nt-more a").getAttribute("href");
      this.chapter = front ? (more ?? "").split("#")[0].replace(/\.html$/, "") : PAGE;
      // The figures it rests on, where its source line names all of them.
      const source = figure.querySelector(".nt-source");
      const links = source?.querySelectorAll('a[href*="#figure-"]') ?? [];
      const whole = !/Figures: [^.]* and \d+ more/.test(source?.textContent ?? "");
      this.figures = whole ? [...links].map((link) => decodeURIComponent(link.hash.slice("#figure-".length))) : [];
      // The pictures as published, by variant.
      this.kept = {};
      // How wide the views of either drawing are; live ones start from that.
      this.fit = {};
      for (const variant of ["wide", "narrow"]) {
        this.fit[variant] = Number(this.canvas.querySelector(`svg.nt-${variant}`)?.dataset.across) || undefined;
      }
      this.options = {};
      this.usual = {};
      this.drawn = new Map();
    }

    // What the static drawings are chosen by too.
    get variant() {
      return this.width >= ROOM ? "wide" : "narrow";
    }

    // The picture and the words that the reader should see now.
    async draw() {
      const { variant } = this;
      const { config, style, charts } = await published(variant);
      this.spec = charts[this.id];
      if (!this.spec || !this.width) return;
      const found = await this.built(variant, config);
      // The page may have become wider or narrower meanwhile; then this chart waits again.
      const picture = found ? await this.refilled(found, variant) : await this.asPublished(variant, style);
      await this.show(picture);
      this.dress(found);
      this.offer(found?.made.controls);
      if (this.chosen) this.say();
    }

    // What an option came to, for those who do not see it: the sentences that the description had not before.
    say() {
      clearTimeout(this.saying);
      this.saying = setTimeout(() => {
        const before = new Set(sentences(this.heard ?? this.said.description));
        this.heard = this.canvas.getAttribute("aria-label");
        this.chosen = false;
        const fresh = sentences(this.heard).filter((one) => !before.has(one));
        if (fresh.length) globalThis.neutralityTry.announce(fresh.join(" "));
      }, SAID);
    }

    // What the builder makes of the reader's figures and options; null for the chart as published.
    async built(variant, config) {
      this.follows = !tried;
      const asked = Object.keys(this.options).length > 0;
      if (!tried && !asked) return null;
      const all = await builders();
      const builder = all[this.chapter]?.[front ? "front" : this.id];
      this.follows ||= this.figures.length > 0 && tried.still && !this.figures.some((id) => tried.moved.has(id));
      if (!builder) return null;
      const base = await globalThis.neutralityTry.base();
      try {
        const made = builder(tried ? tried.reading : base, this.options);
        if (!made) return null;
        const key = [variant, JSON.stringify(this.options)].join();
        const laid = made.spec(variant === "narrow");
        const text = textOf(made, laid);
        if (!this.drawn.has(key)) {
          const usual = tried ? builder(base, this.options) : made;
          this.drawn.set(key, tried ? textOf(usual, usual.spec(variant === "narrow")) : text);
        }
        const own = text !== this.drawn.get(key);
        this.follows = true;
        if (!own && !asked) return null;
        const spec = { config, ...laid };
        return { made, own, spec: variant === "narrow" ? globalThis.neutralityPictures.slim(spec) : spec };
      } catch {
        // A case of the reader's that this chart has no picture of.
        return null;
      }
    }

    async asPublished(variant, style) {
      const { Picture } = globalThis.neutralityPictures;
      const config = { ...style, ...this.spec.spec.config };
      // It is drawn once, and takes the records as its own.
      this.kept[variant] ??= await Picture.published({ ...this.spec.spec, config }, variant);
      return this.kept[variant];
    }

    // The picture on the screen with other records, where nothing else differs; else a new one.
    async refilled({ spec }, variant) {
      const { datasets, ...rest } = spec;
      const frame = JSON.stringify(rest);
      const { shown } = this;
      if (shown?.variant === variant && shown.frame === frame && (await shown.refill(datasets))) return shown;
      const made = await this.picture(spec, variant);
      made.frame = frame;
      return made;
    }

    async picture(spec, variant) {
      const made = await globalThis.neutralityPictures.Picture.of(spec, variant, this.fit[variant]);
      this.fit[variant] = made.fit;
      return made;
    }

    async show(picture) {
      const { shown } = this;
      if (picture === shown) return;
      if (shown) await picture.take(shown);
      this.canvas.append(picture.node);
      shown?.node.remove();
      if (shown && !Object.values(this.kept).includes(shown)) shown.end();
      shown?.inputs.remove();
      if (picture.inputs.hasChildNodes()) this.place?.append(picture.inputs);
      this.shown = picture;
      globalThis.neutralityPictures.hush();
    }

    // As published at once, without drawing anything.
    restore() {
      const { shown } = this;
      this.follows = false;
      this.dress(null);
      if (!shown || Object.values(this.kept).includes(shown)) return;
      shown.end();
      shown.node.remove();
      this.shown = this.kept[this.variant] ?? null;
      if (this.shown) this.canvas.append(this.shown.node);
    }

    dress(found) {
      const { title, subtitle, description } = found ? found.made : this.said;
      write(this.title, title);
      write(this.subtitle, subtitle);
      const label = found?.own ? `With your own figures: ${description}` : description;
      if (this.canvas.getAttribute("aria-label") !== label) this.canvas.setAttribute("aria-label", label);
      const table = found?.made.table;
      const text = JSON.stringify(table);
      if (this.table && this.tabled !== text) {
        const now = table ? tableOf(table) : this.said.table;
        this.table.replaceWith(now);
        this.table = now;
        this.tabled = text;
      }
      if (this.follows && tried) this.figure.dataset.follows = found?.own ? "yours" : "";
      else delete this.figure.dataset.follows;
    }

    // The chart's own options, outside of the picture.
    offer(now) {
      const { controls = [] } = this.spec;
      if (!controls.length || !this.place || !globalThis.neutralityTry?.base) return;
      // What is chosen from, and where the chart stands by itself, may change with the figures; what print sets
      // around a number stays.
      const list = (now ?? controls).map((one, i) => ({ ...controls[i], ...one }));
      for (const { name, value } of list) if (!(name in this.options)) this.usual[name] = value;
      const text = JSON.stringify(list.map(({ value, ...rest }) => ({ ...rest, usual: this.usual[rest.name] })));
      if (text === this.offered) return;
      this.offered = text;
      const active = this.place.contains(document.activeElement) ? document.activeElement.name : null;
      for (const old of this.place.querySelectorAll(".nt-option")) old.remove();
      this.place.prepend(...list.map((one) => this.option(one, this.usual[one.name])));
      if (active) this.place.querySelector(`[name="${CSS.escape(active)}"]`)?.focus({ preventScroll: true });
    }

    option({ name, label, options, low, high, step, before, after, times }, usual) {
      const input = options
        ? element("select", "", ...options.map((one) => new Option(one.label, one.value)))
        : Object.assign(element("input"), { type: "range", min: low, max: high, step: step ?? "any" });
      Object.assign(input, { name, autocomplete: "off", value: usual });
      // A slider stands on its notches: that of the published value is the value itself.
      const home = input.value;
      input.value = this.options[name] ?? usual;
      const shown = element("span", "nt-option-value");
      const read = () => {
        if (options) return options.find((one) => String(one.value) === input.value)?.value ?? usual;
        const value = input.value === home ? usual : Number(input.value);
        const words = before + Number((value * times).toPrecision(4)) + after;
        write(shown, words);
        input.setAttribute("aria-valuetext", words);
        return value;
      };
      read();
      input.addEventListener("input", () => {
        const value = read();
        if (value === usual) delete this.options[name];
        else this.options[name] = value;
        this.chosen = true;
        want(this);
      });
      return element("label", "nt-option", element("span", "", label), input, ...(options ? [] : [shown]));
    }
  }

  const sentences = (text) => text.split(/(?<=\.) (?=\p{Lu})/u);

  // All that a reader gets of a chart, to tell one from another.
  function textOf({ title, subtitle, description, table }, laid) {
    return JSON.stringify([title, subtitle, description, table, laid]);
  }

  // -- files ------------------------------------------------------------------------------------------------

  // Buttons that save the chart as it stands.
  function offerFiles(figure) {
    const title = figure.querySelector(".nt-question")?.textContent ?? figure.dataset.chart;
    const kinds = figure.querySelector(".nt-data") ? ["SVG", "PNG", "CSV"] : ["SVG", "PNG"];
    const buttons = kinds.map((kind) => {
      const made = element("button", "", kind);
      made.type = "button";
      made.setAttribute("aria-label", `${kind}: ${title}`);
      made.addEventListener("click", async () => {
        made.textContent = kind;
        try {
          await load("keep.js");
        } catch {
          made.textContent = `${kind}: not there`;
          return;
        }
        await globalThis.neutralityKeep(figure, kind, PAGE);
      });
      return made;
    });
    figure.querySelector(".nt-tools").append(element("div", "nt-files", ...buttons));
  }

  // -- which charts, and when -----------------------------------------------------------------------------

  const charts = new Map();
  for (const figure of document.querySelectorAll(".nt-chart[data-chart]")) charts.set(figure, new Chart(figure));
  const waiting = new Set();
  let running = false;
  let settling;

  function want(...some) {
    for (const chart of some) waiting.add(chart);
    run();
  }

  // One after the other, those on the screen first. The page may breathe between them, unless the reader waits for
  // figures to show.
  async function run() {
    if (running) return;
    running = true;
    while (waiting.size) {
      const chart = [...waiting].find(({ seen }) => seen) ?? [...waiting][0];
      waiting.delete(chart);
      chart.stale = false;
      try {
        await chart.draw();
      } catch {
        // What cannot be loaded or drawn stays as published.
        chart.restore();
        chart.stale = true;
      }
      // Figures changed meanwhile, and nobody sees it.
      if (chart.stale && !waiting.has(chart)) chart.restore();
      const awaited = tried && [...waiting].some(({ seen }) => seen);
      if (waiting.size && !awaited) await pause();
    }
    running = false;
  }

  // Told before `near`, so that those on the screen are drawn first.
  const seen = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting } of entries) charts.get(target).seen = isIntersecting;
  });

  const near = new IntersectionObserver((entries) => {
    for (const { target, isIntersecting, boundingClientRect } of entries) {
      const chart = charts.get(target);
      chart.near = isIntersecting;
      chart.width = boundingClientRect.width;
      if (isIntersecting && chart.stale !== false) want(chart);
    }
  }, { rootMargin: NEAR });

  const sizes = new ResizeObserver((entries) => {
    for (const { target, contentRect } of entries) {
      const chart = charts.get(target);
      const before = chart.variant;
      chart.width = contentRect.width;
      if (chart.shown && chart.variant !== before && chart.width) chart.near ? want(chart) : (chart.stale = true);
    }
  });

  let woken = false;

  function awake() {
    if (woken) return;
    woken = true;
    for (const name of MOVES) removeEventListener(name, awake, { capture: true });
    for (const figure of charts.keys()) for (const observer of [seen, near, sizes]) observer.observe(figure);
  }

  // Whoever puts everything back has the charts' own options back too.
  function renew() {
    for (const chart of charts.values()) {
      if (!Object.keys(chart.options).length) continue;
      chart.options = {};
      chart.offered = undefined;
      chart.stale = true;
      if (chart.seen) want(chart);
    }
  }

  function follow({ detail }) {
    // Whether the figures alone are others than published, and not how chapters read them.
    const still = !Object.keys(detail.choices ?? {}).length;
    if (!detail.moved.size && still && !tried) return;
    tried = detail.moved.size || !still ? { ...detail, still } : null;
    for (const chart of charts.values()) {
      chart.stale = true;
      // Until it is drawn again a chart out of sight must not say what counted before.
      if (!chart.seen || !tried) chart.restore();
    }
    awake();
    want(...[...charts.values()].filter((chart) => chart.seen));
    clearTimeout(settling);
    settling = setTimeout(() => {
      want(...[...charts.values()].filter((chart) => chart.near && chart.stale));
    }, SETTLED);
  }

  for (const figure of charts.keys()) offerFiles(figure);
  // Who saves data keeps the static drawings; their marks say that they stay as published.
  if (!charts.size || saving) return;
  for (const name of MOVES) addEventListener(name, awake, { capture: true, passive: true });
  // Whoever takes hold of a control is about to need what draws a reader's charts.
  for (const name of ["pointerdown", "focusin"]) {
    document.addEventListener(name, ({ target }) => {
      if (target.closest?.(".nt-try")) builders().catch(() => {});
    });
  }
  document.addEventListener("neutrality-try", follow);
  document.addEventListener("neutrality-reset", renew);
})();
