"""O1: earlier suppliers tied to a customer's rival, by how fast and how far they were left, with this case."""

from __future__ import annotations

import math
from dataclasses import dataclass

from neutrality.case import Case
from neutrality.chapters.outcomes import Outcomes
from neutrality.chapters.outcomes.evidence import DAYS
from neutrality.chapters.outcomes.precedents import DIRECTIONS, TIES
from neutrality.charts.common import (
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    blank,
    each,
    finished,
    layer,
    sheet,
    tabled,
    word,
    words,
)
from neutrality.charts.outcomes.canvas import (
    BOLD,
    LETTER,
    LINE,
    Box,
    across,
    apart,
    around,
    lines,
    placed,
    sized,
    width,
)
from neutrality.charts.theme import INK, MUTED, PAPER, RULE, STEP, TAG_COLOURS
from neutrality.units import pretty

#: Direction by shape.
SHAPES = {
    "customers_left": "circle",
    "supplier_cut_off": "square",
    "regulator_blocked": "cross",
    "feared": "triangle-up",
}
OWN = "diamond"

#: Tie by how far the mark is filled.
FILLS = {"at_will": TAG_COLOURS["later"], "contract": STEP[3], "costly_to_leave": PAPER}

#: Marks of the time axis, as sources would tell them.
TIMES = ((1, "days"), (7, "days"), (1, "months"), (6, "months"), (2, "years"), (10, "years"))
SHARES = (0.0001, 0.001, 0.01, 0.1, 1.0)

#: Nothing happens faster than this can show, in days; nothing left less than this, as a share.
_SOONEST, _LEAST = 0.5, 1e-5


@dataclass(frozen=True)
class Mark:
    """One case as it is drawn: its names and values, and how it looks; `tie` and `broke` say in words what
    fill and shape show."""

    name: str
    days: float | None
    share: float | None
    said: str
    shape: str
    fill: str
    stroke: str
    tie: str
    broke: str
    own: bool = False


def marks(chapter: Outcomes) -> list[Mark]:
    """Every case that has a number, this one last."""
    model = chapter.model
    found = []
    for one in model.precedents:
        speed = None
        if one.speed is not None:
            figure = one.speed.figures[0]
            speed = one.speed.hedge + pretty(figure.value, figure.unit)
        share = None if one.share is None else one.share.hedge + pretty(one.share.value, "share", 2)
        if speed or share:
            found.append(
                Mark(
                    one.name,
                    one.speed.value if one.speed else None,
                    one.share.value if one.share else None,
                    ", ".join(part for part in (speed, share) if part),
                    SHAPES.get(one.direction, "circle"),
                    FILLS.get(one.tie, PAPER),
                    TAG_COLOURS["later"],
                    TIES.get(one.tie, one.tie),
                    DIRECTIONS.get(one.direction, one.direction),
                )
            )
    own = model.own
    speed = own.speed.hedge + pretty(own.speed.value, "days") if own.speed else None
    share = pretty(own.share.value, "share", 2)
    found.append(
        Mark(
            f"{own.name}, {own.customer}",
            own.speed.value if own.speed else None,
            own.share.value,
            f"{speed}, {share}" if speed else share,
            OWN,
            INK,
            INK,
            "",
            "",
            own=True,
        )
    )
    return found


def precedents(case: Case, chapter: Outcomes) -> Built:
    """O1: days against the share that left, both on logarithmic scales; what has one of them stands aside."""
    model = chapter.model
    found = marks(chapter)
    bare = [one.name for one in model.precedents if one.speed is None and one.share is None]

    def build(narrow: bool) -> Record:
        if not model.precedents:
            return blank("No precedent is recorded yet")
        return _drawn(found, bare, narrow)

    said = "; ".join(f"{one.name}: {one.said}" for one in found)
    return finished(
        build,
        id="O1",
        title="How fast and how far did customers leave before?",
        subtitle="share that left (of revenue or of what the table names) against the time it took, both logarithmic; E: later evidence; black "
        "diamond: this case, its share of revenue (D) and the days until the exit was known (E)",
        description=f"Each precedent by the time that leaving took and the share that left. {said}."
        + (f" Without a number: {', '.join(bare)}." if bare else ""),
        source=chapter.tables["T4.7"].source or "Figures: none.",
        table=_table(found, bare),
    )


