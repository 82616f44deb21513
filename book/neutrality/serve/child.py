"""The process that builds what is served: it imports everything, and then builds whenever it is asked.

It is run as a program, by its path, so that it begins with nothing of the package, any module of which may be
broken when it starts: what goes wrong is an answer with its place. Requests come on standard input, answers go to
standard output; what the build itself prints goes to standard error.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pickle
import signal
import sys
import traceback
from typing import IO

#: What a build imports in any case.
WARM = ("neutrality.cli", "neutrality.press", "neutrality.press.imprint", "neutrality.case.load")


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each request with the faults that stopped the build. The first word is the path of whoever asks and
    a pickled call that builds."""
    path, build = pickle.load(requests)
    sys.path[:] = path
    # A module that cannot be imported is told when the build asks for it.
    with contextlib.suppress(Exception):
        _warm_up()
    while True:
        try:
            pickle.load(requests)
            pickle.dump(faults(build), answers)
            answers.flush()
        except (EOFError, OSError):
            # Who asks is gone.
            return


def _warm_up() -> None:
    for name in WARM:
        importlib.import_module(name)
    from neutrality.chapters import NAMES

    for name in NAMES:
        importlib.import_module(f"neutrality.chapters.{name}")


def faults(build: bytes) -> list[str]:
    """What stopped a pickled call, in lines; none where nothing did."""
    try:
        pickle.loads(build)()
    except Exception as problem:
        # Where the module of the package's own faults is broken, it is none of them.
        errors = sys.modules.get("neutrality.errors")
        if errors is not None and isinstance(problem, errors.InputError):
            lines: list[str] = problem.lines
            return lines
        return [_placed(problem)]
    return []


def _placed(problem: Exception) -> str:
    """An error of the package in a line, with the place in its source."""
    frames = traceback.extract_tb(problem.__traceback__)
    place = f"{frames[-1].filename}:{frames[-1].lineno}: " if frames else ""
    if isinstance(problem, SyntaxError):
        place = f"{problem.filename}:{problem.lineno}: "
    return f"{place}{type(problem).__name__}: {' '.join(str(problem).split())}"


def main() -> None:
    # Ctrl-C is for the command, which ends its builder itself.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with os.fdopen(os.dup(0), "rb") as requests, os.fdopen(os.dup(1), "wb") as answers:
        # Whatever is started from here must neither take a request nor answer one.
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)
        serve(requests, answers)


if __name__ == "__main__":
    main()
