"""The charts of the competitor opportunity: what comes loose, and whose claims can be true.

A chart about a claim is None for a case in which nobody makes one.
"""

from __future__ import annotations

from textwrap import wrap

import altair as alt

from neutrality.case import Case
from neutrality.case.load import Entity, in_millions
from neutrality.chapters.competitor_opportunity import (
    VERDICT_WORDS,
    Claimant,
    claimed_multiples,
    claimed_revenues,
    leaks,
    named_pools,
)
from neutrality.chapters.exposure import currency
from neutrality.chapters.ledger import flat, source_line
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    INK,
    MUTED,
    NO_NUMBER,
    X2,
    Y2,
    Across,
    Record,
    across,
    boxes,
    field,
    finished,
    layer,
    lowered,
    names,
    number_format,
    sheet,
    short,
    toward,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.theme import DIVERGING, PAPER, STEP, TAG_COLOURS
from neutrality.methods.release import VERDICTS, verdict
from neutrality.results import TAG_LETTERS, Chapter

#: A required share beyond this is drawn at the edge, with its value beside it.
FARTHEST_SHARE = 2.5

#: How far the in-house share of the map goes.
MOST_IN_HOUSE = 0.8


def _unit(case: Case) -> str:
    return f"{currency(case)} mn per year"


def _largest_claim(case: Case) -> Claimant | None:
    """The claim that the chapter's headline speaks of."""
    return max(claimed_revenues(case), key=lambda pair: in_millions(pair[1]), default=None)


def waterfall(case: Case, chapter: Chapter) -> alt.LayerChart:
    """C1: the expected release and where it goes."""
    table, unit = chapter.tables["T3.1"], _unit(case)
    steps = [(str(label), cell) for label, cell, *_ in table.rows]
    released = steps[0][1].value or 0.0

    def build(narrow: bool) -> Record:
        bars: list[Record] = []
        links: list[Record] = []
        texts: list[Record] = []
        top, left = 0.0, released
        for number, (label, cell) in enumerate(steps):
            size = cell.value or 0.0
            whole = number in (0, len(steps) - 1)
            start, end = (0.0, size) if whole else (left - size, left)
            fill = STEP[0] if number == len(steps) - 1 else STEP[2] if number == 0 else STEP[3]
            sign = "" if whole or not size else "\u2212"
            texts.append(
                word(0.0, top + 8, f"{label} · {TAG_LETTERS[cell.tag]}", weight="bold" if whole else "normal")
            )
            bars.append({"x": start, "x2": end, "y": top + 18, "y2": top + 40, "colour": fill})
            texts.append(
                word(end, top + 29, f"{sign}{short(size, unit)}", dx=7, weight="bold" if whole else "normal")
            )
            # Far to the left a link would run through the next label.
            if number < len(steps) - 1 and (end if number == 0 else start) > 0.35 * released:
                links.append({"x": end if number == 0 else start, "y": top + 40, "y2": top + 70})
            left = end if number == 0 else start
            top += 52
        height = top - 8
        x, y = across(0.0, released or 1.0, unit, axis=released > 0), DOWN
        return sheet(
            height,
            layer("rule", links, {"x": x, "y": y, "y2": Y2}, color=MUTED, strokeDash=[2, 2]),
            boxes(bars, x, y),
            words(texts, x, y),
        )

    said = "; ".join(f"{label}: {short(cell.value, unit)}" for label, cell in steps)
    return finished(
        build,
        id="C1",
        title=table.title,
        subtitle=f"{unit_words(unit)}, expected; {lowered(table.note)}; layer {steps[-1][1].layer}",
        description=f"A waterfall of the expected release, from the whole to the part that is open to vendors. {said}.",
        source=table.source,
    )


def layers(case: Case, chapter: Chapter, *, compact: bool = False) -> alt.LayerChart:
    """C0: the pool open to vendors at the three layers, against the largest claim on it."""
    claim = _largest_claim(case)
    against = None
    if claim:
        vendor, figure = claim
        against = Across(
            in_millions(figure), f"{vendor.name} claims {short(in_millions(figure), _unit(case))}"
        )
    return common.interval(case, chapter.tables["T3.7"], "C0", compact=compact, reference=against)


def front(case: Case, chapter: Chapter) -> alt.LayerChart:
    """The front page's chart: the three layers, compact."""
    return layers(case, chapter, compact=True)


