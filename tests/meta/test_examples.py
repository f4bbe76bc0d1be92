"""The README's examples do what the README says, in the order in which it says it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.running import environment, served
from tests.meta.checkout import ROOT, text
from tests.meta.fences import Fence, fences

README = text("README.md")
PYTHON = [fence for fence in fences(README) if fence.language == "python"]
TESTS = [fence for fence in PYTHON if "def test_" in fence.text]
SCRIPTS = [fence for fence in PYTHON if fence not in TESTS]
DOCUMENTED_URL = "http://127.0.0.1:8001"
STAND_IN = f'#!/bin/sh\nexec "{sys.executable}" "{ROOT}/tests/meta/curl.py" "$@"\n'
CURLS = [None, *([found] if (found := shutil.which("curl")) else [])]


def line_of(fence: Fence) -> str:
    return f"line {fence.line}"


def test_the_readme_has_examples_of_both_kinds() -> None:
    assert TESTS
    assert SCRIPTS


@pytest.mark.parametrize("fence", TESTS, ids=line_of)
def test_an_example_test_passes_with_the_installed_plugin(fence: Fence, tmp_path: Path) -> None:
    (tmp_path / "test_example.py").write_text(fence.text, encoding="utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^[1-9][0-9]* passed", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("fence", SCRIPTS, ids=line_of)
def test_an_example_script_runs(fence: Fence, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", fence.text],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("curl", CURLS, ids=["a stand-in for curl", "curl"][: len(CURLS)])
def test_the_walk_shows_a_snapshots_whole_life(curl: str | None, tmp_path: Path) -> None:
    (walk,) = re.findall(r"<!-- walk -->\n(.*?)<!-- /walk -->", README, re.DOTALL)
    (fence,) = fences(walk)
    commands = tmp_path / "commands"
    commands.mkdir()
    if curl is None:
        (commands / "curl").write_text(STAND_IN, encoding="utf-8")
        (commands / "curl").chmod(0o755)
    path = os.pathsep.join([str(commands), str(Path(sys.executable).parent), os.environ["PATH"]])
    with served("--clock", "frozen") as running:
        script = "\n".join(["set -eu", *fence.commands]).replace(DOCUMENTED_URL, running.url)
        done = subprocess.run(
            ["bash", "-c", script],
            env=environment({"PATH": path, "VSS_MOCK_URL": running.url}),
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
    assert done.returncode == 0, done.stderr
    shown = re.findall(r'"(?:status|state|createTime)": ?"([^"]*)"', done.stdout)
    taken = "2016-07-29 22:00:00"
    assert shown == ["Submitted", "Submitted", "Scheduled", taken, "Processed"]
