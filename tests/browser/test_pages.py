"""What a reader meets on each page: in a browser, over HTTP and from disk, with no other host to ask."""

from __future__ import annotations

from pathlib import Path

import pytest
from accessible import LOOKS, assert_accessible
from neutrality.chapters import NAMES
from neutrality.press.compile import pages
from neutrality.press.missing import MISSING

ROOT = Path(__file__).parents[2]
PAGES = pages(ROOT)
CHAPTERS = [page for page in PAGES if page in NAMES]
NOTEBOOKS = [page for page in PAGES if (ROOT / "book" / f"{page}.ipynb").is_file()]
CHARTED = [page for page in NOTEBOOKS if "enable()" in (ROOT / "book" / f"{page}.ipynb").read_text("utf-8")]
EVERY = [*PAGES, "search", MISSING]

#: For each chart the area of its drawings that can be seen, and what a screen reader says of it.
CHARTS = """() => [...document.querySelectorAll('.nt-chart')].map(figure => ({
    name: figure.id,
    label: figure.querySelector('[role=img]').getAttribute('aria-label'),
    drawn: [...figure.querySelectorAll('svg')].map(svg => svg.getBoundingClientRect())
        .filter(box => box.width > 0 && box.height > 0).map(box => [box.width, box.height]),
    marks: figure.querySelectorAll('svg text, svg path, svg line').length,
}))"""

#: Labels of one drawing that lie on each other, or stick out of the figure. A halo is the same text twice.
COLLISIONS = """() => [...document.querySelectorAll('.nt-chart')].flatMap(figure => {
    const svg = [...figure.querySelectorAll('svg')].find(svg => svg.getBoundingClientRect().width > 0);
    const room = figure.getBoundingClientRect();
    const labels = [...svg.querySelectorAll('text')].filter(text => text.textContent.trim())
        .map(text => [text.textContent, text.getBoundingClientRect()]);
    return labels.flatMap(([a, p], i) => [
        ...(p.left < room.left - 2 || p.right > room.right + 2 ? [[figure.id, a, 'sticks out']] : []),
        ...labels.slice(i + 1).filter(([b, q]) => a !== b
            && Math.min(p.right, q.right) - Math.max(p.left, q.left) > 2
            && Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top) > 3)
            .map(([b]) => [figure.id, a, b]),
    ]);
})"""

OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", EVERY)
def test_opens_without_a_word(visit, name, scheme):
    page = visit.open(name, scheme)
    assert page.locator("h1").count() == 1
    assert page.title()
    # one search box, and none that is hidden either
    assert page.locator("input[type=search], input[name=q]").count() == 1
    visit.assert_clean()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", CHARTED)
def test_every_chart_is_drawn_once(visit, name, width):
    charts = visit.open(name).evaluate(CHARTS)
    assert charts
    for chart in charts:
        assert len(chart["drawn"]) == 1, chart["name"]
        wide, high = chart["drawn"][0]
        assert wide > 250, chart["name"]
        assert high > 40, chart["name"]
        assert chart["marks"] > 3, chart["name"]
        assert len(chart["label"]) > 20, chart["name"]


@pytest.mark.parametrize("name", CHARTED)
def test_labels_of_a_chart_stand_clear_of_each_other(visit, name):
    page = visit.open(name)
    for width in (1280, 600, 390, 360):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(COLLISIONS) == [], width


@pytest.mark.parametrize("name", CHAPTERS)
def test_a_chapter_has_at_least_four_charts(visit, name):
    assert visit.open(name).locator(".nt-chart").count() >= 4


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", EVERY)
def test_axe_finds_nothing(visit, name, theme):
    page = visit.open(name)
    # closed tables and code are content too
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    # Hundreds of records are alike, and axe takes its time over each.
    page.evaluate(
        "() => document.querySelectorAll('.nt-records tbody:nth-of-type(n + 9)').forEach(row => row.remove())"
    )
    assert_accessible(page)


@pytest.mark.parametrize("name", EVERY)
def test_nothing_sticks_out(visit, name):
    page = visit.open(name)
    for opened in (False, True):
        if opened:
            page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
        for width in (1920, 1280, 768, 390, 360):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate(OVERFLOW) == 0, (width, opened)


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_search_finds_a_word(visit, scheme):
    page = visit.open("index", scheme)
    page.locator("input[type=search]").fill("exposure")
    page.keyboard.press("Enter")
    found = page.locator("#search-results li a")
    found.first.wait_for()
    assert page.locator("input[type=search]").input_value() == "exposure"
    found.first.click()
    page.wait_for_load_state()
    visit.whole()
    assert "exposure" in page.locator("main").inner_text().lower()
    visit.assert_clean()


