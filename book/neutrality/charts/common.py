"""What the charts of all chapters share: words for numbers and units, rows with intervals, and the finish.

Rows are laid out in pixels from the top, each with its label above its mark, so that a chart keeps its
labels on a phone. Text comes in one layer whose records say where and how each piece stands. It is long because
`_static/live/charts/common.js` is its twin, read side by side.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from textwrap import wrap
from typing import Any, overload

import altair as alt

from neutrality.case import Case
from neutrality.chapters.ledger import source_line
from neutrality.charts.theme import INK, MUTED, PAPER, STEP, TAG_COLOURS
from neutrality.results import TAG_LETTERS, Cell, Chapter, Number, Span, Table
from neutrality.units import money, pretty, symbol
from neutrality.words import lowered, raised

Record = dict[str, Any]
Built = alt.LayerChart | alt.VConcatChart

#: What stands for a value that does not exist.
NO_NUMBER = "no number"

#: What each layer rests on, in a word.
LAYER_WORDS = {"L0": "facts", "L1": "ranges", "L2": "assumptions"}

#: Significant digits of a number in a specification.
DIGITS = 6

#: Characters of a line of notes in the narrow drawing, and of a subtitle above the wide one.
NARROW_LINE, SUBTITLE_LINE = 52, 100

_SCALE_WORDS = {"": "", "k": "thousand", "mn": "million", "bn": "billion"}


# -- numbers and words --------------------------------------------------------------------------------


def short(value: float | None, unit: str, digits: int = 3) -> str:
    """A value as a label prints it. Whether money is a yearly flow, the subtitle tells."""
    if value is None:
        return NO_NUMBER
    parts = money(unit)
    if parts and value == 0:
        return f"{symbol(parts.currency)}0"
    return pretty(value, unit.removesuffix(" per year") if parts else unit, digits)


def unit_words(unit: str) -> str:
    """A unit of money in words, for instance `$ million a year`; any other unit as it is."""
    parts = money(unit)
    if parts is None:
        return {"share": "%", "probability": "%"}.get(unit, unit)
    words = (symbol(parts.currency).strip(), _SCALE_WORDS[parts.scale], "a year" if parts.per_year else "")
    return " ".join(word for word in words if word)


@overload
def ends(cell: Number | Span) -> tuple[Number, Number]: ...
@overload
def ends(cell: Cell) -> tuple[Number, Number] | None: ...
def ends(cell: Cell) -> tuple[Number, Number] | None:
    """Both ends of a table's cell; one number is both."""
    match cell:
        case Span():
            return cell.low, cell.high
        case Number():
            return cell, cell
        case _:
            return None


def value_of(cell: object) -> float | None:
    """The bare value of a table's cell that holds a number."""
    return cell.value if isinstance(cell, Number) else None


# -- records ------------------------------------------------------------------------------------------


