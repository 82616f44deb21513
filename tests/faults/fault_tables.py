"""Faults of a case's tables, made from what its descriptor says of each column."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

Row = dict[str, str]

#: No number, no date, no word of any list, no id and no address.
NONSENSE = "No Such Thing!"
NOBODY = "nobody_at_all"
#: Columns whose words are ids of another table without the descriptor's saying so, or lists of them.
POINTERS = {
    ("figures", "claims"), ("conflicts", "claims"), ("events", "claims"), ("outcomes", "claims"),
    ("readings", "claims"), ("precedents", "claims"), ("scenarios", "figure"), ("outcomes", "figure"),
    ("readings", "figure"), ("comparables", "valuation"), ("comparables", "revenue"), ("precedents", "speed"),
    ("precedents", "share"), ("claims", "phrase"),
}  # fmt: skip
#: Tables that may have no rows.
SPARE = {"conflicts", "readings", "scenarios", "events", "outcomes", "comparables", "precedents"}


@dataclass(frozen=True)
class Fault:
    """What is done to a case, and what a line that names the place holds."""

    name: str
    spoil: Callable[[Path], None]
    place: tuple[str, ...]


class Table:
    """A table of a sound case, from which faulty ones are made."""

    def __init__(self, folder: Path, resource: dict[str, Any]) -> None:
        self.name = resource["name"]
        self.file = resource["path"]
        self.fields = resource["schema"]["fields"]
        self.foreign = {key["fields"] for key in resource["schema"].get("foreignKeys", ())}
        self.text = (folder / self.file).read_text("utf-8")
        self.rows: list[Row] = list(csv.DictReader(io.StringIO(self.text)))

    def with_cell(self, place: int, column: str, word: str) -> Callable[[Path], None]:
        rows = [row | {column: word} if number == place else row for number, row in enumerate(self.rows)]
        return self.with_rows(rows)

    def with_rows(self, rows: list[Row], columns: list[str] | None = None) -> Callable[[Path], None]:
        written = io.StringIO()
        writer = csv.DictWriter(written, columns or list(rows[0]), lineterminator="\n", extrasaction="ignore")
        writer.writeheader()
        writer.writerows(rows)
        return self.with_bytes(written.getvalue().encode())

    def with_bytes(self, content: bytes) -> Callable[[Path], None]:
        def spoil(folder: Path) -> None:
            (folder / self.file).write_bytes(content)

        return spoil

    def filled(self, column: str) -> int | None:
        """The first row with a word in a column."""
        return next((number for number, row in enumerate(self.rows) if row[column]), None)


def resources(folder: Path) -> list[dict[str, Any]]:
    """The tables of a case as its descriptor has them."""
    return json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]


def faults(folder: Path) -> Iterator[Fault]:
    """Every fault of this kind that a sound case in a folder can have."""
    for resource in resources(folder):
        table = Table(folder, resource)
        yield from _of_the_file(table)
        for field in table.fields:
            yield from _of_a_column(table, field["name"])
            yield from _of_a_cell(table, field)


def _of_the_file(table: Table) -> Iterator[Fault]:
    header, *lines = table.text.splitlines()
    cut = table.text.encode()

    def gone(folder: Path) -> None:
        (folder / table.file).unlink()

    def a_folder(folder: Path) -> None:
        (folder / table.file).unlink()
        (folder / table.file).mkdir()

    ways: dict[str, Callable[[Path], None]] = {
        "gone": gone,
        "is a folder": a_folder,
        "empty": table.with_bytes(b""),
        "null bytes": table.with_bytes(b"a\0b\n"),
        "UTF-16": table.with_bytes(table.text.encode("utf-16")),
        "Latin-1": table.with_bytes(cut + "\xe9".encode("latin-1")),
        "other columns": table.with_bytes(b"one,two\n1,2\n"),
        "semicolons": table.with_bytes(table.text.replace(",", ";").encode()),
        "a lone carriage return": table.with_bytes(cut + b"a\rb\n"),
    }
    if table.name not in SPARE:
        ways["no rows"] = table.with_bytes(header.encode() + b"\n")
    for name, spoil in ways.items():
        yield Fault(f"{table.name}: {name}", spoil, (table.file,))
    longer = "\n".join([header, lines[0] + ",more", *lines[1:]]) + "\n"
    yield Fault(f"{table.name}: a cell too many", table.with_bytes(longer.encode()), (f"{table.file}:2",))
    yield Fault(f"{table.name}: a row twice", table.with_rows([*table.rows, table.rows[0]]),
                (f"{table.file}:{len(table.rows) + 2}:",))  # fmt: skip


def _of_a_column(table: Table, column: str) -> Iterator[Fault]:
    columns = [field["name"] for field in table.fields]
    without = [name for name in columns if name != column]
    yield Fault(
        f"{table.name}.{column}: missing", table.with_rows(table.rows, without), (f"{table.file}:1:", column)
    )
    header, *lines = table.text.splitlines()
    renamed = ",".join(name + "x" if name == column else name for name in header.split(","))
    spoil = table.with_bytes(("\n".join([renamed, *lines]) + "\n").encode())
    yield Fault(
        f"{table.name}.{column}: misspelt", spoil, (f"{table.file}:1:", f"'{column}x'", f"nearest: {column}")
    )


def _of_a_cell(table: Table, field: dict[str, Any]) -> Iterator[Fault]:
    column, rules = field["name"], field.get("constraints", {})
    place = table.filled(column)
    if place is None:
        return

    def fault(what: str, word: str, at: int = place) -> Fault:
        where = (f"{table.file}:{at + 2}:", column)
        return Fault(f"{table.name}.{column}: {what}", table.with_cell(at, column, word), where)

    if rules.get("required"):
        yield fault("nothing", "")
    if field["type"] == "number":
        for word in (NONSENSE, "1,5", "nan", "-inf"):
            yield fault(word, word)
    elif field["type"] == "date":
        for word in (NONSENSE, "2025-02-30", "15.06.2025"):
            yield fault(word, word)
    elif "enum" in rules or "pattern" in rules:
        yield fault("nonsense", NONSENSE)
        yield fault("another case", table.rows[place][column].swapcase() + "É")
    if "minimum" in rules:
        yield fault("too little", str(rules["minimum"] - 0.5))
    if "maximum" in rules:
        yield fault("too much", str(rules["maximum"] + 0.5))
    if rules.get("unique") and len(table.rows) > 1:
        yield fault("as in another row", table.rows[0][column], at=1)
    if column in table.foreign or (table.name, column) in POINTERS:
        yield fault("of nobody", NOBODY)
