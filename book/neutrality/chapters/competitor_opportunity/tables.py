"""Tables of the pool and of the claims on it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from neutrality.case import Figure
from neutrality.chapters.competitor_opportunity.claims import (
    VERDICT_WORDS,
    correlations,
    covered,
    release_distribution,
    release_figures,
    trials,
)
from neutrality.chapters.competitor_opportunity.model import Claim, Model, Pool
from neutrality.chapters.exit_model import SIZE_WORDS
from neutrality.chapters.exposure import expected_loss, largest
from neutrality.chapters.ledger import Origins, computed, flat, printed, source_line
from neutrality.methods.feasibility import Joint, programme
from neutrality.methods.release import highest_base, verdict
from neutrality.methods.valuation import ratio
from neutrality.results import Cell, Number, Part, Span, Table, Text
from neutrality.units import pretty
from neutrality.words import owned

Maker = Callable[[], Table]


def makers(model: Model) -> dict[str, Maker]:
    """The tables of this module by id, each ready to be built."""
    found: dict[str, Maker] = {"T3.1": lambda: _waterfall(model)}
    for number, claim in enumerate(model.amounts):
        name = "T3.2" if number == 0 else f"T3.2.{number + 1}"
        found[name] = partial(_trials, model, claim, name)
    if not model.amounts:
        # A notebook shows both, whoever claims something in its case.
        found["T3.2"] = lambda: _unclaimed(model, "T3.2", "What would have to be true?")
        found["T3.12"] = lambda: _unclaimed(model, "T3.12", "How likely can a claim be true?")
    found["T3.3"] = lambda: _joint(model)
    found["T3.3.2"] = lambda: _bases(model)
    found["T3.7"] = lambda: _layers(model)
    found["T3.8"] = lambda: _headlines(model)
    for number, claim in enumerate(model.amounts):
        name = "T3.12" if number == 0 else f"T3.12.{number + 1}"
        found[name] = partial(_probabilities, model, claim, name)
    return found


def _unclaimed(model: Model, id: str, title: str) -> Table:
    """An empty table for a case in which nobody claims an amount."""
    source = source_line(model.case, model.open_pool.figures)
    return Table(
        id, title, "No vendor claims an amount of new revenue", ("Pool", "Size in a year"), (), source
    )


def basis_words(model: Model) -> str:
    """The spends of the chosen basis in words."""
    kind = "Planned spends" if model.basis == "plan" else "Spends"
    return f"{kind} of {model.customers[0].spend.period}"


def plan_words(model: Model) -> str:
    """The spends that the named results stand on."""
    return f"planned spends of {model.plan[0].spend.period}"


def _waterfall(model: Model) -> Table:
    """T3.1: released spend and where it goes, expected, for the largest customer and at most."""
    top = largest(model.customers)
    expected, expected_on = expected_loss(model.customers)
    cases: list[tuple[float, Origins]] = [
        (expected, expected_on),
        (top.point, top.size_figures),
        (sum(one.most for one in model.customers), [one.bound_figures for one in model.customers]),
    ]
    falls = [(model.fall(value), on) for value, on in cases]
    steps: list[tuple[str, str, Origins]] = [
        ("Released", "released", []),
        ("Taken in house and kept there", "kept_in_house", (model.leaks[0], model.enablements)),
        ("In house, won back with tools", "enabled", (model.leaks[0], model.enablements)),
        ("Not replaced", "not_replaced", model.leaks),
        ("Open to vendors", "contestable", model.leaks),
    ]
    if not any(steps_.enabled for steps_, _ in falls):
        steps[1:3] = [("Taken in house", "in_house", model.leaks[:1])]
    return Table(
        id="T3.1",
        title="How much spend is loose, and how much of it is open to vendors?",
        note=f"{basis_words(model)}; the steps add to what is released",
        columns=("Step", "Expected", f"{top.customer.name} alone", "Largest the facts allow"),
        rows=tuple(
            (label, *(computed(getattr(one, key), model.unit, on, extra) for one, on in falls))
            for label, key, extra in steps
        ),
        source=source_line(model.case, expected_on, model.leaks),
        numeric=frozenset({1, 2, 3}),
    )


def _trials(model: Model, claim: Claim, id: str) -> Table:
    """T3.2: the share of each pool that a claim needs within each horizon, with the verdict by rule."""
    rows: list[tuple[Cell, ...]] = []
    for row in trials(model, claim):
        pool = row[0].pool
        cells = [
            Text(computed(one.share, "share", one.figures), f", {one.words.removeprefix('needs ')}")
            if one.share is not None
            else Text("nothing comes loose, impossible")
            for one in row
        ]
        rows.append((pool.label, computed(pool.value, model.unit, pool.figures), *cells))
    return Table(
        id=id,
        title=f"What would have to be true for {claim.vendor.name}?",
        note=f"Share of what comes loose that new revenue of {printed(claim.figure).text} needs, by pool and by the span in which "
        "the claim may come true; an interested party's claim",
        columns=("Pool", "Size in a year", *(horizon.label for horizon in model.horizons)),
        rows=tuple(rows),
        source=source_line(model.case, claim.figure, model.open_pool.figures, model.horizon),
        numeric=frozenset({1}),
    )


def _joint(model: Model) -> Table:
    """T3.3: whether all claims fit into each pool, and the smallest relaxation where they do not."""
    figures = flat([claim.figures for claim in model.claims])
    total = sum(claim.least for claim in model.claims)
    rows = []
    for pool in model.pools.values() if model.claims else ():
        found = programme([claim.least for claim in model.claims], pool.value)
        rows.append(
            (
                pool.label,
                computed(pool.value, model.unit, pool.figures),
                computed(total, model.unit, figures),
                "they fit" if found.feasible else "they clash",
                relaxation(model, pool, found),
            )
        )
    said = "; ".join(
        f"{claim.vendor.name} at least {computed(claim.least, model.unit).text}" for claim in model.claims
    )
    return Table(
        id="T3.3",
        title="Can all claims be right together?",
        note=f"A linear programme: amounts of at least what is claimed that add to no more than the pool. {said or 'Nobody claims anything'}",
        columns=("Pool", "Size in a year", "Claimed together", "Verdict", "Smallest correction"),
        rows=tuple(rows),
        source=source_line(model.case, figures or model.open_pool.figures, model.open_pool.figures),
        numeric=frozenset({1, 2}),
    )


def relaxation(model: Model, pool: Pool, found: Joint) -> Text:
    """The smallest correction in plain words: what is left over, or what must give way and by how much."""
    rests = flat(pool.figures, [claim.figures for claim in model.claims])

    def money(value: float) -> Number:
        return computed(value, model.unit, rests)

    if found.feasible:
        return Text("none: ", money(max(0.0, found.slack)), " is left over")
    parts: list[Part] = ["the pool ", money(found.larger), " larger"]
    for claim, lower in zip(model.claims, found.lower, strict=True):
        if lower is not None:
            parts += [f", or {owned(claim.vendor.name)} claim ", money(lower), " lower"]
    if all(lower is None for lower in found.lower):
        parts.append("; no claim alone can give way enough")
    return Text(*parts)


def _bases(model: Model) -> Table:
    """T3.3.2: how large the base of a claimed multiple may be, by pool."""
    rows = []
    for claim in model.multiples:
        others, on = model.others(claim.vendor)
        base, conversion = model.case.figure("base_revenue", claim.vendor.id), model.conversion(claim.vendor)
        part = 1.0 if conversion is None else conversion.value or 0.0
        for pool in model.pools.values():
            most = highest_base(pool.value, others, claim.figure.value or 0.0, part)
            fits = most is None or (
                base.value is not None and claim.least + others <= pool.value * (1 + 1e-9)
            )
            rests = flat(pool.figures, on, claim.figure, conversion or ())
            rows.append(
                (
                    claim.vendor.name,
                    pool.label,
                    computed(others, model.unit, on) if on else None,
                    computed(most, model.unit, rests),
                    Span(*(computed(end, base.unit, base, bound=True) for end in base.range)),
                    "fits" if fits else "clashes",
                )
            )
    return Table(
        id="T3.3.2",
        title="How large may the base of a claimed multiple be?",
        note="A claimed multiple fits beside the other claims while the revenue it multiplies stays below the largest base; verdict at our base",
        columns=("Vendor", "Pool", "Claimed by others", "Largest base", "Our range for the base", "Verdict"),
        rows=tuple(rows),
        source=source_line(
            model.case, [claim.figures for claim in model.multiples] or model.open_pool.figures
        ),
        numeric=frozenset({2, 3, 4}),
    )


def _layers(model: Model) -> Table:
    """T3.7: the pool open to vendors at the three layers."""
    expected, on = expected_loss(model.customers)
    facts = [one.bound_figures for one in model.customers]
    worst = sum(one.most for one in model.customers)
    low, high = model.contestable_range(model.customers)
    point = computed(model.fall(expected).contestable, model.unit, on, model.leaks)
    return Table(
        id="T3.7",
        title="How much comes open to other vendors in a year?",
        note=f"{basis_words(model)}; all layers",
        columns=("Layer", "What is assumed", "Open to vendors"),
        rows=(
            (
                "L0",
                "Reported facts, and no spend larger than the largest reported",
                _span(model, (0.0, worst), facts),
            ),
            (
                "L1",
                "Expected: words on a published scale; sizes and in-house share free within their ranges",
                _span(model, (low, high), on, model.leaks, bound=True),
            ),
            ("L2", "Expected: pooled probabilities; sizes at their mean; our in-house share", point),
        ),
        source=source_line(model.case, on, model.leaks),
        numeric=frozenset({2}),
    )


def _span(model: Model, pair: tuple[float, float], *origins: Origins, bound: bool = False) -> Span:
    return Span(*(computed(end, model.unit, *origins, bound=bound) for end in pair))


def _headlines(model: Model) -> Table:
    """T3.8: the chapter's main answers, each as far as facts, ranges and assumptions carry it."""
    pools, low_high = model.pools, model.contestable_range(model.plan)
    ranged = flat([(one.exit, one.loss_given_exit, one.bound_figures, one.spend) for one in model.plan])
    facts, leaks = pools["released_high"], model.leaks
    released = [sum(end) for end in zip(*(one.expected_range for one in model.plan), strict=True)]
    rows: list[tuple[Cell, ...]] = [
        (
            "Released",
            _span(model, (0.0, facts.value), facts.figures),
            _span(model, (released[0], released[1]), ranged, bound=True),
            computed(pools["released"].value, model.unit, pools["released"].figures),
        ),
        (
            "Open to vendors",
            _span(model, (0.0, facts.value), facts.figures),
            _span(model, low_high, ranged, leaks, bound=True),
            computed(model.open_pool.value, model.unit, model.open_pool.figures),
        ),
    ]
    for claim in model.amounts:
        rows += _claim_layers(model, claim, low_high, flat(ranged, leaks))
    for claim in model.multiples:
        others, on = model.others(claim.vendor)
        multiple = claim.figure.value or 0.0

        def base(
            pool: float, rests: Origins, bound: bool, others: float = others, multiple: float = multiple
        ) -> Number:
            return computed(highest_base(pool, others, multiple), model.unit, rests, bound=bound)

        rests = flat(on, claim.figure)
        rows.append(
            (
                f"Largest base of {claim.vendor.name}",
                Span(
                    base(0.0, (facts.figures, rests), False), base(facts.value, (facts.figures, rests), False)
                ),
                Span(*(base(end, (ranged, leaks, rests), True) for end in low_high)),
                base(model.open_pool.value, (model.open_pool.figures, rests), False),
            )
        )
    return Table(
        id="T3.8",
        title="How far do facts carry each answer, and how far assumptions?",
        note=f"{plan_words(model)}, a year; L0 facts alone, L1 the ranges given, L2 assumptions; a claim under test is taken as claimed",
        columns=("Answer", "L0 facts", "L1 ranges", "L2 assumptions"),
        rows=tuple(rows),
        source=source_line(model.case, model.open_pool.figures),
        numeric=frozenset({1, 2, 3}),
    )


