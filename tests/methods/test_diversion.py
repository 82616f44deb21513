"""Diversion ratios: shares that add to one, and what moves them (numbers refer to methods, section 9)."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neutrality.methods.concentration import herfindahl
from neutrality.methods.diversion import (
    corners,
    equal,
    herfindahl_of,
    logit,
    logit_range,
    market_after,
    proportional,
    proportional_range,
    utility,
)

size = st.floats(0.01, 1e4)
score = st.floats(0, 1)
beta = st.floats(0, 5)
vendor = st.tuples(score, score, size)
vendors = st.lists(vendor, min_size=2, max_size=7)
betas = st.tuples(beta, beta, beta)


def shares_of(attributes, weights) -> list[float]:
    return logit([utility(*one, weights) for one in attributes])


@given(vendors, betas)
def test_shares_are_shares(attributes, weights) -> None:  # (35)
    bases = [one[2] for one in attributes]
    for shares in (equal(len(bases)), proportional(bases), shares_of(attributes, weights)):
        assert min(shares) >= 0
        assert math.fsum(shares) == pytest.approx(1, abs=1e-12)


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=7), st.floats(-500, 500))
def test_only_differences_of_utility_count(utilities, constant: float) -> None:  # (35)
    assert logit([value + constant for value in utilities]) == pytest.approx(logit(utilities), rel=1e-9)


@given(vendors)
def test_without_weights_nothing_tells_vendors_apart(attributes) -> None:  # (35)
    assert shares_of(attributes, (0, 0, 0)) == pytest.approx(equal(len(attributes)))


@given(vendors)
def test_a_weight_of_one_on_capacity_is_proportional_to_it(attributes) -> None:
    assert shares_of(attributes, (0, 0, 1)) == pytest.approx(proportional([one[2] for one in attributes]))


@given(st.lists(vendor, min_size=3, max_size=7), betas)
def test_a_rival_that_is_gone_leaves_ratios_unchanged(attributes, weights) -> None:  # (35)
    every, fewer = shares_of(attributes, weights), shares_of(attributes[:-1], weights)
    assume(min(every) > 1e-200)
    assert fewer[0] / fewer[1] == pytest.approx(every[0] / every[1], rel=1e-9)


@given(vendors, st.tuples(st.floats(0.1, 5), beta, beta))
def test_a_better_attribute_raises_its_own_share_and_lowers_all_others(attributes, weights) -> None:  # (35)
    (neutrality, *rest), *others = attributes
    before = shares_of([(neutrality, *rest), *others], weights)
    after = shares_of([(neutrality + 0.1, *rest), *others], weights)
    assume(all(0 < share < 1 for share in before))
    assert after[0] >= before[0]
    assert all(new <= old for new, old in zip(after[1:], before[1:], strict=True))
    if 1e-6 < before[0] < 1 - 1e-6:
        assert after[0] > before[0]


@given(st.lists(size, min_size=2, max_size=8))
def test_proportional_is_what_the_rest_of_the_market_has(sizes) -> None:  # (36)
    market = [one / math.fsum(sizes) for one in sizes]
    expected = [share / (1 - market[0]) for share in market[1:]]
    assert proportional(sizes[1:]) == pytest.approx(expected, rel=1e-6)


@given(st.lists(st.tuples(size, st.floats(1, 4), score), min_size=2, max_size=6))
def test_ranges_of_shares_hold_every_point_within(drawn) -> None:
    ranges = [(low, low * wide) for low, wide, _ in drawn]
    point = [low + part * (high - low) for (low, high), (*_, part) in zip(ranges, drawn, strict=True)]
    logs = [(math.log(low), math.log(high)) for low, high in ranges]
    for index, share in enumerate(proportional(point)):
        for low, high in (proportional_range(ranges, index), logit_range(logs, index)):
            assert low * (1 - 1e-9) <= share <= high * (1 + 1e-9)


def test_shares_that_do_not_exist() -> None:
    assert proportional([0, 0]) is None
    assert proportional_range([(0, 1), (0, 2)], 0) == (0, 1)
    assert proportional_range([(0, 0), (0, 0)], 0) is None
    assert logit([-math.inf, -math.inf]) is None
    assert logit_range([(-math.inf, -math.inf)] * 2, 0) is None


def test_a_vendor_without_capacity_is_out_once_capacity_counts() -> None:
    assert utility(0.5, 0.5, 0, (1, 1, 0)) == 1
    assert logit([utility(0.5, 0.5, room, (1, 1, 0.5)) for room in (0, 10, 10)]) == [0, 0.5, 0.5]


@given(size, st.lists(size, min_size=1, max_size=6), score)
def test_the_market_keeps_its_money(supplier: float, bases, part: float) -> None:  # (40)
    lost = supplier * part
    gained = [0.8 * lost * share for share in proportional(bases)]
    after = market_after(supplier, bases, lost, gained)
    assert math.fsum(after) == pytest.approx(supplier + math.fsum(bases) - 0.2 * lost)


@given(size, st.lists(size, min_size=1, max_size=6), score)
def test_without_diversion_only_the_supplier_loses(supplier: float, bases, part: float) -> None:  # (40)
    after = market_after(supplier, bases, supplier * part, [0.0] * len(bases))
    assert after[1:] == bases
    assert after[0] == pytest.approx(supplier * (1 - part), abs=1e-9)


def test_concentration_before_and_after_on_the_illustrative_market() -> None:
    bases, released = [50.0, 150.0, 50.0, 100.0, 1000.0], 320.5
    assert herfindahl_of([870, *bases]) == pytest.approx(3641, abs=0.5)
    for shares, index in ((proportional(bases), 3810), (equal(5), 3208)):
        after = market_after(870, bases, released, [0.8 * released * share for share in shares])
        assert herfindahl_of(after) == pytest.approx(index, abs=0.5)
        assert herfindahl_of(after) == pytest.approx(herfindahl(after, sum(after)))
    assert herfindahl_of([0, 0]) is None
    assert market_after(100, [50], 300, [10]) == [0, 60]


def test_corners() -> None:
    assert sorted(map(tuple, corners([(0, 1), (2, 3)]))) == [(0, 2), (0, 3), (1, 2), (1, 3)]
    many = corners([(0, 1)] * 40)
    assert len(many) == 82
    assert [0] * 40 in many and [1] * 40 in many