def required(case: Case, chapter: Chapter) -> alt.LayerChart | None:
    """C10: the share of each pool that the first claim needs."""
    if not claimed_revenues(case):
        return None
    table = chapter.tables["T3.2"]
    equal = 1 / len(case.vendors)
    rows = [(str(pool), size, share, str(said)) for pool, size, share, said in table.rows]
    shares = [share.value for _, _, share, _ in rows if share.value is not None]
    high = min(max([1.2, *(share * 1.02 for share in shares)]), FARTHEST_SHARE)

    lines_at = list(
        {value: label for label, value in (("all", 1.0), ("half", 0.5), ("equal", equal))}.items()
    )

    def build(narrow: bool) -> Record:
        dots: list[Record] = []
        stems: list[Record] = []
        texts: list[Record] = []
        stubs: list[Record] = []
        pixel = high / (320.0 if narrow else 690.0)
        top = 24.0
        for pool, size, share, said in rows:
            name = f"{pool}: {short(size.value, size.unit)}"
            lines = wrap(name, common.NARROW_LINE, break_on_hyphens=False) if narrow else [name]
            texts += [word(0.0, top + 8 + 15 * number, line) for number, line in enumerate(lines)]
            bar = top + 11 + 15 * len(lines)
            covered = (0.0, 0.0)
            if share.value is None:
                texts.append(word(0.0, bar, f"{NO_NUMBER}: nothing comes loose, {said}", dx=2, colour=MUTED))
                covered = (0.0, 270 * pixel)
            else:
                at = min(share.value, high)
                beyond = " →" if share.value > high else ""
                stems.append({"x": 0.0, "x2": at, "y": bar})
                dots.append(
                    {
                        "x": at,
                        "y": bar,
                        "colour": INK if said == VERDICT_WORDS["impossible"] else TAG_COLOURS[share.tag],
                    }
                )
                label = f"{short(share.value, 'share')}, {said.removeprefix('needs ')}{beyond}"
                long = (7 * len(label) + 12) * pixel
                left = at + long > high * 1.02 and at - long >= 0
                texts.append(
                    word(
                        at,
                        bar,
                        label,
                        weight="bold",
                        align="right" if left else "left",
                        dx=-10 if left else 10,
                    )
                )
                covered = (at - long, at) if left else (at, at + long)
            # A line through a label would strike it out.
            stubs += [
                {"x": value, "y": bar - 8, "y2": bar + 8}
                for value, _ in lines_at
                if not covered[0] <= value <= covered[1]
            ]
            top = bar + 14
        height = top - 2
        x, y = across(0.0, high, "share"), DOWN
        stubs += [{"x": value, "y": 15, "y2": 22} for value, _ in lines_at]
        stubs += [{"x": value, "y": height - 6, "y2": height} for value, _ in lines_at]
        heads = [
            word(value, 7, label, align="center", colour=MUTED) for value, label in lines_at if value <= high
        ]
        return sheet(
            height,
            layer("rule", stems, {"x": x, "x2": X2, "y": y}, color=STEP[4], strokeWidth=6),
            layer("rule", stubs, {"x": x, "y": y, "y2": Y2}, color=MUTED),
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=90),
            words([*texts, *heads], x, y),
        )

    said = "; ".join(
        f"{pool}: {short(share.value, 'share')}, {verdict_word}" for pool, _, share, verdict_word in rows
    )
    return finished(
        build,
        id="C10",
        title=table.title,
        subtitle=f"% of the pool; {lowered(table.note)}; lines: an equal share among vendors ({short(equal, 'share')}), half and all",
        description=f"A dot for each pool, against an equal share among vendors ({short(equal, 'share')}), half and all. {said}.",
        source=table.source,
    )


