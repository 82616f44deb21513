"""What the chapter says: headline, notes beside the charts, and the finding."""

from __future__ import annotations

from collections.abc import Sequence

from neutrality.chapters.ledger import computed, printed
from neutrality.chapters.outcomes import market_words
from neutrality.chapters.outcomes.chronicle import gaps
from neutrality.chapters.outcomes.evidence import Record
from neutrality.chapters.outcomes.forecasts import INTERESTS, Question, Reading, missed
from neutrality.chapters.outcomes.loss_words import on_losses
from neutrality.chapters.outcomes.model import Model
from neutrality.chapters.outcomes.results import MOST_QUESTIONS
from neutrality.chapters.outcomes.tables import INFINITE
from neutrality.methods.scoring import COIN
from neutrality.results import Number, Part, Span, Text
from neutrality.words import between, joined

Parts = list[Part | Text]

#: Two values closer than this print and count as the same.
_SAME = 1e-9


def headline(model: Model, ledger: Record) -> Text:
    """One sentence: how many forecasts resolved, how, and what they scored."""
    if not model.questions:
        return Text("Nothing yet: no outcome of a forecast is recorded.")
    if not model.resolved:
        return Text(
            "Nothing has resolved by this day: the ", ledger.number("questions"),
            f" {'question' if len(model.questions) == 1 else 'questions'} on exits {_are(model.open)} open.",
        )  # fmt: skip
    return Text(
        *_came_out(model, ledger), f". {_their(model)} Brier score is ", ledger.number("brier"),
        ", where lower is better and a coin has ", ledger.number("brier_coin"), ".",
    )  # fmt: skip


def _their(model: Model) -> str:
    return "Its" if len(model.resolved) == 1 else "Their"


def _came_out(model: Model, ledger: Record) -> Parts:
    """How the questions came out, as the beginning of a sentence."""
    total, settled, left = (len(part) for part in (model.questions, model.resolved, model.happened))
    if settled == total:
        begin: Parts = (
            ["All ", ledger.number("questions"), " forecasts have resolved"]
            if total > 1
            else ["The one forecast has resolved"]
        )
    else:
        begin = [
            ledger.number("resolved"), " of ", ledger.number("questions"),
            f" forecasts {'has' if settled == 1 else 'have'} resolved",
        ]  # fmt: skip
    if left == settled:
        return [*begin, ", as an exit" if settled == 1 else ", all of them as exits"]
    if left == 0:
        return [*begin, ", as no exit" if settled == 1 else ", none of them as an exit"]
    return [*begin, ", ", ledger.number("happened"), f" of them as {'an exit' if left == 1 else 'exits'}"]


def sure(model: Model) -> Text:
    """How sure the chapter is."""
    if not model.questions and not model.later:
        return Text("There is no later evidence in the case, so there is nothing to be sure of.")
    if not model.resolved:
        return Text(
            "What is later evidence carries its grade in every row; nothing here enters a base result."
        )
    few = "One outcome" if len(model.resolved) == 1 else "Outcomes of one common shock"
    return Text(
        f"{few} coded by us from graded reports, under a rule that stands beside {'it' if len(model.resolved) == 1 else 'them'}: "
        "an anecdote about these forecasts, not a measure of them. Nothing here enters a base result."
    )  # fmt: skip


def notes(model: Model, ledger: Record) -> dict[str, tuple[Text, ...]]:
    """The paragraphs beside the charts, by what they are about."""
    return {
        "forecasts": (_on_outcomes(model), *_on_codings(model, ledger)),
        "scores": _on_scores(model, ledger),
        "luck": _on_luck(model, ledger),
        "readings": _on_readings(model, ledger),
        "losses": on_losses(model, ledger),
        **market_words.notes(model, ledger),
        "gaps": gaps(model.case, model.later, model.questions) or (Text("No open gap is recorded."),),
    }


