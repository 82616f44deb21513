"""What the tests of the charts share."""

from __future__ import annotations

from collections.abc import Iterator

import altair as alt
import pytest
from neutrality import charts


@pytest.fixture(scope="module", autouse=True)
def look() -> Iterator[None]:
    """The book's theme, for one module at a time."""
    theme, renderer = alt.theme.active, alt.renderers.active
    charts.enable()
    yield
    alt.theme.enable(theme)
    alt.renderers.enable(renderer)
