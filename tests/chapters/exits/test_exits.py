"""The exits chapter against the reference, against formulas written by hand, and at the edges of its inputs."""

from __future__ import annotations

import itertools
import math
import re
from dataclasses import replace

import numpy as np
import pytest
from neutrality.case import Case, load
from neutrality.chapters import compute
from neutrality.chapters.customer_exits import ExitsChapter, measures, named_results
from neutrality.chapters.customer_exits.audit import audit, band, gap
from neutrality.chapters.customer_exits.tails import who
from neutrality.errors import InputError
from neutrality.results import Number, Span, Tables, as_plain
from scipy import integrate, optimize, stats

NAMES = ("google", "microsoft", "xai", "openai")


def exits(case: Case, **choices) -> ExitsChapter:
    return compute("customer_exits", case, **choices)


@pytest.fixture(scope="module")
def chapter(case) -> ExitsChapter:
    return exits(case)


def numbers(cells):
    for cell in cells:
        if isinstance(cell, Number):
            yield cell
        elif isinstance(cell, Span):
            yield from (cell.low, cell.high)


def everything_shown(chapter: ExitsChapter) -> list[str]:
    cells = [
        as_plain(cell) for table in chapter.tables.values() for row in table.rows for cell in row if cell
    ]
    notes = [f"{table.title} {table.note}" for table in chapter.tables.values()]
    return [*cells, *notes, *map(str, (chapter.headline, *chapter.notes, chapter.finding))]


def assert_sound(chapter: ExitsChapter) -> None:
    for text in everything_shown(chapter):
        assert not re.search(r"\b(nan|inf|None)\b", text), text
    for table in chapter.tables.values():
        for row in table.rows:
            for number in numbers(row):
                assert number.value is None or math.isfinite(number.value), (table.id, row)
                if number.unit == "probability":
                    assert number.value is None or 0 <= number.value <= 1, (table.id, row)


# -- values -------------------------------------------------------------------------------------------


def test_exact_results_have_their_reference_values(chapter, reference) -> None:
    wanted = {k: row for k, row in reference.items() if row["kind"] == "exact" and k.startswith("exits.")}
    assert len(wanted) == 7
    for name, row in wanted.items():
        result = chapter.results[name]
        assert result.value == pytest.approx(float(row["base_value"]), rel=1e-6), name
        assert result.unit == row["unit"], name


#: New values that break the coincidences of the base case: three kinds of size, d below 1, another level.
MOVED = {
    "google_spend_2024": 163, "xai_spend_2024": 41, "google_loss_given_exit": 0.9, "microsoft_loss_given_exit": 0.5,
    "openai_exit_probability": 0.33, "latent_correlation": 0.42, "confidence": 0.9, "cost_short": 0.6, "cost_over": 0.5,
    "revenue_2024": 910, "valuation_reported": 31, "valuation_prior": 22,
}  # fmt: skip


