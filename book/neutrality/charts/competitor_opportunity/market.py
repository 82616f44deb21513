"""The vendors: who would take the work by which rule, who can, what it is worth to them and to their market.

The page draws these charts again from `_static/live/charts`, in a file of the same name: the two are read side by
side, so they are long together rather than split apart.
"""

from __future__ import annotations

import math

from neutrality.case import Case
from neutrality.case.figures import in_millions
from neutrality.chapters import SHARE_MODELS
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity import market as vendors_of
from neutrality.chapters.competitor_opportunity.market import RULE_WORDS, SIGNS
from neutrality.chapters.competitor_opportunity.model import Model
from neutrality.chapters.competitor_opportunity.tables import plan_words
from neutrality.charts.common import (
    DOWN,
    NO_NUMBER,
    X2,
    Y2,
    Built,
    Record,
    across,
    blank,
    boxes,
    field,
    finished,
    in_percent,
    layer,
    number_format,
    rounded,
    scaled,
    sheet,
    short,
    step,
    tabled,
    unit_words,
    word,
    words,
)
from neutrality.charts.theme import INK, MUTED, STEP, TAG_COLOURS
from neutrality.methods.rationing import water_filling
from neutrality.units import pretty
from neutrality.words import raised

#: The rules as a label beside a bar.
_SHORT = {"equal": "equal", "proportional": "by revenue", "logit": "by attributes"}


def diversion(case: Case, chapter: Opportunity) -> Built:
    """C6: the vendors' shares of the open pool by each rule, with their ranges."""
    model = chapter.model
    rules = [vendors_of.diverted(model, rule) for rule in SHARE_MODELS]
    found = [
        (vendor.name, rule.rule, None if rule.shares is None else rule.shares[index], rule.ranges[index])
        for index, vendor in enumerate(model.vendors)
        for rule in rules
    ]
    high = max([share or 0.0 for *_, share, _ in found] + [ends[1] for *_, ends in found if ends])

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        spans: list[Record] = []
        texts: list[Record] = []
        top, held = 0.0, ""
        for name, rule, share, ends in found:
            if name != held:
                top += 10 if held else 0
                texts.append(word(0.0, top + 8, name, weight="bold"))
                top, held = top + 18, name
            at = top + 8
            if share is None:
                texts.append(word(0.0, at, f"{NO_NUMBER}, {_SHORT[rule]}", dx=2, colour=MUTED))
            else:
                called = f"{name}, {_SHORT[rule]}"
                bars.append(
                    {
                        "x": 0.0,
                        "x2": share,
                        "y": top + 2,
                        "y2": top + 14,
                        "colour": STEP[SHARE_MODELS.index(rule) + 1],
                        "tip": f"{called}: {short(share, 'share')}",
                    }
                )
                low, far = ends or (share, share)
                if far > low:
                    tip = f"{called}: {short(low, 'share')} to {short(far, 'share')}"
                    spans += [
                        {"x": low, "x2": far, "y": at, "y2": at, "tip": tip},
                        *({"x": end, "x2": end, "y": at - 4, "y2": at + 4, "tip": tip} for end in (low, far)),
                    ]
                texts.append(word(max(share, far), at, f"{short(share, 'share')} {_SHORT[rule]}", dx=6))
            top += 17
        x, y = across(0.0, high or 1.0, "share"), DOWN
        return sheet(
            top + 4,
            boxes(bars, x, y),
            layer(
                "rule",
                spans,
                {"x": x, "x2": X2, "y": y, "y2": Y2},
                color=TAG_COLOURS["assumed"],
                strokeWidth=1.5,
            ),
            words(texts, x, y),
        )

    said = "; ".join(
        f"{name}: "
        + ", ".join(f"{short(share, 'share')} {_SHORT[rule]}" for one, rule, share, _ in found if one == name)
        for name in dict.fromkeys(name for name, *_ in found)
    )
    return finished(
        build,
        id="C6",
        title="Who takes what share, and how much hangs on the rule?",
        subtitle=f"% of the open pool, {plan_words(model)}; bars: layer L2; lines: layer L1, over the revenues or attributes tried; "
        "facts alone (L0) allow every share from none to all",
        description=f"Three bars for each vendor, the diversion ratio in equal shares, in proportion to revenue and by attributes. {said}.",
        source=chapter.tables["T3.9"].source,
        table=tabled(
            ("Vendor", "Rule", "Share of the open pool, %", "Low end, %", "High end, %"),
            [
                (name, _SHORT[rule], *map(in_percent, (share, *(ends or (None, None)))))
                for name, rule, share, ends in found
            ],
        ),
    )


