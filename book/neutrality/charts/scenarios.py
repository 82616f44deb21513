"""The scenarios side by side: one block for each headline result, each on its own scale."""

from __future__ import annotations

import math
from textwrap import wrap

from neutrality.chapters.headlines import in_words
from neutrality.chapters.ledger import source_line
from neutrality.chapters.scenarios import Comparison
from neutrality.charts.common import (
    DOWN,
    TEXT,
    Built,
    Record,
    boxes,
    each,
    field,
    finished,
    layer,
    scaled,
    sheet,
    tabled,
    unit_words,
)
from neutrality.charts.theme import INK, MUTED, STEP
from neutrality.results import Result
from neutrality.units import pretty
from neutrality.words import joined

#: A column in pixels: names of scenarios, room for bars, room for values; characters of a heading's line.
NAMES, BARS, VALUES, HEADING = 118.0, 120.0, 92.0, 46
COLUMN, GAP = NAMES + BARS + VALUES, 30.0
LINE = 19.0


def compared(comparison: Comparison) -> Built:
    """S1: every headline result of every scenario, side by side."""
    blocks = [_block(comparison, name) for name in comparison.labels]

    def build(narrow: bool) -> Record:
        columns = 1 if narrow else 2
        moved = [block for block in blocks if not _still(block)]
        same = [(" ".join(heading), rows[0][2]) for heading, rows in blocks if _still((heading, rows))]
        return _sheet(_laid_out(moved, columns), same, columns)

    others = [one.label for one in comparison.scenarios[1:]]
    return finished(
        build,
        id="S1",
        title="What does each scenario change?",
        subtitle="headline answers, each on a scale of its own that begins at nothing; the first bar is the case as reported",
        description=f"For each headline answer a bar for the case as reported and for {joined(others) if others else 'no other scenario'}. "
        + " ".join(map(str, comparison.notes)),
        source=source_line(comparison.case, comparison.differing) if comparison.differing else source_line(comparison.case),
        table=_table(comparison),
    )  # fmt: skip


def _table(comparison: Comparison) -> Record:
    """Every answer with its unit, one column for each scenario."""

    def row(name: str) -> list[str | float | None]:
        found = [one.results.get(name) for one in comparison.scenarios]
        unit = next((r.unit for r in found if r), "")
        part = 100 if unit in ("share", "probability") else 1

        def cell(result: Result | None) -> str | float | None:
            value = result.value if result else None
            return in_words(value) if isinstance(value, str) else None if value is None else part * value

        words = {"x": "×", "word": ""}.get(unit, unit_words(unit))
        return [comparison.labels[name], words, *map(cell, found)]

    columns = ["Answer", "Unit", *(one.label for one in comparison.scenarios)]
    return tabled(columns, [row(name) for name in comparison.labels])


#: A heading in lines, and for each scenario its name, the bar as a part of the room and what is written.
Block = tuple[list[str], list[tuple[str, tuple[float, float], str]]]


def _block(comparison: Comparison, name: str) -> Block:
    found = [one.results.get(name) for one in comparison.scenarios]
    numbers = [float(r.value) if r and isinstance(r.value, int | float) else None for r in found]
    known = [number for number in numbers if number is not None]
    low, high = min(0.0, *known, 0.0), max(0.0, *known, 0.0)
    scale = high - low or 1.0
    unit = next((r.unit for r in found if r), "")
    texts = [
        in_words(r.value) if r and isinstance(r.value, str) else pretty(number, unit)
        for r, number in zip(found, numbers, strict=True)
    ]
    return wrap(comparison.labels[name], HEADING), [
        (one.label, _ends(number, low, scale), text)
        for one, number, text in zip(comparison.scenarios, numbers, texts, strict=True)
    ]


def _still(block: Block) -> bool:
    """Whether every scenario gives the same, a number or a word."""
    texts = {text for _, _, text in block[1]}
    return len(block[1]) > 1 and len(texts) == 1


def _ends(number: float | None, low: float, scale: float) -> tuple[float, float]:
    if number is None:
        return (0.0, 0.0)
    return (min(0.0, number) - low) / scale, (max(0.0, number) - low) / scale


def _laid_out(blocks: list[Block], columns: int) -> list[tuple[float, float, Block]]:
    """Blocks with the place of their upper left corner, filled row by row."""
    placed: list[tuple[float, float, Block]] = []
    top = 4.0
    for start in range(0, len(blocks), columns):
        row = blocks[start : start + columns]
        for column, block in enumerate(row):
            placed.append((column * (COLUMN + GAP), top, block))
        top += max(LINE * (len(heading) + len(rows)) for heading, rows in row) + 16
    return placed


def _sheet(placed: list[tuple[float, float, Block]], same: list[tuple[str, str]], columns: int) -> Record:
    headings: list[Record] = []
    labels: list[Record] = []
    values: list[Record] = []
    bars: list[Record] = []
    bottom = 0.0
    for left, top, (heading, rows) in placed:
        y = top + LINE / 2
        for line in heading:
            headings.append({"x": left, "y": y, "text": line})
            y += LINE - 2
        for index, (name, (start, end), text) in enumerate(rows):
            y += 2
            base = left + NAMES
            labels.append({"x": left, "y": y, "text": name})
            if end > start:
                place = {"x": base + start * BARS, "x2": base + end * BARS, "y": y - 6, "y2": y + 6}
                tip = f"{' '.join(heading)}, {name}: {text}"
                bars.append({**place, "colour": INK if index == 0 else STEP[2], "tip": tip})
            values.append({"x": base + end * BARS, "y": y, "text": text, "dx": 6 if end > 0 else 0})
            y += LINE - 2
        bottom = max(bottom, y)
    still: list[Record] = []
    if same:
        bottom += 14 if placed else LINE / 2
        headings.append({"x": 0.0, "y": bottom, "text": "The same in every scenario"})
        for index, (name, text) in enumerate(same):
            left, y = index % columns * (COLUMN + GAP), bottom + LINE * (1 + index // columns)
            labels.append({"x": left, "y": y, "text": name})
            still.append({"x": left + COLUMN, "y": y, "text": text})
        bottom += LINE * (1 + math.ceil(len(same) / columns))
    width = columns * COLUMN + (columns - 1) * GAP
    x, y_ = field("x", axis=None, scale=scaled(0.0, width)), DOWN
    shown = {"x": x, "y": y_, "text": TEXT}
    look = {"align": "left", "baseline": "middle"}
    return sheet(
        bottom,
        boxes(bars, x, y_),
        layer("text", headings, shown, **look, fontWeight="bold"),
        layer("text", labels, shown, **look, color=MUTED),
        layer("text", values, shown, **look, dx=each("dx")),
        layer("text", still, shown, **{**look, "align": "right"}),
    )


__all__ = ["compared"]
