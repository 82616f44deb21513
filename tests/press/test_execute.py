"""A run of one notebook: what its kernel says on its own, and how it may die."""

import nbformat
import pytest
from neutrality.press.execute import PressError, run

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
