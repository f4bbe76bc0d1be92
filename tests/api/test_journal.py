"""Every call that reaches a world is entered in its journal, with its answer, in one order."""

import json
from typing import Any

import jsonschema
import pytest

from tests.api.caller import BEARER, Caller, basic, caller, finish
from tests.meta.checkout import ROOT
from vss_mock.api import control_journal, pacing, recording
from vss_mock.api.messages import Reply
from vss_mock.api.recording import Recorded
from vss_mock.simulator.records import Fired
from vss_mock.simulator.worlds import DEFAULT


def recorded(mock: Caller, world: str = DEFAULT) -> list[Recorded]:
    """Return the calls in a world's journal."""
    entries = mock.service.worlds[world].journal.since(0)
    return [Recorded(*told) for _, _, told in entries if not isinstance(told, Fired)]


def told(mock: Caller, world: str = DEFAULT) -> list[tuple[Any, ...]]:
    """Return operation, user and status code of each call in a world's journal."""
    return [
        (
            one.operation and one.operation.id,
            one.user and one.user.username,
            one.reply.status_code,
        )
        for one in recorded(mock, world)
    ]


def test_a_call_is_recorded_as_it_came_with_its_answer(mock: Caller) -> None:
    call = mock.call("GET", "/v2/vm?name=coreos0&summary")
    reply = mock.service.handle(call)
    (one,) = recorded(mock)
    assert one.call is call
    assert one.reply is reply
    assert one.at == mock.service.worlds[DEFAULT].world.now
    assert (one.call_size, one.reply_size) == (None, None)
    assert told(mock) == [("vm-list", "jm", 200)]


@pytest.mark.parametrize(
    ("method", "target", "fields", "operation", "status_code"),
    [
        ("POST", "/v2/vm/{uuid}/snapshot", {"body": {"x": 1}}, "vm-snapshot-create", 400),
        ("GET", "/v2/request/snapshot/9", {}, "request-snapshot-get", 404),
        ("GET", "/v2/nothing", {}, None, 404),
        ("PATCH", "/v2/vm", {}, None, 405),
        ("OPTIONS", "/v2/vm", {}, None, 200),
        ("HEAD", "/v2/vm", {}, "vm-list", 200),
        (
            "POST",
            "/v2/vm/{uuid}/snapshot",
            {"body": {}, "content_type": "text/plain"},
            "vm-snapshot-create",
            415,
        ),
    ],
)
def test_what_is_refused_is_recorded_too(
    mock: Caller,
    method: str,
    target: str,
    fields: dict[str, Any],
    operation: str | None,
    status_code: int,
) -> None:
    uuid = mock.uuid()
    assert mock(method, target.format(uuid=uuid), **fields).status_code == status_code
    assert told(mock)[1:] == [(operation, "jm", status_code)]


def test_a_call_with_an_expired_token_is_recorded(mock: Caller) -> None:
    token = mock.post("/auth/request-token", authorization=basic("jm", "jm")).body["token"]
    mock.advance("30h")
    assert mock.get("/v2/vm", authorization=f"Bearer {token}").status_code == 401
    assert told(mock) == [("token-request", "jm", 200), ("vm-list", "jm", 401)]


def test_a_call_past_the_limit_is_recorded() -> None:
    mock = caller(rate_limit=True)
    for _ in range(6):
        mock.post("/auth/request-token", authorization=basic("jm", "jm"))
    assert told(mock)[4:] == [("token-request", "jm", 200), ("token-request", "jm", 429)]


def test_a_forbidden_call_is_recorded(mock: Caller) -> None:
    users = [
        {"username": "jm", "password": "jm"},
        {"username": "ana", "password": "ana", "sees": []},
    ]
    world = mock.post("/_mock/worlds", {"name": "w", "users": users}).body
    uuid = world["vms"][0]["uuid"]
    ana = Caller(mock.service, "Bearer w.ana-token")
    assert ana.get(f"/v2/vm/{uuid}").status_code == 403
    assert told(mock, "w") == [("vm-get", "ana", 403)]


