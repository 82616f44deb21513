"""The tables of timing: T2.6 by quarter, T2.6b three views side by side, T2.6c the run-rate."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.customer_exits.results import by_hazard, when_of
from neutrality.chapters.customer_exits.tables import basis_words
from neutrality.chapters.exposure import Exposure, currency, exposures, largest, planned_of
from neutrality.chapters.ledger import Origins, computed, flat, printed, source_line
from neutrality.methods.timing import MONTHS, half_life, months_lost, running_down
from neutrality.methods.valuation import ratio
from neutrality.results import Cell, Table

#: Months at the end of each quarter.
QUARTER_ENDS = (3.0, 6.0, 9.0, 12.0)


def quarters(case: Case, customers: list[Exposure]) -> Table:
    """T2.6: the largest customer's plan by quarter, kept and lost."""
    planned, when = planned_of(case, largest(customers)), when_of(case)
    start, notice, ramp = when.values
    money = f"{currency(case)} mn"
    monthly = planned.point / MONTHS

    def row(label: str, begin: float, end: float) -> tuple[Cell, ...]:
        lost = monthly * months_lost(start, notice, ramp, end, begin)
        plan = monthly * (end - begin)
        figures = (planned.size_figures, when.figures)
        return (
            label,
            computed(plan, money, planned.size_figures),
            computed(plan - lost, money, figures),
            computed(lost, money, figures),
            computed(ratio(lost, plan), "share", figures),
        )

    quarters = [row(f"Q{number + 1}", 3.0 * number, 3.0 * (number + 1)) for number in range(4)]
    return Table(
        id="T2.6",
        title=f"When is the loss of {planned.customer.name} felt?",
        note=f"Planned spend of {planned.spend.period} by quarter; a stop with notice and a straight ramp-down; layer L2",
        columns=("Quarter", "Planned", "Kept", "Lost", "Share lost"),
        rows=(*quarters, row("Year", 0.0, MONTHS)),
        source=source_line(case, planned.size_figures, when.figures),
        numeric=frozenset(range(1, 5)),
    )


def _figures(customers: list[Exposure]) -> list[Origins]:
    return [(one.size_figures, one.exit_figures, one.loss_given_exit) for one in customers]


def views(case: Case) -> Table:
    """T2.6b: three views of the same exits: a date with a ramp, a constant hazard, and the run-rate."""
    planned, spends, when = exposures(case, "plan"), exposures(case, "last_year"), when_of(case)
    horizon = case.figure("horizon_months", case.supplier.id)
    months = horizon.value or 0.0
    unit = f"{currency(case)} mn"
    in_year = months_lost(*when.values) / MONTHS

    def row(label: str, plans: list[Exposure], lasts: list[Exposure], life: Cell) -> tuple[Cell, ...]:
        rate = sum(one.expected for one in plans)
        hazard = sum(by_hazard(one, months) for one in lasts)
        stop = sum(one.point * one.severity * in_year for one in plans)
        sized = [(one.size_figures, one.loss_given_exit) for one in plans]
        return (
            label,
            computed(stop, unit, sized, when.figures),
            computed(rate * in_year, unit, _figures(plans), when.figures),
            computed(rate, f"{unit} per year", _figures(plans)),
            computed(hazard, unit, _figures(lasts), horizon),
            life,
        )

    rows = [
        row(
            plan.customer.name, [plan], [last],
            computed(half_life(last.probability), "months", last.exit_figures),
        )
        for plan, last in zip(planned, spends, strict=True)
    ]  # fmt: skip
    plans, year = case.newest_period("planned_spend"), case.newest_period("spend")
    return Table(
        id="T2.6b",
        title="What does the same exit cost in a year, seen three ways?",
        note=f"A stop on a date with a ramp and the run-rate: planned spends of {plans}, calendar year; constant hazard: spends "
        f"of {year}, the {printed(horizon).text} after the deal, at the rate of a year's exit probability; times loss given exit; layer L2",
        columns=(
            "Customer",
            "Stop on the date, if it leaves",
            "Stop on the date, expected",
            "Run-rate afterwards, expected",
            "Constant hazard, expected",
            "Half-life of staying",
        ),
        rows=(*rows, row("All named", planned, spends, None)),
        source=source_line(case, _figures(planned), _figures(spends), when.figures, horizon),
        numeric=frozenset(range(1, 6)),
    )


def run_rates(case: Case) -> Table:
    """T2.6c: the expected yearly run-rate that is lost at the end of each quarter, for every customer."""
    planned, when = exposures(case, "plan"), when_of(case)
    unit = f"{currency(case)} mn per year"
    parts = [running_down(end, *when.values) for end in QUARTER_ENDS]

    def row(label: str, chosen: list[Exposure]) -> tuple[Cell, ...]:
        rate = sum(one.expected for one in chosen)
        figures = flat(_figures(chosen), when.figures)
        return (
            label,
            *(computed(rate * part, unit, figures) for part in parts),
            computed(rate, unit, _figures(chosen)),
        )

    rows = [row(one.customer.name, [one]) for one in planned]
    return Table(
        id="T2.6c",
        title="How large is the lost run-rate at the end of each quarter?",
        note=f"Expected, {basis_words(case, 'plan')}; probability × exposure × loss given exit; layer L2",
        columns=(
            "Customer",
            *(f"End of Q{number + 1}" for number in range(len(parts))),
            "When all is run down",
        ),
        rows=(*rows, row("All named", planned)),
        source=source_line(case, _figures(planned), when.figures),
        numeric=frozenset(range(1, 6)),
    )


__all__ = ["quarters", "run_rates", "views"]
