"""Which files and modules a process reads while it is watched, by an audit hook of the interpreter.

What cannot be followed is noted as such (a connection, another process, a file that is written). Not seen are
whether a file exists, and files that a library opens by itself, past Python.
"""

from __future__ import annotations

import hashlib
import os
import site
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from importlib.util import source_from_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from types import FrameType


class Files:
    """The files and modules that one process has read since it is watched, and what was lost sight of."""

    def __init__(self) -> None:
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

    def own(self, name: str) -> bool:
        """Whether what is written here is for the run alone."""
        return name.startswith(self.scratch) and not name.startswith(self.here)

    def wrote(self, name: str) -> bool:
        """Whether the run itself made this file or folder, or one above it."""
        return any(str(path) in self.written for path in (Path(name), *Path(name).parents))

    def record(self) -> dict[str, Any]:
        """What was read, as JSON takes it."""
        if _children() != self.children:
            self.lost["starts a process"] = None
        return {
            "files": self.files,
            "modules": _modules(self.modules, self.loaded),
            "lost": list(self.lost),
        }


_watch: Files | None = None
_hooked = False


def follow(files: Files | None) -> None:
    """Note from now on in `files` what this process opens; None: nothing any longer."""
    global _watch, _hooked
    _watch = files
    if files is not None and not _hooked:
        # A hook cannot be taken away; without a watch it does nothing.
        sys.addaudithook(_audit)
        _hooked = True


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


def _made(watch: Files, path: Any) -> None:
    """A folder is about to be made, or is there already."""
    name = os.path.realpath(os.fsdecode(path))
    if Path(name).exists() or Path(name).name == "__pycache__":
        return
    if watch.own(name):
        watch.written.add(name)
    else:
        watch.lost[f"writes {Path(name).name}"] = None


def _opened(watch: Files, event: str, path: Any, mode: Any = None, flags: Any = 0) -> None:
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


__all__ = ["Files", "follow", "hash_of", "imported", "known_places", "paused"]
