"""Charts that are drawn ahead of Sphinx: the same drawings, found where the page asks for them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from neutrality.charts import draw
from neutrality.charts.renderer import MIME
from neutrality.press import ahead
from neutrality.press.execute import PressError

#: Seconds for a process to start on a machine that is busy with other tests.
PATIENCE = 120

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
    executed(folder / "first.ipynb", SPEC, {**SPEC, "mark": "line", "usermeta": {"id": "X2"}})
    executed(folder / "second.ipynb", {**SPEC, "mark": "point", "usermeta": {"id": "X3"}})
    return folder


@contextmanager
def drawing(source: Path, drawings: Path, specs: Path | None) -> Iterator[None]:
    """All notebooks of a folder are drawn meanwhile, as a build has it."""
    with ahead.Drawer(drawings, specs) as drawer:
        for page in sorted(source.iterdir()):
            drawer.draw(page)
        yield
        drawer.finish()


def test_what_is_drawn_ahead_is_what_the_page_would_draw(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with drawing(source, tmp_path / "kept", tmp_path / "specs"):
        pass
    named = {path.name for path in (tmp_path / "specs").iterdir()}
    assert named == {f"{page}-{room}.js" for page in ("first", "second") for room in ("wide", "narrow")}
    sound = [
        {**SPEC, "mark": "line", "usermeta": {"id": "X2"}},
        {**SPEC, "mark": "point", "usermeta": {"id": "X3"}},
    ]
    drawn = [draw.drawings(spec) for spec in sound]
    monkeypatch.setattr(draw.engine, "svg", lambda _: pytest.fail("drawn again"))
    assert [draw.drawings(spec, tmp_path / "kept") for spec in sound] == drawn


def test_a_drawing_is_made_again_by_other_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    draw.drawings(SPEC, tmp_path)
    monkeypatch.setattr(draw, "_DRAWN_BY", ["another", "1.0"])
    draw.drawings(SPEC, tmp_path)
    assert len(list(tmp_path.iterdir())) == 4


def halved(kept: bytes) -> bytes:
    return kept[: len(kept) // 2]


def nothing(kept: bytes) -> bytes:
    return b""


def zeros(kept: bytes) -> bytes:
    return bytes(len(kept))


def another(kept: bytes) -> bytes:
    """Whole to whoever reads it, but not what was drawn."""
    return kept.replace(b"<path", b"<path opacity='0'", 1)


def no_text(kept: bytes) -> bytes:
    return b"\xff" + kept


@pytest.mark.parametrize("harm", [halved, nothing, zeros, another, no_text])
def test_a_kept_drawing_that_is_damaged_is_drawn_again(
    tmp_path: Path, harm: Callable[[bytes], bytes]
) -> None:
    drawn = draw.drawings(SPEC, tmp_path)
    for file in tmp_path.iterdir():
        before = file.read_bytes()
        file.write_bytes(harm(before))
        assert file.read_bytes() != before
        assert not draw.drawn(SPEC, tmp_path)
        assert draw.drawings(SPEC, tmp_path) == drawn
        assert file.read_bytes() == before
    assert draw.drawn(SPEC, tmp_path)


def test_two_may_draw_the_same_chart(source: Path, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    sound = {**SPEC, "mark": "point", "usermeta": {"id": "X3"}}
    with drawing(source, kept, tmp_path / "specs"):
        # As Sphinx does meanwhile.
        drawn = draw.drawings(sound, kept)
    assert drawn == draw.drawings(sound)


def test_a_chart_that_nobody_can_draw_is_said(source: Path, tmp_path: Path) -> None:
    executed(source / "third.ipynb", {**SPEC, "mark": "nothing known", "usermeta": {"id": "X4"}})
    with (
        pytest.raises(PressError, match="drawing the charts"),
        drawing(source, tmp_path, tmp_path / "specs"),
    ):
        pass


def test_no_page_needs_them_in_a_book_without_a_model(source: Path, tmp_path: Path) -> None:
    with drawing(source, tmp_path / "kept", None):
        pass
    assert not (tmp_path / "kept").exists()


def test_the_work_that_fails_is_not_waited_for(source: Path, tmp_path: Path) -> None:
    with pytest.raises(KeyError), drawing(source, tmp_path / "kept", tmp_path / "specs"):
        raise KeyError


def test_a_notebook_is_drawn_while_the_next_is_awaited(source: Path, tmp_path: Path) -> None:
    with ahead.Drawer(tmp_path / "kept", tmp_path / "specs") as drawer:
        drawer.draw(source / "first.ipynb")
        end = time.monotonic() + PATIENCE
        while not (tmp_path / "specs" / "first-narrow.js").exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert not (tmp_path / "specs" / "second-wide.js").exists()
        drawer.draw(source / "first.ipynb")
        drawer.draw(source / "second.ipynb")
        drawer.finish()
    assert len(list((tmp_path / "specs").iterdir())) == 4


def test_one_that_is_killed_is_said(source: Path, tmp_path: Path) -> None:
    with (
        pytest.raises(PressError, match="drawing the charts: -9"),
        ahead.Drawer(tmp_path, tmp_path) as drawer,
    ):
        drawer.draw(source / "first.ipynb")
        for child in psutil.Process().children():
            if "neutrality.charts.published" in " ".join(child.cmdline()):
                child.kill()
        drawer.draw(source / "second.ipynb")
        drawer.finish()


def test_nothing_to_draw_starts_no_process(tmp_path: Path) -> None:
    before = psutil.Process().children()
    with ahead.Drawer(tmp_path / "kept", tmp_path / "specs") as drawer:
        drawer.finish()
        assert psutil.Process().children() == before


def test_a_place_with_a_line_break_in_its_name(tmp_path: Path) -> None:
    folder = tmp_path / "two\nlines"
    folder.mkdir()
    executed(folder / "page.ipynb", {**SPEC, "usermeta": {"id": "X1"}})
    with drawing(folder, tmp_path / "kept", tmp_path / "specs"):
        pass
    assert len(list((tmp_path / "specs").iterdir())) == 2
