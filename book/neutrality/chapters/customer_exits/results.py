"""What the chapter computes in closed form: concentration, expected loss, timing and sensitivity."""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.case.figures import in_millions
from neutrality.chapters.exposure import (
    Exposure,
    currency,
    expected_loss,
    expected_loss_range,
    exposures,
    largest,
    planned_of,
    revenue_of,
)
from neutrality.chapters.ledger import Ledger
from neutrality.methods.concentration import fewest, herfindahl, numbers_equivalent, packed
from neutrality.methods.sensitivity import Effect, Factor, product_effects
from neutrality.methods.timing import (
    MONTHS,
    half_life,
    lost_by_hazard,
    months_lost,
    replacement_growth,
)


def disclosed_spends(customers: list[Exposure]) -> list[float]:
    """Spends that somebody put a number on, in millions."""
    return [one.point for one in customers if one.disclosed]


def concentration(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    """Write down how concentrated the supplier's revenue is among its customers.

    The Herfindahl index lies between a rest of the revenue in very many hands and one in the fewest that are no
    larger than the largest customer (`methods.concentration`).
    """
    figure = revenue_of(case)
    revenue, top = in_millions(figure), largest(customers)
    known = disclosed_spends(customers)
    figures = ([one.spend for one in customers if one.disclosed], figure)
    extreme = packed(known, revenue, top.point) if top.point > 0 else known
    low, high = herfindahl(known, revenue), herfindahl(extreme, revenue)
    ledger.add("top_customer_share", top.point / revenue, "share", top.spend, figure)
    ledger.add("hhi_low", low, "points", figures)
    ledger.add("hhi_high", high, "points", figures)
    ledger.add("effective_customers_low", numbers_equivalent(high), "customers", figures)
    ledger.add("effective_customers_high", numbers_equivalent(low), "customers", figures)
    count = float(fewest(revenue, top.point)) if top.point > 0 else None
    ledger.add("fewest_customers", count, "customers", top.spend, figure)
    ledger.add("top_five_share_high", min(1.0, sum(extreme[:5]) / revenue), "share", figures)


def losses(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    """Write down what exits cost a year, in millions: what facts alone allow, what is expected, what of that the
    deal causes, and the growth that replaces it. Bounds run over the stated ranges of the exit probabilities."""
    mn_year = f"{currency(case)} mn per year"
    figure = revenue_of(case)
    revenue = in_millions(figure)
    expected, figures = expected_loss(customers)
    without = [one.exit_without_deal for one in customers]
    caused = sum(
        (one.probability - (one.exit_without_deal.value or 0.0)) * one.point * one.severity
        for one in customers
    )
    ranged = [(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in customers]
    top = largest(customers)
    ledger.add(
        "reported_loss_high",
        min(revenue, sum(one.most for one in customers)),
        mn_year,
        [one.bound_figures for one in customers],
        figure,
    )
    ledger.add("expected_loss", expected, mn_year, figures)
    ledger.add("attributable_loss", caused, mn_year, figures, without)
    # Had the deal changed nothing, all of an exit probability would stand without it too.
    for name, end in (("attributable_loss_low", 1), ("attributable_loss_high", 0)):
        bound = sum(
            max(0.0, one.probability - one.exit_without_deal.range[end]) * one.point * one.severity
            for one in customers
        )
        ledger.add(name, bound, mn_year, figures, without, bound=True)
    ledger.add("expected_loss_share", expected / revenue, "share", figures, figure)
    low, high = expected_loss_range(customers)
    ledger.add("expected_loss_low", low, mn_year, ranged, bound=True)
    ledger.add("expected_loss_high", high, mn_year, ranged, bound=True)
    ledger.add(
        "replacement_growth_largest", replacement_growth(top.point, revenue), "share", top.spend, figure
    )
    ledger.add("replacement_growth_expected", replacement_growth(expected, revenue), "share", figures, figure)


def timing(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    """Write down when the loss comes: the largest customer's half-life in months, what is lost within the year of
    the exits on planned spends, and within the horizon at a constant hazard, both in millions."""
    top = largest(customers)
    money = f"{currency(case)} mn"
    ledger.add("half_life_largest", half_life(top.probability), "months", top.exit_figures)
    planned, when = planned_of(case, top), when_of(case)
    lost = planned.point / MONTHS * months_lost(*when.values)
    ledger.add("in_year_loss_largest", lost, money, planned.size_figures, when.figures)
    total = sum(
        one.probability * one.severity * one.point / MONTHS * months_lost(*when.values)
        for one in exposures(case, "plan")
    )
    figures = [(one.exit_figures, one.size_figures, one.loss_given_exit) for one in exposures(case, "plan")]
    ledger.add("in_year_loss_expected", total, money, figures, when.figures)
    horizon = case.figure("horizon_months", case.supplier.id)
    months = horizon.value or 0.0
    ledger.add(
        "hazard_loss_largest", by_hazard(top, months), money,
        top.size_figures, top.exit_figures, top.loss_given_exit, horizon,
    )  # fmt: skip
    ledger.add(
        "hazard_loss_expected",
        sum(by_hazard(one, months) for one in customers),
        money,
        expected_loss(customers)[1],
        horizon,
    )


def by_hazard(one: Exposure, months: float) -> float:
    """What a customer's exit at a constant rate is expected to cost within some months, in millions."""
    return one.severity * one.point * months / MONTHS * lost_by_hazard(one.probability, months)


@dataclass(frozen=True)
class When:
    """Month of the exit, notice and ramp: the figures and their values in months."""

    figures: tuple[Figure, ...]

    @property
    def values(self) -> tuple[float, float, float]:
        """Month of the exit, notice and ramp in months, in this order."""
        start, notice, ramp = (figure.value or 0.0 for figure in self.figures)
        return start, notice, ramp


def when_of(case: Case) -> When:
    """When exits start, with what notice and over how long spending runs down."""
    metrics = ("exit_start_month", "notice_months", "ramp_months")
    return When(tuple(case.figure(metric, case.supplier.id) for metric in metrics))


#: An exit probability or a spend: its kind, whose it is, and the shares of variance it carries.
Unknown = tuple[str, Exposure, Effect]


def sensitivity(ledger: Ledger, customers: list[Exposure]) -> list[Unknown]:
    """Variance shares of every unknown: exit probabilities over their range, undisclosed spends over theirs.

    The largest by Shapley's share comes first.
    """
    figures = [(one.size_figures, one.exit, one.loss_given_exit) for one in customers]
    pairs = [
        (
            Factor.uniform(*one.exit.range),
            Factor.known(one.point) if one.disclosed else Factor.uniform(0.0, one.cap),
            one.severity,
        )
        for one in customers
    ]
    found = product_effects(pairs)
    unknowns: list[Unknown] = []
    for index, one in enumerate(customers):
        probability, size = found[index] if found else (None, None)
        named = [("exit_probability", probability)] + ([] if one.disclosed else [("spend", size)])
        for kind, effect in named:
            name = f"{one.customer.id}_{kind}"
            ledger.add(f"first_order.{name}", effect.first if effect else None, "share", figures)
            ledger.add(f"total_order.{name}", effect.total if effect else None, "share", figures)
            ledger.add(f"shapley.{name}", effect.shapley if effect else None, "share", figures)
            if effect:
                unknowns.append((kind, one, effect))
    return sorted(unknowns, key=lambda unknown: -unknown[2].shapley)
