"""The rules that a schema cannot say: days, grades, conflicts, outcomes, later evidence, comparables and
precedents. Each breach is one clear line that names file, line and column."""

from __future__ import annotations

import csv
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime

import pytest
from neutrality.case import check, load, validate
from neutrality.chapters.front import story
from neutrality.errors import InputError

TODAY = date(2099, 1, 1)
TOMORROW = "2099-01-02"

Spoil = Callable[..., str]


@pytest.fixture(autouse=True)
def _clock(monkeypatch) -> None:
    """A day after every row of the case, so that nothing here depends on the calendar."""
    monkeypatch.setattr(validate, "today", lambda: TODAY)


def columns(copy, table: str) -> list[str]:
    with (copy.folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        return next(csv.reader(stream))


def add(copy, table: str, **cells: str) -> int:
    """Append a row; its line, header and earlier rows counted, is returned."""
    names, rows = columns(copy, table), copy.rows(table)
    assert cells.keys() <= set(names)
    copy.write(table, [*rows, {name: cells.get(name, "") for name in names}], names)
    return len(rows) + 2


def put(copy, table: str, wanted: dict[str, str], **cells: str) -> int:
    """Set cells of the first row that has the wanted ones; its line is returned."""
    line = copy.line_of(table, **wanted)
    copy.change(table, lambda rows: rows[line - 2].update(cells))
    return line


def source(copy, **cells: str) -> int:
    row = {"id": "t_source", "title": "A page", "publisher": "A paper", "grade": "B"}
    return add(copy, "sources", **row | cells)


def claim(copy, **cells: str) -> int:
    row = {
        **{"id": "t_claim", "source": "t_source", "locator": "page", "speaker": "page", "interest": "none"},
        **{"entity": "t_firm", "topic": "other", "statement": f"Said as {cells.get('id', 't_claim')}"},
        **{"certainty": "reported_fact", "said_on": "2025-07-01", "credibility": "3"},
    }
    return add(copy, "claims", **row | cells)


def later(copy, **cells: str) -> int:
    row = {
        **{"id": "t_figure", "entity": "t_firm", "metric": "t_metric", "period": "2025", "label": "A number"},
        **{"value": "3", "unit": "USD bn", "tag": "later", "claims": "t_claim", "known_on": "2025-07-01"},
    }
    return add(copy, "figures", **row | cells)


def evidence(copy) -> None:
    """A firm, a source of its own, one claim and one figure of later evidence."""
    add(copy, "entities", id="t_firm", name="A firm", role="precedent")
    source(copy)
    claim(copy)
    later(copy)


def comparable(copy, **cells: str) -> int:
    evidence(copy)
    later(copy, id="t_sales", metric="t_sales", unit="USD mn per year", value="100")
    row = {"id": "t_pair", "entity": "t_firm", "valuation": "t_figure", "revenue": "t_sales"}
    return add(copy, "comparables", **row | {"status": "closed", "basis": "revenue"} | cells)


def precedent(copy, **cells: str) -> int:
    evidence(copy)
    later(copy, id="t_days", metric="t_days", unit="days", value="30")
    later(copy, id="t_left", metric="t_left", unit="share", value="0.4")
    row = {
        **{"id": "t_case", "entity": "t_firm", "label": "A case", "happened_on": "2016-05-01"},
        **{"direction": "customers_left", "tie": "at_will", "speed": "t_days", "share": "t_left"},
        **{"followed": "It went on", "claims": "t_claim"},
    }
    return add(copy, "precedents", **row | cells)


def conflict(copy, **cells: str) -> int:
    row = {"id": "t_dispute", "topic": "A dispute", "claims": "s0_stake;s1_stake", "type": "direct"}
    return add(copy, "conflicts", **row | {"treatment": "Both", "effect": "None"} | cells)


def reading(copy, **cells: str) -> int:
    row = {"conflict": "t_dispute", "reading": "lower", "figure": "investment", "value": "14"}
    return add(copy, "readings", **row | cells)


def disputed(copy, **cells: str) -> int:
    """A conflict with two readings, of which the second one has these cells."""
    conflict(copy)
    reading(copy)
    return reading(copy, **{"reading": "higher", "value": "15"} | cells)


def event(copy, **cells: str) -> int:
    row = {"date": "2025-07-01", "entity": "google", "event": "Something happened"}
    return add(copy, "events", **row | cells)


def outcome(copy, **cells: str) -> int:
    # The case's own outcomes would make a second one of the same day.
    copy.write("outcomes", [], columns(copy, "outcomes"))
    row = {
        "figure": "google_exit_probability",
        "resolved_on": "2025-08-01",
        "outcome": "1",
        "rule": "It left",
    }
    return add(copy, "outcomes", **row | cells)


# Days


def figure_after_today(copy):
    evidence(copy)
    line = put(copy, "figures", {"id": "t_figure"}, known_on=TOMORROW)
    return (
        f"figures.csv:{line}: known_on: found {TOMORROW}, expected no day after today ({TODAY.isoformat()})"
    )


def vintage_after_today(copy):
    copy.change("figures", lambda rows: [*rows, rows[0] | {"known_on": TOMORROW}])
    return f"figures.csv:{len(copy.rows('figures')) + 1}: known_on: found {TOMORROW}, expected no day after today"


def claim_after_today(copy):
    copy.change("claims", lambda rows: rows[0].update(said_on=TOMORROW))
    return f"claims.csv:2: said_on: found {TOMORROW}, expected no day after today"


def event_after_today(copy):
    line = event(copy, date=TOMORROW)
    return f"events.csv:{line}: date: found {TOMORROW}, expected no day after today"


def event_until_after_today(copy):
    line = event(copy, until=TOMORROW)
    return f"events.csv:{line}: until: found {TOMORROW}, expected no day after today"


def event_that_ends_before_it_begins(copy):
    line = event(copy, until="2025-06-30")
    return f"events.csv:{line}: until: found 2025-06-30, expected no day before its date (2025-07-01)"


def source_after_today(copy):
    line = source(copy, published_on=TOMORROW)
    return f"sources.csv:{line}: published_on: found {TOMORROW}, expected no day after today"


def outcome_after_today(copy):
    line = outcome(copy, resolved_on=TOMORROW)
    return f"outcomes.csv:{line}: resolved_on: found {TOMORROW}, expected no day after today"


def precedent_after_today(copy):
    line = precedent(copy, happened_on=TOMORROW)
    return f"precedents.csv:{line}: happened_on: found {TOMORROW}, expected no day after today"


def day_without_leading_zeros(copy):
    copy.change("claims", lambda rows: rows[0].update(said_on="2025-6-5"))
    return "claims.csv:2: said_on: found '2025-6-5', expected a date like 2025-06-15"


def day_in_other_digits(copy):
    copy.change("claims", lambda rows: rows[0].update(said_on="２０２５-06-15"))
    return "claims.csv:2: said_on: found '２０２５-06-15', expected a date like 2025-06-15"


# Sources and claims


def claim_with_empty_source(copy):
    copy.change("claims", lambda rows: rows[0].update(source=""))
    return "claims.csv:2: source: found nothing, a value is required"


def claim_on_an_unusable_source(copy):
    source(copy, grade="D")
    line = put(copy, "claims", {"id": "s0_stake"}, source="t_source")
    return f"claims.csv:{line}: source: found 't_source', which is graded D: nothing may rest on it"


def source_from_itself(copy):
    line = source(copy, derived_from="t_source")
    return f"sources.csv:{line}: derived_from: found 't_source', which is the source itself"


def sources_in_a_circle(copy):
    line = source(copy)
    source(copy, id="t_relay", derived_from="t_source")
    source(copy, id="t_copy", derived_from="t_relay")
    put(copy, "sources", {"id": "t_source"}, derived_from="t_copy")
    return f"sources.csv:{line}: derived_from: found a circle, t_source from t_copy from t_relay from t_source; expected"


def script_for_an_address(copy):
    line = source(copy, url="javascript:alert(1)")
    return f"sources.csv:{line}: url: found 'javascript:alert(1)', expected an address that begins with https:// or http://"


def address_without_host(copy):
    line = source(copy, url="https:///news")
    return f"sources.csv:{line}: url: found 'https:///news', expected an address"


def address_with_markup(copy):
    line = source(copy, url='https://host/"><script>')
    return f"""sources.csv:{line}: url: found 'https://host/"><script>', expected an address"""


def address_with_a_line_break(copy):
    line = source(copy, url="https://host/a\nb")
    return f"sources.csv:{line}: url: found 'https://host/a\\nb', expected an address"


def endless_address(copy):
    line = source(copy, url="x" * 5000)
    return f"sources.csv:{line}: url: found '{'x' * 80}…', expected an address"


def locator_with_markup(copy):
    copy.change("claims", lambda rows: rows[0].update(locator="¶1<script>"))
    return "claims.csv:2: locator: found '¶1<script>', expected the form"


def id_with_a_line_break(copy):
    line = source(copy, id="t_source\n")
    return f"sources.csv:{line}: id: found 't_source\\n', expected the form [a-z][a-z0-9_]*"


def blank_name(copy):
    copy.change("entities", lambda rows: rows[0].update(name=" \t"))
    return "entities.csv:2: name: found ' \\t', a value is required"


def control_characters(copy):
    copy.change("entities", lambda rows: rows[0].update(note="red \x1b[31m"))
    return "entities.csv:2: note: found 'red \\x1b[31m', expected text without control characters"


def story_with_no_such_figure(copy):
    path = copy.folder / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("{investment}", "{investmnt}"), "utf-8")
    return "datapackage.json: story: found {investmnt}, expected the id of a figure; nearest: investment"


