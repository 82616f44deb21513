"""What a build publishes beside what stands in the book's folder: a page that it makes itself, and whatever goes
with the site.

The page comes as a notebook that has run already, so it is searched, printed and led to like any other page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from neutrality.display import Shown

#: The cell of the front page below which a page of this kind is announced.
PLACE = "changes"


def escaped(text: str) -> str:
    """What a case, an edition or a folder is called, as Markdown that is text and no markup."""
    return re.sub(r"([^\w\s]|_)", r"\\\1", " ".join(text.split()))


@dataclass(frozen=True)
class Further:
    """A page: its name as a file, its title, and its parts, Markdown (headings) or what a cell shows.

    `lead` stands on the front page and leads here.
    """

    name: str
    title: str
    parts: Sequence[str | Shown]
    lead: Shown | None = None

    def stage(self, source: Path, front: str) -> None:
        """Put the page, and what leads to it, among the pages that are compiled."""
        notebooks = _nbformat()
        cells = [_cell(f"{self.name}-{i:02}", part) for i, part in enumerate(self.parts, start=1)]
        notebooks.write(
            notebooks.v4.new_notebook(cells=cells, metadata=_PYTHON), source / f"{self.name}.ipynb"
        )
        place = source / f"{front}.ipynb"
        if self.lead is None or not place.is_file():
            return
        notebook = notebooks.read(place, as_version=4)
        for index, cell in enumerate(notebook.cells):
            if PLACE in cell.metadata.get("tags", ()):
                notebook.cells.insert(index + 1, _cell(f"{self.name}-lead", self.lead))
                break
        notebooks.write(notebook, place)

    def listed(self, toc: dict[str, Any]) -> dict[str, Any]:
        """A table of contents with this page below its last chapter, which keeps it out of the head of the
        pages and in their foot."""
        chapters = toc["parts"][-1].setdefault("chapters", []) if toc.get("parts") else toc.setdefault("chapters", [])  # fmt: skip
        last = chapters[-1].setdefault("sections", []) if chapters else chapters
        last.append({"file": self.name, "title": self.title})
        return toc


class Companion(Protocol):
    """What goes with a site. Everything is asked while no other build is at work."""

    def stands_on(self) -> object:
        """What all of this is made from, beside what the site is made from, as plain data."""

    def page(self, say: Callable[[str], None]) -> Further | None:
        """A page that does not stand in the book's folder; `say` prints a line."""

    def furnish(self, site: Path) -> AbstractContextManager[None]:
        """Entered with the folder of the finished site before it takes its place, and left when it has."""

    def stood(self, site: Path) -> None:
        """The site stands there as it would be built."""


_PYTHON = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}


def _nbformat() -> Any:
    # Its functions have no types.
    import nbformat

    return nbformat


def _cell(name: str, part: str | Shown) -> Any:
    made = _nbformat().v4
    if isinstance(part, str):
        return made.new_markdown_cell(part, id=name)
    data = {"text/html": part.html, "text/plain": part.plain}
    # No line of code stands behind it that a reader could look at; without any the cell would be left out.
    return made.new_code_cell(
        "# written by the press",
        id=name,
        metadata={"tags": ["remove-input"]},
        outputs=[made.new_output("display_data", data)],
    )


__all__ = ["Companion", "Further", "escaped"]
