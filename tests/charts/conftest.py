"""What the tests of the charts share."""

from __future__ import annotations

import pytest


@pytest.fixture(scope="module", autouse=True)
def look(book_look: None) -> None:
    """The book's theme in every module here."""