# Conflicts and readings


def conflict_with_itself(copy):
    line = conflict(copy, claims="s0_stake")
    return f"conflicts.csv:{line}: claims: found 's0_stake' alone, expected at least two claims that do not agree"


def conflict_of_one_claim_thrice(copy):
    line = conflict(copy, claims="s0_stake;s0_stake;s0_stake")
    return f"conflicts.csv:{line}: claims: found 's0_stake' alone, expected at least two claims"


def claim_twice_in_a_conflict(copy):
    line = conflict(copy, claims="s0_stake;s1_stake;s0_stake")
    return f"conflicts.csv:{line}: claims: found 's0_stake' a second time, expected it once"


def reading_of_no_conflict(copy):
    conflict(copy)
    reading(copy)
    line = reading(copy, conflict="t_disputes", reading="higher")
    reading(copy, reading="higher", value="15")
    return f"readings.csv:{line}: conflict: found 't_disputes', expected an id of conflicts"


def reading_of_no_figure(copy):
    line = disputed(copy, figure="investments")
    return (
        f"readings.csv:{line}: figure: found 'investments', expected the id of a figure; nearest: investment"
    )


def reading_of_later_evidence(copy):
    evidence(copy)
    line = disputed(copy, figure="t_figure")
    return f"readings.csv:{line}: figure: found 't_figure', which is later evidence; expected a figure of the base"


