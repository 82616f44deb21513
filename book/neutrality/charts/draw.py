"""From a Vega-Lite specification to static SVG: one drawing for a notebook, two for a page, and what a page
draws again when it comes alive.

A page shows the wide drawing where there is room and the narrow one elsewhere. Both have a fixed total
width, whatever the specification says, so that charts line up with each other and with the text.
"""

from __future__ import annotations

import copy
import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from neutrality.charts import engine
from neutrality.files import sealed, unsealed, write

Spec = dict[str, Any]

#: Total width of the drawings in pixels. The narrow one fills a phone of 360 px with margins of 16 px.
WIDE, NARROW = 720, 340
#: What stands around the views of a chart before anybody has measured it, in pixels: labels of an axis. The better
#: the guess, the fewer drawings it takes.
_AROUND = 40.0

_SVG = "http://www.w3.org/2000/svg"
#: Drawings in a cache are found by what they were drawn with: this code, and the engine behind it.
_DRAWN_BY = [hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), *engine.made_of()]

_URL = re.compile(r"url\(#([^)]+)\)")
_ACROSS = re.compile(r' data-across="([0-9.]+)"')

ElementTree.register_namespace("", _SVG)


@dataclass(frozen=True)
class Drawing:
    """A static picture of a chart for one room: `wide` or `narrow`, and its SVG element."""

    variant: str
    svg: str

    @property
    def across(self) -> float | None:
        """How wide its views side by side are, without what stands around them; None where steps decide."""
        found = _ACROSS.search(self.svg)
        return float(found[1]) if found else None


def description(spec: Spec) -> str:
    """What a reader who does not see the chart is told."""
    given = spec.get("description")
    if given:
        return str(given)
    title, subtitle = heading(spec)
    return " ".join(part for part in (title, subtitle) if part) or "Chart"


def heading(spec: Spec) -> tuple[str, str]:
    """Title and subtitle of a chart as plain text."""
    title = spec.get("title") or ""
    if not isinstance(title, dict):
        title = {"text": title}
    return _joined(title.get("text")), _joined(title.get("subtitle"))


def _joined(text: object) -> str:
    return " ".join(map(str, text)) if isinstance(text, list) else str(text or "")


def standalone(spec: Spec) -> str:
    """One SVG with title and a white ground, as a notebook shows it on any background."""
    ready = {**spec, "background": "white", "padding": 12}
    return engine.svg(ready)


def drawings(spec: Spec, cache: Path | None = None) -> tuple[Drawing, Drawing]:
    """The wide and the narrow drawing of a chart for a page, without title.

    `cache` is a folder in which drawings are kept by what they were made from. The same specification
    always gives the same text.
    """
    wide, narrow = map(_visible, _rooms(spec))
    first = _drawing("wide", wide, WIDE, cache)
    return first, _drawing("narrow", narrow, NARROW, cache, _beside(first))


def drawn(spec: Spec, cache: Path) -> bool:
    """Whether both drawings of a chart are in the cache."""
    wide, narrow = map(_visible, _rooms(spec))
    first = _kept("wide", _key("wide", wide, WIDE, _AROUND), cache)
    return bool(first and _kept("narrow", _key("narrow", narrow, NARROW, _beside(first)), cache))


def _beside(wide: Drawing) -> float:
    """What to expect around the views of the narrow drawing: mostly it is the same as in the wide one."""
    return WIDE - wide.across if wide.across else _AROUND


def small(spec: Spec, cache: Path | None = None) -> Drawing:
    """The narrow drawing alone, for a page of many small charts."""
    return _drawing("narrow", _visible(_rooms(spec)[1]), NARROW, cache)


def compiled(spec: Spec, cache: Path | None = None) -> dict[str, Spec]:
    """What a page draws again in place of the drawings, by variant: specifications of Vega, in their widths.

    The page is spared the work of Vega-Lite, which takes as long as drawing. Layers that nobody sees are there.
    """
    found = {}
    for drawing, room in zip(drawings(spec, cache), _rooms(spec), strict=True):
        # What the reader hears of is the figure around it.
        silent = {**room, "config": {**(room.get("config") or {}), "aria": False}}
        fitted = _widened(_sized(silent), drawing.across) if drawing.across else silent
        made = engine.vega(fitted)
        found[drawing.variant] = {
            key: part for key, part in made.items() if key not in ("$schema", "description")
        }
    return found


def _rooms(spec: Spec) -> tuple[Spec, Spec]:
    """A chart's specifications for the wide and the narrow room, without title."""
    wide = {key: value for key, value in spec.items() if key not in ("title", "usermeta")}
    return wide, merge(_slim(wide), (spec.get("usermeta") or {}).get("narrow") or {})


def _visible(spec: Spec) -> Spec:
    """The specification without layers that nobody sees: points that only answer a pointer."""
    found = dict(spec)
    for kind in ("vconcat", "hconcat", "concat"):
        if kind in found:
            found[kind] = [_visible(part) for part in found[kind]]
    if "layer" in found:
        found["layer"] = [part for part in found["layer"] if (part.get("mark") or {}).get("opacity") != 0]
    return found


def _drawing(variant: str, spec: Spec, total: int, cache: Path | None, around: float = _AROUND) -> Drawing:
    key = _key(variant, spec, total, around)
    if cache and (kept := _kept(variant, key, cache)):
        return kept
    svg, across = _fitted(spec, total, around)
    svg = _tidy(svg, f"nt{key[:8]}", variant, across)
    if cache:
        cache.mkdir(parents=True, exist_ok=True)
        # Two builds at a time may draw the same chart.
        write(cache / f"{key}.svg", sealed(svg))
    return Drawing(variant, svg)