class ByHand:
    """The exit model at MOVED from its definition: adaptive quadrature over the factor, sums by hand."""

    p = (0.84, 0.625, 0.5, 0.33)
    rho = 0.42
    fixed = (163 * 0.9, None, 41.0, None)
    w1, w2 = 163 * 0.5, 163.0
    top = 163 * 0.9 + 41 + w1 + w2

    def __init__(self) -> None:
        self.chance = {leave: self.state(leave) for leave in itertools.product([False, True], repeat=4)}

    def state(self, leave) -> float:
        def density(m: float) -> float:
            found = stats.norm.pdf(m)
            for p, gone in zip(self.p, leave, strict=True):
                q = stats.norm.cdf((stats.norm.ppf(p) - math.sqrt(self.rho) * m) / math.sqrt(1 - self.rho))
                found *= q if gone else 1 - q
            return found

        return integrate.quad(density, -9, 9, limit=300, epsabs=1e-13, epsrel=1e-12)[0]

    def cdf(self, x: float) -> float:
        total = 0.0
        for leave, chance in self.chance.items():
            y = x - sum(s for s, gone in zip(self.fixed, leave, strict=True) if gone and s is not None)
            open_ = [w for w, gone in ((self.w1, leave[1]), (self.w2, leave[3])) if gone]
            if not open_:
                below = float(y >= -1e-9)
            elif len(open_) == 1:
                below = min(1.0, max(0.0, y / open_[0]))
            else:
                square = [max(0.0, y - knot) ** 2 for knot in (0, self.w1, self.w2, self.w1 + self.w2)]
                below = (square[0] - square[1] - square[2] + square[3]) / (2 * self.w1 * self.w2)
            total += chance * below
        return total

    def quantile(self, level: float) -> float:
        return optimize.brentq(lambda x: self.cdf(x) - level, 0, self.top, xtol=1e-12)

    @property
    def knots(self) -> list[float]:
        """Where the distribution function jumps or bends."""
        parts = [0.0, *(s for s in self.fixed if s), self.w1, self.w2]
        found = {round(sum(some), 9) for n in range(5) for some in itertools.combinations(parts, n)}
        return sorted(x for x in found if 0 <= x <= self.top)

    def area(self, low: float, high: float, above: bool) -> float:
        """The integral of the distribution function, or of what it lacks to one."""
        edges = [low, *(x for x in self.knots if low < x < high), high]
        total = 0.0
        for a, b in itertools.pairwise(edges):
            # A polynomial of degree two at most between knots: Gauss-Legendre with three nodes is exact.
            x, w = np.polynomial.legendre.leggauss(3)
            points = (a + b) / 2 + (b - a) / 2 * x
            total += (
                (b - a)
                / 2
                * sum(
                    weight * (1 - self.cdf(at) if above else self.cdf(at))
                    for weight, at in zip(w, points, strict=True)
                )
            )
        return total


@pytest.fixture(scope="module")
def hand() -> ByHand:
    return ByHand()


@pytest.fixture(scope="module")
def moved() -> ExitsChapter:
    return exits(load(figures=MOVED))


def test_exact_results_at_moved_figures_equal_formulas_written_by_hand(moved, hand) -> None:
    level, chosen = 0.9, 0.6 / 1.1
    at_risk, provision = hand.quantile(level), hand.quantile(chosen)
    gone = 910 * (1 - 22 / 31)
    expected = {
        "probability_all": hand.chance[True, True, True, True],
        "probability_none": hand.chance[False, False, False, False],
        "probability_any": 1 - hand.chance[False, False, False, False],
        "probability_all_independent": 0.84 * 0.625 * 0.5 * 0.33,
        "probability_none_independent": 0.16 * 0.375 * 0.5 * 0.67,
        "probability_all_most": 0.33,
        "probability_any_least": 0.84,
        "probability_none_most": 0.16,
        "value_at_risk": at_risk,
        "expected_shortfall": at_risk + hand.area(at_risk, hand.top, above=True) / (1 - level),
        "value_at_risk_80": hand.quantile(0.8),
        "provision": provision,
        "provision_level": chosen,
        "perfect_information_value": 0.6 * hand.area(provision, hand.top, above=True)
        + 0.5 * hand.area(0, provision, above=False),
        "probability_step_up_gone": 1 - hand.cdf(gone),
        "in_year_loss_expected": sum(
            p * d * s * 5.5 / 12
            for p, d, s in zip(hand.p, (0.9, 0.5, 1, 1), (200, 100, 100, 100), strict=True)
        ),
        "hazard_loss_largest": 163 * 0.9 * (1 - 0.84 / -math.log(0.16)),
        "attributable_loss_low": 0.0,
        "attributable_loss_high": moved.results.value("exits.expected_loss"),
        "largest_loss_fixed": 163 * 0.9 + 81.5 * 0.5 + 41 + 81.5,
    }
    for name, value in expected.items():
        assert moved.results.value(f"exits.{name}") == pytest.approx(value, rel=1e-6, abs=1e-12), name


def test_the_realised_correlation_is_that_of_the_exits(moved, hand) -> None:
    both = sum(chance for leave, chance in hand.chance.items() if leave[0] and leave[1])
    expected = (both - 0.84 * 0.625) / math.sqrt(0.84 * 0.16 * 0.625 * 0.375)
    assert moved.results.value("exits.realised_correlation") == pytest.approx(expected, rel=1e-6)
    base = exits(load()).results.value("exits.realised_correlation")
    assert base == pytest.approx(0.164, abs=5e-4)


