"""What the chapter says: headline, notes beside the charts, and the finding."""

from __future__ import annotations

from neutrality.chapters import SHARE_MODELS
from neutrality.chapters.competitor_opportunity import market
from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS, together
from neutrality.chapters.competitor_opportunity.market import RULE_WORDS
from neutrality.chapters.competitor_opportunity.model import Claim, Model
from neutrality.chapters.competitor_opportunity.results import against_revenue
from neutrality.chapters.competitor_opportunity.tables import relaxation
from neutrality.chapters.exposure import BASES
from neutrality.chapters.ledger import Ledger, computed, flat, printed
from neutrality.results import Number, Part, Span, Text
from neutrality.words import between, joined, owned

Parts = list[Part | Text]


def headline(model: Model, ledger: Ledger) -> Text:
    """One sentence: what the largest claim would need."""
    claim = model.largest_claim
    if claim is None:
        return Text("About ", ledger.number("contestable"), " is expected to come open to other vendors.")
    name, share = claim.vendor.name, ledger.number(f"{claim.vendor.id}.required_share.contestable")
    if share.value is None:
        return Text(f"Nothing is expected to come open, so {owned(name)} claim cannot be true.")
    said = "is impossible: it needs " if share.value > 1 else "needs "
    return Text(
        f"{owned(name)} claim, read as ", printed(claim.figure), f", {said}", share, " of the ", ledger.number("contestable"),
        " that may come open to other vendors.",
    )  # fmt: skip


def sure(model: Model) -> Text:
    """How sure the chapter is."""
    assumed = [one.tag == "assumed" for vendor in model.vendors for one in (vendor.base, vendor.capacity)]
    vendors = (
        ", the vendors' revenues and capacities are illustrative" if all(assumed)
        else ", some of the vendors' revenues and capacities are illustrative" if any(assumed)
        else ""
    )  # fmt: skip
    return Text(
        f"The share taken in house and the exit probabilities are assumed (layer L2){vendors}; claims of interested parties are "
        "tested here, not used."
    )


def _if(model: Model) -> str:
    """Under what condition the release comes: exits as read from words, or as somebody set them."""
    if any(one.exit.pooled for one in model.plan):
        return "If customers behave as the wording suggests"
    return "If customers leave as assumed"


def notes(model: Model, ledger: Ledger) -> dict[str, tuple[Text, ...]]:
    """The paragraphs beside the charts, by what they are about."""
    return {
        "pool": (_opening(model, ledger),),
        "claims": tuple(_on_claim(model, ledger, claim) for claim in model.amounts),
        "probability": tuple(_on_probability(ledger, claim) for claim in model.amounts),
        "together": (
            *(_on_base(model, ledger, claim) for claim in model.multiples),
            *((_on_all(model),) if model.claims else ()),
        ),
        "diversion": (_on_diversion(model, ledger),),
        "capacity": (_on_capacity(model, ledger),),
        "market": (_on_market(ledger),),
        "readers": (_on_readers(model, ledger),),
    }


def finding(model: Model, ledger: Ledger) -> Text:
    """The paragraph at the end."""
    parts: Parts = [
        f"{_if(model)}, about ", ledger.number("released"), " would come loose and ",
        ledger.number("contestable"), " of it would open to other vendors; over all the ranges given the expected open part may be ",
        Span(ledger.number("contestable_expected_low"), ledger.number("contestable_expected_high")), ".",
    ]  # fmt: skip
    for claim in model.amounts:
        parts += [" ", _in_finding(model, ledger, claim)]
    parts += [part for claim in model.multiples for part in (" ", _on_base(model, ledger, claim))]
    if len(model.claims) > 1:
        parts += [" ", _on_all(model)]
    parts += [" ", _on_capacity(model, ledger), " ", _on_market(ledger)]
    return Text(*parts)


def _opening(model: Model, ledger: Ledger) -> Text:
    back: Parts = []
    if ledger.holds("won_back_with_tools") and ledger.value("won_back_with_tools"):
        back = [
            " Of what they take in house, ",
            ledger.number("won_back_with_tools"),
            " goes back to vendors that sell tools for it.",
        ]
    return Text(
        f"{_if(model)}, ", ledger.number("released"), " would come loose, and ",
        ledger.number("contestable"), " of it would be open to other vendors; with no plan larger than the largest reported, the facts allow up to ",
        ledger.number("released_high"), ".", *back,
    )  # fmt: skip


def _word(ledger: Ledger, claim: Claim) -> str:
    return VERDICT_WORDS[str(ledger.results[f"opportunity.{claim.vendor.id}.verdict"].value)]


