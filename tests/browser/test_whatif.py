"""Figures of the reader's own, in a real browser: numbers follow as the package would have them, and nothing else does."""

from __future__ import annotations

import json
import re
import shlex

import pytest
import yaml
from accessible import LOOKS, assert_accessible
from click.testing import CliRunner
from neutrality.case import load
from neutrality.case.load import varied
from neutrality.chapters import BASE
from neutrality.chapters.headlines import all_results
from neutrality.cli import cli
from neutrality.errors import InputError
from neutrality.units import pretty
from trying import (
    DEAL,
    EXITS,
    FOLLOW,
    NUMBERS,
    OPPORTUNITY,
    OVERFLOW,
    PAGES,
    POINTS,
    Point,
    article,
    assert_clean_on_the_way,
    box,
    computed,
    error,
    fill,
    link,
    live,
    same,
    settled,
    slide,
    values,
    ways,
)

# -- parity ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", PAGES)
def test_every_number_that_follows_is_the_packages(visit, case, name) -> None:
    page = visit.open(name)
    published = page.evaluate(NUMBERS)
    base_case, base = computed(case, {})
    for point in POINTS[name]:
        assert page.evaluate(FOLLOW, link(point.changes, point.scenario, point.choices)) == ""
        there, results = computed(case, point.changes, point.scenario, point.choices, name)
        moved = 0
        for was, now in zip(published, page.evaluate(NUMBERS), strict=True):
            kind = was["ref"].partition(":")[0]
            if now not in live([now]):
                assert now["text"] == was["text"]
                continue
            if kind == "result" and was["ref"].partition(":")[2] not in results:
                # Such as the worth of knowing what the reader now says.
                assert (now["text"], now["yours"], now["stands"]) == (was["text"], False, True)
                continue
            before = list(values(was["ref"], base_case, base))
            after = list(values(was["ref"], there, results))
            # Of value, low and high it prints the one that it printed before, with as many digits.
            printed = [
                (i, digits)
                for i, (value, unit) in enumerate(before)
                for digits in (3, 2, 4)
                if was["text"] in ways(value, unit, digits)
            ]
            assert printed, was
            parts = [i for i, _ in printed]
            allowed = [text for i, digits in printed for text in ways(*after[i], digits)]
            assert now["text"] in allowed, (point, was, now, allowed)
            if kind == "result":
                stood = all(same(before[i][0], after[i][0]) for i in parts)
                assert now["yours"] is not stood, (point, was, now)
                assert not now["stands"]
            moved += now["yours"]
            assert now["was"] == (f"yours, published {was['text']}" if now["yours"] else "")
        assert moved > 0 or point == Point()
    visit.assert_clean()


@pytest.mark.parametrize("name", BASE)
def test_numbers_that_cannot_follow_say_so_when_their_figures_move(visit, name) -> None:
    page = visit.open(name)
    ref = next(one["ref"] for one in page.evaluate(NUMBERS) if one["ref"].startswith("figures:"))
    figure = ref.removeprefix("figures:").split(",")[0]
    end = page.evaluate("id => neutralityWhatIf.controls[id].high", figure)
    assert page.evaluate(FOLLOW, link({figure: end})) == ""
    for one in page.evaluate(NUMBERS):
        if one["ref"].startswith("figures:") and figure in one["ref"].removeprefix("figures:").split(","):
            assert one["stands"], one
        if one["ref"].startswith("claim:"):
            assert not one["stands"]
    assert page.evaluate(FOLLOW, "#try=") == ""
    assert not any(one["stands"] for one in page.evaluate(NUMBERS))


def test_a_verdict_in_a_cell_stays_and_says_so(visit) -> None:
    page = visit.open(OPPORTUNITY)
    page.evaluate(FOLLOW, link({"labelbox_claimed_revenue": 60}))
    words = page.evaluate("() => Object.values(neutralityWhatIf.words)")
    cells = (
        page.locator("main td.nt-stands").all_inner_texts()
        + page.locator("main td.nt-stands").all_text_contents()
    )
    assert any(text in words or f"needs {text}" in words for text in cells)
    verdict = page.locator(".nt-answers > div", has_text="verdict")
    assert "ordinary" in verdict.text_content() or "needs" in verdict.text_content()
    assert "published" in verdict.text_content()


# -- controls -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
@pytest.mark.parametrize("name", BASE)
def test_a_slider_moves_by_keyboard_and_numbers_follow(visit, case, name, scheme) -> None:
    page = visit.open(name, scheme)
    figure = page.evaluate("name => neutralityWhatIf.chapters[name].controls[0]", name)
    slide(page, figure, "ArrowLeft", 3)
    tried = settled(page)
    (changed, value) = tried.removeprefix("#try=").split(":")
    assert changed == figure
    _, results = computed(case, {figure: float(value)})
    answers = page.evaluate("name => neutralityWhatIf.chapters[name].answers", name)
    texts = page.locator(".nt-answers dd:first-of-type").all_text_contents()
    numbers = [
        results[one["id"]].number().text for one in answers if not isinstance(results[one["id"]].value, str)
    ]
    assert set(texts) & set(numbers)
    assert page.locator(".nt-answers .nt-own").count() > 0
    assert float(box(page, figure).input_value()) != 0
    spoken = page.locator(f"#try-{figure}").get_attribute("aria-valuetext")
    assert box(page, figure).input_value() in spoken
    visit.assert_clean()


