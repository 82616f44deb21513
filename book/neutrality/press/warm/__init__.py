"""Functions run in forked children of one warm process, which has imported everything once.

A child is as good as a fresh process: it starts from the state after the imports, with the caller's
environment and working directory, and nothing that it does reaches the next one. Linux only: elsewhere a
fork is missing or not safe once libraries are loaded.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from multiprocessing.connection import Connection
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any

#: Seconds that an unused warm process is kept by a caller who does not say how long he needs it.
IDLE = 30.0

#: Seconds that a child has to end once it has answered, as kernels have.
_LAST = 5.0

_ENDED = "the warm process ended"

#: The working directory has the place on the path that kernels give it, behind the standard library: where
#: it holds a package of ours, that is the one that their cells import.
_PROGRAM = """
import os, sys
sys.path = [entry for entry in sys.path if entry]
if not sys.flags.safe_path:
    names = [os.path.basename(entry) for entry in sys.path]
    sys.path.insert(min((names.index(n) for n in ("site-packages", "dist-packages") if n in names), default=0), "")
from neutrality.press.warm.server import serve
serve({})
"""


class Died(Exception):
    """The child ended without an answer; the message is the last that it said, often nothing."""


class Cold(Exception):
    """There is no warm process: not on this platform, or its imports do not allow one."""


class Server:
    """A warm process; safe to use from several threads."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        if sys.platform != "linux":
            raise Cold("forking is safe on Linux only")
        self._said = TemporaryFile()  # noqa: SIM115
        # Keeps the words of each request apart.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._lock = threading.Lock()
        self._state = ""
        self._closed = False
        try:
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-c", _PROGRAM.format(theirs.fileno())],
                    env={**os.environ, **environment},
                    stdin=subprocess.DEVNULL,
                    stdout=self._said,
                    stderr=self._said,
                    pass_fds=[theirs.fileno()],
                    # An interrupt at the terminal is for the caller, who then closes.
                    start_new_session=True,
                )
        except OSError as error:
            self._said.close()
            self._control.close()
            raise Cold(f"no process could be started: {error.strerror}") from None

    def call(self, work: Callable[..., Any], *arguments: Any) -> Any:
        """What the function returns in a child of its own; what it raises is raised.

        Raises Died if the child ended before, Cold if there is no warm process.
        """
        ours, theirs = socket.socketpair()
        with TemporaryFile() as said, Connection(ours.detach()) as connection:
            with theirs:
                self._ask(theirs, said)
            try:
                connection.send((work, arguments))
                fine, answer = connection.recv()
            except (EOFError, ConnectionError):
                said.seek(0)
                raise Died(said.read().decode(errors="replace").strip()) from None
            # It may still have files to close.
            with suppress(EOFError, ConnectionError):
                if connection.poll(_LAST):
                    connection.recv_bytes()
        if not fine:
            raise answer
        return answer

    def _ask(self, connection: socket.socket, said: IO[bytes]) -> None:
        with self._lock:
            if not self._state and not self._closed:
                self._state = self._control.recv(4096).decode() or _ENDED
            if self._closed:
                raise Died("interrupted")
            if self._state != "warm":
                raise Cold(self._state)
            try:
                socket.send_fds(self._control, [b"run"], [connection.fileno(), said.fileno()])
            except OSError:
                self._state = _ENDED
                raise Cold(_ENDED) from None

    @property
    def fit(self) -> bool:
        """Whether it may be asked again; one that cannot be warm says so once, not each time anew."""
        return not self._closed and (self._state not in ("warm", _ENDED) or self._process.poll() is None)

    def close(self) -> None:
        """End the process with all its children; who waits for one is told that it died."""
        if self._closed:
            return
        self._closed = True
        if not self._state:
            # Still at its imports, with no child to take along.
            self._process.kill()
        # Also wakes whoever waits for its first word.
        with suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)
        try:
            self._process.wait(_LAST)
        except subprocess.TimeoutExpired:
            kill(self._process.pid)
            self._process.wait()
        with self._lock:
            self._control.close()
        self._said.close()


def kill(number: int) -> None:
    """End a process with all that it started: a plain kernel is in a group of its own."""
    import psutil

    with suppress(psutil.Error):
        process = psutil.Process(number)
        for each in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                each.kill()


class _Shared:
    """The warm process of this one, for all its threads: started when needed, replaced when outdated."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._server: Server | None = None
        self._made_for: Any = None
        self._users = 0
        self._end: threading.Timer | None = None

    @contextmanager
    def use(self, environment: Mapping[str, str], keep: float) -> Iterator[Server]:
        server = self._take(environment)
        try:
            yield server
        except BaseException as error:
            if not isinstance(error, Exception):
                # An interrupt: the work of the other threads is not wanted any more either.
                server.close()
            raise
        finally:
            self._leave(server, keep)

    def _take(self, environment: Mapping[str, str]) -> Server:
        with self._lock:
            if self._end:
                self._end.cancel()
                self._end = None
            if self._users == 0:
                wanted = (
                    os.getpid(),
                    Path.cwd(),
                    dict(os.environ),
                    dict(environment),
                    tuple(sys.path),
                    _source(),
                )
                if self._server and not (wanted == self._made_for and self._server.fit):
                    # Another process after a fork only lets go of it.
                    if self._made_for[0] == os.getpid():
                        self._server.close()
                    self._server = None
                if self._server is None:
                    self._server, self._made_for = Server(environment), wanted
            assert self._server is not None
            self._users += 1
            return self._server

    def _leave(self, server: Server, keep: float) -> None:
        with self._lock:
            self._users -= 1
            if self._users or self._server is not server:
                return
            if keep:
                self._end = threading.Timer(keep, self._drop, [server])
                self._end.daemon = True
                self._end.start()
            else:
                self._server = None
                server.close()

    def _drop(self, server: Server) -> None:
        with self._lock:
            if self._server is server and not self._users:
                self._server = None
                server.close()


def _source() -> tuple[tuple[str, int, int], ...]:
    """The state of the package's source: a process that imported another one is no use."""
    import neutrality

    found = []
    for folder in neutrality.__path__:
        for path in Path(folder).rglob("*.py"):
            with suppress(OSError):
                status = path.stat()
                found.append((str(path), status.st_mtime_ns, status.st_size))
    return tuple(sorted(found))


_shared = _Shared()


def use(environment: Mapping[str, str], keep: float = IDLE) -> Any:
    """A context with a warm process, shared with whoever else uses one at the time.

    `environment` is added to the children's. After its last user leaves it is kept for `keep` seconds.
    Raises Cold where there can be none.
    """
    return _shared.use(environment, keep)
