"""One build of a book at a time: two share what is kept between builds, and would undo each other's."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from neutrality.errors import InputError

#: Its file within the folder of everything generated. The lock is the system's: it is free as soon as the
#: process that held it is gone, however that ended, and the file alone locks nobody out.
NAME = ".lock"


@contextmanager
def held(folder: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the lock of a folder; `waiting` is called once if another build has it, then it is waited for.

    Waiting and not refusing: the other build ends within minutes, and mostly it has done this one's work.
    Raises InputError where the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / NAME)
        try:
            lock.acquire(timeout=0)
        except Timeout:
            waiting()
            lock.acquire()
    except (OSError, NotImplementedError) as error:
        raise InputError(
            f"{folder}: cannot be written: {getattr(error, 'strerror', None) or error}"
        ) from None
    try:
        yield
    finally:
        lock.release()


__all__ = ["NAME", "held"]
