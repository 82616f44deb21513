"""What a run of a notebook costs, as ratios to papermill's command line within one run of this benchmark.

Run by `make bench`, with compiled bytecode on both sides; nothing here is collected by pytest, and no test
asserts a time. On a busy machine both sides grow, though not always alike: the command line is therefore
measured before, between and after the others, and its mean taken. Processor time stands beside the clock's.
`builds.py` measures the memory of a whole build.
"""

from __future__ import annotations

import argparse
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import contextmanager
from pathlib import Path
from statistics import mean

from neutrality.press import execute
from neutrality.press.execute import Run
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
PAPERMILL = Path(sys.executable).with_name("papermill")
JOBS = 2

#: Two runs of a sweep differ in a figure.
FIGURE = "investment"

#: Runs of the sweeps; the one with a limit, and what a run of it may cost.
COUNTS, COUNTED, LIMIT = (1, 10, 50, 100), 50, 0.10


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


def command_line(notebook: Path, out: Path, value: float) -> None:
    command = [PAPERMILL, notebook, out / notebook.name, "--no-progress-bar"]
    subprocess.run(
        [*command, "-y", f"{{figures: {{{FIGURE}: {value}}}}}"], cwd=ROOT, check=True, capture_output=True
    )


def sweep(notebook: Path, count: int, out: Path) -> None:
    """So many runs as a sweep has them, the start of the warm process and its end among them."""
    figures = [{"figures": {FIGURE: 14.0 + number / 100}} for number in range(count)]
    execute.execute_all(
        [Run(notebook, out / f"{number}.ipynb", given) for number, given in enumerate(figures)], JOBS
    )


@contextmanager
def plain_kernels():
    os.environ[execute.KERNELS] = "plain"
    try:
        yield
    finally:
        del os.environ[execute.KERNELS]


def rows(notebook: Path, most: int, out: Path) -> list[tuple[object, ...]]:
    stock: list[tuple[float, float]] = []

    def again() -> None:
        stock.append(measured(lambda: command_line(notebook, out, 14.5)))

    command_line(notebook, out, 14.5)
    again()
    with plain_kernels():
        library = measured(lambda: sweep(notebook, 2 * JOBS, out))
    again()
    found = [(f"{JOBS} plain kernels at a time", 2 * JOBS, library, "")]
    for count in COUNTS:
        if count <= most:
            took = measured(lambda count=count: sweep(notebook, count, out))
            found.append((f"a sweep of {count}", count, took, f"≤ {LIMIT:.2f}" if count == COUNTED else ""))
            again()
    clock, processor = (mean(times) for times in zip(*stock, strict=True))
    spread = f"{min(stock)[0]:.2f} to {max(stock)[0]:.2f} s"
    return [
        (f"papermill's command line ({spread})", clock, 1.0, 1.0, ""),
        *(
            (what, wall / count, wall / count / clock, busy / count / processor, wanted)
            for what, count, (wall, busy), wanted in found
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notebook", default="deal")
    parser.add_argument(
        "--most", type=int, default=COUNTS[-1], help="leave out sweeps of more runs than this"
    )
    given = parser.parse_args()
    # The command line's kernels draw nothing either: the press does.
    os.environ.update(execute._ENVIRONMENT)
    os.chdir(ROOT)
    with tempfile.TemporaryDirectory() as folder:
        found = rows(ROOT / "book" / f"{given.notebook}.ipynb", given.most, Path(folder))
    print(f"Runs of {given.notebook}.ipynb, {JOBS} at a time")
    headers = ("a run", "seconds", "ratio", "of processor time", "wanted")
    print(tabulate(found, headers, floatfmt=".3g"))


if __name__ == "__main__":
    main()
