"""The charts of the deal."""

from __future__ import annotations

from neutrality.charts.deal.agreement import consistency, front, stakes
from neutrality.charts.deal.erasure import erased
from neutrality.charts.deal.exit import waterfall
from neutrality.charts.deal.growth import iso_value
from neutrality.charts.deal.tornado import tornado
from neutrality.charts.deal.worth import cash_kept, premium

CHARTS = {
    "D1": consistency,
    "D1b": stakes,
    "D2": cash_kept,
    "D3": erased,
    "D4": waterfall,
    "D5": iso_value,
    "D6": premium,
    "D7": tornado,
}

__all__ = [
    "CHARTS",
    "cash_kept",
    "consistency",
    "erased",
    "front",
    "iso_value",
    "premium",
    "stakes",
    "tornado",
    "waterfall",
]
