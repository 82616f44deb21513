"""Every chart: valid, named, described, deterministic and true to the chapter's results."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import altair as alt
import pytest
from neutrality.case import Case, load
from neutrality.chapters import compute
from neutrality.charts import common, competitor_opportunity, customer_exits, deal, draw
from neutrality.charts.competitor_opportunity import claims
from neutrality.charts.theme import TAG_COLOURS
from neutrality.results import Chapter
from neutrality.units import pretty

#: Numbers in a specification are rounded to six significant digits.
SIX_DIGITS = 5e-6

MODULES = {"deal": deal, "customer_exits": customer_exits, "competitor_opportunity": competitor_opportunity}
CUSTOMERS = ("google", "microsoft", "xai", "openai")
SETS: dict[str, dict[str, Any]] = {
    "base": {},
    "google_only": {"scenario": "google_only"},
    "full_exodus": {"scenario": "full_exodus"},
    "perturbed": {"figures": {"investment": 13.7, "stake": 0.47}},
    "no_step_up": {"figures": {"valuation_reported": 10}},
    "mostly_in_house": {"figures": {"inhouse_share": 0.8}},
    "all_cash_stayed": {"figures": {"cash_retained_share": 1}},
    "nobody_leaves": {"figures": {f"{name}_exit_probability": 0 for name in CUSTOMERS}},
    "all_revenue_at_risk": {
        "figures": {"google_spend_2024": 400, "valuation_prior": 40, "cash_retained_share": 0.4}
    },
    "nothing_replaced": {
        "figures": {"google_spend_2024": 0, "not_replaced_share": 0.5, "handshake_base_revenue": 0}
    },
}
#: Sets that are checked against the schema in full; the others differ from them in data alone.
SCHEMA_SETS = ("base", "nobody_leaves")

Computed = tuple[Case, dict[str, Chapter]]


def chart_names() -> list[tuple[str, str]]:
    return [(name, id) for name, module in MODULES.items() for id in (*module.CHARTS, "front")]


def function_of(name: str, id: str) -> Any:
    return MODULES[name].front if id == "front" else MODULES[name].CHARTS[id]


@pytest.fixture(scope="module")
def computed() -> dict[str, Computed]:
    cases = {name: load(**given) for name, given in SETS.items()}
    return {
        name: (case, {chapter: compute(chapter, case) for chapter in MODULES}) for name, case in cases.items()
    }


@pytest.fixture(scope="module")
def specs(computed: dict[str, Computed]) -> dict[tuple[str, str, str], dict[str, Any]]:
    return {
        (given, name, id): function_of(name, id)(case, chapters[name]).to_dict(validate=False)
        for given, (case, chapters) in computed.items()
        for name, id in chart_names()
    }


def spec_of(specs: dict, given: str, id: str) -> dict[str, Any]:
    return next(spec for (one, _, other), spec in specs.items() if (one, other) == (given, id))


def values(spec: dict[str, Any]) -> list[float]:
    """Every number in the data of a specification's wide drawing."""
    rows = [row for rows in spec["datasets"].values() for row in rows]
    return [value for row in rows for value in row.values() if isinstance(value, int | float)]


def texts(spec: dict[str, Any]) -> str:
    return "\n".join(str(row["text"]) for rows in spec["datasets"].values() for row in rows if "text" in row)


def holds(spec: dict[str, Any], value: float | None) -> bool:
    assert value is not None
    return any(found == pytest.approx(value, rel=SIX_DIGITS, abs=1e-9) for found in values(spec))


@pytest.mark.parametrize("given", SCHEMA_SETS)
@pytest.mark.parametrize(("name", "id"), chart_names())
def test_a_specification_is_valid_and_round_trips(specs: dict, given: str, name: str, id: str) -> None:
    spec = specs[given, name, id]
    bare = {key: value for key, value in spec.items() if key != "config"}
    again = alt.Chart.from_dict(bare, validate=True).to_dict(validate=False)
    assert {key: value for key, value in again.items() if key != "config"} == bare


@pytest.mark.parametrize(("name", "id"), chart_names())
def test_the_narrow_drawing_is_valid_too(specs: dict, name: str, id: str) -> None:
    spec = specs["base", name, id]
    kept = {key: value for key, value in spec.items() if key not in ("usermeta", "config")}
    alt.Chart.from_dict(draw.merge(kept, spec["usermeta"].get("narrow") or {}), validate=True)


