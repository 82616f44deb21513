"""The newsvendor's provision and the worth of information, against enumeration and their own invariants."""

from __future__ import annotations

import itertools
import math
from operator import attrgetter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from neutrality.methods.copula import joint, one_factor
from neutrality.methods.decision import (
    Newsvendor,
    after_exit,
    after_size,
    value_of_knowing,
)
from neutrality.methods.loss import Size, loss_distribution

P = [0.84, 0.625, 0.50, 0.40]
FIXED = [Size.fixed(150), Size.fixed(75), Size.fixed(75), Size.fixed(75)]
UNIFORM = [Size.fixed(150), Size.uniform(150), Size.uniform(150), Size.uniform(150)]
COSTS = Newsvendor(0.7, 0.3)

probability = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.01, 0.99))
size = st.one_of(
    st.floats(0, 100).map(Size.fixed), st.floats(1, 100).map(Size.uniform), st.just(Size.fixed(0.0))
)
customers = st.lists(st.tuples(probability, size), min_size=1, max_size=4)
correlation = st.one_of(st.sampled_from([0.0, 1.0]), st.floats(0.05, 0.95))
costs = st.builds(Newsvendor, st.floats(0.05, 5), st.floats(0.05, 5))


def worth_of_exits(p, rho, sizes, risk) -> list[float]:
    mixture = one_factor(p, rho)
    before = risk(loss_distribution(mixture, sizes))
    return [value_of_knowing(before, after_exit(mixture, sizes, i, risk)) for i in range(len(p))]


def worth_of_sizes(p, rho, sizes, risk) -> list[float]:
    mixture = one_factor(p, rho)
    before = risk(loss_distribution(mixture, sizes))
    return [value_of_knowing(before, after_size(mixture, sizes, i, risk)) for i in range(len(p))]


def test_fixed_sizes_and_independence() -> None:
    loss = loss_distribution(one_factor(P, 0), FIXED)
    assert COSTS.best_cost(loss) == pytest.approx(25.7625)
    found = worth_of_exits(P, 0, FIXED, COSTS.best_cost)
    assert found == pytest.approx([5.70, 3.7125, 3.375, 1.6875])


@pytest.mark.parametrize(
    ("rho", "provision", "cost"), [(0, 289.929122, 34.448832), (0.3, 299.051149, 39.947637)]
)
def test_uncertain_sizes(rho: float, provision: float, cost: float) -> None:
    loss = loss_distribution(one_factor(P, rho), UNIFORM)
    assert COSTS.provision(loss) == pytest.approx(provision, rel=1e-7)
    assert COSTS.best_cost(loss) == pytest.approx(cost, rel=1e-7)


def test_the_search_for_a_provision_stays_between_atoms() -> None:
    """Where fixed sizes put atoms into the loss its distribution jumps, and no line may be drawn across."""
    for known in (3.0, 20.0, 75.0, 140.0):
        sizes = [Size.fixed(150), Size.fixed(known), Size.uniform(150), Size.uniform(120)]
        for rho in (0, 0.3):
            loss = loss_distribution(one_factor(P, rho), sizes)
            for level in np.linspace(0.05, 0.95, 37):
                costs = Newsvendor(float(level), float(1 - level))
                assert costs.best_cost(loss) == pytest.approx(
                    costs.cost(loss, costs.provision(loss)), rel=2e-8
                )


def test_calls_about_sizes_are_worth_little() -> None:
    found = worth_of_sizes(P, 0, UNIFORM, COSTS.best_cost)
    assert found == pytest.approx([0, 1.35, 0.915, 0.563], abs=0.004)
    assert max(found) < min(worth_of_exits(P, 0, UNIFORM, COSTS.best_cost))


def test_enough_nodes_over_a_size() -> None:
    mixture = one_factor(P, 0.3)
    for sizes in (UNIFORM, [Size.fixed(150), Size.pert(150), Size.fixed(75), Size.fixed(75)]):
        few = after_size(mixture, sizes, 1, COSTS.best_cost)
        many = after_size(mixture, sizes, 1, COSTS.best_cost, nodes=200)
        assert few == pytest.approx(many, abs=1e-3)


