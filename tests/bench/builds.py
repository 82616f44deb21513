"""What a build of the whole book costs, as ratios to the stock pipeline within one run of this benchmark: papermill's
command line for each notebook, then `jupyter-book build` of what came of them. Also peak memory, and how a build
grows with the case.

Run by `make bench`, with compiled bytecode on both sides; nothing here is collected by pytest, and no test asserts
a time. Times are medians of three builds of each kind, and of two by the stock pipeline, one at each end. Both sides
get the same notebooks and the same environment, in which a kernel draws no charts: that is left to the compiler on
either side. The stock side compiles with the project's own settings too, so with its theme and its renderer of charts:
what is compared is the way to the same pages, and not two looks of them. Processor time
stands beside the clock's, since a busy machine bends the latter more. Memory is measured apart, for its sampling takes
time, as the proportional set size summed over all processes. Ends with status 1 where a limit is not kept.
"""

from __future__ import annotations

import argparse
import csv
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import psutil
from limits import Limits
from neutrality.charts.renderer import PRESS
from neutrality.press import compile
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
JOBS = 2
#: Builds of each kind that are timed.
BUILDS = 3

#: Seconds between two looks at the memory.
TICK = 0.2

COLD, NOTHING, FIGURE, MEMORY = 0.30, 0.03, 0.25, 1.5


def project(folder: Path) -> Path:
    """A copy of the project: a build leaves its traces there, and a figure may be changed."""
    skipped = shutil.ignore_patterns("neutrality", "__pycache__", "*.egg-info", ".ipynb_checkpoints")
    shutil.copytree(ROOT / "book", folder / "book", ignore=skipped)
    shutil.copytree(ROOT / "data", folder / "data")
    for name in (compile.CONFIG, compile.TOC):
        shutil.copy(ROOT / name, folder / name)
    return folder


def started(book: Path, *words: str | Path) -> None:
    """Run a program in the folder of a book to its end."""
    environment = os.environ | {PRESS: "1", "SOURCE_DATE_EPOCH": "1749859200"}
    done = subprocess.run(words, cwd=book, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stdout}\n{done.stderr}")


def stock(book: Path) -> None:
    """The stock pipeline."""
    folder = book / "stock"
    shutil.rmtree(folder, ignore_errors=True)
    source = folder / "source"
    shutil.copytree(book / "book" / "_static", source / "_static")
    pages = compile.pages(book)
    for file in [*(book / "book").glob("*.md"), *(book / "book").glob("*.bib")]:
        shutil.copy(file, source / file.name)
    for page in pages:
        notebook = book / "book" / f"{page}.ipynb"
        if notebook.is_file():
            started(book, BIN / "papermill", notebook, source / notebook.name, "--no-progress-bar")
    options = (
        "--toc",
        book / compile.TOC,
        "--config",
        book / compile.CONFIG,
        "--path-output",
        folder / "out",
    )
    started(book, BIN / "jupyter-book", "build", source, *options)
    missing = [page for page in pages if not (folder / "out" / "_build" / "html" / f"{page}.html").is_file()]
    if missing:
        sys.exit(f"the stock pipeline made no page of {', '.join(missing)}")


def ours(book: Path) -> None:
    """This project's build."""
    started(book, BIN / "neutrality", "build", "--jobs", str(JOBS))


def cold(book: Path) -> None:
    """The same with nothing kept from before."""
    shutil.rmtree(book / "_build", ignore_errors=True)
    ours(book)


def reprice(book: Path, value: str) -> None:
    """Give the figure `investment` another value."""
    path = book / "data" / "figures.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    for row in rows:
        if row["id"] == "investment":
            row["value"] = value
    write(path, rows)


