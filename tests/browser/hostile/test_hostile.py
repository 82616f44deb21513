"""Text of the case is data: whatever stands in it arrives as text, on pages, in charts and in files."""

from __future__ import annotations

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import hostile_case
import pytest
from hostile_case import ATTACKS, DESCRIPTOR
from neutrality.case import Case, check, load
from neutrality.press.compile import pages

ROOT = Path(__file__).resolve().parents[3]
PAGES = pages(ROOT)
EVERY = [*PAGES, "search"]

#: On which page the texts of a column stand, and which of its rows; the rest of a row says which it is.
#: A word stands on the page where the chosen scale has it, an entity where a figure is its own.
WHERE = {
    ("entities", "name"): "figures",
    ("sources", "title"): "evidence",
    ("sources", "publisher"): "evidence",
    ("sources", "note"): "evidence",
    ("claims", "speaker"): "evidence",
    ("claims", "statement"): "evidence",
    ("conflicts", "topic"): "evidence",
    ("conflicts", "treatment"): "evidence",
    ("conflicts", "effect"): "evidence",
    ("readings", "reading"): "evidence",
    ("readings", "note"): "evidence",
    ("figures", "label"): "figures",
    ("figures", "reason"): "figures",
    ("figures", "note"): "figures",
    ("wording", "term"): "customer_exits",
    ("events", "event"): "outcomes",
    ("outcomes", "rule"): "outcomes",
    ("outcomes", "note"): "outcomes",
    ("comparables", "note"): "outcomes",
    ("precedents", "label"): "outcomes",
    ("precedents", "share_of"): "outcomes",
    ("precedents", "followed"): "outcomes",
    ("precedents", "note"): "outcomes",
    (DESCRIPTOR, "title"): "index",
    (DESCRIPTOR, "question"): "index",
    (DESCRIPTOR, "story"): "index",
}
#: What no page prints, or prints a part of: it is a download's, which carries the files as they are.
UNPRINTED = {("entities", "note"), ("scenarios", "note"), ("wording", "source"), (DESCRIPTOR, "description")}

#: Elements and attributes that only hostile text could have made.
MADE = """() => {
    const attributes = ['onerror', 'onload', 'onmouseover', 'onclick', 'data-n'].map(name => `[${name}]`);
    const words = ['bold', 'italic', 'gone', 'code', 'heading', 'item', 'x', 'y', 'z', 'w', 'b', 'a', 'sub', 'end'];
    const plain = 'b, em, strong, i, s, del, sub, sup, math, code, li, h1, h2, h3, hr, q, a';
    return [
        ...document.querySelectorAll([
            ...attributes, 'iframe', 'object', 'embed', 'style', 'base', 'textarea', 'math', 'form:not(.nt-search)',
            'img:not([src*="logo.svg"])', 'body script:not([src])', 'a[href^="javascript:"]',
            '[href*="hostile.example"]', '[src*="hostile.example"]', '[id^="here"]',
        ].join()),
        ...[...document.querySelectorAll(plain)].filter(part => words.includes(part.textContent.trim())),
    ].map(part => part.outerHTML.slice(0, 200));
}"""

#: What a drawing is made of; and no part of one acts or leads anywhere.
DRAWN = {
    "svg",
    "g",
    "path",
    "text",
    "tspan",
    "line",
    "rect",
    "defs",
    "clipPath",
    "linearGradient",
    "stop",
    "title",
}
DRAWINGS = """() => [...document.querySelectorAll('.nt-chart svg, .nt-chart svg *')].map(part => [
    part.tagName, part.getAttributeNames().filter(name => name.startsWith('on') || name.includes('href')),
])"""
LABELS = "() => [...document.querySelectorAll('.nt-chart svg text')].map(text => text.textContent)"
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
OPEN = "() => document.querySelectorAll('details').forEach(part => { part.open = true })"
#: Text that a spreadsheet takes for a formula.
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def words(text: str) -> str:
    """A text as a reader compares it: on one line, whatever case its first letter got."""
    return " ".join(text.split()).casefold()


