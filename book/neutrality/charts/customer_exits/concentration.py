"""What the words support, what facts bound, and the three layers: E1, E2 and E3."""

from __future__ import annotations

from collections.abc import Sequence
from typing import cast

from neutrality.case import Case
from neutrality.case.figures import in_millions
from neutrality.chapters.customer_exits import basis_words, disclosed_spends
from neutrality.chapters.exposure import exposures, largest, revenue_of
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    across,
    boxes,
    each,
    ends,
    finished,
    in_percent,
    layer,
    on,
    sheet,
    short,
    tabled,
    word,
    words,
)
from neutrality.charts.theme import INK, MUTED, PAPER, STEP, TAG_COLOURS
from neutrality.methods.concentration import packed
from neutrality.results import TAG_LETTERS, Cell, Chapter, Number, Span, Tag, Text
from neutrality.words import lowered, raised

#: Whose a segment is, how many are alike, the share of each and their share together.
Segment = tuple[str, int | None, float | None, float]

#: Segments that a bar of customers shows by themselves; further ones become one.
MOST_SEGMENTS = 40
#: What the segments are called that stand for no customer that the case names.
LOOSE, UNNAMED = "everyone else, each too small to count", "a customer that nobody names"


def evidence(case: Case, chapter: Chapter) -> Built:
    """E1: each customer's range of all readings, every source's reading and the pooled probability."""
    table = chapter.tables["T2.1"]
    sources = table.columns[1:-3]
    customers = cast("Sequence[tuple[str, *tuple[Cell, ...], Number, Span, Cell]]", table.rows)
    publishers = {row["id"]: row["publisher"] or row["id"] for row in case.tables["sources"].rows}

    # A probability that the case, a scenario or a reader sets is no pool of readings.
    settings = ["pooled" if one.exit.pooled else "set to" for one in exposures(case, "last_year")]

    def build(narrow: bool) -> Record:
        spans: list[Record] = []
        caps: list[Record] = []
        readings: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for how, (name, *said, pooled, span, tag) in zip(settings, customers, strict=True):
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
            whole = f"{name}, all readings: {low.text} to {high.text}"
            spans.append({"x": low.value, "x2": high.value, "y": bar, "colour": colour, "tip": whole})
            caps += [
                {"x": end.value, "y": bar - 6, "y2": bar + 6, "colour": colour, "thick": 2, "tip": whole}
                for end in (low, high)
            ]
            caps.append(
                {"x": pooled.value, "y": bar - 10, "y2": bar + 10, "colour": colour, "thick": 5, "tip": f"{name}: {how} {pooled.text}"}
            )  # fmt: skip
            texts.append(word(low.value, bar, short(low.value, "share"), align="right", dx=-7))
            texts.append(word(high.value, bar, short(high.value, "share"), dx=7))
            over, under = False, 0
            for index, (source, cell) in enumerate(zip(sources, said, strict=True)):
                for phrase, value in _readings(cell):
                    who = f"{publishers.get(source, source)}: {phrase}"
                    tip = f"{name}, {who}, {short(value, 'share')}"
                    readings.append({"x": value, "y": bar, "index": index, "tip": tip})
                    # One reading over the bar, the others under it, each on a line of its own.
                    above = index % 2 == 0 and not over
                    place = -18 if above else 19 + 15 * under
                    over, under = over or above, under + (not above)
                    texts.append(
                        word(
                            value, bar + place, who,
                            colour=MUTED, **common.toward(value, 0.0, 1.0),
                        )
                    )  # fmt: skip
            top = bar + 42 + 15 * max(0, under - 1)
        height = top - 12
        x, y = across(0.0, 1.0, "probability"), DOWN
        return sheet(
            height,
            layer("rule", spans, {"x": x, "x2": X2, "y": y, "color": COLOUR}, strokeWidth=5, opacity=0.45),
            layer("rule", caps, {"x": x, "y": y, "y2": Y2, "color": COLOUR}, strokeWidth=each("thick")),
            layer("point", readings, {"x": x, "y": y}, size=55, color=INK),
            words(texts, x, y),
        )

    said, rows = [], []
    for how, (name, *cells, pooled, span, _tag) in zip(settings, customers, strict=True):
        low, high = ends(span)
        said.append(f"{name}: {how} {pooled.text}, range {low.text} to {high.text}")
        found: list[tuple[str, float | None]] = [
            (f"{publishers.get(source, source)}: {phrase}", 100 * value)
            for source, cell in zip(sources, cells, strict=True)
            for phrase, value in _readings(cell)
        ]
        # A customer of whom no source says anything has a row too.
        rows += [
            (f"{name} · {TAG_LETTERS[pooled.tag]}", *one, in_percent(low.value), in_percent(high.value), how, in_percent(pooled.value))
            for one in found or [("", None)]
        ]  # fmt: skip
    return finished(
        build,
        id="E1",
        title=table.title,
        subtitle=f"%; {lowered(table.note)}; bar: range of all readings (layer L1), dots: each source, tick: pooled (layer L2)",
        description=f"Probability of exit by customer, read from the words of {len(sources)} sources. {'; '.join(said)}.",
        source=table.source,
        table=tabled(
            (
                "Customer",
                "Source and its words",
                "Read as, %",
                "All readings from, %",
                "To, %",
                "How",
                "Probability, %",
            ),
            rows,
        ),
    )


