"""Interval arithmetic: what rounding leaves open, and whether rounded numbers agree.

Moore, Kearfott and Cloud (2009), Introduction to Interval Analysis; Benhamou et al. (1999) for hull
consistency.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import product as combinations
from typing import NamedTuple


class Interval(NamedTuple):
    """A closed interval; `low` ≤ `high`."""

    low: float
    high: float

    def meet(self, other: Interval) -> Interval | None:
        """The part common to both, or None where there is none."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return Interval(low, high) if low <= high else None


class Product(NamedTuple):
    """Intervals of three quantities with amount = share x whole."""

    amount: Interval
    share: Interval
    whole: Interval


def contract(product: Product) -> Product | None:
    """The sharpest intervals that amount = share x whole allows, or None when it has no solution.

    All intervals are positive. The constraint is monotone in each quantity, so one pass is sharp and a
    second one changes nothing.
    """
    amount, share, whole = product
    whole_ = whole.meet(Interval(amount.low / share.high, amount.high / share.low))
    if whole_ is None:
        return None
    share_ = share.meet(Interval(amount.low / whole_.high, amount.high / whole_.low))
    if share_ is None:
        return None
    amount_ = amount.meet(Interval(share_.low * whole_.low, share_.high * whole_.high))
    return None if amount_ is None else Product(amount_, share_, whole_)


def over_vertices(function: Callable[..., float | None], *intervals: Sequence[float]) -> Interval | None:
    """The range of a function over intervals of its arguments, or None where it has no number somewhere.

    Exact for a function that is monotone in each argument while the others stand still, whichever way:
    its extremes then lie where every argument is at an end.
    """
    found = [function(*ends) for ends in combinations(*(dict.fromkeys(interval) for interval in intervals))]
    values = [value for value in found if value is not None]
    return Interval(min(values), max(values)) if len(values) == len(found) else None