def _claim_layers(
    model: Model, claim: Claim, low_high: tuple[float, float], ranged: Sequence[Figure]
) -> list[tuple[Cell, ...]]:
    """What a claim needs of the open pool, and the verdict, at the three layers."""
    facts, pool = model.pools["released_high"], model.open_pool

    def share(size: float, rests: Origins, bound: bool = False) -> Number:
        return computed(ratio(claim.least, size), "share", claim.figure, rests, bound=bound)

    def said(number: Number) -> str:
        return VERDICT_WORDS[verdict(number.value, model.equal_share)].removeprefix("needs ")

    least, most = share(facts.value, facts.figures), "and no upper end"
    low, high = (share(size, ranged, True) for size in reversed(low_high))
    point = share(pool.value, pool.figures)
    ranged_share: Cell = Span(low, high) if high.value is not None else Text("at least ", low)
    if low.value is None:
        ranged_share = "nothing comes loose"
    if least.value is None:
        first: Cell = "nothing can come loose"
    else:
        first = Text("at least ", least, f", {most}")
    words = list(dict.fromkeys((said(low), said(high))))
    return [
        (f"Share that {claim.vendor.name} needs", first, ranged_share, point),
        (
            f"Verdict on {claim.vendor.name}",
            "impossible" if least.value is None or least.value > 1 else f"{said(least)} to impossible",
            " to ".join(words),
            said(point),
        ),
    ]


