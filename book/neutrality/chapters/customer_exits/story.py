"""What the sentences of the chapter are told from."""

from __future__ import annotations

from dataclasses import dataclass

from neutrality.case import Case
from neutrality.chapters.customer_exits.results import Unknown
from neutrality.chapters.customer_exits.risk import Known
from neutrality.chapters.exit_model import ExitModel
from neutrality.chapters.exposure import Exposure, largest
from neutrality.chapters.ledger import Ledger

#: Numbers closer than this part of each other are the same to a reader.
SAME = 1e-9


@dataclass(frozen=True)
class Story:
    """All that a sentence of this chapter may need."""

    case: Case
    customers: list[Exposure]
    ledger: Ledger
    effects: list[Unknown]
    known: list[Known]
    model: ExitModel

    @property
    def top(self) -> Exposure:
        """The customer who spends most."""
        return largest(self.customers)

    @property
    def most(self) -> float:
        """The largest loss that this model allows."""
        return self.model.loss.max

    @property
    def settled(self) -> bool:
        """Whether nothing about the loss is open."""
        return self.model.loss.variance <= (SAME * self.most) ** 2
