"""Every command that a document shows is typed as it stands, in a copy of the project with a book of one page."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import shown
import tasks

TESTS = Path(__file__).resolve().parents[1]
sys.path.append(str(TESTS / "press"))
import books  # noqa: E402

ROOT = shown.ROOT

#: Seconds for a process to say that it is ready, on a machine that is busy with other tests.
PATIENCE = 300

#: What a reader puts in the place of the words in capitals.
PLACES = {
    r"FIGURE=LOW:HIGH:COUNT": "investment=14:15:2",
    r"OTHER=LOW:HIGH:COUNT": "stake=0.48:0.5:2",
    r"FIGURE: \"LOW:HIGH:COUNT\"": 'investment: "14:15:2"',
    r"OTHER: \[VALUE, VALUE\]": "stake: [0.48, 0.5]",
    r"FIGURE=VALUE": "investment=13.7",
    r"OTHER=VALUE": "stake=0.47",
    r"FIGURE: VALUE": "investment: 13.7",
    r"\bDAY\b": "2025-06-15",
    r"\bSCENARIO\b": "google_only",
    r"\bTHAT_MACHINE\b": "127.0.0.1",
    r"\bPLAN\.yml\b": "plan.yml",
}

#: What was typed already.
TYPED: set[str] = set()


def filled(text: str, port: int) -> str:
    for pattern, value in PLACES.items():
        text = re.sub(pattern, value, text)
    return text.replace("8786", str(port))


class Reader:
    """Someone who types what a document shows, in a folder of their own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "PYTHONPATH"},
            "PATH": f"{folder / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
        }
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.left: list[subprocess.Popen[bytes]] = []

    def type(self, command: str) -> None:
        """Type a command and see that it does what its document says."""
        words = shlex.split(filled(command, self.port))
        program, *rest = words[0].rpartition("/")[2], *words[1:]
        match program, *rest:
            case ".", place:
                assert (self.folder / place).is_file()
            case "make", target:
                # What the two commands do is what these tests are part of; here only that the target is there.
                assert self.run(["make", "-n", target], ROOT)[0] == 0
            case "jupyter", "lab", notebook:
                assert (self.folder / notebook).is_file()
                assert self.run([words[0], "lab", "--version"])[0] == 0
            case "dask", "scheduler", *_:
                self.start(words, "Scheduler at:")
            case "dask", "worker", *_:
                self.start(words, "Registered to:")
            case "neutrality", "serve", *_:
                self.stop(self.start([*words, "--port", "0"], "http://"))
            case _:
                tasks.BEFORE.get(command, lambda _: None)(self)
                status, said = self.run(words)
                assert status == (2 if command in tasks.REFUSED else 0), said
                tasks.AFTER.get(command, lambda *_: None)(self, said)

    def run(self, words: list[str], folder: Path | None = None) -> tuple[int, str]:
        done = subprocess.run(
            words, cwd=folder or self.folder, env=self.environment, stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    def start(self, words: list[str], ready: str) -> subprocess.Popen[bytes]:
        """Start what does not end by itself, and wait until it says that it is ready."""
        log = self.folder / f"said-{len(self.left)}.txt"
        with log.open("wb") as said:
            process = subprocess.Popen(
                words, cwd=self.folder, env=self.environment, stdin=subprocess.DEVNULL, stdout=said,
                stderr=said, start_new_session=True,
            )  # fmt: skip
        self.left.append(process)
        end = time.monotonic() + PATIENCE
        while ready not in log.read_text("utf-8", "replace"):
            assert process.poll() is None and time.monotonic() < end, log.read_text("utf-8", "replace")
            time.sleep(0.1)
        return process

    def stop(self, process: subprocess.Popen[bytes]) -> None:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def close(self) -> None:
        for process in reversed(self.left):
            self.stop(process)


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The case of this book, a book of one small chapter and the environment, as `make book` leaves them."""
    folder = tmp_path_factory.mktemp("documents") / "project"
    cells = books.NOTEBOOKS["money"]
    books.project(folder, {"deal": (cells[0], "# The deal", *cells[1:])})
    shutil.copytree(ROOT / "book" / "_static", folder / "book" / "_static", dirs_exist_ok=True)
    shutil.copy(ROOT / "book" / "references.bib", folder / "book")
    (folder / ".venv").symlink_to(sys.prefix)
    return folder


@pytest.fixture
def reader(project: Path, tmp_path: Path) -> Iterator[Reader]:
    found = Reader(Path(shutil.copytree(project, tmp_path / "project", symlinks=True)))
    yield found
    found.close()


@pytest.mark.parametrize("document", [name for name in shown.DOCUMENTS if shown.commands(name)])
def test_what_a_document_shows_can_be_typed(reader: Reader, document: str) -> None:
    plans = [block for _, block in shown.blocks("book/rerun.md", "yaml")]
    (reader.folder / "plan.yml").write_text(filled(plans[0], reader.port), "utf-8")
    # As the page copies it.
    (reader.folder / "mine.yml").write_text("figures:\n  investment: 13.7\n", "utf-8")
    for command in shown.commands(document):
        # What another document shows word for word was typed there; a cluster has to be there for what follows it.
        if command.text.startswith("dask") or command.text not in TYPED:
            reader.type(command.text)
            TYPED.add(command.text)


def test_every_place_of_a_plan_and_of_a_command_is_filled() -> None:
    for document in shown.DOCUMENTS:
        for command in shown.commands(document):
            left = re.findall(r"\b[A-Z]{3,}\b", filled(command.text, 1))
            assert set(left) <= {"OUT"}, command


def test_what_is_done_by_hand_is_done_beside_a_command_of_the_guide() -> None:
    places = [command for name in shown.DOCUMENTS for command in shown.commands(name)]
    for text in {*tasks.BEFORE, *tasks.AFTER}:
        # Elsewhere nobody has done what comes before it, and what was typed there is not typed again.
        documents = {command.document for command in places if command.text == text}
        assert len(documents) == 1 and documents <= {"book/rerun.md", "book/another_deal.md"}, text
