"""When the command builds a site again, what it keeps of it, and that nothing it stands on is forgotten: pages
are only copied, all else is as it is."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import pytest
from filelock import FileLock, Timeout
from neutrality import press
from neutrality.case import load
from neutrality.editions import CASE, MANIFEST, Shelf
from neutrality.errors import InputError
from neutrality.press import Edition, imprint, lock, pdf, publish
from neutrality.press.downloads import package
from neutrality.press.site import MARKER
from neutrality.results import as_json
from test_shelf import fingerprint

NOTHING = "nothing changed: the site is as it would be built"


def copied(source: Path, work: Path, *, imprint: Any, pdf: str, **_: Any) -> Path:
    """Stands in for Jupyter Book: each page is what would have been compiled, with its foot."""
    site = work / "html"
    shutil.copytree(source / "_static", site / "_static")
    foot = "\n".join(f"{name}: {value}" for name, value in imprint)
    for page in source.glob("*.*"):
        text = page.read_text("utf-8")
        if page.suffix == ".ipynb":
            cells = nbformat.reads(text, as_version=4).cells
            text = "\n".join(shown(out) for cell in cells for out in cell.get("outputs", [cell]))
        (site / f"{page.stem}.html").write_text(f"{text}\n{foot}\n{pdf}", "utf-8")
    (site / MARKER).write_text("a site\n", "utf-8")
    return site


def shown(part: Any) -> str:
    data = part.get("data", {})
    return data.get("text/html") or data.get("text/plain") or part.get("source", "")


def accompanied(edition: Edition, folder: Path) -> None:
    """Of what stands beside the pages that which is made in a moment."""
    (folder / CASE).parent.mkdir(parents=True)
    (folder / CASE).write_bytes(package.zipped(edition.case))
    (folder / CASE).with_name("results.json").write_text(as_json(edition.results.values()), "utf-8")
    # As the first sheet of the workbook has it.
    (folder / CASE).with_name("about.txt").write_text(repr(edition.described()), "utf-8")


@pytest.fixture(scope="module", autouse=True)
def _quick() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(press.compile, "compile", copied)
        patch.setattr(press, "_accompany", accompanied)
        patch.setattr(press.alive, "write_scripts", lambda *_: None)
        yield


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was compiled so far."""
    done: list[Path] = []

    def compile_(source: Path, work: Path, **more: Any) -> Path:
        done.append(source)
        return copied(source, work, **more)

    monkeypatch.setattr(press.compile, "compile", compile_)
    return done


def git(book: Path, *words: str) -> None:
    named = ["-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run(["git", "-C", book, *named, *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def executed(project: Path, tmp_path_factory: pytest.TempPathFactory, _quick: None) -> Path:
    """A book with a repository of its own, executed once for all tests."""
    book = tmp_path_factory.mktemp("executed") / "book"
    shutil.copytree(project, book, ignore=shutil.ignore_patterns("_build"))
    (book / ".gitignore").write_text("_build/\n", "utf-8")
    git(book, "init", "-q")
    git(book, "add", ".")
    git(book, "commit", "-qm", "one")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(book)
        press.build({}, root=book, progress=False)
    return book


@pytest.fixture
def book(executed: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]) -> Path:
    place = shutil.copytree(executed, tmp_path / "book")
    monkeypatch.chdir(place)
    return place


@pytest.fixture
def build(book: Path, command: Callable[..., tuple[int, str, str]]) -> Callable[..., str]:
    """Build the book by the command; returns what it said."""

    def make(*words: object) -> str:
        status, out, err = command("build", *words)
        assert status == 0, err
        return out + err

    return make


def site(book: Path) -> dict[str, str]:
    return fingerprint(book / "_build" / "html")


def anew(book: Path, do: Callable[[Path], object]) -> dict[str, str]:
    """The site of the same book and editions, built in another place where nothing was published."""
    other = book.parent / "anew"
    shutil.copytree(book, other, ignore=shutil.ignore_patterns("html", "published"))
    here = Path.cwd()
    os.chdir(other)
    try:
        do(other)
        return site(other)
    finally:
        os.chdir(here)
        shutil.rmtree(other)


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--set", "investment=15"],
        ["-p", "basis", "plan"],
        ["--edition", "july"],
        ["--since", "june"],
        ["--since", "none"],
        ["--since", "data", "--edition", "july"],
    ],
    ids=" ".join,
)
def test_nothing_changed_starts_nothing(
    build: Callable[..., str], book: Path, compiled: list[Path], words: list[str]
) -> None:
    build("--edition", "june", "--out", book / "_build" / "june")
    assert NOTHING not in build(*words)
    before, times = site(book), len(compiled)
    assert NOTHING in build(*words)
    assert (site(book), len(compiled)) == (before, times)


def plain(book: Path, **choices: str) -> None:
    """Without a foot, in which a hash of the case would stand."""
    press.build({}, root=book, edition=Edition(load("data"), choices), progress=False)


