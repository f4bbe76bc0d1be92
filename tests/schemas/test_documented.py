"""Every body that a public document shows is as the schemas say.

The bodies in tests/payloads/ are typed anew from the pages they name. Placeholders are filled in;
where a page slips, the file lists the slip and a test here names it.
"""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.meta.checkout import ROOT
from tests.schemas.published import DIALECTS, DOCUMENTS, NAMES

PAYLOADS: dict[str, Any] = {
    path.stem: json.loads(path.read_bytes())
    for path in sorted((ROOT / "tests" / "payloads").glob("*.json"))
}
PLACEHOLDERS = {
    "<vm_uuid>": "501219a5-a563-787c-f334-e7b65e829dca",
    "<ip_addr>": "192.0.2.10",
    "<token_here>": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJqbSJ9.c2lnbmF0dXJl",
    "<username>": "jm",
}
WHOLE = [name for name, payload in PAYLOADS.items() if not payload["partial"]]


def body(name: str) -> Any:
    """Return a documented body with its placeholders filled in."""
    text = json.dumps(PAYLOADS[name]["body"])
    for placeholder, value in PLACEHOLDERS.items():
        text = text.replace(placeholder, value)
    return json.loads(text)


def test_every_payload_names_its_source() -> None:
    assert len(PAYLOADS) == 19
    for payload in PAYLOADS.values():
        assert list(payload) == [
            *("source", "request", "status", "schema", "partial", "slips", "body"),
        ]
        assert payload["source"].startswith(("https://eis-vss.atlassian.net/", "README of pyvss"))


@pytest.mark.parametrize("name", WHOLE)
def test_a_documented_body_is_as_its_schema_says(name: str) -> None:
    assert DOCUMENTS.violations(PAYLOADS[name]["schema"], body(name)) == []


@pytest.mark.parametrize("name", WHOLE)
def test_a_documented_body_is_an_example_of_its_schema(name: str) -> None:
    schema = DOCUMENTS.schema(PAYLOADS[name]["schema"])
    shapes = [_shape(example) for example in schema["examples"]]
    assert _shape(body(name)) in shapes


def _shape(document: Any) -> Any:
    """Return the members and types of a document; of a list, those of its first item."""
    if isinstance(document, dict):
        return {key: _shape(document[key]) for key in sorted(document)}
    if isinstance(document, list):
        return [_shape(item) for item in document[:1]]
    return type(document).__name__


def test_every_documented_schema_has_a_documented_body() -> None:
    shown = {payload["schema"].partition("#")[0] for payload in PAYLOADS.values()}
    documented = {
        name
        for name in NAMES
        if DOCUMENTS.schema(name)["x-evidence"] == "documented" and "type" in DOCUMENTS.schema(name)
        if not is_older(name)
    }
    assert documented == shown


def is_older(name: str) -> bool:
    """Tell whether a later dialect has the schema from an older one, where it is shown."""
    dialect, _, file = name.partition("/")
    return dialect in DIALECTS and any(
        f"{older}/{file}" in NAMES for older in DIALECTS[: DIALECTS.index(dialect)]
    )


def test_the_failed_login_shows_error_and_message_as_far_as_the_stored_page_goes() -> None:
    shown = body("login-401")
    whole = shown | {"message": "Invalid username or password", "status": 401}
    assert whole["message"].startswith(shown["message"])
    assert DOCUMENTS.violations(PAYLOADS["login-401"]["schema"], whole) == []
    assert [violation.name for violation in DOCUMENTS.violations("common/error.json", shown)] == [
        "status"
    ]


def test_the_how_to_slips_in_saying_valid_for_1_for_12_hours() -> None:
    shown = body("snapshot-request-submitted-200")["data"]["snapshot"]
    begin, end = (
        datetime.fromisoformat(shown[date].removesuffix(" EDT"))
        for date in ("from_date", "to_date")
    )
    assert (end - begin).total_seconds() == 12 * 3600
    assert shown["description"].endswith("valid for 12")
    assert shown["valid_for"] == "1"
    assert body("snapshot-create")["valid_for"] == 12


def test_the_how_to_slips_in_taking_the_snapshot_hours_before_its_date() -> None:
    request = body("snapshot-request-scheduled-200")["data"]
    (snapshot,) = body("vm-snapshot-200")["data"]
    assert request["updated_on"] < request["snapshot"]["from_date"]
    assert snapshot["createTime"] < request["snapshot"]["from_date"]


def test_the_how_to_slips_in_shortening_the_description_by_hand() -> None:
    asked = body("snapshot-create")["description"]
    stored = body("snapshot-request-submitted-200")["data"]["snapshot"]["description"]
    assert asked.startswith("before upgrading")
    assert not stored.startswith(asked)


def test_the_documents_call_links_by_two_names() -> None:
    request = body("snapshot-request-submitted-200")
    assert "_link" in request
    assert "_links" in request["data"]
    page = body("snapshot-request-list-200")
    assert "_link" in page["meta"]
    assert "_links" in body("vm-snapshot-200")


def test_the_documents_name_the_host_with_and_without_a_port() -> None:
    assert ":8001/" in body("vm-list-bare-summary-200")["_links"]["api"]
    assert ":8001/" not in body("request-summary-200")["_links"]["api"]


def test_one_snapshot_is_a_list_and_its_id_has_two_types() -> None:
    (snapshot,) = body("vm-snapshot-200")["data"]
    request = body("snapshot-request-scheduled-200")["data"]
    assert snapshot["id"] == 1
    assert request["snapshot"]["snap_id"] == "1"


def test_the_count_of_an_object_is_the_number_of_its_members() -> None:
    for name in ("snapshot-request-submitted-200", "request-summary-200", "vm-snapshot-200"):
        shown = body(name)
        assert shown["meta"]["count"] == len(shown["data"])