def _table(found: list[Mark], bare: list[str]) -> Record:
    """Every case with both of its numbers, and those that have none."""
    columns = ("Case", "Bound by", "How it broke", "Time, days", "Share that left, %", "As told")
    rows: list[list[str | float | None]] = [
        [
            f"{one.name} (this case)" if one.own else one.name, one.tie or None, one.broke or None, one.days,
            None if one.share is None else 100 * one.share, one.said,
        ]
        for one in found
    ]  # fmt: skip
    return tabled(columns, [*rows, *([name, *[None] * 4, "no number known"] for name in bare)])


class _Plot:
    """The plane of days and shares in pixels, and what is drawn on it so far."""

    def __init__(self, found: list[Mark], narrow: bool) -> None:
        self.narrow, self.room = narrow, width(narrow)
        self.both = [one for one in found if one.days is not None and one.share is not None]
        self.slow = [one for one in found if one.days is not None and one.share is None]
        self.slow.sort(key=lambda one: one.days or 0.0)
        self.alone = [one for one in found if one.days is None and one.share is not None]
        self.keys, self.texts, top = _keys(found, self.room)
        self.shown: list[Record] = []
        self.rules: list[Record] = []
        days = [max(_SOONEST, one.days) for one in found if one.days is not None] or [1.0, 30.0]
        self.first, self.last = math.log10(min(*days, 7.0) / 1.5), math.log10(max(*days, 60.0) * 1.5)
        self.left, self.right = 46.0, self.room - (96.0 if self.alone else 12.0)
        shares = [max(_LEAST, one.share) for one in found if one.share] or [0.01]
        self.least = math.log10(min(*shares, 0.05) / 1.6)
        self.head = top + 30
        self.foot = self.head + (250.0 if narrow else 230.0)
        self.texts.append(word(0.0, top + 2, "share that left", colour=MUTED))
        if self.alone:
            self.texts.append(word(self.room, top + 2, "time not known", align="right", colour=MUTED))

    def x_of(self, days: float) -> float:
        part = (math.log10(max(_SOONEST, days)) - self.first) / (self.last - self.first)
        return self.left + part * (self.right - self.left)

    def y_of(self, share: float) -> float:
        return self.head + math.log10(max(_LEAST, share)) / self.least * (self.foot - self.head)

    def line(self, x: float, x2: float, y: float, y2: float) -> None:
        self.rules.append({"x": x, "x2": x2, "y": y, "y2": y2})

    def mark(self, one: Mark, x: float, y: float) -> None:
        look = {"shape": one.shape, "fill": one.fill, "stroke": one.stroke}
        self.shown.append({"x": x, "y": y, **look, "tip": f"{one.name}: {one.said}"})

    def label(self, one: Mark, name: list[str], said: list[str], box: Box, x: float) -> None:
        """The label of a mark, in the place found for it."""
        at, side = (box.left + box.right) / 2, "center"
        if box.left >= x:
            at, side = box.left, "left"
        elif box.right <= x:
            at, side = box.right, "right"
        colour = INK if one.own else TAG_COLOURS["later"]
        for index, text in enumerate((*name, *said)):
            look = {"weight": "bold", "colour": colour} if index < len(name) else {"colour": MUTED}
            self.texts.append(word(at, box.top + 8 + LINE * index, text, align=side, **look))


def _drawn(found: list[Mark], bare: list[str], narrow: bool) -> Record:
    plot = _Plot(found, narrow)
    for share in SHARES:
        if math.log10(share) >= plot.least:
            plot.line(0.0, plot.right, plot.y_of(share), plot.y_of(share))
            plot.texts.append(word(0.0, plot.y_of(share) - 8, pretty(share, "share"), colour=MUTED))
    bottom = _times(plot, _lanes(plot, _spots(plot)))
    if bare:
        # The names of all of them: who is left out of a chart without a word might be thought forgotten.
        for line in lines("No number known: " + ", ".join(bare), plot.room - 4, 8):
            plot.texts.append(word(0.0, bottom, line, colour=MUTED))
            bottom += LINE
    x, look = across(narrow), {"shape": each("shape"), "fill": each("fill"), "stroke": each("stroke")}
    return sheet(
        bottom + 2,
        layer("rule", plot.rules, {"x": x, "x2": X2, "y": DOWN, "y2": Y2}, color=RULE),
        layer("point", plot.keys, {"x": x, "y": DOWN}, **look, size=110, strokeWidth=1.6, filled=True),
        layer("point", plot.shown, {"x": x, "y": DOWN}, **look, size=110, strokeWidth=1.6, filled=True),
        words(plot.texts, x, DOWN, halo=True),
        words(plot.texts, x, DOWN),
    )


