"""What the search box finds: the words of what notebooks put on a page as finished HTML.

Sphinx's index takes such HTML without its tags, which joins the last word of a table's cell with the first
of the next, and it does not see the ids of the figures and results behind the numbers.
"""

from __future__ import annotations

import html as html_module
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Elements that hold no words of the page.
_SILENT = {"script", "style", "template"}

#: Attributes with words that a reader may look for: what is said of a chart, and what a number rests on.
_TELLING = {"aria-label", "alt", "data-ref"}

_ORIGIN = re.compile(r"[a-z]+:")


class _Words(HTMLParser):
    def __init__(self, told: bool) -> None:
        super().__init__(convert_charrefs=True)
        self._told = told
        self.found: list[str] = []
        self._silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._silent += tag in _SILENT
        for name, value in attrs:
            if self._told and name in _TELLING and value:
                self.found.append(_ORIGIN.sub("", value) if name == "data-ref" else value)

    def handle_endtag(self, tag: str) -> None:
        self._silent -= tag in _SILENT and self._silent > 0

    def handle_data(self, data: str) -> None:
        if not self._silent:
            self.found.append(data)


def words(html: str, *, told: bool = True) -> str:
    """The words of a piece of HTML, a space at every tag; `told` adds what charts say of themselves and the
    ids of the origins of numbers."""
    parser = _Words(told)
    parser.feed(html)
    parser.close()
    return " ".join(" ".join(parser.found).split())


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
