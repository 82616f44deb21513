"""What a claim needs, when it could be true and how likely that is.

A chart about a claim is None for a case in which nobody makes one. The page draws them again from
`_static/live/charts`, in a file of the same name: the two are read side by side, so they are long together rather
than split apart.
"""

from __future__ import annotations

from functools import partial
from itertools import pairwise
from textwrap import wrap

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity.claims import (
    VERDICT_WORDS,
    Trial,
    correlations,
    covered_curve,
    release_distribution,
    release_figures,
    trials,
)
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.exit_model import SIZE_WORDS, correlation_of
from neutrality.chapters.ledger import source_line
from neutrality.charts import common
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    NO_NUMBER,
    X2,
    Y2,
    Built,
    Record,
    across,
    field,
    finished,
    in_percent,
    layer,
    names,
    sheet,
    short,
    tabled,
    toward,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.competitor_opportunity.shared import apart, beside
from neutrality.charts.theme import DIVERGING, INK, MUTED, PAPER, STEP, TAG_COLOURS
from neutrality.methods.release import VERDICTS, verdict
from neutrality.methods.timing import MONTHS
from neutrality.results import weakest
from neutrality.words import owned

#: A required share beyond this is drawn at the edge, with its value beside it.
FARTHEST_SHARE = 2.5

#: How far the in-house share of the map goes, and how many pixels that is.
MOST_IN_HOUSE, _MAP_HEIGHT = 0.8, 290

#: Steps of a line of probabilities, and of its table and tips.
_CURVE, _SAMPLES = 60, 20

#: Heights at which the borders of the map are tabulated.
_HEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8)


def _yearly(model: Model, claim: Claim) -> list[tuple[str, Trial]]:
    """The claim against every pool of a year, and against two of them within the plan's own year."""
    rows = {row[0].pool.key: {one.horizon.key: one for one in row} for row in trials(model, claim)}
    found = [(row["year"].pool.label, row["year"]) for row in rows.values()]
    for key in ("contestable", "released_high"):
        one = rows[key]["calendar"]
        found.append((f"{model.pools[key].label}, {one.horizon.label.lower()} only", one))
    return found


def _needs(share: float | None, word: str) -> str:
    """A required share with its verdict, as a label says it."""
    return f"{short(share, 'share')}, {VERDICT_WORDS[word].removeprefix('needs ')}"


def required(case: Case, chapter: Opportunity) -> Built | None:
    """C10: the share of each pool that the first claim needs."""
    model = chapter.model
    if not model.amounts:
        return None
    claim, equal = model.amounts[0], model.equal_share
    rows = _yearly(model, claim)
    shares = [one.share for _, one in rows if one.share is not None]
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
        for label, one in rows:
            name = f"{label}: {short(one.size, model.unit)}"
            lines = wrap(name, common.NARROW_LINE, break_on_hyphens=False) if narrow else [name]
            texts += [word(0.0, top + 8 + 15 * number, line) for number, line in enumerate(lines)]
            bar = top + 11 + 15 * len(lines)
            covered = (0.0, 0.0)
            if one.share is None:
                texts.append(
                    word(0.0, bar, f"{NO_NUMBER}: nothing comes loose, {one.words}", dx=2, colour=MUTED)
                )
                covered = (0.0, 270 * pixel)
            else:
                at = min(one.share, high)
                beyond = " →" if one.share > high else ""
                stems.append({"x": 0.0, "x2": at, "y": bar})
                needs = _needs(one.share, one.verdict)
                dots.append(
                    {
                        "x": at,
                        "y": bar,
                        "colour": INK
                        if one.verdict == "impossible"
                        else TAG_COLOURS[weakest(f.tag for f in one.figures)],
                        "tip": f"{label}: {needs}",
                    }
                )
                needs += beyond
                long = (7 * len(needs) + 12) * pixel
                left = at + long > high * 1.02 and at - long >= 0
                texts.append(
                    word(
                        at,
                        bar,
                        needs,
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
            word(value, 7, label, colour=MUTED, **apart(value, lines_at, 40 * pixel))
            for value, label in lines_at
            if value <= high
        ]
        return sheet(
            height,
            layer("rule", stems, {"x": x, "x2": X2, "y": y}, color=STEP[4], strokeWidth=6),
            layer("rule", stubs, {"x": x, "y": y, "y2": Y2}, color=MUTED),
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=90),
            words([*texts, *heads], x, y),
        )

    said = "; ".join(f"{label}: {short(one.share, 'share')}, {one.words}" for label, one in rows)
    name, amount = claim.vendor.name, short(claim.least, model.unit)
    return finished(
        build,
        id="C10",
        title=f"What would have to be true for {name}?",
        subtitle=f"% of the pool that {amount} a year needs, layer L2; an interested party's claim; lines: an equal share among "
        f"vendors ({short(equal, 'share')}), half and all",
        description=f"A dot for each pool, against an equal share among vendors ({short(equal, 'share')}), half and all. {said}.",
        source=chapter.tables["T3.2"].source,
        table=tabled(
            ["Pool", f"Size, {unit_words(model.unit)}", "Share that the claim needs, %", "Verdict"],
            [
                *([label, one.size, in_percent(one.share), one.words] for label, one in rows),
                ["Any pool: an equal share among vendors", None, in_percent(equal), None],
            ],
        ),
    )


