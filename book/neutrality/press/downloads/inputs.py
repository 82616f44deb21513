"""The inputs of the workbook: figures with their ranges, readings of claims, phrases and choices.

A figure's value cell is what the reader changes. What then counts (`used`), its low and its high follow the
rules of the case: a new value widens a written range, an unwritten one is the value and its rounding, an
undisclosed spend is bounded by the largest disclosed one and counts as half of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from neutrality.case import Case, Figure
from neutrality.case.figures import POOLED, SPENDS, UNVALUED_METRICS, counting, known, override
from neutrality.case.resolve import scenario_values
from neutrality.case.wording import POOL_METHODS, pool, weights
from neutrality.errors import InputError
from neutrality.press.downloads.grid import Block, Column, Content, Live
from neutrality.press.downloads.names import Names
from neutrality.units import convert, money

_FIGURES = {
    "id": "id",
    "entity": "entity",
    "label": "label",
    "period": "period",
    "value": "value",
    "used": "in use",
    "low": "low",
    "high": "high",
    "min": "min",
    "max": "max",
    "unit": "unit",
    "tag": "tag",
    "reason": "reason or note",
    "claims": "claims",
    "sources": "sources",
    "half_unit": "half of its rounding",
    "given_low": "low as written",
    "given_high": "high as written",
    "published": "value of this edition",
}


def scaled(cell: str, unit: str, scale: str) -> str:
    """A cell in money of a unit, in millions (`mn`) or billions (`bn`); any other unit as it is."""
    if not money(unit):
        return cell
    factor = convert(1.0, unit, scale)
    if factor == 1:
        return cell
    return f"({cell}*{round(factor)})" if factor > 1 else f"({cell}/{round(1 / factor)})"


def scale_of(unit: str) -> str:
    """The scale of a unit of money, none for any other unit."""
    parts = money(unit)
    return parts.scale if parts else ""


def joined(cells: list[str]) -> str:
    """Cells as arguments of a function."""
    return ",".join(cells)


class Figures:
    """The sheet of figures: names of their cells, and the block once it is filled."""

    def __init__(self, case: Case, names: Names) -> None:
        self.case = case
        self.block = Block("Figures", len(case.figures), list(_FIGURES), names)
        self._row = {figure: row for row, figure in enumerate(case.figures)}
        self._standing = known(case.tables["figures"], case.as_of)
        under = scenario_values(case.tables["scenarios"], case.scenario, self._standing)
        #: Under the scenario alone: a new value of the reader starts from these ranges.
        self._written = override(self._standing, under, self._standing)
        for figure in case.figures:
            # The figures' own names come first, whatever else wants one.
            self.value(figure)

    def value(self, figure: str) -> str:
        """The cell that the reader changes."""
        return self.block.named("value", self._row[figure], figure)

    def used(self, figure: str) -> str:
        """The value that counts: another cell only where the case leaves the value empty."""
        if not self.may_be_empty(figure):
            return self.value(figure)
        return self.block.named("used", self._row[figure], f"{figure}_used")

    def low(self, figure: str) -> str:
        return self.block.named("low", self._row[figure], f"{figure}_low")

    def high(self, figure: str) -> str:
        return self.block.named("high", self._row[figure], f"{figure}_high")

    def may_be_empty(self, figure: str) -> bool:
        """Whether the case has no value for a figure, before any scenario."""
        return self._standing[figure].value is None and self.case.figures[figure].metric in UNVALUED_METRICS

    def ranged(self, figure: str) -> bool:
        """Whether a figure has a range even where its value is empty."""
        written = self._written[figure]
        return not self.may_be_empty(figure) or None not in (written.low, written.high)

    def pooled(self) -> list[Figure]:
        """The exit probabilities that are pooled from claims unless the reader gives a value."""
        return [
            figure
            for name, figure in self.case.figures.items()
            if figure.metric == POOLED and self.may_be_empty(name) and self.case.exit_claims(figure.entity)
        ]

    def fill(self, stand_ins: Mapping[str, Live], pools: Mapping[str, Pool]) -> None:
        """Write every column. `stand_ins` take the place of empty values, by figure id; `pools` likewise."""
        rows = list(self.case.figures.values())
        cells: dict[str, list[Content]] = {key: [] for key in _FIGURES}
        for figure in rows:
            for key, content in self._texts(figure).items():
                cells[key].append(content)
            value = None if figure.pooled else figure.value
            cells["value"].append(value)
            cells["published"].append(value)
            written = self._written[figure.id]
            cells["given_low"].append(written.low)
            cells["given_high"].append(written.high)
            for key, content in self._rules(figure, stand_ins, pools).items():
                cells[key].append(content)
        for key, title in _FIGURES.items():
            self.block.add(Column(key, title, tuple(cells[key]), open=key == "value"))

    def _texts(self, figure: Figure) -> dict[str, Content]:
        case = self.case
        source_of = {row["id"]: row["source"] for row in case.tables["claims"].rows}
        sources = list(dict.fromkeys(source_of[claim] for claim in figure.claims))
        return {
            "id": figure.id,
            "entity": case.name(figure.entity),
            "label": figure.label,
            "period": figure.period,
            "unit": figure.unit,
            "tag": figure.tag,
            "reason": " ".join(part for part in (figure.reason, figure.note) if part),
            "claims": "; ".join(figure.claims),
            "sources": "; ".join(f"{source} ({case.publisher(source)})" for source in sources),
            "half_unit": figure.half_unit,
            "min": figure.min,
            "max": figure.max,
        }

    def _rules(
        self, figure: Figure, stand_ins: Mapping[str, Live], pools: Mapping[str, Pool]
    ) -> dict[str, Content]:
        """What counts, low and high of a figure, by the rule for its kind."""
        row = self._row[figure.id]
        value, used = self.block.at("value", row), self.block.at("used", row)
        low, high = _range(figure)
        if not self.may_be_empty(figure.id):
            counts = Live(value, figure.value)
            return {"used": counts, **self._reach(figure, value, low, high)}
        if figure.metric in SPENDS:
            disclosed = [
                scaled(self.value(other.id), other.unit, scale_of(figure.unit))
                for other in self.case.spends(figure.metric, figure.period)
            ]
            most = self.block.at("high", row)
            half = None if figure.high is None else figure.high / 2
            return {
                "used": Live(
                    f'IF({value}="",{most}/2,{value})', half if figure.value is None else figure.value
                ),
                "low": 0.0,
                "high": Live(f"MAX({joined(disclosed)})", figure.high),
            }
        if figure.id in pools:
            found = pools[figure.id]
            return {
                "used": Live(f'IF({value}="",{found.pooled},{value})', figure.value),
                "low": Live(f"MIN({found.low},{used})", low),
                "high": Live(f"MAX({found.high},{used})", high),
            }
        instead = stand_ins.get(figure.id, Live('""', ""))
        counts = Live(
            f'IF({value}="",{instead.formula},{value})',
            instead.value if figure.value is None else figure.value,
        )
        return {"used": counts, **self._reach(figure, value, low, high)}

    def _reach(self, figure: Figure, value: str, low: float | str, high: float | str) -> dict[str, Content]:
        """Low and high where they are written, or by rounding where they are not."""
        row, written = self._row[figure.id], self._written[figure.id]
        slack = self.block.at("half_unit", row)
        below, above = self.block.at("given_low", row), self.block.at("given_high", row)

        def rounded(sign: str, limit: float | None, key: str) -> str:
            if not figure.half_unit:
                end = value
            elif limit is None:
                end = f"{value}{sign}{slack}"
            else:
                end = f"{'MAX' if sign == '-' else 'MIN'}({value}{sign}{slack},{self.block.at(key, row)})"
            return f'IF({value}="","",{end})' if self.may_be_empty(figure.id) else end

        down = f"MIN({below},{value})" if written.low is not None else rounded("-", figure.min, "min")
        up = f"MAX({above},{value})" if written.high is not None else rounded("+", figure.max, "max")
        if written.high is None and figure.metric == "exit_probability_without_deal":
            up = next(
                (self.used(other.id) for other in reversed(self.case.all_of(POOLED, figure.entity))), up
            )
        return {"low": Live(down, low), "high": Live(up, high)}


def _range(figure: Figure) -> tuple[float | str, float | str]:
    """What evidence allows, as a sheet shows it: an empty text where there is no end."""
    try:
        return figure.range
    except InputError:
        low, high = ("" if end is None else end for end in (figure.low, figure.high))
        return low, high


class Pool:
    """The names of the cells in which one exit probability is pooled."""

    def __init__(self, block: Block, row: int, figure: str) -> None:
        self.pooled = block.named("pooled", row, f"{figure}_pooled")
        self.low = block.named("low", row, f"{figure}_band_low")
        self.high = block.named("high", row, f"{figure}_band_high")


class Readings:
    """Phrases on their scales, the readings of claims, and the pools of readings."""

    def __init__(self, case: Case, figures: Figures, names: Names, choices: Mapping[str, Any]) -> None:
        self.choices = _choices(case, choices, names)
        self.phrases = _phrases(case, names)
        self.readings, spans = _readings(case, figures, self.phrases, self.choices, names)
        self.pools, self.by_figure = _pools(case, self.readings, spans, self.choices, names)


#: Choices that stay live in the workbook, and what each decides.
LIVE_CHOICES = {
    "scale": "scale on which phrases are read",
    "pool_method": "how several readings become one probability",
    "share_model": "how the open pool is shared out within capacities",
}


def _choices(case: Case, choices: Mapping[str, Any], names: Names) -> Block:
    made = {
        "scale": case.scale,
        "pool_method": case.pool_method,
        "share_model": choices.get("share_model", "equal"),
    }
    block = Block("Choices", len(made), ("choice", "value", "what", "words"), names)
    block.add(Column("choice", "choice", tuple(made)))
    block.add(Column("value", "value", tuple(made.values()), open=True))
    block.add(Column("what", "what it decides", tuple(LIVE_CHOICES[name] for name in made)))
    block.add(Column("words", "may be", tuple("; ".join(words(case)[name]) for name in made)))
    return block


def words(case: Case) -> dict[str, tuple[str, ...]]:
    """What each live choice may be: of the scales those on which every phrase of a reading stands."""
    from neutrality.chapters import SHARE_MODELS

    read = {claim["phrase"] for customer in case.customers for claim in case.exit_claims(customer.id)}
    scales: dict[str, set[str]] = {}
    for row in case.tables["wording"].rows:
        scales.setdefault(row["scale"], set()).add(row["phrase"])
    whole = tuple(scale for scale, phrases in scales.items() if read <= phrases)
    return {"scale": whole, "pool_method": POOL_METHODS, "share_model": SHARE_MODELS}


def choice(block: Block, name: str) -> str:
    """The name of a choice's cell."""
    return block.named("value", list(LIVE_CHOICES).index(name), name)


