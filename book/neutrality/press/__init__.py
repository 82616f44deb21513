"""The press: executes the notebooks, compiles the book and publishes the site.

Only this package knows papermill and Jupyter Book.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
from collections import deque
from collections.abc import Mapping, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack, nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from neutrality.case import Case
from neutrality.chapters.evidence import gather
from neutrality.charts import scripts
from neutrality.errors import InputError, nearest
from neutrality.files import prune
from neutrality.press import (
    ahead,
    alive,
    compile,
    downloads,
    execute,
    keys,
    lock,
    pdf,
    provenance,
    publish,
    whatif,
)
from neutrality.press.downloads import Edition
from neutrality.press.execute import PressError, Run, changed
from neutrality.press.further import Companion, Further, escaped
from neutrality.press.imprint import lasting
from neutrality.press.keys import Store, World
from neutrality.processes import give_back

#: Where the PDF of the whole book stands within a site that has one.
PDF = f"{downloads.FOLDER}/book.pdf"

#: The folder of everything generated, and within it: executed notebooks by key, drawn charts, and
#: what is known of the sites that were published.
BUILD = "_build"
EXECUTED, DRAWINGS, PUBLISHED = "executed", "drawings", "published"

#: How the folder of a build at work begins.
_WORK = ".press-"


class _Progress:
    """Tells how far the work is: a bar on a terminal, plain lines elsewhere, both on standard error."""

    def __init__(self, shown: bool) -> None:
        self._bar: Any = None
        self._shown = shown
        if shown and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = tqdm(
                total=0, bar_format="{desc:<28} {bar} {n_fmt}/{total_fmt} {elapsed}", leave=False
            )

    def expect(self, steps: int) -> None:
        """From now on there are so many steps."""
        if self._bar is not None:
            self._bar.reset(steps)

    def say(self, line: str, always: bool = False) -> None:
        """A line that stays; `always`, where nothing else is told."""
        if self._bar is not None:
            self._bar.write(line, file=sys.stderr)
        elif self._shown or always:
            print(line, file=sys.stderr, flush=True)

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
    companion: Companion | None = None,
    force: bool = False,
) -> Path:
    """Build the whole book and put the site at `out` (`_build/html` by default); returns where it is.

    Only notebooks run that would come out otherwise than when they last ran, and where the site that stands
    there already is the one that would be built, nothing is; `force` runs everything. One build of a book
    works at a time: a second one waits.

    `parameters` are handed to every notebook that declares them. `jobs` notebooks run at a time, or as
    many as an executor takes. `edition` is what the book is made from: it gives the title, the foot of each
    page, the downloads and what the panels at numbers show; without it a book has none of them. `printed`
    adds the whole book as one PDF. `companion` is what goes with the site. `root` is the book's folder, found
    from the working directory by default. Raises InputError, or PressError, a kind of it; the former site is then as
    it was.
    """
    root = root or compile.find_root()
    if printed:
        # Said before the work, not after it.
        pdf.browser()
    target = publish.check_target(out or root / BUILD / "html", root / BUILD)
    told = _Progress(progress)
    try:
        # Who waits and does not say so seems to stand still.
        waiting = partial(told.say, "another build of this book is at work; waiting for it", always=True)
        with lock.held(root / BUILD, waiting):
            clear_up(root, target)
            with ExitStack() as stack:
                place = stack.enter_context(_workplace(root))
                work = _Build(root, target, Path(place), parameters, edition, printed, told)
                stack.enter_context(work.drawer)
                pages = work.execute(jobs, executor, force)
                key = work.key(companion.stands_on() if companion else None)
                if not force and publish.stands(root / BUILD / PUBLISHED, target, key):
                    told.say("nothing changed: the site is as it would be built")
                    if companion:
                        companion.stood(target)
                    return target
                site = work.compile(pages, companion.page(told.say) if companion else None)
                with companion.furnish(site) if companion else nullcontext():
                    work.publish(site, key)
    except OSError as error:
        # A full disk, a limit, a folder that is gone: whatever the system refuses in the middle of the work.
        fault = f"{error.filename or root / BUILD}: {publish.said(error)}"
        raise InputError(f"{fault}; the former site is as it was") from None
    finally:
        told.close()
    return target


def clear_up(root: Path, target: Path) -> None:
    """Remove what builds left that were killed, and what was not used for long. Nobody builds meanwhile."""
    place = root / BUILD
    for left in place.glob(f"{_WORK}*"):
        shutil.rmtree(left, ignore_errors=True)
    for built in (target, place / "source"):
        publish.clear_up(built)
    prune(place / DRAWINGS, keys.DRAWINGS)


class _Build:
    """One build at work in a folder of its own: what it executes, compiles and publishes."""

    def __init__(
        self,
        root: Path,
        target: Path,
        work: Path,
        parameters: Mapping[str, Any],
        edition: Edition | None,
        printed: bool,
        told: _Progress,
    ) -> None:
        self._root, self._target, self._work = root, target, work
        self._edition, self._printed, self._told = edition, printed, told
        self._source = work / "source"
        self._static = root / "book" / "_static"
        self._title = edition.case.title if edition else ""
        self._author = edition.case.authors if edition else ""
        # What the site holds beside its pages is made meanwhile.
        self._beside = work / "beside"
        specs = self._beside / "_static" / alive.SPECS if edition else None
        self._drawings = root / BUILD / DRAWINGS
        self.drawer = ahead.Drawer(self._drawings, specs)
        self._parameters = dict(parameters)
        self._world = World(root, [edition.case] if edition else [])
        self._store = Store(root / BUILD / EXECUTED, self._world)
        self._left = 0

    def execute(self, jobs: int | None, executor: Executor | None, force: bool) -> list[str]:
        """Bring all pages together, executed anew where they must be; returns their names in order."""
        pages = compile.pages(self._root)
        sources = [_source(self._root / "book", page) for page in pages]
        shutil.copytree(
            self._static, self._source / "_static", ignore=shutil.ignore_patterns("live", "whatif")
        )
        if self._edition:
            whatif.write_scripts(self._static, self._source / "_static")
        runs = []
        for page in (*sources, *(self._root / "book").glob("*.bib")):
            if page.suffix == ".ipynb":
                text = execute.text_of(page)
                runs.append(Run(page, self._source / page.name, changed(page, self._parameters), text))
            else:
                shutil.copy(page, self._source / page.name)
        chosen = [self._store.choose(run, force) for run in runs]
        needed = [choice.run for choice in chosen if choice.executed is None]
        self._told.expect(len(needed) + 1 + self._printed)
        for choice in chosen:
            self._told.say(choice.line)
            if choice.executed is not None:
                choice.run.out.write_text(choice.executed, "utf-8")
        if needed:
            with execute.warming() if executor is None else nullcontext():
                if self._edition:
                    # Everything is computed once before a notebook starts: what was given wrongly is said at once.
                    # This process computes when it compiles, and until then leaves the memory to the notebooks.
                    execute.apart(_computed, self._edition.case, self._edition.choices)
                self._left = len(needed)
                self._told.begin(f"executing {len(needed)} of {len(runs)} notebooks")
                give_back()
                execute.execute_all(_mixed(needed), jobs, self._told.done, executor, self._executed)
        self._store.prune()
        _entitle(self._source / f"{pages[0]}.ipynb", self._title)
        return pages

    def _executed(self, run: Run, text: str, read: dict[str, Any] | None) -> None:
        self._store.keep(run, text, read)
        self._left -= 1
        if self._left == 1:
            # A processor is about to be free, and the memory of a kernel.
            self._draw()

    def _draw(self) -> None:
        """Have drawn what is executed."""
        for page in sorted(self._source.glob("*.ipynb")):
            self.drawer.draw(page)

    def key(self, stands_on: object) -> str:
        """A hash over everything that the site is made from, and what goes with it."""
        made = replace(self._edition, imprint=lasting(self._edition.imprint)) if self._edition else None
        return keys.total(
            {
                "pages": keys.hashes(self._source),
                "scripts": keys.hashes(self._static),
                # Whether there is a PDF is said in it too.
                "config": self._config(made.imprint if made else ()),
                "contents": keys.digest((self._root / compile.TOC).read_bytes()),
                "package": self._world.package,
                "versions": self._world.versions,
                "edition": [made.case.digest, made.described(), made.imprint] if made else None,
                "stands on": stands_on,
            }
        )

    def _config(self, imprint: Sequence[tuple[str, str]]) -> dict[str, Any]:
        printed = PDF if self._printed else ""
        return compile.derived_config(self._root, self._title, None, imprint, printed, self._author)

    def compile(self, pages: list[str], further: Further | None) -> Path:
        """The finished site, in a folder of its own."""
        edition = self._edition
        if further:
            further.stage(self._source, pages[0])
            pages = [*pages, further.name]
        self._told.begin("compiling the book")
        give_back()
        self._draw()
        self.drawer.end()
        # Jupyter Book works in a process of its own.
        with ThreadPoolExecutor(1) as aside:
            compiled = aside.submit(
                compile.compile,
                self._source,
                self._work / "book",
                root=self._root,
                title=self._title,
                author=self._author,
                drawings=self._drawings,
                imprint=edition.imprint if edition else (),
                pdf=PDF if self._printed else "",
                further=further,
            )
            if edition:
                alive.write_scripts(self._static / "live", self._beside / "_static", scripts.shelf())
                # The workbook and what the controls start from take as much memory as drawing does.
                self.drawer.finish()
                _accompany(edition, self._beside)
                # Jupyter Book needs the most at its end.
                give_back()
            site = compiled.result()
        if edition:
            shutil.copytree(self._beside, site, dirs_exist_ok=True)
        missing = [page for page in pages if not (site / f"{page}.html").is_file()]
        if missing:
            raise PressError(f"compiling the book: no page came of {', '.join(missing)}")
        if self._printed:
            self._told.begin("printing the PDF")
            pdf.write(site, pages, site / PDF)
            self._told.done("PDF printed")
        return site

    def publish(self, site: Path, key: str) -> None:
        """Put the finished site in its place, and write down what stands there."""
        files = keys.hashes(site, frozenset())
        publish.swap(site, self._target)
        if self._world.loaded:
            publish.note(self._root / BUILD / PUBLISHED, self._target, key, files)
        self._told.done("book compiled and published")
        # What was compiled stays beside it, for `jupyter-book build` by hand and for tests.
        publish.replace(self._source, self._root / BUILD / "source")


def _computed(case: Case, choices: Mapping[str, Any]) -> None:
    """Have every chapter computed. Raises InputError for what was given wrongly."""
    _ = Edition(case, choices).chapters


def _accompany(edition: Edition, folder: Path) -> None:
    """What stands beside the pages of a site: its downloads, what the panels at numbers show, and what the
    controls of figures start from."""
    downloads.write(edition, folder / downloads.FOLDER)
    provenance.write(gather(edition.case, edition.choices), folder / "_static")
    whatif.write_data(edition, folder / "_static")


def _mixed(runs: Sequence[Run]) -> list[Run]:
    """Runs from both ends of the book in turn. The last pages gather what the chapters say, so they take longest and
    most memory: begun last, one would run alone at the end, and two of them at a time are the peak of a build."""
    ends = deque(runs)
    return [ends.popleft() if turn % 2 else ends.pop() for turn in range(len(runs))]


def _entitle(front: Path, title: str) -> None:
    """Put the title of the case into the front page's heading, the cell tagged `title`.

    A heading must be Markdown in the notebook's text, or the table of contents does not see it; the title
    stands with the case.
    """
    import nbformat

    if not title or not front.is_file():
        return
    notebook = nbformat.read(front, as_version=4)  # type: ignore[no-untyped-call]
    for cell in notebook.cells:
        if "title" in cell.metadata.get("tags", ()):
            cell.source = f"# {escaped(title)}"
    nbformat.write(notebook, front)  # type: ignore[no-untyped-call]


def _source(book: Path, page: str) -> Path:
    for suffix in (".ipynb", ".md"):
        if (book / f"{page}{suffix}").is_file():
            return book / f"{page}{suffix}"
    raise InputError(f"_toc.yml: no page {page}: neither {page}.ipynb nor {page}.md stands in {book.name}/")


def _workplace(root: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder of its own for each build, so that two at a time do not meet."""
    try:
        (root / BUILD).mkdir(exist_ok=True)
        return tempfile.TemporaryDirectory(prefix=_WORK, dir=root / BUILD, ignore_cleanup_errors=True)
    except OSError as error:
        raise InputError(f"{root / BUILD}: cannot be written: {error.strerror}") from None


__all__ = ["PDF", "Edition", "PressError", "build", "compile", "execute", "publish", "run"]
