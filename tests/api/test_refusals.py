"""Everything that is refused: with a sentence, and without a trace."""

from typing import Any

import pytest

from tests.api.caller import Caller

GOOD: dict[str, Any] = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}


BAD_HOURS: list[Any] = [
    0, 73, -1, 1.5, True, None, "", " 12", "12\n", "1_2", "１２", "0", "73", "+1", "12.0", [], {},
    10**19, "9" * 20,
]  # fmt: skip
BAD_DATES: list[Any] = [
    "2016-7-9 22:00", "2016-07-29T22:00", "2016-07-29 22:00:00", "2016-07-29 22:00\n",
    "２016-07-29 22:00", "2016-02-30 22:00", "2016-07-29 24:00", "2016-07-29 22:60", "",
    "2016-03-13 02:30", "9999-12-31 23:59", "0001-01-01 00:00", "0000-01-01 00:00", 5, None,
]  # fmt: skip
BAD_DESCRIPTIONS: list[Any] = [
    "", "x" * 4097, "bell \a", "nul \0", "\x7f", "\x85", "\r", 5, None, [],
]  # fmt: skip


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


@pytest.fixture
def snapshots(mock: Caller) -> str:
    return f"/v2/vm/{mock.uuid()}/snapshot"


def refused(mock: Caller, target: str, body: Any, status_code: int = 400, **fields: Any) -> Any:
    """Send a call that must be refused; return the refusal, having looked that nothing changed."""
    before = mock.state
    method = fields.pop("method", "POST")
    answer = mock(method, target, body, **fields)
    assert answer.status_code == status_code, answer.body
    assert answer.body["status"] == status_code
    assert mock.state == before
    return answer.body


@pytest.mark.parametrize(
    ("body", "parameters"),
    [
        (without("valid_for"), ["valid_for"]),
        (without("from_date"), ["from_date"]),
        (without("description"), ["description"]),
        ({}, ["description", "from_date", "valid_for"]),
        *((GOOD | {"valid_for": value}, ["valid_for"]) for value in BAD_HOURS),
        *((GOOD | {"from_date": value}, ["from_date"]) for value in BAD_DATES),
        *((GOOD | {"description": value}, ["description"]) for value in BAD_DESCRIPTIONS),
        (GOOD | {"vaild_for": 1}, ["vaild_for"]),
        (GOOD | {"consolidate": True}, ["consolidate"]),
        ([], []),
        ("text", []),
        (5, []),
    ],
)  # fmt: skip
def test_a_bad_body_is_refused_by_name(
    mock: Caller, snapshots: str, body: Any, parameters: list[str]
) -> None:
    refusal = refused(mock, snapshots, body)
    assert sorted(refusal.get("parameters", [])) == sorted(parameters)


def test_all_that_is_wrong_is_told_at_once(mock: Caller, snapshots: str) -> None:
    body = {"from_date": "2016-03-13 02:30", "valid_for": 73, "vaild_for": 1}
    refusal = refused(mock, snapshots, body)
    assert sorted(refusal["parameters"]) == ["description", "from_date", "vaild_for", "valid_for"]
    assert "the clocks go forward" in refusal["message"]
    assert "73" in refusal["message"]
    assert "'description' is missing" in refusal["message"]


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "body"),
        (b"null", "body"),
        (b"{", "not JSON"),
        (b'{"a": NaN}', "not JSON"),
        (b'{"a": 1}{', "not JSON"),
        (b'{"a": "\xff"}', "not JSON"),
        (b'{"description": "\\ud800"}', "not JSON"),
        (b"[" * 50_000, "not JSON"),
        (b"\xef\xbb\xbf{}", "not JSON"),
        (b"[" * 33 + b"]" * 33, "nested more than 32 deep"),
        (b'{"a": ' + b"1" * 21 + b"}", "more than 20 digits"),
        (b'{"a": "' + b"x" * 65537 + b'"}', "longer than 65536 characters"),
        (b'{"' + b"x" * 65537 + b'": 1}', "longer than 65536 characters"),
        (b"{" + b",".join(b'"%d": 1' % n for n in range(1001)) + b"}", "more than 1000 members"),
    ],
)
def test_what_is_no_json_within_limits_is_refused(
    mock: Caller, snapshots: str, raw: bytes, why: str
) -> None:
    assert why in refused(mock, snapshots, raw)["message"]


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 32 + b"]" * 32,
        b'{"a": ' + b"1" * 20 + b"}",
        b'{"a": "' + b"x" * 65536 + b'"}',
        b'{"a": "' + b"1" * 60 + b'"}',
        b"{" + b",".join(b'"%d": 1' % n for n in range(1000)) + b"}",
    ],
)
def test_at_a_limit_the_schema_has_the_word(mock: Caller, snapshots: str, raw: bytes) -> None:
    message = refused(mock, snapshots, raw)["message"]
    assert "nested" not in message
    assert "digits" not in message or "no string of digits" in message
    assert "longer than" not in message
    assert "members" not in message


