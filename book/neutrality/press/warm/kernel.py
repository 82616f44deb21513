"""A kernel in the process that asks for it, behind the interface by which papermill starts any kernel.

It is ipykernel's own application, kernel and shell; only the sockets between it and papermill's client
are replaced, by queues in memory. What a plain kernel would do differently is noticed while a cell runs
and raises Unfaithful, for the run to be done again in a plain one.

One such kernel fits into a process, which it changes for good: `neutrality.press.warm.server` forks one
for each run.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from collections import deque
from collections.abc import Iterable, Sequence
from importlib.util import find_spec
from queue import Empty
from types import SimpleNamespace
from typing import Any

import zmq
from ipykernel import ipkernel
from ipykernel.iostream import IOPubThread
from ipykernel.ipkernel import IPythonKernel
from ipykernel.kernelapp import IPKernelApp
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.session import Session
from traitlets import Any as Anything


class Unfaithful(Exception):
    """A plain kernel would, or might, have put out something else."""


class _Queue:
    """Stands where a kernel expects a socket, and keeps each message as the other side would read it."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.messages: deque[dict[str, Any]] = deque()
        self._owner = os.getpid()

    def send_multipart(self, parts: list[Any], *_: Any, **__: Any) -> None:
        if os.getpid() != self._owner:
            # A process that a cell forked. Its words belong here, but only a plain kernel can hear them:
            # anything written below Python tells the watch.
            os.write(2, b"a forked process spoke\n")
            return
        _idents, message = self.session.feed_identities(parts)
        self.messages.append(self.session.deserialize(message))


class _NoLoop:
    """Takes what is to happen later; output waits until the cell flushes it or ends."""

    def call_later(self, *_: Any) -> None: ...


class _Publisher(IOPubThread):
    """What the streams of a kernel print into: at once, without the thread."""

    # Their types in ipykernel are those of what is left out here.
    thread: Any
    io_loop: Any
    send_multipart: Any

    def __init__(self, queue: _Queue) -> None:
        self.thread = None
        self.io_loop = _NoLoop()
        self.send_multipart = queue.send_multipart

    def schedule(self, work: Any) -> None:
        work()


class _Kernel(IPythonKernel):
    # Their types in ipykernel are sockets.
    shell_stream = Anything()
    debugpy_stream = Anything()

    def __init__(self, **options: Any) -> None:
        # For its debugger, which nobody asks for here, it would note the file of each module: ten megabytes that are
        # shared with the other children until they are touched.
        seen = vars(ipkernel)
        plain, seen["sys"] = seen["sys"], SimpleNamespace(modules={})
        try:
            super().__init__(**options)  # type: ignore[no-untyped-call]
        finally:
            seen["sys"] = plain

    def _abort_queues(self, subshell_id: str | None = None) -> None:
        """Nothing ever waits behind the cell that runs."""


class _Application(IPKernelApp):
    """ipykernel's application without sockets, threads and handlers of its own process's end.

    Everything else is as at a kernel's start: profile and configuration, start-up files, environment,
    standard streams, matplotlib's backend, the path.
    """

    kernel_class = _Kernel

    def init_connection_file(self) -> None: ...
    def init_poller(self) -> None: ...
    def init_heartbeat(self) -> None: ...
    def write_connection_file(self, **_: Any) -> None: ...
    def log_connection_info(self) -> None: ...

    def init_sockets(self) -> None:
        # Messages do not leave the process: there is nobody to sign them for.
        self.session.key = b""
        self.replies, self.published = _Queue(self.session), _Queue(self.session)
        self.iopub_thread = _Publisher(self.published)
        self.iopub_socket = self.published
        # Said below Python is noticed, not forwarded; forwarding needs two threads.
        self.capture_fd_output = False

    def init_io(self) -> None:
        super().init_io()  # type: ignore[no-untyped-call]
        streams: tuple[Any, ...] = (sys.stdout, sys.stderr)
        for number, stream in enumerate(streams, 1):
            # As a plain kernel's streams have one: what is written to it goes where nobody reads.
            stream._original_stdstream_copy = os.dup(number)

    def init_kernel(self) -> None:
        self.kernel = self.kernel_class.instance(
            parent=self,
            session=self.session,
            shell_stream=self.replies,
            iopub_thread=self.iopub_thread,
            iopub_socket=self.iopub_socket,
            log=self.log,
            profile_dir=self.profile_dir,
            user_ns=self.user_ns,
        )
        self.displayhook.get_execution_count = lambda: self.kernel.execution_count


# Options and configuration files name the classes; these are the ones they mean.
_Application.__name__, _Kernel.__name__ = IPKernelApp.__name__, IPythonKernel.__name__


