"""Sentences of pages, and what a broken one looks like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag

BROKEN = re.compile(
    r"""
    \(\s*\) | \s[,;:.](?=\s|$) | [,;:]\s*[.;,] | \.\.(?!\.) | ,\s+and\s*[.,;] | ^\s*and\b(?!\s\w+\smore)
    | \b(None(?!\sof\b)|nan|inf|True|False)\b | [{}] | \b(\w+)\s+\2\b(?<!\bthat\sthat)(?<!\bhad\shad)
    | (?<![\d.,])\b1\s(customers|vendors|forecasts|questions|claims|readings|months|years|sources|figures|reports)\b
    | (?<![\d.,])\b(?:[02-9]|\d\d+)\s(customer|vendor|forecast|question|claim|reading|month|year|source)\b(?!['’])
    | s's\b | s’s\b | no\snumber\s(?:of|in)\b | \S[ ]{2,}\S | [?!]\.
    """,
    re.VERBOSE,
)


def sentences(page: BeautifulSoup) -> Iterator[str]:
    """Paragraphs, items, headings and cells of a page as a reader reads or hears them."""
    main = page.select_one("main")
    assert isinstance(main, Tag)
    head = page.select_one("meta[name=description]")
    if head is not None:
        yield str(head["content"])
    for part in main.select("[aria-label], img[alt]"):
        yield str(part.get("aria-label") or part.get("alt"))
    for code in main.select("pre, svg, script, style, .nt-records"):
        code.decompose()
    for part in main.select("p, li, h1, h2, h3, td, th, caption, figcaption, dd"):
        if not part.select("p, li, td, table"):
            # Lines of the source are no fault, two blanks between words are.
            text = re.sub(r"\s*\n\s*", " ", part.get_text("")).strip()
            if text:
                yield text
