"""Every scenario of the case side by side, for every headline result."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from neutrality.case import Case, Figure, load
from neutrality.case.load import varied
from neutrality.case.resolve import scenario_values
from neutrality.case.resolve import scenarios as scenarios_of
from neutrality.case.validate import RESERVED_SCENARIO
from neutrality.chapters import READING
from neutrality.chapters.headlines import cell, expanded, headline_results, in_words
from neutrality.chapters.ledger import figure_name, printed, source_line
from neutrality.errors import InputError
from neutrality.methods.tornado import Swing
from neutrality.results import Result, Table, Text
from neutrality.words import owned, raised


@dataclass(frozen=True)
class Scenario:
    """One scenario: its figures and headline results, or why it cannot be computed with these figures."""

    name: str
    case: Case | None
    results: Mapping[str, Result]
    problem: str = ""

    @property
    def label(self) -> str:
        return raised(self.name).replace("_", " ")


@dataclass(frozen=True)
class Comparison:
    """The scenarios of a case, `as_reported` first.

    `labels` name the headline results, `differing` are the figures that any scenario sets, `tables` are S1
    (results) and S2 (figures that differ), `notes` say what each scenario moves most.
    """

    case: Case
    scenarios: tuple[Scenario, ...]
    labels: Mapping[str, str]
    differing: tuple[Figure, ...]
    tables: Mapping[str, Table]
    notes: tuple[Text, ...]


def compare(
    location: str = "data",
    as_of: str = "",
    figures: Mapping[str, Any] | None = None,
    choices: Mapping[str, Any] | None = None,
) -> Comparison:
    """Compute every headline result of every scenario of the case.

    New values by figure id come after a scenario's own, as everywhere. A scenario that they contradict has
    no numbers and says why. Raises InputError when the case itself is at fault.
    """
    chosen = dict(choices or {})
    reading = {name: chosen.pop(name) for name in READING if name in chosen}
    case = load(location, as_of, RESERVED_SCENARIO, figures or {}, **reading)
    found = tuple(_computed(case, name, chosen) for name in scenarios_of(case.tables["scenarios"]))
    labels = {name: label for name, label in expanded(case).items() if name in found[0].results}
    differing = tuple(_differing(case))
    return Comparison(
        case,
        found,
        labels,
        differing,
        {"S1": _results(case, found, labels, differing), "S2": _figures(case, found, differing)},
        tuple(_moved(one, found[0], labels) for one in found[1:]) or (Text("The case has no other scenario."),),
    )  # fmt: skip


def _computed(case: Case, name: str, choices: Mapping[str, Any]) -> Scenario:
    try:
        own = case if name == RESERVED_SCENARIO else varied(case, scenario=name)
    except InputError as problem:
        return Scenario(name, None, {}, "; ".join(problem.lines))
    return Scenario(name, own, headline_results(own, choices))


def _differing(case: Case) -> list[Figure]:
    """The figures that any scenario sets, in the order of the case."""
    table = case.tables["scenarios"]
    named = {figure for name in scenarios_of(table) for figure in scenario_values(table, name, case.figures)}
    return [figure for figure in case.figures.values() if figure.id in named]


def _results(
    case: Case, found: tuple[Scenario, ...], labels: Mapping[str, str], differing: tuple[Figure, ...]
) -> Table:
    """S1: headline results by scenario."""
    return Table(
        id="S1",
        title="What is each answer, scenario by scenario?",
        note="Headline results; a dash where no number exists",
        columns=("Answer", *(one.label for one in found)),
        rows=tuple(
            (label, *(cell(one.results.get(name)) for one in found)) for name, label in labels.items()
        ),
        source=source_line(case, differing) if differing else "",
        numeric=frozenset(range(1, 1 + len(found))),
    )


def _figures(case: Case, found: tuple[Scenario, ...], differing: tuple[Figure, ...]) -> Table:
    """S2: the figures that any scenario sets."""
    rows = tuple(
        (
            figure_name(case, figure),
            *(printed(one.case.figures[figure.id]) if one.case else None for one in found),
        )
        for figure in differing
    )
    return Table(
        id="S2",
        title="Which figures make the scenarios differ?",
        note="Every other figure is the same in all of them",
        columns=("Figure", *(one.label for one in found)),
        rows=rows or (("No figure differs", *(None for _ in found)),),
        source=source_line(case, differing) if differing else "",
        numeric=frozenset(range(1, 1 + len(found))),
    )


def _moved(one: Scenario, base: Scenario, labels: Mapping[str, str]) -> Text:
    """What a scenario moves most, against the figures as reported."""
    if one.case is None:
        return Text(f"{one.label} cannot be computed with these figures: {one.problem}.")
    swings = []
    for name in labels:
        before, after = base.results[name].value, one.results[name].value
        if isinstance(before, int | float) and isinstance(after, int | float):
            swing = Swing(name, 0.0, 1.0, float(before), float(after), float(before))
            if swing.relative:
                swings.append(swing)
    words = [
        f"the verdict on {owned(labels[name].partition(':')[0])} claim becomes “{in_words(str(one.results[name].value))}”"
        for name in labels
        if isinstance(base.results[name].value, str) and one.results[name].value != base.results[name].value
    ]
    changed = Text(f"; {', and '.join(words)}.") if words else Text(".")
    if not swings:
        return Text(f"{one.label} moves no headline number", changed)
    most = max(swings, key=lambda swing: swing.relative or 0.0)
    label = labels[most.name]
    return Text(
        f"{one.label} moves “{label}” most, from ", base.results[most.name].number(), " to ",
        one.results[most.name].number(), changed,
    )  # fmt: skip


__all__ = ["Comparison", "Scenario", "compare"]
