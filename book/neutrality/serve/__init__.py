"""Serves the book while it is worked on: watches what it is made from, builds it again, and reloads the page.

Each build is done by a process of its own, which is started beforehand so that its imports are paid while
nothing happens. A changed package gets a new one, so that what is built is what stands in the files. The script
that reloads a page is put into it on its way to the browser: no built site ever holds it. It is a file of the
same host, and asks that host alone, so the pages' own Content-Security-Policy admits it as it stands.
"""

from __future__ import annotations

import contextlib
import errno
import functools
import os
import pickle
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from http import HTTPStatus
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from neutrality.errors import InputError
from neutrality.serve import child

HOST = "127.0.0.1"
PORT = 8000

#: Addresses that only a served book has.
SCRIPT, STATE = "/-serve/reload.js", "/-serve/state"

#: How long a page waits for an answer that nothing has changed, in seconds.
PATIENCE = 20

RELOAD = """\
"use strict";
// A page of `neutrality serve` asks whether it is still the newest and reloads itself when it is not.
(() => {
  const own = new URL(document.currentScript.src).searchParams.get("state");
  const ask = async () => {
    try {
      const answer = await fetch(`STATE?state=${own}`, { cache: "no-store" });
      if (answer.ok && (await answer.text()) !== own) {
        location.reload();
        return;
      }
    } catch {
      await new Promise((wake) => setTimeout(wake, 1000));
    }
    setTimeout(ask, 100);
  };
  ask();
})();
""".replace("STATE", STATE)

#: What is shown before the first build is done.
WAITING = (
    '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8"><title>Not built yet</title></head>\n'
    "<body><p>The book is not built yet. This page shows it as soon as it is; "
    "what stops it stands in the terminal.</p></body></html>\n"
)


class State:
    """Which build is shown: a word that changes with each, and with each run of the command."""

    def __init__(self) -> None:
        self._run, self._number = secrets.token_hex(4), 0
        self._changed = threading.Condition()

    @property
    def word(self) -> str:
        return f"{self._run}-{self._number}"

    def advance(self) -> None:
        with self._changed:
            self._number += 1
            self._changed.notify_all()

    def after(self, word: str) -> str:
        """The word once it is another one than `word`, or after a while."""
        with self._changed:
            self._changed.wait_for(lambda: self.word != word, PATIENCE)
            return self.word


class Handler(SimpleHTTPRequestHandler):
    """Files of the built site; a page gets the reloading script on its way."""

    def __init__(self, *arguments: Any, state: State, **more: Any) -> None:
        self.state = state
        super().__init__(*arguments, **more)

    def do_GET(self) -> None:
        path, _, query = self.path.partition("?")
        if path == SCRIPT:
            return self._text(RELOAD, "text/javascript")
        if path == STATE:
            return self._text(self.state.after(query.removeprefix("state=")), "text/plain")
        place = Path(self.translate_path(self.path))
        if path.endswith("/"):
            place = place / "index.html"
        if place.suffix != ".html":
            return super().do_GET()
        # Asked before the page is read: a page that is newer than its word reloads once more, never too seldom.
        word = self.state.word
        status = HTTPStatus.OK
        if not Path(self.directory).is_dir():
            text = WAITING
        else:
            if not place.is_file():
                status, place = HTTPStatus.NOT_FOUND, Path(self.directory) / "404.html"
            try:
                text = place.read_text("utf-8")
            except OSError:
                return self.send_error(HTTPStatus.NOT_FOUND)
        script = f'<script src="{SCRIPT}?state={word}"></script>\n</head>'
        return self._text(text.replace("</head>", script, 1), "text/html", status)

    def _text(self, text: str, kind: str, status: HTTPStatus = HTTPStatus.OK) -> None:
        content = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", f"{kind}; charset=utf-8")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def end_headers(self) -> None:
        # What was built a second ago must not hide what is built now.
        self.send_header("Cache-Control", "no-store")
        super().end_headers()

    def log_message(self, format: str, *arguments: Any) -> None:
        pass


class Server(ThreadingHTTPServer):
    """One thread for each page that waits."""

    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        # An answer to a page that was left meanwhile goes nowhere, which is no fault.
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def listen(site: Path, state: State, port: int) -> Server:
    """A server of a folder on this machine alone. Raises InputError for a port that is taken."""
    handler = functools.partial(Handler, state=state, directory=str(site))
    try:
        return Server((HOST, port), handler)
    except OSError as problem:
        if problem.errno in (errno.EADDRINUSE, errno.EACCES):
            with socket.socket() as other:
                other.bind((HOST, 0))
                free = other.getsockname()[1]
            why = "is in use" if problem.errno == errno.EADDRINUSE else "needs more rights"
            raise InputError(f"--port {port}: {why}; {free} is free: --port {free}") from None
        raise InputError(f"--port {port}: cannot be used: {problem.strerror}") from None


# The builder, a process of its own


