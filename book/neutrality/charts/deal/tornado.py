"""What moves the answers of the deal most: D7."""

from __future__ import annotations

from textwrap import wrap

import altair as alt

from neutrality.case import Case
from neutrality.chapters.deal import Deal, Tornado, tornadoes
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    INK,
    NARROW_LINE,
    NO_NUMBER,
    X2,
    Y2,
    Record,
    across,
    finished,
    layer,
    sheet,
    short,
    word,
    words,
)
from neutrality.charts.theme import TAG_COLOURS
from neutrality.methods.tornado import Swing
from neutrality.results import TAG_LETTERS, Chapter

#: Bars of an outcome; what moves it less stands in the table.
MOST = 5


def tornado(case: Case, chapter: Chapter) -> alt.VConcatChart:
    """D7: each outcome at both ends of each figure that enters it, the largest swing first."""
    turned = tornadoes(case, Deal.of(case))

    def build(narrow: bool) -> Record:
        # One layout for both widths: the labels stand above the bars and fit a phone.
        return {"vconcat": [_panel(case, one) for one in turned], "spacing": 18}

    return finished(
        build,
        id="D7",
        title="Which figure moves the answer most?",
        subtitle="one figure at a time from the low to the high end of its range, the line is our setting; layer L1; "
        "the largest swings, all of them in the table",
        description=" ".join(_said(case, one) for one in turned),
        source=chapter.tables["T1.8"].source,
    )


def shown(one: Tornado) -> list[Swing]:
    """The swings that have a bar."""
    return [swing for swing in one.swings if swing.size][:MOST]


def _panel(case: Case, one: Tornado) -> Record:
    swings, unit = shown(one), one.outcome.unit
    # The heading says that growth is by the year.
    plain = "share" if unit == "per year" else unit
    ends = [end for swing in swings for end in (swing.at_low, swing.at_high) if end is not None]
    known = [*ends, *([] if one.base is None else [one.base])]
    low, high = min(known, default=0.0), max(known, default=1.0)
    pad = 0.24 * (high - low or 1.0)
    x, y = across(low - pad, high + pad, unit, axis=False), DOWN
    base = NO_NUMBER if one.base is None else short(one.base, unit)
    lines = wrap(f"{one.outcome.label}: {base}", NARROW_LINE - 4)
    texts = [word(low - pad, 9 + 16 * i, line, weight="bold") for i, line in enumerate(lines)]
    top = 16.0 * len(lines) + 6
    bars: list[Record] = []
    if not swings:
        texts.append(word(low - pad, top + 8, "nothing moves it"))
        top += 20
    for swing in swings:
        figure = case.figures[swing.name]
        colour = TAG_COLOURS[figure.tag]
        label = f"{figure.label} · {TAG_LETTERS[figure.tag]}"
        for line in wrap(label, NARROW_LINE, break_on_hyphens=False):
            texts.append(word(low - pad, top + 7, line, colour=colour))
            top += 15
        left, right = sorted((swing.at_low or 0.0, swing.at_high or 0.0))
        bars.append({"x": left, "x2": right, "y": top + 9, "colour": colour})
        texts.append(word(left, top + 9, short(left, plain), align="right", dx=-6))
        texts.append(word(right, top + 9, short(right, plain), dx=6))
        top += 24
    layers = [layer("rule", bars, {"x": x, "x2": X2, "y": y, "color": COLOUR}, strokeWidth=12)]
    if one.base is not None:
        marks = [{"x": one.base, "y": bar["y"] - 9, "y2": bar["y"] + 9} for bar in bars]
        layers.append(layer("rule", marks, {"x": x, "y": y, "y2": Y2}, color=INK))
    return sheet(top, *layers, words(texts, x, y))


def _said(case: Case, one: Tornado) -> str:
    unit, swings = one.outcome.unit, shown(one)
    if not swings:
        return f"{one.outcome.label}: nothing moves it."
    parts = [
        f"{case.figures[swing.name].label} {short(swing.at_low, unit)} to {short(swing.at_high, unit)}"
        for swing in swings
    ]
    return f"{one.outcome.label} ({NO_NUMBER if one.base is None else short(one.base, unit)}): {'; '.join(parts)}."


__all__ = ["shown", "tornado"]
