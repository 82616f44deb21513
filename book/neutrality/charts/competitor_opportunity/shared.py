"""What the charts of the competitor opportunity share."""

from __future__ import annotations

from collections.abc import Sequence

from neutrality.chapters.competitor_opportunity.claims import VERDICT_WORDS
from neutrality.charts.common import Record, short


def apart(value: float, lines: Sequence[tuple[float, str]], near: float) -> Record:
    """How the label of a line stands over it, clear of that of a line nearby."""
    others = [other - value for other, _ in lines if other != value and abs(other - value) < near]
    if not others:
        return {"align": "center"}
    return {"align": "right", "dx": 3} if min(others, key=abs) > 0 else {"align": "left", "dx": -3}


def beside(value: float, high: float) -> Record:
    """How a label stands beside its point so that it stays within the chart."""
    return {"align": "right", "dx": -10} if value > 0.65 * high else {"dx": 10}


def needs_words(share: float | None, name: str) -> str:
    """A required share with its verdict, as a label says it."""
    return f"{short(share, 'share')}, {VERDICT_WORDS[name].removeprefix('needs ')}"