class Builder:
    """Builds in a process that is warm and as new as the package."""

    def __init__(self, build: Callable[[], Path]) -> None:
        self._build = pickle.dumps(build)
        self._process: subprocess.Popen[bytes] | None = None

    def warm(self) -> None:
        """Have a process ready."""
        self._ready()

    def build(self) -> list[str]:
        """Build; the faults that stopped it, none where the site is new."""
        process = self._ready()
        try:
            self._ask(process, "build")
            assert process.stdout is not None
            faults: list[str] = pickle.load(process.stdout)
            return faults
        except (EOFError, OSError):
            status = process.wait()
            self.stop()
            return [f"the build ended with status {status} before it was done"]

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.stop()
        self._process = subprocess.Popen(
            # Its own folder, in which modules have names like others, stays off its path.
            [sys.executable, "-P", child.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        with contextlib.suppress(OSError):
            self._ask(self._process, (sys.path, self._build))
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], word: object) -> None:
        assert process.stdin is not None
        pickle.dump(word, process.stdin)
        process.stdin.flush()

    def stop(self) -> None:
        """End the process, and what it has started."""
        process, self._process = self._process, None
        if process is None:
            return
        process.terminate()
        try:
            process.wait(5)
        except subprocess.TimeoutExpired:
            # It leads a session, in which all stand that it has started.
            with contextlib.suppress(OSError, AttributeError):
                os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.wait()
        for pipe in (process.stdin, process.stdout):
            # What it was told and did not read is of no account.
            with contextlib.suppress(OSError):
                assert pipe is not None
                pipe.close()


# What is watched


class Changes:
    """What has changed in the watched folders since it was last asked."""

    def __init__(self, root: Path, case: Path | None, ignored: Iterable[Path]) -> None:
        self._found: queue.Queue[set[Path] | InputError] = queue.Queue()
        self._end = threading.Event()
        self._ignored = [path.resolve() for path in ignored]
        self._root, self._case = root.resolve(), case.resolve() if case else None
        deep = [self._root / "book"]
        if self._case is not None and not self._case.is_relative_to(deep[0]):
            deep.append(self._case)
        for paths, recursive in ((deep, True), ([self._root], False)):
            threading.Thread(target=self._watch, args=(paths, recursive), daemon=True).start()

    def _watch(self, paths: list[Path], recursive: bool) -> None:
        from watchfiles import watch

        try:
            for changes in watch(
                *paths,
                recursive=recursive,
                stop_event=self._end,
                debounce=300,
                step=50,
                raise_interrupt=False,
            ):
                found = {path for _, name in changes if self._counts(path := Path(name))}
                if found:
                    self._found.put(found)
        except OSError as problem:
            # As where the system watches as many files as it will.
            place = problem.filename or paths[0]
            self._found.put(InputError(f"{place}: cannot be watched: {problem.strerror or problem}"))

    def _counts(self, path: Path) -> bool:
        if any(path.is_relative_to(place) for place in self._ignored):
            return False
        if path.parent == self._root:
            return path.name in ("_config.yml", "_toc.yml") or path.parent == self._case
        # Editors and Jupyter keep copies of their own in hidden folders.
        inside = [place for place in (self._root, self._case) if place and path.is_relative_to(place)]
        parts = path.relative_to(inside[-1]).parts if inside else path.parts[-1:]
        return path.suffix != "" and not any(part.startswith(".") for part in parts)

    def wait(self) -> list[Path]:
        """The files that changed, once some have. Raises InputError where a folder cannot be watched."""
        while True:
            # With a limit, since a wait without one hides Ctrl-C on some systems.
            with contextlib.suppress(queue.Empty):
                found = [self._found.get(timeout=1)]
                while not self._found.empty():
                    found.append(self._found.get())
                changed: set[Path] = set()
                for one in found:
                    if isinstance(one, InputError):
                        raise one
                    changed |= one
                return sorted(changed)

    def stop(self) -> None:
        self._end.set()


def serve(
    build: Callable[[], Path],
    site: Path,
    *,
    root: Path,
    case: Path | None,
    port: int = PORT,
    say: Callable[[str], None] = print,
    complain: Callable[[str], None] = print,
) -> None:
    """Serve the site that `build` makes at `site` until interrupted, and build again whenever a source changes.

    `build` is called in another process, so it must be something that pickle can carry. `case` is the
    folder of the case, none for one that lies elsewhere. Raises InputError for a port that is taken.
    """
    state = State()
    server = listen(site, state, port)
    builder = Builder(build)
    changes = Changes(root, case, [root / "_build"])

    def once(why: str) -> None:
        begin = time.monotonic()
        faults = builder.build()
        if faults:
            for line in faults:
                complain(f"error: {line}")
            say(f"{why}: not built, the page stays as it was" if site.is_dir() else f"{why}: not built")
        else:
            state.advance()
            say(f"{why}: built in {time.monotonic() - begin:.1f} s")

    def ended(*_: object) -> None:
        raise KeyboardInterrupt

    # Told to end by another program, it clears up as after Ctrl-C.
    with contextlib.suppress(ValueError):
        signal.signal(signal.SIGTERM, ended)
    try:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        say(f"The book is at http://{HOST}:{server.server_port}/ until Ctrl-C")
        once("beginning")
        while True:
            found = changes.wait()
            if any(path.suffix == ".py" for path in found):
                builder.stop()
            names = ", ".join(dict.fromkeys(path.name for path in found[:3]))
            once(f"{names} and {len(found) - 3} more" if len(found) > 3 else names)
            builder.warm()
    except KeyboardInterrupt:
        pass
    finally:
        changes.stop()
        builder.stop()
        # Pages that wait for an answer are not waited for.
        threading.Thread(target=server.shutdown, daemon=True).start()
        server.server_close()
