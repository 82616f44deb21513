"""Records of claims and sources, and which sources share a root.

Sources that descend from one document do not confirm each other, however many they are. So each is followed
to the end of what it derives from.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from urllib.parse import urlsplit

from neutrality.case import Case
from neutrality.case.tables import listed
from neutrality.chapters.evidence.figures import figure_mention, rows_of, standing
from neutrality.chapters.evidence.records import (
    CERTAINTY,
    CREDIBILITY,
    GRADES,
    INTERESTS,
    LINKED,
    SCALES,
    SURE,
    UNUSABLE,
    ClaimRecord,
    Mention,
    Root,
    SourceRecord,
    Support,
)
from neutrality.units import plain, pretty
from neutrality.words import day_words, raised

Row = Mapping[str, Any]

#: How a locator that is no paragraph reads.
PLACES = {"opening": "the opening of the page, all that was read", "page": "the page as a whole"}


def as_date(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def sources_by_id(case: Case) -> dict[str, Row]:
    return {row["id"]: row for row in case.tables["sources"].rows}


def root_of(sources: Mapping[str, Row], name: str) -> str:
    """The document at the end of what one derives from; where that runs in a circle, where it closes."""
    seen = [name]
    while (before := sources[seen[-1]]["derived_from"]) in sources and before not in seen:
        seen.append(before)
    return seen[-1]


def source_name(row: Row) -> str:
    """A source in short: its publisher and its day."""
    day = as_date(row["published_on"])
    return f"{row['publisher']}, {day_words(day)}" if day else str(row["publisher"])


def source_mention(row: Row) -> Mention:
    return Mention("source", row["id"], source_name(row))


def claim_mention(row: Row) -> Mention:
    return Mention("claim", row["id"], row["statement"])


def grade_of(source: Row, claim: Row) -> str:
    """The letter of a source and the digit of its claim."""
    return f"{source['grade']}{claim['credibility']}"


def supports(case: Case) -> dict[str, Support]:
    """Every claim made by the case's day, by id, with its source and its grade."""
    sources = sources_by_id(case)
    return {
        row["id"]: Support(
            claim_mention(row),
            source_mention(sources[row["source"]]),
            grade_of(sources[row["source"]], row),
        )
        for row in case.claims_known()
    }


# -- claims -------------------------------------------------------------------------------------------


def claim_records(case: Case, conflicts: Sequence[Row]) -> tuple[ClaimRecord, ...]:
    """The claims made by the case's day, those of the base before later evidence, else in the table's order.

    `conflicts` are the rows of the conflicts that are shown.
    """
    sources = sources_by_id(case)
    using = _figures_by_claim(case)
    disputed: dict[str, list[Mention]] = {}
    for row in conflicts:
        for claim in listed(row["claims"]):
            disputed.setdefault(claim, []).append(Mention("conflict", row["id"], row["topic"]))
    found = [
        _claim(case, row, sources[row["source"]], using.get(row["id"], ()), disputed.get(row["id"], ()))
        for row in case.claims_known()
    ]
    return tuple(sorted(found, key=lambda claim: claim.later))


def _claim(
    case: Case, row: Row, source: Row, figures: Sequence[Mention], conflicts: Sequence[Mention]
) -> ClaimRecord:
    value = ""
    if row["value"] is not None:
        # A year is no quantity: it takes no thousands separator.
        whole = row["unit"] == "year"
        value = (
            f"{row['value']:.0f}"
            if whole
            else pretty(row["value"], row["unit"], 6)
            if row["unit"]
            else plain(row["value"], 6)
        )
    return ClaimRecord(
        id=row["id"],
        statement=row["statement"],
        source=source_mention(source),
        locator=PLACES.get(row["locator"], row["locator"].replace("¶", "paragraph ")),
        speaker=row["speaker"],
        interest=INTERESTS[row["interest"]],
        certainty=tuple(CERTAINTY[word] for word in listed(row["certainty"])),
        grade=grade_of(source, row),
        letter=GRADES[source["grade"]],
        digit=CREDIBILITY[row["credibility"]],
        sure=SURE[row["sure"] or ""],
        said_on=as_date(row["said_on"]),
        value=value,
        reading=_reading(case, row),
        later=case.is_later(row),
        figures=tuple(figures),
        conflicts=tuple(conflicts),
    )


