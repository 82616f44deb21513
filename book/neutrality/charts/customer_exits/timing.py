"""When the loss is felt and what would replace it: E7, E7b and E8."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from neutrality.case import Case
from neutrality.case.figures import in_millions
from neutrality.chapters.customer_exits import basis_words
from neutrality.chapters.exposure import currency, exposures, largest, revenue_of
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    NO_NUMBER,
    TEXT,
    Y2,
    Built,
    Record,
    across,
    blank,
    each,
    finished,
    in_percent,
    layer,
    names,
    on,
    sheet,
    short,
    source_of,
    step,
    tabled,
    unit_words,
    upwards,
    value_of,
    word,
    words,
)
from neutrality.charts.theme import INK, MUTED, PAPER, STEP, TAG_COLOURS
from neutrality.methods.timing import replacement_growth
from neutrality.results import TAG_LETTERS, Cell, Chapter, Number
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


def replacement(case: Case, chapter: Chapter) -> Built:
    """E8: the growth that the rest needs to stand still, by revenue lost."""
    results = chapter.results
    revenue = in_millions(revenue_of(case))
    unit = f"{currency(case)} mn per year"
    top = largest(exposures(case, "last_year"))
    named = [
        (f"{top.customer.name} alone", top.point, results.value("exits.replacement_growth_largest"), results["exits.replacement_growth_largest"].tag),
        ("expected loss", results.value("exits.expected_loss") or 0.0, results.value("exits.replacement_growth_expected"), results["exits.replacement_growth_expected"].tag),
    ]  # fmt: skip
    worst = results.value("exits.reported_loss_high") or 0.0
    named.append(
        (
            "most that facts allow",
            worst,
            replacement_growth(worst, revenue),
            results["exits.reported_loss_high"].tag,
        )
    )
    # On a scale of ratios nothing lost has no place; two losses of one size share a place and a label.
    shown: list[tuple[str, float, float, str]] = []
    for name, lost, growth, tag in named:
        if not growth:
            continue
        if shown and abs(shown[-1][1] - lost) < 0.01 * revenue:
            before, *place, _ = shown.pop()
            name, (lost, growth) = f"{before}, {name}", place
        shown.append((name, lost, growth, tag))
    beyond = [name for name, lost, growth, _ in named if growth is None and lost > 0]
    title = "How fast must the rest grow to stand still?"
    subtitle = (
        f"Growth of the remaining revenue in %, ratio scale, by {unit_words(unit)} of revenue lost; "
        f"{basis_words(case, 'last_year')}"
    )
    said = "; ".join(
        f"{name}, {short(lost, unit)}: "
        + ("nothing to replace" if not lost else NO_NUMBER if growth is None else short(growth, "share"))
        for name, lost, growth, _ in named
    )
    source = source_of(case, chapter, "exits.expected_loss_share", "exits.reported_loss_high")
    description = f"A line that steepens as more of {short(revenue, unit)} is lost. {said}."
    columns = ["Loss", f"Revenue lost, {unit_words(unit)}", "Growth of the rest, %"]
    known = [
        (raised(name), lost, None if growth is None else 100 * growth) for name, lost, growth, _ in named
    ]
    if not shown:
        message = (
            f"{NO_NUMBER}: nothing remains that could grow"
            if beyond
            else "Nothing is lost that would have to be replaced"
        )
        return finished(
            lambda narrow: blank(message),
            id="E8",
            title=title,
            subtitle=subtitle,
            description=description,
            source=source,
            table=tabled(columns, known),
        )
    low = min(0.05, min(growth for _, _, growth, _ in shown) / 1.6)
    high = max(growth for _, _, growth, _ in shown) * (2 if beyond else 1.25)
    right = max(lost for _, lost, _, _ in shown) * 1.04
    begin = revenue * low / (1 + low)
    line = [begin + (right - begin) * part / 60 for part in range(61)]
    curve = [
        {"x": lost, "y": growth}
        for lost in line
        if (growth := replacement_growth(lost, revenue)) and growth <= high
    ]
    # Where the line is read off: at round losses.
    apart = step(right, 15)
    sampled = [
        (lost, growth)
        for lost in (apart * number for number in range(1, int(right / apart + 1e-9) + 1))
        if lost >= begin and (growth := replacement_growth(lost, revenue)) and growth <= high
    ]
    ticks = [
        one
        for one in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        if low <= one <= high
    ]

    def build(narrow: bool) -> Record:
        x = across(0.0, right, unit, title=f"revenue lost, {unit_words(unit)}")
        # Vega hides most labels of a log axis unless it is asked for many ticks.
        y = upwards(low, high, scale="log", values=ticks, format=".3~%", labelOverlap=False, tickCount=40)
        held = [
            {"x": lost, "y": growth, "tip": f"{short(lost, unit)} lost: {short(growth, 'share')} growth"}
            for lost, growth in sampled
        ]
        dots = [
            {
                "x": lost,
                "y": growth,
                "colour": TAG_COLOURS[tag],
                "tip": f"{raised(name)}: {short(lost, unit)} lost, {short(growth, 'share')} growth",
            }
            for name, lost, growth, tag in shown
        ]
        texts = []
        for name, lost, growth, tag in shown:
            place = {"align": "right", "dx": -10, "dy": -9} if lost > 0.55 * right else {"dx": 11, "dy": 5}
            texts.append(
                word(
                    lost,
                    growth,
                    f"{name}: {short(growth, 'share')} · {TAG_LETTERS[tag]}",
                    colour=TAG_COLOURS[tag],
                    weight="bold",
                    **place,
                )
            )
        for number, name in enumerate(beyond):
            texts.append(
                word(
                    0.0,
                    high,
                    f"{name}: {NO_NUMBER},\nnothing remains to grow",
                    dx=6,
                    dy=8 + 32 * number,
                    colour=MUTED,
                )
            )
        return sheet(
            250,
            layer("line", curve, {"x": x, "y": y}, interpolate="monotone"),
            layer("point", held, {"x": x, "y": y}, opacity=0, size=200),
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=90),
            words(texts, x, y),
        )

    return finished(
        build,
        id="E8",
        title=title,
        subtitle=subtitle,
        description=description,
        source=source,
        table=tabled(columns, [*known, *(("On the line", lost, 100 * growth) for lost, growth in sampled)]),
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


__all__ = ["quarters", "replacement", "run_rates"]
