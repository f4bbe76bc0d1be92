"""The API as the published documents have it: its operations, and what their answers may be.

It is given the parsed files of schemas/ and never opens one. It imports jsonschema, so that modules
which have to be cheap to import get an Api passed and import this for its type alone.
"""

import json
import posixpath
import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache, lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote

import jsonschema_rs
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from vss_mock.contract.transport import Answer

BASE = "https://vss-mock.example/schemas/"
"""What the `$id` of every schema begins with; nothing is ever fetched from there."""
METHODS = ("get", "put", "post", "delete", "patch")
MOST = 5
"""How many violations of a schema one failure tells."""
LONGEST_RULE = 160
"""How many characters of a rule are told."""


class Operation(NamedTuple):
    """One operation: its id, method and path template, and the status code of its success."""

    id: str
    method: str
    path: str
    success: int

    def matches(self, path: str) -> bool:
        """Tell whether a path, without its query, is one of this operation."""
        return _pattern(self.path).fullmatch(path) is not None


class Violation(NamedTuple):
    """Where an answer is not as its schema says (a JSON pointer, "" for the whole), and why.

    `evidence` and `source` are those of the nearest part of the schema that names its own.
    """

    pointer: str
    rule: str
    value: Any
    evidence: str = "documented"
    source: str = "JSON over HTTP, as the documents show it"