def required_map(case: Case, chapter: Chapter) -> alt.LayerChart | None:
    """C3: which release and in-house share would make the first claim possible."""
    claimants = claimed_revenues(case)
    if not claimants:
        return None
    (vendor, figure), unit = claimants[0], _unit(case)
    claim, equal = in_millions(figure), 1 / len(case.vendors)
    house, gone = (one.value or 0.0 for one in leaks(case))
    pools = named_pools(case)
    expected, most = pools["released"].value, pools["released_high"].value
    enough = chapter.results.value(f"opportunity.{vendor.id}.release_for_equal_share")
    high = max(1.1 * most, min(1.05 * (enough or 0.0), 2 * most), 1.1 * claim)
    levels = [(1.0, "all"), (0.5, "half"), (equal, "an equal share")]
    # With the heights at which a border leaves the map, so that it ends at the edge.
    leaves = [1 - claim / ((1 - gone) * level * high) for level, _ in levels] if gone < 1 else []
    rows = sorted(
        {
            *(MOST_IN_HOUSE * part / 20 for part in range(21)),
            *(one for one in leaves if 0 < one < MOST_IN_HOUSE),
        }
    )

    def release(level: float, inside: float) -> float | None:
        """The release of which the claim is this share after what stays in house and is not replaced."""
        part = (1 - inside) * (1 - gone) * level
        return claim / part if part > 0 else None

    def edge(index: int, inside: float) -> float:
        """Where the zone of a verdict begins, within the map."""
        if index < 0:
            return 0.0
        if index >= len(levels):
            return high
        return min(high, release(levels[index][0], inside) or high)

    tints = (DIVERGING[5], DIVERGING[2], DIVERGING[1], DIVERGING[0])
    area = [
        {"zone": VERDICT_WORDS[name], "x": edge(index - 1, inside), "x2": edge(index, inside), "y": inside}
        for index, name in enumerate(VERDICTS)
        for inside in rows
    ]
    contour = [
        {"level": name, "x": at, "y": inside}
        for level, name in levels
        for inside in rows
        if (at := release(level, inside)) and at <= high * (1 + 1e-9)
    ]
    needed = chapter.results.value(f"opportunity.{vendor.id}.required_share.contestable")
    said = VERDICT_WORDS[verdict(needed, equal)]

    def build(narrow: bool) -> Record:
        x = across(0.0, high, unit, title=f"released in a year, {unit_words(unit)}")
        y = upwards(0.0, MOST_IN_HOUSE, title="taken in house", format=".0%")
        zones = names(
            "zone",
            scale={"domain": [VERDICT_WORDS[name] for name in VERDICTS], "range": list(tints)},
            legend=None,
        )
        texts: list[Record] = []
        taken: list[float] = [house]
        for index, name in enumerate(VERDICTS):
            lines = VERDICT_WORDS[name].replace("more than an equal", "more than\nan equal")
            wide = 6.4 * max(map(len, lines.split("\n"))) / (270.0 if narrow else 620.0) * high
            best = max(
                (
                    one
                    for one in rows
                    if 0.03 < one < 0.71 and all(abs(one - other) > 0.13 for other in taken)
                ),
                key=lambda one, index=index: edge(index, one) - edge(index - 1, one),
                default=None,
            )
            if best is None or edge(index, best) - edge(index - 1, best) < wide:
                continue
            taken.append(best)
            left, right = edge(index - 1, best), edge(index, best)
            at = (left + right) / 2
            if abs(at - most) < wide / 2:
                # Off the line of the most that facts allow, to the side with more room.
                aside = most - 0.56 * wide if most - left > right - most else most + 0.56 * wide
                at = aside if left <= aside - wide / 2 and aside + wide / 2 <= right else at
            texts.append(word(at, best, lines, align="center"))
        base = f"our base: {short(needed, 'share')}" if needed is not None else f"our base: {NO_NUMBER}"
        below = {"dy": 14} if house > 0.9 * MOST_IN_HOUSE else {}
        texts.append(word(expected, house, base, weight="bold", **_beside(expected, high), **below))
        if most <= high:
            texts.append(
                word(
                    most,
                    MOST_IN_HOUSE,
                    f"most facts allow: {short(most, unit)}",
                    dy=-10,
                    **toward(most, 0.0, high),
                )
            )
        return sheet(
            290,
            layer("area", area, {"x": x, "x2": X2, "y": y, "color": zones}, orient="horizontal"),
            layer(
                "line", contour, {"x": x, "y": y, "detail": names("level"), "order": field("y")},
                color=PAPER, strokeWidth=1.5,
            ),
            layer("rule", [{"x": most}] if most <= high else [], {"x": x}, color=INK, strokeDash=[3, 3]),
            layer("point", [{"x": expected, "y": house}], {"x": x, "y": y}, size=90),
            words(texts, x, y),
        )  # fmt: skip

    return finished(
        build,
        id="C3",
        title=f"When could {vendor.name}'s claim be true?",
        subtitle=f"Share of the pool open to vendors that {short(claim, unit)} a year needs, by {unit_words(unit)} released and the share "
        f"taken in house; borders at all, half and an equal share ({short(equal, 'share')}); layer L2",
        description=f"A map with four zones, from impossible to ordinary. At our base, {short(expected, unit)} released and "
        f"{short(house, 'share')} taken in house, the claim needs {short(needed, 'share')} of the pool: {said}. The most that facts "
        f"allow to come loose is {short(most, unit)}; with our in-house share an equal share suffices from {short(enough, unit)} on.",
        source=source_line(case, figure, leaks(case), pools["released"].figures),
    )