def reading_of_no_claim(copy):
    line = disputed(copy, claims="s0_steak")
    return f"readings.csv:{line}: claims: found 's0_steak', expected the id of a claim; nearest: s0_stake, s1_stake"


def reading_beyond_limits(copy):
    line = disputed(copy, value="500")
    return f"readings.csv:{line}: value: found 500, expected 0.1 to 200 (investment)"


def a_single_reading(copy):
    line = disputed(copy, reading="lower", figure="stake", value="0.5") - 1
    return f"readings.csv:{line}: reading: found 'lower' alone for t_dispute, expected at least two readings of a conflict"


# Outcomes


def outcome_of_no_figure(copy):
    line = outcome(copy, figure="google_exit_probabilty")
    return f"outcomes.csv:{line}: figure: found 'google_exit_probabilty', expected the id of a figure; nearest: google_exit_probability"


def outcome_of_no_probability(copy):
    line = outcome(copy, figure="stake")
    return f"outcomes.csv:{line}: figure: found 'stake', which is stake in share, expected a forecast: exit_probability in probability"


def outcome_of_another_probability(copy):
    line = outcome(copy, figure="google_exit_probability_without_deal")
    return f"outcomes.csv:{line}: figure: found 'google_exit_probability_without_deal', which is exit_probability_without_deal in probability, expected a forecast: exit_probability in probability; nearest: google_exit_probability"


def outcome_that_is_missing(copy):
    line = outcome(copy, outcome="")
    return f"outcomes.csv:{line}: outcome: found nothing, a question resolved on 2025-08-01 needs its outcome"


def outcome_without_a_day(copy):
    line = outcome(copy, resolved_on="")
    return f"outcomes.csv:{line}: resolved_on: found nothing, an outcome needs the day"


def outcome_before_the_forecast(copy):
    line = outcome(copy, resolved_on="2025-06-01")
    return f"outcomes.csv:{line}: resolved_on: found 2025-06-01, expected no day before the forecast was known (2025-06-15)"


