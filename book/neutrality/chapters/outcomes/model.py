"""What the chapter stands on: the case with its later evidence, and the same case without it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from neutrality.case import Case, Figure
from neutrality.case.load import without_later
from neutrality.chapters.exit_model import correlation_of
from neutrality.chapters.ledger import flat
from neutrality.chapters.outcomes import chronicle, precedents, rivals
from neutrality.chapters.outcomes.commitment import Commitment, Losses, commitment
from neutrality.chapters.outcomes.evidence import Row, known
from neutrality.chapters.outcomes.forecasts import Question, questions, resolved
from neutrality.chapters.outcomes.precedents import Own, Precedent
from neutrality.methods.copula import Mixture, one_factor


@dataclass(frozen=True)
class Model:
    """A case as this chapter reads it. Forecasts come from `base`, outcomes and figures from `later`."""

    case: Case

    @cached_property
    def base(self) -> Case:
        """The case without later evidence, which the forecasts were made from."""
        return without_later(self.case)

    @cached_property
    def later(self) -> Mapping[str, Figure]:
        """Later evidence known by the case's day."""
        return known(self.case)

    # -- forecasts -----------------------------------------------------------------------------------

    @cached_property
    def questions(self) -> tuple[Question, ...]:
        """Every forecast of the base with what became of it by the case's day, in the table's order."""
        return questions(self.case, self.base)

    @cached_property
    def resolved(self) -> list[Question]:
        """The questions that have an outcome."""
        return resolved(self.questions)

    @cached_property
    def open(self) -> list[Question]:
        """The questions that have none yet."""
        return [one for one in self.questions if not one.resolved]

    @cached_property
    def happened(self) -> list[Question]:
        """The questions that came out as an exit, wholly or mostly."""
        return [one for one in self.resolved if (one.outcome or 0.0) > 0.5]

    @cached_property
    def confidence(self) -> Figure:
        """The level of the loss measures, at which the count of questions is asked for too."""
        return self.base.figure("confidence", self.base.supplier.id)

    @cached_property
    def correlation(self) -> Figure:
        """The latent correlation between exits, as the base has it."""
        return correlation_of(self.base)

    def mixture(self, correlation: float) -> Mixture:
        """The joint outcomes of the resolved questions as the base forecast them."""
        return one_factor([one.forecast for one in self.resolved], correlation)

    def figures_of(self, found: list[Question] | tuple[Question, ...]) -> list[Figure]:
        """The figures that some forecasts rest on."""
        return flat([one.figures for one in found])

    # -- money ---------------------------------------------------------------------------------------

    @cached_property
    def losses(self) -> Losses:
        """The yearly loss that the base expected, and what the outcomes leave of it."""
        return Losses(self.base, self.questions)

    @cached_property
    def commitment(self) -> Commitment | None:
        """The acquirer's newest promise to buy; None where none is known by the case's day."""
        return commitment(self.case, self.later)

    # -- others --------------------------------------------------------------------------------------

    @cached_property
    def precedents(self) -> tuple[Precedent, ...]:
        """Earlier deals of this kind that are known by the case's day, the oldest first."""
        return precedents.precedents(self.case, self.later)

    @cached_property
    def own(self) -> Own:
        """This case as a point among its precedents."""
        return precedents.own(self.case, self.base, self.questions)

    @cached_property
    def pool(self) -> rivals.Pool:
        """The most that the named customers could have moved in a year: rivals' growth is held against it."""
        return rivals.largest_pool(self.base)

    @cached_property
    def series(self) -> tuple[rivals.Series, ...]:
        """Rivals whose sales are known at two times, the largest growth first."""
        return rivals.series(self.case, self.later)

    @cached_property
    def multiples(self) -> tuple[rivals.Multiple, ...]:
        """The deal, the round before it and comparable prices over a year's sales, the highest first."""
        return rivals.multiples(self.case, self.base, self.later)

    @cached_property
    def events(self) -> tuple[chronicle.Event, ...]:
        """What had happened by the case's day, the earliest first."""
        return chronicle.events(self.case)

    @cached_property
    def statements(self) -> tuple[chronicle.Statement, ...]:
        """What was said on the supplier's business since the base, the earliest first."""
        return chronicle.statements(self.case)

    @cached_property
    def contested(self) -> list[Row]:
        """The conflicts in which one of these statements stands against another claim."""
        return chronicle.contested(self.case, self.statements)
