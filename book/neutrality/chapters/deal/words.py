"""The sentences of the deal: headline, notes and finding, with a branch for every case.

It is long because every note has its branches, and the notes follow each other in one text.
"""

from __future__ import annotations

from dataclasses import replace

from neutrality.case import Case
from neutrality.chapters.deal.figures import Deal
from neutrality.chapters.deal.sensitivity import Tornado
from neutrality.chapters.ledger import Ledger, printed, printed_range
from neutrality.methods.intervals import Interval
from neutrality.results import Number, Span, Text
from neutrality.words import lowered, owned, raised


def fresh_money_verdict(ledger: Ledger, stake: Interval) -> str:
    """Whether the prior value can be this deal's pre-money value: `more`, `less` or `possible`.

    `more` when the cheque as fresh money would buy more than the stake even with every rounding.
    """
    if (ledger.value("stake_on_prior_low") or 0.0) > stake.high:
        return "more"
    return "less" if (ledger.value("stake_on_prior_high") or 0.0) < stake.low else "possible"


def headline(deal: Deal, ledger: Ledger) -> Text:
    prior = printed(deal["prior"])
    agree = "agree" if ledger.value("consistent") else "do not agree"
    joint = "but" if ledger.value("consistent") else "and"
    if fresh_money_verdict(ledger, deal.range("stake")) == "possible":
        return Text(
            f"The reported numbers {agree} within rounding, and the last valuation, ",
            prior,
            ", can be what the company was worth just before this deal's cash came in.",
        )
    return Text(
        f"The reported numbers {agree} within rounding, {joint} the last valuation, ",
        prior,
        ", cannot be what the company was worth just before this deal's cash came in.",
    )


def sure(ledger: Ledger) -> Text:
    tag = ledger.results["deal.stake_on_prior_low"].tag
    if tag == "derived":
        return Text(
            "This answer is arithmetic on reported figures and their rounding; the chapter's growth rates and exits are assumed."
        )
    return Text("Arithmetic, but at least one figure is not the reported one.")


def notes(case: Case, deal: Deal, ledger: Ledger, turned: list[Tornado]) -> tuple[Text, ...]:
    """The paragraphs beside the charts, in the order of the chapter."""
    return (
        _on_agreement(deal, ledger),
        Text(_on_earlier_stake(case, ledger), _on_our_earlier_stake(case, deal, ledger)),
        _on_fresh_money(deal, ledger),
        _on_step_up(case, deal, ledger),
        _on_lost_revenue(deal, ledger),
        _on_volume_and_price(deal, ledger),
        _on_growth(deal, ledger),
        _on_residual(case, deal, ledger),
        _on_lost_neutrality(case, deal, ledger),
        _on_swings(case, turned),
    )


def finding(case: Case, deal: Deal, ledger: Ledger) -> Text:
    fresh = ledger.number("stake_on_prior")
    bought = Text(
        " As fresh money on it the cheque would buy ", fresh, ", against ", printed(deal["stake"]), " reported."
    )  # fmt: skip
    parts: list[Text | str | Number] = [headline(deal, ledger), bought]
    parts += [
        " The business was marked ", _moved(ledger.number("step_up_share")), " if none of the cash stayed in the company and ",
        _moved(ledger.number("operating_step_up_cash_stayed")), " if all of it did", "; how much stayed is assumed." if deal["cash_retained"].tag == "assumed" else ".",
    ]  # fmt: skip
    if (ledger.value("step_up") or 0.0) > 0:
        times: Text | str = ""
        if ledger.holds("break_even_over_largest"):
            name = deal.customer.customer.name
            times = Text(", ", ledger.number("break_even_over_largest"), f" what {name} spends,")
        parts += [
            " Losing ",
            ledger.number("break_even_lost_revenue"),
            " of revenue",
            times,
            " would erase the step-up.",
        ]
    parts.append(_needed(ledger))
    residual = ledger.number("residual_premium_cash_left")
    if (residual.value or 0.0) > 0:
        parts += [
            " If none of the cash stayed, ",
            residual,
            f" of what {case.acquirer.name} paid is not explained by the last valuation.",
        ]
    if ledger.value("neutrality_cost_expected"):
        parts += [
            " The exits that are expected would cost its own stake ", ledger.number("neutrality_cost_expected"), ".",
        ]  # fmt: skip
    return Text(*parts)


