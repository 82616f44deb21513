"""`neutrality new`: an empty case with worked rows, and the check that names what is left to do."""

from __future__ import annotations

import csv
import json
import os
import re
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from neutrality import cli
from neutrality.case import check, load, template
from neutrality.case.load import _valued
from neutrality.chapters import NAMES, compute, needs
from neutrality.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests" / "case" / "another"))
import another  # noqa: E402


@pytest.fixture(scope="module")
def other(tmp_path_factory) -> Path:
    return another.write(tmp_path_factory.mktemp("cases") / "other")


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def test_it_writes_every_table_with_worked_rows_and_says_what_to_do(command, tmp_path) -> None:
    folder = tmp_path / "deep" / "mine"
    status, out, err = command("new", folder)
    assert (status, err) == (0, "")
    resources = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))["resources"]
    assert {path.name for path in folder.iterdir()} == {
        "README.md", "datapackage.json", *(resource["path"] for resource in resources)
    }  # fmt: skip
    for resource in resources:
        own, model = folder / resource["path"], ROOT / "data" / resource["path"]
        if resource["name"] == template.SHARED:
            assert own.read_bytes() == model.read_bytes()
            continue
        columns = [field["name"] for field in resource["schema"]["fields"]]
        assert own.read_text("utf-8").splitlines()[0].split(",") == columns
        assert rows(own), resource["name"]
        assert all(any(cell.startswith("example_") for cell in row.values()) for row in rows(own))
    assert f"neutrality check --data {folder}" in out
    assert str(folder) in (folder / "README.md").read_text("utf-8")


def test_the_schema_is_the_projects_own_and_the_words_are_not(tmp_path) -> None:
    template.write(tmp_path / "mine")
    own = json.loads((tmp_path / "mine" / "datapackage.json").read_text("utf-8"))
    model = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert own["resources"] == model["resources"]
    for word in ("name", "title", "description", "question", "story", "contributors"):
        assert own[word] != model[word]


def test_the_check_names_each_worked_row_and_each_worked_word_and_nothing_else(command, tmp_path) -> None:
    folder = tmp_path / "mine"
    template.write(folder)
    status, out, err = command("check", "--data", folder)
    assert (status, out) == (2, "")
    places = set()
    for line in err.splitlines():
        found = re.fullmatch(
            r"error: (.+?/)?([\w.]+?)(?::(\d+))?: (\w+): found the worked (row|words)\b.+", line
        )
        assert found, line
        places.add((found[2], int(found[3]) if found[3] else found[4]))
    expected = {("datapackage.json", word) for word in ("name", "contributors", *template.WORKED_WORDS)}
    for name, worked in template.ROWS.items():
        expected |= {(f"{name}.csv", line) for line in range(2, 2 + len(worked))}
    assert places == expected


def test_no_number_comes_of_a_case_that_still_holds_a_worked_row(command, other, tmp_path) -> None:
    folder = shutil.copytree(other, tmp_path / "mine")
    with (folder / "events.csv").open("a", encoding="utf-8") as stream:
        stream.write("2022-03-18,halden,Something,,,\n2022-03-19,halden,Else,example_says_price,,\n")
    status, out, err = command("results", "deal", "--data", folder)
    assert (status, out) == (2, "")
    assert "events.csv:7: claims: found the worked row 'example_says_price'" in err


def test_once_the_rows_are_replaced_the_check_passes(command, other) -> None:
    assert command("check", "--data", other) == (0, f"{other}: no fault found\n", "")


