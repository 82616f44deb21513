"""The tables of evidence, concentration and expected loss: T2.1, T2.2, T2.9, T2.10 and T2.11."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.case.figures import in_millions
from neutrality.chapters.exposure import (
    Exposure,
    currency,
    expected_loss,
    expected_loss_range,
    revenue_of,
)
from neutrality.chapters.ledger import Ledger, Origins, computed, printed, source_line
from neutrality.methods.valuation import ratio
from neutrality.results import Cell, Number, Part, Span, Table, Tag, Text
from neutrality.words import raised


def evidence(case: Case, customers: list[Exposure]) -> Table:
    """T2.1: each source's wording as a phrase on the scale, the pool and the range that keeps all readings."""
    readings = {one.customer.id: case.exit_claims(one.customer.id) for one in customers}
    sources = list(dict.fromkeys(row["source"] for rows in readings.values() for row in rows))

    def said(one: Exposure, source: str) -> Text | str:
        rows = [row for row in readings[one.customer.id] if row["source"] == source]
        parts: list[Part] = []
        for row in rows:
            phrase = case.phrases[row["phrase"]]
            parts += [
                f"{phrase.term} ",
                Number(phrase.value, "probability", "assumed", "L2", f"claim:{row['id']}"),
                " ",
            ]
        return Text(*parts[:-1]) if parts else "–"

    how = "Pooled" if all(one.exit.pooled for one in customers) else "Pooled or set"
    return Table(
        id="T2.1",
        title="What do the sources' words support?",
        note=f"Probability of exit within {customers[0].exit.period}; {scale_name(case)}; {case.pool_method} pool",
        columns=("Customer", *map(case.publisher, sources), how, "Range of all readings", "Tag"),
        rows=tuple(
            (
                one.customer.name,
                *(said(one, source) for source in sources),
                printed(one.exit),
                Span(*(computed(end, "probability", one.exit, bound=True) for end in one.exit.range)),
                Tag(one.exit.tag),
            )
            for one in customers
        ),
        source=source_line(case, [one.exit for one in customers]),
        numeric=frozenset({1 + len(sources), 2 + len(sources)}),
    )


def scale_name(case: Case) -> str:
    """The published scale on which phrases are read, as its source names it."""
    source = next(iter(case.phrases.values())).source
    return f"scale: {source.split(';')[0]}"


def bounds(case: Case, ledger: Ledger) -> Table:
    """T2.2: what facts alone say about concentration."""

    def row(label: str, low: str | None, high: str | None) -> tuple[Cell, ...]:
        return label, *(ledger.number(name) if name else None for name in (low, high))

    figures = [case.figures[name] for name in ledger.results["exits.hhi_high"].figures]
    return Table(
        id="T2.2",
        title="How concentrated is the customer base?",
        note="Sharp bounds from reported figures alone, layer L0; the index in points of 10,000",
        columns=("Measure", "At least", "At most"),
        rows=(
            ("Largest customer, share of revenue", *[ledger.number("top_customer_share")] * 2),
            row("Customer Herfindahl index", "hhi_low", "hhi_high"),
            row("Effective number of customers", "effective_customers_low", "effective_customers_high"),
            row("Number of customers", "fewest_customers", None),
            row("Share of any five customers", None, "top_five_share_high"),
        ),
        source=source_line(case, figures),
        numeric=frozenset({1, 2}),
    )


def basis_words(case: Case, basis: str) -> str:
    """How a subtitle names a basis, with its period."""
    if basis == "plan":
        return f"planned spends of {case.newest_period('planned_spend')}"
    return f"spends of {case.newest_period('spend')}, the last full year"


def by_customer(case: Case, customers: list[Exposure], basis: str) -> Table:
    """T2.9: probability x exposure x loss given exit, by customer."""
    mn_year = f"{currency(case)} mn per year"
    total, figures = expected_loss(customers)
    guessed = (
        "" if all(one.disclosed for one in customers) else "; an undisclosed spend counts as half the largest"
    )
    rows = [
        (
            one.customer.name,
            computed(one.probability, "probability", one.exit_figures),
            one.spent(mn_year),
            computed(one.severity, "share", one.loss_given_exit),
            computed(one.expected, mn_year, one.size_figures, one.exit_figures, one.loss_given_exit),
            Span(
                *(
                    computed(end, mn_year, one.bound_figures, one.spend, one.exit, bound=True)
                    for end in one.expected_range
                )
            ),
        )
        for one in customers
    ]
    every = Span(*(computed(end, mn_year, figures, bound=True) for end in expected_loss_range(customers)))
    return Table(
        id="T2.9",
        title="How much of the spend is expected to go?",
        note=f"Probability × exposure × loss given exit; {basis_words(case, basis)}{guessed}",
        columns=(
            "Customer",
            "Probability",
            "Exposure",
            "Loss given exit",
            "Expected loss, L2",
            "Its range, L1",
        ),
        rows=(*rows, ("All named", None, None, None, computed(total, mn_year, figures), every)),
        source=source_line(case, figures),
        numeric=frozenset(range(1, 6)),
    )


