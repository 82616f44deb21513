"""Whether claims on one pool can be true together, and what the smallest correction would be.

Claim k says that its vendor receives at least m_k. All can be true when amounts x_k of at least m_k exist
that add to no more than the pool C: a linear system, which has a solution if and only if the least that
is claimed adds to no more than C. `joint` uses that; `programme` asks a linear programme, as a second
opinion that knows nothing of it (its library takes longer to load than all results take to compute).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

#: Claims that exceed a pool by no more than this part of it fit but for rounding.
_ROUNDING = 1e-9


@dataclass(frozen=True)
class Joint:
    """How claims stand to a pool.

    `slack` is what the pool leaves over, negative where the claims clash. `larger` is how much larger the
    pool must be at least; `lower` holds, for each claim, how much lower it alone must be, None where that
    is not enough. Both are zero for claims that fit.
    """

    feasible: bool
    slack: float
    larger: float
    lower: tuple[float | None, ...]


def joint(claims: Sequence[float], pool: float) -> Joint:
    """Whether claims of at least so much each fit into a pool, and the smallest relaxation if not."""
    slack = pool - math.fsum(claims)
    if slack >= -_ROUNDING * max(1.0, abs(pool)):
        return Joint(True, slack, 0.0, tuple(0.0 for _ in claims))
    short = -slack
    enough = short * (1 - 1e-12)
    return Joint(
        False, slack, short, tuple(min(short, claim) if claim >= enough else None for claim in claims)
    )


def programme(claims: Sequence[float], pool: float) -> Joint:
    """The same by linear programming: the least addition to the pool, and the least cut of each claim."""
    from scipy.optimize import linprog

    count = len(claims)

    def least(pool_gives: float, cut: int | None) -> float | None:
        """The smallest relaxation t: x_k >= m_k (less t for the cut one), sum of x <= C + t where the pool gives."""
        rows = [[1.0] * count + [-pool_gives]]
        limits = [pool]
        for index, claim in enumerate(claims):
            row = [0.0] * (count + 1)
            row[index] = -1.0
            row[-1] = -1.0 if index == cut else 0.0
            rows.append(row)
            limits.append(-claim)
        most = None if cut is None else claims[cut]
        bounds = [(0, None)] * count + [(0, most)]
        found = linprog([0.0] * count + [1.0], A_ub=rows, b_ub=limits, bounds=bounds, method="highs")
        return float(found.fun) if found.status == 0 else None

    larger = least(1.0, None) or 0.0
    slack = pool - math.fsum(claims)
    feasible = larger <= _ROUNDING * max(1.0, abs(pool))
    if feasible:
        return Joint(True, slack, 0.0, tuple(0.0 for _ in claims))
    return Joint(False, slack, larger, tuple(least(0.0, index) for index in range(count)))
