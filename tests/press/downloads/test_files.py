"""The files of an edition: all of them, the same each time, and each what it says it is."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from neutrality.case import load
from neutrality.errors import InputError
from neutrality.press.downloads import Edition, File, files, shown, write
from neutrality.press.downloads.names import Names, allowed
from neutrality.press.downloads.package import zipped
from neutrality.press.downloads.page import listed
from neutrality.press.downloads.tables import as_csv, descriptor, inert
from neutrality.results import Number, Span, Table, Tag, Text

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(sys.executable).parent


@pytest.fixture(scope="module")
def edition() -> Edition:
    return Edition(load(), {"scale": "kent"}, imprint=(("Commit", "abc"), ("Data", "short")))


@pytest.fixture(scope="module")
def folder(edition: Edition, tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("site") / "downloads"
    write(edition, made)
    return made


def run(*command: str | Path, cwd: Path = ROOT) -> subprocess.CompletedProcess[str]:
    return subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False)


def contents(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text)))


def test_what_is_listed_is_what_is_written(edition: Edition, folder: Path) -> None:
    assert sorted(contents(folder)) == sorted(file.path for file in files(edition))
    assert all(contents(folder).values())


def test_two_editions_of_one_case_are_the_same_to_the_byte(folder: Path, tmp_path: Path) -> None:
    again = Edition(load(), {"scale": "kent"}, imprint=(("Commit", "abc"), ("Data", "short")))
    write(again, tmp_path)
    assert contents(tmp_path) == contents(folder)


@pytest.mark.parametrize("form", ["json", "csv"])
def test_results_are_what_the_command_prints(form: str, folder: Path) -> None:
    printed = run(BIN / "neutrality", "results", "--format", form)
    assert (folder / f"results.{form}").read_text("utf-8") == printed.stdout


def test_every_table_of_every_chapter_is_a_file(edition: Edition, folder: Path) -> None:
    names = {name for chapter in edition.chapters for name in chapter.tables}
    assert {f"tables/{name}.csv" for name in names | {"S1", "S2"}} <= contents(folder).keys()
    for name, table in edition.tables.items():
        found = rows((folder / "tables" / f"{name}.csv").read_text("utf-8"))
        assert len(found) == 1 + len(table.rows)
        assert len(set(found[0])) == len(found[0])
        assert "" not in found[0]


def test_frictionless_takes_the_tables_and_the_case(folder: Path, tmp_path: Path) -> None:
    """By its own command; the case zipped, and unpacked."""
    with zipfile.ZipFile(folder / "case.zip") as archive:
        archive.extractall(tmp_path)
    for place in (
        folder / "case.zip",
        tmp_path / "datapackage.json",
        folder / "tables" / "datapackage.json",
    ):
        done = run(BIN / "frictionless", "validate", "--json", place, cwd=place.parent)
        report = json.loads(done.stdout)
        assert (done.returncode, report["valid"], report["stats"]["errors"]) == (0, True, 0), place
    assert len(json.loads((tmp_path / "datapackage.json").read_text("utf-8"))["resources"]) >= 12


def test_the_zip_holds_the_case_byte_for_byte(folder: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(folder / "case.zip") as archive:
        archive.extractall(tmp_path)
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    for name, content in contents(tmp_path).items():
        assert content == (ROOT / "data" / name).read_bytes(), name
    assert "no fault found" in run(BIN / "neutrality", "check", "--data", tmp_path).stdout
    assert load(str(tmp_path)).digest == load().digest


def test_a_case_that_changed_meanwhile_is_not_packed(spoilt) -> None:
    case = load(str(spoilt))
    spoilt.change("scenarios", lambda found: found[0].update(note="changed"))
    with pytest.raises(InputError) as caught:
        zipped(case)
    assert caught.value.lines == [f"{spoilt}: changed while the book was built; build it again"]


def test_the_workbook_names_its_edition(edition: Edition) -> None:
    told = dict(edition.described())
    assert told["Choices"] == "scale kent"
    assert told["Commit"] == "abc"
    assert told["Data"] == edition.case.digest


# -- tables as CSV -----------------------------------------------------------------------------------------

ONE = Number(1 / 3, "share", "assumed", "L2", "result:a")
TWO = Number(-1.5e-7, "USD mn", "derived", "L0", "figure:b")
NONE = Number(None, "x", "later", "L1", "claim:c")


def table(*columns: str, cells: list[tuple]) -> Table:
    return Table("T", "Why?", "note", columns, tuple(cells), "source")


def test_numbers_stand_in_full_beside_what_they_are() -> None:
    found = rows(as_csv(table("Name", "Value", cells=[("a", ONE), ("b", TWO), ("c", NONE), ("d", None)])))
    assert found == [
        ["Name", "Value", "Value: unit", "Value: tag", "Value: layer", "Value: rests on"],
        ["a", "0.3333333333333333", "share", "assumed", "L2", "result:a"],
        ["b", "-1.5e-07", "USD mn", "derived", "L0", "figure:b"],
        ["c", "", "x", "later", "L1", "claim:c"],
        ["d", "", "", "", "", ""],
    ]


def test_intervals_have_two_columns_and_words_their_own() -> None:
    cells = [
        (Span(ONE, TWO), Tag("stated")),
        (ONE, Tag("later")),
        ("in words", Tag("later")),
        (Text("about ", ONE), Tag("later")),
        (Text("from ", ONE, " or ", TWO), Tag("later")),
    ]
    head, *found = rows(as_csv(table("Value", "Tag", cells=cells)))
    left = ["Value", "Value: low", "Value: high", "Value: words", "Tag"]
    assert head == [*left, "Value: unit", "Value: tag", "Value: layer", "Value: rests on"]
    third, small = repr(1 / 3), "-1.5e-07"
    assert [row[:5] for row in found] == [
        ["", third, small, "", "stated"],
        [third, "", "", "", "later"],
        ["", "", "", "in words", "later"],
        [third, "", "", "about 33.3%", "later"],
        ["", "", "", "from 33.3% or −$0.00000015mn", "later"],
    ]
    assert found[0][5:] == ["share; USD mn", "assumed; derived", "L2; L0", "result:a; figure:b"]


def test_headings_that_repeat_or_are_missing_are_told_apart() -> None:
    head = rows(as_csv(table("", "A", "A", "", cells=[(ONE, "x", "y", TWO)])))[0]
    assert len(set(head)) == len(head)
    assert "" not in head
    assert head[:4] == ["value", "A", "A (2)", "A: value"]


def test_a_table_without_rows_has_its_headings() -> None:
    assert rows(as_csv(table("A", "B", cells=[]))) == [["A", "B"]]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "\t", "\r"])
def test_text_like_a_formula_is_inert_and_numbers_are_not_touched(sign: str) -> None:
    text = f'{sign}HYPERLINK("http://hostile.example")'
    assert inert(text) == f"'{text}"
    hostile = table(text, "B", cells=[(text, TWO), ("plain", Text(text))])
    head, first, second = rows(as_csv(hostile))
    assert (head[0], first[0], second[2]) == (f"'{text}", f"'{text}", f"'{text}")
    assert first[1] == "-1.5e-07"
    assert inert("plain = text") == "plain = text"
    fields = json.loads(descriptor({"T": hostile}))["resources"][0]["schema"]["fields"]
    assert [one["name"] for one in fields] == head
    assert [one["type"] for one in fields][:2] == ["string", "number"]


# -- names and page ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "may"),
    [
        ("stake", True),
        ("google_spend_2024", True),
        ("abcd1", True),
        ("st1", False),
        ("fy2024", False),
        ("r1c1", False),
        ("r", False),
        ("c", False),
        ("r12", False),
        ("true", False),
        ("1a", False),
        ("a b", False),
        ("ä", False),
        ("", False),
        ("a" * 256, False),
    ],
)
def test_what_a_spreadsheet_takes_for_a_name(name: str, may: bool) -> None:
    assert allowed(name) == may


def test_names_are_one_of_a_kind_and_stay() -> None:
    names = Names()
    assert names.give("S!$A$1", "st1") == "st1_"
    assert names.give("S!$A$2", "ST1") == "ST1__"
    assert names.give("S!$A$1", "other") == "st1_"
    assert names.give("S!$A$3", "deal.multiple-x") == "deal_multiple_x"
    assert names.give("S!$A$4", "2024") == "_2024"
    long = [names.give(f"S!$B${row}", "a" * 300) for row in range(3)]
    assert len(set(long)) == 3
    assert all(map(allowed, long))
    assert dict(names)["st1_"] == "S!$A$1"


def test_the_list_links_every_file_and_shows_text_as_text() -> None:
    hostile = "<script>x</script>"
    html = listed([File("a.csv", hostile), File("tables/T.csv", "What?", hostile)], "downloads").html
    assert "<script" not in html
    assert html.count(' href="downloads/') == 2


def test_the_page_has_two_lists(edition: Edition) -> None:
    whole, tables = shown(edition), shown(edition, tables=True)
    assert whole.html.count("<li>") + tables.html.count("<li>") == len(files(edition))
    assert "workbook.xlsx" in whole.plain
    assert all(chapter.title in tables.html for chapter in edition.chapters)


def test_tables_of_other_pages_can_be_added(edition: Edition, tmp_path: Path) -> None:
    more = replace(edition, further={"Z1": table("A", cells=[("x",)])})
    assert [file.path for file in files(more) if file.chapter == "Other pages"] == ["tables/Z1.csv"]
