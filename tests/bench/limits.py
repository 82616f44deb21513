"""Whether limits are kept: each table says so, and a script ends with status 1, after all of its tables, where one is not."""

from __future__ import annotations

import operator
import sys

_SIGNS = {"≤": operator.le, "<": operator.lt, "≥": operator.ge}


class Limits:
    """The limits that one script looked at."""

    def __init__(self) -> None:
        self._missed: list[str] = []

    def judged(self, what: str, value: float, sign: str, bound: float) -> tuple[str, str]:
        """What is wanted, and whether that is kept, as two cells of a table."""
        kept = _SIGNS[sign](value, bound)
        if not kept:
            self._missed.append(what)
        return f"{sign} {bound:,g}", "kept" if kept else "under" if sign == "≥" else "over"

    def end(self) -> None:
        """End the script."""
        if self._missed:
            print(f"\nnot kept: {', '.join(self._missed)}")
            sys.exit(1)


#: The cells of a row without a limit.
NONE = ("", "")

__all__ = ["NONE", "Limits"]
