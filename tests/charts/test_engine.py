"""The engine that draws charts, against vl-convert, the font whose widths it has, and whoever asks it wrongly."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from fontTools.ttLib import TTFont
from neutrality.chapters import BASE, compute
from neutrality.charts import draw, engine

pytestmark = pytest.mark.usefixtures("book_look")

BARS: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": "a"}, {"x": 2, "y": "b"}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "quantitative"}, "y": {"field": "y", "type": "nominal"}},
}

#: Pixels by which a whole drawing may differ: vl-convert moves some pairs of letters closer, the table does not.
KERNING = 6


def specifications(case) -> dict[str, dict[str, Any]]:
    found = {}
    for chapter in BASE:
        results = compute(chapter, case)
        for name, function in import_module(f"neutrality.charts.{chapter}").CHARTS.items():
            made = function(case, results)
            if made is not None:
                found[name] = draw._sized(draw._visible(draw._rooms(made.to_dict(validate=False))[0]))
    return found


def test_each_chart_is_the_one_that_vl_convert_makes(case) -> None:
    every = specifications(case)
    assert len(every) > 15
    for name, spec in every.items():
        assert engine.vega(spec) == vl_convert.vegalite_to_vega(spec, vl_version="6.4"), name
        ours, theirs = engine.svg(spec), vl_convert.vegalite_to_svg(spec, vl_version="6.4")
        words = [re.findall(r"<text[^>]*>([^<]*)<", svg) for svg in (ours, theirs)]
        assert words[0] == words[1], name
        sizes = [
            [float(one) for one in re.findall(r'^<svg[^>]* (?:width|height)="([0-9.]+)"', svg)]
            for svg in (ours, theirs)
        ]
        assert sizes[0] == pytest.approx(sizes[1], abs=KERNING), name


@pytest.mark.parametrize(("style", "kind"), [("regular", "Regular"), ("bold", "Bold")])
def test_a_letter_is_as_wide_as_in_liberation_sans(style: str, kind: str) -> None:
    found = subprocess.run(
        ["fc-match", "-f", "%{file}", f"Liberation Sans:style={kind}"], capture_output=True, text=True, check=False
    ) if shutil.which("fc-match") else None  # fmt: skip
    if found is None or not found.stdout.endswith(f"LiberationSans-{kind}.ttf"):
        pytest.skip("Liberation Sans is not installed")
    font = TTFont(found.stdout)
    assert font["head"].unitsPerEm == 2048
    names, advance = font.getBestCmap(), font["hmtx"]
    widths = json.loads(engine._WIDTHS.read_text("utf-8"))[style]
    assert len(widths) > 500
    assert widths == {letter: advance[names[ord(letter)]][0] for letter in widths}


def axis(label: str, **style: Any) -> float:
    """How wide a drawing is whose one label is this, on its axis."""
    spec = {
        **BARS,
        "data": {"values": [{"x": 1, "y": label}]},
        "config": {"axis": {"labelLimit": 0, **style}},
    }
    return float(re.search(r'width="([0-9.]+)"', engine.svg(spec))[1])


def test_text_takes_its_room_by_letters_size_and_weight() -> None:
    assert axis("WWWWWWWWWW") > axis("llllllllll") + 50
    assert axis("Scale AI", labelFontSize=20) > axis("Scale AI", labelFontSize=10) + 20
    assert axis("Scale AI and others", labelFontWeight="bold") > axis("Scale AI and others")
    # Letters that the table has not take room too, signs of Chinese a whole square.
    assert axis("数据" * 5, labelFontSize=10) == pytest.approx(axis("", labelFontSize=10) + 100, abs=2)
    assert axis("ვვვვვ") > axis("ვ")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"data": {"url": "https://example.org/data.json"}}, "nothing is loaded from elsewhere: https://example.org"),
        ({"data": {"url": "data.csv"}}, "nothing is loaded from elsewhere: data.csv"),
        ({"mark": {"type": "image", "url": "https://example.org/a.png"}}, "nothing is loaded from elsewhere"),
        ({"mark": "heart"}, "Cannot read"),
        ({"encoding": {"x": {"field": "x", "type": "much"}}}, "Invalid field type"),
        ({"mark": None}, "Cannot read"),
    ],
)  # fmt: skip
def test_what_cannot_be_drawn_is_one_line(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=re.escape(said)) as caught:
        engine.svg({**BARS, **change})
    assert len(str(caught.value).splitlines()) == 1
    assert "<anonymous>" not in str(caught.value)
    # The engine is as good as before.
    assert engine.svg(BARS).startswith("<svg")


def test_hostile_text_is_text() -> None:
    label = "</script>'\"`${1}\u2028\\ __proto__"
    made = engine.svg({**BARS, "data": {"values": [{"x": 1, "y": label, "__proto__": {"x": 3}}]}})
    assert "&lt;/script&gt;'" in made


@pytest.mark.parametrize(
    "last", ["", "raise SystemExit(3)", "import os; os.fork() or os._exit(0); os.wait()"]
)
def test_a_process_that_has_drawn_ends(last: str, tmp_path: Path) -> None:
    program = f"from neutrality.charts import engine\nprint(len(engine.svg({BARS!r})))\n{last}"
    for _ in range(3):
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, env=os.environ, check=False)  # fmt: skip
        assert done.returncode == (3 if "Exit" in last else 0), done.stderr
        assert int(done.stdout) > 1000


def test_a_notebook_which_runs_in_an_event_loop_can_draw() -> None:
    program = f"""
import asyncio
from neutrality.charts import engine
async def cell():
    return [len(engine.svg({BARS!r})) for _ in range(2)]
print(asyncio.run(cell()), len(engine.svg({BARS!r})))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert len({*map(int, re.findall(r"[0-9]+", done.stdout))}) == 1
