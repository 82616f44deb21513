"""What is compared: an edition that was kept, or a case computed as it stands."""

from __future__ import annotations

import tempfile
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Any

from neutrality.case import Case, Figure, load
from neutrality.case.source import DESCRIPTOR
from neutrality.chapters import NAMES, READING, compute
from neutrality.editions import CASE, FOLDER, MANIFEST, Shelf, contents, read
from neutrality.errors import InputError, nearest, quoted
from neutrality.press import BUILD
from neutrality.results import Result

EDITION = "edition"

_NUMBERS = ("value", "min", "max", "low", "high", "half_unit")
_FLAGS = ("overridden", "pooled")


@dataclass(frozen=True)
class Side:
    """One of the two that are compared.

    `label` is what it is called, `kind` is `edition` or `case`, `content` what it says (see
    `editions.SCHEMA`). `computed` is the case that stands behind it, `archive` a zipped one from which it can
    be had; an edition that was stripped of its downloads has neither.
    """

    label: str
    kind: str
    content: Mapping[str, Any]
    computed: Case | None = None
    archive: Path | None = None
    #: What it is called on a page, which no path of this machine should stand on; the second one in a sentence.
    short: str = ""
    name: str = ""

    @cached_property
    def case(self) -> Case | None:
        """The case that stands behind this side; None where it cannot be had."""
        if self.computed is not None or self.archive is None or not self.archive.is_file():
            return self.computed
        reading = {n: v for n, v in self.content["choices"].items() if n in READING}
        made_from = (self.content["as_of"] or "", self.content["scenario"], self.content["new_figures"])
        try:
            with (
                tempfile.TemporaryDirectory(prefix="edition-") as place,
                zipfile.ZipFile(self.archive) as kept,
            ):
                # `extractall` keeps within the folder whatever the names in an archive say.
                kept.extractall(place)
                return load(place, *made_from, **reading)
        except (InputError, OSError, zipfile.BadZipFile, TypeError, ValueError):
            # Kept by another version, or damaged: what it says can still be compared.
            return None

    @cached_property
    def figures(self) -> dict[str, Figure]:
        """The figures as they counted."""
        return {name: _figure(name, record) for name, record in self.content["figures"].items()}

    @cached_property
    def evidence(self) -> dict[str, Figure]:
        """Figures of later evidence that stood beside the answers."""
        return {name: _figure(name, record) for name, record in self.content["evidence"].items()}

    @cached_property
    def results(self) -> dict[str, Result]:
        """Every named result."""
        return {
            name: Result(
                name, _number(record["value"]), record["unit"], record["tag"], record["layer"],
                tuple(record["figures"]),
            )
            for name, record in self.content["results"].items()
        }  # fmt: skip

    def about(self) -> dict[str, Any]:
        """What this side is, as JSON has it."""
        names = ("title", "as_of", "scenario", "new_figures", "choices", "data", "commit", "built")
        found = {name: self.content.get(name) for name in names}
        return {"kind": self.kind, "name": self.label, **found, "package": self.content.get("package")}


def of_case(case: Case, choices: Mapping[str, Any] | None = None) -> Side:
    """A case with every chapter computed from it. Raises InputError for a choice that is not allowed."""
    chosen = dict(choices or {})
    results: dict[str, Result] = {}
    for name in NAMES:
        results |= compute(name, case, **chosen).results
    short = Path(case.location).name or case.title
    return Side(
        case.location, "case", contents(case, results, chosen), case, short=short, name=f"the case {short}"
    )


def of_manifest(label: str, made: Mapping[str, Any], case: Case | None = None, archive: Path | None = None) -> Side:  # fmt: skip
    """An edition by its manifest."""
    short = made.get("name") or Path(label).name
    return Side(label, EDITION, made, case, archive, short, f"edition {short}")


def read_side(given: str, shelf: Shelf) -> Side:
    """What a user named: an edition kept on the shelf, the folder of an edition, or a case by folder or URL.

    A name on the shelf comes before a folder of that name, which is then written `./NAME`. Raises
    InputError where it is none of them, or broken.
    """
    if given in shelf.names():
        return of_manifest(
            given,
            read(shelf.folder / given, f"{BUILD}/{FOLDER}/{given}"),
            archive=shelf.folder / given / CASE,
        )
    if "://" in given:
        return of_case(load(given))
    folder = Path(given).expanduser()
    try:
        if given and (folder / MANIFEST).is_file():
            return of_manifest(given, read(folder, given), archive=folder / CASE)
        there = given and folder.exists()
        if there and not (folder / DESCRIPTOR).is_file():
            found = "is a file" if folder.is_file() else f"holds neither {MANIFEST} nor {DESCRIPTOR}"
            raise InputError(f"{given}: {found}, so it is neither an edition nor a case")
        if there or _is_case_above(folder):
            return of_case(load(given))
    except (OSError, ValueError) as problem:
        raise InputError(f"{quoted(given)}: cannot be read: {problem}") from None
    names = shelf.names()
    kept = f"one of the editions kept ({', '.join(names)})" if names else "an edition (none is kept yet)"
    raise InputError(
        f"{quoted(given)}: found no such edition or folder, expected {kept} or the folder or URL of an edition or a case"
        f"{nearest(given, names)}"
    )


def read_sides(given: Iterable[str], shelf: Shelf) -> list[Side]:
    """Several sides; what is at fault with any of them is said of all at once."""
    sides: list[Side] = []
    faults: dict[str, None] = {}
    for one in given:
        try:
            sides.append(read_side(one, shelf))
        except InputError as problem:
            faults |= dict.fromkeys(problem.lines)
    if faults:
        raise InputError(*faults)
    return sides


def _is_case_above(folder: Path) -> bool:
    # As `load` looks for a relative place: in the folders above as well.
    above = () if folder.is_absolute() else Path.cwd().parents
    return any((place / folder / DESCRIPTOR).is_file() for place in above)


def _figure(name: str, record: Mapping[str, Any]) -> Figure:
    known = {entry.name for entry in fields(Figure)}
    # A version that knew fewer fields left some out, one that knew more left some too many.
    found = {"id": name, "period": "", "quality": "", **{k: v for k, v in record.items() if k in known}}
    for key in _NUMBERS:
        found[key] = _number(found[key])
    for key in _FLAGS:
        found[key] = bool(found.get(key, False))
    found["claims"] = tuple(found["claims"])
    found["known_on"] = date.fromisoformat(found["known_on"])
    return Figure(**{**found, "id": name})


def _number(value: Any) -> Any:
    return float(value) if isinstance(value, int) else value


__all__ = ["EDITION", "Side", "of_case", "of_manifest", "read_side", "read_sides"]
