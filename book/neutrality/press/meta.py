"""What a page says of itself to those who link to it: description, address, social card; and the pages
beside the pages: the one for a wrong address, the map of the site and what robots are told.

All that needs the site's address is left out until `_config.yml` names it (`html: baseurl`).
"""

from __future__ import annotations

import re
import textwrap
import unicodedata
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urljoin, urlsplit
from xml.etree import ElementTree

from neutrality.charts.theme import INK, MUTED, PAPER, TAG_COLOURS
from neutrality.errors import InputError
from neutrality.press import index, missing
from neutrality.press.missing import MISSING

if TYPE_CHECKING:
    from docutils import nodes
    from sphinx.application import Sphinx

#: Pages that no search engine is led to.
HIDDEN = {MISSING, "search", "genindex"}

#: Size of a social card in pixels, as the sites that show them ask for.
CARD = (1200, 630)

#: Where the cards stand within the site.
CARDS = "_static/cards"

#: Shortest and longest description; search engines cut it about there.
_SHORTEST, _LONGEST = 40, 160

_SVG = "http://www.w3.org/2000/svg"

#: What XML cannot hold, whatever a text of the case brings along.
_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


# -- addresses ----------------------------------------------------------------------------------------


def addresses(config: Mapping[str, Any]) -> tuple[str, str]:
    """The addresses of the site and of its repository in `_config.yml`; empty where they are not set.

    The site's ends in a slash. Raises InputError for one that is no address of the web.
    """
    site = _address("html: baseurl", (config.get("html") or {}).get("baseurl"))
    repository = _address("repository: url", (config.get("repository") or {}).get("url"))
    return f"{site.rstrip('/')}/" if site else "", repository


def launch(config: Mapping[str, Any]) -> str:
    """Where a notebook of this repository is opened and run on a machine of the web: the address up to the name of
    the notebook; empty where the repository's address, or the hub's, is not set.

    In the form that BinderHub reads: https://binderhub.readthedocs.io. Raises InputError for an address that is none.
    """
    _, repository = addresses(config)
    hub = _address("launch_buttons: binderhub_url", (config.get("launch_buttons") or {}).get("binderhub_url"))
    if not repository or not hub:
        return ""
    branch = quote(str((config.get("repository") or {}).get("branch") or "HEAD"), safe="")
    place = f"git/{quote(repository, safe='')}"
    if urlsplit(repository).netloc == "github.com":
        place = "gh" + urlsplit(repository).path.removesuffix(".git").rstrip("/")
    return f"{hub.rstrip('/')}/v2/{place}/{branch}?urlpath=lab/tree/book/"


def _address(name: str, given: object) -> str:
    text = str(given or "").strip()
    if not text:
        return ""
    try:
        parts = urlsplit(text)
    except ValueError:
        parts = urlsplit("")
    sound = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\"'<>]", text)
    if not sound or parts.query or parts.fragment:
        raise InputError(
            f"_config.yml: {name}: found {text!r}, expected an address like https://example.org/book/"
        )
    return text


# -- what a page says ---------------------------------------------------------------------------------


def description(doctree: nodes.document) -> str:
    """The first paragraph of a page, or what its first notebook cell says, cut at a word."""
    from docutils import nodes as kinds

    for node in doctree.findall():
        html_ = index.markup(node)
        if html_ is not None:
            told = 'class="nt-' in html_ and "<p" in html_
            text = index.words(html_, told=False) if told else ""
        elif isinstance(node, kinds.paragraph):
            text = " ".join(node.astext().split())
        else:
            continue
        if len(text) > _SHORTEST:
            return cut(text, _LONGEST)
    return ""


_HEADLINE = re.compile(r'<div class="nt-headline"><p>(.*?)</p>', re.DOTALL)


def finding(doctree: nodes.document) -> str:
    """The headline that a chapter finds; the page's description where it finds none."""
    for node in doctree.findall():
        found = _HEADLINE.search(index.markup(node) or "")
        if found:
            return index.words(found[1], told=False)
    return description(doctree)


