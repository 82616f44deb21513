"""Nothing is lost: whatever ends a build, a whole site stands where one stood, and the next build succeeds."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from books import PARAMETERS, ROOT, copied, driver, project
from filelock import FileLock
from neutrality import press
from neutrality.editions import Shelf
from neutrality.errors import InputError
from neutrality.press import keys, lock, publish
from neutrality.press.site import MARKER

SWAPS = 200
#: How many builds are killed at work, 30 in all, by what builds. Most of a build passes within Jupyter Book, where
#: nothing of the site is touched; where pages are only copied, most moments are those in which this project's own
#: code may be caught. The command keeps an edition too, beside one that was kept before.
KILLS = {"copying": 21, "jupyter-book": 5, "command": 4}


def small_site(folder: Path, edition: str) -> Path:
    folder.mkdir(parents=True)
    (folder / MARKER).write_text("a site\n", "utf-8")
    (folder / "deep").mkdir()
    for name in ("index.html", "deep/page.html"):
        (folder / name).write_text(f"{edition} " * 1000, "utf-8")
    return folder


def test_a_reader_during_many_swaps_misses_nothing(tmp_path: Path) -> None:
    target = small_site(tmp_path / "site", "edition-0")
    found: list[set[str]] = []
    over = threading.Event()

    def read() -> None:
        while not over.is_set():
            for name in ("index.html", "deep/page.html"):
                try:
                    words = set((target / name).read_text("utf-8").split())
                except OSError as error:
                    words = {repr(error)}
                found.append(words)

    reader = threading.Thread(target=read)
    reader.start()
    try:
        for number in range(1, SWAPS + 1):
            publish.swap(small_site(tmp_path / "new", f"edition-{number}"), target)
    finally:
        over.set()
        reader.join()
    assert len(found) > SWAPS
    torn = [words for words in found if len(words) != 1 or not next(iter(words)).startswith("edition-")]
    assert torn == []
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_a_system_that_cannot_exchange_gets_its_former_site_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = small_site(tmp_path / "site", "former")
    before = keys.hashes(target)
    monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    publish.swap(small_site(tmp_path / "new", "later"), target)
    assert keys.hashes(target) != before
    # Killed between the two renames: the former site aside, none in its place.
    aside = tmp_path / ".site.abcdefgh"
    aside.mkdir()
    target.rename(aside / "former")
    small_site(aside / "new", "never")
    later = keys.hashes(aside / "former")
    publish.clear_up(target)
    assert keys.hashes(target) == later
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


@pytest.mark.parametrize("fault", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_second_rename_that_fails_costs_no_former_site(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: BaseException
) -> None:
    target = small_site(tmp_path / "site", "former")
    new, before = small_site(tmp_path / "work" / "new", "later"), keys.hashes(target)
    rename = Path.rename

    def failing(self: Path, to: Path) -> Path:
        if self.name == "new" and to == target:
            assert not target.exists()
            raise fault
        return rename(self, to)

    monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    monkeypatch.setattr(Path, "rename", failing)
    with pytest.raises((InputError, KeyboardInterrupt)):
        publish.swap(new, target)
    assert keys.hashes(target) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "work"]


def test_a_former_site_that_cannot_come_back_at_once_comes_back_with_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = small_site(tmp_path / "site", "former")
    new, before = small_site(tmp_path / "work" / "new", "later"), keys.hashes(target)
    rename = Path.rename

    def failing(self: Path, to: Path) -> Path:
        if to == target:
            raise OSError(5, "Input/output error")
        return rename(self, to)

    monkeypatch.setattr(publish, "_exchange", lambda *_: False)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", failing)
        with pytest.raises(InputError, match="site: cannot be written: Input/output error"):
            publish.swap(new, target)
    assert not target.exists()
    publish.clear_up(target)
    assert keys.hashes(target) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["site", "work"]


def test_what_another_process_is_about_to_publish_is_left_alone(tmp_path: Path) -> None:
    target = small_site(tmp_path / "site", "former")
    with publish._beside(target) as working:
        small_site(working / "new", "later")
        publish.clear_up(target)
        assert (working / "new" / MARKER).is_file()
    foreign = tmp_path / ".site.thesis00"
    foreign.mkdir()
    (foreign / "chapter.txt").write_text("years of work", "utf-8")
    publish.clear_up(target)
    assert (foreign / "chapter.txt").is_file()


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small book, built once, whose pages are only copied."""
    made = project(tmp_path / "book", {"page": ("print('lap-0')",)})
    # What the command puts on every page.
    shutil.copytree(ROOT / "book" / "_static", made / "book" / "_static", dirs_exist_ok=True)
    monkeypatch.chdir(made)
    monkeypatch.setattr(press.compile, "compile", copied)
    press.build({}, root=made, progress=False)
    return made


