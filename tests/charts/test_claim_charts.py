"""The charts of a claim: what a reader who changes the claim, its time or the in-house share is told."""

from __future__ import annotations

from typing import Any

import pytest
from neutrality.case import Case
from neutrality.case.load import varied
from neutrality.chapters import compute
from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS
from neutrality.charts import competitor_opportunity as charts
from neutrality.methods.release import verdict


def built(case: Case, id: str, changes: dict[str, float]) -> tuple[Any, dict[str, Any]]:
    found = varied(case, changes)
    chapter = compute("competitor_opportunity", found)
    return chapter, charts.CHARTS[id](found, chapter).to_dict(validate=False)


@pytest.mark.parametrize(
    "changes",
    (
        {},
        {"claim_horizon_months": 6},
        {"claim_horizon_months": 24},
        {"claim_horizon_months": 60, "inhouse_share": 0},
        {"labelbox_claimed_revenue": 100},
        {"inhouse_share": 0.6},
    ),
)
def test_the_verdict_of_the_map_follows_claim_time_and_in_house_share(
    case: Case, changes: dict[str, float]
) -> None:
    chapter, spec = built(case, "C3", changes)
    claim = chapter.model.amounts[0]
    within = chapter.model.open_pool.value * chapter.model.horizon.value / 12
    word = VERDICT_WORDS[verdict(claim.least / within, chapter.model.equal_share)]
    name, *_, share, said = spec["usermeta"]["table"]["rows"][0]
    assert (name, said) == ("Our base", word)
    assert share == pytest.approx(100 * claim.least / within, rel=1e-5)
    assert f" of the pool: {word}." in spec["description"]
    drawn = [row["text"] for rows in spec["datasets"].values() for row in rows if "text" in row]
    assert word.removeprefix("needs ") in drawn
    # The point lies in the zone that says so.
    areas = [row for rows in spec["datasets"].values() for row in rows if "zone" in row]
    house, released = chapter.model.leaking[0], chapter.model.pools["released"].value
    zones = [
        row["zone"] for row in areas if row["y"] == pytest.approx(house) and row["x"] < released <= row["x2"]
    ]
    assert zones == [word]


def test_a_span_other_than_a_year_is_named(case: Case) -> None:
    _, yearly = built(case, "C3", {})
    _, longer = built(case, "C3", {"claim_horizon_months": 18})
    assert "a year needs" in " ".join(yearly["title"]["subtitle"])
    assert "within 18 months needs" in " ".join(longer["title"]["subtitle"])


def test_the_line_of_the_most_that_facts_allow_leaves_the_label_free(case: Case) -> None:
    _, spec = built(case, "C3", dict.fromkeys((f"{one.id}_exit_probability" for one in case.customers), 1.0))
    rows = spec["usermeta"]["narrow"]["datasets"].values()
    lines = [row for held in rows for row in held or () if "facts allow" in row.get("tip", "")]
    assert len(lines) == 2
    low, high = sorted(lines, key=lambda row: row["y"])
    assert low["y2"] < 0.2 < high["y"]


@pytest.mark.parametrize("id", ("C0", "C1", "C3", "C4", "C5", "C10"))
def test_every_chart_has_a_table_and_tips(case: Case, id: str) -> None:
    _, spec = built(case, id, {})
    table = spec["usermeta"]["table"]
    assert table["rows"] and all(len(row) == len(table["columns"]) for row in table["rows"])
    assert len(table["rows"]) <= 40
    assert any("tip" in row for rows in spec["datasets"].values() for row in rows)


def test_probabilities_are_told_where_the_table_has_them(case: Case) -> None:
    chapter, spec = built(case, "C4", {})
    told = [row for rows in spec["datasets"].values() for row in rows if "tip" in row]
    table = spec["usermeta"]["table"]["rows"]
    assert len(told) == sum(len(row) - 1 for row in table)
    cells = sorted(value for row in table for value in row[1:])
    assert [100 * row["y"] for row in sorted(told, key=lambda row: row["y"])] == pytest.approx(
        cells, abs=1e-3
    )
    claim = chapter.model.amounts[0].vendor.id
    half = chapter.results.value(f"opportunity.{claim}.probability_at_half")
    row = next(row for row in table if row[0] == 50)
    assert any(value == pytest.approx(100 * half, rel=1e-5) for value in row[1:])
