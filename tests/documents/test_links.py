"""Every link within the site leads to a file that is there, and to a place in it."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup

#: Pages with links to other hosts: a source's or a work's own address, or a licence's, which only a reader asks for.
OUTWARD = ("evidence", "references", "about", "rerun")


def test_every_link_within_the_site_leads_somewhere(site: Path) -> None:
    pages = {path: BeautifulSoup(path.read_text("utf-8"), "lxml") for path in sorted(site.glob("*.html"))}
    assert len(pages) > 10
    places = {path: {node["id"] for node in page.find_all(id=True)} for path, page in pages.items()}
    anchored = 0
    for path, page in pages.items():
        links = {
            (node.name, node[name]) for name in ("href", "src") for node in page.find_all(**{name: True})
        }
        for kind, link in sorted(links):
            where = f"{path.name}: {link}"
            parts = urlsplit(link)
            if parts.scheme == "data":
                continue
            if parts.scheme or parts.netloc:
                assert kind == "a" and path.stem in OUTWARD and parts.scheme in ("http", "https"), where
                continue
            # From the root where an address may be any wrong one, elsewhere from the page.
            base = site if parts.path.startswith("/") else path.parent
            target = base / unquote(parts.path).lstrip("/") if parts.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), where
            if parts.fragment and target in places:
                anchored += 1
                assert unquote(parts.fragment) in places[target], where
    # Into the pages of notebooks too, whose records have a place each.
    assert anchored > 100
