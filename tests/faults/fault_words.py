"""Faults of what is typed: options, parameters, plans and descriptors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from copy import deepcopy
from pathlib import Path
from typing import Any

from neutrality.chapters import CHOICES, Words

#: A call, what its line of error holds; `{case}`, `{file}` and `{away}` stand for a case, a text file, an empty place.
Call = tuple[tuple[str, ...], tuple[str, ...]]

VERBS = ("check", "results", "run", "build", "sweep", "serve", "new", "diff")
COMPUTING = (("results",), ("run", "deal"), ("build", "--out", "{away}"), ("serve",))


def options(bounds: dict[str, tuple[float, float]]) -> Iterator[Call]:
    """Calls with something wrong in them. `bounds` are the least and the most that a case's figures may be."""
    for verb in VERBS:
        yield (verb, "--nonsense"), ("--nonsense",)
        yield (verb + "x",), (verb + "x",)
        yield (verb, "--data"), ("--data",)
    for words in COMPUTING:
        for day in ("June", "2025-13-01", "2025/06/15", "15.06.2025", "2025-06", "tomorrow"):
            yield (*words, "--data", "{case}", "--as-of", day), ("as", day)
        yield (*words, "--data", "{case}", "--scenario", "as_reportd"), ("as_reportd", "as_reported")
        yield (*words, "--data", "{away}"), ("{away}",)
        yield (*words, "--data", "{file}"), ("{file}",)
        yield (*words, "--data", "gopher://localhost/case"), ("gopher",)
        for text in ("purchase_price", "=3", "purchase_price=", "purchase_price=much", "purchase_price=1,5"):
            yield (*words, "--data", "{case}", "--set", text), (text.partition("=")[0] or text,)
        for text in ("nan", "inf", "-inf", "1e999"):
            yield (*words, "--data", "{case}", "--set", f"purchase_price={text}"), ("purchase_price",)
        yield (*words, "--data", "{case}", "--set", "purchase_prise=3"), ("purchase_prise", "purchase_price")
        yield (*words, "--data", "{case}", "-p", "scal", "ipcc"), ("scal", "scale")
        yield (*words, "--data", "{case}", "-p", "scale"), ("-p",)
    for name, kind in CHOICES.items():
        wrong = (
            ("", "none", "Kent ") if isinstance(kind, Words) else ("", "-1", "1.5", "many", "nan", "9" * 30)
        )
        for text in wrong:
            yield ("results", "--data", "{case}", "-p", name, text), (name,)
    for id, (least, most) in bounds.items():
        yield ("results", "--data", "{case}", "--set", f"{id}={most + abs(most) + 1!r}"), (id,)
        yield ("results", "--data", "{case}", "--set", f"{id}={least - abs(least) - 1!r}"), (id,)
    yield from [
        (("results", "deel"), ("deel", "deal")),
        (("results", "--format", "xml"), ("--format", "xml")),
        (("run",), ("CHAPTER",)),
        (("run", "deel"), ("deel",)),
        (("run", "deal", "outcomes"), ("outcomes",)),
        (("run", "../deal"), ("../deal",)),
        (("run", "deal", "--data", "{case}", "--out", "{file}"), ("{file}",)),
        (("build", "--jobs", "0"), ("--jobs", "0")),
        (("build", "--jobs", "two"), ("--jobs", "two")),
        (("build", "--data", "{case}", "--edition", ""), ("edition",)),
        (("build", "--data", "{case}", "--edition", "../up"), ("../up",)),
        (("build", "--data", "{case}", "--edition", "a b"), ("a b",)),
        (("build", "--data", "{case}", "--since", "no_such_edition"), ("no_such_edition",)),
        (("build", "--data", "{case}", "--out", "{file}"), ("{file}",)),
        (("build", "--data", "{case}", "--scheduler", "nonsense"), ("nonsense",)),
        (("build", "--data", "{case}", "--scheduler", "tcp://127.0.0.1:1"), ("tcp://127.0.0.1:1",)),
        (("serve", "--port", "70000"), ("--port", "70000")),
        (("serve", "--port", "web"), ("--port", "web")),
        (("new",), ("DIR",)),
        (("new", "{case}"), ("{case}",)),
        (("new", "{file}"), ("{file}",)),
        (("new", "{away}/cases", "--data", "{file}"), ("{file}",)),
        (("diff", "data"), ("NEW",)),
        (("diff", "data", "no_such_edition"), ("no_such_edition",)),
        (("diff", "{away}", "data"), ("{away}",)),
        (("diff", "data", "{file}"), ("{file}",)),
        (("diff", "data", "data", "--format", "xml"), ("--format", "xml")),
        (("check", "--data", ""), ("data",)),
        (("sweep", "--out", "{away}"), ("vary",)),
        (("sweep", "{away}/plan.yml", "--out", "{away}"), ("plan.yml",)),
        (("sweep", "--vary", "stake=0:1:3"), ("--out",)),
    ]  # fmt: skip