def required_map(case: Case, chapter: Opportunity) -> Built | None:
    """C3: which release and in-house share would make the first claim possible within its horizon."""
    model = chapter.model
    # Within no time at all no release makes a claim possible, so there is nothing to map.
    if not model.amounts or model.months <= 0:
        return None
    first, unit, equal = model.amounts[0], model.unit, model.equal_share
    vendor, months = first.vendor, model.months
    # What a pool of a year must yield of the claim where more or less than a year is left for it.
    claim = first.least * MONTHS / months
    (house, gone), pools = model.leaking, model.pools
    expected, most = pools["released"].value, pools["released_high"].value
    equally = chapter.results.value(f"opportunity.{vendor.id}.release_for_equal_share")
    enough = None if equally is None else equally * MONTHS / months
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

    def room(index: int, inside: float) -> float:
        """How wide the zone of a verdict is."""
        return edge(index, inside) - edge(index - 1, inside)

    tints = (DIVERGING[5], DIVERGING[2], DIVERGING[1], DIVERGING[0])
    borders = [short(level, "share") for level, _ in levels]
    needs = [
        f"more than {borders[0]}",
        *(f"{low} to {top}" for top, low in pairwise(borders)),
        f"at most {borders[-1]}",
    ]
    area = [
        {
            "zone": VERDICT_WORDS[name],
            "x": edge(index - 1, inside),
            "x2": edge(index, inside),
            "y": inside,
            "tip": f"{VERDICT_WORDS[name]}: {needs[index]} of the pool",
        }
        for index, name in enumerate(VERDICTS)
        for inside in rows
    ]
    contour = [
        {"level": name, "x": at, "y": inside}
        for level, name in levels
        for inside in rows
        if (at := release(level, inside)) and at <= high * (1 + 1e-9)
    ]
    needed = chapter.results.value(f"opportunity.{vendor.id}.required_share_within_horizon")
    judged = verdict(needed, equal)
    base = f"our base: {short(needed, 'share')}"
    corner = {"x": expected, "y": house, "tip": f"our base: {_needs(needed, judged)}"}
    limit = f"most facts allow: {short(most, unit)}"

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
        pixels = 270.0 if narrow else 620.0
        for index, name in enumerate(VERDICTS):
            lines = VERDICT_WORDS[name].replace("more than an equal", "more than\nan equal")
            wide = 6.4 * max(map(len, lines.split("\n"))) / pixels * high
            lowest = 0.03 + 0.04 * lines.count("\n")
            best = max(
                (
                    one
                    for one in rows
                    if lowest < one < 0.71 and all(abs(one - other) > 0.13 for other in taken)
                ),
                key=partial(room, index),
                default=None,
            )
            if best is None or room(index, best) < wide:
                continue
            taken.append(best)
            left, right = edge(index - 1, best), edge(index, best)
            at = (left + right) / 2
            if abs(at - most) < wide / 2:
                # Off the line of the most that facts allow, to the side with more room.
                aside = most - 0.56 * wide if most - left > right - most else most + 0.56 * wide
                at = aside if left <= aside - wide / 2 and aside + wide / 2 <= right else at
            texts.append(word(at, best, lines, align="center"))
        answer = VERDICT_WORDS[judged].removeprefix("needs ")
        if narrow:
            answer = answer.replace("more than an", "more than\nan")
        answers = answer.split("\n")
        # Below the point at the map's upper edge, above it at the lower one.
        over = -15 * len(answers) - 6
        down = 14 if house > 0.9 * MOST_IN_HOUSE else over if house < 0.15 * MOST_IN_HOUSE else 0
        place = beside(expected, high)
        texts.append(word(expected, house, base, weight="bold", dy=down, **place))
        texts.append(word(expected, house, answer, dy=down + 15, **place))
        if most <= high:
            texts.append(word(most, MOST_IN_HOUSE, limit, dy=-10, **toward(most, 0.0, high)))
        # The line of the most that facts allow, open where it would strike the label out.
        long = (10 + 6.4 * max(map(len, [base, *answers]))) / pixels * high
        start = expected - long if "align" in place else expected
        head, foot = (
            house - at * MOST_IN_HOUSE / _MAP_HEIGHT for at in (down - 9, down + 15 * len(answers) + 8)
        )
        pieces = [(0.0, MOST_IN_HOUSE)]
        if start <= most <= start + long:
            pieces = [(0.0, max(0.0, foot)), (min(head, MOST_IN_HOUSE), MOST_IN_HOUSE)]
        allowed = [{"x": most, "y": a, "y2": b, "tip": limit} for a, b in pieces if most <= high and a < b]
        return sheet(
            _MAP_HEIGHT,
            layer("area", area, {"x": x, "x2": X2, "y": y, "color": zones}, orient="horizontal"),
            layer(
                "line", contour, {"x": x, "y": y, "detail": names("level"), "order": field("y")},
                color=PAPER, strokeWidth=1.5,
            ),
            layer("rule", allowed, {"x": x, "y": y, "y2": Y2}, color=INK, strokeDash=[3, 3]),
            layer("point", [corner], {"x": x, "y": y}, size=90),
            words(texts, x, y),
        )  # fmt: skip

    # A year is what the chapter's other charts take; any other span is named.
    span = "a year" if months == MONTHS else f"within {months:g} months"
    asked = f"{short(first.least, unit)} {span}"
    return finished(
        build,
        id="C3",
        title=f"When could {owned(vendor.name)} claim be true?",
        subtitle=f"Share of the pool open to vendors that {asked} needs, by {unit_words(unit)} released and the share "
        f"taken in house; borders at all, half and an equal share ({short(equal, 'share')}); layer L2",
        description=f"A map with four zones, from impossible to ordinary. At our base, {short(expected, unit)} released in a year and "
        f"{short(house, 'share')} taken in house, {asked} needs {short(needed, 'share')} of the pool: {VERDICT_WORDS[judged]}. The most that facts "
        f"allow to come loose is {short(most, unit)}; with our in-house share an equal share suffices from {short(enough, unit)} on.",
        source=source_line(case, first.figure, model.leaks, pools["released"].figures),
        table=tabled(
            [
                "Place on the map",
                f"Released, {unit_words(unit)}",
                "Taken in house, %",
                "Share needed, %",
                "Verdict",
            ],
            [
                ["Our base", expected, in_percent(house), in_percent(needed), VERDICT_WORDS[judged]],
                *(
                    [
                        f"Border at {name}",
                        release(level, inside),
                        in_percent(inside),
                        in_percent(level),
                        VERDICT_WORDS[verdict(level, equal)],
                    ]
                    for level, name in levels
                    for inside in _HEIGHTS
                ),
                ["Most that facts allow", most, None, None, None],
            ],
        ),
    )


