"""What the charts of the deal share."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.exposure import currency
from neutrality.chapters.ledger import Ledger
from neutrality.charts.common import Record
from neutrality.charts.theme import MUTED, SMALL
from neutrality.results import Chapter


def ledger_of(chapter: Chapter) -> Ledger:
    """The chapter's results as its own functions read them."""
    ledger = Ledger("deal")
    ledger.results = chapter.results
    return ledger


def billions(case: Case) -> str:
    return f"{currency(case)} bn"


def small(text: str | list[str]) -> Record:
    """The heading of a panel within a chart."""
    return {
        "text": text, "fontSize": SMALL, "fontWeight": "normal", "color": MUTED, "anchor": "start", "frame": "group", "offset": 8,
    }  # fmt: skip
