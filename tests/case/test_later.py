"""Later evidence counts where a day asks for it and nowhere else: the base does not move by one digit."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neutrality.case import Case, check, load
from neutrality.case.load import varied, without_later
from neutrality.case.tables import Table, listed
from neutrality.chapters import compute
from neutrality.chapters.competitor_opportunity.model import Model
from neutrality.chapters.exposure import exposures
from neutrality.chapters.outcomes import forecasts as outcomes
from neutrality.press import live

ROOT = Path(__file__).resolve().parents[2]

#: The chapters that answer from what was known on the base day.
BASE = ("deal", "customer_exits", "competitor_opportunity")

#: Ways to read the case; what later evidence could reach shows in one where it hides in another.
READINGS: dict[str, dict[str, Any]] = {
    "as reported": {},
    "google_only": {"scenario": "google_only"},
    "full_exodus": {"scenario": "full_exodus"},
    "other scale": {"scale": "icd203", "pool_method": "log"},
    # Off the base, where equal numbers do not hide which figure enters.
    "other figures": {"figures": {"investment": 13.7, "stake": 0.47, "revenue_2024": 910, "google_spend_2024": 163, "google_spend_2025": 217, "inhouse_share": 0.17}},
}  # fmt: skip


@cache
def whole(as_of: str = "") -> Case:
    return load("data", as_of)


@cache
def base_day() -> str:
    return whole().base_day.isoformat()


def answers(case: Case) -> dict[str, Any]:
    """All that the base chapters say of a case: results, and the sentences with their numbers."""
    said = {}
    for name in BASE:
        chapter = compute(name, case)
        said[name] = (dict(chapter.results), chapter.headline, chapter.sure, chapter.notes, chapter.finding)
    return said


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The case without later evidence: no figure tagged so, and nothing that only it rests on."""
    folder = tmp_path_factory.mktemp("bare") / "case"
    shutil.copytree(ROOT / "data", folder)
    tables = whole().tables
    kept = {name: list(table.rows) for name, table in tables.items()}
    kept["figures"] = [row for row in tables["figures"].rows if row["tag"] != "later"]
    needed = {claim for row in kept["figures"] for claim in listed(row["claims"])}
    kept["claims"] = [
        row for row in tables["claims"].rows if row["id"] in needed or not whole().is_later(row)
    ]
    claims = {row["id"] for row in kept["claims"]}
    kept["sources"] = ancestry(tables["sources"], {row["source"] for row in kept["claims"]})
    for name in ("conflicts", "events"):
        kept[name] = [row for row in tables[name].rows if claims.issuperset(listed(row["claims"]))]
    conflicts = {row["id"] for row in kept["conflicts"]}
    kept["readings"] = [row for row in tables["readings"].rows if row["conflict"] in conflicts]
    kept |= {"outcomes": [], "comparables": [], "precedents": []}
    named = {row["entity"] for name in ("figures", "claims", "events") for row in kept[name]}
    played = ("supplier", "acquirer", "customer", "vendor")
    kept["entities"] = [row for row in tables["entities"].rows if row["role"] in played or row["id"] in named]
    for name, rows in kept.items():
        write(folder / f"{name}.csv", tables[name].columns, rows)
    return str(folder)


def ancestry(sources: Table, wanted: set[str]) -> list[dict[str, Any]]:
    """The wanted sources and all that they descend from."""
    parents = {row["id"]: row["derived_from"] for row in sources.rows}
    kept = set(wanted)
    while more := {parents[name] for name in kept if parents[name]} - kept:
        kept |= more
    return [row for row in sources.rows if row["id"] in kept]


def write(path: Path, columns: Iterable[str], rows: list[dict[str, Any]]) -> None:
    import csv

    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(columns), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def later_rows() -> list[int]:
    """The positions of later evidence in the table of figures."""
    return [number for number, row in enumerate(whole().tables["figures"].rows) if row["tag"] == "later"]


