"""Editions as the command builds, keeps and compares them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest
from accessible import LOOKS, assert_accessible
from bs4 import BeautifulSoup
from policy import faults
from test_shelf import dead_links, fingerprint

if TYPE_CHECKING:
    from playwright.sync_api import Browser

COMMAND = Path(sys.executable).with_name("neutrality")


def neutrality(project: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=project, capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def built(project: Path) -> Path:
    """The project with two editions, the second of which has another figure."""
    for arguments in (["--edition", "june"], ["--edition", "july", "--set", "investment=15"]):
        done = neutrality(project, "build", *arguments)
        assert done.returncode == 0, done.stderr
        assert f"The edition {arguments[1]} is kept in" in done.stdout
    return project


def soup(page: Path) -> BeautifulSoup:
    return BeautifulSoup(page.read_text("utf-8"), "html.parser")


def test_the_first_edition_has_nothing_to_be_compared_with(built: Path) -> None:
    june = built / "_build" / "editions" / "june"
    assert (june / "manifest.json").is_file() and (june / "downloads" / "workbook.xlsx").is_file()
    assert not (june / "changes.html").exists()
    assert "june" in soup(june / "index.html").select_one(".nt-imprint").text


def test_the_next_one_says_what_changed_and_is_led_to(built: Path) -> None:
    html = built / "_build" / "html"
    page = soup(html / "changes.html")
    assert page.h1.text == "What changed since edition june"
    figures = page.find(id="table-changes-figures")
    assert len(figures.tbody.find_all("tr")) == 1 and "$15bn" in figures.text
    answers = page.find(id="table-changes-answers").tbody.find_all("tr")
    assert answers and all(len(row.find_all(["td", "th"])) == 5 for row in answers)
    front = soup(html / "index.html")
    assert front.select_one("main a[href='changes.html']") and front.select_one(
        "footer a[href='changes.html']"
    )
    assert "headline answers" in front.main.text
    # It is found by the search box like any other page.
    assert "changes" in (html / "searchindex.js").read_text("utf-8")


@pytest.mark.parametrize(("width", "theme"), LOOKS)
def test_axe_finds_nothing_on_what_changed(
    built: Path, browser: Browser, width: int, theme: Literal["light", "dark"]
) -> None:
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=theme)
    page = context.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto((built / "_build" / "html" / "changes.html").as_uri())
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    # Before axe, which asks for the style sheets itself.
    assert said == []
    assert_accessible(page)
    context.close()


def test_what_changed_and_every_edition_keep_to_their_policy(built: Path) -> None:
    pages = sorted((built / "_build" / "html").rglob("*.html"))
    assert {"changes.html", "404.html"} <= {page.name for page in pages}
    assert {str(page): found for page in pages if (found := faults(page))} == {}


def test_no_copy_of_a_site_leads_to_what_is_not_there(built: Path) -> None:
    html, kept = built / "_build" / "html", built / "_build" / "editions"
    assert soup(html / "changes.html").select_one("a.nt-kept")["href"] == "editions/june/index.html"
    for site in (html, kept / "june", kept / "july"):
        assert dead_links(site) == []
    assert soup(kept / "july" / "changes.html").select_one("span.nt-kept").text == "june"


def test_the_terminal_and_json_say_the_same(built: Path) -> None:
    table = neutrality(built, "diff", "june", "july")
    assert table.returncode == 0 and "investment" in table.stdout and table.stdout.startswith("june → july: ")
    found = json.loads(neutrality(built, "diff", "june", "july", "--format", "json").stdout)
    assert found["counts"]["figure"] == 1 and found["counts"]["headline"] > 0
    assert found["settings"]["new_figures"] == {"old": {}, "new": {"investment": 15.0}}
    # The case behind the newer edition is in its downloads: each figure's own part is computed from it.
    (figure,) = [change for change in found["changes"] if change["what"] == "figure"]
    assert set(figure["moves"]["answers"]) == {
        c["id"] for c in found["changes"] if c["severity"] == "headline"
    }
    mixed = json.loads(neutrality(built, "diff", "data", "_build/editions/july", "--format", "json").stdout)
    assert mixed["old"]["kind"] == "case" and mixed["counts"] == found["counts"]


def test_a_taken_name_costs_nothing(built: Path) -> None:
    before = fingerprint(built / "_build" / "editions"), fingerprint(built / "_build" / "html")
    done = neutrality(built, "build", "--edition", "june", "--set", "investment=16")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(
        "error: --edition: june is kept already and was made from other new figures"
    )
    for arguments, words in (
        (["--edition", "a/b"], "expected up to 64 letters"),
        (["--edition", ""], "expected up to 64 letters"),
        (["--edition", "none"], "stands for no edition"),
        (["--since", "jun"], "nearest: june"),
        (["--since", "/"], "neither an edition nor a case"),
    ):
        done = neutrality(built, "build", *arguments)
        assert (done.returncode, done.stdout) == (2, "")
        (line,) = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
        assert words in line and "Traceback" not in done.stderr
    assert (fingerprint(built / "_build" / "editions"), fingerprint(built / "_build" / "html")) == before


def test_since_names_what_it_is_compared_with(built: Path, tmp_path: Path) -> None:
    out = tmp_path / "site"
    assert neutrality(built, "build", "--since", "june", "--out", out).returncode == 0
    page = soup(out / "changes.html")
    assert page.h1.text == "What changed since edition june" and "nothing changed" in page.main.text
    assert [link["href"] for link in page.select("a.nt-kept")] == [
        "editions/july/index.html", "editions/june/index.html",
    ]  # fmt: skip
    assert dead_links(out) == []
    assert neutrality(built, "build", "--since", "none", "--out", out).returncode == 0
    page = soup(out / "changes.html")
    assert page.h1.text == "Editions" and len(page.select("a.nt-kept")) == 2
    assert not soup(out / "index.html").select_one("main a[href='changes.html']")
