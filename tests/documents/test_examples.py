"""The example of each verb, the README of a new case and the targets of make: all that is shown can be typed."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
import shown
import tasks
from neutrality import cli
from test_commands_shown import Reader, project, reader

__all__ = ["project", "reader"]

VERBS = sorted(cli.cli.commands)

#: What stands for an id in an example, where no case has to be the one of this book.
IDS = {"FIGURE": "investment", "OTHER": "stake", "SCENARIO": "google_only"}


def example(verb: str) -> str:
    """The command that `--help` and the page of the command show for a verb."""
    epilog = cli.cli.commands[verb].epilog or ""
    assert epilog.startswith(f"Example: neutrality {verb}"), f"{verb} shows no example"
    text = epilog.removeprefix("Example: ")
    for word, name in IDS.items():
        text = re.sub(rf"\b{word}\b", name, text)
    assert not re.search(r"\b[A-Z]{3,}\b", text), f"nothing to put in the place of a word of: {text}"
    return text


def ready(reader: Reader, verb: str) -> None:
    """What an example takes for granted."""
    if verb == "diff":
        assert reader.run(shlex.split("neutrality build --edition june"))[0] == 0
        tasks.price(reader, 15.0)
        assert reader.run(shlex.split("neutrality build --edition july"))[0] == 0
    if verb == "serve":
        tasks.another.write(reader.folder / "cases" / "mine")


@pytest.mark.parametrize("verb", VERBS)
def test_the_example_of_a_verb_can_be_typed(reader: Reader, verb: str) -> None:
    ready(reader, verb)
    if verb == "serve":
        reader.type(example(verb))
        return
    status, said = reader.run(shlex.split(example(verb)))
    assert status == 0, said


def test_the_readme_of_a_new_case_can_be_followed(reader: Reader) -> None:
    place = Path("cases") / "mine"
    assert reader.run(["neutrality", "new", str(place)])[0] == 0
    text = (reader.folder / place / "README.md").read_text("utf-8")
    check, build = re.findall(r"^ {4}(neutrality .+)$", text, re.MULTILINE)
    status, said = reader.run(shlex.split(check))
    assert (status, "worked row" in said) == (2, True), said
    shutil.rmtree(reader.folder / place)
    tasks.another.write(reader.folder / place)
    assert reader.run(shlex.split(check)) == (0, f"{place}: no fault found\n")
    status, said = reader.run(shlex.split(build))
    assert status == 0, said


# -- make -----------------------------------------------------------------------------------------------

TARGETS = set(re.findall(r"^([a-z]+):", (shown.ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("document", [*shown.DOCUMENTS, "CHANGELOG.md"])
def test_every_target_that_is_named_is_one(document: str) -> None:
    text = shown.text_of(document)
    code = [*re.findall(r"`([^`\n]+)`", text), *(block for _, block in shown.blocks(document))]
    named = [found for words in code for found in re.findall(r"^(?:\$ )?make ([a-z-]+)", words, re.MULTILINE)]
    assert set(named) <= TARGETS


def test_every_target_that_is_called_is_one() -> None:
    root = shown.ROOT
    for path in (
        *root.glob(".github/workflows/*.yml"),
        root / ".ci" / "run",
        root / ".pre-commit-config.yaml",
    ):
        called = re.findall(
            r"\bmake ([a-z]+)\b", re.sub(r"^\s*#.*$", "", path.read_text("utf-8"), flags=re.MULTILINE)
        )
        assert set(called) <= TARGETS, path


def test_every_target_says_what_it_does() -> None:
    text = shown.text_of("Makefile")
    assert set(re.findall(r"^([a-z]+):.*## \S", text, re.MULTILINE)) == TARGETS
    (phony,) = re.findall(r"^\.PHONY: (.+)$", text, re.MULTILINE)
    assert set(phony.split()) == TARGETS
