"""The named results of the chapter, each with the figures whose value enters."""

from __future__ import annotations

from neutrality.case import Figure
from neutrality.case.figures import in_millions
from neutrality.chapters import SHARE_MODELS
from neutrality.chapters.competitor_opportunity import market
from neutrality.chapters.competitor_opportunity.claims import (
    covered,
    release_distribution,
    release_figures,
    together,
    years_for_equal_share,
)
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.exit_model import costs_of, newsvendor_of
from neutrality.chapters.ledger import Ledger, flat
from neutrality.methods.loss import LossDistribution
from neutrality.methods.release import break_even_harm, highest_base, verdict
from neutrality.methods.timing import MONTHS
from neutrality.methods.valuation import ratio


def ledger_of(model: Model) -> Ledger:
    """Every named result of the chapter."""
    ledger = Ledger("opportunity")
    release = release_distribution(model)
    _pools(ledger, model)
    for claim in model.amounts:
        _claim(ledger, model, claim, release)
    for claim in model.multiples:
        _multiple(ledger, model, claim)
    _together(ledger, model)
    _vendors(ledger, model, release)
    _market(ledger, model)
    _buyers(ledger, model)
    return ledger


def _pools(ledger: Ledger, model: Model) -> None:
    pools, unit = model.pools, model.unit
    for key in ("released", "contestable", "released_high", "contestable_high"):
        ledger.add(key, pools[key].value, unit, pools[key].figures)
    expected, inside = pools["released"], model.leaks[0]
    steps = model.fall(expected.value)
    ledger.add("in_house", steps.in_house, unit, expected.figures, inside)
    ledger.add("not_replaced", steps.not_replaced, unit, expected.figures, model.leaks)
    if model.enablements:
        ledger.add("won_back_with_tools", steps.enabled, unit, expected.figures, inside, model.enablements)
    low, high = model.contestable_range(model.plan)
    ranged = [(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in model.plan]
    ledger.add("contestable_expected_low", low, unit, ranged, model.leaks, bound=True)
    ledger.add("contestable_expected_high", high, unit, ranged, model.leaks, bound=True)


def _claim(ledger: Ledger, model: Model, claim: Claim, release: LossDistribution) -> None:
    """What a claim of an amount needs, and how likely it can be true."""
    name, figure, pool = claim.vendor.id, claim.figure, model.open_pool
    for one in model.pools.values():
        ledger.add(
            f"{name}.required_share.{one.key}", ratio(claim.least, one.value), "share", figure, one.figures
        )
    needed = ledger.value(f"{name}.required_share.contestable")
    ledger.add(f"{name}.verdict", verdict(needed, model.equal_share), "word", figure, pool.figures)
    within = ratio(claim.least, pool.value * model.months / MONTHS)
    ledger.add(f"{name}.required_share_within_horizon", within, "share", figure, pool.figures, model.horizon)
    enough = ratio(claim.least * len(model.vendors), model.open_part)
    ledger.add(f"{name}.release_for_equal_share", enough, model.unit, figure, model.leaks)
    years = years_for_equal_share(model, claim)
    ledger.add(f"{name}.years_for_equal_share", years, "years", figure, pool.figures)
    rests = flat(figure, release_figures(model), model.leaks)
    for key, share in (
        ("probability_covered", 1.0),
        ("probability_at_half", 0.5),
        ("probability_at_equal_share", model.equal_share),
    ):
        ledger.add(f"{name}.{key}", covered(model, claim, share, release), "probability", rests)


def _multiple(ledger: Ledger, model: Model, claim: Claim) -> None:
    """How small the base of a claimed multiple must be, and what it claims at the base assumed."""
    name, figure, pool = claim.vendor.id, claim.figure, model.open_pool
    others, figures = model.others(claim.vendor)
    multiple, conversion = figure.value or 0.0, model.conversion(claim.vendor)
    base = highest_base(pool.value, others, multiple)
    ledger.add(f"{name}.base_high", base, model.unit, pool.figures, figures, figure)
    if conversion:
        part = conversion.value or 0.0
        base = highest_base(pool.value, others, multiple, part)
        rests = flat(pool.figures, figures, figure, conversion)
        ledger.add(f"{name}.base_high_converted", base, model.unit, rests)
    ledger.add(f"{name}.claimed", claim.least, model.unit, claim.figures)


def _together(ledger: Ledger, model: Model) -> None:
    """Whether all claims fit into the expected pool."""
    if not model.claims:
        return
    figures = [claim.figures for claim in model.claims]
    found = together(model, model.open_pool)
    ledger.add("claimed_together", sum(claim.least for claim in model.claims), model.unit, figures)
    ledger.add("claims_slack", found.slack, model.unit, figures, model.open_pool.figures)
    word = "fit" if found.feasible else "clash"
    ledger.add("claims_verdict", word, "word", figures, model.open_pool.figures)


def _vendors(ledger: Ledger, model: Model, release: LossDistribution) -> None:
    """Who takes the open pool by each rule, who can, and a bet on capacity."""
    pool = model.open_pool
    for rule in SHARE_MODELS:
        figures = market.diverted(model, rule).figures
        for vendor, amount in zip(model.vendors, market.amounts(model, rule), strict=True):
            ledger.add(f"{vendor.id}.diverted.{rule}", amount, model.unit, pool.figures, figures)
    found, rests = market.allocation(model), market.allocation_figures(model)
    amounts = found.amounts if found else [None] * len(model.vendors)
    for vendor, amount, gain in zip(model.vendors, amounts, market.gains(model), strict=True):
        ledger.add(f"{vendor.id}.allocated", amount, model.unit, rests)
        up = market.uplift(gain, vendor.earned)
        ledger.add(f"{vendor.id}.uplift", up, "share", market.gain_figures(model, vendor), vendor.base)
    ledger.add("unserved", found.unserved if found else None, model.unit, rests)
    chosen = market.diverted(model, model.share_model)
    quantile, costs = bet_quantile(model, release)
    for index, vendor in enumerate(model.vendors):
        bet = None if chosen.shares is None else chosen.shares[index] * quantile * model.open_part
        rests = flat(release_figures(model), model.leaks, costs, chosen.figures)
        ledger.add(f"{vendor.id}.capacity_bet", bet, model.unit, rests)
    named = [vendor for vendor in model.vendors if vendor.named]
    if named:
        share = ratio(model.fall(model.top.point).contestable, sum(vendor.earned for vendor in named))
        bases = [vendor.base for vendor in named]
        ledger.add("named_uplift_largest", share, "share", model.top.spend, model.leaks, bases)


def bet_quantile(model: Model, release: LossDistribution) -> tuple[float, list[Figure]]:
    """The release that a newsvendor would prepare for, in millions, and the figures of its costs.

    A unit of capacity too little costs the margin forgone, one too much stands idle: the optimum is the
    quantile at cost_short / (cost_short + cost_over) (Arrow, Harris and Marschak, 1951).
    """
    return newsvendor_of(model.case).provision(release), list(costs_of(model.case))


def _market(ledger: Ledger, model: Model) -> None:
    """Concentration of the vendor market before and after."""
    sizes, moved = market.market_figures(model), model.open_pool.figures
    ledger.add("vendor_hhi_before", market.concentration_before(model), "points", sizes)
    found = [market.concentration_after(model, rule) for rule in SHARE_MODELS]
    every = [market.diverted(model, rule).figures for rule in SHARE_MODELS]
    for one, figures in zip(found, every, strict=True):
        ledger.add(f"vendor_hhi_after.{one.rule}", one.after, "points", sizes, moved, figures)
    after = market.concentration_after(model, "within_capacity").after
    ledger.add(
        "vendor_hhi_after.within_capacity", after, "points", sizes, moved, market.allocation_figures(model)
    )
    ledger.add("vendor_concentration", market.concentration_sign(found), "word", sizes, moved, every)


def _buyers(ledger: Ledger, model: Model) -> None:
    """When leaving pays for a customer, and what the largest one would be to its next vendor."""
    case, supplier = model.case, model.case.supplier.id
    cost, loss = case.all_of("switching_cost", supplier), case.all_of("leak_loss", supplier)
    if cost and loss:
        (cost_low, cost_high), (loss_low, loss_high) = cost[0].range, loss[0].range
        point = break_even_harm(cost[0].value or 0.0, loss[0].value or 0.0)
        ledger.add("break_even_harm", point, "probability", cost[0], loss[0])
        low, high = break_even_harm(cost_low, loss_high), break_even_harm(cost_high, loss_low)
        ledger.add("break_even_harm_low", low, "probability", cost[0], loss[0], bound=True)
        ledger.add("break_even_harm_high", high, "probability", cost[0], loss[0], bound=True)
    work = model.fall(model.top.point).contestable
    room = sum(vendor.room for vendor in model.vendors)
    months = None if room == 0 else MONTHS * work / room
    figures = flat(model.top.spend, model.leaks)
    rests = [vendor.capacity for vendor in model.vendors]
    ledger.add("months_to_absorb_largest", months, "months", figures, rests)
    for vendor in model.vendors:
        share = ratio(work, work + vendor.earned)
        ledger.add(f"{vendor.id}.largest_customer_share", share, "share", figures, vendor.base)


def against_revenue(model: Model, amount: float) -> float | None:
    """An amount as a share of what the supplier billed in the last full year."""
    return ratio(amount, in_millions(model.revenue))
