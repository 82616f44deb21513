"""What all tests share: the case of this book, copies of it to spoil, and the rule about skipping."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from filelock import FileLock
from hypothesis import settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# A deadline would make a slow machine fail a sound property; speed is no business of this suite.
settings.register_profile("suite", deadline=None, print_blob=True)
settings.load_profile("suite")

ROOT = Path(__file__).resolve().parents[1]

_QUIET = (
    "--no-sandbox",  # as root, which is what a container runs as, there is no sandbox to have
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


#: Whether a window is drawn, asked within it.
_DRAWN = """() => Promise.race([
    new Promise(resolve => requestAnimationFrame(() => resolve(true))),
    new Promise(resolve => setTimeout(resolve, 5000, false)),
])"""

#: A frame that does not come is taken for one after a second.
_FRAMES = """(() => {
    const ask = requestAnimationFrame.bind(window), drop = cancelAnimationFrame.bind(window), late = new Map();
    const cancel = id => { clearTimeout(late.get(id)); late.delete(id); drop(id); };
    window.requestAnimationFrame = then => {
        const id = ask(now => { clearTimeout(late.get(id)); late.delete(id); then(now); });
        late.set(id, setTimeout(() => { cancel(id); then(performance.now()); }, 1000));
        return id;
    };
    window.cancelAnimationFrame = cancel;
})()"""


def _only_windows_with_frames(browser: Browser) -> None:
    """Have a browser open no window that is never drawn.

    Without a screen and on a busy machine Chromium opens one now and then, and what waits for its next frame, as pages
    do before they show what changed, waits without end.
    """
    in_browser, contexts = browser.new_page, browser.new_context

    def drawn(opened: Callable[[], Any]) -> Any:
        for _ in range(5):
            page = opened()
            if page.evaluate(_DRAWN):
                return page
            page.close()
        raise RuntimeError("Chromium draws none of its windows")

    def new_context(**options: Any) -> Any:
        context = contexts(**options)
        # Without scripts nothing within waits for a frame, and nothing can be asked.
        if options.get("java_script_enabled") is not False:
            context.add_init_script(_FRAMES)
            context.new_page = partial(drawn, context.new_page)
        return context

    def new_page(**options: Any) -> Any:
        page = drawn(partial(in_browser, **options))
        page.add_init_script(_FRAMES)
        return page

    browser.new_context, browser.new_page = new_context, new_page  # type: ignore[method-assign]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root."""
    return ROOT


