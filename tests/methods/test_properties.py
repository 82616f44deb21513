"""Invariants of the methods, as properties of any sound input (numbers refer to methods, section 9)."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from neutrality.case.wording import pool, weights
from neutrality.methods.concentration import fewest, herfindahl, numbers_equivalent, packed
from neutrality.methods.intervals import Interval, Product, contract
from neutrality.methods.release import VERDICTS, highest_base, verdict, waterfall
from neutrality.methods.sensitivity import Factor, product_effects
from neutrality.methods.timing import half_life, lost_by_hazard, months_lost, replacement_growth
from neutrality.methods.valuation import (
    break_even_loss,
    enterprise_value,
    growth_by_dcf,
    growth_by_exit_multiple,
    premium_stack,
    primary_stake,
)
from neutrality.units import convert, pretty, significant
from oracles import dcf_value

money = st.floats(0.1, 1e4)
share = st.floats(0.01, 0.99)
unit = st.floats(0, 1)


@st.composite
def interval(draw, values=money) -> Interval:
    middle = draw(values)
    return Interval(middle * (1 - draw(st.floats(0, 0.3))), middle * (1 + draw(st.floats(0, 0.3))))


@st.composite
def related(draw) -> Product:
    """Cheque, stake and valuation near a solution, so that agreeing and clashing triples both come up."""
    stake, whole = draw(interval(share)), draw(interval())
    amount = draw(st.floats(0.5, 1.8)) * sum(stake) / 2 * sum(whole) / 2
    return Product(
        Interval(amount * (1 - draw(st.floats(0, 0.3))), amount * (1 + draw(st.floats(0, 0.3)))), stake, whole
    )


products = related()


@given(products)
def test_contraction_never_widens_and_a_second_pass_changes_nothing(product: Product) -> None:  # (1)
    once = contract(product)
    assume(once is not None)
    for before, after in zip(product, once, strict=True):
        assert before.low <= after.low <= after.high <= before.high
    twice = contract(once)
    # Rounding may empty an interval that is a single point; otherwise nothing moves by more than that.
    if twice is not None:
        for before, after in zip(once, twice, strict=True):
            assert after == pytest.approx(before, rel=1e-12)


@given(share, money, st.lists(st.tuples(st.floats(0, 0.2), st.floats(0, 0.2)), min_size=3, max_size=3))
def test_the_true_values_survive_contraction(stake: float, whole: float, slack) -> None:  # (2)
    true = (stake * whole, stake, whole)
    around = [Interval(x * (1 - a - 1e-9), x * (1 + b + 1e-9)) for x, (a, b) in zip(true, slack, strict=True)]
    left = contract(Product(*around))
    assert left is not None
    assert all(side.low <= x <= side.high for x, side in zip(true, left, strict=True))


@given(products)
def test_empty_means_that_no_solution_exists(product: Product) -> None:  # (3)
    amount, stake, whole = product
    reachable = Interval(stake.low * whole.low, stake.high * whole.high)
    clear = (
        abs(reachable.low - amount.high) > 1e-9 * amount.high
        and abs(reachable.high - amount.low) > 1e-9 * amount.low
    )
    assume(clear)
    assert (contract(product) is None) == (amount.meet(reachable) is None)


@given(money, money)
def test_a_primary_round_gives_its_stake_back(investment: float, pre: float) -> None:  # (6)
    assert primary_stake(investment, pre) * (pre + investment) == pytest.approx(investment)


@given(money, money, unit, st.floats(-5, 5))
def test_enterprise_value_is_linear_in_the_cash_that_stayed(
    v: float, i: float, kept: float, debt: float
) -> None:  # (5)
    ends = enterprise_value(v, i, 0, debt), enterprise_value(v, i, 1, debt)
    assert ends[0] - ends[1] == pytest.approx(i, rel=1e-9, abs=1e-9)
    between = ends[0] + kept * (ends[1] - ends[0])
    assert enterprise_value(v, i, kept, debt) == pytest.approx(between, rel=1e-9, abs=1e-9 * (v + i))


@given(money, share, money, unit)
def test_the_premium_parts_add_to_the_cheque(i: float, s: float, before: float, kept: float) -> None:  # (10)
    assert math.fsum(premium_stack(i, s, before, kept)) == pytest.approx(i)


@given(money, money, money)
def test_break_even_erases_the_step_up_exactly(revenue: float, before: float, after: float) -> None:  # (7)
    loss = break_even_loss(revenue, before, after)
    assert after / revenue * (revenue - loss) == pytest.approx(before, rel=1e-9)
    assert (0 <= loss <= revenue) == (after >= before)


rates = st.floats(0.06, 0.4)


@given(st.floats(0.1, 200), money, rates, st.integers(1, 20), st.floats(0.01, 0.6), st.floats(0, 0.05))
def test_implied_growth_gives_the_value_back(multiple, revenue, rate, years, margin, terminal) -> None:  # (9)
    value = multiple * revenue
    growth = growth_by_dcf(value, revenue, rate, years, margin, terminal)
    assert dcf_value(revenue, growth, rate, years, margin, terminal) == pytest.approx(value, rel=1e-7)
    assert growth_by_dcf(value * 1.5, revenue, rate, years, margin, terminal) > growth
    assert growth_by_dcf(value, revenue, rate, years, min(0.9, margin * 1.5), terminal) < growth


@given(money, money, rates, st.integers(1, 10), st.floats(1, 20))
def test_growth_by_exit_multiple_gives_the_value_back(value, revenue, rate, years, multiple) -> None:  # (9)
    growth = growth_by_exit_multiple(value, revenue, rate, years, multiple)
    assert revenue * (1 + growth) ** years * multiple / (1 + rate) ** years == pytest.approx(value, rel=1e-9)


def test_no_growth_justifies_a_value_that_is_not_positive() -> None:
    assert growth_by_dcf(0, 1, 0.1, 5, 0.2, 0.02) is None
    assert growth_by_exit_multiple(-1, 1, 0.1, 5, 6) is None


@given(st.lists(st.floats(0.5, 100), min_size=1, max_size=30), st.integers(1, 5))
def test_any_feasible_list_of_customers_lies_within_the_bounds(
    sizes: list[float], disclosed: int
) -> None:  # (12)
    total = math.fsum(sizes)
    sizes = sorted(sizes, reverse=True)
    known = sizes[:disclosed]
    low, high = herfindahl(known, total), herfindahl(packed(known, total, known[0]), total)
    assert low * (1 - 1e-9) <= herfindahl(sizes, total) <= high * (1 + 1e-9)
    assert math.fsum(packed(known, total, known[0])) == pytest.approx(total)
    assert max(packed(known, total, known[0])) <= known[0] * (1 + 1e-9)
    assert fewest(total, known[0]) <= len(sizes)
    assert 1 - 1e-9 <= numbers_equivalent(herfindahl(sizes, total)) <= len(sizes) * (1 + 1e-9)  # (13)


@given(st.lists(st.floats(0.5, 100), min_size=2, max_size=10))
def test_merging_two_customers_raises_the_index_by_twice_their_product(sizes: list[float]) -> None:  # (14)
    total = math.fsum(sizes)
    merged = [sizes[0] + sizes[1], *sizes[2:]]
    rise = herfindahl(merged, total) - herfindahl(sizes, total)
    assert rise == pytest.approx(2 * sizes[0] * sizes[1] / total**2 * 1e4, rel=1e-6)


def test_a_whole_number_of_customers_is_not_rounded_up() -> None:
    assert fewest(870, 145) == 6
    assert fewest(0.3, 0.1) == 3
    assert packed([145], 870, 145) == [145] * 6


months = st.floats(0, 24)


@given(st.floats(0, 12), months, months)
def test_lost_months_stay_within_the_year_and_quarters_add_up(
    start: float, notice: float, ramp: float
) -> None:  # (28)
    lost = months_lost(start, notice, ramp)
    assert 0 <= lost <= 12 - start + 1e-12
    assert months_lost(start, notice + 1, ramp) <= lost + 1e-12
    assert months_lost(start, notice, ramp + 1) <= lost + 1e-12
    quarters = [months_lost(start, notice, ramp, 3 * q + 3, 3 * q) for q in range(4)]
    assert math.fsum(quarters) == pytest.approx(lost, abs=1e-12)
    assert all(0 <= quarter <= 3 + 1e-12 for quarter in quarters)


def test_lost_months_equal_the_integral_of_the_ramp() -> None:
    time = np.linspace(0, 12, 120_001)
    gone = np.clip((time - 5.5 - 1) / 3, 0, 1)
    assert months_lost(5.5, 1, 3) == pytest.approx(np.trapezoid(gone, time), abs=1e-6)


@given(st.floats(0.001, 0.999))
def test_half_life_matches_the_hazard(p: float) -> None:  # (29)
    assert 0.5 ** (12 / half_life(p)) == pytest.approx(1 - p, rel=1e-9)


@given(st.floats(0.001, 0.999), st.floats(1, 60))
def test_the_hazard_is_that_of_a_year_whatever_the_horizon(p: float, horizon: float) -> None:
    """The part lost is that of a departure at rate -ln(1 - p) / 12, averaged over the horizon."""
    gone = -math.log1p(-p) / 12 * horizon
    assert lost_by_hazard(p, horizon) == pytest.approx(1 - (1 - math.exp(-gone)) / gone, rel=1e-6)


def test_half_life_at_the_ends() -> None:
    assert half_life(0) is None
    assert half_life(1) == 0


@given(money, unit)
def test_replacement_growth_restores_revenue(revenue: float, part: float) -> None:  # (30)
    lost = revenue * part
    growth = replacement_growth(lost, revenue)
    assume(growth is not None and part < 0.999)
    assert (revenue - lost) * (1 + growth) == pytest.approx(revenue)
    assert replacement_growth(revenue, revenue) is None


factor = st.builds(Factor, st.floats(0, 10), st.floats(0, 10))


@given(st.lists(st.tuples(factor, factor, st.floats(0, 2)), min_size=1, max_size=8))
def test_variance_shares_are_in_order_and_add_up(pairs) -> None:  # (31)
    effects = product_effects(pairs)
    assume(effects is not None)
    flat = [effect for pair in effects for effect in pair]
    for effect in flat:
        assert effect.first <= effect.shapley + 1e-12
        assert effect.shapley <= effect.total + 1e-12
    assert math.fsum(effect.first for effect in flat) <= 1 + 1e-9
    assert math.fsum(effect.total for effect in flat) >= 1 - 1e-9
    assert math.fsum(effect.shapley for effect in flat) == pytest.approx(1)


def test_variance_shares_agree_with_simulation() -> None:
    """A second opinion by Saltelli's estimator, on the base case's four products."""
    ranges = [
        ((0.63, 0.99), (150, 150)),
        ((0.4, 0.87), (0, 150)),
        ((0.4, 0.6), (0, 150)),
        ((0.2, 0.6), (0, 150)),
    ]
    effects = product_effects([(Factor.uniform(*p), Factor.uniform(*s), 1.0) for p, s in ranges])
    random = np.random.default_rng(20250614)
    bounds = np.array([end for pair in ranges for end in pair])
    a, b = (bounds[:, 0] + random.random((400_000, 8)) * (bounds[:, 1] - bounds[:, 0]) for _ in range(2))

    def model(x):
        return (x[:, 0::2] * x[:, 1::2]).sum(axis=1)

    variance = model(np.vstack([a, b])).var()
    for column, effect in enumerate(e for pair in effects for e in pair):
        mixed = a.copy()
        mixed[:, column] = b[:, column]
        first = (model(b) * (model(mixed) - model(a))).mean() / variance
        total = ((model(a) - model(mixed)) ** 2).mean() / 2 / variance
        assert first == pytest.approx(effect.first, abs=0.01)
        assert total == pytest.approx(effect.total, abs=0.01)


def test_nothing_varies() -> None:
    assert product_effects([(Factor.known(0.5), Factor.known(3), 1.0)]) is None
    assert product_effects([(Factor.uniform(0, 1), Factor.uniform(0, 1), 0.0)]) is None


@given(money, unit, unit)
def test_the_waterfall_loses_nothing(released: float, in_house: float, gone: float) -> None:  # (34)
    steps = waterfall(released, in_house, gone)
    assert steps.in_house + steps.not_replaced + steps.contestable == pytest.approx(released, abs=1e-9)
    assert min(steps.in_house, steps.not_replaced) >= 0
    assert steps.contestable >= -1e-9


@given(st.one_of(st.none(), st.floats(0, 5)), st.integers(1, 12))
def test_verdicts_follow_the_rule(required: float | None, vendors: int) -> None:
    word = verdict(required, 1 / vendors)
    assert word in VERDICTS
    if required is None or required > 1:
        assert word == "impossible"
    elif required <= min(0.5, 1 / vendors):
        assert word == "ordinary"


@given(money, money, st.floats(1.1, 10))
def test_the_largest_base_exactly_fills_the_pool(
    pool_size: float, others: float, multiple: float
) -> None:  # (39)
    base = highest_base(pool_size, others, multiple)
    if others <= pool_size:
        assert others + (multiple - 1) * base == pytest.approx(pool_size)
    else:
        assert base == 0
    assert highest_base(pool_size, others, 1) is None


opinions = st.lists(st.floats(0.01, 0.99), min_size=1, max_size=6)


@given(opinions, unit)
def test_pools_lie_between_the_opinions(probabilities: list[float], first: float) -> None:  # (45)
    weight = weights(len(probabilities), first)
    assert math.fsum(weight) == pytest.approx(1)
    pools = {method: pool(probabilities, weight, method) for method in ("linear", "log")}
    for value in pools.values():
        assert min(probabilities) - 1e-12 <= value <= max(probabilities) + 1e-12
    if min(probabilities) > 0.5:
        assert pools["log"] >= pools["linear"] - 1e-12
    if max(probabilities) < 0.5:
        assert pools["log"] <= pools["linear"] + 1e-12


@given(st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_a_pool_of_two_is_symmetric_at_equal_weights(a: float, b: float) -> None:  # (45)
    for method in ("linear", "log"):
        assert pool([a, b], [0.5, 0.5], method) == pytest.approx(pool([b, a], [0.5, 0.5], method))


@given(st.floats(-1e9, 1e9).filter(lambda x: x == 0 or abs(x) > 1e-6), st.integers(1, 6))
def test_printed_numbers_keep_their_significant_figures(value: float, digits: int) -> None:
    printed = float(significant(value, digits).replace(",", ""))
    tolerance = 10 ** (math.floor(math.log10(abs(value))) - digits + 1) if value else 0
    assert abs(printed - value) <= max(tolerance, 0) / 2 * (1 + 1e-9) or abs(printed - value) <= 0.5
    assert "e" not in significant(value, digits)


@pytest.mark.parametrize(
    ("value", "unit_", "text"),
    [
        (14.3, "USD bn", "$14.3bn"), (240.375, "USD mn per year", "$240mn a year"), (5, "CHF mn", "CHF 5mn"),
        (-3.2, "EUR bn", "−€3.2bn"), (0.1724, "share", "17.2%"), (0.84, "probability", "84%"), (33.333, "x", "33.3×"),
        (1676.58, "points", "1,677"), (1, "years", "1 year"), (4.54, "months", "4.54 months"), (0.4, "per year", "40% a year"),
        (0.7, "USD per USD", "$0.7 per $1"), (0.5, "CHF per CHF", "CHF 0.5 per CHF 1"), (1.5, "CHF per CHF", "CHF 1.5 per CHF 1"),
        (0.9999, "months", "1 month"), (1.01, "months", "1.01 months"), (None, "share", "no number"), (0, "USD bn", "$0"),
    ],
)  # fmt: skip
def test_units_in_print(value, unit_: str, text: str) -> None:
    assert pretty(value, unit_) == text


def test_money_converts_by_the_thousand() -> None:  # (11)
    assert convert(14.3, "USD bn", "mn") == pytest.approx(14300)
    assert convert(870, "USD mn", "bn") == pytest.approx(0.87)
    with pytest.raises(ValueError, match="no unit of money"):
        convert(1, "share", "mn")
