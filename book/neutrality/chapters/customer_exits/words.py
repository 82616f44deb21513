"""What the chapter says: headline, notes beside the charts and the finding, each a function of the numbers."""

from __future__ import annotations

from neutrality.chapters.customer_exits.risk import MOST_UNKNOWNS, Known
from neutrality.chapters.customer_exits.story import Story
from neutrality.chapters.customer_exits.tail_words import on_dependence, on_step_up, on_tail, tail_in_brief
from neutrality.chapters.exit_model import costs_of
from neutrality.chapters.exposure import Exposure, currency, planned_of
from neutrality.chapters.ledger import Ledger, printed
from neutrality.results import Span, Text
from neutrality.words import joined, owned


def sure(customers: list[Exposure]) -> Text:
    """How sure the answer is: which exits later reports have settled, and where the rest comes from."""
    settled = [one.customer.name for one in customers if one.exit.tag == "later"]
    pooled = [one.exit.pooled for one in customers if one.exit.tag != "later"]
    told = ""
    if settled:
        told = f"Whether {joined(settled)} left is counted as later reports have it"
    sizes, bounds = " and every size is disclosed", ""
    if any(not one.disclosed for one in customers):
        sizes = f" and undisclosed sizes {'' if pooled and all(pooled) else 'are read '}from bounds"
        bounds = " The bounds themselves rest on reported figures alone."
    if not pooled:
        layer = ": assumed, layer L2" if bounds else ""
        return Text(f"{told};{sizes.removeprefix(' and')}{layer}.{bounds}")
    how = (
        "read from wording" if all(pooled)
        else "partly read from wording and partly set" if any(pooled)
        else "set and not read from wording"
    )  # fmt: skip
    which = f"{told}; other probabilities" if told else "Probabilities"
    return Text(f"{which} are {how}{sizes}: assumed, layer L2.{bounds}")


def _reading(customers: list[Exposure]) -> str:
    """Where the exit probabilities of the expected loss come from."""
    if any(one.exit.pooled for one in customers):
        return "the sources' words read on a published scale"
    return "the exit probabilities anywhere in their ranges"


def headline(ledger: Ledger) -> Text:
    """The chapter in a sentence."""
    return Text(
        "The named customers may take ", ledger.number("expected_loss"), " with them, ", ledger.number("expected_loss_share"),
        " of revenue, on expectation; reported facts alone allow anything from nothing to ", ledger.number("reported_loss_high"), ".",
    )  # fmt: skip


def finding(story: Story) -> Text:
    """The chapter in a paragraph."""
    ledger = story.ledger
    return Text(
        f"{story.top.customer.name} was ", ledger.number("top_customer_share"), " of revenue. Reported facts leave the yearly loss "
        "from the customers named between nothing and ", ledger.number("reported_loss_high"), f"; {_read_in_brief(story.customers)} "
        "the expected loss at ", Span(ledger.number("expected_loss_low"), ledger.number("expected_loss_high")),
        "; our assumptions put it at ", ledger.number("expected_loss"), ", ", ledger.number("expected_loss_share"), " of revenue. ",
        tail_in_brief(story), " ", on_timing(story), " ", on_growth(story), " ", on_unknown(story), " ",
        _learning_in_brief(story), " ", on_dependence(story, brief=True),
    )  # fmt: skip


def _read_in_brief(customers: list[Exposure]) -> str:
    """The same as what puts the loss somewhere."""
    if any(one.exit.pooled for one in customers):
        return "read on a published scale, the sources' words put"
    return f"{_reading(customers)} put"


def notes(story: Story) -> tuple[Text, ...]:
    """The paragraphs beside the charts, in the order of the page."""
    return (
        on_concentration(story),
        on_expectation(story),
        on_timing(story),
        on_growth(story),
        on_unknown(story),
        on_tail(story),
        on_dependence(story),
        on_step_up(story),
        on_provision(story),
        on_learning(story),
        on_cause(story),
    )


def on_concentration(story: Story) -> Text:
    ledger, supplier = story.ledger, story.case.supplier.name
    period = story.case.newest_period("spend")
    begin = Text(
        f"{story.top.customer.name} alone was ", ledger.number("top_customer_share"), f" of {owned(supplier)} revenue in {period}. "
        f"Reported facts leave the yearly loss from the named customers anywhere from nothing to ",
        ledger.number("reported_loss_high"),
    )  # fmt: skip
    if (ledger.value("fewest_customers") or 0) > 5:
        return Text(
            begin, ". They also say that the base is wider than a handful: there are at least ",
            ledger.number("fewest_customers"), ", and no five of them can be more than ",
            ledger.number("top_five_share_high"), " of revenue.",
        )  # fmt: skip
    return Text(begin, ", and allow that a handful of customers is all there is.")


def on_expectation(story: Story) -> Text:
    ledger = story.ledger
    free = any(not one.disclosed for one in story.customers)
    at = "With each undisclosed spend at half the largest" if free else "At the values taken here"
    return Text(
        f"With {_reading(story.customers)}{' and sizes left free' if free else ''}, the expected loss is ",
        Span(ledger.number("expected_loss_low"), ledger.number("expected_loss_high")),
        f". {at} it is ", ledger.number("expected_loss"), ", ",
        ledger.number("expected_loss_share"), " of revenue.",
    )  # fmt: skip


def on_timing(story: Story) -> Text:
    case, top = story.case, story.top
    planned, ramp = planned_of(case, top), case.figure("ramp_months", case.supplier.id)
    lost = story.ledger.number("in_year_loss_largest")
    plan = planned.spent(f"{currency(case)} mn per year")
    if not lost.value:
        return Text(
            f"Within the calendar year nothing of {owned(top.customer.name)} planned ",
            plan,
            " would be lost yet.",
        )
    slope = (
        Text(" because orders run down over ", printed(ramp))
        if ramp.value
        else Text(" even though orders stop at once")
    )
    return Text(
        f"Within the calendar year {owned(top.customer.name)} exit would cost ", lost, " of the planned ", plan, ",", slope,
        " and the year was already under way.",
    )  # fmt: skip


