"""The tables beyond the forecasts: precedents, rivals, comparables, events and statements: T4.7 to T4.12."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from neutrality.case import Figure
from neutrality.case.tables import listed
from neutrality.chapters.ledger import computed, flat, source_line
from neutrality.chapters.outcomes.cells import claims_line, nothing
from neutrality.chapters.outcomes.chronicle import CREDIBILITY
from neutrality.chapters.outcomes.evidence import Row, claims_of, one_line, since
from neutrality.chapters.outcomes.forecasts import interest_of
from neutrality.chapters.outcomes.model import Model
from neutrality.chapters.outcomes.precedents import DIRECTIONS, TIES, Measured, Precedent
from neutrality.chapters.outcomes.rivals import MULTIPLE_BASES, Multiple, Point
from neutrality.results import Cell, Number, Span, Table, Tag, Text
from neutrality.words import day_words, listing

STATUS = {"closed": "paid in a closed deal", "talks": "talked about only"}


def makers(model: Model) -> dict[str, Callable[[], Table]]:
    """These tables by id."""
    return {
        "T4.7": partial(precedents, model),
        "T4.8": partial(rivals, model),
        "T4.9": partial(comparables, model),
        "T4.10": partial(events, model),
        "T4.11": partial(statements, model),
        "T4.12": partial(contested, model),
    }


def _measured(found: Measured | None, unit: str) -> Cell:
    if found is None:
        return None
    number = since(found.value, unit, found.figures)
    return Text(found.hedge, number) if found.hedge else number


# -- precedents ---------------------------------------------------------------------------------------


def precedents(model: Model) -> Table:
    """T4.7: every precedent with how fast and how much left, and this case at the end."""
    title = "How did earlier ones go?"
    note = "Suppliers that were tied to a rival of their customers, by the month it began; a dash where no source gives a number"
    columns = (
        "Case", "Began", "What happened", "What bound the customers", "How fast", "How much left", "Of what",
        "What followed", "Note", "Tag",
    )  # fmt: skip
    if not model.precedents:
        return nothing("T4.7", title, note, columns, "No precedent is recorded yet")
    figures = [one.figures for part in model.precedents for one in (part.speed, part.share) if one]
    own = model.own
    return Table(
        id="T4.7",
        title=title,
        note=note,
        columns=columns,
        rows=(
            *(_precedent(one) for one in model.precedents),
            (
                f"{own.name} (this case)",
                f"{model.case.base_day:%b %Y}",
                f"the outcome for {own.customer}, the largest customer",
                None,
                _measured(own.speed, "days") if own.speed else own.why,
                computed(own.share.value, "share", own.share.figures),
                "revenue of the last full year",
                None,
                "The time runs to the day on which the exit was known; it may have come sooner" if own.speed else None,
                Tag("later" if own.speed else "derived"),
            ),
        ),
        source=source_line(model.case, figures, own.share.figures),
        numeric=frozenset({4, 5}),
    )  # fmt: skip


def _precedent(one: Precedent) -> tuple[Cell, ...]:
    return (
        one.label,
        f"{one.happened_on:%b %Y}",
        DIRECTIONS.get(one.direction, one.direction),
        TIES.get(one.tie, one.tie),
        _measured(one.speed, "days"),
        _measured(one.share, "share"),
        one.share_of or None,
        one.followed or None,
        one.note or None,
        Tag("later"),
    )


# -- rivals -------------------------------------------------------------------------------------------


def rivals(model: Model) -> Table:
    """T4.8: each rival's sales at the first and the last time known, and their growth against the pool."""
    pool, title = model.pool, "Who grew, and could it have been diverted?"
    note = (
        f"Sales at a year's rate; the pool is the largest that the named customers' plans of {pool.period} "
        "allow, layer L0; a gross run rate holds what is paid on to contractors"
    )
    columns = (
        "Company",
        "Measure",
        "First known",
        "Sales then",
        "Last known",
        "Sales by then",
        "Growth",
        "Over its ranges",
        "Growth less the pool",
        "Tag",
    )
    if not model.series:
        return nothing(
            "T4.8",
            title,
            note,
            columns,
            "No rival's sales are known more than once, the last time after the deal",
        )
    rows = []
    for one in model.series:
        low, high = one.growth_range
        ends = [since(end, pool.unit, one.figures, bound=True) for end in (low, high)]
        rows.append(
            (
                one.name,
                f"{one.label} ({one.basis})",
                one.first.when.words,
                _sales(one.first, pool.unit),
                one.last.when.words,
                _sales(one.last, pool.unit),
                since(one.growth, pool.unit, one.figures),
                Span(*ends) if low < high else None,
                since(one.growth - pool.value, pool.unit, one.figures, pool.figures),
                Tag("later"),
            )
        )
    return Table(
        id="T4.8",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(rows),
        source=source_line(model.case, [one.figures for one in model.series], pool.figures),
        numeric=frozenset({3, 5, 6, 7, 8}),
    )


