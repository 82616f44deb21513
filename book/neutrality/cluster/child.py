"""A process on a worker of a cluster: it answers pickled calls on a connection until that ends."""

from __future__ import annotations

import pickle
from multiprocessing.connection import Connection
from typing import Any


def serve(handle: int) -> None:
    """Make the first call, which prepares this process, and then answer each further one."""
    with Connection(handle) as wire:
        try:
            _, fault = _made(wire.recv_bytes())
            while True:
                request = wire.recv_bytes()
                # What the first call found wrong answers every other.
                wire.send_bytes(_packed((None, fault) if fault else _made(request)))
        except (EOFError, OSError):
            # The worker is gone.
            return


def _made(request: bytes) -> tuple[Any, Exception | None]:
    try:
        work, arguments, named = pickle.loads(request)
        return work(*arguments, **named), None
    except Exception as problem:
        return None, problem


def _packed(answer: tuple[Any, Exception | None]) -> bytes:
    try:
        return pickle.dumps(answer)
    except Exception:
        # A result or an exception that cannot travel, for instance one that holds an open file.
        return pickle.dumps((None, RuntimeError(repr(answer[1] or answer[0]))))
