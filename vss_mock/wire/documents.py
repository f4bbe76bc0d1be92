"""The published documents at work: holds values against the JSON Schemas, reads the OpenAPI files.

It is given the parsed files and never opens one. It knows JSON Schema and OpenAPI, and no word of
VSS: what a refusal says beyond the keywords comes from the schemas' own annotation `x-says`.

Two libraries share the work. jsonschema-rs decides, on every call; its regular expressions match in
linear time. jsonschema explains, and is imported only when something is refused. A test holds them
to the same verdicts.
"""

from __future__ import annotations

import difflib
import itertools
import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from urllib.parse import urljoin

if TYPE_CHECKING:
    import jsonschema
    import jsonschema_rs

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
METHODS: Final = ("get", "post", "put", "patch", "delete")
COMPONENTS: Final = "#/components/schemas/"
DEFINITIONS: Final = "/$defs/"

MOST_VIOLATIONS: Final = 100
"""A refusal lists this many violations at most: who has more wants to see the first ones."""

LONGEST_SHOWN: Final = 60
"""Characters of a value or a name that a sentence shows."""

MOST_GUESSES: Final = 20
"""Unknown names of one object that a known one is looked for: each costs a comparison with all."""

# Python's `$` also matches before a last newline, so the schemas guard it with a look-ahead. Rust's
# does not, and its linear-time engine knows no look-ahead.
GUARDED_END: Final = r"$(?!\n)"

WORDS: Final = {
    "array": "a list",
    "boolean": "true or false",
    "integer": "an integer",
    "null": "null",
    "number": "a number",
    "object": "an object",
    "string": "a string",
}


Format = Callable[[str], object]
"""Judges a string of some format: raises ValueError, with a sentence, for one that is not."""
NONE: Final[Mapping[str, Format]] = {}


class UnknownDocument(LookupError):
    """No document has this name. Carries `name`."""

    def __init__(self, name: str) -> None:
        super().__init__(f"There is no document {name!r}")
        self.name = name


class Violation(NamedTuple):
    """One thing that is wrong with a value.

    `path` is where (`users[0].name`, or empty for the whole value), `name` the member concerned
    (also one that is missing or unknown; empty for the whole value), `sentence` what to say.
    """

    path: str
    name: str
    sentence: str


class Operation(NamedTuple):
    """One operation of an OpenAPI document.

    `method` is upper case and `path` a template. `security` names the schemes of which any one will
    do. `body` and `answers` name the schemas that bodies and answers are held against, each answer
    by its status code in digits; None is for no body, or one that is not JSON. `raw` is the
    operation as it is written.
    """

    id: str
    method: str
    path: str
    security: tuple[str, ...]
    body: str | None
    body_required: bool
    answers: Mapping[str, str | None]
    summary: str
    description: str
    query: tuple[str, ...]
    raw: Mapping[str, Any]

    @property
    def secured(self) -> bool:
        """Whether a token is asked for (a login asks for a password instead)."""
        return bool({"bearer", "control"}.intersection(self.security))

    @property
    def body_bytes(self) -> int | None:
        """How long a body may be, where it may be longer than those of other operations."""
        return self.raw.get("x-body-bytes")


