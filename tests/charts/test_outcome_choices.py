"""The outcomes' charts as a browser draws them from their specification: what the reader chooses is shown.

No model of this chapter runs in the page, so the choices lie in the specification; nothing may need `eval`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pytest
import vl_convert
from neutrality.case import Case
from neutrality.chapters import compute
from neutrality.chapters.outcomes import Outcomes
from neutrality.charts import draw, outcomes
from neutrality.charts.outcomes.rivals import choices
from neutrality.units import pretty

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

ORIGIN = "http://book.test"
PAGE = '<!doctype html><title>chart</title><div id="chart"></div><script src="/bundle.js"></script>'

_EMBED = """async (spec) => {
  const options = { ast: true, renderer: "svg", actions: false, defaultStyle: false };
  window.view = (await vegaEmbed("#chart", spec, options)).view;
}"""
_TEXTS = """async () => {
  await window.view.runAsync();
  return [...document.querySelectorAll("#chart svg text")].map((one) => {
    const box = one.getBoundingClientRect();
    return [one.textContent, Math.round(box.left), Math.round(box.top)];
  });
}"""
_HEIGHT = """async () => {
  await window.view.runAsync();
  return document.querySelector("#chart svg").getBoundingClientRect().height;
}"""


@pytest.fixture(scope="module")
def chapter(case: Case) -> Outcomes:
    return compute("outcomes", case)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page with the policy of the book's pages; errors and refused scripts end the test."""
    context = browser.new_context(viewport={"width": 800, "height": 900})
    opened = context.new_page()
    wrong: list[str] = []
    opened.on("pageerror", lambda error: wrong.append(str(error)))
    opened.on(
        "console",
        lambda said: wrong.append(said.text) if re.search("eval|script-src|WARN", said.text) else None,
    )

    def serve(route: Route) -> None:
        if route.request.url.endswith("/bundle.js"):
            body = f"(() => {{{vl_convert.javascript_bundle()}}})();"
            route.fulfill(body=body, content_type="text/javascript")
        else:
            policy = {"Content-Security-Policy": "default-src 'self'"}
            route.fulfill(body=PAGE, content_type="text/html", headers=policy)

    opened.route("**/*", serve)
    opened.goto(ORIGIN)
    yield opened
    context.close()
    assert wrong == []


def shown(page: Page, id: str, case: Case, chapter: Outcomes, small: bool) -> dict[str, Any]:
    """Draw a chart in the page at one of its widths."""
    spec = outcomes.CHARTS[id](case, chapter).to_dict(validate=False)
    meta = spec.pop("usermeta")
    spec.pop("title")
    if small:
        spec = draw.merge(spec, meta["narrow"])
    spec["width"] = 332 if small else 712
    page.evaluate(_EMBED, spec)
    return spec


def texts(page: Page) -> list[list[Any]]:
    return sorted(page.evaluate(_TEXTS))


@pytest.mark.parametrize("small", [False, True], ids=["wide", "narrow"])
def test_the_deal_is_compared_with_what_is_chosen(
    page: Page, case: Case, chapter: Outcomes, small: bool
) -> None:
    model = chapter.model
    shown(page, "D8", case, chapter, small)
    drawn, height = texts(page), page.evaluate(_HEIGHT)
    box = page.get_by_label("Compare this deal with")
    heights = {}
    for key, (said, ids) in choices(model.multiples).items():
        box.select_option(label=said)
        found = [text for text, *_ in texts(page)]
        wanted = [pretty(one.value, "x") for one in model.multiples if one.deal or one.id in ids]
        assert sorted(text for text in found if re.fullmatch(r"[\d.,]+×", text)) == sorted(wanted), key
        assert sum("(this deal)" in text for text in found) == 1
        heights[key] = page.evaluate(_HEIGHT)
    assert heights.pop("all") == height
    assert all(other < height for other in heights.values())
    # Back to all of them: nothing has moved by having been chosen.
    box.select_option(index=0)
    assert texts(page) == drawn and page.evaluate(_HEIGHT) == height


@pytest.mark.parametrize("small", [False, True], ids=["wide", "narrow"])
def test_the_back_test_counts_as_chosen(page: Page, case: Case, chapter: Outcomes, small: bool) -> None:
    model = chapter.model
    shown(page, "E11", case, chapter, small)
    drawn, height = texts(page), page.evaluate(_HEIGHT)
    reading = page.get_by_label("Outcomes that can be read otherwise count")
    pending = page.get_by_label("Questions still open count")
    for read in ("recorded", "other"):
        for state, outcome in (("open", None), ("left", 1.0), ("stayed", 0.0)):
            reading.select_option(read)
            pending.select_option(state)
            said = " ".join(text for text, *_ in sorted(texts(page), key=lambda one: one[2]))
            if (read, state) == ("recorded", "open"):
                assert "So counted" not in said
                continue
            losses = []
            for one in model.questions:
                counted = one.outcome if one.resolved else outcome
                if read == "other" and one.alternative is not None:
                    counted = one.alternative
                if counted is None:
                    low, high = sorted((one.forecast - end) ** 2 for end in (0, 1))
                    assert f"Brier score {pretty(low, 'score')} or {pretty(high, 'score')}" in said
                else:
                    losses.append((one.forecast - counted) ** 2)
                    assert f"Brier score {pretty(losses[-1], 'score')}" in said, one.name
            assert f"mean Brier score {pretty(sum(losses) / len(losses), 'score')} over {len(losses)}" in said
            assert page.evaluate(_HEIGHT) > height
            # One line beneath each name, whatever is chosen.
            assert ("as read otherwise" in said) == (read == "other")
            assert ("open, counted as" in said) == (state != "open")
    reading.select_option("recorded")
    pending.select_option("open")
    assert texts(page) == drawn and page.evaluate(_HEIGHT) == height


@pytest.mark.parametrize("id", outcomes.CHARTS)
def test_marks_tell_their_names_and_values(page: Page, case: Case, chapter: Outcomes, id: str) -> None:
    """The tips of a chart's points and bars reach the reader who points at them."""
    spec = shown(page, id, case, chapter, False)
    tips = {row["tip"] for rows in spec["datasets"].values() for row in rows if "tip" in row}
    assert tips
    told = set()
    marks = page.locator("#chart svg :is(.mark-symbol, .mark-rect) > path")
    for index in range(min(6, marks.count())):
        marks.nth(index).scroll_into_view_if_needed()
        box = marks.nth(index).bounding_box()
        page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_timeout(30)
        tip = page.locator("#vg-tooltip-element")
        if tip.count():
            told.add(tip.text_content())
    assert told and told <= tips
