"""What moves the answers of the deal most: D7."""

from __future__ import annotations

from textwrap import wrap

from neutrality.case import Case
from neutrality.chapters.deal import Deal, Tornado, turn
from neutrality.chapters.deal.figures import (
    BUSINESS,
    VC,
    Outcome,
    business_value,
    exit_multiple_growth,
    outcomes,
)
from neutrality.chapters.exposure import currency
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    NARROW_LINE,
    NO_NUMBER,
    X2,
    Y2,
    Built,
    Record,
    across,
    finished,
    in_percent,
    layer,
    sheet,
    short,
    tabled,
    unit_words,
    word,
    words,
)
from neutrality.charts.theme import INK, TAG_COLOURS
from neutrality.errors import InputError, quoted
from neutrality.methods.tornado import Swing
from neutrality.results import TAG_LETTERS, Chapter

#: Bars of an outcome where all stand below one another; what moves it less stands in the table.
MOST = 5

#: The choice that shows every outcome of the chapter's table.
ALL = "all"


def tornado(case: Case, chapter: Chapter, *, answer: str = ALL) -> Built:
    """D7: each outcome at both ends of each figure that enters it, the largest swing first.

    `answer` is the outcome that stands alone, with every figure that moves it; see `offered`.
    """
    deal, listed = Deal.of(case), outcomes(currency(case))
    choices = offered(case)
    if answer != ALL and answer not in choices:
        raise InputError(f"answer: found {quoted(answer)}, expected one of {', '.join([ALL, *choices])}")
    alone = answer != ALL
    turned = [turn(deal, outcome) for outcome in ([choices[answer]] if alone else listed)]

    def build(narrow: bool) -> Record:
        # One layout for both widths: the labels stand above the bars and fit a phone.
        return {"vconcat": [_panel(case, one, alone) for one in turned], "spacing": 18}

    rest = "largest swing first" if alone else "the largest swings, all of them in the table"
    return finished(
        build,
        id="D7",
        title="Which figure moves the answer most?",
        subtitle="one figure at a time from the low to the high end of its range, the line is our setting; layer L1; "
        f"{rest}",
        description=" ".join(_said(case, one, alone) for one in turned),
        source=chapter.tables["T1.8"].source,
        table=tabled(
            ("Answer", "Unit", "Figure", "Answer at its low end", "Answer at its high end", "Answer at our setting"),
            [_row(case, one, swing) for one in turned for swing in shown(one, alone)],
        ),
        controls=[
            {
                "name": "answer",
                "label": "Answer",
                "value": answer,
                "options": [
                    {"value": ALL, "label": "The chapter's answers"},
                    *({"value": name, "label": outcome.label} for name, outcome in choices.items()),
                ],
            }
        ],
    )  # fmt: skip


def offered(case: Case) -> dict[str, Outcome]:
    """The outcomes that can stand alone, by the name of their result: the chapter's and those beside them."""
    code = currency(case)
    worth = Outcome("enterprise_value", "Value of the business", f"{code} bn", business_value, BUSINESS)
    sold = Outcome(
        "implied_growth_exit_multiple", "Growth that the price needs, exit-multiple method", "per year",
        exit_multiple_growth, VC,
    )  # fmt: skip
    found: dict[str, Outcome] = {}
    for outcome in (worth, *outcomes(code)):
        found[outcome.result] = outcome
        if outcome.result == "implied_growth_dcf":
            found[sold.result] = sold
    return found


def shown(one: Tornado, alone: bool = False) -> list[Swing]:
    """The swings that have a bar: all of an outcome that stands alone."""
    found = [swing for swing in one.swings if swing.size]
    return found if alone else found[:MOST]


def _row(case: Case, one: Tornado, swing: Swing) -> tuple[str | float | None, ...]:
    unit, ends = one.outcome.unit, (swing.at_low, swing.at_high, one.base)
    told = [*map(in_percent, ends)] if unit in ("share", "per year") else ends
    word_for = "% a year" if unit == "per year" else unit_words(unit)
    return one.outcome.label, word_for, case.figures[swing.name].label, *told


def _panel(case: Case, one: Tornado, alone: bool) -> Record:
    swings, unit = shown(one, alone), one.outcome.unit
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
        tip = f"{figure.label}: {short(swing.at_low, plain)} at its low end, {short(swing.at_high, plain)} at its high end"
        bars.append({"x": left, "x2": right, "y": top + 9, "colour": colour, "tip": tip})
        texts.append(word(left, top + 9, short(left, plain), align="right", dx=-6))
        texts.append(word(right, top + 9, short(right, plain), dx=6))
        top += 24
    layers = [layer("rule", bars, {"x": x, "x2": X2, "y": y, "color": COLOUR}, strokeWidth=12)]
    if one.base is not None:
        marks = [{"x": one.base, "y": bar["y"] - 9, "y2": bar["y"] + 9} for bar in bars]
        layers.append(layer("rule", marks, {"x": x, "y": y, "y2": Y2}, color=INK))
    return sheet(top, *layers, words(texts, x, y))


def _said(case: Case, one: Tornado, alone: bool) -> str:
    unit, swings = one.outcome.unit, shown(one, alone)
    if not swings:
        return f"{one.outcome.label}: nothing moves it."
    parts = [
        f"{case.figures[swing.name].label} {short(swing.at_low, unit)} to {short(swing.at_high, unit)}"
        for swing in swings
    ]
    return f"{one.outcome.label} ({NO_NUMBER if one.base is None else short(one.base, unit)}): {'; '.join(parts)}."


__all__ = ["offered", "shown", "tornado"]
