"""What a run of a notebook costs within a sweep, as a ratio to papermill's command line for the same notebook within
one run of this benchmark.

Run by `make bench`, with compiled bytecode on both sides; nothing here is collected by pytest, and no test asserts a
time. A sweep is the command `neutrality sweep --notebooks`, with all that it does: its start and end, the results of
all chapters, tables and charts. The limit is that of `deal`, a chapter. The notebook whose runs are the dearest stands
beside it without one: what it computes takes as long whoever runs it. On a busy machine both sides grow, though not
always alike: the command line is therefore measured before, between and after the others, and its mean taken.
Processor time stands beside the clock's. Ends with status 1 where a limit is not kept. `builds.py` measures the memory
of a whole build.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

from limits import NONE, Limits
from neutrality.press import execute
from neutrality.press.execute import Run, changed
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
JOBS = 2

#: Two runs of a sweep differ in a figure.
FIGURE = "investment"

#: Runs of the sweeps; the one with a limit, and what a run of it may cost.
COUNTS, COUNTED, LIMIT = (1, 10, 50, 100), 50, 0.10

#: Runs of each notebook that tell which is the dearest.
FEW = 6


def spent() -> float:
    """Seconds of processor that this process and those it waited for have taken."""
    return sum(
        used.ru_utime + used.ru_stime
        for used in (resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN))
    )


def measured(work: Callable[[], object]) -> tuple[float, float]:
    """Seconds by the clock and of the processors."""
    start, before = time.perf_counter(), spent()
    work()
    return time.perf_counter() - start, spent() - before


def started(*words: str | Path) -> None:
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, words))}\n{done.stderr}")


def command_line(notebook: Path, out: Path) -> None:
    given = changed(notebook, {"figures": {FIGURE: 14.5}})
    options = ["-y", f"{{figures: {{{FIGURE}: 14.5}}}}"] if given else []
    started(BIN / "papermill", notebook, out / notebook.name, "--no-progress-bar", *options)


def sweep(notebook: Path, count: int, out: Path) -> None:
    """The command for so many runs."""
    vary = f"{FIGURE}=14:{14 if count == 1 else 15}:{count}"
    options = ("--vary", vary, "--notebooks", notebook.stem, "--jobs", str(JOBS))
    place = out / f"{notebook.stem}-{count}"
    started(BIN / "neutrality", "sweep", *options, "--out", place)
    found = len(list(place.glob(f"notebooks/*/{notebook.name}")))
    if found != count:
        sys.exit(f"the sweep of {count} left {found} notebooks")


def bare(notebook: Path, count: int, out: Path) -> None:
    """So many runs and nothing else."""
    given = [{"figures": {FIGURE: 14.0 + number / 100}} for number in range(count)]
    runs = [
        Run(notebook, out / f"{number}.ipynb", changed(notebook, one)) for number, one in enumerate(given)
    ]
    execute.execute_all(runs, JOBS)


@contextmanager
def plain_kernels():
    os.environ[execute.KERNELS] = "plain"
    try:
        yield
    finally:
        del os.environ[execute.KERNELS]


def dearest(notebooks: list[Path], out: Path) -> Path:
    """The notebook whose runs cost most against papermill's command line for it."""
    found = []
    with execute.warming():
        for notebook in notebooks:
            bare(notebook, 1, out)
            run = measured(lambda notebook=notebook: bare(notebook, FEW, out))[0] / FEW
            stock = measured(lambda notebook=notebook: command_line(notebook, out))[0]
            found.append((run / stock, notebook.name, run, stock))
    found.sort(reverse=True)
    print(f"Bare runs of every notebook, {JOBS} at a time in a process that is warm")
    rows = [(name, run, stock, ratio) for ratio, name, run, stock in found]
    print(tabulate(rows, ("notebook", "a run", "papermill", "ratio"), floatfmt=".3g"), flush=True)
    print(f"The dearest is {found[0][1]}.")
    return next(notebook for notebook in notebooks if notebook.name == found[0][1])


def rows(notebook: Path, counts: Sequence[int], out: Path, limits: Limits | None) -> list[tuple[object, ...]]:
    """The table of one notebook, whose sweep of so many runs has a limit where `limits` are given."""
    stock: list[tuple[float, float]] = []

    def again() -> None:
        stock.append(measured(lambda: command_line(notebook, out)))

    command_line(notebook, out)
    again()
    with plain_kernels():
        library = measured(lambda: bare(notebook, 2 * JOBS, out))
    again()
    found = [(f"{JOBS} plain kernels at a time", 2 * JOBS, library)]
    for count in counts:
        took = measured(lambda count=count: sweep(notebook, count, out))
        found.append((f"a sweep of {count}", count, took))
        again()
    clock, processor = (mean(times) for times in zip(*stock, strict=True))
    spread = f"{min(stock)[0]:.2f} to {max(stock)[0]:.2f} s"
    table: list[tuple[object, ...]] = [(f"papermill's command line ({spread})", clock, 1.0, 1.0, *NONE)]
    for what, count, (wall, busy) in found:
        ratio, wanted = wall / count / clock, NONE
        if limits and count == COUNTED:
            wanted = limits.judged(f"{what}, {notebook.stem}", ratio, "≤", LIMIT)
        table.append((what, wall / count, ratio, busy / count / processor, *wanted))
    return table


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--notebook", default="deal", help="the one with a limit")
    parser.add_argument("--alone", action="store_true", help="look for no dearer one")
    parser.add_argument(
        "--most", type=int, default=COUNTS[-1], help="leave out sweeps of more runs than this"
    )
    given = parser.parse_args()
    # The command line's kernels draw nothing either: the press does.
    os.environ.update(execute._ENVIRONMENT)
    os.chdir(ROOT)
    limits, counts = Limits(), [count for count in COUNTS if count <= given.most]

    def show(notebook: Path, counts: Sequence[int], limits: Limits | None) -> None:
        found = rows(notebook, counts, out, limits)
        print(f"\nRuns of {notebook.name}, {JOBS} at a time")
        headers = ("a run", "seconds", "ratio", "of processor time", "wanted", "")
        print(tabulate(found, headers, floatfmt=".3g"), flush=True)

    with tempfile.TemporaryDirectory() as folder:
        out, book = Path(folder), ROOT / "book"
        show(book / f"{given.notebook}.ipynb", counts, limits)
        if not given.alone:
            show(dearest(sorted(book.glob("*.ipynb")), out), [min(COUNTED, given.most)], None)
    limits.end()


if __name__ == "__main__":
    main()
