"""What is certain about several events, or about a sum over them, when nothing is known of their dependence.

For all or any of the events the bounds are Boole's and Fréchet's. For anything else that depends on
which of them happen, the sharp bounds are a linear programme over the joint states with the given
marginals (Hailperin, 1965).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

#: Most customers whose joint states the programme lists: 4,096 of them.
MOST_CUSTOMERS = 12
#: The solver meets its constraints to about 1e-9; a probability nearer than this to a level has reached it.
_REACHED = 1e-7
#: Below its accuracy a value is nothing: it is printed, and 0.00000000000000555 % would be noise.
_NOTHING = 1e-12


class Bounds(NamedTuple):
    """The lowest and the highest value that any dependence allows."""

    low: float
    high: float


def all_happen(probabilities: Sequence[float]) -> Bounds:
    """Bounds of the probability that every event happens."""
    return Bounds(
        max(0.0, math.fsum(probabilities) - (len(probabilities) - 1)), min(probabilities, default=1.0)
    )


def any_happens(probabilities: Sequence[float]) -> Bounds:
    """Bounds of the probability that at least one event happens."""
    return Bounds(max(probabilities, default=0.0), min(1.0, math.fsum(probabilities)))


def none_happens(probabilities: Sequence[float]) -> Bounds:
    """Bounds of the probability that no event happens."""
    low, high = any_happens(probabilities)
    return Bounds(1 - high, 1 - low)


@cache
def _members(count: int) -> Array:
    """Which events happen in each joint state (n, 2**n): bit i of a state's number is event i."""
    return (np.arange(2**count)[None, :] >> np.arange(count)[:, None] & 1).astype(float)


def expectation(
    probabilities: Sequence[float], values: Sequence[float] | Array | NDArray[np.bool_]
) -> Bounds | None:
    """Sharp bounds of the expectation of something that has a value in each joint state (2**n).

    None for more customers than the programme lists.
    """
    from scipy.optimize import linprog

    count = len(probabilities)
    if count > MOST_CUSTOMERS:
        return None
    rows = np.vstack([_members(count), np.ones(2**count)])
    right = np.append(np.asarray(probabilities, dtype=float), 1.0)
    found = []
    for sign in (1.0, -1.0):
        solved = linprog(sign * np.asarray(values, dtype=float), A_eq=rows, b_eq=right, method="highs")
        if not solved.success:
            raise ArithmeticError(f"the linear programme found no solution: {solved.message}")
        # What the solver leaves of nothing is nothing.
        value = sign * float(solved.fun)
        found.append(0.0 if abs(value) < _NOTHING else value)
    return Bounds(*found)


def losses(sizes: Sequence[float]) -> Array:
    """The loss in each joint state, each customer that leaves taking its size along."""
    return np.asarray(sizes, dtype=float) @ _members(len(sizes))


def exceedance(
    probabilities: Sequence[float], sizes: Sequence[float], threshold: float, *, above: bool = False
) -> Bounds | None:
    """Sharp bounds of P(loss ≥ threshold), or of P(loss > threshold) if `above`, for fixed sizes."""
    if len(sizes) > MOST_CUSTOMERS:
        return None
    loss = losses(sizes)
    slack = 1e-12 * math.fsum(sizes)
    found = expectation(probabilities, loss > threshold + slack if above else loss >= threshold - slack)
    return None if found is None else _probabilities(found)


def quantile(probabilities: Sequence[float], sizes: Sequence[float], level: float) -> Bounds | None:
    """Sharp bounds of the loss's quantile at a level, for fixed sizes."""
    if len(sizes) > MOST_CUSTOMERS:
        return None
    loss = losses(sizes)
    values = np.unique(np.round(loss, 12))
    slack = 1e-9 * max(1.0, float(values[-1]))

    def below(index: int) -> Bounds:
        found = expectation(probabilities, loss <= values[index] + slack)
        assert found is not None
        return found

    def first(end: int) -> float:
        low, high = 0, values.size - 1
        while low < high:
            middle = (low + high) // 2
            if below(middle)[end] >= level - _REACHED:
                high = middle
            else:
                low = middle + 1
        return float(values[low])

    # The likelier small losses can be, the lower the quantile.
    return Bounds(first(1), first(0))


def quantile_between(
    probabilities: Sequence[float],
    below: Callable[[float], Sequence[float] | Array],
    level: float,
    largest: float,
    steps: int = 24,
) -> Bounds | None:
    """Sharp bounds of the loss's quantile where the loss is uncertain even within a joint state.

    `below(x)` gives P(loss ≤ x) in each joint state; the answer is true to `largest` / 2**steps.
    """
    if len(probabilities) > MOST_CUSTOMERS:
        return None

    def first(end: int) -> float:
        low, high = 0.0, largest
        start = expectation(probabilities, below(0.0))
        assert start is not None
        if start[end] >= level - _REACHED:
            return 0.0
        for _ in range(steps):
            middle = (low + high) / 2
            found = expectation(probabilities, below(middle))
            assert found is not None
            low, high = (low, middle) if found[end] >= level - _REACHED else (middle, high)
        return high

    return Bounds(first(1), first(0))


def _probabilities(found: Bounds) -> Bounds:
    return Bounds(*(min(1.0, max(0.0, end)) for end in found))
