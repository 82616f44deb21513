"""How fast and how sound the pages are: Lighthouse on each of them, beside the same executed notebooks as stock
Jupyter Book builds them with Altair's default renderer, its scripts mirrored on the same host.

Run by `make bench`; nothing here is collected by pytest. It needs Chromium, npm and its registry, and says so
where one is missing. Measure on a machine that does nothing else: the scores move with its load. Ends with status 1
where a limit is not kept.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import mimetypes
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import product
from math import nan
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import unquote, urlsplit

import nbformat
import yaml
from limits import Limits
from neutrality.charts.renderer import MIME
from neutrality.errors import InputError
from neutrality.press import compile, pdf
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
PLACE = ROOT / "_build" / "bench"

LIGHTHOUSE = "12.8.2"
#: Where the stock site has Altair's scripts, in place of the host that Altair asks for them.
MIRROR = "_mirror/npm"

#: Settings of Lighthouse, and whether the reader scrolls through the page while it measures.
LOADED = (("desktop", False), ("mobile", False))
SCROLLED = ("mobile", True)

FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nobody else is asked: what stock pages name on other hosts fails at once.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)


class Unmeasured(Exception):
    """Something that the measuring needs is not there."""


# -- the tools ----------------------------------------------------------------------------------------


def versions() -> dict[str, str]:
    """The packages of npm, with the versions of Altair's scripts that this Altair asks for."""
    from altair.vegalite.v6 import display

    return {
        "lighthouse": LIGHTHOUSE,
        "vega": display.VEGA_VERSION,
        "vega-lite": display.VEGALITE_VERSION,
        "vega-embed": display.VEGAEMBED_VERSION,
    }


