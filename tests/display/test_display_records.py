"""Tables of records as HTML: anchors, links that lead somewhere, order, and text of the case kept inert."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from neutrality import display_records
from neutrality.case import load
from neutrality.chapters.evidence import gather
from neutrality.display_records import _period

PAGES = {
    "figures.html": (display_records.results, display_records.figures),
    "evidence.html": (display_records.conflicts, display_records.sources, display_records.claims),
}
VOID = {"br", "hr", "img", "input", "meta", "link"}


class Document(HTMLParser):
    """What a page holds: ids, links and attributes; tags must close in order."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.attributes: set[str] = set()
        self.tags: set[str] = set()
        self.open: list[str] = []
        self.classes: dict[str, int] = {}
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)
        self.tags.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name == "id":
                self.ids.append(value or "")
            if name == "href":
                self.links.append(value or "")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def parsed(*pieces: str) -> Document:
    document = Document()
    for piece in pieces:
        document.feed(piece)
        document.close()
        assert document.open == []
    return document


@pytest.fixture(scope="module")
def found(case):
    return gather(case)


@pytest.fixture(scope="module")
def pages(found) -> dict[str, Document]:
    return {page: parsed(*(make(found).html for make in makers)) for page, makers in PAGES.items()}


def test_every_record_has_an_anchor(found, pages) -> None:
    ids = [name for document in pages.values() for name in document.ids]
    assert len(set(ids)) == len(ids)
    assert {f"result-{one.id}" for one in found.results} <= set(pages["figures.html"].ids)
    assert {f"figure-{one.id}" for one in found.figures} <= set(pages["figures.html"].ids)
    for kind, records in (("claim", found.claims), ("source", found.sources), ("conflict", found.conflicts)):
        assert {f"{kind}-{one.id}" for one in records} <= set(pages["evidence.html"].ids)


def test_every_link_between_records_leads_to_one(pages) -> None:
    for page, document in pages.items():
        inner = [link for link in document.links if not link.startswith("http")]
        assert len(inner) > 400
        for link in inner:
            target, _, anchor = link.partition("#")
            assert anchor in pages[target or page].ids, link


def test_only_sources_that_may_be_linked_are(found, pages) -> None:
    outer = {link for document in pages.values() for link in document.links if link.startswith("http")}
    assert outer == {one.link for one in found.sources if one.link}
    printed = [one for one in found.sources if one.address]
    assert printed
    for one in printed:
        assert one.address in pages["evidence.html"].text
        assert one.address not in outer or one.grade in "AB"


def test_nothing_needs_an_inline_style_or_script(pages) -> None:
    for document in pages.values():
        assert document.tags <= {"div", "table", "caption", "thead", "tbody", "tr", "th", "td", "dl", "dt", "dd", "ul", "li", "a", "span", "abbr", "small", "code"}  # fmt: skip
        assert document.attributes <= {"class", "id", "href", "rel", "scope", "colspan", "title", "data-noun", "data-rank", "data-ref", "data-tag", "aria-labelledby"}  # fmt: skip


