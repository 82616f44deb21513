"""Records of results, figures and claims: complete, joined both ways, and true to what counts."""

from __future__ import annotations

from datetime import date

import pytest
from neutrality.case import load
from neutrality.chapters import NAMES, compute
from neutrality.chapters.evidence import gather, words


@pytest.fixture(scope="module")
def found(case):
    return gather(case)


def one(records, name: str):
    return next(record for record in records if record.id == name)


def ids(mentions) -> list[str]:
    return [mention.id for mention in mentions]


# -- results and figures ------------------------------------------------------------------------------


def test_every_result_and_figure_has_a_record(case, found) -> None:
    results = {name: one for chapter in NAMES for name, one in compute(chapter, case).results.items()}
    assert [record.id for record in found.results] == list(results)
    assert {record.id for record in found.figures} == set(case.figures) | set(case.later)
    for record in found.results:
        result = results[record.id]
        assert (record.tag, record.layer, record.unit) == (result.tag, result.layer, result.unit)
        assert ids(record.figures) == list(result.figures)
        assert record.formula and record.label != record.id
        assert record.number is None or record.number.value == result.value


def test_figures_and_results_know_each_other(found) -> None:
    down = {(result.id, figure.id) for result in found.results for figure in result.figures}
    up = {(result.id, figure.id) for figure in found.figures for result in figure.results}
    assert down == up


def test_a_word_stands_where_no_number_is(found) -> None:
    assert one(found.results, "opportunity.labelbox.verdict").word == "needs more than half"
    assert one(found.results, "opportunity.labelbox.verdict").number is None
    empty = gather(load(as_of="2025-06-15"))
    assert one(empty.results, "outcomes.brier").word == "no number"


def test_figures_stand_by_entity(case, found) -> None:
    order = list(case.entities)
    places = [order.index(record.figure.entity) for record in found.figures]
    assert places == sorted(places)


def test_a_stated_figure(found) -> None:
    record = one(found.figures, "stake")
    assert (record.entity, record.tag, record.layer) == ("Meta", "stated", "L0")
    assert record.number.text == "49%"
    assert [end.value for end in (record.range.low, record.range.high)] == pytest.approx([0.485, 0.495])
    assert [end.value for end in (record.limits.low, record.limits.high)] == [0.01, 0.99]
    assert ids(support.claim for support in record.claims) == ["s0_stake", "s1_stake"]
    assert ids(record.sources) == ["itfy", "ibtimes_sg"]
    assert (record.counts, record.always, record.made) == (True, True, None)


def test_an_undisclosed_spend(found) -> None:
    record = one(found.figures, "xai_spend_2024")
    assert record.number is None
    assert (record.range.low.value, record.range.high.value) == (0, 150)
    assert str(record.made).startswith("Nobody disclosed it.")
    assert record.vintages[0].why == "counts with its bounds alone: nobody disclosed the value"


def test_a_figure_that_others_stand_in_for(found) -> None:
    record = one(found.figures, "standalone_value")
    assert str(record.made) == "Without a value of its own; other figures stand in for it."
    assert record.vintages[0].why == "counts without a value: other figures stand in for it"


@pytest.mark.parametrize(
    ("scale", "method", "expected"),
    [
        ("kent", "linear", "Pooled from its claims: “probable” (75%) and “almost certain” (93%) on Kent's scale; linear pool."),
        ("icd203", "log", "Pooled from its claims: “likely” (67.5%) and “almost certain” (97%) on the scale of ICD 203; log pool."),
    ],
)  # fmt: skip
def test_a_pooled_probability_says_from_what(scale: str, method: str, expected: str) -> None:
    record = one(gather(load(scale=scale, pool_method=method)).figures, "google_exit_probability")
    assert str(record.made) == expected
    assert [part.ref for part in record.made.parts if not isinstance(part, str)] == ["claim:s0_q_plans", "claim:s1_q_decided"]  # fmt: skip


def test_a_probability_read_from_one_phrase(spoilt) -> None:
    def silence(rows):
        next(row for row in rows if row["id"] == "s1_q_decided")["phrase"] = ""

    def open_range(rows):
        for row in rows:
            if row["id"] == "google_exit_probability":
                row["low"] = row["high"] = ""

    spoilt.change("claims", silence)
    spoilt.change("figures", open_range)
    record = one(gather(load(str(spoilt))).figures, "google_exit_probability")
    assert str(record.made) == "Read from one phrase, “probable” (75%), on Kent's scale."


