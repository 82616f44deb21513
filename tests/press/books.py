"""Small books for the tests of the press: a few notebooks over a copy of the case, and a compiler that only copies."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import nbformat
from neutrality.press.site import MARKER

ROOT = Path(__file__).resolve().parents[2]

PARAMETERS = """\
data: str = "data"  # the case
as_of: str = ""  # day
scenario: str = "as_reported"  # scenario
figures: dict = {}  # new values
scale: str = "kent"  # scale
"""

#: What each notebook prints. `money` rests on the price, `words` on the claims of one customer, `tables` on a
#: table as a whole, `beside` on files that lie beside it and on no case.
NOTEBOOKS: Mapping[str, tuple[str, ...]] = {
    "money": (
        PARAMETERS,
        "from neutrality import load\nfrom neutrality.chapters import deal, front\n"
        "case = load(data, as_of, scenario, figures, scale=scale)",
        "for name, result in deal.chapter(case).results.items():\n    print(name, result.value)",
        "print(front.settings(case))",
    ),
    "words": (
        PARAMETERS,
        "from neutrality import load\ncase = load(data, as_of, scenario, figures, scale=scale)",
        "for customer in case.customers:\n"
        "    print(customer.name, case.figure('exit_probability', customer.id).value)\n"
        "    print([claim['statement'] for claim in case.exit_claims(customer.id)])",
    ),
    "tables": (
        PARAMETERS,
        "from neutrality import load\ncase = load(data, as_of, scenario, figures, scale=scale)",
        "for row in case.tables['events'].rows:\n    print(row['date'], row['event'])",
    ),
    "beside": (
        "from helper import double\nfrom pathlib import Path",
        "print(double(int(Path('book/number.txt').read_text())))",
    ),
}


def notebook(*cells: str) -> str:
    """The text of a notebook, a heading where a cell begins with one; the first cell holds the parameters
    where it has them."""
    made = nbformat.v4.new_notebook(
        cells=[
            (nbformat.v4.new_markdown_cell if text.startswith("# ") else nbformat.v4.new_code_cell)(
                text, id=f"c{number}"
            )
            for number, text in enumerate(cells)
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    if cells[0] == PARAMETERS:
        made.cells[0].metadata.tags = ["parameters"]
    return nbformat.writes(made) + "\n"


def project(folder: Path, notebooks: Mapping[str, tuple[str, ...]] = NOTEBOOKS) -> Path:
    """A book of these notebooks in a folder, with a copy of the case."""
    book = folder / "book"
    (book / "_static").mkdir(parents=True)
    (book / "_static" / "style.css").write_text("p { margin: 0 }\n", "utf-8")
    (book / "number.txt").write_text("21\n", "utf-8")
    # Found by every kernel, as a module beside the notebooks is when they are run there.
    (folder / "helper.py").write_text("def double(number):\n    return 2 * number\n", "utf-8")
    shutil.copytree(ROOT / "data", folder / "data")
    shutil.copy(ROOT / "_config.yml", folder / "_config.yml")
    first, *others = notebooks
    lines = ["format: jb-book", f"root: {first}", *["chapters:"][: len(others)]]
    lines += [f"  - file: {name}" for name in others]
    (folder / "_toc.yml").write_text("\n".join(lines) + "\n", "utf-8")
    for name, cells in notebooks.items():
        (book / f"{name}.ipynb").write_text(notebook(*cells), "utf-8")
    return folder


def copied(source: Path, work: Path, **_: Any) -> Path:
    """Stands in for Jupyter Book: each page is what would have been compiled."""
    site = work / "html"
    shutil.copytree(source / "_static", site / "_static")
    for page in source.glob("*.*"):
        text = page.read_text("utf-8")
        if page.suffix == ".ipynb":
            text = json.dumps([cell.get("outputs", cell["source"]) for cell in json.loads(text)["cells"]])
        (site / f"{page.stem}.html").write_text(text, "utf-8")
    (site / MARKER).write_text("a site\n", "utf-8")
    return site


#: Builds the book in the working directory; the first argument chooses the compiler, the second holds the parameters.
DRIVER = """\
import json
import sys
from pathlib import Path
sys.path.append({here!r})
import books
from neutrality import press
from neutrality.errors import InputError
if __name__ == "__main__":
    if sys.argv[1] == "copying":
        press.compile.compile = books.copied
    try:
        press.build(json.loads(sys.argv[2]), root=Path.cwd(), jobs=2)
    except InputError as problem:
        sys.exit("".join(f"error: {{line}}\\n" for line in problem.lines))
"""


def driver(compiler: str = "copying", **parameters: Any) -> list[str]:
    """The command that builds the book in the working directory in a process of its own."""
    program = DRIVER.format(here=str(Path(__file__).parent))
    return [sys.executable, "-c", program, compiler, json.dumps(parameters)]
