"""Files that are whole or not there."""

from __future__ import annotations

import os
from collections.abc import Iterator
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


__all__ = ["replacing"]
