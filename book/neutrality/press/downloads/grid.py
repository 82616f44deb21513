"""Blocks of cells of the workbook: what stands in each and where, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neutrality.press.downloads.names import Names


@dataclass(frozen=True)
class Live:
    """A cell that computes: its formula, without the sign of equality, and what it gives in this edition.

    None stands for no number, which a spreadsheet shows as #N/A.
    """

    formula: str
    value: float | str | None


#: What a cell holds; None leaves it empty.
Content = Live | float | str | None


@dataclass(frozen=True)
class Column:
    """A column of a block: its heading, what each cell holds, and whether the reader may change it."""

    key: str
    title: str
    cells: tuple[Content, ...]
    open: bool = False


def letters(position: int) -> str:
    """The letters of a column, counted from 0."""
    text = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        text = chr(ord("A") + rest) + text
    return text


class Block:
    """Rows under headings in the first row of a sheet.

    Columns are added from left to right, so a cell may name those to its left and the sheet's own rows
    before they are filled.
    """

    def __init__(self, sheet: str, rows: int, keys: Sequence[str], names: Names) -> None:
        self.sheet = sheet
        self.rows = rows
        self._position = {key: position for position, key in enumerate(keys)}
        self._columns: dict[str, Column] = {}
        self._names = names

    @property
    def columns(self) -> list[Column]:
        """The columns from left to right."""
        return [self._columns[key] for key in self._position]

    def add(self, column: Column) -> None:
        """Fill a column. Cells that are not given stay empty."""
        empty = (None,) * (self.rows - len(column.cells))
        self._columns[column.key] = Column(column.key, column.title, column.cells + empty, column.open)

    def at(self, key: str, row: int) -> str:
        """How a formula of the same sheet calls a cell, `E5`."""
        return f"{letters(self._position[key])}{row + 2}"

    def place(self, key: str, row: int) -> str:
        """How any sheet calls it, `Figures!$E$5`."""
        return f"{self.sheet}!${letters(self._position[key])}${row + 2}"

    def named(self, key: str, row: int, wanted: str) -> str:
        """The defined name of a cell."""
        return self._names.give(self.place(key, row), wanted)

    def span(self, key: str, first: int, last: int) -> str:
        """Cells of a column, `Readings!$F$2:$F$3`."""
        column = letters(self._position[key])
        return f"{self.sheet}!${column}${first + 2}:${column}${last + 2}"

    def range(self, key: str, rows: int | None = None, wanted: str = "") -> str:
        """The defined name of a column, or of its first rows."""
        last = (self.rows if rows is None else rows) - 1
        return self._names.give(self.span(key, 0, last), wanted or f"{self.sheet.lower()}_{key}")
