"""An empty case: the descriptor and the scales of a case that exists, with worked rows to be replaced.

The worked rows are a sound case's: they show what each table takes, in their own words. Each is marked by the
ids in it, and `check` names every one that still stands. The module is long for them: a row for every table,
and for every kind of figure; the code is a hundred lines.
"""

from __future__ import annotations

import copy
import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from neutrality.case.source import DESCRIPTOR, opened, paths
from neutrality.case.tables import Table, schema_fields, text_of
from neutrality.errors import InputError, quoted

#: What the ids of worked rows begin with, and the worked words of the descriptor.
MARK = "example_"
WORKED = "Example: "

#: The words of a descriptor that belong to its case alone.
WORKED_WORDS: Mapping[str, str] = {
    "title": "Example: the title of your book",
    "description": "Example: one or two sentences for somebody who finds the data without the book.",
    "question": "Example: what was the deal worth, who leaves, and who gains?",
    "story": (
        "Example: four or five sentences that tell the deal to somebody who has not heard of it. An id of the "
        "table of figures in braces prints its number: the buyer paid {example_price}."
    ),
}

#: Read from published scales and the same for every case.
SHARED = "wording"

_DAY = "2022-03-20"

#: Worked rows by table. Together they are sound in themselves, so that a check finds nothing else in them.
ROWS: Mapping[str, tuple[Mapping[str, str], ...]] = {
    "entities": (
        {
            "id": "example_supplier",
            "name": "Example supplier",
            "role": "supplier",
            "note": "The company of which a part was bought; exactly one",
        },
        {
            "id": "example_buyer",
            "name": "Example buyer",
            "role": "acquirer",
            "note": "Who bought it; exactly one",
        },
        {
            "id": "example_customer",
            "name": "Example customer",
            "role": "customer",
            "note": "One who may leave; at least one",
        },
        {
            "id": "example_rival",
            "name": "Example rival",
            "role": "vendor",
            "note": "One who may win what leaves; at least one, and a row for all others together",
        },
        {
            "id": "example_before",
            "name": "Example of before",
            "role": "precedent",
            "note": "A supplier of an earlier case; none is needed",
        },
    ),
    "sources": (
        {
            "id": "example_report",
            "title": "What the document is, in your own words",
            "publisher": "Example publisher",
            "url": "https://example.org/report",
            "published_on": _DAY,
            "grade": "B",
            "note": "What to know before relying on it; derived_from names the document that it rewrites",
        },
    ),
    "claims": (
        {
            "id": "example_says_price",
            "source": "example_report",
            "locator": "¶1",
            "speaker": "the buyer",
            "interest": "party",
            "entity": "example_buyer",
            "topic": "price",
            "statement": "What the source says of the price, in one sentence of your own.",
            "value": "620",
            "unit": "EUR mn",
            "certainty": "reported_fact",
            "said_on": _DAY,
            "credibility": "2",
        },
        {
            "id": "example_says_other_price",
            "source": "example_report",
            "locator": "¶5",
            "speaker": "an unnamed banker",
            "interest": "none",
            "entity": "example_buyer",
            "topic": "price",
            "statement": "What somebody else says of the price, where the two do not agree.",
            "value": "600",
            "unit": "EUR mn",
            "certainty": "unnamed_source",
            "said_on": _DAY,
            "credibility": "3",
        },
        {
            "id": "example_says_exit",
            "source": "example_report",
            "locator": "¶8",
            "speaker": "the customer",
            "interest": "customer",
            "entity": "example_customer",
            "topic": "exit",
            "statement": "What is said of a customer's leaving; its phrase is read on the scales of the wording table.",
            "phrase": "probable",
            "certainty": "interested_party",
            "said_on": _DAY,
            "credibility": "3",
        },
    ),
    "conflicts": (
        {
            "id": "example_conflict",
            "topic": "What claims do not agree about",
            "claims": "example_says_price;example_says_other_price",
            "type": "magnitude",
            "treatment": "How the book deals with it, and why.",
            "effect": "Which figures and results depend on that.",
        },
    ),
    "readings": (
        {
            "conflict": "example_conflict",
            "reading": "What one side says",
            "figure": "example_price",
            "value": "620",
            "claims": "example_says_price",
            "note": "Every answer is computed under each reading of a conflict; it takes two or more",
        },
        {
            "conflict": "example_conflict",
            "reading": "What the other side says",
            "figure": "example_price",
            "value": "600",
            "claims": "example_says_other_price",
            "note": "A conflict that moves no figure needs none",
        },
    ),
    "figures": (
        {
            "id": "example_price",
            "entity": "example_buyer",
            "metric": "investment",
            "period": "2022-03",
            "label": "Price paid",
            "value": "620",
            "min": "1",
            "max": "20000",
            "half_unit": "5",
            "unit": "EUR mn",
            "tag": "stated",
            "claims": "example_says_price",
            "known_on": _DAY,
            "note": "Stated in a source: it names its claim. Rounded to ten million, so half_unit is five",
        },
        {
            "id": "example_customer_leaves",
            "entity": "example_customer",
            "metric": "exit_probability",
            "period": "12 months",
            "label": "Probability of leaving within a year",
            "min": "0",
            "max": "1",
            "unit": "probability",
            "tag": "assumed",
            "known_on": _DAY,
            "reason": "No value of its own: pooled from the phrases of its customer's exit claims",
            "quality": "fair",
        },
        {
            "id": "example_discount",
            "entity": "example_supplier",
            "metric": "dcf_rate",
            "period": "2022-03",
            "label": "Discount rate",
            "value": "0.1",
            "min": "0.05",
            "max": "0.4",
            "low": "0.08",
            "high": "0.13",
            "unit": "per year",
            "tag": "assumed",
            "known_on": _DAY,
            "reason": "Assumed: says why this value and why this range, low to high; min and max are what may be tried",
            "quality": "fair",
        },
        {
            "id": "example_later_value",
            "entity": "example_before",
            "metric": "valuation_mark",
            "period": "2022",
            "label": "Value in its sale",
            "value": "420",
            "min": "0",
            "half_unit": "5",
            "unit": "EUR mn",
            "tag": "later",
            "claims": "example_says_price",
            "known_on": _DAY,
            "note": "Later evidence, from after or beyond the sources: no answer rests on it unless a day is asked for",
        },
        {
            "id": "example_later_sales",
            "entity": "example_before",
            "metric": "reported_revenue",
            "period": "2022",
            "label": "Sales of the year",
            "value": "120",
            "min": "0",
            "half_unit": "5",
            "unit": "EUR mn",
            "tag": "later",
            "claims": "example_says_price",
            "known_on": _DAY,
        },
    ),
    "scenarios": (
        {
            "scenario": "example_all_leave",
            "figure": "example_customer_leaves",
            "value": "1",
            "note": "One new value of one figure; rows of the same name make one scenario",
        },
    ),
    "events": (
        {
            "date": "2022-03-17",
            "entity": "example_buyer",
            "event": "What happened on this day, in your own words",
            "claims": "example_says_price",
            "precision": "day",
        },
    ),
    "outcomes": (
        {
            "figure": "example_customer_leaves",
            "rule": "The test that decides whether the customer has left, in words that leave no choice.",
            "note": "Still open: resolved_on and outcome are empty until it is decided",
        },
    ),
    "comparables": (
        {
            "id": "example_sale",
            "entity": "example_before",
            "valuation": "example_later_value",
            "revenue": "example_later_sales",
            "status": "closed",
            "basis": "revenue",
            "note": "Another company's price beside its sales; both are figures",
        },
    ),
    "precedents": (
        {
            "id": "example_precedent",
            "entity": "example_before",
            "label": "An earlier case in a few words",
            "happened_on": "2015-02-01",
            "direction": "customers_left",
            "tie": "contract",
            "followed": "What became of it.",
            "claims": "example_says_exit",
            "note": "speed and share name figures where a source gives them",
        },
    ),
}