@pytest.mark.parametrize(
    ("authorization", "entries"),
    [
        (None, []),
        ("Bearer other", []),
        ("Basic x", []),
        (basic("jm@nowhere", "jm"), []),
        (basic("jm", "wrong"), [("token-request", "jm", 401)]),
        (basic("nobody", "jm"), [("token-request", None, 401)]),
        (basic("demo-token"), [("token-request", "jm", 401)]),
        (BEARER, [("token-request", "jm", 401)]),
    ],
)
def test_a_refused_login_is_recorded_in_the_world_that_it_named(
    mock: Caller, authorization: str | None, entries: list[tuple[Any, ...]]
) -> None:
    assert mock.post("/auth/request-token", authorization=authorization).status_code == 401
    assert told(mock) == entries


@pytest.mark.parametrize("authorization", [None, "Bearer other", (BEARER, "Bearer other")])
@pytest.mark.parametrize("target", ["/v2/vm", "/v2/nothing"])
def test_a_call_that_opens_no_world_is_in_no_journal(
    mock: Caller, target: str, authorization: Any
) -> None:
    mock.get(target, authorization=authorization)
    assert recorded(mock) == []


def test_calls_of_the_control_api_are_in_no_journal(mock: Caller) -> None:
    mock.get("/_mock/health")
    mock.get("/_mock/journal")
    mock.get("/_mock/nothing")
    mock.post("/_mock/clock", {"advance": -1})
    assert recorded(mock) == []


def test_a_control_token_is_asked_for_however_the_path_is_spelled() -> None:
    mock = caller(control_token="secret")
    for path in ("/_mock/state", "/%5Fmock/state"):
        call = mock.call("GET", "/_mock/state")._replace(path=path)
        reply = mock.service.handle(call)
        assert isinstance(reply, Reply)
        assert reply.status_code == 401


def test_each_world_has_its_own_journal_and_a_fork_begins_with_an_empty_one(mock: Caller) -> None:
    mock.get("/v2/vm")
    mock.post("/_mock/worlds/default/fork", {"name": "w"})
    assert recorded(mock, "w") == []
    Caller(mock.service, "Bearer w.jm-token").get("/v2/user")
    assert told(mock) == [("vm-list", "jm", 200)]
    assert told(mock, "w") == [("user-get", "jm", 200)]
    mock.post("/_mock/reset")
    assert recorded(mock) == []
    assert len(recorded(mock, "w")) == 1


def test_a_long_answer_is_recorded_when_it_is_done(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "ROWS_A_SLICE", 2)
    monkeypatch.setattr("vss_mock.api.visit.ROWS_A_SLICE", 2)
    steps = mock.service.handle(mock.call("GET", "/v2/vm"))
    assert not isinstance(steps, Reply)
    next(steps)
    mock.get("/v2/user")
    assert told(mock) == [("user-get", "jm", 200)]
    reply = finish(steps)
    assert told(mock) == [("user-get", "jm", 200), ("vm-list", "jm", 200)]
    assert recorded(mock)[1].reply is reply


