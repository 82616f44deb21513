"""What the tests of comparing share: the case of this book computed once, and sides made from its content."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from manifests import written
from neutrality.case import load
from neutrality.compare.sides import Side, of_case, of_manifest
from neutrality.editions import Shelf

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def base() -> Side:
    """The case of this book as reported."""
    return of_case(load(str(ROOT / "data")))


@pytest.fixture
def changed(base: Side) -> Callable[[Callable[[dict[str, Any]], object]], Side]:
    """A side that says what the case says, but for an edit; no case stands behind it."""

    def make(edit: Callable[[dict[str, Any]], object]) -> Side:
        content = copy.deepcopy(dict(base.content))
        edit(content)
        return of_manifest("later", {"name": "later", **content})

    return make


@pytest.fixture
def shelf(tmp_path: Path, base: Side) -> Shelf:
    """A shelf with two editions of which nothing but the manifest is there."""
    for name, day in (("june", "2026-01-01"), ("july", "2026-02-01")):
        written(tmp_path / "shelf" / name, dict(base.content), built=f"{day}T00:00:00Z")
    return Shelf(tmp_path / "shelf")
