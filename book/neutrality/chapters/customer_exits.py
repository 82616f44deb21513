"""Customer exits: who leaves, how much, how fast?"""

from __future__ import annotations

from neutrality.case import Case
from neutrality.case.load import in_millions
from neutrality.chapters.exposure import (
    Exposure,
    currency,
    expected_loss,
    expected_loss_range,
    exposures,
    largest,
    revenue_of,
)
from neutrality.chapters.ledger import Ledger, computed, printed, source_line
from neutrality.methods.concentration import fewest, herfindahl, numbers_equivalent, packed
from neutrality.methods.sensitivity import Effect, Factor, product_effects
from neutrality.methods.timing import MONTHS, half_life, months_lost, replacement_growth
from neutrality.methods.valuation import ratio
from neutrality.results import Chapter, Number, Span, Table, Tag, Text

TITLE = "Customer exits"


def chapter(case: Case, basis: str = "last_year") -> Chapter:
    """Results `exits.*`, tables T2.1, T2.2, T2.6, T2.7, T2.9 and T2.10, headline and finding of a case.

    `basis` chooses the spends of the tables by customer and by layer; the named results stand on the
    last full year, as their definitions say.
    """
    customers = exposures(case, "last_year")
    shown = exposures(case, basis)
    ledger = Ledger("exits")
    _concentration(ledger, case, customers)
    _losses(ledger, case, customers)
    _timing(ledger, case, customers)
    effects = _sensitivity(ledger, customers)
    tables = [
        _evidence(case, customers),
        _bounds(case, ledger),
        _by_customer(case, shown, basis),
        _layers(case, shown, basis),
        _quarters(case, customers),
        _unknowns(case, customers, effects),
    ]
    return Chapter(
        name="customer_exits",
        title=TITLE,
        results=ledger.results,
        tables={table.id: table for table in tables},
        headline=_headline(ledger),
        sure=Text(
            "Probabilities are read from wording and undisclosed sizes from bounds: assumed, layer L2. "
            "The bounds themselves rest on reported figures alone."
        ),
        notes=_notes(case, customers, ledger, effects),
        finding=_finding(case, customers, ledger, effects),
    )


def disclosed_spends(customers: list[Exposure]) -> list[float]:
    """Spends that somebody put a number on, in millions."""
    return [one.point for one in customers if one.disclosed]


