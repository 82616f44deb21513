"""One-at-a-time sensitivity: what an outcome does when one input goes from its low to its high end.

It orders inputs and hides interactions: inputs that move together may do more or less than the sum of
their swings (Saltelli et al., 2019), so a two-way grid belongs beside it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Swing:
    """An outcome at both ends of one input, all others at their base. None where no number exists."""

    name: str
    low: float
    high: float
    at_low: float | None
    at_high: float | None
    base: float | None

    @property
    def size(self) -> float | None:
        """How far the outcome moves between the two ends; None when either end has no number."""
        if self.at_low is None or self.at_high is None:
            return None
        return abs(self.at_high - self.at_low)

    @property
    def relative(self) -> float | None:
        """The size as a share of the outcome at the base, or of the larger end where that is nothing."""
        if self.size is None or self.base is None or self.at_low is None or self.at_high is None:
            return None
        scale = abs(self.base) or max(abs(self.at_low), abs(self.at_high))
        return self.size / scale if scale else 0.0


def one_at_a_time(
    outcome: Callable[[str, float], float | None],
    base: float | None,
    ranges: Mapping[str, tuple[float, float]],
) -> list[Swing]:
    """The swing of an outcome for each input, the largest first.

    `outcome(name, value)` is the outcome with one input at a value. An input whose range is a point is
    left out; one without a number at an end comes last.
    """
    return ordered(
        Swing(name, low, high, outcome(name, low), outcome(name, high), base)
        for name, (low, high) in ranges.items()
        if low < high
    )


def ordered(swings: Iterable[Swing]) -> list[Swing]:
    """The largest swing first; equal ones stay in order, those without a size come last."""
    return sorted(swings, key=lambda swing: -1.0 if swing.size is None else swing.size, reverse=True)
