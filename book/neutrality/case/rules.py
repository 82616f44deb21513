"""The rules of a case that a schema cannot say: what must hold between rows, tables and the day.

Each fault is one line, `file:line: column: what was found, what is expected`. Cells have passed the schema
before they come here: days are ISO days, which compare as text, and lists are lists of ids.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Any
from urllib.parse import urlsplit

from neutrality.case.figures import POOLED, UNVALUED_METRICS
from neutrality.case.periods import is_period
from neutrality.case.tables import COLUMNS, Table, listed
from neutrality.errors import nearest, quoted
from neutrality.units import money

RESERVED_SCENARIO = "as_reported"

#: A figure's id in braces, for which the case's own words have its number; other braces are text.
PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")

Tables = Mapping[str, Table]
Row = Mapping[str, Any]

#: Columns that hold the day of something that has happened.
DAYS = {
    "sources": ("published_on",),
    "claims": ("said_on",),
    "figures": ("known_on",),
    "events": ("date", "until"),
    "outcomes": ("resolved_on",),
    "precedents": ("happened_on",),
}
#: Columns that name figures, and tables with a list of claims in each row.
FIGURE_COLUMNS = {
    "scenarios": ("figure",),
    "outcomes": ("figure",),
    "readings": ("figure",),
    "comparables": ("valuation", "revenue"),
    "precedents": ("speed", "share"),
}
WITH_CLAIMS = ("figures", "conflicts", "events", "outcomes", "readings", "precedents")

#: The grade of a source that is listed only to say that nothing may rest on it.
UNUSABLE = "D"
TIMES = ("days", "months", "years")
A_PERIOD = "a year, half, quarter, month or day that the calendar has, or a span of months"
AN_ADDRESS = "an address that begins with https:// or http://"
ADDRESS = re.compile(r"https?://[!#-;=?-\[\]_a-z~]+", re.ASCII | re.IGNORECASE)


def faults(tables: Tables, today: date) -> Iterator[str]:
    """Every fault of tables that have passed the schema; days after `today` are among them."""
    for name in COLUMNS:
        for place, row in _rows(tables[name]):
            for column, cell in row.items():
                if isinstance(cell, float) and not math.isfinite(cell):
                    yield f"{place}: {column}: found {cell}, expected a finite number"
    yield from _role_faults(tables)
    yield from _figure_faults(tables["figures"])
    yield from _reference_faults(tables)
    yield from _wording_faults(tables)
    yield from _scenario_faults(tables)
    yield from _day_faults(tables, today.isoformat())
    yield from _source_faults(tables)
    yield from _conflict_faults(tables["conflicts"])
    yield from _reading_faults(tables)
    yield from _outcome_faults(tables)
    yield from _later_faults(tables["figures"])
    yield from _comparable_faults(tables)
    yield from _precedent_faults(tables)


def word_faults(label: str, words: Mapping[str, Any], figures: Table) -> Iterator[str]:
    """Placeholders in the case's own words, by the name that the descriptor gives those, that name no figure."""
    base = {row["id"] for row in _base(figures)}
    for name, text in words.items():
        for figure in dict.fromkeys(PLACEHOLDER.findall(text)):
            if figure not in base:
                yield f"{label}: {name}: found {{{figure}}}, expected the id of a figure{nearest(figure, base)}"


def _rows(table: Table) -> Iterator[tuple[str, Row]]:
    """The rows of a table, each with its place for messages."""
    for row, line in zip(table.rows, table.lines, strict=True):
        yield f"{table.label}:{line}", row


def _by_id(figures: Table) -> dict[str, list[Row]]:
    """The rows of each figure, one for each day on which it got a value."""
    found: dict[str, list[Row]] = {}
    for row in figures.rows:
        found.setdefault(row["id"], []).append(row)
    return found


def _base(figures: Table) -> list[Row]:
    """The rows on which base results stand."""
    return [row for row in figures.rows if row["tag"] != "later"]


def _newest(rows: Iterable[Row]) -> dict[str, Row]:
    """The row that counts of each figure, wherever in the table it stands; of two of one day the first."""
    found: dict[str, Row] = {}
    for row in rows:
        if row["id"] not in found or found[row["id"]]["known_on"] < row["known_on"]:
            found[row["id"]] = row
    return found


def _role_faults(tables: Tables) -> Iterator[str]:
    roles = [row["role"] for row in tables["entities"].rows]
    label = tables["entities"].label
    for role in ("supplier", "acquirer"):
        if roles.count(role) != 1:
            yield f"{label}: role: found {roles.count(role)} rows with the role {role}, expected exactly one"
    for role in ("customer", "vendor"):
        if role not in roles:
            yield f"{label}: role: found no {role}, expected at least one"