def cut(text: str, longest: int) -> str:
    """A text cut at a word where it is longer."""
    if len(text) <= longest:
        return text
    return text[: longest - 1].rsplit(" ", 1)[0].rstrip(" ,;:") + " …"


# -- social cards -------------------------------------------------------------------------------------


def card(book: str, title: str, headline: str, foot: str = "") -> bytes:
    """The PNG that stands for a page where it is linked to: the book, the page's title and its headline.

    `foot` is its last line. Text of any kind and length; what does not fit is cut. The same text gives the
    same bytes on one machine, with its fonts.
    """
    import vl_convert

    return vl_convert.svg_to_png(card_svg(book, title, headline, foot), scale=1, ppi=72)


def card_svg(book: str, title: str, headline: str, foot: str = "") -> str:
    """The drawing behind a social card."""
    wide, high = CARD
    root = ElementTree.Element("svg", {"xmlns": _SVG, "width": str(wide), "height": str(high)})
    ElementTree.SubElement(root, "rect", {"width": str(wide), "height": str(high), "fill": PAPER})
    ElementTree.SubElement(root, "rect", {"width": "16", "height": str(high), "fill": TAG_COLOURS["assumed"]})

    def write(text: str, y: float, size: int, colour: str, family: str, weight: str = "400") -> None:
        attributes = {"x": "88", "y": f"{y:g}", "font-size": str(size), "fill": colour, "font-family": family}
        ElementTree.SubElement(root, "text", {**attributes, "font-weight": weight}).text = text

    y = 108.0
    if book != title:
        write(_lines(book, 60, 1)[0], y, 30, MUTED, _SANS)
    y += 96
    for line in _lines(title, 26, 2):
        write(line, y, 72, INK, _SERIF, "700")
        y += 82
    y += 6
    # A title of two lines leaves room for two lines of text less.
    for line in _lines(headline, 46, 4 if y < 330 else 2):
        write(line, y, 46, INK, _SERIF)
        y += 60
    if foot:
        write(_lines(foot, 70, 1)[0], high - 54, 26, MUTED, _SANS)
    return ElementTree.tostring(root, encoding="unicode")


_SERIF = "Charter, Georgia, Cambria, Liberation Serif, DejaVu Serif, serif"
_SANS = "Helvetica Neue, Arial, Liberation Sans, DejaVu Sans, sans-serif"


def _lines(text: str, width: int, most: int) -> list[str]:
    """A text in at most so many lines of about so many letters; there is always one line."""
    text = " ".join(_NO_XML.sub("", text).split())
    if any(unicodedata.east_asian_width(letter) in "WF" for letter in text):
        width //= 2
    return textwrap.wrap(text, width, max_lines=most, placeholder=" …") or [""]


# -- pages beside the pages ---------------------------------------------------------------------------


def site_map(address: str, pages: list[str]) -> str:
    """`sitemap.xml` of a site at this address (sitemaps.org)."""
    root = ElementTree.Element("urlset", {"xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9"})
    for page in pages:
        ElementTree.SubElement(ElementTree.SubElement(root, "url"), "loc").text = urljoin(
            address, f"{page}.html"
        )
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ElementTree.tostring(root, encoding="unicode")}\n'


def robots(address: str) -> str:
    """`robots.txt` of a site at this address: all of it may be read."""
    return f"User-agent: *\nAllow: /\n\nSitemap: {urljoin(address, 'sitemap.xml')}\n"


# -- in Sphinx ----------------------------------------------------------------------------------------