@pytest.mark.parametrize("given", SETS)
def test_every_chart_says_what_it_is(specs: dict, given: str) -> None:
    for (one, _, id), spec in specs.items():
        if one != given:
            continue
        title, subtitle = draw.heading(spec)
        assert title.endswith("?"), id
        assert subtitle and subtitle[0] == subtitle[0].upper(), id
        assert len(spec["description"]) > 40 and spec["description"].endswith("."), id
        assert spec["usermeta"]["source"].startswith("Figures: "), id
        assert id == "front" or spec["usermeta"]["id"] == id
        assert "None" not in (texts(spec) + spec["description"] + subtitle).replace("None of the cash", ""), (
            id
        )


@pytest.mark.parametrize("given", SETS)
def test_no_specification_holds_what_is_no_number(specs: dict, given: str) -> None:
    for (one, _, id), spec in specs.items():
        if one != given:
            continue
        text = json.dumps(spec, allow_nan=False)
        assert "nan" not in re.findall(r'"([a-z]+)"', text.lower())
        every = {**spec["datasets"], **(spec["usermeta"].get("narrow") or {}).get("datasets", {})}
        for rows in every.values():
            assert rows is None or all(value is not None for row in rows for value in row.values()), id


@pytest.mark.parametrize(("name", "id"), chart_names())
def test_two_calls_give_the_same(computed: dict, specs: dict, name: str, id: str) -> None:
    case, chapters = computed["base"]
    again = function_of(name, id)(case, chapters[name]).to_dict(validate=False)
    assert json.dumps(again) == json.dumps(specs["base", name, id])


@pytest.mark.parametrize("given", SETS)
def test_specifications_are_small(specs: dict, given: str) -> None:
    sizes = {id: len(json.dumps(spec)) for (one, _, id), spec in specs.items() if one == given}
    assert max(sizes.values()) < 25_000, sizes


@pytest.mark.parametrize("given", ("base", "nobody_leaves"))
def test_drawings_have_the_widths_of_the_page(specs: dict, given: str) -> None:
    for (one, _, id), spec in specs.items():
        if one != given:
            continue
        for drawing, width in zip(draw.drawings(spec), (draw.WIDE, draw.NARROW), strict=True):
            found = float(re.search(r'width="([\d.]+)"', drawing.svg)[1])
            assert found == pytest.approx(width, abs=3), (id, drawing.variant)


@pytest.mark.parametrize("given", SETS)
def test_deal_charts_show_the_results(computed: dict, specs: dict, given: str) -> None:
    results = computed[given][1]["deal"].results
    consistency = spec_of(specs, given, "D1")
    assert holds(consistency, results.value("deal.implied_post_money"))
    if results.value("deal.consistent"):
        assert holds(consistency, results.value("deal.valuation_low"))
        assert holds(consistency, results.value("deal.valuation_high"))
    else:
        assert common.NO_NUMBER in texts(consistency)
    for name in ("stake_on_prior", "stake_on_prior_low", "stake_on_prior_high", "implied_stake"):
        assert holds(spec_of(specs, given, "D1b"), results.value(f"deal.{name}"))
    cash = spec_of(specs, given, "D2")
    for name in ("enterprise_value", "step_up_share", "operating_step_up_cash_stayed"):
        assert holds(cash, results.value(f"deal.{name}"))
    residual = results.value("deal.residual_premium_cash_stayed")
    assert pretty(residual, results["deal.residual_premium_cash_stayed"].unit) in texts(
        spec_of(specs, given, "D6")
    )


@pytest.mark.parametrize("given", SETS)
def test_the_erased_share_is_the_chapters(computed: dict, specs: dict, given: str) -> None:
    results, spec = computed[given][1]["deal"].results, spec_of(specs, given, "D3")
    if (results.value("deal.step_up") or 0) <= 0:
        assert common.NO_NUMBER in texts(spec)
        return
    cells = [row for rows in spec["datasets"].values() for row in rows if "share" in row]
    per_million = results.value("deal.multiple") / results.value("deal.step_up") / 1000
    own = [cell for cell in cells if cell["row"].startswith("deal:")]
    assert own
    for cell in own:
        assert cell["share"] == pytest.approx(per_million * cell["at"], rel=2 * SIX_DIGITS)
    assert holds(spec, results.value("deal.break_even_lost_revenue"))