def _phrases(case: Case, names: Names) -> Block:
    rows = case.tables["wording"].rows
    titles = {"scale": "scale", "phrase": "phrase", "term": "term", "value": "value", "low": "low"}
    titles |= {"high": "high", "source": "source"}
    block = Block("Phrases", len(rows), list(titles), names)
    for key, title in titles.items():
        cells = tuple(row[key] for row in rows)
        block.add(Column(key, title, cells, open=key in ("value", "low", "high")))
    return block


def _readings(
    case: Case, figures: Figures, phrases: Block, choices: Block, names: Names
) -> tuple[Block, dict[str, tuple[int, int]]]:
    """One row for each reading, those of a figure together; and the first and last row of each figure."""
    titles = {
        "figure": "figure",
        "claim": "claim",
        "source": "source",
        "phrase": "phrase",
        "value": "probability",
        "low": "low",
        "high": "high",
        "weight": "weight",
        "yes": "probability ^ weight",
        "no": "(1 - probability) ^ weight",
    }
    rows: list[tuple[str, dict[str, Any], float, str]] = []
    spans: dict[str, tuple[int, int]] = {}
    weighing = counting(case.all_of("pool_weight"))
    for figure in figures.pooled():
        claims = case.exit_claims(figure.entity)
        spans[figure.id] = (len(rows), len(rows) + len(claims) - 1)
        first = 0.5 if weighing is None or weighing.value is None else weighing.value
        cell = "0.5" if weighing is None else figures.used(weighing.id)
        written = [cell, f"1-{cell}"] if len(claims) == 2 else [f"1/{len(claims)}"] * len(claims)
        for claim, weight, formula in zip(claims, weights(len(claims), first), written, strict=True):
            rows.append((figure.id, claim, weight, formula))
    block = Block("Readings", len(rows), list(titles), names)
    scale, on, phrase = choice(choices, "scale"), phrases.range("scale"), phrases.range("phrase")
    cells: dict[str, list[Content]] = {key: [] for key in titles}
    for row, (figure_id, claim, weight, formula) in enumerate(rows):
        said = case.phrases[claim["phrase"]]
        for key, content in (
            ("figure", figure_id),
            ("claim", claim["id"]),
            ("source", case.publisher(claim["source"])),
            ("phrase", claim["phrase"]),
        ):
            cells[key].append(content)
        for key in ("value", "low", "high"):
            found = f"SUMPRODUCT(({on}={scale})*({phrase}={block.at('phrase', row)})*{phrases.range(key)})"
            cells[key].append(Live(found, getattr(said, key)))
        cells["weight"].append(Live(formula, weight))
        p, w = block.at("value", row), block.at("weight", row)
        for key, base, number in (("yes", p, said.value), ("no", f"(1-{p})", 1 - said.value)):
            # A reading without weight has no say, not even where it is certain.
            power = number**weight if weight > 0 else 1.0
            cells[key].append(Live(f"IF({w}>0,{base}^{w},1)", power))
    for key, title in titles.items():
        block.add(Column(key, title, tuple(cells[key])))
    return block, spans


