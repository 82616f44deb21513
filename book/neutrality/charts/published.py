"""What a page draws its charts again with: the specifications that an executed notebook shows, as Vega.

A program too, which draws notebooks one after the other and writes what their pages need. It stands below the press,
whose imports would stand in memory beside kernels and Jupyter Book; and it is a process of its own, since what draws
leaves threads behind, with which kernels cannot fork.
"""

from __future__ import annotations

import json
import sys
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from queue import PriorityQueue
from typing import Any

from filelock import FileLock

from neutrality.charts import draw, engine
from neutrality.charts.renderer import MIME
from neutrality.units import around

#: The one global of a page's specifications.
PUBLISHED = "neutralitySpecs"

#: Held within the folder of drawings by whoever draws ahead.
LOCK = ".drawing"


def published(notebook: Path, drawings: Path | None = None) -> dict[str, dict[str, Any]] | None:
    """The charts that an executed notebook shows, as the page draws them again, by the room they have: `wide` or
    `narrow`. None where it shows none. `drawings` is the folder where drawn charts are kept.

    Of each room, `config` is the style of Vega-Lite that all charts share, `style` what it is in Vega, and
    `charts` by id hold the specification for Vega and the chart's own `controls`.
    """
    rooms: dict[str, dict[str, Any]] = {}
    for spec in _specs(notebook):
        for variant, made in draw.compiled(spec, drawings).items():
            style = made.pop("config", {})
            room = rooms.setdefault(variant, {"config": spec.get("config", {}), "style": style, "charts": {}})
            chart: dict[str, Any] = {"spec": made if style == room["style"] else {**made, "config": style}}
            if spec["usermeta"].get("controls"):
                chart["controls"] = [_control(one) for one in spec["usermeta"]["controls"]]
            room["charts"][str(spec["usermeta"]["id"])] = chart
    return rooms or None


def _specs(notebook: Path) -> Iterator[dict[str, Any]]:
    """The specifications of a notebook's charts that have an id."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        for output in cell.get("outputs", ()):
            spec = output.get("data", {}).get(MIME)
            if spec and (spec.get("usermeta") or {}).get("id"):
                yield spec


def _control(option: Mapping[str, Any]) -> dict[str, Any]:
    """A chart's own option; one that is a number with what print sets around it, as `whatif.control` has it."""
    if "options" in option:
        return dict(option)
    before, after, times = around(option.get("unit", ""))
    return {**option, "before": before, "after": after, "times": times}


def write_specs(notebook: Path, folder: Path, drawings: Path | None = None) -> None:
    """Write the specifications of an executed notebook into `folder`, a file for each room."""
    for variant, room in (published(notebook, drawings) or {}).items():
        folder.mkdir(parents=True, exist_ok=True)
        # ASCII reads the same whatever a host says of its encoding.
        text = json.dumps(room, separators=(",", ":"), allow_nan=False)
        script = f"(globalThis.{PUBLISHED}??={{}}).{variant}={text};\n"
        (folder / f"{notebook.stem}-{variant}.js").write_text(script, "ascii")


def follow(specs: Path, drawings: Path) -> None:
    """Draw the notebooks whose paths come in on standard input, each a line of JSON: of those that wait the first by
    name, as Sphinx reads them. Ends with the input."""
    waiting: PriorityQueue[tuple[bool, str]] = PriorityQueue()

    def listen() -> None:
        for line in sys.stdin:
            waiting.put((False, json.loads(line)))
        waiting.put((True, ""))

    threading.Thread(target=listen, daemon=True).start()
    drawings.mkdir(parents=True, exist_ok=True)
    with FileLock(drawings / LOCK):
        while not (first := waiting.get())[0]:
            write_specs(Path(first[1]), specs, drawings)
            engine.rest()


if __name__ == "__main__":
    follow(*map(Path, sys.argv[1:]))

__all__ = ["LOCK", "PUBLISHED", "follow", "published", "write_specs"]
