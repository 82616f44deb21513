"""The workbook: LibreOffice recalculates it, and every live formula gives what the package computes."""

from __future__ import annotations

import io
import itertools
import math
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from neutrality.case import load
from neutrality.errors import InputError
from neutrality.press.downloads import Edition
from neutrality.press.downloads.workbook import LIVE, VALUE, workbook
from workbook_variants import Variant, made

#: Figures that break the coincidences of the base: no two numbers agree by chance.
MOVED = {
    "investment": 13.7, "stake": 0.47, "valuation_reported": 31.0, "valuation_prior": 12.0, "revenue_2024": 910.0,
    "google_spend_2024": 163.0, "google_spend_2025": 217.0, "inhouse_share": 0.17, "not_replaced_share": 0.03,
    "cash_retained_share": 0.4, "net_debt": 0.3, "google_loss_given_exit": 0.9, "microsoft_loss_given_exit": 0.5,
    "openai_exit_probability": 0.33, "xai_spend_2024": 41.0, "labelbox_claimed_revenue": 230.0,
    "handshake_claimed_multiple": 2.5, "exit_start_month": 5.0, "notice_months": 1.0, "ramp_months": 3.0,
    "microsoft_exit_probability_without_deal": 0.2, "google_exit_probability_without_deal": 0.1, "vc_rate": 0.2,
    "vc_years": 4.0, "vc_exit_multiple": 7.0, "pool_weight": 0.3, "horizon_months": 18.0, "beta_capacity": 0.7,
    "labelbox_neutrality": 0.9, "mercor_inhouse_enablement_share": 0.1, "standalone_value": 11.0,
    "multiple_after_exit": 9.0, "acquirer_prior_stake": 0.01, "handshake_claim_conversion": 0.6,
    "claim_horizon_months": 8.0, "cost_short": 1.1, "switching_cost": 0.1,
}  # fmt: skip

VARIANTS = {
    "base": Variant(),
    "one_new_figure": Variant(figures={"investment": 13.7}),
    "another": Variant(figures={"google_spend_2024": 163.0}),
    "a_third": Variant(figures={"labelbox_claimed_revenue": 120.0}),
    "many": Variant(figures=MOVED),
    "scenario": Variant(scenario="google_only"),
    "scenario_changed": Variant(scenario="full_exodus", figures={"xai_exit_probability": 0.25}),
    "clash": Variant(figures={"stake": 0.55, "valuation_prior": 29.0, "labelbox_claimed_revenue": 90.0}),
    "another_is_largest": Variant(
        figures={
            "microsoft_spend_2024": 300.0,
            "microsoft_exit_probability": 0.0,
            "xai_spend_2025": 260.0,
            "xai_spend_2024": 20.0,
            "labelbox_claimed_revenue": 50.0,
        }
    ),
    "nothing_left": Variant(
        figures={
            "google_spend_2024": 870.0,
            "google_exit_probability": 1.0,
            "microsoft_exit_probability": 0.0,
            "xai_exit_probability": 0.00002,
            "vc_years": 1.0,
            "net_debt": -5.0,
            "cash_retained_share": 1.0,
            "valuation_reported": 15.0,
            "handshake_claimed_multiple": 1.0,
            "labelbox_capacity": 0.0,
            "labelbox_claimed_revenue": 50.0,
        }
    ),
    "no_room": Variant(
        figures={
            "turing_capacity": 5.0,
            "mercor_capacity": 0.0,
            "other_vendors_capacity": 20.0,
            "beta_capacity": 2.0,
        },
        choices={"share_model": "logit"},
    ),
    "other_choices": Variant(choices={"scale": "ipcc", "pool_method": "log", "share_model": "proportional"}),
    "log_pool": Variant(chosen={"pool_method": "log", "basis": "plan"}, figures={"pool_weight": 0.0}),
    "given_and_taken_back": Variant(
        given={"google_exit_probability": 0.4, "xai_spend_2024": 33.0, "stake": 0.6},
        figures={"google_exit_probability": None, "xai_spend_2024": None, "stake": 0.49},
    ),
    "later": Variant(as_of="2026-07-01", figures={"google_exit_probability": 0.9}),
    "other_case": Variant(data="OTHER"),
    "other_case_changed": Variant(
        data="OTHER",
        figures={
            "st1": 0.6,
            "r1c1": 0.95,
            "c": 12345.0,
            "larch_spend_2024": 170.0,
            "oak_exit_probability": 0.2,
        },
        choices={"pool_method": "log"},
    ),
}

