"""Where a case lies, and the bytes of its files: a folder, or any URL that fsspec reads."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from neutrality.case import shape
from neutrality.errors import InputError

DESCRIPTOR = "datapackage.json"

#: Set where a run was handed the files of a case: its location and the folder they lie in, as JSON. What the
#: location means elsewhere is then of no account.
HANDED = "NEUTRALITY_CASE_FILES"


@dataclass(frozen=True)
class Folder:
    """A case on this machine's disk: its folder, its name for messages, and its parsed descriptor.

    Each file is read once. What is parsed, hashed and handed on are the same bytes, even where somebody saves a
    table meanwhile.
    """

    path: Path
    name: str
    descriptor: dict[str, Any]
    _held: dict[str, bytes] = field(default_factory=dict, repr=False)

    def label(self, file: str) -> str:
        """How a message names one of the case's files."""
        return f"{self.name.rstrip('/')}/{file}"

    def content(self, file: str) -> bytes:
        """The bytes of one of the case's files, as they were when they were first asked for."""
        if file not in self._held:
            self._held[file] = (self.path / file).read_bytes()
        return self._held[file]

    def files(self) -> list[str]:
        """The descriptor and every table, in the descriptor's order."""
        return [DESCRIPTOR, *paths(self.descriptor).values()]

    def digest(self) -> str:
        """SHA-256 over the bytes of every file."""
        total = hashlib.sha256()
        for file in self.files():
            content = self.content(file)
            total.update(f"{file}\0{len(content)}\0".encode())
            total.update(content)
        return total.hexdigest()

    def see_unchanged(self) -> None:
        """Raise InputError where a file is no longer as it was read: then some files may be of one state of the
        case and some of the next, and whoever read them again saw another one."""
        for file, content in self._held.items():
            try:
                same = (self.path / file).read_bytes() == content
            except OSError:
                same = False
            if not same:
                raise InputError(f"{self.label(file)}: changed while it was read; run again")


def paths(descriptor: dict[str, Any]) -> dict[str, str]:
    """Resource name to file path, as the descriptor has them."""
    return {resource["name"]: resource["path"] for resource in descriptor["resources"]}


@contextmanager
def opened(location: str) -> Iterator[Folder]:
    """The case at a location, as a folder that exists while the context lasts.

    A relative path is looked for in the working directory and then in each folder above it, so that
    the same default serves the project's root and its `book/`. Raises InputError where there is none.
    """
    handed = json.loads(os.environ.get(HANDED, "{}")).get(location)
    if handed:
        yield _at(Path(handed), _root(location) if "://" in location else location)
    elif "://" in location:
        with tempfile.TemporaryDirectory(prefix="case-") as folder:
            yield _downloaded(location, Path(folder))
    else:
        yield _at(_found(location), location)


def _at(path: Path, name: str) -> Folder:
    label = f"{name.rstrip('/')}/{DESCRIPTOR}"
    try:
        content = (path / DESCRIPTOR).read_bytes()
    except OSError as problem:
        raise InputError(f"{label}: cannot be read ({problem.strerror})") from None
    return Folder(path, name, _descriptor(content, label), {DESCRIPTOR: content})


def _found(location: str) -> Path:
    wanted = Path(location).expanduser()
    here = Path.cwd()
    places = [wanted] if wanted.is_absolute() else [folder / wanted for folder in (here, *here.parents)]
    for place in places:
        if (place / DESCRIPTOR).is_file():
            return place
    for place in places:
        if place.exists():
            raise InputError(f"{location}: no {DESCRIPTOR} in it, so it is no dataset")
    raise InputError(f"{location}: no dataset there, expected a folder with a {DESCRIPTOR} or a URL of one")


def _root(location: str) -> str:
    """The folder that a URL means, which may name its descriptor."""
    return location.rstrip("/").removesuffix(f"/{DESCRIPTOR}")


def _downloaded(location: str, folder: Path) -> Folder:
    import fsspec

    root = _root(location)

    def fetch(file: str) -> bytes:
        try:
            with fsspec.open(f"{root}/{file}", "rb") as stream:
                content: bytes = stream.read()
                return content
        except FileNotFoundError:
            raise InputError(f"{root}/{file}: not found") from None
        # Each file system of fsspec has its own errors for a host that does not answer, a protocol
        # that is unknown or a package that is missing; to the user all of them say one thing.
        except Exception as problem:
            reason = " ".join(str(problem).split()) or type(problem).__name__
            raise InputError(f"{root}/{file}: cannot be read ({reason})") from None

    content = fetch(DESCRIPTOR)
    (folder / DESCRIPTOR).write_bytes(content)
    descriptor = _descriptor(content, f"{root}/{DESCRIPTOR}")
    for file in paths(descriptor).values():
        target = folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(fetch(file))
    return Folder(folder, root, descriptor, {DESCRIPTOR: content})


def _descriptor(content: bytes, label: str) -> dict[str, Any]:
    try:
        descriptor: dict[str, Any] = shape.parsed(content.decode("utf-8"), label)
    except UnicodeDecodeError:
        raise InputError(f"{label}: is no text in UTF-8") from None
    resources = descriptor.get("resources") if isinstance(descriptor, dict) else None
    if not isinstance(resources, list) or not resources:
        raise InputError(f"{label}: found no list of resources, expected a Data Package")
    for number, resource in enumerate(resources, start=1):
        if not isinstance(resource, dict) or not all(
            isinstance(resource.get(key), str) and resource[key].isprintable() for key in ("name", "path")
        ):
            raise InputError(f"{label}: resource {number} lacks a name or a path")
        path = PurePosixPath(resource["path"])
        # A descriptor may come from anywhere: it names files of its own folder and no others.
        if path.is_absolute() or ".." in path.parts or "://" in resource["path"]:
            raise InputError(
                f"{label}: resource {resource['name']} has the path {resource['path']!r}, expected a file of the case's folder"
            )
    return descriptor
