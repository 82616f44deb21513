"""E6: what a common cause changes, from independence to nested exits."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter
from neutrality.chapters.customer_exits.risk import SECOND_LEVEL, confidence_of
from neutrality.chapters.exposure import currency
from neutrality.charts.common import (
    INK,
    X2,
    Y2,
    Record,
    field,
    finished,
    layer,
    listed,
    scaled,
    sheet,
    short,
    unit_words,
    upwards,
    word,
    words,
)
from neutrality.charts.customer_exits.shared import basis_of, percent, small, source_line_of
from neutrality.charts.theme import STEP, TAG_COLOURS
from neutrality.methods import bounds
from neutrality.methods.copula import joint


def dependence(case: Case, chapter: ExitsChapter) -> alt.VConcatChart | alt.LayerChart:
    """E6: all, none and the tail by latent correlation, with the bounds that no dependence exceeds."""
    model, unit = chapter.model, f"{currency(case)} mn per year"
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
        for text, value, colour in sorted(found, key=lambda one: one[1]):
            below = value * pixels - taken > (26 if taken else 20)
            taken = value * pixels + (0 if below else 18)
            look = {"align": "right", "dx": -8} if chosen > 0.55 else {"dx": 9}
            texts.append(
                word(chosen, value, text, dy=13 if below else -13, colour=colour, weight="bold", **look)
            )
        return texts

    def panel(
        y: Record, height: float, heading: list[str], last: bool, under: list[Record], drawn: Sequence[tuple]
    ) -> Record:
        x = axis(last)
        layers, found = list(under), []
        for xs, values, here, text, colour in drawn:
            path = [{"x": r, "y": v} for r, v in zip(xs, values, strict=True)]
            layers.append(layer("line", path, {"x": x, "y": y}, color=colour))
            layers.append(layer("point", [{"x": chosen, "y": here}], {"x": x, "y": y}, color=colour, size=70))
            found.append((text, here, colour))
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
            under.append(layer("rule", [{"y": most_}], {"y": y}, color=colours[which], strokeDash=[2, 3]))
        drawn = [
            (
                grid,
                lines[which],
                lines[which][at],
                f"{names[which]}: {percent(lines[which][at])}",
                colours[which],
            )
            for which in lines
        ]
        heading = [
            "Probability, %",
            "dotted, under any dependence:",
            f"all at most {percent(ceiling['all'])}, none at most {percent(ceiling['none'])}",
        ]
        return panel(y, 190, heading, False, under, drawn)

    def shortfalls(narrow: bool) -> Record:
        y = upwards(0.0, 1.1 * most or 1.0, format=",.4~r", grid=True, tickCount=5)
        mean = model.loss.mean
        drawn = [
            (
                coarse,
                values,
                values[tail_at],
                f"worst {percent(1 - float(name))}: {short(values[tail_at], unit)}",
                colour,
            )
            for (name, values), colour in zip(tails.items(), (INK, STEP[1]), strict=False)
        ]
        drawn.append((coarse, [mean] * len(coarse), mean, f"expected loss: {short(mean, unit)}", STEP[2]))
        return panel(y, 190, [f"Mean loss in the worst cases, {unit_words(unit)}"], True, [], drawn)

    def build(narrow: bool) -> Record:
        return {"vconcat": [chances(narrow), shortfalls(narrow)], "spacing": 20}

    said = listed(
        [
            f"{names[which]} with {percent(values[0])} if independent, {percent(values[at])} as chosen and "
            f"{percent(values[-1])} if nested"
            for which, values in lines.items()
        ]
    )
    worst = next(iter(tails.values()))
    return finished(
        build,
        id="E6",
        title=title,
        subtitle=subtitle,
        description=f"Lines over the latent correlation, from independence to nested exits; chosen is {short(chosen, 'correlation')}. "
        f"Customers: {said}. Expected shortfall over the worst {percent(1 - level)}: {short(worst[0], unit)} if independent, "
        f"{short(worst[tail_at], unit)} as chosen, {short(worst[-1], unit)} if nested.",
        source=source_line_of(case, chapter),
    )


__all__ = ["dependence"]
