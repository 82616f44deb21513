"""Valuation: stakes, multiples and the growth that a price implies.

Money may be in any one unit; rates and shares are fractions. Metrick and Yasuda (2021) for pre- and
post-money and the venture-capital method, Rappaport and Mauboussin (2021) for reading expectations
from a price.
"""

from __future__ import annotations


def ratio(numerator: float, denominator: float) -> float | None:
    """A quotient, or None where the denominator is zero."""
    return None if denominator == 0 else numerator / denominator


def primary_stake(investment: float, pre_money: float) -> float:
    """The stake that an investment buys as fresh money on a pre-money value."""
    return investment / (pre_money + investment)


def enterprise_value(valuation: float, investment: float, cash_retained: float, net_debt: float) -> float:
    """Value of the operating business: the headline value less the cash that stayed, plus net debt."""
    return valuation - cash_retained * investment + net_debt


def premium_stack(
    investment: float, stake: float, value_before: float, cash_retained: float
) -> tuple[float, float, float]:
    """An investment as what the stake was worth before, its part of the cash that stayed, and a residual.

    The three add to the investment (Damodaran, 2005, for the residual as what control, synergy and
    anything else beyond the status quo were worth to this buyer).
    """
    before = stake * value_before
    cash = stake * cash_retained * investment
    return before, cash, investment - before - cash


def growth_by_exit_multiple(
    value: float, revenue: float, rate: float, years: float, multiple: float
) -> float | None:
    """Yearly revenue growth that justifies a value by the venture-capital method (Sahlman, 1987).

    The value grows at `rate` for `years` and then is `multiple` times revenue. None for a value that is
    not positive, which no growth justifies.
    """
    if value <= 0:
        return None
    return (value * (1 + rate) ** years / (multiple * revenue)) ** (1 / years) - 1


def dcf_value(
    revenue: float, growth: float, rate: float, years: int, margin: float, terminal_growth: float
) -> float:
    """Present value of free cash flow: `years` of growth, then a Gordon terminal value.

    Cash flow at the end of year t is revenue (1 + growth)^t margin; terminal growth stays below rate.
    """
    step = (1 + growth) / (1 + rate)
    flows = sum(step**year for year in range(1, years + 1))
    terminal = step**years * (1 + terminal_growth) / (rate - terminal_growth)
    return revenue * margin * (flows + terminal)


def growth_by_dcf(
    value: float, revenue: float, rate: float, years: int, margin: float, terminal_growth: float
) -> float | None:
    """The growth for which `dcf_value` equals a value; None for a value that is not positive.

    The value rises with growth, from nothing at a growth of -100 %, so there is one root.
    """
    from scipy.optimize import brentq

    if value <= 0:
        return None

    def excess(growth: float) -> float:
        return dcf_value(revenue, growth, rate, years, margin, terminal_growth) - value

    high = 1.0
    while excess(high) < 0:
        high = 2 * high + 1
    return float(brentq(excess, -1.0, high, xtol=1e-14, rtol=1e-14, maxiter=500))


def break_even_loss(revenue: float, value_before: float, value: float) -> float:
    """The yearly revenue whose loss, at the price's own multiple, undoes a step-up in value."""
    return revenue * (1 - value_before / value)