def rounded(value: Any) -> Any:
    """A number with at most `DIGITS` significant digits; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return value
    if value == 0 or not math.isfinite(value):
        return value if value else 0
    found = round(value, DIGITS - 1 - math.floor(math.log10(abs(value))))
    return int(found) if found == int(found) else found


def data(rows: Iterable[Mapping[str, Any]]) -> list[Record]:
    """Records for a layer, rounded. One without a number where one belongs is left out."""

    def whole(row: Mapping[str, Any]) -> bool:
        return all(
            v is not None and not (isinstance(v, float) and not math.isfinite(v)) for v in row.values()
        )

    return [{key: rounded(v) for key, v in row.items()} for row in rows if whole(row)]


def in_percent(share: float | None) -> float | None:
    """A share as a column headed with % holds it."""
    return None if share is None else 100 * share


def tabled(columns: Sequence[str], rows: Iterable[Sequence[str | float | None]]) -> Record:
    """The table of a chart's data: the words above its columns, unit included, and cells that are words,
    numbers or None. It says in numbers all that the chart shows."""

    def cell(value: str | float | None) -> str | float | None:
        return None if isinstance(value, float) and not math.isfinite(value) else rounded(value)

    return {"columns": list(columns), "rows": [[cell(value) for value in row] for row in rows]}


# -- layers -------------------------------------------------------------------------------------------
# Plain records of Vega-Lite: Altair's objects for each channel take most of the time a chart takes.


def field(name: str, **more: Any) -> Record:
    """A channel that shows a number."""
    return {"field": name, "type": "quantitative", **more}


def names(name: str, **more: Any) -> Record:
    """A channel that shows a word."""
    return {"field": name, "type": "nominal", **more}


def each(name: str) -> Record:
    """A property of a mark that every record sets for itself."""
    return {"expr": f"datum.{name}"}


X2, Y2, TEXT, COLOUR = {"field": "x2"}, {"field": "y2"}, names("text"), names("colour", scale=None)
TIP = names("tip")


def layer(kind: str, rows: Iterable[Mapping[str, Any]], encoding: Record, **mark: Any) -> Record:
    """One layer: a kind of mark, its records and what they show.

    Where every record has a `tip`, that is what a reader is told who points at its mark.
    """
    held = list(rows)
    told = {"tooltip": TIP} if held and all("tip" in row for row in held) else {}
    # What nobody sees must take no room either: the static drawing is without it.
    unseen = {"clip": True} if mark.get("opacity") == 0 else {}
    return {
        "data": {"values": data(held)},
        "mark": {"type": kind, **mark, **unseen},
        "encoding": {**encoding, **told},
    }


def sheet(height: float, *layers: Record, **more: Any) -> Record:
    """Layers over one another, in a view of this height."""
    return {"layer": list(layers), "height": rounded(height), **more}


def word(x: float | None, y: float, text: str, **look: Any) -> Record:
    """One piece of text at a place, with `align`, `dx`, `dy`, `weight` and `colour` as it needs them.

    A place that does not exist leaves it out of the chart (`data`).
    """
    base = {"align": "left", "dx": 0, "dy": 0, "weight": "normal", "colour": INK}
    return {"x": x, "y": y, "text": text, **base, **look}


def words(rows: Sequence[Record], x: Record, y: Record, *, halo: bool = False) -> Record:
    """The text layer of a chart; as `halo`, the ground that keeps lines beneath away from its letters."""
    placed = {name: each(name) for name in ("align", "dx", "dy")}
    look = {"stroke": PAPER, "strokeWidth": 4, "strokeJoin": "round"} if halo else {}
    encoding = {"x": x, "y": y, "text": TEXT, **({} if halo else {"color": COLOUR})}
    return layer(
        "text", rows, encoding, **placed, **look,
        fontWeight=each("weight"), baseline="middle", lineBreak="\n", lineHeight=15,
    )  # fmt: skip


def blank(message: str) -> Record:
    """A chart of nothing: what the reader sees where no number exists."""
    x = field("x", axis=None, scale={"domain": [0, 1]})
    return sheet(40, words([word(0, 20, message, colour=MUTED)], x, DOWN))


# -- scales and axes ----------------------------------------------------------------------------------


#: The vertical channel of rows: pixels from the top.
DOWN = field("y", axis=None, scale=None)


def across(low: float, high: float, unit: str, *, title: str | None = None, axis: bool = True) -> Record:
    """A horizontal scale from `low` to `high` with plain numbers below; the subtitle tells the unit."""
    shown = {"title": title, "format": number_format(unit), "grid": False, "domain": True} if axis else None
    return field("x", axis=shown, scale=scaled(low, high))


def upwards(low: float, high: float, *, scale: str = "linear", **axis: Any) -> Record:
    """A vertical scale from `low` to `high`, with an axis and no grid."""
    return field("y", axis={"title": None, "grid": False, **axis}, scale=scaled(low, high, scale))


def scaled(low: float, high: float, kind: str = "linear") -> Record:
    """A scale with exactly these ends."""
    zero = {} if kind == "log" else {"zero": False}
    return {"type": kind, "domain": [rounded(low), rounded(high)], "nice": False, **zero}


def number_format(unit: str) -> str:
    """The d3 format of an axis in this unit."""
    return ".3~%" if unit in ("share", "probability") else ",.4~r"


def step(span: float, count: int) -> float:
    """A round step that divides a span into about so many parts."""
    raw = span / count
    power: float = 10 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 3, 4, 5, 10) if raw <= factor * power * (1 + 1e-9))


# -- the finish ---------------------------------------------------------------------------------------


def finished(
    build: Callable[[bool], Record],
    *,
    id: str,
    title: str,
    subtitle: str,
    description: str,
    source: str,
    table: Record | None = None,
    controls: Sequence[Record] = (),
) -> Built:
    """A chart with its heading, its description, where it comes from and how the narrow drawing differs.

    `build` lays the chart out; it is told whether for the narrow drawing. `table` is `tabled` of the chart's
    data. `controls` are the chart's own options, which the page offers once the chart is alive: records of
    `name`, `label` and `value`, with `options` (records of `value` and `label`) or with `low`, `high`, `step`
    and `unit`.
    """
    wide, narrow = _named(build(False)), _named(build(True))
    lines = wrap(raised(subtitle), SUBTITLE_LINE)
    usermeta: Record = {"id": id, "source": source}
    if table:
        usermeta["table"] = table
    if controls:
        usermeta["controls"] = list(controls)
    differs = _difference(wide, narrow)
    if differs:
        usermeta["narrow"] = differs
    heading = alt.Title(title, subtitle=lines if len(lines) > 1 else lines[0])
    return _chart(wide, title=heading, description=description, usermeta=usermeta)


def _named(spec: Record) -> Record:
    """A specification with its records apart, so that a patch need not repeat the layers."""
    datasets: Record = {}

    def apart(part: Record) -> Record:
        if "vconcat" in part:
            return {**part, "vconcat": [apart(one) for one in part["vconcat"]]}
        layers = []
        for one in part["layer"]:
            rows = one["data"]["values"]
            name = next(
                (known for known, held in datasets.items() if held == rows), f"data-{len(datasets) + 1}"
            )
            datasets[name] = rows
            layers.append({**one, "data": {"name": name}})
        return {**part, "layer": layers}

    return {**apart(spec), "datasets": datasets}


def _chart(spec: Record, **more: Any) -> Built:
    """The Altair chart of a specification of layers, or of such below one another."""
    rest = {key: value for key, value in spec.items() if key not in ("layer", "vconcat")}
    if "params" in rest:
        # Altair takes only its own objects here.
        rest["params"] = [
            (alt.TopLevelSelectionParameter if "select" in one else alt.VariableParameter)(**one)
            for one in rest["params"]
        ]
    if "vconcat" in spec:
        return alt.VConcatChart(vconcat=[_chart(part) for part in spec["vconcat"]], **rest, **more)
    layers = [
        alt.Chart(
            data=alt.NamedData(one["data"]["name"]),
            mark=one["mark"],
            encoding=alt.FacetedEncoding(**one["encoding"]),
            # A layer that a param names, or whose records are worked on before they are drawn.
            **{key: one[key] for key in ("name", "transform") if key in one},
        )
        for one in spec["layer"]
    ]
    return alt.LayerChart(layer=layers, **rest, **more)


def _difference(old: Record, new: Record) -> Record:
    """The patch (RFC 7396) that makes `new` of `old`."""
    patch: Record = {key: None for key in old if key not in new}
    for key, value in new.items():
        if key not in old:
            patch[key] = value
        elif isinstance(value, dict) and isinstance(old[key], dict):
            inner = _difference(old[key], value)
            if inner:
                patch[key] = inner
        elif value != old[key]:
            patch[key] = value
    return patch


def source_of(case: Case, chapter: Chapter, *results: str) -> str:
    """The source line of results of a chapter."""
    return source_line(
        case, [case.figures[name] for result in results for name in chapter.results[result].figures]
    )


# -- rows with intervals ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Row:
    """A row of an interval chart: its label and note, and an interval, a point or both, in one unit.

    `thick` is the width of the interval's bar; `missing` stands instead of an interval that is not there.
    """

    label: str
    low: float | None
    high: float | None
    point: float | None = None
    note: str = ""
    tag: str = "derived"
    thick: int = 4
    digits: int = 3
    missing: str = NO_NUMBER

    @property
    def colour(self) -> str:
        return TAG_COLOURS[self.tag]

    @property
    def there(self) -> bool:
        return self.low is not None and self.high is not None


@dataclass(frozen=True)
class Across:
    """A value that all rows are read against, as a line across the bars with a label above."""

    value: float
    label: str


def ranges(
    rows: Sequence[Row],
    unit: str,
    narrow: bool,
    *,
    zero: bool,
    compact: bool = False,
    band: tuple[float, float] | None = None,
    band_colour: str = "",
    reference: Across | None = None,
) -> Record:
    """Intervals in rows, both ends labelled, points where an interval is none.

    `zero` begins the axis at zero. `band` shades a part of the axis through all rows, `compact` leaves out
    notes and axis, and `narrow` sets notes below their label instead of beside it.
    """
    low, high = _extent(rows, zero, reference)
    head = 22.0 if reference else 2.0
    marks: list[tuple[Row, float]] = []
    texts: list[Record] = []
    top = head
    beside = max(6.6 * len(row.label) for row in rows) + 18
    for row in rows:
        notes = (
            []
            if compact or not row.note
            else wrap(row.note, NARROW_LINE - 4, break_on_hyphens=False)
            if narrow
            else [row.note]
        )
        texts.append(word(low, top + 8, row.label, weight="bold", colour=row.colour))
        if notes and narrow:
            texts += [word(low, top + 25 + 15 * i, line, colour=MUTED) for i, line in enumerate(notes)]
        elif notes:
            texts.append(word(low, top + 8, notes[0], dx=rounded(beside), colour=MUTED))
        bar = top + 28 + (15 * len(notes) + 1 if narrow else 0)
        marks.append((row, bar))
        texts += _end_labels(row, bar, unit, low, _beside(row, reference, low, high, narrow))
        top = bar + (16 if compact else 24)
    height = top - 4
    x, y = across(low, high, unit, axis=not compact), DOWN
    layers: list[Record] = []
    if band:
        shade = [{"x": band[0], "x2": band[1], "y": head, "y2": height}]
        look = {"color": band_colour or TAG_COLOURS["derived"], "opacity": 0.13}
        layers.append(layer("rect", shade, {"x": x, "x2": X2, "y": y, "y2": Y2}, **look))
    if reference:
        # Beside the bars alone: through the labels the line would strike them out.
        clear = [at for row, at in marks if row.there or _beside(row, reference, low, high, narrow) != "over"]
        pieces = [(head - 7, head), *((at - 11, at + 11) for at in clear)]
        crossing = [{"x": reference.value, "y": a, "y2": b} for a, b in pieces]
        texts.append(word(reference.value, 7, reference.label, **toward(reference.value, low, high)))
    layers += _bars(marks, unit, x, y)
    if reference:
        layers.append(layer("rule", crossing, {"x": x, "y": y, "y2": Y2}, color=INK, strokeWidth=1.5))
    points = [
        {"x": row.point, "y": at, "colour": row.colour, "tip": _tip(row, unit)}
        for row, at in marks
        if row.point is not None and not row.there
    ]
    if points:
        layers.append(layer("point", points, {"x": x, "y": y, "color": COLOUR}, size=110))
    return sheet(height, *layers, words(texts, x, y))


def toward(value: float, low: float, high: float) -> Record:
    """How a label stands over its place so that it stays within the chart."""
    part = (value - low) / (high - low) if high > low else 0.5
    return {"align": "left"} if part < 0.3 else {"align": "right"} if part > 0.7 else {"align": "center"}


def _extent(rows: Sequence[Row], zero: bool, reference: Across | None) -> tuple[float, float]:
    found = [value for row in rows for value in (row.low, row.high, row.point) if value is not None]
    found += [reference.value] if reference else []
    low, high = min(found, default=0.0), max(found, default=1.0)
    if zero:
        return min(0.0, low), high if high > 0 else 1.0
    pad = 0.04 * (high - low) or 0.5
    return low - pad, high + pad


def _beside(row: Row, reference: Across | None, low: float, high: float, narrow: bool) -> str:
    """On which side of a row's point its label stands clear of the reference; `over` where on neither."""
    label = 75 / (240 if narrow else 600) * (high - low)
    if (
        reference is None
        or row.point is None
        or not row.point - 0.1 * label <= reference.value <= row.point + label
    ):
        return "left"
    return "right" if row.point - low > label else "over"


