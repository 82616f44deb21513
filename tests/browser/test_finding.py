"""Finding one's way: what the search box finds, and the page for a wrong address."""

from __future__ import annotations

import functools
import gzip
import re
import threading
from collections.abc import Iterator
from html import unescape
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from accessible import assert_accessible
from neutrality.chapters.evidence import Evidence, gather
from neutrality.display import address as place
from playwright.sync_api import expect

#: What a page has kept in the browser.
KEPT = "() => [Object.keys(localStorage), Object.keys(sessionStorage), document.cookie]"


def listed(page, words: str) -> list[str]:
    """Where the search leads, in its order: the page's file and the place on it."""
    page.locator("input[type=search]").fill(words)
    page.keyboard.press("Enter")
    page.locator(".search-summary:not(:empty)").wait_for()
    links = page.locator("#search-results li a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    return [unquote(link) for link in links]


def results(page, words: str) -> set[str]:
    """The pages that the search lists, by file name."""
    return {link.partition("#")[0] for link in listed(page, words)}


def showing(site: Path, pattern: str) -> set[str]:
    """The pages whose content, without its tags, or whose numbers' origins match a pattern."""
    found = set()
    for path in site.glob("*.html"):
        page = path.read_text("utf-8")
        content = page[page.find("<article") : page.find("</article")]
        refs = " ".join(re.findall(r'data-ref="([^"]+)"', content))
        if re.search(pattern, unescape(re.sub(r"<[^>]+>", " ", content)) + refs):
            found.add(path.name)
    return found


@pytest.mark.parametrize("role", ["supplier", "acquirer", "customer", "vendor"])
def test_search_finds_an_entity_by_its_name(visit, case, site, role):
    for entity in [one for one in case.entities.values() if one.role == role][:3]:
        shown = showing(site, rf"(?<!\w){re.escape(entity.name)}(?!\w)")
        assert shown, entity.name
        assert results(visit.open("index"), entity.name) >= shown, entity.name
    visit.assert_clean()


def test_search_finds_a_figure_by_its_id(visit, case, site):
    ids = [one for one in case.figures if showing(site, rf"figures?:(?:[\w,]*,)?{one}(?!\w)")]
    assert len(ids) > 10
    for one in ids[:: len(ids) // 5]:
        shown = showing(site, rf"(?<!\w){one}(?!\w)")
        assert results(visit.open("index"), one) >= shown, one
    visit.assert_clean()


def test_search_finds_a_result_and_the_words_of_a_chart(visit, site):
    (ref,) = sorted(showing_refs(site, "result:"))[:1]
    assert "deal.html" in results(visit.open("index"), ref)
    page = visit.open("deal")
    question = page.locator(".nt-chart .nt-question").first.inner_text()
    assert "deal.html" in results(page, question.replace("?", ""))
    visit.assert_clean()


def showing_refs(site: Path, kind: str) -> set[str]:
    """Origins of one kind behind the numbers of the chapter on the deal."""
    found = re.findall(rf'data-ref="{kind}([^"]+)"', (site / "deal.html").read_text("utf-8"))
    return set(found)


# -- records ----------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def evidence(case) -> Evidence:
    return gather(case)


def asked_for(evidence: Evidence) -> Iterator[tuple[str, str]]:
    """What a reader types, and the record that is meant."""
    for kind in ("results", "figures", "sources", "claims", "conflicts"):
        for record in getattr(evidence, kind)[::150]:
            name = record.figure.id if kind == "figures" else record.id
            yield name, f"{kind.removesuffix('s')}:{name}"
    figures = {record.figure.id: record for record in evidence.figures}
    for name in ("revenue_2024", "investment"):
        text = figures[name].number.text
        yield text, f"figure:{name}"
        yield re.search(r"[\d.]+", text)[0], f"figure:{name}"
        yield figures[name].figure.label, f"figure:{name}"


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_lists_the_record_that_is_asked_for_first(visit, evidence, scheme) -> None:
    for words, ref in asked_for(evidence):
        assert listed(visit.open("index", scheme), words)[:1] == [place(ref)], words
    visit.assert_clean()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_lists_the_figures_of_an_entity_first(visit, case, scheme) -> None:
    for role in ("supplier", "acquirer", "customer", "vendor"):
        entity = next(one for one in case.entities.values() if one.role == role)
        own = {place(f"figure:{figure.id}") for figure in case.figures.values() if figure.entity == entity.id}
        found = listed(visit.open("index", scheme), entity.name)
        assert own <= set(found), entity.name
        texts = visit.page.locator("#search-results li a").all_inner_texts()
        assert all(text.startswith(f"{entity.name}: ") for text in texts[: len(own)]), entity.name
    visit.assert_clean()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_record_that_is_found_stands_open(visit, scheme) -> None:
    page = visit.open("index", scheme)
    listed(page, "revenue_2024")
    page.get_by_role("link", name="revenue_2024", exact=False).first.click()
    expect(page.locator("#figure-revenue_2024")).to_have_class("nt-open")
    expect(page.locator("#figure-revenue_2024")).to_be_in_viewport()
    visit.assert_clean()


def test_a_number_does_not_hide_the_pages_that_hold_the_other_words(visit) -> None:
    assert results(visit.open("index"), "exposure 12.5") == results(visit.open("index"), "exposure")
    visit.assert_clean()


@pytest.mark.parametrize("width", [1280, 390])
def test_what_is_listed_stays_within_the_page(visit, width) -> None:
    page = visit.open("index")
    listed(page, "Google")
    assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth")
    assert_accessible(page)


def test_searching_weighs_no_more_than_a_chapter(visit, site) -> None:
    asked: dict[str, int] = {}

    def weigh(request) -> None:
        path = site / urlsplit(request.url).path.lstrip("/")
        asked[path.name] = len(gzip.compress(path.read_bytes(), 6))

    visit.page.on("request", weigh)
    visit.page.goto(f"{visit.places['http']}/search.html?q=exposure")
    visit.page.locator("#search-results li").first.wait_for()
    assert "searchindex.js" in asked
    assert sum(asked.values()) <= 120_000, asked


# -- what is kept of a search -------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_nothing_is_kept_of_what_was_searched_for(visit, scheme) -> None:
    page = visit.open("index", scheme)
    listed(page, "google exposure")
    assert page.evaluate(KEPT) == [[], [], ""]
    page.locator("#search-results li a").first.click()
    page.wait_for_load_state()
    assert page.evaluate(KEPT) == [[], [], ""]
    visit.assert_clean()


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_works_where_nothing_may_be_kept(visit, scheme) -> None:
    visit.page.add_init_script(
        """for (const store of ['localStorage', 'sessionStorage']) {
            Object.defineProperty(globalThis, store, { get() { throw new DOMException('no', 'SecurityError'); } });
        }"""
    )
    assert "customer_exits.html" in results(visit.open("index", scheme), "exposure")
    visit.assert_clean()


# -- a wrong address ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mount", ["", "some/where/"])
@pytest.mark.parametrize("wrong", ["nothing.html", "a/b/c/nothing"])
def test_a_wrong_address_leads_back_wherever_the_site_stands(browser, site, mount, wrong):
    """No address is set, so the page finds the folder of the site itself."""

    class Host(SimpleHTTPRequestHandler):
        def translate_path(self, path: str) -> str:
            inside = path.lstrip("/").startswith(mount)
            return super().translate_path(
                "/" + path.lstrip("/").removeprefix(mount) if inside else "/none/none"
            )

        def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
            page = (site / "404.html").read_bytes()
            self.send_response(code)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(page)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Host, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        root = f"http://127.0.0.1:{server.server_port}/{mount}"
        page = browser.new_page()
        faults: list[str] = []
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("console", lambda said: faults.append(said.text) if "Security" in said.text else None)
        try:
            page.goto(root + wrong)
            page.locator(f'.nt-nav a[href="/{mount}deal.html"]').wait_for()
            # What it looks like stands within it.
            expect(page.locator(".nt-nav ul").first).to_have_css("display", "flex")
            page.get_by_role("link", name="Go to the front page").click()
            page.wait_for_load_state()
            assert page.url == f"{root}index.html"
            assert page.locator(".tag_panel").count() == 3
            assert faults == []
        finally:
            page.close()
            server.shutdown()
            thread.join()


def test_the_page_for_a_wrong_address_leads_back_from_disk(visit) -> None:
    page = visit.open("404", "file")
    expect(page.locator(".nt-nav ul").first).to_have_css("display", "flex")
    expect(page.locator(".nt-mode")).to_be_visible()
    leads = page.locator("a[href], form").evaluate_all("all => all.map(one => one.href ?? one.action)")
    assert len(leads) > 20
    assert all(link.startswith(visit.places["file"]) for link in leads if not link.startswith("http"))
    page.get_by_role("link", name="Go to the front page").click()
    page.locator(".tag_panel").first.wait_for()
    visit.assert_clean()
