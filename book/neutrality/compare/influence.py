"""How far one figure alone moves the headline results.

The newer side is computed once more for each figure that changed, with that figure as it stood on the older
side and everything else as it is. What then differs is what this figure did.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from neutrality.chapters.headlines import all_results, chapter_of
from neutrality.compare.differences import CHANGED, Comparison, Moves, equal, gap
from neutrality.errors import InputError

if TYPE_CHECKING:
    from neutrality.case import Case


def moved_alone(comparison: Comparison) -> dict[str, Moves]:
    """For each figure that has another value or range on both sides, how far it alone moves the headline
    results; empty where the newer side's case cannot be had."""
    old, new = comparison.old, comparison.new
    answers = {name: new.results[name].figures for name in new.content["headlines"] if name in new.results}
    wanted = {
        change.id: {name for name, figures in answers.items() if change.id in figures}
        for change in comparison.of("figure")
        if change.kind == CHANGED and {"value", "range"} & set(change.fields)
    }
    found = {name: Moves(largest=0.0) for name, resting in wanted.items() if not resting}
    wanted = {name: resting for name, resting in wanted.items() if resting}
    if not wanted or new.case is None:
        return found
    case, choices = new.case, new.content["choices"]
    # By the same program as what they are held against: an edition may have been computed by another one.
    now = _values(case, choices, set().union(*wanted.values()))
    for name, resting in wanted.items():
        if name not in case.figures:
            continue
        former = replace(case, figures={**case.figures, name: old.figures[name]})
        try:
            then = _values(former, choices, resting)
        except (InputError, ArithmeticError, ValueError, LookupError, TypeError):
            # The former value may be impossible beside the others, or of another unit: nothing is said then.
            continue
        found[name] = _moves(then, {answer: now.get(answer) for answer in resting})
    return found


def _values(case: Case, choices: Mapping[str, Any], answers: set[str]) -> dict[str, Any]:
    chapters = {chapter_of(name) for name in answers}
    results = all_results(case, choices, chapters)
    return {name: results[name].value for name in sorted(answers) if name in results}


def _moves(then: Mapping[str, Any], now: Mapping[str, Any]) -> Moves:
    pairs = {name: (then.get(name), now.get(name)) for name in sorted(now)}
    moved = {name: pair for name, pair in pairs.items() if not equal(*pair)}
    flips = sum(any(value is None or isinstance(value, str) for value in pair) for pair in moved.values())
    return Moves(tuple(moved), max((gap(*pair) for pair in moved.values()), default=0.0), flips)


__all__ = ["moved_alone"]