def _sales(point: Point, unit: str) -> Number:
    return since(point.value, unit, point.figures)


# -- prices -------------------------------------------------------------------------------------------


def comparables(model: Model) -> Table:
    """T4.9: prices over sales of the deal and of other companies, paid and talked about."""
    title = "Is the deal's multiple out of line?"
    note = "Price over sales; a gross run rate holds what is paid on to contractors, so it makes a multiple smaller than net sales would"
    columns = ("Company", "Price", "Multiple", "Over its ranges", "Status", "Sales count", "Note", "Tag")
    found = model.multiples
    if not found:
        return nothing("T4.9", title, note, columns, "No price over sales is known")
    figures: list[Figure] = flat([one.figures for one in found])
    return Table(
        id="T4.9",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(_multiple(one) for one in found),
        source=source_line(model.case, figures),
        numeric=frozenset({2, 3}),
    )


def _multiple(one: Multiple) -> tuple[Cell, ...]:
    number = computed(one.value, "x", one.figures)
    span = None
    if one.low is not None and one.high is not None and one.low < one.high:
        span = Span(*(computed(end, "x", one.figures, bound=True) for end in (one.low, one.high)))
    return (
        f"{one.name} (this deal)" if one.deal else one.name,
        one.label,
        number,
        span,
        STATUS.get(one.status, one.status),
        MULTIPLE_BASES.get(one.basis, one.basis),
        one.note or None,
        Tag(number.tag),
    )


# -- events and statements ----------------------------------------------------------------------------


def events(model: Model) -> Table:
    """T4.10: the events in their order."""
    title, note = "What happened when?", "Events known by the day of this edition, the earliest first"
    columns = ("When", "Who", "What happened", "Claims", "Tag")
    if not model.events:
        return nothing("T4.10", title, note, columns, "No event is recorded yet")
    return Table(
        id="T4.10",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(
            (one.when, one.name, one.words, listing(one.claims) or None, Tag(one.tag)) for one in model.events
        ),
        source=claims_line(model.case, list(dict.fromkeys(claim for one in model.events for claim in one.claims))),
    )  # fmt: skip


def statements(model: Model) -> Table:
    """T4.11: what was said of the supplier's business since, with the grade of each row."""
    title = f"What else became known of {model.case.supplier.name}?"
    note = (
        "Statements since the base, in our words. Source: A primary, B a major outlet, C a rewrite. Credibility after the Admiralty "
        "code, from confirmed down to what cannot be judged. Sure: that the original reporter published this"
    )
    columns = (
        "Said on",
        "What is said",
        "Who says it",
        "Interest",
        "Source",
        "Credibility",
        "Sure",
        "Claim",
        "Tag",
    )
    if not model.statements:
        return nothing("T4.11", title, note, columns, "Nothing is recorded yet")
    return Table(
        id="T4.11",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(
            (
                day_words(one.day),
                one.words,
                one.speaker,
                interest_of(one.interest),
                one.grade or None,
                CREDIBILITY.get(one.credibility, one.credibility) or None,
                one.sure or None,
                one.claim,
                Tag("later"),
            )
            for one in model.statements
        ),
        source=claims_line(model.case, [one.claim for one in model.statements]),
    )


def contested(model: Model) -> Table:
    """T4.12: where statements on the supplier's business since contradict other claims."""
    title, note = (
        "Which of these reports contradict others?",
        "Conflicts about the supplier's business since the deal",
    )
    columns = ("Matter", "How the book deals with it", "What depends on it", "Claims", "Conflict")
    if not model.contested:
        return nothing("T4.12", title, note, columns, "No contradiction is recorded")
    return Table(
        id="T4.12",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(
            (
                one_line(row["topic"]),
                _if_all_known(model, row, "treatment"),
                _if_all_known(model, row, "effect"),
                listing([claim["id"] for claim in claims_of(model.case, row["claims"])]),
                row["id"],
            )
            for row in model.contested
        ),
        source=claims_line(model.case, _contested_claims(model)),
    )


def _if_all_known(model: Model, row: Row, column: str) -> str | None:
    """What the case says of a conflict, unless it was said with claims in view that were not known by the day."""
    known = claims_of(model.case, row["claims"])
    return one_line(row[column]) if len(known) == len(listed(row["claims"])) else None


def _contested_claims(model: Model) -> list[str]:
    found = [claim["id"] for row in model.contested for claim in claims_of(model.case, row["claims"])]
    return list(dict.fromkeys(found))
