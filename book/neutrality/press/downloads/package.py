"""The case as a zipped Data Package: the bytes of its files, as they are."""

from __future__ import annotations

import io
import zipfile

from neutrality.case import Case
from neutrality.case.source import opened
from neutrality.errors import InputError

#: What a zip can date back to. The real time would make two builds differ.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_READABLE = 0o644 << 16


def zipped(case: Case) -> bytes:
    """The descriptor and every table of a case, byte for byte, the same bytes each time.

    Raises InputError where the case has changed since it was loaded.
    """
    kept = io.BytesIO()
    with opened(case.location) as folder, zipfile.ZipFile(kept, "w") as archive:
        if folder.digest() != case.digest:
            raise InputError(f"{case.location}: changed while the book was built; build it again")
        for file in folder.files():
            entry = zipfile.ZipInfo(file, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = _READABLE
            # Who made the archive would otherwise differ between systems.
            entry.create_system = 3
            archive.writestr(entry, folder.content(file))
    return kept.getvalue()


__all__ = ["zipped"]