def two_outcomes_of_a_day(copy):
    line = outcome(copy)
    copy.change("outcomes", lambda rows: [*rows, rows[0] | {"outcome": "0"}])
    return f"outcomes.csv:{line + 1}: figure: found a second outcome of 'google_exit_probability' on 2025-08-01, expected one"


def open_twice(copy):
    line = outcome(copy, resolved_on="", outcome="")
    copy.change("outcomes", lambda rows: [*rows, rows[0]])
    return f"outcomes.csv:{line + 1}: figure: found a second outcome of 'google_exit_probability' that is still open"


def outcome_in_between(copy):
    line = outcome(copy, outcome="0.5")
    return f"outcomes.csv:{line}: outcome: found 0.5, expected 1 where it happened or 0 where it did not"


def alternative_without_outcome(copy):
    line = outcome(copy, resolved_on="", outcome="", alternative="0")
    return f"outcomes.csv:{line}: alternative: found 0 without an outcome, expected both or none"


def outcome_with_no_such_claim(copy):
    line = outcome(copy, claims="s0_steak")
    return f"outcomes.csv:{line}: claims: found 's0_steak', expected the id of a claim"


# Later evidence


def later_without_claims(copy):
    evidence(copy)
    line = put(copy, "figures", {"id": "t_figure"}, claims="")
    return f"figures.csv:{line}: claims: found nothing, later evidence needs the claim that gives it"


def later_row_that_is_not_later(copy):
    evidence(copy)
    row = copy.rows("figures")[0] | {"tag": "later", "known_on": "2025-06-10"}
    line = add(copy, "figures", **row)
    return f"figures.csv:{line}: known_on: found 2025-06-10, expected a day after 2025-06-15, on which investment was first known; earlier evidence needs an id of its own"


def earlier_evidence_among_the_base(copy):
    evidence(copy)
    line = later(copy, id="t_price", metric="investment", known_on="2025-06-15")
    return f"figures.csv:{line}: metric: found 'investment' for later evidence known by 2025-06-15, expected a metric that no figure of the base has"


# Comparables and precedents


def comparable_of_no_figure(copy):
    line = comparable(copy, revenue="t_sale")
    return f"comparables.csv:{line}: revenue: found 't_sale', expected the id of a figure; nearest: t_sales"


def comparable_that_is_nothing(copy):
    line = comparable(copy)
    put(copy, "figures", {"id": "t_sales"}, value="0")
    return f"comparables.csv:{line}: revenue: found 't_sales' with the value 0, expected one above 0"


def comparable_without_a_value(copy):
    line = comparable(copy, entity="microsoft", revenue="microsoft_spend_2024")
    put(copy, "figures", {"id": "t_figure"}, entity="microsoft")
    return (
        f"comparables.csv:{line}: revenue: found 'microsoft_spend_2024' with no value, expected one above 0"
    )


def comparable_in_two_currencies(copy):
    line = comparable(copy)
    put(copy, "figures", {"id": "t_sales"}, unit="AUD mn")
    return (
        f"comparables.csv:{line}: revenue: found 't_sales' in AUD, expected USD as the valuation 't_figure'"
    )


def comparable_that_is_no_money(copy):
    line = comparable(copy)
    put(copy, "figures", {"id": "t_sales"}, unit="people")
    return f"comparables.csv:{line}: revenue: found 't_sales' in people, expected a figure in money"


def comparable_of_another_firm(copy):
    line = comparable(copy, entity="google")
    return f"comparables.csv:{line}: valuation: found 't_figure' of t_firm, expected a figure of google"


def comparable_of_unknown_status(copy):
    line = comparable(copy, status="talk")
    return f"comparables.csv:{line}: status: found 'talk', expected one of closed, talks; nearest: talks"


def precedent_of_no_figure(copy):
    line = precedent(copy, speed="t_day")
    return f"precedents.csv:{line}: speed: found 't_day', expected the id of a figure; nearest: t_days"


def precedent_with_a_speed_in_shares(copy):
    line = precedent(copy, speed="t_left")
    return (
        f"precedents.csv:{line}: speed: found 't_left' in share, expected a figure in days or months or years"
    )


def precedent_with_a_share_in_days(copy):
    line = precedent(copy, share="t_days")
    return f"precedents.csv:{line}: share: found 't_days' in days, expected a figure in share"


