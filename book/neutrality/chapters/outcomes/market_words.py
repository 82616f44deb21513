"""What the chapter says beyond the forecasts: precedents, rivals, prices, events and what else became known."""

from __future__ import annotations

from dataclasses import replace

from neutrality.case.figures import in_millions
from neutrality.chapters.ledger import computed, printed
from neutrality.chapters.outcomes.chronicle import SALES_TOPICS, contested
from neutrality.chapters.outcomes.evidence import Record, since
from neutrality.chapters.outcomes.model import Model
from neutrality.chapters.outcomes.precedents import TIES, Measured, Precedent, speeds_by_tie
from neutrality.chapters.outcomes.rivals import Series, rank
from neutrality.results import Number, Part, Text
from neutrality.words import joined, owned

Parts = list[Part | Text]


def notes(model: Model, ledger: Record) -> dict[str, tuple[Text, ...]]:
    """The paragraphs, by what they are about."""
    return {
        "precedents": _on_precedents(model),
        "rivals": _on_rivals(model, ledger),
        "comparables": (_on_comparables(model, ledger),),
        "events": (_on_events(model),),
        "business": _on_business(model),
    }


def in_finding(model: Model, ledger: Record) -> list[Text]:
    """What of it belongs into the finding."""
    found: list[Text] = []
    if model.commitment is not None:
        found.append(_promise(model, ledger))
    if model.series:
        found.append(_together(model, ledger))
    if model.happened and (model.statements or model.contested):
        found.append(_consequence(model))
    return found


# -- precedents ---------------------------------------------------------------------------------------


def _on_precedents(model: Model) -> tuple[Text, ...]:
    """How fast it went by what bound the customers, and where this case stands; no rate of defection."""
    if not model.precedents:
        return (Text("No precedent is recorded by this day."),)
    parts: Parts = []
    for tie, found in speeds_by_tie(model.precedents).items():
        parts += ["; " if parts else "Where a time is known, it was, with ", f"{TIES[tie]}, ", *_times(found)]
    if parts:
        parts.append(".")
    else:
        parts.append("No precedent comes with a time.")
    measured = [one for one in model.precedents if one.share is not None]
    if measured:
        shares = sorted(measured, key=lambda one: one.share.value if one.share else 0.0)
        low, high = shares[0], shares[-1]
        if low is high:
            parts += [" The one share that is known is ", _share(low), f" ({low.name})."]
        else:
            parts += [
                " What left ranges from ", _share(low), f" ({low.name}) to ", _share(high), f" ({high.name}), each of something else.",
            ]  # fmt: skip
    parts.append(" No source gives a general rate at which customers leave, and none is claimed here.")
    return (Text(*parts), _own(model))


def _times(found: list[Precedent]) -> Parts:
    names = joined([one.name for one in found])
    first, last = (one.speed for one in (found[0], found[-1]))
    assert first is not None and last is not None
    if len(found) == 1:
        return [first.hedge, _speed(first), f" ({names})"]
    if first.value == last.value:
        return [_speed(first), f" each ({names})"]
    return [first.hedge, _speed(first), " to ", last.hedge, _speed(last), f" ({names})"]


def _speed(found: Measured) -> Number:
    figure = found.figures[0]
    # In the unit that the source speaks in: a year and a half is not 548 days.
    return Number(figure.value, figure.unit, figure.tag, "L0", f"figure:{figure.id}")


def _share(one: Precedent) -> Text:
    assert one.share is not None
    return Text(one.share.hedge, since(one.share.value, "share", one.share.figures, digits=2))


def _own(model: Model) -> Text:
    own = model.own
    share = computed(own.share.value, "share", own.share.figures)
    begin: Parts = [f"In this case {own.customer} stood for ", share, " of revenue, and "]
    if own.speed is None:
        return Text(*begin, f"how fast it went cannot be said: {own.why}.")
    if own.speed.value == 0:
        return Text(*begin, "its exit was known on the day of the deal.")
    days = since(own.speed.value, "days", own.speed.figures)
    return Text(*begin, "its exit was known ", days, " after the deal at the latest.")


# -- rivals -------------------------------------------------------------------------------------------


def _on_rivals(model: Model, ledger: Record) -> tuple[Text, ...]:
    """Growth beyond the pool is the market's; growth within it proves nothing."""
    if not model.series:
        return (
            Text(
                "No rival's sales are known more than once, the last time after the deal, so nothing can be read off their growth. The most that the named "
                "customers could have moved in a year is ", ledger.number("largest_pool"), ".",
            ),
        )  # fmt: skip
    singles = [_single(one, ledger) for one in model.series[:1]]
    return (Text(*singles, " ", _together(model, ledger)), _caution(model))


