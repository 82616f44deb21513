"""The opportunity's named results: reference, formulas by hand, origins and bad input."""

from __future__ import annotations

import itertools
import json
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from neutrality.case import load
from neutrality.case.load import varied
from neutrality.chapters.competitor_opportunity import Model, chapter, named_results
from neutrality.charts.competitor_opportunity import CHARTS
from neutrality.errors import InputError
from neutrality.results import as_plain

VENDORS = ("labelbox", "turing", "handshake", "mercor", "other_vendors")
CUSTOMERS = ("google", "microsoft", "xai", "openai")
NOBODY = {f"{name}_exit_probability": 0 for name in CUSTOMERS}


def results_of(case, **choices):
    return chapter(case, **choices).results


def test_the_exact_results_of_the_reference(case, reference) -> None:
    results = results_of(case)
    rows = {id: row for id, row in reference.items() if id.startswith("opportunity.")}
    assert {id for id, row in rows.items() if row["kind"] == "exact"} <= results.keys()
    for id, row in rows.items():
        assert results[id].unit == row["unit"]
        if row["unit"] != "word":
            rel = 1e-6 if row["kind"] == "exact" else 1e-8
            assert results[id].value == pytest.approx(float(row["base_value"]), rel=rel), id


def test_published_values_of_the_method(case) -> None:
    value = results_of(case).value
    for vendor, amount in zip(VENDORS, (40, 63.2, 30, 60, 63.2), strict=True):
        assert value(f"opportunity.{vendor}.allocated") == pytest.approx(amount)
    assert value("opportunity.unserved") == 0
    assert value("opportunity.vendor_hhi_before") == pytest.approx(3641, abs=0.5)
    assert value("opportunity.vendor_hhi_after.proportional") == pytest.approx(3810, abs=0.5)
    assert value("opportunity.vendor_hhi_after.equal") == pytest.approx(3208, abs=0.5)
    assert value("opportunity.named_uplift_largest") == pytest.approx(0.457, abs=5e-4)
    assert value("opportunity.labelbox.years_for_equal_share") == pytest.approx(3.9, abs=0.01)
    independent = results_of(varied(case, {"latent_correlation": 0})).value
    assert independent("opportunity.labelbox.probability_covered") == pytest.approx(0.687, abs=5e-4)
    assert independent("opportunity.labelbox.probability_at_half") == pytest.approx(0.094, abs=5e-4)
    assert independent("opportunity.labelbox.probability_at_equal_share") == 0


#: Values away from every coincidence of the base: unequal scores, tight capacities, tools.
MOVED = {
    "google_spend_2025": 217, "inhouse_share": 0.17, "not_replaced_share": 0.03, "google_loss_given_exit": 0.9,
    "microsoft_loss_given_exit": 0.5, "openai_exit_probability": 0.33, "labelbox_claimed_revenue": 130,
    "handshake_claimed_multiple": 2.5, "handshake_claim_conversion": 0.6, "handshake_base_revenue": 61, "revenue_2024": 910,
    "labelbox_base_revenue": 47, "turing_base_revenue": 143, "mercor_base_revenue": 111, "other_vendors_base_revenue": 1210,
    "labelbox_capacity": 37, "turing_capacity": 71, "handshake_capacity": 23, "mercor_capacity": 31, "other_vendors_capacity": 53,
    "labelbox_neutrality": 0.9, "turing_neutrality": 0.7, "mercor_capability": 0.8, "other_vendors_neutrality": 0.3,
    "beta_neutrality": 1.3, "beta_capability": 0.7, "beta_capacity": 0.4, "mercor_inhouse_enablement_share": 0.11,
    "switching_cost": 0.31, "leak_loss": 7, "latent_correlation": 0, "claim_horizon_months": 18,
    "cost_short": 0.8, "cost_over": 0.3,
}  # fmt: skip


