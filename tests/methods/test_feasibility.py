"""Claims on one pool: the rule, a linear programme, and the smallest correction."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from neutrality.methods.feasibility import joint, programme
from neutrality.methods.release import break_even_harm, highest_base, verdict
from neutrality.methods.valuation import ratio

claims = st.lists(st.floats(0, 1000), min_size=1, max_size=6)
pool = st.floats(0, 3000)


@settings(max_examples=40)
@given(claims, pool)
def test_the_programme_agrees_with_the_sum(least, size: float) -> None:  # (39)
    assume(abs(math.fsum(least) - size) > 1e-4)
    assume(all(abs(math.fsum(least) - size - one) > 1e-4 for one in least))
    by_rule, by_programme = joint(least, size), programme(least, size)
    assert by_rule.feasible == by_programme.feasible == (math.fsum(least) <= size)
    assert by_programme.larger == pytest.approx(by_rule.larger, abs=1e-5)
    for one, other in zip(by_rule.lower, by_programme.lower, strict=True):
        assert (one is None) == (other is None)
        assert one is None or other == pytest.approx(one, abs=1e-5)


@given(claims, pool)
def test_each_correction_suffices_and_less_does_not(least, size: float) -> None:
    found = joint(least, size)
    assume(found.larger > 1e-3)
    assert joint(least, size + found.larger).feasible
    assert not joint(least, size + 0.99 * found.larger).feasible
    for index, lower in enumerate(found.lower):
        if lower is None:
            assert not joint([*least[:index], 0.0, *least[index + 1 :]], size).feasible
            continue
        cut = [*least[:index], max(0.0, least[index] - lower), *least[index + 1 :]]
        assert joint(cut, size).feasible


def test_the_base_case() -> None:
    found = joint([200, 100], 256.4)
    assert (found.feasible, found.larger) == (False, pytest.approx(43.6))
    assert joint([200, 56.4], 256.4).feasible
    assert joint([200, 30], 150).lower == (80, None)
    assert joint([], 0).feasible
    assert programme([200, 100], 256.4).lower == pytest.approx((43.6, 43.6))
    assert programme([200, 30], 150).lower == (pytest.approx(80), None)


@given(st.floats(0.1, 1e3), st.floats(0.1, 1e4), st.floats(1.01, 3))
def test_a_required_share_gives_the_claim_back_and_falls_with_the_pool(claim, size, more) -> None:  # (38)
    share = ratio(claim, size)
    assert share * size == pytest.approx(claim)
    assert ratio(claim, size * more) < share


@given(st.floats(1, 1e4), st.floats(0, 1e4), st.floats(1.1, 10), st.floats(0.05, 1))
def test_the_largest_base_is_where_claims_stop_fitting(size, others, multiple, conversion) -> None:  # (39)
    base = highest_base(size, others, multiple, conversion)
    added = (multiple - 1) * conversion * base
    if others <= size:
        assert joint([others, added], size).feasible
        assert not joint([others, added * 1.01 + 0.01], size).feasible
    else:
        assert base == 0
    assert highest_base(size, others, multiple, 0) is None


def test_verdicts_at_their_borders() -> None:
    assert [verdict(share, 0.2) for share in (1.0, 1 + 1e-12, 0.5, 0.2, 0.21, None)] == [
        "more_than_half", "impossible", "more_than_equal", "ordinary", "more_than_equal", "impossible",
    ]  # fmt: skip
    assert verdict(0.9, 1.0) == "more_than_half"


def test_break_even_probability_of_harm() -> None:
    assert break_even_harm(0.25, 5) == 0.05
    assert break_even_harm(0.25, 0) is None
    assert break_even_harm(5, 0.25) is None
    assert break_even_harm(0, 5) == 0
