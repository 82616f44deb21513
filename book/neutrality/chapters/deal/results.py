"""The named results of the deal, each with the figures it rests on."""

from __future__ import annotations

from neutrality.case import Case, Figure
from neutrality.chapters.deal.figures import (
    BUSINESS,
    DCF,
    VC,
    Deal,
    business_value,
    contracted,
    dcf_growth,
    exit_multiple_growth,
    implied_post_money,
    multiple,
    residual_premium,
    rounded,
    step_up_share_erased,
)
from neutrality.chapters.exposure import currency, expected_loss, expected_loss_range
from neutrality.chapters.ledger import Ledger, Origins
from neutrality.methods.attribution import PriceVolume, price_volume
from neutrality.methods.intervals import Interval, over_vertices
from neutrality.methods.valuation import (
    break_even_loss,
    earlier_stake,
    enterprise_value,
    growth_by_dcf,
    growth_by_exit_multiple,
    pre_money,
    pre_money_range,
    premium_stack,
    primary_stake,
    ratio,
)


def computed_results(case: Case, deal: Deal) -> Ledger:
    """Results `deal.*` of a case."""
    ledger = Ledger("deal")
    _agreement(ledger, case, deal)
    _meaning(ledger, case, deal)
    _lost_revenue(ledger, case, deal)
    _after_exit(ledger, case, deal)
    _growth(ledger, deal)
    _residual(ledger, case, deal)
    _lost_neutrality(ledger, case, deal)
    return ledger


def _pair(ledger: Ledger, name: str, span: Interval | None, unit: str, *origins: Origins) -> None:
    """Both ends of a bound over stated ranges, as `name_low` and `name_high`."""
    for end, value in zip(("low", "high"), span or (None, None), strict=True):
        ledger.add(f"{name}_{end}", value, unit, *origins, bound=True)