# -- vintages -----------------------------------------------------------------------------------------


@pytest.fixture
def revised(added) -> str:
    """The revenue with a revision of our own, and a later one that is evidence only."""
    row = {
        "id": "revenue_2024", "entity": "scale_ai", "metric": "revenue", "period": "2024", "label": "Revenue in the last full year",
        "min": "1", "max": "1000000", "unit": "USD mn",
    }  # fmt: skip
    return added(
        claims=[{"id": "x_revenue", "source": "reuters_2025_06_13", "entity": "scale_ai", "statement": "Revenue was lower.", "said_on": "2025-08-01"}],
        figures=[
            row | {"value": "880", "tag": "assumed", "known_on": "2025-07-01", "reason": "Ours.", "quality": "weak"},
            row | {"value": "840", "tag": "later", "known_on": "2025-08-01", "claims": "x_revenue"},
        ],
    )  # fmt: skip


NOT_ASKED = "does not count: later evidence, left out unless a day is asked for"


@pytest.mark.parametrize(
    ("as_of", "value", "expected"),
    [
        ("", 880, [
            (870, False, "no longer counts: a newer row is known since 1 July 2025"),
            (880, True, "counts: the newest row, later evidence apart"),
            (840, False, NOT_ASKED),
        ]),
        ("2025-06-20", 870, [(870, True, "counts: the only row")]),
        ("2025-07-15", 880, [
            (870, False, "no longer counts: a newer row is known since 1 July 2025"),
            (880, True, "counts: the newest row, as of 15 July 2025"),
        ]),
        ("2025-08-01", 840, [
            (870, False, "no longer counts: a newer row is known since 1 August 2025"),
            (880, False, "no longer counts: a newer row is known since 1 August 2025"),
            (840, True, "counts: the newest row, as of 1 August 2025"),
        ]),
    ],
)  # fmt: skip
def test_vintages_tell_which_row_counts_and_why(
    revised: str, as_of: str, value: float, expected: list
) -> None:
    case = load(revised, as_of)
    record = one(gather(case).figures, "revenue_2024")
    assert case.figures["revenue_2024"].value == record.number.value == value
    assert [(row.figure.value, row.counts, row.why) for row in record.vintages] == expected
    assert (record.counts, record.always) == (True, True)


@pytest.mark.parametrize(
    ("changes", "made", "why"),
    [
        ({"figures": {"stake": 0.47}}, "A value of the reader's own.", "does not count here: a value of the reader's own stands in its place"),
        ({"scenario": "google_only"}, "Set by scenario google_only.", "does not count here: scenario google_only stands in its place"),
        ({"scenario": "google_only", "figures": {"google_exit_probability": 0.9}}, "A value of the reader's own.", "does not count here: a value of the reader's own stands in its place"),
    ],
)  # fmt: skip
def test_a_new_value_stands_in_for_every_row(changes: dict, made: str, why: str) -> None:
    name = next(iter(changes.get("figures", {"google_exit_probability": 1})))
    record = one(gather(load(**changes)).figures, name)
    assert (str(record.made), record.tag) == (made, "assumed")
    assert why in [row.why for row in record.vintages]
    assert not any(row.counts for row in record.vintages)


def test_later_evidence_is_shown_and_does_not_count(added) -> None:
    place = added(
        claims=[{"id": "x_staff", "source": "reuters_2025_06_13", "entity": "scale_ai", "statement": "It has 999 people."}],
        figures=[{"id": "x_staff", "entity": "scale_ai", "metric": "headcount", "period": "2025-07", "label": "People", "value": "999", "unit": "people", "tag": "later", "claims": "x_staff", "known_on": "2025-07-02"}],
    )  # fmt: skip
    record = one(gather(load(place)).figures, "x_staff")
    assert (record.counts, record.always, record.results) == (False, False, ())
    assert [row.why for row in record.vintages] == [NOT_ASKED]
    assert record.range is None
    assert "x_staff" not in [record.id for record in gather(load(place, "2025-07-01")).figures]
    then = one(gather(load(place, "2025-07-02")).figures, "x_staff")
    assert (then.counts, then.always, then.vintages[0].why) == (True, False, "counts: the only row")


# -- claims -------------------------------------------------------------------------------------------


