"""E11: each forecast against what happened, with its score.

An outcome that can be read otherwise and a question that is still open can each be counted another way: the
drawing holds every way, and the page lets the reader choose.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain, product

from neutrality.case import Case
from neutrality.chapters.outcomes import Outcomes
from neutrality.chapters.outcomes.forecasts import OPEN, Question
from neutrality.chapters.outcomes.tables import INFINITE
from neutrality.charts import common
from neutrality.charts.common import (
    DOWN,
    X2,
    Y2,
    Built,
    Record,
    blank,
    finished,
    layer,
    sheet,
    short,
    tabled,
    word,
    words,
)
from neutrality.charts.outcomes.canvas import choice, lines, tall, width
from neutrality.charts.theme import MUTED, TAG_COLOURS
from neutrality.methods.scoring import COIN, brier, quadratic
from neutrality.results import TAG_LETTERS
from neutrality.units import pretty
from neutrality.words import short_day

#: The side of a probability at which a label stands clear of the point.
_RIGHT = 0.75

#: What the reader sets, by what the parameter is called: its label, and each way to count with its words.
#: The first way is how the book counts.
READING, PENDING = "e11_reading", "e11_open"
CHOICES = {
    READING: (
        "Outcomes that can be read otherwise count",
        {"recorded": "as recorded", "other": "as read otherwise"},
    ),
    PENDING: (
        "Questions still open count",
        {"open": "not yet", "left": "as exits", "stayed": "as stays"},
    ),
}
#: The same ways as the table names them.
_COUNTED = {
    "recorded": "outcomes as recorded",
    "other": "outcomes as read otherwise",
    "open": "open questions left out",
    "left": "open questions as exits",
    "stayed": "open questions as stays",
}

#: Both settings in one, by which the mean score is found, and what is drawn whatever is set.
_BOTH, _ALWAYS = "e11_counted", "always"


@dataclass(frozen=True)
class View:
    """A question in one way to count it.

    `counted` is how it comes out, both ways where that is open; `other` is how else it could be read;
    `said` stands under its name.
    """

    when: str
    counted: tuple[float, ...]
    other: tuple[float, ...]
    settled: bool
    said: tuple[str, ...]


def backtest(case: Case, chapter: Outcomes) -> Built:
    """E11: forecast, stated range and outcome of every question, with the Brier score."""
    model = chapter.model
    asked = _asked(model.questions)

    def build(narrow: bool) -> Record:
        if not model.questions:
            return blank("No question is recorded yet")
        spans: list[Record] = []
        ways: list[Record] = []
        points: list[Record] = []
        solid: list[Record] = []
        hollow: list[Record] = []
        even: list[Record] = []
        texts: list[Record] = []
        top = 4.0
        for one in model.questions:
            texts.append(
                _always(word(0.0, top + 8, lines(one.name, width(narrow) - 30, 1)[0], weight="bold"))
            )
            views = views_of(one)
            said = _broken(views[0].said, narrow)
            at = top + 24 + 15 * sum(map(len, said)) + 8
            low, high = one.figure.range
            colour = TAG_COLOURS[one.figure.tag]
            stated = f"{one.name}: forecast {short(one.forecast, 'probability')}"
            reach = f"{short(low, 'probability')} to {short(high, 'probability')}"
            spans.append({"x": low, "x2": high, "y": at, "colour": colour, "tip": f"{stated}, range {reach}"})
            points.append({"x": one.forecast, "y": at, "colour": colour, "tip": stated})
            left = one.forecast > _RIGHT
            label = f"{short(one.forecast, 'probability')} · {TAG_LETTERS[one.figure.tag]}"
            texts.append(
                _always(
                    word(one.forecast, at + 16, label, align="right" if left else "left", dx=4 if left else -4, colour=colour)
                )
            )  # fmt: skip
            even.append({"x": 0.5, "y": at - 10, "y2": at + 10})
            for view in views:
                # Every way has as many lines as the first, so that nothing moves.
                room = [len(piece) for piece in said]
                for i, line in enumerate(chain(*_broken(view.said, narrow, room))):
                    texts.append(word(0.0, top + 24 + 15 * i, line, colour=MUTED) | {"when": view.when})
                for outcome in view.counted:
                    ways.append({"x": one.forecast, "x2": outcome, "y": at, "when": view.when})
                    tip = f"{one.name}: {_how(outcome)}" if view.settled else f"{one.name}: open"
                    (solid if view.settled else hollow).append(
                        {"x": outcome, "y": at, "when": view.when, "tip": tip}
                    )
                hollow += [
                    {"x": outcome, "y": at, "when": view.when, "tip": f"{one.name}, read otherwise: {_how(outcome)}"}
                    for outcome in view.other
                ]  # fmt: skip
            top = at + 34
        means = {
            key: lines(_mean_said(counted), width(narrow) - 8)
            for key, counted in list(_counted(model.questions, asked).items())[1:]
        }
        for key, said_ in means.items():
            texts += [
                word(0.0, top + 6 + 15 * i, line, weight="bold") | {"when": key}
                for i, line in enumerate(said_)
            ]
        more = 8 + 15 * max(map(len, means.values()), default=0)
        axis = {"title": None, "format": "%", "grid": False, "values": [0, 0.25, 0.5, 0.75, 1]}
        x = common.field("x", axis=axis, scale=common.scaled(-0.02, 1.02))
        later = TAG_COLOURS["later"]
        place = {"x": x, "y": DOWN}
        return sheet(
            top - 6,
            layer("rule", even, {**place, "y2": Y2}, color=MUTED, strokeDash=[2, 3], opacity=0.6),
            _chosen(asked, layer("rule", ways, {**place, "x2": X2}, color=later, strokeDash=[1, 3])),
            layer("rule", spans, {**place, "x2": X2, "color": common.COLOUR}, strokeWidth=4),
            layer("point", points, {**place, "color": common.COLOUR}, size=110),
            _chosen(asked, layer("point", solid, place, shape="diamond", size=130, color=later)),
            _chosen(
                asked,
                layer("point", hollow, place, shape="diamond", size=110, filled=False, stroke=later, strokeWidth=1.5),
            ),
            _chosen(asked, words(texts, x, DOWN)),
            **_params(asked, top - 6, more),
        )  # fmt: skip

    return finished(
        build,
        id="E11",
        title="Did the wording mislead?",
        subtitle="probability of exit; circle and bar: forecast with its stated range (A, layers L2 and L1); diamond: outcome (E), hollow "
        "where the question is open or can be read otherwise",
        description=f"For each question the forecast, its range and how it came out. {_sentence(chapter)}",
        source=chapter.tables["T4.1"].source or "Figures: none.",
        table=_table(model.questions, asked),
    )  # fmt: skip


# -- ways to count ------------------------------------------------------------------------------------


def views_of(one: Question) -> list[View]:
    """A question in every way to count it, the book's own first; one that is settled has that one only."""
    said = tuple(_said(one))
    if not one.resolved:
        ways = [
            View(when, (outcome,), (), False, (f"open, counted as {_noun(outcome)}", _score(one, outcome)))
            for when, outcome in (("left", 1.0), ("stayed", 0.0))
        ]
        return [View("open", OPEN, (), False, said), *ways]
    other = one.alternative
    if other is None or other in one.possible:
        return [View(_ALWAYS, one.possible, (), True, said)]
    return [
        View("recorded", one.possible, (other,), True, said),
        View(
            "other", (other,), one.possible, True, (f"{_how(other)}, as read otherwise", _score(one, other))
        ),
    ]


