"""Every branch of the deal's sentences is reached by figures that call for it."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from neutrality.case import load
from neutrality.chapters import compute
from neutrality.results import as_plain
from neutrality.words import lowered

STAY = {f"{name}_exit_probability": 0 for name in ("google", "microsoft", "xai", "openai")}


def chapter_at(figures):
    return compute("deal", load(figures=figures))


def prose(chapter) -> str:
    return " ".join(map(str, (chapter.headline, *chapter.notes, chapter.finding, chapter.sure)))


BRANCHES = [
    ({}, "room for a stake of at most 1.19% that Meta held before"),
    ({"investment": 6}, "They would agree if Meta had held 27.3% to 29.3% of the company before"),
    ({"investment": 20}, "A stake that Meta held before would not reconcile them"),
    ({"acquirer_prior_stake": 0.01}, "At our setting of 1% the cheque implies a post-money value of $29.8bn"),
    ({"stake": 0.04, "acquirer_prior_stake": 0.05}, "At our setting of 5% the cheque would have bought Meta nothing new"),
    ({}, "it still misses by 0.065% of the company. As fresh money the reported stake needs a pre-money value of $14.54bn to $15.24bn"),
    ({"valuation_prior": 18}, "that would buy only 44.3%"),
    ({"valuation_prior": 14.7}, "They can be read as fresh money on $14.7bn"),
    ({}, "the rest of the business would stand at 40.3× revenue"),
    ({"google_spend_2024": 870}, "Google is all of the revenue: without it no multiple is left"),
    ({"valuation_reported": 12}, "There is no step-up that lost revenue could erase"),
    ({"google_spend_2024": 0}, "Losing $450mn would erase all of it"),
    ({"google_spend_2024": 0}, "Losing $450mn of revenue would erase the step-up"),
    ({"google_spend_2024": 0}, "Google spends nothing, so its exit takes no volume: at the same multiple $29bn is left"),
    ({}, "If Google leaves and the multiple holds, $24bn is left: all of the fall is volume"),
    ({"multiple_after_exit": 25}, "becomes 25×, $18bn is left: the lost revenue takes $4.38bn and the multiple takes $6.63bn"),
    ({"multiple_after_exit": 40}, "and the multiple adds $5.3bn"),
    ({}, "At the lowest multiple of the range given, 15×, $10.8bn is left, the lost revenue taking $3.63bn and the multiple taking $14.6bn"),
    ({"valuation_reported": 10}, "and the multiple adding $2.79bn"),
    ({}, "With Google gone, so is the step-up once the multiple falls by 41.7% to 19.4×"),
    ({"google_spend_2024": 600}, "The loss of Google alone is more than the step-up"),
    ({"google_spend_2024": 870}, "No multiple keeps the step-up, since no revenue would be left"),
    ({}, "only if revenue grows 62% a year; by its cash flow over 10 years, 40.4% a year"),
    ({}, "the exit multiple form asks for 17% to 158% a year"),
    ({"dcf_rate": 0.05}, "the cash flow form gives no bounds: somewhere in them it has no growth to give"),
    ({"investment": 40, "cash_retained_share": 1}, "Less its cash the business is worth −$11bn, which no growth justifies"),
    ({"investment": 40, "cash_retained_share": 1}, "No growth justifies a business that is worth nothing without its cash"),
    ({}, "To justify the price at our settings, revenue would have to grow by 40% to 62% a year"),
    ({"dcf_fcf_margin": 0.01}, "revenue would have to grow by 62% to 92% a year"),
    ({}, "$7.44bn (52% of it) is not explained by the last valuation if the cash left, and $0.433bn if it stayed"),
    ({"valuation_prior": 15}, "and nothing is unexplained if it stayed"),
    ({"investment": 6}, "The last valuation explains the whole of Meta's $6bn"),
    ({}, "Without Google, $1.62bn to $8.62bn would have to be gained elsewhere"),
    ({"valuation_prior": 18}, "Without Google, up to $7bn would have to be gained elsewhere"),
    ({"investment": 5}, "Even without Google the stake was worth the price"),
    ({}, "Meta's stake loses $2.45bn if Google leaves ($2.29bn to $2.62bn with every rounding)"),
    ({}, "it would lose $3.93bn ($1.49bn to $7.75bn over the ranges given), 27.5% of the cheque"),
    (STAY, "No exit is expected, so nothing is expected to be lost"),
    ({}, "The exits that are expected would cost its own stake $3.93bn"),
    ({}, "The implied post-money value hangs most on the stake taken"),
    ({}, "hangs most on the share of the price that stayed in the company"),
    ({"investment": 40, "cash_retained_share": 1}, "nothing moves the growth that the price needs"),
]  # fmt: skip


@pytest.mark.parametrize(("figures", "words"), BRANCHES)
def test_a_branch(figures, words: str) -> None:
    assert words in prose(chapter_at(figures))


@pytest.mark.parametrize(("figures", "_"), BRANCHES[::3])
def test_nothing_prints_nan_or_inf(figures, _: str) -> None:
    chapter = chapter_at(figures)
    cells = [as_plain(cell) for table in chapter.tables.values() for row in table.rows for cell in row]
    for words in [prose(chapter), *cells]:
        assert not re.search(r"\b(nan|inf|None)\b", words), words


def test_no_form_claims_that_no_growth_justifies_what_it_cannot_reckon(spoilt) -> None:
    """A margin or a number of years of nothing is no word on the price."""

    def with_nothing(*names: str) -> str:
        rows = {"value": "0", "min": "0", "low": "0"}
        spoilt.change("figures", lambda found: [row | rows if row["id"] in names else row for row in found])
        return prose(compute("deal", load(str(spoilt))))

    words = with_nothing("dcf_fcf_margin")
    assert "the exit multiple form asks for a growth of 62% a year, and the cash flow form has none" in words
    assert "At our settings not every form has a growth" in words
    words = with_nothing("vc_years")
    assert "At our settings neither form has a growth that justifies $29bn" in words
    assert "no growth justifies" not in words and "No growth justifies" not in words


def test_no_room_for_an_earlier_stake_at_the_very_edge(spoilt) -> None:
    """Without any rounding the three agree exactly, and nothing is left over."""

    def exact(rows):
        wanted = {"investment": "14.5", "stake": "0.5", "valuation_reported": "29"}
        return [
            row | {"value": wanted[row["id"]], "half_unit": "0"} if row["id"] in wanted else row
            for row in rows
        ]

    spoilt.change("figures", exact)
    assert "leave no room for a stake that Meta held before" in prose(compute("deal", load(str(spoilt))))


def test_cash_whose_way_is_known_is_not_called_assumed(case) -> None:
    words = prose(compute("deal", case))
    assert "; how much stayed is assumed." in words
    assert "How much stayed is assumed, between none and all." in words
    figure = next(one for one in case.figures.values() if one.metric == "cash_retained_share")
    known = replace(case, figures={**case.figures, figure.id: replace(figure, tag="stated")})
    found = compute("deal", known)
    assert "stayed is assumed" not in prose(found)
    assert found.tables["T1.3"].note.endswith("both poles are shown")


def test_an_abbreviation_keeps_its_capitals_within_a_sentence(case) -> None:
    """A label like EBITDA margin does not become eBITDA margin."""
    assert (lowered("EBITDA margin"), lowered("Stake taken"), lowered("A stake")) == (
        "EBITDA margin",
        "stake taken",
        "a stake",
    )
    labelled = replace(case.figures["stake"], label="EV stake taken")
    named = replace(case, figures={**case.figures, "stake": labelled})
    assert "hangs most on the EV stake taken" in prose(compute("deal", named))
