"""Many runs at once: every combination of figures, scenarios and choices, their results in one tidy table."""

from __future__ import annotations

import math
import os
import platform
import re
import signal
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from neutrality.case import Case, load
from neutrality.errors import InputError
from neutrality.processes import as_they_come
from neutrality.sweep import notebooks
from neutrality.sweep.packages import digest
from neutrality.sweep.plan import MOST, Plan, Point, checked, planned
from neutrality.sweep.progress import Progress
from neutrality.sweep.run import Outcome, outcome, prepare, prepare_worker
from neutrality.sweep.store import Store

#: Starting a process costs about as much as so many runs, so it must have more to do than them.
RUNS_PER_PROCESS = 16

_NUMBER = re.compile(r"-?\b\d+(\.\d+)?(e[-+]?\d+)?\b")


@dataclass(frozen=True)
class Summary:
    """What a sweep left: how many runs there are, how many of them have no results and why, where it is."""

    folder: Path
    runs: int
    computed: int
    contradictions: Mapping[str, int]
    notebooks: int

    def lines(self) -> list[str]:
        """What the command says at the end."""
        failed = sum(self.contradictions.values())
        kept = self.runs - self.computed
        found = [f"{self.runs:,} runs" + (f", {kept:,} of them from before" if kept else "")]
        if failed:
            found.append(f"{failed:,} without results, as their column error says:")
            # Reasons that differ in a number alone are one.
            alike = Counter[str]()
            for reason, count in self.contradictions.items():
                alike[_NUMBER.sub("…", reason)] += count
            most = alike.most_common()
            found += [f"  {count:,} × {reason}" for reason, count in most[:3]]
            if len(most) > 3:
                found.append(f"  and {len(most) - 3:,} other reasons")
        if self.notebooks:
            found.append(f"{self.notebooks:,} executed notebooks")
        return found


def sweep(
    plan: Plan, out: Path, *, jobs: int | None = None, scheduler: str = "", progress: bool = True
) -> Summary:
    """Run a plan and leave tables, charts and the notebooks asked for in the folder `out`.

    Runs that `out` already holds are not computed again. `jobs` processes are used, one for each core by
    default, or the cluster whose scheduler is at an address. Raises InputError for a plan that does not fit the
    case, a folder that holds another sweep, or workers that are gone; what was computed until then is kept.
    """
    if scheduler:
        from neutrality.cluster import knock

        knock(scheduler)
    case = load(plan.data, plan.as_of)
    plan = checked(plan, case)
    points = list(plan.points())
    asked = notebooks.asked_for(plan)
    with Store(out, _made_of(plan, case)) as store:
        missing = [point for point in points if point.run not in store.done]
        with _executor(plan, case, len(missing), jobs, scheduler) as executor:
            told = Progress("runs", len(points), len(points) - len(missing), progress)
            try:
                for found in _computed(case, missing, executor):
                    store.add(found)
                    told.step()
            except BrokenExecutor as problem:
                raise InputError(
                    f"{problem or 'a process of the sweep ended unexpectedly'}; {len(store.done):,} of "
                    f"{len(points):,} runs are kept, and the same command goes on from there"
                ) from None
            finally:
                told.close()
            outcomes = {point.run: store.outcome(point.run).error for point in points}
            store.write_tables(plan, points)
            _draw(plan, case, points, store)
            sound = [point for point in points if not outcomes[point.run]]
            executed = notebooks.execute(plan, asked, sound, out, jobs, executor, progress)
    contradictions: dict[str, int] = {}
    for error in filter(None, outcomes.values()):
        contradictions[error] = contradictions.get(error, 0) + 1
    if not sound:
        raise InputError(f"none of the {len(points):,} runs has results: {next(iter(contradictions))}")
    return Summary(out, len(points), len(missing), contradictions, executed)


#: The parts of the package that decide what a run results in; the others print it.
_DECIDING = (
    *("case", "chapters", "methods", "errors.py", "results.py", "units.py"),
    *("sweep/plan.py", "sweep/run.py", "sweep/written.py"),
)


def _made_of(plan: Plan, case: Case) -> dict[str, Any]:
    """What a sweep's results depend on."""
    versions = {"python": ".".join(platform.python_version_tuple()[:2])}
    versions |= {name: version(name) for name in ("numpy", "scipy")}
    return {
        "plan": plan.identity(),
        "case": case.digest,
        "package": digest(_DECIDING),
        "versions": versions,
    }


@contextmanager
def _executor(
    plan: Plan, case: Case, runs: int, jobs: int | None, scheduler: str
) -> Iterator[Executor | None]:
    """What the runs happen in: a cluster, a pool of processes, or for a few runs nothing but this process."""
    if scheduler and (runs or plan.notebooks):
        from neutrality.cluster import connected

        with connected(scheduler, plan.data, case.digest, (prepare, (case,))) as cluster:
            yield cluster
    else:
        processes = min(jobs or os.cpu_count() or 1, math.ceil(runs / RUNS_PER_PROCESS))
        if processes <= 1:
            yield None
            return
        # Spawned, not forked: what the caller has loaded must not be inherited.
        pool = ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=prepare_worker, initargs=(case,)
        )
        try:
            yield pool
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _computed(case: Case, points: list[Point], executor: Executor | None) -> Iterator[Any]:
    """The outcomes of points, in the order in which they come."""
    if executor is None:
        prepare(case)
        yield from map(outcome, points)
        return
    processes: int = getattr(executor, "_max_workers", 1)
    width: int = getattr(executor, "width", None) or processes
    # A few for each process, so that none waits for work and an interruption has little to call off.
    for _, future in as_they_come(executor, partial(_submitted, executor), points, 4 * width):
        yield future.result()


def _submitted(executor: Executor, point: Point) -> Future[Outcome]:
    """Hand a point out. An interrupt waits meanwhile: a process that is begun here must not be told of it, or it
    says so, at length, before it can be told not to."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        return executor.submit(outcome, point)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _draw(plan: Plan, case: Case, points: list[Point], store: Store) -> None:
    """The summary charts, as a page in the folder."""
    from neutrality.charts import sweep as charts
    from neutrality.sweep.store import replacing

    wanted = charts.wanted(case)
    values: dict[str, list[Any]] = {name: [] for name in wanted}
    settings: list[Point] = []
    units: dict[str, str] = {}
    for point in points:
        found = store.outcome(point.run)
        if found.error:
            continue
        settings.append(point)
        held = {name: (value, unit) for name, value, unit in found.results if name in wanted}
        for name in wanted:
            value, unit = held.get(name, (None, ""))
            values[name].append(value)
            units[name] = units.get(name) or unit
    if not settings:
        return
    page = charts.page(
        case,
        charts.Swept(
            figures=tuple(plan.vary),
            crossed=not plan.sample,
            runs=tuple(
                charts.Setting(
                    tuple(point.figures[name] for name in plan.vary),
                    _series(plan, point),
                )
                for point in settings
            ),
            failed=len(points) - len(settings),
            values=values,
            units=units,
        ),
    )
    with replacing(store.folder / charts.PAGE) as part:
        part.write_text(page, "utf-8")


def _series(plan: Plan, point: Point) -> str:
    """What tells apart the runs with the same figures, in words."""
    parts = [point.scenario.replace("_", " ")] if len(plan.scenarios) > 1 else []
    parts += [f"{point.choices[name]}" for name, values in plan.choices.items() if len(values) > 1]
    return ", ".join(parts)


__all__ = ["MOST", "Plan", "Summary", "checked", "planned", "sweep"]
