// What the search page does otherwise than Sphinx's script, searchtools.js, behind which it is loaded: it keeps the
// reader's words nowhere, takes a number for one word, and puts the record that was asked for first.

// Sphinx would store the words, to mark them on the page that is opened next.
const SPHINX_HIGHLIGHT_ENABLED = false;

(function () {
  "use strict";

  // What is said of a record, its id and its value: as press/finding.py.
  const PART = " · ";
  // What Sphinx would say.
  const FOUND = "Search finished, found ${resultCount} page(s) matching the search query.";
  const NOTHING =
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.";

  const asked = (new URLSearchParams(location.search).get("q") ?? "").trim().toLowerCase();

  // Titles come as HTML.
  function plain(title) {
    const holder = document.createElement("textarea");
    holder.innerHTML = title;
    return holder.value.toLowerCase();
  }

  function isAsked(part) {
    return part === asked || (part.match(/\d[\d.,]*/g) ?? []).includes(asked);
  }

  // First what was asked for, then what is of whom was asked for; but for these, pages stand before records.
  Scorer.score = function ([, title, , , score]) {
    if (!title.includes(PART)) return score;
    const [said, id, value] = plain(title).split(PART);
    const [whose, what] = said.includes(": ") ? said.split(": ") : ["", said];
    if (id === asked || said === asked || what === asked || (value && isAsked(value))) return 20;
    return whose === asked ? 12 : score;
  };

  // The index has the words of pages without what stands between letters and digits.
  splitQuery = (query) => query.match(/[\p{L}\p{N}_\p{Emoji_Presentation}]+(?:(?<=\d)[.,](?=\d)[\p{L}\p{N}_]+)*/gu) ?? [];

  const onPages = Search.performTermsSearch;
  Search.performTermsSearch = function (words, excluded) {
    const parts = [...words].flatMap((word) => word.split(/[.,]/)).filter((word) => !/^\d+$/.test(word));
    return onPages(new Set(parts), excluded);
  };

  Documentation.TRANSLATIONS[FOUND] = "Pages and records found: ${resultCount}.";
  Documentation.TRANSLATIONS[NOTHING] = "No page and no record contains all of the words.";
})();