def _asked(questions: Sequence[Question]) -> dict[str, dict[str, str]]:
    """What there is to choose for these questions: each parameter with its ways to count."""
    found = {view.when for one in questions for view in views_of(one)}
    return {name: ways for name, (_, ways) in CHOICES.items() if found & set(ways)}


def _counted(
    questions: Sequence[Question], asked: dict[str, dict[str, str]]
) -> dict[str, list[tuple[Question, float]]]:
    """Each setting of all choices, the book's own first, with the questions that then have an outcome."""
    found = {}
    for setting in product(*asked.values()):
        views = [
            next((view for view in views_of(one) if view.when in (_ALWAYS, *setting)), None)
            for one in questions
        ]
        found[" ".join(setting)] = [
            (one, view.counted[0])
            for one, view in zip(questions, views, strict=True)
            if view and len(view.counted) == 1
        ]
    return found


def _params(asked: dict[str, dict[str, str]], height: float, more: float) -> Record:
    """The parameters of the drawing; anything but the book's own setting needs room for the mean score."""
    if not asked:
        return {}
    first = " ".join(next(iter(ways)) for ways in asked.values())
    return {
        "params": [
            *(choice(name, CHOICES[name][0], ways) for name, ways in asked.items()),
            {"name": _BOTH, "expr": " + ' ' + ".join(asked)},
            tall(f"{_BOTH} == '{first}' ? {common.rounded(height)} : {common.rounded(height + more)}"),
        ]
    }


