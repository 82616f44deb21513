"""The file behind the panel: whole, small, and nothing but data."""

from __future__ import annotations

import json

import pytest
from neutrality.case import load
from neutrality.chapters.evidence import gather
from neutrality.press import provenance


@pytest.fixture(scope="module")
def found(case):
    return gather(case)


@pytest.fixture(scope="module")
def data(found, tmp_path_factory):
    file = provenance.write(found, tmp_path_factory.mktemp("site") / "_static")
    text = file.read_bytes().decode("ascii")
    begin, end = f"globalThis.{provenance.NAME}=", ";\n"
    assert (file.name, text.startswith(begin), text.endswith(end)) == (provenance.FILE, True, True)
    return json.loads(text.removeprefix(begin).removesuffix(end))


def test_every_string_stands_once(data) -> None:
    assert data["strings"][0] == ""
    assert len(set(data["strings"])) == len(data["strings"])


def test_every_record_is_there_in_order(found, data) -> None:
    words = data["strings"]
    for kind in ("results", "figures", "claims", "sources"):
        assert [words[row[0]] for row in data[kind]] == [record.id for record in getattr(found, kind)]


def test_a_result_with_all_that_the_panel_says(found, data) -> None:
    words = data["strings"]
    row = next(row for row in data["results"] if words[row[0]] == "deal.implied_post_money")
    name, value, tag, layer, formula, figures = row[1:]
    assert (words[name], words[value]) == ("Valuation implied by cheque and stake", "$29.2bn")
    assert data["tags"][tag] == ["D", "derived", "derived by arithmetic"]
    assert data["layers"][layer][0] == "L0"
    assert words[formula] == "price paid ÷ stake taken"
    assert [words[data["figures"][place][0]] for place in figures] == ["investment", "stake"]


def test_an_assumption_with_its_reason_and_its_range(data) -> None:
    words = data["strings"]
    row = next(row for row in data["figures"] if words[row[0]] == "inhouse_share")
    assert words[row[1]] == "Scale AI: Share of released work taken in house"
    assert (words[row[2]], data["tags"][row[3]][0], data["layers"][row[4]][0]) == ("20%", "A", "L2")
    assert [words[data["sources"][place][1]] for place in row[5]] == ["ITFY"]
    assert words[row[6]] == "5% to 40%"
    assert words[row[7]].startswith("ITFY says")
    undisclosed = next(row for row in data["figures"] if words[row[0]] == "xai_spend_2024")
    assert words[undisclosed[2]] == "undisclosed"


def test_a_word_is_a_value_too(data) -> None:
    words = data["strings"]
    row = next(row for row in data["results"] if words[row[0]] == "opportunity.labelbox.verdict")
    assert words[row[2]] == "needs more than half"


def test_a_claim_leads_to_its_source(data) -> None:
    words = data["strings"]
    row = next(row for row in data["claims"] if words[row[0]] == "s1_price")
    assert words[data["sources"][row[1]][0]] == "ibtimes_sg"
    assert words[row[2]] == "C3"


def test_it_is_small(found, tmp_path) -> None:
    assert provenance.write(found, tmp_path).stat().st_size < 160_000


def test_two_writings_are_the_same(found, tmp_path) -> None:
    first = provenance.write(found, tmp_path / "a").read_bytes()
    assert provenance.write(gather(load()), tmp_path / "b").read_bytes() == first


def test_text_of_the_case_stays_within_its_string(spoilt, tmp_path) -> None:
    hostile = 'x"];alert(1);//</script>\\ 🙂'

    def edit(rows):
        for place, row in enumerate(rows):
            row["label"] = f"{hostile} {place}"

    spoilt.change("figures", edit)
    text = provenance.write(gather(load(str(spoilt))), tmp_path).read_text("ascii")
    data = json.loads(text.removeprefix(f"globalThis.{provenance.NAME}=").removesuffix(";\n"))
    assert sum(hostile in words for words in data["strings"]) == len(data["figures"])
