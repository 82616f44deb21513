"""Scores of probability forecasts: known values, bounds, propriety, intervals and what luck does."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from neutrality.methods.copula import one_factor
from neutrality.methods.scoring import (
    brier,
    completions,
    expected_score,
    logarithmic,
    mean_score,
    over_ranges,
    quadratic,
    questions_needed,
    score_distribution,
    skill,
)
from scipy.special import ndtri

RULES = (quadratic, logarithmic)
chances = st.floats(0, 1)
inner = st.floats(0.001, 0.999)
settled = st.sampled_from([0.0, 1.0])


def questions(forecasts=inner, outcomes=settled, most: int = 6):
    return st.lists(st.tuples(forecasts, outcomes), min_size=1, max_size=most)


def test_scores_of_the_book_as_worked_out_by_hand() -> None:
    forecasts, outcomes = [0.84, 0.40, 0.50], [1, 1, 1]
    assert brier(forecasts, outcomes) == pytest.approx((0.0256 + 0.36 + 0.25) / 3, rel=1e-12)
    assert skill(brier(forecasts, outcomes), 0.25) == pytest.approx(0.152533333, rel=1e-8)
    assert mean_score(logarithmic, forecasts, outcomes) == pytest.approx(
        -(math.log(0.84) + math.log(0.4) + math.log(0.5)) / 3, rel=1e-12
    )
    low, high = completions(quadratic, [*forecasts, 0.625], [[1], [1], [1], [0, 1]])
    assert (low, high) == pytest.approx((0.19405625, 0.25655625), rel=1e-12)


def test_scores_at_other_figures() -> None:
    forecasts, outcomes = [0.47, 0.17, 0.63], [1, 0, 1]
    assert brier(forecasts, outcomes) == pytest.approx(0.4467 / 3, rel=1e-12)
    assert mean_score(logarithmic, forecasts, outcomes) == pytest.approx(
        -(math.log(0.47) + math.log(0.83) + math.log(0.63)) / 3
    )
    assert over_ranges(quadratic, [(0.4, 0.6), (0.1, 0.47), (0.2, 1.0)], outcomes) == pytest.approx(
        ((0.16 + 0.01 + 0) / 3, (0.36 + 0.2209 + 0.64) / 3)
    )


def test_nothing_to_score_is_no_score() -> None:
    assert brier([], []) is None
    assert mean_score(logarithmic, [], []) is None
    assert completions(quadratic, [], []) is None
    assert over_ranges(quadratic, [], []) is None
    assert expected_score(quadratic, [], []) is None
    assert skill(None, 0.25) is None
    assert skill(0.2, 0.0) is None
    assert skill(0.2, None) is None


@pytest.mark.parametrize(("forecast", "outcome"), [(0.0, 1.0), (1.0, 0.0)])
def test_a_certainty_that_fails_is_infinitely_bad(forecast: float, outcome: float) -> None:
    assert logarithmic(forecast, outcome) == math.inf
    assert quadratic(forecast, outcome) == 1
    assert mean_score(logarithmic, [0.5, forecast], [1.0, outcome]) == math.inf
    assert skill(math.inf, 0.7) == -math.inf


@pytest.mark.parametrize(("forecast", "outcome"), [(0.0, 0.0), (1.0, 1.0)])
def test_a_certainty_that_holds_costs_nothing(forecast: float, outcome: float) -> None:
    assert logarithmic(forecast, outcome) == 0
    assert quadratic(forecast, outcome) == 0


@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize(("forecast", "outcome"), [(-0.1, 0), (1.1, 0), (0.5, 2), (0.5, -1), (math.nan, 1)])
def test_what_is_no_probability_is_refused(rule, forecast: float, outcome: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        rule(forecast, outcome)


@given(chances, settled)
def test_bounds(forecast: float, outcome: float) -> None:
    assert 0 <= quadratic(forecast, outcome) <= 1
    assert logarithmic(forecast, outcome) >= 0
    # Both rules agree with the textbook form for an event that happened or not.
    given_to_it = forecast if outcome else 1 - forecast
    assert quadratic(forecast, outcome) == pytest.approx((1 - given_to_it) ** 2)
    assert logarithmic(forecast, outcome) == (
        math.inf if given_to_it == 0 else pytest.approx(-math.log(given_to_it), abs=1e-12)
    )


@given(inner, inner)
def test_nobody_expects_better_than_by_stating_the_truth(truth: float, stated: float) -> None:
    for rule in RULES:
        honest = expected_score(rule, [truth], [truth])
        assert expected_score(rule, [stated], [truth]) >= honest - 1e-12
    # Strictly proper: the Brier score loses by the squared distance exactly.
    lost = expected_score(quadratic, [stated], [truth]) - expected_score(quadratic, [truth], [truth])
    assert lost == pytest.approx((stated - truth) ** 2, abs=1e-12)


def test_what_cannot_happen_costs_nothing_to_expect() -> None:
    assert expected_score(logarithmic, [0.0, 1.0], [0.0, 1.0]) == 0
    assert expected_score(logarithmic, [0.0], [0.3]) == math.inf


@given(questions())
def test_the_order_of_questions_is_irrelevant(pairs) -> None:
    for rule in RULES:
        one, other = (
            mean_score(rule, [p for p, _ in some], [o for _, o in some]) for some in (pairs, pairs[::-1])
        )
        assert one == other


@given(questions(), st.data())
def test_an_interval_contains_every_completion_and_reaches_its_ends(pairs, data) -> None:
    forecasts = [p for p, _ in pairs]
    possible = [sorted(data.draw(st.sets(st.sampled_from([0.0, 0.3, 1.0]), min_size=1))) for _ in forecasts]
    for rule in RULES:
        low, high = completions(rule, forecasts, possible)
        every = [mean_score(rule, forecasts, outcomes) for outcomes in itertools.product(*possible)]
        assert low == pytest.approx(min(every), abs=1e-12)
        assert high == pytest.approx(max(every), abs=1e-12)


@given(questions(), st.data())
def test_forecasts_within_ranges_score_within_the_interval(pairs, data) -> None:
    outcomes = [o for _, o in pairs]
    ranges = [tuple(sorted((p, data.draw(inner)))) for p, _ in pairs]
    within = [data.draw(st.floats(low, high)) for low, high in ranges]
    for rule in RULES:
        low, high = over_ranges(rule, ranges, outcomes)
        assert low - 1e-12 <= mean_score(rule, within, outcomes) <= high + 1e-12


@given(st.lists(chances, min_size=1, max_size=6), st.floats(0, 0.95))
def test_the_distribution_of_a_score_is_one(forecasts, correlation: float) -> None:
    found = score_distribution(quadratic, forecasts, one_factor(forecasts, correlation))
    assert found.weights.sum() == pytest.approx(1)
    assert np.all(found.weights >= 0)
    assert np.all(np.diff(found.scores) >= 0)
    # The mean does not hang on the dependence, since each question's loss is its own.
    assert found.mean == pytest.approx(expected_score(quadratic, forecasts, forecasts), abs=1e-9)
    middle = float(found.scores[len(found.scores) // 2])
    assert found.at_most(middle) + found.above(middle) == pytest.approx(1)
    assert found.at_least(0.0) == pytest.approx(1)
    assert found.at_most(1.0) == pytest.approx(1)


def test_luck_by_hand() -> None:
    """Every joint outcome of two questions, written out."""
    forecasts = [0.84, 0.4]
    found = score_distribution(quadratic, forecasts, one_factor(forecasts, 0.0))
    loss = {
        (0, 0): (0.84**2 + 0.4**2) / 2,
        (0, 1): (0.84**2 + 0.6**2) / 2,
        (1, 0): (0.16**2 + 0.4**2) / 2,
        (1, 1): (0.16**2 + 0.6**2) / 2,
    }
    chance = {(a, b): (0.84 if a else 0.16) * (0.4 if b else 0.6) for a, b in loss}
    seen = loss[1, 1]
    assert found.at_least(seen) == pytest.approx(sum(chance[s] for s in loss if loss[s] >= seen - 1e-12))
    assert found.above(0.25) == pytest.approx(sum(chance[s] for s in loss if loss[s] > 0.25))


def test_a_score_of_several_questions_against_a_simulation() -> None:
    forecasts, correlation = [0.84, 0.47, 0.17, 0.63], 0.3
    found = score_distribution(quadratic, forecasts, one_factor(forecasts, correlation))
    rng = np.random.default_rng(20250614)
    common = rng.standard_normal((200_000, 1))
    latent = math.sqrt(correlation) * common + math.sqrt(1 - correlation) * rng.standard_normal((200_000, 4))
    happened = latent < ndtri(forecasts)
    scores = ((happened - np.array(forecasts)) ** 2).mean(axis=1)
    for at in (0.1, 0.2, 0.3):
        share = float((scores >= at).mean())
        assert found.at_least(at) == pytest.approx(share, abs=4 * math.sqrt(0.25 / 200_000))


def test_no_question_has_no_distribution() -> None:
    with pytest.raises(ValueError, match="no question"):
        score_distribution(quadratic, [], one_factor([0.5], 0.0))


def test_questions_needed_by_its_formula() -> None:
    forecasts, level = [0.84, 0.17, 0.47], 0.9
    better = sum((p - 0.5) ** 2 for p in forecasts) / 3
    spread = sum((1 - 2 * p) ** 2 * p * (1 - p) for p in forecasts) / 3
    wanted = (2 * 1.2815515655446004) ** 2 * spread / better**2
    assert questions_needed(forecasts, level) == math.ceil(wanted)


def test_that_many_questions_do_show_it() -> None:
    """The formula keeps its promise: both errors come out near the chance it allows."""
    p, level = 0.62, 0.9  # far enough from certain that the count is large and the approximation holds
    count = questions_needed([p], level)
    rng = np.random.default_rng(1)
    happened = rng.random((20_000, count)) < p
    gain = (0.25 - (p - happened) ** 2).mean(axis=1)
    spread = math.sqrt((1 - 2 * p) ** 2 * p * (1 - p) / count)
    shown = (gain > 1.2815515655446004 * spread).mean()
    assert shown == pytest.approx(level, abs=0.03)


def test_forecasts_of_a_coin_never_beat_it() -> None:
    assert questions_needed([0.5, 0.5], 0.95) is None
    assert questions_needed([], 0.95) is None
    assert questions_needed([1.0, 0.0], 0.95) == 1


@pytest.mark.parametrize("level", [0.5, 1.0, 0.2, 1.2])
def test_a_level_outside_its_limits_is_refused(level: float) -> None:
    with pytest.raises(ValueError, match="between one half and one"):
        questions_needed([0.8], level)


@given(st.floats(0.51, 0.99), st.floats(0.001, 0.3))
def test_bolder_forecasts_need_fewer_questions(p: float, more: float) -> None:
    bolder = min(0.999, p + more)
    assert questions_needed([bolder], 0.95) <= questions_needed([p], 0.95)