def test_it_needs_no_checkout_above_the_working_directory(tmp_path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert "figures.csv" in template.write(Path("mine"))
    assert check("mine")


def test_the_model_may_be_another_case(command, other, tmp_path) -> None:
    assert command("new", tmp_path / "mine", "--data", other)[0] == 0
    status, _, err = command("new", tmp_path / "yours", "--data", tmp_path / "nowhere")
    assert status == 2 and "nowhere: no dataset there" in err
    assert not (tmp_path / "yours").exists()


def spoil_filled(folder: Path) -> None:
    folder.mkdir()
    (folder / "kept.txt").write_text("kept")


def spoil_file(folder: Path) -> None:
    folder.write_text("kept")


def spoil_link(folder: Path) -> None:
    folder.symlink_to(folder.with_name("nothing"))


def spoil_above(folder: Path) -> None:
    folder.parent.rmdir()
    folder.parent.write_text("kept")


@pytest.mark.parametrize(
    ("spoil", "expected"),
    [
        (spoil_filled, "is not empty; a new case needs an empty or a new folder"),
        (spoil_file, "is a file; a new case needs an empty or a new folder"),
        (spoil_link, "is a file; a new case needs an empty or a new folder"),
        (spoil_above, "cannot be written: Not a directory"),
    ],
)
def test_what_is_there_stays(command, tmp_path, spoil, expected) -> None:
    folder = tmp_path / "above" / "mine"
    folder.parent.mkdir()
    spoil(folder)
    before = {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()}
    status, out, err = command("new", folder)
    assert (status, out, err) == (2, "", f"error: {folder}: {expected}\n")
    assert {path: path.read_text() for path in tmp_path.rglob("*") if path.is_file()} == before


def test_an_empty_folder_is_taken(command, tmp_path) -> None:
    (tmp_path / "mine").mkdir()
    assert command("new", tmp_path / "mine")[0] == 0


def test_a_write_that_fails_half_way_leaves_nothing(command, tmp_path, monkeypatch) -> None:
    real = Path.open

    def full(self: Path, *arguments, **more):
        if self.name == "figures.csv" and "x" in arguments:
            raise OSError(28, os.strerror(28))
        return real(self, *arguments, **more)

    monkeypatch.setattr(Path, "open", full)
    folder = tmp_path / "deep" / "mine"
    status, _, err = command("new", folder)
    assert (status, err) == (2, f"error: {folder}: cannot be written: {os.strerror(28)}\n")
    assert list(tmp_path.iterdir()) == []


# Which figures the chapters need


def without(case, keep: Callable[[dict], bool]):
    """A case without the rows of figures that `keep` refuses."""
    table = case.tables["figures"]
    kept = [(row, line) for row, line in zip(table.rows, table.lines, strict=True) if keep(row)]
    fewer = replace(table, rows=tuple(row for row, _ in kept), lines=tuple(line for _, line in kept))
    return replace(case, tables={**case.tables, "figures": fewer}, figures={})


def computes(case) -> bool:
    try:
        valued = _valued(case)
        for name in NAMES:
            compute(name, valued)
    except InputError:
        return False
    return True


def test_every_metric_of_a_whole_case_is_listed(case, other) -> None:
    listed = {(need.metric, need.role) for need in needs.NEEDS}
    for whole in (case, load(str(other))):
        own = [figure for figure in whole.figures.values() if figure.tag != "later"]
        assert {(figure.metric, whole.entities[figure.entity].role) for figure in own} == listed
        assert list(needs.missing(whole)) == []


@pytest.mark.parametrize("need", needs.NEEDS, ids=lambda need: need.metric)
def test_a_metric_is_needed_as_the_list_says(other, need) -> None:
    case = load(str(other))
    fewer = without(case, lambda row: row["metric"] != need.metric or row["tag"] == "later")
    assert computes(fewer) is not need.required
    if need.each:
        last = case.with_role(need.role)[-1].id
        assert not computes(without(case, lambda row: (row["metric"], row["entity"]) != (need.metric, last)))


def test_the_check_names_every_figure_that_is_missing(command, other, tmp_path) -> None:
    folder = shutil.copytree(other, tmp_path / "mine")
    own = rows(folder / "figures.csv")
    gone = {("capacity", "ostara"), ("dcf_rate", "nordvik"), ("loss_given_exit", "gavia")}
    kept = [row for row in own if (row["metric"], row["entity"]) not in gone]
    with (folder / "scenarios.csv").open(encoding="utf-8") as stream:
        text = stream.read().replace("dear_money,discount", "dear_money,return_asked", 1)
    (folder / "scenarios.csv").write_text(re.sub(r"(?m)^dear_money.*\n", "", text), "utf-8")
    with (folder / "figures.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(own[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(kept)
    status, _, err = command("check", "--data", folder)
    assert status == 2
    said = set(re.findall(r"figures\.csv: metric: found no (\w+) of (\w+), expected a figure: ", err))
    assert said == gone
    assert len(err.splitlines()) == len(gone)


def edited(other, tmp_path, edit) -> Path:
    """A copy of the case whose table of figures has passed through `edit`."""
    folder = shutil.copytree(other, tmp_path / "mine")
    own = rows(folder / "figures.csv")
    with (folder / "figures.csv").open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(own[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(edit(own))
    return folder


def test_the_check_names_every_unit_that_does_not_fit(command, other, tmp_path) -> None:
    wrong = {
        "arvo_paid_2021": ("USD mn per year", "money per year like 'EUR mn per year'"),
        "sales_2021": ("EUR mn per year", "money like 'EUR mn'"),
        "shares_bought": ("x", "'share'"),
        "debt": ("share", "money like 'EUR mn'"),
        "cost_too_much": ("USD per USD", "'EUR per EUR'"),
        "ostara_room": ("EUR k", "money per year like 'EUR mn per year'"),
    }
    folder = edited(
        other, tmp_path, lambda own: [row | {"unit": wrong.get(row["id"], [row["unit"]])[0]} for row in own]
    )
    line_of = {row["id"]: line for line, row in enumerate(rows(folder / "figures.csv"), start=2)}
    status, _, err = command("check", "--data", folder)
    assert status == 2
    assert sorted(err.splitlines()) == sorted(
        f"error: {folder}/figures.csv:{line_of[name]}: unit: found {found!r}, expected {expected}"
        for name, (found, expected) in wrong.items()
    )


@pytest.mark.parametrize(("metric", "period"), [("spend", "2022"), ("planned_spend", "2023")])
def test_a_newer_spend_of_one_customer_asks_for_those_of_all(
    command, other, tmp_path, metric, period
) -> None:
    def newer(own):
        row = next(row for row in own if (row["metric"], row["entity"]) == (metric, "arvo"))
        return [*own, row | {"id": "arvo_anew", "period": period}]

    folder = edited(other, tmp_path, newer)
    status, _, err = command("check", "--data", folder)
    assert status == 2
    case = load(str(folder))
    wanted = [(metric, one.id) for one in case.customers if one.id != "arvo"]
    if metric == "spend":
        wanted.append(("revenue", case.supplier.id))
    said = re.findall(
        rf"figures\.csv: metric: found no (\w+) of (\w+) for {period}, expected a figure: ", err
    )
    assert sorted(said) == sorted(wanted)
    assert len(err.splitlines()) == len(wanted)


def test_the_guide_lists_what_the_chapters_need() -> None:
    guide = (ROOT / "book" / "another_deal.md").read_text("utf-8")
    assert needs.table() in guide, "run python -m neutrality.chapters.needs and put the table into the guide"


def test_the_guide_names_every_table_and_runs(command, tmp_path, monkeypatch) -> None:
    guide = (ROOT / "book" / "another_deal.md").read_text("utf-8")
    for name in (*template.ROWS, template.SHARED):
        assert f"`{name}`" in guide
    commands = [line.split() for line in re.findall(r"(?m)^neutrality (.+)$", guide)]
    assert {words[0] for words in commands} == {"new", "check", "results", "build", "serve"}
    monkeypatch.chdir(tmp_path)
    assert command(*commands[0])[0] == 0
    assert len(list(tmp_path.iterdir())) == 1
    for words in commands[1:]:
        if words[0] == "check":
            assert command(*words)[0] == 2
        for option in re.findall(r"--\w+", " ".join(words)):
            assert option in {name for one in cli.cli.commands[words[0]].params for name in one.opts}