def _beside(value: float, high: float) -> Record:
    """How a label stands beside its point so that it stays within the chart."""
    return {"align": "right", "dx": -10} if value > 0.65 * high else {"dx": 10}


def _pair(case: Case) -> tuple[Claimant, Claimant] | None:
    """The first claim of an amount and the first of a multiple that another vendor makes."""
    for multiple in claimed_multiples(case):
        for amount in claimed_revenues(case):
            if amount[0] != multiple[0]:
                return amount, multiple
    return None


def together(case: Case, chapter: Chapter) -> alt.LayerChart | None:
    """C5: whether a claim of an amount and a claim of a multiple fit into one pool."""
    pair = _pair(case)
    if pair is None:
        return None
    (one, amount), (other, multiple) = pair
    unit, base = _unit(case), case.figure("base_revenue", other.id)
    factor = (multiple.value or 0.0) - 1
    claim, added = in_millions(amount), factor * in_millions(base)
    low, high = (factor * end * in_millions(base) / base.value if base.value else 0.0 for end in base.range)
    rest = _rest(case, one, other)
    pools = named_pools(case)
    shown = [pools[key] for key in ("contestable", "contestable_high", "released_high")]
    rooms = [max(0.0, pool.value - rest) for pool in shown]
    right = max(1.15 * claim, 1.04 * max(rooms))
    tall = 1.2 * max(high, added, rooms[0], 0.2 * right)
    fits = [claim + added <= room for room in rooms]

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
            lines += [{"pool": number, "x": start, "y": up}, {"pool": number, "x": room, "y": 0.0}]
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
        corner = [{"x": at, "y": min(rooms[0] - at, tall)} for at in edge]
        colour = TAG_COLOURS[base.tag]
        texts.append(
            word(
                claim, added, f"claims: {short(claim + added, unit)}", weight="bold", **_beside(claim, right)
            )
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
                [{"x": claim, "y": low, "y2": high}],
                {"x": x, "y": y, "y2": Y2},
                color=colour,
                strokeWidth=4,
            ),
            layer("point", [{"x": claim, "y": added}], {"x": x, "y": y}, size=90),
            words(texts, x, y, halo=True),
            words(texts, x, y),
        )

    sizes = [short(room, unit) for room in rooms]
    answers = [
        f"{pool.label}, {size}: {'fits' if fit else 'does not fit'}"
        for pool, size, fit in zip(shown, sizes, fits, strict=True)
    ]
    fitted = "both claims fit" if fits[0] else "the claims clash"
    beside = " after the other claims" if rest else ""
    return finished(
        build,
        id="C5",
        title=f"Can {one.name} and {other.name} both be right?",
        subtitle=f"{unit_words(unit)}; lines: pools that both claims would fill{beside}, {sizes[0]} expected (shaded: both fit), {sizes[1]} and "
        f"{sizes[2]} the most facts allow, after and before in-house work; bar: our range for {other.name}'s base",
        description=f"{one.name} claims {short(claim, unit)}; {short(multiple.value, 'x')} demand at our base of "
        f"{short(in_millions(base), unit)} adds {short(added, unit)} for {other.name}, {short(low, unit)} to {short(high, unit)} over our "
        f"range. In the expected pool {fitted}. {'; '.join(answers)}.",
        source=source_line(case, amount, multiple, base, flat(shown[0].figures)),
    )


def _rest(case: Case, one: Entity, other: Entity) -> float:
    """What vendors beside these two claim, in millions."""
    return sum(in_millions(figure) for vendor, figure in claimed_revenues(case) if vendor not in (one, other))


CHARTS = {
    "C0": layers,
    "C1": waterfall,
    "C3": required_map,
    "C5": together,
    "C10": required,
}

__all__ = ["CHARTS", "front", "layers", "required", "required_map", "together", "waterfall"]
