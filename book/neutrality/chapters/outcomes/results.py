"""The named results of the chapter."""

from __future__ import annotations

import math

from neutrality.case.figures import in_millions
from neutrality.chapters.ledger import flat
from neutrality.chapters.outcomes.evidence import Record
from neutrality.chapters.outcomes.forecasts import INTERESTS, missed
from neutrality.chapters.outcomes.model import Model
from neutrality.chapters.outcomes.rivals import rank
from neutrality.methods import scoring
from neutrality.methods.copula import one_factor
from neutrality.methods.scoring import COIN, logarithmic, quadratic
from neutrality.methods.valuation import ratio

#: The two scores by the name that their results bear, with their rule and unit.
SCORES = {"brier": (quadratic, "score"), "log_loss": (logarithmic, "score")}

#: Most resolved questions whose joint outcomes are listed one by one.
MOST_QUESTIONS = 12


def ledger_of(model: Model) -> Record:
    """Every named result of the chapter."""
    ledger = Record("outcomes")
    _counts(ledger, model)
    _scores(ledger, model)
    _ranges(ledger, model)
    _luck(ledger, model)
    _readings(ledger, model)
    _losses(ledger, model)
    _commitment(ledger, model)
    _rivals(ledger, model)
    _comparables(ledger, model)
    return ledger


def _counts(ledger: Record, model: Model) -> None:
    for name, found in (
        ("questions", model.questions),
        ("resolved", model.resolved),
        ("open", model.open),
        ("happened", model.happened),
    ):
        ledger.later(name, float(len(found)), "count", model.figures_of(model.questions))


def _scores(ledger: Record, model: Model) -> None:
    """Scores of the resolved questions, and what open ones and another coding leave of them."""
    rests, every = model.figures_of(model.resolved), model.figures_of(model.questions)
    forecasts, everything = ([one.forecast for one in part] for part in (model.resolved, model.questions))
    outcomes = [one.outcome or 0.0 for one in model.resolved]
    for name, (rule, unit) in SCORES.items():
        score = scoring.mean_score(rule, forecasts, outcomes)
        coin = scoring.mean_score(rule, [COIN] * len(outcomes), outcomes)
        ledger.later(name, score, unit, rests)
        ledger.later(f"{name}_coin", coin, unit, rests)
        ledger.later(f"{name}_skill", scoring.skill(score, coin), "share", rests)
        read = scoring.completions(rule, forecasts, [one.readable for one in model.resolved])
        left = scoring.completions(rule, everything, [one.possible for one in model.questions])
        most = scoring.completions(rule, everything, [one.readable for one in model.questions])
        for key, ends, figures in (("read", read, rests), ("all", left, every), ("widest", most, every)):
            low, high = ends or (None, None)
            ledger.later(f"{name}_{key}_low", low, unit, figures)
            ledger.later(f"{name}_{key}_high", high, unit, figures)
        for one in model.resolved:
            if f"outcomes.{one.customer}.{name}" not in ledger.results:
                loss = rule(one.forecast, one.outcome or 0.0)
                ledger.later(f"{one.customer}.{name}", loss, unit, one.figures)


def _ranges(ledger: Record, model: Model) -> None:
    """What the stated ranges of the forecasts score, and whether the outcomes lay on their side."""
    found = model.resolved
    figures = [one.figure for one in found]
    ranges, outcomes = [one.figure.range for one in found], [one.outcome or 0.0 for one in found]
    for name, (rule, unit) in SCORES.items():
        low, high = scoring.over_ranges(rule, ranges, outcomes) or (None, None)
        ledger.later(f"{name}_range_low", low, unit, figures, bound=True)
        ledger.later(f"{name}_range_high", high, unit, figures, bound=True)
    for key, count in (
        ("inside_range", sum(bool(one.inside) for one in found)),
        ("leaned_right", sum(one.leaned == "right" for one in found)),
        ("leaned_wrong", sum(one.leaned == "wrong" for one in found)),
    ):
        ledger.later(key, float(count), "count", figures, bound=True)


def _luck(ledger: Record, model: Model) -> None:
    """What so few questions can show: the score of forecasts that are exactly right, by luck alone."""
    found = model.resolved
    rests = model.figures_of(found)
    score = ledger.value("brier")
    forecasts = [one.forecast for one in found]
    correlation = model.correlation
    values: dict[str, float | None] = dict.fromkeys(
        ("expected", "as_bad_independent", "as_bad_common", "beaten_independent", "beaten_common", "tossed")
    )
    if score is not None and len(found) <= MOST_QUESTIONS:
        apart = scoring.score_distribution(quadratic, forecasts, model.mixture(0.0))
        common = scoring.score_distribution(quadratic, forecasts, model.mixture(correlation.value or 0.0))
        tossed = scoring.score_distribution(quadratic, forecasts, one_factor([COIN] * len(found), 0.0))
        coin = quadratic(COIN, 1.0)
        values |= {
            "expected": scoring.expected_score(quadratic, forecasts, forecasts),
            "as_bad_independent": apart.at_least(score),
            "as_bad_common": common.at_least(score),
            "beaten_independent": apart.above(coin),
            "beaten_common": common.above(coin),
            "tossed": tossed.at_most(score),
        }
    for key, value in values.items():
        unit = "score" if key == "expected" else "probability"
        ledger.later(f"luck.{key}", value, unit, rests, correlation if key.endswith("_common") else ())
    every = [one.forecast for one in model.questions]
    level = model.confidence.value or 0.0
    needed = scoring.questions_needed(every, level) if 0.5 < level < 1 else None
    figures = model.figures_of(model.questions)
    count = None if needed is None else float(needed)
    # What it takes to tell is known before anything has happened.
    ledger.add("luck.questions_needed", count, "count", figures, model.confidence if every else ())


