"""Which notebooks must run: those that would come out otherwise than when they were last run.

An executed notebook is kept with everything it was made from: its text, its parameters, the versions of what is
installed, the modules of this package that it used, and what it read of cases and files (`neutrality.case.reads`).
It is used again when all of that is as it was. In doubt a notebook runs: that costs seconds, while an old number
on a page costs the book its word.

A build holds a lock, so nobody else writes here meanwhile. What is kept carries a hash of itself: what a killed
process or a full disk left behind is not taken for a result. The module is long for what it must not forget: each
thing that could leave an old number on a page is compared here.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import neutrality
from neutrality.case import Case, load, reads, reads_files
from neutrality.case.figures import as_day
from neutrality.case.load import resettled
from neutrality.case.source import opened
from neutrality.errors import InputError
from neutrality.files import prune, write
from neutrality.installed import versions
from neutrality.press.execute import Run

#: Change it with the shape of what is kept.
_FORMAT = 2

#: Most bytes of executed notebooks, of drawings, and of bundled scripts that are kept. The ones that were used last
#: stay.
NOTEBOOKS, DRAWINGS = 200_000_000, 100_000_000

#: Modules of the press that make pages of notebooks and run none. A module that is not named here counts as
#: one that runs notebooks, until somebody knows better.
_PAGES = frozenset(
    f"press/{name}.py"
    for name in (
        *(
            "ahead",
            "alive",
            "bibliography",
            "command_page",
            "compile",
            "further",
            "imprint",
            "index",
            "live",
            "lock",
        ),
        *("meta", "mime", "pdf", "provenance", "publish", "site", "whatif"),
    )
)
_RUNNING = ("press/", "cluster/", "case/reads.py", "case/reads_files.py", "charts/renderer.py")
_NOT_RUNNING = ("press/downloads/", "press/theme/")

#: What a reader is told of questions that have other answers now.
_TABLES = {
    "entities": "entities", "customers": "entities", "vendors": "entities", "supplier": "entities",
    "acquirer": "entities", "with_role": "entities", "name": "entities", "publisher": "sources",
    "phrases": "wording", "exit_claims": "claims", "claims_known": "claims", "is_later": "claims",
    "counts": "claims", "counted_claims": "claims",
    "base_sources": "claims", "base_day": "figures", "later": "figures", "grounds": "figures",
}  # fmt: skip
_NAMED = 3


#: The folder of the package.
_TOP = Path(neutrality.__file__).resolve().parent


def digest(content: bytes | str) -> str:
    """A hash of bytes, or of a text."""
    return hashlib.sha256(content if isinstance(content, bytes) else content.encode()).hexdigest()


def hashes(folder: Path, skip: frozenset[str] = frozenset({"__pycache__"})) -> dict[str, str]:
    """Every file below a folder, by its path there, with the hash of its bytes."""
    found = {}
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in skip]
        for name in files:
            path = Path(place, name)
            found[path.relative_to(folder).as_posix()] = digest(path.read_bytes())
    return dict(sorted(found.items()))


def total(parts: Any) -> str:
    """One hash over plain data."""
    return digest(json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str))


class World:
    """What a build finds when it begins: the package, what is installed, and the cases as they are now.

    Made before anything runs: a module that is saved meanwhile then differs from what was noted here, and the
    next build sees it.
    """

    def __init__(self, root: Path, cases: Iterable[Case] = ()) -> None:
        self.root = root.resolve()
        self.package = hashes(_TOP)
        self.versions = versions()
        self._digests = {case.location: case.digest for case in cases}
        self._cases: dict[str, Case | InputError] = {}
        self._files: dict[str, str] = {}

    @property
    def loaded(self) -> bool:
        """Whether the package is as it was when this process loaded it. If not, what the process itself made
        was made by other code than stands on disk now."""
        return _states() == _LOADED

    @cached_property
    def machinery(self) -> dict[str, str]:
        """The part of the package that runs notebooks, and its files that are no modules: a warm process may
        have read them before it was watched."""
        return {
            path: found
            for path, found in self.package.items()
            if (path.startswith(_RUNNING) or not path.endswith(".py"))
            and not path.startswith(_NOT_RUNNING)
            and path not in _PAGES
        }

    @cached_property
    def modules(self) -> str:
        """The names of all modules, those outside of what is installed too: a new one may stand in another's
        light."""
        own = sorted(path for path in self.package if path.endswith(".py"))
        # Where a kernel looks, beside what is installed.
        places = ["", *os.environ.get("PYTHONPATH", "").split(os.pathsep), str(_TOP.parent)]
        return total([own, [_importable(Path(place)) for place in dict.fromkeys(places)]])

    def digest(self, location: str) -> str:
        """The hash over the case at a location; empty where there is none."""
        if location not in self._digests:
            try:
                with opened(location) as folder:
                    self._digests[location] = folder.digest()
            except (InputError, OSError):
                self._digests[location] = ""
        return self._digests[location]

    def case(self, settings: list[Any]) -> Case:
        """The case under these settings as it is now. Raises InputError as `load` does."""
        location, day, scenario, figures, scale, method = settings
        if location not in self._cases:
            try:
                self._cases[location] = load(location)
            except InputError as problem:
                self._cases[location] = problem
        base = self._cases[location]
        if isinstance(base, InputError):
            # With other settings it may be sound.
            return load(location, day, scenario, dict(figures), scale=scale, pool_method=method)
        return resettled(base, as_day(day, "as_of") if day else None, scenario, dict(figures), scale, method)

    def file(self, name: str) -> str:
        """The hash of a file or of a folder's list of names, as a run notes it."""
        if name not in self._files:
            self._files[name] = reads_files.hash_of(str(self.root / name))
        return self._files[name]


