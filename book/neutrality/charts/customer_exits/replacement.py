"""The growth that would replace what is lost: E8."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from neutrality.case import Case
from neutrality.case.figures import in_millions
from neutrality.chapters.customer_exits import basis_words
from neutrality.chapters.exposure import currency, exposures, largest, revenue_of
from neutrality.charts.common import (
    COLOUR,
    NO_NUMBER,
    Built,
    Record,
    across,
    blank,
    finished,
    in_percent,
    layer,
    sheet,
    short,
    source_of,
    step,
    tabled,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.theme import MUTED, TAG_COLOURS
from neutrality.methods.timing import replacement_growth
from neutrality.results import TAG_LETTERS, Chapter
from neutrality.words import raised


class _Lost(NamedTuple):
    """Revenue lost, in millions a year, and the growth of the rest that replaces it; None where nothing remains."""

    name: str
    lost: float
    growth: float | None
    tag: str


def replacement(case: Case, chapter: Chapter) -> Built:
    """E8: the growth that the rest needs to stand still, by revenue lost."""
    revenue, unit = in_millions(revenue_of(case)), f"{currency(case)} mn per year"
    named = _losses(case, chapter, revenue)
    shown = _apart(named, revenue)
    beyond = [one.name for one in named if one.growth is None and one.lost > 0]
    if shown:
        curve = _Curve(revenue, unit, shown, beyond)
        build, sampled = curve.drawn, curve.sampled
    else:
        message = (
            f"{NO_NUMBER}: nothing remains that could grow"
            if beyond
            else "Nothing is lost that would have to be replaced"
        )
        build, sampled = (lambda narrow: blank(message)), []
    said = "; ".join(f"{one.name}, {short(one.lost, unit)}: {_growth_words(one)}" for one in named)
    return finished(
        build,
        id="E8",
        title="How fast must the rest grow to stand still?",
        subtitle=f"Growth of the remaining revenue in %, ratio scale, by {unit_words(unit)} of revenue lost; "
        f"{basis_words(case, 'last_year')}",
        description=f"A line that steepens as more of {short(revenue, unit)} is lost. {said}.",
        source=source_of(case, chapter, "exits.expected_loss_share", "exits.reported_loss_high"),
        table=tabled(
            ["Loss", f"Revenue lost, {unit_words(unit)}", "Growth of the rest, %"],
            [
                *((raised(one.name), one.lost, in_percent(one.growth)) for one in named),
                *(("On the line", lost, in_percent(growth)) for lost, growth in sampled),
            ],
        ),
    )


def _losses(case: Case, chapter: Chapter, revenue: float) -> list[_Lost]:
    """The losses that the chart is about: of the largest customer, the expected one and the most facts allow."""
    results = chapter.results
    top = largest(exposures(case, "last_year"))
    grown = [results[f"exits.replacement_growth_{name}"] for name in ("largest", "expected")]
    worst = results["exits.reported_loss_high"]
    most = results.value(worst.id) or 0.0
    return [
        _Lost(f"{top.customer.name} alone", top.point, results.value(grown[0].id), grown[0].tag),
        _Lost("expected loss", results.value("exits.expected_loss") or 0.0, results.value(grown[1].id), grown[1].tag),
        _Lost("most that facts allow", most, replacement_growth(most, revenue), worst.tag),
    ]  # fmt: skip


def _growth_words(one: _Lost) -> str:
    if not one.lost:
        return "nothing to replace"
    return NO_NUMBER if one.growth is None else short(one.growth, "share")


#: A loss that has a place on the line: its name, revenue lost, growth and tag.
_Shown = tuple[str, float, float, str]


def _apart(named: Sequence[_Lost], revenue: float) -> list[_Shown]:
    """The losses that have a place on a scale of ratios, where nothing lost has none; two of one size share a place
    and a label."""
    shown: list[_Shown] = []
    for name, lost, growth, tag in named:
        if not growth:
            continue
        if shown and abs(shown[-1][1] - lost) < 0.01 * revenue:
            before, *place, _ = shown.pop()
            name, (lost, growth) = f"{before}, {name}", place
        shown.append((name, lost, growth, tag))
    return shown


@dataclass(frozen=True)
class _Curve:
    """The growth that replaces a loss, by its size. `beyond` are the losses after which nothing remains to grow."""

    revenue: float
    unit: str
    shown: Sequence[_Shown]
    beyond: Sequence[str]

    @property
    def low(self) -> float:
        """The growth at the lower end of the scale."""
        return min(0.05, min(growth for _, _, growth, _ in self.shown) / 1.6)

    @property
    def high(self) -> float:
        """That at its upper end."""
        return max(growth for _, _, growth, _ in self.shown) * (2 if self.beyond else 1.25)

    @property
    def begin(self) -> float:
        """The loss at which the line comes in from below."""
        return self.revenue * self.low / (1 + self.low)

    @property
    def right(self) -> float:
        """The largest loss that is drawn."""
        return max(lost for _, lost, _, _ in self.shown) * 1.04

    @cached_property
    def sampled(self) -> list[tuple[float, float]]:
        """Where the line is read off: at round losses."""
        apart = step(self.right, 15)
        rounds = (apart * number for number in range(1, int(self.right / apart + 1e-9) + 1))
        return self._line(lost for lost in rounds if lost >= self.begin)

    def _line(self, losses: Iterable[float]) -> list[tuple[float, float]]:
        """Losses with the growth that replaces them, as far as the scale goes."""
        return [
            (lost, growth)
            for lost in losses
            if (growth := replacement_growth(lost, self.revenue)) and growth <= self.high
        ]

    def drawn(self, narrow: bool) -> Record:
        """The layout: the line, the losses on it, and what has no place there."""
        x = across(0.0, self.right, self.unit, title=f"revenue lost, {unit_words(self.unit)}")
        ticks = [
            one
            for one in (0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
            if self.low <= one <= self.high
        ]
        # Vega hides most labels of a log axis unless it is asked for many ticks.
        y = upwards(
            self.low, self.high, scale="log", values=ticks, format=".3~%", labelOverlap=False, tickCount=40
        )
        begin, right = self.begin, self.right
        curve = self._line(begin + (right - begin) * part / 60 for part in range(61))
        held = [
            {
                "x": lost,
                "y": growth,
                "tip": f"{short(lost, self.unit)} lost: {short(growth, 'share')} growth",
            }
            for lost, growth in self.sampled
        ]
        dots = [
            {
                "x": lost,
                "y": growth,
                "colour": TAG_COLOURS[tag],
                "tip": f"{raised(name)}: {short(lost, self.unit)} lost, {short(growth, 'share')} growth",
            }
            for name, lost, growth, tag in self.shown
        ]
        return sheet(
            250,
            layer(
                "line", [{"x": lost, "y": growth} for lost, growth in curve], {"x": x, "y": y}, interpolate="monotone"
            ),
            layer("point", held, {"x": x, "y": y}, opacity=0, size=200),
            layer("point", dots, {"x": x, "y": y, "color": COLOUR}, size=90),
            words(self._texts(), x, y),
        )  # fmt: skip

    def _texts(self) -> list[Record]:
        texts = []
        for name, lost, growth, tag in self.shown:
            place = (
                {"align": "right", "dx": -10, "dy": -9} if lost > 0.55 * self.right else {"dx": 11, "dy": 5}
            )
            text = f"{name}: {short(growth, 'share')} · {TAG_LETTERS[tag]}"
            texts.append(word(lost, growth, text, colour=TAG_COLOURS[tag], weight="bold", **place))
        for number, name in enumerate(self.beyond):
            text = f"{name}: {NO_NUMBER},\nnothing remains to grow"
            texts.append(word(0.0, self.high, text, dx=6, dy=8 + 32 * number, colour=MUTED))
        return texts


__all__ = ["replacement"]