def _pools(
    case: Case,
    readings: Block,
    spans: Mapping[str, tuple[int, int]],
    choices: Block,
    names: Names,
) -> tuple[Block, dict[str, Pool]]:
    """One row for each exit probability that is pooled from readings."""
    titles = {
        "figure": "figure",
        "linear": "linear pool",
        "log": "logarithmic pool",
        "pooled": "as chosen",
        "low": "low of all readings",
        "high": "high of all readings",
    }
    block = Block("Pools", len(spans), list(titles), names)
    cells: dict[str, list[Content]] = {key: [] for key in titles}
    by_figure: dict[str, Pool] = {}
    method = choice(choices, "pool_method")
    weighing = counting(case.all_of("pool_weight"))
    for row, (figure, (first, last)) in enumerate(spans.items()):
        by_figure[figure] = Pool(block, row, figure)

        def over(key: str, first: int = first, last: int = last) -> str:
            return readings.span(key, first, last)

        said = [case.phrases[claim["phrase"]] for claim in case.exit_claims(case.figures[figure].entity)]
        heights = [one.value for one in said]
        own = weights(len(said), 0.5 if weighing is None or weighing.value is None else weighing.value)
        linear, log = (_pool(heights, own, name) for name in POOL_METHODS)
        yes, no = f"PRODUCT({over('yes')})", f"PRODUCT({over('no')})"
        cells["figure"].append(figure)
        cells["linear"].append(Live(f"SUMPRODUCT({over('value')},{over('weight')})", linear))
        cells["log"].append(Live(f"IF({yes}+{no}=0,NA(),{yes}/({yes}+{no}))", log))
        chosen = f'IF({method}="log",{block.at("log", row)},{block.at("linear", row)})'
        cells["pooled"].append(Live(chosen, log if case.pool_method == "log" else linear))
        cells["low"].append(Live(f"MIN({over('low')})", min(one.low for one in said)))
        cells["high"].append(Live(f"MAX({over('high')})", max(one.high for one in said)))
    for key, title in titles.items():
        block.add(Column(key, title, tuple(cells[key])))
    return block, by_figure


def _pool(probabilities: list[float], weight: list[float], method: str) -> float | None:
    try:
        return pool(probabilities, weight, method)
    except ValueError:
        return None


__all__ = ["LIVE_CHOICES", "Figures", "Pool", "Readings", "choice", "joined", "scaled", "words"]
