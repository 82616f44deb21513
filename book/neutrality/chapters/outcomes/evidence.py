"""Later evidence as the chapter reads it: what was known by the case's day, dates, periods and money."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.periods import period
from neutrality.case.tables import listed
from neutrality.chapters.exposure import currency
from neutrality.chapters.ledger import Ledger, Origins, computed, flat, layer_of
from neutrality.results import Number, Result
from neutrality.units import money

Row = Mapping[str, Any]

#: Days in each unit of time that a figure may have: the mean month and year of the calendar.
DAYS = {"days": 1.0, "months": 365.25 / 12, "years": 365.25}

#: Sales that make a company's size: a year's revenue, and a run rate at a moment.
SALES = ("reported_revenue", "run_rate")


def known(case: Case) -> dict[str, Figure]:
    """Later evidence by figure id, with the reader's new values where there are any."""
    return {
        name: case.figures[name] if name in case.figures and case.figures[name].overridden else figure
        for name, figure in case.later.items()
    }


def by_then(case: Case, day: str | None) -> bool:
    """Whether an ISO day is not after the case's day; one that is not given always counts."""
    return case.as_of is None or not day or date.fromisoformat(day) <= case.as_of


def claims_of(case: Case, cell: str | None) -> list[Row]:
    """The claims in a list-valued cell that were made by the case's day."""
    ids = set(listed(cell))
    return [row for row in case.tables["claims"].rows if row["id"] in ids and by_then(case, row["said_on"])]


def supported(case: Case, cell: str | None) -> bool:
    """Whether anything in a list of claims was said by the case's day; an empty list leaves it to the date."""
    return not cell or bool(claims_of(case, cell))


def one_line(text: str | None) -> str:
    """Text of the case on one line, whatever breaks it holds."""
    return " ".join((text or "").split())


# -- periods ------------------------------------------------------------------------------------------


def ended(figure: Figure) -> date | None:
    """The last day of a figure's period, where it has one."""
    found = period(figure.period)
    return found.end if found else None


# -- numbers ------------------------------------------------------------------------------------------


def in_currency(case: Case, figure: Figure) -> bool:
    """Whether a figure is money in the currency of the case: others are not converted."""
    parts = money(figure.unit)
    return parts is not None and parts.currency == currency(case)


def in_days(figure: Figure, value: float | None = None) -> float | None:
    """A figure of time in days; None for one without a value or of another unit."""
    size = figure.value if value is None else value
    return None if size is None or figure.unit not in DAYS else size * DAYS[figure.unit]


def since(value: float | None, unit: str, *origins: Origins, bound: bool = False, digits: int = 3) -> Number:
    """A number of a table that only later evidence makes possible: tagged `later`, whatever else enters."""
    return replace(computed(value, unit, *origins, bound=bound, digits=digits), tag="later")


class Record(Ledger):
    """The results of this chapter: `later` writes those down that rest on outcomes, which are no figures."""

    def later(
        self, name: str, value: float | str | None, unit: str, *origins: Origins, bound: bool = False
    ) -> Result:
        """Write a result down that only later evidence makes possible, whatever else enters."""
        figures = flat(*origins)
        ids = tuple(figure.id for figure in figures)
        return self.results.add(
            Result(f"{self.prefix}.{name}", value, unit, "later", layer_of(figures, bound), ids)
        )
