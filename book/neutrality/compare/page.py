"""The page of a site that says what changed since another edition, and which editions are kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

from jinja2 import Environment, StrictUndefined, Template
from markupsafe import Markup

from neutrality.case.rules import RESERVED_SCENARIO
from neutrality.chapters.headlines import cell, former
from neutrality.chapters.ledger import printed
from neutrality.compare import printing
from neutrality.compare.differences import CHANGED, REMOVED, Change, Comparison, compare
from neutrality.compare.sides import Side
from neutrality.display import Shown, show
from neutrality.editions import PAGE, entry
from neutrality.press.further import Further, escaped
from neutrality.press.imprint import DIGITS
from neutrality.results import Cell, Table, Tag, Text
from neutrality.words import day_words, listing

#: More rows than these stand behind their title.
_OPEN = 12


def page(new: Side, old: Side | None, kept: Mapping[str, Mapping[str, Any]]) -> Further:
    """The page of an edition that is about to be built: what changed since another side, if there is one, and which
    editions are kept, by their manifests."""
    if old is None:
        return Further(PAGE, "Editions", ["# Editions", *_editions(kept, heading=False)])
    return written(compare(old, new), kept)


def written(comparison: Comparison, kept: Mapping[str, Mapping[str, Any]]) -> Further:
    """The page of a comparison, with a list of the editions kept."""
    title = f"What changed since {comparison.old.name}"
    head = f"Set against {comparison.old.name}, {printing.summary(comparison)}."
    parts: list[str | Shown] = [f"# {escaped(title)}", show([Text(head), *_notes(comparison)], role="note")]
    sections = (
        ("", (_settings,)),
        ("The answers", (_answers, _others)),
        ("The figures", (_figures, _evidence)),
        ("Claims and sources", (_claims, _sources)),
    )
    for heading, makers in sections:
        tables = [table for maker in makers if (table := maker(comparison))]
        if tables:
            parts += [f"## {heading}"] if heading else []
            parts += [show(table, folded=len(table.rows) > _OPEN) for table in tables]
    parts += _editions(kept)
    return Further(PAGE, title, parts, _lead(head, title))


# -- tables -------------------------------------------------------------------------------------------


def _notes(comparison: Comparison) -> list[Text]:
    return [Text(note) for note in printing.notes(comparison)]


def _sides(comparison: Comparison) -> tuple[str, str]:
    return comparison.old.short, "Now"


def _settings(comparison: Comparison) -> Table | None:
    if not comparison.settings:
        return None
    rows = tuple(
        (printing.SETTINGS[name], printing.setting(old), printing.setting(new))
        for name, (old, new) in comparison.settings.items()
    )
    return Table("changes-settings", "What was set differently?", "What both editions were made from, where it differs",
                 ("Setting", *_sides(comparison)), rows)  # fmt: skip


def _answers(comparison: Comparison) -> Table | None:
    return _results(
        comparison, comparison.of("verdict", "headline"), "changes-answers", "Which answers moved?",
        "Verdicts and headline results, the gravest first: what flipped, what came to exist or ceased, then by the size of the move",
    )  # fmt: skip


def _others(comparison: Comparison) -> Table | None:
    return _results(
        comparison, comparison.of("result"), "changes-results", "Which other results moved?",
        "Every other named result, by the size of the move",
    )  # fmt: skip


def _results(
    comparison: Comparison, found: Sequence[Change], name: str, title: str, note: str
) -> Table | None:
    if not found:
        return None
    old, new = comparison.old, comparison.new
    known = {**new.figures, **new.evidence}
    rows = tuple(
        (
            change.label,
            former(old.results.get(change.id), known),
            cell(new.results.get(change.id)),
            printing.absolute(change) or _rest(change),
            printing.relative(change),
        )
        for change in found
    )
    columns = ("Answer", *_sides(comparison), "Change", "Relative")
    return Table(name, title, note, columns, rows, numeric=frozenset({1, 2, 3, 4}))


def _rest(change: Change) -> str:
    fields = [name for name in change.fields if name != "value"]
    return f"only its {' and '.join(fields)}" if fields and "value" not in change.fields else ""


def _has(side: Side, figure: str) -> bool:
    return figure in side.figures or figure in side.evidence


def _figures(comparison: Comparison) -> Table | None:
    found = comparison.of("figure")
    if not found:
        return None
    rows = tuple(
        (
            change.label,
            _figure(change, comparison.old, comparison.new),
            _figure(change, comparison.new, comparison.new),
            _tag(change, comparison),
            printing.moves(change),
            _else(change),
            _why(change, comparison),
        )
        for change in found
    )
    columns = ("Figure", *_sides(comparison), "Tag", "Moves", "What else", "Why")
    return Table(
        "changes-figures", "Which figures changed, and what does each alone move?",
        "By how far a figure alone moves the headline answers; how many of them, and the largest move as a part of the larger value",
        columns, rows, _named("Figures", [c.id for c in found if _has(comparison.new, c.id)]), frozenset({1, 2}),
    )  # fmt: skip


def _evidence(comparison: Comparison) -> Table | None:
    found = comparison.of("evidence")
    if not found:
        return None
    rows = tuple(
        (
            change.label,
            _figure(change, comparison.old, comparison.new),
            _figure(change, comparison.new, comparison.new),
            _else(change),
            _why(change, comparison),
        )
        for change in found
    )
    return Table(
        "changes-evidence", "Which later evidence changed?", "Figures that stand beside the answers and enter none",
        ("Figure", *_sides(comparison), "What else", "Why"), rows,
        _named("Figures", [c.id for c in found if _has(comparison.new, c.id)]), frozenset({1, 2}),
    )  # fmt: skip


def _figure(change: Change, side: Side, new: Side) -> Cell:
    figure = (side.figures if change.what == "figure" else side.evidence).get(change.id)
    if figure is None or figure.value is None:
        return None
    # What is gone has no record on this site to lead to.
    return printed(figure) if _has(new, change.id) else printed(figure).text


def _tag(change: Change, comparison: Comparison) -> Cell:
    side = comparison.old if change.kind == REMOVED else comparison.new
    return Tag(side.figures[change.id].tag)


def _else(change: Change) -> str:
    """What else changed, in the words of a page; the tag stands in a column of its own."""
    if change.kind != CHANGED:
        return change.kind
    fields = {name: pair for name, pair in change.fields.items() if name != "tag"}
    day = f"known since {_day(fields.pop('known_on')[1])}" if "known_on" in fields else ""
    rest = printing.also(replace(change, fields=fields))
    return "; ".join(part for part in (rest, day) if part)


def _why(change: Change, comparison: Comparison) -> str:
    side = comparison.old if change.kind == REMOVED else comparison.new
    figure = (side.figures if change.what == "figure" else side.evidence)[change.id]
    if figure.overridden:
        given = change.id in side.content["new_figures"]
        return (
            "A new value given for this edition."
            if given
            else f"Set by the scenario {side.content['scenario']}."
        )
    claims = side.content["claims"]
    said = [str(claims[claim].get("statement") or "") for claim in figure.claims if claim in claims]
    return " ".join(part for part in (*said, figure.reason, figure.note) if part).strip()


def _claims(comparison: Comparison) -> Table | None:
    return _rows(
        comparison, "claim", "changes-claims", "Which claims changed?", "Claim", "Says", "source", "Source"
    )


def _sources(comparison: Comparison) -> Table | None:
    return _rows(comparison, "source", "changes-sources", "Which sources changed?", "Source", "Title", "publisher", "Publisher")  # fmt: skip


def _rows(comparison: Comparison, what: str, name: str, title: str, column: str, text: str, owner: str, owned: str) -> Table | None:  # fmt: skip
    found = comparison.of(what)
    if not found:
        return None
    sides = comparison.old.content[f"{what}s"], comparison.new.content[f"{what}s"]

    def kind(change: Change) -> str:
        fields = ", ".join(change.fields).replace("_", " ")
        return f"changed: {fields}" if change.kind == CHANGED else change.kind

    rows = tuple(
        (c.id, kind(c), str(sides[c.kind != REMOVED][c.id].get(owner) or ""), c.label) for c in found
    )
    there = [change.id for change in found if change.kind != REMOVED]
    return Table(
        name,
        title,
        "Added, changed or withdrawn",
        (column, "What", owned, text),
        rows,
        _named(f"{column}s", there),
    )


def _named(kind: str, names: Sequence[str]) -> str:
    return f"{kind}: {listing(names)}." if names else ""


# -- editions, and the way here -----------------------------------------------------------------------

_LIST = """\
<ul class="nt-editions">
{%- for name, words in editions %}
<li>{{ name }}{% if words %}: {{ words }}{% endif %}</li>
{%- endfor %}
</ul>"""

_LEAD = '<p class="nt-text">{{ head }} <a href="{{ page }}.html">{{ title }}</a>.</p>'


@cache
def _template(text: str) -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(text)


def _editions(kept: Mapping[str, Mapping[str, Any]], *, heading: bool = True) -> list[str | Shown]:
    if not kept:
        return []
    listed = [(name, _about(made)) for name, made in kept.items()]
    html = _template(_LIST).render(editions=[(Markup(entry(name)), words) for name, words in listed])
    plain = "\n".join(f"{name}: {words}" for name, words in listed)
    said = Text("Finished books that were kept, the newest first. The site that was built last carries them and leads to them.")  # fmt: skip
    return [*(["## Editions"] if heading else []), show(said), Shown(html, plain)]


def _about(made: Mapping[str, Any]) -> str:
    """What an edition was made from, in words."""
    given = made["new_figures"]
    parts = [f"as of {_day(made['as_of'])}" if made["as_of"] else "later evidence left out"]
    parts += [f"scenario {made['scenario']}"] if made["scenario"] != RESERVED_SCENARIO else []
    parts += [f"{len(given)} {'figure' if len(given) == 1 else 'figures'} given anew"] if given else []
    parts += [f"built {_day(made['built'][:10])}"] if made.get("built") else []
    return ", ".join([*parts, f"data {made['data'][:DIGITS]}"])


def _day(text: str) -> str:
    return day_words(date.fromisoformat(text))


def _lead(head: str, title: str) -> Shown:
    html = _template(_LEAD).render(head=head, page=PAGE, title=title)
    return Shown(html, f"{head} {title}: {PAGE}.html")


__all__ = ["page", "written"]
