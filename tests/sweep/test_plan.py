"""Plans and options: what they mean, and one clear line for each thing that is wrong with them."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neutrality.errors import InputError
from neutrality.sweep import checked, planned

OUT = ("--out", "never")


def test_a_grid_holds_both_ends_and_every_combination() -> None:
    plan = planned(None, {"vary": ("investment=10:20:5", "stake=0.4:0.6:3"), "scenarios": ["a", "b"]})
    points = list(plan.points())
    assert plan.runs == len(points) == 30
    assert [point.run for point in points] == list(range(1, 31))
    assert {tuple(point.figures.values()) for point in points} == {
        (i, s) for i in (10, 12.5, 15, 17.5, 20) for s in (0.4, 0.5, 0.6)
    }
    assert len({(p.scenario, *p.figures.values()) for p in points}) == 30


def test_choices_with_several_values_are_crossed_too() -> None:
    plan = planned(
        None,
        {
            "choices": (
                ("scale", "ipcc"),
                ("share_model", "equal"),
                ("share_model", "logit"),
                ("scale", "kent"),
            )
        },
    )
    found = {tuple(point.choices.items()) for point in plan.points()}
    assert len(found) == 4 == plan.runs
    assert (("scale", "ipcc"), ("share_model", "logit")) in found


def test_a_sample_is_a_latin_hypercube_and_the_same_again() -> None:
    options = {"vary": ("investment=10:20", "stake=0.4:0.6", "net_debt=-1:1"), "sample": 40, "seed": 7}
    points = list(planned(None, options).points())
    rows = np.array([list(point.figures.values()) for point in points])
    for column, low, high in zip(rows.T, (10, 0.4, -1), (20, 0.6, 1), strict=True):
        # One value in each fortieth of its range: what makes it a Latin hypercube.
        assert sorted(np.floor((column - low) / (high - low) * 40).astype(int)) == list(range(40))
    assert points == list(planned(None, options).points())
    assert points != list(planned(None, options | {"seed": 8}).points())


def test_a_plan_and_options_together(tmp_path: Path) -> None:
    file = tmp_path / "plan.yml"
    # Neither a number of base 60 nor a date nor a truth value, as older YAML would read them.
    file.write_text(
        "vary:\n  investment: 10:20:30\n  stake: [0.4, 0.5]\nset: {net_debt: -0.5}\nas_of: 2025-06-15\n"
        "scenarios: [as_reported, full_exodus]\nchoices: {share_model: [equal, logit], scale: ipcc}\n"
    )
    plan = planned(file, {"vary": ("stake=0.4:0.6:3",), "scenarios": ["google_only"], "set": ("net_debt=1",)})
    assert len(plan.vary["investment"].values) == 30
    assert plan.vary["stake"].values == (0.4, 0.5, 0.6)
    assert plan.fixed == {"net_debt": 1.0}
    assert plan.scenarios == ("google_only",)
    assert plan.choices == {"scale": ("ipcc",), "share_model": ("equal", "logit")}
    assert plan.as_of == "2025-06-15"
    assert plan.runs == 30 * 3 * 2


def test_the_order_of_figures_in_a_plan_is_of_no_account(case) -> None:
    one = checked(planned(None, {"vary": ("stake=0.4:0.6:3", "investment=10:20:2")}), case)
    two = checked(planned(None, {"vary": ("investment=10:20:2", "stake=0.4:0.6:3")}), case)
    assert list(one.points()) == list(two.points())


@given(low=st.floats(-1e6, 1e6), width=st.floats(0.001, 1e6), count=st.integers(2, 60))
def test_a_grid_never_leaves_its_ends(low: float, width: float, count: int) -> None:
    low, high = round(low, 6), round(low + width, 6)
    values = planned(None, {"vary": (f"x={low!r}:{high!r}:{count}",)}).vary["x"].values
    assert values[0] == low and values[-1] == high
    assert len(values) == count
    assert all(a <= b for a, b in pairwise(values))


WRONG_OPTIONS = [
    (("--vary", "investmnt=10:20:5"), "figure 'investmnt': is unknown; nearest: investment"),
    (("--vary", "investment"), "--vary: found 'investment', expected ID=LOW:HIGH:N"),
    (("--vary", "investment=10:20"), "--vary investment: found '10:20', expected LOW:HIGH:N"),
    (("--vary", "investment=10:20:"), "--vary investment: found '10:20:', expected N to be a whole number, at least 1"),
    (("--vary", "investment=10:20:0"), "found '10:20:0', expected N to be a whole number, at least 1"),
    (("--vary", "investment=10:20:-3"), "expected N to be a whole number, at least 1"),
    (("--vary", "investment=10:20:2.5"), "expected N to be a whole number, at least 1"),
    (("--vary", "investment=20:10:5"), "--vary investment: found '20:10:5', expected LOW at most HIGH"),
    (("--vary", "investment=10:10:5"), "expected N of 1 where LOW is HIGH"),
    (("--vary", "investment=a:20:5"), "--vary investment: found 'a:20:5', expected LOW:HIGH:N"),
    (("--vary", "investment=nan:20:5"), "--vary investment: found 'nan:20:5', expected LOW:HIGH:N"),
    (("--vary", "investment=1:inf:5"), "--vary investment: found '1:inf:5', expected LOW:HIGH:N"),
    (("--vary", "investment=1:2:3:4"), "--vary investment: found '1:2:3:4', expected LOW:HIGH:N"),
    (("--vary", "stake=0.4:1.2:5"), "figure stake: found 1.2, expected at most 0.99 (share)"),
    (("--vary", "stake=-1:0.5:5"), "figure stake: found -1, expected at least 0.01 (share)"),
    (("--vary", "stake=0.4:0.5:2", "--vary", "stake=0.4:0.5:3"), "--vary stake: is given a second time"),
    (("--vary", "stake=0.4:0.5:2", "--set", "stake=0.4"), "figure stake: is both varied and set"),
    (("--vary", "stake=0.4:0.5:2", "--set", "investment"), "--set: found 'investment', expected ID=VALUE"),
    (("--vary", "stake=0.4:0.5:2", "--set", "investment=x"), "figure investment: found 'x', expected a number"),
    (("--vary", "stake=0.4:0.5:2", "--set", "investment=500"), "figure investment: found 500, expected at most"),
    (("--vary", "stake=0.4:0.5:2", "--scenario", "googleonly"), "nearest: google_only"),
    (("--vary", "stake=0.4:0.5:2", "-p", "scal", "ipcc"), "parameter 'scal': is unknown"),
    (("--vary", "stake=0.4:0.5:2", "-p", "scale", "ipc"), "parameter scale: found 'ipc'"),
    (("--vary", "stake=0.4:0.5:2", "--as-of", "June"), "as_of: found 'June', expected a date"),
    (("--vary", "stake=0.4:0.5:2", "--data", "nowhere"), "nowhere: no dataset there"),
    (("--vary", "stake=0.4:0.5:2", "--notebooks", "dael"), "notebooks: found 'dael', expected one of"),
    (("--vary", "stake=0.4:0.5", "--sample", "0"), "--sample: found 0, expected a whole number of draws"),
    (("--vary", "stake=0.4:0.5:5", "--sample", "9"), "--vary stake: found '0.4:0.5:5', expected LOW:HIGH"),
    (("--vary", "stake=0.5:0.5", "--sample", "9"), "expected LOW below HIGH"),
    (("--sample", "9"), "sample: no figure varies"),
    (("--vary", "stake=0.4:0.5", "--sample", "9", "--seed", "-1"), "--seed: found -1, expected a whole number"),
    ((), "nothing varies, expected --vary ID=LOW:HIGH:N"),
    (("--vary", "stake=0.4:0.6:200", "--vary", "investment=10:20:200"), "the plan has 40,000 runs, expected at most 10,000; allow more with --most 40000"),
    (("--vary", "stake=0.4:0.6:99999999"), "expected N of at most ten million"),
    (("--vary", "stake=0.4:0.6:20", "--most", "10"), "the plan has 20 runs, expected at most 10"),
    (("--vary", "stake=0.4:0.5:2", "--jobs", "0"), "Invalid value for '--jobs'"),
    (("--vary", "stake=0.4:0.5:2", "--jobs", "2", "--scheduler", "tcp://127.0.0.1:9"), "--jobs: found with --scheduler"),
    (("--vary", "stake=0.4:0.5:2", "--scheduler", "localhost"), "--scheduler: found 'localhost', expected an address"),
    (("nowhere.yml",), "nowhere.yml: no such plan"),
    (("tests",), "tests: cannot be read"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "words"), WRONG_OPTIONS, ids=lambda v: " ".join(v) if isinstance(v, tuple) else ""
)
def test_a_wrong_option_gets_one_clear_line(command, tmp_path, arguments, words: str) -> None:
    status, out, err = command("sweep", *arguments, "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and err.startswith("error: ")
    assert words in err
    assert not (tmp_path / "out").exists()


WRONG_PLANS = [
    ("", "found nothing, expected a plan with keys"),
    ("- a\n", "found a list, expected a plan with keys"),
    ("vary: [\n", ":2: expected the node content, but found '<stream end>', expected a plan in YAML"),
    ("vary: {a: 1:2:3}\nvary: {b: 1:2:3}\n", ":2: vary is given a second time"),
    ("vary:\n  stake: 0.4:0.5:2\n  stake: 0.4:0.5:3\n", ":3: stake is given a second time"),
    ("varry: {stake: 0.4:0.5:2}\n", "key 'varry': is unknown, expected one of data, as_of, vary"),
    ("vary: stake\n", "vary: found 'stake', expected figures with LOW:HIGH:N"),
    ("vary: {stake: 0.4}\n", "vary: stake: found 0.4, expected LOW:HIGH:N like 10:20:11, or a list of values"),
    ("vary: {stake: {low: 1}}\n", "vary: stake: found a mapping, expected LOW:HIGH:N"),
    ("vary: {stake: []}\n", "vary: stake: found a list, expected LOW:HIGH:N"),
    ("vary: {stake: [0.4, half]}\n", "vary: stake: found a list, expected LOW:HIGH:N"),
    ("vary: {stake: [0.4, true]}\n", "vary: stake: found a list, expected LOW:HIGH:N"),
    ("vary: {stake: 0.6:0.4:3}\n", "vary: stake: found '0.6:0.4:3', expected LOW at most HIGH"),
    ("vary: {1: 0.4:0.6:3}\n", "vary: found a mapping, expected figures"),
    ("vary: {stake: 0.4:0.6:3}\nset: 3\n", "set: found 3, expected figures with a new value each"),
    ("vary: {stake: 0.4:0.6:3}\nset: {investment: many}\n", "set: investment: found 'many', expected a number"),
    ("vary: {stake: 0.4:0.6:3}\nscenarios: 3\n", "scenarios: found 3, expected a list of scenarios"),
    ("vary: {stake: 0.4:0.6:3}\nscenarios: []\n", "scenarios: found a list, expected a list of scenarios"),
    ("vary: {stake: 0.4:0.6:3}\nscenarios: [1]\n", "scenarios: found a list, expected a list of scenarios"),
    ("vary: {stake: 0.4:0.6:3}\nchoices: {scale: []}\n", "choices: scale: found a list, expected a value"),
    ("vary: {stake: 0.4:0.6:3}\nchoices: {scale: [kent, {}]}\n", "choices: scale: found a list, expected a value"),
    ("vary: {stake: 0.4:0.6:3}\nchoices: {scale: kentt}\n", "parameter scale: found 'kentt'"),
    ("vary: {stake: 0.4:0.6:3}\nchoices: kent\n", "choices: found 'kent', expected chapters' choices"),
    ("vary: {stake: 0.4:0.6}\nsample: ten\n", "sample: found 'ten', expected a whole number of draws"),
    ("vary: {stake: 0.4:0.6}\nsample: true\n", "sample: found True, expected a whole number of draws"),
    ("vary: {stake: [0.4, 0.5]}\nsample: 5\n", "vary: stake: found a list, expected LOW:HIGH like 10:20"),
    ("vary: {stake: 0.4:0.6:3}\nmost: 0\n", "most: found 0, expected a whole number of runs"),
    ("vary: {stake: 0.4:0.6:3}\nas_of: 2025\n", "as_of: found 2025, expected a date"),
    ("vary: {stake: 0.4:0.6:3}\nnotebooks: {deal: yes}\n", "notebooks: found a mapping, expected a list"),
    ("vary: {stake: !!python/object:os.system 1}\n", "could not determine a constructor"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "words"), WRONG_PLANS, ids=lambda v: v.replace("\n", " ")[:50])
def test_a_wrong_plan_gets_one_line_that_names_it(command, tmp_path, text: str, words: str) -> None:
    file = tmp_path / "plan.yml"
    file.write_text(text)
    status, out, err = command("sweep", file, "--out", tmp_path / "out")
    assert (status, out) == (2, "")
    assert len(err.splitlines()) == 1 and err.startswith("error: ")
    assert words in err
    assert "plan.yml" in err or words.startswith("parameter")
    assert not (tmp_path / "out").exists()


def test_every_fault_of_a_plan_is_said_at_once(tmp_path: Path) -> None:
    file = tmp_path / "plan.yml"
    file.write_text("varry: 1\nvary: {stake: 3, investment: 2:1:1}\nsample: 0\n")
    with pytest.raises(InputError) as problem:
        planned(file, {})
    assert len(problem.value.lines) == 4


def test_a_plan_that_is_no_text(tmp_path: Path) -> None:
    file = tmp_path / "plan.yml"
    file.write_bytes(b"vary: \xff\xfe")
    with pytest.raises(InputError, match="is no text in UTF-8"):
        planned(file, {})


def test_help_shows_an_example_that_is_a_plan(command, case) -> None:
    status, out, _ = command("sweep", "--help")
    example = " ".join(out.split()).partition("Example: neutrality sweep ")[2]
    words = example.replace("FIGURE", "investment").replace("OTHER", "stake").split()
    assert status == 0
    vary = tuple(value for option, value in pairwise(words) if option == "--vary")
    assert checked(planned(None, {"vary": vary}), case).runs > 1
