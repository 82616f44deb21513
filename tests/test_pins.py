"""requirements.txt, which pip installs without asking further, meets what pyproject.toml asks for."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
ASKED = [
    *PROJECT["dependencies"],
    *(one for extra in PROJECT["optional-dependencies"].values() for one in extra),
]
PYTHONS = [found[1] for one in PROJECT["classifiers"] if (found := re.search(r":: Python :: (3\.\d+)$", one))]
PINS = [
    Requirement(line.partition("#")[0])
    for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines()
    if re.match(r"\w", line)
]


def pinned(python: str, platform: str) -> dict[str, Version]:
    """The version of each project on a machine."""
    machine = {"python_version": python, "python_full_version": f"{python}.9", "sys_platform": platform}
    found: dict[str, Version] = {}
    for pin in PINS:
        if pin.marker is None or pin.marker.evaluate(machine):
            name = canonicalize_name(pin.name)
            assert name not in found, f"{name} is pinned twice"
            (exact,) = pin.specifier
            assert exact.operator == "==", str(pin)
            found[name] = Version(exact.version)
    return found


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", PYTHONS)
def test_every_requirement_is_met_by_a_pin(python: str, platform: str) -> None:
    pins = pinned(python, platform)
    unmet = []
    for text in ASKED:
        asked = Requirement(text)
        found = pins.get(canonicalize_name(asked.name))
        if found is None or not asked.specifier.contains(found, prereleases=True):
            unmet.append(f"{text}: {found or 'no pin'}")
    assert unmet == []
