"""Notebooks as they are committed: thin, and without outputs and execution counts. `make lint` asks too."""

from __future__ import annotations

import ast
from pathlib import Path

import nbformat
import pytest

SOURCES = sorted((Path(__file__).resolve().parents[2] / "book").glob("*.ipynb"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_thin(path: Path) -> None:
    code = [cell.source for cell in nbformat.read(path, 4).cells if cell.cell_type == "code"]
    lines = [line for text in code for line in text.splitlines() if line.strip()]
    assert len(lines) <= 60
    tree = ast.parse("\n".join(lines))
    assert not [
        node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Lambda)
    ]
    assert not [node for node in ast.walk(tree) if isinstance(node, ast.BinOp)], (
        "arithmetic that no test reaches"
    )


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.stem)
def test_a_notebook_is_committed_without_outputs_and_with_fixed_ids(path: Path) -> None:
    cells = nbformat.read(path, 4).cells
    assert len({cell["id"] for cell in cells}) == len(cells)
    for cell in cells:
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)
            assert "hide-input" in cell.metadata.tags
