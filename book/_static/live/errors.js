// The model of the three chapters in the page: the same figures in, the same results out as the package.
//
// Each file says which modules of the package it is a port of. Names and order are theirs (camel case for
// snake case), so that both can be read side by side. Classic scripts, since a page that is opened
// from disk cannot load modules; all of them share the one global `neutrality`.
//
// Errors: port of errors.py.
(function () {
  "use strict";

  const neutrality = globalThis.neutrality || { methods: {}, case: {}, chapters: {} };
  globalThis.neutrality = neutrality;

  // Something given is at fault; `lines` hold one fault each, in plain words.
  class InputError extends Error {
    constructor(...lines) {
      super(lines.join("\n"));
      this.name = "InputError";
      this.lines = lines;
    }
  }

  const MOST = 80;

  // What was found, in quotes, on one line and cut where it is too long to read.
  function quoted(found) {
    const text = String(found);
    const cut = text.length > MOST ? text.slice(0, MOST) + "…" : text;
    const mark = cut.includes("'") && !cut.includes('"') ? '"' : "'";
    const plain = cut.replace(/\\/g, "\\\\").replace(mark === "'" ? /'/g : /"/g, "\\" + mark);
    return mark + plain.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, " ") + mark;
  }

  // A number as Python's format `g` writes it: six significant digits, no zeros at the end.
  function general(value) {
    if (Number.isNaN(value)) return "nan";
    if (!Number.isFinite(value)) return value > 0 ? "inf" : "-inf";
    if (value === 0) return Object.is(value, -0) ? "-0" : "0";
    const [digits, power] = value.toExponential(5).split("e");
    const exponent = Number(power);
    const bare = (text) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
    if (exponent >= -4 && exponent < 6) return bare(value.toFixed(Math.max(0, 5 - exponent)));
    const size = String(Math.abs(exponent)).padStart(2, "0");
    return `${bare(digits)}e${exponent < 0 ? "-" : "+"}${size}`;
  }

  neutrality.errors = { InputError, quoted, general };
})();