def write(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def grow(book: Path, times: int) -> int:
    """Give figures, claims and sources so many times their rows; returns how many rows they have then.

    What is added moves no result: figures as they were known on earlier days, claims about other matters.
    """
    total = 0
    for table in ("figures", "claims", "sources"):
        path = book / "data" / f"{table}.csv"
        with path.open(newline="", encoding="utf-8") as stream:
            rows = list(csv.DictReader(stream))
        more = []
        for turn in range(1, times):
            for number, row in enumerate(rows):
                if table == "figures":
                    day = date.fromisoformat(row["known_on"]) - timedelta(days=1000 * turn + number)
                    more.append(row | {"known_on": day.isoformat()})
                elif table == "claims":
                    more.append(row | {"id": f"{row['id']}_{turn}", "topic": "other", "phrase": ""})
                else:
                    more.append(row | {"id": f"{row['id']}_{turn}", "url": f"{row['url']}#{turn}"})
        write(path, [*rows, *more])
        total += len(rows) + len(more)
    return total


def weight(book: Path) -> float:
    """The pages of a book's site, in MB."""
    return sum(page.stat().st_size for page in (book / "_build" / "html").glob("*.html")) / 1e6


def measured(work: Callable[[], None]) -> tuple[float, float]:
    """Seconds by the clock and of the processors, children included."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    work()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, spent


@contextmanager
def watched() -> Iterator[list[float]]:
    """The memory of this process's children meanwhile, in MB, once each tick."""
    seen: list[float] = [0.0]
    over = threading.Event()

    def look() -> None:
        while not over.wait(TICK):
            total = 0
            for child in psutil.Process().children(recursive=True):
                try:
                    total += child.memory_full_info().pss
                except psutil.Error:
                    # It has ended meanwhile.
                    continue
            seen.append(total / 1e6)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield seen
    finally:
        over.set()
        looking.join()


def peak(work: Callable[[], None]) -> float:
    with watched() as seen:
        work()
    return max(seen)


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--no-memory", action="store_true", help="leave out the peaks of memory")
    options.add_argument("--rows", default="10,100", help="times the rows of the case, or nothing")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="builds-") as place:
        book = project(Path(place) / "book")
        # Once before, unmeasured: bytecode, the system's cache of files, the memory of sound cases.
        cold(book)
        taken: dict[str, list[tuple[float, float]]] = {}

        def time_it(name: str, work: Callable[[], None]) -> None:
            taken.setdefault(name, []).append(measured(work))

        time_it("stock", lambda: stock(book))
        for _ in range(BUILDS):
            time_it("cold", lambda: cold(book))
            time_it("nothing changed", lambda: ours(book))
            reprice(book, "14.8")
            time_it("investment changed", lambda: ours(book))
            reprice(book, "14.3")
        time_it("stock", lambda: stock(book))
        times = {name: tuple(map(median, zip(*several, strict=True))) for name, several in taken.items()}
        against = times.pop("stock")
        limits, wanted = Limits(), {"cold": COLD, "nothing changed": NOTHING, "investment changed": FIGURE}
        rows = [
            (f"build, {name}", clock, against[0], clock / against[0], cpu / against[1],
             *limits.judged(name, clock / against[0], "≤", wanted[name]))
            for name, (clock, cpu) in times.items()
        ]  # fmt: skip
        headers = ("what", "seconds", "stock", "ratio", "of processors", "wanted", "")
        print(tabulate(rows, headers, floatfmt=".3g"), flush=True)
        if not given.no_memory:
            mine, theirs = peak(lambda: cold(book)), peak(lambda: stock(book))
            most, kept = limits.judged("peak memory", mine / theirs, "≤", MEMORY)
            print(
                f"\npeak memory: {mine:,.0f} MB, stock {theirs:,.0f} MB, ratio {mine / theirs:.2f} ({most}: {kept})",
                flush=True,
            )
        grown = []
        for factor in (int(word) for word in given.rows.split(",") if word):
            larger = project(Path(place) / f"book-{factor}")
            count = grow(larger, factor)
            first, again = (
                measured(lambda larger=larger: cold(larger)),
                measured(lambda larger=larger: ours(larger)),
            )
            share = first[1] / times["cold"][1]
            grown.append((f"{factor} times ({count:,})", first[0], share, again[0], weight(larger)))
        if grown:
            base = ("1 time", times["cold"][0], 1.0, times["nothing changed"][0], weight(book))
            headers = ("rows", "cold, seconds", "processors", "nothing changed", "pages, MB")
            print("\n" + tabulate([base, *grown], headers, floatfmt=".3g"))
            print(
                "What grows are the pages with a row for each figure, claim and source; the chapters do not."
            )
    limits.end()


if __name__ == "__main__":
    main()
