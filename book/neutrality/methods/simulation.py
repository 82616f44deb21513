"""The loss from customers that may leave, drawn at random: a check on the exact distribution (`loss`)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

import numpy as np

from neutrality.methods.loss import Array, Size


@dataclass(frozen=True)
class Simulated:
    """A simulation of the loss: mean and its standard error, and the empirical distribution on a grid.

    `below[i]` is the share of draws under `grid[i]`.
    """

    draws: int
    mean: float
    standard_error: float
    grid: Array
    below: Array


def simulate(
    probabilities: Sequence[float],
    correlation: float,
    sizes: Sequence[Size],
    draws: int,
    seed: int,
    *,
    cells: int = 997,
    chunk: int = 1 << 17,
) -> Simulated:
    """Draw the loss of the same model, in chunks: memory does not grow with the number of draws."""
    from scipy.special import ndtri

    random = np.random.Generator(np.random.PCG64(seed))
    threshold = ndtri(np.asarray(probabilities, dtype=float))
    loading, own = math.sqrt(correlation), math.sqrt(1 - correlation)
    top = math.fsum(size.width for size in sizes) or 1.0
    # The grid starts off the zero and its cells are no simple fraction, so that atoms fall inside cells.
    width = top / (cells - 1.37)
    counts = np.zeros(cells + 1, dtype=np.int64)
    total = squares = 0.0
    for start in range(0, draws, chunk):
        number = min(chunk, draws - start)
        common = loading * random.standard_normal(number) if correlation > 0 else 0.0
        loss = np.zeros(number)
        for limit, size in zip(threshold, sizes, strict=True):
            latent = common + own * random.standard_normal(number) if own > 0 else common
            exits = latent < limit
            match size.kind:
                case "fixed":
                    loss += size.width * exits
                case "uniform":
                    loss += size.width * (exits * random.random(number))
                case _:
                    loss += size.width * (exits * random.beta(3.0, 3.0, number))
        total += float(loss.sum())
        squares += float(loss @ loss)
        counts += np.bincount((loss / width + 0.37).astype(np.int64), minlength=cells + 1)[: cells + 1]
    mean = total / draws
    spread = max(0.0, squares / draws - mean**2) * draws / max(1, draws - 1)
    grid = cast("Array", (np.arange(1, cells + 1) - 0.37) * width)
    return Simulated(draws, mean, math.sqrt(spread / draws), grid, np.cumsum(counts[:cells]) / draws)