#: Specifications of what varies, of a figure that exists.
VARIED = (
    "", "stake", "stake=", "stake=0.4", "stake=0.4:0.6:0", "stake=0.4:0.6:-2", "stake=0.4:0.6:1.5",
    "stake=0.6:0.4:3", "stake=low:0.6:3", "stake=0.4:high:3", "stake=0.4:0.6:many", "stake=nan:0.6:3",
    "stake=0.4:inf:3", "stake=0.4:0.6:3:4", "stake=0.4:0.6:1e9", "stak=0.4:0.6:3", "=0.4:0.6:3",
    "stake=-5:0.6:3", "stake=0.4:7:3",
)  # fmt: skip

#: Plans, and what the line of error holds.
PLANS = {
    "": "plan",
    "just words": "plan",
    "- a\n- list\n": "plan",
    "vary: [stake\n": "plan",
    "vary: {stake: 0.4:0.6:3\n": "plan",
    "\tvary: {}\n": "plan",
    "vary:\n": "vary",
    "vary: stake\n": "vary",
    "vary: [stake]\n": "vary",
    "vary: {stake: }\n": "stake",
    "vary: {stake: []}\n": "stake",
    "vary: {stake: [0.4, x]}\n": "stake",
    "vary: {stake: [0.4, true]}\n": "stake",
    "vary: {stake: [0.4, 7]}\n": "stake",
    "vary: {stake: {low: 0.4}}\n": "stake",
    "vary: {stak: 0.4:0.6:3}\n": "stak",
    "vary: {1: 0.4:0.6:3}\n": "1",
    "varry: {stake: 0.4:0.6:3}\n": "varry",
    "vary: {stake: 0.4:0.6:3}\nset: 4\n": "set",
    "vary: {stake: 0.4:0.6:3}\nset: {stake: 0.5}\n": "stake",
    "vary: {stake: 0.4:0.6:3}\nset: {net_debt: many}\n": "net_debt",
    "vary: {stake: 0.4:0.6:3}\nset: {net_det: 1}\n": "net_det",
    "vary: {stake: 0.4:0.6:3}\nscenarios: 5\n": "scenarios",
    "vary: {stake: 0.4:0.6:3}\nscenarios: [as_reportd]\n": "as_reportd",
    "vary: {stake: 0.4:0.6:3}\nscenarios: []\n": "scenarios",
    "vary: {stake: 0.4:0.6:3}\nchoices: [scale]\n": "choices",
    "vary: {stake: 0.4:0.6:3}\nchoices: {scal: ipcc}\n": "scal",
    "vary: {stake: 0.4:0.6:3}\nchoices: {scale: [kent, ipc]}\n": "scale",
    "vary: {stake: 0.4:0.6:3}\nsample: few\n": "sample",
    "vary: {stake: 0.4:0.6}\nsample: 0\n": "sample",
    "vary: {stake: 0.4:0.6}\nsample: -4\n": "sample",
    "vary: {stake: 0.4:0.6:3}\nsample: 10\n": "stake",
    "vary: {stake: 0.4:0.6}\nsample: 10\nseed: later\n": "seed",
    "vary: {stake: 0.4:0.6}\nsample: 10\nseed: -1\n": "seed",
    "vary: {stake: 0.4:0.6:3}\nas_of: June\n": "as_of",
    "vary: {stake: 0.4:0.6:3}\nas_of: 5\n": "as_of",
    "vary: {stake: 0.4:0.6:3}\ndata: nowhere_at_all\n": "nowhere_at_all",
    "vary: {stake: 0.4:0.6:3}\nnotebooks: [deel]\n": "deel",
    "vary: {stake: 0.4:0.6:3}\nnotebooks: 3\n": "notebooks",
    "vary: {stake: 0.4:0.6:300}\nmost: 10\n": "most",
    "vary: {stake: 0.4:0.6:3}\nmost: 0\n": "most",
    "vary: {stake: 0.4:0.6:3, stake: 0.1:0.2:3}\n": "stake",
}


