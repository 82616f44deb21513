"""Where a case is found, which rows count, and what scenarios and overrides do."""

from __future__ import annotations

import threading
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pytest
from neutrality.case import check, load
from neutrality.chapters.exposure import exposures
from neutrality.errors import InputError

BASE = date(2025, 6, 15)


def lines(**arguments) -> list[str]:
    with pytest.raises(InputError) as caught:
        load(**arguments)
    return caught.value.lines


@pytest.mark.parametrize("folder", [".", "book", "book/neutrality/case"])
def test_the_default_case_is_found_from_the_root_and_below(root: Path, monkeypatch, folder: str) -> None:
    monkeypatch.chdir(root / folder)
    assert load().digest == load(str(root / "data")).digest


def test_a_case_is_read_over_http(root: Path) -> None:
    handler = partial(
        type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None}), directory=str(root)
    )
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_address[1]}/data"
        remote = load(address)
        assert remote.digest == load("data").digest
        assert lines(location=address + "x")[0].startswith(f"{address}x/datapackage.json: ")
        server.shutdown()


def test_a_case_is_read_from_any_file_system(root: Path) -> None:
    files = fsspec.filesystem("memory")
    for path in (root / "data").iterdir():
        files.pipe_file(f"/shelf/{path.name}", path.read_bytes())
    assert load("memory://shelf").figures == load("data").figures


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("nowhere", "nowhere: no dataset there"),
        ("tests", "tests: no datapackage.json in it"),
        ("memory://nothing", "memory://nothing/datapackage.json: not found"),
        ("gopher://host/x", "cannot be read"),
        ("http://127.0.0.1:9/x", "http://127.0.0.1:9/x/datapackage.json: "),
    ],
)
def test_a_case_that_is_not_there(location: str, words: str) -> None:
    (line,) = lines(location=location)
    assert words in line


def newer(rows, *, value="15", known_on="2025-09-01", tag="stated"):
    return [*rows, rows[0] | {"value": value, "known_on": known_on, "tag": tag}]


def test_a_newer_row_holds_and_the_former_number_comes_back_before_it(spoilt) -> None:
    spoilt.change("figures", newer)
    assert load(str(spoilt)).figures["investment"].value == 15
    assert load(str(spoilt), as_of="2025-09-01").figures["investment"].value == 15
    assert load(str(spoilt), as_of="2025-08-31").figures["investment"].value == 14.3
    assert list(load(str(spoilt)).figures) == list(load("data").figures), "the order of print stays"


def test_later_evidence_counts_only_as_of_a_day(spoilt) -> None:
    spoilt.change("figures", lambda rows: newer(rows, tag="later"))
    assert load(str(spoilt)).figures["investment"].value == 14.3
    assert load(str(spoilt), as_of="2025-12-31").figures["investment"].value == 15
    assert load(str(spoilt), as_of="2025-12-31").figures["investment"].tag == "later"
    assert load(str(spoilt), as_of="2025-08-31").figures["investment"].value == 14.3


def test_a_case_that_passed_is_checked_again_once_a_byte_changes(spoilt, monkeypatch, tmp_path) -> None:
    from neutrality.case import validate

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    seen = []
    original = validate._schema_faults
    monkeypatch.setattr(validate, "_schema_faults", lambda *a: seen.append(a) or original(*a))
    load(str(spoilt)), load(str(spoilt))
    assert len(seen) == 1
    spoilt.change("figures", lambda rows: rows[0].update(value="14.4"))
    assert load(str(spoilt)).figures["investment"].value == 14.4
    spoilt.change("figures", lambda rows: rows[0].update(value="plenty"))
    assert "found 'plenty', expected a number" in lines(location=str(spoilt))[0]
    assert "found 'plenty', expected a number" in lines(location=str(spoilt))[0]
    assert len(seen) == 4, "a fault is never remembered"
    monkeypatch.setenv("XDG_CACHE_HOME", "/dev/null")
    assert load().figures["investment"].value == 14.3, "no memory costs time only"


