"""The whole book over another deal: nothing of this one is left, no sentence breaks, charts hold."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from neutrality.case import load
from neutrality.press.compile import pages
from neutrality.units import money, pretty
from sentences import BROKEN, sentences

ROOT = Path(__file__).resolve().parents[3]
PAGES = pages(ROOT)
CHAPTERS = ("deal", "customer_exits", "competitor_opportunity")

#: Scripts that the build writes from the case, beside those of each chart; all others are the same for every
#: case, and know every currency.
DATA = ("provenance-data.js", "searchindex.js", "documentation_options.js", "live-data.js")
#: Short names without a meaning, such as minified code is full of.
FOREIGN_CODE = ("vega.js", "lite.js")


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@cache
def markup(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@cache
def texts(site: Path) -> tuple[tuple[str, str], ...]:
    return tuple(read(site))


def read(site: Path) -> Iterator[tuple[str, str]]:
    """Every page, script data file and download of a site as text; parts of packed ones by themselves."""
    for path in sorted(site.rglob("*")):
        name = path.relative_to(site).as_posix()
        if path.suffix == ".html":
            # What a page shows and what its attributes hold; its few lines of script are the same for every case.
            soup = BeautifulSoup(path.read_text("utf-8"), "html.parser")
            for script in soup.select("script:not([type='application/json'])"):
                script.decompose()
            yield name, str(soup)
        elif path.suffix in (".json", ".csv", ".txt", ".md", ".svg", ".xml"):
            yield name, path.read_text("utf-8")
        elif path.suffix == ".zip":
            with zipfile.ZipFile(path) as archive:
                for part in archive.namelist():
                    yield f"{name}!{part}", archive.read(part).decode("utf-8")
        elif path.suffix == ".xlsx":
            with zipfile.ZipFile(path) as archive:
                for part in ("xl/sharedStrings.xml", "xl/workbook.xml", "docProps/core.xml"):
                    # A dollar sign in a name's range is part of its address.
                    yield f"{name}!{part}", re.sub(r"\$(?=[A-Z0-9])", "", archive.read(part).decode("utf-8"))
        elif path.suffix == ".js" and path.name not in FOREIGN_CODE:
            yield name, path.read_text("utf-8")


# Nothing of this case is left


@pytest.fixture(scope="session")
def foreign(case_there) -> list[str]:
    """Names and ids of this book's case that the other one does not have too."""
    data = ROOT / "data"
    names = {row["name"] for row in rows(data, "entities")} | {
        row["publisher"] for row in rows(data, "sources")
    }
    names |= {"Price of Neutrality", "Davos", "labelling"}
    ids = {
        row["id"]
        for table in ("entities", "sources", "claims", "figures", "conflicts", "comparables")
        for row in rows(data, table)
    }
    # An id that is a plain word may stand in a text by itself.
    ids = {name for name in ids if "_" in name or any(sign.isdigit() for sign in name)}
    ids |= {row["scenario"] for row in rows(data, "scenarios")}
    own = {
        cell
        for path in case_there.glob("*.csv")
        for row in rows(case_there, path.stem)
        for cell in row.values()
    }
    words = sorted((names | ids) - own)
    assert len(words) > 300
    return words


def test_no_name_and_no_id_of_this_case_is_left(site_there, foreign) -> None:
    found, files = [], 0
    for name, text in texts(site_there):
        files += 1
        # Few words are in a text at all, and only for those it counts where they begin and end.
        for word in (word for word in foreign if word in text):
            for hit in re.finditer(rf"(?<![\w.-]){re.escape(word)}(?![\w-])", text):
                found.append((name, word, text[max(0, hit.start() - 40) : hit.end() + 40]))
    assert files > 60
    assert found == []


def test_no_currency_of_this_case_is_left(site_there) -> None:
    assert all((site_there / "_static" / name).exists() or (site_there / name).exists() for name in DATA)
    found = [
        (name, text[max(0, hit.start() - 40) : hit.end() + 40])
        for name, text in texts(site_there)
        if not name.endswith(".js") or "/specs/" in name or name.rpartition("/")[2] in DATA
        for hit in re.finditer(r"\$|\bUSD\b|\b[Dd]ollars?\b", text)
    ]
    assert found == []
    assert "€620mn" in markup(site_there / "deal.html").get_text()


def test_no_stated_amount_of_this_case_is_left(site_there, case_there) -> None:
    own = load(str(case_there)).figures.values()
    mine = {pretty(figure.value, figure.unit, 6) for figure in own if figure.value is not None}
    amounts = {
        pretty(figure.value, figure.unit.replace("USD", "EUR"), 6)
        for figure in load(str(ROOT / "data")).figures.values()
        if figure.tag == "stated" and money(figure.unit) and figure.value is not None
    } - mine
    assert len(amounts) > 4
    pattern = re.compile("|".join(rf"{re.escape(amount)}(?![\d.])" for amount in amounts))
    for page in PAGES:
        main = markup(site_there / f"{page}.html").select_one("main")
        assert isinstance(main, Tag)
        assert [hit[0] for hit in pattern.finditer(main.get_text(" "))] == [], page


