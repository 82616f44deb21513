"""How prose is put together."""

from __future__ import annotations

from datetime import date

import pytest
from neutrality import words


@pytest.mark.parametrize(
    ("parts", "phrase"),
    [((), ""), (("a",), "a"), (("a", "b"), "a and b"), (("a", "b", "c"), "a, b and c")],
)
def test_parts_become_a_phrase(parts: tuple[str, ...], phrase: str) -> None:
    assert words.joined(parts) == phrase


def test_many_ids_are_counted() -> None:
    assert words.listing(["a", "b"]) == "a, b"
    assert words.listing(list("abcdefgh")) == "a, b, c, d, e, f, g, h"
    assert words.listing(list("abcde"), 2) == "a, b and 3 more"


def test_days_have_no_leading_zero() -> None:
    assert words.day_words(date(2025, 6, 3)) == "3 June 2025"
    assert words.short_day(date(2025, 6, 3)) == "3 Jun 2025"


def test_a_capital_comes_and_goes() -> None:
    assert (words.raised("a share"), words.raised("")) == ("A share", "")
    assert [words.lowered(text) for text in ("Share", "A share", "EV", "")] == ["share", "a share", "EV", ""]


def test_a_name_owns() -> None:
    assert (words.owned("Acme"), words.owned("Acme Works")) == ("Acme's", "Acme Works'")
