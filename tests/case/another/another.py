"""Another deal: seven customers, three vendors, another currency, and one customer whose spend is disclosed.

Made up from end to end. Descriptor and scales are those that `neutrality new` writes.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path

from neutrality.case import template

HERE = Path(__file__).resolve().parent

#: What the case says of itself.
WORDS = {
    "name": "the-test-bench",
    "title": "The Test Bench",
    "description": "Figures, claims and assumptions behind a report on a car maker's stake in a test house.",
    "question": "What did a car maker pay for its rivals' test house, who leaves, and who gains?",
    "story": (
        "In March, Halden Motoren paid {purchase_price} for {shares_bought} of Nordvik Messtechnik, which tests "
        "battery cells for its rivals. A paper puts the whole at {value_with_deal}; the last round stood at "
        "{value_of_last_round}. Nordvik Messtechnik sold for {sales_2021} in a year, {arvo_paid_2021} of it to "
        "Arvo Cars, which planned {arvo_plan_2022} for the next. Some car makers fear for their test data."
    ),
    "contributors": [{"title": "The bench's own authors", "role": "author"}],
}

#: Tables without which the case computes too.
SPARE = ("conflicts", "readings", "scenarios", "events", "outcomes", "comparables", "precedents")


def write(folder: Path, *, bare: bool = False) -> Path:
    """Write the case into a new folder; a bare one has no row in any table that can do without."""
    template.write(folder)
    for name in template.ROWS:
        rows = [] if bare and name in SPARE else _rows(HERE / "tables" / f"{name}.csv")
        with (folder / f"{name}.csv").open(newline="", encoding="utf-8") as stream:
            columns = next(csv.reader(stream))
        with (folder / f"{name}.csv").open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
            writer.writeheader()
            writer.writerows(row for row in rows if not (bare and _spare(name, row)))
    place = folder / "datapackage.json"
    place.write_text(json.dumps(json.loads(place.read_text("utf-8")) | WORDS), "utf-8")
    (folder / "README.md").unlink()
    return folder


def _spare(table: str, row: dict[str, str]) -> bool:
    """Whether a row is later evidence or something that a rival claims."""
    claimed = row.get("metric", "").startswith(("claimed_", "claim_conversion"))
    return table == "figures" and (row["tag"] == "later" or claimed)


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(newline="", encoding="utf-8") as stream:
        return list(csv.DictReader(stream))