class Documents:
    """The schema files, by their path under schemas/, ready to hold values against.

    A document is named by its path (`2016/vm.json`), or by path and pointer
    (`common/error.json#/$defs/not-found`). Validators are compiled once, when first asked for.
    """

    def __init__(self, files: Mapping[str, Any], formats: Mapping[str, Format] = NONE) -> None:
        """Take the parsed files, and what judges the formats that no pattern can spell."""
        self._files = files
        self._formats = formats
        self._accept: dict[str, Callable[[Any], bool]] = {}
        self._explain: dict[str, jsonschema.Draft202012Validator] = {}
        self._rust: dict[str, jsonschema_rs.Registry] = {}
        self._explainer_class: Any = None
        self._checker: jsonschema.FormatChecker | None = None
        self._operations: dict[str, tuple[Operation, ...]] = {}

    @property
    def files(self) -> Mapping[str, Any]:
        """The parsed files, by their path under schemas/."""
        return self._files

    def names(self) -> tuple[str, ...]:
        """The names of all schemas, sorted."""
        return tuple(sorted(name for name, file in self._files.items() if "$id" in file))

    def schema(self, name: str) -> Any:
        """The schema itself; raises UnknownDocument."""
        path, _, pointer = name.partition("#")
        schema = self._files.get(path, {})
        if "$id" not in schema:
            raise UnknownDocument(name)
        try:
            for part in pointer.split("/")[1:]:
                key = part.replace("~1", "/").replace("~0", "~")
                schema = schema[int(key) if isinstance(schema, list) else key]
        except (LookupError, TypeError, ValueError):
            raise UnknownDocument(name) from None
        return schema

    def is_valid(self, name: str, value: Any) -> bool:
        """Whether the value is as the document says; raises UnknownDocument."""
        accept = self._accept.get(name)
        if accept is None:
            accept = self._accept[name] = self._compiled(name)
        return accept(value)

    def violations(self, name: str, value: Any, subject: str = "the body") -> list[Violation]:
        """Everything that is wrong with the value, in the order of its paths (100 at most).

        `subject` is what a sentence calls the value itself. Raises UnknownDocument.
        """
        if self.is_valid(name, value):
            return []
        validator = self._explain.get(name)
        if validator is None:
            validator = self._explain[name] = self._explainer(name)
        errors = itertools.islice(validator.iter_errors(value), MOST_VIOLATIONS)
        found = [said for error in errors for said in _said(error, subject)]
        found.sort(key=lambda said: said[0])
        unique = list(dict.fromkeys(violation for _, violation in found))[:MOST_VIOLATIONS]
        if not unique:  # the two libraries disagree, which a test denies: refuse all the same
            title = self.schema(name)["title"]
            unique = [Violation("", "", f"{subject}: is not as {title!r} is described")]
        return unique

    def operations(self, dialect: str) -> tuple[Operation, ...]:
        """The operations of `<dialect>/openapi.json`, in its order; raises UnknownDocument."""
        if dialect not in self._operations:
            name = f"{dialect}/openapi.json"
            if name not in self._files:
                raise UnknownDocument(name)
            self._operations[dialect] = tuple(_operations(name, self._files[name]))
        return self._operations[dialect]

    def operation_ids(self, dialect: str) -> frozenset[str]:
        """The ids of a dialect's operations; raises UnknownDocument."""
        return frozenset(operation.id for operation in self.operations(dialect))

    def operation(self, dialect: str, operation_id: str) -> Operation:
        """One operation by its id; raises UnknownDocument."""
        for operation in self.operations(dialect):
            if operation.id == operation_id:
                return operation
        raise UnknownDocument(f"{dialect}/openapi.json: {operation_id}")

    def documentation(self, dialect: str, path: str) -> dict[str, Any]:
        """The resource at a path template as OPTIONS documents it: description, methods, path.

        Raises UnknownDocument.
        """
        name = f"{dialect}/openapi.json"
        document = self._files.get(name, {})
        item = document.get("paths", {}).get(path)
        if item is None:
            raise UnknownDocument(f"{name}: {path}")
        return {
            "description": item["description"],
            "methods": {
                method.upper(): _documented(document, item, item[method])
                for method in sorted(METHODS)
                if method in item
            },
            "path": path,
        }

    def _near(self, folder: str) -> list[str]:
        """The names of the schemas that those of a folder refer to: its own and the shared ones."""
        return [each for each in self.names() if _folder(each) in {folder, "common"}]

    def _compiled(self, name: str) -> Callable[[Any], bool]:
        import jsonschema_rs  # noqa: PLC0415  # only who validates pays for it

        self.schema(name)
        folder = _folder(name)
        if folder not in self._rust:
            schemas = [_for_rust(self._files[each], self._formats) for each in self._near(folder)]
            self._rust[folder] = jsonschema_rs.Registry([(each["$id"], each) for each in schemas])
        validator = jsonschema_rs.validator_for(
            {"$schema": DIALECT, "$ref": self._uri(name)},
            registry=self._rust[folder],
            formats={name: _verdict(judge) for name, judge in self._formats.items()},
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
        )
        return validator.is_valid

    def _explainer(self, name: str) -> jsonschema.Draft202012Validator:
        import referencing.jsonschema  # noqa: PLC0415  # only a refusal pays for it

        if self._explainer_class is None:
            # Together, so that both are of one jsonschema, whatever is imported anew later.
            self._checker = self._format_checker()
            self._explainer_class = self._made_explainer()
        # Without `$schema`, at which jsonschema would go back to its own class.
        near = self._near(_folder(name))
        plain = (_without(self._files[each], "$schema") for each in near)
        registry = referencing.jsonschema.SchemaRegistry().with_contents(
            ((each["$id"], each) for each in plain),
            default_specification=referencing.jsonschema.DRAFT202012,
        )
        return self._explainer_class(
            {"$ref": self._uri(name)}, registry=registry, format_checker=self._checker
        )

    def _format_checker(self) -> jsonschema.FormatChecker:
        import jsonschema  # noqa: PLC0415  # the same

        checker = jsonschema.FormatChecker(formats=())
        for name, judge in self._formats.items():
            checker.checks(name, raises=ValueError)(_judged(judge))
        return checker

    def _made_explainer(self) -> Any:
        """Make jsonschema's validator quick about lists that fill a body.

        It takes some 20 microseconds an item and compares unlike items each with each, which would
        hold up everybody else for seconds or minutes. Here it only looks at items that
        jsonschema-rs refuses, and compares what they are spelled as.
        """
        import jsonschema.validators  # noqa: PLC0415

        names: dict[int, str] = {}
        for each in self.names():
            names.update(_places(self._files[each], f"{each}#"))

        def items(validator: Any, items: Any, instance: Any, schema: Any) -> Iterator[Any]:
            if not isinstance(instance, list):
                return
            name = names.get(id(items))
            for index in range(len(schema.get("prefixItems", ())), len(instance)):
                if name is None or not self.is_valid(name, instance[index]):
                    yield from validator.descend(instance[index], items, path=index)

        def unique_items(_: Any, wanted: Any, instance: Any, __: Any) -> Iterator[Any]:
            if wanted and isinstance(instance, list):
                spelled = {
                    each if isinstance(each, str) else (json.dumps(each, sort_keys=True),)
                    for each in instance
                }
                if len(spelled) < len(instance):
                    yield jsonschema.ValidationError("not unique")

        return jsonschema.validators.extend(
            jsonschema.Draft202012Validator, {"items": items, "uniqueItems": unique_items}
        )

    def _uri(self, name: str) -> str:
        path, hash_, pointer = name.partition("#")
        return f"{self._files[path]['$id']}{hash_}{pointer}"


