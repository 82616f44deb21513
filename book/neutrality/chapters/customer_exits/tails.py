"""The tables of the loss distribution: T2.3 and T2.4 states, T2.5 by correlation, T2.7 unknowns, T2.12 layers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits.results import Unknown
from neutrality.chapters.customer_exits.risk import (
    MOST_UNKNOWNS,
    SECOND_LEVEL,
    Known,
    confidence_of,
    likeliest,
)
from neutrality.chapters.customer_exits.tables import basis_words
from neutrality.chapters.exit_model import (
    SIZE_WORDS,
    ExitModel,
    correlation_of,
    event_figures,
    loss_figures,
)
from neutrality.chapters.exposure import Exposure, currency, erasing_loss, price_figures
from neutrality.chapters.ledger import Ledger, Origins, computed, printed, source_line
from neutrality.methods import bounds
from neutrality.methods.copula import Mixture, count_distribution, joint, one_factor, realised_correlation
from neutrality.methods.copula import states as joint_probabilities
from neutrality.methods.loss import Array, loss_distribution
from neutrality.results import Cell, Number, Span, Table
from neutrality.words import joined, raised

#: Most customers whose joint states are listed one by one, and most who are named in a label.
MOST_LISTED, MOST_NAMED = 6, 3
#: Correlations beside the chosen one.
CORRELATIONS = (0.0, 0.6, 0.9, 1.0)


def who(names: Sequence[str], everyone: int, *, only: bool = False) -> str:
    """Who leaves, in words: nobody, all, or some by name."""
    if not names:
        return "Nobody"
    if len(names) == everyone:
        return names[0] if everyone == 1 else "All named customers"
    shown = list(names[:MOST_NAMED])
    more = len(names) - len(shown)
    if more:
        shown.append(f"{more} more")
    text = joined(shown)
    return f"{text} only" if only else text


def _mean_loss(customers: Sequence[Exposure], leave: Sequence[bool], unit: str) -> Number:
    gone = [one for one, leaves in zip(customers, leave, strict=True) if leaves]
    figures = [(one.size_figures, one.loss_given_exit) for one in gone or customers]
    return computed(sum(one.point * one.severity for one in gone), unit, figures)


def states(case: Case, model: ExitModel, basis: str) -> Table:
    """T2.3: nested states, from nobody to all: the likelier one leaves before the less likely."""
    unit, customers = f"{currency(case)} mn per year", model.customers
    order = likeliest(customers)
    figures, alone = event_figures(case), [one.exit_figures for one in customers]
    mixtures: list[tuple[Mixture, Origins]] = [
        (model.mixture, figures),
        (model.at(0.0).mixture, alone),
        (model.at(1.0).mixture, alone),
    ]
    rows: list[tuple[Cell, ...]] = []
    sums = [0.0] * len(mixtures)
    for count in range(len(customers) + 1):
        leave = [position in order[:count] for position in range(len(customers))]
        found = [joint(mixture, leave) for mixture, _ in mixtures]
        sums = [a + b for a, b in zip(sums, found, strict=True)]
        cells = [
            computed(value, "probability", origin) for value, (_, origin) in zip(found, mixtures, strict=True)
        ]
        label = who([customers[i].customer.name for i in order[:count]], len(customers), only=True)
        rows.append((label, _mean_loss(customers, leave, unit), *cells))
    rest = [
        computed(max(0.0, 1 - total) if total < 1 - 1e-12 else 0.0, "probability", origin)
        for total, (_, origin) in zip(sums, mixtures, strict=True)
    ]
    chosen = printed(correlation_of(case))
    return Table(
        id="T2.3",
        title="How likely are a few plain outcomes?",
        note=f"Customers in the order of their exit probability; spends at their mean, {basis_words(case, basis)}; the latent "
        f"correlation chosen is {chosen.text}; layer L2",
        columns=("Who leaves", "Loss at mean spends", "As chosen", "Independent", "Comonotonic limit"),
        rows=(*rows, ("Any other combination", None, *rest)),
        source=source_line(case, loss_figures(case, customers)),
        numeric=frozenset(range(1, 5)),
    )


def joint_states(case: Case, model: ExitModel, basis: str) -> Table:
    """T2.4: every joint state, or for many customers how many leave."""
    unit, customers = f"{currency(case)} mn per year", model.customers
    figures, alone = event_figures(case), [one.exit_figures for one in customers]
    count = len(customers)
    source = source_line(case, loss_figures(case, customers))
    if count > MOST_LISTED:
        together = count_distribution(model.mixture)
        apart = count_distribution(model.at(0.0).mixture)
        return Table(
            id="T2.4",
            title="How many customers leave?",
            note="Too many customers to list every combination; the number that leaves, layer L2",
            columns=("How many leave", "As chosen", "Independent"),
            rows=tuple(
                (str(k), computed(a, "probability", figures), computed(b, "probability", alone))
                for k, (a, b) in enumerate(zip(together, apart, strict=True))
            ),
            source=source,
            numeric=frozenset({1, 2}),
        )
    together, apart = (joint_probabilities(one.mixture) for one in (model, model.at(0.0)))
    found = []
    for state in range(2**count):
        leave = [bool(state >> i & 1) for i in range(count)]
        names = [one.customer.name for one, leaves in zip(customers, leave, strict=True) if leaves]
        loss = _mean_loss(customers, leave, unit)
        label = "Nobody" if not names else ", ".join(names)
        found.append(
            (
                label,
                Number(sum(leave), "", "derived", "L2", "figures:" + ",".join(f.id for f in figures)),
                loss,
                computed(float(together[state]), "probability", figures),
                computed(float(apart[state]), "probability", alone),
            )
        )
    found.sort(key=lambda row: (row[2].value, row[1].value))
    return Table(
        id="T2.4",
        title="How likely is every combination of exits?",
        note=f"Sorted by loss with spends at their mean, {basis_words(case, basis)}; layer L2",
        columns=("Who leaves", "How many", "Loss at mean spends", "As chosen", "Independent"),
        rows=tuple(found),
        source=source,
        numeric=frozenset(range(1, 5)),
    )


def by_correlation(case: Case, model: ExitModel, basis: str) -> Table:
    """T2.5: risk measures by correlation, latent and realised."""
    unit, customers = f"{currency(case)} mn per year", model.customers
    figures, alone = loss_figures(case, customers), [one.exit_figures for one in customers]
    confidence = confidence_of(case)
    level = confidence.value or 0.0
    pair = likeliest(customers)[:2]
    # Only the chosen row rests on the figure; the others are set here.
    sized = [(one.exit_figures, one.size_figures, one.loss_given_exit) for one in customers]
    chosen = model.correlation
    rows = []
    for correlation in sorted({*CORRELATIONS, chosen}):
        at = model.at(correlation)
        here, events = (figures, event_figures(case)) if correlation == chosen else (sized, alone)
        realised = realised_correlation(at.mixture, *pair) if len(pair) == 2 else None
        rows.append(
            (
                computed(correlation, "correlation", correlation_of(case)),
                None if realised is None else computed(realised, "correlation", events),
                computed(at.loss.mean, unit, sized),
                computed(at.loss.variance**0.5, unit, here),
                computed(joint(at.mixture, [True] * len(customers)), "probability", events),
                computed(joint(at.mixture, [False] * len(customers)), "probability", events),
                computed(at.loss.quantile(SECOND_LEVEL), unit, here),
                computed(at.loss.expected_shortfall(SECOND_LEVEL), unit, here),
                computed(at.loss.quantile(level), unit, here, confidence),
                computed(at.loss.expected_shortfall(level), unit, here, confidence),
            )
        )
    second, first = (
        Number(value, "probability", "assumed", "L2", f"figure:{confidence.id}").text
        for value in (SECOND_LEVEL, level)
    )
    names = " and ".join(customers[i].customer.name for i in pair)
    realised_words = f"realised: between the exits of {names}; " if len(pair) == 2 else ""
    return Table(
        id="T2.5",
        title="What does a common cause change?",
        note=f"Latent correlation as chosen ({printed(correlation_of(case)).text}) and at fixed values, 0 independent, 1 nested; "
        f"{realised_words}{basis_words(case, basis)}; {SIZE_WORDS[model.size_model]}; layer L2",
        columns=(
            "Latent correlation",
            "Realised correlation",
            "Expected loss",
            "Standard deviation",
            "All leave",
            "Nobody leaves",
            f"Value at risk, {second}",
            f"Expected shortfall, {second}",
            f"Value at risk, {first}",
            f"Expected shortfall, {first}",
        ),
        rows=tuple(rows),
        source=source_line(case, figures, confidence),
        numeric=frozenset(range(10)),
    )


UNKNOWN_WORDS = {"spend": "spend", "exit_probability": "exit probability", "exit": "whether it leaves"}


def unknown_name(kind: str, one: Exposure) -> str:
    """How a chart or table names an unknown."""
    return f"{one.customer.name}: {UNKNOWN_WORDS[kind]}"


def unknowns(
    case: Case, customers: list[Exposure], effects: list[Unknown], known: list[Known], ledger: Ledger
) -> Table:
    """T2.7: the share of the expected loss's variance that each unknown carries, and what knowing it is worth."""
    worth = {(found.kind, found.one.customer.id): found for found in known}

    def value(kind: str, one: Exposure) -> Number | None:
        found = worth.get((kind, one.customer.id))
        return ledger.number(found.result) if found else None

    def shares(kind: str, one: Exposure) -> list[Number]:
        name = f"{one.customer.id}_{kind}"
        return [ledger.number(f"{share}.{name}") for share in ("first_order", "total_order", "shapley")]

    rows: list[tuple[Cell, ...]] = [
        (
            unknown_name(kind, one),
            *shares(kind, one),
            value("spend", one) if kind == "spend" else None,
        )
        for kind, one, _ in effects
    ]
    listed = {one.customer.id for kind, one, _ in effects if kind == "spend"}
    for found in known:
        if found.kind == "exit" or found.one.customer.id not in listed:
            rows.append((unknown_name(found.kind, found.one), None, None, None, value(found.kind, found.one)))
    many = "" if len(customers) <= MOST_UNKNOWNS else "; too many customers to value each unknown by itself"
    figures = [(one.size_figures, one.exit, one.loss_given_exit) for one in customers]
    return Table(
        id="T2.7",
        title="Which unknown matters most?",
        note="Shares: of the variance of the expected loss over the ranges of layer L1, uniform and independent (Sobol', Shapley). "
        f"Worth of knowing: what the best provision would cost less, layer L2{many}",
        columns=("Unknown", "First order", "Total", "Shapley", "Worth of knowing"),
        rows=tuple(rows),
        source=source_line(case, figures, loss_figures(case, customers)),
        numeric=frozenset({1, 2, 3, 4}),
    )


