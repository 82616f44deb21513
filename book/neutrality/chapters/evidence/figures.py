"""Records of results and figures: what each rests on, which rows a figure has and which of them counts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from neutrality.case import Case, Figure
from neutrality.case.figures import vintages
from neutrality.case.resolve import scenario_values
from neutrality.chapters.evidence.records import SCALES, FigureRecord, Mention, ResultRecord, Support, Vintage
from neutrality.chapters.formulas import Formula, described
from neutrality.chapters.headlines import expanded, in_words
from neutrality.chapters.ledger import figure_name, printed
from neutrality.errors import InputError
from neutrality.results import Chapter, Number, Result, Span, Text
from neutrality.words import between, day_words


def figure_mention(case: Case, figure: Figure) -> Mention:
    return Mention("figure", figure.id, figure_name(case, figure), figure.tag)


def standing(case: Case, name: str) -> Figure:
    """A figure as it counts, or as later evidence that does not. Raises KeyError for an unknown id."""
    return case.figures[name] if name in case.figures else case.later[name]


# -- results ------------------------------------------------------------------------------------------


def result_records(case: Case, chapters: Sequence[Chapter]) -> tuple[ResultRecord, ...]:
    """Every result of the chapters, in their order."""
    words, headlines = described(case), expanded(case)
    return tuple(
        _result(case, chapter, result, words, result.id in headlines)
        for chapter in chapters
        for result in chapter.results.values()
    )


def _result(
    case: Case, chapter: Chapter, result: Result, words: Mapping[str, Formula], headline: bool
) -> ResultRecord:
    # A result that nobody has described is still a result; a test sees to it that there is none.
    known = words.get(result.id)
    verdict = in_words(result.value) if isinstance(result.value, str) else ""
    numeric = isinstance(result.value, int | float)
    return ResultRecord(
        id=result.id,
        chapter=chapter.title,
        label=known.label if known else result.id,
        formula=known.words if known else "",
        number=result.number() if numeric else None,
        word="" if numeric else verdict or "no number",
        unit=result.unit,
        tag=result.tag,
        layer=result.layer,
        figures=tuple(figure_mention(case, standing(case, name)) for name in result.figures),
        headline=headline,
    )


# -- figures ------------------------------------------------------------------------------------------


def figure_records(
    case: Case, results: Sequence[ResultRecord], claims: Mapping[str, Support]
) -> tuple[FigureRecord, ...]:
    """Every figure known by the case's day, by entity in the order of the table of entities.

    `claims` are the claims that are shown, by id.
    """
    resting: dict[str, list[Mention]] = {}
    for result in results:
        for figure in result.figures:
            resting.setdefault(figure.id, []).append(Mention("result", result.id, result.label, result.tag))
    names = dict.fromkeys((*case.figures, *case.later))
    place = {entity: index for index, entity in enumerate(case.entities)}
    found = [standing(case, name) for name in names]
    found.sort(key=lambda figure: place.get(figure.entity, len(place)))
    return tuple(_figure(case, one, tuple(resting.get(one.id, ())), claims) for one in found)


def _figure(
    case: Case,
    figure: Figure,
    results: tuple[Mention, ...],
    claims: Mapping[str, Support],
) -> FigureRecord:
    counts = figure.id in case.figures
    rows = rows_of(case, figure.id)
    number = printed(figure) if figure.value is not None else None
    return FigureRecord(
        figure=figure,
        entity=case.name(figure.entity),
        number=number,
        range=_span(figure, "L1", *_range(figure)),
        limits=_span(figure, "L0", figure.min, figure.max),
        layer="L2" if figure.tag == "assumed" else "L0",
        counts=counts,
        always=any(row.tag != "later" for row in vintages(case.tables["figures"], figure.id)),
        made=_made(case, figure),
        claims=tuple(claims[claim] for claim in figure.claims if claim in claims),
        vintages=tuple(_vintage(case, figure, row, rows) for row in rows),
        results=results,
    )


def rows_of(case: Case, name: str) -> list[Figure]:
    """The rows of a figure known by the case's day, or all of them without one; the oldest first."""
    rows = vintages(case.tables["figures"], name)
    return [row for row in rows if case.as_of is None or row.known_on <= case.as_of]


def _vintage(case: Case, figure: Figure, row: Figure, rows: Sequence[Figure]) -> Vintage:
    eligible = [one for one in rows if case.as_of is not None or one.tag != "later"]
    if row not in eligible:
        return Vintage(row, False, "does not count: later evidence, left out unless a day is asked for")
    newest = eligible[-1]
    if row is not newest:
        return Vintage(
            row, False, f"no longer counts: a newer row is known since {day_words(newest.known_on)}"
        )
    if figure.overridden:
        who = "a value of the reader's own" if figure.id in case.overrides else f"scenario {case.scenario}"
        return Vintage(row, False, f"does not count here: {who} stands in its place")
    if figure.pooled:
        return Vintage(row, True, "counts, with its value pooled from claims")
    if figure.undisclosed:
        return Vintage(row, True, "counts with its bounds alone: nobody disclosed the value")
    if figure.value is None:
        return Vintage(row, True, "counts without a value: other figures stand in for it")
    if len(rows) == 1:
        return Vintage(row, True, "counts: the only row")
    known = "later evidence apart" if case.as_of is None else f"as of {day_words(case.as_of)}"
    return Vintage(row, True, f"counts: the newest row, {known}")


def _range(figure: Figure) -> tuple[float | None, float | None]:
    try:
        return figure.range
    except InputError:
        return figure.low, figure.high


def _span(figure: Figure, layer: str, low: float | None, high: float | None) -> Span | None:
    """Two ends ready for print; None where one is open or nothing lies between them."""
    if low is None or high is None or low == high:
        return None
    ends = (Number(end, figure.unit, figure.tag, layer, f"figure:{figure.id}", 4) for end in (low, high))
    return Span(*ends)


def _made(case: Case, figure: Figure) -> Text | None:
    """How a value came about that no row holds as it is."""
    if figure.overridden:
        given = scenario_values(case.tables["scenarios"], case.scenario, case.figures)
        if figure.id in given and figure.id not in case.overrides:
            return Text(f"Set by scenario {case.scenario}.")
        return Text("A value of the reader's own.")
    if figure.pooled:
        return _pooled(case, figure)
    if figure.undisclosed:
        return Text("Nobody disclosed it. The largest disclosed value of its kind bounds it.")
    if figure.value is None:
        return Text("Without a value of its own; other figures stand in for it.")
    return None


def _pooled(case: Case, figure: Figure) -> Text:
    """The phrases that a pooled probability was read from, each with its place on the chosen scale."""
    scale = SCALES.get(case.scale, case.scale)
    coded = {row["id"]: row["phrase"] for row in case.tables["claims"].rows}
    parts: list[str | Number] = []
    for index, claim in enumerate(figure.claims):
        phrase = case.phrases[coded[claim]]
        number = Number(phrase.value, figure.unit, "assumed", "L2", f"claim:{claim}")
        parts += [f"{between(index, len(figure.claims))}“{phrase.term}” (", number, ")"]
    if len(figure.claims) == 1:
        return Text("Read from one phrase, ", *parts, f", on {scale}.")
    return Text("Pooled from its claims: ", *parts, f" on {scale}; {case.pool_method} pool.")


__all__ = [
    "figure_mention",
    "figure_records",
    "result_records",
    "rows_of",
    "standing",
]
