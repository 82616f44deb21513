"""What the terminal and the page say, and the shape of the JSON."""

from __future__ import annotations

import copy
import json
import re

import pytest
from bs4 import BeautifulSoup
from neutrality.case import load
from neutrality.compare import as_json, as_table, compare
from neutrality.compare.differences import SEVERITIES
from neutrality.compare.page import written as page_of
from neutrality.compare.sides import Side, of_case, of_manifest
from neutrality.display import Shown
from neutrality.editions import clean


@pytest.fixture(scope="module")
def later() -> Side:
    return of_case(load(as_of="2025-12-31", figures={"investment": 15.0}))


@pytest.fixture(scope="module")
def found(base: Side, later: Side):
    return compare(base, later)


def test_json_keeps_its_shape(found) -> None:
    said = json.loads(as_json(found))
    assert list(said) == ["format", "old", "new", "same", "settings", "counts", "changes"]
    assert said["format"] == 1 and said["same"] is False
    sides = {"kind", "name", "title", "as_of", "scenario", "new_figures", "choices", "data", "commit", "built", "package"}  # fmt: skip
    assert set(said["old"]) == set(said["new"]) == sides
    assert list(said["counts"]) == list(SEVERITIES)
    assert said["settings"]["as_of"] == {"old": None, "new": "2025-12-31"}
    assert said["settings"]["new_figures"] == {"old": {}, "new": {"investment": 15.0}}
    common = {"severity", "kind", "what", "id", "label", "fields", "headline", "unit", "absolute", "relative"}
    for change in said["changes"]:
        more = {"rests", "moves"} if change["what"] == "figure" else set()
        assert set(change) == common | more
        assert all(set(pair) == {"old", "new"} for pair in change["fields"].values())
        if more:
            assert set(change["moves"]) == {"answers", "flips", "largest"}
    investment = next(c for c in said["changes"] if c["id"] == "investment" and c["what"] == "figure")
    assert investment["fields"]["value"] == {"old": 14.3, "new": 15.0}
    assert "deal.implied_post_money" in investment["moves"]["answers"]


def test_the_terminal_says_the_gravest_first(found) -> None:
    text = as_table(found)
    heads = [
        "Set differently",
        "Verdicts and headline answers",
        "Other results",
        "Figures",
        "Later evidence",
        "Claims",
    ]
    places = [text.index(f"\n{head}") for head in heads]
    assert places == sorted(places)
    line = next(line for line in text.splitlines() if line.startswith("investment "))
    assert re.search(r"\$14\.3bn +\$15bn +\+\$0\.7bn", line) and "tag stated → assumed" in line
    verdict = next(line for line in text.splitlines() if line.startswith("opportunity.claims_verdict"))
    assert re.search(r"clash +fit", verdict)
    probability = next(line for line in text.splitlines() if "(exits.probability_all)" in line)
    assert re.search(r"\+[\d.]+ points +\+[\d.]+%", probability)


def test_nothing_changed_in_words(base) -> None:
    same = compare(base, base)
    assert "nothing changed" in as_table(same) and json.loads(as_json(same))["same"] is True


def html_of(further) -> BeautifulSoup:
    shown = [part.html for part in further.parts if isinstance(part, Shown)]
    return BeautifulSoup("\n".join([*shown, further.lead.html if further.lead else ""]), "html.parser")


def test_the_page_has_a_row_for_each_change(found, later: Side) -> None:
    soup = html_of(page_of(found, {}))
    for table, severities in (("answers", ("verdict", "headline")), ("results", ("result",)), ("figures", ("figure",)),
                              ("evidence", ("evidence",)), ("claims", ("claim",))):  # fmt: skip
        rows = soup.find(id=f"table-changes-{table}").find("tbody").find_all("tr")
        assert len(rows) == len(found.of(*severities)) > 0
    why = soup.find(id="table-changes-figures").get_text()
    assert "A new value given for this edition." in why
    assert any(row["statement"] in why for row in later.content["claims"].values())
    # Each number leads to something that this site has.
    refs = {span["data-ref"] for span in soup.select(".nt-num")}
    assert refs
    for ref in refs:
        kind, _, names = ref.partition(":")
        for name in names.split(","):
            assert name in (later.results if kind == "result" else {**later.figures, **later.evidence}), ref


def test_what_is_gone_leads_nowhere(base, changed) -> None:
    def edit(content) -> None:
        del content["figures"]["stake"]
        content["results"]["deal.stake_on_prior"]["value"] = None

    found = compare(base, changed(edit))
    soup = html_of(page_of(found, {}))
    assert "stake" not in " ".join(a["data-ref"] for a in soup.select(".nt-num[data-ref^='figure:']"))
    assert "49%" in soup.find(id="table-changes-figures").get_text()
    # Nor does the line under the table name what it cannot lead to.
    assert soup.find(id="table-changes-figures").select(".nt-source") == []


HOSTILE = (
    "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)> {{ 7*7 }} {% raw %} "
    "`code` # heading [a](javascript:alert(4)) | a | \x1b[31m \x07 \u202e end"
)


def hostile(base: Side, words: str = HOSTILE) -> Side:
    content = copy.deepcopy(dict(base.content))
    for record in content["figures"].values():
        record |= {"label": words, "note": words, "reason": words, "value": 1.0, "low": 0.5, "high": 2.0}
    for table in ("claims", "sources"):
        for row in content[table].values():
            row |= {name: words for name, value in row.items() if isinstance(value, str)}
    content["entities"] = dict.fromkeys(content["entities"], words)
    content["labels"] = dict.fromkeys(content["labels"], words)
    for record in content["results"].values():
        record["value"] = words if isinstance(record["value"], str) else 42.0
    content |= {"title": words, "scenario": words, "choices": {words: words}, "commit": words}
    for table in ("figures", "claims", "results"):
        content[table][words] = dict(next(iter(content[table].values())))
    return of_manifest(words, {"name": words, **clean(content)})


@pytest.mark.parametrize("reverse", [False, True])
def test_hostile_text_is_inert(base, reverse: bool) -> None:
    pair = (hostile(base), base) if reverse else (base, hostile(base))
    found = compare(*pair, influence=False)
    assert len(found.changes) > 200
    # A terminal is not commanded.
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", as_table(found).replace(HOSTILE, ""))
    assert json.loads(as_json(found))["counts"]["figure"] > 50
    # Nor does anything on the page come alive.
    kept = {"june": {**base.content, "scenario": HOSTILE, "built": "2026-01-01T00:00:00Z"}}
    further = page_of(found, kept)
    soup = html_of(further)
    assert not soup.find_all(["script", "img", "svg", "iframe"])
    assert not [tag for tag in soup.find_all(True) for name in tag.attrs if name.startswith("on")]
    assert "<script>alert(1)</script>" in soup.get_text()
    for part in further.parts:
        if isinstance(part, str):
            assert "<" not in part.replace("\\<", "") and "\n" not in part