def test_worth_of_an_exit_by_enumeration() -> None:
    """Every set of exits written out, the best provision found by trying every loss."""
    p, sizes, rho = [0.3, 0.6, 0.8], [40.0, 70.0, 90.0], 0.4
    mixture = one_factor(p, rho)
    outcomes = [
        (joint(mixture, leave), math.fsum(s for s, gone in zip(sizes, leave, strict=True) if gone), leave)
        for leave in itertools.product([False, True], repeat=3)
    ]

    def best(chosen) -> float:
        mass = sum(chance for chance, _, _ in chosen)
        return min(
            sum(c * (0.7 * max(x - q, 0) + 0.3 * max(q - x, 0)) for c, x, _ in chosen) / mass
            for q in {x for _, x, _ in outcomes}
        )

    found = worth_of_exits(p, rho, [Size.fixed(s) for s in sizes], COSTS.best_cost)
    for i, value in enumerate(found):
        split = [[one for one in outcomes if one[2][i] is side] for side in (True, False)]
        left = sum(sum(c for c, _, _ in part) * best(part) for part in split)
        assert value == pytest.approx(best(outcomes) - left, abs=1e-9)


@settings(max_examples=40)
@given(customers, correlation, costs)
def test_the_best_provision_is_the_quantile(found, rho: float, newsvendor: Newsvendor) -> None:  # (33)
    p, sizes = zip(*found, strict=True)
    loss = loss_distribution(one_factor(p, rho), list(sizes))
    q = newsvendor.provision(loss)
    assert loss.cdf(q) >= newsvendor.level - 1e-9
    least = newsvendor.cost(loss, q)
    assert newsvendor.best_cost(loss) == pytest.approx(least, rel=1e-6, abs=1e-6)
    for other in np.linspace(0, max(loss.max, 1.0), 23):
        assert newsvendor.cost(loss, float(other)) >= least - 1e-8 * max(loss.max, 1.0)


@settings(max_examples=30)
@given(customers, correlation, costs)
def test_no_unknown_is_worth_more_than_everything(found, rho: float, newsvendor: Newsvendor) -> None:  # (32)
    p, sizes = map(list, zip(*found, strict=True))
    loss = loss_distribution(one_factor(p, rho), sizes)
    everything, scale = newsvendor.best_cost(loss), 1e-6 * max(loss.max, 1.0)
    for worth in (worth_of_exits, worth_of_sizes):
        for value in worth(p, rho, sizes, newsvendor.best_cost):
            assert 0 <= value <= everything + scale


@given(costs, st.floats(1, 100))
def test_a_certain_loss_leaves_nothing_to_learn(newsvendor: Newsvendor, value: float) -> None:  # (32)
    mixture, sizes = one_factor([1.0, 0.0], 0.3), [Size.fixed(value), Size.uniform(50)]
    loss = loss_distribution(mixture, sizes)
    assert newsvendor.best_cost(loss) == pytest.approx(0, abs=1e-9)
    # Whoever does not leave, and whose spend therefore does not matter, is an independent nuisance.
    assert after_size(mixture, sizes, 1, newsvendor.best_cost) == pytest.approx(0, abs=1e-9)


def test_nothing_to_lose() -> None:
    loss = loss_distribution(one_factor([0.5], 0.3), [Size.fixed(0.0)])
    assert COSTS.provision(loss) == 0
    assert COSTS.best_cost(loss) == 0


@settings(max_examples=30)
@given(st.lists(st.tuples(st.floats(0.05, 0.95), st.floats(1, 100)), min_size=1, max_size=4))
def test_under_quadratic_loss_the_worth_is_the_first_order_share(found) -> None:
    """For independent exits of fixed size the share of customer i is p (1 - p) s^2 over the variance."""
    p, values = map(list, zip(*found, strict=True))
    sizes = [Size.fixed(value) for value in values]
    expected = [q * (1 - q) * s**2 for q, s in zip(p, values, strict=True)]
    assert worth_of_exits(p, 0, sizes, attrgetter("variance")) == pytest.approx(expected, rel=1e-8, abs=1e-8)


def test_under_quadratic_loss_a_size_is_worth_its_first_order_share() -> None:
    """Var(E[L | S]) of an independent uniform size is p^2 w^2 / 12."""
    found = worth_of_sizes(P, 0, UNIFORM, attrgetter("variance"))
    assert found == pytest.approx([0, *(q**2 * 150**2 / 12 for q in P[1:])], rel=1e-9, abs=1e-8)
