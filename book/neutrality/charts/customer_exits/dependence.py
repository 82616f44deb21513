"""E6: what a common cause changes, from independence to nested exits."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter
from neutrality.chapters.customer_exits.risk import SECOND_LEVEL, confidence_of
from neutrality.chapters.exit_model import ExitModel
from neutrality.chapters.exposure import currency, expected_loss
from neutrality.charts.common import (
    COLOUR,
    X2,
    Y2,
    Built,
    Record,
    field,
    finished,
    layer,
    scaled,
    sheet,
    short,
    tabled,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.customer_exits.shared import basis_of, percent, small, source_line_of
from neutrality.charts.theme import INK, STEP, TAG_COLOURS
from neutrality.methods import bounds
from neutrality.methods.copula import joint
from neutrality.words import joined, raised

#: A line of a panel: its places and values, the value as chosen, its name, how values are printed, its colour.
Line = tuple[Sequence[float], Sequence[float], float, str, Callable[[float], str], str]

_NAMES = {"all": "all leave", "none": "nobody leaves"}
_COLOURS = {"all": TAG_COLOURS["assumed"], "none": STEP[1]}
_PANEL_HEIGHT = 190


@dataclass(frozen=True)
class _Lines:
    """What the chart draws: chances and tails of the loss over the latent correlation, with what bounds them.

    `level` is that of the tail, `mean` the expected loss, which no correlation moves.
    """

    model: ExitModel
    unit: str
    level: float
    mean: float

    @property
    def chosen(self) -> float:
        """The correlation as chosen."""
        return self.model.correlation

    @cached_property
    def grid(self) -> list[float]:
        """The correlations at which chances are computed, the chosen one among them."""
        return sorted({*np.round(np.linspace(0, 1, 21), 2).tolist(), self.chosen})

    @cached_property
    def coarse(self) -> list[float]:
        """Those at which tails are: a tail costs more than a probability, the smoother PERT most of all."""
        return sorted({*(self.grid[::5] if self.model.size_model == "pert" else self.grid[::2]), self.chosen})

    @cached_property
    def ceiling(self) -> dict[str, float]:
        """The most that any dependence allows of the chances."""
        p = self.model.probabilities
        return {"all": bounds.all_happen(p).high, "none": bounds.none_happens(p).high}

    @cached_property
    def chances(self) -> dict[str, list[float]]:
        """The probabilities over `grid` that all leave, and that nobody does."""
        count = len(self.model.probabilities)
        mixtures = [self.model.at(r).mixture for r in self.grid]
        return {
            "all": [joint(m, [True] * count) for m in mixtures],
            "none": [joint(m, [False] * count) for m in mixtures],
        }

    @cached_property
    def tails(self) -> dict[str, list[float]]:
        """The expected shortfall over `coarse` by its level: the case's own and a second one."""
        return {
            f"{level:.4g}": [self.model.at(r).loss.expected_shortfall(level) for r in self.coarse]
            for level in (self.level, SECOND_LEVEL)
        }

    @property
    def at(self) -> int:
        """Where the chosen correlation is in `grid`."""
        return self.grid.index(self.chosen)

    @property
    def tail_at(self) -> int:
        """Where the chosen correlation is in `coarse`."""
        return self.coarse.index(self.chosen)

    def amount(self, value: float) -> str:
        """A loss as a label prints it."""
        return short(value, self.unit)


def dependence(case: Case, chapter: ExitsChapter) -> Built:
    """E6: all, none and the tail by latent correlation, with the bounds that no dependence exceeds."""
    mean, _ = expected_loss(chapter.model.customers)
    unit, level = f"{currency(case)} mn per year", confidence_of(case).value or 0.0
    found = _Lines(chapter.model, unit, level, mean)
    return finished(
        lambda narrow: {"vconcat": [_chances(found), _shortfalls(found)], "spacing": 20},
        id="E6",
        title="What does a common cause change?",
        subtitle="By latent correlation between exits; worst cases: expected shortfall; dotted and shaded: what any dependence allows "
        f"(Boole, Fréchet); {basis_of(case, chapter)}",
        description=_described(found),
        source=source_line_of(case, chapter),
        table=_table(found),
    )


def _chances(found: _Lines) -> Record:
    """The panel of the probabilities that all leave, and that nobody does."""
    top = max([*found.ceiling.values(), *found.chances["all"], *found.chances["none"]])
    y = upwards(0.0, 1.08 * top or 1.0, format=".3~%", grid=True, tickCount=5)
    under = []
    for which, most in found.ceiling.items():
        shade = [{"x": 0.0, "x2": 1.0, "y": 0.0, "y2": most}]
        encoding = {"x": _axis(False), "x2": X2, "y": y, "y2": Y2}
        under.append(layer("rect", shade, encoding, color=_COLOURS[which], opacity=0.07))
        bound = [{"y": most, "tip": f"{_NAMES[which]}, under any dependence: at most {percent(most)}"}]
        under.append(layer("rule", bound, {"y": y}, color=_COLOURS[which], strokeDash=[2, 3]))
    drawn = [
        (found.grid, values, values[found.at], _NAMES[which], percent, _COLOURS[which])
        for which, values in found.chances.items()
    ]
    heading = [
        "Probability, %",
        "dotted, under any dependence:",
        f"all at most {percent(found.ceiling['all'])}, none at most {percent(found.ceiling['none'])}",
    ]
    return _panel(found, y, heading, False, under, drawn)


