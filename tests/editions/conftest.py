"""What the tests of editions share: a small book that builds in seconds."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with a front page, one more page and the case of this book."""
    place = tmp_path_factory.mktemp("small") / "project"
    (place / "book").mkdir(parents=True)
    shutil.copy(ROOT / "_config.yml", place)
    (place / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n  - file: about\n", "utf-8")
    for name in ("_static", "about.md", "references.bib"):
        source = ROOT / "book" / name
        (shutil.copytree if source.is_dir() else shutil.copy)(source, place / "book" / name)
    # The page leads to others that this book does not have.
    about = place / "book" / "about.md"
    about.write_text("# About\n\nA small book.\n", "utf-8")
    front = json.loads((ROOT / "book" / "index.ipynb").read_text("utf-8"))
    tagged = [set(cell["metadata"].get("tags", ())) for cell in front["cells"]]
    keep = [tags & {"title", "parameters", "changes"} for tags in tagged]
    cells = [cell for cell, kept in zip(front["cells"], keep, strict=True) if kept]
    change = next(cell for cell in cells if "changes" in cell["metadata"].get("tags", ()))
    change["source"] = "figures.get('investment', 'as it stands')"
    front["cells"] = cells
    (place / "book" / "index.ipynb").write_text(json.dumps(front), "utf-8")
    shutil.copytree(ROOT / "data", place / "data")
    return place
