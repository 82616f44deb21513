"""The downloads page: every link on it leads to a file of the site, and every file is linked."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote, urljoin, urlsplit

from neutrality.press import downloads


def test_every_link_leads_to_a_file_and_every_file_is_linked(visit, site: Path, address: str) -> None:
    page = visit.open("downloads")
    links = page.locator(f"main a[href^='{downloads.FOLDER}/']").evaluate_all(
        "all => all.map(link => link.getAttribute('href'))"
    )
    assert len(links) == len(set(links))
    for link in links:
        answer = page.request.get(urljoin(page.url, link))
        assert answer.ok, link
        assert answer.body() == (site / unquote(urlsplit(link).path)).read_bytes()
        assert answer.body()
    written = {
        path.relative_to(site).as_posix() for path in (site / downloads.FOLDER).rglob("*") if path.is_file()
    }
    assert {unquote(link) for link in links} == written
    assert f"{downloads.FOLDER}/tables/T1.1.csv" in written
    visit.assert_clean()


def test_a_click_downloads_the_workbook_as_it_is(visit, site: Path) -> None:
    page = visit.open("downloads")
    with page.expect_download() as waiting:
        page.locator(f"a[href='{downloads.FOLDER}/workbook.xlsx']").click()
    kept = Path(waiting.value.path()).read_bytes()
    assert kept == (site / downloads.FOLDER / "workbook.xlsx").read_bytes()


def test_the_page_says_what_each_file_is(visit) -> None:
    page = visit.open("downloads", "file")
    said = page.locator("main .nt-downloads li").all_inner_texts()
    assert len(said) > 40
    assert all(len(text.partition(": ")[2]) > 5 for text in said)
    assert "byte for byte" in page.locator("main").inner_text()
    visit.assert_clean()
