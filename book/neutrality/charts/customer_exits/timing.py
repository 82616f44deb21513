"""When the loss is felt: E7 and E7b."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from neutrality.case import Case
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    TEXT,
    Y2,
    Built,
    Record,
    blank,
    each,
    finished,
    in_percent,
    layer,
    names,
    on,
    sheet,
    short,
    tabled,
    unit_words,
    upwards,
    value_of,
)
from neutrality.charts.theme import INK, PAPER, STEP, TAG_COLOURS
from neutrality.results import Cell, Chapter, Number
from neutrality.words import joined, lowered, raised

#: The column of the run-rates for when all spending has run down.
LATER = "later"


def quarters(case: Case, chapter: Chapter) -> Built:
    """E7: the largest customer's planned spend by quarter, kept and lost."""
    table = chapter.tables["T2.6"]
    rows = cast("Sequence[tuple[Cell, Number, Number, Number, Number]]", table.rows)
    *single, (_, _, _, year_lost, _) = rows
    parts = [(str(label), plan, kept, lost) for label, plan, kept, lost, _ in single]
    unit = year_lost.unit
    tall, height = max(plan.value or 0.0 for _, plan, _, _ in parts) or 1.0, 220.0
    bars: list[Record] = []
    texts: list[Record] = []
    for quarter, _, kept, lost in parts:
        kept_to, all_to = kept.value or 0.0, (kept.value or 0.0) + (lost.value or 0.0)
        segments = (
            ("kept", 0.0, kept_to, STEP[3], INK),
            ("lost", kept_to, all_to, TAG_COLOURS[lost.tag], PAPER),
        )
        for name, start, end, fill, ink in segments:
            if end - start <= 1e-9 * tall:
                continue
            number = short(end - start, unit)
            tip = f"{quarter}, {name}: {number}"
            bars.append({"quarter": quarter, "y": start, "y2": end, "colour": fill, "tip": tip})
            size = (end - start) / tall * height
            if size >= 34:
                label, place, colour, dy = f"{name}\n{number}", (start + end) / 2, ink, -7
            elif name == "lost":
                label, place, colour, dy = f"{name} {number}", end, INK, -9
            elif size >= 16:
                label, place, colour, dy = f"{name} {number}", (start + end) / 2, ink, 0
            else:
                continue
            texts.append({"quarter": quarter, "y": place, "text": label, "dy": dy, "colour": colour})
    order = [quarter for quarter, *_ in parts]

    def build(narrow: bool) -> Record:
        x = names(
            "quarter",
            sort=order,
            axis={"title": None, "labelAngle": 0},
            scale={"domain": order, "paddingInner": 0.12},
        )
        y = upwards(0.0, 1.08 * tall, format=common.number_format(unit), grid=True)
        return sheet(
            height,
            layer("bar", bars, {"x": x, "y": y, "y2": Y2, "color": COLOUR}),
            layer(
                "text", texts, {"x": x, "y": y, "text": TEXT, "color": COLOUR},
                lineBreak="\n", lineHeight=15, baseline="middle", dy=each("dy"),
            ),
            width=560,
        )  # fmt: skip

    said = "; ".join(f"{quarter}: kept {kept.text}, lost {lost.text}" for quarter, _, kept, lost in parts)
    return finished(
        build,
        id="E7",
        title=table.title,
        subtitle=f"{unit_words(unit)} a quarter; {lowered(table.note)}",
        description=f"Four columns, what is kept below and what is lost above. {said}. In the year {year_lost.text} is lost.",
        source=table.source,
        table=tabled(
            ["Quarter", *(f"{name}, {unit_words(unit)}" for name in table.columns[1:4]), "Share lost, %"],
            [
                [str(label), *map(value_of, amounts), in_percent(share.value)]
                for label, *amounts, share in rows
            ],
        ),
    )


