"""What the chapter says of the tail: measures of the loss, dependence between exits, and the step-up."""

from __future__ import annotations

from neutrality.case.figures import in_millions
from neutrality.chapters.customer_exits.risk import confidence_of, likeliest
from neutrality.chapters.customer_exits.story import SAME, Story
from neutrality.chapters.exit_model import correlation_of
from neutrality.chapters.exposure import revenue_of
from neutrality.chapters.ledger import computed, printed
from neutrality.results import Number, Text
from neutrality.words import owned


def _certain(story: Story) -> Text:
    if story.most <= 0 or not story.ledger.value("expected_loss"):
        return Text("By these figures nothing can be lost, so no measure of the tail says more.")
    return Text(
        "By these figures the loss is certain, ", story.ledger.number("expected_loss"),
        ", so no measure of the tail says more.",
    )  # fmt: skip


def _worse(story: Story) -> Number:
    confidence = confidence_of(story.case)
    return computed(1 - (confidence.value or 0.0), "probability", confidence)


def _saturated(story: Story, name: str) -> bool:
    return (story.ledger.value(name) or 0.0) >= story.most * (1 - SAME)


def tail_in_brief(story: Story) -> Text:
    if story.settled:
        return _certain(story)
    at_risk = story.ledger.number("value_at_risk")
    if _saturated(story, "value_at_risk"):
        return Text(
            "The chance of the largest loss of this model, ", at_risk, ", is above ", _worse(story),
            ", so that is the value at risk.",
        )  # fmt: skip
    return Text("There is a chance of at most ", _worse(story), " that the loss is above ", at_risk, ".")


def on_tail(story: Story) -> Text:
    """Value at risk and expected shortfall, and whether they say anything at their level."""
    ledger = story.ledger
    if story.settled:
        return _certain(story)
    at_risk, worse = ledger.number("value_at_risk"), _worse(story)
    if _saturated(story, "value_at_risk"):
        said = Text(
            "Value at risk and expected shortfall are both ", at_risk, ", the largest loss that this model allows, because the "
            "chance of losing it is more than ", worse, ". At this level they say nothing about how likely any other loss is",
        )  # fmt: skip
        if _saturated(story, "value_at_risk_80"):
            said = Text(said, ", and a lower level would not help; the whole curve does.")
        else:
            said = Text(
                said, "; in four cases out of five the loss is at most ", ledger.number("value_at_risk_80"), ".",
            )  # fmt: skip
    else:
        said = Text(
            "There is a chance of at most ", worse, " that the yearly loss is above ", at_risk, "; on average over the worst ", worse,
            " it is ", ledger.number("expected_shortfall"), ". In four cases out of five it is at most ",
            ledger.number("value_at_risk_80"), ".",
        )  # fmt: skip
        if story.model.size_model != "fixed" and _saturated_when_fixed(story):
            said = Text(
                said, " Had every undisclosed spend been fixed at half the largest, the value at risk would be ",
                ledger.number("value_at_risk_fixed"), ", the largest loss possible then, and would say nothing; "
                "that is why spends are left uncertain.",
            )  # fmt: skip
    best, revenue = ledger.number("best_case"), revenue_of(story.case)
    if best.value:
        said = Text(said, " In the best ", worse, " of cases it is at most ", best, ".")
    else:
        said = Text(said, " In the best ", worse, " of cases nothing is lost.")
    if story.most > in_millions(revenue) * (1 + SAME):
        said = Text(
            said, " Spends are drawn one by one, so that in the worst of cases they would together exceed the whole revenue of ",
            printed(revenue), ".",
        )  # fmt: skip
    return said


def _saturated_when_fixed(story: Story) -> bool:
    """Whether value at risk would be the largest loss if every undisclosed spend were fixed."""
    fixed = story.ledger.value("value_at_risk_fixed") or 0.0
    most = story.ledger.value("largest_loss_fixed") or 0.0
    open_ = any(not one.disclosed for one in story.customers)
    return open_ and most > 0 and fixed >= most * (1 - SAME)


# -- dependence ---------------------------------------------------------------------------------------


def on_dependence(story: Story, *, brief: bool = False) -> Text:
    """What independence would say, what the shared cause says, and what no dependence can exceed.

    `brief` leaves out what the page says elsewhere.
    """
    ledger, p = story.ledger, story.model.probabilities
    undecided = [one for one in story.customers if 0 < one.probability < 1]
    if not undecided:
        return Text(
            "Every decision is certain by these figures, so it does not matter how exits hang together."
        )
    if len(undecided) == 1:
        return Text(
            f"Only {owned(undecided[0].customer.name)} decision is open, so it does not matter how exits hang together."
        )
    if min(p) > 0:
        which, happens = "all", "all named customers leave"
    elif max(p) < 1:
        which, happens = "none", "nobody leaves"
    else:
        return Text(
            "One customer leaves for certain and another stays for certain, so neither everybody nor nobody can leave under any "
            "dependence. How the others hang together moves the tail, not the expected loss."
        )
    apart, model = ledger.number(f"probability_{which}_independent"), ledger.number(f"probability_{which}")
    highest = ledger.number(f"probability_{which}_most")
    if story.model.correlation == 0:
        return Text(
            f"Exits are taken as independent here: {happens} with a probability of ", model,
            ". A shared cause would raise that, to at most ", highest, ". The expected loss is the same either way.",
        )  # fmt: skip
    if story.model.correlation == 1:
        return Text(
            f"Exits are taken as nested here, whoever is less likely to leave following all who are likelier: {happens} with a "
            "probability of ", model, ", the most that any dependence allows. Independence would say ", apart,
            ". The expected loss is the same either way.",
        )  # fmt: skip
    realised = ledger.number("realised_correlation")
    said = Text(
        f"Exits have a cause in common, so independence would understate the tail: that {happens} has a probability of ", apart,
        " if they were independent, ", model, " with the latent correlation of ", printed(correlation_of(story.case)),
        " assumed here, and at most ", highest, " under any dependence.",
    )  # fmt: skip
    if brief:
        return said
    if realised.value is not None:
        first, second = (story.customers[i].customer.name for i in likeliest(story.model.customers)[:2])
        said = Text(
            said, f" The exits of {first} and {second} themselves are then correlated by ", realised, " only.",
        )  # fmt: skip
    return Text(said, " The expected loss is the same either way.")


def on_step_up(story: Story) -> Text:
    """How likely the loss is to erase the deal's step-up."""
    chance = story.ledger.number("probability_step_up_gone")
    if chance.value is None:
        return Text("The deal shows no step-up, so there is none that a loss could erase.")
    erased = "the loss is so large that at the deal's own multiple it erases the whole step-up in value"
    if chance.value <= 1e-12:
        return Text(f"In this model it cannot happen that {erased}.")
    if chance.value >= 1 - 1e-12:
        return Text(f"In this model it is certain that {erased}.")
    # The loss that does it is the deal chapter's; here only its chance is printed.
    return Text("With a probability of ", chance, f" {erased}.")


__all__ = ["on_dependence", "on_step_up", "on_tail", "tail_in_brief"]