def finding(model: Model, ledger: Record) -> Text:
    """The paragraph at the end."""
    if not model.questions and not model.later:
        return Text(
            "There is nothing yet: the case holds no outcome and no later evidence. Once it does, this chapter scores the forecasts "
            "and sets the rest of the book against what happened."
        )  # fmt: skip
    parts: Parts = [_on_outcomes(model)]
    if model.resolved:
        parts += [" ", _verdict(model, ledger), " ", _interested(model)]
    parts += [part for text in market_words.in_finding(model, ledger) for part in (" ", text)]
    return Text(*parts)


# -- the forecasts ------------------------------------------------------------------------------------


def _on_outcomes(model: Model) -> Text:
    """Who left, who stayed and who is open."""
    if not model.questions:
        return Text("No question on an exit is recorded yet, so there is no forecast to score.")
    if not model.resolved:
        return Text(f"Nothing has resolved by this day; {_names(model.open)} {_are(model.open)} open.")
    stayed = [one for one in model.resolved if one not in model.happened]
    parts: Parts = []
    for found, words in (
        (model.happened, "counts as having left"),
        (stayed, "counts as having stayed"),
        (model.open, "is open"),
    ):
        if found:
            many = len(found) > 1
            words = words.replace("counts", "count").replace("is", "are") if many else words
            parts += ["; " if parts else "", f"{_names(found)} {words}"]
            parts += [" (", *_listed_forecasts(found), ")"]
    return Text(*parts, ".")


def _listed_forecasts(found: Sequence[Question]) -> Parts:
    parts: Parts = ["forecast at " if len(found) == 1 else "forecasts of "]
    for index, one in enumerate(found):
        parts += [between(index, len(found)), printed(one.figure)]
    return parts


def _names(found: Sequence[Question]) -> str:
    return joined([one.name for one in found])


def _are(found: Sequence[Question]) -> str:
    return "is" if len(found) == 1 else "are"


def _on_codings(model: Model, ledger: Record) -> tuple[Text, ...]:
    """What another reading of the rule would make of the outcomes."""
    either = [one for one in model.resolved if one.alternative is not None]
    if not either:
        return ()
    low, high = ledger.value("brier_read_low"), ledger.value("brier_read_high")
    begin = f"The outcome of {_names(either)} can be read otherwise. "
    if low is None or high is None or high - low < _SAME:
        return (
            Text(begin, "That changes no Brier score, since a forecast of even scores the same either way."),
        )
    return (
        Text(
            begin, "Read either way, the Brier score of the resolved questions lies anywhere ",
            *_between(ledger, "brier_read"), ".",
        ),
    )  # fmt: skip


def _score(ledger: Record, name: str) -> Part:
    return ledger.number(name) if ledger.holds(name) else INFINITE


def _between(ledger: Record, name: str) -> Parts:
    low, high = _score(ledger, f"{name}_low"), _score(ledger, f"{name}_high")
    if isinstance(low, Number) and isinstance(high, Number):
        return ["from ", Span(low, high)]
    return ["from ", low, " to ", high]


def _on_scores(model: Model, ledger: Record) -> tuple[Text, ...]:
    """The scores against a coin, and as intervals while a question is open."""
    if not model.resolved:
        return (Text("There is nothing to score by this day."),)
    parts: Parts = [
        "Over the resolved questions the Brier score is ", ledger.number("brier"), " and the mean logarithmic score ",
        _score(ledger, "log_loss"), "; a coin scores ", ledger.number("brier_coin"), " and ", ledger.number("log_loss_coin"), ".",
    ]  # fmt: skip
    parts += [" ", _against_coin(ledger)]
    if not ledger.holds("log_loss"):
        parts.append(
            " The logarithmic score is infinite because something happened that had been given no chance at all, or did not "
            "happen that had been given every chance: no later success makes up for that."
        )  # fmt: skip
    if model.open:
        parts += [
            f" With {_names(model.open)} either way, the Brier score of all questions lies anywhere ",
            *_between(ledger, "brier_all"), " and the logarithmic one ", *_between(ledger, "log_loss_all"), ".",
        ]  # fmt: skip
        low, high, coin = (ledger.value(name) for name in ("brier_all_low", "brier_all_high", "brier_coin"))
        if low is not None and high is not None and coin is not None and low < coin < high:
            parts.append(" So whether the forecasts beat a coin hangs on what is still open.")
    return (Text(*parts), _on_ranges(model, ledger))


