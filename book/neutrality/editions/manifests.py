"""The manifest of an edition: what it was made from and what it found, as plain data that can be compared."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import datetime
from functools import partial
from importlib import metadata
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import neutrality
from neutrality.case import Case, Figure
from neutrality.case.tables import closed
from neutrality.chapters.formulas import described
from neutrality.chapters.headlines import expanded
from neutrality.errors import InputError, quoted
from neutrality.press import keys
from neutrality.press.imprint import Imprint, moment
from neutrality.press.publish import MANIFEST
from neutrality.results import LAYERS, TAGS, Result

if TYPE_CHECKING:
    from neutrality.press import Edition

#: What the manifest's shape is called; a reader of a lower number does not know it.
FORMAT = 1

#: What of the book's folder enters a site besides the package.
_SOURCES = ("*.ipynb", "*.md", "*.bib", "_static/**/*")

#: How a moment is written down, in UTC.
_MOMENT = "%Y-%m-%dT%H:%M:%SZ"

# -- its shape ----------------------------------------------------------------------------------------

_TEXT, _TEXTS = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
_NUMBER = {"type": ["number", "null"]}
_DAY = {"type": "string", "format": "date"}
_HASH = {"type": "string", "pattern": "^[0-9a-f]{64}$"}


def _mapping(values: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "object", "additionalProperties": values}


def _record(required: Iterable[str] = (), **fields: Any) -> dict[str, Any]:
    return {"type": "object", "properties": fields, "required": list(required) or list(fields)}


_FIGURE = _record(
    **dict.fromkeys(("entity", "metric", "period", "label", "unit", "reason", "note"), _TEXT),
    **dict.fromkeys(("value", "min", "max", "low", "high", "half_unit"), _NUMBER),
    tag={"enum": list(TAGS)},
    claims=_TEXTS,
    known_on=_DAY,
)
_ROW = _mapping({"type": ["string", "number", "null"]})

#: The manifest as JSON Schema. `evidence` are figures of later evidence that stand beside the answers and
#: enter none; `data` is the hash over the whole case; `inputs` holds the hash of every file that entered.
SCHEMA = _record(
    ("format", "name", "data", "as_of", "scenario", "new_figures", "choices", "results", "figures", "claims"),
    format={"type": "integer", "minimum": 1},
    name=_TEXT,
    title=_TEXT,
    as_of={**_DAY, "type": ["string", "null"]},
    scenario=_TEXT,
    new_figures=_mapping({"type": "number"}),
    choices=_mapping({"type": ["string", "number"]}),
    data=_HASH,
    inputs=_record((), case=_mapping(_HASH), book=_mapping(_HASH)),
    package=_record((), version=_TEXT, sha256=_HASH),
    versions=_mapping(_TEXT),
    commit=_TEXT,
    built={"type": "string", "format": "date-time"},
    entities=_mapping(_TEXT),
    headlines=_TEXTS,
    labels=_mapping(_TEXT),
    results=_mapping(
        _record(
            value={"type": ["number", "string", "null"]},
            unit=_TEXT,
            tag={"enum": list(TAGS)},
            layer={"enum": list(LAYERS)},
            figures=_TEXTS,
        )
    ),
    figures=_mapping(_FIGURE),
    evidence=_mapping(_FIGURE),
    claims=_mapping(_ROW),
    sources=_mapping(_ROW),
)


# -- writing ------------------------------------------------------------------------------------------


def contents(case: Case, results: Mapping[str, Result], choices: Mapping[str, Any]) -> dict[str, Any]:
    """What a case says under its settings, as plain data: the part of a manifest that two are compared by."""
    beside = {
        name: figure
        for name, figure in case.later.items()
        if name not in case.figures or case.figures[name].known_on != figure.known_on
    }
    labels = described(case)
    found = {
        "title": case.title,
        "as_of": case.as_of.isoformat() if case.as_of else None,
        "scenario": case.scenario,
        "new_figures": dict(case.overrides),
        "choices": dict(choices),
        "data": case.digest,
        "package": package(),
        "entities": {entity.id: entity.name for entity in case.entities.values()},
        "headlines": [name for name in expanded(case) if name in results],
        "labels": {name: labels[name].label for name in results if name in labels},
        "results": {name: result.record() for name, result in results.items()},
        "figures": {name: _figure(figure) for name, figure in case.figures.items()},
        "evidence": {name: _figure(figure) for name, figure in beside.items()},
        "claims": {row["id"]: _row(row) for row in case.claims_known()},
        "sources": {row["id"]: _row(row) for row in case.tables["sources"].rows},
    }
    # As it is read back: what is kept must not differ from itself.
    cleaned: dict[str, Any] = clean(found)
    return cleaned


def _figure(figure: Figure) -> dict[str, Any]:
    found = asdict(figure)
    del found["id"]
    return found | {"known_on": figure.known_on.isoformat(), "claims": list(figure.claims)}


def _row(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "id"}


def manifest(edition: Edition, root: Path, imprint: Imprint, name: str = "") -> dict[str, Any]:
    """The manifest of an edition that is built from the project's folder `root`; without a name it is one
    that is compared and not kept. The hashes of the case's files come when it is kept."""
    return {
        "format": FORMAT,
        "name": name,
        **contents(edition.case, edition.results, edition.choices),
        "commit": imprint.commit,
        "built": f"{moment():{_MOMENT}}",
        "versions": versions(),
        "inputs": {"book": _hashes(root)},
    }


