"""The root of a continuous function between two points where its signs differ."""

from __future__ import annotations

from collections.abc import Callable


def bracketed(function: Callable[[float], float], low: float, high: float, precision: float = 1e-14) -> float:
    """A root between `low` and `high`, where the function has opposite signs or is zero.

    The Illinois variant of false position (Dowell and Jarratt, 1971), with a bisection whenever it
    stalls. `precision` is relative to the bracket. scipy.optimize holds the like, but takes as long to
    import as pandas, and every command would pay for it. Raises ValueError when the signs agree.
    """
    start = high - low
    at_low, at_high = function(low), function(high)
    if at_low == 0:
        return low
    if at_high == 0:
        return high
    if (at_low > 0) == (at_high > 0):
        raise ValueError("the function has the same sign at both ends")
    side = 0
    for step in range(400):
        width = high - low
        if width <= precision * start:
            break
        # Every third step halves the bracket for certain, whatever the function's shape.
        middle = low + width / 2 if step % 3 == 2 else high - at_high * width / (at_high - at_low)
        if not low < middle < high:
            middle = low + width / 2
            if not low < middle < high:
                break
        value = function(middle)
        if value == 0:
            return middle
        if (value > 0) == (at_high > 0):
            high, at_high = middle, value
            if side > 0:
                at_low /= 2
            side = 1
        else:
            low, at_low = middle, value
            if side < 0:
                at_high /= 2
            side = -1
    return low + (high - low) / 2
