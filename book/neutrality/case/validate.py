"""What is wrong with a case: first what its descriptor says, then what a schema cannot say.

Each fault is one line, `file:line: column: what was found, what is expected`.
"""

from __future__ import annotations

import copy
import math
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Any

from neutrality.case.figures import UNVALUED_METRICS
from neutrality.case.remembered import passed, remember
from neutrality.case.source import DESCRIPTOR, Folder, paths
from neutrality.case.tables import (
    COLUMNS,
    NEEDED,
    Table,
    descriptor_faults,
    header_faults,
    listed,
    read,
    record_lines,
    schema_fields,
    text_of,
)
from neutrality.errors import InputError, nearest

#: frictionless stops at 1,000 faults unless told otherwise.
FAULT_LIMIT = 100_000

RESERVED_SCENARIO = "as_reported"


def examine(folder: Folder) -> tuple[list[str], dict[str, Table]]:
    """Faults of a case and, when there are none, its tables."""
    faults = descriptor_faults(folder)
    if faults:
        return faults, {}
    texts: dict[str, str] = {}
    for table in paths(folder.descriptor):
        try:
            texts[table] = text_of(folder, table)
        except InputError as problem:
            faults += problem.lines
    for table, text in texts.items():
        faults += header_faults(folder, table, text)
        if table in NEEDED and len(record_lines(text)) == 1:
            faults.append(
                f"{folder.label(paths(folder.descriptor)[table])}:1: the table has no rows, expected at least one"
            )
    # A table that cannot be read makes every reference into it dangle; the cause alone is worth a line.
    if not faults and not passed(folder):
        faults = list(_schema_faults(folder, texts))
        if not faults:
            remember(folder)
    if faults:
        return faults, {}
    tables = {table: read(folder, table) for table in paths(folder.descriptor)}
    return list(_domain_faults(tables)), tables


def _schema_faults(folder: Folder, texts: dict[str, str]) -> Iterator[str]:
    from frictionless import FrictionlessException, Package

    # Columns may stand in any order: the header decides, not the descriptor.
    descriptor = copy.deepcopy(folder.descriptor)
    for resource in descriptor["resources"]:
        resource["schema"]["fieldsMatch"] = "equal"
    try:
        package = Package.from_descriptor(descriptor, basepath=str(folder.path))
        report = package.validate(limit_errors=FAULT_LIMIT)
    except FrictionlessException as problem:
        reasons = problem.reasons or [problem.error]
        for reason in reasons:
            yield f"{folder.label(DESCRIPTOR)}: {reason.note}"
        return
    for error in report.errors:
        yield f"{folder.label(DESCRIPTOR)}: {error.note}"
    for task in report.tasks:
        label = folder.label(paths(folder.descriptor).get(task.name, task.name))
        lines = record_lines(texts[task.name])
        fields = schema_fields(folder.descriptor, task.name)
        for error in task.errors:
            row = getattr(error, "row_number", None)
            place = f"{label}:{lines[row - 1]}" if row and row <= len(lines) else label
            yield f"{place}: {_in_words(error, fields)}"


