"""How fast sweeps are: a results-only run as a ratio to a papermill run of a notebook, and how cost grows.

Run by `make bench`; nothing here is collected by pytest, and no test asserts a time. Both sides happen in the
same session, papermill before and after the sweeps, so that what else the machine does weighs on both, and in the
same environment: papermill's kernels draw nothing, as in `runs.py` and `builds.py`. Ends with status 1 where a limit
is not kept.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import mean

from limits import NONE, Limits
from neutrality.chapters import NAMES
from neutrality.press import execute
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
COUNTS = (1, 10, 100, 1_000)
#: What a run may cost in a sweep of the last of these, as a part of papermill's.
LIMIT = 0.02
JOBS = 2

#: Values of the second figure in the grid.
SIDE = 25


def seconds(*words: str | Path) -> float:
    start = time.perf_counter()
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{words[0]} failed: {done.stderr}")
    return time.perf_counter() - start


def notebooks(folder: Path) -> list[float]:
    """Seconds of papermill's command for the notebook of each chapter."""
    papermill = Path(sys.executable).with_name("papermill")
    quiet = ("--no-progress-bar", "--no-log-output")
    return [
        seconds(papermill, ROOT / "book" / f"{name}.ipynb", folder / f"{name}.ipynb", *quiet)
        for name in NAMES
    ]


def swept(folder: Path, runs: int, side: int = 0) -> float:
    """Seconds of the command for so many runs of all chapters, tables and charts included: a sample, in which no
    value of either figure comes twice, or with a `side` a grid of so many values of the second one."""
    command = (sys.executable, "-m", "neutrality.cli", "sweep", "--jobs", str(JOBS))
    first, second = "investment=10:20", "google_exit_probability=0.5:1"
    if side:
        vary = ("--vary", f"{first}:{runs // side}", "--vary", f"{second}:{side}")
    else:
        vary = ("--sample", str(runs), "--vary", first, "--vary", second)
    return seconds(*command, *vary, "--out", folder / f"{runs}-{side}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--most", type=int, default=COUNTS[-1], help="leave out sweeps of more runs than this"
    )
    # The command line's kernels draw nothing either: the press does.
    os.environ.update(execute._ENVIRONMENT)
    counts = [count for count in COUNTS if count <= parser.parse_args().most]
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        before = notebooks(folder)
        times = {count: swept(folder, count) for count in counts}
        crossed = swept(folder, counts[-1], SIDE) if counts[-1] >= SIDE else None
        each = [mean(pair) for pair in zip(before, notebooks(folder), strict=True)]
    papermill = mean(each)
    named = [(f"a sample of {count:,}", count, total) for count, total in times.items()]
    if crossed is not None:
        named.append((f"a grid of {counts[-1] // SIDE} by {SIDE}", counts[-1], crossed))
    limits = Limits()
    rows = []
    for what, count, total in named:
        ratio = total / count / papermill
        wanted = limits.judged(what, ratio, "≤", LIMIT) if count == COUNTS[-1] else NONE
        rows.append((what, total, total / count, papermill, ratio, *wanted))
    print(
        f"All results of all chapters, {JOBS} processes, against papermill's command for one notebook: the mean of\n"
        + ", ".join(f"{name} ({took:.2f} s)" for name, took in zip(NAMES, each, strict=True))
    )
    headers = ("what", "seconds", "a run", "papermill", "ratio", "wanted", "")
    print(tabulate(rows, headers, floatfmt=".3g"))
    if len(counts) > 1:
        (few, many) = (counts[-2], counts[-1])
        each = (times[many] - times[few]) / (many - few)
        print(
            f"\neach further run from {few:,} to {many:,}: {each:.3g} s, {each / papermill:.3g} of papermill's"
        )
    limits.end()


if __name__ == "__main__":
    main()
