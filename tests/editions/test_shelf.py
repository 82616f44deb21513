"""Keeping editions: whole or not at all, under names that may be kept, and none is ever lost."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from urllib.parse import urldefrag

import pytest
from bs4 import BeautifulSoup
from neutrality.case import load
from neutrality.editions import CASE, FOLDER, MANIFEST, PAGE, Shelf, check_name, entry, manifest, read
from neutrality.errors import InputError
from neutrality.press import Edition, publish
from neutrality.press.downloads import package
from neutrality.press.imprint import imprint

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="session")
def edition() -> Edition:
    return Edition(load(str(ROOT / "data")), {"scale": "kent"})


@pytest.fixture
def made(edition: Edition):
    """The manifest of an edition by name."""
    return lambda name: manifest(edition, ROOT, imprint(edition.case, ROOT, name=name), name)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "_build" / FOLDER)


@pytest.fixture
def finished(tmp_path: Path, edition: Edition):
    """A site as the press compiles it, of as many files as are needed."""

    def make(words: str = "first", *kept: str) -> Path:
        site = tmp_path / "work" / f"site-{words}"
        shutil.rmtree(site, ignore_errors=True)
        (site / CASE).parent.mkdir(parents=True)
        (site / CASE).write_bytes(package.zipped(edition.case))
        (site / "index.html").write_text(f'<a href="{PAGE}.html">{words}</a>', "utf-8")
        listed = "".join(f"<li>{entry(name)}: words</li>" for name in kept)
        (site / f"{PAGE}.html").write_text(f'<ul>{listed}</ul><a href="index.html">home</a>', "utf-8")
        return site

    return make


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def dead_links(site: Path) -> list[str]:
    """Links of a folder's pages that lead to no file in it."""
    found = []
    # The page for a wrong address is shown at any depth, so it counts from the host's root.
    for page in (page for page in site.rglob("*.html") if page.name != "404.html"):
        for link in BeautifulSoup(page.read_text("utf-8"), "html.parser").find_all("a", href=True):
            place, _ = urldefrag(link["href"])
            target = (page.parent / place).resolve() if place else page
            if "://" not in place and not (target.is_file() and target.is_relative_to(site.resolve())):
                found.append(f"{page.relative_to(site)}: {link['href']}")
    return found


NAMES = ["a", "june", "2025-12", "v1.0", "June_2025", "x" * 64]
NO_NAMES = ["", ".", "..", "a/b", "/a", "a\\b", "a b", "-a", "a-", ".a", "a.", "x" * 65, "none", "None", "é", "a\n", "a\0",
            "<b>", "../up", "~", "a:b", "*"]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_a_folder_is_a_name(name: str) -> None:
    assert check_name(name) == name


@pytest.mark.parametrize("name", NO_NAMES)
def test_others_are_none(name: str) -> None:
    with pytest.raises(InputError, match="--edition: found") as raised:
        check_name(name)
    assert len(raised.value.lines) == 1 and raised.value.lines[0].isprintable()


def test_a_manifest_says_what_the_edition_was_made_from_and_found(shelf, made, finished, edition) -> None:
    shelf.keep(finished(), made("june"))
    found = shelf.manifest("june")
    assert (found["format"], found["name"], found["data"]) == (1, "june", edition.case.digest)
    assert (found["as_of"], found["scenario"], found["choices"]) == (None, "as_reported", {"scale": "kent"})
    assert set(found["results"]) == set(edition.results)
    for name, result in edition.results.items():
        assert found["results"][name] == result.record()
    assert set(found["figures"]) == set(edition.case.figures)
    assert len(found["claims"]) == len(edition.case.claims_known())
    files = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (ROOT / "data").iterdir()}
    assert found["inputs"]["case"] == {name: files[name] for name in found["inputs"]["case"]}
    assert {"datapackage.json", "figures.csv"} <= set(found["inputs"]["case"])
    page = ROOT / "book" / "deal.ipynb"
    assert found["inputs"]["book"]["book/deal.ipynb"] == hashlib.sha256(page.read_bytes()).hexdigest()
    assert {"requirements.txt", "_toc.yml", "_config.yml"} <= set(found["inputs"]["book"])
    assert found["versions"]["papermill"] and found["package"]["sha256"]
    # No place on this machine stands in it.
    assert str(ROOT) not in (shelf.folder / "june" / MANIFEST).read_text("utf-8")


def test_the_clock_can_be_set(made, monkeypatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "86400")
    assert made("june")["built"] == "1970-01-02T00:00:00Z"
    assert json.dumps(made("june")) == json.dumps(made("june"))


