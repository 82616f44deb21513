"""How English prose is put together: capitals, genitives, days, and parts side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date


def raised(text: str) -> str:
    """Text with a capital at its beginning and the rest as it is."""
    return text[:1].upper() + text[1:]


def lowered(text: str) -> str:
    """The beginning of a sentence or label made ready to stand within one; an abbreviation stays as it is."""
    return text[:1].lower() + text[1:] if text[1:2].islower() or text[1:2].isspace() else text


def owned(name: str) -> str:
    """A name in the genitive: `Acme's`, and `Acme Works'` for one that ends in s."""
    return f"{name}'" if name.endswith("s") else f"{name}'s"


def day_words(day: date) -> str:
    """A day as prose prints it, such as 12 June 2025."""
    return f"{day.day} {day:%B %Y}"


def short_day(day: date) -> str:
    """A day as charts and tables print it, such as 12 Jun 2025."""
    return f"{day.day} {day:%b %Y}"


def between(index: int, count: int) -> str:
    """What stands before one of so many parts of a phrase: nothing, a comma or `and`."""
    return "" if index == 0 else " and " if index == count - 1 else ", "


def joined(parts: Sequence[str]) -> str:
    """Parts as a phrase: `a`, `a and b`, `a, b and c`."""
    return "".join(f"{between(index, len(parts))}{part}" for index, part in enumerate(parts))


def listing(names: Sequence[str], most: int = 8) -> str:
    """Ids side by side, at most so many of them and the rest counted: `a, b and 3 more`."""
    shown = ", ".join(names[:most])
    return shown if len(names) <= most else f"{shown} and {len(names) - most} more"
