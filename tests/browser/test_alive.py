"""Charts that come alive: in their place, without a jump, with the reader's figures, and as files."""

from __future__ import annotations

import csv
import gzip
import io
import struct
from collections.abc import Mapping
from importlib import import_module
from inspect import signature
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import pytest
from accessible import LOOKS, assert_accessible
from neutrality.case import Case
from neutrality.case.load import varied
from neutrality.chapters import BASE, compute
from neutrality.charts import draw
from neutrality.charts.published import published
from neutrality.press import mime
from neutrality.press.compile import pages
from trying import FOLLOW

pytestmark = pytest.mark.usefixtures("book_look")

ROOT = Path(__file__).parents[2]
DEAL, EXITS, OPPORTUNITY = BASE
CHARTED = [
    page
    for page in pages(ROOT)
    if (ROOT / "book" / f"{page}.ipynb").is_file()
    and "enable()" in (ROOT / "book" / f"{page}.ipynb").read_text("utf-8")
]
#: Drawn at random by the package alone.
SIMULATED = "E5"
#: For each chapter figures that move most of its charts.
OWN: dict[str, dict[str, float]] = {
    DEAL: {"investment": 13.7, "stake": 0.47, "google_spend_2024": 120},
    EXITS: {"google_exit_probability": 0.63, "revenue_2024": 910},
    OPPORTUNITY: {"inhouse_share": 0.4, "google_exit_probability": 0.6},
}

#: Of each chart the drawing that can be seen: whether it is the live one, its place, and how many there are.
DRAWINGS = """() => [...document.querySelectorAll('.nt-chart')].map(figure => {
    const seen = [...figure.querySelectorAll('.nt-canvas svg')].filter(svg => svg.getClientRects().length);
    const box = seen[0].getBoundingClientRect();
    return { id: figure.dataset.chart, live: Boolean(seen[0].closest('.nt-view')), count: seen.length,
        width: box.width, height: box.height, figure: figure.getBoundingClientRect().height };
})"""

#: All that a reader is told by a chart.
SAID = """id => {
    const figure = document.querySelector(`[data-chart="${id}"]`);
    const rows = part => [...figure.querySelectorAll(`.nt-data ${part} tr`)].map(row => [...row.cells]);
    return {
        title: figure.querySelector('.nt-question').textContent,
        subtitle: figure.querySelector('.nt-subtitle').textContent,
        description: figure.querySelector('.nt-canvas').getAttribute('aria-label'),
        columns: rows('thead').flat().map(cell => cell.textContent),
        rows: rows('tbody').map(row => row.map(cell => [cell.textContent, cell.dataset.value ?? null])),
        follows: figure.dataset.follows ?? null,
        live: Boolean(figure.querySelector('.nt-view')),
        shown: getComputedStyle(figure, '::before').content,
    };
}"""

#: Every layout shift that no input of the reader's explains, from the beginning.
SHIFTS = """() => new Promise(resolve => {
    new PerformanceObserver(list => resolve(
        list.getEntries().filter(one => !one.hadRecentInput).reduce((sum, one) => sum + one.value, 0)
    )).observe({ type: 'layout-shift', buffered: true });
    setTimeout(() => resolve(0), 300);
})"""


def wake(page) -> None:
    page.mouse.move(5, 300)
    page.mouse.move(6, 301)


def ids(page) -> list[str]:
    return page.evaluate(
        "() => [...document.querySelectorAll('.nt-chart')].map(figure => figure.dataset.chart)"
    )


def look_at(page, chart: str) -> None:
    # A scroll is told with the next frame, and sends words at the pointer away.
    page.evaluate(
        """id => new Promise(resolve => {
            document.querySelector(`[data-chart="${id}"]`).scrollIntoView({ block: 'center', behavior: 'instant' });
            requestAnimationFrame(() => requestAnimationFrame(resolve));
        })""",
        chart,
    )


