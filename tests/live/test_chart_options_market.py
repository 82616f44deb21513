"""The open pool of the reader's choice in C7, the page's chart against the package's and both against the
rule; and the flow of C2 in a real browser: pointing at a ribbon sets the others back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
import vl_convert
from neutrality.case import Case
from neutrality.charts import common
from neutrality.charts import competitor_opportunity as charts
from neutrality.charts.theme import STEP
from neutrality.methods.rationing import water_filling
from neutrality.press import live
from neutrality.press.site import POLICY
from playwright.sync_api import Page
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

CHAPTER = "competitor_opportunity"
#: By its name: the package has the chart itself under that of its module.
FLOW = import_module("neutrality.charts.competitor_opportunity.flow")
SPENDS = dict.fromkeys(
    ("google_spend_2025", "microsoft_spend_2025", "xai_spend_2025", "openai_spend_2025"), 0.0
)
POINTS = (
    Point("base"),
    Point("low capacities", {"labelbox_capacity": 0, "turing_capacity": 3}),
    Point("proportional", choices={"share_model": "proportional"}),
    Point("logit", {"beta_neutrality": 2.3}, {"share_model": "logit"}),
    Point("nobody spends", SPENDS),
    Point("seven", record="seven"),
)
#: Of the most that the control allows, some more than that, and a number that is on no step.
PARTS = (0.0, 0.1, 0.5, 0.777, 1.0, 3.0)


def test_the_page_shares_out_the_same_pool(
    chart_page: Any, cases: Mapping[str, Case], package: Package, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(common, "DIGITS", WHOLE)
    wanted = [
        (point, part * package.at(point, CHAPTER)[1].model.pools["released_high"].value)
        for point in POINTS
        for part in PARTS
    ]
    asked = [
        {
            "record": point.record,
            "changes": point.changes,
            "choices": point.choices,
            "chapter": CHAPTER,
            "id": "C7",
            "options": {"pool": pool},
        }
        for point, pool in wanted
    ]
    records = {name: live.record(case, {}) for name, case in cases.items()}
    given = json.dumps({"records": records, "asked": asked, "digits": WHOLE})
    faults = []
    for (point, pool), drawn in zip(wanted, json.loads(chart_page.evaluate(_BUILD, given)), strict=True):
        case, computed = package.at(point, CHAPTER)
        by = by_package(case, computed, CHAPTER, "C7", {"pool": pool})
        faults += [
            f"{point.name}, {pool:g}: {line}" for line in differences(drawn, json.loads(json.dumps(by)))
        ]
        model = computed.model
        shares = charts.market.vendors_of.diverted(model, model.share_model).shares
        found = water_filling(pool, [vendor.room for vendor in model.vendors], shares)
        taken = [row[1] for row in drawn["table"]["rows"] if row[1] is not None]
        assert taken == pytest.approx(found.amounts, abs=1e-9), (point.name, pool)
        assert sum(taken) + found.unserved == pytest.approx(pool), (point.name, pool)
        # Nothing can come open where nobody spends anything: there is no choice then.
        assert [one["value"] for one in drawn["controls"]] == (
            [] if point.name == "nobody spends" else [pytest.approx(pool)]
        )
    assert not faults, "\n".join([f"{len(faults)} differences", *faults[:30]])


def test_the_expected_pool_is_the_chart_of_the_book(cases: Mapping[str, Case], package: Package) -> None:
    """The control stands where the chart is drawn without it, within its own ends."""
    case, computed = package.at(POINTS[0], CHAPTER)
    plain = charts.capacity(case, computed).to_dict()
    (control,) = plain["usermeta"]["controls"]
    assert control["value"] == pytest.approx(computed.model.open_pool.value, rel=1e-5)
    assert control["low"] < control["value"] < control["high"]
    assert control["high"] % control["step"] == 0
    most = computed.model.pools["contestable_high"].value
    assert most <= control["high"] < most + control["step"]
    again = charts.capacity(case, computed, pool=computed.model.open_pool.value).to_dict()
    assert again["datasets"] == plain["datasets"]
    assert again["usermeta"]["table"] == plain["usermeta"]["table"]


@pytest.fixture(scope="module")
def flow_page(
    browser: Any, cases: Mapping[str, Case], package: Package, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Page, dict[str, Any]]]:
    """The flow drawn by Vega under the site's policy, its expressions interpreted."""
    folder: Path = tmp_path_factory.mktemp("flow")
    case, computed = package.at(POINTS[0], CHAPTER)
    spec = charts.flow(case, computed).to_dict()
    (folder / "vega.js").write_text(vl_convert.javascript_bundle(vl_version="6.4"), "utf-8")
    (folder / "index.html").write_text(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Flow</title>'
        f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        '<script src="vega.js"></script></head><body><div id="flow"></div></body></html>',
        "utf-8",
    )
    page = browser.new_page(viewport={"width": 900, "height": 600})
    page.goto((folder / "index.html").as_uri(), wait_until="load")
    page.evaluate(
        """(text) => vegaEmbed("#flow", { ...JSON.parse(text), width: 700 },
             { ast: true, renderer: "svg", actions: false, defaultStyle: false, tooltip: false }).then(() => null)""",
        json.dumps(spec),
    )
    yield page, spec
    page.close()


_STRENGTHS = """() => [...document.querySelectorAll(".ribbons_marks path")]
  .map((path) => Number(path.getAttribute("opacity")))"""


def test_pointing_at_a_ribbon_sets_the_others_back(flow_page: tuple[Page, dict[str, Any]]) -> None:
    page, spec = flow_page
    ribbons = next(rows for rows in spec["datasets"].values() if "k" in rows[0])
    own = [row["strength"] for row in ribbons]
    assert page.evaluate(_STRENGTHS) == pytest.approx(own)
    area = page.locator(".ribbons_marks path")
    opened = [number for number, row in enumerate(ribbons) if row["colour"] == STEP[3]]
    for number in (opened[0], opened[-1]):
        # Half way along, where no other ribbon lies over it.
        path = area.nth(number).bounding_box()
        row = ribbons[number]
        assert path is not None
        middle = (row["start"] + row["end"] + row["tall"]) / 2
        top = min(row["start"], row["end"])
        page.mouse.move(path["x"] + path["width"] / 2, path["y"] + middle - top)
        page.wait_for_timeout(60)
        faint = [strength if i == number else FLOW.BACK for i, strength in enumerate(own)]
        assert page.evaluate(_STRENGTHS) == pytest.approx(faint)
    page.mouse.move(5, 590)
    page.wait_for_timeout(60)
    assert page.evaluate(_STRENGTHS) == pytest.approx(own)
