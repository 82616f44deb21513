"""The workflows and the Makefile: on the Pythons that the package names, in an order that holds, with what is pinned."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = ROOT / ".github" / "workflows"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def workflow(name: str) -> dict[str, Any]:
    # YAML reads the key `on` as a truth value; nothing here asks for it by name.
    return yaml.safe_load((WORKFLOWS / f"{name}.yml").read_text("utf-8"))


def test_the_oldest_and_the_newest_python_are_tested() -> None:
    named = [
        found[1] for word in PROJECT["classifiers"] if (found := re.search(r":: Python :: (3\.\d+)$", word))
    ]
    assert PROJECT["requires-python"] == f">={named[0]}"
    assert workflow("test")["jobs"]["test"]["strategy"]["matrix"]["python"] == [named[0], named[-1]]


def test_every_python_of_a_workflow_is_the_oldest_or_of_the_matrix() -> None:
    oldest = PROJECT["requires-python"].removeprefix(">=")
    for path in WORKFLOWS.glob("*.yml"):
        for version in re.findall(r"python-version: (.+)", path.read_text("utf-8")):
            assert version in (f'"{oldest}"', "${{ matrix.python }}"), path.name


# -- publish --------------------------------------------------------------------------------------------


def steps(job: str) -> list[dict[str, Any]]:
    return workflow("publish")["jobs"][job]["steps"]


@pytest.mark.parametrize(("tag", "status"), [(f"v{PROJECT['version']}", 0), ("v0.0.1", 1)])
def test_a_tag_that_is_not_the_version_is_refused(tag: str, status: int) -> None:
    (check,) = (step["run"] for step in steps("version") if "run" in step)
    # Python by the name that it has on the machine of the workflow.
    words = ["bash", "-c", f'python3() {{ {sys.executable} "$@"; }}\n{check}']
    done = subprocess.run(words, cwd=ROOT, env=os.environ | {"GITHUB_REF_NAME": tag}, capture_output=True)
    assert done.returncode == status, done.stderr


def test_what_is_published_was_checked_before() -> None:
    jobs = workflow("publish")["jobs"]
    assert (jobs["publish"]["needs"], jobs["checks"]["needs"]) == ("checks", "version")
    assert jobs["checks"]["uses"] == "./.github/workflows/test.yml"
    assert "workflow_call:" in (WORKFLOWS / "test.yml").read_text("utf-8")
    assert {"make lint"} <= {step.get("run") for step in workflow("test")["jobs"]["lint"]["steps"]}


def test_each_setting_that_is_put_in_place_is_there_once() -> None:
    """The site's address, the repository and the branch that the buttons open, which is the tag."""
    (script,) = (step["run"] for step in steps("publish") if "sed -i" in step.get("run", ""))
    config = (ROOT / "_config.yml").read_text("utf-8")
    put = re.findall(r"s\|(\^.+?)\|(.+?)\|", script)
    for pattern, line in put:
        config, count = re.subn(pattern, line, config, flags=re.MULTILINE)
        assert count == 1, pattern
    found = yaml.safe_load(config)
    assert found["html"]["baseurl"] == "${{ steps.pages.outputs.base_url }}/"
    assert found["repository"] == {
        "url": "${{ github.server_url }}/${{ github.repository }}",
        "branch": "$EDITION",
    }


def test_an_edition_is_built_at_the_time_of_its_commit() -> None:
    runs = [step.get("run", "") for step in steps("publish")]
    clock = next(place for place, run in enumerate(runs) if "SOURCE_DATE_EPOCH=$(git log -1" in run)
    build = next(place for place, run in enumerate(runs) if "neutrality build" in run)
    assert clock < build


# -- make -----------------------------------------------------------------------------------------------


def recipe(target: str) -> str:
    """What a target would do where nothing has been done."""
    words = ["make", "--always-make", "--dry-run", target]
    return subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_nothing_but_what_is_pinned_is_in_the_environment() -> None:
    assert "-m venv --clear .venv\n" in recipe("env")
    assert [
        line for line in recipe("env").splitlines() if "pip install" in line and "--no-deps" not in line
    ] == []
    assert ".venv" not in recipe("requirements")


def test_notebooks_with_outputs_are_no_style_of_ours() -> None:
    assert "tests/notebooks/test_committed.py" in recipe("lint")
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert [hook["entry"] for hook in hooks] == ["make lint"]


# -- .ci/run --------------------------------------------------------------------------------------------


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A machine with nothing but what is needed to say what was called."""
    (tmp_path / ".ci").mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("bash", "dirname", "env"):
        (programs / name).symlink_to(str(shutil.which(name)))
    for name in ("make", "apt-get"):
        stand_in(tmp_path, name, f'echo "{name} $* ${{NEUTRALITY_NO_SKIP-}}" >> "$CALLED"')
    stand_in(tmp_path, "sudo", '"$@"')
    (tmp_path / ".venv" / "bin").mkdir(parents=True)
    stand_in(tmp_path, "../.venv/bin/python", f'exec {sys.executable} "$@"')
    return tmp_path


def stand_in(machine: Path, name: str, line: str) -> None:
    program = machine / "bin" / name
    program.write_text(f"#!/bin/bash\n{line}\n", "utf-8")
    program.chmod(0o755)


def called(machine: Path, *words: str) -> list[str]:
    note = machine / "called"
    environment = os.environ | {"PATH": str(machine / "bin"), "CALLED": str(note)}
    environment.pop("NEUTRALITY_NO_SKIP", None)
    subprocess.run([machine / ".ci" / "run", *words], env=environment, cwd=machine, check=True)
    return [line.strip() for line in note.read_text("utf-8").splitlines()]


@pytest.mark.skipif(sys.platform != "linux", reason="apt is of Linux only")
@pytest.mark.parametrize("browser", ["chromium", "google-chrome"])
def test_ci_installs_nothing_where_everything_is_there(machine: Path, browser: str) -> None:
    stand_in(machine, browser, ":")
    stand_in(machine, "soffice", ":")
    stand_in(machine, "fc-match", 'echo \'LiberationSans-Regular.ttf: "Liberation Sans" "Regular"\'')
    assert called(machine) == ["make env", "make test 1"]
    (machine / "called").unlink()
    assert called(machine, "coverage") == ["make env", "make coverage 1"]


@pytest.mark.skipif(sys.platform != "linux", reason="apt is of Linux only")
def test_ci_installs_what_is_missing(machine: Path) -> None:
    # The face that stands in for Arial here is wider than it.
    stand_in(machine, "fc-match", 'echo \'DejaVuSans.ttf: "DejaVu Sans" "Book"\'')
    words = "apt-get install -y -qq --no-install-recommends chromium fonts-liberation libreoffice-calc-nogui"
    assert called(machine) == ["make env", "apt-get update -qq", words, "make test 1"]
