"""What pages say of themselves, and the pages beside the pages."""

from __future__ import annotations

import re
import shutil
import struct
from html import unescape
from pathlib import Path
from urllib.parse import urljoin, urlsplit
from xml.etree import ElementTree

import pytest
import yaml
from neutrality.errors import InputError
from neutrality.press import compile, index, meta
from policy import faults

ROOT = Path(__file__).resolve().parents[2]
PAGES = compile.pages(ROOT)
ADDRESS = "https://example.org/the/book/"
REPOSITORY = "https://example.org/code"
HOSTILE = '<script>alert(1)</script> & "quoted" `x` 𝒩 שלום \x07' + " very" * 60


def built(place: Path, executed: Path, title: str, **settings: str) -> Path:
    """The executed notebooks compiled under another configuration."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))
    config["html"]["baseurl"] = settings.get("baseurl", "")
    config["repository"]["url"] = settings.get("url", "")
    root = place / "root"
    root.mkdir()
    (root / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    shutil.copy(ROOT / "_toc.yml", root)
    source = place / "source"
    shutil.copytree(executed, source)
    return compile.compile(
        source,
        place / "work",
        root=root,
        title=title,
        drawings=ROOT / "_build" / "drawings",
        imprint=[("Edition", "<i>first</i>")],
    )


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory, executed: Path) -> Path:
    """The site with its address set, under a hostile title."""
    place = tmp_path_factory.mktemp("addressed")
    return built(place, executed, HOSTILE, baseurl=ADDRESS.rstrip("/"), url=REPOSITORY)


def shared(page: Path) -> dict[str, str]:
    """The Open Graph properties of a page."""
    found = re.findall(r'<meta property="(og:[^"]+)" content="([^"]*)">', page.read_text("utf-8"))
    return {name: unescape(value) for name, value in found}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_says_what_it_is(site: Path, page: str) -> None:
    text = (site / f"{page}.html").read_text("utf-8")
    (said,) = re.findall(r'<meta name="description" content="([^"]+)">', text)
    assert 40 < len(unescape(said)) <= 160
    assert '<link rel="icon"' in text
    assert '<link rel="apple-touch-icon" href="_static/icon-180.png">' in text


def test_without_an_address_nothing_asks_for_one(site: Path) -> None:
    for page in PAGES:
        text = (site / f"{page}.html").read_text("utf-8")
        assert "og:" not in text
        assert "canonical" not in text
        assert "Code and data" not in text
        assert "Binder" not in text
    assert not (site / "sitemap.xml").exists()
    assert not (site / "robots.txt").exists()
    assert not (site / meta.CARDS).exists()


@pytest.mark.parametrize("page", PAGES)
def test_a_page_with_an_address_has_a_social_card(addressed: Path, page: str) -> None:
    found = shared(addressed / f"{page}.html")
    assert found["og:url"] == urljoin(ADDRESS, f"{page}.html")
    assert found["og:title"]
    assert found["og:description"]
    picture = (addressed / urlsplit(found["og:image"]).path.removeprefix("/the/book/")).read_bytes()
    assert found["og:image"].startswith(ADDRESS)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (1200, 630)
    text = (addressed / f"{page}.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{found["og:url"]}">' in text
    assert '<meta name="twitter:card" content="summary_large_image">' in text
    assert f'<a href="{REPOSITORY}">Code and data</a>' in text


@pytest.mark.parametrize("page", PAGES)
def test_a_notebook_can_be_opened_on_the_web(addressed: Path, page: str) -> None:
    text = (addressed / f"{page}.html").read_text("utf-8")
    found = re.findall(r'<a href="([^"]+)">Open this notebook on Binder</a>', text)
    notebook = (ROOT / "book" / f"{page}.ipynb").is_file()
    assert [one.rpartition("/")[2] for one in found] == ([f"{page}.ipynb"] if notebook else [])


@pytest.mark.parametrize(
    ("repository", "branch", "expected"),
    [
        (
            "https://github.com/some/book",
            "main",
            "https://hub.test/v2/gh/some/book/main?urlpath=lab/tree/book/",
        ),
        (
            "https://github.com/some/book.git",
            "a/b",
            "https://hub.test/v2/gh/some/book/a%2Fb?urlpath=lab/tree/book/",
        ),
        (
            "https://code.test/some/book",
            "",
            "https://hub.test/v2/git/https%3A%2F%2Fcode.test%2Fsome%2Fbook/HEAD?urlpath=lab/tree/book/",
        ),
        ("", "main", ""),
    ],
)
def test_where_a_notebook_is_opened(repository: str, branch: str, expected: str) -> None:
    config = {
        "repository": {"url": repository, "branch": branch},
        "launch_buttons": {"binderhub_url": "https://hub.test/"},
    }
    assert meta.launch(config) == expected
    assert meta.launch({**config, "launch_buttons": {}}) == ""


def test_a_hub_that_is_no_address_is_named() -> None:
    config = {"repository": {"url": "https://code.test"}, "launch_buttons": {"binderhub_url": "hub"}}
    with pytest.raises(InputError, match=r"_config.yml: launch_buttons: binderhub_url: found 'hub'"):
        meta.launch(config)


def test_every_page_with_an_address_keeps_to_its_policy(addressed: Path) -> None:
    assert {page.name: found for page in addressed.glob("*.html") if (found := faults(page))} == {}


def test_a_hostile_title_stays_text(addressed: Path) -> None:
    for page in [*PAGES, meta.MISSING, "search"]:
        text = (addressed / f"{page}.html").read_text("utf-8")
        assert "alert(1)</script>" not in text, page
        assert "<i>first" not in text, page
    assert "alert(1)" in shared(addressed / "deal.html")["og:site_name"]


def test_the_map_of_the_site_lists_every_page(addressed: Path) -> None:
    root = ElementTree.parse(addressed / "sitemap.xml").getroot()
    found = [node.text for node in root.iter("{http://www.sitemaps.org/schemas/sitemap/0.9}loc")]
    assert found == [urljoin(ADDRESS, f"{page}.html") for page in PAGES]
    assert f"Sitemap: {ADDRESS}sitemap.xml" in (addressed / "robots.txt").read_text("utf-8")


def test_the_page_for_a_wrong_address_leads_from_any_depth(site: Path, addressed: Path) -> None:
    for folder, root in ((site, "/"), (addressed, "/the/book/")):
        text = (folder / "404.html").read_text("utf-8")
        links = re.findall(r'(?:href|src|action)="([^"#]+)"', text)
        inside = [link for link in links if link != REPOSITORY and not link.startswith("data:image/")]
        assert len(inside) > len(PAGES)
        for link in inside:
            assert link.startswith(root), link
            assert (folder / link.removeprefix(root)).is_file(), link
        # Nothing has to be found before the page looks as it should.
        assert not re.search(r"<script[^>]* src=|<link rel=.stylesheet|<img[^>]* src=.(?!data:)", text)
        assert "noindex" in text
        assert "canonical" not in text


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, ("", "")),
        ({"html": None, "repository": None}, ("", "")),
        ({"html": {"baseurl": "https://a.example"}}, ("https://a.example/", "")),
        ({"repository": {"url": "https://a.example/x"}}, ("", "https://a.example/x")),
    ],
)
def test_addresses_may_be_left_out(given: dict, expected: tuple[str, str]) -> None:
    assert meta.addresses(given) == expected


@pytest.mark.parametrize(
    "wrong",
    [
        "book",
        "ftp://a.example",
        "https://",
        "javascript:alert(1)",
        "https://a b",
        'https://a"b',
        "http://[",
        7,
    ],
)
def test_what_is_no_address_is_said_so(wrong: object) -> None:
    with pytest.raises(InputError, match=r"_config\.yml: html: baseurl: found .*, expected an address"):
        meta.addresses({"html": {"baseurl": wrong}})
    with pytest.raises(InputError, match=r"_config\.yml: repository: url: found"):
        meta.addresses({"repository": {"url": wrong}})


@pytest.mark.parametrize(
    "text", ["", "A", HOSTILE, "x" * 4000, "مرحبا بالعالم " * 40, "汉" * 400, "\x00\ud800\x1b"]
)
def test_a_card_takes_any_text_and_gives_the_same_bytes(text: str) -> None:
    picture = meta.card(text, text, text, text)
    assert picture.startswith(b"\x89PNG")
    assert meta.card(text, text, text, text) == picture
    drawing = ElementTree.fromstring(meta.card_svg(text, text, text, text))
    written = [node for node in drawing.iter() if node.text]
    assert all(node.tag.endswith("text") for node in written)
    assert all(float(node.get("y", "0")) < meta.CARD[1] for node in written)


def test_words_of_neighbouring_cells_stay_apart() -> None:
    cells = '<tr><th>One</th><td data-ref="figures:a_b,c">Two &amp; three</td></tr><script>no()</script>'
    assert index.words(cells) == "One a_b,c Two & three"
    assert index.words(cells, told=False) == "One Two & three"
    assert index.words('<svg aria-label="Much &lt;b&gt;"><text>12</text></svg>') == "Much <b> 12"
    assert index.words("<p>cut < short") == "cut < short"


def test_a_long_text_is_cut_at_a_word() -> None:
    assert meta.cut("one two three", 40) == "one two three"
    assert meta.cut("one two, three", 10) == "one two …"
    assert len(meta.cut("word " * 100, 160)) <= 160
