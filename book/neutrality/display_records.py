"""How records are shown: tables whose rows open, one record a row, all of it readable without a script.

Each record is a table body of its own with an id to link to: a first row of one line, and a second with the
details. A script beside the page adds the search box, the sorting and the closing of rows. What comes from
the case is data and reaches HTML through Jinja2 with autoescape only; an address of the case becomes a link
only where its record says so. It is long because the frame and the five tables that it is used for stand together: a
class of the style sheet or a column means the same in all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from neutrality.case.periods import period
from neutrality.chapters.evidence import Evidence
from neutrality.chapters.evidence.records import (
    GRADES,
    ClaimRecord,
    ConflictRecord,
    FigureRecord,
    Mention,
    Reading,
    ResultRecord,
    SourceRecord,
    Support,
    Vintage,
)
from neutrality.display import TAG_MEANINGS, Shown, address, inline
from neutrality.results import TAG_LETTERS, TAGS, Cell, Number, Tag, Text, as_plain
from neutrality.units import convert, money, pretty
from neutrality.words import day_words, raised

LAYER_MEANINGS = {
    "L0": "facts: stated figures and arithmetic alone",
    "L1": "ranges: what rounding, words and the ranges given allow",
    "L2": "assumptions: assumed values enter",
}

# -- what a row holds ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Column:
    """A column of a table of records. `role` sets its width; a `wide` one is left out on a phone."""

    heading: str
    role: str
    wide: bool = False

    @property
    def flags(self) -> str:
        """The classes of its cells; short, because they stand in each of some hundred rows."""
        return " ".join(name for name, on in (("nt-n", self.role == "value"), ("nt-w", self.wide)) if on)


@dataclass(frozen=True)
class Slot:
    """A cell, and what it is sorted by where its text would sort wrongly."""

    content: Cell
    key: Any = None


@dataclass(frozen=True)
class Link:
    """An address beyond the site."""

    words: str
    url: str


@dataclass(frozen=True)
class Code:
    """A name to be typed as it stands."""

    words: str


@dataclass(frozen=True)
class Address:
    """An address that is printed, not linked."""

    words: str


@dataclass(frozen=True)
class Passage:
    """Words with mentions of other records among them."""

    parts: tuple[str | Mention, ...]


@dataclass(frozen=True)
class Mentions:
    """Records, one an entry."""

    entries: tuple[Mention, ...]


@dataclass(frozen=True)
class Supports:
    """Claims with their sources, one an entry."""

    entries: tuple[Support, ...]


@dataclass(frozen=True)
class Grid:
    """A small table within a record."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    numeric: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Entry:
    """One record: its anchor, the cells of its line, and its details as names and what stands behind them."""

    anchor: str
    cells: tuple[Slot, ...]
    facts: tuple[tuple[str, Any], ...] = field(default_factory=tuple)


#: Details that paper leaves out, where every record is open: what the record's line says already.
_SAID = {"Tag", "Layer", "Whose", "Period", "Publisher", "Published", "Grade", "Said"}
#: And the ways back, since paper has the way there in another list.
_BACK = {"Answers on it", "Figures on it", "Claims"}


def _spare(name: str, content: Any) -> bool:
    return name in _SAID or (name in _BACK and not isinstance(content, Supports))


