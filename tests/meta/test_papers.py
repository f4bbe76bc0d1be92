"""The papers say what is so: diagram, commands, options and examples."""

import re
import shlex

import pytest

from tests.meta.checkout import files, text
from tests.meta.fences import fences
from vss_mock.cli import main
from vss_mock.lifecycle_diagram import mermaid

PAPERS = [path for path in files() if path.suffix == ".md"]
MAKEFILE = text("Makefile")
TARGETS = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
FROM_MAKE = re.compile(r"(?:^|`|\$ )make ([a-z][a-z -]*)", re.MULTILINE)


def test_the_papers_that_people_look_for_are_there() -> None:
    wanted = {"README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md"}
    wanted |= {f"{folder}/README.md" for folder in ("schemas", "contracts", "docker")}
    assert {str(path) for path in PAPERS} >= wanted
    assert "MIT License" in text("LICENSE")


def test_the_readme_shows_the_diagram_that_the_mock_draws() -> None:
    (shown,) = re.findall(
        r"<!-- lifecycle -->\n+```mermaid\n(.*?)\n```\n+<!-- /lifecycle -->",
        text("README.md"),
        re.DOTALL,
    )
    assert shown == mermaid()


def test_every_target_of_the_makefile_says_what_it_does() -> None:
    documented = set(re.findall(r"^([a-z-]+):.*?## \S", MAKEFILE, re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.*)$", MAKEFILE, re.MULTILINE)
    assert documented == TARGETS == set(phony.split())


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_every_target_that_a_paper_names_is_there(path: object) -> None:
    named = {word for found in FROM_MAKE.findall(text(str(path))) for word in found.split()[:1]}
    assert named <= TARGETS


def test_the_readme_names_the_commands_to_begin_with() -> None:
    for target in ("demo", "test", "serve"):
        assert f"make {target}" in text("README.md")


def test_the_automatic_check_is_the_readmes() -> None:
    assert text(".ci/run").splitlines()[-1] == "make test"


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_every_command_that_a_paper_shows_is_understood(
    path: object, capsys: pytest.CaptureFixture[str]
) -> None:
    """A command with --help appended is answered with help if its words and options exist."""
    paper = text(str(path))
    commands = re.findall(r"`(vss-mock [^`\n]+)`", paper)
    commands += [command for fence in fences(paper) for command in fence.commands]
    for command in commands:
        words = shlex.split(command, comments=True)
        if words[:1] == ["vss-mock"]:
            assert main([*words[1:], "--help"]) == 0, command
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize("path", PAPERS, ids=str)
def test_every_file_that_a_paper_links_to_is_there(path: object) -> None:
    folder = (PAPERS[0].parent / str(path)).parent
    links = re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text(str(path)))
    known = {str(file) for file in files()} | {str(up) for file in files() for up in file.parents}
    for link in links:
        joined: list[str] = []
        for part in (folder / link).parts:
            joined = joined[:-1] if part == ".." else [*joined, part]
        assert "/".join(joined) in known, f"{path} links to {link}"