def _in_finding(model: Model, ledger: Ledger, claim: Claim) -> Text:
    name = f"{claim.vendor.id}.required_share"
    share, most = ledger.number(f"{name}.contestable"), ledger.number(f"{name}.released_high")
    if share.value is None or most.value is None:
        return Text(f"Nothing comes open that {claim.vendor.name} could win.")
    word = _word(ledger, claim)
    return Text(
        f"{owned(claim.vendor.name)} claim would take ", share, f" of the expected open part, which {word if word.startswith('needs') else f'is {word}'}, ", most,
        " of the most that facts allow, and ", *_past(model, ledger, claim), "; with an equal share among vendors, ",
        ledger.number(f"{claim.vendor.id}.release_for_equal_share"), " would have to come loose.",
    )  # fmt: skip


def _past(model: Model, ledger: Ledger, claim: Claim) -> Parts:
    """What the claim needs on past spends, and whether that is possible."""
    period = model.case.newest_period(BASES["last_year"])
    past = ledger.number(f"{claim.vendor.id}.required_share.contestable_{period}")
    if past.value is None:
        return [f"on spends of {period} nothing comes open, which is impossible"]
    return [past, f" on spends of {period}, which is {'impossible' if past.value > 1 else 'possible'}"]


def _on_claim(model: Model, ledger: Ledger, claim: Claim) -> Text:
    name = claim.vendor.id
    needed = ledger.number(f"{name}.required_share.contestable")
    if needed.value is None:
        return Text(
            f"Nothing is expected to come open to vendors, so {owned(claim.vendor.name)} ",
            printed(claim.figure),
            " is impossible.",
        )
    enough = ledger.results[f"opportunity.{name}.release_for_equal_share"]
    revenue = computed(
        against_revenue(model, float(enough.value or 0.0)),
        "share",
        [model.case.figures[one] for one in enough.figures],
        model.revenue,
    )
    return Text(
        f"{owned(claim.vendor.name)} claim, read as at least ", printed(claim.figure), ", would take ", needed,
        f" of the expected pool ({_word(ledger, claim)}), ", ledger.number(f"{name}.required_share.released_high"),
        " of the largest pool the facts allow, and ", *_past(model, ledger, claim), ". With an equal share among vendors, ",
        ledger.number(f"{name}.release_for_equal_share"), " would have to come loose, ", revenue,
        f" of everything {model.case.supplier.name} billed in {model.revenue.period}; at the expected pace that takes ",
        ledger.number(f"{name}.years_for_equal_share"), ".",
    )  # fmt: skip


def _on_probability(ledger: Ledger, claim: Claim) -> Text:
    name, vendor = claim.vendor.id, claim.vendor.name
    whole, half, alike = (
        ledger.number(f"{name}.probability_{key}") for key in ("covered", "at_half", "at_equal_share")
    )
    if not whole.value:
        return Text(
            f"However the exits turn out, the open pool never reaches {owned(vendor)} ",
            printed(claim.figure),
            ".",
        )

    def often(number: Number) -> Parts:
        if number.value is None or number.value <= 0:
            return ["never"]
        return ["always"] if number.value >= 1 else ["in ", number, " of cases"]

    return Text(
        f"With the whole open pool {vendor} would reach its claim ", *often(whole), ", with half of it ", *often(half),
        ", with an equal share ", *often(alike), ".",
    )  # fmt: skip


def _on_base(model: Model, ledger: Ledger, claim: Claim) -> Text:
    name, said = claim.vendor.name, printed(claim.figure)
    base = ledger.number(f"{claim.vendor.id}.base_high")
    others = [one.vendor.name for one in model.amounts if one.vendor != claim.vendor]
    beside = (
        f"{' and '.join(others)} and {name} can {'both' if len(others) == 1 else 'all'}"
        if others
        else f"{name} can"
    )
    if base.value is None:
        return Text(f"{name} claims a multiple of ", said, ", which needs no new spend.")
    if base.value == 0:
        return Text(
            f"The other claims leave nothing of the expected pool, so {owned(name)} ",
            said,
            " cannot be true beside them.",
        )
    converted: Parts = []
    conversion = model.conversion(claim.vendor)
    if conversion and conversion.value != 1:
        loose = ledger.number(f"{claim.vendor.id}.base_high_converted")
        converted = (
            [", or than ", loose, " if only ", printed(conversion), " of that demand becomes revenue"]
            if loose.value is not None
            else ["; demand that never becomes revenue would need nothing"]
        )
    return Text(
        f"{beside} be right within the expected pool only if {name} started from less than ", base, *converted,
        ": a claim of ", said, " says nothing about its base.",
    )  # fmt: skip