def test_results_at_moved_figures_equal_formulas_written_by_hand(case) -> None:
    results = results_of(varied(case, MOVED), share_model="logit")
    plan, h, u = 217.0, 0.17, 0.03
    p = {"google": 0.84, "microsoft": 0.625, "xai": 0.5, "openai": 0.33}
    d = {"google": 0.9, "microsoft": 0.5, "xai": 1.0, "openai": 1.0}
    size = {"google": plan, "microsoft": plan / 2, "xai": plan / 2, "openai": plan / 2}
    released = sum(p[c] * d[c] * size[c] for c in CUSTOMERS)
    kept = (1 - h) * (1 - u)
    pool = released * kept
    bases = dict(zip(VENDORS, (47, 143, 61, 111, 1210), strict=True))
    caps = dict(zip(VENDORS, (37, 71, 23, 31, 53), strict=True))
    neutral = dict(zip(VENDORS, (0.9, 0.7, 0.5, 0.5, 0.3), strict=True))
    able = dict(zip(VENDORS, (0.5, 0.5, 0.5, 0.8, 0.5), strict=True))
    raw = {v: math.exp(1.3 * neutral[v] + 0.7 * able[v]) * caps[v] ** 0.4 for v in VENDORS}
    shares = {
        "equal": dict.fromkeys(VENDORS, 0.2),
        "proportional": {v: bases[v] / sum(bases.values()) for v in VENDORS},
        "logit": {v: raw[v] / sum(raw.values()) for v in VENDORS},
    }

    def hhi(sizes) -> float:
        return 1e4 * sum(one**2 for one in sizes) / sum(sizes) ** 2

    # The level of the water, by halving an interval.
    low, high = 0.0, 1e6
    for _ in range(200):
        middle = (low + high) / 2
        used = sum(min(caps[v], shares["logit"][v] * middle) for v in VENDORS)
        low, high = (middle, high) if used < pool else (low, middle)
    takes = {v: min(caps[v], shares["logit"][v] * high) for v in VENDORS}
    won_back = released * h * 0.11
    hand = {
        "released": released, "contestable": pool, "in_house": released * h, "not_replaced": released * (1 - h) * u,
        "won_back_with_tools": won_back, "unserved": max(0.0, pool - sum(caps.values())),
        "labelbox.required_share_within_horizon": 130 / (pool * 1.5),
        "labelbox.years_for_equal_share": 130 * 5 / pool,
        "handshake.base_high": (pool - 130) / 1.5, "handshake.base_high_converted": (pool - 130) / (1.5 * 0.6),
        "handshake.claimed": 1.5 * 0.6 * 61, "claimed_together": 130 + 1.5 * 0.6 * 61,
        "claims_slack": pool - 130 - 1.5 * 0.6 * 61,
        "vendor_hhi_before": hhi([910, *bases.values()]),
        "named_uplift_largest": plan * kept / (47 + 143 + 61 + 111),
        "break_even_harm": 0.31 / 7, "break_even_harm_low": 0.1 / 20, "break_even_harm_high": 0.5 / 1,
        "months_to_absorb_largest": 12 * plan * kept / sum(caps.values()),
        "vendor_hhi_after.within_capacity": hhi([910 - released, *(bases[v] + takes[v] for v in VENDORS)]),
        **{f"{v}.diverted.{rule}": shares[rule][v] * pool for rule in shares for v in VENDORS},
        **{f"{v}.allocated": takes[v] for v in VENDORS},
        **{f"{v}.uplift": (takes[v] + (won_back if v == "mercor" else 0)) / bases[v] for v in VENDORS},
        **{f"{v}.largest_customer_share": plan * kept / (plan * kept + bases[v]) for v in VENDORS},
        **{
            f"vendor_hhi_after.{rule}": hhi([910 - released, *(bases[v] + shares[rule][v] * pool for v in VENDORS)])
            for rule in shares
        },
    }  # fmt: skip
    for name, value in hand.items():
        assert results.value(f"opportunity.{name}") == pytest.approx(value, rel=1e-9, abs=1e-9), name


