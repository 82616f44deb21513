"""Every page carries a policy that lets nothing in from elsewhere, and keeps to it."""

from __future__ import annotations

from pathlib import Path

import pytest
from neutrality.press import compile, meta
from policy import faults

ROOT = Path(__file__).resolve().parents[2]

PAGE = '<html><head><meta charset="utf-8">{}<title>A</title></head><body>{}</body></html>'
POLICY = '<meta http-equiv="Content-Security-Policy" content="default-src \'self\'{}">'


def test_every_page_of_the_site_keeps_to_its_policy(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert {f"{name}.html" for name in (*compile.pages(ROOT), meta.MISSING, "search")} <= {
        one.name for one in pages
    }
    assert {str(page.relative_to(site)): found for page in pages if (found := faults(page))} == {}


def test_a_page_may_hold_data(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_text(
        PAGE.format(
            POLICY.format(""), '<script type="application/json">{}</script><script src="a.js"></script>'
        ),
        "utf-8",
    )
    assert faults(tmp_path / "a.html") == []


@pytest.mark.parametrize(
    ("head", "body"),
    [
        ("", ""),
        ('<script src="a.js"></script>' + POLICY.format(""), ""),
        ('<link rel="icon" href="a.svg">' + POLICY.format(""), ""),
        (POLICY.format(" https:"), ""),
        (POLICY.format("; script-src 'self' 'unsafe-inline'"), ""),
        (POLICY.format("") * 2, ""),
        (POLICY.format(""), "<script>go()</script>"),
        (POLICY.format("; script-src 'self' 'sha256-AAAA'"), "<script>go()</script>"),
        (POLICY.format(""), "<style>p {}</style>"),
        (POLICY.format(""), '<p style="color: red">'),
        (POLICY.format(""), '<svg><path style="fill: red"></path></svg>'),
        (POLICY.format(""), '<p onclick="go()">'),
        (POLICY.format(""), '<a href=" JavaScript:go()">'),
    ],
)
def test_what_a_policy_forbids_is_seen(tmp_path: Path, head: str, body: str) -> None:
    (tmp_path / "a.html").write_text(PAGE.format(head, body), "utf-8")
    assert len(faults(tmp_path / "a.html")) == 1
