"""Periods of figures: when each ends, and which of two is the newer."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import cache

from neutrality.words import short_day

_PERIOD = re.compile(r"^(?P<year>\d{4})(?:-(?:(?P<part>H[12]|Q[1-4])|(?P<month>\d\d)(?:-(?P<day>\d\d))?))?$")
_SPAN = re.compile(r"^(\d+) months$")


@dataclass(frozen=True)
class Period:
    """The time of a figure: when it ends, how it is written, and how many of it make a year.

    `season` is the same for periods that can be compared with each other: years, first halves, months.
    """

    end: date
    words: str
    a_year: float
    season: str


def period(text: str) -> Period | None:
    """The period written in a figure; None for a span without a date, and for a date that is none."""
    found = _PERIOD.match(text)
    if not found:
        return None
    try:
        return _period(int(found["year"]), found["part"], found["month"], found["day"])
    except ValueError:
        return None


def _period(year: int, part: str | None, month: str | None, day: str | None) -> Period:
    if part:
        months = {"H": 6, "Q": 3}[part[0]]
        return Period(_last(year, months * int(part[1])), f"{part} {year}", 12 / months, part)
    if day:
        end = date(year, int(month or ""), int(day))
        return Period(end, short_day(end), 365.25, "day")
    if month:
        end = _last(year, int(month))
        return Period(end, f"{end:%b %Y}", 12.0, "month")
    return Period(date(year, 12, 31), str(year), 1.0, "year")


def _last(year: int, month: int) -> date:
    return date(year, month, monthrange(year, month)[1])


def is_period(text: str) -> bool:
    """Whether a text is a span of months or a date that the calendar has: 2025-13 only looks like a month."""
    return bool(_SPAN.match(text) or period(text))


@cache
def order(text: str) -> tuple[int, int, str]:
    """What sorts periods from the oldest to the newest: as text, a first half would come after December.

    Dated periods go by their end and come after spans of months, which go by their length; what is neither
    comes first. The text decides between periods that end together, so that no order of rows does.
    """
    if found := period(text):
        return 2, found.end.year * 10000 + found.end.month * 100 + found.end.day, text
    if span := _SPAN.match(text):
        return 1, int(span[1]), text
    return 0, 0, text
