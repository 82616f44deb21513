"""The loss distribution: E4 its shape, E5 against a simulation, E6 under every dependence."""

from __future__ import annotations

from collections.abc import Sequence

import altair as alt
import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter
from neutrality.chapters.customer_exits.audit import BAND, band, distances, gap
from neutrality.chapters.customer_exits.risk import confidence_of, erasing_loss, newsvendor_of
from neutrality.chapters.exit_model import ExitModel, exceeding
from neutrality.chapters.exposure import currency
from neutrality.charts.common import (
    MUTED,
    X2,
    Y2,
    Record,
    across,
    blank,
    field,
    finished,
    layer,
    sheet,
    short,
    unit_words,
    upright,
    upwards,
    word,
    words,
)
from neutrality.charts.customer_exits.shared import basis_of, percent, small, source_line_of
from neutrality.charts.theme import STEP, TAG_COLOURS

#: More atoms than this are a curve to the eye.
MOST_BARS = 24
#: Points of a curve, and of the distance between two.
CURVE, DISTANCES = 72, 100
#: Where the first line above the curve stands in the narrow drawing, and how far lines are apart.
_TOP_LINE, _LINE = 1.29, 0.065
#: Characters of such a line.
_LONGEST = 46


# -- E4 -----------------------------------------------------------------------------------------------


def marks(case: Case, model: ExitModel) -> list[tuple[str, float, float]]:
    """What a reader looks for on the curve: its name, the loss, and the probability of a larger one."""
    loss = model.loss
    found = [
        ("expected loss", loss.mean),
        ("provision", newsvendor_of(case).provision(loss)),
        ("value at risk", loss.quantile(confidence_of(case).value or 0.0)),
    ]
    gone = erasing_loss(case, model.basis)
    if gone is not None and 0 < gone < loss.max:
        found.append(("step-up erased", gone))
    merged: list[tuple[str, float]] = []
    for name, value in sorted(found, key=lambda pair: pair[1]):
        if merged and value - merged[-1][1] < 0.008 * loss.max:
            merged[-1] = (f"{merged[-1][0]}, {name}", merged[-1][1])
        else:
            merged.append((name, value))
    return [(name, value, exceeding(loss, value)) for name, value in merged]


def loss_shape(case: Case, chapter: ExitsChapter) -> alt.LayerChart:
    """E4: how likely each loss is, or a loss above any size where sizes are uncertain."""
    model, unit = chapter.model, f"{currency(case)} mn per year"
    loss, source = model.loss, source_line_of(case, chapter)
    atoms = loss.atoms() if all(size.kind == "fixed" for size in model.sizes) else []
    if loss.max <= 0:
        return finished(
            lambda narrow: blank("Nothing can be lost by these figures"),
            id="E4",
            title="How likely is each loss?",
            subtitle=f"Probability by {unit_words(unit)} lost; {basis_of(case, chapter)}",
            description="No bars and no curve: by these figures nothing can be lost, whoever leaves.",
            source=source,
        )
    if 0 < len(atoms) <= MOST_BARS:
        return _bars(case, chapter, atoms, unit, source)
    return _exceedance(case, chapter, unit, source)


def _bars(
    case: Case, chapter: ExitsChapter, atoms: Sequence[tuple[float, float]], unit: str, source: str
) -> alt.LayerChart:
    loss = chapter.model.loss
    high = max(chance for _, chance in atoms)
    mean = loss.mean

    def build(narrow: bool) -> Record:
        x = across(-0.05 * loss.max, 1.05 * loss.max, unit, title=f"yearly loss, {unit_words(unit)}")
        y = upwards(0.0, 1.22 * high, format=".3~%", grid=True)
        bars = [{"x": value, "y": 0.0, "y2": chance} for value, chance in atoms]
        texts = [word(value, chance, percent(chance), align="center", dy=-9) for value, chance in atoms]
        side = {"align": "right", "dx": -6} if mean > 0.6 * loss.max else {"dx": 6}
        label = f"expected loss {short(mean, unit)}"
        texts.append(word(mean, 1.17 * high, label, weight="bold", colour=TAG_COLOURS["assumed"], **side))
        return sheet(
            240,
            layer("rule", bars, {"x": x, "y": y, "y2": Y2}, color=STEP[1], strokeWidth=12 if narrow else 22),
            upright([mean], 0.0, 1.2 * high, x, y, TAG_COLOURS["assumed"], (4, 3)),
            words(texts, x, y, halo=True),
            words(texts, x, y),
        )

    said = "; ".join(f"{short(value, unit)} with {percent(chance)}" for value, chance in atoms)
    return finished(
        build,
        id="E4",
        title="How likely is each loss?",
        subtitle=f"Probability in %, by {unit_words(unit)} lost; {basis_of(case, chapter)}",
        description=f"One bar for each loss that can come of these sizes. {said}. The expected loss is {short(mean, unit)}.",
        source=source,
    )


