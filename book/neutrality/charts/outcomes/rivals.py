"""Rivals' growth against the largest pool (O2), and prices over sales (D8)."""

from __future__ import annotations

import math
from collections.abc import Sequence

from neutrality.case import Case
from neutrality.chapters.outcomes import Outcomes
from neutrality.chapters.outcomes.market_tables import STATUS
from neutrality.chapters.outcomes.rivals import MULTIPLE_BASES, Multiple, Pool, Series
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    blank,
    finished,
    layer,
    sheet,
    short,
    tabled,
    toward,
    unit_words,
    word,
    words,
)
from neutrality.charts.outcomes.canvas import choice, lines, tall, width
from neutrality.charts.theme import INK, MUTED, TAG_COLOURS
from neutrality.results import TAG_LETTERS, weakest
from neutrality.units import pretty
from neutrality.words import raised

#: What the reader compares the deal with, and by how much each row of the drawing then moves up.
COMPARED, LIFT = "d8_compared", "d8_lift"


def rivals(case: Case, chapter: Outcomes) -> Built:
    """O2: what each rival's sales grew by, against the most that customers could have moved."""
    model = chapter.model
    pool, found = model.pool, model.series
    later = TAG_COLOURS["later"]

    def build(narrow: bool) -> Record:
        if not found:
            return blank("No rival's sales are known more than once")
        ends = [end for one in found for end in (one.growth, *one.growth_range)]
        low, high = min(0.0, *ends), max(pool.value, *ends)
        # Room for a number to the right of the farthest bar.
        high = low + (high - low) * width(narrow) / (width(narrow) - 96)
        bars: list[Record] = []
        spans: list[Record] = []
        texts: list[Record] = []
        label = f"largest pool {short(pool.value, pool.unit)} · {TAG_LETTERS['derived']}"
        texts.append(word(pool.value, 7, label, **toward(pool.value, low, high)))
        top, pieces = 22.0, [(15.0, 22.0)]
        for one in found:
            note = (
                f"{one.basis}, {short(one.first.value, pool.unit)} ({one.first.when.words}) to "
                f"{short(one.last.value, pool.unit)} ({one.last.when.words})"
            )
            said = lines(note, width(narrow) - 8)
            name = lines(one.name, width(narrow) - 30, 1)[0]
            texts.append(word(low, top + 8, name, weight="bold", colour=later))
            texts += [word(low, top + 24 + 15 * i, line, colour=MUTED) for i, line in enumerate(said)]
            at = top + 24 + 15 * len(said) + 4
            tip = f"{one.name}: {_signed(one.growth, pool.unit)}"
            bars.append(
                {"x": min(0.0, one.growth), "x2": max(0.0, one.growth), "y": at - 7, "y2": at + 7, "tip": tip}
            )
            least, most = one.growth_range
            if least < most:
                reach = (
                    f"{tip}, from {_signed(least, pool.unit)} to {_signed(most, pool.unit)} over its ranges"
                )
                spans += [
                    {"x": least, "x2": most, "y": at, "y2": at, "tip": reach},
                    *(
                        {"x": end, "x2": end, "y": at - 4, "y2": at + 4, "tip": reach}
                        for end in (least, most)
                    ),
                ]
            far = max(0.0, one.growth, most)
            # Clear of the rule of the pool, which runs beside the bars.
            near = far < pool.value < far + 0.16 * (high - low) * (2 if narrow else 1)
            place = pool.value if near else far
            texts.append(word(place, at, f"{_signed(one.growth, pool.unit)} · E", weight="bold", dx=7))
            pieces.append((at - 11, at + 11))
            top = at + 22
        x = common.across(low, high, pool.unit)
        told = f"largest pool, plans of {pool.period}: {short(pool.value, pool.unit)}"
        crossing = [{"x": pool.value, "y": a, "y2": b, "tip": told} for a, b in pieces]
        zero = [{"x": 0.0, "y": a, "y2": b} for a, b in pieces[1:]]
        place_ = {"x": x, "y": DOWN}
        return sheet(
            top - 4,
            *([layer("rule", zero, {**place_, "y2": Y2}, color=MUTED, opacity=0.5)] if low < 0 else []),
            layer("rect", bars, {**place_, "x2": X2, "y2": Y2}, color=later, opacity=0.75),
            layer("rule", spans, {**place_, "x2": X2, "y2": Y2}, color=INK, strokeWidth=1.5),
            layer("rule", crossing, {**place_, "y2": Y2}, color=TAG_COLOURS["derived"], strokeWidth=2),
            words(texts, x, DOWN),
        )

    said = "; ".join(
        f"{one.name}: {short(one.growth, pool.unit)}, {one.basis}, {one.first.when.words} to {one.last.when.words}"
        for one in found
    )
    return finished(
        build,
        id="O2",
        title="Could rivals' growth be diverted work?",
        subtitle=f"{unit_words(pool.unit)}, growth from the first to the last time known (E), lines over its ranges; upright rule: the most "
        f"that the named customers' plans of {pool.period} allow (D, layer L0); growth before the deal is in it",
        description=f"A bar for each rival's growth against the largest pool of {short(pool.value, pool.unit)}. "
        + (f"{said}." if said else "No rival's sales are known more than once."),
        source=chapter.tables["T4.8"].source or common.source_of(case, chapter, "outcomes.largest_pool"),
        table=_growth_table(found, pool),
    )


