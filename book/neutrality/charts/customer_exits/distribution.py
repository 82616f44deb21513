"""The loss distribution: E4 its shape, E5 against a simulation.

The page draws it again from `_static/live/charts`, in a file of the same name: the two are read side by side, so
they are long together rather than split apart.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter
from neutrality.chapters.customer_exits.audit import BAND, band, distances, gap
from neutrality.chapters.customer_exits.risk import confidence_of
from neutrality.chapters.exit_model import ExitModel, exceeding, newsvendor_of, reaching
from neutrality.chapters.exposure import currency, erasing_loss, expected_loss
from neutrality.charts.common import (
    COLOUR,
    X2,
    Y2,
    Built,
    Record,
    across,
    blank,
    field,
    finished,
    in_percent,
    layer,
    rounded,
    sheet,
    short,
    step,
    tabled,
    unit_words,
    upright,
    upwards,
    word,
    words,
)
from neutrality.charts.customer_exits.shared import basis_of, percent, small, source_line_of
from neutrality.charts.theme import INK, MUTED, STEP, TAG_COLOURS
from neutrality.words import raised

#: More atoms than this are a curve to the eye.
MOST_BARS = 24
#: Points of a curve, and of the distance between two.
CURVE, DISTANCES = 72, 100
#: Where the first line above the curve stands in the narrow drawing, and how far lines are apart.
_TOP_LINE, _LINE = 1.29, 0.065
#: Characters of such a line.
_LONGEST = 46
#: Into about so many round steps a curve is cut where it is read off, and a control's range.
_PLACES, _STEPS = 20, 200
#: A jump of the curve that the eye sees.
_SEEN = 0.005
#: A smaller probability is no more than that: the distribution's own error is 1e-8 at most.
_LEAST = 1e-5
#: The room that a marked threshold takes above the curve, and above the bars as a part of the highest.
_ABOVE, _ABOVE_BARS = 0.1, 0.14


# -- E4 -----------------------------------------------------------------------------------------------


def marks(case: Case, model: ExitModel) -> list[tuple[str, float, float]]:
    """What a reader looks for on the curve: its name, the loss, and the probability of a larger one."""
    loss = model.loss
    found = [
        ("expected loss", expected_loss(model.customers)[0]),
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


def chance_words(chance: float) -> str:
    """A probability as the curve's far end prints it, where more digits would say more than is known."""
    return f"under {percent(_LEAST)}" if 0 < chance < _LEAST else percent(chance)


def round_places(most: float) -> list[float]:
    """Round losses from nothing to the largest one, at which a curve is read off."""
    gap = step(most, _PLACES)
    return [gap * count for count in range(int(most / gap * (1 + 1e-12)) + 1)]


def loss_shape(case: Case, chapter: ExitsChapter, *, threshold: float | None = None) -> Built:
    """E4: how likely each loss is, or a loss above any size where sizes are uncertain.

    `threshold` marks a loss of the reader's own and says how likely one of at least that size is.
    """
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
            table=tabled((f"Yearly loss, {unit_words(unit)}", "Probability, %"), [(0.0, 100.0)]),
        )
    limit = None if threshold is None else min(max(threshold, 0.0), loss.max)
    if 0 < len(atoms) <= MOST_BARS:
        return _bars(case, chapter, atoms, unit, source, limit)
    return _exceedance(case, chapter, unit, source, limit)


def _control(model: ExitModel, unit: str, limit: float | None) -> Record:
    """The chart's own option: a loss whose probability the reader asks for, at first about the expected one."""
    most = model.loss.max
    by = step(most, _STEPS)
    # On a step, so that a reader who goes back to it finds the chart as it was.
    value = by * math.floor(expected_loss(model.customers)[0] / by + 0.5) if limit is None else limit
    return {
        "name": "threshold", "label": "How likely is a loss of at least", "value": rounded(value),
        "low": 0.0, "high": rounded(most), "step": rounded(by), "unit": unit,
    }  # fmt: skip