def _needed(ledger: Ledger) -> Text:
    if not (ledger.holds("implied_growth_exit_multiple") and ledger.holds("implied_growth_dcf")):
        if (ledger.value("enterprise_value") or 0.0) <= 0:
            return Text(" No growth justifies a business that is worth nothing without its cash.")
        return Text(" At our settings not every form has a growth that justifies the price.")
    first, second = ledger.number("implied_growth_dcf", 2), ledger.number("implied_growth_exit_multiple", 2)
    if (first.value or 0.0) > (second.value or 0.0):
        first, second = second, first
    return Text(
        " To justify the price at our settings, revenue would have to grow by ",
        Span(first, second),
        ", by the form that is asked.",
    )


def _on_agreement(deal: Deal, ledger: Ledger) -> Text:
    start = Text(
        printed(deal["investment"]), " for ", printed(deal["stake"]), " implies a post-money value of ",
        ledger.number("implied_post_money"), ", against ", printed(deal["valuation"]), " reported. ",
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


def _on_earlier_stake(case: Case, ledger: Ledger) -> Text:
    """Whether a stake that the buyer held before fits, and whether it is needed."""
    buyer = case.acquirer.name
    low, high = ledger.number("prior_stake_low"), ledger.number("prior_stake_high")
    if high.value is None:
        return Text(
            f"A stake that {buyer} held before would not reconcile them: the cheque alone is worth more than the whole "
            "stake at the reported valuation, whatever the rounding."
        )
    if (low.value or 0.0) > 0:
        return Text(
            f"They would agree if {buyer} had held ", Span(low, high), " of the company before; the reports that the answers stand on mention no such stake."
        )  # fmt: skip
    if not high.value:
        return Text(f"The roundings leave no room for a stake that {buyer} held before.")
    return Text(
        "The roundings leave room for a stake of at most ", high, f" that {buyer} held before; the "
            "reports that the answers stand on mention none."
    )  # fmt: skip


def _on_our_earlier_stake(case: Case, deal: Deal, ledger: Ledger) -> Text:
    held = deal["prior_stake"]
    if not held.value:
        return Text()
    implied = ledger.number("implied_post_money_prior_stake")
    if implied.value is None:
        return Text(
            " At our setting of ",
            printed(held),
            f" the cheque would have bought {case.acquirer.name} nothing new.",
        )
    return Text(
        " At our setting of ", printed(held), " the cheque implies a post-money value of ", implied, "."
    )


def _on_fresh_money(deal: Deal, ledger: Ledger) -> Text:
    span = Text(ledger.number("stake_on_prior"), " (", ledger.number("stake_on_prior_low", 4), " to ",
                ledger.number("stake_on_prior_high", 4), " with every rounding)")  # fmt: skip
    prior, stake = printed(deal["prior"]), printed(deal["stake"])
    needed = Text(
        " As fresh money the reported stake needs a pre-money value of ",
        Span(ledger.number("implied_pre_money_low", 4), ledger.number("implied_pre_money_high", 4)), ".",
    )  # fmt: skip
    gap = Text(
        " With every rounding in its favour it still misses by ", ledger.number("fresh_money_gap", 2), " of the company."
    )  # fmt: skip
    match fresh_money_verdict(ledger, deal.range("stake")):
        case "more":
            return Text(
                "They cannot be read as fresh money on ", prior, ": that would buy ", span, ", more than the ", stake,
                " reported.", gap, needed, " The two valuations stand for two different moments.",
            )  # fmt: skip
        case "less":
            return Text(
                "They cannot be read as fresh money on ", prior, ": that would buy only ", span, ", less than the ", stake,
                " reported.", gap, needed,
            )  # fmt: skip
        case _:
            return Text(
                "They can be read as fresh money on ", prior, ": that would buy ", span, ", which allows the ", stake,
                " reported.", needed,
            )  # fmt: skip


def _moved(number: Number) -> Text:
    """`up by 5%` or `down by 5%`."""
    value = number.value or 0.0
    return Text("up by " if value >= 0 else "down by ", replace(number, value=abs(value)))


def _on_step_up(case: Case, deal: Deal, ledger: Ledger) -> Text:
    unknown = (
        " How much stayed is assumed, between none and all." if deal["cash_retained"].tag == "assumed" else ""
    )
    return Text(
        "What the step from ", printed(deal["prior"]), " to ", printed(deal["valuation"]), " means depends on where the cash "
        f"went. If none of it stayed in {case.supplier.name}, the business was marked ", _moved(ledger.number("step_up_share")),
        "; if all of it stayed, ", _moved(ledger.number("operating_step_up_cash_stayed")), f".{unknown}",
    )  # fmt: skip


def _on_lost_revenue(deal: Deal, ledger: Ledger) -> Text:
    name = deal.customer.customer.name
    start = Text(
        "At the deal's ", ledger.number("multiple"), f" revenue, {owned(name)} spend of ", printed(deal["spend"]), " carries ",
        ledger.number("largest_customer_value"), " of value",
    )  # fmt: skip
    if not ledger.holds("multiple_without_largest"):
        only = Text(f" {name} is all of the revenue: without it no multiple is left.")
    else:
        only = Text(
            " At an unchanged price the rest of the business would stand at ",
            ledger.number("multiple_without_largest"), " revenue.",
        )  # fmt: skip
    if (ledger.value("step_up") or 0.0) <= 0:
        return Text(start, ". There is no step-up that lost revenue could erase.", only)
    times = Text(", ", ledger.number("break_even_over_largest"), " that spend,")
    return Text(
        start, ", ", ledger.number("largest_customer_step_up_share"), " of the step-up. Losing ",
        ledger.number("break_even_lost_revenue"), times if ledger.holds("break_even_over_largest") else "",
        " would erase all of it.", only,
    )  # fmt: skip


def _on_volume_and_price(deal: Deal, ledger: Ledger) -> Text:
    name, after = deal.customer.customer.name, deal.multiple_after_exit
    left, price = ledger.number("value_after_exit"), ledger.value("multiple_effect") or 0.0
    if not deal.values.spend:
        parts = [
            Text(
                f"{name} spends nothing, so its exit takes no volume: at the same multiple ",
                left,
                " is left.",
            )
        ]
    elif after.value is None:
        parts = [
            Text(f"If {name} leaves and the multiple holds, ", left, " is left: all of the fall is volume.")
        ]
    else:
        word = "adds" if price > 0 else "takes"
        size = replace(ledger.number("multiple_effect"), value=abs(price))
        parts = [
            Text(f"If {name} leaves and the multiple becomes ", printed(after), ", ", left, " is left: the lost revenue takes ",
                 replace(ledger.number("revenue_effect"), value=abs(ledger.value("revenue_effect") or 0.0)),
                 f" and the multiple {word} ", size, "."),
        ]  # fmt: skip
    if ledger.holds("value_after_exit_low"):
        parts.append(_on_lowest_multiple(deal, ledger))
    if (ledger.value("step_up") or 0.0) > 0:
        parts.append(_on_compression(name, ledger))
    return Text(*parts)


def _on_lowest_multiple(deal: Deal, ledger: Ledger) -> Text:
    lowest = printed_range(deal.multiple_after_exit)[0]
    revenue, price = (
        replace(ledger.number(f"{name}_at_low_multiple"), value=abs(ledger.value(f"{name}_at_low_multiple") or 0.0))
        for name in ("revenue_effect", "multiple_effect")
    )  # fmt: skip
    word = "adding" if (ledger.value("multiple_effect_at_low_multiple") or 0.0) > 0 else "taking"
    return Text(
        " At the lowest multiple of the range given, ", lowest, ", ", ledger.number("value_after_exit_low"),
        " is left, the lost revenue taking ", revenue, f" and the multiple {word} ", price, ".",
    )  # fmt: skip


def _on_compression(name: str, ledger: Ledger) -> Text:
    fall = ledger.number("break_even_multiple_fall")
    if fall.value is None:
        return Text(" No multiple keeps the step-up, since no revenue would be left.")
    if fall.value <= 0:
        return Text(
            f" The loss of {name} alone is more than the step-up, whatever the multiple does below the deal's."
        )
    return Text(
        f" With {name} gone, so is the step-up once the multiple falls by ", fall, " to ", ledger.number("break_even_multiple"), "."
    )  # fmt: skip


def _on_growth(deal: Deal, ledger: Ledger) -> Text:
    vc, dcf = ledger.number("implied_growth_exit_multiple"), ledger.number("implied_growth_dcf")
    if (ledger.value("enterprise_value") or 0.0) <= 0:
        return Text(
            "Less its cash the business is worth ", ledger.number("enterprise_value"),
            ", which no growth justifies: there is no number to give.",
        )  # fmt: skip
    if vc.value is None or dcf.value is None:
        return Text(
            "At our settings ", _without_growth(vc, dcf), " that justifies ", ledger.number("enterprise_value"),
            ". A sale needs revenue, years and a multiple above nothing; cash flow needs revenue, a margin, a whole "
            "year and a discount rate above the growth after the last.",
        )  # fmt: skip
    start = Text(
        "Sold after ", printed(deal["vc_years"]), " at ", printed(deal["vc_exit_multiple"]), " revenue, the business justifies ",
        ledger.number("enterprise_value"), " only if revenue grows ", vc, "; by its cash flow over ", printed(deal["dcf_years"]),
        ", ", dcf, ".",
    )  # fmt: skip
    return Text(start, _bounds("exit multiple", "implied_growth_exit_multiple", ledger), _bounds("cash flow", "implied_growth_dcf", ledger))  # fmt: skip


def _without_growth(vc: Number, dcf: Number) -> Text:
    """Which of the two forms has no growth to give, and what the other gives."""
    if vc.value is None and dcf.value is None:
        return Text("neither form has a growth")
    if vc.value is None:
        return Text("the cash flow form asks for a growth of ", dcf, ", and the exit multiple form has none")
    return Text("the exit multiple form asks for a growth of ", vc, ", and the cash flow form has none")


def _bounds(form: str, result: str, ledger: Ledger) -> Text:
    low, high = (ledger.number(f"{result}_{end}", 2) for end in ("low", "high"))
    if low.value is None:
        return Text(
            f" Over the ranges given, taken together, the {form} form gives no bounds: somewhere in them it has no growth to give."
        )
    return Text(
        f" Over all the ranges given, taken together, the {form} form asks for ", Span(low, high), "."
    )


def _on_residual(case: Case, deal: Deal, ledger: Ledger) -> Text:
    left, stayed = ledger.number("residual_premium_cash_left"), ledger.number("residual_premium_cash_stayed")
    cheque, buyer = printed(deal["investment"]), case.acquirer.name
    part = Text(" (", ledger.number("residual_premium_share_cash_left", 2), " of it)")
    if (left.value or 0.0) <= 0:
        return Text(
            f"The last valuation explains the whole of {owned(buyer)} ", cheque, ", wherever the cash went.",
            _on_benefit(deal, ledger),
        )  # fmt: skip
    if (stayed.value or 0.0) <= 0:
        return Text(
            f"Of {owned(buyer)} ", cheque, ", ", left, part, " is not explained by the last valuation if the cash left, and nothing "
            "is unexplained if it stayed.", _on_benefit(deal, ledger),
        )  # fmt: skip
    return Text(
        f"Of {owned(buyer)} ", cheque, ", ", left, part, " is not explained by the last valuation if the cash left, and ", stayed,
        " if it stayed.", _on_benefit(deal, ledger),
    )  # fmt: skip


def _on_benefit(deal: Deal, ledger: Ledger) -> Text:
    """What the buyer must gain elsewhere for the price to be fair, once the largest customer is gone."""
    name = deal.customer.customer.name
    left, stayed = (
        ledger.number("break_even_benefit_cash_left"),
        ledger.number("break_even_benefit_cash_stayed"),
    )
    if (left.value or 0.0) <= 0:
        return Text(f" Even without {name} the stake was worth the price.")
    if (stayed.value or 0.0) <= 0:
        return Text(
            f" Without {name}, up to ", left, " would have to be gained elsewhere for the price to be fair."
        )
    return Text(
        f" Without {name}, ", Span(stayed, left), " would have to be gained elsewhere for the price to be fair, by how much of "
        "the cash stayed.",
    )  # fmt: skip


def _on_lost_neutrality(case: Case, deal: Deal, ledger: Ledger) -> Text:
    name, buyer = deal.customer.customer.name, case.acquirer.name
    cost, expected = ledger.number("neutrality_cost_to_acquirer"), ledger.number("neutrality_cost_expected")
    rounding = Span(
        ledger.number("neutrality_cost_to_acquirer_low"), ledger.number("neutrality_cost_to_acquirer_high")
    )
    start = Text(
        f"On its own side of the ledger, {owned(buyer)} stake loses ", cost, f" if {name} leaves (", rounding, " with every rounding)."
    )  # fmt: skip
    if not expected.value:
        return Text(start, " No exit is expected, so nothing is expected to be lost.")
    spread = Span(
        ledger.number("neutrality_cost_expected_low"), ledger.number("neutrality_cost_expected_high")
    )
    return Text(
        start, " With every named customer at its exit probability it would lose ", expected, " (", spread,
        " over the ranges given), ", ledger.number("neutrality_cost_share_of_cheque"), " of the cheque.",
    )  # fmt: skip


def _on_swings(case: Case, turned: list[Tornado]) -> Text:
    """Which figure moves each outcome most. Its size stands in the table."""
    parts: list[str] = []
    for tornado in turned:
        sized = [swing for swing in tornado.swings if swing.size]
        label = lowered(tornado.outcome.label)
        if sized:
            figure = case.figures[sized[0].name]
            parts.append(f"the {label} hangs most on the {lowered(figure.label)}")
        else:
            parts.append(f"nothing moves the {label}")
    text = "; ".join(parts)
    return Text(f"{raised(text)}.")
