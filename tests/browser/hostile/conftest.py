"""The site of a hostile case, built once, in the browser of the other tests."""

from __future__ import annotations

import functools
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hostile_case
import pytest
from filelock import FileLock

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the case with hostile text in every column that the schema leaves free."""
    folder = tmp_path_factory.mktemp("hostile") / "case"
    hostile_case.make(ROOT / "data", folder)
    return folder


@pytest.fixture(scope="session")
def texts(hostile: Path) -> list[hostile_case.Text]:
    """Every hostile text with its table and column."""
    return hostile_case.read(hostile)


@pytest.fixture(scope="session")
def site(hostile: Path, shared: Path, building: FileLock) -> Path:
    """The site that the command builds from the hostile case; the sources of the own one stay as they are."""
    out, done = shared / "hostile-site" / "html", shared / "hostile-site" / "done"
    with building:
        if not done.exists():
            source, kept = ROOT / "_build" / "source", out.with_name("kept")
            if source.is_dir():
                shutil.copytree(source, kept)
            command = Path(sys.executable).with_name("neutrality")
            ran = subprocess.run(
                [command, "build", "--data", hostile, "--out", out],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=False,
            )
            if kept.is_dir():
                shutil.rmtree(source, ignore_errors=True)
                shutil.copytree(kept, source)
            assert ran.returncode == 0, ran.stdout + ran.stderr
            done.touch()
    return out


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    """The hostile site over HTTP, on this machine only."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: a failed request shows in the browser."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
