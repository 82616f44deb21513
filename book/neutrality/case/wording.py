"""From words to probabilities: phrases on a published scale, and pools of opinions."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from neutrality.case.tables import Table
from neutrality.errors import InputError, nearest

POOL_METHODS = ("linear", "log")

#: The scale on which the ranges written in the figures table stand.
DEFAULT_SCALE = "kent"


@dataclass(frozen=True)
class Phrase:
    """A phrase's place on one scale: its probability and the band around it."""

    term: str
    value: float
    low: float
    high: float
    source: str


def scale_of(wording: Table, scale: str) -> dict[str, Phrase]:
    """Phrase by name on a scale of the wording table. Raises InputError for an unknown scale."""
    rows: list[dict[str, Any]] = [row for row in wording.rows if row["scale"] == scale]
    if not rows:
        known = list(dict.fromkeys(row["scale"] for row in wording.rows))
        raise InputError(f"scale: found {scale!r}, expected one of {', '.join(known)}{nearest(scale, known)}")
    return {
        row["phrase"]: Phrase(row["term"], row["value"], row["low"], row["high"], row["source"])
        for row in rows
    }


def weights(count: int, first: float) -> list[float]:
    """Weights of a pool: `first` and its complement for two readings, equal ones for any other number."""
    return [first, 1 - first] if count == 2 else [1 / count] * count


def pool(probabilities: Sequence[float], weight: Sequence[float], method: str = "linear") -> float:
    """One probability from several.

    `linear` is the weighted mean (Stone, 1961), `log` the normalised weighted geometric mean (Genest
    and Zidek, 1986). Weights add to one; a reading of weight 0 has no say. A logarithmic pool of a
    certain yes and a certain no has no value, and ValueError is raised.
    """
    if method == "linear":
        return math.fsum(p * w for p, w in zip(probabilities, weight, strict=True))
    voices = [(p, w) for p, w in zip(probabilities, weight, strict=True) if w > 0]
    yes: float = math.prod(p**w for p, w in voices)
    no: float = math.prod((1 - p) ** w for p, w in voices)
    if yes + no == 0:
        raise ValueError("a certain yes and a certain no have no logarithmic pool")
    return yes / (yes + no)
