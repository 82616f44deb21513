"""The parameters of the notebooks, with what each may be in a case: what papermill and the command take."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from inspect import Parameter, signature

from neutrality.case import Case, load
from neutrality.case.resolve import scenarios
from neutrality.case.rules import RESERVED_SCENARIO
from neutrality.chapters import CHOICES, NAMES
from neutrality.results import Table


def table(case: Case) -> Table:
    """Table P1: every parameter with what it does, what it may be and its default."""
    return Table(
        id="P1",
        title="What can be chosen, and how?",
        note="The command takes each by its option, as -p NAME VALUE where that is -p, and papermill by its name; "
        "other values are refused",
        columns=("Parameter", "Option", "What it is", "May be", "Default"),
        rows=tuple(_rows(case)),
    )


def _rows(case: Case) -> Iterator[tuple[str, ...]]:
    named = ", ".join(scenarios(case.tables["scenarios"]))
    yield "data", "--data", "the folder or URL of the case", "any case", "data"
    yield (
        "as_of",
        "--as-of",
        "the day as of which figures count",
        "a day, year first",
        "empty: no later evidence",
    )
    yield "scenario", "--scenario", "a named set of new values for figures", named, RESERVED_SCENARIO
    yield "figures", "--set", "new values for figures", "ids of this page, within their ranges", "none"
    for name, choice in CHOICES.items():
        yield name, "-p", choice.what, choice.takes, "; ".join(_defaults(name))


def _defaults(name: str) -> Iterator[str]:
    """What a choice is where nobody chooses: once, or by chapter where they differ."""
    found: dict[str, list[str]] = {}
    for chapter in NAMES:
        module = import_module(f"neutrality.chapters.{chapter}")
        taken = signature(module.chapter).parameters.get(name) or signature(load).parameters.get(name)
        if taken and taken.default is not Parameter.empty:
            found.setdefault(str(taken.default), []).append(module.TITLE)
    for value, titles in found.items():
        yield value if len(found) == 1 else f"{value} in {' and '.join(titles)}"


__all__ = ["table"]
