"""Tables of the vendors: who would take the open pool, who can, what it means, and for whom."""

from __future__ import annotations

from neutrality.chapters import SHARE_MODELS
from neutrality.chapters.competitor_opportunity import market
from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS
from neutrality.chapters.competitor_opportunity.market import RULE_WORDS, SIGNS
from neutrality.chapters.competitor_opportunity.model import Model
from neutrality.chapters.competitor_opportunity.tables import Maker, plan_words
from neutrality.chapters.ledger import Ledger, computed, flat, printed, source_line
from neutrality.methods.timing import MONTHS
from neutrality.results import Cell, Number, Part, Span, Table, Text
from neutrality.words import owned, raised


def makers(model: Model, ledger: Ledger) -> dict[str, Maker]:
    """The tables of this module by id, each ready to be built."""
    return {
        "T3.4": lambda: _allocation(model, ledger),
        "T3.5": lambda: _concentration(model, ledger),
        "T3.6": lambda: _decisions(model, ledger),
        "T3.9": lambda: _diversion(model, ledger),
        "T3.10": lambda: _uplift(model, ledger),
        "T3.11": lambda: _procurement(model, ledger),
    }


def _diversion(model: Model, ledger: Ledger) -> Table:
    """T3.9: the diversion ratios and amounts by rule, with their ranges."""
    rules = [market.diverted(model, rule) for rule in SHARE_MODELS]
    rows = []
    for index, vendor in enumerate(model.vendors):
        cells: list[Cell] = []
        for rule in rules:
            rests = flat(model.open_pool.figures, rule.figures)
            share = None if rule.shares is None else rule.shares[index]
            cells.append(computed(share, "share", rests))
            if rule.rule != "equal":
                ends = rule.ranges[index]
                cells.append(
                    Span(*(computed(end, "share", rests, bound=True) for end in ends)) if ends else None
                )
        rows.append(
            (vendor.name, *cells, *(ledger.number(f"{vendor.id}.diverted.{rule.rule}") for rule in rules))
        )
    return Table(
        id="T3.9",
        title="Which vendor takes what share of the open pool?",
        note=f"Diversion ratios by three rules, and the yearly amounts, {plan_words(model)}; facts alone allow any vendor anything "
        "from none to all; ranges over the revenues and attributes tried",
        columns=(
            "Vendor", "Equal", "By revenue", "its range", "By attributes", "its range", "Equal, a year",
            "By revenue, a year", "By attributes, a year",
        ),
        rows=tuple(rows),
        source=source_line(model.case, model.open_pool.figures, [rule.figures for rule in rules]),
        numeric=frozenset(range(1, 9)),
    )  # fmt: skip


def _allocation(model: Model, ledger: Ledger) -> Table:
    """T3.4: what each vendor would be asked for, can take and takes, and what nobody serves."""
    rows: list[tuple[Cell, ...]] = []
    found = market.allocation(model)
    for vendor in model.vendors:
        asked = ledger.number(f"{vendor.id}.diverted.{model.share_model}")
        takes = ledger.number(f"{vendor.id}.allocated")
        said: Cell = None
        if takes.value is not None and asked.value is not None:
            said = "at its ceiling" if takes.value >= vendor.room * (1 - 1e-9) else "room left"
        rows.append((vendor.name, asked, printed(vendor.capacity), takes, said))
    room = sum(vendor.room for vendor in model.vendors)
    capacities = [vendor.capacity for vendor in model.vendors]
    taken = None if found is None else sum(found.amounts)
    pool = computed(model.open_pool.value, model.unit, model.open_pool.figures)
    rests = market.allocation_figures(model)
    rows += [
        (
            "All vendors",
            pool,
            computed(room, model.unit, capacities),
            computed(taken, model.unit, rests),
            None,
        ),
        (
            "Unserved",
            None,
            None,
            ledger.number("unserved"),
            "waits, goes in house or stays" if found and found.unserved else None,
        ),
    ]
    return Table(
        id="T3.4",
        title="Who can take the work, and who hits a ceiling?",
        note=f"Expected pool, {plan_words(model)}, shared out {RULE_WORDS[model.share_model]} up to each capacity (max-min fair); "
        "what one cannot take goes to those with room",
        columns=("Vendor", "Asked for", "Capacity", "Takes", "Ceiling"),
        rows=tuple(rows),
        source=source_line(model.case, rests),
        numeric=frozenset({1, 2, 3}),
    )  # fmt: skip


