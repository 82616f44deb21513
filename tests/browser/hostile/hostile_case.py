"""A case whose every text is an attack on something that reads it: pages, charts, tables, files, terminals."""

from __future__ import annotations

import csv
import json
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

#: Each is made one of a kind by a number, which a formula must bear without ceasing to be one.
ATTACKS = (
    "<script>window.pwned='script {n}'</script>",
    "<img src=x{n} onerror=\"window.pwned='image'\">",
    "\"'><svg onload=\"window.pwned='drawing {n}'\">",
    "</title></style></textarea></script><iframe src=\"javascript:parent.pwned='frame {n}'\"></iframe>",
    '" onmouseover="window.pwned=\'attribute\'" data-n="{n}',
    '=HYPERLINK("http://hostile.example/{n}","x")',
    "+1+1+{n}",
    "@SUM(1)+{n}",
    "-2-3-{n}",
    "=cmd|' /C calc'!A{n}",
    "| a | b | {n}\t|",
    "`code` ``` {n} ~~~ *bold* _italic_ ~~gone~~",
    "$x_{n}$ $$y$$ \\(z\\) \\[w\\]",
    "{{{{7*{n}}}}} {{% raw %}} {{%- endraw -%}} {{# gone #}} {{0}} {{no_such_{n}}} ${{x}}",
    "[a](javascript:window.pwned={n}) ![i](http://hostile.example/{n}.png) <http://hostile.example/> [^1] [x]: http://hostile.example/",
    "<!-- {n} --> ]]> <![CDATA[ <?php ?> &lt;b&gt; &amp; &#60; &nbsp;",
    "{{ref}}`nowhere-{n}` {{raw}}`x` ```{{raw}} html <b>{n}</b> ``` :::{{note}} {{cite:p}}`nobody` |sub| (here)= %comment",
    "\\ \\\\ \\n \\x41 \\u0041 %s %d %(name)s {n}\\",
    "line {n}\nline\r\n\r\n# heading\n\n- item\n    code\n```{{raw}} html\n<b>x</b>\n```\n---\nend",
    "{n} " + "W" * 5000,
    "\u202e{n} override \u2067isolate مرحبا بالعالم שלום",
    "👩‍👩‍👧‍👦 🏴‍☠️ 🇺🇳 {n} ☃️",
    "zero{n}\u200b\u200d\u2060\ufeffwidth \u00a0\u2003space",
    "Z̸̡͎͖̲̿͊͗̕a̴̢̛̰̘͑̈́l̶͉̠͐̓g̵̻̈́o̷̧̤͛ {n} e\u0301\u0301\u0301\u0301",
    "before{n}\u2028after\u2029last\u0085next",
)

DESCRIPTOR = "datapackage.json"
#: What the descriptor says of the case in words.
WORDS = ("title", "question", "story", "description")

#: Where a case has columns of free text that the code reads as names, not as words.
NAMES = {("wording", "scale")}


@dataclass(frozen=True)
class Text:
    """A hostile text: the cell where it stands, and the rest of its row."""

    table: str
    column: str
    text: str
    row: dict[str, str]


def free_columns(descriptor: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Table, its file and column of every text that the schema leaves free."""
    for resource in descriptor["resources"]:
        keys = {name for key in resource["schema"].get("foreignKeys", ()) for name in _listed(key["fields"])}
        for field in resource["schema"]["fields"]:
            limits = field.get("constraints", {})
            bound = "pattern" in limits or "enum" in limits or "format" in field or field["name"] in keys
            if field["type"] == "string" and not bound and (resource["name"], field["name"]) not in NAMES:
                yield resource["name"], resource["path"], field["name"]


def _listed(names: str | list[str]) -> list[str]:
    return [names] if isinstance(names, str) else names


def attacks(row: int, rows: int, start: int) -> str:
    """What a row of a column holds: one attack, or several where the rows are too few for each to have its own."""
    number = start + row
    own = ATTACKS[row % len(ATTACKS) :: rows] if rows < len(ATTACKS) else [ATTACKS[number % len(ATTACKS)]]
    return " ".join(attack.format(n=number) for attack in own)


def make(case: Path, folder: Path) -> None:
    """Copy a case into a folder with every free text replaced.

    Ids, numbers, days and the schema's own words stay, so that the case computes as before.
    """
    shutil.copytree(case, folder)
    place = folder / DESCRIPTOR
    descriptor = json.loads(place.read_text("utf-8"))
    start = 100
    for table, file, column in free_columns(descriptor):
        columns, rows = _rows(folder / file)
        for number, row in enumerate(rows):
            row[column] = attacks(number, len(rows), start)
        assert rows, f"{table} has no row to fill"
        start += len(rows)
        with (folder / file).open("w", newline="", encoding="utf-8") as stream:
            writer = csv.DictWriter(stream, columns, lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    for key in WORDS:
        kept = " ".join(re.findall(r"\{[a-z][a-z0-9_]*\}", descriptor[key]))
        hostile = " ".join(attack.format(n=start) for attack in ATTACKS)
        # A name in braces is a placeholder, which must be a figure's; anything else in them is text.
        hostile = re.sub(r"\{([a-z][a-z0-9_]*)\}", r"{\1:}", hostile)
        descriptor[key] = f"{hostile} {kept}".strip()
        start += 1
    place.write_text(json.dumps(descriptor), "utf-8")


def read(folder: Path) -> list[Text]:
    """Every text of a case that the schema leaves free; the descriptor's own stand under its name."""
    descriptor = json.loads((folder / DESCRIPTOR).read_text("utf-8"))
    found = [Text(DESCRIPTOR, key, descriptor[key], {}) for key in WORDS]
    for table, file, column in free_columns(descriptor):
        found += [Text(table, column, row[column], row) for row in _rows(folder / file)[1]]
    return found


def _rows(path: Path) -> tuple[list[str], list[dict[str, str]]]:
    with path.open(newline="", encoding="utf-8") as stream:
        reader = csv.DictReader(stream)
        return list(reader.fieldnames or ()), list(reader)
