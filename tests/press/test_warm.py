"""Runs in forked children of a warm process: equal to plain papermill, apart from each other, and mortal."""

from __future__ import annotations

import json
import logging
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from neutrality.press import execute, warm
from neutrality.press.execute import PressError, Run, changed, run
from neutrality.press.warm.faithful import why_plain

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted(path.stem for path in (ROOT / "book").glob("*.ipynb"))

SETS: dict[str, dict[str, Any]] = {
    "base": {},
    "scenario": {"scenario": "full_exodus", "scale": "ipcc", "pool_method": "log", "size_model": "pert"},
    "figures": {"figures": {"investment": 15.0, "stake": 0.47, "inhouse_share": 0.2}, "as_of": "2025-06-20"},
}


@pytest.fixture(scope="module", autouse=True)
def _warm() -> Iterator[None]:
    """One warm process for the tests of this file, where their working directory is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "IDLE", 300.0)
        # pytest names the test in the environment: kernels listen less closely when they see it, and a
        # warm process is made for one environment.
        patch.setattr("_pytest.runner._update_current_test_var", lambda item, when: None)
        patch.delenv("PYTEST_CURRENT_TEST")
        yield


def notebook(*cells: str, tags: dict[int, str] | None = None, kernel: str = "python3") -> str:
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text, id=f"c{number}") for number, text in enumerate(cells)],
        metadata={"kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"}},
    )
    for number, tag in (tags or {}).items():
        made.cells[number].metadata["tags"] = [tag]
    return nbformat.writes(made)


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


@pytest.fixture
def fallbacks(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Why runs of this test got a plain kernel after all."""
    caplog.set_level(logging.INFO, "neutrality.press.execute")

    class Reasons(list):
        def __iter__(self) -> Iterator[str]:
            return (record.getMessage().partition("plain kernel: ")[2] for record in caplog.records)

    return Reasons()


# --- equal to papermill ---


@pytest.fixture(scope="module")
def books(papermill: ProcessPoolExecutor) -> dict[tuple[str, str], tuple[str, str]]:
    """Every notebook at every set of parameters, by papermill and by the warm way."""
    jobs = {}
    for key, parameters in SETS.items():
        for name in NOTEBOOKS:
            path = ROOT / "book" / f"{name}.ipynb"
            if (new := changed(path, parameters)) or key == "base":
                jobs[name, key] = (path.read_text("utf-8"), new)
    theirs = {job: by_papermill(papermill, *given) for job, given in jobs.items()}
    with ThreadPoolExecutor(2) as threads:
        ours = {job: threads.submit(run, job[0], *given) for job, given in jobs.items()}
        return {job: (theirs[job].result(), ours[job].result()) for job in jobs}


@pytest.mark.parametrize("key", SETS)
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_every_notebook_is_the_one_that_papermill_makes(books, name: str, key: str) -> None:
    if (name, key) not in books:
        path = ROOT / "book" / f"{name}.ipynb"
        assert not changed(path, SETS[key])
        return
    theirs, ours = (nbformat.reads(text, 4) for text in books[name, key])
    assert len(theirs.cells) == len(ours.cells)
    for number, (expected, found) in enumerate(zip(theirs.cells, ours.cells, strict=True), 1):
        assert found == expected, f"cell {number}"
    assert books[name, key][0] == books[name, key][1]


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


def test_without_a_warm_process_a_run_gets_a_plain_kernel(monkeypatch, fallbacks) -> None:
    monkeypatch.setattr(warm, "_PROGRAM", "import sys; sys.exit({})")
    monkeypatch.setattr(warm, "_shared", warm._Shared())
    assert "'done'" in run("cold", notebook("'done'"), {})
    assert list(fallbacks) == ["the warm process ended"]


