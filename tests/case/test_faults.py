"""Each kind of fault in a case gives one clear line that names file, line and column."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from neutrality.case import check, load
from neutrality.errors import InputError

Spoil = Callable[..., None]


def text_for_number(copy):
    copy.change("figures", lambda rows: rows[0].update(value="plenty"))
    return "figures.csv:2: value: found 'plenty', expected a number"


def missing_column(copy):
    rows = copy.rows("figures")
    copy.write("figures", [{k: v for k, v in row.items() if k != "unit"} for row in rows])
    return "figures.csv:1: unit: the column is missing"


def misspelt_column(copy):
    path = copy.folder / "claims.csv"
    path.write_text(path.read_text("utf-8").replace("speaker,", "speeker,", 1), "utf-8")
    return "claims.csv:1: 'speeker': the descriptor knows no such column; nearest: speaker"


def doubled_column(copy):
    path = copy.folder / "scenarios.csv"
    lines = path.read_text("utf-8").splitlines()
    path.write_text("\n".join([lines[0] + ",note", *[line + "," for line in lines[1:]]]) + "\n", "utf-8")
    return "scenarios.csv:1: note: the column stands twice"


def duplicate_row(copy):
    copy.change("figures", lambda rows: [*rows, rows[0]])
    return f"figures.csv:{len(copy.rows('figures')) + 1}: a second row with the same key"


def unknown_entity(copy):
    copy.change("figures", lambda rows: rows[1].update(entity="nobody"))
    return "figures.csv:3: entity: found 'nobody', expected an id of entities"


def empty_table(copy):
    (copy.folder / "wording.csv").write_text("", "utf-8")
    return "wording.csv: the table is empty, expected a header and rows"


def header_only(copy):
    path = copy.folder / "claims.csv"
    path.write_text(path.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    return "claims.csv:1: the table has no rows, expected at least one"


def no_text(copy):
    path = copy.folder / "entities.csv"
    path.write_bytes(path.read_bytes().replace(b"meta,", b"\xff\xfe,", 1))
    return "is no text in UTF-8, expected a CSV table"


def null_bytes(copy):
    (copy.folder / "events.csv").write_bytes(b"a\0b\n")
    return "events.csv: holds null bytes, expected a CSV table in UTF-8"


def missing_file(copy):
    (copy.folder / "sources.csv").unlink()
    return "sources.csv: the file is missing, the descriptor names it for sources"


def out_of_order(copy):
    copy.change("figures", lambda rows: rows[1].update(value="1.4"))
    return "figures.csv:3: max: found 0.99, expected at least value (1.4)"


def infinite(copy):
    copy.change("figures", lambda rows: rows[0].update(max="INF"))
    return "figures.csv:2: max: found inf, expected a finite number"


def bad_date(copy):
    copy.change("figures", lambda rows: rows[0].update(known_on="June 2025"))
    return "figures.csv:2: known_on: found 'June 2025', expected a date like 2025-06-15"


def impossible_month(copy):
    copy.change("figures", lambda rows: rows[0].update(period="2025-13"))
    return "figures.csv:2: period: found '2025-13', expected a year, half, quarter, month or day that the calendar has"


def impossible_day(copy):
    copy.change("figures", lambda rows: rows[0].update(period="2025-02-31"))
    return "figures.csv:2: period: found '2025-02-31', expected a year"


def bad_tag(copy):
    copy.change("figures", lambda rows: rows[0].update(tag="statd"))
    return (
        "figures.csv:2: tag: found 'statd', expected one of stated, derived, assumed, later; nearest: stated"
    )


def no_reason(copy):
    line = copy.line_of("figures", id="net_debt")
    copy.change("figures", lambda rows: rows[line - 2].update(reason=""))
    return f"figures.csv:{line}: reason: found nothing, an assumption needs a reason"


def no_quality(copy):
    line = copy.line_of("figures", id="net_debt")
    copy.change("figures", lambda rows: rows[line - 2].update(quality=""))
    return f"figures.csv:{line}: quality: found nothing, an assumption needs a judgement of its grounds"


def unknown_quality(copy):
    line = copy.line_of("figures", id="net_debt")
    copy.change("figures", lambda rows: rows[line - 2].update(quality="week"))
    return f"figures.csv:{line}: quality: found 'week', expected one of weak, fair, good; nearest: weak"


def stated_without_claim(copy):
    copy.change("figures", lambda rows: rows[0].update(claims=""))
    return "figures.csv:2: claims: found nothing, a stated figure needs the claim that states it"


def unknown_claim(copy):
    copy.change("figures", lambda rows: rows[0].update(claims="s1_prise"))
    return "figures.csv:2: claims: found 's1_prise', expected the id of a claim; nearest: s1_price"


def claim_without_source(copy):
    copy.change("claims", lambda rows: rows[0].update(source="hearsay"))
    return "claims.csv:2: source: found 'hearsay', expected an id of sources"


def phrase_on_no_scale(copy):
    line = copy.line_of("claims", phrase="probable")
    copy.change("claims", lambda rows: rows[line - 2].update(phrase="probabel"))
    return f"claims.csv:{line}: phrase: found 'probabel', expected a phrase of the wording table; nearest: probable"


def two_suppliers(copy):
    copy.change(
        "entities",
        lambda rows: [row | {"role": "supplier"} if row["role"] == "acquirer" else row for row in rows],
    )
    return "entities.csv: role: found 2 rows with the role supplier, expected exactly one"


def no_value(copy):
    copy.change("figures", lambda rows: rows[0].update(value=""))
    return "figures.csv:2: value: found nothing, expected a number"


def scenario_figure(copy):
    copy.change("scenarios", lambda rows: rows[0].update(figure="google_exit_probabilty"))
    return "scenarios.csv:2: figure: found 'google_exit_probabilty', expected the id of a figure; nearest: google_exit_probability"


def scenario_value(copy):
    copy.change("scenarios", lambda rows: rows[0].update(value="1.5"))
    return "scenarios.csv:2: value: found 1.5, expected 0 to 1 (google_exit_probability)"


def reserved_scenario(copy):
    copy.change("scenarios", lambda rows: rows[0].update(scenario="as_reported"))
    return "scenarios.csv:2: scenario: found 'as_reported', which is reserved"


def spends_above_revenue(copy):
    line = copy.line_of("figures", id="revenue_2024")
    copy.change("figures", lambda rows: rows[line - 2].update(value="100"))
    return "google_spend_2024: found 150, expected at most 100 (revenue_2024)"


def range_against_words(copy):
    line = copy.line_of("figures", id="xai_exit_probability")
    copy.change("figures", lambda rows: rows[line - 2].update(low="0.1"))
    return "xai_exit_probability: low: found 0.1, but the phrases of its claims give 0.4"


def no_exit_claim(copy):
    copy.change(
        "claims",
        lambda rows: [row | {"phrase": "" if row["entity"] == "xai" else row["phrase"]} for row in rows],
    )
    return "xai_exit_probability: has no value, and no exit claim of xai with a phrase to pool"


def wording_out_of_order(copy):
    copy.change("wording", lambda rows: rows[0].update(low="0.99"))
    return "wording.csv:2: value: found 0.99 to 0.93 to 0.99, expected 0 ≤ low ≤ value ≤ high ≤ 1"


def wording_gap(copy):
    copy.change(
        "wording", lambda rows: [row for row in rows if (row["scale"], row["phrase"]) != ("ipcc", "even")]
    )
    return "wording.csv: phrase: the scale ipcc has no row for 'even'"


def vintage_of_another_unit(copy):
    copy.change("figures", lambda rows: [*rows, rows[0] | {"known_on": "2025-09-01", "unit": "USD mn"}])
    return f"figures.csv:{len(copy.rows('figures')) + 1}: unit: found 'USD mn', expected 'USD bn' as for the same id on line 2"


def broken_descriptor(copy):
    path = copy.folder / "datapackage.json"
    path.write_text(path.read_text("utf-8").replace("{", "", 1), "utf-8")
    return "datapackage.json:2: is no JSON"


def descriptor_without_table(copy):
    path = copy.folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    descriptor["resources"] = [r for r in descriptor["resources"] if r["name"] != "events"]
    path.write_text(json.dumps(descriptor), "utf-8")
    return "datapackage.json: the table events is missing"


def descriptor_outside_folder(copy):
    path = copy.folder / "datapackage.json"
    descriptor = json.loads(path.read_text("utf-8"))
    descriptor["resources"][0]["path"] = "../../etc/passwd"
    path.write_text(json.dumps(descriptor), "utf-8")
    return "has the path '../../etc/passwd', expected a file of the case's folder"


def set_to(copy, figure: str, **cells: str) -> None:
    line = copy.line_of("figures", id=figure)
    copy.change("figures", lambda rows: rows[line - 2].update(cells))


def nothing_bought(copy):
    set_to(copy, "stake", value="0", min="0")
    return "stake: found 0, expected more than 0"


def worth_nothing_at_least(copy):
    set_to(copy, "valuation_reported", min="0", low="0")
    return "valuation_reported: found 0 as low, expected more than 0"


def nothing_sold(copy):
    set_to(copy, "revenue_2024", min="-10", value="4", half_unit="5")
    set_to(copy, "google_spend_2024", value="1")
    return "revenue_2024: found -1 as the least that rounding leaves open, expected more than 0"


def provision_for_nothing(copy):
    for name in ("cost_short", "cost_over"):
        set_to(copy, name, min="0", low="0", value="0")
    return "cost_short + cost_over: found 0, expected more than 0"


def beyond_doubt(copy):
    set_to(copy, "confidence", max="1", value="1")
    return "confidence: found 1, expected less than 1"


def spend_that_is_no_money(copy):
    set_to(copy, "google_spend_2024", unit="share")
    return "google_spend_2024: unit: found 'share', expected money like 'USD mn'"


FAULTS = [
    nothing_bought, worth_nothing_at_least, nothing_sold, provision_for_nothing, beyond_doubt,
    spend_that_is_no_money,
    text_for_number, missing_column, misspelt_column, doubled_column, duplicate_row, unknown_entity, empty_table, header_only,
    no_text, null_bytes, missing_file, out_of_order, infinite, bad_date, impossible_month, impossible_day, bad_tag, no_reason, no_quality, unknown_quality,
    stated_without_claim,
    unknown_claim, claim_without_source, phrase_on_no_scale, two_suppliers, no_value, scenario_figure, scenario_value,
    reserved_scenario, spends_above_revenue, range_against_words, no_exit_claim, wording_out_of_order, wording_gap,
    vintage_of_another_unit, broken_descriptor, descriptor_without_table, descriptor_outside_folder,
]  # fmt: skip


#: What is wrong here are two things.
TWO_LINES = [two_suppliers, misspelt_column]


@pytest.mark.parametrize("spoil", FAULTS, ids=lambda spoil: spoil.__name__)
def test_a_fault_is_one_clear_line(spoilt, spoil: Spoil) -> None:
    expected = spoil(spoilt)
    try:
        faults = check(str(spoilt))
    except InputError as problem:
        faults = problem.lines
    assert any(expected in fault for fault in faults), faults
    assert len(faults) == (2 if spoil in TWO_LINES else 1), "one cause, not a cascade"
    assert all("\n" not in fault for fault in faults)
    with pytest.raises(InputError) as caught:
        load(str(spoilt))
    assert caught.value.lines


def test_the_case_of_the_book_has_no_fault() -> None:
    assert check("data") == []


def test_every_fault_of_a_table_is_reported(spoilt) -> None:
    spoilt.change("figures", lambda rows: [row | {"value": "x"} if row["value"] else row for row in rows])
    valued = [row for row in spoilt.rows("figures") if row["value"]]
    assert len(check(str(spoilt))) == len(valued)


def test_lines_are_lines_of_the_file_even_after_a_cell_with_line_breaks(spoilt) -> None:
    spoilt.change(
        "figures", lambda rows: [rows[0] | {"note": "one\ntwo\nthree"}, rows[1] | {"value": "x"}, *rows[2:]]
    )
    assert "figures.csv:5: value: found 'x'" in check(str(spoilt))[0]


def test_columns_may_stand_in_any_order(spoilt) -> None:
    rows = spoilt.rows("figures")
    spoilt.write("figures", rows, list(reversed(rows[0])))
    assert check(str(spoilt)) == []
    assert load(str(spoilt)).figures == load("data").figures