def test_worth_of_knowing_a_decision_by_hand(moved, hand) -> None:
    """The cost that is left once it is known whether one customer leaves, by numeric minimisation."""

    def cost(chance) -> float:
        other = ByHand.__new__(ByHand)
        other.chance = chance

        def of(q: float) -> float:
            return 0.6 * other.area(q, hand.top, above=True) + 0.5 * other.area(0, q, above=False)

        grid = np.linspace(0, hand.top, 200)
        best = min(range(200), key=lambda i: of(grid[i]))
        ends = grid[max(0, best - 1)], grid[min(199, best + 1)]
        found = optimize.minimize_scalar(of, bounds=ends, method="bounded", options={"xatol": 1e-9})
        return min(found.fun, *(of(x) for x in hand.knots if ends[0] <= x <= ends[1]), math.inf)

    left = 0.0
    for side in (True, False):
        part = {leave: chance for leave, chance in hand.chance.items() if leave[3] is side}
        mass = sum(part.values())
        left += mass * cost({leave: chance / mass for leave, chance in part.items()})
    expected = moved.results.value("exits.perfect_information_value") - left
    assert moved.results.value("exits.perfect_information.openai_exit") == pytest.approx(expected, abs=1e-5)


def test_fixed_sizes_of_the_methods() -> None:
    case = load(figures={"latent_correlation": 0})
    results = exits(case, size_model="fixed").results
    assert results.value("exits.perfect_information_value") == pytest.approx(25.7625)
    worth = [results.value(f"exits.perfect_information.{name}_exit") for name in NAMES]
    assert worth == pytest.approx([5.70, 3.7125, 3.375, 1.6875])
    assert results.value("exits.value_at_risk") == results.value("exits.expected_shortfall") == 375


def test_pert_lies_between_fixed_and_uniform(case) -> None:
    spread = [
        exits(case, size_model=model).results.value("exits.loss_deviation")
        for model in ("fixed", "pert", "uniform")
    ]
    assert spread == sorted(spread)
    means = {
        exits(case, size_model=model).results.value("exits.expected_loss")
        for model in ("fixed", "pert", "uniform")
    }
    assert len(means) == 1


def test_shapley_effects_add_to_one_and_agree_with_salib(chapter) -> None:
    sobol = pytest.importorskip("SALib.analyze.sobol")
    sample = pytest.importorskip("SALib.sample.sobol")
    results = chapter.results
    shapley = [result.value for name, result in results.items() if name.startswith("exits.shapley.")]
    assert math.fsum(shapley) == pytest.approx(1)
    ranges = {
        "google_exit_probability": (0.63, 0.99), "microsoft_exit_probability": (0.40, 0.87),
        "xai_exit_probability": (0.40, 0.60), "openai_exit_probability": (0.20, 0.60),
        "microsoft_spend": (0, 150), "xai_spend": (0, 150), "openai_spend": (0, 150),
    }  # fmt: skip
    problem = {"num_vars": 7, "names": list(ranges), "bounds": list(map(list, ranges.values()))}
    x = sample.sample(problem, 2**13, calc_second_order=False, seed=20250614)
    y = 150 * x[:, 0] + (x[:, 1:4] * x[:, 4:7]).sum(axis=1)
    found = sobol.analyze(problem, y, calc_second_order=False, seed=20250614)
    for index, name in enumerate(ranges):
        assert results.value(f"exits.first_order.{name}") == pytest.approx(found["S1"][index], abs=2e-3)
        assert results.value(f"exits.total_order.{name}") == pytest.approx(found["ST"][index], abs=2e-3)


# -- tables -------------------------------------------------------------------------------------------


def column(chapter: ExitsChapter, table: str, heading: str) -> list[float | None]:
    held = chapter.tables[table]
    place = held.columns.index(heading)
    return [row[place].value if row[place] is not None else None for row in held.rows]


