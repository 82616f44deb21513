"""The record of a case, and the scripts as a page gets them."""

from __future__ import annotations

import json

import pytest
from neutrality.case import load
from neutrality.case.figures import POOLED, SPENDS
from neutrality.case.wording import DEFAULT_SCALE
from neutrality.chapters import CHOICES, NAMES
from neutrality.press.live import SCRIPTS, as_json, bundle, record

#: Names of the language and of the page that a script may use and that are none of its own.
FORBIDDEN = (
    "eval(",
    "new Function",
    "import(",
    "innerHTML",
    "document.",
    "localStorage",
    "fetch(",
    "XMLHttp",
)


@pytest.fixture(scope="module")
def held(case) -> dict:
    return record(case, {})


def test_figures_stand_as_in_the_table(case, held) -> None:
    rows = {row["id"]: row for row in case.tables["figures"].rows if row["tag"] != "later"}
    assert {figure["id"] for figure in held["figures"]} == set(rows)
    for figure in held["figures"]:
        for name in ("value", "min", "max", "low", "high", "half_unit", "unit", "tag", "label", "period"):
            assert figure[name] == rows[figure["id"]][name], (figure["id"], name)
        assert figure["undisclosed"] == (figure["metric"] in SPENDS and figure["value"] is None)
        assert figure["pooled"] == (figure["metric"] == POOLED and figure["value"] is None)


def test_readings_give_the_pooled_probabilities(case, held) -> None:
    phrases = held["phrases"][DEFAULT_SCALE]
    for customer in case.customers:
        values = [phrases[reading["phrase"]]["value"] for reading in held["readings"][customer.id]]
        pooled = case.figure(POOLED, customer.id).value
        assert sum(values) / len(values) == pytest.approx(pooled)


def test_an_edition_hands_on_its_own_settings(case) -> None:
    name = case.tables["scenarios"].rows[0]["scenario"]
    edition = load(case.location, "", name, {"stake": 0.4}, scale="ipcc", pool_method="log")
    held = record(edition, {"size_model": "pert", "draws": 5000})
    assert (held["scenario"], held["changes"]) == (name, {"stake": 0.4})
    # The figure itself stands as it stood; draws belong to a simulation, which the page has none of.
    assert next(one for one in held["figures"] if one["id"] == "stake")["value"] == 0.49
    assert held["choices"] == {"scale": "ipcc", "pool_method": "log", "size_model": "pert"}
    assert [one["name"] for one in held["scenarios"]] == list(
        dict.fromkeys(row["scenario"] for row in case.tables["scenarios"].rows)
    )


def test_choices_come_from_the_chapters_themselves(held) -> None:
    assert set(held["options"]) < set(CHOICES)
    assert set(held["defaults"]) == set(NAMES)
    for chosen in held["defaults"].values():
        assert all(value in held["options"][name] for name, value in chosen.items())
    assert held["defaults"]["customer_exits"]["basis"] != held["defaults"]["competitor_opportunity"]["basis"]


def test_as_of_a_day_unknown_figures_are_named(case) -> None:
    later = sorted({row["id"] for row in case.tables["figures"].rows if row["tag"] == "later"})
    assert set(later) <= {*record(case, {})["absent"], *case.figures}


def test_hostile_text_stays_data(spoilt) -> None:
    hostile = '</script><script>alert(1)</script> "=1+1" 🦀'
    spoilt.change("entities", lambda rows: rows[2].update(name=hostile))
    spoilt.change("figures", lambda rows: rows[0].update(label=hostile))
    held = record(load(str(spoilt)), {})
    text = as_json(held)
    assert "<" not in text
    assert json.loads(text) == held
    assert held["entities"][2]["name"] == held["figures"][0]["label"] == hostile


def test_all_scripts_are_listed_and_the_bundle_is_all_of_them(root) -> None:
    folder = root / "book" / "_static" / "live"
    assert sorted(SCRIPTS) == sorted(path.stem for path in folder.glob("*.js"))
    whole = bundle(folder)
    lines = whole.splitlines()
    assert not [line for line in lines if line.startswith("//") or line != line.strip() or not line]
    for name in SCRIPTS:
        text = (folder / f"{name}.js").read_text("utf-8")
        # What looks like a comment to `bundle` is one: no text of a script goes over lines or opens a block.
        assert "/*" not in text, name
        assert '"use strict";' in text
        assert not [word for word in FORBIDDEN if word in text], name
