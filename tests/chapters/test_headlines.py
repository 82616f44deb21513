"""The headline results are those that the reference marks, and each exists."""

from __future__ import annotations

import pytest
from neutrality.chapters import BASE, NAMES, compute
from neutrality.chapters.headlines import HEADLINES, chapter_of, expanded, headline_results, in_words
from neutrality.methods.release import VERDICTS


def test_the_templates_stand_for_the_headlines_of_the_reference(case, reference) -> None:
    marked = [name for name, row in reference.items() if row["headline"] == "yes"]
    possible = expanded(case)
    assert set(marked) <= set(possible)
    assert set(headline_results(case, {})) == set(marked)
    # Without their vendors, the marked ids and the templates are the same.
    general = {
        name.replace(f".{vendor.id}.", ".{vendor}.")
        for name in marked
        for vendor in case.vendors
        if f".{vendor.id}." in name or name.count(".") == 1
    }
    assert general == {headline.template for headline in HEADLINES}


def test_every_headline_has_a_name_of_its_own(case) -> None:
    labels = list(expanded(case).values())
    assert len(set(labels)) == len(labels)
    assert not [label for label in labels if "{" in label]


def test_every_headline_belongs_to_a_chapter() -> None:
    assert {chapter_of(headline.template) for headline in HEADLINES} == set(BASE)


@pytest.mark.parametrize("name", NAMES)
def test_a_result_leads_to_its_chapter(case, name: str) -> None:
    assert {chapter_of(result) for result in compute(name, case).results} == {name}


@pytest.mark.parametrize("word", VERDICTS)
def test_verdicts_are_words(word: str) -> None:
    assert "_" not in in_words(word)
