"""Tables as CSV: what a table prints, as numbers that a program can read."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from neutrality.display import slug
from neutrality.press.downloads.workbook import FORMULA_LIKE
from neutrality.results import Cell, Number, Span, Table, Tag, Text, as_plain


@dataclass(frozen=True)
class _Field:
    """A column of the file: its name, whether it holds numbers, and its cells."""

    name: str
    numeric: bool
    cells: tuple[float | str | None, ...]


def inert(text: str) -> str:
    """Text that no spreadsheet takes for a formula: one that begins like it has an apostrophe before it.

    After OWASP, CSV Injection.
    """
    return f"'{text}" if text.startswith(FORMULA_LIKE) else text


def as_csv(table: Table) -> str:
    """A table as CSV.

    A column of numbers keeps its name and holds the values in full. One of intervals becomes two, `low` and
    `high`; where words stand among numbers they have a column of their own. What belongs to the numbers
    (unit, tag, layer, and the ids behind them) follows on the right, so that the left side of the file is
    the table as it is printed.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    fields = _fields(table)
    writer.writerow([inert(field.name) for field in fields])
    for row in zip(*(field.cells for field in fields), strict=True) if table.rows else ():
        writer.writerow([_written(cell) for cell in row])
    return stream.getvalue()


def descriptor(tables: Mapping[str, Table]) -> str:
    """A Data Package of the tables' files: their titles, notes and sources, and what each column holds."""
    found: dict[str, Any] = {"profile": "data-package", "name": "tables", "resources": []}
    for name, table in tables.items():
        found["resources"].append(
            {
                "name": slug(name),
                "path": f"{name}.csv",
                "title": table.title,
                "description": " ".join(part for part in (table.note, table.source) if part),
                "profile": "tabular-data-resource",
                "format": "csv",
                "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {
                    "fields": [
                        {"name": inert(field.name), "type": "number" if field.numeric else "string"}
                        for field in _fields(table)
                    ]
                },
            }
        )
    return json.dumps(found, indent=2, ensure_ascii=False) + "\n"


def _written(cell: float | str | None) -> str:
    if cell is None:
        return ""
    return inert(cell) if isinstance(cell, str) else repr(float(cell))


def _fields(table: Table) -> list[_Field]:
    values: list[_Field] = []
    origins: list[_Field] = []
    before = ""
    for position, heading in enumerate(table.columns):
        # A column without a heading goes on with the one before it.
        name = heading or f"{before}: value".lstrip(": ")
        before = heading or before
        own, about = _split(name, [row[position] for row in table.rows])
        values += own
        origins += about
    return _told_apart([*values, *origins])


def _split(name: str, cells: Sequence[Cell]) -> tuple[list[_Field], list[_Field]]:
    """A column as columns of one kind each, and those that say where its numbers come from."""
    numbers = [_numbers(cell) for cell in cells]
    if not any(numbers):
        return [_Field(name, False, tuple(_words(cell) for cell in cells))], []
    single = [found[0].value if len(found) == 1 else None for found in numbers]
    low, high = ([found[end].value if len(found) == 2 else None for found in numbers] for end in (0, 1))
    words = [None if isinstance(cell, Number | Span) else _words(cell) for cell in cells]
    values = []
    if any(len(found) == 1 for found in numbers):
        values.append(_Field(name, True, tuple(single)))
    if any(len(found) == 2 for found in numbers):
        values += [_Field(f"{name}: low", True, tuple(low)), _Field(f"{name}: high", True, tuple(high))]
    if any(words):
        values.append(_Field(f"{name}: words", False, tuple(words)))
    about = [
        _Field(
            f"{name}: {title}",
            False,
            tuple("; ".join(dict.fromkeys(getattr(one, key) for one in found)) or None for found in numbers),
        )
        for title, key in (("unit", "unit"), ("tag", "tag"), ("layer", "layer"), ("rests on", "ref"))
    ]
    return values, about


def _numbers(cell: Cell) -> tuple[Number, ...]:
    """The number of a cell, both of an interval, and the one that stands in a text; none elsewhere."""
    match cell:
        case Number():
            return (cell,)
        case Span():
            return cell.low, cell.high
        case Text():
            inside = [part for part in cell.parts if isinstance(part, Number | Span)]
            return _numbers(inside[0]) if len(inside) == 1 else ()
    return ()


def _words(cell: Cell) -> str | None:
    match cell:
        case None:
            return None
        case Tag():
            return cell.name
    return as_plain(cell)


def _told_apart(fields: list[_Field]) -> list[_Field]:
    """The same with names that are all different."""
    taken: dict[str, int] = {}
    apart = []
    for field in fields:
        taken[field.name] = number = taken.get(field.name, 0) + 1
        name = field.name if number == 1 else f"{field.name} ({number})"
        apart.append(_Field(name, field.numeric, field.cells))
    return apart


__all__ = ["as_csv", "descriptor", "inert"]
