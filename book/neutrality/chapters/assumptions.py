"""The assumption log: every assumption with its grounds and what it moves, the most dangerous first.

After the AQuA Book: quality is judged, impact is computed as the largest relative swing of any headline
result when the figure goes from its low to its high end.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.load import varied
from neutrality.chapters.headlines import all_results, chapter_of, expanded
from neutrality.chapters.ledger import figure_name, printed, printed_range, source_line
from neutrality.errors import InputError
from neutrality.methods.tornado import Swing
from neutrality.results import Cell, Number, Result, Span, Table, Text
from neutrality.units import pretty
from neutrality.words import joined, lowered

#: How much worse than good the grounds of an assumption are; one that nobody judged counts as weak.
POORNESS: Mapping[str, int] = {"good": 1, "fair": 2, "weak": 3}

#: From which relative swing on an impact is medium, and high.
MEDIUM, HIGH = 0.05, 0.25


@dataclass(frozen=True)
class Entry:
    """One assumption and what it does to the headline results, the largest relative swing first.

    `others` are its swings of all other results, `verdicts` the headline verdicts that become another word
    at an end. `ranged` is False where low and high do not differ, so that nothing can be said about its
    impact; `contradicts` is True where an end contradicts other figures, so that it has no results there.
    """

    figure: Figure
    swings: tuple[Swing, ...]
    others: tuple[Swing, ...]
    verdicts: tuple[str, ...]
    ranged: bool
    contradicts: bool = False

    @property
    def most(self) -> Swing | None:
        return self.swings[0] if self.swings else None

    @property
    def relative(self) -> float:
        """The largest relative swing of any headline result."""
        return (self.most.relative or 0.0) if self.most else 0.0

    @property
    def size(self) -> float:
        """How much it does: another verdict counts as much as a high swing at least."""
        return max(self.relative, HIGH if self.verdicts else 0.0)

    @property
    def answer(self) -> str | None:
        """The headline result that it moves most, or else one that becomes another word."""
        return self.most.name if self.most else next(iter(self.verdicts), None)

    @property
    def impact(self) -> str:
        if not self.ranged:
            return "no range"
        if self.contradicts:
            return "contradicts at an end"
        if not self.size:
            return "none"
        return "high" if self.size >= HIGH else "medium" if self.size >= MEDIUM else "low"

    @property
    def quality(self) -> str:
        return self.figure.quality or "not judged"

    @property
    def poorness(self) -> int:
        return POORNESS.get(self.figure.quality, max(POORNESS.values()))

    @property
    def danger(self) -> tuple[float, float]:
        """Impact times poor grounds; between equal ones, what else the figure moves decides."""
        other = (self.others[0].relative or 0.0) if self.others else 0.0
        return self.size * self.poorness, other * self.poorness


@dataclass(frozen=True)
class Log:
    """The assumptions of a case, the most dangerous first, with tables A1 to A3 and notes."""

    case: Case
    entries: tuple[Entry, ...]
    labels: Mapping[str, str]
    tables: Mapping[str, Table]
    notes: tuple[Text, ...]


def log(case: Case, choices: Mapping[str, Any] | None = None) -> Log:
    """The assumption log of a case: each assumed figure moved from low to high, all others at their value."""
    chosen = dict(choices or {})
    base = all_results(case, chosen)
    labels = {name: label for name, label in expanded(case).items() if name in base}
    entries = [
        _entry(case, figure, base, labels, chosen)
        for figure in case.figures.values()
        if figure.tag == "assumed"
    ]
    # What cannot be computed may be anything, so it is seen first.
    entries.sort(key=lambda entry: (entry.contradicts, entry.danger, entry.poorness), reverse=True)
    found = tuple(entries)
    made = (_table(case, found, labels), _reasons(case, found), _reach(case, found))
    return Log(case, found, labels, {table.id: table for table in made}, _notes(case, found, labels))


def _entry(
    case: Case,
    figure: Figure,
    base: Mapping[str, Result],
    headlines: Collection[str],
    choices: Mapping[str, Any],
) -> Entry:
    span = _range(figure)
    if span is None:
        return Entry(figure, (), (), (), False)
    # Each result names the figures it rests on: only those can move. A bound rests on the range itself.
    resting = [result for result in base.values() if figure.id in result.figures and result.layer != "L1"]
    if not resting and figure.value is None:
        # While another figure stands in for it nothing rests on it; given a value, something may.
        resting = [result for result in base.values() if result.layer != "L1"]
    chapters = {chapter_of(result.id) for result in resting}
    ends = [_results_at(case, figure, end, choices, chapters) for end in span] if chapters else []
    swings, verdicts = [], []
    for result in resting:
        low, high = (end[result.id].value if end and result.id in end else None for end in ends)
        if isinstance(result.value, str):
            if result.id in headlines and {low, high} - {None, result.value}:
                verdicts.append(result.id)
            continue
        swing = Swing(result.id, *span, _float(low), _float(high), _float(result.value))
        if swing.relative:
            swings.append(swing)
    swings.sort(key=lambda swing: -(swing.relative or 0.0))
    return Entry(
        figure,
        tuple(swing for swing in swings if swing.name in headlines),
        tuple(swing for swing in swings if swing.name not in headlines),
        tuple(verdicts),
        True,
        any(end is None for end in ends),
    )


def _range(figure: Figure) -> tuple[float, float] | None:
    """Low and high of a figure where they differ; None for a choice and for one without a range."""
    try:
        low, high = figure.range
    except InputError:
        return None
    return (low, high) if low < high else None


def _results_at(
    case: Case, figure: Figure, value: float, choices: Mapping[str, Any], chapters: set[str]
) -> Mapping[str, Result] | None:
    """Results with one figure at another value; None where it contradicts the other figures."""
    try:
        return all_results(varied(case, {figure.id: value}), choices, chapters)
    except InputError:
        return None


def _float(value: float | str | None) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _share(entry: Entry, value: float) -> Number:
    return Number(value, "share", "assumed", "L1", f"figure:{entry.figure.id}")


def _table(case: Case, entries: tuple[Entry, ...], labels: Mapping[str, str]) -> Table:
    """A1: the assumption log."""

    def row(entry: Entry) -> tuple[Cell, ...]:
        figure = entry.figure
        return (
            figure_name(case, figure),
            printed(figure) if figure.value is not None else None,
            Span(*printed_range(figure, 3)) if entry.ranged else None,
            entry.quality,
            entry.impact,
            _share(entry, entry.relative) if entry.relative else None,
            labels[entry.answer] if entry.answer else "",
        )

    torn = any(entry.contradicts for entry in entries)
    return Table(
        id="A1",
        title="What is assumed, on what grounds, and what hangs on it?",
        note="Sorted by danger: the largest relative swing of a headline answer from low to high, times "
        f"{', '.join(f'{times} for {grounds}' for grounds, times in POORNESS.items())} grounds. Impact is high from "
        f"{pretty(HIGH, 'share')} of the answer on, medium from {pretty(MEDIUM, 'share')} on"
        + ("; what contradicts other figures at an end of its range, so that it has no swing, comes first" if torn else ""),
        columns=("Assumption", "Value", "From low to high", "Grounds", "Impact", "Largest swing", "Of which answer"),
        rows=tuple(row(entry) for entry in entries),
        source=source_line(case, [entry.figure for entry in entries]) if entries else "",
        numeric=frozenset({1, 2, 5}),
    )  # fmt: skip


def _reasons(case: Case, entries: tuple[Entry, ...]) -> Table:
    """A2: why each assumption has its value and its range."""
    return Table(
        id="A2",
        title="Why these values and these ranges?",
        note="In the order of the log",
        columns=("Assumption", "Reason"),
        rows=tuple((figure_name(case, entry.figure), entry.figure.reason) for entry in entries),
        source=source_line(case, [entry.figure for entry in entries]) if entries else "",
    )


def _reach(case: Case, entries: tuple[Entry, ...]) -> Table:
    """A3: how many headline answers each assumption moves, and which other result it moves most."""

    def row(entry: Entry) -> tuple[Cell, ...]:
        moved = [swing for swing in entry.swings if (swing.relative or 0.0) >= MEDIUM]
        other = entry.others[0] if entry.others else None
        return (
            figure_name(case, entry.figure),
            str(len(moved)) if entry.ranged else "",
            other.name if other else "",
            _share(entry, other.relative or 0.0) if other else None,
        )

    return Table(
        id="A3",
        title="What else does each assumption move?",
        note=f"Headline answers that it moves by {pretty(MEDIUM, 'share')} of themselves or more, and the result beyond them that it moves most",
        columns=("Assumption", "Headline answers", "Other result, most moved", "Swing"),
        rows=tuple(row(entry) for entry in entries),
        source=source_line(case, [entry.figure for entry in entries]) if entries else "",
        numeric=frozenset({1, 3}),
    )


def _notes(case: Case, entries: tuple[Entry, ...], labels: Mapping[str, str]) -> tuple[Text, ...]:
    torn = [entry for entry in entries if entry.contradicts]
    unknown = (
        Text("What these move is not known, because they contradict other figures at an end of their range: ", _names(case, torn), "."),
    ) if torn else ()  # fmt: skip
    top = next((entry for entry in entries if entry.answer and not entry.contradicts), None)
    if top is None or top.answer is None:
        rest = "other " if torn else ""
        return *unknown, Text(f"No {rest}assumption moves a headline answer.")
    start = (
        f"The most dangerous assumption is {_quoted(case, top)}, on {top.quality} grounds: from low to high "
    )
    first = (
        Text(start, f"it moves “{labels[top.answer]}” by ", _share(top, top.relative), " of itself.")
        if top.most
        else Text(start, f"“{labels[top.answer]}” becomes another.")
    )
    still = [entry for entry in entries if entry.impact == "none"]
    weak = [entry for entry in entries if entry.impact == "high" and entry.figure.quality == "weak"]
    second = (
        Text("Weak grounds and a high impact come together in ", _names(case, weak), ".")
        if weak
        else Text("No assumption with a high impact stands on weak grounds.")
    )
    third = (
        Text(
            "Some assumptions move no headline answer, or one that is printed at both ends of the assumption; what they move "
            "stands in the last table."
        )
        if still
        else Text(f"Every {'other ' if torn else ''}assumption with a range moves a headline answer.")
    )
    return *unknown, first, second, third


def _names(case: Case, entries: list[Entry], most: int = 4) -> Text:
    names = [_quoted(case, entry) for entry in entries[:most]]
    return Text(joined([*names, "others"] if len(entries) > most else names))


def _quoted(case: Case, entry: Entry) -> str:
    return f"“{case.name(entry.figure.entity)}: {lowered(entry.figure.label)}”"


__all__ = ["HIGH", "MEDIUM", "POORNESS", "Entry", "Log", "log"]
