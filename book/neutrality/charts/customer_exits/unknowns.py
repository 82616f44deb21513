"""Which unknown matters: E9 for the expected loss, E10 for the provision."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from neutrality.case import Case
from neutrality.charts.common import (
    DOWN,
    Y2,
    Built,
    Record,
    across,
    blank,
    boxes,
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
from neutrality.charts.theme import INK, MUTED, STEP
from neutrality.results import Chapter, Number
from neutrality.words import joined, raised

#: What a share of the variance counts: the mark that shows it, and its name in a table, a control and a sentence.
MEASURES = {
    "first_order": ("dark bar", "alone (first order)", "Shares alone (first order)"),
    "total_order": ("light bar", "with interactions (total)", "Shares with interactions (total)"),
    "shapley": ("tick", "Shapley", "Shares by Shapley's rule"),
}


def sensitivity(case: Case, chapter: Chapter, *, measure: str = "shapley") -> Built:
    """E9: the share of the variance of the expected loss that each unknown carries.

    `measure` is the share by which the unknowns are sorted and whose number stands beside their bars.
    """
    table = chapter.tables["T2.7"]
    rows = [
        (str(name), dict(zip(MEASURES, cast("Sequence[Number]", shares), strict=True)))
        for name, *shares, _ in table.rows
        if shares[-1] is not None
    ]
    falling = _falling(chapter)
    rows.sort(key=lambda row: falling(row[1][measure]))
    title = "Which unknown moves the expected loss most?"
    legend = [
        f"{mark} and number: {name}" if key == measure else f"{mark}: {name}"
        for key, (mark, name, _) in MEASURES.items()
    ]
    subtitle = f"% of the variance of the expected loss; {', '.join(legend)}; layer L2"
    values = tabled(
        ["Unknown", *(f"{raised(name)}, %" for _, name, _ in MEASURES.values())],
        [[name, *(in_percent(share.value) for share in shares.values())] for name, shares in rows],
    )
    controls = [
        {
            "name": "measure",
            "label": "Sorted by the share",
            "value": measure,
            "options": [
                {"value": key, "label": "by Shapley's rule" if key == "shapley" else name}
                for key, (_, name, _) in MEASURES.items()
            ],
        }
    ]
    if not rows:
        message = "Nothing about the expected loss is left open by these figures"
        return finished(
            lambda narrow: blank(message),
            id="E9",
            title=title,
            subtitle=subtitle,
            description=f"{message}.",
            source=table.source,
            table=values,
            controls=controls,
        )
    high = max(shares["total_order"].value or 0.0 for _, shares in rows)

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        ticks: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for name, shares in rows:
            first, total, shapley = (shares[key].value or 0.0 for key in MEASURES)
            told = {key: f"{name}, {MEASURES[key][1]}: {shares[key].text}" for key in MEASURES}
            texts.append(word(0.0, top + 7, name))
            bar = top + 17
            whole = {"x": 0.0, "x2": total, "y": bar, "y2": bar + 14}
            bars.append({**whole, "colour": STEP[3], "tip": told["total_order"]})
            alone = {"x": 0.0, "x2": first, "y": bar + 3, "y2": bar + 11}
            bars.append({**alone, "colour": STEP[0], "tip": told["first_order"]})
            ticks.append({"x": shapley, "y": bar - 2, "y2": bar + 16, "tip": told["shapley"]})
            texts.append(word(max(total, shapley), bar + 7, shares[measure].text, dx=8, weight="bold"))
            top = bar + 26
        height = top - 6
        x, y = across(0.0, high, "share"), DOWN
        return sheet(
            height,
            boxes(bars, x, y),
            layer("rule", ticks, {"x": x, "y": y, "y2": Y2}, color=INK, strokeWidth=2.5),
            words(texts, x, y),
        )

    leading = [f"{name} {shares[measure].text}" for name, shares in rows[:3]]
    return finished(
        build,
        id="E9",
        title=title,
        subtitle=subtitle,
        description=f"Bars for {len(rows)} unknowns, sorted by their share of the variance. {MEASURES[measure][2]}, largest first: "
        f"{joined(leading)}.",
        source=table.source,
        table=values,
        controls=controls,
    )


def _falling(chapter: Chapter) -> Callable[[Number], tuple[float, int]]:
    """The key that sorts results with the largest first. Equal ones, which only rounding tells apart, keep the
    order of the case, so that the page sorts them alike."""
    places = {f"result:{name}": place for place, name in enumerate(chapter.results)}
    return lambda number: (-float(f"{number.value:.9g}"), places[number.ref])


#: What an unknown is, by its kind.
KINDS = {"exit": "a decision not yet taken", "spend": "a spend that someone knows"}


def information(case: Case, chapter: Chapter) -> Built:
    """E10: what it is worth to know each unknown before providing for the loss."""
    table = chapter.tables["T2.7"]
    results = chapter.results
    everything = results.number("exits.perfect_information_value")
    rows = []
    for name, *_, worth in table.rows:
        if isinstance(worth, Number) and worth.value is not None:
            kind = "exit" if "_exit" in worth.ref else "spend"
            rows.append((str(name), kind, worth))
    falling = _falling(chapter)
    rows.sort(key=lambda row: falling(row[2]))
    unit = everything.unit
    title = "What is worth finding out first?"
    subtitle = (
        f"{raised(unit_words(unit))} that knowing it saves whoever provides for the loss; dark bars: {KINDS['exit']}, "
        f"light bars: {KINDS['spend']}; layer L2"
    )
    shown = [row for row in rows if row[2].value]
    values = tabled(
        ["Unknown", "What it is", f"Worth of knowing it, {unit_words(unit)}"],
        [
            *([name, KINDS[kind], worth.value] for name, kind, worth in rows),
            ["Everything", "all of them", everything.value],
        ],
    )
    if not shown:
        message = (
            "Knowing any single unknown would save nothing"
            if rows
            else "Too many customers to value each unknown by itself"
        )
        return finished(
            lambda narrow: blank(message), id="E10", title=title, subtitle=subtitle,
            description=f"{message}; knowing everything would save {short(everything.value, unit)}.", source=table.source,
            table=values,
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
            said = short(worth.value, unit)
            box = {"x": 0.0, "x2": worth.value, "y": bar, "y2": bar + 14, "colour": fill}
            bars.append({**box, "tip": f"{name}: {said}"})
            texts.append(word(worth.value, bar + 7, said, dx=8, weight="bold"))
            top = bar + 26
        below = [f"Knowing everything would save {short(everything.value, unit)}.", others.strip()]
        for line in filter(None, below):
            texts.append(word(0.0, top + 8, line, colour=MUTED))
            top += 16
        # Room for the number behind the longest bar.
        x, y = across(0.0, high * (1.3 if narrow else 1.12), unit), DOWN
        return sheet(top + 2, boxes(bars, x, y), words(texts, x, y))

    said = joined([f"{name} {short(worth.value, unit)}" for name, _, worth in shown[:4]])
    return finished(
        build,
        id="E10",
        title=title,
        subtitle=subtitle,
        description=f"Bars for {len(shown)} unknowns by what knowing them is worth, largest first: {said}. Knowing everything would "
        f"save {short(everything.value, unit)}.{others}",
        source=table.source,
        table=values,
    )


__all__ = ["MEASURES", "information", "sensitivity"]
