"""Figures of money in millions: the value, another value in its unit, and what evidence allows."""

from __future__ import annotations

from dataclasses import replace

from neutrality.case import Figure
from neutrality.case.figures import in_millions


def millions(figure: Figure, value: float | None = None) -> float:
    """A figure's value, or another value in its unit, in millions of its currency."""
    return in_millions(figure if value is None else replace(figure, value=value))


def ends_in_millions(figure: Figure) -> tuple[float, float]:
    """What evidence allows for a figure of money, in millions. Raises InputError where it has no range."""
    low, high = figure.range
    return millions(figure, low), millions(figure, high)
