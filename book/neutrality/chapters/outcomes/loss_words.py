"""What the chapter says of the loss: what the outcomes imply, and what the acquirer's promise leaves of it."""

from __future__ import annotations

from neutrality.chapters.ledger import computed, printed
from neutrality.chapters.outcomes.evidence import Record
from neutrality.chapters.outcomes.model import Model
from neutrality.results import Number, Part, Span, Text

Parts = list[Part | Text]


def on_losses(model: Model, ledger: Record) -> tuple[Text, ...]:
    """The loss that outcomes imply, and the loss net of the acquirer's promise."""
    found: list[Text] = []
    value, figures = model.losses.expected
    expected = computed(value, model.losses.unit, figures)
    if model.resolved:
        low, high = ledger.value("loss_low"), ledger.value("loss_high")
        parts: Parts = [
            "If all who left took the whole of their spend along as assumed, the outcomes imply a yearly loss of "
        ]
        if low == high:
            parts += [ledger.number("loss_low"), ","]
        else:
            parts += [
                Span(ledger.number("loss_low"), ledger.number("loss_high")),
                ", since undisclosed spends stay as free as before,",
            ]
        parts += [" against ", expected, " expected beforehand"]
        if ledger.holds("loss"):
            parts += [
                "; with undisclosed spends in the middle of what they can be it would be ",
                ledger.number("loss"),
            ]
        found.append(
            Text(*parts, ". An exit counted here is work that stopped, not revenue that was seen to fall.")
        )
    return (*found, *_on_promise(model, ledger, expected))


def _on_promise(model: Model, ledger: Record, expected: Number) -> tuple[Text, ...]:
    promise, acquirer = model.commitment, model.case.acquirer.name
    if promise is None:
        return (
            Text(
                f"No promise of {acquirer} to buy is known by this day, so nothing is set against the loss."
            ),
        )
    net = ledger.value("net_expected") or 0.0
    said = printed(promise.figure)
    parts: Parts = [
        f"{acquirer} is reported to have promised purchases of ", said, ", ", ledger.number("commitment_of_revenue"),
        " of the last full year's revenue",
    ]  # fmt: skip
    if promise.years is not None and ledger.holds("commitment_total"):
        parts += [", over ", printed(promise.years), " and so ", ledger.number("commitment_total"), " in all"]
    if promise.part is not None:
        parts += [
            ", or ",
            printed(promise.part),
            " of what it spends in the field in a year where that is less. That spend is undisclosed, so what is bought may be anything from nothing to the whole",
        ]
    else:
        parts += [
            ". Whether it is a floor is not known, so what is bought may be anything from nothing to the whole"
        ]
    parts += [", and the expected loss of ", expected, " is "]
    result = ledger.number("net_expected")
    size = Number(abs(net), result.unit, result.tag, result.layer, result.ref)
    if net < 0:
        parts += ["net of it anything from that loss to a gain of ", size, "."]
    elif net == 0:
        parts += ["net of it anything from that loss to nothing."]
    else:
        parts += ["net of it anything from that loss down to ", size, "."]
    texts = [Text(*parts)]
    if promise.part is not None:
        if ledger.holds("covering_spend"):
            texts.append(
                Text(
                    f"The promise covers the expected loss once {acquirer} spends more than ", ledger.number("covering_spend"),
                    " in the field, and counts in full from ", ledger.number("whole_commitment_spend"),
                    " on. It is evidence and enters no base result.",
                )
            )  # fmt: skip
        else:
            texts.append(
                Text(
                    "The promise is smaller than the expected loss whatever is spent, so it cannot cover it. It is evidence and enters no base result."
                )
            )
    if model.losses.coincides(promise):
        value, figures = model.losses.break_even
        texts.append(
            Text(
                "Beware: the promise and the yearly loss that would erase the deal's step-up in value, ",
                computed(value, model.losses.unit, figures), ", are the same number by coincidence. One is what a buyer means to "
                "spend, the other what prices and revenue make of each other.",
            )
        )  # fmt: skip
    return tuple(texts)


__all__ = ["on_losses"]
