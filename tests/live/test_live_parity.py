"""Every named result of the three chapters, in a real browser, against the package."""

from __future__ import annotations

import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import points
import pytest
import seven
from neutrality.case import Case, load
from neutrality.case.load import varied
from neutrality.chapters.headlines import all_results
from neutrality.errors import InputError
from neutrality.press.live import record
from points import Point

LOADED = ("scale", "pool_method")


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory, root: Path) -> Case:
    """The case with seven customers."""
    return load(str(seven.write(tmp_path_factory.mktemp("other") / "case", root / "data")))


@pytest.fixture(scope="module")
def editions(case: Case, other: Case) -> dict[str, tuple[Case, dict[str, str]]]:
    """Cases with the choices that a book was built with."""
    days = [row["known_on"] for row in case.tables["figures"].rows]
    scenario = case.tables["scenarios"].rows[0]["scenario"]
    changed = load(case.location, "", scenario, points.PERTURBED, pool_method="log")
    return {
        "base": (case, {}),
        "changed": (changed, {"size_model": "fixed", "share_model": "proportional", "draws": 1000}),
        "latest": (load(case.location, as_of=max(days)), {}),
        "seven": (other, {}),
    }


@pytest.fixture(scope="module")
def wanted(editions) -> list[tuple[str, Point]]:
    case, other = editions["base"][0], editions["seven"][0]
    found = [("base", point) for point in points.points(case)]
    found += [("seven", point) for point in points.points_of_seven(other)]
    found += [
        ("changed", Point("an edition with figures of its own")),
        ("changed", Point("figures on top of an edition's", {"stake": 0.51, "revenue_2024": 1000})),
        ("changed", Point("its choices put back", {}, {"scenario": "as_reported", "pool_method": "linear", "size_model": "uniform"})),
        ("latest", Point("later evidence")),
    ]  # fmt: skip
    return found


@pytest.fixture(scope="module")
def page_results(live_page, editions, wanted) -> list[dict[str, Any]]:
    records = {name: record(*edition) for name, edition in editions.items()}
    asked = [
        {"record": name, "changes": point.changes, "choices": point.choices, "chapters": point.chapters}
        for name, point in wanted
    ]
    return live_page.results(records, asked)


def by_package(case: Case, choices: Mapping[str, Any], point: Point) -> dict[str, Any]:
    """The results of the package at a point of an edition."""
    chosen = {**choices, **point.choices}
    scenario = chosen.pop("scenario", case.scenario)
    reading = {name: chosen.pop(name) for name in LOADED if name in chosen}
    if reading:
        whole = {"scale": case.scale, "pool_method": case.pool_method, **reading}
        day = case.as_of.isoformat() if case.as_of else ""
        found = load(case.location, day, scenario, {**case.overrides, **point.changes}, **whole)
    else:
        found = varied(case, point.changes, scenario)
    return all_results(found, chosen, point.chapters)


def close(ours: float, theirs: float, scale: float) -> bool:
    # A part in a million, and of results that are differences of larger ones a part in a billion of those.
    return abs(ours - theirs) <= max(1e-6 * abs(theirs), 1e-9 * scale)


def differences(package: Mapping[str, Any], page: list[Mapping[str, Any]]) -> list[str]:
    """What is not the same: ids and their order, values, units, tags, layers, figures."""
    if list(package) != [found["id"] for found in page]:
        return [f"ids differ: {set(package) ^ {found['id'] for found in page} or 'only in order'}"]
    faults = []
    for result, found in zip(package.values(), page, strict=True):
        value = found["value"]
        if isinstance(result.value, float | int) and isinstance(value, float | int):
            scale = 1000.0 if " mn" in result.unit else 1.0
            same = math.isfinite(value) and close(value, result.value, scale)
        else:
            same = value == result.value
        if not same:
            faults.append(f"{result.id}: {value!r}, by the package {result.value!r}")
        for name in ("unit", "tag", "layer"):
            if found[name] != getattr(result, name):
                faults.append(
                    f"{result.id}: {name} {found[name]!r}, by the package {getattr(result, name)!r}"
                )
        if found["figures"] != list(result.figures):
            faults.append(f"{result.id}: figures {found['figures']}, by the package {list(result.figures)}")
    return faults


def test_every_result_at_every_point_is_that_of_the_package(editions, wanted, page_results) -> None:
    faults: list[str] = []
    compared = dict.fromkeys(points.ALL, 0)
    for (name, point), found in zip(wanted, page_results, strict=True):
        if "error" in found:
            faults.append(f"{point.name}: {found['error']}")
            continue
        package = by_package(*editions[name], point)
        faults += [f"{point.name}: {fault}" for fault in differences(package, found["results"])]
        for chapter in point.chapters:
            compared[chapter] += 1
    assert not faults, "\n".join(faults)
    assert min(compared.values()) >= 12, compared


_FIGURES = """({ record, points }) => points.map(({ changes, choices }) => {
  const { range } = neutrality.case.figures;
  const open = (figure) => { try { return range(figure); } catch (problem) { return null; } };
  const figures = [...neutrality.model(record).at(changes, choices).figures.values()];
  return figures.map((one) => [
    one.id, one.value, one.low, one.high, one.tag, one.overridden, one.pooled, open(one),
  ]);
})"""


