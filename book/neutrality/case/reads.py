"""What a run reads, written down while it reads: so that it is known later whether it would come out the same.

While a run is watched, `load` and its kin hand out cases that note every question put to them and what was
answered, and an audit hook of the interpreter notes every other file that is opened. A run is a function of
its text, its parameters, its code and these answers. Each question depends on the answers before it only, so a
run whose questions are all answered as before asks no others and comes out the same.

What cannot be followed is noted as such (a connection, another process, a file that is written), and nobody
may then take a result for another. Not seen are the clock, the environment, whether a file exists, and files
that a library opens by itself, past Python.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from importlib.util import source_from_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality.case.figures import Figure
from neutrality.errors import InputError

if TYPE_CHECKING:
    from datetime import date
    from types import FrameType

    from neutrality.case.load import Case

#: How many cases a run may ask before every further one counts as read whole. A run over hundreds of
#: variants asks each of them nearly everything: its list of answers would outgrow its result, and writing them
#: down would take longer than the run.
FINE = 8

#: The question that stands for all of them.
WHOLE = "digest"

#: What decides about a case beside its bytes: place, day, scenario, new values, scale, method of pooling.
Settings = tuple[str, "date | None", str, Mapping[str, Any], str, str]


def fingerprint(value: Any) -> str:
    """A hash of a value of the case; equal values have equal hashes, in any process."""
    return hashlib.sha256(json.dumps(_plain(value), ensure_ascii=False).encode()).hexdigest()[:20]


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        # 1 and 1.0 are not printed alike.
        return ["float", repr(value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = [field.name for field in dataclasses.fields(value)]
        return [type(value).__name__, *([name, _plain(getattr(value, name))] for name in fields)]
    if isinstance(value, Mapping):
        return ["map", *([_plain(key), _plain(item)] for key, item in value.items())]
    if isinstance(value, list | tuple):
        return ["list", *map(_plain, value)]
    if isinstance(value, set | frozenset):
        return ["set", *sorted(json.dumps(_plain(item)) for item in value)]
    return [type(value).__name__, str(value)]


class Answers:
    """What one case was asked and answered."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.figures: dict[str, str] = {}

    def note(self, case: Case, question: tuple[Any, ...], answer: Any) -> None:
        """Write down an answer; figures in it by themselves, so that one can say which of them changed."""
        asked = json.dumps(question, ensure_ascii=False)
        if asked not in self.asked:
            self.asked[asked] = self.of(case, answer)

    def of(self, case: Case, answer: Any) -> str:
        """How an answer is written down."""
        found = [answer] if dataclasses.is_dataclass(answer) else answer
        if not isinstance(found, list | tuple) or not found:
            return fingerprint(answer)
        if not all(isinstance(one, Figure) and case.figures.get(one.id) is one for one in found):
            return fingerprint(answer)
        for figure in found:
            if figure.id not in self.figures:
                self.figures[figure.id] = fingerprint(figure)
        return " ".join(("figures:", *(figure.id for figure in found)))


def asked(case: Case, question: tuple[Any, ...]) -> Any:
    """What a case answers to a question as it was noted. Raises what the case raises."""
    match question:
        case ("figures", "of", name):
            return case.figures.get(name)
        case ("figures",):
            return list(case.figures)
        case ("tables", name):
            return case.tables.get(name)
        case ("tables",):
            return list(case.tables)
        case (name,):
            return getattr(case, name)
        case (name, positional, named):
            return getattr(case, name)(*positional, **named)
    raise LookupError(question)


def answer(case: Case, question: tuple[Any, ...]) -> Any:
    """As `asked`; a fault of the user's is an answer too."""
    try:
        return asked(case, question)
    except InputError as problem:
        return ["raised", *problem.lines]


class _Noted(Mapping[str, Any]):
    """A mapping of the case that notes what is looked up in it."""

    def __init__(self, name: str, case: Case, answers: Answers) -> None:
        self._name, self._case, self._answers = name, case, answers
        self._inner: Mapping[str, Any] = getattr(case, name)

    def _one(self, key: Any) -> None:
        question = (self._name, "of", key) if self._name == "figures" else (self._name, key)
        if isinstance(key, str):
            self._answers.note(self._case, question, self._inner.get(key))

    def __getitem__(self, key: str) -> Any:
        self._one(key)
        return self._inner[key]

    def __contains__(self, key: object) -> bool:
        self._one(key)
        return key in self._inner

    def __iter__(self) -> Iterator[str]:
        self._answers.note(self._case, (self._name,), list(self._inner))
        return iter(self._inner)

    def __len__(self) -> int:
        self._answers.note(self._case, (self._name,), list(self._inner))
        return len(self._inner)

    def __repr__(self) -> str:
        return repr(dict(self))

    def __reduce__(self) -> Any:
        return dict, (dict(self),)


