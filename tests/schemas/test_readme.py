"""What the README of the schemas says is so."""

import re

import pytest

from tests.meta.checkout import ROOT
from tests.schemas.published import EVIDENCE, FILES

README = (ROOT / "schemas" / "README.md").read_text(encoding="utf-8")


def test_the_example_in_python_runs_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    (example,) = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
    exec(compile(example, "README.md", "exec"), {})


def test_every_word_of_evidence_is_explained() -> None:
    explained = set(re.findall(r"^  \| `(\w+)` \|", README, re.MULTILINE))
    assert explained == EVIDENCE


def test_every_folder_and_every_shared_document_is_named() -> None:
    for name in FILES:
        folder, _, file = name.partition("/")
        assert f"`{folder}/`" in README
        assert folder != "common" or f"`{file}`" in README
