"""The charts of the deal with options of their own, and where their labels would lie on each other."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
import test_chart_parity as parity
from neutrality.case import Case
from neutrality.charts import common
from neutrality.charts.deal.erasure import erased
from neutrality.charts.deal.tornado import offered, tornado
from neutrality.errors import InputError
from neutrality.press import live
from test_chart_parity import _BUILD, WHOLE, Package, Point, by_package, differences

#: The fixtures of that module, for this one too.
cases, chart_page, package = parity.cases, parity.chart_page, parity.package

pytestmark = pytest.mark.usefixtures("book_look")

#: Outcomes by name, the one of all of them first.
ANSWERS = (
    "all",
    "enterprise_value",
    "implied_post_money",
    "largest_customer_step_up_share",
    "implied_growth_dcf",
    "implied_growth_exit_multiple",
    "residual_premium",
)
PLACES = (
    Point("base"),
    Point("no step-up", {"valuation_reported": 10}),
    # No growth justifies a business that is worth nothing, and nothing moves that.
    Point("worth nothing", {"cash_retained_share": 1, "investment": 40, "net_debt": -5}),
    Point("some of the cash stayed", {"cash_retained_share": 0.35, "dcf_rate": 0.13}),
    Point("seven", record="seven"),
)
#: Each with what it is there for.
CROWDED = (
    ("D2", Point("our setting close to the left end", {"cash_retained_share": 0.05})),
    ("D3", Point("three marks close together", {"valuation_prior": 20})),
    ("D3", Point("two marks close on the right", {"valuation_prior": 21.27, "google_spend_2024": 20})),
    ("D4", Point("a multiple that rises", {"multiple_after_exit": 60})),
    ("D5", Point("no value for any growth", {"cash_retained_share": 1, "investment": 40, "net_debt": -5})),
    ("D5", Point("rates close together", {"dcf_rate": 0.0905, "vc_exit_multiple": 11})),
    ("D6", Point("some of the cash and a higher value", {"cash_retained_share": 0.35, "standalone_value": 25})),
)  # fmt: skip


def built(page: Any, cases: Mapping[str, Case], asked: list[tuple[str, Point, Mapping[str, Any]]]) -> list:
    """What the page makes of charts at points, with options."""
    given = {
        "records": {name: live.record(case, {}) for name, case in cases.items()},
        "asked": [
            {
                "record": point.record,
                "changes": point.changes,
                "choices": point.choices,
                "chapter": "deal",
                "id": id,
                "options": options,
            }
            for id, point, options in asked
        ],
        "digits": WHOLE,
    }
    return json.loads(page.evaluate(_BUILD, json.dumps(given)))


def compared(
    page: Any,
    cases: Mapping[str, Case],
    package: Package,
    asked: list[tuple[str, Point, Mapping[str, Any]]],
) -> None:
    faults = []
    for (id, point, options), drawn in zip(asked, built(page, cases, asked), strict=True):
        case, computed = package.at(point, "deal")
        assert "wide" in drawn, f"{point.name}: {drawn}"
        wanted = json.loads(json.dumps(by_package(case, computed, "deal", id, options)))
        faults += [f"{id}, {point.name}, {options}: {line}" for line in differences(drawn, wanted)]
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


def test_the_tornado_of_each_answer_is_the_packages(
    chart_page: Any,
    cases: Mapping[str, Case],
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    asked = [("D7", point, {"answer": answer}) for point in PLACES for answer in ANSWERS]
    compared(chart_page, cases, package, asked)


def test_a_loss_of_the_readers_own_is_the_packages(
    chart_page: Any,
    cases: Mapping[str, Case],
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    lost = (-5.0, 0.0, 37.5, 300.0, 450.0, 1e6)
    compared(chart_page, cases, package, [("D3", point, {"lost": one}) for point in PLACES for one in lost])


def test_a_loss_of_the_readers_own_erases_its_part(cases: Mapping[str, Case], package: Package) -> None:
    case, computed = package.at(PLACES[0], "deal")
    spec = erased(case, computed, lost=300.0).to_dict(validate=False)
    # 300 of the 450 that erase all of it
    assert spec["description"].endswith("A loss of $300mn a year erases 66.7% of it.")
    table = spec["usermeta"]["table"]
    assert table["columns"][-1] == "Your choice, $300mn lost: % erased"
    gone = computed.results["deal.break_even_lost_revenue"].value
    multiple = computed.results["deal.multiple"].value
    for row in table["rows"]:
        assert row[-1] == pytest.approx(100 * 300 / gone * row[1] / multiple, rel=1e-5)
    # not asked, nothing of it is there, and the slider starts on one of its notches
    plain = erased(case, computed).to_dict(validate=False)
    assert "Your choice" not in json.dumps(plain)
    (control,) = plain["usermeta"]["controls"]
    assert control["value"] / control["step"] == pytest.approx(round(control["value"] / control["step"]))


def test_charts_whose_labels_make_room_are_the_packages(
    chart_page: Any,
    cases: Mapping[str, Case],
    package: Package,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    compared(chart_page, cases, package, [(id, point, {}) for id, point in CROWDED])


def test_the_answers_offered_are_results_of_the_chapter(
    cases: Mapping[str, Case],
    package: Package,
) -> None:
    for point in PLACES:
        case, computed = package.at(point, "deal")
        assert ("all", *offered(case)) == ANSWERS
        for name in ANSWERS[1:]:
            meta = tornado(case, computed, answer=name).to_dict(validate=False)["usermeta"]
            (control,) = meta["controls"]
            assert control["value"] == name
            assert [one["value"] for one in control["options"]] == list(ANSWERS)
            result = computed.results[f"deal.{name}"]
            for row in meta["table"]["rows"]:
                factor = 100 if row[1].startswith("%") else 1
                assert result.value is None or row[5] == pytest.approx(factor * result.value, rel=1e-5)


def test_an_unknown_answer_is_refused(
    chart_page: Any,
    cases: Mapping[str, Case],
    package: Package,
) -> None:
    case, computed = package.at(PLACES[0], "deal")
    with pytest.raises(InputError, match="answer: found 'fame', expected one of all, enterprise_value"):
        tornado(case, computed, answer="fame")
    (drawn,) = built(chart_page, cases, [("D7", PLACES[0], {"answer": "fame"})])
    assert "answer: found 'fame', expected one of all, enterprise_value" in drawn["thrown"]


def test_an_answer_alone_shows_every_figure_that_moves_it(
    cases: Mapping[str, Case],
    package: Package,
) -> None:
    case, computed = package.at(PLACES[0], "deal")
    listed = [row for row in computed.tables["T1.8"].rows if row[5].value]
    for answer in ("implied_post_money", "implied_growth_dcf"):
        table = tornado(case, computed, answer=answer).to_dict(validate=False)["usermeta"]["table"]
        labels = [row[1] for row in listed if row[0] == table["rows"][0][0]]
        assert [row[2] for row in table["rows"]] == labels