def _context(
    app: Sphinx, pagename: str, templatename: str, context: dict[str, Any], doctree: nodes.document | None
) -> None:
    context["neutrality_repository"] = app.config.neutrality_repository
    context["neutrality_pdf"] = app.config.neutrality_pdf
    context["neutrality_launch"] = _launched(app, pagename)
    context["neutrality_icon"] = ICON if _icon(app) else ""
    context["neutrality_share"] = {}
    address = app.config.html_baseurl
    if pagename == MISSING:
        missing.furnish(app, context)
    if not address or doctree is None:
        return
    front = pagename == app.config.root_doc
    book = str(app.config.html_title)
    title = book if front else index.words(str(context.get("title") or ""), told=False)
    edition = dict(app.config.neutrality_imprint).get("Edition", "")
    picture = Path(app.outdir) / CARDS / f"{pagename}.png"
    picture.parent.mkdir(parents=True, exist_ok=True)
    picture.write_bytes(card(book, title, finding(doctree), f"Edition {edition}" if edition else ""))
    context["neutrality_share"] = {
        "og:type": "website" if front else "article",
        "og:site_name": book,
        "og:title": title,
        "og:description": context.get("page_description") or book,
        "og:url": urljoin(address, f"{pagename}.html"),
        "og:image": urljoin(address, f"{CARDS}/{pagename}.png"),
        "og:image:type": "image/png",
        "og:image:width": CARD[0],
        "og:image:height": CARD[1],
        "og:image:alt": cut(f"{title}: {finding(doctree)}", 400),
    }


def _pages_beside(app: Sphinx) -> Iterator[tuple[str, dict[str, Any], str]]:
    yield MISSING, {"title": "Page not found"}, f"{MISSING}.html"


#: A picture of the book for a phone's home screen.
ICON = "_static/icon-180.png"


def _icon(app: Sphinx) -> Path | None:
    """The drawing of the book's icon, where there is one."""
    place = Path(app.confdir) / str(app.config.html_favicon or "")
    return place if place.suffix == ".svg" and place.is_file() else None


def _finish(app: Sphinx, exception: Exception | None) -> None:
    if exception is not None or app.builder.format != "html":
        return
    out = Path(app.outdir)
    icon = _icon(app)
    if icon:
        import vl_convert

        drawing = icon.read_text("utf-8")
        size = ElementTree.fromstring(drawing).get("viewBox", "0 0 32 32").split()[2]
        (out / ICON).write_bytes(vl_convert.svg_to_png(drawing, scale=180 / float(size), ppi=72))
    address = app.config.html_baseurl
    missing.finish(app)
    if address:
        pages = [page for page in _in_order(app) if page not in HIDDEN]
        (out / "sitemap.xml").write_text(site_map(address, pages), "utf-8")
        (out / "robots.txt").write_text(robots(address), "utf-8")


def _in_order(app: Sphinx) -> list[str]:
    """The pages as they are read: each before those below it."""
    found: dict[str, None] = {}

    def walk(page: str) -> None:
        if page not in found:
            found[page] = None
            for below in app.env.toctree_includes.get(page, ()):
                walk(below)

    walk(app.config.root_doc)
    return [*found, *sorted(app.env.found_docs - found.keys())]


def _launched(app: Sphinx, page: str) -> str:
    """Where the notebook of a page is opened on the web; empty for a page of words."""
    if not app.config.neutrality_launch or page not in app.env.found_docs:
        return ""
    notebook = Path(app.env.doc2path(page))
    return f"{app.config.neutrality_launch}{notebook.name}" if notebook.suffix == ".ipynb" else ""


def setup(app: Sphinx) -> None:
    """Have every page say what it is; see the top of this module."""
    app.add_config_value("neutrality_repository", "", "html", types=[str])
    # Where notebooks are opened on the web, up to their name.
    app.add_config_value("neutrality_launch", "", "html", types=[str])
    # Where the whole book stands as one PDF; empty when none was made.
    app.add_config_value("neutrality_pdf", "", "html", types=[str])
    app.connect("html-page-context", _context)
    app.connect("html-collect-pages", _pages_beside)
    app.connect("build-finished", _finish)
