"""What axe has to say of a page, and the two looks in which pages are asked: each width and each theme once."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

LOOKS = ((1280, "light"), (390, "dark"))


def assert_accessible(page: Page, **asked: Any) -> None:
    """axe finds nothing on the page as it stands."""
    faults = Axe().run(page, **asked).response["violations"]
    assert [(fault["id"], [node["html"][:160] for node in fault["nodes"]][:3]) for fault in faults] == []
