"""What changed between two sides: nothing from a thing to itself, the same from either end, the gravest first."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from neutrality.case import load
from neutrality.compare import compare
from neutrality.compare.differences import ADDED, CHANGED, REMOVED, SEVERITIES, Change, equal
from neutrality.compare.sides import Side, of_case, of_manifest

# -- from either end ----------------------------------------------------------------------------------

NUMBERS = st.one_of(st.none(), st.floats(-1e9, 1e9), st.sampled_from([0.0, 1.0, -1.0]))
IDS = st.sampled_from([f"f{number}" for number in range(6)])
FIGURES = st.fixed_dictionaries(
    {
        "entity": st.just("someone"), "metric": st.just("revenue"), "period": st.sampled_from(["2024", "2025"]),
        "label": st.text(max_size=5), "unit": st.sampled_from(["USD bn", "share", ""]), "value": NUMBERS,
        "min": st.just(None), "max": st.just(None), "low": NUMBERS, "high": NUMBERS, "half_unit": st.just(None),
        "tag": st.sampled_from(["stated", "assumed", "later"]), "claims": st.lists(IDS, max_size=2),
        "known_on": st.sampled_from(["2025-06-15", "2025-12-31"]), "reason": st.just(""), "note": st.text(max_size=3),
    }
)  # fmt: skip
RESULTS = st.fixed_dictionaries(
    {
        "value": st.one_of(NUMBERS, st.sampled_from(["fit", "clash"])), "unit": st.sampled_from(["USD bn", "share"]),
        "tag": st.sampled_from(["derived", "assumed"]), "layer": st.sampled_from(["L0", "L2"]),
        "figures": st.lists(IDS, max_size=3),
    }
)  # fmt: skip
ROWS = st.dictionaries(
    st.sampled_from(["statement", "title", "value"]), st.one_of(st.none(), st.text(max_size=4))
)
CONTENTS = st.fixed_dictionaries(
    {
        "title": st.just("A case"), "as_of": st.sampled_from([None, "2025-12-31"]),
        "scenario": st.sampled_from(["as_reported", "other"]), "new_figures": st.just({}), "choices": st.just({}),
        "data": st.sampled_from(["0" * 64, "1" * 64]), "entities": st.just({"someone": "Someone"}),
        "headlines": st.lists(IDS, max_size=3, unique=True), "labels": st.just({}),
        "results": st.dictionaries(IDS, RESULTS), "figures": st.dictionaries(IDS, FIGURES),
        "evidence": st.dictionaries(IDS, FIGURES, max_size=2), "claims": st.dictionaries(IDS, ROWS),
        "sources": st.dictionaries(IDS, ROWS, max_size=2),
    }
)  # fmt: skip
OPPOSITE = {ADDED: REMOVED, REMOVED: ADDED, CHANGED: CHANGED}


def side(content: dict[str, Any]) -> Side:
    return of_manifest("one", {"name": "one", **content})


def core(change: Change) -> tuple[Any, ...]:
    return change.severity, change.what, change.id, change.kind, tuple(sorted(change.fields))


@given(CONTENTS)
def test_nothing_changed_from_a_thing_to_itself(content) -> None:
    found = compare(side(content), side(copy.deepcopy(content)))
    assert found.changes == () and found.settings == {}


@given(CONTENTS, CONTENTS)
def test_from_the_other_end_it_is_the_mirror_image(one, other) -> None:
    there = compare(side(one), side(other), influence=False)
    back = compare(side(other), side(one), influence=False)
    mirrored = {
        (change.severity, change.what, change.id, OPPOSITE[change.kind], tuple(sorted(change.fields)))
        for change in there.changes
    }
    assert mirrored == set(map(core, back.changes))
    by_id = {(change.what, change.id): change for change in back.changes}
    for change in there.changes:
        mirror = by_id[change.what, change.id]
        assert {name: pair[::-1] for name, pair in change.fields.items()} == dict(mirror.fields)
        if change.absolute is not None:
            assert mirror.absolute == -change.absolute
    assert {name: pair[::-1] for name, pair in there.settings.items()} == back.settings


@given(CONTENTS, CONTENTS)
def test_the_gravest_comes_first(one, other) -> None:
    found = compare(side(one), side(other), influence=False)
    ranks = [SEVERITIES.index(change.severity) for change in found.changes]
    assert ranks == sorted(ranks)
    assert sum(found.counts.values()) == len(found.changes)
    for change in found.changes:
        assert change.fields or change.kind != CHANGED
        assert all(not equal(*pair) for pair in change.fields.values())


# -- each kind of change ------------------------------------------------------------------------------


def only(found, what: str, name: str) -> Change:
    (change,) = [change for change in found.changes if (change.what, change.id) == (what, name)]
    return change


def test_another_processors_last_digit_is_no_change(base, changed) -> None:
    def nudge(content) -> None:
        for record in content["results"].values():
            if isinstance(record["value"], float):
                record["value"] *= 1 + 1e-12

    assert compare(base, changed(nudge)).changes == ()


def test_a_figures_value_range_tag_and_day(base, changed) -> None:
    def edit(content) -> None:
        content["figures"]["investment"] |= {
            "value": 15.0,
            "low": 14.0,
            "tag": "later",
            "known_on": "2025-12-31",
        }

    found = compare(base, changed(edit), influence=False)
    assert len(found.changes) == 1
    change = only(found, "figure", "investment")
    assert change.kind == CHANGED and change.severity == "figure"
    assert change.fields["value"] == (14.3, 15.0)
    assert change.fields["range"] == ((14.3 - 0.05, 14.3 + 0.05), (14.0, 15.05))
    assert change.fields["tag"] == ("stated", "later")
    assert change.fields["known_on"] == ("2025-06-15", "2025-12-31")
    assert change.absolute == pytest.approx(0.7) and change.relative == pytest.approx(0.7 / 14.3)
    assert change.rests > 0


def test_figures_claims_and_sources_come_and_go(base, changed) -> None:
    def edit(content) -> None:
        del content["figures"]["stake"]
        content["figures"]["stake_two"] = content["figures"]["investment"]
        del content["claims"]["s0_stake"]
        content["claims"]["s1_price"]["statement"] = "Says something else."
        content["sources"]["new_one"] = dict(content["sources"]["itfy"])

    found = compare(base, changed(edit), influence=False)
    kinds = {(change.what, change.id): change.kind for change in found.changes}
    assert kinds == {
        ("figure", "stake"): REMOVED,
        ("figure", "stake_two"): ADDED,
        ("claim", "s0_stake"): REMOVED,
        ("claim", "s1_price"): CHANGED,
        ("source", "new_one"): ADDED,
    }
    assert only(found, "claim", "s1_price").fields["statement"][1] == "Says something else."


def test_results_come_to_exist_and_cease(base, changed) -> None:
    def edit(content) -> None:
        content["results"]["deal.multiple"]["value"] = None
        content["results"]["deal.quite_new"] = dict(content["results"]["deal.step_up"])
        del content["results"]["deal.step_up"]

    found = compare(base, changed(edit), influence=False)
    assert [(c.severity, c.kind, c.id) for c in found.changes] == [
        ("headline", REMOVED, "deal.multiple"),
        ("result", ADDED, "deal.quite_new"),
        ("result", REMOVED, "deal.step_up"),
    ]


def test_a_verdict_that_flipped_is_the_gravest(base, changed) -> None:
    word = next(
        name for name in base.content["headlines"] if isinstance(base.content["results"][name]["value"], str)
    )

    def edit(content) -> None:
        content["results"]["deal.multiple"]["value"] *= 100
        content["results"]["deal.step_up"]["value"] *= 10_000
        content["results"]["opportunity.claims_verdict"]["value"] = "fit"
        content["results"][word]["value"] = "cannot_hold"

    found = compare(base, changed(edit), influence=False)
    assert [(c.severity, c.id) for c in found.changes] == [
        ("verdict", word),
        ("verdict", "opportunity.claims_verdict"),
        ("headline", "deal.multiple"),
        ("result", "deal.step_up"),
    ]


def test_headlines_are_ordered_by_the_size_of_their_move_and_existence_comes_first(base, changed) -> None:
    def edit(content) -> None:
        content["results"]["deal.multiple"]["value"] *= 1.1
        content["results"]["exits.expected_loss"]["value"] *= 3
        content["results"]["deal.stake_on_prior"]["value"] *= -1
        content["results"]["opportunity.released"]["value"] = None

    found = compare(base, changed(edit), influence=False)
    assert [c.id for c in found.changes] == [
        "opportunity.released", "deal.stake_on_prior", "exits.expected_loss", "deal.multiple",
    ]  # fmt: skip


def test_an_answer_that_only_rests_on_others_is_no_headline_change(base, changed) -> None:
    found = compare(base, changed(lambda content: content["results"]["deal.multiple"].update(tag="later")))
    assert [(c.severity, c.id, set(c.fields)) for c in found.changes] == [
        ("result", "deal.multiple", {"tag"})
    ]


def test_a_figure_in_another_unit_has_no_difference_in_numbers(base, changed) -> None:
    def edit(content) -> None:
        content["figures"]["investment"] |= {"value": 14_300.0, "half_unit": 50.0, "unit": "USD mn"}

    change = only(compare(base, changed(edit), influence=False), "figure", "investment")
    assert change.fields["unit"] == ("USD bn", "USD mn")
    assert change.absolute is None and change.relative is None


def test_only_the_program_differs(base, changed) -> None:
    from neutrality.compare.printing import notes

    def edit(content) -> None:
        content["package"] = {"version": "9.9", "sha256": "0" * 64}
        content["results"]["deal.multiple"]["value"] *= 2

    found = compare(base, changed(edit))
    assert set(found.settings) == {"package"}
    assert notes(found) and "program" in notes(found)[0]
    with_data = changed(lambda content: (edit(content), content.update(data="0" * 64)))
    assert notes(compare(base, with_data)) == []


# -- cases --------------------------------------------------------------------------------------------


def test_a_later_row_is_new_evidence_and_no_new_figure(base, spoilt) -> None:
    def add(rows):
        row = next(row for row in rows if row["id"] == "investment")
        return [*rows, row | {"value": "14.8", "tag": "later", "known_on": "2026-09-01"}]

    spoilt.change("figures", add)
    found = compare(base, of_case(load(str(spoilt))))
    change = only(found, "evidence", "investment")
    assert change.kind == ADDED and change.new == 14.8
    assert found.counts["figure"] == 0 and set(found.settings) == {"data"}


def test_a_day_moves_evidence_among_the_figures_without_a_change_of_it(base) -> None:
    found = compare(base, of_case(load(as_of="2025-12-31")), influence=False)
    assert found.counts["verdict"] >= 1 and "as_of" in found.settings
    # What displaced a figure changed it; what merely began to count did not.
    assert {c.kind for c in found.of("figure")} == {CHANGED}
    # What nobody knew by the day is gone, and nothing else.
    assert {c.kind for c in found.of("evidence", "claim")} == {REMOVED}
    for change in found.of("evidence"):
        assert base.evidence[change.id].known_on.isoformat() > "2025-12-31"


def test_figures_are_ordered_by_how_far_each_alone_moves_the_headlines(base) -> None:
    new = {"investment": 14.31, "stake": 0.30, "google_exit_probability": 0.2}
    found = compare(base, of_case(load(figures=new)))
    figures = [change for change in found.of("figure") if "value" in change.fields]
    assert {change.id for change in figures} == set(new)
    sizes = [(change.moves.flips, change.moves.largest) for change in figures]
    assert sizes == sorted(sizes, reverse=True) and figures[-1].id == "investment"
    for change in figures:
        # Held against the program itself, with this figure as it was and the others as they are.
        others = {name: value for name, value in new.items() if name != change.id}
        then = of_case(load(figures=others)).results
        now = found.new.results
        moved = [n for n in base.content["headlines"] if not equal(then[n].value, now[n].value)]
        assert set(change.moves.answers) == set(moved)
        assert change.moves.largest == pytest.approx(
            max(abs(then[n].value - now[n].value) / max(abs(then[n].value), abs(now[n].value)) for n in moved
                if not isinstance(now[n].value, str))
        )  # fmt: skip


def test_a_figure_on_which_no_headline_rests_moves_none(base) -> None:
    idle = next(
        figure for figure in base.figures.values()
        if figure.value and figure.min is not None and figure.value / 2 >= figure.min
        and not any(figure.id in base.results[name].figures for name in base.content["headlines"])
    )  # fmt: skip
    found = compare(base, of_case(load(figures={idle.id: idle.value / 2})))
    change = only(found, "figure", idle.id)
    assert change.rests == 0 and change.moves.answers == () and change.moves.largest == 0.0
    assert found.counts["headline"] == found.counts["verdict"] == 0


def test_a_former_value_that_is_impossible_now_costs_nothing_but_its_number(base, changed) -> None:
    def edit(content) -> None:
        content["figures"]["investment"]["unit"] = "fathoms"
        content["figures"]["stake"] |= {"value": 0.0, "low": 0.0}

    found = compare(changed(edit), base)
    assert only(found, "figure", "investment").kind == CHANGED
    assert only(found, "figure", "stake").moves.largest is None and only(found, "figure", "stake").rests > 0
