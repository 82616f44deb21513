"""The results as formulas of a spreadsheet: one formula for each result template.

Each says what the chapter of the same name computes, in the functions that Excel and LibreOffice share. A
number that does not exist is #N/A, as in `IF(b=0,NA(),a/b)`, and so is whatever rests on it. What needs a
sum over joint states, a quantile, a simulation or a root is missing here: those results stay values.
It is long because it is a list: a formula of each result, chapter by chapter.
"""

from __future__ import annotations

from neutrality.case import Figure
from neutrality.chapters import SHARE_MODELS
from neutrality.chapters.competitor_opportunity.model import Claim, Vendor
from neutrality.methods.timing import MONTHS
from neutrality.press.downloads.workings import FIVE, Workings

Formulas = dict[str, str]


def formulas(w: Workings) -> Formulas:
    """The formula, without the sign of equality, of every result that has one."""
    return {**_deal(w), **_exits(w), **_opportunity(w)}


def ratio(numerator: str, denominator: str) -> str:
    """A quotient, or no number where the denominator is zero."""
    return f"IF({denominator}=0,NA(),{numerator}/{denominator})"


# -- the deal, money in billions ---------------------------------------------------------------------------


def _deal(w: Workings) -> Formulas:
    return {
        f"deal.{name}": formula
        for part in (_agreement, _meaning, _lost_revenue, _after_exit, _growth, _residual, _lost_neutrality)
        for name, formula in part(w).items()
    }


def _agreement(w: Workings) -> Formulas:
    paid, stake, valued = (w.deal[name] for name in ("investment", "stake", "valuation"))
    cheque, share, held = w.bn(paid), w.of(stake), w.of(w.deal["prior_stake"])
    low = f"MAX({w.low(valued)},{w.low(paid)}/{w.high(stake)})"
    high = f"MIN({w.high(valued)},{w.high(paid)}/{w.low(stake)})"
    fits = f"{w.result('deal.consistent')}=1"
    # The stake less what the cheque is worth at the valuation: what may have been held before.
    least = f"{w.low(stake)}-{w.high(paid)}/{w.low(valued)}"
    most = f"{w.high(stake)}-{w.low(paid)}/{w.high(valued)}"
    return {
        "implied_post_money": ratio(cheque, share),
        "implied_stake": ratio(cheque, w.bn(valued)),
        "consistent": f"IF({low}<={high},1,0)",
        "valuation_low": f"IF({fits},{low},NA())",
        "valuation_high": f"IF({fits},{high},NA())",
        "prior_stake_low": f"IF({most}<0,NA(),MAX(0,{least}))",
        "prior_stake_high": f"IF({most}<0,NA(),{most})",
        "implied_post_money_prior_stake": f"IF({share}-{held}>0,{cheque}/({share}-{held}),NA())",
    }


def _meaning(w: Workings) -> Formulas:
    paid, stake, prior, valued, revenue = (
        w.deal[name] for name in ("investment", "stake", "prior", "valuation", "revenue")
    )
    cheque, share, before, value, sales = w.bn(paid), w.of(stake), w.bn(prior), w.bn(valued), w.bn(revenue)
    bought = [w.result(f"deal.stake_on_prior_{end}") for end in ("low", "high")]
    kept, debt = w.of(w.deal["cash_retained"]), w.bn(w.deal["net_debt"])

    def over_revenue(one: Figure, end: str) -> str:
        least = f"{w.low(one)}/{w.high(revenue)}"
        most = f"{w.high(one)}/{w.low(revenue)}"
        return f"IF({w.low(revenue)}<=0,NA(),{least if end == 'low' else most})"

    return {
        "stake_on_prior": f"{cheque}/({before}+{cheque})",
        "stake_on_prior_low": f"{w.low(paid)}/({w.high(prior)}+{w.low(paid)})",
        "stake_on_prior_high": f"{w.high(paid)}/({w.low(prior)}+{w.high(paid)})",
        "fresh_money_gap": f"MAX({bought[0]}-{w.high(stake)},{w.low(stake)}-{bought[1]},0)",
        "implied_pre_money": f"{cheque}*(1-{share})/{share}",
        "implied_pre_money_low": f"{w.low(paid)}*(1-{w.high(stake)})/{w.high(stake)}",
        "implied_pre_money_high": f"{w.high(paid)}*(1-{w.low(stake)})/{w.low(stake)}",
        "step_up": f"{value}-{before}",
        "step_up_share": f"{value}/{before}-1",
        "operating_step_up_cash_stayed": f"({value}-{cheque})/{before}-1",
        "enterprise_value": f"{value}-{kept}*{cheque}+{debt}",
        "multiple_prior": f"{before}/{sales}",
        "multiple": f"{value}/{sales}",
        **{f"multiple_prior_{end}": over_revenue(prior, end) for end in ("low", "high")},
        **{f"multiple_{end}": over_revenue(valued, end) for end in ("low", "high")},
        "multiple_cash_stayed": f"({value}-{cheque})/{sales}",
        "multiple_without_largest": ratio(value, f"({sales}-{_spend(w)})"),
    }


