"""Points at which the page must compute what the package computes, as (name, changes, choices, chapters)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from neutrality.case import Case

ALL = ("deal", "customer_exits", "competitor_opportunity")
DEAL, EXITS, OPPORTUNITY = ALL


@dataclass(frozen=True)
class Point:
    """New values and choices (a `scenario` among them), and the chapters that are compared there."""

    name: str
    changes: dict[str, float] = field(default_factory=dict)
    choices: dict[str, str] = field(default_factory=dict)
    chapters: tuple[str, ...] = ALL


def of_metric(case: Case, *metrics: str) -> list[str]:
    """The ids of all base figures of metrics."""
    return [
        figure.id for figure in case.figures.values() if figure.metric in metrics and figure.tag != "later"
    ]


def at_end(case: Case, end: int, *without: str) -> dict[str, float]:
    """Every figure that has a range at one of its ends, but for some metrics."""
    return {
        figure.id: figure.range[end]
        for figure in case.figures.values()
        if figure.tag != "later" and figure.metric not in without and not figure.undisclosed
        and figure.metric not in ("standalone_value", "exit_probability_without_deal")
    }  # fmt: skip


#: Values that break the coincidences of the base case (methods, pitfall 30).
PERTURBED = {
    "investment": 13.7, "stake": 0.47, "valuation_reported": 31, "valuation_prior": 12, "revenue_2024": 910,
    "google_spend_2024": 163, "google_spend_2025": 217, "inhouse_share": 0.17,
}  # fmt: skip


def points(case: Case) -> Iterator[Point]:
    """Points of the book's own case."""
    probabilities = of_metric(case, "exit_probability")
    severities = of_metric(case, "loss_given_exit")
    bases, rooms = of_metric(case, "base_revenue"), of_metric(case, "capacity")
    yield Point("base")
    yield from (
        Point(f"scenario {name}", choices={"scenario": name})
        for name in dict.fromkeys(row["scenario"] for row in case.tables["scenarios"].rows)
    )
    yield Point("all low ends", at_end(case, 0))
    yield Point("all high ends", at_end(case, 1))
    yield Point("perturbed", PERTURBED)
    yield Point(
        "perturbed with other probabilities and sizes",
        PERTURBED | dict(zip(probabilities, (0.77, 0.31, 0.58, 0.12), strict=True))
        | dict(zip(severities, (0.9, 0.5, 0.75, 1), strict=True)) | {"latent_correlation": 0.42, "cost_over": 0.5},
    )  # fmt: skip
    yield Point("certain and impossible", dict(zip(probabilities, (1, 0, 0.5, 0.4), strict=True)))
    yield Point("certain and impossible, the others", dict(zip(probabilities, (0.84, 1, 1, 0), strict=True)))
    yield Point("nobody leaves", dict.fromkeys(probabilities, 0.0))
    yield Point("everybody leaves", dict.fromkeys(probabilities, 1.0))
    for value in (0, 0.6, 0.97, 0.999, 1):
        yield Point(f"correlation {value}", {"latent_correlation": value}, chapters=(EXITS, OPPORTUNITY))
    yield Point("fixed", choices={"size_model": "fixed"})
    yield Point("fixed, perturbed", PERTURBED, {"size_model": "fixed"})
    yield Point("pert", choices={"size_model": "pert"})
    yield Point(
        "pert of other sizes",
        PERTURBED | dict(zip(severities, (1, 0.5, 0.2, 0.8), strict=True)) | {"latent_correlation": 0.55},
        {"size_model": "pert"},
        (EXITS, OPPORTUNITY),
    )
    yield Point("logarithmic pool", choices={"pool_method": "log"})
    for weight in (0, 1, 0.23):
        yield Point(
            f"pool weight {weight}", {"pool_weight": weight}, {"pool_method": "log"}, (DEAL, OPPORTUNITY)
        )
    for scale in ("icd203", "ipcc"):
        yield Point(scale, choices={"scale": scale})
    yield Point("plan", choices={"basis": "plan"}, chapters=(EXITS, OPPORTUNITY))
    yield Point("last year", choices={"basis": "last_year"}, chapters=(OPPORTUNITY,))
    yield Point("disclosed", {"microsoft_spend_2024": 80, "xai_spend_2024": 41, "openai_spend_2025": 250})
    yield Point("largest spends nothing", {"google_spend_2024": 0, "google_spend_2025": 0})
    yield Point("high level", {"confidence": 0.999, "cost_short": 9.5, "cost_over": 0.05}, chapters=(EXITS,))
    yield Point(
        "low level", {"confidence": 0.5, "cost_short": 0.1, "cost_over": 5}, chapters=(EXITS, OPPORTUNITY)
    )
    yield Point("no loss given exit", dict.fromkeys(severities, 0.0))
    yield Point(
        "without the deal too",
        dict(zip(of_metric(case, "exit_probability_without_deal"), (0.4, 0.1, 0.5, 0), strict=True)),
    )
    yield Point(
        "late exits", {"exit_start_month": 11, "notice_months": 3, "horizon_months": 1}, chapters=(EXITS,)
    )
    yield Point(
        "slow exits", {"exit_start_month": 1, "ramp_months": 24, "horizon_months": 60}, chapters=(EXITS,)
    )

    yield Point("inconsistent stake", {"stake": 0.3}, chapters=(DEAL,))
    yield Point("no step-up", {"valuation_prior": 31}, chapters=(DEAL, EXITS))
    yield Point("unchanged value", {"valuation_prior": 29}, chapters=(DEAL, EXITS))
    yield Point(
        "no value left", {"cash_retained_share": 1, "investment": 40, "net_debt": -5}, chapters=(DEAL,)
    )
    yield Point(
        "cheque beyond the stake",
        {"investment": 29, "stake": 0.2, "acquirer_prior_stake": 0.05},
        chapters=(DEAL,),
    )
    yield Point(
        "own values",
        {"multiple_after_exit": 20, "standalone_value": 17.5, "cash_retained_share": 0.35},
        chapters=(DEAL,),
    )
    yield Point("another multiple", {"multiple_after_exit": 60, "net_debt": 2.5}, chapters=(DEAL,))
    yield Point(
        "patient",
        {"vc_years": 9.5, "vc_rate": 0.07, "dcf_years": 20, "dcf_rate": 0.061, "dcf_terminal_growth": 0.06},
        chapters=(DEAL,),
    )
    yield Point(
        "impatient",
        {"vc_years": 1, "vc_rate": 0.4, "dcf_years": 3, "dcf_rate": 0.4, "dcf_fcf_margin": 0.01},
        chapters=(DEAL,),
    )
    yield Point("all revenue from one", {"revenue_2024": 150}, chapters=(DEAL,))
    yield Point("tiny revenue", {"revenue_2024": 1, "google_spend_2024": 0.4}, chapters=(DEAL,))

    for rule in ("proportional", "logit"):
        yield Point(rule, choices={"share_model": rule}, chapters=(OPPORTUNITY,))
    yield Point(
        "logit with weights",
        {"beta_neutrality": 2.3, "beta_capability": 0.4, "beta_capacity": 1}
        | {name: 0.1 + 0.2 * i for i, name in enumerate(of_metric(case, "neutrality"))},
        {"share_model": "logit", "size_model": "pert"},
        (OPPORTUNITY,),
    )
    yield Point("no capacity", dict.fromkeys(rooms, 0.0), {"share_model": "proportional"}, (OPPORTUNITY,))
    yield Point(
        "no capacity where it counts",
        dict.fromkeys(rooms, 0.0) | {"beta_capacity": 1},
        {"share_model": "logit"},
        (OPPORTUNITY,),
    )
    yield Point("no revenues", dict.fromkeys(bases, 0.0), {"share_model": "proportional"}, (OPPORTUNITY,))
    yield Point(
        "some capacity",
        dict(zip(rooms, (0, 500, 1, 20, 12), strict=True)),
        {"share_model": "proportional"},
        (OPPORTUNITY,),
    )
    yield Point(
        "a large claim",
        {"labelbox_claimed_revenue": 900, "claim_horizon_months": 60},
        chapters=(OPPORTUNITY,),
    )
    yield Point(
        "claims that fit",
        {"labelbox_claimed_revenue": 50, "handshake_claimed_multiple": 1, "handshake_claim_conversion": 0},
        chapters=(OPPORTUNITY,),
    )
    yield Point(
        "tools",
        {"mercor_inhouse_enablement_share": 0.3, "inhouse_share": 0.8, "not_replaced_share": 0.5},
        chapters=(OPPORTUNITY,),
    )
    yield Point("buyers who never gain", {"switching_cost": 5, "leak_loss": 1}, chapters=(OPPORTUNITY,))