def _single(one: Series, ledger: Record) -> Text:
    growth, beyond = ledger.number(f"{one.entity}.growth"), ledger.value(f"{one.entity}.growth_beyond_pool")
    when = f" between {one.first.when.words} and {one.last.when.words}"
    pool = ledger.number("largest_pool")
    if (growth.value or 0.0) <= 0:
        return Text(
            f"No rival is known to have grown: {owned(one.name)} {one.basis} moved by ", growth, f"{when}."
        )
    begin: Parts = [f"{owned(one.name)} {one.basis} grew by ", growth, when]
    if (beyond or 0.0) > 0:
        return Text(
            *begin, ", more than the ", pool, " that the named customers could have moved at most; by these figures at least ",
            ledger.number(f"{one.entity}.growth_beyond_pool"), " of it came from elsewhere and is no diversion from them.",
        )  # fmt: skip
    return Text(
        *begin, ", no more than the ", pool, " that the named customers could have moved at most; all of it could be diversion, "
        "and none of it need be.",
    )  # fmt: skip


def _together(model: Model, ledger: Record) -> Text:
    total, beyond = ledger.number("growth_together"), ledger.number("growth_together_beyond_pool")
    pool = ledger.number("largest_pool")
    who = (
        f"{model.series[0].name} alone"
        if len(model.series) == 1
        else f"{joined([one.name for one in model.series])} together"
    )
    shows = "shows" if len(model.series) == 1 else "show"
    if (total.value or 0.0) <= 0:
        return Text(f"{who} {shows} no growth, so nothing that left is seen to have arrived there.")
    if (beyond.value or 0.0) > 0:
        return Text(
            f"{who} {shows} growth of ", total, " against a pool of at most ", pool, ", so by these figures at least ", beyond,
            " of it came from elsewhere: diversion cannot be read off what rivals grew by.", *_whole(model, total),
        )  # fmt: skip
    return Text(
        f"{who} {shows} growth of ", total, ", within the ", pool, " that could have moved at most; that neither shows diversion nor "
        "rules it out.",
    )  # fmt: skip


def _whole(model: Model, total: Number) -> Parts:
    """Whether the growth is more than all that the supplier sold, to whomever."""
    revenue = model.losses.revenue
    if (total.value or 0.0) <= in_millions(revenue):
        return []
    return [f" All that {model.case.supplier.name} sold in {revenue.period} was ", printed(revenue), "."]


def _caution(model: Model) -> Text:
    gross = [one.name for one in model.series if one.gross]
    if not gross:
        return Text(
            "Growth before the deal is in these numbers too, and none of them is audited as far as is known."
        )
    return Text(
        f"The run {'rate' if len(gross) == 1 else 'rates'} of {joined(gross)} {'is' if len(gross) == 1 else 'are'} gross: what is "
        "paid on to contractors is in it, as it is in what a customer spends. Growth before the deal is in these numbers too."
    )  # fmt: skip


# -- prices -------------------------------------------------------------------------------------------


def _on_comparables(model: Model, ledger: Record) -> Text:
    """The place of the deal's multiple by rank."""
    if not ledger.holds("deal_multiple"):
        return Text("The deal has no multiple, so there is nothing to compare.")
    deal = ledger.number("deal_multiple")
    closed = rank(model.multiples, talks=False)
    every = rank(model.multiples, talks=True)
    if every is None or not every.others:
        return Text(
            "At ",
            deal,
            " the deal stands alone: no other company's price over its sales is known by this day.",
        )
    parts: Parts = ["At ", deal, " its yearly revenue the deal is "]
    if closed is not None and closed.others:
        parts += _place(ledger, "closed", closed.count, closed.above)
        parts.append(
            "closed price of another company" if closed.count == 1 else "closed prices of other companies"
        )
        nearest = min(closed.others, key=lambda one: abs(one.value - (deal.value or 0.0)))
        if closed.count > 1:
            parts += [
                ", the nearest being ",
                f"{nearest.name} at ",
                computed(nearest.value, "x", nearest.figures),
            ]
        else:
            parts += [f", {nearest.name} at ", computed(nearest.value, "x", nearest.figures)]
        if every.count > closed.count:
            parts += [
                ", and ",
                *_place(ledger, "all", every.count, every.above),
                "prices once those only talked about are counted",
            ]
    else:
        parts += _place(ledger, "all", every.count, every.above)
        parts.append(
            "price of another company, talked about only"
            if every.count == 1
            else "prices of other companies, all of them only talked about"
        )
    parts.append(".")
    basis = [one for one in every.others if one.basis == "run_rate"]
    if basis:
        count = Number(
            float(len(basis)),
            "count",
            "later",
            "L0",
            "figures:" + ",".join(f.id for one in basis for f in one.figures),
        )
        parts += [
            " Of these, ", count, f" {'stands' if len(basis) == 1 else 'stand'} on a run rate, which for a growing company is more "
            "than the year before and makes the multiple smaller.",
        ]  # fmt: skip
    return Text(*parts)


