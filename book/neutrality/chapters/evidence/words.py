"""What the pages of evidence say in sentences, each computed from the records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from neutrality.case import Case
from neutrality.chapters.evidence.records import ConflictRecord, FigureRecord, Root, SourceRecord
from neutrality.results import Text
from neutrality.words import day_words, joined, raised

_WORDS = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]


def counted(count: int, noun: str, plural: str = "") -> str:
    """A count in words up to twelve, with its noun: `two sources`, `140 claims`."""
    word = _WORDS[count] if count < len(_WORDS) else str(count)
    return f"{word} {noun if count == 1 else plural or noun + 's'}"


def some(names: Sequence[str], most: int = 6) -> str:
    """Names in a sentence, the first of them where there are many: `a, b and two others`."""
    rest = [counted(len(names) - most, "other")] if len(names) > most else []
    return joined([*names[:most], *rest])


def scope(case: Case) -> Text:
    """What the page shows, and what of it counts."""
    if case.as_of is None:
        return Text(
            "Everything that the case holds is shown. What carries the letter E is later evidence, from after or "
            "beyond the sources of this edition. The answers leave it out; only the outcomes, which hold the "
            "answers against what came, rest on it."
        )
    return Text(
        f"Shown is what was known by {day_words(case.as_of)}. Later evidence known by then carries the letter E and "
        "counts where it gives a figure a newer value."
    )


def independence(
    base: Sequence[SourceRecord], figures: Sequence[FigureRecord], every: Sequence[SourceRecord]
) -> Text:
    """How many independent reports stand behind the stated figures.

    `base` are the sources of the stated figures, `every` all sources that are shown.
    """
    if not base:
        return Text("No figure is stated by a source: nothing here can be confirmed or denied.")
    roots = dict.fromkeys(source.root.id for source in base)
    titles = {source.id: source for source in every}
    names = some([source.publisher for source in base])
    if len(base) == 1:
        (only,) = base
        descent = "" if only.root.id == only.id else f", which descends from {_titled(titles[only.root.id])}"
        return Text(f"Every stated figure rests on one source, {names}{descent}. Nothing else confirms it.")
    behind = raised(counted(len(base), "source"))
    if len(roots) == 1:
        root = titles[next(iter(roots))]
        one = "one of them" if root.id in {source.id for source in base} else "one report"
        return Text(
            f"{behind} stand behind the stated figures, {names}, and all descend from {one}, {_titled(root)}. "
            "Where they agree, they do not confirm each other: they repeat each other."
        )
    how = (
        f"each with a root of its own: {names}"
        if len(roots) == len(base)
        else f"{names}, which descend from {counted(len(roots), 'report')}"
    )
    return Text(
        f"{behind} stand behind the stated figures, {how}. ",
        _confirmed(figures, {source.id: source.root.id for source in every}),
    )


def _titled(source: SourceRecord) -> str:
    return f"“{source.title}” ({source.publisher})"


def _confirmed(figures: Sequence[FigureRecord], roots: Mapping[str, str]) -> str:
    """How many stated figures rest on more than one root."""
    stated = [figure for figure in figures if figure.tag == "stated"]
    twice = sum(len({roots[support.source.id] for support in figure.claims}) > 1 for figure in stated)
    if twice == 0:
        return "Yet no stated figure rests on more than one of them."
    if twice == len(stated):
        return "Each stated figure rests on more than one of them."
    return f"Of {counted(len(stated), 'stated figure')}, {counted(twice, 'rests', 'rest')} on more than one of them."


def further(every: Sequence[SourceRecord], roots: Sequence[Root]) -> tuple[Text, ...]:
    """What is to be known of the other sources: later ones, relays, and those that are not used."""
    found: list[Text] = []
    later = [source for source in every if source.later and not source.unusable]
    if later:
        count = len({source.root.id for source in later})
        same = "each stands alone" if count == len(later) else f"they descend from {counted(count, 'root')}"
        found.append(Text(f"Later evidence comes from {counted(len(later), 'further source')}; {same}."))
    relayed = [source for source in every if source.relayed]
    if relayed:
        is_are = "is" if len(relayed) == 1 else "are"
        by = Counter(source.publisher for source in relayed).most_common()
        whose = [name if count == 1 else f"{name} ({counted(count, 'report')})" for name, count in by]
        found.append(
            Text(
                f"{raised(counted(len(relayed), 'report'))} {is_are} known through relays alone, never read: by "
                f"{some(whose)}. Relays of one report count as one."
            )
        )
    unusable = [source for source in every if source.unusable]
    if unusable:
        is_are = "was" if len(unusable) == 1 else "were"
        found.append(
            Text(
                f"{raised(counted(len(unusable), 'page'))} {is_are} found and not used; the table says why of each."
            )
        )
    families = [root for root in roots if len(root.members) > 1]
    if not families:
        found.append(Text("No two sources share a root."))
    return tuple(found)


def disagreement(conflicts: Sequence[ConflictRecord]) -> Text:
    """How many conflicts there are and how many of them move an answer."""
    if not conflicts:
        return Text("No two claims that are shown contradict each other.")
    moving = [conflict for conflict in conflicts if conflict.answers]
    found = f"{raised(counted(len(conflicts), 'contradiction'))} {'was' if len(conflicts) == 1 else 'were'} found. "
    if not moving:
        return Text(found, "None has readings that move a headline answer.")
    verb = "moves" if len(moving) == 1 else "move"
    count = max(len(conflict.answers) for conflict in moving)
    most = [f"“{conflict.topic}”" for conflict in moving if len(conflict.answers) == count]
    reach = counted(count, "answer")
    which = f"{most[0]} moves most, {reach}" if len(most) == 1 else f"{some(most)} move most, {reach} each"
    return Text(
        found,
        f"{raised(counted(len(moving), 'of them', 'of them'))} {verb} a headline answer when read another way; {which}. "
        "For each reading the answers were computed again.",
    )


__all__ = ["counted", "disagreement", "further", "independence", "scope", "some"]
