"""Units of figures and results, and how a number with a unit is printed.

A unit of money is a currency, a scale and perhaps a time: `USD bn`, `USD mn per year`. Nothing here
names a currency: what the case writes is carried through.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

_SCALES = {"": 1.0, "k": 1e3, "mn": 1e6, "bn": 1e9}
_MONEY = re.compile(r"^(?P<currency>[A-Z]{3})(?: (?P<scale>k|mn|bn))?(?P<per> per year)?$")
_PERCENT = ("share", "probability")


@dataclass(frozen=True)
class Money:
    """A unit of money taken apart: ISO 4217 code, scale word and whether it is a yearly flow."""

    currency: str
    scale: str
    per_year: bool


@cache
def money(unit: str) -> Money | None:
    """The parts of a unit of money, or None for any other unit."""
    found = _MONEY.match(unit)
    if not found:
        return None
    return Money(found["currency"], found["scale"] or "", bool(found["per"]))


def convert(value: float, unit: str, scale: str) -> float:
    """A value in money of `unit` expressed in another scale (`bn`, `mn`, `k` or none) of the same currency.

    Raises ValueError for a unit that is no money.
    """
    parts = money(unit)
    if parts is None:
        raise ValueError(f"{unit!r} is no unit of money")
    return value if parts.scale == scale else value * (_SCALES[parts.scale] / _SCALES[scale])


@cache
def symbol(currency: str) -> str:
    """The sign of a currency in English prose, `$` for USD; the code itself where it has none."""
    from babel.numbers import get_currency_symbol

    sign = get_currency_symbol(currency, locale="en_US")
    return sign if len(sign) == 1 else f"{currency} "


def significant(value: float, digits: int) -> str:
    """A value with so many significant figures, without an exponent and with thousands separated.

    Whole digits are never dropped: 1,676.58 with three figures is 1,677.
    """
    if value == 0:
        return "0"
    places = max(0, digits - 1 - math.floor(math.log10(abs(value))))
    text = f"{value:,.{places}f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def plain(value: float | None, digits: int = 3) -> str:
    """A value without its unit; an en dash where no number exists."""
    return "–" if value is None else significant(value, digits).replace("-", "−")


def pretty(value: float | None, unit: str, digits: int = 3) -> str:
    """A value with its unit as prose prints it: `$240mn a year`, `17.2%`, `33.3×`, `0.84`."""
    if value is None:
        return "no number"
    sign = "−" if value < 0 else ""
    size = abs(value)
    parts = money(unit)
    if parts:
        if value == 0:
            return f"{symbol(parts.currency)}0"
        per = " a year" if parts.per_year else ""
        return f"{sign}{symbol(parts.currency)}{significant(size, digits)}{parts.scale}{per}"
    if unit in _PERCENT:
        return f"{sign}{significant(size * 100, digits)}%"
    if unit == "per year":
        return f"{sign}{significant(size * 100, digits)}% a year"
    if unit == "x":
        return f"{sign}{significant(size, digits)}×"
    if unit in ("", "0 or 1", "count", "score", "utility", "correlation", "points"):
        return f"{sign}{significant(size, digits)}"
    per_unit = re.match(r"^([A-Z]{3}) per \1$", unit)
    if per_unit:
        of = symbol(per_unit[1])
        return f"{sign}{of}{significant(size, digits)} per {of}1"
    # One month is what is printed as one, whatever the value has behind its last figure.
    number = significant(size, digits)
    word = unit[:-1] if number == "1" and unit.endswith("s") else unit
    return f"{sign}{number} {word}"


def around(unit: str) -> tuple[str, str, int]:
    """What print sets before and after a number of a unit, and how many times the value the number is."""
    for times, printed in ((100, "200"), (1, "2")):
        before, number, after = pretty(2.0, unit).partition(printed)
        if number:
            return before, after, times
    raise ValueError(f"{unit!r} prints no number")