#: Figures that the command refuses, each for one reason.
REFUSED = {
    "spends": Variant(figures={"google_spend_2024": 800.0, "xai_spend_2024": 200.0}),
    "rate": Variant(figures={"dcf_rate": 0.05, "dcf_terminal_growth": 0.06}),
    "limits": Variant(figures={"stake": 1.5}),
}

#: The functions that formulas may use: all old, none volatile, none that depends on language or place.
FUNCTIONS = {
    "ABS", "AND", "COUNT", "COUNTIF", "EXP", "IF", "INDEX", "INT", "ISNUMBER", "LARGE", "LN", "MATCH", "MAX", "MIN",
    "NA", "OR", "PRODUCT", "ROUNDUP", "SUM", "SUMPRODUCT", "SUMSQ",
}  # fmt: skip


@pytest.fixture(scope="module")
def variants(other_case: Path) -> dict[str, Variant]:
    return {
        name: replace(variant, data=str(other_case)) if variant.data == "OTHER" else variant
        for name, variant in VARIANTS.items()
    }


@pytest.fixture(scope="module")
def found(recalculate, variants):
    return recalculate(variants | REFUSED)


@pytest.fixture(scope="module")
def book() -> bytes:
    return made(Variant())


def agree(package: float | str | None, sheet: float | str) -> bool:
    """Whether a spreadsheet's value is the package's, to a part in 10^9 or as much of nothing."""
    if isinstance(package, str) or package is None:
        return sheet == ("#N/A" if package is None else package)
    return isinstance(sheet, float) and math.isclose(package, sheet, rel_tol=1e-9, abs_tol=1e-9)


def live(rows) -> dict[str, float | str]:
    return {row["id"]: row["value"] for row in rows if row["kind"] == LIVE}


@pytest.mark.parametrize("name", VARIANTS)
def test_every_live_formula_equals_the_package(name: str, found, variants) -> None:
    results = variants[name].results()
    cells = live(found[name]["Results"])
    assert len(cells) > 150
    wrong = {
        key: (results[key].value if key in results else None, value)
        for key, value in cells.items()
        if not agree(results[key].value if key in results else None, value)
    }
    assert not wrong


@pytest.mark.parametrize("name", VARIANTS)
def test_ranges_follow_the_rules_of_the_case(name: str, found, variants) -> None:
    figures = variants[name].case().figures
    rows = {row["id"]: row for row in found[name]["Figures"]}
    assert rows.keys() == figures.keys()
    for key, figure in figures.items():
        row = rows[key]
        if figure.value is not None:
            assert agree(figure.value, row["in use"]), key
        elif figure.undisclosed:
            assert agree(figure.high / 2, row["in use"]), key
        if figure.value is not None or figure.high is not None:
            low, high = figure.range
            assert agree(low, row["low"]), key
            assert agree(high, row["high"]), key


def test_what_is_typed_moves_what_rests_on_it_and_nothing_else(found, case) -> None:
    base = live(found["base"]["Results"])
    for name in ("one_new_figure", "another", "a_third"):
        typed = set(VARIANTS[name].figures)
        rests = {row["id"]: set(row["figures it rests on"].split("; ")) for row in found[name]["Results"]}
        moved = {key for key, value in live(found[name]["Results"]).items() if not agree(base[key], value)}
        assert len(moved) >= 5
        assert all(rests[key] & typed for key in moved)
    values = {row["id"]: row["value"] for row in found["many"]["Results"] if row["kind"] == VALUE}
    published = {row["id"]: row["value of this edition"] for row in found["many"]["Results"]}
    assert values == {key: published[key] for key in values}


