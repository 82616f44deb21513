"""Has a kernel write down what its notebook reads, and carries that home behind the executed notebook.

So it arrives from wherever the notebook ran, as one text. `parted` takes it off again: no notebook that is
kept, shown or handed to anybody holds it.
"""

from __future__ import annotations

import ast
import json
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from neutrality.press.warm.faithful import nodes

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


#: Names by which a cell gets at what changes while no file does. Nothing tells of it when it happens.
_ENVIRONMENT = frozenset({"environ", "environb", "getenv", "getenvb", "expandvars"})
_CLOCK = frozenset({"now", "today", "utcnow"})
#: Modules and magics.
_TIMING = frozenset({"time", "timeit"})


def unseen(cells: Iterable[str]) -> list[str]:
    """What the cells of a notebook use that cannot be watched, as far as their text tells."""
    return sorted({why for node in nodes(cells) if (why := _unseen(node))})


def _unseen(node: ast.AST) -> str:
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name) | ast.alias(name=name) if name in _ENVIRONMENT:
            return "uses the environment"
        case ast.Attribute(attr=name) if name in _CLOCK:
            return "uses the clock"
        case ast.alias(name=name) | ast.ImportFrom(module=name) if name in _TIMING:
            return "uses the clock"
        case ast.Call(
            # A magic, as Python has it.
            func=ast.Attribute(attr="run_line_magic" | "run_cell_magic"),
            args=[ast.Constant(value=name), *_],
        ) if name in _TIMING:
            return "uses the clock"
    return ""


def attach(text: str, found: dict[str, Any] | None) -> str:
    """The text of an executed notebook with the list of what it has read."""
    return text if found is None else f"{text}{_MARK}{json.dumps(found)}"


def parted(text: str) -> tuple[str, dict[str, Any] | None]:
    """The text of an executed notebook without the list, and the list."""
    # Not read as JSON: the process that waits for the runs of a sweep would have it to do for all of them.
    notebook, _, found = text.partition(_MARK)
    return notebook, json.loads(found) if found else None


__all__ = ["Watching", "attach", "parted", "unseen", "watching"]
