"""The executed notebooks of a sweep, for whoever asked for them: one for each run that has results."""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Mapping
from concurrent.futures import Executor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from neutrality.errors import InputError, nearest
from neutrality.sweep.packages import digest
from neutrality.sweep.plan import Plan, Point
from neutrality.sweep.progress import Progress
from neutrality.sweep.store import replacing

#: Where they are in the folder of a sweep, and what says there what they were made of.
FOLDER, MADE_OF = "notebooks", "made_of.json"

#: Libraries whose version shows in an executed notebook.
_SHOWN = ("altair", "ipykernel", "nbclient", "nbformat", "numpy", "pandas", "papermill", "scipy")


def asked_for(plan: Plan) -> dict[str, Path]:
    """The notebooks asked for. Raises InputError for one that the book does not have."""
    if not plan.notebooks:
        return {}
    from neutrality.press import compile

    book = compile.find_root() / "book"
    known = sorted(path.stem for path in book.glob("*.ipynb"))
    faults = [
        f"notebooks: found {name!r}, expected one of {', '.join(known)}{nearest(name, known)}"
        for name in plan.notebooks
        if name not in known
    ]
    if faults:
        raise InputError(*faults)
    return {name: book / f"{name}.ipynb" for name in plan.notebooks}


def execute(
    plan: Plan,
    notebooks: Mapping[str, Path],
    points: list[Point],
    out: Path,
    jobs: int | None,
    executor: Executor | None,
    progress: bool,
) -> int:
    """Execute the notebooks for every point, but for those that are there; returns how many there are then."""
    if not notebooks:
        return 0
    from neutrality.press import execute

    _clear(out / FOLDER, notebooks)
    width = len(str(plan.runs))
    wanted = []
    for point in points:
        given = {"data": plan.data, "as_of": plan.as_of, "scenario": point.scenario, **point.choices}
        given["figures"] = dict(point.figures)
        for name, notebook in notebooks.items():
            target = out / FOLDER / f"run-{point.run:0{width}}" / f"{name}.ipynb"
            wanted.append(execute.Run(notebook, target, execute.changed(notebook, given)))
    missing = [one for one in wanted if not _whole(one.out)]
    told = Progress("notebooks", len(wanted), len(wanted) - len(missing), progress)
    # Only a cluster is handed on: the press has processes of its own that suit notebooks.
    elsewhere = executor if hasattr(executor, "check") else None
    try:
        execute.execute_all(missing, jobs, lambda _: told.step(), elsewhere)
    except OSError as problem:
        raise InputError(
            f"{problem.filename or out / FOLDER}: cannot be written: {problem.strerror}"
        ) from None
    finally:
        told.close()
    return len(wanted)


def _clear(folder: Path, notebooks: Mapping[str, Path]) -> None:
    """Remove what was executed from another text or by another package, and note what is executed now."""
    note = folder / MADE_OF
    held = _noted(note)
    world = [digest(), platform.python_version(), *(f"{name} {version(name)}" for name in _SHOWN)]
    now = {
        name: hashlib.sha256("\0".join([*world, path.read_text("utf-8")]).encode()).hexdigest()
        for name, path in notebooks.items()
    }
    try:
        folder.mkdir(exist_ok=True)
        for name in now:
            if held.get(name) != now[name]:
                for stale in folder.glob(f"run-*/{name}.ipynb"):
                    stale.unlink()
        # What a sweep that was killed had half written.
        for part in folder.glob("run-*/.*.part"):
            part.unlink()
    except OSError as problem:
        raise InputError(f"{folder}: cannot be written: {problem.strerror}") from None
    with replacing(note) as part:
        part.write_text(json.dumps({**held, **now}, indent=2) + "\n", "utf-8")


def _noted(note: Path) -> dict[str, Any]:
    try:
        found = json.loads(note.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _whole(notebook: Path) -> bool:
    """Whether an executed notebook is there, and not torn by whatever ended its sweep."""
    try:
        return bool(json.loads(notebook.read_text("utf-8"))["cells"])
    except (OSError, ValueError, KeyError):
        return False


__all__ = ["FOLDER", "asked_for", "execute"]
