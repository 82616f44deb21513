"""The charts of the outcomes: true to the chapter, readable at both widths, sound where there is nothing."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from itertools import pairwise
from typing import Any

import altair as alt
import pytest
from neutrality.case import Case, load
from neutrality.chapters import compute
from neutrality.charts import draw, outcomes
from neutrality.charts.outcomes import canvas
from neutrality.charts.outcomes.canvas import Box
from neutrality.charts.outcomes.precedents import marks
from neutrality.charts.outcomes.rivals import choices
from neutrality.charts.theme import TAG_COLOURS
from neutrality.units import pretty

EVIL = "<b>\n=HYPERLINK('x') 🚀 שלום " + "verylongword" * 30


def emptied(case: Case) -> Case:
    """The case without a row of what these charts show."""
    names = ("outcomes", "precedents", "comparables", "events")
    tables = {name: replace(case.tables[name], rows=()) for name in names}
    figures = [row for row in case.tables["figures"].rows if row["tag"] != "later"]
    tables["figures"] = replace(case.tables["figures"], rows=tuple(figures))
    return replace(case, tables={**case.tables, **tables})


def hostile(case: Case) -> Case:
    """The case with text in its tables that tries to break out of a drawing."""
    texts = {"events": "event", "precedents": "label", "figures": "label"}
    tables = {
        name: replace(table, rows=tuple(row | {column: EVIL} for row in table.rows))
        for name, column in texts.items()
        for table in (case.tables[name],)
    }
    entities = {id: replace(one, name=f"{one.name} {EVIL}") for id, one in case.entities.items()}
    return replace(case, tables={**case.tables, **tables}, entities=entities)


CASES = ("base", "the day of the base", "one resolved", "a late day", "certain", "nothing", "hostile")


@pytest.fixture(scope="module")
def cases() -> dict[str, Case]:
    case = load()
    return {
        "base": case,
        "the day of the base": load(as_of="2025-06-15"),
        "one resolved": load(as_of="2025-06-19"),
        "a late day": load(as_of="2026-05-31"),
        "certain": load(scenario="google_only"),
        "nothing": emptied(case),
        "hostile": hostile(case),
    }


@pytest.fixture(scope="module")
def specs(cases: dict[str, Case]) -> dict[tuple[str, str], dict[str, Any]]:
    found = {}
    for name, case in cases.items():
        chapter = compute("outcomes", case)
        for id, chart in outcomes.CHARTS.items():
            found[name, id] = chart(case, chapter).to_dict(validate=False)
    return found


def wide(spec: dict[str, Any]) -> list[dict[str, Any]]:
    return [row for rows in spec["datasets"].values() for row in rows]


def narrow(spec: dict[str, Any]) -> list[dict[str, Any]]:
    bare = {key: value for key, value in spec.items() if key != "usermeta"}
    return wide(draw.merge(bare, spec["usermeta"].get("narrow") or {}))


def texts(spec: dict[str, Any]) -> str:
    return "\n".join(str(row["text"]) for row in wide(spec) if "text" in row)


@pytest.mark.parametrize("given", ("base", "nothing"))
@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_both_specifications_are_valid(specs: dict, given: str, id: str) -> None:
    spec = specs[given, id]
    kept = {key: value for key, value in spec.items() if key not in ("usermeta", "config")}
    alt.Chart.from_dict(kept, validate=True)
    alt.Chart.from_dict(draw.merge(kept, spec["usermeta"].get("narrow") or {}), validate=True)


@pytest.mark.parametrize("given", CASES)
@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_a_chart_says_what_it_is(specs: dict, given: str, id: str) -> None:
    spec = specs[given, id]
    title, subtitle = draw.heading(spec)
    assert title.endswith("?")
    assert subtitle and subtitle[0] == subtitle[0].upper()
    assert len(spec["description"]) > 40 and spec["description"].endswith(".")
    assert re.match(r"(Figures|Claims): ", spec["usermeta"]["source"])
    assert spec["usermeta"]["id"] == id
    text = json.dumps(spec, allow_nan=False)
    assert "None" not in text
    for rows in (wide(spec), narrow(spec)):
        assert all(value is not None for row in rows for value in row.values())
    if given != "hostile":
        # The line of time is the longest: every event twice, since the narrow drawing breaks lines elsewhere.
        assert len(text) < {"O3": 45_000, "D8": 30_000}.get(id, 25_000)


@pytest.mark.parametrize("given", CASES)
@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_a_chart_has_a_table_of_its_data(specs: dict, given: str, id: str) -> None:
    table = specs[given, id]["usermeta"]["table"]
    assert len(set(table["columns"])) == len(table["columns"])
    assert len(table["rows"]) <= 40
    for row in table["rows"]:
        assert len(row) == len(table["columns"])
        assert all(cell is None or (cell != "" and isinstance(cell, str | int | float)) for cell in row)


@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_marks_say_what_they_are(specs: dict, id: str) -> None:
    """Whatever is drawn as a bar or a point has a tip; only what explains the marks has none."""
    spec = specs["base", id]
    layers = [one for one in spec["layer"] if one["mark"]["type"] in ("rect", "point")]
    told = [one for one in layers if "tooltip" in one["encoding"]]
    assert len(layers) - len(told) == (1 if id == "O1" else 0)
    for one in told:
        rows = spec["datasets"][one["data"]["name"]]
        assert rows and all(re.search(r"[\w)]: .", row["tip"]) for row in rows)
        assert all(len(row["tip"]) < 110 for row in rows)


@pytest.mark.parametrize("given", CASES)
@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_drawings_have_the_widths_of_the_page(specs: dict, given: str, id: str) -> None:
    for drawing, width in zip(draw.drawings(specs[given, id]), (draw.WIDE, draw.NARROW), strict=True):
        found = float(re.search(r'width="([\d.]+)"', drawing.svg)[1])
        assert found == pytest.approx(width, abs=3), drawing.variant


def test_two_calls_give_the_same(cases: dict, specs: dict) -> None:
    case = load()
    chapter = compute("outcomes", case)
    for id, chart in outcomes.CHARTS.items():
        assert json.dumps(chart(case, chapter).to_dict(validate=False)) == json.dumps(specs["base", id])


def boxes(rows: list[dict[str, Any]]) -> list[tuple[str, Box]]:
    """About the room that each text of a pixel layout takes."""
    found = []
    for row in rows:
        if "text" not in row or not str(row["text"]).strip():
            continue
        wide_ = 6.0 * len(str(row["text"]))
        left = row["x"] + row.get("dx", 0)
        match row.get("align", "left"):
            case "right":
                left -= wide_
            case "center":
                left -= wide_ / 2
        found.append((str(row["text"]), Box(left, row["y"] - 5, left + wide_, row["y"] + 5)))
    return found


@pytest.mark.parametrize("given", [name for name in CASES if name not in ("nothing", "hostile")])
@pytest.mark.parametrize("id", ["O1", "O3"])
@pytest.mark.parametrize("small", [False, True], ids=["wide", "narrow"])
def test_labels_stand_clear_of_each_other_and_inside(specs: dict, given: str, id: str, small: bool) -> None:
    spec = specs[given, id]
    found = list(dict.fromkeys(boxes(narrow(spec) if small else wide(spec))))
    room = canvas.width(small)
    for index, (text, box) in enumerate(found):
        assert box.left >= -1 and box.right <= room + 10, text
        for other, its in found[index + 1 :]:
            assert text == other or not box.meets(its), (text, other)


# -- E11 ----------------------------------------------------------------------------------------------

#: What belongs to the back-test as it is drawn, before the reader chooses.
AS_DRAWN = ("always", "recorded", "open")


@pytest.mark.parametrize("given", ("base", "one resolved", "certain"))
def test_the_back_test_shows_forecasts_and_outcomes(cases: dict, specs: dict, given: str) -> None:
    model = compute("outcomes", cases[given]).model
    spec = specs[given, "E11"]
    diamonds = [
        spec["datasets"][one["data"]["name"]]
        for one in spec["layer"]
        if one["mark"]["type"] == "point" and one["mark"].get("shape") == "diamond"
    ]
    solid, hollow = ([row for row in rows if row["when"] in AS_DRAWN] for rows in diamonds)
    assert sorted(row["x"] for row in solid) == sorted(one.outcome for one in model.resolved)
    others = [one for one in model.resolved if one.alternative is not None]
    assert len(hollow) == 2 * len(model.open) + len(others)
    points = [row["x"] for row in wide(spec) if set(row) == {"x", "y", "colour", "tip"}]
    for one in model.questions:
        assert any(x == pytest.approx(one.forecast, rel=1e-5) for x in points), one.name
        assert one.name in texts(spec)
    for one in model.resolved:
        assert f"Brier score {pretty((one.forecast - one.outcome) ** 2, 'score')}" in texts(spec)


@pytest.mark.parametrize("given", ("base", "the day of the base", "one resolved"))
def test_the_back_test_is_offered_in_every_way_to_count(cases: dict, specs: dict, given: str) -> None:
    """Each way has its outcome and its score for each question, and the mean of all that it counts."""
    model = compute("outcomes", cases[given]).model
    params = {one["name"]: one for one in specs[given, "E11"]["params"]}
    disputed = [one for one in model.resolved if one.alternative is not None]
    assert ("e11_reading" in params) == bool(disputed)
    assert ("e11_open" in params) == bool(model.open)
    means = {
        row["when"]: row["text"]
        for row in wide(specs[given, "E11"])
        if str(row.get("text")).startswith("So counted")
    }
    for reading in ("recorded", "other") if disputed else ("",):
        for state in ("open", "left", "stayed") if model.open else ("",):
            key = f"{reading} {state}".strip()
            if key in ("recorded open", "recorded", "open"):
                assert key not in means
                continue
            losses = []
            for one in model.questions:
                outcome = {"left": 1.0, "stayed": 0.0}.get(state) if not one.resolved else one.outcome
                if reading == "other" and one.alternative is not None:
                    outcome = one.alternative
                if outcome is not None:
                    losses.append((one.forecast - outcome) ** 2)
            assert f"score {pretty(sum(losses) / len(losses), 'score')} over {len(losses)} " in means[key]
    for one in model.questions:
        for state, outcome in (("left", 1), ("stayed", 0)) if not one.resolved else ():
            wanted = f"Brier score {pretty((one.forecast - outcome) ** 2, 'score')}"
            lines = [row.get("text") for row in wide(specs[given, "E11"]) if row.get("when") == state]
            assert any(wanted in str(text) for text in lines), one.name


def test_the_back_test_of_nothing_says_so(specs: dict) -> None:
    assert "No question is recorded yet" in texts(specs["nothing", "E11"])


# -- O1 -----------------------------------------------------------------------------------------------


def test_every_precedent_is_drawn_or_named(cases: dict, specs: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    for rows in (wide(specs["base", "O1"]), narrow(specs["base", "O1"])):
        said = " ".join(str(row["text"]) for row in rows if "text" in row)
        for one in model.precedents:
            assert one.name in said, one.name
        assert model.own.name in said


def test_marks_stand_where_their_numbers_say(cases: dict, specs: dict) -> None:
    """Later and larger lies to the right and above, in proportion to the logarithm."""
    found = marks(compute("outcomes", cases["base"]))
    both = [one for one in found if one.days and one.share]
    shown = {
        (row["shape"], row["fill"], row["x"], row["y"]) for row in wide(specs["base", "O1"]) if "shape" in row
    }
    spots = []
    for one in both:
        spots.append([(x, y) for shape, fill, x, y in shown if (shape, fill) == (one.shape, one.fill)])
    assert all(spots)
    # Recover both scales from two marks that differ in both numbers, and place the others by them.
    plot = outcomes.precedents.__globals__["_Plot"](found, False)
    for one, places in zip(both, spots, strict=True):
        wanted = (plot.x_of(one.days), plot.y_of(one.share))
        assert any((x, y) == pytest.approx(wanted, abs=0.01) for x, y in places), one.name
    assert plot.x_of(10) - plot.x_of(1) == pytest.approx(plot.x_of(100) - plot.x_of(10))
    assert plot.y_of(0.01) - plot.y_of(0.1) == pytest.approx(plot.y_of(0.1) - plot.y_of(1.0))
    assert plot.y_of(1.0) == plot.head


def test_ties_are_told_by_fill_and_directions_by_shape(cases: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    found = {one.name: one for one in marks(compute("outcomes", cases["base"]))}
    looks = {(one.tie, found[one.name].fill) for one in model.precedents if one.name in found} | {
        (one.direction, found[one.name].shape) for one in model.precedents if one.name in found
    }
    words = [word for word, _ in looks]
    assert len(set(words)) == len(words), "one look for each word"
    assert len({look for _, look in looks}) == len(looks), "one word for each look"


def test_a_case_without_a_speed_stands_on_the_margin(specs: dict) -> None:
    assert "time not known" in texts(specs["the day of the base", "O1"])
    assert "time not known" not in texts(specs["base", "O1"])
    assert "share not known" in texts(specs["base", "O1"])


# -- O2 -----------------------------------------------------------------------------------------------


def test_bars_are_the_growth_and_the_rule_is_the_pool(cases: dict, specs: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    spec = specs["base", "O2"]
    bars = [
        row for row in wide(spec) if set(row) == {"x", "x2", "y", "y2", "tip"} and row["y2"] - row["y"] == 14
    ]
    assert [row["x2"] - -row["x"] if row["x"] < 0 else row["x2"] for row in bars] == pytest.approx(
        [abs(one.growth) if one.growth > 0 else -abs(one.growth) for one in model.series], rel=1e-5
    )
    rule = [row for row in wide(spec) if row.get("x") == model.pool.value and "y2" in row]
    assert len(rule) == 1 + len(model.series)
    for one in model.series:
        assert one.basis in texts(spec)
    assert "gross run rate" in texts(spec)
    assert "· E" in texts(spec) and "· D" in texts(spec)


def test_no_growth_known_says_so(specs: dict) -> None:
    assert "No rival's sales are known" in texts(specs["nothing", "O2"])
    assert "No rival's sales are known" in texts(specs["the day of the base", "O2"])


# -- O3 -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("given", ("base", "the day of the base"))
def test_every_event_has_a_row_in_its_colour_with_its_letter(cases: dict, specs: dict, given: str) -> None:
    model = compute("outcomes", cases[given]).model
    for rows in (wide(specs[given, "O3"]), narrow(specs[given, "O3"])):
        heads = [row for row in rows if "text" in row and "colour" in row]
        assert [row["text"] for row in heads] == [
            f"{one.when} · {'S' if one.tag == 'stated' else 'E'}" for one in model.events
        ]
        assert [row["colour"] for row in heads] == [TAG_COLOURS[one.tag] for one in model.events]
        said = " ".join(row["text"] for row in rows if "text" in row)
        for one in model.events:
            assert one.words.split()[0] in said


def test_months_and_what_lasted_are_bars_and_days_are_dots(cases: dict, specs: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    bars = [row for row in wide(specs["base", "O3"]) if "thick" in row]
    assert sum(row["thick"] > 4 for row in bars) == sum(one.lasted for one in model.events)
    assert sum(row["thick"] < 4 for row in bars) == sum(one.monthly for one in model.events)
    assert all(row["x2"] - row["x"] >= 4 - 1e-6 for row in bars)
    dots = [row for row in wide(specs["base", "O3"]) if set(row) == {"x", "y", "colour", "tip"}]
    assert len(dots) == sum(one.day == one.until for one in model.events)
    # Time runs to the right.
    assert [row["x"] for row in dots] == sorted(row["x"] for row in dots)


@pytest.mark.parametrize(
    ("day", "until", "precision", "when"),
    [
        ("2025-06-12", None, "day", "12 Jun 2025"),
        ("2025-06-24", "2025-06-25", "day", "24 to 25 Jun 2025"),
        ("2024-01-20", "2024-03-19", "day", "20 Jan to 19 Mar 2024"),
        ("2024-12-20", "2025-01-03", "day", "20 Dec 2024 to 3 Jan 2025"),
        ("2025-12-01", None, "month", "Dec 2025"),
    ],
)
def test_when_in_words(cases: dict, day: str, until: str | None, precision: str, when: str) -> None:
    events = cases["base"].tables["events"]
    row = dict.fromkeys(events.columns) | {
        "date": day,
        "until": until,
        "precision": precision,
        "entity": "meta",
        "event": "It happened",
    }
    case = replace(cases["base"], tables={**cases["base"].tables, "events": replace(events, rows=(row,))})
    (one,) = compute("outcomes", case).model.events
    assert one.when == when
    assert one.until >= one.day
    spec = outcomes.timeline(case, compute("outcomes", case)).to_dict(validate=False)
    assert f"{when} · E" in texts(spec)


# -- D8 -----------------------------------------------------------------------------------------------


def test_closed_deals_and_talks_are_kept_apart(cases: dict, specs: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    spec = specs["base", "D8"]
    points = [
        spec["datasets"][one["data"]["name"]] for one in spec["layer"] if one["mark"]["type"] == "point"
    ]
    for rows, status in zip(points, ("closed", "talks"), strict=True):
        wanted = [one.value for one in model.multiples if one.status == status]
        assert [row["x"] for row in rows] == pytest.approx(wanted, rel=1e-5)
    last_closed, first_talk = max(row["y"] for row in points[0]), min(row["y"] for row in points[1])
    assert last_closed < first_talk
    assert spec["layer"][2]["encoding"]["x"]["scale"]["type"] == "log"
    assert "this deal" in texts(spec)
    assert "gross run rate" in texts(spec) and "a year's revenue" in texts(spec)


def test_what_is_compared_closes_up_and_the_deal_stays(cases: dict, specs: dict) -> None:
    model = compute("outcomes", cases["base"]).model
    offered = choices(model.multiples)
    others = [one for one in model.multiples if not one.deal]
    assert {key: len(ids) for key, (_, ids) in offered.items()} == {
        "all": len(others),
        "closed": sum(one.status == "closed" for one in others),
        "talks": sum(one.status == "talks" for one in others),
        "revenue": sum(one.basis == "revenue" for one in others),
        "run_rate": sum(one.basis == "run_rate" for one in others),
    }
    for small in (False, True):
        spec = specs["base", "D8"]
        if small:
            bare = {key: value for key, value in spec.items() if key != "usermeta"}
            spec = draw.merge(bare, spec["usermeta"]["narrow"])
        params = {one["name"]: one for one in spec["params"]}
        lifts, heights = params["d8_lift"]["value"], params["d8_heights"]["value"]
        assert list(lifts) == params["d8_compared"]["bind"]["options"] == list(offered)
        assert set(lifts["all"]) == {0} and heights["all"] == spec["height"]
        rows = [row for row in wide(spec) if "row" in row]
        for key, (_, ids) in offered.items():
            kept = [one for one in model.multiples if one.deal or one.id in ids]
            points = [
                row for row in rows if "x2" not in row and "tip" in row and lifts[key][row["row"]] is not None
            ]
            assert sorted(row["x"] for row in points) == pytest.approx(
                sorted(one.value for one in kept), rel=1e-5
            )
            # Of each row and heading the first line: the first stands where the drawing begins, and the
            # room between two rows, and below the last, is what it was.
            tops = {row["row"]: row["y"] for row in reversed(rows) if "text" in row}
            shown = sorted((tops[row] - lifts[key][row], row) for row in tops if lifts[key][row] is not None)
            assert shown[0] == (10, 0)
            assert all(left[0] + 20 < right[0] for left, right in pairwise(shown))
            bottom = max(row["y"] - lifts[key][row["row"]] for row in points)
            assert heights[key] - bottom == spec["height"] - max(row["y"] for row in rows)


def test_the_deal_stands_alone_where_nothing_else_is_known(specs: dict) -> None:
    assert "this deal" in texts(specs["nothing", "D8"])
    assert "Talked about only" not in texts(specs["nothing", "D8"])


# -- the canvas ---------------------------------------------------------------------------------------


def test_lines_fit_their_room_and_end_with_dots() -> None:
    text = "word " * 200
    found = canvas.lines(text, 130, 3)
    assert len(found) == 3
    assert found[-1].endswith("…")
    assert all(canvas.sized(line) <= 130 + 2 * canvas.LETTER for line in found)
    assert canvas.lines("", 130) == [""]
    assert canvas.lines("字" * 30, 130, 9)[0] == "字" * 10


def test_a_label_finds_a_place_or_none() -> None:
    room = Box(0, 0, 200, 100)
    free = canvas.placed(50, 50, 60, 20, room, [])
    assert (free.left, free.top) == (61, 40)
    left = canvas.placed(50 + 100, 50, 60, 20, room, [])
    assert left.right == 139
    assert canvas.placed(50, 50, 60, 20, room, [room]) is None
    assert canvas.placed(50, 50, 500, 20, room, []) is None


def test_values_too_close_are_thinned() -> None:
    assert canvas.apart([1, 2, 10, 100], 1.0, lambda value: math.log10(value)) == [1, 10, 100]
