"""Concentration: the Herfindahl-Hirschman index and its sharp bounds when most sizes are unknown.

The bounds are by majorization (Kvålseth, 2018); the numbers-equivalent is Adelman's (1969).
"""

from __future__ import annotations

import math
from collections.abc import Sequence

POINTS = 1e4


def herfindahl(sizes: Sequence[float], total: float) -> float:
    """Sum of squared shares of `total`, in points (0 to 10,000)."""
    return POINTS * math.fsum((size / total) ** 2 for size in sizes)


def packed(known: Sequence[float], total: float, cap: float) -> list[float]:
    """The most concentrated list of sizes: the known ones, then as many of size `cap` as fit, and a rest.

    `cap` is positive. Sizes come in falling order.
    """
    rest = max(0.0, total - math.fsum(known))
    full = math.floor(rest / cap * (1 + 1e-12))
    last = rest - full * cap
    unknown = [cap] * full + ([last] if last > 1e-9 * total else [])
    return sorted([*known, *unknown], reverse=True)


def numbers_equivalent(index: float) -> float | None:
    """How many equal customers give this index; None for an index of zero."""
    return None if index == 0 else POINTS / index


def fewest(total: float, cap: float) -> int:
    """The smallest number of customers when none is larger than `cap`.

    The quotient is taken a hair smaller, so that rounding does not add a customer: 6 x 145 is 870.
    """
    return math.ceil(total / cap * (1 - 1e-12))
