"""The assumption log: impact computed from the results, danger from impact and grounds."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import pytest
from neutrality.case import load
from neutrality.chapters import assumptions
from neutrality.chapters.assumptions import HIGH, MEDIUM, log
from neutrality.chapters.headlines import all_results, headline_results
from neutrality.charts import draw
from neutrality.charts.assumptions import MOST, ends, swings


@pytest.fixture(scope="module")
def found(case):
    return log(case)


def entry_of(found, figure: str):
    return next(entry for entry in found.entries if entry.figure.id == figure)


def test_every_assumption_is_in_the_log_and_nothing_else(case, found) -> None:
    assumed = {figure.id for figure in case.figures.values() if figure.tag == "assumed"}
    assert {entry.figure.id for entry in found.entries} == assumed
    for table in found.tables.values():
        assert len(table.rows) == len(assumed)


@pytest.mark.parametrize("figure", ["inhouse_share", "xai_spend_2024", "latent_correlation", "ramp_months"])
def test_the_impact_is_the_largest_swing_of_a_headline(found, case, figure: str) -> None:
    """A second way: each end loaded afresh, every chapter computed."""
    low, high = case.figures[figure].range
    base, *at = (headline_results(load(figures=f), {}) for f in ({}, {figure: low}, {figure: high}))
    largest = max(
        abs(at[1][name].value - at[0][name].value) / abs(result.value)
        for name, result in base.items()
        if not isinstance(result.value, str)
    )
    assert entry_of(found, figure).relative == pytest.approx(largest)


def test_no_swing_is_missed_by_asking_only_what_rests_on_a_figure(found) -> None:
    """An assumption without impact moves no headline in any chapter."""
    still = [entry for entry in found.entries if entry.impact == "none"][:6]
    base = headline_results(found.case, {})
    for entry in still:
        moved = headline_results(load(figures={entry.figure.id: entry.figure.range[1]}), {})
        assert {k: v.value for k, v in moved.items()} == {k: v.value for k, v in base.items()}, (
            entry.figure.id
        )


def test_the_most_dangerous_come_first(found) -> None:
    dangers = [entry.danger for entry in found.entries]
    assert dangers == sorted(dangers, reverse=True)
    for entry in found.entries:
        weight = {"good": 1, "fair": 2, "weak": 3}[entry.figure.quality]
        assert entry.danger[0] == pytest.approx(entry.relative * weight)


def test_words_follow_the_thresholds(found) -> None:
    for entry in found.entries:
        if not entry.ranged:
            assert entry.impact == "no range"
        elif entry.relative == 0:
            assert entry.impact == "none"
        else:
            expected = "high" if entry.relative >= HIGH else "medium" if entry.relative >= MEDIUM else "low"
            assert entry.impact == expected
    assert entry_of(found, "confidence").impact == "no range"
    assert entry_of(found, "standalone_value").impact == "no range"
    assert "opportunity.labelbox.verdict" in entry_of(found, "inhouse_share").verdicts


def test_what_stands_in_for_nothing_is_tried_too(found) -> None:
    """The multiple after an exit is unset, so nothing rests on it until it has a value."""
    entry = entry_of(found, "multiple_after_exit")
    assert entry.impact == "none"
    assert entry.others[0].name.startswith("deal.")


def test_a_readers_own_value_counts_as_an_assumption_that_nobody_judged() -> None:
    found = log(load(figures={"stake": 0.47}))
    entry = entry_of(found, "stake")
    assert entry.quality == "not judged"
    assert entry.danger[0] == pytest.approx(3 * entry.relative)
    assert entry.relative == pytest.approx((14.3 / 0.465 - 14.3 / 0.475) / (14.3 / 0.47))


def test_an_end_that_contradicts_other_figures_has_no_swing() -> None:
    """With a rate of 5 % the growth for ever cannot go to 5 % too."""
    found = log(load(figures={"dcf_rate": 0.05}))
    assert entry_of(found, "dcf_terminal_growth").others == ()


def test_an_end_that_contradicts_other_figures_is_not_called_harmless() -> None:
    """Had the exit been as likely without the deal, the low end of the probability would be below that."""
    found = log(load(figures={"google_exit_probability_without_deal": 0.7}))
    first = found.entries[0]
    assert first.figure.id == "google_exit_probability"
    assert (first.impact, first.most) == ("contradicts at an end", None)
    assert found.tables["A1"].rows[0][4] == "contradicts at an end"
    assert found.tables["A1"].note.endswith("comes first")
    said = " ".join(map(str, found.notes))
    assert "contradict other figures at an end of their range: “Google: " in said
    assert "The most dangerous assumption is “" in said


def test_a_verdict_that_becomes_another_word_is_a_high_impact(found) -> None:
    entry = replace(entry_of(found, "inhouse_share"), swings=())
    assert (entry.relative, entry.impact) == (0, "high")
    assert entry.danger[0] == HIGH * entry.poorness
    (note, *_) = assumptions._notes(found.case, (entry,), found.labels)
    assert str(note).endswith("from low to high “Labelbox: verdict on its claim” becomes another.")
    assert replace(entry, verdicts=()).impact == "none"


@pytest.mark.parametrize(
    ("swapped", "words"),
    [
        (lambda entries: entries, "The most dangerous assumption is “"),
        (lambda entries: entries, "Weak grounds and a high impact come together in “"),
        (lambda entries: entries, "Some assumptions move no headline answer"),
        (lambda entries: (), "No assumption moves a headline answer"),
        (lambda entries: tuple(e for e in entries if e.impact == "none"), "No assumption moves a headline answer"),
        (lambda entries: tuple(e for e in entries if e.figure.quality == "fair" and e.relative), "No assumption with a high impact stands on weak grounds"),
        (lambda entries: tuple(e for e in entries if e.relative), "Every assumption with a range moves a headline answer"),
        (lambda entries: tuple(e for e in entries if e.relative and e.figure.quality == "weak")[:2], "” and “"),
    ],
)  # fmt: skip
def test_a_branch_of_the_notes(found, swapped, words: str) -> None:
    notes = assumptions._notes(found.case, swapped(found.entries), found.labels)
    assert words in " ".join(map(str, notes))


@pytest.mark.usefixtures("book_look")
def test_the_chart_shows_the_most_dangerous(found) -> None:
    spec = swings(found).to_dict(validate=True)
    rows = [row for rows in spec["datasets"].values() for row in rows]
    bars = [row for row in rows if "x2" in row]
    shown = [entry for entry in found.entries if entry.most][:MOST]
    assert len(bars) == len(shown)
    for bar, entry in zip(bars, shown, strict=True):
        assert (bar["x"], bar["x2"]) == pytest.approx(ends(entry), rel=1e-5, abs=1e-9)
        assert bar["x2"] - bar["x"] == pytest.approx(entry.relative, rel=1e-5)
    assert len(json.dumps(spec, allow_nan=False)) < 40_000
    for drawing, width in zip(draw.drawings(spec), (draw.WIDE, draw.NARROW), strict=True):
        assert float(re.search(r'width="([\d.]+)"', drawing.svg)[1]) == pytest.approx(width, abs=3)


def test_a_log_without_impact_has_no_bars(found) -> None:
    spec = swings(replace(found, entries=())).to_dict(validate=True)
    assert "no number" in json.dumps(spec)


def test_nothing_prints_nan_or_inf(found) -> None:
    from neutrality.results import as_plain

    for table in found.tables.values():
        for row in table.rows:
            for cell in row:
                assert not re.search(r"\b(nan|inf|None)\b", as_plain(cell)), row


def test_results_of_some_chapters_are_those_of_all(case) -> None:
    every = all_results(case, {})
    deal = all_results(case, {}, {"deal"})
    assert deal == {name: result for name, result in every.items() if name.startswith("deal.")}
