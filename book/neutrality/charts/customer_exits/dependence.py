"""E6: what a common cause changes, from independence to nested exits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter
from neutrality.chapters.customer_exits.risk import SECOND_LEVEL, confidence_of
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


def dependence(case: Case, chapter: ExitsChapter) -> Built:
    """E6: all, none and the tail by latent correlation, with the bounds that no dependence exceeds."""
    model, unit = chapter.model, f"{currency(case)} mn per year"
    mean, _ = expected_loss(model.customers)
    p, chosen = model.probabilities, model.correlation
    count, level = len(p), confidence_of(case).value or 0.0
    ceiling = {"all": bounds.all_happen(p).high, "none": bounds.none_happens(p).high}
    everyone, nobody = [True] * count, [False] * count
    grid = sorted({*np.round(np.linspace(0, 1, 21), 2).tolist(), chosen})
    mixtures = [model.at(r).mixture for r in grid]
    lines = {"all": [joint(m, everyone) for m in mixtures], "none": [joint(m, nobody) for m in mixtures]}
    # A tail costs more than a probability, the smoother PERT most of all.
    coarse = grid[::5] if model.size_model == "pert" else grid[::2]
    coarse = sorted({*coarse, chosen})
    tails = {
        f"{level:.4g}": [model.at(r).loss.expected_shortfall(level) for r in coarse],
        f"{SECOND_LEVEL:.4g}": [model.at(r).loss.expected_shortfall(SECOND_LEVEL) for r in coarse],
    }
    names = {"all": "all leave", "none": "nobody leaves"}
    title = "What does a common cause change?"
    subtitle = (
        f"By latent correlation between exits; worst cases: expected shortfall; dotted and shaded: what any dependence allows "
        f"(Boole, Fréchet); {basis_of(case, chapter)}"
    )
    at = grid.index(chosen)
    tail_at = coarse.index(chosen)
    top = max([*ceiling.values(), *lines["all"], *lines["none"]])
    most = max(value for values in tails.values() for value in values)

    def axis(last: bool) -> Record:
        shown = {
            "title": "latent correlation" if last else None, "values": [0, 0.25, 0.5, 0.75, 1], "grid": False,
            "domain": True, "labels": last, "format": ".2~f",
        }  # fmt: skip
        return field("x", axis=shown, scale=scaled(0.0, 1.0))

    def labels(found: Sequence[tuple[str, float, str]], pixels: float) -> list[Record]:
        """Labels beside the points of rising lines: below the line, above it where below is no room."""
        texts, taken = [], 0.0
        # Values that are one but for rounding keep their order.
        for text, value, colour in sorted(found, key=lambda one: round(one[1] * pixels, 3)):
            below = value * pixels - taken > (26 if taken else 20)
            taken = value * pixels + (0 if below else 18)
            look = {"align": "right", "dx": -8} if chosen > 0.55 else {"dx": 9}
            texts.append(
                word(chosen, value, text, dy=13 if below else -13, colour=colour, weight="bold", **look)
            )
        return texts

    def panel(
        y: Record, height: float, heading: list[str], last: bool, under: list[Record], drawn: Sequence[Line]
    ) -> Record:
        x = axis(last)
        layers, found, hints, points = list(under), [], [], []
        for xs, values, here, name, printed, colour in drawn:
            path = [{"x": r, "y": v} for r, v in zip(xs, values, strict=True)]
            hints += [
                {**one, "tip": f"{name} at {short(one['x'], 'correlation')}: {printed(one['y'])}"}
                for one in path
                if one["x"] in coarse
            ]
            text = f"{name}: {printed(here)}"
            layers.append(layer("line", path, {"x": x, "y": y}, color=colour))
            points.append({"x": chosen, "y": here, "colour": colour, "tip": text})
            found.append((text, here, colour))
        # Under the points that are seen, those that tell the lines' other values.
        layers.append(layer("point", hints, {"x": x, "y": y}, size=200, opacity=0))
        layers.append(layer("point", points, {"x": x, "y": y, "color": COLOUR}, size=70))
        texts = labels(found, height / (y["scale"]["domain"][1] or 1.0))
        return sheet(height, *layers, words(texts, x, y, halo=True), words(texts, x, y), title=small(heading))

    colours = {"all": TAG_COLOURS["assumed"], "none": STEP[1]}

    def chances(narrow: bool) -> Record:
        y = upwards(0.0, 1.08 * top or 1.0, format=".3~%", grid=True, tickCount=5)
        under = []
        for which, most_ in ceiling.items():
            shade = [{"x": 0.0, "x2": 1.0, "y": 0.0, "y2": most_}]
            encoding = {"x": axis(False), "x2": X2, "y": y, "y2": Y2}
            under.append(layer("rect", shade, encoding, color=colours[which], opacity=0.07))
            most_words = f"{names[which]}, under any dependence: at most {percent(most_)}"
            bound = [{"y": most_, "tip": most_words}]
            under.append(layer("rule", bound, {"y": y}, color=colours[which], strokeDash=[2, 3]))
        drawn = [
            (grid, values, values[at], names[which], percent, colours[which])
            for which, values in lines.items()
        ]
        heading = [
            "Probability, %",
            "dotted, under any dependence:",
            f"all at most {percent(ceiling['all'])}, none at most {percent(ceiling['none'])}",
        ]
        return panel(y, 190, heading, False, under, drawn)

    def amount(value: float) -> str:
        return short(value, unit)

    def shortfalls(narrow: bool) -> Record:
        y = upwards(0.0, 1.1 * most or 1.0, format=",.4~r", grid=True, tickCount=5)
        drawn = [
            (
                coarse,
                values,
                values[tail_at],
                f"worst {percent(1 - float(name))}",
                amount,
                colour,
            )
            for (name, values), colour in zip(tails.items(), (INK, STEP[1]), strict=False)
        ]
        drawn.append((coarse, [mean] * len(coarse), mean, "expected loss", amount, STEP[2]))
        return panel(y, 190, [f"Mean loss in the worst cases, {unit_words(unit)}"], True, [], drawn)

    def build(narrow: bool) -> Record:
        return {"vconcat": [chances(narrow), shortfalls(narrow)], "spacing": 20}

    said = joined(
        [
            f"{names[which]} with {percent(values[0])} if independent, {percent(values[at])} as chosen and "
            f"{percent(values[-1])} if nested"
            for which, values in lines.items()
        ]
    )
    worst = next(iter(tails.values()))
    by_tail = [dict(zip(coarse, values, strict=True)) for values in tails.values()]
    rows = [
        (
            r,
            *(100 * values[i] for values in lines.values()),
            *(held.get(r) for held in by_tail),
            mean,
            "chosen" if r == chosen else "",
        )
        for i, r in enumerate(grid)
    ]
    limits = (100 * most_ for most_ in ceiling.values())
    rows.append((None, *limits, *(None for _ in tails), None, "the most under any dependence"))
    return finished(
        build,
        id="E6",
        title=title,
        subtitle=subtitle,
        description=f"Lines over the latent correlation, from independence to nested exits; chosen is {short(chosen, 'correlation')}. "
        f"Customers: {said}. Expected shortfall over the worst {percent(1 - level)}: {short(worst[0], unit)} if independent, "
        f"{short(worst[tail_at], unit)} as chosen, {short(worst[-1], unit)} if nested.",
        source=source_line_of(case, chapter),
        table=tabled(
            (
                "Latent correlation",
                *(f"{raised(name)}, %" for name in names.values()),
                *(f"Mean loss in the worst {percent(1 - float(name))}, {unit_words(unit)}" for name in tails),
                f"Expected loss, {unit_words(unit)}",
                "What",
            ),
            rows,
        ),
    )


__all__ = ["dependence"]
