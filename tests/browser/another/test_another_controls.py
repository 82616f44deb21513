"""The controls in the pages of another deal: numbers follow as the package would have them, and nothing complains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
from neutrality.case import load
from neutrality.chapters import BASE
from neutrality.chapters.headlines import all_results
from neutrality.results import Result
from neutrality.units import pretty

#: Figures of each page that a reader moves: one by its slider, one by typing a number as its box shows it.
MOVED = {
    "deal": ("cash_kept", "purchase_price", "700"),
    "customer_exits": ("belmar_leaves", "delphin_paid_2021", "9000"),
    "competitor_opportunity": ("own_benches", "quellwerk_says", "55"),
}

NUMBERS = """() => [...document.querySelectorAll('main .nt-num[data-ref^="result:"]')]
    .filter(node => node.classList.contains('nt-yours'))
    .map(node => [node.dataset.ref.slice('result:'.length), node.textContent])"""


@pytest.fixture
def window(browser) -> Iterator[tuple[Any, list[str]]]:
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("requestfailed", lambda failed: said.append(failed.url))
    yield page, said
    page.close()


def tried(page) -> dict[str, float]:
    """The figures that stand in the page's address, once they have come to rest there."""
    page.wait_for_function("() => location.hash.startsWith('#try=')")
    page.wait_for_timeout(400)
    listed = page.evaluate("() => location.hash").removeprefix("#try=").split("&")[0]
    return {name: float(value) for name, value in (one.split(":") for one in listed.split(","))}


def printed(result: Result) -> set[str]:
    """How prose may print a result: with two to four figures, a fall as its size too, with or without the time."""
    texts = set()
    for digits in (2, 3, 4):
        for sign in (1, -1):
            value = None if result.value is None else sign * float(result.value)
            texts.add(pretty(value, result.unit, digits))
    return texts | {text.removesuffix(" a year") for text in texts}


def assert_the_packages(page, results: Mapping[str, Result]) -> int:
    """Every number that counts with the reader's figures is the package's; how many there are."""
    found = page.evaluate(NUMBERS)
    wrong = [(name, text) for name, text in found if name in results and text not in printed(results[name])]
    assert wrong == []
    return len(found)


@pytest.mark.parametrize("name", BASE)
def test_a_moved_control_moves_numbers_as_the_package_does(site_there, case_there, window, name) -> None:
    page, said = window
    page.goto((site_there / f"{name}.html").as_uri(), wait_until="load")
    slid, typed, text = MOVED[name]
    page.get_by_role("button", name="Show all").click()
    before = page.locator(".nt-answers dd:first-of-type").all_text_contents()
    page.locator(f"#try-{slid}").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    box = page.locator(f".nt-control:has(#try-{typed}) input[type=number]")
    box.fill(text)
    box.press("Enter")
    # A link carries them to others, with everything else as it is.
    moved = tried(page)
    assert set(moved) == {slid, typed}
    there = load(str(case_there), figures=moved)
    results = all_results(there, {})
    answers = page.evaluate("name => neutralityWhatIf.chapters[name].answers.map(one => one.id)", name)
    numbers = [results[one].number().text for one in answers if not isinstance(results[one].value, str)]
    words = page.evaluate("() => Object.values(neutralityWhatIf.words)")
    after = page.locator(".nt-answers dd:first-of-type").all_text_contents()
    assert set(after) - set(before)
    assert set(after) <= {*numbers, *words}
    assert assert_the_packages(page, results) > 3
    assert said == []


def test_a_scenario_of_the_case_moves_the_front_page(site_there, case_there, window) -> None:
    page, said = window
    page.goto((site_there / "index.html").as_uri() + "#try=&scenario=one_leaves", wait_until="load")
    page.locator("main .nt-yours").first.wait_for()
    results = all_results(load(str(case_there), scenario="one_leaves"), {})
    assert assert_the_packages(page, results) > 1
    assert said == []


def test_the_command_of_the_page_names_the_case(site_there, window) -> None:
    page, _ = window
    page.goto((site_there / "deal.html").as_uri(), wait_until="load")
    # Of a path on the machine that built it, the name alone.
    assert page.evaluate("() => neutralityWhatIf.asked") == {"data": "whole"}
