"""Deciding under uncertainty: the newsvendor's provision, and what it is worth to know more first.

A provision that falls short costs so much for each unit short, one that is too large so much for each
unit over. The best one is a quantile of the loss (Arrow, Harris and Marschak, 1951). What perfect
information would save is the expected cost of the best provision; what one unknown would save is the
part of it that falls away, on average, once that unknown is known (Howard, 1966; Oakley, 2009).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from neutrality.methods.copula import Mixture
from neutrality.methods.loss import LossDistribution, Size, loss_distribution

#: What is at stake while the loss is uncertain: the best expected cost, or a variance.
Risk = Callable[[LossDistribution], float]

#: Gauss-Legendre nodes over an unknown size. What is left to decide has kinks in it where few other sizes
#: are uncertain, which need many nodes and are cheap; with more of them it is smooth, under PERT most of all.
_NODES, _FEW = {"uniform": 12, "pert": 6}, 2
_NODES_WITH_KINKS = 64
#: Steps of the search for a provision whose cost alone matters: an error in the provision enters squared.
_ROUNDS, _POINTS = 3, 48
_GRID = np.linspace(0.0, 1.0, _POINTS)


@dataclass(frozen=True)
class Newsvendor:
    """Costs of each unit of loss provided too little and of each provided too much; both positive."""

    short: float
    over: float

    @property
    def level(self) -> float:
        """The level of the best provision: at it, one unit more costs on average what it saves."""
        return self.short / (self.short + self.over)

    def cost(self, loss: LossDistribution, provision: float) -> float:
        """The expected cost of a provision."""
        over = loss.partial(provision)
        return self.short * loss.excess(provision, over) + self.over * over

    def provision(self, loss: LossDistribution) -> float:
        """The best provision."""
        return loss.quantile(self.level)

    def best_cost(self, loss: LossDistribution) -> float:
        """The expected cost of the best provision, which is also what perfect information is worth."""
        return self.cost(loss, self._near(loss))

    def _near(self, loss: LossDistribution) -> float:
        """A provision so close to the best that its cost is the best one's.

        At an atom the cost has a corner, so atoms are tried as they are; between them it is flat around
        its least.
        """
        if loss.max <= 0:
            return 0.0
        low, high = 0.0, loss.max
        values = np.array([value for value, _ in loss.atoms()])
        if values.size:
            reached = np.asarray(loss.cdf(values)) >= self.level - 1e-12
            before = np.asarray(loss.cdf(values, left=True)) < self.level
            if (reached & before).any():
                return float(values[int(np.argmax(reached & before))])
            # The search stays between two atoms: across one the distribution function jumps.
            low = max(values[~reached], default=low)
            high = min(values[reached], default=high)
        below = above = None
        for _ in range(_ROUNDS):
            points = low + (high - low) * _GRID
            points[-1] = high
            inner = np.asarray(loss.cdf(points[1:-1]))
            index = int(np.argmax(np.append(inner >= self.level, True)))
            low, high = float(points[index]), float(points[index + 1])
            # An end that is not one of the points inside is the end that it was.
            below = float(inner[index - 1]) if index else below
            above = float(inner[index]) if index < inner.size else above
        below = float(loss.cdf(low)) if below is None else below
        above = float(loss.cdf(high, left=True)) if above is None else above
        part = (self.level - below) / (above - below) if above > below else 1.0
        return low + min(1.0, max(0.0, part)) * (high - low)


def after_exit(mixture: Mixture, sizes: Sequence[Size], index: int, risk: Risk) -> float:
    """The risk that is left, on average, once it is known whether one customer leaves."""
    p = float(mixture.marginals()[index])
    left = 0.0
    for exits, chance in ((True, p), (False, 1.0 - p)):
        # A decision that is certain to within rounding tells nothing.
        if chance > 1e-15:
            left += chance * risk(loss_distribution(mixture.given(index, exits), sizes))
    return left


def after_size(mixture: Mixture, sizes: Sequence[Size], index: int, risk: Risk, nodes: int = 0) -> float:
    """The risk that is left, on average, once it is known how large one customer is.

    By Gauss-Legendre over the size, with as many nodes as asked for or as its kind needs.
    """
    size = sizes[index]
    if size.kind == "fixed" or size.width <= 0:
        return risk(loss_distribution(mixture, sizes))
    uncertain = sum(other.kind != "fixed" and other.width > 0 for other in sizes)
    nodes = nodes or (_NODES_WITH_KINKS if uncertain <= _FEW else _NODES[size.kind])
    x, weight = np.polynomial.legendre.leggauss(nodes)
    part = (1 + x) / 2
    chance = weight / 2 * (30 * part**2 * (1 - part) ** 2 if size.kind == "pert" else 1.0)
    left = 0.0
    for share, mass in zip(part, chance, strict=True):
        known = [
            replace(other, kind="fixed", width=size.width * float(share)) if i == index else other
            for i, other in enumerate(sizes)
        ]
        left += float(mass) * risk(loss_distribution(mixture, known))
    return left


def value_of_knowing(before: float, after: float) -> float:
    """What learning something is worth: the risk before less the average risk after, never below nothing."""
    return max(0.0, before - after)