def _reading(case: Case, row: Row) -> str:
    """How a phrase is read on the chosen scale; empty for a claim without one."""
    phrase = case.phrases.get(row["phrase"] or "")
    if phrase is None:
        return ""
    share, low, high = (pretty(value, "share") for value in (phrase.value, phrase.low, phrase.high))
    return f"“{phrase.term}” on {SCALES.get(case.scale, case.scale)}: {share}, from {low} to {high}"


def _figures_by_claim(case: Case) -> dict[str, list[Mention]]:
    """The figures that rest on each claim, in any of their rows or by pooling."""
    found: dict[str, dict[str, Mention]] = {}
    for name in dict.fromkeys((*case.figures, *case.later)):
        figure = standing(case, name)
        claims = {*figure.claims, *(claim for row in rows_of(case, name) for claim in row.claims)}
        for claim in claims:
            found.setdefault(claim, {})[name] = figure_mention(case, figure)
    return {claim: list(mentions.values()) for claim, mentions in found.items()}


# -- sources ------------------------------------------------------------------------------------------


def source_records(case: Case) -> tuple[SourceRecord, ...]:
    """The sources known by the case's day: published by then, or beneath a claim or a source that is shown."""
    sources = sources_by_id(case)
    claims: dict[str, list[Mention]] = {}
    for row in case.claims_known():
        claims.setdefault(row["source"], []).append(claim_mention(row))
    shown = _shown(case, sources, claims)
    families: dict[str, list[str]] = {}
    for name in sources:
        if name in shown:
            families.setdefault(root_of(sources, name), []).append(name)
    parents = {row["derived_from"] for row in sources.values()}
    base = {root_of(sources, name) for name in case.base_sources} | case.base_sources
    return tuple(
        _source(row, sources, tuple(claims.get(name, ())), families, name in parents, name not in base)
        for name, row in sources.items()
        if name in shown
    )


def _shown(case: Case, sources: Mapping[str, Row], claims: Mapping[str, list[Mention]]) -> set[str]:
    if case.as_of is None:
        return set(sources)
    shown = set(claims)
    for name, row in sources.items():
        day = as_date(row["published_on"])
        if day is not None and day <= case.as_of:
            shown.add(name)
    for name in list(shown):
        # What a shown source descends from was there before it.
        while (name := sources[name]["derived_from"]) in sources and name not in shown:
            shown.add(name)
    return shown


def _source(
    row: Row,
    sources: Mapping[str, Row],
    claims: tuple[Mention, ...],
    families: Mapping[str, list[str]],
    parent: bool,
    later: bool,
) -> SourceRecord:
    root, url, note = root_of(sources, row["id"]), row["url"] or "", row["note"] or ""
    # Only an address of the web becomes a link: the case is data, and data may hold anything.
    linked = row["grade"] in LINKED and urlsplit(url).scheme in ("http", "https")
    unusable = row["grade"] == UNUSABLE
    reason = note.removeprefix("Unusable: ") if unusable else ""
    return SourceRecord(
        id=row["id"],
        title=row["title"],
        publisher=row["publisher"],
        link=url if linked else "",
        address="" if linked else url,
        published_on=as_date(row["published_on"]),
        grade=row["grade"],
        root=source_mention(sources[root]),
        kin=tuple(source_mention(sources[name]) for name in families[root] if name != row["id"]),
        descends=source_mention(sources[row["derived_from"]]) if row["derived_from"] in sources else None,
        relayed=parent and not url and not claims,
        unusable=raised(reason) if reason else "Weak or unsourced." if unusable else "",
        note="" if unusable else note,
        later=later,
        claims=claims,
    )


def roots(sources: Sequence[SourceRecord]) -> tuple[Root, ...]:
    """Every root with the sources under it, the largest family first."""
    by_id = {source.id: source for source in sources}
    members: dict[str, list[SourceRecord]] = {}
    for source in sources:
        members.setdefault(source.root.id, []).append(source)
    found = [
        Root(by_id[root], tuple(family), sum(len(source.claims) for source in family))
        for root, family in members.items()
    ]
    return tuple(sorted(found, key=lambda root: -len(root.members)))


__all__ = [
    "as_date",
    "claim_records",
    "root_of",
    "roots",
    "source_mention",
    "source_name",
    "source_records",
    "sources_by_id",
    "supports",
]
