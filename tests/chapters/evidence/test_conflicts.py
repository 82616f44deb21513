"""Contradictions: what each reading changes, against arithmetic by hand."""

from __future__ import annotations

from dataclasses import replace

import pytest
from neutrality.case import load
from neutrality.chapters.evidence import gather, words
from neutrality.chapters.evidence.conflicts import linked, told_apart
from neutrality.chapters.evidence.records import Mention
from neutrality.chapters.headlines import expanded, headline_results
from neutrality.results import Number

#: Away from the case's own values, where several numbers coincide.
CHANGED = {
    "investment": 13.7,
    "stake": 0.47,
    "valuation_reported": 31,
    "valuation_prior": 12,
    "revenue_2024": 910,
    "google_spend_2024": 163,
    "google_spend_2025": 217,
    "inhouse_share": 0.17,
}

CONFLICT = {
    "id": "x_price", "topic": "What the price was", "claims": "s1_price;x_other", "type": "magnitude",
    "treatment": "The first holds.", "effect": "investment; valuation_prior and revenue_2024 as a check",
}  # fmt: skip
OTHER = {
    "id": "x_other",
    "source": "reuters_2025_06_13",
    "entity": "meta",
    "statement": "The price was another.",
    "said_on": "2025-06-20",
}


@pytest.fixture(autouse=True)
def _alone(spoilt) -> None:
    """Each reading costs every answer again, so the copy keeps none of the case's own."""
    rows = spoilt.rows("readings")
    spoilt.write("readings", [], list(rows[0]))


def reading(words: str, value: float, **changes) -> dict:
    return {
        "conflict": "x_price",
        "reading": words,
        "figure": "investment",
        "value": value,
        "claims": "s1_price",
    } | changes


def conflict_of(place: str, as_of: str = "", figures=None, name: str = "x_price"):
    found = gather(load(place, as_of, figures=figures or {}))
    return next(conflict for conflict in found.conflicts if conflict.id == name)


def bare(cells) -> list:
    return [cell.value if isinstance(cell, Number) else cell for cell in cells]


def test_a_price_read_two_ways_by_hand(added) -> None:
    place = added(
        claims=[OTHER],
        conflicts=[CONFLICT],
        readings=[reading("As it is", 13.7), reading("Another", 15.2, claims="x_other")],
    )
    found = conflict_of(place, figures=CHANGED)
    answers = {answer.id: bare((answer.stands, *answer.readings)) for answer in found.answers}
    prices = (13.7, 13.7, 15.2)
    assert answers == {
        "deal.implied_post_money": pytest.approx([price / 0.47 for price in prices]),
        "deal.stake_on_prior": pytest.approx([price / (12 + price) for price in prices]),
        "deal.operating_step_up_cash_stayed": pytest.approx([(31 - price) / 12 - 1 for price in prices]),
    }
    assert [one.stands for one in found.readings] == [True, False]
    assert [[figure.id for figure, _ in one.sets] for one in found.readings] == [
        ["investment"],
        ["investment"],
    ]
    assert found.readings[1].sets[0][1].value == 15.2
    assert found.readings[0].others == 0 < found.readings[1].others
    assert [support.claim.id for support in found.readings[1].claims] == ["x_other"]


def test_a_probability_read_two_ways_by_hand(added) -> None:
    rows = [
        reading(words, value, figure="xai_exit_probability")
        for words, value in (("Paused", 0.23), ("Gone", 1))
    ]
    place = added(claims=[OTHER], conflicts=[CONFLICT], readings=rows)
    found = conflict_of(place, figures=CHANGED)
    answers = {answer.id: bare((answer.stands, *answer.readings)) for answer in found.answers}
    shares = (0.5, 0.23, 1.0)
    # 163 for the largest customer; half of that for each of the others, whose sizes nobody disclosed
    losses = [0.84 * 163 + (0.625 + share + 0.4) * 163 / 2 for share in shares]
    plans = [0.84 * 217 + (0.625 + share + 0.4) * 217 / 2 for share in shares]
    opened = [plan * 0.83 for plan in plans]
    assert answers["exits.expected_loss"] == pytest.approx(losses)
    assert answers["exits.replacement_growth_expected"] == pytest.approx(
        [loss / (910 - loss) for loss in losses]
    )
    assert answers["opportunity.released"] == pytest.approx(plans)
    assert answers["opportunity.contestable"] == pytest.approx(opened)
    assert answers["opportunity.labelbox.required_share.contestable"] == pytest.approx(
        [200 / pool for pool in opened]
    )
    assert answers["opportunity.handshake.base_high"] == pytest.approx(
        [max(0, pool - 200) / 2 for pool in opened]
    )
    assert not any(name.startswith("deal.") for name in answers)


def test_a_reading_of_two_figures(added) -> None:
    rows = [
        reading("As it is", 14.3),
        reading("Both", 15, note="One note."),
        reading("Both", 31, figure="valuation_reported", note="One note."),
    ]
    found = conflict_of(added(claims=[OTHER], conflicts=[CONFLICT], readings=rows))
    assert [figure.id for figure, _ in found.readings[1].sets] == ["investment", "valuation_reported"]
    assert found.readings[1].note == "One note."
    answers = {answer.id: bare(answer.readings)[1] for answer in found.answers}
    assert answers["deal.operating_step_up_cash_stayed"] == pytest.approx((31 - 15) / 14 - 1)
    assert answers["deal.step_up_share"] == pytest.approx(31 / 14 - 1)


