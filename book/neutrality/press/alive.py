"""What brings the charts of a site alive: Vega, Vega-Lite, the charts' builders and the published specifications.

`_static/alive.js` loads them when a reader comes near a chart. Each is a classic script that assigns one object,
since a page opened from disk may load a script but not fetch. Charts as published are there in Vega, which is half
of the whole; Vega-Lite comes once a reader has figures of their own.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from neutrality.charts import draw
from neutrality.charts.renderer import MIME
from neutrality.charts.scripts import bundled
from neutrality.press import live
from neutrality.press.execute import PressError
from neutrality.press.whatif import around

#: The files in a site's `_static`: Vega, Vega-Lite, the builders of charts, and a page's specifications in a folder.
VEGA, LITE, CHARTS, SPECS = "vega.js", "lite.js", "charts.js", "specs"
#: The one global of each: what draws charts as published, what draws a reader's, and what is published.
DRAWING, DRAWING_LITE, PUBLISHED = "neutralityVega", "neutralityLite", "neutralitySpecs"

#: The parts of Vega that draw, in the versions that the pinned vl-convert has, and what is taken of each. Maps,
#: trees, forces, regressions and word clouds stay away: they are a quarter of Vega, and a chart that needs one stays
#: as it was printed.
_PARTS = {
    "vega-dataflow@6.1.0": "{transforms}",
    "vega-encode@5.1.0": "* as encode",
    "vega-interpreter@2.0.0": "{expressionInterpreter as interpreter}",
    "vega-parser@7.1.0": "{parse}",
    "vega-transforms@5.1.0": "* as usual",
    "vega-util@2.1.0": "{extend}",
    "vega-view@6.1.0": "{View}",
    "vega-view-transforms@5.1.0": "* as view",
}
#: What the bundler makes a script of. The interpreter of expressions needs no `unsafe-eval`.
_SNIPPETS = {
    VEGA: "".join(f'import {taken} from "/npm/{part}/+esm";' for part, taken in _PARTS.items())
    + f"extend(transforms,usual,view,encode);globalThis.{DRAWING}={{parse,View,interpreter}};",
    LITE: f"globalThis.{DRAWING_LITE}={{embed:vegaEmbed}};",
}


# -- Vega ------------------------------------------------------------------------------------------------


def drawing(name: str, cache: Path | None = None) -> str:
    """A script that draws, `VEGA` or `LITE`, made without any network, within a function that hands out one object.

    `cache` keeps it. Raises PressError where it cannot be made.
    """
    try:
        return bundled(name, _SNIPPETS[name], cache)
    except ValueError as fault:
        raise PressError(f"drawing in the page: {fault}") from None


def charts(scripts: Path) -> str:
    """The builders of the charts as one script, with the colours that they draw in."""
    look = json.dumps(live.look(), separators=(",", ":"), allow_nan=False)
    return f"neutrality.look={look};\n{live.bundle(scripts, live.CHART_SCRIPTS)}"


# -- specifications ----------------------------------------------------------------------------------------


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


# -- files -------------------------------------------------------------------------------------------------


def write_specs(notebook: Path, folder: Path, drawings: Path | None = None) -> None:
    """Write the specifications of an executed notebook into `folder`, a file for each room."""
    for variant, room in (published(notebook, drawings) or {}).items():
        folder.mkdir(parents=True, exist_ok=True)
        # ASCII reads the same whatever a host says of its encoding.
        text = json.dumps(room, separators=(",", ":"), allow_nan=False)
        script = f"(globalThis.{PUBLISHED}??={{}}).{variant}={text};\n"
        (folder / f"{notebook.stem}-{variant}.js").write_text(script, "ascii")


def write_scripts(scripts: Path, folder: Path, cache: Path | None = None) -> None:
    """Write what draws and what builds charts into a folder of the site."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in (VEGA, LITE):
        (folder / name).write_text(drawing(name, cache), "utf-8")
    (folder / CHARTS).write_text(charts(scripts), "utf-8")


__all__ = [
    "CHARTS",
    "DRAWING",
    "DRAWING_LITE",
    "LITE",
    "PUBLISHED",
    "SPECS",
    "VEGA",
    "charts",
    "drawing",
    "published",
    "write_scripts",
    "write_specs",
]