def test_verdicts_and_missing_numbers_appear(found) -> None:
    """The variants would prove nothing about a branch that none of them takes."""
    cells = [live(found[name]["Results"]) for name in VARIANTS]
    verdicts = {value for one in cells for key, value in one.items() if key.endswith(".verdict")}
    assert verdicts == {"impossible", "more_than_half", "more_than_equal", "ordinary"}
    assert {one["opportunity.claims_verdict"] for one in cells} == {"fit", "clash"}
    missing = {key for one in cells for key, value in one.items() if value == "#N/A"}
    assert missing >= {
        "deal.valuation_low",
        "deal.prior_stake_high",
        "deal.largest_customer_step_up_share",
        "deal.implied_growth_exit_multiple",
        "exits.replacement_growth_largest",
        "exits.half_life_largest",
        "exits.first_order.xai_spend",
        "opportunity.handshake.base_high",
    }
    assert any(one["opportunity.unserved"] > 0 for one in cells)


@pytest.mark.parametrize("name", ["base", "scenario", "other_case"])
def test_the_values_beside_the_formulas_are_those_that_come_out(name: str, found, variants) -> None:
    content = io.BytesIO(made(variants[name]))
    kept, computing = openpyxl.load_workbook(content, data_only=True), openpyxl.load_workbook(content)
    compared = 0
    for sheet, rows in found[name].items():
        heading = [cell.value for cell in kept[sheet][1]]
        for number, row in enumerate(rows, start=2):
            for position, key in enumerate(heading, start=1):
                if sheet != "Read me" and computing[sheet].cell(number, position).data_type == "f":
                    beside = kept[sheet].cell(number, position).value
                    beside = {None: "", "#N/A": None}.get(beside, beside)
                    assert agree(beside, row[key]), (sheet, number, key)
                    compared += 1
    assert compared > 800


def test_checks_say_when_figures_cannot_hold_together(found) -> None:
    failing = {
        name: [row["what must hold"] for row in sheets["Checks"] if row["holds"] != "yes"]
        for name, sheets in found.items()
    }
    assert not any(failing[name] for name in VARIANTS)
    assert {name: len(failing[name]) for name in REFUSED} == dict.fromkeys(REFUSED, 1)
    assert "within the revenue" in failing["spends"][0]
    for variant in REFUSED.values():
        with pytest.raises(InputError):
            variant.case()


# -- without LibreOffice -----------------------------------------------------------------------------------


def test_closed_results_are_live_and_the_others_say_that_they_are_not(book: bytes, reference) -> None:
    sheet = openpyxl.load_workbook(io.BytesIO(book))["Results"]
    rows = {row[0].value: row for row in sheet.iter_rows(min_row=2)}
    kinds = {name: row[6].value for name, row in rows.items()}
    for name, row in reference.items():
        if row["kind"] in ("closed", "exact", "root"):
            assert kinds[name] == (LIVE if row["kind"] == "closed" else VALUE), name
    for name, row in rows.items():
        assert (row[2].data_type == "f") == (kinds[name] == LIVE), name


def test_the_same_edition_gives_the_same_bytes(book: bytes) -> None:
    assert made(Variant()) == book
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        said = archive.read("docProps/core.xml").decode()
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]+", said)) == {f"{load().base_day}T00:00:00"}


