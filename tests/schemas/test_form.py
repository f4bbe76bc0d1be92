"""Every published schema is well-formed, closed, and says what it is and where that is written."""

import json
import re
from typing import Any
from urllib.parse import urljoin

import jsonschema
import jsonschema_rs
import pytest

from tests.schemas.published import (
    BODIES,
    DIALECTS,
    DOCUMENTS,
    EVIDENCE,
    FILES,
    NAMES,
    SCHEMAS,
    nodes,
    titled,
)

BASE = "https://vss-mock.example/schemas/"
# A library holds definitions for others and describes nothing by itself.
LIBRARIES = {
    *(f"{dialect}/envelope.json" for dialect in DIALECTS),
    *("common/dates.json", "common/links.json", "common/values.json"),
}
TITLED = list(titled())
# What may have members that are not named here: OpenAPI's own document.
OPEN = {"control/openapi-document.json"}


@pytest.mark.parametrize("name", FILES)
def test_a_document_is_indented_by_two(name: str) -> None:
    text = (SCHEMAS / name).read_text(encoding="utf-8")
    assert text == json.dumps(FILES[name], indent=2, ensure_ascii=False) + "\n"


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_is_valid_json_schema(name: str) -> None:
    jsonschema.Draft202012Validator.check_schema(FILES[name])
    assert jsonschema_rs.meta.is_valid(FILES[name])


@pytest.mark.parametrize("name", NAMES)
def test_a_schema_has_the_stable_address_of_its_file(name: str) -> None:
    assert FILES[name]["$id"] == BASE + name
    assert FILES[name]["$schema"] == "https://json-schema.org/draft/2020-12/schema"


@pytest.mark.parametrize("name", NAMES)
def test_every_reference_leads_to_a_file_beside_it(name: str) -> None:
    for place, node in nodes(FILES[name]):
        if isinstance(node.get("$ref"), str):
            target = urljoin(BASE + name, node["$ref"])
            assert target.startswith(BASE), f"{place}: {node['$ref']}"
            assert DOCUMENTS.schema(target.removeprefix(BASE)) is not None
            assert not node["$ref"].startswith("http"), f"{place}: not relative"


@pytest.mark.parametrize(("name", "schema"), TITLED, ids=[name for name, _ in TITLED])
def test_a_schema_says_what_it_is_and_where_that_is_written(name: str, schema: Any) -> None:
    assert schema["title"][0].isupper() or schema["title"][0] == "`"
    assert schema["description"].endswith(".")
    assert schema["x-evidence"] in EVIDENCE
    assert schema["x-source"]


@pytest.mark.parametrize(("name", "schema"), TITLED, ids=[name for name, _ in TITLED])
def test_a_schema_has_an_example(name: str, schema: Any) -> None:
    assert schema.get("examples") or name in LIBRARIES


@pytest.mark.parametrize("name", BODIES)
def test_evidence_comes_with_its_source(name: str) -> None:
    for place, node in nodes(FILES[name]):
        if "x-evidence" in node:
            assert node["x-evidence"] in EVIDENCE, place
            assert node["x-source"], place


@pytest.mark.parametrize("name", [name for name in BODIES if name not in OPEN])
def test_every_object_with_members_is_closed(name: str) -> None:
    for place, node in nodes(FILES[name]):
        if node.get("type") == "object" and "properties" in node:
            assert node["additionalProperties"] is False, place
            assert set(node["required"]) <= set(node["properties"]), place


@pytest.mark.parametrize("name", BODIES)
def test_no_member_is_forbidden_by_a_plain_false(name: str) -> None:
    # jsonschema does not say where such a member stands: `not` with `x-says` does.
    for place, node in nodes(FILES[name]):
        if isinstance(node.get("properties"), dict):
            assert all(isinstance(schema, dict) for schema in node["properties"].values()), place


@pytest.mark.parametrize("name", BODIES)
def test_items_are_looked_at_before_they_are_compared(name: str) -> None:
    # A list of a hundred wrong items is refused for them, before all are compared with all.
    for place, node in nodes(FILES[name]):
        if "uniqueItems" in node:
            assert list(node).index("items") < list(node).index("uniqueItems"), place


@pytest.mark.parametrize("name", NAMES)
def test_a_pattern_means_the_same_in_every_engine(name: str) -> None:
    for place, node in nodes(FILES[name]):
        pattern = node.get("pattern")
        if not isinstance(pattern, str):
            continue
        where = f"{place}: {pattern}"
        assert not re.search(r"\\[dDwWsSbBpPAZz]", pattern), where  # their letters differ
        assert pattern.endswith(r"$(?!\n)"), where  # `$` alone takes a last line break in Python
        assert pattern.count("$") == 1, where
        assert "(?" not in pattern.removesuffix(r"(?!\n)").replace("(?:", ""), where


@pytest.mark.parametrize(("name", "schema"), TITLED, ids=[name for name, _ in TITLED])
def test_no_pattern_is_left_unexplained(name: str, schema: Any) -> None:
    for place, node in nodes(schema):
        explained = {"x-says", "x-says-pattern"} & set(node) or place.endswith("/contains")
        assert explained or not isinstance(node.get("pattern"), str), f"{name} {place}"


@pytest.mark.parametrize("name", BODIES)
def test_a_property_described_in_text_is_described_in_sentences(name: str) -> None:
    for place, node in nodes(FILES[name]):
        if isinstance(node.get("description"), str):
            assert node["description"].rstrip().endswith((".", ")")), place


def test_the_names_of_schemas_are_lower_case_words() -> None:
    assert all(re.fullmatch(r"[a-z0-9]+/[a-z]+(-[a-z]+)*\.json", name) for name in FILES)


def test_every_shared_definition_is_used() -> None:
    used = {
        urljoin(name, node["$ref"])
        for name in FILES
        for _, node in nodes(FILES[name])
        if isinstance(node.get("$ref"), str)
    }
    shared = {f"{name}#/$defs/{key}" for name in LIBRARIES for key in FILES[name]["$defs"]}
    assert shared - used == set()
