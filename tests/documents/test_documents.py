"""The documents say what is: every verb, option, column, scenario and parameter, and no link that leads nowhere."""

from __future__ import annotations

import json
import re
import tomllib
from inspect import Parameter
from pathlib import Path
from urllib.parse import unquote

import click
import nbformat
import pytest
import shown
import yaml
from bs4 import BeautifulSoup
from neutrality import cli
from neutrality.case.resolve import scenarios
from neutrality.chapters import CHOICES, columns, parameters
from neutrality.press.execute import declared

ROOT = shown.ROOT
VERBS = sorted(cli.cli.commands)
NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
PAPERS = [*shown.DOCUMENTS, "CHANGELOG.md"]

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")


# -- the command ----------------------------------------------------------------------------------------


def options(verb: str) -> list[str]:
    return [
        name
        for parameter in cli.cli.commands[verb].params
        if isinstance(parameter, click.Option)
        for name in parameter.opts
    ]


@pytest.mark.parametrize("verb", VERBS)
def test_readme_names_every_verb(verb: str) -> None:
    assert re.search(rf"`(neutrality )?{verb}`", shown.text_of("README.md"))


@pytest.mark.parametrize("verb", VERBS)
def test_the_book_describes_every_option(site: Path, verb: str) -> None:
    text = re.sub(r"<[^>]+>", "", (site / "command.html").read_text("utf-8"))
    assert f"neutrality {verb}" in text
    for name in options(verb):
        assert re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), f"{verb} {name}"
    for parameter in cli.cli.commands[verb].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, f"{verb} {parameter.name}"


@pytest.mark.parametrize("document", shown.DOCUMENTS)
def test_a_command_that_is_shown_or_mentioned_is_one(document: str) -> None:
    for found in [*shown.commands(document), *shown.mentioned(document)]:
        words = found.text.split()
        if words[0].rpartition("/")[2] != "neutrality":
            continue
        assert words[1] in VERBS, found
        for word in words[2:]:
            if word.startswith("-"):
                assert word.split("=")[0] in [*options(words[1]), "-h", "--help"], found


# -- the case -------------------------------------------------------------------------------------------


def test_every_column_is_described() -> None:
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    for table in package["resources"]:
        for field in table["schema"]["fields"]:
            assert len(field.get("description", "").split()) >= 2, f"{table['name']}.{field['name']}"


def test_every_column_of_a_figure_stands_in_the_book(case, site: Path) -> None:
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    (fields,) = (table["schema"]["fields"] for table in package["resources"] if table["name"] == "figures")
    assert dict(columns.table(case).rows) == {field["name"]: field["description"] for field in fields}
    page = BeautifulSoup((site / "figures.html").read_text("utf-8"), "html.parser")
    cells = [
        [cell.get_text(strip=True) for cell in row.find_all(("th", "td"))] for row in page.find_all("tr")
    ]
    for field in fields:
        assert [field["name"], field["description"]] in cells


def test_every_table_is_named() -> None:
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    text = shown.text_of("data/README.md")
    assert [table["path"] for table in package["resources"] if f"`{table['path']}`" not in text] == []


def test_every_scenario_stands_in_the_book(case, site: Path) -> None:
    text = (site / "scenarios.html").read_text("utf-8")
    for name in scenarios(case.tables["scenarios"]):
        assert name in text or name.replace("_", " ").capitalize() in text, name
    taken = {row[0]: row[3] for row in parameters.table(case).rows}
    assert taken["scenario"].split(", ") == scenarios(case.tables["scenarios"])


# -- parameters -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_every_parameter_of_a_notebook_is_described(case, path: Path) -> None:
    rows = {row[0]: row for row in parameters.table(case).rows}
    for name, default in declared(path).items():
        assert name in rows
        if name in CHOICES:
            assert str(default) in re.split(r"; | in ", rows[name][4]), name


def test_every_choice_is_described_with_all_it_may_be(case, site: Path) -> None:
    text = (site / "figures.html").read_text("utf-8")
    for name, choice in CHOICES.items():
        assert re.search(rf">\s*{name}\s*<", text), name
        assert choice.what in text
        for word in getattr(choice, "words", ()):
            assert word in text


def test_what_a_chapter_takes_by_itself_is_said_by_chapter(case) -> None:
    rows = {row[0]: row[4] for row in parameters.table(case).rows}
    assert rows["basis"] == "last_year in Customer exits; plan in Competitor opportunity"
    assert rows["scale"] == "kent"
    assert Parameter.empty not in rows.values()


# -- links ----------------------------------------------------------------------------------------------


def anchors(document: Path) -> set[str]:
    """What the headings of a document or a notebook are called in an address, as code hosts have it."""
    text = document.read_text("utf-8")
    if document.suffix == ".ipynb":
        cells = nbformat.reads(text, 4).cells
        text = "\n".join(cell.source for cell in cells if cell.cell_type == "markdown")
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", PAPERS)
def test_links_lead_somewhere(document: str) -> None:
    place = ROOT / document
    for target in _LINK.findall(place.read_text("utf-8")):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (place.parent / unquote(path)).resolve() if path else place
        assert found.exists(), f"{document}: {target}"
        if anchor and found.suffix in (".md", ".ipynb"):
            assert anchor in anchors(found), f"{document}: {target}"


def test_every_decision_is_listed() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert re.findall(r"\]\((\d{4}[^)]+)\)", (folder / "README.md").read_text("utf-8")) == records


# -- versions -------------------------------------------------------------------------------------------


def test_all_name_one_version() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert cited["version"] == project["version"]
    released = re.findall(
        r"^## (\S+)(?: \((.+)\))?$", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE
    )
    assert released[0][0] in (project["version"], "Unreleased")
    assert dict(released)[project["version"]] == str(cited["date-released"])


def test_both_licences_stand_beside_the_code() -> None:
    assert (ROOT / "LICENSE").read_text("utf-8").startswith("MIT License")
    words = (ROOT / "LICENSE-text-and-data").read_text("utf-8")
    assert words.startswith("Creative Commons Attribution 4.0 International")
    package = json.loads((ROOT / "data" / "datapackage.json").read_text("utf-8"))
    assert [one["name"] for one in package["licenses"]] == ["CC-BY-4.0"]
