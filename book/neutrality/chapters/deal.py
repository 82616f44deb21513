"""The deal: what was it worth, and do the numbers agree?"""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.case.load import in_millions
from neutrality.chapters.exposure import Exposure, currency, exposures, largest, revenue_of
from neutrality.chapters.ledger import Ledger, computed, printed, printed_range, source_line
from neutrality.methods.intervals import Interval, Product, contract
from neutrality.methods.valuation import (
    break_even_loss,
    enterprise_value,
    growth_by_dcf,
    growth_by_exit_multiple,
    premium_stack,
    primary_stake,
    ratio,
)
from neutrality.results import Chapter, Number, Span, Table, Tag, Text
from neutrality.units import convert

TITLE = "The deal"
KEPT = (0.0, 0.5, 1.0)


@dataclass(frozen=True)
class Deal:
    """The figures of the deal, and their values with money in billions."""

    investment: Figure
    stake: Figure
    valuation: Figure
    prior: Figure
    revenue: Figure
    cash_retained: Figure
    net_debt: Figure
    standalone: Figure
    customer: Exposure
    planned: Exposure

    @classmethod
    def of(cls, case: Case) -> Deal:
        supplier = case.supplier.id
        customer = largest(exposures(case, "last_year"))
        planned = next(one for one in exposures(case, "plan") if one.customer == customer.customer)
        prior = case.figure("valuation_prior", supplier)
        standalone = case.figure("standalone_value", supplier)
        return cls(
            investment=case.figure("investment"),
            stake=case.figure("stake"),
            valuation=case.figure("valuation", supplier),
            prior=prior,
            revenue=revenue_of(case),
            cash_retained=case.figure("cash_retained_share", supplier),
            net_debt=case.figure("net_debt", supplier),
            # Without a value of its own, the business is taken to be worth what it was last priced at.
            standalone=prior if standalone.value is None else standalone,
            customer=customer,
            planned=planned,
        )


def in_billions(figure: Figure) -> float:
    """A figure of money in billions of its currency."""
    return convert(figure.value or 0.0, figure.unit, "bn")


def range_in_billions(figure: Figure) -> Interval:
    """What evidence allows for a figure of money, in billions."""
    low, high = figure.range
    return Interval(convert(low, figure.unit, "bn"), convert(high, figure.unit, "bn"))


def chapter(case: Case) -> Chapter:
    """Results `deal.*`, tables T1.1 to T1.4 and T1.6, headline and finding of a case."""
    deal = Deal.of(case)
    ledger = Ledger("deal")
    _agreement(ledger, case, deal)
    _meaning(ledger, case, deal)
    _lost_revenue(ledger, case, deal)
    _residual(ledger, case, deal)
    _implied_growth(ledger, case, deal)
    tables = [
        _reported(case, deal),
        _fit(case, deal, ledger),
        _retained(case, deal),
        _erased(case, deal),
        _premium(case, deal),
    ]
    return Chapter(
        name="deal",
        title=TITLE,
        results=ledger.results,
        tables={table.id: table for table in tables},
        headline=_headline(deal, ledger),
        sure=_sure(ledger),
        notes=_notes(case, deal, ledger),
        finding=_finding(case, deal, ledger),
    )


def contracted(deal: Deal) -> Product | None:
    """The sharpest intervals of cheque, stake and valuation (billions), or None when they clash."""
    product = Product(
        range_in_billions(deal.investment), Interval(*deal.stake.range), range_in_billions(deal.valuation)
    )
    return contract(product)


