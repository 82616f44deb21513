"""Draws the charts of executed notebooks while others are still executed, and writes what a page draws them again
with.

Sphinx then finds every drawing in the cache; what is not there yet it draws itself. In a process of its own: what
draws leaves threads behind, with which kernels cannot fork, and takes a while to warm up, once.
"""

from __future__ import annotations

import json
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryFile
from types import TracebackType
from typing import IO

from neutrality.press.execute import PressError


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
                [sys.executable, "-m", __name__, self._specs, self._drawings],
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=self._said,
                text=True,
            )
        assert self._process.stdin
        # One that has ended says why when it is waited for.
        with suppress(BrokenPipeError):
            print(json.dumps(str(notebook)), file=self._process.stdin, flush=True)

    def finish(self) -> None:
        """Wait until all is drawn. Raises PressError where that failed."""
        if self._process is None or self._said is None:
            return
        with suppress(BrokenPipeError):
            self._process.communicate()
        if self._process.returncode:
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
            with suppress(BrokenPipeError):
                self._process.communicate()
        if self._said is not None:
            self._said.close()


def _serve(specs: str, drawings: str) -> None:
    """Draw the notebooks whose paths come in, each a line of JSON."""
    from neutrality.press import alive

    for line in sys.stdin:
        alive.write_specs(Path(json.loads(line)), Path(specs), Path(drawings))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
