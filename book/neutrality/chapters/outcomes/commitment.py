"""The acquirer's reported promise to buy, set against the loss: evidence, never part of a base result.

The promise is the smaller of an amount and a part of what the acquirer spends in a year. That spend is
undisclosed, so all that is known of the purchases is that they lie between nothing and the amount.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from neutrality.case import Case, Figure
from neutrality.case.figures import in_millions
from neutrality.chapters.exposure import (
    Exposure,
    currency,
    erasing_loss,
    expected_loss,
    expected_loss_range,
    exposures,
    price_figures,
    revenue_of,
)
from neutrality.chapters.ledger import flat
from neutrality.chapters.outcomes.evidence import in_currency
from neutrality.chapters.outcomes.forecasts import Question


@dataclass(frozen=True)
class Commitment:
    """The amount promised a year, in how many years, and the part of the spend that counts where it is less."""

    figure: Figure
    years: Figure | None
    part: Figure | None

    @property
    def amount(self) -> float:
        """Millions a year."""
        return in_millions(self.figure)

    @property
    def total(self) -> float | None:
        """Millions over all its years."""
        return None if self.years is None else self.amount * (self.years.value or 0.0)

    def spend_that_covers(self, loss: float) -> float | None:
        """The acquirer's yearly spend from which on the promise is at least a loss, in millions.

        None where the promise is smaller than the loss at any spend, and without the part that counts.
        """
        if self.part is None or not self.part.value or self.amount < loss:
            return None
        return loss / self.part.value


def commitment(case: Case, later: Mapping[str, Figure]) -> Commitment | None:
    """The newest promise to buy in later evidence; None where none is known."""

    def newest(metric: str) -> Figure | None:
        own = [
            figure
            for figure in later.values()
            if figure.metric == metric and figure.entity in (case.acquirer.id, case.supplier.id)
        ]
        return max(own, key=lambda figure: figure.known_on, default=None)

    figure = newest("purchase_commitment")
    if figure is None or not in_currency(case, figure):
        return None
    return Commitment(figure, newest("commitment_years"), newest("commitment_spend_share"))


@dataclass(frozen=True)
class Ends:
    """A loss at one layer, in millions a year, with the figures that set it."""

    layer: str
    words: str
    low: float
    high: float
    figures: tuple[Figure, ...]

    @property
    def is_point(self) -> bool:
        """Whether nothing is left open between the ends."""
        return self.low == self.high


@dataclass(frozen=True)
class Losses:
    """The yearly loss of the base on last full-year spends, and what the outcomes leave of it."""

    base: Case
    questions: tuple[Question, ...]

    @cached_property
    def unit(self) -> str:
        """Millions a year, in the currency of the case."""
        return f"{currency(self.base)} mn per year"

    @cached_property
    def customers(self) -> list[Exposure]:
        """Those who may leave, as the base knew them."""
        return exposures(self.base, "last_year")

    @cached_property
    def revenue(self) -> Figure:
        """The supplier's yearly revenue, as the base knew it."""
        return revenue_of(self.base)

    @cached_property
    def expected(self) -> tuple[float, list[Figure]]:
        """The loss that the base expected, in millions a year, with the figures it rests on."""
        return expected_loss(self.customers)

    @cached_property
    def layers(self) -> tuple[Ends, Ends, Ends]:
        """What facts alone allow, what stated ranges leave, and our expectation."""
        ranged = flat(
            [
                (one.exit, one.loss_given_exit, one.bound_figures, one.size_figures[:1])
                for one in self.customers
            ]
        )
        facts = flat([one.bound_figures for one in self.customers], self.revenue)
        value, rests = self.expected
        most = min(sum(one.most for one in self.customers), in_millions(self.revenue))
        return (
            Ends("L0", "Reported facts alone: nobody leaves, or everybody", 0.0, most, tuple(facts)),
            Ends(
                "L1",
                "Expected loss over all the ranges given; whoever leaves takes the loss given exit",
                *expected_loss_range(self.customers),
                tuple(ranged),
            ),
            Ends("L2", "Expected loss at our assumptions", value, value, tuple(flat(rests))),
        )

    @cached_property
    def given(self) -> Ends:
        """The loss that the outcomes so far imply: who left takes all along, an open question goes either way.

        A customer without a question stays open, and an undisclosed spend is as free as the facts leave it.
        """
        low = high = 0.0
        for one in self.customers:
            left = self._left(one.customer.id)
            low += min(left) * one.least * one.severity
            high += max(left) * one.most * one.severity
        rests = [(one.bound_figures, one.loss_given_exit) for one in self.customers]
        return Ends("L1", "Given the outcomes so far", low, high, tuple(flat(rests)))

    @cached_property
    def given_expected(self) -> tuple[float, list[Figure]]:
        """The same at one point: undisclosed spends at half the largest, open questions at their forecast."""
        total, rests = 0.0, []
        for one in self.customers:
            left = self._left(one.customer.id)
            chance = left[0] if len(left) == 1 else one.probability
            total += chance * one.point * one.severity
            rests += flat(one.size_figures, one.loss_given_exit, one.exit_figures if len(left) > 1 else ())
        return total, flat(rests)

    def _left(self, customer: str) -> tuple[float, ...]:
        own = [question for question in self.questions if question.customer == customer]
        return own[0].possible if own else (0.0, 1.0)

    @cached_property
    def break_even(self) -> tuple[float | None, list[Figure]]:
        """The loss that would erase the deal's step-up in value, in millions a year; None without a step-up."""
        return erasing_loss(self.base), price_figures(self.base)

    def coincides(self, promise: Commitment) -> bool:
        """Whether the promise and the loss that erases the step-up are one and the same number."""
        value, _ = self.break_even
        return value is not None and math.isclose(value, promise.amount, rel_tol=1e-9)
