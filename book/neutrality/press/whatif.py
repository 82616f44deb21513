"""What the pages need for a reader to try figures of their own: the record of the case, and its controls.

The scripts in `_static/whatif` build the controls from these data; those in `_static/live` compute what they change.
"""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.load import varied
from neutrality.chapters import BASE, CHOICES, READING, Words
from neutrality.chapters.evidence.records import SCALES
from neutrality.chapters.exposure import exposures, largest
from neutrality.chapters.formulas import described
from neutrality.chapters.headlines import all_results, expanded, in_words
from neutrality.errors import InputError
from neutrality.press import live
from neutrality.press.downloads import Edition
from neutrality.results import Chapter, Number, Result, Span, Text
from neutrality.units import around
from neutrality.words import raised

#: The files in a site's `_static`: all scripts of the model as one, those of the controls as one, and what both
#: work with. The last one assigns one object instead of being JSON, since a page opened from disk may load a
#: script but not fetch.
MODEL_SCRIPT, CONTROLS_SCRIPT, DATA, NAME = "live.js", "whatif.js", "live-data.js", "neutralityWhatIf"

#: Where commands and notebooks look for the case when nobody names another one.
OWN_CASE = "data"

#: The scripts of the controls in their folder, in this order: each stands on those before it.
SCRIPTS = (
    "page",
    "voice",
    "choices",
    "engine",
    "state",
    "numbers",
    "link",
    "copy",
    "control",
    "parts",
    "shelf",
    "panel",
    "front",
    "start",
)

#: The groups of controls in the order of a page. Figures of the supplier and the acquirer belong to the deal
#: where they describe it, else to the model.
DEAL, CUSTOMERS, VENDORS, MODEL = GROUPS = ("The deal", "Customers", "Vendors", "The model")
_ROLES = {"customer": CUSTOMERS, "vendor": VENDORS}
_OF_THE_DEAL = {
    "investment", "stake", "prior_stake", "valuation", "valuation_prior", "revenue", "cash_retained_share", "net_debt",
    "standalone_value", "multiple_after_exit",
}  # fmt: skip

#: A figure that another one stands in for while it has no value of its own.
_STANDS_IN = {"standalone_value": "valuation_prior"}
#: Figures that are counted, which the model refuses as fractions.
_WHOLE = {"dcf_years"}
#: Nobody thinks of time in finer steps than these.
_FINEST = {"years": 0.5, "months": 0.5}

#: How several readings of one probability become one, in words.
POOL_WORDS = {"linear": "their mean", "log": "their geometric mean"}

#: About so many steps from one end of a slider to the other.
STEPS = 200
#: Evidence that spans so many times its low end is set on a logarithmic slider.
WIDE = 10
#: The whole of what a figure may be is offered where it is at most so many times as wide as evidence asks for.
ROOMY = 4


def data(edition: Edition) -> dict[str, Any]:
    """What a page with controls is built from, ready for JSON.

    `record` is the case as the model reads it. `controls` by figure id hold the group, the `value` in this
    edition, the ends `low` and `high` of the slider, its `step`, whether it is `log` (then `step` counts
    nothing), for a figure without a value the point `start` at which it begins and a word `without`, and what
    print sets `before` and `after` the number, which is so many `times` the value. `chapters` by name hold
    the ids of the controls, those that move the answers most first, the headline `answers` with label and
    printed text, the one control of the front page with the answer that it moves, and the names of the
    `choices` that change something. `choices` by name hold a `label` and the `words` for what each may be.
    `words` are those of verdicts, `reading` the choices by which probabilities are read, the only ones that the
    front page takes, and `asked` the parameters with which the edition was built, but for its figures and its
    scenario: another case among them.
    """
    # It stands on scipy, which Sphinx does without.
    from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS

    case, choices = edition.case, edition.choices
    base = {chapter.name: chapter for chapter in edition.chapters if chapter.name in BASE}
    fronts = _fronts(case)
    held = live.record(case, choices)
    chapters = {
        name: _chapter(case, chapter, choices, held["defaults"][name], fronts[name])
        for name, chapter in base.items()
    }
    ids = dict.fromkeys(figure for chapter in chapters.values() for figure in chapter["controls"])
    return {
        "record": held,
        "groups": list(GROUPS),
        "controls": {name: control(case, case.figures[name]) for name in ids},
        "chapters": chapters,
        "choices": choice_words(case),
        "words": dict(VERDICT_WORDS),
        "reading": list(READING),
        "asked": _elsewhere(case) | ({"as_of": case.as_of.isoformat()} if case.as_of else {}) | dict(choices),
    }


def _elsewhere(case: Case) -> dict[str, str]:
    """Where the case is, unless it is the book's own. Of a path of this machine the last name is told alone."""
    place = case.location if "://" in case.location else case.location.rstrip("/")
    if "://" not in place and Path(place).is_absolute():
        place = Path(place).name
    return {} if place == OWN_CASE else {"data": place}