def _signed(value: float, unit: str) -> str:
    return f"{'+' if value > 0 else ''}{short(value, unit)}"


def _growth_table(found: Sequence[Series], pool: Pool) -> Record:
    """Every rival's sales at both times and what they grew by; the pool at the end."""
    unit = unit_words(pool.unit)
    columns = (
        "Company", "Measure", "First known", f"Sales then, {unit}", "Last known", f"Sales by then, {unit}",
        f"Growth, {unit}", f"Least growth, {unit}", f"Most growth, {unit}",
    )  # fmt: skip
    rows: list[list[str | float | None]] = [
        [
            one.name, one.basis, one.first.when.words, one.first.value, one.last.when.words, one.last.value,
            one.growth, *one.growth_range,
        ]
        for one in found
    ]  # fmt: skip
    largest = [f"Largest pool, plans of {pool.period}", *[None] * 5, pool.value, None, None]
    return tabled(columns, [*rows, largest])


def comparables(case: Case, chapter: Outcomes) -> Built:
    """D8: prices over sales on a logarithmic axis, closed deals and talks apart.

    In the page the reader chooses which prices the deal is compared with; the deal itself always stays.
    """
    found = chapter.model.multiples
    deal = next((one for one in found if one.deal), None)
    groups = [(words_, [one for one in found if one.status == status]) for status, words_ in STATUS.items()]
    compared = choices(found)

    def build(narrow: bool) -> Record:
        if not found:
            return blank("No price over sales is known")
        ends = [end for one in found for end in (one.value, one.low, one.high) if end]
        low, high = min(ends) / 1.25, max(ends) * 1.6
        spans: list[Record] = []
        closed: list[Record] = []
        talks: list[Record] = []
        texts: list[Record] = []
        rules: list[Record] = []
        # What is shown together, from the top: the prices that it belongs to, and its height.
        blocks: list[tuple[Sequence[Multiple], float]] = []
        top = 2.0
        for heading, rows in groups:
            if not rows:
                continue
            texts.append(word(low, top + 8, raised(heading), weight="bold") | {"row": len(blocks)})
            top += 24
            blocks.append((rows, 24 + 6))
            for one in rows:
                row, start = {"row": len(blocks)}, top
                colour = _colour(one)
                name = lines(one.name, width(narrow) - 120, 1)[0]
                called = f"{name}{' (this deal)' if one.deal else ''}"
                said = lines(f"{one.label}; {_basis(one)}", width(narrow) - 8, 3)
                weight = "bold" if one.own else "normal"
                texts.append(
                    word(low, top + 8, f"{called} · {_letter(one)}", weight=weight, colour=colour) | row
                )
                texts += [
                    word(low, top + 24 + 15 * i, line, colour=MUTED) | row for i, line in enumerate(said)
                ]
                at = top + 24 + 15 * len(said) + 2
                far = one.value
                tip = f"{called}: {pretty(one.value, 'x')}, {STATUS[one.status]}"
                if one.low is not None and one.high is not None and one.low < one.high:
                    reach = f"{tip}, range {pretty(one.low, 'x')} to {pretty(one.high, 'x')}"
                    spans.append(
                        {"x": one.low, "x2": one.high, "y": at, "colour": colour, "tip": reach} | row
                    )
                    far = max(far, one.high)
                (closed if one.status == "closed" else talks).append(
                    {"x": one.value, "y": at, "colour": colour, "tip": tip} | row
                )
                weight = "bold" if one.deal else "normal"
                texts.append(word(far, at, pretty(one.value, "x"), dx=10, weight=weight) | row)
                if deal and not _under(deal.value, far, low, high, narrow):
                    rules.append({"x": deal.value, "y": at - 9, "y2": at + 9} | row)
                top = at + 20
                blocks.append(((one,), top - start))
            top += 6
        axis = {"title": None, "format": "~r", "grid": False, "values": _ticks(low, high)}
        x = common.field("x", axis=axis, scale=common.scaled(low, high, "log"))
        place = {"x": x, "y": DOWN}
        drawn = [
            *([layer("rule", rules, {**place, "y2": Y2}, color=INK, strokeDash=[2, 3], opacity=0.6)] if deal else []),
            layer("rule", spans, {**place, "x2": X2, "color": COLOUR}, strokeWidth=4, opacity=0.55),
            layer("point", closed, {**place, "color": COLOUR}, size=110),
            layer("point", talks, {**place, "stroke": COLOUR}, shape="diamond", size=120, filled=False, strokeWidth=2),
            words(texts, x, DOWN),
        ]  # fmt: skip
        if len(compared) < 2:
            return sheet(top - 8, *drawn)
        return sheet(top - 8, *map(_moved, drawn), params=_params(compared, blocks, top - 8))

    said = "; ".join(f"{one.name} {pretty(one.value, 'x')}, {STATUS[one.status]}" for one in found)
    return finished(
        build,
        id="D8",
        title="Is the deal's multiple out of line?",
        subtitle="EV/revenue, logarithmic scale, bars over the stated ranges; filled circles: closed deals, hollow diamonds: talks; a gross run "
        "rate holds what is paid on to contractors; dotted: this deal (layer L0)",
        description="A point and a range for each price over sales, closed deals and talks apart. "
        + (f"{said}." if said else "None is known."),
        source=chapter.tables["T4.9"].source or "Figures: none.",
        table=tabled(
            ("Company", "Price", "Status", "Sales counted", "EV/revenue, ×", "From, ×", "To, ×"),
            [
                [
                    f"{one.name}{' (this deal)' if one.deal else ''}", one.label, STATUS[one.status], _basis(one),
                    one.value, one.low, one.high,
                ]
                for _, rows in groups
                for one in rows
            ],
        ),
    )  # fmt: skip


