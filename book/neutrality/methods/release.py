"""What departing customers release, where it goes, and what a claim on it would take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Verdict words on a claim, from the strongest to the mildest.
VERDICTS = ("impossible", "more_than_half", "more_than_equal", "ordinary")


@dataclass(frozen=True)
class Waterfall:
    """Released spend by where it goes: released = in_house + not_replaced + contestable.

    `enabled` is the part of `in_house` that vendors of tools for in-house work win back.
    """

    released: float
    in_house: float
    not_replaced: float
    contestable: float
    enabled: float = 0.0

    @property
    def kept_in_house(self) -> float:
        """What customers keep in house for good."""
        return self.in_house - self.enabled


def waterfall(
    released: float, in_house_share: float, not_replaced_share: float, enabled_share: float = 0.0
) -> Waterfall:
    """Released spend, less what customers take in house, less what of the rest is not replaced.

    `enabled_share` is the part of the in-house work that goes back to vendors as tools.
    """
    in_house = released * in_house_share
    not_replaced = (released - in_house) * not_replaced_share
    contestable = released - in_house - not_replaced
    return Waterfall(released, in_house, not_replaced, contestable, in_house * enabled_share)


@dataclass(frozen=True)
class Link:
    """Spend that flows from one node to another, in the unit of the spends."""

    source: str
    target: str
    amount: float


#: Nodes of the flow beside customers and vendors.
OPEN, IN_HOUSE, NOT_REPLACED, UNSERVED = "open", "in_house", "not_replaced", "unserved"


def flows(
    releases: Sequence[tuple[str, float]],
    leaks: tuple[float, float],
    received: Sequence[tuple[str, float]],
    tools: Sequence[tuple[str, float]] = (),
) -> list[Link]:
    """Every customer's release as it flows to where it goes, links without money left out.

    `leaks` are the shares taken in house and not replaced; `received` is what each vendor takes of the open
    pool, the rest of which stays unserved; `tools` is what vendors win back of the in-house work. Money is
    conserved: what enters a node between leaves it.
    """
    links, open_pool = [], 0.0
    for name, released in releases:
        steps = waterfall(released, *leaks)
        open_pool += steps.contestable
        links += [
            Link(name, OPEN, steps.contestable),
            Link(name, IN_HOUSE, steps.in_house),
            Link(name, NOT_REPLACED, steps.not_replaced),
        ]
    links += [Link(OPEN, name, amount) for name, amount in received]
    unserved = open_pool - math.fsum(amount for _, amount in received)
    links.append(Link(OPEN, UNSERVED, unserved if unserved > 1e-9 * open_pool else 0.0))
    links += [Link(IN_HOUSE, name, amount) for name, amount in tools]
    return [link for link in links if link.amount > 0]


def verdict(required_share: float | None, equal_share: float) -> str:
    """The word for a claim that needs this share of a pool; a share of an empty pool is impossible."""
    if required_share is None or required_share > 1:
        return VERDICTS[0]
    if required_share > 0.5:
        return VERDICTS[1]
    return VERDICTS[2] if required_share > equal_share else VERDICTS[3]


def highest_base(pool: float, others_claims: float, multiple: float, conversion: float = 1.0) -> float | None:
    """The largest earlier revenue for which `multiple` times it still fits the pool beside other claims.

    `conversion` is the part of the added demand that becomes revenue. None for a claim that adds nothing.
    """
    added = (multiple - 1) * conversion
    return None if added <= 0 else max(0.0, pool - others_claims) / added


def break_even_harm(switching_cost: float, loss: float) -> float | None:
    """The probability of harm from which on switching pays: its cost over the loss it avoids.

    Both in one unit. None where switching costs more than can be lost, so that it never pays.
    """
    return None if loss <= 0 or switching_cost > loss else switching_cost / loss