_MAPPINGS = ("figures", "tables")


def _watched_kind() -> type[Any]:
    """The class of cases that note what they are asked, made when it is first needed: it is a kind of
    `Case`, whose module needs this one."""
    from neutrality.case.load import Case

    class Watched(Case):
        def __getattribute__(self, name: str) -> Any:
            own = object.__getattribute__
            if name == "__class__":
                # A copy with other fields is a plain case; its fields are read, and noted, one by one.
                return Case
            if name in ("__reduce_ex__", "_inner", "_answers"):
                return own(self, name)
            inner, answers = own(self, "_inner"), own(self, "_answers")
            if name in _MAPPINGS:
                return _Noted(name, inner, answers)
            if name.startswith("__"):
                # Whoever looks behind the fields may take all of them.
                answers.note(inner, (WHOLE,), inner.digest)
                return getattr(inner, name)
            value = getattr(inner, name)
            if callable(value):
                return partial(_ask, inner, answers, name)
            answers.note(inner, (name,), value)
            return value

        def __reduce_ex__(self, protocol: Any) -> Any:
            inner, answers = self._inner, self._answers
            answers.note(inner, (WHOLE,), inner.digest)
            return inner.__reduce_ex__(protocol)

    return Watched


def _ask(case: Case, answers: Answers, name: str, *positional: Any, **named: Any) -> Any:
    question = (name, list(positional), named)
    try:
        repeatable = json.loads(json.dumps(question)) == [name, list(positional), named]
    except (TypeError, ValueError):
        repeatable = False
    if not repeatable:
        # It could not be asked again.
        answers.note(case, (WHOLE,), case.digest)
        return getattr(case, name)(*positional, **named)
    try:
        found = getattr(case, name)(*positional, **named)
    except InputError as problem:
        answers.note(case, question, ["raised", *problem.lines])
        raise
    answers.note(case, question, found)
    return found


class _Watch:
    """All that one process has read since it is watched."""

    def __init__(self) -> None:
        self.kind = _watched_kind()
        self.cases: dict[str, Answers] = {}
        self.digests: dict[str, str] = {}
        self.wholes: set[str] = set()
        self.problems: dict[str, str] = {}
        self.files: dict[str, str] = {}
        self.modules: dict[str, str] = {}
        self.loaded: set[str] = set()
        self.written: set[str] = set()
        self.lost: dict[str, None] = {}
        self.paused = 0
        self.known = known_places()
        self.scratch = os.path.realpath(tempfile.gettempdir()) + os.sep
        self.here = os.path.realpath(os.curdir) + os.sep
        self.children = _children()

    def noted(self, settings: Settings) -> str:
        place, day, scenario, figures, scale, method = settings
        given = list(figures.items()) if isinstance(figures, Mapping) else figures
        try:
            return json.dumps([place, day.isoformat() if day else "", scenario, given, scale, method])
        except (TypeError, ValueError):
            self.lost["asks for a case in a way that cannot be repeated"] = None
            return ""

    def own(self, name: str) -> bool:
        """Whether what is written here is for the run alone."""
        return name.startswith(self.scratch) and not name.startswith(self.here)

    def wrote(self, name: str) -> bool:
        """Whether the run itself made this file or folder, or one above it."""
        return any(str(path) in self.written for path in (Path(name), *Path(name).parents))

    def answers(self, settings: str) -> Answers | None:
        """Where the answers of a case are written down; None for one that counts as read whole."""
        if settings not in self.cases and len(self.cases) >= FINE:
            return None
        return self.cases.setdefault(settings, Answers())


_watch: _Watch | None = None
_hooked = False


def begin() -> None:
    """Watch this process from now on. What it read before, by the import of a module say, must be known by
    other means."""
    global _watch, _hooked
    _watch = _Watch()
    if not _hooked:
        # A hook cannot be taken away; without a watch it does nothing.
        sys.addaudithook(_audit)
        _hooked = True


