"""Loading a case: its tables, checked, and its figures as of a day, under a scenario, with overrides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from neutrality.case import reads
from neutrality.case.figures import Figure, as_day, counting, known, later, override
from neutrality.case.resolve import (
    capped,
    counting_spends,
    pooled,
    relation_faults,
    scenario_values,
    scenarios,
    without_deal,
)
from neutrality.case.source import Folder, opened
from neutrality.case.tables import COLUMNS, Table, listed, schema_fields
from neutrality.case.validate import RESERVED_SCENARIO, examine
from neutrality.case.wording import DEFAULT_SCALE, POOL_METHODS, Phrase, scale_of
from neutrality.errors import InputError, nearest


@dataclass(frozen=True)
class Entity:
    """An organisation of the case and the part it plays."""

    id: str
    name: str
    role: str
    note: str


@dataclass(frozen=True)
class Case:
    """A case ready to compute with: nothing in it is read again, nothing in it changes.

    `figures` are resolved (newest counting row, scenario, overrides, pooled probabilities, caps of
    undisclosed spends); `tables` stand as in the files. `described` holds what the descriptor says of each
    column of each table.
    """

    location: str
    title: str
    authors: str
    question: str
    story: str
    digest: str
    as_of: date | None
    scenario: str
    overrides: Mapping[str, float]
    scale: str
    pool_method: str
    tables: Mapping[str, Table]
    entities: Mapping[str, Entity]
    figures: Mapping[str, Figure]
    phrases: Mapping[str, Phrase]
    described: Mapping[str, Mapping[str, str]]

    @property
    def overridden(self) -> tuple[Figure, ...]:
        """The figures to which a scenario or a reader gave a new value, in the table's order."""
        return tuple(figure for figure in self.figures.values() if figure.overridden)

    def with_role(self, role: str) -> tuple[Entity, ...]:
        """The entities that play a role, in the table's order."""
        return tuple(entity for entity in self.entities.values() if entity.role == role)

    @property
    def supplier(self) -> Entity:
        return self.with_role("supplier")[0]

    @property
    def acquirer(self) -> Entity:
        return self.with_role("acquirer")[0]

    @property
    def customers(self) -> tuple[Entity, ...]:
        return self.with_role("customer")

    @property
    def vendors(self) -> tuple[Entity, ...]:
        return self.with_role("vendor")

    def all_of(self, metric: str, entity: str | None = None, period: str | None = None) -> list[Figure]:
        """Figures by metric, and by entity and period where given, in the table's order."""
        return [
            figure
            for figure in self._by_metric.get(metric, ())
            if (entity is None or figure.entity == entity) and (period is None or figure.period == period)
        ]

    @cached_property
    def _by_metric(self) -> dict[str, list[Figure]]:
        found: dict[str, list[Figure]] = {}
        for figure in self.figures.values():
            found.setdefault(figure.metric, []).append(figure)
        return found

    def figure(self, metric: str, entity: str | None = None, period: str | None = None) -> Figure:
        """The figure of a metric: of the newest period where several stand.

        Raises InputError where the case has none.
        """
        figure = counting(self.all_of(metric, entity, period))
        if figure is None:
            whose = f" of {entity}" if entity else ""
            when = f" for {period}" if period else ""
            raise InputError(f"{self.location}: no figure with the metric {metric}{whose}{when}")
        return figure

    def spends(self, metric: str, period: str) -> list[Figure]:
        """The spend that counts of each customer that has one of a period."""
        return counting_spends(self.all_of(metric), metric, period, {one.id for one in self.customers})

    def unit_of(self, metric: str) -> str:
        """The unit of a metric's newest figure, whatever its value."""
        return self.figure(metric).unit

    def newest_period(self, metric: str) -> str:
        """The newest period of a metric."""
        return self.figure(metric).period

    def name(self, entity: str) -> str:
        """An entity's name for print."""
        return self.entities[entity].name

    def publisher(self, source: str) -> str:
        """Who published a source, for print."""
        return next((row["publisher"] for row in self.tables["sources"].rows if row["id"] == source), source)

    @cached_property
    def later(self) -> dict[str, Figure]:
        """Later evidence by figure id, as it stands in the table: all of it, or with a day what was known by
        then. For back-tests and comparisons; it enters no base result."""
        return later(self.tables["figures"], self.as_of)

    @cached_property
    def base_day(self) -> date:
        """The day by which everything was known that the base results stand on."""
        days = [row["known_on"] for row in self.tables["figures"].rows if row["tag"] != "later"]
        return date.fromisoformat(max(days))

    @cached_property
    def grounds(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """Period and claims of each row of a figure, in the table's order."""
        return tuple((row["period"] or "", listed(row["claims"])) for row in self.tables["figures"].rows)

    @cached_property
    def base_sources(self) -> frozenset[str]:
        """The sources on which stated figures rest."""
        by_id = {row["id"]: row["source"] for row in self.tables["claims"].rows}
        stated = [row for row in self.tables["figures"].rows if row["tag"] == "stated"]
        return frozenset(by_id[claim] for row in stated for claim in listed(row["claims"]))

    def claims_known(self) -> list[dict[str, Any]]:
        """The claims made by the case's day; without a day all of them, in the table's order."""
        return [row for row in self.tables["claims"].rows if _said_by(row, self.as_of)]

    def is_later(self, claim: Mapping[str, Any]) -> bool:
        """Whether a claim comes from beyond the sources on which the base stands."""
        return claim["source"] not in self.base_sources

    def counts(self, claim: Mapping[str, Any]) -> bool:
        """Whether a claim enters results: with a day those made by then, later evidence among them.

        Without a day only what the base can have known: a claim of its own sources, or of another one that
        was both made and published by the base's day. What a later report says is no part of it.
        """
        if self.as_of is not None:
            return _said_by(claim, self.as_of)
        if not self.is_later(claim):
            return True
        days = (claim["said_on"], self._published.get(claim["source"]))
        return all(date.fromisoformat(day) <= self.base_day for day in days if day)

    def counted_claims(self) -> list[dict[str, Any]]:
        """The claims that enter results, in the table's order: see `counts`."""
        return [row for row in self.tables["claims"].rows if self.counts(row)]

    def exit_claims(self, customer: str) -> list[dict[str, Any]]:
        """The claims whose phrases say how sure a customer's exit is, of those that enter results."""
        return [
            row
            for row in self.tables["claims"].rows
            if row["topic"] == "exit" and row["entity"] == customer and row["phrase"] and self.counts(row)
        ]

    @cached_property
    def _published(self) -> dict[str, str | None]:
        return {row["id"]: row["published_on"] for row in self.tables["sources"].rows}


def _said_by(row: Mapping[str, Any], day: date | None) -> bool:
    return day is None or not row["said_on"] or date.fromisoformat(row["said_on"]) <= day


def load(
    location: str = "data",
    as_of: str = "",
    scenario: str = RESERVED_SCENARIO,
    figures: Mapping[str, Any] | None = None,
    *,
    scale: str = DEFAULT_SCALE,
    pool_method: str = "linear",
) -> Case:
    """Load, check and resolve the case at a location.

    Parameters
    ----------
    location
        A folder (a relative one is looked for in the working directory and above it) or a URL that
        fsspec reads.
    as_of
        An ISO day: rows known by then count, later evidence among them. Empty: every row counts but
        those tagged `later`.
    scenario
        A scenario of the case; `as_reported` sets nothing.
    figures
        New values by figure id, applied after the scenario's.
    scale, pool_method
        The scale on which phrases are read, and how several readings become one probability
        (`linear` or `log`).

    Raises
    ------
    InputError
        With one line for each fault, when the case, the day, the scenario or a new value is at fault.
    """
    if pool_method not in POOL_METHODS:
        raise InputError(
            f"pool_method: found {pool_method!r}, expected one of {', '.join(POOL_METHODS)}"
            f"{nearest(str(pool_method), POOL_METHODS)}"
        )
    day = as_day(str(as_of), "as_of") if as_of else None

    def resolve() -> Case:
        with opened(location) as folder:
            faults, tables = examine(folder)
            if faults:
                raise InputError(*faults)
            return _resolved(folder, tables, day, scenario, figures or {}, scale, pool_method)

    return reads.watched((location, day, scenario, figures or {}, scale, pool_method), resolve)


def check(location: str) -> list[str]:
    """Every fault of the case at a location; empty when it is sound.

    A case whose tables are sound is also resolved under each of its scenarios, since some faults show
    only then: spends above the supplier's revenue, an exit probability that nothing supports.
    Raises InputError where there is no case to look at.
    """
    with opened(location) as folder:
        faults, tables = examine(folder)
        if faults:
            return faults
        for scenario in scenarios(tables["scenarios"]):
            try:
                _resolved(folder, tables, None, scenario, {}, DEFAULT_SCALE, "linear")
            except InputError as problem:
                if scenario == RESERVED_SCENARIO:
                    # What is wrong without new values is wrong in every scenario: said once, it is enough.
                    return problem.lines
                faults += [f"scenario {scenario}: {line}" for line in problem.lines]
        return faults


def _resolved(
    folder: Folder,
    tables: dict[str, Table],
    day: date | None,
    scenario: str,
    overrides: Mapping[str, Any],
    scale: str,
    pool_method: str,
) -> Case:
    phrases = scale_of(tables["wording"], scale)
    case = Case(
        location=folder.name,
        title=str(folder.descriptor.get("title") or folder.descriptor.get("name") or ""),
        authors=_authors(folder.descriptor.get("contributors")),
        question=str(folder.descriptor.get("question") or ""),
        story=str(folder.descriptor.get("story") or ""),
        digest=folder.digest(),
        as_of=day,
        scenario=scenario,
        overrides=overrides,
        scale=scale,
        pool_method=pool_method,
        tables=tables,
        entities={
            row["id"]: Entity(row["id"], row["name"], row["role"], row["note"] or "")
            for row in tables["entities"].rows
        },
        figures={},
        phrases=phrases,
        described={
            table: {
                column: str(field.get("description") or "")
                for column, field in schema_fields(folder.descriptor, table).items()
            }
            for table in COLUMNS
        },
    )
    return _valued(case)


def _authors(contributors: Any) -> str:
    """Who made the case, by name, from the descriptor's list of contributors; empty where it has none."""
    listed = contributors if isinstance(contributors, list) else []
    authors = [str(one["title"]) for one in listed if isinstance(one, dict) and one.get("title")]
    return ", ".join(" ".join(author.split()) for author in authors)


def _valued(case: Case) -> Case:
    """A case with its figures resolved: scenario, overrides, caps of undisclosed spends, pooled probabilities.

    Raises InputError with one line for each fault.
    """
    tables = case.tables
    standing = known(tables["figures"], case.as_of)
    ids = [row["id"] for row in tables["figures"].rows]
    figures = override(standing, scenario_values(tables["scenarios"], case.scenario, standing), ids)
    figures = override(figures, case.overrides, ids)
    figures = capped(figures, standing, {customer.id for customer in case.customers})
    figures = pooled(figures, standing, case)
    given = {name: float(value) for name, value in case.overrides.items()}
    valued = replace(case, overrides=given, figures=without_deal(figures))
    faults = relation_faults(valued)
    if faults:
        raise InputError(*faults)
    return valued


def varied(case: Case, figures: Mapping[str, float] | None = None, scenario: str | None = None) -> Case:
    """The same case with further new values, or under another scenario; no file is read again.

    New values come after those that the case already has. Raises InputError as `load` does.
    """
    case = reads.plain(case)
    return _settled(
        replace(
            case,
            scenario=case.scenario if scenario is None else scenario,
            overrides={**case.overrides, **(figures or {})},
        )
    )


def without_later(case: Case) -> Case:
    """The same case as it stands without later evidence: what a forecast is scored from, and what an edition
    of a later day is compared with."""
    case = reads.plain(case)
    standing = known(case.tables["figures"], None)
    kept = {name: value for name, value in case.overrides.items() if name in standing}
    return _settled(replace(case, as_of=None, overrides=kept))


def resettled(
    case: Case, day: date | None, scenario: str, figures: Mapping[str, float], scale: str, pool_method: str
) -> Case:
    """The case as `load` gives it with these settings; no file is read again. Raises InputError as it does."""
    phrases = scale_of(case.tables["wording"], scale)
    return _valued(
        replace(
            case, as_of=day, scenario=scenario, overrides=figures, scale=scale, phrases=phrases,
            pool_method=pool_method,
        )
    )  # fmt: skip


def _settled(case: Case) -> Case:
    """A case valued by its own settings, and watched where this process is."""
    settings = (case.location, case.as_of, case.scenario, case.overrides, case.scale, case.pool_method)
    return reads.watched(settings, lambda: _valued(case))
