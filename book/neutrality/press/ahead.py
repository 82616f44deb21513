"""Draws the charts of executed notebooks beside whatever else is at work, and writes what a page draws them again with.

Sphinx then finds every drawing in the cache, or waits for it: to begin to draw takes longer than most drawings.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO, Any

from filelock import FileLock, Timeout

from neutrality.charts import draw, published
from neutrality.press.execute import PressError

#: Seconds between two looks for a drawing.
_TICK = 0.02


class Drawer:
    """A process that draws notebooks one after the other. It starts with the first, and ends with the context.

    Drawings are kept in the folder `drawings`, specifications for the page written into `specs`; where that is
    None no page needs them, and nothing is drawn.
    """

    def __init__(self, drawings: Path, specs: Path | None) -> None:
        self._drawings, self._specs = drawings, specs
        self._given: set[Path] = set()
        self._process: subprocess.Popen[str] | None = None
        self._said: IO[bytes] | None = None

    def draw(self, notebook: Path) -> None:
        """Have an executed notebook drawn; asked a second time, nothing happens."""
        if self._specs is None or notebook in self._given:
            return
        self._given.add(notebook)
        if self._process is None:
            self._said = TemporaryFile()  # noqa: SIM115
            self._process = subprocess.Popen(
                [sys.executable, "-m", published.__name__, self._specs, self._drawings],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                text=True,
            )
        assert self._process.stdin
        # One that has ended says why when it is waited for.
        with suppress(BrokenPipeError):
            print(json.dumps(str(notebook)), file=self._process.stdin, flush=True)

    def end(self) -> None:
        """Nothing more comes: whoever waits for what was not handed over is not to wait for long."""
        if self._process is not None and self._process.stdin:
            with suppress(BrokenPipeError):
                self._process.stdin.close()

    def finish(self) -> None:
        """Wait until all is drawn. Raises PressError where that failed."""
        self.end()
        if self._process is None or self._said is None:
            return
        if self._process.wait():
            self._said.seek(0)
            said = self._said.read().decode(errors="replace").strip().splitlines()
            raise PressError(f"drawing the charts: {said[-1] if said else self._process.returncode}")

    def __enter__(self) -> Drawer:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            self._process.kill()
            self.end()
            self._process.wait()
        if self._said is not None:
            self._said.close()


def wait(spec: dict[str, Any], drawings: Path) -> None:
    """Wait until a chart is drawn, or nobody draws ahead any more."""
    lock = FileLock(drawings / published.LOCK)
    while drawings.is_dir() and not draw.drawn(spec, drawings):
        try:
            with lock.acquire(timeout=0):
                return
        except Timeout:
            time.sleep(_TICK)


__all__ = ["Drawer", "wait"]
