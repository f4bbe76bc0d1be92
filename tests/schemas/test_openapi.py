"""The OpenAPI documents are valid, whole and linked, and show an example of every body."""

import json
import re
from typing import Any
from urllib.parse import urljoin

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from openapi_spec_validator import validate

from tests.schemas import building
from tests.schemas.published import (
    DIALECTS,
    DOCUMENTS,
    EVIDENCE,
    FILES,
    OPENAPI,
    SCHEMAS,
    nodes,
    operations,
)
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.world import World
from vss_mock.wire.collections import Field
from vss_mock.wire.dialect_2016 import Dialect2016
from vss_mock.wire.dialect_2019 import Dialect2019
from vss_mock.wire.dialect_2026 import Dialect2026
from vss_mock.wire.documents import bundle

SPEAKERS = {"2016": Dialect2016, "2019": Dialect2019, "2026": Dialect2026}
KINDS = ("snapshot", "change")
OTHER_KINDS = ("export", "folder", "inventory", "new")
PLACES = ("folder-", "network-", "domain-")
API = {
    *("api-root", "request-change-get", "request-change-list", "request-change-update"),
    *("request-snapshot-extend", "request-snapshot-get", "request-snapshot-list"),
    *("request-summary", "request-task-get", "token-request", "user-get", "vm-consolidate"),
    *("vm-consolidation-get", "vm-cpu-set", "vm-get", "vm-list", "vm-memory-set", "vm-name-set"),
    *("vm-snapshot-create", "vm-snapshot-delete", "vm-snapshot-get", "vm-snapshot-list"),
    *("vm-snapshot-revert", "vm-state-set"),
}
SINCE_2019 = {
    *("api-ping", "api-status", "domain-get", "domain-list", "domain-vm-list"),
    *("folder-child-list", "folder-get", "folder-list", "folder-vm-list", "network-get"),
    *("network-list", "network-vm-list", "request-change-retry", "request-export-list"),
    *("request-folder-list", "request-inventory-list", "request-new-list", "user-digest-get"),
    *("user-group-list", "user-ldap-get", "user-message-get", "user-message-list"),
    *("user-notification-format-get", "user-notification-get", "user-notification-method-get"),
    *("user-notification-request-get", "user-personal-get", "user-role-get", "vm-cpu-get"),
    *("vm-domain-get", "vm-folder-get", "vm-guest-get", "vm-memory-get", "vm-name-get"),
    *("vm-state-get", "vm-tools-get", "template-list", "user-message-ack", "user-ssh-key-list"),
    *("user-token-get", "user-token-list"),
}
SINCE_2026 = {"group-get", "group-list", "group-member-list", "session-motd"}
SERVED = {"2016": API, "2019": API | SINCE_2019, "2026": API | SINCE_2019 | SINCE_2026}
FAULT_VERBS = ("add", "clear", "get", "list", "remove")
HOLD_VERBS = ("add", "clear", "fail", "list", "release")
EXPLAINING = ("journal-entry", "peek", "request-get")
CONTROL = {
    *("mock-clock-get", "mock-clock-move", "mock-health", "mock-journal-get", "mock-openapi"),
    *("mock-reset", "mock-state", "mock-world-clock-get", "mock-world-clock-move"),
    *(f"mock-{of}fault-{verb}" for of in ("", "world-") for verb in FAULT_VERBS),
    *(f"mock-{of}hold-{verb}" for of in ("", "world-") for verb in HOLD_VERBS),
    *("mock-world-create", "mock-world-delete", "mock-world-fork", "mock-world-get"),
    *("mock-world-journal-get", "mock-world-list", "mock-world-put", "mock-world-reset"),
    *("mock-world-state", "mock-whose"),
    *("mock-page", "mock-page-file", "mock-page-way"),
    *("mock-events", "mock-world-events"),
    *(f"mock-{of}{name}" for of in ("", "world-") for name in EXPLAINING),
    "mock-world-openapi",
    *("mock-saved-get", "mock-saved-put", "mock-world-saved-get", "mock-world-saved-put"),
}
MAKES = {"mock-world-put", "mock-world-saved-put"}
"""What has a name in its path of what is not there yet."""
REPLACES_OR_MAKES = {"mock-world-saved-put"}
"""What has two successes: 200 for what was there, 201 for what was not."""
LEADS_ON = {"mock-page-way"}
"""What has no success: it says where to go."""
NO_TOKEN = {"mock-health", "mock-whose", "mock-page", "mock-page-file", "mock-page-way"}
"""What needs no control token, since it tells nothing of a world."""
OPERATIONS = [
    (dialect, path, method, item, operation)
    for dialect in OPENAPI
    for path, item, method, operation in (
        (path, item, method, operation) for path, method, item, operation in operations(dialect)
    )
]
IDS = [f"{dialect}-{operation['operationId']}" for dialect, *_, operation in OPERATIONS]
each_operation = pytest.mark.parametrize(
    ("dialect", "path", "method", "item", "operation"), OPERATIONS, ids=IDS
)