class _Watch:
    """Looks at what a cell did that a plain kernel would have shown in another way, or not at all."""

    def __init__(self) -> None:
        # A copy: a cell may point the standard streams elsewhere.
        self._sink = os.dup(2)
        self._said = self._size()
        self._threads = set(threading.enumerate())

    def _size(self) -> int:
        for stream in (sys.__stdout__, sys.__stderr__):
            if stream is not None and not stream.closed:
                stream.flush()
        return os.fstat(self._sink).st_size

    def check(self, published: Iterable[dict[str, Any]]) -> None:
        """Raise Unfaithful if the cell that published these messages needs a plain kernel."""
        if self._size() != self._said:
            raise Unfaithful("wrote below Python's streams")
        if set(threading.enumerate()) - self._threads:
            raise Unfaithful("left a thread running")
        streams: set[str] = set()
        for message in published:
            kind = message["msg_type"]
            if kind.startswith("comm"):
                raise Unfaithful("used a widget")
            if kind == "stream":
                streams.add(message["content"]["name"])
                if len(streams) > 1:
                    raise Unfaithful("wrote to both standard streams, whose order is a matter of time")


class _Requests:
    """The client's channel of requests: one is done when its reply is asked for, in the loop that asks."""

    def __init__(self, application: _Application, published: _Published) -> None:
        self._application, self._published = application, published
        self._pending: deque[dict[str, Any]] = deque()
        self._watch = _Watch()

    def send(self, message: dict[str, Any]) -> None:
        self._published.wait()
        self._pending.append(message)

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        application = self._application
        if self._pending:
            parts = application.session.serialize(self._pending.popleft())
            await application.kernel.dispatch_shell([zmq.Frame(part) for part in parts])
            self._watch.check(application.published.messages)
            self._published.go()
        if not application.replies.messages:
            raise Empty
        return application.replies.messages.popleft()


class _Published:
    """The client's channel of what a cell puts out, readable when the cell is done."""

    def __init__(self, queue: _Queue) -> None:
        self._queue = queue
        self._done = asyncio.Event()

    def wait(self) -> None:
        self._done.clear()

    def go(self) -> None:
        self._done.set()

    async def get_msg(self, timeout: float | None = None) -> dict[str, Any]:
        await self._done.wait()
        if not self._queue.messages:
            raise Empty
        return self._queue.messages.popleft()


class _Client(AsyncKernelClient):
    """papermill's client, with queues for channels."""

    def start_channels(self, *_: Any, **__: Any) -> None: ...
    def stop_channels(self) -> None: ...
    async def wait_for_ready(self, timeout: float | None = None) -> None: ...

    async def is_alive(self) -> bool:
        return True


class Manager(AsyncKernelManager):
    """Starts the kernel in this very process."""

    _application: _Application | None = None

    @property
    def has_kernel(self) -> bool:
        return self._application is not None

    # jupyter_client's own manager of this kind is at odds with the plain one it stands on.
    async def is_alive(self) -> bool:  # type: ignore[override]
        return self.has_kernel

    async def start_kernel(  # type: ignore[override]
        self, *, extra_arguments: Sequence[str] = (), **_: Any
    ) -> None:
        self._check_specification()
        launcher = find_spec("ipykernel_launcher")
        assert launcher is not None
        # Libraries that read the command line find there what they would find in a plain kernel.
        sys.argv = [str(launcher.origin), "-f", "kernel.json", *extra_arguments]
        self._application = _Application.instance()
        self._application.initialize(list(extra_arguments))  # type: ignore[no-untyped-call]

    def _check_specification(self) -> None:
        """Raise Unfaithful unless a kernel of this name is just a Python like this one."""
        specification = self.kernel_spec
        assert specification is not None
        arguments: list[str] = specification.argv
        program, *rest = [*arguments, ""]
        plain = program in ("python", "python3", f"python{sys.version_info[0]}.{sys.version_info[1]}")
        if not plain and os.path.realpath(program) != os.path.realpath(sys.executable):
            raise Unfaithful(f"kernel {self.kernel_name} is another program")
        wanted = ["-m", "ipykernel_launcher", "-f", "{connection_file}", ""]
        if rest != wanted or specification.env or specification.metadata.get("kernel_provisioner"):
            raise Unfaithful(f"kernel {self.kernel_name} is started in its own way")

    def client(self, **_: Any) -> _Client:  # type: ignore[override]
        application = self._application
        assert application is not None
        client = _Client(session=application.session)
        client._iopub_channel = _Published(application.published)
        client._shell_channel = _Requests(application, client._iopub_channel)
        return client

    async def shutdown_kernel(  # type: ignore[override]
        self, now: bool = False, restart: bool = False
    ) -> None:
        """The process ends with its run."""

    def cleanup_resources(self, restart: bool = False) -> None: ...  # type: ignore[override]
