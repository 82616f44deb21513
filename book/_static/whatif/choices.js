// Choices that are words, such as a scale: those published here, and those that count.
(function (whatif) {
  "use strict";

  const { data, record, chapter, front } = whatif.page;

  // Those that a page computes with. The front page reads its answers from chapters at their own choices, but for
  // how probabilities are read.
  const taken = (choices) =>
    Object.fromEntries(Object.entries(choices).filter(([name]) => !front || data.reading.includes(name)));

  // Those that the reader may change here.
  const offered = chapter ? (data.chapters[chapter]?.choices ?? []) : [];

  // What a choice is in the pages as published: the edition's word, else the chapter's own.
  function published(name) {
    return record.choices[name] ?? (chapter ? record.defaults[chapter]?.[name] : undefined);
  }

  // Whether one of the reader's choices changes what the tables of this page hold. Those by which probabilities are
  // read change figures, which tell of themselves.
  function restated(choices) {
    const other = (name) => name in choices && choices[name] !== published(name);
    return offered.some((name) => !data.reading.includes(name) && other(name));
  }

  whatif.choices = { taken, offered, published, restated };
})(globalThis.neutralityTry);