def test_the_open_controls_are_few_and_the_others_a_button_away(visit, case) -> None:
    page = visit.open(EXITS)
    few = page.locator(".nt-control:visible").count()
    assert 6 <= few <= 8
    results = all_results(case, {}, (EXITS,))
    wanted = {figure for result in results.values() for figure in result.figures}
    # the only search box of the page until it is asked for
    assert page.locator("input[type=search]").count() == 1
    page.get_by_role("button", name=re.compile("^Show all")).click()
    shown = page.locator(".nt-control input[type=range]").evaluate_all(
        "all => all.map(one => one.id.slice(4))"
    )
    assert wanted <= set(shown)
    assert page.locator(".nt-controls-group:visible").count() >= 3
    find = page.get_by_role("searchbox", name="Find a figure")
    find.fill("openai exit")
    left = page.locator(".nt-control:visible .nt-control-name").all_text_contents()
    assert 0 < len(left) < 6
    assert all("openai" in text.lower() for text in left)
    page.get_by_role("button", name="Show fewer").click()
    assert page.locator(".nt-control:visible").count() == few
    assert page.locator("input[type=search]").count() == 1


def test_every_control_has_its_name_entity_unit_and_tag(visit, case) -> None:
    page = visit.open(DEAL)
    page.get_by_role("button", name=re.compile("^Show all")).click()
    for control in page.locator(".nt-control").all():
        figure = case.figures[control.locator("input[type=range]").get_attribute("id").removeprefix("try-")]
        name = f"{case.name(figure.entity)}: {figure.label}"
        assert control.locator("label").text_content().startswith(name)
        assert control.locator("input[type=range]").get_attribute("aria-valuetext")
        assert name in control.locator("input[type=number]").get_attribute("aria-label")
        assert f"nt-{figure.tag}" in control.get_attribute("class")
        assert control.locator(".nt-chip").inner_text() == figure.tag[0].upper()
        if figure.value is not None:
            spoken = control.locator("input[type=range]").get_attribute("aria-valuetext")
            assert spoken == pretty(figure.value, figure.unit, 6).removesuffix(" 1") or figure.value == 0


def test_the_published_value_is_a_notch_of_its_slider(visit) -> None:
    page = visit.open(DEAL)
    figure = "investment"
    slide(page, figure, "ArrowRight", 2)
    assert "investment" in settled(page)
    slide(page, figure, "ArrowLeft", 2)
    page.wait_for_function("() => location.hash === ''")
    assert box(page, figure).input_value() == "14.3"
    assert page.locator(".nt-yours").count() == 0


def test_an_undisclosed_figure_can_be_started(visit, case) -> None:
    page = visit.open(EXITS)
    figure = next(one.id for one in case.figures.values() if one.undisclosed and one.metric == "spend")
    page.get_by_role("button", name=re.compile("^Show all")).click()
    control = page.locator(f".nt-control:has(#try-{figure})")
    assert "not disclosed" in control.inner_text()
    assert box(page, figure).input_value() == ""
    fill(page, figure, 60)
    assert settled(page) == f"#try={figure}:60"
    assert "not disclosed" not in control.inner_text()
    control.get_by_role("button", name=re.compile("^Undo")).click()
    page.wait_for_function("() => location.hash === ''")
    assert box(page, figure).input_value() == ""
    assert page.locator(".nt-yours").count() == 0


def test_a_number_beyond_its_limits_gets_the_models_sentence(visit) -> None:
    page = visit.open(DEAL)
    before = article(page)
    fill(page, "investment", 500)
    error(page, "investment").wait_for()
    assert error(page, "investment").inner_text() == (
        "figure investment: found 500, expected at most 200 (USD bn)"
    )
    assert box(page, "investment").get_attribute("aria-invalid") == "true"
    assert box(page, "investment").get_attribute("aria-describedby") == "try-investment-error"
    fill(page, "stake", 120)
    error(page, "stake").wait_for()
    assert error(page, "stake").inner_text() == "figure stake: found 120%, expected at most 99%"
    assert article(page) == before
    # another control works on, and a right number heals the wrong one
    fill(page, "revenue_2024", 900)
    assert settled(page) == "#try=revenue_2024:900"
    assert error(page, "investment").is_visible()
    fill(page, "investment", 15)
    error(page, "investment").wait_for(state="hidden")
    page.wait_for_function("() => location.hash.includes('investment:15')")
    assert "stake" not in page.evaluate("() => location.hash")
    assert box(page, "investment").get_attribute("aria-invalid") is None
    visit.assert_clean()


def test_figures_that_contradict_each_other_are_refused_where_they_were_moved(visit, case) -> None:
    page = visit.open(EXITS)
    page.get_by_role("button", name=re.compile("^Show all")).click()
    largest, revenue = "google_spend_2024", "revenue_2024"
    before = article(page)
    fill(page, largest, 5000)
    error(page, largest).wait_for()
    with pytest.raises(InputError) as fault:
        varied(case, {largest: 5000})
    assert error(page, largest).inner_text() == fault.value.lines[0]
    assert article(page) == before
    # what made it impossible may change too
    fill(page, revenue, 9000)
    error(page, largest).wait_for(state="hidden")
    assert settled(page) in (f"#try={largest}:5000,{revenue}:9000", f"#try={revenue}:9000,{largest}:5000")