def test_tables_are_built_when_asked_for(chapter) -> None:
    assert isinstance(chapter.tables, Tables)
    assert len(chapter.tables) == len(set(chapter.tables))
    assert chapter.tables["T2.5"] is chapter.tables["T2.5"]
    assert {f"T2.{n}" for n in range(1, 13)} <= set(chapter.tables)


def test_outcome_states(chapter) -> None:
    labels = [row[0] for row in chapter.tables["T2.3"].rows]
    assert labels == [
        "Nobody", "Google only", "Google and Microsoft only", "Google, Microsoft and xAI only", "All named customers",
        "Any other combination",
    ]  # fmt: skip
    independent = column(chapter, "T2.3", "Independent")
    assert independent[:5] == pytest.approx([0.018, 0.0945, 0.1575, 0.1575, 0.105])
    assert column(chapter, "T2.3", "Comonotonic limit") == pytest.approx([0.16, 0.215, 0.125, 0.1, 0.4, 0])
    for heading in ("As chosen", "Independent", "Comonotonic limit"):
        assert math.fsum(column(chapter, "T2.3", heading)) == pytest.approx(1)
    results = chapter.results
    assert column(chapter, "T2.3", "As chosen")[4] == results.value("exits.probability_all")


def test_all_joint_states(chapter) -> None:
    assert len(chapter.tables["T2.4"].rows) == 16
    chosen, loss = column(chapter, "T2.4", "As chosen"), column(chapter, "T2.4", "Loss at mean spends")
    assert math.fsum(chosen) == pytest.approx(1)
    assert math.fsum(p * x for p, x in zip(chosen, loss, strict=True)) == pytest.approx(240.375)
    assert loss == sorted(loss)


def test_risk_by_correlation(chapter) -> None:
    assert column(chapter, "T2.5", "Latent correlation") == [0, 0.3, 0.6, 0.9, 1]
    assert column(chapter, "T2.5", "Expected loss") == pytest.approx([240.375] * 5)
    for heading in (
        "Standard deviation",
        "All leave",
        "Nobody leaves",
        "Expected shortfall, 95%",
        "Realised correlation",
    ):  # (21)
        found = column(chapter, "T2.5", heading)
        assert found == sorted(found), heading
    for level in ("80%", "95%"):  # (22)
        pairs = zip(
            column(chapter, "T2.5", f"Value at risk, {level}"),
            column(chapter, "T2.5", f"Expected shortfall, {level}"),
            strict=True,
        )
        assert all(risk <= shortfall <= 600 for risk, shortfall in pairs)
    assert column(chapter, "T2.5", "Value at risk, 95%")[:2] == pytest.approx([406.548915, 427.028793])


def test_bounds_without_dependence_hold_the_model(chapter, moved) -> None:
    for one in (chapter, moved):
        rows = one.tables["T2.12"].rows
        assert len(rows) == 5
        for label, facts, ranges, points, model in rows:
            spans = [(span.low.value, span.high.value) for span in (facts, ranges, points)]
            for low, high in spans:
                assert low - 1e-4 <= model.value <= high + 1e-4, label
            # Each layer sharpens the one above it.
            for (a, b), (c, d) in itertools.pairwise(spans):
                assert a - 1e-4 <= c and d <= b + 1e-4, label
            assert [cell.low.layer for cell in (facts, ranges)] == (
                ["L0", "L1"] if one is chapter else [facts.low.layer, "L1"]
            )


def test_what_the_deal_adds(case) -> None:
    chapter = exits(
        load(
            figures={
                "google_exit_probability_without_deal": 0.34,
                "microsoft_exit_probability_without_deal": 0.125,
            }
        )
    )
    added = column(chapter, "T2.11", "Added by the deal")
    assert added == pytest.approx([75, 37.5, 37.5, 30, 180])
    assert chapter.results.value("exits.attributable_loss") == pytest.approx(180)
    for row in chapter.tables["T2.11"].rows:
        assert row[-1].low.value == 0
        assert row[-1].high.value == row[3].value