def test_search_says_when_nothing_is_found(visit):
    page = visit.open("index")
    page.locator("input[type=search]").fill("qqqxyz")
    page.keyboard.press("Enter")
    page.locator(".search-summary:not(:empty)").wait_for()
    assert page.locator("#search-results li").count() == 0
    visit.assert_clean()


@pytest.mark.parametrize("name", CHAPTERS)
def test_code_is_folded_and_can_be_opened(visit, name):
    page = visit.open(name)
    codes = page.locator("details.hide")
    assert codes.count() > 4
    assert page.locator("details.hide[open]").count() == 0
    assert not page.locator(".cell_input pre").first.is_visible()
    page.get_by_text("Parameters", exact=True).click()
    assert "scenario" in page.locator("details.hide[open] pre").inner_text()
    page.get_by_text("Code", exact=True).first.click()
    assert page.locator("details.hide[open]").count() == 2


def test_folded_tables_open_by_keyboard(visit):
    page = visit.open(CHAPTERS[0])
    folded = page.locator(".nt-folded").first
    assert not folded.locator("table").is_visible()
    folded.locator("summary").focus()
    page.keyboard.press("Enter")
    assert folded.locator("table").is_visible()


def test_theme_button_recolours_charts_at_once_and_is_remembered(visit):
    page = visit.open("index")
    colour = "() => getComputedStyle(document.querySelector('.nt-chart svg:not([display=none]) text')).fill"
    button = page.locator(".nt-mode")
    light = page.evaluate(colour)
    assert button.get_attribute("aria-label") == "Theme: auto"
    button.click()
    assert page.evaluate(colour) == light
    button.click()
    assert button.get_attribute("aria-label") == "Theme: dark"
    dark = page.evaluate(colour)
    assert dark != light
    visit.open(CHAPTERS[0])
    assert page.evaluate("() => document.documentElement.dataset.theme") == "dark"
    visit.assert_clean()


@pytest.mark.parametrize("theme", ["dark"])
def test_theme_follows_the_system(visit, theme):
    page = visit.open("index")
    ground, ink = page.evaluate(
        "() => { const s = getComputedStyle(document.body); return [s.backgroundColor, s.color] }"
    )
    assert sum(map(int, ground[4:-1].split(","))) < sum(map(int, ink[4:-1].split(",")))


@pytest.mark.parametrize("width", [1280, 768, 390, 360])
def test_every_page_can_be_reached_from_each(visit, width):
    """Chapters stand in the head, all pages in the foot."""
    page = visit.open("references")
    hidden = page.evaluate(
        """() => [...document.querySelectorAll('.nt-nav a')].map(a => [a.textContent, a.getBoundingClientRect()])
            .filter(([name, box]) => box.left < 0 || box.right > innerWidth || box.width === 0
                || document.elementFromPoint(box.left + 2, box.top + box.height / 2)?.closest('.nt-nav') === null)
            .map(([name]) => name)"""
    )
    assert page.locator(".nt-nav a").count() >= len(CHAPTERS)
    assert hidden == []
    everywhere = page.locator(".nt-pages a").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    # The page itself is named by a link that leads nowhere else.
    assert {f"{name}.html" for name in PAGES} - set(everywhere) <= {"index.html", "references.html"}
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_pages_of_the_head_stand_in_one_line(visit):
    for name in PAGES:
        page = visit.open(name)
        # The widest of the faces that a reader's system may have, and the usual one.
        for face in ("DejaVu Sans", "Liberation Sans"):
            page.evaluate("face => document.documentElement.style.setProperty('--sans', `'${face}'`)", face)
            for width in (1280, 1920):
                page.set_viewport_size({"width": width, "height": 900})
                tops = page.locator(".nt-nav a").evaluate_all("all => all.map(a => a.offsetTop)")
                assert len(set(tops)) == 1, (name, face, width)