def test_half_a_number_is_not_complained_about(visit) -> None:
    page = visit.open(DEAL)
    number = box(page, "revenue_2024")
    number.focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("0.")
    page.wait_for_timeout(100)
    assert not error(page, "revenue_2024").is_visible()
    page.keyboard.type("5")
    page.keyboard.press("Tab")
    error(page, "revenue_2024").wait_for()
    number.fill("")
    number.press("Enter")
    page.wait_for_function("() => document.querySelector('#try-revenue_2024-error').hidden")
    assert number.input_value() == "870"


@pytest.mark.parametrize("name", BASE)
def test_scenarios_are_one_click_and_reset_is_exact(visit, case, name) -> None:
    page = visit.open(name)
    before = article(page)
    bars = page.locator(".nt-nav").inner_html()
    group = page.get_by_role("group", name="Scenario")
    scenarios = list(dict.fromkeys(row["scenario"] for row in case.tables["scenarios"].rows))
    assert group.get_by_role("button").count() == len(scenarios) + 1
    for scenario in scenarios:
        button = group.get_by_role("button").nth(1 + scenarios.index(scenario))
        button.click()
        page.wait_for_function("name => location.hash === '#try=&scenario=' + name", arg=scenario)
        assert button.get_attribute("aria-pressed") == "true"
        assert group.locator("[aria-pressed=true]").count() == 1
        _, results = computed(case, {}, scenario)
        told = page.evaluate(NUMBERS)
        for one in told:
            kind, _, ref = one["ref"].partition(":")
            if kind == "result" and not isinstance(results[ref].value, str):
                assert one["text"] in ways(results[ref].value, results[ref].unit, 3, 2, 4), one
    slide(page, page.evaluate("name => neutralityWhatIf.chapters[name].controls[1]", name), "PageUp", 2)
    page.wait_for_function("() => location.hash.includes(':')")
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => location.hash === ''")
    assert article(page) == before
    assert page.locator(".nt-chart[data-follows]").count() == 0
    assert page.locator(".nt-nav").inner_html() == bars
    assert group.get_by_role("button").first.get_attribute("aria-pressed") == "true"
    assert page.get_by_role("button", name="Reset", exact=True).is_disabled()
    # the focus did not fall to nowhere
    assert page.evaluate("() => document.activeElement !== document.body")
    visit.assert_clean()


def test_a_scenario_takes_its_figures_back_from_the_reader(visit) -> None:
    page = visit.open(EXITS)
    page.evaluate(FOLLOW, link({"google_exit_probability": 0.5, "latent_correlation": 0.7}))
    page.get_by_role("button", name="Google only").click()
    page.wait_for_function("() => location.hash.includes('scenario')")
    assert page.evaluate("() => location.hash") == "#try=latent_correlation:0.7&scenario=google_only"
    assert box(page, "google_exit_probability").input_value() == "100"


# -- choices --------------------------------------------------------------------------------------------


def chosen(page, name: str, word: str) -> None:
    page.locator(f"select#try-{name}").select_option(word)


@pytest.mark.parametrize("name", BASE)
def test_a_chapter_offers_its_choices_in_plain_words(visit, name) -> None:
    page = visit.open(name)
    held = page.evaluate("name => neutralityWhatIf.chapters[name].choices", name)
    words = page.evaluate("() => neutralityWhatIf.choices")
    options = page.evaluate("() => neutralityWhatIf.record.options")
    defaults = page.evaluate("name => neutralityWhatIf.record.defaults[name]", name)
    published = {**defaults, **page.evaluate("() => neutralityWhatIf.record.choices")}
    assert held
    assert page.locator(".nt-try select").count() == len(held)
    for choice in held:
        select = page.get_by_label(words[choice]["label"], exact=True)
        assert select.input_value() == published[choice]
        assert select.locator("option").all_text_contents() == [
            words[choice]["words"][word] for word in options[choice]
        ]


@pytest.mark.parametrize(
    ("name", "choices"),
    [
        (EXITS, {"scale": "ipcc", "pool_method": "log", "size_model": "fixed"}),
        (OPPORTUNITY, {"share_model": "logit", "scale": "icd203"}),
    ],
)
def test_choices_are_chosen_by_keyboard_and_numbers_follow(visit, case, name, choices) -> None:
    page = visit.open(name)
    before = article(page)
    for choice, word in choices.items():
        select = page.locator(f"select#try-{choice}")
        select.focus()
        # typing its first letters chooses a word; an arrow would do too
        text = page.evaluate("([name, word]) => neutralityWhatIf.choices[name].words[word]", [choice, word])
        page.keyboard.type(text)
        page.wait_for_function("hash => location.hash.includes(hash)", arg=f"&{choice}={word}")
        assert "published" in page.locator(f"label[for=try-{choice}]").inner_text()
    tried = "#try=" + "".join(f"&{choice}={word}" for choice, word in choices.items())
    assert page.evaluate("() => location.hash") == tried
    _, results = computed(case, {}, "", choices)
    for one in live(page.evaluate(NUMBERS)):
        kind, _, ref = one["ref"].partition(":")
        if kind == "result" and ref in results and not isinstance(results[ref].value, str):
            assert one["text"] in ways(results[ref].value, results[ref].unit, 3, 2, 4), one
    assert page.locator(".nt-answers .nt-own").count() > 0
    # the published words again are no change
    for choice in choices:
        base = page.evaluate(
            "([name, chapter]) => neutralityWhatIf.record.choices[name]"
            " ?? neutralityWhatIf.record.defaults[chapter][name]",
            [choice, name],
        )
        chosen(page, choice, base)
    page.wait_for_function("() => location.hash === ''")
    assert article(page) == before
    visit.assert_clean()


