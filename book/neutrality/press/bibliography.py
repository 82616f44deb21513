"""How the references are listed: by name and year, with a link where an identifier was confirmed."""

from __future__ import annotations

import re
from typing import Any

from pybtex.database import Entry
from pybtex.plugin import find_plugin, register_plugin
from pybtex.richtext import Symbol, Text
from pybtex.style.formatting import BaseStyle, toplevel
from pybtex.style.template import field, href, join, names, optional, optional_field, sentence, tag, words
from sphinxcontrib.bibtex import plugin
from sphinxcontrib.bibtex.style.referencing import BracketStyle
from sphinxcontrib.bibtex.style.referencing.author_year import AuthorYearReferenceStyle

#: The name that `_config.yml` gives for both styles.
NAME = "neutrality"

#: Types whose title is the work's own and stands in italics; others stand within something that does.
WHOLE = ("book", "misc")


_LABEL = re.compile(r'(<div class="citation"[^>]*>)\s*<span class="label">.*?</span></span>', re.DOTALL)


def _pages(text: str) -> Text:
    return Text(Symbol("ndash")).join(text.split("--"))


class Style(BaseStyle):  # type: ignore[misc]
    """One form for every kind of work: nothing but author and title is needed."""

    default_name_style = "lastfirst"
    default_sorting_style = "author_year_title"

    def _entry(self, e: Entry) -> Any:
        title = field("title")
        volume = join[field("volume"), optional["(", field("number"), ")"]]
        return toplevel[
            sentence[
                words[
                    names("author", sep=", ", sep2=" and ", last_sep=" and "),
                    optional[join["(", field("year"), ")"]],
                ]
            ],
            sentence[
                join(sep=", ")[
                    tag("em")[title] if e.type in WHOLE else title,
                    optional[join[field("edition"), " edition"]],
                ]
            ],
            sentence[
                join(sep=", ")[
                    optional[tag("em")[field("journal")]],
                    optional[tag("em")[field("booktitle")]],
                    optional_field("howpublished"),
                    optional_field("publisher"),
                    optional[volume],
                    optional[field("pages", apply_func=_pages)],
                    optional_field("note"),
                ]
            ],
            optional[href[join["https://doi.org/", field("doi", raw=True)], join["doi:", field("doi", raw=True)]]],
            optional[href[field("url", raw=True), field("url", raw=True)]],
        ]  # fmt: skip

    get_article_template = get_book_template = get_inproceedings_template = get_misc_template = _entry


class InText(AuthorYearReferenceStyle):
    """Citations by name and year in round brackets: (Name, year; Name, year)."""

    def __init__(self) -> None:
        round_ = BracketStyle(left="(", right=")", sep="; ")
        super().__init__(bracket_parenthetical=round_, bracket_textual=round_)


def as_list(body: str) -> str:
    """The body of a page with its references as items of a list, without the numbers that nothing refers to.

    Sphinx gives each the role `doc-biblioentry`, which has been withdrawn and is no item of a list.
    """
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    return _LABEL.sub(r"\1", body)


def register() -> None:
    """Make both styles known under one name."""
    register_plugin("pybtex.style.formatting", NAME, Style, force=True)
    # Sphinx's bibliography keeps its own list of the second kind.
    plugin.register_plugin("sphinxcontrib.bibtex.style.referencing", NAME, InText, force=True)
    # It asks for this one at each citation, and the search through all that is installed takes longest.
    register_plugin("pybtex.backends", "plaintext", find_plugin("pybtex.backends", "plaintext"), force=True)
