"""The charts of the loss distribution under every choice and at the edges of the inputs."""

from __future__ import annotations

import json
from typing import Any

import altair as alt
import numpy as np
import pytest
from neutrality.case import load
from neutrality.chapters import compute
from neutrality.charts import customer_exits, draw
from neutrality.charts.customer_exits.distribution import curve, marks

NAMES = ("google", "microsoft", "xai", "openai")
NEW = ("E4", "E5", "E6", "E7b", "E9", "E10")
GIVEN: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "fixed": ({}, {"size_model": "fixed"}),
    "plan": ({}, {"basis": "plan", "draws": 5_000}),
    "independent": ({"latent_correlation": 0}, {"draws": 5_000}),
    "nested": ({"latent_correlation": 1}, {"draws": 5_000}),
    "certain": ({f"{name}_exit_probability": 1 for name in NAMES}, {"draws": 5_000}),
    "never": ({f"{name}_exit_probability": 0 for name in NAMES}, {"draws": 5_000}),
    "nothing lost": ({f"{name}_loss_given_exit": 0 for name in NAMES}, {"draws": 5_000}),
    "no step-up": ({"valuation_reported": 14}, {"draws": 5_000}),
    "no spend": ({"google_spend_2024": 0}, {"draws": 5_000}),
    "slow": ({"ramp_months": 24, "notice_months": 3}, {"draws": 5_000}),
}


@pytest.fixture(scope="module")
def computed() -> dict[str, tuple]:
    cases = {name: (load(figures=figures), choices) for name, (figures, choices) in GIVEN.items()}
    return {
        name: (case, compute("customer_exits", case, **choices)) for name, (case, choices) in cases.items()
    }


@pytest.mark.parametrize("given", GIVEN)
@pytest.mark.parametrize("id", NEW)
def test_a_chart_is_sound(computed: dict, given: str, id: str) -> None:
    case, chapter = computed[given]
    spec = customer_exits.CHARTS[id](case, chapter).to_dict(validate=False)
    text = json.dumps(spec, allow_nan=False)
    assert len(text) < 25_000
    assert "None" not in text
    title, subtitle = draw.heading(spec)
    assert title.endswith("?") and subtitle
    assert len(spec["description"]) > 40 and spec["description"].endswith(".")
    if id in ("E4", "E5", "E6", "E7b"):
        assert "layer L2" in subtitle or "layer L2" in chapter.tables["T2.6c"].note


@pytest.mark.parametrize("given", ("fixed", "certain", "no spend", "slow"))
@pytest.mark.parametrize("id", NEW)
def test_both_drawings_are_made(computed: dict, given: str, id: str) -> None:
    case, chapter = computed[given]
    spec = customer_exits.CHARTS[id](case, chapter).to_dict(validate=False)
    for drawing, width in zip(draw.drawings(spec), (draw.WIDE, draw.NARROW), strict=True):
        found = float(drawing.svg.split('width="')[1].split('"')[0])
        assert found == pytest.approx(width, abs=3), (id, drawing.variant)
    kept = {key: value for key, value in spec.items() if key not in ("usermeta", "config")}
    alt.Chart.from_dict(draw.merge(kept, spec["usermeta"].get("narrow") or {}), validate=True)


def test_bars_are_the_atoms(computed: dict) -> None:
    case, chapter = computed["fixed"]
    spec = customer_exits.CHARTS["E4"](case, chapter).to_dict(validate=False)
    bars = [row for rows in spec["datasets"].values() for row in rows if "y2" in row and row["y"] == 0]
    found = {row["x"]: row["y2"] for row in bars}
    for value, chance in chapter.model.loss.atoms():
        assert found[value] == pytest.approx(chance, rel=1e-5)


def test_the_curve_falls_and_jumps_where_a_loss_has_a_probability(case) -> None:
    model = compute("customer_exits", case).model
    points = curve(model)
    chances = [chance for _, chance in points]
    assert chances == sorted(chances, reverse=True)
    jump = [chance for at, chance in points if at == 150]
    assert len(jump) == 2
    assert jump[0] - jump[1] == pytest.approx(dict(model.loss.atoms())[150.0])


def test_marks_are_named_once_and_read_off_the_curve(case, computed: dict) -> None:
    model = compute("customer_exits", case).model
    found = marks(case, model)
    assert [name for name, *_ in found] == ["expected loss", "provision", "value at risk", "step-up erased"]
    for _, at, chance in found:
        assert chance == pytest.approx(1 - model.loss.cdf(at))
    assert "step-up erased" not in [name for name, *_ in marks(case, computed["plan"][1].model)]
    never = computed["never"]
    assert marks(never[0], never[1].model)[0][0] == "expected loss, provision, value at risk"


def test_the_lines_over_the_correlation_rise_to_their_bounds(case) -> None:
    chapter = compute("customer_exits", case)
    spec = customer_exits.CHARTS["E6"](case, chapter).to_dict(validate=False)
    paths = [
        [row["y"] for row in spec["datasets"][layer["data"]["name"]]]
        for panel in spec["vconcat"]
        for layer in panel["layer"]
        if layer["mark"]["type"] == "line"
    ]
    assert len(paths) == 5
    for path in paths:
        assert np.all(np.diff(path) >= -1e-9)
    assert (paths[0][-1], paths[1][-1]) == pytest.approx((0.40, 0.16))