def _figure_faults(table: Table) -> Iterator[str]:
    first: dict[str, tuple[Row, int]] = {}
    for row, line in zip(table.rows, table.lines, strict=True):
        place = f"{table.label}:{line}"
        order = [
            (name, row[name]) for name in ("min", "low", "value", "high", "max") if row[name] is not None
        ]
        for (lower, below), (upper, above) in pairwise(order):
            if below > above:
                yield f"{place}: {upper}: found {above:g}, expected at least {lower} ({below:g})"
        if row["half_unit"] is not None and row["half_unit"] < 0:
            yield f"{place}: half_unit: found {row['half_unit']:g}, expected at least 0"
        if row["value"] is None and row["metric"] not in UNVALUED_METRICS:
            yield f"{place}: value: found nothing, expected a number (only {', '.join(UNVALUED_METRICS)} may have none)"
        if row["tag"] == "assumed" and not row["reason"]:
            yield f"{place}: reason: found nothing, an assumption needs a reason"
        if row["tag"] == "assumed" and not row["quality"]:
            yield f"{place}: quality: found nothing, an assumption needs a judgement of its grounds: weak, fair or good"
        if row["tag"] == "stated" and not row["claims"]:
            yield f"{place}: claims: found nothing, a stated figure needs the claim that states it"
        if row["tag"] == "later" and not row["claims"]:
            yield f"{place}: claims: found nothing, later evidence needs the claim that gives it"
        if not is_period(row["period"]):
            yield f"{place}: period: found {row['period']!r}, expected {A_PERIOD}"
        before, at = first.setdefault(row["id"], (row, line))
        for column in ("entity", "metric", "period", "unit"):
            if row[column] != before[column]:
                yield f"{place}: {column}: found {row[column]!r}, expected {before[column]!r} as for the same id on line {at}"


def _reference_faults(tables: Tables) -> Iterator[str]:
    """List-valued cells and ids that are not unique cannot be foreign keys; they are looked up here."""
    claims = {row["id"] for row in tables["claims"].rows}
    for name in WITH_CLAIMS:
        for place, row in _rows(tables[name]):
            for claim in listed(row["claims"]):
                if claim not in claims:
                    yield f"{place}: claims: found {claim!r}, expected the id of a claim{nearest(claim, claims)}"
    figures = {row["id"] for row in tables["figures"].rows}
    for name, columns in FIGURE_COLUMNS.items():
        for place, row in _rows(tables[name]):
            for column in columns:
                if row[column] and row[column] not in figures:
                    yield (
                        f"{place}: {column}: found {row[column]!r}, "
                        f"expected the id of a figure{nearest(row[column], figures)}"
                    )


def _wording_faults(tables: Tables) -> Iterator[str]:
    wording = tables["wording"]
    scales: dict[str, set[str]] = {}
    for place, row in _rows(wording):
        scales.setdefault(row["scale"], set()).add(row["phrase"])
        order: Sequence[float] = (0.0, row["low"], row["value"], row["high"], 1.0)
        if any(below > above for below, above in pairwise(order)):
            yield f"{place}: value: found {row['low']:g} to {row['value']:g} to {row['high']:g}, expected 0 ≤ low ≤ value ≤ high ≤ 1"
    phrases = set().union(*scales.values()) if scales else set()
    for scale, has in scales.items():
        for phrase in sorted(phrases - has):
            yield f"{wording.label}: phrase: the scale {scale} has no row for {phrase!r}, other scales have one"
    for place, row in _rows(tables["claims"]):
        if row["phrase"] and row["phrase"] not in phrases:
            yield f"{place}: phrase: found {row['phrase']!r}, expected a phrase of the wording table{nearest(row['phrase'], phrases)}"


def _scenario_faults(tables: Tables) -> Iterator[str]:
    figures = tables["figures"]
    # A scenario may set later evidence too, which counts as of a day.
    limits = _newest(figures.rows) | _newest(_base(figures))
    for place, row in _rows(tables["scenarios"]):
        if row["scenario"] == RESERVED_SCENARIO:
            yield f"{place}: scenario: found {RESERVED_SCENARIO!r}, which is reserved for the figures without new values"
        if row["figure"] in limits:
            yield from _limit_faults(place, row, limits[row["figure"]])


