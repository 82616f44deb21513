"""Finds numbers that somebody typed into prose: in pages, notebooks and the strings of the package.

A number of the case is computed where it is printed, so that it changes with the figures and can be
followed to its evidence. What is found here is either a fault or an exception that stands, with its
reason, in `exceptions.toml`.
"""

from __future__ import annotations

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path

_WORDS = (
    r"two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twice|thrice|(?:two|three|four|five|ten)fold",
    r"half(?!-life)|halves|halved|doubl(?:es?|ed|ing)|tripl(?:es?|ed|ing)|quadrupled?|percent",
    r"dozens?|hundreds?|thousands?|millions?|billions?",
    # Ordinals and quarters of a year are no quantities: a third of, two thirds, worst fifth of.
    r"(?:(?<=\ba\s)|(?<=\bone\s))(?:third|fifth|tenth|twentieth)\b(?!\s(?:party|time))",
    r"(?:third|fourth|quarter|fifth|tenth|twentieth)s?(?=\sof\b)|(?:third|fourth|fifth|tenth|twentieth)s",
)
#: A run of digits that no letter precedes (`L2` and `S1` are names), with its sign and its unit; or a word.
NUMBER = re.compile(
    r"(?<![\w.])[~+−-]?[$€£]?\d[\d.,]*(?<![.,])(?:\s?(?:%|×|bn\b|mn\b|k\b))?"
    rf"|\b(?:{'|'.join(_WORDS)})\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Finding:
    """A number in a file: where it stands in a piece of prose, and the line on which it does.

    `cell` is the id of a notebook's cell.
    """

    file: str
    cell: str
    line: int
    prose: str
    start: int
    end: int

    @property
    def number(self) -> str:
        return self.prose[self.start : self.end]

    @property
    def around(self) -> str:
        return " ".join(self.prose[max(0, self.start - 60) : self.end + 60].split())

    def __str__(self) -> str:
        place = f"{self.file}:{self.cell}:{self.line}" if self.cell else f"{self.file}:{self.line}"
        return f"{place}: found {self.number!r} in {self.around!r}, expected a computed number"


@dataclass(frozen=True)
class Place:
    """A file of the book, and the cell of a notebook."""

    file: str
    cell: str = ""


def numbers(place: Place, line: int, prose: str) -> Iterator[Finding]:
    """The numbers in a piece of prose that begins on a line of a file."""
    for found in NUMBER.finditer(prose):
        at = line + prose.count("\n", 0, found.start())
        yield Finding(place.file, place.cell, at, prose, found.start(), found.end())


@dataclass(frozen=True)
class Allowed:
    """Words that may hold a number in the files that a pattern names, and why."""

    file: str
    text: str
    reason: str

    def covers(self, finding: Finding) -> bool:
        """Whether the number of a finding stands within these words."""
        if not fnmatch(finding.file, self.file):
            return False
        words = r"\s+".join(map(re.escape, self.text.split()))
        return any(
            found.start() <= finding.start and finding.end <= found.end()
            for found in re.finditer(words, finding.prose, re.IGNORECASE)
        )


def exceptions(path: Path) -> list[Allowed]:
    """The written exceptions, `[[exception]]` with file, text and reason each."""
    return [Allowed(**entry) for entry in tomllib.loads(path.read_text("utf-8"))["exception"]]


# Markdown

_FENCE = re.compile(r"^(?P<fence>`{3,}|~{3,}|:{3,})[^\n]*\n.*?^(?P=fence)[ \t]*$", re.DOTALL | re.MULTILINE)
_OPTION = re.compile(r"^:[\w-]+:.*$")
_FRONT = re.compile(r"\A---\n.*?\n---\n", re.DOTALL)
_NOT_PROSE = (
    re.compile(r"^\d+\.(?= )", re.MULTILINE),  # the place of an item in a list
    re.compile(r"`[^`\n]+`"),  # code, and the targets of roles such as {cite:p}`key`
    re.compile(r"\]\([^)\n]*\)"),  # where a link leads
    re.compile(r"\{[^}\n]*\}"),  # names of roles, attributes
    re.compile(r"<https?://[^>\n]*>"),
)


def prose_of_markdown(text: str) -> str:
    """The same text with everything that is no prose blanked, so that lines keep their numbers.

    The content of a directive is prose and its first line is not; code blocks go as a whole.
    """

    def blank(found: re.Match[str]) -> str:
        return re.sub(r"[^\n]", " ", found[0])

    def block(found: re.Match[str]) -> str:
        first = found[0].split("\n", 1)[0]
        if "{" not in first or first.startswith("~"):
            return blank(found)
        inside = [_OPTION.sub(blank, line) for line in found[0].split("\n")]
        return "\n".join([" " * len(inside[0]), *inside[1:-1], ""])

    text = _FENCE.sub(block, _FRONT.sub(blank, text))
    for pattern in _NOT_PROSE:
        text = pattern.sub(blank, text)
    return text


def in_markdown(place: Place, text: str) -> Iterator[Finding]:
    """Numbers in the prose of a Markdown page or cell."""
    return numbers(place, 1, prose_of_markdown(text))


# Python

#: Calls that print their first argument.
_PRINTERS = ("Number", "computed", "pretty", "plain", "significant")
#: Calls whose strings are names, patterns or settings and never reach a reader.
_TECHNICAL = {
    *("compile", "search", "match", "fullmatch", "sub", "split", "strip", "removesuffix", "removeprefix"),
    *("startswith", "endswith", "getattr", "isinstance", "import_module", "field", "get", "pop", "partition"),
    *("encode", "decode", "warn", "get_template"),
}
#: Keywords whose values are looks and settings.
_SETTINGS = {
    *("id", "color", "fill", "stroke", "font", "fontWeight", "format", "align", "baseline", "unit", "key"),
    *("dash", "expr", "labelExpr", "href"),
}
_SPACE = re.compile(r"\s")
_HEADING = re.compile(r"[A-Z][a-z]+\b")
_PRINTED = re.compile(r"\W*\d[\d.,]*\W*(%|×|bn|mn)\W*|\W*[$€£]\d[\d.,]*\W*|\W*\d[\d,]{2,}\W*")
_MARKUP = re.compile(r"\{[{%#].*?[}%#]\}|<[^>]*>", re.DOTALL)
#: Expressions of Vega, and looks of CSS.
_EXPRESSION = re.compile(r"\bdatum\b|\bevent\b|^#[0-9A-Fa-f]{3,8}$|\bparam_|var\(--")


def in_python(place: Place, source: str) -> Iterator[Finding]:
    """Numbers in the strings of a module or a code cell that may become prose."""
    found = sorted(_prose(ast.parse(source)), key=lambda part: (part[0].lineno, part[0].col_offset))
    for node, text in found:
        yield from numbers(place, node.lineno, text)


def _prose(tree: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    technical = set(_technical(tree))
    for node in ast.walk(tree):
        if id(node) in technical:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            text = _MARKUP.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), node.value)
            if _is_prose(text):
                yield node, text
        # A bare number printed by an f-string or made a Number is typed as much as one in the words.
        elif isinstance(node, ast.FormattedValue) and _is_number(node.value):
            yield node, ast.unparse(node.value)
        elif (
            isinstance(node, ast.Call) and _called(node) in _PRINTERS and any(map(_is_number, node.args[:1]))
        ):
            yield node, ast.unparse(node.args[0])


