"""No number of the case is typed into prose: each is computed, or stands among the written exceptions."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
from typed import Allowed, Finding, Place, everything, exceptions, in_markdown, in_python, numbers

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = exceptions(Path(__file__).with_name("exceptions.toml"))


@cache
def found() -> tuple[Finding, ...]:
    return tuple(everything(ROOT / "book"))


def test_every_number_in_prose_is_computed_or_excepted() -> None:
    typed = [str(finding) for finding in found() if not any(one.covers(finding) for one in EXCEPTIONS)]
    if typed:
        pytest.fail("\n".join(typed), pytrace=False)


@pytest.mark.parametrize("one", EXCEPTIONS, ids=lambda one: one.text)
def test_every_exception_still_occurs(one: Allowed) -> None:
    assert any(one.covers(finding) for finding in found()), f"{one.file} no longer says {one.text!r}"


@pytest.mark.parametrize("one", EXCEPTIONS, ids=lambda one: one.text)
def test_an_exception_names_a_file_words_with_a_number_and_a_reason(one: Allowed) -> None:
    assert one.file.startswith("book/")
    assert list(numbers(Place(one.file), 1, one.text)), "an exception without a number excepts nothing"
    assert len(one.reason.split()) >= 3
    # A bare number would except every other one in the file too.
    assert len(one.text.split()) >= 2


def test_no_exception_is_written_twice() -> None:
    assert len({(one.file, one.text) for one in EXCEPTIONS}) == len(EXCEPTIONS)


def typed_in(found: object) -> list[str]:
    return [finding.number for finding in found]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Revenue was $870mn in 2024, 17.2% of it from one.", ["$870mn", "2024", "17.2%"]),
        ("It gained ~14 bn, about ×3.", ["~14 bn", "3"]),
        ("Two customers, eleven vendors.", ["Two", "eleven"]),
        ("Half of it, a third of it, two thirds, a quarter of it.", ["Half", "third", "two", "thirds", "quarter"]),
        ("Demand doubled, then tripled: twice, twofold.", ["doubled", "tripled", "twice", "twofold"]),
        ("A dozen, hundreds of millions.", ["dozen", "hundreds", "millions"]),
        ("Layer L2 of table S1; each quarter; a third party; of the third; half-life; one of them.", []),
        ("Someone else often weighs the tension.", []),
    ],
)  # fmt: skip
def test_what_a_number_is(text: str, expected: list[str]) -> None:
    assert typed_in(numbers(Place("page"), 1, text)) == expected


def test_markdown_is_read_as_prose_without_its_machinery() -> None:
    page = """---
title: 1
---
# Head 2

Text `code 3` {cite:p}`key-2010` [link](https://host/4) <https://host/5> [S]{.nt-6}
and seven.

```
command 8
```

```{note}
:class: nine
A note with ten.
```

~~~python
eleven = 11
~~~

Twelve.

13. An item, and eleven.
"""
    numbers_at = [(finding.number, finding.line) for finding in in_markdown(Place("page"), page)]
    assert numbers_at == [("2", 4), ("seven", 7), ("ten", 15), ("Twelve", 22), ("eleven", 24)]


def test_python_is_read_for_the_strings_that_reach_a_reader() -> None:
    module = '''"""Doc of two."""
import re

PATTERN = re.compile("three of them")
WORDS = {"four of them": "five of them", "E": "Six"}


def said(case, number):
    """Doc of seven."""
    if case == "eight of them":
        raise ValueError(f"nine of {case}")
    table["ten of them"]
    field("eleven of them", unit="twelve of them")
    match case:
        case "two of them":
            return None
    return Text(f"a {number:>12 } in half the cases", "over 40%", f"{0.95:.0%} sure", Number(14.3, "bn"), Number(0, ""))


"""What follows documents two things."""
HTML = "<h2 class='nt-3'>{{ four }}</h2> and three lines"
EXPRESSION = "datum.x > 2 ? 3 : 4"
COLOUR = "#123456"
PARTS = ["$14", "870", "6.4"]
NAME = "half_unit"
'''
    assert typed_in(in_python(Place("module"), module)) == [
        *("five", "Six", "half", "40%", "0.95", "14.3", "three", "$14", "870"),
    ]


def test_an_exception_covers_its_words_and_no_more() -> None:
    first, second = numbers(Place("book/page.md"), 1, "half\nthe largest and half the smallest")
    allowed = Allowed("book/*.md", "half the largest", "what the model assumes")
    assert allowed.covers(first)
    assert not allowed.covers(second)
    assert not Allowed("book/other.md", "half the largest", "").covers(first)