def test_a_row_that_no_notebook_asks_for_is_on_the_site_all_the_same(book: Path) -> None:
    plain(book)
    before = site(book)
    table = book / "data" / "entities.csv"
    table.write_text(table.read_text("utf-8").replace("with one another", "with each other"), "utf-8")
    plain(book)
    assert site(book) != before
    assert site(book) == anew(book, plain)


def test_a_choice_that_no_notebook_takes_is_on_the_site_all_the_same(book: Path) -> None:
    plain(book)
    before = site(book)
    plain(book, basis="plan")
    assert site(book) != before
    assert site(book) == anew(book, lambda other: plain(other, basis="plan"))


def test_a_commit_is_at_the_foot(build: Callable[..., str], book: Path) -> None:
    build()
    page = book / "_build" / "html" / "about.html"
    first = imprint.commit(book)
    assert f"Commit: {first}\n" in page.read_text("utf-8")
    git(book, "commit", "-qm", "two", "--allow-empty")
    assert imprint.commit(book) != first
    build()
    assert f"Commit: {imprint.commit(book)}\n" in page.read_text("utf-8")
    assert NOTHING in build()


def test_a_pdf_comes_and_goes(build: Callable[..., str], book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "browser", lambda: "chromium")
    monkeypatch.setattr(pdf, "write", lambda site, pages, out: out.write_text("printed", "utf-8"))
    printed = book / "_build" / "html" / press.PDF
    for words, there in (([], False), (["--pdf"], True), ([], False)):
        assert NOTHING not in build(*words)
        assert printed.exists() == there
        assert NOTHING in build(*words)


def test_another_edition_that_is_kept_is_listed(build: Callable[..., str], book: Path) -> None:
    def listed() -> list[str]:
        page = book / "_build" / "html" / "changes.html"
        words = page.read_text("utf-8") if page.is_file() else ""
        there = [name for name in ("june", "july") if f'href="editions/{name}/index.html"' in words]
        carried = book / "_build" / "html" / "editions"
        assert there == [name for name in ("june", "july") if (carried / name / "index.html").is_file()]
        return there

    build()
    assert listed() == []
    for names in (["june"], ["june", "july"]):
        build("--edition", names[-1], "--out", book / "_build" / names[-1])
        assert NOTHING not in build()
        assert listed() == names
        assert NOTHING in build()
    shutil.rmtree(book / "_build" / "editions" / "june")
    build()
    assert listed() == ["july"]


def test_the_site_is_compared_with_what_since_names_now(build: Callable[..., str], book: Path) -> None:
    other = shutil.copytree(book / "data", book / "other")
    build("--since", "other")
    before = site(book)
    table = other / "figures.csv"
    text = table.read_text("utf-8")
    table.write_text(text.replace(",14.3,", ",14.4,", 1), "utf-8")
    assert table.read_text("utf-8") != text
    assert NOTHING not in build("--since", "other")
    assert site(book) != before
    assert NOTHING in build("--since", "other")


def locked(book: Path) -> bool:
    try:
        with FileLock(book / "_build" / lock.NAME).acquire(timeout=0):
            return False
    except Timeout:
        return True