def test_the_horizon_says_what_it_is_the_horizon_of(case) -> None:
    """It counts a loss; the rate is that of a year's exit probability at every horizon."""
    long = load(figures={"horizon_months": 24})
    figure = long.figures["horizon_months"]
    assert figure.label == "Horizon of the loss at a constant rate of exit"
    assert "always those of a year" in figure.reason
    results = compute("customer_exits", long).results
    assert results.value("exits.half_life_largest") == pytest.approx(4.538825, abs=1e-5)
    rate = -math.log(0.16)
    lost = 150 * 2 * (1 - (1 - 0.16**2) / (2 * rate))
    assert results.value("exits.hazard_loss_largest") == pytest.approx(lost)
    assert (
        "24 months after the deal, at the rate of a year's exit"
        in compute("customer_exits", long).tables["T2.6b"].note
    )


@pytest.mark.parametrize(
    ("choice", "said"),
    [
        ({"basis": "year"}, "parameter basis: found 'year', expected one of last_year, plan"),
        ({"size_model": "normal"}, "parameter size_model: found 'normal', expected one of"),
        ({"draws": 0}, "parameter draws: found 0, expected a whole number from 1000"),
        ({"seed": -1}, "parameter seed: found -1"),
    ],
    ids=str,
)
def test_an_unknown_choice_is_an_error(case, choice, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)):
        exits(case, **choice)
    if "size_model" in choice:
        for alone in (named_results, measures):
            with pytest.raises(InputError, match=re.escape(said)):
                alone(case, **choice)


def test_three_views_of_timing(chapter) -> None:
    assert column(chapter, "T2.6b", "Stop on the date, if it leaves")[0] == pytest.approx(200 / 12 * 5.5)
    assert column(chapter, "T2.6b", "Constant hazard, expected")[0] == pytest.approx(81.2445, abs=1e-4)
    assert column(chapter, "T2.6b", "Run-rate afterwards, expected")[-1] == pytest.approx(320.5)
    assert column(chapter, "T2.6b", "Half-life of staying")[:2] == pytest.approx(
        [4.538825, 8.480342], abs=1e-5
    )
    ends = column(chapter, "T2.6c", "End of Q2")
    assert ends[-1] == pytest.approx(320.5 * 0.25)
    assert math.fsum(ends[:-1]) == pytest.approx(ends[-1])


def test_the_simulation_agrees_and_repeats(chapter, case) -> None:  # (26)
    table = chapter.tables["T2.8"]
    assert {row[-1] for row in table.rows[:-1]} == {"agrees"}
    assert table.rows[-1][-1].startswith("inside")
    assert gap(chapter).size <= band(chapter.draws)
    again = exits(case)
    assert table.rows == again.tables["T2.8"].rows
    other = exits(case, seed=7)
    assert table.rows != other.tables["T2.8"].rows
    fewer = exits(case, draws=1_000)
    assert column(fewer, "T2.8", "Standard error")[0] > 10 * column(chapter, "T2.8", "Standard error")[0]


@pytest.mark.parametrize("size_model", ["fixed", "uniform"])
def test_the_band_holds_the_exact_curve(case, size_model: str) -> None:
    """At a level that a sound simulation misses once in a hundred million."""
    one = exits(case, size_model=size_model, seed=3)
    assert gap(one).size <= band(one.draws, 1 - 1e-8)


def test_a_wrong_model_leaves_the_band(case) -> None:
    one = exits(case)
    wrong = replace(one, model=replace(one.model, correlation=0.0))
    wrong.__dict__["simulated"] = one.simulated
    assert gap(wrong).size > band(one.draws)
    verdicts = [row[-1] for row in audit(case, wrong, "last_year").rows]
    assert "strays" in verdicts
    assert verdicts[-1].startswith("outside")


def test_the_plan_has_its_own_tables(case) -> None:
    plan, last = exits(case, basis="plan"), exits(case)
    assert plan.results.value("exits.value_at_risk") == last.results.value("exits.value_at_risk")
    assert column(plan, "T2.5", "Expected loss")[0] == pytest.approx(320.5)
    assert "planned spends" in plan.tables["T2.5"].note
    assert not [row for row in plan.tables["T2.8"].rows if "step-up" in row[0]]