def _bars(
    case: Case,
    chapter: ExitsChapter,
    atoms: Sequence[tuple[float, float]],
    unit: str,
    source: str,
    limit: float | None,
) -> Built:
    loss = chapter.model.loss
    high = max(chance for _, chance in atoms)
    mean, _ = expected_loss(chapter.model.customers)
    reached = None if limit is None else reaching(loss, limit)
    # At or above the limit as the distribution itself takes equal values.
    same = 1e-12 * loss.max

    def build(narrow: bool) -> Record:
        x = across(-0.05 * loss.max, 1.05 * loss.max, unit, title=f"yearly loss, {unit_words(unit)}")
        top = 1.22 if limit is None else 1.22 + _ABOVE_BARS
        y = upwards(0.0, top * high, format=".3~%", grid=True)
        bars = [
            {
                "x": value, "y": 0.0, "y2": chance, "tip": f"{short(value, unit)}: {percent(chance)}",
                "colour": STEP[1] if limit is None or value >= limit - same else STEP[3],
            }
            for value, chance in atoms
        ]  # fmt: skip
        texts = [word(value, chance, percent(chance), align="center", dy=-9) for value, chance in atoms]
        side = {"align": "right", "dx": -6} if mean > 0.6 * loss.max else {"dx": 6}
        label = f"expected loss {short(mean, unit)}"
        texts.append(word(mean, 1.17 * high, label, weight="bold", colour=TAG_COLOURS["assumed"], **side))
        marked = []
        if limit is not None and reached is not None:
            asked = f"at least {short(limit, unit)}, the dark bars: {chance_words(reached)}"
            texts.append(word(-0.05 * loss.max, (top - 0.06) * high, asked, weight="bold", dx=4))
            shade = [{"x": limit, "x2": 1.05 * loss.max, "y": 0.0, "y2": 1.22 * high}]
            marked.append(
                layer("rect", shade, {"x": x, "x2": X2, "y": y, "y2": Y2}, color=STEP[1], opacity=0.1)
            )
        return sheet(
            240 * top / 1.22,
            *marked,
            layer(
                "rule", bars, {"x": x, "y": y, "y2": Y2, "color": COLOUR}, strokeWidth=12 if narrow else 22
            ),
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
        description=f"One bar for each loss that can come of these sizes. {said}. The expected loss is {short(mean, unit)}."
        f"{_asked(limit, reached, unit)}",
        source=source,
        table=tabled(
            (
                "What",
                f"Yearly loss, {unit_words(unit)}",
                "Probability, %",
                "Probability of at least that, %",
            ),
            [
                *(("", value, 100 * chance, 100 * reaching(loss, value)) for value, chance in atoms),
                ("expected loss", mean, None, 100 * reaching(loss, mean)),
                *([] if limit is None else [("threshold", limit, None, in_percent(reached))]),
            ],
        ),
        controls=[_control(chapter.model, unit, limit)],
    )


def _asked(limit: float | None, reached: float | None, unit: str) -> str:
    if limit is None or reached is None:
        return ""
    return f" A loss of at least {short(limit, unit)} has a probability of {chance_words(reached)}."


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