def less(case: Case, numbers: Iterable[int]) -> Case:
    """The same case without these rows of its table of figures, and without what compares them."""
    table, dropped = case.tables["figures"], set(numbers)
    rows = tuple(row for number, row in enumerate(table.rows) if number not in dropped)
    ids = {row["id"] for row in rows}
    tables = dict(case.tables) | {"figures": replace(table, rows=rows)}
    for name, columns in {"comparables": ("valuation", "revenue"), "precedents": ("speed", "share")}.items():
        left = (row for row in tables[name].rows if all(row[column] in {*ids, None} for column in columns))
        tables[name] = replace(tables[name], rows=tuple(left))
    return varied(replace(case, tables=tables))


def test_the_base_stands_by_itself(bare: str) -> None:
    assert check(bare) == []
    assert load(bare).later == {}


@pytest.mark.parametrize("day", ["", "base day"])
@pytest.mark.parametrize("reading", READINGS)
def test_without_later_evidence_nothing_in_the_base_changes(bare: str, reading: str, day: str) -> None:
    as_of = base_day() if day else ""
    with_it = load("data", as_of, **READINGS[reading])
    without = load(bare, as_of, **READINGS[reading])
    assert answers(with_it) == answers(without)


def test_there_is_later_evidence_to_leave_out() -> None:
    assert len(whole().later) > 50
    assert len({row["source"] for row in whole().claims_known()} - whole().base_sources) > 20


def test_as_of_a_later_day_the_answers_change() -> None:
    rows = whole().tables["figures"].rows
    ids = {row["id"] for row in rows if row["tag"] != "later"}
    vintages = [row for row in rows if row["tag"] == "later" and row["id"] in ids]
    assert vintages, "later evidence renews figures of the base"
    base = answers(whole())
    for day in sorted({row["known_on"] for row in vintages}):
        then = whole(day)
        changed = answers(then)
        known = {row["id"] for row in vintages if row["known_on"] <= day}
        for name in BASE:
            results, before = changed[name][0], base[name][0]
            assert results.keys() == before.keys()
            for key, result in results.items():
                # What rests on a renewed figure is later evidence itself, and nothing else moves.
                renewed = known.intersection(result.figures)
                assert (result.tag == "later") == bool(renewed), key
                assert renewed or result == before[key], key
        assert changed != base, day


@pytest.mark.parametrize("day", ["", "base day"])
def test_no_single_row_of_later_evidence_moves_a_figure_of_the_base(day: str) -> None:
    case = whole(base_day() if day else "")
    ids = {row["id"] for row in case.tables["figures"].rows if row["tag"] != "later"}
    figures = {name: figure for name, figure in case.figures.items() if name in ids}
    for number in later_rows():
        left = less(case, [number]).figures
        assert {name: figure for name, figure in left.items() if name in ids} == figures, number


@settings(max_examples=12)
@given(data=st.data())
def test_no_choice_of_later_rows_moves_an_answer_of_the_base(data: st.DataObject) -> None:
    dropped = data.draw(st.sets(st.sampled_from(later_rows()), min_size=1))
    for as_of in ("", base_day()):
        assert answers(less(whole(as_of), dropped)) == base_answers(as_of)


@cache
def base_answers(as_of: str) -> dict[str, Any]:
    return answers(whole(as_of))


@pytest.mark.parametrize("spoil", [lambda rows: rows, lambda rows: rows[::-1]], ids=["kept", "turned"])
def test_the_order_of_later_rows_is_nothing_to_the_base(spoilt, spoil: Callable[..., Any]) -> None:
    """Later evidence may stand anywhere in the table."""
    own = [row for row in spoilt.rows("figures") if row["tag"] != "later"]
    later = [row for row in spoilt.rows("figures") if row["tag"] == "later"]
    spoilt.write("figures", [*spoil(later), *own])
    for as_of in ("", base_day()):
        assert answers(load(str(spoilt), as_of)) == base_answers(as_of)


