"""The vendors: who would take the open pool by which rule, who can, and what it does to their market."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neutrality.case import Figure
from neutrality.case.figures import in_millions
from neutrality.chapters.competitor_opportunity.model import Model, Vendor
from neutrality.chapters.ledger import flat
from neutrality.methods import diversion
from neutrality.methods.rationing import Allocation, water_filling
from neutrality.methods.valuation import ratio

#: The rules in words.
RULE_WORDS = {
    "equal": "in equal shares",
    "proportional": "in proportion to revenue",
    "logit": "by attributes",
}

#: What the sign of the change in concentration may be called.
SIGNS = {
    "more_concentrated": "more concentrated",
    "less_concentrated": "less concentrated",
    "undetermined": "undetermined",
}


@dataclass(frozen=True)
class Diversion:
    """Shares of the open pool by one rule, None where the rule has none, and the figures of them.

    `ranges` are least and largest shares over the stated ranges of revenues (proportional) or of
    attributes and capacities (logit).
    """

    rule: str
    shares: list[float] | None
    ranges: list[tuple[float, float] | None]
    figures: tuple[Figure, ...]


def diverted(model: Model, rule: str) -> Diversion:
    """The diversion ratios of the vendors by a rule."""
    vendors = model.vendors
    shares: list[float] | None
    if rule == "equal":
        shares = diversion.equal(len(vendors))
        return Diversion(rule, shares, [(share, share) for share in shares], ())
    if rule == "proportional":
        shares = diversion.proportional([vendor.earned for vendor in vendors])
        bases = [vendor.earned_range for vendor in vendors]
        ranges = [diversion.proportional_range(bases, index) for index in range(len(vendors))]
        return Diversion(rule, shares, ranges, tuple(vendor.base for vendor in vendors))
    weights = [
        model.case.figure(metric) for metric in ("beta_neutrality", "beta_capability", "beta_capacity")
    ]
    of_neutrality, of_capability, of_capacity = (figure.value or 0.0 for figure in weights)
    beta = (of_neutrality, of_capability, of_capacity)
    points = [
        diversion.utility(vendor.neutrality.value or 0.0, vendor.capability.value or 0.0, vendor.room, beta)
        for vendor in vendors
    ]
    spans = [(_utility(vendor, 0, beta), _utility(vendor, 1, beta)) for vendor in vendors]
    ranges = [diversion.logit_range(spans, index) for index in range(len(vendors))]
    attributes = [
        (vendor.neutrality, vendor.capability, vendor.capacity if beta[2] > 0 else ()) for vendor in vendors
    ]
    return Diversion(rule, diversion.logit(points), ranges, tuple(flat(weights, attributes)))


def _utility(vendor: Vendor, end: int, beta: tuple[float, float, float]) -> float:
    """A vendor's utility with every attribute at the low (0) or the high (1) end of its range."""
    return diversion.utility(
        vendor.neutrality.range[end], vendor.capability.range[end], vendor.room_range[end], beta
    )


def amounts(model: Model, rule: str) -> list[float | None]:
    """What each vendor would take of the expected open pool, in millions, whatever its capacity."""
    shares = diverted(model, rule).shares
    pool = model.open_pool.value
    return [None] * len(model.vendors) if shares is None else [share * pool for share in shares]


def allocation(model: Model) -> Allocation | None:
    """The expected open pool shared out within capacities, in proportion to the chosen rule's shares."""
    shares = diverted(model, model.share_model).shares
    if shares is None:
        return None
    return water_filling(model.open_pool.value, [vendor.room for vendor in model.vendors], shares)


def allocation_figures(model: Model) -> list[Figure]:
    """The figures that the allocation rests on."""
    capacities = [vendor.capacity for vendor in model.vendors]
    return flat(model.open_pool.figures, capacities, diverted(model, model.share_model).figures)


def gains(model: Model) -> list[float | None]:
    """What each vendor gains: its part of the open pool within capacity, and in-house work won back."""
    found = allocation(model)
    if found is None:
        return [None] * len(model.vendors)
    return [
        amount + model.enabled(vendor) for vendor, amount in zip(model.vendors, found.amounts, strict=True)
    ]


def gain_figures(model: Model, vendor: Vendor) -> list[Figure]:
    """The figures that one vendor's gain rests on."""
    return flat(allocation_figures(model), vendor.enablement or ())


def uplift(gain: float | None, base: float) -> float | None:
    """New revenue as a share of the revenue before; None without either."""
    return None if gain is None else ratio(gain, base)


def uplift_range(gain: float | None, vendor: Vendor) -> tuple[float, float] | None:
    """The uplift over the stated range of a vendor's revenue before; None where it has no bound."""
    low, high = vendor.earned_range
    if gain is None or low <= 0 or high <= 0:
        return None
    return gain / high, gain / low


@dataclass(frozen=True)
class Concentration:
    """The index of the vendor market after the release under one rule, in points.

    `low` and `high` bound the change over the corners of the vendors' stated revenues. None where the
    rule has no shares or the market no sales.
    """

    rule: str
    after: float | None
    change: float | None
    low: float | None
    high: float | None


def concentration_before(model: Model) -> float | None:
    """The Herfindahl-Hirschman index of the supplier and the vendors, in points."""
    return diversion.herfindahl_of([in_millions(model.revenue), *(vendor.earned for vendor in model.vendors)])


def market_figures(model: Model) -> list[Figure]:
    """The figures of the sizes before."""
    return flat(model.revenue, [vendor.base for vendor in model.vendors])


def _gained(model: Model, rule: str, bases: list[float]) -> list[float] | None:
    pool = model.open_pool.value
    shares = diversion.proportional(bases) if rule == "proportional" else diverted(model, rule).shares
    return None if shares is None else [share * pool for share in shares]


def concentration_after(model: Model, rule: str) -> Concentration:
    """Concentration once the expected release has moved: the supplier without it, the vendors with their parts.

    `rule` is a rule of diversion, or `within_capacity` for the allocation by the chosen one.
    """
    supplier, lost = in_millions(model.revenue), model.pools["released"].value
    bases = [vendor.earned for vendor in model.vendors]
    before = concentration_before(model)
    if rule == "within_capacity":
        found = allocation(model)
        gained = None if found is None else found.amounts
    else:
        gained = _gained(model, rule, bases)
    if gained is None or before is None:
        return Concentration(rule, None, None, None, None)
    after = diversion.herfindahl_of(diversion.market_after(supplier, bases, lost, gained))
    if after is None:
        return Concentration(rule, None, None, None, None)
    changes = []
    fixed = None if rule == "proportional" else gained
    for corner in diversion.corners([vendor.earned_range for vendor in model.vendors]):
        moved = fixed if fixed is not None else _gained(model, rule, corner)
        if moved is None:
            continue
        old = diversion.herfindahl_of([supplier, *corner])
        new = diversion.herfindahl_of(diversion.market_after(supplier, corner, lost, moved))
        if old is not None and new is not None:
            changes.append(new - old)
    changes.append(after - before)
    return Concentration(rule, after, after - before, min(changes), max(changes))


def concentration_sign(found: Sequence[Concentration]) -> str | None:
    """Whether the market becomes more or less concentrated by all rules: undetermined where rules or the ends of
    all revenue ranges disagree. None where no rule has a number, or where nothing moves.
    """
    lows = [one.low for one in found if one.low is not None]
    highs = [one.high for one in found if one.high is not None]
    if not lows or (min(lows) == 0 == max(highs)):
        return None
    if min(lows) >= 0:
        return "more_concentrated"
    return "less_concentrated" if max(highs) <= 0 else "undetermined"
