"""Sweeps on this machine: the results of single runs in one table, interrupted, gone on with, and refused."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from contextlib import suppress
from io import StringIO
from pathlib import Path
from xml.etree import ElementTree

import psutil
import pytest
from arro3.io import read_parquet
from bs4 import BeautifulSoup
from neutrality import sweep as sweeps
from neutrality.case import load
from neutrality.chapters import NAMES, compute
from neutrality.charts.sweep import Setting, Swept
from neutrality.errors import InputError
from neutrality.sweep import notebooks, planned, sweep

GRID = {"vary": ("investment=10:20:3", "google_exit_probability=0.5:1:2"), "scenarios": ["as_reported", "full_exodus"]}  # fmt: skip


def rows_of(folder: Path) -> list[dict[str, str]]:
    with (folder / "results.csv").open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def grid(tmp_path_factory) -> Path:
    """A sweep of twelve runs, in a pool of two processes."""
    out = tmp_path_factory.mktemp("grid") / "out"
    with pytest.MonkeyPatch.context() as patch:
        # So few runs would otherwise happen in this process.
        patch.setattr(sweeps, "RUNS_PER_PROCESS", 6)
        sweep(planned(None, GRID), out, jobs=2, progress=False)
    return out


def test_each_run_equals_what_the_chapters_compute_with_its_figures(grid: Path) -> None:
    rows = rows_of(grid)
    assert list(rows[0]) == [
        "run", "id", "value", "word", "unit", "investment", "google_exit_probability", "scenario", "error",
    ]  # fmt: skip
    for run in ("1", "4", "9", "12"):
        own = [row for row in rows if row["run"] == run]
        names = ("investment", "google_exit_probability")
        figures = {name: float(own[0][name]) for name in names}
        case = load("data", "", own[0]["scenario"], figures)
        expected = {
            result.id: result for chapter in NAMES for result in compute(chapter, case).results.values()
        }
        assert [row["id"] for row in own] == list(expected)
        for row in own:
            result = expected[row["id"]]
            assert row["unit"] == result.unit
            if isinstance(result.value, str):
                assert (row["word"], row["value"]) == (result.value, "")
            else:
                # To the bit: a float that is written and read again is the same.
                assert (float(row["value"]) if row["value"] else None) == result.value
                assert row["word"] == ""


def test_both_tables_say_the_same(grid: Path) -> None:
    table = read_parquet(grid / "results.parquet").read_all()
    columns = {name: table[name].to_pylist() for name in table.column_names}
    rows = rows_of(grid)
    assert list(columns) == list(rows[0])
    numbers = {"value", "investment", "google_exit_probability"}
    for name, found in columns.items():
        kind = float if name in numbers else int if name == "run" else str
        assert found == [kind(row[name]) if row[name] else None for row in rows], name
    assert all("Float64" in str(table.schema.field(name).type) for name in numbers)


def test_a_process_of_its_own_changes_nothing(grid: Path, tmp_path: Path) -> None:
    sweep(planned(None, GRID), tmp_path / "out", jobs=1, progress=False)
    for name in ("results.csv", "results.parquet", "summary.html"):
        assert (tmp_path / "out" / name).read_bytes() == (grid / name).read_bytes(), name


def test_runs_that_are_there_are_never_computed_again(grid: Path, tmp_path: Path, monkeypatch) -> None:
    out = tmp_path / "out"
    shutil.copytree(grid, out)
    lines = (out / "runs.jsonl").read_bytes().splitlines(keepends=True)
    # Killed in the middle of a line, after some runs.
    (out / "runs.jsonl").write_bytes(b"".join(lines[:8]) + lines[8][: len(lines[8]) // 2])
    (out / "results.csv").unlink()
    kept = {json.loads(line).get("run") for line in lines[:8]}
    asked: list[int] = []
    compute_one = sweeps.outcome
    monkeypatch.setattr(sweeps, "outcome", lambda point: asked.append(point.run) or compute_one(point))
    done = sweep(planned(None, GRID), out, jobs=1, progress=False)
    assert len(asked) == len(set(asked)) == 12 - len(kept - {None}) == done.computed > 0
    assert not kept & set(asked)
    assert (out / "results.csv").read_bytes() == (grid / "results.csv").read_bytes()

    asked.clear()
    assert sweep(planned(None, GRID), out, jobs=1, progress=False).computed == 0
    assert asked == []


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({**GRID, "vary": ("investment=10:20:4",)}, r"another plan \(it differs in vary\)"),
        ({**GRID, "scenarios": ["as_reported"]}, r"another plan \(it differs in scenarios\)"),
        ({**GRID, "set": ("stake=0.4",)}, r"another plan \(it differs in fixed\)"),
        ({**GRID, "as_of": "2026-01-01"}, r"another plan \(it differs in as_of\)"),
    ],
)
def test_another_plan_in_the_same_folder_is_refused(grid: Path, options, words: str) -> None:
    before = {path.name: path.read_bytes() for path in grid.iterdir()}
    with pytest.raises(InputError, match=words):
        sweep(planned(None, options), grid, progress=False)
    assert before == {path.name: path.read_bytes() for path in grid.iterdir()}


def test_another_case_in_the_same_folder_is_refused(grid: Path, spoilt) -> None:
    spoilt.change("figures", lambda rows: [rows[0] | {"note": "changed"}, *rows[1:]])
    with pytest.raises(InputError, match="holds a sweep with another case"):
        sweep(planned(None, {**GRID, "data": str(spoilt)}), grid, progress=False)


def test_a_run_whose_names_are_gone_is_computed_again(grid: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    shutil.copytree(grid, out)
    lines = (out / "runs.jsonl").read_bytes().splitlines(keepends=True)
    (out / "runs.jsonl").write_bytes(b"".join(line for line in lines if b'"ids"' not in line))
    assert sweep(planned(None, GRID), out, jobs=1, progress=False).computed == 12
    assert (out / "results.csv").read_bytes() == (grid / "results.csv").read_bytes()


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device here that is always full")
@pytest.mark.parametrize("name", ["results.csv", "results.parquet", "summary.html"])
def test_a_file_that_finds_no_room_is_one_line_and_costs_no_run(
    grid: Path, tmp_path: Path, name: str
) -> None:
    out = tmp_path / "out"
    shutil.copytree(grid, out)
    (out / f".{name}.{os.getpid()}.part").symlink_to("/dev/full")
    with pytest.raises(InputError, match=rf"{name}: cannot be written: No space left on device$"):
        sweep(planned(None, GRID), out, jobs=1, progress=False)
    assert (out / name).read_bytes() == (grid / name).read_bytes()
    assert sweep(planned(None, GRID), out, jobs=1, progress=False).computed == 0


def test_what_a_killed_sweep_had_half_written_is_in_nobodys_way(tmp_path: Path) -> None:
    """Its first file, which stands in an empty folder, and the later ones."""
    halves = [tmp_path / f".{name}.1.part" for name in ("sweep.json", "results.csv")]
    halves[0].write_text("{")
    sweep(planned(None, GRID), tmp_path, jobs=1, progress=False)
    assert not halves[0].exists()
    halves[1].write_text("run,")
    sweep(planned(None, GRID), tmp_path, jobs=1, progress=False)
    assert not halves[1].exists()


def test_a_journal_that_finds_no_room_is_one_line_and_costs_no_run_before(grid: Path, tmp_path: Path) -> None:
    """As on a full disk: no file may be larger than the journal of half of the runs."""
    import resource

    out, journal = tmp_path / "out", (grid / "runs.jsonl").stat().st_size
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (journal // 2, limits[1]))
    try:
        with pytest.raises(InputError, match=r"runs\.jsonl: cannot be written: File too large$"):
            sweep(planned(None, GRID), out, jobs=1, progress=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert not (out / "results.csv").exists()
    done = sweep(planned(None, GRID), out, jobs=1, progress=False)
    assert 0 < done.computed < 12
    for name in ("results.csv", "results.parquet", "summary.html"):
        assert (out / name).read_bytes() == (grid / name).read_bytes(), name


def test_a_folder_of_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(InputError, match=r"holds other files \(letter.txt\), expected an empty folder"):
        sweep(planned(None, GRID), tmp_path, progress=False)
    assert [path.name for path in tmp_path.iterdir()] == ["letter.txt"]
    assert (tmp_path / "letter.txt").read_text() == "mine"
    (tmp_path / "letter.txt").unlink()
    (tmp_path / "sweep.json").write_text("{")
    with pytest.raises(InputError, match=r"sweep\.json: is no manifest of a sweep"):
        sweep(planned(None, GRID), tmp_path, progress=False)


def test_two_sweeps_in_one_folder_do_not_mix(grid: Path) -> None:
    from filelock import FileLock

    with FileLock(grid / ".lock"), pytest.raises(InputError, match="another sweep is at work there"):
        sweep(planned(None, GRID), grid, progress=False)


def test_a_folder_that_cannot_be_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot be written"):
        sweep(planned(None, GRID), tmp_path / "file" / "out", progress=False)


def test_figures_that_contradict_each_other_do_not_stop_a_sweep(command, tmp_path: Path) -> None:
    # Without the deal an exit cannot be likelier than with it.
    status, out, err = command(
        "sweep", "--vary", "google_exit_probability_without_deal=0:1:3", "--out", tmp_path / "out"
    )
    assert status == 0
    rows = rows_of(tmp_path / "out")
    failed = [row for row in rows if row["error"]]
    assert [row["run"] for row in failed] == ["3"]
    assert failed[0]["id"] == failed[0]["value"] == ""
    assert "google_exit_probability_without_deal: found 1, expected at most 0.84" in failed[0]["error"]
    assert {row["run"] for row in rows} == {"1", "2", "3"}
    assert "3 runs" in out and "1 without results" in out and "1 × google_exit_probability_without" in out
    assert "3 of 3 runs" in err
    assert "1 further runs have no results" in (tmp_path / "out" / "summary.html").read_text("utf-8")


def test_a_sweep_without_any_result_says_why(tmp_path: Path) -> None:
    plan = planned(None, {"vary": ("google_exit_probability_without_deal=0.9:1:2",)})
    with pytest.raises(InputError, match=r"none of the 2 runs has results: google_exit_probability_without"):
        sweep(plan, tmp_path / "out", progress=False)


def test_choices_reach_their_runs(tmp_path: Path) -> None:
    options = {"choices": (("scale", "kent"), ("scale", "ipcc"), ("pool_method", "log"))}
    sweep(planned(None, options), tmp_path / "out", progress=False)
    rows = [row for row in rows_of(tmp_path / "out") if row["id"] == "exits.expected_loss"]
    assert [row["scale"] for row in rows] == ["kent", "ipcc"]
    for row in rows:
        case = load("data", scale=row["scale"], pool_method="log")
        expected = compute("customer_exits", case).results["exits.expected_loss"].value
        assert float(row["value"]) == expected
    assert rows[0]["value"] != rows[1]["value"]


#: As in a terminal: whoever runs the tests in the background would have an interrupt passed over.
INTERRUPTIBLE = (
    "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
    "from neutrality.cli import main; main()"
)


def test_an_interrupted_sweep_goes_on(tmp_path: Path, root: Path) -> None:
    """Ctrl-C in a terminal reaches the command and its processes at once, here while they are still starting,
    and then while they compute."""
    out = tmp_path / "out"
    command = [sys.executable, "-c", INTERRUPTIBLE, "sweep", "--vary", "google_exit_probability=0.5:1:120"]
    command += ["--jobs", "2", "--out", str(out)]
    journal = out / "runs.jsonl"
    for least in (0, 5):
        running = subprocess.Popen(
            command, cwd=root, stderr=subprocess.PIPE, text=True, start_new_session=True
        )
        end = time.monotonic() + 180
        while time.monotonic() < end and (
            not journal.exists() or journal.read_bytes().count(b'"run"') < least
        ):
            time.sleep(0.02)
        os.killpg(running.pid, signal.SIGINT)
        _, told = running.communicate(timeout=60)
        assert running.returncode == 130, told
        assert told.splitlines()[-1] == "error: interrupted"
        assert "Traceback" not in told
    done = [json.loads(line).get("run") for line in journal.read_bytes().splitlines()]
    done = [number for number in done if number]
    assert 5 <= len(done) == len(set(done)) < 120
    assert not (out / "results.csv").exists()

    again = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert f"{len(done)} of 120 runs were done before" in again.stderr
    numbers = [json.loads(line).get("run") for line in journal.read_bytes().splitlines()]
    assert sorted(number for number in numbers if number) == list(range(1, 121))


def test_a_bar_on_a_terminal_tells_the_time_left(tmp_path: Path, monkeypatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stderr", Terminal())
    monkeypatch.setenv("TQDM_MININTERVAL", "0")
    sweep(planned(None, {"vary": ("investment=10:20:3",)}), tmp_path / "out", jobs=1)
    said = sys.stderr.getvalue()
    assert "runs" in said and "0/3, ? left" in said
    assert re.search(r"[12]/3, \d\d:\d\d left", said)


def test_runs_in_a_sweep_start_no_notebook(tmp_path: Path, root: Path) -> None:
    """Nor do they load what notebooks need: neither papermill nor a kernel, nor pandas, nor Altair."""
    code = (
        "import sys\n"
        "from neutrality.case import load\n"
        "from neutrality.sweep import planned\n"
        "from neutrality.sweep.run import outcome, prepare\n"
        "prepare(load('data'))\n"
        "points = planned(None, {'vary': ('investment=10:20:3',)}).points()\n"
        "assert all(outcome(point).results for point in points)\n"
        "print([name for name in ('papermill', 'jupyter_client', 'nbformat', 'zmq', 'pandas', 'altair') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True)
    assert done.stdout == "[]\n", done.stderr


def test_a_killed_sweep_goes_on(tmp_path: Path, root: Path) -> None:
    out = tmp_path / "out"
    options = ["--vary", "google_exit_probability=0.5:1:60", "--jobs", "2", "--out", str(out)]
    command = [sys.executable, "-m", "neutrality.cli", "sweep", *options]
    running = subprocess.Popen(command, cwd=root, stderr=subprocess.PIPE, text=True, start_new_session=True)
    journal = out / "runs.jsonl"
    end = time.monotonic() + 180
    while time.monotonic() < end and (not journal.exists() or journal.read_bytes().count(b'"run"') < 5):
        time.sleep(0.02)
    # The command alone: its processes must notice by themselves.
    children = psutil.Process(running.pid).children(recursive=True)
    assert children
    os.kill(running.pid, signal.SIGKILL)
    running.wait()
    done = {json.loads(line).get("run") for line in journal.read_bytes().splitlines()[:-1]} - {None}
    assert 0 < len(done) < 60
    assert not (out / "results.csv").exists()
    # A process that has ended but that nobody asked about is still listed, as a zombie.
    end = time.monotonic() + 60
    while (left := [child for child in children if _works(child)]) and time.monotonic() < end:
        time.sleep(0.1)
    assert not left

    again = subprocess.run(command, cwd=root, capture_output=True, text=True)
    assert again.returncode == 0, again.stderr
    assert "of 60 runs were done before" in again.stderr
    lines = [json.loads(line) for line in journal.read_bytes().splitlines()]
    assert sorted(line["run"] for line in lines if "run" in line) == list(range(1, 61))
    assert len({row["run"] for row in rows_of(out)}) == 60


def _works(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def test_notebooks_on_request(tmp_path: Path, monkeypatch) -> None:
    from neutrality.press import execute

    plan = planned(None, {"vary": ("investment=14:15:2",), "notebooks": ["scenarios"]})
    done = sweep(plan, tmp_path / "out", jobs=2, progress=False)
    assert done.notebooks == 2
    texts = [
        (tmp_path / "out" / "notebooks" / f"run-{run}" / "scenarios.ipynb").read_text("utf-8")
        for run in (1, 2)
    ]
    for text, value in zip(texts, (14.0, 15.0), strict=True):
        injected = [
            cell
            for cell in json.loads(text)["cells"]
            if "injected-parameters" in cell["metadata"].get("tags", ())
        ]
        assert "".join(injected[0]["source"]).strip().endswith(f'figures = {{"investment": {value}}}')
    # What is whole is kept, what a killed sweep left torn is made again.
    torn = tmp_path / "out" / "notebooks" / "run-2" / "scenarios.ipynb"
    torn.write_text(texts[1][:500], "utf-8")
    ran: list[list[Path]] = []
    whole = execute.execute_all
    monkeypatch.setattr(
        execute, "execute_all", lambda runs, *a: ran.append([r.out for r in runs]) or whole(runs, *a)
    )
    sweep(plan, tmp_path / "out", jobs=2, progress=False)
    assert ran == [[torn]]
    assert torn.read_text("utf-8") == texts[1]
    # What another package executed shows what it showed: all of it is made again.
    ran.clear()
    monkeypatch.setattr(notebooks, "digest", lambda: "of a changed chart")
    sweep(plan, tmp_path / "out", jobs=2, progress=False)
    assert [len(runs) for runs in ran] == [2]


def swept(figures: int, steps: int, series: int, crossed: bool = True) -> Swept:
    from itertools import product

    runs = tuple(
        Setting(values, f"s{number}" if series > 1 else "")
        for number in range(series)
        for values in product(range(steps), repeat=figures)
    )
    return Swept(tuple("abcd"[:figures]), crossed, runs, 0, {}, {})


@pytest.mark.parametrize(
    ("case_of", "form"),
    [
        (swept(1, 5, 1), "line"),
        (swept(1, 5, 5), "line"),
        (swept(1, 5, 6), "spread"),
        (swept(1, 5, 1, crossed=False), "line"),
        (swept(2, 5, 1), "map"),
        (swept(2, 5, 5), "spread"),
        (swept(2, 5, 1, crossed=False), "spread"),
        (swept(2, 50, 1), "spread"),
        (swept(3, 3, 1), "spread"),
        (swept(0, 1, 3), "spread"),
        (swept(1, 1, 1), "spread"),
    ],
)
def test_the_form_of_the_charts_follows_from_what_varies(case_of: Swept, form: str) -> None:
    assert case_of.form == form


def test_the_summary_shows_each_headline_result_and_asks_for_nothing(grid: Path, case) -> None:
    from neutrality.chapters.headlines import expanded

    text = (grid / "summary.html").read_text("utf-8")
    page = BeautifulSoup(text, "html.parser")
    captions = [caption.contents[0] for caption in page.select("figcaption")]
    still = [item.text.rpartition(": ")[0] for item in page.select("h2 + ul li")]
    for label in expanded(case).values():
        # A heat map for each of two scenarios, a count of words, or a line among what never moved.
        assert any(c.startswith(label) for c in captions) or label in still, label
    assert any(c.endswith(", full exodus") for c in captions)
    assert len(still) == len(set(still)) and still
    for figure in page.select("figure"):
        assert figure.div["aria-label"]
        ElementTree.fromstring(str(figure.svg))
    assert not page.find_all(("script", "link", "img", "iframe"))
    assert {a["href"] for a in page.find_all("a")} == {"results.csv", "results.parquet"}