def points_of_seven(case: Case) -> Iterator[Point]:
    """Points of the case with seven customers: all of the cheap chapters, the dear one once."""
    cheap = (DEAL, OPPORTUNITY)
    yield Point("seven")
    yield Point("seven, scenario", choices={"scenario": "two_leave"}, chapters=cheap)
    yield Point("seven, cheaper", choices={"scenario": "cheaper"}, chapters=cheap)
    yield Point("seven, low ends", at_end(case, 0, "confidence"), chapters=cheap)
    yield Point("seven, high ends", at_end(case, 1, "confidence"), chapters=cheap)
    yield Point("seven, fixed", choices={"size_model": "fixed"})
    yield Point(
        "seven, scale",
        choices={"scale": "ipcc", "pool_method": "log", "share_model": "logit"},
        chapters=cheap,
    )
    yield Point(
        "seven, pert", choices={"size_model": "pert", "share_model": "proportional"}, chapters=(OPPORTUNITY,)
    )


def limits(case: Case) -> Iterator[Point]:
    """Every base figure at the least or the most that it may be, by turns; some are refused."""
    figures = [figure for figure in case.figures.values() if figure.tag != "later"]
    for turn, figure in enumerate(figures):
        value = figure.min if turn % 2 else figure.max
        if value is not None:
            yield Point(f"{figure.id} at {value:g}", {figure.id: value}, chapters=(DEAL, OPPORTUNITY))