def _against_coin(ledger: Record) -> Text:
    """Whether the forecasts did better than a coin, by the Brier score."""
    skill = ledger.value("brier_skill")
    if skill is None or abs(skill) < _SAME:
        return Text("That is no better and no worse than a coin.")
    if skill > 0:
        return Text("That avoids ", ledger.number("brier_skill"), " of the coin's loss.")
    loss = ledger.number("brier_skill")
    worse = Number(abs(skill), loss.unit, loss.tag, loss.layer, loss.ref)
    return Text("That is ", worse, " worse than a coin.")


def _on_ranges(model: Model, ledger: Record) -> Text:
    """Whether the outcomes lay within the stated ranges, and on which side the ranges leaned."""
    right, wrong = ledger.value("leaned_right") or 0.0, ledger.value("leaned_wrong") or 0.0
    neither = len(model.resolved) - right - wrong
    inside = ledger.value("inside_range") or 0.0
    parts: Parts = []
    if inside:
        parts += [
            ledger.number("inside_range"),
            f" {'outcome lies' if inside == 1 else 'outcomes lie'} inside the stated range. ",
        ]
    else:
        parts += ["No outcome lies inside its stated range, nor could it: a range of probabilities that stops short of never and "
                  "always holds no yes or no. "]  # fmt: skip
    said = [
        (right, "leaned_right", "leaned to the side that happened"),
        (wrong, "leaned_wrong", "leaned to the other side"),
    ]
    found = [(key, words) for count, key, words in said if count]
    if not found:
        parts.append(
            "What can be asked is on which side of even a whole range lies, and all of them reach both sides."
        )
    else:
        parts.append("What can be asked is on which side of even a whole range lies: ")
        for index, (key, words) in enumerate(found):
            ranges = "range" if ledger.value(key) == 1 else "ranges"
            parts += ["" if index == 0 else ", ", ledger.number(key), f" {ranges} {words}"]
        parts.append(", the rest to neither." if neither else ".")
    parts += [
        " Forecasts anywhere within the ranges would have scored anything ", *_between(ledger, "brier_range"),
        "; anything from never to certainly leaves the whole way from perfect to worst.",
    ]  # fmt: skip
    return Text(*parts)


def _on_luck(model: Model, ledger: Record) -> tuple[Text, ...]:
    """What so few questions cannot show, computed."""
    if not model.questions:
        return (Text("With no question recorded there is nothing to learn from."),)
    needed = ledger.value("luck.questions_needed")
    if needed is None:
        how_many = Text(
            "Forecasts that are all even say what a coin says, so no number of questions would tell them apart."
        )
    else:
        how_many = Text(
            "To show that forecasts like these beat a coin, with a chance of at most ", _error(model), " of erring either way, it would "
            "take about ", ledger.number("luck.questions_needed", 2), " questions that share no cause. The book asks ",
            ledger.number("questions"), ", about one cause.",
        )  # fmt: skip
    if not model.resolved:
        return (how_many,)
    if not ledger.holds("luck.as_bad_independent"):
        return (
            Text("There are too many resolved questions to list their joint outcomes one by one."),
            how_many,
        )
    parts: Parts = [
        "Had every forecast been exactly right, a score as bad as this or worse would still have had a probability of ",
        ledger.number("luck.as_bad_independent"), " with independent outcomes and of ", ledger.number("luck.as_bad_common"),
        " with their common cause",
    ]  # fmt: skip
    if ledger.value("luck.beaten_independent"):
        parts += [", and a score worse than a coin's one of ", ledger.number("luck.beaten_independent")]
    parts += [
        ". Had every outcome been tossed, a score as good as this or better would have had one of ", ledger.number("luck.tossed"),
        ". So the score tells next to nothing about how good the forecasts were." if _tells_little(ledger) else
        ". That is all that the score can tell about how good the forecasts were.",
        " Whether they are calibrated, so that what is called likely happens as often as it is called, cannot be asked of so few.",
    ]  # fmt: skip
    return (Text(*parts), how_many)