def _spend(w: Workings) -> str:
    """The largest customer's spend in billions."""
    return f"{w.step('largest_spend')}/1000"


def _planned(w: Workings) -> str:
    """Its plan in billions."""
    return f"{w.step('largest_planned')}/1000"


def _lost_revenue(w: Workings) -> Formulas:
    value, before, sales = (w.bn(w.deal[name]) for name in ("valuation", "prior", "revenue"))
    multiple, step_up = w.result("deal.multiple"), w.result("deal.step_up")
    loss, left = w.result("deal.break_even_lost_revenue"), w.result("deal.break_even_multiple")
    return {
        "largest_customer_value": f"{multiple}*{_spend(w)}",
        "largest_customer_value_prior": f"{before}/{sales}*{_spend(w)}",
        "largest_customer_step_up_share": ratio(f"{multiple}*{_spend(w)}", step_up),
        "planned_spend_step_up_share": ratio(f"{multiple}*{_planned(w)}", step_up),
        "break_even_lost_revenue": f"1000*{sales}*(1-{before}/{value})",
        "break_even_over_largest": ratio(loss, w.step("largest_spend")),
        "break_even_multiple": ratio(before, f"({sales}-{_spend(w)})"),
        "break_even_multiple_fall": f"1-{left}/{multiple}",
    }


def _after_exit(w: Workings) -> Formulas:
    """The value without the largest customer, and its change split between volume and price."""
    after, sales, multiple = w.deal.multiple_after_exit, w.bn(w.deal["revenue"]), w.result("deal.multiple")
    kept = f"({sales}-{_spend(w)})"
    low, high = (w.figures.low(after.id), w.figures.high(after.id))

    def bounded(formula: str) -> str:
        """A bound over the range of the multiple, which may have none."""
        if w.figures.ranged(after.id):
            return formula
        return f"IF(AND(ISNUMBER({low}),ISNUMBER({high})),{formula},NA())"

    def by_revenue(new: str) -> str:
        return f"-{_spend(w)}*({multiple}+{new})/2"

    def by_multiple(new: str) -> str:
        return f"({new}-{multiple})*({sales}+{kept})/2"

    return {
        "value_after_exit": f"{w.of(after)}*{kept}",
        "revenue_effect": by_revenue(w.of(after)),
        "multiple_effect": by_multiple(w.of(after)),
        "value_after_exit_low": bounded(f"{low}*{kept}"),
        "value_after_exit_high": bounded(f"{high}*{kept}"),
        "revenue_effect_at_low_multiple": bounded(by_revenue(low)),
        "multiple_effect_at_low_multiple": bounded(by_multiple(low)),
    }


def _growth(w: Workings) -> Formulas:
    """The venture-capital method alone: the growth that a cash flow needs is a root."""
    revenue, rate, years, at_sale = (
        w.deal[name] for name in ("revenue", "vc_rate", "vc_years", "vc_exit_multiple")
    )
    worth = w.result("deal.enterprise_value")

    def growth(value: str, sales: str, rate: str, years: str, multiple: str) -> str:
        return f"({value}*(1+{rate})^{years}/({multiple}*{sales}))^(1/{years})-1"

    def bound(function: str, value: str, sales: str, rate: str, multiple: str) -> str:
        # More years spread a rise and a fall alike, so either end of them may decide.
        ends = [growth(value, sales, rate, at, multiple) for at in (w.low(years), w.high(years))]
        least = (w.step("worth_low"), w.low(revenue), w.low(years), w.low(at_sale))
        return f"IF(MIN({','.join(least)})<=0,NA(),{function}({ends[0]},{ends[1]}))"

    point = growth(worth, w.bn(revenue), w.of(rate), w.of(years), w.of(at_sale))
    settings = f"{worth},{w.bn(revenue)},{w.of(years)},{w.of(at_sale)}"
    return {
        "implied_growth_exit_multiple": f"IF(MIN({settings})<=0,NA(),{point})",
        "implied_growth_exit_multiple_low": bound(
            "MIN", w.step("worth_low"), w.high(revenue), w.low(rate), w.high(at_sale)
        ),
        "implied_growth_exit_multiple_high": bound(
            "MAX", w.step("worth_high"), w.low(revenue), w.high(rate), w.low(at_sale)
        ),
    }