_TEMPLATES = {
    "records": """\
{%- macro to(m) -%}
<a{% if m.tag %} class="nt-{{ m.tag }}"{% endif %} href="{{ address(m.kind ~ ":" ~ m.id).removeprefix(here) }}">{{ m.words }}</a>
{%- endmacro -%}
{%- macro fact(f) -%}
{%- set kind = kind_of(f) -%}
{%- if kind == "Mentions" -%}<ul{% if f.entries[0].kind in ("result", "figure") %} class="nt-names"{% endif %}>{% for m in f.entries %}<li>{{ to(m) }}</li>{% endfor %}</ul>
{%- elif kind == "Supports" -%}<ul>{% for s in f.entries %}<li>{{ to(s.claim) }} <small>{{ s.grade }}, {{ to(s.source) }}</small></li>{% endfor %}</ul>
{%- elif kind == "Passage" -%}{% for p in f.parts %}{% if p is string %}{{ p }}{% else %}{{ to(p) }}{% endif %}{% endfor %}
{%- elif kind == "Mention" -%}{{ to(f) }}
{%- elif kind == "Link" -%}<a href="{{ f.url }}" rel="external noopener noreferrer">{{ f.words }}</a>
{%- elif kind == "Code" -%}<code>{{ f.words }}</code>
{%- elif kind == "Address" -%}<span class="nt-address">{{ f.words }}</span>
{%- elif kind == "Grid" -%}
<table class="nt-grid"><thead><tr>{% for c in f.columns %}<th scope="col"{{ ' class="nt-n"'|safe if loop.index0 in f.numeric }}>{{ c }}</th>{% endfor %}</tr></thead>
<tbody>{% for row in f.rows %}<tr>{% for cell in row %}<td{{ ' class="nt-n"'|safe if loop.index0 in f.numeric }}>{{ part(cell) }}</td>{% endfor %}</tr>{% endfor %}</tbody></table>
{%- else -%}{{ part(f) }}
{%- endif -%}
{%- endmacro -%}
<div class="nt-records" data-noun="{{ noun }}">
<table aria-labelledby="{{ id }}-caption">
<caption id="{{ id }}-caption">{{ caption }}</caption>
<thead><tr>{% for column in columns %}<th scope="col" class="nt-c-{{ column.role }}{{ " " ~ column.flags if column.flags }}">{{ column.heading }}</th>{% endfor %}</tr></thead>
{% for entry in entries %}
<tbody id="{{ entry.anchor }}"><tr>
{%- for slot in entry.cells -%}
{%- if loop.first %}<th scope="row"{{ rank(entry, 0) }}>{{ part(slot.content) }}</th>
{%- else %}<td{% if columns[loop.index0].flags %} class="{{ columns[loop.index0].flags }}"{% endif %}{{ rank(entry, loop.index0) }}>{{ part(slot.content) }}</td>
{%- endif -%}
{%- endfor -%}
</tr><tr class="nt-details"><td colspan="{{ columns|length }}"><dl>
{%- for name, content in entry.facts %}<div{{ ' class="nt-screen"'|safe if spare(name, content) }}><dt>{{ name }}</dt><dd>{{ fact(content) }}</dd></div>{% endfor -%}
</dl></td></tr></tbody>
{% endfor %}
</table></div>
""",
}


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=DictLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
    )
    environment.globals.update(
        kind_of=lambda value: type(value).__name__, address=address, part=_part, spare=_spare
    )
    return environment


def _part(cell: Cell) -> str:
    # Words are left to the template's own escaping; everything else comes as markup.
    return cell if isinstance(cell, str) else Markup(inline(cell))


def _shown(page: str, noun: str, caption: str, columns: Sequence[Column], entries: Iterable[Entry]) -> Shown:
    rows = list(entries)
    ranks = _ranks(rows, len(columns))
    template = _environment().get_template("records")
    html = template.render(
        id=f"records-{noun}",
        noun=noun,
        caption=caption,
        columns=columns,
        entries=rows,
        here=page,
        rank=lambda entry, index: (
            Markup(' data-rank="{}"').format(ranks[index][entry.anchor]) if index in ranks else ""
        ),
    )
    from tabulate import tabulate

    plain = tabulate(
        [[as_plain(slot.content) for slot in row.cells] for row in rows],
        headers=[column.heading for column in columns],
        disable_numparse=True,
    )
    return Shown(html.strip(), f"{caption}\n{plain}")


def _ranks(rows: Sequence[Entry], columns: int) -> dict[int, dict[str, int]]:
    """For each column that is not sorted by its text the place of every row; equal keys share one."""
    found: dict[int, dict[str, int]] = {}
    for index in range(columns):
        keys = {row.anchor: row.cells[index].key for row in rows if row.cells[index].key is not None}
        if keys:
            order = {key: place for place, key in enumerate(sorted(set(keys.values())))}
            found[index] = {row.anchor: order[keys[row.anchor]] if row.anchor in keys else -1 for row in rows}
    return found


