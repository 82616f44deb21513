"""What growth the price needs: D5, lines of equal value."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from math import ceil, floor
from textwrap import wrap

import altair as alt

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.chapters.deal.figures import Values, business_value, dcf_growth, exit_multiple_growth
from neutrality.charts.common import (
    COLOUR,
    INK,
    MUTED,
    NARROW_LINE,
    NO_NUMBER,
    Record,
    blank,
    field,
    finished,
    layer,
    names,
    number_format,
    rounded,
    scaled,
    sheet,
    short,
    step,
    upwards,
    word,
    words,
)
from neutrality.charts.deal.shared import billions, small
from neutrality.charts.theme import STEP, TAG_COLOURS
from neutrality.results import Chapter

#: Points of a line.
POINTS = 13


def iso_value(case: Case, chapter: Chapter) -> alt.VConcatChart | alt.LayerChart:
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
        )  # fmt: skip
    stayed = replace(v, cash_retained=1.0)
    cash = _lines(deal, v, dcf_growth, "dcf_fcf_margin", "dcf_rate")
    if 0 < business_value(stayed) < worth:
        cash.append(
            (
                f"{short(v.dcf_rate, 'share')}, cash stayed",
                *_line(deal, stayed, dcf_growth, "dcf_fcf_margin"),
                MUTED,
                True,
            )
        )
    sale = _lines(deal, v, exit_multiple_growth, "vc_exit_multiple", "vc_rate")
    panels = (
        ("Cash flow: by free cash flow margin, a line for each discount rate", "share", cash, v.dcf_fcf_margin, dcf_growth(v)),
        ("Exit multiple: by revenue multiple at sale, a line for each required return", "x", sale, v.vc_exit_multiple,
         exit_multiple_growth(v)),
    )  # fmt: skip

    def build(narrow: bool) -> Record:
        return {"vconcat": [_panel(*panel, narrow=narrow) for panel in panels], "spacing": 26}

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
    )


Line = tuple[str, list[float], list[float | None], str, bool]


def _lines(
    deal: Deal, v: Values, growth: Callable[[Values], float | None], across: str, rate: str
) -> list[Line]:
    """A line for the low end, the value and the high end of a rate."""
    own = getattr(v, rate)
    rates = dict.fromkeys((deal.range(rate).low, own, deal.range(rate).high))
    return [
        (
            short(level, "share"),
            *_line(deal, replace(v, **{rate: level}), growth, across),
            TAG_COLOURS["assumed"] if level == own else STEP[2],
            False,
        )
        for level in rates
    ]


def _line(
    deal: Deal, v: Values, growth: Callable[[Values], float | None], across: str
) -> tuple[list[float], list[float | None]]:
    low, high = deal.range(across)
    if low == high:
        low, high = low / 2, high * 1.5
    places = [low + (high - low) * index / (POINTS - 1) for index in range(POINTS)]
    return places, [growth(replace(v, **{across: place})) for place in places]


def _panel(
    heading: str, unit: str, lines: Sequence[Line], own: float, at: float | None, *, narrow: bool
) -> Record:
    rows = [
        {"x": x, "y": y, "line": name, "colour": colour, "dash": int(dashed)}
        for name, xs, ys, colour, dashed in lines
        for x, y in zip(xs, ys, strict=True)
    ]
    found = [row["y"] for row in rows if row["y"] is not None]
    title = small(wrap(heading, NARROW_LINE - 8) if narrow else heading)
    if not found:
        return {**blank(NO_NUMBER), "title": title}
    xs = lines[0][1]
    room = 0.5 if narrow else 0.17
    pad = 0.06 * (max(found) - min(found) or 1.0)
    gap = step(xs[-1] - xs[0], 4)
    ticks = [gap * index for index in range(ceil(xs[0] / gap - 1e-9), floor(xs[-1] / gap + 1e-9) + 1)]
    axis = {
        "title": None, "format": number_format(unit), "grid": False, "domain": True, "values": [rounded(tick) for tick in ticks],
    }  # fmt: skip
    x = field("x", axis=axis, scale=scaled(xs[0], xs[-1] + room * (xs[-1] - xs[0])))
    y = upwards(
        min(0.0, *found) if min(found) < 0 else min(found) - pad, max(found) + pad, format=".0%", tickCount=5
    )
    texts = [
        word(
            xs[-1],
            ys[-1],
            name,
            dx=8,
            colour=MUTED if colour == STEP[2] else colour,
            weight="normal" if dashed else "bold",
        )
        for name, _, ys, colour, dashed in lines
        if ys[-1] is not None
    ]
    _apart(texts, (max(found) - min(found) + 2 * pad) / 190 * 15)
    points = [] if at is None else [{"x": own, "y": at}]
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
    series = {"detail": names("line"), "color": COLOUR}
    solid = [row for row in rows if not row["dash"]]
    dashed = [row for row in rows if row["dash"]]
    layers = [layer("line", solid, {"x": x, "y": y, **series})]
    if dashed:
        layers.append(layer("line", dashed, {"x": x, "y": y, **series}, strokeDash=[4, 3]))
    layers.append(layer("point", points, {"x": x, "y": y}, size=80, color=INK))
    return sheet(190, *layers, words(texts, x, y), title=title)


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
    parts = [
        f"{name}: {_said(ys[0])} to {_said(ys[-1])}" for name, _, ys, _, _ in lines
    ]  # fmt: skip
    return ", ".join(parts)


__all__ = ["iso_value"]
