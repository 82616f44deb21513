"""The references: every citation leads to a work, and an identifier is printed only where it was confirmed."""

from __future__ import annotations

import re
from pathlib import Path

import nbformat
import pytest
from pybtex.database import parse_file

ROOT = Path(__file__).resolve().parents[2]
WORKS = parse_file(str(ROOT / "book" / "references.bib"), "bibtex").entries

#: The identifiers that were confirmed in a copy of the text.
CONFIRMED = {
    "10.1111/j.1468-0297.2011.02457.x", "10.1016/j.heliyon.2018.e00846", "10.1016/j.jacceco.2015.03.005", "10.2308/accr-51246",
    "10.1016/S0378-4266(02)00283-2", "10.1177/0272989X13505910", "10.1111/1756-2171.12388", "10.32614/CRAN.package.antitrust",
}  # fmt: skip


def cited() -> dict[str, set[str]]:
    """Keys by the page that cites them."""
    texts = {path.stem: path.read_text("utf-8") for path in sorted((ROOT / "book").glob("*.md"))}
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = nbformat.read(path, 4).cells
        texts[path.stem] = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    return {
        page: {key for keys in re.findall(r"\{cite:[pt]\}`([^`]+)`", text) for key in keys.split(",")}
        for page, text in texts.items()
    }


@pytest.mark.parametrize("key", WORKS)
def test_a_work_is_named_as_far_as_it_is_known(key: str) -> None:
    work = WORKS[key]
    # A notebook holds no digit in its text, so a key has none.
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", key)
    assert work.fields["title"]
    assert work.persons["author"]
    assert "others" not in str(work.persons["author"][-1])
    doi = work.fields.get("doi")
    assert doi is None or doi in CONFIRMED


def test_every_citation_leads_to_a_work() -> None:
    for page, keys in cited().items():
        assert keys <= set(WORKS), page
    assert {"deal", "scenarios", "assumptions", "methods"} <= {page for page, keys in cited().items() if keys}


def test_what_is_cited_is_listed_and_nothing_else(site: Path) -> None:
    page = (site / "references.html").read_text("utf-8")
    assert page.count('class="citation"') == len(set().union(*cited().values()))
    assert "{" not in page[page.index("<main") : page.index("</main>")]
    deal = (site / "deal.html").read_text("utf-8")
    assert re.search(
        r'\(<a class="reference internal" href="references\.html#[^"]+"[^>]*>[^<]+, \d{4}</a>', deal
    )