def on_growth(story: Story) -> Text:
    growth, supplier = story.ledger.number("replacement_growth_expected"), story.case.supplier.name
    if growth.value is None:
        return Text(f"Nothing would remain of {owned(supplier)} revenue that could grow to replace the loss.")
    if growth.value == 0:
        return Text("No loss is expected, so nothing has to be replaced.")
    return Text(f"What remains of {owned(supplier)} business would have to grow ", growth, " to stand still.")


def on_unknown(story: Story) -> Text:
    if not story.effects:
        return Text("Nothing about the expected loss is left open by these figures.")
    kind, one, _ = story.effects[0]
    what = "undisclosed spend" if kind == "spend" else "exit probability"
    return Text(
        f"{owned(one.customer.name)} {what} is the unknown that moves the expected loss most: ",
        story.ledger.number(f"first_order.{one.customer.id}_{kind}"), " of its variance.",
    )  # fmt: skip


# -- deciding -----------------------------------------------------------------------------------------


def on_provision(story: Story) -> Text:
    """How much to provide for, and what is paid for not knowing."""
    ledger, (short, over) = story.ledger, costs_of(story.case)
    if story.settled:
        return Text(
            "Nothing about the loss is open, so the right provision is the loss itself, ",
            ledger.number("provision"), ", and costs nothing.",
        )  # fmt: skip
    return Text(
        "If each unit of loss that nothing was set aside for costs ", printed(short), " and each unit set aside in vain ", printed(over),
        ", the cheapest provision covers the loss with a probability of ", ledger.number("provision_level"), ": ",
        ledger.number("provision"), ". On average it still costs ", ledger.number("perfect_information_value"),
        ", which is what knowing the loss in advance would save.",
    )  # fmt: skip


def _best(story: Story, kind: str) -> Known | None:
    return next((known for known in story.known if known.kind == kind and known.worth > 0), None)


def _what(known: Known) -> str:
    return f"{owned(known.one.customer.name)} " + (
        "decision" if known.kind == "exit" else "undisclosed spend"
    )


def _learning_in_brief(story: Story) -> Text:
    best = next((known for known in story.known if known.worth > 0), None)
    if best is None:
        return Text("Nothing that could be found out first would change the provision.")
    return Text(
        f"{_what(best)} is worth most to know before providing for the loss: ", story.ledger.number(best.result), ".",
    )  # fmt: skip


def on_learning(story: Story) -> Text:
    """What to find out first: what moves the expectation, and what moves the decision."""
    ledger = story.ledger
    if len(story.customers) > MOST_UNKNOWNS:
        return Text("There are too many customers to value what is unknown about each by itself.")
    if story.settled:
        return Text("Nothing about the loss is open, so there is nothing to find out first.")
    event, size = _best(story, "exit"), _best(story, "spend")
    if event is None:
        if size is None:
            return Text(
                "No single unknown would change the provision, so none is worth finding out by itself."
            )
        return Text(
            f"Only spends are open. {_what(size)} is worth most to know before providing for the loss: ",
            ledger.number(size.result), ".",
        )  # fmt: skip
    begin = Text(
        f"For someone who provides for the loss, {_what(event)} is worth most to know: ", ledger.number(event.result),
        " of the ", ledger.number("perfect_information_value"), " that knowing everything would save.",
    )  # fmt: skip
    if size is None:
        if any(not one.disclosed for one in story.customers) and story.model.size_model == "fixed":
            return Text(
                begin, " Undisclosed spends are taken as known here, so asking about them is worth nothing."
            )
        return Text(begin, " No undisclosed spend would change the provision.")
    if size.worth > event.worth:
        return Text(
            f"For someone who provides for the loss, {_what(size)} is worth most to know, ", ledger.number(size.result),
            f"; of the decisions {_what(event)}, ", ledger.number(event.result), ".",
        )  # fmt: skip
    begin = Text(begin, f" Of the spends {_what(size)} is worth most, ", ledger.number(size.result), ".")
    if story.effects and story.effects[0][0] == "spend":
        name = story.effects[0][1].customer.name
        return Text(
            begin, f" That does not contradict {owned(name)} spend moving the expected loss most. A spend is a fact that someone "
            "knows already: learning it shifts what to expect. A decision has not been taken: it makes the difference between "
            "what is expected and what comes, and that difference is what a provision has to bear.",
        )  # fmt: skip
    return Text(
        begin, " The expected loss too moves most with how likely an exit is, so both ways of asking point to the decisions.",
    )  # fmt: skip


def on_cause(story: Story) -> Text:
    """How much of the loss is the deal's own doing."""
    ledger = story.ledger
    if not ledger.value("expected_loss"):
        return Text("No loss is expected, so none is the deal's doing.")
    added, ends = ledger.number("attributable_loss"), (
        ledger.number("attributable_loss_low"), ledger.number("attributable_loss_high"),
    )  # fmt: skip
    if not any(one.exit_without_deal.value for one in story.customers):
        return Text(
            "All of the expected loss is put down to the deal here, since no exit without it is assumed. Some may have had "
            "other reasons, so what the deal itself adds may be anything from ", Span(*ends), ".",
        )  # fmt: skip
    return Text(
        "Of the expected loss of ", ledger.number("expected_loss"), " the deal itself adds ", added,
        "; depending on who would have left without it, that may be anything from ", Span(*ends), ".",
    )  # fmt: skip


__all__ = ["finding", "headline", "notes"]
