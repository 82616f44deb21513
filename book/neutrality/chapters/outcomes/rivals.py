"""Rivals' growth against the largest pool that customers could have moved to them, and prices against sales."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.case.figures import ends_in_millions, in_millions
from neutrality.case.periods import Period, period
from neutrality.chapters.exposure import currency, exposures
from neutrality.chapters.ledger import flat
from neutrality.chapters.outcomes.evidence import (
    SALES,
    in_currency,
    one_line,
)
from neutrality.methods.valuation import ratio

#: Roles of those whose sales say nothing about rivals: the deal's own side, and those who buy.
_NOT_RIVALS = ("supplier", "acquirer", "customer")

#: What a company's sales are called by their metric, and whether they may hold what is paid on.
BASES = {"run_rate": "run rate", "reported_revenue": "revenue"}

#: What the revenue of a comparable counts.
MULTIPLE_BASES = {"revenue": "a year's revenue", "run_rate": "gross run rate"}


@dataclass(frozen=True)
class Point:
    """Sales of a company at one time, in millions a year, with what evidence allows."""

    when: Period
    value: float
    low: float
    high: float
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Series:
    """A company's sales over time on one measure, the oldest first: at least two times."""

    entity: str
    name: str
    metric: str
    label: str
    points: tuple[Point, ...]

    @property
    def gross(self) -> bool:
        """Whether the case calls it gross: it then holds what is paid on to contractors."""
        return "gross" in self.label.lower()

    @property
    def basis(self) -> str:
        """The measure in words."""
        return ("gross " if self.gross else "") + BASES[self.metric]

    @property
    def first(self) -> Point:
        """The sales that growth is counted from."""
        return self.points[0]

    @property
    def last(self) -> Point:
        """The newest sales that are known."""
        return self.points[-1]

    @property
    def growth(self) -> float:
        """What sales grew by between the first and the last time, in millions a year."""
        return self.last.value - self.first.value

    @property
    def growth_range(self) -> tuple[float, float]:
        """The same over what evidence allows at both times."""
        return self.last.low - self.first.high, self.last.high - self.first.low

    @property
    def figures(self) -> list[Figure]:
        """The figures of both ends."""
        return flat(self.first.figures, self.last.figures)


@dataclass(frozen=True)
class Pool:
    """The most that the named customers could have moved in a year, in millions, and its figures."""

    value: float
    unit: str
    period: str
    figures: tuple[Figure, ...]


def largest_pool(base: Case) -> Pool:
    """The release if every named customer left with a plan as large as the facts allow."""
    plan = exposures(base, "plan")
    return Pool(
        sum(one.most for one in plan),
        f"{currency(base)} mn per year",
        base.newest_period("planned_spend"),
        tuple(flat([one.bound_figures for one in plan])),
    )


def series(case: Case, later: Mapping[str, Figure]) -> tuple[Series, ...]:
    """Every rival whose sales are known at two times on one measure, the last of them after the day of the
    base: what grew before cannot have been diverted. The largest growth first.

    Figures are on one measure when metric and label are the same: a run rate of the whole firm and one of a
    part of it are two. One series stands for a company: a run rate before revenue, whole years before parts,
    then the one over more times.
    Parts of a year are compared with the same part of another year, and counted at a year's rate. Money in
    another currency is left out, and so is what only a precedent's claims speak of.
    """
    topics = {row["id"]: row["topic"] for row in case.tables["claims"].rows}
    groups: dict[tuple[str, str, str, str], list[tuple[Period, Figure]]] = {}
    for figure in later.values():
        when = period(figure.period)
        if when is None or not _counts(case, figure, topics):
            continue
        # A run rate is a rate at a moment, however the moment is written.
        season = "" if figure.metric == "run_rate" else when.season
        key = (figure.entity, figure.metric, one_line(figure.label), season)
        groups.setdefault(key, []).append((when, figure))
    best: dict[str, Series] = {}
    ranks: dict[str, tuple[bool, bool, int]] = {}
    for (entity, metric, label, season), own in groups.items():
        points = _points(own)
        if len(points) < 2 or points[-1].when.end <= case.base_day:
            continue
        place = (metric == "run_rate", season == "year", len(points))
        if entity not in best or place > ranks[entity]:
            best[entity], ranks[entity] = (
                Series(entity, one_line(case.name(entity)), metric, label, points),
                place,
            )
    return tuple(sorted(best.values(), key=lambda one: -one.growth))