def _without(key: str) -> Callable[[dict[str, Any]], Any]:
    return lambda package: {name: part for name, part in package.items() if name != key}


def _resource(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    return lambda package: (
        package | {"resources": [package["resources"][0] | changes, *package["resources"][1:]]}
    )


def _field(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    def changed(package: dict[str, Any]) -> Any:
        first, *others = package["resources"]
        fields = [first["schema"]["fields"][0] | changes, *first["schema"]["fields"][1:]]
        return package | {"resources": [first | {"schema": first["schema"] | {"fields": fields}}, *others]}

    return changed


def _figures_value(**changes: Any) -> Callable[[dict[str, Any]], Any]:
    def changed(package: dict[str, Any]) -> Any:
        made = deepcopy(package)
        figures = next(one for one in made["resources"] if one["name"] == "figures")
        next(field for field in figures["schema"]["fields"] if field["name"] == "value").update(changes)
        return made

    return changed


#: What is done to a descriptor; every line of error names the file.
DESCRIPTORS: dict[str, Callable[[dict[str, Any]], Any]] = {
    "a list": lambda package: [package],
    "a word": lambda package: "package",
    "nothing": lambda package: None,
    "empty": lambda package: {},
    "no resources": _without("resources"),
    "title a number": lambda package: package | {"title": 5},
    "story a list": lambda package: package | {"story": ["once"]},
    "story of an unknown figure": lambda package: package | {"story": "It cost {purchase_prise}."},
    "question a number": lambda package: package | {"question": 7},
    "contributors a word": lambda package: package | {"contributors": "me"},
    "contributors nameless": lambda package: package | {"contributors": [{"role": "author"}]},
    "resources a word": lambda package: package | {"resources": "entities"},
    "resources empty": lambda package: package | {"resources": []},
    "resources words": lambda package: package | {"resources": ["entities"]},
    "a table twice": lambda package: package | {"resources": [*package["resources"], package["resources"][0]]},
    "a table less": lambda package: package | {"resources": package["resources"][1:]},
    "a table by another name": _resource(name="entitys"),
    "no path": lambda package: package
    | {"resources": [{k: v for k, v in package["resources"][0].items() if k != "path"}, *package["resources"][1:]]},
    "path upwards": _resource(path="../entities.csv"),
    "path absolute": _resource(path="/etc/passwd"),
    "path elsewhere": _resource(path="https://example.org/entities.csv"),
    "path a number": _resource(path=5),
    "schema a word": _resource(schema="entities"),
    "schema gone": _resource(schema=None),
    "schema empty": _resource(schema={}),
    "a field of no known type": _field(type="numbre"),
    "a field without a name": _field(name=""),
    "a field by another name": _field(name="identity"),
    "a field's name a list": _field(name=["id"]),
    "a field's name broken": _field(name="i\nd"),
    "fields a word": _resource(schema={"fields": "id"}),
    "constraints a list": _field(constraints=["required"]),
    "required a word": _field(constraints={"required": "yes"}),
    "an open pattern": _field(constraints={"pattern": "["}),
    "an enumeration of numbers": _field(constraints={"enum": [1, None]}),
    "a maximum in words": _field(constraints={"maximum": "much"}),
    "a number where words are needed": _field(type="number"),
    "words where a number is needed": _figures_value(type="any"),
    "a reference to nothing": _resource(
        schema={"fields": [], "foreignKeys": [{"fields": "id", "reference": None}]}
    ),
    "a path in two lines": _resource(path="enti\nties.csv"),
    "half of a character": lambda package: package | {"description": "\ud800"},
    "a command to the terminal": lambda package: package | {"title": "\x1b[2J"},
}  # fmt: skip


def described(folder: Path, change: Callable[[dict[str, Any]], Any]) -> None:
    """Change the descriptor of a case."""
    file = folder / "datapackage.json"
    file.write_text(json.dumps(change(json.loads(file.read_text("utf-8")))), "utf-8")