def end() -> dict[str, Any]:
    """What was read since `begin`, as JSON takes it; nothing is watched any longer."""
    global _watch
    found, _watch = record(), None
    return found


def record() -> dict[str, Any]:
    """What was read since `begin`, as JSON takes it."""
    watch = _watch
    if watch is None:
        raise RuntimeError("nothing is watched")
    with paused():
        if _children() != watch.children:
            watch.lost["starts a process"] = None
        return {
            "cases": [
                [json.loads(settings), answers.asked, answers.figures, watch.problems.get(settings, "")]
                for settings, answers in watch.cases.items()
                if settings
            ],
            "digests": watch.digests,
            "wholes": sorted(watch.wholes),
            "files": watch.files,
            "modules": _modules(watch.modules, watch.loaded),
            "lost": list(watch.lost),
        }


def keep(file: str) -> None:
    """Watch this kernel, and write what it has read into a file after each of its cells.

    After each, since a kernel may be ended in the middle of its farewell.
    """
    from IPython import get_ipython

    place = Path(file)

    def write(*_: Any) -> None:
        with paused():
            part = place.with_suffix(".part")
            part.write_text(json.dumps(record()), "utf-8")
            part.replace(place)

    begin()
    get_ipython().events.register("post_run_cell", write)


@contextmanager
def paused() -> Iterator[None]:
    """Files are not noted in here: who reads them answers for them in another way."""
    watch = _watch
    if watch is None:
        yield
        return
    watch.paused += 1
    try:
        yield
    finally:
        watch.paused -= 1


def watched(settings: Settings, resolve: Callable[[], Case]) -> Case:
    """The case that `resolve` gives, watched where this process is."""
    watch = _watch
    if watch is None:
        return resolve()
    with paused():
        noted, place = watch.noted(settings), settings[0]
        answers = watch.answers(noted)
        if answers is None:
            watch.wholes.add(place)
        try:
            case = resolve()
        except InputError as problem:
            if answers is not None:
                watch.problems[noted] = "\n".join(problem.lines)
            raise
        if watch.digests.setdefault(place, case.digest) != case.digest:
            watch.lost[f"reads {place}, which changed meanwhile"] = None
        if answers is None:
            return case
        made: Case = object.__new__(watch.kind)
        object.__setattr__(made, "_inner", case)
        object.__setattr__(made, "_answers", answers)
        return made


def plain(case: Case) -> Case:
    """A case without its watch."""
    if _watch is not None and isinstance(case, _watch.kind):
        inner: Case = case._inner
        return inner
    return case


# -- files --------------------------------------------------------------------------------------------


def known_places() -> tuple[str, ...]:
    """Folders whose content the versions of what is installed stand for, and those of the system."""
    names = ("stdlib", "platstdlib", "purelib", "platlib")
    places = [sysconfig.get_paths()[name] for name in names]
    places += [*site.getsitepackages(), site.getusersitepackages()]
    if sys.prefix != sys.base_prefix:
        places.append(sys.prefix)
    places += ["/proc", "/sys", "/dev", "/etc", "/usr/share"]
    # Archives on the path of modules, most of which do not even exist.
    places += [entry for entry in sys.path if entry.endswith(".zip")]
    both = {path for place in places for path in (place, os.path.realpath(place))}
    return tuple(path.rstrip(os.sep) + os.sep for path in both)


#: The modules that this process was forked with, as their sources were when they were imported.
_ahead: dict[str, str] = {}


def imported() -> None:
    """Note the sources of the modules that are loaded now, for the children that this process will fork."""
    _modules(_ahead, set())


def _modules(found: dict[str, str], loaded: set[str]) -> dict[str, str]:
    """The modules of this package that are loaded: path within it, and a hash of the source as it was when
    they were first seen. Those whose names are in `loaded` are not looked at again: this is asked after
    each cell."""
    top = Path(__file__).parents[1]
    new = sys.modules.keys() - loaded
    loaded |= new
    for name in new:
        if not (name == "neutrality" or name.startswith("neutrality.")):
            continue
        if file := getattr(sys.modules.get(name), "__file__", None):
            path = Path(file)
            inside = path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)
            if inside not in found:
                found[inside] = _ahead.get(inside) or hash_of(str(path))
    return dict(sorted(found.items()))