def test_numbers_of_tables_on_another_basis_say_that_they_stay(visit) -> None:
    page = visit.open(EXITS)
    chosen(page, "basis", "plan")
    page.wait_for_function("() => location.hash === '#try=&basis=plan'")
    stands = {one["ref"].partition(":")[0] for one in page.evaluate(NUMBERS) if one["stands"]}
    assert "figures" in stands
    assert "claim" not in stands
    # named results stand on the last full year whatever the basis is
    assert page.locator(".nt-yours").count() == 0
    page.get_by_role("button", name="Reset", exact=True).click()
    page.wait_for_function("() => location.hash === ''")
    assert page.locator("select#try-basis").input_value() == "last_year"
    assert page.locator(".nt-stands").count() == 0


def test_choices_go_along_with_figures_and_scenario(visit, case) -> None:
    page = visit.open(EXITS)
    seen = "() => { globalThis.heard = []; document.addEventListener('neutrality-try', one => heard.push(one.detail)); }"
    page.evaluate(seen)
    chosen(page, "scale", "ipcc")
    chosen(page, "basis", "plan")
    page.get_by_role("button", name="Google only").click()
    opened(page)
    slide(page, "latent_correlation", "ArrowRight", 2)
    page.wait_for_function("() => location.hash.includes('latent')")
    tried = settled(page)
    value = float(re.search(r"latent_correlation:([\d.]+)", tried)[1])
    assert tried == f"#try=latent_correlation:{value:g}&scenario=google_only&scale=ipcc&basis=plan"
    assert page.evaluate("() => heard.at(-1).choices") == {"scale": "ipcc", "basis": "plan"}
    assert page.evaluate("() => [...heard.at(-1).moved].includes('latent_correlation')")
    assert page.evaluate("() => heard.at(-1).reading.chosen.scale") == "ipcc"
    words = shlex.split(copied(page, "Copy the command"))
    assert [words[i + 1 : i + 3] for i, word in enumerate(words) if word == "-p"] == [
        ["scale", "ipcc"],
        ["basis", "plan"],
    ]
    parameters = yaml.safe_load(copied(page, "Copy for papermill"))
    assert parameters == {
        "scale": "ipcc", "basis": "plan", "scenario": "google_only", "figures": {"latent_correlation": value},
    }  # fmt: skip
    ran = CliRunner().invoke(cli, ["results", EXITS, "--format", "json", *words[2:]], standalone_mode=False)
    assert ran.exception is None
    _, wanted = computed(
        case, {"latent_correlation": value}, "google_only", {"scale": "ipcc", "basis": "plan"}
    )
    assert json.loads(ran.output)["exits.value_at_risk"]["value"] == wanted["exits.value_at_risk"].value
    # another chapter takes those of them that it knows, and its own default stays a word like any other
    page.locator(".nt-nav a", has_text="Competitor opportunity").click()
    page.locator(".nt-trying .nt-try").wait_for()
    assert page.evaluate("() => location.hash") == tried
    assert page.locator("select#try-scale").input_value() == "ipcc"
    assert page.locator("select#try-basis").input_value() == "plan"
    assert page.locator("select#try-share_model").input_value() == "equal"
    page.locator("a.nt-name").click()
    page.locator(".nt-dock", has_text="4 changed").wait_for()
    assert page.evaluate("() => location.hash") == tried
    page.locator(".nt-dock").get_by_role("button", name="Reset").click()
    page.wait_for_function("() => location.hash === ''")
    assert_clean_on_the_way(visit)


def test_the_published_reading_is_there_before_anything_is_changed(visit, case) -> None:
    page = visit.open(EXITS)
    assert page.evaluate("() => Object.keys(neutralityTry).sort()") == [
        "announce",
        "base",
        "current",
        "model",
    ]
    value = "async () => (await neutralityTry.base()).results().get('exits.expected_loss').value"
    _, results = computed(case, {})
    assert page.evaluate(value) == pytest.approx(results["exits.expected_loss"].value, rel=1e-12)
    assert page.evaluate("() => neutralityTry.current()") == {
        "reading": None, "changes": {}, "choices": {}, "scenario": "as_reported",
    }  # fmt: skip
    page.evaluate(FOLLOW, link({"latent_correlation": 0.5}))
    assert page.evaluate(value) == pytest.approx(results["exits.expected_loss"].value, rel=1e-12)
    assert (
        page.evaluate("() => neutralityTry.current().reading.figures.get('latent_correlation').value") == 0.5
    )
    visit.assert_clean()