def _agreement(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn, v = f"{currency(case)} bn", deal.values
    triple = deal.of_names("investment", "stake", "valuation")
    fit = contracted(deal)
    ledger.add("implied_post_money", implied_post_money(v), bn, deal.of_names("investment", "stake"))
    ledger.add(
        "implied_stake", ratio(v.investment, v.valuation), "share", deal.of_names("investment", "valuation")
    )
    ledger.add("consistent", 1.0 if fit else 0.0, "0 or 1", triple, bound=True)
    _pair(ledger, "valuation", fit.whole if fit else None, bn, triple)
    _pair(ledger, "prior_stake", earlier_stake(rounded(deal)), "share", triple)
    bought = v.stake - v.prior_stake
    ledger.add(
        "implied_post_money_prior_stake",
        v.investment / bought if bought > 0 else None,
        bn,
        deal.of_names("investment", "stake", "prior_stake"),
    )


def _meaning(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn, v = f"{currency(case)} bn", deal.values
    paid, held, before = deal.range("investment"), deal.range("stake"), deal.range("prior")
    fresh = deal.of_names("investment", "prior")
    bought = Interval(primary_stake(paid.low, before.high), primary_stake(paid.high, before.low))
    ledger.add("stake_on_prior", primary_stake(v.investment, v.prior), "share", fresh)
    _pair(ledger, "stake_on_prior", bought, "share", fresh)
    gap = max(bought.low - held.high, held.low - bought.high, 0.0)
    ledger.add("fresh_money_gap", gap, "share", fresh, deal["stake"], bound=True)
    priced = deal.of_names("investment", "stake")
    ledger.add("implied_pre_money", pre_money(v.investment, v.stake), bn, priced)
    _pair(ledger, "implied_pre_money", pre_money_range(paid, held), bn, priced)

    prices = deal.of_names("valuation", "prior")
    ledger.add("step_up", v.valuation - v.prior, bn, prices)
    ledger.add("step_up_share", v.valuation / v.prior - 1, "share", prices)
    stayed = (v.valuation - v.investment) / v.prior - 1
    ledger.add("operating_step_up_cash_stayed", stayed, "share", prices, deal["investment"])
    ledger.add("enterprise_value", business_value(v), bn, deal.of_names(*BUSINESS))

    for name, value in (("multiple_prior", "prior"), ("multiple", "valuation")):
        origins = deal.of_names(value, "revenue")
        ledger.add(name, getattr(v, value) / v.revenue, "x", origins)
        _pair(ledger, name, over_vertices(_quotient, deal.range(value), deal.range("revenue")), "x", origins)
    ledger.add(
        "multiple_cash_stayed",
        (v.valuation - v.investment) / v.revenue,
        "x",
        deal.of_names("valuation", "investment", "revenue"),
    )
    ledger.add(
        "multiple_without_largest",
        ratio(v.valuation, v.revenue - v.spend),
        "x",
        deal.of_names("valuation", "revenue", "spend"),
    )


def _quotient(value: float, revenue: float) -> float | None:
    return value / revenue if revenue > 0 else None


def _lost_revenue(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn, v = f"{currency(case)} bn", deal.values
    step_up = v.valuation - v.prior
    at_deal = deal.of_names("valuation", "revenue", "spend")
    at_prior = deal.of_names("prior", "revenue", "spend")
    ledger.add("largest_customer_value", multiple(v) * v.spend, bn, at_deal)
    ledger.add("largest_customer_value_prior", v.prior / v.revenue * v.spend, bn, at_prior)
    ledger.add("largest_customer_step_up_share", step_up_share_erased(v), "share", at_deal, deal["prior"])
    ledger.add(
        "planned_spend_step_up_share",
        ratio(multiple(v) * v.planned, step_up),
        "share",
        deal.of_names("valuation", "revenue", "prior"),
        deal.plan.size_figures,
    )
    loss = break_even_loss(v.revenue, v.prior, v.valuation)
    prices = deal.of_names("revenue", "prior", "valuation")
    ledger.add("break_even_lost_revenue", 1000 * loss, f"{currency(case)} mn", prices)
    ledger.add("break_even_over_largest", ratio(loss, v.spend), "x", prices, deal["spend"])
    left = ratio(v.prior, v.revenue - v.spend)
    ledger.add("break_even_multiple", left, "x", at_prior)
    fall = None if left is None else 1 - left / multiple(v)
    ledger.add("break_even_multiple_fall", fall, "share", at_prior, deal["valuation"])


def _after_exit(ledger: Ledger, case: Case, deal: Deal) -> None:
    """The value without the largest customer, split into volume and price.

    Without a value of its own the multiple after the exit is the deal's; the range of it gives bounds.
    """
    bn, v = f"{currency(case)} bn", deal.values
    after, kept = deal.multiple_after_exit, v.revenue - v.spend
    origins = deal.of_names("valuation", "revenue", "spend")
    own = origins if after.value is None else [*origins, after]
    new = multiple(v) if after.value is None else after.value
    ledger.add("value_after_exit", new * kept, bn, own)
    _split(ledger, "", split(deal, new), bn, own)
    reach = deal.multiples_after_exit()
    bounds = [*origins, after]
    span = None if reach is None else Interval(reach.low * kept, reach.high * kept)
    _pair(ledger, "value_after_exit", span, bn, bounds)
    _split(ledger, "_at_low_multiple", None if reach is None else split(deal, reach.low), bn, bounds, True)


def split(deal: Deal, new_multiple: float) -> PriceVolume:
    """The change in value when the largest customer leaves and the multiple becomes a new one."""
    v = deal.values
    return price_volume(v.revenue, multiple(v), v.revenue - v.spend, new_multiple)


def _split(
    ledger: Ledger,
    suffix: str,
    parts: PriceVolume | None,
    unit: str,
    origins: list[Figure],
    bound: bool = False,
) -> None:
    for name, value in zip(("revenue_effect", "multiple_effect"), parts or (None, None), strict=True):
        ledger.add(f"{name}{suffix}", value, unit, origins, bound=bound)


def _growth(ledger: Ledger, deal: Deal) -> None:
    v = deal.values
    worth = over_vertices(
        enterprise_value,
        deal.range("valuation"),
        deal.range("investment"),
        deal.range("cash_retained"),
        deal.range("net_debt"),
    )
    assert worth is not None  # a sum of products has a number everywhere

    def ranged(names: tuple[str, ...]) -> list[Interval]:
        return [worth, *(deal.range(name) for name in names[len(BUSINESS) :])]

    ledger.add("implied_growth_exit_multiple", exit_multiple_growth(v), "per year", deal.of_names(*VC))
    found = over_vertices(growth_by_exit_multiple, *ranged(VC))
    _pair(ledger, "implied_growth_exit_multiple", found, "per year", deal.of_names(*VC))
    ledger.add("implied_growth_dcf", dcf_growth(v), "per year", deal.of_names(*DCF))
    found = over_vertices(_whole_years, *ranged(DCF))
    _pair(ledger, "implied_growth_dcf", found, "per year", deal.of_names(*DCF))


def _whole_years(
    value: float, revenue: float, rate: float, years: float, margin: float, terminal: float
) -> float | None:
    return growth_by_dcf(value, revenue, rate, round(years), margin, terminal)


def _residual(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn, v = f"{currency(case)} bn", deal.values
    figures = deal.of_names("investment", "stake", "prior")
    customer = v.stake * v.prior / v.revenue * v.spend
    for name, share in (("cash_left", 0.0), ("cash_stayed", 1.0)):
        residual = premium_stack(v.investment, v.stake, v.prior, share)[2]
        ledger.add(f"residual_premium_{name}", residual, bn, figures)
        ledger.add(f"residual_premium_share_{name}", ratio(residual, v.investment), "share", figures)
        # The last valuation counted on the largest customer; without it the same stake is worth less.
        ledger.add(
            f"break_even_benefit_{name}", residual + customer, bn, figures, deal.of_names("revenue", "spend")
        )
    settings = deal.of_names("investment", "stake", "standalone", "cash_retained")
    ledger.add("residual_premium", residual_premium(v), bn, settings)


def _lost_neutrality(ledger: Ledger, case: Case, deal: Deal) -> None:
    """What the acquirer's own stake loses when customers leave a supplier that is no longer neutral."""
    bn, v = f"{currency(case)} bn", deal.values
    price = deal.of_names("stake", "valuation", "revenue")
    carried = over_vertices(_carried, *(deal.range(name) for name in ("stake", "valuation", "revenue")))

    def bounds(losses: Interval) -> Interval | None:
        return None if carried is None else Interval(carried.low * losses.low, carried.high * losses.high)

    owned = v.stake * multiple(v)
    ledger.add("neutrality_cost_to_acquirer", owned * v.spend, bn, price, deal["spend"])
    _pair(ledger, "neutrality_cost_to_acquirer", bounds(deal.range("spend")), bn, price, deal["spend"])
    ledger.add("neutrality_cost_planned", owned * v.planned, bn, price, deal.plan.size_figures)
    lost, figures = expected_loss(deal.exposed)
    ledger.add("neutrality_cost_expected", owned * lost / 1000, bn, price, figures)
    low, high = expected_loss_range(deal.exposed)
    ranged = [(*one.exit_figures, *one.bound_figures, one.loss_given_exit) for one in deal.exposed]
    span = bounds(Interval(low / 1000, high / 1000))
    _pair(ledger, "neutrality_cost_expected", span, bn, price, ranged)
    share = ratio(owned * lost / 1000, v.investment)
    ledger.add("neutrality_cost_share_of_cheque", share, "share", price, figures, deal["investment"])


def _carried(stake: float, valuation: float, revenue: float) -> float | None:
    return stake * valuation / revenue if revenue > 0 else None
