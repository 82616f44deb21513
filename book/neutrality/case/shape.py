"""What a descriptor must look like before anybody relies on it: frictionless and the code both take it at its word."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from neutrality.errors import InputError, quoted

#: Characters that command a terminal and that neither a drawing nor a workbook can hold.
CONTROL = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")

#: No descriptor has so many levels; some of what reads it would break at a few hundred.
_DEPTH = 50

#: Columns that are computed or compared with, in whatever table they stand. All others are text.
_KINDS: Mapping[str, str] = {
    **dict.fromkeys(("value", "min", "max", "low", "high", "half_unit", "outcome", "alternative"), "number"),
    **dict.fromkeys(("published_on", "said_on", "known_on", "resolved_on", "happened_on", "date", "until"), "date"),
}  # fmt: skip


def parsed(text: str, label: str) -> Any:
    """The JSON of a descriptor. Raises InputError where it is none, or holds what no file of it may hold."""
    try:
        found = json.loads(text, parse_constant=_refused)
    except json.JSONDecodeError as problem:
        raise InputError(f"{label}:{problem.lineno}: is no JSON ({problem.msg})") from None
    except ValueError as problem:
        raise InputError(f"{label}: is no JSON ({problem})") from None
    except RecursionError:
        raise InputError(f"{label}: is nested too deeply for a Data Package") from None
    for words in _texts(found, label):
        if CONTROL.search(words):
            raise InputError(f"{label}: found {quoted(words)}, expected text without control characters")
    return found


def _refused(word: str) -> Any:
    raise ValueError(f"found {word}, which is no number there")


def _texts(found: Any, label: str) -> Iterator[str]:
    """Every text and every key, level by level."""
    level = [found]
    for _ in range(_DEPTH):
        inner: list[Any] = []
        for part in level:
            if isinstance(part, str):
                yield part
            elif isinstance(part, list):
                inner += part
            elif isinstance(part, dict):
                inner += [*part, *part.values()]
        level = inner
    if level:
        raise InputError(f"{label}: is nested too deeply for a Data Package")


def faults(resource: Mapping[str, Any], needed: tuple[str, ...]) -> Iterator[str]:
    """What is wrong with the schema of a table of which these columns are needed."""
    schema = resource.get("schema")
    fields = schema.get("fields") if isinstance(schema, dict) else None
    if not isinstance(fields, list):
        yield "found no schema with a list of fields"
        return
    for number, field in enumerate(fields, 1):
        name = field.get("name") if isinstance(field, dict) else None
        if not isinstance(name, str) or not name.isprintable():
            yield f"field {number}: found {field!r:.80}, expected one with a name"
            continue
        kind = _KINDS.get(name, "string")
        if name in needed and (found := field.get("type", "any")) != kind:
            yield f"{name}: type: found {found!r:.80}, expected {kind}"
        limits = field.get("constraints", {})
        if not isinstance(limits, dict):
            yield f"{name}: constraints: found {limits!r:.80}, expected them by name"
            continue
        for limit, (sound, words) in _LIMITS.items():
            if limit in limits and not sound(limits[limit]):
                yield f"{name}: {limit}: found {limits[limit]!r:.80}, expected {words}"


def _words(found: Any) -> bool:
    return isinstance(found, list) and all(isinstance(one, str) and one.isprintable() for one in found)


def _number(found: Any) -> bool:
    return isinstance(found, int | float) and not isinstance(found, bool)


def _pattern(found: Any) -> bool:
    try:
        re.compile(found)
    except (re.error, TypeError, RecursionError, OverflowError):
        return False
    return str(found).isprintable()


#: The constraints that the code reads, too.
_LIMITS: Mapping[str, tuple[Callable[[Any], bool], str]] = {
    "required": (lambda found: isinstance(found, bool), "true or false"),
    "unique": (lambda found: isinstance(found, bool), "true or false"),
    "enum": (_words, "a list of words"),
    "pattern": (_pattern, "a regular expression"),
    "minimum": (_number, "a number"),
    "maximum": (_number, "a number"),
}

__all__ = ["CONTROL", "faults", "parsed"]
