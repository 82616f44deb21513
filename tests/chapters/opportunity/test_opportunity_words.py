"""Every branch of what the opportunity says is reached by figures that call for it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from neutrality.case.load import varied
from neutrality.chapters.competitor_opportunity import chapter
from neutrality.results import as_plain

CUSTOMERS = ("google", "microsoft", "xai", "openai")
VENDORS = ("labelbox", "turing", "handshake", "mercor", "other_vendors")
NOBODY = {f"{name}_exit_probability": 0 for name in CUSTOMERS}
EVERYBODY = {f"{name}_exit_probability": 1 for name in CUSTOMERS}
NO_ROOM = {f"{vendor}_capacity": 0 for vendor in VENDORS}
MUCH_ROOM = {f"{vendor}_capacity": 500 for vendor in VENDORS}
NO_BASE = {f"{vendor}_base_revenue": 0 for vendor in VENDORS}


def said(found) -> str:
    return " ".join(map(str, (found.headline, *found.notes, found.finding)))


@pytest.mark.parametrize(
    ("figures", "choices", "words"),
    [
        ({}, {}, "Labelbox's claim, read as $200mn a year, needs 78% of the $256mn a year that may come open to other vendors."),
        ({"labelbox_claimed_revenue": 900}, {}, "Labelbox's claim, read as $900mn a year, is impossible: it needs 351%"),
        (NOBODY, {}, "Nothing is expected to come open, so Labelbox's claim cannot be true."),
        (NOBODY, {}, "Nothing comes open that Labelbox could win."),
        ({"mercor_inhouse_enablement_share": 0.2}, {}, "$12.8mn a year goes back to vendors that sell tools"),
        ({"google_spend_2024": 0}, {}, "on spends of 2024 nothing comes open, which is impossible"),
        ({"labelbox_claimed_revenue": 100}, {}, "52% on spends of 2024, which is possible"),
        ({}, {}, "at the expected pace that takes 3.9 years"),
        ({}, {}, "would reach its claim in 66.1% of cases, with half of it in 12.7% of cases, with an equal share never."),
        (EVERYBODY, {"size_model": "fixed"}, "would reach its claim always, with half of it always, with an equal share never."),
        (EVERYBODY | {"labelbox_claimed_revenue": 250}, {"size_model": "fixed"}, "its claim always, with half of it never"),
        ({"labelbox_claimed_revenue": 800}, {}, "However the exits turn out, the open pool never reaches Labelbox's"),
        ({}, {}, "can both be right within the expected pool only if Handshake started from less than $28.2mn a year:"),
        ({"handshake_claim_conversion": 0.5}, {}, "$28.2mn a year, or than $56.4mn a year if only 50% of that demand becomes"),
        ({"handshake_claim_conversion": 0}, {}, "; demand that never becomes revenue would need nothing"),
        ({"handshake_claimed_multiple": 1}, {}, "which needs no new spend"),
        ({"labelbox_claimed_revenue": 300}, {}, "The other claims leave nothing of the expected pool"),
        ({}, {}, "The smallest correction is the pool $43.6mn a year larger, or Labelbox's claim $43.6mn a year lower, or Handshake's"),
        ({"handshake_base_revenue": 20}, {}, "the claims add up to $240mn a year and fit into the expected pool: $16.4mn a year is left over."),
        (NOBODY, {}, "no claim alone can give way enough"),
        ({}, {}, "asked for $51.3mn a year in equal shares, $9.5mn a year in proportion to revenue and $51.3mn a year by attributes"),
        (NO_BASE, {}, "No shares exist in proportion to revenue."),
        (NO_ROOM | {"beta_capacity": 1}, {}, "No shares exist by attributes."),
        (NO_BASE, {"share_model": "proportional"}, "Shares in proportion to revenue do not exist here"),
        (NOBODY, {}, "With nothing open, no vendor's capacity is tested."),
        (NO_ROOM, {}, "Vendors cannot take all of it: $256mn a year stays unserved"),
        ({"other_vendors_capacity": 20}, {}, "stays unserved, to wait, to go in house or to stay where it is"),
        ({}, {}, "Labelbox, Handshake and Mercor would hit their ceilings; what they cannot take goes to vendors with room"),
        (MUCH_ROOM | {"labelbox_capacity": 9}, {}, "Labelbox would hit its ceiling;"),
        (MUCH_ROOM, {}, "Every vendor has room for what it would be asked for"),
        ({}, {}, "is undetermined: rules and ranges disagree, with 3,208 to 3,810 points after against 3,641 before."),
        (NOBODY, {}, "Nothing moves in the vendor market"),
        ({}, {}, "Leaving pays once the chance of harm exceeds 5%. All vendors together need 4.47 months of their capacity"),
        ({"switching_cost": 3, "leak_loss": 1}, {}, "Leaving never pays: moving costs more than a leak would."),
        (NO_ROOM, {}, "No vendor has capacity for Google's work."),
    ],
)  # fmt: skip
def test_a_branch(case, figures, choices, words: str) -> None:
    assert words in said(chapter(varied(case, figures), **choices))


def one_vendor(case, revenue: float):
    """One customer and one vendor, with a revenue that is known to the last unit."""
    gone = {"microsoft", "xai", "openai", *VENDORS[:-1]}
    figures = {id: one for id, one in case.figures.items() if one.entity not in gone}
    base = figures["other_vendors_base_revenue"]
    figures[base.id] = replace(base, value=revenue, low=revenue, high=revenue)
    return replace(
        case, figures=figures, entities={id: one for id, one in case.entities.items() if id not in gone}
    )


@pytest.mark.parametrize(("revenue", "word"), [(2000, "more"), (10, "less")])
def test_the_sign_of_the_change_is_named_where_it_is_certain(case, revenue: float, word: str) -> None:
    found = chapter(one_vendor(case, revenue))
    assert found.results["opportunity.vendor_concentration"].value == f"{word}_concentrated"
    assert f"The vendor market becomes {word} concentrated by every rule" in said(found)
    answers = [as_plain(row[2]) for row in found.tables["T3.6"].rows]
    assert any(answer.startswith(f"{word} concentrated") for answer in answers)


def without(case, *metrics: str):
    return replace(case, figures={id: one for id, one in case.figures.items() if one.metric not in metrics})


def test_who_claims_nothing_is_not_spoken_of(case) -> None:
    nobody = chapter(without(case, "claimed_revenue", "claimed_multiple"))
    assert all(not nobody.tables[id].rows for id in ("T3.2", "T3.3", "T3.3.2", "T3.12"))
    assert "claim" not in said(nobody)
    assert str(nobody.headline) == "About $256mn a year is expected to come open to other vendors."
    alone = said(chapter(without(case, "claimed_revenue")))
    assert "Handshake can be right within the expected pool only if Handshake started" in alone


def test_without_costs_of_moving_nothing_is_said_of_harm(case) -> None:
    found = chapter(without(case, "switching_cost", "leak_loss"))
    assert "opportunity.break_even_harm" not in found.results
    assert "Leaving" not in said(found)
    assert not any("harm" in as_plain(row[1]) for row in found.tables["T3.6"].rows)


def test_the_claim_matrix_has_a_verdict_in_every_cell(case) -> None:
    table = chapter(case).tables["T3.2"]
    assert table.columns == ("Pool", "Size in a year", "Within 2025", "6 months", "12 months", "24 months")
    cells = {row[0]: [as_plain(cell) for cell in row[2:]] for row in table.rows}
    assert cells["Expected release, after in-house work"] == [
        "170%, impossible", "156%, impossible", "78%, more than half", "39%, more than an equal share",
    ]  # fmt: skip
    assert cells["Largest release the facts allow, all outsourced"][0] == "54.5%, more than half"
    longer = chapter(varied(case, {"claim_horizon_months": 18})).tables["T3.2"]
    assert longer.columns[3:] == ("6 months", "12 months", "18 months", "24 months")


def test_every_answer_stands_at_three_layers(case) -> None:
    rows = {row[0]: [as_plain(cell) for cell in row[1:]] for row in chapter(case).tables["T3.8"].rows}
    assert rows["Open to vendors"] == ["$0 to $800mn a year", "$60.5mn to $581mn a year", "$256mn a year"]
    assert rows["Share that Labelbox needs"] == ["at least 25%, and no upper end", "34.4% to 331%", "78%"]
    assert rows["Largest base of Handshake"][0] == "$0 to $300mn a year"


def test_decisions_for_three_readers(case) -> None:
    rows = [tuple(map(as_plain, row)) for row in chapter(case).tables["T3.6"].rows]
    assert {row[0] for row in rows} == {"Strategy", "Investors", "Buyers"}
    answers = {question: answer for _, question, answer in rows}
    assert answers["From what probability of harm does leaving pay?"].startswith("5%; 0.5% to 50%")
    assert answers["For whom would it matter most?"].startswith("Labelbox: revenue up by 80%, 40% to 160%")
    assert answers["How much new work should Labelbox prepare for?"].startswith(
        "$63.8mn a year, more than its capacity"
    )


def retagged(case, metrics: tuple[str, ...], tag: str):
    """A case whose figures of these metrics are of another tag."""
    figures = {
        id: replace(one, tag=tag) if one.metric in metrics else one for id, one in case.figures.items()
    }
    return replace(case, figures=figures)


def test_exits_that_somebody_set_are_not_read_from_wording(case) -> None:
    assert "If customers behave as the wording suggests, " in said(chapter(case))
    words = said(chapter(varied(case, EVERYBODY)))
    assert "wording suggests" not in words
    assert words.count("If customers leave as assumed, ") == 2


def test_only_what_is_assumed_is_called_illustrative(case) -> None:
    found = chapter(case)
    assert ", the vendors' revenues and capacities are illustrative;" in str(found.sure)
    assert all("illustrative" in found.tables[id].note for id in ("T3.5", "T3.10"))
    some = chapter(retagged(case, ("base_revenue",), "stated"))
    assert ", some of the vendors' revenues and capacities are illustrative;" in str(some.sure)
    known = chapter(retagged(case, ("base_revenue", "capacity"), "stated"))
    assert "illustrative" not in str(known.sure)
    assert not any("illustrative" in known.tables[id].note for id in ("T3.5", "T3.10"))