@pytest.fixture
def watched(visit) -> Iterator[list[str]]:
    """A visit that ends with nothing run, nothing asked for and nothing said."""
    dialogs: list[str] = []
    visit.page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    yield dialogs
    assert dialogs == []
    assert visit.page.evaluate("() => window.pwned") is None
    assert visit.page.evaluate(MADE) == []
    visit.assert_clean()


@pytest.fixture(scope="session")
def case(hostile: Path) -> Case:
    return load(str(hostile))


# The case


def test_every_column_of_free_text_bears_every_attack(texts) -> None:
    columns: dict[tuple[str, str], str] = {}
    for one in texts:
        key = (one.table, one.column)
        columns[key] = f"{columns.get(key, '')}\n{one.text}"
    assert columns.keys() == WHERE.keys() | UNPRINTED
    for key, text in columns.items():
        for attack in ATTACKS:
            pattern = re.escape(attack.format(n=987654321)).replace("987654321", r"\d+")
            if key[0] == DESCRIPTOR:
                pattern = re.sub(r"\\\{(ref|raw|note)\\\}", r"\\{\1:\\}", pattern)
                pattern = re.sub(r"\\\{(no_such_\\d\+|x)\\\}", r"\\{\1:\\}", pattern)
            assert re.search(pattern, text), (key, attack)


def test_the_check_accepts_it(hostile: Path) -> None:
    assert check(str(hostile)) == []


def test_it_computes_what_the_case_computes(hostile: Path, case: Case) -> None:
    from neutrality.chapters import compute

    own = load(str(ROOT / "data"))
    # Later evidence is put into series by its labels, which are hostile here.
    for name in ("deal", "customer_exits", "competitor_opportunity"):
        assert dict(compute(name, case).results) == dict(compute(name, own).results)


# The pages


@pytest.mark.parametrize("name", EVERY)
def test_a_page_shows_it_and_does_nothing(visit, watched, texts, name: str) -> None:
    page = visit.open(name)
    page.evaluate(OPEN)
    for width in (1280, 390):
        page.set_viewport_size({"width": width, "height": 900})
        page.wait_for_timeout(200)
        assert page.evaluate(OVERFLOW) == 0, width
    assert page.locator("main h1").count() == 1
    # The title of the case is text in the head, too.
    (title,) = [one.text for one in texts if (one.table, one.column) == (DESCRIPTOR, "title")]
    assert words(title) in words(page.title())
    assert words(title) in words(page.locator(".nt-header .nt-name").text_content())


@pytest.mark.parametrize("name", sorted(set(WHERE.values())))
def test_each_text_stands_where_it_should(visit, watched, texts, case: Case, name: str) -> None:
    shown = words(visit.open(name).evaluate("() => document.body.textContent"))
    wanted = [one for one in texts if WHERE.get((one.table, one.column)) == name and printed(one, case)]
    assert len(wanted) > 2
    missing = [
        (one.table, one.column, part[:120])
        for one in wanted
        # A figure's number stands in the place of its name in braces.
        for part in (re.split(r"\{[a-z][a-z0-9_]*\}", one.text) if one.table == DESCRIPTOR else [one.text])
        if words(part) not in shown
    ]
    assert missing == []


def printed(one: hostile_case.Text, case: Case) -> bool:
    """Whether a row is one that its page prints."""
    match one.table:
        case "entities":
            return any(row["entity"] == one.row["id"] for row in case.tables["figures"].rows)
        case "figures":
            # A figure has one record, which the words of its row that counts describe.
            figure = case.figures.get(one.row["id"]) or case.later[one.row["id"]]
            return figure.known_on.isoformat() == one.row["known_on"]
        case "wording":
            used = {row["phrase"] for row in case.tables["claims"].rows}
            return one.row["scale"] == case.scale and one.row["phrase"] in used
    return True


@pytest.mark.parametrize("name", [page for page in PAGES if (ROOT / "book" / f"{page}.ipynb").is_file()])
def test_a_drawing_holds_it_as_a_label(visit, watched, name: str) -> None:
    page = visit.open(name)
    parts = page.evaluate(DRAWINGS)
    assert {tag for tag, _ in parts} <= DRAWN
    assert [part for part in parts if part[1]] == []


