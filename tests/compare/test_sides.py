"""What may be compared, and what is said of what may not."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from manifests import written
from neutrality.compare import compare, read_side, read_sides
from neutrality.compare.sides import of_case, of_manifest
from neutrality.editions import MANIFEST, Shelf, read
from neutrality.errors import InputError

ROOT = Path(__file__).resolve().parents[2]
COMMAND = Path(sys.executable).with_name("neutrality")


def test_a_name_a_folder_and_a_case_can_be_mixed(base, shelf: Shelf, spoilt) -> None:
    kept, folder = read_side("june", shelf), read_side(str(shelf.folder / "july"), shelf)
    case, url = read_side(str(spoilt), shelf), read_side(spoilt.folder.as_uri(), shelf)
    assert [side.kind for side in (kept, folder, case, url)] == ["edition", "edition", "case", "case"]
    for side in (kept, folder, case, url):
        assert compare(base, side).changes == ()


def test_what_is_kept_says_the_same_as_what_was_computed(base, shelf: Shelf) -> None:
    # Through JSON and back, to the last digit.
    kept = read_side("june", shelf)
    assert kept.figures == base.figures and kept.evidence == base.evidence and kept.results == base.results


def test_a_name_comes_before_a_folder_of_that_name(shelf: Shelf, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    written(tmp_path / "june", {}).joinpath(MANIFEST).write_text("no JSON", "utf-8")
    assert read_side("june", shelf).label == "june"
    with pytest.raises(InputError, match="is no JSON"):
        read_side("./june", shelf)


def test_the_case_behind_an_edition_is_had_from_its_downloads(base, shelf: Shelf) -> None:
    from neutrality.press.downloads import package

    assert read_side("june", shelf).case is None
    place = shelf.folder / "june" / "downloads" / "case.zip"
    place.parent.mkdir()
    place.write_bytes(package.zipped(base.case))
    assert read_side("june", shelf).case.digest == base.case.digest
    place.write_bytes(b"no archive")
    assert read_side("june", shelf).case is None


def nothing_there(folder: Path, content: dict) -> str:
    return r"'jun[^']*': found no such edition or folder, expected one of the editions kept \(july, june\).*nearest: june"


def neither(folder: Path, content: dict) -> str:
    folder.mkdir()
    return "holds neither manifest.json nor datapackage.json, so it is neither an edition nor a case"


def a_file(folder: Path, content: dict) -> str:
    folder.write_text("text", "utf-8")
    return "is a file, so it is neither an edition nor a case"


def broken(text: str, words: str, name: str):
    def fault(folder: Path, content: dict) -> str:
        folder.mkdir()
        (folder / MANIFEST).write_text(text, "utf-8", errors="surrogateescape")
        return words

    fault.__name__ = name
    return fault


def spoilt_manifest(words: str, name: str, **more):
    def fault(folder: Path, content: dict) -> str:
        written(folder, content, **more)
        return words

    fault.__name__ = name
    return fault


def missing_part(folder: Path, content: dict) -> str:
    written(folder, {name: part for name, part in content.items() if name != "results"})
    return r"manifest\.json: the manifest: lacks 'results'"


def inside(*path: str, value, words: str):
    def fault(folder: Path, content: dict) -> str:
        made = json.loads(json.dumps(content))
        place = made
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        written(folder, made)
        return words

    fault.__name__ = "_".join(path[-2:])
    return fault


FAULTS = [
    nothing_there, neither, a_file, missing_part,
    broken("{", r"manifest\.json:1: is no JSON", "cut_off"),
    broken("", r"manifest\.json:1: is no JSON", "empty"),
    broken("[]", r"manifest\.json: found no object", "list"),
    broken("\udcff\udcfe", r"manifest\.json: is no text in UTF-8", "bytes"),
    broken("[" * 200_000, r"manifest\.json: is nested too deeply", "deep"),
    broken('{"format": NaN}', r"manifest\.json: found NaN, expected a finite number", "nan"),
    broken('{"format": 1e999}', r"manifest\.json: found '1e999', expected a finite number", "infinite"),
    broken('{"format": 1' + "0" * 5000 + "}", r"expected a finite number", "huge"),
    spoilt_manifest(r"format: found 2, expected at most 1: a newer version of neutrality kept it", "newer", format=2),
    spoilt_manifest(r"format: found 0, expected at least 1", "older", format=0),
    spoilt_manifest(r"format: found 'one', expected integer", "format_word", format="one"),
    spoilt_manifest(r"data: found 'abc', expected the pattern", "hash", data="abc"),
    spoilt_manifest(r"as_of: found 'yesterday', expected a date", "day", as_of="yesterday"),
    spoilt_manifest(r"as_of: found '2025-02-30', expected a date", "no_day", as_of="2025-02-30"),
    spoilt_manifest(r"as_of: found '20250615', expected a date", "short_day", as_of="20250615"),
    spoilt_manifest(r"built: found '2026-01-01T25:00:00Z', expected a date-time", "moment", built="2026-01-01T25:00:00Z"),
    spoilt_manifest(r"figures: found a list, expected object", "figures_list", figures=[]),
    inside("results", "deal.multiple", "value", value=[1], words=r"results\.deal\.multiple\.value: found a list, expected number, string, null"),
    inside("results", "deal.multiple", "tag", value="sure", words=r"results\.deal\.multiple\.tag: found 'sure', expected one of"),
    inside("figures", "investment", "value", value="plenty", words=r"figures\.investment\.value: found 'plenty', expected number, null"),
    inside("figures", "investment", "known_on", value="2025-13-45", words=r"figures\.investment\.known_on: found '2025-13-45', expected a date"),
    inside("figures", "investment", "claims", value=None, words=r"figures\.investment\.claims: found null, expected array"),
    inside("claims", "s0_stake", value=7, words=r"claims\.s0_stake: found 7, expected object"),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_named(fault, base, shelf: Shelf, tmp_path: Path) -> None:
    folder = tmp_path / "junne"
    words = fault(folder, dict(base.content))
    with pytest.raises(InputError, match=words) as raised:
        read_side(str(folder) if folder.exists() else "junne", shelf)
    assert all(line.isprintable() and len(line) < 600 for line in raised.value.lines)


def test_both_are_faulted_at_once(shelf: Shelf, tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_sides(("nobody", str(tmp_path)), shelf)
    assert len(raised.value.lines) == 2


@pytest.mark.parametrize(
    "given", ["", "\0", "x" * 5000, "https://[", "memory://nowhere", "~nobody/there", "../.."]
)
def test_what_is_no_place_at_all_is_a_fault_too(given: str, shelf: Shelf) -> None:
    with pytest.raises(InputError) as raised:
        read_side(given, shelf)
    assert all(line.isprintable() for line in raised.value.lines)


def test_the_command_ends_with_two_and_a_line_for_each_fault(tmp_path: Path) -> None:
    newer = written(tmp_path / "newer", {}, format=99)
    for pair in (["nobody", str(tmp_path)], [str(newer), "nobody"], ["data", str(newer)]):
        done = subprocess.run([COMMAND, "diff", *pair], cwd=ROOT, capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (2, "")
        lines = done.stderr.splitlines()
        assert lines and all(line.startswith("error: ") for line in lines), done.stderr
        assert len(lines) == 2 - ("data" in pair)


def test_later_versions_may_say_more(base, tmp_path: Path) -> None:
    content = json.loads(json.dumps(dict(base.content)))
    content["weather"] = "fair"
    content["figures"]["investment"]["mood"] = "good"
    folder = written(tmp_path / "more", content)
    assert compare(base, of_manifest("more", read(folder, "more"))).changes == ()


def test_signs_that_command_a_terminal_are_gone_when_read(base, tmp_path: Path) -> None:
    content = json.loads(json.dumps(dict(base.content)))
    content["claims"]["s0_stake"]["statement"] = (
        "red \x1b[31m\x9b31m bell \x07 new\nline \u202eturned \ud800 end"
    )
    side = of_manifest("hostile", read(written(tmp_path / "hostile", content), "hostile"))
    said = side.content["claims"]["s0_stake"]["statement"]
    assert not re.search("[\x00-\x1f\x7f-\x9f\ud800]", said) and said.endswith("\u202c") and "turned" in said


def test_what_a_case_says_is_kept_to_the_sign(spoilt, tmp_path: Path) -> None:
    from neutrality.case import load

    words = (
        "Family \U0001f469\u200d\U0001f467, zero\u200bwidth, line\u2028break, \u0645\u0631\u062d\u0628\u0627"
    )
    spoilt.change("claims", lambda rows: rows[0].update(statement=words))
    side = of_case(load(str(spoilt)))
    kept = of_manifest("kept", read(written(tmp_path / "kept", dict(side.content)), "kept"))
    said = next(iter(kept.content["claims"].values()))["statement"]
    assert said == words.replace("\u2028", " ")
    assert compare(side, kept).changes == ()
