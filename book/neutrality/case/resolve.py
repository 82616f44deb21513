"""Figures as they count in a run: a scenario's new values, the range of what nobody disclosed, probabilities
pooled from claims, and what must hold between them."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from neutrality.case.figures import POOLED, SPENDS, Figure, counting, in_millions, in_unit, largest_spend
from neutrality.case.rules import RESERVED_SCENARIO
from neutrality.case.tables import Table
from neutrality.case.wording import DEFAULT_SCALE, pool, weights
from neutrality.errors import InputError, nearest

if TYPE_CHECKING:
    from neutrality.case.load import Case

#: Parts of a sum by which its two sides may differ and be the same number, as floats add up.
ROUNDING = 1e-12

#: Metrics that chapters divide by, in all that evidence allows.
DIVISORS = ("stake", "valuation", "valuation_prior", "revenue")


def scenarios(table: Table) -> list[str]:
    """The names of the case's scenarios, `as_reported` first."""
    return [RESERVED_SCENARIO, *dict.fromkeys(row["scenario"] for row in table.rows)]


def scenario_values(table: Table, scenario: str, standing: Mapping[str, Figure]) -> dict[str, float]:
    """A scenario's new values for figures that exist on the day. Raises InputError for an unknown name."""
    names = scenarios(table)
    if scenario not in names:
        raise InputError(
            f"scenario: found {scenario!r}, expected one of {', '.join(names)}{nearest(str(scenario), names)}"
        )
    return {
        row["figure"]: row["value"]
        for row in table.rows
        if row["scenario"] == scenario and row["figure"] in standing
    }


def counting_spends(
    figures: Iterable[Figure], metric: str, period: str, customers: Collection[str]
) -> list[Figure]:
    """The spend that counts of each customer, as the chapters on exits take them."""
    own: dict[str, list[Figure]] = {}
    for figure in figures:
        if figure.metric == metric and figure.period == period and figure.entity in customers:
            own.setdefault(figure.entity, []).append(figure)
    return [one for several in own.values() if (one := counting(several))]


def capped(
    figures: dict[str, Figure], standing: dict[str, Figure], customers: Collection[str]
) -> dict[str, Figure]:
    """Undisclosed spends with the range that the facts allow: none, up to the largest disclosed one."""
    spends = [figure for figure in figures.values() if figure.metric in SPENDS]
    bounded = dict(figures)
    for figure in spends:
        if standing[figure.id].value is None:
            metric, period = figure.metric, figure.period
            largest = largest_spend(counting_spends(spends, metric, period, customers))
            if largest is None:
                raise InputError(f"{figure.id}: no {metric} of {period} is disclosed, so nothing bounds it")
            bounded[figure.id] = replace(figure, low=0.0, high=in_unit(largest, figure.unit))
    return bounded


def pooled(figures: dict[str, Figure], standing: dict[str, Figure], case: Case) -> dict[str, Figure]:
    """Exit probabilities without a value of their own, pooled from their customers' claims.

    The range is the union of the phrases' bands. Where the table writes a range too, it must be that
    one on the default scale: two truths about one range would drift apart. On a later day further claims
    may have moved it.
    """
    written_ranges_hold = case.scale == DEFAULT_SCALE and case.as_of is None
    weight = counting([figure for figure in figures.values() if figure.metric == "pool_weight"])
    first = 0.5 if weight is None or weight.value is None else weight.value
    faults: list[str] = []
    found = dict(figures)
    for name, figure in figures.items():
        written = standing[name]
        if figure.metric != POOLED or written.value is not None:
            continue
        readings = case.exit_claims(figure.entity)
        if not readings:
            if not figure.overridden:
                faults.append(
                    f"{name}: has no value, and no exit claim of {figure.entity} with a phrase to pool"
                )
            continue
        words = [case.phrases[row["phrase"]] for row in readings]
        low, high = min(word.low for word in words), max(word.high for word in words)
        if written_ranges_hold:
            for column, stands, expected in (("low", written.low, low), ("high", written.high, high)):
                if stands is not None and abs(stands - expected) > 1e-9:
                    faults.append(
                        f"{name}: {column}: found {stands:g}, but the phrases of its claims give {expected:g}; "
                        "leave it empty to have it computed"
                    )
        if figure.overridden and figure.value is not None:
            found[name] = replace(figure, low=min(low, figure.value), high=max(high, figure.value))
            continue
        try:
            value = pool([word.value for word in words], weights(len(words), first), case.pool_method)
        except ValueError as problem:
            faults.append(f"{name}: {problem}")
            continue
        ids = tuple(row["id"] for row in readings)
        found[name] = replace(figure, value=value, low=low, high=high, claims=ids, pooled=True)
    if faults:
        raise InputError(*faults)
    return found