def _pools(model: Model, size: float) -> list[Record]:
    """The choice of an open pool, up to the largest that the facts allow; none where nothing can come open."""
    most = model.pools["contestable_high"].value
    if not most > 0:
        return []
    by = step(most, 100)
    return [
        {
            "name": "pool",
            "label": "Open pool",
            "value": rounded(size),
            "low": 0,
            "high": rounded(by * math.ceil(most / by * (1 - 1e-12))),
            "step": rounded(by),
            "unit": model.unit,
        }
    ]


def capacity(case: Case, chapter: Opportunity, *, pool: float | None = None) -> Built:
    """C7: what each vendor takes and what it has to turn away, against its capacity.

    `pool` is the open pool that is shared out, in millions a year: the expected one unless told otherwise.
    """
    model, unit = chapter.model, chapter.model.unit
    size = model.open_pool.value if pool is None else pool
    shares = vendors_of.diverted(model, model.share_model).shares
    rows: list[tuple[str, float, float, float]] = []
    unserved = 0.0
    if shares is not None:
        found = water_filling(size, [vendor.room for vendor in model.vendors], shares)
        rows = [
            (vendor.name, amount, share * size, vendor.room)
            for vendor, amount, share in zip(model.vendors, found.amounts, shares, strict=True)
        ]
        unserved = found.unserved if found.unserved > 1e-9 * size else 0.0
    high = max([value for _, *values in rows for value in values] + [unserved], default=0.0)

    def build(narrow: bool) -> Record:
        if not rows:
            return blank(f"{NO_NUMBER}: the chosen rule has no shares here")
        bars: list[Record] = []
        ticks: list[Record] = []
        texts: list[Record] = []
        top = 0.0
        # A capacity is named right of its row, or between bar and tick; where neither has room for the
        # words, the axis goes on for so long that all of them stand on the right.
        part = max(6.6 * len(f"capacity {short(room, unit)}") + 12 for *_, room in rows) / (
            330 if narrow else 700
        )
        tight = [max(amount, wanted, room) + part * high > high for _, amount, wanted, room in rows]
        crowded = any(
            no_room and max(amount, wanted) > room - part * high
            for no_room, (_, amount, wanted, room) in zip(tight, rows, strict=True)
        )
        far = high / (1 - part) if crowded else high
        for no_room, (name, amount, wanted, room) in zip(tight, rows, strict=True):
            away = max(0.0, wanted - amount)
            said = f"takes {short(amount, unit)}" + (
                f", turns away {short(away, unit)}" if away > 1e-9 * high else ""
            )
            texts.append(word(0.0, top + 8, name, weight="bold"))
            texts.append(word(0.0, top + 8, said, dx=rounded(7.2 * len(name) + 14)))
            place = {"y": top + 20, "y2": top + 36}
            tip = f"{name}: takes {short(amount, unit)}"
            bars.append({"x": 0.0, "x2": amount, **place, "colour": STEP[1], "tip": tip})
            tip = f"{name}: turns away {short(away, unit)}"
            bars.append({"x": amount, "x2": amount + away, **place, "colour": STEP[4], "tip": tip})
            tip = f"{name}: capacity {short(room, unit)}"
            ticks.append({"x": room, "y": top + 17, "y2": top + 39, "tip": tip})
            left = no_room and not crowded
            texts.append(
                word(
                    room if room >= amount + away else amount + away,
                    top + 28,
                    f"capacity {short(room, unit)}",
                    dx=-7 if left else 7,
                    align="right" if left else "left",
                    colour=MUTED,
                )
            )
            top += 48
        if unserved:
            texts.append(
                word(
                    0.0,
                    top + 8,
                    f"Unserved {short(unserved, unit)}",
                    weight="bold",
                    colour=TAG_COLOURS["assumed"],
                )
            )
            bars.append(
                {
                    "x": 0.0,
                    "x2": unserved,
                    "y": top + 20,
                    "y2": top + 36,
                    "colour": STEP[4],
                    "tip": f"Unserved: {short(unserved, unit)}",
                }
            )
            top += 48
        x, y = across(0.0, far or 1.0, unit, axis=high > 0), DOWN
        return sheet(
            top - 8,
            boxes(bars, x, y),
            layer("rule", ticks, {"x": x, "y": y, "y2": Y2}, color=INK, strokeWidth=2.5),
            words(texts, x, y),
        )

    said = "; ".join(
        f"{name} takes {short(amount, unit)} of {short(wanted, unit)} asked for, capacity {short(room, unit)}"
        for name, amount, wanted, room in rows
    )
    rest = f"Unserved: {short(unserved, unit)}" if unserved else "Nothing stays unserved"
    of = f"expected, {plan_words(model)}" if pool is None else f"at an open pool of {short(pool, unit)}"
    return finished(
        build,
        id="C7",
        title="Who hits a ceiling?",
        subtitle=f"{unit_words(unit)}, {of}, shared out {RULE_WORDS[model.share_model]}; dark: taken, pale: turned "
        "away, tick: capacity; layer L2",
        description="A bar for each vendor, what it takes and what it turns away, with its capacity. "
        + (f"{said}. {rest}." if rows else "The chosen rule has no shares here."),
        source=chapter.tables["T3.4"].source,
        table=tabled(
            ("Vendor", *(f"{what}, {unit_words(unit)}" for what in ("Taken", "Turned away", "Capacity"))),
            [
                *((name, amount, max(0.0, wanted - amount), room) for name, amount, wanted, room in rows),
                *([("Unserved", None, unserved, None)] if unserved else []),
            ],
        ),
        controls=_pools(model, size),
    )


