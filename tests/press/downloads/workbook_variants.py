"""Workbooks with other figures in them, recalculated by LibreOffice."""

from __future__ import annotations

import csv
import io
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pytest
from openpyxl.cell import Cell

#: Every sheet as a file, numbers in full and in English, whatever the machine speaks.
AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033,false,false,false,false,false,-1"

Row = dict[str, float | str]
Sheets = dict[str, list[Row]]


@dataclass(frozen=True)
class Variant:
    """An edition, and what a reader then types into its workbook.

    `figures` are new values by figure id, None to empty a cell; `choices` are words on the sheet of choices.
    """

    data: str = "data"
    as_of: str = ""
    scenario: str = "as_reported"
    given: Mapping[str, float] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    figures: Mapping[str, float | None] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)

    @property
    def edition(self) -> tuple[object, ...]:
        return self.data, self.as_of, self.scenario, tuple(self.given.items()), tuple(self.chosen.items())

    def case(self, *, typed: bool = True):
        """The case of the edition, with what was typed as the package takes it."""
        from neutrality.case import load

        figures = dict(self.given)
        chosen = dict(self.chosen)
        if typed:
            figures |= self.figures
            chosen |= self.choices
        reading = {key: chosen[key] for key in ("scale", "pool_method") if key in chosen}
        kept = {figure: value for figure, value in figures.items() if value is not None}
        return load(self.data, self.as_of, self.scenario, kept, **reading)

    def results(self) -> dict:
        """What the package computes for what was typed."""
        from neutrality.chapters import NAMES, compute

        case, chosen = self.case(), {**self.chosen, **self.choices}
        return {
            name: result
            for chapter in NAMES
            for name, result in compute(chapter, case, **chosen).results.items()
        }


def made(variant: Variant) -> bytes:
    """The workbook of a variant's edition."""
    from neutrality.press.downloads import Edition
    from neutrality.press.downloads.workbook import workbook

    return workbook(Edition(variant.case(typed=False), variant.chosen))


def cells(book: openpyxl.Workbook, variant: Variant) -> Iterator[tuple[Cell, float | str | None]]:
    """The cells that a variant types into, and what it types."""
    for sheet, values in (("Figures", variant.figures), ("Choices", variant.choices)):
        column = [cell.value for cell in book[sheet][1]].index("value") + 1
        rows = {cell.value: cell.row for cell in book[sheet]["A"]}
        for name, value in values.items():
            yield book[sheet].cell(rows[name], column), value


def soffice() -> str:
    """LibreOffice, or a reason to skip."""
    program = shutil.which("soffice")
    if program is None:
        pytest.skip("LibreOffice is not installed (Debian: libreoffice-calc-nogui)")
    return program


def recalculated(variants: Mapping[str, Variant], folder: Path) -> dict[str, Sheets]:
    """The sheets of each variant, all recalculated in one start of LibreOffice.

    openpyxl drops the values beside the formulas, so nothing that comes back was there before.
    """
    program = soffice()
    books: dict[tuple[object, ...], openpyxl.Workbook] = {}
    for name, variant in variants.items():
        if variant.edition not in books:
            books[variant.edition] = openpyxl.load_workbook(io.BytesIO(made(variant)))
        book = books[variant.edition]
        before = []
        for cell, value in cells(book, variant):
            before.append((cell, cell.value))
            cell.value = value
        book.save(folder / f"{name}.xlsx")
        for cell, value in before:
            cell.value = value
    done = subprocess.run(
        [
            program,
            f"-env:UserInstallation={(folder / 'profile').as_uri()}",
            *("--headless", "--convert-to", AS_CSV, "--outdir", folder / "out"),
            *(folder / f"{name}.xlsx" for name in variants),
        ],
        env={**os.environ, "LC_ALL": "C"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    found = {name: _sheets(folder / "out", name) for name in variants}
    assert all(found.values()), done.stdout + done.stderr
    return found


def _sheets(folder: Path, name: str) -> Sheets:
    return {path.stem.removeprefix(f"{name}-"): _rows(path) for path in folder.glob(f"{name}-*.csv")}


def _rows(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8") as stream:
        return [
            {key: _read(cell or "") for key, cell in row.items() if key} for row in csv.DictReader(stream)
        ]


def _read(cell: str) -> float | str:
    try:
        return float(cell)
    except ValueError:
        return cell
