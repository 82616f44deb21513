"""What was added, removed or changed between two sides, the gravest first.

Two numbers count as equal when they differ by less than one part in a thousand million: that is what
another processor's arithmetic may make of the same inputs.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

from neutrality.case import Figure
from neutrality.compare.sides import Side
from neutrality.errors import InputError

#: From the gravest. `verdict`: a word that flipped, came to exist or ceased; `headline` and `result`: numbers;
#: `figure`: what results rest on; `evidence`: figures of later evidence, which enter no answer.
SEVERITIES = ("verdict", "headline", "result", "figure", "evidence", "claim", "source")
ADDED, REMOVED, CHANGED = "added", "removed", "changed"

_EQUAL = 1e-9
#: What of a figure is compared; the range is what evidence allows, however it was written.
_OF_FIGURES = ("value", "range", "tag", "known_on", "unit", "claims", "label", "entity", "metric", "period",
               "min", "max", "half_unit", "reason", "quality", "note", "overridden")  # fmt: skip
_OF_RESULTS = ("value", "unit", "tag", "layer", "figures")
_SETTINGS = ("title", "as_of", "scenario", "new_figures", "choices", "data", "package", "commit")


@dataclass(frozen=True)
class Moves:
    """How far a figure alone moves the headline results of the newer side: those that move, the largest
    relative move of a number, and how many verdicts flip. `largest` is None where none was computed."""

    answers: tuple[str, ...] = ()
    largest: float | None = None
    flips: int = 0


@dataclass(frozen=True)
class Change:
    """One thing that was added, removed or changed.

    `fields` holds the old and the new value of each field that differs; of what was added or removed, of
    each field. `absolute` and `relative` are the change of a number in one unit, relative to the old one.
    """

    severity: str
    kind: str
    what: str
    id: str
    label: str
    fields: Mapping[str, tuple[Any, Any]]
    headline: bool = False
    unit: str = ""
    absolute: float | None = None
    relative: float | None = None
    #: For figures: the headline results that rest on it on either side, and how far it moves them.
    rests: int = 0
    moves: Moves = field(default_factory=Moves)

    @property
    def old(self) -> Any:
        """The old value; None where there was none."""
        return self.fields.get("value", (None, None))[0]

    @property
    def new(self) -> Any:
        """The new value; None where there is none."""
        return self.fields.get("value", (None, None))[1]


@dataclass(frozen=True)
class Comparison:
    """Two sides and what changed between them, ordered by severity."""

    old: Side
    new: Side
    changes: tuple[Change, ...]

    @cached_property
    def settings(self) -> dict[str, tuple[Any, Any]]:
        """What was set differently, by name, where both sides say it."""
        both = {name: (self.old.content.get(name), self.new.content.get(name)) for name in _SETTINGS}
        # A case says nothing of a commit; a day that is not set says that later evidence is left out.
        said = {
            name: pair for name, pair in both.items() if name == "as_of" or all(v is not None for v in pair)
        }
        return {name: pair for name, pair in said.items() if pair[0] != pair[1]}

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many changes there are of each severity."""
        found = Counter(change.severity for change in self.changes)
        return {severity: found[severity] for severity in SEVERITIES}

    def of(self, *severities: str) -> list[Change]:
        """The changes of these severities, in order."""
        return [change for change in self.changes if change.severity in severities]


def compare(old: Side, new: Side, *, influence: bool = True) -> Comparison:
    """Everything that changed from one side to the other.

    `influence` computes how far each changed figure alone moves the headline results, where the case behind
    the newer side can be had.
    """
    found = [*_results(old, new), *_figures(old, new), *_evidence(old, new)]
    found += _rows("claim", old.content["claims"], new.content["claims"], "statement")
    found += _rows("source", old.content["sources"], new.content["sources"], "title")
    comparison = Comparison(old, new, _ordered(found))
    if influence:
        from neutrality.compare.influence import moved_alone

        moves = moved_alone(comparison)
        found = [
            replace(c, moves=moves[c.id]) if c.severity == "figure" and c.id in moves else c for c in found
        ]
        comparison = Comparison(old, new, _ordered(found))
    return comparison


def _ordered(found: list[Change]) -> tuple[Change, ...]:
    """By severity; then what came to exist or ceased; then by the size of the move, verdicts that a figure
    flips first. Ties stay in the order of reading."""

    def key(change: Change) -> tuple[Any, ...]:
        first = SEVERITIES.index(change.severity)
        if change.what == "figure":
            moves = change.moves
            return first, -moves.flips, -(moves.largest or 0.0), -change.rests, -_size(change)
        # Of results a number that only changed its tag or its layer comes last.
        return (
            first,
            not change.headline,
            change.kind == CHANGED,
            "value" not in change.fields,
            -_size(change),
        )

    return tuple(sorted(found, key=key))


def _size(change: Change) -> float:
    """How large a move is, from 0 to 2, the same from either side."""
    return gap(change.old, change.new)


def gap(one: Any, other: Any) -> float:
    """How far two values lie apart, as a part of the larger; 0 where they are no two numbers."""
    if not _numbers(one, other):
        return 0.0
    largest = max(abs(one), abs(other))
    return abs(one - other) / largest if largest else 0.0


def _numbers(*values: Any) -> bool:
    return all(isinstance(value, int | float) and not isinstance(value, bool) for value in values)


def equal(one: Any, other: Any) -> bool:
    """Whether two values are the same, numbers but for the last digits."""
    if _numbers(one, other):
        return math.isclose(one, other, rel_tol=_EQUAL, abs_tol=1e-12)
    if isinstance(one, tuple) and isinstance(other, tuple) and len(one) == len(other):
        return all(map(equal, one, other))
    return bool(one == other)


