"""The pages of evidence and the panel at a number, as a reader with a pointer, a keyboard, a finger or no script meets them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from accessible import LOOKS, assert_accessible
from neutrality.chapters import BASE

RECORDS = {"figures": ("results", "figures"), "evidence": ("contradictions", "sources", "claims")}
#: A record of each table that every case of this kind has, with words that only its details hold.
OVERFLOW = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
NUMBER = ".nt-headline a.nt-num[data-ref^='result:']"
PANEL = "#nt-provenance"


def table(page, noun: str):
    """A table of records that the reader has come to."""
    found = page.locator(f".nt-records[data-noun={noun}]")
    found.evaluate("holder => holder.scrollIntoView()")
    found.get_by_role("searchbox").wait_for()
    return found


def lines(page, noun: str) -> list[str]:
    """The first cell of every row that is shown, in order."""
    return page.evaluate(
        """noun => [...document.querySelectorAll(`.nt-records[data-noun=${noun}] > table > tbody`)]
            .filter(body => !body.hidden).map(body => body.rows[0].cells[0].textContent)""",
        noun,
    )


# -- tables of records --------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", RECORDS)
def test_each_table_searches_sorts_and_says_so(visit, name, scheme):
    page = visit.open(name, scheme)
    for noun in RECORDS[name]:
        holder = table(page, noun)
        count = len(lines(page, noun))
        status = holder.locator("[aria-live]")
        assert status.inner_text() == f"{count} {noun}"
        box = holder.get_by_role("searchbox", name=f"Search the {noun}")
        word = lines(page, noun)[0].split()[-1].lower()
        box.fill(word.upper())
        left = len(lines(page, noun))
        assert 0 < left <= count
        assert status.inner_text() in (f"{left} of {count} {noun} shown", f"{count} {noun}")
        box.fill("qqqxyz")
        assert lines(page, noun) == []
        assert status.inner_text() == f"0 of {count} {noun} shown"
        box.press("Escape")
        assert (box.input_value(), len(lines(page, noun))) == ("", count)
        heading = holder.locator("thead th").first
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == "ascending"
        rising = lines(page, noun)
        heading.get_by_role("button").click()
        assert heading.get_attribute("aria-sort") == "descending"
        assert rising[0] == lines(page, noun)[-1] or rising[0].lower() == lines(page, noun)[-1].lower()
    visit.assert_clean()


def test_search_reads_the_details_and_every_word(visit):
    page = visit.open("figures")
    holder = table(page, "results")
    holder.get_by_role("searchbox").fill("price stake ÷")
    found = lines(page, "results")
    assert "Valuation implied by cheque and stake" in found
    assert "Expected loss" not in found


def test_values_sort_by_size_like_with_like(visit):
    page = visit.open("figures")
    holder = table(page, "results")
    heading = holder.get_by_role("columnheader", name="Value")
    heading.get_by_role("button").click()
    heading.get_by_role("button").click()
    shown = page.evaluate(
        """() => [...document.querySelectorAll('.nt-records[data-noun=results] > table > tbody')]
            .map(body => body.rows[0].cells[1].textContent).filter(text => /^\\$.*(bn|mn)$/.test(text))"""
    )
    sizes = [float(text[1:-2].replace(",", "")) * (1000 if text.endswith("bn") else 1) for text in shown]
    assert len(sizes) > 20
    assert sizes == sorted(sizes, reverse=True)


def test_rows_open_by_keyboard_and_by_a_click_on_the_line(visit):
    page = visit.open("figures")
    body = page.locator("#figure-stake")
    button = body.locator("button").first
    details = body.locator(".nt-details")
    assert button.get_attribute("aria-expanded") == "false"
    assert not details.is_visible()
    assert button.get_attribute("aria-controls") == details.get_attribute("id")
    button.focus()
    page.keyboard.press("Enter")
    assert (button.get_attribute("aria-expanded"), details.is_visible()) == ("true", True)
    page.keyboard.press("Space")
    assert not details.is_visible()
    body.locator("tr").first.locator("td").nth(1).click()
    assert details.is_visible()
    button.click()
    assert not details.is_visible()


def test_all_rows_shown_open_and_close_at_once(visit):
    page = visit.open("evidence")
    holder = table(page, "sources")
    holder.get_by_role("searchbox").fill("itfy")
    shown = len(lines(page, "sources"))
    holder.get_by_role("button", name="Open all").click()
    assert holder.locator("tbody.nt-open").count() == shown
    holder.get_by_role("button", name="Close all").click()
    assert holder.locator("tbody.nt-open").count() == 0


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_row_of_the_address_is_open_and_in_view(visit, scheme, width):
    page = visit.page
    page.goto(f"{visit.places[scheme]}/figures.html#figure-inhouse_share")
    row = page.locator("#figure-inhouse_share")
    assert row.locator(".nt-details").is_visible()
    assert page.locator("tbody.nt-open").count() == 1
    top = row.bounding_box()["y"]
    assert 0 <= top < 300
    # not under the headings that stay in view
    head = page.locator(".nt-records[data-noun=figures] > table > thead").bounding_box()
    assert top >= head["y"] + head["height"] - 12
    visit.assert_clean()


def test_a_link_within_the_page_opens_its_row_though_the_search_hid_it(visit):
    page = visit.open("figures")
    table(page, "figures").get_by_role("searchbox").fill("qqqxyz")
    page.locator("#result-deal\\.implied_post_money button").first.click()
    page.locator("#result-deal\\.implied_post_money").get_by_role("link", name="Stake taken").click()
    row = page.locator("#figure-stake")
    row.locator(".nt-details").wait_for()
    assert page.url.endswith("#figure-stake")
    assert table(page, "figures").get_by_role("searchbox").input_value() == ""
    # closed by hand, the same link opens it again
    row.locator("button").first.click()
    page.locator("#result-deal\\.implied_post_money").get_by_role("link", name="Stake taken").click()
    row.locator(".nt-details").wait_for()
    page.go_back()
    visit.assert_clean()


def test_from_a_result_to_the_source_and_back_to_the_result(visit):
    page = visit.page
    page.goto(f"{visit.places['http']}/figures.html#result-deal.implied_post_money")
    page.locator("#result-deal\\.implied_post_money").get_by_role("link", name="Price paid").click()
    page.locator("#figure-investment .nt-details").wait_for()
    page.locator("#figure-investment").get_by_role("link", name="IBTimes").first.click()
    page.locator("#source-ibtimes_sg .nt-details").wait_for()
    page.locator("#source-ibtimes_sg").get_by_role("link", name="14.3 billion").click()
    page.locator("#claim-s1_price .nt-details").wait_for()
    page.locator("#claim-s1_price").get_by_role("link", name="Price paid").click()
    page.locator("#figure-investment").get_by_role(
        "link", name="Valuation implied by cheque and stake"
    ).first.click()
    page.locator("#result-deal\\.implied_post_money .nt-details").wait_for()
    visit.assert_clean()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", RECORDS)
def test_axe_finds_nothing_in_open_rows(visit, name, theme, width):
    page = visit.open(name)
    # A few of each table: hundreds of the same make a check of minutes.
    page.evaluate(
        """() => document.querySelectorAll('.nt-records').forEach(holder =>
            [...holder.querySelectorAll('.nt-toggle')].slice(0, 4).forEach(button => button.click()))"""
    )
    page.evaluate(
        """() => document.querySelectorAll('.nt-records > table > tbody:nth-of-type(n + 8)').forEach(body => body.remove())"""
    )
    assert_accessible(page)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", RECORDS)
def test_nothing_sticks_out_of_open_rows(visit, name, width):
    page = visit.open(name)
    for noun in RECORDS[name]:
        table(page, noun).get_by_role("button", name="Open all").click()
    assert page.evaluate(OVERFLOW) == 0
    # nor is anything cut within them
    cut = page.evaluate(
        """() => [...document.querySelectorAll('.nt-details dd')]
            .filter(part => part.scrollWidth > part.clientWidth + 1).map(part => part.textContent.slice(0, 80))"""
    )
    assert cut == []


@pytest.fixture
def unscripted(browser, address) -> Iterator:
    """A window in which no script runs."""
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("name", RECORDS)
def test_without_script_every_row_stands_open(unscripted, address, name):
    unscripted.goto(f"{address}/{name}.html")
    details = unscripted.locator(".nt-records .nt-details")
    assert details.count() > 150
    for place in (0, details.count() // 2, details.count() - 1):
        assert details.nth(place).is_visible()
    # no control that does nothing
    assert unscripted.locator(".nt-records button, .nt-records input").count() == 0


def test_without_script_an_address_leads_to_its_row(unscripted, address):
    unscripted.goto(f"{address}/evidence.html#claim-s1_price")
    row = unscripted.locator("#claim-s1_price")
    for _ in range(50):
        # The browser goes to the row in its own time, and no script tells when.
        if 0 <= row.bounding_box()["y"] < 300:
            return
        unscripted.wait_for_timeout(100)
    pytest.fail("the row is out of sight")


def test_without_script_a_number_is_a_link_that_tells_tag_and_layer(unscripted, address):
    unscripted.goto(f"{address}/{BASE[0]}.html")
    number = unscripted.locator("a.nt-num").first
    assert number.get_attribute("href").startswith(("figures.html#", "evidence.html#"))
    assert number.get_attribute("title").split(", layer ")[1] in ("L0", "L1", "L2")


# -- the panel ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", BASE)
def test_hover_shows_where_a_number_comes_from(visit, name, scheme):
    page = visit.open(name, scheme)
    number = page.locator(".nt-headline a.nt-num").first
    title = number.get_attribute("title")
    number.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    assert panel.locator(".nt-panel-value").inner_text() == number.inner_text()
    letter, layer = title[0], title.rpartition(" ")[2]
    assert panel.locator(".nt-chip").first.inner_text() == letter
    text = panel.inner_text()
    assert layer in text
    assert "Sources" in text or "Reason" in text
    # the browser's own tooltip does not lie on it, and comes back
    assert not number.get_attribute("title")
    # a pointer on the panel keeps it
    panel.hover()
    page.wait_for_timeout(600)
    assert panel.is_visible()
    page.mouse.move(2, 2)
    panel.wait_for(state="detached")
    assert number.get_attribute("title") == title
    visit.assert_clean()


def test_the_panel_leaves_its_number_in_sight(visit):
    """Though there is more to say than there is room above the number or below."""
    page = visit.open("index")
    page.set_viewport_size({"width": 1280, "height": 560})
    number = page.locator("a.nt-num[data-ref='result:exits.expected_loss']").first
    number.evaluate("node => scrollBy(0, node.getBoundingClientRect().top - 260)")
    page.locator("body").press("Tab")
    number.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    panel = page.locator(PANEL)
    panel.wait_for()
    over, number_box = panel.bounding_box(), number.bounding_box()
    assert (
        over["y"] >= number_box["y"] + number_box["height"] or over["y"] + over["height"] <= number_box["y"]
    )
    assert over["y"] >= 0 and over["y"] + over["height"] <= 560
    assert panel.evaluate("node => node.scrollHeight > node.clientHeight")


def test_it_gives_the_formula_and_the_figures_with_value_and_tag(visit):
    page = visit.open("deal")
    page.locator("a.nt-num[data-ref='result:deal.stake_on_prior']").first.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    assert "price paid ÷ (valuation before the deal + price paid)" in panel.inner_text()
    entries = panel.locator("li").all_inner_texts()
    assert [text.split("\\n")[0] for text in entries]
    assert any("Price paid for the stake" in text and "$14.3bn" in text and "S" in text for text in entries)
    panel.get_by_role("link", name="Price paid for the stake").click()
    page.locator("#figure-investment .nt-details").wait_for()


def test_it_gives_the_reason_and_range_of_an_assumption(visit):
    page = visit.open("assumptions")
    page.locator("td a.nt-num[data-ref='figure:inhouse_share']").first.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    text = panel.inner_text()
    assert "Reason" in text and "5% to 40%" in text and "ITFY (C)" in text


def test_a_number_under_other_figures_is_told_from_the_one_that_stands(visit):
    page = visit.open("scenarios")
    cells = page.locator("tr:has-text('Expected loss') a.nt-num[data-ref='result:exits.expected_loss']")
    cells.nth(1).hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    assert "As it stands" in panel.inner_text()
    page.mouse.move(2, 2)
    panel.wait_for(state="detached")
    cells.nth(0).hover()
    panel.wait_for()
    assert "As it stands" not in panel.inner_text()


def test_only_one_panel_at_a_time(visit):
    page = visit.open("customer_exits")
    numbers = page.locator(".nt-headline a.nt-num")
    for place in (0, 1):
        numbers.nth(place).hover()
        page.wait_for_timeout(500)
        assert page.locator(PANEL).count() == 1
    assert page.locator(".nt-panel-value").inner_text() == numbers.nth(1).inner_text()


def test_keyboard_reaches_leaves_and_dismisses_it(visit):
    page = visit.open("customer_exits")
    number = page.locator(NUMBER).first
    # as a reader comes to it: from what stands before
    number.evaluate("link => { link.parentElement.tabIndex = -1; link.parentElement.focus(); }")
    page.keyboard.press("Tab")
    panel = page.locator(PANEL)
    panel.wait_for()
    assert number.evaluate("link => link === document.activeElement")
    described = number.get_attribute("aria-describedby")
    assert number.inner_text() in page.locator(f"#{described}").inner_text()
    # Tab leads into it, and on from it
    page.keyboard.press("Tab")
    assert panel.evaluate("panel => panel.contains(document.activeElement)")
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    assert number.evaluate("link => link === document.activeElement")
    assert number.get_attribute("aria-describedby") is None
    page.keyboard.press("Tab")
    page.wait_for_timeout(400)
    assert not number.evaluate("link => link === document.activeElement"), "no trap"
    page.keyboard.press("Shift+Tab")
    panel.wait_for()
    assert panel.evaluate("(panel, link) => panel.previousElementSibling === link", number.element_handle())
    page.keyboard.press("Enter")
    page.wait_for_url("**/figures.html#result-**")
    visit.assert_clean()


def test_escape_dismisses_it_under_a_pointer_and_it_stays_away(visit):
    page = visit.open("customer_exits")
    number = page.locator(NUMBER).first
    number.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    page.keyboard.press("Escape")
    panel.wait_for(state="detached")
    page.wait_for_timeout(400)
    assert panel.count() == 0
    page.mouse.move(2, 2)
    number.hover()
    panel.wait_for()


@pytest.mark.parametrize("width", [1280, 600, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_in_the_panel_and_it_fits(visit, width, theme):
    page = visit.open("customer_exits")
    page.locator(NUMBER).first.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    box = panel.bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= width
    assert box["y"] >= 0 and box["y"] + box["height"] <= 900
    assert page.evaluate(OVERFLOW) == 0
    assert_accessible(page, context=PANEL)


@pytest.fixture
def touched(browser, address) -> Iterator:
    """A window on a phone."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    yield context.new_page()
    context.close()


