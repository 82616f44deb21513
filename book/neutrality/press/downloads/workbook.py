"""Writes the workbook: the figures as cells to change, the results as formulas on them."""

from __future__ import annotations

import math
from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Any

from neutrality.chapters.front import question
from neutrality.charts.theme import INK, MUTED, TAG_COLOURS, TOKENS
from neutrality.display import TAG_MEANINGS
from neutrality.press.downloads.grid import Block, Column, Content, Live
from neutrality.press.downloads.inputs import LIVE_CHOICES, words
from neutrality.press.downloads.spreadsheet import formulas
from neutrality.press.downloads.workings import RESULT_COLUMNS, Workings
from neutrality.results import TAG_LETTERS, Result

if TYPE_CHECKING:
    from neutrality.press.downloads import Edition

#: What a cell of Excel takes at most.
LONGEST = 32_767
#: Text that a spreadsheet would take for a formula if somebody edited the cell.
FORMULA_LIKE = ("=", "+", "-", "@", "\t", "\r")
NO_NUMBER = "#N/A"

#: Sheets whose numbers are shown as somebody wrote them, unless a rule gave them more digits.
_AS_TYPED = ("Figures", "Choices", "Readings", "Phrases")
#: Height of a line in points.
LINE = 15
#: A change of nothing is not shown.
_CHANGE = "+General;-General;"

LIVE, VALUE = "live formula", "value, does not follow changes"

_TITLES = {
    "id": "id",
    "label": "label",
    "value": "value",
    "unit": "unit",
    "tag": "tag",
    "layer": "layer",
    "kind": "kind",
    "published": "value of this edition",
    "change": "change",
    "figures": "figures it rests on",
    "words": "formula in words",
}
_WIDE = {
    "id": 40,
    "layer": 7,
    "period": 10,
    "low": 11,
    "high": 11,
    "min": 11,
    "max": 11,
    "label": 46,
    "what": 56,
    "reason": 60,
    "words": 60,
    "figures": 40,
    "claims": 24,
    "sources": 40,
    "source": 36,
    "kind": 27,
    "entity": 18,
    "name": 22,
    "figure": 26,
    "step": 20,
    "choice": 16,
    "phrase": 20,
    "term": 24,
    "claim": 18,
    "tag": 10,
    "unit": 16,
}


def workbook(edition: Edition) -> bytes:
    """The workbook of an edition, the same bytes each time."""
    from xlsxwriter import Workbook

    case, results = edition.case, edition.results
    made = Workings(case, edition.choices, results)
    blocks = [
        _results(made, results),
        made.figures.block,
        made.readings.choices,
        made.readings.readings,
        made.readings.pools,
        made.readings.phrases,
        made.customers,
        made.vendors,
        made.steps,
        made.checks,
    ]
    kept = BytesIO()
    # Text of the case is text: never a formula, a link or a number.
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = Workbook(kept, {**plain, "in_memory": True})
    day = case.as_of or case.base_day
    # What is no letter cannot stand in a file's properties.
    title = "".join(letter for letter in case.title if letter.isprintable())
    book.set_properties({"title": title, "created": datetime(day.year, day.month, day.day)})
    pen = _Pen(book)
    _read_me(pen, edition, made)
    for block in blocks:
        pen.sheet(block)
    _finish(pen, made)
    for name, place in made.names:
        book.define_name(name, f"={place}")
    book.close()
    return kept.getvalue()


def _results(made: Workings, results: dict[str, Result]) -> Block:
    """Every result: a formula where it has one, else its value; and what this edition has published."""
    from neutrality.chapters.formulas import described

    live, said, block = formulas(made), described(made.case), made.listed
    cells: dict[str, list[Content]] = {key: [] for key in RESULT_COLUMNS}
    for row, (name, result) in enumerate(results.items()):
        formula = live.get(name)
        value, published = block.at("value", row), block.at("published", row)
        moved = f'IF(AND(ISNUMBER({value}),ISNUMBER({published})),{value}-{published},"")'
        for key, content in (
            ("id", name),
            ("label", said[name].label if name in said else ""),
            ("value", Live(formula, result.value) if formula else _number(result.value)),
            ("unit", result.unit),
            ("tag", result.tag),
            ("layer", result.layer),
            ("kind", LIVE if formula else VALUE),
            ("published", _number(result.value)),
            (
                "change",
                Live(moved, 0.0 if isinstance(result.value, int | float) else "") if formula else None,
            ),
            ("figures", "; ".join(result.figures)),
            ("words", said[name].words if name in said else ""),
        ):
            cells[key].append(content)
    for key in RESULT_COLUMNS:
        block.add(Column(key, _TITLES[key], tuple(cells[key])))
    return block


def _number(value: float | str | None) -> Content:
    """A published value; one that does not exist is #N/A here as it is in a formula."""
    return Live("NA()", None) if value is None else value


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"