def test_readings_are_those_of_the_case_with_that_value_given(added) -> None:
    """A second way: each reading as if the reader had asked for it."""
    rows = [
        reading(words, value, figure="labelbox_claimed_revenue")
        for words, value in (("Less", 120), ("More", 290))
    ]
    place = added(claims=[OTHER], conflicts=[CONFLICT], readings=rows)
    found = conflict_of(place)
    base = headline_results(load(place), {})
    under = [
        headline_results(load(place, figures={"labelbox_claimed_revenue": value}), {}) for value in (120, 290)
    ]
    differing = [name for name in base if any(one[name].value != base[name].value for one in under)]
    assert [answer.id for answer in found.answers] == differing
    verdicts = next(answer for answer in found.answers if answer.id.endswith("verdict"))
    assert (verdicts.stands, *verdicts.readings) == (
        "needs more than half",
        "needs more than an equal share",
        "impossible",
    )
    labels = expanded(load(place))
    assert all(answer.label == labels[answer.id] for answer in found.answers)


def test_a_reading_that_contradicts_other_figures_says_so(added) -> None:
    rows = [reading("As it is", 14.3), reading("Too much", 2000, figure="google_spend_2024")]
    found = conflict_of(added(claims=[OTHER], conflicts=[CONFLICT], readings=rows))
    assert found.readings[1].problem.startswith("google_spend_2024: found 2000, expected at most 870")
    assert found.answers == ()


def test_a_conflict_without_readings_moves_nothing(case) -> None:
    found = next(conflict for conflict in gather(case).conflicts if conflict.id == "k7")
    assert (found.readings, found.answers) == ((), ())
    assert (found.kind, found.meaning) == ("either, or", "both cannot be true")


@pytest.mark.parametrize(
    ("as_of", "conflicts", "readings"),
    [("2025-06-19", 0, 0), ("2025-06-20", 1, 2), ("", 1, 2)],
)
def test_at_a_day_only_what_was_said_by_then(added, as_of: str, conflicts: int, readings: int) -> None:
    place = added(
        claims=[OTHER],
        conflicts=[CONFLICT],
        readings=[reading("As it is", 14.3), reading("Another", 15.2, claims="x_other")],
    )
    found = [conflict for conflict in gather(load(place, as_of)).conflicts if conflict.id == "x_price"]
    assert len(found) == conflicts
    assert sum(len(conflict.readings) for conflict in found) == readings
    assert all(conflict.later for conflict in found)


def test_a_reading_that_nobody_had_made_yet_is_left_out(added) -> None:
    third = OTHER | {"id": "x_third", "statement": "A third price.", "said_on": "2025-08-01"}
    place = added(
        claims=[OTHER, third],
        conflicts=[CONFLICT],
        readings=[reading("Another", 15.2, claims="x_other"), reading("A third", 16, claims="x_third")],
    )
    assert [one.words for one in conflict_of(place, "2025-07-01").readings] == ["Another"]
    assert [one.words for one in conflict_of(place).readings] == ["Another", "A third"]


def test_those_that_move_most_answers_come_first(case) -> None:
    counts = [len(conflict.answers) for conflict in gather(case).conflicts]
    assert counts == sorted(counts, reverse=True)


def test_names_of_figures_in_the_case_words_lead_to_them(case) -> None:
    parts = linked(case, "revenue_2024 and its half_unit; stake, not revenue_20245")
    assert [part.id if isinstance(part, Mention) else part for part in parts] == [
        "revenue_2024", " and its half_unit; stake, not revenue_20245",
    ]  # fmt: skip
    assert parts[0] == Mention("figure", "revenue_2024", "Scale AI: Revenue in the last full year", "stated")
    assert linked(case, "") == ()


def test_two_numbers_that_differ_are_printed_so() -> None:
    def number(value: float) -> Number:
        return Number(value, "share", "assumed", "L2", "result:x")

    assert [cell.text for cell in told_apart([number(0.2), number(0.5)])] == ["20%", "50%"]
    assert [cell.text for cell in told_apart([number(0.20001), number(0.2), number(0.20001)])] == [
        "20.001%",
        "20%",
        "20.001%",
    ]
    assert told_apart([None, "word"]) == [None, "word"]


def test_what_is_said_of_all_of_them(case, added) -> None:
    assert str(words.disagreement([])) == "No two claims that are shown contradict each other."
    none = [conflict for conflict in gather(case).conflicts if not conflict.answers]
    assert (
        str(words.disagreement(none[:1]))
        == "One contradiction was found. None has readings that move a headline answer."
    )
    moved = conflict_of(
        added(
            claims=[OTHER],
            conflicts=[CONFLICT],
            readings=[reading("As it is", 14.3), reading("Another", 15.2)],
        )
    )
    assert str(words.disagreement([moved])) == (
        "One contradiction was found. One of them moves a headline answer when read another way; “What the price was” moves "
        "most, three answers. For each reading the answers were computed again."
    )
    other = replace(moved, topic="Another")
    assert (
        "Two of them move a headline answer when read another way; “What the price was” and “Another” move most, three answers each."
        in str(words.disagreement([moved, other, *none]))
    )
