"""The house: imports run downwards only, and no name of the case stands in the package."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "book" / "neutrality"
MODULES = sorted(PACKAGE.rglob("*.py"))

#: From the ground up. A part imports from its own floor's other modules of the same part and from below.
FLOORS = [
    {"errors", "units"},
    {"methods"},
    {"case"},
    {"results"},
    {"chapters"},
    {"charts", "display", "cluster"},
    {"display_records"},
    {"press"},
    {"editions"},
    {"compare", "sweep", "serve"},
    {"cli"},
]
FLOOR = {part: number for number, parts in enumerate(FLOORS) for part in parts}


def part_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> Iterator[str]:
    """The parts of the package that a module imports, wherever in it."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            names = [f"{node.module}.{alias.name}" for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        else:
            continue
        for name in names:
            if name.startswith("neutrality."):
                yield name.split(".")[1]


@pytest.mark.parametrize(
    "path", [m for m in MODULES if m != PACKAGE / "__init__.py"], ids=lambda p: str(p.relative_to(PACKAGE))
)
def test_imports_run_downwards(path: Path) -> None:
    own = part_of(path)
    for part in imported(path):
        assert part == own or FLOOR[part] < FLOOR[own], f"{own} imports {part}"


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_no_name_of_an_entity_stands_in_the_package(case, path: Path) -> None:
    text = path.read_text("utf-8")
    named = [entity.name for entity in case.entities.values() if entity.role != "other"]
    # The one name that any case may have: vendors that nobody names.
    found = [name for name in named if name != "Other vendors" and re.search(rf"\b{re.escape(name)}\b", text)]
    assert not found
