"""One run of a sweep, as a process of the sweep computes it: no notebook, no kernel, no file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from neutrality.case import Case
from neutrality.case.load import varied
from neutrality.case.wording import scale_of
from neutrality.chapters import NAMES, READING, named_results
from neutrality.errors import InputError
from neutrality.processes import serve_owner
from neutrality.sweep.plan import Point

#: The case that this process computes with, loaded and checked by whoever started it.
_case: Case | None = None


@dataclass(frozen=True)
class Outcome:
    """What came of a run: id, value and unit of each result, or why there is none."""

    run: int
    results: tuple[tuple[str, float | str | None, str], ...] = ()
    error: str = ""


def prepare(case: Case) -> None:
    """Give this process its case."""
    global _case
    _case = case


def prepare_worker(case: Case) -> None:
    """Give a process of a pool on this machine its case, and let it end with the one that started it."""
    serve_owner()
    prepare(case)


def outcome(point: Point) -> Outcome:
    """All results of all chapters at a point. Figures that cannot hold together are an outcome too."""
    if _case is None:
        raise RuntimeError("no case was prepared")
    try:
        case = varied(_read(_case, point.choices), point.figures, point.scenario)
        found = [result for name in NAMES for result in named_results(name, case, **point.choices).values()]
    except InputError as problem:
        return Outcome(point.run, error="; ".join(problem.lines))
    except ArithmeticError as problem:
        # A model beyond its limits. One of a thousand runs is no reason to lose the others.
        return Outcome(point.run, error=f"{type(problem).__name__}: {problem}")
    return Outcome(point.run, tuple((result.id, result.value, result.unit) for result in found))


def _read(case: Case, choices: Mapping[str, Any]) -> Case:
    """The case with its phrases read as the choices say."""
    reading = {name: choices[name] for name in READING if name in choices}
    if "scale" in reading:
        reading["phrases"] = scale_of(case.tables["wording"], reading["scale"])
    return replace(case, **reading)


__all__ = ["Outcome", "outcome", "prepare", "prepare_worker"]
