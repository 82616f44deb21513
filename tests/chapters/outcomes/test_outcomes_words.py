"""What the chapter says: every branch by rows that call for it, and plain words where there is nothing yet."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date

import pytest
from later_rows import DEAL, DEAL_CLAIMS, FORECASTS, SETTLED, claim, figure, outcome, without_rows
from neutrality.case import Case, load
from neutrality.chapters import outcomes
from neutrality.results import as_plain

GONE = [outcome(name, 1.0) for name in ("google", "openai", "xai", "microsoft")]


def said(case: Case, part: str) -> str:
    chapter = outcomes.chapter(case)
    if part in ("headline", "sure", "finding"):
        return str(getattr(chapter, part))
    return " ".join(map(str, chapter.beside[part]))


# -- nothing yet --------------------------------------------------------------------------------------


def test_a_case_without_anything_later_says_so(bare) -> None:
    chapter = outcomes.chapter(bare)
    assert "Nothing yet: no outcome of a forecast is recorded." in str(chapter.headline)
    assert "no later evidence in the case" in str(chapter.sure)
    assert "There is nothing yet" in str(chapter.finding)
    for part, words in {
        "forecasts": "No question on an exit is recorded yet",
        "scores": "nothing to score",
        "luck": "no question recorded",
        "readings": "Until a question resolves",
        "losses": "No promise of Meta to buy is known",
        "precedents": "No precedent is recorded",
        "rivals": "No rival's sales are known more than once",
        "comparables": "the deal stands alone",
        "events": "All events known by this day come from the sources of the base.",
        "business": "Nothing on Scale AI's business since the base",
    }.items():
        assert words in " ".join(map(str, chapter.beside[part])), part
    # Every table is there and has a row that says what is missing.
    for table in chapter.tables.values():
        assert len(table.rows) >= 1, table.id
    assert as_plain(chapter.tables["T4.1"].rows[0][0]) == "No question is recorded yet"


def test_a_case_without_any_event_says_so(bare) -> None:
    tables = {**bare.tables, "events": replace(bare.tables["events"], rows=())}
    case = replace(bare, tables=tables)
    assert said(case, "events") == "No event is recorded by this day."
    assert as_plain(outcomes.chapter(case).tables["T4.10"].rows[0][0]) == "No event is recorded yet"


def test_on_the_day_of_the_base_nothing_has_resolved() -> None:
    case = load(as_of="2025-06-15")
    chapter = outcomes.chapter(case)
    assert "Nothing has resolved by this day" in str(chapter.headline)
    assert "the 4 questions on exits are open" in str(chapter.headline)
    assert chapter.results.value("outcomes.resolved") == 0
    assert chapter.results.value("outcomes.brier") is None
    assert [as_plain(row[3]) for row in chapter.tables["T4.1"].rows] == ["open"] * 4
    assert "Whether Google, OpenAI, xAI and Microsoft each left" in said(case, "gaps")


# -- days ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("day", "count"), [("2025-06-17", 0), ("2025-06-18", 1), ("2025-06-20", 3), ("2026-05-31", 3)])  # fmt: skip
def test_a_question_resolves_on_its_day(day: str, count: int) -> None:
    assert outcomes.chapter(load(as_of=day)).results.value("outcomes.resolved") == count


def test_what_was_noted_of_a_coding_is_not_told_before_its_day() -> None:
    """Hindsight: a note, what followed, a treatment are told once all of their claims were made."""
    early = outcomes.chapter(load(as_of="2025-06-15"))
    late = outcomes.chapter(load())
    assert all(as_plain(row[-2]) == "–" for row in early.tables["T4.1"].rows)
    assert all(as_plain(row[-2]) != "–" for row in late.tables["T4.1"].rows)
    known = {row["id"] for row in load(as_of="2025-06-15").claims_known()}
    for table in ("T4.1", "T4.10", "T4.11", "T4.12"):
        text = " ".join(as_plain(cell) for row in early.tables[table].rows for cell in row)
        later = {row["id"] for row in load().tables["claims"].rows} - known
        assert not [id for id in later if re.search(rf"\b{id}\b", text)], table


def test_no_event_and_no_statement_of_a_later_day_is_shown() -> None:
    for day in ("2025-06-12", "2025-06-30", "2025-12-31"):
        if day < "2025-06-15":
            continue
        model = outcomes.chapter(load(as_of=day)).model
        assert max(one.day for one in model.events) <= date.fromisoformat(day)
        assert all(one.day <= date.fromisoformat(day) for one in model.statements)
        assert all(one.happened_on <= date.fromisoformat(day) for one in model.precedents)


def test_a_newer_coding_replaces_an_older_one_from_its_day_on(bare, made) -> None:
    rows = [
        outcome("google", 1.0, "2025-07-01"),
        outcome("google", 0.0, "2025-09-17", note="It came back."),
        outcome("google", None, None),
    ]
    case = made(bare, outcomes=rows)
    assert outcomes.chapter(case).model.questions[0].outcome == 0
    early = replace(case, as_of=date(2025, 8, 1))
    assert outcomes.chapter(early).model.questions[0].outcome == 1
    assert outcomes.chapter(replace(case, as_of=date(2025, 6, 30))).model.questions[0].outcome is None


def test_a_question_on_what_the_base_does_not_forecast_is_left_out(bare, made) -> None:
    rows = [outcome("google", 1.0) | {"figure": "later_forecast"}]
    figures = [figure("later_forecast", "google", "exit_probability", "12 months", 0.47, "probability")]
    assert outcomes.chapter(made(bare, outcomes=rows, figures=figures)).model.questions == ()


# -- the forecasts ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (GONE, "All 4 forecasts have resolved, all of them as exits. Their Brier score is"),
        (GONE[:1], "The one forecast has resolved, as an exit. Its Brier score is"),
        ([outcome("google", 0.0)], "The one forecast has resolved, as no exit."),
        ([outcome("google", 0.0), outcome("xai", 0.0)], "All 2 forecasts have resolved, none of them as an exit."),
        (SETTLED, "3 of 4 forecasts have resolved, 2 of them as exits."),
        ([*SETTLED[:2], SETTLED[3]], "2 of 3 forecasts have resolved, 1 of them as an exit."),
        ([SETTLED[0], SETTLED[3]], "1 of 2 forecasts has resolved, as an exit."),
        (SETTLED[3:], "the 1 question on exits is open"),
    ],
)  # fmt: skip
def test_the_headline(bare, made, rows, words: str) -> None:
    assert words.replace("the 1 question on exits", "the 1 question on exits") in said(
        made(bare, outcomes=rows), "headline"
    )


def test_who_left_who_stayed_and_who_is_open(moved, made) -> None:
    text = said(made(moved, outcomes=SETTLED), "forecasts")
    assert "Google and xAI count as having left (forecasts of 47% and 63%)" in text
    assert "OpenAI counts as having stayed (forecast at 17%)" in text
    assert "Microsoft is open (forecast at 31%)" in text


def test_another_reading_of_the_rule(bare, moved, made) -> None:
    changes = said(made(moved, outcomes=SETTLED), "forecasts")
    assert "The outcome of xAI can be read otherwise. Read either way, the Brier score" in changes
    # xAI's own forecast is even, which scores the same either way.
    assert "changes no Brier score" in said(made(bare, outcomes=[SETTLED[2]]), "forecasts")
    assert "can be read otherwise" not in said(made(bare, outcomes=GONE), "forecasts")


@pytest.mark.parametrize(
    ("figures", "rows", "words"),
    [
        ({}, GONE[:1], "That avoids 89.8% of the coin's loss"),
        ({}, [outcome("google", 0.0)], "worse than a coin"),
        ({}, [outcome("xai", 1.0)], "no better and no worse than a coin"),
        (FORECASTS, SETTLED, "With Microsoft either way, the Brier score of all questions lies anywhere from"),
        ({}, GONE[:1], "No outcome lies inside its stated range"),
        ({}, GONE[:1], "1 range leaned to the side that happened."),
        ({}, [outcome("google", 0.0)], "1 range leaned to the other side."),
        ({}, [outcome("google", 0.0), outcome("xai", 1.0)], "1 range leaned to the other side, the rest to neither."),
        ({}, [outcome("xai", 1.0)], "all of them reach both sides"),
        ({"google_exit_probability": 1.0}, GONE[:1], "1 outcome lies inside the stated range."),
        ({"google_exit_probability": 0.0}, GONE[:1], "The logarithmic score is infinite"),
        ({"google_exit_probability": 0.0}, GONE[:1], "mean logarithmic score infinite"),
    ],
)  # fmt: skip
def test_scores_in_words(made, figures, rows, words: str) -> None:
    assert words in said(made(without_rows(load(figures=figures)), outcomes=rows), "scores")


def test_whether_a_coin_is_beaten_may_hang_on_what_is_open(case, bare, made) -> None:
    hangs = "hangs on what is still open"
    assert hangs in said(case, "scores")
    assert hangs not in said(made(bare, outcomes=GONE), "scores")


@pytest.mark.parametrize(
    ("figures", "rows", "words"),
    [
        ({}, GONE[:1], "Had every forecast been exactly right"),
        ({}, SETTLED[3:], "it would take about"),
        ({name: 0.5 for name in FORECASTS if "exit" in name}, GONE, "say what a coin says"),
        ({}, GONE, "tells next to nothing"),
        ({"google_exit_probability": 0.99, "openai_exit_probability": 0.98, "xai_exit_probability": 0.97, "microsoft_exit_probability": 0.96}, GONE, "That is all that the score can tell"),
        ({"google_exit_probability": 1.0}, GONE[:1], "cannot be asked of so few"),
    ],
)  # fmt: skip
def test_luck_in_words(made, figures, rows, words: str) -> None:
    assert words in said(made(without_rows(load(figures=figures)), outcomes=rows), "luck")


def test_no_claim_of_calibration_is_made(case) -> None:
    text = said(case, "luck")
    assert "Whether they are calibrated" in text and "cannot be asked" in text
    assert "calibrated" not in text.replace("Whether they are calibrated", "")


# -- readings -----------------------------------------------------------------------------------------


def spoken(case: Case, **interests: str) -> Case:
    """The case with other interests behind its exit readings."""
    claims = case.tables["claims"]
    rows = [
        row | ({"interest": interests[row["id"]]} if row["id"] in interests else {}) for row in claims.rows
    ]
    return replace(case, tables={**case.tables, "claims": replace(claims, rows=tuple(rows))})


@pytest.mark.parametrize(
    ("interests", "rows", "words"),
    [
        ({}, [outcome("openai", 1.0)], "What OpenAI, a customer, said of itself missed: it was read as 30%, and OpenAI counts as having left."),
        ({}, [outcome("openai", 1.0)], "No reading from a speaker without an interest pointed the wrong way."),
        ({}, [outcome("openai", 0.0)], "The word of interested parties did not point the wrong way here."),
        ({}, [outcome("google", 1.0)], "None of the readings rests on the word of an interested party."),
        ({}, [outcome("openai", 1.0), outcome("google", 0.0)], "pointed the wrong way too, so nothing follows about interest"),
        ({"s0_q_plans": "rival"}, [outcome("google", 0.0)], "a rival of the supplier, said of Google missed"),
        ({"s0_q_plans": "rival", "s1_q_decided": "rival"}, [outcome("google", 0.0)], "so did the word on Google"),
    ],
)  # fmt: skip
def test_interest_in_words(bare, made, interests, rows, words: str) -> None:
    assert words in said(spoken(made(bare, outcomes=rows), **interests), "readings")


def test_counts_of_readings_in_words(case) -> None:
    text = said(case, "readings")
    assert "The 5 readings from speakers without an interest score 0.163." in text
    assert "The 1 reading from a customer scores 0.49." in text


# -- the promise --------------------------------------------------------------------------------------


def promised(amount: float, *, years: float | None = None, part: float | None = None) -> list[dict]:
    rows = [figure("promise", "meta", "purchase_commitment", "2025-06", amount, "USD mn per year")]
    if years is not None:
        rows.append(figure("promise_years", "meta", "commitment_years", "2025-06", years, "years"))
    if part is not None:
        rows.append(figure("promise_part", "meta", "commitment_spend_share", "2025-06", part, "share"))
    return rows


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (promised(910, years=3, part=0.17), "over 3 years and so $2,730mn in all, or 17% of what it spends in the field"),
        (promised(910), "Whether it is a floor is not known"),
        (promised(910), "to a gain of $670mn a year"),
        (promised(163), "from that loss down to $77.4mn a year"),
        (promised(240.375), "from that loss to nothing"),
        (promised(910, part=0.17), "covers the expected loss once Meta spends more than $1,414mn a year in the field"),
        (promised(163, part=0.17), "smaller than the expected loss whatever is spent"),
    ],
)  # fmt: skip
def test_the_promise_in_words(bare, made, rows, words: str) -> None:
    text = said(made(bare, figures=rows), "losses")
    assert words in text
    assert "No promise" not in text


def test_the_finding_says_of_a_floor_what_the_promise_tells(bare, made) -> None:
    """A part of a spend that nobody knows may be nothing; of a bare amount nobody says whether it is a floor."""
    known, unknown = "the promise is no floor", "whether the promise is a floor is not known"
    for amount, words in ((910, "or a gain of $670mn"), (163, "all of that or $77.4mn")):
        for part, floor, other in ((0.17, known, unknown), (None, unknown, known)):
            text = said(made(bare, figures=promised(amount, part=part), outcomes=GONE), "finding")
            assert words in text
            assert floor in text
            assert other not in text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (GONE[:1], "a yearly loss of $150mn to $600mn a year"),
        (GONE, "a yearly loss of $150mn to $600mn a year"),
        (
            [outcome(name, 0.0) for name in ("google", "openai", "xai", "microsoft")],
            "a yearly loss of $0, against",
        ),
    ],
)
def test_what_the_outcomes_imply_in_words(bare, made, rows, words: str) -> None:
    assert words in said(made(bare, outcomes=rows), "losses")


# -- precedents ---------------------------------------------------------------------------------------


def mill(case: Case, made, *rows: dict, figures: list[dict]) -> Case:
    """The case with precedents of one mill after another."""
    made_case = made(
        case, figures=figures, precedents=list(rows), claims=[claim("e_mill", "mill_1", "precedent")]
    )
    entities = {
        f"mill_{i}": replace(case.supplier, id=f"mill_{i}", name=f"Mill {i}", role="precedent")
        for i in range(1, 5)
    }
    return replace(made_case, entities={**made_case.entities, **entities})


def ended(i: int, tie: str, **more) -> dict:
    row = {"id": f"pr_{i}", "entity": f"mill_{i}", "label": f"Mill {i} is left", "happened_on": "2011-03-01"}
    return {
        **row,
        "direction": "customers_left",
        "tie": tie,
        "followed": "It went on.",
        "claims": "e_mill",
        **more,
    }


def test_precedents_in_words(bare, made) -> None:
    figures = [
        figure("s1", "mill_1", "exit_speed", "2011", 47.0, "days"),
        figure("s2", "mill_2", "exit_speed", "2011", 3.0, "months", low=0.0, high=3.0),
        figure("s3", "mill_3", "exit_speed", "2011", 1.0, "years"),
        figure("s4", "mill_4", "exit_speed", "2011", 12.0, "months"),
        figure("q1", "mill_1", "exit_share", "2011", 0.17, "share"),
        figure("q2", "mill_2", "exit_share", "2011", 0.0013, "share"),
    ]
    rows = [
        ended(1, "at_will", speed="s1", share="q1"),
        ended(2, "at_will", speed="s2", share="q2"),
        ended(3, "contract", speed="s3"),
        ended(4, "contract", speed="s4"),
    ]
    text = said(mill(bare, made, *rows, figures=figures), "precedents")
    assert "work at will, 47 days to at most 3 months (Mill 1 and Mill 2)" in text
    assert "a contract with a term, 1 year each (Mill 3 and Mill 4)" in text
    assert "What left ranges from 0.13% (Mill 2) to 17% (Mill 1), each of something else." in text
    assert "No source gives a general rate at which customers leave, and none is claimed here." in text


def test_precedents_without_numbers_in_words(bare, made) -> None:
    assert "No precedent comes with a time." in said(
        mill(bare, made, ended(1, "at_will"), figures=[]), "precedents"
    )
    figures = [figure("q1", "mill_1", "exit_share", "2011", 0.17, "share")]
    text = said(mill(bare, made, ended(1, "at_will", share="q1"), figures=figures), "precedents")
    assert "The one share that is known is 17% (Mill 1)." in text


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([outcome("google", 1.0, "2025-07-28")], "its exit was known 47 days after the deal at the latest"),
        ([outcome("google", 1.0, "2025-06-11")], "its exit was known on the day of the deal"),
        ([], "how fast it went cannot be said: no question on Google is recorded"),
    ],
)
def test_this_case_in_words(bare, made, rows, words: str) -> None:
    case = made(bare, claims=[*DEAL_CLAIMS, claim("e_mill", "google", "precedent")], events=DEAL, outcomes=rows,
                precedents=[ended(1, "at_will")])  # fmt: skip
    case = replace(
        case, entities={**case.entities, "mill_1": replace(case.supplier, id="mill_1", name="Mill 1")}
    )
    assert words in said(case, "precedents")


# -- rivals -------------------------------------------------------------------------------------------


def sales(entity: str, first: float, last: float, label: str = "Run rate") -> list[dict]:
    return [
        figure(f"{entity}_{end}", entity, "run_rate", when, value, "USD mn per year", label=label)
        for end, when, value in (("first", "2025-02", first), ("last", "2026-03", last))
    ]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (sales("turing", 47, 910), "more than the $800mn a year that the named customers could have moved at most; by these figures at least $63mn a year"),
        (sales("turing", 47, 910), "Turing alone shows growth of $863mn a year against a pool of at most $800mn"),
        (sales("turing", 47, 163), "all of it could be diversion, and none of it need be"),
        (sales("turing", 47, 163), "within the $800mn a year that could have moved at most; that neither shows diversion nor rules it out"),
        (sales("turing", 163, 47), "No rival is known to have grown: Turing's run rate moved by −$116mn a year"),
        (sales("turing", 163, 47), "Turing alone shows no growth"),
        (sales("turing", 47, 510) + sales("mercor", 31, 470), "Turing and Mercor together show growth of $902mn a year"),
        (sales("turing", 47, 510) + sales("mercor", 31, 470), "All that Scale AI sold in 2024 was $870mn."),
        (sales("turing", 47, 510, "Run rate, gross"), "The run rate of Turing is gross"),
        (sales("turing", 47, 510, "Gross run rate") + sales("mercor", 31, 47, "Gross"), "The run rates of Turing and Mercor are gross"),
        (sales("turing", 47, 510), "none of them is audited"),
    ],
)  # fmt: skip
def test_rivals_in_words(bare, made, rows, words: str) -> None:
    assert words in said(made(bare, figures=rows), "rivals")


def test_what_the_supplier_sold_is_told_only_where_growth_exceeds_it(bare, made) -> None:
    assert "All that Scale AI sold" not in said(made(bare, figures=sales("turing", 47, 910)), "rivals")


# -- prices -------------------------------------------------------------------------------------------


def priced(case: Case, made, *rows: tuple[float, str, str]) -> Case:
    figures, comparables = [], []
    for i, (price, status, basis) in enumerate(rows):
        figures += [
            figure(f"p{i}", "turing", "valuation_mark", "2025-03", price, "USD bn"),
            figure(f"s{i}", "turing", "reported_revenue", "2024", 47.0, "USD mn"),
        ]
        comparables.append({"id": f"c{i}", "entity": "turing", "valuation": f"p{i}", "revenue": f"s{i}", "status": status, "basis": basis})  # fmt: skip
    return made(case, figures=figures, comparables=comparables)


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([(0.47, "closed", "revenue")], "the deal is above the only closed price of another company, Turing at 10×."),
        ([(4.7, "closed", "revenue")], "the deal is below the only closed price of another company, Turing at 100×."),
        ([(0.47, "closed", "revenue"), (0.94, "closed", "revenue")], "above each of the 2 closed prices of other companies, the nearest being Turing at 20×."),
        ([(4.7, "closed", "revenue"), (9.4, "closed", "revenue")], "below each of the 2 closed prices of other companies"),
        ([(0.47, "closed", "revenue"), (4.7, "closed", "revenue")], "below 1 and above the rest of the 2 closed prices"),
        ([(0.47, "closed", "revenue"), (4.7, "talks", "revenue")], "and below 1 and above the rest of the 2 prices once those only talked about are counted"),
        ([(0.47, "talks", "revenue")], "above the only price of another company, talked about only."),
        ([(0.47, "talks", "revenue"), (0.94, "talks", "revenue")], "above each of the 2 prices of other companies, all of them only talked about."),
        ([(0.47, "closed", "run_rate")], "Of these, 1 stands on a run rate"),
        ([(0.47, "closed", "run_rate"), (0.94, "talks", "run_rate")], "Of these, 2 stand on a run rate"),
        ([], "the deal stands alone"),
    ],
)  # fmt: skip
def test_prices_in_words(bare, made, rows, words: str) -> None:
    assert words in said(priced(bare, made, *rows), "comparables")


# -- events and business ------------------------------------------------------------------------------


@pytest.mark.parametrize(("count", "words"), [(1, "The letter at each event tells"), (9, "Most of these events come from beyond")])  # fmt: skip
def test_events_in_words(bare, made, count: int, words: str) -> None:
    rows = [{"date": f"2025-07-0{i + 1}", "entity": "meta", "event": f"Event {i}"} for i in range(count)]
    assert words in said(made(bare, events=rows), "events")
    none = replace(bare, tables={**bare.tables, "events": replace(bare.tables["events"], rows=())})
    assert "All of these events come from beyond" in said(made(none, events=rows), "events")


def statement(id: str, topic: str, interest: str) -> dict:
    return claim(id, "scale_ai", topic, interest=interest)


@pytest.mark.parametrize(
    ("claims", "words"),
    [
        ([statement("e_a", "revenue", "party")], "All that is said of Scale AI's sales since the deal is said by Scale AI's own side."),
        ([statement("e_a", "revenue", "party"), statement("e_b", "growth", "none")], "Part of what is said"),
        ([statement("e_a", "revenue", "none")], "None of what is said"),
        ([statement("e_a", "headcount", "none")], "Nothing is said of Scale AI's sales since the deal."),
        ([statement("e_a", "headcount", "none")], "The exit came true; nothing reported tells what that did to Scale AI's revenue."),
        ([statement("e_a", "revenue", "none")], "does not contradict itself, and nothing in it is audited"),
    ],
)  # fmt: skip
def test_business_in_words(bare, made, claims, words: str) -> None:
    assert words in said(made(bare, claims=claims, outcomes=GONE[:1]), "business")


def test_contested_revenue_is_told_from_the_conflicts(bare, made) -> None:
    claims = [statement("e_a", "revenue", "party"), statement("e_b", "growth", "none")]
    conflict = {"id": "k90", "topic": "How revenue moved", "claims": "e_a;e_b", "type": "direct", "treatment": "Left open.", "effect": "None."}  # fmt: skip
    case = made(bare, claims=claims, conflicts=[conflict], outcomes=GONE)
    assert "what followed for Scale AI's revenue is contested" in said(case, "business")
    table = outcomes.chapter(case).tables["T4.12"]
    assert [as_plain(cell) for cell in table.rows[0]] == [
        "How revenue moved",
        "Left open.",
        "None.",
        "e_a, e_b",
        "k90",
    ]
    # Before the other claim was made there was nothing to contest.
    late = [claims[0], claims[1] | {"said_on": "2026-01-31"}]
    early = replace(made(bare, claims=late, conflicts=[conflict], outcomes=GONE), as_of=date(2025, 9, 1))
    assert "is contested" not in said(early, "business")


def test_a_statement_about_a_time_before_the_base_says_nothing_of_what_followed(bare, made) -> None:
    claims = [statement("e_old", "revenue", "none"), statement("e_new", "revenue", "none")]
    rows = [figure("old", "scale_ai", "reported_revenue", "2022", 290.0, "USD mn", claims="e_old")]
    model = outcomes.chapter(made(bare, claims=claims, figures=rows)).model
    assert [one.claim for one in model.statements] == ["e_new"]


# -- gaps ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("tables", "words", "there"),
    [
        ({"outcomes": SETTLED}, "Whether Microsoft left: open under the rule.", True),
        ({"outcomes": GONE}, "open under the rule", False),
        ({"outcomes": GONE[:2]}, "How the forecast on Microsoft and xAI turned out: no question is recorded.", True),
        ({}, "What Microsoft, xAI and OpenAI spent with Scale AI: undisclosed to this day.", True),
        ({}, "What Scale AI sold since the deal: no figure", True),
        ({"figures": [figure("r", "scale_ai", "reported_revenue", "2025", 910.0, "USD mn")]}, "What Scale AI sold since the deal", False),
        ({"figures": promised(163)}, "What Meta has bought under its promise: no figure of any payment is known.", True),
        ({"figures": [*promised(163), figure("paid", "meta", "commitment_paid", "2025", 47.0, "USD mn")]}, "has bought under its promise", False),
        ({}, "has bought under its promise", False),
        ({}, "Whether Labelbox's claim came true: no revenue of it since the deal is known.", True),
        ({"figures": [figure("l", "labelbox", "run_rate", "2025-12", 47.0, "USD mn per year")]}, "Whether Labelbox's claim came true", False),
    ],
)  # fmt: skip
def test_gaps(bare, made, tables, words: str, there: bool) -> None:
    assert (words in said(made(bare, **tables), "gaps")) == there


# -- the whole ----------------------------------------------------------------------------------------


def test_the_finding_holds_together(case) -> None:
    text = said(case, "finding")
    for words in (
        "count as having left", "is open", "Their Brier score is 0.212", "an anecdote and no measure",
        "said of itself missed", "the promise is no floor", "diversion cannot be read off", "is contested",
    ):  # fmt: skip
        assert words in text


@pytest.mark.parametrize("scenario", ["as_reported", "google_only", "full_exodus"])
@pytest.mark.parametrize("day", ["", "2025-06-15", "2025-06-19", "2026-05-31"])
@pytest.mark.parametrize(
    "figures", [{}, {"google_spend_2024": 0.5}, {"valuation_reported": 14}, {"latent_correlation": 1}]
)
def test_nothing_prints_what_is_no_number(scenario: str, day: str, figures) -> None:
    chapter = outcomes.chapter(load(as_of=day, figures=figures, scenario=scenario))
    texts = map(str, (chapter.headline, chapter.sure, *chapter.notes, chapter.finding))
    cells = [as_plain(cell) for table in chapter.tables.values() for row in table.rows for cell in row]
    for words in (*texts, *cells):
        assert not re.search(r"\b(nan|inf)\b|None[,.)]|\bNone\b(?! (is|of|counts))", words), words
    json.dumps([result.record() for result in chapter.results.values()], allow_nan=False)


def test_hostile_text_stays_on_one_line_and_inert(bare, made) -> None:
    from neutrality.display import show

    evil = '<script>alert(1)</script>\n=HYPERLINK("x")'
    case = made(
        bare,
        claims=[claim("e_a", "scale_ai", "revenue", statement=evil, speaker=evil), claim("e_mill", "google", "precedent")],
        events=[{"date": "2025-07-01", "entity": "meta", "event": evil}],
        outcomes=[outcome("google", 1.0, rule=evil, note=evil)],
        precedents=[ended(1, "at_will", label=evil, followed=evil, note=evil, share_of=evil)],
    )  # fmt: skip
    case = replace(case, entities={**case.entities, "mill_1": replace(case.supplier, id="mill_1", name=evil)})
    chapter = outcomes.chapter(case)
    for table in chapter.tables.values():
        html = show(table).html
        assert "<script" not in html
    for text in (chapter.headline, chapter.finding, *chapter.notes):
        assert "\n" not in str(text)
        assert "<script" not in show(text).html
