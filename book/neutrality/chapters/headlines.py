"""The headline results: those that the pages about the whole book compare."""

from __future__ import annotations

from collections.abc import Collection, Container, Mapping
from dataclasses import dataclass, replace
from typing import Any

from neutrality.case import Case
from neutrality.results import Cell, Number, Result


@dataclass(frozen=True)
class Headline:
    """One headline result: its id, in which `{customer}` and `{vendor}` stand for any of them, and its name."""

    template: str
    label: str


HEADLINES = (
    Headline("deal.implied_post_money", "Valuation implied by cheque and stake"),
    Headline("deal.stake_on_prior", "Stake the cheque buys as fresh money"),
    Headline("deal.step_up_share", "Step-up on the prior value"),
    Headline("deal.operating_step_up_cash_stayed", "Step-up of the business if all cash stayed"),
    Headline("deal.multiple", "EV/revenue of the deal"),
    Headline("deal.neutrality_cost_to_acquirer", "Buyer's cost, largest customer lost"),
    Headline("deal.break_even_lost_revenue", "Lost revenue that erases the step-up"),
    Headline("exits.top_customer_share", "Largest customer's share of revenue"),
    Headline("exits.expected_loss", "Expected loss"),
    Headline("exits.probability_all", "Probability that every named customer leaves"),
    Headline("exits.value_at_risk", "Value at risk"),
    Headline("exits.replacement_growth_expected", "Growth that replaces the expected loss"),
    Headline("exits.in_year_loss_largest", "Loss within the year, largest customer"),
    Headline("opportunity.released", "Expected release"),
    Headline("opportunity.contestable", "Release open to vendors"),
    Headline("opportunity.{vendor}.required_share.contestable", "{vendor}: part of the release it needs"),
    Headline("opportunity.{vendor}.verdict", "{vendor}: verdict on its claim"),
    Headline("opportunity.{vendor}.base_high", "{vendor}: largest base its claim allows"),
)  # fmt: skip


def chapter_of(result: str) -> str:
    """The chapter that computes a result, by the first word of its id."""
    names = {"exits": "customer_exits", "opportunity": "competitor_opportunity"}
    first = result.partition(".")[0]
    return names.get(first, first)


def expanded(case: Case) -> dict[str, str]:
    """Every id that a template can stand for in a case, with its name."""
    found: dict[str, str] = {}
    for headline in HEADLINES:
        for role, entities in (("customer", case.customers), ("vendor", case.vendors)):
            if f"{{{role}}}" in headline.template:
                found |= {
                    headline.template.format(**{role: entity.id}): headline.label.format(**{role: entity.name})
                    for entity in entities
                }  # fmt: skip
                break
        else:
            found[headline.template] = headline.label
    return found


def all_results(
    case: Case, choices: Mapping[str, Any], chapters: Collection[str] | None = None
) -> dict[str, Result]:
    """The results of the base chapters, or of those of them named, in the order of reading."""
    from neutrality.chapters import BASE, named_results

    found: dict[str, Result] = {}
    for name in BASE:
        if chapters is None or name in chapters:
            found |= named_results(name, case, **choices)
    return found


def headline_results(case: Case, choices: Mapping[str, Any]) -> dict[str, Result]:
    """The headline results of a case. A vendor or customer without such a result has none."""
    results = all_results(case, choices)
    return {name: results[name] for name in expanded(case) if name in results}


def cell(result: Result | None) -> Cell:
    """A result as a cell of a table: a verdict in words, nothing where there is none."""
    if result is None or result.value is None:
        return None
    return in_words(result.value) if isinstance(result.value, str) else result.number()


def former(result: Result | None, known: Container[str]) -> Cell:
    """A result as it stood, as a cell of a table. It leads to the figures it rested on that are still known, since the
    record of the result shows the present value."""
    found = cell(result)
    if result is None or not isinstance(found, Number):
        return found
    there = [figure for figure in result.figures if figure in known]
    return replace(found, ref="figures:" + ",".join(there)) if there else found.text


def in_words(verdict: str) -> str:
    """A verdict as a table prints it."""
    from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS

    return VERDICT_WORDS.get(verdict, verdict.replace("_", " "))