@pytest.fixture(scope="session", autouse=True)
def _own_cache(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Cases that passed are remembered for this run of the tests only."""
    os.environ["XDG_CACHE_HOME"] = str(tmp_path_factory.mktemp("cache"))


@pytest.fixture(autouse=True)
def _in_root(monkeypatch: pytest.MonkeyPatch) -> None:
    # The default case is looked for from the working directory upwards.
    monkeypatch.chdir(ROOT)


@pytest.fixture(scope="session")
def case():
    """The case of this book, as reported."""
    from neutrality.case import load

    return load(str(ROOT / "data"))


@pytest.fixture(scope="session")
def reference() -> dict[str, dict[str, str]]:
    """The independent reference: result id to its row."""
    with (ROOT / "tests" / "reference" / "results.csv").open(newline="", encoding="utf-8") as stream:
        return {row["id"]: row for row in csv.DictReader(stream)}


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this run of the tests, one for all its processes."""
    base = tmp_path_factory.getbasetemp()
    return base.parent if "PYTEST_XDIST_WORKER" in os.environ else base


@pytest.fixture(scope="session")
def building(shared: Path) -> FileLock:
    """Held by whoever builds in the project's own folder: one build at a time leaves its sources there."""
    return FileLock(shared / "building.lock")


@pytest.fixture(scope="session")
def day_of_build() -> dict[str, str]:
    """What the environment says of when the site is built: whoever builds it again may do so on another day."""
    return {"SOURCE_DATE_EPOCH": "1767225600"}


@pytest.fixture(scope="session")
def site(shared: Path, building: FileLock, day_of_build: dict[str, str]) -> Path:
    """The site as the command builds it, once for all tests."""
    out, done = shared / "site" / "html", shared / "site" / "done"
    with building:
        if not done.exists():
            command = Path(sys.executable).with_name("neutrality")
            ran = subprocess.run(
                [command, "build", "--out", out],
                cwd=ROOT,
                env=os.environ | day_of_build,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
            kept = ROOT / "_build" / "tested"
            shutil.rmtree(kept, ignore_errors=True)
            shutil.copytree(ROOT / "_build" / "source", kept)
            done.touch()
    return out


@pytest.fixture(scope="session")
def executed(site: Path) -> Path:
    """The notebooks behind the site, executed; within the project, so that a kernel there finds the case."""
    return ROOT / "_build" / "tested"


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The machine's Chromium, one for all tests: Playwright starts once in a process."""
    from neutrality.press.pdf import PROGRAMS
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("Chromium is not installed")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=list(_QUIET))
        _only_windows_with_frames(running)
        yield running
        running.close()


@pytest.fixture(scope="module")
def book_look() -> Iterator[None]:
    """The book's theme and renderer in Altair, for one module of tests."""
    import altair
    from neutrality import charts

    before = altair.theme.active, altair.renderers.active
    charts.enable()
    yield
    altair.theme.enable(before[0])
    altair.renderers.enable(before[1])


@pytest.fixture
def command(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Callable[..., tuple[int, str, str]]:
    """Run the command in this process: status, standard output, standard error."""
    from neutrality import cli

    def call(*words: object) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["neutrality", *map(str, words)])
        with pytest.raises(SystemExit) as end:
            cli.main()
        said = capsys.readouterr()
        return int(end.value.code or 0), said.out, said.err

    return call


class Copy:
    """A copy of the case that a test may change."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __str__(self) -> str:
        return str(self.folder)

    def rows(self, table: str) -> list[dict[str, str]]:
        with (self.folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
            return list(csv.DictReader(stream))

    def write(self, table: str, rows: list[dict[str, str]], columns: list[str] | None = None) -> None:
        columns = columns or list(rows[0])
        with (self.folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def change(self, table: str, edit: Callable[[list[dict[str, str]]], list[dict[str, str]] | None]) -> None:
        """Pass a table's rows to `edit`, which changes them in place or returns new ones."""
        rows = self.rows(table)
        columns = list(rows[0])
        changed = edit(rows)
        self.write(table, rows if changed is None else changed, columns)

    def line_of(self, table: str, **cells: str) -> int:
        """The line of the first row with these cells."""
        for number, row in enumerate(self.rows(table), start=2):
            if all(row[name] == value for name, value in cells.items()):
                return number
        raise LookupError(cells)


@pytest.fixture
def spoilt(tmp_path: Path) -> Iterator[Copy]:
    """A fresh copy of the case."""
    folder = tmp_path / "case"
    shutil.copytree(ROOT / "data", folder)
    yield Copy(folder)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many distinct faults were given to the command, and that each ended as it should."""
    told = {
        (name, what)
        for report in terminalreporter.getreports("passed")
        for name, what in report.user_properties
        if name in ("fault", "fault as a process")
    }
    if told:
        alone = sum(name != "fault" for name, _ in told)
        terminalreporter.write_line(f"{len(told)} distinct faults, {alone} of them as whole processes")


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo) -> Iterator[None]:
    """Under CI a missing program is a fault of the set-up, not a reason to pass; each such skip says that it
    `is not installed`. What a platform or a user without rights cannot do is skipped there too."""
    outcome = yield
    report = outcome.get_result()
    skipped = report.skipped and not hasattr(report, "wasxfail")
    if os.environ.get("NEUTRALITY_NO_SKIP") and skipped and "is not installed" in str(report.longrepr):
        report.outcome = "failed"
        report.longrepr = f"skipped although the program should be there: {report.longrepr}"
