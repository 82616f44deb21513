"""The notebooks: opened by any tool, and reproducible number by number. How they are committed, test_committed says."""

from __future__ import annotations

import ast
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from neutrality.case import load

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "book").glob("*.ipynb"))
CHAPTERS = [path for path in SOURCES if path.stem != "index"]
BIN = Path(sys.executable).parent

#: What every chapter takes, with its default (design, "Chapters' parameters").
COMMON = {"data": "data", "as_of": "", "scenario": "as_reported", "figures": {}}


def code_cells(path: Path) -> list:
    return [cell for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]


def test_the_front_page_compares_under_the_choices_of_the_build() -> None:
    """A choice that only its chapters knew would leave the page's changes at the default."""
    cells = {
        tag: cell.source for cell in code_cells(ROOT / "book" / "index.ipynb") for tag in cell.metadata.tags
    }
    for name in ("size_model", "share_model"):
        assert f"\n{name}: str = " in cells["parameters"]
        assert f'"{name}": {name}' in cells["changes"]


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        list(map(str, command)),
        cwd=cwd,
        # Options for these tests are none for those.
        env=os.environ | environment | {"PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )


def outputs(path: Path) -> str:
    """All that an executed notebook shows, as text."""
    return json.dumps([cell.outputs for cell in code_cells(path)], ensure_ascii=False)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_no_name_of_the_case_and_no_number_stands_in_a_notebook(path: Path) -> None:
    names = [
        entity.name
        for entity in load().entities.values()
        if entity.role != "other" and entity.name != "Other vendors"
    ]
    for cell in nbformat.read(path, 4).cells:
        assert not [name for name in names if re.search(rf"\b{re.escape(name)}\b", cell.source)]
        if cell.cell_type == "markdown":
            assert not re.search(r"\d", cell.source), cell.source


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_the_parameters_cell(path: Path) -> None:
    (cell,) = [cell for cell in code_cells(path) if "parameters" in cell.metadata.tags]
    found = {}
    for line, node in zip(cell.source.splitlines(), ast.parse(cell.source).body, strict=True):
        assert isinstance(node, ast.AnnAssign)
        found[node.target.id] = ast.literal_eval(node.value)
        comment = line.partition("  # ")[2]
        assert comment, "papermill's --help-notebook shows the comment"
        assert "=" not in comment, "papermill cannot read a comment with an equals sign"
    assert COMMON.items() <= found.items()
    shown = run(BIN / "papermill", "--help-notebook", path).stdout
    for name in found:
        assert re.search(rf"^\s*{name}: (str|dict|int) \(default ", shown, re.MULTILINE), shown


@pytest.mark.parametrize(("folder", "notebook"), [(".", "book/deal.ipynb"), ("book", "deal.ipynb")])
def test_papermill_alone_runs_a_chapter_with_new_figures(folder: str, notebook: str, tmp_path: Path) -> None:
    out = tmp_path / "out.ipynb"
    done = run(BIN / "papermill", notebook, out, "-y", "{figures: {investment: 15.0}}", cwd=ROOT / folder)
    assert done.returncode == 0, done.stderr
    shown = outputs(out)
    assert "$15bn" in shown
    assert "changed: investment $15bn" in shown
    assert "image/svg+xml" in shown, "JupyterLab shows the drawing"
    assert "application/vnd.vegalite.v6+json" in shown


def test_the_sources_run_when_opened_in_jupyter() -> None:
    """Lax: every cell of the notebooks as committed runs in a kernel that works beside them."""
    command = (BIN / "python", "-m", "pytest", "--nbval-lax", "-p", "no:cacheprovider", "-q", *SOURCES)
    done = run(*command, cwd=ROOT / "book")
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(rf"\b{sum(len(code_cells(path)) for path in SOURCES)} passed", done.stdout)


def test_every_published_number_comes_again_in_a_fresh_kernel(executed: Path) -> None:
    """Strict: outputs of the executed notebooks, cell by cell."""
    paths = [executed / path.name for path in SOURCES]
    done = run(
        *(BIN / "python", "-m", "pytest", "--nbval", "-p", "no:cacheprovider", "-q", *paths),
        *("--nbval-current-env", "--rootdir", executed),
        NEUTRALITY_PRESS="1",
        PYTHONHASHSEED="0",
    )
    assert done.returncode == 0, done.stdout[-3000:]
    assert re.search(rf"\b{sum(len(code_cells(path)) for path in paths)} passed", done.stdout)


@pytest.mark.parametrize("name", [path.stem for path in SOURCES])
def test_an_executed_notebook_is_reproducible(name: str, executed: Path) -> None:
    text = (executed / f"{name}.ipynb").read_text("utf-8")
    notebook = nbformat.reads(text, 4)
    assert str(ROOT) not in text
    assert not re.search(r"\d{4}-\d\d-\d\dT\d\d:\d\d", text), "no timestamp"
    assert "papermill" not in notebook.metadata
    for cell in notebook.cells:
        assert not {"papermill", "execution"} & cell.metadata.keys()
        for output in cell.get("outputs", []):
            assert output.output_type != "error"
            assert output.get("name") != "stderr"


def test_two_runs_are_the_same_to_the_byte(tmp_path: Path) -> None:
    from neutrality import press

    first, second = (press.run("deal", {"figures": {"stake": 0.47}}, tmp_path / name) for name in "ab")
    assert first.read_bytes() == second.read_bytes()
    assert "injected-parameters" in first.read_text("utf-8")


def test_a_notebook_that_raises_is_named_with_its_cell(tmp_path: Path) -> None:
    from neutrality.errors import InputError
    from neutrality.press import execute

    source = nbformat.read(ROOT / "book" / "deal.ipynb", 4)
    source.cells[4].source = "1 / 0"
    broken = tmp_path / "deal.ipynb"
    nbformat.write(source, broken)
    with pytest.raises(InputError) as caught:
        execute.execute(broken, {}, tmp_path / "out.ipynb")
    assert caught.value.lines == ["deal.ipynb: cell 5: ZeroDivisionError: division by zero"]
    assert not (tmp_path / "out.ipynb").exists()