class Api:
    """The operations of one OpenAPI document, by their ids."""

    def __init__(self, files: Mapping[str, Any], name: str = "2016/openapi.json") -> None:
        """Read an OpenAPI document of `files`, which has each document by its path in schemas/."""
        self._name = name
        self.dialect = self._folder = name.partition("/")[0]
        self._document = files[name]
        documents = {BASE + path: contents for path, contents in files.items()}
        resources = {
            uri: DRAFT202012.create_resource(contents) for uri, contents in documents.items()
        }
        self._registry: Any = Registry().with_resources(resources.items())
        self._validator = cache(self._new_validator)
        self._decides = cache(self._new_decider)
        self._near = lru_cache(maxsize=4096)(self._find_near)
        self._rust = jsonschema_rs.Registry(
            list(documents.items()), draft=jsonschema_rs.Draft202012
        )
        self.operations = {
            raw["operationId"]: Operation(raw["operationId"], method.upper(), path, _success(raw))
            for path, item in self._document["paths"].items()
            for method, raw in item.items()
            if method in METHODS
        }

    def match(self, method: str, path: str) -> Operation | None:
        """Return the operation that a call to a path is of, None if the document has none."""
        return next((one for one in self._near(path) if one.method == method), None)

    def methods(self, path: str) -> set[str]:
        """Return the methods that a path takes, HEAD and OPTIONS too; none if it is unknown."""
        found = {one.method for one in self._near(path)}
        return found | {"OPTIONS"} | ({"HEAD"} if "GET" in found else set()) if found else set()

    def _find_near(self, path: str) -> list[Operation]:
        """Return the operations of a path. `consolidate` is no `{id}`: fewer braces are nearer."""
        path = unquote(path)
        found = [one for one in self.operations.values() if one.matches(path)]
        fewest = min((one.path.count("{") for one in found), default=0)
        return [one for one in found if one.path.count("{") == fewest]

    def described(self, operation: Operation) -> tuple[str, str, str]:
        """Return an operation's summary, source and evidence."""
        raw = self._document["paths"][operation.path][operation.method.lower()]
        return raw["summary"], raw["x-source"], raw["x-evidence"]

    def statuses(self, operation: Operation) -> list[int]:
        """Return the status codes that the document has for an operation."""
        raw = self._document["paths"][operation.path][operation.method.lower()]
        return sorted(int(status) for status in raw["responses"])

    def violations(
        self, operation: Operation, method: str, path: str, answer: Answer
    ) -> list[Violation]:
        """Return what is wrong with an answer beyond what a scenario expects of it.

        `method` and `path` are those that were called, which need not be the operation's own.
        """
        if method == "HEAD":
            return [Violation("", "no body after HEAD", "a body")] if answer.body else []
        own = method == operation.method and operation.matches(unquote(path))
        reference = self._reference(operation, method, own, answer.status)
        _, source, evidence = self.described(operation)
        if reference is None:
            listed = own and answer.status in self.statuses(operation)
            if listed and not answer.body:
                return []
            rule = f"{operation.id} answers only what its document lists, bodies only where it does"
            return [Violation("", rule, answer.status, evidence, source)]
        if not answer.body:
            return [Violation("", f"a body by {reference}", None, evidence, source)]
        kind = answer.headers.get("content-type", "")
        if kind.partition(";")[0].strip() != "application/json":
            return [Violation("Content-Type", "application/json", kind)]
        try:
            document = json.loads(answer.body)
        except ValueError as error:
            return [Violation("", "JSON", str(error))]
        if self._decides(reference)(document):
            return []
        errors = self._validator(reference).iter_errors(document)
        found = sorted(errors, key=lambda error: [str(part) for part in error.absolute_path])
        return [
            Violation(
                _pointer(error.absolute_path),
                f"{reference}: {_rule(error)}",
                error.instance,
                *self._known(reference, error.absolute_schema_path),
            )
            for error in found[:MOST]
        ]

    def _known(self, reference: str, path: Iterable[Any]) -> tuple[str, str]:
        """Return evidence and source of the innermost schema on a path that names its own."""
        known = ("documented", self._document["info"].get("title", ""))
        start = {"$ref": BASE + reference}
        for schema in self._along(start, list(path), self._registry.resolver()) or ():
            if isinstance(schema, Mapping) and "x-source" in schema:
                known = (schema.get("x-evidence", known[0]), schema["x-source"])
        return known

    def _along(self, schema: Any, path: list[Any], resolver: Any) -> list[Any] | None:
        """Return the schemas on a path, which passes over `$ref`; None if it does not lead on."""
        if not path:
            return [schema]
        if isinstance(schema, list):
            rest = self._along(schema[path[0]], path[1:], resolver)
            return None if rest is None else [schema, *rest]
        if path[0] in schema:
            rest = self._along(schema[path[0]], path[1:], resolver)
            if rest is not None:
                return [schema, *rest]
        if "$ref" not in schema:
            return None
        meant = resolver.lookup(schema["$ref"])
        rest = self._along(meant.contents, path, meant.resolver)
        return None if rest is None else [schema, *rest]

    def _reference(self, operation: Operation, method: str, own: bool, status: int) -> str | None:
        """Return where the schema of an answer is, None if such an answer is not to be."""
        if method == "OPTIONS" and status == 200:
            return f"{self._folder}/documentation.json"
        where: tuple[str, ...] = ("components", "responses", f"error-{status}")
        if own:
            where = ("paths", operation.path, method.lower(), "responses", str(status))
        response = _reach(self._document, where)
        if response is not None and "$ref" in response:
            where = tuple(response["$ref"].removeprefix("#/").split("/"))
        where = (*where, "content", "application/json", "schema")
        schema = _reach(self._document, where)
        if schema is None:
            return None
        if schema.keys() == {"$ref"} and not schema["$ref"].startswith("#"):
            return posixpath.normpath(f"{self._folder}/{schema['$ref']}")
        return f"{self._name}#{_pointer(where)}"

    def _new_decider(self, reference: str) -> Callable[[Any], bool]:
        """Return what tells a valid document from others, fast; why is another's to say."""
        decider = jsonschema_rs.Draft202012Validator(
            {"$ref": BASE + reference}, registry=self._rust, validate_formats=False
        )
        return decider.is_valid

    def _new_validator(self, reference: str) -> Draft202012Validator:
        return Draft202012Validator({"$ref": BASE + reference}, registry=self._registry)


@cache
def _pattern(template: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(template)))


def _rule(error: Any) -> str:
    """Return the rule that a value breaks, in the words of the library where they name names."""
    if error.validator in {"additionalProperties", "required"}:
        return str(error.message)
    rule = f"{error.validator} {json.dumps(error.validator_value, ensure_ascii=False)}"
    return rule if len(rule) <= LONGEST_RULE else rule[: LONGEST_RULE - 1] + "…"


def _success(raw: Mapping[str, Any]) -> int:
    return min(int(status) for status in raw["responses"] if status.startswith("2"))


def _reach(document: Any, where: tuple[str, ...]) -> Any:
    for name in where:
        if name not in document:
            return None
        document = document[name]
    return document


def _pointer(path: Any) -> str:
    return "".join(f"/{str(part).replace('~', '~0').replace('/', '~1')}" for part in path)