def test_the_probability_of_a_claim_agrees_with_sixteen_states_and_irwin_hall(case) -> None:
    """Independent exits: every state by hand, three uniform sizes by their piecewise polynomials."""
    moved = varied(case, {"latent_correlation": 0, "inhouse_share": 0.17, "labelbox_claimed_revenue": 130})

    def irwin_hall(x: float, n: int) -> float:
        if n == 0:
            return 1.0 if x >= 0 else 0.0
        x = min(max(x, 0.0), n)
        terms = ((-1) ** k * math.comb(n, k) * max(0.0, x - k) ** n for k in range(n + 1))
        return sum(terms) / math.factorial(n)

    p = (0.84, 0.625, 0.5, 0.4)
    for share, name in ((1.0, "covered"), (0.5, "at_half"), (0.2, "at_equal_share")):
        needed, found = 130 / (share * 0.83), 0.0
        for state in itertools.product((0, 1), repeat=4):
            chance = math.prod(q if leaves else 1 - q for q, leaves in zip(p, state, strict=True))
            found += chance * (1 - irwin_hall((needed - 200 * state[0]) / 200, sum(state[1:])))
        value = results_of(moved).value(f"opportunity.labelbox.probability_{name}")
        assert value == pytest.approx(found, abs=1e-12), name


@pytest.mark.parametrize(("size_model", "sizes"), [("fixed", "half"), ("pert", "beta")])
def test_other_sizes_agree_with_simulation(case, size_model: str, sizes: str) -> None:
    value = results_of(case, size_model=size_model).value("opportunity.labelbox.probability_covered")
    random, draws = np.random.default_rng(20250614), 400_000
    normal = random.standard_normal((draws, 5))
    from scipy.stats import norm

    latent = math.sqrt(0.3) * normal[:, :1] + math.sqrt(0.7) * normal[:, 1:]
    exits = latent < norm.ppf([0.84, 0.625, 0.5, 0.4])
    beta = random.beta(3, 3, (draws, 4)) if sizes == "beta" else np.full((draws, 4), 0.5)
    beta[:, 0] = 1
    loss = 200 * (exits * beta).sum(axis=1)
    assert value == pytest.approx((loss >= 250).mean(), abs=5 * math.sqrt(0.25 / draws))


def test_the_bet_on_capacity_is_a_quantile(case) -> None:
    from neutrality.chapters.competitor_opportunity.claims import release_distribution

    found = chapter(varied(case, {"cost_short": 0.6, "cost_over": 0.2}))
    bet = found.results.value("opportunity.turing.capacity_bet")
    release = release_distribution(found.model)
    assert release.cdf(bet / 0.2 / 0.8) == pytest.approx(0.75, abs=1e-9)


def test_new_values_move_what_rests_on_them_where_nothing_is_capped(case) -> None:
    """`figures` of a result are those whose value enters: unequal scores, tools, and room for all or none."""
    for room in (1.0, 40.0):
        figures = {**MOVED, "latent_correlation": 0.2} | {
            f"{vendor}_capacity": room * MOVED[f"{vendor}_capacity"] for vendor in VENDORS
        }
        interior = varied(case, figures)
        results, seen = results_of(interior, share_model="logit"), set()
        for figure in interior.figures.values():
            if figure.value is None:
                continue
            step = 1.0 if figure.metric == "dcf_years" else 0.002 * max(abs(figure.value), 0.1)
            up = figure.max is None or figure.value + step <= figure.max
            moved = varied(interior, {figure.id: figure.value + (step if up else -step)})
            after = results_of(moved, share_model="logit")
            changed = {id for id, one in after.items() if one.value != results[id].value}
            named = {id for id, one in results.items() if figure.id in one.figures}
            assert changed <= named, (figure.id, changed - named)
            seen |= {(id, figure.id) for id in changed}
        if room == 40.0:
            for id, one in results.items():
                if id.endswith((".diverted.logit", ".uplift")) or id == "opportunity.won_back_with_tools":
                    resting = {name for name in one.figures if case.figures[name].value is not None}
                    idle = {name for name in resting if (id, name) not in seen}
                    # With room for all only a vendor's own score and size count, through the shares.
                    assert not idle, (id, idle)


