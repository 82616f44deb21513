"""What stands at the foot of every page."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import pytest
from neutrality.case import load
from neutrality.errors import InputError
from neutrality.press import imprint

DAY = date(2026, 2, 3)


def test_it_names_what_the_edition_was_made_from(tmp_path: Path) -> None:
    case = load(as_of="2025-12-31", scenario="google_only", figures={"investment": 13.7})
    found = dict(imprint.imprint(case, tmp_path, clock=DAY).lines())
    assert found == {
        "Edition": "31 December 2025",
        "As of": "31 December 2025",
        "Scenario": "google_only",
        "Changed figures": "investment=13.7",
        "Data": case.digest[:12],
        "Built": "3 February 2026",
    }


def test_without_a_day_it_says_that_later_evidence_is_left_out(tmp_path: Path, case) -> None:
    found = dict(imprint.imprint(case, tmp_path, name="first", clock=DAY).lines())
    assert found["Edition"] == "first" and "later evidence not counted" in found["As of"]
    assert "Changed figures" not in found


def test_the_clock_can_be_set() -> None:
    assert imprint.today({"SOURCE_DATE_EPOCH": "86400"}) == date(1970, 1, 2)
    assert imprint.today({}) >= date(2025, 6, 15)
    for wrong in ("yesterday", "1e9", "9" * 30):
        with pytest.raises(InputError, match="SOURCE_DATE_EPOCH: found"):
            imprint.today({"SOURCE_DATE_EPOCH": wrong})


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(
        ["git", "-C", folder, "-c", "user.name=a", "-c", "user.email=a@b", *arguments],
        check=True,
        capture_output=True,
    )


def test_the_commit_says_whether_files_differ_from_it(tmp_path: Path) -> None:
    assert imprint.commit(tmp_path) == ""
    git(tmp_path, "init", "-q")
    assert imprint.commit(tmp_path) == ""
    (tmp_path / "a").write_text("1")
    git(tmp_path, "add", "a")
    git(tmp_path, "commit", "-qm", "one")
    assert re.fullmatch(r"[0-9a-f]{12}", imprint.commit(tmp_path))
    (tmp_path / "a").write_text("2")
    assert imprint.commit(tmp_path).endswith(" with changes")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert imprint.commit(inner) == ""
