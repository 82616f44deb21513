"""A run of one notebook: what its kernel says on its own, and how it may die."""

import os
import signal
import subprocess
import sys
import time
from concurrent.futures import Executor, Future
from pathlib import Path

import nbformat
import pytest
from neutrality.press.execute import PressError, Run, declared, execute_all, run

#: A handler of the kernel that prints past the protocol while the kernel ends, as a closing socket does.
NOISE = """import atexit, os
atexit.register(os.write, 2, b"Traceback (most recent call last): noise at the end\\n")
print("said by the cell")"""


def notebook(*cells: str) -> str:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(text) for text in cells])
    made.metadata.kernelspec = {"name": "python3", "display_name": "Python 3"}
    return nbformat.writes(made)


def test_a_notebook_without_a_kernel_is_one_line():
    text = nbformat.writes(nbformat.v4.new_notebook())
    with pytest.raises(PressError, match=r"^bare: metadata: no kernelspec, expected"):
        run("bare", text, {})


def test_what_a_kernel_says_while_it_ends_reaches_nobody(capfd):
    done = nbformat.reads(run("noisy", notebook(NOISE), {}), 4)
    assert done.cells[0].outputs[0].text == "said by the cell\n"
    assert capfd.readouterr() == ("", "")


def test_a_dead_kernel_is_one_line_with_its_last_words(capfd):
    with pytest.raises(PressError) as caught:
        run("dead", notebook("import faulthandler, os\nfaulthandler.enable()\nos.abort()"), {})
    (line,) = str(caught.value).splitlines()
    assert line.startswith("dead: its kernel died: ")
    assert capfd.readouterr() == ("", "")


def test_a_default_that_is_no_plain_value_is_one_line(tmp_path: Path) -> None:
    made = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("a = {[1]: 2}")])
    made.cells[0].metadata.tags = ["parameters"]
    file = tmp_path / "odd.ipynb"
    nbformat.write(made, file)
    with pytest.raises(PressError, match=r"^odd\.ipynb: cell 1: default of a is no plain value$"):
        declared(file)


class Ready(Executor):
    """Has what a notebook comes to without running it."""

    def submit(self, fn, /, *args, **kwargs):
        done: Future[str] = Future()
        done.set_result("another text" * 1000)
        return done


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
def test_a_notebook_that_finds_no_room_leaves_the_former_one(tmp_path: Path) -> None:
    out = tmp_path / "deal.ipynb"
    out.write_text("the former one", "utf-8")
    (tmp_path / f".deal.ipynb.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(OSError, match="No space left on device") as caught:
        execute_all([Run(tmp_path / "deal.ipynb", out, text="")], executor=Ready())
    assert caught.value.filename == str(out)
    assert [(path.name, path.read_text("utf-8")) for path in tmp_path.iterdir()] == [
        ("deal.ipynb", "the former one")
    ]


#: Four notebooks that take a minute, each in a plain kernel, two at a time.
SLOW = """\
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from pathlib import Path
from neutrality.press.execute import Run, execute_all
if __name__ == "__main__":
    here = Path(sys.argv[1])
    try:
        execute_all([Run(here / "slow.ipynb", here / f"out-{n}.ipynb", {}) for n in range(4)], 2)
    except KeyboardInterrupt:
        sys.exit(130)
"""


def test_an_interrupt_ends_plain_kernels_at_once_and_without_a_word(tmp_path: Path) -> None:
    cell = "from pathlib import Path\nimport os, time\nPath(f'begun-{os.getpid()}').touch()\ntime.sleep(60)"
    (tmp_path / "slow.ipynb").write_text(notebook(cell), "utf-8")
    (tmp_path / "slow.py").write_text(SLOW, "utf-8")
    running = subprocess.Popen(
        [sys.executable, "slow.py", "."],
        cwd=tmp_path,
        env={**os.environ, "NEUTRALITY_KERNELS": "plain"},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    end = time.monotonic() + 120
    while time.monotonic() < end and len(list(tmp_path.glob("begun-*"))) < 2:
        time.sleep(0.1)
    os.killpg(running.pid, signal.SIGINT)
    _, told = running.communicate(timeout=50)
    assert (running.returncode, told) == (130, "")
    assert not list(tmp_path.glob("out-*"))
