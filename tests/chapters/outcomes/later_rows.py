"""Rows of later evidence for the tests of the outcomes: the case of this book without anything later, and rows of ours put into it.

The rows are put into the tables of a loaded case, so that a test says no more than it needs. Their figures
are none of the book's: numbers that coincide there would let wrong code pass.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from neutrality.case import Case
from neutrality.case.tables import listed

Rows = list[dict[str, Any]]


def with_rows(case: Case, **tables: Rows) -> Case:
    """The case with further rows, each filled up with empty cells."""
    made = dict(case.tables)
    for name, rows in tables.items():
        table = made[name]
        filled = [dict.fromkeys(table.columns) | row for row in rows]
        made[name] = replace(
            table, rows=(*table.rows, *filled), lines=tuple(range(2, len(table.rows) + len(filled) + 2))
        )
    return replace(case, tables=made)


def without_rows(case: Case) -> Case:
    """The case as if nothing had become known after its base: only what the base sources say."""
    own = {row["id"] for row in case.tables["claims"].rows if row["source"] in case.base_sources}
    kept = {
        "figures": lambda row: row["tag"] != "later",
        "claims": lambda row: row["id"] in own,
        "conflicts": lambda row: set(listed(row["claims"])) <= own,
        "events": lambda row: bool(row["claims"]) and set(listed(row["claims"])) <= own,
        **dict.fromkeys(("outcomes", "comparables", "precedents", "readings"), lambda row: False),
    }
    tables = {
        name: replace(table, rows=tuple(filter(kept[name], table.rows))) if name in kept else table
        for name, table in case.tables.items()
    }
    return replace(case, tables=tables)


def figure(
    id: str, entity: str, metric: str, period: str, value: float, unit: str, **more: Any
) -> dict[str, Any]:
    """A row of later evidence."""
    row = {
        "id": id,
        "entity": entity,
        "metric": metric,
        "period": period,
        "label": metric,
        "value": value,
        "unit": unit,
    }
    return {**row, "tag": "later", "known_on": "2025-07-01", **more}


def claim(id: str, entity: str, topic: str, **more: Any) -> dict[str, Any]:
    """A claim from beyond the base."""
    row = {
        "id": id,
        "source": "beyond",
        "locator": "opening",
        "speaker": "somebody",
        "interest": "none",
        "entity": entity,
    }
    row |= {
        "topic": topic,
        "statement": f"Statement {id}.",
        "certainty": "reported_fact",
        "said_on": "2025-07-01",
    }
    return {**row, "credibility": "3", "sure": "high", **more}


SOURCE = {
    "id": "beyond",
    "title": "A later report",
    "publisher": "Somewhere",
    "grade": "B",
    "published_on": "2025-07-01",
}
RULE = "An exit counts when work has stopped."


def outcome(
    customer: str, result: float | None, day: str | None = "2025-07-01", **more: Any
) -> dict[str, Any]:
    """How the question on a customer came out."""
    row = {"figure": f"{customer}_exit_probability", "resolved_on": day, "outcome": result, "rule": RULE}
    return {**row, **more}


#: Forecasts of none of the coincidences of the base.
FORECASTS = {
    "google_exit_probability": 0.47, "openai_exit_probability": 0.17, "xai_exit_probability": 0.63,
    "microsoft_exit_probability": 0.31, "google_spend_2024": 163.0, "google_spend_2025": 217.0,
}  # fmt: skip
SETTLED = [
    outcome("google", 1.0),
    outcome("openai", 0.0),
    outcome("xai", 1.0, alternative=0.0),
    outcome("microsoft", None, None),
]

DEAL = [
    {"date": "2025-06-05", "entity": "meta", "event": "Talks", "claims": "e_talks"},
    {"date": "2025-06-11", "entity": "meta", "event": "The deal", "claims": "e_deal", "precision": "day"},
]
DEAL_CLAIMS = [
    claim("e_talks", "meta", "price", certainty="unnamed_source", said_on="2025-06-05"),
    claim("e_deal", "meta", "price", said_on="2025-06-11"),
]
