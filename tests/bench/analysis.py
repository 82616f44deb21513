"""How fast the analysis is, as ratios within one run: exact distribution against simulation, the command
against `import pandas`.

Run by `make bench`; nothing here is collected by pytest, and no test asserts a time. Ends with status 1 where a
limit is not kept.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from limits import NONE, Limits
from neutrality.methods.copula import one_factor
from neutrality.methods.loss import Size, loss_distribution
from neutrality.methods.simulation import simulate
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
DRAWS = 1_000_000
#: Of 10^8 draws, in MiB.
MEMORY = 1024


def fastest(work: Callable[[], object], runs: int = 5) -> float:
    """Seconds of the fastest of some runs, after one to warm up."""
    work()
    times = []
    for _ in range(runs):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def model(customers: int) -> tuple[np.ndarray, list[Size]]:
    """A model of so many customers, all but one of uncertain size."""
    random = np.random.default_rng(customers)
    p = random.uniform(0.05, 0.9, customers)
    return p, [Size.fixed(150.0), *map(Size.uniform, random.uniform(20, 150, customers - 1))]


def exact(p: np.ndarray, sizes: list[Size]) -> None:
    found = loss_distribution(one_factor(p, 0.3), sizes)
    found.expected_shortfall(0.95)


def distribution_rows(limits: Limits) -> list[tuple[object, ...]]:
    rows = []
    for customers, most in ((4, 1 / 20), (40, 1 / 5)):
        p, sizes = model(customers)
        ours = fastest(lambda p=p, sizes=sizes: exact(p, sizes))
        theirs = fastest(lambda p=p, sizes=sizes: simulate(p, 0.3, sizes, DRAWS, seed=1), runs=3)
        error = loss_distribution(one_factor(p, 0.3), sizes).error
        name = f"exact, {customers} customers (error ≤ {error:.0e}) / {DRAWS:,} draws"
        rows.append((name, ours, theirs, ours / theirs, *limits.judged(name, ours / theirs, "≤", most)))
    return rows


def growth_rows(limits: Limits) -> list[tuple[object, ...]]:
    """Cost by number of customers, and the power of that number which fits it best.

    Five customers are all closed form and ten are not, so the first step is steeper than the others.
    """
    counts = (5, 10, 20, 40)
    times = {n: fastest(lambda n=n: exact(*model(n))) for n in counts}
    rows = [
        (f"exact, {n} customers / 5 customers", times[n], times[5], times[n] / times[5], *NONE)
        for n in counts[1:]
    ]
    power = np.polyfit(np.log(counts), np.log([times[n] for n in counts]), 1)[0]
    name = "power of the number of customers, 5 to 40"
    return [*rows, (name, "", "", power, *limits.judged(name, power, "≤", 2))]


def simulation_row(limits: Limits) -> tuple[object, ...]:
    p, sizes = model(4)

    def numbers() -> None:
        random = np.random.Generator(np.random.PCG64(1))
        for _ in range(5):
            random.standard_normal(DRAWS)
        for _ in range(3):
            random.random(DRAWS)

    ours, bare = fastest(lambda: simulate(p, 0.3, sizes, DRAWS, seed=1)), fastest(numbers)
    name = "simulation / its random numbers alone"
    return (name, ours, bare, ours / bare, *limits.judged(name, ours / bare, "≤", 6))


def command_row(limits: Limits) -> tuple[object, ...]:
    command = Path(sys.executable).with_name("neutrality")

    def run(*words: str | Path) -> None:
        subprocess.run(words, cwd=ROOT, check=True, capture_output=True)

    ours = fastest(lambda: run(command, "results"))
    pandas = fastest(lambda: run(sys.executable, "-c", "import pandas"))
    name = "neutrality results / import pandas"
    return (name, ours, pandas, ours / pandas, *limits.judged(name, ours / pandas, "≤", 2.5))


def peak() -> float:
    """Peak memory of 10^8 draws, in a process of its own, in MiB."""
    code = (
        "from neutrality.methods.loss import Size; from neutrality.methods.simulation import simulate; "
        "simulate([.84, .625, .5, .4], .3, [Size.fixed(150.), *[Size.uniform(150.)] * 3], 10**8, seed=1)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    return resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024


def main() -> None:
    limits = Limits()
    rows = [
        *distribution_rows(limits), *growth_rows(limits), simulation_row(limits), command_row(limits),
    ]  # fmt: skip
    print(tabulate(rows, ("what", "seconds", "against", "ratio", "wanted", ""), floatfmt=".3g"))
    own, draws = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, peak()
    wanted, kept = limits.judged("memory of 10^8 draws", draws, "<", MEMORY)
    print(
        f"\npeak memory of this benchmark: {own:,.0f} MiB; of 10^8 draws: {draws:,.0f} MiB ({wanted}: {kept})"
    )
    limits.end()


if __name__ == "__main__":
    main()
