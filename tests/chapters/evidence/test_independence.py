"""Sources: what each descends from, how many share a root, and what is said of that."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from neutrality.case import load
from neutrality.chapters.evidence import gather, words
from neutrality.chapters.evidence.records import Mention, SourceRecord
from neutrality.chapters.evidence.sources import root_of, roots


def sources_of(found) -> dict[str, SourceRecord]:
    return {source.id: source for source in found.sources}


def source(name: str, root: str = "", **changes) -> SourceRecord:
    made = SourceRecord(
        id=name, title=f"Title of {name}", publisher=name.upper(), link="", address="", published_on=None, grade="C",
        root=Mention("source", root or name, root or name), kin=(), descends=None, relayed=False, unusable="", note="",
        later=False, claims=(),
    )  # fmt: skip
    return replace(made, **changes)


# -- roots --------------------------------------------------------------------------------------------


def test_both_articles_descend_from_one_report(case) -> None:
    found = gather(case)
    records = sources_of(found)
    base = {records[name].root.id for name in case.base_sources}
    assert base == {"reuters_2025_06_13"}
    assert records["itfy"].descends == records["itfy"].root
    assert {kin.id for kin in records["itfy"].kin} >= {"reuters_2025_06_13", "ibtimes_sg"}
    assert str(found.independence[0]) == (
        "Two sources stand behind the stated figures, ITFY and IBTimes Singapore, and all descend from one report, “Report "
        "that Google means to leave Scale AI after Meta's deal” (Reuters). Where they agree, they do not confirm each "
        "other: they repeat each other."
    )


def test_every_source_goes_back_to_a_root_of_its_own_or_of_others() -> None:
    rows = {
        name: {"derived_from": before}
        for name, before in (("a", None), ("b", "a"), ("c", "b"), ("d", "gone"))
    }
    assert [root_of(rows, name) for name in "abcd"] == ["a", "a", "a", "d"]


def test_a_circle_ends() -> None:
    rows = {name: {"derived_from": before} for name, before in (("a", "b"), ("b", "c"), ("c", "a"))}
    assert root_of(rows, "a") == "c"


def test_roots_hold_their_families_the_largest_first(case) -> None:
    found = gather(case)
    assert sum(len(root.members) for root in found.roots) == len(found.sources)
    sizes = [len(root.members) for root in found.roots]
    assert sizes == sorted(sizes, reverse=True)
    for root in found.roots:
        assert {member.root.id for member in root.members} == {root.source.id}
        assert root.claims == sum(len(member.claims) for member in root.members)
    shared = [root for root in found.roots if len(root.members) > 1]
    table = found.tables["E3"]
    assert [row[2] for row in table.rows] == [str(len(root.members)) for root in shared]
    assert roots([]) == ()


def test_without_a_shared_root_the_table_says_so(spoilt) -> None:
    def alone(rows):
        for row in rows:
            row["derived_from"] = ""

    spoilt.change("sources", alone)
    found = gather(load(str(spoilt)))
    assert found.tables["E3"].rows == (("No two sources share a root", "", None, None),)
    assert "each with a root of its own" in str(found.independence[0])
    assert str(found.independence[-1]) == "No two sources share a root."


# -- links, addresses, what is not used ---------------------------------------------------------------


def test_only_good_grades_on_the_web_are_linked(case) -> None:
    """The check refuses other addresses; should one get past it, it is still no link."""
    rows = [
        {"id": f"x_{grade.lower()}_{kind}", "title": "T", "publisher": "P", "url": url, "grade": grade, "published_on": "2025-07-01", "derived_from": None, "note": None}
        for grade in "ABCD"
        for kind, url in (("web", "https://example.org/a?b=c"), ("script", "javascript:alert(1)"), ("none", None))
    ]  # fmt: skip
    table = case.tables["sources"]
    more = replace(table, rows=(*table.rows, *rows), lines=(*table.lines, *range(len(rows))))
    records = sources_of(gather(replace(case, tables={**case.tables, "sources": more})))
    assert {name for name in records if name.startswith("x_") and records[name].link} == {
        "x_a_web",
        "x_b_web",
    }
    assert records["x_a_script"].address == "javascript:alert(1)"
    assert records["x_c_web"].address == "https://example.org/a?b=c"
    assert (records["x_c_none"].link, records["x_c_none"].address) == ("", "")


@pytest.mark.parametrize(
    ("note", "expected"),
    [("Unusable: contradicts itself.", "Contradicts itself."), ("", "Weak or unsourced.")],
)
def test_what_is_not_used_says_why(added, note: str, expected: str) -> None:
    rows = [{"id": "x_bad", "title": "T", "publisher": "P", "grade": "D", "note": note}]
    record = sources_of(gather(load(added(sources=rows))))["x_bad"]
    assert (record.unusable, record.note, record.later) == (expected, "", True)


def test_a_report_known_through_relays_alone(added) -> None:
    rows = [
        {"id": "x_original", "title": "T", "publisher": "Outlet", "grade": "B", "published_on": "2025-07-01"},
        {"id": "x_relay", "title": "T", "publisher": "P", "grade": "C", "derived_from": "x_original"},
    ]
    claims = [{"id": "x_said", "source": "x_relay", "entity": "meta", "statement": "Relayed."}]
    found = gather(load(added(sources=rows, claims=claims)))
    records = sources_of(found)
    assert records["x_original"].relayed
    assert not records["x_relay"].relayed
    assert not records["reuters_2025_06_13"].relayed, "a copy of it was read"
    assert any("known through relays alone" in str(text) for text in found.independence)


def test_at_a_day_a_source_is_shown_with_what_rests_on_it(added) -> None:
    rows = [
        {"id": "x_root", "title": "T", "publisher": "P", "grade": "B", "published_on": "2025-07-01"},
        {"id": "x_undated", "title": "T", "publisher": "P", "grade": "C", "derived_from": "x_root"},
        {"id": "x_silent", "title": "T", "publisher": "P", "grade": "C"},
        {"id": "x_early", "title": "T", "publisher": "P", "grade": "D", "published_on": "2025-01-01"},
    ]
    claims = [
        {"id": "x_said", "source": "x_undated", "entity": "meta", "statement": "S.", "said_on": "2025-07-02"}
    ]
    place = added(sources=rows, claims=claims)

    def shown(as_of: str) -> set[str]:
        return {name for name in sources_of(gather(load(place, as_of))) if name.startswith("x_")}

    assert shown("") == {"x_root", "x_undated", "x_silent", "x_early"}
    assert shown("2025-06-15") == {"x_early"}
    assert shown("2025-07-01") == {"x_root", "x_early"}
    assert shown("2025-07-02") == {"x_root", "x_undated", "x_early"}


# -- sentences, branch by branch ----------------------------------------------------------------------


def said(base, figures=(), every=None) -> str:
    return str(words.independence(base, figures, base if every is None else every))


def test_no_source_behind_the_figures() -> None:
    assert said([]) == "No figure is stated by a source: nothing here can be confirmed or denied."


def test_one_source_of_its_own() -> None:
    assert said([source("a")]) == "Every stated figure rests on one source, A. Nothing else confirms it."


def test_one_source_that_descends_from_another() -> None:
    every = [source("a", "r"), source("r")]
    assert said(every[:1], every=every).startswith(
        "Every stated figure rests on one source, A, which descends from “Title of r” (R)."
    )


def test_several_sources_of_one_root() -> None:
    every = [source("a", "r"), source("b", "r"), source("r")]
    assert "A and B, and all descend from one report, “Title of r” (R)." in said(every[:2], every=every)
    own = [source("a"), source("b", "a"), source("c", "a")]
    assert said(own).startswith(
        "Three sources stand behind the stated figures, A, B and C, and all descend from one of them, “Title of a” (A)."
    )


@pytest.mark.parametrize(
    ("supports", "expected"),
    [
        ([["a"], ["b"]], "Yet no stated figure rests on more than one of them."),
        ([["a", "b"], ["b", "c"]], "Each stated figure rests on more than one of them."),
        ([["a", "b"], ["c"]], "Of two stated figures, one rests on more than one of them."),
        ([["a", "b"], ["a", "c"], ["c"]], "Of three stated figures, two rest on more than one of them."),
    ],
)
def test_several_roots_and_what_they_confirm(case, supports: list[list[str]], expected: str) -> None:
    from neutrality.chapters.evidence.records import Support

    stated = next(record for record in gather(case).figures if record.tag == "stated")
    figures = [
        replace(stated, claims=tuple(Support(Mention("claim", name, name), Mention("source", name, name), "C3") for name in names))
        for names in supports
    ]  # fmt: skip
    text = said([source("a"), source("b"), source("c")], figures)
    assert (
        text
        == f"Three sources stand behind the stated figures, each with a root of its own: A, B and C. {expected}"
    )


def test_several_sources_of_fewer_roots() -> None:
    every = [source("a", "r"), source("b", "r"), source("c"), source("r")]
    assert "A, B and C, which descend from two reports." in said(every[:3], every=every)


def further(*every: SourceRecord) -> list[str]:
    return [str(text) for text in words.further(every, roots(every))]


def test_what_is_said_of_the_other_sources() -> None:
    assert further(source("a")) == ["No two sources share a root."]
    assert (
        further(source("a"), source("b", later=True))[0]
        == "Later evidence comes from one further source; each stands alone."
    )
    shared = further(source("a", later=True), source("b", "a", later=True))
    assert shared == ["Later evidence comes from two further sources; they descend from one root."]
    relayed = further(source("a", relayed=True, published_on=date(2025, 6, 1)), source("b", "a"))
    assert relayed == [
        "One report is known through relays alone, never read: by A. Relays of one report count as one."
    ]
    twice = further(source("a", relayed=True), source("b", relayed=True, publisher="A"), source("c", "a"))
    assert "Two reports are known through relays alone, never read: by A (two reports)." in twice[0]
    assert (
        further(source("a", unusable="Bad."))[0]
        == "One page was found and not used; the table says why of each."
    )
    bad = further(source("a", unusable="Bad.", later=True), source("b", "a", unusable="Bad.", later=True))
    assert bad == ["Two pages were found and not used; the table says why of each."]
