"""Sweeps and builds on a Dask cluster whose workers share nothing with us and do not have the package."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, HTTPServer
from importlib import import_module
from pathlib import Path

import psutil
import pytest
from neutrality import cluster as clusters
from neutrality import installed, press, processes
from neutrality import sweep as sweeps
from neutrality.case import load
from neutrality.cluster import address as addresses
from neutrality.cluster import client as near
from neutrality.cluster import connected
from neutrality.errors import InputError
from neutrality.press import execute
from neutrality.sweep import planned, sweep

PLAN = {"vary": ("investment=10:20:12", "google_exit_probability_without_deal=0:1:3")}
TABLES = ("results.csv", "results.parquet", "summary.html")


@pytest.fixture(scope="module")
def cluster(start_cluster):
    return start_cluster()


@pytest.fixture(scope="module")
def local(tmp_path_factory) -> Path:
    """The sweep that all others must equal, on this machine."""
    out = tmp_path_factory.mktemp("local") / "out"
    sweep(planned(None, PLAN), out, jobs=2, progress=False)
    return out


def test_the_workers_lack_the_package_and_have_its_libraries(cluster) -> None:
    assert not cluster.can_import("neutrality")
    assert cluster.can_import("scipy")


def test_a_sweep_elsewhere_equals_one_here_and_leaves_nothing_there(cluster, local, tmp_path) -> None:
    sweep(planned(None, PLAN), tmp_path / "out", scheduler=cluster.address, progress=False)
    for name in TABLES:
        assert (tmp_path / "out" / name).read_bytes() == (local / name).read_bytes(), name
    end = time.monotonic() + 30
    while (left := list(cluster.folder.rglob("neutrality*"))) and time.monotonic() < end:
        time.sleep(0.2)
    assert left == []


def test_a_notebook_elsewhere_equals_one_here(cluster, root: Path, tmp_path: Path) -> None:
    notebook = root / "book" / "scenarios.ipynb"
    parameters = {"figures": {"investment": 15.0}}
    execute.execute_all([execute.Run(notebook, tmp_path / "here.ipynb", parameters)], 1)
    with connected(cluster.address, "data", load("data").digest) as executor:
        there = tmp_path / "there.ipynb"
        execute.execute_all([execute.Run(notebook, there, parameters)], executor=executor)
    assert there.read_bytes() == (tmp_path / "here.ipynb").read_bytes()


def test_a_book_built_elsewhere_is_the_one_built_here(cluster, tmp_path: Path, monkeypatch, capsys) -> None:
    """And its notebooks stand for themselves: the next build, here, runs none of them."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "press")
    books = import_module("books")
    monkeypatch.setattr(press.compile, "compile", books.copied)
    chosen = {name: books.NOTEBOOKS[name] for name in ("money", "words", "tables")}
    sites = {}
    for name in ("here", "there"):
        # At the same place, one after the other: a page may say where its case lies.
        root = books.project(tmp_path / "book", chosen)
        monkeypatch.chdir(root)
        location = str(root / "data")
        if name == "here":
            site = press.build({"data": location}, root=root, jobs=2, progress=False)
        else:
            with connected(cluster.address, location, load(location).digest) as executor:
                site = press.build({"data": location}, root=root, executor=executor, progress=False)
            capsys.readouterr()
            press.build({"data": location}, root=root, jobs=1)
            assert "nothing changed" in capsys.readouterr().err
        sites[name] = {file.name: file.read_bytes() for file in site.rglob("*") if file.is_file()}
        monkeypatch.chdir(tmp_path)
        root.rename(tmp_path / name)
    assert len(sites["here"]) > 3
    assert sites["there"] == sites["here"]


def test_a_case_is_handed_over_wherever_it_lies(cluster, spoilt) -> None:
    """An absolute place means nothing on a worker, and stands in what comes back all the same."""
    spoilt.change("figures", lambda rows: [rows[0] | {"value": "15"}, *rows[1:]])
    case = load(str(spoilt))
    with connected(cluster.address, str(spoilt), case.digest) as executor:
        far = executor.submit(load, str(spoilt)).result()
    assert far.location == str(spoilt)
    assert far.digest == case.digest
    assert far.figures == case.figures


