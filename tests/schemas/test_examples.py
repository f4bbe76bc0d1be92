"""Examples are as their schemas say, and broken in any one place they are not."""

import itertools
import json
from typing import Any

import jsonschema
import pytest
import referencing.jsonschema

from tests.meta.checkout import ROOT
from tests.schemas import building
from tests.schemas.mutations import PLANTED, mutations
from tests.schemas.published import DOCUMENTS, FILES, NAMES, Example, examples
from tests.schemas.test_form import OPEN

LATER = dict(building.later())
EXAMPLES = list(examples())
SCHEMAS = sorted({example.schema for example in EXAMPLES})
IDS = [f"{example.schema}-{example.number}" for example in EXAMPLES]
REGISTRY = referencing.jsonschema.SchemaRegistry().with_contents(
    (FILES[name]["$id"], FILES[name]) for name in NAMES
)

# Mutations that leave a document as good as it was: another name, a member that may be left out.
# All of them, by schema and place: whoever loosens a schema, or tightens it, changes this file.
# A schema of a later dialect is as free as the one before, unless it stands here itself.
FREE: dict[str, dict[str, list[str]]] = json.loads(
    (ROOT / "tests" / "schemas" / "free.json").read_bytes()
)


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_an_example_is_as_its_schema_says(example: Example) -> None:
    assert DOCUMENTS.violations(example.schema, example.value) == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_an_example_broken_in_any_one_place_is_refused(name: str) -> None:
    if name in OPEN:
        return
    passed: dict[str, set[str]] = {}
    for example in EXAMPLES:
        if example.schema == name:
            for mutation in mutations(example.value):
                if DOCUMENTS.is_valid(name, mutation.value):
                    passed.setdefault(mutation.where, set()).add(mutation.how)
    assert {where: sorted(ways) for where, ways in sorted(passed.items())} == free(name)


def free(name: str) -> dict[str, list[str]]:
    """Return the mutations that leave the examples of a schema as good as they were."""
    dialect, _, file = name.partition("/")
    before = LATER[dialect]["before"] if dialect in LATER else None
    return FREE.get(name, free(f"{before}/{file}") if before else {})


def test_no_freedom_is_told_twice_and_none_of_what_is_not_there() -> None:
    assert set(FREE) <= set(SCHEMAS)
    for name, ways in FREE.items():
        dialect, _, file = name.partition("/")
        if dialect in LATER:
            assert ways != free(f"{LATER[dialect]['before']}/{file}")


def test_mutations_break_each_place_in_each_way() -> None:
    made = {
        (mutation.where, mutation.how): mutation.value
        for mutation in mutations({"a": "Word", "b": [1], "c": None})
    }
    assert made["a", "lost"] == {"b": [1], "c": None}
    assert made["a", "word"] == {"a": PLANTED, "b": [1], "c": None}
    assert made["a", "case"]["a"] == "wORD"
    assert made["a", "line"]["a"] == "Word\n"
    assert made["b/#", "negative"]["b"] == [-1]
    assert made["c", "object"]["c"] == {}
    assert made["", "stranger"] == {"a": "Word", "b": [1], "c": None, PLANTED: PLANTED}
    assert len(made) == 29


@pytest.mark.parametrize("name", SCHEMAS)
def test_both_libraries_give_the_same_verdict(name: str) -> None:
    file, _, pointer = name.partition("#")
    reference = jsonschema.Draft202012Validator(
        {"$ref": f"{FILES[file]['$id']}#{pointer}"}, registry=REGISTRY
    )
    values: list[Any] = [example.value for example in EXAMPLES if example.schema == name][:3]
    broken = [mutation.value for value in values for mutation in mutations(value)]
    # Every fifth: the reference needs a millisecond for each.
    for value in itertools.chain(values, broken[::5]):
        told = DOCUMENTS.violations(name, value)
        assert (told == []) is reference.is_valid(value) is DOCUMENTS.is_valid(name, value)
        assert all(violation.sentence for violation in told)
        assert not any("is not as" in violation.sentence for violation in told)