def _size(number: Number | None, unit: str) -> tuple[str, float] | None:
    """What a value is sorted by: like with like, money in one scale whatever it is printed in."""
    if number is None or number.value is None:
        return None
    parts = money(unit)
    if parts is None:
        return unit, number.value
    return f"{parts.currency}{' per year' if parts.per_year else ''}", convert(number.value, unit, "")


def _facts(*pairs: tuple[str, Any]) -> tuple[tuple[str, Any], ...]:
    """The details that have something in them."""

    def filled(content: Any) -> bool:
        if isinstance(content, Mentions | Supports):
            return bool(content.entries)
        return content not in (None, "", ())

    return tuple((name, content) for name, content in pairs if filled(content))


def _period(words: str) -> str:
    """A period as it is read: `12 months`, `2024`, `June 2025`."""
    found = period(words)
    if found is None or found.season == "year":
        return words
    if found.season == "month":
        return f"{found.end:%B %Y}"
    if found.season == "day":
        return day_words(found.end)
    part = {"H1": "first half of", "H2": "second half of"}.get(found.season, found.season)
    return f"{part} {found.end.year}"


# -- results ------------------------------------------------------------------------------------------

RESULT_COLUMNS = (
    Column("Answer", "main"),
    Column("Value", "value"),
    Column("Tag", "tag"),
    Column("Layer", "tag", wide=True),
    Column("Chapter", "side", wide=True),
)


def results(evidence: Evidence) -> Shown:
    """Every named result by chapter, with its formula and the figures it rests on."""
    return _shown(
        "figures.html",
        "results",
        "Every named result, by chapter. A row opens to its formula and the figures beneath it.",
        RESULT_COLUMNS,
        map(_result, evidence.results),
    )


def _result(record: ResultRecord) -> Entry:
    value = record.number.text if record.number else record.word
    return Entry(
        f"result-{record.id}",
        (
            Slot(record.label),
            Slot(value, _size(record.number, record.unit)),
            _tagged(record.tag),
            Slot(record.layer),
            Slot(record.chapter),
        ),
        _facts(
            ("Formula", record.formula),
            ("Tag", _tag_words(record.tag)),
            ("Layer", f"{record.layer}, {LAYER_MEANINGS[record.layer]}"),
            ("Rests on", Mentions(record.figures)),
            ("Name", Code(record.id)),
        ),
    )


def _tagged(tag: str) -> Slot:
    return Slot(Tag(tag), TAGS.index(tag))


def _tag_words(tag: str) -> str:
    return f"{TAG_LETTERS[tag]}, {TAG_MEANINGS[tag]}"


# -- figures ------------------------------------------------------------------------------------------

FIGURE_COLUMNS = (
    Column("Figure", "main"),
    Column("Whose", "side", wide=True),
    Column("Value", "value"),
    Column("Tag", "tag"),
    Column("Period", "side", wide=True),
)


def figures(evidence: Evidence) -> Shown:
    """Every figure by entity, with its range, its grounds, its rows and the results that rest on it."""
    return _shown(
        "figures.html",
        "figures",
        "Every figure, by whose it is. A row opens to its range, its grounds and what rests on it.",
        FIGURE_COLUMNS,
        map(_figure, evidence.figures),
    )


