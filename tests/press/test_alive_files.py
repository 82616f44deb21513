"""What brings charts alive, as files: Vega in one script of one global, and the published specifications."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from neutrality.charts import draw, published, scripts
from neutrality.charts.renderer import MIME
from neutrality.press import alive, mime
from neutrality.press.execute import PressError


def chart(**usermeta: object) -> dict[str, object]:
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "config": {"background": None},
        "title": {"text": "How much?", "subtitle": "$ million"},
        "description": "A bar.",
        "datasets": {"data-1": [{"x": 1}]},
        "layer": [
            {
                "data": {"name": "data-1"},
                "mark": {"type": "bar"},
                "encoding": {"x": {"field": "x", "type": "quantitative"}},
            }
        ],
        "usermeta": {"id": "X1", "source": "Figures: a.", **usermeta},
    }


def notebook(folder: Path, *specs: dict[str, object]) -> Path:
    cells = [{"outputs": [{"data": {MIME: spec}}]} for spec in specs]
    place = folder / "page.ipynb"
    place.write_text(json.dumps({"cells": [{"source": "# no output"}, *cells]}), "utf-8")
    return place


@pytest.mark.parametrize(("name", "given"), [(alive.VEGA, "neutralityVega"), (alive.LITE, "neutralityLite")])
def test_a_bundle_is_one_function_with_one_global(name: str, given: str, root: Path) -> None:
    """The bundler itself: its parts are named with their versions, which another vl-convert may not have."""
    made = alive.drawing(name, root / "_build" / "scripts")
    assert made.startswith("(function(){")
    assert made.endswith("\n})();\n")
    assert re.findall(r"globalThis\.(neutrality\w+)=", made) == [given]


def test_drawing_what_is_published_takes_half(root: Path) -> None:
    published, whole = (
        len(alive.drawing(name, root / "_build" / "scripts")) for name in (alive.VEGA, alive.LITE)
    )
    assert published < 0.6 * whole


def test_a_bundle_is_made_once_and_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_BUNDLER", "import sys; print(len(sys.stdin.read()))")
    made = alive.drawing(alive.LITE, tmp_path / "scripts")
    assert [path.suffix for path in (tmp_path / "scripts").iterdir()] == [".js"]
    monkeypatch.setattr(scripts, "_BUNDLER", "raise SystemExit(1)")
    assert alive.drawing(alive.LITE, tmp_path / "scripts") == made
    # One that is damaged is made again, and here it cannot be.
    (kept,) = (tmp_path / "scripts").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PressError, match=r"lite\.js"):
        alive.drawing(alive.LITE, tmp_path / "scripts")
    kept.write_bytes(whole)
    assert alive.drawing(alive.LITE, tmp_path / "scripts") == made
    # What else is asked of the bundler is another script.
    with pytest.raises(PressError, match=r"vega\.js"):
        alive.drawing(alive.VEGA, tmp_path / "scripts")


@pytest.mark.parametrize(
    ("bundler", "said"), [("raise SystemExit('no room left')", "no room left"), ("", "made nothing")]
)
def test_a_bundler_that_fails_says_why(bundler: str, said: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scripts, "_BUNDLER", bundler)
    with pytest.raises(PressError, match=rf"vega\.js: .*{said}"):
        alive.drawing(alive.VEGA)


def test_a_chart_is_published_in_vega_for_each_room(tmp_path: Path) -> None:
    table = {"columns": ["Name", "Number"], "rows": [["a", 1]]}
    held = published.published(notebook(tmp_path, chart(table=table, narrow={"height": 40})))
    assert set(held) == {"wide", "narrow"}
    for variant, drawing in zip(held, draw.drawings(chart(narrow={"height": 40})), strict=True):
        room = held[variant]
        assert room["config"] == {"background": None}
        # Without what the page has already.
        spec = room["charts"]["X1"]["spec"]
        assert not {"$schema", "title", "description", "usermeta", "config"} & set(spec)
        assert {"marks", "scales", "axes"} <= set(spec)
        assert spec["width"] == pytest.approx(drawing.across, abs=0.1)
        assert {"x": 1} in next(one["values"] for one in spec["data"] if one["name"] == "data-1")
    heights = [held[variant]["charts"]["X1"]["spec"]["height"] for variant in ("wide", "narrow")]
    assert heights[1] == 40 != heights[0]


def test_a_live_picture_has_the_layers_that_only_answer_a_pointer(tmp_path: Path) -> None:
    spec = chart()
    unseen = {**spec["layer"][0], "mark": {"type": "point", "opacity": 0, "clip": True}}
    spec["layer"] = [*spec["layer"], unseen]
    marks = published.published(notebook(tmp_path, spec))["wide"]["charts"]["X1"]["spec"]["marks"]
    assert len(marks) == 2
    seen = [drawing.svg.count("<path") for drawing in draw.drawings(spec)]
    assert seen == [drawing.svg.count("<path") for drawing in draw.drawings(chart())]


def test_a_notebook_without_charts_publishes_nothing(tmp_path: Path) -> None:
    assert published.published(notebook(tmp_path)) is None
    anonymous = chart()
    anonymous["usermeta"] = {}
    page = notebook(tmp_path, anonymous)
    assert published.published(page) is None
    published.write_specs(page, tmp_path / "specs")
    assert not (tmp_path / "specs").exists()


def test_a_style_of_its_own_stays_with_its_chart(tmp_path: Path) -> None:
    other = chart(id="X2")
    other["config"] = {"axis": {"grid": False}}
    room = published.published(notebook(tmp_path, chart(), other))["wide"]
    assert "config" not in room["charts"]["X1"]["spec"]
    assert room["charts"]["X2"]["spec"]["config"] != room["style"]


def test_an_option_that_is_a_number_says_how_it_is_printed(tmp_path: Path) -> None:
    options = [
        {"name": "level", "label": "Level", "value": 0.5, "low": 0, "high": 1, "step": 0.1, "unit": "share"},
        {
            "name": "size",
            "label": "Size",
            "value": 5,
            "low": 0,
            "high": 9,
            "step": 1,
            "unit": "USD mn per year",
        },
        {"name": "rule", "label": "Rule", "value": "a", "options": [{"value": "a", "label": "A"}]},
    ]
    for room in published.published(notebook(tmp_path, chart(controls=options))).values():
        level, size, rule = room["charts"]["X1"]["controls"]
        assert (level["before"], level["after"], level["times"]) == ("", "%", 100)
        assert (size["before"], size["after"], size["times"]) == ("$", "mn a year", 1)
        assert rule == options[2]


def test_specifications_are_a_script_in_ascii_for_each_page_and_room(tmp_path: Path) -> None:
    spec = chart()
    spec["datasets"] = {"data-1": [{"x": 1, "text": "Größe </script>"}]}
    published.write_specs(notebook(tmp_path, spec), tmp_path / "specs")
    for room in ("wide", "narrow"):
        text = (tmp_path / "specs" / f"page-{room}.js").read_bytes().decode("ascii")
        found = re.fullmatch(rf"\(globalThis\.neutralitySpecs\?\?=\{{\}}\)\.{room}=(\{{.*\}});\n", text)
        data = json.loads(found[1])["charts"]["X1"]["spec"]["data"]
        assert next(one["values"] for one in data if one["name"] == "data-1") == spec["datasets"]["data-1"]


def test_the_builders_come_with_their_colours(root: Path) -> None:
    script = alive.charts(root / "book" / "_static" / "live")
    first, _, rest = script.partition("\n")
    assert re.match(r'neutrality\.look=\{.*"INK":"#1B1F24".*\};$', first)
    assert "neutrality.charts" in rest


# -- the figure ------------------------------------------------------------------------------------------


def figure(**usermeta: object) -> str:
    spec = chart(**usermeta)
    return mime.figure(spec, (draw.Drawing("wide", "<svg></svg>"),))


def test_a_table_of_data_prints_numbers_and_keeps_them_whole() -> None:
    rows = [["a", 1234.5678, 2025], ["b", None, 2026], ["c", -3, 2027]]
    html = figure(table={"columns": ["Who", "$ million", "Year"], "rows": rows})
    assert '<th scope="col">Who</th><th scope="col" class="nt-n">$ million</th>' in html
    assert (
        '<th scope="row">a</th><td class="nt-n" data-value="1234.5678">1,235</td><td class="nt-n">2025</td>'
        in html
    )
    assert '<th scope="row">b</th><td class="nt-n" data-value="">–</td>' in html
    assert '<td class="nt-n" data-value="-3">−3</td>' in html
    assert 'role="region" aria-label="Data: How much?" tabindex="0"' in html


def test_text_of_a_table_is_inert() -> None:
    html = figure(table={"columns": ["<b>x"], "rows": [['"><script>alert(1)</script>']]})
    assert "<script>" not in html
    assert "<b>" not in html


def test_the_place_of_options_is_kept() -> None:
    assert "nt-options" not in figure()
    one = {"name": "rule", "label": "Rule", "value": "a", "options": []}
    assert 'data-options="1"' in figure(controls=[one])
    spec = chart(controls=[one])
    spec["params"] = [
        {"name": "k", "value": 1, "bind": {"input": "range", "min": 0, "max": 2}},
        {"name": "pick", "select": "point", "bind": "legend"},
        {"name": "by", "select": "point", "bind": {"a": {"input": "select"}, "b": {"input": "radio"}}},
    ]
    assert 'data-options="4"' in mime.figure(spec, ())


def test_data_and_files_stay_off_the_paper() -> None:
    html = figure(table={"columns": ["a"], "rows": [["b"]]})
    assert 'class="nt-tools nt-screen"' in html
