"""A recorded call is spelled as an entry of a journal, and as one of an HTTP archive."""

import json
from typing import Any

import jsonschema
import pytest

from tests.meta.checkout import ROOT
from tests.schemas.published import DOCUMENTS
from vss_mock.wire.hiding import Holder, Secrets
from vss_mock.wire.traffic import Exchange, Message, archived, entry

HAR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "tests/contract/published/har-1.2.json").read_bytes())
)
AT = 1_469_809_859_000_000
ASKED = b'{"description": "before", "valid_for": 24}'
ANSWERED = b'{"meta":{"time":"0.00000s"},"data":[1]}'
TOO_LONG = "the body was too long to be kept"


@pytest.fixture
def secrets() -> Secrets:
    made = Secrets({})
    made.learn([Holder("jm", ("jm",), "jm-password", "demo-token")])
    return made


def exchange(**fields: Any) -> Exchange:
    """Return a call, as usual but for some fields; bodies may be given as bytes alone."""
    for name in ("asked", "answered"):
        if isinstance(fields.get(name), bytes):
            fields[name] = Message({}, fields[name], len(fields[name]))
    usual = Exchange(
        at=AT,
        operation="vm-snapshot-create",
        username="jm",
        method="POST",
        base="http://127.0.0.1:8001",
        target="/v2/vm/x/snapshot?a=1&b",
        authorization=("Bearer demo-token",),
        asked=Message({"Content-Type": "application/json"}, ASKED, len(ASKED)),
        status_code=202,
        answered=Message({}, ANSWERED, len(ANSWERED)),
    )
    return usual._replace(**fields)


def journal(one: Exchange, secrets: Secrets) -> Any:
    """Return the entry that a call is spelled as, held against its schema."""
    made = json.loads(json.dumps({"number": 7, **entry(one, secrets)}))
    assert DOCUMENTS.violations("control/journal.json#/$defs/call", made) == []
    return made


def archive(one: Exchange, secrets: Secrets) -> Any:
    """Return the entry of an archive that a call is spelled as, held against both schemas."""
    made = json.loads(json.dumps(archived(7, one, secrets)))
    assert DOCUMENTS.violations("control/archive.json#/$defs/exchange", made) == []
    log = {"version": "1.2", "creator": {"name": "x", "version": "1"}, "entries": [made]}
    HAR.validate({"log": log})
    return made


def test_a_call_is_told_with_its_answer(secrets: Secrets) -> None:
    assert journal(exchange(faults=(3, 4), ending="cut"), secrets) == {
        "number": 7,
        "kind": "call",
        "at": "2016-07-29T16:30:59Z",
        "operation": "vm-snapshot-create",
        "user": "jm",
        "method": "POST",
        "target": "/v2/vm/x/snapshot?a=1&b",
        "request": {
            "headers": {"Authorization": "Bearer token-1", "Content-Type": "application/json"},
            "body": {"description": "before", "valid_for": 24},
            "size": len(ASKED),
        },
        "answer": {
            "status_code": 202,
            "headers": {"Content-Type": "application/json"},
            "body": {"meta": {"time": "0.00000s"}, "data": [1]},
            "size": len(ANSWERED),
            "ending": "cut",
        },
        "faults": [3, 4],
    }


def test_a_call_of_nothing_by_nobody_is_told(secrets: Secrets) -> None:
    made = journal(exchange(operation=None, username=None, authorization=("Basic x",)), secrets)
    assert (made["operation"], made["user"]) == (None, None)
    assert made["request"]["headers"]["Authorization"] == "Basic ?:?"


@pytest.mark.parametrize(
    ("body", "told"),
    [
        (b"", {"body": None}),
        (b"null", {"body": None}),
        (b' {"a": 1.5}\n', {"body": {"a": 1.5}}),
        (b'"demo-token"', {"body": "token-1"}),
        (b"{", {"body": None, "text": "{"}),
        (b"demo-token", {"body": None, "text": "token-1"}),
        (b'{"a": NaN}', {"body": None, "text": '{"a": NaN}'}),
        (b"1" * 30, {"body": None, "text": "1" * 30}),
        (b"\xc3\xa9", {"body": None, "text": "é"}),
        (b"\xff\xfe", {"body": None, "base64": "//4="}),
        (b"\xffdemo-token", {"body": None, "base64": "/3Rva2VuLTE="}),
        (b'"\\ud800"', {"body": None, "text": '"\\ud800"'}),
    ],
)
def test_a_body_is_told_as_what_it_is(secrets: Secrets, body: bytes, told: Any) -> None:
    made = journal(exchange(asked=body, answered=body), secrets)
    assert made["request"] == {
        "headers": {"Authorization": "Bearer token-1"},
        "size": len(body),
        **told,
    }
    typed = {"Content-Type": "application/json"} if body else {}
    assert made["answer"] == {
        "status_code": 202,
        "headers": typed,
        "size": len(body),
        "ending": "whole",
        **told,
    }


