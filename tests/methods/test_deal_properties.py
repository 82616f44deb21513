"""Invariants of the deal's methods (numbers refer to methods, section 9)."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neutrality.methods.intervals import Interval, Product, over_vertices
from neutrality.methods.valuation import (
    break_even_loss,
    earlier_stake,
    growth_by_dcf,
    growth_by_exit_multiple,
    pre_money,
    pre_money_range,
    primary_stake,
    ratio,
)
from oracles import dcf_value
from scipy.optimize import brentq

money = st.floats(0.1, 1e4)
share = st.floats(0.01, 0.99)
rates = st.floats(0.06, 0.4)


@given(money, share, st.floats(1.001, 3))
def test_the_implied_value_falls_with_the_stake_and_rises_with_the_cheque(i, s, more) -> None:  # (4)
    value = ratio(i, s)
    assert ratio(i * more, s) > value
    assert ratio(i, s * more) < value
    assert ratio(i * more, s) == pytest.approx(more * value)


@given(money, money, st.floats(0.1, 10))
def test_money_in_another_unit_leaves_shares_alone(i: float, v: float, scale: float) -> None:  # (4)
    assert primary_stake(i * scale, v * scale) == pytest.approx(primary_stake(i, v))
    assert break_even_loss(i * scale, v, 2 * v) == pytest.approx(scale * break_even_loss(i, v, 2 * v))


@given(money, money, money, st.floats(0, 1), st.floats(0, 1))
def test_lost_value_adds_up_and_erases_all_of_the_step_up_at_break_even(r, before, up, a, b) -> None:  # (7)
    after = before + up
    multiple = after / r

    def erased(lost: float) -> float:
        return ratio(multiple * lost, after - before)

    assert erased(0) == 0
    assert erased(a * r + b * r) == pytest.approx(erased(a * r) + erased(b * r), abs=1e-9 * after / up)
    assert erased(break_even_loss(r, before, after)) == pytest.approx(1, rel=1e-9 * after / up + 1e-9)


@given(money, share)
def test_the_pre_money_value_gives_its_stake_back(i: float, s: float) -> None:  # (6)
    assert primary_stake(i, pre_money(i, s)) == pytest.approx(s)


@given(money, share, st.floats(0, 0.2), st.floats(0, 0.2), st.floats(0, 1), st.floats(0, 1))
def test_the_pre_money_range_holds_every_pair(i, s, di, ds, at_i, at_s) -> None:
    paid, held = Interval(i * (1 - di), i * (1 + di)), Interval(s * (1 - ds), min(0.99, s * (1 + ds)))
    found = pre_money(paid.low + at_i * (paid.high - paid.low), held.low + at_s * (held.high - held.low))
    low, high = pre_money_range(paid, held)
    assert low * (1 - 1e-9) - 1e-9 <= found <= high * (1 + 1e-9) + 1e-9


@given(money, share, st.floats(0, 0.5), st.floats(0, 0.1), st.floats(0, 0.1))
def test_an_earlier_stake_that_was_there_is_allowed(v, s, part, dv, ds) -> None:
    held = part * s
    amount = (s - held) * v
    # A hair of slack, so that the rounding of floats empties no interval that is a single point.
    ds, dv = ds + 1e-9, dv + 1e-9
    product = Product(
        Interval(amount, amount), Interval(s * (1 - ds), s * (1 + ds)), Interval(v * (1 - dv), v * (1 + dv))
    )
    found = earlier_stake(product)
    assert found is not None
    assert found.low - 1e-9 <= held <= found.high + 1e-9


def test_an_earlier_stake_by_hand() -> None:
    triple = Product(Interval(14.25, 14.35), Interval(0.485, 0.495), Interval(28.5, 29.5))
    assert earlier_stake(triple) == pytest.approx((0, 0.495 - 14.25 / 29.5))
    dear = triple._replace(amount=Interval(19, 20))
    assert earlier_stake(dear) is None


@given(money, money, rates, st.integers(1, 10), st.floats(1, 20), st.floats(1.01, 3))
def test_growth_by_exit_multiple_is_monotone(v, r, rate, years, multiple, more) -> None:  # (9)
    growth = growth_by_exit_multiple(v, r, rate, years, multiple)
    assert growth_by_exit_multiple(v * more, r, rate, years, multiple) > growth
    assert growth_by_exit_multiple(v, r, rate, years, multiple * more) < growth


@given(
    st.floats(0.01, 500), rates, st.integers(1, 20), st.floats(0.01, 0.6), st.floats(0, 0.05)
)  # fmt: skip
def test_newtons_root_is_brents(multiple, rate, years, margin, terminal) -> None:
    found = growth_by_dcf(multiple, 1.0, rate, years, margin, terminal)

    def excess(growth: float) -> float:
        return dcf_value(1.0, growth, rate, years, margin, terminal) - multiple

    other = brentq(excess, -1 + 1e-12, 2 * abs(found) + 5, xtol=1e-14, rtol=1e-14, maxiter=1000)
    assert found == pytest.approx(other, rel=1e-7, abs=1e-9)


@given(st.floats(5, 200), rates, st.floats(0.05, 0.6), st.floats(0, 0.05))
def test_growth_is_monotone_in_the_years(multiple, rate, margin, terminal) -> None:
    """So the ends of a range of years bound the growth in between."""
    found = [growth_by_dcf(multiple, 1.0, rate, years, margin, terminal) for years in range(3, 13)]
    steps = [after - before for before, after in pairwise(found)]
    assume(max(map(abs, steps)) > 1e-9)
    assert all(step <= 1e-9 for step in steps) or all(step >= -1e-9 for step in steps)


def test_a_rate_that_does_not_exceed_the_growth_for_ever_has_no_answer() -> None:
    assert growth_by_dcf(10, 1, 0.05, 5, 0.2, 0.05) is None


@pytest.mark.parametrize("margin", [0, -0.1])
@pytest.mark.parametrize("revenue", [0, -1])
def test_no_cash_flow_has_no_growth_that_brings_a_value(revenue: float, margin: float) -> None:
    assert growth_by_dcf(10, 1, 0.1, 5, margin, 0.05) is None
    assert growth_by_dcf(10, revenue, 0.1, 5, 0.2, 0.05) is None


def test_growth_without_a_year_to_grow_in_has_no_answer() -> None:
    """It would look for one for ever: the value does not hang on the growth."""
    assert growth_by_dcf(10, 1, 0.1, 0, 0.2, 0.05) is None


@pytest.mark.parametrize("zero", ["value", "revenue", "years", "multiple"])
def test_a_sale_for_nothing_has_no_growth_that_brings_a_value(zero: str) -> None:
    given = {"value": 10.0, "revenue": 1.0, "rate": 0.1, "years": 5.0, "multiple": 6.0}
    assert growth_by_exit_multiple(**given) is not None
    assert growth_by_exit_multiple(**given | {zero: 0.0}) is None


@given(st.floats(0, 1), st.floats(0, 1))
def test_a_function_monotone_in_each_argument_is_bounded_by_its_vertices(a: float, b: float) -> None:
    low, high = over_vertices(lambda x, y: x * y - 3 * x, (-2, 5), (1, 4))
    assert low - 1e-12 <= (-2 + 7 * a) * (1 + 3 * b) - 3 * (-2 + 7 * a) <= high + 1e-12


def test_bounds_need_a_number_at_every_vertex() -> None:
    assert over_vertices(lambda x: None if x > 1 else x, (0, 2)) is None
    assert over_vertices(lambda x: x, (3, 3)) == (3, 3)
