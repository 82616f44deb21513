"""The exact loss distribution against enumeration, second quadrature, simulation and its own invariants."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from neutrality.methods import loss as module
from neutrality.methods.copula import (
    Mixture,
    count_distribution,
    joint,
    one_factor,
    realised_correlation,
    states,
)
from neutrality.methods.loss import LossDistribution, Size, loss_distribution
from neutrality.methods.roots import bracketed
from neutrality.methods.simulation import simulate
from scipy import integrate, stats

P = [0.84, 0.625, 0.50, 0.40]
SIZES = [Size.fixed(150), Size.uniform(150), Size.uniform(150), Size.uniform(150)]

#: Measured against quadrature and enumeration: what double precision leaves.
EXACT = 1e-12


@pytest.fixture(scope="module")
def base() -> LossDistribution:
    return loss_distribution(one_factor(P, 0.3), SIZES)


def test_reference_values(base, reference) -> None:
    value = {name: float(row["base_value"]) for name, row in reference.items() if row["kind"] == "exact"}
    assert joint(one_factor(P, 0.3), [True] * 4) == pytest.approx(value["exits.probability_all"], rel=1e-6)
    assert joint(one_factor(P, 0.3), [False] * 4) == pytest.approx(value["exits.probability_none"], rel=1e-6)
    assert base.quantile(0.95) == pytest.approx(value["exits.value_at_risk"], rel=1e-8)
    assert base.expected_shortfall(0.95) == pytest.approx(value["exits.expected_shortfall"], rel=1e-8)
    provision = base.quantile(0.7)
    assert provision == pytest.approx(value["exits.provision"], rel=1e-8)
    cost = 0.7 * base.excess(provision) + 0.3 * base.partial(provision)
    assert cost == pytest.approx(value["exits.perfect_information_value"], rel=1e-8)
    assert 1 - base.cdf(450) == pytest.approx(value["exits.probability_step_up_gone"], rel=1e-8)


@pytest.mark.parametrize("correlation", [0.0, 0.1, 0.3, 0.6, 0.9, 0.91, 0.99, 0.9999])
def test_joint_probabilities_agree_with_adaptive_quadrature(correlation: float) -> None:
    def both(m: float) -> float:
        own = math.sqrt(1 - correlation)
        each = [stats.norm.cdf((stats.norm.ppf(p) - math.sqrt(correlation) * m) / own) for p in P]
        return math.prod(each) * stats.norm.pdf(m)

    turns = sorted(stats.norm.ppf(p) / math.sqrt(correlation) for p in P) if correlation else None
    expected = integrate.quad(both, -9, 9, points=turns, limit=500, epsabs=1e-13)[0]
    assert joint(one_factor(P, correlation), [True] * 4) == pytest.approx(expected, abs=1e-11)


@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.9, 0.999, 1.0])
@pytest.mark.parametrize("p", [P, [0.0, 1.0, 0.5], [1e-9, 0.999999], np.linspace(0, 1, 40)], ids=len)
def test_the_mixture_keeps_the_marginals(p, correlation: float) -> None:  # (17)
    mixture = one_factor(p, correlation)
    assert mixture.weights.sum() == pytest.approx(1, abs=EXACT)
    assert mixture.marginals() == pytest.approx(np.asarray(p), abs=1e-10)


def test_no_rounding_of_weights_makes_a_probability_exceed_one() -> None:
    # Their sum is rounded otherwise on other processors.
    heavy = Mixture(np.array([0.5, 0.5 + 4e-16]), np.ones((2, 3)))
    assert heavy.weights.sum() > 1
    assert joint(heavy, [True] * 3) == 1
    assert states(heavy).max() == count_distribution(heavy).max() == heavy.marginals().max() == 1


@pytest.mark.parametrize("p", [[1.0, 1.0, 0.0, 0.0], [1.0, 0.3, 0.0, 1.0]])
def test_customers_who_are_certain_need_no_common_cause(p) -> None:
    mixture = one_factor(p, 0.3)
    assert list(mixture.marginals()) == p
    assert count_distribution(mixture).sum() == 1


def test_the_comonotonic_limit_is_reached(base) -> None:  # (19)
    nested = states(one_factor(P, 1.0))
    assert nested[[0b0000, 0b0001, 0b0011, 0b0111, 0b1111]] == pytest.approx([0.16, 0.215, 0.125, 0.1, 0.4])
    assert states(one_factor(P, 1 - 1e-9)) == pytest.approx(nested, abs=1e-4)
    assert states(one_factor(P, 0.0))[0b1111] == pytest.approx(math.prod(P))


def test_realised_correlation_is_not_the_latent_one() -> None:
    assert realised_correlation(one_factor(P, 0.3), 0, 1) == pytest.approx(0.164, abs=5e-4)
    assert realised_correlation(one_factor([1.0, 0.5], 0.3), 0, 1) is None


def test_what_is_out_of_range_is_refused() -> None:
    for p, correlation in (([1.2], 0.3), ([0.5, float("nan")], 0.3), ([0.5], -0.1), ([0.5], 1.1)):
        with pytest.raises(ValueError, match="between 0 and 1"):
            one_factor(p, correlation)
    with pytest.raises(ValueError, match="3 sizes for 4 customers"):
        loss_distribution(one_factor(P, 0.3), SIZES[:3])
    with pytest.raises(ValueError, match="too many states"):
        states(one_factor([0.5] * 21, 0.0))
    with pytest.raises(ValueError, match="no probability"):
        one_factor([1.0, 0.5], 0.3).given(0, False)
    with pytest.raises(ValueError, match="same sign"):
        bracketed(lambda x: x + 2, 0, 1)


def enumerated(p, correlation: float, values) -> dict[float, float]:
    """The distribution of a sum of fixed sizes from all joint states."""
    found: dict[float, float] = {}
    for state, probability in enumerate(states(one_factor(p, correlation))):
        total = round(sum(v for i, v in enumerate(values) if state >> i & 1), 9)
        found[total] = found.get(total, 0.0) + probability
    return found


def test_fixed_sizes_saturate_the_value_at_risk() -> None:
    """With fixed sizes the probability that all leave exceeds 5 %, so the 95 % value at risk is the maximum."""
    fixed = [Size.fixed(v) for v in (150, 75, 75, 75)]
    for correlation in (0.0, 0.3, 0.9, 1.0):
        found = loss_distribution(one_factor(P, correlation), fixed)
        assert (found.quantile(0.95), found.expected_shortfall(0.95)) == (375, pytest.approx(375))
        for value, probability in enumerated(P, correlation, (150, 75, 75, 75)).items():
            at = found.cdf(value) - found.cdf(value, left=True)
            assert at == pytest.approx(probability, abs=EXACT)


def conditional(p, correlation, sizes):
    """The states of the fixed customers and the number of uniform ones of one width, by brute force."""
    width = next(size.width for size in sizes if size.kind == "uniform")
    for state, probability in enumerate(states(one_factor(p, correlation))):
        fixed = sum(s.width for i, s in enumerate(sizes) if s.kind == "fixed" and state >> i & 1)
        count = sum(1 for i, s in enumerate(sizes) if s.kind == "uniform" and state >> i & 1)
        yield probability, fixed, count, width


@pytest.mark.parametrize("correlation", [0.0, 0.3, 1.0])
def test_uniform_sizes_agree_with_the_irwin_hall_mixture(correlation: float) -> None:
    found = loss_distribution(one_factor(P, correlation), SIZES)
    for x in (0, 1, 75, 149.9, 150, 250, 333, 450, 599):
        expected = 0.0
        for probability, fixed, count, width in conditional(P, correlation, SIZES):
            y = (x - fixed) / width
            expected += probability * (float(y >= 0) if count == 0 else stats.irwinhall.cdf(y, count))
        assert found.cdf(x) == pytest.approx(expected, abs=1e-11)


def with_series(monkeypatch, mixture, sizes) -> LossDistribution:
    """The same distribution with the general algorithm, although all states could be written down."""
    monkeypatch.setattr(module, "_ALL_CLOSED", 0)
    found = loss_distribution(mixture, sizes)
    monkeypatch.undo()
    assert found._series is not None
    return found


def test_the_series_agrees_with_the_closed_form(base, monkeypatch) -> None:
    general = with_series(monkeypatch, one_factor(P, 0.3), SIZES)
    x = np.linspace(0, 600, 1201)
    assert general.error < 1e-8
    assert np.abs(general.cdf(x) - base.cdf(x)).max() <= general.error + EXACT
    for q in (0.5, 100, 300, 450, 599):
        assert general.partial(q) == pytest.approx(base.partial(q), abs=1e-5)
    assert general.quantile(0.95) == pytest.approx(base.quantile(0.95), rel=1e-7)
    assert general.expected_shortfall(0.95) == pytest.approx(base.expected_shortfall(0.95), rel=1e-7)


def forty(kind: str = "uniform"):
    random = np.random.default_rng(40)
    p = random.uniform(0.05, 0.9, 40)
    sizes = [Size.fixed(150.0), Size.fixed(90.0), *(Size(kind, w) for w in random.uniform(20, 150, 38))]
    return p, sizes


@pytest.mark.parametrize("kind", ["uniform", "pert"])
@pytest.mark.parametrize("correlation", [0.0, 0.3, 0.95])
def test_forty_customers_of_uncertain_size(kind: str, correlation: float) -> None:
    p, sizes = forty(kind)
    found = loss_distribution(one_factor(p, correlation), sizes)
    assert found.error <= 1e-8
    assert found.shift == 0
    draws = 200_000
    sample = simulate(p, correlation, sizes, draws, seed=7)
    # Dvoretzky-Kiefer-Wolfowitz with Massart's constant: passed by chance once in a million.
    band = math.sqrt(math.log(2 / 1e-6) / (2 * draws))
    assert np.abs(found.cdf(sample.grid) - sample.below).max() < band
    assert abs(found.mean - sample.mean) < 5 * sample.standard_error
    spread = sample.standard_error * math.sqrt(draws)
    assert math.sqrt(found.variance) == pytest.approx(spread, rel=0.01)


def test_a_longer_series_confirms_the_stated_error(monkeypatch) -> None:
    p, sizes = forty()
    short = loss_distribution(one_factor(p, 0.3), sizes)
    monkeypatch.setattr(module, "_ERROR", 1e-12)
    long = loss_distribution(one_factor(p, 0.3), sizes)
    x = np.linspace(0, short.max, 400)
    assert np.abs(short.cdf(x) - long.cdf(x)).max() <= short.error


def test_many_fixed_sizes_without_a_common_measure_are_moved_a_little() -> None:
    random = np.random.default_rng(5)
    values = random.uniform(10, 100, 30)
    p = random.uniform(0.2, 0.8, 30)
    found = loss_distribution(one_factor(p, 0.3), [Size.fixed(v) for v in values])
    assert 0 < found.shift < 0.005 * found.max
    sample = simulate(p, 0.3, [Size.fixed(v) for v in values], 200_000, seed=1)
    inside = [
        found.cdf(x - found.shift) - 0.006 <= below <= found.cdf(x + found.shift) + 0.006
        for x, below in zip(sample.grid, sample.below, strict=True)
    ]
    assert all(inside)


def test_fixed_sizes_with_a_common_measure_are_exact_for_forty() -> None:
    p = np.linspace(0.1, 0.9, 40)
    found = loss_distribution(one_factor(p, 0.3), [Size.fixed(25.0)] * 40)
    count = count_distribution(one_factor(p, 0.3))
    assert found.cdf(25.0 * np.arange(41)) == pytest.approx(np.cumsum(count), abs=EXACT)
    assert found.shift == 0


probabilities = st.lists(st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0])), min_size=1, max_size=7)
correlations = st.one_of(st.floats(0, 1), st.sampled_from([0.0, 1.0]))


@st.composite
def models(draw):
    p = draw(probabilities)
    kind = draw(st.sampled_from(["uniform", "pert"]))
    widths = draw(st.lists(st.floats(1, 200), min_size=len(p), max_size=len(p)))
    fixed = draw(st.lists(st.booleans(), min_size=len(p), max_size=len(p)))
    sizes = [Size("fixed" if f else kind, w) for f, w in zip(fixed, widths, strict=True)]
    return p, draw(correlations), sizes


@settings(max_examples=60)
@given(models())
def test_invariants_of_any_distribution(model) -> None:  # (16) to (24)
    p, correlation, sizes = model
    mixture = one_factor(p, correlation)
    found = loss_distribution(mixture, sizes)
    slack = found.error + 1e-9
    assert found.mean == pytest.approx(
        math.fsum(a * s.mean for a, s in zip(p, sizes, strict=True)), abs=1e-8 * found.max
    )
    x = np.linspace(-1, found.max + 1, 120)
    below = found.cdf(x)
    assert np.all(np.diff(below) >= -slack)
    assert np.all(found.cdf(x, left=True) <= below + slack)
    assert (found.cdf(-1e-9), found.cdf(found.max)) == (0, 1)
    levels = [0.01, 0.3, 0.5, 0.8, 0.95, 0.99]
    at_risk = [found.quantile(level) for level in levels]
    shortfall = [found.expected_shortfall(level) for level in levels]
    assert all(a <= b + 1e-9 * found.max for a, b in itertools.pairwise(at_risk))
    assert all(a <= b + 1e-6 * found.max for a, b in itertools.pairwise(shortfall))
    for level, var, es in zip(levels, at_risk, shortfall, strict=True):
        assert found.cdf(var) >= level - slack - 1e-9
        assert var <= es + 1e-9
        assert es <= found.max * (1 + 1e-6)
        assert es >= found.mean - 1e-6 * found.max
    assert found.partial(found.max) == pytest.approx(found.max - found.mean, rel=1e-9, abs=1e-9)


@settings(max_examples=40)
@given(models(), st.randoms(use_true_random=False))
def test_order_scale_and_certain_customers(model, random) -> None:  # (23) to (25)
    p, correlation, sizes = model
    found = loss_distribution(one_factor(p, correlation), sizes)
    order = list(range(len(p)))
    random.shuffle(order)
    mixed = loss_distribution(one_factor([p[i] for i in order], correlation), [sizes[i] for i in order])
    double = loss_distribution(one_factor(p, correlation), [Size(s.kind, 2 * s.width) for s in sizes])
    joined = loss_distribution(
        one_factor([*p, 1.0, 0.0], correlation), [*sizes, Size.fixed(50.0), Size.fixed(70.0)]
    )
    for x in np.linspace(0.37, found.max * 0.999, 7):
        near = found.cdf(x - 1e-6), found.cdf(x + 1e-6)
        for other in (mixed.cdf(x), double.cdf(2 * x), joined.cdf(x + 50)):
            assert near[0] - 1e-7 <= other <= near[1] + 1e-7


@settings(max_examples=40)
@given(st.lists(st.floats(0.02, 0.98), min_size=2, max_size=5), st.floats(0, 0.9), st.floats(0.01, 0.1))
def test_a_common_cause_widens_both_tails(p, correlation: float, more: float) -> None:  # (21)
    low, high = one_factor(p, correlation), one_factor(p, correlation + more)
    for leave in ([True] * len(p), [False] * len(p)):
        assert joint(low, leave) <= joint(high, leave) + EXACT
    sizes = [Size.uniform(100.0)] * len(p)
    before, after = loss_distribution(low, sizes), loss_distribution(high, sizes)
    assert before.variance <= after.variance + 1e-8
    assert before.expected_shortfall(0.9) <= after.expected_shortfall(0.9) + 1e-6


@given(st.lists(st.floats(0, 1), min_size=2, max_size=6), correlations)
def test_joint_probabilities_stay_within_frechet_bounds(p, correlation: float) -> None:  # (20)
    mixture = one_factor(p, correlation)
    every = joint(mixture, [True] * len(p))
    assert max(0.0, sum(p) - len(p) + 1) - 1e-9 <= every <= min(p) + 1e-9
    assert states(mixture).sum() == pytest.approx(1, abs=EXACT)
    assert count_distribution(mixture).sum() == pytest.approx(1, abs=EXACT)


def test_conditioning_is_bayes() -> None:
    mixture = one_factor(P, 0.4)
    all_states = states(mixture)
    known = mixture.given(1, True)
    assert known.marginals()[1] == 1
    expected = sum(q for s, q in enumerate(all_states) if s >> 1 & 1 and s & 1) / P[1]
    assert known.marginals()[0] == pytest.approx(expected, abs=EXACT)
    assert isinstance(known, Mixture)


def test_the_simulation_repeats_itself_and_does_not_depend_on_chunks_for_memory() -> None:  # (26)
    one, two = (simulate(P, 0.3, SIZES, 50_000, seed=3) for _ in range(2))
    assert one.mean == two.mean
    assert np.array_equal(one.below, two.below)
    other = simulate(P, 0.3, SIZES, 50_000, seed=4)
    assert other.mean != one.mean
    assert simulate([0.0, 1.0], 0.3, [Size.fixed(5), Size.fixed(7)], 1_000, seed=1).mean == 7
    assert simulate(P, 1.0, SIZES, 2_000, seed=1).mean == pytest.approx(240, abs=25)


@given(st.floats(0.1, 3), st.floats(-0.9, 0.9))
def test_the_root_of_a_function_is_found(power: float, root: float) -> None:
    def curve(x: float) -> float:
        return math.copysign(abs(x - root) ** power, x - root)

    assume(abs(curve(-1)) > 0 and abs(curve(1)) > 0)
    assert bracketed(curve, -1, 1) == pytest.approx(root, abs=1e-10)
