"""A case of other companies, and workbooks recalculated."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from workbook_variants import Sheets, Variant, recalculated

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture(scope="session")
def recalculate(
    tmp_path_factory: pytest.TempPathFactory,
) -> Callable[[Mapping[str, Variant]], dict[str, Sheets]]:
    """Recalculates workbooks by LibreOffice."""
    return lambda variants: recalculated(variants, tmp_path_factory.mktemp("recalculated"))


#: Other names for everybody, and other ids for some figures: among them what a spreadsheet takes for a cell.
OTHER_NAMES = {
    "google": "alder", "microsoft": "birch", "xai": "cedar", "openai": "dogwood",
    "labelbox": "elm", "turing": "fir", "handshake": "gum", "mercor": "hazel",
}  # fmt: skip
OTHER_IDS = {"stake": "st1", "revenue_2024": "r1c1", "investment": "c", "net_debt": "debt"}


@pytest.fixture(scope="session")
def other_case(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Seven customers, six vendors, other ids, money in other units, one to three readings of an exit."""
    folder = tmp_path_factory.mktemp("other") / "case"
    shutil.copytree(ROOT / "data", folder)
    for path in folder.glob("*.csv"):
        text = path.read_text("utf-8")
        for old, new in OTHER_NAMES.items():
            text = re.sub(rf'(?<![a-z]){old}(?=[_,;"\n]|$)', new, text, flags=re.MULTILINE)
        path.write_text(text, "utf-8")

    def change(table: str, edit: Callable[[list[dict[str, str]]], None]) -> None:
        with (folder / f"{table}.csv").open(newline="", encoding="utf-8") as stream:
            reader = csv.DictReader(stream)
            columns, rows = list(reader.fieldnames or ()), list(reader)
        edit(rows)
        with (folder / f"{table}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)

    def rename(*columns: str) -> Callable[[list[dict[str, str]]], None]:
        def edit(rows: list[dict[str, str]]) -> None:
            for row in rows:
                row.update({column: OTHER_IDS.get(row[column], row[column]) for column in columns})

        return edit

    change("scenarios", rename("figure"))
    change("outcomes", rename("figure"))
    change("comparables", rename("valuation", "revenue"))
    # What another reading of a conflict would be is in the old units.
    change("readings", lambda rows: rows.clear())

    def entities(rows: list[dict[str, str]]) -> None:
        roles = {"larch": "customer", "maple": "customer", "oak": "customer", "yew": "vendor"}
        rows += [{"id": name, "name": name.title(), "role": role, "note": ""} for name, role in roles.items()]

    def claims(rows: list[dict[str, str]]) -> None:
        said = [row for row in rows if row["entity"] == "cedar" and row["phrase"]]
        for count, name in enumerate(("larch", "maple", "oak"), 1):
            for number, phrase in enumerate(("probable", "improbable", "almost_certain")[:count]):
                new = {"id": f"{name}_{number}", "entity": name, "phrase": phrase}
                rows.append(said[0] | new | {"statement": f"{name} may leave, reading {number}"})

    def figures(rows: list[dict[str, str]]) -> None:
        rename("id")(rows)
        for row in rows:
            if row["id"] == "r1c1":
                row.update(value="0.87", unit="USD bn", half_unit="0.005", min="0.001", max="100")
            elif row["id"] == "c":
                row.update(value="14300", unit="USD mn", half_unit="50", min="100", max="200000")
        base = [row for row in rows if row["tag"] != "later"]

        def like(entity: str, name: str) -> list[dict[str, str]]:
            return [
                row | {"id": row["id"].replace(entity, name), "entity": name}
                for row in base
                if row["entity"] == entity
            ]

        for name in ("larch", "maple", "oak"):
            for row in like("cedar", name):
                if row["metric"] == "exit_probability":
                    row.update(low="", high="")
                elif (name, row["metric"]) == ("larch", "spend"):
                    row.update(value="120", half_unit="5", low="")
                elif (name, row["metric"]) == ("maple", "planned_spend"):
                    row.update(value="90000", low="80000", high="95000", unit="USD k per year")
                rows.append(row)
        rows += like("elm", "yew")
        # It claims an amount and a multiple: the larger one counts.
        rows += [row for row in like("gum", "yew") if row["metric"] == "claimed_multiple"]

    for table, edit in (("entities", entities), ("claims", claims), ("figures", figures)):
        change(table, edit)
    place = folder / "datapackage.json"
    descriptor = json.loads(place.read_text("utf-8"))
    place.write_text(json.dumps(descriptor | {"story": "A story.", "question": "What if?"}), "utf-8")
    return folder
