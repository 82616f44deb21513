"""What brings the charts of a site alive beside their specifications: Vega, Vega-Lite and the charts' builders.

`_static/alive.js` loads them when a reader comes near a chart. Each is a classic script that assigns one object,
since a page opened from disk may load a script but not fetch. Charts as published are there in Vega, which is half
of the whole; Vega-Lite comes once a reader has figures of their own.
"""

from __future__ import annotations

import json
from pathlib import Path

from neutrality.charts.scripts import bundled
from neutrality.press import live
from neutrality.press.execute import PressError

#: The files in a site's `_static`: Vega, Vega-Lite, the builders of charts, and a page's specifications in a folder.
VEGA, LITE, CHARTS, SPECS = "vega.js", "lite.js", "charts.js", "specs"
#: The one global of each: what draws charts as published, and what draws a reader's.
DRAWING, DRAWING_LITE = "neutralityVega", "neutralityLite"

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
    "SPECS",
    "VEGA",
    "charts",
    "drawing",
    "write_scripts",
]
