"""The command `neutrality` and its verbs. It is long because every option is declared here, with its help; what a
verb does stands elsewhere."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from neutrality.errors import InputError

if TYPE_CHECKING:
    from concurrent.futures import Executor

    from neutrality.case import Case
    from neutrality.results import Result

#: Verbs import what they need themselves, so that `--help` and a mistyped option answer at once.


@dataclass(frozen=True)
class Settings:
    """What the verbs that compute were asked for."""

    data: str
    as_of: str
    scenario: str
    figures: dict[str, float] = field(default_factory=dict)
    choices: dict[str, Any] = field(default_factory=dict)

    def case(self) -> Case:
        """The case as asked for. Raises InputError for whatever is at fault."""
        from neutrality.case import load
        from neutrality.chapters import READING

        reading = {name: value for name, value in self.choices.items() if name in READING}
        return load(self.data, self.as_of, self.scenario, self.figures, **reading)

    def parameters(self) -> dict[str, Any]:
        """The notebooks' parameters that differ from their defaults."""
        given = {"data": self.data, "as_of": self.as_of, "scenario": self.scenario, "figures": self.figures}
        defaults = {"data": "data", "as_of": "", "scenario": "as_reported", "figures": {}}
        return {name: value for name, value in given.items() if value != defaults[name]} | self.choices


def computing(command: Callable[..., None]) -> Callable[..., None]:
    """The options that every computing verb has."""
    options = [
        click.option(
            "--data", default="data", show_default=True, metavar="PLACE", help="Folder or URL of the case."
        ),
        click.option(
            "--as-of", default="", metavar="DAY", help="Use what was known by this day, like 2025-06-15."
        ),
        click.option(
            "--scenario",
            default="as_reported",
            show_default=True,
            metavar="NAME",
            help="A scenario of the case.",
        ),
        click.option(
            "--set", "new", multiple=True, metavar="ID=VALUE", help="A new value for a figure; repeatable."
        ),
        click.option(
            "-p",
            "choices",
            nargs=2,
            multiple=True,
            metavar="NAME VALUE",
            help="A chapter's choice, like scale ipcc; repeatable.",
        ),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def jobs_option(what: str) -> Callable[..., Any]:
    """How many of something run at a time."""
    return click.option(
        "--jobs",
        type=click.IntRange(min=1),
        default=None,
        metavar="N",
        help=f"{what} at a time; default: one for each core.",
    )


#: Where a verb may have its work done.
scheduler_option = click.option(
    "--scheduler",
    default="",
    metavar="ADDRESS",
    help="Run on the Dask cluster whose scheduler is there, like tcp://127.0.0.1:8786.",
)


def settings(
    data: str, as_of: str, scenario: str, new: tuple[str, ...], choices: tuple[tuple[str, str], ...]
) -> Settings:
    """The settings from options as typed. Raises InputError for one that is malformed."""
    from neutrality.chapters import checked_choices

    figures: dict[str, float] = {}
    for item in new:
        name, sign, text = item.partition("=")
        if not sign or not name:
            raise InputError(f"--set: found {item!r}, expected ID=VALUE like FIGURE=15")
        if name.strip() in figures:
            raise InputError(f"--set {name.strip()}: is given a second time, expected it once")
        try:
            figures[name.strip()] = float(text)
        except ValueError:
            raise InputError(f"figure {name.strip()}: found {text!r}, expected a number") from None
    given = [name for name, _ in choices]
    twice = next((name for name in given if given.count(name) > 1), None)
    if twice is not None:
        raise InputError(f"-p {twice}: is given a second time, expected it once")
    return Settings(data, as_of, scenario, figures, checked_choices(dict(choices)))


def one_of(jobs: int | None, scheduler: str) -> None:
    """Refuse a number of processes here for work that is done elsewhere."""
    if jobs and scheduler:
        raise InputError("--jobs: found with --scheduler, expected one of the two")


@contextmanager
def _cluster(scheduler: str, data: str, case: Case) -> Iterator[Executor | None]:
    """The cluster at an address, handed this case; None without an address."""
    if not scheduler:
        yield None
        return
    from neutrality.cluster import connected

    with connected(scheduler, data, case.digest) as cluster:
        yield cluster


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="neutrality")
def cli() -> None:
    """Check the case, compute with it and build the book.

    Whatever you give wrongly ends with status 2 and a line that says what to do.
    """


@cli.command(epilog="Example: neutrality check --data data")
@click.option("--data", default="data", show_default=True, metavar="PLACE", help="Folder or URL of the case.")
def check(data: str) -> None:
    """Check the case and print every fault with its file, line and column."""
    from neutrality.case import check as faults_of
    from neutrality.case import load
    from neutrality.chapters.needs import faults as unmet

    faults = faults_of(data) or list(unmet(load(data)))
    if faults:
        raise InputError(*faults)
    click.echo(f"{data}: no fault found")


@cli.command(epilog="Example: neutrality new cases/mine")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option(
    "--data",
    default="data",
    show_default=True,
    metavar="PLACE",
    help="Folder or URL of the case whose descriptor and scales are taken.",
)
def new(folder: Path, data: str) -> None:
    """Write an empty case into DIR, with worked rows that show what each table takes."""
    from neutrality.case import template

    for name in template.write(folder, data):
        click.echo(folder / name)
    click.echo(f"Replace the worked rows, then run: neutrality check --data {folder}")