def test_a_tap_shows_the_panel_first_and_its_link_leads_on(touched, address):
    touched.goto(f"{address}/customer_exits.html")
    number = touched.locator(NUMBER).first
    number.tap()
    panel = touched.locator(PANEL)
    panel.wait_for()
    assert touched.url.endswith("customer_exits.html")
    box = panel.bounding_box()
    assert box["y"] + box["height"] == pytest.approx(844, abs=2)
    assert (box["x"], box["width"]) == (0, 390)
    panel.get_by_role("button", name="Close").tap()
    panel.wait_for(state="detached")
    number.tap()
    panel.wait_for()
    touched.locator("h1").tap()
    panel.wait_for(state="detached")
    number.tap()
    panel.get_by_role("link", name="Show the evidence").tap()
    touched.wait_for_url("**/figures.html#result-**")


def test_without_its_data_the_panel_still_says_what_the_number_says(visit):
    page = visit.page
    page.route("**/provenance-data.js", lambda route: route.fulfill(status=200, body=""))
    visit.open("customer_exits")
    page.locator(NUMBER).first.hover()
    panel = page.locator(PANEL)
    panel.wait_for()
    assert panel.locator(".nt-panel-value").inner_text() == page.locator(NUMBER).first.inner_text()
    assert panel.get_by_role("link", name="Show the evidence").is_visible()


def test_the_data_is_asked_for_only_when_it_is_needed(visit):
    page = visit.page
    asked: list[str] = []
    page.on(
        "request", lambda request: asked.append(request.url) if "provenance-data" in request.url else None
    )
    visit.open("customer_exits")
    page.wait_for_timeout(300)
    assert asked == []
    page.locator(NUMBER).first.hover()
    page.locator(PANEL).wait_for()
    page.locator(".nt-headline a.nt-num").nth(1).hover()
    page.wait_for_timeout(500)
    assert len(asked) == 1
    visit.assert_clean()
