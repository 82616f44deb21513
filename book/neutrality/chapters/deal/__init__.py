"""The deal: what was it worth, do the numbers agree, and what does the price take for granted?"""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.deal import sensitivity, tables, words
from neutrality.chapters.deal.figures import Deal, contracted
from neutrality.chapters.deal.results import computed_results, split
from neutrality.chapters.deal.sensitivity import Tornado, tornadoes, turn
from neutrality.chapters.deal.words import fresh_money_verdict
from neutrality.results import Chapter, Results, Tables

TITLE = "The deal"


def chapter(case: Case) -> Chapter:
    """Results `deal.*`, tables T1.1 to T1.9, headline, notes and finding of a case."""
    deal = Deal.of(case)
    ledger = computed_results(case, deal)
    turned = tornadoes(case, deal)
    makers = {
        "T1.1": lambda: tables.reported(case, deal),
        "T1.2": lambda: tables.fit(case, deal),
        "T1.3": lambda: tables.retained(case, deal),
        "T1.4": lambda: tables.erased(case, deal),
        "T1.4b": lambda: tables.volume_or_price(case, deal, ledger),
        "T1.5": lambda: sensitivity.growth_table(case, deal, ledger),
        "T1.6": lambda: tables.premium(case, deal),
        "T1.7": lambda: tables.lost_neutrality(case, deal, ledger),
        "T1.8": lambda: sensitivity.tornado_table(case, deal, turned),
        "T1.9": lambda: sensitivity.grid_table(case, deal),
    }
    return Chapter(
        name="deal",
        title=TITLE,
        results=ledger.results,
        tables=Tables(makers),
        headline=words.headline(deal, ledger),
        sure=words.sure(ledger),
        notes=words.notes(case, deal, ledger, turned),
        finding=words.finding(case, deal, ledger),
    )


def named_results(case: Case) -> Results:
    """The results `deal.*` alone."""
    return computed_results(case, Deal.of(case)).results


__all__ = [
    "Deal",
    "Tornado",
    "chapter",
    "contracted",
    "fresh_money_verdict",
    "named_results",
    "split",
    "tornadoes",
    "turn",
]
