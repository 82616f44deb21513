"""Whether claims on one pool can be right together."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.ledger import flat, source_line
from neutrality.charts.common import (
    Y2,
    Built,
    Record,
    across,
    finished,
    layer,
    names,
    number_format,
    sheet,
    short,
    tabled,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.competitor_opportunity.shared import beside
from neutrality.charts.theme import STEP, TAG_COLOURS
from neutrality.words import owned


def _pair(model: Model) -> tuple[Claim, Claim] | None:
    """The first claim of an amount and the first of a multiple that another vendor makes."""
    for multiple in model.multiples:
        for amount in model.amounts:
            if amount.vendor != multiple.vendor:
                return amount, multiple
    return None


def together(case: Case, chapter: Opportunity) -> Built | None:
    """C5: whether a claim of an amount and a claim of a multiple fit into one pool."""
    model = chapter.model
    pair = _pair(model)
    if pair is None:
        return None
    amount, multiple = pair
    one, other, unit = amount.vendor, multiple.vendor, model.unit
    vendor = next(vendor for vendor in model.vendors if vendor.entity == other)
    base, claim, added = vendor.base, amount.least, multiple.least
    converted = model.conversion(other)
    part = 1.0 if converted is None else converted.value or 0.0
    factor = max(0.0, (multiple.figure.value or 0.0) - 1) * part
    low, high = (factor * end for end in vendor.earned_range)
    rest = sum(other.least for other in model.claims if other.vendor not in (one, multiple.vendor))
    pools = model.pools
    shown = [pools[key] for key in ("contestable", "contestable_high", "released_high")]
    rooms = [max(0.0, pool.value - rest) for pool in shown]
    right = max(1.15 * claim, 1.04 * max(rooms))
    tall = 1.2 * max(high, added, rooms[0], 0.2 * right)
    fits = [claim + added <= room for room in rooms]
    after_rest = " after the other claims" if rest else ""
    called = [f"{pool.label}{',' if rest else ''}{after_rest}" for pool in shown]
    free = f"{other.name} over our range: {short(low, unit)} to {short(high, unit)}"
    both = f"{one.name}: {short(claim, unit)}; {other.name}: {short(added, unit)}"

    def build(narrow: bool) -> Record:
        x = across(0.0, right, unit, title=f"claimed by {one.name}")
        y = upwards(0.0, tall, title=f"added by {other.name}", format=number_format(unit))
        lines: list[Record] = []
        texts: list[Record] = []
        taken: list[float] = []
        near = (0.17 if narrow else 0.09) * right
        for number, room in enumerate(rooms):
            if room <= 0:
                continue
            up = min(room, tall)
            start = room - up
            tip = f"{called[number]}: {short(room, unit)}"
            lines += [
                {"pool": number, "x": start, "y": up, "tip": tip},
                {"pool": number, "x": room, "y": 0.0, "tip": tip},
            ]
            label = short(room, unit)
            if room <= tall:
                if all(abs(room - used) > 0.07 * tall for used in rooms[:number]):
                    texts.append(
                        word(start, up, label, dx=6, dy=-7, weight="bold" if number == 0 else "normal")
                    )
            elif all(abs(start - used) > near for used in taken):
                taken.append(start)
                texts.append(word(start, up, label, dy=-9, align="center"))
        edge = sorted({0.0, max(0.0, rooms[0] - tall), rooms[0]})
        shaded = f"both fit: together at most {short(rooms[0], unit)}"
        corner = [{"x": at, "y": min(rooms[0] - at, tall), "tip": shaded} for at in edge]
        colour = TAG_COLOURS[base.tag]
        texts.append(
            word(claim, added, f"claims: {short(claim + added, unit)}", weight="bold", **beside(claim, right))
        )
        return sheet(
            270,
            layer(
                "area",
                corner if rooms[0] > 0 else [],
                {"x": x, "y": {**y, "stack": None}},
                color=STEP[4],
                opacity=0.8,
            ),
            layer("line", lines, {"x": x, "y": y, "detail": names("pool")}, color=STEP[1], strokeWidth=1.5),
            layer(
                "rule",
                [{"x": claim, "y": low, "y2": high, "tip": free}],
                {"x": x, "y": y, "y2": Y2},
                color=colour,
                strokeWidth=4,
            ),
            layer("point", [{"x": claim, "y": added, "tip": both}], {"x": x, "y": y}, size=90),
            words(texts, x, y, halo=True),
            words(texts, x, y),
        )

    sizes = [short(room, unit) for room in rooms]
    verdicts = ["fits" if fit else "does not fit" for fit in fits]
    money = unit_words(unit)
    answers = [
        f"{pool.label}, {size}: {said}" for pool, size, said in zip(shown, sizes, verdicts, strict=True)
    ]
    fitted = "both claims fit" if fits[0] else f"the claims clash by {short(claim + added - rooms[0], unit)}"
    return finished(
        build,
        id="C5",
        title=f"Can {one.name} and {other.name} both be right?",
        subtitle=f"{unit_words(unit)}; lines: pools that both claims would fill{after_rest}, {sizes[0]} expected (shaded: both fit), {sizes[1]} and "
        f"{sizes[2]} the most facts allow, after and before in-house work; bar: our range for {owned(other.name)} base",
        description=f"{owned(one.name)} claim is read as {short(claim, unit)}; {short(multiple.figure.value, 'x')} demand at our base of "
        f"{short(vendor.earned, unit)} adds {short(added, unit)} for {other.name}, {short(low, unit)} to {short(high, unit)} over our "
        f"range. In the expected pool {fitted}. {'; '.join(answers)}.",
        source=source_line(case, amount.figure, multiple.figures, flat(shown[0].figures)),
        table=tabled(
            [
                "Claims and pools",
                f"{one.name}, {money}",
                f"{other.name}, {money}",
                f"Together, {money}",
                "Verdict",
            ],
            [
                ["Both claims", claim, added, claim + added, None],
                ["At the low end of our range", claim, low, claim + low, None],
                ["At the high end of our range", claim, high, claim + high, None],
                *(
                    [name, None, None, room, said]
                    for name, room, said in zip(called, rooms, verdicts, strict=True)
                ),
            ],
        ),
    )
