"""Each notebook by the results it stores, at three sets of parameters."""

from __future__ import annotations

import html
import re
from pathlib import Path

import nbformat
import pytest
from neutrality.case import load
from neutrality.chapters import NAMES, compute
from neutrality.press import execute
from neutrality.units import pretty

ROOT = Path(__file__).resolve().parents[2]

SETS = {
    "base": {},
    "scenario": {"scenario": "google_only", "scale": "icd203", "pool_method": "log"},
    "figures": {
        "figures": {"investment": 13.7, "google_spend_2024": 163, "inhouse_share": 0.17},
        "basis": "plan",
    },
}

SHOWN = re.compile(r'data-ref="result:([^"]+)"[^>]*>([^<]+)<')


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], Path]:
    """Every chapter's notebook, executed at each set of parameters."""
    folder = tmp_path_factory.mktemp("values")
    found, jobs = {}, []
    for key, parameters in SETS.items():
        for name in NAMES:
            source = ROOT / "book" / f"{name}.ipynb"
            out = folder / key / f"{name}.ipynb"
            jobs.append(execute.Run(source, out, execute.changed(source, parameters)))
            found[name, key] = out
    execute.execute_all(jobs)
    return found


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("name", NAMES)
def test_stored_results_are_those_of_the_package(runs, name: str, key: str) -> None:
    parameters = dict(SETS[key])
    reading = {k: parameters.pop(k) for k in ("scale", "pool_method") if k in parameters}
    basis = {"basis": parameters.pop("basis")} if "basis" in parameters else {}
    results = compute(name, load(**parameters, **reading), **basis).results
    notebook = nbformat.read(runs[name, key], 4)
    text = " ".join(
        output.get("data", {}).get("text/html", "")
        for cell in notebook.cells
        for output in cell.get("outputs", [])
    )
    shown = SHOWN.findall(html.unescape(text))
    assert len(shown) > 5
    for ref, words in shown:
        result = results[ref]
        # Two to six significant figures; a neighbour may carry the unit of time, and a sentence may say
        # by how much something falls.
        values = {result.value, abs(result.value)} if result.value is not None else {None}
        allowed = {pretty(value, result.unit, digits) for value in values for digits in range(2, 7)}
        assert words in allowed | {text.removesuffix(" a year") for text in allowed}, ref