# -- controls --------------------------------------------------------------------------------------------


def control(case: Case, figure: Figure) -> dict[str, Any]:
    """One figure's control: see `data`. Everything is in the unit of the figure."""
    start = _start(case, figure)
    least, most = _evidence(figure) or (start, start)
    limits = (-math.inf if figure.min is None else figure.min, math.inf if figure.max is None else figure.max)
    log = least > 0 and most / least >= WIDE
    if log:
        low, high = max(least / 2, limits[0]), min(most * 2, limits[1])
    else:
        reach = max(most - least, abs(start) / 2)
        low, high = max(least - reach, limits[0]), min(most + reach, limits[1])
        if limits[1] - limits[0] <= ROOMY * (high - low):
            low, high = limits
    low, high = min(low, start), max(high, start)
    step = 1.0 if figure.metric in _WHOLE else max(_step(high - low), _FINEST.get(figure.unit, 0.0))
    if not log:
        # Ends that a reader can say, unless the case itself ends there.
        low = low if low == limits[0] else max(_on_grid(low, step, math.floor), limits[0])
        high = high if high == limits[1] else min(_on_grid(high, step, math.ceil), limits[1])
    before, after, times = around(figure.unit)
    return {
        "group": _group(case, figure),
        "value": figure.value,
        "start": start,
        "without": "" if figure.value is not None else "not disclosed" if figure.undisclosed else "not set",
        "low": low,
        "high": high,
        "step": step,
        "log": log,
        "before": before,
        "after": after,
        "times": times,
    }


def _start(case: Case, figure: Figure) -> float:
    """A figure's value; without one, that of the figure that stands in for it, or the middle of its range."""
    if figure.value is not None:
        return figure.value
    if figure.metric in _STANDS_IN:
        return case.figure(_STANDS_IN[figure.metric], figure.entity).value or 0.0
    span = _evidence(figure)
    return sum(span) / 2 if span else figure.min or 0.0


def _evidence(figure: Figure) -> tuple[float, float] | None:
    try:
        return figure.range
    except InputError:
        return None


def _step(width: float) -> float:
    """The one of 1, 2 and 5 times a power of ten that cuts a width into about `STEPS` steps."""
    if width <= 0:
        return 1.0
    wanted = math.log10(width / STEPS)
    power = math.floor(wanted)
    return float(f"{min((1, 2, 5, 10), key=lambda one: abs(math.log10(one) + power - wanted))}e{power}")


def _on_grid(value: float, step: float, rounded: Any) -> float:
    return float(f"{rounded(round(value / step, 9)) * step:.12g}")


def _group(case: Case, figure: Figure) -> str:
    role = case.entities[figure.entity].role
    return _ROLES.get(role, DEAL if figure.metric in _OF_THE_DEAL else MODEL)


# -- choices ---------------------------------------------------------------------------------------------


def choice_words(case: Case) -> dict[str, dict[str, Any]]:
    """Every choice among words with its label and a text for each word, as a reader would say it."""
    from neutrality.chapters.competitor_opportunity.market import RULE_WORDS
    from neutrality.chapters.customer_exits import basis_words
    from neutrality.chapters.exit_model import SIZE_WORDS

    said: dict[str, tuple[str, Callable[[str], str]]] = {
        "basis": ("Tables and charts stand on", lambda word: basis_words(case, word)),
        # The label says of what.
        "size_model": (
            "Undisclosed spends",
            lambda word: SIZE_WORDS[word].removeprefix("undisclosed spends "),
        ),
        "share_model": ("Vendors share the open spend", RULE_WORDS.__getitem__),
        "scale": ("Words of probability are read on", SCALES.__getitem__),
        "pool_method": ("Several readings are pooled by", POOL_WORDS.__getitem__),
    }
    return {
        name: {"label": label, "words": {word: raised(text(word)) for word in choice.words}}
        for name, (label, text) in said.items()
        if isinstance(choice := CHOICES[name], Words)
    }


def _choices(case: Case, chapter: Chapter, defaults: Mapping[str, Any]) -> list[str]:
    """The choices that change something in a chapter: its own, and those of the case where it rests on words."""
    pooled = [
        len(case.exit_claims(one.entity))
        for name in dict.fromkeys(name for result in chapter.results.values() for name in result.figures)
        if (one := case.figures[name]).pooled
    ]
    found = [name for name, choice in CHOICES.items() if isinstance(choice, Words) and name in defaults]
    return found + ["scale"] * any(pooled) + ["pool_method"] * any(count > 1 for count in pooled)


# -- chapters --------------------------------------------------------------------------------------------