def uplift(case: Case, chapter: Opportunity) -> Built:
    """C8: what each vendor gains against what it earned before, on a logarithmic scale."""
    model = chapter.model
    rows = []
    for vendor, gain in zip(model.vendors, vendors_of.gains(model), strict=True):
        point = vendors_of.uplift(gain, vendor.earned)
        rows.append((vendor.name, point or None, vendors_of.uplift_range(gain, vendor) if point else None))
    shown = [value for _, point, ends in rows for value in (point, *(ends or ())) if value]

    def build(narrow: bool) -> Record:
        if not shown:
            return blank(f"{NO_NUMBER}: no vendor gains anything")
        spans: list[Record] = []
        points: list[Record] = []
        texts: list[Record] = []
        low, high = min(shown) / 1.25, max(shown) * 1.25
        top = 0.0
        for name, point, ends in rows:
            texts.append(word(low, top + 8, name, weight="bold"))
            at = top + 27
            if point is None:
                texts.append(word(low, at, NO_NUMBER, colour=MUTED))
            else:
                texts.append(
                    word(low, top + 8, f"up by {short(point, 'share')}", dx=rounded(7.2 * len(name) + 14))
                )
                points.append({"x": point, "y": at, "tip": f"{name}: up by {short(point, 'share')}"})
                if ends:
                    left, right = ends
                    tip = f"{name}: up by {short(left, 'share')} to {short(right, 'share')}"
                    spans.append({"x": left, "x2": right, "y": at, "tip": tip})
                    texts.append(word(left, at, short(left, "share"), align="right", dx=-7, colour=MUTED))
                    texts.append(word(right, at, short(right, "share"), dx=7, colour=MUTED))
            top += 46
        axis = {"title": None, "format": number_format("share"), "grid": False, "values": _decades(low, high)}
        x, y = field("x", axis=axis, scale=scaled(low, high, "log")), DOWN
        return sheet(
            top - 6,
            layer("rule", spans, {"x": x, "x2": X2, "y": y}, color=TAG_COLOURS["assumed"], strokeWidth=4),
            layer("point", points, {"x": x, "y": y}, size=90),
            words(texts, x, y),
        )

    said = "; ".join(
        f"{name}: {short(point, 'share')}"
        + (f", {short(ends[0], 'share')} to {short(ends[1], 'share')} over its range" if ends else "")
        for name, point, ends in rows
    )
    return finished(
        build,
        id="C8",
        title="For whom does it matter most?",
        subtitle=f"New revenue as % of {'illustrative ' if model.illustrative else ''}revenue before, logarithmic scale, {plan_words(model)}; points: layer L2; bars: "
        "layer L1, over the range of revenue before",
        description=f"A point and a range for each vendor, new revenue within capacity against revenue before. {said}.",
        source=chapter.tables["T3.10"].source,
        table=tabled(
            ("Vendor", "New revenue, % of before", "Low end, %", "High end, %"),
            [(name, *map(in_percent, (point, *(ends or (None, None))))) for name, point, ends in rows],
        ),
    )


def _decades(low: float, high: float) -> list[float]:
    """Round values of a logarithmic axis between two ends."""
    found = [
        factor * 10.0**power
        for power in range(math.floor(math.log10(low)), math.floor(math.log10(high)) + 1)
        for factor in (1, 2, 5)
    ]
    inside = [rounded(value) for value in found if low <= value <= high]
    return inside if len(inside) < 8 else [value for value in inside if str(value).strip("0.")[:1] == "1"]


