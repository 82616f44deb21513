"""The editions that are kept, and the sites that carry them along."""

from __future__ import annotations

import html
import json
import os
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from neutrality.case.reads_files import hash_of
from neutrality.editions.manifests import MANIFEST, read
from neutrality.errors import InputError, nearest, quoted
from neutrality.press import BUILD, keys, publish
from neutrality.press.downloads import FOLDER as DOWNLOADS

#: The folder of kept editions below `_build`, and the one within a site that carries them.
FOLDER = publish.EDITIONS
#: What stands for "no edition" where one may be named.
NONE = "none"
#: The page of a site that lists the editions and says what changed.
PAGE = "changes"
#: The case behind an edition, within its folder.
CASE = f"{DOWNLOADS}/case.zip"

_NAME = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,62}[A-Za-z0-9])?")
#: Where an edition stands while it is written.
_KEEPING = ".keeping-"
#: What the manifest says of how an edition was made: of two with the same, one may stand for the other.
_MADE_FROM = ("data", "as_of", "scenario", "new_figures", "choices", "inputs", "package", "versions")


def check_name(name: str) -> str:
    """A name that an edition may have, which is that of a folder and part of an address. Raises InputError."""
    if not _NAME.fullmatch(name):
        raise InputError(
            f"--edition: found {quoted(name)}, expected up to 64 letters, digits, dots, hyphens and underscores, "
            "with a letter or digit at either end"
        )
    if name.lower() == NONE:
        raise InputError(f"--edition: found {name!r}, which stands for no edition; choose another name")
    return name


@dataclass(frozen=True)
class Shelf:
    """The editions kept in a folder."""

    folder: Path

    @classmethod
    def of(cls, root: Path) -> Shelf:
        """The shelf of a project."""
        return cls(root / BUILD / FOLDER)

    def names(self) -> list[str]:
        """The names of the editions kept, in alphabetical order."""
        if not self.folder.is_dir():
            return []
        return sorted(
            place.name
            for place in self.folder.iterdir()
            if _NAME.fullmatch(place.name) and (place / MANIFEST).is_file()
        )

    def manifest(self, name: str) -> dict[str, Any]:
        """The manifest of a kept edition. Raises InputError where it is not there or broken."""
        if name not in self.names():
            raise InputError(f"edition {quoted(name)}: is not kept here{nearest(name, self.names())}")
        return read(self.folder / name, f"{BUILD}/{FOLDER}/{name}")

    def hashes(self, but: str = "") -> dict[str, str]:
        """A hash of the manifest of every kept edition but one, by its name; empty where it cannot be read."""
        return {name: hash_of(str(self.folder / name / MANIFEST)) for name in self.names() if name != but}

    def kept(self, but: str = "", say: Callable[[str], None] = lambda _: None) -> dict[str, dict[str, Any]]:
        """The manifest of every kept edition but one by its name, the newest first.

        One that cannot be read, being damaged or of a newer version, is left out, and `say` is told why: it is
        in nobody's way who does not name it.
        """
        found = {}
        for name in self.names():
            if name != but:
                try:
                    found[name] = self.manifest(name)
                except InputError as problem:
                    say(f"the edition {name} is left out: {problem.lines[0]}")
        return dict(
            sorted(found.items(), key=lambda entry: (entry[1].get("built", ""), entry[0]), reverse=True)
        )

    def admit(self, made: Mapping[str, Any]) -> None:
        """See that an edition may be kept under its name. Raises InputError otherwise.

        A name that is taken stays with the edition that has it, unless the new one was made from the same:
        then it takes its place as a whole.
        """
        name = check_name(made["name"])
        taken = next((kept for kept in self.names() if kept.lower() == name.lower()), None)
        if taken is None:
            if (self.folder / name).exists():
                raise InputError(
                    f"--edition: {BUILD}/{FOLDER}/{name} is no edition; choose another name, or remove it first"
                )
            return
        place = f"{BUILD}/{FOLDER}/{taken}"
        former = self.manifest(taken)
        other = [part for part in _MADE_FROM if _made(former, part) != _made(made, part)]
        if taken != name or other:
            words = f" and was made from other {', '.join(other).replace('_', ' ')}" if other else ""
            raise InputError(
                f"--edition: {taken} is kept already{words}; choose another name, or remove {place} first"
            )

    def keep(self, site: Path, made: Mapping[str, Any]) -> Path:
        """Keep a finished site under the name in its manifest, in one step. Raises InputError where that
        cannot be written; what was kept before is then as it was."""
        with self._ready(site, made) as put:
            return put()

    @contextmanager
    def _ready(self, site: Path, made: Mapping[str, Any]) -> Iterator[Callable[[], Path]]:
        """A finished site written down as an edition, which takes its place when that is called for."""
        target: Path = self.folder / made["name"]
        with ExitStack() as stack:
            try:
                self.folder.mkdir(parents=True, exist_ok=True)
                place = stack.enter_context(
                    tempfile.TemporaryDirectory(prefix=_KEEPING, dir=self.folder, ignore_cleanup_errors=True)
                )
                new = Path(place) / "site"
                shutil.copytree(site, new, ignore=lambda folder, _: {FOLDER} if Path(folder) == site else ())
                _rewrite(new, _unlinked)
                inputs = {"case": _case_hashes(new), **made["inputs"]}
                # Without `allow_nan` no manifest is written that could not be read.
                text = json.dumps({**made, "inputs": inputs}, indent=1, ensure_ascii=False, allow_nan=False)
                (new / MANIFEST).write_text(text + "\n", "utf-8")
            except OSError as problem:
                raise InputError(f"{target}: cannot be written: {publish.said(problem)}") from None
            yield partial(publish.replace, new, target)

    @contextmanager
    def furnish(self, site: Path, made: Mapping[str, Any]) -> Iterator[None]:
        """Give a finished site what it gets before it is published: it takes along every other edition that can
        be read, with links to them. If it has a name, it is kept when the context is left, the site having been
        published; after a fault it is not.

        The caller holds the lock of builds: nobody else keeps anything meanwhile, but somebody may have before it.
        """
        if made["name"]:
            # What builds left that were killed.
            for left in self.folder.glob(f"{_KEEPING}*"):
                shutil.rmtree(left, ignore_errors=True)
            publish.clear_up(self.folder / made["name"])
            self.admit(made)
        # Written before the site takes its place: a disk that is full is full before anything has changed.
        with self._ready(site, made) if made["name"] else nullcontext() as put:
            self._take_along(site, list(self.kept(but=made["name"])))
            yield
            if put:
                put()

    def _take_along(self, site: Path, names: Iterable[str]) -> None:
        """Carry editions within a site, with links to them."""
        try:
            for name in names:
                # The same file twice costs no room. Nobody writes into a published site: it is replaced.
                shutil.copytree(self.folder / name, site / FOLDER / name, copy_function=_linked_file)
            _rewrite(site, lambda text: _linked(text, names))
        except OSError as problem:
            raise InputError(f"{site / FOLDER}: cannot be written: {publish.said(problem)}") from None


