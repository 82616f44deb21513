"""How far a sweep is."""

from __future__ import annotations

import sys
from typing import Any


class Progress:
    """Tells how far the runs are: a bar with the time left on a terminal, plain lines elsewhere."""

    def __init__(self, what: str, total: int, done: int, shown: bool) -> None:
        self._what, self._total, self._done, self._shown = what, total, done, shown
        self._bar: Any = None
        if shown and sys.stderr.isatty():
            from tqdm import tqdm

            form = "{desc} {bar} {n_fmt}/{total_fmt}, {remaining} left"
            self._bar = tqdm(total=total, initial=done, desc=what, bar_format=form, leave=False)
        elif shown and done:
            print(f"{done:,} of {total:,} {what} were done before", file=sys.stderr, flush=True)

    def step(self) -> None:
        self._done += 1
        if self._bar is not None:
            self._bar.update()
        elif self._shown and self._tenths(self._done) > self._tenths(self._done - 1):
            print(f"{self._done:,} of {self._total:,} {self._what}", file=sys.stderr, flush=True)

    def _tenths(self, done: int) -> int:
        return 10 * done // self._total

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


__all__ = ["Progress"]
