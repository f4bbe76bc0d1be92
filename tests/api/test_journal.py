"""Every call that reaches a world is entered in its journal, with its answer, in one order."""

from typing import Any

import pytest

from tests.api.caller import BEARER, Caller, basic, caller, finish
from vss_mock.api import pacing, recording
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
