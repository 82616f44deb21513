"""Files that are whole or not there, and folders of them that keep to a limit."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """A neighbour to write, which takes the place of the target when it is whole.

    An OSError meanwhile names the target: nobody knows the neighbour.
    """
    # Two processes may write the same file at a time.
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    try:
        yield part
        part.replace(target)
    except OSError as problem:
        problem.filename = str(target)
        raise
    finally:
        part.unlink(missing_ok=True)


def write(path: Path, text: str) -> None:
    """Write a file so that it is whole or not there."""
    with replacing(path) as part:
        part.write_text(text, "utf-8", newline="")


def sealed(text: str) -> str:
    """A text as it is kept in a cache, with a hash of itself in its last line."""
    return f"{text}\n{hashlib.sha256(text.encode()).hexdigest()}"


def unsealed(file: Path) -> str | None:
    """The text that was sealed in a file; None where there is none, or not the one that was written: what a power
    cut or a full disk left behind is made again."""
    try:
        found = file.read_bytes().decode()
    except (OSError, UnicodeDecodeError):
        return None
    text = found.rpartition("\n")[0]
    return text if sealed(text) == found else None


def prune(folder: Path, most: int, spared: Iterable[Path] = ()) -> None:
    """Remove files below a folder, the oldest first, until what is left takes at most so many bytes."""
    spared = set(spared)
    found = sorted(_files(folder), key=lambda entry: -entry[0])
    room = most
    for _, size, path in found:
        room -= size
        # What a process that was killed had half written.
        if (room < 0 and path not in spared) or path.name.endswith(".part"):
            path.unlink(missing_ok=True)


def _files(folder: Path) -> Iterator[tuple[int, int, Path]]:
    for path in folder.rglob("*"):
        if path.is_file():
            status = path.stat()
            yield status.st_mtime_ns, status.st_size, path


__all__ = ["prune", "replacing", "sealed", "unsealed", "write"]
