"""The chapters: pure functions, a case in, results, tables and findings out."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from neutrality.errors import InputError, nearest

if TYPE_CHECKING:
    from neutrality.case import Case
    from neutrality.results import Chapter

#: In the order of reading. A chapter is a notebook and the module of the same name.
NAMES = ("deal", "customer_exits", "competitor_opportunity")

#: The choices of a chapter that are no numbers of the case, with what each may be; first is default.
CHOICES: dict[str, tuple[str, ...]] = {
    "scale": ("kent", "icd203", "ipcc"),
    "pool_method": ("linear", "log"),
    "basis": ("last_year", "plan"),
}


def compute(name: str, case: Case, **choices: Any) -> Chapter:
    """The chapter of this name, computed from a case. Raises InputError for an unknown name."""
    from importlib import import_module

    if name not in NAMES:
        raise InputError(f"chapter: found {name!r}, expected one of {', '.join(NAMES)}{nearest(name, NAMES)}")
    chapter: Callable[..., Chapter] = import_module(f"neutrality.chapters.{name}").chapter
    return chapter(case, **choices)


def checked_choices(choices: dict[str, str]) -> dict[str, str]:
    """The choices as given, each known and of a value that it may have. Raises InputError otherwise."""
    faults = []
    for name, value in choices.items():
        if name not in CHOICES:
            faults.append(
                f"parameter {name!r}: is unknown, expected one of {', '.join(CHOICES)}{nearest(name, CHOICES)}"
            )
        elif value not in CHOICES[name]:
            allowed = CHOICES[name]
            faults.append(
                f"parameter {name}: found {value!r}, expected one of {', '.join(allowed)}{nearest(value, allowed)}"
            )
    if faults:
        raise InputError(*faults)
    return choices
