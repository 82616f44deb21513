"""Competitor opportunity: where does the spend go, and whose claims can be true?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from neutrality.case import Case, Figure
from neutrality.case.load import Entity, in_millions
from neutrality.chapters.exposure import (
    BASES,
    Exposure,
    currency,
    expected_loss,
    expected_loss_range,
    exposures,
    largest,
    revenue_of,
)
from neutrality.chapters.ledger import Ledger, computed, flat, printed, source_line
from neutrality.methods.release import Waterfall, highest_base, verdict, waterfall
from neutrality.methods.timing import MONTHS, months_lost
from neutrality.methods.valuation import ratio
from neutrality.results import Chapter, Number, Span, Table, Text

TITLE = "Competitor opportunity"

VERDICT_WORDS = {
    "impossible": "impossible",
    "more_than_half": "needs more than half",
    "more_than_equal": "needs more than an equal share",
    "ordinary": "ordinary",
}


@dataclass(frozen=True)
class Pool:
    """A pool of spend a year, in millions, that a claim may be held against."""

    key: str
    label: str
    value: float
    figures: tuple[Figure, ...]


def chapter(case: Case, basis: str = "plan") -> Chapter:
    """Results `opportunity.*`, tables T3.1 to T3.3 and T3.7, headline and finding of a case.

    `basis` chooses the spends of the tables T3.1 and T3.7; the named results stand on planned spends,
    and on last full-year ones where their names say so.
    """
    plan = exposures(case, "plan")
    ledger = Ledger("opportunity")
    _pool(ledger, case, plan)
    pools = named_pools(case)
    claimants = _claims(ledger, case, pools)
    _bases(ledger, case)
    tables = [
        _waterfall_table(case, exposures(case, basis), basis),
        *_claim_tables(case, pools, claimants),
        _joint(case, ledger),
        _layers(case, exposures(case, basis), basis),
    ]
    return Chapter(
        name="competitor_opportunity",
        title=TITLE,
        results=ledger.results,
        tables={table.id: table for table in tables},
        headline=_headline(case, ledger, claimants),
        sure=Text(
            "The share taken in house and the exit probabilities are assumed (layer L2); "
            "claims of interested parties are tested here, not used."
        ),
        notes=_notes(case, ledger, claimants),
        finding=_finding(case, ledger, claimants),
    )


def leaks(case: Case) -> list[Figure]:
    """The figures that take spend out of the pool open to vendors: in-house share, share not replaced."""
    return [case.figure(metric, case.supplier.id) for metric in ("inhouse_share", "not_replaced_share")]


def fall(case: Case, released: float) -> Waterfall:
    """The release waterfall of a pool in millions."""
    in_house, not_replaced = (figure.value or 0.0 for figure in leaks(case))
    return waterfall(released, in_house, not_replaced)


def named_pools(case: Case) -> dict[str, Pool]:
    """The pools that every claim is held against, by the last part of their result ids."""
    plan, year = exposures(case, "plan"), exposures(case, "last_year")
    leaking, top = leaks(case), largest(plan)
    (expected, expected_on), (last_year, last_year_on) = expected_loss(plan), expected_loss(year)
    most, most_on = sum(one.most for one in plan), [one.bound_figures for one in plan]
    period = case.newest_period(BASES["last_year"])

    def pool(key: str, label: str, value: float, *figures) -> Pool:
        return Pool(key, label, value, tuple(flat(*figures)))

    found = [
        pool("largest_customer", f"{top.customer.name}'s plan alone, all outsourced", top.point, top.spend),
        pool("released_high", "Largest release the facts allow, all outsourced", most, most_on),
        pool(
            "contestable_high",
            "The same, after in-house work",
            fall(case, most).contestable,
            most_on,
            leaking,
        ),
        pool("released", "Expected release, all outsourced", expected, expected_on),
        pool(
            "contestable",
            "Expected release, after in-house work",
            fall(case, expected).contestable,
            expected_on,
            leaking,
        ),
        pool(
            f"contestable_{period}",
            f"The same on spends of {period}",
            fall(case, last_year).contestable,
            last_year_on,
            leaking,
        ),
    ]
    return {one.key: one for one in found}


def _within_year(case: Case) -> list[Pool]:
    """Two pools as far as they come loose within the calendar year of the plan."""
    when = [
        case.figure(metric, case.supplier.id)
        for metric in ("exit_start_month", "notice_months", "ramp_months")
    ]
    start, notice, ramp = (figure.value or 0.0 for figure in when)
    part = months_lost(start, notice, ramp) / MONTHS
    pools, period = named_pools(case), case.newest_period(BASES["plan"])
    return [
        Pool(key, label, pools[key].value * part, tuple(flat(pools[key].figures, when)))
        for key, label in (
            ("contestable", f"Expected release within {period} only, after in-house work"),
            ("released_high", f"Largest release within {period} only, all outsourced"),
        )
    ]


def _pool(ledger: Ledger, case: Case, plan: Sequence[Exposure]) -> None:
    mn_year = f"{currency(case)} mn per year"
    pools = named_pools(case)
    for key in ("released", "contestable", "released_high", "contestable_high"):
        ledger.add(key, pools[key].value, mn_year, pools[key].figures)
    ledger.add(
        "in_house",
        fall(case, pools["released"].value).in_house,
        mn_year,
        pools["released"].figures,
        leaks(case)[0],
    )
    low, high = contestable_range(case, plan)
    ranged = [(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in plan]
    ledger.add("contestable_expected_low", low, mn_year, ranged, leaks(case), bound=True)
    ledger.add("contestable_expected_high", high, mn_year, ranged, leaks(case), bound=True)


def contestable_range(case: Case, customers: Sequence[Exposure]) -> tuple[float, float]:
    """The expected contestable pool at both ends of all stated ranges (layer L1), in millions."""
    low, high = expected_loss_range(customers)
    (house_low, house_high), (gone_low, gone_high) = (figure.range for figure in leaks(case))
    return (
        waterfall(low, house_high, gone_high).contestable,
        waterfall(high, house_low, gone_low).contestable,
    )


Claimant = tuple[Entity, Figure]


def claimed_revenues(case: Case) -> list[Claimant]:
    """Vendors that claim an amount of new revenue, with the claim under test."""
    figures = {figure.entity: figure for figure in case.all_of("claimed_revenue")}
    return [(vendor, figures[vendor.id]) for vendor in case.vendors if vendor.id in figures]


def _claims(ledger: Ledger, case: Case, pools: dict[str, Pool]) -> list[Claimant]:
    claimants = claimed_revenues(case)
    count = len(case.vendors)
    in_house, not_replaced = (figure.value or 0.0 for figure in leaks(case))
    for vendor, claim in claimants:
        amount = in_millions(claim)
        for pool in pools.values():
            share = ratio(amount, pool.value)
            ledger.add(f"{vendor.id}.required_share.{pool.key}", share, "share", claim, pool.figures)
        open_pool = pools["contestable"]
        word = verdict(ledger.value(f"{vendor.id}.required_share.contestable"), 1 / count)
        ledger.add(f"{vendor.id}.verdict", word, "word", claim, open_pool.figures)
        needed = ratio(amount * count, (1 - in_house) * (1 - not_replaced))
        ledger.add(
            f"{vendor.id}.release_for_equal_share",
            needed,
            f"{currency(case)} mn per year",
            claim,
            leaks(case),
        )
    return claimants


def claimed_multiples(case: Case) -> list[Claimant]:
    """Vendors that claim a multiple of an undisclosed base, with the claim under test."""
    figures = {figure.entity: figure for figure in case.all_of("claimed_multiple")}
    return [(vendor, figures[vendor.id]) for vendor in case.vendors if vendor.id in figures]


def others_claims(case: Case, vendor: Entity) -> tuple[float, list[Figure]]:
    """What the other vendors claim together, in millions, and the figures of it."""
    figures = [figure for other, figure in claimed_revenues(case) if other != vendor]
    return sum(map(in_millions, figures)), figures


def _bases(ledger: Ledger, case: Case) -> None:
    pool = named_pools(case)["contestable"]
    for vendor, claim in claimed_multiples(case):
        others, figures = others_claims(case, vendor)
        base = highest_base(pool.value, others, claim.value or 0.0)
        ledger.add(
            f"{vendor.id}.base_high", base, f"{currency(case)} mn per year", pool.figures, figures, claim
        )


def _waterfall_table(case: Case, customers: Sequence[Exposure], basis: str) -> Table:
    """T3.1: released spend and where it goes, expected, for the largest customer and at most."""
    mn_year = f"{currency(case)} mn per year"
    top = largest(customers)
    expected, expected_on = expected_loss(customers)
    cases = [
        (expected, expected_on),
        (top.point, top.size_figures),
        (sum(one.most for one in customers), [one.bound_figures for one in customers]),
    ]
    falls = [(fall(case, value), on) for value, on in cases]
    steps = (
        ("Released", "released", []),
        ("Taken in house", "in_house", leaks(case)[:1]),
        ("Not replaced", "not_replaced", leaks(case)),
        ("Open to vendors", "contestable", leaks(case)),
    )
    return Table(
        id="T3.1",
        title="How much spend is loose, and how much of it is open to vendors?",
        note=f"{'Planned spends of' if basis == 'plan' else 'Spends of'} {customers[0].spend.period}; released = in house + not replaced + open to vendors",
        columns=("Step", "Expected", f"{top.customer.name} alone", "Largest the facts allow"),
        rows=tuple(
            (label, *(computed(getattr(one, key), mn_year, on, extra) for one, on in falls))
            for label, key, extra in steps
        ),
        source=source_line(case, expected_on, leaks(case)),
        numeric=frozenset({1, 2, 3}),
    )


def _claim_tables(case: Case, pools: dict[str, Pool], claimants: Sequence[Claimant]) -> list[Table]:
    """T3.2: what each claim of new revenue needs of each pool, with the verdict by rule."""
    mn_year = f"{currency(case)} mn per year"
    tables = []
    for number, (vendor, claim) in enumerate(claimants):
        rows = []
        for pool in [*pools.values(), *_within_year(case)]:
            share = ratio(in_millions(claim), pool.value)
            rows.append(
                (
                    pool.label,
                    computed(pool.value, mn_year, pool.figures),
                    computed(share, "share", claim, pool.figures),
                    VERDICT_WORDS[verdict(share, 1 / len(case.vendors))],
                )
            )
        tables.append(
            Table(
                id="T3.2" if number == 0 else f"T3.2.{number + 1}",
                title=f"What would have to be true for {vendor.name}?",
                note=f"Share of each pool that new revenue of {printed(claim).text} needs; the claim is an interested party's",
                columns=("Pool", "Size", "Required share", "Verdict"),
                rows=tuple(rows),
                source=source_line(case, claim, pools["contestable"].figures),
                numeric=frozenset({1, 2}),
            )
        )
    return tables


def _joint(case: Case, ledger: Ledger) -> Table:
    """T3.3: whether a claimed multiple fits beside the other claims, by pool."""
    mn_year = f"{currency(case)} mn per year"
    pools = named_pools(case)
    rows = []
    for vendor, claim in claimed_multiples(case):
        others, on = others_claims(case, vendor)
        base = case.figure("base_revenue", vendor.id)
        for key in ("contestable", "contestable_high", "released_high"):
            pool = pools[key]
            most = highest_base(pool.value, others, claim.value or 0.0)
            fits = most is None or in_millions(base) <= most
            rows.append(
                (
                    vendor.name,
                    pool.label,
                    computed(pool.value, mn_year, pool.figures),
                    computed(others, mn_year, on) if on else None,
                    computed(most, mn_year, pool.figures, on, claim),
                    Span(*(computed(end, mn_year, base, bound=True) for end in base.range)),
                    "both fit" if fits else "they clash",
                )
            )
    return Table(
        id="T3.3",
        title="Can the claims be right together?",
        note="A claimed multiple fits while the earlier revenue it multiplies stays below the largest base; verdict at our base",
        columns=(
            "Vendor",
            "Pool",
            "Size",
            "Claimed by others",
            "Largest base",
            "Our range for the base",
            "Verdict",
        ),
        rows=tuple(rows),
        source=source_line(
            case, [f for _, f in claimed_multiples(case)], [f for _, f in claimed_revenues(case)]
        ),
        numeric=frozenset({2, 3, 4, 5}),
    )


def _layers(case: Case, customers: Sequence[Exposure], basis: str) -> Table:
    """T3.7: the pool open to vendors at the three layers."""
    mn_year = f"{currency(case)} mn per year"
    expected, on = expected_loss(customers)
    facts = [one.bound_figures for one in customers]
    worst = sum(one.most for one in customers)
    low, high = contestable_range(case, customers)
    period = customers[0].spend.period
    point = computed(fall(case, expected).contestable, mn_year, on, leaks(case))

    def span(below: float, above: float, *origins, bound: bool = False) -> Span:
        return Span(*(computed(end, mn_year, *origins, bound=bound) for end in (below, above)))

    return Table(
        id="T3.7",
        title="How much comes open to other vendors in a year?",
        note=f"{'Planned spends of' if basis == 'plan' else 'Spends of'} {period}; all layers",
        columns=("Layer", "What is assumed", "Open to vendors"),
        rows=(
            ("L0", "Nothing beyond reported facts", span(0.0, worst, facts)),
            (
                "L1",
                "Words on a published scale; sizes and in-house share free within their ranges",
                span(low, high, on, leaks(case), bound=True),
            ),
            ("L2", "Pooled probabilities; sizes at their mean; our in-house share", point),
        ),
        source=source_line(case, on, leaks(case)),
        numeric=frozenset({2}),
    )


def _headline(case: Case, ledger: Ledger, claimants: Sequence[Claimant]) -> Text:
    if not claimants:
        return Text("About ", ledger.number("contestable"), " is expected to come open to other vendors.")
    vendor, _ = max(claimants, key=lambda pair: in_millions(pair[1]))
    share = ledger.number(f"{vendor.id}.required_share.contestable")
    if share.value is None:
        return Text(f"Nothing is expected to come open, so {vendor.name}'s claim cannot be true.")
    if share.value > 1:
        return Text(
            f"{vendor.name}'s claim is impossible: it needs ",
            share,
            " of what is expected to come open to rivals.",
        )
    return Text(f"{vendor.name}'s claim needs ", share, " of what is expected to come open to rivals.")


def _finding(case: Case, ledger: Ledger, claimants: Sequence[Claimant]) -> Text:
    parts: list[Text | str | Number] = [
        "If customers behave as the wording suggests, ", ledger.number("contestable"), " comes open to other vendors; "
        "over all stated ranges it may be ",
        Span(ledger.number("contestable_expected_low"), ledger.number("contestable_expected_high")), ".",
    ]  # fmt: skip
    for vendor, _ in claimants:
        name = f"{vendor.id}.required_share"
        share, most = ledger.number(f"{name}.contestable"), ledger.number(f"{name}.released_high")
        if share.value is None or most.value is None:
            parts.append(f" Nothing comes open that {vendor.name} could win.")
            continue
        word = VERDICT_WORDS[str(ledger.results[f"opportunity.{vendor.id}.verdict"].value)]
        parts += [
            f" {vendor.name}'s claim would take ",
            share,
            f" of that ({word}) and ",
            most,
            " of the most that facts allow.",
        ]
    parts += [Text(" ", _on_base(case, ledger, vendor, claim)) for vendor, claim in claimed_multiples(case)]
    return Text(*parts)


def _notes(case: Case, ledger: Ledger, claimants: Sequence[Claimant]) -> tuple[Text, ...]:
    opening = Text(
        "If customers behave as the wording suggests, ", ledger.number("released"), " comes loose, and ",
        ledger.number("contestable"), " of it is open to other vendors; the facts alone allow up to ",
        ledger.number("released_high"), ".",
    )  # fmt: skip
    return (
        opening,
        *(_on_claim(case, ledger, vendor, claim) for vendor, claim in claimants),
        *(_on_base(case, ledger, vendor, claim) for vendor, claim in claimed_multiples(case)),
    )


def _on_claim(case: Case, ledger: Ledger, vendor: Entity, claim: Figure) -> Text:
    period = case.newest_period(BASES["last_year"])
    name = f"{vendor.id}.required_share"
    needed = ledger.number(f"{name}.contestable")
    if needed.value is None:
        return Text(
            f"Nothing is expected to come open to vendors, so {vendor.name}'s ",
            printed(claim),
            " is impossible.",
        )
    word = VERDICT_WORDS[str(ledger.results[f"opportunity.{vendor.id}.verdict"].value)]
    past = ledger.number(f"{name}.contestable_{period}")
    past_word = (
        "which is impossible" if (past.value or 0.0) > 1 or past.value is None else "which is possible"
    )
    return Text(
        f"{vendor.name}'s claim, read as at least ", printed(claim), ", would take ", needed,
        f" of the expected pool ({word}), ", ledger.number(f"{name}.released_high"),
        " of the largest pool the facts allow, and ", past, f" on spends of {period}, {past_word}. With an equal share "
        "among vendors, ", ledger.number(f"{vendor.id}.release_for_equal_share"), " would have to come loose, ",
        _against_revenue(case, ledger, vendor), " of everything ", f"{case.supplier.name} billed in {period}.",
    )  # fmt: skip


def _against_revenue(case: Case, ledger: Ledger, vendor: Entity) -> Number:
    result = ledger.results[f"opportunity.{vendor.id}.release_for_equal_share"]
    revenue = revenue_of(case)
    share = ratio(float(result.value or 0.0), in_millions(revenue))
    return computed(share, "share", [case.figures[name] for name in result.figures], revenue)


def _on_base(case: Case, ledger: Ledger, vendor: Entity, claim: Figure) -> Text:
    base = ledger.number(f"{vendor.id}.base_high")
    others = [other.name for other, _ in claimed_revenues(case) if other != vendor]
    beside = f"{' and '.join(others)} and {vendor.name} can both" if others else f"{vendor.name} can"
    if base.value is None:
        return Text(f"{vendor.name} claims a multiple of ", printed(claim), ", which needs no new spend.")
    if base.value == 0:
        return Text(
            f"The other claims leave nothing of the expected pool, so {vendor.name}'s ",
            printed(claim),
            " cannot be true beside them.",
        )
    return Text(
        f"{beside} be right within the expected pool only if {vendor.name} started from less than ", base,
        ": a claim of ", printed(claim), " says nothing about its base.",
    )  # fmt: skip
