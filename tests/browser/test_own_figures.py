"""What a reader is told of figures of their own: aloud, at the number, on paper and over the pages; and the way back."""

from __future__ import annotations

import pytest
from trying import DEAL, EXITS, FOLLOW, article, box, error, fill, link, settled, slide

ALOUD = "main > [aria-live=polite]"
#: What is said, once it is other words than these.
SAID = """([place, but]) => {
    const text = document.querySelector(place).textContent.trim();
    return text !== but && text;
}"""


def said(page, but: str = "") -> str:
    return page.wait_for_function(SAID, arg=[ALOUD, but], polling=50).json_value()


def test_each_change_says_the_answers_that_it_moved(visit) -> None:
    page = visit.open(EXITS)
    page.evaluate(FOLLOW, link({"google_exit_probability": 0.5}))
    first = said(page)
    assert first.startswith("Expected loss: ")
    # dependence moves no expectation, so what is said is another answer
    page.evaluate(FOLLOW, link({"google_exit_probability": 0.5, "latent_correlation": 0.8}))
    second = said(page, first)
    assert "Expected loss" not in second
    assert "published" in second
    page.evaluate(FOLLOW, link({"google_exit_probability": 0.5, "latent_correlation": 0.8}, "full_exodus"))
    assert "Expected loss: " in said(page, second)


@pytest.mark.parametrize("width", [390])
def test_figures_of_a_link_are_said_though_the_drawer_is_closed(visit, width) -> None:
    page = visit.open(EXITS)
    page.evaluate(FOLLOW, link({"google_exit_probability": 0.5}))
    assert said(page).startswith("Expected loss: ")
    assert page.locator(ALOUD).evaluate("node => node.getClientRects().length") > 0


def test_an_option_of_a_chart_says_what_came_of_it(visit) -> None:
    page = visit.open(EXITS)
    page.mouse.move(5, 300)
    page.mouse.move(6, 310)
    figure = page.locator("[data-chart=E4]")
    figure.scroll_into_view_if_needed()
    option = figure.locator(".nt-option input")
    option.wait_for()
    option.focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    text = said(page)
    assert text.startswith("A loss of at least $")
    assert text in figure.locator(".nt-canvas").get_attribute("aria-label")
    # and what is put back is put back there too
    page.evaluate(FOLLOW, link({"latent_correlation": 0.5}))
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function(
        "() => !document.querySelector('[data-chart=E4] .nt-canvas').ariaLabel.includes('of at least')"
    )


def test_a_refused_number_stands_in_nobodys_way_and_has_a_way_back(visit) -> None:
    page = visit.open(DEAL)
    before = article(page)
    fill(page, "investment", 500)
    error(page, "investment").wait_for()
    reset = page.get_by_role("button", name="Reset", exact=True)
    assert reset.is_enabled()
    # another figure, a scenario and a choice still count
    fill(page, "stake", 40)
    page.wait_for_function("() => location.hash === '#try=stake:0.4'")
    page.get_by_role("button", name="Google only").click()
    page.wait_for_function("() => location.hash.includes('scenario=google_only')")
    assert error(page, "investment").is_visible()
    assert box(page, "investment").input_value() == "500"
    page.locator(".nt-control:has(#try-stake) .nt-control-back").click()
    page.wait_for_function("() => !location.hash.includes('stake')")
    # the control itself leads back, and so does the button for all
    page.locator(".nt-control:has(#try-investment) .nt-control-back").click()
    error(page, "investment").wait_for(state="hidden")
    fill(page, "investment", 500)
    error(page, "investment").wait_for()
    reset.click()
    error(page, "investment").wait_for(state="hidden")
    page.wait_for_function("() => location.hash === ''")
    assert box(page, "investment").input_value() == "14.3"
    assert article(page) == before
    visit.assert_clean()


def test_whoever_types_a_number_sees_what_it_may_be(visit, case) -> None:
    page = visit.open(DEAL)
    number = box(page, "stake")
    hint = page.locator(".nt-control:has(#try-stake) .nt-control-may")
    assert not hint.is_visible()
    before = page.evaluate("() => document.querySelector('.nt-try').scrollHeight")
    number.click()
    figure = case.figures["stake"]
    assert hint.inner_text() == f"{100 * figure.min:g}% to {100 * figure.max:g}%"
    assert hint.inner_text() in number.get_attribute("aria-label")
    assert page.evaluate("() => document.querySelector('.nt-try').scrollHeight") == before
    number.blur()
    assert not hint.is_visible()


def test_a_refused_link_leaves_the_figures_that_count_in_the_address(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(FOLLOW, link({"stake": 0.4}))
    assert settled(page) == "#try=stake:0.4"
    assert "unknown" in page.evaluate(FOLLOW, "#try=nothing:1")
    assert page.evaluate("() => location.hash") == "#try=stake:0.4"


def test_pages_without_controls_pass_the_figures_on(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(FOLLOW, link({"stake": 0.4}))
    settled(page)
    page.locator(".nt-nav a", has_text="Outcomes").click()
    page.wait_for_url("**/outcomes.html#try=stake:0.4")
    page.locator(".nt-nav a[href^='deal.html#try=']").click()
    page.locator(".nt-yours").first.wait_for()
    assert page.url.endswith("deal.html#try=stake:0.4")


def test_the_panel_at_a_number_of_the_readers_gives_it_no_source(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(FOLLOW, link({"investment": 13}))
    number = page.locator(
        "main p a.nt-num.nt-yours[data-ref='figure:investment'], main p a.nt-num.nt-yours"
    ).first
    published = number.get_attribute("data-yours").removeprefix("yours, published ")
    number.scroll_into_view_if_needed()
    number.hover()
    panel = page.locator("#nt-provenance")
    panel.wait_for()
    rows = dict(
        zip(panel.locator("dt").all_inner_texts(), panel.locator("dd").all_inner_texts(), strict=True)
    )
    assert rows["Tag"].startswith("Y")
    assert rows["As published"].startswith(published)
    assert not {"Layer", "Sources", "Rests on"} & set(rows)


def test_paper_says_which_charts_are_the_readers(visit) -> None:
    page = visit.open(DEAL)
    slide(page, "investment", "ArrowRight", 3)
    page.locator("[data-chart=D1]").scroll_into_view_if_needed()
    page.locator("[data-chart=D1][data-follows=yours]").wait_for()
    page.emulate_media(media="print")
    marks = page.evaluate(
        """() => [...document.querySelectorAll('.nt-chart')].map(one => {
            const { content, display } = getComputedStyle(one, '::before');
            return display === 'none' ? '' : content;
        })"""
    )
    assert set(marks) <= {'"Your figures"', '"As published"', "none"}
    assert '"Your figures"' in marks
    assert not page.locator(".nt-try, .nt-dock").first.is_visible()