class _Pen:
    """Writes blocks into sheets, each kind of cell in its look."""

    def __init__(self, book: Any) -> None:
        self.book = book
        self._looks: dict[tuple[tuple[str, Any], ...], Any] = {}
        self.sheets: dict[str, Any] = {}

    def look(self, **properties: Any) -> Any:
        """A look by its properties, each made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._looks:
            base = {"font_name": "Calibri", "font_size": 11, "valign": "top", "font_color": INK}
            self._looks[key] = self.book.add_format(base | properties)
        return self._looks[key]

    def new(self, name: str) -> Any:
        """A sheet that is locked, without a password, but for its open cells."""
        sheet = self.sheets[name] = self.book.add_worksheet(name)
        sheet.protect("", {"autofilter": True, "sort": True, "format_columns": True, "format_rows": True})
        sheet.hide_gridlines(2)
        # On paper each sheet is as wide as the page.
        sheet.set_landscape()
        sheet.set_paper(9)
        sheet.fit_to_pages(1, 0)
        return sheet

    def sheet(self, block: Block) -> None:
        """One block with its headings, which stay in sight."""
        sheet = self.new(block.sheet)
        heading = {"bold": True, "text_wrap": True, "bottom": 1, "bottom_color": INK}
        for position, column in enumerate(block.columns):
            side = {"align": "right"} if _numeric(column) else {"indent": int(column.key == "unit")}
            sheet.write_string(0, position, column.title, self.look(**heading, **side))
            sheet.set_column(position, position, _WIDE.get(column.key, 24 if position == 0 else 14))
            for row, content in enumerate(column.cells):
                tag = self._tag(block, row)
                self.cell(sheet, row + 1, position, content, column, tag)
        sheet.set_row(0, 3 * LINE)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        if block.rows:
            sheet.autofilter(0, 0, block.rows, len(block.columns) - 1)

    @staticmethod
    def _tag(block: Block, row: int) -> str:
        """The tag that a row of figures or results carries."""
        found = next((column for column in block.columns if column.key == "tag"), None)
        return str(found.cells[row]) if found else ""

    def cell(self, sheet: Any, row: int, position: int, content: Content, column: Column, tag: str) -> None:
        properties: dict[str, Any] = {}
        if column.open:
            properties |= {"locked": False, "bg_color": TOKENS["ground"][0], "border": 1}
            properties |= {"border_color": TOKENS["edge"][0]}
        if column.key in ("value", "used", "tag") and tag in TAG_COLOURS:
            properties |= {"font_color": TAG_COLOURS[tag], "bold": column.key == "value"}
        value = content.value if isinstance(content, Live) else content
        if isinstance(value, int | float):
            typed = sheet.name in _AS_TYPED and float(f"{value:.6g}") == value
            shown = "General" if typed else digits(value)
            properties["num_format"] = _CHANGE if column.key == "change" else shown
        if column.key == "published":
            properties["font_color"] = MUTED
        match content:
            case None:
                sheet.write_blank(row, position, None, self.look(**properties))
            case Live():
                kept = NO_NUMBER if content.value is None else content.value
                sheet.write_formula(row, position, f"={content.formula}", self.look(**properties), kept)
            case str():
                if content.startswith(FORMULA_LIKE):
                    # It stays text even when somebody edits the cell.
                    properties["quote_prefix"] = True
                if column.key == "unit":
                    # Numbers end where it begins.
                    properties |= {"align": "left", "indent": 1}
                sheet.write_string(row, position, _cut(content), self.look(**properties))
            case _:
                sheet.write_number(row, position, content, self.look(**properties))


def _numeric(column: Column) -> bool:
    """Whether a column holds numbers, which are set flush right."""
    values = [cell.value if isinstance(cell, Live) else cell for cell in column.cells]
    return any(isinstance(value, int | float) for value in values)


def digits(value: float) -> str:
    """A number format with four significant figures of this value, whole digits always in full."""
    if value == 0 or float(value).is_integer():
        return "General"
    places = max(0, 3 - math.floor(math.log10(abs(value))))
    return f"#,##0.{'0' * places}" if places else "#,##0"


def _read_me(pen: _Pen, edition: Edition, made: Workings) -> None:
    """What the workbook is, of which edition, and how to use it."""
    sheet, case = pen.new("Read me"), edition.case
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 100)
    title, label = pen.look(bold=True, font_size=16), pen.look(font_color=MUTED)
    text = pen.look(text_wrap=True)
    sheet.write_string(0, 0, _cut(case.title), title)
    sheet.set_row(0, 1.6 * LINE)
    sheet.write_string(1, 0, _cut(str(question(case))), pen.look(italic=True))
    row = 3
    for name, said in edition.described():
        sheet.write_string(row, 0, name, label)
        _paragraph(sheet, row, said, text)
        row += 1
    sheet.write_string(row, 0, "Do the figures fit?", label)
    holds = made.checks.range("holds")
    sheet.write_formula(
        row,
        1,
        f'=IF(COUNTIF({holds},"no")=0,"Yes: every check holds.","No: see the sheet Checks. The command would refuse these figures.")',
        text,
        "Yes: every check holds.",
    )
    row += 2
    for heading, lines in _ADVICE.items():
        sheet.write_string(row, 0, heading, pen.look(bold=True))
        for line in lines:
            _paragraph(sheet, row, line, text)
            row += 1
        row += 1
    sheet.write_string(row, 0, "Colours", pen.look(bold=True))
    for tag, colour in TAG_COLOURS.items():
        sheet.write_string(
            row, 1, f"{TAG_LETTERS[tag]}  {TAG_MEANINGS[tag]}", pen.look(font_color=colour, bold=True)
        )
        row += 1


def _paragraph(sheet: Any, row: int, words: str, look: Any) -> None:
    """Text beside its heading, the row high enough for it: not every program makes it so by itself."""
    sheet.write_string(row, 1, _cut(words), look)
    sheet.set_row(row, LINE * min(20, math.ceil(len(words) / _MEASURE)))


#: Letters that surely fit on a line of the first sheet.
_MEASURE = 95

_ADVICE = {
    "To change a figure": (
        "Go to the sheet Figures and type a new number into the column value. Every result of the kind “live formula” follows at once.",
        "A figure that you change counts as assumed. The column “value of this edition” keeps what it was, and a changed cell is outlined.",
        "Low and high follow: a written range widens to hold your value, and where none is written they are the value and half of its rounding. A value outside its least and most is refused.",
        "Only cells on a tinted ground can be changed. The other sheets are locked without a password.",
    ),
    "An empty value": (
        "Some figures have no value: nobody disclosed it. The column “in use” says what then counts.",
        "An undisclosed spend lies between nothing and the largest disclosed one and counts as half of that. An exit probability is pooled from the sheet Readings. A value without the deal is the valuation before it. A multiple after an exit is the deal's own. Clear your number to have this back.",
    ),
    "Results": (
        "A live formula uses the figures, the readings and the sheets Customers, Vendors and Steps. Each cell that a formula names can be found in the list of names.",
        "A “value, does not follow changes” needs a distribution, a simulation or a root. Change such a figure with the command instead: neutrality results --set ID=VALUE.",
        "#N/A means that no such number exists for these figures, for instance a quotient by nothing or a valuation that fits three figures that disagree. Whatever rests on it does not exist either.",
    ),
    "Choices": (
        "The sheet Choices sets the scale of the phrases, the pool and the sharing rule. Values of phrases can be changed on the sheet Phrases.",
    ),
}


def _finish(pen: _Pen, made: Workings) -> None:
    """Limits of what may be typed, the outline of what was changed, and quiet missing numbers."""
    figures, case = pen.sheets["Figures"], made.case
    block = made.figures.block
    position = [column.key for column in block.columns].index("value")
    for row, figure in enumerate(case.figures.values()):
        low, high = figure.min, figure.max
        kind = "integer" if figure.metric == "dcf_years" else "decimal"
        rule: dict[str, Any] = {"validate": kind, "error_title": "Outside its limits"}
        if low is not None and high is not None:
            rule |= {"criteria": "between", "minimum": low, "maximum": high}
        elif low is not None or high is not None:
            rule |= {"criteria": ">=" if high is None else "<=", "value": high if low is None else low}
        else:
            rule |= {"criteria": "between", "minimum": -1e12, "maximum": 1e12}
        limits = f"at least {low:g}, " if low is not None else ""
        limits += f"at most {high:g}, " if high is not None else ""
        rule["error_message"] = f"Expected a number, {limits}in {figure.unit}."
        figures.data_validation(row + 1, position, row + 1, position, rule)
    for row, name in enumerate(LIVE_CHOICES):
        may_be = list(words(case)[name])
        # A list has commas between its words and at most so many letters.
        if not any("," in word for word in may_be) and len(",".join(may_be)) <= 255:
            pen.sheets["Choices"].data_validation(
                row + 1, 1, row + 1, 1, {"validate": "list", "source": may_be}
            )
    own = pen.book.add_format({"border": 4, "border_color": INK, "font_color": INK})
    quiet = pen.book.add_format({"font_color": MUTED, "italic": True})
    _where(
        figures,
        block,
        "value",
        f"NOT({_fixed(block, 'value')}={_fixed(block, 'published')})",
        own,
    )
    results = pen.sheets["Results"]
    _where(results, made.listed, "value", f"ISNA({_fixed(made.listed, 'value')})", quiet)
    _where(results, made.listed, "published", f"ISNA({_fixed(made.listed, 'published')})", quiet)
    moved = _fixed(made.listed, "change")
    _where(results, made.listed, "value", f"IF(ISNUMBER({moved}),ABS({moved})>1E-9,FALSE)", own)


def _fixed(block: Block, key: str) -> str:
    """The first cell of a column, its column held fast."""
    return f"${block.at(key, 0)}"


def _where(sheet: Any, block: Block, key: str, formula: str, look: Any) -> None:
    """Give the cells of a column a look where a formula about their row holds."""
    cells = f"{block.at(key, 0)}:{block.at(key, block.rows - 1)}"
    sheet.conditional_format(cells, {"type": "formula", "criteria": f"={formula}", "format": look})


__all__ = ["FORMULA_LIKE", "LIVE", "VALUE", "workbook"]
