"""The Price of Neutrality: the analysis behind the book, and the press that prints it.

Imports run downwards only, in the order that pyproject.toml lists and CONTRIBUTING draws. A notebook needs
`load` and `show` from here, one chapter and its charts.
"""

from __future__ import annotations

from typing import Any

__all__ = ["load", "show"]


def __getattr__(name: str) -> Any:
    # Bound on first use, so that the command's --help does not pay for pandas and frictionless.
    if name == "load":
        from neutrality.case import load

        return load
    if name == "show":
        from neutrality.display import show

        return show
    raise AttributeError(f"module 'neutrality' has no attribute {name!r}")