def test_of_a_body_that_was_not_kept_its_size_is_told(secrets: Secrets) -> None:
    lost = Message({}, b"", 70_000)
    made = journal(exchange(asked=lost, answered=lost), secrets)
    for side in ("request", "answer"):
        assert (made[side]["body"], made[side]["size"]) == (None, 70_000)
    kept = archive(exchange(asked=lost, answered=lost), secrets)
    assert kept["request"]["postData"] == {"mimeType": "x-unknown", "text": "", "comment": TOO_LONG}
    assert kept["response"]["content"] == {
        "size": 70_000,
        "mimeType": "application/json",
        "comment": TOO_LONG,
    }


@pytest.mark.parametrize("fields", [{"method": "HEAD", "status_code": 200}, {"status_code": 204}])
def test_an_answer_without_a_body_is_told_without_one(
    secrets: Secrets, fields: dict[str, Any]
) -> None:
    made = journal(exchange(**fields), secrets)
    assert (made["answer"]["body"], made["answer"]["size"]) == (None, 0)
    kept = archive(exchange(**fields, asked=b""), secrets)
    assert "postData" not in kept["request"]
    assert kept["response"]["bodySize"] == kept["response"]["content"]["size"] == 0
    assert "text" not in kept["response"]["content"]


def test_headers_are_told_by_allow_list(secrets: Secrets) -> None:
    answered = Message(
        {
            "content-type": "text/html; demo-token",
            "allow": "GET",
            "Retry-After": "5",
            "WWW-Authenticate": 'Basic realm="VSS"',
            "X-RateLimit-Limit": "5",
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": "9",
            "Set-Cookie": "c4n4ry",
            "X-VSS-Mock-Fault": "3",
        },
        b"<html>",
        6,
    )
    asked = Message({"Content-Type": "x/demo-token", "Origin": "http://demo-token"}, b"", 0)
    made = journal(exchange(asked=asked, answered=answered), secrets)
    assert made["answer"]["headers"] == {
        "Content-Type": "text/html; token-1",
        "Allow": "GET",
        "Retry-After": "5",
        "WWW-Authenticate": 'Basic realm="VSS"',
        "X-RateLimit-Limit": "5",
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": "9",
    }
    assert made["request"]["headers"] == {
        "Authorization": "Bearer token-1",
        "Content-Type": "x/token-1",
        "Origin": "http://token-1",
    }
    untyped = Message({"Content-Type": ""}, b"{}", 2)
    assert journal(exchange(answered=untyped), secrets)["answer"]["headers"] == {}


def test_an_archive_tells_the_same_call(secrets: Secrets) -> None:
    assert archive(exchange(), secrets) == {
        "startedDateTime": "2016-07-29T16:30:59Z",
        "time": 0,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "comment": "entry 7: vm-snapshot-create",
        "request": {
            "method": "POST",
            "url": "http://127.0.0.1:8001/v2/vm/x/snapshot?a=1&b",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [
                {"name": "Authorization", "value": "Bearer token-1"},
                {"name": "Content-Type", "value": "application/json"},
            ],
            "queryString": [{"name": "a", "value": "1"}, {"name": "b", "value": ""}],
            "headersSize": -1,
            "bodySize": len(ASKED),
            "postData": {"mimeType": "application/json", "text": ASKED.decode()},
        },
        "response": {
            "status": 202,
            "statusText": "Accepted",
            "httpVersion": "HTTP/1.1",
            "cookies": [],
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {
                "size": len(ANSWERED),
                "mimeType": "application/json",
                "text": ANSWERED.decode(),
            },
            "redirectURL": "",
            "headersSize": -1,
            "bodySize": len(ANSWERED),
        },
    }


def test_an_archive_tells_no_secret_and_what_is_no_text_in_base64(secrets: Secrets) -> None:
    one = exchange(
        operation=None,
        asked=b'{"a": "demo-token"}',
        answered=b"\xffdemo-token",
        target="/v2/demo-token?x=demo-token#y",
        status_code=599,
    )
    made = archive(one, secrets)
    assert made["comment"] == "entry 7: no operation"
    assert made["request"]["url"] == "http://127.0.0.1:8001/v2/token-1?x=token-1"
    assert made["request"]["postData"]["text"] == '{"a":"token-1"}'
    assert made["response"]["content"]["text"] == "/3Rva2VuLTE="
    assert made["response"]["content"]["encoding"] == "base64"
    assert made["response"]["statusText"] == ""
