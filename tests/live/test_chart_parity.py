"""Every chart that answers the reader: the page's specification against the package's, mark by mark.

One chart: `pytest tests/live/test_chart_parity.py -k D2`. Numbers are compared before they are shortened for
print, words as they stand.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import seven
from neutrality.case import Case, load
from neutrality.case.load import varied
from neutrality.chapters import compute
from neutrality.charts import common, draw
from neutrality.press import live
from points import PERTURBED, at_end, of_metric

pytestmark = pytest.mark.usefixtures("book_look")

#: Relative to the number, and absolute for numbers below one.
TOLERANCE = 1e-6
#: So many digits are kept where six are printed.
WHOLE = 15

CHAPTERS = ("deal", "customer_exits", "competitor_opportunity")
#: Drawn at random by the package alone: the page keeps the published chart and says so.
PUBLISHED = {("customer_exits", "E5")}

SCRIPTS = Path(__file__).resolve().parents[2] / "book" / "_static" / "live"

_BUILD = """(given) => {
  const { records, asked, digits } = JSON.parse(given);
  neutrality.charts.settings.digits = digits;
  const models = Object.fromEntries(Object.entries(records).map(([name, record]) => [name, neutrality.model(record)]));
  const readings = new Map();
  return JSON.stringify(asked.map(({ record, changes, choices, chapter, id, options }) => {
    const key = JSON.stringify([record, changes, choices]);
    if (!readings.has(key)) readings.set(key, models[record].at(changes, choices));
    const builder = neutrality.charts[chapter][id];
    if (!builder) return { absent: true };
    const reading = readings.get(key);
    if (reading.error) return { error: reading.error };
    const held = reading.chapter(chapter);
    if (held.error) return { error: held.error };
    try {
      const made = builder(reading, options);
      if (!made) return { none: true };
      const { title, subtitle, description, table, controls } = made;
      return { title, subtitle, description, table, controls, wide: made.spec(false), narrow: made.spec(true) };
    } catch (problem) {
      return { thrown: String(problem.stack) };
    }
  }));
}"""


@dataclass(frozen=True)
class Point:
    name: str
    changes: Mapping[str, float] = field(default_factory=dict)
    choices: Mapping[str, str] = field(default_factory=dict)
    record: str = "base"


def places(case: Case) -> Iterator[Point]:
    """Base, scenarios, both ends of every range, and what makes a chart lay itself out anew."""
    probabilities = of_metric(case, "exit_probability")
    bases, rooms = of_metric(case, "base_revenue"), of_metric(case, "capacity")
    yield Point("base")
    yield Point("google_only", choices={"scenario": "google_only"})
    yield Point("full_exodus", choices={"scenario": "full_exodus"})
    yield Point("low ends", at_end(case, 0))
    yield Point("high ends", at_end(case, 1))
    yield Point("perturbed", PERTURBED)
    yield Point("no step-up", {"valuation_reported": 10})
    yield Point("mostly in house", {"inhouse_share": 0.8})
    yield Point("all cash stayed", {"cash_retained_share": 1})
    yield Point("nobody leaves", dict.fromkeys(probabilities, 0.0))
    yield Point(
        "all revenue at risk", {"google_spend_2024": 400, "valuation_prior": 40, "cash_retained_share": 0.4}
    )
    yield Point(
        "nothing replaced", {"google_spend_2024": 0, "not_replaced_share": 0.5, "handshake_base_revenue": 0}
    )
    yield Point("inconsistent stake", {"stake": 0.3, "multiple_after_exit": 20, "standalone_value": 17.5})
    yield Point("fixed sizes", {}, {"size_model": "fixed", "pool_method": "log"})
    yield Point(
        "pert sizes, another scale", {"latent_correlation": 0.6}, {"size_model": "pert", "scale": "ipcc"}
    )
    yield Point(
        "plan", {"microsoft_spend_2024": 80, "exit_start_month": 11, "notice_months": 3}, {"basis": "plan"}
    )
    yield Point(
        "proportional", dict(zip(rooms, (0, 500, 1, 20, 12), strict=True)), {"share_model": "proportional"}
    )
    yield Point("logit", {"beta_neutrality": 2.3, "labelbox_claimed_revenue": 900}, {"share_model": "logit"})
    yield Point("no revenues", dict.fromkeys(bases, 0.0), {"share_model": "proportional"})
    yield Point("seven", record="seven")
    yield Point("seven, low ends", choices={"share_model": "proportional"}, record="seven")


@pytest.fixture(scope="module")
def cases(case: Case, root: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    other = seven.write(tmp_path_factory.mktemp("other") / "case", root / "data")
    return {"base": case, "seven": load(str(other))}


@pytest.fixture(scope="module")
def chart_page(live_page: Any) -> Any:
    """The page of the model with the charts on it."""
    live_page.evaluate("(look) => { neutrality.look = JSON.parse(look); }", json.dumps(live.look()))
    live_page.page.evaluate(live.bundle(SCRIPTS, live.CHART_SCRIPTS))
    return live_page


class Package:
    """The package's side, each case and chapter computed once."""

    def __init__(self, cases: Mapping[str, Case]) -> None:
        self.cases, self.held = cases, {}

    def at(self, point: Point, chapter: str) -> tuple[Case, Any]:
        key = (point.name, chapter)
        if key not in self.held:
            base = self.cases[point.record]
            choices = dict(point.choices)
            scenario = choices.pop("scenario", base.scenario)
            reading = {name: choices.pop(name) for name in ("scale", "pool_method") if name in choices}
            if reading:
                found = load(base.location, "", scenario, point.changes, **reading)
            else:
                found = varied(base, point.changes, scenario)
            taken = import_module(f"neutrality.chapters.{chapter}").chapter.__annotations__
            options = {name: value for name, value in choices.items() if name in taken}
            self.held[key] = found, compute(chapter, found, **options)
        return self.held[key]


