"""The house: imports run downwards only, no name of the case stands in the package, and what is long says why."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest
from neutrality.chapters import NAMES

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "book" / "neutrality"
MODULES = sorted(PACKAGE.rglob("*.py"))
STATIC = ROOT / "book" / "_static"
#: The comment that a script or a style sheet begins with.
HEADS = {".js": r"(?:\s*//.*\n)+", ".css": r"(?s:\s*/\*.*?\*/)"}
SCRIPTS = sorted(path for path in STATIC.rglob("*") if path.suffix in HEADS)

#: Lines from which whoever opens a file wants to be told why it is not two.
LONG = 400


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


def head(path: Path) -> str:
    """What a file says of itself before anything else."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        return ast.get_docstring(ast.parse(text)) or ""
    comment = re.match(HEADS[path.suffix], text)
    return re.sub(r"\s*\n(?:// ?)?\s*", " ", comment[0]) if comment else ""


@pytest.mark.parametrize("path", [*MODULES, *SCRIPTS], ids=lambda p: str(p.relative_to(ROOT / "book")))
def test_what_is_long_says_why(path: Path) -> None:
    words = " ".join(head(path).split())
    assert words or not path.read_text("utf-8").strip()
    if len(path.read_text("utf-8").splitlines()) > LONG:
        assert re.search(r"\b(it|they|module|file) (is|are) long\b", words, re.IGNORECASE)


@pytest.mark.parametrize(
    "path", sorted((STATIC / "live").rglob("*.js")), ids=lambda p: str(p.relative_to(STATIC))
)
def test_what_a_script_is_a_port_of_is_there(path: Path) -> None:
    """A second name in the same folder is written without it."""
    folder = PACKAGE
    named = re.findall(r"[\w/]+\.py\b", head(path).replace("/ ", "/"))
    for name in named:
        if "/" in name:
            folder = (PACKAGE / name).parent
        assert (PACKAGE / name).is_file() or (folder / name).is_file(), name
    # What the package has from a library, and the whole of all of them.
    assert named or path.stem in ("normal", "quadrature", "model")


def test_the_map_names_every_part() -> None:
    """In CONTRIBUTING, before the picture."""
    text = (ROOT / "CONTRIBUTING.md").read_text("utf-8").partition("<!-- architecture -->")[0]
    parts = [PACKAGE, PACKAGE / "press", PACKAGE / "chapters"]
    named = [path.stem for part in parts for path in part.iterdir() if not path.name.startswith("_")]
    # A chapter is like another.
    missing = {name for name in named if not re.search(rf"\b{name}\b", text)}
    assert missing <= set(NAMES)