@pytest.fixture
def meanwhile(monkeypatch, tmp_path):
    """Have something done each time a part of `validate` has done its work."""
    from neutrality.case import validate

    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))

    def at(part: str, do) -> None:
        original = getattr(validate, part)

        def work(*given):
            found = original(*given)
            found = found if isinstance(found, bool) else list(found)
            do()
            return found

        monkeypatch.setattr(validate, part, work)

    return at


def test_a_table_saved_while_it_is_checked_gives_no_old_figure_a_new_digest(spoilt, meanwhile) -> None:
    meanwhile("_schema_faults", lambda: spoilt.change("figures", lambda rows: rows[0].update(value="15")))
    assert lines(location=str(spoilt)) == [f"{spoilt}/figures.csv: changed while it was read; run again"]
    assert load(str(spoilt)).figures["investment"].value == 15


def test_a_table_broken_while_it_is_checked_is_not_remembered_as_sound(spoilt, meanwhile) -> None:
    # A grade that the schema alone refuses.
    meanwhile("_schema_faults", lambda: spoilt.change("sources", lambda rows: rows[0].update(grade="Z")))
    with pytest.raises(InputError, match=r"sources\.csv: changed while it was read; run again"):
        check(str(spoilt))
    (line,) = check(str(spoilt))
    assert "grade: found 'Z'" in line


def test_a_table_saved_after_it_was_read_leaves_the_case_as_it_was_read(spoilt, meanwhile) -> None:
    before = load(str(spoilt))
    meanwhile("passed", lambda: spoilt.change("figures", lambda rows: rows[0].update(value="15")))
    read = load(str(spoilt))
    assert (read.digest, read.figures["investment"].value) == (before.digest, 14.3)
    later = load(str(spoilt))
    assert later.digest != before.digest and later.figures["investment"].value == 15


def test_nothing_is_known_before_the_first_figure() -> None:
    assert lines(as_of="2025-06-14") == [
        "as_of: found 2025-06-14, but the first figure of data/figures.csv is known on 2025-06-15"
    ]
    assert lines(as_of="mid-June") == ["as_of: found 'mid-June', expected a date like 2025-06-15"]


def test_an_override_counts_as_assumed_and_keeps_its_rounding(case) -> None:
    changed = load(figures={"investment": 15}).figures["investment"]
    assert (changed.value, changed.tag, changed.overridden) == (15, "assumed", True)
    assert changed.range == pytest.approx((14.95, 15.05))
    assert case.figures["investment"].tag == "stated"


def test_a_range_is_widened_to_hold_a_new_value() -> None:
    assert load(figures={"inhouse_share": 0.7}).figures["inhouse_share"].range == (0.05, 0.7)
    assert load(figures={"google_exit_probability": 0.2}).figures["google_exit_probability"].range == (
        0.2,
        0.99,
    )


@pytest.mark.parametrize(
    ("figures", "line"),
    [
        ({"invesment": 15}, "figure 'invesment': is unknown; nearest: investment"),
        ({"stake": 1.4}, "figure stake: found 1.4, expected at most 0.99 (share)"),
        ({"stake": 0}, "figure stake: found 0, expected at least 0.01 (share)"),
        ({"stake": "half"}, "figure stake: found 'half', expected a number in share"),
        ({"stake": True}, "figure stake: found True, expected a number in share"),
        ({"stake": None}, "figure stake: found None, expected a number in share"),
        ({"stake": float("nan")}, "figure stake: found nan, expected a finite number"),
        ({3: 1}, "figure 3: is unknown"),
        ("stake", "figures: found 'stake', expected new values by figure id"),
        (
            {"dcf_rate": 0.05, "dcf_terminal_growth": 0.06},
            "dcf_rate: found 0.05, expected more than 0.06 (dcf_terminal_growth)",
        ),
        ({"dcf_years": 7.5}, "dcf_years: found 7.5, expected a whole number of years"),
        (
            {"xai_exit_probability_without_deal": 0.6},
            "xai_exit_probability_without_deal: found 0.6, expected at most 0.5 (xai_exit_probability)",
        ),
        (
            {"google_spend_2024": 900},
            "google_spend_2024: found 900, expected at most 870 (revenue_2024), in millions",
        ),
    ],
)
def test_an_override_at_fault(figures, line: str) -> None:
    assert lines(figures=figures) == [line]


