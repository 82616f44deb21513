"""What the search box finds: the words of what notebooks put on a page as finished HTML.

Sphinx's index takes such HTML without its tags, which joins the last word of a table's cell with the first
of the next, and it does not see the ids of the figures and results behind the numbers.
"""

from __future__ import annotations

import html as html_module
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from lxml import etree
from lxml.html import document_fromstring

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: The words of a page: its text, but for elements that hold none.
_TEXT = "//text()[not(ancestor::script or ancestor::style or ancestor::template)]"
#: Attributes with words that a reader may look for: what is said of a chart, and what a number rests on.
_TOLD = "//@aria-label | //@alt | //@data-ref"

_SPOKEN, _WITH_ORIGINS = etree.XPath(_TEXT), etree.XPath(f"{_TEXT} | {_TOLD}")

_ORIGIN = re.compile(r"[a-z]+:")


def words(html: str, *, told: bool = True) -> str:
    """The words of a piece of HTML, a space at every tag; `told` adds what charts say of themselves and the
    ids of the origins of numbers."""
    if not html.strip():
        return ""
    # The parser in C: pages hold tens of thousands of elements.
    root = document_fromstring(f"<div>{html}</div>")
    found = (
        _ORIGIN.sub("", one) if one.is_attribute and one.attrname == "data-ref" else one
        for one in (_WITH_ORIGINS if told else _SPOKEN)(root)
    )
    return " ".join(" ".join(found).split())


class Finished(nodes.General, nodes.Element):
    """HTML as a notebook wrote it, which the index reads as its words and the page shows as it is.

    `shown` is the node that Sphinx would have written.
    """


def markup(node: nodes.Node) -> str | None:
    """The HTML of a piece that a notebook wrote, whether it has been made ready for the index or not."""
    if isinstance(node, Finished):
        node = node["shown"]
    return node.astext() if isinstance(node, nodes.raw) else None


def _make_ready(app: Sphinx, doctree: nodes.document, docname: str) -> None:
    if app.builder.format != "html":
        return
    for node in list(doctree.findall(nodes.raw)):
        if "html" in node.get("format", "").split():
            node.replace_self(Finished("", nodes.Text(words(node.astext())), shown=node))


def _show(translator: Any, node: Finished) -> None:
    shown: nodes.raw = node["shown"]
    shown.parent = node.parent
    # Writes the HTML and skips the words.
    translator.visit_raw(shown)


def _inert_headings(app: Sphinx, exception: Exception | None) -> None:
    """Escape the headings in the index of the search box.

    Sphinx escapes the titles of pages there and not the headings, and its script shows both as HTML.
    """
    from sphinx.search import js_index

    place = Path(app.outdir) / "searchindex.js"
    if exception is not None or not place.is_file():
        return
    found = js_index.loads(place.read_text("utf-8"))
    headings = found.get("alltitles", {})
    found["alltitles"] = {html_module.escape(title, quote=False): at for title, at in headings.items()}
    place.write_text(js_index.dumps(found), "utf-8")


def setup(app: Sphinx) -> None:
    """Have every page's finished HTML indexed by its words, and headings as text."""
    app.add_node(Finished, html=(_show, None))
    app.connect("doctree-resolved", _make_ready)
    app.connect("build-finished", _inert_headings)
