"""Attribution of a change to its factors: exact, without an order (methods, section 9, number 8)."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neutrality.methods.attribution import price_volume
from oracles import shapley

amounts = st.floats(0, 1e3)
factors = st.lists(st.tuples(amounts, amounts), min_size=1, max_size=5)


def test_a_fall_in_revenue_and_multiple_by_hand() -> None:
    """29 billion become 18 when revenue falls from 870 to 720 million and the multiple to 25."""
    parts = price_volume(0.87, 29 / 0.87, 0.72, 25)
    assert parts.volume == pytest.approx(-0.15 * (29 / 0.87 + 25) / 2)
    assert parts == pytest.approx((-4.375, -6.625))


@given(amounts, amounts, amounts, amounts)
def test_both_effects_add_to_the_change(q0: float, p0: float, q1: float, p1: float) -> None:
    assert math.fsum(price_volume(q0, p0, q1, p1)) == pytest.approx(q1 * p1 - q0 * p0, rel=1e-9, abs=1e-6)


@given(amounts, amounts, amounts, amounts)
def test_effects_swap_when_factors_swap_and_turn_when_time_turns(q0, p0, q1, p1) -> None:
    forward = price_volume(q0, p0, q1, p1)
    assert price_volume(p0, q0, p1, q1) == pytest.approx(forward[::-1])
    assert price_volume(q1, p1, q0, p0) == pytest.approx([-part for part in forward])


@given(amounts, amounts, amounts)
def test_a_factor_that_does_not_change_has_no_effect(q: float, p: float, other: float) -> None:
    assert price_volume(q, p, q, other).volume == 0
    assert price_volume(q, p, other, p).price == 0


@given(amounts, amounts, amounts, amounts)
def test_two_factors_agree_with_the_general_form(q0, p0, q1, p1) -> None:
    general = shapley(math.prod, (q0, p0), (q1, p1))
    assert general == pytest.approx(list(price_volume(q0, p0, q1, p1)), rel=1e-9, abs=1e-6)


@given(factors)
def test_any_number_of_factors_adds_up_and_ignores_order(pairs) -> None:
    before, after = zip(*pairs, strict=True)

    def value(x):
        return math.fsum(x) + math.prod(one / 100 for one in x)

    parts = shapley(value, before, after)
    assert math.fsum(parts) == pytest.approx(value(after) - value(before), rel=1e-9, abs=1e-6)
    assert shapley(value, before[::-1], after[::-1]) == pytest.approx(parts[::-1], rel=1e-9, abs=1e-6)
    still = shapley(value, (*before, 7.0), (*after, 7.0))
    assert still[-1] == 0


def test_three_factors_against_every_order() -> None:
    from itertools import permutations

    before, after = (2.0, 3.0, 5.0), (4.0, 1.0, 6.0)
    totals = [0.0] * 3
    for order in permutations(range(3)):
        at = list(before)
        for index in order:
            was = math.prod(at)
            at[index] = after[index]
            totals[index] += (math.prod(at) - was) / 6
    assert shapley(math.prod, before, after) == pytest.approx(totals)
