"""What a sweep varies: read from a plan and from options, checked whole before anything runs."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field, replace
from itertools import product
from pathlib import Path
from typing import Any

from neutrality.case import Case
from neutrality.case.figures import known, override
from neutrality.case.resolve import scenarios as scenarios_of
from neutrality.case.validate import RESERVED_SCENARIO
from neutrality.chapters import CHOICES, checked_choices
from neutrality.errors import InputError, nearest, quoted
from neutrality.sweep.written import kind, read

#: So many runs a sweep may have unless it says otherwise: a slip in a plan should not fill a disk.
MOST = 10_000

#: Significant digits of the values on a grid or in a sample: what is typed back gives the same run.
DIGITS = 12

_FORM = "LOW:HIGH:N like 10:20:11"
_SAMPLED = "LOW:HIGH like 10:20, as a sample has no steps"


@dataclass(frozen=True)
class Point:
    """One run: its number, and what it is computed with."""

    run: int
    scenario: str
    figures: Mapping[str, float]
    choices: Mapping[str, Any]


@dataclass(frozen=True)
class Span:
    """What a figure takes on: `values` on a grid, or anything from `low` to `high` in a sample."""

    low: float
    high: float
    values: tuple[float, ...] = ()


@dataclass(frozen=True)
class Plan:
    """A sweep, as asked for.

    `vary` are figures and what they take on, `fixed` new values that all runs share. `scenarios` and `choices`
    hold one or several each, and every combination is run. With `sample` the figures are drawn so many times
    as a Latin hypercube, by `seed`, instead of crossed as a grid.
    """

    data: str = "data"
    as_of: str = ""
    vary: Mapping[str, Span] = field(default_factory=dict)
    fixed: Mapping[str, float] = field(default_factory=dict)
    scenarios: tuple[str, ...] = (RESERVED_SCENARIO,)
    choices: Mapping[str, tuple[Any, ...]] = field(default_factory=dict)
    sample: int = 0
    seed: int = 1
    notebooks: tuple[str, ...] = ()
    most: int = MOST

    @property
    def runs(self) -> int:
        drawn = self.sample or math.prod(len(span.values) for span in self.vary.values())
        return drawn * len(self.scenarios) * math.prod(map(len, self.choices.values()))

    @property
    def series(self) -> int:
        """How many combinations of scenario and choices there are."""
        return len(self.scenarios) * math.prod(map(len, self.choices.values()))

    def points(self) -> Iterator[Point]:
        """Every run, in the order of their numbers: for each scenario and choices all values of the figures."""
        rows = self._sampled() if self.sample else list(product(*(s.values for s in self.vary.values())))
        number = 0
        for scenario, *choices in product(self.scenarios, *self.choices.values()):
            for row in rows:
                number += 1
                figures = {**self.fixed, **dict(zip(self.vary, row, strict=True))}
                yield Point(number, scenario, figures, dict(zip(self.choices, choices, strict=True)))

    def _sampled(self) -> list[tuple[float, ...]]:
        from scipy.stats import qmc

        spans = self.vary.values()
        drawn = qmc.LatinHypercube(len(self.vary), rng=self.seed).random(self.sample)
        scaled = qmc.scale(drawn, [s.low for s in spans], [s.high for s in spans])
        return [tuple(map(_tidy, row)) for row in scaled.tolist()]

    def identity(self) -> dict[str, Any]:
        """What decides which runs there are and what comes of them, as plain data."""
        left_out = ("data", "notebooks", "most", *(() if self.sample else ("seed",)))
        return {name: value for name, value in asdict(self).items() if name not in left_out}


def _tidy(value: float) -> float:
    return float(f"{value:.{DIGITS}g}")


# -- reading ------------------------------------------------------------------------------------------


#: The keys of a plan and what each must be, in words.
KEYS: Mapping[str, str] = {
    "data": "a folder or URL",
    "as_of": "a date like 2025-06-15",
    "vary": f"figures with {_FORM} or a list of values",
    "set": "figures with a new value each",
    "scenarios": "a list of scenarios",
    "choices": "chapters' choices with a value or a list of values each",
    "sample": "a whole number of draws, at least 1",
    "seed": "a whole number, at least 0",
    "notebooks": "a list of chapters",
    "most": "a whole number of runs, at least 1",
}


class _Reader:
    """Collects what is wrong while it turns plain data into a plan."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def fault(self, where: str, found: Any, expected: str) -> None:
        # What was written is shown as far as it is one word; a list or mapping would fill the screen.
        shown = quoted(found) if isinstance(found, str | int | float) else kind(found)
        self.faults.append(f"{where}: found {shown}, expected {expected}")

    def mapping(self, where: str, found: Any, expected: str) -> dict[str, Any]:
        if not isinstance(found, dict) or not all(isinstance(key, str) for key in found):
            self.fault(where, found, expected)
            return {}
        return found

    def words(self, where: str, found: Any, expected: str) -> tuple[str, ...]:
        listed = [found] if isinstance(found, str) else found
        if not isinstance(listed, list) or not listed or not all(isinstance(one, str) for one in listed):
            self.fault(where, found, expected)
            return ()
        return tuple(dict.fromkeys(listed))

    def text(self, where: str, found: Any, expected: str) -> str:
        if not isinstance(found, str):
            self.fault(where, found, expected)
            return ""
        return found

    def whole(self, where: str, found: Any, least: int, expected: str) -> int:
        if isinstance(found, bool) or not isinstance(found, int) or found < least:
            self.fault(where, found, expected)
            return least
        return found

    def span(self, where: str, found: Any, sampled: bool) -> Span:
        expected = _SAMPLED if sampled else f"{_FORM}, or a list of values"
        if isinstance(found, list) and found and not sampled:
            numbers = [self._number(one) for one in found]
            if None not in numbers:
                values = tuple(dict.fromkeys(one for one in numbers if one is not None))
                return Span(min(values), max(values), values)
        if isinstance(found, str):
            parts = found.split(":")
            low, high = (self._number(part) for part in (*parts, "", "")[:2])
            if low is not None and high is not None and len(parts) == (2 if sampled else 3):
                return self._ends(where, found, low, high, None if sampled else parts[2])
        self.fault(where, found, expected)
        return Span(0.0, 0.0, (0.0,))

    def _ends(self, where: str, found: str, low: float, high: float, steps: str | None) -> Span:
        if low > high:
            self.fault(where, found, "LOW at most HIGH")
        elif steps is None:
            if low == high:
                self.fault(where, found, "LOW below HIGH")
            return Span(low, high)
        elif not re.fullmatch(r"[-+]?\d+", steps.strip()) or int(steps) < 1:
            self.fault(where, found, f"N to be a whole number, at least 1, in {_FORM}")
        elif low == high and int(steps) > 1:
            self.fault(where, found, "N of 1 where LOW is HIGH")
        elif int(steps) > 10**7:
            self.fault(where, found, "N of at most ten million")
        else:
            count = int(steps)
            inner = (_tidy(low + (high - low) * step / (count - 1)) for step in range(1, count - 1))
            return Span(low, high, (low, *inner, high) if count > 1 else (low,))
        return Span(low, high, (low,))

    @staticmethod
    def _number(found: Any) -> float | None:
        if isinstance(found, bool) or not isinstance(found, str | int | float):
            return None
        try:
            number = float(found)
        except (ValueError, OverflowError):
            return None
        return number if math.isfinite(number) else None


