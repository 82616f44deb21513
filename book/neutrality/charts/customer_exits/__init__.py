"""The charts of the customer exits."""

from __future__ import annotations

from neutrality.charts.customer_exits.concentration import concentration, evidence, front, layers
from neutrality.charts.customer_exits.dependence import dependence
from neutrality.charts.customer_exits.distribution import loss_shape, simulation
from neutrality.charts.customer_exits.replacement import replacement
from neutrality.charts.customer_exits.timing import quarters, run_rates
from neutrality.charts.customer_exits.unknowns import information, sensitivity

CHARTS = {
    "E1": evidence,
    "E2": concentration,
    "E3": layers,
    "E4": loss_shape,
    "E5": simulation,
    "E6": dependence,
    "E7": quarters,
    "E7b": run_rates,
    "E8": replacement,
    "E9": sensitivity,
    "E10": information,
}

__all__ = [
    "CHARTS",
    "concentration",
    "dependence",
    "evidence",
    "front",
    "information",
    "layers",
    "loss_shape",
    "quarters",
    "replacement",
    "run_rates",
    "sensitivity",
    "simulation",
]