# -- the edges of the inputs --------------------------------------------------------------------------


def only(case: Case, count: int) -> Case:
    """The case with its first customers alone."""
    kept = [one.id for one in case.customers[:count]]
    entities = {
        key: one if one.role != "customer" or key in kept else replace(one, role="other")
        for key, one in case.entities.items()
    }
    return replace(case, entities=entities)


def crowd(case: Case, count: int) -> Case:
    """The case with so many customers in all, the further ones like the second."""
    entities, figures = dict(case.entities), dict(case.figures)
    model = case.customers[1]
    own = [figure for figure in case.figures.values() if figure.entity == model.id]
    for number in range(count - len(case.customers)):
        name = f"customer_{number}"
        entities[name] = replace(model, id=name, name=f"Customer {number}")
        for figure in own:
            key = f"{name}_{figure.id}"
            figures[key] = replace(figure, id=key, entity=name)
    return replace(case, entities=entities, figures=figures)


def test_one_customer(case) -> None:
    one = exits(only(case, 1))
    assert_sound(one)
    results = one.results
    assert (
        results.value("exits.probability_all")
        == results.value("exits.probability_any")
        == pytest.approx(0.84)
    )
    assert results["exits.realised_correlation"].value is None
    assert "Only Google's decision is open" in str(one.finding)
    assert [row[0] for row in one.tables["T2.3"].rows] == ["Nobody", "Google", "Any other combination"]
    assert len(one.tables["T2.11"].rows) == 1


@pytest.mark.parametrize("count", [6, 7, 13, 40])
def test_many_customers(case, count: int) -> None:
    one = exits(crowd(case, count))
    results = one.results
    assert_sound(one)
    assert results.value("exits.expected_loss") == pytest.approx(240.375 + (count - 4) * 0.625 * 75)
    assert results.value("exits.value_at_risk") <= results.value("exits.expected_shortfall") <= 150 * count
    states = one.tables["T2.4"]
    assert len(states.rows) == (64 if count == 6 else count + 1)
    assert ("Too many customers to list" in states.note) == (count > 6)
    bounded = one.tables["T2.12"].rows[3]
    if count > 12:
        assert bounded[2] is None and bounded[3] is None
        assert "none are given for more than 12 customers" in one.tables["T2.12"].note
        assert "too many customers to value what is unknown" in " ".join(map(str, one.notes))
        assert results["exits.perfect_information.google_exit"].value is None
        assert "too many customers to value each unknown" in one.tables["T2.7"].note
    else:
        assert bounded[3].low.value <= results.value("exits.value_at_risk") <= bounded[3].high.value


def test_labels_of_sets_of_customers() -> None:
    assert who([], 4) == "Nobody"
    assert who(["A"], 1, only=True) == "A"
    assert who(["A"], 4, only=True) == "A only"
    assert who(["A", "B"], 4) == "A and B"
    assert who(list("ABCDE"), 9) == "A, B, C and 2 more"
    assert who(list("ABCD"), 4, only=True) == "All named customers"


EDGES = {
    "all certain to leave": {f"{name}_exit_probability": 1 for name in NAMES},
    "all certain to stay": {f"{name}_exit_probability": 0 for name in NAMES},
    "one of each": {"google_exit_probability": 1, "openai_exit_probability": 0},
    "one decision open": {"google_exit_probability": 1, "openai_exit_probability": 0, "xai_exit_probability": 0},
    "nothing lost": {f"{name}_loss_given_exit": 0 for name in NAMES},
    "independent": {"latent_correlation": 0},
    "nested": {"latent_correlation": 1},
    "nearly nested": {"latent_correlation": 0.999},
    "nothing undisclosed": {"microsoft_spend_2024": 30, "xai_spend_2024": 20, "openai_spend_2024": 10},
    "no spend at all": {"google_spend_2024": 0},
    "no step-up": {"valuation_reported": 14},
    "step-down": {"valuation_reported": 10},
    "low confidence": {"confidence": 0.5},
    "high confidence": {"confidence": 0.999},
    "huge spend": {"google_spend_2024": 800},
    "short costs alone": {"cost_short": 10, "cost_over": 0.01},
    "over costs alone": {"cost_short": 0.01, "cost_over": 10},
    "short horizon": {"horizon_months": 1},
}  # fmt: skip