def _states() -> dict[str, tuple[int, int]]:
    found = {path: path.stat() for path in sorted(_TOP.rglob("*.py"))}
    return {str(path): (status.st_mtime_ns, status.st_size) for path, status in found.items()}


_LOADED = _states()


def _importable(folder: Path) -> list[str]:
    """The modules and packages in a folder by name; none where versions stand for what it holds."""
    place = os.path.realpath(folder) + os.sep
    if place.startswith(reads_files.known_places()) or not folder.is_dir():
        return []
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.suffix in (".py", ".so") or (path / "__init__.py").is_file()
    )


@dataclass(frozen=True)
class Choice:
    """Whether a notebook must run, and why; where it need not, its executed text."""

    run: Run
    why: str
    executed: str | None = None

    @property
    def line(self) -> str:
        """What the build says of it."""
        return f"{self.run.notebook.name}: {self.why}"


@dataclass
class Store:
    """The executed notebooks of a project."""

    folder: Path
    world: World
    _used: set[Path] = field(default_factory=set)

    def choose(self, run: Run, force: bool = False) -> Choice:
        """Whether a run is made from the same as one that is kept. The run carries its text."""
        if force:
            return Choice(run, "run, as asked for")
        made = self._made_of(run)
        kept = self._kept(run)
        if not kept:
            return Choice(run, "no earlier run")
        reason = ""
        for path in kept:
            entry = _opened(path)
            if entry is None:
                path.unlink(missing_ok=True)
                reason = reason or "the earlier run is damaged"
                continue
            why = self._differs(entry, made)
            if not why:
                self._used.add(path)
                os.utime(path)
                return Choice(run, "reused", entry["notebook"])
            # The one that was used last says best what changed since.
            reason = reason or why
        return Choice(run, reason)

    def keep(self, run: Run, executed: str, read: Mapping[str, Any] | None) -> None:
        """Keep an executed notebook and what it was made from."""
        lost = ["cannot be followed"] if read is None else list(read["lost"])
        found = dict(read or {"cases": [], "digests": {}, "wholes": [], "files": {}, "modules": {}})
        if any(self.world.package.get(path) != seen for path, seen in found["modules"].items()):
            lost.append("used another state of the package")
        found["files"] = {self._inside(path): seen for path, seen in found["files"].items()}
        used = found.pop("modules")
        entry = {
            "format": _FORMAT,
            **self._made_of(run),
            **found,
            "package": {path: self.world.package.get(path, "") for path in used},
            "lost": lost,
            # Nobody may use it again, but it tells why.
            "notebook": "" if lost else executed,
        }
        entry["sha256"] = total(entry)
        made = total([self._made_of(run), found, entry["package"]])[:24]
        path = self.folder / run.notebook.stem / f"{made}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        write(path, json.dumps(entry, ensure_ascii=False))
        self._used.add(path)

    def prune(self, most: int = NOTEBOOKS) -> None:
        """Remove what was not used for longest, until the rest fits."""
        prune(self.folder, most, self._used)

    def _inside(self, path: str) -> str:
        # A project may move with all that it keeps.
        return os.path.relpath(path, self.world.root) if Path(path).is_relative_to(self.world.root) else path

    def _made_of(self, run: Run) -> dict[str, Any]:
        return {
            "text": digest(run.text or ""),
            "parameters": json.loads(json.dumps(run.parameters, default=str)),
            "versions": self.world.versions,
            "machinery": self.world.machinery,
            "names": self.world.modules,
        }

    def _kept(self, run: Run) -> list[Path]:
        """What is kept of a notebook, the one used last first."""
        return sorted(
            (self.folder / run.notebook.stem).glob("*.json"), key=lambda p: (-p.stat().st_mtime_ns, p.name)
        )

    def _differs(self, entry: Mapping[str, Any], made: Mapping[str, Any]) -> str:
        """Why a run cannot be taken for one that is kept; empty where it can."""
        world = self.world
        if entry["format"] != _FORMAT:
            return "kept in an older shape"
        if entry["text"] != made["text"]:
            return "its text changed"
        if entry["parameters"] != made["parameters"]:
            return _parameters_differ(entry["parameters"], made["parameters"])
        if entry["versions"] != made["versions"]:
            return _versions_differ(entry["versions"], made["versions"])
        if entry["lost"]:
            return f"runs each time: {', '.join(entry['lost'])}"
        code = _differing({**entry["machinery"], **entry["package"]},
                          {**world.machinery, **{p: world.package.get(p, "") for p in entry["package"]}})  # fmt: skip
        if code:
            return f"the package changed: {listed(code)}"
        if entry["names"] != made["names"]:
            return "the package changed: modules were added or removed"
        files = [path for path, seen in entry["files"].items() if world.file(path) != seen]
        if files:
            return f"{listed(files)} changed"
        seen = entry["digests"]
        # One that was at fault each time has no digest.
        asked = {settings[0] for settings, *_ in entry["cases"]} | set(entry["wholes"])
        other = {place for place in asked if place not in seen or world.digest(place) != seen[place]}
        for settings, *found in entry["cases"]:
            if settings[0] in other and (why := self._answers_differ(settings, *found)):
                return why
        return "the case changed" if other.intersection(entry["wholes"]) else ""

    def _answers_differ(
        self, settings: list[Any], asked: dict[str, str], figures: dict[str, str], problem: str
    ) -> str:
        """What of a case is not as a run found it, under the settings with which it asked."""
        try:
            case = self.world.case(settings)
        except InputError as found:
            return "" if "\n".join(found.lines) == problem else f"the case changed: {found.lines[0]}"
        if problem:
            return "the case changed: it is sound now"
        now = case.figures
        gone = [name for name in figures if name not in now]
        other = [n for n, seen in figures.items() if n in now and reads.fingerprint(now[n]) != seen]
        if other or gone:
            return f"{'figure' if len(other + gone) == 1 else 'figures'} {listed(other + gone)} changed"
        answers = reads.Answers()
        for text, seen in asked.items():
            question = tuple(json.loads(text))
            if answers.of(case, reads.answer(case, question)) != seen:
                return _answer_differs(question)
        return ""