@pytest.mark.parametrize("given", SETS)
def test_the_waterfall_ends_at_what_is_left(computed: dict, specs: dict, given: str) -> None:
    results, spec = computed[given][1]["deal"].results, spec_of(specs, given, "D4")
    for name in ("value_after_exit", "value_after_exit_low"):
        assert holds(spec, results.value(f"deal.{name}"))
    for name in ("revenue_effect", "multiple_effect", "revenue_effect_at_low_multiple"):
        assert pretty(results.value(f"deal.{name}"), results["deal.step_up"].unit) in texts(spec)
    bars = [row for rows in spec["datasets"].values() for row in rows if "y2" in row and "colour" in row]
    assert all(row["x"] <= row["x2"] for row in bars)


@pytest.mark.parametrize("given", SETS)
def test_lines_of_equal_value_run_through_our_setting(computed: dict, specs: dict, given: str) -> None:
    results, spec = computed[given][1]["deal"].results, spec_of(specs, given, "D5")
    for name in ("implied_growth_dcf", "implied_growth_exit_multiple"):
        growth = results.value(f"deal.{name}")
        if growth is None:
            assert common.NO_NUMBER in texts(spec)
        else:
            assert holds(spec, growth)
            assert pretty(growth, "share") in texts(spec)


@pytest.mark.parametrize("given", SETS)
def test_the_tornado_turns_around_the_results(computed: dict, specs: dict, given: str) -> None:
    results, spec = computed[given][1]["deal"].results, spec_of(specs, given, "D7")
    names = ("implied_post_money", "largest_customer_step_up_share", "implied_growth_dcf", "residual_premium")
    for name in names:
        result = results[f"deal.{name}"]
        said = common.NO_NUMBER if result.value is None else pretty(result.value, result.unit)
        assert said in texts(spec).replace("\n", " "), name
    rows = computed[given][1]["deal"].tables["T1.8"].rows
    swings = [cells[5].value for cells in rows if cells[5].value]
    bars = [row for rows in spec["datasets"].values() for row in rows if "x2" in row]
    for bar in bars:
        size = bar["x2"] - bar["x"]
        assert any(size == pytest.approx(swing, rel=1e-2, abs=1e-4) for swing in swings)


@pytest.mark.parametrize("given", SETS)
def test_exit_charts_show_the_results(computed: dict, specs: dict, given: str) -> None:
    results = computed[given][1]["customer_exits"].results
    for id in ("E3",):
        for name in ("reported_loss_high", "expected_loss_low", "expected_loss_high", "expected_loss"):
            assert holds(spec_of(specs, given, id), results.value(f"exits.{name}"))
    assert pretty(results.value("exits.hhi_high"), "points") in texts(spec_of(specs, given, "E2"))
    growth = results.value("exits.replacement_growth_expected")
    assert not growth or holds(spec_of(specs, given, "E8"), growth)
    shown = values(spec_of(specs, given, "E9"))
    for name, result in results.items():
        if name.startswith(("exits.first_order.", "exits.total_order.", "exits.shapley.")) and result.value:
            assert any(found == pytest.approx(result.value, rel=SIX_DIGITS) for found in shown), name
    worth = values(spec_of(specs, given, "E10"))
    for name, result in results.items():
        if name.startswith("exits.perfect_information.") and result.value:
            assert any(found == pytest.approx(result.value, rel=SIX_DIGITS) for found in worth), name
    for name in ("expected_loss", "provision", "value_at_risk"):
        # Marks closer than a hair are one.
        place = [
            row["x"]
            for rows in spec_of(specs, given, "E4")["datasets"].values()
            for row in rows
            if "x" in row
        ]
        assert any(x == pytest.approx(results.value(f"exits.{name}"), abs=5) for x in place), name
    for name in ("probability_all", "probability_none", "expected_shortfall", "expected_shortfall_80"):
        assert holds(spec_of(specs, given, "E6"), results.value(f"exits.{name}")), name


@pytest.mark.parametrize("given", SETS)
def test_quarters_add_to_the_year(computed: dict, specs: dict, given: str) -> None:
    results, spec = computed[given][1]["customer_exits"].results, spec_of(specs, given, "E7")
    lost_colours = set(TAG_COLOURS.values())
    bars = [
        row
        for rows in spec["datasets"].values()
        for row in rows
        if "y2" in row and row["colour"] in lost_colours
    ]
    lost = sum(row["y2"] - row["y"] for row in bars)
    assert lost == pytest.approx(results.value("exits.in_year_loss_largest"), abs=1e-3)


