"""What is installed, by version. Results and executed notebooks depend on it.

It travels by value to workers that have no package of ours, so it uses nothing of the package.
"""

from __future__ import annotations

import platform
import sys
from pathlib import Path

#: This package, whose own source is looked at, and what installs the others and is imported by none.
_LEFT_OUT = ("neutrality", "pip")


def versions() -> dict[str, str]:
    """Everything that is installed where this process looks, and Python's own."""
    found = {"Python": f"{' '.join(sys.version.split())} {platform.machine()}"}
    for entry in sys.path:
        folder = Path(entry or ".")
        if folder.is_dir():
            for name in sorted(entry.name for entry in folder.iterdir()):
                if name.endswith((".dist-info", ".egg-info")):
                    library, _, version = name.rpartition(".")[0].partition("-")
                    if library not in _LEFT_OUT:
                        found.setdefault(library, version)
    return dict(sorted(found.items()))


__all__ = ["versions"]
