// Figures of the reader's own: controls beside a chapter and on the front page, and the numbers that follow.
//
// The controls are built from live-data.js (press/whatif.py). The model, live.js, is loaded when a reader first
// reaches for one, or comes with a link that carries figures. What a reader tries stands in the page's address
// and nowhere else. Text of the case is data: it reaches the page as text and never as markup.
//
// Each file has one task; all are classic scripts that a build joins into whatif.js, in the order of
// press/whatif.py. They share `neutralityTry`, of which start.js leaves to other scripts what concerns them.
//
// The page: what it holds, and elements for it.
(function () {
  "use strict";

  const data = globalThis.neutralityWhatIf;
  // Nothing after this works without the data, and the page is complete without what comes after this.
  if (!data) throw new Error("The figures of this page were not loaded.");

  const side = document.querySelector(".nt-side");

  function element(name, className, ...content) {
    const made = document.createElement(name);
    if (className) made.className = className;
    made.append(...content);
    return made;
  }

  function button(text, act, className = "nt-try-button") {
    const made = element("button", className, text);
    made.type = "button";
    made.addEventListener("click", act);
    return made;
  }

  // Set a text only where it changes: what does not change is not announced.
  function write(node, text) {
    if (node.textContent !== text) node.textContent = text;
  }

  const capital = (text) => text.slice(0, 1).toUpperCase() + text.slice(1).replaceAll("_", " ");

  // Differences beyond print are rounding, not the reader's doing.
  const SAME = 1e-9;

  function differ(one, other) {
    if (one === other) return false;
    if (typeof one !== "number" || typeof other !== "number") return true;
    return Math.abs(one - other) > SAME * Math.max(Math.abs(one), Math.abs(other));
  }

  // The name of the chapter, none on the front page.
  const chapter = side ? side.dataset.chapter : "";

  // The headline answers that the page's controls move.
  function shownAnswers() {
    if (chapter) return data.chapters[chapter].answers;
    return Object.values(data.chapters)
      .filter((one) => one.front)
      .map((one) => one.answers.find(({ id }) => id === one.front.answer));
  }

  globalThis.neutralityTry = {
    page: {
      data,
      record: data.record,
      figures: new Map(data.record.figures.map((figure) => [figure.id, figure])),
      entities: new Map(data.record.entities.map((entity) => [entity.id, entity.name])),
      side,
      chapter,
      front: !side,
      element,
      button,
      write,
      capital,
      differ,
      shownAnswers,
    },
  };
})();
