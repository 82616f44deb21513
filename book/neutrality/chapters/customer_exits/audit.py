"""T2.8: the exact distribution against a simulation of the same model."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from neutrality.case import Case
from neutrality.chapters.customer_exits.risk import ExitsChapter, confidence_of
from neutrality.chapters.customer_exits.tables import basis_words
from neutrality.chapters.exit_model import SIZE_WORDS, exceeding, loss_figures, newsvendor_of
from neutrality.chapters.exposure import currency, erasing_loss
from neutrality.chapters.ledger import Origins, computed, source_line
from neutrality.methods.copula import joint
from neutrality.methods.simulation import Simulated
from neutrality.results import Cell, Table

#: The band around an empirical distribution function holds the true one with this probability.
BAND = 0.95
#: Standard errors that a simulated number may be off before a reader should worry.
FAR = 4.0


def band(draws: int, level: float = BAND) -> float:
    """Half the width of the Dvoretzky-Kiefer-Wolfowitz band, with Massart's (1990) constant."""
    return math.sqrt(math.log(2 / (1 - level)) / (2 * draws))


@dataclass(frozen=True)
class Gap:
    """The largest distance between the exact and the simulated distribution function, and where it is."""

    at: float
    size: float


def distances(chapter: ExitsChapter) -> np.ndarray:
    """The simulated less the exact distribution function of a chapter's model, at the simulation's grid.

    Right at a loss that has a probability of its own rounding decides on which side a draw falls; there
    is no distance there.
    """
    simulated, loss = chapter.simulated, chapter.model.loss
    exact = np.asarray(loss.cdf(simulated.grid))
    jump = exact - np.asarray(loss.cdf(simulated.grid, left=True))
    away = simulated.below - exact
    return np.where((jump > 1e-12) | (np.abs(away) < 1e-12), 0.0, away)


def gap(chapter: ExitsChapter) -> Gap:
    """How far the simulation of a chapter's model strays from the exact distribution at most."""
    away = np.abs(distances(chapter))
    index = int(away.argmax())
    return Gap(float(chapter.simulated.grid[index]), float(away[index]))


def audit(case: Case, chapter: ExitsChapter, basis: str) -> Table:
    """T2.8: measures of the loss, exact and simulated, with the simulation's standard error."""
    model, simulated = chapter.model, chapter.simulated
    unit, figures = f"{currency(case)} mn per year", loss_figures(case, model.customers)
    draws, loss, count = simulated.draws, model.loss, len(model.customers)
    counted = model.counted(draws, chapter.seed)

    def share(label: str, exact: float, found: float, *origins: Origins) -> tuple[Cell, ...]:
        error = math.sqrt(max(0.0, exact * (1 - exact)) / draws)
        return _row(label, exact, found, error, "probability", figures, *origins)

    def above(label: str, at: float | None, *origins: Origins) -> list[tuple[Cell, ...]]:
        if at is None or not 0 <= at < loss.max:
            return []
        place = min(int(np.searchsorted(simulated.grid, at)), simulated.grid.size - 1)
        point = float(simulated.grid[place])
        if loss.cdf(point) - loss.cdf(point, left=True) > 1e-12:
            return []
        exact = exceeding(loss, point)
        return [share(label, exact, 1 - float(simulated.below[place]), *origins)]

    confidence = confidence_of(case)
    nobody, everyone = [False] * count, [True] * count
    rows = [
        _row("Expected loss", loss.mean, simulated.mean, simulated.standard_error, unit, figures),
        share("Nobody leaves", joint(model.mixture, nobody), _counted(counted, 0.5)),
        share("All leave", joint(model.mixture, everyone), 1 - _counted(counted, count - 0.5)),
        *above("Loss above the provision", newsvendor_of(case).provision(loss)),
        *above("Loss above the value at risk", loss.quantile(confidence.value or 0.0), confidence),
        *above("Loss above what erases the step-up", erasing_loss(case, basis)),
    ]
    largest, allowed = gap(chapter), band(draws)
    rows.append(
        (
            "Largest distance of the two curves",
            None,
            computed(largest.size, "probability", figures),
            None,
            None,
            f"inside the {BAND:.0%} band" if largest.size <= allowed else f"outside the {BAND:.0%} band",
        )
    )
    return Table(
        id="T2.8",
        title="Does a simulation find the same?",
        note=f"{draws:,} draws from seed {chapter.seed}; exact and simulated from the same model, {basis_words(case, basis)}, "
        f"{SIZE_WORDS[model.size_model]}; shares above a loss at the nearest step of a grid; up to {FAR:.0f} standard errors apart agree; the {BAND:.0%} band around the "
        f"whole curve is ±{allowed * 100:.2g} percentage points wide; layer L2",
        columns=("Measure", "Exact", "Simulated", "Standard error", "Apart, in standard errors", "Verdict"),
        rows=tuple(rows),
        source=source_line(case, figures, confidence),
        numeric=frozenset({1, 2, 3, 4}),
    )


def _counted(counted: Simulated, at: float) -> float:
    """The share of draws in which fewer than `at` customers leave."""
    return float(counted.below[min(int(np.searchsorted(counted.grid, at)), counted.grid.size - 1)])


def _row(
    label: str, exact: float, found: float, error: float, unit: str, *origins: Origins
) -> tuple[Cell, ...]:
    # What cannot vary must be found exactly, but for rounding.
    same = abs(found - exact) <= 1e-9 * max(1.0, abs(exact))
    apart = 0.0 if same else (found - exact) / error if error > 0 else None
    fine = same or (apart is not None and abs(apart) <= FAR)
    return (
        label,
        computed(exact, unit, *origins, digits=4),
        computed(found, unit, *origins, digits=4),
        computed(error, unit, *origins, digits=2),
        None if apart is None else computed(apart, "", *origins, digits=2),
        "agrees" if fine else "strays",
    )
