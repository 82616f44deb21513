"""The downloads of an edition: its results, tables, case and workbook as files that other programs read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality.results import Chapter, Result, Table, as_csv, as_json

if TYPE_CHECKING:
    from neutrality.case import Case
    from neutrality.display import Shown

#: The folder of a site that holds them, beside its pages.
FOLDER = "downloads"
#: What tables belong to that stand in no chapter.
SCENARIOS, OTHER = "Scenarios", "Other pages"


@dataclass(frozen=True)
class Edition:
    """What one built book was made from: its case, the choices of its chapters, and what they computed.

    `further` are tables of pages that are no chapters; `imprint` are the lines that name the edition, such as
    its commit, for the first sheet of the workbook. Chapters are computed when they are first asked for, each with
    those of the choices that it takes.
    """

    case: Case
    choices: Mapping[str, Any] = field(default_factory=dict)
    further: Mapping[str, Table] = field(default_factory=dict)
    imprint: tuple[tuple[str, str], ...] = ()

    @cached_property
    def chapters(self) -> tuple[Chapter, ...]:
        """Every chapter. Raises InputError for a choice that a chapter does not allow."""
        from neutrality.chapters import NAMES, compute

        return tuple(compute(name, self.case, **self.choices) for name in NAMES)

    @cached_property
    def results(self) -> dict[str, Result]:
        """Every named result, in the order of reading."""
        return {name: result for chapter in self.chapters for name, result in chapter.results.items()}

    @cached_property
    def groups(self) -> dict[str, dict[str, Table]]:
        """Every table by its id, under the title of what it belongs to, in the order of reading."""
        found = {chapter.title: dict(chapter.tables) for chapter in self.chapters}
        found[SCENARIOS] = self._scenarios()
        found[OTHER] = dict(self.further)
        return {title: tables for title, tables in found.items() if tables}

    @cached_property
    def tables(self) -> dict[str, Table]:
        """Every table by its id."""
        return {name: table for tables in self.groups.values() for name, table in tables.items()}

    def _scenarios(self) -> dict[str, Table]:
        """The tables that set every scenario of the case side by side."""
        from neutrality.chapters.scenarios import compare

        case = self.case
        day = case.as_of.isoformat() if case.as_of else ""
        reading = {"scale": case.scale, "pool_method": case.pool_method}
        return dict(compare(case.location, day, case.overrides, {**self.choices, **reading}).tables)

    def described(self) -> list[tuple[str, str]]:
        """What this edition stands on, as pairs of name and words."""
        from neutrality.chapters.front import settings

        made = ", ".join(f"{name} {value}" for name, value in self.choices.items())
        lines = [("Settings", str(settings(self.case)))]
        lines += [("Choices", made)] if made else []
        named = [line for line in self.imprint if line[0] != "Data"]
        return [*lines, *named, ("Data", self.case.digest)]


@dataclass(frozen=True)
class File:
    """A file among the downloads: its path within their folder, what it is, and for a table its chapter."""

    path: str
    what: str
    chapter: str = ""


def files(edition: Edition) -> tuple[File, ...]:
    """Every file that `write` writes, in the order of the page."""
    return (
        File("workbook.xlsx", "A workbook: give a figure a new value and the results follow, as formulas"),
        File("results.json", "Every named result with its unit, tag, layer and the figures it rests on"),
        File("results.csv", "The same results as a table"),
        File("case.zip", "The case: every figure, claim and source, as a zipped Data Package"),
        File("tables/datapackage.json", "What the tables below hold, as a Data Package"),
        *(
            File(f"tables/{name}.csv", table.title, title)
            for title, tables in edition.groups.items()
            for name, table in tables.items()
        ),
    )


def write(edition: Edition, folder: Path) -> None:
    """Write every download of an edition into a folder, which is made where it is missing.

    The same edition gives the same bytes. Raises InputError where the case has changed since it was loaded.
    """
    for path, content in _contents(edition):
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)


def _contents(edition: Edition) -> Iterator[tuple[str, bytes]]:
    # What writes them takes a while to import, and the page that lists them needs none of it.
    from neutrality.press.downloads import package, tables, workbook

    found = list(edition.results.values())
    yield "results.json", as_json(found).encode()
    yield "results.csv", as_csv(found).encode()
    yield "case.zip", package.zipped(edition.case)
    yield "workbook.xlsx", workbook.workbook(edition)
    yield "tables/datapackage.json", tables.descriptor(edition.tables).encode()
    for name, table in edition.tables.items():
        yield f"tables/{name}.csv", tables.as_csv(table).encode()


def shown(edition: Edition, *, tables: bool = False) -> Shown:
    """The list of the tables by chapter, or of all other files, each linked where it stands on the site."""
    from neutrality.press.downloads.page import listed

    return listed([file for file in files(edition) if bool(file.chapter) == tables], FOLDER)


__all__ = ["FOLDER", "Edition", "File", "files", "shown", "write"]