def _on_all(model: Model) -> Text:
    """Whether all claims fit at the bases assumed, with the smallest correction."""
    found = together(model, model.open_pool)
    rests = flat([claim.figures for claim in model.claims])
    total = computed(sum(claim.least for claim in model.claims), model.unit, rests)
    if found.feasible:
        whole = computed(max(0.0, found.slack), model.unit, rests, model.open_pool.figures)
        return Text(
            "With the starting revenues that we assume, the claims add up to ",
            total,
            " and fit into the expected pool: ",
            whole,
            " is left over.",
        )
    return Text(
        "With the starting revenues that we assume, the claims add up to ", total, ", and the claims clash. The smallest correction is ",
        relaxation(model, model.open_pool, found), ".",
    )  # fmt: skip


def _on_diversion(model: Model, ledger: Ledger) -> Text:
    claim = model.largest_claim
    vendor = next((one for one in model.vendors if claim and one.entity == claim.vendor), model.vendors[0])
    found = [(rule, ledger.number(f"{vendor.id}.diverted.{rule}")) for rule in SHARE_MODELS]
    held = [(rule, number) for rule, number in found if number.value is not None]
    parts: Parts = []
    for index, (rule, number) in enumerate(held):
        parts += [between(index, len(held)), number, f" {RULE_WORDS[rule]}"]
    missing = [RULE_WORDS[rule] for rule, number in found if number.value is None]
    gap = f" No shares exist {' or '.join(missing)}." if missing else ""
    return Text(
        f"Of the open pool {vendor.name} would be asked for ", *parts, f", whatever it can take.{gap}"
    )


def _on_capacity(model: Model, ledger: Ledger) -> Text:
    found = market.allocation(model)
    if found is None:
        return Text(
            f"Shares {RULE_WORDS[model.share_model]} do not exist here, so the pool cannot be shared out."
        )
    if model.open_pool.value == 0:
        return Text("With nothing open, no vendor's capacity is tested.")
    full = [
        vendor.name
        for vendor, amount in zip(model.vendors, found.amounts, strict=True)
        if amount >= vendor.room * (1 - 1e-9)
    ]
    if found.unserved > 1e-9 * model.open_pool.value:
        return Text(
            "Vendors cannot take all of it: ", ledger.number("unserved"),
            " stays unserved, to wait, to go in house or to stay where it is, which makes leaving less likely.",
        )  # fmt: skip
    if full:
        verb = "would hit their ceilings" if len(full) > 1 else "would hit its ceiling"
        return Text(
            f"{joined(full)} {verb}; what they cannot take goes to vendors with room, and nothing stays unserved."
        )
    return Text("Every vendor has room for what it would be asked for, and nothing stays unserved.")


def _on_market(ledger: Ledger) -> Text:
    word = ledger.results["opportunity.vendor_concentration"].value
    before = ledger.number("vendor_hhi_before", 4)
    numbers = [ledger.number(f"vendor_hhi_after.{rule}", 4) for rule in SHARE_MODELS]
    held = [number for number in numbers if number.value is not None]
    if word is None or before.value is None or not held:
        return Text("Nothing moves in the vendor market that an index of concentration could show.")
    low, high = min(held, key=_value), max(held, key=_value)
    after: Parts = [low] if low.value == high.value else [Span(low, high)]
    if word == "undetermined":
        return Text(
            "Whether the vendor market becomes more concentrated is undetermined: rules and ranges disagree, with ", *after,
            " points after against ", before, " before.",
        )  # fmt: skip
    more = "more" if word == "more_concentrated" else "less"
    return Text(
        f"The vendor market becomes {more} concentrated by every rule and over all the revenues tried: ", *after,
        " points after against ", before, " before.",
    )  # fmt: skip


def _value(number: Number) -> float:
    return number.value or 0.0


def _on_readers(model: Model, ledger: Ledger) -> Text:
    """For buyers: when leaving pays, and whether the vendors could take the work."""
    name, months = model.top.customer.name, ledger.number("months_to_absorb_largest")
    parts: Parts = []
    if "opportunity.break_even_harm" in ledger.results:
        point = ledger.number("break_even_harm")
        parts = (
            ["Leaving never pays: moving costs more than a leak would."]
            if point.value is None
            else ["Leaving pays once the chance of harm exceeds ", point, "."]
        )
    if months.value is None:
        return Text(
            *parts,
            f" No vendor has capacity for {owned(name)} work."
            if parts
            else f"No vendor has capacity for {owned(name)} work.",
        )
    return Text(
        *parts,
        " " if parts else "",
        "All vendors together need ",
        months,
        f" of their capacity for a year of {owned(name)} open work.",
    )