def tools() -> Path:
    """The folder with Lighthouse and Altair's scripts, filled by npm where it is not yet."""
    for program in ("node", "npm"):
        if shutil.which(program) is None:
            raise Unmeasured(f"{program} is not installed (on Debian: apt-get install nodejs npm)")
    place = PLACE / "npm"
    place.mkdir(parents=True, exist_ok=True)
    wanted = json.dumps({"private": True, "type": "module", "dependencies": versions()}, indent=2)
    listed, done = place / "package.json", place / "node_modules" / "lighthouse" / "package.json"
    if not (listed.is_file() and listed.read_text("utf-8") == wanted and done.is_file()):
        listed.write_text(wanted, "utf-8")
        print("== installing Lighthouse (npm)", file=sys.stderr, flush=True)
        try:
            ran = subprocess.run(
                ["npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
                cwd=place,
                capture_output=True,
                text=True,
                timeout=600,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unmeasured("npm's registry did not answer within 600 s") from None
        if ran.returncode:
            listed.unlink()
            said = [line for line in ran.stderr.splitlines() if line.startswith("npm error")] or [
                "npm failed"
            ]
            raise Unmeasured(f"Lighthouse cannot be installed: {said[0]}")
    shutil.copy(Path(__file__).with_name("lighthouse.mjs"), place)
    return place


# -- the two sites ------------------------------------------------------------------------------------


def ours(given: Path | None) -> tuple[Path, Path]:
    """The site as the press builds it, and the executed notebooks behind it."""
    site = given or PLACE / "html"
    if given is None:
        command = Path(sys.executable).with_name("neutrality")
        subprocess.run([command, "build", "--out", site], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
    return site, ROOT / "_build" / "source"


def stock(executed: Path, scripts: Path) -> Path:
    """The same notebooks as Jupyter Book builds them by itself, with charts as Altair shows them."""
    place = PLACE / "stock"
    shutil.rmtree(place, ignore_errors=True)
    source = place / "source"
    shutil.copytree(executed, source, ignore=shutil.ignore_patterns("_static"))
    for path in source.glob("*.ipynb"):
        notebook = nbformat.read(path, 4)
        for output in (one for cell in notebook.cells for one in cell.get("outputs", ())):
            if MIME in output.get("data", {}):
                output["data"] = nbformat.from_dict({"text/html": as_altair(output["data"][MIME])})
        nbformat.write(notebook, path)
    own = yaml.safe_load((ROOT / compile.CONFIG).read_text("utf-8"))
    config = {
        **{key: own[key] for key in ("title", "author", "execute", "only_build_toc_files", "parse")},
        "bibtex_bibfiles": ["references.bib"],
    }
    (source / compile.CONFIG).write_text(yaml.safe_dump(config), "utf-8")
    command = [sys.executable, "-c", "from jupyter_book.cli.main import main; main()", "build", str(source)]
    command += ["--toc", str(ROOT / compile.TOC), "--path-output", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    site = place / "_build" / "html"
    if done.returncode or not (site / "index.html").is_file():
        raise Unmeasured(
            f"stock Jupyter Book did not build: {(done.stderr or done.stdout).splitlines()[-1:]}"
        )
    mirror = site / MIRROR
    mirror.mkdir(parents=True)
    for name, version in versions().items():
        if name != "lighthouse":
            shutil.copy(
                scripts / "node_modules" / name / "build" / f"{name}.min.js", mirror / f"{name}@{version}"
            )
    return site


def as_altair(spec: Mapping[str, Any]) -> str:
    """A chart as Altair's default renderer writes it, its scripts asked of the mirror."""
    from altair.utils.html import spec_to_html
    from altair.vegalite.v6 import display

    return spec_to_html(
        dict(spec),
        mode="vega-lite",
        vega_version=display.VEGA_VERSION,
        vegalite_version=display.VEGALITE_VERSION,
        vegaembed_version=display.VEGAEMBED_VERSION,
        base_url=MIRROR,
        output_div=f"altair-viz-{hashlib.sha256(json.dumps(spec, sort_keys=True).encode()).hexdigest()[:32]}",
        embed_options={"mode": "vega-lite"},
        fullhtml=False,
        template="universal",
    )


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a local server that packs what it sends, as hosts of static sites do."""

    class Host(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = (folder / unquote(urlsplit(self.path).path).lstrip("/")).resolve()
            if not (path.is_file() and path.is_relative_to(folder.resolve())):
                self.send_error(404)
                return
            packed, kind = content(path)
            self.send_response(200)
            self.send_header("Content-Type", kind)
            if packed is not None:
                self.send_header("Content-Encoding", "gzip")
            body = path.read_bytes() if packed is None else packed
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "public, max-age=600")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Host) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@cache
def content(path: Path) -> tuple[bytes | None, str]:
    """A file packed, or None where packing is of no use, and its type."""
    kind = mimetypes.guess_type(path.name)[0]
    if path.parent.name == "npm":
        kind = "text/javascript"
    kind = kind or "application/octet-stream"
    text = kind.startswith("text/") or kind.endswith(("javascript", "json", "xml"))
    return (gzip.compress(path.read_bytes(), 6, mtime=0) if text else None), kind


# -- measuring ----------------------------------------------------------------------------------------


def measure(place: Path, tasks: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
    """What Lighthouse finds, run by run."""
    asked = {"program": pdf.browser(), "flags": FLAGS, "tasks": tasks}
    process = subprocess.Popen(
        ["node", "lighthouse.mjs"],
        cwd=place,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stdin and process.stdout and process.stderr
    try:
        process.stdin.write(json.dumps(asked))
        process.stdin.close()
        for number, line in enumerate(process.stdout, 1):
            print(f"\r{number} of {len(tasks)} runs", end="", file=sys.stderr, flush=True)
            yield json.loads(line)
        print(file=sys.stderr)
        if process.wait():
            raise Unmeasured(f"Lighthouse: {(process.stderr.read().strip() or 'failed').splitlines()[-1]}")
    finally:
        process.kill()
        process.wait()


Runs = dict[tuple[str, ...], list[dict[str, Any]]]


def middle(runs: Runs, key: tuple[str, ...], name: str) -> float | None:
    """The median of a number over the runs that gave it."""
    found = [run[name] for run in runs.get(key, ()) if run.get(name) is not None]
    return median(found) if found else None


#: What is wanted of each column of the table.
WANTED: dict[str, tuple[str, float]] = {
    "performance": ("≥", 98), "scrolled": ("≥", 90), "accessibility": ("≥", 100), "practices": ("≥", 100),
    "seo": ("≥", 100), "lcp": ("≤", 0.3), "cls": ("<", 0.02), "kB": ("≤", 120), "alive": ("≤", 450),
}  # fmt: skip


def found(runs: Runs, page: str) -> dict[str, list[float | None]]:
    """The numbers of each column for a page."""
    desktop, mobile = ("ours", page, "desktop", "loaded"), ("ours", page, "mobile", "loaded")
    scrolled, other = ("ours", page, "mobile", "scrolled"), ("stock", page, "mobile", "loaded")
    paint, stock_paint = middle(runs, mobile, "lcp"), middle(runs, other, "lcp")

    def kilobytes(key: tuple[str, ...]) -> list[float | None]:
        size = middle(runs, key, "bytes")
        return [None if size is None else size / 1000]

    return {
        "performance": [middle(runs, desktop, "performance"), middle(runs, mobile, "performance")],
        "scrolled": [middle(runs, scrolled, "performance")],
        **{
            name: [middle(runs, desktop, name), middle(runs, mobile, name)]
            for name in ("accessibility", "practices", "seo")
        },
        "lcp": [paint / stock_paint if paint and stock_paint else None],
        "cls": [middle(runs, key, "cls") for key in (desktop, mobile, scrolled)],
        "kB": kilobytes(mobile),
        "alive": kilobytes(scrolled),
        "stock kB": kilobytes(other),
        "stock": [middle(runs, other, "performance")],
    }


def cell(name: str, values: Sequence[float | None]) -> str:
    if name == "cls" and None not in values:
        values = [max(value for value in values if value is not None)]
    form = {"lcp": ".2f", "cls": ".3f"}.get(name, ".0f")
    return " / ".join("–" if value is None else f"{value:{form}}" for value in values)


def judged(limits: Limits, page: str, numbers: Mapping[str, Sequence[float | None]], against: bool) -> str:
    """Whether a page keeps its limits, or the columns of those that it does not; `against` stock or without it."""
    missed = [
        name
        for name, (sign, bound) in WANTED.items()
        if (against or name != "lcp")
        # What could not be measured is not kept.
        and not all(
            limits.judged(f"{page} {name}", nan if value is None else value, sign, bound)[1] == "kept"
            for value in numbers[name]
        )
    ]
    return f"not kept: {', '.join(missed)}" if missed else "kept"


HEADERS = (
    "page",
    "performance\ndesktop / mobile",
    "scrolled\nmobile",
    "accessibility",
    "best practices",
    "SEO",
    "LCP to\nstock",
    "CLS",
    "kB",
    "kB\nalive",
    "kB\nstock",
    "stock\nperf.",
    "",
)


def table(runs: Runs, pages: Sequence[str], limits: Limits) -> str:
    """The one table of this benchmark."""
    against = any(key[0] == "stock" for key in runs)
    rows = []
    for page in pages:
        numbers = found(runs, page)
        cells = [cell(name, values) for name, values in numbers.items()]
        rows.append([page, *cells, judged(limits, page, numbers, against)])
    wanted = ["wanted", *(f"{sign} {bound:g}" for sign, bound in WANTED.values()), "", "", ""]
    return tabulate([*rows, wanted], HEADERS, disable_numparse=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is taken (3)")
    parser.add_argument("--pages", nargs="+", help="some pages only, without suffix")
    parser.add_argument("--site", type=Path, help="a site that is built already")
    parser.add_argument("--no-stock", action="store_true", help="leave stock Jupyter Book out")
    options = parser.parse_args()
    pages = options.pages or compile.pages(ROOT)
    try:
        pdf.browser()
        place = tools()
        site, executed = ours(options.site)
        other = None if options.no_stock else stock(executed, place)
        with served(site) as here, served(other or site) as there:
            wanted = [("ours", here, (*LOADED, SCROLLED))]
            wanted += [("stock", there, (("mobile", False),))] if other else []
            tasks = [
                {
                    "key": [name, page, form, "scrolled" if scroll else "loaded"],
                    "url": f"{root}/{page}.html",
                    "form": form,
                    "scroll": scroll,
                }
                # A run of each page before the second of any: what disturbs the machine hits none alone.
                for _, (name, root, settings), page in product(range(options.runs), wanted, pages)
                for form, scroll in settings
            ]
            runs: Runs = {}
            for run in measure(place, tasks):
                runs.setdefault(tuple(run["key"]), []).append(run)
    except (Unmeasured, InputError) as problem:
        print(f"pages not measured: {problem}")
        return
    (PLACE / "pages.json").write_text(
        json.dumps([run for several in runs.values() for run in several], indent=1)
    )
    limits = Limits()
    print(table(runs, pages, limits))
    print(
        f"\nLighthouse {LIGHTHOUSE}, median of {options.runs}; bytes are gzip over the wire, headers included"
    )
    for key, several in runs.items():
        faults = {
            fault for run in several for fault in [*run.get("failed", ()), *[run.get("error")]] if fault
        }
        if faults and key[0] == "ours":
            print(f"{' '.join(key[1:])}: {', '.join(sorted(faults))}")
    limits.end()


if __name__ == "__main__":
    main()