def test_the_book_is_called_and_signed_as_the_case_says(site_there) -> None:
    for page in (*PAGES, "search", "404"):
        head = markup(site_there / f"{page}.html")
        assert "The Test Bench" in head.title.get_text()
        assert head.select_one("meta[name=author]")["content"] == "The bench's own authors"
    assert "The bench's own authors" in markup(site_there / "deal.html").select_one("footer").get_text()


def test_the_chapters_speak_of_the_case(site_there, case_there) -> None:
    case = load(str(case_there))
    said = {page: markup(site_there / f"{page}.html").select_one("main").get_text(" ") for page in CHAPTERS}
    assert len(case.customers) == 7 and len(case.vendors) == 3
    for customer in case.customers:
        assert customer.name in said["customer_exits"]
    for vendor in case.vendors:
        assert vendor.name in said["competitor_opportunity"]
    assert case.supplier.name in said["deal"] and case.acquirer.name in said["deal"]


def test_the_results_are_those_of_the_command(site_there, case_there) -> None:
    held = json.loads((site_there / "downloads" / "results.json").read_text("utf-8"))
    assert any(name.startswith("opportunity.quellwerk.") for name in held)
    assert {row["unit"].split()[0] for row in held.values() if money(row["unit"])} == {"EUR"}


# No sentence is broken


@pytest.mark.parametrize("page", PAGES)
def test_no_sentence_is_broken(site_there, page) -> None:
    said = list(sentences(BeautifulSoup((site_there / f"{page}.html").read_text("utf-8"), "html.parser")))
    assert said
    assert [(text, hit[0]) for text in said if (hit := BROKEN.search(text))] == []


def test_what_counts_as_broken_is_found() -> None:
    for text in (
        "All of () left.", "It is , so far.", "None of it: nan.", "Arvo, and.", "the the end", "1 customers left.",
        "after 3 month", "Cars's spend", "It costs {price}.", "1 forecasts", "Two  blanks.", "It ends.. here",
        "Why?.", "a None b", "(False)",
    ):  # fmt: skip
        assert BROKEN.search(text), text
    for text in ("After 1 month it ends.", "7 customers, 1 vendor.", "Arvo Cars' spend", "12 months (all)."):
        assert not BROKEN.search(text), text


# Charts hold

STICKING_OUT = """() => {
    const wide = document.documentElement.clientWidth, found = [];
    if (document.documentElement.scrollWidth > wide) found.push(['page', document.documentElement.scrollWidth]);
    for (const svg of document.querySelectorAll('.nt-chart svg')) {
        const box = svg.getBoundingClientRect();
        if (!box.width) continue;
        const name = svg.closest('[id]')?.id;
        if (box.right > wide + 1 || box.left < -1) found.push([name, 'drawing', box.left, box.right]);
        const texts = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim())
            .map(text => [text.textContent, text.getBoundingClientRect()]).filter(([, own]) => own.width);
        for (const [text, own] of texts) {
            if (own.right > box.right + 1 || own.left < box.left - 1 || own.top < box.top - 1 || own.bottom > box.bottom + 1) {
                found.push([name, 'text', text]);
            }
        }
        for (const [index, [text, own]] of texts.entries()) {
            for (const [other, its] of texts.slice(index + 1)) {
                const across = Math.min(own.right, its.right) - Math.max(own.left, its.left);
                const down = Math.min(own.bottom, its.bottom) - Math.max(own.top, its.top);
                if (text !== other && across > 5 && down > 8) found.push([name, 'over', text, other]);
            }
        }
    }
    return [document.querySelectorAll('.nt-chart svg').length, found];
}"""


@pytest.mark.parametrize("page", PAGES)
def test_nothing_sticks_out(browser, site_there, page) -> None:
    window = browser.new_page(viewport={"width": 1280, "height": 900})
    try:
        window.goto((site_there / f"{page}.html").as_uri())
        wide = window.evaluate(STICKING_OUT)
        window.set_viewport_size({"width": 390, "height": 900})
        narrow = window.evaluate(STICKING_OUT)
    finally:
        window.close()
    for drawings, found in (wide, narrow):
        if page in CHAPTERS or page == "index":
            assert drawings > 2
        assert found == []


def test_the_case_among_the_downloads_is_the_case(site_there, case_there) -> None:
    with zipfile.ZipFile(site_there / "downloads" / "case.zip") as archive:
        held = io.TextIOWrapper(archive.open("figures.csv"), "utf-8").read()
    assert held == (case_there / "figures.csv").read_text("utf-8")