def _limit_faults(place: str, row: Row, figure: Row) -> Iterator[str]:
    """A new value that its figure may not have."""
    low, high, value = figure["min"], figure["max"], row["value"]
    if (low is not None and value < low) or (high is not None and value > high):
        yield f"{place}: value: found {value:g}, expected {_between(low, high)} ({row['figure']})"


def _between(low: float | None, high: float | None) -> str:
    if low is None:
        return f"at most {high:g}"
    return f"at least {low:g}" if high is None else f"{low:g} to {high:g}"


def _day_faults(tables: Tables, today: str) -> Iterator[str]:
    """Nothing that a case records can lie after the day on which it is read."""
    for name, columns in DAYS.items():
        for place, row in _rows(tables[name]):
            for column in columns:
                if row[column] and row[column] > today:
                    yield f"{place}: {column}: found {row[column]}, expected no day after today ({today})"
    for place, row in _rows(tables["events"]):
        if row["until"] and row["until"] < row["date"]:
            yield f"{place}: until: found {row['until']}, expected no day before its date ({row['date']})"


def _source_faults(tables: Tables) -> Iterator[str]:
    parents = {row["id"]: row["derived_from"] for row in tables["sources"].rows}
    told: set[str] = set()
    for place, row in _rows(tables["sources"]):
        if row["derived_from"] == row["id"]:
            yield f"{place}: derived_from: found {row['id']!r}, which is the source itself"
        elif row["id"] not in told and len(circle := _circle(row["id"], parents)) > 1:
            # A circle is one cause, told on the first of its lines.
            told.update(circle)
            yield f"{place}: derived_from: found a circle, {' from '.join([*circle, row['id']])}; expected a source that no other one rests on at its end"
        if row["url"] and not _is_address(row["url"]):
            yield f"{place}: url: found {quoted(row['url'])}, expected {AN_ADDRESS}"
    usable = {row["id"] for row in tables["sources"].rows if row["grade"] != UNUSABLE}
    for place, row in _rows(tables["claims"]):
        if row["source"] in parents and row["source"] not in usable:
            yield f"{place}: source: found {row['source']!r}, which is graded {UNUSABLE}: nothing may rest on it{nearest(row['source'], usable)}"


def _circle(source: str, parents: Mapping[str, str | None]) -> list[str]:
    """The sources from one back to itself, or nothing when its line of descent ends."""
    line = [source]
    while (parent := parents.get(line[-1])) and parent not in line:
        line.append(parent)
    return line if parent == source else []


def _is_address(text: str) -> bool:
    """Whether a text is an address of the web in its plain form: ASCII, nothing that would need quoting."""
    try:
        return bool(ADDRESS.fullmatch(text) and urlsplit(text).hostname)
    except ValueError:
        return False


def _conflict_faults(table: Table) -> Iterator[str]:
    for place, row in _rows(table):
        count = Counter(listed(row["claims"]))
        if len(count) == 1:
            yield f"{place}: claims: found {next(iter(count))!r} alone, expected at least two claims that do not agree"
        else:
            for claim in (claim for claim, times in count.items() if times > 1):
                yield f"{place}: claims: found {claim!r} a second time, expected it once"


def _reading_faults(tables: Tables) -> Iterator[str]:
    all_ids = {row["id"] for row in tables["figures"].rows}
    base = _newest(_base(tables["figures"]))
    readings: dict[str, set[str]] = {}
    for one in tables["readings"].rows:
        readings.setdefault(one["conflict"], set()).add(one["reading"])
    for place, row in _rows(tables["readings"]):
        conflict = row["conflict"]
        if row["figure"] in base:
            yield from _limit_faults(place, row, base[row["figure"]])
        elif row["figure"] in all_ids:
            yield f"{place}: figure: found {row['figure']!r}, which is later evidence; expected a figure of the base{nearest(row['figure'], base)}"
        if len(readings[conflict]) == 1:
            # One line for a conflict, however many figures its only reading sets.
            readings[conflict] = set()
            yield f"{place}: reading: found {row['reading']!r} alone for {conflict}, expected at least two readings of a conflict"


