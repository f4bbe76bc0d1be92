"""Examples are as their schemas say, and broken in any one place they are not."""

import itertools
from typing import Any

import jsonschema
import pytest
import referencing.jsonschema

from tests.schemas.mutations import PLANTED, Mutation, mutations
from tests.schemas.published import DOCUMENTS, FILES, NAMES, Example, examples
from tests.schemas.test_form import OPEN

EXAMPLES = list(examples())
IDS = [f"{example.schema}-{example.number}" for example in EXAMPLES]
REGISTRY = referencing.jsonschema.SchemaRegistry().with_contents(
    (FILES[name]["$id"], FILES[name]) for name in NAMES
)

# Free text: another word is as good as the one that stands there.
WORDS = {
    *("description", "email", "full_name", "guestFullName", "guest_full_name", "login", "message"),
    *("name", "parameters/#", "parent", "password", "path", "request", "responses/200"),
    *("sees/#", "summary", "token", "user", "username", "vm", "vm_name"),
}
# Null is one of the values there may be, whatever else the document says.
NULLS = {"ipAddress", "next", "next_url", "scheduled_datetime"}
# Members that may be left out, by schema.
OPTIONAL = {
    "2016/consolidate.json": {"schedule"},
    "common/error.json": {"parameters"},
    "common/world.json": {
        *("clock", "cpu_count", "dialect", "email", "folder", "full_name", "guest_full_name"),
        *("history", "ip_address", "memory_mb", "moref", "name", "needs_consolidation"),
        *("networks", "overall_status", "power_state", "provisioned_gb", "sees", "seed", "start"),
        *("storage_b", "token", "users", "uuid", "vms"),
    },
    "control/clock-move.json": {"mode", "rate"},
    "control/fork.json": {"name"},
}
NEEDED_ALL_THE_SAME = {"vms/#/name", "history/#/user", "history/#/vm", "folder/name"}


def may_pass(schema: str, mutation: Mutation) -> bool:
    """Tell whether a mutated document is still one of the documents the schema is for."""
    file, member = schema.partition("#")[0], mutation.member
    if member == "#":
        member = "/".join(mutation.where.split("/")[-2:])
    if mutation.how in {"word", "case"}:
        return member in WORDS or mutation.where.endswith("responses/200")
    if mutation.how == "string":
        return mutation.where.endswith("methods/GET/request")
    if mutation.how == "line":
        return member == "description" and file in {
            "2016/snapshot-create.json",
            "common/world.json",
        }
    if mutation.how == "null":
        return member in NULLS or (file.startswith("control/clock") and member == "snapshot")
    if mutation.how in {"number", "negative"}:
        return file == "control/clock-move.json" and member == "advance"
    if mutation.how == "lost":
        return member in OPTIONAL.get(file, ()) and not mutation.where.endswith(
            tuple(NEEDED_ALL_THE_SAME)
        )
    return False


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_an_example_is_as_its_schema_says(example: Example) -> None:
    assert DOCUMENTS.violations(example.schema, example.value) == []


@pytest.mark.parametrize("example", EXAMPLES, ids=IDS)
def test_an_example_broken_in_any_one_place_is_refused(example: Example) -> None:
    if example.schema in OPEN:
        return
    passed = {
        (mutation.where, mutation.how)
        for mutation in mutations(example.value)
        if DOCUMENTS.is_valid(example.schema, mutation.value)
        and not may_pass(example.schema, mutation)
    }
    assert passed == set()


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


@pytest.mark.parametrize("name", sorted({example.schema for example in EXAMPLES}))
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