def _residual(w: Workings) -> Formulas:
    paid, stake, before, sales = (w.bn(w.deal[name]) for name in ("investment", "stake", "prior", "revenue"))
    alone, kept = w.bn(w.supplier("standalone_value")), w.of(w.deal["cash_retained"])
    customer = f"{stake}*{before}/{sales}*{_spend(w)}"
    found = {"residual_premium": f"{paid}-{stake}*{alone}-{stake}*{kept}*{paid}"}
    for end, formula in (
        ("cash_left", f"{paid}-{stake}*{before}"),
        ("cash_stayed", f"{paid}-{stake}*({before}+{paid})"),
    ):
        residual = w.result(f"deal.residual_premium_{end}")
        found |= {
            f"residual_premium_{end}": formula,
            f"residual_premium_share_{end}": ratio(residual, paid),
            f"break_even_benefit_{end}": f"{residual}+{customer}",
        }
    return found


def _lost_neutrality(w: Workings) -> Formulas:
    stake, valued, revenue = (w.deal[name] for name in ("stake", "valuation", "revenue"))
    owned = f"{w.of(stake)}*{w.result('deal.multiple')}"

    def bound(end: str, loss: str) -> str:
        carried = (
            f"{w.low(stake)}*{w.low(valued)}/{w.high(revenue)}"
            if end == "low"
            else f"{w.high(stake)}*{w.high(valued)}/{w.low(revenue)}"
        )
        return f"IF({w.low(revenue)}<=0,NA(),{carried}*{loss}/1000)"

    spend = {end: w.step(f"largest_spend_{end}") for end in ("low", "high")}
    expected = {end: w.result(f"exits.expected_loss_{end}") for end in ("low", "high")}
    cost = w.result("deal.neutrality_cost_expected")
    return {
        "neutrality_cost_to_acquirer": f"{owned}*{_spend(w)}",
        "neutrality_cost_planned": f"{owned}*{_planned(w)}",
        "neutrality_cost_expected": f"{owned}*{w.result('exits.expected_loss')}/1000",
        **{f"neutrality_cost_to_acquirer_{end}": bound(end, loss) for end, loss in spend.items()},
        **{f"neutrality_cost_expected_{end}": bound(end, loss) for end, loss in expected.items()},
        "neutrality_cost_share_of_cheque": ratio(cost, w.bn(w.deal["investment"])),
    }


# -- the exits, money in millions --------------------------------------------------------------------------


def _exits(w: Workings) -> Formulas:
    return {
        f"exits.{name}": formula
        for part in (_concentration, _losses, _events, _timing, _sensitivity)
        for name, formula in part(w).items()
    }


def _concentration(w: Workings) -> Formulas:
    revenue, top = w.mn(w.deal["revenue"]), w.step("largest_spend")
    known, full, last = w.of_customers("disclosed"), w.step("packed_full"), w.step("packed_last")
    every = w.customers.range("concentrated", wanted="most_concentrated")
    largest_five = "+".join(f"LARGE({every},{place})" for place in range(1, FIVE + 1))
    return {
        "top_customer_share": f"{top}/{revenue}",
        "hhi_low": f"10000*SUMSQ({known})/{revenue}^2",
        "hhi_high": f"10000*(SUMSQ({known})+{full}*{top}^2+{last}^2)/{revenue}^2",
        "effective_customers_low": ratio("10000", w.result("exits.hhi_high")),
        "effective_customers_high": ratio("10000", w.result("exits.hhi_low")),
        # A hair less, so that rounding does not add a customer.
        "fewest_customers": f"IF({top}>0,ROUNDUP({revenue}/{top}*(1-1E-12),0),NA())",
        "top_five_share_high": f"MIN(1,({largest_five})/{revenue})",
    }


