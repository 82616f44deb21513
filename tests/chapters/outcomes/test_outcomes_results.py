"""The named results of the outcomes against formulas written by hand, at figures of ours."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

import pytest
from later_rows import DEAL, DEAL_CLAIMS, FORECASTS, SETTLED, claim, figure, outcome, without_rows
from neutrality.case import Case, load
from neutrality.chapters import compute, outcomes
from neutrality.chapters.exposure import revenue_of
from neutrality.chapters.outcomes.precedents import own
from neutrality.results import Number, Span, Tag, Text, as_plain

LN = math.log


def results_of(case: Case) -> dict[str, float | None]:
    return {name.removeprefix("outcomes."): r.value for name, r in outcomes.chapter(case).results.items()}


def test_the_book_itself(case) -> None:
    """The reference values of the book: three questions resolved as exits, one open."""
    found = results_of(case)
    assert found["brier"] == pytest.approx(0.211866667, rel=1e-8)
    assert found["brier_skill"] == pytest.approx(0.152533333, rel=1e-8)
    assert (found["brier_all_low"], found["brier_all_high"]) == pytest.approx((0.19405625, 0.25655625))
    assert found["log_loss"] == pytest.approx(0.594597099, rel=1e-8)
    assert found["net_expected"] == pytest.approx(240.375 - 450)
    assert found["covering_spend"] == pytest.approx(2 * 240.375)
    assert found["commitment_total"] == pytest.approx(2250)
    assert found["largest_pool"] == 800


def test_the_base_comes_from_without_later_evidence(case) -> None:
    """A late day makes the outcomes certain everywhere else; the forecasts stay what they were."""
    late = load(as_of="2026-05-31")
    assert late.figures["google_exit_probability"].value == 1
    assert results_of(late)["brier"] == results_of(case)["brier"]


def test_a_new_row_in_the_file_settles_a_question(spoilt) -> None:
    """The table is append-only: the open row stays, the one that settles it is added."""

    def settle(rows: list[dict[str, str]]) -> list[dict[str, str]]:
        row = next(row for row in rows if not row["resolved_on"])
        return [*rows, row | {"resolved_on": "2025-09-17", "outcome": "0"}]

    spoilt.change("outcomes", settle)
    found = results_of(load(str(spoilt)))
    assert (found["open"], found["happened"]) == (0, 3)
    assert found["brier"] == pytest.approx((0.0256 + 0.36 + 0.25 + 0.390625) / 4)
    assert found["brier_all_low"] == found["brier_all_high"] == found["brier"]
    assert results_of(load(str(spoilt), as_of="2025-09-16"))["open"] == 1


# -- scores -------------------------------------------------------------------------------------------


@pytest.fixture
def scored(moved, made) -> Case:
    return made(moved, outcomes=SETTLED)


def test_scores_by_hand(scored) -> None:
    found = results_of(scored)
    g, o, x = 0.53**2, 0.17**2, 0.37**2
    assert found["brier"] == pytest.approx((g + o + x) / 3)
    assert found["google.brier"] == pytest.approx(g)
    assert found["openai.log_loss"] == pytest.approx(-LN(0.83))
    assert found["log_loss"] == pytest.approx(-(LN(0.47) + LN(0.83) + LN(0.63)) / 3)
    assert found["brier_coin"] == pytest.approx(0.25)
    assert found["log_loss_coin"] == pytest.approx(LN(2))
    assert found["brier_skill"] == pytest.approx(1 - found["brier"] / 0.25)
    # xAI read otherwise; Microsoft open; both.
    assert found["brier_read_low"] == pytest.approx(found["brier"])
    assert found["brier_read_high"] == pytest.approx((g + o + 0.63**2) / 3)
    assert found["brier_all_low"] == pytest.approx((g + o + x + 0.31**2) / 4)
    assert found["brier_all_high"] == pytest.approx((g + o + x + 0.69**2) / 4)
    assert found["brier_widest_high"] == pytest.approx((g + o + 0.63**2 + 0.69**2) / 4)
    assert found["log_loss_all_high"] == pytest.approx(-(LN(0.47) + LN(0.83) + LN(0.63) + LN(0.31)) / 4)
    counts = {name: found[name] for name in ("questions", "resolved", "open", "happened")}
    assert counts == {"questions": 4, "resolved": 3, "open": 1, "happened": 2}


def test_ranges_by_hand(scored) -> None:
    """An override widens a range that would not hold it: Google's is .47 to .99, OpenAI's .17 to .6."""
    found = results_of(scored)
    assert found["brier_range_low"] == pytest.approx((0.01**2 + 0.17**2 + 0.37**2) / 3)
    assert found["brier_range_high"] == pytest.approx((0.53**2 + 0.6**2 + 0.6**2) / 3)
    assert (found["leaned_right"], found["leaned_wrong"], found["inside_range"]) == (0, 0, 0)


@pytest.mark.parametrize(
    ("result", "right", "wrong"), [(1.0, 1, 0), (0.0, 0, 1)], ids=["as it leaned", "the other way"]
)
def test_a_range_on_one_side_of_even_leans(bare, made, result: float, right: int, wrong: int) -> None:
    found = results_of(made(bare, outcomes=[outcome("google", result)]))
    assert (found["leaned_right"], found["leaned_wrong"]) == (right, wrong)


def test_an_outcome_lies_inside_a_range_that_reaches_it(made) -> None:
    case = without_rows(load(figures={"google_exit_probability": 1}))
    found = results_of(made(case, outcomes=[outcome("google", 1.0)]))
    assert found["inside_range"] == 1
    assert found["brier"] == 0
    assert found["log_loss"] == 0


def test_luck_by_hand(scored) -> None:
    found = results_of(scored)
    p = {"g": 0.47, "o": 0.17, "x": 0.63}
    score = (0.53**2 + 0.17**2 + 0.37**2) / 3
    right = tossed = beaten = 0.0
    for g in (0, 1):
        for o in (0, 1):
            for x in (0, 1):
                loss = ((g - p["g"]) ** 2 + (o - p["o"]) ** 2 + (x - p["x"]) ** 2) / 3
                chance = math.prod(q if s else 1 - q for q, s in zip(p.values(), (g, o, x), strict=True))
                right += chance * (loss >= score - 1e-12)
                beaten += chance * (loss > 0.25 + 1e-12)
                tossed += (loss <= score + 1e-12) / 8
    assert found["luck.as_bad_independent"] == pytest.approx(right)
    assert found["luck.beaten_independent"] == pytest.approx(beaten)
    assert found["luck.tossed"] == pytest.approx(tossed)
    assert found["luck.expected"] == pytest.approx(sum(q * (1 - q) for q in p.values()) / 3)
    assert 0 < found["luck.as_bad_common"] < 1


def test_more_questions_than_can_be_listed_have_no_luck(scored) -> None:
    """Joint outcomes are listed up to a limit; beyond it there is no number and a sentence says so."""
    from neutrality.chapters.outcomes import results as module

    many = pytest.MonkeyPatch()
    many.setattr(module, "MOST_QUESTIONS", 2)
    try:
        chapter = outcomes.chapter(scored)
    finally:
        many.undo()
    assert chapter.results.value("outcomes.luck.tossed") is None
    assert "too many resolved questions" in str(chapter.beside["luck"][0])
    assert "too many" in as_plain(chapter.tables["T4.4"].rows[0][0])


def test_questions_needed_follow_the_level_of_the_case(moved, made) -> None:
    loose = made(without_rows(load(figures=FORECASTS | {"confidence": 0.8})), outcomes=SETTLED)
    strict = made(moved, outcomes=SETTLED)
    assert results_of(loose)["luck.questions_needed"] < results_of(strict)["luck.questions_needed"]
    none = made(without_rows(load(figures={"confidence": 0.5})), outcomes=SETTLED)
    assert results_of(none)["luck.questions_needed"] is None


def test_a_certainty_that_fails_has_an_infinite_score(made) -> None:
    case = made(without_rows(load(scenario="google_only")), outcomes=[outcome("openai", 1.0)])
    chapter = outcomes.chapter(case)
    assert chapter.results.value("outcomes.log_loss") is None
    assert chapter.results.value("outcomes.brier") == 1
    shown = [as_plain(row[-1]) for row in chapter.tables["T4.2"].rows]
    assert shown[:2] == ["infinite", "infinite"]
    assert "infinite because something happened" in str(chapter.beside["scores"][0])


# -- readings -----------------------------------------------------------------------------------------


def test_readings_are_scored_by_interest(bare, made) -> None:
    """The pledge of the customer itself, read as improbable, against the five readings of others."""
    found = results_of(
        made(bare, outcomes=[outcome("google", 1.0), outcome("openai", 1.0), outcome("xai", 1.0)])
    )
    assert found["readings.customer.brier"] == pytest.approx(0.7**2)
    assert found["readings.customer.missed"] == 1
    others = (0.25**2 + 0.07**2 + 0.5**2 + 0.5**2 + 0.5**2) / 5
    assert found["readings.none.brier"] == pytest.approx(others)
    assert (found["readings.none.count"], found["readings.none.missed"]) == (5, 0)
    assert "readings.rival.brier" not in found


# -- the loss and the promise -------------------------------------------------------------------------

PROMISE = [
    figure("promise", "meta", "purchase_commitment", "2025-06", 131.0, "USD mn per year"),
    figure("promise_years", "meta", "commitment_years", "2025-06", 3.0, "years"),
    figure("promise_part", "meta", "commitment_spend_share", "2025-06", 0.17, "share"),
]


def test_the_loss_net_of_the_promise_by_hand(moved, made) -> None:
    found = results_of(made(moved, figures=PROMISE, outcomes=SETTLED))
    g, half = 163.0, 81.5
    expected = 0.47 * g + (0.17 + 0.63 + 0.31) * half
    low, high = 0.47 * g, 0.99 * g + (0.6 + 0.63 + 0.87) * g
    assert found["net_expected"] == pytest.approx(expected - 131)
    assert found["net_expected_range_low"] == pytest.approx(low - 131)
    assert found["net_expected_range_high"] == pytest.approx(high - 131)
    assert found["net_reported_low"] == -131
    assert found["net_reported_high"] == pytest.approx(4 * g - 131)
    assert found["commitment_of_loss"] == pytest.approx(131 / expected)
    assert found["commitment_of_revenue"] == pytest.approx(131 / 870)
    assert found["commitment_total"] == pytest.approx(393)
    # The promise is smaller than the loss, so no spend covers it.
    assert found["covering_spend"] is None
    assert found["whole_commitment_spend"] == pytest.approx(131 / 0.17)


def test_a_promise_larger_than_the_loss_covers_it_from_a_spend_on(moved, made) -> None:
    larger = [row | {"value": 910.0} if row["id"] == "promise" else row for row in PROMISE]
    found = results_of(made(moved, figures=larger))
    expected = 0.47 * 163 + (0.17 + 0.63 + 0.31) * 81.5
    assert found["covering_spend"] == pytest.approx(expected / 0.17)


def test_a_promise_in_another_currency_is_left_out(moved, made) -> None:
    other = [row | {"unit": "EUR mn per year"} if row["id"] == "promise" else row for row in PROMISE]
    assert "net_expected" not in results_of(made(moved, figures=other))


def test_the_loss_that_outcomes_imply_by_hand(moved, made) -> None:
    """Google left with a disclosed spend, xAI with one that is not, OpenAI stayed, Microsoft is open."""
    found = results_of(made(moved, outcomes=SETTLED))
    assert found["loss_low"] == pytest.approx(163)
    assert found["loss_high"] == pytest.approx(163 * 3)
    assert found["loss"] == pytest.approx(163 + 81.5 + 0.31 * 81.5)


def test_the_promise_and_the_break_even_coincide_only_where_equal(made, bare, prose) -> None:
    def said(amount: float) -> str:
        rows = [figure("promise", "meta", "purchase_commitment", "2025-06", amount, "USD mn per year")]
        return prose(outcomes.chapter(made(bare, figures=rows)))

    assert "by coincidence" in said(450.0)
    assert "by coincidence" not in said(449.0)


# -- precedents ---------------------------------------------------------------------------------------

OLD = {"id": "mill", "name": "Old Mill", "role": "precedent", "note": ""}


def precedent(**more) -> dict:
    row = {"id": "pr", "entity": "mill", "label": "Somebody leaves", "happened_on": "2011-03-01"}
    row |= {"direction": "customers_left", "tie": "at_will", "followed": "It went on.", "claims": "e_mill"}
    return {**row, **more}


@pytest.mark.parametrize(
    ("value", "unit", "days"), [(47, "days", 47), (3, "months", 91.3125), (1.3, "years", 474.825)]
)
def test_a_speed_in_any_unit_counts_in_days(bare, made, value: float, unit: str, days: float) -> None:
    case = made(
        bare,
        claims=[claim("e_mill", "mill", "precedent")],
        figures=[figure("mill_speed", "mill", "exit_speed", "2011", value, unit)],
        precedents=[precedent(speed="mill_speed")],
    )
    case = replace(
        case, entities={**case.entities, "mill": replace(case.supplier, id="mill", name="Old Mill")}
    )
    (one,) = outcomes.chapter(case).model.precedents
    assert one.speed.value == pytest.approx(days)
    assert one.share is None


def named(case: Case, id: str, name: str, role: str = "precedent") -> Case:
    return replace(case, entities={**case.entities, id: replace(case.supplier, id=id, name=name, role=role)})


def test_a_share_of_two_counts_is_computed(bare, made) -> None:
    rows = [
        figure("mill_left", "mill", "exit_count", "2011", 137.0, "count", half_unit=0.5),
        figure("mill_all", "mill", "base_count", "2011", 9100.0, "count", half_unit=50.0),
    ]
    case = made(bare, claims=[claim("e_mill", "mill", "precedent")], figures=rows, precedents=[precedent()])
    (one,) = outcomes.chapter(named(case, "mill", "Old Mill")).model.precedents
    assert one.share.value == pytest.approx(137 / 9100)
    assert one.share.low == pytest.approx(136.5 / 9150)
    assert one.share.high == pytest.approx(137.5 / 9050)
    assert {f.id for f in one.share.figures} == {"mill_left", "mill_all"}


def test_counts_of_different_things_are_no_share(bare, made) -> None:
    rows = [
        figure("mill_left", "mill", "exit_count", "2011", 137.0, "count"),
        figure("mill_all", "mill", "base_count", "2011", 9100.0, "people"),
    ]
    case = made(bare, claims=[claim("e_mill", "mill", "precedent")], figures=rows, precedents=[precedent()])
    (one,) = outcomes.chapter(named(case, "mill", "Old Mill")).model.precedents
    assert one.share is None


def test_a_share_that_a_source_gives_goes_before_the_counts(bare, made) -> None:
    rows = [
        figure("mill_left", "mill", "exit_count", "2011", 137.0, "count"),
        figure("mill_all", "mill", "base_count", "2011", 9100.0, "count"),
        figure("mill_share", "mill", "exit_share", "2011", 0.17, "share", low=0.0, high=0.17),
    ]
    case = made(bare, claims=[claim("e_mill", "mill", "precedent")], figures=rows, precedents=[precedent(share="mill_share")])  # fmt: skip
    (one,) = outcomes.chapter(named(case, "mill", "Old Mill")).model.precedents
    assert one.share.value == 0.17
    assert one.share.hedge == "at most "


def test_this_case_counts_days_from_the_deal_to_the_outcome(bare, made) -> None:
    case = made(bare, claims=DEAL_CLAIMS, events=DEAL, outcomes=[outcome("google", 1.0, "2025-07-28")])
    own = outcomes.chapter(case).model.own
    assert own.speed.value == (date(2025, 7, 28) - date(2025, 6, 11)).days == 47
    assert own.share.value == pytest.approx(150 / 870)
    assert (own.share.low, own.share.high) == pytest.approx((145 / 875, 155 / 865))


@pytest.mark.parametrize(
    ("rows", "events", "why"),
    [
        ([outcome("google", None, None)], DEAL, "whether Google leaves is open"),
        ([], DEAL, "no question on Google is recorded"),
        ([outcome("google", 0.0)], DEAL, "Google stayed"),
        ([outcome("google", 1.0)], DEAL[:1], "the day of the deal is not among the events"),
    ],
)
def test_this_case_without_a_speed_says_why(bare, made, rows, events, why: str) -> None:
    case = made(bare, claims=DEAL_CLAIMS, events=events, outcomes=rows)
    own = outcomes.chapter(case).model.own
    assert own.speed is None
    assert own.why == why


# -- rivals -------------------------------------------------------------------------------------------


def rival(period: str, value: float, metric: str = "run_rate", entity: str = "turing", **more) -> dict:
    unit = "USD mn per year" if metric == "run_rate" else "USD mn"
    name = f"{entity}_{metric}_{period.replace('-', '_').lower()}_{more.get('label', '')}"
    return figure(name, entity, metric, period, value, unit, **more)


def grown(case: Case) -> dict[str, tuple[float, str, str]]:
    return {
        one.entity: (one.growth, one.first.when.words, one.last.when.words)
        for one in outcomes.chapter(case).model.series
    }


def test_growth_is_from_first_to_last_against_the_pool(moved, made) -> None:
    rows = [rival("2026-03", 910.0), rival("2025-02", 13.7), rival("2025-09", 470.0)]
    case = made(moved, figures=rows)
    assert grown(case) == {"turing": (pytest.approx(896.3), "Feb 2025", "Mar 2026")}
    found = results_of(case)
    assert found["largest_pool"] == pytest.approx(4 * 217)
    assert found["turing.growth_beyond_pool"] == pytest.approx(896.3 - 868)
    assert found["growth_together_beyond_pool"] == pytest.approx(896.3 - 868)


def test_growth_that_ended_before_the_base_is_no_diversion(bare, made) -> None:
    assert grown(made(bare, figures=[rival("2025-02", 47.0), rival("2025-05", 163.0)])) == {}


def test_measures_with_different_labels_are_never_mixed(bare, made) -> None:
    rows = [rival("2024", 190.0, label="Whole firm"), rival("2026-04", 910.0, label="Labelling, gross")]
    assert grown(made(bare, figures=rows)) == {}
    rows.append(rival("2025-10", 163.0, label="Labelling, gross"))
    case = made(bare, figures=rows)
    assert grown(case)["turing"][0] == pytest.approx(747)
    (one,) = outcomes.chapter(case).model.series
    assert one.gross
    assert one.basis == "gross run rate"


def test_parts_of_a_year_are_compared_with_the_same_part_at_a_years_rate(bare, made) -> None:
    rows = [
        rival("2024-H1", 47.0, "reported_revenue"),
        rival("2024-H2", 910.0, "reported_revenue"),
        rival("2025-H1", 60.0, "reported_revenue"),
        rival("2025-Q3", 31.0, "reported_revenue"),
    ]
    assert grown(made(bare, figures=rows))["turing"] == (pytest.approx(26), "H1 2024", "H1 2025")


def test_a_run_rate_goes_before_revenue_and_a_range_is_that_of_all(bare, made) -> None:
    rows = [
        rival("2024", 300.0, "reported_revenue"),
        rival("2025", 400.0, "reported_revenue"),
        rival("2025-02", 47.0, half_unit=2.0),
        rival("2025-09", 470.0, low=470.0, high=510.0),
        rival("2025-09", 500.0) | {"id": "second"},
    ]
    (one,) = outcomes.chapter(made(bare, figures=rows)).model.series
    assert one.metric == "run_rate"
    assert one.growth == pytest.approx(423)
    assert one.growth_range == pytest.approx((421, 465))


@pytest.mark.parametrize(
    "more",
    [
        {"entity": "google"},
        {"entity": "scale_ai"},
        {"entity": "meta"},
        {"unit": "AUD mn per year"},
        {"claims": "e_old"},
    ],
    ids=["a customer", "the supplier", "the acquirer", "another currency", "a precedent's claim"],
)
def test_who_is_no_rival_does_not_count(bare, made, more) -> None:
    rows = [rival("2025-02", 47.0) | more, rival("2026-02", 910.0) | more]
    case = made(bare, figures=rows, claims=[claim("e_old", "turing", "precedent")])
    assert grown(case) == {}


# -- prices -------------------------------------------------------------------------------------------


def priced(case: Case, made, *rows: tuple[str, float, float, str, str], **more) -> Case:
    figures, comparables = [], []
    for name, price, sales, status, basis in rows:
        figures += [
            figure(f"{name}_price", "turing", "valuation_mark", "2025-03", price, "USD bn", half_unit=0.05),
            figure(f"{name}_sales", "turing", "reported_revenue", "2024", sales, "USD mn", low=sales - 3, high=sales),
        ]  # fmt: skip
        comparables.append(
            {"id": name, "entity": "turing", "valuation": f"{name}_price", "revenue": f"{name}_sales", "status": status, "basis": basis}
        )  # fmt: skip
    return made(case, figures=figures, comparables=comparables, **more)


def test_multiples_and_their_ranges_by_hand(bare, made) -> None:
    case = priced(bare, made, ("near", 1.37, 47.0, "closed", "revenue"))
    one = next(one for one in outcomes.chapter(case).model.multiples if one.id == "near")
    assert one.value == pytest.approx(1370 / 47)
    assert (one.low, one.high) == pytest.approx((1320 / 47, 1420 / 44))


def test_the_deal_and_its_prior_round_stand_among_them(bare) -> None:
    found = outcomes.chapter(bare).model.multiples
    assert [(one.id, one.status) for one in found] == [("deal", "closed"), ("prior", "closed")]
    assert found[0].value == pytest.approx(29000 / 870)
    assert found[1].value == pytest.approx(14000 / 870)


def test_the_rank_counts_other_companies_only(bare, made) -> None:
    case = priced(
        bare, made, ("far", 3.1, 47.0, "closed", "revenue"), ("low", 0.47, 47.0, "closed", "run_rate"), ("talk", 9.1, 47.0, "talks", "revenue")
    )  # fmt: skip
    found = results_of(case)
    assert (found["comparables_closed"], found["comparables_closed_above"]) == (2, 1)
    assert (found["comparables_all"], found["comparables_all_above"]) == (3, 2)


def test_an_own_round_in_the_table_stands_for_the_prior_one(bare, made) -> None:
    rows = [
        figure("own_price", "scale_ai", "valuation_mark", "2024-05", 13.7, "USD bn"),
        figure("own_sales", "scale_ai", "run_rate", "2023", 910.0, "USD mn per year"),
    ]
    table = [{"id": "own", "entity": "scale_ai", "valuation": "own_price", "revenue": "own_sales", "status": "closed", "basis": "run_rate"}]  # fmt: skip
    chapter = outcomes.chapter(made(bare, figures=rows, comparables=table))
    assert [one.id for one in chapter.model.multiples] == ["deal", "own"]
    assert "outcomes.comparables_closed" not in chapter.results


def test_what_is_not_known_by_the_day_or_in_other_money_is_left_out(bare, made) -> None:
    case = priced(bare, made, ("near", 1.37, 47.0, "closed", "revenue"))
    early = replace(case, as_of=date(2025, 6, 20))
    assert {one.id for one in outcomes.chapter(early).model.multiples} == {"deal", "prior"}


# -- all of them --------------------------------------------------------------------------------------


def test_every_later_number_is_tagged_so(case) -> None:
    chapter = outcomes.chapter(case)
    known = case.figures | case.later
    for result in chapter.results.values():
        rests = {known[name].tag for name in result.figures if name not in case.figures}
        if "later" in rests:
            assert result.tag == "later", result.id
    derived = {"outcomes.deal_multiple", "outcomes.largest_pool"}
    assert {r.id for r in chapter.results.values() if r.tag == "derived"} == derived
    assert {r.id for r in chapter.results.values() if r.tag == "assumed"} == {
        "outcomes.luck.questions_needed"
    }


def numbers(cell):
    match cell:
        case Number():
            yield cell
        case Span():
            yield from (cell.low, cell.high)
        case Text():
            for part in cell.parts:
                yield from numbers(part)


def test_every_number_leads_to_what_it_rests_on(case) -> None:
    chapter = outcomes.chapter(case)
    claims = {row["id"] for row in case.tables["claims"].rows}
    known = {
        "result": set(chapter.results),
        "figure": set(case.figures | case.later),
        "figures": set(case.figures | case.later),
        "claim": claims,
    }
    cells = [cell for table in chapter.tables.values() for row in table.rows for cell in row]
    texts = (chapter.headline, chapter.sure, *chapter.notes, chapter.finding)
    found = [number for cell in (*cells, *texts) for number in numbers(cell)]
    assert len(found) > 150
    for number in found:
        kind, _, rest = number.ref.partition(":")
        assert rest, number
        assert all(key in known[kind] for key in rest.split(",")), number.ref


def test_new_values_move_exactly_what_rests_on_them(case) -> None:
    """Of the figures of the base: what does not name a figure stands still when it moves."""
    before = outcomes.chapter(case).results
    for one in case.figures.values():
        if one.value is None or one.metric == "dcf_years":
            continue
        step = 0.01 * max(abs(one.value), 0.1)
        value = one.value + step if one.max is None or one.value + step <= one.max else one.value - step
        after = outcomes.chapter(load(figures={one.id: value})).results
        changed = {name for name in after if after[name].value != before[name].value}
        assert changed <= {name for name, result in before.items() if one.id in result.figures}, one.id


def test_a_new_value_for_later_evidence_moves_it_too(case) -> None:
    """With a day the reader may change what was known by then."""
    changed = load(as_of="2026-05-31", figures={"meta_purchase_commitment": 163})
    before, after = results_of(load(as_of="2026-05-31")), results_of(changed)
    assert after["commitment_total"] == pytest.approx(163 * 5)
    assert after["net_expected"] == pytest.approx(before["net_expected"] + 450 - 163)
    assert compute("outcomes", changed).results["outcomes.net_expected"].layer == "L2"


def test_every_table_has_a_tag_or_a_source(case) -> None:
    for table in outcomes.chapter(case).tables.values():
        assert table.source, table.id
        assert any(isinstance(cell, Tag) for cell in table.rows[0]) or table.id in (
            "T4.2", "T4.3", "T4.4", "T4.5", "T4.6", "T4.12",
        )  # fmt: skip


def test_this_cases_own_share_is_the_same_in_any_unit(case) -> None:
    """Revenue in billions over a spend in millions is the same part of it, ends and all."""
    revenue = revenue_of(case)
    numbers = {name: getattr(revenue, name) for name in ("value", "min", "max", "low", "high", "half_unit")}
    in_billions = replace(
        revenue,
        unit="USD bn per year",
        **{name: None if number is None else number / 1000 for name, number in numbers.items()},
    )
    other = replace(case, figures={**case.figures, revenue.id: in_billions})
    shares = [own(case, base, []).share for base in (case, other)]
    ours, theirs = [(one.value, one.low, one.high) for one in shares]
    assert theirs == pytest.approx(ours)