#: Shares of the open pool at which a claim's probability is tabulated, beside the equal share.
_SHARES = (1.0, 0.75, 0.5)


def _probabilities(model: Model, claim: Claim, id: str) -> Table:
    """T3.12: how likely a claim can be true at several shares and correlations."""
    rests = flat(claim.figure, release_figures(model), model.leaks)
    levels = correlations(model)
    releases = [release_distribution(model, level) for level in levels]
    shares = sorted({*_SHARES, model.equal_share}, reverse=True)
    rows: list[tuple[Cell, ...]] = []
    for share in shares:
        name = " · an equal share" if share == model.equal_share else ""
        cells = [
            computed(covered(model, claim, share, release), "probability", rests) for release in releases
        ]
        rows.append((pretty(share, "share") + name, *cells))
    return Table(
        id=id,
        title=f"How likely can {owned(claim.vendor.name)} claim be true?",
        note=f"Probability that this share of the open pool is at least {printed(claim.figure).text}; exact, {plan_words(model)}, "
        f"{SIZE_WORDS[model.size_model]}; by latent correlation of the exits",
        columns=("Share of the open pool", *(f"Correlation {level:g}" for level in levels)),
        rows=tuple(rows),
        source=source_line(model.case, rests),
        numeric=frozenset(range(1, len(levels) + 1)),
    )