def _losses(w: Workings) -> Formulas:
    revenue, top, expected = w.mn(w.deal["revenue"]), w.step("largest_spend"), w.result("exits.expected_loss")
    exits, spend, given, without = (
        w.of_customers(key) for key in ("exit", "spend", "loss_given_exit", "without")
    )

    def caused(end: str) -> str:
        """What the deal adds, at least nothing for each customer."""
        before = w.of_customers(f"without_{end}")
        return f"SUMPRODUCT(({exits}>{before})*({exits}-{before}),{spend},{given})"

    def grown(lost: str) -> str:
        return f"IF({lost}>={revenue},NA(),{lost}/({revenue}-{lost}))"

    low, least, high, most = (w.of_customers(key) for key in ("exit_low", "least", "exit_high", "most"))
    return {
        "reported_loss_high": f"MIN({revenue},SUM({most}))",
        "expected_loss": f"SUMPRODUCT({exits},{spend},{given})",
        "attributable_loss": f"SUMPRODUCT({exits}-{without},{spend},{given})",
        "attributable_loss_low": caused("high"),
        "attributable_loss_high": caused("low"),
        "expected_loss_share": f"{expected}/{revenue}",
        "expected_loss_low": f"SUMPRODUCT({low},{least},{given})",
        "expected_loss_high": f"SUMPRODUCT({high},{most},{given})",
        "replacement_growth_largest": grown(top),
        "replacement_growth_expected": grown(expected),
    }


def _events(w: Workings) -> Formulas:
    """What independence says, and the bounds of Boole and Fréchet; the common cause needs a sum over it."""
    p, stay, low, high = (w.of_customers(key) for key in ("exit", "stay", "exit_low", "exit_high"))

    def all_least(cells: str) -> str:
        return f"MAX(0,SUM({cells})-(COUNT({cells})-1))"

    def any_most(cells: str) -> str:
        return f"MIN(1,SUM({cells}))"

    return {
        "probability_all_independent": f"PRODUCT({p})",
        "probability_none_independent": f"PRODUCT({stay})",
        "probability_all_least": all_least(p),
        "probability_all_most": f"MIN({p})",
        "probability_all_low": all_least(low),
        "probability_all_high": f"MIN({high})",
        "probability_any_least": f"MAX({p})",
        "probability_any_most": any_most(p),
        "probability_any_low": f"MAX({low})",
        "probability_any_high": any_most(high),
        "probability_none_least": f"1-{any_most(p)}",
        "probability_none_most": f"1-MAX({p})",
        "probability_none_low": f"1-{any_most(high)}",
        "probability_none_high": f"1-MAX({low})",
        "largest_loss_fixed": f"SUMPRODUCT({w.of_customers('spend')},{w.of_customers('loss_given_exit')})",
        "provision_level": _level(w),
    }


def _level(w: Workings) -> str:
    """The level that a newsvendor provides for."""
    short, over = (w.of(w.supplier(name)) for name in ("cost_short", "cost_over"))
    return f"{short}/({short}+{over})"


def _timing(w: Workings) -> Formulas:
    p, hazard, lost = w.step("largest_exit"), w.of_largest("hazard"), w.step("months_lost")
    horizon = w.of(w.supplier("horizon_months"))
    exits, spend, plan, given, part = (
        w.of_customers(key) for key in ("exit", "spend", "plan", "loss_given_exit", "lost_part")
    )
    largest = "*".join(w.of_largest(key) for key in ("loss_given_exit", "spend", "lost_part"))
    year = f"{MONTHS:g}"
    return {
        "half_life_largest": f"IF({p}<=0,NA(),IF({p}>=1,0,{year}*LN(2)/{hazard}))",
        "in_year_loss_largest": f"{w.step('largest_planned')}/{year}*{lost}",
        "in_year_loss_expected": f"SUMPRODUCT({exits},{given},{plan})/{year}*{lost}",
        "hazard_loss_largest": f"{largest}*{horizon}/{year}",
        "hazard_loss_expected": f"SUMPRODUCT({given},{spend},{part})*{horizon}/{year}",
    }


