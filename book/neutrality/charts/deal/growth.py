"""What growth the price needs: D5, lines of equal value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from math import ceil, floor
from textwrap import wrap

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.chapters.deal.figures import Values, business_value, dcf_growth, exit_multiple_growth
from neutrality.charts.common import (
    NARROW_LINE,
    NO_NUMBER,
    Built,
    Record,
    blank,
    field,
    finished,
    in_percent,
    layer,
    names,
    number_format,
    rounded,
    scaled,
    sheet,
    short,
    step,
    tabled,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.deal.shared import billions, small
from neutrality.charts.theme import INK, MUTED, STEP, TAG_COLOURS
from neutrality.results import Chapter

#: Points of a line.
POINTS = 13

Growth = Callable[[Values], float | None]


@dataclass(frozen=True)
class Line:
    """Growth along places of an axis at one rate; `read` are the round places at which it can be read off."""

    name: str
    rate: float
    worth: float
    points: list[tuple[float, float | None]]
    read: list[tuple[float, float | None]]
    colour: str
    dashed: bool = False


@dataclass(frozen=True)
class Panel:
    """Lines of equal value over one input: its heading, its word and unit, and our setting with its growth."""

    heading: str
    what: str
    unit: str
    lines: list[Line]
    own: float
    at: float | None


def iso_value(case: Case, chapter: Chapter) -> Built:
    """D5: the growth that justifies the value, by margin and discount rate, and by exit multiple and return."""
    deal, unit, v = Deal.of(case), billions(case), Deal.of(case).values
    title = "What growth and margin justify the price?"
    source, worth = chapter.tables["T1.5"].source, business_value(v)
    subtitle = (
        "% growth of revenue a year that justifies the enterprise value, along lines of equal value; layer L2 at the point, our setting, "
        "L1 along the lines"
    )
    if worth <= 0:
        return finished(
            lambda narrow: blank(f"{NO_NUMBER}: the business is worth {short(worth, unit)} without its cash"),
            id="D5", title=title, subtitle=subtitle, source=source,
            description=f"Without its cash the business is worth {short(worth, unit)}, which no growth justifies.",
            table=tabled((f"Value of the business, {unit_words(unit)}", "Growth needed, % a year"), [(worth, None)]),
        )  # fmt: skip
    stayed = replace(v, cash_retained=1.0)
    cash = _lines(deal, v, dcf_growth, "dcf_fcf_margin", "dcf_rate")
    if 0 < business_value(stayed) < worth:
        name = f"{short(v.dcf_rate, 'share')}, cash stayed"
        cash.append(_line(deal, stayed, dcf_growth, "dcf_fcf_margin", name, v.dcf_rate, MUTED, dashed=True))
    sale = _lines(deal, v, exit_multiple_growth, "vc_exit_multiple", "vc_rate")
    panels = (
        Panel(
            "Cash flow: by free cash flow margin, a line for each discount rate", "margin", "share",
            cash, v.dcf_fcf_margin, dcf_growth(v),
        ),
        Panel(
            "Exit multiple: by revenue multiple at sale, a line for each required return", "multiple", "x",
            sale, v.vc_exit_multiple, exit_multiple_growth(v),
        ),
    )  # fmt: skip

    def build(narrow: bool) -> Record:
        # A rate of one method is none of the other's, though both may be called 15%.
        own = {"scale": {"color": "independent"}}
        return {"vconcat": [_panel(panel, narrow) for panel in panels], "spacing": 26, "resolve": own}

    return finished(
        build,
        id="D5",
        title=title,
        subtitle=subtitle,
        description=f"To justify {short(worth, unit)}, revenue has to grow {_said(dcf_growth(v))} at a free cash flow margin of "
        f"{short(v.dcf_fcf_margin, 'share')} and a discount rate of {short(v.dcf_rate, 'share')}, and "
        f"{_said(exit_multiple_growth(v))} for a sale at {short(v.vc_exit_multiple, 'x')} revenue and a return of "
        f"{short(v.vc_rate, 'share')}. A higher margin or multiple needs less growth, a higher rate more. "
        f"{_ends(cash)}; {_ends(sale)}.",
        source=source,
        table=tabled(
            (
                "Method",
                f"Value justified, {unit_words(unit)}",
                "Discount rate or required return, %",
                "Free cash flow margin, %",
                "Revenue multiple at sale, ×",
                "Growth needed, % a year",
            ),
            [
                ("Cash flow", line.worth, in_percent(line.rate), in_percent(x), None, in_percent(y))
                for line in cash
                for x, y in line.read
            ]
            + [
                ("Exit multiple", line.worth, in_percent(line.rate), None, x, in_percent(y))
                for line in sale
                for x, y in line.read
            ],
        ),
    )


def _lines(deal: Deal, v: Values, growth: Growth, across: str, rate: str) -> list[Line]:
    """A line for the low end, the value and the high end of a rate."""
    own = getattr(v, rate)
    rates = dict.fromkeys((deal.range(rate).low, own, deal.range(rate).high))
    return [
        _line(
            deal, replace(v, **{rate: level}), growth, across, short(level, "share"), level,
            TAG_COLOURS["assumed"] if level == own else STEP[2], ours=level == own,
        )
        for level in rates
    ]  # fmt: skip


def _line(
    deal: Deal,
    v: Values,
    growth: Growth,
    across: str,
    name: str,
    rate: float,
    colour: str,
    *,
    dashed: bool = False,
    ours: bool = False,
) -> Line:
    """One line; `ours` can be read off at our setting too."""
    low, high = deal.range(across)
    if low == high:
        low, high = low / 2, high * 1.5
    places = [low + (high - low) * index / (POINTS - 1) for index in range(POINTS)]
    read = sorted({*_ticks(places), getattr(v, across)}) if ours else _ticks(places)

    def at(place: float) -> tuple[float, float | None]:
        return place, growth(replace(v, **{across: place}))

    return Line(name, rate, business_value(v), [*map(at, places)], [*map(at, read)], colour, dashed)


def _ticks(places: Sequence[float]) -> list[float]:
    """Round places between the ends of an axis."""
    low, high = places[0], places[-1]
    if low == high:
        return [low]
    gap = step(high - low, 4)
    return [
        float(rounded(gap * index)) for index in range(ceil(low / gap - 1e-9), floor(high / gap + 1e-9) + 1)
    ]


def _panel(panel: Panel, narrow: bool) -> Record:
    unit, lines, own, at = panel.unit, panel.lines, panel.own, panel.at
    rows = {
        dashed: [
            {"x": x, "y": y, "line": line.name}
            for line in lines
            if line.dashed == dashed
            for x, y in line.points
        ]
        for dashed in (False, True)
    }
    spots = [
        {"x": x, "y": y, "tip": f"{line.name}, {panel.what} {short(x, unit)}: {short(y, 'share')}"}
        for line in lines
        for x, y in line.read
    ]
    found = [y for line in lines for _, y in line.points if y is not None]
    title = small(wrap(panel.heading, NARROW_LINE - 8) if narrow else panel.heading)
    if not found:
        return {**blank(NO_NUMBER), "title": title}
    low, high = lines[0].points[0][0], lines[0].points[-1][0]
    room = 0.5 if narrow else 0.17
    pad = 0.06 * (max(found) - min(found) or 1.0)
    axis = {
        "title": None, "format": number_format(unit), "grid": False, "domain": True,
        "values": _ticks([low, high]),
    }  # fmt: skip
    x = field("x", axis=axis, scale=scaled(low, high + room * (high - low)))
    y = upwards(
        min(0.0, *found) if min(found) < 0 else min(found) - pad, max(found) + pad, format=".0%", tickCount=5
    )
    texts = [
        word(
            high,
            line.points[-1][1],
            line.name,
            dx=8,
            colour=MUTED if line.colour == STEP[2] else line.colour,
            weight="normal" if line.dashed else "bold",
        )
        for line in lines
        if line.points[-1][1] is not None
    ]
    _apart(texts, (max(found) - min(found) + 2 * pad) / 190 * 15)
    tip = f"Our setting, {panel.what} {short(own, unit)}: {short(at, 'share')}"
    points = [] if at is None else [{"x": own, "y": at, "tip": tip}]
    if at is not None:
        texts.append(
            word(
                own,
                at,
                short(at, "share") if narrow else f"our setting {short(at, 'share')}",
                dx=8,
                dy=-11,
                weight="bold",
            )
        )
    colours = {line.name: line.colour for line in lines}
    # Named once here and not in every record: this chart has the most of them.
    colour = names("line", scale={"domain": [*colours], "range": [*colours.values()]}, legend=None)
    layers = [layer("line", rows[False], {"color": colour})]
    if rows[True]:
        layers.append(layer("line", rows[True], {"color": colour}, strokeDash=[4, 3]))
    layers.append(layer("point", spots, {}, size=160, opacity=0))
    layers.append(layer("point", points, {}, size=80, color=INK))
    return sheet(190, *layers, words(texts, x, y), title=title, encoding={"x": x, "y": y})


def _apart(texts: list[Record], gap: float) -> None:
    """Move labels at the end of lines up until none lies on the one below."""
    below = None
    for text in sorted(texts, key=lambda text: text["y"]):
        if below is not None and text["y"] < below + gap:
            text["y"] = below + gap
        below = text["y"]


def _said(growth: float | None) -> str:
    return NO_NUMBER if growth is None else f"{short(growth, 'share')} a year"


def _ends(lines: Sequence[Line]) -> str:
    parts = [f"{line.name}: {_said(line.points[0][1])} to {_said(line.points[-1][1])}" for line in lines]
    return ", ".join(parts)


__all__ = ["iso_value"]
