"""The questions on exits: what was forecast, how each came out under its rule, and the readings beneath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from neutrality.case import Case, Figure
from neutrality.case.figures import counting
from neutrality.chapters.outcomes.evidence import Row, by_then, claims_of, one_line
from neutrality.methods.scoring import COIN

#: Whose word a claim is, by the speaker's interest in the matter.
INTERESTS = {
    "none": "speakers without an interest",
    "party": "a party to the deal",
    "customer": "a customer",
    "rival": "a rival of the supplier",
    "investor": "an investor",
}

OPEN = (0.0, 1.0)


def interest_of(interest: str) -> str:
    """A speaker's interest as a cell of a table tells it."""
    return "no interest" if interest == "none" else INTERESTS.get(interest, interest)


@dataclass(frozen=True)
class Reading:
    """One claim on an exit as the forecast took it: who said it, and the probability of its phrase."""

    claim: str
    statement: str
    speaker: str
    interest: str
    term: str
    probability: float


@dataclass(frozen=True)
class Question:
    """One forecast of the base with the coding of its outcome that counts on the case's day.

    `outcome` is None while the question is open; `alternative` is the coding under a stricter reading of the
    rule, where that would differ. `note` and `claims` are those known by the day, `figures` what the
    forecast rests on.
    """

    figure: Figure
    customer: str
    name: str
    figures: tuple[Figure, ...]
    rule: str
    resolved_on: date | None
    outcome: float | None
    alternative: float | None
    claims: tuple[Row, ...]
    note: str
    readings: tuple[Reading, ...]

    @property
    def resolved(self) -> bool:
        """Whether it has an outcome by the case's day."""
        return self.outcome is not None

    @property
    def forecast(self) -> float:
        """The probability of an exit that the base gave."""
        return self.figure.value or 0.0

    @property
    def possible(self) -> tuple[float, ...]:
        """How the question came out, or both ways while it is open."""
        return OPEN if self.outcome is None else (self.outcome,)

    @property
    def readable(self) -> tuple[float, ...]:
        """The same with the other reading of the rule beside the one that counts."""
        return self.possible if self.alternative is None else (*self.possible, self.alternative)

    @property
    def inside(self) -> bool | None:
        """Whether the outcome lies in the stated range of the forecast; None while it is open."""
        low, high = self.figure.range
        return None if self.outcome is None else low <= self.outcome <= high

    @property
    def leaned(self) -> str:
        """On which side of even the whole stated range lies, against the outcome: right, wrong, both or open."""
        if self.outcome is None:
            return "open"
        low, high = self.figure.range
        if low <= COIN <= high:
            return "both"
        return "right" if (low > COIN) == (self.outcome > COIN) else "wrong"


def questions(case: Case, base: Case) -> tuple[Question, ...]:
    """Every question of the outcomes table, in its order, each once.

    `base` is the same case without later evidence, from which the forecasts come. A question resolved after
    the case's day is open.
    """
    rows: dict[str, list[Row]] = {}
    for row in case.tables["outcomes"].rows:
        rows.setdefault(row["figure"], []).append(row)
    weight = counting(base.all_of("pool_weight"))
    found = []
    for name, own in rows.items():
        figure = base.figures.get(name)
        if figure is not None and figure.value is not None:
            rests = (figure, weight) if figure.pooled and weight else (figure,)
            found.append(_question(case, base, figure, rests, own))
    return tuple(found)


def _question(
    case: Case, base: Case, figure: Figure, rests: tuple[Figure, ...], rows: Sequence[Row]
) -> Question:
    settled = [row for row in rows if row["resolved_on"] and by_then(case, row["resolved_on"])]
    # Append-only: of several codings the newest by the day counts, and the earlier ones stay in the table.
    row = max(settled, key=lambda one: one["resolved_on"]) if settled else _standing(rows)
    open_ = not settled
    claims = claims_of(case, row["claims"])
    # What is noted of a coding, or of a question that stayed open, was noted with all of it in view.
    told = case.as_of is None or not open_
    return Question(
        figure=figure,
        customer=figure.entity,
        name=one_line(case.name(figure.entity)),
        figures=rests,
        rule=one_line(row["rule"]),
        resolved_on=None if open_ else date.fromisoformat(row["resolved_on"]),
        outcome=None if open_ else row["outcome"],
        alternative=None if open_ else row["alternative"],
        claims=tuple(claims) if told else tuple(one for one in claims if not row["resolved_on"]),
        note=one_line(row["note"]) if told else "",
        readings=tuple(_readings(base, figure.entity)),
    )


def _standing(rows: Sequence[Row]) -> Row:
    """The row of a question that nothing has settled: the open one where there is one."""
    return next((row for row in rows if not row["resolved_on"]), rows[0])


def _readings(base: Case, customer: str) -> list[Reading]:
    """The claims that the forecast was read from."""
    found = []
    for row in base.exit_claims(customer):
        phrase = base.phrases[row["phrase"]]
        statement, speaker = one_line(row["statement"]), one_line(row["speaker"])
        found.append(Reading(row["id"], statement, speaker, row["interest"], phrase.term, phrase.value))
    return found


def resolved(found: Sequence[Question]) -> list[Question]:
    """The questions that have an outcome."""
    return [one for one in found if one.resolved]


def missed(reading: Reading, outcome: float) -> bool:
    """Whether a reading lay on the other side of even than what happened."""
    return (reading.probability - COIN) * (outcome - COIN) < 0
