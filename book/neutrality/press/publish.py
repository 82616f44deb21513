"""Puts a finished folder in the place of the former one: a reader sees one or the other, never a mix."""

from __future__ import annotations

import ctypes
import os
import shutil
import sys
import tempfile
from pathlib import Path

from neutrality.errors import InputError
from neutrality.press.site import MARKER

_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_RENAME_SWAP = 2


def check_target(target: Path) -> Path:
    """Where the site will stand, links followed. Raises InputError if it must not or cannot stand there.

    A folder with content that this book did not build is never replaced.
    """
    target = Path(os.path.realpath(target))
    try:
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


def replace(new: Path, target: Path) -> None:
    """Make the folder `new` the one at `target`, whatever stands there."""
    try:
        # Beside the target first: renaming works within one file system only.
        with tempfile.TemporaryDirectory(
            prefix=f".{target.name}.", dir=target.parent, ignore_cleanup_errors=True
        ) as beside:
            ready = Path(beside) / "new"
            shutil.move(new, ready)
            if not target.exists():
                ready.rename(target)
            elif not _exchange(ready, target):
                target.rename(Path(beside) / "former")
                ready.rename(target)
    except OSError as error:
        raise InputError(f"{target}: cannot be written: {error.strerror}") from None


def _exchange(a: Path, b: Path) -> bool:
    """Exchange two folders atomically; False where the system cannot."""
    first, second = os.fsencode(a), os.fsencode(b)
    try:
        library = ctypes.CDLL(None, use_errno=True)
        if sys.platform == "linux":
            return library.renameat2(_AT_FDCWD, first, _AT_FDCWD, second, _RENAME_EXCHANGE) == 0
        if sys.platform == "darwin":
            return library.renamex_np(first, second, _RENAME_SWAP) == 0
    except (OSError, AttributeError, TypeError):
        # A C library without the call; the caller renames twice.
        return False
    return False