# -- links ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_a_link_carries_the_figures_to_another_reader_and_over_the_pages(visit, scheme) -> None:
    page = visit.open(DEAL, scheme)
    fill(page, "investment", 13.7)
    fill(page, "stake", 47)
    page.wait_for_function("() => location.hash === '#try=investment:13.7,stake:0.47'")
    texts = page.evaluate(NUMBERS)
    address = page.url
    # the theme, and a link within the page, leave them alone
    page.locator(".nt-mode").click()
    assert page.url == address
    page.locator(".nt-contents a").nth(3).click()
    page.wait_for_function("() => location.hash.startsWith('#try=')")
    assert page.url == address
    page.goto("about:blank")
    page.goto(address)
    page.locator(".nt-yours").first.wait_for()
    assert page.evaluate(NUMBERS) == texts
    # over the navigation of chapters and the turning of pages, and back over the front page
    page.locator(".nt-nav a", has_text="Customer exits").click()
    page.locator(".nt-trying .nt-try").wait_for()
    assert page.url.endswith("customer_exits.html#try=investment:13.7,stake:0.47")
    page.locator(".nt-turn [rel=next]").click()
    page.wait_for_url("**/competitor_opportunity.html#try=investment:13.7,stake:0.47")
    page.locator("a.nt-name").click()
    page.wait_for_url("**/index.html#try=investment:13.7,stake:0.47")
    page.locator(".nt-more a").first.wait_for()
    page.wait_for_function("() => document.querySelector('.nt-more a').href.includes('#try=')")
    page.locator(".nt-more a").first.click()
    page.locator(".nt-yours").first.wait_for()
    assert page.evaluate(NUMBERS) == texts
    # what leads to a record is left as it is
    assert page.locator("a[href*='#try=']:is(.nt-num, .nt-source a, .nt-contents a)").count() == 0
    assert page.evaluate("() => [sessionStorage.length, Object.keys(localStorage).join(), document.cookie]") == [
        0, "theme", "",
    ]  # fmt: skip
    assert_clean_on_the_way(visit)


HOSTILE = {
    "markup": "#try=<img src=x onerror=alert(1)>:1",
    "markup as a value": "#try=stake:<script>alert(1)</script>",
    "markup as a scenario": "#try=&scenario=<b onmouseover=alert(1)>x</b>",
    "prototype": "#try=__proto__:1",
    "constructor": "#try=constructor:1,hasOwnProperty:2",
    "prototype as a scenario": "#try=&scenario=__proto__",
    "not a number": "#try=stake:NaN",
    "infinity": "#try=stake:Infinity",
    "too large to be finite": "#try=stake:1e999",
    "hexadecimal": "#try=stake:0x1",
    "empty value": "#try=stake:",
    "no value": "#try=stake",
    "nothing but commas": "#try=,,,",
    "unknown figure": "#try=stakes:0.4",
    "out of range": "#try=stake:1.4",
    "twice": "#try=stake:0.4,stake:0.5",
    "one right, one wrong": "#try=investment:13,stake:-3",
    "contradiction": "#try=google_spend_2024:5000",
    "another parameter": "#try=stake:0.4&data=/etc/passwd",
    "damaged encoding": "#try=%E0%A4%A",
    "encoded markup": "#try=%3Csvg%20onload%3Dalert(1)%3E:1",
    "long": "#try=" + "stake:0.4," * 5000,
    "long name": "#try=" + "a" * 5000 + ":1",
    "other names of the prototype": "#try=toString:1,valueOf:2,__defineGetter__:3",
    "encoded prototype": "#try=%5F%5Fproto%5F%5F:1",
    "encoded separators": "#try=stake%3A0.4%26data%3D1",
    "bytes that are no text": "#try=%FE%FF%00",
    "nothing as a name": "#try=%00:1",
    "unknown choice": "#try=&bases=plan",
    "prototype as a choice": "#try=&__proto__=plan",
    "constructor as a choice": "#try=&constructor=plan",
    "unknown word": "#try=&scale=bayes",
    "word of another choice": "#try=&basis=linear",
    "prototype as a word": "#try=&basis=__proto__",
    "markup as a word": "#try=&basis=<svg onload=alert(1)>",
    "no word": "#try=&basis",
    "choice twice": "#try=&basis=plan&basis=plan",
    "scenario twice": "#try=&scenario=google_only&scenario=as_reported",
    "right figure, wrong word": "#try=stake:0.4&scale=bayes",
    "right to left": "#try=\u202egnp.exe:1",
}