def _always(text: Record) -> Record:
    return text | {"when": _ALWAYS}


def _chosen(asked: dict[str, dict[str, str]], drawn: Record) -> Record:
    """A layer of which only what belongs to the reader's setting is shown."""
    if not asked:
        return drawn
    settings = dict.fromkeys((*asked, _BOTH))
    wanted = " || ".join(f"datum.when == {one}" for one in (f"'{_ALWAYS}'", *settings))
    return {**drawn, "transform": [{"filter": wanted}]}


# -- words --------------------------------------------------------------------------------------------


def _broken(pieces: Sequence[str], narrow: bool, most: Sequence[int] = ()) -> list[list[str]]:
    """What stands under a name, each piece in its lines: all beside each other in the wide drawing."""
    whole = pieces if narrow else [" · ".join(pieces)]
    return [lines(piece, width(narrow) - 8, most[i] if i < len(most) else 6) for i, piece in enumerate(whole)]


def _how(outcome: float) -> str:
    return "left" if outcome > COIN else "stayed"


def _noun(outcome: float) -> str:
    return "an exit" if outcome > COIN else "a stay"


def _score(one: Question, outcome: float) -> str:
    return f"Brier score {pretty(quadratic(one.forecast, outcome), 'score')}"


def _mean(counted: Sequence[tuple[Question, float]]) -> float | None:
    return brier([one.forecast for one, _ in counted], [outcome for _, outcome in counted])


def _mean_said(counted: Sequence[tuple[Question, float]]) -> str:
    """The mean score of the questions that have an outcome as the reader counts them."""
    mean = _mean(counted)
    if mean is None:
        return "No question has an outcome"
    coin = quadratic(COIN, 1.0)
    many = f"{len(counted)} question{'s' if len(counted) != 1 else ''}"
    return f"So counted: mean Brier score {pretty(mean, 'score')} over {many}, a coin {pretty(coin, 'score')}"


def _said(one: Question) -> list[str]:
    """What stands under a question's name, in pieces."""
    if one.outcome is None or one.resolved_on is None:
        low, high = sorted(quadratic(one.forecast, option) for option in one.possible)
        return ["open", f"Brier score {pretty(low, 'score')} or {pretty(high, 'score')}"]
    other = ", can be read otherwise" if one.alternative is not None else ""
    return [f"{_how(one.outcome)}, known by {short_day(one.resolved_on)}{other}", _score(one, one.outcome)]


def _sentence(chapter: Outcomes) -> str:
    model, ledger = chapter.model, chapter.ledger
    if not model.questions:
        return "No question is recorded yet."
    said = "; ".join(
        f"{one.name}: forecast {short(one.forecast, 'probability')}, {', '.join(_said(one))}"
        for one in model.questions
    )
    if not model.resolved:
        return f"{said}. Nothing has resolved."
    mean = f"The mean Brier score of the resolved questions is {pretty(ledger.value('brier'), 'score')}, that of a coin {pretty(ledger.value('brier_coin'), 'score')}."
    log = pretty(ledger.value("log_loss"), "score") if ledger.holds("log_loss") else INFINITE
    return f"{said}. {mean} The mean logarithmic score is {log}."


def _table(questions: Sequence[Question], asked: dict[str, dict[str, str]]) -> Record:
    """Each question with its scores, and the mean score for each way to count."""
    columns = (
        "Question", "Forecast, %", "From, %", "To, %", "Outcome", "Read otherwise", "Brier score",
        "Brier score if it left", "Brier score if it stayed",
    )  # fmt: skip
    rows: list[list[str | float | None]] = []
    for one in questions:
        other = one.alternative
        rows.append(
            [
                f"{one.name} leaves",
                100 * one.forecast,
                *(100 * end for end in one.figure.range),
                _said(one)[0].removesuffix(", can be read otherwise"),
                None if other is None else _how(other),
                None if one.outcome is None else quadratic(one.forecast, one.outcome),
                quadratic(one.forecast, 1.0),
                quadratic(one.forecast, 0.0),
            ]
        )
    for key, counted in _counted(questions, asked).items():
        mean = _mean(counted)
        if mean is not None:
            label = ", ".join(["Mean", *(_COUNTED[way] for way in key.split())])
            rows.append([label, *[None] * 5, mean, None, None])
    return tabled(columns, rows)


__all__ = ["CHOICES", "backtest", "views_of"]
