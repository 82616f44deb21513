"""The site of another deal, built once."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[3]
sys.path.insert(0, str(ROOT / "tests" / "case" / "another"))
import another  # noqa: E402


@pytest.fixture(scope="session")
def case_there(shared: Path, building: FileLock) -> Path:
    """The folder of the other case."""
    folder = shared / "another" / "whole"
    with building:
        if not folder.exists():
            folder.parent.mkdir(exist_ok=True)
            another.write(folder)
    return folder


@pytest.fixture(scope="session")
def site_there(case_there: Path, shared: Path, building: FileLock) -> Path:
    """The site that the command builds from it; the sources of this book's own stay as they are."""
    out, done = shared / "another-site", shared / "another-site" / "done"
    with building:
        if not done.exists():
            source, kept = ROOT / "_build" / "source", out / "kept"
            if source.is_dir():
                shutil.copytree(source, kept)
            command = Path(sys.executable).with_name("neutrality")
            ran = subprocess.run(
                [command, "build", "--data", case_there, "--out", out / "html"],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            assert ran.returncode == 0, ran.stdout + ran.stderr
            if kept.is_dir():
                shutil.rmtree(source, ignore_errors=True)
                shutil.move(kept, source)
            done.touch()
    return out / "html"
