"""The loss distribution under the reader's own threshold: the page's chart against the package's, and both
against the probability itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from neutrality.case import Case
from neutrality.charts import common
from neutrality.charts.customer_exits import distribution
from neutrality.press import live
from points import PERTURBED, at_end
from test_chart_parity import (
    _BUILD,
    WHOLE,
    Package,
    Point,
    by_package,
    cases,
    chart_page,
    differences,
    package,
)

__all__ = ["cases", "chart_page", "package"]

pytestmark = pytest.mark.usefixtures("book_look")

POINTS = (
    Point("base"),
    Point("fixed sizes", {}, {"size_model": "fixed"}),
    Point("pert sizes", {"latent_correlation": 0.6}, {"size_model": "pert"}),
    Point("plan", {"microsoft_spend_2024": 80}, {"basis": "plan"}),
    Point("nothing to lose", {"google_spend_2024": 0}),
    Point("seven", record="seven"),
)
#: Parts of the largest loss, one beyond it: the chart stops at the largest.
PARTS = (0.0, 0.25, 0.5, 0.77, 1.0, 1.5)


def test_the_page_marks_the_same_threshold(
    chart_page: Any, cases: Mapping[str, Case], package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    wanted = [
        (point, part * package.at(point, "customer_exits")[1].model.loss.max)
        for point in POINTS
        for part in PARTS
    ]
    # An atom itself: the probability of at least that loss has it, that of a larger one has not.
    loss = package.at(POINTS[1], "customer_exits")[1].model.loss
    wanted += [(POINTS[1], value) for value, _ in loss.atoms()]
    faults = differing(chart_page, cases, package, wanted)
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


def differing(
    page: Any, cases: Mapping[str, Case], package: Package, wanted: list[tuple[Point, float | None]]
) -> list[str]:
    """Where the page's chart at a point and a threshold, if any, is another than the package's."""
    asked = [
        {
            "record": point.record,
            "changes": point.changes,
            "choices": point.choices,
            "chapter": "customer_exits",
            "id": "E4",
            "options": {} if threshold is None else {"threshold": threshold},
        }
        for point, threshold in wanted
    ]
    records = {name: live.record(case, {}) for name, case in cases.items()}
    given = json.dumps({"records": records, "asked": asked, "digits": WHOLE})
    faults = []
    for (point, threshold), one, drawn in zip(
        wanted, asked, json.loads(page.evaluate(_BUILD, given)), strict=True
    ):
        case, computed = package.at(point, "customer_exits")
        by = by_package(case, computed, "customer_exits", "E4", one["options"])
        assert "thrown" not in drawn, f"{point.name}: {drawn['thrown']}"
        place = point.name if threshold is None else f"{point.name} at {threshold:g}"
        faults += [f"{place}: {line}" for line in differences(drawn, json.loads(json.dumps(by)))]
    return faults


@pytest.mark.parametrize("sizes", ["uniform", "fixed", "pert"])
def test_the_distribution_is_the_packages_under_each_model_of_sizes(
    sizes: str, chart_page: Any, cases: Mapping[str, Case], package: Package, case: Case, monkeypatch
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    exits = [one.id for one in case.figures.values() if one.metric == "exit_probability"]
    changes = {
        "base": {},
        "low ends": at_end(case, 0),
        "high ends": at_end(case, 1),
        "perturbed": PERTURBED,
        "independent": {"latent_correlation": 0},
        "one cause": {"latent_correlation": 1},
        "some certain": {exits[0]: 1, exits[-1]: 0, "latent_correlation": 0.6},
        "one cause, some certain": {exits[0]: 1, exits[-1]: 0, "latent_correlation": 1},
        "all leave": dict.fromkeys(exits, 1),
    }
    wanted = [
        (Point(f"{sizes}, {name}", given, {"size_model": sizes}), None) for name, given in changes.items()
    ]
    faults = differing(chart_page, cases, package, wanted)
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


@pytest.mark.parametrize("point", POINTS[:3], ids=lambda point: point.name)
def test_the_threshold_is_told_in_numbers(point: Point, package: Package) -> None:
    case, computed = package.at(point, "customer_exits")
    loss = computed.model.loss
    for value in (0.3 * loss.max, *(atom for atom, _ in loss.atoms()[:5])):
        chart = by_package(case, computed, "customer_exits", "E4", {"threshold": value})
        row = next(row for row in chart["table"]["rows"] if row[0] == "threshold")
        # At least: what a larger loss has, and the loss itself where it has a probability of its own.
        own = sum(chance for atom, chance in loss.atoms() if abs(atom - value) <= 1e-9 * loss.max)
        exact = 1 - float(loss.cdf(value)) + own
        column = chart["table"]["columns"].index("Probability of at least that, %")
        assert row[column] == pytest.approx(100 * exact, rel=1e-5, abs=1e-9)
        said = distribution.chance_words(exact)
        assert chart["description"].endswith(f"has a probability of {said}.")
        for drawing in ("wide", "narrow"):
            texts = [one.get("text", "") for rows in chart[drawing]["datasets"].values() for one in rows]
            assert sum(said in text and "at least" in text for text in texts) == 1


def test_the_control_goes_from_nothing_to_the_largest_loss(package: Package) -> None:
    case, computed = package.at(Point("base"), "customer_exits")
    chart = by_package(case, computed, "customer_exits", "E4", {})
    (control,) = chart["controls"]
    assert control["name"] == "threshold"
    assert (control["low"], control["high"]) == (0.0, pytest.approx(computed.model.loss.max))
    # The step nearest to the expected loss.
    assert abs(control["value"] - computed.results.value("exits.expected_loss")) <= control["step"] / 2
    assert control["value"] / control["step"] == pytest.approx(round(control["value"] / control["step"]))
    # Until a reader asks, the chart has no threshold.
    assert "threshold" not in [row[0] for row in chart["table"]["rows"]]
