"""Attribution: how much of a change each of several factors explains, whatever the order.

A change of one factor at a time explains different amounts in different orders. The Shapley value
averages over every order, so the parts add to the change and none is favoured (Owen, 2014, for its use
in attribution). For a quantity times a price it is the price-volume variance with the joint term halved.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial
from typing import NamedTuple


class PriceVolume(NamedTuple):
    """The two parts of a change in quantity times price."""

    volume: float
    price: float


def price_volume(quantity: float, price: float, new_quantity: float, new_price: float) -> PriceVolume:
    """The change from quantity x price to new quantity x new price, split between the two."""
    return PriceVolume(
        (new_quantity - quantity) * (price + new_price) / 2,
        (new_price - price) * (quantity + new_quantity) / 2,
    )


def shapley(
    value: Callable[[Sequence[float]], float], before: Sequence[float], after: Sequence[float]
) -> list[float]:
    """Each factor's part of value(after) - value(before), averaged over every order of change.

    Exact: `value` is called once for each of the 2^n sets of factors that may have changed.
    """
    count = len(before)
    values = [
        value([after[i] if changed >> i & 1 else before[i] for i in range(count)])
        for changed in range(1 << count)
    ]
    weights = [factorial(k) * factorial(count - k - 1) / factorial(count) for k in range(count)]
    return [
        sum(
            weights[changed.bit_count()] * (values[changed | 1 << i] - values[changed])
            for changed in range(1 << count)
            if not changed >> i & 1
        )
        for i in range(count)
    ]