def bundle(name: str, files: Mapping[str, Any]) -> dict[str, Any]:
    """One self-contained OpenAPI document: every schema it refers to moves into its components.

    The definitions of a schema become components beside it, `vm.part` beside `vm`: left inside,
    one that refers to its schema holds itself, which viewers of such documents follow to no end.
    Raises UnknownDocument for the document, and for a file that a reference names and that is not
    there.
    """
    home = name.rpartition("/")[0]
    keys: dict[str, str] = {}

    def key(path: str) -> str:
        folder, _, file = path.rpartition("/")
        stem = file.removesuffix(".json")
        return keys.setdefault(path, stem if folder == home else f"{folder}-{stem}")

    def moved(node: Any, base: str) -> Any:
        if isinstance(node, list):
            return [moved(each, base) for each in node]
        if not isinstance(node, dict):
            return node
        copy = {each: moved(value, base) for each, value in node.items()}
        if isinstance(node.get("$ref"), str):
            path, _, pointer = urljoin(base, node["$ref"]).partition("#")
            there = f"{COMPONENTS}{key(path)}{_placed(pointer)}" if path != name else f"#{pointer}"
            copy["$ref"] = there
        return copy

    if name not in files:
        raise UnknownDocument(name)
    document = moved(files[name], name)
    schemas: dict[str, Any] = {}
    while missing := [path for path in keys if keys[path] not in schemas]:
        for path in missing:
            if path not in files:
                raise UnknownDocument(path)
            schema = moved(_without(files[path], "$schema", "$id"), path)
            parts = schema.pop("$defs", {})
            schemas[keys[path]] = schema
            schemas.update({f"{keys[path]}.{part}": parts[part] for part in parts})
    components = {**document.get("components", {}), "schemas": dict(sorted(schemas.items()))}
    return {**document, "components": components}


def _placed(pointer: str) -> str:
    """What leads on from the component of a file to where a pointer into the file led."""
    inside = pointer.removeprefix(DEFINITIONS)
    return pointer if inside == pointer else f".{inside}"


def _folder(name: str) -> str:
    """The folder of a document, by its name with or without a pointer."""
    return name.partition("#")[0].rpartition("/")[0]


def _without(schema: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in schema.items() if key not in keys}


def _operations(name: str, document: Mapping[str, Any]) -> Iterator[Operation]:
    for path, item in document["paths"].items():
        for method in METHODS:
            if method not in item:
                continue
            raw = item[method]
            needs = raw.get("security", document.get("security", []))
            body = raw.get("requestBody", {})
            yield Operation(
                id=raw["operationId"],
                method=method.upper(),
                path=path,
                security=tuple(scheme for need in needs for scheme in need),
                body=_schema_of(name, body),
                body_required=body.get("required", False),
                answers={
                    code: _schema_of(name, _referred(document, answer))
                    for code, answer in raw["responses"].items()
                },
                summary=raw["summary"],
                description=raw["description"],
                query=tuple(
                    each["name"] for each in _parameters(item, raw) if each["in"] == "query"
                ),
                raw=raw,
            )


