"""What stands at the foot of every page: which edition this is and what it was made from."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from neutrality.errors import InputError
from neutrality.words import day_words

if TYPE_CHECKING:
    from neutrality.case import Case

#: How many digits of a hash are printed; a dozen tell any two editions apart.
DIGITS = 12

#: The variable of the environment that sets the time of the build (reproducible-builds.org).
_EPOCH = "SOURCE_DATE_EPOCH"

#: The entry that says when an edition was built.
BUILT = "Built"


@dataclass(frozen=True)
class Imprint:
    """The edition's name, its as-of date, scenario, new values, the hash of its data, its commit and the day
    it was built. What does not apply is empty."""

    edition: str
    as_of: str
    scenario: str
    changed: str
    data: str
    commit: str
    built: str

    def lines(self) -> list[tuple[str, str]]:
        """Name and value of each entry that has one, in the order of print."""
        entries = (
            ("Edition", self.edition),
            ("As of", self.as_of),
            ("Scenario", self.scenario),
            ("Changed figures", self.changed),
            ("Data", self.data),
            ("Commit", self.commit),
            (BUILT, self.built),
        )
        return [(name, value) for name, value in entries if value]


def imprint(case: Case, root: Path, *, name: str = "", clock: date | None = None) -> Imprint:
    """The imprint of a case built from a project's folder.

    An edition without a name is called after the day up to which its evidence goes. `clock` is the day of
    the build; see `today`.
    """
    return Imprint(
        edition=name or day_words(case.as_of or case.base_day),
        as_of=day_words(case.as_of) if case.as_of else "the day of the sources; later evidence not counted",
        scenario=case.scenario,
        changed=", ".join(f"{figure}={value:g}" for figure, value in case.overrides.items()),
        data=case.digest[:DIGITS],
        commit=commit(root),
        built=day_words(clock or today()),
    )


def lasting(
    lines: Iterable[tuple[str, str]], environment: Mapping[str, str] = os.environ
) -> tuple[tuple[str, str], ...]:
    """The lines of an imprint by which a site is another one than that which stands: all but the day of the build,
    which that site says truthfully, unless the day was set."""
    return tuple(line for line in lines if line[0] != BUILT or environment.get(_EPOCH))


def moment(environment: Mapping[str, str] = os.environ) -> datetime:
    """The time of the build, in UTC and without parts of a second: that of SOURCE_DATE_EPOCH where it is set,
    so that a build can be repeated to the byte. Raises InputError where that is no
    number of seconds."""
    given = environment.get(_EPOCH, "")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    try:
        return datetime.fromtimestamp(int(given), UTC)
    except (ValueError, OverflowError, OSError):
        raise InputError(f"{_EPOCH}: found {given!r}, expected seconds since 1 January 1970") from None


def today(environment: Mapping[str, str] = os.environ) -> date:
    """The day of the build, in UTC; see `moment`."""
    return moment(environment).date()


def commit(root: Path) -> str:
    """The commit of a project's folder, marked where files differ from it; empty outside of a repository."""

    def git(*arguments: str) -> str | None:
        try:
            done = subprocess.run(
                ["git", "-C", str(root), *arguments], capture_output=True, text=True, check=False
            )
        except OSError:
            return None
        return done.stdout if done.returncode == 0 else None

    # A folder within somebody else's repository has no commit of its own.
    top = git("rev-parse", "--show-toplevel")
    if top is None or Path(top.strip()).resolve() != root.resolve():
        return ""
    found = git("rev-parse", f"--short={DIGITS}", "HEAD")
    if not found:
        return ""
    return found.strip() + (" with changes" if git("status", "--porcelain") else "")