def _readings(ledger: Record, model: Model) -> None:
    """The readings beneath the forecasts, scored apart by the interest of who spoke."""
    for interest in INTERESTS:
        pairs = [
            (reading, one.outcome or 0.0, one.figure)
            for one in model.resolved
            for reading in one.readings
            if reading.interest == interest
        ]
        if pairs:
            figures = flat([figure for _, _, figure in pairs])
            score = scoring.brier([r.probability for r, _, _ in pairs], [o for _, o, _ in pairs])
            count = sum(missed(reading, outcome) for reading, outcome, _ in pairs)
            ledger.later(f"readings.{interest}.count", float(len(pairs)), "count", figures)
            ledger.later(f"readings.{interest}.missed", float(count), "count", figures)
            ledger.later(f"readings.{interest}.brier", score, "score", figures)


def _losses(ledger: Record, model: Model) -> None:
    """The loss that the outcomes so far imply, on last full-year spends."""
    losses, given = model.losses, model.losses.given
    if not model.resolved:
        return
    rests = model.figures_of(model.questions)
    ledger.later("loss_low", given.low, losses.unit, given.figures, rests, bound=True)
    ledger.later("loss_high", given.high, losses.unit, given.figures, rests, bound=True)
    value, figures = losses.given_expected
    ledger.later("loss", value, losses.unit, figures)


def _commitment(ledger: Record, model: Model) -> None:
    """The loss net of all that the promise may bring, and what the promise is worth beside it."""
    promise, losses = model.commitment, model.losses
    if promise is None:
        return
    unit, figure = losses.unit, promise.figure
    facts, ranges, point = losses.layers
    for key, ends in (("reported", facts), ("expected_range", ranges)):
        bound = ends.layer == "L1"
        ledger.add(f"net_{key}_low", ends.low - promise.amount, unit, ends.figures, figure, bound=bound)
        ledger.add(f"net_{key}_high", ends.high - promise.amount, unit, ends.figures, figure, bound=bound)
    ledger.add("net_expected", point.low - promise.amount, unit, point.figures, figure)
    ledger.add("commitment_of_loss", ratio(promise.amount, point.low), "share", figure, point.figures)
    revenue = losses.revenue
    share = ratio(promise.amount, in_millions(revenue))
    ledger.add("commitment_of_revenue", share, "share", figure, revenue)
    if promise.years is not None:
        ledger.add("commitment_total", promise.total, unit.removesuffix(" per year"), figure, promise.years)
    if promise.part is not None:
        spend = promise.spend_that_covers(point.low)
        ledger.add("covering_spend", spend, unit, point.figures, figure, promise.part)
        whole = ratio(promise.amount, promise.part.value or 0.0)
        ledger.add("whole_commitment_spend", whole, unit, figure, promise.part)


def _rivals(ledger: Record, model: Model) -> None:
    """Each rival's growth, and what of it no pool could have brought."""
    pool = model.pool
    ledger.add("largest_pool", pool.value, pool.unit, pool.figures)
    for one in model.series:
        ledger.add(f"{one.entity}.growth", one.growth, pool.unit, one.figures)
        beyond = one.growth - pool.value
        ledger.add(f"{one.entity}.growth_beyond_pool", beyond, pool.unit, one.figures, pool.figures)
    if model.series:
        total = math.fsum(one.growth for one in model.series)
        rests = [one.figures for one in model.series]
        ledger.add("growth_together", total, pool.unit, rests)
        ledger.add("growth_together_beyond_pool", total - pool.value, pool.unit, rests, pool.figures)


def _comparables(ledger: Record, model: Model) -> None:
    """The place of the deal's multiple among other companies'."""
    deal = next((one for one in model.multiples if one.deal), None)
    if deal is None:
        return
    ledger.add("deal_multiple", deal.value, "x", deal.figures)
    for key, talks in (("closed", False), ("all", True)):
        found = rank(model.multiples, talks=talks)
        if found is not None and found.others:
            rests = [one.figures for one in found.others]
            ledger.add(f"comparables_{key}", float(found.count), "count", rests)
            ledger.add(f"comparables_{key}_above", float(found.above), "count", rests, deal.figures)
