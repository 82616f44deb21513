"""What the deal says the business is worth: D2, D3 and D6."""

from __future__ import annotations

import altair as alt

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.chapters.exposure import currency
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    INK,
    MUTED,
    NO_NUMBER,
    TEXT,
    X2,
    Y2,
    Record,
    across,
    blank,
    boxes,
    each,
    field,
    finished,
    layer,
    names,
    number_format,
    on,
    rounded,
    scaled,
    sheet,
    short,
    step,
    toward,
    unit_words,
    upright,
    upwards,
    value_of,
    word,
    words,
)
from neutrality.charts.deal.shared import billions, small
from neutrality.charts.theme import DIVERGING, PAPER, STEP, TAG_COLOURS
from neutrality.results import Chapter
from neutrality.units import owned


def cash_kept(case: Case, chapter: Chapter) -> alt.VConcatChart:
    """D2: value of the business and step-up, by how much of the cash stayed."""
    deal, results, unit = Deal.of(case), chapter.results, billions(case)
    table = chapter.tables["T1.3"]
    prior = deal.values.prior
    own_share, own = deal.values.cash_retained, results.value("deal.enterprise_value")
    rows = [(value_of(share), value_of(value), value_of(up)) for share, value, up, *_ in table.rows]
    poles = [row for row in rows if row[0] in (0.0, 1.0)]
    inside = 0 < own_share < 1
    marked = [*poles, (own_share, own, own / prior - 1)] if inside and own is not None else poles

    def panel(
        index: int, panel_unit: str, level: float, level_label: str, heading: str, last: bool = False
    ) -> Record:
        values = [row[index] for row in marked] + [level, 0.0]
        low, high = min(values), max(values)
        high += 0.12 * (high - low or 1.0)
        axis = {
            "title": "share of the cheque that stayed in the company as cash" if last else None,
            "values": [0, 0.25, 0.5, 0.75, 1], "format": ".0%", "grid": False, "domain": True,
        }  # fmt: skip
        x = field("x", axis=axis, scale=scaled(0.0, 1.0))
        y = upwards(low, high, format=number_format(panel_unit))
        dots = [
            {"x": row[0], "y": row[index], "colour": TAG_COLOURS["assumed"] if row[0] == own_share else INK}
            for row in marked
        ]
        over = level > marked[0][index] or level - low < 0.15 * (high - low)
        texts = [word(0.0, level, level_label, dx=10, dy=-9 if over else 11, colour=MUTED)]
        for row in marked:
            label, here = short(row[index], panel_unit), row[0] == own_share
            if row[0] == 1:
                texts.append(
                    word(1.0, row[index], f"{label}\nour setting" if here else label, weight="bold", dx=10)
                )
            else:
                texts.append(
                    word(
                        row[0],
                        row[index],
                        f"{label} · our setting" if here else label,
                        weight="bold",
                        dx=9,
                        dy=-11,
                    )
                )
        return sheet(
            170,
            layer("rule", [{"y": level}], {"y": y}, color=MUTED, strokeDash=[4, 3]),
            layer("line", [{"x": row[0], "y": row[index]} for row in poles], {"x": x, "y": y}),
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=80),
            words(texts, x, y),
            title=small(heading),
        )

    def build(narrow: bool) -> Record:
        worth = f"value before the deal: {short(prior, unit)}"
        panels = [
            panel(1, unit, prior, worth, f"Value of the business, {unit_words(unit)}"),
            panel(2, "share", 0.0, "no step-up", "Step-up on the value before, %", last=True),
        ]
        return {"vconcat": panels, "spacing": 22}

    none, every = poles[0], poles[-1]
    return finished(
        build,
        id="D2",
        title="How much of the step-up is cash?",
        subtitle="Headline valuation less the cash that stayed, plus net debt; no source says how much stayed, so both ends are shown",
        description=f"If none of the cash stayed, the business is worth {short(none[1], unit)}, {_against(none[2])} "
        f"the {short(prior, unit)} before the deal; if all of it stayed, {short(every[1], unit)}, {_against(every[2])} it. Between them both lines are straight. Our setting is {short(own_share, 'share')}, "
        f"which gives {short(own, unit)}.",
        source=source_line(
            case,
            deal["valuation"],
            deal["investment"],
            deal["prior"],
            deal["net_debt"],
            deal["cash_retained"],
        ),
    )


def _against(rise: float) -> str:
    return f"{short(abs(rise), 'share')} {'above' if rise >= 0 else 'below'}"


