"""Vega-Lite and Vega in a JavaScript engine of this process: compiles specifications and draws them as SVG.

The scripts are those that vl-convert carries, bundled once and kept with the user's caches. Its own drawing lays each
text out in the installed fonts to know its width, which takes nine tenths of the time and differs from machine to
machine. Here a letter is as wide as in Arial, by a table of advance widths: those of Liberation Sans, which was made to
have Arial's (https://github.com/liberationfonts). So a drawing is the same wherever it is made.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import re
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from neutrality.charts import scripts

if TYPE_CHECKING:
    from py_mini_racer import MiniRacer

Spec = dict[str, Any]

_SCRIPT, _WIDTHS = (Path(__file__).with_name(name) for name in ("engine.js", "widths.json"))

#: Vega-Lite of Altair 6 and the Vega beneath it, in the versions that the pinned vl-convert has.
_SNIPPET = (
    'import{compile}from"/npm/vega-lite@6.4.1/+esm";'
    'import{parse,View}from"/npm/vega@6.2.0/+esm";'
    "globalThis.engine={compile,parse,View};"
)

#: A fault as the engine names it.
_FAULT = re.compile(r"\b\w*Error: (.{1,400})$", re.MULTILINE)

#: No threads of its own and a small nursery: it draws one small chart at a time.
_FLAGS = ("--single-threaded", "--max-semi-space-size=2")


def made_of() -> list[str]:
    """What drawings come of besides their specifications: this code, the widths and the libraries."""
    own = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (Path(__file__), _SCRIPT, _WIDTHS)]
    return [*own, version("vl-convert-python"), version("mini-racer")]


def vega(spec: Spec) -> Spec:
    """A specification of Vega-Lite as one of Vega. Raises ValueError for one that is none."""
    made: Spec = json.loads(_asked("toVega", spec))
    return made


def svg(spec: Spec) -> str:
    """The drawing of a specification of Vega-Lite, one SVG element.

    Nothing is loaded from elsewhere: a specification that names an address raises ValueError, as does one that is none.
    """
    return _asked("toSVG", spec)


def rest() -> None:
    """Give back what drawings have left in the engine's memory."""
    _engine().low_memory_notification()


def _asked(function: str, spec: Spec) -> str:
    from py_mini_racer import JSEvalException, JSPromise, JSPromiseError

    # Encoded twice: JSON within a script is not quite JSON.
    text = json.dumps(json.dumps(spec))
    try:
        found = _engine().eval(f"{function}({text})")
        return str(found.get() if isinstance(found, JSPromise) else found)
    except (JSEvalException, JSPromiseError) as fault:
        raise ValueError(_words(str(fault))) from None


def _words(fault: str) -> str:
    """What the engine says of a fault, without its excerpt of the script and where in it that was."""
    named = _FAULT.findall(fault)
    return named[-1] if named else "a chart could not be drawn"


@cache
def _engine() -> MiniRacer:
    from py_mini_racer import MiniRacer, init_mini_racer

    init_mini_racer(flags=_FLAGS, ignore_duplicate_init=True)
    # Begun in a thread without an event loop, it brings its own; a notebook's would never come to answer it.
    with ThreadPoolExecutor(1) as apart:
        engine = apart.submit(MiniRacer).result()
    # Left to the interpreter's last breath, it may wait for a thread that no longer runs.
    atexit.register(engine.close)
    engine.eval(_SCRIPT.read_text("utf-8"))
    # There for one thing, a canvas, which Vega asks for as it is loaded; afterwards nothing is to take it for a page.
    engine.eval(f"globalThis.document = measuring({_WIDTHS.read_text('utf-8')}), null")
    engine.eval(f"{scripts.bundled('engine.js', _SNIPPET, scripts.shelf())} null")
    engine.eval("delete globalThis.document")
    return engine


__all__ = ["made_of", "rest", "svg", "vega"]