def _spots(plot: _Plot) -> list[Mark]:
    """The marks with both numbers, and beside them those with a share alone; returns those without room for
    a label."""
    area = Box(plot.left - 4, plot.head - 12, plot.right + 12, plot.foot + 14)
    column = Box(plot.right + 8, plot.head - 12, plot.room, plot.foot + 14)
    spots = [(one, plot.x_of(one.days or 0.0), plot.y_of(one.share or 0.0)) for one in plot.both]
    spots += [(one, _aside(plot), plot.y_of(one.share or 0.0)) for one in plot.alone]
    taken = [around(x, y, 8) for _, x, y in spots]
    # The labels of the grid are taken too.
    taken += [Box(0, plot.y_of(share) - 16, 40, plot.y_of(share)) for share in SHARES]
    unplaced: list[Mark] = []
    # This case first: its label has the first choice.
    for one, x, y in sorted(spots, key=lambda spot: not spot[0].own):
        plot.mark(one, x, y)
        alone = one in plot.alone
        for wide in (plot.room - plot.right - 14,) if alone else (150.0 if plot.narrow else 260.0, 86.0):
            name, said = lines(one.name, wide * LETTER / BOLD, 3), lines(one.said, wide, 3)
            size = max(*(sized(part) for part in said), *(sized(part, BOLD) for part in name)) + 4
            high = LINE * (len(name) + len(said))
            box = placed(x, y, size, high, column if alone else area, taken)
            if box is not None:
                taken.append(box)
                plot.label(one, name, said, box, x)
                break
        else:
            unplaced.append(one)
    if plot.alone:
        plot.line(plot.right + 6, plot.right + 6, plot.head, plot.foot)
    return unplaced


def _aside(plot: _Plot) -> float:
    """Where marks stand whose time is not known."""
    return (plot.right + 6 + plot.room) / 2


def _lanes(plot: _Plot, unplaced: list[Mark]) -> float:
    """Marks with a time alone, each in a lane with its label, and those whose label found no room above.

    Returns where the lanes end.
    """
    y = plot.foot + 24
    if not plot.slow and not unplaced:
        return y
    if plot.slow:
        plot.texts.append(word(0.0, y, "share not known", colour=MUTED))
        y += 20
    for one in (*plot.slow, *unplaced):
        x = plot.x_of(one.days) if one.days is not None else _aside(plot)
        plot.mark(one, x, y)
        text = f"{one.name}, {one.said}"
        reach = 11 + sized(text) + 4
        if x + reach <= plot.room:
            plot.texts.append(word(x, y, text, dx=11))
        elif x >= reach:
            plot.texts.append(word(x, y, text, dx=-11, align="right"))
        else:
            for line in lines(text, plot.room - 4, 3):
                y += LINE
                plot.texts.append(word(0.0, y, line))
        y += 20
    return y


def _times(plot: _Plot, y: float) -> float:
    """The axis of time below everything; returns where it ends."""
    plot.line(plot.left - 4, plot.right, y - 2, y - 2)
    every = {count * DAYS[unit]: pretty(count, unit) for count, unit in TIMES}
    named = {days: said for days, said in every.items() if plot.first <= math.log10(days) <= plot.last}
    for days in apart(named, 66.0, plot.x_of):
        x = plot.x_of(days)
        plot.line(x, x, y - 2, y + 3)
        side = "right" if x > plot.room - 34 else "center"
        plot.texts.append(word(x, y + 13, named[days], align=side, colour=MUTED))
    return y + 34


def _keys(found: list[Mark], room: float) -> tuple[list[Record], list[Record], float]:
    """What fill and shape mean, in as many lines as it takes: marks and texts, and where they end."""
    shapes = {one.shape for one in found if not one.own}
    fills = {one.fill for one in found if not one.own}
    later = TAG_COLOURS["later"]
    rows = (
        ("Bound by", [("circle", FILLS[tie], later, said) for tie, said in TIES.items() if FILLS[tie] in fills]),
        ("How it broke", [(SHAPES[kind], PAPER, INK, said) for kind, said in DIRECTIONS.items() if SHAPES[kind] in shapes]),
    )  # fmt: skip
    shown: list[Record] = []
    texts: list[Record] = []
    y = 8.0
    for heading, items in rows:
        texts.append(word(0.0, y, heading, colour=MUTED))
        x = start = 92.0
        for shape, fill, stroke, text in items:
            wide = 12 + sized(text) + 12
            if x > start and x + wide > room:
                x, y = start, y + 19
            shown.append({"x": x, "y": y, "shape": shape, "fill": fill, "stroke": stroke})
            texts.append(word(x, y, text, dx=10))
            x += wide
        y += 21
    return shown, texts, y


__all__ = ["marks", "precedents"]
