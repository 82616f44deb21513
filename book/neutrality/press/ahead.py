"""Draws the charts of executed notebooks beside Sphinx, and writes what a page draws them again with.

Sphinx reads pages one after the other and by name; this begins at the other end. Whoever comes first to a chart
draws it, and both take from the cache what the other has drawn. In a process of its own: what draws leaves threads
behind.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from neutrality.press.execute import PressError


@contextmanager
def drawing(source: Path, drawings: Path, folder: Path | None) -> Iterator[None]:
    """Write the specifications of the charts of `source` into `folder` meanwhile; None where no page needs them.

    `drawings` is the cache of drawings. Raises PressError at the end where that fails; ends with the work else.
    """
    if folder is None:
        yield
        return
    words = [sys.executable, "-m", __name__, source, folder, drawings]
    process = subprocess.Popen(
        words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    with process:
        try:
            yield
            said = process.communicate()[1].decode(errors="replace").strip().splitlines()
        finally:
            process.kill()
    if process.returncode:
        raise PressError(f"drawing the charts: {said[-1] if said else process.returncode}")


if __name__ == "__main__":
    from neutrality.press import alive

    alive.write_specs(*map(Path, sys.argv[1:]))
