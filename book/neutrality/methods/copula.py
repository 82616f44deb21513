"""Exits that share a cause: the one-factor Gaussian copula and its limits.

Customer i leaves when sqrt(rho) M + sqrt(1 - rho) Z_i falls below the normal quantile of its exit
probability (Vasicek, 1987; Li, 2000). Given the factor M exits are independent, so every model here is
a mixture over M of independent exits. Correlation 0 is independence, 1 the comonotonic limit, in which
exits are nested.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]

#: The factor beyond nine standard deviations has a probability of 2e-19.
_REACH = 9.0
#: Step of the trapezoidal rule, in units of the narrower of two scales: that of the factor itself and
#: that on which the conditional probabilities turn. The rule converges exponentially here (Trefethen
#: and Weideman, 2014). A product of many such probabilities turns faster, by the square root of how many.
_STEP = 0.5
_FEW = 4
#: Above it the conditional probabilities are so steep in M that panels must gather where they turn.
_STEEP = 0.995
_TURNS = np.array([-8.0, -5.0, -3.0, -1.5, 0.0, 1.5, 3.0, 5.0, 8.0])
_GAUSS = 20

#: Most customers whose joint states are listed one by one.
MOST_STATES = 20


@dataclass(frozen=True)
class Mixture:
    """Exits that are independent given the factor.

    `weights` (K) add to one; `conditional` (K, n) holds exit probabilities given each value of the factor.
    """

    weights: Array
    conditional: Array

    def marginals(self) -> Array:
        """The exit probabilities of the customers (n)."""
        return self.probability(self.conditional)

    def probability(self, given: Array) -> Array:
        """The probabilities (...) of events whose probabilities given each value of the factor (K, ...) these are.

        The weights add to one but for their rounding, which is another on each machine; a probability does not exceed it.
        """
        return np.minimum(1.0, self.weights @ given)

    def given(self, index: int, exits: bool) -> Mixture:
        """The mixture once it is known whether one customer exits.

        Raises ValueError for a decision that has no probability.
        """
        likelihood = self.conditional[:, index] if exits else 1.0 - self.conditional[:, index]
        weights = self.weights * likelihood
        total = weights.sum()
        if total <= 0:
            raise ValueError("the decision has no probability")
        conditional = self.conditional.copy()
        conditional[:, index] = float(exits)
        return Mixture(weights / total, conditional)


def one_factor(probabilities: Sequence[float], correlation: float) -> Mixture:
    """Exits with these probabilities under the one-factor Gaussian copula.

    `correlation` is that of the latent variables, from 0 to 1. Probabilities of 0 and 1 are exact. Raises
    ValueError for numbers outside their range.
    """
    p = np.asarray(probabilities, dtype=float)
    if p.ndim != 1 or not np.all((p >= 0) & (p <= 1)):
        raise ValueError("exit probabilities must lie between 0 and 1")
    if not 0 <= correlation <= 1:
        raise ValueError("the correlation must lie between 0 and 1")
    # Whoever is certain depends on nothing.
    if correlation == 0 or np.count_nonzero((p > 0) & (p < 1)) < 2:
        return Mixture(np.ones(1), p[None, :].copy())
    if correlation == 1:
        return _nested(p)
    threshold = ndtri(p)
    nodes, weights = _factor(threshold, correlation)
    loading, own = math.sqrt(correlation), math.sqrt(1 - correlation)
    return Mixture(weights, ndtr((threshold[None, :] - loading * nodes[:, None]) / own))


def _nested(p: Array) -> Mixture:
    """The comonotonic limit: whoever is less likely to leave leaves only when all the likelier ones do."""
    edges = np.unique(np.concatenate([[0.0, 1.0], p]))
    return Mixture(np.diff(edges), (p[None, :] >= edges[1:, None]).astype(float))


def _factor(threshold: Array, correlation: float) -> tuple[Array, Array]:
    """Nodes and weights for the factor."""
    if correlation <= _STEEP:
        turn = math.sqrt((1 - correlation) / correlation)
        crowd = math.sqrt(max(1.0, threshold.size / _FEW))
        panels = math.ceil(2 * _REACH * crowd / (_STEP * min(1.0, turn)))
        nodes = np.linspace(-_REACH, _REACH, panels + 1)
        weights = np.exp(-0.5 * nodes**2)
        return nodes, weights / weights.sum()
    finite = threshold[np.isfinite(threshold)] / math.sqrt(correlation)
    turn = math.sqrt((1 - correlation) / correlation)
    edges = np.concatenate([np.linspace(-_REACH, _REACH, 19), (finite[:, None] + turn * _TURNS).ravel()])
    edges = np.unique(np.clip(edges, -_REACH, _REACH))
    x, w = np.polynomial.legendre.leggauss(_GAUSS)
    half = np.diff(edges)[:, None] / 2
    nodes = (edges[:-1, None] + half * (1 + x)).ravel()
    weights = (half * w).ravel() * np.exp(-0.5 * nodes**2)
    return nodes, weights / weights.sum()


def joint(mixture: Mixture, exits: Sequence[bool]) -> float:
    """The probability that exactly these customers leave and no others."""
    leave = np.asarray(exits, dtype=bool)
    each = np.where(leave, mixture.conditional, 1.0 - mixture.conditional)
    return float(mixture.probability(each.prod(axis=1)))


def states(mixture: Mixture) -> Array:
    """The probability of every joint state (2**n): bit i of the index says whether customer i leaves.

    Raises ValueError for more than 20 customers, whose states are too many to list.
    """
    count = mixture.conditional.shape[1]
    if count > MOST_STATES:
        raise ValueError(f"{count} customers have too many states to list; expected at most {MOST_STATES}")
    found = np.ones((mixture.weights.size, 1))
    for p in mixture.conditional.T:
        found = np.concatenate([found * (1 - p)[:, None], found * p[:, None]], axis=1)
    return mixture.probability(found)


def count_distribution(mixture: Mixture) -> Array:
    """The probability that 0, 1, ..., n customers leave (n + 1), by the Poisson-binomial recursion."""
    found = np.ones((mixture.weights.size, 1))
    for p in mixture.conditional.T:
        grown = np.zeros((found.shape[0], found.shape[1] + 1))
        grown[:, :-1] += found * (1 - p)[:, None]
        grown[:, 1:] += found * p[:, None]
        found = grown
    return mixture.probability(found)


def realised_correlation(mixture: Mixture, first: int, second: int) -> float | None:
    """The correlation of two customers' exits themselves; None where one of them is certain."""
    a, b = mixture.conditional[:, first], mixture.conditional[:, second]
    p, q = float(mixture.weights @ a), float(mixture.weights @ b)
    spread = math.sqrt(max(0.0, p * (1 - p) * q * (1 - q)))
    if spread < 1e-15:
        return None
    return (float(mixture.weights @ (a * b)) - p * q) / spread
