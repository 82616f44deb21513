"""What the answers of the deal hang on: implied growth by input, the tornado and the two-way grid."""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.chapters.deal.figures import (
    BUSINESS,
    DCF,
    VC,
    Deal,
    Outcome,
    dcf_growth,
    exit_multiple_growth,
    multiple,
    outcomes,
)
from neutrality.chapters.exposure import currency
from neutrality.chapters.ledger import Ledger, computed, printed_range, source_line
from neutrality.methods.tornado import Swing, one_at_a_time
from neutrality.results import Cell, Number, Span, Table

#: The two forms of the growth that a price needs: a name, its function and the names that enter it.
FORMS = (("Exit multiple", exit_multiple_growth, VC), ("Cash flow", dcf_growth, DCF))


@dataclass(frozen=True)
class Tornado:
    """One outcome with the swing of each figure that enters it, the largest first."""

    outcome: Outcome
    base: float | None
    swings: tuple[Swing, ...]


def tornadoes(case: Case, deal: Deal) -> list[Tornado]:
    """The outcomes of the deal, each over low to high of every figure that enters it."""
    return [turn(deal, outcome) for outcome in outcomes(currency(case))]


def turn(deal: Deal, outcome: Outcome) -> Tornado:
    """One outcome over low to high of every figure that enters it."""
    base = outcome.compute(deal.values)
    named = {deal[name].id: deal.range(name) for name in outcome.names}
    swings = one_at_a_time(
        lambda figure, value: outcome.compute(deal.with_figure(figure, value)), base, named
    )
    return Tornado(outcome, base, tuple(swings))


def tornado_table(case: Case, deal: Deal, turned: list[Tornado]) -> Table:
    """T1.8: every outcome of the tornado at both ends of every figure."""
    rows: list[tuple[Cell, ...]] = []
    for tornado in turned:
        unit, every = tornado.outcome.unit, deal.of_names(*tornado.outcome.names)
        for swing in tornado.swings:
            figure = case.figures[swing.name]
            rows.append(
                (
                    tornado.outcome.label,
                    figure.label,
                    Span(*printed_range(figure)),
                    *(computed(end, unit, every, bound=True) for end in (swing.at_low, swing.at_high)),
                    computed(swing.size, unit, every, bound=True),
                )
            )
    figures = [deal.of_names(*tornado.outcome.names) for tornado in turned]
    return Table(
        id="T1.8",
        title="Which figure moves the answer most?",
        note="One figure at a time from low to high, all others at their value; layer L1; largest swing first within each answer",
        columns=("Answer", "Figure", "From low to high", "At its low end", "At its high end", "Swing"),
        rows=tuple(rows),
        source=source_line(case, figures),
        numeric=frozenset(range(2, 6)),
    )


def grid_table(case: Case, deal: Deal) -> Table:
    """T1.9: the value that is left, by revenue lost and multiple together."""
    bn, mn_year, v = f"{currency(case)} bn", f"{currency(case)} mn per year", deal.values
    reach = deal.multiples_after_exit()
    deals, before = multiple(v), v.prior / v.revenue
    levels = {deals: deal.of_names("valuation", "revenue"), before: deal.of_names("prior", "revenue")}
    if reach is not None:
        low, high = reach
        levels |= {level: [deal.multiple_after_exit] for level in (low, (low + high) / 2)}
    losses: list[tuple[float, list[Figure]]] = [
        (0.0, deal.of_names("spend")),
        (v.spend, deal.of_names("spend")),
        (v.planned, deal.plan.size_figures),
        (2 * v.spend, deal.of_names("spend")),
    ]
    losses = [one for one in losses if one[0] <= v.revenue]
    losses = sorted({loss: (loss, origins) for loss, origins in losses}.values(), key=lambda one: one[0])

    def cell(level: float, rest: list[Figure], loss: float, origins: list[Figure]) -> Number:
        return computed(level * (v.revenue - loss), bn, rest, origins, deal["revenue"])

    rows = tuple(
        (
            computed(level, "x", rest),
            *(cell(level, rest, loss, origins) for loss, origins in losses),
        )
        for level, rest in sorted(levels.items(), reverse=True)
    )
    headings = [computed(1000 * loss, mn_year, origins).text for loss, origins in losses]
    return Table(
        id="T1.9",
        title="What is left when revenue and multiple fall together?",
        note="Multiple × (revenue − what is lost); both move at once, which a tornado cannot show",
        columns=("EV/revenue", *(f"Lost: {heading}" for heading in headings)),
        rows=rows,
        source=source_line(case, deal.of_names("valuation", "prior", "revenue", "spend"), deal.multiple_after_exit),
        numeric=frozenset(range(1 + len(losses))),
    )  # fmt: skip


def growth_table(case: Case, deal: Deal, ledger: Ledger) -> Table:
    """T1.5: the growth that the price needs, at both ends of each input and of the cash that stayed."""
    rows: list[tuple[Cell, ...]] = []
    results = ("implied_growth_exit_multiple", "implied_growth_dcf")
    for (form, growth, names), result in zip(FORMS, results, strict=True):
        every, base = deal.of_names(*names), ledger.number(result)
        # The method's own inputs first, then the value of the business and the revenue it stands on.
        own = len(BUSINESS) + 1
        for name in (*names[own:], *names[:own]):
            figure = deal[name]
            ends = [growth(deal.with_figure(figure.id, end)) for end in deal.range(name)]
            rows.append(
                (
                    form,
                    figure.label,
                    Span(*printed_range(figure)),
                    computed(ends[0], "per year", every, bound=True),
                    base,
                    computed(ends[1], "per year", every, bound=True),
                )
            )
        low, high = (ledger.number(f"{result}_{end}") for end in ("low", "high"))
        rows.append((form, "All of them: lowest and highest", None, low, base, high))
    return Table(
        id="T1.5",
        title="What growth does the price need?",
        note="Yearly growth of revenue that justifies the enterprise value; one input at a time from low to high, then all of them (layer L1)",
        columns=("Form", "Input", "From low to high", "At its low end", "Our setting", "At its high end"),
        rows=tuple(rows),
        source=source_line(case, deal.of_names(*VC, *DCF)),
        numeric=frozenset(range(2, 6)),
    )


__all__ = [
    "FORMS",
    "Tornado",
    "grid_table",
    "growth_table",
    "tornado_table",
    "tornadoes",
    "turn",
]