def run_rates(case: Case, chapter: Chapter) -> Built:
    """E7b: the expected lost run-rate at the end of each quarter, stacked by customer."""
    table = chapter.tables["T2.6c"]
    *rows, total = cast("Sequence[tuple[Cell, *tuple[Number, ...], Number, Number]]", table.rows)
    columns = [*(name.removeprefix("End of ") for name in table.columns[1:-1]), LATER]
    unit = total[-1].unit
    if total[-1].value == total[-2].value:
        # Everything has run down by the end of the year, so a later column would say nothing new.
        columns = columns[:-1]
    # The smaller ones share a segment where there are more than the hue has steps.
    rows = sorted(rows, key=lambda row: -(row[-1].value or 0.0))
    named = [(str(row[0]), [cell.value or 0.0 for cell in row[1:]]) for row in rows]
    if len(named) > len(STEP):
        rest = named[len(STEP) - 1 :]
        together: list[float] = [sum(values) for values in zip(*(values for _, values in rest), strict=True)]
        named = [*named[: len(STEP) - 1], (f"{len(rest)} others", together)]
    sums = [cell.value or 0.0 for cell in total[1:]]
    tall = max(sums, default=0.0)
    heads = [raised(_at(column)) for column in columns]
    values = tabled(
        ["Customer", *(f"{head}, {unit_words(unit)}" for head in heads)],
        [[name, *held[: len(columns)]] for name, held in [*named, (str(total[0]), sums)]],
    )
    title = table.title
    subtitle = f"{raised(unit_words(unit))}; {lowered(table.note)}"
    if tall <= 0:
        return finished(
            lambda narrow: blank("No loss is expected"), id="E7b", title=title, subtitle=subtitle,
            description="No columns: no loss is expected by these figures.", source=table.source,
            table=values,
        )  # fmt: skip

    def laid(narrow: bool, height: float) -> tuple[list[Record], list[Record]]:
        bars: list[Record] = []
        texts: list[Record] = []
        room = 0.9 * (230 if narrow else 560) / len(columns)
        for index, column in enumerate(columns):
            base = 0.0
            for (name, held), fill in zip(named, STEP, strict=False):
                size = held[index]
                if size <= 1e-9 * tall:
                    continue
                pixels, number = size / (1.12 * tall) * height, short(size, unit)
                tip = f"{name}, {_at(column)}: {number}"
                bars.append({"quarter": column, "y": base, "y2": base + size, "colour": fill, "tip": tip})
                if pixels >= 33:
                    label = f"{_cut(name, room)}\n{number}"
                elif pixels >= 15:
                    label = number if narrow else f"{_cut(name, room - 7 * len(number))} {number}"
                else:
                    label = ""
                if label:
                    dy = -7 if "\n" in label else 0
                    place = {"quarter": column, "y": base + size / 2}
                    texts.append({**place, "text": label, "dy": dy, "colour": on(fill)})
                base += size
            none = "none" if narrow and len(columns) > 4 else "nothing yet"
            label = short(base, unit) if base > 0 else none
            texts.append({"quarter": column, "y": base, "text": label, "dy": -9, "colour": INK})
        return bars, texts

    def build(narrow: bool) -> Record:
        x = names(
            "quarter",
            sort=columns,
            axis={"title": "at the end of the quarter", "labelAngle": 0},
            scale={"domain": columns, "paddingInner": 0.1},
        )
        y = upwards(0.0, 1.12 * tall, format=common.number_format(unit), grid=True)
        height = 320.0 if narrow else 230.0
        bars, texts = laid(narrow, height)
        return sheet(
            height,
            layer("bar", bars, {"x": x, "y": y, "y2": Y2, "color": COLOUR}, stroke=PAPER, strokeWidth=1),
            layer(
                "text", texts, {"x": x, "y": y, "text": TEXT, "color": COLOUR},
                lineBreak="\n", lineHeight=15, baseline="middle", dy=each("dy"),
            ),
            width=560,
        )  # fmt: skip

    said = "; ".join(
        f"{column}: {short(cell.value, unit)}" for column, cell in zip(columns, total[1:], strict=False)
    )
    return finished(
        build,
        id="E7b",
        title=title,
        subtitle=subtitle,
        description=f"A column for each quarter's end, stacked by customer, {joined([name for name, _ in named])} from below. "
        f"In all, {said}.",
        source=table.source,
        table=values,
    )


def _at(column: str) -> str:
    """The time that a column of the run-rates stands for, in words."""
    return "when all is run down" if column == LATER else f"end of {column}"


def _cut(name: str, pixels: float) -> str:
    """A name as far as it has room, which is a little more than the bar itself."""
    most = max(4, round((pixels + 8) / 6.2))
    return name if len(name) <= most else f"{name[: most - 1].rstrip()}…"


__all__ = ["quarters", "run_rates"]
