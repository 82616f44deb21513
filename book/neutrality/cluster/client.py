"""This machine's side of a cluster: connecting, handing over, and an executor that anything can run on."""

from __future__ import annotations

import hashlib
import logging
import os
import pickle
import uuid
import warnings
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from contextlib import contextmanager, suppress
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from neutrality import installed
from neutrality.case.source import HANDED, opened
from neutrality.cluster.address import within
from neutrality.errors import InputError

if TYPE_CHECKING:
    # Few of its functions have types.
    Client: TypeAlias = Any

#: Seconds for an answer of the scheduler, and those for the workers to take what they are handed.
PATIENCE, HANDING = 4.0, 60.0


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
        request = pickle.dumps((fn, args, kwargs))
        try:
            far = self._inner.submit(self._task, self._name, request)
        except Exception:
            # A client that gave up looking for its scheduler takes nothing.
            raise self._gone() from None
        near: Future[Any] = Future()
        near.set_running_or_notify_cancel()
        far.add_done_callback(lambda done: self._settle(near, done))
        return near

    def _settle(self, near: Future[Any], far: Future[Any]) -> None:
        try:
            answer = far.result()
            if isinstance(answer, list):
                raise InputError(*answer)
            if not answer:
                raise BrokenExecutor(f"{self._address}: the process on a worker ended unexpectedly")
            value, fault = pickle.loads(answer)
        except CancelledError:
            fault = self._gone()
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
        workers = self._client.scheduler_info(n_workers=1).get("n_workers")
        if workers is None:
            raise self._gone()
        self._deserted = 0 if workers else self._deserted + 1
        # A worker that is being started again by its nanny is away for a moment.
        if self._deserted >= 3:
            raise InputError(f"{self._address}: no worker is left on this cluster")

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        # Without waiting, Dask calls off whatever is not done. A scheduler that is gone cannot be told.
        with suppress(Exception):
            self._inner.shutdown(wait=wait and not cancel_futures)

    def _gone(self) -> InputError:
        return InputError(f"{self._address}: the scheduler is gone")


@contextmanager
def connected(
    address: str,
    location: str,
    digest: str,
    begin: tuple[Callable[..., Any], tuple[Any, ...]] = (os.getpid, ()),
) -> Iterator[Cluster]:
    """The cluster at an address, handed the package and the case while the context lasts.

    `knock` has found a scheduler there. `digest` is that of the case as it was checked, and `begin` is called in
    each process before its first run. Raises InputError when the scheduler has no worker, when one is lost before
    it has everything, or when a worker's Python or libraries differ from those here, since then its results could.
    """
    from distributed import Client

    files = _files(location, digest)
    _hush()
    # Dask warns of versions that differ; that is an error here.
    with warnings.catch_warnings(action="ignore"), _client(Client, address) as client:
        if not client.nthreads():
            with suppress(Exception):
                client.wait_for_workers(1, timeout=PATIENCE)
        if not client.nthreads():
            raise InputError(f"{address}: the scheduler has no worker; start one with: dask worker {address}")
        package = _package()
        name = f"neutrality-{hashlib.sha256(package).hexdigest()[:12]}-{uuid.uuid4().hex[:12]}"
        try:
            faults = _handed_over(client, name, address, package, location, files, begin)
            if faults:
                raise InputError(*faults)
            cluster = Cluster(client, name, address)
            try:
                yield cluster
            finally:
                cluster.shutdown(wait=False, cancel_futures=True)
        finally:
            with suppress(Exception):
                within(PATIENCE, lambda: client.unregister_worker_plugin(name))


@contextmanager
def _client(kind: type[Client], address: str) -> Iterator[Client]:
    try:
        client = kind(address, timeout=PATIENCE, set_as_default=False)
    except Exception as problem:
        # A scheduler of another version fails in ways of its own.
        raise InputError(f"{address}: the scheduler cannot be used ({_reason(problem)})") from None
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


def _handed_over(
    client: Client,
    name: str,
    address: str,
    package: bytes,
    location: str,
    files: dict[str, bytes],
    begin: tuple[Callable[..., Any], tuple[Any, ...]],
) -> list[str]:
    """What is wrong with the workers, which have then what they need."""
    from neutrality.cluster import worker

    versions = installed.versions()
    baggage = worker.Baggage(package, location, files, HANDED, pickle.dumps((*begin, {})), versions)

    def hand_over() -> dict[str, list[str]]:
        with _by_value():
            client.register_plugin(worker.Porter(name, baggage), name=name)
        found: dict[str, list[str]] = client.run(_Carried("examined"), name)
        return found

    try:
        found = within(HANDING, hand_over)
    except TimeoutError:
        fault = f"a worker did not take what it was handed within {HANDING:g} s"
        raise InputError(f"{address}: {fault}") from None
    except Exception as problem:
        # A worker may be lost, or the scheduler, or a disk there be full.
        fault = f"a worker could not be handed its work ({_reason(problem)})"
        raise InputError(f"{address}: {fault}; run the command again") from None
    return [line for _, lines in sorted(found.items()) for line in lines]


def _reason(problem: Exception) -> str:
    return " ".join(str(problem).split()) or type(problem).__name__


@contextmanager
def _by_value() -> Iterator[None]:
    """Have what workers lack pickled whole meanwhile, and not by its name."""
    import cloudpickle

    from neutrality.cluster import worker

    modules = (worker, installed)
    for module in modules:
        cloudpickle.register_pickle_by_value(module)
    try:
        yield
    finally:
        for module in modules:
            cloudpickle.unregister_pickle_by_value(module)


class _Carried:
    """A function of `worker` that arrives by value wherever this is unpickled."""

    def __init__(self, name: str) -> None:
        import cloudpickle

        from neutrality.cluster import worker

        self.__name__ = name
        self._function = getattr(worker, name)
        with _by_value():
            self._pickled = cloudpickle.dumps(self._function)

    def __call__(self, *arguments: Any) -> Any:
        return self._function(*arguments)

    def __reduce__(self) -> tuple[Callable[[bytes], Any], tuple[bytes]]:
        import cloudpickle

        return cloudpickle.loads, (self._pickled,)


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
        files = {name: folder.content(name) for name in folder.files()}
        if folder.digest() != digest:
            raise InputError(f"{location}: the case changed meanwhile; run the command again")
    return files


__all__ = ["Cluster", "connected"]