def _agreement(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn = f"{currency(case)} bn"
    investment, stake, valuation = (
        in_billions(deal.investment),
        deal.stake.value or 0.0,
        in_billions(deal.valuation),
    )
    triple = (deal.investment, deal.stake, deal.valuation)
    fit = contracted(deal)
    ledger.add("implied_post_money", ratio(investment, stake), bn, deal.investment, deal.stake)
    ledger.add("implied_stake", ratio(investment, valuation), "share", deal.investment, deal.valuation)
    ledger.add("consistent", 1.0 if fit else 0.0, "0 or 1", triple, bound=True)
    ledger.add("valuation_low", fit.whole.low if fit else None, bn, triple, bound=True)
    ledger.add("valuation_high", fit.whole.high if fit else None, bn, triple, bound=True)


def _meaning(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn = f"{currency(case)} bn"
    investment, valuation, prior = (
        in_billions(deal.investment),
        in_billions(deal.valuation),
        in_billions(deal.prior),
    )
    paid, before = range_in_billions(deal.investment), range_in_billions(deal.prior)
    fresh = (deal.investment, deal.prior)
    ledger.add("stake_on_prior", primary_stake(investment, prior), "share", fresh)
    ledger.add("stake_on_prior_low", primary_stake(paid.low, before.high), "share", fresh, bound=True)
    ledger.add("stake_on_prior_high", primary_stake(paid.high, before.low), "share", fresh, bound=True)
    prices = (deal.valuation, deal.prior)
    ledger.add("step_up", valuation - prior, bn, prices)
    ledger.add("step_up_share", valuation / prior - 1, "share", prices)
    ledger.add(
        "operating_step_up_cash_stayed",
        (valuation - investment) / prior - 1,
        "share",
        prices,
        deal.investment,
    )
    ledger.add(
        "enterprise_value",
        enterprise_value(valuation, investment, deal.cash_retained.value or 0.0, deal.net_debt.value or 0.0),
        bn,
        deal.valuation,
        deal.investment,
        deal.cash_retained,
        deal.net_debt,
    )
    revenue = in_billions(deal.revenue)
    ledger.add("multiple_prior", prior / revenue, "x", deal.prior, deal.revenue)
    ledger.add("multiple", valuation / revenue, "x", deal.valuation, deal.revenue)
    ledger.add(
        "multiple_cash_stayed",
        (valuation - investment) / revenue,
        "x",
        deal.valuation,
        deal.investment,
        deal.revenue,
    )


def _lost_revenue(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn = f"{currency(case)} bn"
    valuation, prior, revenue = (
        in_billions(deal.valuation),
        in_billions(deal.prior),
        in_millions(deal.revenue),
    )
    spend, planned = deal.customer.point, deal.planned.point
    multiple, step_up = valuation / revenue, valuation - prior
    priced = (deal.valuation, deal.revenue, deal.customer.spend)
    plan = (deal.valuation, deal.revenue, deal.planned.size_figures)
    ledger.add("largest_customer_value", multiple * spend, bn, priced)
    ledger.add(
        "largest_customer_value_prior",
        prior / revenue * spend,
        bn,
        deal.prior,
        deal.revenue,
        deal.customer.spend,
    )
    ledger.add(
        "largest_customer_step_up_share", ratio(multiple * spend, step_up), "share", priced, deal.prior
    )
    ledger.add(
        "neutrality_cost_to_acquirer", (deal.stake.value or 0.0) * multiple * spend, bn, deal.stake, priced
    )
    ledger.add("planned_spend_step_up_share", ratio(multiple * planned, step_up), "share", plan, deal.prior)
    loss = break_even_loss(revenue, prior, valuation)
    prices = (deal.revenue, deal.prior, deal.valuation)
    ledger.add("break_even_lost_revenue", loss, f"{currency(case)} mn", prices)
    ledger.add("break_even_over_largest", ratio(loss, spend), "x", prices, deal.customer.spend)
    ledger.add(
        "break_even_multiple",
        ratio(1000 * prior, revenue - spend),
        "x",
        deal.prior,
        deal.revenue,
        deal.customer.spend,
    )


def _residual(ledger: Ledger, case: Case, deal: Deal) -> None:
    bn = f"{currency(case)} bn"
    investment, stake, prior = in_billions(deal.investment), deal.stake.value or 0.0, in_billions(deal.prior)
    figures = (deal.investment, deal.stake, deal.prior)
    ledger.add("residual_premium_cash_left", premium_stack(investment, stake, prior, 0.0)[2], bn, figures)
    ledger.add("residual_premium_cash_stayed", premium_stack(investment, stake, prior, 1.0)[2], bn, figures)


def _implied_growth(ledger: Ledger, case: Case, deal: Deal) -> None:
    supplier = case.supplier.id
    value = ledger.results["deal.enterprise_value"]
    value_mn = 1000 * (ledger.value("enterprise_value") or 0.0)
    revenue = in_millions(deal.revenue)
    priced = ([case.figures[name] for name in value.figures], deal.revenue)
    vc = [case.figure(f"vc_{name}", supplier) for name in ("rate", "years", "exit_multiple")]
    rate, years, multiple = (figure.value or 0.0 for figure in vc)
    ledger.add(
        "implied_growth_exit_multiple",
        growth_by_exit_multiple(value_mn, revenue, rate, years, multiple),
        "per year",
        priced,
        vc,
    )
    dcf = [
        case.figure(f"dcf_{name}", supplier) for name in ("rate", "years", "fcf_margin", "terminal_growth")
    ]
    rate, years, margin, terminal = (figure.value or 0.0 for figure in dcf)
    ledger.add(
        "implied_growth_dcf",
        growth_by_dcf(value_mn, revenue, rate, int(years), margin, terminal),
        "per year",
        priced,
        dcf,
    )


def _reported(case: Case, deal: Deal) -> Table:
    """T1.1: what each source states, and what its rounding leaves open."""
    plan = [] if deal.planned.spend.undisclosed else [deal.planned.spend]
    figures = [
        deal.investment,
        deal.stake,
        deal.valuation,
        deal.prior,
        deal.revenue,
        deal.customer.spend,
        *plan,
    ]
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


def _fit(case: Case, deal: Deal, ledger: Ledger) -> Table:
    """T1.2: each quantity's reported interval, and what the other two leave of it."""
    fit = contracted(deal)
    bn = f"{currency(case)} bn"
    triple = (deal.investment, deal.stake, deal.valuation)

    def row(figure: Figure, unit: str, left: Interval | None) -> tuple[str, Number, Span, Span | None, str]:
        kept = (
            None
            if left is None
            else Span(
                computed(left.low, unit, triple, bound=True, digits=4),
                computed(left.high, unit, triple, bound=True, digits=4),
            )
        )
        return (
            figure.label,
            printed(figure),
            Span(*printed_range(figure)),
            kept,
            "agrees" if left else "clashes",
        )

    return Table(
        id="T1.2",
        title="Do the three numbers fit together?",
        note="Cheque = stake × valuation inside the rounding of each; layer L1",
        columns=("Quantity", "Reported", "Its rounding", "Left by the other two", "Verdict"),
        rows=(
            row(deal.investment, bn, fit.amount if fit else None),
            row(deal.stake, "share", fit.share if fit else None),
            row(deal.valuation, bn, fit.whole if fit else None),
        ),
        source=source_line(case, triple),
        numeric=frozenset({1, 2, 3}),
    )


def _retained(case: Case, deal: Deal) -> Table:
    """T1.3: what the step-up means for each share of the cash that stayed in the company."""
    bn = f"{currency(case)} bn"
    investment, valuation, prior = (
        in_billions(deal.investment),
        in_billions(deal.valuation),
        in_billions(deal.prior),
    )
    revenue, debt = in_billions(deal.revenue), deal.net_debt.value or 0.0
    origins = (deal.valuation, deal.investment, deal.net_debt)

    def row(share: float) -> tuple[Number, ...]:
        value = enterprise_value(valuation, investment, share, debt)
        return (
            computed(share, "share", deal.cash_retained),
            computed(value, bn, origins),
            computed(value / prior - 1, "share", origins, deal.prior),
            computed(value / revenue, "x", origins, deal.revenue),
            computed(valuation - share * investment, bn, deal.valuation, deal.investment),
        )

    return Table(
        id="T1.3",
        title="What does the step-up mean, by how much of the cash stayed?",
        note="Share price times all shares, less the cash that stayed, plus net debt; both poles are shown since no source says which holds",
        columns=(
            "Cash that stayed",
            "Enterprise value",
            "Step-up on the prior value",
            "EV/revenue",
            "Implied pre-money",
        ),
        rows=tuple(row(share) for share in KEPT),
        source=source_line(case, origins, deal.prior, deal.revenue),
        numeric=frozenset(range(5)),
    )


def _erased(case: Case, deal: Deal) -> Table:
    """T1.4: the value of lost revenue at both multiples."""
    bn, mn_year = f"{currency(case)} bn", f"{currency(case)} mn per year"
    valuation, prior, revenue = (
        in_billions(deal.valuation),
        in_billions(deal.prior),
        in_millions(deal.revenue),
    )
    prices = (deal.valuation, deal.prior, deal.revenue)
    loss = break_even_loss(revenue, prior, valuation)
    name = deal.customer.customer.name
    # A spend that was stated is printed as such, not as something computed.
    known = [one.spend for one in (deal.customer, deal.planned) if one.disclosed]
    losses = [
        (f"{name}, last full year", deal.customer.point, deal.customer.size_figures),
        (f"{name}, plan", deal.planned.point, deal.planned.size_figures),
        ("Break-even: the step-up is gone", loss, prices),
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
                printed(origin[0]) if origin[0] in known else computed(lost, mn_year, origin),
                computed(lost / revenue, "share", origin, deal.revenue),
                computed(prior / revenue * lost, bn, origin, deal.prior, deal.revenue),
                computed(valuation / revenue * lost, bn, origin, deal.valuation, deal.revenue),
                computed(ratio(valuation / revenue * lost, valuation - prior), "share", origin, prices),
            )
            for label, lost, origin in losses
        ),
        source=source_line(case, prices, deal.customer.size_figures, deal.planned.size_figures),
        numeric=frozenset(range(1, 6)),
    )


def _premium(case: Case, deal: Deal) -> Table:
    """T1.6: the cheque as what the last value explains, its part of the cash, and a residual."""
    bn = f"{currency(case)} bn"
    investment, stake, standalone = (
        in_billions(deal.investment),
        deal.stake.value or 0.0,
        in_billions(deal.standalone),
    )
    origins = (deal.investment, deal.stake, deal.standalone)

    def row(share: float) -> tuple[Number, ...]:
        parts = premium_stack(investment, stake, standalone, share)
        return (
            computed(share, "share", deal.cash_retained),
            *(computed(part, bn, origins) for part in parts),
            computed(ratio(parts[2], investment), "share", origins),
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


def fresh_money_verdict(ledger: Ledger, stake: Interval) -> str:
    """Whether the prior value can be this deal's pre-money value: `more`, `less` or `possible`.

    `more` when the cheque as fresh money would buy more than the stake even with every rounding.
    """
    if (ledger.value("stake_on_prior_low") or 0.0) > stake.high:
        return "more"
    return "less" if (ledger.value("stake_on_prior_high") or 0.0) < stake.low else "possible"


def _headline(deal: Deal, ledger: Ledger) -> Text:
    prior = printed(deal.prior)
    agree = "agree" if ledger.value("consistent") else "do not agree"
    joint = "but" if ledger.value("consistent") else "and"
    if fresh_money_verdict(ledger, Interval(*deal.stake.range)) == "possible":
        return Text(
            f"The reported numbers {agree} within rounding, and ",
            prior,
            " can be this deal's pre-money value.",
        )
    return Text(
        f"The reported numbers {agree} within rounding, {joint} ",
        prior,
        " is not this deal's pre-money value.",
    )


def _sure(ledger: Ledger) -> Text:
    tag = ledger.results["deal.stake_on_prior_low"].tag
    if tag == "derived":
        return Text("Arithmetic on reported figures and their rounding; nothing is assumed.")
    return Text("Arithmetic, but at least one figure is not the reported one.")


def _notes(case: Case, deal: Deal, ledger: Ledger) -> tuple[Text, ...]:
    return (
        _on_agreement(deal, ledger),
        _on_fresh_money(deal, ledger),
        _on_step_up(case, deal, ledger),
        _on_lost_revenue(deal, ledger),
        _on_residual(case, deal, ledger),
    )


def _finding(case: Case, deal: Deal, ledger: Ledger) -> Text:
    fresh = ledger.number("stake_on_prior")
    bought = Text(
        " As fresh money on it the cheque would buy ", fresh, ", against ", printed(deal.stake), " reported."
    )
    parts: list[Text | str | Number] = [_headline(deal, ledger), bought]
    parts += [
        " The business was marked ", _moved(ledger.number("step_up_share")), " if none of the cash stayed in the company and ",
        _moved(ledger.number("operating_step_up_cash_stayed")), " if all of it did; no source says which.",
    ]  # fmt: skip
    if (ledger.value("step_up") or 0.0) > 0:
        parts += [
            " Losing ", ledger.number("break_even_lost_revenue"), " of revenue, ", ledger.number("break_even_over_largest"),
            f" what {deal.customer.customer.name} spends, would erase the step-up.",
        ]  # fmt: skip
    residual = ledger.number("residual_premium_cash_left")
    if (residual.value or 0.0) > 0:
        parts += [
            " Up to ",
            residual,
            f" of what {case.acquirer.name} paid is not explained by the last valuation.",
        ]
    return Text(*parts)


def _on_agreement(deal: Deal, ledger: Ledger) -> Text:
    start = Text(
        printed(deal.investment), " for ", printed(deal.stake), " implies a post-money value of ",
        ledger.number("implied_post_money"), ", against ", printed(deal.valuation), " reported. ",
    )  # fmt: skip
    if ledger.value("consistent"):
        return Text(
            "The reported cheque, stake and valuation agree within rounding: ", start, "Every valuation from ",
            ledger.number("valuation_low", 4), " to ", ledger.number("valuation_high", 4), " is consistent with all three.",
        )  # fmt: skip
    return Text(
        "The reported cheque, stake and valuation do not agree, even with every rounding: ", start,
        "No valuation is consistent with all three.",
    )  # fmt: skip


def _on_fresh_money(deal: Deal, ledger: Ledger) -> Text:
    span = Text(ledger.number("stake_on_prior"), " (", ledger.number("stake_on_prior_low", 4), " to ",
                ledger.number("stake_on_prior_high", 4), " with every rounding)")  # fmt: skip
    match fresh_money_verdict(ledger, Interval(*deal.stake.range)):
        case "more":
            return Text(
                "They cannot be read as fresh money on ", printed(deal.prior), ": that would buy ", span, ", more than the ",
                printed(deal.stake), " reported. The two valuations stand for two different moments.",
            )  # fmt: skip
        case "less":
            return Text(
                "They cannot be read as fresh money on ", printed(deal.prior), ": that would buy only ", span,
                ", less than the ", printed(deal.stake), " reported.",
            )  # fmt: skip
        case _:
            return Text(
                "They can be read as fresh money on ", printed(deal.prior), ": that would buy ", span, ", which allows the ",
                printed(deal.stake), " reported.",
            )  # fmt: skip


def _moved(number: Number) -> Text:
    """`up by 5%` or `down by 5%`."""
    value = number.value or 0.0
    size = Number(abs(value), number.unit, number.tag, number.layer, number.ref, number.digits)
    return Text("up by " if value >= 0 else "down by ", size)


def _on_step_up(case: Case, deal: Deal, ledger: Ledger) -> Text:
    return Text(
        "What the step from ", printed(deal.prior), " to ", printed(deal.valuation), " means depends on where the cash went. "
        f"If none of it stayed in {case.supplier.name}, the business was marked ", _moved(ledger.number("step_up_share")),
        "; if all of it stayed, ", _moved(ledger.number("operating_step_up_cash_stayed")), ". No source says which.",
    )  # fmt: skip


def _on_lost_revenue(deal: Deal, ledger: Ledger) -> Text:
    start = Text(
        "At the deal's ", ledger.number("multiple"), f" revenue, {deal.customer.customer.name}'s spend of ",
        printed(deal.customer.spend), " carries ", ledger.number("largest_customer_value"), " of value",
    )  # fmt: skip
    if (ledger.value("step_up") or 0.0) <= 0:
        return Text(start, ". There is no step-up that lost revenue could erase.")
    return Text(
        start, ", ", ledger.number("largest_customer_step_up_share"), " of the step-up. Losing ",
        ledger.number("break_even_lost_revenue"), ", ", ledger.number("break_even_over_largest"),
        " that spend, would erase all of it.",
    )  # fmt: skip


def _on_residual(case: Case, deal: Deal, ledger: Ledger) -> Text:
    left, stayed = ledger.number("residual_premium_cash_left"), ledger.number("residual_premium_cash_stayed")
    owner = Text(
        f"On its own side of the ledger, {case.acquirer.name}'s stake loses ", ledger.number("neutrality_cost_to_acquirer"),
        f" if {deal.customer.customer.name} leaves.",
    )  # fmt: skip
    if (left.value or 0.0) <= 0:
        return Text(
            f"The last valuation explains the whole of {case.acquirer.name}'s ", printed(deal.investment),
            ", wherever the cash went. ", owner,
        )  # fmt: skip
    if (stayed.value or 0.0) <= 0:
        return Text(
            f"Of {case.acquirer.name}'s ", printed(deal.investment), ", ", left, " is not explained by the last valuation "
            "if the cash left, and nothing is unexplained if it stayed. ", owner,
        )  # fmt: skip
    return Text(
        f"Of {case.acquirer.name}'s ", printed(deal.investment), ", ", left, " is not explained by the last valuation if the "
        "cash left, and ", stayed, " if it stayed. ", owner,
    )  # fmt: skip
