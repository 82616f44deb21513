"""Every notebook over a case that has no row in any table that can do without: nothing fails, no sentence breaks."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from neutrality.charts import draw
from neutrality.press.compile import pages
from neutrality.press.execute import Run, changed, execute_all

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "case" / "another"))
import another  # noqa: E402
from sentences import BROKEN, sentences  # noqa: E402

NOTEBOOKS = [page for page in pages(ROOT) if (ROOT / "book" / f"{page}.ipynb").exists()]


@pytest.fixture(scope="module")
def outputs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[dict]]:
    """What the cells of each notebook put out, by notebook."""
    folder = tmp_path_factory.mktemp("bare")
    case = another.write(folder / "case", bare=True)
    runs = []
    for page in NOTEBOOKS:
        notebook = ROOT / "book" / f"{page}.ipynb"
        out = folder / "executed" / notebook.name
        runs.append(Run(notebook, out, changed(notebook, {"data": str(case)})))
    execute_all(runs, 2)
    return {
        run.notebook.stem: [
            output["data"]
            for cell in json.loads(run.out.read_text("utf-8"))["cells"]
            for output in cell.get("outputs", [])
            if "data" in output
        ]
        for run in runs
    }


def said(data: dict) -> Iterator[str]:
    """The sentences of one output: of its markup, or of a chart its heading, description and source."""
    if "text/html" in data:
        yield from sentences(BeautifulSoup(f"<main>{''.join(data['text/html'])}</main>", "html.parser"))
    for kind, spec in data.items():
        if kind.startswith("application/vnd.vegalite"):
            yield from draw.heading(spec)
            yield draw.description(spec)
            yield str(spec.get("usermeta", {}).get("source", ""))


@pytest.mark.parametrize("page", NOTEBOOKS)
def test_no_sentence_is_broken(outputs, page) -> None:
    found = [text for data in outputs[page] for text in said(data) if text]
    assert found
    assert [(text, hit[0]) for text in found if (hit := BROKEN.search(text))] == []
