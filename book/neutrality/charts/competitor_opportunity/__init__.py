"""The charts of the competitor opportunity: what comes loose, who can take it, and whose claims can be true.

A chart about a claim is None for a case in which nobody makes one.
"""

from __future__ import annotations

from neutrality.charts.competitor_opportunity.claim_map import required_map
from neutrality.charts.competitor_opportunity.claims import probability, required
from neutrality.charts.competitor_opportunity.flow import flow
from neutrality.charts.competitor_opportunity.market import capacity, concentration, diversion, uplift
from neutrality.charts.competitor_opportunity.pool import front, layers, waterfall
from neutrality.charts.competitor_opportunity.together import together

CHARTS = {
    "C0": layers,
    "C1": waterfall,
    "C2": flow,
    "C3": required_map,
    "C4": probability,
    "C5": together,
    "C6": diversion,
    "C7": capacity,
    "C8": uplift,
    "C9": concentration,
    "C10": required,
}

__all__ = [
    "CHARTS",
    "capacity",
    "concentration",
    "diversion",
    "flow",
    "front",
    "layers",
    "probability",
    "required",
    "required_map",
    "together",
    "uplift",
    "waterfall",
]
