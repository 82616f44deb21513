"""Other ways to the same numbers, which the methods are held against."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import factorial


def dcf_value(
    revenue: float, growth: float, rate: float, years: int, margin: float, terminal_growth: float
) -> float:
    """Present value of free cash flow, year by year: `years` of growth, then a Gordon terminal value."""
    flows = [revenue * (1 + growth) ** year * margin for year in range(years + 1)]
    found = sum(flow / (1 + rate) ** year for year, flow in enumerate(flows) if year)
    terminal = flows[-1] * (1 + terminal_growth) / (rate - terminal_growth)
    return found + terminal / (1 + rate) ** years


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