def _end_labels(row: Row, y: float, unit: str, origin: float, side: str) -> list[Record]:
    if row.there:
        return [
            word(row.low, y, short(row.low, unit, row.digits), align="right", dx=-7),
            word(row.high, y, short(row.high, unit, row.digits), dx=7),
        ]
    if row.point is not None:
        place = {"align": "right", "dx": -11} if side == "right" else {"dx": 11}
        return [word(row.point, y, short(row.point, unit, row.digits), weight="bold", **place)]
    return [word(origin, y, row.missing, colour=MUTED)]


def _tip(row: Row, unit: str) -> str:
    """What a row says when it is pointed at."""
    if not row.there:
        return f"{row.label}: {short(row.point, unit, row.digits)}"
    return f"{row.label}: {short(row.low, unit, row.digits)} to {short(row.high, unit, row.digits)}"


def _bars(marks: Sequence[tuple[Row, float]], unit: str, x: Record, y: Record) -> list[Record]:
    spans = [
        {
            "x": row.low,
            "x2": row.high,
            "y": at,
            "colour": row.colour,
            "thick": row.thick,
            "tip": _tip(row, unit),
        }
        for row, at in marks
        if row.there
    ]
    ticks = [
        {"x": value, "y": at - half, "y2": at + half, "colour": row.colour, "thick": thick}
        for row, at in marks
        if row.there
        for value, half, thick in ((row.low, 6, 2), (row.high, 6, 2), (row.point, 8, 4))
    ]
    encoding, look = {"x": x, "y": y, "color": COLOUR}, {"strokeWidth": each("thick")}
    return [
        layer("rule", spans, {**encoding, "x2": X2}, **look),
        layer("rule", ticks, {**encoding, "y2": Y2}, **look),
    ]