def answers(dialect: str, operation: Any) -> dict[str, Any]:
    """Return the answers of an operation by status code, components put in their places."""
    shared = OPENAPI[dialect]["components"]["responses"]
    return {
        code: shared[answer["$ref"].rpartition("/")[2]] if "$ref" in answer else answer
        for code, answer in operation["responses"].items()
    }


def is_json(node: Any) -> bool:
    """Tell whether a body is JSON, for which alone there are schemas and examples."""
    return "application/json" in node["content"]


def content(dialect: str, node: Any) -> tuple[str, list[Any]]:
    """Return the name of a body's schema and its examples."""
    media = node["content"]["application/json"]
    name = urljoin(f"{dialect}/openapi.json", media["schema"]["$ref"])
    return name, [example["value"] for example in media["examples"].values()]


@pytest.mark.parametrize("dialect", OPENAPI)
def test_the_document_is_valid(dialect: str) -> None:
    uri = (SCHEMAS / dialect / "openapi.json").as_uri()
    validate(OPENAPI[dialect], base_uri=uri)
    assert OPENAPI[dialect]["openapi"].startswith("3.1.")
    assert "jsonSchemaDialect" not in OPENAPI[dialect]


@pytest.mark.parametrize("dialect", OPENAPI)
def test_the_bundle_is_valid_by_itself(dialect: str) -> None:
    document = bundle(f"{dialect}/openapi.json", FILES)
    validate(document)
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(document))
    assert references
    assert all(reference.startswith("#/components/") for reference in references)
    # A schema inside of which another refers back to it is followed to no end by Swagger UI.
    assert [place for place, node in nodes(document) if "$defs" in node] == []


def test_the_operations_are_those_that_are_served() -> None:
    served = {**SERVED, "control": CONTROL}
    assert set(OPENAPI) == set(served)
    for dialect, ids in served.items():
        assert sorted(each["operationId"] for *_, each in operations(dialect)) == sorted(ids)