def turn(book: Path, number: int) -> None:
    """Give each page another text."""
    for page in [*(book / "book").glob("*.ipynb"), *(book / "book").glob("index.md")]:
        page.write_text(_LAP.sub(f"lap-{number}", page.read_text("utf-8")), "utf-8")


_LAP = re.compile(r"lap-(\d+)")


def test_a_build_that_waits_says_so_where_it_tells_nothing_else(book: Path, capsys) -> None:
    """As `serve` builds."""
    said = ""
    end = time.monotonic() + 120
    with ThreadPoolExecutor(1) as aside:
        with FileLock(book / "_build" / lock.NAME):
            building = aside.submit(press.build, {}, root=book, progress=False)
            while not said and time.monotonic() < end:
                time.sleep(0.05)
                said = capsys.readouterr().err
        building.result()
    assert said == "another build of this book is at work; waiting for it\n"
    assert capsys.readouterr().err == ""


def at_once(book: Path, *commands: list[str]) -> list[subprocess.CompletedProcess[str]]:
    """Run several builds of a book, each of which stands before the lock when the first may begin."""
    running: list[subprocess.Popen[str]] = []
    with FileLock(book / "_build" / lock.NAME):
        for words in commands:
            running.append(
                subprocess.Popen(words, cwd=book, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
            )
        for one in running:
            assert one.stderr is not None
            # Said before it waits.
            assert one.stderr.readline() == "another build of this book is at work; waiting for it\n"
    ends = [one.communicate() for one in running]
    return [
        subprocess.CompletedProcess(one.args, one.returncode, *end)
        for one, end in zip(running, ends, strict=True)
    ]


def test_two_builds_at_once_follow_each_other(book: Path) -> None:
    turn(book, 1)
    ends = at_once(book, driver(), driver())
    assert [one.returncode for one in ends] == [0, 0]
    assert sorted("nothing changed" in one.stderr for one in ends) == [False, True]
    assert "lap-1" in (book / "_build" / "html" / "page.html").read_text("utf-8")


def test_two_builds_at_once_with_other_figures_do_not_mix(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pages = [f"print('{name}', figures)" for name in ("first", "second", "third")]
    book = project(tmp_path / "book", {f"page{n}": (PARAMETERS, page) for n, page in enumerate(pages)})
    monkeypatch.chdir(book)
    monkeypatch.setattr(press.compile, "compile", copied)
    alone = []
    for value in (15.0, 16.0):
        site = press.build({"figures": {"investment": value}}, tmp_path / "alone", root=book, progress=False)
        alone.append(keys.hashes(site))
    # Each page says which build it is from.
    assert sum(alone[0][name] != found for name, found in alone[1].items()) == len(pages)
    shutil.rmtree(book / "_build")
    (book / "_build").mkdir()
    ends = at_once(book, *(driver(figures={"investment": value}) for value in (15.0, 16.0)))
    assert [one.returncode for one in ends] == [0, 0]
    assert all(f"executing {len(pages)} of {len(pages)} notebooks" in one.stderr for one in ends)
    assert keys.hashes(book / "_build" / "html") in alone


def test_of_two_builds_at_once_one_has_the_name(book: Path) -> None:
    ends = at_once(
        book, *(typed("build", "--edition", "june", "-p", "scale", scale) for scale in ("icd203", "ipcc"))
    )
    assert sorted(one.returncode for one in ends) == [0, 2]
    (one,) = [one for one in ends if one.returncode]
    refused(one, "--edition: june is kept already and was made from other choices")
    site, kept = book / "_build" / "html", book / "_build" / "editions" / "june"
    found = keys.hashes(kept)
    assert found.pop("manifest.json") and found == keys.hashes(site)
    (other,) = [one for one in ends if not one.returncode]
    said = json.loads((kept / "manifest.json").read_text("utf-8"))
    assert said["choices"]["scale"] == other.args[-1]


def test_a_lock_dies_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom neutrality.press import lock\n"
        "with lock.held(Path(sys.argv[1]), lambda: None):\n    print('held', flush=True)\n    time.sleep(600)"
    )
    holder = subprocess.Popen([sys.executable, "-c", code, tmp_path], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    holder.kill()
    holder.wait()
    holder.stdout.close()
    waited: list[bool] = []
    with lock.held(tmp_path, lambda: waited.append(True)):
        assert not waited


def typed(*words: Any) -> list[str]:
    """What starts the command, with pages that are only copied."""
    code = (
        f"import sys\nsys.path.append({str(Path(__file__).parent)!r})\nimport books\n"
        "from neutrality import press\npress.compile.compile = books.copied\n"
        "from neutrality.cli import main\nif __name__ == '__main__':\n    main()"
    )
    return [sys.executable, "-c", code, *map(str, words)]


# -- killed -------------------------------------------------------------------------------------------


def two_pages(folder: Path) -> Path:
    """A book of a page of text and a notebook, with all that Jupyter Book needs to compile it."""
    book = project(folder, {"page": ("# Two", "print('lap-0')")})
    shutil.rmtree(book / "book" / "_static")
    shutil.copytree(ROOT / "book" / "_static", book / "book" / "_static")
    shutil.copy(ROOT / "book" / "references.bib", book / "book" / "references.bib")
    (book / "book" / "index.md").write_text("# A book of two pages\n\nThis is lap-0.\n", "utf-8")
    toc = "format: jb-book\nroot: index\nchapters:\n  - file: page\n    title: A notebook\n"
    (book / "_toc.yml").write_text(toc, "utf-8")
    return book


def normal(site: Path) -> dict[str, str]:
    """The files of a site with the hash of each, whatever lap it is from; the search index alone has no normal form."""
    found = keys.hashes(site)
    for name in found:
        if name.endswith(".html"):
            found[name] = keys.digest(_LAP.sub("lap", (site / name).read_text("utf-8")))
        elif name == "searchindex.js":
            found[name] = ""
    return found


def lap_of(site: Path) -> int:
    """The lap that a site is from, with all its pages."""
    (lap,) = {
        lap for name in ("index.html", "page.html") for lap in _LAP.findall((site / name).read_text("utf-8"))
    }
    return int(lap)


class Builder:
    """Builds a book of two pages, whose text says which lap it is, in a process of its own."""

    def __init__(self, folder: Path, way: str) -> None:
        self.book, self.way = two_pages(folder), way
        self.site, self.editions = self.book / "_build" / "html", self.book / "_build" / "editions"
        # With few cells a kernel of its own is as quick as a warm process, and either may be caught at work.
        kernels = {"NEUTRALITY_KERNELS": "plain"} if way == "copying" else {}
        self._environment = os.environ | kernels

    def begin(self, lap: int) -> subprocess.Popen[str]:
        turn(self.book, lap)
        words = driver(self.way) if self.way != "command" else typed("build", "--edition", f"lap-{lap}")
        return subprocess.Popen(
            words, cwd=self.book, env=self._environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
        )  # fmt: skip

    def finish(self, lap: int) -> float:
        """Build to the end; returns how long that takes."""
        start = time.monotonic()
        running = self.begin(lap)
        said = running.communicate()[1]
        assert running.returncode == 0, said
        return time.monotonic() - start

    def kill(self, lap: int, moment: float) -> bool:
        """Build and kill it after so many seconds; returns whether it was at work then."""
        running = self.begin(lap)
        with suppress(subprocess.TimeoutExpired):
            running.wait(moment)
        running.kill()
        landed = running.wait() == -signal.SIGKILL
        assert running.stderr is not None
        running.stderr.close()
        return landed

    def files(self) -> dict[str, str]:
        """What a whole site holds. The command's names its edition in many files, and leads to those before it."""
        found = normal(self.site)
        if self.way == "command":
            found = {name: "" for name in found if not name.startswith(("editions/", "changes."))}
        return found


@pytest.mark.parametrize("way", KILLS)
def test_killed_at_any_moment_a_whole_site_stands_and_the_next_build_succeeds(
    tmp_path: Path, way: str
) -> None:
    builder = Builder(tmp_path / "book", way)
    site, editions = builder.site, builder.editions
    whole = builder.finish(1)
    like, kept = builder.files(), keys.hashes(editions) if way == "command" else {}
    chance, standing, lap, landed = random.Random(20250614), 1, 1, 0
    while landed < KILLS[way]:
        lap += 1
        assert lap < 5 * KILLS[way], "nearly all builds ended before they were killed"
        start = time.monotonic()
        if builder.kill(lap, chance.uniform(0, whole)):
            landed += 1
        else:
            # It takes less time than the first did.
            whole = min(whole, time.monotonic() - start)
        assert builder.files() == like
        found = lap_of(site)
        assert found in (standing, lap)
        standing = found
        if kept:
            assert kept.items() <= keys.hashes(editions).items()
        if lap % 7 == 0:
            # The others begin amid what several killed ones left.
            builder.finish(lap)
            standing = lap_of(site)
            assert standing == lap
    lap += 1
    builder.finish(lap)
    assert builder.files() == like
    assert lap_of(site) == lap
    # Jupyter Book outlives its killed parent by some seconds.
    end = time.monotonic() + 60 + 2 * whole
    while working_in(builder.book) and time.monotonic() < end:
        time.sleep(0.2)
    assert working_in(builder.book) == [], (
        "a process that a killed build had started works on, or waits for ever"
    )
    press.clear_up(builder.book, site)
    left = [path.name for path in (builder.book / "_build").iterdir() if path.name.startswith(".")]
    assert left == [lock.NAME]
    assert not list((builder.book / "_build").rglob("*.part"))
    if kept:
        # Each that is kept is whole, and of one lap.
        assert [path for path in editions.iterdir() if path.name.startswith(".")] == []
        assert {f"lap-{lap_of(path)}" for path in editions.iterdir()} == {
            path.name for path in editions.iterdir()
        }


def working_in(folder: Path) -> list[list[str]]:
    """The commands of the processes that have a folder as their working directory."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if Path(process.cwd()) == folder:
                found.append(process.cmdline())
    return found


# -- no room, no permission ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("_build", "holds all that is generated"),
        ("_build/editions", "is where editions are kept"),
        ("_build/editions/june", "is where editions are kept"),
        ("_build/editions/july", "is where editions are kept"),
        ("_build/editions/june/deep", "is where editions are kept"),
        ("link", "is where editions are kept"),
        ("copy", "holds an edition, which is never replaced"),
    ],
)
def test_no_edition_is_replaced_by_a_site(
    book: Path, monkeypatch: pytest.MonkeyPatch, place: str, words: str
) -> None:
    june = small_site(book / "_build" / "editions" / "june", "kept")
    (june / "manifest.json").write_text("{}", "utf-8")
    (book / "link").symlink_to(june)
    shutil.copytree(june, book / "copy")
    before = keys.hashes(book)
    monkeypatch.setattr(press.execute, "text_of", lambda *_: pytest.fail("the work began"))
    with pytest.raises(InputError, match=rf"^\S+: {words}; choose [^\n]+$"):
        press.build({}, book / place, root=book, progress=False)
    assert keys.hashes(book) == before


def test_the_folder_of_all_that_is_generated_is_no_place_for_a_site_even_before_it_is_there(
    book: Path,
) -> None:
    shutil.rmtree(book / "_build")
    with pytest.raises(InputError, match="_build: holds all that is generated"):
        press.build({}, book / "_build", root=book, progress=False)
    assert not (book / "_build").exists()


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own of 64 MB, which root alone may have."""
    place = tmp_path / "disk"
    place.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(place)]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        pytest.skip("needs the right to mount")
    yield place
    subprocess.run(["umount", "-l", place], check=True)


def fill(disk: Path) -> Path:
    """Leave no room on a disk."""
    filler = disk / "filler"
    handle = os.open(filler, os.O_WRONLY | os.O_CREAT)
    try:
        while True:
            os.write(handle, b"\0" * 65536)
    except OSError:
        return filler
    finally:
        os.close(handle)


def run(book: Path, *arguments: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(typed(*arguments), cwd=book, capture_output=True, text=True, check=False)


def refused(done: subprocess.CompletedProcess[str], words: str) -> None:
    """See that a build ended with one clear error."""
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert (done.returncode, len(errors)) == (2, 1), done.stderr
    assert words in errors[0]
    assert "Traceback" not in done.stderr


def test_a_full_disk_is_said_and_costs_nothing(book: Path, disk: Path) -> None:
    """Where the book builds, and where its site stands."""
    moved = disk / "book"
    shutil.copytree(book, moved)
    before = keys.hashes(moved / "_build" / "html")
    turn(moved, 1)
    filler = fill(disk)
    refused(run(moved, "build"), "No space left on device")
    assert keys.hashes(moved / "_build" / "html") == before
    filler.unlink()
    press.build({}, root=moved, progress=False)
    assert "lap-1" in (moved / "_build" / "html" / "page.html").read_text("utf-8")
    shutil.rmtree(moved)

    target = disk / "site"
    shutil.copytree(book / "_build" / "html", target)
    before = keys.hashes(target)
    turn(book, 1)
    filler = fill(disk)
    refused(run(book, "build", "--out", target), "No space left on device")
    assert keys.hashes(target) == before
    filler.unlink()
    press.build({}, target, root=book, progress=False)
    assert "lap-1" in (target / "page.html").read_text("utf-8")


def test_a_shelf_without_room_is_said_and_costs_nothing(
    book: Path, disk: Path, command: Callable[..., tuple[int, str, str]]
) -> None:
    """Where editions are kept, first full and then read-only."""
    (book / "_build" / "editions").symlink_to(disk)
    assert command("build", "--edition", "june")[0] == 0
    site, june = keys.hashes(book / "_build" / "html"), keys.hashes(disk)
    turn(book, 1)
    filler = fill(disk)
    status, out, err = command("build", "--edition", "july")
    assert (status, out) == (2, "")
    (line,) = [line for line in err.splitlines() if line.startswith("error: ")]
    assert line.endswith("_build/editions/july: cannot be written: No space left on device")
    filler.unlink()
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(InputError, match=r"editions/july: cannot be written: Read-only file system$"):
        Shelf.of(book).keep(book / "_build" / "html", {"name": "july"})
    subprocess.run(["mount", "-o", "remount,rw", disk], check=True)
    assert (keys.hashes(book / "_build" / "html"), keys.hashes(disk)) == (site, june)
    assert command("build", "--edition", "july")[0] == 0
    assert june.items() <= keys.hashes(disk).items()
    assert "lap-1" in (disk / "july" / "page.html").read_text("utf-8")


def test_a_limit_of_size_is_said_and_costs_nothing(book: Path) -> None:
    """As a full disk, for those who may not mount one: no file may be larger than 10 kB."""
    import resource

    before = keys.hashes(book / "_build" / "html")
    (book / "book" / "_static" / "large.css").write_text("p { margin: 0 }\n" * 5000, "utf-8")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, limits[1]))
    try:
        with pytest.raises(InputError, match=r"File too large; the former site is as it was$"):
            press.build({}, root=book, progress=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert keys.hashes(book / "_build" / "html") == before
    press.build({}, root=book, progress=False)
    assert (book / "_build" / "html" / "_static" / "large.css").is_file()


def test_a_read_only_target_is_said(book: Path, disk: Path) -> None:
    target = disk / "site"
    shutil.copytree(book / "_build" / "html", target)
    before = keys.hashes(target)
    turn(book, 1)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    refused(run(book, "build", "--out", target), f"{target}: cannot be written: Read-only file system")
    assert keys.hashes(target) == before


def test_a_target_of_somebody_else_is_said(tmp_path: Path) -> None:
    """Permissions hold for everybody but root, so a child of root tries as nobody."""
    target = small_site(tmp_path / "theirs" / "site", "former")
    before = keys.hashes(target)
    target.parent.chmod(0o555)
    for folder in (tmp_path, *tmp_path.parents):
        if folder.stat().st_uid == os.getuid() and not folder.stat().st_mode & 0o001:
            folder.chmod(folder.stat().st_mode | 0o011)
    said, ours = os.pipe()
    child = os.fork()
    if child == 0:
        # A child of this process has the package already, which nobody may not be allowed to read.
        try:
            if os.getuid() == 0:
                os.setgroups([])
                os.setgid(65534)
                os.setuid(65534)
            publish.check_target(target)
        except InputError as problem:
            os.write(ours, str(problem).encode())
        finally:
            os._exit(0)
    os.close(ours)
    os.waitpid(child, 0)
    with os.fdopen(said) as stream:
        assert stream.read() == f"{target}: cannot be written: Permission denied"
    target.parent.chmod(0o755)
    assert keys.hashes(target) == before
