"""What an edition of a later day says has changed since the base, and why."""

from __future__ import annotations

import pytest
from neutrality.case import load
from neutrality.chapters import changes
from neutrality.chapters.headlines import headline_results
from neutrality.results import Number, as_plain

CLAIM = {
    "id": "e_gone",
    "source": "itfy",
    "locator": "page",
    "speaker": "spokesperson",
    "interest": "customer",
    "entity": "google",
    "topic": "exit",
    "statement": "The customer says that it has stopped.",
    "certainty": "reported_fact",
    "said_on": "2025-08-01",
    "credibility": "2",
}


def with_rows(spoilt, *rows: dict[str, str]):
    """The case with later rows at its end; columns that are not named are empty."""
    for table, new in (("claims", [CLAIM]), ("figures", rows)):
        found = spoilt.rows(table)
        # The case has later rows of its own; these tests look at their own alone.
        if table == "figures":
            found = [row for row in found if row["tag"] != "later"]
        columns = list(found[0])
        spoilt.write(table, found + [dict.fromkeys(columns, "") | row for row in new], columns)
    for table in ("comparables", "precedents"):
        spoilt.write(table, [], list(spoilt.rows(table)[0]))
    return spoilt


def exit_row(spoilt, **cells: str) -> dict[str, str]:
    row = next(row for row in spoilt.rows("figures") if row["id"] == "google_exit_probability")
    return row | {"value": "1", "low": "", "high": "", "tag": "later", "claims": "e_gone",
                  "known_on": "2025-08-01", "reason": "", "quality": "", "note": "Coded by the rule."} | cells  # fmt: skip


@pytest.fixture
def gone(spoilt):
    return with_rows(spoilt, exit_row(spoilt))


def test_without_a_day_nothing_has_changed_and_later_evidence_is_announced(gone) -> None:
    found = changes.since_base(load(str(gone)))
    assert not found.tables
    assert "15 June 2025" in str(found.notes[0]) and "next edition" in str(found.notes[0])


def test_without_later_evidence_it_says_so(spoilt) -> None:
    found = changes.since_base(load(str(with_rows(spoilt))))
    assert "nothing later" in str(found.notes[0])
    assert "no more was known" in str(changes.since_base(load(str(spoilt), "2025-06-15")).notes[0])


def test_a_day_before_the_news_moves_nothing(gone) -> None:
    assert not changes.since_base(load(str(gone), "2025-07-31")).tables


def test_what_moved_is_named_with_both_values_and_the_reason(gone) -> None:
    found = changes.since_base(load(str(gone), "2025-08-01"))
    answers = {row[0]: row[1:] for row in found.tables["N1"].rows}
    before, now = answers["Expected loss"]
    assert before.value == pytest.approx(240.375) and now.value == pytest.approx(240.375 + 0.16 * 150)
    assert now.tag == "later" and before.tag == "assumed" and now.ref == "result:exits.expected_loss"
    # The deal's arithmetic does not rest on the exit.
    assert "EV/revenue of the deal" not in answers
    (row,) = found.tables["N2"].rows
    assert [as_plain(cell) for cell in row[1:5]] == ["84%", "100%", "E", "1 August 2025"]
    assert row[5] == "The customer says that it has stopped. Coded by the rule."
    counts = [part.value for part in found.notes[0].parts if isinstance(part, Number)]
    assert counts == [1.0, float(len(answers))]


def test_overrides_and_scenarios_stand_on_both_sides(gone) -> None:
    found = changes.since_base(load(str(gone), "2025-08-01", figures={"google_spend_2024": 163}))
    before, now = {row[0]: row[1:] for row in found.tables["N1"].rows}["Expected loss"]
    assert now.value - before.value == pytest.approx(0.16 * 163)
    # In a scenario that fixes the figure its newer value moves nothing.
    fixed = changes.since_base(load(str(gone), "2025-08-01", "google_only"))
    assert "N1" not in fixed.tables and "no headline answer moved" in str(fixed.notes[0])


def test_evidence_that_no_answer_rests_on_is_counted_apart(spoilt) -> None:
    row = exit_row(spoilt, id="staff", metric="headcount", entity="scale_ai", unit="people",
                   value="900", max="", label="Staff", period="2025-07")  # fmt: skip
    found = changes.since_base(load(str(with_rows(spoilt, row)), "2025-09-01"))
    assert not found.tables and "none of them enters an answer" in str(found.notes[0])


def test_an_edition_says_which_exits_are_settled(gone) -> None:
    from neutrality.chapters import customer_exits

    later = customer_exits.chapter(load(str(gone), "2025-08-01"))
    assert str(later.sure).startswith("Whether Google left is counted as later reports have it; other")
    assert str(customer_exits.chapter(load(str(gone))).sure).startswith("Probabilities are read from wording")


def test_a_newer_claim_alone_moves_answers_and_is_told(spoilt) -> None:
    spoilt = with_rows(spoilt)
    told = CLAIM | {
        "id": "e_likely",
        "source": "t_report",
        "statement": "It all but stops.",
        "phrase": "almost_certain",
    }
    spoilt.change("sources", lambda rows: [*rows, dict.fromkeys(rows[0], "") | {"id": "t_report", "title": "A report",
                  "publisher": "A paper", "published_on": "2025-08-01", "grade": "B"}])  # fmt: skip
    spoilt.change("claims", lambda rows: [*rows, dict.fromkeys(rows[0], "") | told])
    found = changes.since_base(load(str(spoilt), "2025-08-01"))
    assert "1 figure has a newer value, and with" in str(found.notes[0])
    assert "Expected loss" in [row[0] for row in found.tables["N1"].rows]
    (row,) = found.tables["N2"].rows
    assert [as_plain(cell) for cell in row[1:3]] == ["84%", "87%"] and row[4] == "1 August 2025"
    assert "It all but stops." in row[5]
    assert not changes.since_base(load(str(spoilt), "2025-07-31")).tables


def test_answers_that_moved_without_a_figure_are_told(case, monkeypatch) -> None:
    then = load(as_of="2025-06-15")
    other = load(figures={"investment": 15})
    monkeypatch.setattr(
        changes,
        "headline_results",
        lambda one, choices: headline_results(other if one is then else case, choices),
    )
    found = changes.since_base(then)
    assert list(found.tables) == ["N1"]
    assert "no figure has a newer value, but with newer claims" in str(found.notes[0])
    assert all(part.ref != "figures:" for part in found.notes[0].parts if isinstance(part, Number))
