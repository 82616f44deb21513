"""The evidence: what every number rests on, who said it, with what interest, and what contradicts it.

Pure records of a case and of the results of all chapters, for whoever shows them: the pages of figures and of
evidence, and the panel at each number.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from neutrality.case import Case
from neutrality.chapters import NAMES, compute
from neutrality.chapters.evidence import words
from neutrality.chapters.evidence.conflicts import conflict_records, conflicts_shown
from neutrality.chapters.evidence.figures import figure_records, result_records
from neutrality.chapters.evidence.records import (
    CREDIBILITY,
    GRADES,
    ClaimRecord,
    ConflictRecord,
    FigureRecord,
    ResultRecord,
    Root,
    SourceRecord,
)
from neutrality.chapters.evidence.sources import claim_records, roots, source_records, supports
from neutrality.results import Table, Text
from neutrality.words import raised


@dataclass(frozen=True)
class Evidence:
    """All records of a case. Conflicts, which need every answer again for each reading, come when asked for."""

    case: Case
    choices: Mapping[str, Any]
    results: tuple[ResultRecord, ...]
    figures: tuple[FigureRecord, ...]
    claims: tuple[ClaimRecord, ...]
    sources: tuple[SourceRecord, ...]
    roots: tuple[Root, ...]
    tables: Mapping[str, Table] = field(default_factory=dict)

    @cached_property
    def conflicts(self) -> tuple[ConflictRecord, ...]:
        """The contradictions with every headline answer that a reading of them changes."""
        return conflict_records(self.case, self.choices)

    @property
    def scope(self) -> Text:
        """What is shown, and what of it counts."""
        return words.scope(self.case)

    @property
    def independence(self) -> tuple[Text, ...]:
        """How independent the sources are of each other."""
        base = [source for source in self.sources if source.id in self.case.base_sources]
        return (
            words.independence(base, self.figures, self.sources),
            *words.further(self.sources, self.roots),
        )

    @property
    def disagreement(self) -> Text:
        """How many contradictions there are, and which of them moves most answers."""
        return words.disagreement(self.conflicts)


def gather(case: Case, choices: Mapping[str, Any] | None = None) -> Evidence:
    """Every record of a case: with an as-of day what was known by then, without one all that the case holds.

    `choices` are those of the chapters that are no numbers of the case. Raises InputError as the chapters do.
    """
    chosen = dict(choices or {})
    results = result_records(case, [compute(name, case, **chosen) for name in NAMES])
    conflicts = conflicts_shown(case)
    claims = claim_records(case, conflicts)
    figures = figure_records(case, results, supports(case))
    sources = source_records(case)
    families = roots(sources)
    made = (_letters(sources), _digits(claims), _families(families))
    return Evidence(
        case, chosen, results, figures, claims, sources, families, {table.id: table for table in made}
    )


def _letters(sources: tuple[SourceRecord, ...]) -> Table:
    """E1: the letters of sources, and how many sources carry each."""
    return Table(
        id="E1",
        title="What does the letter of a source say?",
        note="How near the document is to the fact",
        columns=("Letter", "Meaning", "Sources"),
        rows=tuple(
            (letter, raised(meaning), str(sum(source.grade == letter for source in sources)))
            for letter, meaning in GRADES.items()
        ),
        numeric=frozenset({2}),
    )


def _digits(claims: tuple[ClaimRecord, ...]) -> Table:
    """E2: the digits of claims, and how many claims carry each."""
    return Table(
        id="E2",
        title="What does the digit of a claim say?",
        note="How well what is said is corroborated, after the Admiralty code",
        columns=("Digit", "Meaning", "Claims"),
        rows=tuple(
            (digit, raised(meaning), str(sum(claim.grade[1:] == digit for claim in claims)))
            for digit, meaning in CREDIBILITY.items()
        ),
        numeric=frozenset({2}),
    )


def _families(families: tuple[Root, ...]) -> Table:
    """E3: the roots from which more than one document descends."""
    shared = [root for root in families if len(root.members) > 1]
    alone = len(families) - len(shared)
    return Table(
        id="E3",
        title="Which sources share a root?",
        note="What one document rewrites or relays is followed to the end; "
        + (f"{words.counted(alone, 'more source')} {'stands' if alone == 1 else 'stand'} alone"),
        columns=("Root", "What descends from it", "Sources", "Claims"),
        rows=tuple(
            (
                f"{root.source.publisher}: {root.source.title}",
                "; ".join(_member(one) for one in root.members if one.id != root.source.id),
                str(len(root.members)),
                str(root.claims),
            )
            for root in shared
        )
        or (("No two sources share a root", "", None, None),),
        numeric=frozenset({2, 3}),
    )  # fmt: skip


def _member(source: SourceRecord) -> str:
    return f"{source.publisher} ({source.grade})"


__all__ = ["Evidence", "gather"]
