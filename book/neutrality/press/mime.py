"""How MyST-NB puts a chart on a page: as a figure with two static drawings, its question, its sources and its data."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from docutils import nodes
from jinja2 import Environment
from markupsafe import Markup
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from neutrality.charts import draw
from neutrality.charts.renderer import MIME
from neutrality.display import slug
from neutrality.units import plain

_ENVIRONMENT = Environment(autoescape=True, trim_blocks=True)

#: `_static/alive.js` fills the options of a chart, and adds to its tools what needs a script.
_FIGURE = _ENVIRONMENT.from_string("""\
<figure class="nt-chart"{% if id %} id="chart-{{ slug }}" data-chart="{{ id }}"{% endif %}>
{% if title %}
<figcaption><span class="nt-question">{{ title }}</span>
{%- if subtitle %} <span class="nt-subtitle">{{ subtitle }}</span>{% endif %}</figcaption>
{% endif %}
{% if options %}
<div class="nt-options nt-screen" role="group" aria-label="Options: {{ title or id }}" data-options="{{ options }}"></div>
{% endif %}
<div class="nt-canvas" role="img" aria-label="{{ description }}">
{%- for drawing in drawings %}{{ drawing }}{% endfor %}</div>
{% if source %}
<p class="nt-source">{{ source }}</p>
{% endif %}
<div class="nt-tools nt-screen">
{%- if table %}<details class="nt-data"><summary>Data</summary>
<div class="nt-scroll" role="region" aria-label="Data: {{ title or id }}" tabindex="0"><table>
<thead><tr>
{%- for column in table.columns %}<th scope="col"{{ flush[loop.index0] }}>{{ column }}</th>{% endfor -%}
</tr></thead>
<tbody>
{%- for row in table.rows %}
<tr>{% for text, value, head in row %}
{%- set cell = "th" if head else "td" -%}
<{{ cell }}{% if head %} scope="row"{% endif %}{{ flush[loop.index0] }}
{%- if value is not none %} data-value="{{ value }}"{% endif %}>{{ text }}</{{ cell }}>
{%- endfor %}</tr>
{%- endfor %}
</tbody></table></div></details>{% endif -%}
</div>
</figure>
""")

#: Significant digits of a number in a chart's table; the whole number stands beside it for programs.
_DIGITS = 4

#: Columns whose numbers count nothing: no thousands are separated in the year 2025.
_NAMES = frozenset({"Year"})


def figure(spec: dict[str, Any], drawings: tuple[draw.Drawing, ...]) -> str:
    """The HTML of a chart. All text of the specification arrives escaped."""
    meta = spec.get("usermeta") or {}
    title, subtitle = draw.heading(spec)
    return _FIGURE.render(
        id=str(meta.get("id") or ""),
        slug=slug(str(meta.get("id") or "")),
        title=title,
        subtitle=subtitle,
        description=draw.description(spec),
        drawings=[Markup(drawing.svg) for drawing in drawings],
        source=str(meta.get("source") or ""),
        options=len(meta.get("controls") or ()) + len(list(_inputs(spec.get("params") or ()))),
        **_table(meta.get("table")),
    )


def _inputs(params: Iterable[Mapping[str, Any]]) -> Iterable[Any]:
    """The parameters of a specification that a reader sets by an input of their own."""
    for param in params:
        bind = param.get("bind")
        if isinstance(bind, dict):
            yield from [bind] if "input" in bind else [one for one in bind.values() if "input" in one]


def _table(table: Mapping[str, Any] | None) -> dict[str, Any]:
    """A chart's data made ready for print: of each cell the text, a number in full where print shortens it, and
    whether it heads its row. `_static/alive.js` does the same with the reader's figures."""
    if not table:
        return {"table": None}
    columns, rows = table["columns"], table["rows"]
    numeric = [_numeric([row[i] for row in rows]) for i in range(len(columns))]
    named = not numeric[0] and all(row[0] not in (None, "") for row in rows)
    cells = [
        [
            (*_printed(cell, column), named and i == 0)
            for i, (cell, column) in enumerate(zip(row, columns, strict=True))
        ]
        for row in rows
    ]
    flush = [Markup(' class="nt-n"') if one else "" for one in numeric]
    return {"table": {"columns": columns, "rows": cells}, "flush": flush}


def _numeric(cells: Sequence[object]) -> bool:
    found = [cell for cell in cells if cell is not None]
    return bool(found) and all(isinstance(cell, int | float) for cell in found)


def _printed(cell: str | float | None, column: str) -> tuple[str, str | float | None]:
    if cell is None:
        return "–", ""
    if isinstance(cell, str):
        return cell, None
    text = str(cell) if column in _NAMES else plain(cell, _DIGITS)
    return text, None if text == str(cell) else cell


class ChartRenderer(MimeRenderPlugin):  # type: ignore[misc]
    """MyST-NB's renderer of Vega-Lite specifications, found through its entry point.

    So `jupyter-book build` by hand draws the charts too.
    """

    mime_priority_overrides: ClassVar = [("html", MIME, 1), ("singlehtml", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """The chart as a raw HTML node; None for every other type."""
        if inline or data.mime_type != MIME:
            return None
        from neutrality.press.ahead import wait
        from neutrality.press.site import drawings_folder

        spec: dict[str, Any] = data.content
        kept = drawings_folder(renderer.renderer.sphinx_env)
        if kept:
            wait(spec, kept)
        html = figure(spec, draw.drawings(spec, kept))
        return [nodes.raw(text=html, format="html", classes=["output"])]