@pytest.mark.parametrize("size_model", ["uniform", "fixed"])
@pytest.mark.parametrize("edge", EDGES)
def test_an_edge_has_answers(edge: str, size_model: str) -> None:
    one = exits(load(figures=EDGES[edge]), size_model=size_model, draws=2_000)
    assert_sound(one)
    results = one.results
    assert results.value("exits.value_at_risk") <= results.value("exits.expected_shortfall") + 1e-9
    assert results.value("exits.expected_shortfall") >= results.value("exits.expected_loss") - 1e-9
    assert sum(row[2].value for row in one.tables["T2.3"].rows) == pytest.approx(1)


def test_no_step_up_is_null() -> None:
    for value in (14, 10):
        one = exits(load(figures={"valuation_reported": value}))
        assert one.results["exits.probability_step_up_gone"].value is None
        assert len(one.tables["T2.12"].rows) == 4


@pytest.mark.parametrize(
    ("figures", "choices", "words"),
    [
        ({}, {}, "There is a chance of at most 5% that the yearly loss is above $427mn a year"),
        ({}, {}, "would be $375mn a year, the largest loss possible then, and would say nothing"),
        ({}, {}, "In the best 5% of cases nothing is lost"),
        ({"google_exit_probability": 1}, {}, "In the best 5% of cases it is at most $150mn a year"),
        ({}, {"size_model": "fixed"}, "Value at risk and expected shortfall are both $375mn a year"),
        ({}, {"size_model": "fixed"}, "in four cases out of five the loss is at most $300mn a year"),
        ({}, {"size_model": "fixed"}, "The chance of the largest loss of this model, $375mn a year, is above 5%"),
        (EDGES["all certain to leave"] | EDGES["nothing undisclosed"], {}, "By these figures the loss is certain, $210mn a year"),
        ({f"{n}_exit_probability": 0.9 for n in NAMES}, {"size_model": "fixed"}, "a lower level would not help; the whole curve does"),
        (EDGES["all certain to stay"], {}, "By these figures nothing can be lost"),
        (EDGES["nothing lost"], {}, "By these figures nothing can be lost"),
        (EDGES["huge spend"], {}, "would together exceed the whole revenue of $870mn"),
        ({}, {}, "10.5% if they were independent, 18.4% with the latent correlation of 0.3 assumed here, and at most 40%"),
        ({}, {}, "The exits of Google and Microsoft themselves are then correlated by 0.164 only"),
        (EDGES["independent"], {}, "Exits are taken as independent here: all named customers leave with a probability of 10.5%"),
        (EDGES["nested"], {}, "Exits are taken as nested here"),
        ({"openai_exit_probability": 0}, {}, "that nobody leaves has a probability of 3% if they were independent"),
        ({"google_exit_probability": 1}, {}, "The expected loss is the same either way"),
        (EDGES["one of each"], {}, "neither everybody nor nobody can leave under any dependence"),
        (EDGES["one decision open"], {}, "Only Microsoft's decision is open"),
        (EDGES["all certain to leave"], {}, "Every decision is certain by these figures"),
        ({}, {}, "With a probability of 3.07% the loss is so large"),
        (EDGES["no step-up"], {}, "The deal shows no step-up"),
        ({"valuation_reported": 1000}, {}, "In this model it cannot happen that the loss is so large"),
        ({"google_exit_probability": 1, "valuation_reported": 14.1}, {}, "In this model it is certain that the loss is so large"),
        ({}, {}, "the cheapest provision covers the loss with a probability of 70%: $299mn a year"),
        (EDGES["all certain to stay"], {}, "so the right provision is the loss itself, $0"),
        ({}, {}, "Google's decision is worth most to know: $6.31mn a year of the $39.9mn a year"),
        ({}, {}, "That does not contradict Microsoft's spend moving the expected loss most"),
        ({}, {}, "Google's decision is worth most to know before providing for the loss"),
        (EDGES["all certain to leave"], {}, "Only spends are open. Microsoft's undisclosed spend is worth most"),
        (EDGES["nothing undisclosed"], {}, "No undisclosed spend would change the provision"),
        ({}, {"size_model": "fixed"}, "Undisclosed spends are taken as known here"),
        (EDGES["all certain to stay"], {}, "there is nothing to find out first"),
        (EDGES["all certain to stay"], {}, "Nothing that could be found out first would change the provision"),
        ({"google_exit_probability": 0.999, "microsoft_exit_probability": 0.999, "xai_exit_probability": 0.001,
          "openai_exit_probability": 0.001}, {}, "provides for the loss, Microsoft's undisclosed spend is worth most to know, "),
        ({"xai_spend_2024": 1, "openai_spend_2024": 1, "microsoft_loss_given_exit": 0.1}, {}, "so both ways of asking point to the decisions"),
        ({}, {}, "All of the expected loss is put down to the deal here"),
        ({"google_exit_probability_without_deal": 0.34}, {}, "the deal itself adds $189mn a year"),
        (EDGES["all certain to stay"], {}, "so none is the deal's doing"),
    ],
)  # fmt: skip
def test_a_branch(figures, choices, words: str) -> None:
    one = exits(load(figures=figures), **choices)
    said = " ".join(map(str, (*one.notes, one.finding)))
    assert words in said, said