def _readings(cell: object) -> list[tuple[str, float]]:
    """Phrase and probability of each reading in a cell of the evidence table."""
    if not isinstance(cell, Text):
        return []
    found: list[tuple[str, float]] = []
    phrase = ""
    for part in cell.parts:
        if isinstance(part, Number):
            assert part.value is not None, "a phrase stands for a probability"
            found.append((phrase.strip(), part.value))
        else:
            phrase = str(part)
    return found


def concentration(case: Case, chapter: Chapter) -> Built:
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

    certain = [(name, size / revenue, STEP[0]) for size, name in named]
    unnamed = [("", size / revenue, STEP[3]) for size in others[:MOST_SEGMENTS]]
    if len(others) > MOST_SEGMENTS:
        more = others[MOST_SEGMENTS:]
        unnamed.append((f"{len(more)} more", sum(more) / revenue, STEP[3]))
    loose = [(LOOSE, rest, STEP[4])] if rest > 1e-9 else []
    lists = [
        ("As spread out as facts allow", index("low", "high"), [*certain, *loose]),
        ("As packed as facts allow", index("high", "low"), [*certain, *unnamed]),
    ]

    def build(narrow: bool) -> Record:
        room = 320.0 if narrow else 700.0
        bars: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        for label, note, segments in lists:
            texts.append(word(0.0, top + 8, label, weight="bold"))
            texts.append(
                word(0.0, top + 24, note, colour=MUTED)
                if narrow
                else word(1.0, top + 8, note, align="right", colour=MUTED)
            )
            bar = top + (35 if narrow else 20)
            start = 0.0
            for name, size, fill in segments:
                tip = f"{raised(name or UNNAMED)}: {short(size, 'share')}"
                bars.append(
                    {"x": start, "x2": start + size, "y": bar, "y2": bar + 40, "colour": fill, "tip": tip}
                )
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

    def listed_out(
        place: int, low_or_high: str, count: str, everyone: Sequence[Segment]
    ) -> list[tuple[str | float | None, ...]]:
        """Rows of the data's table for one list: who, how many, each and together; and what the list comes to."""
        ends_in = [
            results.value(f"exits.{name}") for name in (f"hhi_{low_or_high}", f"effective_customers_{count}")
        ]
        return [
            (lists[place][0], name, many, each_ and 100 * each_, 100 * together, *ends_in)
            for name, many, each_, together in everyone
        ]  # fmt: skip

    held = [(name, 1, size, size) for name, size, _ in certain]
    # Customers of one size stand in one row.
    alike = [
        (UNNAMED, others.count(size), size / revenue, others.count(size) * size / revenue)
        for size in dict.fromkeys(others)
    ]
    rows = [
        *listed_out(0, "low", "high", [*held, *((LOOSE, None, None, size) for _, size, _ in loose)]),
        *listed_out(1, "high", "low", [*held, *alike]),
    ]

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
        table=tabled(
            (
                "List",
                "Customer",
                "How many",
                "Each, % of revenue",
                "Together, % of revenue",
                "Index of the list, points",
                "Like so many of one size",
            ),
            rows,
        ),
    )


def layers(case: Case, chapter: Chapter, *, compact: bool = False) -> Built:
    """E3: the yearly loss at the three layers, the book's signature chart."""
    return common.interval(chapter.tables["T2.10"], "E3", compact=compact)


def front(case: Case, chapter: Chapter) -> Built:
    """The front page's chart: the three layers, compact."""
    return layers(case, chapter, compact=True)
