// The page's address: it carries what the reader tries, to other readers and to the other pages.
(function (whatif) {
  "use strict";

  const { data, record, figures } = whatif.page;
  const { complain } = whatif.voice;
  const { ready } = whatif.engine;
  const { first, tried, views, count, replace } = whatif.state;

  const HASH = "#try=";
  // A link longer than this is none of ours: all figures of a case at once take a few thousand.
  const LONGEST = 8000;
  const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
  // How long nothing must move before it is written into the address.
  const SETTLED = 300;

  function hash() {
    if (!count()) return "";
    const values = Object.entries(tried.changes).map(([id, value]) => `${id}:${value}`);
    const words = Object.entries(tried.choices).map(([name, word]) => `&${name}=${word}`);
    const scenario = tried.scenario === first ? "" : `&scenario=${tried.scenario}`;
    return HASH + values.join(",") + scenario + words.join("");
  }

  const bare = () => location.href.replace(/#.*$/s, "");

  // The end of the address as it was last read or written here.
  let known = location.hash;

  // Into the address, without a new entry in the history.
  function remember() {
    const now = hash();
    // Where the reader just followed a link, it is read first: the event that tells of it is still on its way.
    if (location.hash !== known) return;
    if (location.hash === now || (!now && !location.hash.startsWith(HASH))) return;
    try {
      history.replaceState(history.state, "", bare() + now);
      known = location.hash;
    } catch {
      // Refused for this address: the button still copies the link.
    }
  }

  // -- reading a link ---------------------------------------------------------------------------------------

  // A link is anybody's text. What it names is looked up in maps, which hold nothing but what was put there; its
  // words come back in a sentence of error at most.
  class LinkError extends Error {}

  function plain(text) {
    if (text.length > LONGEST) throw new LinkError("it is too long");
    try {
      return decodeURIComponent(text.slice(HASH.length));
    } catch {
      throw new LinkError("it is damaged");
    }
  }

  function value(item, seen) {
    const { quoted } = globalThis.neutrality.errors;
    const [, id, number] = /^([^:]*):(.*)$/s.exec(item) ?? [];
    if (id === undefined) throw new LinkError(`found ${quoted(item)}, expected a figure and its value`);
    if (!figures.has(id)) throw new LinkError(`figure ${quoted(id)}: is unknown`);
    if (seen.has(id)) throw new LinkError(`figure ${id}: stands there twice`);
    if (!NUMBER.test(number)) throw new LinkError(`figure ${id}: found ${quoted(number)}, expected a number`);
    return [id, Number(number)];
  }

  function word(item, seen) {
    const { quoted } = globalThis.neutrality.errors;
    const [, name, chosen] = /^([^=]*)=(.*)$/s.exec(item) ?? [];
    if (name !== "scenario" && !Object.keys(record.options).includes(name)) {
      throw new LinkError(`found ${quoted(item)}, expected a scenario or a choice`);
    }
    if (seen.has(name)) throw new LinkError(`${name}: stands there twice`);
    // The model sees to scenarios; a page does not hand it all choices.
    const words = name === "scenario" ? [chosen] : record.options[name];
    if (!words.includes(chosen)) {
      throw new LinkError(`parameter ${name}: found ${quoted(chosen)}, expected one of ${words.join(", ")}`);
    }
    return [name, chosen];
  }

  // The figures, the scenario and the choices that a link carries.
  function parsed(text) {
    const [values, ...items] = plain(text).split("&");
    const changes = new Map();
    for (const item of values ? values.split(",") : []) changes.set(...value(item, changes));
    const words = new Map();
    for (const item of items) words.set(...word(item, words));
    const scenario = words.get("scenario") ?? first;
    words.delete("scenario");
    return { changes: Object.fromEntries(changes), scenario, choices: Object.fromEntries(words) };
  }

  async function open() {
    const text = location.hash;
    known = text;
    if (!text.startsWith(HASH)) {
      // A link within the page took the place of the figures, which still count.
      if (count()) remember();
      return;
    }
    if (tried.reading && text === hash()) return;
    let engine;
    try {
      engine = await ready();
    } catch (problem) {
      complain(problem.message);
      return;
    }
    let fault;
    try {
      fault = replace(engine, parsed(text));
    } catch (problem) {
      if (!(problem instanceof LinkError)) throw problem;
      fault = problem.message;
    }
    if (!fault) return;
    // Figures that count go on to stand in the address.
    if (count()) remember();
    complain(`The figures of this link are not used: ${fault}.`);
  }

  // -- links to other pages ---------------------------------------------------------------------------------

  // Those to pages that know what to do with the figures take them along, and those by which a reader turns the
  // pages, whose others pass them on (carry.js); what leads to a place within a page does not.
  function carriers() {
    const pages = new Set(Object.keys(data.chapters).map((name) => `${name}.html`));
    const turning = ".nt-nav a, .nt-turn a, a.nt-name";
    return [...document.querySelectorAll("a[href]")]
      .map((link) => ({ link, path: link.getAttribute("href") }))
      .filter(({ link, path }) => pages.has(path) || (link.matches(turning) && !path.includes("#")));
  }

  let carrying;

  function carry() {
    carrying ??= carriers();
    const now = hash();
    for (const { link, path } of carrying) link.setAttribute("href", path + now);
  }

  let settling;

  views.push(() => {
    carry();
    clearTimeout(settling);
    settling = setTimeout(remember, SETTLED);
  });

  whatif.link = { open, address: () => bare() + hash() };
})(globalThis.neutralityTry);
