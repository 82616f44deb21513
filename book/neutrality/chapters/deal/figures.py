"""The figures of the deal, their values in one unit, and the outcomes that are functions of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from neutrality.case import Case, Figure
from neutrality.chapters.exposure import Exposure, exposures, largest, planned_of, revenue_of
from neutrality.chapters.ledger import flat
from neutrality.errors import InputError
from neutrality.methods.intervals import Interval, Product, contract
from neutrality.methods.valuation import (
    enterprise_value,
    growth_by_dcf,
    growth_by_exit_multiple,
    premium_stack,
    ratio,
)
from neutrality.units import convert, money


@dataclass(frozen=True)
class Values:
    """The values of the deal's figures: money in billions, rates and shares as fractions."""

    investment: float
    stake: float
    prior_stake: float
    valuation: float
    prior: float
    standalone: float
    revenue: float
    spend: float
    planned: float
    cash_retained: float
    net_debt: float
    vc_rate: float
    vc_years: float
    vc_exit_multiple: float
    dcf_rate: float
    dcf_years: float
    dcf_fcf_margin: float
    dcf_terminal_growth: float


@dataclass(frozen=True)
class Deal:
    """The figures of the deal by the names of `Values`, and the customers who may leave."""

    figures: Mapping[str, Figure]
    multiple_after_exit: Figure
    customer: Exposure
    plan: Exposure
    exposed: tuple[Exposure, ...]

    @classmethod
    def of(cls, case: Case) -> Deal:
        """The deal of a case, on last full-year spends. Raises InputError where the case lacks a figure."""
        supplier = case.supplier.id
        exposed = exposures(case, "last_year")
        customer = largest(exposed)
        plan = planned_of(case, customer)
        prior = case.figure("valuation_prior", supplier)
        standalone = case.figure("standalone_value", supplier)
        found = {
            "investment": case.figure("investment"),
            "stake": case.figure("stake"),
            "prior_stake": case.figure("prior_stake"),
            "valuation": case.figure("valuation", supplier),
            "prior": prior,
            # Without a value of its own, the business is taken to be worth what it was last priced at.
            "standalone": prior if standalone.value is None else standalone,
            "revenue": revenue_of(case),
            "spend": customer.spend,
            "planned": plan.spend if plan.disclosed else plan.capping,
            "cash_retained": case.figure("cash_retained_share", supplier),
            "net_debt": case.figure("net_debt", supplier),
        }
        own: tuple[str, ...] = ("vc_rate", "vc_years", "vc_exit_multiple")
        own += ("dcf_rate", "dcf_years", "dcf_fcf_margin", "dcf_terminal_growth")
        found |= {name: case.figure(name, supplier) for name in own}
        after = case.figure("multiple_after_exit", supplier)
        return cls(found, after, customer, plan, tuple(exposed))

    def __getitem__(self, name: str) -> Figure:
        return self.figures[name]

    def of_names(self, *names: str) -> list[Figure]:
        """The figures of these names, each once."""
        return flat([self.figures[name] for name in names])

    @property
    def values(self) -> Values:
        """The values of all figures; a figure without one counts as 0."""
        found = {name: scaled(figure, figure.value or 0.0) for name, figure in self.figures.items()}
        # An undisclosed plan counts as half of what it can be at most.
        return Values(**found | {"planned": self.plan.point / 1000})

    def range(self, name: str) -> Interval:
        """What evidence allows for a figure, in the units of `Values`."""
        figure = self.figures[name]
        return Interval(*(scaled(figure, end) for end in figure.range))

    def with_figure(self, figure_id: str, value: float) -> Values:
        """The values with one figure at another value, given in the units of `Values`."""
        changed = {name: value for name, figure in self.figures.items() if figure.id == figure_id}
        return replace(self.values, **changed)

    def multiples_after_exit(self) -> Interval | None:
        """What evidence allows for the multiple after an exit; None where the case gives no range."""
        try:
            return Interval(*self.multiple_after_exit.range)
        except InputError:
            return None