def _sensitivity(w: Workings) -> Formulas:
    """Shares of the variance of the expected loss: alone, with what is shared, and with half of it."""
    variance, found = w.step("variance"), {}
    for row, one in enumerate(w.year):

        def cell(key: str, row: int = row) -> str:
            return w.customers.place(key, row)

        shared = cell("spread_both")
        for unknown, key in (("exit_probability", "spread_exit"), ("spend", "spread_spend")):
            alone = cell(key)
            # A disclosed spend is no unknown, and where nothing varies nobody has a share.
            none = f"{variance}<=0"
            if unknown == "spend":
                none = f'OR({none},{cell("disclosed")}<>"")'
            for kind, part in (
                ("first_order", alone),
                ("total_order", f"({alone}+{shared})"),
                ("shapley", f"({alone}+{shared}/2)"),
            ):
                found[f"{kind}.{one.customer.id}_{unknown}"] = f"IF({none},NA(),{part}/{variance})"
    return found


# -- the opening, money in millions ------------------------------------------------------------------------


def _opportunity(w: Workings) -> Formulas:
    found = _pools(w)
    for claim in w.model.amounts:
        found |= _amount(w, claim)
    for claim in w.model.multiples:
        found |= _multiple(w, claim)
    for row, vendor in enumerate(w.model.vendors):
        found |= _vendor(w, row, vendor)
    found |= _together(w) | _market(w) | _buyers(w)
    return {f"opportunity.{name}": formula for name, formula in found.items()}


def _pool(w: Workings, name: str) -> str:
    return w.result(f"opportunity.{name}")


def _pools(w: Workings) -> Formulas:
    exits, low, high, given = (
        w.of_customers(key) for key in ("exit", "exit_low", "exit_high", "loss_given_exit")
    )
    plan, least, most = (w.of_customers(key) for key in ("plan", "plan_least", "plan_most"))
    house, gone = w.model.leaks
    released, opened = _pool(w, "released"), w.step("open_part")
    inside = f"{released}*{w.of(house)}"

    def leaked(end: Figure, other: Figure, of: str) -> str:
        ends = {"low": w.figures.low, "high": w.figures.high}[of]
        return f"(1-{ends(end.id)})*(1-{ends(other.id)})"

    return {
        "released": f"SUMPRODUCT({exits},{plan},{given})",
        "contestable": f"{released}*{opened}",
        "released_high": f"SUM({most})",
        "contestable_high": f"{_pool(w, 'released_high')}*{opened}",
        "in_house": inside,
        "not_replaced": f"({released}-{inside})*{w.of(gone)}",
        "won_back_with_tools": f"{inside}*SUM({w.of_vendors('tools')})",
        "contestable_expected_low": f"SUMPRODUCT({low},{least},{given})*{leaked(house, gone, 'high')}",
        "contestable_expected_high": f"SUMPRODUCT({high},{most},{given})*{leaked(house, gone, 'low')}",
    }


def _amount(w: Workings, claim: Claim) -> Formulas:
    """A claim of an amount against every pool."""
    name, amount, vendors = claim.vendor.id, w.mn(claim.figure), f"COUNT({w.of_vendors('base')})"
    period = w.case.newest_period("spend")
    pools = {
        "largest_customer": w.step("largest_plan"),
        f"contestable_{period}": f"({w.result('exits.expected_loss')}*{w.step('open_part')})",
        **{key: _pool(w, key) for key in ("released_high", "contestable_high", "released", "contestable")},
    }
    pool, share, equal = (
        pools["contestable"],
        _pool(w, f"{name}.required_share.contestable"),
        w.step("equal_share"),
    )
    months = w.of(w.model.horizon)
    within = f"({pool}*IF(ISNUMBER({months}),{months},{MONTHS:g})/{MONTHS:g})"
    return {
        **{f"{name}.required_share.{key}": ratio(amount, value) for key, value in pools.items()},
        f"{name}.verdict": (
            f'IF({pool}=0,"impossible",IF({share}>1,"impossible",IF({share}>0.5,"more_than_half",'
            f'IF({share}>{equal},"more_than_equal","ordinary"))))'
        ),
        f"{name}.required_share_within_horizon": ratio(amount, within),
        f"{name}.release_for_equal_share": ratio(f"{amount}*{vendors}", w.step("open_part")),
        f"{name}.years_for_equal_share": ratio(amount, f"({pool}*{equal})"),
    }


