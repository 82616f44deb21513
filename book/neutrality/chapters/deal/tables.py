"""The tables of the deal: what was reported, what it means, and what lost revenue is worth."""

from __future__ import annotations

from neutrality.case import Case, Figure
from neutrality.chapters.deal.figures import Deal, contracted, multiple
from neutrality.chapters.exposure import currency, expected_loss
from neutrality.chapters.ledger import Ledger, computed, printed, printed_range, source_line
from neutrality.methods.intervals import Interval
from neutrality.methods.valuation import break_even_loss, enterprise_value, premium_stack, ratio
from neutrality.results import Cell, Number, Span, Table, Tag

#: Shares of the cash that stayed: both poles and the middle, since which holds is assumed.
KEPT = (0.0, 0.5, 1.0)


def reported(case: Case, deal: Deal) -> Table:
    """T1.1: what each source states, and what its rounding leaves open."""
    plan = [deal["planned"]] if deal.plan.disclosed else []
    figures = [*deal.of_names("investment", "stake", "valuation", "prior", "revenue", "spend"), *plan]
    claims = {row["id"]: row for row in case.tables["claims"].rows}
    stating = {claims[claim]["source"] for figure in figures for claim in figure.claims}
    sources = [row["id"] for row in case.tables["sources"].rows if row["id"] in stating]

    def said(figure: Figure, source: str) -> Number | str | None:
        for claim in (claims[name] for name in figure.claims):
            if claim["source"] == source:
                if claim["value"] is None:
                    return "in words"
                return Number(
                    claim["value"], claim["unit"] or figure.unit, "stated", "L0", f"claim:{claim['id']}", 4
                )
        return None

    return Table(
        id="T1.1",
        title="What was reported, and by whom?",
        note="As stated; the interval is what rounding leaves open",
        columns=("Figure", "Entity", *map(case.publisher, sources), "Interval", "Tag"),
        rows=tuple(
            (
                figure.label,
                case.name(figure.entity),
                *(said(figure, source) for source in sources),
                Span(*printed_range(figure)),
                Tag(figure.tag),
            )
            for figure in figures
        ),
        source=source_line(case, figures),
        numeric=frozenset(range(2, 3 + len(sources))),
    )


def fit(case: Case, deal: Deal) -> Table:
    """T1.2: each quantity's reported interval, and what the other two leave of it."""
    left = contracted(deal)
    bn = f"{currency(case)} bn"
    triple = deal.of_names("investment", "stake", "valuation")

    def row(name: str, unit: str, kept: Interval | None) -> tuple[Cell, ...]:
        figure = deal[name]
        span = None
        if kept is not None:
            span = Span(*(computed(end, unit, triple, bound=True, digits=4) for end in kept))
        return (
            figure.label,
            printed(figure),
            Span(*printed_range(figure)),
            span,
            "agrees" if kept else "clashes",
        )

    return Table(
        id="T1.2",
        title="Do the three numbers fit together?",
        note="Cheque = stake × valuation inside the rounding of each; layer L1",
        columns=("Quantity", "Reported", "Its rounding", "Left by the other two", "Verdict"),
        rows=(
            row("investment", bn, left.amount if left else None),
            row("stake", "share", left.share if left else None),
            row("valuation", bn, left.whole if left else None),
        ),
        source=source_line(case, triple),
        numeric=frozenset({1, 2, 3}),
    )


def retained(case: Case, deal: Deal) -> Table:
    """T1.3: what the step-up means for each share of the cash that stayed in the company."""
    bn, v = f"{currency(case)} bn", deal.values
    origins = deal.of_names("valuation", "investment", "net_debt")

    def row(share: float) -> tuple[Number, ...]:
        value = enterprise_value(v.valuation, v.investment, share, v.net_debt)
        return (
            computed(share, "share", deal["cash_retained"]),
            computed(value, bn, origins),
            computed(value / v.prior - 1, "share", origins, deal["prior"]),
            computed(value / v.revenue, "x", origins, deal["revenue"]),
            computed(v.valuation - share * v.investment, bn, deal.of_names("valuation", "investment")),
        )

    return Table(
        id="T1.3",
        title="What does the step-up mean, by how much of the cash stayed?",
        note="Share price times all shares, less the cash that stayed, plus net debt; both poles are shown"
        f"{', since how much stayed is assumed' if deal['cash_retained'].tag == 'assumed' else ''}",
        columns=(
            "Cash that stayed",
            "Enterprise value",
            "Step-up on the prior value",
            "EV/revenue",
            "Implied pre-money",
        ),
        rows=tuple(row(share) for share in KEPT),
        source=source_line(case, origins, deal.of_names("prior", "revenue")),
        numeric=frozenset(range(5)),
    )