def concentration(case: Case, chapter: Opportunity) -> Built:
    """C9: the index of the vendor market before and after, by rule."""
    model = chapter.model
    before = vendors_of.concentration_before(model)
    rules = (*SHARE_MODELS, "within_capacity")
    rows = [
        (
            f"Within capacity, {RULE_WORDS[model.share_model]}"
            if rule == "within_capacity"
            else raised(RULE_WORDS[rule]),
            vendors_of.concentration_after(model, rule),
        )
        for rule in rules
    ]
    shown = [one.after for _, one in rows if one.after is not None] + ([before] if before is not None else [])

    def points(value: float | None) -> str:
        return pretty(value, "points", 4)

    def change(value: float | None) -> str:
        text = pretty(value, "points")
        return f"+{text}" if value and value > 0 else text

    def build(narrow: bool) -> Record:
        if before is None or len(shown) < 2:
            return blank(f"{NO_NUMBER}: the market has no sales")
        spread = max(shown) - min(shown)
        pad = 0.25 * spread or 100.0  # room for a number beside the head of an arrow
        low, high = min(shown) - pad, max(shown) + pad
        arrows: list[Record] = []
        heads: dict[str, list[Record]] = {"triangle-left": [], "triangle-right": [], "circle": []}
        tip = f"Before: {points(before)}"
        ticks: list[Record] = [{"x": before, "y": 15, "y2": 22, "tip": tip}]
        texts = [word(before, 7, f"before: {points(before)}", align="center")]
        top = 26.0
        for label, one in rows:
            texts.append(word(low, top + 8, label, weight="bold"))
            note = ""
            if one.low is not None and one.high is not None:
                note = f"change {change(one.change)}, over the ranges {change(one.low)} to {change(one.high)}"
            bar = top + 30
            if note and narrow:
                texts.append(word(low, top + 24, note, colour=MUTED))
                bar += 15
            elif note:
                texts.append(word(low, top + 8, note, dx=rounded(6.9 * len(label) + 16), colour=MUTED))
            if one.after is None or one.change is None:
                texts.append(word(low, bar, NO_NUMBER, colour=MUTED))
            else:
                down = one.change < 0
                kind = "circle" if one.change == 0 else "triangle-left" if down else "triangle-right"
                moved = f"{label}: {points(before)} to {points(one.after)}"
                arrows.append({"x": before, "x2": one.after, "y": bar, "tip": moved})
                heads[kind].append({"x": one.after, "y": bar, "tip": moved})
                ticks.append({"x": before, "y": bar - 8, "y2": bar + 8, "tip": tip})
                side = {"align": "right", "dx": -10} if down else {"dx": 10}
                texts.append(word(one.after, bar, points(one.after), weight="bold", **side))
            top = bar + 18
        x, y = across(low, high, "points"), DOWN
        return sheet(
            top,
            layer("rule", arrows, {"x": x, "x2": X2, "y": y}, color=STEP[2], strokeWidth=3),
            layer("rule", ticks, {"x": x, "y": y, "y2": Y2}, color=MUTED),
            *(
                layer("point", placed, {"x": x, "y": y}, shape=kind, size=130)
                for kind, placed in heads.items()
                if placed
            ),
            words(texts, x, y),
        )

    said = "; ".join(f"{label}: {points(one.after)}" for label, one in rows)
    word_ = chapter.results["opportunity.vendor_concentration"].value
    sign = f"The sign of the change: {SIGNS[str(word_)]}." if word_ else "Nothing moves."
    revenue = short(in_millions(model.revenue), model.unit)
    return finished(
        build,
        id="C9",
        title="Does the vendor market become more concentrated?",
        subtitle=f"Herfindahl-Hirschman index in points, arrows from before to after; {model.case.supplier.name} at {revenue} and "
        f"{'illustrative ' if model.illustrative else ''}vendors, {plan_words(model)}; layer L2, ranges L1",
        description=f"An arrow for each rule from the index before, {points(before)}, to the index after. {said}. {sign}",
        source=chapter.tables["T3.5"].source,
        table=tabled(
            (
                "Rule",
                *(
                    f"{what}, points"
                    for what in ("Before", "After", "Change", "Change, low end", "Change, high end")
                ),
            ),
            [(label, before, one.after, one.change, one.low, one.high) for label, one in rows],
        ),
    )
