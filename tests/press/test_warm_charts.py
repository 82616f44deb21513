"""Shortcuts of Altair in the warm process: the same charts, and the same words for what is no chart."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from datetime import date
from typing import Any

import altair as alt
import numpy
import pandas
import pytest
from altair.utils import schemapi
from neutrality.chapters import deal
from neutrality.charts import deal as charts
from neutrality.press.warm.charts import quicken

SHORTENED = ("validate_jsonschema", "_todict", "_deep_copy")


@pytest.fixture(autouse=True)
def unthemed() -> Iterator[None]:
    """Altair with no theme, whatever a test before this one has enabled."""
    with alt.theme.enable("none"):
        yield


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Altair with its shortcuts for this test; returns what stood there before."""
    theirs = {name: getattr(schemapi, name) for name in SHORTENED}
    for name, function in theirs.items():
        # Has it put back at the end.
        monkeypatch.setattr(schemapi, name, function)
    quicken()
    assert all(getattr(schemapi, name) is not function for name, function in theirs.items())
    return theirs


def drawn(case: Any) -> Iterator[dict[str, Any]]:
    chapter = deal.chapter(case)
    for draw in (charts.consistency, charts.iso_value, charts.tornado):
        # Altair numbers the charts of a process.
        text = re.sub(r"\b(view|param)_\d+", r"\1", json.dumps(draw(case, chapter).to_dict()))
        yield json.loads(text)


def test_a_chart_is_the_same(case, request: pytest.FixtureRequest) -> None:
    before = list(drawn(case))
    request.getfixturevalue("quick")
    assert list(drawn(case)) == before


def test_what_fits_is_not_checked_a_second_time(quick, monkeypatch, case) -> None:
    def never(*_: Any, **__: Any) -> None:
        raise AssertionError("Altair checked by itself")

    monkeypatch.setattr(schemapi, "_get_errors_from_spec", never)
    assert list(drawn(case))


def spoilt(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Specifications with one fault each, at the top and deep below."""
    for key, value in (
        ("width", "wide"),
        ("layer", 3),
        ("nonsense", 1),
        ("title", {"text": 5, "anchor": "left"}),
        ("data", {"name": None}),
        ("width", {1, 2}),
        ("height", float("nan")),
    ):
        yield {**spec, key: value}
    for place, value in (("mark", {"type": "noise"}), ("encoding", {"x": {"feld": "a"}}), ("transform", {})):
        changed = copy.deepcopy(spec)
        changed["layer"][0][place] = value
        yield changed


def test_what_is_no_chart_is_found_in_the_same_words(quick, case) -> None:
    spec = next(one for one in drawn(case) if "layer" in one)
    root, schema = alt.LayerChart._rootschema, alt.LayerChart._schema

    def said(check: Any, what: Any) -> str:
        try:
            check(what, schema, rootschema=root)
        except Exception as error:
            return f"{type(error).__name__}: {error}"
        return ""

    assert not said(schemapi.validate_jsonschema, spec)
    found = [said(schemapi.validate_jsonschema, one) for one in spoilt(spec)]
    assert found == [said(quick["validate_jsonschema"], one) for one in spoilt(spec)]
    assert sum(map(bool, found)) >= 8


def test_a_value_is_written_the_same(quick) -> None:
    values = [
        *(None, True, 1, 1.5, "a", b"b", alt.Undefined, date(2025, 6, 13), pandas.Timestamp("2025-06-13")),
        *(numpy.float64(2), numpy.int8(3), numpy.str_("s"), numpy.array([1, 2]), numpy.datetime64("2025-06-13")),
        *([1, ("a", None)], {"a": alt.Undefined, "b": [1]}, pandas.Series([1, 2]), {3}, alt.value(4), alt.X("a:Q")),
        *({"a": [alt.X("a:Q"), {"b": alt.Undefined, "c": (1, alt.Y("b"))}]}, [[], {}, [None]], {"data": [1]}),
    ]  # fmt: skip

    def said(write: Any, value: Any) -> str:
        try:
            return repr(write(value, {}, numpy, pandas))
        except Exception as error:
            return f"{type(error).__name__}: {error}"

    for value in values:
        assert said(schemapi._todict, value) == said(quick["_todict"], value), value
        for by_ref in (set(), {"data"}):
            ours, theirs = (
                schemapi._deep_copy(value, by_ref=by_ref),
                quick["_deep_copy"](value, by_ref=by_ref),
            )
            assert repr(ours) == repr(theirs)
            assert (ours is value) == (theirs is value)
