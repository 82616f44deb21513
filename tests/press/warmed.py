"""What the tests of runs in forked children share: one warm process, notebooks of a few cells, why a run was plain."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import nbformat
import pytest
from neutrality.press import execute, warm

#: For what only a forked run has: a way back to a plain kernel, its last words, the state that a child starts from.
needs_forks = pytest.mark.skipif(not execute._forks(), reason="runs are forked on Linux only")


@pytest.fixture(scope="module", autouse=True)
def one_warm_process() -> Iterator[None]:
    """One warm process for the tests of a file, where their working directory is the same."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(warm, "IDLE", 300.0)
        # pytest names the test in the environment: kernels listen less closely when they see it, and a
        # warm process is made for one environment.
        patch.setattr("_pytest.runner._update_current_test_var", lambda item, when: None)
        patch.delenv("PYTEST_CURRENT_TEST")
        yield


@pytest.fixture
def fallbacks(caplog: pytest.LogCaptureFixture) -> Iterator[list[str]]:
    """Why runs of this test got a plain kernel after all."""
    caplog.set_level(logging.INFO, "neutrality.press.execute")

    class Reasons(list):
        def __iter__(self) -> Iterator[str]:
            return (record.getMessage().partition("plain kernel: ")[2] for record in caplog.records)

    return Reasons()


def notebook(*cells: str, tags: dict[int, str] | None = None, kernel: str = "python3") -> str:
    """The text of a notebook of these cells."""
    made = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(text, id=f"c{number}") for number, text in enumerate(cells)],
        metadata={"kernelspec": {"name": kernel, "display_name": "Python 3", "language": "python"}},
    )
    for number, tag in (tags or {}).items():
        made.cells[number].metadata["tags"] = [tag]
    return nbformat.writes(made)
