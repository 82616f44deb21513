"""The scenarios side by side: the same results as each scenario by itself."""

from __future__ import annotations

import json
import re

import pytest
from neutrality.case import load
from neutrality.chapters.headlines import headline_results
from neutrality.chapters.scenarios import compare
from neutrality.charts import draw
from neutrality.charts.scenarios import compared
from neutrality.errors import InputError
from neutrality.results import Number


@pytest.fixture(scope="module")
def comparison():
    return compare()


@pytest.mark.parametrize("name", ["as_reported", "google_only", "full_exodus"])
def test_each_column_is_the_scenario_by_itself(comparison, name: str) -> None:
    own = headline_results(load(scenario=name), {})
    found = next(one for one in comparison.scenarios if one.name == name)
    assert {key: result.value for key, result in found.results.items()} == {
        key: result.value for key, result in own.items()
    }


def test_as_reported_comes_first_and_every_headline_has_a_row(comparison, reference) -> None:
    assert [one.name for one in comparison.scenarios] == ["as_reported", "google_only", "full_exodus"]
    table = comparison.tables["S1"]
    assert table.columns == ("Answer", "As reported", "Google only", "Full exodus")
    marked = [name for name, row in reference.items() if row["headline"] == "yes"]
    assert len(table.rows) == len(marked)
    by_label = {row[0]: row[1:] for row in table.rows}
    expected = [cell.value for cell in by_label["Expected loss"]]
    assert expected == pytest.approx([240.375, 150, 375])
    assert by_label["Labelbox: verdict on its claim"] == (
        "needs more than half",
        "impossible",
        "needs more than an equal share",
    )


def test_the_figures_that_differ_are_those_of_the_scenarios(comparison) -> None:
    rows = {row[0]: [cell.value for cell in row[1:]] for row in comparison.tables["S2"].rows}
    assert rows == {
        "Google: Probability of exit within 12 months": [pytest.approx(0.84), 1, 1],
        "Microsoft: Probability of exit within 12 months": [0.625, 0, 1],
        "xAI: Probability of exit within 12 months": [0.5, 0, 1],
        "OpenAI: Probability of exit within 12 months": [0.4, 0, 1],
    }


def test_new_values_come_after_a_scenarios_own() -> None:
    found = compare(figures={"xai_exit_probability": 0.25, "investment": 15})
    assert [one.case.figures["xai_exit_probability"].value for one in found.scenarios] == [0.25] * 3
    assert {one.results["deal.implied_post_money"].value for one in found.scenarios} == {15 / 0.49}


def test_a_scenario_that_the_figures_contradict_has_no_numbers_and_says_why() -> None:
    found = compare(figures={"xai_exit_probability_without_deal": 0.3})
    assert found.scenarios[1].case is None
    assert [row[2] for row in found.tables["S1"].rows] == [None] * len(found.labels)
    assert str(found.notes[0]) == (
        "Google only cannot be computed with these figures: xai_exit_probability_without_deal: found 0.3, "
        "expected at most 0 (xai_exit_probability)."
    )
    assert "no number" in json.dumps(compared(found).to_dict(validate=False))


def test_the_case_itself_at_fault_is_an_error() -> None:
    with pytest.raises(InputError, match=r"expected at most 0\.99"):
        compare(figures={"stake": 2})


def test_a_case_without_scenarios(spoilt) -> None:
    (spoilt.folder / "scenarios.csv").write_text("scenario,figure,value,note\n", "utf-8")
    found = compare(str(spoilt))
    assert [one.name for one in found.scenarios] == ["as_reported"]
    assert [str(note) for note in found.notes] == ["The case has no other scenario."]
    assert found.tables["S2"].rows == (("No figure differs", None),)
    assert len(compared(found).to_dict(validate=True)["description"]) > 40


def test_a_scenario_that_moves_nothing_says_so(spoilt) -> None:
    rows = spoilt.rows("scenarios")
    spoilt.write("scenarios", [rows[0] | {"scenario": "no_change", "figure": "net_debt", "value": "0.5"}])
    assert "No change moves no headline number." in map(str, compare(str(spoilt)).notes)


def test_notes_name_what_moves_most(comparison) -> None:
    assert str(comparison.notes[1]).startswith(
        "Full exodus moves “Probability that every named customer leaves” most, from 18.4% to 100%; the verdict on "
        "Labelbox's claim becomes"
    )
    assert all(
        part.ref.startswith("result:")
        for note in comparison.notes
        for part in note.parts
        if isinstance(part, Number)
    )


def test_choices_reach_case_and_chapters() -> None:
    kent, ipcc = compare().scenarios[0], compare(choices={"scale": "ipcc"}).scenarios[0]
    assert kent.results["exits.expected_loss"].value != ipcc.results["exits.expected_loss"].value
    fixed = compare(choices={"size_model": "fixed"}).scenarios[0]
    assert fixed.results["exits.value_at_risk"].value != kent.results["exits.value_at_risk"].value


@pytest.mark.usefixtures("book_look")
def test_the_chart_holds_every_answer(comparison) -> None:
    spec = compared(comparison).to_dict(validate=True)
    rows = [row for rows in spec["datasets"].values() for row in rows]
    words = [row["text"] for row in rows if "text" in row]
    for name, label in comparison.labels.items():
        assert label in words
        value = comparison.scenarios[0].results[name]
        assert isinstance(value.value, str) or value.number().text in words, name
    bars = {}
    for row in rows:
        if "x2" in row:
            bars.setdefault(round(row["y"]), []).append(row["x2"] - row["x"])
    assert all(width > 0 for widths in bars.values() for width in widths)
    for drawing, width in zip(draw.drawings(spec), (draw.WIDE, draw.NARROW), strict=True):
        assert float(re.search(r'width="([\d.]+)"', drawing.svg)[1]) == pytest.approx(width, abs=3)
    assert len(json.dumps(spec, allow_nan=False)) < 30_000