def test_figures_as_controls_show_them_are_those_of_the_package(live_page, case) -> None:
    """Values, ranges and tags: pooled probabilities, caps of undisclosed spends, ranges that a value widened."""
    turned = [
        Point("base"),
        Point("perturbed", points.PERTURBED),
        Point("disclosed", {"microsoft_spend_2024": 180, "google_exit_probability": 0.2, "stake": 0.9}),
        Point("scenario", {"xai_exit_probability": 0.3}, {"scenario": "google_only"}),
        Point("another pool", {"pool_weight": 0.9}, {"pool_method": "log", "scale": "icd203"}),
    ]
    asked = [{"changes": one.changes, "choices": one.choices} for one in turned]
    found = live_page.evaluate(_FIGURES, {"record": record(case, {}), "points": asked})
    for point, figures in zip(turned, found, strict=True):
        choices = dict(point.choices)
        scenario = choices.pop("scenario", "as_reported")
        package = load(case.location, "", scenario, point.changes, **choices).figures.values()
        for theirs, ours in zip(package, figures, strict=True):
            try:
                ends = list(theirs.range)
            except InputError:
                ends = None
            kept = [
                theirs.id,
                theirs.value,
                theirs.low,
                theirs.high,
                theirs.tag,
                theirs.overridden,
                theirs.pooled,
            ]
            assert ours[:1] == kept[:1]
            for a, b in zip(ours[1:4], kept[1:4], strict=True):
                assert a == (b if b is None else pytest.approx(b, rel=1e-12)), (point.name, theirs.id)
            assert ours[4:7] == kept[4:]
            assert ours[7] == (ends if ends is None else pytest.approx(ends, rel=1e-12)), (
                point.name,
                theirs.id,
            )


def test_at_the_limits_of_every_figure(live_page, case) -> None:
    turned = list(points.limits(case))
    asked = [
        {"record": "base", "changes": one.changes, "choices": {}, "chapters": one.chapters} for one in turned
    ]
    faults, refused = [], 0
    for point, found in zip(turned, live_page.results({"base": record(case, {})}, asked), strict=True):
        try:
            package = by_package(case, {}, point)
        except InputError as problem:
            refused += 1
            if found != {"error": problem.lines[0]}:
                faults.append(f"{point.name}: {found}, by the package {problem.lines[0]}")
            continue
        differing = [found["error"]] if "error" in found else differences(package, found["results"])
        faults += [f"{point.name}: {fault}" for fault in differing]
    assert not faults, "\n".join(faults)
    assert 0 < refused < len(turned) / 3


#: Figures that no reader can have: alone out of limits, or together impossible.
IMPOSSIBLE = [
    {"stake": 1.5},
    {"stake": -1},
    {"revenue_2024": 0.5},
    {"investment": math.nan},
    {"investment": math.inf},
    {"nothing_of_this_name": 1},
    {"revenue_2024": 100},
    {"google_spend_2024": 500, "microsoft_spend_2024": 300, "xai_spend_2024": 200},
    {"dcf_rate": 0.05, "dcf_terminal_growth": 0.05},
    {"dcf_years": 9.5},
    {"google_exit_probability": 0.1, "google_exit_probability_without_deal": 0.2},
    {"google_exit_probability": 0.5, "stake": 7, "valuation_prior": -3},
]


def test_what_the_package_refuses_the_page_refuses_in_the_same_words(live_page, case) -> None:
    asked = [
        {"record": "base", "changes": changes, "choices": {}, "chapters": None} for changes in IMPOSSIBLE
    ]
    found = live_page.evaluate(
        """({ record, points }) => {
          const model = neutrality.model(record);
          return points.map(({ changes }) => model.results(changes));
        }""",
        {"record": record(case, {}), "points": asked},
    )
    for changes, answer in zip(IMPOSSIBLE, found, strict=True):
        with pytest.raises(InputError) as refused:
            by_package(case, {}, Point("impossible", changes))
        assert list(answer) == ["error"]
        # The package also names ids that are near to an unknown one.
        assert answer["error"] == refused.value.lines[0].partition("; nearest: ")[0]


def test_nothing_is_divided_by_nothing_on_either_side(live_page, spoilt) -> None:
    """Where the limits of a figure let it be nothing, the relations between figures refuse it."""
    names = ("stake", "valuation_reported", "cost_short", "cost_over")
    spoilt.change("figures", lambda rows: [row | {"min": "0"} if row["id"] in names else row for row in rows])
    spoilt.change(
        "figures", lambda rows: [row | {"max": "1"} if row["id"] == "confidence" else row for row in rows]
    )
    case = load(str(spoilt))
    asked = [{"stake": 0}, {"valuation_reported": 0.2}, {"confidence": 1}, {"cost_short": 0, "cost_over": 0}]
    for changes in asked:
        with pytest.raises(InputError) as refused:
            varied(case, changes)
        said = live_page.evaluate(
            "({ record, changes }) => neutrality.model(record).results(changes).error",
            {"record": record(case, {}), "changes": changes},
        )
        assert said == refused.value.lines[0]
        assert said.endswith(("expected more than 0", "expected less than 1"))


