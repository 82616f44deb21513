"""What a claim needs and how likely it can be true; `claim_map` says when.

A chart about a claim is None for a case in which nobody makes one. The page draws them again from a file of the same
name in `_static/live/charts`.
"""

from __future__ import annotations

from textwrap import wrap

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity.claims import (
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
    finished,
    in_percent,
    layer,
    sheet,
    short,
    tabled,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.competitor_opportunity.shared import apart, needs_words
from neutrality.charts.theme import INK, MUTED, STEP, TAG_COLOURS
from neutrality.results import weakest
from neutrality.words import owned

#: A required share beyond this is drawn at the edge, with its value beside it.
FARTHEST_SHARE = 2.5

#: Steps of a line of probabilities, and of its table and tips.
_CURVE, _SAMPLES = 60, 20


def _yearly(model: Model, claim: Claim) -> list[tuple[str, Trial]]:
    """The claim against every pool of a year, and against two of them within the plan's own year."""
    rows = {row[0].pool.key: {one.horizon.key: one for one in row} for row in trials(model, claim)}
    found = [(row["year"].pool.label, row["year"]) for row in rows.values()]
    for key in ("contestable", "released_high"):
        one = rows[key]["calendar"]
        found.append((f"{model.pools[key].label}, {one.horizon.label.lower()} only", one))
    return found


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
                needs = needs_words(one.share, one.verdict)
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
