"""The command `neutrality`: check the case, print results, run a notebook, build the book."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from neutrality.errors import InputError

if TYPE_CHECKING:
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

        reading = {name: value for name, value in self.choices.items() if name in ("scale", "pool_method")}
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


def settings(
    data: str, as_of: str, scenario: str, new: tuple[str, ...], choices: tuple[tuple[str, str], ...]
) -> Settings:
    """The settings from options as typed. Raises InputError for one that is malformed."""
    from neutrality.chapters import checked_choices

    figures: dict[str, float] = {}
    for item in new:
        name, sign, text = item.partition("=")
        if not sign or not name:
            raise InputError(f"--set: found {item!r}, expected ID=VALUE like investment=15")
        try:
            figures[name.strip()] = float(text)
        except ValueError:
            raise InputError(f"figure {name.strip()}: found {text!r}, expected a number") from None
    return Settings(data, as_of, scenario, figures, checked_choices(dict(choices)))


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, no_args_is_help=True)
@click.version_option(package_name="neutrality")
def cli() -> None:
    """The Price of Neutrality: check, compute and build the book.

    Whatever you give wrongly ends with status 2 and a line that says what to do.
    """


@cli.command(epilog="Example: neutrality check --data data")
@click.option("--data", default="data", show_default=True, metavar="PLACE", help="Folder or URL of the case.")
def check(data: str) -> None:
    """Check the case and print every fault with its file, line and column."""
    from neutrality.case import check as faults_of

    faults = faults_of(data)
    if faults:
        raise InputError(*faults)
    click.echo(f"{data}: no fault found")


@cli.command(epilog="Example: neutrality results deal --set investment=15 --format json")
@click.argument("chapters", nargs=-1, metavar="[CHAPTER]...")
@click.option(
    "--format", "form", type=click.Choice(["table", "json", "csv"]), default="table", show_default=True
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


@cli.command(epilog="Example: neutrality run deal --set investment=15 --out _build/runs")
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


@cli.command(epilog="Example: neutrality build --scenario google_only --out _build/google_only")
@click.option(
    "--out", type=click.Path(path_type=Path), metavar="DIR", help="Default: _build/html of the project."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="Notebooks at a time; default: one for each core.",
)
@click.option(
    "--pdf", is_flag=True, help="Print the whole book as a PDF too, among the downloads; needs Chromium."
)
@computing
def build(out: Path | None, jobs: int | None, pdf: bool, **options: Any) -> None:
    """Execute every notebook and build the site in DIR; a failed build leaves the former site as it was."""
    from neutrality import press
    from neutrality.press.imprint import imprint

    wanted = settings(**options)
    case = wanted.case()
    entries = imprint(case, press.compile.find_root()).lines()
    # Everything is computed once before a notebook starts: what was given wrongly is said at once.
    edition = press.Edition.of(case, wanted.choices, imprint=tuple(entries))
    site = press.build(
        wanted.parameters(), out, jobs=jobs or os.cpu_count() or 1, edition=edition, printed=pdf
    )
    click.echo(f"The book is at {site / 'index.html'}")
    if pdf:
        click.echo(f"The PDF is at {site / press.PDF}")


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
    except (click.Abort, KeyboardInterrupt):
        click.echo("error: interrupted", err=True)
        status = 130
    sys.exit(status)


if __name__ == "__main__":
    main()