def test_an_import_that_says_something_makes_kernels_plain(monkeypatch, tmp_path, fallbacks) -> None:
    (tmp_path / "tabulate.py").write_text("print('hello from an import')", "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(warm, "_shared", warm._Shared())
    done = nbformat.reads(run("said", notebook("import tabulate"), {}), 4)
    assert done.cells[0].outputs[0].text == "hello from an import\n"
    assert list(fallbacks) == ["an import said: hello from an import"]


def test_on_another_platform_kernels_are_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    assert not execute._forks()
    with pytest.raises(warm.Cold):
        warm.Server({})


# --- apart from each other ---

SPOILS = """
import builtins, os, random
import altair, matplotlib, numpy, pandas
def go():
    builtins.left = "builtins"
    os.environ["LEFT"] = "environment"
    os.chdir("/")
    random.seed(1)
    numpy.random.seed(1)
    numpy.seterr(all="raise")
    altair.renderers.enable("html")
    altair.theme.enable("dark")
    altair.data_transformers.disable_max_rows()
    matplotlib.rcParams["figure.dpi"] = 33
    pandas.set_option("display.max_rows", 3)
    from neutrality import units
    units.left = "module"
"""

LOOKS = """
import builtins, os, random, sys
import altair, matplotlib, numpy, pandas
from neutrality import units
def state():
    return [
        hasattr(builtins, "left"), "LEFT" in os.environ, os.getcwd(), numpy.geterr(), altair.renderers.active,
        altair.theme.active, altair.data_transformers.options, matplotlib.rcParams["figure.dpi"],
        pandas.get_option("display.max_rows"), hasattr(units, "left"), "spoils" in sys.modules,
    ]
def drawn():
    return [os.getpid(), random.random(), numpy.random.random()]
"""


def test_nothing_of_a_run_reaches_the_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fallbacks
) -> None:
    (tmp_path / "spoils.py").write_text(SPOILS, "utf-8")
    (tmp_path / "looks.py").write_text(LOOKS, "utf-8")
    monkeypatch.chdir(tmp_path)

    def outputs(*cells: str) -> list[Any]:
        done = nbformat.reads(run("it", notebook(*cells), {}), 4)
        return [json.loads(cell.outputs[0].text) for cell in done.cells if cell.outputs]

    look = ("import json, looks", "print(json.dumps(looks.state()))", "print(json.dumps(looks.drawn()))")
    before, drawn = outputs(*look)
    spoilt, _ = outputs("import spoils, looks; spoils.go()", "mine = 1", *look)
    after, again = outputs(*look)
    assert spoilt != before
    assert after == before
    assert all(a != b for a, b in zip(drawn, again, strict=True)), "neither process nor random numbers repeat"
    with pytest.raises(PressError, match="NameError: name 'mine' is not defined"):
        outputs("mine")
    assert not list(fallbacks)


def test_a_changed_source_or_place_gets_another_warm_process(
    monkeypatch: pytest.MonkeyPatch, tmp_path
) -> None:
    shared = warm._Shared()

    def process() -> int:
        with shared.use(execute._ENVIRONMENT, 60.0) as server:
            return server.call(os.getppid)

    first = process()
    assert process() == first
    monkeypatch.setattr(warm, "_source", lambda: (("deal.py", 1, 1),))
    second = process()
    assert second != first
    assert not psutil.pid_exists(first)
    monkeypatch.chdir(tmp_path)
    third = process()
    assert third != second
    shared._drop(shared._server)
    assert not psutil.pid_exists(third)


def test_runs_may_happen_in_any_executor(tmp_path: Path) -> None:
    jobs = []
    for number in range(3):
        source = tmp_path / f"{number}.ipynb"
        source.write_text(notebook("x = 0", "x", tags={0: "parameters"}), "utf-8")
        jobs.append(Run(source, tmp_path / "out" / source.name, {"x": number + 5}))
    with ThreadPoolExecutor(2) as threads:
        execute.execute_all(jobs, executor=threads)
    for number, job in enumerate(jobs):
        assert nbformat.read(job.out, 4).cells[-1].outputs[0].data["text/plain"] == str(number + 5)


# --- mortal ---