BAD = {
    "nobody leaves": NOBODY,
    "nothing lost given exit": {f"{name}_loss_given_exit": 0 for name in CUSTOMERS},
    "no capacity": {f"{vendor}_capacity": 0 for vendor in VENDORS},
    "no capacity that counts": {f"{vendor}_capacity": 0 for vendor in VENDORS} | {"beta_capacity": 1},
    "one without capacity": {"labelbox_capacity": 0, "beta_capacity": 1},
    "no weights": {"beta_neutrality": 0, "beta_capability": 0, "beta_capacity": 0},
    "no revenue before": {f"{vendor}_base_revenue": 0 for vendor in VENDORS},
    "a claim beyond any pool": {"labelbox_claimed_revenue": 900},
    "most taken in house": {"inhouse_share": 0.8, "not_replaced_share": 0.5},
    "no plans": {"google_spend_2025": 0},
    "exits certain": {f"{name}_exit_probability": 1 for name in CUSTOMERS},
    "nested exits": {"latent_correlation": 1},
    "nothing converted": {"handshake_claim_conversion": 0},
    "moving costs more than a leak": {"switching_cost": 5, "leak_loss": 1},
    "a leak costs nothing": {"leak_loss": 0},
    "little revenue": {"google_spend_2024": 0, "revenue_2024": 1},
    "long horizon": {"claim_horizon_months": 60, "exit_start_month": 12},
}


@pytest.mark.parametrize("share_model", ["equal", "proportional", "logit"])
@pytest.mark.parametrize("name", BAD)
def test_bad_input_has_numbers_or_none_and_never_nan(case, name: str, share_model: str) -> None:
    found = chapter(
        varied(case, BAD[name]), share_model=share_model, size_model="fixed" if "no" in name else "uniform"
    )
    for result in found.results.values():
        assert result.value is None or isinstance(result.value, str) or math.isfinite(result.value), result.id
    said = [str(text) for text in (found.headline, *found.notes, found.finding)]
    cells = [as_plain(cell) for table in found.tables.values() for row in table.rows for cell in row]
    for text in said + cells:
        assert not re.search(r"\b(nan|inf|None)\b|no number", text) or text == "no number", text
    for chart in CHARTS.values():
        drawn = chart(found.model.case, found)
        json.dumps(drawn.to_dict(validate=False), allow_nan=False)


@pytest.mark.parametrize("share_model", ["equal", "proportional", "logit"])
@pytest.mark.parametrize("name", BAD)
def test_money_is_conserved(case, name: str, share_model: str) -> None:  # (34)
    value = results_of(varied(case, BAD[name]), share_model=share_model).value
    if value("opportunity.unserved") is None:
        assert all(value(f"opportunity.{vendor}.allocated") is None for vendor in VENDORS)
        return
    taken = sum(value(f"opportunity.{vendor}.allocated") for vendor in VENDORS)
    parts = (
        value("opportunity.in_house"),
        value("opportunity.not_replaced"),
        taken,
        value("opportunity.unserved"),
    )
    assert sum(parts) == pytest.approx(value("opportunity.released"), abs=1e-9)


def test_null_where_no_number_exists(case) -> None:
    none = results_of(varied(case, NOBODY)).value
    assert none("opportunity.labelbox.required_share.contestable") is None
    assert none("opportunity.labelbox.probability_covered") == 0
    assert none("opportunity.labelbox.uplift") == 0
    bare = results_of(varied(case, BAD["no revenue before"]), share_model="proportional").value
    for name in ("labelbox.diverted.proportional", "labelbox.allocated", "labelbox.uplift", "unserved"):
        assert bare(f"opportunity.{name}") is None
    assert bare("opportunity.labelbox.diverted.equal") == pytest.approx(51.28)
    out = results_of(varied(case, BAD["no capacity that counts"])).value
    assert out("opportunity.labelbox.diverted.logit") is None
    assert out("opportunity.months_to_absorb_largest") is None
    assert out("opportunity.unserved") == pytest.approx(256.4)


def only(case, customers: tuple[str, ...], vendors: tuple[str, ...]):
    """The case with these customers and vendors alone."""
    gone = {
        one.id
        for one in case.entities.values()
        if (one.role == "customer" and one.id not in customers)
        or (one.role == "vendor" and one.id not in vendors)
    }
    return replace(
        case,
        entities={id: one for id, one in case.entities.items() if id not in gone},
        figures={id: one for id, one in case.figures.items() if one.entity not in gone},
    )


