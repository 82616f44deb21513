"""Has a kernel write down what its notebook reads, and carries that home within the executed notebook.

So it arrives from wherever the notebook ran. `parted` takes it out again: no notebook that is kept, shown or
handed to anybody holds it.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: The entry of an executed notebook's metadata in which the list travels.
KEY = "neutrality_reads"


@dataclass(frozen=True)
class Watching:
    """What a kernel must be started with, and the place of its list."""

    arguments: tuple[str, ...]
    place: Path

    def found(self) -> dict[str, Any] | None:
        """What the notebook has read; None where its kernel did not say."""
        try:
            return json.loads(self.place.read_text("utf-8"))
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


def attach(notebook: Any, found: dict[str, Any] | None) -> Any:
    """The executed notebook with the list of what it has read."""
    if found is not None:
        notebook.metadata[KEY] = found
    return notebook


def parted(text: str) -> tuple[str, dict[str, Any] | None]:
    """The text of an executed notebook without the list, and the list."""
    if f'"{KEY}"' not in text:
        return text, None
    notebook = json.loads(text)
    found = notebook["metadata"].pop(KEY, None)
    # As nbformat writes it.
    return json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n", found


__all__ = ["Watching", "attach", "parted", "watching"]