def test_every_claim_has_a_record_and_is_named_where_it_is_used(case, found) -> None:
    assert {record.id for record in found.claims} == {row["id"] for row in case.tables["claims"].rows}
    shown = {record.id for record in found.claims}
    resting = {(support.claim.id, figure.id) for figure in found.figures for support in figure.claims}
    for record in found.claims:
        assert {(record.id, figure.id) for figure in record.figures} >= {pair for pair in resting if pair[0] == record.id}  # fmt: skip
    assert {claim for claim, _ in resting} <= shown


def test_what_a_claim_tells(found) -> None:
    record = one(found.claims, "s0_q_plans")
    assert (record.grade, record.locator, record.speaker) == (
        "C3",
        "paragraph 2",
        "unnamed source via Reuters",
    )
    assert record.letter == "a rewrite by another publisher"
    assert record.digit == "possibly true: one report, or unnamed sources"
    assert record.certainty == ("from an unnamed source",)
    assert (record.interest, record.sure, record.value) == ("no interest known", "", "")
    assert record.reading == "“probable” on Kent's scale: 75%, from 63% to 87%"
    assert (record.said_on, record.later) == (date(2025, 6, 15), False)
    assert ids(record.figures) == ["google_exit_probability"]
    assert "k1" in ids(record.conflicts)
    assert one(found.claims, "s0_rev24").value == "$870mn"
    assert one(found.claims, "s0_founded").value == "2016"
    assert one(found.claims, "s0_q_turning").interest == "a rival of the supplier"


def test_claims_of_the_base_come_first(found) -> None:
    marks = [record.later for record in found.claims]
    assert marks == sorted(marks)
    assert not one(found.claims, "s1_price").later


def test_a_claim_by_a_relay(added) -> None:
    place = added(claims=[{"id": "x_relayed", "source": "reuters_2025_06_13", "locator": "opening", "entity": "meta", "statement": "Relayed.", "certainty": "estimate;forecast", "interest": "investor", "credibility": "6", "sure": "low", "value": "12", "unit": "x"}])  # fmt: skip
    record = one(gather(load(place)).claims, "x_relayed")
    assert record.locator == "the opening of the page, all that was read"
    assert record.sure == "a relay was read; it is uncertain that the original says so"
    assert record.certainty == ("somebody's estimate", "a forecast or a plan")
    assert (record.grade, record.value, record.interest, record.later) == ("B6", "12×", "an investor", True)


def test_at_a_day_nothing_later_is_shown() -> None:
    found = gather(load(as_of="2025-06-15"))
    assert all(claim.said_on <= date(2025, 6, 15) for claim in found.claims)
    assert all(
        row.figure.known_on <= date(2025, 6, 15) for figure in found.figures for row in figure.vintages
    )
    shown = {claim.id for claim in found.claims}
    for figure in found.figures:
        assert {support.claim.id for support in figure.claims} <= shown
    for conflict in found.conflicts:
        assert {support.claim.id for support in conflict.claims} <= shown
        assert len(conflict.claims) >= 2
    sources = {source.id for source in found.sources}
    assert {claim.source.id for claim in found.claims} <= sources
    assert {source.root.id for source in found.sources} <= sources


def test_the_tables_of_grades_count_all(found) -> None:
    letters, digits = (found.tables[name].rows for name in ("E1", "E2"))
    assert sum(int(row[2]) for row in letters) == len(found.sources)
    assert sum(int(row[2]) for row in digits) == len(found.claims)
    assert [row[0] for row in letters] == list("ABCD")


# -- sentences ----------------------------------------------------------------------------------------


def test_what_is_shown_is_said(found) -> None:
    assert "The answers leave it out" in str(found.scope)
    assert str(gather(load(as_of="2025-07-01")).scope).startswith("Shown is what was known by 1 July 2025.")


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, "no sources"), (1, "one source"), (12, "twelve sources"), (13, "13 sources")],
)
def test_counts_in_words(count: int, expected: str) -> None:
    assert words.counted(count, "source") == expected


def test_names_in_a_sentence() -> None:
    assert words.some([]) == ""
    assert words.some(["a", "b", "c"]) == "a, b and c"
    assert words.some(list("abcdefg")) == "a, b, c, d, e, f and one other"
    assert words.some(list("abcdefgh"), most=6) == "a, b, c, d, e, f and two others"
