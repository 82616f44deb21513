"""One PDF of the whole book: the pages of a finished site as one document, printed by Chromium.

The document is printed until the page numbers in its contents are those of its pages: what one print says
of where a heading came to stand is written into the next. The module is long because it holds both, the document and
its printing: each print changes the document.
"""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote, urlsplit

from neutrality.errors import InputError
from neutrality.press.execute import PressError
from neutrality.press.imprint import today

if TYPE_CHECKING:
    from bs4 import BeautifulSoup, Tag
    from pikepdf import Pdf

#: Names under which Chromium or Chrome is installed.
PROGRAMS = (
    *("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
    # On macOS neither is a command.
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)

#: The first version that sets the margins of pages as the style sheet says.
OLDEST = 131

_OPTIONS = (
    "--headless",
    # As root, which is what a container runs as, there is no sandbox to have; the document has no script
    # and may ask nobody for anything.
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)

#: A book of a hundred pages takes some ten seconds; a browser that hangs must not hang the build.
_PATIENCE = 600

#: What the site's front page is called behind a cover that carries its title.
FRONT = "Summary"

#: The contents change a page's height at most once; a second change would be a fault.
_PRINTS = 4

_THEME = Path(__file__).parent / "theme"

#: What has no use on paper. Of a chart's two drawings one is left: the narrow one beside an answer in short.
_SCREEN = (
    "script, noscript, template, style, form, button, input, select, textarea, dialog, details.hide, "
    ".nt-screen, .tag_panel .nt-wide, .nt-chart:not(.tag_panel *) .nt-narrow"
)

_ID_LISTS = ("aria-labelledby", "aria-describedby", "for", "headers")
_LOCAL = re.compile(r"url\(#([^)]+)\)")


@dataclass(frozen=True)
class Entry:
    """A line of the contents: how deep it stands, what it leads to and what it says."""

    level: int
    anchor: str
    title: str


@dataclass(frozen=True)
class Leaf:
    """A page of the site as a chapter of the document: its anchor, title, sections and HTML."""

    anchor: str
    title: str
    sections: tuple[Entry, ...]
    body: str

    @property
    def entries(self) -> tuple[Entry, ...]:
        """The chapter's lines of the contents."""
        return (Entry(1, self.anchor, self.title), *self.sections)


@dataclass(frozen=True)
class Book:
    """The document: its title, the lines of its contents and its HTML with page numbers left open."""

    title: str
    entries: tuple[Entry, ...]
    text: str


def browser() -> str:
    """The Chromium or Chrome of this machine. Raises InputError where none is installed."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise InputError(
            f"Chromium is not installed, and it prints the PDF: none of {', '.join(PROGRAMS)} is there"
        )
    return program


def write(site: Path, pages: Sequence[str], out: Path) -> Path:
    """Print the pages of a finished site, in this order, into the file `out`; returns the file.

    Dates in it are those of `imprint.today`. A file that stood there before is replaced at the end, in one
    step. Raises InputError without Chromium or where the file cannot be written, and PressError, a kind of
    it, where no sound PDF came out.
    """
    program = browser()
    book = document(site, pages)
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        # Beside the file: renaming works within one file system only.
        with tempfile.TemporaryDirectory(
            prefix=f".{out.name}.", dir=out.parent, ignore_cleanup_errors=True
        ) as place:
            made = _settled(program, book.text, Path(place))
            _finished(made, Path(place) / "finished.pdf", book, today()).replace(out)
    except OSError as error:
        raise InputError(f"{out}: cannot be written: {error.strerror}") from None
    return out


def _settled(program: str, text: str, place: Path) -> Path:
    """Print until the numbers that the document prints are those of its pages."""
    source, made = place / "book.html", place / "book.pdf"
    printed: dict[str, int] = {}
    for _ in range(_PRINTS):
        source.write_text(numbered(text, printed), "utf-8")
        _print(program, source, made, place / "profile")
        with _opened(made) as pdf:
            found = {anchor: place.page for anchor, place in places(pdf).items()}
        missing = wanted(text) - found.keys()
        if missing:
            raise PressError(f"printing the PDF: no page holds {', '.join(sorted(missing))}")
        if all(printed.get(anchor) == found[anchor] for anchor in wanted(text)):
            return made
        printed = found
    raise PressError("printing the PDF: the numbers in the contents do not settle")


def _print(program: str, source: Path, made: Path, profile: Path) -> None:
    """One run of Chromium."""
    made.unlink(missing_ok=True)
    options = (*_OPTIONS, f"--user-data-dir={profile}", f"--print-to-pdf={made}", source.resolve().as_uri())
    try:
        done = subprocess.run(
            [program, *options],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise PressError(f"printing the PDF: Chromium did not answer within {_PATIENCE} s") from None
    if done.returncode or not made.is_file():
        said = [line for line in done.stderr.splitlines() if line.strip()]
        raise PressError(f"printing the PDF: Chromium failed: {said[-1] if said else done.returncode}")
    with _opened(made) as pdf:
        version = re.search(r"Skia/PDF m(\d+)", str(pdf.docinfo.get("/Producer", "")))
    if version and int(version[1]) < OLDEST:
        raise PressError(
            f"printing the PDF: Chromium {version[1]} prints no page numbers; version {OLDEST} or newer is needed"
        )


def _opened(made: Path) -> Pdf:
    import pikepdf

    try:
        return pikepdf.open(made)
    except pikepdf.PdfError as error:
        raise PressError(f"printing the PDF: what Chromium wrote is no PDF: {error}") from None


@dataclass(frozen=True)
class Place:
    """Where an anchor came to stand: the number of the page, counted from 1, and the height on it in points."""

    page: int
    top: float


def places(pdf: Pdf) -> dict[str, Place]:
    """Where each anchor stands that something in the document links to."""
    numbers = {page.obj.objgen: number for number, page in enumerate(pdf.pages, 1)}
    found: Any = pdf.Root.get("/Dests", {})
    return {
        unquote(name.removeprefix("/")): Place(numbers[place[0].objgen], float(place[3]))
        for name, place in found.items()
    }


def _finished(made: Path, out: Path, book: Book, day: date) -> Path:
    """The same PDF with an outline and with the build's date for the clock's; packed, and the same bytes for
    the same input."""
    import pikepdf

    with _opened(made) as pdf:
        stand = places(pdf)
        # Chromium could list the headings itself, but runs words together where a heading breaks its line.
        with pdf.open_outline() as outline:
            above: list[pikepdf.OutlineItem] = []
            for entry in book.entries:
                place = stand[entry.anchor]
                item = pikepdf.OutlineItem(entry.title, place.page - 1, "XYZ", left=0, top=place.top)
                del above[entry.level - 1 :]
                (above[-1].children if above else outline.root).append(item)
                above.append(item)
        stamp = f"D:{day:%Y%m%d}000000Z"
        pdf.docinfo.update({"/Creator": "neutrality", "/CreationDate": stamp, "/ModDate": stamp})
        pdf.Root.PageMode = pikepdf.Name.UseOutlines
        pdf.save(out, object_stream_mode=pikepdf.ObjectStreamMode.generate, deterministic_id=True)
    return out


def document(site: Path, pages: Sequence[str]) -> Book:
    """All pages of a site as one HTML document with a cover and a table of contents, page numbers left open.

    Its scripts, controls and folded code are gone, what was folded otherwise is open, and every link
    within the site leads to a place in the document. Raises PressError for a page without content.
    """
    soups = {page: _soup(site, page) for page in pages}
    front = soups[pages[0]]
    anchors = {page: _anchors(page, soup) for page, soup in soups.items()}
    title = _text(front.h1)
    records = {name: record for page, soup in soups.items() for name, record in _records(soup, anchors[page])}
    for soup in soups.values():
        _noted(soup, records)
    leaves = [_leaf(site, page, soup, anchors, page == pages[0]) for page, soup in soups.items()]
    author = front.select_one("meta[name=author]")
    imprint = [(_text(term), _text(term.find_next("dd"))) for term in front.select(".nt-imprint dt")]
    edition = dict(imprint).get("Edition", "")
    entries = tuple(entry for leaf in leaves for entry in leaf.entries)
    text = (
        _templates()
        .get_template("pdf.html")
        .render(
            language=front.html.get("lang", "en") if front.html else "en",
            title=title,
            question=_text(front.select_one("article .nt-text-question")),
            style=_style(site, soups.values(), leaves, title, f"Edition {edition}" if edition else ""),
            author=str(author["content"]) if author else "",
            imprint=imprint,
            contents=entries,
            chapters=leaves,
        )
    )
    return Book(title, entries, text)


@cache
def _templates() -> Any:
    from jinja2 import Environment, FileSystemLoader

    return Environment(loader=FileSystemLoader(_THEME), autoescape=True, trim_blocks=True)


def _parsed(text: str) -> BeautifulSoup:
    from bs4 import BeautifulSoup

    return BeautifulSoup(text, "html.parser")


def _soup(site: Path, page: str) -> BeautifulSoup:
    try:
        soup = _parsed((site / f"{page}.html").read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{site / page}.html: cannot be read: {error.strerror}") from None
    if soup.article is None or soup.article.h1 is None:
        raise PressError(f"{page}.html: no article with a heading to print")
    return soup


def _text(node: Tag | None) -> str:
    return " ".join(node.get_text().split()) if node is not None else ""


def _anchors(page: str, soup: BeautifulSoup) -> dict[str, str]:
    """What each id of a page becomes: ids of different pages may be the same."""
    return {str(node["id"]): f"{page}--{node['id']}" for node in soup.article.select("[id]")}  # type: ignore[union-attr]


def _leaf(
    site: Path, page: str, soup: BeautifulSoup, anchors: Mapping[str, Mapping[str, str]], front: bool
) -> Leaf:
    article = soup.article
    assert article is not None and article.h1 is not None
    if front:
        article.h1.string = FRONT
    for node in article.select(_SCREEN):
        node.decompose()
    for node in article.select("details"):
        node["open"] = ""
    for table in article.select(".nt-records > table"):
        _counted(table)
    own = anchors[page]
    sections = tuple(
        Entry(2, own[str(node["id"])], _text(node.h2)) for node in article.select("section[id]:has(> h2)")
    )
    for node in article.find_all(True):
        _renamed(node, own)
    for node in article.select("a[href]"):
        _led(soup, node, page, anchors)
    for node in article.select("img[src]"):
        if not urlsplit(str(node["src"])).scheme:
            node["src"] = (site / unquote(str(node["src"]))).resolve().as_uri()
    return Leaf(page, _text(article.h1), sections, _markup(article))


def _markup(article: Tag) -> Any:
    from markupsafe import Markup

    # It was escaped when the page was written, and comes out of the parser as it went in.
    return Markup(article.decode_contents(formatter="html5"))


@dataclass(frozen=True)
class Record:
    """What a note says of a number: what it is, how it came about, and the anchor of its record."""

    name: str
    grounds: str
    anchor: str


#: The detail of a record that says how its number came about: the first of these that it has.
_GROUNDS = ("Formula", "Reason", "Note", "Source")


def _records(soup: BeautifulSoup, anchors: Mapping[str, str]) -> Iterator[tuple[str, Record]]:
    """The records on a page by the id that links to them use."""
    for body in soup.select(".nt-records > table > tbody[id]"):
        facts = {_text(fact.dt): _text(fact.dd) for fact in body.select(".nt-details > td > dl > div")}
        name = ": ".join(part for part in (facts.get("Whose", ""), _text(body.th)) if part)
        grounds = next((facts[kind] for kind in _GROUNDS if facts.get(kind)), "")
        yield str(body["id"]), Record(name, grounds, anchors[str(body["id"])])


#: Numbers in running text; those of tables, charts and records have their sources beside them.
_IN_TEXT = "a.nt-num[href]:not(figure *, table *)"


def _noted(soup: BeautifulSoup, records: Mapping[str, Record]) -> None:
    """Number the numbers in a page's text and close it with notes that say where each one comes from.

    On the screen a panel at the number says it. Chromium sets no footnotes, so the notes close the chapter.
    """
    notes: dict[str, int] = {}
    for node in soup.article.select(_IN_TEXT):  # type: ignore[union-attr]
        name = unquote(urlsplit(str(node["href"])).fragment)
        if name in records:
            node["data-note"] = str(notes.setdefault(name, len(notes) + 1))
    if notes:
        shown = _templates().get_template("notes.html").render(notes=[records[name] for name in notes])
        soup.article.append(_parsed(shown))  # type: ignore[union-attr]


def _counted(table: Tag) -> None:
    """Name the bare counts in the lines of records: on paper a line stands without the heads of its columns."""
    heads = [_text(head) for head in table.select(":scope > thead th")]
    for line in table.select(":scope > tbody > tr:first-child"):
        for head, cell in zip(heads, line.find_all(["th", "td"], recursive=False), strict=False):
            if head != "Value" and _text(cell).isdigit():
                cell.insert(0, f"{head}: ")


def _renamed(node: Tag, own: Mapping[str, str]) -> None:
    """Give an element the ids of the document in place of the page's."""
    for name, value in list(node.attrs.items()):
        if name == "id":
            node[name] = own[str(value)]
        elif name in _ID_LISTS:
            ids = value if isinstance(value, list) else str(value).split()
            node[name] = " ".join(own.get(one, one) for one in ids)
        elif isinstance(value, str) and "url(#" in value:
            node[name] = _LOCAL.sub(lambda found: f"url(#{own.get(found[1], found[1])})", value)


def _led(soup: BeautifulSoup, node: Tag, page: str, anchors: Mapping[str, Mapping[str, str]]) -> None:
    """Make a link lead into the document; one that leads out of it shows its address.

    A link to a whole chapter says the chapter's page, for who reads on paper.
    """
    parts = urlsplit(str(node["href"]))
    target = page if not parts.path else parts.path.removesuffix(".html")
    if not parts.scheme and not parts.netloc and target in anchors:
        anchor = anchors[target].get(unquote(parts.fragment), target)
        node["href"] = f"#{quote(anchor)}"
        if not parts.fragment:
            number = soup.new_tag("span", attrs={"class": "nt-see", "data-to": target})
            number.string = _OPEN
            node.insert_after(number)
    elif parts.scheme in ("http", "https"):
        if parts.netloc not in node.get_text() and "doi:" not in node.get_text():
            shown = soup.new_tag("span", attrs={"class": "nt-url"})
            shown.string = str(node["href"])
            node.insert_after(" ", shown)
    else:
        # A file beside the pages, or a page that is not printed: nothing to follow on paper.
        del node["href"]


#: What stands for a page number before it is known; as wide as one of three digits.
_OPEN = "000"

_NUMBER = re.compile(r'(data-to="([^"]*)">)[0-9]+(?=<)')


def wanted(text: str) -> set[str]:
    """The anchors whose page numbers the document prints."""
    return {html.unescape(found[2]) for found in _NUMBER.finditer(text)}


def numbered(text: str, numbers: Mapping[str, int]) -> str:
    """The document with the page numbers of these anchors filled in."""
    return _NUMBER.sub(lambda found: f"{found[1]}{numbers.get(html.unescape(found[2]), _OPEN)}", text)


def _style(
    site: Path, soups: Iterable[BeautifulSoup], leaves: Sequence[Leaf], title: str, edition: str
) -> Any:
    """The pages' own style sheets, those of the book on paper and what stands in each chapter's margins."""
    from markupsafe import Markup

    links = [str(link["href"]) for soup in soups for link in soup.select("link[rel=stylesheet][href]")]
    sheets = [site / unquote(link) for link in dict.fromkeys(links)]
    try:
        lines = [sheet.read_text("utf-8") for sheet in (*sheets, _THEME / "pdf.css")]
    except OSError as error:
        raise InputError(f"{error.filename}: cannot be read: {error.strerror}") from None
    for position, leaf in enumerate(leaves, 1):
        lines.append(f".nt-chapter-{position}{{page:chapter-{position}}}")
        lines.append(_margins(f"chapter-{position}", title, leaf.title, edition))
    lines.append(_margins("contents", title, "Contents", edition))
    # A style element ends at the first `</`, wherever it stands.
    return Markup("\n".join(lines).replace("</", "<\\/"))


def _margins(name: str, title: str, chapter: str, edition: str) -> str:
    boxes = {"top-left": title, "top-right": chapter, "bottom-left": edition}
    inner = "".join(f"@{place}{{content:{_css_string(text)}}}" for place, text in boxes.items())
    return f"@page {name}{{{inner}@bottom-right{{content:counter(page)}}}}"


def _css_string(text: str) -> str:
    """Any text as a string of CSS: all but letters, digits and spaces by their code points."""
    return '"' + "".join(c if c.isalnum() or c == " " else f"\\{ord(c):x} " for c in text) + '"'
