"""Runs in forked children of a warm process are apart from each other, mortal, and leave no process behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import nbformat
import psutil
import pytest
from neutrality.press import execute, warm
from neutrality.press.execute import PressError, Run, run
from warmed import fallbacks, needs_forks, notebook, one_warm_process

__all__ = ["fallbacks", "one_warm_process"]

# --- apart from each other ---

SPOILS = """
import builtins, locale, os, random, signal, sys
import altair, matplotlib, numpy, pandas
def go():
    builtins.left = "builtins"
    os.environ["LEFT"] = "environment"
    os.chdir("/")
    random.seed(1)
    numpy.random.seed(1)
    altair.renderers.enable("html")
    altair.theme.enable("dark")
    altair.data_transformers.disable_max_rows()
    matplotlib.rcParams["figure.dpi"] = 33
    pandas.set_option("display.max_rows", 3)
    from neutrality import units
    units.left = "module"
    builtins.opened = open(__file__)
    sys.path.append("/left")
    os.umask(0o027)
    signal.signal(signal.SIGUSR1, signal.SIG_IGN)
    locale.setlocale(locale.LC_ALL, "C")
"""

LOOKS = """
import builtins, locale, os, random, signal, sys
import altair, matplotlib, numpy, pandas
from neutrality import units
def files():
    descriptors = (f"/proc/self/fd/{name}" for name in os.listdir("/proc/self/fd"))
    return sorted(os.readlink(one) for one in descriptors if os.path.exists(one))
def umask():
    os.umask(mask := os.umask(0))
    return mask
def state():
    return [
        any(one.endswith("spoils.py") for one in files()), "/left" in sys.path, umask(), locale.setlocale(locale.LC_ALL),
        str(signal.getsignal(signal.SIGUSR1)),
        hasattr(builtins, "left"), "LEFT" in os.environ, os.getcwd(), altair.renderers.active,
        altair.theme.active, altair.data_transformers.options, matplotlib.rcParams["figure.dpi"],
        pandas.get_option("display.max_rows"), hasattr(units, "left"), "spoils" in sys.modules,
    ]
def drawn():
    return [os.getpid(), random.random(), numpy.random.random()]
"""


@needs_forks
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
    assert not [a for a, b in zip(spoilt, before, strict=True) if a == b], "each of them was spoilt"
    assert after == before
    assert all(a != b for a, b in zip(drawn, again, strict=True)), "neither process nor random numbers repeat"
    with pytest.raises(PressError, match="NameError: name 'mine' is not defined"):
        outputs("mine")
    assert not list(fallbacks)


@needs_forks
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
    before = family()
    with pytest.raises(PressError) as caught:
        execute.execute_all(jobs, workers=2)
    assert caught.value.lines == sorted(f"{name}.ipynb: its kernel died" for name in DEATHS)
    assert family() <= before
    assert (tmp_path / "out" / "well.ipynb").is_file()
    assert capfd.readouterr() == ("", "")


@needs_forks
def test_the_last_words_of_a_run_that_dies_are_passed_on(tmp_path, monkeypatch) -> None:
    (tmp_path / "last.py").write_text(
        "import os\ndef go():\n    os.write(2, b'farewell\\n')\n    os.abort()", "utf-8"
    )
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PressError) as caught:
        run("dead", notebook("import last", "last.go()"), {})
    assert caught.value.lines == ["dead: its kernel died: farewell"]


@needs_forks
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
import signal, sys
from pathlib import Path
# Whoever runs the tests in the background may have had it ignored.
signal.signal(signal.SIGINT, signal.default_int_handler)
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


@pytest.mark.parametrize("cell", ["'fine'", "1 / 0", "import asyncio"], ids=["warm", "error", "plain"])
def test_no_process_is_left_when_the_runs_are_over(tmp_path: Path, cell: str) -> None:
    source = tmp_path / "it.ipynb"
    source.write_text(notebook(cell), "utf-8")
    before = family()
    try:
        execute.execute_all([Run(source, tmp_path / "out.ipynb")])
    except PressError as error:
        assert error.lines == ["it.ipynb: cell 1: ZeroDivisionError: division by zero"]
    assert family() <= before


def family() -> set[int]:
    return {process.pid for process in psutil.Process().children(recursive=True) if alive(process)}


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
