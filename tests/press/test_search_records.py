"""What the search box knows of a record, taken from the tables as they stand on the pages."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from neutrality import display_records
from neutrality.chapters.evidence import Evidence, gather
from neutrality.press import finding


@pytest.fixture(scope="module")
def evidence(case) -> Evidence:
    return gather(case)


def test_a_figure_is_found_by_whose_it_is_its_label_its_id_and_its_value(evidence) -> None:
    found = dict(finding.records(display_records.figures(evidence).html))
    assert len(found) == len(evidence.figures)
    for record in evidence.figures:
        figure = record.figure
        value = record.number.text if record.number else "undisclosed" if figure.undisclosed else ""
        parts = [f"{record.entity}: {figure.label}", figure.id, value]
        assert found[f"figure-{figure.id}"] == " · ".join(filter(None, parts))


def test_a_result_is_found_by_its_label_its_id_and_its_value(evidence) -> None:
    found = dict(finding.records(display_records.results(evidence).html))
    for record in evidence.results:
        value = record.number.text if record.number else record.word
        assert found[f"result-{record.id}"] == f"{record.label} · {record.id} · {value}"


def test_what_a_claim_says_is_cut_at_a_word(evidence) -> None:
    found = dict(finding.records(display_records.claims(evidence).html))
    assert len(found) == len(evidence.claims)
    said = {anchor: words.split(finding.PART)[0] for anchor, words in found.items()}
    assert max(map(len, said.values())) <= 80
    assert any(one.endswith(" …") for one in said.values())


def test_records_of_pages_that_are_read_again_or_elsewhere_are_kept_once() -> None:
    here, there = (finding.Records(SimpleNamespace(domaindata={}, app=None)) for _ in range(2))
    here.note("figures", [("figure-a", "A: a · a · 1")])
    there.note("evidence", [("claim-b", "b · b")])
    here.merge_domaindata(["evidence", "about"], there.data)
    (claim, figure) = sorted(here.get_objects())
    assert claim[:5] == ("claim:b", "b · b", "claim", "evidence", "claim-b")
    assert figure[:5] == ("figure:a", "A: a · a · 1", "figure", "figures", "figure-a")
    here.clear_doc("figures")
    assert [one[0] for one in here.get_objects()] == ["claim:b"]