def test_a_refusal_after_a_wait_is_recorded_when_it_is_made(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    for _ in range(3):
        mock.submit(from_date="2016-07-29 12:31")
    mock.post("/_mock/clock", {"mode": "live"})
    steps = mock.service.handle(mock.call("GET", "/v2/request/snapshot/99", at=60_000_000))
    assert not isinstance(steps, Reply)
    assert finish(steps).status_code == 404
    entries = mock.service.worlds[DEFAULT].journal.since(0)
    assert [isinstance(what, Fired) for _, _, what in entries][-4:] == [True, True, True, False]
    assert told(mock)[-1] == ("request-snapshot-get", "jm", 404)


def test_what_somebody_waited_for_comes_before_the_answer_and_gives_its_instant() -> None:
    mock = caller(clock="auto")
    id = mock.submit(from_date="2016-08-01 22:00")
    mock.request(id)
    before = mock.service.worlds[DEFAULT].world.now
    mock.request(id)
    entries = mock.service.worlds[DEFAULT].journal.since(0)
    assert isinstance(entries[-2][2], Fired)
    assert recorded(mock)[-1].at == mock.service.worlds[DEFAULT].world.now > before


@pytest.mark.parametrize(("more", "kept"), [(0, True), (1, False)])
def test_a_body_of_64_kibibytes_is_kept_of_a_longer_one_its_size(
    mock: Caller, monkeypatch: pytest.MonkeyPatch, more: int, kept: bool
) -> None:
    assert recording.KEPT_BODY == 64 * 1024
    body = b" " * (64 * 1024 - 2 + more) + b"{}"
    answer = mock.post("/v2/vm/x/snapshot", body)
    (one,) = recorded(mock)
    assert one.call.body == (body if kept else b"")
    assert (one.call_size or len(one.call.body)) == len(body)
    assert one.reply.body == answer.reply.body
    monkeypatch.setattr(recording, "KEPT_BODY", len(answer.reply.body) - more)
    mock.post("/v2/vm/x/snapshot", b"{}")
    two = recorded(mock)[1]
    assert two.reply.body == (answer.reply.body if kept else b"")
    assert (two.reply_size or len(two.reply.body)) == len(answer.reply.body)
    assert two.call.body == b"{}"


# What is told of it.

JOURNAL = "/_mock/journal"
HAR = jsonschema.Draft202012Validator(
    json.loads((ROOT / "tests/contract/published/har-1.2.json").read_bytes())
)
CANARY = "c4n4ry-0123456789"
LOGIN = "/auth/request-token"


def log_in(mock: Caller, login: str = "jm", password: str = "jm") -> str:
    answer = mock.post(LOGIN, authorization=basic(login, password))
    return str(answer.body.get("token"))


def entries(mock: Caller, target: str = JOURNAL) -> Any:
    return mock.get(target).body["entries"]


def busy(mock: Caller) -> None:
    """Do a bit of everything: a login, calls that are refused, a snapshot that comes and goes."""
    token = log_in(mock)
    id = mock.submit()
    mock.get(f"/v2/request/snapshot/{id}", authorization=f"Bearer {token}")
    mock.advance("10h")
    mock.put(f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 99})
    mock.post("/v2/vm", b"\xff", content_type="text/plain", origin="http://elsewhere")
    mock.advance("2d")
    mock.get("/v2/user", authorization=f"Bearer {token}")


def test_a_journal_tells_calls_and_events_in_one_order(mock: Caller) -> None:
    busy(mock)
    journal = mock.get(JOURNAL).body
    told = [
        (entry["operation"], entry["answer"]["status_code"])
        if entry["kind"] == "call"
        else entry["event"]["event"]
        for entry in journal["entries"]
    ]
    assert told == [
        ("token-request", 200),
        ("vm-list", 200),
        ("vm-snapshot-create", 202),
        ("request-snapshot-get", 200),
        "take",
        ("request-snapshot-extend", 400),
        (None, 405),
        "delete",
        ("user-get", 401),
    ]
    assert [entry["number"] for entry in journal["entries"]] == list(range(1, 10))
    assert journal["last"] == 9
    assert journal["world"] == {
        "name": "default",
        "dialect": "2016",
        "seed": 0,
        "start": "2016-07-29T16:30:59Z",
        "users": ["jm", "ana"],
    }
    create = journal["entries"][2]
    assert create["request"]["body"]["valid_for"] == 12
    assert create["at"] == "2016-07-29T16:30:59Z"
    assert journal["entries"][5]["at"] == "2016-07-30T02:30:59Z"
    assert create["answer"]["body"]["data"]["status"] == 202


def test_a_world_of_its_own_tells_its_own_calls_and_beginning(mock: Caller) -> None:
    settings = {"name": "w", "dialect": "2026", "seed": 7, "start": "2026-01-01T00:00:00Z"}
    mock.post("/_mock/worlds", settings)
    own = Caller(mock.service, "Bearer w.jm-token")
    own.get("/v2/user")
    own.post("/_mock/worlds/w/clock", {"advance": "1h"})
    journal = mock.get("/_mock/worlds/w/journal").body
    assert journal["world"] == {
        "name": "w",
        "dialect": "2026",
        "seed": 7,
        "start": "2026-01-01T00:00:00Z",
        "users": ["jm", "ana"],
    }
    assert [entry["operation"] for entry in journal["entries"]] == ["user-get"]
    assert entries(mock) == []