@pytest.fixture(scope="module")
def package(cases: Mapping[str, Case]) -> Package:
    return Package(cases)


def chart_functions() -> list[tuple[str, str]]:
    found = []
    for chapter in CHAPTERS:
        module = import_module(f"neutrality.charts.{chapter}")
        found += [(chapter, id) for id in (*module.CHARTS, "front") if (chapter, id) not in PUBLISHED]
    return found


def by_package(
    case: Case, computed: Any, chapter: str, id: str, options: Mapping[str, Any]
) -> dict[str, Any] | None:
    module = import_module(f"neutrality.charts.{chapter}")
    function = module.front if id == "front" else module.CHARTS[id]
    chart = function(case, computed, **options)
    if chart is None:
        return None
    spec = chart.to_dict(validate=False)
    meta = spec.pop("usermeta")
    title, subtitle = draw.heading(spec)
    bare = {
        name: value
        for name, value in spec.items()
        if name not in ("title", "config", "$schema", "description")
    }
    return {
        "title": title,
        "subtitle": subtitle,
        "description": spec["description"],
        "table": meta.get("table"),
        "controls": meta.get("controls", []),
        "wide": bare,
        "narrow": draw.merge(bare, meta.get("narrow") or {}),
    }


def differences(found: Any, wanted: Any, place: str = "") -> Iterator[str]:
    """Where two specifications differ, one line each."""
    if isinstance(wanted, dict) and isinstance(found, dict):
        for key in sorted(wanted.keys() | found.keys()):
            if key not in found or key not in wanted:
                yield f"{place}/{key}: {'the package' if key in wanted else 'the page'} alone has it"
            else:
                yield from differences(found[key], wanted[key], f"{place}/{key}")
    elif isinstance(wanted, list) and isinstance(found, list):
        if len(wanted) != len(found):
            yield f"{place}: {len(found)} in the page, {len(wanted)} by the package"
        for number, (one, other) in enumerate(zip(found, wanted, strict=False)):
            yield from differences(one, other, f"{place}[{number}]")
    elif isinstance(wanted, int | float) and isinstance(found, int | float) and not isinstance(wanted, bool):
        if abs(found - wanted) > TOLERANCE * max(1.0, abs(wanted)):
            yield f"{place}: {found!r} in the page, {wanted!r} by the package"
    elif found != wanted:
        yield f"{place}: {found!r} in the page, {wanted!r} by the package"


@pytest.mark.parametrize(("chapter", "id"), chart_functions())
def test_the_page_draws_what_the_package_draws(
    chapter: str,
    id: str,
    chart_page: Any,
    cases: Mapping[str, Case],
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    wanted = list(places(cases["base"]))
    records = {name: live.record(case, {}) for name, case in cases.items()}
    asked = [
        {
            "record": one.record,
            "changes": one.changes,
            "choices": one.choices,
            "chapter": chapter,
            "id": id,
            "options": {},
        }
        for one in wanted
    ]
    given = json.dumps({"records": records, "asked": asked, "digits": WHOLE})
    found = json.loads(chart_page.evaluate(_BUILD, given))
    compared, faults = 0, []
    for point, drawn in zip(wanted, found, strict=True):
        case, computed = package.at(point, chapter)
        by = by_package(case, computed, chapter, id, {})
        if by is None:
            assert drawn == {"none": True}, f"{point.name}: {drawn}"
            continue
        assert not {"absent", "error", "none"} & drawn.keys(), f"{point.name}: {drawn}"
        assert "thrown" not in drawn, f"{point.name}: {drawn['thrown']}"
        # Through JSON, so that tuples and lists are one.
        faults += [f"{point.name}: {line}" for line in differences(drawn, json.loads(json.dumps(by)))]
        compared += 1
    assert compared >= 8
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


def test_a_difference_is_seen() -> None:
    wanted = {"datasets": {"data-1": [{"x": 1.0, "text": "a"}]}}
    for found in (
        {"datasets": {"data-1": [{"x": 1.00001, "text": "a"}]}},
        {"datasets": {"data-1": [{"x": 1.0, "text": "b"}]}},
        {"datasets": {"data-1": [{"x": 1.0, "text": "a"}, {}]}},
        {"datasets": {"data-1": [{"x": 1.0}]}},
        {"datasets": {}},
    ):
        assert list(differences(found, wanted))
    assert not list(differences({"datasets": {"data-1": [{"x": 1 + 1e-9, "text": "a"}]}}, wanted))