def _multiple(w: Workings, claim: Claim) -> Formulas:
    """A claim of a multiple: the largest base that fits beside what others claim as amounts."""
    name, several = claim.vendor.id, w.of(claim.figure)
    others = [w.mn(one.figure) for one in w.model.amounts if one.vendor != claim.vendor]
    left = f"MAX(0,{_pool(w, 'contestable')}{''.join(f'-{one}' for one in others)})"
    conversion = w.model.conversion(claim.vendor)

    def base(part: str) -> str:
        added = f"(({several}-1){part})"
        return f"IF({added}<=0,NA(),{left}/{added})"

    found = {f"{name}.base_high": base(""), f"{name}.claimed": w.from_multiple(claim)}
    if conversion:
        found[f"{name}.base_high_converted"] = base(f"*{w.of(conversion)}")
    return found


def _together(w: Workings) -> Formulas:
    if not w.model.claims:
        return {}
    pool, slack = _pool(w, "contestable"), _pool(w, "claims_slack")
    return {
        "claimed_together": f"SUM({w.of_vendors('claimed')})",
        "claims_slack": f"{pool}-{_pool(w, 'claimed_together')}",
        "claims_verdict": f'IF({slack}>=-0.000000001*MAX(1,ABS({pool})),"fit","clash")',
    }


def _vendor(w: Workings, row: int, vendor: Vendor) -> Formulas:
    name, pool, work = vendor.id, _pool(w, "contestable"), _work(w)
    base, tools = w.vendors.place("base", row), w.vendors.place("tools", row)
    gains = f"({_pool(w, f'{name}.allocated')}+{_pool(w, 'in_house')}*{tools})"
    return {
        **{f"{name}.diverted.{rule}": f"{pool}*{w.vendors.place(rule, row)}" for rule in SHARE_MODELS},
        f"{name}.allocated": w.vendors.place("allocated", row),
        f"{name}.uplift": ratio(gains, base),
        f"{name}.largest_customer_share": ratio(work, f"({work}+{base})"),
    }


def _work(w: Workings) -> str:
    """The open part of the largest plan."""
    return f"{w.step('largest_plan')}*{w.step('open_part')}"


def _market(w: Workings) -> Formulas:
    """Concentration of supplier and vendors, before and once the release has moved."""
    supplier, pool, released = w.mn(w.deal["revenue"]), _pool(w, "contestable"), _pool(w, "released")
    bases, rooms, full, takes = (w.of_vendors(key) for key in ("base", "capacity", "full", "allocated"))
    named = [w.mn(vendor.base) for vendor in w.model.vendors if vendor.named]
    left = f"MAX(0,{supplier}-{released})"

    def index(own: str, others: str) -> str:
        total = f"({own}+SUMPRODUCT({others}))"
        return f"IF({total}=0,NA(),10000*({own}^2+SUMPRODUCT(({others})^2))/{total}^2)"

    unserved = f"SUMPRODUCT(1-{full},{w.of_vendors('share')})"
    found = {
        "unserved": f"IF({unserved}>0,0,MAX(0,{pool}-SUMPRODUCT({full},{rooms})))",
        "vendor_hhi_before": index(supplier, bases),
        "vendor_hhi_after.within_capacity": index(left, f"{bases}+{takes}"),
        **{
            f"vendor_hhi_after.{rule}": index(left, f"{bases}+{pool}*{w.of_vendors(rule)}")
            for rule in SHARE_MODELS
        },
    }
    if named:
        found["named_uplift_largest"] = ratio(_work(w), f"({'+'.join(named)})")
    return found


def _buyers(w: Workings) -> Formulas:
    case, supplier = w.case, w.case.supplier.id
    found = {
        "months_to_absorb_largest": ratio(f"{MONTHS:g}*{_work(w)}", f"SUM({w.of_vendors('capacity')})"),
    }
    cost, loss = case.all_of("switching_cost", supplier), case.all_of("leak_loss", supplier)
    if not (cost and loss):
        return found

    def harm(moving: str, lost: str) -> str:
        return f"IF(OR({lost}<=0,{moving}>{lost}),NA(),{moving}/{lost})"

    return found | {
        "break_even_harm": harm(w.of(cost[0]), w.of(loss[0])),
        "break_even_harm_low": harm(w.figures.low(cost[0].id), w.figures.high(loss[0].id)),
        "break_even_harm_high": harm(w.figures.high(cost[0].id), w.figures.low(loss[0].id)),
    }


__all__ = ["formulas"]
