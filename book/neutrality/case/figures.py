"""Figures: the rows that count as of a day, with a scenario's and the reader's new values."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from neutrality.case.periods import order
from neutrality.case.tables import Table, listed
from neutrality.errors import InputError, nearest
from neutrality.units import convert, money

#: Metrics whose figures may have no value: nobody disclosed it, it is pooled from claims, or another
#: figure stands in for it.
SPENDS = ("spend", "planned_spend")
POOLED = "exit_probability"
UNVALUED_METRICS = (*SPENDS, POOLED, "standalone_value", "multiple_after_exit")


@dataclass(frozen=True)
class Figure:
    """One number of the case as it counts in this run.

    `low` and `high` are what evidence allows (layer L1); `value` is None for an undisclosed spend and
    for a figure that another one stands in for. `quality` says how good the grounds of an assumption are
    (weak, fair, good). Units are those of the case's table.
    """

    id: str
    entity: str
    metric: str
    period: str
    label: str
    value: float | None
    min: float | None
    max: float | None
    low: float | None
    high: float | None
    half_unit: float | None
    unit: str
    tag: str
    claims: tuple[str, ...]
    known_on: date
    reason: str
    quality: str
    note: str
    overridden: bool = False
    pooled: bool = False

    def of(self, owner: str) -> str:
        """Its label with whose it is, by the owner's name for print: `Acme: revenue`."""
        return f"{owner}: {self.label}"

    @property
    def undisclosed(self) -> bool:
        """Whether this is a spend that nobody has put a number on."""
        return self.metric in SPENDS and self.value is None

    @property
    def range(self) -> tuple[float, float]:
        """What evidence allows: low and high, or the value and what its rounding leaves open.

        Rounding never leaves open what the figure cannot be, such as a spend below nothing.
        """
        low, high = self.low, self.high
        if self.value is not None:
            slack = self.half_unit or 0.0
            if low is None:
                low = self.value - slack if self.min is None else max(self.value - slack, self.min)
            if high is None:
                high = self.value + slack if self.max is None else min(self.value + slack, self.max)
        if low is None or high is None:
            raise InputError(f"{self.id}: has neither a value nor a range")
        return low, high

    def given(self, value: float) -> Figure:
        """This figure with a new value from a scenario or a reader.

        It then counts as assumed. Its rounding stays; its evidence range stays too, widened where it
        would not hold the new value, since low ≤ value ≤ high is what a range means.
        """
        return replace(
            self,
            value=value,
            low=None if self.low is None else min(self.low, value),
            high=None if self.high is None else max(self.high, value),
            tag="assumed",
            overridden=True,
        )


