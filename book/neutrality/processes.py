"""What a process of a pool owes to the one that started it, what any owes to the others, and how the calls of any executor are waited for."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import threading
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor, Future
from contextlib import suppress
from itertools import islice
from multiprocessing import connection, parent_process
from queue import Empty, SimpleQueue
from typing import Any, TypeVar

#: Seconds without a result after which an executor is asked whether anybody is left.
SILENCE = 10.0

Item = TypeVar("Item")


def serve_owner() -> None:
    """Leave interrupts to the process that started this one, and end with it.

    The owner is told of an interrupt too, and ends its pool; a pool whose owner was killed would wait for work for
    ever.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    owner = parent_process()
    if owner is not None:
        threading.Thread(target=_end_with, args=(owner.sentinel,), daemon=True).start()


def _end_with(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)


def as_they_come(
    executor: Executor,
    submit: Callable[[Item], Future[Any]],
    items: Iterable[Item],
    ahead: int | None = None,
) -> Iterator[tuple[Item, Future[Any]]]:
    """Each item with its call, which is done, in the order in which they end.

    `submit` hands an item to the executor; `ahead` items are with it at a time, all by default. An executor may
    have a `check`, which raises where nobody is left to compute: it is asked now and then while nothing comes.
    """
    check = getattr(executor, "check", lambda: None)
    waiting = iter(items)
    pending: dict[Future[Any], Item] = {}
    done: SimpleQueue[Future[Any]] = SimpleQueue()

    def hand_out(most: int | None) -> None:
        for item in islice(waiting, most):
            future = submit(item)
            pending[future] = item
            future.add_done_callback(done.put)

    hand_out(ahead)
    while pending:
        try:
            future = done.get(timeout=SILENCE)
        except Empty:
            check()
            continue
        yield pending.pop(future), future
        hand_out(1)


def give_back() -> None:
    """Return memory that this process no longer uses to the system: what it starts next needs it, and what it forks
    would take it over."""
    gc.collect()
    with suppress(AttributeError, OSError):
        # Only the GNU C library keeps so much, and only it can be told so.
        ctypes.CDLL(None).malloc_trim(0)


__all__ = ["as_they_come", "give_back", "serve_owner"]