def said_later(spoilt, **cells: str) -> str:
    """The case with one more claim of a later report; its folder."""
    spoilt.change("sources", lambda rows: [*rows, dict.fromkeys(rows[0], "") | {"id": "t_report", "title": "A report",
                  "publisher": "A paper", "published_on": "2025-08-01", "grade": "B"}])  # fmt: skip
    claim = {"id": "t_claim", "source": "t_report", "locator": "page", "speaker": "page", "interest": "none",
             "entity": "microsoft", "topic": "exit", "statement": "It stops.", "phrase": "almost_certain",
             "certainty": "reported_fact", "said_on": "2025-08-01", "credibility": "3"}  # fmt: skip
    spoilt.change("claims", lambda rows: [*rows, dict.fromkeys(rows[0], "") | claim | cells])
    return str(spoilt)


@pytest.mark.parametrize("said_on", ["2025-08-01", "2025-06-10"], ids=["after", "about an earlier day"])
def test_a_later_claim_on_an_exit_is_no_part_of_the_base(spoilt, said_on: str) -> None:
    place = said_later(spoilt, said_on=said_on)
    assert check(place) == []
    assert answers(load(place)) == base_answers("")
    assert [one.readings for one in outcomes.questions(load(place), without_later(load(place)))] == [
        one.readings for one in outcomes.questions(whole(), without_later(whole()))
    ]


def test_a_later_claim_on_an_exit_counts_as_of_its_day(spoilt) -> None:
    place = said_later(spoilt)
    name = "microsoft_exit_probability"
    assert load(place, "2025-07-31").figures[name] == whole("2025-07-31").figures[name]
    then = load(place, "2025-08-01")
    assert then.figures[name].value == pytest.approx((0.75 + 0.5 + 0.93) / 3)
    assert then.figures[name].range == (0.4, 0.99)
    assert "t_claim" in then.figures[name].claims
    assert without_later(then).figures == whole().figures


def test_an_exit_claim_of_the_base_day_needs_no_stated_figure_beside_it(spoilt) -> None:
    """Interviews made by the base's day belong to it, whatever else they say."""
    place = said_later(spoilt, said_on="2025-06-15")
    spoilt.change("sources", lambda rows: rows[-1].update(published_on="2025-06-15"))
    spoilt.change(
        "figures",
        lambda rows: [
            row | {"low": "", "high": ""} if row["id"] == "microsoft_exit_probability" else row
            for row in rows
        ],
    )
    assert "t_claim" in load(place).figures["microsoft_exit_probability"].claims


def test_a_vendor_that_a_later_report_names_is_not_named_in_the_base(spoilt) -> None:
    place = said_later(spoilt, entity="other_vendors", topic="other", phrase="")

    def named(as_of: str) -> list[bool]:
        return [vendor.named for vendor in Model(load(place, as_of)).vendors]

    assert named("") == [vendor.named for vendor in Model(whole()).vendors]
    assert all(named("2025-08-01")) and not all(named("2025-07-31"))
    for as_of in ("", "2025-08-01"):
        told = {one["id"]: one["named"] for one in live.record(load(place, as_of), {})["entities"]}
        assert [told[vendor.id] for vendor in load(place, as_of).vendors] == named(as_of), (
            "as the page has it"
        )


def test_a_later_spend_with_an_id_of_its_own_bounds_nothing(spoilt) -> None:
    row = next(row for row in spoilt.rows("figures") if row["id"] == "google_spend_2024")
    own = row | {"id": "t_spend", "value": "0.3", "max": "", "unit": "USD bn per year", "tag": "later",
                 "known_on": "2025-08-01"}  # fmt: skip
    spoilt.change("figures", lambda rows: [own, *rows])
    then = load(str(spoilt), "2025-08-01")
    assert then.figures["xai_spend_2024"].range == (0, 150)
    assert {one.cap for one in exposures(then, "last_year")} == {150}
