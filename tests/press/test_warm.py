"""Runs in forked children of a warm process are those of plain papermill, and what cannot be gets a plain kernel.

What differs from run to run of papermill itself is taken out on both sides by the project's own rule,
`neutrality.press.execute.reproducible`: papermill's record of times and paths, the times of each cell, the random
id of the cell that it injects, and the version of the language. Nothing else may differ.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
from neutrality.press import execute, warm
from neutrality.press.execute import PressError, changed, run
from neutrality.press.warm.faithful import why_plain
from warmed import fallbacks, needs_forks, notebook, one_warm_process

__all__ = ["fallbacks", "one_warm_process"]

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))

#: A new value for every parameter that a notebook declares.
CHANGED: dict[str, Any] = {
    "as_of": "2025-06-20", "scenario": "full_exodus", "scale": "ipcc", "pool_method": "log", "size_model": "pert",
    "figures": {"investment": 15.0, "stake": 0.47, "inhouse_share": 0.2},
}  # fmt: skip


def stock(text: str, parameters: dict[str, Any], environment: dict[str, str]) -> str:
    """A run by papermill as it comes; what differs from run to run is taken out by the project's own rule."""
    os.environ.update(environment)
    import papermill

    try:
        done = papermill.execute_notebook(
            nbformat.reads(text, 4), None, parameters=parameters, progress_bar=False, log_output=False
        )
    except papermill.PapermillExecutionError as error:
        return f"{error.ename}: {error.evalue}"
    return nbformat.writes(execute.reproducible(done)) + "\n"


@pytest.fixture(scope="module")
def papermill() -> Iterator[ProcessPoolExecutor]:
    """Processes that have nothing to do with the warm one."""
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        yield pool


