"""Charts that are drawn ahead of Sphinx: the same drawings, found where the page asks for them."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import nbformat
import pytest
from neutrality.charts import draw
from neutrality.charts.renderer import MIME
from neutrality.press import ahead

SPEC: dict[str, Any] = {
    "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
    "data": {"values": [{"x": 1, "y": 2}, {"x": 2, "y": 4}]},
    "mark": "bar",
    "encoding": {"x": {"field": "x", "type": "ordinal"}, "y": {"field": "y", "type": "quantitative"}},
}


def executed(path: Path, *specs: dict[str, Any]) -> None:
    """A notebook that shows charts, and something else."""
    outputs = [nbformat.v4.new_output("display_data", {MIME: spec, "text/plain": "chart"}) for spec in specs]
    cell = nbformat.v4.new_code_cell("", outputs=[nbformat.v4.new_output("stream", text="words"), *outputs])
    nbformat.write(nbformat.v4.new_notebook(cells=[cell, nbformat.v4.new_markdown_cell("")]), path)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    executed(folder / "first.ipynb", SPEC, {**SPEC, "mark": "line"})
    # A chart that nobody can draw is said where its page is read.
    executed(folder / "second.ipynb", {**SPEC, "mark": "nothing known"}, {**SPEC, "mark": "point"})
    return folder


def test_what_is_drawn_ahead_is_what_the_page_would_draw(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ahead.draw_all(source, tmp_path / "kept")
    sound = [{**SPEC, "mark": mark} for mark in ("bar", "line", "point")]
    drawn = [draw.drawings(spec) for spec in sound]
    monkeypatch.setattr(draw, "_render", lambda _: pytest.fail("drawn again"))
    assert [draw.drawings(spec, tmp_path / "kept") for spec in sound] == drawn
    assert len(list((tmp_path / "kept").iterdir())) == 6


def test_a_drawing_is_made_again_by_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw.drawings(SPEC, tmp_path)
    monkeypatch.setattr(draw, "_DRAWN_BY", ["another", "1.0"])
    draw.drawings(SPEC, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def test_the_one_who_draws_ahead_ends_with_the_work(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    with ahead.drawing(source, kept):
        # As Sphinx does: whatever is not there yet is drawn here.
        for notebook in sorted(source.glob("*.ipynb")):
            for spec in ahead.specifications(notebook):
                if spec["mark"] != "nothing known":
                    draw.drawings(spec, kept)
    before = {path.name: path.read_bytes() for path in kept.glob("*.svg")}
    assert len(before) == 6
    shutil.rmtree(kept)
    ahead.draw_all(source, kept)
    assert {path.name: path.read_bytes() for path in kept.glob("*.svg")} == before