def _made(found: Mapping[str, Any], part: str) -> Any:
    # The hash over the case stands for its files, which a new edition has not yet hashed one by one.
    return found.get("inputs", {}).get("book") if part == "inputs" else found.get(part)


def _case_hashes(site: Path) -> dict[str, str]:
    with zipfile.ZipFile(site / CASE) as archive:
        return {name: keys.digest(archive.read(name)) for name in archive.namelist()}


def _linked_file(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        # Another file system, or one without links.
        shutil.copyfile(source, target)


# -- links between editions ---------------------------------------------------------------------------

_ENTRY = '<span class="nt-kept">{name}</span>'
_NAMED = re.compile(r'<span class="nt-kept">([A-Za-z0-9._-]+)</span>')
_LEADING = re.compile(
    rf'<a class="nt-kept" href="{FOLDER}/[A-Za-z0-9._-]+/index\.html">([A-Za-z0-9._-]+)</a>'
)


def entry(name: str) -> str:
    """How a page names a kept edition, so that a site that takes it along can make a link of the name."""
    return _ENTRY.format(name=html.escape(name))


def _linked(text: str, names: Iterable[str]) -> str:
    there = set(names)
    link = rf'<a class="nt-kept" href="{FOLDER}/\1/index.html">\1</a>'
    return _NAMED.sub(lambda found: found.expand(link) if found[1] in there else found[0], text)


def _unlinked(text: str) -> str:
    return _LEADING.sub(lambda found: entry(found[1]), text)


def _rewrite(site: Path, change: Callable[[str], str]) -> None:
    """Change the text of the page that lists the editions, where a site has it."""
    page = site / f"{PAGE}.html"
    if page.is_file():
        before = page.read_text("utf-8")
        after = change(before)
        if after != before:
            # Written anew beside it: the file may be shared with a kept edition.
            page.unlink()
            page.write_text(after, "utf-8")


__all__ = ["CASE", "FOLDER", "NONE", "PAGE", "Shelf", "check_name", "entry"]
