// The panel of a chapter: beside the text, and where there is no room a drawer at the foot of the screen.
(function (whatif) {
  "use strict";

  const { data, side, chapter, element, button, write } = whatif.page;
  const { error, status, aloud, complaints } = whatif.voice;
  const { prepare } = whatif.engine;
  const { views, count, answered } = whatif.state;
  const { copies } = whatif.copy;
  const { answer, scenarios, choices, resetter, elsewhere } = whatif.parts;
  const { Shelf } = whatif;

  const MOST_ANSWERS = 3;
  const TITLE = "Try your own figures";
  // As in whatif.css.
  const DRAWER = "(max-width: 69.99rem)";

  // A few answers, those that moved before the others, in the order of the chapter.
  function answers(list) {
    const rows = new Map(list.map((one) => [one.id, answer(one)]));
    const node = element("dl", "nt-answers");
    const ids = [...rows.keys()];
    let placed = ids.slice(0, MOST_ANSWERS);
    const place = () => node.replaceChildren(...placed.map((id) => rows.get(id)));
    place();
    views.push((engine) => {
      const own = ids.filter((id) => answered(engine, id)?.own);
      const chosen = new Set([...new Set([...own, ...ids])].slice(0, MOST_ANSWERS));
      const wanted = ids.filter((id) => chosen.has(id));
      if (wanted.join() === placed.join()) return;
      placed = wanted;
      place();
    });
    return node;
  }

  // What the reader changed that has no control on this page.
  function others(ids) {
    const node = element("p", "nt-try-note");
    views.push(() => {
      const more = elsewhere(ids);
      const words = more === 1 ? "1 change belongs to another chapter." : `${more} changes belong to other chapters.`;
      write(node, more ? words : "");
    });
    return node;
  }

  // What opens and closes the panel where it is a drawer.
  function drawer(aside) {
    const media = matchMedia(DRAWER);
    const isOpen = () => side.classList.contains("nt-opened");
    const tab = button("", () => set(!isOpen()), "nt-dock-tab");
    tab.setAttribute("aria-controls", aside.id);

    function label() {
      tab.setAttribute("aria-expanded", String(isOpen()));
      write(tab, isOpen() ? "Close" : count() ? `Your own figures: ${count()} changed` : TITLE);
    }

    function set(open) {
      const within = aside.contains(document.activeElement);
      side.classList.toggle("nt-opened", open);
      label();
      if (open) {
        prepare();
        aside.focus({ preventScroll: true });
      } else if (within) tab.focus();
    }

    aside.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !media.matches || event.defaultPrevented) return;
      event.preventDefault();
      set(false);
    });
    media.addEventListener("change", () => {
      if (!media.matches && isOpen()) set(false);
    });
    views.push(label);
    label();
    const dock = element("div", "nt-dock", error, tab);
    complaints.push((complaint) => dock.classList.toggle("nt-complains", complaint));
    document.documentElement.classList.add("nt-has-drawer");
    return dock;
  }

  function panel() {
    const { controls: ids, answers: list } = data.chapters[chapter];
    const title = element("p", "nt-try-title", TITLE);
    title.id = "try-title";
    const aside = element("aside", "nt-try");
    aside.id = "try";
    aside.tabIndex = -1;
    aside.setAttribute("aria-labelledby", title.id);
    const shelf = new Shelf(ids);
    aside.append(
      element(
        "div",
        "nt-try-top",
        title,
        resetter(() => aside),
      ),
      element("p", "nt-try-note", "Numbers and charts follow. Words stay as published, and so do muted numbers and charts that say so."),
      scenarios(),
      answers(list),
      shelf.heading,
      shelf.node,
      choices(),
      others(ids),
      copies("link", "command", "papermill"),
      status,
    );
    side.append(drawer(aside), aside);
    // Not within the drawer: what is closed is not read out.
    document.querySelector("main").append(aloud);
    // Whoever reaches for a control has the model by the time it moves.
    for (const name of ["pointerover", "focusin"]) aside.addEventListener(name, prepare, { once: true });
  }

  whatif.panel = panel;
})(globalThis.neutralityTry);
