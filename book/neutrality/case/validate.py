"""What is wrong with a case: first what its descriptor says, then what a schema cannot say.

Each fault is one line, `file:line: column: what was found, what is expected`.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from typing import Any

from neutrality.case import rules, template
from neutrality.case.remembered import passed, remember
from neutrality.case.rules import RESERVED_SCENARIO
from neutrality.case.shape import CONTROL
from neutrality.case.source import DESCRIPTOR, Folder, paths
from neutrality.case.tables import (
    COLUMNS,
    NEEDED,
    Records,
    Table,
    descriptor_faults,
    header_faults,
    records_of,
    schema_fields,
    typed,
)
from neutrality.errors import InputError, nearest, quoted

#: frictionless stops at 1,000 faults unless told otherwise.
FAULT_LIMIT = 100_000

#: What the descriptor says of the case in words that may name figures.
NAMING = ("question", "story")


def today() -> date:
    """The day on which a case is read, in UTC: what is sound in one time zone is sound in all.

    It is the clock's and not that of SOURCE_DATE_EPOCH, which may lie before the case. Tests put another one in its
    place.
    """
    return datetime.now(UTC).date()


def examine(folder: Folder) -> tuple[list[str], dict[str, Table]]:
    """Faults of a case and, when there are none, its tables."""
    faults = descriptor_faults(folder)
    if faults:
        return faults, {}
    held: dict[str, Records] = {}
    for table in paths(folder.descriptor):
        try:
            held[table] = records_of(folder, table)
        except InputError as problem:
            faults += problem.lines
    for table, records in held.items():
        faults += header_faults(folder, table, records)
        if table in NEEDED and not records.cells:
            faults.append(f"{records.label}:1: the table has no rows, expected at least one")
    # A table that cannot be read makes every reference into it dangle; the cause alone is worth a line.
    if not faults and not passed(folder):
        faults = list(_schema_faults(folder, held))
        # Frictionless reads the files by itself: what it says holds if they are still those that were read here.
        folder.see_unchanged()
        if not faults:
            remember(folder)
    if faults:
        return faults, {}
    tables = {table: typed(folder, table, records) for table, records in held.items()}
    # The rules read days and ids as they stand, so what is no day or no id is told first and alone.
    faults = list(_form_faults(folder, tables))
    if not faults:
        words = {name: folder.descriptor[name] for name in NAMING if name in folder.descriptor}
        faults += template.faults(folder.label(DESCRIPTOR), folder.descriptor, tables)
        faults += rules.faults(tables, today())
        faults += rules.word_faults(folder.label(DESCRIPTOR), words, tables["figures"])
    return faults, tables


def _schema_faults(folder: Folder, held: dict[str, Records]) -> Iterator[str]:
    from frictionless import FrictionlessException, Package

    # Columns may stand in any order: the header decides, not the descriptor.
    descriptor = copy.deepcopy(folder.descriptor)
    for resource in descriptor["resources"]:
        resource["schema"]["fieldsMatch"] = "equal"
    label = folder.label(DESCRIPTOR)
    try:
        package = Package.from_descriptor(descriptor, basepath=str(folder.path))
        report = package.validate(limit_errors=FAULT_LIMIT)
    except FrictionlessException as problem:
        reasons = problem.reasons or [problem.error]
        for reason in reasons:
            yield f"{label}: {_one_line(reason.note)}"
        return
    # It takes what a descriptor says of keys, encodings and the like as it is, and breaks on it in many ways.
    except Exception as problem:
        yield f"{label}: is no sound Data Package ({_one_line(str(problem)) or type(problem).__name__})"
        return
    for error in report.errors:
        yield f"{label}: {_one_line(error.note)}"
    for task in report.tasks:
        file = folder.label(paths(folder.descriptor).get(task.name, task.name))
        lines = held[task.name].lines
        fields = schema_fields(folder.descriptor, task.name)
        for error in task.errors:
            row = getattr(error, "row_number", None)
            place = f"{file}:{lines[row - 1]}" if row and row <= len(lines) else file
            yield f"{place}: {_one_line(_in_words(error, fields))}"


def _one_line(words: str) -> str:
    return " ".join(words.splitlines())


def _in_words(error: Any, fields: dict[str, dict[str, Any]]) -> str:
    """One fault that frictionless found, as `column: found, expected`."""
    name = getattr(error, "field_name", None)
    cell = getattr(error, "cell", None)
    field = fields.get(name or "", {})
    limits = field.get("constraints", {})
    found = "nothing" if cell in (None, "") else quoted(cell)
    match error.type:
        case "type-error":
            kind = {"date": "a date like 2025-06-15", "number": "a number", "string": rules.AN_ADDRESS}.get(
                field["type"], f"a {field['type']}"
            )
            return f"{name}: found {found}, expected {kind}"
        case "constraint-error":
            if "required" in error.note:
                return f"{name}: found nothing, a value is required"
            if "enum" in error.note:
                allowed = limits.get("enum", [])
                return f"{name}: found {found}, expected one of {', '.join(map(str, allowed))}{nearest(str(cell), allowed)}"
            if "pattern" in error.note:
                return f"{name}: found {found}, expected the form {limits.get('pattern')}"
            bounds = {"minimum": "at least", "maximum": "at most"}
            for key, words in bounds.items():
                if f'"{key}"' in error.note:
                    return f"{name}: found {found}, expected {words} {limits[key]}"
            return f"{name}: found {found}, but {error.note}"
        case "unique-error":
            return f"{name}: found {found} a second time, expected it once"
        case "primary-key":
            if "None" in error.note:
                return "the key of the row is empty"
            return f"a second row with the same key, {error.note}"
        case "foreign-key":
            names = getattr(error, "field_names", [])
            cells = ", ".join(repr(value) for value in getattr(error, "field_cells", []) if value)
            where = getattr(error, "reference_name", "") or "the same table"
            return f"{', '.join(names)}: found {cells}, expected an id of {where}"
        case "missing-cell":
            return f"{name}: the row ends before this column"
        case "extra-cell":
            return f"found {found} beyond the last column"
        case "blank-row":
            return "the row is blank"
        case _:
            return str(error.message)


def _form_faults(folder: Folder, tables: dict[str, Table]) -> Iterator[str]:
    """Cells that frictionless lets pass although they have not the form that the descriptor names.

    It reads a pattern without brackets around it and with an end that allows a line break, days without
    leading zeros or in other digits, takes blanks for a value and control characters for text.
    """
    for name in COLUMNS:
        table = tables[name]
        for column, field in schema_fields(folder.descriptor, name).items():
            limits = field.get("constraints", {})
            expected = _form(field.get("type", "string"), limits)
            for row, line in zip(table.rows, table.lines, strict=True):
                cell = row.get(column)
                if not isinstance(cell, str):
                    continue
                if CONTROL.search(cell):
                    yield f"{table.label}:{line}: {column}: found {quoted(cell)}, expected text without control characters"
                elif limits.get("required") and not cell.strip():
                    yield f"{table.label}:{line}: {column}: found {quoted(cell)}, a value is required"
                elif expected is not None and not expected[0](cell):
                    yield f"{table.label}:{line}: {column}: found {quoted(cell)}, expected {expected[1]}"


def _form(kind: str, limits: dict[str, Any]) -> tuple[Callable[[str], Any], str] | None:
    """What tells whether a cell has its form, and the words for that form."""
    if kind == "date":
        return _is_day, "a date like 2025-06-15"
    if kind == "string" and "pattern" in limits:
        return re.compile(limits["pattern"]).fullmatch, f"the form {limits['pattern']}"
    return None


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


__all__ = ["RESERVED_SCENARIO", "examine", "today"]
