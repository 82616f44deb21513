"""Bounds without any assumption on dependence: against the model at every correlation, and sharp."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neutrality.methods import bounds
from neutrality.methods.bounds import Bounds
from neutrality.methods.copula import joint, one_factor, states
from neutrality.methods.loss import Size, loss_distribution

P = [0.84, 0.625, 0.50, 0.40]
SIZES = [150.0, 75.0, 75.0, 75.0]
#: What the solver's tolerance leaves.
SOLVER = 1e-7

probability = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.01, 0.99))
probabilities = st.lists(probability, min_size=1, max_size=5)
correlation = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.01, 0.99))


def inside(value: float, found: Bounds) -> bool:
    return found.low - SOLVER <= value <= found.high + SOLVER


def test_reference_values() -> None:
    assert bounds.all_happen(P) == pytest.approx((0, 0.40))
    assert bounds.any_happens(P) == pytest.approx((0.84, 1))
    assert bounds.exceedance(P, SIZES, 300) == pytest.approx((0.1025, 0.7625))


@given(probabilities, correlation)
def test_all_any_and_none_lie_within_their_bounds(p: list[float], rho: float) -> None:  # (20)
    mixture, n = one_factor(p, rho), len(p)
    everyone, nobody = joint(mixture, [True] * n), joint(mixture, [False] * n)
    assert inside(everyone, bounds.all_happen(p))
    assert inside(1 - nobody, bounds.any_happens(p))
    assert inside(nobody, bounds.none_happens(p))


@settings(max_examples=40)
@given(probabilities)
def test_the_programme_gives_the_closed_bounds_of_all_and_any(p: list[float]) -> None:
    n = len(p)
    every, some = np.zeros(2**n), np.ones(2**n)
    every[-1], some[0] = 1.0, 0.0
    assert bounds.expectation(p, every) == pytest.approx(bounds.all_happen(p), abs=SOLVER)
    assert bounds.expectation(p, some) == pytest.approx(bounds.any_happens(p), abs=SOLVER)


@settings(max_examples=40)
@given(probabilities, correlation, st.data())
def test_the_model_lies_within_the_bounds_of_the_loss(p: list[float], rho: float, data) -> None:  # (20)
    sizes = data.draw(st.lists(st.floats(1, 100), min_size=len(p), max_size=len(p)))
    threshold, level = data.draw(st.floats(0, math.fsum(sizes))), data.draw(st.floats(0.05, 0.95))
    mixture = one_factor(p, rho)
    loss = loss_distribution(mixture, [Size.fixed(size) for size in sizes])
    assert inside(1 - loss.cdf(threshold, left=True), bounds.exceedance(p, sizes, threshold))
    assert inside(1 - loss.cdf(threshold), bounds.exceedance(p, sizes, threshold, above=True))
    low, high = bounds.quantile(p, sizes, level)
    # A level that a step of the distribution function just reaches may count on either side of rounding.
    assert low <= loss.quantile(min(1.0, level + 1e-6)) + 1e-9
    assert loss.quantile(level - 1e-6) <= high + 1e-9


@given(probabilities)
def test_the_comonotonic_limit_reaches_the_upper_bounds(p: list[float]) -> None:
    nested = one_factor(p, 1.0)
    assert joint(nested, [True] * len(p)) == pytest.approx(bounds.all_happen(p).high)
    assert joint(nested, [False] * len(p)) == pytest.approx(bounds.none_happens(p).high)


@settings(max_examples=30)
@given(probabilities, st.data())
def test_bounds_follow_probabilities(p: list[float], data) -> None:
    more = [min(1.0, value + data.draw(st.floats(0, 0.3))) for value in p]
    sizes = data.draw(st.lists(st.floats(1, 100), min_size=len(p), max_size=len(p)))
    threshold = data.draw(st.floats(1, 200))
    before, after = bounds.exceedance(p, sizes, threshold), bounds.exceedance(more, sizes, threshold)
    assert before.low <= after.low + SOLVER
    assert before.high <= after.high + SOLVER


def test_bounds_are_reached() -> None:
    """The lowest probability of a loss is that of some way in which exits could hang together."""
    low, high = bounds.exceedance(P, SIZES, 300)
    assert low < 1 - loss_distribution(one_factor(P, 0), [Size.fixed(s) for s in SIZES]).cdf(299) < high
    # Joint states are consistent with the marginals: a mixture of two extremes reaches what lies between.
    assert bounds.expectation(P, np.arange(16) >= 0) == pytest.approx((1, 1), abs=SOLVER)


def test_sizes_that_are_uncertain_within_a_state() -> None:
    """Fixed sizes as a special case of a distribution in each state."""
    loss = bounds.losses(SIZES)
    found = bounds.quantile_between(P, lambda x: loss <= x, 0.95, 375)
    assert found == pytest.approx(bounds.quantile(P, SIZES, 0.95), abs=1e-3)
    assert bounds.quantile_between([0.0], lambda x: np.array([0.0, x]) <= x, 0.95, 1.0) == (0.0, 0.0)


def test_nothing_is_nothing() -> None:
    """What the solver leaves of an expectation of zero is not handed on."""
    found = bounds.expectation([0.6, 0.35, 0.4, 0.5], [0.0] * 15 + [1.0])
    assert found is not None
    assert found.low == 0.0
    assert found.high == pytest.approx(0.35, abs=SOLVER)


def test_certain_events() -> None:
    assert bounds.exceedance([1, 0], [3, 5], 3) == pytest.approx((1, 1))
    assert bounds.exceedance([1, 0], [3, 5], 4) == pytest.approx((0, 0))
    assert bounds.quantile([1, 0], [3, 5], 0.9) == (3, 3)
    assert bounds.quantile([0.5], [0.0], 0.9) == (0, 0)


def test_too_many_customers_have_no_listed_states() -> None:
    p, sizes = [0.5] * 13, [1.0] * 13
    assert bounds.expectation(p, np.zeros(2)) is None
    assert bounds.exceedance(p, sizes, 3) is None
    assert bounds.quantile(p, sizes, 0.9) is None
    assert bounds.quantile_between(p, lambda x: np.zeros(2), 0.9, 13) is None
    assert bounds.all_happen(p) == (0, 0.5)


def test_twelve_customers_are_listed() -> None:
    p = np.linspace(0.1, 0.9, 12)
    found = bounds.exceedance(p, [1.0] * 12, 6)
    together = states(one_factor(p, 0.4))
    model = together[bounds.losses([1.0] * 12) >= 6].sum()
    assert inside(model, found)
