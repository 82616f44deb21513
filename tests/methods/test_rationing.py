"""Water-filling: max-min fair shares of a scarce capacity (numbers refer to methods, section 9)."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neutrality.methods.diversion import equal
from neutrality.methods.rationing import water_filling
from neutrality.methods.release import OPEN, UNSERVED, flows, waterfall

amount = st.floats(0, 1e4)
rivals = st.lists(st.tuples(st.floats(0, 500), st.floats(0.01, 10)), min_size=1, max_size=8)


def parts(rivals) -> tuple[list[float], list[float]]:
    return [cap for cap, _ in rivals], [weight for _, weight in rivals]


def test_the_golden_case() -> None:
    found = water_filling(256.4, [40, 100, 30, 60, 200], equal(5))
    assert found.amounts == pytest.approx([40, 63.2, 30, 60, 63.2])
    assert found.unserved == 0
    assert found.level == pytest.approx(63.2 * 5)


@given(amount, rivals)
def test_caps_hold_and_all_that_can_be_is_served(demand: float, rivals) -> None:  # (37)
    caps, weights = parts(rivals)
    found = water_filling(demand, caps, weights)
    assert all(0 <= x <= cap for x, cap in zip(found.amounts, caps, strict=True))
    assert math.fsum(found.amounts) == pytest.approx(min(demand, math.fsum(caps)), abs=1e-8)
    assert found.unserved == pytest.approx(max(0.0, demand - math.fsum(caps)), abs=1e-8)


@given(amount, rivals)
def test_whoever_is_not_full_shares_one_level(demand: float, rivals) -> None:  # (37)
    caps, weights = parts(rivals)
    found = water_filling(demand, caps, weights)
    for x, cap, weight in zip(found.amounts, caps, weights, strict=True):
        if found.level < math.inf:
            assert x == pytest.approx(min(cap, weight * found.level), rel=1e-9, abs=1e-9)
        else:
            assert x == pytest.approx(cap, abs=1e-8)


@given(amount, rivals, st.randoms())
def test_the_order_does_not_matter(demand: float, rivals, random) -> None:  # (37)
    assume(len({cap / weight for cap, weight in rivals}) == len(rivals))
    caps, weights = parts(rivals)
    found = dict(zip(rivals, water_filling(demand, caps, weights).amounts, strict=True))
    mixed = rivals[:]
    random.shuffle(mixed)
    for rival, x in zip(mixed, water_filling(demand, *parts(mixed)).amounts, strict=True):
        assert x == pytest.approx(found[rival], rel=1e-9, abs=1e-9)


@given(amount, rivals, st.floats(0, 100))
def test_more_demand_and_more_capacity_never_hurt(demand: float, rivals, more: float) -> None:  # (37)
    caps, weights = parts(rivals)
    found = water_filling(demand, caps, weights)
    larger = water_filling(demand + more, caps, weights)
    assert all(new >= old - 1e-8 for new, old in zip(larger.amounts, found.amounts, strict=True))
    roomier = water_filling(demand, [caps[0] + more, *caps[1:]], weights)
    assert roomier.amounts[0] >= found.amounts[0] - 1e-8
    assert roomier.unserved <= found.unserved + 1e-8


def test_ends() -> None:
    assert water_filling(10, [], []).unserved == 10
    assert water_filling(0, [5, 5], [1, 1]).amounts == [0, 0]
    assert water_filling(10, [0, 0], [1, 1]).unserved == 10
    assert water_filling(10, [50, 50], [1, 0]).amounts == [10, 0]
    assert water_filling(60, [50, 50], [1, 0]).unserved == 10
    for demand, caps, weights in ((-1, [1], [1]), (1, [-1], [1]), (1, [1], [-1])):
        with pytest.raises(ValueError, match="must not be negative"):
            water_filling(demand, caps, weights)


@given(
    st.lists(amount, min_size=1, max_size=6), st.floats(0, 0.8), st.floats(0, 0.5), rivals, st.floats(0, 0.3)
)
def test_money_is_conserved_from_customer_to_vendor(releases, house, gone, rivals, tools) -> None:  # (34)
    caps, weights = parts(rivals)
    released = math.fsum(releases)
    steps = waterfall(released, house, gone, tools)
    found = water_filling(max(0.0, steps.contestable), caps, weights)
    served = math.fsum(found.amounts)
    rounding = 1e-9 * max(1.0, released)
    assert steps.in_house + steps.not_replaced + served + found.unserved == pytest.approx(
        released, abs=rounding
    )
    assert steps.kept_in_house + steps.enabled == pytest.approx(steps.in_house, abs=rounding)

    vendors = [(f"v{i}", x) for i, x in enumerate(found.amounts)]
    links = flows(
        [(f"c{i}", x) for i, x in enumerate(releases)], (house, gone), vendors, [("v0", steps.enabled)]
    )
    out = math.fsum(link.amount for link in links if link.source.startswith("c"))
    assert out == pytest.approx(released, abs=rounding)
    into = math.fsum(link.amount for link in links if link.target == OPEN)
    onward = math.fsum(link.amount for link in links if link.source == OPEN)
    assert into == pytest.approx(onward, abs=2 * rounding)
    left = math.fsum(link.amount for link in links if link.target == UNSERVED)
    assert left == pytest.approx(found.unserved, abs=2 * rounding)
