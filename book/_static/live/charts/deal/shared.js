// What the charts of the deal share: port of charts/deal/shared.py.
(function (neutrality) {
  "use strict";

  const { currency } = neutrality.chapters.exposure;
  const { MUTED, SMALL } = neutrality.look;

  const billions = (found) => `${currency(found)} bn`;

  // The heading of a panel within a chart.
  function small(text) {
    return { text, fontSize: SMALL, fontWeight: "normal", color: MUTED, anchor: "start", frame: "group", offset: 8 };
  }

  // A chapter's results by their bare names.
  const valuesOf = (chapter) => (name) => chapter.results.get(`${chapter.name}.${name}`).value;


  neutrality.charts.deal.shared = { billions, small, valuesOf };
})(globalThis.neutrality);
