"""Faults of JSON: a sound text with one thing in it put otherwise, of whatever kind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from hypothesis import strategies as st

#: Where something stands in JSON: keys and positions from the outside inwards.
Place = tuple[str | int, ...]

_GONE = object()

#: Any value, and some that stand elsewhere in a descriptor or a notebook.
_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=4,
)
_KNOWN = st.sampled_from(
    ["id", "figures", "string", "any", "code", "raw", "parameters", "(", "\ud800", ["id"]]
)


def places(part: Any, at: Place = ()) -> Iterator[Place]:
    """Every place in a value, the whole among them."""
    yield at
    if isinstance(part, dict | list):
        for key, inner in part.items() if isinstance(part, dict) else enumerate(part):
            yield from places(inner, (*at, key))


def faulty(whole: Any) -> st.SearchStrategy[str]:
    """Texts of a value in which one place holds anything, or is gone."""
    value = st.one_of(_ANYTHING, _KNOWN, st.just(_GONE))
    return st.builds(put, st.just(whole), st.sampled_from(list(places(whole))), value).map(json.dumps)


def put(whole: Any, at: Place, value: Any) -> Any:
    """A copy of a value with another one at a place."""
    if not at:
        return None if value is _GONE else value
    made = deepcopy(whole)
    inner = made
    for key in at[:-1]:
        inner = inner[key]
    if value is _GONE:
        del inner[at[-1]]
    else:
        inner[at[-1]] = value
    return made
