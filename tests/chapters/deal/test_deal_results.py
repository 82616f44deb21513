"""The deal's results at figures that break coincidences, each formula written out by hand."""

from __future__ import annotations

from itertools import product

import pytest
from neutrality.case import load
from neutrality.chapters import compute

MOVED = {
    "investment": 13.7, "stake": 0.47, "valuation_reported": 31, "valuation_prior": 12, "revenue_2024": 910,
    "google_spend_2024": 163, "google_spend_2025": 217, "cash_retained_share": 0.4, "net_debt": 0.3,
    "acquirer_prior_stake": 0.01, "standalone_value": 13.2, "multiple_after_exit": 21, "microsoft_loss_given_exit": 0.5,
    "openai_exit_probability": 0.33, "xai_spend_2024": 41, "vc_rate": 0.2, "vc_years": 4, "vc_exit_multiple": 7,
    "dcf_rate": 0.11, "dcf_years": 8, "dcf_fcf_margin": 0.25, "dcf_terminal_growth": 0.03,
}  # fmt: skip


def results_at(figures) -> dict:
    return compute("deal", load(figures=figures)).results


@pytest.fixture(scope="module")
def moved():
    return results_at(MOVED)


def by_hand() -> dict[str, float | None]:
    i, s, v, v0, r = 13.7, 0.47, 31.0, 12.0, 0.910
    g, plan, m = 0.163, 0.217, 31 / 0.910
    i_, s_, v_, v0_, r_, g_ = (
        (13.65, 13.75),
        (0.465, 0.475),
        (30.5, 31.5),
        (11.5, 12.5),
        (0.905, 0.915),
        (0.158, 0.168),
    )
    loss = 0.84 * 163 + 0.625 * 163 / 2 * 0.5 + 0.5 * 41 + 0.33 * 163 / 2
    low = 0.63 * 163 + 0 + 0.40 * 41 + 0
    high = 0.99 * 163 + 0.87 * 163 * 0.5 + 0.60 * 41 + 0.60 * 163
    ev = v - 0.4 * i + 0.3
    fall = g * (m + 21) / 2
    low_fall = g * (m + 15) / 2
    vc = [
        ((x - y * z + d) * (1 + rate) ** t / (k * rev)) ** (1 / t) - 1
        for x, y, z, d, rate, t, k, rev in product(
            v_, i_, (0, 1), (-1, 1), (0.1, 0.25), (3, 7), (4, 10), r_
        )
    ]  # fmt: skip
    return {
        # 13.65 / 31.5 = 0.4333 is the least the cheque buys, 13.75 / 30.5 = 0.4508 the most.
        "prior_stake_low": 0.465 - 13.75 / 30.5,
        "prior_stake_high": 0.475 - 13.65 / 31.5,
        "implied_post_money_prior_stake": i / (s - 0.01),
        "fresh_money_gap": 13.65 / (12.5 + 13.65) - 0.475,
        "implied_pre_money": i / s - i,
        "implied_pre_money_low": 13.65 / 0.475 - 13.65,
        "implied_pre_money_high": 13.75 / 0.465 - 13.75,
        "multiple_low": 30.5 / 0.915,
        "multiple_high": 31.5 / 0.905,
        "multiple_prior_low": v0_[0] / 0.915,
        "multiple_prior_high": v0_[1] / 0.905,
        "multiple_without_largest": v / (r - g),
        "break_even_over_largest": r * (1 - v0 / v) / g,
        "break_even_multiple_fall": 1 - (v0 / (r - g)) / m,
        "value_after_exit": 21 * (r - g),
        "revenue_effect": -fall,
        "multiple_effect": 21 * (r - g) - v + fall,
        "value_after_exit_low": 15 * (r - g),
        "value_after_exit_high": 33.3 * (r - g),
        "revenue_effect_at_low_multiple": -low_fall,
        "multiple_effect_at_low_multiple": 15 * (r - g) - v + low_fall,
        "enterprise_value": ev,
        "implied_growth_exit_multiple": (ev * 1.2**4 / (7 * r)) ** (1 / 4) - 1,
        "implied_growth_exit_multiple_low": min(vc),
        "implied_growth_exit_multiple_high": max(vc),
        "residual_premium": i - s * 13.2 - s * 0.4 * i,
        "residual_premium_cash_left": i - s * v0,
        "residual_premium_cash_stayed": i - s * (v0 + i),
        "residual_premium_share_cash_left": (i - s * v0) / i,
        "residual_premium_share_cash_stayed": (i - s * (v0 + i)) / i,
        "break_even_benefit_cash_left": i - s * (v0 - v0 / r * g),
        "break_even_benefit_cash_stayed": i - s * (v0 - v0 / r * g) - s * i,
        "neutrality_cost_to_acquirer": s * m * g,
        "neutrality_cost_to_acquirer_low": s_[0] * v_[0] / r_[1] * g_[0],
        "neutrality_cost_to_acquirer_high": s_[1] * v_[1] / r_[0] * g_[1],
        "neutrality_cost_planned": s * m * plan,
        "neutrality_cost_expected": s * m * loss / 1000,
        "neutrality_cost_expected_low": s_[0] * v_[0] / r_[1] * low / 1000,
        "neutrality_cost_expected_high": s_[1] * v_[1] / r_[0] * high / 1000,
        "neutrality_cost_share_of_cheque": s * m * loss / 1000 / i,
    }  # fmt: skip


