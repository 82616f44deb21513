"""Every branch of a finding is reached by figures that call for it, and says what they say."""

from __future__ import annotations

import re

import pytest
from neutrality.case import load
from neutrality.chapters import BASE, compute
from neutrality.results import Number, Span, Text, as_plain

CERTAIN = {f"{name}_exit_probability": 0 for name in ("google", "microsoft", "xai", "openai")}
TAKEN = {f"{name}_loss_given_exit": 0 for name in ("google", "microsoft", "xai", "openai")}


def prose(chapter) -> str:
    return " ".join(map(str, (chapter.headline, *chapter.notes, chapter.finding, chapter.sure)))


@pytest.mark.parametrize(
    ("chapter", "figures", "scenario", "words"),
    [
        ("deal", {}, "", "agree within rounding, but the last valuation, $14bn, cannot be"),
        ("deal", {}, "", "Every valuation from $28.79bn to $29.5bn is consistent"),
        (
            "deal",
            {"investment": 20},
            "",
            "do not agree within rounding, and the last valuation, $14bn, cannot be",
        ),
        ("deal", {"investment": 20}, "", "No valuation is consistent with all three"),
        ("deal", {"valuation_prior": 14.7}, "", "can be what the company was worth just before"),
        ("deal", {"valuation_prior": 14.7}, "", "They can be read as fresh money on $14.7bn"),
        ("deal", {}, "", "more than the 49% reported"),
        ("deal", {"valuation_prior": 18}, "", "that would buy only 44.3%"),
        ("deal", {}, "", "marked up by 107%; if all of it stayed, up by 5%"),
        ("deal", {"valuation_reported": 20}, "", "if all of it stayed, down by 59.3%"),
        ("deal", {}, "", "33.3% of the step-up. Losing $450mn, 3× that spend, would erase all of it"),
        ("deal", {"valuation_reported": 12}, "", "There is no step-up that lost revenue could erase"),
        (
            "deal",
            {},
            "",
            "$7.44bn (52% of it) is not explained by the last valuation if the cash left, and $0.433bn if it stayed",
        ),
        ("deal", {"valuation_prior": 15}, "", "and nothing is unexplained if it stayed"),
        ("deal", {"investment": 6}, "", "The last valuation explains the whole of Meta's $6bn"),
        ("deal", {}, "", "This answer is arithmetic on reported figures and their rounding"),
        ("deal", {"investment": 14}, "", "at least one figure is not the reported one"),
        (
            "customer_exits",
            {},
            "",
            "The named customers may take $240mn a year with them, 27.6% of revenue, on expectation",
        ),
        ("customer_exits", {}, "", "there are at least 6 customers, and no five of them"),
        (
            "customer_exits",
            {"google_spend_2024": 400},
            "",
            "allow that a handful of customers is all there is",
        ),
        (
            "customer_exits",
            {},
            "",
            "because orders run down over 2 months and the year was already under way",
        ),
        ("customer_exits", {"ramp_months": 0}, "", "even though orders stop at once"),
        (
            "customer_exits",
            {"exit_start_month": 12},
            "",
            "nothing of Google's planned $200mn a year would be lost yet",
        ),
        ("customer_exits", {}, "", "would have to grow 38.2% to stand still"),
        ("customer_exits", CERTAIN, "", "No loss is expected, so nothing has to be replaced"),
        (
            "customer_exits",
            {"revenue_2024": 375},
            "full_exodus",
            "Nothing would remain of Scale AI's revenue",
        ),
        (
            "customer_exits",
            {},
            "",
            "Microsoft's undisclosed spend is the unknown that moves the expected loss most: 37.2%",
        ),
        ("customer_exits", TAKEN, "", "Nothing about the expected loss is left open"),
        (
            "customer_exits",
            {"microsoft_spend_2024": 1, "xai_spend_2024": 1, "openai_spend_2024": 1},
            "",
            "Google's exit probability is the unknown",
        ),
        (
            "competitor_opportunity",
            {},
            "",
            "Labelbox's claim, read as $200mn a year, needs 78% of the $256mn a year",
        ),
        ("competitor_opportunity", {}, "", "(needs more than half)"),
        ("competitor_opportunity", {}, "", "104% on spends of 2024, which is impossible"),
        (
            "competitor_opportunity",
            {"labelbox_claimed_revenue": 900},
            "",
            "Labelbox's claim, read as $900mn a year, is impossible",
        ),
        ("competitor_opportunity", {"labelbox_claimed_revenue": 50}, "", "(ordinary)"),
        ("competitor_opportunity", {"labelbox_claimed_revenue": 100}, "", "(needs more than an equal share)"),
        (
            "competitor_opportunity",
            {"labelbox_claimed_revenue": 100},
            "",
            "on spends of 2024, which is possible",
        ),
        (
            "competitor_opportunity",
            CERTAIN,
            "",
            "Nothing is expected to come open, so Labelbox's claim cannot be true",
        ),
        ("competitor_opportunity", CERTAIN, "", "Nothing is expected to come open to vendors"),
        ("competitor_opportunity", {}, "", "only if Handshake started from less than $28.2mn a year"),
        (
            "competitor_opportunity",
            {"labelbox_claimed_revenue": 300},
            "",
            "The other claims leave nothing of the expected pool",
        ),
        ("competitor_opportunity", {"handshake_claimed_multiple": 1}, "", "which needs no new spend"),
    ],
)
def test_a_branch(chapter: str, figures, scenario: str, words: str) -> None:
    case = load(figures=figures, scenario=scenario or "as_reported")
    assert words in prose(compute(chapter, case))


def numbers(text: Text):
    for part in text.parts:
        if isinstance(part, Number):
            yield part
        elif isinstance(part, Span):
            yield from (part.low, part.high)


@pytest.mark.parametrize("name", BASE)
def test_every_number_in_prose_comes_from_a_result_or_figure(case, name: str) -> None:
    """Digits stand in prose only inside numbers with an origin, or in a period such as a year."""
    chapter = compute(name, case)
    periods = {figure.period for figure in case.figures.values()}
    for text in (chapter.headline, chapter.sure, *chapter.notes, chapter.finding):
        for number in numbers(text):
            kind, _, rest = number.ref.partition(":")
            assert kind in ("result", "figure", "figures")
            known = chapter.results if kind == "result" else case.figures
            assert all(key in known for key in rest.split(",")), number.ref
        words = "".join(part for part in text.parts if isinstance(part, str))
        assert set(re.findall(r"(?<!L)\d+", words)) <= periods, words


@pytest.mark.parametrize("name", BASE)
@pytest.mark.parametrize("scenario", ["as_reported", "google_only", "full_exodus"])
@pytest.mark.parametrize(
    "figures", [{}, CERTAIN, {"inhouse_share": 0.8}, {"google_spend_2024": 0.5}, {"valuation_reported": 14}]
)
def test_nothing_prints_nan_or_inf(name: str, scenario: str, figures) -> None:
    chapter = compute(name, load(figures=figures, scenario=scenario))
    cells = [as_plain(cell) for table in chapter.tables.values() for row in table.rows for cell in row]
    for words in [prose(chapter), *cells]:
        assert not re.search(r"\b(nan|inf|None)\b", words), words
