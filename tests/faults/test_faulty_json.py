"""Descriptors and notebooks that are anything at all in one place, in this process and without a kernel."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from fault_json import Place, faulty, put
from hypothesis import given, settings
from hypothesis import strategies as st
from neutrality.case import check
from neutrality.errors import InputError
from neutrality.press import execute

sys.path.append(str(Path(__file__).resolve().parents[1] / "case" / "another"))
import another

with TemporaryDirectory() as folder:
    DESCRIPTOR = json.loads((another.write(Path(folder) / "case") / "datapackage.json").read_text("utf-8"))
NOTEBOOK = json.loads((Path(__file__).resolve().parents[2] / "book" / "scenarios.ipynb").read_text("utf-8"))


def one_by_one(lines: list[str]) -> None:
    assert all(line.splitlines() == [line] for line in lines), lines


@pytest.fixture(scope="module")
def case(sound: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the sound case whose descriptor is written anew each time."""
    return Path(shutil.copytree(sound, tmp_path_factory.mktemp("described") / "case"))


@settings(max_examples=25)
@given(text=faulty(DESCRIPTOR))
def test_a_descriptor_of_anything_is_taken_or_refused_in_lines(case: Path, text: str) -> None:
    (case / "datapackage.json").write_text(text, "utf-8")
    try:
        one_by_one(check(str(case)))
    except InputError as problem:
        assert problem.lines
        one_by_one(problem.lines)
        assert all("datapackage.json" in line for line in problem.lines)


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '{"resources": ' + "[" * 60 + "]" * 60 + "}", '{"resources": NaN}', "9" * 5000]
)
def test_json_beyond_what_reads_it_is_refused_in_a_line(case: Path, text: str) -> None:
    (case / "datapackage.json").write_text(text, "utf-8")
    with pytest.raises(InputError, match=r"datapackage\.json: ") as caught:
        check(str(case))
    one_by_one(caught.value.lines)


@pytest.fixture(scope="module")
def no_kernel() -> Iterator[None]:
    """Papermill with all that it does but the kernel."""
    from papermill.engines import papermill_engines

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            papermill_engines, "execute_notebook_with_engine", lambda _, notebook, *a, **k: notebook
        )
        yield


#: Where in the notebook what is put otherwise, and what the line says of the place.
SPOILT = {
    ("metadata", "kernelspec"): (4, "metadata: kernelspec"),
    ("metadata", "language_info"): ("python", "metadata: language_info"),
    ("nbformat_minor",): ("many", "Error"),
    ("cells", 1, "source"): (0, "cell 2: source"),
    ("cells", 1, "source", 0): ("\ud800", "not a notebook"),
    ("cells", 2, "metadata", "tags"): (1.5, "cell 3: metadata: tags"),
    ("cells", 2, "outputs"): ([{}], "cell 3"),
}


@pytest.mark.parametrize("at", SPOILT, ids=lambda at: ".".join(map(str, at)))
def test_a_fault_of_a_notebook_is_named_by_its_cell(tmp_path: Path, at: Place) -> None:
    value, place = SPOILT[at]
    (tmp_path / "spoilt.ipynb").write_text(json.dumps(put(NOTEBOOK, at, value)), "utf-8")
    with pytest.raises(InputError) as caught:
        execute.declared(tmp_path / "spoilt.ipynb")
    assert len(caught.value.lines) == 1
    assert caught.value.lines[0].startswith("spoilt.ipynb: not a notebook: ")
    assert place in caught.value.lines[0]


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.filterwarnings("ignore::UserWarning:nbformat", "ignore::FutureWarning")
@settings(max_examples=100)
@given(text=faulty(NOTEBOOK) | st.text(max_size=60))
def test_a_notebook_of_anything_is_taken_or_refused_in_a_line(
    tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    place = tmp_path_factory.getbasetemp() / "any.ipynb"
    place.write_text(text, "utf-8", errors="surrogatepass")
    try:
        new = execute.changed(place, {"scenario": "full_exodus", "figures": {"investment": 15.0}})
        execute._execute(place.name, text, new).encode()
    except InputError as problem:
        assert len(problem.lines) == 1
        one_by_one(problem.lines)
        assert place.name in problem.lines[0]
