"""Where spend goes that leaves a supplier: diversion ratios by three textbook rules.

A diversion ratio is the share of what leaves that goes to one rival (Shapiro, 1996; Conlon and
Mortimer, 2021). Here a change of ownership moves it, not a price, so it is a second choice rather than
a price diversion. Shares always add to one over the rivals given, so those that nobody names must be
among them.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from neutrality.methods.concentration import herfindahl

Shares = list[float]

#: Up to so many ranges every corner is looked at; beyond, those in which one end differs from the rest.
_EVERY_CORNER = 10


def equal(count: int) -> Shares:
    """Equal shares: the principle of indifference, which needs no data."""
    return [1 / count] * count


def proportional(bases: Sequence[float]) -> Shares | None:
    """Shares in proportion to the rivals' revenues; None where nobody has any.

    With s_0 the share of the supplier that is left, D_k = s_k / (1 - s_0): what a logit with independence
    of irrelevant alternatives gives when the supplier drops out.
    """
    total = math.fsum(bases)
    return [base / total for base in bases] if total > 0 else None


def utility(
    neutrality: float, capability: float, capacity: float, weights: tuple[float, float, float]
) -> float:
    """The systematic utility of a vendor: weighted neutrality, capability and log of capacity.

    The logarithm makes the choice proportional to capacity at a weight of one, as in Huff's model (1964;
    Luce, 1959). A vendor without capacity is out of the question as soon as capacity counts.
    """
    of_neutrality, of_capability, of_capacity = weights
    size = 0.0
    if of_capacity > 0:
        size = of_capacity * math.log(capacity) if capacity > 0 else -math.inf
    return of_neutrality * neutrality + of_capability * capability + size


def logit(utilities: Sequence[float]) -> Shares | None:
    """Choice probabilities exp(V_k) / sum of exp(V) (McFadden, 1974); None where every utility is -inf."""
    top = max(utilities)
    if top == -math.inf:
        return None
    # Only differences count, and from the largest one no exponential overflows.
    raised = [math.exp(value - top) for value in utilities]
    total = math.fsum(raised)
    return [value / total for value in raised]


def proportional_range(ranges: Sequence[tuple[float, float]], index: int) -> tuple[float, float] | None:
    """The least and the largest proportional share of one rival over ranges of all revenues.

    The share rises with the rival's own revenue and falls with every other, so both ends are corners.
    None where a corner has no revenue at all.
    """
    own_low, own_high = ranges[index]
    others = [pair for position, pair in enumerate(ranges) if position != index]
    least, most = (
        own_low + math.fsum(high for _, high in others),
        own_high + math.fsum(low for low, _ in others),
    )
    return (own_low / least, own_high / most) if least > 0 and most > 0 else None


def logit_range(ranges: Sequence[tuple[float, float]], index: int) -> tuple[float, float] | None:
    """The same for the logit share over ranges of all utilities."""

    def share(own: int) -> float | None:
        found = logit([pair[own if position == index else 1 - own] for position, pair in enumerate(ranges)])
        return None if found is None else found[index]

    low, high = share(0), share(1)
    return None if low is None or high is None else (low, high)


def market_after(
    supplier: float, bases: Sequence[float], lost: float, gained: Sequence[float]
) -> list[float]:
    """The sizes of a market's sellers once spend has moved, the supplier first and never below nothing."""
    moved = (base + gain for base, gain in zip(bases, gained, strict=True))
    return [max(0.0, supplier - lost), *moved]


def herfindahl_of(sizes: Sequence[float]) -> float | None:
    """The Herfindahl-Hirschman index of a market in points; None for one without sales."""
    total = math.fsum(sizes)
    return herfindahl(sizes, total) if total > 0 else None


def corners(ranges: Sequence[tuple[float, float]]) -> list[list[float]]:
    """Points at the ends of ranges: every combination of ends, or of many ranges all low, all high and
    those in which one end differs from the rest."""
    count = len(ranges)
    if count <= _EVERY_CORNER:
        masks = list(range(2**count))
    else:
        full = 2**count - 1
        masks = [0, full, *(1 << i for i in range(count)), *(full ^ (1 << i) for i in range(count))]
    return [[pair[mask >> i & 1] for i, pair in enumerate(ranges)] for mask in masks]
