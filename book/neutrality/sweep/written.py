"""A plan as it is written: YAML, without the traps of its older versions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, ClassVar

import yaml

from neutrality.errors import InputError


class _Loader(yaml.SafeLoader):
    """YAML as version 1.2 has it, in which 10:20:30 is no number of base 60, nor `no` a truth value, and in
    which nothing is given twice."""

    # Its stub declares it anew for each instance, which the library never does.
    yaml_implicit_resolvers: ClassVar[dict[str, Any]] = {}  # type: ignore[misc]

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        seen: dict[Any, int] = {}
        for key, _ in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else str(key)
            if name in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f"{name} is given a second time", key.start_mark
                )
            seen[name] = 1
        return super().construct_mapping(node, deep)


for _tag, _pattern in {
    "bool": r"true|True|TRUE|false|False|FALSE",
    "null": r"~|null|Null|NULL|",
    "int": r"[-+]?[0-9]+",
    "float": r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)",
}.items():
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), None)


def read(path: Path) -> dict[str, Any]:
    """A plan's own words, unchecked. Raises InputError for what is no mapping in YAML."""
    try:
        found = yaml.load(path.read_text("utf-8"), Loader=_Loader)
    except FileNotFoundError:
        raise InputError(f"{path}: no such plan") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no text in UTF-8") from None
    except OSError as problem:
        raise InputError(f"{path}: cannot be read: {problem.strerror}") from None
    except yaml.YAMLError as problem:
        mark = getattr(problem, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        reason = getattr(problem, "problem", None) or str(problem)
        raise InputError(f"{where}: {' '.join(reason.split())}, expected a plan in YAML") from None
    except (RecursionError, ValueError) as problem:
        raise InputError(f"{path}: {' '.join(str(problem).split())}, expected a plan in YAML") from None
    if not isinstance(found, dict):
        raise InputError(f"{path}: found {kind(found)}, expected a plan with keys like vary and scenarios")
    return found


def kind(found: Any) -> str:
    """What a value is, in words."""
    if found is None:
        return "nothing"
    return {dict: "a mapping", list: "a list", str: "text", bool: "a truth value"}.get(
        type(found), "a number"
    )


__all__ = ["kind", "read"]
