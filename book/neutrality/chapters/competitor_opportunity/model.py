"""What the chapter stands on: who may leave and with how much, the pools, the vendors and their claims."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from neutrality.case import Case, Figure
from neutrality.case.figures import ends_in_millions, in_millions
from neutrality.case.load import Entity
from neutrality.chapters.exposure import (
    BASES,
    Exposure,
    currency,
    expected_loss,
    expected_loss_range,
    exposures,
    largest,
    revenue_of,
)
from neutrality.chapters.ledger import Origins, flat
from neutrality.errors import InputError
from neutrality.methods.release import Waterfall, waterfall
from neutrality.methods.timing import MONTHS, months_lost
from neutrality.words import owned


@dataclass(frozen=True)
class Pool:
    """A pool of spend a year, in millions, that a claim may be held against."""

    key: str
    label: str
    value: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Horizon:
    """A span in which a claim may come true: as much of a yearly pool as comes loose within it."""

    key: str
    label: str
    part: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Claim:
    """A vendor's claim: an amount of new revenue, or a multiple of a base that nobody disclosed.

    `least` is the new revenue in millions a year that it says at least, `figures` are what that rests on.
    """

    vendor: Entity
    figure: Figure
    least: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Vendor:
    """A vendor with what the rules of choice and its capacity need.

    `enablement` is the share of in-house work that it wins back with tools; `named` says whether a source
    speaks of it by the case's day.
    """

    entity: Entity
    base: Figure
    capacity: Figure
    neutrality: Figure
    capability: Figure
    enablement: Figure | None
    named: bool

    @property
    def id(self) -> str:
        return self.entity.id

    @property
    def name(self) -> str:
        return self.entity.name

    @cached_property
    def earned(self) -> float:
        """Revenue before the deal, in millions."""
        return in_millions(self.base)

    @cached_property
    def earned_range(self) -> tuple[float, float]:
        """The range of that revenue, in millions."""
        return ends_in_millions(self.base)

    @cached_property
    def room(self) -> float:
        """New work it can take in a year, in millions."""
        return in_millions(self.capacity)

    @cached_property
    def room_range(self) -> tuple[float, float]:
        """The range of that work, in millions."""
        return ends_in_millions(self.capacity)


@dataclass(frozen=True)
class Model:
    """A case as this chapter reads it, with the choices made.

    The named results stand on planned spends; `basis` chooses those of a few tables.
    """

    case: Case
    basis: str = "plan"
    share_model: str = "equal"
    size_model: str = "uniform"

    def __post_init__(self) -> None:
        if not self.case.vendors:
            raise InputError(
                "entities: found no vendor, expected at least one for the vendors that no source names"
            )

    @cached_property
    def unit(self) -> str:
        """Money of this chapter: millions a year in the currency of the case."""
        return f"{currency(self.case)} mn per year"

    @cached_property
    def plan(self) -> list[Exposure]:
        """The customers on planned spends."""
        return exposures(self.case, "plan")

    @cached_property
    def customers(self) -> list[Exposure]:
        """The customers on the spends of the chosen basis."""
        return exposures(self.case, self.basis)

    @cached_property
    def top(self) -> Exposure:
        """The customer with the largest disclosed plan."""
        return largest(self.plan)

    @cached_property
    def revenue(self) -> Figure:
        """The supplier's revenue of the last full year."""
        return revenue_of(self.case)

    @cached_property
    def illustrative(self) -> bool:
        """Whether the revenue that a vendor had before is assumed anywhere."""
        return any(vendor.base.tag == "assumed" for vendor in self.vendors)

    @cached_property
    def leaks(self) -> list[Figure]:
        """The figures that take spend out of the open pool: share taken in house, share not replaced."""
        return [
            self.case.figure(metric, self.case.supplier.id)
            for metric in ("inhouse_share", "not_replaced_share")
        ]

    @property
    def leaking(self) -> tuple[float, float]:
        """Their values."""
        in_house, not_replaced = (figure.value or 0.0 for figure in self.leaks)
        return in_house, not_replaced

    @cached_property
    def open_part(self) -> float:
        """The part of what is released that is open to vendors."""
        in_house, not_replaced = self.leaking
        return (1 - in_house) * (1 - not_replaced)

    @cached_property
    def vendors(self) -> list[Vendor]:
        """Every vendor; those that no source names stand among them as one."""
        case = self.case
        spoken_of = {row["entity"] for row in case.counted_claims()}
        enabling = {figure.entity: figure for figure in case.all_of("inhouse_enablement_share")}
        found = [
            Vendor(
                entity,
                case.figure("base_revenue", entity.id),
                case.figure("capacity", entity.id),
                case.figure("neutrality", entity.id),
                case.figure("capability", entity.id),
                enabling.get(entity.id),
                entity.id in spoken_of,
            )
            for entity in case.vendors
        ]
        if sum(self._won_back(vendor) for vendor in found) > 1 + 1e-12:
            names = " + ".join(vendor.enablement.id for vendor in found if vendor.enablement)
            raise InputError(f"{names}: together above 1, expected shares of one in-house flow")
        return found

    @staticmethod
    def _won_back(vendor: Vendor) -> float:
        return (vendor.enablement.value or 0.0) if vendor.enablement else 0.0

    @property
    def enablements(self) -> list[Figure]:
        """The figures of what vendors win back of the in-house work."""
        return [vendor.enablement for vendor in self.vendors if vendor.enablement]

    def enabled(self, vendor: Vendor) -> float:
        """What a vendor wins back of the expected in-house work, in millions a year."""
        return self.fall(self.pools["released"].value).in_house * self._won_back(vendor)

    @property
    def equal_share(self) -> float:
        """The share of a vendor when nothing tells them apart."""
        return 1 / len(self.case.vendors)

    def fall(self, released: float) -> Waterfall:
        """The release waterfall of a pool in millions."""
        return waterfall(released, *self.leaking, sum(map(self._won_back, self.vendors)))

    @cached_property
    def pools(self) -> dict[str, Pool]:
        """The pools that every claim is held against, by the last part of their result ids."""
        year = exposures(self.case, "last_year")
        (expected, expected_on), (past, past_on) = expected_loss(self.plan), expected_loss(year)
        most, most_on = sum(one.most for one in self.plan), [one.bound_figures for one in self.plan]
        period = self.case.newest_period(BASES["last_year"])

        def opened(released: float) -> float:
            return waterfall(released, *self.leaking).contestable

        def pool(key: str, label: str, value: float, *figures: Origins) -> Pool:
            return Pool(key, label, value, tuple(flat(*figures)))

        name = self.top.customer.name
        found = [
            pool(
                "largest_customer",
                f"{owned(name)} plan alone, all outsourced",
                self.top.point,
                self.top.spend,
            ),
            pool("released_high", "Largest release the facts allow, all outsourced", most, most_on),
            pool(
                "contestable_high", "Largest release, after in-house work", opened(most), most_on, self.leaks
            ),
            pool("released", "Expected release, all outsourced", expected, expected_on),
            pool(
                "contestable",
                "Expected release, after in-house work",
                opened(expected),
                expected_on,
                self.leaks,
            ),
            pool(
                f"contestable_{period}",
                f"Expected release on spends of {period}, after in-house work",
                opened(past),
                past_on,
                self.leaks,
            ),
        ]
        return {one.key: one for one in found}

    @cached_property
    def open_pool(self) -> Pool:
        """The pool that is expected to be open to vendors."""
        return self.pools["contestable"]

    def contestable_range(self, customers: Sequence[Exposure]) -> tuple[float, float]:
        """The expected open pool at both ends of all stated ranges (layer L1), in millions."""
        low, high = expected_loss_range(customers)
        (house_low, house_high), (gone_low, gone_high) = (figure.range for figure in self.leaks)
        return (
            waterfall(low, house_high, gone_high).contestable,
            waterfall(high, house_low, gone_low).contestable,
        )

    @cached_property
    def horizon(self) -> Figure:
        """The months in which the claims are to come true."""
        return self.case.figure("claim_horizon_months")

    @property
    def months(self) -> float:
        """That horizon; a year where the case gives none. Within none at all no claim has a share to need."""
        return MONTHS if self.horizon.value is None else self.horizon.value

    @cached_property
    def horizons(self) -> list[Horizon]:
        """The rest of the plan's year, a year, and the ends and value of the claims' horizon."""
        case, period = self.case, self.case.newest_period(BASES["plan"])
        when = [
            case.figure(metric, case.supplier.id)
            for metric in ("exit_start_month", "notice_months", "ramp_months")
        ]
        start, notice, ramp = (figure.value or 0.0 for figure in when)
        part = months_lost(start, notice, ramp) / MONTHS
        spans = sorted({*self.horizon.range, self.months, MONTHS})
        return [
            Horizon("calendar", f"Within {period}", part, tuple(when)),
            *(
                Horizon(
                    "year" if months == MONTHS else f"{months:g}",
                    f"{months:g} months",
                    months / MONTHS,
                    () if months == MONTHS else (self.horizon,),
                )
                for months in spans
            ),
        ]

    @cached_property
    def amounts(self) -> list[Claim]:
        """Claims of an amount of new revenue."""
        return [
            Claim(vendor, figure, in_millions(figure), (figure,))
            for vendor, figure in self._claimed("claimed_revenue")
        ]

    @cached_property
    def multiples(self) -> list[Claim]:
        """Claims of a multiple of an undisclosed base, at the base and the conversion that are assumed."""
        found = []
        for vendor, figure in self._claimed("claimed_multiple"):
            base, conversion = self.case.figure("base_revenue", vendor.id), self.conversion(vendor)
            part = 1.0 if conversion is None else conversion.value or 0.0
            added = max(0.0, (figure.value or 0.0) - 1) * part * in_millions(base)
            found.append(Claim(vendor, figure, added, tuple(flat(figure, base, conversion or ()))))
        return found

    def conversion(self, vendor: Entity) -> Figure | None:
        """The share of a vendor's claimed demand that becomes revenue, where the case has a figure of it."""
        return next(iter(self.case.all_of("claim_conversion", vendor.id)), None)

    def _claimed(self, metric: str) -> list[tuple[Entity, Figure]]:
        figures = {figure.entity: figure for figure in self.case.all_of(metric)}
        return [(vendor, figures[vendor.id]) for vendor in self.case.vendors if vendor.id in figures]

    @cached_property
    def claims(self) -> list[Claim]:
        """The least that each claiming vendor says, in the vendors' order: of two claims the larger."""
        found: dict[str, Claim] = {}
        for claim in (*self.amounts, *self.multiples):
            held = found.get(claim.vendor.id)
            if held is None or claim.least > held.least:
                found[claim.vendor.id] = claim
        return [found[vendor.id] for vendor in self.case.vendors if vendor.id in found]

    @cached_property
    def largest_claim(self) -> Claim | None:
        """The claim of an amount that the chapter's headline speaks of."""
        return max(self.amounts, key=lambda claim: claim.least, default=None)

    def others(self, vendor: Entity) -> tuple[float, list[Figure]]:
        """What the other vendors claim as amounts, in millions, and the figures of it."""
        claims = [claim for claim in self.amounts if claim.vendor != vendor]
        return sum(claim.least for claim in claims), [claim.figure for claim in claims]
