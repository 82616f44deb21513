"""Numbers as the page prints them, against the package's own words."""

from __future__ import annotations

import json
import math
import random

import pytest
from babel import Locale
from neutrality.charts.common import short, unit_words
from neutrality.units import plain, pretty, symbol

UNITS = (
    *("USD bn", "USD mn", "USD k", "USD", "USD bn per year", "USD mn per year", "EUR mn", "CHF mn per year", "XAF bn"),
    *("share", "probability", "per year", "x", "", "0 or 1", "count", "score", "utility", "correlation", "points"),
    *("years", "months", "days", "customers", "people", "word", "USD per USD", "CHF per CHF", "EUR per USD"),
)  # fmt: skip

#: Ties in binary, neighbours of powers of ten, what rounds up into another one, ends of the scale.
AWKWARD = (
    *(0.0, -0.0, 0.5, 1.5, 2.5, 0.125, 0.375, 12.5, 112.5, 1124.5, 1125.5, 0.0625, 1 / 3, 2 / 3, 0.1, 0.3, 1.0, 10.0),
    *(9.995, 9.9949999, 99.95, 999.5, 999.4999999, 1000.0, 999999.5, 1e6, 1234567.891, 1676.58, 17.24137931034483),
    *(0.9999999, 0.99949, 1e-5, 1.2345e-7, 9.9996e-4, 1e-300, 5e-324, 1e15, 2.5e15, 123456789012345680.0, 1e21),
    *(1e22, 1e300, math.nextafter(1000, 0), math.nextafter(1000, 2000), math.nextafter(0.01, 0)),
)  # fmt: skip


def values() -> list[float]:
    chance = random.Random(20250614)
    drawn = [chance.uniform(1, 10) * 10 ** chance.randint(-9, 12) for _ in range(120)]
    # As a case has them: few digits.
    drawn += [round(chance.uniform(0, 1000), chance.randint(0, 4)) for _ in range(60)]
    everything = [*AWKWARD, *drawn]
    return [*everything, *(-value for value in everything)]


def in_page(live_page, function: str, arguments: list[list]) -> list:
    body = f"(given) => JSON.parse(given).map((a) => neutrality.{function}(...a))"
    return live_page.evaluate(body, json.dumps(arguments))


@pytest.mark.parametrize("digits", [1, 2, 3, 4, 6])
@pytest.mark.parametrize(("function", "package"), [("pretty", pretty), ("short", short)])
def test_values_with_units(live_page, function, package, digits) -> None:
    asked = [[value, unit, digits] for value in values() for unit in UNITS]
    found = in_page(live_page, f"units.{function}", asked)
    expected = [package(*one) for one in asked]
    assert [(a, b, c) for a, b, c in zip(asked, found, expected, strict=True) if b != c] == []


def test_values_without_units(live_page) -> None:
    asked = [[value, digits] for value in values() for digits in (1, 3, 5)]
    assert in_page(live_page, "units.plain", asked) == [plain(*one) for one in asked]


def test_what_is_no_number(live_page) -> None:
    assert in_page(live_page, "units.pretty", [[None, "x"]]) == [pretty(None, "x")]
    assert in_page(live_page, "units.short", [[None, "USD bn"]]) == [short(None, "USD bn")]
    assert in_page(live_page, "units.plain", [[None]]) == [plain(None)]


def test_the_sign_of_every_currency(live_page) -> None:
    codes = sorted(code for code in Locale("en").currencies if len(code) == 3)
    assert len(codes) > 150
    assert in_page(live_page, "units.symbol", [[code] for code in codes]) == [symbol(code) for code in codes]


def test_units_in_words(live_page) -> None:
    assert in_page(live_page, "units.unitWords", [[unit] for unit in UNITS]) == [unit_words(u) for u in UNITS]


def test_numbers_in_errors(live_page) -> None:
    chance = random.Random(7)
    drawn = [chance.uniform(-1, 1) * 10 ** chance.randint(-12, 15) for _ in range(300)]
    drawn += [0.0, 1.0, 870.0, 1e6, 999999.0, 1e-4, 0.00012345678, 123456.0, 1234567.0, 0.1]
    assert in_page(live_page, "errors.general", [[x] for x in drawn]) == [f"{x:g}" for x in drawn]
    halves = [x / 2 for x in range(-9, 10)]
    assert in_page(live_page, "units.halfEven", [[x] for x in halves]) == [round(x) for x in halves]
