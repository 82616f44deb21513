"""The chart of the step-up that lost revenue erases."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.chapters.exposure import currency
from neutrality.charts.common import (
    NO_NUMBER,
    TEXT,
    X2,
    Built,
    Record,
    blank,
    each,
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
)
from neutrality.charts.deal.shared import billions
from neutrality.charts.theme import DIVERGING, INK, PAPER
from neutrality.results import Chapter
from neutrality.words import owned

_TITLE = "When is the step-up gone?"
_COLUMNS = 7
#: The width of a column that two labels beside each other need, in columns.
_BESIDE = 2.1
_ROW_HEIGHT = 42


@dataclass(frozen=True)
class _Spend:
    """An amount that may be lost, in millions a year: what stands under its point, and what tip and table call it."""

    amount: float
    label: str
    who: str


@dataclass(frozen=True)
class _Tints:
    """The share of the step-up (in billions) that lost revenue erases: loss across, multiple down.

    `multiple` is the deal's and `before` that of the value before; `spends` are marked at the deal's multiple, the
    smallest first. `lost` is a loss of the reader's own, None without one.
    """

    step_up: float
    unit: str
    multiple: float
    before: float
    spends: tuple[_Spend, ...]
    lost: float | None

    @cached_property
    def width(self) -> float:
        """The width of a column in millions a year: all spends are within six of them."""
        return step(1.25 * max(one.amount for one in self.spends), 6)

    @property
    def most(self) -> float:
        """The right end."""
        return _COLUMNS * self.width

    @property
    def columns(self) -> list[float]:
        """The loss in the middle of each column."""
        return [self.width * (index + 0.5) for index in range(_COLUMNS)]

    @cached_property
    def rows(self) -> dict[float, str]:
        """The multiples with their labels, the highest first: the case's own and round ones around them."""
        own = {
            self.multiple: f"deal: {short(self.multiple, 'x')}",
            self.before: f"before: {short(self.before, 'x')}",
        }
        gap = step(1.3 * self.multiple, 5)
        around = [
            one
            for one in (gap * index for index in range(1, 8))
            if one < 1.6 * self.multiple and all(abs(one - level) > 0.3 * gap for level in own)
        ]
        return {level: own.get(level, short(level, "x")) for level in sorted([*around, *own], reverse=True)}

    @property
    def at_deal(self) -> str:
        """The label of the deal's own row."""
        return self.rows[self.multiple]

    @property
    def limit(self) -> float | None:
        """The reader's own loss, within the chart."""
        return None if self.lost is None else min(max(self.lost, 0.0), self.most)

    def share(self, lost: float, level: float) -> float:
        """The share of the step-up that a loss erases at a multiple."""
        return level * lost / (1000 * self.step_up)


def erased(case: Case, chapter: Chapter, *, lost: float | None = None) -> Built:
    """D3: the share of the step-up that lost revenue erases, by revenue lost and multiple.

    `lost` marks a loss of the reader's own, in millions a year, and says how much of the step-up it erases.
    """
    deal, results = Deal.of(case), chapter.results
    step_up = results.value("deal.step_up") or 0.0
    unit = f"{currency(case)} mn per year"
    source = chapter.tables["T1.4"].source
    subtitle = f"% of the step-up erased, by {unit_words(unit)} of revenue lost (across) and value per unit of yearly revenue (down)"
    if step_up <= 0:
        return _without_step_up(deal, billions(case), subtitle, source)
    name, last_year, plan = deal.customer.customer.name, deal.customer.point, deal.plan.point
    gone = results.value("deal.break_even_lost_revenue") or 0.0
    period, planning = deal.customer.spend.period, deal.plan.spend.period
    spends = [
        _Spend(last_year, period, f"{name}, {period}"),
        _Spend(plan, f"{planning} plan", f"{name}, {planning} plan"),
        _Spend(gone, "all gone", "Break-even"),
    ]
    tints = _Tints(
        step_up,
        unit,
        results.value("deal.multiple") or 0.0,
        results.value("deal.multiple_prior") or 0.0,
        tuple(sorted(spends, key=lambda spend: spend.amount)),
        lost,
    )
    deals = short(results.value("deal.largest_customer_step_up_share"), "share")
    planned = short(results.value("deal.planned_spend_step_up_share"), "share")
    own = "" if tints.limit is None else (
        f" A loss of {short(tints.limit, unit)} a year erases {short(tints.share(tints.limit, tints.multiple), 'share')} of it."
    )  # fmt: skip
    return finished(
        lambda narrow: _layout(tints),
        id="D3",
        title=_TITLE,
        subtitle=f"{subtitle}; points: {owned(name)} spend and the break-even, at the deal's multiple",
        description=f"A table of tints over revenue lost and multiple. At the deal's {short(tints.multiple, 'x')}, {owned(name)} spend of "
        f"{short(last_year, unit)} carries {deals} of the step-up and its plan of {short(plan, unit)} {planned}; losing "
        f"{short(gone, unit)} a year erases all of it.{own}",
        source=source,
        table=_table(tints),
        controls=[_control(tints, gone)],
    )


def _without_step_up(deal: Deal, unit: str, subtitle: str, source: str) -> Built:
    """What the chart says where there is nothing to erase."""
    valuation, prior = deal.values.valuation, deal.values.prior
    return finished(
        lambda narrow: blank(f"{NO_NUMBER}: there is no step-up that lost revenue could erase"),
        id="D3",
        title=_TITLE,
        subtitle=subtitle,
        source=source,
        description=f"There is no step-up to erase: the deal's valuation, {short(valuation, unit)}, is not "
        f"above the value before, {short(prior, unit)}.",
        table=tabled(
            ("Value", unit_words(unit)),
            [("Valuation with the deal", valuation), ("Value before the deal", prior)],
        ),
    )


