"""Who is at an address, found out in seconds: a scheduler, somebody else, or nobody.

Dask's own client tries again and again where nobody is, and waits without end for the first word of a stranger,
whatever its timeouts say. So it is asked only where a scheduler was found.
"""

from __future__ import annotations

import asyncio
import re
import socket
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from neutrality.errors import InputError

#: Seconds from the first knock in which whoever is there must have shown that it is a scheduler, and those of them
#: in which it must have greeted.
PATIENCE, GREETING = 7.0, 4.0

#: Seconds for its answer in any case, however long Dask's import took on a busy machine.
_LEAST = 1.0

#: Most bytes that a greeting has; Dask's are some hundred.
_LONGEST = 1 << 16

_ADDRESS = re.compile(r"(?P<kind>tcp|tls)://(?P<host>\[[0-9a-fA-F:.]+\]|[^\s/:\[\]]+):(?P<port>\d{1,5})")

_STRANGER = "what answers there is no Dask scheduler"


def knock(address: str) -> None:
    """Raise InputError unless a scheduler is at an address."""
    end = time.monotonic() + PATIENCE
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) < 65536:
        raise InputError(f"--scheduler: found {address!r}, expected an address like tcp://127.0.0.1:8786")
    try:
        greeted = _greeted(found["host"].strip("[]"), int(found["port"]), found["kind"])
    except (OSError, UnicodeError) as problem:
        reason = getattr(problem, "strerror", "") or str(problem)
        raise InputError(f"{address}: no scheduler there ({reason.lower()})") from None
    if not greeted:
        raise InputError(f"{address}: {_STRANGER}")
    # Only now: where nobody is, nothing of Dask has to be loaded.
    import distributed  # noqa: F401

    _identify(address, max(_LEAST, end - time.monotonic()))


def within(seconds: float, work: Callable[[], Any]) -> Any:
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


def _greeted(host: str, port: int, kind: str) -> bool:
    """Whether who is there greets as a scheduler does. OSError or UnicodeError where nobody is."""
    end = time.monotonic() + GREETING
    # A name that nobody knows is looked up for as long as the system likes.
    stream = within(GREETING, lambda: socket.create_connection((host, port), timeout=GREETING))
    with stream:
        if kind == "tls":
            # Where all is encrypted the client speaks first.
            return True
        # A message of Dask begins with its length.
        length = int.from_bytes(_read(stream, 8, end), sys.byteorder)
        return 0 < length <= _LONGEST and len(_read(stream, length, end)) == length


def _read(stream: socket.socket, size: int, end: float) -> bytes:
    """So many bytes, or those that came until then."""
    found = b""
    with suppress(OSError):
        while len(found) < size and (left := end - time.monotonic()) > 0:
            stream.settimeout(left)
            more = stream.recv(size - len(found))
            if not more:
                break
            found += more
    return found


def _identify(address: str, seconds: float) -> None:
    """Raise InputError unless it is a scheduler that answers."""
    try:
        asking = asyncio.wait_for
        # A stranger may keep even the loop from noticing the time.
        answer = within(seconds + 0.5, lambda: asyncio.run(asking(_identity(address, seconds), seconds)))
    except Exception:
        # Whatever a stranger sends can raise whatever reading it raises, even a MemoryError.
        answer = None
    kind = answer.get("type") if isinstance(answer, dict) else None
    if kind is None:
        raise InputError(f"{address}: {_STRANGER}")
    if kind != "Scheduler":
        raise InputError(f"{address}: a Dask {str(kind).lower()} answers there, expected the scheduler")


async def _identity(address: str, seconds: float) -> Any:
    from distributed.comm.core import connect
    from distributed.security import Security

    secured: Any = Security()  # type: ignore[no-untyped-call]
    comm = await connect(  # type: ignore[no-untyped-call]
        address, timeout=seconds, **secured.get_connection_args("client")
    )
    try:
        await comm.write({"op": "identity", "reply": True})
        return await comm.read()
    finally:
        comm.abort()


__all__ = ["knock", "within"]
