"""The charts of the pages on assumptions and scenarios: their tables and what their marks say."""

from __future__ import annotations

from typing import Any

import pytest
from neutrality.case import load
from neutrality.chapters.assumptions import log
from neutrality.chapters.scenarios import compare
from neutrality.charts.assumptions import MOST, ends, swings
from neutrality.charts.scenarios import compared


def tips(spec: dict[str, Any]) -> list[str]:
    return [row["tip"] for rows in spec["datasets"].values() for row in rows if "tip" in row]


def test_the_table_of_the_assumptions_has_both_ends_of_each_bar() -> None:
    found = log(load())
    spec = swings(found).to_dict(validate=False)
    entries = [entry for entry in found.entries if entry.most][:MOST]
    table = spec["usermeta"]["table"]
    assert len(table["rows"]) == len(entries) == len(tips(spec))
    for row, entry in zip(table["rows"], entries, strict=True):
        assert len(row) == len(table["columns"])
        assert row[0].endswith(entry.figure.label) and row[1] == entry.quality
        assert row[3:] == pytest.approx([100 * end for end in ends(entry)], rel=1e-5)
    for tip, row in zip(tips(spec), table["rows"], strict=True):
        assert tip.startswith(f"{row[0]}: ") and " to " in tip


def test_the_table_of_the_scenarios_has_every_answer() -> None:
    found = compare()
    spec = compared(found).to_dict(validate=False)
    table = spec["usermeta"]["table"]
    assert table["columns"] == ["Answer", "Unit", *(one.label for one in found.scenarios)]
    assert [row[0] for row in table["rows"]] == list(found.labels.values())
    for (name, _), row in zip(found.labels.items(), table["rows"], strict=True):
        for scenario, cell in zip(found.scenarios, row[2:], strict=True):
            value = scenario.results[name].value
            if isinstance(value, str):
                assert isinstance(cell, str) and cell
            else:
                assert cell == pytest.approx(value * (100 if row[1] == "%" else 1), rel=1e-5)
    assert tips(spec)
    for tip in tips(spec):
        assert any(tip.startswith(label) for label in found.labels.values())