def alive(page) -> None:
    """Wake the page, go past every chart and wait until all of them live."""
    wake(page)
    for chart in ids(page):
        look_at(page, chart)
        page.locator(f'[data-chart="{chart}"] .nt-view svg').wait_for()


def try_own(page, changes: Mapping[str, float]) -> None:
    link = "#try=" + ",".join(f"{name}:{value!r}" for name, value in changes.items())
    assert page.evaluate(FOLLOW, link) == ""


def follows(page, chart: str) -> None:
    """Go to a chart and wait until it has followed."""
    look_at(page, chart)
    page.locator(f'[data-chart="{chart}"][data-follows]').wait_for()


def packaged(case: Case, chapter: str, chart: str, **options: Any) -> dict[str, Any] | None:
    """What the package says of a chart, as `SAID` has it."""
    module = import_module(f"neutrality.charts.{chapter}")
    function = module.front if chart == "front" else module.CHARTS[chart]
    made = function(case, compute(chapter, case), **options)
    if made is None:
        return None
    spec = made.to_dict(validate=False)
    title, subtitle = draw.heading(spec)
    table = mime._table(spec["usermeta"]["table"])["table"]
    rows = [[text, value] for row in table["rows"] for text, value, _ in row]
    return {
        "title": title,
        "subtitle": subtitle,
        "description": spec["description"],
        "columns": list(table["columns"]),
        "cells": rows,
    }


def assert_says(said: dict[str, Any], wanted: dict[str, Any]) -> None:
    own = "With your own figures: " if said["follows"] == "yours" else ""
    assert said["title"] == wanted["title"]
    assert said["subtitle"] == wanted["subtitle"]
    assert said["description"] == own + wanted["description"]
    assert said["columns"] == wanted["columns"]
    found = [cell for row in said["rows"] for cell in row]
    assert [text for text, _ in found] == [text for text, _ in wanted["cells"]]
    for (_, whole), (_, value) in zip(found, wanted["cells"], strict=True):
        if isinstance(value, int | float) and whole is not None:
            assert float(whole) == pytest.approx(value, rel=1e-5, abs=1e-9)


# -- in their place ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", CHARTED)
def test_charts_come_alive_where_they_stand(visit, name, width) -> None:
    page = visit.open(name)
    before = page.evaluate(DRAWINGS)
    assert not any(one["live"] for one in before)
    alive(page)
    for was, now in zip(before, page.evaluate(DRAWINGS), strict=True):
        assert now["live"], now
        assert now["count"] == 1, now
        assert now["width"] == pytest.approx(was["width"], abs=1.5), now
        assert now["height"] == pytest.approx(was["height"], abs=2), now
        assert now["figure"] == pytest.approx(was["figure"], abs=2), now
    assert page.evaluate(SHIFTS) < 0.02
    visit.assert_clean()


@pytest.mark.parametrize("name", ["index", DEAL])
def test_charts_come_alive_from_disk(visit, name) -> None:
    page = visit.open(name, "file")
    alive(page)
    assert all(one["live"] for one in page.evaluate(DRAWINGS))
    visit.assert_clean()


@pytest.mark.parametrize("name", CHARTED)
def test_the_live_picture_is_the_static_one(visit, name) -> None:
    page = visit.open(name)
    # Where each label stands, by its words: text is set in the page's own font in both.
    labels = """() => [...document.querySelectorAll('.nt-chart')].map(figure => {
        const svg = [...figure.querySelectorAll('.nt-canvas svg')].find(svg => svg.getClientRects().length);
        const home = svg.getBoundingClientRect();
        return [...svg.querySelectorAll('text')].filter(text => text.textContent.trim()).map(text => {
            const box = text.getBoundingClientRect();
            return [text.textContent, getComputedStyle(text).fill, box.left - home.left, box.top - home.top];
        });
    })"""
    before = page.evaluate(labels)
    alive(page)
    for was, now in zip(before, page.evaluate(labels), strict=True):
        assert [one[:2] for one in was] == [one[:2] for one in now]
        for (text, _, *place), (_, _, *other) in zip(was, now, strict=True):
            assert other == pytest.approx(place, abs=6), text


