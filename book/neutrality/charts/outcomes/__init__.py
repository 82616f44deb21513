"""The charts of the outcomes: the forecasts tested, precedents, rivals' growth, prices and the line of time.

Each is drawn for any case; where there is nothing yet, the drawing says so.
"""

from __future__ import annotations

from neutrality.charts.outcomes.backtest import backtest
from neutrality.charts.outcomes.precedents import precedents
from neutrality.charts.outcomes.rivals import comparables, rivals
from neutrality.charts.outcomes.timeline import timeline

CHARTS = {
    "E11": backtest,
    "O1": precedents,
    "O2": rivals,
    "O3": timeline,
    "D8": comparables,
}

__all__ = ["CHARTS", "backtest", "comparables", "precedents", "rivals", "timeline"]
