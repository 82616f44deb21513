"""The list of downloads as a page shows it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import groupby
from typing import TYPE_CHECKING

from jinja2 import Environment, StrictUndefined, Template

from neutrality.display import Shown

if TYPE_CHECKING:
    from neutrality.press.downloads import File

_TEMPLATE = """\
{%- for chapter, files in groups %}
{%- if chapter %}
<p class="nt-kicker">{{ chapter }}</p>
{%- endif %}
<ul class="nt-downloads">
{%- for file in files %}
<li><a href="{{ folder }}/{{ file.path }}">{{ file.path }}</a>: {{ file.what }}</li>
{%- endfor %}
</ul>
{%- endfor %}"""


@cache
def _template() -> Template:
    return Environment(autoescape=True, undefined=StrictUndefined).from_string(_TEMPLATE)


def listed(files: Sequence[File], folder: str) -> Shown:
    """Files by chapter, each a link relative to the page; in plain text a line each."""
    groups = [(chapter, list(those)) for chapter, those in groupby(files, key=lambda file: file.chapter)]
    lines = [f"{folder}/{file.path}: {file.what}" for file in files]
    return Shown(_template().render(groups=groups, folder=folder).strip(), "\n".join(lines))


__all__ = ["listed"]
