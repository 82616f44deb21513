"""Puts a finished folder in the place of the former one: a reader sees one or the other, never a mix."""

from __future__ import annotations

import ctypes
import glob
import json
import os
import re
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from neutrality.errors import InputError
from neutrality.files import write
from neutrality.press import keys
from neutrality.press.site import MARKER

try:
    import fcntl
except ImportError:
    # Windows: what a killed build leaves beside a site stays there.
    fcntl = None  # type: ignore[assignment]

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2

#: The folder of editions within that of everything generated, and what each of them has and no other site.
EDITIONS, MANIFEST = "editions", "manifest.json"

#: What a folder beside a target holds while it is put in its place: the new one, and the former one where the
#: system cannot exchange the two in one step.
_NEW, _FORMER = "new", "former"

#: Seconds after which an empty folder beside a target belongs to nobody any more.
_OLD = 60.0


def check_target(target: Path, generated: Path | None = None) -> Path:
    """Where the site will stand, links followed. Raises InputError if it must not or cannot stand there.

    A folder with content that this book did not build is never replaced, nor is a kept edition, nor the folder
    `generated` in which everything generated lies, editions among it.
    """
    target = Path(os.path.realpath(target))
    if generated is not None:
        generated = Path(os.path.realpath(generated))
        if target == generated:
            raise InputError(f"{target}: holds all that is generated; choose another folder")
        if target.is_relative_to(generated / EDITIONS):
            raise InputError(f"{target}: is where editions are kept; choose another folder")
    try:
        if (target / MANIFEST).is_file():
            raise InputError(f"{target}: holds an edition, which is never replaced; choose another folder")
        if target.exists() and not target.is_dir():
            raise InputError(f"{target}: is a file; the site needs a folder")
        if target.is_dir() and any(target.iterdir()) and not (target / MARKER).is_file():
            raise InputError(
                f"{target}: holds files that are no site of this book; choose an empty or a new folder"
            )
        target.parent.mkdir(parents=True, exist_ok=True)
        # Asking the system by doing: a permission bit does not tell what a mount or a quota allows.
        with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent):
            pass
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}") from None
    return target


def swap(new: Path, target: Path) -> None:
    """Make the site in `new` the one at `target`, in one step; the former site is removed afterwards.

    Raises InputError for a target that may not or cannot be replaced; what stood there is then untouched.
    """
    replace(new, check_target(target))


def replace(new: Path, target: Path) -> Path:
    """Make the folder `new` the one at `target`, whatever stands there; returns where it is then."""
    try:
        with _beside(target) as beside:
            # Beside the target first: renaming works within one file system only.
            ready = beside / _NEW
            shutil.move(new, ready)
            if not target.exists():
                ready.rename(target)
            elif not _exchange(ready, target):
                target.rename(beside / _FORMER)
                ready.rename(target)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {said(error)}") from None
    return target


@contextmanager
def _beside(target: Path) -> Iterator[Path]:
    """A folder beside the target that is this process's for as long as it lives."""
    folder = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
    try:
        with _locked(folder, wait=True):
            yield folder
    finally:
        # What cannot be removed now is found by the next build.
        with suppress(OSError):
            _remove(folder, target)


def _remove(folder: Path, target: Path) -> None:
    """Remove a folder beside a target. A former site in it that nothing has followed comes back first, whether a
    process was killed between two renames or one of them failed."""
    former = folder / _FORMER
    if former.exists() and not target.exists():
        former.rename(target)
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _locked(folder: Path, wait: bool = False) -> Iterator[bool]:
    """Hold a folder's lock, which the system lets go with the process; whether that was possible."""
    # None on Windows, which a check of types elsewhere rules out.
    locks: Any = fcntl
    if locks is None:
        yield wait
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        locks.flock(handle, locks.LOCK_EX | (0 if wait else locks.LOCK_NB))
    except OSError:
        # Another process has it, or the file system has no locks.
        os.close(handle)
        yield wait
        return
    try:
        yield True
    finally:
        os.close(handle)


def clear_up(target: Path) -> None:
    """Put right what a build left beside its target when it was killed.

    Where the system cannot exchange two folders in one step, the former site may stand aside and none in its
    place: it comes back.
    """
    for folder in target.parent.glob(f".{glob.escape(target.name)}.????????"):
        with suppress(OSError):
            others = {path.name for path in folder.iterdir()} - {_NEW, _FORMER}
            # Made a moment ago, it may not be locked yet.
            if others or (not any(folder.iterdir()) and time.time() - folder.stat().st_mtime < _OLD):
                continue
            with _locked(folder) as free:
                if free:
                    _remove(folder, target)


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders atomically; False where the system cannot."""
    first, second = os.fsencode(a), os.fsencode(b)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            status: int = library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE)
        elif sys.platform == "darwin":
            status = library.renamex_np(first, second, _RENAME_SWAP)
        else:
            return False
    except (OSError, AttributeError, TypeError):
        # A C library without the call; the caller renames twice.
        return False
    return status == 0


def said(error: OSError) -> str:
    """What the system says of a fault; copying a folder gathers the faults of all its files."""
    if isinstance(error, shutil.Error) and error.args and isinstance(error.args[0], list):
        first = str(error.args[0][0][-1])
        return re.sub(r"^\[Errno \d+\] ([^:]+).*$", r"\1", first, flags=re.DOTALL)
    return error.strerror or str(error)


# -- what stands where --------------------------------------------------------------------------------


def _record(folder: Path, target: Path) -> Path:
    return folder / f"{keys.digest(str(target))[:16]}.json"


def note(folder: Path, target: Path, key: str, files: dict[str, str]) -> None:
    """Write down what was published at a target: a key to what it was made from, and the hash of each file."""
    folder.mkdir(parents=True, exist_ok=True)
    write(_record(folder, target), json.dumps({"target": str(target), "key": key, "files": files}))


def stands(folder: Path, target: Path, key: str) -> bool:
    """Whether what stands at a target is, to the byte, what was published there for this key."""
    try:
        found = json.loads(_record(folder, target).read_text("utf-8"))
        same: bool = found["key"] == key
        return same and target.is_dir() and keys.hashes(target, frozenset()) == found["files"]
    except (OSError, ValueError, KeyError, TypeError):
        return False
