"""Customers who may leave: how much, how likely and how far, as every chapter about them needs it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.case.figures import in_millions, largest_spend
from neutrality.case.load import Entity
from neutrality.chapters.ledger import computed, printed
from neutrality.errors import InputError
from neutrality.methods.valuation import break_even_loss
from neutrality.results import Number
from neutrality.units import money

#: Which metric a basis takes the spends from.
BASES = {"last_year": "spend", "plan": "planned_spend"}


def currency(case: Case) -> str:
    """The currency of the case: that of the acquirer's investment. Raises InputError for no money."""
    unit = case.unit_of("investment")
    parts = money(unit)
    if parts is None:
        raise InputError(
            f"{case.figure('investment').id}: unit: found {unit!r}, expected money like 'USD bn'"
        )
    return parts.currency


@dataclass(frozen=True)
class Exposure:
    """One customer's spend on one basis, in millions a year, and what its exit would do.

    `cap` is the largest disclosed spend of the basis, which bounds an undisclosed one; `capping` is the
    figure that sets it. Probabilities and loss given exit are fractions.
    """

    customer: Entity
    spend: Figure
    cap: float
    capping: Figure
    exit: Figure
    pool_weight: Figure
    exit_without_deal: Figure
    loss_given_exit: Figure

    @property
    def disclosed(self) -> bool:
        """Whether somebody put a number on the spend."""
        return not self.spend.undisclosed

    @property
    def point(self) -> float:
        """The spend, or half of what it can be at most where nobody disclosed it."""
        return in_millions(self.spend) if self.disclosed else self.cap / 2

    @property
    def most(self) -> float:
        """The largest spend that the facts allow."""
        return in_millions(self.spend) if self.disclosed else self.cap

    def spent(self, unit: str) -> Number:
        """The point value of the spend ready for print: a disclosed one as it was disclosed."""
        return printed(self.spend) if self.disclosed else computed(self.point, unit, self.size_figures)

    @property
    def least(self) -> float:
        """The smallest spend that the facts allow."""
        return in_millions(self.spend) if self.disclosed else 0.0

    @property
    def probability(self) -> float:
        """The chance that the customer leaves; 0 for a figure without a value."""
        return _value(self.exit)

    @property
    def severity(self) -> float:
        """Loss given exit."""
        return _value(self.loss_given_exit)

    @property
    def expected(self) -> float:
        """Probability times exposure times loss given exit."""
        return self.probability * self.point * self.severity

    @property
    def expected_range(self) -> tuple[float, float]:
        """Expected loss over the stated ranges: probability at an end, the spend as free as the facts leave it."""
        low, high = self.exit.range
        return low * self.least * self.severity, high * self.most * self.severity

    @property
    def exit_figures(self) -> list[Figure]:
        """The figures that the exit probability rests on: a pooled one on the weight of its pool too."""
        return [self.exit, self.pool_weight] if self.exit.pooled else [self.exit]

    @property
    def size_figures(self) -> list[Figure]:
        """The figures that the point value of the spend rests on."""
        return [self.spend] if self.disclosed else [self.spend, self.capping]

    @property
    def bound_figures(self) -> list[Figure]:
        """The figures that the largest possible spend rests on: an undisclosed one adds nothing itself."""
        return [self.spend] if self.disclosed else [self.capping]


def _value(figure: Figure) -> float:
    if figure.value is None:
        raise InputError(f"{figure.id}: has no value")
    return figure.value


def exposures(case: Case, basis: str) -> list[Exposure]:
    """Every customer's exposure on a basis (`last_year` or `plan`), in the table's order.

    Raises InputError when a customer lacks a figure that this needs.
    """
    metric = BASES[basis]
    period = case.newest_period(metric)
    spends = [case.figure(metric, customer.id, period) for customer in case.customers]
    capping = largest_spend(spends)
    if capping is None:
        raise InputError(f"no customer has a disclosed {metric} for {period}, so nothing bounds the others")
    return [
        Exposure(
            customer,
            spend,
            in_millions(capping),
            capping,
            case.figure("exit_probability", customer.id),
            case.figure("pool_weight"),
            case.figure("exit_probability_without_deal", customer.id),
            case.figure("loss_given_exit", customer.id),
        )
        for customer, spend in zip(case.customers, spends, strict=True)
    ]


def largest(customers: Sequence[Exposure]) -> Exposure:
    """The customer with the largest disclosed spend."""
    return max((one for one in customers if one.disclosed), key=lambda one: one.point)


def expected_loss(customers: Sequence[Exposure]) -> tuple[float, list[Figure]]:
    """Expected yearly loss in millions, and the figures it rests on."""
    figures = [f for one in customers for f in (*one.size_figures, *one.exit_figures, one.loss_given_exit)]
    return sum(one.expected for one in customers), figures


def expected_loss_range(customers: Sequence[Exposure]) -> tuple[float, float]:
    """The expected yearly loss at both ends of the stated ranges (layer L1), in millions."""
    ranges = [one.expected_range for one in customers]
    return sum(low for low, _ in ranges), sum(high for _, high in ranges)


def revenue_of(case: Case) -> Figure:
    """The supplier's revenue of the period of the newest full-year spends."""
    return case.figure("revenue", case.supplier.id, case.newest_period("spend"))


def planned_of(case: Case, customer: Exposure) -> Exposure:
    """The plan of a customer."""
    return next(one for one in exposures(case, "plan") if one.customer == customer.customer)


def price_figures(case: Case) -> list[Figure]:
    """What the loss that erases the step-up rests on."""
    supplier = case.supplier.id
    return [revenue_of(case), case.figure("valuation_prior", supplier), case.figure("valuation", supplier)]


def erasing_loss(case: Case, basis: str = "last_year") -> float | None:
    """The yearly loss that erases the step-up at the deal's multiple; None where there is no step-up.

    It is a part of the last full year's revenue, so losses of planned spends have none to compare with.
    """
    if basis != "last_year":
        return None
    revenue, prior, valuation = (in_millions(figure) for figure in price_figures(case))
    return break_even_loss(revenue, prior, valuation) if valuation > prior else None