README = """\
# A case to fill in

`neutrality new` made this folder. Every row whose ids begin with `{mark}` is a worked one: it shows what its table
takes. Put your own rows in their place, write your words into `{descriptor}` (title, description, question and story)
and ask what is left:

    neutrality check --data {folder}

The order that saves work: entities, sources, claims, figures; then scenarios, conflicts and readings; then what
became known later. `{shared}` holds published scales and stays as it is. A table with its header alone is an empty
one, which all but entities, sources, claims and figures may be.

Which figures the chapters need, and what each column means, is on the page "Carry it to another deal" of the book
and in `{descriptor}`. When the check finds nothing:

    neutrality build --data {folder} --out _build/mine
"""


def write(folder: Path, model: str = "data") -> list[str]:
    """Write an empty case into a folder that is new or empty; returns the names of its files.

    The descriptor and the scales are those of the case at `model`, so that they cannot fall behind the code.
    Raises InputError, with nothing touched, for a folder that holds something or cannot be written.
    """
    texts = files(model, str(folder))
    try:
        if folder.is_dir():
            if any(folder.iterdir()):
                raise InputError(f"{folder}: is not empty; a new case needs an empty or a new folder")
        elif folder.exists() or folder.is_symlink():
            raise InputError(f"{folder}: is a file; a new case needs an empty or a new folder")
        _put(folder, texts)
    except OSError as problem:
        raise InputError(f"{folder}: cannot be written: {problem.strerror}") from None
    return list(texts)