def curve(model: ExitModel, count: int = CURVE) -> list[tuple[float, float]]:
    """Points of the exceedance curve, P(loss > x), each jump drawn upright."""
    loss = model.loss
    jumps = [value for value, chance in loss.atoms() if chance > 1e-6][:MOST_BARS]
    xs = np.unique(np.concatenate([np.linspace(0.0, loss.max, count), jumps]))
    before = 1 - np.asarray(loss.cdf(xs, left=True))
    after = 1 - np.asarray(loss.cdf(xs))
    points: list[tuple[float, float]] = []
    for at, left, right in zip(xs, before, after, strict=True):
        if left - right > 1e-6:
            points.append((float(at), float(left)))
        points.append((float(at), float(right)))
    return points


def _exceedance(case: Case, chapter: ExitsChapter, unit: str, source: str) -> alt.LayerChart:
    loss = chapter.model.loss
    marked = marks(case, chapter.model)
    line = [{"x": at, "y": chance, "order": i} for i, (at, chance) in enumerate(curve(chapter.model))]
    dots = [{"x": at, "y": chance} for _, at, chance in marked]
    letters = "abcd"

    def weight(name: str) -> str:
        return "bold" if name.startswith("expected loss") else "normal"

    def beside() -> tuple[list[Record], list[Record]]:
        """Labels over the curve, each on a stem; further right stands lower, so that none cross."""
        stems, texts, level = [], [], 0.94
        for name, at, chance in marked:
            label = f"{name}\n{short(at, unit)}, above: {percent(chance)}"
            level = max(min(level, 0.94), chance + 0.10)
            stems.append({"x": at, "y": chance, "y2": level - 0.01})
            texts.append(word(at, level, label, weight=weight(name), dx=6))
            level -= 0.175
        return stems, texts

    def fits() -> bool:
        """Whether the wide drawing has room for labels beside their stems."""
        return all(at / loss.max * 675 + 6 * max(len(name), 22) < 675 for name, at, _ in marked)

    def listed_above() -> tuple[list[Record], list[Record]]:
        """Letters at the points, and what they stand for in lines above the curve: room that a phone has."""
        texts, number = [], 0
        for letter, (name, at, chance) in zip(letters, marked, strict=False):
            parts = [f"{letter}  {name} {short(at, unit)}", f"above: {percent(chance)}"]
            lines = parts if len(", ".join(parts)) > _LONGEST else [", ".join(parts)]
            for text in lines:
                texts.append(word(0.0, _TOP_LINE - _LINE * number, text, dx=2, weight=weight(name)))
                number += 1
            texts.append(word(at, chance, letter, dx=6, dy=-9, weight="bold"))
        return [], texts

    def build(narrow: bool) -> Record:
        x = across(0.0, loss.max, unit, title=f"yearly loss, {unit_words(unit)}")
        lettered = narrow or not fits()
        top = _TOP_LINE + _LINE / 2 if lettered else 1.0
        y = upwards(0.0, top, format=".0%", grid=True, values=[0, 0.25, 0.5, 0.75, 1])
        stems, texts = listed_above() if lettered else beside()
        return sheet(
            280.0 * top,
            layer("line", line, {"x": x, "y": y, "order": field("order")}),
            layer("rule", stems, {"x": x, "y": y, "y2": Y2}, color=MUTED),
            layer("point", dots, {"x": x, "y": y}, size=70, color=TAG_COLOURS["assumed"]),
            words(texts, x, y, halo=True),
            words(texts, x, y),
        )

    nothing = exceeding(loss, 0.0)
    said = "; ".join(f"{name} {short(at, unit)}, {percent(chance)} above" for name, at, chance in marked)
    return finished(
        build,
        id="E4",
        title="How likely is a loss above any size?",
        subtitle=f"Probability of a larger loss in %, by {unit_words(unit)} lost; {basis_of(case, chapter)}",
        description=f"A curve that falls from {percent(nothing)} at no loss to nothing at {short(loss.max, unit)}. "
        f"{said[:1].upper()}{said[1:]}.",
        source=source,
    )