def layers(case: Case, customers: list[Exposure], basis: str) -> Table:
    """T2.10: the yearly loss at the three layers."""
    mn_year = f"{currency(case)} mn per year"
    figure = revenue_of(case)
    revenue = in_millions(figure)
    total, figures = expected_loss(customers)
    facts: list[Origins] = [one.bound_figures for one in customers]
    worst = sum(one.most for one in customers)
    if basis == "last_year":
        facts, worst = [facts, figure], min(revenue, worst)
    low, high = expected_loss_range(customers)

    def row(label: str, what: str, ends: tuple[Number, Number]) -> tuple[Cell, ...]:
        # A plan of one year is no part of another year's revenue.
        shares = None
        if basis == "last_year":
            shares = tuple(
                Number(ratio(end.value or 0.0, revenue), "share", end.tag, end.layer, end.ref) for end in ends
            )
        single = ends[0] is ends[1]
        part = None if shares is None else shares[0] if single else Span(*shares)
        return label, what, ends[0] if single else Span(*ends), part

    point = computed(total, mn_year, figures)
    return Table(
        id="T2.10",
        title=f"What does {case.supplier.name} stand to lose in a year?",
        note=f"{raised(basis_words(case, basis))}; all layers; loss given exit at its assumed value",
        columns=("Layer", "What is assumed", "Loss, or expected loss", "Share of revenue"),
        rows=(
            row(
                "L0",
                "Reported facts, and no spend larger than the largest reported",
                (computed(0.0, mn_year, facts), computed(worst, mn_year, facts)),
            ),
            row(
                "L1",
                "Expected loss: words read on a published scale; sizes free within the facts",
                (computed(low, mn_year, figures, bound=True), computed(high, mn_year, figures, bound=True)),
            ),
            row("L2", "Expected loss: pooled probabilities; undisclosed sizes at their mean", (point, point)),
        ),
        source=source_line(case, figures, figure),
        numeric=frozenset({2, 3}),
    )


def cause(case: Case, customers: list[Exposure], basis: str) -> Table:
    """T2.11: what the deal itself adds to the expected loss, and how far that is open."""
    mn_year = f"{currency(case)} mn per year"

    def caused(one: Exposure, without: float) -> float:
        return max(0.0, one.probability - without) * one.point * one.severity

    def row(label: str, chosen: list[Exposure]) -> tuple[Cell, ...]:
        figures = [(one.size_figures, one.exit_figures, one.loss_given_exit) for one in chosen]
        own = [one.exit_without_deal for one in chosen]
        single = chosen[0] if len(chosen) == 1 else None
        added = sum(caused(one, one.exit_without_deal.value or 0.0) for one in chosen)
        ends = [sum(caused(one, one.exit_without_deal.range[end]) for one in chosen) for end in (1, 0)]
        return (
            label,
            computed(single.probability, "probability", single.exit_figures) if single else None,
            printed(single.exit_without_deal) if single else None,
            computed(sum(one.expected for one in chosen), mn_year, figures),
            computed(added, mn_year, figures, own),
            Span(*(computed(end, mn_year, figures, own, bound=True) for end in ends)),
        )

    everyone = [] if len(customers) == 1 else [row("All named", customers)]
    figures = [(one.exit_without_deal, one.exit_figures, one.size_figures) for one in customers]
    return Table(
        id="T2.11",
        title="How much of the loss is the deal's own doing?",
        note=f"Exit probability less what it would be without the deal, × exposure × loss given exit; {basis_words(case, basis)}; "
        "the bound lets the probability without the deal be anything in its range, layer L1",
        columns=(
            "Customer",
            "Probability",
            "Without the deal",
            "Expected loss",
            "Added by the deal",
            "Bound",
        ),
        rows=(*(row(one.customer.name, [one]) for one in customers), *everyone),
        source=source_line(case, figures),
        numeric=frozenset(range(1, 6)),
    )