def planned(file: Path | None, options: Mapping[str, Any]) -> Plan:
    """The plan of a file and of options, of which an option wins over the file's key.

    `options` has the keys of a plan; `vary` and `set` come as `ID=…` texts and `choices` as pairs, and what was
    not given is left out. Raises InputError with a line for each fault; the case is not looked at.
    """
    reader = _Reader()
    written = read(file) if file else {}
    for key in written:
        if key not in KEYS:
            reader.faults.append(
                f"{file}: key {key!r}: is unknown, expected one of {', '.join(KEYS)}{nearest(str(key), KEYS)}"
            )
    given = {name: value for name, value in options.items() if value is not None}
    wanted = {key: value for key, value in written.items() if key in KEYS} | {
        key: value for key, value in given.items() if key not in ("vary", "set", "choices")
    }
    options_of = {"scenarios": "--scenario", "as_of": "--as-of"}
    sampled = "sample" in wanted
    fields: dict[str, Any] = {}
    for key, value in wanted.items():
        where = options_of.get(key, f"--{key}") if key in given else f"{file}: {key}"
        expected = KEYS[key]
        match key:
            case "data" | "as_of":
                fields[key] = reader.text(where, value, expected)
            case "scenarios" | "notebooks":
                fields[key] = reader.words(where, value, expected)
            case "sample" | "most" | "seed":
                fields[key] = reader.whole(where, value, 0 if key == "seed" else 1, expected)
    fields["vary"] = _varied(reader, file, written, given, sampled)
    fields["fixed"] = _set(reader, file, written, given)
    fields["choices"] = _choices(reader, file, written, given)
    both = [name for name in fields["vary"] if name in fields["fixed"]]
    reader.faults += [f"figure {name}: is both varied and set, expected one of the two" for name in both]
    if sampled and not fields["vary"]:
        reader.faults.append("sample: no figure varies, expected one at least, like --vary FIGURE=10:20")
    if reader.faults:
        raise InputError(*reader.faults)
    plan = Plan(**fields)
    if not plan.vary and plan.series == 1:
        raise InputError(
            "nothing varies, expected --vary ID=LOW:HIGH:N, several scenarios or several values of a choice"
        )
    if plan.runs > plan.most:
        raise InputError(
            f"the plan has {plan.runs:,} runs, expected at most {plan.most:,}; allow more with --most {plan.runs}"
        )
    return plan


