"""The press: executes the notebooks, compiles the book and publishes the site.

Only this package knows papermill and Jupyter Book.
"""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from concurrent.futures import Executor, ThreadPoolExecutor
from pathlib import Path
from typing import Any

from neutrality.chapters.evidence import gather
from neutrality.errors import InputError, nearest
from neutrality.press import alive, compile, downloads, execute, pdf, provenance, publish, whatif
from neutrality.press.downloads import Edition
from neutrality.press.execute import PressError, Run, changed

#: Where the PDF of the whole book stands within a site that has one.
PDF = f"{downloads.FOLDER}/book.pdf"

#: The folder of everything generated.
BUILD = "_build"


class _Progress:
    """Tells how far the work is: a bar on a terminal, plain lines elsewhere, both on standard error."""

    def __init__(self, steps: int, shown: bool) -> None:
        self._bar: Any = None
        self._shown = shown
        if shown and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=steps, bar_format="{desc:<28} {bar} {n_fmt}/{total_fmt} {elapsed}", leave=False
            )

    def begin(self, what: str) -> None:
        if self._bar is not None:
            self._bar.set_description_str(what)
        elif self._shown:
            print(what, file=sys.stderr, flush=True)

    def done(self, what: str) -> None:
        if self._bar is not None:
            self._bar.set_description_str(what)
            self._bar.update()
        elif self._shown:
            print(f"  {what}", file=sys.stderr, flush=True)

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def run(
    chapter: str, parameters: Mapping[str, Any], out: Path | None = None, *, root: Path | None = None
) -> Path:
    """Execute the notebook of a chapter and write the result into the folder `out`; returns its file.

    `out` is `_build/runs` by default. Only the parameters that the notebook declares are handed to it.
    Raises InputError for a chapter that is not there, PressError if a cell raises.
    """
    root = root or compile.find_root()
    notebook = root / "book" / f"{chapter}.ipynb"
    if not notebook.is_file():
        known = sorted(path.stem for path in notebook.parent.glob("*.ipynb"))
        raise InputError(f"chapter {chapter}: no such notebook{nearest(chapter, known)}")
    done = (out or root / BUILD / "runs") / notebook.name
    if done.resolve() == notebook.resolve():
        raise InputError(f"{done}: is the notebook itself; choose another folder")
    try:
        execute.execute(notebook, changed(notebook, dict(parameters)), done)
    except OSError as error:
        raise InputError(f"{done}: cannot be written: {error.strerror}") from None
    return done


def build(
    parameters: Mapping[str, Any],
    out: Path | None = None,
    *,
    root: Path | None = None,
    jobs: int | None = None,
    edition: Edition | None = None,
    printed: bool = False,
    progress: bool = True,
    executor: Executor | None = None,
) -> Path:
    """Build the whole book and put the site at `out` (`_build/html` by default); returns where it is.

    `parameters` are handed to every notebook that declares them. `jobs` notebooks run at a time, or as
    many as an executor takes. `edition` is what the book is made from, computed: it gives the title, the foot
    of each page, the downloads and what the panels at numbers show; without it a book has none of them.
    `printed` adds the whole book as one PDF. `root` is the book's folder, found from the working directory by
    default. Raises InputError, or PressError, a kind of it; the former site is then as it was.
    """
    root = root or compile.find_root()
    if printed:
        # Said before the work, not after it.
        pdf.browser()
    target = publish.check_target(out or root / BUILD / "html")
    entries = compile.pages(root)
    sources = [_source(root / "book", page) for page in entries]
    notebooks = [source for source in sources if source.suffix == ".ipynb"]
    told = _Progress(len(notebooks) + 1 + printed, progress)
    try:
        with _workplace(root) as place:
            work = Path(place)
            source = work / "source"
            static = root / "book" / "_static"
            shutil.copytree(static, source / "_static", ignore=shutil.ignore_patterns("live", "whatif"))
            if edition:
                whatif.write_scripts(static, source / "_static")
            for page in (*sources, *(root / "book").glob("*.bib")):
                if page.suffix in (".md", ".bib"):
                    shutil.copy(page, source / page.name)
            told.begin(f"executing {len(notebooks)} notebooks")
            execute.execute_all(
                [Run(n, source / n.name, changed(n, dict(parameters))) for n in notebooks],
                jobs,
                told.done,
                executor,
            )
            if edition:
                alive.write_specs(source, root / BUILD / "drawings")
            title = edition.case.title if edition else ""
            _entitle(source / f"{entries[0]}.ipynb", title)
            told.begin("compiling the book")
            # Jupyter Book works in a process of its own; what else the site holds is made meanwhile.
            with ThreadPoolExecutor(1) as aside:
                compiled = aside.submit(
                    compile.compile,
                    source,
                    work / "book",
                    root=root,
                    title=title,
                    drawings=root / BUILD / "drawings",
                    imprint=edition.imprint if edition else (),
                    pdf=PDF if printed else "",
                )
                if edition:
                    _accompany(edition, work / "beside")
                    alive.write_scripts(
                        static / "live", work / "beside" / "_static", root / BUILD / "scripts"
                    )
                site = compiled.result()
            if edition:
                shutil.copytree(work / "beside", site, dirs_exist_ok=True)
            missing = [page for page in entries if not (site / f"{page}.html").is_file()]
            if missing:
                raise PressError(f"compiling the book: no page came of {', '.join(missing)}")
            if printed:
                told.begin("printing the PDF")
                pdf.write(site, entries, site / PDF)
                told.done("PDF printed")
            publish.swap(site, target)
            told.done("book compiled and published")
            # What was compiled stays beside it, for `jupyter-book build` by hand and for tests.
            publish.replace(source, root / BUILD / "source")
    finally:
        told.close()
    return target


def _accompany(edition: Edition, folder: Path) -> None:
    """What stands beside the pages of a site: its downloads, what the panels at numbers show, and what the
    controls of figures start from."""
    downloads.write(edition, folder / downloads.FOLDER)
    provenance.write(gather(edition.case, edition.choices), folder / "_static")
    whatif.write_data(edition, folder / "_static")


def _entitle(front: Path, title: str) -> None:
    """Put the title of the case into the front page's heading, the cell tagged `title`.

    A heading must be Markdown in the notebook's text, or the table of contents does not see it; the title
    stands with the case.
    """
    import nbformat

    if not title or not front.is_file():
        return
    notebook = nbformat.read(front, as_version=4)
    for cell in notebook.cells:
        if "title" in cell.metadata.get("tags", ()):
            # What the case says is text, not markup.
            cell.source = "# " + re.sub(r"([^\w\s]|_)", r"\\\1", " ".join(title.split()))
    nbformat.write(notebook, front)


def _source(book: Path, page: str) -> Path:
    for suffix in (".ipynb", ".md"):
        if (book / f"{page}{suffix}").is_file():
            return book / f"{page}{suffix}"
    raise InputError(f"_toc.yml: no page {page}: neither {page}.ipynb nor {page}.md stands in {book.name}/")


def _workplace(root: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder of its own for each build, so that two at a time do not meet."""
    try:
        (root / BUILD).mkdir(exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=".press-", dir=root / BUILD, ignore_cleanup_errors=True)
    except OSError as error:
        raise InputError(f"{root / BUILD}: cannot be written: {error.strerror}") from None


__all__ = ["PDF", "Edition", "PressError", "build", "compile", "execute", "publish", "run"]
