"""The commands that list, show and apply the published schemas; no mock need run for them."""

import difflib
import json
from collections.abc import Collection

from vss_mock.assembly import load_documents
from vss_mock.cli_input import read_json
from vss_mock.resources import load_schemas
from vss_mock.terminal import CommandError, one_line, table

SUFFIX = ".json"
INVALID = 1
"""The exit status when a document is not as its schema says."""


def list_schemas() -> int:
    """Print the names of all schemas, each with its title."""
    documents = load_documents()
    rows = [
        (name.removesuffix(SUFFIX), documents.schema(name)["title"]) for name in documents.names()
    ]
    print(table(("NAME", "TITLE"), rows))
    return 0


def show(name: str) -> int:
    """Print a schema, or an OpenAPI document, as it is published."""
    files = load_schemas()
    print(json.dumps(files[_found(name, files)], indent=2))
    return 0


def validate(name: str, file: str) -> int:
    """Hold a document against a schema; print each violation on a line of its own."""
    documents = load_documents()
    name = _found(name, documents.names())
    violations = documents.violations(name, read_json(file))
    for violation in violations:
        print(one_line(violation.sentence))
    if violations:
        return INVALID
    print(f"valid: {name.removesuffix(SUFFIX)}")
    return 0


def _found(name: str, names: Collection[str]) -> str:
    """Return the full name of a schema, which may be given without its ending; or complain."""
    for full in (name, name + SUFFIX):
        if full in names:
            return full
    short = [full.removesuffix(SUFFIX) for full in names]
    near = [each for each in short if each.rpartition("/")[2] == name]
    near = near or difflib.get_close_matches(name, short, n=1)
    guess = f"did you mean {near[0]!r}?" if near else "vss-mock schema list names them all"
    raise CommandError(f"there is no schema {name!r} ({guess})")
