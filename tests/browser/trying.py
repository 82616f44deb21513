"""What the tests of the reader's own figures share: points to try, and how the page is moved and read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from neutrality.case import Case, load
from neutrality.chapters import BASE
from neutrality.chapters.headlines import all_results
from neutrality.errors import InputError
from neutrality.results import Result
from neutrality.units import pretty

PAGES = ("index", *BASE)
DEAL, EXITS, OPPORTUNITY = BASE

#: Numbers of the page: origin, text, and the marks that the page has put on them.
NUMBERS = """() => [...document.querySelectorAll('main .nt-num[data-ref]')].map(node => ({
    ref: node.dataset.ref, text: node.textContent, yours: node.classList.contains('nt-yours'),
    stands: node.classList.contains('nt-stands'), was: node.dataset.yours || '',
    compared: document.body.classList.contains('nt-front') && Boolean(node.closest('.nt-table')),
}))"""
#: Go to a link within the page, and wait until its figures count or are refused.
FOLLOW = """link => new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`the page does not follow ${link}`)), 30000);
    const error = document.querySelector('.nt-try-error');
    const watch = new MutationObserver(() => { if (!error.hidden) resolve(error.textContent); });
    watch.observe(error, { attributes: true, childList: true });
    document.addEventListener('neutrality-try', () => resolve(''), { once: true });
    location.hash = link;
})"""
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@dataclass(frozen=True)
class Point:
    """New values, a scenario and choices, where one is chosen."""

    changes: Mapping[str, float] = field(default_factory=dict)
    scenario: str = ""
    choices: Mapping[str, str] = field(default_factory=dict)


#: Points of each chapter; the first is the base.
POINTS: dict[str, list[Point]] = {
    DEAL: [
        Point(),
        Point({"investment": 13.7, "stake": 0.47}),
        Point({"investment": 14.25, "stake": 0.485, "valuation_reported": 28.5, "valuation_prior": 13.5}),
        Point({"investment": 14.35, "stake": 0.495, "valuation_reported": 29.5, "valuation_prior": 14.5}),
        Point({"valuation_prior": 31}),
        Point({"cash_retained_share": 1, "net_debt": -1, "multiple_after_exit": 20, "standalone_value": 17.5}),
        Point({"revenue_2024": 150, "google_spend_2024": 150}),
        Point({"microsoft_spend_2024": 80.5, "vc_years": 9.5, "dcf_years": 12, "dcf_rate": 0.091}, "full_exodus"),
    ],
    EXITS: [
        Point(),
        Point({}, "google_only"),
        Point({"google_exit_probability": 0.63, "latent_correlation": 0}),
        Point({"google_exit_probability": 0.99, "latent_correlation": 0.6}),
        Point({"google_exit_probability": 0, "openai_exit_probability": 1, "latent_correlation": 1}),
        Point({"pool_weight": 0, "google_loss_given_exit": 0.5}, "", {"size_model": "fixed"}),
        Point({"google_spend_2024": 163, "revenue_2024": 910, "notice_months": 3}, "", {"scale": "ipcc", "pool_method": "log"}),
        Point({"microsoft_spend_2024": 0, "xai_spend_2024": 41.3, "confidence": 0.9}, "full_exodus"),
        Point({"pool_weight": 0.2}, "", {"scale": "icd203", "size_model": "pert", "basis": "plan"}),
    ],
    OPPORTUNITY: [
        Point(),
        Point({"inhouse_share": 0.05}),
        Point({"inhouse_share": 0.4, "not_replaced_share": 0.2}, "", {"share_model": "proportional"}),
        Point({"labelbox_claimed_revenue": 100, "labelbox_base_revenue": 25}, "", {"pool_method": "log"}),
        Point({"labelbox_claimed_revenue": 300, "labelbox_base_revenue": 100}, "google_only"),
        Point({f"{name}_exit_probability": 0 for name in ("google", "microsoft", "xai", "openai")}),
        Point({"google_spend_2025": 217, "openai_spend_2025": 250, "leak_loss": 20}, "", {"share_model": "logit"}),
        Point({"handshake_claimed_multiple": 1, "handshake_claim_conversion": 0.2, "claim_horizon_months": 24}),
        Point({}, "", {"size_model": "pert", "basis": "last_year", "scale": "ipcc"}),
    ],
}  # fmt: skip
POINTS["index"] = [
    Point(),
    Point({"valuation_prior": 13.5, "google_exit_probability": 0.63, "inhouse_share": 0.05}),
    Point({"valuation_prior": 14.5, "google_exit_probability": 0.99, "inhouse_share": 0.4}),
    Point({"investment": 14.25, "stake": 0.495, "microsoft_spend_2024": 0, "revenue_2024": 875}),
    POINTS[EXITS][2],
    POINTS[OPPORTUNITY][1],
    Point({"valuation_prior": 12}, "google_only"),
    # The answers of the front page are those of the chapters' own choices, but for how probabilities are read.
    Point({}, "", {"scale": "icd203", "basis": "plan", "size_model": "fixed"}),
]


def link(changes: Mapping[str, float], scenario: str = "", choices: Mapping[str, str] | None = None) -> str:
    listed = ",".join(f"{name}:{value!r}" for name, value in changes.items())
    words = {"scenario": scenario} if scenario else {}
    return f"#try={listed}" + "".join(
        f"&{name}={word}" for name, word in {**words, **(choices or {})}.items()
    )


def computed(
    case: Case,
    changes: Mapping[str, float],
    scenario: str = "",
    choices: Mapping[str, str] | None = None,
    page: str = "",
) -> tuple[Case, dict[str, Result]]:
    """What the package makes of the reader's figures, on a page of the book."""
    chosen = dict(choices or {})
    reading = {name: chosen.pop(name) for name in ("scale", "pool_method") if name in chosen}
    there = load(case.location, scenario=scenario or "as_reported", figures=changes, **reading)
    return there, all_results(there, {} if page == "index" else chosen)