def _exceedance(case: Case, chapter: ExitsChapter, unit: str, source: str, limit: float | None) -> Built:
    loss = chapter.model.loss
    marked = marks(case, chapter.model)
    line = [{"x": at, "y": chance, "order": i} for i, (at, chance) in enumerate(curve(chapter.model))]
    dots = [
        {"x": at, "y": chance, "tip": f"{name} {short(at, unit)}, above: {percent(chance)}"}
        for name, at, chance in marked
    ]
    read_off = [(at, exceeding(loss, at)) for at in round_places(loss.max)]
    hints = [
        {"x": at, "y": chance, "tip": f"above {short(at, unit)}: {chance_words(chance)}"}
        for at, chance in read_off
    ]
    reached = None if limit is None else reaching(loss, limit)
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

    def listed_above(narrow: bool) -> tuple[list[Record], list[Record]]:
        """Letters at the points, and what they stand for in lines above the curve: room that a phone has."""
        texts, number, aside = [], 0, False
        last = (-math.inf, math.inf)
        for letter, (name, at, chance) in zip(letters, marked, strict=False):
            parts = [f"{letter}  {name} {short(at, unit)}", f"above: {percent(chance)}"]
            lines = parts if len(", ".join(parts)) > _LONGEST else [", ".join(parts)]
            for text in lines:
                texts.append(word(0.0, _TOP_LINE - _LINE * number, text, dx=2, weight=weight(name)))
                number += 1
            # Two close points have their letters on either side of the falling curve.
            place = (at / loss.max * (300 if narrow else 650), chance * 280)
            aside = not aside and math.dist(place, last) < 16
            side = {"align": "right", "dx": -6, "dy": 9} if aside else {"dx": 6, "dy": -9}
            texts.append(word(at, chance, letter, weight="bold", **side))
            last = place
        return [], texts

    def crossing(x: Record, y: Record) -> list[Record]:
        """The reader's own loss, carried up to the curve and across to its probability."""
        if limit is None or reached is None:
            return []
        look = {"color": INK, "strokeDash": [4, 3]}
        tip = f"at least {short(limit, unit)}: {chance_words(reached)}"
        up = {"x": limit, "y": 0.0, "y2": reached, "tip": tip}
        along = {"x": 0.0, "x2": limit, "y": reached, "tip": tip}
        return [
            layer("rule", [up], {"x": x, "y": y, "y2": Y2}, **look),
            layer("rule", [along], {"x": x, "x2": X2, "y": y}, **look),
            layer("point", [{"x": limit, "y": reached, "tip": tip}], {"x": x, "y": y}, size=70, color=INK),
        ]

    def build(narrow: bool) -> Record:
        x = across(0.0, loss.max, unit, title=f"yearly loss, {unit_words(unit)}")
        lettered = narrow or not fits()
        top = _TOP_LINE + _LINE / 2 if lettered else 1.0
        stems, texts = listed_above(narrow) if lettered else beside()
        if limit is not None and reached is not None:
            top += _ABOVE
            asked = f"dashed, at least {short(limit, unit)}: {chance_words(reached)}"
            texts.append(word(0.0, top - _ABOVE / 2, asked, dx=2, weight="bold"))
        y = upwards(0.0, top, format=".0%", grid=True, values=[0, 0.25, 0.5, 0.75, 1])
        return sheet(
            280.0 * top,
            layer("line", line, {"x": x, "y": y, "order": field("order")}),
            layer("rule", stems, {"x": x, "y": y, "y2": Y2}, color=MUTED),
            *crossing(x, y),
            layer("point", hints, {"x": x, "y": y}, size=200, opacity=0),
            layer("point", dots, {"x": x, "y": y}, size=70, color=TAG_COLOURS["assumed"]),
            words(texts, x, y, halo=True),
            words(texts, x, y),
        )

    nothing = exceeding(loss, 0.0)
    said = "; ".join(f"{name} {short(at, unit)}, {percent(chance)} above" for name, at, chance in marked)
    jumps = [at for at, chance in loss.atoms()[:MOST_BARS] if chance > _SEEN]
    rows = [
        *((name, at) for name, at, _ in marked),
        *([] if limit is None else [("threshold", limit)]),
        *(("exactly this loss has a probability", at) for at in jumps),
        *(("", at) for at, _ in read_off),
    ]
    return finished(
        build,
        id="E4",
        title="How likely is a loss above any size?",
        subtitle=f"Probability of a larger loss in %, by {unit_words(unit)} lost; {basis_of(case, chapter)}",
        description=f"A curve that falls from {percent(nothing)} at no loss to nothing at {short(loss.max, unit)}. "
        f"{raised(said)}.{_asked(limit, reached, unit)}",
        source=source,
        table=tabled(
            (
                "What",
                f"Yearly loss, {unit_words(unit)}",
                "Probability of at least that, %",
                "Probability of more, %",
            ),
            [(name, at, 100 * reaching(loss, at), 100 * exceeding(loss, at)) for name, at in rows],
        ),
        controls=[_control(chapter.model, unit, limit)],
    )


# -- E5 -----------------------------------------------------------------------------------------------


def simulation(case: Case, chapter: ExitsChapter) -> Built:
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
            table=tabled((f"Yearly loss, {unit_words(unit)}", "Exact, %", "Simulated, %"), [(0.0, 100.0, 100.0)]),
        )  # fmt: skip
    exact, away = np.asarray(loss.cdf(simulated.grid)), distances(chapter)
    allowed, largest = band(simulated.draws), gap(chapter)
    last = simulated.grid.size - 1
    few = np.unique(np.linspace(0, last, CURVE).astype(int))
    many = np.unique(np.append(np.linspace(0, last, DISTANCES).astype(int), int(np.abs(away).argmax())))
    high = 1.6 * max(allowed, largest.size)
    # Where the simulation has a value, next to round losses; and where the two are furthest apart.
    near = [int(np.abs(simulated.grid - at).argmin()) for at in round_places(loss.max)]
    read_off = sorted({*near, int(np.abs(away).argmax())})
    rows = [
        tuple(map(float, (simulated.grid[i], 100 * exact[i], 100 * simulated.below[i], 100 * away[i], 100 * allowed)))
        for i in read_off
    ]  # fmt: skip
    hints = [
        {
            "x": at, "y": found / 100,
            "tip": f"at most {short(at, unit)}: exact {percent(found / 100)}, simulated {percent(drawn / 100)}",
        }
        for at, found, drawn, *_ in rows
    ]  # fmt: skip
    apart_hints = [
        {"x": at, "y": gone / 100, "tip": f"at {short(at, unit)}: simulated less exact {percent(gone / 100)}"}
        for at, _, _, gone, _ in rows
    ]

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
            layer("point", hints, {"x": x, "y": y}, size=200, opacity=0),
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
            layer("point", apart_hints, {"x": below, "y": distance}, size=200, opacity=0),
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
        table=tabled(
            (
                f"Yearly loss, {unit_words(unit)}",
                "Exact: at most that, %",
                "Simulated, %",
                "Simulated less exact, percentage points",
                f"{BAND:.0%} band, percentage points either way",
            ),
            rows,
        ),
    )


__all__ = ["curve", "loss_shape", "marks", "simulation"]
