"""Every named result has a name and a formula in words, and no words stand there for nothing."""

from __future__ import annotations

import re
from collections import Counter

import pytest
from neutrality.case import load
from neutrality.chapters import NAMES, compute
from neutrality.chapters.formulas import FORMULAS, described
from neutrality.chapters.headlines import HEADLINES, expanded

OTHER_CHOICES = {"size_model": "pert", "share_model": "logit", "basis": "plan"}


def results_of(case, **choices):
    return {name: one for chapter in NAMES for name, one in compute(chapter, case, **choices).results.items()}


def fits(template: str, name: str) -> bool:
    return re.fullmatch(re.sub(r"\\{\w+\\}", r"[\\w-]+", re.escape(template)), name) is not None


@pytest.mark.parametrize("as_of", ["", "2025-06-15", "2026-05-14"])
def test_every_result_has_one(as_of: str) -> None:
    case = load(as_of=as_of)
    for choices in ({}, OTHER_CHOICES):
        assert set(results_of(case, **choices)) <= set(described(case))


def test_results_of_another_case_have_one(crowded) -> None:
    case = load(crowded)
    results, words = results_of(case), described(case)
    assert {"exits.first_order.sixth_spend", "exits.perfect_information.fifth_exit"} <= set(results)
    assert set(results) <= set(words)
    assert words["exits.shapley.fifth_spend"].label == "OpenAI (2): fair part of the variance, spend"


def test_no_template_is_unused(case, added) -> None:
    """Some results exist only where the case holds a figure that this one may not."""
    capped = {
        "id": "x_commitment_part", "entity": "meta", "metric": "commitment_spend_share", "period": "2025",
        "label": "Part", "value": "0.5", "unit": "share", "tag": "later", "claims": "x_part", "known_on": "2025-07-01",
    }  # fmt: skip
    claim = {
        "id": "x_part",
        "source": "reuters_2025_06_13",
        "entity": "meta",
        "statement": "Half of the spend.",
    }
    used = set(results_of(case)) | set(results_of(load(added(figures=[capped], claims=[claim]))))
    unused = [one.template for one in FORMULAS if not any(fits(one.template, name) for name in used)]
    assert unused == []


def test_the_words_are_plain_and_short() -> None:
    assert len({one.template for one in FORMULAS}) == len(FORMULAS)
    for one in FORMULAS:
        assert 0 < len(one.words) <= 130, one.template
        assert 0 < len(one.label) <= 70, one.template
        assert not re.search(r"[\n_$]|[a-z]\.[a-z]", one.words), one.template
        # Nothing of the case: no number beyond those of the trade, and no label that ends like a sentence.
        assert not re.search(r"\d", one.words + one.label), one.template
        assert not one.words.endswith("."), one.template


def test_a_headline_is_called_what_it_is_called_everywhere(case) -> None:
    words = described(case)
    for name, label in expanded(case).items():
        assert words[name].label == label
    assert {one.template for one in HEADLINES} <= {one.template for one in FORMULAS}


def test_no_two_results_share_a_name(case) -> None:
    words = described(case)
    assert [
        label for label, count in Counter(words[name].label for name in results_of(case)).items() if count > 1
    ] == []


def test_names_of_the_case_may_hold_anything(spoilt) -> None:
    def edit(rows):
        next(row for row in rows if row["role"] == "vendor")["name"] = "{period} <b>%s{0}"

    spoilt.change("entities", edit)
    case = load(str(spoilt))
    vendor = case.vendors[0]
    assert (
        described(case)[f"opportunity.{vendor.id}.allocated"].label
        == "{period} <b>%s{0}: new work within capacity"
    )
