"""Building the site: what changes with the data, and that no fault costs the former site."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from filelock import FileLock
from neutrality import press

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("neutrality")


def neutrality(*arguments: object, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [COMMAND, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, check=False
    )


def fingerprint(folder: Path) -> dict[str, str]:
    """Every file of a folder with a hash of its content."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture
def former(tmp_path: Path, site: Path) -> Path:
    """A site from an earlier build, where the next one is to stand."""
    shutil.copytree(site, tmp_path / "former")
    return tmp_path / "former"


def misspelt_figure(spoilt):
    return ("--set", "invesment=15"), "figure 'invesment': is unknown; nearest: investment"


def stake_too_large(spoilt):
    return ("--set", "stake=1.4"), "figure stake: found 1.4, expected at most 0.99 (share)"


def text_for_number(spoilt):
    spoilt.change("figures", lambda rows: rows[0].update(value="plenty"))
    return ("--data", spoilt), "figures.csv:2: value: found 'plenty', expected a number"


def missing_column(spoilt):
    rows = spoilt.rows("figures")
    spoilt.write("figures", [{k: v for k, v in row.items() if k != "unit"} for row in rows])
    return ("--data", spoilt), "figures.csv:1: unit: the column is missing"


def duplicate_row(spoilt):
    spoilt.change("figures", lambda rows: [*rows, rows[0]])
    return ("--data", spoilt), "a second row with the same key"


def unknown_entity(spoilt):
    spoilt.change("figures", lambda rows: rows[0].update(entity="nobody"))
    return ("--data", spoilt), "figures.csv:2: entity: found 'nobody', expected an id of entities"


def empty_table(spoilt):
    (spoilt.folder / "claims.csv").write_text("", "utf-8")
    return ("--data", spoilt), "claims.csv: the table is empty, expected a header and rows"


def no_text(spoilt):
    (spoilt.folder / "figures.csv").write_bytes(bytes(range(256)))
    return ("--data", spoilt), "is no text in UTF-8, expected a CSV table"


def no_dataset(spoilt):
    return (
        "--data",
        spoilt.folder / "nowhere",
    ), "no dataset there, expected a folder with a datapackage.json"


FAULTS = [
    misspelt_figure, stake_too_large, text_for_number, missing_column, duplicate_row, unknown_entity, empty_table,
    no_text, no_dataset,
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_gets_one_clear_error_and_leaves_the_former_site(former: Path, spoilt, fault) -> None:
    arguments, words = fault(spoilt)
    before = fingerprint(former)
    done = neutrality("build", "--out", former, *arguments)
    assert (done.returncode, done.stdout) == (2, "")
    errors = [line for line in done.stderr.splitlines() if line.startswith("error: ")]
    assert len(errors) == 1
    assert words in errors[0]
    assert "Traceback" not in done.stderr
    assert fingerprint(former) == before


@pytest.fixture
def project(tmp_path: Path, site: Path, building: FileLock) -> Path:
    """A copy of the project that a test may break, with what the site's notebooks were executed to."""
    copy = tmp_path / "project"
    for name in ("_config.yml", "_toc.yml"):
        copy.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, copy / name)
    shutil.copytree(
        ROOT / "book", copy / "book", ignore=shutil.ignore_patterns("__pycache__", "*.egg-info", "neutrality")
    )
    shutil.copytree(ROOT / "data", copy / "data")
    with building:
        for kept in (press.EXECUTED, press.DRAWINGS):
            shutil.copytree(ROOT / press.BUILD / kept, copy / press.BUILD / kept)
    return copy


def test_a_notebook_that_raises_leaves_the_former_site(project: Path, former: Path) -> None:
    notebook = project / "book" / "deal.ipynb"
    notebook.write_text(
        notebook.read_text("utf-8").replace("deal.chapter(case)", "deal.chapter(cse)"), "utf-8"
    )
    before = fingerprint(former)
    done = neutrality("build", "--out", former, cwd=project)
    assert done.returncode == 2
    assert "error: deal.ipynb: cell 3: NameError: name 'cse' is not defined" in done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert fingerprint(former) == before


def test_a_page_with_a_broken_link_leaves_the_former_site(project: Path, former: Path) -> None:
    page = project / "book" / "how_to_read.md"
    page.write_text(page.read_text("utf-8") + "\n\n[nowhere](nowhere.md)\n", "utf-8")
    before = fingerprint(former)
    done = neutrality("build", "--out", former, cwd=project)
    assert done.returncode == 2
    assert "how_to_read.md" in done.stderr
    assert "nowhere" in done.stderr
    assert "Traceback" not in done.stderr
    assert fingerprint(former) == before


def test_a_newer_row_is_on_the_page_and_gone_as_of_a_day_before(
    spoilt, tmp_path: Path, building: FileLock
) -> None:
    spoilt.change("figures", lambda rows: [*rows, rows[0] | {"value": "15.5", "known_on": "2025-09-01"}])
    with building:
        done = neutrality("build", "--data", spoilt, "--out", tmp_path / "site")
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"The book is at {tmp_path / 'site' / 'index.html'}\n"
    page = (tmp_path / "site" / "deal.html").read_text("utf-8")
    assert "$15.5bn" in page
    assert "do not agree" in page
    earlier = press.run("deal", {"data": str(spoilt), "as_of": "2025-08-31"}, tmp_path / "runs")
    shown = earlier.read_text("utf-8")
    assert "$15.5bn" not in shown
    assert "$14.3bn" in shown


def test_two_builds_are_the_same_to_the_byte(
    site: Path, tmp_path: Path, day_of_build: dict[str, str]
) -> None:
    """In another folder, with the package there, from nothing; elsewhere on earth, and as somebody else."""
    generated = shutil.ignore_patterns(
        "_build", ".venv", "__pycache__", "*.egg-info", ".hypothesis", ".ruff_cache", ".pytest_cache"
    )
    other = tmp_path / "a deeper" / "folder"
    shutil.copytree(ROOT, other, ignore=generated, symlinks=True)
    environment = os.environ | {
        **day_of_build,
        "TZ": "Pacific/Auckland",
        "LANG": "C",
        "PYTHONHASHSEED": "7",
        "HOME": str(tmp_path),
        "USER": "somebody",
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
        "PYTHONPATH": str(other / "book"),
        # The copy may share its repository with the original.
        "GIT_OPTIONAL_LOCKS": "0",
    }
    done = subprocess.run(
        [COMMAND, "build"],
        cwd=other,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        umask=0o027,
    )
    assert done.returncode == 0, done.stderr
    assert "no earlier run" in done.stderr
    assert fingerprint(other / "_build" / "html") == fingerprint(site)


def test_a_folder_that_is_no_site_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work", "utf-8")
    done = neutrality("build", "--out", tmp_path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"error: {tmp_path}: holds files that are no site of this book")
    assert (tmp_path / "thesis.txt").read_text("utf-8") == "years of work"


def test_a_target_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", "utf-8")
    done = neutrality("build", "--out", tmp_path / "file")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "is a file; the site needs a folder" in done.stderr


def test_a_swap_replaces_a_site_as_a_whole(tmp_path: Path, site: Path) -> None:
    from neutrality.press import publish

    old, new = tmp_path / "old", tmp_path / "new"
    shutil.copytree(site, old)
    (old / "left-over.html").write_text("old", "utf-8")
    shutil.copytree(site, new)
    publish.swap(new, old)
    assert fingerprint(old) == fingerprint(site)
    assert not new.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["old"], "nothing is left beside it"
