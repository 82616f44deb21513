"""Turns executed notebooks and pages into a site with Jupyter Book; every fault becomes one line."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from neutrality.errors import InputError
from neutrality.press import meta
from neutrality.press.execute import PressError
from neutrality.press.further import Further

CONFIG, TOC = "_config.yml", "_toc.yml"

_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_FAULT = re.compile(r"\b(WARNING|ERROR|CRITICAL|SEVERE)\b: ?")
#: MyST-NB counts the lines of a notebook from 10,000 times the number of the cell.
_CELL = re.compile(r"\.ipynb:(\d+)(\d{4}):")
_SHOWN = 20

#: Trees of documents are many small objects that stay: to look for garbage among them time and again takes nearly a
#: tenth of the whole. As much goes into importing a database, for MyST-NB's cache of executed notebooks: here notebooks
#: come executed, and the cache's tables are names that nobody asks for more.
_PROGRAM = """
import gc, sys, types
gc.set_threshold(200_000)
tables = sys.modules["jupyter_cache.cache.db"] = types.ModuleType("jupyter_cache.cache.db")
tables.__getattr__ = lambda name: object
from jupyter_book.cli.main import main
main()
"""


def find_root(start: Path | None = None) -> Path:
    """The book's folder: the nearest one at or above `start` (the working directory by default), or above
    this package, that holds `_config.yml` and `_toc.yml`. Raises InputError if there is none."""
    begin = (start or Path.cwd()).resolve()
    for folder in (begin, *begin.parents, *Path(__file__).resolve().parents):
        if (folder / CONFIG).is_file() and (folder / TOC).is_file():
            return folder
    raise InputError(f"{begin}: no book here: no folder at or above it holds {CONFIG} and {TOC}")


def _yaml(path: Path) -> dict[str, Any]:
    import yaml

    try:
        found = yaml.safe_load(path.read_text("utf-8"))
    except OSError as error:
        raise InputError(f"{path.name}: cannot be read: {error.strerror}") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise InputError(f"{path.name}: no YAML: {' '.join(str(error).split())}") from None
    if not isinstance(found, dict):
        raise InputError(f"{path.name}: a mapping is expected")
    return found


def pages(root: Path) -> list[str]:
    """The pages of the table of contents in reading order, without suffix."""
    from sphinx_external_toc.parsing import MalformedError, parse_toc_data

    try:
        return list(parse_toc_data(_yaml(root / TOC)))
    except MalformedError as error:
        raise InputError(f"{TOC}: {' '.join(str(error).split())}") from None


def derived_config(
    root: Path,
    title: str,
    drawings: Path | None,
    imprint: Sequence[tuple[str, str]] = (),
    pdf: str = "",
    author: str = "",
) -> dict[str, Any]:
    """`_config.yml` with the title and the authors of the case, the place where drawn charts are kept and the
    entries of the page's foot."""
    config = _yaml(root / CONFIG)
    if title:
        config["title"] = title
    if author:
        config["author"] = author
    sphinx = config.setdefault("sphinx", {}).setdefault("config", {})
    sphinx["html_baseurl"], sphinx["neutrality_repository"] = meta.addresses(config)
    sphinx["neutrality_launch"] = meta.launch(config)
    if drawings:
        sphinx["neutrality_drawings"] = str(drawings)
    if imprint:
        sphinx["neutrality_imprint"] = [list(entry) for entry in imprint]
    if pdf:
        sphinx["neutrality_pdf"] = pdf
    return config


def compile(
    source: Path,
    work: Path,
    *,
    root: Path,
    title: str = "",
    author: str = "",
    drawings: Path | None = None,
    imprint: Sequence[tuple[str, str]] = (),
    pdf: str = "",
    further: Further | None = None,
) -> Path:
    """Compile the folder `source` with Jupyter Book and return the folder of the finished site.

    `work` takes everything Sphinx writes. `root` holds `_config.yml` and `_toc.yml`; a `further` page is
    listed behind what stands there. Every warning is a
    failure. Raises PressError with the lines that Sphinx complained with.
    """
    import yaml

    work.mkdir(parents=True, exist_ok=True)
    config = work / CONFIG
    config.write_text(
        yaml.safe_dump(derived_config(root, title, drawings, imprint, pdf, author), allow_unicode=True),
        "utf-8",
    )
    toc = root / TOC
    if further:
        toc = work / TOC
        toc.write_text(yaml.safe_dump(further.listed(_yaml(root / TOC)), sort_keys=False), "utf-8")
    options = ["--toc", str(toc.resolve()), "--config", str(config.resolve())]
    options += ["--path-output", str(work.resolve()), "-W", "-n", "--keep-going"]
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            _PROGRAM,
            "build",
            str(source),
            *options,
        ],
        env={**os.environ, "PYTHONHASHSEED": "0", "NO_COLOR": "1"},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        errors="replace",
        check=False,
    )
    if done.returncode:
        raise PressError(*complaints(done.stdout + "\n" + done.stderr, source))
    return work / "_build" / "html"


def complaints(output: str, source: Path) -> list[str]:
    """The warnings and errors in Sphinx's output, one line each, with files named from the source root."""
    lines: dict[str, None] = {}
    last = ""
    for raw in output.splitlines():
        line = _ANSI.sub("", raw).strip()
        if not line or set(line) == {"="}:
            continue
        # the last error that Python reports, if Sphinx said nothing itself
        if re.match(r"^[\w.]+(Error|Exception|Warning): ", line) and not line.startswith("RuntimeError"):
            last = line
        if _FAULT.search(line):
            line = _FAULT.sub("", line.replace(f"{source}{os.sep}", ""), count=1)
            lines[_CELL.sub(lambda m: f".ipynb: cell {m[1]}:", line)] = None
    found = list(lines) or [last or "Jupyter Book failed without a word"]
    if len(found) > _SHOWN:
        found = [*found[:_SHOWN], f"and {len(found) - _SHOWN} more"]
    return [f"compiling the book: {line}" for line in found]
