"""The mathematics that the page has of its own, against scipy and against exact arithmetic."""

from __future__ import annotations

import json
from fractions import Fraction
from math import factorial

import numpy as np
import pytest
from neutrality.methods.copula import one_factor
from neutrality.methods.loss import Size, loss_distribution
from neutrality.methods.valuation import growth_by_dcf, growth_by_exit_multiple
from numpy.polynomial.legendre import leggauss
from scipy.special import erfc, ndtr, ndtri

LOSSES = """(given) => JSON.parse(given).map(({ p, correlation, sizes, at, levels }) => {
  const { oneFactor } = neutrality.methods.copula;
  const loss = neutrality.methods.loss.lossDistribution(oneFactor(p, correlation), sizes);
  return {
    cdf: at.map((x) => loss.cdf(x)), left: at.map((x) => loss.cdf(x, true)), partial: at.map((x) => loss.partial(x)),
    quantiles: levels.map((level) => loss.quantile(level)), mean: loss.mean, variance: loss.variance, max: loss.max,
    series: loss.series !== null,
  };
})"""


def in_page(live_page, function: str, points) -> np.ndarray:
    body = f"(xs) => xs.map((x) => String(neutrality.methods.normal.{function}(x)))"
    found = live_page.evaluate(body, [float(x) for x in points])
    return np.array([float(text.replace("Infinity", "inf")) for text in found])


def test_the_normal_distribution_function(live_page) -> None:
    x = np.concatenate([np.linspace(-37, 9, 2000), [0.0, -0.0, 1e-300, 0.46875, 4.0, -5.65, np.inf, -np.inf]])
    assert in_page(live_page, "cdf", x) == pytest.approx(ndtr(x), rel=2e-13, abs=1e-300)
    assert in_page(live_page, "erfc", x[:2000]) == pytest.approx(erfc(x[:2000]), rel=2e-13, abs=1e-300)


def test_the_normal_quantile(live_page) -> None:
    p = np.concatenate(
        [np.linspace(0.001, 0.999, 999), np.logspace(-300, -2, 500), 1 - np.logspace(-15, -2, 100), [0, 1]]
    )
    assert in_page(live_page, "quantile", p) == pytest.approx(ndtri(p), rel=1e-13, abs=1e-15)
    there_and_back = in_page(live_page, "cdf", in_page(live_page, "quantile", p[:999]))
    assert there_and_back == pytest.approx(p[:999], rel=1e-14)


def test_gauss_legendre(live_page) -> None:
    for count in (1, 2, 6, 8, 12, 16, 20, 64):
        found = live_page.evaluate(
            """(count) => {
              const { nodes, weights } = neutrality.methods.quadrature.gaussLegendre(count);
              return [[...nodes], [...weights]];
            }""",
            count,
        )
        for ours, theirs in zip(found, leggauss(count), strict=True):
            assert ours == pytest.approx(theirs, abs=1e-14)


def exact(kind: str, widths: list[Fraction], x: Fraction) -> tuple[float, float]:
    """Distribution function of a sum of uncertain sizes and its integral, in rational numbers."""
    pieces = {Fraction(0): {0: Fraction(1)}}
    for w in widths:
        first = {1: 1 / w} if kind == "uniform" else {3: 60 / w**3, 4: -360 / w**4, 5: 720 / w**5}
        last = {1: -1 / w} if kind == "uniform" else {3: -60 / w**3, 4: -360 / w**4, 5: -720 / w**5}
        grown: dict[Fraction, dict[int, Fraction]] = {}
        for knot, terms in pieces.items():
            for at, factor in ((knot, first), (knot + w, last)):
                held = grown.setdefault(at, {})
                for d, c in terms.items():
                    for e, b in factor.items():
                        held[d + e] = held.get(d + e, Fraction(0)) + c * b
        pieces = grown
    sums = [Fraction(0), Fraction(0)]
    for knot, terms in pieces.items():
        for d, c in terms.items():
            for more in (0, 1):
                sums[more] += c * max(Fraction(0), x - knot) ** (d + more) / factorial(d + more)
    return float(sums[0]), float(sums[1])


#: Many alike, all different, one much narrower than the rest, several so narrow that powers alone would fail.
WIDTHS = (
    *([150] * count for count in (1, 2, 3, 5, 8)),
    *([150, 75, 30], [150, 140, 75, 60, 30, 13], [150, Fraction(3, 2), 75], [150, Fraction(3, 20), Fraction(3, 20), 75]),
)  # fmt: skip


