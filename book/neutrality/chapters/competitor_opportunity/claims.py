"""Claims of interested parties as hypotheses: what each needs, how likely that is, whether all fit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from neutrality.case import Figure
from neutrality.chapters.competitor_opportunity.model import Claim, Horizon, Model, Pool
from neutrality.chapters.exit_model import correlation_of, exit_model, loss_figures
from neutrality.chapters.ledger import flat
from neutrality.methods.feasibility import Joint, joint
from neutrality.methods.loss import LossDistribution
from neutrality.methods.release import verdict
from neutrality.methods.valuation import ratio

#: A probability below this is zero but for rounding.
_ROUNDING = 1e-12

VERDICT_WORDS = {
    "impossible": "impossible",
    "more_than_half": "needs more than half",
    "more_than_equal": "needs more than an equal share",
    "ordinary": "ordinary",
}


@dataclass(frozen=True)
class Trial:
    """A claim against one pool within one horizon: `share` of it is needed, None of an empty pool."""

    pool: Pool
    horizon: Horizon
    size: float
    share: float | None
    verdict: str
    figures: tuple[Figure, ...]

    @property
    def words(self) -> str:
        """The verdict as a table prints it."""
        return VERDICT_WORDS[self.verdict]


def trials(model: Model, claim: Claim) -> list[list[Trial]]:
    """The claim against every pool (rows) within every horizon (columns)."""

    def one(pool: Pool, horizon: Horizon) -> Trial:
        size = pool.value * horizon.part
        share = ratio(claim.least, size)
        figures = tuple(flat(claim.figure, pool.figures, horizon.figures))
        return Trial(pool, horizon, size, share, verdict(share, model.equal_share), figures)

    return [[one(pool, horizon) for horizon in model.horizons] for pool in model.pools.values()]


def release_distribution(model: Model, correlation: float | None = None) -> LossDistribution:
    """The exact distribution of the yearly release on planned spends, in millions.

    `correlation` stands for the chosen latent correlation.
    """
    exits = exit_model(model.case, "plan", model.size_model)
    return exits.loss if correlation is None else exits.at(correlation).loss


def release_figures(model: Model) -> list[Figure]:
    """The figures that the distribution rests on."""
    return loss_figures(model.case, model.plan)


def correlations(model: Model) -> list[float]:
    """The correlations at which a probability is shown: the ends of the range and the chosen one, rising."""
    figure = correlation_of(model.case)
    return sorted({*figure.range, figure.value or 0.0})


def covered(model: Model, claim: Claim, share: float, release: LossDistribution) -> float | None:
    """The probability that a share of the open pool is at least the claim; None for no share."""
    return covered_curve(model, claim, [share], release)[0] if share * model.open_part > 0 else None


def covered_curve(
    model: Model, claim: Claim, shares: Sequence[float], release: LossDistribution
) -> list[float]:
    """The same at many shares above zero."""
    needed = [claim.least / (share * model.open_part) for share in shares]
    found = [1.0 - float(value) for value in np.asarray(release.cdf(needed, left=True))]
    # What rounding leaves of an impossible event is no probability.
    return [value if value > _ROUNDING else 0.0 for value in found]


def together(model: Model, pool: Pool) -> Joint:
    """Whether the least that everybody claims fits into a pool."""
    return joint([claim.least for claim in model.claims], pool.value)


def years_for_equal_share(model: Model, claim: Claim) -> float | None:
    """Years of the open pool of which an equal share makes up the claim."""
    return ratio(claim.least, model.open_pool.value * model.equal_share)
