"""What the charts of the loss distribution share."""

from __future__ import annotations

from neutrality.case import Case
from neutrality.chapters.customer_exits import ExitsChapter, basis_words
from neutrality.chapters.customer_exits.risk import confidence_of
from neutrality.chapters.exit_model import SIZE_WORDS, loss_figures
from neutrality.chapters.ledger import source_line
from neutrality.charts.common import Record, short
from neutrality.charts.theme import MUTED


def basis_of(case: Case, chapter: ExitsChapter) -> str:
    """How a subtitle names basis and sizes of the model."""
    model = chapter.model
    return f"{basis_words(case, model.basis)}; {SIZE_WORDS[model.size_model]}; layer L2"


def source_line_of(case: Case, chapter: ExitsChapter) -> str:
    return source_line(case, loss_figures(case, chapter.model.customers), confidence_of(case))


def small(text: str | list[str]) -> Record:
    return {"text": text, "fontSize": 12, "fontWeight": "normal", "color": MUTED, "offset": 6}


def percent(value: float) -> str:
    return short(value, "probability")