DEATHS = {
    "exit": "os._exit(0)",
    "status": "os._exit(3)",
    "kill": "os.kill(os.getpid(), 9)",
    "abort": "os.abort()",
}


def test_a_run_that_dies_is_named_and_takes_no_other_along(tmp_path: Path, capfd) -> None:
    (tmp_path / "deaths.py").write_text(
        "import os\n" + "\n".join(f"def {name}(): {words}" for name, words in DEATHS.items()), "utf-8"
    )
    jobs = []
    for name in (*DEATHS, "well"):
        source = tmp_path / f"{name}.ipynb"
        cell = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import deaths; deaths.{name}()"
        source.write_text(notebook("'lives'" if name == "well" else cell), "utf-8")
        jobs.append(Run(source, tmp_path / "out" / source.name))
    with pytest.raises(PressError) as caught:
        execute.execute_all(jobs, workers=2)
    assert caught.value.lines == sorted(f"{name}.ipynb: its kernel died" for name in DEATHS)
    assert (tmp_path / "out" / "well.ipynb").is_file()
    assert capfd.readouterr() == ("", "")


def test_the_last_words_of_a_run_that_dies_are_passed_on(tmp_path, monkeypatch) -> None:
    (tmp_path / "last.py").write_text(
        "import os\ndef go():\n    os.write(2, b'farewell\\n')\n    os.abort()", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PressError) as caught:
        run("dead", notebook("import last", "last.go()"), {})
    assert caught.value.lines == ["dead: its kernel died: farewell"]


def test_children_do_not_outlive_a_warm_process_that_is_killed(tmp_path: Path) -> None:
    shared, note = warm._Shared(), tmp_path / "pid"
    with shared.use(execute._ENVIRONMENT, 0.0) as server, ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(server.call, exec, f"open({str(note)!r}, 'w').write(str(__import__('os').getpid()))\n"
                                 "__import__('time').sleep(600)")  # fmt: skip
        wait(lambda: note.exists() and note.read_text(), 120)
        child = psutil.Process(int(note.read_text()))
        child.parent().kill()
        with pytest.raises(warm.Died):
            waiting.result(30)
        wait(lambda: not alive(child), 15)


#: A caller with two runs that never end, one in a child and one in a plain kernel.
CALLER = """
import sys
from pathlib import Path
from neutrality.press import execute
folder = Path(sys.argv[1])
execute.execute_all(
    [execute.Run(folder / f"{n}.ipynb", folder / "out" / f"{n}.ipynb") for n in ("warm", "plain", "later")], workers=2
)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT, signal.SIGTERM], ids=lambda n: n.name)
def test_no_process_outlives_its_caller(tmp_path: Path, number: signal.Signals) -> None:
    forever = (
        "from pathlib import Path\nimport os, time\nPath({!r}).write_text(str(os.getpid()))\ntime.sleep(600)"
    )
    for name in ("warm", "plain", "later"):
        cells = ["import asyncio"] if name == "plain" else []
        text = notebook(*cells, forever.format(str(tmp_path / f"{name}.pid")))
        (tmp_path / f"{name}.ipynb").write_text(text, "utf-8")
    caller = subprocess.Popen(
        [sys.executable, "-c", CALLER, tmp_path], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        pids = [tmp_path / "warm.pid", tmp_path / "plain.pid"]
        wait(lambda: all(path.exists() and path.read_text() for path in pids), 120)
        family = psutil.Process(caller.pid).children(recursive=True)
        assert {int(path.read_text()) for path in pids} <= {process.pid for process in family}
        start = time.monotonic()
        caller.send_signal(number)
        caller.communicate(timeout=30)
        assert time.monotonic() - start < 15
        assert caller.returncode != 0
        wait(lambda: not any(alive(process) for process in family), 15)
    finally:
        caller.kill()
    assert not (tmp_path / "later.pid").exists()


def alive(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def wait(fulfilled: Any, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not fulfilled():
        assert time.monotonic() < end, "nothing happened in time"
        time.sleep(0.05)
