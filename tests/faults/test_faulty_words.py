"""Faults of what is typed, one at a time, in this process: options, parameters, plans and descriptors."""

from __future__ import annotations

import math
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fault_answers import Answer, complains
from fault_tables import faults
from fault_words import DESCRIPTORS, PLANS, VARIED, Call, described, options
from hypothesis import given
from hypothesis import strategies as st
from neutrality.case import load
from neutrality.cli import settings as read_options
from neutrality.errors import InputError
from neutrality.sweep import planned

sys.path.append(str(Path(__file__).resolve().parents[1] / "case" / "another"))
import another

with TemporaryDirectory() as folder:
    _FIGURES = load(str(another.write(Path(folder) / "case"))).figures
BOUNDS = {
    figure.id: (figure.min, figure.max)
    for figure in _FIGURES.values()
    if figure.min is not None and figure.max is not None
}
CALLS = list(options(BOUNDS))


def test_there_are_hundreds_of_faults_and_all_are_distinct(sound: Path) -> None:
    """What is counted here is tried one by one, here and in test_faulty_tables; `tests/conftest.py` prints how
    many were."""
    names = [fault.name for fault in faults(sound)]
    names += [*map(shown, CALLS), *map(varied, VARIED), *map(planned_as, PLANS), *map(told, DESCRIPTORS)]
    assert len(names) == len(set(names))
    assert len(names) >= 300


def shown(call: Call) -> str:
    return " ".join(call[0])


def varied(text: str) -> str:
    return f"--vary {text}"


def planned_as(plan: str) -> str:
    return f"plan {plan!r}"


def told(name: str) -> str:
    return f"descriptor: {name}"


@pytest.mark.parametrize("call", CALLS, ids=shown)
def test_what_is_typed_wrongly_is_named(
    command: Callable[..., Answer], sound: Path, tmp_path: Path, call: Call, tried: Callable[[str], None]
) -> None:
    tried(shown(call))
    (tmp_path / "file.txt").write_text("no case\n", "utf-8")
    places = {"case": str(sound), "file": str(tmp_path / "file.txt"), "away": str(tmp_path / "away")}

    def placed(word: str) -> str:
        for name, place in places.items():
            word = word.replace(f"{{{name}}}", place)
        return word

    words, expected = call
    complains(command(*map(placed, words)), *map(placed, expected))
    assert not (tmp_path / "away").exists()
    assert (tmp_path / "file.txt").read_text("utf-8") == "no case\n"


@pytest.mark.parametrize("text", VARIED)
def test_what_cannot_vary_is_named(
    command: Callable[..., Answer], tmp_path: Path, text: str, tried: Callable[[str], None]
) -> None:
    tried(varied(text))
    answer = command("sweep", "--vary", text, "--out", str(tmp_path / "out"))
    complains(answer, text.partition("=")[0] or "--vary")
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("plan", PLANS)
def test_a_faulty_plan_is_named(
    command: Callable[..., Answer], tmp_path: Path, plan: str, tried: Callable[[str], None]
) -> None:
    tried(planned_as(plan))
    file = tmp_path / "plan.yml"
    file.write_text(plan, "utf-8")
    complains(command("sweep", str(file), "--out", str(tmp_path / "out")), PLANS[plan])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_a_faulty_descriptor_is_named(
    command: Callable[..., Answer], spoilt: Path, name: str, tried: Callable[[str], None]
) -> None:
    tried(told(name))
    described(spoilt, DESCRIPTORS[name])
    complains(command("check", "--data", str(spoilt)), "datapackage.json")


@given(text=st.text(max_size=40))
def test_any_text_for_a_figure_is_a_number_or_a_line(text: str) -> None:
    try:
        read = read_options("data", "", "as_reported", (f"investment={text}",), ())
    except InputError as problem:
        assert len(problem.lines) == 1
        assert "investment" in problem.lines[0]
        assert "\n" not in problem.lines[0]
    else:
        value = read.figures["investment"]
        assert math.isnan(value) or value == float(text)


@given(text=st.text(max_size=60))
def test_any_text_as_a_plan_is_a_plan_or_a_line(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    file = tmp_path_factory.getbasetemp() / "any.yml"
    file.write_text(text, "utf-8", errors="surrogatepass")
    try:
        planned(file, {})
    except InputError as problem:
        assert problem.lines
        assert all(line and "\n" not in line for line in problem.lines)