@pytest.mark.parametrize(("width", "columns"), [(1280, 3), (390, 1)])
def test_front_page_panels_stand_side_by_side_where_there_is_room(visit, width, columns):
    page = visit.open("index")
    left = page.evaluate(
        "() => [...document.querySelectorAll('.tag_panel')].map(panel => panel.getBoundingClientRect().left)"
    )
    assert len(left) == 3
    assert len(set(left)) == columns


def test_keyboard_reaches_the_content_first(visit):
    page = visit.open("index")
    page.keyboard.press("Tab")
    assert page.evaluate("() => document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("() => document.activeElement.id") == "main"


#: What has the keyboard, how it shows that, and whether it is in sight.
STOP = """() => {
    const node = document.activeElement;
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(node);
    return {
        what: `${node.nodeName}.${node.className} ${node.textContent.trim().slice(0, 40)}`,
        outline: outlineStyle === 'solid' ? parseFloat(outlineWidth) : 0,
        colour: outlineColor,
        seen: [...node.getClientRects()].some(box => box.width > 1 && box.height > 1
            && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth),
    };
}"""


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", ["index", "competitor_opportunity"])
def test_every_stop_of_the_keyboard_shows_it(visit, name, width, theme):
    page = visit.open(name)
    # Where the page scrolls to a stop it is there at once.
    page.emulate_media(reduced_motion="reduce")
    ink = page.evaluate("() => getComputedStyle(document.body).color")
    stops = []
    for _ in range(60):
        page.keyboard.press("Tab")
        stops.append(page.evaluate(STOP))
    assert len({stop["what"] for stop in stops}) > 30
    for stop in stops:
        assert stop["outline"] >= 2, stop
        assert stop["colour"] == ink, stop
        assert stop["seen"], stop
    visit.assert_clean()


#: How far below the top of the window a place is once scrolling has come to rest.
AT_REST = """id => new Promise(resolve => {
    let last, still = 0;
    const look = () => {
        const top = document.getElementById(id).getBoundingClientRect().top;
        still = top === last ? still + 1 : 0;
        last = top;
        still > 20 ? resolve(top) : requestAnimationFrame(look);
    };
    look();
})"""


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("way", ["opened", "clicked", "typed"])
def test_whoever_jumps_arrives(visit, width, way):
    """Sections far away are not laid out yet; their place is right nevertheless."""
    page, place = visit.page, "chart-e7b"
    if way == "opened":
        page.goto(f"{visit.places['http']}/customer_exits.html#{place}")
    else:
        page.add_init_script("globalThis.requestIdleCallback = () => {}")
        visit.open("customer_exits", whole=False)
        assert page.locator("html.nt-part").count() == 1
        if way == "clicked":
            page.evaluate(
                """place => {
                    const link = document.createElement('a');
                    link.href = `#${place}`;
                    document.querySelector('article p').append(link);
                    link.click();
                }""",
                place,
            )
        else:
            page.evaluate("place => { location.hash = place }", place)
    top = page.evaluate(AT_REST, place)
    assert 0 < top < 200
    # Nothing above it moves it once more.
    page.wait_for_timeout(300)
    assert page.evaluate(AT_REST, place) == pytest.approx(top, abs=2)
    visit.assert_clean()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", ["deal", "index"])
def test_a_page_becomes_whole_when_there_is_time(visit, name, width):
    page = visit.page
    heights = """() => [...document.querySelectorAll("article section section")]
        .map(one => Math.round(one.getBoundingClientRect().height))"""
    page.goto(f"{visit.places['http']}/{name}.html#finding")
    assert page.locator("html.nt-part").count() == 0
    wanted = page.evaluate(heights)
    page.goto("about:blank")
    page.add_init_script(
        """globalThis.shifted = 0;
        new PerformanceObserver(list => list.getEntries().forEach(one => { shifted += one.value; }))
            .observe({ type: 'layout-shift', buffered: true });"""
    )
    visit.open(name, whole=False)
    page.wait_for_function("() => !document.documentElement.classList.contains('nt-part')")
    assert page.locator("[data-laid]").count() == 0
    assert page.evaluate(heights) == wanted
    assert page.evaluate("() => shifted") < 0.02
    visit.assert_clean()


def test_a_page_is_whole_where_the_reader_comes_back(visit):
    page = visit.open("customer_exits")
    page.evaluate("() => scrollTo(0, 6000)")
    page.reload()
    assert page.locator("html.nt-part").count() == 0
