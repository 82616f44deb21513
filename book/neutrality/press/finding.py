"""What the search box lists besides pages: the records of the tables, each by its words, its id and its value.

For Sphinx they are a domain of their own, whose objects its index holds and its script lists with their
place on the page. finding.js puts the one that was asked for first.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from docutils import nodes
from lxml import etree
from lxml.html import document_fromstring
from sphinx.domains import Domain

if TYPE_CHECKING:
    from sphinx.application import Sphinx

#: Between what is said of a record, its id and its value; finding.js takes them apart again.
PART = " · "

#: Behind which what is said of a claim is cut: the index is loaded by whoever searches.
_LONGEST = 80

#: After the pages that hold all of the words; finding.js lifts what was asked for.
_PRIORITY = 2

_TABLES = etree.XPath("//div[starts-with(@class, 'nt-records')]/table")


def records(html: str) -> Iterator[tuple[str, str]]:
    """Of each record in a piece of HTML that `display_records` wrote: its anchor, and the words that find it."""
    for table in _TABLES(document_fromstring(f"<div>{html}</div>")):
        headings = [_text(cell) for cell in table.find("thead")[0]]
        for body in table.findall("tbody"):
            cells = [_text(cell) for cell in body[0]]
            line = dict(zip(headings, cells, strict=True))
            said = textwrap.shorten(cells[0].rstrip("."), _LONGEST, placeholder=" …")
            whose, value = line.get("Whose"), line.get("Value")
            anchor = str(body.get("id"))
            name = anchor.partition("-")[2]
            yield (
                anchor,
                PART.join(
                    filter(None, (f"{whose}: {said}" if whose else said, name, (value or "").strip("–")))
                ),
            )


def _text(cell: Any) -> str:
    return " ".join(cell.text_content().split())


class Records(Domain):
    """The records of all tables, by the page on which they stand."""

    name = "neutrality"
    label = "records"
    initial_data = {"records": {}}  # noqa: RUF012

    def note(self, page: str, found: Iterable[tuple[str, str]]) -> None:
        """Keep the records of a page."""
        self.data["records"].setdefault(page, []).extend(found)

    def clear_doc(self, docname: str) -> None:
        self.data["records"].pop(docname, None)

    def merge_domaindata(self, docnames: list[str], otherdata: dict[str, Any]) -> None:
        self.data["records"].update((page, otherdata["records"].get(page, [])) for page in docnames)

    def get_objects(self) -> Iterator[tuple[str, str, str, str, str, int]]:
        for page, found in self.data["records"].items():
            for anchor, words in found:
                kind, _, name = anchor.partition("-")
                yield f"{kind}:{name}", words, kind, page, anchor, _PRIORITY

    def resolve_any_xref(self, *_: Any) -> list[tuple[str, nodes.Element]]:
        """No text refers to a record by its name alone."""
        return []


def _note(app: Sphinx, doctree: nodes.document) -> None:
    domain = app.env.get_domain(Records.name)
    assert isinstance(domain, Records)
    for node in doctree.findall(nodes.raw):
        if 'class="nt-records' in node.astext():
            domain.note(app.env.docname, records(node.astext()))


def setup(app: Sphinx) -> None:
    """Have every record indexed."""
    app.add_domain(Records)
    app.connect("doctree-read", _note)
