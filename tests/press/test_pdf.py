"""The whole book as one PDF, read by a library that had no part in writing it."""

from __future__ import annotations

import html
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from neutrality.charts import theme
from neutrality.errors import InputError
from neutrality.press import PressError, compile, pdf
from pypdf import PdfReader
from pypdf.generic import Destination

ROOT = Path(__file__).resolve().parents[2]
PAGES = compile.pages(ROOT)
COMMAND = Path(sys.executable).with_name("neutrality")
HOSTILE = '<script>alert(1)</script> "}</style> \\201 {a} & שלום'

needs_chromium = pytest.mark.skipif(
    not any(map(shutil.which, pdf.PROGRAMS)), reason="Chromium is not installed"
)


@pytest.fixture(scope="module")
def printed(site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The PDF of the book."""
    return pdf.write(site, PAGES, tmp_path_factory.mktemp("pdf") / "book.pdf")


@pytest.fixture(scope="module")
def reader(printed: Path) -> PdfReader:
    """The same, opened once: its pages are many."""
    return PdfReader(printed)


def outline(reader: PdfReader) -> Iterator[tuple[int, str, int]]:
    """Level, title and page, counted from 1, of every bookmark."""

    def walk(items: list, level: int) -> Iterator[tuple[int, str, int]]:
        for item in items:
            if isinstance(item, list):
                yield from walk(item, level + 1)
            else:
                assert isinstance(item, Destination)
                yield level, str(item.title), reader.get_destination_page_number(item) + 1

    return walk(reader.outline, 1)


def heading(page: Path) -> str:
    """The heading of a page of the site."""
    (found,) = re.findall(r"<h1>(.*?)</h1>", page.read_text("utf-8"))
    return html.unescape(re.sub("<[^>]+>", "", found))


@needs_chromium
class TestBook:
    def test_it_is_a_book(self, reader: PdfReader, case) -> None:
        assert len(reader.pages) > 20
        assert reader.metadata is not None
        assert reader.metadata.title == case.title
        wide, high = (float(side) / 72 * 25.4 for side in reader.pages[5].mediabox[2:])
        assert (round(wide), round(high)) == (210, 297)

    def test_every_chapter_has_a_bookmark_on_its_page(self, reader: PdfReader, site: Path) -> None:
        chapters = [(title, page) for level, title, page in outline(reader) if level == 1]
        assert [title for title, _ in chapters] == [
            pdf.FRONT,
            *(heading(site / f"{p}.html") for p in PAGES[1:]),
        ]
        for title, page in chapters:
            text = reader.pages[page - 1].extract_text()
            assert title in text
            # The number that the page prints is the one that a reader of the file sees.
            assert re.search(rf"^{page}\D", text, re.MULTILINE), f"page {page}: {text[:80]!r}"

    def test_the_contents_name_the_pages_on_which_chapters_and_sections_begin(
        self, reader: PdfReader
    ) -> None:
        marks = list(outline(reader))
        first = min(page for _, _, page in marks)
        lines: list[str] = []
        for number in range(2, first):
            _, _, body = reader.pages[number - 1].extract_text().partition(f"\n{number}")
            # What follows is the foot's other line, and then what stands between head and foot.
            lines += [line for line in body.splitlines()[1:] if re.search(r"\D \d+$", line)]
        assert lines == [f"{title} {page}" for _, title, page in marks]

    def test_links_within_the_book_lead_into_it_and_no_link_to_this_machine(self, reader: PdfReader) -> None:
        places = set(reader.named_destinations)
        inside, outside = set(), set()
        for page in reader.pages:
            for annotation in page.get("/Annots") or ():
                link = annotation.get_object()
                assert link["/Subtype"] == "/Link", "nothing to fill in on paper"
                if "/Dest" in link:
                    inside.add(str(link["/Dest"]))
                else:
                    outside.add(str(link["/A"]["/URI"]))
        assert len(inside) > 100
        assert inside <= places
        assert outside
        assert all(link.startswith(("https://", "http://")) for link in outside)

    def test_addresses_are_printed(self, site: Path) -> None:
        text = pdf.document(site, PAGES).text
        links = re.findall(r'<a [^>]*href="(https?://[^"]+)"[^>]*>(.*?)</a>(.{0,40})', text, re.DOTALL)
        assert links
        for address, words, after in links:
            shown = html.unescape(words + after)
            host = html.unescape(address).split("/")[2]
            assert host in shown or "doi:" in shown or "nt-url" in after, address

    def test_charts_are_drawn_not_photographed(self, reader: PdfReader) -> None:
        for number, page in enumerate(reader.pages, 1):
            for thing in (page["/Resources"].get("/XObject") or {}).values():
                assert thing.get_object()["/Subtype"] != "/Image", f"page {number}"

    def test_every_page_says_something_in_letters_that_come_along(self, reader: PdfReader) -> None:
        for number, page in enumerate(reader.pages, 1):
            assert len(page.get_contents().get_data()) > 300, f"page {number} is blank"
            for font in (page["/Resources"].get("/Font") or {}).values():
                kind = font.get_object()
                if kind["/Subtype"] == "/Type0":
                    descriptor = kind["/DescendantFonts"][0].get_object()["/FontDescriptor"]
                    assert {"/FontFile2", "/FontFile3"} & set(descriptor), kind["/BaseFont"]

    def test_numbers_in_the_text_have_notes(self, site: Path) -> None:
        soup = pdf._parsed(pdf.document(site, PAGES).text)
        for chapter in soup.select(".nt-chapter:has([data-note])"):
            marks = {int(str(node["data-note"])) for node in chapter.select("[data-note]")}
            notes = chapter.select(".nt-notes li")
            assert marks == set(range(1, len(notes) + 1))
            assert sum(":" in note.get_text() for note in notes) > len(notes) / 2
        assert len(soup.select(".nt-notes")) >= 3

    def test_it_is_no_larger_than_a_mail_takes(self, printed: Path) -> None:
        assert printed.stat().st_size < 10e6


# -- a book of three pages ----------------------------------------------------------------------------


def small(folder: Path, title: str = "Small", words: str = "") -> Path:
    """A site as the press builds it, with as little on it as can be."""
    (folder / "_static").mkdir(parents=True)
    for sheet in (ROOT / "book" / "_static").glob("*.css"):
        shutil.copy(sheet, folder / "_static")
    (folder / "_static" / "tokens.css").write_text(theme.stylesheet(), "utf-8")
    name = html.escape(title)
    for page, body in {
        "index": f'<h1>{name}</h1><p class="nt-text nt-text-question">Why?</p><p><a href="two.html">On</a></p>',
        "one": '<h1>One</h1><section id="a"><h2>Alike</h2><p><a href="two.html#a">there</a></p></section>'
        '<details><summary>more</summary><p>opened</p></details><script>alert("script")</script>',
        "two": f'<h1>Two</h1><section id="a"><h2>A heading so long that it breaks its line on paper, {name}, '
        f'and then goes on</h2><p id="é x">{html.escape(words)} <a href="one.html#a">there</a> '
        '<a href="https://example.org/x">out</a> <a href="files/a.csv">a file</a> <a href="#é%20x">here</a></p>'
        '<form><input value="typed"><button>press</button></form></section>',
    }.items():
        (folder / f"{page}.html").write_text(
            '<!DOCTYPE html><html lang="en"><head><meta name="author" content="A &amp; B">'
            '<link rel="stylesheet" href="_static/tokens.css"><link rel="stylesheet" href="_static/page.css">'
            f'<link rel="stylesheet" href="_static/print.css"></head><body><article>{body}</article>'
            '<dl class="nt-imprint"><div><dt>Edition</dt> <dd>First &lt;b&gt;</dd></div></dl></body></html>',
            "utf-8",
        )
    return folder


THREE = ("index", "one", "two")


@needs_chromium
def test_the_same_pages_give_the_same_bytes_on_the_same_day(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    site = small(tmp_path / "site")
    once = pdf.write(site, THREE, tmp_path / "a" / "once.pdf").read_bytes()
    assert pdf.write(site, THREE, tmp_path / "b" / "again.pdf").read_bytes() == once
    found = PdfReader(tmp_path / "a" / "once.pdf")
    assert found.metadata is not None
    assert str(found.metadata.creation_date) == "1970-01-02 00:00:00+00:00"
    assert [path.name for path in (tmp_path / "a").iterdir()] == ["once.pdf"], "nothing is left beside it"


@needs_chromium
def test_hostile_text_is_printed_as_text(tmp_path: Path) -> None:
    site = small(tmp_path / "site", HOSTILE, HOSTILE + " 🙂 " + "long" * 400)
    reader = PdfReader(pdf.write(site, THREE, tmp_path / "book.pdf"))
    assert reader.metadata is not None
    assert reader.metadata.title == HOSTILE
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert text.count("<script>alert(1)</script>") > 4
    assert "Edition First <b>" in text
    assert "opened" in text
    assert 'alert("script")' not in text
    assert "press" not in text
    assert "https://example.org/x" in text
    titles = [title for _, title, _ in outline(reader)]
    assert titles[0] == pdf.FRONT
    assert any(
        title.startswith("A heading so long that it breaks its line on paper, <script>") for title in titles
    )
    links = [link.get_object() for page in reader.pages for link in page.get("/Annots") or ()]
    assert {str(link["/Dest"]) for link in links if "/Dest" in link} <= set(reader.named_destinations)
    assert {str(link["/A"]["/URI"]) for link in links if "/A" in link} == {"https://example.org/x"}


def test_ids_of_different_pages_stay_apart(tmp_path: Path) -> None:
    text = pdf.document(small(tmp_path / "site"), THREE).text
    ids = re.findall(r' id="([^"]*)"', text)
    assert len(ids) == len(set(ids))
    assert {"one--a", "two--a", "index", "one", "two"} <= set(ids)
    assert 'href="#two--a">there' in text
    assert 'href="#one--a">there' in text
    assert "<a>a file</a>" in text, "a file beside the pages is no place on paper"


def fake(folder: Path, script: str) -> Path:
    """A folder with a program of Chromium's name."""
    folder.mkdir()
    program = folder / "chromium"
    program.write_text(f"#!/bin/sh\n{script}\n", "utf-8")
    program.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo out of paper >&2; exit 3", "Chromium failed: out of paper"),
        ("exit 0", "Chromium failed: 0"),
        ('for o; do case $o in --print-to-pdf=*) echo no > "${o#--print-to-pdf=}";; esac; done', "is no PDF"),
    ],
    ids=["it fails", "it writes nothing", "it writes something else"],
)
def test_a_print_that_fails_leaves_the_former_pdf(
    tmp_path: Path, monkeypatch, script: str, said: str
) -> None:
    monkeypatch.setenv("PATH", f"{fake(tmp_path / 'bin', script)}")
    site, former = small(tmp_path / "site"), tmp_path / "out" / "book.pdf"
    former.parent.mkdir()
    former.write_bytes(b"former")
    with pytest.raises(PressError, match=f"printing the PDF: .*{said}"):
        pdf.write(site, THREE, former)
    assert former.read_bytes() == b"former"
    assert [path.name for path in former.parent.iterdir()] == ["book.pdf"]


