// Live pictures of charts: a specification drawn by Vega at a fixed width, and words at the pointer.
//
// alive.js loads it before the first picture is drawn, with vega.js for charts as published and lite.js for a
// reader's own, and knows it as `neutralityPictures`.
(function () {
  "use strict";

  // Total widths of the drawings, as charts/draw.py.
  const TOTAL = { wide: 720, narrow: 340 };
  // So many corrections make any width right: what stands around the views hardly changes with it.
  const MOST = 4;

  // -- specifications: the widths of a drawing, as charts/draw.py ------------------------------------------

  // What every chart gives up on a phone.
  function slim({ config, ...spec }) {
    return { ...spec, config: { ...config, axisXQuantitative: { ...config?.axisXQuantitative, tickCount: 4 } } };
  }

  const BESIDE = ["concat", "hconcat", "vconcat"];

  // The specification with every view so many times as wide; null where widths are the author's choice.
  function widened(spec, factor, usual) {
    const kind = BESIDE.find((name) => name in spec);
    const parts = kind ? spec[kind] : "spec" in spec ? [spec.spec] : null;
    if (!parts) {
      const width = spec.width ?? usual;
      return typeof width === "number" ? { ...spec, width: Math.round(width * factor * 10) / 10 } : null;
    }
    const made = parts.map((part) => widened(part, factor, usual));
    if (made.includes(null)) return null;
    return kind ? { ...spec, [kind]: made } : { ...spec, spec: made[0] };
  }

  // The sum of the widths of views side by side.
  function across(spec) {
    if (spec.hconcat) return spec.hconcat.reduce((sum, part) => sum + across(part), 0);
    for (const kind of ["vconcat", "concat"]) if (spec[kind]) return Math.max(...spec[kind].map(across));
    return spec.spec ? across(spec.spec) : spec.width;
  }

  // -- words at the pointer -------------------------------------------------------------------------------

  const tip = document.createElement("div");
  tip.className = "nt-tip";
  // The table below a chart says the same to who has no pointer.
  tip.setAttribute("aria-hidden", "true");
  tip.hidden = true;
  // What was sent away by Escape stays away until the pointer has left it.
  let told;
  let dismissed;

  function hush() {
    tip.hidden = true;
    told = undefined;
  }

  function tell(event, item, value) {
    if (value === null || value === undefined || value === "") {
      dismissed = undefined;
      hush();
      return;
    }
    told = item;
    if (item === dismissed) return;
    dismissed = undefined;
    const rows = typeof value === "object" && !Array.isArray(value);
    const text = rows ? Object.entries(value).map((entry) => entry.join(": ")).join("\n") : String(value);
    if (tip.textContent !== text) tip.textContent = text;
    if (!tip.isConnected) document.body.append(tip);
    tip.hidden = false;
    const { offsetWidth: width, offsetHeight: height } = tip;
    const room = document.documentElement.clientWidth;
    const above = event.clientY - height - 14;
    tip.style.left = `${Math.max(4, Math.min(event.clientX - width / 2, room - width - 4))}px`;
    tip.style.top = `${above < 4 ? event.clientY + 20 : above}px`;
  }

  // A finger that is lifted has not left: its words stay until the next touch.
  function heard(handler, event, item, value) {
    // A view that ends hushes without an event.
    if (event?.pointerType !== "touch" || value) tell(event, item, value);
  }

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || tip.hidden) return;
    dismissed = told;
    tip.hidden = true;
  });
  document.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch") hush();
  }, { capture: true });
  addEventListener("scroll", hush, { capture: true, passive: true });

  // -- drawing --------------------------------------------------------------------------------------------

  const OPTIONS = { ast: true, renderer: "svg", actions: false, defaultStyle: false, mode: "vega-lite", logLevel: 1 };

  const pause = () => new Promise((resume) => setTimeout(resume));

  // A live picture: its place, which no reader of the screen hears of, its view, and the inputs it brings.
  class Picture {
    // A chart as published: a specification of Vega, its views as wide as in the static drawing in its place. The
    // page may breathe between the steps.
    static async published(spec, variant) {
      const { View, parse, interpreter } = globalThis.neutralityVega;
      const picture = new Picture(variant);
      const runtime = parse(spec, undefined, { ast: true });
      await pause();
      const view = new View(runtime, { renderer: "svg", expr: interpreter, logLevel: 1 }).tooltip(heard);
      await pause();
      // Without a place it computes and draws nothing.
      await view.runAsync();
      await pause();
      await view.initialize(picture.node, picture.inputs).runAsync();
      picture.holds(view, () => view.finalize());
      // The reader's letters may be wider or narrower than those at the press.
      if (picture.lacks) await picture.stretch();
      return picture;
    }

    // A chart of the reader's, a specification of Vega-Lite. `fit` is how wide its views were when a picture of
    // this chart last had the right width as a whole.
    static async of(spec, variant, fit) {
      const usual = spec.config?.view?.continuousWidth ?? 300;
      let fitted = widened(spec, 1, usual);
      if (fitted && fit) fitted = widened(fitted, fit / across(fitted), usual);
      const lite = (one) => {
        const { datasets, config } = one;
        // Vega marks the records it is given as its own.
        const own = { ...one, datasets: structuredClone(datasets), config: { ...config, aria: false } };
        return new Picture(variant).embed(own);
      };
      let picture = await lite(fitted ?? spec);
      for (let i = 0; fitted && i < MOST && picture.lacks; i++) {
        const wide = across(fitted);
        fitted = widened(fitted, Math.max(0.1, (wide + picture.lacks) / wide), usual);
        if (await picture.stretch()) continue;
        picture.end();
        picture = await lite(fitted);
      }
      picture.fit = fitted ? across(fitted) : undefined;
      return picture;
    }

    constructor(variant) {
      this.variant = variant;
      this.node = document.createElement("div");
      this.node.className = `nt-view nt-view-${variant}`;
      this.inputs = document.createElement("div");
      this.inputs.className = "nt-inputs";
    }

    async embed(spec) {
      const { embed } = globalThis.neutralityLite;
      const { view, finalize } = await embed(this.node, spec, { ...OPTIONS, tooltip: heard, bind: this.inputs });
      return this.holds(view, finalize);
    }

    holds(view, end) {
      view.addEventListener("pointerdown", (event, item) => {
        if (event.pointerType === "touch" && item) tell(event, item, item.tooltip);
      });
      for (const name of ["role", "aria-roledescription", "aria-label"]) this.node.removeAttribute(name);
      this.node.setAttribute("aria-hidden", "true");
      this.svg = this.node.querySelector("svg");
      this.svg.setAttribute("focusable", "false");
      Object.assign(this, { view, end });
      return this;
    }

    // By how much the picture is too narrow; 0 where it is right to the pixel.
    get lacks() {
      const missing = TOTAL[this.variant] - Number(this.svg.getAttribute("width"));
      return Math.abs(missing) < 1 ? 0 : missing;
    }

    // Make it wider without drawing it anew; whether that was possible.
    async stretch() {
      const missing = this.lacks;
      await this.view.width(this.view.width() + missing).runAsync();
      return Math.abs(this.lacks) < Math.abs(missing);
    }

    // Other records in the same picture; whether it took them and still has its width.
    async refill(datasets) {
      try {
        for (const [name, rows] of Object.entries(datasets)) this.view.data(name, structuredClone(rows));
        await this.view.runAsync();
        return !this.lacks || ((await this.stretch()) && !this.lacks);
      } catch {
        return false;
      }
    }

    // What the reader has set by the inputs of another picture of the same chart.
    async take(other) {
      const names = [...this.inputs.querySelectorAll("[name]")].map((input) => input.name);
      for (const name of new Set(names)) this.view.signal(name, other.view.signal(name));
      if (names.length) await this.view.runAsync();
    }
  }

  globalThis.neutralityPictures = { Picture, hush, slim };
})();