def _concentration(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    figure = revenue_of(case)
    revenue, top = in_millions(figure), largest(customers)
    known = disclosed_spends(customers)
    figures = ([one.spend for one in customers if one.disclosed], figure)
    extreme = packed(known, revenue, top.point) if top.point > 0 else known
    low, high = herfindahl(known, revenue), herfindahl(extreme, revenue)
    ledger.add("top_customer_share", top.point / revenue, "share", top.spend, figure)
    ledger.add("hhi_low", low, "points", figures)
    ledger.add("hhi_high", high, "points", figures)
    ledger.add("effective_customers_low", numbers_equivalent(high), "customers", figures)
    ledger.add("effective_customers_high", numbers_equivalent(low), "customers", figures)
    count = float(fewest(revenue, top.point)) if top.point > 0 else None
    ledger.add("fewest_customers", count, "customers", top.spend, figure)
    ledger.add("top_five_share_high", min(1.0, sum(extreme[:5]) / revenue), "share", figures)


def _losses(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    mn_year = f"{currency(case)} mn per year"
    figure = revenue_of(case)
    revenue = in_millions(figure)
    expected, figures = expected_loss(customers)
    without = [one.exit_without_deal for one in customers]
    caused = sum(
        (one.probability - (one.exit_without_deal.value or 0.0)) * one.point * one.severity
        for one in customers
    )
    ranged = [(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in customers]
    top = largest(customers)
    ledger.add(
        "reported_loss_high",
        min(revenue, sum(one.most for one in customers)),
        mn_year,
        [one.bound_figures for one in customers],
        figure,
    )
    ledger.add("expected_loss", expected, mn_year, figures)
    ledger.add("attributable_loss", caused, mn_year, figures, without)
    ledger.add("expected_loss_share", expected / revenue, "share", figures, figure)
    low, high = expected_loss_range(customers)
    ledger.add("expected_loss_low", low, mn_year, ranged, bound=True)
    ledger.add("expected_loss_high", high, mn_year, ranged, bound=True)
    ledger.add(
        "replacement_growth_largest", replacement_growth(top.point, revenue), "share", top.spend, figure
    )
    ledger.add("replacement_growth_expected", replacement_growth(expected, revenue), "share", figures, figure)


def _timing(ledger: Ledger, case: Case, customers: list[Exposure]) -> None:
    top = largest(customers)
    ledger.add("half_life_largest", half_life(top.probability), "months", top.exit_figures)
    planned, when = _planned(case, top), _when(case)
    start, notice, ramp = (figure.value or 0.0 for figure in when)
    lost = planned.point / MONTHS * months_lost(start, notice, ramp)
    ledger.add("in_year_loss_largest", lost, f"{currency(case)} mn", planned.size_figures, when)


def _planned(case: Case, top: Exposure) -> Exposure:
    return next(one for one in exposures(case, "plan") if one.customer == top.customer)


def _when(case: Case) -> list:
    return [
        case.figure(metric, case.supplier.id)
        for metric in ("exit_start_month", "notice_months", "ramp_months")
    ]


Unknown = tuple[str, Exposure, Effect]


def _sensitivity(ledger: Ledger, customers: list[Exposure]) -> list[Unknown]:
    """Variance shares of every unknown: exit probabilities over their range, undisclosed spends over theirs."""
    figures = [(one.size_figures, one.exit, one.loss_given_exit) for one in customers]
    pairs = [
        (
            Factor.uniform(*one.exit.range),
            Factor.known(one.point) if one.disclosed else Factor.uniform(0.0, one.cap),
            one.severity,
        )
        for one in customers
    ]
    found = product_effects(pairs)
    unknowns: list[Unknown] = []
    for index, one in enumerate(customers):
        probability, size = found[index] if found else (None, None)
        named = [("exit_probability", probability)] + ([] if one.disclosed else [("spend", size)])
        for kind, effect in named:
            name = f"{one.customer.id}_{kind}"
            ledger.add(f"first_order.{name}", effect.first if effect else None, "share", figures)
            ledger.add(f"total_order.{name}", effect.total if effect else None, "share", figures)
            if effect:
                unknowns.append((kind, one, effect))
    return sorted(unknowns, key=lambda unknown: -unknown[2].shapley)


def _evidence(case: Case, customers: list[Exposure]) -> Table:
    """T2.1: each source's wording as a phrase on the scale, the pool and the range that keeps all readings."""
    readings = {one.customer.id: case.exit_claims(one.customer.id) for one in customers}
    sources = list(dict.fromkeys(row["source"] for rows in readings.values() for row in rows))

    def said(one: Exposure, source: str) -> Text | str:
        rows = [row for row in readings[one.customer.id] if row["source"] == source]
        parts = []
        for row in rows:
            phrase = case.phrases[row["phrase"]]
            parts += [
                f"{phrase.term} ",
                Number(phrase.value, "probability", "assumed", "L2", f"claim:{row['id']}"),
                " ",
            ]
        return Text(*parts[:-1]) if parts else "–"

    return Table(
        id="T2.1",
        title="What do the sources' words support?",
        note=f"Probability of exit within {customers[0].exit.period}; {scale_name(case)}; {case.pool_method} pool",
        columns=("Customer", *map(case.publisher, sources), "Pooled", "Range of all readings", "Tag"),
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


def _bounds(case: Case, ledger: Ledger) -> Table:
    """T2.2: what facts alone say about concentration."""

    def row(label: str, low: str | None, high: str | None) -> tuple:
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


def _by_customer(case: Case, customers: list[Exposure], basis: str) -> Table:
    """T2.9: probability x exposure x loss given exit, by customer."""
    mn_year = f"{currency(case)} mn per year"
    total, figures = expected_loss(customers)
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
        note=f"Probability × exposure × loss given exit; {basis_words(case, basis)}; an undisclosed spend counts as half the largest",
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


def _layers(case: Case, customers: list[Exposure], basis: str) -> Table:
    """T2.10: the yearly loss at the three layers."""
    mn_year = f"{currency(case)} mn per year"
    figure = revenue_of(case)
    revenue = in_millions(figure)
    total, figures = expected_loss(customers)
    facts = [one.bound_figures for one in customers]
    worst = sum(one.most for one in customers)
    if basis == "last_year":
        facts, worst = [facts, figure], min(revenue, worst)
    low, high = expected_loss_range(customers)

    def row(label: str, what: str, ends: tuple[Number, Number]) -> tuple:
        # A plan of one year is no part of another year's revenue.
        shares = (
            Span(
                *(
                    Number(ratio(end.value or 0.0, revenue), "share", end.tag, end.layer, end.ref)
                    for end in ends
                )
            )
            if basis == "last_year"
            else None
        )
        return label, what, Span(*ends) if ends[0] is not ends[1] else ends[0], shares

    point = computed(total, mn_year, figures)
    return Table(
        id="T2.10",
        title=f"What does {case.supplier.name} stand to lose in a year?",
        note=f"{basis_words(case, basis).capitalize()}; all layers",
        columns=("Layer", "What is assumed", "Yearly loss", "Share of revenue"),
        rows=(
            row(
                "L0",
                "Nothing beyond reported facts",
                (computed(0.0, mn_year, facts), computed(worst, mn_year, facts)),
            ),
            row(
                "L1",
                "Words read on a published scale; sizes free within the facts",
                (computed(low, mn_year, figures, bound=True), computed(high, mn_year, figures, bound=True)),
            ),
            row("L2", "Pooled probabilities; undisclosed sizes at their mean", (point, point)),
        ),
        source=source_line(case, figures, figure),
        numeric=frozenset({2, 3}),
    )


def _quarters(case: Case, customers: list[Exposure]) -> Table:
    """T2.6: the largest customer's plan by quarter, kept and lost."""
    planned, when = _planned(case, largest(customers)), _when(case)
    start, notice, ramp = (figure.value or 0.0 for figure in when)
    money = f"{currency(case)} mn"
    monthly = planned.point / MONTHS

    def row(label: str, begin: float, end: float) -> tuple:
        lost = monthly * months_lost(start, notice, ramp, end, begin)
        plan = monthly * (end - begin)
        figures = (planned.size_figures, when)
        return (
            label,
            computed(plan, money, planned.size_figures),
            computed(plan - lost, money, figures),
            computed(lost, money, figures),
            computed(ratio(lost, plan), "share", figures),
        )

    quarters = [row(f"Q{number + 1}", 3.0 * number, 3.0 * (number + 1)) for number in range(4)]
    return Table(
        id="T2.6",
        title=f"When is the loss of {planned.customer.name} felt?",
        note=f"Planned spend of {planned.spend.period} by quarter; a stop with notice and a straight ramp-down; layer L2",
        columns=("Quarter", "Planned", "Kept", "Lost", "Share lost"),
        rows=(*quarters, row("Year", 0.0, MONTHS)),
        source=source_line(case, planned.size_figures, when),
        numeric=frozenset(range(1, 5)),
    )


def unknown_name(unknown: Unknown) -> str:
    """How a chart or sentence names an unknown."""
    kind, one, _ = unknown
    return f"{one.customer.name}: {'spend' if kind == 'spend' else 'exit probability'}"


def _unknowns(case: Case, customers: list[Exposure], effects: list[Unknown]) -> Table:
    """T2.7: which unknown carries how much of the variance of the expected loss."""
    figures = [(one.size_figures, one.exit, one.loss_given_exit) for one in customers]
    return Table(
        id="T2.7",
        title="Which unknown moves the expected loss most?",
        note="Share of its variance over the ranges of layer L1, uniform and independent (Sobol', Shapley)",
        columns=("Unknown", "First order", "Total", "Shapley"),
        rows=tuple(
            (
                unknown_name(unknown),
                *(
                    computed(share, "share", figures)
                    for share in (effect.first, effect.total, effect.shapley)
                ),
            )
            for unknown in effects
            for effect in (unknown[2],)
        ),
        source=source_line(case, figures),
        numeric=frozenset({1, 2, 3}),
    )


def _headline(ledger: Ledger) -> Text:
    return Text(
        "An expected ", ledger.number("expected_loss"), ", ", ledger.number("expected_loss_share"),
        " of revenue, may go; reported facts alone allow anything from nothing to ", ledger.number("reported_loss_high"), ".",
    )  # fmt: skip


def _finding(case: Case, customers: list[Exposure], ledger: Ledger, effects: list[Unknown]) -> Text:
    top = largest(customers)
    return Text(
        f"{top.customer.name} was ", ledger.number("top_customer_share"), " of revenue. Reported facts leave the yearly loss "
        "between nothing and ", ledger.number("reported_loss_high"), "; the sources' words on a published scale at ",
        Span(ledger.number("expected_loss_low"), ledger.number("expected_loss_high")), "; with our assumptions ",
        ledger.number("expected_loss"), ", ", ledger.number("expected_loss_share"), " of revenue, is expected. ",
        _on_timing(case, top, ledger), " ", _on_growth(case, ledger), " ", _on_unknown(effects),
    )  # fmt: skip


def _notes(case: Case, customers: list[Exposure], ledger: Ledger, effects: list[Unknown]) -> tuple[Text, ...]:
    top, supplier = largest(customers), case.supplier.name
    period = case.newest_period("spend")
    return (
        Text(
            f"{top.customer.name} alone was ", ledger.number("top_customer_share"), f" of {supplier}'s revenue in {period}. "
            f"Reported facts leave the yearly loss from the named customers anywhere from nothing to ",
            ledger.number("reported_loss_high"), ". They also say that the base is wider than a handful: there are at least ",
            ledger.number("fewest_customers"), ", and no five of them can be more than ",
            ledger.number("top_five_share_high"), " of revenue.",
        )
        if (ledger.value("fewest_customers") or 0) > 5
        else Text(
            f"{top.customer.name} alone was ", ledger.number("top_customer_share"), f" of {supplier}'s revenue in {period}. "
            f"Reported facts leave the yearly loss from the named customers anywhere from nothing to ",
            ledger.number("reported_loss_high"), ", and allow that a handful of customers is all there is.",
        ),
        Text(
            "With the sources' words read on a published scale and sizes left free, the expected loss is ",
            Span(ledger.number("expected_loss_low"), ledger.number("expected_loss_high")),
            ". With each undisclosed spend at half the largest it is ", ledger.number("expected_loss"), ", ",
            ledger.number("expected_loss_share"), " of revenue.",
        ),
        _on_timing(case, top, ledger),
        _on_growth(case, ledger),
        _on_unknown(effects),
    )  # fmt: skip


def _on_timing(case: Case, top: Exposure, ledger: Ledger) -> Text:
    planned, ramp = _planned(case, top), case.figure("ramp_months", case.supplier.id)
    lost = ledger.number("in_year_loss_largest")
    plan = planned.spent(f"{currency(case)} mn per year")
    if not lost.value:
        return Text(
            f"Within the calendar year nothing of {top.customer.name}'s planned ", plan, " would be lost yet."
        )
    slope = (
        Text(" because orders run down over ", printed(ramp))
        if ramp.value
        else Text(" even though orders stop at once")
    )
    return Text(
        f"Within the calendar year {top.customer.name}'s exit costs ", lost, " of the planned ", plan, ",", slope,
        " and the year was already under way.",
    )  # fmt: skip


def _on_growth(case: Case, ledger: Ledger) -> Text:
    growth = ledger.number("replacement_growth_expected")
    if growth.value is None:
        return Text(
            f"Nothing would remain of {case.supplier.name}'s revenue that could grow to replace the loss."
        )
    if growth.value == 0:
        return Text("No loss is expected, so nothing has to be replaced.")
    return Text(
        f"What remains of {case.supplier.name}'s business would have to grow ", growth, " to stand still."
    )


def _on_unknown(effects: list[Unknown]) -> Text:
    if not effects:
        return Text("Nothing about the expected loss is left open by these figures.")
    kind, one, effect = effects[0]
    share = computed(effect.first, "share", one.size_figures, one.exit)
    what = "undisclosed spend" if kind == "spend" else "exit probability"
    return Text(
        f"{one.customer.name}'s {what} is the unknown that moves the expected loss most: ",
        share,
        " of its variance.",
    )