def test_no_single_unknown_is_worth_anything() -> None:
    """Two decisions either of which would change nothing by itself, though together they would."""
    figures = {f"{name}_exit_probability": 0.01 for name in NAMES} | {"cost_short": 0.01, "cost_over": 10}
    one = exits(load(figures=figures), size_model="fixed")
    said = " ".join(map(str, one.notes))
    worth = [r.value for k, r in one.results.items() if ".perfect_information." in k]
    assert ("No single unknown would change the provision" in said) == (not any(worth))


# -- what is said where figures are set and not read --------------------------------------------------


DISCLOSED = {f"{name}_spend_2024": 100 for name in NAMES[1:]}


@pytest.mark.parametrize(
    ("figures", "scenario", "said", "unsaid"),
    [
        ({}, "as_reported", "Probabilities are read from wording and undisclosed sizes from bounds: assumed", "set"),
        ({}, "full_exodus", "Probabilities are set and not read from wording and undisclosed sizes are read from bounds", "words read"),
        ({}, "full_exodus", "With the exit probabilities anywhere in their ranges and sizes left free", "sources' words"),
        ({"xai_exit_probability": 0.3}, "as_reported", "partly read from wording and partly set and undisclosed sizes are", "not read"),
        (DISCLOSED, "as_reported", "read from wording and every size is disclosed: assumed, layer L2.", "undisclosed"),
        (DISCLOSED, "as_reported", "read on a published scale, the expected loss is", "half the largest"),
        (DISCLOSED, "as_reported", "At the values taken here it is ", "sizes left free"),
        ({}, "as_reported", "Some may have had other reasons", "Some customers had"),
    ],
)  # fmt: skip
def test_words_on_where_numbers_come_from_follow_the_figures(
    figures, scenario, said: str, unsaid: str
) -> None:
    found = exits(load(figures=figures, scenario=scenario))
    words = f"{found.sure} {found.notes[1]} {found.notes[-1]}"
    assert said in words
    assert not re.search(rf"\b{unsaid}\b", words)


def test_the_table_speaks_of_undisclosed_spends_only_where_there_are_any(chapter) -> None:
    assert "an undisclosed spend counts as half the largest" in chapter.tables["T2.9"].note
    assert "undisclosed" not in exits(load(figures=DISCLOSED)).tables["T2.9"].note


def test_a_capital_leaves_the_rest_of_a_note_as_it_is(case) -> None:
    """A period like 2025-H1 keeps its letter."""
    named = {
        id: replace(one, period="2025-H1") if one.metric == "planned_spend" else one
        for id, one in case.figures.items()
    }
    found = exits(replace(case, figures=named), basis="plan")
    assert found.tables["T2.10"].note.startswith("Planned spends of 2025-H1;")
