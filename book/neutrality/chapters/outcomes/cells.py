"""What the tables of the chapter share."""

from __future__ import annotations

from collections.abc import Sequence

from neutrality.case import Case, Figure
from neutrality.results import Cell, Table
from neutrality.words import listing


def nothing(id: str, title: str, note: str, columns: tuple[str, ...], said: str) -> Table:
    """A table of which the case has no row yet."""
    row: tuple[Cell, ...] = (said, *(None for _ in columns[1:]))
    return Table(id, title, note, columns, (row,))


def outcome_line(case: Case, figures: Sequence[Figure], claims: Sequence[str]) -> str:
    """The line under a table of outcomes: the forecasts, then the claims that settle them before those that the
    forecasts were read from."""
    own = [claim for figure in figures for claim in figure.claims]
    ids = list(dict.fromkeys((*claims, *own)))
    return f"Figures: {listing([figure.id for figure in figures])}. {claims_line(case, ids)}".strip()


def claims_line(case: Case, ids: Sequence[str]) -> str:
    """The line under a table that rests on claims and on no figure."""
    if not ids:
        return ""
    by_id = {row["id"]: row["source"] for row in case.tables["claims"].rows}
    sources = list(dict.fromkeys(by_id[claim] for claim in ids))
    return f"Claims: {listing(ids)}. Sources: {listing(sources)}."
