"""The scripts in a real browser, on a blank page from disk and under the site's policy."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from neutrality.press import live
from neutrality.press.site import POLICY
from playwright.sync_api import Browser, Page

SCRIPTS = Path(__file__).resolve().parents[2] / "book" / "_static" / "live"

_PAGE = """<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Blank</title>
<meta http-equiv="Content-Security-Policy" content="{policy}">
{scripts}
</head><body></body></html>
"""

#: Everything at all points in one call; text, since Playwright takes long to hand deep objects over.
_COMPUTE = """(given) => {
  const { records, points } = JSON.parse(given);
  const models = {};
  for (const name of Object.keys(records)) models[name] = neutrality.model(records[name]);
  const listed = (found) => (found.error === undefined ? { results: [...found.values()] } : found);
  return JSON.stringify(
    points.map(({ record, changes, choices, chapters }) =>
      listed(models[record].results(changes, choices, chapters || undefined))));
}"""


class Live:
    """A page with the scripts on it, and what its console said."""

    def __init__(self, page: Page, said: list[str]) -> None:
        self.page, self.said = page, said

    def results(
        self, records: Mapping[str, Mapping[str, Any]], points: Sequence[Mapping[str, Any]]
    ) -> list[dict[str, Any]]:
        """What the page computes at each point: `{results}` or `{error}`."""
        return json.loads(self.page.evaluate(_COMPUTE, json.dumps({"records": records, "points": points})))

    def another(self) -> Page:
        """Another window of the same browser."""
        browser = self.page.context.browser
        assert browser is not None
        return browser.new_context().new_page()

    def evaluate(self, expression: str, argument: Any = None) -> Any:
        return self.page.evaluate(expression, argument)


@pytest.fixture(scope="session")
def live_page(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Live]:
    """One page for all tests of this folder."""
    folder = tmp_path_factory.mktemp("page")
    shutil.copytree(SCRIPTS, folder / "live")
    scripts = "\n".join(f'<script src="live/{name}.js" defer></script>' for name in live.SCRIPTS)
    (folder / "index.html").write_text(_PAGE.format(policy=POLICY, scripts=scripts), "utf-8")
    (folder / "live.js").write_text(live.bundle(SCRIPTS), "utf-8")
    bundled = '<script src="live.js" defer></script>'
    (folder / "bundle.html").write_text(_PAGE.format(policy=POLICY, scripts=bundled), "utf-8")
    (folder / "empty.html").write_text(_PAGE.format(policy=POLICY, scripts=""), "utf-8")
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto((folder / "index.html").as_uri(), wait_until="load")
    yield Live(page, said)
    page.close()
