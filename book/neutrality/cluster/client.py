"""This machine's side of a cluster: connecting, handing over, and an executor that anything can run on."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import os
import pickle
import platform
import re
import socket
import threading
import uuid
import warnings
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from importlib.metadata import PackageNotFoundError, version
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from neutrality.case.source import DESCRIPTOR, HANDED, opened, paths
from neutrality.errors import InputError

if TYPE_CHECKING:
    # Few of its functions have types.
    Client: TypeAlias = Any

#: Seconds that a scheduler has to say its first word, and those to say who it is.
PATIENCE = 4.0

#: What results and executed notebooks depend on, so that a worker must have the same.
LIBRARIES = (
    "numpy", "scipy", "pandas", "frictionless", "fsspec", "babel", "tabulate", "altair", "vl-convert-python",
    "papermill", "nbclient", "nbformat", "ipykernel", "distributed",
)  # fmt: skip

_ADDRESS = re.compile(r"(?P<kind>tcp|tls)://(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(?P<port>\d{1,5})")


_STRANGER = "what answers there is no Dask scheduler"


class Cluster(Executor):
    """The workers of a Dask cluster as an executor.

    A call is pickled here and made in a process on a worker, which imports the package that was handed over;
    what comes back is unpickled here. `width` is how many calls the workers make at a time.
    """

    def __init__(self, client: Client, name: str, address: str) -> None:
        self._inner = client.get_executor(pure=False)
        self._client, self._name, self._address = client, name, address
        self._task = _Carried("call")
        self._deserted = 0
        self.width = max(1, sum(client.nthreads().values()))

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        far = self._inner.submit(self._task, self._name, pickle.dumps((fn, args, kwargs)))
        near: Future[Any] = Future()
        near.set_running_or_notify_cancel()
        far.add_done_callback(lambda done: self._settle(near, done))
        return near

    def _settle(self, near: Future[Any], far: Future[Any]) -> None:
        try:
            answer = far.result()
            if not answer:
                raise BrokenExecutor(f"{self._address}: the process on a worker ended unexpectedly")
            value, fault = pickle.loads(answer)
        except CancelledError:
            fault = InputError(f"{self._address}: the scheduler is gone")
        except Exception as problem:
            fault = problem
            if type(problem).__name__ == "KilledWorker":
                fault = BrokenExecutor(f"{self._address}: each worker that tried it ended unexpectedly")
        if fault is None:
            near.set_result(value)
        else:
            near.set_exception(fault)

    def check(self) -> None:
        """Raise InputError when nobody is left to compute. Asked now and then while nothing comes back."""
        workers = self._client.scheduler_info(n_workers=1)["n_workers"]
        self._deserted = 0 if workers else self._deserted + 1
        # A worker that is being started again by its nanny is away for a moment.
        if self._deserted >= 3:
            raise InputError(f"{self._address}: no worker is left on this cluster")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        # Without waiting, Dask calls off whatever is not done.
        self._inner.shutdown(wait=wait and not cancel_futures)


@contextmanager
def connected(
    address: str,
    location: str,
    digest: str,
    begin: tuple[Callable[..., Any], tuple[Any, ...]] = (os.getpid, ()),
) -> Iterator[Cluster]:
    """The cluster whose scheduler is at an address, handed the package and the case while the context lasts.

    `digest` is that of the case as it was checked, and `begin` is called in each process before its first run.
    Raises InputError when no scheduler answers within seconds, when it has no worker, or when a worker's Python
    or libraries differ from those here, since then its results could.
    """
    knock(address)
    from distributed import Client

    files = _files(location, digest)
    _hush()
    # Dask warns of versions that differ; that is an error here.
    with warnings.catch_warnings(action="ignore"), _identified(Client, address) as client:
        if not client.nthreads():
            with suppress(Exception):
                client.wait_for_workers(1, timeout=PATIENCE)
        if not client.nthreads():
            raise InputError(f"{address}: the scheduler has no worker; start one with: dask worker {address}")
        package = _package()
        name = f"neutrality-{hashlib.sha256(package).hexdigest()[:12]}-{uuid.uuid4().hex[:12]}"
        try:
            _hand_over(client, name, package, location, files, begin)
            faults = client.run(_Carried("examined"), name)
            if any(faults.values()):
                raise InputError(
                    *(
                        f"worker {worker}: {fault}"
                        for worker, found in sorted(faults.items())
                        for fault in found
                    )
                )
            cluster = Cluster(client, name, address)
            try:
                yield cluster
            finally:
                cluster.shutdown(wait=False, cancel_futures=True)
        finally:
            with suppress(Exception):
                client.unregister_worker_plugin(name)


def knock(address: str) -> None:
    """Raise InputError when nobody is at an address, or somebody who does not speak first as a scheduler does.

    Nothing of Dask is loaded for it: its own client tries again and again where nobody is, and waits without
    end for the first word of a stranger, whatever its timeouts say.
    """
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 65536:
        raise InputError(f"--scheduler: found {address!r}, expected an address like tcp://127.0.0.1:8786")
    host, port = found["host"].strip("[]"), int(found["port"])
    try:
        # A name that nobody knows is looked up for as long as the system likes.
        stream = _within(PATIENCE + 1, lambda: socket.create_connection((host, port), timeout=PATIENCE))
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", "") or str(problem)
        raise InputError(f"{address}: no scheduler there ({reason.lower()})") from None
    with stream:
        # Where all is encrypted the client speaks first.
        if found["kind"] == "tcp":
            with suppress(OSError):
                if stream.recv(1):
                    return
            raise InputError(f"{address}: {_STRANGER}")


def _identify(address: str) -> None:
    """Raise InputError unless it is a scheduler that answers."""
    try:
        answer = _within(PATIENCE + 1, lambda: asyncio.run(asyncio.wait_for(_identity(address), PATIENCE)))
    except Exception:
        # Whatever a stranger sends can raise whatever reading it raises, even a MemoryError.
        answer = None
    kind = answer.get("type") if isinstance(answer, dict) else None
    if kind is None:
        raise InputError(f"{address}: {_STRANGER}")
    if kind != "Scheduler":
        raise InputError(f"{address}: a Dask {str(kind).lower()} answers there, expected the scheduler")


def _within(seconds: float, work: Callable[[], Any]) -> Any:
    """What some work comes to, be it an exception. TimeoutError where it takes longer; it is then left behind."""
    found: list[tuple[Any, Exception | None]] = []

    def attempt() -> None:
        try:
            found.append((work(), None))
        except Exception as problem:
            found.append((None, problem))

    worker = threading.Thread(target=attempt, daemon=True)
    worker.start()
    worker.join(seconds)
    if not found:
        raise TimeoutError("timed out")
    value, fault = found[0]
    if fault is not None:
        raise fault
    return value


async def _identity(address: str) -> Any:
    from distributed.comm.core import connect
    from distributed.security import Security

    secured: Any = Security()  # type: ignore[no-untyped-call]
    comm = await connect(  # type: ignore[no-untyped-call]
        address, timeout=PATIENCE, **secured.get_connection_args("client")
    )
    try:
        await comm.write({"op": "identity", "reply": True})
        return await comm.read()
    finally:
        comm.abort()


@contextmanager
def _identified(kind: type[Client], address: str) -> Iterator[Client]:
    _identify(address)
    try:
        client = kind(address, timeout=PATIENCE, set_as_default=False)
    except Exception as problem:
        # A scheduler of another version fails in ways of its own.
        reason = " ".join(str(problem).split()) or type(problem).__name__
        raise InputError(f"{address}: the scheduler cannot be used ({reason})") from None
    try:
        yield client
    finally:
        with suppress(Exception):
            client.close(timeout=PATIENCE)


def _hush() -> None:
    """Silence Dask's log, for as long as this process lasts: what matters of it is in our own errors, and its
    threads go on to tell of a cluster that is gone after we have."""
    for name in ("distributed", *logging.root.manager.loggerDict):
        if name.partition(".")[0] == "distributed":
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)


def _hand_over(
    client: Client,
    name: str,
    package: bytes,
    location: str,
    files: dict[str, bytes],
    begin: tuple[Callable[..., Any], tuple[Any, ...]],
) -> None:
    import cloudpickle

    from neutrality.cluster import worker

    baggage = worker.Baggage(
        package, location, files, HANDED, pickle.dumps((*begin, {})), _python(), _versions()
    )
    cloudpickle.register_pickle_by_value(worker)
    try:
        client.register_plugin(worker.Porter(name, baggage), name=name)
    finally:
        cloudpickle.unregister_pickle_by_value(worker)


class _Carried:
    """A function of `worker` that arrives by value wherever this is unpickled."""

    def __init__(self, name: str) -> None:
        from neutrality.cluster import worker

        self.__name__ = name
        self._module, self._function = worker, getattr(worker, name)

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        import cloudpickle

        cloudpickle.register_pickle_by_value(self._module)
        try:
            return cloudpickle.loads, (cloudpickle.dumps(self._function),)
        finally:
            cloudpickle.unregister_pickle_by_value(self._module)


def _python() -> str:
    return ".".join(platform.python_version_tuple()[:2])


def _versions() -> dict[str, str]:
    found = {}
    for library in LIBRARIES:
        with suppress(PackageNotFoundError):
            found[library] = version(library)
    return found


def _package() -> bytes:
    """The package as a zip that is the same for the same source."""
    root = Path(__file__).resolve().parents[1]
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(root.rglob("*")):
            if file.is_file() and "__pycache__" not in file.parts:
                # Written with a fixed date, so that the same source gives the same bytes.
                entry = zipfile.ZipInfo(f"{root.name}/{file.relative_to(root).as_posix()}")
                entry.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(entry, file.read_bytes())
    return packed.getvalue()


def _files(location: str, digest: str) -> dict[str, bytes]:
    """The bytes of the case, which must still be the one that was checked."""
    with opened(location) as folder:
        files = {
            name: (folder.path / name).read_bytes()
            for name in (DESCRIPTOR, *paths(folder.descriptor).values())
        }
        if folder.digest() != digest:
            raise InputError(f"{location}: the case changed meanwhile; run the command again")
    return files


__all__ = ["Cluster", "connected", "knock"]