def test_every_figure_has_a_named_cell_that_alone_is_open(book: bytes, other_case: Path) -> None:
    for content, case in ((book, load()), (made(Variant(data=str(other_case))), load(str(other_case)))):
        kept = openpyxl.load_workbook(io.BytesIO(content))
        names = {place.attr_text: name for name, place in kept.defined_names.items()}
        assert len({name.lower() for name in names.values()}) == len(names)
        sheet = kept["Figures"]
        for row, figure in enumerate(case.figures, start=2):
            name = names[f"Figures!$E${row}"]
            assert name.rstrip("_") == figure
            assert (name == figure) == (figure not in ("st1", "r1c1", "c"))
        open_cells = {
            (one.title, cell.column) for one in kept for row in one.iter_rows() for cell in row if not cell.protection.locked
        }  # fmt: skip
        assert ("Figures", 5) in open_cells
        assert {title for title, _ in open_cells} == {"Figures", "Choices", "Phrases"}
        assert {column for title, column in open_cells if title == "Figures"} == {5}
        assert all(one.protection.sheet for one in kept)
        limited = [cell for rule in sheet.data_validations.dataValidation for cell in str(rule.sqref).split()]
        assert sum(len(sheet[cell]) if ":" in cell else 1 for cell in limited) == len(case.figures)


def test_formulas_use_only_functions_that_every_program_knows(book: bytes) -> None:
    kept = openpyxl.load_workbook(io.BytesIO(book))
    formulas = [
        cell.value for sheet in kept for row in sheet.iter_rows() for cell in row if cell.data_type == "f"
    ]
    assert len(formulas) > 800
    assert {name for one in formulas for name in re.findall(r"([A-Z][A-Z.]*)\(", one)} <= FUNCTIONS
    assert max(map(len, formulas)) < 1000
    results = {row[0].value: row[2].value for row in kept["Results"].iter_rows(min_row=2)}
    assert results["deal.implied_post_money"] == "=IF(stake=0,NA(),investment/stake)"
    assert results["deal.step_up_share"] == "=valuation_reported/valuation_prior-1"
    assert results["exits.expected_loss"] == (
        "=SUMPRODUCT(customers_exit,customers_spend,customers_loss_given_exit)"
    )


HOSTILE = (
    '=HYPERLINK("http://hostile.example","x")', "+1+1", "@SUM(1)", "-2-3", "\t=1", "=cmd|' /C calc'!A0", "http://hostile.example",
    "internal:Sheet1!A1", "007", "1e5", "#N/A", "{=1}", "'quoted", "<b>&amp;", "👩‍👩‍👧‍👦", "\u202eoverride", "_x0041_", "W" * 40_000,
)  # fmt: skip


def test_text_of_the_case_arrives_as_text(case) -> None:
    texts = itertools.cycle(HOSTILE)
    said = {name: next(texts) for name in case.figures}
    figures = {
        name: replace(figure, label=said[name], reason=said[name], note="")
        for name, figure in case.figures.items()
    }
    named = {name: f"{next(texts)}" for name in case.entities}
    entities = {name: replace(one, name=named[name]) for name, one in case.entities.items()}
    hostile = replace(case, title=HOSTILE[0], question=HOSTILE[-1], figures=figures, entities=entities)
    content = workbook(Edition(hostile))
    kept = openpyxl.load_workbook(io.BytesIO(content))
    rows = kept["Figures"].iter_rows(min_row=2)
    for row, (name, text) in zip(rows, said.items(), strict=True):
        for cell, wanted in ((row[1], named[case.figures[name].entity]), (row[2], text), (row[12], text)):
            shown = wanted if len(wanted) <= 32_767 else f"{wanted[:32_766]}…"
            assert (cell.data_type, cell.value) == ("s", shown)
            assert cell.quotePrefix == wanted.startswith(("=", "+", "-", "@", "\t"))
    for sheet, cell in (("Read me", "A1"), ("Read me", "A2"), ("Customers", "A2"), ("Vendors", "A2")):
        assert kept[sheet][cell].data_type == "s"
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert not [name for name in archive.namelist() if "externalLink" in name]
        assert b"<hyperlink" not in b"".join(map(archive.read, archive.namelist()))
