"""How long a reader waits: from moving a control to the new picture, on every live chart, in Chromium.

Run by `make bench`; nothing here is collected by pytest. Each chart stands on the screen while the first control
of its chapter that moves it goes to other values; the time ends with the first frame after the picture changed. Ends
with status 1 where the median of a chart is over its limit, or a chart does not come alive.
"""

from __future__ import annotations

import argparse
import functools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from pathlib import Path
from statistics import median
from typing import Any

from limits import NONE, Limits
from neutrality.chapters import BASE
from neutrality.errors import InputError
from neutrality.press import pdf
from playwright.sync_api import Page, sync_playwright
from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[2]
MOVES = 21
#: Milliseconds, the median over the moves of one control.
WANTED = 50

#: Bring a chart to the screen and wait until it lives; false where it does not within so long.
_ALIVE = """id => new Promise(resolve => {
  const figure = document.querySelector(`[data-chart="${id}"]`);
  figure.scrollIntoView({ block: 'center', behavior: 'instant' });
  const began = performance.now();
  (function look() {
    if (figure.querySelector('.nt-view svg')) resolve(true);
    else if (performance.now() - began > 20000) resolve(false);
    else setTimeout(look, 50);
  })();
})"""

#: Move the slider of a figure about and give the milliseconds to each new picture; null where none came.
_MOVES = """async ([chart, control, moves]) => {
  const figure = document.querySelector(`[data-chart="${chart}"]`);
  const slider = document.getElementById(`try-${control}`);
  const frame = () => new Promise(resume => requestAnimationFrame(resume));
  const home = Number(slider.value), most = Number(slider.max);
  const times = [];
  for (let i = 0; i < moves; i++) {
    const to = Math.round(most * (0.2 + 0.6 * ((i * 0.618) % 1)));
    if (to === Number(slider.value)) continue;
    // Any moment between two frames, as a reader's move is.
    await frame();
    await new Promise(rest => setTimeout(rest, (i * 5) % 16));
    const changed = new Promise(resolve => {
      const watch = new MutationObserver(() => { watch.disconnect(); resolve(true); });
      watch.observe(figure.querySelector('.nt-canvas'), { subtree: true, childList: true, attributes: true });
      setTimeout(() => { watch.disconnect(); resolve(false); }, 1500);
    });
    const began = performance.now();
    slider.value = to;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    if (!(await changed)) return null;
    await frame();
    times.push(performance.now() - began);
    await new Promise(rest => setTimeout(rest, 60));
  }
  slider.value = home;
  slider.dispatchEvent(new Event('input', { bubbles: true }));
  await new Promise(rest => setTimeout(rest, 400));
  return times;
}"""


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder on a local server."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    handler = functools.partial(Quiet, directory=str(folder))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def answers(page: Page, chart: str) -> tuple[str, list[float]] | None:
    """The first control that moves a chart, and the times of its moves."""
    sliders = page.evaluate(
        "() => [...document.querySelectorAll('.nt-control-range')].map(one => one.id.slice(4))"
    )
    for control in sliders:
        times = page.evaluate(_MOVES, [chart, control, 3])
        if times:
            return control, page.evaluate(_MOVES, [chart, control, MOVES])
    return None


def measured(site: Path) -> Iterator[dict[str, Any]]:
    """One record for each chart of the chapters and of the front page."""
    with served(site) as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=pdf.browser(), args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        for name in ("index", *BASE):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            page.goto(f"{address}/{name}.html", wait_until="load")
            page.mouse.move(5, 300)
            page.mouse.move(6, 301)
            if name != "index":
                page.get_by_role("button", name="Show all").click()
            for chart in page.evaluate(
                "() => [...document.querySelectorAll('.nt-chart[data-chart]')].map(one => one.dataset.chart)"
            ):
                alive = page.evaluate(_ALIVE, chart)
                found = answers(page, chart) if alive else None
                yield {"page": name, "chart": chart, "alive": alive, "found": found}
            page.close()
        browser.close()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "html", help="a site that is built")
    options = parser.parse_args()
    if not (options.site / "index.html").is_file():
        print(f"answers not measured: no site at {options.site}, run make book first")
        return
    try:
        records = list(measured(options.site))
    except InputError as problem:
        print(f"answers not measured: {problem}")
        return
    limits, rows = Limits(), []
    for one in records:
        name = f"{one['page']}, {one['chart']}"
        if not one["alive"]:
            rows.append(
                [one["page"], one["chart"], "did not wake", "", "", *limits.judged(name, inf, "<", WANTED)]
            )
        elif not one["found"]:
            rows.append([one["page"], one["chart"], "stays as published", "", "", *NONE])
        else:
            control, times = one["found"]
            half, most = median(times), max(times)
            rows.append([one["page"], one["chart"], control, f"{half:.0f}", f"{most:.0f}",
                         *limits.judged(name, half, "<", WANTED)])  # fmt: skip
    headers = ("page", "chart", "moved", "median ms", "slowest ms", "wanted", "")
    print(tabulate(rows, headers, disable_numparse=True))
    medians = [median(one["found"][1]) for one in records if one["found"]]
    print(f"\n{len(medians)} live charts; slowest median {max(medians):.0f} ms")
    limits.end()


if __name__ == "__main__":
    main()