@cli.command(epilog="Example: neutrality results deal --set FIGURE=15 --format json")
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON or CSV for programs.",
)
@computing
def results(chapters: tuple[str, ...], form: str, **options: Any) -> None:
    """Print the named results of all chapters, or of those named."""
    from neutrality.results import as_csv, as_json

    wanted = settings(**options)
    found = computed(wanted, chapters)
    match form:
        case "json":
            click.echo(as_json(found), nl=False)
        case "csv":
            click.echo(as_csv(found), nl=False)
        case _:
            click.echo(_as_table(found))


def computed(wanted: Settings, chapters: tuple[str, ...] = ()) -> list[Result]:
    """All results of the chapters named, or of every chapter."""
    from neutrality.chapters import NAMES, compute

    case = wanted.case()
    found: list[Result] = []
    for name in dict.fromkeys(chapters or NAMES):
        found.extend(compute(name, case, **wanted.choices).results.values())
    return found


def _as_table(found: list[Result]) -> str:
    from tabulate import tabulate

    from neutrality.results import TAG_LETTERS
    from neutrality.units import plain

    def shown(value: float | str | None) -> str:
        return value if isinstance(value, str) else plain(value, 6)

    rows = [(r.id, shown(r.value), r.unit, TAG_LETTERS[r.tag], r.layer) for r in found]
    headers = ("result", "value", "unit", "tag", "layer")
    return tabulate(rows, headers, disable_numparse=True, colalign=("left", "right", "left", "left", "left"))


@cli.command(epilog="Example: neutrality run deal --set FIGURE=15 --out _build/runs")
@click.argument("chapter", metavar="CHAPTER")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Default: _build/runs of the project."
)
@computing
def run(chapter: str, out: Path | None, **options: Any) -> None:
    """Execute one notebook and keep it, outputs and all, in DIR."""
    from neutrality import press

    wanted = settings(**options)
    wanted.case()
    click.echo(press.run(chapter, wanted.parameters(), out))


@cli.command(epilog="Example: neutrality build --scenario SCENARIO --out _build/scenario")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Default: _build/html of the project."
)
@jobs_option("Notebooks")
@click.option(
    "--pdf", is_flag=True, help="Print the whole book as a PDF too, among the downloads; needs Chromium."
)
@click.option(
    "--edition",
    "name",
    default=None,
    metavar="NAME",
    help="Keep the finished site under this name in _build/editions, with a manifest.",
)
@click.option(
    "--since",
    default="",
    metavar="OLD",
    help="What the page of changes compares with: an edition or a case, or none; default: the newest edition kept.",
)
@scheduler_option
@click.option("--force", is_flag=True, help="Run every notebook and compile every page, changed or not.")
@computing
def build(
    out: Path | None,
    jobs: int | None,
    pdf: bool,
    name: str | None,
    since: str,
    scheduler: str,
    force: bool,
    **options: Any,
) -> None:
    """Build the site in DIR, running what changed since the last build; a failed one leaves the site as it was."""
    one_of(jobs, scheduler)
    if scheduler:
        from neutrality.cluster import knock

        # Said before the work, not after it.
        knock(scheduler)

    from neutrality import compare, editions, press
    from neutrality.press.imprint import imprint

    wanted = settings(**options)
    if name is not None:
        editions.check_name(name)
    case = wanted.case()
    root = press.compile.find_root()
    made_by = imprint(case, root, name=name or "")
    # Nothing is computed yet: where nothing changed, nothing has to be.
    edition = press.Edition(case, wanted.choices, imprint=tuple(made_by.lines()))
    keeping = compare.Keeping(edition, root, made_by, name or "", since)
    with _cluster(scheduler, wanted.data, case) as executor:
        site = press.build(
            wanted.parameters(),
            out,
            jobs=jobs or os.cpu_count() or 1,
            edition=edition,
            printed=pdf,
            companion=keeping,
            executor=executor,
            force=force,
        )
    click.echo(f"The book is at {site / 'index.html'}")
    if name:
        click.echo(f"The edition {name} is kept in {keeping.place}")
    if pdf:
        click.echo(f"The PDF is at {site / press.PDF}")