def _tells_little(ledger: Record) -> bool:
    """Whether tosses and right forecasts would both give such a score at least once in ten times."""
    once = 0.1
    return (ledger.value("luck.tossed") or 0.0) > once and (
        ledger.value("luck.as_bad_independent") or 0.0
    ) > once


def _error(model: Model) -> Number:
    level = model.confidence
    return computed(1 - (level.value or 0.0), "probability", level)


# -- the readings -------------------------------------------------------------------------------------


def _pairs(model: Model, interested: bool) -> list[tuple[Question, Reading]]:
    return [
        (one, reading)
        for one in model.resolved
        for reading in one.readings
        if (reading.interest != "none") == interested
    ]


def _on_readings(model: Model, ledger: Record) -> tuple[Text, ...]:
    """The readings scored apart by the interest of who spoke."""
    if not model.resolved:
        return (Text("Until a question resolves, no reading can be held against what happened."),)
    parts: Parts = []
    for interest, words in INTERESTS.items():
        key = f"readings.{interest}"
        if ledger.holds(f"{key}.brier"):
            one = ledger.value(f"{key}.count") == 1
            parts += [
                " " if parts else "", "The ", ledger.number(f"{key}.count"),
                f" {'reading' if one else 'readings'} from {words} {'scores' if one else 'score'} ",
                ledger.number(f"{key}.brier"), ".",
            ]  # fmt: skip
    if not parts:
        return (Text("No reading of a resolved question is recorded."),)
    return (Text(*parts), _interested(model))


def _interested(model: Model) -> Text:
    """What became of the words of those with an interest: the finding about reassurance."""
    pairs = _pairs(model, True)
    if not pairs:
        return Text("None of the readings rests on the word of an interested party.")
    failed = [(one, reading) for one, reading in pairs if missed(reading, one.outcome or 0.0)]
    if not failed:
        return Text("The word of interested parties did not point the wrong way here.")
    one, reading = failed[0]
    who = INTERESTS.get(reading.interest, reading.interest)
    parts: Parts = [
        f"What {reading.speaker}, {who}, said of itself missed" if reading.speaker == one.name else
        f"What {reading.speaker}, {who}, said of {one.name} missed",
        ": it was read as ", _read(reading), f", and {one.name} counts as having {'left' if (one.outcome or 0) > COIN else 'stayed'}.",
    ]  # fmt: skip
    others = [pair for pair in _pairs(model, False) if missed(pair[1], pair[0].outcome or 0.0)]
    if len(failed) > 1:
        parts.append(
            f" It is not the only one: so did the word on {joined([pair[0].name for pair in failed[1:]])}."
        )
    if others:
        parts.append(
            " Readings from speakers without an interest pointed the wrong way too, so nothing follows about interest."
        )
    else:
        parts.append(
            " No reading from a speaker without an interest pointed the wrong way. That is a reason to discount what an interested party "
            "says of itself, not a rate at which such words fail."
        )
    return Text(*parts)


def _read(reading: Reading) -> Number:
    return Number(reading.probability, "probability", "assumed", "L2", f"claim:{reading.claim}")


def _verdict(model: Model, ledger: Record) -> Text:
    """The score in the finding, with what it cannot show."""
    parts: Parts = [f"{_their(model)} Brier score is ", ledger.number("brier")]
    if model.open:
        parts += [", anywhere ", *_between(ledger, "brier_all"), " with what is open"]
    parts += [", against ", ledger.number("brier_coin"), " for a coin"]
    if ledger.holds("luck.tossed"):
        parts += [
            "; tossed outcomes would give a score as good with a probability of ",
            ledger.number("luck.tossed"),
        ]
    return Text(
        *parts, ", so this is an anecdote and no measure." if len(model.resolved) <= MOST_QUESTIONS else "."
    )


__all__ = ["finding", "headline", "notes", "sure"]