@pytest.mark.parametrize("given", SETS)
def test_concentration_bars_fill_the_revenue(specs: dict, given: str) -> None:
    bars = [row for rows in spec_of(specs, given, "E2")["datasets"].values() for row in rows if "x2" in row]
    for bar in {row["y"] for row in bars}:
        parts = [row["x2"] - row["x"] for row in bars if row["y"] == bar]
        assert sum(parts) == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("given", SETS)
def test_opportunity_charts_show_the_results(computed: dict, specs: dict, given: str) -> None:
    chapters = computed[given][1]
    results = chapters["competitor_opportunity"].results
    for name in ("released_high", "contestable", "contestable_expected_low", "contestable_expected_high"):
        assert holds(spec_of(specs, given, "C0"), results.value(f"opportunity.{name}"))
    for name in ("released", "contestable"):
        assert holds(spec_of(specs, given, "C1"), results.value(f"opportunity.{name}"))
    assert holds(spec_of(specs, given, "C3"), results.value("opportunity.released"))
    model = chapters["competitor_opportunity"].model
    claim = model.amounts[0]
    needed = results.value(f"opportunity.{claim.vendor.id}.required_share.contestable")
    chart = spec_of(specs, given, "C10")
    if needed is None:
        assert common.NO_NUMBER in texts(chart)
    elif needed <= claims.FARTHEST_SHARE:
        assert holds(chart, needed)
    else:
        assert pretty(needed, "share") in texts(chart)
    fits = "both claims fit" in spec_of(specs, given, "C5")["description"]
    assert fits == (results["opportunity.claims_verdict"].value == "fit")


@pytest.mark.parametrize("given", SETS)
def test_vendor_charts_show_the_results(computed: dict, specs: dict, given: str) -> None:
    case, chapters = computed[given]
    chapter = chapters["competitor_opportunity"]
    results, model = chapter.results, chapter.model
    claim = model.amounts[0].vendor.id
    curve = spec_of(specs, given, "C4")
    assert holds(curve, results.value(f"opportunity.{claim}.probability_covered"))
    for vendor in case.vendors:
        for rule in ("equal", "proportional", "logit"):
            amount = results.value(f"opportunity.{vendor.id}.diverted.{rule}")
            share = amount / model.open_pool.value if model.open_pool.value else None
            assert share is None or holds(spec_of(specs, given, "C6"), share)
        assert holds(spec_of(specs, given, "C7"), results.value(f"opportunity.{vendor.id}.allocated"))
        up = results.value(f"opportunity.{vendor.id}.uplift")
        assert not up or holds(spec_of(specs, given, "C8"), up)
    for rule in ("equal", "proportional", "logit", "within_capacity"):
        assert holds(spec_of(specs, given, "C9"), results.value(f"opportunity.vendor_hhi_after.{rule}"))


@pytest.mark.parametrize("given", SETS)
def test_ribbons_leave_their_nodes_filled(computed: dict, specs: dict, given: str) -> None:
    """Every node of the flow is as tall as the ribbons that enter or leave it."""
    spec = spec_of(specs, given, "C2")
    rows = [row for rows in spec["datasets"].values() for row in rows]
    ribbons = [row for row in rows if "k" in row]
    boxes = [row for row in rows if "x2" in row]
    if not ribbons:
        assert common.NO_NUMBER in texts(spec)
        return
    assert len({row["k"] for row in ribbons}) == len(ribbons)
    # Which field says where a ribbon lies at either of its ends.
    ends = {"left": "start", "right": "end"}
    for box in boxes:
        touching = [
            sum(
                row["tall"]
                for row in ribbons
                if row[side] == pytest.approx(x, abs=1e-6)
                and box["y"] - 0.01 <= row[top] <= row[top] + row["tall"] <= box["y2"] + 0.01
            )
            for (side, top), x in zip(ends.items(), (box["x2"], box["x"]), strict=True)
        ]
        assert any(found == pytest.approx(box["y2"] - box["y"], abs=0.01) for found in touching), box


