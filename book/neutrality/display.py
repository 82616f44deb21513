"""How text, numbers and tables of a chapter are shown: as HTML on a page, as plain text elsewhere.

Whatever comes from the case is data. It reaches HTML through Jinja2 with autoescape only, so markup in
it arrives as inert text. Nothing here needs IPython: an object that `show` returns describes itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import DictLoader, Environment, StrictUndefined

from neutrality.results import TAG_LETTERS, Cell, Chapter, Number, Part, Span, Table, Tag, Text, as_plain

TAG_MEANINGS = {
    "stated": "stated in a source",
    "derived": "derived by arithmetic",
    "assumed": "assumed",
    "later": "later evidence",
}

_TEMPLATES = {
    "parts": """\
{%- macro number(n) -%}
<span class="nt-num nt-{{ n.tag }}" data-ref="{{ n.ref }}" data-tag="{{ letters[n.tag] }}"
 title="{{ meaning(n) }}">
{{- n.text }}</span>
{%- endmacro -%}
{%- macro chip(tag) -%}
<span class="nt-chip nt-{{ tag }}"><abbr title="{{ meanings[tag] }}">{{ letters[tag] }}</abbr></span>
{%- endmacro -%}
{%- macro part(p) -%}
{%- set kind = kind_of(p) -%}
{%- if kind == "Number" -%}{{ number(p) }}
{%- elif kind == "Span" -%}{{ number(p.low) }} to {{ number(p.high) }}
{%- elif kind == "Text" -%}{%- for q in p.parts -%}{{ part(q) }}{%- endfor -%}
{%- elif kind == "Tag" -%}{{ chip(p.name) }}
{%- elif kind == "NoneType" -%}{{ dash }}
{%- else -%}{{ p }}{%- endif -%}
{%- endmacro -%}
{%- macro line(text) -%}{%- for p in text.parts -%}{{ part(p) }}{%- endfor -%}{%- endmacro -%}
""",
    "inline": """{%- from "parts" import part with context -%}{{ part(cell) }}""",
    "text": """\
{%- from "parts" import line with context -%}
{%- for text in texts %}<p class="nt-text{{ " nt-text-" ~ role if role }}">{{ line(text) }}</p>
{% endfor %}""",
    "headline": """\
{%- from "parts" import line with context -%}
<div class="nt-headline"><p>{{ line(headline) }}</p>
{%- if sure is not none %}<p class="nt-sure"><span>How sure</span> {{ line(sure) }}</p>{% endif %}</div>
""",
    "panel": """\
{%- from "parts" import line with context -%}
<div class="nt-panel"><h2 class="nt-kicker">{{ kicker }}</h2>
<p class="nt-panel-text">{{ line(text) }}</p>
<p class="nt-sure"><span>How sure</span> {{ line(sure) }}</p>
<p class="nt-more"><a href="{{ href }}">{{ link_text }}</a></p></div>
""",
    "table": """\
{%- from "parts" import part with context -%}
{%- macro grid() -%}
<div class="nt-scroll" role="region" aria-labelledby="{{ id }}-title" tabindex="0"><table>
<thead><tr>
{%- for column in table.columns %}<th scope="col"{{ flush(loop.index0) }}>{{ column }}</th>{% endfor -%}
</tr></thead>
<tbody>
{%- for row in table.rows %}
<tr>{% for cell in row %}
{%- if loop.first and named %}<th scope="row"{{ flush(0) }}>{{ part(cell) }}</th>
{%- else %}<td{{ flush(loop.index0) }}>{{ part(cell) }}</td>{% endif %}
{%- endfor %}</tr>
{%- endfor %}
</tbody></table></div>
{%- if table.source %}<p class="nt-source">{{ table.source }}</p>{% endif %}
{%- endmacro -%}
{%- macro caption(kind="") -%}
<span class="nt-question" id="{{ id }}-title">{{ kind }}{{ table.title }}</span>
{%- if table.note %} <span class="nt-subtitle">{{ table.note }}</span>{% endif %}
{%- endmacro -%}
<figure class="nt-table{{ " nt-folded" if folded }}" id="{{ id }}">
{%- if folded %}<details><summary>{{ caption("Table: ") }}</summary>
{{ grid() }}</details>
{%- else %}<figcaption>{{ caption() }}</figcaption>
{{ grid() }}
{%- endif %}</figure>
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
        kind_of=lambda value: type(value).__name__,
        letters=TAG_LETTERS,
        meanings=TAG_MEANINGS,
        meaning=_meaning,
        dash=as_plain(None),
    )
    return environment


