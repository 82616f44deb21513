// The panel at a number: where it comes from, on hover, focus and tap.
// The number is a link to its record and stays one; the panel is a shorter way to the same evidence. Its data
// is a script of its own, loaded when the first panel is asked for: a page opened from disk may not fetch.
(function () {
  "use strict";

  const NUMBER = "a.nt-num[data-ref]";
  const ID = "nt-provenance";
  const DATA = new URL("provenance-data.js", document.currentScript.src).href;
  // Long enough that a pointer on its way elsewhere opens nothing, and one on its way to the panel keeps it.
  const OPENING = 150;
  const CLOSING = 250;
  const MOST_FIGURES = 5;
  const MOST_SOURCES = 4;

  const titles = new WeakMap();
  let loading;
  let open;
  let wanted;
  let timer;
  let dismissed;
  let touched = false;

  // -- the data ---------------------------------------------------------------------------------------

  function load() {
    loading ??= new Promise((resolve) => {
      const script = document.createElement("script");
      script.src = DATA;
      script.addEventListener("load", () => resolve(unpacked(globalThis.neutralityProvenance)));
      // Without the data the panel still says what the number itself says.
      script.addEventListener("error", () => resolve(unpacked(undefined)));
      document.head.append(script);
    });
    return loading;
  }

  function unpacked(data) {
    const empty = { tags: [], layers: [], sources: [], claims: [], figures: [], results: [], strings: [""] };
    const { tags, layers, strings, ...rows } = { ...empty, ...data };
    const words = (place) => strings[place];
    const sources = rows.sources.map(([id, publisher, grade]) => ({
      id: words(id),
      publisher: words(publisher),
      grade: words(grade),
    }));
    const claims = rows.claims.map(([id, source, grade]) => ({
      id: words(id),
      sources: [sources[source]],
      grade: words(grade),
    }));
    const figures = rows.figures.map(([id, name, value, tag, layer, from, range, reason]) => ({
      id: words(id),
      name: words(name),
      value: words(value),
      tag: tags[tag],
      layer: layers[layer],
      sources: from.map((place) => sources[place]),
      range: words(range),
      reason: words(reason),
    }));
    const results = rows.results.map(([id, name, value, tag, layer, formula, on]) => ({
      id: words(id),
      name: words(name),
      value: words(value),
      tag: tags[tag],
      layer: layers[layer],
      formula: words(formula),
      figures: on.map((place) => figures[place]),
    }));
    const byId = (list) => new Map(list.map((one) => [one.id, one]));
    return { tags, layers, result: byId(results), figure: byId(figures), claim: byId(claims) };
  }

  // What a number's `data-ref` names: `result:ID`, `figure:ID`, `figures:ID,ID` or `claim:ID`.
  function origin(ref, data) {
    const split = ref.indexOf(":");
    const kind = ref.slice(0, split);
    const name = ref.slice(split + 1);
    if (kind === "figures") {
      const figures = name.split(",").map((id) => data.figure.get(id)).filter(Boolean);
      return { name: "Computed from figures", figures };
    }
    const found = data[kind] instanceof Map ? data[kind].get(name) : undefined;
    if (kind === "claim" && found) return { ...found, name: "Read from a claim" };
    return found ?? { name: "" };
  }

  // -- what it says -----------------------------------------------------------------------------------

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content.filter((part) => part !== undefined && part !== ""));
    return made;
  }

  // The case is data: it reaches the page as text and never as markup.
  function chip(tag) {
    return element("span", `nt-chip nt-${tag[1]}`, tag[0]);
  }

  function row(name, ...content) {
    return element("div", "", element("dt", "", name), element("dd", "", ...content));
  }

  // Two printed values say the same when one is the other rounded further.
  function sameValue(one, other) {
    const bare = (text) => text.replace(/ a year$/, "").trim();
    if (bare(one) === bare(other)) return true;
    const shape = /^(\D*)([\d,]+(?:\.(\d+))?)(.*)$/;
    const [a, b] = [bare(one).match(shape), bare(other).match(shape)];
    if (!a || !b || a[1] !== b[1] || a[4] !== b[4]) return false;
    const size = (match) => Number(match[2].replaceAll(",", ""));
    const digits = Math.min((a[3] ?? "").length, (b[3] ?? "").length);
    return Math.abs(size(a) - size(b)) <= 0.5000001 * 10 ** -digits;
  }

  // The letter and the layer that stand at the number, which may be those of a bound of what is named.
  function standing(link, data) {
    const layer = /\bL\d\b/.exec(link.title || titles.get(link) || "");
    return {
      tag: data.tags.find((tag) => link.classList.contains(`nt-${tag[1]}`)),
      layer: layer ? data.layers.find((one) => one[0] === layer[0]) : undefined,
    };
  }

  function figureList(figures, base) {
    const entries = figures.slice(0, MOST_FIGURES).map((figure) => {
      const link = element("a", "", figure.name);
      link.href = base + "#figure-" + figure.id;
      return element("li", "", link, " ", element("span", "nt-nowrap", figure.value || "–", " ", chip(figure.tag)));
    });
    const more = figures.length - MOST_FIGURES;
    if (more > 0) entries.push(element("li", "nt-quiet", `and ${more} more`));
    return element("ul", "", ...entries);
  }

  function sourceWords(found) {
    const every = [...(found.sources ?? []), ...(found.figures ?? []).flatMap((figure) => figure.sources)];
    const names = [...new Set(every.map((source) => `${source.publisher} (${source.grade})`))];
    const more = names.length - MOST_SOURCES;
    return names.slice(0, MOST_SOURCES).join(", ") + (more > 0 ? ` and ${more} more` : "");
  }

  function content(link, data) {
    const found = origin(link.dataset.ref, data);
    const { tag, layer } = standing(link, data);
    const base = link.href.replace(/#.*/, "");
    const value = link.textContent.trim();
    // A number of the reader's own has no source: what follows tells of the one in its place.
    const own = link.dataset.yours;
    const facts = element("dl", "");
    if (own) facts.append(row("Tag", element("span", "nt-chip nt-own", "Y"), " yours, computed from your figures"));
    if (own) facts.append(row("As published", own.replace(/^yours, published /, ""), ...(tag ? [" ", chip(tag)] : [])));
    else {
      if (tag) facts.append(row("Tag", chip(tag), " ", tag[2]));
      if (layer) facts.append(row("Layer", `${layer[0]}, ${layer[1]}`));
      if (found.value && !sameValue(found.value, value)) facts.append(row("As it stands", found.value));
    }
    if (found.formula) facts.append(row("Formula", found.formula));
    if (found.grade) facts.append(row("Grade", found.grade));
    if (found.range) facts.append(row("Range", found.range));
    if (found.reason) facts.append(row("Reason", found.reason));
    const published = own ? ", as published" : "";
    if (found.figures?.length) facts.append(row(`Rests on${published}`, figureList(found.figures, base)));
    const sources = sourceWords(found);
    if (sources) facts.append(row(`Sources${published}`, sources));
    const words = element("div", "nt-panel-words");
    words.id = ID + "-words";
    words.append(element("p", "nt-panel-name", found.name), element("p", "nt-panel-value", value), facts);
    const on = element("a", "nt-panel-on", "Show the evidence");
    on.href = link.href;
    const close = element("button", "nt-panel-close", "Close");
    close.type = "button";
    close.addEventListener("click", dismiss);
    return [words, element("p", "nt-panel-foot", on, close)];
  }

  // -- opening and closing ----------------------------------------------------------------------------

  function place() {
    if (!open || open.sheet) return;
    const { link, panel } = open;
    const room = 8;
    const box = link.getBoundingClientRect();
    const under = box.bottom + room;
    // Where it fits on neither side of the number it scrolls, and the number is still seen.
    panel.style.setProperty("--height", `${Math.max(box.top, innerHeight - box.bottom) - 2 * room}px`);
    const { width, height } = panel.getBoundingClientRect();
    const left = Math.min(box.left, document.documentElement.clientWidth - width - room);
    const fits = under + height + room <= innerHeight || box.top < innerHeight - box.bottom;
    const top = fits ? under : box.top - height - room;
    panel.style.left = Math.max(room, left) + "px";
    panel.style.top = Math.max(room, Math.min(top, innerHeight - height - room)) + "px";
  }

  function show(link, data, sheet) {
    hide();
    if (!link.isConnected) return;
    const panel = element("div", "nt-provenance" + (sheet ? " nt-sheet" : ""), ...content(link, data));
    panel.id = ID;
    panel.tabIndex = -1;
    panel.setAttribute("role", "group");
    panel.setAttribute("aria-label", "Where this number comes from");
    panel.popover = "manual";
    panel.addEventListener("pointerenter", stay);
    panel.addEventListener("pointerleave", () => leave(link));
    open = { link, panel, sheet };
    // Behind the number, so that the next press of Tab leads into it; in the top layer nothing cuts it off.
    link.after(panel);
    link.setAttribute("aria-describedby", ID + "-words");
    panel.showPopover?.();
    place();
    // A reader who touches the screen and does not see it hears the panel, not the number again.
    if (sheet) panel.focus({ preventScroll: true });
  }

  function hide() {
    stay();
    if (!open) return;
    const { link, panel } = open;
    const within = panel.contains(document.activeElement);
    open = undefined;
    link.removeAttribute("aria-describedby");
    if (within) link.focus({ preventScroll: true });
    panel.remove();
  }

  // Whoever sent it away does not want it back before having left the number.
  function dismiss() {
    dismissed = open.link;
    hide();
  }

  function stay() {
    clearTimeout(timer);
    wanted = undefined;
  }

  function want(link, wait, sheet = false) {
    if (open && open.link === link && open.sheet === sheet) return stay();
    if (wanted === link) return undefined;
    stay();
    wanted = link;
    const ready = load();
    timer = setTimeout(async () => {
      const data = await ready;
      if (wanted === link) show(link, data, sheet);
    }, wait);
  }

  function leave(link) {
    if (wanted === link) stay();
    if (!open || open.sheet || wanted) return;
    stay();
    timer = setTimeout(() => {
      const active = document.activeElement;
      const kept = open && (open.panel.contains(active) || (active === open.link && active.matches(":focus-visible")));
      if (!kept) hide();
    }, CLOSING);
  }

  // -- hover ------------------------------------------------------------------------------------------

  function numberAt(target) {
    return target instanceof Element ? target.closest(NUMBER) : null;
  }

  document.addEventListener("pointerover", (event) => {
    const link = numberAt(event.target);
    if (event.pointerType !== "mouse" || !link || link.contains(event.relatedTarget)) return;
    // The browser's own tooltip would lie over the panel and says less.
    titles.set(link, link.title);
    link.removeAttribute("title");
    if (link !== dismissed) want(link, OPENING);
  });

  document.addEventListener("pointerout", (event) => {
    const link = numberAt(event.target);
    if (event.pointerType !== "mouse" || !link || link.contains(event.relatedTarget)) return;
    if (titles.has(link)) link.title = titles.get(link);
    if (link === dismissed) dismissed = undefined;
    leave(link);
  });

  // -- keyboard ---------------------------------------------------------------------------------------

  document.addEventListener("focusin", (event) => {
    const link = numberAt(event.target);
    if (link && link !== dismissed && link.matches(":focus-visible")) want(link, 0);
    else if (open && !open.panel.contains(event.target) && event.target !== open.link) hide();
  });

  document.addEventListener("focusout", (event) => {
    if (event.target === dismissed) dismissed = undefined;
    if (open && !event.relatedTarget) leave(open.link);
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !open) return;
    event.preventDefault();
    dismiss();
  });

  // -- touch ------------------------------------------------------------------------------------------

  document.addEventListener("pointerdown", (event) => {
    touched = event.pointerType !== "mouse";
    if (open && !open.panel.contains(event.target) && numberAt(event.target) !== open.link) hide();
  });

  document.addEventListener("click", (event) => {
    const link = numberAt(event.target);
    if (!link || !touched || event.ctrlKey || event.metaKey || event.shiftKey) return;
    // The first tap shows what stands behind the number; its link, or a second tap, leads there.
    if (open && open.link === link && open.sheet) return;
    event.preventDefault();
    want(link, 0, true);
  });

  // -- the page moves ---------------------------------------------------------------------------------

  addEventListener("resize", place);
  addEventListener(
    "scroll",
    (event) => {
      if (!open || open.sheet || open.panel.contains(event.target)) return;
      const box = open.link.getBoundingClientRect();
      if (box.bottom < 0 || box.top > innerHeight) hide();
      else place();
    },
    { capture: true, passive: true },
  );
})();
