"""The sites of another deal, whole and bare, built once."""

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

KINDS = ("whole", "bare")


@pytest.fixture(scope="session")
def cases(shared: Path, building: FileLock) -> dict[str, Path]:
    """The case as it is, and without any row that it can do without."""
    with building:
        for kind in KINDS:
            if not (shared / "another" / kind).exists():
                (shared / "another").mkdir(exist_ok=True)
                another.write(shared / "another" / kind, bare=kind == "bare")
    return {kind: shared / "another" / kind for kind in KINDS}


@pytest.fixture(scope="session")
def sites(cases: dict[str, Path], shared: Path, building: FileLock) -> dict[str, Path]:
    """The sites that the command builds from them; the sources of the own one stay as they are."""
    out, done = shared / "another-site", shared / "another-site" / "done"
    with building:
        if not done.exists():
            source, kept = ROOT / "_build" / "source", out / "kept"
            if source.is_dir():
                shutil.copytree(source, kept)
            for kind, case in cases.items():
                command = Path(sys.executable).with_name("neutrality")
                ran = subprocess.run(
                    [command, "build", "--data", case, "--out", out / kind],
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
    return {kind: out / kind for kind in KINDS}