@pytest.mark.parametrize("given", SETS)
def test_ribbons_of_the_flow_are_drawn_from_end_to_end(specs: dict, given: str) -> None:
    spec = spec_of(specs, given, "C2")
    ribbons = [row for rows in spec["datasets"].values() for row in rows if "k" in row]
    wide, _ = draw.drawings(spec)
    drawn = re.findall(r'<path d="M([\d.]+),([\d.]+)L[^"]*" fill="(?:#\w+)" opacity="([\d.]+)"', wide.svg)
    width = float(re.search(r'd="M0,0h([\d.]+)v', wide.svg)[1])
    # In the order of the records, each at its own strength: nothing is pointed at.
    assert len(drawn) == len(ribbons)
    for row, (x, y, strength) in zip(ribbons, drawn, strict=True):
        assert float(x) == pytest.approx(width * row["left"], abs=0.6)
        assert float(y) == pytest.approx(row["start"], abs=0.06)
        assert float(strength) == row["strength"]


def test_contours_of_the_map_need_what_they_say(computed: dict, specs: dict) -> None:
    case, chapters = computed["base"]
    claim = chapters["competitor_opportunity"].model.amounts[0].least
    level = {"all": 1.0, "half": 0.5, "an equal share": 1 / len(case.vendors)}
    points = [
        row for rows in spec_of(specs, "base", "C3")["datasets"].values() for row in rows if "level" in row
    ]
    assert {row["level"] for row in points} == set(level)
    for row in points:
        assert claim / (row["x"] * (1 - row["y"])) == pytest.approx(level[row["level"]], rel=1e-4)


def test_the_shaded_region_is_where_claims_fit(computed: dict, specs: dict) -> None:
    pool = computed["base"][1]["competitor_opportunity"].results.value("opportunity.contestable")
    spec = spec_of(specs, "base", "C5")
    area = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "area")
    corners = spec["datasets"][area["data"]["name"]]
    assert all(row["x"] + row["y"] == pytest.approx(pool, rel=SIX_DIGITS) for row in corners)


def without(case: Case, *metrics: str) -> Case:
    """The case without the figures of some metrics."""
    return replace(case, figures={id: one for id, one in case.figures.items() if one.metric not in metrics})


def test_a_case_without_claims_has_no_charts_of_them(computed: dict) -> None:
    case = without(computed["base"][0], "claimed_revenue", "claimed_multiple")
    chapter = compute("competitor_opportunity", case)
    for id in ("C3", "C4", "C5", "C10"):
        assert competitor_opportunity.CHARTS[id](case, chapter) is None
    spec = competitor_opportunity.front(case, chapter).to_dict(validate=False)
    assert "claims" not in texts(spec)


def test_one_multiple_alone_has_no_chart(computed: dict) -> None:
    case = without(computed["base"][0], "claimed_multiple")
    assert competitor_opportunity.together(case, compute("competitor_opportunity", case)) is None


def modules(packages: Iterable[ModuleType]) -> Iterator[ModuleType]:
    """Modules, and those within packages."""
    for package in packages:
        yield package
        for found in iter_modules(getattr(package, "__path__", [])):
            yield import_module(f"{package.__name__}.{found.name}")


def test_no_name_of_the_case_stands_in_code(computed: dict) -> None:
    case, _ = computed["base"]
    names = {entity.name for entity in case.entities.values()}
    ids = {entity.id for entity in case.entities.values() if entity.role != "other"}
    for module in (*modules(MODULES.values()), common):
        source = inspect.getsource(module)
        for name in names | ids:
            assert not re.search(rf"(?<![A-Za-z]){re.escape(name)}(?![A-Za-z])", source), (
                module.__name__,
                name,
            )
        assert not re.search(r"\$\d|USD|EUR|[€£]", source), module.__name__


def test_rounding_keeps_six_digits() -> None:
    assert common.rounded(1234567.8) == 1234570
    assert common.rounded(0.000123456789) == 0.000123457
    assert common.rounded(0.0) == 0
    assert common.rounded("text") == "text"


def test_records_without_a_number_are_left_out() -> None:
    rows = common.data([{"x": 1.0}, {"x": None}, {"x": float("nan")}, {"x": float("inf")}])
    assert rows == [{"x": 1}]


@pytest.mark.parametrize("old", ({"a": 1, "b": {"c": [1], "d": 2}}, {}))
@pytest.mark.parametrize("new", ({"a": 2, "b": {"c": [1, 2]}, "e": "f"}, {"b": {"c": [1], "d": 2}}))
def test_the_patch_of_the_narrow_drawing_leads_to_it(old: dict, new: dict) -> None:
    assert draw.merge(old, common._difference(old, new)) == new