def choices(found: Sequence[Multiple]) -> dict[str, tuple[str, list[str]]]:
    """What the deal can be compared with, all of it first: by key the words and the ids of the prices.

    What would keep none of the others or all of them is no choice.
    """
    others = [one for one in found if not one.deal]
    kinds = {
        **{
            status: (f"prices {said}", [one.id for one in others if one.status == status])
            for status, said in STATUS.items()
        },
        **{
            basis: (
                f"prices over {MULTIPLE_BASES.get(basis, basis)}",
                [one.id for one in others if one.basis == basis],
            )
            for basis in dict.fromkeys(one.basis for one in others)
        },
    }
    parts = {key: kind for key, kind in kinds.items() if 0 < len(kind[1]) < len(others)}
    return {"all": ("all prices", [one.id for one in others]), **parts}


def _params(
    compared: dict[str, tuple[str, list[str]]],
    blocks: Sequence[tuple[Sequence[Multiple], float]],
    height: float,
) -> list[Record]:
    """The parameters of the drawing: what is compared, how far each block moves up, and the height left."""
    lifts: dict[str, list[float | None]] = {}
    heights: dict[str, float] = {}
    for key, (_, kept) in compared.items():
        lift = 0.0
        lifts[key] = []
        for members, tall_ in blocks:
            shown = any(one.deal or one.id in kept for one in members)
            lifts[key].append(common.rounded(lift) if shown else None)
            lift += 0.0 if shown else tall_
        heights[key] = common.rounded(height - lift)
    return [
        choice(COMPARED, "Compare this deal with", {key: said for key, (said, _) in compared.items()}),
        {"name": LIFT, "value": lifts},
        {"name": "d8_heights", "value": heights},
        tall(f"d8_heights[{COMPARED}]"),
    ]


def _moved(drawn: Record) -> Record:
    """A layer of which only what is compared is shown, moved up into the room of what is not."""
    lift = f"{LIFT}[{COMPARED}][datum.row]"
    encoding = drawn["encoding"]
    down = [name for name in ("y", "y2") if name in encoding]
    # Into fields of their own: a field made of itself would move again with every choice.
    return {
        **drawn,
        "encoding": encoding | {name: encoding[name] | {"field": f"{name}_shown"} for name in down},
        "transform": [
            {"filter": f"isValid({lift})"},
            *({"calculate": f"datum.{name} - {lift}", "as": f"{name}_shown"} for name in down),
        ],
    }


def _basis(one: Multiple) -> str:
    return MULTIPLE_BASES.get(one.basis, one.basis)


def _under(value: float, beside: float, low: float, high: float, narrow: bool) -> bool:
    """Whether a line at a value would run through the number that stands to the right of another."""
    place = math.log(value / beside) / math.log(high / low) * width(narrow)
    return 2 < place < 56


def _letter(one: Multiple) -> str:
    return TAG_LETTERS[_tag(one)]


def _tag(one: Multiple) -> str:
    return weakest(figure.tag for figure in one.figures)


def _colour(one: Multiple) -> str:
    return TAG_COLOURS[_tag(one)]


def _ticks(low: float, high: float) -> list[float]:
    """Round values of a logarithmic axis between two ends."""
    found = [
        factor * 10.0**power
        for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
        for factor in (1, 2, 5)
    ]
    return [common.rounded(value) for value in found if low <= value <= high]


__all__ = ["choices", "comparables", "rivals"]
