"""Draws the charts of executed notebooks ahead of Sphinx, which reads one page after the other.

Sphinx reads them by name, so this begins at the other end: whoever comes first to a chart draws it, and both take
from the cache what the other has drawn. In a process of its own: what draws leaves threads behind. Whatever fails
here fails again where the page is read, and is said there.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

from neutrality.charts.renderer import MIME


@contextmanager
def drawing(source: Path, drawings: Path) -> Iterator[None]:
    """Draw the charts of a folder's notebooks into the cache of drawings meanwhile."""
    if not any(MIME in notebook.read_text("utf-8") for notebook in source.glob("*.ipynb")):
        yield
        return
    words = [sys.executable, "-m", __name__, source, drawings]
    try:
        process = subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
    except OSError:
        # Sphinx draws them all then.
        yield
        return
    with process:
        try:
            yield
        finally:
            process.kill()


def specifications(notebook: Path) -> list[dict[str, Any]]:
    """The charts that an executed notebook shows, in their order."""
    outputs = (
        output
        for cell in json.loads(notebook.read_text("utf-8"))["cells"]
        for output in cell.get("outputs", ())
    )
    found = (output.get("data", {}).get(MIME) for output in outputs)
    return [spec for spec in found if spec]


def draw_all(source: Path, drawings: Path) -> None:
    """Draw every chart of a folder's notebooks, from the last page by name to the first."""
    from neutrality.charts import draw

    for notebook in sorted(source.glob("*.ipynb"), reverse=True):
        for spec in reversed(specifications(notebook)):
            with suppress(Exception):
                draw.drawings(spec, drawings)


if __name__ == "__main__":
    draw_all(*map(Path, sys.argv[1:]))
