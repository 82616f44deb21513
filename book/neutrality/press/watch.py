"""Has a kernel write down what its notebook reads, and carries that home behind the executed notebook.

So it arrives from wherever the notebook ran, as one text. `parted` takes it off again: no notebook that is
kept, shown or handed to anybody holds it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: What stands between an executed notebook and the list. No notebook holds it, JSON having no such character
#: but in an escape.
_MARK = "\x1e"


@dataclass(frozen=True)
class Watching:
    """What a kernel must be started with, and the place of its list."""

    arguments: tuple[str, ...]
    place: Path

    def found(self) -> dict[str, Any] | None:
        """What the notebook has read; None where its kernel did not say."""
        try:
            found: dict[str, Any] = json.loads(self.place.read_text("utf-8"))
            return found
        except (OSError, ValueError):
            return None


@contextmanager
def watching() -> Iterator[Watching]:
    """Watch the kernel that is started meanwhile. One that does not know the argument runs unwatched."""
    with tempfile.TemporaryDirectory(prefix="reads-", ignore_cleanup_errors=True) as folder:
        place = Path(folder) / "reads.json"
        # Before the first cell, and without a trace in the names that the notebook sees.
        line = f"__import__('neutrality.case.reads', fromlist=['keep']).keep({str(place)!r})"
        yield Watching((f"--IPKernelApp.exec_lines={line}",), place)


def attach(text: str, found: dict[str, Any] | None) -> str:
    """The text of an executed notebook with the list of what it has read."""
    return text if found is None else f"{text}{_MARK}{json.dumps(found)}"


def parted(text: str) -> tuple[str, dict[str, Any] | None]:
    """The text of an executed notebook without the list, and the list."""
    # Not read as JSON: the process that waits for the runs of a sweep would have it to do for all of them.
    notebook, _, found = text.partition(_MARK)
    return notebook, json.loads(found) if found else None


__all__ = ["Watching", "attach", "parted", "watching"]
