"""Cases for the outcomes: the case of this book without anything later, and rows of ours put into it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from later_rows import FORECASTS, SOURCE, Rows, with_rows, without_rows
from neutrality.case import Case, load
from neutrality.chapters import outcomes


@pytest.fixture(scope="session")
def bare(case: Case) -> Case:
    """The case without anything later."""
    return without_rows(case)


@pytest.fixture(scope="session")
def moved() -> Case:
    """The same at figures of ours."""
    return without_rows(load(figures=FORECASTS))


@pytest.fixture
def made() -> Callable[..., Case]:
    """Adds rows of ours to a case, and the source they come from."""

    def add(case: Case, **tables: Rows) -> Case:
        return with_rows(case, sources=[SOURCE], **tables)

    return add


@pytest.fixture
def prose() -> Callable[[Any], str]:
    """All that a chapter says."""

    def text(chapter: outcomes.Outcomes) -> str:
        return " ".join(map(str, (chapter.headline, *chapter.notes, chapter.finding, chapter.sure)))

    return text