def upright(
    values: Sequence[float],
    top: float,
    bottom: float,
    x: Record,
    y: Record,
    colour: str,
    dash: Sequence[int] = (1, 0),
) -> Record:
    """Lines from top to bottom at some values."""
    rows = [{"x": value, "y": top, "y2": bottom} for value in values]
    return layer("rule", rows, {"x": x, "y": y, "y2": Y2}, color=colour, strokeDash=list(dash))


def interval(table: Table, id: str, *, compact: bool = False, reference: Across | None = None) -> Built:
    """The three-layer interval: what facts alone allow, what ranges leave, what assumptions say.

    `table` has the layer, what is assumed and the value in its first three columns. `compact` is the front
    page's.
    """
    rows, unit = _layer_rows(table)

    def build(narrow: bool) -> Record:
        return ranges(rows, unit, narrow, zero=True, compact=compact, reference=reference)

    said = [f"{row.label.split(' · ')[0]}: {_said(row, unit)}" for row in rows]
    compared = f" For comparison, {reference.label}." if reference else ""
    return finished(
        build,
        id=id,
        title=table.title,
        subtitle=f"{unit_words(unit)}; {lowered(table.note)}",
        description=f"{table.title} Three intervals, from what facts alone allow to what assumptions say, "
        f"in {unit_words(unit)}. {'; '.join(said)}.{compared}",
        source=table.source,
        table=range_table("Layer", [*rows, *_compared(reference)], unit, "What is assumed"),
    )


