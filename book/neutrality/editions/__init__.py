"""Editions: finished books that are kept, each with a manifest of what it was made from and what it found.

An edition is a folder of `_build/editions/`: the site as it was compiled, and `manifest.json`. A site that is
published carries the editions kept so far in a folder of its own, `editions/`, and links to them there; a kept
one names the others without a link, so that no copy of a site, wherever it is put, leads to what is not there.
"""

from neutrality.editions.manifests import FORMAT, MANIFEST, SCHEMA, clean, contents, manifest, read
from neutrality.editions.shelf import CASE, FOLDER, NONE, PAGE, Shelf, check_name, entry

__all__ = [
    "CASE",
    "FOLDER",
    "FORMAT",
    "MANIFEST",
    "NONE",
    "PAGE",
    "SCHEMA",
    "Shelf",
    "check_name",
    "clean",
    "contents",
    "entry",
    "manifest",
    "read",
]