def test_nothing_is_loaded_before_the_first_move(visit) -> None:
    page = visit.page
    asked: list[str] = []
    page.on("request", lambda request: asked.append(urlsplit(request.url).path.rpartition("/")[2]))
    visit.open(DEAL)
    page.wait_for_timeout(300)
    heavy = {"vega.js", "lite.js", "picture.js", "charts.js", "live.js", "keep.js"}
    assert not heavy & set(asked)
    alive(page)
    assert asked.count("vega.js") == asked.count("picture.js") == 1
    # What computes is loaded by who changes a figure.
    assert not {"live.js", "charts.js", "lite.js", "keep.js"} & set(asked)


@pytest.mark.parametrize("name", CHARTED)
def test_a_page_weighs_little(visit, site, name) -> None:
    page = visit.page
    asked: dict[str, int] = {}

    def weigh(request: Any) -> None:
        path = site / unquote(urlsplit(request.url).path).lstrip("/")
        if path.is_file():
            asked[path.name] = len(gzip.compress(path.read_bytes(), 6))

    page.on("request", weigh)
    visit.open(name)
    page.wait_for_timeout(200)
    assert sum(asked.values()) <= 120_000, asked
    alive(page)
    assert sum(asked.values()) <= 450_000, asked


def test_drawing_leaves_one_global_for_each_script(visit) -> None:
    page = visit.open(DEAL)
    names = "() => Object.getOwnPropertyNames(globalThis)"
    before = set(page.evaluate(names))
    alive(page)
    assert set(page.evaluate(names)) - before == {"neutralityVega", "neutralityPictures", "neutralitySpecs"}


def test_who_saves_data_keeps_the_static_charts(visit) -> None:
    page = visit.page
    page.add_init_script("Object.defineProperty(navigator, 'connection', { value: { saveData: true } })")
    visit.open(DEAL)
    wake(page)
    page.mouse.wheel(0, 900)
    try_own(page, OWN[DEAL])
    page.wait_for_timeout(400)
    assert page.locator(".nt-view").count() == 0
    said = page.evaluate(SAID, "D1")
    assert (said["follows"], said["shown"]) == (None, '"As published"')
    # Files need no live chart.
    assert page.locator(".nt-files button").count() > 0


