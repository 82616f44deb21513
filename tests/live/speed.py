"""How long the page takes to compute each chapter: `python tests/live/speed.py`, milliseconds in Chromium.

Each point moves another figure, as a reader's slider does. The first computation pays for the compilation
of the scripts.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from gzip import compress
from pathlib import Path

import seven
from neutrality.case import load
from neutrality.press import live
from neutrality.press.live import record
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]

_MEASURE = """({ record, moved, choices, points }) => {
  const figure = record.figures.find((one) => one.metric === moved);
  const model = neutrality.model(record);
  const taken = {};
  const timed = (name, compute) => {
    const start = performance.now();
    const found = compute();
    (taken[name] = taken[name] || []).push(performance.now() - start);
    return found;
  };
  for (let i = 0; i < points; i++) {
    const changes = { [figure.id]: figure.value * (1 + i / 1000) };
    const reading = timed("case", () => model.at(changes, choices));
    for (const chapter of neutrality.CHAPTERS) timed(chapter, () => reading.chapter(chapter));
  }
  return taken;
}"""


def main(points: int = 41) -> None:
    scripts = ROOT / "book" / "_static" / "live"
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        whole = live.bundle(scripts)
        (folder / "live.js").write_text(whole, "utf-8")
        page_text = '<!DOCTYPE html><meta charset="utf-8"><title>Blank</title><script src="live.js"></script>'
        (folder / "index.html").write_text(page_text, "utf-8")
        cases = {
            "four": load(str(ROOT / "data")),
            "seven": load(str(seven.write(folder / "case", ROOT / "data"))),
        }
        held = live.as_json(record(cases["four"], {}))
        for label, text in (("scripts", whole), ("record", held)):
            print(f"{label}: {len(text):,} characters, {len(compress(text.encode(), 9)):,} bytes gzipped")
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for customers, case in cases.items():
            for size_model in ("uniform", "pert", "fixed"):
                page = browser.new_page()
                page.goto((folder / "index.html").as_uri())
                given = {
                    "record": json.loads(live.as_json(record(case, {}))),
                    "moved": "latent_correlation",
                    "choices": {"size_model": size_model},
                    "points": points,
                }
                for chapter, taken in page.evaluate(_MEASURE, given).items():
                    rest = sorted(taken[1:])
                    median, most = rest[len(rest) // 2], rest[-1]
                    print(
                        f"{customers} customers, {size_model}, {chapter}: "
                        f"first {taken[0]:.1f}, median {median:.1f}, most {most:.1f}"
                    )
                page.close()
        browser.close()


if __name__ == "__main__":
    main()