def _figure(record: FigureRecord) -> Entry:
    figure = record.figure
    value = record.number.text if record.number else "undisclosed" if figure.undisclosed else None
    return Entry(
        f"figure-{figure.id}",
        (
            Slot(figure.label),
            Slot(record.entity),
            Slot(value, _size(record.number, figure.unit)),
            _tagged(figure.tag),
            Slot(_period(figure.period), figure.period),
        ),
        _facts(
            ("Whose", record.entity),
            ("Tag", _tag_words(figure.tag)),
            ("Counts", _counting(record)),
            ("How it came about", record.made),
            # A number at home in its own record needs no link to itself.
            ("What evidence allows", as_plain(record.range) if record.range else None),
            ("May be tried", as_plain(record.limits) if record.limits else None),
            ("Rounding", _rounding(figure.half_unit, figure.unit)),
            ("Reason", figure.reason),
            ("Grounds", figure.quality),
            ("Note", figure.note),
            ("Prompted by" if figure.tag == "assumed" else "Rests on", Supports(record.claims)),
            ("Period", _period(figure.period)),
            ("Known since", None if len(record.vintages) > 1 else day_words(figure.known_on)),
            ("Rows", _rows(record.vintages) if len(record.vintages) > 1 else None),
            ("Answers on it", Mentions(record.results) if record.results else "No answer rests on it."),
            ("Name", Code(figure.id)),
        ),
    )


def _counting(record: FigureRecord) -> str:
    if not record.counts:
        return "No: later evidence, left out of the answers unless the book is asked for a day."
    if not record.always:
        return "As of this day; without a day it would not."
    return ""


def _rounding(half: float | None, unit: str) -> str:
    return f"to within {pretty(half, unit)}" if half else ""


def _rows(vintages: Sequence[Vintage]) -> Grid:
    return Grid(
        ("Known since", "Value", "Tag", "In this edition"),
        tuple(
            (
                day_words(one.figure.known_on),
                pretty(one.figure.value, one.figure.unit) if one.figure.value is not None else None,
                Tag(one.figure.tag),
                one.why,
            )
            for one in reversed(vintages)
        ),
        frozenset({1}),
    )


# -- conflicts ----------------------------------------------------------------------------------------

CONFLICT_COLUMNS = (
    Column("What is in dispute", "main"),
    Column("Kind", "side", wide=True),
    Column("Answers moved", "value"),
    Column("Later", "tag"),
)


def conflicts(evidence: Evidence) -> Shown:
    """Every contradiction: its claims, how the book treats it and what each reading would change."""
    return _shown(
        "evidence.html",
        "contradictions",
        "Every contradiction, with how it is treated and what each reading would change; first those that move most answers.",
        CONFLICT_COLUMNS,
        map(_conflict, evidence.conflicts),
    )


def _conflict(record: ConflictRecord) -> Entry:
    return Entry(
        f"conflict-{record.id}",
        (
            Slot(record.topic),
            Slot(record.kind),
            Slot(str(len(record.answers)) if record.answers else "none", len(record.answers)),
            _later(record.later),
        ),
        _facts(
            ("Claims", Supports(record.claims)),
            ("Kind", raised(record.meaning)),
            ("Treatment", record.treatment),
            ("Bears on", Passage(record.effect)),
            *_recomputed(record),
        ),
    )


def _later(later: bool) -> Slot:
    return Slot(Tag("later") if later else "", 1 if later else 0)


def _recomputed(record: ConflictRecord) -> list[tuple[str, Any]]:
    """The readings, and every headline answer that one of them changes."""
    if not record.readings:
        return [("Computed again", "No: no figure has a second value by it, so no answer moves.")]
    found: list[tuple[str, Any]] = [
        (f"Reading {place}", Text(f"{one.words}, which puts ", *_sets(one), *_said(one)))
        for place, one in enumerate(record.readings, start=1)
    ]
    if not record.answers:
        return [*found, ("Computed again", "Under no reading does a headline answer change.")]
    columns = ("Answer", "As it stands", *(f"Reading {i + 1}" for i in range(len(record.readings))))
    rows = tuple((answer.label, answer.stands, *map(_terse, answer.readings)) for answer in record.answers)
    return [*found, ("Computed again", Grid(columns, rows, frozenset(range(1, len(columns)))))]


def _terse(cell: Cell) -> Cell:
    # The unit stands in the column of how it stands.
    return replace(cell, terse=True) if isinstance(cell, Number) else cell


def _sets(reading: Reading) -> list[str | Number]:
    parts: list[str | Number] = []
    for index, (figure, number) in enumerate(reading.sets):
        parts += [" and " if index else "", f"{figure.words} at ", number]
    return parts