def by_papermill(pool: ProcessPoolExecutor, text: str, parameters: dict[str, Any] | None = None) -> Any:
    environment = {"NEUTRALITY_PRESS": "1", "PYTHONHASHSEED": "0", "PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return pool.submit(stock, text, parameters or {}, environment)


def plain(name: str, text: str, parameters: dict[str, Any] | None = None) -> str:
    """A run with a plain kernel, as the option has it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(execute.KERNELS, "plain")
        return run(name, text, parameters or {})


# --- equal to papermill ---


def jobs() -> dict[str, tuple[str, dict[str, Any]]]:
    """What is compared: every notebook as it stands, and one with new values for each set of parameters that
    notebooks declare; what papermill injects depends on nothing else."""
    found: dict[str, tuple[str, dict[str, Any]]] = {}
    sets: set[frozenset[str]] = set()
    for name in NOTEBOOKS:
        path = ROOT / "book" / f"{name}.ipynb"
        text, new = path.read_text("utf-8"), changed(path, CHANGED)
        found[name] = (text, {})
        if new and frozenset(new) not in sets:
            sets.add(frozenset(new))
            found[f"{name}, changed"] = (text, new)
    return found


JOBS = jobs()


@pytest.fixture(scope="module")
def books(papermill: ProcessPoolExecutor) -> dict[str, tuple[str, str]]:
    """Each of them by papermill and by the warm way."""
    theirs = {job: by_papermill(papermill, *given) for job, given in JOBS.items()}
    with ThreadPoolExecutor(2) as threads:
        ours = {job: threads.submit(run, job, *given) for job, given in JOBS.items()}
        return {job: (theirs[job].result(), ours[job].result()) for job in JOBS}


@pytest.mark.parametrize("job", JOBS)
def test_every_notebook_is_the_one_that_papermill_makes(books, job: str) -> None:
    theirs, ours = (nbformat.reads(text, 4) for text in books[job])
    assert len(theirs.cells) == len(ours.cells)
    for number, (expected, found) in enumerate(zip(theirs.cells, ours.cells, strict=True), 1):
        assert found == expected, f"cell {number}"
    assert books[job][0] == books[job][1]


def test_no_notebook_of_the_book_needs_a_plain_kernel() -> None:
    for name in NOTEBOOKS:
        cells = nbformat.read(ROOT / "book" / f"{name}.ipynb", 4).cells
        assert not why_plain(cell.source for cell in cells if cell.cell_type == "code"), name


#: What a cell may put out, none of it in the book.
KINDS = [
    "print('a'); print('b', flush=True); print('c', end='')",
    "1 / 3",
    "_, __name__, _1 if '_1' in globals() else None, len(In), sorted(Out)",
    "import pandas as pd\npd.DataFrame({'x': [1.5, None], 'y': ['a', 'ä']})",
    "from IPython.display import HTML, JSON, Markdown, clear_output, display, update_display\n"
    "print('before'); display(HTML('<b>1</b>')); print('after'); Markdown('*2*')",
    "handle = display('first', display_id='mine')",
    "update_display('second', display_id='mine')",
    "print('gone'); clear_output(); print('stays')",
    "print('goes'); clear_output(wait=True); display('comes')",
    "display({'text/plain': 'p', 'application/json': {'t': (1, 2), 3: float(2)}}, raw=True)",
    "for i in range(3): print(f'\\r{i}', end='')",
    "import sys as s\nprint('wrong', file=s.stderr)",
    "x: int = 5; x",
    "class Local:\n    def __repr__(self): return 'local'\nimport pickle\npickle.loads(pickle.dumps(Local()))",
    "import matplotlib.pyplot as plt\nplt.plot([1, 2]); plt.title('t'); print(plt.get_backend())",
    "plt.gcf().axes",
    "{'b', 'a', 'c'}",
    "s.path[0], s.executable, s.platform",
    "",
    "# nothing",
    "None",
]


def test_every_kind_of_output_is_the_one_that_papermill_makes(papermill, fallbacks, tmp_path) -> None:
    text = notebook(*KINDS)
    theirs = nbformat.reads(by_papermill(papermill, text).result(), 4)
    ours = nbformat.reads(run("kinds", text, {}), 4)
    assert not list(fallbacks)
    for number, (expected, found) in enumerate(zip(theirs.cells, ours.cells, strict=True)):
        assert found.pop("outputs") == expected.pop("outputs"), KINDS[number]
        assert found == expected
    assert theirs.metadata == ours.metadata


FAULTS = {
    "zero": (notebook("1", "1 / 0"), {}),
    "syntax": (notebook("ok = 1", "def (:"), {}),
    "several_lines": (notebook("raise ValueError('one\\ntwo')"), {}),
    "no_message": (notebook("raise ValueError"), {}),
    "missing": (notebook("import no_such_module_anywhere"), {}),
    "name": (notebook("", "x = 1", "y"), {}),
    "input": (
        notebook(
            "from neutrality.errors import InputError", "raise InputError('figure a: b', 'figure c: d')"
        ),
        {},
    ),
    "exit": (notebook("raise SystemExit('enough')"), {}),
    "interrupt": (notebook("raise KeyboardInterrupt"), {}),
    "assert": (notebook("x = 1", "x += 1", tags={0: "parameters"}), {"x": 3}),
    "after": (notebook("x = 1", "x / 0", tags={0: "parameters"}), {"x": 3}),
    "own": (notebook("class Odd(Exception):\n    def __str__(self): return 'odd one'", "raise Odd()"), {}),
    "display": (
        notebook("class Bad:\n    def _repr_html_(self): raise ValueError('no html')", "Bad()", "1"),
        {},
    ),
    "deep": (notebook("def deeper(n): return deeper(n - 1) if n else {}['no']", "deeper(3)"), {}),
    "expected": (notebook("1 / 0", "'after'", tags={0: "raises-exception"}), {}),
    "kernel": (notebook("1", kernel="klingon"), {}),
    "not_json": ("{", {}),
    "parameters": (
        notebook("figures = {}", "figures['x']", tags={0: "parameters"}),
        {"figures": {"a": float("inf")}},
    ),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_an_error_is_the_same_line_as_with_a_plain_kernel(fault: str) -> None:
    text, parameters = FAULTS[fault]

    def lines(runner: Any) -> list[str]:
        try:
            runner("it.ipynb", text, parameters)
        except PressError as error:
            return error.lines
        return []

    found = lines(run)
    assert found == lines(plain)
    assert bool(found) == (fault != "assert")


# --- what gets a plain kernel ---


@pytest.mark.parametrize(
    "cell",
    [
        "import subprocess",
        "from subprocess import run as r",
        "import os\nos.write(1, b'x')",
        "import os\nos.system('true')",
        "from os import popen",
        "!echo x",
        "%%bash\necho x",
        "%matplotlib inline",
        "int?",
        "input('?')",
        "x = await thing()",
        "async def later(): ...",
        "[i async for i in thing()]",
        "import threading",
        "import multiprocessing.pool",
        "from concurrent.futures import ThreadPoolExecutor",
        "import sys\nsys.__stdout__.write('x')",
        "import sys\nsys.argv",
        "get_ipython().kernel",
        "from IPython import get_ipython",
        "exit()",
    ],
)
def test_the_text_of_a_cell_tells_that_it_needs_a_plain_kernel(cell: str) -> None:
    assert why_plain(["x = 1", cell])


@pytest.mark.parametrize(
    "cell",
    [
        "print('input')",
        "x = 1 +",
        "import sys\nsys.path",
        "import os\nos.getcwd()",
        "# !echo",
        "import random",
    ],
)
def test_the_text_of_an_ordinary_cell_does_not(cell: str) -> None:
    assert not why_plain([cell])


#: What a neighbour of the notebook does, of which its cells say nothing, and what is noticed.
HIDDEN = {
    "low": ("import os\ndef go(): os.write(1, b'low\\n')", "wrote below", "low\n"),
    "child": (
        "import subprocess\ndef go(): subprocess.run(['echo', 'from a child'])",
        "wrote below",
        "from a child\n",
    ),
    "fork": (
        "import os\ndef go():\n    pid = os.fork()\n    if not pid:\n"
        "        print('forked', flush=True)\n        os._exit(0)\n    os.waitpid(pid, 0)",
        "wrote below",
        "",
    ),
    "thread": (
        "import threading, time\ndef late():\n    time.sleep(1)\n    print('late')\n"
        "def go(): threading.Thread(target=late).start()",
        "left a thread",
        "",
    ),
    "streams": (
        "import sys\ndef go():\n    print('out', flush=True)\n    print('err', file=sys.stderr, flush=True)",
        "both standard streams",
        "out\n",
    ),
}


@needs_forks
@pytest.mark.parametrize("kind", HIDDEN)
def test_what_a_cell_hides_is_noticed_and_done_by_a_plain_kernel(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fallbacks, capfd
) -> None:
    source, why, said = HIDDEN[kind]
    (tmp_path / "neighbour.py").write_text(source, "utf-8")
    monkeypatch.chdir(tmp_path)
    done = nbformat.reads(run("hidden", notebook("import neighbour", "neighbour.go()"), {}), 4)
    (reason,) = fallbacks
    assert why in reason
    text = "".join(o.text for o in done.cells[1].outputs if o.get("name") == "stdout")
    assert said in text
    assert capfd.readouterr() == ("", "")


def test_a_magic_and_a_shell_command_give_what_a_plain_kernel_gives(papermill) -> None:
    text = notebook("!echo shell", "%%bash\necho bash", "import asyncio\nawait asyncio.sleep(0)\n'slept'")
    assert run("magic", text, {}) == by_papermill(papermill, text).result()


def test_a_question_to_nobody_is_the_error_of_a_plain_kernel(tmp_path, monkeypatch) -> None:
    (tmp_path / "neighbour.py").write_text("def go(): return input('name? ')", "utf-8")
    monkeypatch.chdir(tmp_path)
    text = notebook("import neighbour", "neighbour.go()")
    with pytest.raises(PressError) as ours:
        run("asks", text, {})
    with pytest.raises(PressError) as theirs:
        plain("asks", text)
    assert ours.value.lines == theirs.value.lines
    assert "StdinNotImplementedError" in ours.value.lines[0]


def test_plain_kernels_can_be_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NEUTRALITY_KERNELS", "plain")
    monkeypatch.setattr(warm, "Server", None)
    source, out = tmp_path / "a.ipynb", tmp_path / "out.ipynb"
    source.write_text(notebook("import sys\nsys.argv[0]"), "utf-8")
    execute.execute(source, {}, out)
    assert "ipykernel_launcher" in out.read_text("utf-8")


@needs_forks
def test_without_a_warm_process_a_run_gets_a_plain_kernel(monkeypatch, fallbacks) -> None:
    monkeypatch.setattr(warm, "_PROGRAM", "import sys; sys.exit({})")
    monkeypatch.setattr(warm, "_shared", warm._Shared())
    assert "'done'" in run("cold", notebook("'done'"), {})
    assert list(fallbacks) == ["the warm process ended"]


@needs_forks
def test_an_import_that_says_something_makes_kernels_plain(monkeypatch, tmp_path, fallbacks) -> None:
    (tmp_path / "tabulate.py").write_text("print('hello from an import')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(warm, "_shared", warm._Shared())
    done = nbformat.reads(run("said", notebook("import tabulate"), {}), 4)
    assert done.cells[0].outputs[0].text == "hello from an import\n"
    assert list(fallbacks) == ["an import said: hello from an import"]


def test_on_another_platform_kernels_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    # Only what these modules see of it: the libraries below would take the platform at its word.
    elsewhere = SimpleNamespace(platform="darwin")
    monkeypatch.setattr(execute, "sys", elsewhere)
    monkeypatch.setattr(warm, "sys", elsewhere)
    with pytest.raises(warm.Cold, match="Linux"):
        warm.Server({})
    monkeypatch.setattr(warm, "use", None)
    done = nbformat.reads(run("elsewhere", notebook("import sys\nsys.argv[1]"), {}), 4)
    assert done.cells[0].outputs[0].data["text/plain"] == "'-f'"


#: Kernels by name: the words behind the program, the environment, and why they are plain.
KERNELS = {
    "same": ("-m ipykernel_launcher -f {connection_file}", {}, ""),
    "environment": ("-m ipykernel_launcher -f {connection_file}", {"MINE": "1"}, "in its own way"),
    "arguments": ("-m ipykernel_launcher --quiet -f {connection_file}", {}, "in its own way"),
    "options": ("-Xutf8 -m ipykernel_launcher -f {connection_file}", {}, "in its own way"),
}


@needs_forks
def test_a_kernel_that_is_started_in_its_own_way_is_plain(tmp_path, monkeypatch, fallbacks) -> None:
    for name, (words, environment, _) in KERNELS.items():
        folder = tmp_path / "kernels" / name
        folder.mkdir(parents=True)
        made = {"display_name": name, "language": "python", "env": environment}
        (folder / "kernel.json").write_text(
            json.dumps(made | {"argv": [sys.executable, *words.split()]}), "utf-8"
        )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    for name, (_, environment, _) in KERNELS.items():
        text = notebook("import os\nos.getenv('MINE', 'nothing')", kernel=name)
        done = nbformat.reads(run(name, text, {}), 4)
        assert done.cells[0].outputs[0].data["text/plain"] == repr(environment.get("MINE", "nothing"))
    expected = [why for _, _, why in KERNELS.values() if why]
    assert [why in reason for why, reason in zip(expected, fallbacks, strict=True)] == [True] * len(expected)
