"""What a run of a notebook costs, as ratios to papermill's command line within one run of this benchmark,
and how much memory the runs of the whole book take.

Run by `make bench`, with compiled bytecode on both sides; nothing here is collected by pytest, and no test
asserts a time. On a busy machine both sides grow, though not always alike: the command line is therefore
measured before, between and after the others, and its mean taken.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import mean

import psutil
from neutrality.press import execute, warm
from neutrality.press.execute import Run
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
PAPERMILL = Path(sys.executable).with_name("papermill")
JOBS = 2

#: Two runs of a sweep differ in a figure.
FIGURE = "investment"


def seconds(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def command_line(notebook: Path, out: Path, value: float | None = None) -> None:
    given = ["-y", f"{{figures: {{{FIGURE}: {value}}}}}"] if value else []
    command = [PAPERMILL, notebook, out / notebook.name, "--no-progress-bar", *given]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def parameters(number: int) -> dict[str, dict[str, float]]:
    return {"figures": {FIGURE: 14.0 + number / 100}}


def one(notebook: Path, number: int) -> None:
    execute.run(notebook.name, notebook.read_text("utf-8"), parameters(number))


def plain(notebook: Path, number: int) -> None:
    """papermill as a library, with a kernel of its own for the run."""
    os.environ[execute.KERNELS] = "plain"
    try:
        one(notebook, number)
    finally:
        del os.environ[execute.KERNELS]


def many(notebook: Path, count: int, out: Path) -> None:
    """As a sweep has them run, the start of the warm process among them."""
    execute.execute_all(
        [Run(notebook, out / f"{number}.ipynb", parameters(number)) for number in range(count)], JOBS
    )


def time_rows(name: str, runs: int, out: Path) -> list[tuple[object, ...]]:
    notebook = ROOT / "book" / f"{name}.ipynb"
    stock: list[float] = []

    def again() -> None:
        stock.append(seconds(lambda: command_line(notebook, out, 14.5)))

    command_line(notebook, out)
    again()
    plain(notebook, 0)
    library = min(seconds(lambda: plain(notebook, 1)) for _ in range(2))
    again()
    first = seconds(lambda: many(notebook, 1, out))
    again()
    with warm.use(execute._ENVIRONMENT, keep=0):
        one(notebook, 0)
        alone = mean(seconds(lambda n=n: one(notebook, n)) for n in range(5))
        again()
        with ThreadPoolExecutor(JOBS) as threads:
            pairs = seconds(lambda: list(threads.map(lambda n: one(notebook, n), range(10)))) / 10
    again()
    sweep = seconds(lambda: many(notebook, runs, out)) / runs
    again()
    base = mean(stock)
    spread = f"{min(stock):.2f} to {max(stock):.2f}"
    return [
        (f"{name}: papermill's command line ({spread} s)", base, 1.0, ""),
        (f"{name}: papermill as a library, plain kernel", library, library / base, ""),
        (f"{name}: forked, one run with the start of the warm process", first, first / base, ""),
        (f"{name}: forked, one at a time", alone, alone / base, ""),
        (f"{name}: forked, {JOBS} at a time", pairs, pairs / base, ""),
        (f"{name}: forked, a run within a sweep of {runs}", sweep, sweep / base, "≤ 0.10"),
    ]


def peak(work: Callable[[], object]) -> float:
    """MiB of proportional set size that this process's descendants take together at the most."""
    found, done = [0.0], threading.Event()

    def look() -> None:
        me = psutil.Process()
        while not done.wait(0.05):
            total = 0
            for process in me.children(recursive=True):
                try:
                    total += process.memory_full_info().pss
                except psutil.Error:
                    continue
            found.append(total / 2**20)

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        work()
    finally:
        done.set()
        watcher.join()
    return max(found)


def memory_rows(out: Path) -> list[tuple[object, ...]]:
    notebooks = sorted((ROOT / "book").glob("*.ipynb"))

    def book() -> None:
        execute.execute_all([Run(notebook, out / notebook.name) for notebook in notebooks], JOBS)

    def book_plain() -> None:
        os.environ[execute.KERNELS] = "plain"
        try:
            book()
        finally:
            del os.environ[execute.KERNELS]

    stock = peak(lambda: [command_line(notebook, out) for notebook in notebooks])
    rows = [(f"papermill's command line, {len(notebooks)} notebooks one after the other", stock, 1.0)]
    for what, work in (("plain kernels", book_plain), ("forked", book)):
        taken = peak(work)
        rows.append((f"{what}, {JOBS} at a time", taken, taken / stock))
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebook", default="deal")
    parser.add_argument("--runs", type=int, default=50)
    parser.add_argument("--no-memory", action="store_true")
    given = parser.parse_args()
    # The command line's kernels draw nothing either: the press does.
    os.environ.update(execute._ENVIRONMENT)
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        rows = time_rows(given.notebook, given.runs, out)
        print(tabulate(rows, ("a run", "seconds", "ratio", "wanted"), floatfmt=".3g"))
        if not given.no_memory:
            print()
            print(
                tabulate(memory_rows(out), ("peak memory of the book's runs", "MiB", "ratio"), floatfmt=".3g")
            )


if __name__ == "__main__":
    main()