def _is_number(node: ast.expr) -> bool:
    """Whether an expression is a number typed in the code; nothing and all are ends of a scale, not findings."""
    return isinstance(node, ast.Constant) and type(node.value) in (int, float) and node.value not in (0, 1)


def _is_prose(text: str) -> bool:
    """Whether a string is words for a reader.

    One without a space is a name, unless it begins like a heading or is a number as it is printed.
    """
    if _EXPRESSION.search(text):
        return False
    return bool(_SPACE.search(text) or _HEADING.match(text) or _PRINTED.fullmatch(text))


def _technical(tree: ast.AST) -> Iterator[int]:
    """The nodes whose strings are no prose: documentation, errors, keys, comparisons, names and settings."""
    for node in ast.walk(tree):
        match node:
            case ast.Module(body=body) | ast.FunctionDef(body=body) | ast.ClassDef(body=body):
                for statement in body:
                    # A string standing by itself documents what is before it.
                    if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
                        yield id(statement.value)
            case ast.Raise() | ast.Assert() | ast.Compare() | ast.Import() | ast.ImportFrom():
                yield from _all(node)
            case ast.Subscript(slice=part):
                yield from _all(part)
            case ast.Dict(keys=keys):
                yield from _each(key for key in keys if key is not None)
            case ast.match_case(pattern=part):
                yield from _all(part)
            case ast.FormattedValue(format_spec=ast.expr() as part):
                yield from _all(part)
            case ast.AnnAssign(annotation=part):
                yield from _all(part)
            case ast.Call(args=args, keywords=keywords):
                if _called(node) in _TECHNICAL:
                    yield from _each(args)
                yield from _each(word.value for word in keywords if word.arg in _SETTINGS)


def _called(node: ast.Call) -> str:
    match node.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def _all(node: ast.AST) -> Iterator[int]:
    yield from map(id, ast.walk(node))


def _each(nodes: Iterable[ast.AST]) -> Iterator[int]:
    for node in nodes:
        yield from _all(node)


# The book


def pages(book: Path) -> list[Path]:
    return sorted(book.glob("*.md"))


def notebooks(book: Path) -> list[Path]:
    return sorted(book.glob("*.ipynb"))


def modules(book: Path) -> list[Path]:
    """The modules whose strings readers see."""
    package = book / "neutrality"
    return sorted(
        [*package.glob("chapters/**/*.py"), *package.glob("charts/**/*.py"), *package.glob("display*.py")]
    )


def everything(book: Path) -> Iterator[Finding]:
    """Every number typed by hand into the pages, the notebooks and the package of a book."""
    import nbformat

    for path in pages(book):
        yield from in_markdown(_place(book, path), path.read_text("utf-8"))
    for path in notebooks(book):
        for cell in nbformat.read(path, 4).cells:
            find = in_markdown if cell.cell_type == "markdown" else in_python
            yield from find(_place(book, path, cell["id"]), cell.source)
    for path in modules(book):
        yield from in_python(_place(book, path), path.read_text("utf-8"))


def _place(book: Path, path: Path, cell: str = "") -> Place:
    return Place(path.relative_to(book.parent).as_posix(), cell)