def _union(old: Mapping[str, Any], new: Mapping[str, Any]) -> Iterator[str]:
    """Ids in the order of the newer side, those that only the older has after them."""
    yield from new
    yield from (name for name in old if name not in new)


def _pairs(
    old: Mapping[str, Any], new: Mapping[str, Any], fields: Callable[[Any], dict[str, Any]]
) -> Iterator[tuple[str, str, dict[str, tuple[Any, Any]]]]:
    """Id, kind of change and differing fields of everything that is not the same on both sides."""
    for name in _union(old, new):
        before = fields(old[name]) if name in old else {}
        after = fields(new[name]) if name in new else {}
        differing = {
            key: (before.get(key), after.get(key))
            for key in _union(before, after)
            if not equal(before.get(key), after.get(key))
        }
        if name not in old or name not in new or differing:
            yield name, ADDED if name not in old else REMOVED if name not in new else CHANGED, differing


def _change_of(fields: Mapping[str, tuple[Any, Any]]) -> tuple[float | None, float | None]:
    before, after = fields.get("value", (None, None))
    if not _numbers(before, after) or "unit" in fields:
        return None, None
    absolute = after - before
    relative = absolute / abs(before) if before else None
    return _finite(absolute), _finite(relative)


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def _results(old: Side, new: Side) -> Iterator[Change]:
    labels = {**old.content["labels"], **new.content["labels"]}
    headlines = {*old.content["headlines"], *new.content["headlines"]}

    # A result without a value is one that does not exist.
    def existing(side: Side) -> dict[str, Any]:
        return {name: result for name, result in side.results.items() if result.value is not None}

    before, after = existing(old), existing(new)
    for name, kind, fields in _pairs(before, after, lambda r: {key: getattr(r, key) for key in _OF_RESULTS}):
        value = (after.get(name) or before[name]).value
        word = "value" in fields and any(isinstance(v, str) for v in fields["value"])
        headline = name in headlines
        severity = "verdict" if word else "headline" if headline else "result"
        if severity == "headline" and "value" not in fields:
            # The answer stands; what it rests on changed.
            severity = "result"
        absolute, relative = _change_of(fields)
        unit = (after.get(name) or before[name]).unit if not isinstance(value, str) else ""
        yield Change(
            severity, kind, "result", name, labels.get(name, name), fields, headline, unit, absolute, relative
        )  # fmt: skip


def _parts(figure: Figure) -> dict[str, Any]:
    try:
        span = figure.range
    except InputError:
        # Neither value nor range: another figure stands in for it.
        span = None
    special = {"range": span, "known_on": figure.known_on.isoformat()}
    return {name: special[name] if name in special else getattr(figure, name) for name in _OF_FIGURES}


def _called(side: Side, figure: Figure) -> str:
    owner = side.content["entities"].get(figure.entity, figure.entity)
    return figure.of(owner)


def _figures(old: Side, new: Side) -> Iterator[Change]:
    rests = [
        {name: side.results[name].figures for name in side.content["headlines"] if name in side.results}
        for side in (old, new)
    ]
    for name, kind, fields in _pairs(old.figures, new.figures, _parts):
        if _only_moved(name, kind, (old.figures, old.evidence), (new.figures, new.evidence)):
            continue
        resting = {answer for answers in rests for answer, figures in answers.items() if name in figures}
        yield _of_figure("figure", old, new, old.figures, new.figures, name, kind, fields, len(resting))


def _evidence(old: Side, new: Side) -> Iterator[Change]:
    for name, kind, fields in _pairs(old.evidence, new.evidence, _parts):
        if _only_moved(name, kind, (old.evidence, old.figures), (new.evidence, new.figures)):
            continue
        yield _of_figure("evidence", old, new, old.evidence, new.evidence, name, kind, fields, 0)


def _only_moved(
    name: str, kind: str, before: tuple[Mapping[str, Figure], ...], after: tuple[Mapping[str, Figure], ...]
) -> bool:
    """Whether what seems added or removed stands unchanged on the other side's other list: later evidence
    that counts there, or does not, because of the day that was asked for. The day stands among the settings;
    of the row itself nothing changed. The lists are the one compared and the other one, of either side."""
    here, there = (after[0], before[1]) if kind == ADDED else (before[0], after[1])
    return kind != CHANGED and name in there and equal(_parts(here[name]), _parts(there[name]))


def _of_figure(
    severity: str,
    old: Side,
    new: Side,
    before: Mapping[str, Figure],
    after: Mapping[str, Figure],
    name: str,
    kind: str,
    fields: Mapping[str, tuple[Any, Any]],
    rests: int,
) -> Change:
    side, figure = (new, after[name]) if name in after else (old, before[name])
    absolute, relative = _change_of(fields)
    return Change(
        severity, kind, severity, name, _called(side, figure), fields,
        unit=figure.unit, absolute=absolute, relative=relative, rests=rests,
    )  # fmt: skip


def _rows(what: str, old: Mapping[str, Any], new: Mapping[str, Any], text: str) -> Iterator[Change]:
    for name, kind, fields in _pairs(old, new, dict):
        row = new.get(name) or old.get(name) or {}
        yield Change(what, kind, what, name, str(row.get(text) or name), fields)


__all__ = [
    "ADDED",
    "CHANGED",
    "REMOVED",
    "SEVERITIES",
    "Change",
    "Comparison",
    "Moves",
    "compare",
    "equal",
    "gap",
]
