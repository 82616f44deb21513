"""The tables of the forecasts: what became of them, how they score, what that can show: T4.1 to T4.6."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial

from neutrality.chapters.ledger import Origins, computed, printed, printed_range, source_line
from neutrality.chapters.outcomes import market_tables
from neutrality.chapters.outcomes.cells import nothing, outcome_line
from neutrality.chapters.outcomes.commitment import Commitment, Ends
from neutrality.chapters.outcomes.evidence import Record, since
from neutrality.chapters.outcomes.forecasts import Question, Reading, interest_of
from neutrality.chapters.outcomes.model import Model
from neutrality.methods import scoring
from neutrality.results import Cell, Number, Part, Span, Table, Tag, Text
from neutrality.words import day_words, listing

Maker = Callable[[], Table]

#: What stands for a score that no number is large enough for.
INFINITE = "infinite"

LEANED = {
    "right": "to the side that happened",
    "wrong": "to the other side",
    "both": "to neither side",
    "open": "open",
}


def makers(model: Model, ledger: Record) -> dict[str, Maker]:
    """Every table of the chapter by id."""
    return {
        "T4.1": partial(forecasts, model),
        "T4.2": partial(scores, model, ledger),
        "T4.3": partial(by_layer, model, ledger),
        "T4.4": partial(luck, model, ledger),
        "T4.5": partial(readings, model),
        "T4.6": partial(losses, model),
        **market_tables.makers(model),
    }


def came_out(outcome: float | None, question: Question) -> Cell:
    """An outcome as a table prints it."""
    if outcome is None:
        return "open"
    return Number(outcome, "", "later", "L0", f"figure:{question.figure.id}")


def score(ledger: Record, name: str) -> Part | None:
    """A score ready for print; one of a forecast that gave no chance to what happened is infinite."""
    if ledger.holds(name):
        return ledger.number(name)
    return INFINITE if "log_loss" in name and ledger.value("resolved") else None


def ends(ledger: Record, name: str) -> Cell:
    """Both ends of a score's interval; one number where they are the same."""
    low, high = score(ledger, f"{name}_low"), score(ledger, f"{name}_high")
    if isinstance(low, Number) and isinstance(high, Number):
        return low if low.value == high.value else Span(low, high)
    if low is None or high is None:
        return None
    return low if low == high else Text(low, " to ", high)


def forecasts(model: Model) -> Table:
    """T4.1: each question with its forecast, the coding of its outcome and the rule behind it."""
    title = "What became of each forecast?"
    rules = list(dict.fromkeys(one.rule for one in model.questions))
    note = (
        "Forecasts of the base; outcomes are later evidence; a coding is never changed, a newer one is added"
    )
    if len(rules) == 1:
        note = f"{note}. Rule for all: {rules[0]}"
    columns = (
        "Question", "Forecast", "Stated range", "Outcome", "Known on", "Read otherwise", "Range leaned",
        *(("Rule",) if len(rules) > 1 else ()), "Claims", "Note", "Tag",
    )  # fmt: skip
    if not model.questions:
        return nothing("T4.1", title, note, columns, "No question is recorded yet")
    return Table(
        id="T4.1",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(_forecast(one, len(rules) > 1) for one in model.questions),
        source=_settled_by(model),
        numeric=frozenset({1, 2, 3, 5}),
    )


def _settled_by(model: Model) -> str:
    """The line under a table of outcomes."""
    claims = [row["id"] for one in model.questions for row in one.claims]
    return outcome_line(model.case, model.figures_of(model.questions), claims)


def _forecast(one: Question, own_rule: bool) -> tuple[Cell, ...]:
    return (
        f"{one.name} leaves",
        printed(one.figure),
        Span(*printed_range(one.figure)),
        came_out(one.outcome, one),
        day_words(one.resolved_on) if one.resolved_on else "open",
        None if one.alternative is None else came_out(one.alternative, one),
        LEANED[one.leaned],
        *((one.rule,) if own_rule else ()),
        listing([row["id"] for row in one.claims]) or None,
        one.note or None,
        Tag("later"),
    )


def scores(model: Model, ledger: Record) -> Table:
    """T4.2: the scores of each question and of all, with what open questions and other codings leave."""
    title = "How good were the forecasts?"
    note = (
        "Brier score and logarithmic score, the latter in nats; both are losses, so lower is better; layer L2"
    )
    columns = ("Question", "Forecast", "Outcome", "Brier score", "Logarithmic score")
    if not model.resolved:
        return nothing("T4.2", title, note, columns, "No question has resolved yet")
    rows: list[tuple[Cell, ...]] = [
        (
            one.name,
            printed(one.figure),
            came_out(one.outcome, one),
            score(ledger, f"{one.customer}.brier"),
            score(ledger, f"{one.customer}.log_loss"),
        )
        for one in model.resolved
    ]

    def whole(label: str, key: str, *, interval: bool = True) -> tuple[Cell, ...]:
        shown = ends if interval else score
        return (label, None, None, shown(ledger, f"brier{key}"), shown(ledger, f"log_loss{key}"))

    rows.append(whole("Mean of all resolved", "", interval=False))
    if any(one.alternative is not None for one in model.resolved):
        rows.append(whole("Mean, outcomes read either way", "_read"))
    if model.open:
        rows.append(whole("Mean with the open questions, either way", "_all"))
    if model.open and any(one.alternative is not None for one in model.resolved):
        rows.append(whole("Mean, all of it either way", "_widest"))
    rows.append(whole("A tossed coin", "_coin", interval=False))
    rows.append(whole("Skill: part of the coin's loss avoided", "_skill", interval=False))
    return Table(
        id="T4.2",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(rows),
        source=_settled_by(model),
        numeric=frozenset({1, 2, 3, 4}),
    )


