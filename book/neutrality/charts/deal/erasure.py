"""The chart of the step-up that lost revenue erases."""

from __future__ import annotations

import math

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

#: Shares of the cash at which the lines of D2 can be read off.
READINGS = tuple(tenth / 10 for tenth in range(11))


def erased(case: Case, chapter: Chapter, *, lost: float | None = None) -> Built:
    """D3: the share of the step-up that lost revenue erases, by revenue lost and multiple.

    `lost` marks a loss of the reader's own, in millions a year, and says how much of the step-up it erases.
    """
    deal, results, unit = Deal.of(case), chapter.results, billions(case)
    step_up = results.value("deal.step_up") or 0.0
    lost_unit = f"{currency(case)} mn per year"
    name = deal.customer.customer.name
    last_year, plan = deal.customer.point, deal.plan.point
    gone = results.value("deal.break_even_lost_revenue") or 0.0
    multiple, before = results.value("deal.multiple") or 0.0, results.value("deal.multiple_prior") or 0.0
    source = chapter.tables["T1.4"].source
    title = "When is the step-up gone?"
    subtitle = f"% of the step-up erased, by {unit_words(lost_unit)} of revenue lost (across) and value per unit of yearly revenue (down)"
    if step_up <= 0:
        return finished(
            lambda narrow: blank(f"{NO_NUMBER}: there is no step-up that lost revenue could erase"),
            id="D3", title=title, subtitle=subtitle, source=source,
            description=f"There is no step-up to erase: the deal's valuation, {short(deal.values.valuation, unit)}, is not "
            f"above the value before, {short(deal.values.prior, unit)}.",
            table=tabled(
                ("Value", unit_words(unit)),
                [("Valuation with the deal", deal.values.valuation), ("Value before the deal", deal.values.prior)],
            ),
        )  # fmt: skip
    width = step(1.25 * max(gone, plan, last_year), 6)
    columns = [width * (index + 0.5) for index in range(7)]
    own_rows = {multiple: f"deal: {short(multiple, 'x')}", before: f"before: {short(before, 'x')}"}
    gap = step(1.3 * multiple, 5)
    around = [gap * index for index in range(1, 8)]
    around = [
        one for one in around if one < 1.6 * multiple and all(abs(one - own) > 0.3 * gap for own in own_rows)
    ]
    levels = sorted([*around, *own_rows], reverse=True)
    labelled = {level: own_rows.get(level, short(level, "x")) for level in levels}
    order = [labelled[level] for level in levels]
    height = 42 * len(levels)

    def share(lost: float, level: float) -> float:
        return level * lost / (1000 * step_up)

    axis = {
        "title": None,
        "values": [rounded(one) for one in columns],
        "format": number_format(lost_unit),
        "grid": False,
    }
    x = field("x", axis=axis, scale=scaled(0.0, 7 * width))
    y = names(
        "row",
        sort=order,
        axis={"title": None, "labelColor": INK},
        scale={"domain": order, "paddingInner": 0.04},
    )
    cells: list[Record] = [
        {
            "row": labelled[level],
            "x": column - width / 2,
            "x2": column + width / 2,
            "at": column,
            "share": share(column, level),
        }
        for level in levels
        for column in columns
    ]
    for cell in cells:
        cell["text"] = short(cell["share"], "share", 2)
        cell["dy"] = -9 if cell["row"] == labelled[multiple] else 0
        cell["tip"] = f"{short(cell['at'], lost_unit)} lost at {cell['row']}: {cell['text']}"
    period, planning = deal.customer.spend.period, deal.plan.spend.period
    spends = sorted(
        [
            (last_year, period, f"{name}, {period}"),
            (plan, f"{planning} plan", f"{name}, {planning} plan"),
            (gone, "all gone", "Break-even"),
        ],
        key=lambda spend: spend[0],
    )
    points = [
        {
            "row": labelled[multiple],
            "x": amount,
            "tip": f"{who}: {short(amount, lost_unit)} lost, {short(share(amount, multiple), 'share')} of the step-up",
        }
        for amount, _, who in spends
    ]
    labels = [
        {"row": labelled[multiple], "x": amount, "text": label, "align": align}
        for amount, label, align in _beside([(amount, label) for amount, label, _ in spends], 2.1 * width)
    ]
    most = 7 * width
    limit = None if lost is None else min(max(lost, 0.0), most)
    losses = [*columns, *(amount for amount, *_ in spends), *([] if limit is None else [limit])]
    tints = {"type": "threshold", "domain": [0.25, 0.5, 0.9, 1.1, 1.5, 2], "range": list(DIVERGING)}
    colour = field("share", scale=tints, legend=None)
    deals = short(results.value("deal.largest_customer_step_up_share"), "share")
    planned = short(results.value("deal.planned_spend_step_up_share"), "share")

    def asked() -> list[Record]:
        """The reader's own loss: a line through every row, and its share at the deal's multiple."""
        if limit is None:
            return []
        part, size = short(share(limit, multiple), "share"), short(limit, lost_unit)
        line = {"x": limit, "tip": f"{size} lost, {part} of the step-up at the deal's multiple"}
        right = limit > most / 2
        word = {
            "x": limit,
            "text": f"{size}: {part}",
            "align": "right" if right else "left",
            "dx": -5 if right else 5,
        }
        # Between the edge of the chart and the numbers of a row that has nothing else in it.
        at = {"value": 8 if order[0] != labelled[multiple] else height - 8}
        bold = {"fontWeight": "bold", "fontSize": 11}
        return [
            layer("rule", [line], {"x": x}, color=INK, strokeDash=[4, 3]),
            layer(
                "text", [word], {"x": x, "y": at, "text": TEXT}, dx=each("dx"), align=each("align"), **bold
            ),
        ]

    def build(narrow: bool) -> Record:
        return sheet(
            height,
            layer("rect", cells, {"x": x, "x2": X2, "y": y, "color": colour}, stroke=PAPER, strokeWidth=1),
            layer("text", cells, {"x": {**x, "field": "at"}, "y": y, "text": TEXT}, dy=each("dy")),
            layer("point", points, {"x": x, "y": y}, size=50),
            layer(
                "text", labels, {"x": x, "y": y, "text": TEXT},
                dy=13, align=each("align"), fontWeight="bold", fontSize=11,
            ),
            *asked(),
        )  # fmt: skip

    own = "" if limit is None else (
        f" A loss of {short(limit, lost_unit)} a year erases {short(share(limit, multiple), 'share')} of it."
    )  # fmt: skip
    return finished(
        build,
        id="D3",
        title=title,
        subtitle=f"{subtitle}; points: {owned(name)} spend and the break-even, at the deal's multiple",
        description=f"A table of tints over revenue lost and multiple. At the deal's {short(multiple, 'x')}, {owned(name)} spend of "
        f"{short(last_year, lost_unit)} carries {deals} of the step-up and its plan of {short(plan, lost_unit)} {planned}; losing "
        f"{short(gone, lost_unit)} a year erases all of it.{own}",
        source=source,
        table=tabled(
            (
                "Value of yearly revenue",
                "As a multiple, ×",
                *(f"{short(column, lost_unit)} lost: % erased" for column in columns),
                *(f"{who}, {short(amount, lost_unit)} lost: % erased" for amount, _, who in spends),
                *([] if limit is None else [f"Your choice, {short(limit, lost_unit)} lost: % erased"]),
            ),
            [
                (labelled[level], level, *(in_percent(share(amount, level)) for amount in losses))
                for level in levels
            ],
        ),
        controls=[
            {
                "name": "lost",
                "label": "Revenue lost in a year",
                # On a step, so that a reader who goes back to it finds the chart as it was.
                "value": rounded(width * math.floor(gone / width / 2 + 0.5) if limit is None else limit),
                "low": 0.0,
                "high": rounded(most),
                "step": rounded(width / 10),
                "unit": lost_unit,
            }
        ],
    )


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