def test_tokens_are_numbered_in_order_of_appearance_behind_the_users(mock: Caller) -> None:
    first = log_in(mock)
    mock.advance(1)
    second = log_in(mock, "ana", "ana")
    anas = mock.get("/_mock/worlds/default").body["users"][1]["token"]
    for authorization in (f"Bearer {second}", basic(first), BEARER, f"Bearer {anas}"):
        mock.get("/v2/user", authorization=authorization)
    told = [entry["request"]["headers"]["Authorization"] for entry in entries(mock)]
    assert told == [
        *("Basic jm:password-1", "Basic ana:password-2"),
        *("Bearer token-4", "Basic token-3", "Bearer token-1", "Bearer token-2"),
    ]
    assert [entry["answer"]["body"]["token"] for entry in entries(mock)[:2]] == [
        *("token-3", "token-4")
    ]
    assert entries(mock, f"{JOURNAL}?since=2")[0]["request"]["headers"]["Authorization"] == told[2]
    mock.post("/_mock/reset")
    for token in (second, first):  # they are good, and those that appear first now
        mock.get("/v2/user", authorization=f"Bearer {token}")
    told = [entry["request"]["headers"]["Authorization"] for entry in entries(mock)]
    assert told == ["Bearer token-3", "Bearer token-4"]


def test_two_runs_alike_are_told_in_the_same_bytes() -> None:
    told = []
    for looks in (0, 3):
        mock = caller()
        for _ in range(looks):
            mock.get(JOURNAL)
        busy(mock)
        for _ in range(looks):
            mock.get(f"{JOURNAL}?format=har")
        told.append([mock.get(f"{JOURNAL}{query}").reply.body for query in ("", "?format=har")])
    assert told[0] == told[1]


def test_reading_a_journal_changes_nothing(mock: Caller) -> None:
    busy(mock)
    state, journal = mock.state, mock.get(JOURNAL).body
    for query in ("", "?since=3", "?format=har"):
        mock.get(f"{JOURNAL}{query}")
    assert mock.state == state
    assert mock.get(JOURNAL).body == journal


def test_an_archive_is_as_its_format_says_and_tells_the_calls(mock: Caller) -> None:
    busy(mock)
    archive = mock.get(f"{JOURNAL}?format=har").body
    HAR.validate(archive)
    calls = [entry for entry in entries(mock) if entry["kind"] == "call"]
    told = archive["log"]["entries"]
    assert [one["response"]["status"] for one in told] == [
        call["answer"]["status_code"] for call in calls
    ]
    assert [one["request"]["url"] for one in told] == [
        f"http://127.0.0.1:8001{call['target']}" for call in calls
    ]
    assert len(mock.get(f"{JOURNAL}?format=har&since=2").body["log"]["entries"]) == len(calls) - 2


def test_an_empty_archive_is_as_its_format_says(mock: Caller) -> None:
    HAR.validate(mock.get(f"{JOURNAL}?format=har").body)
    assert mock.get(f"{JOURNAL}?format=json").body["entries"] == []


@pytest.mark.parametrize("query", ["format=xml", "format=", "since=x", "since=-1", "since="])
def test_a_query_that_makes_no_sense_is_refused_by_name(mock: Caller, query: str) -> None:
    answer = mock.get(f"{JOURNAL}?{query}")
    assert answer.status_code == 400
    assert answer.body["parameters"] == [query.partition("=")[0]]