def _key(variant: str, spec: Spec, total: int, around: float) -> str:
    """What a drawing is found by in a cache: everything that it is made from."""
    made_of = json.dumps([_DRAWN_BY, variant, total, around, spec], sort_keys=True)
    return hashlib.sha256(made_of.encode()).hexdigest()[:16]


def _kept(variant: str, key: str, cache: Path) -> Drawing | None:
    svg = unsealed(cache / f"{key}.svg")
    return None if svg is None else Drawing(variant, svg)


def merge(spec: Any, patch: Any) -> Any:
    """`spec` with `patch` laid over it as RFC 7396 says: objects merge, null removes, all else replaces."""
    if not isinstance(patch, dict):
        return copy.deepcopy(patch)
    merged = dict(spec) if isinstance(spec, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def _slim(spec: Spec) -> Spec:
    """What every chart gives up on a phone: ticks that would touch each other."""
    config = spec.get("config") or {}
    axis = {**(config.get("axisXQuantitative") or {}), "tickCount": 4}
    return {**spec, "config": {**config, "axisXQuantitative": axis}}


def _across(spec: Spec) -> float | None:
    """Sum of the widths of views that stand side by side; None where a width is a step."""
    if "spec" in spec:
        return _across(spec["spec"])
    kind = next((kind for kind in ("hconcat", "vconcat", "concat") if kind in spec), None)
    if kind is None:
        return float(spec["width"]) if isinstance(spec["width"], int | float) else None
    widths = [width for width in map(_across, spec[kind]) if width is not None]
    if len(widths) < len(spec[kind]):
        return None
    return sum(widths) if kind == "hconcat" else max(widths)


def _fitted(spec: Spec, total: int, around: float) -> tuple[str, float | None]:
    """The drawing of a specification whose views are made so wide that all of it is `total` pixels wide, and how
    wide they are then side by side.

    What stands around the views (labels, legends) is known only after drawing, so it is drawn as if that took
    `around` pixels, measured and corrected. A width by step is the author's choice and stays.
    """
    sized = _sized(spec)
    if _across(sized) is None:
        return engine.svg(sized), None
    sized, svg = _widened(sized, total - around), ""
    for _ in range(3):
        across = _across(sized) or total
        svg = engine.svg(sized)
        over = float(ElementTree.fromstring(svg).get("width", "0")) - total
        # Vega rounds to whole pixels; one too few shows nowhere.
        if -1 <= over <= 0:
            return svg, across
        sized = _widened(sized, max(0.1 * across, across - over))
    return engine.svg(sized), _across(sized)


def _sized(spec: Spec) -> Spec:
    """The specification with a width in every view."""
    usual = (spec.get("config") or {}).get("view", {}).get("continuousWidth", 300)
    return _resized(spec, lambda width: usual if width is None else width)


def _resized(spec: Spec, change: Callable[[Any], Any]) -> Spec:
    """The specification with another width, from what it is, in every part that has one of its own."""
    found = dict(spec)
    for kind in ("concat", "hconcat", "vconcat"):
        if kind in spec:
            found[kind] = [_resized(part, change) for part in spec[kind]]
    if "spec" in spec:
        found["spec"] = _resized(spec["spec"], change)
    if found.keys().isdisjoint(("concat", "hconcat", "vconcat", "spec")):
        found["width"] = change(spec.get("width"))
    return found


def _widened(spec: Spec, across: float) -> Spec:
    """A specification with a width in every view with those, in proportion, `across` pixels wide side by side."""
    factor = across / (_across(spec) or across)
    return _resized(spec, lambda width: round(width * factor, 1))


def _tidy(svg: str, prefix: str, variant: str, across: float | None) -> str:
    """An SVG element made ready to stand in a page.

    Vega numbers its ids per process, so they would collide on a page and differ between builds. Roles and
    labels go, since the figure around it speaks for the whole picture, and so do fonts, which the page sets.
    """
    root = ElementTree.fromstring(svg)
    ids: dict[str, str] = {}
    for node in root.iter():
        if "id" in node.attrib:
            ids[node.attrib["id"]] = f"{prefix}-{len(ids)}"
    for node in root.iter():
        for name in list(node.attrib):
            if name in ("role", "class", "font-family", "pointer-events") or name.startswith("aria-"):
                del node.attrib[name]
            elif name == "id":
                node.attrib["id"] = ids[node.attrib["id"]]
            elif "url(#" in node.attrib[name]:
                node.attrib[name] = _URL.sub(lambda m: f"url(#{ids.get(m[1], m[1])})", node.attrib[name])
            elif name in ("opacity", "stroke-width") and node.attrib[name] == "1":
                del node.attrib[name]
    for parent in list(root.iter()):
        for child in list(parent):
            if child.get("display") == "none" or child.get("d") in ("", "M0,0h0v0h0Z"):
                parent.remove(child)
    root.attrib.pop("version", None)
    root.set("class", f"nt-{variant}")
    if across is not None:
        # The live picture in its place starts from it.
        root.set("data-across", f"{across:g}")
    root.set("aria-hidden", "true")
    root.set("focusable", "false")
    return ElementTree.tostring(root, encoding="unicode")
