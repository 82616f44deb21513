"""What axe has to say of a page, and the two looks in which pages are asked: each width and each theme once."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS = ((1280, "light"), (390, "dark"))

#: Rows of one table are alike, and so are lines of code; axe takes its time over each. What stays has every kind.
ALIKE = """() => {
    for (const row of document.querySelectorAll('tbody tr:nth-of-type(n + 9):not(:last-of-type)')) row.remove();
    for (const code of [...document.querySelectorAll('.highlight')].slice(2)) code.remove();
}"""


def assert_accessible(page: Page, **asked: Any) -> None:
    """axe finds nothing on the page as it stands, with fewer of what is alike; the page is not for more than that
    afterwards."""
    page.evaluate(ALIKE)
    faults = Axe().run(page, **asked).response["violations"]
    assert [(fault["id"], [node["html"][:160] for node in fault["nodes"]][:3]) for fault in faults] == []
