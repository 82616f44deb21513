"""What a script or a style sheet says again of the package or of another file: the same on both sides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from neutrality.charts import theme
from neutrality.press import whatif
from neutrality.press.downloads.workbook import FORMULA_LIKE
from neutrality.results import TAG_LETTERS

STATIC = Path(__file__).resolve().parents[2] / "book" / "_static"


def constant(name: str, script: str) -> str:
    """What a script sets a constant to, as it is written."""
    found = re.search(rf"const {re.escape(name)} = (.*);$", (STATIC / script).read_text("utf-8"), re.M)
    assert found, f"{script}: {name}"
    return found[1]


def words(written: str) -> dict[str, str]:
    """An object of strings."""
    return dict(re.findall(r'(\w+): "([^"]*)"', written))


def test_a_kept_chart_has_the_colours_and_the_letters_of_paper() -> None:
    kept = words(constant("{ INK, MUTED, PAPER }", "keep.js"))
    assert kept == {name: getattr(theme, name) for name in ("INK", "MUTED", "PAPER")}
    assert constant("FONT", "keep.js") == f'"{theme.FONT}"'


def test_a_kept_table_holds_back_what_the_downloads_hold_back() -> None:
    pattern = re.fullmatch(r"/(.*)/", constant("FORMULA", "keep.js"))
    assert pattern
    formula = re.compile(pattern[1])
    assert {chr(code) for code in range(0x300) if formula.search(chr(code))} == set(FORMULA_LIKE)
    assert not any(formula.search(f"a{sign}") for sign in FORMULA_LIKE)


@pytest.mark.parametrize(
    ("name", "script"), [("LETTERS", "whatif/control.js"), ("TAG_LETTERS", "live/charts/common.js")]
)
def test_tags_have_one_letter_each(name: str, script: str) -> None:
    assert words(constant(name, script)) == TAG_LETTERS


def test_a_slider_has_one_number_of_steps() -> None:
    assert constant("STEPS", "whatif/control.js") == str(whatif.STEPS)


@pytest.mark.parametrize(
    ("name", "script", "style", "query"),
    [
        ("ROOM", "alive.js", "notebook.css", "@container (min-width: {}px)"),
        ("DRAWER", "whatif/panel.js", "whatif.css", "@media {}"),
    ],
)
def test_a_script_changes_where_its_style_sheet_does(name: str, script: str, style: str, query: str) -> None:
    assert query.format(constant(name, script).strip('"')) in (STATIC / style).read_text("utf-8")


def test_pages_pass_on_what_controls_read() -> None:
    read = constant("HASH", "whatif/link.js")
    assert f"location.hash.startsWith({read})" in (STATIC / "carry.js").read_text("utf-8")
