"""One version everywhere, and exact versions for everything that is asked for."""

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import vss_mock
from tests.meta.checkout import text

PROJECT = tomllib.loads(text("pyproject.toml"))["project"]
PINS = {
    canonicalize_name(name): version
    for name, _, version in (
        line.partition("==") for line in text("constraints.txt").splitlines() if line[0] != "#"
    )
}
REQUIREMENTS = [
    requirement
    for requirement in map(
        Requirement,
        [
            *PROJECT["dependencies"],
            *(line for extra in PROJECT["optional-dependencies"].values() for line in extra),
        ],
    )
    if requirement.name != PROJECT["name"]
]


def test_the_package_and_the_papers_name_one_version() -> None:
    assert vss_mock.__version__ == PROJECT["version"]
    assert PROJECT["version"] in text("CHANGELOG.md")


def test_constraints_are_names_and_versions_only() -> None:
    lines = [line for line in text("constraints.txt").splitlines() if not line.startswith("#")]
    assert [line for line in lines if not re.fullmatch(r"[\w.-]+==[0-9][\w.]*", line)] == []
    assert lines == sorted(lines, key=str.lower)


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_requirement_has_an_exact_version_that_satisfies_it(requirement: Requirement) -> None:
    assert requirement.specifier.contains(PINS[canonicalize_name(requirement.name)])
