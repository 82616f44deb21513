"""What is wrong with something a user gave."""

from __future__ import annotations

import difflib
from collections.abc import Iterable


class InputError(Exception):
    """Something given is at fault: a figure, an option, a table, a notebook.

    `lines` hold one fault each, in plain words: where it is, what was found, what was expected. The
    command prints each behind `error:` and ends with status 2.
    """

    def __init__(self, *lines: str) -> None:
        super().__init__("\n".join(lines))
        self.lines: list[str] = list(lines)

    def __reduce__(self) -> tuple[type[InputError], tuple[str, ...]]:
        # Exceptions that cross a process are rebuilt from their arguments.
        return type(self), tuple(self.lines)


def nearest(name: str, known: Iterable[str]) -> str:
    """The valid names closest to a mistyped one, as the end of an error line; empty without any."""
    close = difflib.get_close_matches(name, list(known), n=3, cutoff=0.5)
    return f"; nearest: {', '.join(close)}" if close else ""


def quoted(found: object, most: int = 80) -> str:
    """What was found, in quotes, on one line and cut where it is too long to read."""
    return repr(f"{found[:most]}…" if isinstance(found, str) and len(found) > most else found)
