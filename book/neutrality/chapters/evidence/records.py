"""Records: one for each result, figure, claim, source and conflict, with all that a reader may ask of it.

A record is plain data. It names other records by `Mention`, so that whoever shows it can lead there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from neutrality.case import Figure
from neutrality.results import Cell, Number, Span, Text

#: Letters of a source: how near it is to the fact.
GRADES: Mapping[str, str] = {
    "A": "primary: a filing, a court, an agency or a company's own page",
    "B": "a major outlet's own page, or a clean copy of it",
    "C": "a rewrite by another publisher",
    "D": "weak, unsourced or contradicting itself: not used",
}

#: Digits of a claim, after the Admiralty code: how well what is said is corroborated.
CREDIBILITY: Mapping[str, str] = {
    "1": "confirmed by a source of another root",
    "2": "probably true: a document, or said on the record and checkable",
    "3": "possibly true: one report, or unnamed sources",
    "4": "doubtful: nobody outside can check it",
    "5": "improbable: better evidence contradicts it",
    "6": "cannot be judged: a forecast or an opinion",
}

CERTAINTY: Mapping[str, str] = {
    "reported_fact": "reported as a fact",
    "interested_party": "said by an interested party",
    "unnamed_source": "from an unnamed source",
    "forecast": "a forecast or a plan",
    "article_assertion": "the document's own assertion",
    "estimate": "somebody's estimate",
}

INTERESTS: Mapping[str, str] = {
    "none": "no interest known",
    "party": "a party to the deal",
    "rival": "a rival of the supplier",
    "customer": "a customer",
    "investor": "an investor",
}

SURE: Mapping[str, str] = {
    "": "",
    "high": "a relay was read; we are sure that the original says so",
    "medium": "a relay was read; the original probably says so",
    "low": "a relay was read; it is uncertain that the original says so",
}

SCALES: Mapping[str, str] = {
    "kent": "Kent's scale",
    "icd203": "the scale of ICD 203",
    "ipcc": "the IPCC's scale",
}

#: Kinds of conflicts, in a word or two and in full.
KINDS: Mapping[str, tuple[str, str]] = {
    "modality": ("how certain", "the same with another certainty, or called by another word"),
    "magnitude": ("how much", "another size, number or extent"),
    "direct": ("either, or", "both cannot be true"),
    "derived": ("arithmetic", "found only by arithmetic over several claims"),
}

#: Only pages of these grades are linked; of the others the address is printed.
LINKED = ("A", "B")
UNUSABLE = "D"


@dataclass(frozen=True)
class Mention:
    """Another record by its kind (result, figure, claim, source, conflict) and id, with words for it."""

    kind: str
    id: str
    words: str
    tag: str = ""


Passage = tuple[str | Mention, ...]


@dataclass(frozen=True)
class Support:
    """A claim that something rests on, with its source and its grade."""

    claim: Mention
    source: Mention
    grade: str


@dataclass(frozen=True)
class ResultRecord:
    """A named result: `number` where it has one, else `word` (a verdict, or that there is no number)."""

    id: str
    chapter: str
    label: str
    formula: str
    number: Number | None
    word: str
    unit: str
    tag: str
    layer: str
    figures: tuple[Mention, ...]
    headline: bool


@dataclass(frozen=True)
class Vintage:
    """One row of a figure: whether it counts in this run, and why or why not."""

    figure: Figure
    counts: bool
    why: str


@dataclass(frozen=True)
class FigureRecord:
    """A figure: the row that counts, or later evidence that does not.

    `counts` says whether it enters this run, `always` whether it enters one without a date. `number` is None
    for a value that nobody disclosed or that another figure stands in for, `range` where nothing is left
    open. `made` says how the value came about where it stands in no row as it is.
    """

    figure: Figure
    entity: str
    number: Number | None
    range: Span | None
    limits: Span | None
    layer: str
    counts: bool
    always: bool
    made: Text | None
    claims: tuple[Support, ...]
    vintages: tuple[Vintage, ...]
    results: tuple[Mention, ...]

    @property
    def id(self) -> str:
        """The figure's id, by which a link finds the record."""
        return self.figure.id

    @property
    def label(self) -> str:
        """What the figure is, without whose."""
        return self.figure.label

    @property
    def tag(self) -> str:
        """The figure's own tag: assumed where a scenario or the reader set it."""
        return self.figure.tag

    @property
    def name(self) -> str:
        """The figure with whose it is, as a list prints it."""
        return self.figure.of(self.entity)

    @property
    def sources(self) -> tuple[Mention, ...]:
        """The sources of its claims, each once."""
        return tuple(dict.fromkeys(support.source for support in self.claims))


@dataclass(frozen=True)
class ClaimRecord:
    """What a source says: `grade` is the source's letter and the claim's digit, `reading` how its phrase is read."""

    id: str
    statement: str
    source: Mention
    locator: str
    speaker: str
    interest: str
    certainty: tuple[str, ...]
    grade: str
    letter: str
    digit: str
    sure: str
    said_on: date | None
    value: str
    reading: str
    later: bool
    figures: tuple[Mention, ...]
    conflicts: tuple[Mention, ...]


@dataclass(frozen=True)
class SourceRecord:
    """A document. `link` is its address where a page may be linked, `address` where it is only printed.

    `root` is the document at the end of what it descends from, itself when it descends from none; `kin` are the
    other documents that share it. `relayed` marks one that is known through relays alone.
    """

    id: str
    title: str
    publisher: str
    link: str
    address: str
    published_on: date | None
    grade: str
    root: Mention
    kin: tuple[Mention, ...]
    descends: Mention | None
    relayed: bool
    unusable: str
    note: str
    later: bool
    claims: tuple[Mention, ...]


@dataclass(frozen=True)
class Root:
    """A document from which others descend, with all of its family and how many claims rest on it."""

    source: SourceRecord
    members: tuple[SourceRecord, ...]
    claims: int


@dataclass(frozen=True)
class Reading:
    """One way to read claims that do not agree, and every headline answer computed under it.

    `sets` are the figures with the value they take, `answers` the headline results by id, `others` counts the
    other results that change. `stands` says that the case is read so already, `problem` why nothing could be
    computed.
    """

    words: str
    sets: tuple[tuple[Mention, Number], ...]
    claims: tuple[Support, ...]
    note: str
    answers: Mapping[str, Cell]
    others: int
    stands: bool
    problem: str = ""


@dataclass(frozen=True)
class Answer:
    """A headline answer that some reading moves: as the case stands, and under each reading."""

    id: str
    label: str
    stands: Cell
    readings: tuple[Cell, ...]


@dataclass(frozen=True)
class ConflictRecord:
    """Claims that do not agree, how the book treats them, and what each reading would change."""

    id: str
    topic: str
    kind: str
    meaning: str
    claims: tuple[Support, ...]
    treatment: str
    effect: Passage
    readings: tuple[Reading, ...]
    answers: tuple[Answer, ...]
    later: bool


__all__ = [
    "CERTAINTY",
    "CREDIBILITY",
    "GRADES",
    "INTERESTS",
    "KINDS",
    "LINKED",
    "SCALES",
    "SURE",
    "UNUSABLE",
    "Answer",
    "ClaimRecord",
    "ConflictRecord",
    "FigureRecord",
    "Mention",
    "Passage",
    "Reading",
    "ResultRecord",
    "Root",
    "SourceRecord",
    "Support",
    "Vintage",
]
