"""The house: imports run downwards only, and no name of the case stands in the package."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "book" / "neutrality"
MODULES = sorted(PACKAGE.rglob("*.py"))


def test_imports_run_downwards() -> None:
    """By the layers of pyproject.toml, as `make lint` asks."""
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_name_of_an_entity_stands_in_the_package(case, path: Path) -> None:
    # A browser that prints is no company of the case.
    text = path.read_text("utf-8").replace("Google Chrome", "")
    named = [entity.name for entity in case.entities.values() if entity.role != "other"]
    # The one name that any case may have: vendors that nobody names.
    found = [name for name in named if name != "Other vendors" and re.search(rf"\b{re.escape(name)}\b", text)]
    assert not found
