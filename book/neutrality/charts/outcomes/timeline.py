"""O3: what happened when: one row for each event, its mark on a line of time that all rows share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from textwrap import shorten

from neutrality.case import Case
from neutrality.chapters.outcomes import Outcomes
from neutrality.chapters.outcomes.chronicle import Event
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    TEXT,
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
)
from neutrality.charts.outcomes.canvas import LINE, across, lines, width
from neutrality.charts.theme import MUTED, RULE, TAG_COLOURS
from neutrality.results import TAG_LETTERS

#: Room of the line of time, wide and narrow, and of the dates beside the events of the wide drawing.
_TIME, _TIME_NARROW, _DATES = 150.0, 88.0, 150.0
#: The room that the name of a year takes, and that of a month.
_YEAR, _MONTH = 29.0, 56.0
#: A bar is never so short that it could not be told from a line.
_SHORTEST = 4.0
#: Letters of an event in what its mark says: the row beside it has them all.
_TOLD = 60


def timeline(case: Case, chapter: Outcomes) -> Built:
    """O3: every event by date; one that lasted, or of which only the month is known, as a bar."""
    found = chapter.model.events

    def build(narrow: bool) -> Record:
        return _drawn(found, narrow) if found else blank("No event is recorded yet")

    said = "; ".join(f"{one.when}: {one.words}" for one in found)
    return finished(
        build,
        id="O3",
        title="What happened when?",
        subtitle="a dot is a day, a thick bar an event that lasted, a thin bar a month of which the day is not known; "
        f"{TAG_LETTERS['stated']}: from the sources of the base; {TAG_LETTERS['later']}: later evidence",
        description=f"The events in their order beside a line of time. {said.removesuffix('.')}."
        if found
        else "No event is recorded yet, so the line of time is empty.",
        source=chapter.tables["T4.10"].source or "Claims: none.",
        table=tabled(
            ("First day", "Last day", "When", "Event", "Tag"),
            [
                [one.day.isoformat(), one.until.isoformat(), one.when, one.words, TAG_LETTERS[one.tag]]
                for one in found
            ],
        ),
    )


def _drawn(found: tuple[Event, ...], narrow: bool) -> Record:
    room, time = width(narrow), _TIME_NARROW if narrow else _TIME
    start, end = min(one.day for one in found), max(one.until for one in found)
    span = max(1, (end - start).days)
    edge = 5.0

    def x_of(day: date) -> float:
        return edge + (day - start).days / span * (time - 2 * edge)

    beside = time + 10
    text_at = beside if narrow else beside + _DATES
    dates: list[Record] = []
    texts: list[Record] = []
    dots: list[Record] = []
    bars: list[Record] = []
    y = 30.0
    for one in found:
        said = lines(one.words, room - text_at - 2)
        colour = TAG_COLOURS[one.tag]
        dates.append({"x": beside, "y": y, "text": f"{one.when} · {TAG_LETTERS[one.tag]}", "colour": colour})
        tip = f"{one.when}: {shorten(one.words, _TOLD, placeholder=' …')}"
        if one.until > one.day:
            left, right = x_of(one.day), x_of(one.until)
            if right - left < _SHORTEST:
                left, right = left - _SHORTEST / 2, left + _SHORTEST / 2
            thick = 8 if one.lasted else 3
            bars.append({"x": left, "x2": right, "y": y, "colour": colour, "thick": thick, "tip": tip})
        else:
            dots.append({"x": x_of(one.day), "y": y, "colour": colour, "tip": tip})
        first = y + LINE if narrow else y
        texts += [{"x": text_at, "y": first + LINE * i, "text": line} for i, line in enumerate(said)]
        y = first + LINE * len(said) + (9 if narrow else 7)
    bottom = y - 6
    ticks, grid = _ticks(start, end, x_of, bottom)
    place = {"x": across(narrow), "y": DOWN}
    left_ = {"align": "left", "baseline": "middle"}
    return sheet(
        bottom + 4,
        layer("rule", grid, {**place, "y2": Y2}, color=RULE),
        layer("text", ticks, {**place, "text": TEXT}, align=each("align"), baseline="middle", color=MUTED),
        layer("rule", bars, {**place, "x2": X2, "color": COLOUR}, strokeWidth=each("thick")),
        layer("point", dots, {**place, "color": COLOUR}, size=60),
        layer("text", dates, {**place, "text": TEXT, "color": COLOUR}, **left_, fontWeight="bold"),
        layer("text", texts, {**place, "text": TEXT}, **left_),
    )


def _ticks(
    start: date, end: date, x_of: Callable[[date], float], bottom: float
) -> tuple[list[Record], list[Record]]:
    """The beginnings of years, or of months where no year begins, as far as their names stand apart.

    The first day is named too where there is room before the first of them.
    """
    firsts = [
        day
        for year in range(start.year, end.year + 1)
        for month in range(1, 13)
        if start <= (day := date(year, month, 1)) <= end
    ]
    years = [day for day in firsts if day.month == 1]
    words, size = ("%Y", _YEAR) if years else ("%b %Y", _MONTH)
    chosen = years or firsts
    # Named from its left end on, so it needs its own room and half of its neighbour's.
    if not chosen or x_of(chosen[0]) - x_of(start) >= 1.5 * size:
        chosen = [start, *chosen]
    ticks: list[Record] = []
    grid: list[Record] = []
    last, free = x_of(end), -100.0
    for day in chosen:
        x = x_of(day)
        if day.day == 1:
            grid.append({"x": x, "y": 17.0, "y2": bottom})
        align = "left" if x < size / 2 else "right" if x > last - size / 2 + 5 else "center"
        left = x - {"left": 0.0, "center": 0.5, "right": 1.0}[align] * size
        if left >= free:
            free = left + size
            ticks.append({"x": x, "y": 8.0, "text": f"{day:{words}}", "align": align})
    return ticks, grid


__all__ = ["timeline"]