def precedent_of_another_role(copy):
    line = precedent(copy, entity="google")
    return f"precedents.csv:{line}: entity: found 'google' with the role customer, expected one with the role precedent"


def precedent_with_no_such_claim(copy):
    line = precedent(copy, claims="t_claims")
    return f"precedents.csv:{line}: claims: found 't_claims', expected the id of a claim; nearest: t_claim"


BREACHES = [
    figure_after_today, vintage_after_today, claim_after_today, event_after_today, event_until_after_today,
    event_that_ends_before_it_begins, source_after_today, outcome_after_today, precedent_after_today,
    day_without_leading_zeros, day_in_other_digits, claim_with_empty_source, claim_on_an_unusable_source,
    source_from_itself, sources_in_a_circle, script_for_an_address, address_without_host, address_with_markup,
    address_with_a_line_break, endless_address, locator_with_markup, id_with_a_line_break, blank_name,
    control_characters, story_with_no_such_figure,
    conflict_with_itself, conflict_of_one_claim_thrice, claim_twice_in_a_conflict, reading_of_no_conflict,
    reading_of_no_figure, reading_of_later_evidence, reading_of_no_claim, reading_beyond_limits, a_single_reading,
    outcome_of_no_figure, outcome_of_no_probability, outcome_of_another_probability, outcome_that_is_missing,
    outcome_without_a_day, outcome_before_the_forecast, two_outcomes_of_a_day, open_twice, outcome_in_between,
    alternative_without_outcome, outcome_with_no_such_claim, later_without_claims, later_row_that_is_not_later,
    earlier_evidence_among_the_base, comparable_of_no_figure, comparable_that_is_nothing, comparable_without_a_value,
    comparable_in_two_currencies, comparable_that_is_no_money, comparable_of_another_firm,
    comparable_of_unknown_status, precedent_of_no_figure, precedent_with_a_speed_in_shares,
    precedent_with_a_share_in_days, precedent_of_another_role, precedent_with_no_such_claim,
]  # fmt: skip

#: What is wrong here are two things.
TWO_LINES = [comparable_of_another_firm]


@pytest.mark.parametrize("spoil", BREACHES, ids=lambda spoil: spoil.__name__)
def test_a_breach_is_one_clear_line(spoilt, spoil: Spoil) -> None:
    expected = spoil(spoilt)
    faults = check(str(spoilt))
    assert any(expected in fault for fault in faults), faults
    assert len(faults) == (2 if spoil in TWO_LINES else 1), faults
    assert all(len(fault.splitlines()) == 1 for fault in faults)


SOUND = [evidence, comparable, precedent, disputed, event, outcome]


@pytest.mark.parametrize("rows", SOUND, ids=lambda rows: rows.__name__)
def test_the_same_rows_unspoilt_pass(spoilt, rows: Callable[..., object]) -> None:
    rows(spoilt)
    assert check(str(spoilt)) == []


def test_a_case_with_a_breach_is_not_loaded(spoilt) -> None:
    conflict_with_itself(spoilt)
    with pytest.raises(InputError) as caught:
        load(str(spoilt))
    assert caught.value.lines == check(str(spoilt))


def test_braces_that_hold_no_name_are_text(spoilt) -> None:
    path = spoilt.folder / "datapackage.json"
    path.write_text(
        path.read_text("utf-8").replace("{investment}", "{7*7} {% raw %} {} {investment}"), "utf-8"
    )
    assert check(str(spoilt)) == []
    assert "{7*7} {% raw %} {} $14.3bn" in str(story(load(str(spoilt))))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("مرحبا", "مرحبا"),
        ("\u202eturned", "\u202eturned\u202c"),
        ("\u2067a\u202bb", "\u2067a\u202bb\u202c\u2069"),
        ("\u202eshut\u202c", "\u202eshut\u202c"),
    ],
)
def test_a_text_ends_the_direction_of_writing_that_it_begins(spoilt, text: str, expected: str) -> None:
    spoilt.change("entities", lambda rows: rows[0].update(name=text))
    assert load(str(spoilt)).supplier.name == expected


def test_what_happened_today_has_happened(spoilt) -> None:
    copy_of = spoilt.rows("figures")[0]
    add(spoilt, "figures", **copy_of | {"known_on": TODAY.isoformat()})
    assert check(str(spoilt)) == []