def _put(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files, or none of them."""
    made: list[Path] = []
    try:
        for place in [*reversed(folder.parents), folder]:
            if not place.exists():
                place.mkdir()
                made.append(place)
        for name, text in texts.items():
            with (folder / name).open("x", encoding="utf-8", newline="") as stream:
                made.append(folder / name)
                stream.write(text)
    except BaseException:
        for place in reversed(made):
            place.rmdir() if place.is_dir() else place.unlink()
        raise


def files(model: str, folder: str) -> dict[str, str]:
    """The text of every file of an empty case, by name."""
    with opened(_place(model)) as known:
        held, tables = known.descriptor, paths(known.descriptor)
        texts = {DESCRIPTOR: json.dumps(descriptor(held), indent=2, ensure_ascii=False) + "\n"}
        for table, name in tables.items():
            if table == SHARED:
                texts[name] = text_of(known, table)
            else:
                texts[name] = _csv(list(schema_fields(held, table)), ROWS.get(table, ()))
    texts["README.md"] = README.format(mark=MARK, folder=folder, descriptor=DESCRIPTOR, shared=tables[SHARED])
    return texts


def _place(model: str) -> str:
    """Where the model is: a plain name is looked for above the working directory and above this package."""
    if "://" in model or Path(model).is_absolute():
        return model
    for above in (Path.cwd(), *Path.cwd().parents):
        if (above / model / DESCRIPTOR).is_file():
            return model
    for above in Path(__file__).resolve().parents:
        if (above / model / DESCRIPTOR).is_file():
            return str(above / model)
    return model


def descriptor(model: Mapping[str, Any]) -> dict[str, Any]:
    """The descriptor of an empty case: the schema and licence of another one, with worked words."""
    replaced = {"profile", "name", *WORKED_WORDS, "contributors"}
    return {
        "profile": model.get("profile", "data-package"),
        "name": "example-case",
        **WORKED_WORDS,
        "contributors": [{"title": f"{WORKED}who made this book", "role": "author"}],
        **{key: copy.deepcopy(value) for key, value in model.items() if key not in replaced},
    }


def _csv(columns: list[str], rows: tuple[Mapping[str, str], ...]) -> str:
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return stream.getvalue()


def faults(label: str, held: Mapping[str, Any], tables: Mapping[str, Table]) -> Iterator[str]:
    """What still stands of a worked case: words of the descriptor, which `label` names, and rows."""
    for name in ("name", *WORKED_WORDS):
        text = held.get(name)
        if isinstance(text, str) and text.startswith((WORKED, "example-")):
            yield f"{label}: {name}: found the worked words {quoted(text, 40)}, expected your own"
    if WORKED in str(held.get("contributors", "")):
        yield f"{label}: contributors: found the worked words, expected who made the book, or none"
    for table in tables.values():
        for row, line in zip(table.rows, table.lines, strict=True):
            for column, cell in row.items():
                if isinstance(cell, str) and cell.startswith(MARK):
                    yield (
                        f"{table.label}:{line}: {column}: found the worked row {cell!r}, "
                        "expected a row of your own, or none"
                    )
                    break
