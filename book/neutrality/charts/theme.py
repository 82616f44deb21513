"""The look of the charts: colours by meaning, one Altair theme and the tokens behind both.

`TOKENS` is the one place where a colour of the book is written down, as a pair for light and dark
grounds. Charts are drawn in the light colours. The page maps each of them to the custom property of
its token (`stylesheet`), so one drawing follows the reader's theme, and a chart saved from the page
still carries plain colours.
"""

from __future__ import annotations

from typing import Any

#: Token: (on a light ground, on a dark ground).
TOKENS: dict[str, tuple[str, str]] = {
    "paper": ("#FFFFFF", "#14181D"),
    "ground": ("#FAF9F6", "#1A1F25"),
    "ink": ("#1B1F24", "#E8EAED"),
    "muted": ("#565D66", "#A5ACB5"),
    "rule": ("#D9DCE0", "#333A43"),
    # the outline of a control needs 3:1 on its ground, more than a rule has
    "edge": ("#868C94", "#6F7882"),
    "stated": ("#0B5CAD", "#7AB8F5"),
    "derived": ("#00705A", "#5CCFB0"),
    "assumed": ("#A84A00", "#F2A65A"),
    "later": ("#8A3A7E", "#E09AD3"),
    # one hue in steps, from the one that matters to the background; small text is readable on every step
    # and in the first three
    "step-1": ("#27364B", "#D6DFEA"),
    "step-2": ("#475870", "#AAB8C9"),
    "step-3": ("#68788D", "#8291A4"),
    "step-4": ("#A6B2C0", "#5A6879"),
    "step-5": ("#DCE1E7", "#3A4552"),
    # tints on either side of a meaningful value; ink is readable on every one of them
    "diverging-1": ("#8FA9C4", "#45617F"),
    "diverging-2": ("#B5C7D9", "#374D65"),
    "diverging-3": ("#DBE4ED", "#2A3947"),
    "diverging-4": ("#F4F1EB", "#2B2D30"),
    "diverging-5": ("#F1DCC3", "#453729"),
    "diverging-6": ("#E3BD90", "#654A2E"),
    "diverging-7": ("#D09A60", "#805B30"),
}

_LIGHT = {name: pair[0] for name, pair in TOKENS.items()}

INK = _LIGHT["ink"]
MUTED = _LIGHT["muted"]
RULE = _LIGHT["rule"]
PAPER = _LIGHT["paper"]

TAG_COLOURS: dict[str, str] = {tag: _LIGHT[tag] for tag in ("stated", "derived", "assumed", "later")}

#: For categories that are no tags: one hue, the first step for the category that matters.
STEP: tuple[str, ...] = tuple(_LIGHT[f"step-{i}"] for i in range(1, 6))

#: Seven tints for a threshold scale; the fourth holds the meaningful value. Text on them is INK.
DIVERGING: tuple[str, ...] = tuple(_LIGHT[f"diverging-{i}"] for i in range(1, 8))

#: Metric of the drawing only: the page sets the reader's own sans serif, whose widths are much the same.
FONT = "Helvetica Neue, Arial, Liberation Sans, sans-serif"

#: Size of labels in pixels. On the narrowest phone a chart is shown at 0.96 of its drawn width.
SMALL, MEDIUM = 12, 13


def config() -> dict[str, Any]:
    """The Vega-Lite configuration that every chart shares."""
    quiet = {"domainColor": RULE, "tickColor": RULE, "gridColor": RULE, "gridOpacity": 0.7}
    text = {"labelColor": MUTED, "titleColor": MUTED, "labelFontSize": SMALL, "titleFontSize": SMALL}
    return {
        "background": None,
        "font": FONT,
        "padding": 4,
        "view": {"stroke": None, "continuousWidth": 560, "continuousHeight": 260},
        "axis": {
            **quiet,
            **text,
            "titleFontWeight": "normal",
            "titlePadding": 8,
            "labelPadding": 5,
            "tickSize": 4,
            "grid": False,
            # A label cut short with dots would hide what the row is.
            "labelLimit": 0,
            "titleLimit": 0,
        },
        "axisY": {"domain": False, "ticks": False},
        "axisXQuantitative": {"grid": True, "domain": False, "ticks": False, "tickCount": 7},
        "axisYQuantitative": {"grid": True, "tickCount": 5},
        "legend": {
            **text,
            "titleFontWeight": "normal",
            "labelFontSize": SMALL,
            "labelLimit": 0,
            "orient": "top",
            "symbolStrokeWidth": 2,
        },
        "header": {**text, "titleFontWeight": "normal", "labelFontSize": MEDIUM, "labelColor": INK},
        "title": {
            "anchor": "start",
            "frame": "group",
            "color": INK,
            "fontSize": 16,
            "fontWeight": "bold",
            "subtitleColor": MUTED,
            "subtitleFontSize": SMALL,
            "subtitlePadding": 5,
            "offset": 14,
        },
        "range": {
            "category": list(STEP),
            "ordinal": list(STEP),
            "diverging": list(DIVERGING),
        },
        "bar": {"color": STEP[1]},
        "rect": {"color": STEP[1]},
        "area": {"color": STEP[3]},
        "line": {"color": STEP[0], "strokeWidth": 2},
        "rule": {"color": INK, "strokeWidth": 1},
        "tick": {"color": INK, "thickness": 2},
        "point": {"color": INK, "filled": True, "size": 60, "opacity": 1},
        "circle": {"color": INK, "size": 60, "opacity": 1},
        "text": {"color": INK, "fontSize": SMALL},
    }


def register() -> None:
    """Make the theme known to Altair as `neutrality` and switch it on."""
    import altair as alt

    @alt.theme.register("neutrality", enable=True)
    def _theme() -> alt.theme.ThemeConfig:
        return {"config": config()}  # type: ignore[typeddict-item]


def stylesheet() -> str:
    """The tokens as CSS: custom properties for both grounds, and drawings mapped to them.

    A rule of a stylesheet wins over a presentation attribute, so `[fill="#1B1F24"]` recolours a drawing
    without touching it, at once when the theme is switched, and for a live chart just as for a static one.
    """

    def properties(side: int) -> str:
        return "".join(f"--{name}:{pair[side]};" for name, pair in TOKENS.items())

    lines = [
        f":root{{color-scheme:light dark;{properties(0)}}}",
        f'@media (prefers-color-scheme:dark){{:root:not([data-theme="light"]){{{properties(1)}}}}}',
        f':root[data-theme="dark"]{{color-scheme:dark;{properties(1)}}}',
        ':root[data-theme="light"]{color-scheme:light}',
        f"@media print{{:root,:root[data-theme]{{color-scheme:light;{properties(0)}}}}}",
    ]
    for name, (light, _) in TOKENS.items():
        for attribute in ("fill", "stroke"):
            lines.append(f'.nt-canvas [{attribute}="{light}" i]{{{attribute}:var(--{name})}}')
    return "\n".join(lines) + "\n"
