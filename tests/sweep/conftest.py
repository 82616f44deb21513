"""A cluster as somebody else would start one: workers that share nothing with us and lack the package."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sysconfig
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

#: Seconds for a process to start on a machine that is busy with other tests.
PATIENCE = 120


class Cluster:
    """`dask scheduler` and some `dask worker`, each a process of its own in an empty folder of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        # An environment with the libraries on its path but without its `.pth` files, so without our package.
        venv.EnvBuilder(with_pip=False, symlinks=True).create(folder / "environment")
        self.python = folder / "environment" / "bin" / "python"
        paths = dict.fromkeys((sysconfig.get_path("purelib"), sysconfig.get_path("platlib")))
        self._environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PYTHONPATH": os.pathsep.join(paths),
            "HOME": str(folder),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self.workers: list[subprocess.Popen[bytes]] = []
        self._all: list[subprocess.Popen[bytes]] = []
        self._scheduler = self._start(
            "scheduler", "scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"
        )
        found = self._said("scheduler", r"Scheduler at:\s+(tcp://\S+)")
        self.address = found[1]

    def add_worker(self, *before: Path, nanny: bool = False) -> subprocess.Popen[bytes]:
        """A worker; with a nanny it is started by the very line of README. `before` stands first on its path."""
        name = f"worker-{len(self.workers)}"
        options = () if nanny else ("--nthreads", "1", "--no-nanny", "--no-dashboard")
        worker = self._start(name, "worker", self.address, *options, before=before)
        self._said(name, r"Registered to:")
        self.workers.append(worker)
        return worker

    def can_import(self, name: str) -> bool:
        """Whether the workers' own environment has a package."""
        done = subprocess.run(
            [self.python, "-c", f"import {name}"], cwd=self.folder, env=self._environment, capture_output=True
        )
        return done.returncode == 0

    def _start(self, name: str, *words: str, before: tuple[Path, ...] = ()) -> subprocess.Popen[bytes]:
        place = self.folder / name
        place.mkdir()
        # Where a worker is not told another one, its folder is among what is temporary.
        own = {
            "TMPDIR": str(place),
            "PYTHONPATH": os.pathsep.join([*map(str, before), self._environment["PYTHONPATH"]]),
        }
        with (self.folder / f"{name}.log").open("wb") as log:
            process = subprocess.Popen(
                [self.python, "-m", "dask", *words],
                cwd=place, env=self._environment | own, stdout=log, stderr=log, stdin=subprocess.DEVNULL,
            )  # fmt: skip
        self._all.append(process)
        return process

    def _said(self, name: str, pattern: str) -> re.Match[str]:
        """What a process writes about itself when it is ready."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = (self.folder / f"{name}.log").read_text("utf-8", "replace")
            found = re.search(pattern, text)
            if found:
                return found
            time.sleep(0.1)
        raise AssertionError(f"{name} did not start: {text}")

    def close(self) -> None:
        for process in reversed(self._all):
            process.send_signal(signal.SIGKILL)
            process.wait()


@pytest.fixture(scope="module")
def start_cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Cluster]]:
    started: list[Cluster] = []

    def start(workers: int = 2) -> Cluster:
        cluster = Cluster(tmp_path_factory.mktemp("cluster"))
        started.append(cluster)
        for _ in range(workers):
            cluster.add_worker()
        return cluster

    yield start
    for cluster in started:
        cluster.close()
