"""What the charts of the competitor opportunity share."""

from __future__ import annotations

from neutrality.charts.common import Record


def beside(value: float, high: float) -> Record:
    """How a label stands beside its point so that it stays within the chart."""
    return {"align": "right", "dx": -10} if value > 0.65 * high else {"dx": 10}
