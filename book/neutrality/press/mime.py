"""How MyST-NB puts a chart on a page: as a figure with two static drawings, its question and its sources."""

from __future__ import annotations

from typing import Any, ClassVar

from docutils import nodes
from jinja2 import Environment
from markupsafe import Markup
from myst_nb.core.render import MimeData, MimeRenderPlugin, NbElementRenderer

from neutrality.charts import draw
from neutrality.charts.renderer import MIME
from neutrality.display import slug

_FIGURE = Environment(autoescape=True, trim_blocks=True).from_string("""\
<figure class="nt-chart"{% if id %} id="chart-{{ id }}"{% endif %}>
{% if title %}
<figcaption><span class="nt-question">{{ title }}</span>
{%- if subtitle %} <span class="nt-subtitle">{{ subtitle }}</span>{% endif %}</figcaption>
{% endif %}
<div class="nt-canvas" role="img" aria-label="{{ description }}">
{%- for drawing in drawings %}{{ drawing }}{% endfor %}</div>
{% if source %}
<p class="nt-source">{{ source }}</p>
{% endif %}
</figure>
""")


def figure(spec: dict[str, Any], drawings: tuple[draw.Drawing, ...]) -> str:
    """The HTML of a chart. All text of the specification arrives escaped."""
    meta = spec.get("usermeta") or {}
    title, subtitle = draw.heading(spec)
    return _FIGURE.render(
        id=slug(str(meta.get("id") or "")),
        title=title,
        subtitle=subtitle,
        description=draw.description(spec),
        drawings=[Markup(drawing.svg) for drawing in drawings],
        source=str(meta.get("source") or ""),
    )


class ChartRenderer(MimeRenderPlugin):
    """MyST-NB's renderer of Vega-Lite specifications, found through its entry point.

    So `jupyter-book build` by hand draws the charts too.
    """

    mime_priority_overrides: ClassVar = [("html", MIME, 1), ("singlehtml", MIME, 1)]

    @staticmethod
    def handle_mime(renderer: NbElementRenderer, data: MimeData, inline: bool) -> list[nodes.Element] | None:
        """The chart as a raw HTML node; None for every other type."""
        if inline or data.mime_type != MIME:
            return None
        from neutrality.press.site import drawings_folder

        spec: dict[str, Any] = data.content  # type: ignore[assignment]
        html = figure(spec, draw.drawings(spec, drawings_folder(renderer.renderer.sphinx_env)))
        return [nodes.raw(text=html, format="html", classes=["output"])]