def test_a_case_that_changed_since_it_was_checked_is_refused(cluster, spoilt) -> None:
    before = load(str(spoilt)).digest
    spoilt.change("figures", lambda rows: [rows[0] | {"note": "changed"}, *rows[1:]])
    with (
        pytest.raises(InputError, match="the case changed meanwhile"),
        connected(cluster.address, str(spoilt), before),
    ):
        pass


def test_faults_and_processes_that_end_come_back_as_what_they_are(cluster) -> None:
    with connected(cluster.address, "data", load("data").digest) as executor:
        with pytest.raises(InputError, match="figure 'investmnt': is unknown"):
            executor.submit(load, "data", figures={"investmnt": 1.0}).result()
        with pytest.raises(ZeroDivisionError):
            executor.submit(divmod, 1, 0).result()
        with pytest.raises(near.BrokenExecutor, match="the process on a worker ended unexpectedly"):
            executor.submit(os._exit, 3).result()
        # The next call gets a new process, in a folder and with a package of its own.
        assert executor.submit(divmod, 7, 2).result() == (3, 1)
        where = executor.submit(os.getcwd).result()
    assert Path(where).is_relative_to(cluster.folder)


def test_a_killed_worker_costs_no_run(start_cluster, local: Path, root: Path, tmp_path: Path) -> None:
    cluster = start_cluster()
    out = tmp_path / "out"
    words = [word for item in PLAN["vary"] for word in ("--vary", item)]
    running = subprocess.Popen(
        [sys.executable, "-m", "neutrality.cli", "sweep", *words, "--scheduler", cluster.address, "--out", out],
        cwd=root, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    journal = out / "runs.jsonl"
    end = time.monotonic() + 180
    while time.monotonic() < end and (not journal.exists() or journal.read_bytes().count(b'"run"') < 6):
        time.sleep(0.02)
    cluster.workers[0].send_signal(signal.SIGKILL)
    before = journal.read_bytes().count(b'"run"')
    _, told = running.communicate(timeout=300)
    assert running.returncode == 0, told
    # It was in the middle.
    assert 6 <= before < 36, told
    numbers = [json.loads(line).get("run") for line in journal.read_bytes().splitlines()]
    assert sorted(number for number in numbers if number) == list(range(1, 37))
    for name in TABLES:
        assert (out / name).read_bytes() == (local / name).read_bytes(), name


def test_a_worker_that_is_killed_changes_no_byte_of_a_build(
    start_cluster, root: Path, tmp_path: Path, monkeypatch
) -> None:
    """The command as a reader types it, on workers started by README's line: of one, nanny and all, nothing is left
    in the middle of a notebook."""
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "press")
    books = import_module("books")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1749859200")
    slow = "from pathlib import Path\nimport time\nPath('begun').touch()\ntime.sleep(3)\nprint('done')"
    chosen = {
        name: (books.NOTEBOOKS[name][0], f"# {name}", *books.NOTEBOOKS[name][1:], slow)
        for name in ("money", "words", "tables")
    }
    book = books.project(tmp_path / "book", chosen)
    shutil.copytree(root / "book" / "_static", book / "book" / "_static", dirs_exist_ok=True)
    shutil.copy(root / "book" / "references.bib", book / "book")
    command = [sys.executable, "-m", "neutrality.cli", "build"]

    def built() -> dict[str, bytes]:
        site = book / "_build" / "html"
        return {
            path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*") if path.is_file()
        }

    done = subprocess.run([*command, "--jobs", "2"], cwd=book, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    here = built()
    assert {"money.html", "words.html", "tables.html", "downloads/results.json"} <= set(here)
    shutil.rmtree(book / "_build")

    cluster = start_cluster(0)
    for _ in range(2):
        cluster.add_worker(nanny=True)
    running = subprocess.Popen(
        [*command, "--scheduler", cluster.address],
        cwd=book,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    end = time.monotonic() + 180
    while not (begun := list(cluster.folder.rglob("begun"))) and time.monotonic() < end:
        time.sleep(0.05)
    (number,) = {int(path.relative_to(cluster.folder).parts[0].removeprefix("worker-")) for path in begun[:1]}
    nanny = psutil.Process(cluster.workers[number].pid)
    lost = [nanny, *nanny.children(recursive=True)]
    for process in lost:
        process.kill()
    # Its worker, and at least a process that ran a notebook.
    assert len(lost) > 2
    assert running.poll() is None
    _, told = running.communicate(timeout=300)
    assert running.returncode == 0, told
    assert built() == here


def test_a_cluster_that_is_gone_ends_a_sweep_with_what_was_done(
    start_cluster, root: Path, tmp_path: Path
) -> None:
    cluster = start_cluster(1)
    out = tmp_path / "out"
    command = [
        sys.executable,
        "-m",
        "neutrality.cli",
        "sweep",
        "--vary",
        "investment=10:20:30",
        "--out",
        str(out),
    ]
    running = subprocess.Popen(
        [*command, "--scheduler", cluster.address], cwd=root, stderr=subprocess.PIPE, text=True
    )
    journal = out / "runs.jsonl"
    end = time.monotonic() + 180
    while time.monotonic() < end and (not journal.exists() or journal.read_bytes().count(b'"run"') < 3):
        time.sleep(0.02)
    cluster.close()
    _, told = running.communicate(timeout=180)
    assert running.returncode == 2, told
    assert told.splitlines()[-1].startswith(f"error: {cluster.address}: ")
    assert "Traceback" not in told
    assert journal.read_bytes().count(b'"run"') >= 3


#: Libraries that notebooks print with and numbers are computed with.
OLDER = ("ipython", "jinja2", "narwhals", "numpy", "pandas")


def test_other_versions_on_a_worker_are_refused(start_cluster, tmp_path: Path) -> None:
    """Any, for those here are what is kept with an executed notebook; and of a worker that joins later too. One that
    has more than is here is not refused for it."""
    for library in (*OLDER, "unheard_of"):
        (tmp_path / "older" / f"{library}-0.1.dist-info").mkdir(parents=True)
    here = installed.versions()
    told = [
        *(f"found {library} 0.1, expected {here[library]} as here" for library in OLDER[:3]),
        "2 more of its versions differ from those here",
    ]
    cluster = start_cluster(1)
    with connected(cluster.address, "data", load("data").digest) as executor:
        assert executor.submit(divmod, 7, 2).result() == (3, 1)
        cluster.add_worker(tmp_path / "older")
        cluster.workers[0].kill()
        with pytest.raises(InputError) as problem:
            executor.submit(divmod, 7, 2).result()
    assert [line.partition(": ")[2] for line in problem.value.lines] == told
    out = tmp_path / "out"
    with pytest.raises(InputError) as problem:
        sweep(planned(None, PLAN), out, scheduler=cluster.address, progress=False)
    assert [line.partition(": ")[2] for line in problem.value.lines] == told
    assert all(line.startswith("worker tcp://127.0.0.1:") for line in problem.value.lines)
    assert not (out / "results.csv").exists()


def test_another_python_or_a_missing_library_is_refused(cluster, monkeypatch) -> None:
    here = installed.versions()
    python = here["Python"].partition(" ")[0]
    built = f"{python} (of tomorrow)"
    # Another Python, and the same one built otherwise.
    for wanted, line in (
        ({"Python": "3.99 (main)"}, f"found Python {python}, expected 3.99 as here"),
        ({"Python": built}, f"found Python {here['Python']}, expected {built} as here"),
        ({"numpy-of-tomorrow": "9"}, "found no numpy-of-tomorrow, expected 9 as here"),
    ):
        monkeypatch.setattr(installed, "versions", lambda wanted=wanted: here | wanted)
        with pytest.raises(InputError) as problem, connected(cluster.address, "data", load("data").digest):
            pass
        # Of each of two workers.
        assert [found.partition(": ")[2] for found in problem.value.lines] == [line] * 2


def test_a_worker_that_takes_nothing_is_not_waited_for_without_end(
    start_cluster, monkeypatch, command, tmp_path: Path
) -> None:
    cluster = start_cluster(1)
    monkeypatch.setattr(near, "HANDING", 1.0)
    words = (
        "sweep",
        "--vary",
        "investment=10:20:3",
        "--scheduler",
        cluster.address,
        "--out",
        tmp_path / "out",
    )
    cluster.workers[0].send_signal(signal.SIGSTOP)
    fault = "a worker did not take what it was handed within 1 s"
    assert command(*words) == (2, "", f"error: {cluster.address}: {fault}\n")


def test_a_worker_that_is_lost_while_it_is_handed_its_work_is_told_of(
    cluster, monkeypatch, command, tmp_path: Path
) -> None:
    from distributed import Client
    from distributed.comm import CommClosedError

    def lost(*_: object, **__: object) -> None:
        raise CommClosedError("in <TCP (closed)>:\nStream is closed")

    monkeypatch.setattr(Client, "register_plugin", lost)
    status, out, err = command(
        "sweep", "--vary", "investment=10:20:3", "--scheduler", cluster.address, "--out", tmp_path / "out"
    )
    fault = "a worker could not be handed its work (in <TCP (closed)>: Stream is closed)"
    assert (status, out, err) == (2, "", f"error: {cluster.address}: {fault}; run the command again\n")


def test_where_no_worker_is_left_nobody_waits_for_ever(
    start_cluster, root: Path, tmp_path: Path, monkeypatch
) -> None:
    """Neither who executes notebooks, for a build or a sweep, nor who computes results alone."""
    cluster = start_cluster(1)
    monkeypatch.setattr(processes, "SILENCE", 0.2)
    gone = rf"^{cluster.address}: no worker is left on this cluster$"
    with connected(cluster.address, "data", load("data").digest) as executor:
        assert executor.submit(divmod, 7, 2).result() == (3, 1)
        executor.check()
        cluster.workers[0].kill()
        cluster.workers[0].wait()
        run = execute.Run(root / "book" / "scenarios.ipynb", tmp_path / "scenarios.ipynb")
        with pytest.raises(InputError, match=gone):
            execute.execute_all([run], executor=executor)
        with pytest.raises(InputError, match=gone):
            list(sweeps._computed(load("data"), list(planned(None, PLAN).points()), executor))
    assert not run.out.exists()


def test_a_scheduler_that_is_gone_is_told_of_whatever_is_asked(start_cluster) -> None:
    """At once, and when Dask's client has given up looking for it."""
    cluster = start_cluster(1)
    gone = rf"^{cluster.address}: the scheduler is gone$"
    with connected(cluster.address, "data", load("data").digest) as executor:
        cluster.close()
        end = time.monotonic() + 60
        while executor._client.status != "closed" and time.monotonic() < end:
            with pytest.raises(InputError, match=gone):
                executor.submit(divmod, 7, 2).result()
            time.sleep(0.5)
        with pytest.raises(InputError, match=gone):
            executor.submit(divmod, 7, 2)
        with pytest.raises(InputError, match=gone):
            executor.check()


def test_a_scheduler_without_workers(start_cluster, command, tmp_path: Path) -> None:
    cluster = start_cluster(0)
    status, _, err = command(
        "sweep", "--vary", "investment=10:20:3", "--scheduler", cluster.address, "--out", tmp_path / "out"
    )
    assert status == 2
    assert err == (
        f"error: {cluster.address}: the scheduler has no worker; start one with: dask worker {cluster.address}\n"
    )


class Quiet(BaseHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        pass


#: What strangers say who speak first: as a mail server does; a byte, just in time to be waited for further; what
#: a scheduler says, as late. Then they say no more.
GREETINGS = {
    "chatty": (0.0, b"220 mail ready\r\n"),
    "slow": (addresses.GREETING - 0.3, b"2"),
    "mimic": (addresses.GREETING - 0.3, (24).to_bytes(8, sys.byteorder) + bytes(24)),
}


@pytest.fixture(params=["nobody", "silent", "web", *GREETINGS, "worker"])
def stranger(request, cluster):
    """An address at which no scheduler is, and what is said of it."""
    if request.param == "worker":
        from distributed import Client

        with Client(cluster.address, set_as_default=False) as client:
            address = next(iter(client.nthreads()))
        yield address, "a Dask worker answers there, expected the scheduler"
    elif request.param == "web":
        server = HTTPServer(("127.0.0.1", 0), Quiet)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"tcp://127.0.0.1:{server.server_port}", "what answers there is no Dask scheduler"
        server.shutdown()
        server.server_close()
    else:
        with socket.socket() as listening:
            listening.bind(("127.0.0.1", 0))
            address = f"tcp://127.0.0.1:{listening.getsockname()[1]}"
            if request.param == "nobody":
                yield address, "no scheduler there (connection refused)"
                return
            listening.listen()
            if request.param in GREETINGS:
                greeting = GREETINGS[request.param]
                threading.Thread(target=greet, args=(listening, *greeting), daemon=True).start()
            yield address, "what answers there is no Dask scheduler"


def greet(listening: socket.socket, wait: float, greeting: bytes) -> None:
    """Speak first, to each who comes, and then say no more."""
    held = []

    def speak(connection: socket.socket) -> None:
        time.sleep(wait)
        with suppress(OSError):
            connection.sendall(greeting)

    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        held.append(connection)
        threading.Thread(target=speak, args=(connection,), daemon=True).start()


def test_who_is_no_scheduler_is_found_out_in_time(root: Path, tmp_path: Path, stranger) -> None:
    """The whole command, its start and end within the ten seconds."""
    address, words = stranger
    command = [sys.executable, "-m", "neutrality.cli", "sweep", "--vary", "investment=10:20:3"]
    start = time.monotonic()
    done = subprocess.run(
        [*command, "--scheduler", address, "--out", tmp_path / "out"],
        cwd=root,
        capture_output=True,
        text=True,
    )
    assert time.monotonic() - start < 10
    assert (done.returncode, done.stdout, done.stderr) == (2, "", f"error: {address}: {words}\n")
    assert not (tmp_path / "out" / "results.csv").exists()


def test_a_name_that_nobody_knows_is_not_looked_up_for_ever(command, tmp_path: Path, monkeypatch) -> None:
    """As long as a resolver without a network tries."""
    never = threading.Event()
    monkeypatch.setattr(addresses, "GREETING", 0.1)
    monkeypatch.setattr(addresses.socket, "create_connection", lambda *_, **__: never.wait())
    address = "tcp://nobody.example:8786"
    status, _, err = command(
        "sweep", "--vary", "investment=10:20:3", "--scheduler", address, "--out", tmp_path / "out"
    )
    never.set()
    assert (status, err) == (2, f"error: {address}: no scheduler there (timed out)\n")


def test_a_build_asks_for_the_scheduler_before_it_works(command, tmp_path: Path) -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        address = f"tcp://127.0.0.1:{silent.getsockname()[1]}"
        start = time.monotonic()
        status, out, err = command("build", "--scheduler", address, "--out", tmp_path / "html")
    assert time.monotonic() - start < 10
    assert (status, out, err) == (2, "", f"error: {address}: what answers there is no Dask scheduler\n")
    assert not (tmp_path / "html").exists()


def test_what_is_handed_over_is_the_package_and_the_same_each_time() -> None:
    import io
    import zipfile

    packed = near._package()
    assert packed == near._package()
    names = zipfile.ZipFile(io.BytesIO(packed)).namelist()
    root = Path(clusters.__file__).parents[1]
    assert set(names) == {
        f"neutrality/{path.relative_to(root).as_posix()}"
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