def _counts(case: Case, figure: Figure, topics: Mapping[str, str]) -> bool:
    if figure.metric not in SALES or figure.value is None or not in_currency(case, figure):
        return False
    if case.entities[figure.entity].role in _NOT_RIVALS:
        return False
    return not figure.claims or any(topics.get(claim) != "precedent" for claim in figure.claims)


def _points(own: Sequence[tuple[Period, Figure]]) -> tuple[Point, ...]:
    """One point for each time: of several figures for it the first of the table, and the range of all."""
    by_end: dict[object, list[tuple[Period, Figure]]] = {}
    for when, figure in own:
        by_end.setdefault(when.end, []).append((when, figure))
    points = []
    for pairs in by_end.values():
        when, figure = pairs[0]
        scale = 1.0 if figure.metric == "run_rate" else when.a_year
        ends = [ends_in_millions(one) for _, one in pairs]
        points.append(
            Point(
                when,
                in_millions(figure) * scale,
                min(low for low, _ in ends) * scale,
                max(high for _, high in ends) * scale,
                tuple(one for _, one in pairs),
            )
        )
    return tuple(sorted(points, key=lambda point: point.when.end))


# -- prices against sales -----------------------------------------------------------------------------


@dataclass(frozen=True)
class Multiple:
    """A price over a year's sales. `own` marks the supplier of this case, `deal` the deal itself."""

    id: str
    name: str
    label: str
    value: float
    low: float | None
    high: float | None
    status: str
    basis: str
    note: str
    figures: tuple[Figure, ...]
    own: bool = False
    deal: bool = False


def multiples(case: Case, base: Case, later: Mapping[str, Figure]) -> tuple[Multiple, ...]:
    """The deal, its prior round and every comparable whose price and sales are known by the case's day.

    Both in one currency; the highest multiple first.
    """
    supplier = base.supplier
    revenue = base.figure("revenue", supplier.id, base.newest_period("spend"))
    deal = base.figure("valuation", supplier.id)
    prior = base.figure("valuation_prior", supplier.id)
    found = [_multiple("deal", supplier.name, deal, revenue, "closed", "revenue", deal=True)]
    for row in case.tables["comparables"].rows:
        price, sales = (
            later.get(row[name]) or base.figures.get(row[name]) for name in ("valuation", "revenue")
        )
        if price is None or sales is None or not (in_currency(case, price) and in_currency(case, sales)):
            continue
        found.append(
            _multiple(
                row["id"], case.name(row["entity"]), price, sales, row["status"], row["basis"], one_line(row["note"]),
                own=row["entity"] == supplier.id,
            )
        )  # fmt: skip
    if not any(one and one.own and not one.deal and one.status == "closed" for one in found):
        # Where the table has no earlier round of the supplier, the base's last valuation stands for it.
        found.append(_multiple("prior", supplier.name, prior, revenue, "closed", "revenue", own=True))
    return tuple(sorted((one for one in found if one), key=lambda one: -one.value))


def _multiple(
    id: str,
    name: str,
    price: Figure,
    sales: Figure,
    status: str,
    basis: str,
    note: str = "",
    *,
    own: bool = False,
    deal: bool = False,
) -> Multiple | None:
    value = ratio(in_millions(price), in_millions(sales))
    if not value or price.value is None:
        return None
    (cheap, dear), (few, many) = ends_in_millions(price), ends_in_millions(sales)
    return Multiple(
        id,
        name,
        one_line(price.label),
        value,
        ratio(cheap, many),
        ratio(dear, few) if few > 0 else None,
        status,
        basis,
        note,
        (price, sales),
        own or deal,
        deal,
    )


@dataclass(frozen=True)
class Rank:
    """Where the deal stands among prices of other companies: how many there are, how many are higher."""

    others: tuple[Multiple, ...]
    above: int

    @property
    def count(self) -> int:
        """With how many prices of others the deal is compared."""
        return len(self.others)


def rank(found: Sequence[Multiple], *, talks: bool) -> Rank | None:
    """The deal's place among other companies' closed prices, with prices in talks too where asked for.

    None without a multiple of the deal.
    """
    deal = next((one for one in found if one.deal), None)
    if deal is None:
        return None
    others = tuple(one for one in found if not one.own and (talks or one.status == "closed"))
    return Rank(others, sum(one.value > deal.value for one in others))


__all__ = [
    "BASES",
    "MULTIPLE_BASES",
    "Multiple",
    "Point",
    "Pool",
    "Rank",
    "Series",
    "largest_pool",
    "multiples",
    "rank",
    "series",
]
