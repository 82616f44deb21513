"""What the controls of the pages are built from: their ends, their order, their words, and the files."""

from __future__ import annotations

import json
import math
import re
import runpy
import time
from dataclasses import replace
from inspect import signature
from pathlib import Path
from typing import Any

import pytest
from neutrality.case import Case, load
from neutrality.case.load import varied
from neutrality.chapters import BASE, CHOICES, READING, Words, customer_exits, deal
from neutrality.chapters import competitor_opportunity as opportunity
from neutrality.chapters.headlines import all_results
from neutrality.errors import InputError
from neutrality.press import whatif
from neutrality.press.downloads import Edition
from neutrality.units import pretty

ROOT = Path(__file__).resolve().parents[2]
STATIC = ROOT / "book" / "_static"
DEAL, EXITS, OPPORTUNITY = BASE
MODULES = {DEAL: deal, EXITS: customer_exits, OPPORTUNITY: opportunity}


@pytest.fixture(scope="module")
def cases(case: Case, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """This book's case, and one with seven customers, another currency and other scales of money."""
    write = runpy.run_path(str(ROOT / "tests" / "live" / "seven.py"))["write"]
    folder = write(tmp_path_factory.mktemp("seven") / "data", ROOT / "data")
    return {"book": case, "seven": load(str(folder))}


@pytest.fixture(scope="module")
def editions(cases: dict[str, Case]) -> dict[str, Edition]:
    return {name: Edition(case) for name, case in cases.items()}


@pytest.fixture(scope="module")
def datas(editions: dict[str, Edition]) -> dict[str, dict[str, Any]]:
    return {name: whatif.data(edition) for name, edition in editions.items()}


each = pytest.mark.parametrize("name", ["book", "seven"])


# -- controls --------------------------------------------------------------------------------------------


@each
def test_a_slider_stays_within_what_its_figure_may_be(cases, datas, name) -> None:
    for key, control in datas[name]["controls"].items():
        figure = cases[name].figures[key]
        assert figure.min is None or control["low"] >= figure.min, key
        assert figure.max is None or control["high"] <= figure.max, key
        assert control["low"] < control["high"], key
        assert control["low"] <= control["start"] <= control["high"], key
        assert control["step"] > 0, key
        assert not control["log"] or control["low"] > 0, key


@each
def test_a_slider_reaches_all_that_evidence_allows(cases, datas, name) -> None:
    for key, control in datas[name]["controls"].items():
        figure = cases[name].figures[key]
        try:
            low, high = figure.range
        except InputError:
            assert control["without"], key
            continue
        tolerance = 1e-9 * max(abs(low), abs(high))
        assert control["low"] <= low + tolerance, key
        assert control["high"] >= high - tolerance, key


@each
def test_a_slider_starts_at_the_value_or_says_that_there_is_none(cases, datas, name) -> None:
    for key, control in datas[name]["controls"].items():
        figure = cases[name].figures[key]
        assert control["value"] == figure.value, key
        if figure.value is None:
            assert control["without"] == ("not disclosed" if figure.undisclosed else "not set"), key
        else:
            assert (control["start"], control["without"]) == (figure.value, ""), key


@each
def test_steps_are_round_and_neither_coarse_nor_endless(cases, datas, name) -> None:
    for key, control in datas[name]["controls"].items():
        if control["log"]:
            continue
        digits = control["step"] / 10 ** math.floor(math.log10(control["step"]) + 1e-9)
        assert any(digits == pytest.approx(one) for one in (1, 2, 5)), key
        count = (control["high"] - control["low"]) / control["step"]
        finest = cases[name].figures[key].unit in ("years", "months")
        assert count <= 400, key
        assert count >= 50 or finest, key
        # counted things move by whole ones
        assert cases[name].figures[key].metric != "dcf_years" or control["step"] == 1


@each
def test_a_number_stands_in_its_control_as_in_print(cases, datas, name) -> None:
    for key, control in datas[name]["controls"].items():
        figure = cases[name].figures[key]
        if not figure.value:
            continue
        # A debt below nothing has its sign before everything.
        number = f"{abs(figure.value) * control['times']:.6g}"
        printed = pretty(abs(figure.value), figure.unit, 6).replace(",", "")
        assert printed == f"{control['before']}{number}{control['after']}", key


@each
def test_every_control_belongs_to_a_group_by_the_role_of_its_entity(cases, datas, name) -> None:
    data = datas[name]
    assert data["groups"] == list(whatif.GROUPS)
    roles = {"customer": whatif.CUSTOMERS, "vendor": whatif.VENDORS}
    for key, control in data["controls"].items():
        figure = cases[name].figures[key]
        role = cases[name].entities[figure.entity].role
        assert control["group"] == roles.get(role, control["group"])
        if role not in roles:
            assert control["group"] in (whatif.DEAL, whatif.MODEL), key
    of_the_deal = {key for key, one in data["controls"].items() if one["group"] == whatif.DEAL}
    assert {"investment", "stake"} <= of_the_deal
    assert "latent_correlation" not in of_the_deal


def test_evidence_over_a_wide_span_gets_a_logarithmic_slider(case) -> None:
    figure = next(one for one in case.figures.values() if one.metric == "base_revenue")
    narrow = whatif.control(case, varied(case, {}).figures[figure.id])
    assert not narrow["log"]
    wide = replace(figure, low=1.0, high=400.0, min=0.0, max=1e6)
    control = whatif.control(case, wide)
    assert control["log"]
    assert (control["low"], control["high"]) == (min(0.5, figure.value), max(800.0, figure.value))


# -- chapters --------------------------------------------------------------------------------------------


@each
def test_every_figure_on_which_a_result_rests_has_a_control(editions, datas, name) -> None:
    data = datas[name]
    for chapter in editions[name].chapters:
        if chapter.name not in BASE:
            assert chapter.name not in data["chapters"]
            continue
        controls = data["chapters"][chapter.name]["controls"]
        rests = {figure for result in chapter.results.values() for figure in result.figures}
        assert rests <= set(controls)
        assert len(controls) == len(set(controls))
        assert set(controls) <= set(data["controls"])
    # a valuation that is not given yet can be
    waiting = [one.id for one in editions[name].case.all_of("standalone_value") if one.value is None]
    assert set(waiting) <= set(data["chapters"][DEAL]["controls"])


@each
def test_answers_are_those_of_the_first_sentence_and_the_headlines_as_printed(editions, datas, name) -> None:
    results = editions[name].results
    for chapter in datas[name]["chapters"].values():
        assert chapter["answers"]
        ids = [one["id"] for one in chapter["answers"]]
        assert len(ids) == len(set(ids))
        for one in chapter["answers"]:
            assert one["label"]
            value = results[one["id"]].value
            text = datas[name]["words"].get(value) if isinstance(value, str) else None
            assert one["text"] == (text or results[one["id"]].number().text)


@each
def test_controls_that_move_the_answers_more_come_first(editions, datas, name) -> None:
    edition = editions[name]
    for chapter in edition.chapters:
        if chapter.name not in BASE:
            continue
        held = datas[name]["chapters"][chapter.name]
        answers = [
            one["id"] for one in held["answers"] if not isinstance(chapter.results[one["id"]].value, str)
        ]
        resting = {figure for one in answers for figure in chapter.results[one].figures}
        first = held["controls"][0]
        assert first in resting
        # what no answer rests on comes after all that moves one
        places = [key in resting for key in held["controls"]]
        assert places.index(True) == 0
        low, high = edition.case.figures[first].range
        moved = [all_results(varied(edition.case, {first: end}), {}, (chapter.name,)) for end in (low, high)]
        assert any(
            one[key].value != pytest.approx(chapter.results[key].value) for one in moved for key in answers
        )


def test_the_quick_results_of_the_exits_are_the_chapters(case) -> None:
    there = varied(case, {"google_exit_probability": 0.4, "latent_correlation": 0.6})
    for size_model in CHOICES["size_model"].words:
        whole = customer_exits.chapter(there, size_model=size_model).results
        quick = customer_exits.measures(there, size_model)
        assert list(quick) == [key for key in whole if key in quick]
        for key, one in quick.items():
            assert (one.value, one.figures, one.tag) == (whole[key].value, whole[key].figures, whole[key].tag)
        left_out = {key for key in whole if key not in quick}
        assert left_out
        assert all(re.search(r"perfect_information|provision", key) for key in left_out)


@each
def test_each_answer_of_the_front_page_has_one_control_that_moves_it(editions, datas, name) -> None:
    case, data = editions[name].case, datas[name]
    controls = [chapter["front"]["control"] for chapter in data["chapters"].values()]
    assert len(set(controls)) == 3
    for key, chapter in data["chapters"].items():
        front = chapter["front"]
        assert front["control"] in data["controls"]
        assert front["answer"] in [one["id"] for one in chapter["answers"]]
        result = editions[name].results[front["answer"]]
        assert front["control"] in result.figures
        control = data["controls"][front["control"]]
        end = max((control["low"], control["high"]), key=lambda one: abs(one - control["start"]))
        middle = (end + control["start"]) / 2
        there = all_results(varied(case, {front["control"]: middle}), {}, (key,))
        assert there[front["answer"]].value != pytest.approx(result.value)


# -- choices ---------------------------------------------------------------------------------------------


@each
def test_a_chapter_offers_the_choices_that_it_takes(datas, name) -> None:
    data = datas[name]
    words = {key for key, choice in CHOICES.items() if isinstance(choice, Words)}
    for key, chapter in data["chapters"].items():
        own = [one for one in chapter["choices"] if one not in READING]
        assert set(own) == words & set(signature(MODULES[key].chapter).parameters)
        assert set(own) == set(data["record"]["defaults"][key])
    # exit probabilities are read from words, by several of them for some
    assert set(whatif.READING) <= set(data["chapters"][EXITS]["choices"])
    assert data["reading"] == list(whatif.READING)


@each
def test_every_choice_has_words_for_all_that_it_may_be(datas, name) -> None:
    data = datas[name]
    assert set(data["choices"]) == set(data["record"]["options"])
    for key, choice in data["choices"].items():
        assert list(choice["words"]) == data["record"]["options"][key]
        texts = [choice["label"], *choice["words"].values()]
        assert all(text and text[0].isupper() and "_" not in text for text in texts)
        assert len(set(choice["words"].values())) == len(choice["words"])


def test_words_of_a_basis_name_the_cases_own_years(datas) -> None:
    def of(name: str) -> str:
        return " ".join(datas[name]["choices"]["basis"]["words"].values())

    assert "2024" in of("book")
    assert "2025" in of("book")
    assert "2022" in of("seven")
    assert "2023" in of("seven")


def test_a_scale_is_no_choice_where_nothing_is_read_from_words(case) -> None:
    given = {
        figure.id: figure.value for figure in case.figures.values() if figure.metric == "exit_probability"
    }
    data = whatif.data(Edition(varied(case, given)))
    for chapter in data["chapters"].values():
        assert not set(chapter["choices"]) & set(whatif.READING)


@pytest.mark.parametrize(
    ("location", "told"),
    [
        ("data", {}),
        ("/home/somebody/data", {}),
        ("cases/mine", {"data": "cases/mine"}),
        ("cases/mine/", {"data": "cases/mine"}),
        ("/home/somebody/cases/mine/", {"data": "mine"}),
        ("https://host.example/mine", {"data": "https://host.example/mine"}),
    ],
)
def test_commands_name_another_case_but_no_folder_of_this_machine(case, location, told) -> None:
    assert whatif._elsewhere(replace(case, location=location)) == told


def test_an_edition_keeps_its_choices_its_day_and_its_new_values(case) -> None:
    there = load(case.location, "2025-11-30", "google_only", {"stake": 0.4}, scale="ipcc")
    data = whatif.data(Edition(there, {"basis": "plan", "size_model": "fixed"}))
    assert data["asked"] == {"as_of": "2025-11-30", "basis": "plan", "size_model": "fixed"}
    record = data["record"]
    assert (record["scenario"], record["changes"]) == ("google_only", {"stake": 0.4})
    assert record["choices"] == {
        "scale": "ipcc", "pool_method": "linear", "basis": "plan", "size_model": "fixed",
    }  # fmt: skip
    assert data["controls"]["stake"]["value"] == 0.4


# -- files -----------------------------------------------------------------------------------------------


def test_the_data_are_one_assignment_that_any_host_serves_right(editions, tmp_path) -> None:
    place = whatif.write_data(editions["book"], tmp_path / "_static")
    text = place.read_text("ascii")
    assert place.name == whatif.DATA
    found = re.fullmatch(r"globalThis\.(\w+)=(.*);\n", text, re.DOTALL)
    assert found[1] == whatif.NAME
    assert json.loads(found[2]) == json.loads(json.dumps(whatif.data(editions["book"])))
    assert "NaN" not in text
    assert "Infinity" not in text


def test_scripts_become_two_files_and_none_is_forgotten(tmp_path) -> None:
    whatif.write_scripts(STATIC, tmp_path)
    assert sorted(one.name for one in tmp_path.iterdir()) == ["live.js", "whatif.js"]
    assert sorted(whatif.SCRIPTS) == sorted(one.stem for one in (STATIC / "whatif").glob("*.js"))
    bundled = (tmp_path / whatif.CONTROLS_SCRIPT).read_text("utf-8")
    assert bundled.count('"use strict";') == len(whatif.SCRIPTS)
    assert not re.search(r"^\s*//", bundled, re.MULTILINE)
    # under a policy without eval and without inline styles
    assert not re.search(r"\beval\b|new Function|innerHTML|setAttribute\(\"style", bundled)


def test_each_script_has_one_task() -> None:
    for script in (STATIC / "whatif").glob("*.js"):
        lines = script.read_text("utf-8").splitlines()
        assert lines[0].startswith("// ")
        assert len(lines) <= 250, script.name


def test_the_data_are_made_quickly(editions) -> None:
    start = time.process_time()
    whatif.data(editions["book"])
    assert time.process_time() - start < 2
