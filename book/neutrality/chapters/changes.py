"""What an edition of a later day says that the base did not, and why: figures with newer values, and the
headline results that moved with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.load import without_later
from neutrality.chapters.headlines import cell, expanded, former, headline_results
from neutrality.chapters.ledger import figure_name, printed, source_line
from neutrality.results import Number, Result, Table, Tag, Text
from neutrality.words import day_words


@dataclass(frozen=True)
class Changes:
    """What changed since the base, in sentences and in tables N1 (answers) and N2 (figures and why).

    Without a change there are no tables.
    """

    notes: tuple[Text, ...]
    tables: Mapping[str, Table]


def since_base(case: Case, choices: Mapping[str, Any] | None = None) -> Changes:
    """Compare a case as of its day with the same case without later evidence.

    `choices` are the chapters' own. Both sides have the same scenario and the same new values.
    """
    if case.as_of is None:
        return Changes((_first(case),), {})
    base = without_later(case)
    figures = [
        (base.figures[name], figure)
        for name, figure in case.figures.items()
        if name in base.figures and _renewed(base.figures[name], figure)
    ]
    before, after = headline_results(base, dict(choices or {})), headline_results(case, dict(choices or {}))
    labels = expanded(case)
    moved = [name for name in after if name in before and after[name].value != before[name].value]
    added = [figure for name, figure in case.figures.items() if name not in base.figures]
    if not figures and not moved:
        return Changes((_unmoved(case, added),), {})
    tables = {}
    grounds = [figure for _, figure in figures]
    if not grounds:
        grounds = [case.figures[name] for answer in moved for name in after[answer].figures]
    if moved:
        tables["N1"] = _answers(case, labels, moved, before, after, grounds)
    if figures:
        tables["N2"] = _figures(case, figures)
    return Changes((_summary(case, figures, moved, added, grounds),), tables)


def _renewed(then: Figure, now: Figure) -> bool:
    """Whether a figure has a newer row, or is pooled from claims that were not there before."""
    return now.known_on != then.known_on or (now.pooled and now.claims != then.claims)


def _day(case: Case) -> str:
    return day_words(case.base_day)


def _first(case: Case) -> Text:
    if not case.later:
        return Text(
            f"Nothing yet. This edition stands on what was known by {_day(case)}, and the case holds nothing later."
        )
    return Text(
        f"This edition stands on what was known by {_day(case)}. What became known since then is set against it in the chapter "
        "on outcomes and changes no answer here. The book as of a later day is the next edition, and says in this place what moved."
    )  # fmt: skip


def _count(value: int, figures: list[Figure]) -> Number:
    ref = "figures:" + ",".join(figure.id for figure in figures)
    return Number(float(value), "count", "later", "L0", ref)


def _unmoved(case: Case, added: list[Figure]) -> Text:
    if not added:
        return Text(f"Nothing: by this day no more was known than on {_day(case)}.")
    return Text(
        "No answer moved. By this day ", _count(len(added), added),
        f" {'figure' if len(added) == 1 else 'figures'} from beyond the first sources stood in the case; none of them enters an answer.",
    )  # fmt: skip


def _summary(
    case: Case,
    figures: list[tuple[Figure, Figure]],
    moved: list[str],
    added: list[Figure],
    grounds: list[Figure],
) -> Text:
    newer = [figure for _, figure in figures]
    if not newer:
        # Answers look at claims as well as at figures.
        return Text(
            f"Since {_day(case)} no figure has a newer value, but with newer claims ",
            _count(len(moved), grounds), f" headline {'answer' if len(moved) == 1 else 'answers'} moved.",
        )  # fmt: skip
    parts: list[Any] = [
        f"Since {_day(case)} ", _count(len(newer), newer),
        f" {'figure has a newer value' if len(newer) == 1 else 'figures have newer values'}",
    ]  # fmt: skip
    if moved:
        parts += [", and with them ", _count(len(moved), newer), " headline "]
        parts.append("answer moved." if len(moved) == 1 else "answers moved.")
    else:
        parts.append("; no headline answer moved.")
    if added:
        parts += [
            " Another ", _count(len(added), added),
            f" {'figure' if len(added) == 1 else 'figures'} became known that no answer rests on.",
        ]  # fmt: skip
    return Text(*parts)


def _answers(
    case: Case,
    labels: Mapping[str, str],
    moved: list[str],
    before: Mapping[str, Result],
    after: Mapping[str, Result],
    grounds: list[Figure],
) -> Table:
    return Table(
        id="N1",
        title="Which answers moved?",
        note=f"Headline results as they stood on {_day(case)} and as of this edition",
        columns=("Answer", "Before", "Now"),
        rows=tuple((labels[name], former(before[name], case.figures), cell(after[name])) for name in moved),
        source=source_line(case, grounds),
        numeric=frozenset({1, 2}),
    )


def _figures(case: Case, figures: list[tuple[Figure, Figure]]) -> Table:
    claims = {row["id"]: row for row in case.tables["claims"].rows}
    statements = {name: row["statement"] for name, row in claims.items()}

    def since(figure: Figure) -> str:
        # A pool is as new as the newest of its readings.
        said = (
            [date.fromisoformat(claims[name]["said_on"]) for name in figure.claims] if figure.pooled else []
        )
        return day_words(max([figure.known_on, *said]))

    def why(figure: Figure) -> str:
        found = [statements[claim] for claim in figure.claims if claim in statements]
        return " ".join([*found, figure.note]).strip()

    return Table(
        id="N2",
        title="Which figures are new, and why?",
        note="The newest value that was known by this day against the one before",
        columns=("Figure", "Before", "Now", "Tag", "Known on", "Why"),
        rows=tuple(
            (
                figure_name(case, now),
                printed(then) if then.value is not None else None,
                printed(now) if now.value is not None else None,
                Tag(now.tag),
                since(now),
                why(now),
            )
            for then, now in figures
        ),
        source=source_line(case, [now for _, now in figures]),
        numeric=frozenset({1, 2}),
    )


__all__ = ["Changes", "since_base"]
