"""What hangs on each assumption: the twenty largest swings of a headline answer."""

from __future__ import annotations

from textwrap import wrap

from neutrality.chapters.assumptions import Entry, Log
from neutrality.chapters.ledger import figure_name, source_line
from neutrality.charts.common import (
    COLOUR,
    DOWN,
    NARROW_LINE,
    NO_NUMBER,
    X2,
    Y2,
    Built,
    Record,
    across,
    blank,
    finished,
    layer,
    sheet,
    short,
    tabled,
    word,
    words,
)
from neutrality.charts.theme import INK, MUTED, STEP

#: How many assumptions have a bar.
MOST = 20

#: The darker the bar, the weaker the grounds; the word stands beside it.
SHADES = {"good": STEP[4], "fair": STEP[2], "weak": STEP[0]}


def swings(log: Log) -> Built:
    """A1: for each of the most dangerous assumptions, its headline answer at both ends of its range."""
    entries = [entry for entry in log.entries if entry.most][:MOST]
    title = "Which assumptions could change an answer most?"
    subtitle = (
        "% change of the answer that moves most, when the assumption goes from its low to its high end and all others stay; "
        "layer L1; sorted by swing times poorness of grounds; the fainter the bar, the better the grounds"
    )
    if not entries:
        return finished(
            lambda narrow: blank(f"{NO_NUMBER}: no assumption moves a headline answer"),
            id="A1", title=title, subtitle=subtitle, source=log.tables["A1"].source or "Figures: none.",
            description="No assumption moves a headline answer, so there is nothing to show.",
            table=_table(log, []),
        )  # fmt: skip
    return finished(
        lambda narrow: _rows(log, entries, narrow),
        id="A1",
        title=title,
        subtitle=subtitle,
        description=" ".join(_said(log, entry) for entry in entries[:5]),
        source=source_line(log.case, [entry.figure for entry in entries]),
        table=_table(log, entries),
    )


def _table(log: Log, entries: list[Entry]) -> Record:
    columns = (
        "Assumption",
        "Grounds",
        "Answer that moves most",
        "Change from, %",
        "Change to, %",
    )
    return tabled(
        columns,
        [
            [
                figure_name(log.case, entry.figure),
                entry.quality,
                _answer(log, entry),
                *(100 * end for end in ends(entry)),
            ]
            for entry in entries
        ],
    )


def ends(entry: Entry) -> tuple[float, float]:
    """Both ends of the answer as changes of it, the lower first; of the larger end where it is nothing."""
    most = entry.most
    assert most is not None and most.at_low is not None and most.at_high is not None
    base = most.base or 0.0
    scale = abs(base) or max(abs(most.at_low), abs(most.at_high))
    low, high = sorted(((most.at_low - base) / scale, (most.at_high - base) / scale))
    return low, high


def _answer(log: Log, entry: Entry) -> str:
    """The headline answer that moves most."""
    return log.labels[entry.most.name] if entry.most else ""


def _rows(log: Log, entries: list[Entry], narrow: bool) -> Record:
    found = [end for entry in entries for end in ends(entry)]
    low, high = min(0.0, *found), max(0.0, *found)
    pad = (0.2 if narrow else 0.09) * (high - low or 1.0)
    x, y = across(low - pad, high + pad, "share"), DOWN
    texts: list[Record] = []
    bars: list[Record] = []
    marks: list[Record] = []
    top = 2.0
    for entry in entries:
        name, moved = figure_name(log.case, entry.figure), _answer(log, entry)
        if narrow:
            lines = [(line, "bold", INK) for line in wrap(name, NARROW_LINE - 4)]
            lines += [
                (line, "normal", MUTED)
                for line in wrap(f"{entry.quality} grounds · {moved}", NARROW_LINE + 2)
            ]
            for line, weight, colour in lines:
                texts.append(word(low - pad, top + 8, line, weight=weight, colour=colour))
                top += 15
        else:
            texts.append(word(low - pad, top + 8, f"{name} · {entry.quality}", weight="bold"))
            texts.append(word(high + pad, top + 8, moved, align="right", colour=MUTED))
            top += 16
        left, right = ends(entry)
        at = top + 8
        shade = SHADES.get(entry.quality, SHADES["weak"])
        tip = f"{name}: {_signed(left)} to {_signed(right)}"
        bars.append({"x": left, "x2": right, "y": at, "colour": shade, "tip": tip})
        marks.append({"x": 0.0, "y": at - 8, "y2": at + 8})
        texts.append(word(left, at, _signed(left), align="right", dx=-6))
        texts.append(word(right, at, _signed(right), dx=6))
        top += 24
    return sheet(
        top,
        layer("rule", bars, {"x": x, "x2": X2, "y": y, "color": COLOUR}, strokeWidth=11),
        layer("rule", marks, {"x": x, "y": y, "y2": Y2}, color=INK),
        words(texts, x, y),
    )


def _signed(change: float) -> str:
    text = short(abs(change), "share", 2)
    if text == "0%":
        return text
    return f"+{text}" if change > 0 else f"−{text}"


def _said(log: Log, entry: Entry) -> str:
    low, high = ends(entry)
    return (
        f"{figure_name(log.case, entry.figure)}, {entry.quality} grounds: “{_answer(log, entry)}” moves from {_signed(low)} to "
        f"{_signed(high)}."
    )


__all__ = ["MOST", "ends", "swings"]