def _documented(document: Mapping[str, Any], item: Mapping[str, Any], raw: Any) -> dict[str, Any]:
    """One operation as OPTIONS documents it."""
    return {
        "parameters": [
            {key: parameter[key] for key in ("description", "in", "name", "required")}
            for parameter in _parameters(item, raw)
        ],
        "request": raw.get("requestBody", {}).get("description"),
        "responses": {
            code: _referred(document, answer)["description"]
            for code, answer in raw["responses"].items()
        },
        "summary": raw["summary"],
    }


def _parameters(item: Mapping[str, Any], raw: Mapping[str, Any]) -> list[Any]:
    return [*item.get("parameters", []), *raw.get("parameters", [])]


def _referred(document: Mapping[str, Any], node: Mapping[str, Any]) -> Any:
    """The node, or the component of the same document that it refers to."""
    if "$ref" not in node:
        return node
    target: Any = document
    for part in node["$ref"].split("/")[1:]:
        target = target[part]
    return target


def _schema_of(name: str, node: Mapping[str, Any]) -> str | None:
    """The name of the schema of a body or an answer; None when it has no body, or is not JSON."""
    media = node.get("content", {}).get("application/json")
    return _joined(name, media["schema"]["$ref"]) if media else None


@lru_cache(maxsize=512)
def _joined(base: str, reference: str) -> str:
    """The name that a reference in a document means; few are asked for, and each many times."""
    return urljoin(base, reference)


