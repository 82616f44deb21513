"""What an exit would do to the value, by volume and by price: D4."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.deal import Deal
from neutrality.charts.common import (
    DOWN,
    Built,
    Record,
    across,
    boxes,
    finished,
    on,
    sheet,
    short,
    tabled,
    toward,
    unit_words,
    upright,
    value_of,
    word,
    words,
)
from neutrality.charts.deal.shared import billions
from neutrality.charts.theme import INK, MUTED, PAPER, STEP
from neutrality.results import Chapter

#: Height of a bar's row, and the drawn width that a label has to fit into.
ROW, WIDE_ROOM, NARROW_ROOM = 28.0, 690.0, 325.0


def waterfall(case: Case, chapter: Chapter) -> Built:
    """D4: from the valuation to what is left without the largest customer, by volume and by price."""
    deal, unit, table = Deal.of(case), billions(case), chapter.tables["T1.4b"]
    name, before = deal.customer.customer.name, deal.values.prior
    start = deal.values.valuation
    falls = [
        (str(label), value_of(level), value_of(lost) or 0.0, value_of(priced) or 0.0, value_of(left) or 0.0)
        for label, level, _, lost, priced, left in table.rows
    ]
    high = max(before, *(max(start, left, start + lost) for _, _, lost, _, left in falls))

    def build(narrow: bool) -> Record:
        room = NARROW_ROOM if narrow else WIDE_ROOM
        bars: list[Record] = []
        reference = f"value before the deal {short(before, unit)}"
        texts: list[Record] = [word(before, 8, reference, colour=MUTED, **toward(before, 0, high))]
        top = 24.0
        for label, level, lost, priced, left in falls:
            heading = f"{label}: {short(level, 'x')}"
            texts.append(word(0.0, top + 8, heading, weight="bold"))
            top += 20
            steps = [
                ("valuation", 0.0, start, STEP[1], start),
                ("lost revenue", start, start + lost, STEP[3], lost),
                ("multiple", start + lost, start + lost + priced, STEP[4], priced),
                ("left", 0.0, left, INK, left),
            ]
            for what, begin, end, fill, amount in steps:
                low, top_end = min(begin, end), max(begin, end)
                text = f"{what} {short(amount, unit)}"
                ends = {"x": low, "x2": top_end, "y": top + 3, "y2": top + ROW - 3}
                bars.append({**ends, "colour": fill, "tip": f"{heading}, {text}"})
                texts.append(_label(text, low, top_end, top + ROW / 2, fill, room / high))
                top += ROW
            top += 12
        height = top - 8
        x, y = across(0, high, unit), DOWN
        return sheet(
            height,
            upright([before], 17, height, x, y, MUTED, dash=[3, 3]),
            boxes(bars, x, y),
            words([text for text in texts if text["dx"] != 7], x, y, halo=True),
            words(texts, x, y),
        )

    said = [
        f"{label}, {short(level, 'x')}: {short(start, unit)} falls by {short(abs(lost), unit)} of lost revenue and changes by "
        f"{short(priced, unit)} with the multiple; {short(left, unit)} is left"
        for label, level, lost, priced, left in falls
    ]
    return finished(
        build,
        id="D4",
        title=f"Volume or price: what is left if {name} leaves?",
        subtitle=f"{unit_words(unit)}; valuation, effect of the lost revenue, effect of the multiple, what is left; "
        "averaged over both orders; first at our setting, then at the low end of the multiple's range (layer L1)",
        description=f"{'. '.join(said)}. The value before the deal was {short(before, unit)}.",
        source=table.source,
        table=tabled(
            (
                "Multiple after the exit", "EV/revenue, ×",
                *(f"{step}, {unit_words(unit)}" for step in ("Valuation", "Lost revenue", "Multiple", "Left", "Value before")),
            ),
            [(label, level, start, *rest, before) for label, level, *rest in falls],
        ),
    )  # fmt: skip


def _label(text: str, low: float, high: float, y: float, fill: str, scale: float) -> Record:
    """A bar's label: within it where it fits, else on the side that has room."""
    wide = 6.6 * len(text) + 14
    if wide <= (high - low) * scale:
        return word(low, y, text, dx=7, colour=PAPER if fill == INK else on(fill))
    if wide <= low * scale:
        return word(low, y, text, align="right", dx=-6)
    return word(high, y, text, dx=6)


__all__ = ["waterfall"]
