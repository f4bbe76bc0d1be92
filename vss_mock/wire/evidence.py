"""What is known of a call, and how well: the evidence of its operation, and of single members.

A schema names the evidence of a member where it is another than that of what the member is in.
Only members that are there are looked at, and of a list only the first item.
"""

from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NamedTuple
from urllib.parse import urljoin

from vss_mock.wire.documents import Documents, Operation

MOST = 50
"""How many pieces of evidence are told of a call."""

_CHOICES = ("anyOf", "oneOf")


class Evidence(NamedTuple):
    """What something rests on: a word (documented, client, assumed, own), and where it is written.

    `of` is an operation's id, the name of a body's schema, or the path of a member, as
    `data.snapshot.name` or `data[].name`.
    """

    of: str
    evidence: str
    source: str


Held = tuple[str | None, Any]
"""The schema that a body is held against, if it is, and the body."""


def told(documents: Documents, operation: Operation | None, *bodies: Held) -> list[Evidence]:
    """Return the evidence of an operation, then of what is in its body and its answer."""
    if operation is None:
        return []
    whole = Evidence(operation.id, operation.raw["x-evidence"], operation.raw["x-source"])
    found = {whole.of: whole}
    for name, value in bodies:
        if name is not None:
            around = whole._replace(of=name.partition("#")[0].removesuffix(".json"))
            for each in islice(_Reader(documents).read(around, name, value), MOST):
                found.setdefault(each.of, each)
    return list(found.values())[:MOST]


class _Reader:
    """Goes through a value beside its schema."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents

    def read(self, around: Evidence, name: str, value: Any) -> Iterator[Evidence]:
        """Give what is known of a body otherwise than of `around`, and of its members."""
        yield from self._named(around, name, value, "")

    def _named(self, around: Evidence, name: str, value: Any, path: str) -> Iterator[Evidence]:
        schema = self._documents.schema(name)
        yield from self._node(around, name.partition("#")[0], schema, value, path)

    def _node(
        self, around: Evidence, base: str, node: Mapping[str, Any], value: Any, path: str
    ) -> Iterator[Evidence]:
        if "x-evidence" in node:
            own = Evidence(path or around.of, node["x-evidence"], node["x-source"])
            if own[1:] != around[1:]:
                yield own
                around = own
        if "$ref" in node:
            yield from self._named(around, urljoin(base, node["$ref"]), value, path)
        for branch in node.get("allOf", ()):
            yield from self._node(around, base, branch, value, path)
        for choice in _CHOICES:
            for branch in node.get(choice, ()):
                if self._fits(base, branch, value):
                    yield from self._node(around, base, branch, value, path)
                    break
        yield from self._members(around, base, node, value, path)

    def _members(
        self, around: Evidence, base: str, node: Mapping[str, Any], value: Any, path: str
    ) -> Iterator[Evidence]:
        if isinstance(value, dict):
            for key, member in node.get("properties", {}).items():
                if key in value:
                    inner = f"{path}.{key}" if path else key
                    yield from self._node(around, base, member, value[key], inner)
        elif isinstance(value, list) and value and "items" in node:
            yield from self._node(around, base, node["items"], value[0], f"{path}[]")

    def _fits(self, base: str, branch: Mapping[str, Any], value: Any) -> bool:
        """Tell whether an alternative is the one meant; of one without a name that is not known."""
        if "$ref" not in branch:
            return False
        return self._documents.is_valid(urljoin(base, branch["$ref"]), value)
