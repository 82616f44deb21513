"""Manifests written by hand."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from neutrality.editions import MANIFEST


def written(folder: Path, content: dict[str, Any], **more: Any) -> Path:
    """A folder with a manifest of this content."""
    folder.mkdir(parents=True, exist_ok=True)
    made = {"format": 1, "name": folder.name, **content, **more}
    (folder / MANIFEST).write_text(json.dumps(made), "utf-8")
    return folder