def _compared(reference: Across | None) -> list[Row]:
    """What an interval chart is read against, as a row of its table."""
    return [Row(reference.label, None, None, reference.value, "for comparison")] if reference else []


def range_table(head: str, rows: Sequence[Row], unit: str, note: str = "") -> Record:
    """The table of an interval chart: each row's label, its ends or its point twice, and its note where
    `note` names a column for it."""
    times = 100 if unit_words(unit) == "%" else 1
    columns = [head, f"From, {unit_words(unit)}", f"To, {unit_words(unit)}", *([note] if note else [])]

    def end(bound: float | None, row: Row) -> float | None:
        value = row.point if bound is None else bound
        return None if value is None else times * value

    return tabled(
        columns,
        [[row.label, end(row.low, row), end(row.high, row), *([row.note] if note else [])] for row in rows],
    )


def _said(row: Row, unit: str) -> str:
    if row.there:
        return f"{short(row.low, unit)} to {short(row.high, unit)}"
    return short(row.point, unit)


def _layer_rows(table: Table) -> tuple[list[Row], str]:
    rows, unit = [], ""
    for layer, assumed, cell, *_ in table.rows:
        found = ends(cell)
        if found is None:
            rows.append(Row(str(layer), None, None, note=str(assumed)))
            continue
        low, high = found
        unit = low.unit
        label = f"{layer} {LAYER_WORDS[str(layer)]} · {TAG_LETTERS[low.tag]}"
        row = Row(
            label, low.value, high.value, note=str(assumed), tag=low.tag, thick=10 if layer == "L0" else 6
        )
        rows.append(row if isinstance(cell, Span) else replace(row, low=None, high=None, point=low.value))
    return rows, unit


# -- bars in rows -------------------------------------------------------------------------------------


def boxes(rows: Sequence[Record], x: Record, y: Record, **mark: Any) -> Record:
    """Bars laid out as boxes: records with x, x2, y, y2 and a colour."""
    return layer("rect", rows, {"x": x, "x2": X2, "y": y, "y2": Y2, "color": COLOUR}, **mark)


def on(colour: str) -> str:
    """The colour of text on a step of the theme's hue or on a tag's colour."""
    return INK if colour in STEP[3:] else PAPER


__all__ = [
    "COLOUR",
    "DOWN",
    "NARROW_LINE",
    "NO_NUMBER",
    "TEXT",
    "X2",
    "Y2",
    "Across",
    "Built",
    "Record",
    "Row",
    "across",
    "blank",
    "boxes",
    "each",
    "ends",
    "field",
    "finished",
    "in_percent",
    "interval",
    "layer",
    "names",
    "number_format",
    "on",
    "range_table",
    "ranges",
    "rounded",
    "scaled",
    "sheet",
    "short",
    "source_of",
    "step",
    "tabled",
    "toward",
    "unit_words",
    "upright",
    "upwards",
    "value_of",
    "word",
    "words",
]
