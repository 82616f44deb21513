"""The whole book over another deal: nothing of this one is left, no sentence breaks, charts hold."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from pathlib import Path

import pytest
from bs4 import BeautifulSoup, Tag
from neutrality.case import Case, load
from neutrality.chapters.headlines import all_results
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


#: Significant digits from which on two cases do not share a number by chance. Prose has three.
DISTINCT = 4


def numbers(case: Case) -> list[tuple[float, str]]:
    """Every number of a case that a page may print: of its figures and their ranges, and of all results."""
    found = [
        (value, figure.unit)
        for figure in case.figures.values()
        for value in (figure.value, figure.low, figure.high)
    ]
    found += [
        (one.value, one.unit) for one in all_results(case, {}).values() if not isinstance(one.value, str)
    ]
    # A third is a third in every case.
    return [
        (float(value), unit)
        for value, unit in found
        if value is not None and abs(Fraction(value).limit_denominator(12) - Fraction(value)) > 1e-9
    ]


def printed(case: Case, *digits: int) -> set[str]:
    """How pages print these numbers, in the other case's currency and without a sign."""
    return {
        pretty(abs(value), unit.replace("USD", "EUR"), count)
        for value, unit in numbers(case)
        for count in digits
    }


def distinct(texts: set[str], least: int) -> set[str]:
    """Those with so many significant digits."""
    held = {
        text: re.sub(r"[^\d]", "", re.split(r"[^\d.,]", text.lstrip("€"))[0]).strip("0") for text in texts
    }
    return {text for text, shown in held.items() if len(shown) >= least}


def among(texts: set[str]) -> re.Pattern[str]:
    return re.compile(rf"(?<![\d.,])(?:{'|'.join(map(re.escape, texts))})(?![\d.,]*\d)")


@pytest.fixture(scope="module")
def both(case_there) -> tuple[Case, Case]:
    """This book's case and the other one."""
    return load(str(ROOT / "data")), load(str(case_there))


def test_no_number_of_this_case_is_left(site_there, both) -> None:
    here, there = both
    own = printed(there, 2, 3, 4, 5, 6)
    stated = {
        pretty(figure.value, figure.unit.replace("USD", "EUR"), 6)
        for figure in here.figures.values()
        if figure.tag == "stated" and money(figure.unit) and figure.value is not None
    }
    anywhere = (distinct(printed(here, 4, 6), DISTINCT) | stated) - own
    in_words = distinct(printed(here, 3, 4, 6), 3) - own
    assert len(anywhere) > 200 and len(in_words) > 300
    assert {text[-1] for text in anywhere} >= {"%", "×", "n", "r"}
    anywhere_here, in_words_here = among(anywhere), among(in_words)
    for page in PAGES:
        main = markup(site_there / f"{page}.html").select_one("main")
        assert isinstance(main, Tag)
        assert anywhere_here.findall(main.get_text(" ")) == [], page
        # What was computed there may be alike by chance; words that are the same for every case may not.
        found = [text for text in main.find_all(string=in_words_here) if not text.find_parent(computed)]
        assert found == [], page


def computed(tag: Tag) -> bool:
    """Whether what stands here comes from the case."""
    return tag.name in ("figure", "table", "svg", "script") or "nt-num" in tag.get("class", ())


def test_no_number_of_this_case_is_left_in_a_file(site_there, both) -> None:
    """As programs write it, with all its digits."""
    here, there = ({repr(abs(value)) for value, _ in numbers(case)} for case in both)
    wanted = distinct(here - there, 6)
    assert len(wanted) > 90
    files = [(name, text) for name, text in texts(site_there) if name.endswith((".json", ".csv", "-data.js"))]
    assert len(files) > 10
    assert [(name, number) for name, text in files for number in wanted if number in text] == []


def test_the_other_case_is_as_unlike_this_one_as_it_should_be(both) -> None:
    here, there = both
    assert (len(there.customers), len(there.vendors)) == (7, 3)
    assert (len(here.customers), len(here.vendors)) != (7, 3)
    used = [
        {parts.currency for figure in case.figures.values() if (parts := money(figure.unit))} for case in both
    ]
    assert used == [{"USD"}, {"EUR"}]
    spends = [there.figure("spend", customer.id) for customer in there.customers]
    assert [(figure.entity, figure.tag) for figure in spends if figure.value is not None] == [
        ("arvo", "stated")
    ]


def test_the_book_is_called_and_signed_as_the_case_says(site_there) -> None:
    for page in (*PAGES, "search", "404"):
        head = markup(site_there / f"{page}.html")
        assert "The Test Bench" in head.title.get_text()
        assert head.select_one("meta[name=author]")["content"] == "The bench's own authors"
    assert "The bench's own authors" in markup(site_there / "deal.html").select_one("footer").get_text()


def test_the_chapters_speak_of_the_case(site_there, case_there) -> None:
    case = load(str(case_there))
    said = {page: markup(site_there / f"{page}.html").select_one("main").get_text(" ") for page in CHAPTERS}
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
