// The front page: one control for each answer, and a bar at the foot of the screen once something is changed.
(function (whatif) {
  "use strict";

  const { data, element, write } = whatif.page;
  const { error, status, aloud, complaints } = whatif.voice;
  const { prepare } = whatif.engine;
  const { views, count } = whatif.state;
  const { copies } = whatif.copy;
  const { answer, resetter } = whatif.parts;
  const { control } = whatif;

  // The chapter to which the panel of an answer leads on.
  function chapterOf(cell) {
    const [page] = (cell.querySelector(".nt-more a")?.getAttribute("href") ?? "").split("#");
    return Object.entries(data.chapters).find(([name]) => page === `${name}.html`)?.[1];
  }

  function dock() {
    const said = element("p", "nt-dock-words");
    const line = element(
      "div",
      "nt-dock-line",
      said,
      resetter(() => document.querySelector("main")),
      copies("link"),
    );
    const node = element("div", "nt-dock", error, line, status);
    const show = (complaint) => {
      write(said, count() ? `Your own figures: ${count()} changed. Words stay as published.` : "");
      line.hidden = !count();
      node.hidden = !count() && !complaint;
    };
    show(false);
    views.push(() => show(false));
    complaints.push(show);
    return node;
  }

  function front() {
    for (const cell of document.querySelectorAll(".tag_panel")) {
      const { front: one, answers } = chapterOf(cell) ?? {};
      if (!one) continue;
      const led = answers.find(({ id }) => id === one.answer);
      const node = element("div", "nt-one", control(one.control).node, element("dl", "nt-answers", answer(led)));
      cell.append(node);
      for (const name of ["pointerover", "focusin"]) node.addEventListener(name, prepare, { once: true });
    }
    document.querySelector("main").append(dock(), aloud);
    document.documentElement.classList.add("nt-has-dock");
  }

  whatif.front = front;
})(globalThis.neutralityTry);
