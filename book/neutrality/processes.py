"""What a process of a pool owes to the one that started it."""

from __future__ import annotations

import os
import signal
import threading
from multiprocessing import connection, parent_process


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


__all__ = ["serve_owner"]