def _place(ledger: Record, key: str, count: int, above: int) -> Parts:
    """Above or below how many of the others, up to the word that says what they are."""
    total = ledger.number(f"comparables_{key}")
    side = "above" if above == 0 else "below"
    if count == 1:
        return [f"{side} the only "]
    if above in (0, count):
        return [f"{side} each of the ", total, " "]
    return ["below ", ledger.number(f"comparables_{key}_above"), " and above the rest of the ", total, " "]


# -- events and business ------------------------------------------------------------------------------


def _on_events(model: Model) -> Text:
    if not model.events:
        return Text("No event is recorded by this day.")
    base = [one for one in model.events if one.tag != "later"]
    if len(base) == len(model.events):
        return Text("All events known by this day come from the sources of the base.")
    if not base:
        return Text("All of these events come from beyond the sources of the base.")
    return Text(
        "Most of these events come from beyond the sources of the base; the letter at each tells them apart."
        if len(base) * 2 < len(model.events)
        else "The letter at each event tells what comes from the sources of the base from what came later."
    )


def _on_business(model: Model) -> tuple[Text, ...]:
    """What was said of the supplier's business since, and whose word it is."""
    name = model.case.supplier.name
    if not model.statements:
        return (Text(f"Nothing on {owned(name)} business since the base is recorded by this day."),)
    sales = [one for one in model.statements if one.topic in SALES_TOPICS]
    parts: Parts = []
    if sales:
        own = [one for one in sales if one.interest == "party"]
        if len(own) == len(sales):
            parts.append(
                f"All that is said of {owned(name)} sales since the deal is said by {owned(name)} own side."
            )
        elif own:
            parts.append(
                f"Part of what is said of {owned(name)} sales since the deal is said by {owned(name)} own side."
            )
        else:
            parts.append(
                f"None of what is said of {owned(name)} sales since the deal comes from its own side."
            )
    else:
        parts.append(f"Nothing is said of {owned(name)} sales since the deal.")
    parts += [" ", _consequence(model)] if model.happened else []
    return (Text(*parts),)


def _consequence(model: Model) -> Text:
    """The exits came true; what they did to revenue, as far as claims and conflicts tell."""
    name = model.case.supplier.name
    sales = [one for one in model.statements if one.topic in SALES_TOPICS]
    fought = contested(model.case, model.statements, SALES_TOPICS)
    left = "The exit came true" if len(model.happened) == 1 else "The exits came true"
    if fought:
        return Text(
            f"{left}, while what followed for {owned(name)} revenue is contested: the reports on it contradict each other."
        )
    if sales:
        return Text(
            f"{left}; what is said of {owned(name)} sales since does not contradict itself, and nothing in it is audited."
        )
    return Text(f"{left}; nothing reported tells what that did to {owned(name)} revenue.")


def _promise(model: Model, ledger: Record) -> Text:
    """The promise in the finding."""
    promise = model.commitment
    assert promise is not None
    value, figures = model.losses.expected
    expected = computed(value, model.losses.unit, figures)
    result = ledger.number("net_expected")
    acquirer = model.case.acquirer.name
    # A promise of a part of a spend that nobody disclosed may come to nothing.
    floor = (
        "; whether the promise is a floor is not known."
        if promise.part is None
        else "; the promise is no floor."
    )
    if (result.value or 0.0) < 0:
        gain = replace(result, value=abs(result.value or 0.0))
        return Text(
            f"Net of what {acquirer} is reported to have promised to buy, the expected loss of ", expected,
            " may be all of that or a gain of ", gain, floor,
        )  # fmt: skip
    return Text(
        f"Net of what {acquirer} is reported to have promised to buy, the expected loss of ", expected,
        " may be all of that or ", result, floor,
    )  # fmt: skip


__all__ = ["in_finding", "notes"]
