"""Scores of probability forecasts against what happened, and what so few of them can show.

A forecast is a probability p, an outcome o is 1 where the event happened and 0 where it did not (a part
between them where it happened in part). The Brier score is the mean of (p - o)^2 (Brier, 1950), the
logarithmic score the mean of -ln of the probability that was given to what happened (Good, 1952). Both are
losses, so lower is better, and both are proper: nobody expects to do better than by stating their own
probability (Gneiting and Raftery, 2007).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtri

from neutrality.methods.copula import Mixture, states

Rule = Callable[[float, float], float]

#: What a tossed coin states of every question.
COIN = 0.5

#: Scores closer than this are the same score: sums taken in another order differ in the last bits.
_SAME = 1e-12


def quadratic(forecast: float, outcome: float) -> float:
    """The loss (p - o)^2 of one question, from 0 to 1. Raises ValueError outside 0 to 1."""
    _check(forecast, outcome)
    return (forecast - outcome) ** 2


def logarithmic(forecast: float, outcome: float) -> float:
    """The loss -ln of the probability given to what happened, in nats: infinite where that was none.

    Raises ValueError for a forecast or an outcome outside 0 to 1.
    """
    _check(forecast, outcome)
    return _surprise(forecast, outcome) + _surprise(1 - forecast, 1 - outcome)


def _surprise(probability: float, part: float) -> float:
    if part == 0:
        return 0.0
    return math.inf if probability == 0 else -part * math.log(probability)


def _check(*values: float) -> None:
    if not all(0 <= value <= 1 for value in values):
        raise ValueError("a forecast and an outcome lie between 0 and 1")


def mean_score(rule: Rule, forecasts: Sequence[float], outcomes: Sequence[float]) -> float | None:
    """The mean loss over questions; None where there is none to score."""
    return _mean([rule(p, o) for p, o in zip(forecasts, outcomes, strict=True)])


def brier(forecasts: Sequence[float], outcomes: Sequence[float]) -> float | None:
    """The Brier score: the mean of (p - o)^2, from 0 to 1."""
    return mean_score(quadratic, forecasts, outcomes)


def skill(score: float | None, reference: float | None) -> float | None:
    """1 - score / reference: the part of the reference's loss that is avoided, below 0 where it is exceeded.

    None without a score, without a reference or against one that loses nothing.
    """
    if score is None or not reference:
        return None
    return -math.inf if math.isinf(score) else 1 - score / reference


def completions(
    rule: Rule, forecasts: Sequence[float], possible: Sequence[Iterable[float]]
) -> tuple[float, float] | None:
    """The lowest and the highest mean loss over every way in which the questions may turn out.

    `possible` holds for each question the outcomes that it may have: one where it is settled, 0 and 1 while
    it is open, two codings where a rule can be read in two ways. Every question's loss is its own, so the
    ends are the means of each question's lowest and highest. None where there is no question.
    """
    ends = [sorted(rule(p, o) for o in found) for p, found in zip(forecasts, possible, strict=True)]
    low, high = _mean([end[0] for end in ends]), _mean([end[-1] for end in ends])
    return None if low is None or high is None else (low, high)


def over_ranges(
    rule: Rule, ranges: Sequence[tuple[float, float]], outcomes: Sequence[float]
) -> tuple[float, float] | None:
    """The lowest and the highest mean loss of any forecasts that lie in their ranges.

    A loss is least where the forecast equals the outcome and grows with the distance, so the ends are at
    the point of a range nearest to the outcome and at its farther end. None where there is no question.
    """
    pairs = list(zip(ranges, outcomes, strict=True))
    low = _mean([rule(min(max(outcome, ends[0]), ends[1]), outcome) for ends, outcome in pairs])
    high = _mean([max(rule(end, outcome) for end in ends) for ends, outcome in pairs])
    return None if low is None or high is None else (low, high)


def expected_score(rule: Rule, forecasts: Sequence[float], truths: Sequence[float]) -> float | None:
    """The mean loss that forecasts earn on average if the events have these probabilities."""

    def one(forecast: float, truth: float) -> float:
        parts = ((truth, 1.0), (1 - truth, 0.0))
        # What cannot happen costs nothing, however little was expected of it.
        return sum(weight * rule(forecast, outcome) for weight, outcome in parts if weight > 0)

    return _mean([one(p, q) for p, q in zip(forecasts, truths, strict=True)])


def _mean(losses: Sequence[float]) -> float | None:
    # fsum: the mean must not depend on the order of the questions.
    return math.fsum(losses) / len(losses) if losses else None


@dataclass(frozen=True)
class ScoreDistribution:
    """What a mean loss may come out as: every value (K) with its probability (K), the smallest first."""

    scores: NDArray[np.float64]
    weights: NDArray[np.float64]

    @property
    def mean(self) -> float:
        """The mean loss that is to be expected."""
        return float(self.weights @ self.scores)

    def at_least(self, score: float) -> float:
        """The probability of a mean loss of this much or more: as bad or worse."""
        return _held(float(self.weights[self.scores >= score - _SAME].sum()))

    def at_most(self, score: float) -> float:
        """The probability of a mean loss of this much or less: as good or better."""
        return _held(float(self.weights[self.scores <= score + _SAME].sum()))

    def above(self, score: float) -> float:
        """The probability of a mean loss above this: worse."""
        return _held(float(self.weights[self.scores > score + _SAME].sum()))


def _held(probability: float) -> float:
    return min(1.0, max(0.0, probability))


def score_distribution(rule: Rule, forecasts: Sequence[float], mixture: Mixture) -> ScoreDistribution:
    """The exact distribution of the mean loss of forecasts if events happen as the mixture says.

    Every joint outcome of the questions is listed with its probability, under independence or under a
    common cause (`copula.one_factor`). Raises ValueError for no question or for more than can be listed.
    """
    if not forecasts:
        raise ValueError("there is no question to score")
    weights = states(mixture)
    scores = np.zeros(1)
    # In the order of `states`: bit i of the index says whether event i happens.
    for forecast in forecasts:
        scores = np.concatenate([scores + rule(forecast, 0.0), scores + rule(forecast, 1.0)])
    possible = weights > 0
    scores, weights = scores[possible] / len(forecasts), weights[possible]
    order = np.argsort(scores, kind="stable")
    return ScoreDistribution(scores[order], weights[order] / weights.sum())


def questions_needed(forecasts: Sequence[float], level: float) -> int | None:
    """How many independent questions it takes until forecasts like these show that they beat a coin.

    The sample size of a one-sided paired comparison of two means, n = (2 z)^2 s^2 / d^2, with a chance of
    1 - level at most for either error. If the forecasts are right, the Brier loss of a coin exceeds theirs
    by d = mean (p - 1/2)^2 a question, with a variance of s^2 = mean (1 - 2 p)^2 p (1 - p), by the normal
    approximation to the mean. None where no number would be enough, since the forecasts are those of a
    coin, and where there is no forecast. Raises ValueError for a level outside 1/2 to 1.
    """
    if not 0.5 < level < 1:
        raise ValueError("the level must lie between one half and one")
    if not forecasts:
        return None
    p = np.asarray(forecasts, dtype=float)
    better, variance = float(np.mean((p - COIN) ** 2)), float(np.mean((1 - 2 * p) ** 2 * p * (1 - p)))
    if better < _SAME:
        return None
    # Forecasts that leave nothing open need one question: the first that fails tells.
    return max(1, math.ceil((2 * float(ndtri(level))) ** 2 * variance / better**2 - _SAME))
