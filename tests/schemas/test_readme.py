"""What the README of the schemas says is so."""

import re

import pytest

from tests.meta.checkout import ROOT
from tests.schemas.building import spelled, with_slips
from tests.schemas.published import DIALECTS, DOCUMENTS, EVIDENCE, FILES, SCHEMAS, SLIPS

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


def test_the_tables_of_slips_are_those_of_the_data() -> None:
    assert with_slips(README) == README, "make schemas"
    assert len(
        re.findall(r"^\| ", README.partition("<!-- slips of documents -->")[2], re.MULTILINE)
    ) == (len(SLIPS) + 2)


def test_the_slips_are_as_their_schema_says() -> None:
    assert DOCUMENTS.violations("common/slips.json", {"slips": SLIPS}) == []
    assert (SCHEMAS / "slips.json").read_text(encoding="utf-8") == spelled({"slips": SLIPS})
    titles = [each["title"] for each in SLIPS]
    assert len(set(titles)) == len(titles)
    assert [each["of"] for each in SLIPS] == sorted((each["of"] for each in SLIPS), reverse=True)
    assert not any("|" in each["says"] + each["does"] for each in SLIPS)


def test_the_operations_of_slips_are_there() -> None:
    known = set().union(*(DOCUMENTS.operation_ids(dialect) for dialect in DIALECTS))
    assert {name for each in SLIPS for name in each["operations"]} <= known
