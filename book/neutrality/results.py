"""What a chapter hands on: named results, and the numbers, paragraphs and tables that print them.

Nothing here knows a chapter, a chart or a page. A number that is printed is always a `Number`, never a
bare string, so that it carries its tag, its layer and where it comes from to the place where it is read.
"""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from neutrality.units import pretty

#: From the strongest to the weakest; a result is as strong as the weakest figure it rests on.
TAGS = ("stated", "derived", "assumed", "later")
LAYERS = ("L0", "L1", "L2")
TAG_LETTERS = {"stated": "S", "derived": "D", "assumed": "A", "later": "E"}


def weakest(tags: Iterable[str]) -> str:
    """The tag of what rests on figures with these tags: the weakest of them, and at least `derived`.

    A result is computed, so even one that rests on stated figures alone is arithmetic on them and
    stands in no article as such.
    """
    return max(("derived", *tags), key=TAGS.index)


@dataclass(frozen=True)
class Number:
    """A value ready for print, with its origin.

    `ref` is `result:ID` or `figure:ID`; `digits` counts significant figures in print.
    """

    value: float | None
    unit: str
    tag: str
    layer: str
    ref: str
    digits: int = 3
    terse: bool = False

    @property
    def text(self) -> str:
        """The value with its unit, as prose prints it, for instance `$14.3bn` or `17.2%`.

        A terse one leaves out what its neighbour says too: `$145mn to $155mn a year`.
        """
        text = pretty(self.value, self.unit, self.digits)
        return text.removesuffix(" a year") if self.terse else text


@dataclass(frozen=True)
class Tag:
    """A tag standing in a table cell by itself."""

    name: str


@dataclass(frozen=True)
class Span:
    """Two numbers as an interval, printed `low to high`."""

    low: Number
    high: Number

    def __post_init__(self) -> None:
        if self.low.unit == self.high.unit:
            object.__setattr__(self, "low", replace(self.low, terse=True))


Part = str | Number | Span


@dataclass(frozen=True)
class Text:
    """A paragraph: plain strings (never markup) and numbers in reading order."""

    parts: tuple[Part, ...]

    def __init__(self, *parts: Part | Text) -> None:
        flat: list[Part] = []
        for part in parts:
            flat.extend(part.parts if isinstance(part, Text) else (part,))
        object.__setattr__(self, "parts", tuple(flat))

    def __str__(self) -> str:
        return "".join(as_plain(part) for part in self.parts)


Cell = Part | Tag | Text | None


@dataclass(frozen=True)
class Table:
    """A table of a chapter.

    `title` asks the question, `note` names unit, basis and layer, `source` the figures and claims
    beneath. `columns` are headings; each row has as many cells. `numeric` holds the positions of
    columns that are set flush right.
    """

    id: str
    title: str
    note: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    source: str = ""
    numeric: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        for row in self.rows:
            if len(row) != len(self.columns):
                raise ValueError(f"table {self.id}: {len(row)} cells under {len(self.columns)} columns")


class Tables(Mapping[str, Table]):
    """The tables of a chapter by id, each built when it is first asked for.

    Who wants the results alone does not pay for tables that simulate or optimise.
    """

    def __init__(self, makers: Mapping[str, Callable[[], Table]]) -> None:
        self._makers = dict(makers)
        self._made: dict[str, Table] = {}

    def __getitem__(self, key: str) -> Table:
        if key not in self._made:
            self._made[key] = self._makers[key]()
        return self._made[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._makers)

    def __len__(self) -> int:
        return len(self._makers)


def as_plain(cell: Cell) -> str:
    """A cell or part of a paragraph without markup."""
    match cell:
        case None:
            return "–"
        case Number():
            return cell.text
        case Span():
            return f"{cell.low.text} to {cell.high.text}"
        case Tag():
            return TAG_LETTERS[cell.name]
        case Text():
            return str(cell)
        case _:
            return cell


@dataclass(frozen=True)
class Result:
    """A named number or verdict word of a chapter.

    `value` is None where no number exists. `figures` are the ids of the figures whose value or range
    enters; the tag is the weakest of theirs, and the layer follows from them (design, "Words").
    """

    id: str
    value: float | str | None
    unit: str
    tag: str
    layer: str
    figures: tuple[str, ...]

    def number(self, digits: int = 3) -> Number:
        """This result ready for print."""
        if isinstance(self.value, str):
            raise TypeError(f"{self.id} is a word, not a number")
        return Number(self.value, self.unit, self.tag, self.layer, f"result:{self.id}", digits)

    def record(self) -> dict[str, object]:
        """The form that `results --format json` prints."""
        return {
            "value": self.value,
            "unit": self.unit,
            "tag": self.tag,
            "layer": self.layer,
            "figures": list(self.figures),
        }


@dataclass
class Results(Mapping[str, Result]):
    """Results of one chapter by id, in the order in which they were added."""

    _by_id: dict[str, Result] = field(default_factory=dict)

    def add(self, result: Result) -> Result:
        """Keep a result. A value that is not finite becomes None, since no number exists then."""
        if isinstance(result.value, float) and not math.isfinite(result.value):
            result = Result(result.id, None, result.unit, result.tag, result.layer, result.figures)
        if result.id in self._by_id:
            raise ValueError(f"result {result.id} was computed twice")
        self._by_id[result.id] = result
        return result

    def __getitem__(self, key: str) -> Result:
        return self._by_id[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_id)

    def __len__(self) -> int:
        return len(self._by_id)

    def value(self, key: str) -> float | None:
        """The bare value of a numeric result."""
        value = self[key].value
        if isinstance(value, str):
            raise TypeError(f"{key} is a word, not a number")
        return value

    def number(self, key: str, digits: int = 3) -> Number:
        """A numeric result ready for print."""
        return self[key].number(digits)


def as_json(results: Iterable[Result]) -> str:
    """Results as JSON, `{id: {value, unit, tag, layer, figures}}`; a value that does not exist is null."""
    found = {result.id: result.record() for result in results}
    return json.dumps(found, indent=2, allow_nan=False) + "\n"


def as_csv(results: Iterable[Result]) -> str:
    """Results as CSV, one a row; a value that does not exist is empty, figures are joined by semicolons."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(("id", "value", "unit", "tag", "layer", "figures"))
    for result in results:
        value = "" if result.value is None else result.value
        writer.writerow((result.id, value, result.unit, result.tag, result.layer, ";".join(result.figures)))
    return stream.getvalue()


@dataclass(frozen=True)
class Chapter:
    """All that a chapter computes from a case.

    `headline` is one sentence for the front page and the top of the chapter and `sure` says how sure it
    is, `notes` are the paragraphs beside the charts, `finding` is the paragraph at the end.
    """

    name: str
    title: str
    results: Results
    tables: Mapping[str, Table]
    headline: Text
    sure: Text
    notes: tuple[Text, ...]
    finding: Text


__all__ = [
    "LAYERS",
    "TAGS",
    "TAG_LETTERS",
    "Cell",
    "Chapter",
    "Number",
    "Part",
    "Result",
    "Results",
    "Span",
    "Table",
    "Tables",
    "Tag",
    "Text",
    "as_csv",
    "as_json",
    "as_plain",
    "weakest",
]
