"""What is published under schemas/, loaded once, and ways to walk through it."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from tests.meta.checkout import ROOT
from vss_mock.wire.documents import Documents

SCHEMAS = ROOT / "schemas"
FILES: dict[str, Any] = {
    path.relative_to(SCHEMAS).as_posix(): json.loads(path.read_bytes())
    for path in sorted(SCHEMAS.rglob("*.json"))
    if "differences" not in path.parts and path.parent != SCHEMAS
}
"""All but what the later dialects are built from, and the slips."""
SLIPS = json.loads((SCHEMAS / "slips.json").read_bytes())["slips"]
DOCUMENTS = Documents(FILES)
NAMES = DOCUMENTS.names()
BODIES = [name for name in NAMES if name != "common/scenario.json"]
"""All but the schema of contracts/, whose examples are the contracts and are tested with them."""
OPENAPI = {
    name.partition("/")[0]: file for name, file in FILES.items() if name.endswith("/openapi.json")
}
DIALECTS = [name for name in OPENAPI if name != "control"]
METHODS = ("get", "post", "put", "patch", "delete")
EVIDENCE = {"documented", "client", "assumed", "own"}


class Example(NamedTuple):
    """An example of a schema, and its number."""

    schema: str
    number: int
    value: Any


def titled() -> Iterator[tuple[str, Any]]:
    """Give every schema that stands for itself: the documents and their definitions."""
    for name in BODIES:
        schema = DOCUMENTS.schema(name)
        yield name, schema
        for key, definition in schema.get("$defs", {}).items():
            yield f"{name}#/$defs/{key}", definition


def examples() -> Iterator[Example]:
    """Give every example of every schema."""
    for name, schema in titled():
        for number, value in enumerate(schema.get("examples", ())):
            yield Example(name, number, value)


def nodes(node: Any, place: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
    """Give every object inside a document with its place, examples and defaults left out."""
    if isinstance(node, dict):
        yield place, node
        for key, value in node.items():
            if key not in {"examples", "example", "default", "const", "enum"}:
                yield from nodes(value, f"{place}/{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from nodes(value, f"{place}/{index}")


def operations(dialect: str) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Give every operation of an OpenAPI document: path, method, path item, operation."""
    for path, item in OPENAPI[dialect]["paths"].items():
        for method in METHODS:
            if method in item:
                yield path, method, item, item[method]
