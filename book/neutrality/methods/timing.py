"""When lost revenue is felt: a ramp-down after a date, and a constant hazard."""

from __future__ import annotations

import math

MONTHS = 12.0


def months_lost(start: float, notice: float, ramp: float, end: float = MONTHS, begin: float = 0.0) -> float:
    """Full months of revenue lost between `begin` and `end` (months from 1 January).

    Orders run down from `start` + `notice` on, in a straight line to nothing over `ramp` months.
    """
    return max(0.0, _lost_until(end - start - notice, ramp) - _lost_until(begin - start - notice, ramp))


def _lost_until(elapsed: float, ramp: float) -> float:
    if elapsed <= 0:
        return 0.0
    if elapsed < ramp:
        return elapsed**2 / (2 * ramp)
    return elapsed - ramp / 2


def running_down(at: float, start: float, notice: float, ramp: float) -> float:
    """The part of the monthly revenue that is gone at a time, in months from 1 January."""
    elapsed = at - start - notice
    if elapsed <= 0:
        return 0.0
    return 1.0 if elapsed >= ramp else elapsed / ramp


def lost_by_hazard(probability: float, horizon: float, months: float = MONTHS) -> float:
    """Expected part of `horizon` months' revenue that is lost at the constant hazard that gives `probability`.

    The hazard is that of an exit within `months`, a year, however long the horizon is: it counts the loss
    and has no say in the rate. Whoever leaves is gone from that moment on. A certain exit is one at once.
    """
    if probability >= 1:
        return 1.0
    gone = -math.log1p(-probability) / months * horizon
    # 1 - (1 - exp(-x)) / x, by its series where that would cancel.
    return gone / 2 - gone**2 / 6 + gone**3 / 24 if gone < 1e-3 else 1 + math.expm1(-gone) / gone


def half_life(probability: float, months: float = MONTHS) -> float | None:
    """Months after which exit is as likely as not, at the constant hazard of an exit within `months`.

    Zero for a certain exit; None where there is no hazard and so no half-life.
    """
    if probability <= 0:
        return None
    if probability >= 1:
        return 0.0
    return months * math.log(2) / -math.log1p(-probability)


def replacement_growth(lost: float, revenue: float) -> float | None:
    """Growth that what remains needs to stand where it stood; None when nothing remains."""
    return None if lost >= revenue else lost / (revenue - lost)
