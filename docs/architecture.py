"""Draws the architecture into CONTRIBUTING.md, from the imports as they are: `make docs`.

A box is a part of the package, an arrow an import by any of its modules. An arrow is left out where a longer way
says as much.
"""

from __future__ import annotations

import re
import sys
import tomllib
from itertools import pairwise
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[1]
DOCUMENT = ROOT / "CONTRIBUTING.md"
_PLACE = re.compile(r"(<!-- architecture -->\n).*?(<!-- /architecture -->)", re.DOTALL)


def floors() -> list[list[str]]:
    """The parts of the package from the top down, as the contract of import-linter names them."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    return [[part.strip() for part in floor.split("|")] for floor in settings["contracts"][0]["layers"]]


def imports() -> set[tuple[str, str]]:
    """Who imports whom, part by part."""
    graph = grimp.build_graph("neutrality")
    found = set()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            names = [name.split(".")[1] for name in (module, other) if "." in name]
            if len(names) == 2 and names[0] != names[1]:
                found.add((names[0], names[1]))
    return found


def reduced(edges: set[tuple[str, str]]) -> set[tuple[str, str]]:
    """The edges without those that a longer way replaces."""
    below: dict[str, set[str]] = {}
    for upper, lower in edges:
        below.setdefault(upper, set()).add(lower)

    def reached(part: str) -> set[str]:
        return set().union(*({lower} | reached(lower) for lower in below.get(part, ())))

    return {
        (upper, lower)
        for upper, lower in edges
        if not any(lower in reached(other) for other in below[upper] - {lower})
    }


def picture() -> str:
    """The architecture as a Mermaid diagram, one row of boxes for each floor."""
    lines = ["```mermaid", "flowchart TD"]
    rows = floors()
    for number, row in enumerate(rows):
        lines.append(f"  subgraph floor{number}[ ]")
        lines.append("    direction LR")
        lines += [f"    {part}" for part in row]
        lines.append("  end")
    lines += [f"  {upper} --> {lower}" for upper, lower in sorted(reduced(imports()))]
    lines += [f"  floor{upper} ~~~ floor{lower}" for upper, lower in pairwise(range(len(rows)))]
    return "\n".join([*lines, "```", ""])


def drawn(text: str) -> str:
    """A document with the picture in its place."""
    return _PLACE.sub(lambda found: f"{found[1]}{picture()}{found[2]}", text)


if __name__ == "__main__":
    text = DOCUMENT.read_text("utf-8")
    made = drawn(text)
    if "--check" in sys.argv:
        sys.exit(0 if made == text else f"{DOCUMENT.name}: the picture is not up to date; run make docs")
    DOCUMENT.write_text(made, "utf-8")