def scaled(figure: Figure, value: float) -> float:
    """A value of a figure in billions where it is money, as it is otherwise."""
    return convert(value, figure.unit, "bn") if money(figure.unit) else value


def contracted(deal: Deal) -> Product | None:
    """The sharpest intervals of cheque, stake and valuation (billions), or None when they clash."""
    return contract(rounded(deal))


def rounded(deal: Deal) -> Product:
    """Cheque, stake and valuation (billions) with what rounding leaves open."""
    return Product(deal.range("investment"), deal.range("stake"), deal.range("valuation"))


# -- outcomes -----------------------------------------------------------------------------------------
# Each is written once, as a function of the values: results, tables and the tornado call it.


def multiple(v: Values) -> float:
    """EV/revenue as reported: the whole valuation over a year's revenue."""
    return v.valuation / v.revenue


def business_value(v: Values) -> float:
    """Enterprise value at the share of the cash that stayed."""
    return enterprise_value(v.valuation, v.investment, v.cash_retained, v.net_debt)


def implied_post_money(v: Values) -> float | None:
    """What the whole is worth, in billions, if the cheque bought the stake at its price; None for a stake of 0."""
    return ratio(v.investment, v.stake)


def step_up_share_erased(v: Values) -> float | None:
    """The largest customer's spend at the deal's multiple, as a share of the step-up."""
    return ratio(multiple(v) * v.spend, v.valuation - v.prior)


def exit_multiple_growth(v: Values) -> float | None:
    """The yearly growth that justifies the business by the venture-capital method (`growth_by_exit_multiple`)."""
    return growth_by_exit_multiple(business_value(v), v.revenue, v.vc_rate, v.vc_years, v.vc_exit_multiple)


def dcf_growth(v: Values) -> float | None:
    """The yearly growth that justifies the business by discounted cash flow over whole years (`growth_by_dcf`)."""
    return growth_by_dcf(
        business_value(v), v.revenue, v.dcf_rate, round(v.dcf_years), v.dcf_fcf_margin, v.dcf_terminal_growth
    )


def residual_premium(v: Values) -> float:
    """What the cheque holds beyond the business and its part of the cash, at our settings."""
    return premium_stack(v.investment, v.stake, v.standalone, v.cash_retained)[2]


@dataclass(frozen=True)
class Outcome:
    """A result that the tornado turns: its id, its question, its unit and the names that enter it."""

    result: str
    label: str
    unit: str
    compute: Callable[[Values], float | None]
    names: tuple[str, ...]


BUSINESS = ("valuation", "investment", "cash_retained", "net_debt")
VC = (*BUSINESS, "revenue", "vc_rate", "vc_years", "vc_exit_multiple")
DCF = (*BUSINESS, "revenue", "dcf_rate", "dcf_years", "dcf_fcf_margin", "dcf_terminal_growth")


def outcomes(currency: str) -> tuple[Outcome, ...]:
    """The outcomes of the tornado, in the order of the chapter."""
    return (
        Outcome(
            "implied_post_money", "Implied post-money value", f"{currency} bn", implied_post_money,
            ("investment", "stake"),
        ),
        Outcome(
            "largest_customer_step_up_share", "Step-up carried by the largest customer", "share",
            step_up_share_erased, ("valuation", "prior", "revenue", "spend"),
        ),
        Outcome("implied_growth_dcf", "Growth that the price needs", "per year", dcf_growth, DCF),
        Outcome(
            "residual_premium", "Part of the cheque not explained", f"{currency} bn", residual_premium,
            ("investment", "stake", "standalone", "cash_retained"),
        ),
    )  # fmt: skip


__all__ = [
    "BUSINESS",
    "DCF",
    "VC",
    "Deal",
    "Outcome",
    "Values",
    "business_value",
    "contracted",
    "dcf_growth",
    "exit_multiple_growth",
    "implied_post_money",
    "multiple",
    "outcomes",
    "residual_premium",
    "rounded",
    "scaled",
    "step_up_share_erased",
]
