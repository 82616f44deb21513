"""Altair made quick, in the warm process and its children: half of what a run of a notebook took was charts.

Only shortcuts to what Altair itself would answer. A chart that fits its schema is found to by a compiled
validator; one that does not is checked again by Altair, which has the words for it.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from types import NoneType
from typing import Any
from urllib.parse import quote

_DEFINITIONS = "#/definitions/"

#: Values of just these types are copied and written as they are.
_PLAIN = frozenset({NoneType, bool, float, int, str})


def quicken() -> None:
    """Have Altair take the shortcuts, in this process and its children.

    Raises any exception where its version does not fit: then nothing has changed.
    """
    import narwhals
    from altair import VegaLiteSchema
    from altair.utils import schemapi

    quick = {
        "validate_jsonschema": _asked_first(VegaLiteSchema._rootschema, schemapi.validate_jsonschema),
        "_todict": _quick_to_dict(schemapi._todict, schemapi.Undefined),
        "_deep_copy": _quick_copy(schemapi._deep_copy),
    }
    for name, function in quick.items():
        setattr(schemapi, name, function)
    # It looks through all that is installed for its plug-ins, once, at the first value it does not know.
    narwhals.from_native(None, pass_through=True)


def _quick_to_dict(theirs: Callable[..., Any], undefined: object) -> Callable[..., Any]:
    def _todict(obj: Any, *how: Any, **named: Any) -> Any:
        kind = type(obj)
        if kind in _PLAIN:
            return obj
        if kind is list:
            return [one if type(one) in _PLAIN else _todict(one, *how, **named) for one in obj]
        if kind is dict:
            return {
                key: one if type(one) in _PLAIN else _todict(one, *how, **named)
                for key, one in obj.items()
                if one is not undefined
            }
        return theirs(obj, *how, **named)

    return _todict


def _quick_copy(theirs: Callable[..., Any]) -> Callable[..., Any]:
    def _deep_copy(obj: Any, by_ref: set[str]) -> Any:
        kind = type(obj)
        if kind in _PLAIN:
            return obj
        if kind is list:
            return [one if type(one) in _PLAIN else _deep_copy(one, by_ref) for one in obj]
        if kind is dict:
            return {
                key: one if type(one) in _PLAIN or key in by_ref else _deep_copy(one, by_ref)
                for key, one in obj.items()
            }
        return theirs(obj, by_ref)

    return _deep_copy


def _asked_first(root: dict[str, Any], theirs: Callable[..., Any]) -> Callable[..., Any]:
    fits = _validator(root)

    def validate_jsonschema(spec: Any, schema: Any, rootschema: Any = None, **named: Any) -> Any:
        if rootschema is root and schema.keys() == {"$ref"}:
            # What is no JSON raises here; they know what to say of it.
            with suppress(Exception):
                if fits({schema["$ref"].removeprefix(_DEFINITIONS): spec}):
                    return None
        return theirs(spec, schema, rootschema, **named)

    return validate_jsonschema


def _validator(root: dict[str, Any]) -> Callable[[Any], bool]:
    """Whether a value fits a definition, both given as `{definition: value}`.

    One validator for all definitions is made in the time of one for a single one.
    """
    import jsonschema_rs

    definitions = root["definitions"]
    return jsonschema_rs.Draft7Validator(
        {
            "definitions": _addressed(definitions),
            "properties": {name: {"$ref": _address(_DEFINITIONS + name)} for name in definitions},
            # A name that is no definition is not for this validator to decide.
            "additionalProperties": False,
        }
    ).is_valid


def _addressed(part: Any) -> Any:
    """A part of the schema with addresses in which names like `Value<(string|null)>` are quoted: Altair does
    without, this validator insists."""
    if isinstance(part, dict):
        return {
            key: _address(value) if key == "$ref" and isinstance(value, str) else _addressed(value)
            for key, value in part.items()
        }
    return [_addressed(one) for one in part] if isinstance(part, list) else part


@cache
def _address(text: str) -> str:
    return _DEFINITIONS + quote(text.removeprefix(_DEFINITIONS), safe="")


__all__ = ["quicken"]