def _places(node: Any, name: str) -> Iterator[tuple[int, str]]:
    """The name of every schema inside a schema, by its identity."""
    if isinstance(node, dict):
        yield id(node), name
        for key, value in node.items():
            yield from _places(value, f"{name}/{key.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _places(value, f"{name}/{index}")


def _for_rust(node: Any, formats: Collection[str]) -> Any:
    """The same schema, without guards that Rust's patterns need not and formats nobody judges."""
    if isinstance(node, list):
        return [_for_rust(each, formats) for each in node]
    if not isinstance(node, dict):
        return node
    copy = {key: _for_rust(value, formats) for key, value in node.items()}
    if isinstance(copy.get("pattern"), str):
        copy["pattern"] = copy["pattern"].replace(GUARDED_END, "$")
    if isinstance(copy.get("format"), str) and copy["format"] not in formats:
        del copy["format"]
    return copy


def _verdict(judge: Format) -> Callable[[str], bool]:
    """The format as jsonschema-rs asks for it."""

    def verdict(text: str) -> bool:
        try:
            judge(text)
        except ValueError:
            return False
        return True

    return verdict


def _judged(judge: Format) -> Callable[[object], bool]:
    """The format as jsonschema asks for it, of any value."""

    def judged(value: object) -> bool:
        if isinstance(value, str):
            judge(value)
        return True

    return judged


# From here on: how a violation is told.

Place = tuple[str | int, ...]


def _said(
    error: jsonschema.ValidationError, subject: str, parent: Place = ()
) -> Iterator[tuple[Place, Violation]]:
    """The violations an error stands for, each with its place for sorting."""
    place: Place = (*parent, *error.relative_path)
    path = _path(place)
    where = path or subject
    says = _says(error)
    keyword = error.validator
    if says is not None:
        sentence = says.replace("{value}", shown(error.instance))
        yield place, Violation(path, path, f"{where}: {sentence}")
    elif keyword == "required":
        for missing in error.validator_value:
            if missing not in error.instance:
                name = _path((*place, missing))
                yield place, Violation(path, name, f"{where}: {shown(missing)} is missing")
    elif keyword == "additionalProperties":
        known = error.schema.get("properties", {})
        unknown = [each for each in error.instance if each not in known]
        free = [each for each in known if each not in error.instance]
        for index, each in enumerate(unknown):
            guess = _guess(each, free) if index < MOST_GUESSES else ""
            name = _path((*place, _short(each)))
            yield place, Violation(path, name, f"{where}: unknown {shown(each)}{guess}")
    elif keyword == "format" and error.cause is not None:
        yield place, Violation(path, path, f"{where}: {error.cause}")
    elif keyword in {"anyOf", "oneOf"} and error.context:
        for nested in _closest(error.context):
            yield from _said(nested, subject, place)
    else:
        tell = SENTENCES.get(str(keyword), _tell_nothing)
        yield place, Violation(path, path, f"{where}: {tell(error)}")


def _says(error: jsonschema.ValidationError) -> str | None:
    """What the schema itself says of the error, if it does.

    `x-says` is what the value should be ("a UUID"); `x-says-maximum` is a sentence for one keyword.
    """
    schema = error.schema
    if not isinstance(schema, Mapping):
        return None
    sentence = schema.get(f"x-says-{error.validator}")
    if sentence is None and error.validator not in {"required", "additionalProperties", "format"}:
        wanted = schema.get("x-says")
        return wanted and f"{{value}} is not {wanted}"
    return sentence


def _closest(errors: Iterable[jsonschema.ValidationError]) -> list[jsonschema.ValidationError]:
    """The errors of the alternative that the value misses by the fewest."""
    branches: dict[Any, list[jsonschema.ValidationError]] = {}
    for error in errors:
        branches.setdefault(error.relative_schema_path[0], []).append(error)
    return min(branches.values(), key=len)


def _tell_type(error: jsonschema.ValidationError) -> str:
    wanted = error.validator_value
    value = shown(error.instance)
    if isinstance(wanted, str):
        return f"{value} is not {WORDS[wanted]}"
    return f"{value} is neither {' nor '.join(WORDS[each] for each in wanted)}"


def _tell_enum(error: jsonschema.ValidationError) -> str:
    wanted, value = error.validator_value, error.instance
    words = [each for each in wanted if isinstance(each, str)]
    guess = _guess(value, words) if isinstance(value, str) else ""
    return f"{shown(value)} is none of {', '.join(map(shown, wanted))}{guess}"


def _tell_count(unit: str, comparison: str) -> Callable[[jsonschema.ValidationError], str]:
    def tell(error: jsonschema.ValidationError) -> str:
        count, limit = len(error.instance), error.validator_value
        if count == 0 and limit == 1:
            return "is empty"
        return f"has {count:,} {unit}{'' if count == 1 else 's'}, {comparison} {limit:,}"

    return tell


def _tell_limit(text: str) -> Callable[[jsonschema.ValidationError], str]:
    def tell(error: jsonschema.ValidationError) -> str:
        return f"{shown(error.instance)} {text} {shown(error.validator_value)}"

    return tell


def _tell_nothing(error: jsonschema.ValidationError) -> str:
    return f"{shown(error.instance)} is not what belongs here"


SENTENCES: Final[Mapping[str, Callable[[jsonschema.ValidationError], str]]] = {
    "type": _tell_type,
    "enum": _tell_enum,
    "const": _tell_limit("is not"),
    "minimum": _tell_limit("is less than the minimum of"),
    "maximum": _tell_limit("is more than the maximum of"),
    "exclusiveMinimum": _tell_limit("is not more than"),
    "exclusiveMaximum": _tell_limit("is not less than"),
    "minLength": _tell_count("character", "fewer than"),
    "maxLength": _tell_count("character", "more than"),
    "minItems": _tell_count("item", "fewer than"),
    "maxItems": _tell_count("item", "more than"),
    "minProperties": _tell_count("member", "fewer than"),
    "maxProperties": _tell_count("member", "more than"),
    "uniqueItems": lambda _: "has an item twice",
}


def shown(value: Any) -> str:
    """The value as a sentence shows it: JSON, strings in single quotes, cut when it is long.

    Characters that do not print are escaped, so that a sentence stays one line of text.
    """
    if isinstance(value, str):
        return f"'{_short(value)}'"
    return _short(json.dumps(value, ensure_ascii=False))


def _short(text: str) -> str:
    plain = "".join(
        each if each.isprintable() else each.encode("unicode_escape").decode()
        for each in text[: LONGEST_SHOWN + 1]
    )
    return plain if len(plain) <= LONGEST_SHOWN else plain[: LONGEST_SHOWN - 1] + "…"


def _guess(word: str, known: Sequence[str]) -> str:
    """The known word that was probably meant, as a question; empty when there is none."""
    if len(word) > LONGEST_SHOWN:
        return ""
    near = difflib.get_close_matches(word, known, n=1)
    return f" (did you mean {shown(near[0])}?)" if near else ""


def _path(place: Place) -> str:
    parts = (f"[{each}]" if isinstance(each, int) else f".{each}" for each in place)
    return "".join(parts).removeprefix(".")
