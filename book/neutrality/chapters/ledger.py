"""How a chapter writes down what it computes: each number with its unit, tag, layer and origin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from neutrality.case import Case, Figure
from neutrality.results import Number, Result, Results, weakest
from neutrality.words import listing

Origins = Figure | Iterable["Origins"]


def flat(*origins: Origins) -> list[Figure]:
    """The figures in a nest of them, each once, in order of appearance."""

    found: dict[str, Figure] = {}

    def walk(parts: Iterable[Origins]) -> None:
        for part in parts:
            if isinstance(part, Figure):
                found[part.id] = part
            else:
                walk(part)

    walk(origins)
    return list(found.values())


def layer_of(figures: Sequence[Figure], bound: bool) -> str:
    """L1 for a bound over stated ranges, else L2 when an assumed figure enters, else L0."""
    if bound:
        return "L1"
    return "L2" if any(figure.tag == "assumed" for figure in figures) else "L0"


class Ledger:
    """Results of one chapter as they are computed, under a common prefix."""

    def __init__(self, prefix: str) -> None:
        self.prefix = prefix
        self.results = Results()

    def add(
        self, name: str, value: float | str | None, unit: str, *origins: Origins, bound: bool = False
    ) -> Result:
        """Write a named result down; `origins` are the figures whose value or range enters.

        `bound` marks a bound over stated ranges (layer L1).
        """
        figures = flat(*origins)
        tag = weakest(figure.tag for figure in figures)
        ids = tuple(figure.id for figure in figures)
        return self.results.add(
            Result(f"{self.prefix}.{name}", value, unit, tag, layer_of(figures, bound), ids)
        )

    def number(self, name: str, digits: int = 3) -> Number:
        """A result of this ledger, ready for print."""
        return self.results.number(f"{self.prefix}.{name}", digits)

    def value(self, name: str) -> float | None:
        """The bare value of a result of this ledger."""
        return self.results.value(f"{self.prefix}.{name}")

    def holds(self, name: str) -> bool:
        """Whether a result exists and has a value."""
        return (
            f"{self.prefix}.{name}" in self.results
            and self.results[f"{self.prefix}.{name}"].value is not None
        )


def computed(
    value: float | None, unit: str, *origins: Origins, bound: bool = False, digits: int = 3
) -> Number:
    """A number of a table that is no named result, with the figures it rests on."""
    figures = flat(*origins)
    ref = "figures:" + ",".join(figure.id for figure in figures)
    return Number(value, unit, weakest(f.tag for f in figures), layer_of(figures, bound), ref, digits)


def printed(figure: Figure, digits: int = 3) -> Number:
    """A figure ready for print."""
    layer = "L2" if figure.tag == "assumed" else "L0"
    return Number(figure.value, figure.unit, figure.tag, layer, f"figure:{figure.id}", digits)


def printed_range(figure: Figure, digits: int = 4) -> tuple[Number, Number]:
    """What evidence allows for a figure, as two numbers ready for print."""
    low, high = (
        Number(end, figure.unit, figure.tag, "L1", f"figure:{figure.id}", digits) for end in figure.range
    )
    return low, high


def figure_name(case: Case, figure: Figure) -> str:
    """A figure with whose it is."""
    return figure.of(case.name(figure.entity))


def source_line(case: Case, *origins: Origins, most: int = 8) -> str:
    """The line under a table or chart: the figures it rests on, and the claims and sources under them."""
    figures = flat(*origins)
    claims = list(dict.fromkeys(claim for figure in figures for claim in figure.claims))
    by_id = {row["id"]: row["source"] for row in case.tables["claims"].rows}
    sources = list(dict.fromkeys(by_id[claim] for claim in claims))
    parts = [f"Figures: {listing([figure.id for figure in figures], most) or 'none'}."]
    if claims:
        parts.append(f"Claims: {listing(claims, most)}.")
        parts.append(f"Sources: {listing(sources, most)}.")
    return " ".join(parts)