def _layout(tints: _Tints) -> Record:
    """The cells with their numbers, the spends at the deal's multiple, and the reader's own loss."""
    axis = {
        "title": None,
        "values": [rounded(one) for one in tints.columns],
        "format": number_format(tints.unit),
        "grid": False,
    }
    order = list(tints.rows.values())
    x = field("x", axis=axis, scale=scaled(0.0, tints.most))
    y = names(
        "row",
        sort=order,
        axis={"title": None, "labelColor": INK},
        scale={"domain": order, "paddingInner": 0.04},
    )
    scale = {"type": "threshold", "domain": [0.25, 0.5, 0.9, 1.1, 1.5, 2], "range": list(DIVERGING)}
    colour = field("share", scale=scale, legend=None)
    cells = _cells(tints)
    points = [
        {
            "row": tints.at_deal,
            "x": one.amount,
            "tip": f"{one.who}: {short(one.amount, tints.unit)} lost, {short(tints.share(one.amount, tints.multiple), 'share')} of the step-up",
        }
        for one in tints.spends
    ]
    marks = [(one.amount, one.label) for one in tints.spends]
    labels = [
        {"row": tints.at_deal, "x": amount, "text": label, "align": align}
        for amount, label, align in _beside(marks, _BESIDE * tints.width)
    ]
    return sheet(
        _ROW_HEIGHT * len(order),
        layer("rect", cells, {"x": x, "x2": X2, "y": y, "color": colour}, stroke=PAPER, strokeWidth=1),
        layer("text", cells, {"x": {**x, "field": "at"}, "y": y, "text": TEXT}, dy=each("dy")),
        layer("point", points, {"x": x, "y": y}, size=50),
        layer(
            "text", labels, {"x": x, "y": y, "text": TEXT},
            dy=13, align=each("align"), fontWeight="bold", fontSize=11,
        ),
        *_asked(tints, x),
    )  # fmt: skip


def _cells(tints: _Tints) -> list[Record]:
    found: list[Record] = []
    for level, label in tints.rows.items():
        for column in tints.columns:
            share = tints.share(column, level)
            text = short(share, "share", 2)
            found.append(
                {
                    "row": label,
                    "x": column - tints.width / 2,
                    "x2": column + tints.width / 2,
                    "at": column,
                    "share": share,
                    "text": text,
                    "dy": -9 if label == tints.at_deal else 0,
                    "tip": f"{short(column, tints.unit)} lost at {label}: {text}",
                }
            )
    return found


def _asked(tints: _Tints, x: Record) -> list[Record]:
    """The reader's own loss: a line through every row, and its share at the deal's multiple."""
    limit = tints.limit
    if limit is None:
        return []
    part, size = short(tints.share(limit, tints.multiple), "share"), short(limit, tints.unit)
    line = {"x": limit, "tip": f"{size} lost, {part} of the step-up at the deal's multiple"}
    right = limit > tints.most / 2
    word = {
        "x": limit,
        "text": f"{size}: {part}",
        "align": "right" if right else "left",
        "dx": -5 if right else 5,
    }
    # Between the edge of the chart and the numbers of a row that has nothing else in it.
    first = next(iter(tints.rows.values())) == tints.at_deal
    at = {"value": _ROW_HEIGHT * len(tints.rows) - 8 if first else 8}
    bold = {"fontWeight": "bold", "fontSize": 11}
    return [
        layer("rule", [line], {"x": x}, color=INK, strokeDash=[4, 3]),
        layer("text", [word], {"x": x, "y": at, "text": TEXT}, dx=each("dx"), align=each("align"), **bold),
    ]


def _table(tints: _Tints) -> Record:
    """A row for each multiple: what the losses of the columns, the spends and the reader's own erase."""
    unit, limit = tints.unit, tints.limit
    losses = [*tints.columns, *(one.amount for one in tints.spends), *([] if limit is None else [limit])]
    return tabled(
        (
            "Value of yearly revenue",
            "As a multiple, ×",
            *(f"{short(column, unit)} lost: % erased" for column in tints.columns),
            *(f"{one.who}, {short(one.amount, unit)} lost: % erased" for one in tints.spends),
            *([] if limit is None else [f"Your choice, {short(limit, unit)} lost: % erased"]),
        ),
        [
            (label, level, *(in_percent(tints.share(amount, level)) for amount in losses))
            for level, label in tints.rows.items()
        ],
    )


def _control(tints: _Tints, gone: float) -> Record:
    """The option that marks a loss of the reader's own; at first about half of what would erase all."""
    # On a step, so that a reader who goes back to it finds the chart as it was.
    start = tints.width * math.floor(gone / tints.width / 2 + 0.5)
    return {
        "name": "lost",
        "label": "Revenue lost in a year",
        "value": rounded(start if tints.limit is None else tints.limit),
        "low": 0.0,
        "high": rounded(tints.most),
        "step": rounded(tints.width / 10),
        "unit": tints.unit,
    }


def _beside(marks: list[tuple[float, str]], room: float) -> list[tuple[float, str, str]]:
    """Labels of three marks in order, each with its alignment, so that none lies on another.

    A mark farther than `room` from its neighbour has its label under it, two closer ones on their outer
    sides; of three close ones the first two share theirs.
    """
    (first, one), (second, two), (third, three) = marks
    if third - second > room:
        return [(first, one, "right"), (second, two, "left"), (third, three, "center")]
    if second - first > room:
        return [(first, one, "center"), (second, two, "right"), (third, three, "left")]
    return [(first, f"{one}, {two}", "right"), (third, three, "left")]