def test_scales_of_money_and_periods_are_compared_alike(live_page, spoilt) -> None:
    """Spends in other scales, the weight of the pool for two half years, the newer of which is not the later as
    text, and spends that are all of the revenue."""
    scales = {"google_spend_2024": {"value": "0.15", "half_unit": "0.005", "unit": "USD bn per year"},
              "xai_spend_2024": {"unit": "USD k per year", "max": "1e9"},
              "pool_weight": {"period": "2025-12", "value": "1"}}  # fmt: skip
    spoilt.change("figures", lambda rows: [row | scales.get(row["id"], {}) for row in rows])
    weight = next(row for row in spoilt.rows("figures") if row["id"] == "pool_weight")
    spoilt.change(
        "figures", lambda rows: [weight | {"id": "t_weight", "period": "2025-H1", "value": "0"}, *rows]
    )
    case = load(str(spoilt))
    assert case.figure("pool_weight").value == 1
    points = [Point("as it stands"), Point("all of the revenue", {"google_spend_2024": 0.87})]
    asked = [{"record": "one", "changes": one.changes, "choices": {}, "chapters": None} for one in points]
    for point, found in zip(points, live_page.results({"one": record(case, {})}, asked), strict=True):
        assert differences(by_package(case, {}, point), found["results"]) == [], point.name


def test_hostile_changes_and_choices_are_one_sentence(live_page, case) -> None:
    answers = live_page.evaluate(
        """({ record }) => {
          const model = neutrality.model(record);
          const changes = [
            JSON.parse('{"__proto__": 1}'), { constructor: 1 }, { stake: "0.4" }, { stake: null }, { stake: [0.4] },
            { stake: true }, { "<img src=x onerror=alert(1)>": 1 }, { ["x".repeat(10000)]: 1 }, { "a\\nb\\u202e": 1 },
          ];
          const choices = [
            { scenario: "nowhere" }, { scenario: "__proto__" }, { size_model: "Uniform" }, { draws: 5 },
            { constructor: "x" }, { basis: ["plan"] }, { scale: null },
          ];
          return [
            ...changes.map((one) => model.results(one)),
            ...choices.map((one) => model.results({}, one)),
            { error: String(({}).polluted) },
          ];
        }""",
        {"record": record(case, {})},
    )
    assert answers.pop() == {"error": "undefined"}
    for answer in answers:
        assert list(answer) == ["error"]
        assert 0 < len(answer["error"]) < 300
        assert "\n" not in answer["error"]


def test_a_case_without_vendors_keeps_its_other_chapters(live_page, spoilt) -> None:
    alone = load(str(spoilt))
    held = record(alone, {})
    held["entities"] = [one for one in held["entities"] if one["role"] != "vendor"]
    found = live_page.evaluate(
        """(record) => {
          const reading = neutrality.model(record).at();
          const { error } = reading.chapter("competitor_opportunity");
          return [reading.chapter("deal").results.size, error, reading.results().error];
        }""",
        held,
    )
    assert found[0] > 50
    assert "expected at least one" in found[1]
    assert found[1] == found[2]


def test_the_page_stays_clean_and_has_one_new_global(live_page) -> None:
    folder = Path(live_page.page.url.removeprefix("file://")).parent
    globals_of = "() => Object.getOwnPropertyNames(globalThis)"
    with_scripts = set(live_page.evaluate(globals_of))
    other = live_page.another()
    try:
        other.goto((folder / "empty.html").as_uri())
        without = set(other.evaluate(globals_of))
        other.goto((folder / "bundle.html").as_uri())
        bundled = set(other.evaluate(globals_of))
    finally:
        other.context.close()
    # Playwright leaves names of its own on a page that it has evaluated something on.
    assert {name for name in with_scripts - without if not name.startswith("__")} == {"neutrality"}
    assert {name for name in bundled - without if not name.startswith("__")} == {"neutrality"}
    assert live_page.said == []


def test_the_bundle_computes_the_same(live_page, case, page_results) -> None:
    folder = Path(live_page.page.url.removeprefix("file://")).parent
    other = live_page.another()
    try:
        other.goto((folder / "bundle.html").as_uri())
        found = other.evaluate(
            "(record) => [...neutrality.model(record).results().values()]", record(case, {})
        )
    finally:
        other.context.close()
    assert found == page_results[0]["results"]


def test_the_scripts_hold_nothing_of_a_case(case, root) -> None:
    folder = root / "book" / "_static" / "live"
    named = [entity.name for entity in case.entities.values() if entity.role not in ("other",)]
    named += [entity.id for entity in case.entities.values() if entity.role not in ("other",)]
    text = "\n".join(path.read_text("utf-8") for path in folder.glob("*.js"))
    words = set(text.replace(".", " ").replace('"', " ").split())
    assert not words & {name for name in named if name != "other_vendors"}
    assert "eval(" not in text and "new Function" not in text
