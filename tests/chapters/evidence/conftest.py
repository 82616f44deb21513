"""What the tests of evidence share: ways to add to a copy of the case."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

#: A claim of a later source with nothing special about it.
PLAIN = {
    "locator": "page",
    "speaker": "article",
    "interest": "none",
    "topic": "other",
    "certainty": "reported_fact",
    "said_on": "2025-07-01",
    "credibility": "3",
}


@pytest.fixture
def added(spoilt) -> Callable[..., str]:
    """Adds rows to tables of a copy of the case and returns its place."""

    def add(**tables: list[dict[str, Any]]) -> str:
        for table, rows in tables.items():
            # An empty table has a header too.
            columns = (spoilt.folder / f"{table}.csv").read_text("utf-8").splitlines()[0].split(",")
            default = PLAIN if table == "claims" else {}
            whole = [{column: (default | row).get(column, "") for column in columns} for row in rows]
            spoilt.write(table, [*spoilt.rows(table), *whole], columns)
        return str(spoilt)

    return add


@pytest.fixture
def crowded(spoilt) -> str:
    """The case with two customers more, made after the last one."""
    last = [row for row in spoilt.rows("entities") if row["role"] == "customer"][-1]["id"]

    def doubled(table: str, columns: tuple[str, ...], belongs: Callable[[dict[str, str]], bool]) -> None:
        rows = spoilt.rows(table)
        more = [
            {key: value.replace(last, name) if key in columns else value for key, value in row.items()}
            for name in ("fifth", "sixth")
            for row in rows
            if belongs(row)
        ]
        spoilt.write(table, rows + more)

    doubled("entities", ("id",), lambda row: row["id"] == last)
    doubled("claims", ("id", "entity"), lambda row: row["entity"] == last and row["phrase"] != "")
    doubled(
        "figures",
        ("id", "entity", "claims"),
        lambda row: row["entity"] == last and row["tag"] != "later" and row["id"].startswith(last),
    )
    # Names and statements are unique in their tables.
    spoilt.change("entities", _numbered("name"))
    spoilt.change("claims", _numbered("statement"))
    return str(spoilt)


def _numbered(column: str) -> Callable[[list[dict[str, str]]], None]:
    def edit(rows: list[dict[str, str]]) -> None:
        seen: dict[str, int] = {}
        for row in rows:
            seen[row[column]] = seen.get(row[column], 0) + 1
            if seen[row[column]] > 1:
                row[column] += f" ({seen[row[column]]})"

    return edit
