"""Scripts of Vega and Vega-Lite, bundled from what vl-convert carries and kept with the user's caches."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from neutrality.case.remembered import caches
from neutrality.files import prune, sealed, unsealed, write

#: Bytes that kept scripts may take.
_MOST = 10_000_000

#: In a process of its own: the bundler takes seconds, and leaves threads behind with which kernels cannot fork.
_BUNDLER = (
    "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle(sys.stdin.read()).encode())"
)


def bundled(name: str, snippet: str, kept_in: Path | None = None) -> str:
    """The script that a snippet with imports comes to, made without any network, within a function of its own.

    As the bundler makes it, each of its short names is a global, and any script that uses one of them too breaks it.
    It is the same for every book, so the folder `kept_in` keeps it. Raises ValueError, with the name, where it cannot
    be made.
    """
    mark = hashlib.sha256(snippet.encode()).hexdigest()[:8]
    kept = kept_in / f"{mark}-{version('vl-convert-python')}-{name}" if kept_in else None
    if kept and (script := unsealed(kept)):
        return script
    done = subprocess.run(
        [sys.executable, "-c", _BUNDLER], input=snippet.encode(), capture_output=True, check=False
    )
    bundle = done.stdout.decode(errors="replace").strip()
    if done.returncode or not bundle:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise ValueError(f"{name}: {said[-1] if said else 'the bundler made nothing'}")
    script = f"(function(){{{bundle}\n}})();\n"
    if kept:
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            # Two builds at a time may write it.
            write(kept, sealed(script))
            prune(kept.parent, _MOST, [kept])
    return script


def shelf() -> Path | None:
    """Where bundled scripts are kept: with the user's caches, since they are the same for every book."""
    try:
        return caches() / "scripts"
    except RuntimeError:
        # A user without a home folder.
        return None


__all__ = ["bundled", "shelf"]