def test_every_override_at_fault_is_named() -> None:
    assert len(lines(figures={"stake": 2, "nobody": 1, "investment": -1})) == 3


def test_undisclosed_spends_reach_up_to_the_largest_disclosed_one(case) -> None:
    assert case.figures["microsoft_spend_2024"].undisclosed
    assert case.figures["microsoft_spend_2024"].range == (0, 150)
    moved = load(figures={"google_spend_2024": 163})
    assert moved.figures["xai_spend_2024"].range == (0, 163)
    assert moved.figures["xai_spend_2025"].range == (0, 200)
    given = load(figures={"microsoft_spend_2024": 170})
    assert not given.figures["microsoft_spend_2024"].undisclosed
    assert given.figures["openai_spend_2024"].range == (0, 170)


# Kent's scale and both pools, worked out by hand from the readings in methods 1.
KENT = {
    "google": (0.84, 0.863262),
    "microsoft": (0.625, 0.633975),
    "xai": (0.50, 0.50),
    "openai": (0.40, 0.395644),
}


@pytest.mark.parametrize("customer", KENT)
def test_exit_probabilities_are_pooled_from_claims(customer: str) -> None:
    linear, log = KENT[customer]
    name = f"{customer}_exit_probability"
    assert load().figures[name].value == pytest.approx(linear, abs=1e-12)
    assert load(pool_method="log").figures[name].value == pytest.approx(log, abs=5e-7)


def test_pooled_figures_name_the_claims_they_rest_on(case) -> None:
    sources = {row["id"]: row["source"] for row in case.tables["claims"].rows}
    for figure in case.all_of("exit_probability"):
        assert sorted(sources[claim] for claim in figure.claims) == ["ibtimes_sg", "itfy"]


def test_the_weight_of_the_first_reading_moves_a_pool_of_two() -> None:
    assert load(figures={"pool_weight": 1}).figures["google_exit_probability"].value == 0.75
    assert load(figures={"pool_weight": 0}).figures["google_exit_probability"].value == 0.93
    assert load(figures={"pool_weight": 0}).figures["openai_exit_probability"].value == 0.5


def test_another_scale_moves_value_and_range() -> None:
    google = load(scale="icd203").figures["google_exit_probability"]
    assert google.value == pytest.approx((0.675 + 0.97) / 2)
    assert google.range == (0.55, 0.99)


def test_three_readings_weigh_the_same(spoilt) -> None:
    line = spoilt.line_of("claims", entity="xai", phrase="even")
    spoilt.change(
        "claims",
        lambda rows: [
            *rows,
            rows[line - 2] | {"id": "third", "phrase": "almost_certain", "statement": "A third reading."},
        ],
    )
    spoilt.change(
        "figures",
        lambda rows: [
            row | {"low": "", "high": ""} if row["id"] == "xai_exit_probability" else row for row in rows
        ],
    )
    figure = load(str(spoilt)).figures["xai_exit_probability"]
    assert figure.value == pytest.approx((0.5 + 0.5 + 0.93) / 3)
    assert figure.range == (0.4, 0.99)


def test_scenarios_set_figures_and_overrides_come_after(case) -> None:
    only = load(scenario="google_only").figures
    assert [only[f"{name}_exit_probability"].value for name in KENT] == [1, 0, 0, 0]
    both = load(scenario="full_exodus", figures={"xai_exit_probability": 0.25}).figures
    assert [both[f"{name}_exit_probability"].value for name in KENT] == [1, 1, 0.25, 1]
    assert lines(scenario="full_exodos")[0].endswith("nearest: full_exodus")


def test_unknown_scales_and_pools() -> None:
    assert lines(scale="kant")[0] == "scale: found 'kant', expected one of kent, icd203, ipcc; nearest: kent"
    assert lines(pool_method="logarithmic")[0].startswith(
        "pool_method: found 'logarithmic', expected one of linear, log"
    )