def test_a_taken_name_stays_with_the_edition_that_has_it(shelf, made, finished) -> None:
    shelf.admit(made("june"))
    shelf.keep(finished(), made("june"))
    before = fingerprint(shelf.folder)
    for other, words in (
        ({"data": "0" * 64}, "other data"),
        ({"new_figures": {"investment": 15.0}}, "other new figures"),
        ({"package": {"version": "9", "sha256": "1" * 64}}, "other package"),
        ({"scenario": "google_only", "as_of": "2025-12-31"}, "other as of, scenario"),
    ):
        with pytest.raises(
            InputError, match=f"june is kept already and was made from {words}; choose another"
        ):
            shelf.admit({**made("june"), **other})
    with pytest.raises(InputError, match="june is kept already"):
        # Two names that some systems take for one.
        shelf.admit(made("JUNE"))
    assert fingerprint(shelf.folder) == before
    # Made from the same it may be kept again, as a whole.
    shelf.admit(made("june"))
    shelf.keep(finished("second"), made("june"))
    assert "second" in (shelf.folder / "june" / "index.html").read_text("utf-8")
    assert shelf.names() == ["june"]


def test_what_is_no_edition_is_never_replaced(shelf, made) -> None:
    (shelf.folder / "mine").mkdir(parents=True)
    (shelf.folder / "mine" / "thesis.txt").write_text("years of work", "utf-8")
    assert shelf.names() == []
    with pytest.raises(InputError, match="mine is no edition"):
        shelf.admit(made("mine"))


def test_a_keeping_that_fails_leaves_the_former_one(shelf, made, finished, monkeypatch) -> None:
    shelf.keep(finished(), made("june"))
    before = fingerprint(shelf.folder)

    def full(*arguments, **more):
        raise OSError(28, "No space left on device")

    for place, name in ((shutil, "copytree"), (publish, "_exchange"), (Path, "write_text")):
        site = finished("second")
        with monkeypatch.context() as patch:
            patch.setattr(place, name, full)
            with pytest.raises(InputError, match="june: cannot be written: No space left on device"):
                shelf.keep(site, made("june"))
        assert fingerprint(shelf.folder) == before


def test_the_newest_comes_first(shelf, made, finished) -> None:
    for name, day in (("a", "2026-02-01"), ("b", "2026-03-01"), ("c", "2026-01-01")):
        shelf.keep(finished(), {**made(name), "built": f"{day}T00:00:00Z"})
    assert list(shelf.kept()) == ["b", "a", "c"]
    assert list(shelf.kept(but="b")) == ["a", "c"]


def test_a_published_site_carries_the_others_and_leads_to_them(shelf, made, finished, tmp_path: Path) -> None:
    shelf.keep(finished("first"), made("june"))
    kept = fingerprint(shelf.folder / "june")
    site = finished("second", "june", "gone")
    with shelf.furnish(site, made("july")):
        pass
    assert shelf.names() == ["july", "june"]
    links = BeautifulSoup((site / f"{PAGE}.html").read_text("utf-8"), "html.parser").select("a.nt-kept")
    # An edition that is not there is named without a link.
    assert [(link["href"], link.text) for link in links] == [(f"{FOLDER}/june/index.html", "june")]
    assert dead_links(site) == [] and fingerprint(site / FOLDER / "june") == kept
    # Alone, wherever it is put, neither of them leads to what is not there.
    alone = tmp_path / "alone"
    shutil.copytree(shelf.folder / "july", alone)
    assert dead_links(alone) == [] and not (alone / FOLDER).exists()
    assert entry("june") in (alone / f"{PAGE}.html").read_text("utf-8")
    # What happens to the site does not reach what is kept.
    shutil.rmtree(site)
    assert fingerprint(shelf.folder / "june") == kept


def test_another_file_system_gets_copies(shelf, made, finished, monkeypatch) -> None:
    def elsewhere(*arguments, **more):
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr("os.link", elsewhere)
    shelf.keep(finished("first"), made("june"))
    site = finished("second", "june")
    with shelf.furnish(site, made("")):
        pass
    assert fingerprint(site / FOLDER / "june") == fingerprint(shelf.folder / "june") and shelf.names() == [
        "june"
    ]


def test_a_published_site_can_be_kept_too(shelf, made, finished) -> None:
    shelf.keep(finished("first"), made("june"))
    site = finished("second", "june")
    with shelf.furnish(site, made("july")):
        pass
    kept = fingerprint(shelf.folder / "july")
    shutil.rmtree(shelf.folder / "july")
    shelf.keep(site, made("july"))
    del kept[MANIFEST]
    assert {
        name: found for name, found in fingerprint(shelf.folder / "july").items() if name != MANIFEST
    } == kept


def test_an_unknown_name_gets_the_nearest(shelf, made, finished) -> None:
    shelf.keep(finished(), made("june"))
    with pytest.raises(InputError, match="edition 'jun': is not kept here; nearest: june"):
        shelf.manifest("jun")


def test_what_is_kept_can_be_read_by_its_folder(shelf, made, finished) -> None:
    shelf.keep(finished(), made("june"))
    assert read(shelf.folder / "june", "june") == shelf.manifest("june")
