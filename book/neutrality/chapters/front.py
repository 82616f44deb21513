"""What stands before the chapters: the case's own words, with their numbers filled in from figures."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.case.rules import PLACEHOLDER
from neutrality.case.validate import RESERVED_SCENARIO
from neutrality.case.wording import DEFAULT_SCALE
from neutrality.chapters.ledger import printed
from neutrality.errors import InputError, nearest
from neutrality.results import Number, Part, Text
from neutrality.words import day_words


def filled(case: Case, words: str) -> Text:
    """Words of the case as a paragraph, each `{figure_id}` in them as that figure's number.

    Raises InputError for a placeholder that names no figure.
    """
    parts: list[Part] = []
    for index, piece in enumerate(PLACEHOLDER.split(words)):
        if index % 2 == 0:
            parts.append(piece)
        elif piece in case.figures:
            parts.append(printed(case.figures[piece]))
        else:
            raise InputError(
                f"{case.location}: story: found {{{piece}}}, expected the id of a figure{nearest(piece, case.figures)}"
            )
    return Text(*(part for part in parts if part != ""))


def question(case: Case) -> Text:
    """The case's question, for the top of the front page."""
    return filled(case, case.question or case.title)


def story(case: Case) -> Text:
    """The case told to a newcomer."""
    return filled(case, case.story)


def settings(case: Case) -> Text:
    """What this run stands on: the day, the scenario and every figure that differs from the reported one."""
    parts: list[Part] = [
        f"The answers stand on what was known by {day_words(case.base_day)}; later evidence enters none of them"
        if case.as_of is None
        else f"As of {day_words(case.as_of)}"
    ]
    if case.scenario != RESERVED_SCENARIO:
        parts.append(f"; scenario {case.scenario}")
    if case.scale != DEFAULT_SCALE or case.pool_method != "linear":
        parts.append(f"; phrases on the scale {case.scale}, {case.pool_method} pool")
    for index, figure in enumerate(case.overridden):
        parts += ["; changed: " if index == 0 else ", ", f"{figure.id} ", _plain(printed(figure))]
    return Text(*parts, ".")


def _plain(number: Number) -> Number:
    # A reader's own value is shown in full: it is not evidence that rounding would protect.
    return Number(number.value, number.unit, number.tag, number.layer, number.ref, digits=6)
