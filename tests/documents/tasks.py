"""The tasks of the guide: what a reader does by hand before a command, and what is to be seen after it.

Both stand under the command as the guide shows it, so that a command that is no longer there is missed.
"""

from __future__ import annotations

import csv
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Mapping
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

from bs4 import BeautifulSoup
from neutrality.case import Case, load
from neutrality.chapters import NAMES, compute, deal, front
from neutrality.results import Result
from neutrality.units import plain

if TYPE_CHECKING:
    from test_commands_shown import Reader

sys.path.append(str(Path(__file__).resolve().parents[1] / "case" / "another"))
import another

#: The price as the case has it, corrected, reported later, and given anew between two editions.
GIVEN, CORRECTED, NEWER, ANEW = 14.3, 14.8, 15.1, 14.4
DAY, LATER = "2025-06-15", "2025-09-01"


def rows_of(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))


def save(path: Path, rows: list[dict[str, str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def price(reader: Reader, value: float) -> None:
    """Change the cell `value` of the price in the row that counts."""
    rows = rows_of(reader.folder / "data" / "figures.csv")
    next(row for row in reversed(rows) if row["id"] == "investment")["value"] = str(value)
    save(reader.folder / "data" / "figures.csv", rows)


def case_of(reader: Reader, data: str = "data", **settings: str) -> Case:
    return load(str(reader.folder / data), **settings)


def on_page(reader: Reader, out: str, case: Case) -> None:
    """See that the page of the small chapter shows the numbers of a case, and what it stands on."""
    text = BeautifulSoup((reader.folder / out / "deal.html").read_text("utf-8"), "html.parser").get_text()
    results = deal.chapter(case).results.values()
    for line in [*(f"{one.id} {one.value}" for one in results), str(front.settings(case))]:
        assert f"{line}\n" in text, line


def in_terminal(said: str, results: Iterable[Result]) -> None:
    """See that the results stand in the terminal."""
    for one in results:
        shown = one.value if isinstance(one.value, str) else plain(one.value, 6)
        assert re.search(rf"^{re.escape(one.id)} +{re.escape(shown)} ", said, re.MULTILINE), (one.id, shown)


def chapter(name: str, case: Case) -> Iterable[Result]:
    return compute(name, case).results.values()


# -- correct a figure ---------------------------------------------------------------------------------


def correct(reader: Reader) -> None:
    # The book as it was built before, which is what the guide asks for.
    assert reader.run(["neutrality", "build"])[0] == 0
    assert case_of(reader).figures["investment"].value == GIVEN
    on_page(reader, "_build/html", case_of(reader))
    price(reader, CORRECTED)


def checked(reader: Reader, said: str) -> None:
    assert said == "data: no fault found\n"


def corrected(reader: Reader, said: str) -> None:
    assert "deal.ipynb: figure investment changed\n" in said
    assert case_of(reader).figures["investment"].value == CORRECTED
    on_page(reader, "_build/html", case_of(reader))


# -- add a newer figure -------------------------------------------------------------------------------


def add_newer(reader: Reader) -> None:
    path = reader.folder / "data" / "figures.csv"
    rows = rows_of(path)
    (before,) = (row for row in rows if row["id"] == "investment")
    own = {"tag": "assumed", "claims": "", "reason": "An estimate of ours.", "quality": "weak"}
    save(path, [*rows, {**before, **own, "value": str(NEWER), "known_on": LATER}])
    status, said = reader.run(["neutrality", "results", "deal"])
    assert status == 0, said
    assert case_of(reader).figures["investment"].value == NEWER
    in_terminal(said, chapter("deal", case_of(reader)))


def former(reader: Reader) -> Case:
    """The case as it was known by the day, with the number of before."""
    found = case_of(reader, as_of=DAY)
    assert found.figures["investment"].value == CORRECTED
    return found


def former_in_terminal(reader: Reader, said: str) -> None:
    in_terminal(said, chapter("deal", former(reader)))


def former_on_page(reader: Reader, said: str) -> None:
    on_page(reader, "_build/later", former(reader))


# -- run a scenario -----------------------------------------------------------------------------------


def scenario_in_terminal(reader: Reader, said: str) -> None:
    in_terminal(said, chapter("customer_exits", case_of(reader, scenario="google_only")))


def scenario_on_page(reader: Reader, said: str) -> None:
    on_page(reader, "_build/scenario", case_of(reader, scenario="google_only"))


# -- sweep two figures --------------------------------------------------------------------------------

#: What varies, as the places of the guide are filled.
VARIED = {"investment": (14.0, 15.0), "stake": (0.48, 0.5)}


def swept(reader: Reader, said: str) -> None:
    rows = rows_of(reader.folder / "_build" / "sweeps" / "deal" / "results.csv")
    case = case_of(reader)
    assert (reader.folder / "_build" / "sweeps" / "deal" / "results.parquet").is_file()
    combinations = list(product(*VARIED.values()))
    results = sum(len(list(chapter(name, case))) for name in NAMES)
    assert len(rows) == len(combinations) * results
    for run, values in enumerate(combinations, 1):
        figures = dict(zip(VARIED, values, strict=True))
        own = {row["id"]: row["value"] for row in rows if row["run"] == str(run)}
        assert {name: float(rows[(run - 1) * results][name]) for name in VARIED} == figures
        for one in compute("deal", load(str(reader.folder / "data"), figures=figures)).results.values():
            assert isinstance(one.value, str) or own[one.id] == ("" if one.value is None else repr(one.value))


def planned(reader: Reader, said: str) -> None:
    rows = rows_of(reader.folder / "_build" / "sweeps" / "plan" / "results.csv")
    runs = {
        (float(row["investment"]), float(row["stake"]), row["scenario"], row["scale"]): row["run"]
        for row in rows
    }
    assert set(runs) == set(product(*VARIED.values(), ("as_reported", "google_only"), ("kent", "ipcc")))
    assert len(set(runs.values())) == len(runs)


# -- keep an edition, and see what changed ------------------------------------------------------------


def kept(reader: Reader, said: str) -> None:
    on_page(reader, "_build/editions/before", case_of(reader))


def changed(reader: Reader, said: str) -> None:
    assert case_of(reader).figures["investment"].value == ANEW
    on_page(reader, "_build/editions/after", case_of(reader))
    page = BeautifulSoup(
        (reader.folder / "_build" / "html" / "changes.html").read_text("utf-8"), "html.parser"
    )
    assert page.h1 is not None and page.h1.text.startswith("What changed since edition before")


def told(reader: Reader, said: str) -> None:
    assert said.startswith("before → after: ")
    assert re.search(rf"^investment .*\${NEWER}bn +\${ANEW}bn ", said, re.MULTILINE), said


# -- start another deal -------------------------------------------------------------------------------

MINE = "cases/mine"


def worked(reader: Reader, said: str) -> None:
    """The check names each worked row; the tables are filled, and it finds nothing more."""
    assert f"error: {MINE}/entities.csv:2: " in said and "worked row" in said
    shutil.rmtree(reader.folder / MINE)
    another.write(reader.folder / MINE)
    assert reader.run(["neutrality", "check", "--data", MINE]) == (0, f"{MINE}: no fault found\n")


def mine_in_terminal(reader: Reader, said: str) -> None:
    case = case_of(reader, MINE)
    in_terminal(said, [result for name in NAMES for result in chapter(name, case)])


def mine_on_page(reader: Reader, said: str) -> None:
    case = case_of(reader, MINE)
    on_page(reader, "_build/mine", case)
    page = (reader.folder / "_build" / "mine" / "deal.html").read_text("utf-8")
    assert case.title in page and "The Price of Neutrality" not in page


BEFORE: Mapping[str, Callable[[Reader], None]] = {
    "neutrality check": correct,
    "neutrality results deal --as-of DAY": add_newer,
    "neutrality build --edition after": lambda reader: price(reader, ANEW),
}
AFTER: Mapping[str, Callable[[Reader, str], None]] = {
    "neutrality check": checked,
    "neutrality build": corrected,
    "neutrality results deal --as-of DAY": former_in_terminal,
    "neutrality build --as-of DAY --out _build/later": former_on_page,
    "neutrality results customer_exits --scenario SCENARIO": scenario_in_terminal,
    "neutrality build --scenario SCENARIO --out _build/scenario": scenario_on_page,
    "neutrality sweep --vary FIGURE=LOW:HIGH:COUNT --vary OTHER=LOW:HIGH:COUNT --out _build/sweeps/deal": swept,
    "neutrality sweep plan.yml --out _build/sweeps/plan": planned,
    "neutrality build --edition before": kept,
    "neutrality build --edition after": changed,
    "neutrality diff before after": told,
    f"neutrality check --data {MINE}": worked,
    f"neutrality results --data {MINE}": mine_in_terminal,
    f"neutrality build --data {MINE} --out _build/mine": mine_on_page,
}
#: Commands that are to end in errors.
REFUSED = {f"neutrality check --data {MINE}"}