@pytest.mark.parametrize("name", ["index", DEAL])
def test_a_hostile_link_gets_one_line_and_changes_nothing(visit, name) -> None:
    page = visit.open(name)
    before = article(page)
    for what, address in HOSTILE.items():
        page.goto("about:blank")
        page.goto(f"{visit.places['http']}/{name}.html{address}")
        line = page.locator(".nt-try-error")
        line.wait_for()
        said = line.inner_text()
        assert said.startswith("The figures of this link are not used: "), what
        assert len(said) < 300, what
        assert "\n" not in said, what
        assert article(page) == before, what
        assert page.locator(".nt-try-error *").count() == 0, what
        assert page.evaluate("() => ({}).polluted === undefined && Object.keys(Object.prototype).length") == 0
        assert page.locator(".nt-own, .nt-yours, .nt-trying").count() == 0, what
        assert page.evaluate(OVERFLOW) == 0, what
    # and the next control works as ever
    figure = page.evaluate("() => Object.keys(neutralityWhatIf.controls)[0]")
    slide(page, figure, "ArrowRight")
    page.wait_for_function("id => location.hash.startsWith('#try=' + id)", arg=figure)
    assert not page.locator(".nt-try-error").is_visible()
    assert_clean_on_the_way(visit)


def test_a_hostile_link_does_not_disturb_figures_that_stand(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(FOLLOW, link({"stake": 0.4}))
    before = article(page)
    assert "unknown" in page.evaluate(FOLLOW, "#try=nothing:1")
    assert article(page) == before


def test_a_link_counts_though_the_former_figures_are_due_to_be_written_into_the_address(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(
        """link => document.addEventListener('neutrality-try', () => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { location.hash = link; };
            port2.postMessage('');
            // The address is to take up what the reader tries right after the link was followed, before it is told of.
            for (const end = performance.now() + 500; performance.now() < end;);
        }, { once: true })""",
        link({"stake": 0.45}),
    )
    page.evaluate("link => { location.hash = link; }", link({"stake": 0.4}))
    page.wait_for_function("() => neutralityTry.current().changes.stake === 0.45")
    assert settled(page) == link({"stake": 0.45})


# -- what can be copied ---------------------------------------------------------------------------------


def copied(page, button: str) -> str:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name=button, exact=True).click()
    page.locator(".nt-try-status", has_text="copied").wait_for()
    return page.evaluate("() => navigator.clipboard.readText()")


def test_what_was_copied_stays_told_once_the_answers_are_announced(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate(FOLLOW, link({"stake": 0.4}))
    copied(page, "Copy link")
    page.wait_for_function("() => document.querySelector('main > .nt-hidden[aria-live]').textContent !== ''")
    assert page.locator(".nt-try-status").inner_text() == "Link copied."
    slide(page, "investment", "ArrowRight")
    page.locator(".nt-try-status", has_text="copied").wait_for(state="hidden")


@pytest.mark.parametrize("scheme", ["http", "file"])
def test_the_copied_command_and_parameters_are_the_same_figures(visit, case, scheme) -> None:
    page = visit.open(DEAL, scheme)
    changes = {"investment": 13.7, "stake": 0.47, "dcf_terminal_growth": 1e-7, "net_debt": -1}
    page.evaluate(FOLLOW, link(changes, "google_only"))
    words = shlex.split(copied(page, "Copy the command"))
    assert words[:2] == ["neutrality", "build"]
    ran = CliRunner().invoke(cli, ["results", DEAL, "--format", "json", *words[2:]], standalone_mode=False)
    assert ran.exception is None
    _, wanted = computed(case, changes, "google_only")
    for name, one in json.loads(ran.output).items():
        assert one["value"] == wanted[name].value
    parameters = yaml.safe_load(copied(page, "Copy for papermill"))
    assert parameters == {"scenario": "google_only", "figures": changes}
    there = load(case.location, **parameters)
    assert all(there.figures[name].value == value for name, value in changes.items())
    assert copied(page, "Copy link") == page.url
    visit.assert_clean()


def test_without_a_clipboard_the_text_is_there_to_be_copied_by_hand(visit) -> None:
    page = visit.open(DEAL)
    page.evaluate("() => Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.evaluate(FOLLOW, link({"stake": 0.4}))
    page.get_by_role("button", name="Copy the command").click()
    text = page.get_by_role("textbox", name="Command")
    assert text.input_value() == "neutrality build --set stake=0.4"
    assert page.evaluate("() => getSelection().toString() || document.activeElement.selectionEnd") not in (
        "",
        0,
    )


# -- the front page -------------------------------------------------------------------------------------


@pytest.mark.parametrize("width", [1280, 390])
def test_the_front_page_has_one_control_for_each_answer(visit, case, width) -> None:
    page = visit.open("index")
    panels = page.locator(".tag_panel")
    assert panels.locator(".nt-one input[type=range]").count() == panels.count() == 3
    before = article(page)
    figure = page.evaluate("name => neutralityWhatIf.chapters[name].front.control", EXITS)
    assert case.figures[figure].metric == "exit_probability"
    slide(page, figure, "Home")
    page.locator(".tag_panel .nt-yours").first.wait_for()
    _, results = computed(case, {figure: 0.0})
    text = results["exits.expected_loss"].number().text
    assert page.locator(".tag_panel .nt-num[data-ref='result:exits.expected_loss']").inner_text() == text
    assert page.locator(".nt-one dd", has_text=text).count() == 1
    dock = page.locator(".nt-dock")
    assert "1 changed" in dock.inner_text()
    dock.get_by_role("button", name="Reset").click()
    dock.wait_for(state="hidden")
    assert article(page) == before
    visit.assert_clean()


def test_answers_of_the_front_page_react_to_their_control(visit) -> None:
    page = visit.open("index")
    for one in page.evaluate("() => Object.values(neutralityWhatIf.chapters).map(one => one.front)"):
        cell = page.locator(f".nt-one:has(#try-{one['control']}) dd").first
        was = cell.inner_text()
        slide(page, one["control"], "PageDown")
        page.wait_for_function(
            "([id, was]) => document.querySelector(`.nt-one:has(#try-${id}) dd`).textContent !== was",
            arg=[one["control"], was],
        )


# -- for everyone ---------------------------------------------------------------------------------------


def opened(page) -> None:
    """The drawer, where the page has one."""
    tab = page.locator(".nt-dock-tab")
    if tab.count() and tab.is_visible():
        tab.click()
    more = page.get_by_role("button", name=re.compile("^Show all"))
    if more.count():
        more.click()


@pytest.mark.parametrize(("width", "theme"), LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_with_figures_changed(visit, name, theme, width) -> None:
    page = visit.open(name)
    page.evaluate(FOLLOW, link(POINTS[name][1].changes or {"google_exit_probability": 0.5}, "google_only"))
    opened(page)
    if name != "index":
        figure = page.locator(".nt-control input[type=range]").first.get_attribute("id").removeprefix("try-")
        fill(page, figure, 1e9)
        error(page, figure).wait_for()
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    assert_accessible(page)
    visit.assert_clean()


OUT = """() => [...document.querySelectorAll('.nt-try *, .nt-one *, .nt-dock *')]
    .filter(node => node.getClientRects().length && !node.closest('.nt-hidden, datalist'))
    .filter(node => { const box = node.getBoundingClientRect();
        return box.right > document.documentElement.clientWidth + 1 || box.left < -1; })
    .map(node => node.className || node.nodeName)"""


@pytest.mark.parametrize("widths", [(1280,), (1119, 768, 390, 360)], ids=["aside", "docked"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_sticks_out_with_figures_changed(visit, name, widths) -> None:
    visit.page.set_viewport_size({"width": widths[0], "height": 900})
    page = visit.open(name)
    page.evaluate(FOLLOW, link(POINTS[name][2].changes))
    opened(page)
    page.evaluate("() => document.querySelectorAll('details').forEach(part => { part.open = true })")
    for width in widths:
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERFLOW) == 0, width
        assert page.evaluate(OUT) == [], width


@pytest.mark.parametrize("width", [1280, 390])
def test_every_control_shows_the_focus_of_the_keyboard(visit, width) -> None:
    page = visit.open(EXITS)
    page.evaluate(FOLLOW, link({"latent_correlation": 0.6}))
    if width < 1120:
        page.locator(".nt-dock-tab").click()
    page.evaluate("() => document.getElementById('try').focus()")
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        now = page.evaluate(
            """() => {
                const node = document.activeElement;
                if (!node.closest('.nt-try')) return null;
                const { outlineStyle, outlineWidth } = getComputedStyle(node);
                const box = node.getBoundingClientRect();
                const inside = node.closest('.nt-try').getBoundingClientRect();
                const shown = box.top >= inside.top - 1 && box.bottom <= inside.bottom + 1;
                return [node.nodeName, outlineStyle, parseFloat(outlineWidth), shown];
            }"""
        )
        if now is None:
            break
        seen.append(now)
    # Reset, three scenarios, the button for all figures, figures with slider and box, choices, what can be copied
    assert len(seen) > 20
    assert {"BUTTON", "INPUT", "SELECT"} == {one[0] for one in seen}
    for one in seen:
        assert one[1] == "solid", one
        assert one[2] >= 2, one
        assert one[3], one


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_about_the_controls_moves_by_itself(visit, width) -> None:
    page = visit.open(EXITS)
    page.emulate_media(reduced_motion="reduce")
    page.evaluate(FOLLOW, link({"latent_correlation": 0.6}))
    opened(page)
    assert page.evaluate("() => document.getAnimations().length") == 0
    assert (
        page.evaluate(
            """() => [...document.querySelectorAll('.nt-side *')].filter(node => {
            const { transitionDuration, animationName } = getComputedStyle(node);
            return parseFloat(transitionDuration) > 0 || animationName !== 'none';
        }).length"""
        )
        == 0
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_rows_keep_their_height_while_a_figure_changes(visit, width) -> None:
    page = visit.open(EXITS)
    if width < 1120:
        page.locator(".nt-dock-tab").click()
    height = "() => [...document.querySelectorAll('.nt-control')].map(one => Math.round(one.getBoundingClientRect().height))"
    before = page.evaluate(height)
    figure = page.evaluate("name => neutralityWhatIf.chapters[name].controls[0]", EXITS)
    slide(page, figure, "PageDown")
    page.locator(".nt-answers .nt-own").first.wait_for()
    assert page.evaluate(height) == before


@pytest.mark.parametrize("width", [390])
def test_on_a_phone_the_controls_are_a_drawer(visit, width) -> None:
    page = visit.open(EXITS)
    tab = page.locator(".nt-dock-tab")
    assert (tab.inner_text(), tab.get_attribute("aria-expanded")) == ("Try your own figures", "false")
    assert not page.locator(".nt-try").is_visible()
    box_of_tab = tab.bounding_box()
    assert box_of_tab["y"] + box_of_tab["height"] <= 900
    assert box_of_tab["height"] >= 44
    tab.focus()
    page.keyboard.press("Enter")
    drawer = page.locator(".nt-try")
    assert drawer.is_visible()
    assert page.evaluate("() => document.activeElement.id") == "try"
    # something of the page stays in sight above it
    assert drawer.bounding_box()["y"] > 250
    page.keyboard.press("Tab")
    assert page.evaluate("() => Boolean(document.activeElement.closest('.nt-try'))")
    page.keyboard.press("Escape")
    assert not drawer.is_visible()
    assert page.evaluate("() => document.activeElement.className") == "nt-dock-tab"
    page.evaluate(FOLLOW, link({"latent_correlation": 0.6}))
    assert tab.inner_text() == "Your own figures: 1 changed"
    # the foot of the page can be read in full
    page.evaluate("() => scrollTo(0, document.body.scrollHeight)")
    last = page.locator(".nt-footer p").last.bounding_box()
    assert last["y"] + last["height"] <= tab.bounding_box()["y"]
    visit.assert_clean()


def test_beside_the_text_the_controls_stay_in_reach(visit) -> None:
    page = visit.open(EXITS)
    for place in (0, 2000, 6000):
        page.evaluate("place => scrollTo({ top: place, behavior: 'instant' })", place)
        page.wait_for_timeout(50)
        for part in (".nt-try-title", "#try .nt-control input", ".nt-contents a"):
            area = page.locator(part).first.bounding_box()
            assert 0 <= area["y"] < 900, (place, part)


def test_the_number_that_moved_is_said_aloud(visit) -> None:
    page = visit.open(EXITS)
    aloud = page.locator("main > [aria-live=polite]")
    assert aloud.text_content() == ""
    page.evaluate(
        """() => {
            globalThis.said = [];
            const aloud = document.querySelector('main > [aria-live=polite]');
            new MutationObserver(() => said.push(aloud.textContent)).observe(aloud, { childList: true });
        }"""
    )
    slide(page, "google_exit_probability", "ArrowLeft", 5)
    page.wait_for_function("() => document.querySelector('main > [aria-live=polite]').textContent")
    # once the figures stand still, and once only
    page.wait_for_timeout(1200)
    assert page.evaluate("() => said.length") == 1
    said = aloud.text_content()
    assert said.startswith("Expected loss: $")
    assert "published $240mn a year" in said
    assert page.locator(".nt-headline .nt-yours").first.get_attribute("data-yours") == (
        "yours, published $240mn a year"
    )


def test_charts_that_cannot_follow_say_that_they_show_what_was_published(visit) -> None:
    # whoever saves data keeps the drawings as they are
    visit.page.add_init_script(
        "Object.defineProperty(navigator, 'connection', { value: { saveData: true } })"
    )
    page = visit.open(EXITS)
    badges = """() => [...document.querySelectorAll('.nt-chart')]
        .filter(one => getComputedStyle(one, '::before').content.includes('published')).length"""
    height = "() => document.querySelector('article').getBoundingClientRect().height"
    assert page.evaluate(badges) == 0
    before = page.evaluate(height)
    page.evaluate(FOLLOW, link({"latent_correlation": 0.31}))
    assert page.evaluate(badges) == page.locator(".nt-chart").count() > 0
    assert abs(page.evaluate(height) - before) < 60


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_and_no_model_loads_before_it_is_needed(visit, name, width) -> None:
    asked = []
    visit.page.on("request", lambda request: asked.append(request.url.rpartition("/")[2]))
    page = visit.open(name)
    shift = page.evaluate(
        """() => new Promise(resolve => {
            let all = 0;
            new PerformanceObserver(list => { for (const one of list.getEntries()) all += one.value; })
                .observe({ type: 'layout-shift', buffered: true });
            setTimeout(() => resolve(all), 500);
        })"""
    )
    assert shift < 0.02
    assert "whatif.js" in asked
    assert "live.js" not in asked
    page.locator(".nt-control-range").first.evaluate("node => node.focus()")
    if width == 1280:
        page.wait_for_function("() => globalThis.neutrality")
        assert asked.count("live.js") == 1


@pytest.mark.parametrize("name", PAGES)
def test_without_scripts_the_page_is_complete(browser, address, name) -> None:
    context = browser.new_context(java_script_enabled=False, viewport={"width": 1280, "height": 900})
    page = context.new_page()
    page.goto(f"{address}/{name}.html")
    assert page.locator(".nt-try, .nt-one, .nt-dock").count() == 0
    assert page.locator("main .nt-num").count() > 3
    if name != "index":
        assert page.locator(".nt-contents a").first.is_visible()
    context.close()


@pytest.mark.parametrize("name", ["outcomes", "figures", "about"])
def test_pages_without_controls_load_nothing_for_them(visit, name) -> None:
    page = visit.open(name)
    assert page.locator("script[src*='_static/whatif'], script[src*='_static/live']").count() == 0