def test_a_certain_yes_and_a_certain_no_have_no_logarithmic_pool(spoilt) -> None:
    def certain(rows):
        for row in rows:
            if row["scale"] == "kent" and row["phrase"] in ("probable", "almost_certain"):
                end = "1" if row["phrase"] == "almost_certain" else "0"
                row.update(value=end, low=end, high=end)

    spoilt.change("wording", certain)
    spoilt.change(
        "figures",
        lambda rows: [
            row | {"low": "", "high": ""} if row["metric"] == "exit_probability" else row for row in rows
        ],
    )
    assert "a certain yes and a certain no" in lines(location=str(spoilt), pool_method="log")[0]


def changed(spoilt, figure: str, **cells: str) -> None:
    """Set cells of every row of a figure."""
    spoilt.change("figures", lambda rows: [row | cells if row["id"] == figure else row for row in rows])


def test_spends_in_different_scales_bound_each_other_in_their_own(spoilt) -> None:
    changed(spoilt, "google_spend_2024", value="0.15", half_unit="0.005", unit="USD bn per year")
    changed(spoilt, "xai_spend_2024", unit="USD k per year", max="1e9")
    case = load(str(spoilt))
    assert case.figures["microsoft_spend_2024"].range == (0, pytest.approx(150))
    assert case.figures["xai_spend_2024"].range == (0, pytest.approx(150_000))
    assert all(one.cap == pytest.approx(150) for one in exposures(case, "last_year"))
    given = load(str(spoilt), figures={"xai_spend_2024": 170_000})
    assert given.figures["google_spend_2024"].value == 0.15
    assert given.figures["openai_spend_2024"].range == (0, pytest.approx(170))


def test_spends_may_be_all_of_the_revenue(spoilt) -> None:
    """A tenth and two tenths are a little more than three tenths, as floats add up."""
    changed(spoilt, "google_spend_2024", value="0.1", half_unit="")
    changed(spoilt, "xai_spend_2024", value="0.2", low="0.2")
    changed(spoilt, "revenue_2024", value="0.3", half_unit="", min="0")
    assert check(str(spoilt)) == []
    changed(spoilt, "revenue_2024", value="0.2999")
    assert "expected at most 0.2999 (revenue_2024)" in check(str(spoilt))[0]


@pytest.mark.parametrize(
    ("older", "newer"),
    [
        ("2025-H1", "2025-12"), ("2025-Q1", "2025-H2"), ("6 months", "12 months"), ("2024", "2025-Q1"),
        ("2025-06-15", "2025-H1"), ("2025-09", "2025-Q4"), ("12 months", "2024"),
    ],
)  # fmt: skip
def test_of_two_periods_the_one_that_ends_later_counts(spoilt, older: str, newer: str) -> None:
    first = next(row for row in spoilt.rows("figures") if row["id"] == "pool_weight")
    two = [
        first | {"id": "t_old", "period": older, "value": "0"},
        first | {"id": "t_new", "period": newer, "value": "1"},
    ]
    for rows in (two, two[::-1]):
        spoilt.change(
            "figures", lambda all_, rows=rows: [row for row in all_ if row["metric"] != "pool_weight"] + rows
        )
        case = load(str(spoilt))
        assert case.newest_period("pool_weight") == newer
        assert case.figures["google_exit_probability"].value == 0.75, "the pool takes the one that counts"


def test_growth_is_held_against_the_rate_that_counts(spoilt) -> None:
    row = next(row for row in spoilt.rows("figures") if row["id"] == "dcf_rate")
    former = row | {"id": "t_rate", "period": "2020", "value": "0.03", "low": "0.02", "min": "0"}
    spoilt.change("figures", lambda rows: [former, *rows])
    assert check(str(spoilt)) == []


def test_a_descriptor_that_cannot_be_read_is_a_fault_of_the_case(spoilt, monkeypatch) -> None:
    def refused(path):
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "read_bytes", refused)
    assert lines(location=str(spoilt)) == [f"{spoilt}/datapackage.json: cannot be read (Permission denied)"]
