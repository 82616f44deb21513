"""What happened and what became known: dated events, statements on the supplier's business, open gaps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from neutrality.case import Case, Figure
from neutrality.case.periods import order, period
from neutrality.case.tables import listed
from neutrality.chapters.outcomes.evidence import (
    SALES,
    Row,
    by_then,
    claims_of,
    ended,
    one_line,
    supported,
)
from neutrality.chapters.outcomes.forecasts import Question
from neutrality.results import Text
from neutrality.words import joined, owned, short_day

#: Topics of statements on how the supplier's business went, and those of them that are about its sales.
BUSINESS = ("business_health", "customers", "revenue", "growth", "headcount", "government")
SALES_TOPICS = ("revenue", "growth")

#: What the Admiralty code's figures mean, in a word.
CREDIBILITY = {
    "1": "confirmed",
    "2": "probably true",
    "3": "possibly true",
    "4": "doubtful",
    "5": "improbable",
    "6": "cannot be judged",
}


@dataclass(frozen=True)
class Event:
    """A dated event: `until` is its last day where it lasted or where only the month is known.

    `lasted` tells the two apart. `tag` is stated where a source of the base gives it, else later.
    """

    day: date
    until: date
    lasted: bool
    monthly: bool
    name: str
    words: str
    tag: str
    claims: tuple[str, ...]

    @property
    def when(self) -> str:
        """The time as the book writes it."""
        if self.monthly:
            return f"{self.day:%b %Y}"
        if not self.lasted:
            return short_day(self.day)
        year = "" if self.day.year == self.until.year else f" {self.day:%Y}"
        month = "" if not year and self.day.month == self.until.month else f" {self.day:%b}"
        return f"{self.day.day}{month}{year} to {short_day(self.until)}"


@dataclass(frozen=True)
class Statement:
    """One statement on the supplier's business since the deal, with the grades of its source and of itself."""

    claim: str
    day: date
    words: str
    speaker: str
    interest: str
    topic: str
    grade: str
    credibility: str
    sure: str
    certainty: str


def events(case: Case) -> tuple[Event, ...]:
    """The events that had happened, and of which anything was said, by the case's day: the earliest first."""
    by_id = {row["id"]: row for row in case.tables["claims"].rows}
    found = []
    for row in case.tables["events"].rows:
        if not by_then(case, row["date"]) or not supported(case, row["claims"]):
            continue
        day = date.fromisoformat(row["date"])
        monthly = row["precision"] == "month"
        until = date.fromisoformat(row["until"]) if row["until"] else _month_end(day) if monthly else day
        claims = claims_of(case, row["claims"])
        of_base = bool(claims) and not any(case.is_later(by_id[claim["id"]]) for claim in claims)
        found.append(
            Event(
                day, until, bool(row["until"]) and until > day, monthly and not row["until"],
                one_line(case.name(row["entity"])), one_line(row["event"]), "stated" if of_base else "later",
                tuple(claim["id"] for claim in claims),
            )
        )  # fmt: skip
    return tuple(sorted(found, key=lambda one: (one.day, one.until)))


def _month_end(day: date) -> date:
    following = (day.replace(day=28) + timedelta(days=4)).replace(day=1)
    return following - timedelta(days=1)


def statements(case: Case) -> tuple[Statement, ...]:
    """What was said on the supplier's business after the base and by the case's day, the earliest first.

    A statement that only gives a figure of a time before the base says nothing about what followed.
    """
    sources = {row["id"]: row for row in case.tables["sources"].rows}
    past = _about_the_past(case)
    found = [
        Statement(
            row["id"], date.fromisoformat(row["said_on"]), one_line(row["statement"]), one_line(row["speaker"]),
            row["interest"], row["topic"], sources[row["source"]]["grade"] if row["source"] in sources else "",
            row["credibility"] or "", row["sure"] or "", row["certainty"],
        )
        for row in case.claims_known()
        if case.is_later(row)
        and row["entity"] == case.supplier.id
        and row["topic"] in BUSINESS
        and row["said_on"]
        and date.fromisoformat(row["said_on"]) > case.base_day
        and row["id"] not in past
    ]  # fmt: skip
    return tuple(sorted(found, key=lambda one: one.day))


def _about_the_past(case: Case) -> set[str]:
    """The claims beneath figures whose periods all ended before the base."""
    ends: dict[str, list[date]] = {}
    for named, claims in case.grounds:
        found = period(named)
        for claim in claims:
            ends.setdefault(claim, []).append(found.end if found else date.max)
    return {claim for claim, days in ends.items() if max(days) < case.base_day}


def contested(case: Case, found: Sequence[Statement], topics: Sequence[str] = BUSINESS) -> list[Row]:
    """The conflicts in which a statement on one of these topics stands against another claim known by the day."""
    held = {one.claim for one in found if one.topic in topics}
    return [
        row
        for row in case.tables["conflicts"].rows
        if held & set(listed(row["claims"])) and len(claims_of(case, row["claims"])) > 1
    ]


def gaps(case: Case, later: Mapping[str, Figure], questions: Sequence[Question]) -> tuple[Text, ...]:
    """What the book cannot know by the case's day, one sentence each, as far as the data tell."""
    found: list[Text] = []
    still = [one.name for one in questions if not one.resolved]
    if still:
        found.append(
            Text(
                f"Whether {joined(still)} {'left' if len(still) == 1 else 'each left'}: open under the rule."
            )
        )
    asked = {one.customer for one in questions}
    unasked = [one.name for one in case.customers if one.id not in asked]
    if unasked:
        found.append(Text(f"How the forecast on {joined(unasked)} turned out: no question is recorded."))
    told = {figure.entity for figure in later.values() if figure.metric in ("spend", "planned_spend")}
    hidden = [
        case.name(figure.entity)
        for figure in case.all_of("spend", period=case.newest_period("spend"))
        if figure.undisclosed and figure.entity not in told
    ]
    if hidden:
        found.append(Text(f"What {joined(hidden)} spent with {case.supplier.name}: undisclosed to this day."))
    base_year = case.newest_period("spend")
    sold = [
        figure
        for figure in later.values()
        if figure.entity == case.supplier.id and figure.metric in SALES and order(figure.period) > order(base_year)
        and (ended(figure) or date.min) > case.base_day
    ]  # fmt: skip
    if not sold:
        found.append(
            Text(
                f"What {case.supplier.name} sold since the deal: no figure of a later revenue or run rate is known."
            )
        )
    if any(figure.metric == "purchase_commitment" for figure in later.values()) and not any(
        figure.metric == "commitment_paid" for figure in later.values()
    ):
        found.append(
            Text(
                f"What {case.acquirer.name} has bought under its promise: no figure of any payment is known."
            )
        )
    for vendor in case.vendors:
        claimed = [*case.all_of("claimed_revenue", vendor.id), *case.all_of("claimed_multiple", vendor.id)]
        shown = [
            figure
            for figure in later.values()
            if figure.entity == vendor.id and figure.metric in SALES and (ended(figure) or date.min) > case.base_day
        ]  # fmt: skip
        if claimed and not shown:
            found.append(
                Text(
                    f"Whether {owned(vendor.name)} claim came true: no revenue of it since the deal is known."
                )
            )
    return tuple(found)
