"""The case's tables as data frames, typed by the descriptor."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from neutrality.case import shape
from neutrality.case.source import DESCRIPTOR, Folder, paths
from neutrality.errors import InputError, nearest

if TYPE_CHECKING:
    import pandas

#: The columns that the code reads; what a cell may hold stands in the descriptor alone.
COLUMNS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "entities": ("id", "name", "role", "note"),
        "sources": ("id", "title", "publisher", "url", "published_on", "grade", "derived_from"),
        "claims": (
            *("id", "source", "locator", "speaker", "interest", "entity", "topic", "statement", "phrase"),
            *("value", "unit", "certainty", "said_on", "credibility", "sure"),
        ),
        "conflicts": ("id", "claims", "type", "treatment", "effect"),
        "figures": (
            *("id", "entity", "metric", "period", "label", "value", "min", "max", "low", "high", "half_unit"),
            *("unit", "tag", "claims", "known_on", "reason", "quality", "note"),
        ),
        "scenarios": ("scenario", "figure", "value", "note"),
        "events": ("date", "entity", "event", "claims", "until", "precision"),
        "outcomes": ("figure", "resolved_on", "outcome", "alternative", "rule", "claims", "note"),
        "readings": ("conflict", "reading", "figure", "value", "claims", "note"),
        "comparables": ("id", "entity", "valuation", "revenue", "status", "basis", "note"),
        "precedents": (
            *("id", "entity", "label", "happened_on", "direction", "tie", "speed", "share", "share_of"),
            *("followed", "claims", "note"),
        ),
        "wording": ("phrase", "scale", "term", "value", "low", "high", "source"),
    }
)

#: Tables without which nothing can be computed.
NEEDED = ("entities", "sources", "claims", "figures", "wording")


@dataclass(frozen=True)
class Table:
    """One table as it stands in its file.

    `rows` holds text cells by column, empty ones as None, numbers as float where the descriptor says
    so; `lines[i]` is the line of the file on which row i begins (the header is line 1).
    """

    name: str
    label: str
    columns: tuple[str, ...]
    rows: tuple[dict[str, Any], ...]
    lines: tuple[int, ...]

    @cached_property
    def kept(self) -> dict[Any, Any]:
        """What was made of the rows, by what it is: every run of a sweep asks for it again."""
        return {}

    def frame(self) -> pandas.DataFrame:
        """The rows as a data frame, for analysts who go on from here."""
        import pandas

        return pandas.DataFrame(list(self.rows), columns=list(self.columns))


#: What the descriptor says of the case, in words.
TOLD = ("title", "description", "question", "story")


def schema_fields(descriptor: dict[str, Any], table: str) -> dict[str, dict[str, Any]]:
    """Field name to field of one table's schema."""
    for resource in descriptor["resources"]:
        if resource["name"] == table:
            schema = resource.get("schema")
            fields = schema.get("fields", []) if isinstance(schema, dict) else []
            return {field["name"]: field for field in fields if isinstance(field, dict) and "name" in field}
    return {}


def descriptor_faults(folder: Folder) -> list[str]:
    """Tables and columns that the code needs and the descriptor does not have."""
    label = folder.label(DESCRIPTOR)
    named = paths(folder.descriptor)
    faults = [
        f"{label}: {name}: found {folder.descriptor[name]!r}, expected text"
        for name in TOLD
        if name in folder.descriptor and not isinstance(folder.descriptor[name], str)
    ]
    contributors = folder.descriptor.get("contributors", [])
    if not isinstance(contributors, list):
        faults.append(f"{label}: contributors: found {contributors!r}, expected a list")
        contributors = []
    for one in contributors:
        if not isinstance(one, dict) or not one.get("title"):
            faults.append(
                f"{label}: contributors: found {one!r}, expected a title, the name of who made the book"
            )
    shapeless = [
        f"{label}: {resource['name']}: {fault}"
        for resource in folder.descriptor["resources"]
        for fault in shape.faults(resource, COLUMNS.get(resource["name"], ()))
    ]
    if shapeless:
        # Nothing else can be looked for in it.
        return [*faults, *shapeless]
    faults += [f"{label}: the table {name} is missing" for name in COLUMNS if name not in named]
    for name in COLUMNS:
        if name in named:
            known = schema_fields(folder.descriptor, name)
            faults += [
                f"{label}: the schema of {name} lacks the column {column}{nearest(column, known)}"
                for column in COLUMNS[name]
                if column not in known
            ]
    return faults


