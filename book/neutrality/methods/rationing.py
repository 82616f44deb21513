"""Who serves demand when capacity is short: max-min fair rationing by water-filling.

Everyone receives the smaller of its capacity and its weight times a common level; the level is the one at
which all demand is served, or there is none and the rest stays unserved. With equal weights this is the
uniform rule (Sprumont, 1991) and the constrained equal awards of Aumann and Maschler (1985). The outcome
is unique, does not depend on the order, and rises with demand and with every capacity.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Allocation:
    """What everyone receives, what nobody can serve, and the level.

    `level` is infinite where every capacity is full.
    """

    amounts: list[float]
    unserved: float
    level: float


def water_filling(demand: float, caps: Sequence[float], weights: Sequence[float]) -> Allocation:
    """Share out a demand among capacities in proportion to weights, up to each capacity.

    Nobody without a weight receives anything. Raises ValueError for a negative number.
    """
    if demand < 0 or min((*caps, *weights), default=0.0) < 0:
        raise ValueError("demand, capacities and weights must not be negative")
    amounts = [0.0] * len(caps)
    # In the order in which they fill up as the level rises.
    order = sorted(
        (cap / weight, index)
        for index, (cap, weight) in enumerate(zip(caps, weights, strict=True))
        if weight > 0 and cap / weight < math.inf
    )
    # A weight so small that its capacity is never reached counts like none.
    left, weight_left = demand, math.fsum(weights[index] for _, index in order)
    for position, (full, index) in enumerate(order):
        level = left / weight_left if weight_left > 0 else math.inf
        if level < full:
            for _, other in order[position:]:
                amounts[other] = min(caps[other], weights[other] * level)
            return Allocation(amounts, 0.0, level)
        amounts[index] = min(caps[index], left)
        left = max(0.0, left - amounts[index])
        weight_left = math.fsum(weights[other] for _, other in order[position + 1 :])
    return Allocation(amounts, left, math.inf)
