"""The choice of the share by which E9 sorts its unknowns: the page's chart against the package's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from typing import Any

import pytest
from neutrality.case import Case
from neutrality.charts import common
from neutrality.charts.customer_exits.unknowns import MEASURES
from neutrality.press import live
from test_chart_parity import (  # noqa: F401 - fixtures among them
    _BUILD,
    WHOLE,
    Package,
    by_package,
    cases,
    chart_page,
    differences,
    package,
    places,
)

CHAPTER, ID = "customer_exits", "E9"


@pytest.mark.parametrize("measure", MEASURES)
def test_the_page_sorts_the_unknowns_as_the_package_does(
    measure: str,
    chart_page: Any,  # noqa: F811
    cases: Mapping[str, Case],  # noqa: F811
    package: Package,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    options = {"measure": measure}
    points = list(places(cases["base"]))
    asked = [
        {"record": one.record, "changes": one.changes, "choices": one.choices,
         "chapter": CHAPTER, "id": ID, "options": options}
        for one in points
    ]  # fmt: skip
    records = {name: live.record(case, {}) for name, case in cases.items()}
    given = json.dumps({"records": records, "asked": asked, "digits": WHOLE})
    found = json.loads(chart_page.evaluate(_BUILD, given))
    faults = []
    for point, drawn in zip(points, found, strict=True):
        case, computed = package.at(point, CHAPTER)
        by = by_package(case, computed, CHAPTER, ID, options)
        faults += [f"{point.name}: {line}" for line in differences(drawn, json.loads(json.dumps(by)))]
        assert by and by["controls"][0]["value"] == measure
        column = 1 + list(MEASURES).index(measure)
        sizes = [row[column] for row in drawn["table"]["rows"]]
        assert all(a >= b - 1e-6 for a, b in pairwise(sizes)), point.name
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


def test_each_choice_says_which_number_it_shows(
    cases: Mapping[str, Case],  # noqa: F811
    package: Package,  # noqa: F811
) -> None:
    point = next(iter(places(cases["base"])))
    case, computed = package.at(point, CHAPTER)
    drawn = {
        name: by_package(case, computed, CHAPTER, ID, {"measure": name} if name else {})
        for name in ("", *MEASURES)
    }
    assert drawn[""] == drawn["shapley"]
    assert len({json.dumps(one["subtitle"]) for one in drawn.values() if one}) == len(MEASURES)
    numbers = {name: _numbers(one["wide"]) for name, one in drawn.items() if one}
    assert len({tuple(found) for found in numbers.values()}) == len(MEASURES)
    offered = [one["value"] for one in drawn[""]["controls"][0]["options"]] if drawn[""] else []
    assert offered == list(MEASURES)


def _numbers(spec: Mapping[str, Any]) -> list[str]:
    """The numbers that stand beside the bars."""
    return [row["text"] for rows in spec["datasets"].values() for row in rows if row.get("weight") == "bold"]