@pytest.fixture
def _elsewhere(monkeypatch, request) -> Iterator[None]:
    """In another time zone, by the real clock."""
    monkeypatch.undo()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", request.param)
        time.tzset()
        yield
    time.tzset()


# One is twelve hours behind and one fourteen ahead: at any moment the day of at least one is another.
@pytest.mark.parametrize("_elsewhere", ["Etc/GMT+12", "Etc/GMT-14"], indirect=True)
def test_the_day_is_the_real_one_and_the_same_everywhere(_elsewhere) -> None:
    before = datetime.now(UTC).date()
    assert before <= validate.today() <= datetime.now(UTC).date()


@pytest.mark.parametrize("figure", ["google_exit_probability", "investment"])
def test_a_newer_row_of_any_figure_leaves_later_evidence_sound(spoilt, figure: str) -> None:
    """An analyst's new figure makes the base newer; evidence that came between the two is no fault."""
    evidence(spoilt)
    row = next(row for row in spoilt.rows("figures") if row["id"] == "investment")
    later_row = row | {"tag": "later", "claims": "t_claim", "known_on": "2025-07-01"}
    add(spoilt, "figures", **later_row)
    newer = next(row for row in spoilt.rows("figures") if row["id"] == figure)
    add(spoilt, "figures", **newer | {"known_on": "2098-01-01"})
    assert check(str(spoilt)) == []


def test_a_question_may_be_open_or_read_otherwise(spoilt) -> None:
    outcome(spoilt, resolved_on="", outcome="")
    assert check(str(spoilt)) == []
    outcome(spoilt, alternative="0")
    assert check(str(spoilt)) == []


@pytest.mark.parametrize(
    "url",
    [
        "https://www.sec.gov/Archives/edgar/data/1/000-1.htm#i1?x=%20(a),b;c~d'e!",
        "http://host",
        "https://host:8080/a@b/[c]$d*e+f&g=h",
        "HTTPS://Host/A",
    ],
)
def test_an_address_of_the_web_is_one(spoilt, url: str) -> None:
    source(spoilt, url=url)
    assert check(str(spoilt)) == []


@pytest.mark.parametrize(
    "url",
    [
        *("ftp://host/a", "//host/a", "host/a", "https:host", "https://", "http:///a", "data:text/html,x"),
        *("https://host/a b", "https://host/ü", "https://[::1/a", "https://host/\u202ea", "https://h\\a"),
    ],
)
def test_what_is_no_address_is_none(spoilt, url: str) -> None:
    line = source(spoilt, url=url)
    (fault,) = check(str(spoilt))
    assert f"sources.csv:{line}: url: found " in fault
    assert "expected an address that begins with" in fault


def test_every_column_that_names_a_day_is_looked_at(spoilt) -> None:
    """A new column of days cannot slip past the rule: the descriptor says which ones there are."""
    import json

    from neutrality.case.rules import DAYS

    descriptor = json.loads((spoilt.folder / "datapackage.json").read_text("utf-8"))
    found = {
        (resource["name"], field["name"])
        for resource in descriptor["resources"]
        for field in resource["schema"]["fields"]
        if field["type"] == "date"
    }
    assert found == {(table, column) for table, columns in DAYS.items() for column in columns}


def vintages_of_the_stake(copy, **cells: str) -> None:
    """A newer row of the stake with other limits, before the older one; later evidence with none after both."""
    row = next(row for row in copy.rows("figures") if row["id"] == "stake")
    newer = row | {"known_on": "2025-07-01", "value": "0.3", "half_unit": "", "max": "0.4"}
    later_row = row | {"known_on": "2025-08-01", "tag": "later", "max": ""} | cells
    copy.change("figures", lambda rows: [newer, *rows, later_row])


def test_a_scenario_is_held_to_the_limits_that_count(spoilt) -> None:
    vintages_of_the_stake(spoilt)
    line = add(spoilt, "scenarios", scenario="t_scenario", figure="stake", value="0.7")
    assert check(str(spoilt)) == [
        f"{spoilt}/scenarios.csv:{line}: value: found 0.7, expected 0.01 to 0.4 (stake)"
    ]


def test_a_reading_is_held_to_the_limits_that_count(spoilt) -> None:
    vintages_of_the_stake(spoilt)
    line = disputed(spoilt, figure="stake", value="0.7")
    assert check(str(spoilt)) == [
        f"{spoilt}/readings.csv:{line}: value: found 0.7, expected 0.01 to 0.4 (stake)"
    ]