def by_layer(model: Model, ledger: Record) -> Table:
    """T4.3: what the resolved questions score if all that is claimed is a range."""
    title = "What would a range have scored?"
    note = "Resolved questions; lowest and highest mean score of any forecasts within the ranges"
    columns = ("Layer", "What is stated", "Brier score", "Logarithmic score")
    if not model.resolved:
        return nothing("T4.3", title, note, columns, "No question has resolved yet")
    figures = [one.figure for one in model.resolved]
    zero, one_ = (since(end, "score", figures) for end in (0.0, 1.0))
    zero, one_ = replace(zero, layer="L0"), replace(one_, layer="L0")
    return Table(
        id="T4.3",
        title=title,
        note=note,
        columns=columns,
        rows=(
            ("L0", "Anything from never to certainly", Span(zero, one_), Text(zero, f" to {INFINITE}")),
            (
                "L1",
                "The stated ranges",
                ends(ledger, "brier_range"),
                ends(ledger, "log_loss_range"),
            ),
            ("L2", "The forecasts", score(ledger, "brier"), score(ledger, "log_loss")),
        ),
        source=source_line(model.case, figures),
        numeric=frozenset({2, 3}),
    )


def luck(model: Model, ledger: Record) -> Table:
    """T4.4: the score that luck alone gives to forecasts that are exactly right."""
    title = "What can so few questions show?"
    note = "Exact, every joint outcome listed; resolved questions; common cause: the latent correlation of the exits"
    columns = ("If this were so", "Then this has a probability of", "Independent", "Common cause")
    if not ledger.holds("luck.as_bad_independent"):
        said = (
            "No question has resolved yet" if not model.resolved else "There are too many questions to list"
        )
        return nothing("T4.4", title, note, columns, said)
    return Table(
        id="T4.4",
        title=title,
        note=note,
        columns=columns,
        rows=(
            (
                "The forecasts are exactly right",
                "A score as bad as theirs, or worse",
                ledger.number("luck.as_bad_independent"),
                ledger.number("luck.as_bad_common"),
            ),
            (
                "The forecasts are exactly right",
                "A score worse than a coin's",
                ledger.number("luck.beaten_independent"),
                ledger.number("luck.beaten_common"),
            ),
            (
                "Every outcome is tossed",
                "A score as good as theirs, or better",
                ledger.number("luck.tossed"),
                None,
            ),
        ),
        source=source_line(model.case, model.figures_of(model.resolved), model.correlation),
        numeric=frozenset({2, 3}),
    )


def readings(model: Model) -> Table:
    """T4.5: each reading beneath a forecast, with who spoke and what it scores by itself."""
    title = "Whose words came true?"
    note = "The claims behind the forecasts, each as a forecast of its own; nobody chose to be scored so"
    columns = (
        "Question",
        "Who said it",
        "Interest",
        "What was said",
        "Read as",
        "Outcome",
        "Brier score",
        "Claim",
    )
    rows = [_reading(one, reading) for one in model.questions for reading in one.readings]
    if not rows:
        return nothing("T4.5", title, note, columns, "No reading of a question is recorded yet")
    return Table(
        id="T4.5",
        title=title,
        note=note,
        columns=columns,
        rows=tuple(rows),
        source=_settled_by(model),
        numeric=frozenset({4, 5, 6}),
    )


def _reading(one: Question, reading: Reading) -> tuple[Cell, ...]:
    ref = f"claim:{reading.claim}"
    read = Number(reading.probability, "probability", "assumed", "L2", ref)
    loss = None
    if one.outcome is not None:
        loss = Number(scoring.quadratic(reading.probability, one.outcome), "score", "later", "L2", ref)
    return (
        one.name,
        reading.speaker,
        interest_of(reading.interest),
        reading.statement,
        Text(f"{reading.term}: ", read),
        came_out(one.outcome, one),
        loss,
        reading.claim,
    )


def losses(model: Model) -> Table:
    """T4.6: the loss at each layer, and net of all that the acquirer's promise may bring."""
    promise, held = model.commitment, model.losses
    rows: list[tuple[Cell, ...]] = [_loss(ends_, promise, held.unit) for ends_ in held.layers]
    if model.resolved:
        given = held.given
        rows.append(_loss(given, promise, held.unit, later=True))
    columns: tuple[str, ...] = ("Layer", "What is assumed", "Loss a year")
    note = "On last full-year spends; "
    if promise is None:
        note += "no promise of the acquirer to buy is known, so nothing is set against the loss"
    else:
        columns += ("If all that is promised is bought",)
        note += "purchases lie between nothing and the promise, so the net loss lies between the loss and the last column; below zero is a gain"
    figures = [promise.figure] if promise else []
    return Table(
        id="T4.6",
        title=f"What is left of the loss if {model.case.acquirer.name} buys what it promised?",
        note=note,
        columns=columns,
        rows=tuple(rows),
        source=source_line(model.case, held.layers[2].figures, figures),
        numeric=frozenset(range(2, len(columns))),
    )


def _loss(found: Ends, promise: Commitment | None, unit: str, *, later: bool = False) -> tuple[Cell, ...]:
    bound = found.layer == "L1"

    def number(value: float, *more: Origins) -> Number:
        made = computed(value, unit, found.figures, *more, bound=bound)
        return replace(made, tag="later") if later or more else made

    def both(low: float, high: float, *more: Origins) -> Cell:
        return number(low, *more) if found.is_point else Span(number(low, *more), number(high, *more))

    cells: tuple[Cell, ...] = (found.layer, found.words, both(found.low, found.high))
    if promise is None:
        return cells
    return (*cells, both(found.low - promise.amount, found.high - promise.amount, promise.figure))
