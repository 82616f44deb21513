"""How much comes loose, and how much of it is open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.charts import common
from neutrality.charts.common import (
    DOWN,
    Y2,
    Across,
    Built,
    Record,
    across,
    boxes,
    finished,
    layer,
    sheet,
    short,
    tabled,
    unit_words,
    word,
    words,
)
from neutrality.charts.theme import MUTED, STEP
from neutrality.results import TAG_LETTERS, Cell, Number
from neutrality.words import lowered, owned


def waterfall(case: Case, chapter: Opportunity) -> Built:
    """C1: the expected release and where it goes."""
    table, unit = chapter.tables["T3.1"], chapter.model.unit
    rows = cast("Sequence[tuple[Cell, Number, *tuple[Cell, ...]]]", table.rows)
    steps = [(str(label), cell) for label, cell, *_ in rows]
    released = steps[0][1].value or 0.0

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        links: list[Record] = []
        texts: list[Record] = []
        top, left = 0.0, released
        for number, (label, cell) in enumerate(steps):
            size = cell.value or 0.0
            whole = number in (0, len(steps) - 1)
            start, end = (0.0, size) if whole else (left - size, left)
            fill = STEP[0] if number == len(steps) - 1 else STEP[2] if number == 0 else STEP[3]
            sign = "" if whole or not size else "\u2212"
            texts.append(
                word(0.0, top + 8, f"{label} · {TAG_LETTERS[cell.tag]}", weight="bold" if whole else "normal")
            )
            bars.append(
                {
                    "x": start,
                    "x2": end,
                    "y": top + 18,
                    "y2": top + 40,
                    "colour": fill,
                    "tip": f"{label}: {short(size, unit)}",
                }
            )
            texts.append(
                word(end, top + 29, f"{sign}{short(size, unit)}", dx=7, weight="bold" if whole else "normal")
            )
            # Far to the left a link would run through the next label.
            if number < len(steps) - 1 and (end if number == 0 else start) > 0.35 * released:
                links.append({"x": end if number == 0 else start, "y": top + 40, "y2": top + 70})
            left = end if number == 0 else start
            top += 52
        height = top - 8
        x, y = across(0.0, released or 1.0, unit, axis=released > 0), DOWN
        return sheet(
            height,
            layer("rule", links, {"x": x, "y": y, "y2": Y2}, color=MUTED, strokeDash=[2, 2]),
            boxes(bars, x, y),
            words(texts, x, y),
        )

    said = "; ".join(f"{label}: {short(cell.value, unit)}" for label, cell in steps)
    return finished(
        build,
        id="C1",
        title=table.title,
        subtitle=f"{unit_words(unit)}, expected; {lowered(table.note)}; layer {steps[-1][1].layer}",
        description=f"A waterfall of the expected release, from the whole to the part that is open to vendors. {said}.",
        source=table.source,
        table=tabled(["Step", unit_words(unit)], [[label, cell.value] for label, cell in steps]),
    )


def layers(case: Case, chapter: Opportunity, *, compact: bool = False) -> Built:
    """C0: the pool open to vendors at the three layers, against the largest claim on it."""
    claim, unit = chapter.model.largest_claim, chapter.model.unit
    against = (
        Across(claim.least, f"{owned(claim.vendor.name)} claim, read as {short(claim.least, unit)}")
        if claim
        else None
    )
    return common.interval(chapter.tables["T3.7"], "C0", compact=compact, reference=against)


def front(case: Case, chapter: Opportunity) -> Built:
    """The front page's chart: the three layers, compact."""
    return layers(case, chapter, compact=True)