def test_names_stand_in_drawings_as_they_are(visit, watched, case: Case) -> None:
    labels = words(" ".join(visit.open("outcomes").evaluate(LABELS)))
    for customer in case.customers:
        assert words(customer.name) in labels


@pytest.mark.parametrize("query", ["pwned", "hostile", "override", "heading", "W" * 5000])
def test_the_search_box_finds_it_as_text(visit, watched, query: str) -> None:
    # The last one is more than half of the front page's title, which makes Sphinx list it as a heading.
    page = visit.open("index")
    page.locator(".nt-search input[type=search]").fill(query)
    page.keyboard.press("Enter")
    page.locator("#search-results li a").first.wait_for()
    page.wait_for_timeout(300)
    assert (
        page.evaluate("() => document.querySelectorAll('#search-results :is(img, svg, b, script)').length")
        == 0
    )
    assert page.evaluate(OVERFLOW) == 0


@pytest.mark.parametrize("name", ["index", "deal", "outcomes"])
def test_the_panel_at_a_number_shows_it_as_text(visit, watched, name: str) -> None:
    page = visit.open(name)
    numbers = page.locator("main .nt-num:visible")
    for place in range(min(5, numbers.count())):
        numbers.nth(place).hover()
        page.locator("#nt-provenance").wait_for()
        assert page.evaluate(MADE) == []
        page.mouse.move(0, 0)
        page.locator("#nt-provenance").wait_for(state="detached")


@pytest.mark.parametrize("name", ["evidence", "figures"])
def test_records_are_searched_sorted_and_opened(visit, watched, name: str) -> None:
    page = visit.open(name)
    for place in range(page.locator(".nt-records").count()):
        table = page.locator(".nt-records").nth(place)
        table.evaluate("holder => holder.scrollIntoView()")
        table.get_by_role("searchbox").fill("<script>")
        assert table.locator("tbody:visible").count() > 0
        for column in range(table.locator("thead button").count()):
            table.locator("thead button").nth(column).click()
    page.wait_for_timeout(200)
    assert page.evaluate(OVERFLOW) == 0


# The downloads


def test_no_cell_of_a_table_is_a_formula(site: Path, case: Case) -> None:
    cells: set[str] = set()
    files = [*(site / "downloads" / "tables").glob("*.csv"), site / "downloads" / "results.csv"]
    assert len(files) > 30
    for file in files:
        for row in csv.reader(io.StringIO(file.read_text("utf-8"), newline="")):
            for cell in row:
                cells.add(words(cell))
                assert not cell.startswith(FORMULA) or is_number(cell), (file.name, cell)
    for customer in case.customers:
        name = words(customer.name)
        assert any(cell.removeprefix("'").startswith(name) for cell in cells), name


def is_number(cell: str) -> bool:
    try:
        return bool(float(cell)) or True
    except ValueError:
        return False


def test_the_workbook_holds_it_as_text(site: Path, case: Case) -> None:
    from openpyxl import load_workbook

    book = load_workbook(site / "downloads" / "workbook.xlsx")
    texts: list[str] = []
    for sheet in book:
        assert not sheet._hyperlinks
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    assert not re.search(r"pwned|hostile|cmd|WEBSERVICE|HYPERLINK", str(cell.value)), cell
                elif isinstance(cell.value, str):
                    # How the format writes a carriage return.
                    texts.append(words(cell.value.replace("_x000D_", " ")))
    assert not book._external_links
    for figure in case.figures.values():
        if figure.tag != "later":
            assert any(words(figure.label) in text for text in texts), figure.id


def test_the_zipped_case_is_the_case_byte_for_byte(site: Path, hostile: Path) -> None:
    with zipfile.ZipFile(site / "downloads" / "case.zip") as archive:
        for name in archive.namelist():
            assert archive.read(name) == (hostile / name).read_bytes()
        assert len(archive.namelist()) > 10


def test_results_are_json(site: Path) -> None:
    assert len(json.loads((site / "downloads" / "results.json").read_text("utf-8"))) > 200
