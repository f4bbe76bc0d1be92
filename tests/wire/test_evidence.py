"""What rests on what: the evidence of an operation, then of members that rest on something else."""

from typing import Any

import pytest

from vss_mock.assembly import load_documents
from vss_mock.wire import evidence
from vss_mock.wire.documents import Documents

DOCUMENTS = load_documents()
OWN = {"x-evidence": "own", "x-source": "here"}
GUESS = {"x-evidence": "assumed", "x-source": "nobody"}


def told(schema: Any, value: Any) -> list[tuple[str, str]]:
    """Return what is told of a body with a schema of ours, without its operation."""
    files = {
        "a/body.json": {"$id": "https://x.example/a/body.json", **OWN, **schema},
        "a/openapi.json": {
            "paths": {
                "/": {
                    "get": {
                        "operationId": "a-get",
                        "summary": "",
                        "description": "",
                        "responses": {},
                        **OWN,
                    }
                }
            }
        },
    }
    documents = Documents(files)
    (operation,) = documents.operations("a")
    first, *rest = evidence.told(documents, operation, ("a/body.json", value))
    assert first == ("a-get", "own", "here")
    return [(each.of, each.evidence) for each in rest]


def test_of_no_operation_nothing_is_known() -> None:
    assert evidence.told(DOCUMENTS, None, ("2016/vm.json", {})) == []


def test_members_are_told_that_rest_on_something_else() -> None:
    inner = {"type": "object", "properties": {"c": {}, "d": GUESS, "e": OWN}, **GUESS}
    schema = {"properties": {"a": OWN, "b": inner, "f": GUESS}}
    value = {"a": 1, "b": {"c": 1, "d": 1, "e": 1}}
    assert told(schema, value) == [("b", "assumed"), ("b.e", "own")]


def test_a_body_is_told_by_its_schema_where_it_rests_on_something_else() -> None:
    assert told(GUESS, {}) == [("a/body", "assumed")]


def test_of_a_list_the_first_item_is_looked_at() -> None:
    schema = {"properties": {"a": {"items": {"properties": {"b": GUESS, "c": GUESS}}}}}
    assert told(schema, {"a": [{"b": 1}, {"c": 1}]}) == [("a[].b", "assumed")]
    assert told(schema, {"a": []}) == []
    assert told({}, [1]) == []


def test_of_alternatives_the_one_that_is_meant_is_looked_at() -> None:
    schema = {
        "anyOf": [{"type": "null"}, {"$ref": "#/$defs/x"}, {"$ref": "#/$defs/y"}],
        "allOf": [{"properties": {"both": GUESS}}],
        "$defs": {
            "x": {"required": ["x"], "properties": {"p": GUESS}},
            "y": {"required": ["y"], "properties": {"p": {**GUESS, "x-evidence": "client"}}},
        },
    }
    assert told(schema, {"y": 1, "p": 1, "both": 1}) == [("both", "assumed"), ("p", "client")]
    assert told(schema, {"p": 1}) == []


def test_so_much_is_told_and_no_more() -> None:
    members = {f"m{number}": {**GUESS, "x-source": f"{number}"} for number in range(60)}
    found = told({"properties": members}, dict.fromkeys(members, 1))
    assert len(found) == evidence.MOST - 1
    assert found[0] == ("m0", "assumed")


@pytest.mark.parametrize("dialect", ["2016", "2019", "2026"])
def test_the_evidence_of_every_example_can_be_told(dialect: str) -> None:
    for operation in DOCUMENTS.operations(dialect):
        for schema in operation.answers.values():
            examples = DOCUMENTS.schema(schema).get("examples", []) if schema else []
            for example in examples:
                found = evidence.told(
                    DOCUMENTS, operation, (operation.body, None), (schema, example)
                )
                assert found[0].of == operation.id
                assert all(each.source for each in found)
                assert len(found) <= evidence.MOST