@each_operation
def test_an_operation_says_what_it_does_and_where_that_is_written(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    assert operation["summary"]
    assert not operation["summary"].endswith(".")
    assert operation["description"].endswith(".")
    assert item["description"].endswith(".")
    assert operation["x-evidence"] in EVIDENCE
    assert operation["x-source"]
    known = {tag["name"] for tag in OPENAPI[dialect]["tags"]}
    assert set(operation["tags"]) <= known


@each_operation
def test_an_operation_describes_each_parameter(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    parameters = [*item.get("parameters", []), *operation.get("parameters", [])]
    in_path = [each["name"] for each in parameters if each["in"] == "path"]
    assert in_path == re.findall(r"{(\w+)}", path)
    for each in parameters:
        assert each["description"].endswith(".")
        assert each["required"] is (each["in"] == "path")
        assert "schema" in each
        assert "example" in each


@each_operation
def test_an_operation_has_one_success_and_the_refusals_it_can_give(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    codes = set(operation["responses"])
    successes = [code for code in codes if code.startswith("2")]
    wanted = 1 + (operation["operationId"] in REPLACES_OR_MAKES)
    assert len(successes) == wanted - (operation["operationId"] in LEADS_ON)
    assert ("308" in codes) is (operation["operationId"] in LEADS_ON)
    assert {"400", "413", "421", "431", "503"} <= codes
    secured = operation.get("security", OPENAPI[dialect]["security"])
    assert ("401" in codes) is bool(secured)
    assert ("404" in codes) is ("{" in path and operation["operationId"] not in MAKES)
    assert ("415" in codes) is ("requestBody" in operation)
    assert "405" not in codes  # of a path, not of an operation
    assert list(operation["responses"]) == sorted(codes)


@each_operation
def test_every_body_and_every_answer_has_an_example_that_is_as_its_schema_says(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    bodies = [operation["requestBody"]] if "requestBody" in operation else []
    for code, answer in answers(dialect, operation).items():
        assert answer["description"].endswith(".")
        if code in {"204", "308"}:
            assert "content" not in answer
        elif is_json(answer):
            bodies.append(answer)
        else:
            assert code == "200"
            assert [media["schema"] for media in answer["content"].values()] == [{"type": "string"}]
    for node in bodies:
        name, examples = content(dialect, node)
        assert examples
        for example in examples:
            assert DOCUMENTS.violations(name, example) == []


@each_operation
def test_an_error_is_the_one_of_its_status_code(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    for code, answer in answers(dialect, operation).items():
        if code.startswith("4"):
            name, examples = content(dialect, answer)
            assert name.startswith("common/error.json#/$defs/")
            assert [example["status"] for example in examples] == [int(code)]


@each_operation
def test_every_link_leads_to_an_operation_and_fills_its_parameters(
    dialect: str, path: str, method: str, item: Any, operation: Any
) -> None:
    targets = {each["operationId"]: where for where, _, _, each in operations(dialect)}
    for answer in operation["responses"].values():
        for link in answer.get("links", {}).values():
            assert set(link["parameters"]) == set(
                re.findall(r"{(\w+)}", targets[link["operationId"]])
            )
            for expression in link["parameters"].values():
                if expression.startswith("$request.path."):
                    assert expression.removeprefix("$request.path.") in path


@pytest.mark.parametrize("dialect", DIALECTS)
def test_links_lead_from_a_name_to_the_end_of_a_snapshots_life(dialect: str) -> None:
    reached, ahead = set(), ["vm-list"]
    links = {
        operation["operationId"]: [
            link["operationId"]
            for answer in operation["responses"].values()
            for link in answer.get("links", {}).values()
        ]
        for *_, operation in operations(dialect)
    }
    while ahead:
        name = ahead.pop()
        if name not in reached:
            reached.add(name)
            ahead += links[name]
    # Where one begins: the lists, the user and what is the user's, the API itself.
    begins = re.compile(
        r"(api|group|session|token|user)-.+|request-summary|[a-z]+-(?:[a-z]+-)?list"
    )
    assert all(begins.fullmatch(name) for name in SERVED[dialect] - reached)


def test_the_link_of_a_202_finds_the_id_in_the_address() -> None:
    accepted = OPENAPI["2016"]["paths"]["/v2/vm/{uuid}/snapshot"]["post"]["responses"]["202"]
    expression = accepted["links"]["request"]["parameters"]["id"]
    address = accepted["content"]["application/json"]["examples"]["example"]["value"]["data"][
        "_links"
    ]["request"]
    found = re.search(expression.partition("#regex:")[2], address)
    assert found
    assert found.group(1) == "2"


def fields(dialect: str) -> dict[str, dict[str, Field]]:
    """Return what the lists of a dialect are filtered and sorted by, where they are."""
    speaker: Any = SPEAKERS[dialect]({})
    world = World(seed=0, start=0, users=[], vms=[], datacenter=Datacenter())
    found = {f"request-{kind}-list": getattr(speaker, f"{kind}_fields")(world) for kind in KINDS}
    if dialect != building.FIRST:
        found |= {f"request-{kind}-list": speaker.fields(world) for kind in OTHER_KINDS}
        found |= {f"{name}vm-list": speaker.machine_fields(world) for name in ("", *PLACES)}
        found |= {f"folder-{name}list": speaker.folder_fields(world) for name in ("", "child-")}
        found["network-list"] = speaker.network_fields(world)
        found["domain-list"] = speaker.place_fields(world)
        found["vm-snapshot-list"] = speaker.snapshot_row_fields(world)
        found["user-group-list"] = speaker.group_fields()
        found["user-message-list"] = speaker.message_fields()
        found["user-token-list"] = speaker.token_fields()
        found["user-ssh-key-list"] = speaker.key_fields()
        found["template-list"] = speaker.machine_fields(world)
    if dialect == "2026":
        found["group-list"] = speaker.group_fields()
        found["group-member-list"] = speaker.member_fields()
    return found


FIELDS = {(dialect, name): found for dialect in DIALECTS for name, found in fields(dialect).items()}


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_list_that_can_be_filtered_is_known(dialect: str) -> None:
    filtered = {
        operation.id
        for operation in DOCUMENTS.operations(dialect)
        if "filter" in {each["name"] for each in operation.raw.get("parameters", ())}
    }
    assert filtered == set(fields(dialect))


@pytest.mark.parametrize(("dialect", "name"), FIELDS)
def test_a_list_is_filtered_and_sorted_by_the_fields_its_document_names(
    dialect: str, name: str
) -> None:
    served = FIELDS[dialect, name]
    parameters = {
        each["name"]: each for each in DOCUMENTS.operation(dialect, name).raw["parameters"]
    }
    filters, sort = (parameters[each]["schema"]["pattern"] for each in ("filter", "sort"))
    listed = parameters["filter"]["description"].partition("Fields: ")[2].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == set(served)
    for field, kind in served.items():
        value = {"text": "x", "number": "7", "date": "2016-07-29 22:00"}[kind.kind]
        for operator in ("eq", "ne", "lt", "le", "gt", "ge", "in", "like"):
            term = f"{field},{operator},{value}"
            assert re.search(filters, ";".join([term] * 10))
            assert not re.search(filters, ";".join([term] * 11))
        assert re.search(sort, f"{field},asc;{field},desc;")
        assert not re.search(sort, f"{field},up")
        assert bool(re.search(sort, f"{field};{field},desc")) is (dialect != building.FIRST)
    assert not re.search(filters, "nothing,eq,x")
    assert re.search(filters, "")
    assert re.search(sort, "")


def test_the_login_wants_a_password_and_what_tells_nothing_wants_nothing() -> None:
    for dialect in DIALECTS:
        assert DOCUMENTS.operation(dialect, "token-request").security == ("password",)
    for operation in DOCUMENTS.operations("control"):
        assert (operation.security == ()) is (operation.id in NO_TOKEN)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_schemathesis_loads_the_document_from_its_file(dialect: str) -> None:
    loaded = schemathesis.openapi.from_path(str(SCHEMAS / dialect / "openapi.json"))
    ids = {
        result.ok().definition.raw["operationId"]
        for result in loaded.get_all_operations()
        if hasattr(result, "ok")
    }
    assert ids == SERVED[dialect]


def test_schemathesis_makes_bodies_that_the_schema_takes() -> None:
    loaded = schemathesis.openapi.from_path(str(SCHEMAS / "2016" / "openapi.json"))
    operation = loaded["/v2/vm/{uuid}/snapshot"]["POST"]
    made = []

    @given(case=operation.as_strategy())
    @settings(max_examples=25, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
    def collect(case: Any) -> None:
        made.append(case.body)

    collect()
    assert len(made) >= 25
    for body in made:
        assert DOCUMENTS.violations("2016/snapshot-create.json", body) == []
