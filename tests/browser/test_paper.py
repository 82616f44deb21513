"""A page on paper: the text and the charts, and nothing that could be pressed."""

from __future__ import annotations

import pytest
from test_alive import DRAWINGS, alive, follows, ids, try_own

PAGES = ("index", "customer_exits")
#: Figures of the reader's own, which open all that there is to press.
OWN = {"google_exit_probability": 0.63, "valuation_prior": 12}

#: What could be pressed, or leads elsewhere, and is on the paper nevertheless.
PRESSED = """() => [...document.querySelectorAll(`header, nav, form, button, input, select, textarea, .nt-skip,
        .nt-try, .nt-dock, .nt-one, .nt-options, .nt-files, .nt-find, .nt-provenance, .nt-tip`)]
    .filter(node => node.checkVisibility({ visibilityProperty: true }) && node.getClientRects().length)
    .map(node => `${node.nodeName}.${node.className}`)"""

COLOURS = """() => [...document.querySelectorAll('html, body, main, main *')].map(node => {
    const { color, backgroundColor, fill, stroke, borderBottomColor } = getComputedStyle(node);
    return [node.nodeName, color, backgroundColor, fill, stroke, borderBottomColor].join(' ');
})"""


@pytest.mark.parametrize("name", PAGES)
def test_nothing_on_paper_can_be_pressed(visit, name) -> None:
    page = visit.open(name)
    alive(page)
    assert page.evaluate(PRESSED)
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED) == []
    page.emulate_media(media="screen")
    try_own(page, OWN)
    follows(page, ids(page)[0])
    page.emulate_media(media="print")
    assert page.evaluate(PRESSED) == []
    assert page.locator("main h1").is_visible()
    visit.assert_clean()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("awake", [False, True], ids=["static", "live"])
@pytest.mark.parametrize("name", PAGES)
def test_the_static_charts_stand_on_paper(visit, name, awake, width) -> None:
    page = visit.open(name)
    if awake:
        alive(page)
    page.emulate_media(media="print")
    charts = page.evaluate(DRAWINGS)
    assert charts
    for chart in charts:
        assert (chart["live"], chart["count"]) == (False, 1), chart
        assert chart["width"] > 250, chart
        assert chart["height"] > 40, chart
    # The wide drawing, whatever the width of the window.
    wide = page.locator(".nt-canvas > svg.nt-wide").evaluate_all(
        "all => all.map(one => one.getClientRects().length)"
    )
    assert wide == [1] * len(charts)


@pytest.mark.parametrize("name", PAGES)
def test_paper_is_light_whatever_the_theme(visit, name) -> None:
    page = visit.open(name)
    page.emulate_media(media="print", color_scheme="light")
    light = page.evaluate(COLOURS)
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    assert sum(map(int, ink[4:-1].split(","))) < 150
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(COLOURS) == light
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    assert page.evaluate(COLOURS) == light