def as_day(text: str, what: str) -> date:
    """A day from ISO text. Raises InputError for anything else."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise InputError(f"{what}: found {text!r}, expected a date like 2025-06-15") from None


def known(table: Table, as_of: date | None) -> dict[str, Figure]:
    """The newest row of each figure that counts.

    Without a day every row counts but those tagged `later`; with a day the rows known by then count,
    later evidence among them. Raises InputError when no row is left that the base stands on.
    """
    key = ("known", as_of)
    if key not in table.kept:
        table.kept[key] = _known(table, as_of)
    return dict(table.kept[key])


def _known(table: Table, as_of: date | None) -> dict[str, Figure]:
    newest = _newest(table, lambda row, day: row["tag"] != "later" if as_of is None else day <= as_of)
    # Later evidence may be older than the base, but alone it answers nothing.
    first = min((row["known_on"] for row in table.rows if row["tag"] != "later"), default="never")
    if not newest or (as_of is not None and first > as_of.isoformat()):
        raise InputError(f"as_of: found {as_of}, but the first figure of {table.label} is known on {first}")
    # In the order of the table, which is the order of print.
    return {row["id"]: newest[row["id"]] for row in table.rows if row["id"] in newest}


def later(table: Table, as_of: date | None) -> dict[str, Figure]:
    """The newest row of later evidence for each figure that has any, known by a day or, without one, ever.

    This is what a back-test looks at. Nothing of it counts in a base result: see `known`.
    """
    key = ("later", as_of)
    if key not in table.kept:
        table.kept[key] = _newest(
            table, lambda row, day: row["tag"] == "later" and (as_of is None or day <= as_of)
        )
    return dict(table.kept[key])


def _newest(table: Table, counts: Callable[[Mapping[str, Any], date], bool]) -> dict[str, Figure]:
    """The newest of the rows that count, for each figure that has one; of two of one day the first."""
    newest: dict[str, Figure] = {}
    for row in table.rows:
        day = date.fromisoformat(row["known_on"])
        if counts(row, day) and (row["id"] not in newest or newest[row["id"]].known_on < day):
            newest[row["id"]] = _figure(row, day)
    return newest


def counting(found: Sequence[Figure]) -> Figure | None:
    """Of several figures of one metric the one that counts: of the newest period; None of none.

    Later evidence has ids of its own and never displaces what the base stands on.
    """
    own = [figure for figure in found if figure.tag != "later"] or found
    return max(own, key=lambda figure: order(figure.period), default=None)


def in_millions(figure: Figure, value: float | None = None) -> float:
    """A figure of money, or another value in its unit, in millions of its currency; an undisclosed one counts as
    nothing. Raises InputError for a figure that is no money."""
    if money(figure.unit) is None:
        raise InputError(f"{figure.id}: unit: found {figure.unit!r}, expected money like 'USD mn'")
    return convert((figure.value if value is None else value) or 0.0, figure.unit, "mn")


def ends_in_millions(figure: Figure) -> tuple[float, float]:
    """What evidence allows for a figure of money, in millions. Raises InputError where it has no range."""
    low, high = figure.range
    return in_millions(figure, low), in_millions(figure, high)


def in_unit(figure: Figure, unit: str) -> float:
    """A figure of money in another unit of it; an undisclosed one counts as nothing."""
    parts = money(unit)
    if parts is None:
        raise InputError(f"{figure.id}: unit: found {unit!r}, expected money like 'USD mn'")
    return convert(figure.value or 0.0, figure.unit, parts.scale)


def largest_spend(spends: Iterable[Figure]) -> Figure | None:
    """The largest disclosed spend, which bounds those that nobody disclosed; None where all are undisclosed.

    Spends may stand in different scales of money.
    """
    return max((figure for figure in spends if figure.value is not None), key=in_millions, default=None)


def vintages(table: Table, figure: str) -> list[Figure]:
    """Every row of a figure, the oldest first."""
    rows = [row for row in table.rows if row["id"] == figure]
    return sorted(
        (_figure(row, date.fromisoformat(row["known_on"])) for row in rows), key=lambda f: f.known_on
    )


def _figure(row: Mapping[str, Any], day: date) -> Figure:
    numbers: dict[str, Any] = {
        name: row[name] for name in ("value", "min", "max", "low", "high", "half_unit")
    }
    texts: dict[str, Any] = {
        name: row[name] or ""
        for name in ("id", "entity", "metric", "period", "unit", "tag", "reason", "quality", "note")
    }
    return Figure(
        **numbers, **texts, label=row["label"] or row["id"], claims=listed(row["claims"]), known_on=day
    )


def override(
    figures: dict[str, Figure], values: Mapping[str, Any], all_ids: Iterable[str]
) -> dict[str, Figure]:
    """Figures with new values by id, each checked against what it may be.

    `all_ids` are the ids of the whole table: a figure that exists but is not known on the day gets
    its own message. Raises InputError with a line for each fault.
    """
    if not isinstance(values, Mapping):
        raise InputError(f"figures: found {values!r}, expected new values by figure id")
    faults: list[str] = []
    changed = dict(figures)
    for name, value in values.items():
        fault = _override_fault(name, value, figures, set(all_ids))
        if fault:
            faults.append(fault)
        else:
            changed[name] = figures[name].given(float(value))
    if faults:
        raise InputError(*faults)
    return changed


def _override_fault(name: Any, value: Any, figures: dict[str, Figure], all_ids: set[str]) -> str:
    if name not in figures:
        if name in all_ids:
            return f"figure {name}: exists, but not as of this day"
        return f"figure {name!r}: is unknown{nearest(str(name), figures)}"
    if isinstance(value, bool) or not isinstance(value, int | float):
        return f"figure {name}: found {value!r}, expected a number in {figures[name].unit}"
    if not math.isfinite(value):
        return f"figure {name}: found {value}, expected a finite number"
    low, high = figures[name].min, figures[name].max
    if low is not None and value < low:
        return f"figure {name}: found {value:g}, expected at least {low:g} ({figures[name].unit})"
    if high is not None and value > high:
        return f"figure {name}: found {value:g}, expected at most {high:g} ({figures[name].unit})"
    return ""