def test_results_equal_formulas_written_by_hand(moved) -> None:
    for name, value in by_hand().items():
        assert moved.value(f"deal.{name}") == pytest.approx(value, rel=1e-11, abs=1e-13), name


def test_every_result_of_the_chapter_is_worked_out_by_hand_somewhere(moved, reference) -> None:
    elsewhere = {name.removeprefix("deal.") for name in reference}
    # A root has no formula: what it gives back is tested below.
    roots = {"implied_growth_dcf_low", "implied_growth_dcf_high"}
    assert {name.removeprefix("deal.") for name in moved} <= by_hand().keys() | elsewhere | roots


def value_of_growth(growth, revenue, rate, years, margin, terminal) -> float:
    flows = [revenue * (1 + growth) ** t * margin for t in range(1, years + 1)]
    present = sum(flow / (1 + rate) ** t for t, flow in enumerate(flows, start=1))
    return present + flows[-1] * (1 + terminal) / (rate - terminal) / (1 + rate) ** years


def test_the_bounds_of_growth_give_the_extreme_values_back(moved) -> None:
    # The least growth: the lowest value, the largest revenue and margin, the lowest rate, the highest growth after.
    low = moved.value("deal.implied_growth_dcf_low")
    ends = [value_of_growth(low, 0.915, 0.09, years, 0.3, 0.05) for years in (7, 12)]
    assert min(abs(end - (30.5 - 13.75 - 1)) for end in ends) < 1e-9
    high = moved.value("deal.implied_growth_dcf_high")
    ends = [value_of_growth(high, 0.905, 0.15, years, 0.1, 0.02) for years in (7, 12)]
    assert min(abs(end - (31.5 + 1)) for end in ends) < 1e-9


@pytest.mark.parametrize("figures", [{}, MOVED, {"valuation_reported": 35}])
def test_bounds_hold_their_points(figures) -> None:
    results = results_at(figures)
    for name, result in results.items():
        if name.endswith("_low") and f"{name[:-4]}_high" in results and name[:-4] in results:
            low, high = result.value, results[f"{name[:-4]}_high"].value
            point = results[name[:-4]].value
            if None not in (low, high, point) and name != "deal.value_after_exit_low":
                assert low - 1e-12 <= point <= high + 1e-12, name


def test_effects_add_to_the_change_at_every_multiple() -> None:
    for multiple in (0, 12, 21, 40):
        results = results_at({"multiple_after_exit": multiple})
        change = results.value("deal.value_after_exit") - 29
        parts = results.value("deal.revenue_effect"), results.value("deal.multiple_effect")
        assert sum(parts) == pytest.approx(change)
    unset = results_at({})
    assert unset.value("deal.multiple_effect") == 0
    assert unset["deal.value_after_exit"].tag == "derived"
    assert results_at({"multiple_after_exit": 20})["deal.value_after_exit"].tag == "assumed"


def test_layers_of_bounds_and_points(case) -> None:
    results = compute("deal", case).results
    for name, result in results.items():
        if name.endswith(("_low", "_high", "_at_low_multiple")) or name in (
            "deal.consistent",
            "deal.fresh_money_gap",
        ):
            assert result.layer == "L1", name
        else:
            assert result.layer in ("L0", "L2"), name


@pytest.mark.parametrize(
    ("figures", "gone"),
    [
        ({"investment": 40, "cash_retained_share": 1}, {"implied_growth_exit_multiple", "implied_growth_dcf"}),
        ({"valuation_reported": 14}, {"largest_customer_step_up_share", "planned_spend_step_up_share"}),
        ({"google_spend_2024": 870}, {"break_even_multiple", "break_even_multiple_fall", "multiple_without_largest"}),
        ({"google_spend_2024": 0}, {"break_even_over_largest"}),
        ({"investment": 20}, {"valuation_low", "valuation_high", "prior_stake_low", "prior_stake_high"}),
        ({"dcf_rate": 0.05}, {"implied_growth_dcf_low", "implied_growth_dcf_high"}),
        ({"stake": 0.04, "acquirer_prior_stake": 0.05}, {"implied_post_money_prior_stake"}),
    ],
)  # fmt: skip
def test_where_no_number_exists_the_result_is_null(figures, gone: set[str]) -> None:
    results = results_at(figures)
    for name in gone:
        assert results.value(f"deal.{name}") is None, name
        assert results_at({})[f"deal.{name}"].value is not None, name


def test_figures_are_printed_within_what_they_can_be() -> None:
    """Rounding does not open a spend below nothing or a stake above one."""
    case = load(figures={"google_spend_2024": 0.5, "stake": 0.99})
    assert case.figures["google_spend_2024"].range == (0, 5.5)
    assert case.figures["stake"].range == (0.985, 0.99)
