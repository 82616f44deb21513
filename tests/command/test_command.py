"""The command as a stranger would run it, rightly and wrongly."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from pathlib import Path

import pytest
from neutrality.chapters import BASE


def test_check_of_a_sound_case(command) -> None:
    assert command("check") == (0, "data: no fault found\n", "")


def test_check_prints_every_fault(command, spoilt) -> None:
    spoilt.change("figures", lambda rows: [rows[0] | {"value": "x"}, rows[1] | {"entity": "y"}, *rows[2:]])
    status, out, err = command("check", "--data", spoilt)
    assert (status, out) == (2, "")
    assert [line.split(".csv:")[1].split(": found")[0] for line in err.splitlines()] == [
        "2: value",
        "3: entity",
    ]
    assert all(line.startswith("error: ") for line in err.splitlines())


def test_results_as_json_hold_the_reference(command, reference) -> None:
    status, out, _ = command("results", "--format", "json")
    found = json.loads(out)
    assert status == 0
    for name, row in reference.items():
        if row["kind"] in ("closed", "root"):
            assert found[name].keys() == {"value", "unit", "tag", "layer", "figures"}
            if row["unit"] != "word":
                assert found[name]["value"] == pytest.approx(float(row["base_value"]), rel=1e-6)


def test_set_moves_exactly_what_depends_on_it(command) -> None:
    before = json.loads(command("results", "--format", "json")[1])
    after = json.loads(
        command("results", "--format", "json", "--set", "investment=13.7", "--set", "stake=0.47")[1]
    )
    moved = {name for name in before if before[name]["value"] != after[name]["value"]}
    # No cash stayed in the base case, so the cheque does not enter the enterprise value and what it implies.
    still = {"deal.consistent", "deal.valuation_high", "deal.enterprise_value", "deal.implied_growth_dcf"}
    still |= {"deal.implied_growth_exit_multiple", "deal.prior_stake_low", "deal.implied_growth_dcf_high"}
    still |= {"deal.implied_growth_exit_multiple_high"}
    resting = {name for name, result in before.items() if {"investment", "stake"} & set(result["figures"])}
    assert moved <= resting
    assert resting - moved <= still
    assert after["deal.implied_post_money"]["value"] == pytest.approx(13.7 / 0.47)


def test_a_value_that_does_not_exist_is_null(command) -> None:
    found = json.loads(command("results", "deal", "--format", "json", "--set", "investment=20")[1])
    assert found["deal.consistent"]["value"] == 0
    assert found["deal.valuation_low"]["value"] is None


def test_results_of_chosen_chapters_in_every_form(command) -> None:
    names = set(json.loads(command("results", "deal", "customer_exits", "--format", "json")[1]))
    assert {name.split(".")[0] for name in names} == {"deal", "exits"}
    rows = list(
        csv.DictReader(io.StringIO(command("results", "deal", "customer_exits", "--format", "csv")[1]))
    )
    assert {row["id"] for row in rows} == names
    table = command("results", "deal", "customer_exits")[1]
    assert all(name in table for name in names)
    assert "29.1837" in table


def test_choices_and_days_reach_the_results(command) -> None:
    log = json.loads(command("results", "-p", "pool_method", "log", "--format", "json")[1])
    assert log["exits.half_life_largest"]["value"] == pytest.approx(4.18, abs=0.01)
    # On the day of the base its chapters know nothing else; the outcomes know less.
    assert command("results", *BASE, "--as-of", "2025-06-15")[1] == command("results", *BASE)[1]
    before, after = (
        json.loads(command("results", "outcomes", "--format", "json", *day)[1])
        for day in (("--as-of", "2025-06-15"), ())
    )
    assert before["outcomes.resolved"]["value"] == 0 < after["outcomes.resolved"]["value"]


WRONG = [
    (("results", "--set", "investmnt=15"), "figure 'investmnt': is unknown; nearest: investment"),
    (("results", "--set", "stake=1.4"), "figure stake: found 1.4, expected at most 0.99 (share)"),
    (("results", "--set", "stake=half"), "figure stake: found 'half', expected a number"),
    (("results", "--set", "stake"), "--set: found 'stake', expected ID=VALUE like FIGURE=15"),
    (
        ("results", "--set", "stake=0.4", "--set", "stake=0.5"),
        "--set stake: is given a second time, expected it once",
    ),
    (
        ("results", "-p", "scale", "kent", "-p", "scale", "ipcc"),
        "-p scale: is given a second time, expected it once",
    ),
    (
        ("build", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"),
        "--jobs: found with --scheduler, expected one of the two",
    ),
    (("results", "--set", "stake=nan"), "figure stake: found nan, expected a finite number"),
    (
        ("results", "dael"),
        "chapter: found 'dael', expected one of deal, customer_exits, competitor_opportunity, outcomes; nearest: deal",
    ),
    (("results", "--scenario", "googleonly"), "nearest: google_only"),
    (("results", "-p", "scal", "ipcc"), "parameter 'scal': is unknown"),
    (
        ("results", "-p", "scale", "ipc"),
        "parameter scale: found 'ipc', expected one of kent, icd203, ipcc; nearest: ipcc",
    ),
    (("results", "--as-of", "June"), "as_of: found 'June', expected a date like 2025-06-15"),
    (("results", "--data", "nowhere"), "nowhere: no dataset there"),
    (("results", "--data", "http://127.0.0.1:9/case"), "http://127.0.0.1:9/case/datapackage.json: "),
    (("results", "--format", "xml"), "'xml' is not one of"),
    (("resluts",), "No such command 'resluts'. Did you mean 'results'?"),
    (("results", "--sett", "stake=0.4"), "No such option '--sett'"),
    (("build", "--jobs", "0"), "Invalid value for '--jobs'"),
    (("build", "--set", "investmnt=15"), "figure 'investmnt': is unknown; nearest: investment"),
    (("run", "dael"), "nearest: deal"),
    (("run", "deal", "--set", "stake=2"), "figure stake: found 2, expected at most 0.99 (share)"),
    (("check", "--data", "tests"), "tests: no datapackage.json in it"),
]


@pytest.mark.parametrize(
    ("arguments", "words"), WRONG, ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_what_is_given_wrongly_gets_one_clear_line(command, arguments, words: str) -> None:
    status, out, err = command(*arguments)
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1
    assert err.startswith("error: ")
    assert words in err


@pytest.mark.parametrize("verb", ["check", "results", "run", "build"])
def test_help_shows_an_example(command, verb: str) -> None:
    status, out, _ = command(verb, "--help")
    assert status == 0
    assert f"Example: neutrality {verb}" in " ".join(out.split())


def test_the_installed_command_ends_without_a_traceback(root: Path) -> None:
    command = Path(sys.executable).with_name("neutrality")
    done = subprocess.run(
        [command, "results", "--set", "stake=1.4"], cwd=root, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: figure stake: found 1.4, expected at most 0.99 (share)\n"
    done = subprocess.run(
        [command, "results", "--format", "csv"], cwd=root / "book", capture_output=True, text=True, check=True
    )
    assert "deal.implied_post_money" in done.stdout


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_output_that_cannot_be_written_is_one_line(root: Path) -> None:
    command = Path(sys.executable).with_name("neutrality")
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [command, "results"], cwd=root, stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 2
    assert done.stderr == "error: output: No space left on device\n"
