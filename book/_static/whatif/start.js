// Builds the controls of the page, takes up a link, and leaves to other scripts what concerns them.
//
// The document gets the event `neutrality-try` after each change, with { reading, base, changes, choices, scenario,
// moved } as its detail: the model's reading now and as published, what the reader changed, and the ids of the
// figures that moved, and `neutrality-reset` before all of it is put back. A chart that follows carries `data-follows`; the others are marked as published.
(function (whatif) {
  "use strict";

  const { data, chapter, front } = whatif.page;
  const { ready } = whatif.engine;
  const { current } = whatif.state;
  const { announce } = whatif.voice;
  const { open } = whatif.link;

  if (front) whatif.front();
  else if (data.chapters[chapter]) whatif.panel();

  globalThis.neutralityTry = {
    // The model (live.js), once it is loaded.
    model: () => ready().then(() => globalThis.neutrality),
    // The reading as published, to draw from before anything was changed.
    base: () => ready().then((engine) => engine.base),
    // What counts now: { reading, changes, choices, scenario }, the reading null before the first change.
    current,
    // Say something to those who do not see the page move.
    announce,
  };
  addEventListener("hashchange", open);
  open();
})(globalThis.neutralityTry);
