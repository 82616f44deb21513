"""What travels to each Dask worker: it unpacks the package and the case, and keeps processes that run calls.

It travels by value to workers that have no package of ours, so it uses nothing of the package but `installed`,
which travels with it. A process of its
own for each thread of a worker keeps what the worker has imported away from what was handed over, lets threads
compute at the same time, and gives each notebook an environment and a working directory that are its own.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from distributed import WorkerPlugin, get_worker

from neutrality.installed import versions

#: Of so many versions that differ each is told.
_TOLD = 3


@dataclass(frozen=True)
class Baggage:
    """What each worker is handed once: the package as a zip, the case, and what its processes begin with.

    `location` is what the caller calls the case, `files` are its bytes; `variable` is the environment's name
    under which the package looks for a case that was handed over. `begin` is a pickled call. `versions` are those
    on the machine that asks.
    """

    package: bytes
    location: str
    files: Mapping[str, bytes]
    variable: str
    begin: bytes
    versions: Mapping[str, str]


class Porter(WorkerPlugin):
    """Carries the baggage to a worker and runs calls there."""

    def __init__(self, name: str, baggage: Baggage) -> None:
        self.name = name
        self._baggage = baggage

    def setup(self, worker: Any) -> None:
        """Unpack on the worker: when it is handed the baggage, be it now or when it joins later."""
        self.faults = [f"worker {worker.address}: {fault}" for fault in self._differing(versions())]
        self._home = Path(worker.local_directory) / self.name
        shutil.rmtree(self._home, ignore_errors=True)
        with zipfile.ZipFile(BytesIO(self._baggage.package)) as archive:
            archive.extractall(self._home / "package")
        for name, content in self._baggage.files.items():
            file = self._home / "case" / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        (self._home / "place").mkdir()
        self._idle: list[Child] = []
        self._ended = False
        self._lock = threading.Lock()

    def teardown(self, worker: Any) -> None:
        with self._lock:
            self._ended = True
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()
        shutil.rmtree(self._home, ignore_errors=True)

    def _differing(self, found: Mapping[str, str]) -> list[str]:
        """What of the versions here differs from those on the machine that asks, Python first.

        What a worker has besides is not asked for by any of them.
        """
        expected = self._baggage.versions
        names = [name for name in expected if found.get(name) != expected[name]]
        names.sort(key=lambda name: (name != "Python", name.lower()))
        told = []
        for name in names[:_TOLD]:
            ours, theirs = _short(expected[name], found.get(name, "none"))
            what = f"{name} {theirs}" if name in found else f"no {name}"
            told.append(f"found {what}, expected {ours} as here")
        more = len(names) - _TOLD
        return [*told, f"{more} more of its versions differ from those here"] if more > 0 else told

    def call(self, request: bytes) -> bytes:
        """The answer of a process to a pickled call; none, b"", of a process that ends meanwhile."""
        with self._lock:
            child = self._idle.pop() if self._idle else None
        fresh = child is None
        child = child or self._started()
        try:
            if fresh:
                child.connection.send_bytes(self._baggage.begin)
            child.connection.send_bytes(request)
            answer = child.connection.recv_bytes()
        except (EOFError, OSError):
            child.end()
            return b""
        with self._lock:
            # Nobody would end one that comes back after the worker is told to end.
            ended = self._ended
            if not ended:
                self._idle.append(child)
        if ended:
            child.end()
        return answer

    def _started(self) -> Child:
        ours, theirs = Pipe()
        paths = (str(self._home / "package"), os.environ.get("PYTHONPATH"))
        code = f"from neutrality.cluster.child import serve; serve({theirs.fileno()})"
        environment = {
            **os.environ,
            # Before whatever this machine has installed, in the process and in the kernels it starts.
            "PYTHONPATH": os.pathsep.join(filter(None, paths)),
            self._baggage.variable: json.dumps({self._baggage.location: str(self._home / "case")}),
        }
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-c", code],
                stdin=subprocess.DEVNULL,
                env=environment,
                cwd=self._home / "place",
                pass_fds=[theirs.fileno()],
            )
        return Child(process, ours)


@dataclass(frozen=True)
class Child:
    """A process that answers calls, one at a time. It ends with the worker: its connection does."""

    process: subprocess.Popen[bytes]
    connection: Connection

    def end(self) -> None:
        self.connection.close()
        self.process.kill()
        self.process.wait()


def _short(one: str, other: str) -> tuple[str, str]:
    """Two versions by their first words, where these tell them apart: Python's own has a line."""
    a, b = one.partition(" ")[0], other.partition(" ")[0]
    return (one, other) if a == b else (a, b)


def call(name: str, request: bytes) -> bytes | list[str]:
    """The task that Dask runs: the answer to a request, or what is wrong with the worker, which may have joined
    after the others were asked."""
    porter = cast("Porter", get_worker().plugins[name])
    return porter.faults or porter.call(request)


def examined(name: str, dask_worker: Any) -> list[str]:
    """What is wrong with a worker."""
    return cast("Porter", dask_worker.plugins[name]).faults
