"""Each operation of the OpenAPI documents has a handler, schemas with examples, and a test."""

import re
from typing import Any

import pytest

from tests.meta.checkout import files, text
from vss_mock.api.service import CONTROL_HANDLERS, HANDLERS
from vss_mock.resources import load_schemas
from vss_mock.wire.documents import Documents, Operation

SCHEMAS = load_schemas()
DOCUMENTS = Documents(SCHEMAS)
DIALECTS = sorted(name.partition("/")[0] for name in SCHEMAS if name.endswith("/openapi.json"))
OPERATIONS = {
    operation.id: operation for dialect in DIALECTS for operation in DOCUMENTS.operations(dialect)
}
each_operation = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
# Everything that holds the mock to its word, but this file.
CHECKS = "\n".join(
    text(path)
    for path in files()
    if (path.parts[0] == "contracts" and path.suffix == ".json")
    or (path.parts[0] == "tests" and path.parts[1] != "meta" and path.suffix == ".py")
)


def test_every_operation_has_a_handler_and_every_handler_an_operation() -> None:
    handlers = [*HANDLERS, *CONTROL_HANDLERS]
    assert sorted(handlers) == sorted(OPERATIONS)


@each_operation
def test_an_operation_is_named_resource_and_verb(operation: Operation) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)+", operation.id)


@each_operation
def test_an_operation_is_named_in_a_test_or_a_contract(operation: Operation) -> None:
    assert re.search(rf"(?<![\w-]){operation.id}(?![\w-])", CHECKS)


@each_operation
def test_the_bodies_of_an_operation_have_schemas_with_valid_examples(operation: Operation) -> None:
    successes = [schema for code, schema in operation.answers.items() if code[0] in "23"]
    assert successes
    for name in [operation.body, *successes]:
        if name is not None:
            examples = examples_of(name)
            assert examples
            assert [DOCUMENTS.violations(name, example) for example in examples] == [
                [] for _ in examples
            ]


@pytest.mark.parametrize("name", DOCUMENTS.names())
def test_a_schema_says_where_it_comes_from(name: str) -> None:
    schema = DOCUMENTS.schema(name)
    assert schema["x-evidence"] in {"documented", "client", "assumed", "own"}
    assert schema["x-source"]
    assert schema["title"]


def examples_of(name: str) -> list[Any]:
    """Return the examples of a schema, or of the file that it is a part of."""
    schema: dict[str, Any] = DOCUMENTS.schema(name)
    found: list[Any] = schema.get("examples", [])
    return found