def _in_words(error: Any, fields: dict[str, dict[str, Any]]) -> str:
    """One fault that frictionless found, as `column: found, expected`."""
    name = getattr(error, "field_name", None)
    cell = getattr(error, "cell", None)
    field = fields.get(name or "", {})
    limits = field.get("constraints", {})
    found = "nothing" if cell in (None, "") else f"{cell!r}"
    match error.type:
        case "type-error":
            kind = {"date": "a date like 2025-06-15", "number": "a number"}.get(
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
            return error.message


def _domain_faults(tables: dict[str, Table]) -> Iterator[str]:
    for name in COLUMNS:
        table = tables[name]
        for row, line in zip(table.rows, table.lines, strict=True):
            for column, cell in row.items():
                if isinstance(cell, float) and not math.isfinite(cell):
                    yield f"{table.label}:{line}: {column}: found {cell}, expected a finite number"
    yield from _role_faults(tables)
    yield from _figure_faults(tables["figures"])
    yield from _reference_faults(tables)
    yield from _wording_faults(tables)
    yield from _scenario_faults(tables)


def _role_faults(tables: dict[str, Table]) -> Iterator[str]:
    roles = [row["role"] for row in tables["entities"].rows]
    label = tables["entities"].label
    for role in ("supplier", "acquirer"):
        if roles.count(role) != 1:
            yield f"{label}: role: found {roles.count(role)} rows with the role {role}, expected exactly one"
    for role in ("customer", "vendor"):
        if role not in roles:
            yield f"{label}: role: found no {role}, expected at least one"


def _figure_faults(table: Table) -> Iterator[str]:
    first: dict[str, tuple[dict[str, Any], int]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        place = f"{table.label}:{line}"
        order = [
            (name, row[name]) for name in ("min", "low", "value", "high", "max") if row[name] is not None
        ]
        for (lower, below), (upper, above) in pairwise(order):
            if below > above:
                yield f"{place}: {upper}: found {above:g}, expected at least {lower} ({below:g})"
        if row["half_unit"] is not None and row["half_unit"] < 0:
            yield f"{place}: half_unit: found {row['half_unit']:g}, expected at least 0"
        if row["value"] is None and row["metric"] not in UNVALUED_METRICS:
            yield f"{place}: value: found nothing, expected a number (only {', '.join(UNVALUED_METRICS)} may have none)"
        if row["tag"] == "assumed" and not row["reason"]:
            yield f"{place}: reason: found nothing, an assumption needs a reason"
        if row["tag"] == "assumed" and not row["quality"]:
            yield f"{place}: quality: found nothing, an assumption needs a judgement of its grounds: weak, fair or good"
        if row["tag"] == "stated" and not row["claims"]:
            yield f"{place}: claims: found nothing, a stated figure needs the claim that states it"
        before, at = first.setdefault(row["id"], (row, line))
        for column in ("entity", "metric", "period", "unit"):
            if row[column] != before[column]:
                yield f"{place}: {column}: found {row[column]!r}, expected {before[column]!r} as for the same id on line {at}"


def _reference_faults(tables: dict[str, Table]) -> Iterator[str]:
    """List-valued cells and ids that are not unique cannot be foreign keys; they are looked up here."""
    known = {row["id"] for row in tables["claims"].rows}
    for name in ("figures", "conflicts", "events", "outcomes"):
        for row, line in zip(tables[name].rows, tables[name].lines, strict=True):
            for claim in listed(row["claims"]):
                if claim not in known:
                    yield f"{tables[name].label}:{line}: claims: found {claim!r}, expected the id of a claim{nearest(claim, known)}"
    figures = {row["id"] for row in tables["figures"].rows}
    for name in ("scenarios", "outcomes"):
        for row, line in zip(tables[name].rows, tables[name].lines, strict=True):
            if row["figure"] not in figures:
                yield (
                    f"{tables[name].label}:{line}: figure: found {row['figure']!r}, "
                    f"expected the id of a figure{nearest(row['figure'], figures)}"
                )


def _wording_faults(tables: dict[str, Table]) -> Iterator[str]:
    wording = tables["wording"]
    scales: dict[str, set[str]] = {}
    for row, line in zip(wording.rows, wording.lines, strict=True):
        scales.setdefault(row["scale"], set()).add(row["phrase"])
        order: Sequence[float] = (0.0, row["low"], row["value"], row["high"], 1.0)
        if any(below > above for below, above in pairwise(order)):
            yield f"{wording.label}:{line}: value: found {row['low']:g} to {row['value']:g} to {row['high']:g}, expected 0 ≤ low ≤ value ≤ high ≤ 1"
    phrases = set().union(*scales.values()) if scales else set()
    for scale, has in scales.items():
        for phrase in sorted(phrases - has):
            yield f"{wording.label}: phrase: the scale {scale} has no row for {phrase!r}, other scales have one"
    claims = tables["claims"]
    for row, line in zip(claims.rows, claims.lines, strict=True):
        if row["phrase"] and row["phrase"] not in phrases:
            yield f"{claims.label}:{line}: phrase: found {row['phrase']!r}, expected a phrase of the wording table{nearest(row['phrase'], phrases)}"


def _scenario_faults(tables: dict[str, Table]) -> Iterator[str]:
    table = tables["scenarios"]
    limits = {row["id"]: row for row in tables["figures"].rows}
    for row, line in zip(table.rows, table.lines, strict=True):
        if row["scenario"] == RESERVED_SCENARIO:
            yield f"{table.label}:{line}: scenario: found {RESERVED_SCENARIO!r}, which is reserved for the figures without new values"
        figure = limits.get(row["figure"])
        if figure is None or row["value"] is None:
            continue
        low, high = figure["min"], figure["max"]
        if not (low is None or low <= row["value"]) or not (high is None or row["value"] <= high):
            yield f"{table.label}:{line}: value: found {row['value']:g}, expected {_between(low, high)} ({row['figure']})"


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"
