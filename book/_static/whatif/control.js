// The control of one figure: a slider with a notch for the published value, and a box for any other.
(function (whatif) {
  "use strict";

  const { data, figures, entities, element, button, write, differ } = whatif.page;
  const { tried, refused, views, refusals, change, without } = whatif.state;

  const LETTERS = { stated: "S", derived: "D", assumed: "A", later: "E" };
  // A logarithmic slider has no step of its own, but so many in all: STEPS of press/whatif.py.
  const STEPS = 200;
  // A number half typed is given so long before its fault is told.
  const PATIENCE = 900;

  const exact = (value, digits = 12) => Number(value.toPrecision(digits));

  class Control {
    constructor(id) {
      this.id = id;
      this.spec = data.controls[id];
      this.figure = figures.get(id);
      const { low, high, step, log } = this.spec;
      this.notches = Math.max(1, log ? STEPS : Math.round((high - low) / step));
      this.home = this.notchOf(this.spec.start);
      this.name = `${entities.get(this.figure.entity) ?? ""}: ${this.figure.label}`;
      this.fault = "";
      this.build();
      this.range.addEventListener("input", () => this.slid());
      this.number.addEventListener("input", () => this.typed());
      this.number.addEventListener("change", () => this.finished());
      this.show({ value: this.spec.value });
    }

    build() {
      const { before, after, without: lacking } = this.spec;
      const { min, max, tag } = this.figure;

      this.range = element("input", "nt-control-range");
      this.range.id = `try-${this.id}`;
      Object.assign(this.range, { type: "range", min: 0, max: this.notches, step: 1, autocomplete: "off" });
      // A tick where the published value stands.
      const tick = element("datalist", "", element("option"));
      tick.id = `try-${this.id}-tick`;
      tick.firstChild.value = this.home;
      this.range.setAttribute("list", tick.id);

      this.number = element("input", "nt-control-number");
      Object.assign(this.number, { type: "number", step: "any", autocomplete: "off", placeholder: "none" });
      if (min !== null) this.number.min = this.shown(min);
      if (max !== null) this.number.max = this.shown(max);
      const unit = [before.trim() && `in ${before.trim()}`, after.trim()].filter(Boolean).join(" ");
      // What may be tried is often more than the slider spans: it is read out, and shown to whoever types.
      const limits = [min, max].map((end) => (end === null ? "" : this.spoken(end)));
      const may = element("span", "nt-control-may", limits.every(Boolean) ? limits.join(" to ") : "");
      may.setAttribute("aria-hidden", "true");
      const named = [`${this.name}, exact value ${unit}`.trim(), may.textContent].filter(Boolean);
      this.number.setAttribute("aria-label", named.join(", "));

      const label = element("label", "nt-control-name", this.name);
      label.htmlFor = this.range.id;
      this.lacking = element("span", "nt-control-lacking", lacking ? `, ${lacking}` : "");
      label.append(this.lacking);

      this.letter = element("abbr");
      this.tag = element("span", "nt-chip", this.letter);
      this.back = button("Undo", () => this.undo(), "nt-control-back");
      this.back.setAttribute("aria-label", `Undo: ${this.name}`);
      this.back.hidden = true;

      this.error = element("p", "nt-control-error");
      this.error.id = `try-${this.id}-error`;
      this.error.hidden = true;

      const box = element(
        "span",
        "nt-control-box",
        element("span", "", before),
        this.number,
        element("span", "", after.trim()),
        may,
      );
      this.node = element(
        "div",
        `nt-control nt-${tag}`,
        element("div", "nt-control-head", label, element("span", "nt-control-tag", this.tag, this.back)),
        element("div", "nt-control-set", this.range, box),
        tick,
        this.error,
      );
    }

    // -- between slider, box and figure ---------------------------------------------------------------------

    // The slider's notch nearest to a value.
    notchOf(value) {
      const { low, high, log } = this.spec;
      const part = log
        ? Math.log(Math.max(value, low) / low) / Math.log(high / low)
        : (value - low) / (high - low || 1);
      return Math.min(this.notches, Math.max(0, Math.round(part * this.notches)));
    }

    valueOf(notch) {
      const { low, high, step, log, start } = this.spec;
      // One notch of the slider is the published value itself.
      if (notch === this.home) return start;
      if (notch === 0) return low;
      if (notch === this.notches) return high;
      return log ? exact(low * (high / low) ** (notch / this.notches), 3) : exact(low + notch * step);
    }

    // What the box shows of a value, such as percent for a share; and back.
    shown(value) {
      return String(exact(value * this.spec.times));
    }

    read() {
      return exact(Number(this.number.value) / this.spec.times, 15);
    }

    spoken(value) {
      const { before, after, without: lacking } = this.spec;
      if (value === null) return lacking;
      return (value < 0 ? "−" : "") + before + this.shown(Math.abs(value)) + after;
    }

    // -- what the reader does -------------------------------------------------------------------------------

    slid() {
      const value = this.valueOf(Number(this.range.value));
      this.number.value = this.shown(value);
      this.range.setAttribute("aria-valuetext", this.spoken(value));
      change(this.id, value);
    }

    typed() {
      clearTimeout(this.waiting);
      this.typing = true;
      if (this.number.value === "") return;
      const value = this.read();
      this.range.value = this.notchOf(value);
      change(this.id, value);
    }

    // Done with typing: now its faults are told.
    finished() {
      clearTimeout(this.waiting);
      this.typing = false;
      if (this.number.validity.badInput) this.fail(`figure ${this.id}: expected a number`);
      else if (this.number.value === "") without([this.id]);
      else if (this.fault) this.fail(this.fault);
    }

    undo() {
      without([this.id]);
      this.range.focus();
    }

    // -- what comes of it -----------------------------------------------------------------------------------

    // The model refused the value that stands here.
    fail(sentence) {
      this.fault = sentence;
      clearTimeout(this.waiting);
      if (this.typing) this.waiting = setTimeout(() => this.finished(), PATIENCE);
      else this.complain(this.limit() || sentence);
    }

    complain(sentence) {
      write(this.error, sentence);
      this.error.hidden = false;
      // The way back from what is not accepted.
      this.back.hidden = false;
      this.tag.hidden = true;
      for (const input of [this.range, this.number]) {
        input.setAttribute("aria-invalid", "true");
        input.setAttribute("aria-describedby", this.error.id);
      }
    }

    heal() {
      if (!this.fault) return;
      this.fault = "";
      this.error.hidden = true;
      for (const input of [this.range, this.number]) {
        input.removeAttribute("aria-invalid");
        input.removeAttribute("aria-describedby");
      }
    }

    // The model speaks in the figure's unit; where the box shows another one, so must the sentence.
    limit() {
      const { min, max } = this.figure;
      if (this.spec.times === 1 || this.number.value === "") return "";
      const value = this.read();
      const found = `figure ${this.id}: found ${this.spoken(value)}, expected`;
      if (min !== null && value < min) return `${found} at least ${this.spoken(min)}`;
      return max !== null && value > max ? `${found} at most ${this.spoken(max)}` : "";
    }

    // The figure as it counts now.
    show({ value }) {
      if (this.id in refused) return;
      this.heal();
      // Moved by the reader, by the scenario, or by another figure on which it rests.
      const own = differ(value, this.spec.value);
      const changed = this.id in tried.changes;
      write(this.letter, own ? "Y" : LETTERS[this.figure.tag]);
      this.letter.title = own ? "yours" : this.figure.tag;
      this.tag.classList.toggle("nt-own", own);
      this.number.classList.toggle("nt-own", own);
      this.tag.hidden = changed;
      this.back.hidden = !changed;
      this.lacking.hidden = value !== null;
      const notch = this.notchOf(value ?? this.spec.start);
      // A notch covers more than one value: where it does, the slider is left alone.
      if (Number(this.range.value) !== notch) this.range.value = notch;
      this.range.setAttribute("aria-valuetext", this.spoken(value));
      const text = value === null ? "" : this.shown(value);
      // Nor is a number rewritten under the hands of whoever types it.
      const typing = this.typing && document.activeElement === this.number;
      if (!typing && this.number.value !== text) this.number.value = text;
    }
  }

  // Controls are made when they are first shown.
  const controls = new Map();

  function control(id) {
    if (!controls.has(id)) {
      const made = new Control(id);
      controls.set(id, made);
      if (tried.reading) made.show(tried.reading.figures.get(id));
    }
    return controls.get(id);
  }

  views.push(() => {
    for (const one of controls.values()) one.show(tried.reading.figures.get(one.id));
  });
  refusals.push((id, sentence) => {
    if (id in refused) controls.get(id).fail(sentence);
  });

  whatif.control = control;
})(globalThis.neutralityTry);