@cli.command(
    epilog="Example: neutrality sweep --vary FIGURE=10:20:11 --vary OTHER=0.4:0.6:5 --out _build/sweeps/deal"
)
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.yml]")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where tables, charts and notebooks go; a sweep that was interrupted there goes on.",
)
@click.option(
    "--vary",
    multiple=True,
    metavar="ID=LOW:HIGH:N",
    help="N values of a figure from LOW to HIGH; repeatable, every combination is run.",
)
@click.option(
    "--sample",
    type=int,
    default=None,
    metavar="N",
    help="Draw the figures N times as a Latin hypercube instead; --vary is then ID=LOW:HIGH.",
)
@click.option("--seed", type=int, default=None, metavar="S", help="Of the sample; default: 1.")
@click.option(
    "--notebooks",
    multiple=True,
    metavar="CHAPTER",
    help="Execute this notebook for every run too; repeatable.",
)
@click.option(
    "--most", type=int, default=None, metavar="N", help="How many runs there may be; default: 10,000."
)
@jobs_option("Processes")
@scheduler_option
# Not those of the other verbs: a plan may give each, so that an option left out has to be told from one given.
@click.option("--data", default=None, metavar="PLACE", help="Folder or URL of the case; default: data.")
@click.option("--as-of", default=None, metavar="DAY", help="Use what was known by this day, like 2025-06-15.")
@click.option(
    "--scenario",
    "scenarios",
    multiple=True,
    metavar="NAME",
    help="A scenario of the case; repeatable, every one is run.",
)
@click.option(
    "--set",
    "new",
    multiple=True,
    metavar="ID=VALUE",
    help="A new value for a figure in every run; repeatable.",
)
@click.option(
    "-p",
    "choices",
    nargs=2,
    multiple=True,
    metavar="NAME VALUE",
    help="A chapter's choice, like scale ipcc; with several values of one, every one is run.",
)
def sweep(plan: Path | None, out: Path, jobs: int | None, scheduler: str, **given: Any) -> None:
    """Run every combination of figures, scenarios and choices and leave all results in one table in DIR.

    What varies stands in PLAN.yml, in options, or in both, where an option wins. Figures that contradict each
    other do not stop a sweep: the column error says why such a run has no results.
    """
    from neutrality import sweep as sweeps

    one_of(jobs, scheduler)
    options = {
        "data": given["data"],
        "as_of": given["as_of"],
        "vary": given["vary"],
        "set": given["new"],
        "scenarios": list(given["scenarios"]) or None,
        "choices": given["choices"],
        "sample": given["sample"],
        "seed": given["seed"],
        "notebooks": list(given["notebooks"]) or None,
        "most": given["most"],
    }
    done = sweeps.sweep(sweeps.planned(plan, options), out, jobs=jobs, scheduler=scheduler)
    for line in done.lines():
        click.echo(line)
    click.echo(f"The sweep is in {out}, its summary at {out / 'summary.html'}")


@cli.command(epilog="Example: neutrality diff june july --format json")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="A table to read, or JSON for programs.",
)
def diff(old: str, new: str, form: str) -> None:
    """Print what changed from OLD to NEW, the gravest first.

    Each is the name of a kept edition, the folder of one, or a case (a folder or URL with a datapackage.json).
    """
    from neutrality import compare, editions, press

    shelf = editions.Shelf.of(press.compile.find_root())
    found = compare.compare(*compare.read_sides((old, new), shelf))
    click.echo(compare.as_json(found) if form == "json" else compare.as_table(found), nl=form != "json")


@cli.command(epilog="Example: neutrality serve --data cases/mine")
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8000,
    show_default=True,
    metavar="N",
    help="Where on this machine; 0 takes any free one.",
)
@jobs_option("Notebooks")
@computing
def serve(port: int, jobs: int | None, **options: Any) -> None:
    """Build the book, show it on this machine, and build and reload it whenever a source is saved."""
    from functools import partial

    from neutrality import press
    from neutrality import serve as serving
    from neutrality.case import check as faults_of
    from neutrality.case.source import opened

    wanted = settings(**options)
    root = press.compile.find_root()
    site = root / press.BUILD / "serve"
    with opened(wanted.data) as folder:
        case = None if "://" in wanted.data else folder.path
    if not faults_of(wanted.data):
        # A fault of an option is said at once; one of the case is mended while the book is served.
        wanted.case()
    serving.serve(
        partial(_served, wanted, site, jobs or os.cpu_count() or 1),
        site,
        root=root,
        case=case,
        port=port,
        say=click.echo,
        complain=partial(click.echo, err=True),
    )


def _served(wanted: Settings, site: Path, jobs: int) -> Path:
    """Build the site that is served."""
    from neutrality import press
    from neutrality.press.imprint import imprint

    case = wanted.case()
    entries = imprint(case, press.compile.find_root()).lines()
    edition = press.Edition(case, wanted.choices, imprint=tuple(entries))
    return press.build(wanted.parameters(), site, jobs=jobs, edition=edition, progress=False)


def main() -> None:
    """Entry point: runs the command and turns every fault of the user's into `error:` lines and status 2."""
    try:
        status = cli.main(standalone_mode=False)
    except InputError as problem:
        for line in problem.lines:
            click.echo(f"error: {line}", err=True)
        status = 2
    except click.exceptions.NoArgsIsHelpError as problem:
        click.echo(problem.format_message(), err=True)
        status = 2
    except click.ClickException as problem:
        click.echo(f"error: {problem.format_message()}", err=True)
        status = 2
    except OSError as problem:
        # Whatever is written, a disk may be full.
        click.echo(f"error: {problem.filename or 'output'}: {problem.strerror or problem}", err=True)
        status = 2
    except (click.Abort, KeyboardInterrupt):
        click.echo("error: interrupted", err=True)
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    # Under the name by which another process finds what is in it.
    from neutrality import cli as named

    named.main()
