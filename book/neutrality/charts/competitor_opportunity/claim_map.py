"""When a claim could be true, as a map over the release and the share taken in house.

It is None for a case in which nobody makes a claim. The page draws it again from a file of the same name in
`_static/live/charts`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property, partial
from itertools import pairwise

from neutrality.case import Case
from neutrality.chapters.competitor_opportunity import Opportunity
from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import (
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
from neutrality.charts.competitor_opportunity.shared import beside, needs_words
from neutrality.charts.theme import DIVERGING, INK, PAPER
from neutrality.methods.release import VERDICTS, verdict
from neutrality.methods.timing import MONTHS
from neutrality.words import owned

#: How far the in-house share of the map goes, and how many pixels that is.
MOST_IN_HOUSE, _MAP_HEIGHT = 0.8, 290

#: Heights at which the borders of the map are tabulated.
_HEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8)


@dataclass(frozen=True)
class _Map:
    """A claim over the release of a year (across) and the share taken in house (up): a zone for each verdict.

    `needed` is the share of the pool that the claim needs at our base within its horizon, `enough` the release of a
    year from which an equal share suffices there; each None where there is none.
    """

    model: Model
    claim: Claim
    needed: float | None
    enough: float | None

    @property
    def house(self) -> float:
        """The share taken in house at our base."""
        return self.model.leaking[0]

    @property
    def expected(self) -> float:
        """The release that is expected, in millions a year."""
        return self.model.pools["released"].value

    @property
    def most(self) -> float:
        """The largest release that facts allow."""
        return self.model.pools["released_high"].value

    @property
    def judged(self) -> str:
        """The verdict at our base."""
        return verdict(self.needed, self.model.equal_share)

    @cached_property
    def least(self) -> float:
        """What a pool of a year must yield of the claim where more or less than a year is left for it."""
        return self.claim.least * MONTHS / self.model.months

    @cached_property
    def high(self) -> float:
        """The right end of the map."""
        return max(1.1 * self.most, min(1.05 * (self.enough or 0.0), 2 * self.most), 1.1 * self.least)

    @cached_property
    def levels(self) -> list[tuple[float, str]]:
        """The shares of the pool at which verdicts part, with what they are called."""
        return [(1.0, "all"), (0.5, "half"), (self.model.equal_share, "an equal share")]

    @cached_property
    def heights(self) -> list[float]:
        """The in-house shares at which borders are drawn: with those at which one leaves the map, so that it ends
        at the edge."""
        gone = self.model.leaking[1]
        leaves = (
            [1 - self.least / ((1 - gone) * level * self.high) for level, _ in self.levels]
            if gone < 1
            else []
        )
        return sorted(
            {
                *(MOST_IN_HOUSE * part / 20 for part in range(21)),
                *(one for one in leaves if 0 < one < MOST_IN_HOUSE),
            }
        )

    def release(self, level: float, inside: float) -> float | None:
        """The release of which the claim is this share after what stays in house and is not replaced."""
        part = (1 - inside) * (1 - self.model.leaking[1]) * level
        return self.least / part if part > 0 else None

    def edge(self, index: int, inside: float) -> float:
        """Where the zone of a verdict ends, within the map; before the first one, where the map begins."""
        if index < 0:
            return 0.0
        if index >= len(self.levels):
            return self.high
        return min(self.high, self.release(self.levels[index][0], inside) or self.high)

    def room(self, index: int, inside: float) -> float:
        """How wide the zone of a verdict is."""
        return self.edge(index, inside) - self.edge(index - 1, inside)


def required_map(case: Case, chapter: Opportunity) -> Built | None:
    """C3: which release and in-house share would make the first claim possible within its horizon."""
    model = chapter.model
    # Within no time at all no release makes a claim possible, so there is nothing to map.
    if not model.amounts or model.months <= 0:
        return None
    first, unit = model.amounts[0], model.unit
    named = f"opportunity.{first.vendor.id}"
    equally = chapter.results.value(f"{named}.release_for_equal_share")
    found = _Map(
        model,
        first,
        chapter.results.value(f"{named}.required_share_within_horizon"),
        None if equally is None else equally * MONTHS / model.months,
    )
    # A year is what the chapter's other charts take; any other span is named.
    span = "a year" if model.months == MONTHS else f"within {model.months:g} months"
    asked = f"{short(first.least, unit)} {span}"
    return finished(
        partial(_map_drawn, found),
        id="C3",
        title=f"When could {owned(first.vendor.name)} claim be true?",
        subtitle=f"Share of the pool open to vendors that {asked} needs, by {unit_words(unit)} released and the share "
        f"taken in house; borders at all, half and an equal share ({short(model.equal_share, 'share')}); layer L2",
        description=f"A map with four zones, from impossible to ordinary. At our base, {short(found.expected, unit)} released in a year and "
        f"{short(found.house, 'share')} taken in house, {asked} needs {short(found.needed, 'share')} of the pool: {VERDICT_WORDS[found.judged]}. The most that facts "
        f"allow to come loose is {short(found.most, unit)}; with our in-house share an equal share suffices from {short(found.enough, unit)} on.",
        source=source_line(case, first.figure, model.leaks, model.pools["released"].figures),
        table=_map_table(found),
    )


def _map_drawn(found: _Map, narrow: bool) -> Record:
    """The layout of the map."""
    x = across(0.0, found.high, found.model.unit, title=f"released in a year, {unit_words(found.model.unit)}")
    y = upwards(0.0, MOST_IN_HOUSE, title="taken in house", format=".0%")
    tints = [DIVERGING[5], DIVERGING[2], DIVERGING[1], DIVERGING[0]]
    zones = names(
        "zone",
        scale={"domain": [VERDICT_WORDS[name] for name in VERDICTS], "range": tints},
        legend=None,
    )
    pixels = 270.0 if narrow else 620.0
    texts, allowed = _at_base(found, narrow, pixels)
    base = f"our base: {needs_words(found.needed, found.judged)}"
    return sheet(
        _MAP_HEIGHT,
        layer("area", _areas(found), {"x": x, "x2": X2, "y": y, "color": zones}, orient="horizontal"),
        layer(
            "line", _borders(found), {"x": x, "y": y, "detail": names("level"), "order": field("y")},
            color=PAPER, strokeWidth=1.5,
        ),
        layer("rule", allowed, {"x": x, "y": y, "y2": Y2}, color=INK, strokeDash=[3, 3]),
        layer("point", [{"x": found.expected, "y": found.house, "tip": base}], {"x": x, "y": y}, size=90),
        words([*_zone_names(found, pixels), *texts], x, y),
    )  # fmt: skip


def _areas(found: _Map) -> list[Record]:
    """The zones, each with the share that it needs at the pointer."""
    limits = [short(level, "share") for level, _ in found.levels]
    needs = [
        f"more than {limits[0]}",
        *(f"{low} to {top}" for top, low in pairwise(limits)),
        f"at most {limits[-1]}",
    ]
    return [
        {
            "zone": VERDICT_WORDS[name],
            "x": found.edge(index - 1, inside),
            "x2": found.edge(index, inside),
            "y": inside,
            "tip": f"{VERDICT_WORDS[name]}: {needs[index]} of the pool",
        }
        for index, name in enumerate(VERDICTS)
        for inside in found.heights
    ]


def _borders(found: _Map) -> list[Record]:
    """The borders between zones, as far as they are on the map."""
    return [
        {"level": name, "x": at, "y": inside}
        for level, name in found.levels
        for inside in found.heights
        if (at := found.release(level, inside)) and at <= found.high * (1 + 1e-9)
    ]


def _zone_names(found: _Map, pixels: float) -> list[Record]:
    """The verdict of each zone where it is widest, at a height that no other text has, if it has room there."""
    texts: list[Record] = []
    taken: list[float] = [found.house]
    most = found.most
    for index, name in enumerate(VERDICTS):
        lines = VERDICT_WORDS[name].replace("more than an equal", "more than\nan equal")
        wide = 6.4 * max(map(len, lines.split("\n"))) / pixels * found.high
        lowest = 0.03 + 0.04 * lines.count("\n")
        best = max(
            (
                one
                for one in found.heights
                if lowest < one < 0.71 and all(abs(one - other) > 0.13 for other in taken)
            ),
            key=partial(found.room, index),
            default=None,
        )
        if best is None or found.room(index, best) < wide:
            continue
        taken.append(best)
        left, right = found.edge(index - 1, best), found.edge(index, best)
        at = (left + right) / 2
        if abs(at - most) < wide / 2:
            # Off the line of the most that facts allow, to the side with more room.
            aside = most - 0.56 * wide if most - left > right - most else most + 0.56 * wide
            at = aside if left <= aside - wide / 2 and aside + wide / 2 <= right else at
        texts.append(word(at, best, lines, align="center"))
    return texts


def _at_base(found: _Map, narrow: bool, pixels: float) -> tuple[list[Record], list[Record]]:
    """The words at our base and on the most that facts allow, and the line of the latter: open where it would
    strike the words at our base out."""
    high, house, expected, most = found.high, found.house, found.expected, found.most
    base, limit = (
        f"our base: {short(found.needed, 'share')}",
        f"most facts allow: {short(most, found.model.unit)}",
    )
    answer = VERDICT_WORDS[found.judged].removeprefix("needs ")
    if narrow:
        answer = answer.replace("more than an", "more than\nan")
    answers = answer.split("\n")
    # Below the point at the map's upper edge, above it at the lower one.
    over = -15 * len(answers) - 6
    down = 14 if house > 0.9 * MOST_IN_HOUSE else over if house < 0.15 * MOST_IN_HOUSE else 0
    place = beside(expected, high)
    texts = [
        word(expected, house, base, weight="bold", dy=down, **place),
        word(expected, house, answer, dy=down + 15, **place),
    ]
    if most <= high:
        texts.append(word(most, MOST_IN_HOUSE, limit, dy=-10, **toward(most, 0.0, high)))
    long = (10 + 6.4 * max(map(len, [base, *answers]))) / pixels * high
    start = expected - long if "align" in place else expected
    head, foot = (house - at * MOST_IN_HOUSE / _MAP_HEIGHT for at in (down - 9, down + 15 * len(answers) + 8))
    pieces = [(0.0, MOST_IN_HOUSE)]
    if start <= most <= start + long:
        pieces = [(0.0, max(0.0, foot)), (min(head, MOST_IN_HOUSE), MOST_IN_HOUSE)]
    return texts, [{"x": most, "y": a, "y2": b, "tip": limit} for a, b in pieces if most <= high and a < b]


def _map_table(found: _Map) -> Record:
    """Our base, the borders at some heights, and the most that facts allow, in numbers."""
    return tabled(
        [
            "Place on the map",
            f"Released, {unit_words(found.model.unit)}",
            "Taken in house, %",
            "Share needed, %",
            "Verdict",
        ],
        [
            [
                "Our base",
                found.expected,
                in_percent(found.house),
                in_percent(found.needed),
                VERDICT_WORDS[found.judged],
            ],
            *(
                [
                    f"Border at {name}",
                    found.release(level, inside),
                    in_percent(inside),
                    in_percent(level),
                    VERDICT_WORDS[verdict(level, found.model.equal_share)],
                ]
                for level, name in found.levels
                for inside in _HEIGHTS
            ),
            ["Most that facts allow", found.most, None, None, None],
        ],
    )