def _said(reading: Reading) -> list[str]:
    note = f" {reading.note.rstrip('.')}." if reading.note else ""
    if reading.problem:
        return [f".{note} It cannot be computed with these figures: {reading.problem}."]
    if reading.stands:
        return [f".{note} So the case stands."]
    if not reading.others:
        return [f".{note}"]
    return [f".{note} Other results that change: {reading.others}."]


# -- sources ------------------------------------------------------------------------------------------

SOURCE_COLUMNS = (
    Column("Document", "main"),
    Column("Publisher", "side"),
    Column("Grade", "tag"),
    Column("Published", "side", wide=True),
    Column("Family", "tag", wide=True),
    Column("Later", "tag", wide=True),
)


def sources(evidence: Evidence) -> Shown:
    """Every document: publisher, grade, what it descends from and how many share its root."""
    return _shown(
        "evidence.html",
        "sources",
        "Every document. Its family are all documents that go back to the same report.",
        SOURCE_COLUMNS,
        map(_source, evidence.sources),
    )


def _source(record: SourceRecord) -> Entry:
    day = record.published_on
    own = record.root.id == record.id
    return Entry(
        f"source-{record.id}",
        (
            Slot(record.title),
            Slot(record.publisher),
            Slot(record.grade),
            Slot(day_words(day) if day else None, day.isoformat() if day else ""),
            Slot(str(1 + len(record.kin)), len(record.kin)),
            _later(record.later),
        ),
        _facts(
            ("Publisher", record.publisher),
            ("Address", _where(record)),
            ("Published", day_words(day) if day else "The day is not known."),
            ("Grade", f"{record.grade}, {GRADES[record.grade]}"),
            ("Not used", record.unusable),
            ("Descends from", record.descends),
            ("Root", None if own or record.descends == record.root else record.root),
            ("Same root", Mentions(record.kin)),
            ("Read", "No: known through relays alone." if record.relayed else None),
            ("Tag", _tag_words("later") if record.later else None),
            ("Note", record.note),
            ("Claims", Mentions(record.claims) if record.claims else "No claim rests on it."),
        ),
    )


def _where(record: SourceRecord) -> Link | Address | None:
    if record.link:
        return Link(record.link, record.link)
    return Address(record.address) if record.address else None


# -- claims -------------------------------------------------------------------------------------------

CLAIM_COLUMNS = (
    Column("What is said", "main"),
    Column("Source", "side"),
    Column("Grade", "tag"),
    Column("Said", "side", wide=True),
    Column("Later", "tag", wide=True),
)


def claims(evidence: Evidence) -> Shown:
    """Every claim: what is said, by whom, where, with what interest and how well corroborated."""
    publishers = {source.id: source.publisher for source in evidence.sources}
    return _shown(
        "evidence.html",
        "claims",
        "Every claim, in our own words. A row opens to who said it, where and with what interest.",
        CLAIM_COLUMNS,
        (_claim(record, publishers[record.source.id]) for record in evidence.claims),
    )


def _claim(record: ClaimRecord, publisher: str) -> Entry:
    day = record.said_on
    return Entry(
        f"claim-{record.id}",
        (
            Slot(record.statement),
            Slot(publisher),
            Slot(record.grade),
            Slot(day_words(day) if day else None, day.isoformat() if day else ""),
            _later(record.later),
        ),
        _facts(
            ("Source", Passage((record.source, f"; {record.locator}"))),
            ("Said by", f"{record.speaker}; {record.interest}"),
            ("Said", day_words(day) if day else None),
            ("Stands as", raised(", ".join(record.certainty))),
            ("Grade", f"{record.grade}: {record.letter}; {record.digit}"),
            ("Read", raised(record.sure)),
            ("Number", record.value),
            ("Coded as", record.reading),
            ("Tag", _tag_words("later") if record.later else None),
            ("Figures on it", Mentions(record.figures) if record.figures else "No figure rests on it."),
            ("In dispute", Mentions(record.conflicts)),
        ),
    )


__all__ = [
    "LAYER_MEANINGS",
    "claims",
    "conflicts",
    "figures",
    "results",
    "sources",
]
