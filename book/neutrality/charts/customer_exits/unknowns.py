"""Which unknown matters: E9 for the expected loss, E10 for the provision."""

from __future__ import annotations

import altair as alt

from neutrality.case import Case
from neutrality.charts.common import (
    DOWN,
    INK,
    MUTED,
    Y2,
    Record,
    across,
    blank,
    boxes,
    finished,
    layer,
    listed,
    raised,
    sheet,
    short,
    unit_words,
    word,
    words,
)
from neutrality.charts.theme import STEP
from neutrality.results import Chapter, Number


def sensitivity(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E9: the share of the variance of the expected loss that each unknown carries."""
    table = chapter.tables["T2.7"]
    rows = [
        (str(name), first.value, total.value, shapley)
        for name, first, total, shapley, _ in table.rows
        if shapley is not None
    ]
    title = "Which unknown moves the expected loss most?"
    subtitle = "% of the variance of the expected loss; dark bar: alone (first order), light bar: with interactions (total), tick and number: Shapley; layer L2"
    if not rows:
        message = "Nothing about the expected loss is left open by these figures"
        return finished(
            lambda narrow: blank(message),
            id="E9",
            title=title,
            subtitle=subtitle,
            description=f"{message}.",
            source=table.source,
        )
    high = max(total for _, _, total, _ in rows)

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        ticks: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for name, first, total, shapley in rows:
            texts.append(word(0.0, top + 7, name))
            bar = top + 17
            bars.append({"x": 0.0, "x2": total, "y": bar, "y2": bar + 14, "colour": STEP[3]})
            bars.append({"x": 0.0, "x2": first, "y": bar + 3, "y2": bar + 11, "colour": STEP[0]})
            ticks.append({"x": shapley.value, "y": bar - 2, "y2": bar + 16})
            texts.append(word(max(total, shapley.value), bar + 7, shapley.text, dx=8, weight="bold"))
            top = bar + 26
        height = top - 6
        x, y = across(0.0, high, "share"), DOWN
        return sheet(
            height,
            boxes(bars, x, y),
            layer("rule", ticks, {"x": x, "y": y, "y2": Y2}, color=INK, strokeWidth=2.5),
            words(texts, x, y),
        )

    leading = [f"{name} {shapley.text}" for name, _, _, shapley in rows[:3]]
    return finished(
        build,
        id="E9",
        title=title,
        subtitle=subtitle,
        description=f"Bars for {len(rows)} unknowns, sorted by their share of the variance. Shares by Shapley's rule, largest first: "
        f"{listed(leading)}.",
        source=table.source,
    )


def information(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E10: what it is worth to know each unknown before providing for the loss."""
    table = chapter.tables["T2.7"]
    results = chapter.results
    everything = results.number("exits.perfect_information_value")
    rows = []
    for name, *_, worth in table.rows:
        if isinstance(worth, Number) and worth.value is not None:
            kind = "exit" if "_exit" in worth.ref else "spend"
            rows.append((str(name), kind, worth))
    rows.sort(key=lambda row: -(row[2].value or 0.0))
    unit = everything.unit
    title = "What is worth finding out first?"
    subtitle = (
        f"{raised(unit_words(unit))} that knowing it saves whoever provides for the loss; dark bars: a decision not yet taken, "
        f"light bars: a spend that someone knows; layer L2"
    )
    shown = [row for row in rows if row[2].value]
    if not shown:
        message = (
            "Knowing any single unknown would save nothing"
            if rows
            else "Too many customers to value each unknown by itself"
        )
        return finished(
            lambda narrow: blank(message), id="E10", title=title, subtitle=subtitle,
            description=f"{message}; knowing everything would save {short(everything.value, unit)}.", source=table.source,
        )  # fmt: skip
    high = max(worth.value or 0.0 for _, _, worth in shown)
    idle = len(rows) - len(shown)
    others = f" {idle} more would save nothing." if idle else ""

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for name, kind, worth in shown:
            texts.append(word(0.0, top + 7, name))
            bar = top + 17
            fill = STEP[0] if kind == "exit" else STEP[3]
            bars.append({"x": 0.0, "x2": worth.value, "y": bar, "y2": bar + 14, "colour": fill})
            texts.append(word(worth.value, bar + 7, short(worth.value, unit), dx=8, weight="bold"))
            top = bar + 26
        below = [f"Knowing everything would save {short(everything.value, unit)}.", others.strip()]
        for line in filter(None, below):
            texts.append(word(0.0, top + 8, line, colour=MUTED))
            top += 16
        # Room for the number behind the longest bar.
        x, y = across(0.0, high * (1.3 if narrow else 1.12), unit), DOWN
        return sheet(top + 2, boxes(bars, x, y), words(texts, x, y))

    said = listed([f"{name} {short(worth.value, unit)}" for name, _, worth in shown[:4]])
    return finished(
        build,
        id="E10",
        title=title,
        subtitle=subtitle,
        description=f"Bars for {len(shown)} unknowns by what knowing them is worth, largest first: {said}. Knowing everything would "
        f"save {short(everything.value, unit)}.{others}",
        source=table.source,
    )


__all__ = ["information", "sensitivity"]
