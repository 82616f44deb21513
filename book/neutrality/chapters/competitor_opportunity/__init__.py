"""Competitor opportunity: where does the spend go, and whose claims can be true?"""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case
from neutrality.chapters import checked_choices
from neutrality.chapters.competitor_opportunity import tables, vendor_tables, words
from neutrality.chapters.competitor_opportunity.model import Model
from neutrality.chapters.competitor_opportunity.results import ledger_of
from neutrality.results import Chapter, Results, Tables, Text

TITLE = "Competitor opportunity"


@dataclass(frozen=True)
class Opportunity(Chapter):
    """The chapter with the model behind it; `beside` holds its notes by what they are about."""

    model: Model
    beside: dict[str, tuple[Text, ...]]


def chapter(
    case: Case, basis: str = "plan", share_model: str = "equal", size_model: str = "uniform"
) -> Opportunity:
    """Results `opportunity.*`, tables T3.1 to T3.12, headline and finding of a case.

    `basis` chooses the spends of the tables T3.1 and T3.7; the named results stand on planned spends,
    and on last full-year ones where their names say so. `share_model` chooses the rule by which the open
    pool is shared out within capacities, `size_model` what undisclosed spends are taken to be in the
    distribution of the release. Raises InputError for an unknown choice or a case without a vendor.
    """
    checked_choices({"basis": basis, "share_model": share_model, "size_model": size_model})
    model = Model(case, basis, share_model, size_model)
    ledger = ledger_of(model)
    notes = words.notes(model, ledger)
    return Opportunity(
        name="competitor_opportunity",
        title=TITLE,
        results=ledger.results,
        tables=Tables(tables.makers(model) | vendor_tables.makers(model, ledger)),
        headline=words.headline(model, ledger),
        sure=words.sure(model),
        notes=tuple(text for texts in notes.values() for text in texts),
        finding=words.finding(model, ledger),
        model=model,
        beside=notes,
    )


def named_results(
    case: Case, basis: str = "plan", share_model: str = "equal", size_model: str = "uniform"
) -> Results:
    """The results `opportunity.*` alone. Raises InputError as `chapter` does."""
    checked_choices({"basis": basis, "share_model": share_model, "size_model": size_model})
    return ledger_of(Model(case, basis, share_model, size_model)).results


__all__ = ["TITLE", "Model", "Opportunity", "chapter", "named_results"]
