"""Under CI a test that is skipped for want of a program fails, and no other one does."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

TESTS = """
import pytest

@pytest.fixture(scope="session")
def browser():
    pytest.skip("Chromium is not installed")

def test_asks_for_a_browser(browser):
    pass

@pytest.mark.skipif(True, reason="Chromium is not installed")
def test_says_so_before():
    pass

def test_needs_a_right():
    pytest.skip("needs the right to mount")

@pytest.mark.xfail(reason="what it asks is not installed")
def test_is_known_to_fail():
    assert False
"""


@pytest.mark.parametrize(
    ("strict", "expected"),
    [(False, "3 skipped, 1 xfailed"), (True, "1 skipped, 1 xfailed, 2 errors")],
)
def test_only_a_missing_program_fails(tmp_path: Path, strict: bool, expected: str) -> None:
    folder = tmp_path / "tests"
    folder.mkdir()
    shutil.copy(Path(__file__).with_name("conftest.py"), folder)
    (folder / "test_it.py").write_text(TESTS, "utf-8")
    environment = {
        key: value for key, value in os.environ.items() if not key.startswith(("PYTEST_", "NEUTRALITY_"))
    }
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", tmp_path, folder],
        env=environment | ({"NEUTRALITY_NO_SKIP": "1"} if strict else {}),
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout.splitlines()[-1].startswith(expected), done.stdout
