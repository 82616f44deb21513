"""A sound case to make faulty, the command in this process, and the count of what was tried."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parents[1] / "case" / "another"))


@pytest.fixture(scope="session")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small case without a fault."""
    import another

    return another.write(tmp_path_factory.mktemp("sound") / "case")


@pytest.fixture
def spoilt(sound: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(sound, tmp_path / "case"))


@pytest.fixture
def tried(record_property: Callable[[str, object], None]) -> Callable[[str], None]:
    """Count a fault; tests/conftest.py prints how many there were."""
    return lambda name: record_property("fault", name)