def test_one_customer_and_no_vendor_but_others(case) -> None:
    alone = chapter(only(case, ("google",), ("other_vendors",)))
    value = alone.results.value
    assert value("opportunity.released") == pytest.approx(168)
    assert value("opportunity.other_vendors.diverted.equal") == pytest.approx(168 * 0.8)
    assert value("opportunity.other_vendors.allocated") == pytest.approx(168 * 0.8)
    assert str(alone.headline) == "About $134mn a year is expected to come open to other vendors."
    assert not any("claim" in id for id in alone.results)
    for table in alone.tables.values():
        assert table.source
    for id, chart in CHARTS.items():
        drawn = chart(alone.model.case, alone)
        assert (drawn is None) == (id in ("C3", "C4", "C5", "C10"))


def test_one_customer_with_a_claim_has_a_two_point_probability(case) -> None:
    alone = results_of(only(case, ("google",), ("labelbox", "other_vendors"))).value
    assert alone("opportunity.labelbox.probability_covered") == 0
    modest = only(varied(case, {"labelbox_claimed_revenue": 100}), ("google",), ("labelbox", "other_vendors"))
    assert results_of(modest).value("opportunity.labelbox.probability_covered") == pytest.approx(0.84)


def test_no_vendor_at_all_is_an_error(case) -> None:
    with pytest.raises(InputError, match="found no vendor"):
        chapter(only(case, CUSTOMERS, ()))


@pytest.mark.parametrize(
    "choice", [{"basis": "year"}, {"share_model": "fair"}, {"size_model": "normal"}], ids=str
)
def test_an_unknown_choice_is_an_error(case, choice) -> None:
    with pytest.raises(InputError, match="expected one of"):
        chapter(case, **choice)


@pytest.mark.parametrize(
    "choice", [{"basis": "year"}, {"share_model": "fair"}, {"size_model": "normal"}], ids=str
)
def test_results_alone_refuse_an_unknown_choice_too(case, choice) -> None:
    with pytest.raises(InputError, match="expected one of"):
        named_results(case, **choice)


def test_a_range_keeps_its_unit_where_the_value_is_nothing(case) -> None:
    """Billions of nothing have ends in billions still."""
    figures = {
        name: replace(case.figures[name], value=0.0, low=0.0, high=0.1, unit="USD bn per year")
        for name in ("turing_base_revenue", "turing_capacity")
    }
    model = Model(replace(case, figures={**case.figures, **figures}))
    turing = next(one for one in model.vendors if one.id == "turing")
    assert (turing.earned, turing.earned_range) == (0, (0, pytest.approx(100)))
    assert (turing.room, turing.room_range) == (0, (0, pytest.approx(100)))


def test_a_horizon_of_no_months_is_none_and_not_a_year(case) -> None:
    figure = case.figures["claim_horizon_months"]
    none = replace(case, figures={**case.figures, figure.id: replace(figure, value=0.0, low=0.0)})
    found = chapter(none)
    assert found.results.value("opportunity.labelbox.required_share_within_horizon") is None
    assert CHARTS["C3"](none, found) is None
    found.tables["T3.2"]  # and the columns beside it can be printed
    unset = replace(case, figures={**case.figures, figure.id: replace(figure, value=None)})
    assert results_of(unset).value("opportunity.labelbox.required_share_within_horizon") == results_of(
        case
    ).value("opportunity.labelbox.required_share_within_horizon")


def test_a_vendor_lacking_a_figure_is_an_error(case) -> None:
    lacking = replace(case, figures={id: one for id, one in case.figures.items() if id != "turing_capacity"})
    with pytest.raises(InputError, match="no figure with the metric capacity of turing"):
        chapter(lacking)


def test_tools_cannot_win_back_more_than_all(case) -> None:
    tool = case.figures["mercor_inhouse_enablement_share"]
    more = {
        f"{vendor}_tools": replace(tool, id=f"{vendor}_tools", entity=vendor, value=0.3)
        for vendor in ("labelbox", "turing", "handshake", "other_vendors")
    }
    with pytest.raises(InputError, match="together above 1"):
        chapter(replace(case, figures={**case.figures, **more, tool.id: replace(tool, value=0.3)}))


def test_later_evidence_stays_out(case) -> None:
    """Base results are those as of the day of the articles."""
    then = results_of(load(as_of="2025-06-15"))
    for id, result in results_of(case).items():
        assert then[id].value == result.value