def _concentration(model: Model, ledger: Ledger) -> Table:
    """T3.5: concentration of the vendor market before and after, by rule."""
    rows: list[tuple[Cell, ...]] = []
    sizes = market.market_figures(model)
    for rule in (*SHARE_MODELS, "within_capacity"):
        found = market.concentration_after(model, rule)
        capped = rule == "within_capacity"
        rests = flat(
            sizes,
            model.open_pool.figures,
            market.allocation_figures(model) if capped else market.diverted(model, rule).figures,
        )
        change = computed(found.change, "points", rests)
        span: Cell = None
        if found.low is not None and found.high is not None:
            span = Span(*(computed(end, "points", rests, bound=True) for end in (found.low, found.high)))
        label = f"Within capacity, {RULE_WORDS[model.share_model]}" if capped else raised(RULE_WORDS[rule])
        rows.append(
            (
                label,
                ledger.number("vendor_hhi_before", 4),
                ledger.number(f"vendor_hhi_after.{rule}", 4),
                change,
                span,
            )
        )
    return Table(
        id="T3.5",
        title="Does the vendor market become more concentrated?",
        note=f"Herfindahl-Hirschman index in points over {model.case.supplier.name} and the vendors, those that no source names as one; "
        f"{'revenues before are illustrative, ' if model.illustrative else ''}the release is expected on {plan_words(model)}; range of the change over the corners of all "
        "stated revenues",
        columns=("Rule", "Before", "After", "Change", "Its range"),
        rows=tuple(rows),
        source=source_line(model.case, sizes, model.open_pool.figures),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _uplift(model: Model, ledger: Ledger) -> Table:
    """T3.10: what each vendor gains against what it earned before."""
    rows: list[tuple[Cell, ...]] = []
    for vendor, gain in zip(model.vendors, market.gains(model), strict=True):
        rests = flat(market.gain_figures(model, vendor), vendor.base)
        ends = market.uplift_range(gain, vendor)
        span = Span(*(computed(end, "share", rests, bound=True) for end in ends)) if ends else None
        gained = computed(gain, model.unit, market.gain_figures(model, vendor))
        rows.append((vendor.name, gained, printed(vendor.base), ledger.number(f"{vendor.id}.uplift"), span))
    if "opportunity.named_uplift_largest" in ledger.results:
        work = model.fall(model.top.point).contestable
        named = [vendor for vendor in model.vendors if vendor.named]
        before = computed(
            sum(vendor.earned for vendor in named), model.unit, [vendor.base for vendor in named]
        )
        gained = computed(work, model.unit, model.top.spend, model.leaks)
        label = f"Named vendors together, {model.top.customer.name} alone"
        rows.append((label, gained, before, ledger.number("named_uplift_largest"), None))
    return Table(
        id="T3.10",
        title="For whom does it matter most?",
        note=f"New revenue within capacity, {RULE_WORDS[model.share_model]}, {plan_words(model)}, against {'illustrative ' if model.illustrative else ''}revenue before; "
        "range over the revenues tried",
        columns=("Vendor", "Gains in a year", "Revenue before", "Uplift", "Its range"),
        rows=tuple(rows),
        source=source_line(model.case, market.allocation_figures(model)),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _procurement(model: Model, ledger: Ledger) -> Table:
    """T3.11: what each vendor could do for the largest customer, and what that customer would be to it."""
    work, rests = model.fall(model.top.point).contestable, flat(model.top.spend, model.leaks)
    rows = []
    for vendor in model.vendors:
        part = None if work == 0 else min(1.0, vendor.room / work)
        months = None if vendor.room == 0 else MONTHS * work / vendor.room
        rows.append(
            (
                vendor.name,
                printed(vendor.capacity),
                computed(part, "share", rests, vendor.capacity),
                computed(months, "months", rests, vendor.capacity),
                ledger.number(f"{vendor.id}.largest_customer_share"),
            )
        )
    name = model.top.customer.name
    return Table(
        id="T3.11",
        title=f"Could a vendor take on {name}, and what would {name} be to it?",
        note=f"{owned(name)} plan as far as it is open to vendors, {computed(work, model.unit).text}; months: to do a year of it alone; share: of the "
        "vendor's revenue afterwards, if it took all",
        columns=(
            "Vendor",
            "Capacity",
            "Part it can take",
            "Months for a year's work",
            f"{owned(name)} share of its revenue",
        ),
        rows=tuple(rows),
        source=source_line(model.case, rests, [vendor.capacity for vendor in model.vendors]),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _decisions(model: Model, ledger: Ledger) -> Table:
    """T3.6: what the numbers mean for a vendor's strategy, for investors and for buyers."""
    rows = [*_for_strategy(model, ledger), *_for_investors(model, ledger), *_for_buyers(model, ledger)]
    return Table(
        id="T3.6",
        title="What follows for strategy, investors and buyers?",
        note=f"Computed from the tables of this chapter; {plan_words(model)}; layer L2 unless a range is given",
        columns=("For", "Question", "Answer"),
        rows=tuple(rows),
        source=source_line(model.case, model.open_pool.figures),
    )


def share_over_rules(model: Model, index: int) -> tuple[Number, Number] | None:
    """The least and the largest share of a vendor over all rules and their ranges."""
    rules = [market.diverted(model, rule) for rule in SHARE_MODELS]
    ends = [ends for rule in rules if (ends := rule.ranges[index]) is not None]
    shares = [rule.shares[index] for rule in rules if rule.shares is not None]
    rests = flat([rule.figures for rule in rules]) or list(model.open_pool.figures)
    low = min([*(pair[0] for pair in ends), *shares], default=None)
    high = max([*(pair[1] for pair in ends), *shares], default=None)
    if low is None or high is None:
        return None
    return computed(low, "share", rests, bound=True), computed(high, "share", rests, bound=True)


def _for_strategy(model: Model, ledger: Ledger) -> list[tuple[Cell, ...]]:
    claim = model.largest_claim
    index = next((i for i, v in enumerate(model.vendors) if claim and v.entity == claim.vendor), 0)
    vendor = model.vendors[index]
    rows: list[tuple[Cell, ...]] = []
    ends = share_over_rules(model, index)
    if ends:
        equal = computed(model.equal_share, "share", model.open_pool.figures)
        answer = Text(
            equal, " while nothing tells vendors apart; ", Span(*ends), " over the rules and their ranges"
        )
        rows.append(("Strategy", f"Which share of the open pool should {vendor.name} plan for?", answer))
    bet, room = ledger.number(f"{vendor.id}.capacity_bet"), printed(vendor.capacity)
    if bet.value is not None:
        more = "more than" if bet.value > vendor.room else "within"
        answer = Text(bet, f", {more} its capacity of ", room, ", at our costs of too little and too much")
        rows.append(("Strategy", f"How much new work should {vendor.name} prepare for?", answer))
    for one in model.amounts:
        name = one.vendor.id
        needed = ledger.number(f"{name}.required_share.contestable")
        word = VERDICT_WORDS[str(ledger.results[f"opportunity.{name}.verdict"].value)]
        share: list[Part] = [needed, " of the open pool: "] if needed.value is not None else []
        answer = Text(*share, word.removeprefix("needs "))
        rows.append(("Strategy", f"What does {owned(one.vendor.name)} claim need?", answer))
    return rows


def _for_investors(model: Model, ledger: Ledger) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    found = [
        (ledger.number(f"{vendor.id}.uplift"), gain, vendor)
        for vendor, gain in zip(model.vendors, market.gains(model), strict=True)
    ]
    best = max((one for one in found if one[0].value), key=lambda one: one[0].value or 0.0, default=None)
    if best:
        number, gain, vendor = best
        ends = market.uplift_range(gain, vendor)
        rests = flat(market.gain_figures(model, vendor), vendor.base)
        span: list[Part] = (
            [", ", Span(*(computed(end, "share", rests, bound=True) for end in ends)), " over its range"]
            if ends
            else []
        )
        rows.append(
            (
                "Investors",
                "For whom would it matter most?",
                Text(f"{vendor.name}: revenue up by ", number, *span),
            )
        )
    for claim in model.amounts:
        name = claim.vendor.id
        whole, half = (
            ledger.number(f"{name}.probability_covered"),
            ledger.number(f"{name}.probability_at_half"),
        )
        if whole.value is not None:
            answer = Text(whole, " with all of the open pool, ", half, " with half of it")
            rows.append(("Investors", f"How likely can {owned(claim.vendor.name)} claim be true?", answer))
    word = ledger.results["opportunity.vendor_concentration"].value
    before = ledger.number("vendor_hhi_before", 4)
    after = [ledger.number(f"vendor_hhi_after.{rule}", 4) for rule in SHARE_MODELS]
    held = [number for number in after if number.value is not None]
    if word is not None and before.value is not None and held:
        low, high = min(held, key=lambda n: n.value or 0), max(held, key=lambda n: n.value or 0)
        answer = Text(f"{SIGNS[str(word)]}: ", before, " points before, ", Span(low, high), " after, by rule")
        rows.append(("Investors", "Does the vendor market become more concentrated?", answer))
    return rows


def _for_buyers(model: Model, ledger: Ledger) -> list[tuple[Cell, ...]]:
    rows: list[tuple[Cell, ...]] = []
    name = model.top.customer.name
    if "opportunity.break_even_harm" in ledger.results:
        rows.append(("Buyers", "From what probability of harm does leaving pay?", _harm(ledger)))
    months = ledger.number("months_to_absorb_largest")
    if months.value is not None:
        answer = Text("in ", months, " of all their capacity together")
        rows.append(("Buyers", f"When could vendors have done a year of {owned(name)} open work?", answer))
    shares = [ledger.number(f"{vendor.id}.largest_customer_share") for vendor in model.vendors]
    held = [number for number in shares if number.value is not None]
    if held:
        low, high = min(held, key=lambda n: n.value or 0), max(held, key=lambda n: n.value or 0)
        answer = Text(Span(low, high), ", by vendor") if low != high else Text(low)
        rows.append(("Buyers", f"What share of its vendor's revenue would {name} be?", answer))
    return rows


def _harm(ledger: Ledger) -> Text:
    point = ledger.number("break_even_harm")
    low, high = (ledger.number(f"break_even_harm_{end}") for end in ("low", "high"))
    if point.value is None:
        return Text("from none: moving costs more than a leak")
    if low.value is None or high.value is None:
        return Text(point)
    return Text(point, "; ", Span(low, high), " over the ranges of both costs")
