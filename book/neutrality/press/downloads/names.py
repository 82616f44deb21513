"""Defined names: what a formula of the workbook calls a cell or a column of cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, count

#: What Excel takes for a cell in one of its two notations, or for a constant.
_LIKE_A_CELL = re.compile(r"[a-z]{1,3}[0-9]+|r[0-9]*(c[0-9]*)?|c[0-9]*|true|false", re.IGNORECASE)
_ALLOWED = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,254}")
_FOREIGN = re.compile(r"[^A-Za-z0-9_]")
#: Leaves room for the underscores that tell names apart.
_LONGEST = 200


def allowed(name: str) -> bool:
    """Whether a spreadsheet takes a name: letters, digits and underscores, and nothing like a cell."""
    return bool(_ALLOWED.fullmatch(name)) and not _LIKE_A_CELL.fullmatch(name)


class Names:
    """Names by the place they stand for, such as `Figures!$E$2`.

    A name that a spreadsheet does not allow, or that is taken, ends in an underscore. Capitals do not tell
    names apart.
    """

    def __init__(self) -> None:
        self._by_place: dict[str, str] = {}
        self._taken: set[str] = set()

    def __iter__(self) -> Iterator[tuple[str, str]]:
        """Name and place, in the order of definition."""
        return ((name, place) for place, name in self._by_place.items())

    def give(self, place: str, wanted: str) -> str:
        """The name of a place: the one it has, or a new one as near as possible to what is wanted."""
        if place not in self._by_place:
            wanted = _FOREIGN.sub("_", wanted)[:_LONGEST]
            wanted = wanted if wanted[:1].isalpha() else f"_{wanted}"
            tries = chain((wanted,), (f"{wanted}{'_' * number}" for number in count(1)))
            name = next(one for one in tries if allowed(one) and one.lower() not in self._taken)
            self._taken.add(name.lower())
            self._by_place[place] = name
        return self._by_place[place]
