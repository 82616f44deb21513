"""Attribution: how much of a change each of several factors explains, whatever the order.

A change of one factor at a time explains different amounts in different orders. The Shapley value
averages over every order, so the parts add to the change and none is favoured (Owen, 2014, for its use
in attribution). For a quantity times a price it is the price-volume variance with the joint term halved.
"""

from __future__ import annotations

from typing import NamedTuple


class PriceVolume(NamedTuple):
    """The two parts of a change in quantity times price."""

    volume: float
    price: float


def price_volume(quantity: float, price: float, new_quantity: float, new_price: float) -> PriceVolume:
    """The change from quantity x price to new quantity x new price, split between the two."""
    return PriceVolume(
        (new_quantity - quantity) * (price + new_price) / 2,
        (new_price - price) * (quantity + new_quantity) / 2,
    )