def rows(html: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """The anchor of each record with rank and text of its cells."""
    found = []
    for anchor, line in re.findall(r'<tbody id="([^"]+)"><tr>(.*?)</tr>', html, re.DOTALL):
        cells = re.findall(r"<t[hd]([^>]*)>(.*?)</t[hd]>", line, re.DOTALL)
        ranks = [(re.search(r'data-rank="(-?\d+)"', attributes), text) for attributes, text in cells]
        found.append(
            (anchor, [(rank[1] if rank else "", re.sub(r"<[^>]+>", "", text)) for rank, text in ranks])
        )
    return found


def test_values_are_ranked_like_with_like(found) -> None:
    ranks = {anchor: int(cells[1][0]) for anchor, cells in rows(display_records.results(found).html)}
    # Billions and millions of one currency are one measure; a share is another.
    assert ranks["result-deal.step_up"] > ranks["result-deal.break_even_lost_revenue"]
    assert ranks["result-exits.expected_loss_high"] > ranks["result-exits.expected_loss"] > ranks["result-exits.expected_loss_low"]  # fmt: skip
    assert ranks["result-opportunity.labelbox.verdict"] == -1


def test_tags_and_days_are_ranked_by_their_own_order(found) -> None:
    places = {cells[3][1]: int(cells[3][0]) for _, cells in rows(display_records.figures(found).html)}
    assert places["S"] < places["A"] < places["E"]
    days = {anchor: int(cells[3][0]) for anchor, cells in rows(display_records.claims(found).html)}
    assert days["claim-s0_davos_date"] < days["claim-s0_stake"]


def test_what_a_record_says(found) -> None:
    shown = dict(rows(display_records.figures(found).html))
    assert [text for _, text in shown["figure-investment"]] == [
        "Price paid for the stake",
        "Meta",
        "$14.3bn",
        "S",
        "June 2025",
    ]
    assert shown["figure-xai_spend_2024"][2][1] == "undisclosed"
    html = display_records.figures(found).html
    record = re.search(r'<tbody id="figure-pool_weight">.*?</tbody>', html, re.DOTALL)[0]
    assert "<dt>Reason</dt>" in record and "<dt>Grounds</dt>" in record
    assert (
        "Pooled from its claims"
        in re.search(r'<tbody id="figure-google_exit_probability">.*?</tbody>', html, re.DOTALL)[0]
    )
    results = display_records.results(found).html
    assert "<dt>Formula</dt><dd>price paid ÷ stake taken</dd>" in results
    assert "<dd>L2, assumptions: assumed values enter</dd>" in results


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("2024", "2024"),
        ("2025-06", "June 2025"),
        ("2025-06-12", "12 June 2025"),
        ("2025-Q3", "Q3 2025"),
        ("2025-H1", "first half of 2025"),
        ("2025-H2", "second half of 2025"),
        ("12 months", "12 months"),
        ("2025-13", "2025-13"),
    ],
)
def test_periods_are_read_out(words: str, expected: str) -> None:
    assert _period(words) == expected


def test_the_same_in_plain_text(found) -> None:
    text = display_records.results(found).plain
    assert text.startswith("Every named result, by chapter.")
    assert "Valuation implied by cheque and stake" in text
    assert "<" not in display_records.sources(found).plain


HOSTILE = (
    '<script>alert("x")</script>',
    "<img src=x onerror=alert(1)>",
    '" onmouseover="alert(1)',
    '=HYPERLINK("https://example.org")',
    "{{ 7 * 7 }} {% raw %} ${x} `code` $math$ | pipe",
    "مرحبا بالعالم \u202e gnp.exe",
    "👩‍👩‍👧‍👦 emoji",
    "long" * 500,
)


def test_hostile_text_of_the_case_arrives_as_text(spoilt) -> None:
    columns = {
        "entities": ("name", "note"),
        "sources": ("title", "publisher", "note"),
        "claims": ("statement", "speaker"),
        "conflicts": ("topic", "treatment", "effect"),
        "figures": ("label", "reason", "note"),
        "readings": ("reading", "note"),
    }
    for table, names in columns.items():

        def edit(rows, names=names):
            for place, row in enumerate(rows):
                for name in names:
                    # Unique columns stay so, and no required cell becomes empty.
                    row[name] = f"{HOSTILE[place % len(HOSTILE)]} {place}" if row[name] else row[name]

        spoilt.change(table, edit)
    found = gather(load(str(spoilt)))
    plain = parsed(*(make(gather(load())).html for makers in PAGES.values() for make in makers))
    spoilt_pages = parsed(*(make(found).html for makers in PAGES.values() for make in makers))
    assert (spoilt_pages.tags, spoilt_pages.attributes) == (plain.tags, plain.attributes)
    # A chapter may leave out what it can no longer read, but nothing new comes up.
    assert set(spoilt_pages.ids) <= set(plain.ids)
    assert set(spoilt_pages.links) <= set(plain.links)
    for text in HOSTILE:
        assert text in spoilt_pages.text
