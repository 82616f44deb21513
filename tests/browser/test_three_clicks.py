"""From the front page every number reaches a source, or an assumption's reason, in at most three clicks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest

#: Every record of a page: its id, the links in its details, whether it gives a reason, and what it is.
RECORDS = """() => Object.fromEntries([...document.querySelectorAll('tbody[id]')].map(body => [body.id, {
    links: [...body.querySelectorAll('a[href]')].map(link => link.getAttribute('href')),
    reason: [...body.querySelectorAll('dt')].some(term => term.textContent === 'Reason'),
}]))"""
NUMBERS = "a.nt-num, .nt-source a"
#: What is clicked next in an open record: the source, else the claim, else the figure.
STEPS = ("source", "claim", "figure")


@pytest.fixture(scope="module")
def records(browser, address) -> dict[str, dict]:
    """What each record of the site leads to, by `page#id`."""
    page = browser.new_page()
    found = {}
    for name in ("figures.html", "evidence.html"):
        page.goto(f"{address}/{name}")
        for key, record in page.evaluate(RECORDS).items():
            links = [
                urljoin(name, link) if not link.startswith("#") else name + link for link in record["links"]
            ]
            found[f"{name}#{key}"] = record | {"links": links}
    page.close()
    return found


def far(records: dict[str, dict], start: str) -> int | None:
    """How many clicks it takes from a number to a source or a reason, the first onto `start`; None if it
    takes more than three."""
    reached = [start]
    for clicks in (1, 2, 3):
        for place in reached:
            assert place in records, f"{place} is not there"
            if records[place]["reason"] or "#source-" in place:
                return clicks
        reached = list(
            dict.fromkeys(link for place in reached for link in records[place]["links"] if link in records)
        )
    return None


def origins(ref: str, records: dict[str, dict]) -> Iterator[str]:
    """Every figure on which a number of the front page rests, as a record."""
    kind, _, name = ref.partition(":")
    if kind == "result":
        yield from (link for link in records[f"figures.html#result-{name}"]["links"] if "#figure-" in link)
    elif kind == "figures":
        yield from (f"figures.html#figure-{figure}" for figure in name.split(","))


def test_no_number_of_the_front_page_is_farther_than_three_clicks(visit, records) -> None:
    page = visit.open("index")
    links = page.eval_on_selector_all(NUMBERS, "all => all.map(a => a.getAttribute('href'))")
    assert len(links) > 20
    for link in links:
        assert far(records, link) is not None, link
    # Nor is any of the figures beneath one: the first click is spent on the number's own record.
    refs = page.eval_on_selector_all("a.nt-num", "all => all.map(a => a.dataset.ref)")
    for ref in refs:
        for figure in origins(ref, records):
            assert (far(records, figure) or 9) <= 2, (ref, figure)


def test_a_reader_can_click_from_each_number_to_a_source_or_a_reason(visit) -> None:
    page = visit.open("index")
    for place in range(page.locator("a.nt-num").count()):
        page = visit.open("index")
        ref = page.locator("a.nt-num").nth(place).get_attribute("data-ref")
        page.locator("a.nt-num").nth(place).click()
        for clicks in (1, 2, 3):
            where = urlsplit(page.url).fragment
            record = page.locator(f'[id="{where}"]')
            record.locator(".nt-details").wait_for(state="visible")
            if where.startswith("source-") or record.locator("dt", has_text=re.compile("^Reason$")).count():
                break
            assert clicks < 3, f"{ref}: no source and no reason after three clicks"
            step = next(s for s in STEPS if record.locator(f'a[href*="#{s}-"]').count())
            record.locator(f'a[href*="#{step}-"]').first.click()
            page.wait_for_url(lambda url, was=where: urlsplit(url).fragment != was)
    # A click may come before the panel's data has arrived, and then ends its request.
    assert (visit.console, visit.outside) == ([], [])