@pytest.mark.parametrize("kind", ["uniform", "pert"])
def test_sums_of_uncertain_sizes_are_exact(live_page, kind) -> None:
    parts = [Fraction(n, 100) for n in (3, 30, 50, 55, 96)]
    asked = []
    for widths in WIDTHS:
        sizes = [{"kind": kind, "width": float(w)} for w in widths]
        at = [float(part * sum(widths)) for part in parts]
        asked.append({"p": [1.0] * len(sizes), "correlation": 0, "sizes": sizes, "at": at, "levels": []})
    found = live_page.evaluate(LOSSES, json.dumps(asked))
    for widths, given, one in zip(WIDTHS, asked, found, strict=True):
        assert not one["series"]
        expected = [exact(kind, [Fraction(w) for w in widths], Fraction(x)) for x in given["at"]]
        assert one["cdf"] == pytest.approx([below for below, _ in expected], abs=5e-11)
        assert one["partial"] == pytest.approx(
            [part for _, part in expected], abs=5e-11 * given["sizes"][0]["width"]
        )


def test_distributions_of_many_customers_are_those_of_the_package(live_page) -> None:
    """Fixed and uncertain sizes together, in closed form here and as a series there, or as one on both sides."""
    spread = np.linspace(0.05, 0.95, 16)
    crowds = [
        ("uniform", 7, 0.3, [150.0] * 7, 1, False),
        ("uniform", 12, 0.6, [150.0] * 12, 2, False),
        ("pert", 8, 0.2, [90.0] * 8, 3, False),
        ("pert", 5, 0.0, [150.0, 100.0, 40.0, 30.0, 7.0], 1, False),
        ("uniform", 13, 0.3, list(np.linspace(20, 150, 13)), 4, True),
        ("pert", 10, 0.3, list(np.linspace(50, 150, 10)), 0, True),
        ("fixed", 16, 0.4, list(np.linspace(11, 160.7, 16)), 16, True),
    ]
    asked = []
    for kind, count, correlation, widths, fixed, _ in crowds:
        sizes = [{"kind": "fixed" if i < fixed else kind, "width": w} for i, w in enumerate(widths)]
        at = [float(part) * sum(widths) for part in np.linspace(0.03, 0.96, 12)]
        asked.append(
            {"p": [float(x) for x in spread[:count]], "correlation": correlation, "sizes": sizes, "at": at,
             "levels": [0.05, 0.3, 0.5, 0.8, 0.95, 0.99]}
        )  # fmt: skip
    found = live_page.evaluate(LOSSES, json.dumps(asked))
    for (kind, _, _, _, fixed, listed), given, one in zip(crowds, asked, found, strict=True):
        sizes = [Size(size["kind"], size["width"]) for size in given["sizes"]]
        loss = loss_distribution(one_factor(given["p"], given["correlation"]), sizes)
        assert one["series"] == (listed and kind != "fixed")
        assert one["cdf"] == pytest.approx(loss.cdf(given["at"]), abs=3e-8), (kind, fixed)
        assert one["left"] == pytest.approx(loss.cdf(given["at"], left=True), abs=3e-8)
        assert one["partial"] == pytest.approx([loss.partial(x) for x in given["at"]], abs=1e-8 * loss.max)
        assert one["quantiles"] == pytest.approx([loss.quantile(x) for x in given["levels"]], rel=1e-6)
        assert [one["mean"], one["variance"], one["max"]] == pytest.approx(
            [loss.mean, loss.variance, loss.max]
        )


def test_a_distribution_with_nothing_to_lose(live_page) -> None:
    asked = [
        {
            "p": [0.5, 0.2],
            "correlation": 0.3,
            "sizes": [{"kind": "fixed", "width": 0}] * 2,
            "at": [0, 1],
            "levels": [0.5],
        }
    ]
    (found,) = live_page.evaluate(LOSSES, json.dumps(asked))
    assert found["cdf"] == [1, 1]
    assert found["quantiles"] == [0]
    assert (found["mean"], found["variance"], found["max"]) == (0, 0, 0)


def test_growth_that_nothing_justifies_is_none_in_the_page_too(live_page) -> None:
    """Each argument at nothing in turn; with no year to grow in a search for a root would go on for ever."""
    dcf, sale = (10.0, 1.0, 0.1, 5, 0.2, 0.05), (10.0, 1.0, 0.1, 5.0, 6.0)
    asked = [
        *(("growthByDcf", growth_by_dcf, given) for given in (dcf, *at_nothing(dcf))),
        *(("growthByExitMultiple", growth_by_exit_multiple, given) for given in (sale, *at_nothing(sale))),
    ]
    for name, function, given in asked:
        found = live_page.evaluate(
            "([name, given]) => neutrality.methods.valuation[name](...given)", [name, list(given)]
        )
        expected = function(*given)
        assert found == (None if expected is None else pytest.approx(expected)), (name, given)


def at_nothing(given: tuple[float, ...]) -> list[tuple[float, ...]]:
    return [(*given[:i], 0, *given[i + 1 :]) for i in range(len(given))]