def erased(case: Case, chapter: Chapter) -> alt.LayerChart:
    """D3: the share of the step-up that lost revenue erases, by revenue lost and multiple."""
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
    cells = [
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
    spends = [
        (last_year, deal.customer.spend.period, "right"),
        (plan, f"{deal.plan.spend.period} plan", "left"),
        (gone, "all gone", "center"),
    ]
    points = [{"row": labelled[multiple], "x": spend} for spend, _, _ in spends if spend <= 7 * width]

    def named(narrow: bool) -> list[Record]:
        """The label at each point; where two would run into each other, both are shorter or begin at theirs."""
        pixel = 7 * width / (190 if narrow else 560)
        tight = 0 < gone - plan < 90 * pixel
        shown = [*spends[:1], (plan, "plan", "left"), (gone, "all gone", "left")] if tight else spends
        return [
            {"row": labelled[multiple], "x": spend, "text": label, "align": align}
            for spend, label, align in shown
            if spend <= 7 * width
        ]

    tints = {"type": "threshold", "domain": [0.25, 0.5, 0.9, 1.1, 1.5, 2], "range": list(DIVERGING)}
    colour = field("share", scale=tints, legend=None)
    deals = short(results.value("deal.largest_customer_step_up_share"), "share")
    planned = short(results.value("deal.planned_spend_step_up_share"), "share")

    def build(narrow: bool) -> Record:
        return sheet(
            height,
            layer("rect", cells, {"x": x, "x2": X2, "y": y, "color": colour}, stroke=PAPER, strokeWidth=1),
            layer("text", cells, {"x": {**x, "field": "at"}, "y": y, "text": TEXT}, dy=each("dy")),
            layer("point", points, {"x": x, "y": y}, size=50),
            layer(
                "text", named(narrow), {"x": x, "y": y, "text": TEXT},
                dy=13, align=each("align"), fontWeight="bold", fontSize=11,
            ),
        )  # fmt: skip

    return finished(
        build,
        id="D3",
        title=title,
        subtitle=f"{subtitle}; points: {owned(name)} spend and the break-even, at the deal's multiple",
        description=f"A table of tints over revenue lost and multiple. At the deal's {short(multiple, 'x')}, {owned(name)} spend of "
        f"{short(last_year, lost_unit)} carries {deals} of the step-up and its plan of {short(plan, lost_unit)} {planned}; losing "
        f"{short(gone, lost_unit)} a year erases all of it.",
        source=source,
    )


def premium(case: Case, chapter: Chapter) -> alt.LayerChart:
    """D6: the cheque as its stake in the value before, its part of the cash and a residual."""
    deal, unit = Deal.of(case), billions(case)
    table = chapter.tables["T1.6"]
    cheque = deal.values.investment
    rows = [tuple(value_of(cell) or 0.0 for cell in row) for row in table.rows]
    high = max([cheque, *(before + cash for _, before, cash, *_ in rows)])

    def build(narrow: bool) -> Record:
        room = 230.0 if narrow else 640.0
        bars: list[Record] = []
        missing: list[Record] = []
        texts: list[Record] = [word(cheque, 8, f"cheque {short(cheque, unit)}", **toward(cheque, 0, high))]
        top = 26.0
        for stayed, before, cash, residual, _ in rows:
            texts.append(word(0.0, top + 8, _stayed(stayed), weight="bold"))
            ends = {"y": top + 20, "y2": top + 56}
            parts = [("value before", 0.0, before, STEP[3]), ("cash", before, before + cash, STEP[4])]
            if residual > 0:
                parts.append(("residual", before + cash, cheque, INK))
            else:
                missing.append({"x": cheque, "x2": before + cash, **ends})
            for label, start, end, fill in parts:
                if end <= start:
                    continue
                bars.append({"x": start, "x2": end, **ends, "colour": fill})
                number = short(end - start, unit)
                text = f"{label}\n{number}"
                if 6.6 * max(len(label), len(number)) + 8 <= (end - start) / high * room:
                    ink = PAPER if fill == INK else on(fill)
                    texts.append(word(start, top + 31, text, dx=7, colour=ink))
                elif label == "residual":
                    texts.append(word(cheque, top + 8, f"residual {number}", align="right", dx=-5))
            if residual < 0:
                texts.append(
                    word(before + cash, top + 8, f"residual {short(residual, unit)}", align="right", dx=-5)
                )
            top += 70
        height = top - 8
        x, y = across(0, high, unit), DOWN
        layers = [boxes(bars, x, y, stroke=PAPER, strokeWidth=1)]
        if missing:
            outline = {"fill": None, "stroke": INK, "strokeDash": [3, 3]}
            layers.append(layer("rect", missing, {"x": x, "x2": X2, "y": y, "y2": Y2}, **outline))
        layers.append(upright([cheque], 16, height, x, y, INK, dash=[3, 3]))
        return sheet(height, *layers, words(texts, x, y))

    said = [
        f"{_stayed(stayed)}: {short(before, unit)} for the stake in the value before, {short(cash, unit)} for its part of the "
        f"cash, {short(residual, unit)} residual"
        for stayed, before, cash, residual, _ in rows
    ]
    return finished(
        build,
        id="D6",
        title=table.title,
        subtitle=f"{unit_words(unit)}; cheque = stake in the value before + stake in the cash that stayed + residual; layer L0",
        description=f"The cheque of {short(cheque, unit)} in three parts, by how much of the cash stayed. {'. '.join(said)}.",
        source=table.source,
    )


def _stayed(share: float) -> str:
    words_for = {
        0.0: "None of the cash stayed",
        0.5: "Half of the cash stayed",
        1.0: "All of the cash stayed",
    }
    return words_for.get(share, f"{short(share, 'share')} of the cash stayed")
