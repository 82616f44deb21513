"""The page of the command, as sphinx-click makes it from the command: examples as code, defaults in words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_DEFAULT = re.compile(r":default: ``'?(.*?)'?``")
_CHOICES = re.compile(r":options: (.+)")
#: An address that is an example: as a link it would lead nowhere.
_ADDRESS = re.compile(r"(?<!`)\b(tcp://[\w.:-]*\w)")
_OPTION = re.compile(r"(?<![`\w-])(--[a-z][a-z-]*)")


def options(app: Sphinx, context: Any, lines: list[str]) -> None:
    """Print the default of an option and what it may be as sentences, addresses and other options as they are."""
    lines[:] = [line if line.lstrip().startswith(".. ") else _said(line) for line in lines]


def _said(line: str) -> str:
    line = _CHOICES.sub(lambda found: f"One of ``{'``, ``'.join(found[1].split(' | '))}``.", line)
    line = _DEFAULT.sub(r"Default: ``\1``.", line)
    return _OPTION.sub(r"``\1``", _ADDRESS.sub(r"``\1``", line))


def example(app: Sphinx, context: Any, lines: list[str]) -> None:
    """Print the example of a verb as code, in which no dash is made prettier."""
    found = next((line.partition("Example: ")[2] for line in lines if "Example: " in line), "")
    if found:
        lines[:] = ["Example:", "", ".. code-block:: shell", "", f"   {found}", ""]


def setup(app: Sphinx) -> None:
    """Have the page made so, in a book whose configuration loads sphinx-click."""
    if "sphinx_click" in app.extensions:
        app.connect("sphinx-click-process-options", options)
        app.connect("sphinx-click-process-epilog", example)
