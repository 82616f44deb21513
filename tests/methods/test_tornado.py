"""One-at-a-time swings: their order, their size, and where no number exists."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neutrality.methods.tornado import Swing, one_at_a_time

values = st.floats(-100, 100)


def linear(weights: dict[str, float]):
    return lambda name, value: weights[name] * value


def test_swings_by_hand() -> None:
    swings = one_at_a_time(linear({"a": 2, "b": -5, "c": 1}), 10.0, {"a": (1, 4), "b": (0, 2), "c": (3, 3)})
    assert [(one.name, one.at_low, one.at_high, one.size) for one in swings] == [
        ("b", 0, -10, 10),
        ("a", 2, 8, 6),
    ]
    assert swings[1].relative == pytest.approx(0.6)


@given(st.dictionaries(st.sampled_from("abcdef"), st.tuples(values, st.floats(0.1, 50)), min_size=1))
def test_the_largest_comes_first_and_a_linear_outcome_swings_by_its_weight(inputs) -> None:
    ranges = {name: (0.0, width) for name, (_, width) in inputs.items()}
    swings = one_at_a_time(linear({name: weight for name, (weight, _) in inputs.items()}), 1.0, ranges)
    sizes = [one.size for one in swings]
    assert sizes == sorted(sizes, reverse=True)
    for one in swings:
        weight, width = inputs[one.name]
        assert one.size == pytest.approx(abs(weight) * width)


def test_an_end_without_a_number_has_no_size_and_comes_last() -> None:
    swings = one_at_a_time(
        lambda name, value: None if (name, value) == ("a", 0) else value, 1.0, {"a": (0, 9), "b": (0, 1)}
    )
    assert [one.name for one in swings] == ["b", "a"]
    assert swings[1].size is None
    assert swings[1].relative is None


def test_relative_to_the_larger_end_where_the_base_is_nothing() -> None:
    assert Swing("a", 0, 1, 0.0, 4.0, 0.0).relative == 1
    assert Swing("a", 0, 1, 0.0, 0.0, 0.0).relative == 0
    assert Swing("a", 0, 1, 1.0, 4.0, None).relative is None