def _chapter(
    case: Case,
    chapter: Chapter,
    choices: Mapping[str, Any],
    defaults: Mapping[str, Any],
    front: Figure | None,
) -> dict[str, Any]:
    labels = described(case)
    answers = [chapter.results[name] for name in _answers(case, chapter)]
    numbers = [one for one in answers if not isinstance(one.value, str)]
    ids = dict.fromkeys(figure for result in chapter.results.values() for figure in result.figures)
    ids |= dict.fromkeys(_waiting(case, chapter, choices))
    moved = {name: _moves(case, chapter, case.figures[name], numbers, choices) for name in ids}
    led = next((one.id for one in numbers if front and front.id in one.figures), "")
    return {
        # Sorting keeps the order of the results among figures that move nothing.
        "controls": sorted(ids, key=lambda name: -moved[name]),
        "choices": _choices(case, chapter, defaults),
        "answers": [{"id": one.id, "label": labels[one.id].label, "text": _text(one)} for one in answers],
        "front": {"control": front.id, "answer": led} if front and led else None,
    }


def _text(result: Result) -> str:
    return in_words(result.value) if isinstance(result.value, str) else result.number().text


def _answers(case: Case, chapter: Chapter) -> Iterator[str]:
    """The results in a chapter's first sentence, then its headline results, each once."""
    headlines = [name for name in expanded(case) if name in chapter.results]
    yield from dict.fromkeys([*_told(chapter.headline), *headlines])


def _told(text: Text) -> Iterator[str]:
    for part in text.parts:
        for number in (part.low, part.high) if isinstance(part, Span) else (part,):
            if isinstance(number, Number) and number.ref.startswith("result:"):
                yield number.ref.removeprefix("result:")


def _waiting(case: Case, chapter: Chapter, choices: Mapping[str, Any]) -> Iterator[str]:
    """Figures on which a result rests once they have a value of their own."""
    for figure in case.figures.values():
        if figure.metric in _STANDS_IN and figure.value is None and figure.tag != "later":
            found = _results(case, chapter, {figure.id: _start(case, figure)}, choices)
            if any(figure.id in result.figures for result in found.values()):
                yield figure.id


def _moves(
    case: Case, chapter: Chapter, figure: Figure, answers: list[Result], choices: Mapping[str, Any]
) -> float:
    """How far a figure moves the answers, each relative to itself and at most as a whole, all together, at the
    end of its evidence that is farther from its value."""
    span, value = _evidence(figure), _start(case, figure)
    resting = [(one.id, was) for one in answers if figure.id in one.figures and (was := one.value)]
    if span is None or not resting:
        return 0.0
    end = max(span, key=lambda one: abs(one - value))
    found = _results(case, chapter, {figure.id: end}, choices) if end != value else {}
    return sum(
        min(abs(float(now) / float(was) - 1), 1.0)
        for name, was in resting
        if name in found and (now := found[name].value) is not None
    )


def _results(
    case: Case, chapter: Chapter, figures: Mapping[str, float], choices: Mapping[str, Any]
) -> Mapping[str, Result]:
    """A chapter's results with new values; none where these contradict the other figures."""
    from neutrality.chapters import customer_exits

    try:
        there = varied(case, figures)
        if chapter.name == customer_exits.__name__.rpartition(".")[2]:
            # What is left out is none of the answers.
            sizes = {name: value for name, value in choices.items() if name == "size_model"}
            return customer_exits.measures(there, **sizes)
        return all_results(there, choices, (chapter.name,))
    except InputError:
        return {}


def _fronts(case: Case) -> dict[str, Figure | None]:
    """The figure that each answer of the front page turns on: what the business was worth before, whether the
    largest customer leaves, and how much of its work customers take in house."""

    def found(metric: str, entity: str) -> Figure | None:
        held = [one for one in case.all_of(metric, entity) if one.tag != "later"]
        return held[0] if held else None

    supplier = case.supplier.id
    leaver = largest(exposures(case, "last_year")).customer.id
    return {
        "deal": found("valuation_prior", supplier),
        "customer_exits": found("exit_probability", leaver),
        "competitor_opportunity": found("inhouse_share", supplier),
    }


# -- files -----------------------------------------------------------------------------------------------


def write_scripts(static: Path, folder: Path) -> None:
    """Write the scripts of the model and those of the controls, each as one file, into a folder of the site."""
    (folder / MODEL_SCRIPT).write_text(live.bundle(static / "live"), "utf-8")
    (folder / CONTROLS_SCRIPT).write_text(live.bundle(static / "whatif", SCRIPTS), "utf-8")


def write_data(edition: Edition, folder: Path) -> Path:
    """Write the data of an edition's controls into a folder of the site and return the file."""
    # Without characters beyond ASCII the file reads the same whatever its host says of its encoding.
    text = json.dumps(data(edition), separators=(",", ":"), allow_nan=False)
    place = folder / DATA
    folder.mkdir(parents=True, exist_ok=True)
    place.write_text(f"globalThis.{NAME}={text};\n", "ascii")
    return place


__all__ = [
    "CONTROLS_SCRIPT",
    "DATA",
    "GROUPS",
    "MODEL_SCRIPT",
    "NAME",
    "SCRIPTS",
    "choice_words",
    "control",
    "data",
    "write_data",
    "write_scripts",
]
