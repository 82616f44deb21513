"""The warm process: imports once what notebooks need, then forks a child for each run.

It is a program of its own, started clean by `neutrality.press.warm`, so that nothing of its caller is in
the children: no sockets, no threads, no drawing engine. It holds no state between runs but what it
imported. It ends, with all its children, when its caller closes the connection or dies.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import os
import pkgutil
import signal
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from select import select
from typing import Any

import neutrality
from neutrality.press.warm import kill
from neutrality.processes import give_back

#: What a kernel itself takes, imported without the working directory on the path, as a kernel does it.
_MACHINERY = (
    "papermill",
    "nbclient",
    "nbformat",
    "sqlite3",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
    "ipykernel.debugger",
    "ipykernel.kernelspec",
    "IPython.core.debugger",
    "IPython.core.completerlib",
    "IPython.extensions.storemagic",
    "neutrality.press.execute",
    "neutrality.press.warm.kernel",
    "neutrality.press.warm.faithful",
)

#: What the package imports only where it is used. SciPy's optimiser, which takes as long as pandas, is for one notebook.
_LIBRARIES = ("pandas", "altair", "babel.numbers", "babel.dates", "tabulate")

#: Parts of the package that no notebook imports.
_ABOVE = ("press", "cli", "cluster", "sweep", "editions", "compare", "serve")

#: PR_SET_PDEATHSIG of Linux's prctl(2): a signal for the death of the parent.
_PDEATHSIG = 1

#: Seconds between looks at whether a child has ended.
_TICK = 0.1


def serve(number: int) -> None:
    """Fork a child for each request on the socket with this descriptor, until its other end is closed.

    A request is a word with two descriptors: a connection, over which the child takes a function with its
    arguments and returns what came of it, and a file for what it says below Python's streams.
    """
    control = socket.socket(fileno=number)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    why = _warm_up()
    control.send(why.encode()[:4000] or b"warm")
    children: set[int] = set()
    try:
        while not why:
            ready, _, _ = select([control], [], [], _TICK if children else None)
            children -= {child for child in children if _ended(child)}
            if not ready:
                continue
            word, descriptors, *_ = socket.recv_fds(control, 16, 2)
            if not word:
                break
            _fork(children, control, *descriptors)
    finally:
        for child in children:
            kill(child)
            with suppress(ChildProcessError):
                os.waitpid(child, 0)


def _warm_up() -> str:
    """Import what notebooks need; returns why the process cannot stand in for a fresh one, if so."""
    path, sys.path = sys.path, [entry for entry in sys.path if entry]
    for name in _MACHINERY:
        # Another version may lack one, which then costs the children time and nothing else.
        with suppress(ImportError):
            importlib.import_module(name)
    sys.path = path
    for name in (*_LIBRARIES, *_package()):
        # What does not import raises in the cell that imports it, as it would in a plain kernel.
        with suppress(Exception):
            importlib.import_module(name)
    _fill_caches()
    sys.stdout.flush()
    sys.stderr.flush()
    if os.fstat(2).st_size:
        # A fresh process would show it in the cell that imports first.
        os.lseek(2, 0, os.SEEK_SET)
        return f"an import said: {os.read(2, 1000).decode(errors='replace').strip()}"
    if threading.active_count() > 1:
        return f"an import left a thread: {threading.enumerate()[-1].name}"
    give_back()
    # What is not looked at is not written to, so the children share its memory.
    gc.freeze()
    return ""


def _fill_caches() -> None:
    """Have made what does not depend on a run: the checks of a notebook and of a chart, the forms of a page."""
    import nbformat

    from neutrality.case.reads_files import imported
    from neutrality.display import prepare
    from neutrality.press.warm.charts import quicken

    with suppress(Exception):
        # Another version of Altair may check in another way, which then costs the children time only.
        quicken()
    made: Any = nbformat.v4
    nbformat.validate(made.new_notebook(cells=[made.new_code_cell("")]))
    made.new_output("stream", text="")
    prepare()
    imported()


def _package() -> Iterator[str]:
    for part in pkgutil.iter_modules(neutrality.__path__, "neutrality."):
        if part.name.rpartition(".")[2] in _ABOVE:
            continue
        yield part.name
        if part.ispkg:
            with suppress(Exception):
                inner = importlib.import_module(part.name).__path__
                yield from (m.name for m in pkgutil.walk_packages(inner, f"{part.name}.", lambda _: None))


def _fork(children: set[int], control: socket.socket, answers: int, said: int) -> None:
    try:
        child = os.fork()
    except OSError as error:
        # The caller finds it where the last words of a child stand.
        os.write(said, f"no process could be started for it: {error.strerror}\n".encode())
        child = -1
    if child == 0:
        try:
            control.close()
            _work(Connection(answers), said)
        finally:
            os._exit(1)
    os.close(answers)
    os.close(said)
    if child > 0:
        children.add(child)


def _work(connection: Connection, said: int) -> None:
    """The child: one function, one answer."""
    # A group of its own, as kernels have: an interrupt at the terminal is not for it.
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    # Should the warm process be killed, which has no last word then, its children go with it.
    ctypes.CDLL(None).prctl(_PDEATHSIG, signal.SIGKILL)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.close(said)
    if "numpy" in sys.modules:
        # Python's own generator seeds itself anew after a fork; this one does not.
        sys.modules["numpy"].random.seed()
    work: Callable[..., Any]
    work, arguments = connection.recv()
    try:
        answer = (True, work(*arguments))
    except BaseException as error:
        answer = (False, error)
    try:
        connection.send(answer)
    except Exception:
        connection.send((False, RuntimeError(f"{type(answer[1]).__name__}: {answer[1]}")))
    # What a process does at its end belongs to the run.
    with suppress(Exception):
        atexit._run_exitfuncs()
    os._exit(0)


def _ended(child: int) -> bool:
    if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        return False
    # What it left running, while its number cannot be another's yet.
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return True
