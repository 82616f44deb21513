"""What departing customers release, and what a claim on it would take."""

from __future__ import annotations

from dataclasses import dataclass

#: Verdict words on a claim, from the strongest to the mildest.
VERDICTS = ("impossible", "more_than_half", "more_than_equal", "ordinary")


@dataclass(frozen=True)
class Waterfall:
    """Released spend by where it goes: released = in_house + not_replaced + contestable."""

    released: float
    in_house: float
    not_replaced: float
    contestable: float


def waterfall(released: float, in_house_share: float, not_replaced_share: float) -> Waterfall:
    """Released spend, less what customers take in house, less what of the rest is not replaced."""
    in_house = released * in_house_share
    not_replaced = (released - in_house) * not_replaced_share
    return Waterfall(released, in_house, not_replaced, released - in_house - not_replaced)


def verdict(required_share: float | None, equal_share: float) -> str:
    """The word for a claim that needs this share of a pool; a share of an empty pool is impossible."""
    if required_share is None or required_share > 1:
        return VERDICTS[0]
    if required_share > 0.5:
        return VERDICTS[1]
    return VERDICTS[2] if required_share > equal_share else VERDICTS[3]


def highest_base(pool: float, others_claims: float, multiple: float) -> float | None:
    """The largest earlier revenue for which `multiple` times it still fits the pool beside other claims.

    None for a multiple of one or less, which claims nothing.
    """
    return None if multiple <= 1 else max(0.0, pool - others_claims) / (multiple - 1)