# -- E5 -----------------------------------------------------------------------------------------------


def simulation(case: Case, chapter: ExitsChapter) -> alt.VConcatChart | alt.LayerChart:
    """E5: the exact and the simulated distribution function, and how far they are apart."""
    model, simulated = chapter.model, chapter.simulated
    unit, loss = f"{currency(case)} mn per year", model.loss
    title = "Does a simulation find the same?"
    subtitle = (
        f"Probability of at most that loss, by {unit_words(unit)} lost; {simulated.draws:,} draws, seed {chapter.seed}; "
        f"shaded: the {BAND:.0%} band (Dvoretzky, Kiefer, Wolfowitz); {basis_of(case, chapter)}"
    )
    if loss.max <= 0:
        return finished(
            lambda narrow: blank("Nothing can be lost, so there is nothing to simulate"),
            id="E5", title=title, subtitle=subtitle, source=source_line_of(case, chapter),
            description="No curves: by these figures nothing can be lost, and the simulation finds no loss either.",
        )  # fmt: skip
    exact, away = np.asarray(loss.cdf(simulated.grid)), distances(chapter)
    allowed, largest = band(simulated.draws), gap(chapter)
    last = simulated.grid.size - 1
    few = np.unique(np.linspace(0, last, CURVE).astype(int))
    many = np.unique(np.append(np.linspace(0, last, DISTANCES).astype(int), int(np.abs(away).argmax())))
    high = 1.6 * max(allowed, largest.size)

    def build(narrow: bool) -> Record:
        x = across(0.0, loss.max, unit, axis=False)
        y = upwards(0.0, 1.0, format=".0%", grid=True, values=[0, 0.25, 0.5, 0.75, 1])
        lines = [
            [{"x": float(simulated.grid[i]), "y": float(values[i])} for i in few]
            for values in (exact, simulated.below)
        ]
        key = [
            word(0.0, 0.94, "exact", weight="bold", dx=8, colour=STEP[2]),
            word(0.0, 0.84, "simulated, dashed", weight="bold", dx=8, colour=TAG_COLOURS["assumed"]),
        ]
        curves = sheet(
            190,
            layer("line", lines[0], {"x": x, "y": y}, color=STEP[3], strokeWidth=6),
            layer("line", lines[1], {"x": x, "y": y}, color=TAG_COLOURS["assumed"], strokeDash=[5, 3]),
            words(key, x, y, halo=True),
            words(key, x, y),
        )
        below = across(0.0, loss.max, unit, title=f"yearly loss, {unit_words(unit)}")
        distance = upwards(-high, high, format="+.2~%", grid=True, tickCount=5)
        shade = [{"x": 0.0, "x2": loss.max, "y": -allowed, "y2": allowed}]
        path = [{"x": float(simulated.grid[i]), "y": float(away[i])} for i in many]
        label = [
            word(0.0, allowed, f"{BAND:.0%} band: ±{percent(allowed)}", dx=8, dy=11, colour=MUTED),
        ]
        apart = sheet(
            130,
            layer("rect", shade, {"x": below, "x2": X2, "y": distance, "y2": Y2}, color=STEP[4], opacity=0.7),
            layer("rule", [{"y": 0.0}], {"y": distance}, color=STEP[2]),
            layer("line", path, {"x": below, "y": distance}, color=TAG_COLOURS["assumed"], strokeWidth=1.5),
            words(label, below, distance),
            title=small("Simulated less exact, percentage points"),
        )
        return {"vconcat": [curves, apart], "spacing": 16}

    inside = largest.size <= allowed
    return finished(
        build,
        id="E5",
        title=title,
        subtitle=subtitle,
        description=f"Two distribution functions that lie on each other, and below them their distance. The largest distance, "
        f"{percent(largest.size)} at {short(largest.at, unit)}, lies {'inside' if inside else 'outside'} the band of "
        f"±{percent(allowed)}. The simulated mean is {short(simulated.mean, unit, 4)}, the exact one "
        f"{short(loss.mean, unit, 4)}.",
        source=source_line_of(case, chapter),
    )


__all__ = ["curve", "loss_shape", "marks", "simulation"]
