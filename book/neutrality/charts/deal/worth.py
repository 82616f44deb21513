"""What the deal says the business is worth: D2, D3 and D6."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    across,
    boxes,
    field,
    finished,
    in_percent,
    layer,
    number_format,
    on,
    scaled,
    sheet,
    short,
    tabled,
    toward,
    unit_words,
    upright,
    upwards,
    word,
    words,
)
from neutrality.charts.deal.shared import billions, small
from neutrality.charts.theme import INK, MUTED, PAPER, STEP, TAG_COLOURS
from neutrality.methods.valuation import enterprise_value, premium_stack
from neutrality.results import Chapter

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
