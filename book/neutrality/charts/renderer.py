"""What a chart leaves in a notebook: its specification, a description, and outside the press a drawing."""

from __future__ import annotations

import os
from typing import Any

#: The type that MyST-NB, JupyterLab and nbformat know; Altair's own renderer emits one that nbformat refuses.
MIME = "application/vnd.vegalite.v6+json"

#: Set in the kernels of the press, which draws for the page by itself.
PRESS = "NEUTRALITY_PRESS"


def bundle(spec: dict[str, Any], **_: Any) -> dict[str, Any]:
    """Altair's renderer `neutrality`: the MIME bundle of a chart.

    The specification is all that the press needs, and it is the same on every run. JupyterLab draws
    Vega-Lite up to version 5 only, so elsewhere the bundle holds the drawing too.
    """
    from neutrality.charts import draw

    found: dict[str, Any] = {MIME: spec, "text/plain": draw.description(spec)}
    if not os.environ.get(PRESS):
        found["image/svg+xml"] = draw.standalone(spec)
    return found