def test_no_secret_is_told_wherever_it_was_sent() -> None:
    users = [{"username": "jm", "password": f"{CANARY}-p", "token": f"{CANARY}-t"}]
    mock = caller(world={"users": users})
    mock.authorization = f"Bearer {CANARY}-t"
    issued = log_in(mock, "jm", f"{CANARY}-p")
    log_in(mock, "jm", f"{CANARY}-wrong")
    log_in(mock, f"{CANARY}-who", f"{CANARY}-p")
    for secret in (f"{CANARY}-t", f"{CANARY}-p", issued):
        path = f"/v2/vm/{secret}?a={secret}&{secret}=1&b={basic(secret).removeprefix('Basic ')}"
        mock.get(path, content_type=f"x/{secret}", origin=f"http://{secret}")
        body = {"description": f"a {secret} b", secret: [secret, basic("jm", secret)]}
        mock.post(f"/v2/vm/{mock.uuid()}/snapshot", body)
        mock.post(f"/v2/vm/{mock.uuid()}/snapshot", f"[{secret}".encode())
        mock.get("/v2/user", authorization=basic(secret))
    for query in ("", "?format=har"):
        raw = mock.get(f"{JOURNAL}{query}").reply.body.decode()
        for secret in (CANARY, issued, *(part for part in issued.split(".") if len(part) > 20)):
            assert secret not in raw.replace(f"{CANARY}-wrong", "")
            assert basic(secret).removeprefix("Basic ").rstrip("=")[:-3] not in raw
    assert f"{CANARY}-wrong" not in mock.get(JOURNAL).reply.body.decode()


def test_what_a_fault_did_to_an_answer_is_told(mock: Caller) -> None:
    fault = {"kind": "lost-answer", "operation": "vm-list"}
    id = mock.post("/_mock/faults", fault).body["id"]
    mock.get("/v2/vm")
    mock.get("/v2/user")
    listed, user = entries(mock)
    assert (listed["faults"], listed["answer"]["ending"]) == ([id], "closed")
    assert listed["answer"]["status_code"] == 200
    assert (user["faults"], user["answer"]["ending"]) == ([], "whole")


def test_others_are_served_while_a_long_journal_is_told(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(10):
        mock.get("/v2/vm")
        mock.get("/v2/user")
    whole = mock.get(JOURNAL).body
    monkeypatch.setattr(control_journal, "SLICE_BYTES", 1)
    steps = mock.service.handle(mock.call("GET", JOURNAL))
    assert not isinstance(steps, Reply)
    next(steps)
    next(steps)
    mock.get("/v2/vm")
    mock.post("/_mock/reset")
    assert json.loads(finish(steps).body) == whole
    monkeypatch.setattr(control_journal, "SLICE_BYTES", 1)
    for _ in range(20):
        mock.get("/v2/user")
    again = mock.service.handle(mock.call("GET", JOURNAL))
    assert not isinstance(again, Reply)
    assert len(list(again)) >= 20


def test_what_one_slice_tells_is_bounded_by_the_size_of_its_bodies(mock: Caller) -> None:
    for _ in range(8):
        mock.get("/v2/vm")
        mock.post("/v2/vm/x/snapshot", b" " * 60_000)
    journal = mock.service.worlds[DEFAULT].journal
    for part in control_journal._parts(journal.since(0)):
        sizes = [size + control_journal.ENTRY_BYTES for _, size, _ in part if isinstance(size, int)]
        assert sum(sizes[:-1]) < control_journal.SLICE_BYTES


def test_a_token_that_nobody_keeps_any_more_is_told_without_its_number(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vss_mock.simulator.journal.KEPT_TOKENS", 1)
    first = log_in(mock)
    mock.advance(1)
    second = log_in(mock)
    third = [mock.get("/v2/user", authorization=f"Bearer {token}") for token in (second, first)]
    assert [answer.status_code for answer in third] == [200, 200]
    told = [entry["request"]["headers"]["Authorization"] for entry in entries(mock)[2:]]
    assert told == ["Bearer hidden", "Bearer token-5"]


@pytest.mark.parametrize("kind", ["connection-refused", "connection-reset"])
def test_a_call_that_no_answer_was_sent_to_is_told_with_the_status_code_0(
    mock: Caller, kind: str
) -> None:
    mock.post("/_mock/faults", {"kind": kind})
    mock.service.handle(mock.call("GET", "/v2/vm"))
    (entry,) = mock.get("/_mock/journal").body["entries"]
    assert entry["answer"]["status_code"] == 0
    assert entry["answer"]["ending"] in {"closed", "reset"}
    (archived,) = mock.get("/_mock/journal?format=har").body["log"]["entries"]
    assert archived["response"]["status"] == 0
