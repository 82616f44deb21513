"""Outcomes: what became of the forecasts, and what else happened since."""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case
from neutrality.chapters.outcomes import tables, words
from neutrality.chapters.outcomes.evidence import Record
from neutrality.chapters.outcomes.model import Model
from neutrality.chapters.outcomes.results import ledger_of
from neutrality.results import Chapter, Results, Tables, Text

TITLE = "Outcomes"


@dataclass(frozen=True)
class Outcomes(Chapter):
    """The chapter with the model behind it; `beside` holds its notes by what they are about."""

    model: Model
    ledger: Record
    beside: dict[str, tuple[Text, ...]]


def chapter(case: Case) -> Outcomes:
    """Results `outcomes.*`, tables T4.1 to T4.12, headline and finding of a case.

    Forecasts are those of the case without later evidence; outcomes and everything else are what was known by
    the case's day, or without a day all that it holds. A case without later evidence has a chapter that says
    so.
    """
    model = Model(case)
    ledger = ledger_of(model)
    notes = words.notes(model, ledger)
    return Outcomes(
        name="outcomes",
        title=TITLE,
        results=ledger.results,
        tables=Tables(tables.makers(model, ledger)),
        headline=words.headline(model, ledger),
        sure=words.sure(model),
        notes=tuple(text for texts in notes.values() for text in texts),
        finding=words.finding(model, ledger),
        model=model,
        ledger=ledger,
        beside=notes,
    )


def named_results(case: Case) -> Results:
    """The results `outcomes.*` alone."""
    return ledger_of(Model(case)).results


__all__ = ["TITLE", "Model", "Outcomes", "chapter", "named_results"]
