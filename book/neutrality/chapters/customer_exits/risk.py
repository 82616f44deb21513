"""What the chapter computes from the exit model: states, tail, dependence, provision and information."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from neutrality.case import Case, Figure
from neutrality.chapters.exit_model import (
    ExitModel,
    correlation_of,
    costs_of,
    event_figures,
    exceeding,
    loss_figures,
    newsvendor_of,
)
from neutrality.chapters.exposure import Exposure, currency, erasing_loss, price_figures
from neutrality.chapters.ledger import Ledger, flat
from neutrality.methods import bounds
from neutrality.methods.copula import joint, one_factor, realised_correlation
from neutrality.methods.decision import Newsvendor, after_exit, after_size, value_of_knowing
from neutrality.methods.loss import Size
from neutrality.methods.simulation import Simulated
from neutrality.results import Chapter

#: The level of the loss measures that stands beside the case's own, since a high one may say nothing.
SECOND_LEVEL = 0.8
#: Most customers for whom the worth of knowing each unknown is computed one by one.
MOST_UNKNOWNS = 12


@dataclass(frozen=True)
class ExitsChapter(Chapter):
    """The chapter with the exit model behind it, which its charts draw at more points than a table holds.

    `model` stands on the chosen basis; `draws` and `seed` are those of the simulation that checks it.
    """

    model: ExitModel
    draws: int
    seed: int

    @cached_property
    def simulated(self) -> Simulated:
        """The loss drawn at random, against which the exact distribution is checked. Drawn when first asked for."""
        return self.model.simulated(self.draws, self.seed)


@dataclass(frozen=True)
class Known:
    """What it is worth to know one unknown: an exit itself (`exit`) or an undisclosed spend (`spend`)."""

    kind: str
    one: Exposure
    worth: float

    @property
    def result(self) -> str:
        """The name of the result that holds its worth, without the chapter's prefix."""
        return f"perfect_information.{self.one.customer.id}_{self.kind}"


def confidence_of(case: Case) -> Figure:
    """The level at which losses are reported."""
    return case.figure("confidence", case.supplier.id)


def likeliest(customers: tuple[Exposure, ...]) -> list[int]:
    """Customers' positions by falling exit probability."""
    return sorted(range(len(customers)), key=lambda i: -customers[i].probability)


def events(ledger: Ledger, case: Case, model: ExitModel) -> None:
    """Probabilities of all and none, under the model, under independence and under any dependence."""
    customers, p = model.customers, model.probabilities
    figures, alone = event_figures(case), flat(one.exit_figures for one in customers)
    everyone, nobody = [True] * len(p), [False] * len(p)
    none = joint(model.mixture, nobody)
    ledger.add("probability_all", joint(model.mixture, everyone), "probability", figures)
    ledger.add("probability_none", none, "probability", figures)
    ledger.add("probability_any", 1 - none, "probability", figures)
    independent = model.at(0.0).mixture
    ledger.add("probability_all_independent", joint(independent, everyone), "probability", alone)
    ledger.add("probability_none_independent", joint(independent, nobody), "probability", alone)
    ranged = [one.exit for one in customers]
    low = [one.exit.range[0] for one in customers]
    high = [one.exit.range[1] for one in customers]
    for name, bound in (
        ("all", bounds.all_happen),
        ("any", bounds.any_happens),
        ("none", bounds.none_happens),
    ):
        least, most = bound(p)
        ledger.add(f"probability_{name}_least", least, "probability", alone)
        ledger.add(f"probability_{name}_most", most, "probability", alone)
        ends = [*bound(low), *bound(high)]
        ledger.add(f"probability_{name}_low", min(ends), "probability", ranged, bound=True)
        ledger.add(f"probability_{name}_high", max(ends), "probability", ranged, bound=True)
    pair = likeliest(customers)[:2]
    realised = realised_correlation(model.mixture, *pair) if len(pair) == 2 else None
    between = [customers[i].exit_figures for i in pair]
    ledger.add("realised_correlation", realised, "correlation", between, correlation_of(case))


def tail(ledger: Ledger, case: Case, model: ExitModel) -> None:
    """Measures of the loss distribution."""
    mn_year, loss = f"{currency(case)} mn per year", model.loss
    figures, confidence = loss_figures(case, model.customers), confidence_of(case)
    level = confidence.value or 0.0
    ledger.add("loss_deviation", loss.variance**0.5, mn_year, figures)
    ledger.add("value_at_risk", loss.quantile(level), mn_year, figures, confidence)
    ledger.add("expected_shortfall", loss.expected_shortfall(level), mn_year, figures, confidence)
    ledger.add("value_at_risk_80", loss.quantile(SECOND_LEVEL), mn_year, figures)
    ledger.add("expected_shortfall_80", loss.expected_shortfall(SECOND_LEVEL), mn_year, figures)
    ledger.add("best_case", loss.quantile(1 - level), mn_year, figures, confidence)
    fixed = model.fixed().loss
    ledger.add("value_at_risk_fixed", fixed.quantile(level), mn_year, figures, confidence)
    ledger.add("largest_loss_fixed", fixed.max, mn_year, [
        (one.size_figures, one.loss_given_exit) for one in model.customers
    ])  # fmt: skip
    gone = erasing_loss(case)
    above = None if gone is None else exceeding(loss, gone)
    ledger.add("probability_step_up_gone", above, "probability", figures, price_figures(case))


@lru_cache(maxsize=256)
def left_after(
    probabilities: tuple[float, ...],
    correlation: float,
    sizes: tuple[Size, ...],
    undisclosed: tuple[int, ...],
    newsvendor: Newsvendor,
) -> Mapping[tuple[str, int], float]:
    """The cost that is left, on average, once one unknown is known: each exit, and each size in `undisclosed`.

    It takes as long as everything else in the chapter, so a sweep over other figures computes it once.
    """
    mixture, cost = one_factor(probabilities, correlation), newsvendor.best_cost
    exits = {("exit", i): after_exit(mixture, sizes, i, cost) for i in range(len(sizes))}
    return exits | {("spend", i): after_size(mixture, sizes, i, cost) for i in undisclosed}


def information(ledger: Ledger, case: Case, model: ExitModel) -> list[Known]:
    """The provision, and the worth of knowing everything and each unknown; the worthiest comes first."""
    mn_year = f"{currency(case)} mn per year"
    figures, newsvendor = flat(loss_figures(case, model.customers), costs_of(case)), newsvendor_of(case)
    cost = newsvendor.best_cost(model.loss)
    ledger.add("provision_level", newsvendor.level, "probability", costs_of(case))
    ledger.add("provision", newsvendor.provision(model.loss), mn_year, figures)
    ledger.add("perfect_information_value", cost, mn_year, figures)
    found: list[Known] = []
    countable = len(model.customers) <= MOST_UNKNOWNS
    undisclosed = tuple(index for index, one in enumerate(model.customers) if not one.disclosed)
    left = left_after(
        tuple(model.probabilities), model.correlation, tuple(model.sizes), undisclosed, newsvendor
    ) if countable else {}  # fmt: skip
    for index, one in enumerate(model.customers):
        for kind in ("exit",) if one.disclosed else ("exit", "spend"):
            worth = None
            if countable:
                worth = value_of_knowing(cost, left[kind, index])
                # What is left of rounding is worth nothing.
                worth = worth if worth > 1e-9 * model.loss.max else 0.0
                found.append(Known(kind, one, worth))
            ledger.add(f"perfect_information.{one.customer.id}_{kind}", worth, mn_year, figures)
    return sorted(found, key=lambda known: -known.worth)