def without_deal(figures: dict[str, Figure]) -> dict[str, Figure]:
    """Exit probabilities without the deal reach at most up to the exit probability itself."""
    exits = {figure.entity: figure for figure in figures.values() if figure.metric == POOLED}
    bounded = dict(figures)
    for name, figure in figures.items():
        if (
            figure.metric == "exit_probability_without_deal"
            and figure.high is None
            and figure.entity in exits
        ):
            bounded[name] = replace(figure, high=exits[figure.entity].value)
    return bounded


def relation_faults(case: Case) -> list[str]:
    """Figures that are each within their limits and yet cannot hold together."""
    faults: list[str] = []
    for revenue in case.all_of("revenue", case.supplier.id):
        paid = [figure for figure in case.spends("spend", revenue.period) if figure.value is not None]
        total, most = math.fsum(map(in_millions, paid)), in_millions(revenue)
        if total > most * (1 + ROUNDING):
            names = " + ".join(figure.id for figure in paid)
            faults.append(f"{names}: found {total:g}, expected at most {most:g} ({revenue.id}), in millions")
    for before in case.all_of("exit_probability_without_deal"):
        after = case.figure(POOLED, before.entity)
        if before.value is not None and after.value is not None and before.value > after.value + 1e-12:
            faults.append(
                f"{before.id}: found {before.value:g}, expected at most {after.value:g} ({after.id})"
            )
    rate, growth = counting(case.all_of("dcf_rate")), counting(case.all_of("dcf_terminal_growth"))
    if rate and growth and (rate.value or 0) <= (growth.value or 0):
        faults.append(f"{rate.id}: found {rate.value:g}, expected more than {growth.value:g} ({growth.id})")
    faults += _divisor_faults(case)
    for years in case.all_of("dcf_years"):
        if years.value is not None and years.value != int(years.value):
            faults.append(f"{years.id}: found {years.value:g}, expected a whole number of years")
    return faults


def _divisor_faults(case: Case) -> list[str]:
    """Figures of the deal by which a chapter would divide by nothing."""
    parties = (case.supplier.id, case.acquirer.id)
    faults = [
        f"{figure.id}: found {figure.range[0]:g}{_end(figure)}, expected more than 0"
        for metric in DIVISORS
        for figure in case.all_of(metric)
        if figure.entity in parties and figure.value is not None and figure.range[0] <= 0
    ]
    short, over = counting(case.all_of("cost_short")), counting(case.all_of("cost_over"))
    if short and over and (short.value or 0) + (over.value or 0) <= 0:
        faults.append(f"{short.id} + {over.id}: found 0, expected more than 0")
    level = counting(case.all_of("confidence"))
    if level and level.value is not None and level.value >= 1:
        faults.append(f"{level.id}: found {level.value:g}, expected less than 1")
    return faults


def _end(figure: Figure) -> str:
    """Where in a figure its least stands, unless in the value itself."""
    if figure.low is not None:
        return "" if figure.low == figure.value else " as low"
    return "" if figure.range[0] == figure.value else " as the least that rounding leaves open"