def _split(reader: _Reader, option: str, items: tuple[str, ...], form: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for item in items:
        name, sign, text = (part.strip() for part in item.partition("="))
        if not sign or not name:
            reader.fault(option, item, form)
        elif name in found:
            reader.faults.append(f"{option} {name}: is given a second time, expected it once")
        else:
            found[name] = text
    return found


def _varied(
    reader: _Reader, file: Path | None, written: Mapping[str, Any], given: Mapping[str, Any], sampled: bool
) -> dict[str, Span]:
    found = {
        name: reader.span(f"{file}: vary: {name}", value, sampled)
        for name, value in reader.mapping(f"{file}: vary", written.get("vary", {}), KEYS["vary"]).items()
    }
    form = "ID=LOW:HIGH like FIGURE=10:20" if sampled else "ID=LOW:HIGH:N like FIGURE=10:20:11"
    for name, text in _split(reader, "--vary", given.get("vary", ()), form).items():
        found[name] = reader.span(f"--vary {name}", text, sampled)
    return found


def _set(
    reader: _Reader, file: Path | None, written: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, float]:
    found: dict[str, float] = {}
    entries = {
        f"{file}: set: {name}": (name, value)
        for name, value in reader.mapping(f"{file}: set", written.get("set", {}), KEYS["set"]).items()
    }
    texts = _split(reader, "--set", given.get("set", ()), "ID=VALUE like FIGURE=15")
    entries |= {f"figure {name}": (name, text) for name, text in texts.items()}
    for where, (name, value) in entries.items():
        number = reader._number(value)
        if number is None:
            reader.fault(where, value, "a number")
        else:
            found[name] = number
    return found


def _choices(
    reader: _Reader, file: Path | None, written: Mapping[str, Any], given: Mapping[str, Any]
) -> dict[str, tuple[Any, ...]]:
    asked: dict[str, list[Any]] = {}
    for name, value in reader.mapping(
        f"{file}: choices", written.get("choices", {}), KEYS["choices"]
    ).items():
        asked[name] = value if isinstance(value, list) else [value]
        if not asked[name] or any(isinstance(one, dict | list | None) for one in asked[name]):
            reader.fault(f"{file}: choices: {name}", value, "a value or a list of values")
            asked[name] = []
    typed: dict[str, list[Any]] = {}
    for name, value in given.get("choices", ()):
        typed.setdefault(name, []).append(value)
    found: dict[str, tuple[Any, ...]] = {}
    for name, values in (asked | typed).items():
        try:
            read_ = [checked_choices({name: value})[name] for value in values]
        except InputError as problem:
            reader.faults += problem.lines
        else:
            if read_:
                found[name] = tuple(dict.fromkeys(read_))
    # In the order of the choices themselves, so that a plan says the same however it was typed.
    return {name: found[name] for name in CHOICES if name in found}


def checked(plan: Plan, case: Case) -> Plan:
    """The plan, held against the case: figures and scenarios that exist, values that they may have.

    `case` is as of the plan's day. Raises InputError with a line for each fault.
    """
    standing = known(case.tables["figures"], case.as_of)
    ids = [row["id"] for row in case.tables["figures"].rows]
    faults: list[str] = []
    wanted: dict[str, tuple[float, ...]] = {name: (span.low, span.high) for name, span in plan.vary.items()}
    wanted |= {name: (value,) for name, value in plan.fixed.items()}
    for name, values in wanted.items():
        # An unknown figure is one fault, a span beyond both limits two.
        for value in dict.fromkeys(values if name in standing else values[:1]):
            try:
                override(standing, {name: value}, ids)
            except InputError as problem:
                faults += problem.lines
    names = scenarios_of(case.tables["scenarios"])
    faults += [
        f"scenario: found {name!r}, expected one of {', '.join(names)}{nearest(name, names)}"
        for name in plan.scenarios
        if name not in names
    ]
    if faults:
        raise InputError(*faults)
    # A name of the table, so that two spellings of one plan are one.
    return replace(plan, vary={name: plan.vary[name] for name in standing if name in plan.vary})


__all__ = ["DIGITS", "KEYS", "MOST", "Plan", "Point", "Span", "checked", "planned", "read"]
