"""What brings the charts of a site alive: Vega as one script, the charts' builders and the published specifications.

`_static/alive.js` loads them when a reader comes near a chart. Each is a classic script that assigns one object,
since a page opened from disk may load a script but not fetch.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Any

from neutrality.charts.renderer import MIME
from neutrality.press import keys, live
from neutrality.press.execute import PressError
from neutrality.press.whatif import around

#: The files in a site's `_static`: Vega, the builders of the charts, and a page's specifications in a folder.
VEGA, CHARTS, SPECS = "vega.js", "charts.js", "specs"
#: The one global of each: what draws, and what is drawn.
DRAWING, PUBLISHED = "neutralityVega", "neutralitySpecs"

#: The bundle hands its three libraries to the page in its last statements; between runs their names may change.
_HANDS_OUT = re.compile(r"window\.vegaEmbed=([\w$]+);window\.vega=[\w$]+;window\.vegaLite=[\w$]+;\s*\Z")

#: A kept bundle is found by what it was wrapped with: this code, and the library behind it.
_WRAPPED_BY = f"{version('vl-convert-python')}-{hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:12]}"

#: In a process of its own: the bundler takes seconds, and leaves threads behind with which kernels cannot fork.
_BUNDLER = "import sys, vl_convert; sys.stdout.buffer.write(vl_convert.javascript_bundle().encode())"


# -- Vega ------------------------------------------------------------------------------------------------


def wrapped(bundle: str) -> str:
    """Vega's bundle within a function that hands out nothing but `vegaEmbed`, as `neutralityVega.embed`.

    As it comes, each of its short names is a global, and any script that uses one of them too breaks the
    charts. Raises PressError where the bundle does not end as it did.
    """
    found = _HANDS_OUT.search(bundle)
    if found is None:
        raise PressError(
            f"drawing in the page: Vega's bundle ends in {bundle[-80:]!r}, which is unknown here"
        )
    return f"(function(){{{bundle[: found.start()]}\nglobalThis.{DRAWING}={{embed:{found[1]}}};}})();\n"


def shelf() -> Path | None:
    """Where bundled scripts are kept: with the user's caches, since they are the same for every book."""
    try:
        return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "neutrality" / "scripts"
    except RuntimeError:
        # A user without a home folder.
        return None


def vega(cache: Path | None = None) -> str:
    """The script that draws, without any network. `cache` keeps it where that is possible.

    Raises PressError where it cannot be made.
    """
    kept = cache / f"vega-{_WRAPPED_BY}.js" if cache else None
    with suppress(OSError, UnicodeDecodeError):
        if kept and kept.is_file():
            return kept.read_text("utf-8")
    done = subprocess.run(
        [sys.executable, "-c", _BUNDLER], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise PressError(f"drawing in the page: Vega's bundle: {said[-1] if said else done.returncode}")
    script = wrapped(done.stdout.decode())
    if kept:
        with suppress(OSError):
            kept.parent.mkdir(parents=True, exist_ok=True)
            # Two builds at a time may write it.
            keys.write(kept, script)
            keys.prune(kept.parent, keys.SCRIPTS, [kept])
    return script


def charts(scripts: Path) -> str:
    """The builders of the charts as one script, with the colours that they draw in."""
    look = json.dumps(live.look(), separators=(",", ":"), allow_nan=False)
    return f"neutrality.look={look};\n{live.bundle(scripts, live.CHART_SCRIPTS)}"


# -- specifications ----------------------------------------------------------------------------------------


def published(notebook: Path) -> dict[str, Any] | None:
    """The charts that an executed notebook shows, as the page draws them again; None where it shows none.

    `config` is what they share. `charts` by id hold the specification without what the page has already (its
    title, description, source and table), how the `narrow` drawing differs, and the chart's own `controls`.
    """
    found = {str(spec["usermeta"]["id"]): _lean(spec) for spec in _specs(notebook)}
    if not found:
        return None
    config = next(iter(found.values()))["spec"].get("config", {})
    for chart in found.values():
        if chart["spec"].get("config") == config:
            del chart["spec"]["config"]
    return {"config": config, "charts": found}


def _specs(notebook: Path) -> Iterator[dict[str, Any]]:
    """The specifications of a notebook's charts that have an id."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            spec = output.get("data", {}).get(MIME)
            if spec and (spec.get("usermeta") or {}).get("id"):
                yield spec


def _lean(spec: Mapping[str, Any]) -> dict[str, Any]:
    meta = spec["usermeta"]
    left_out = ("$schema", "title", "description", "usermeta")
    chart: dict[str, Any] = {"spec": {name: part for name, part in spec.items() if name not in left_out}}
    if meta.get("narrow"):
        chart["narrow"] = meta["narrow"]
    if meta.get("controls"):
        chart["controls"] = [_control(one) for one in meta["controls"]]
    return chart


def _control(option: Mapping[str, Any]) -> dict[str, Any]:
    """A chart's own option; one that is a number with what print sets around it, as `whatif.control` has it."""
    if "options" in option:
        return dict(option)
    before, after, times = around(option.get("unit", ""))
    return {**option, "before": before, "after": after, "times": times}


# -- files -------------------------------------------------------------------------------------------------


def write_specs(source: Path) -> None:
    """Write the specifications of every executed notebook of a folder into its `_static`.

    A page whose specifications stand there comes alive (see `site`).
    """
    folder = source / "_static" / SPECS
    for notebook in sorted(source.glob("*.ipynb")):
        found = published(notebook)
        if found:
            folder.mkdir(parents=True, exist_ok=True)
            # ASCII reads the same whatever a host says of its encoding.
            text = json.dumps(found, separators=(",", ":"), allow_nan=False)
            (folder / f"{notebook.stem}.js").write_text(f"globalThis.{PUBLISHED}={text};\n", "ascii")


def write_scripts(scripts: Path, folder: Path, cache: Path | None = None) -> None:
    """Write what draws and what builds charts into a folder of the site."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / VEGA).write_text(vega(cache), "utf-8")
    (folder / CHARTS).write_text(charts(scripts), "utf-8")


__all__ = [
    "CHARTS",
    "DRAWING",
    "PUBLISHED",
    "SPECS",
    "VEGA",
    "charts",
    "published",
    "shelf",
    "vega",
    "wrapped",
    "write_scripts",
    "write_specs",
]
