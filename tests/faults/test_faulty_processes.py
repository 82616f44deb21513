"""Faults as a reader meets them: the command in a process of its own, and a good site that must still stand."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fault_answers import complains

sys.path.append(str(Path(__file__).resolve().parents[1] / "press"))
from books import NOTEBOOKS, ROOT, project

COMMAND = Path(sys.executable).with_name("neutrality")


class Project:
    """A book with a good site, in a folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        parameters, *cells = NOTEBOOKS["money"]
        project(folder, {"deal": (parameters, "# The deal", *cells)})
        shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static", dirs_exist_ok=True)
        shutil.copy(ROOT / "book" / "references.bib", folder / "book")
        self.site = folder / "_build" / "html"

    def run(self, *words: str) -> tuple[int, str, list[str]]:
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONPATH"}
        done = subprocess.run(
            [COMMAND, *words], cwd=self.folder, env=environment, capture_output=True, text=True, check=False,
            stdin=subprocess.DEVNULL, timeout=300,
        )  # fmt: skip
        return done.returncode, done.stdout, done.stderr.splitlines()

    def stands(self) -> str:
        """All that a reader finds, as one digest."""
        found = hashlib.sha256()
        for file in sorted(path for path in self.site.rglob("*") if path.is_file()):
            found.update(str(file.relative_to(self.site)).encode() + b"\0" + file.read_bytes())
        return found.hexdigest()

    def notebook(self, change: Callable[[dict], object]) -> None:
        place = self.folder / "book" / "deal.ipynb"
        made = json.loads(place.read_text("utf-8"))
        place.write_text(json.dumps(change(made) or made), "utf-8")

    def write(self, name: str, text: str) -> None:
        (self.folder / name).write_text(text, "utf-8")

    def replace(self, name: str, old: str, new: str) -> None:
        place = self.folder / name
        text = place.read_text("utf-8")
        assert old in text
        place.write_text(text.replace(old, new, 1), "utf-8")

    def code(self, text: str) -> None:
        """Put a cell of code at the end of the notebook."""
        self.notebook(lambda made: made["cells"].append(
            {"cell_type": "code", "id": "fault", "metadata": {}, "source": text, "outputs": [], "execution_count": None}
        ))  # fmt: skip


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A book that was built."""
    made = Project(tmp_path_factory.mktemp("good") / "book")
    status, out, lines = made.run("build", "--jobs", "1")
    assert status == 0, (out, lines)
    return made


@pytest.fixture
def book(good: Project) -> Iterator[Project]:
    """The same book, put right again after a test, as far as a test may spoil it."""
    kept = good.folder.with_name("kept")
    shutil.rmtree(kept, ignore_errors=True)
    for name in ("book", "data"):
        shutil.copytree(good.folder / name, kept / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(good.folder / name, kept / name)
    yield good
    for name in ("book", "data"):
        shutil.rmtree(good.folder / name, ignore_errors=True)
        shutil.copytree(kept / name, good.folder / name)
    for name in ("_config.yml", "_toc.yml"):
        shutil.copy(kept / name, good.folder / name)


Spoil = Callable[[Project], object]


def nothing(_: Project) -> None:
    """The fault is in what is typed."""


BUILD = ("build",)

#: What is spoilt, what is called, and what a line of error holds.
FAULTS: dict[str, tuple[Spoil, tuple[str, ...], tuple[str, ...]]] = {
    "a cell that raises": (lambda p: p.code("raise ValueError('no such luck')"), BUILD, ("deal", "no such luck")),
    "a cell of no Python": (lambda p: p.code("if:"), BUILD, ("deal", "SyntaxError")),
    "a cell that wants a figure that is not there": (lambda p: p.code("case.figure('investmnt')"), BUILD, ("investmnt",)),
    "a kernel that dies": (lambda p: p.code("import os; os._exit(3)"), BUILD, ("deal",)),
    "a notebook of no JSON": (lambda p: p.write("book/deal.ipynb", "{"), BUILD, ("deal.ipynb",)),
    "an empty notebook": (lambda p: p.write("book/deal.ipynb", ""), BUILD, ("deal.ipynb",)),
    "a notebook that is a list": (lambda p: p.write("book/deal.ipynb", "[]"), BUILD, ("deal.ipynb",)),
    "a notebook without cells": (lambda p: p.notebook(lambda made: made.pop("cells") and None), BUILD, ("deal.ipynb",)),
    "a notebook for another kernel": (
        lambda p: p.notebook(lambda made: made["metadata"]["kernelspec"].update(name="no_such_kernel")),
        BUILD,
        ("deal", "no_such_kernel"),
    ),
    "no notebook": (lambda p: (p.folder / "book" / "deal.ipynb").unlink(), BUILD, ("deal",)),
    "a contents of no YAML": (lambda p: p.write("_toc.yml", "root: [deal\n"), BUILD, ("_toc.yml",)),
    "a contents without a root": (lambda p: p.write("_toc.yml", "format: jb-book\n"), BUILD, ("_toc.yml", "root")),
    "a contents of a page that is not there": (
        lambda p: p.write("_toc.yml", "format: jb-book\nroot: deal\nchapters:\n  - file: deel\n"),
        BUILD,
        ("deel",),
    ),
    "a configuration of no YAML": (lambda p: p.write("_config.yml", "title: [\n"), BUILD, ("_config.yml",)),
    "a configuration that is a list": (lambda p: p.write("_config.yml", "- title\n"), BUILD, ("_config.yml",)),
    "a figure of no number": (
        lambda p: p.replace("data/figures.csv", ",14.3,", ",plenty,"), BUILD, ("figures.csv:2: value", "'plenty'"),
    ),
    "a column that is gone": (
        lambda p: p.replace("data/figures.csv", ",unit,", ",units,"), BUILD, ("figures.csv:1:", "unit"),
    ),
    "a table that is gone": (lambda p: (p.folder / "data" / "claims.csv").unlink(), BUILD, ("claims.csv",)),
    "a descriptor of no JSON": (lambda p: p.write("data/datapackage.json", "{"), BUILD, ("datapackage.json",)),
    "a case that is gone": (lambda p: shutil.rmtree(p.folder / "data"), BUILD, ("data",)),
    "a figure that nobody knows": (nothing, ("build", "--set", "investmnt=3"), ("investmnt", "investment")),
    "a scenario that nobody knows": (nothing, ("build", "--scenario", "google_onl"), ("google_onl", "google_only")),
    "an option that nobody knows": (nothing, ("build", "--scenaro", "google_only"), ("--scenaro", "--scenario")),
    "a place that is no site": (
        lambda p: (p.folder / "mine").mkdir(exist_ok=True) or p.write("mine/letter.txt", "dear"),
        ("build", "--out", "mine"),
        ("mine",),
    ),
    "a plan of no YAML": (
        lambda p: p.write("plan.yml", "vary: ["), ("sweep", "plan.yml", "--out", "swept"), ("plan.yml",),
    ),
    "an edition that nobody kept": (nothing, ("diff", "june", "data"), ("june",)),
}  # fmt: skip


def test_there_are_enough_of_them() -> None:
    assert len(FAULTS) >= 20


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_ends_in_a_line_and_the_site_stands(
    book: Project, name: str, record_property: Callable[[str, object], None]
) -> None:
    spoil, words, place = FAULTS[name]
    before = book.stands()
    spoil(book)
    status, out, lines = book.run(*words)
    # A build says on the way which notebook runs.
    kept = [line for line in lines if line.startswith(("error: ", "Traceback", " "))]
    complains((status, "", "\n".join(kept)), *place)
    assert "Traceback" not in out + "\n".join(lines)
    assert book.stands() == before
    record_property("fault as a process", name)


def test_the_book_is_built_again_after_all_of_them(book: Project) -> None:
    before = book.stands()
    status, out, lines = book.run("build", "--force", "--jobs", "1")
    assert status == 0, (out, lines)
    assert book.stands() == before