def text_of(folder: Folder, table: str) -> str:
    """The text of a table's file. Raises InputError for one that is absent, empty or no text."""
    file = paths(folder.descriptor)[table]
    label = folder.label(file)
    try:
        content = folder.content(file)
    except FileNotFoundError:
        raise InputError(f"{label}: the file is missing, the descriptor names it for {table}") from None
    except OSError as problem:
        raise InputError(f"{label}: cannot be read ({problem.strerror})") from None
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        line = content[: problem.start].count(b"\n") + 1
        raise InputError(f"{label}:{line}: is no text in UTF-8, expected a CSV table") from None
    if "\0" in text:
        raise InputError(f"{label}: holds null bytes, expected a CSV table in UTF-8")
    if not text.strip():
        raise InputError(f"{label}: the table is empty, expected a header and rows")
    return text


@dataclass(frozen=True)
class Records:
    """The records of one table's file, as text.

    Records are not lines: a quoted cell may hold line breaks. `lines[0]` is the header's line and
    `lines[i]` that on which `cells[i - 1]` begins; a blank line is a record without cells.
    """

    label: str
    columns: tuple[str, ...]
    cells: tuple[list[str], ...]
    lines: tuple[int, ...]


def records_of(folder: Folder, table: str) -> Records:
    """The records of a table's file. Raises InputError for one that is absent, empty or no CSV table."""
    text = text_of(folder, table)
    label = folder.label(paths(folder.descriptor)[table])
    reader = csv.reader(io.StringIO(text))
    found: list[list[str]] = []
    lines: list[int] = []
    before = 0
    try:
        for cells in reader:
            found.append(cells)
            lines.append(before + 1)
            before = reader.line_num
    except csv.Error as problem:
        # A lone carriage return, or a quote that opens and never closes.
        reason = str(problem).partition(" - ")[0]
        raise InputError(f"{label}:{reader.line_num + 1}: is no CSV table ({reason})") from None
    return Records(label, tuple(found[0]), tuple(found[1:]), tuple(lines))


def header_faults(folder: Folder, table: str, records: Records) -> list[str]:
    """Columns of a file that are missing, doubled or unknown to its schema."""
    label, header = records.label, records.columns
    known = schema_fields(folder.descriptor, table)
    faults = [f"{label}:1: {name}: the column is missing" for name in known if name not in header]
    for name in dict.fromkeys(header):
        if name not in known:
            faults.append(f"{label}:1: {name!r}: the descriptor knows no such column{nearest(name, known)}")
        elif header.count(name) > 1:
            faults.append(f"{label}:1: {name}: the column stands twice")
    return faults


def typed(folder: Folder, table: str, records: Records) -> Table:
    """The table that records which have passed validation make."""
    fields = schema_fields(folder.descriptor, table)
    numeric = {name for name, field in fields.items() if field.get("type") == "number"}
    held = [(line, cells) for line, cells in zip(records.lines[1:], records.cells, strict=True) if cells]
    rows = tuple(
        {name: _cell(cell, name in numeric) for name, cell in zip(records.columns, cells, strict=True)}
        for _, cells in held
    )
    return Table(table, records.label, records.columns, rows, tuple(line for line, _ in held))


def _cell(text: str, numeric: bool) -> Any:
    if text == "":
        return None
    return float(text) if numeric else closed(text)


_TURNS = {
    **dict.fromkeys("\u202a\u202b\u202d\u202e", "\u202c"),
    **dict.fromkeys("\u2066\u2067\u2068", "\u2069"),
}


def closed(text: str) -> str:
    """A text with every change of the direction of writing ended that it begins, so that it turns no other
    text around where it is printed."""
    if text.isascii():
        return text
    open_: list[str] = []
    for sign in text:
        if sign in _TURNS:
            open_.append(_TURNS[sign])
        elif open_ and sign == open_[-1]:
            open_.pop()
    return text + "".join(reversed(open_))


def listed(cell: str | None) -> tuple[str, ...]:
    """The ids in a list-valued cell, `a;b;c`."""
    return tuple(part.strip() for part in cell.split(";")) if cell else ()