def hash_of(path: str) -> str:
    """The hash of a file's bytes or of a folder's list of names; empty where there is neither."""
    try:
        if Path(path).is_dir():
            content = "\0".join(sorted(entry.name for entry in Path(path).iterdir())).encode()
        else:
            content = Path(path).read_bytes()
    except OSError:
        return ""
    return hashlib.sha256(content).hexdigest()


#: Events of the interpreter after which nobody can tell what a run has read (docs.python.org, audit events).
_LOSING = {
    "subprocess.Popen": "starts a process",
    "os.system": "starts a process",
    "os.exec": "starts a process",
    "os.fork": "starts a process",
    "os.forkpty": "starts a process",
    "os.posix_spawn": "starts a process",
    "os.spawn": "starts a process",
    "pty.spawn": "starts a process",
    "socket.connect": "opens a connection",
    "socket.sendto": "opens a connection",
    "sqlite3.connect": "opens a database",
}
_LISTING = ("os.listdir", "os.scandir")
_FOLDER = "os.mkdir"
_WATCHED = frozenset({"open", _FOLDER, *_LISTING, *_LOSING})


def _children() -> str:
    """Changes with each process that `multiprocessing` starts, which raises no event of its own."""
    process = sys.modules.get("multiprocessing.process")
    counter = getattr(process, "_process_counter", None)
    return "count(1)" if counter is None else repr(counter)


def _audit(event: str, arguments: tuple[Any, ...]) -> None:
    watch = _watch
    if event not in _WATCHED or watch is None or watch.paused:
        return
    watch.paused += 1
    try:
        if event in _LOSING:
            watch.lost[_LOSING[event]] = None
        elif event == _FOLDER:
            _made(watch, arguments[0])
        elif not _importing():
            _opened(watch, event, *arguments)
    finally:
        watch.paused -= 1


def _importing() -> bool:
    """Whether it is Python that looks for modules or for what is installed."""
    frame: FrameType | None = sys._getframe(2)
    while frame is not None and frame.f_globals.get("__name__") in _PASSED_THROUGH:
        frame = frame.f_back
    if frame is None:
        return False
    inside = str(frame.f_globals.get("__name__", ""))
    return frame.f_code.co_name == "_fill_cache" or inside.startswith(_FINDERS)


#: Modules that open files for whoever calls them, and those that look for what is installed.
_PASSED_THROUGH = (__name__, "pathlib", "pathlib._local", "zipfile", "zipfile._path", "zipp")
_FINDERS = ("importlib.metadata", "importlib_metadata")


def _made(watch: _Watch, path: Any) -> None:
    """A folder is about to be made, or is there already."""
    name = os.path.realpath(os.fsdecode(path))
    if Path(name).exists() or Path(name).name == "__pycache__":
        return
    if watch.own(name):
        watch.written.add(name)
    else:
        watch.lost[f"writes {Path(name).name}"] = None


def _opened(watch: _Watch, event: str, path: Any, mode: Any = None, flags: Any = 0) -> None:
    if isinstance(path, int) or (path is None and event == "open"):
        return
    name = os.path.realpath(os.fsdecode("." if path is None else path))
    # The mode is that of `open`, or None for `os.open`, which has flags alone.
    writing = bool(flags & (os.O_WRONLY | os.O_RDWR)) if isinstance(flags, int) else True
    if f"{name}{os.sep}".startswith(watch.known) or watch.wrote(name):
        return
    folder, _, file = name.rpartition(os.sep)
    if folder.endswith(f"{os.sep}__pycache__") or folder == "__pycache__":
        if writing:
            return
        with suppress(ValueError):
            name = source_from_cache(name)
    package = str(Path(__file__).parents[1]) + os.sep
    if name.startswith(package) and name.endswith(".py"):
        # Named among the modules.
        return
    if writing:
        # What a run writes for itself and reads again tells nothing; what it leaves behind would be missing
        # if the run were not repeated.
        fresh = bool(flags & (os.O_TRUNC | os.O_EXCL)) or not Path(name).exists()
        if Path(name).is_dir():
            # A nameless file in this folder.
            return
        if watch.own(name) and fresh:
            watch.written.add(name)
        else:
            watch.lost[f"writes {file}"] = None
        return
    if name not in watch.files:
        watch.files[name] = hash_of(name)


__all__ = [
    "WHOLE",
    "Answers",
    "Settings",
    "answer",
    "begin",
    "end",
    "fingerprint",
    "hash_of",
    "imported",
    "keep",
    "known_places",
    "paused",
    "plain",
    "record",
    "watched",
]
