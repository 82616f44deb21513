"""Remembers which cases passed the schema check, by a hash of all their bytes.

Frictionless takes longer to start and to check than all the rest of a command, and the same unchanged
case is loaded by every command, notebook and run of a sweep. Only a pass is remembered, never a fault, and
any changed byte, or another version of frictionless, makes it another case. Losing the memory costs time
and nothing else, so it lies with the user's caches and every failure to read or write it is passed over.
"""

from __future__ import annotations

import hashlib
import os
from importlib.metadata import version
from pathlib import Path

from neutrality.case.source import Folder


def caches() -> Path:
    """The package's folder among the user's caches. Raises RuntimeError for a user without a home folder."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neutrality"


def _place(folder: Folder) -> Path:
    key = hashlib.sha256(f"{version('frictionless')}\0{folder.digest()}".encode()).hexdigest()
    return caches() / "sound-cases" / key


def passed(folder: Folder) -> bool:
    """Whether this very case has passed before."""
    try:
        return _place(folder).is_file()
    except (OSError, RuntimeError):
        # RuntimeError: a user without a home folder.
        return False


def remember(folder: Folder) -> None:
    """Note that this very case has passed."""
    try:
        place = _place(folder)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.touch()
    except (OSError, RuntimeError):
        pass
