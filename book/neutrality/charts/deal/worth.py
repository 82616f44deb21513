"""What the deal says the business is worth: D2, D3 and D6."""

from __future__ import annotations

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
    Built,
    Record,
    across,
    blank,
    boxes,
    each,
    field,
    finished,
    in_percent,
    layer,
    names,
    number_format,
    on,
    rounded,
    scaled,
    sheet,
    short,
    step,
    tabled,
    toward,
    unit_words,
    upright,
    upwards,
    word,
    words,
)
from neutrality.charts.deal.shared import billions, small
from neutrality.charts.theme import DIVERGING, PAPER, STEP, TAG_COLOURS
from neutrality.methods.valuation import enterprise_value, premium_stack
from neutrality.results import Chapter
from neutrality.units import owned

#: Shares of the cash at which the lines of D2 can be read off.
READINGS = tuple(tenth / 10 for tenth in range(11))


def cash_kept(case: Case, chapter: Chapter) -> Built:
    """D2: value of the business and step-up, by how much of the cash stayed."""
    deal, unit = Deal.of(case), billions(case)
    v = deal.values
    prior, own_share = v.prior, v.cash_retained

    def at(share: float) -> tuple[float, float, float]:
        """A share of the cash, and value and step-up of the business if that much stayed."""
        value = enterprise_value(v.valuation, v.investment, share, v.net_debt)
        return share, value, value / prior - 1

    poles, own = [at(0.0), at(1.0)], at(own_share)
    marked = [*poles, own] if 0 < own_share < 1 else poles
    read = [at(share) for share in sorted({*READINGS, own_share})]
    # Beside the label of the left end there is no room for our setting's: it stands above it.
    crowded = 0 < own_share < 0.2

    def panel(
        index: int, panel_unit: str, level: float, level_label: str, heading: str, last: bool = False
    ) -> Record:
        values = [row[index] for row in marked] + [level, 0.0]
        low, high = min(values), max(values)
        high += (0.22 if crowded else 0.12) * (high - low or 1.0)
        axis = {
            "title": "share of the cheque that stayed in the company as cash" if last else None,
            "values": [0, 0.25, 0.5, 0.75, 1], "format": ".0%", "grid": False, "domain": True,
        }  # fmt: skip
        x = field("x", axis=axis, scale=scaled(0.0, 1.0))
        y = upwards(low, high, format=number_format(panel_unit))
        said = "" if index == 1 else "step-up "
        spots = [
            {
                "x": row[0],
                "y": row[index],
                "tip": f"{_stayed(row[0])}: {said}{short(row[index], panel_unit)}",
            }
            for row in [*marked, *(row for row in read if row not in marked)]
        ]
        dots = [
            {**spot, "colour": TAG_COLOURS["assumed"] if spot["x"] == own_share else INK}
            for spot in spots[: len(marked)]
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
                above = here and crowded
                texts.append(
                    word(
                        row[0],
                        poles[0][index] if above else row[index],
                        f"{label} · our setting" if here else label,
                        weight="bold",
                        dx=9,
                        dy=-27 if above else -11,
                    )
                )
        return sheet(
            170,
            layer("rule", [{"y": level}], {"y": y}, color=MUTED, strokeDash=[4, 3]),
            layer("line", [{"x": row[0], "y": row[index]} for row in poles], {"x": x, "y": y}),
            layer("point", spots[len(marked) :], {"x": x, "y": y}, size=160, opacity=0),
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

    none, every = poles
    return finished(
        build,
        id="D2",
        title="How much of the step-up is cash?",
        subtitle="Headline valuation less the cash that stayed, plus net debt, at both ends of what may have stayed",
        description=f"If none of the cash stayed, the business is worth {short(none[1], unit)}, {_against(none[2])} "
        f"the {short(prior, unit)} before the deal; if all of it stayed, {short(every[1], unit)}, {_against(every[2])} it. Between them both lines are straight. Our setting is {short(own_share, 'share')}, "
        f"which gives {short(own[1], unit)}.",
        source=source_line(
            case,
            deal["valuation"],
            deal["investment"],
            deal["prior"],
            deal["net_debt"],
            deal["cash_retained"],
        ),
        table=tabled(
            (
                "Cash that stayed, %",
                f"Value of the business, {unit_words(unit)}",
                "Step-up on the value before, %",
                f"Value before the deal, {unit_words(unit)}",
            ),
            [(in_percent(share), value, in_percent(up), prior) for share, value, up in read],
        ),
    )


def _against(rise: float) -> str:
    return f"{short(abs(rise), 'share')} {'above' if rise >= 0 else 'below'}"


def erased(case: Case, chapter: Chapter) -> Built:
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
    losses = [*columns, *(amount for amount, *_ in spends)]
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
                "text", labels, {"x": x, "y": y, "text": TEXT},
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
        table=tabled(
            (
                "Value of yearly revenue",
                "As a multiple, ×",
                *(f"{short(column, lost_unit)} lost: % erased" for column in columns),
                *(f"{who}, {short(amount, lost_unit)} lost: % erased" for amount, _, who in spends),
            ),
            [
                (labelled[level], level, *(in_percent(share(lost, level)) for lost in losses))
                for level in levels
            ],
        ),
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


def premium(case: Case, chapter: Chapter) -> Built:
    """D6: the cheque as its stake in the value before, its part of the cash and a residual."""
    deal, unit = Deal.of(case), billions(case)
    v, cheque = deal.values, deal.values.investment
    own = v.cash_retained
    # Both ends, and between them our setting, or the middle where our setting is an end.
    shares = (0.0, own if 0 < own < 1 else 0.5, 1.0)
    rows = [(share, *premium_stack(cheque, v.stake, v.standalone, share)) for share in shares]
    high = max([cheque, *(before + cash for _, before, cash, _ in rows)])

    def build(narrow: bool) -> Record:
        room = 230.0 if narrow else 640.0
        bars: list[Record] = []
        missing: list[Record] = []
        texts: list[Record] = [word(cheque, 8, f"cheque {short(cheque, unit)}", **toward(cheque, 0, high))]
        top = 26.0
        for stayed, before, cash, residual in rows:
            heading = _stayed(stayed)
            if stayed == own:
                # A label of the residual needs room beside it on a phone.
                heading = f"{heading.replace(' of the cash', '') if narrow else heading} · our setting"
            texts.append(word(0.0, top + 8, heading, weight="bold"))
            ends = {"y": top + 20, "y2": top + 56}
            parts = [("value before", 0.0, before, STEP[3]), ("cash", before, before + cash, STEP[4])]
            if residual > 0:
                parts.append(("residual", before + cash, cheque, INK))
            else:
                tip = f"{_stayed(stayed)}: residual {short(residual, unit)}"
                missing.append({"x": cheque, "x2": before + cash, **ends, "tip": tip})
            for label, start, end, fill in parts:
                if end <= start:
                    continue
                number = short(end - start, unit)
                tip = f"{_stayed(stayed)}: {label} {number}"
                bars.append({"x": start, "x2": end, **ends, "colour": fill, "tip": tip})
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
        for stayed, before, cash, residual in rows
    ]
    return finished(
        build,
        id="D6",
        title="What did the buyer pay for beyond the business?",
        subtitle=f"{unit_words(unit)}; cheque = stake in the value before + stake in the cash that stayed + residual; layer L0",
        description=f"The cheque of {short(cheque, unit)} in three parts, by how much of the cash stayed. {'. '.join(said)}.",
        source=source_line(case, deal.of_names("investment", "stake", "standalone", "cash_retained")),
        table=tabled(
            (
                "Cash that stayed, %",
                *(
                    f"{part}, {unit_words(unit)}"
                    for part in ("Stake in the value before", "Stake in the cash", "Residual", "Cheque")
                ),
            ),
            [(in_percent(stayed), *parts, cheque) for stayed, *parts in rows],
        ),
    )


def _stayed(share: float) -> str:
    words_for = {
        0.0: "None of the cash stayed",
        0.5: "Half of the cash stayed",
        1.0: "All of the cash stayed",
    }
    return words_for.get(share, f"{short(share, 'share')} of the cash stayed")