def probability(case: Case, chapter: Opportunity) -> Built | None:
    """C4: how likely the first claim can be true, by its share of the open pool, at three correlations."""
    model = chapter.model
    if not model.amounts:
        return None
    claim = model.amounts[0]
    levels = correlations(model)
    releases = [release_distribution(model, level) for level in levels]
    most = releases[0].max * model.open_part
    # Below this share the claim is out of reach whatever happens.
    first = min(1.0, claim.least / most) if most > 0 else 1.0
    shares = [first + (1 - first) * part / _CURVE for part in range(_CURVE + 1)]
    # Where the exits are certain the lines are one, but for rounding.
    curves = [
        [round(value, 12) for value in covered_curve(model, claim, shares, release)] for release in releases
    ]
    chosen = next((index for index, level in enumerate(levels) if level == _chosen(model)), 0)
    marks = {"equal share": model.equal_share, "half": 0.5}
    read = sorted({model.equal_share, *(part / _SAMPLES for part in range(1, _SAMPLES + 1))})
    sampled = [covered_curve(model, claim, read, release) for release in releases]
    told = [
        {
            "x": at,
            "y": value,
            "tip": f"ρ {level:g}, {short(at, 'share')} of the pool: {_likely(value)}",
        }
        for level, curve in zip(levels, sampled, strict=True)
        for at, value in zip(read, curve, strict=True)
    ]

    def build(narrow: bool) -> Record:
        x = across(0.0, 1.0, "share", title="share of the open pool")
        x["axis"]["values"] = [0, 0.25, 0.5, 0.75, 1]
        y = upwards(0.0, 1.0, format=".0%")
        rows = [
            [{"x": 0.0, "y": 0.0}, *({"x": at, "y": value} for at, value in zip(shares, curve, strict=True))]
            for curve in curves
        ]
        near = 55 / (200 if narrow else 560)
        places = list({at: label for label, at in marks.items()}.items())
        texts = [word(at, 1.0, label, dy=-9, colour=MUTED, **apart(at, places, near)) for at, label in places]
        # Labels of lines that end close together are moved apart, upwards where the axis is near.
        ends = sorted(range(len(levels)), key=lambda index: -curves[index][-1])
        lowest = 2.0
        for place, index in enumerate(ends):
            at = max(min(curves[index][-1], lowest - 0.065), 0.02 + 0.065 * (len(ends) - 1 - place))
            lowest = at
            label = f"ρ {levels[index]:g}: {_likely(curves[index][-1])}"
            texts.append(word(1.0, at, label, dx=7, weight="bold" if index == chosen else "normal"))
        lines = [
            layer("line", row, {"x": x, "y": y}, **_look(index == chosen, index < chosen))
            for index, row in enumerate(rows)
        ]
        upright = [{"x": at, "y": 0.0, "y2": 1.0} for at in marks.values()]
        return sheet(
            260,
            layer("rule", upright, {"x": x, "y": y, "y2": Y2}, color=MUTED, strokeDash=[2, 3]),
            *lines,
            words(texts, x, y, halo=True),
            words(texts, x, y),
            layer("point", told, {"x": x, "y": y}, size=120, opacity=0),
        )

    ends = "; ".join(
        f"correlation {level:g}: {_likely(curve[-1])}" for level, curve in zip(levels, curves, strict=True)
    )
    halves = "; ".join(
        f"correlation {level:g}: {_likely(covered_curve(model, claim, [0.5], release)[0])}"
        for level, release in zip(levels, releases, strict=True)
    )
    name = claim.vendor.name
    return finished(
        build,
        id="C4",
        title=f"How likely can {owned(name)} claim be true?",
        subtitle=f"Probability that a share of the open pool is at least {short(claim.least, model.unit)} a year; exact, planned spends of "
        f"{model.plan[0].spend.period}, {SIZE_WORDS[model.size_model]}; ρ: latent correlation of the exits; layer L2",
        description=f"A line for each correlation, rising with the share of the open pool that {name} wins. With all of it: {ends}. "
        f"With half of it: {halves}. Below {short(first, 'share')} the claim is out of reach.",
        source=source_line(case, claim.figure, release_figures(model), model.leaks),
        table=tabled(
            ["Share of the open pool, %", *(f"Probability at correlation {level:g}, %" for level in levels)],
            [
                [in_percent(at), *(in_percent(value) for value in row)]
                for at, row in zip(read, zip(*sampled, strict=True), strict=True)
            ],
        ),
    )


def _likely(value: float) -> str:
    """A probability in words; one of less than a millionth counts as none."""
    return short(round(value, 6), "probability")


def _chosen(model: Model) -> float:
    return correlation_of(model.case).value or 0.0


def _look(chosen: bool, below: bool) -> Record:
    """How a line looks: the chosen one solid, the others dashed and dotted."""
    if chosen:
        return {"color": INK, "strokeWidth": 2.5}
    return {"color": STEP[1], "strokeWidth": 1.8, "strokeDash": [6, 3] if below else [2, 2]}
