"""What a build does about editions: it says what changed since one of them, lists those that are kept, and keeps its
own if it has a name."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality.compare.page import page
from neutrality.compare.sides import of_manifest, read_side
from neutrality.editions import NONE, Shelf, manifest
from neutrality.press import keys
from neutrality.press.further import Further
from neutrality.press.imprint import Imprint

if TYPE_CHECKING:
    from neutrality.press import Edition


class Keeping:
    """A companion of the press for an edition that is about to be built from the project's folder `root`.

    `name` is the one under which it is kept, if it is. `since` is what it is compared with: an edition or a case as
    `read_side` takes it, the newest kept edition by default, nothing for `none`. What is wrong with either is said
    before the work: raises InputError where the name is taken, or as `read_side` does.
    """

    def __init__(
        self, edition: Edition, root: Path, imprint: Imprint, name: str = "", since: str = ""
    ) -> None:
        self._edition, self._root, self._imprint = edition, root, imprint
        self._name, self._since = name, since
        self._shelf = Shelf.of(root)
        if name:
            self._shelf.admit(self._made)
        self._old = read_side(since, self._shelf) if since not in ("", NONE) else None

    @property
    def place(self) -> Path:
        """Where the edition is kept."""
        return self._shelf.folder / self._name

    @cached_property
    def _made(self) -> dict[str, Any]:
        # Everything is computed for it: not before somebody asks.
        return manifest(self._edition, self._root, self._imprint, self._name)

    def stands_on(self) -> object:
        """The names, the edition or case compared with, and every other edition that is kept."""
        old = keys.total(self._old.content) if self._old else ""
        return [self._name, self._since, old, self._shelf.hashes(but=self._name)]

    def page(self, say: Callable[[str], None]) -> Further | None:
        """The page that says what changed and lists the editions; none where there is nothing to say."""
        kept = self._shelf.kept(self._name, say)
        old = self._old
        if kept and not self._since:
            newest = next(iter(kept))
            old = of_manifest(newest, kept[newest])
        if not kept and old is None:
            return None
        return page(of_manifest(self._name or "this edition", self._made, self._edition.case), old, kept)

    def furnish(self, site: Path) -> AbstractContextManager[None]:
        """Have the site carry the other editions, and keep it if it has a name."""
        return self._shelf.furnish(site, self._made) if self._name or self._shelf.names() else nullcontext()

    def stood(self, site: Path) -> None:
        """Keep the site that stands if what was kept of it is gone."""
        if self._name:
            self._shelf.admit(self._made)
            if self._name not in self._shelf.names():
                self._shelf.keep(site, self._made)


__all__ = ["Keeping"]
