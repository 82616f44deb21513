"""Variance-based sensitivity of a sum of products, in closed form.

For Y = sum over i of p_i s_i w_i with independent factors the ANOVA decomposition is exact (Sobol',
2001): each product splits into two first-order parts and one interaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Factor:
    """Mean and variance of one independent input; variance 0 for one that is known."""

    mean: float
    variance: float

    @classmethod
    def uniform(cls, low: float, high: float) -> Factor:
        """An input that may lie anywhere between `low` and `high`, each value as likely as any other."""
        return cls((low + high) / 2, (high - low) ** 2 / 12)

    @classmethod
    def known(cls, value: float) -> Factor:
        """An input whose value is certain: nothing of the variance is its."""
        return cls(value, 0.0)


@dataclass(frozen=True)
class Effect:
    """First-order, total and Shapley share of the variance that one input carries."""

    first: float
    total: float
    shapley: float


def product_effects(pairs: Sequence[tuple[Factor, Factor, float]]) -> list[tuple[Effect, Effect]] | None:
    """Effects of both factors of each product p s w; None when nothing varies.

    Each pair is (p, s, w) with a known weight w. The Shapley effect is the first-order one plus half of
    the interaction (Owen, 2014).
    """
    parts = [
        (
            w**2 * s.mean**2 * p.variance,
            w**2 * p.mean**2 * s.variance,
            w**2 * p.variance * s.variance,
        )
        for p, s, w in pairs
    ]
    variance = sum(map(sum, parts))
    if variance <= 0:
        return None

    def effect(alone: float, shared: float) -> Effect:
        return Effect(alone / variance, (alone + shared) / variance, (alone + shared / 2) / variance)

    return [(effect(first, shared), effect(second, shared)) for first, second, shared in parts]
