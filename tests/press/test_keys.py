"""Only what changed runs again, and what is used again is what would come out: never an old number on a page."""

from __future__ import annotations

import csv
import json
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from books import NOTEBOOKS, PARAMETERS, ROOT, copied, driver, project
from neutrality import installed, press
from neutrality.case import load
from neutrality.errors import InputError
from neutrality.press import keys
from neutrality.press.keys import Store, World
from neutrality.press.reads import unseen


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """What was compiled so far: pages are copied, which takes no time."""
    done: list[Path] = []

    def compile_(source: Path, work: Path, **more: Any) -> Path:
        done.append(source)
        return copied(source, work, **more)

    monkeypatch.setattr(press.compile, "compile", compile_)
    return done


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, built once for all tests."""
    made = project(tmp_path_factory.mktemp("built") / "book")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(made)
        patch.setattr(press.compile, "compile", copied)
        said = build(made)
    assert {said[name] for name in NOTEBOOKS} == {"no earlier run"}
    return made


@pytest.fixture
def book(built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]) -> Path:
    """A small book that has been built, and moved with all that it keeps."""
    made = Path(shutil.copytree(built, tmp_path / "book"))
    monkeypatch.chdir(made)
    said = build(made)
    assert {said[name] for name in NOTEBOOKS} == {"reused"}
    return made


def build(book: Path, parameters: dict[str, Any] | None = None, force: bool = False) -> dict[str, str]:
    """Build a book; returns what was said of each notebook, by its name."""
    lines: list[str] = []

    class Told(press._Progress):
        def say(self, line: str) -> None:
            lines.append(line)

    before = press._Progress
    press._Progress = Told
    try:
        press.build(parameters or {}, root=book, jobs=2, force=force)
    finally:
        press._Progress = before
    return {name.removesuffix(".ipynb"): why for name, _, why in (line.partition(": ") for line in lines)}


def pages(book: Path) -> dict[str, str]:
    return keys.hashes(book / "_build" / "html")


def anew(book: Path, parameters: dict[str, Any] | None = None) -> dict[str, str]:
    """The pages of the same book, built in another place where nothing was kept."""
    other = book.parent / "anew"
    shutil.copytree(book, other, ignore=shutil.ignore_patterns("_build", "__pycache__"))
    here = Path.cwd()
    os.chdir(other)
    try:
        build(other, parameters, force=True)
        return pages(other)
    finally:
        os.chdir(here)
        shutil.rmtree(other)


def change(book: Path, table: str, row: Callable[[dict[str, str]], bool], **cells: str) -> None:
    """Give the first row of a table that fits new cells."""
    path = book / "data" / f"{table}.csv"
    with path.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    next(filter(row, rows)).update(cells)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def a_figure(book: Path) -> None:
    change(book, "figures", lambda row: row["id"] == "investment", value="14.8")


def a_claim(book: Path) -> None:
    claim = load("data").exit_claims(load("data").customers[0].id)[0]["id"]
    change(book, "claims", lambda row: row["id"] == claim, statement="said otherwise")


def an_event(book: Path) -> None:
    change(book, "events", lambda row: True, event="something else happened")


def a_name(book: Path) -> None:
    change(book, "entities", lambda row: row["role"] == "customer", name="Another Name")


def a_word(book: Path) -> None:
    phrase = load("data").exit_claims(load("data").customers[0].id)[0]["phrase"]
    change(book, "wording", lambda row: row["scale"] == "kent" and row["phrase"] == phrase, value="0.7")


def a_scenario_not_asked_for(book: Path) -> None:
    change(book, "scenarios", lambda row: True, note="another note")


def a_file(book: Path) -> None:
    (book / "book" / "number.txt").write_text("22\n", "utf-8")


def a_module_beside(book: Path) -> None:
    # The compiled copy of the former text stays where it was.
    (book / "helper.py").write_text("def double(number):\n    return 3 * number\n", "utf-8")


def a_text(book: Path) -> None:
    path = book / "book" / "tables.ipynb"
    path.write_text(path.read_text("utf-8").replace("row['event']", "row['event'].upper()"), "utf-8")


CHANGES: list[tuple[Callable[[Path], None], dict[str, str]]] = [
    (a_figure, {"money": "figure investment changed"}),
    (a_claim, {"words": "table claims changed"}),
    (an_event, {"tables": "table events changed"}),
    (a_name, {"money": "table entities changed", "words": "table entities changed"}),
    (a_word, {"money": "figure", "words": "figure"}),
    (a_scenario_not_asked_for, {}),
    (a_file, {"beside": "book/number.txt changed"}),
    (a_module_beside, {"beside": "helper.py changed"}),
    (a_text, {"tables": "its text changed"}),
]


@pytest.mark.parametrize(("edit", "expected"), CHANGES, ids=lambda part: getattr(part, "__name__", ""))
def test_what_changed_runs_and_nothing_else_and_no_old_number_stays(
    book: Path, edit: Callable[[Path], None], expected: dict[str, str]
) -> None:
    edit(book)
    said = build(book)
    for name in NOTEBOOKS:
        assert said[name].startswith(expected.get(name, "reused")), said
    assert pages(book) == anew(book)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"scenario": "google_only"}, "parameter scenario changed"),
        ({"as_of": "2025-12-31"}, "parameter as_of changed"),
        ({"figures": {"investment": 15.0}}, "parameter figures changed"),
        ({"scale": "ipcc"}, "parameter scale changed"),
    ],
)
def test_other_parameters_run_where_they_are_declared(
    book: Path, parameters: dict[str, Any], expected: str
) -> None:
    said = build(book, parameters)
    assert {name: said[name] for name in NOTEBOOKS} == {
        **dict.fromkeys(("money", "words", "tables"), expected),
        "beside": "reused",
    }
    assert pages(book) == anew(book, parameters)
    # What was kept of the first build is not forgotten over the second.
    assert set(build(book).values()) == {"reused"}


def test_nothing_changed_starts_nothing(
    book: Path, compiled: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    before, times = pages(book), len(compiled)
    monkeypatch.setattr(press.execute, "execute_all", lambda *_: pytest.fail("a notebook ran"))
    said = build(book)
    assert {said[name] for name in NOTEBOOKS} == {"reused"}
    assert "the site is as it would be built" in said["nothing changed"]
    assert (pages(book), len(compiled)) == (before, times)


def test_force_runs_everything(book: Path, compiled: list[Path]) -> None:
    times = len(compiled)
    said = build(book, force=True)
    assert {said[name] for name in NOTEBOOKS} == {"run, as asked for"}
    assert len(compiled) == times + 1


def missing(site: Path) -> None:
    (site / "words.html").unlink()


def tampered(site: Path) -> None:
    page = site / "money.html"
    state = page.stat()
    page.write_text(page.read_text("utf-8").replace("1", "2"), "utf-8")
    os.utime(page, ns=(state.st_atime_ns, state.st_mtime_ns))


def added(site: Path) -> None:
    (site / "stray.html").write_text("stray", "utf-8")


def gone(site: Path) -> None:
    shutil.rmtree(site)


@pytest.mark.parametrize("harm", [missing, tampered, added, gone])
def test_a_site_that_is_not_as_it_was_published_is_published_again(
    book: Path, compiled: list[Path], harm: Callable[[Path], None]
) -> None:
    before, times = pages(book), len(compiled)
    harm(book / "_build" / "html")
    said = build(book)
    assert {said[name] for name in NOTEBOOKS} == {"reused"}
    assert (pages(book), len(compiled)) == (before, times + 1)


def a_style(book: Path) -> None:
    (book / "book" / "_static" / "style.css").write_text("p { margin: 1em }\n", "utf-8")


def a_setting(book: Path) -> None:
    with (book / "_config.yml").open("a", encoding="utf-8") as stream:
        stream.write("exclude_patterns: [nowhere]\n")


def the_contents(book: Path) -> None:
    toc = book / "_toc.yml"
    toc.write_text(
        toc.read_text("utf-8").replace("- file: words", "- file: words\n    title: Words"), "utf-8"
    )


def references(book: Path) -> None:
    (book / "book" / "references.bib").write_text("@misc{one, title={One}}\n", "utf-8")


@pytest.mark.parametrize("edit", [a_style, a_setting, the_contents, references])
def test_what_pages_are_made_from_compiles_them_again(
    book: Path, compiled: list[Path], edit: Callable[[Path], None]
) -> None:
    times = len(compiled)
    edit(book)
    assert {why for name, why in build(book).items() if name in NOTEBOOKS} == {"reused"}
    assert len(compiled) == times + 1


def test_what_was_kept_and_is_damaged_is_not_believed(book: Path) -> None:
    (kept,) = (book / "_build" / "executed" / "money").glob("*.json")
    text = kept.read_text("utf-8")
    for harmed in (text[: len(text) // 2], text.replace("deal.multiple ", "deal.multiple 9"), "", "[]"):
        kept.write_text(harmed, "utf-8")
        said = build(book)
        assert said["money"] == "the earlier run is damaged"
        (kept,) = (book / "_build" / "executed" / "money").glob("*.json")
        assert kept.read_text("utf-8") == text


def test_a_failed_build_keeps_what_ran(book: Path) -> None:
    a_figure(book)
    an_event(book)
    broken = book / "book" / "tables.ipynb"
    good = broken.read_text("utf-8")
    broken.write_text(good.replace("row['event']", "row['evnt']"), "utf-8")
    before = pages(book)
    with pytest.raises(InputError, match=r"tables\.ipynb: cell 3: KeyError: 'evnt'"):
        build(book)
    assert pages(book) == before
    broken.write_text(good, "utf-8")
    said = build(book)
    assert (said["money"], said["tables"]) == ("reused", "table events changed")


UNFOLLOWED = {
    "process": ("import subprocess\nprint(subprocess.run(['echo', 'x'], capture_output=True).stdout)",),
    "fork": (
        "import multiprocessing\nif __name__ == '__main__':\n    with multiprocessing.Pool(1) as pool:\n"
        "        print(pool.map(abs, [-1]))",
    ),
    "writes": ("open('left.txt', 'w').write('x')",),
    "clock": ("from datetime import date\nprint(date.today())",),
    "environment": ("import os\nprint(os.getenv('MINE'))",),
    "connects": (
        "import socket\ns = socket.socket()\ntry:\n    s.connect(('127.0.0.1', 9))\nexcept OSError as e:\n    print('refused')",
    ),
}


def test_what_cannot_be_followed_runs_each_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]
) -> None:
    book = project(tmp_path / "book", UNFOLLOWED)
    monkeypatch.chdir(book)
    assert set(build(book).values()) == {"no earlier run"}
    said = build(book)
    assert {name: said[name] for name in UNFOLLOWED} == {
        "process": "runs each time: starts a process",
        "fork": "runs each time: starts a process",
        "writes": "runs each time: writes left.txt",
        "clock": "runs each time: uses the clock",
        "environment": "runs each time: uses the environment",
        "connects": "runs each time: opens a connection",
    }


#: What is found by the text of a cell.
TOLD = {
    "import datetime as d\nd.datetime.now()": "clock",
    "pd.Timestamp.today()": "clock",
    "import time as t": "clock",
    "from time import strftime": "clock",
    "%timeit 1 + 1": "clock",
    "%%time\n1 + 1": "clock",
    "import os as o\no.environb": "environment",
    "from os import environ as e": "environment",
    "from os import *\ngetenv('MINE')": "environment",
    "os.path.expandvars('$MINE')": "environment",
    "now, today, time = 1, 2, 3\nfrom datetime import date\ndate(2025, 6, 15)": "",
    "%matplotlib inline\nrows.groupby('time')": "",
    "no Python, with an environ": "",
}


@pytest.mark.parametrize("cell", TOLD)
def test_the_clock_and_the_environment_are_found_by_name(cell: str) -> None:
    assert unseen([cell]) == ([f"uses the {TOLD[cell]}"] if TOLD[cell] else [])


def test_no_notebook_of_the_book_runs_each_time() -> None:
    for path in (ROOT / "book").glob("*.ipynb"):
        cells = json.loads(path.read_text("utf-8"))["cells"]
        assert unseen("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code") == [], path


def test_files_of_its_own_and_a_file_that_is_not_there_are_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]
) -> None:
    cells = (
        "import tempfile\nfrom pathlib import Path\nwith tempfile.TemporaryDirectory() as folder:\n"
        "    place = Path(folder, 'x')\n    place.write_text('mine')\n    print(place.read_text())",
        "try:\n    print(open('absent.txt').read())\nexcept FileNotFoundError:\n    print('absent')",
        "import os\nprint(sorted(os.listdir('folder')))",
    )
    book = project(tmp_path / "book", {"own": cells})
    (book / "folder").mkdir()
    monkeypatch.chdir(book)
    build(book)
    assert build(book)["own"] == "reused"
    (book / "absent.txt").write_text("there", "utf-8")
    assert build(book)["own"] == "absent.txt changed"
    (book / "folder" / "new").touch()
    assert build(book)["own"] == "folder changed"


def test_many_variants_of_a_case_are_followed_as_wholes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]
) -> None:
    many = (
        PARAMETERS,
        "from neutrality import load\nfrom neutrality.case.load import varied\ncase = load(data)",
        "print(case.figure('stake').value)",
        "for n in range(20):\n    print(varied(case, {'investment': 14 + n / 10}).figure('investment').value)",
    )
    book = project(tmp_path / "book", {"many": many})
    monkeypatch.chdir(book)
    build(book)
    assert build(book)["many"] == "reused"
    # Not asked for by the first of them, and yet it counts.
    an_event(book)
    assert build(book)["many"] == "the case changed"


def test_a_case_that_was_at_fault_is_asked_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]
) -> None:
    forgiving = (
        PARAMETERS,
        "from neutrality import load\nfrom neutrality.errors import InputError\n"
        "try:\n    print(load(data).figure('investment').value)\nexcept InputError as problem:\n    print(problem)",
    )
    book = project(tmp_path / "book", {"forgiving": forgiving})
    monkeypatch.chdir(book)
    table = book / "data" / "figures.csv"
    sound = table.read_text("utf-8")
    change(book, "figures", lambda row: row["id"] == "investment", value="plenty")
    build(book)
    assert build(book)["forgiving"] == "reused"
    change(book, "figures", lambda row: row["id"] == "investment", value="lots")
    assert build(book)["forgiving"].startswith("the case changed: ")
    assert build(book)["forgiving"] == "reused"
    table.write_text(sound, "utf-8")
    assert build(book)["forgiving"] == "the case changed: it is sound now"
    assert pages(book) == anew(book)


def test_a_module_that_stands_in_another_one_s_light_runs_everything(book: Path) -> None:
    (book / "tabulate.py").write_text("", "utf-8")
    said = build(book)
    assert {said[name] for name in NOTEBOOKS} == {"the package changed: modules were added or removed"}


def test_the_parts_of_the_press_that_run_no_notebook_are_there() -> None:
    assert {path for path in keys._PAGES if not (ROOT / "book" / "neutrality" / path).is_file()} == set()


def test_the_cache_keeps_to_its_limit_and_spares_what_is_used(book: Path) -> None:
    for value in ("15.1", "15.2", "15.3"):
        change(book, "figures", lambda row: row["id"] == "investment", value=value)
        build(book)
    folder = book / "_build" / "executed"
    assert len(list((folder / "money").glob("*.json"))) == 4
    (folder / "money" / ".half.part").write_text("half", "utf-8")
    store = Store(folder, World(book))
    sizes = sum(path.stat().st_size for path in folder.rglob("*.json"))
    newest = max((folder / "money").glob("*.json"), key=lambda path: path.stat().st_mtime_ns)
    store.prune(sizes - 1)
    assert len(list((folder / "money").glob("*"))) + len(list((folder / "words").glob("*"))) < 6
    assert newest.is_file()
    store.prune(0)
    assert not [path for path in folder.rglob("*") if path.is_file()]


def driven(book: Path) -> list[str]:
    """Build a book in a process of its own, with the copy of the package beside its notebooks."""
    environment = os.environ | {"PYTHONPATH": str(book / "book")}
    done = subprocess.run(driver(), cwd=book, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stderr.splitlines()


def test_a_changed_module_runs_what_imports_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Without a warm process, which imports every module before it runs any notebook.
    monkeypatch.setenv("NEUTRALITY_KERNELS", "plain")
    book = project(tmp_path / "book")
    package = book / "book" / "neutrality"
    shutil.copytree(ROOT / "book" / "neutrality", package, ignore=shutil.ignore_patterns("__pycache__"))
    driven(book)
    assert "nothing changed: the site is as it would be built" in driven(book)
    before = pages(book)
    results = package / "chapters" / "deal" / "results.py"
    results.write_text(results.read_text("utf-8") + '\n\nTITLE = "another"\n', "utf-8")
    said = driven(book)
    assert "money.ipynb: the package changed: chapters/deal/results.py" in said
    assert {"words.ipynb: reused", "tables.ipynb: reused", "beside.ipynb: reused"} <= set(said)
    words = package / "chapters" / "front.py"
    words.write_text(words.read_text("utf-8").replace("The answers stand on", "Only this counts:"), "utf-8")
    assert "money.ipynb: the package changed: chapters/front.py" in driven(book)
    assert pages(book) != before
    assert "Only this counts" in (book / "_build" / "html" / "money.html").read_text("utf-8")
    # The press's own way to run notebooks counts for all of them, a page's template for none.
    template = package / "press" / "theme" / "page.html"
    template.write_text(template.read_text("utf-8") + "\n", "utf-8")
    said = driven(book)
    assert "money.ipynb: reused" in said
    assert "compiling the book" in said
    machine = package / "press" / "execute.py"
    machine.write_text(machine.read_text("utf-8") + "\n", "utf-8")
    assert "beside.ipynb: the package changed: press/execute.py" in driven(book)
    (package / "methods" / "unheard_of.py").write_text('"""New."""\n', "utf-8")
    assert "words.ipynb: the package changed: modules were added or removed" in driven(book)


def test_another_version_of_a_library_runs_everything(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = installed.versions()
    monkeypatch.setattr(keys, "versions", lambda: found | {"pandas": "99.0"})
    said = build(book)
    assert {said[name] for name in NOTEBOOKS} == {f"installed versions changed: pandas {found['pandas']} → 99.0"}  # fmt: skip


def test_the_book_itself_after_one_figure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, compiled: list[Path]
) -> None:
    """Every notebook of the book, the figure that most of it rests on, against a book built anew."""
    book = project(tmp_path / "book", {"unused": ("1",)})
    for file in (ROOT / "book").glob("*.*"):
        if file.is_file():
            shutil.copy(file, book / "book" / file.name)
    shutil.copy(ROOT / "_toc.yml", book / "_toc.yml")
    monkeypatch.chdir(book)
    build(book)
    a_figure(book)
    said = build(book)
    assert said["deal"] == said["index"] == "figure investment changed"
    assert said["competitor_opportunity"] == said["customer_exits"] == "reused"
    assert pages(book) == anew(book)
