"""What the page needs to compute in it what the package computes: a record of the case, and the scripts.

The scripts in `_static/live` are the model of the three chapters in JavaScript, under the package's names: a file
for most modules, one for all modules of a chapter; the head of each says what it is a port of. They read a record
and nothing else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from inspect import signature
from pathlib import Path
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.figures import POOLED, known
from neutrality.case.validate import RESERVED_SCENARIO
from neutrality.chapters import CHOICES, NAMES, Words
from neutrality.charts import theme

#: In this order; each stands on those before it. A page loads them one after the other, or `bundle`.
SCRIPTS = (
    "errors",
    "units",
    "normal",
    "quadrature",
    "roots",
    "intervals",
    "valuation",
    "attribution",
    "concentration",
    "sensitivity",
    "timing",
    "bounds",
    "diversion",
    "rationing",
    "feasibility",
    "release",
    "copula",
    "loss",
    "decision",
    "wording",
    "figures",
    "load",
    "ledger",
    "exposure",
    "exit_model",
    "deal",
    "customer_exits",
    "competitor_opportunity",
    "model",
)

#: The charts in JavaScript, a file for each module of charts of the three chapters; they stand on the model and on
#: `look`, which a page sets before them.
CHART_SCRIPTS = (
    "charts/common",
    "charts/deal/shared",
    "charts/deal/agreement",
    "charts/deal/worth",
    "charts/deal/erasure",
    "charts/deal/exit",
    "charts/deal/growth",
    "charts/deal/tornado",
    "charts/customer_exits/shared",
    "charts/customer_exits/concentration",
    "charts/customer_exits/distribution",
    "charts/customer_exits/dependence",
    "charts/customer_exits/timing",
    "charts/customer_exits/replacement",
    "charts/customer_exits/unknowns",
    "charts/competitor_opportunity/shared",
    "charts/competitor_opportunity/pool",
    "charts/competitor_opportunity/claim_map",
    "charts/competitor_opportunity/claims",
    "charts/competitor_opportunity/together",
    "charts/competitor_opportunity/flow",
    "charts/competitor_opportunity/market",
)

_FIGURE = ("id", "entity", "metric", "period", "label", "unit", "tag")
_NUMBERS = ("value", "min", "max", "low", "high", "half_unit")


def record(case: Case, choices: Mapping[str, Any]) -> dict[str, Any]:
    """The case as the page computes with it, ready for JSON.

    `figures` stand as in the table, before scenario and new values: those are in `scenario` and `changes`,
    and the page resolves them as `case.load` does. `undisclosed` and `pooled` say where a figure without a
    value gets one from. `phrases` hold every scale, `scales` their names, `readings` the phrases of each
    customer's exit claims known by the case's day with their sources, whose `publishers` stand beside.
    `choices` are the edition's among words, `defaults` the chapters' own, `options` what each may be.
    """
    standing = known(case.tables["figures"], case.as_of)
    claimants = {row["entity"] for row in case.counted_claims()}
    readings = {customer.id: _readings(case, customer.id) for customer in case.customers}
    options = {name: list(choice.words) for name, choice in CHOICES.items() if isinstance(choice, Words)}
    chosen = {"scale": case.scale, "pool_method": case.pool_method, **choices}
    return {
        "title": case.title,
        "as_of": case.as_of.isoformat() if case.as_of else "",
        "scenario": case.scenario,
        "changes": dict(case.overrides),
        "entities": [
            {"id": one.id, "name": one.name, "role": one.role, "named": one.id in claimants}
            for one in case.entities.values()
        ],
        "figures": [_figure(figure, readings) for figure in standing.values()],
        # Of the case, but not known on its day: a new value for one is a fault of its own.
        "absent": sorted({row["id"] for row in case.tables["figures"].rows} - set(standing)),
        "scenarios": _scenarios(case),
        "readings": readings,
        "publishers": {
            one["source"]: case.publisher(one["source"]) for said in readings.values() for one in said
        },
        "phrases": _phrases(case),
        "scales": _scales(case),
        "choices": {name: value for name, value in chosen.items() if name in options},
        "options": options,
        "defaults": {name: _defaults(name, options) for name in NAMES},
    }


def _figure(figure: Figure, readings: Mapping[str, list[Any]]) -> dict[str, Any]:
    pooled = figure.metric == POOLED and figure.value is None and bool(readings.get(figure.entity))
    return {
        **{name: getattr(figure, name) for name in (*_FIGURE, *_NUMBERS)},
        "undisclosed": figure.undisclosed,
        "pooled": pooled,
    }


def _readings(case: Case, customer: str) -> list[dict[str, str]]:
    return [
        {"claim": row["id"], "phrase": row["phrase"], "source": row["source"]}
        for row in case.exit_claims(customer)
    ]


def _scenarios(case: Case) -> list[dict[str, Any]]:
    found: dict[str, dict[str, float]] = {}
    for row in case.tables["scenarios"].rows:
        found.setdefault(row["scenario"], {})[row["figure"]] = row["value"]
    return [{"name": name, "values": values} for name, values in found.items() if name != RESERVED_SCENARIO]


def _phrases(case: Case) -> dict[str, dict[str, dict[str, Any]]]:
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for row in case.tables["wording"].rows:
        found.setdefault(row["scale"], {})[row["phrase"]] = {
            name: row[name] for name in ("term", "value", "low", "high")
        }
    return found


def _scales(case: Case) -> dict[str, str]:
    """Each published scale of wording as its source names it."""
    found: dict[str, str] = {}
    for row in case.tables["wording"].rows:
        found.setdefault(row["scale"], row["source"].split(";")[0])
    return found


def _defaults(chapter: str, options: Mapping[str, list[str]]) -> dict[str, str]:
    """A chapter's own choices among words, from its signature."""
    from importlib import import_module

    taken = signature(import_module(f"neutrality.chapters.{chapter}").chapter).parameters
    return {name: one.default for name, one in taken.items() if name in options}


def look() -> dict[str, Any]:
    """The colours and sizes of the charts under the names that their scripts know them by, ready for JSON."""
    names = ("INK", "MUTED", "RULE", "PAPER", "TAG_COLOURS", "STEP", "DIVERGING", "SMALL", "MEDIUM")
    return {name: getattr(theme, name) for name in names} | {"config": theme.config()}


def as_json(held: Mapping[str, Any]) -> str:
    """A record as JSON that may stand in a page's script element of the type `application/json`.

    A `<` is written so that no text of the case can end the element.
    """
    text = json.dumps(held, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.replace("<", "\\u003c")


def bundle(folder: Path, scripts: Iterable[str] = SCRIPTS) -> str:
    """Scripts of a folder as one, without the comments and the indentation that only a reader needs.

    Lines are never joined or cut, so that nothing of the language has to be understood.
    """
    lines = [
        line.strip()
        for name in scripts
        for line in (folder / f"{name}.js").read_text("utf-8").splitlines()
        if not re.match(r"\s*(//|$)", line)
    ]
    return "\n".join(lines) + "\n"
