"""Customer exits: who leaves, how much, how fast?"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from neutrality.case import Case
from neutrality.chapters import checked_choices
from neutrality.chapters.customer_exits import audit, results, risk, tables, tails, timing, words
from neutrality.chapters.customer_exits.results import Unknown, disclosed_spends
from neutrality.chapters.customer_exits.risk import ExitsChapter
from neutrality.chapters.customer_exits.story import Story
from neutrality.chapters.customer_exits.tables import basis_words
from neutrality.chapters.exit_model import ExitModel, exit_model
from neutrality.chapters.exposure import Exposure, exposures
from neutrality.chapters.ledger import Ledger
from neutrality.results import Results, Table, Tables

TITLE = "Customer exits"


def chapter(
    case: Case,
    basis: str = "last_year",
    size_model: str = "uniform",
    draws: int = 200_000,
    seed: int = 20250614,
) -> ExitsChapter:
    """Results `exits.*`, tables T2.*, headline, notes and finding of a case.

    `basis` chooses the spends of the tables by customer, by layer and of the loss; the named results
    stand on the last full year, as their definitions say. `size_model` says how an undisclosed spend is
    taken, `draws` and `seed` belong to the simulation that checks the exact distribution. Raises InputError
    for an unknown choice.
    """
    checked_choices({"basis": basis, "size_model": size_model, "draws": draws, "seed": seed})
    customers, shown = exposures(case, "last_year"), exposures(case, basis)
    model = exit_model(case, "last_year", size_model)
    drawn = model if basis == "last_year" else exit_model(case, basis, size_model)
    ledger, effects = _measured(case, customers, model)
    known = risk.information(ledger, case, model)
    story = Story(case, customers, ledger, effects, known, model)
    makers: dict[str, Callable[[], Table]] = {
        "T2.1": partial(tables.evidence, case, customers),
        "T2.2": partial(tables.bounds, case, ledger),
        "T2.3": partial(tails.states, case, drawn, basis),
        "T2.4": partial(tails.joint_states, case, drawn, basis),
        "T2.5": partial(tails.by_correlation, case, drawn, basis),
        "T2.6": partial(timing.quarters, case, customers),
        "T2.6b": partial(timing.views, case),
        "T2.6c": partial(timing.run_rates, case),
        "T2.7": partial(tails.unknowns, case, customers, effects, known, ledger),
        "T2.8": lambda: audit.audit(case, found, basis),
        "T2.9": partial(tables.by_customer, case, shown, basis),
        "T2.10": partial(tables.layers, case, shown, basis),
        "T2.11": partial(tables.cause, case, shown, basis),
        "T2.12": partial(tails.layers, case, model, ledger),
    }
    found: ExitsChapter = ExitsChapter(
        name="customer_exits",
        title=TITLE,
        results=ledger.results,
        tables=Tables(makers),
        headline=words.headline(ledger),
        sure=words.sure(customers),
        notes=words.notes(story),
        finding=words.finding(story),
        model=drawn,
        draws=draws,
        seed=seed,
    )
    return found


def named_results(case: Case, size_model: str = "uniform") -> Results:
    """The results `exits.*` alone. Raises InputError for an unknown choice."""
    checked_choices({"size_model": size_model})
    model = exit_model(case, "last_year", size_model)
    ledger, _ = _measured(case, exposures(case, "last_year"), model)
    risk.information(ledger, case, model)
    return ledger.results


def measures(case: Case, size_model: str = "uniform") -> Results:
    """The results of the chapter but for the worth of knowing, which takes longer than all the others together.

    Raises InputError for an unknown choice.
    """
    checked_choices({"size_model": size_model})
    model = exit_model(case, "last_year", size_model)
    return _measured(case, exposures(case, "last_year"), model)[0].results


def _measured(case: Case, customers: list[Exposure], model: ExitModel) -> tuple[Ledger, list[Unknown]]:
    ledger = Ledger("exits")
    results.concentration(ledger, case, customers)
    results.losses(ledger, case, customers)
    risk.events(ledger, case, model)
    risk.tail(ledger, case, model)
    results.timing(ledger, case, customers)
    return ledger, results.sensitivity(ledger, customers)


__all__ = ["TITLE", "ExitsChapter", "basis_words", "chapter", "disclosed_spends", "measures", "named_results"]
