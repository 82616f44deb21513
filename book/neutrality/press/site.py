"""The Sphinx extension behind the pages: the book's own HTML theme and its colours.

The theme stands on Sphinx's `basic`. Jupyter Book's own theme brings 60 kB of framework styles, 860 kB of
icons and fourteen kinds of inline script, none of which this book uses.
"""

from __future__ import annotations

import html
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality import display
from neutrality.chapters import BASE
from neutrality.charts import theme
from neutrality.press import command_page, index, meta, whatif

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

#: Style sheets in `_static`, in the order in which they apply. The first one is written by this extension.
STYLES = ("tokens.css", "page.css", "notebook.css", "provenance.css", "print.css")

#: What pages with tables of records need besides. The script stands in the head: rows close before the first paint.
RECORDS = ("records.css", "records.js")

#: What pages with controls of figures need besides. The scripts are deferred; they load the model when it is asked for.
LIVE = ("whatif.css", whatif.DATA, whatif.CONTROLS_SCRIPT)

#: What pages with charts need besides. The script is deferred; it loads what draws when a reader comes near a chart.
ALIVE = ("alive.css", "alive.js")

#: What a page may load: its own host's files, and pictures within the page.
POLICY = "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; form-action 'self'"

#: The pages to which numbers lead.
EVIDENCE = {"figures", "evidence"}

#: Written into a finished site, so that the press knows what it may replace.
MARKER = ".neutrality-site"


def drawings_folder(env: BuildEnvironment | None) -> Path | None:
    """Where drawn charts are kept between builds; None when the configuration names no place."""
    place = env.config.neutrality_drawings if env is not None else ""
    return Path(place) if place else None


def _context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    context["neutrality_styles"] = STYLES
    context["neutrality_records"] = RECORDS if 'class="nt-records' in context.get("body", "") else ()
    model = (Path(app.srcdir) / "_static" / whatif.MODEL_SCRIPT).is_file()
    # The front page and the chapters let their reader change figures; the other pages pass them on.
    context["neutrality_model"] = model
    context["neutrality_live"] = LIVE if model and pagename in (app.config.root_doc, *BASE) else ()
    context["neutrality_alive"] = ALIVE if model and 'class="nt-chart"' in context.get("body", "") else ()
    context["neutrality_policy"] = POLICY
    context["author"] = app.config.author
    context["neutrality_contents"] = ""
    if doctree is not None and pagename != app.config.root_doc:
        context["neutrality_contents"] = _contents(context.get("toc", ""))
    if "body" in context:
        from neutrality.press import bibliography

        body = bibliography.as_list(context["body"])
        # A book without the pages of evidence has nowhere to lead to.
        context["body"] = linked(body) if app.env.found_docs >= EVIDENCE else body
    context["neutrality_imprint"] = app.config.neutrality_imprint
    context["page_description"] = meta.description(doctree) if doctree is not None else ""


_NUMBER = re.compile(r'<span (class="nt-num [^>]*?data-ref="([^"]*)"[^>]*)>(.*?)</span>', re.DOTALL)


#: The line under a table or chart, and the lists of ids in it (see `chapters.ledger.source_line`).
_SOURCES = re.compile(r'(<p class="nt-source">)(.*?)(</p>)', re.DOTALL)
_NAMED = re.compile(r"\b(Figure|Claim|Source)s: ((?:[a-z][a-z0-9_]*)(?:, [a-z][a-z0-9_]*)*)")


def linked(body: str) -> str:
    """The body of a page with every number, and every id in a line of sources, as a link to what stands
    behind it."""

    def number(found: re.Match[str]) -> str:
        ref = html.unescape(found[2])
        return f'<a href="{html.escape(display.address(ref))}" {found[1]}>{found[3]}</a>'

    def ids(found: re.Match[str]) -> str:
        kind = found[1].lower()
        links = (f'<a href="{display.address(f"{kind}:{name}")}">{name}</a>' for name in found[2].split(", "))
        return f"{found[1]}s: {', '.join(links)}"

    body = _NUMBER.sub(number, body)
    return _SOURCES.sub(lambda line: line[1] + _NAMED.sub(ids, line[2]) + line[3], body)


def _contents(toc: str) -> str:
    """The sections of a page without the page's own title; empty when there are fewer than two."""
    inner = re.search(r"<ul>.*?(<ul>.*</ul>)\s*</li>\s*</ul>", toc, re.DOTALL)
    if not inner or inner[1].count("<li>") < 2:
        return ""
    return inner[1]


def _write_tokens(app: Sphinx, exception: Exception | None) -> None:
    if exception is None and app.builder.format == "html":
        out = Path(app.outdir)
        (out / "_static").mkdir(parents=True, exist_ok=True)
        (out / "_static" / "tokens.css").write_text(theme.stylesheet(), "utf-8")
        (out / MARKER).write_text("Built by neutrality. The next build replaces this folder.\n", "utf-8")


def setup(app: Sphinx) -> dict[str, Any]:
    """Register theme and settings with Sphinx."""
    # Brings Sphinx along, which no other part of the press needs in its own process.
    from neutrality.press import bibliography, finding

    bibliography.register()
    app.add_html_theme("neutrality", str(Path(__file__).parent / "theme"))
    app.add_config_value("neutrality_drawings", "", "")
    # Entries of the page's foot, name and value each.
    app.add_config_value("neutrality_imprint", [], "html", types=[list])
    # Jupyter Book sets it whether or not the extension that reads it is loaded; unknown, it is a warning.
    app.add_config_value("comments_config", {}, "")
    app.connect("html-page-context", _context)
    # After it: both read what it says of a page.
    meta.setup(app)
    index.setup(app)
    finding.setup(app)
    command_page.setup(app)
    app.connect("build-finished", _write_tokens)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