def same(one: float | None, other: float | None) -> bool:
    """Whether two values differ by no more than rounding."""
    if one is None or other is None:
        return one is other
    return one == pytest.approx(other, rel=1e-9, abs=0)


def ways(value: float | None, unit: str, *digits: int) -> list[str]:
    """How a value may be printed: a fall as its size too, and without the time where its neighbour says it.

    In the middle between two prints the last bit decides, and it is none of the parity's business.
    """
    if value is None:
        return [pretty(None, unit)]
    signed = [sign * value * (1 + bit) for sign in (1, -1) for bit in (0, 1e-12, -1e-12)]
    whole = [pretty(one, unit, count) for count in digits for one in signed]
    return [printed for text in whole for printed in (text, text.removesuffix(" a year"))]


def values(ref: str, case: Case, results: Mapping[str, Result]) -> Iterator[tuple[float | None, str]]:
    """The values that a number with an origin may print, each with its unit."""
    kind, _, name = ref.partition(":")
    if kind == "result":
        assert not isinstance(results[name].value, str)
        yield results[name].value, results[name].unit
    else:
        figure = case.figures[name]
        yield figure.value, figure.unit
        try:
            yield from ((end, figure.unit) for end in figure.range)
        except InputError:
            return


def live(numbers: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        one for one in numbers if one["ref"].partition(":")[0] in ("result", "figure") and not one["compared"]
    ]


def article(page) -> str:
    """The text of the page as it stands, but for the controls in it, for charts, which tell of themselves, and for
    which of its parts were laid out already."""
    return page.evaluate(
        """() => {
            const held = document.querySelector('article').cloneNode(true);
            held.querySelectorAll('.nt-one, .nt-view, .nt-option, .nt-inputs').forEach(one => one.remove());
            held.querySelectorAll('[data-laid]').forEach(one => one.removeAttribute('data-laid'));
            return held.innerHTML;
        }"""
    )


def slide(page, figure: str, keys: str, times: int = 1) -> None:
    control = page.locator(f"#try-{figure}")
    control.focus()
    for _ in range(times):
        page.keyboard.press(keys)


def box(page, figure: str):
    return page.locator(f".nt-control:has(#try-{figure}) input[type=number]")


def fill(page, figure: str, value: object) -> None:
    box(page, figure).fill(str(value))
    box(page, figure).press("Enter")


def error(page, figure: str):
    return page.locator(f"#try-{figure}-error")


def assert_clean_on_the_way(visit) -> None:
    """As `visit.assert_clean`, for a window that went from page to page: it does not wait for their icons."""
    visit.failed = [url for url in visit.failed if not url.endswith("/icon.svg")]
    visit.assert_clean()


def settled(page) -> str:
    """The address once the figures stand in it."""
    page.wait_for_function("() => location.hash.startsWith('#try=')")
    page.wait_for_timeout(400)
    return page.evaluate("() => location.hash")
