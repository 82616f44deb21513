"""The charts of the customer exits: what the words support, what facts bound, and when it is felt."""

from __future__ import annotations

import altair as alt

from neutrality.case import Case
from neutrality.case.load import in_millions
from neutrality.chapters.customer_exits import basis_words, disclosed_spends
from neutrality.chapters.exposure import currency, exposures, largest, revenue_of
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    INK,
    MUTED,
    NO_NUMBER,
    PAPER,
    TEXT,
    X2,
    Y2,
    Record,
    across,
    blank,
    boxes,
    each,
    ends,
    finished,
    layer,
    listed,
    lowered,
    names,
    on,
    sheet,
    short,
    source_of,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.theme import STEP, TAG_COLOURS
from neutrality.methods.concentration import packed
from neutrality.methods.timing import replacement_growth
from neutrality.results import TAG_LETTERS, Chapter, Number, Tag, Text

#: Segments that a bar of customers shows by themselves; further ones become one.
MOST_SEGMENTS = 40


def evidence(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E1: each customer's range of all readings, every source's reading and the pooled probability."""
    table = chapter.tables["T2.1"]
    sources = table.columns[1:-3]
    publishers = {row["id"]: row["publisher"] or row["id"] for row in case.tables["sources"].rows}

    # A probability that a scenario or a reader sets is no pool of readings.
    settings = ["set to" if one.exit.overridden else "pooled" for one in exposures(case, "last_year")]

    def build(narrow: bool) -> Record:
        spans: list[Record] = []
        caps: list[Record] = []
        readings: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for how, (name, *said, pooled, span, tag) in zip(settings, table.rows, strict=True):
            low, high = ends(span)
            colour = TAG_COLOURS[tag.name if isinstance(tag, Tag) else "assumed"]
            texts.append(word(0.0, top + 8, name, weight="bold"))
            texts.append(
                word(
                    1.0,
                    top + 8,
                    f"{how} {pooled.text} · {TAG_LETTERS[pooled.tag]}",
                    align="right",
                    weight="bold",
                    colour=colour,
                )
            )
            bar = top + 45
            spans.append({"x": low.value, "x2": high.value, "y": bar, "colour": colour})
            caps += [
                {"x": end.value, "y": bar - 6, "y2": bar + 6, "colour": colour, "thick": 2}
                for end in (low, high)
            ]
            caps.append({"x": pooled.value, "y": bar - 10, "y2": bar + 10, "colour": colour, "thick": 5})
            texts.append(word(low.value, bar, short(low.value, "share"), align="right", dx=-7))
            texts.append(word(high.value, bar, short(high.value, "share"), dx=7))
            for index, (source, cell) in enumerate(zip(sources, said, strict=True)):
                for phrase, value in _readings(cell):
                    readings.append({"x": value, "y": bar, "index": index})
                    above = index % 2 == 0
                    texts.append(
                        word(
                            value, bar + (-18 if above else 19), f"{publishers.get(source, source)}: {phrase}",
                            colour=MUTED, **common.toward(value, 0.0, 1.0),
                        )
                    )  # fmt: skip
            top = bar + 42
        height = top - 12
        x, y = across(0.0, 1.0, "probability"), DOWN
        return sheet(
            height,
            layer("rule", spans, {"x": x, "x2": X2, "y": y, "color": COLOUR}, strokeWidth=5, opacity=0.45),
            layer("rule", caps, {"x": x, "y": y, "y2": Y2, "color": COLOUR}, strokeWidth=each("thick")),
            layer("point", readings, {"x": x, "y": y}, size=55, color=INK),
            words(texts, x, y),
        )

    said = []
    for how, (name, *_, pooled, span, _tag) in zip(settings, table.rows, strict=True):
        low, high = ends(span)
        said.append(f"{name}: {how} {pooled.text}, range {low.text} to {high.text}")
    return finished(
        build,
        id="E1",
        title=table.title,
        subtitle=f"%; {lowered(table.note)}; bar: range of all readings (layer L1), dots: each source, tick: pooled (layer L2)",
        description=f"Probability of exit by customer, read from the words of {len(sources)} sources. {'; '.join(said)}.",
        source=table.source,
    )


def _readings(cell: object) -> list[tuple[str, float]]:
    """Phrase and probability of each reading in a cell of the evidence table."""
    if not isinstance(cell, Text):
        return []
    found, phrase = [], ""
    for part in cell.parts:
        if isinstance(part, Number):
            found.append((phrase.strip(), part.value))
        else:
            phrase = str(part)
    return found


def concentration(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E2: the two extreme lists of customers that the reported figures allow."""
    results = chapter.results
    customers = exposures(case, "last_year")
    revenue = in_millions(revenue_of(case))
    named = sorted(
        ((one.point, one.customer.name) for one in customers if one.disclosed and one.point > 0), reverse=True
    )
    cap = largest(customers).point
    known = [size for size, _ in named]
    full = packed(disclosed_spends(customers), revenue, cap) if cap > 0 else known
    others = list(full)
    for size in known:
        others.remove(size)
    # A hair of rounding is no customer.
    rest = max(0.0, 1 - sum(known) / revenue)
    top_name = largest(customers).customer.name

    def index(which: str, count: str) -> str:
        worth = results.value(f"exits.effective_customers_{count}")
        return f"index {short(results.value(f'exits.hhi_{which}'), 'points')}, like {short(worth, 'customers')} of one size"

    lists = [
        ("As spread out as facts allow", index("low", "high"), [], rest),
        ("As packed as facts allow", index("high", "low"), [size / revenue for size in others], 0.0),
    ]

    def build(narrow: bool) -> Record:
        room = 320.0 if narrow else 700.0
        bars: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for label, note, sizes, loose in lists:
            texts.append(word(0.0, top + 8, label, weight="bold"))
            texts.append(
                word(0.0, top + 24, note, colour=MUTED)
                if narrow
                else word(1.0, top + 8, note, align="right", colour=MUTED)
            )
            bar = top + (35 if narrow else 20)
            start = 0.0
            segments = [(name, size / revenue, STEP[0]) for size, name in named]
            segments += [("", size, STEP[3]) for size in sizes[:MOST_SEGMENTS]]
            if len(sizes) > MOST_SEGMENTS:
                segments.append((f"{len(sizes) - MOST_SEGMENTS} more", sum(sizes[MOST_SEGMENTS:]), STEP[3]))
            if loose > 1e-9:
                segments.append(("everyone else, each too small to count", loose, STEP[4]))
            for name, size, fill in segments:
                bars.append({"x": start, "x2": start + size, "y": bar, "y2": bar + 40, "colour": fill})
                if 6.6 * len(name) + 8 > size * room:
                    name = name.split(",")[0]
                lines = [line for line in (name, short(size, "share")) if line]
                while lines and 6.6 * max(map(len, lines)) + 8 > size * room:
                    lines.pop(0)
                if lines:
                    texts.append(
                        word(
                            start,
                            bar + (20 if len(lines) == 1 else 13),
                            "\n".join(lines),
                            dx=6,
                            colour=on(fill),
                        )
                    )
                start += size
            top = bar + 62
        height = top - 14
        x, y = across(0.0, 1.0, "share"), DOWN
        return sheet(height, boxes(bars, x, y, stroke=PAPER, strokeWidth=1.5), words(texts, x, y))

    table = chapter.tables["T2.2"]
    fewest = short(results.value("exits.fewest_customers"), "customers")
    return finished(
        build,
        id="E2",
        title=table.title,
        subtitle=f"% of revenue by customer, {basis_words(case, 'last_year')}; reported facts alone, layer L0; the index is Herfindahl's, in points of 10,000",
        description=f"Two bars of customers stacked to the whole revenue. {top_name} is "
        f"{short(results.value('exits.top_customer_share'), 'share')} in both. Spread out as far as facts allow the "
        f"{index('low', 'high')}; packed as tightly as they allow the {index('high', 'low')}, and there are at least {fewest}.",
        source=table.source,
    )


def layers(case: Case, chapter: Chapter, *, compact: bool = False) -> alt.LayerChart:
    """E3: the yearly loss at the three layers, the book's signature chart."""
    return common.interval(case, chapter.tables["T2.10"], "E3", compact=compact)


def front(case: Case, chapter: Chapter) -> alt.LayerChart:
    """The front page's chart: the three layers, compact."""
    return layers(case, chapter, compact=True)


def quarters(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E7: the largest customer's planned spend by quarter, kept and lost."""
    table = chapter.tables["T2.6"]
    rows = [(str(label), plan, kept, lost) for label, plan, kept, lost, _ in table.rows]
    *parts, (_, _, _, year_lost) = rows
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
            bars.append({"quarter": quarter, "y": start, "y2": end, "colour": fill})
            size = (end - start) / tall * height
            number = short(end - start, unit)
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
    )


def replacement(case: Case, chapter: Chapter) -> alt.LayerChart:
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
    ticks = [
        one
        for one in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
        if low <= one <= high
    ]

    def build(narrow: bool) -> Record:
        x = across(0.0, right, unit, title=f"revenue lost, {unit_words(unit)}")
        # Vega hides most labels of a log axis unless it is asked for many ticks.
        y = upwards(low, high, scale="log", values=ticks, format=".3~%", labelOverlap=False, tickCount=40)
        dots = [{"x": lost, "y": growth, "colour": TAG_COLOURS[tag]} for _, lost, growth, tag in shown]
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
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=90),
            words(texts, x, y),
        )

    return finished(build, id="E8", title=title, subtitle=subtitle, description=description, source=source)


def sensitivity(case: Case, chapter: Chapter) -> alt.LayerChart:
    """E9: the share of the variance of the expected loss that each unknown carries."""
    table = chapter.tables["T2.7"]
    rows = [(str(name), first.value, total.value, shapley) for name, first, total, shapley in table.rows]
    subtitle = "% of the variance of the expected loss; dark bar: alone (first order), light bar: with interactions (total), tick and number: Shapley; layer L2"
    if not rows:
        message = "Nothing about the expected loss is left open by these figures"
        return finished(
            lambda narrow: blank(message),
            id="E9",
            title=table.title,
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
        title=table.title,
        subtitle=subtitle,
        description=f"Bars for {len(rows)} unknowns, sorted by their share of the variance. Shares by Shapley's rule, largest first: "
        f"{listed(leading)}.",
        source=table.source,
    )


CHARTS = {
    "E1": evidence,
    "E2": concentration,
    "E3": layers,
    "E7": quarters,
    "E8": replacement,
    "E9": sensitivity,
}

__all__ = ["CHARTS", "concentration", "evidence", "front", "layers", "quarters", "replacement", "sensitivity"]
