"""Drawings laid out by the pixel: the room there is, how wide text is, and where a label finds a place.

And the lists by which a reader of the page changes a drawing: no model of this chapter runs there, so that
a drawing holds all that can be chosen, and shows the first of it.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from textwrap import wrap

from neutrality.charts.common import DOWN, Record, field, scaled

#: The width of a drawing less its padding, so that a pixel of the layout is one of the page.
WIDE, NARROW = 712.0, 332.0

#: Height of a line of labels, and the width of a letter: text must not run into its neighbour.
LINE, LETTER, BOLD = 15.0, 6.5, 7.1


def width(narrow: bool) -> float:
    """The room of a drawing in pixels."""
    return NARROW if narrow else WIDE


def across(narrow: bool) -> Record:
    """The horizontal channel of a drawing by the pixel."""
    return field("x", axis=None, scale=scaled(0.0, width(narrow)))


def sized(text: str, letter: float = LETTER) -> float:
    """About how many pixels a line of text takes; a full-width character counts as two."""
    return letter * sum(2 if unicodedata.east_asian_width(c) in "WF" else 1 for c in text)


def lines(text: str, room: float, most: int = 6) -> list[str]:
    """Text broken into lines that fit a room; one too long ends with dots, its table has it all."""
    letters = max(6, int(room / LETTER))
    if sized(text) > LETTER * len(text):
        letters //= 2
    found = wrap(" ".join(text.split()), letters) or [""]
    return found if len(found) <= most else [*found[: most - 1], found[most - 1][: letters - 2] + " …"]


def choice(name: str, label: str, options: Mapping[str, str]) -> Record:
    """A parameter of a drawing that the reader sets from a list: its values with their words, the first set."""
    values, said = list(options), list(options.values())
    return {
        "name": name,
        "value": values[0],
        "bind": {"input": "select", "options": values, "labels": said, "name": f"{label} "},
    }


def tall(expression: str) -> Record:
    """The height of a drawing that depends on what is chosen. Vega keeps it under this very name."""
    return {"name": "height", "expr": expression}


@dataclass(frozen=True)
class Box:
    """A rectangle that something takes."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def within(self, other: Box) -> bool:
        return (
            self.left >= other.left
            and self.right <= other.right
            and self.top >= other.top
            and self.bottom <= other.bottom
        )


def around(x: float, y: float, reach: float) -> Box:
    """What a mark takes."""
    return Box(x - reach, y - reach, x + reach, y + reach)


def placed(
    x: float, y: float, wide: float, high: float, room: Box, taken: Sequence[Box], gap: float = 11.0
) -> Box | None:
    """A free place for a label beside, above or below its mark; None where there is none.

    The nearest places are tried first, then ones further up and down on both sides.
    """
    places = [
        (x + gap, y - high / 2),
        (x - gap - wide, y - high / 2),
        (x - wide / 2, y - gap - high),
        (x - wide / 2, y + gap),
        *(
            (left, y - high / 2 + step * way)
            for step in (high * 0.6, high, high * 1.5)
            for way in (-1, 1)
            for left in (x + gap, x - gap - wide)
        ),
    ]
    for left, top in places:
        box = Box(left, top, left + wide, top + high)
        if box.within(room) and not any(box.meets(other) for other in taken):
            return box
    return None


def apart(values: Iterable[float], least: float, key: Callable[[float], float]) -> list[float]:
    """Those of some values in ascending order whose places stand at least so far apart."""
    kept: list[float] = []
    for value in sorted(values):
        if not kept or key(value) - key(kept[-1]) >= least:
            kept.append(value)
    return kept


__all__ = [
    "BOLD",
    "DOWN",
    "LETTER",
    "LINE",
    "Box",
    "across",
    "apart",
    "around",
    "choice",
    "lines",
    "placed",
    "sized",
    "tall",
    "width",
]
