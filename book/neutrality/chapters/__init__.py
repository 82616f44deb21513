"""The chapters: pure functions, a case in, results, tables and findings out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from inspect import signature
from typing import TYPE_CHECKING, Any

from neutrality.errors import InputError, nearest

if TYPE_CHECKING:
    from neutrality.case import Case
    from neutrality.results import Chapter, Results

#: In the order of reading. A chapter is a notebook and the module of the same name.
NAMES = ("deal", "customer_exits", "competitor_opportunity", "outcomes")

#: The chapters that answer from what the base knows; the one after them holds the answers against what came.
BASE = NAMES[:3]


@dataclass(frozen=True)
class Words:
    """A choice among words, and what it decides."""

    what: str
    words: tuple[str, ...]

    @property
    def takes(self) -> str:
        return ", ".join(self.words)

    def read(self, name: str, value: Any) -> str:
        if value not in self.words:
            expected = f"one of {', '.join(self.words)}{nearest(str(value), self.words)}"
            raise InputError(f"parameter {name}: found {value!r}, expected {expected}")
        return str(value)


@dataclass(frozen=True)
class Whole:
    """A choice of a whole number within limits, and what it decides."""

    what: str
    low: int
    high: int

    @property
    def takes(self) -> str:
        return "a whole number"

    def read(self, name: str, value: Any) -> int:
        try:
            number = int(str(value))
        except ValueError:
            number = None
        if number is None or not self.low <= number <= self.high:
            raise InputError(
                f"parameter {name}: found {value!r}, expected a whole number from {self.low} to {self.high}"
            )
        return number


#: How released spend finds its vendor.
SHARE_MODELS = ("equal", "proportional", "logit")

#: The choices that are no numbers of the case, and what each may be. Defaults stand in the signatures of
#: the chapters and of `case.load`, and in the notebooks' parameters cells.
CHOICES: Mapping[str, Words | Whole] = {
    "scale": Words("the scale on which phrases are read", ("kent", "icd203", "ipcc")),
    "pool_method": Words("how several readings become one probability", ("linear", "log")),
    "size_model": Words("how an undisclosed spend is taken", ("uniform", "fixed", "pert")),
    "basis": Words("the spends behind tables and charts", ("last_year", "plan")),
    "share_model": Words("how released spend is shared out", SHARE_MODELS),
    "draws": Whole("draws of the simulation that checks the exact distribution", 1_000, 100_000_000),
    "seed": Whole("where its random numbers begin", 0, 2**63 - 1),
}

#: Those that say how the case is read, which `case.load` takes; the others are the chapters' own.
READING = ("scale", "pool_method")


def compute(name: str, case: Case, **choices: Any) -> Chapter:
    """The chapter of this name, computed from a case with those of the choices that it takes.

    Raises InputError for an unknown name.
    """
    chapter: Chapter = _called(name, "chapter", case, choices)
    return chapter


def named_results(name: str, case: Case, **choices: Any) -> Results:
    """The results of `compute` alone, without the words around them: what many runs are after.

    Raises InputError for an unknown name.
    """
    results: Results = _called(name, "named_results", case, choices)
    return results


def _called(name: str, function: str, case: Case, choices: Mapping[str, Any]) -> Any:
    """What a chapter's function makes of a case and those of the choices that it takes."""
    from importlib import import_module

    if name not in NAMES:
        raise InputError(f"chapter: found {name!r}, expected one of {', '.join(NAMES)}{nearest(name, NAMES)}")
    called = getattr(import_module(f"neutrality.chapters.{name}"), function)
    taken = signature(called).parameters
    return called(case, **{key: value for key, value in choices.items() if key in taken})


def checked_choices(choices: Mapping[str, Any]) -> dict[str, Any]:
    """The choices as given, each known and of a value that it may have. Raises InputError otherwise."""
    faults: list[str] = []
    read: dict[str, Any] = {}
    for name, value in choices.items():
        try:
            if name not in CHOICES:
                known = f"one of {', '.join(CHOICES)}{nearest(name, CHOICES)}"
                raise InputError(f"parameter {name!r}: is unknown, expected {known}")
            read[name] = CHOICES[name].read(name, value)
        except InputError as problem:
            faults += problem.lines
    if faults:
        raise InputError(*faults)
    return read