@pytest.mark.parametrize(
    "content_type",
    [
        None,
        "",
        "text/plain",
        "application/x-www-form-urlencoded",
        "application/jsonp",
        "application/json; charset=latin-1",
        "application/json, text/plain",
        "application/json; charset=bogus",
    ],
)  # fmt: skip
def test_a_body_of_another_type_is_refused(
    mock: Caller, snapshots: str, content_type: str | None
) -> None:
    refused(mock, snapshots, GOOD, 415, content_type=content_type)


@pytest.mark.parametrize(
    "content_type",
    ["application/json", "Application/JSON", "application/json; charset=utf-8",
     'application/json;charset="UTF-8"', " application/json ; charset=utf-8"],
)  # fmt: skip
def test_json_is_json_however_it_is_announced(
    mock: Caller, snapshots: str, content_type: str
) -> None:
    assert mock.post(snapshots, GOOD, content_type=content_type).status_code == 202


@pytest.mark.parametrize("body", [b"", b"{}", b"null", b'{"x": 1}', b"\xff"])
def test_a_body_where_none_is_wanted_is_taken_no_notice_of(mock: Caller, body: bytes) -> None:
    assert mock("GET", "/v2/user", body, content_type="text/plain").status_code == 200


def test_the_sentence_names_what_was_probably_meant(mock: Caller, snapshots: str) -> None:
    message = refused(mock, snapshots, without("valid_for") | {"vaild_for": 12})["message"]
    assert "unknown 'vaild_for' (did you mean 'valid_for'?)" in message


@pytest.mark.parametrize("id", ["2", "99", "x", "1_0", "１", "-1", "1.0", "%00", "9" * 5000])
def test_what_is_not_there_is_404(mock: Caller, snapshots: str, id: str) -> None:
    refused(mock, f"{snapshots}/{id}", b"", 404, method="GET")
    refused(mock, f"{snapshots}/{id}", b"", 404, method="DELETE")
    refused(mock, f"{snapshots}/{id}", b"", 404, method="PATCH")
    refused(mock, f"/v2/request/snapshot/{id}", b"", 404, method="GET")
    refused(mock, f"/v2/request/change/{id}", b"", 404, method="GET")
    refused(mock, f"/v2/request/task/{id}", b"", 404, method="GET")
    extend = {"attribute": "duration", "value": 1}
    refused(mock, f"/v2/request/snapshot/{id}", extend, 404, method="PUT")


def test_an_unknown_machine_is_404_and_a_hidden_one_403(mock: Caller, snapshots: str) -> None:
    paths = ("", "/snapshot", "/snapshot/1", "/snapshot/x", "/snapshot/consolidate")
    ana = "Bearer ana-token"
    for path in paths:
        refused(mock, f"/v2/vm/nothing{path}", b"", 404, method="GET")
        hidden = snapshots.removesuffix("/snapshot") + path
        refused(mock, hidden, b"", 403, method="GET", authorization=ana)
    refused(mock, snapshots, GOOD, 403, authorization=ana)
    refused(mock, f"{snapshots}/consolidate", {}, 403, method="PUT", authorization=ana)


def test_somebody_elses_request_is_404(mock: Caller) -> None:
    id = mock.submit()
    mock.put(f"/v2/vm/{mock.uuid()}/snapshot/consolidate")
    mock.advance("10h")
    task = mock.request(id)["task_id"]
    ana = "Bearer ana-token"
    for path in (f"snapshot/{id}", "change/1", f"task/{task}"):
        refused(mock, f"/v2/request/{path}", b"", 404, method="GET", authorization=ana)
        assert mock.get(f"/v2/request/{path}").status_code == 200


def test_where_nothing_is_nothing_is_answered(mock: Caller) -> None:
    for target in ("/", "/v2", "/v3/", "/v2/vm/", "/v2//vm", "/_mocks", "/_mock//", "/auth"):
        refused(mock, target, b"", 404, method="GET")
    assert "did you mean /v2/?" in mock.get("/v2").message
    assert "did you mean /v2/vm?" in mock.get("/v2/vm/").message


def test_another_method_is_refused_with_those_that_are_taken(mock: Caller) -> None:
    answer = mock("DELETE", "/v2/vm")
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "HEAD, OPTIONS, GET"
    answer = mock("GET", "/auth/request-token")
    assert answer.headers["Allow"] == "POST, OPTIONS"
    assert mock("BREW", "/v2/request/snapshot/2").status_code == 405


def test_refusals_consume_no_id(mock: Caller, snapshots: str) -> None:
    refused(mock, snapshots, {})
    assert mock.submit() == 2
    refused(mock, snapshots, {})
    assert mock.submit() == 3


def test_what_a_description_may_hold_is_held(mock: Caller) -> None:
    text = "tab\t line\n " + "é漢😀" * 10 + "<script>" + "x" * 100
    id = mock.submit(description=text)
    assert mock.request(id)["snapshot"]["description"].startswith(text)
    mock.submit(description="x" * 4096)


def test_null_is_no_body_where_one_may_be_left_out(mock: Caller) -> None:
    path = f"/v2/vm/{mock.uuid()}/snapshot/consolidate"
    refused(mock, path, b"null", method="PUT")
    assert mock.put(path, b"").status_code == 202
    assert mock.put(path, b"{}").status_code == 202
