"""The summary of a sweep: a chart for each headline result, on one page that needs nothing but itself.

For one figure a line, for two on a grid a heat map around the result as reported, otherwise how far the runs
spread. Words, such as verdicts, are counted. It is long because it is a page by itself: what is drawn, in which form,
and the frame around it.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import quantiles
from typing import cast

from jinja2 import Environment
from markupsafe import Markup

from neutrality.case import Case
from neutrality.chapters.headlines import expanded, headline_results, in_words
from neutrality.chapters.ledger import figure_name
from neutrality.charts import draw, enable, theme
from neutrality.charts.common import (
    DOWN,
    TEXT,
    X2,
    Y2,
    Across,
    Built,
    Record,
    Row,
    across,
    boxes,
    field,
    finished,
    layer,
    number_format,
    ranges,
    scaled,
    sheet,
    short,
    unit_words,
    upright,
    upwards,
    word,
    words,
)
from neutrality.charts.theme import DIVERGING, INK, MUTED, STEP

#: The page's name in the folder of a sweep.
PAGE = "summary.html"

#: So many lines in a chart, maps of one result, cells of a map and points of a line can be read and drawn.
LINES, MAPS, CELLS, POINTS = 5, 4, 1_600, 400

#: The part of the runs that the narrower bar of a spread holds.
MOST_RUNS = 0.9

_DASHES = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [1, 3])


@dataclass(frozen=True)
class Setting:
    """What one run was computed with: a value for each varied figure, and in words what else differs."""

    values: tuple[float, ...]
    series: str = ""


@dataclass(frozen=True)
class Swept:
    """The headline results of a sweep, run by run, without the `failed` ones.

    `figures` are the varied ones, `crossed` tells a grid from a sample. `values` and `units` go by result id;
    a value is None where a run has none.
    """

    figures: tuple[str, ...]
    crossed: bool
    runs: tuple[Setting, ...]
    failed: int
    values: Mapping[str, Sequence[float | str | None]]
    units: Mapping[str, str]

    @property
    def series(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(run.series for run in self.runs))

    @property
    def form(self) -> str:
        """How the results are shown: `line`, `map` or `spread`."""
        enough = len(self.runs) > 1
        if enough and len(self.figures) == 1 and len(self.series) <= LINES:
            return "line"
        steps = [len({run.values[i] for run in self.runs}) for i in range(len(self.figures))]
        if len(steps) == 2 and self.crossed and len(self.series) <= MAPS and min(steps) > 1:
            return "map" if math.prod(steps) <= CELLS else "spread"
        return "spread"


def wanted(case: Case) -> dict[str, str]:
    """The ids of the results that the summary shows, with their names."""
    return expanded(case)


def page(case: Case, swept: Swept) -> str:
    """The summary as a page of its own."""
    enable()
    base = headline_results(case, {})
    labels = expanded(case)
    panels: list[Record] = []
    still: list[str] = []
    for name, label in labels.items():
        different = set(swept.values[name])
        if len(different) == 1:
            still.append(f"{label}: {_printed(different.pop(), swept.units[name])}")
        else:
            reported = base[name].value if name in base else None
            for chart in _charts(case, swept, name, label, reported):
                panels.append(_panel(chart))
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)
    return environment.from_string(_PAGE).render(
        title=f"{case.title}: {len(swept.runs):,} runs",
        panels=panels,
        varied=[_described(case, swept, position) for position in range(len(swept.figures))],
        still=still,
        series=[one for one in swept.series if one],
        failed=swept.failed,
        style=Markup(theme.stylesheet() + _STYLE),
    )


def _printed(value: float | str | None, unit: str) -> str:
    if value is None:
        return "no number in any run"
    return in_words(value) if isinstance(value, str) else short(value, unit)


def _basis(unit: str, *more: str) -> str:
    """The subtitle: the unit in words and what else must be said."""
    return "; ".join(filter(None, ("times" if unit == "x" else unit_words(unit), *more)))


def _panel(chart: Built) -> Record:
    spec = chart.to_dict()
    title, subtitle = draw.heading(spec)
    return {
        "title": title,
        "subtitle": subtitle,
        "description": draw.description(spec),
        "svg": Markup(draw.small(spec).svg),
    }


def _described(case: Case, swept: Swept, position: int) -> str:
    figure = case.figures[swept.figures[position]]
    found = [run.values[position] for run in swept.runs]
    return (
        f"{figure_name(case, figure)}: {short(min(found), figure.unit)} to {short(max(found), figure.unit)}"
    )


def _charts(case: Case, swept: Swept, name: str, label: str, base: float | str | None) -> list[Built]:
    values = [value for value in swept.values[name] if value is not None]
    if any(isinstance(value, str) for value in values):
        return [_counts(swept, name, label, base)]
    known = float(base) if isinstance(base, int | float) else None
    match swept.form:
        case "line":
            return [_lines(case, swept, name, label, known)]
        case "map":
            return [_map(case, swept, name, label, known, series) for series in swept.series]
        case _:
            return [_spread(swept, name, label, known)]


# -- one figure ---------------------------------------------------------------------------------------


def _lines(case: Case, swept: Swept, name: str, label: str, base: float | None) -> Built:
    """A result against the one figure that varies, a line for each scenario and choice."""
    figure, unit = case.figures[swept.figures[0]], swept.units[name]
    lines: dict[str, list[tuple[float, float | None]]] = {series: [] for series in swept.series}
    for run, value in zip(swept.runs, cast("Sequence[float | None]", swept.values[name]), strict=True):
        lines[run.series].append((run.values[0], value))
    for series, points in lines.items():
        points.sort(key=lambda point: point[0])
        # The last is kept whatever the step.
        lines[series] = [*points[: -1 : 1 + len(points) // POINTS], points[-1]]
    shown = [(x, y) for points in lines.values() for x, y in points if y is not None]
    left, right = min(x for x, _ in shown), max(x for x, _ in shown)
    pad = (right - left) * 0.02 or abs(left) * 0.05 or 1.0
    low, high = min(y for _, y in shown), max(y for _, y in shown)
    room = (high - low) * 0.08 or abs(low) * 0.05 or 1.0

    def build(narrow: bool) -> Record:
        x = across(left - pad, right + pad, figure.unit)
        y = upwards(low - room, high + room, tickCount=4, format=number_format(unit))
        layers: list[Record] = []
        if figure.value is not None and left <= figure.value <= right:
            layers.append(upright([figure.value], low - room, high + room, x, y, MUTED, (2, 3)))
        for index, (_, points) in enumerate(lines.items()):
            rows = [{"x": a, "y": b} for a, b in points if b is not None]
            look = {"color": STEP[min(index, 2)], "strokeDash": list(_DASHES[index])}
            layers.append(layer("line", rows, {"x": x, "y": y}, **look))
            if len(rows) < 30:
                layers.append(layer("point", rows, {"x": x, "y": y}, color=STEP[min(index, 2)], size=20))
        return sheet(150, *layers)

    ends = [(series, [p for p in points if p[1] is not None]) for series, points in lines.items()]
    said = "; ".join(
        f"{f'{series}: ' if series else ''}{short(points[0][1], unit)} at {short(points[0][0], figure.unit)}, "
        f"{short(points[-1][1], unit)} at {short(points[-1][0], figure.unit)}"
        for series, points in ends
        if points
    )
    keys = [
        f"{_STROKES[index]} {series}" for index, series in enumerate(swept.series) if len(swept.series) > 1
    ]
    return finished(
        build,
        id=name,
        title=label,
        subtitle=_basis(unit, *keys),
        description=f"{label}, by {figure_name(case, figure)}. {said}. As reported {short(base, unit)}.",
        source="",
    )


_STROKES = ("solid:", "long dashes:", "dots:", "dashes and dots:", "wide dots:")


# -- two figures --------------------------------------------------------------------------------------


def _map(case: Case, swept: Swept, name: str, label: str, base: float | None, series: str) -> Built:
    """A result over the grid of two figures, in tints on either side of the result as reported."""
    first, second = (case.figures[figure] for figure in swept.figures)
    unit = swept.units[name]
    cells = {
        (run.values[0], run.values[1]): float(value)
        for run, value in zip(swept.runs, swept.values[name], strict=True)
        if run.series == series and isinstance(value, int | float)
    }
    found = list(cells.values())
    if not found:
        return _spread(swept, name, label, base)
    middle = base if base is not None else (min(found) + max(found)) / 2
    reach = max(abs(value - middle) for value in found) or 1.0
    columns = _edges(sorted({run.values[0] for run in swept.runs}))
    rows = _edges(sorted({run.values[1] for run in swept.runs}))

    def tint(value: float) -> str:
        part = (value - middle) / (2 * reach) + 0.5
        return DIVERGING[min(len(DIVERGING) - 1, int(part * len(DIVERGING)))]

    def build(narrow: bool) -> Record:
        x = across(columns[0][1], columns[-1][2], first.unit, title=first.label)
        y = upwards(rows[0][1], rows[-1][2], format=number_format(second.unit), tickCount=5)
        placed = [
            {"x": a, "x2": b, "y": c, "y2": d, "colour": tint(cells[one, two]),
             "tip": f"{short(one, first.unit)}, {short(two, second.unit)}: {short(cells[one, two], unit)}"}
            for one, a, b in columns
            for two, c, d in rows
            if (one, two) in cells
        ]  # fmt: skip
        layers = [boxes(placed, x, y)]
        if len(columns) <= 6 and len(rows) <= 8:
            written = [
                word((a + b) / 2, (c + d) / 2, short(cells[one, two], unit), align="center")
                for one, a, b in columns
                for two, c, d in rows
                if (one, two) in cells
            ]
            layers.append(words(written, x, y))
        here = [
            {"x": a, "x2": b, "y": c, "y2": d}
            for _, a, b in columns
            for _, c, d in rows
            if first.value is not None
            and second.value is not None
            and a <= first.value < b
            and c <= second.value < d
        ]
        # Around the number, which a mark would hide.
        frame = {"x": x, "x2": X2, "y": y, "y2": Y2}
        layers.append(layer("rect", here, frame, filled=False, stroke=INK, strokeWidth=2))
        return sheet(200, *layers)

    lowest, highest = min(cells, key=cells.__getitem__), max(cells, key=cells.__getitem__)
    return finished(
        build,
        id=f"{name}-{swept.series.index(series)}",
        title=f"{label}, {series}" if series else label,
        subtitle=_basis(
            unit,
            f"{second.label} upwards",
            f"blue below and brown above the {'value as reported' if base is not None else 'middle'}, {short(middle, unit)}",
            *(["a frame where its figures lie"] if base is not None else []),
        ),
        description=f"{label}{f', {series}' if series else ''}, over {figure_name(case, first)} and {figure_name(case, second)}. "
        f"Lowest {short(cells[lowest], unit)} at {short(lowest[0], first.unit)} and {short(lowest[1], second.unit)}, "
        f"highest {short(cells[highest], unit)} at {short(highest[0], first.unit)} and "
        f"{short(highest[1], second.unit)}. As reported {short(base, unit)}.",
        source="",
    )  # fmt: skip


def _edges(values: Sequence[float]) -> list[tuple[float, float, float]]:
    """Each value with the ends of its cell: half-way to its neighbours."""
    middles = [(a + b) / 2 for a, b in pairwise(values)]
    starts = [2 * values[0] - middles[0], *middles]
    ends = [*middles, 2 * values[-1] - middles[-1]]
    return list(zip(values, starts, ends, strict=True))


# -- anything else ------------------------------------------------------------------------------------


def _spread(swept: Swept, name: str, label: str, base: float | None) -> Built:
    """How far a result spreads over all runs."""
    unit = swept.units[name]
    found = sorted(float(value) for value in swept.values[name] if isinstance(value, int | float))
    low, middle, high = found[0], _quantile(found, 0.5), found[-1]
    inner = (_quantile(found, (1 - MOST_RUNS) / 2), _quantile(found, (1 + MOST_RUNS) / 2))
    rows = [
        Row("All runs", low, high, middle, thick=3),
        Row(f"{MOST_RUNS:.0%} of the runs", *inner, middle, thick=9),
    ]
    reference = Across(base, f"as reported {short(base, unit)}") if base is not None else None

    def build(narrow: bool) -> Record:
        return ranges(rows, unit, narrow, zero=False, compact=True, reference=reference)

    missing = len(swept.runs) - len(found)
    return finished(
        build,
        id=name,
        title=label,
        subtitle=_basis(
            unit,
            f"the longer tick is the median, {short(middle, unit)}",
            f"no number in {missing:,} runs" if missing else "",
        ),
        description=f"{label} over {len(found):,} runs: {short(low, unit)} to {short(high, unit)}, {MOST_RUNS:.0%} "
        f"of them from {short(inner[0], unit)} to {short(inner[1], unit)}, median {short(middle, unit)}. "
        f"As reported {short(base, unit)}.",
        source="",
    )


def _quantile(found: Sequence[float], part: float) -> float:
    if len(found) == 1:
        return found[0]
    return quantiles(found, n=100, method="inclusive")[round(part * 100) - 1]


def _counts(swept: Swept, name: str, label: str, base: float | str | None) -> Built:
    """In how many runs a result is which word."""
    counts = Counter(str(value) for value in swept.values[name] if value is not None)
    total = counts.total()
    ordered = counts.most_common()

    def build(narrow: bool) -> Record:
        x = field("x", axis=None, scale=scaled(0.0, 1.3 * ordered[0][1]))
        bars, heads, numbers = [], [], []
        for index, (verdict, count) in enumerate(ordered):
            top = 4.0 + 40 * index
            reported = " (as reported)" if verdict == base else ""
            heads.append({"x": 0, "y": top + 6, "text": in_words(verdict) + reported})
            bars.append(
                {
                    "x": 0,
                    "x2": count,
                    "y": top + 16,
                    "y2": top + 30,
                    "colour": STEP[0] if reported else STEP[2],
                }
            )
            numbers.append({"x": count, "y": top + 23, "text": f"{count:,} runs"})
        encoding = {"x": x, "y": DOWN, "text": TEXT}
        look = {"align": "left", "baseline": "middle"}
        return sheet(
            40.0 * len(ordered) + 4,
            boxes(bars, x, DOWN),
            layer("text", heads, encoding, **look),
            layer("text", numbers, encoding, **look, dx=6),
        )  # fmt: skip

    said = "; ".join(f"{in_words(verdict)} in {count:,} of {total:,} runs" for verdict, count in ordered)
    return finished(
        build,
        id=name,
        title=label,
        subtitle=f"in how many of {total:,} runs",
        description=f"{label}: {said}.",
        source="",
    )


# -- the page -----------------------------------------------------------------------------------------

_STYLE = f"""
body{{margin:0;padding:1.5rem clamp(1rem,4vw,3rem);background:var(--ground);color:var(--ink);font:16px/1.5 {theme.FONT}}}
h1{{font-size:1.5rem;line-height:1.25;margin:0 0 .5rem}}
h2{{font-size:1.125rem;margin:1.5rem 0 .25rem}}
p,ul{{margin:.25rem 0;color:var(--muted);max-width:70ch}}
a{{color:var(--stated)}}
main{{display:grid;grid-template-columns:repeat(auto-fill,minmax(min(100%,372px),1fr));gap:1rem;margin-top:1.5rem}}
figure{{margin:0;padding:1rem;background:var(--paper);border:1px solid var(--rule);break-inside:avoid}}
figcaption{{font-weight:bold;margin-bottom:.5rem}}
figcaption small{{display:block;font-weight:normal;color:var(--muted);font-size:.8125rem}}
svg{{max-width:100%;height:auto;font-family:{theme.FONT}}}
"""

_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>{{ title }}</title>
<style>{{ style }}</style>
<h1>{{ title }}</h1>
{% if varied %}
<p>What varies:</p>
<ul>{% for one in varied %}<li>{{ one }}</li>{% endfor %}</ul>
{% endif %}
{% if series|length > 1 %}
<p>Each of them for: {{ series|join("; ") }}.</p>
{% endif %}
{% if failed %}
<p>{{ failed }} further runs have no results: their figures contradict each other.</p>
{% endif %}
<p>Every result of every run: <a href="results.csv">results.csv</a>, <a href="results.parquet">results.parquet</a>.</p>
<main>
{% for panel in panels %}
<figure><figcaption>{{ panel.title }}<small>{{ panel.subtitle }}</small></figcaption>
<div class="nt-canvas" role="img" aria-label="{{ panel.description }}">{{ panel.svg }}</div></figure>
{% endfor %}
</main>
{% if still %}
<h2>The same in every run</h2>
<ul>{% for one in still %}<li>{{ one }}</li>{% endfor %}</ul>
{% endif %}
</html>
"""

__all__ = ["PAGE", "Setting", "Swept", "page", "wanted"]