def layers(case: Case, model: ExitModel, ledger: Ledger) -> Table:
    """T2.12: how far facts, ranges and probabilities pin the tail down before dependence is assumed."""
    unit, customers = f"{currency(case)} mn per year", model.customers
    confidence = confidence_of(case)
    level = confidence.value or 0.0
    facts = [one.bound_figures for one in customers]
    ranged = [(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in customers]
    sized = [(one.exit_figures, one.size_figures, one.loss_given_exit) for one in customers]
    low, high = ([one.exit.range[end] for one in customers] for end in (0, 1))
    least = [one.least * one.severity for one in customers]
    most = [one.most * one.severity for one in customers]
    countable = len(customers) <= bounds.MOST_CUSTOMERS

    def anything(kind: str) -> Span:
        return Span(computed(0.0, kind, facts), computed(1.0, kind, facts))

    def pair(
        ends: tuple[float, float] | None, kind: str, *origins: Origins, bound: bool = False
    ) -> Span | None:
        if ends is None:
            return None
        return Span(*(computed(end, kind, *origins, bound=bound) for end in ends))

    def event(label: str, name: str) -> tuple[Cell, ...]:
        return (
            label,
            anything("probability"),
            Span(ledger.number(f"probability_{name}_low"), ledger.number(f"probability_{name}_high")),
            Span(ledger.number(f"probability_{name}_least"), ledger.number(f"probability_{name}_most")),
            ledger.number(f"probability_{name}"),
        )

    at_risk = gone_ranges = gone_points = free = None
    threshold = erasing_loss(case)
    if countable:
        # Larger probabilities and sizes can only raise the loss, so the extremes stand at the ends.
        lower, upper = bounds.quantile(low, least, level), bounds.quantile(high, most, level)
        assert lower is not None and upper is not None
        at_risk = lower.low, upper.high
        within = _within_states(model)
        free = bounds.quantile_between(model.probabilities, within, level, model.loss.max)
        if threshold is not None:
            lower = bounds.exceedance(low, least, threshold, above=True)
            upper = bounds.exceedance(high, most, threshold, above=True)
            found = bounds.expectation(model.probabilities, 1 - within(threshold))
            assert lower is not None and upper is not None and found is not None
            gone_ranges = lower.low, upper.high
            gone_points = max(0.0, found.low), min(1.0, found.high)
    step_up = price_figures(case)
    reported = ledger.number("reported_loss_high")
    number = Number(level, "probability", "assumed", "L2", f"figure:{confidence.id}").text
    rows = [
        event("All named customers leave", "all"),
        event("At least one leaves", "any"),
        event("Nobody leaves", "none"),
        (
            f"Value at risk, {number}",
            Span(computed(0.0, unit, facts), reported),
            pair(at_risk, unit, ranged, confidence, bound=True),
            pair(free, unit, sized, confidence),
            ledger.number("value_at_risk"),
        ),
    ]
    if threshold is not None:
        rows.append(
            (
                "Loss erases the step-up",
                anything("probability") if (reported.value or 0.0) > threshold
                else pair((0.0, 0.0), "probability", facts, step_up),
                pair(gone_ranges, "probability", ranged, step_up, bound=True),
                pair(gone_points, "probability", sized, step_up),
                ledger.number("probability_step_up_gone"),
            )
        )  # fmt: skip
    limit = "" if countable else (
        f"; bounds of the loss list joint states, so none are given for more than {bounds.MOST_CUSTOMERS} customers"
    )  # fmt: skip
    return Table(
        id="T2.12",
        title="How much of the tail is assumption?",
        note=f"{raised(basis_words(case, 'last_year'))}; sharp bounds (Boole, Fréchet, Hailperin) wherever dependence is "
        f"left open; {SIZE_WORDS[model.size_model]} in the last two columns{limit}",
        columns=(
            "Measure",
            "L0, facts",
            "L1, ranges, any dependence",
            "L2, probabilities, any dependence",
            "L2, with dependence",
        ),
        rows=tuple(rows),
        source=source_line(case, loss_figures(case, customers), confidence, step_up),
        numeric=frozenset(range(1, 5)),
    )


def _within_states(model: ExitModel) -> Callable[[float], Array]:
    """P(loss ≤ x) in each joint state, its sizes as uncertain as the model has them."""
    sizes = model.sizes
    count = len(sizes)
    alike: dict[tuple[tuple[str, float], ...], list[int]] = {}
    for state in range(2**count):
        key = tuple(sorted((size.kind, size.width) for i, size in enumerate(sizes) if state >> i & 1))
        alike.setdefault(key, []).append(state)
    found = []
    for members in alike.values():
        leave = [float(members[0] >> i & 1) for i in range(count)]
        found.append((members, loss_distribution(one_factor(leave, 0.0), sizes)))

    def below(x: float) -> Array:
        values = np.zeros(2**count)
        for members, loss in found:
            values[members] = loss.cdf(x)
        return values

    return below


__all__ = ["by_correlation", "joint_states", "layers", "states", "unknown_name", "unknowns", "who"]