def erased(case: Case, deal: Deal) -> Table:
    """T1.4: the value of lost revenue at both multiples."""
    bn, mn_year, v = f"{currency(case)} bn", f"{currency(case)} mn per year", deal.values
    prices = deal.of_names("valuation", "prior", "revenue")
    name = deal.customer.customer.name
    # A spend that was stated is printed as such, not as something computed.
    known = [one.spend for one in (deal.customer, deal.plan) if one.disclosed]
    losses = [
        (f"{name}, last full year", v.spend, deal.customer.size_figures),
        (f"{name}, plan", v.planned, deal.plan.size_figures),
        ("Break-even: the step-up is gone", break_even_loss(v.revenue, v.prior, v.valuation), prices),
    ]
    return Table(
        id="T1.4",
        title="What is lost revenue worth at this price?",
        note="Lost yearly revenue times EV/revenue; assumes that the lost contract has average margin and growth",
        columns=(
            "Revenue lost",
            "Amount",
            "Share of revenue",
            "At the prior multiple",
            "At the deal's multiple",
            "Share of the step-up",
        ),
        rows=tuple(
            (
                label,
                printed(origin[0]) if origin[0] in known else computed(1000 * lost, mn_year, origin),
                computed(lost / v.revenue, "share", origin, deal["revenue"]),
                computed(v.prior / v.revenue * lost, bn, origin, deal.of_names("prior", "revenue")),
                computed(multiple(v) * lost, bn, origin, deal.of_names("valuation", "revenue")),
                computed(ratio(multiple(v) * lost, v.valuation - v.prior), "share", origin, prices),
            )
            for label, lost, origin in losses
        ),
        source=source_line(case, prices, deal.customer.size_figures, deal.plan.size_figures),
        numeric=frozenset(range(1, 6)),
    )


def premium(case: Case, deal: Deal) -> Table:
    """T1.6: the cheque as what the last value explains, its part of the cash, and a residual."""
    bn, v = f"{currency(case)} bn", deal.values
    origins = deal.of_names("investment", "stake", "standalone")

    def row(share: float) -> tuple[Number, ...]:
        parts = premium_stack(v.investment, v.stake, v.standalone, share)
        return (
            computed(share, "share", deal["cash_retained"]),
            *(computed(part, bn, origins) for part in parts),
            computed(ratio(parts[2], v.investment), "share", origins),
        )

    return Table(
        id="T1.6",
        title="What did the buyer pay for beyond the business?",
        note="Cheque = stake × value before + stake × cash that stayed + residual",
        columns=(
            "Cash that stayed",
            "Stake in the value before",
            "Stake in the cash",
            "Residual",
            "Residual, share of the cheque",
        ),
        rows=tuple(row(share) for share in KEPT),
        source=source_line(case, origins),
        numeric=frozenset(range(5)),
    )


def volume_or_price(case: Case, deal: Deal, ledger: Ledger) -> Table:
    """T1.4b: the value without the largest customer, split into a revenue and a multiple effect."""
    after = deal.multiple_after_exit
    reach = deal.multiples_after_exit()
    unset = after.value is None
    own = ledger.number("multiple") if unset else printed(after)
    lowest = None if reach is None else printed_range(after)[0]

    def row(label: str, level: Number | None, suffix: str, result: str) -> tuple[Cell, ...]:
        return (
            label,
            level,
            printed(deal["valuation"]),
            ledger.number(f"revenue_effect{suffix}"),
            ledger.number(f"multiple_effect{suffix}"),
            ledger.number(result),
        )

    rows = [row("The deal's multiple holds" if unset else "Our setting", own, "", "value_after_exit")]
    if reach is not None:
        rows.append(row("Lowest of the range given", lowest, "_at_low_multiple", "value_after_exit_low"))
    return Table(
        id="T1.4b",
        title="Volume or price: what would an exit do to the value?",
        note=f"{deal.customer.customer.name} leaves; revenue and multiple effect averaged over both orders (Shapley), so they add up",
        columns=(
            "Multiple after the exit",
            "EV/revenue",
            "Valuation",
            "Revenue effect",
            "Multiple effect",
            "Value after",
        ),
        rows=tuple(rows),
        source=source_line(case, deal.of_names("valuation", "revenue", "spend"), after),
        numeric=frozenset(range(1, 6)),
    )


def lost_neutrality(case: Case, deal: Deal, ledger: Ledger) -> Table:
    """T1.7: what the buyer's own stake loses with each loss of revenue."""
    mn_year, v = f"{currency(case)} mn per year", deal.values
    name, price = deal.customer.customer.name, deal.of_names("stake", "valuation", "revenue")
    owned = v.stake * multiple(v)
    lost, figures = expected_loss(deal.exposed)

    def row(label: str, amount: Number, loss: float, result: str, origins: list[Figure]) -> tuple[Cell, ...]:
        span = None
        if ledger.holds(f"{result}_low"):
            span = Span(*(ledger.number(f"{result}_{end}") for end in ("low", "high")))
        share = ratio(owned * loss, v.investment)
        return (
            label,
            amount,
            ledger.number(result),
            span,
            computed(share, "share", price, origins, deal["investment"]),
        )

    planned = deal.plan.spent(mn_year)
    return Table(
        id="T1.7",
        title="What does lost neutrality cost the buyer?",
        note="Value of the buyer's own stake: stake × lost yearly revenue × the deal's multiple; range: layer L1",
        columns=("Revenue lost", "Amount", "Cost to the buyer", "Range", "Share of the cheque"),
        rows=(
            row(f"{name}, last full year", printed(deal["spend"]), v.spend, "neutrality_cost_to_acquirer", [deal["spend"]]),
            row(f"{name}, plan", planned, v.planned, "neutrality_cost_planned", deal.plan.size_figures),
            row(
                "All named customers, expected", computed(lost, mn_year, figures), lost / 1000,
                "neutrality_cost_expected", figures,
            ),
        ),
        source=source_line(case, price, deal["spend"], deal.plan.size_figures, figures),
        numeric=frozenset(range(1, 5)),
    )  # fmt: skip


__all__ = [
    "KEPT",
    "erased",
    "fit",
    "lost_neutrality",
    "premium",
    "reported",
    "retained",
    "volume_or_price",
]