def _outcome_faults(tables: Tables) -> Iterator[str]:
    rows = _by_id(tables["figures"])
    base = _base(tables["figures"])
    forecasts = {row["id"] for row in base if (row["metric"], row["unit"]) == (POOLED, "probability")}
    seen: set[tuple[str, str | None]] = set()
    for place, row in _rows(tables["outcomes"]):
        figure, day, outcome = row["figure"], row["resolved_on"], row["outcome"]
        if figure in rows and figure not in forecasts:
            of = rows[figure][0]
            yield f"{place}: figure: found {figure!r}, which is {of['metric']} in {of['unit']}, expected a forecast: {POOLED} in probability{nearest(figure, forecasts)}"
        elif figure in rows and day and day < (first := min(known["known_on"] for known in rows[figure])):
            yield f"{place}: resolved_on: found {day}, expected no day before the forecast was known ({first})"
        if (figure, day) in seen:
            on = f"on {day}" if day else "that is still open"
            yield f"{place}: figure: found a second outcome of {figure!r} {on}, expected one"
        seen.add((figure, day))
        for column in ("outcome", "alternative"):
            if row[column] not in (None, 0.0, 1.0):
                yield f"{place}: {column}: found {row[column]:g}, expected 1 where it happened or 0 where it did not"
        if day and outcome is None:
            yield f"{place}: outcome: found nothing, a question resolved on {day} needs its outcome"
        elif outcome is not None and not day:
            yield f"{place}: resolved_on: found nothing, an outcome needs the day on which the question was resolved"
        elif row["alternative"] is not None and outcome is None:
            yield f"{place}: alternative: found {row['alternative']:g} without an outcome, expected both or none"


def _later_faults(table: Table) -> Iterator[str]:
    """Later evidence that would count in the base, were the book built as of the day of the base.

    What is known by then counts on that day. So a later row of a figure must be newer than the figure, and
    one with an id of its own must not stand among older figures that a chapter picks by their metric.
    """
    by_id: dict[str, str] = {}
    by_metric: dict[str, str] = {}
    for row in _base(table):
        for key, first in ((row["id"], by_id), (row["metric"], by_metric)):
            first[key] = min(row["known_on"], first.get(key, row["known_on"]))
    for place, row in _rows(table):
        name, metric, day = row["id"], row["metric"], row["known_on"]
        if row["tag"] != "later":
            continue
        if name in by_id:
            if day <= by_id[name]:
                yield f"{place}: known_on: found {day}, expected a day after {by_id[name]}, on which {name} was first known; earlier evidence needs an id of its own"
        elif metric in by_metric and day <= by_metric[metric]:
            yield f"{place}: metric: found {metric!r} for later evidence known by {by_metric[metric]}, expected a metric that no figure of the base has"


def _comparable_faults(tables: Tables) -> Iterator[str]:
    figures = _by_id(tables["figures"])
    for place, row in _rows(tables["comparables"]):
        currencies: dict[str, str] = {}
        for column in ("valuation", "revenue"):
            for figure in figures.get(row[column], [])[:1]:
                yield from _price_faults(f"{place}: {column}", row, figures[row[column]])
                if parts := money(figure["unit"]):
                    currencies[column] = parts.currency
        if len(set(currencies.values())) > 1:
            yield f"{place}: revenue: found {row['revenue']!r} in {currencies['revenue']}, expected {currencies['valuation']} as the valuation {row['valuation']!r}"


def _price_faults(place: str, row: Row, rows: Collection[Row]) -> Iterator[str]:
    """A figure of a comparable that is no sum of money above nothing, or another company's."""
    for figure in list(rows)[:1]:
        if figure["entity"] != row["entity"]:
            yield f"{place}: found {figure['id']!r} of {figure['entity']}, expected a figure of {row['entity']}"
        if not money(figure["unit"]):
            yield f"{place}: found {figure['id']!r} in {figure['unit']}, expected a figure in money"
    for figure in rows:
        if figure["value"] is None or figure["value"] <= 0:
            value = "no value" if figure["value"] is None else f"the value {figure['value']:g}"
            yield f"{place}: found {figure['id']!r} with {value}, expected one above 0"


def _precedent_faults(tables: Tables) -> Iterator[str]:
    units = {row["id"]: row["unit"] for row in tables["figures"].rows}
    roles = {row["id"]: row["role"] for row in tables["entities"].rows}
    precedents = [name for name, role in roles.items() if role == "precedent"]
    for place, row in _rows(tables["precedents"]):
        if row["entity"] not in precedents:
            yield f"{place}: entity: found {row['entity']!r} with the role {roles[row['entity']]}, expected one with the role precedent{nearest(row['entity'], precedents)}"
        for column, allowed in (("speed", TIMES), ("share", ("share",))):
            unit = units.get(row[column])
            if unit and unit not in allowed:
                yield f"{place}: {column}: found {row[column]!r} in {unit}, expected a figure in {' or '.join(allowed)}"
