"""The charts of the book and how they look."""

from __future__ import annotations


def enable() -> None:
    """Switch on the book's theme and renderer in Altair; a notebook calls this once."""
    import altair as alt

    from neutrality.charts import renderer, theme

    theme.register()
    # Registered here as well, so that a notebook works beside the package without an installation.
    alt.renderers.register("neutrality", renderer.bundle)
    alt.renderers.enable("neutrality")


__all__ = ["enable"]
