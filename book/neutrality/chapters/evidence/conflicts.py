"""Records of conflicts: claims that do not agree, and every headline answer under each way to read them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from neutrality.case import Case
from neutrality.case.load import varied
from neutrality.case.tables import listed
from neutrality.chapters.evidence.figures import figure_mention, standing
from neutrality.chapters.evidence.records import (
    KINDS,
    Answer,
    ConflictRecord,
    Mention,
    Passage,
    Reading,
    Support,
)
from neutrality.chapters.evidence.sources import supports
from neutrality.chapters.headlines import all_results, cell, expanded
from neutrality.chapters.ledger import printed
from neutrality.errors import InputError
from neutrality.results import Cell, Number, Result

_NAMES = re.compile(r"([a-z][a-z0-9_]*)")
#: Most significant figures with which two answers are told apart.
MOST_DIGITS = 6


def conflicts_shown(case: Case) -> list[dict[str, Any]]:
    """The conflicts of claims made by the case's day: a conflict needs two of its claims."""
    known = {row["id"] for row in case.claims_known()}
    return [
        row
        for row in case.tables["conflicts"].rows
        if len(known.intersection(listed(row["claims"]))) >= min(2, len(listed(row["claims"])))
    ]


def conflict_records(case: Case, choices: Mapping[str, Any]) -> tuple[ConflictRecord, ...]:
    """Every conflict with the headline answers that a reading of it would change, the most of them first."""
    base, known = all_results(case, choices), supports(case)
    found = [_conflict(case, row, known, base, choices) for row in conflicts_shown(case)]
    return tuple(sorted(found, key=lambda conflict: -len(conflict.answers)))


def _conflict(
    case: Case,
    row: Mapping[str, Any],
    known: Mapping[str, Support],
    base: Mapping[str, Result],
    choices: Mapping[str, Any],
) -> ConflictRecord:
    own = tuple(known[claim] for claim in listed(row["claims"]) if claim in known)
    found = tuple(_readings(case, row["id"], known, base, choices))
    return ConflictRecord(
        id=row["id"],
        topic=row["topic"],
        kind=KINDS[row["type"]][0],
        meaning=KINDS[row["type"]][1],
        claims=own,
        treatment=row["treatment"],
        effect=linked(case, row["effect"]),
        readings=found,
        answers=tuple(_answers(case, base, found)),
        later=any(case.is_later({"source": support.source.id}) for support in own),
    )


def linked(case: Case, words: str) -> Passage:
    """Words of the case in which each id of a figure is a mention of it."""
    parts: list[str | Mention] = []
    for piece in _NAMES.split(words):
        known = piece in case.figures or piece in case.later
        # A plain word may happen to be the id of a figure too.
        if known and "_" in piece:
            parts.append(figure_mention(case, standing(case, piece)))
        elif parts and isinstance(parts[-1], str):
            parts[-1] += piece
        elif piece:
            parts.append(piece)
    return tuple(parts)


def _readings(
    case: Case,
    conflict: str,
    known: Mapping[str, Support],
    base: Mapping[str, Result],
    choices: Mapping[str, Any],
) -> list[Reading]:
    rows = [
        row
        for row in case.tables["readings"].rows
        if row["conflict"] == conflict and row["figure"] in case.figures
    ]
    found = []
    for words in dict.fromkeys(row["reading"] for row in rows):
        own = [row for row in rows if row["reading"] == words]
        claims = dict.fromkeys(claim for row in own for claim in listed(row["claims"]))
        note = " ".join(dict.fromkeys(row["note"] for row in own if row["note"]))
        if claims and not any(claim in known for claim in claims):
            # Nobody had said so by the case's day.
            continue
        values = {row["figure"]: float(row["value"]) for row in own}
        said = tuple(known[claim] for claim in claims if claim in known)
        found.append(_reading(case, words, values, said, note, base, choices))
    return found


def _reading(
    case: Case,
    words: str,
    values: Mapping[str, float],
    claims: tuple[Support, ...],
    note: str,
    base: Mapping[str, Result],
    choices: Mapping[str, Any],
) -> Reading:
    figures = [case.figures[name] for name in values]
    sets = tuple(
        (figure_mention(case, figure), replace(printed(figure, MOST_DIGITS), value=values[figure.id]))
        for figure in figures
    )
    labels = expanded(case)
    headlines = {name: one for name, one in base.items() if name in labels}
    if all(same(figure.value, values[figure.id]) for figure in figures):
        stands = {name: cell(one) for name, one in headlines.items()}
        return Reading(words, sets, claims, note, stands, 0, True)
    try:
        found = all_results(varied(case, values), choices)
    except InputError as problem:
        return Reading(words, sets, claims, note, {}, 0, False, "; ".join(problem.lines))
    answers = {name: cell(found.get(name)) for name in headlines}
    others = sum(
        name not in labels and not same(one.value, found[name].value if name in found else None)
        for name, one in base.items()
    )
    return Reading(words, sets, claims, note, answers, others, False)


def same(one: float | str | None, other: float | str | None) -> bool:
    """Whether two values are one but for rounding."""
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-12)
    return one == other


def _answers(case: Case, base: Mapping[str, Result], readings: Sequence[Reading]) -> list[Answer]:
    """The headline answers that some reading changes, in the order of reading."""
    labels, found = expanded(case), []
    for name in (name for name in base if name in labels):
        stands = cell(base[name])
        under = [reading.answers.get(name) for reading in readings if not reading.problem]
        if any(not same(_bare(stands), _bare(cell)) for cell in under):
            cells = told_apart([stands, *(reading.answers.get(name) for reading in readings)])
            found.append(Answer(name, labels[name], cells[0], tuple(cells[1:])))
    return found


def _bare(cell: Cell) -> float | str | None:
    return cell.value if isinstance(cell, Number) else cell if isinstance(cell, str) else None


def told_apart(cells: Sequence[Cell]) -> list[Cell]:
    """Cells with as many figures as it takes to see that two numbers differ."""
    numbers = [cell for cell in cells if isinstance(cell, Number)]
    digits = 3
    while digits < MOST_DIGITS and any(
        not same(a.value, b.value) and replace(a, digits=digits).text == replace(b, digits=digits).text
        for a in numbers
        for b in numbers
    ):
        digits += 1
    return [replace(cell, digits=digits) if isinstance(cell, Number) else cell for cell in cells]


__all__ = ["conflict_records", "conflicts_shown", "linked", "told_apart"]
