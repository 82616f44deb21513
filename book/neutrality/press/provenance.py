"""What the panel at each number shows, as one file that the page's script loads when it is first needed.

The file assigns one object instead of being JSON: a page opened from disk may load a script beside it, but
may not fetch. Every string stands in it once, and records name it by its place.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from neutrality.chapters.evidence import Evidence
from neutrality.chapters.evidence.records import FigureRecord, Mention, ResultRecord
from neutrality.display import TAG_MEANINGS
from neutrality.display_records import LAYER_MEANINGS
from neutrality.results import LAYERS, TAG_LETTERS, TAGS, as_plain

FILE = "provenance-data.js"
NAME = "neutralityProvenance"


class _Strings:
    """Strings in the order in which they were first asked for."""

    def __init__(self) -> None:
        self.places: dict[str, int] = {}

    def __call__(self, words: str) -> int:
        return self.places.setdefault(words, len(self.places))

    def listed(self) -> list[str]:
        return list(self.places)


def packed(records: Evidence) -> dict[str, Any]:
    """The data of the panel.

    `strings` holds all text once. `tags` and `layers` are letter (or name) and meaning. Every other number is
    a place: `sources` hold id, publisher and grade; `claims` id and source; `figures` id, name, value, tag,
    layer, sources, range and reason; `results` id, name, value, tag, layer, formula and figures. Empty text
    is the place of the empty string.
    """
    text = _Strings()
    text("")
    sources = {source.id: place for place, source in enumerate(records.sources)}
    figures = {figure.id: place for place, figure in enumerate(records.figures)}
    return {
        "tags": [[TAG_LETTERS[tag], tag, TAG_MEANINGS[tag]] for tag in TAGS],
        "layers": [[layer, LAYER_MEANINGS[layer]] for layer in LAYERS],
        "sources": [[text(one.id), text(one.publisher), text(one.grade)] for one in records.sources],
        "claims": [[text(one.id), sources[one.source.id], text(one.grade)] for one in records.claims],
        "figures": [_figure(one, text, sources) for one in records.figures],
        "results": [_result(one, text, figures) for one in records.results],
        "strings": text.listed(),
    }


def _figure(record: FigureRecord, text: _Strings, sources: dict[str, int]) -> list[Any]:
    figure = record.figure
    value = record.number.text if record.number else "undisclosed" if figure.undisclosed else ""
    return [
        text(record.id),
        text(record.name),
        text(value),
        TAGS.index(figure.tag),
        LAYERS.index(record.layer),
        _places(record.sources, sources),
        text(as_plain(record.range) if record.range else ""),
        text(figure.reason),
    ]


def _result(record: ResultRecord, text: _Strings, figures: dict[str, int]) -> list[Any]:
    return [
        text(record.id),
        text(record.label),
        text(record.number.text if record.number else record.word),
        TAGS.index(record.tag),
        LAYERS.index(record.layer),
        text(record.formula),
        _places(record.figures, figures),
    ]


def _places(mentions: tuple[Mention, ...], places: dict[str, int]) -> list[int]:
    return [places[mention.id] for mention in mentions]


def write(records: Evidence, folder: Path) -> Path:
    """Write the data of the panel into a folder of the site and return its file."""
    # Without characters beyond ASCII the file reads the same whatever its host says of its encoding.
    data = json.dumps(packed(records), separators=(",", ":"), allow_nan=False)
    place = folder / FILE
    folder.mkdir(parents=True, exist_ok=True)
    place.write_text(f"globalThis.{NAME}={data};\n", "ascii")
    return place


__all__ = ["FILE", "NAME", "packed", "write"]