def versions() -> dict[str, str]:
    """Python, and each library that the package names, by version."""
    found = {"python": platform.python_version()}
    try:
        needed = metadata.requires("neutrality") or []
    except metadata.PackageNotFoundError:
        # Imported from beside a notebook: nothing was installed that could name them.
        return found
    for one in needed:
        library = re.match(r"[\w.-]+", one)
        if library and "extra ==" not in one:
            found[library[0]] = metadata.version(library[0])
    return found


def package() -> dict[str, str]:
    """The package that computes: its version, and a hash over its files."""
    try:
        version = metadata.version("neutrality")
    except metadata.PackageNotFoundError:
        version = ""
    return {"version": version, "sha256": keys.total(keys.hashes(Path(neutrality.__file__).parent))}


def _hashes(root: Path) -> dict[str, str]:
    """Every file of the project that enters a site, but the package's and the case's, with its hash."""
    book = root / "book"
    files = [root / name for name in ("_config.yml", "_toc.yml", "requirements.txt")]
    files += [file for pattern in _SOURCES for file in sorted(book.glob(pattern))]
    return {
        file.relative_to(root).as_posix(): keys.digest(file.read_bytes()) for file in files if file.is_file()
    }


# -- reading ------------------------------------------------------------------------------------------


def read(folder: Path, label: str) -> dict[str, Any]:
    """The manifest of an edition's folder; `label` names the folder in messages.

    Raises InputError, with a line for each fault, for one that is broken or of a newer format.
    """
    label = f"{label.rstrip('/')}/{MANIFEST}"
    try:
        text = (folder / MANIFEST).read_text("utf-8")
        found = json.loads(text, parse_constant=_no_number, parse_float=_finite, parse_int=_finite)
    except OSError as problem:
        raise InputError(f"{label}: cannot be read: {problem.strerror}") from None
    except UnicodeDecodeError:
        raise InputError(f"{label}: is no text in UTF-8") from None
    except json.JSONDecodeError as problem:
        raise InputError(f"{label}:{problem.lineno}: is no JSON ({problem.msg})") from None
    except (ValueError, RecursionError) as problem:
        raise InputError(f"{label}: {str(problem) if isinstance(problem, ValueError) else 'is nested too deeply'}") from None  # fmt: skip
    if not isinstance(found, dict):
        raise InputError(f"{label}: found no object, expected the manifest of an edition")
    number = found.get("format")
    if isinstance(number, int) and not isinstance(number, bool) and number > FORMAT:
        raise InputError(
            f"{label}: format: found {number}, expected at most {FORMAT}: a newer version of neutrality kept it"
        )
    faults = _faults(found)
    if faults:
        raise InputError(*(f"{label}: {fault}" for fault in faults))
    optional: dict[str, Any] = {"title": "", "entities": {}, "labels": {}, "evidence": {}, "sources": {}}
    cleaned: dict[str, Any] = clean(found)
    return optional | {"headlines": []} | cleaned


def _faults(found: dict[str, Any], most: int = 5) -> list[str]:
    from jsonschema import Draft202012Validator, FormatChecker

    expected = {
        "type": "",
        "enum": "one of ",
        "pattern": "the pattern ",
        "minimum": "at least ",
        "format": "a ",
    }
    formats = FormatChecker(formats=())
    formats.checks("date", ValueError)(partial(_written_so, "%Y-%m-%d"))
    formats.checks("date-time", ValueError)(partial(_written_so, _MOMENT))
    faults = []
    for error in islice(Draft202012Validator(SCHEMA, format_checker=formats).iter_errors(found), most):
        place = ".".join(map(str, error.absolute_path)) or "the manifest"
        if error.validator == "required":
            said = f"lacks {error.message.removesuffix(' is a required property')}"
        else:
            wanted = error.validator_value if error.validator in expected else ["something else"]
            words = ", ".join(map(str, wanted)) if isinstance(wanted, list) else str(wanted)
            said = f"found {_shown(error.instance)}, expected {expected.get(str(error.validator), '')}{words}"
        faults.append(f"{_printable(place)[:80]}: {_printable(said)[:240]}")
    return faults


def _written_so(form: str, found: Any) -> bool:
    """Whether a text is a moment of the calendar, written in this form to the sign."""
    return not isinstance(found, str) or f"{datetime.fromisoformat(found):{form}}" == found


def _shown(found: Any) -> str:
    names = {list: "a list", dict: "an object", type(None): "null"}
    return names.get(type(found)) or quoted(found)


def _finite(text: str) -> float | int:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"found {quoted(text)}, expected a finite number")
    return int(text) if re.fullmatch(r"-?\d{1,15}", text) else number


def _no_number(text: str) -> float:
    raise ValueError(f"found {text}, expected a finite number")


def clean(value: Any) -> Any:
    """A manifest may come from anywhere: its text reaches terminals and pages, so it holds signs that print."""
    match value:
        case str():
            return _printable(value)
        case list():
            return [clean(item) for item in value]
        case dict():
            return {clean(name): clean(item) for name, item in value.items()}
    return value


def _printable(text: str) -> str:
    """A text on one line without what commands a terminal."""
    if text.isprintable():
        return text
    return closed(_BLANK.sub(" ", _UNFIT.sub("\ufffd", text)))


_BLANK = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]+")
_UNFIT = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")


__all__ = ["FORMAT", "MANIFEST", "SCHEMA", "clean", "contents", "manifest", "read"]