def _answer_differs(question: tuple[Any, ...]) -> str:
    match question:
        case ("tables", name):
            return f"table {name} changed"
        case ("figures", *_):
            return "figures were added or removed"
        case ("figure" | "all_of" | "newest_period" | "spends", [metric, *_], _):
            return f"figures of {metric} were added or removed"
        case (name, *_) if name in _TABLES:
            return f"table {_TABLES[name]} changed"
        case ("title" | "question" | "story" as name,):
            return f"the case's {name} changed"
    return "the case changed"


def _parameters_differ(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    names = _differing(before, after)
    return f"{'parameter' if len(names) == 1 else 'parameters'} {listed(names)} changed"


def _versions_differ(before: Mapping[str, str], after: Mapping[str, str]) -> str:
    names = _differing(before, after)
    shown = [f"{n} {before.get(n, 'absent').split(' ')[0]} → {after.get(n, 'absent').split(' ')[0]}" for n in names]  # fmt: skip
    return f"installed versions changed: {listed(shown)}"


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    return sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))


def listed(names: list[str]) -> str:
    """Names in a line; of many the first and how many more."""
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more} more" if more > 0 else "")


def _opened(path: Path) -> dict[str, Any] | None:
    """What was kept; None for a file that is not what was written."""
    try:
        entry = json.loads(path.read_text("utf-8"))
        seal = entry.pop("sha256")
        return entry if entry["format"] != _FORMAT or total(entry) == seal else None
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


__all__ = ["DRAWINGS", "NOTEBOOKS", "Choice", "Store", "World", "digest", "hashes", "listed", "total"]  # fmt: skip