def test_a_browser_that_hangs_is_given_up(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setenv("PATH", f"{fake(tmp_path / 'bin', 'exec /bin/sleep 60')}")
    monkeypatch.setattr(pdf, "_PATIENCE", 1)
    with pytest.raises(PressError, match="did not answer within 1 s"):
        pdf.write(small(tmp_path / "site"), THREE, tmp_path / "book.pdf")


def test_without_chromium_one_line_says_so_before_any_work(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    done = subprocess.run(
        [COMMAND, "build", "--pdf", "--out", tmp_path / "site"],
        cwd=ROOT,
        env=os.environ | {"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.splitlines()[-1].startswith("error: Chromium is not installed, and it prints the PDF")
    assert "executing" not in done.stderr
    assert list((tmp_path / "site").iterdir()) == []


def test_what_cannot_be_printed_is_said_so(tmp_path: Path, monkeypatch) -> None:
    site = small(tmp_path / "site")
    with pytest.raises(InputError, match=r"none\.html: cannot be read"):
        pdf.document(site, ("index", "none"))
    (site / "empty.html").write_text("<p>nothing</p>", "utf-8")
    with pytest.raises(PressError, match=r"empty\.html: no article with a heading"):
        pdf.document(site, ("index", "empty"))


def test_a_page_number_that_nothing_gives_is_a_fault(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: "none")
    monkeypatch.setattr(pdf, "_print", lambda program, source, made, profile: None)

    class Nothing:
        def __enter__(self) -> Nothing:
            return self

        def __exit__(self, *what: object) -> None:
            """Nothing to close."""

    monkeypatch.setattr(pdf, "_opened", lambda made: Nothing())
    monkeypatch.setattr(pdf, "places", lambda opened: {})
    with pytest.raises(PressError, match="no page holds index, one"):
        pdf.write(small(tmp_path / "site"), THREE, tmp_path / "book.pdf")
    turn = iter(range(100))
    monkeypatch.setattr(
        pdf, "places", lambda opened: dict.fromkeys(pdf.wanted(text), pdf.Place(next(turn), 0.0))
    )
    text = pdf.document(tmp_path / "site", THREE).text
    with pytest.raises(PressError, match="do not settle"):
        pdf.write(tmp_path / "site", THREE, tmp_path / "book.pdf")


def test_page_numbers_are_filled_in_by_anchor() -> None:
    text = '<i data-to="a&amp;b">000</i><i data-to="c">000</i>'
    assert pdf.wanted(text) == {"a&b", "c"}
    assert pdf.numbered(text, {"a&b": 7}) == '<i data-to="a&amp;b">7</i><i data-to="c">000</i>'
