"""The columns of the table of figures, in the words of the case's descriptor."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.case.tables import COLUMNS
from neutrality.results import Table

FIGURES = "figures"


def table(case: Case) -> Table:
    """Table P2: every column of a figure that the code reads, in the order of the file, with what it holds."""
    described = case.described[FIGURES]
    return Table(
        id="P2",
        title="What does each column of a figure hold?",
        note="As the descriptor of the case says it, which describes the columns of the other tables too",
        columns=("Column", "What it holds"),
        rows=tuple((name, words) for name, words in described.items() if name in COLUMNS[FIGURES]),
    )


__all__ = ["table"]