def test_charts_follow_the_room_they_have(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    for width, variant in ((390, "narrow"), (1280, "wide")):
        page.set_viewport_size({"width": width, "height": 900})
        look_at(page, "D1")
        page.locator(f'[data-chart="D1"] .nt-view-{variant} svg').wait_for()
        one = next(one for one in page.evaluate(DRAWINGS) if one["id"] == "D1")
        assert (one["count"], one["live"]) == (1, True)
    visit.assert_clean()


def test_a_live_chart_follows_the_theme_at_once(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    colours = """() => [...document.querySelectorAll('.nt-view [fill], .nt-view [stroke]')]
        .map(node => getComputedStyle(node)).map(style => style.fill + style.stroke)"""
    light = page.evaluate(colours)
    page.evaluate("() => { document.documentElement.dataset.theme = 'dark' }")
    dark = page.evaluate(colours)
    assert sum(a != b for a, b in zip(light, dark, strict=True)) > 0.5 * len(light)


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", CHARTED)
def test_axe_finds_nothing_once_charts_live(visit, name, width, theme) -> None:
    page = visit.open(name)
    alive(page)
    if name in BASE:
        try_own(page, OWN[name])
        follows(page, ids(page)[0])
    page.evaluate("() => document.querySelectorAll('.nt-data').forEach(part => { part.open = true })")
    assert_accessible(page)
    visit.assert_clean()


def test_a_live_chart_is_one_picture_and_no_stop_of_the_keyboard(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    for figure in page.locator(".nt-chart").all():
        canvas = figure.locator(".nt-canvas")
        assert canvas.get_attribute("role") == "img"
        assert len(canvas.get_attribute("aria-label")) > 20
        view = canvas.locator(".nt-view")
        assert view.get_attribute("aria-hidden") == "true"
        assert view.locator("[tabindex], a, button, input, select").count() == 0
    assert page.evaluate("() => document.getAnimations().length") == 0


# -- words at the pointer ----------------------------------------------------------------------------------


def marked(page, chart: str) -> tuple[float, float, str]:
    """Where a mark of a live chart stands on the screen that has words, and those words."""
    return page.evaluate(
        """id => {
            const item = node => Array.isArray(node.__data__) ? node.__data__[0] : node.__data__;
            for (const node of document.querySelectorAll(`[data-chart="${id}"] .nt-view svg *`)) {
                const words = item(node)?.tooltip;
                const box = node.getBoundingClientRect();
                const at = [box.left + box.width / 2, box.top + box.height / 2];
                if (words && document.elementFromPoint(...at) === node) return [...at, words];
            }
        }""",
        chart,
    )


def test_a_mark_says_its_words_at_the_pointer(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    look_at(page, "D1")
    across, down, words = marked(page, "D1")
    tip = page.locator(".nt-tip")
    page.mouse.move(across, down)
    tip.wait_for()
    assert tip.inner_text() == words
    box = tip.bounding_box()
    assert 0 <= box["x"] <= box["x"] + box["width"] <= 1280
    # Escape sends it away, and it stays away until the pointer has left.
    page.keyboard.press("Escape")
    assert not tip.is_visible()
    page.mouse.move(across + 1, down)
    assert not tip.is_visible()
    page.mouse.move(across, 5)
    page.mouse.move(across, down)
    tip.wait_for()
    page.mouse.move(across, 5)
    tip.wait_for(state="hidden")


def test_a_finger_gets_the_words_too(browser, address) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(f"{address}/{DEAL}.html")
    page.touchscreen.tap(200, 400)
    look_at(page, "D1")
    page.locator('[data-chart="D1"] .nt-view svg').wait_for()
    across, down, words = marked(page, "D1")
    page.touchscreen.tap(across, down)
    tip = page.locator(".nt-tip")
    tip.wait_for()
    assert tip.inner_text() == words
    page.touchscreen.tap(5, 400)
    tip.wait_for(state="hidden")
    context.close()


def test_words_at_a_mark_are_text(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    look_at(page, "D1")
    across, down, _ = marked(page, "D1")
    page.evaluate(
        """() => { for (const node of document.querySelectorAll('.nt-view svg *')) {
            const item = Array.isArray(node.__data__) ? node.__data__[0] : node.__data__;
            if (item?.tooltip) item.tooltip = '<b>bold</b>';
        } }"""
    )
    page.mouse.move(across, down)
    page.locator(".nt-tip").wait_for()
    assert page.locator(".nt-tip").inner_html() == "&lt;b&gt;bold&lt;/b&gt;"


# -- the reader's figures ----------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", BASE)
def test_charts_follow_figures_and_come_back(visit, case, name, width) -> None:
    page = visit.open(name)
    all_of_them = ids(page)
    before = {chart: page.evaluate(SAID, chart) for chart in all_of_them}
    there = varied(case, OWN[name])
    try_own(page, OWN[name])
    moved = 0
    for chart in all_of_them:
        if chart == SIMULATED:
            look_at(page, chart)
            page.locator(f'[data-chart="{chart}"] .nt-view svg').wait_for()
            said = page.evaluate(SAID, chart)
            assert (said["follows"], said["shown"]) == (None, '"As published"')
            assert said["title"] == before[chart]["title"]
            continue
        wanted = packaged(there, name, chart)
        follows(page, chart)
        said = page.evaluate(SAID, chart)
        assert said["live"]
        assert_says(said, wanted)
        if said["follows"] == "yours":
            assert said["shown"] == '"Your figures"'
            moved += 1
        else:
            assert_says(said, packaged(case, name, chart))
            assert said["shown"] == "none"
    assert moved > len(all_of_them) / 2
    assert page.evaluate("() => document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert page.evaluate(FOLLOW, "#try=") == ""
    for chart in all_of_them:
        after = page.evaluate(SAID, chart)
        assert after | {"live": False} == before[chart] | {"live": False}
        look_at(page, chart)
        page.locator(f'[data-chart="{chart}"] .nt-view svg').wait_for()
    for was, now in zip(before, page.evaluate(DRAWINGS), strict=True):
        assert now["count"] == 1, was
    visit.assert_clean()


def test_the_front_page_follows_in_its_three_charts(visit, case) -> None:
    page = visit.open("index")
    changes = {"valuation_prior": 12, "google_exit_probability": 0.63, "inhouse_share": 0.4}
    try_own(page, changes)
    there = varied(case, changes)
    for chapter, chart in zip(BASE, ids(page), strict=True):
        follows(page, chart)
        assert_says(page.evaluate(SAID, chart), packaged(there, chapter, "front"))
        assert page.evaluate(SAID, chart)["follows"] == "yours"
    visit.assert_clean()


def test_a_picture_that_follows_is_the_published_one_again_after_reset(visit) -> None:
    page = visit.open(DEAL)
    alive(page)
    look_at(page, "D1")
    picture = "() => document.querySelector('[data-chart=D1] .nt-view').innerHTML"
    before = page.evaluate(picture)
    try_own(page, OWN[DEAL])
    follows(page, "D1")
    page.wait_for_function("() => document.querySelector('[data-chart=D1]').dataset.follows === 'yours'")
    own = page.evaluate(picture)
    assert own != before
    page.evaluate("() => { location.hash = '#try=' }")
    page.locator('[data-chart="D1"]:not([data-follows])').wait_for()
    assert page.evaluate(picture) == before
    assert page.locator('[data-chart="D1"] .nt-view').count() == 1


@pytest.mark.parametrize("builder", ["() => null", "() => { throw new Error('no such chart') }", "undefined"])
def test_a_chart_that_cannot_follow_says_that_it_stays(visit, builder) -> None:
    page = visit.open(DEAL)
    before = page.evaluate(SAID, "D1")
    try_own(page, OWN[DEAL])
    follows(page, "D1")
    page.evaluate(f"() => {{ neutrality.charts.deal.D1 = {builder} }}")
    try_own(page, {"investment": 13.9})
    page.locator('[data-chart="D1"]:not([data-follows])').wait_for()
    after = page.evaluate(SAID, "D1")
    assert after["shown"] == '"As published"'
    assert {**after, "shown": "", "live": 0} == {**before, "shown": "", "live": 0}
    visit.assert_clean()


def test_the_newest_figures_win(visit, case) -> None:
    page = visit.open(DEAL)
    try_own(page, OWN[DEAL])
    follows(page, "D1")
    page.evaluate(
        """() => {
            const range = document.getElementById('try-valuation_prior');
            for (let i = 0; i < 12; i++) {
                range.value = Number(range.value) + (i % 2 ? 9 : -8);
                range.dispatchEvent(new Event('input', { bubbles: true }));
            }
        }"""
    )
    page.wait_for_function("() => location.hash.includes('valuation_prior')")
    changes = page.evaluate("() => neutralityTry.current().changes")
    page.wait_for_timeout(300)
    assert_says(page.evaluate(SAID, "D1"), packaged(varied(case, changes), DEAL, "D1"))


def test_other_records_alone_are_put_into_the_same_picture(visit) -> None:
    """E3 keeps its scales when a probability moves: its view stays, its marks change."""
    page = visit.open(EXITS)
    try_own(page, {"google_exit_probability": 0.63})
    follows(page, "E3")
    page.wait_for_function("() => document.querySelector('[data-chart=E3]').dataset.follows === 'yours'")
    page.evaluate("() => { document.querySelector('[data-chart=E3] .nt-view').dataset.first = '' }")
    text = page.locator('[data-chart="E3"] .nt-view').text_content()
    try_own(page, {"google_exit_probability": 0.5})
    page.wait_for_function(
        "text => document.querySelector('[data-chart=E3] .nt-view').textContent !== text", arg=text
    )
    assert page.locator('[data-chart="E3"] .nt-view[data-first]').count() == 1


# -- options of a chart's own ------------------------------------------------------------------------------

#: Set one of a chart's options as a hand would.
SET = """([id, name, value]) => {
    const input = document.querySelector(`[data-chart="${id}"] [name="${name}"]`);
    input.value = value;
    input.dispatchEvent(new Event('input', { bubbles: true }));
}"""
DESCRIBED = """([id, label]) =>
    document.querySelector(`[data-chart="${id}"] .nt-canvas`).getAttribute('aria-label') === label"""
TABLED = """([id, cells]) =>
    [...document.querySelectorAll(`[data-chart="${id}"] tbody :is(td, th)`)].map(cell => cell.textContent).join() === cells"""


def offering() -> list[tuple[str, str]]:
    """Charts that take options."""
    return [
        (chapter, chart)
        for chapter in BASE
        for chart, function in import_module(f"neutrality.charts.{chapter}").CHARTS.items()
        if set(signature(function).parameters) - {"case", "chapter", "compact"}
    ]


@pytest.mark.parametrize(("name", "chart"), offering())
def test_options_of_a_chart_change_it(visit, case, executed, name, chart) -> None:
    controls = published(executed / f"{name}.ipynb")["wide"]["charts"][chart].get("controls", [])
    page = visit.open(name)
    wake(page)
    look_at(page, chart)
    page.locator(f'[data-chart="{chart}"] .nt-view').wait_for()
    figure = page.locator(f'[data-chart="{chart}"]')
    assert figure.locator(".nt-option").count() == len(controls)
    before = page.evaluate(SAID, chart)
    for control in controls:
        field = figure.locator(f'[name="{control["name"]}"]')
        assert field.evaluate("field => field.labels[0].firstChild.textContent") == control["label"]
        if "options" in control:
            value = next(one["value"] for one in control["options"] if one["value"] != control["value"])
        else:
            value = control["low"]
        page.evaluate(SET, [chart, control["name"], value])
        wanted = packaged(case, name, chart, **{control["name"]: value})
        cells = ",".join(text for text, _ in wanted["cells"])
        page.wait_for_function(TABLED, arg=[chart, cells])
        page.wait_for_function(DESCRIBED, arg=[chart, wanted["description"]])
        said = page.evaluate(SAID, chart)
        assert_says(said, wanted)
        # The figures are the book's: the chart is not marked as the reader's.
        assert said["follows"] is None
        page.evaluate(SET, [chart, control["name"], control["value"]])
        page.wait_for_function(DESCRIBED, arg=[chart, before["description"]])
        assert page.evaluate(SAID, chart) == before
    visit.assert_clean()


@pytest.mark.parametrize("name", CHARTED)
def test_inputs_that_a_specification_brings_have_names(visit, name) -> None:
    page = visit.open(name)
    alive(page)
    for field in page.locator(".nt-options :is(input, select)").all():
        assert field.evaluate(
            "field => field.labels.length > 0 && field.labels[0].textContent.trim().length > 1"
        )
        assert field.evaluate("field => field.closest('[role=img]') === null")


# -- files -------------------------------------------------------------------------------------------------


def kept(page, chart: str, kind: str) -> tuple[str, bytes]:
    with page.expect_download() as held:
        page.locator(f'[data-chart="{chart}"] .nt-files').get_by_text(kind, exact=True).click()
    return held.value.suggested_filename, Path(held.value.path()).read_bytes()


def assert_pictures(page, said: dict[str, Any], name: str, chart: str) -> None:
    """A chart is kept as SVG and PNG: all that is said of it, in the colours of paper."""
    file, svg = kept(page, chart, "SVG")
    assert file == f"{name}-{chart}.svg"
    text = svg.decode()
    words = " ".join(ElementTree.fromstring(text).itertext())
    assert said["title"] in words
    assert all(word in words for word in said["subtitle"].split())
    source = page.locator(f'[data-chart="{chart}"] .nt-source').all_inner_texts()
    assert all(word in words for line in source for word in line.split())
    assert "var(" not in text
    assert "class=" not in text
    assert 'fill="#1B1F24"' in text
    width = int(float(ElementTree.fromstring(text).get("width")))
    file, png = kept(page, chart, "PNG")
    assert file == f"{name}-{chart}.png"
    assert png.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">I", png[16:20])[0] == 2 * width


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("awake", [False, True], ids=["static", "live"])
def test_a_chart_is_kept_as_svg_png_and_csv(visit, case, scheme, awake) -> None:
    page = visit.open(DEAL, scheme)
    if awake:
        alive(page)
        look_at(page, "D1")
    said = page.evaluate(SAID, "D1")
    assert_pictures(page, said, DEAL, "D1")
    name, table = kept(page, "D1", "CSV")
    assert name == "deal-D1.csv"
    head, *rows = csv.reader(io.StringIO(table.decode()))
    wanted = packaged(case, DEAL, "D1")
    assert head == wanted["columns"]
    for found, (text, value) in zip([cell for row in rows for cell in row], wanted["cells"], strict=True):
        if isinstance(value, int | float):
            assert float(found) == pytest.approx(value, rel=1e-9)
        else:
            assert found == ("" if value == "" else text)
    visit.assert_clean()


@pytest.mark.parametrize(
    ("name", "scheme"), [(name, ("http", "file")[place % 2]) for place, name in enumerate(CHARTED)]
)
def test_a_chart_of_every_page_is_kept(visit, name, scheme) -> None:
    page = visit.open(name, scheme)
    chart = ids(page)[-1]
    wake(page)
    look_at(page, chart)
    page.locator(f'[data-chart="{chart}"] .nt-view svg').wait_for()
    said = page.evaluate(SAID, chart)
    assert_pictures(page, said, name, chart)
    file, table = kept(page, chart, "CSV")
    assert file == f"{name}-{chart}.csv"
    head, *rows = csv.reader(io.StringIO(table.decode()))
    assert head == said["columns"]
    assert rows == [[text if value is None else value for text, value in row] for row in said["rows"]]
    visit.assert_clean()


def test_a_chart_of_the_readers_is_kept_as_such(visit, case) -> None:
    page = visit.open(DEAL)
    try_own(page, OWN[DEAL])
    follows(page, "D1")
    name, svg = kept(page, "D1", "SVG")
    assert name == "deal-D1-own.svg"
    assert "figures of the reader's own" in " ".join(ElementTree.fromstring(svg).itertext())
    name, table = kept(page, "D1", "CSV")
    assert name == "deal-D1-own.csv"
    numbers = [row[1] for row in csv.reader(io.StringIO(table.decode()))][1:]
    wanted = packaged(varied(case, OWN[DEAL]), DEAL, "D1")["cells"][1::4]
    for found, (text, value) in zip(numbers, wanted, strict=True):
        assert float(found) == pytest.approx(float(text) if value is None else value, rel=1e-5)


def test_text_in_a_csv_is_no_formula(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(
        """() => {
            const [first, second] = document.querySelectorAll('[data-chart=D1] tbody th');
            first.textContent = '=HYPERLINK("http://example.org")';
            second.textContent = 'a, "b"';
        }"""
    )
    _, table = kept(page, "D1", "CSV")
    rows = list(csv.reader(io.StringIO(table.decode())))
    assert rows[1][0] == '\'=HYPERLINK("http://example.org")'
    assert rows[2][0] == 'a, "b"'
