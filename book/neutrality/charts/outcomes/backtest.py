"""E11: each forecast against what happened, with its score."""

from __future__ import annotations

import altair as alt

from neutrality.case import Case
from neutrality.chapters.outcomes import Outcomes
from neutrality.chapters.outcomes.forecasts import Question
from neutrality.chapters.outcomes.tables import INFINITE
from neutrality.charts import common
from neutrality.charts.common import (
    DOWN,
    MUTED,
    TAG_COLOURS,
    X2,
    Y2,
    Record,
    blank,
    finished,
    layer,
    sheet,
    short,
    word,
    words,
)
from neutrality.charts.outcomes.canvas import lines, width
from neutrality.methods.scoring import COIN, quadratic
from neutrality.results import TAG_LETTERS
from neutrality.units import pretty

#: The side of a probability at which a label stands clear of the point.
_RIGHT = 0.75


def backtest(case: Case, chapter: Outcomes) -> alt.LayerChart:
    """E11: forecast, stated range and outcome of every question, with the Brier score."""
    model = chapter.model

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
            pieces = _said(one)
            said = [
                line
                for piece in (pieces if narrow else [" · ".join(pieces)])
                for line in lines(piece, width(narrow) - 8)
            ]
            texts.append(word(0.0, top + 8, lines(one.name, width(narrow) - 30, 1)[0], weight="bold"))
            texts += [word(0.0, top + 24 + 15 * i, line, colour=MUTED) for i, line in enumerate(said)]
            at = top + 24 + 15 * len(said) + 8
            low, high = one.figure.range
            colour = TAG_COLOURS[one.figure.tag]
            spans.append({"x": low, "x2": high, "y": at, "colour": colour})
            points.append({"x": one.forecast, "y": at, "colour": colour})
            left = one.forecast > _RIGHT
            label = f"{short(one.forecast, 'probability')} · {TAG_LETTERS[one.figure.tag]}"
            texts.append(
                word(one.forecast, at + 16, label, align="right" if left else "left", dx=4 if left else -4, colour=colour)
            )  # fmt: skip
            even.append({"x": 0.5, "y": at - 10, "y2": at + 10})
            for outcome in one.possible:
                ways.append({"x": one.forecast, "x2": outcome, "y": at})
                (solid if one.resolved else hollow).append({"x": outcome, "y": at})
            if one.alternative is not None and one.alternative not in one.possible:
                hollow.append({"x": one.alternative, "y": at})
            top = at + 34
        axis = {"title": None, "format": "%", "grid": False, "values": [0, 0.25, 0.5, 0.75, 1]}
        x = common.field("x", axis=axis, scale=common.scaled(-0.02, 1.02))
        later = TAG_COLOURS["later"]
        place = {"x": x, "y": DOWN}
        return sheet(
            top - 6,
            layer("rule", even, {**place, "y2": Y2}, color=MUTED, strokeDash=[2, 3], opacity=0.6),
            layer("rule", ways, {**place, "x2": X2}, color=later, strokeDash=[1, 3]),
            layer("rule", spans, {**place, "x2": X2, "color": common.COLOUR}, strokeWidth=4),
            layer("point", points, {**place, "color": common.COLOUR}, size=110),
            layer("point", solid, place, shape="diamond", size=130, color=later),
            layer("point", hollow, place, shape="diamond", size=110, filled=False, stroke=later, strokeWidth=1.5),
            words(texts, x, DOWN),
        )  # fmt: skip

    return finished(
        build,
        id="E11",
        title="Did the wording mislead?",
        subtitle="probability of exit; circle and bar: forecast with its stated range (A, layers L2 and L1); diamond: outcome (E), hollow "
        "where the question is open or can be read otherwise",
        description=f"For each question the forecast, its range and how it came out. {_sentence(chapter)}",
        source=chapter.tables["T4.1"].source or "Figures: none.",
    )  # fmt: skip


def _said(one: Question) -> list[str]:
    """What stands under a question's name, in pieces."""
    if not one.resolved:
        low, high = sorted(quadratic(one.forecast, option) for option in one.possible)
        return ["open", f"Brier score {pretty(low, 'score')} or {pretty(high, 'score')}"]
    outcome = one.outcome or 0.0
    how = "left" if outcome > COIN else "stayed"
    other = ", can be read otherwise" if one.alternative is not None else ""
    loss = pretty(quadratic(one.forecast, outcome), "score")
    return [f"{how}, known by {one.resolved_on:%-d %b %Y}{other}", f"Brier score {loss}"]


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


__all__ = ["backtest"]
