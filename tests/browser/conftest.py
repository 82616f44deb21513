"""The built site in a real browser, with every request to another host refused and recorded."""

from __future__ import annotations

import functools
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Route


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The site over HTTP, on this machine only."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a failed request shows in the browser."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@dataclass
class Visit:
    """A browser window on the site, and all that a reader's console and network would show."""

    page: Page
    places: dict[str, str]
    console: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)

    def open(self, name: str, scheme: str = "http", *, whole: bool = True) -> Page:
        """Open a page of the site, from the server or from disk.

        Parts far from the screen, which have neither text nor style before the reader comes near, are laid out at
        once, unless a test is about them.
        """
        self.page.goto(f"{self.places[scheme]}/{name}.html", wait_until="load")
        if whole:
            self.whole()
        return self.page

    def whole(self) -> None:
        """Lay out the page that is open from end to end."""
        self.page.evaluate("() => document.documentElement.classList.remove('nt-part')")

    def assert_clean(self) -> None:
        """No line in the console, nothing asked of another host, nothing missing."""
        assert (self.console, self.outside, self.failed) == ([], [], [])


@pytest.fixture
def visit(browser: Browser, site: Path, address: str, request: pytest.FixtureRequest) -> Iterator[Visit]:
    """A fresh window; a test's parameters `width` and `theme` shape it."""
    wanted = {"width": 1280, "theme": "light"}
    callspec = getattr(request.node, "callspec", None)
    if callspec:
        wanted |= {key: callspec.params[key] for key in wanted if key in callspec.params}
    context = browser.new_context(
        viewport={"width": wanted["width"], "height": 900}, color_scheme=wanted["theme"]
    )
    page = context.new_page()
    seen = Visit(page, {"http": address, "file": site.as_uri()})

    def watch(route: Route) -> None:
        url = route.request.url
        if urlsplit(url).scheme in ("file", "data") or url.startswith(address):
            route.continue_()
        else:
            seen.outside.append(url)
            route.abort()

    page.route("**/*", watch)
    page.on("console", lambda message: seen.console.append(message.text))
    page.on("pageerror", lambda error: seen.console.append(str(error)))
    # What was on its way when the reader left for another page is no fault.
    page.on(
        "requestfailed",
        lambda failed: seen.failed.append(failed.url) if failed.failure != "net::ERR_ABORTED" else None,
    )
    page.on("response", lambda answer: seen.failed.append(answer.url) if answer.status >= 400 else None)
    yield seen
    context.close()
