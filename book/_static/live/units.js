// Units, and how a number with a unit is printed: port of units.py, of `owned` in words.py, and of the label words
// of charts/common.py.
(function (neutrality) {
  "use strict";

  const SCALES = { "": 1, k: 1e3, mn: 1e6, bn: 1e9 };
  const MONEY = /^([A-Z]{3})(?: (k|mn|bn))?( per year)?$/;
  const PERCENT = ["share", "probability"];
  const BARE = ["", "0 or 1", "count", "score", "utility", "correlation", "points"];
  const NO_NUMBER = "no number";

  // The currencies that have a sign of one character in English (CLDR, as Babel has it).
  const SIGNS = {
    EUR: "€",
    GBP: "£",
    ILS: "₪",
    INR: "₹",
    JPY: "¥",
    KRW: "₩",
    PHP: "₱",
    USD: "$",
    VND: "₫",
    XXX: "¤",
  };

  // The parts of a unit of money, or null for any other unit.
  function money(unit) {
    const found = MONEY.exec(unit);
    return found && { currency: found[1], scale: found[2] || "", perYear: Boolean(found[3]) };
  }

  // A value in money of `unit` expressed in another scale (`mn` or `bn`) of the same currency.
  function convert(value, unit, scale) {
    const parts = money(unit);
    if (!parts) throw new RangeError(`${unit} is no unit of money`);
    return parts.scale === scale ? value : value * (SCALES[parts.scale] / SCALES[scale]);
  }

  // The sign of a currency in English prose; the code itself where it has none.
  function symbol(currency) {
    return Object.prototype.hasOwnProperty.call(SIGNS, currency) ? SIGNS[currency] : `${currency} `;
  }

  const BITS = new DataView(new ArrayBuffer(8));

  // A number with so many decimal places: its exact binary value rounded, a tie to the even digit. That is
  // how Python prints; `toFixed` takes ties away from zero and ends at 21 digits.
  function fixed(value, places) {
    BITS.setFloat64(0, Math.abs(value));
    const bits = BITS.getBigUint64(0);
    const field = Number(bits >> 52n);
    const mantissa = (bits & 0xfffffffffffffn) | (field ? 0x10000000000000n : 0n);
    const exponent = (field || 1) - 1075;
    let whole = mantissa * 10n ** BigInt(places);
    if (exponent >= 0) whole <<= BigInt(exponent);
    else {
      const shift = BigInt(-exponent);
      const rest = whole & ((1n << shift) - 1n);
      const half = 1n << (shift - 1n);
      whole >>= shift;
      if (rest > half || (rest === half && whole & 1n)) whole += 1n;
    }
    const digits = whole.toString().padStart(places + 1, "0");
    const head = digits.slice(0, digits.length - places).replace(/\B(?=(\d{3})+$)/g, ",");
    return (value < 0 ? "-" : "") + head + (places ? "." + digits.slice(digits.length - places) : "");
  }

  // The nearest whole number, of two the even one, as Python and numpy round.
  function halfEven(value) {
    const near = Math.round(value);
    return near - value === 0.5 && near % 2 !== 0 ? near - 1 : near;
  }

  // A value with so many significant figures, without an exponent and with thousands separated. Whole digits
  // are never dropped: 1,676.58 with three figures is 1,677.
  function significant(value, digits) {
    if (value === 0) return "0";
    const power = Number(value.toExponential().split("e")[1]);
    let text = fixed(value, Math.max(0, digits - 1 - power));
    if (text.includes(".")) text = text.replace(/\.?0+$/, "");
    return text === "-0" ? "0" : text;
  }

  // A value without its unit; an en dash where no number exists.
  function plain(value, digits = 3) {
    return isNumber(value) ? significant(value, digits).replace("-", "−") : "–";
  }

  // A value with its unit as prose prints it: `$240mn a year`, `17.2%`, `33.3×`, `0.84`.
  function pretty(value, unit, digits = 3) {
    if (!isNumber(value)) return NO_NUMBER;
    const sign = value < 0 ? "−" : "";
    const size = Math.abs(value);
    const parts = money(unit);
    if (parts) {
      if (value === 0) return `${symbol(parts.currency)}0`;
      const per = parts.perYear ? " a year" : "";
      return `${sign}${symbol(parts.currency)}${significant(size, digits)}${parts.scale}${per}`;
    }
    if (PERCENT.includes(unit)) return `${sign}${significant(size * 100, digits)}%`;
    if (unit === "per year") return `${sign}${significant(size * 100, digits)}% a year`;
    if (unit === "x") return `${sign}${significant(size, digits)}×`;
    if (BARE.includes(unit)) return `${sign}${significant(size, digits)}`;
    const perUnit = /^([A-Z]{3}) per \1$/.exec(unit);
    if (perUnit) {
      const of = symbol(perUnit[1]);
      return `${sign}${of}${significant(size, digits)} per ${of}1`;
    }
    // One month is what is printed as one, whatever the value has behind its last figure.
    const number = significant(size, digits);
    const word = number === "1" && unit.endsWith("s") ? unit.slice(0, -1) : unit;
    return `${sign}${number} ${word}`;
  }

  // A value as a label prints it. Whether money is a yearly flow, the subtitle tells.
  function short(value, unit, digits = 3) {
    return pretty(value, money(unit) ? unit.replace(/ per year$/, "") : unit, digits);
  }

  const SCALE_WORDS = { "": "", k: "thousand", mn: "million", bn: "billion" };

  // A unit of money in words, for instance `$ million a year`; any other unit as it is.
  function unitWords(unit) {
    const parts = money(unit);
    if (!parts) return PERCENT.includes(unit) ? "%" : unit;
    const words = [symbol(parts.currency).trim(), SCALE_WORDS[parts.scale], parts.perYear ? "a year" : ""];
    return words.filter(Boolean).join(" ");
  }

  // A name in the genitive: `Acme's`, and `Acme Works'` for one that ends in s.
  const owned = (name) => (name.endsWith("s") ? `${name}'` : `${name}'s`);

  function isNumber(value) {
    return typeof value === "number" && Number.isFinite(value);
  }

  neutrality.units = {
    money,
    convert,
    symbol,
    fixed,
    halfEven,
    significant,
    plain,
    pretty,
    short,
    unitWords,
    owned,
  };
})(globalThis.neutrality);
