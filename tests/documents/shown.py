"""The commands that the documents show, as a reader would type them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

#: Every document that shows commands, in the order in which a newcomer meets them.
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "data/README.md",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "book").glob("*.md")),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "docs").rglob("*.md")),
)

_BLOCK = re.compile(r"^ *```(\w*)\n(.*?)^ *```$", re.DOTALL | re.MULTILINE)
#: Words in code that begin like a command of ours, in a sentence or a table.
_INLINE = re.compile(r"`(neutrality [a-z]+[^`\n]*)`")


@dataclass(frozen=True)
class Shown:
    """A command and where it is shown."""

    document: str
    line: int
    text: str

    def __str__(self) -> str:
        return f"{self.document}:{self.line}: {self.text}"


def text_of(document: str) -> str:
    return (ROOT / document).read_text("utf-8")


def blocks(document: str, language: str = "") -> Iterator[tuple[int, str]]:
    """The blocks of code in a language, each with the line on which it begins; without one, those of a shell."""
    text = text_of(document)
    for found in _BLOCK.finditer(text):
        if found[1] == language and not re.search(r"^ {0,2}\w+/ {2,}", found[2], re.MULTILINE):
            yield text[: found.start(2)].count("\n") + 1, found[2]


def commands(document: str) -> list[Shown]:
    """The commands that stand in blocks of their own."""
    found = []
    for first, block in blocks(document):
        for number, line in enumerate(block.splitlines(), first):
            command = re.split(r"\s+#", line)[0].strip()
            if command:
                found.append(Shown(document, number, command))
    return found


def mentioned(document: str) -> list[Shown]:
    """The commands of ours that stand within a sentence."""
    text = text_of(document)
    return [
        Shown(document, text[: found.start()].count("\n") + 1, found[1]) for found in _INLINE.finditer(text)
    ]
