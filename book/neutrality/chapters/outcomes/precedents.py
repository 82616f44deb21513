"""Earlier suppliers tied to a customer's rival: how fast and how far they were left, beside this case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from neutrality.case import Case, Figure
from neutrality.case.figures import ends_in_millions, in_millions
from neutrality.case.tables import listed
from neutrality.chapters.exposure import exposures, largest, revenue_of
from neutrality.chapters.ledger import flat
from neutrality.chapters.outcomes.evidence import Row, by_then, claims_of, in_days, one_line, supported
from neutrality.chapters.outcomes.forecasts import Question
from neutrality.methods.valuation import ratio

#: Who broke the tie, in a few words.
DIRECTIONS = {
    "customers_left": "customers left",
    "supplier_cut_off": "the supplier cut them off",
    "regulator_blocked": "a regulator stepped in",
    "feared": "it was feared only",
}

#: What bound the customers, from the loosest tie on.
TIES = {
    "at_will": "work at will",
    "contract": "a contract with a term",
    "costly_to_leave": "a product costly to leave",
}

#: Two counts of which the first is a part of the second, where a source gives no share.
LEFT, OF = "exit_count", "base_count"


@dataclass(frozen=True)
class Measured:
    """A value with what evidence allows for it and the figures that it rests on."""

    value: float
    low: float
    high: float
    figures: tuple[Figure, ...]

    @property
    def hedge(self) -> str:
        """What a source that gives one end only says before its number."""
        if self.low < self.value == self.high:
            return "at most "
        return "at least " if self.low == self.value < self.high else ""


@dataclass(frozen=True)
class Precedent:
    """One precedent: `speed` in days and `share` as a fraction, each None where no source gives it."""

    id: str
    name: str
    label: str
    happened_on: date
    direction: str
    tie: str
    speed: Measured | None
    share: Measured | None
    share_of: str
    followed: str
    claims: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Own:
    """This case among them: the largest customer's share of revenue, and how soon its exit was known.

    `speed` counts the days from the deal to the day on which the question on that customer resolved; None
    while it is open, where it resolved as staying, and without a dated deal.
    """

    name: str
    customer: str
    share: Measured
    speed: Measured | None
    why: str


def precedents(case: Case, later: Mapping[str, Figure]) -> tuple[Precedent, ...]:
    """The precedents known by the case's day, the oldest first."""
    rows = [
        row
        for row in case.tables["precedents"].rows
        if by_then(case, row["happened_on"]) and supported(case, row["claims"])
    ]
    found = [
        Precedent(
            id=row["id"],
            name=one_line(case.name(row["entity"])),
            label=one_line(row["label"]),
            happened_on=date.fromisoformat(row["happened_on"]),
            direction=row["direction"],
            tie=row["tie"],
            speed=_speed(later.get(row["speed"] or "")),
            share=_share(later, row),
            share_of=one_line(row["share_of"]),
            # Told with all of its claims in view: before the last of them was known nobody could tell it so.
            followed=one_line(row["followed"]) if _whole(case, row) else "",
            claims=tuple(claim["id"] for claim in claims_of(case, row["claims"])),
            note=one_line(row["note"]) if _whole(case, row) else "",
        )
        for row in rows
    ]
    return tuple(sorted(found, key=lambda one: one.happened_on))


def _whole(case: Case, row: Row) -> bool:
    return len(claims_of(case, row["claims"])) == len(listed(row["claims"]))


def _speed(figure: Figure | None) -> Measured | None:
    days = None if figure is None else in_days(figure)
    if figure is None or days is None:
        return None
    low, high = (in_days(figure, end) or 0.0 for end in figure.range)
    return Measured(days, low, high, (figure,))


def _share(later: Mapping[str, Figure], row: Row) -> Measured | None:
    """The share that left: as a source gives it, or one count of the entity over another."""
    figure = later.get(row["share"] or "")
    if figure is not None and figure.unit == "share" and figure.value is not None:
        return Measured(figure.value, *figure.range, (figure,))
    if row["share"]:
        return None
    pair = [
        next((one for one in later.values() if (one.entity, one.metric) == (row["entity"], metric)), None)
        for metric in (LEFT, OF)
    ]
    left, base = pair
    if left is None or base is None or left.unit != base.unit or not base.value or left.value is None:
        return None
    (least, most), (few, many) = left.range, base.range
    high = min(1.0, most / few) if few > 0 else 1.0
    return Measured(left.value / base.value, least / many, high, (left, base))


def own(case: Case, base: Case, questions: Sequence[Question]) -> Own:
    """This case as a point among its precedents."""
    top = largest(exposures(base, "last_year"))
    revenue, name = revenue_of(base), top.customer.name
    share = ratio(top.point, in_millions(revenue)) or 0.0
    (low, high), (few, many) = ends_in_millions(top.spend), ends_in_millions(revenue)
    held = Measured(
        share, ratio(low, many) or 0.0, min(1.0, ratio(high, few) or 1.0), tuple(flat(top.spend, revenue))
    )
    question = next((one for one in questions if one.customer == top.customer.id), None)
    day = deal_day(case)
    if question is None or question.resolved_on is None:
        why = f"whether {name} leaves is open" if question else f"no question on {name} is recorded"
        return Own(case.supplier.name, name, held, None, why)
    if not question.outcome:
        return Own(case.supplier.name, name, held, None, f"{name} stayed")
    if day is None:
        return Own(case.supplier.name, name, held, None, "the day of the deal is not among the events")
    days = float(max(0, (question.resolved_on - day).days))
    # It was known on that day and may have happened on any day before.
    return Own(case.supplier.name, name, held, Measured(days, 0.0, days, question.figures), "")


def deal_day(case: Case) -> date | None:
    """The day of the deal: the earliest dated event about the acquirer or the supplier that a reported fact
    about the price or the stake gives."""
    facts = {
        row["id"]
        for row in case.claims_known()
        if row["topic"] in ("price", "stake") and "reported_fact" in row["certainty"].split(";")
    }
    days = [
        row["date"]
        for row in case.tables["events"].rows
        if row["entity"] in (case.acquirer.id, case.supplier.id)
        and (row["precision"] or "day") == "day"
        and by_then(case, row["date"])
        and any(claim["id"] in facts for claim in claims_of(case, row["claims"]))
    ]
    return date.fromisoformat(min(days)) if days else None


def speeds_by_tie(found: Sequence[Precedent]) -> dict[str, list[Precedent]]:
    """The precedents that have a speed, by what bound the customers, the loosest tie first."""
    return {
        tie: sorted(own, key=lambda one: one.speed.value if one.speed else 0.0)
        for tie in TIES
        if (own := [one for one in found if one.tie == tie and one.speed is not None])
    }