def test_a_kept_edition_that_is_gone_is_kept_again_while_nobody_else_builds(
    build: Callable[..., str], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("--edition", "june")
    june = book / "_build" / "editions" / "june"
    before = fingerprint(june)
    shutil.rmtree(june)
    keep, seen = Shelf.keep, []
    monkeypatch.setattr(Shelf, "keep", lambda *given: (seen.append(locked(book)), keep(*given))[1])
    assert NOTHING in build("--edition", "june")
    assert seen == [True] and not locked(book)
    again = fingerprint(june)
    assert before.pop(MANIFEST) and again.pop(MANIFEST)
    assert again == before
    monkeypatch.undo()


def test_what_is_kept_is_looked_at_while_nobody_else_builds(
    build: Callable[..., str], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build("--edition", "june")
    seen = []
    for name in ("hashes", "kept"):
        look = getattr(Shelf, name)
        monkeypatch.setattr(
            Shelf,
            name,
            lambda *given, look=look, **more: (seen.append(locked(book)), look(*given, **more))[1],
        )
    build()
    assert set(seen) == {True} and len(seen) > 1


@pytest.mark.parametrize("given", [[], ["--force"]], ids=["again", "anew"])
def test_a_name_that_somebody_took_meanwhile_is_refused(
    build: Callable[..., str], book: Path, command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch, given: list[str],
) -> None:  # fmt: skip
    """Whether something has to be built or the site stands as it would be."""
    build("--edition", "june", "--out", book / "_build" / "mine")
    kept = book / "_build" / "editions" / "june"
    shutil.rmtree(kept)
    build("--edition", "june", "--out", book / "_build" / "theirs", "-p", "basis", "plan")
    theirs = fingerprint(kept)
    aside = kept.rename(book / "aside")
    held = lock.held

    def late(*words: Any) -> Any:
        # As this one waits for the lock, another build keeps its edition.
        aside.rename(kept)
        return held(*words)

    monkeypatch.setattr(lock, "held", late)
    status, _, err = command("build", "--edition", "june", "--out", book / "_build" / "mine", *given)
    assert status == 2
    (line,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert line.startswith("error: --edition: june is kept already and was made from other choices")
    assert fingerprint(kept) == theirs


def test_a_build_that_fails_keeps_nothing(
    build: Callable[..., str], book: Path, command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    build()
    before = site(book)

    def failing(*_: Any) -> None:
        raise InputError("nowhere: cannot be written")

    with monkeypatch.context() as patch:
        patch.setattr(publish, "swap", failing)
        assert command("build", "--edition", "june", "-p", "basis", "last_year")[0] == 2
    assert list((book / "_build" / "editions").iterdir()) == []
    assert site(book) == before
    # The name is free for whatever is built next.
    build("--edition", "june", "-p", "basis", "plan")
    kept = fingerprint(book / "_build" / "editions" / "june")
    with monkeypatch.context() as patch:
        patch.setattr(publish, "swap", failing)
        assert command("build", "--edition", "june", "-p", "basis", "plan", "--force")[0] == 2
    assert fingerprint(book / "_build" / "editions" / "june") == kept


def test_an_edition_that_cannot_be_written_costs_no_site(
    build: Callable[..., str], book: Path, command: Callable[..., tuple[int, str, str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    build()
    before = site(book)
    copy = shutil.copytree

    def full(source: Any, target: Path, *given: Any, **more: Any) -> Any:
        if "editions" in Path(target).parts:
            raise OSError(28, "No space left on device")
        return copy(source, target, *given, **more)

    monkeypatch.setattr(shutil, "copytree", full)
    status, _, err = command("build", "--edition", "june", "-p", "basis", "last_year")
    assert (status, site(book)) == (2, before)
    assert "june: cannot be written: No space left on device" in err


def test_a_day_later_nothing_has_changed(
    build: Callable[..., str], book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    real = imprint.moment
    day = datetime(2026, 3, 1, tzinfo=UTC)
    monkeypatch.setattr(imprint, "moment", lambda *given: real(*given) if os.environ.get("SOURCE_DATE_EPOCH") else day)  # fmt: skip
    page = book / "_build" / "html" / "about.html"
    build()
    day = datetime(2026, 3, 2, tzinfo=UTC)
    assert NOTHING in build()
    assert "Built: 1 March 2026" in page.read_text("utf-8")
    # A day that is set is one that was asked for.
    for seconds, words in (("86400", "2 January 1970"), ("172800", "3 January 1970")):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", seconds)
        assert NOTHING not in build()
        assert f"Built: {words}" in page.read_text("utf-8")
        assert NOTHING in build()
    monkeypatch.delenv("SOURCE_DATE_EPOCH")
    build()
    assert "Built: 2 March 2026" in page.read_text("utf-8")


def cut_off(text: str) -> str:
    return text[: len(text) // 2]


def of_a_newer_format(text: str) -> str:
    return json.dumps(json.loads(text) | {"format": 99})


def of_no_day(text: str) -> str:
    return json.dumps(json.loads(text) | {"as_of": "2025-13-45", "built": "2026-02-30T00:00:00Z"})


@pytest.mark.parametrize("harm", [cut_off, of_a_newer_format, of_no_day])
def test_an_edition_that_cannot_be_read_is_in_nobody_s_way(
    build: Callable[..., str], book: Path, command: Callable[..., tuple[int, str, str]],
    compiled: list[Path], harm: Callable[[str], str],
) -> None:  # fmt: skip
    build("--edition", "june")
    build("--edition", "july", "-p", "basis", "last_year")
    manifest = book / "_build" / "editions" / "july" / MANIFEST
    manifest.write_text(harm(manifest.read_text("utf-8")), "utf-8")
    said = build()
    (notice,) = [line for line in said.splitlines() if "left out" in line]
    assert notice.startswith(f"the edition july is left out: _build/editions/july/{MANIFEST}:")
    words = (book / "_build" / "html" / "changes.html").read_text("utf-8")
    assert "What changed since edition june" in words and "july" not in words
    assert [path.name for path in (book / "_build" / "html" / "editions").iterdir()] == ["june"]
    # Who names it is told, before the work.
    times = len(compiled)
    for given in (["build", "--since", "july"], ["build", "--edition", "july"], ["diff", "june", "july"]):
        status, out, err = command(*given)
        assert (status, out) == (2, "")
        assert err and all(
            line.startswith(f"error: _build/editions/july/{MANIFEST}:") for line in err.splitlines()
        )
    assert len(compiled) == times