def prepare() -> None:
    """Compile the templates ahead of their first use."""
    for name in _TEMPLATES:
        _environment().get_template(name)


def _meaning(number: Number) -> str:
    return f"{TAG_LETTERS[number.tag]}: {TAG_MEANINGS[number.tag]}, layer {number.layer}"


def _html(template: str, **values: Any) -> str:
    return _environment().get_template(template).render(**values).strip()


@dataclass(frozen=True)
class Shown:
    """Something that a notebook displays: its HTML, and the same in plain text."""

    html: str
    plain: str

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> dict[str, str]:
        return {"text/html": self.html, "text/plain": self.plain}

    def __str__(self) -> str:
        return self.plain


def show(obj: Text | Table | Chapter | Sequence[Text], *, folded: bool = False, role: str = "") -> Shown:
    """What a notebook cell ends with to show text, a table or a chapter's headline.

    A chapter gives its headline and how sure it is. `folded` puts a table behind its title; `role` names
    what a text is for (`question`, `note`, `finding`), which the page may set apart.
    """
    match obj:
        case Table():
            return _table(obj, folded)
        case Chapter():
            plain = f"{obj.headline}\nHow sure: {obj.sure}"
            return Shown(_html("headline", headline=obj.headline, sure=obj.sure), plain)
        case Text():
            return _texts((obj,), role)
        # A notebook's call is not held to types, and an empty string would pass for a list of nothing.
        case _ if not isinstance(obj, str) and all(isinstance(text, Text) for text in obj):  # type: ignore[unreachable]
            return _texts(tuple(obj), role)
    raise TypeError(
        f"nothing to show in a {type(obj).__name__}: expected Text, Table, Chapter or a list of Text"
    )


def _texts(texts: tuple[Text, ...], role: str) -> Shown:
    return Shown(_html("text", texts=texts, role=role), "\n\n".join(map(str, texts)))


def _table(table: Table, folded: bool) -> Shown:
    # A first column of names heads its rows; one of numbers or tags does not.
    named = all(isinstance(row[0], str) and row[0] for row in table.rows) and 0 not in table.numeric
    html = _html(
        "table",
        table=table,
        id="table-" + slug(table.id),
        folded=folded,
        named=named,
        flush=_flush(table.numeric),
    )
    return Shown(html, _plain_table(table))


def _flush(numeric: frozenset[int]) -> Callable[[int], Any]:
    from markupsafe import Markup

    return lambda position: Markup(' class="nt-n"') if position in numeric else ""


def _plain_table(table: Table) -> str:
    from tabulate import tabulate

    rows = [[as_plain(cell) for cell in row] for row in table.rows]
    align = ["right" if i in table.numeric else "left" for i in range(len(table.columns))]
    # `disable_numparse` keeps what `Number` printed; tabulate would round it again.
    grid = tabulate(
        rows, headers=list(table.columns), colalign=align if rows else None, disable_numparse=True
    )
    return "\n".join(line for line in (table.title, table.note, grid, table.source) if line)


def panel(kicker: str, text: Text, sure: Text, href: str, link_text: str) -> Shown:
    """One answer of the front page: what it is about, the answer, how sure we are and where to read on.

    The cell that shows it carries the tag `panel`; a chart that the same cell shows stands between the
    answer and how sure it is.
    """
    html = _html("panel", kicker=kicker, text=text, sure=sure, href=href, link_text=link_text)
    return Shown(html, f"{kicker}\n{text}\nHow sure: {sure}\n{link_text}: {href}")


def inline(cell: Cell) -> str:
    """A cell or part of a paragraph as HTML, for a template that sets it among other things."""
    return _html("inline", cell=cell)


def address(ref: str) -> str:
    """Where on the site the evidence behind a number stands.

    `ref` is the origin that a `Number` carries; of several figures the first one is led to.
    """
    kind, _, name = ref.partition(":")
    match kind:
        case "result" | "figure":
            return f"figures.html#{kind}-{name}"
        case "figures":
            return f"figures.html#figure-{name.partition(',')[0]}"
        case "claim" | "source" | "conflict":
            return f"evidence.html#{kind}-{name}"
    raise ValueError(f"{ref!r} is no origin of a number")


def slug(name: str) -> str:
    """A name as an id of HTML: letters, digits and hyphens."""
    return "".join(c if c.isascii() and c.isalnum() else "-" for c in name.lower()).strip("-")


__all__ = ["Cell", "Part", "Shown", "Span", "Tag", "panel", "show", "slug"]
