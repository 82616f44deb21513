"""The exit model of a case: who may leave with what probability, how exits hang together, how large they are.

Customers leave under the one-factor Gaussian copula; one that leaves takes its spend times its loss given
exit along. A spend that nobody disclosed is uncertain within what the facts allow.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property

from neutrality.case import Case, Figure
from neutrality.chapters.exposure import Exposure, exposures
from neutrality.chapters.ledger import flat
from neutrality.methods.copula import Mixture, one_factor
from neutrality.methods.decision import Newsvendor
from neutrality.methods.loss import LossDistribution, Size, loss_distribution
from neutrality.methods.simulation import Simulated, simulate

#: How a size model names itself in a subtitle.
SIZE_WORDS = {
    "uniform": "undisclosed spends uniform up to the largest",
    "pert": "undisclosed spends PERT up to the largest, most likely at half of it",
    "fixed": "undisclosed spends fixed at half the largest",
}


def size_of(one: Exposure, size_model: str) -> Size:
    """What a customer takes along when it leaves, in millions a year."""
    if one.disclosed or size_model == "fixed" or one.cap <= 0:
        return Size.fixed(one.point * one.severity)
    return Size(size_model, one.cap * one.severity)


@dataclass(frozen=True)
class ExitModel:
    """Customers on a basis, the latent correlation of their exits and how undisclosed spends are taken."""

    customers: tuple[Exposure, ...]
    correlation: float
    size_model: str
    basis: str

    @property
    def probabilities(self) -> list[float]:
        return [one.probability for one in self.customers]

    @cached_property
    def sizes(self) -> list[Size]:
        return [size_of(one, self.size_model) for one in self.customers]

    @cached_property
    def mixture(self) -> Mixture:
        return one_factor(self.probabilities, self.correlation)

    @cached_property
    def loss(self) -> LossDistribution:
        """The exact distribution of the yearly loss, in millions."""
        return loss_distribution(self.mixture, self.sizes)

    def at(self, correlation: float) -> ExitModel:
        """The same customers under another correlation."""
        return self if correlation == self.correlation else replace(self, correlation=correlation)

    def fixed(self) -> ExitModel:
        """The same with every undisclosed spend at its mean."""
        return self if self.size_model == "fixed" else replace(self, size_model="fixed")

    def simulated(self, draws: int, seed: int) -> Simulated:
        """The loss drawn at random."""
        return simulate(self.probabilities, self.correlation, self.sizes, draws, seed)

    def counted(self, draws: int, seed: int) -> Simulated:
        """The number of customers that leave drawn at random."""
        each = [Size.fixed(1.0)] * len(self.customers)
        return simulate(self.probabilities, self.correlation, each, draws, seed)


def exceeding(loss: LossDistribution, value: float) -> float:
    """The probability of a loss above a value."""
    return _told(loss, 1.0 - float(loss.cdf(value)))


def reaching(loss: LossDistribution, value: float) -> float:
    """The probability of a loss of at least a value."""
    return _told(loss, 1.0 - float(loss.cdf(value, left=True)))


def _told(loss: LossDistribution, chance: float) -> float:
    """A probability that rounding, or the error of the distribution, does not tell from nothing is none."""
    return chance if chance > max(1e-12, loss.error) else 0.0


def correlation_of(case: Case) -> Figure:
    """The latent correlation between exits."""
    return case.figure("latent_correlation", case.supplier.id)


def costs_of(case: Case) -> tuple[Figure, Figure]:
    """Costs of a provision that is too small and of one that is too large."""
    return case.figure("cost_short", case.supplier.id), case.figure("cost_over", case.supplier.id)


def newsvendor_of(case: Case) -> Newsvendor:
    """Who provides for a loss, or for the work that comes of it, at the case's costs of too little and too much."""
    short, over = costs_of(case)
    return Newsvendor(short.value or 0.0, over.value or 0.0)


def exit_model(case: Case, basis: str = "last_year", size_model: str = "uniform") -> ExitModel:
    """The exit model of a case on a basis. Raises InputError where a customer lacks a figure it needs."""
    return ExitModel(tuple(exposures(case, basis)), correlation_of(case).value or 0.0, size_model, basis)


def event_figures(case: Case) -> list[Figure]:
    """What the probability of a set of exits rests on."""
    return flat([one.exit_figures for one in exposures(case, "last_year")], correlation_of(case))


def loss_figures(case: Case, customers: tuple[Exposure, ...] | list[Exposure]) -> list[Figure]:
    """What the distribution of the loss rests on."""
    own = [(one.exit_figures, one.size_figures, one.loss_given_exit) for one in customers]
    return flat(own, correlation_of(case))
