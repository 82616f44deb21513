"""Valuation: stakes, multiples and the growth that a price implies.

Money may be in any one unit; rates and shares are fractions. Metrick and Yasuda (2021) for pre- and
post-money and the venture-capital method, Rappaport and Mauboussin (2001) for reading expectations
from a price.
"""

from __future__ import annotations

from neutrality.methods.intervals import Interval, Product
from neutrality.methods.roots import bracketed


def ratio(numerator: float, denominator: float) -> float | None:
    """A quotient, or None where the denominator is zero."""
    return None if denominator == 0 else numerator / denominator


def primary_stake(investment: float, pre_money: float) -> float:
    """The stake that an investment buys as fresh money on a pre-money value."""
    return investment / (pre_money + investment)


def pre_money(investment: float, stake: float) -> float:
    """The pre-money value on which an investment buys a stake as fresh money."""
    return investment * (1 - stake) / stake


def pre_money_range(investment: Interval, stake: Interval) -> Interval:
    """The pre-money value over intervals of both: it rises with the investment and falls with the stake."""
    return Interval(pre_money(investment.low, stake.high), pre_money(investment.high, stake.low))


def earlier_stake(product: Product) -> Interval | None:
    """The stakes that the buyer may have held before, for cheque = (stake - earlier stake) x valuation.

    None when the cheque is worth more than the whole stake whatever the rounding.
    """
    amount, share, whole = product
    low, high = share.low - amount.high / whole.low, share.high - amount.low / whole.high
    return None if high < 0 else Interval(max(0.0, low), high)


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

    The value grows at `rate` for `years` and then is `multiple` times revenue. None where no growth does:
    for a value, a revenue, a number of years or a multiple that is not positive.
    """
    if min(value, revenue, years, multiple) <= 0:
        return None
    growth: float = (value * (1 + rate) ** years / (multiple * revenue)) ** (1 / years) - 1
    return growth


def _present_value(factor: float, rate: float, years: int, terminal_growth: float) -> float:
    """Present value of a cash flow of 1 that grows by `factor` a year and then for ever."""
    step = factor / (1 + rate)
    flow, total = 1.0, 0.0
    for _ in range(years):
        flow *= step
        total += flow
    return total + flow * (1 + terminal_growth) / (rate - terminal_growth)


def growth_by_dcf(
    value: float, revenue: float, rate: float, years: int, margin: float, terminal_growth: float
) -> float | None:
    """The growth at which discounted free cash flow equals a value: `years` of it, then a Gordon terminal value.

    Cash flow at the end of year t is revenue (1 + growth)^t margin; terminal growth stays below the rate.
    None for a value, a revenue or a margin that is not positive, which no growth brings together; for
    less than a year, in which nothing grows; and for a terminal growth that reaches the rate, which makes
    every value too low. The value is a polynomial in 1 + growth with positive coefficients, so it has one
    root.
    """
    if min(value, revenue, margin) <= 0 or years < 1 or rate <= terminal_growth:
        return None
    sought = value / (revenue * margin)

    def excess(factor: float) -> float:
        return _present_value(factor, rate, years, terminal_growth) - sought

    factor = 2.0
    while excess(factor) < 0:
        factor *= 2
    return bracketed(excess, 0.0, factor, precision=1e-15) - 1


def break_even_loss(revenue: float, value_before: float, value: float) -> float:
    """The yearly revenue whose loss, at the price's own multiple, undoes a step-up in value."""
    return revenue * (1 - value_before / value)
