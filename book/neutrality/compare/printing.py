"""What changed, for the terminal and as JSON.

The JSON is one object, and its shape is kept:

`format`
    1. A later shape that a reader of this one could not read has a higher number.
`old`, `new`
    What is compared: `kind` (`edition` or `case`), `name`, `title`, `as_of`, `scenario`, `new_figures`,
    `choices`, `data` (the hash over the case), `commit`, `built`, `package` (`version` and `sha256`). What a
    side does not say is null.
`same`
    Whether nothing changed: no change and no setting.
`settings`
    What was set differently: `{name: {old, new}}`.
`counts`
    How many changes there are of each severity: `{severity: number}`.
`changes`
    A list, the gravest first. Each has `severity` (`verdict`, `headline`, `result`, `figure`, `evidence`,
    `claim`, `source`), `kind` (`added`, `removed`, `changed`), `what` (`result`, `figure`, `evidence`,
    `claim`, `source`), `id`, `label`, `headline` (whether it is a headline result), `unit`, `fields`
    (`{name: {old, new}}` of every field that differs), `absolute` and `relative` (the change of the value, and
    that as a part of the old one; null where there is none). A figure also has `rests` (how many headline
    results rest on it) and `moves`: `answers` (the ids of the headline results that it alone moves),
    `flips` (how many of them are verdicts that flip) and `largest` (the largest move, as a part of the larger
    of the two values; null where it was not computed).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from neutrality.chapters.headlines import in_words
from neutrality.compare.differences import ADDED, CHANGED, REMOVED, Change, Comparison
from neutrality.press.imprint import DIGITS
from neutrality.units import pretty, significant
from neutrality.words import joined

#: What `format` says.
SHAPE = 1

#: How a severity is headed, for one and for several.
NAMES = {
    "verdict": ("verdict", "verdicts"),
    "headline": ("headline answer", "headline answers"),
    "result": ("other result", "other results"),
    "figure": ("figure", "figures"),
    "evidence": ("figure of later evidence", "figures of later evidence"),
    "claim": ("claim", "claims"),
    "source": ("source", "sources"),
}  # fmt: skip

SETTINGS = {
    "title": "Title", "as_of": "As of", "scenario": "Scenario", "new_figures": "New figures",
    "choices": "Choices", "data": "Data", "package": "Program", "commit": "Commit",
}  # fmt: skip

#: What the fields of a figure are called where they stand in a list.
_FIELDS = {"known_on": "known on", "half_unit": "rounding", "min": "lowest value allowed",
           "max": "highest value allowed"}  # fmt: skip
_WIDE = 60


def as_json(comparison: Comparison) -> str:
    """The comparison as JSON, in the shape above."""
    found = {
        "format": SHAPE,
        "old": comparison.old.about(),
        "new": comparison.new.about(),
        "same": not comparison.changes and not comparison.settings,
        "settings": {name: _pair(pair) for name, pair in comparison.settings.items()},
        "counts": comparison.counts,
        "changes": [_record(change) for change in comparison.changes],
    }
    return json.dumps(found, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _pair(pair: tuple[Any, Any]) -> dict[str, Any]:
    return {"old": pair[0], "new": pair[1]}


def _record(change: Change) -> dict[str, Any]:
    found = asdict(change)
    found["fields"] = {name: _pair(pair) for name, pair in change.fields.items()}
    if change.what != "figure":
        del found["rests"], found["moves"]
    return found


# -- the terminal -------------------------------------------------------------------------------------


def as_table(comparison: Comparison) -> str:
    """The comparison as tables for the terminal, the gravest first."""
    old, new = comparison.old, comparison.new
    parts = [f"{old.label} → {new.label}: {summary(comparison)}"]
    for note in notes(comparison):
        parts[0] += f"\n{note}"
    if comparison.settings:
        rows = [(SETTINGS[name], *map(setting, pair)) for name, pair in comparison.settings.items()]
        parts.append(_grid("Set differently", ("setting", "old", "new"), rows, numbers=False))
    answers = ("result", "old", "new", "change", "relative")
    columns: Sequence[tuple[str, tuple[str, ...], tuple[str, ...], Callable[[Change], tuple[str, ...]]]] = (
        ("Verdicts and headline answers", ("verdict", "headline"), answers, _answer),
        ("Other results", ("result",), answers, _answer),
        ("Figures", ("figure",), ("figure", "old", "new", "change", "moves", "also"), _figure),
        ("Later evidence", ("evidence",), ("figure", "old", "new", "change", "also"), _evidence),
        ("Claims", ("claim",), ("claim", "", "what", "statement"), _row),
        ("Sources", ("source",), ("source", "", "what", "title"), _row),
    )
    for title, severities, headers, row in columns:
        found = comparison.of(*severities)
        if found:
            parts.append(_grid(f"{title} ({len(found)})", headers, [row(change) for change in found]))
    return "\n\n".join(parts)


def _grid(title: str, headers: Sequence[str], rows: Sequence[Sequence[str]], *, numbers: bool = True) -> str:
    from tabulate import tabulate

    right = ("old", "new", "change", "relative")
    align = ["right" if numbers and name in right else "left" for name in headers]
    # `disable_numparse` keeps numbers as they were printed; tabulate would round them again.
    return f"{title}\n{tabulate(rows, headers, disable_numparse=True, colalign=align)}"


def _answer(change: Change) -> tuple[str, ...]:
    name = f"{change.label} ({change.id})" if change.headline and change.label != change.id else change.id
    if "value" not in change.fields:
        return name, "", "", f"other {', '.join(change.fields)}", ""
    return name, value(change, 0), value(change, 1), absolute(change), relative(change)


def _figure(change: Change) -> tuple[str, ...]:
    return *_numbers(change), moves(change), also(change)


def _evidence(change: Change) -> tuple[str, ...]:
    return *_numbers(change), also(change)


def _numbers(change: Change) -> tuple[str, ...]:
    return change.id, value(change, 0), value(change, 1), absolute(change)


def _row(change: Change) -> tuple[str, ...]:
    what = ", ".join(change.fields).replace("_", " ") if change.kind == CHANGED else ""
    return change.id, change.kind, cut(what), cut(change.label)


def cut(text: str, most: int = _WIDE) -> str:
    """A text on one line, cut where it is longer than a column."""
    text = " ".join(text.split())
    return text if len(text) <= most else f"{text[: most - 1].rstrip()}…"


# -- words --------------------------------------------------------------------------------------------


def summary(comparison: Comparison) -> str:
    """How many changes there are of each severity, in words."""
    said = [
        f"{count} {NAMES[severity][count != 1]}" for severity, count in comparison.counts.items() if count
    ]
    return f"{joined(said) or 'nothing'} changed"


def notes(comparison: Comparison) -> list[str]:
    """What the reader should know of the comparison as a whole."""
    moved = any(change.what == "result" for change in comparison.changes)
    causes = {name for name in comparison.settings if name not in ("title", "commit")}
    if moved and causes <= {"package"} and not comparison.of("figure", "evidence", "claim", "source"):
        return ["Data and settings are the same: the results differ because the program does."]
    return []


def value(change: Change, side: int) -> str:
    """The old (0) or new (1) value of a result or figure, as it is printed."""
    if "value" not in change.fields:
        return "" if change.kind == CHANGED else "–"
    return said(change.fields["value"][side], change.fields.get("unit", (change.unit, change.unit))[side])


def said(value: Any, unit: str | None, digits: int = 4) -> str:
    """A value of a field as it is printed, a number with its unit."""
    match value:
        case None:
            return "–"
        case bool():
            return "yes" if value else "no"
        case int() | float():
            return pretty(float(value), unit or "", digits)
        case tuple() | list():
            if len(value) == 2 and all(isinstance(end, float) for end in value):
                return " to ".join(dict.fromkeys(said(end, unit) for end in value))
            return ", ".join(map(str, value)) or "–"
    return in_words(str(value)) or "–"


def absolute(change: Change) -> str:
    """The change of a value with its sign and unit; what came to exist or ceased in words."""
    if change.kind == ADDED:
        return "new"
    if change.kind == REMOVED:
        return "gone"
    if change.absolute is None:
        return ""
    sign = "+" if change.absolute > 0 else ""
    if change.unit in ("share", "probability"):
        # A change of 3% in 60% could mean two things.
        return f"{sign}{significant(change.absolute * 100, 3)} points".replace("-", "−")
    return sign + pretty(change.absolute, change.unit)


def relative(change: Change) -> str:
    """The change of a value as a part of the old one."""
    if change.relative is None:
        return ""
    sign = "+" if change.relative > 0 else ""
    return f"{sign}{significant(change.relative * 100, 3)}%".replace("-", "−")


def moves(change: Change) -> str:
    """How far a figure alone moves the headline results, in words."""
    found = change.moves
    if found.largest is None:
        return f"enters {change.rests}" if change.rests else "none"
    if not found.answers:
        return "none"
    parts = [f"{len(found.answers)} by up to {significant(found.largest * 100, 2)}%"] if found.largest else []
    if found.flips:
        parts.append(f"{found.flips} flipped")
    return ", ".join(parts) or str(len(found.answers))


def also(change: Change) -> str:
    """What else of a figure changed besides its value: range, tag, day and unit with their values, the rest
    by name and only where it is all."""
    if change.kind != CHANGED:
        return ""
    found = []
    for name in ("range", "tag", "known_on", "unit"):
        if name in change.fields:
            before, after = (said(value, change.unit) for value in change.fields[name])
            found.append(f"{_FIELDS.get(name, name)} {before} → {after}")
    if not found and "value" not in change.fields:
        # Nothing but the words about it.
        found = [_FIELDS.get(name, name) for name in change.fields]
    return "; ".join(found)


def setting(given: Any) -> str:
    """A setting as it is printed."""
    match given:
        case None | "":
            return "no date: later evidence left out"
        case Mapping() if "sha256" in given:
            return " ".join(part for part in (given.get("version", ""), given["sha256"][:DIGITS]) if part)
        case Mapping():
            return ", ".join(f"{name}={said(number, '', 6)}" for name, number in given.items()) or "none"
    text = str(given)
    return text[:DIGITS] if len(text) == 64 else text


__all__ = ["absolute", "also", "as_json", "as_table", "cut", "moves", "notes", "relative", "said", "setting", "summary", "value"]  # fmt: skip
