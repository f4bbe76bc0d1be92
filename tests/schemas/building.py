"""Builds the documents of the later dialects, each from the dialect before and its differences.

`schemas/differences/<dialect>.json` names the dialect before, and words that became others: a text
that is exactly such a word, wherever it stands, is replaced. Then each file of
`schemas/differences/<dialect>/` is merged into the file of the same name, as RFC 7396 (JSON Merge
Patch) has it; one that is new is whole. What a file need not repeat is filled in: its address, and
in the OpenAPI document the examples and the refusals.

The README of schemas/ shows `schemas/slips.json` in two tables; they are written too.

    python -m tests.schemas.building        # or: make schemas
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
DIFFERENCES = SCHEMAS / "differences"
FIRST = "2016"
BASE = "https://vss-mock.example/schemas/"
DRAFT = "https://json-schema.org/draft/2020-12/schema"
OPENAPI = "openapi.json"
METHODS = ("get", "put", "post", "delete", "patch")
ALPHABETICAL = "properties"
"""What is kept in the order of its members' names; elsewhere what is new comes last."""

Files = dict[str, Any]


def main() -> None:
    """Write the documents of every later dialect, and the tables of slips in the README."""
    for name, document in built().items():
        path = SCHEMAS / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(spelled(document), encoding="utf-8")
    readme = SCHEMAS / "README.md"
    readme.write_text(with_slips(readme.read_text(encoding="utf-8")), encoding="utf-8")


def with_slips(readme: str) -> str:
    """Return the README with the tables of slips as the data has them."""
    slips = json.loads((SCHEMAS / "slips.json").read_bytes())["slips"]
    for of in ("documents", "clients"):
        rows = [f"| {each['says']} | {each['does']} |" for each in slips if each["of"] == of]
        table = "\n".join([f"| the {of} | the mock |", "|---|---|", *rows])
        before, _, after = readme.partition(f"<!-- slips of {of} -->\n")
        end = "<!-- /slips -->"
        readme = f"{before}<!-- slips of {of} -->\n{table}\n{end}{after.partition(end)[2]}"
    return readme


def spelled(document: Any) -> str:
    """Spell a document as all are spelled under schemas/."""
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def built() -> Files:
    """Build the documents of the later dialects, by their path under schemas/."""
    before = {FIRST: read(SCHEMAS / FIRST)}
    for dialect, settings in later():
        files = before[settings["before"]]
        before[dialect] = build(dialect, files, settings.get("words", {}), patches(dialect))
    del before[FIRST]
    return {
        f"{dialect}/{name}": file for dialect in before for name, file in before[dialect].items()
    }


def later() -> Iterator[tuple[str, Any]]:
    """Give the later dialects and their settings, the oldest first."""
    for path in sorted(DIFFERENCES.glob("*.json")):
        yield path.stem, json.loads(path.read_bytes())


def patches(dialect: str) -> Files:
    """Read what a dialect has otherwise than the one before, by the names of its files."""
    return read(DIFFERENCES / dialect)


def read(folder: Path) -> Files:
    """Read the files of a folder by their names."""
    return {path.name: json.loads(path.read_bytes()) for path in sorted(folder.glob("*.json"))}


def build(dialect: str, before: Files, words: Mapping[str, str], patches: Files) -> Files:
    """Build the documents of a dialect from those of the one before."""
    files = {}
    for name in sorted({*before, *patches}):
        document = reworded(before.get(name, {}), words)
        document = merged(document, patches.get(name, {}))
        files[name] = document if name == OPENAPI else addressed(f"{dialect}/{name}", document)
    files[OPENAPI] = filled_in(files[OPENAPI], files)
    return files


def reworded(node: Any, words: Mapping[str, str]) -> Any:
    """Replace every text that is one of the words; names of members stay."""
    if isinstance(node, dict):
        return {key: reworded(value, words) for key, value in node.items()}
    if isinstance(node, list):
        return [reworded(value, words) for value in node]
    return words.get(node, node) if isinstance(node, str) else node


def merged(target: Any, patch: Any, name: str = "") -> Any:
    """Merge a patch into a document: an object member by member, null for one that goes."""
    if not isinstance(patch, dict):
        return patch
    made = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            made.pop(key, None)
        else:
            made[key] = merged(made.get(key), value, key)
    return dict(sorted(made.items())) if name == ALPHABETICAL else made


def addressed(name: str, document: Any) -> Any:
    """Give a schema the address of its file."""
    return {"$schema": DRAFT, "$id": "", **document} | {"$id": BASE + name}


def filled_in(openapi: Any, files: Files) -> Any:
    """Fill in what an OpenAPI document repeats: the examples of its schemas, and the refusals."""
    paths = {
        path: {
            key: _filled_in(path, node, files, openapi) if key in METHODS else node
            for key, node in item.items()
        }
        for path, item in openapi["paths"].items()
    }
    return {**openapi, "paths": paths}


def _filled_in(path: str, operation: Any, files: Files, openapi: Any) -> Any:
    made = dict(operation)
    if "requestBody" in made:
        made["requestBody"] = _with_examples(made["requestBody"], files)
    answers = {
        code: _with_examples(answer, files)
        for code, answer in made["responses"].items()
        if code.startswith("2")
    }
    refused = {
        code: {"$ref": f"#/components/responses/error-{code}"} for code in refusals(path, made)
    }
    return {**made, "responses": answers | refused}


def _with_examples(body: Any, files: Files) -> Any:
    """Give a body, or an answer, the examples of its schema."""
    if "content" not in body:
        return body
    schema = body["content"]["application/json"]["schema"]
    file, _, pointer = schema["$ref"].partition("#/")
    found = files[file]
    for part in pointer.split("/") if pointer else ():
        found = found[part]
    examples = [{"value": value} for value in found["examples"]]
    named = {f"example-{number}": value for number, value in enumerate(examples, start=1)}
    media = {"schema": schema, "examples": named if len(named) > 1 else {"example": examples[0]}}
    return {**body, "content": {"application/json": media}}


def refusals(path: str, operation: Any) -> list[str]:
    """List the status codes that an operation refuses calls with, as every operation does."""
    codes = {"400", "401", "408", "413", "421", "429", "431", "503"}
    codes |= {"403"} if path.startswith("/v2/vm/{uuid}") else set()
    codes |= {"404"} if "{" in path else set()
    codes |= {"415"} if "requestBody" in operation else set()
    return sorted(codes)


if __name__ == "__main__":
    main()