def _shortfalls(found: _Lines) -> Record:
    """The panel of the mean loss in the worst cases, beside the expected loss."""
    most = max(value for values in found.tails.values() for value in values)
    y = upwards(0.0, 1.1 * most or 1.0, format=",.4~r", grid=True, tickCount=5)
    drawn: list[Line] = [
        (
            found.coarse,
            values,
            values[found.tail_at],
            f"worst {percent(1 - float(name))}",
            found.amount,
            colour,
        )
        for (name, values), colour in zip(found.tails.items(), (INK, STEP[1]), strict=False)
    ]
    level = [found.mean] * len(found.coarse)
    drawn.append((found.coarse, level, found.mean, "expected loss", found.amount, STEP[2]))
    heading = [f"Mean loss in the worst cases, {unit_words(found.unit)}"]
    return _panel(found, y, heading, True, [], drawn)


def _axis(last: bool) -> Record:
    shown = {
        "title": "latent correlation" if last else None, "values": [0, 0.25, 0.5, 0.75, 1], "grid": False,
        "domain": True, "labels": last, "format": ".2~f",
    }  # fmt: skip
    return field("x", axis=shown, scale=scaled(0.0, 1.0))


def _panel(
    found: _Lines, y: Record, heading: list[str], last: bool, under: list[Record], drawn: Sequence[Line]
) -> Record:
    """Lines over the correlation with their values as chosen; `under` are layers beneath them."""
    x = _axis(last)
    layers, labelled, hints, points = list(under), [], [], []
    for xs, values, here, name, printed, colour in drawn:
        path = [{"x": r, "y": v} for r, v in zip(xs, values, strict=True)]
        hints += [
            {**one, "tip": f"{name} at {short(one['x'], 'correlation')}: {printed(one['y'])}"}
            for one in path
            if one["x"] in found.coarse
        ]
        text = f"{name}: {printed(here)}"
        layers.append(layer("line", path, {"x": x, "y": y}, color=colour))
        points.append({"x": found.chosen, "y": here, "colour": colour, "tip": text})
        labelled.append((text, here, colour))
    # Under the points that are seen, those that tell the lines' other values.
    layers.append(layer("point", hints, {"x": x, "y": y}, size=200, opacity=0))
    layers.append(layer("point", points, {"x": x, "y": y, "color": COLOUR}, size=70))
    texts = _labels(labelled, found.chosen, _PANEL_HEIGHT / (y["scale"]["domain"][1] or 1.0))
    written = words(texts, x, y, halo=True), words(texts, x, y)
    return sheet(_PANEL_HEIGHT, *layers, *written, title=small(heading))


def _labels(found: Sequence[tuple[str, float, str]], chosen: float, pixels: float) -> list[Record]:
    """Labels beside the points of rising lines: below the line, above it where below is no room.

    Each has its text, its value and its colour; `pixels` are those of one unit of the values.
    """
    texts, taken = [], 0.0
    # Values that are one but for rounding keep their order.
    for text, value, colour in sorted(found, key=lambda one: round(one[1] * pixels, 3)):
        below = value * pixels - taken > (26 if taken else 20)
        taken = value * pixels + (0 if below else 18)
        look = {"align": "right", "dx": -8} if chosen > 0.55 else {"dx": 9}
        texts.append(word(chosen, value, text, dy=13 if below else -13, colour=colour, weight="bold", **look))
    return texts


def _described(found: _Lines) -> str:
    said = joined(
        [
            f"{_NAMES[which]} with {percent(values[0])} if independent, {percent(values[found.at])} as chosen and "
            f"{percent(values[-1])} if nested"
            for which, values in found.chances.items()
        ]
    )
    worst = next(iter(found.tails.values()))
    return (
        f"Lines over the latent correlation, from independence to nested exits; chosen is {short(found.chosen, 'correlation')}. "
        f"Customers: {said}. Expected shortfall over the worst {percent(1 - found.level)}: {found.amount(worst[0])} if independent, "
        f"{found.amount(worst[found.tail_at])} as chosen, {found.amount(worst[-1])} if nested."
    )


def _table(found: _Lines) -> Record:
    """A row for each correlation, and the most under any dependence."""
    by_tail = [dict(zip(found.coarse, values, strict=True)) for values in found.tails.values()]
    rows = [
        (
            r,
            *(100 * values[i] for values in found.chances.values()),
            *(held.get(r) for held in by_tail),
            found.mean,
            "chosen" if r == found.chosen else "",
        )
        for i, r in enumerate(found.grid)
    ]
    limits = (100 * most for most in found.ceiling.values())
    rows.append((None, *limits, *(None for _ in found.tails), None, "the most under any dependence"))
    return tabled(
        (
            "Latent correlation",
            *(f"{raised(name)}, %" for name in _NAMES.values()),
            *(
                f"Mean loss in the worst {percent(1 - float(name))}, {unit_words(found.unit)}"
                for name in found.tails
            ),
            f"Expected loss, {unit_words(found.unit)}",
            "What",
        ),
        rows,
    )


__all__ = ["dependence"]
