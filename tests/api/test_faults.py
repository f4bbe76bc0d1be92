"""Faults: what strikes which call, what it makes of it, and how often."""

import json
from typing import Any

import pytest

from tests.api.caller import Answer, Caller, caller, finish
from vss_mock.api import faults as answers
from vss_mock.api.messages import Ending, Manner, Reply
from vss_mock.simulator import faults

FAULTS = "/_mock/faults"
ABOUT = ("GET /v2/vm/U", "GET /v2/vm/U/snapshot")
PLAIN = {"vms": [{"name": "1606T-coreos0"}]}
USER = "/v2/user"


def add(mock: Caller, kind: str, **members: Any) -> Any:
    answer = mock.post(FAULTS, {"kind": kind, **members})
    assert answer.status_code == 201, answer.body
    return answer.body


def raw(mock: Caller, method: str, target: str, body: Any = b"", **fields: Any) -> Reply:
    """Return the reply itself: faults make answers that no schema describes."""
    reply = mock.service.handle(mock.call(method, target, body, **fields))
    return reply if isinstance(reply, Reply) else finish(reply)


def codes(mock: Caller, count: int, target: str = USER) -> list[int]:
    return [raw(mock, "GET", target).status_code for _ in range(count)]


def manner(reply: Reply) -> Manner:
    assert reply.manner is not None
    return reply.manner


def counts(mock: Caller, id: int) -> tuple[int, int]:
    fault = mock.get(f"{FAULTS}/{id}").body
    return fault["seen"], fault["fired"]


# Which calls, and how often.


@pytest.mark.parametrize(
    ("when", "struck"),
    [
        ({}, "1111111111"),
        ({"nth": 3}, "0010000000"),
        ({"every": 3}, "0010010010"),
        ({"skip": 4}, "0000111111"),
        ({"times": 2}, "1100000000"),
        ({"skip": 2, "every": 2, "times": 3}, "0001010100"),
        ({"skip": 1, "nth": 2}, "0010000000"),
        ({"share": 0}, "0000000000"),
        ({"share": 1}, "1111111111"),
    ],
)
def test_a_fault_strikes_the_occasions_that_it_names(
    mock: Caller, when: dict[str, Any], struck: str
) -> None:
    add(mock, "status", status_code=503, **when)
    assert "".join(str(int(code == 503)) for code in codes(mock, 10)) == struck
    assert counts(mock, 1) == (10, struck.count("1"))


def test_lots_are_drawn_by_the_seed_and_alike_in_every_run() -> None:
    def drawn(seed: int) -> list[int]:
        mock = caller(seed=seed)
        add(mock, "status", status_code=503, share=0.5)
        return codes(mock, 200)

    assert drawn(1) == drawn(1)
    assert drawn(1) != drawn(2)
    assert 70 < drawn(1).count(503) < 130


@pytest.mark.parametrize(
    ("where", "struck"),
    [
        ({"operation": "user-get"}, {"GET /v2/user"}),
        ({"operation": "vm-*"}, {"GET /v2/vm", *ABOUT, "POST /v2/vm/U/snapshot"}),
        ({"method": "POST"}, {"POST /v2/vm/U/snapshot"}),
        ({"path": "/v2/user"}, {"GET /v2/user"}),
        ({"path": "/v2/request/*"}, {"GET /v2/request/snapshot/1"}),
        ({"user": "jm", "path": "/v2/vm"}, {"GET /v2/vm"}),
        ({"user": "ana"}, set()),
        ({"vm": "1606T-coreos0", "method": "GET"}, {*ABOUT, "GET /v2/request/snapshot/1"}),
    ],
)
def test_a_fault_strikes_the_calls_that_it_matches(where: dict[str, Any], struck: set[str]) -> None:
    users = [{"username": "jm", "password": "jm", "token": "demo-token"}]
    mock = caller(world={"users": [*users, {"username": "ana", "password": "a"}]})
    uuid = mock.uuid()
    mock.submit()
    add(mock, "status", status_code=502, **where)
    calls = [
        ("GET", "/v2/user"),
        ("GET", "/v2/vm"),
        ("GET", "/v2/vm/U"),
        ("GET", "/v2/vm/U/snapshot"),
        ("GET", "/v2/request/snapshot/1"),
        ("POST", "/v2/vm/U/snapshot"),
    ]
    found = {
        f"{method} {path}"
        for method, path in calls
        if raw(mock, method, path.replace("U", uuid), b"{}").status_code == 502
    }
    assert found == struck


@pytest.mark.parametrize("kind", ["snapshot", "change"])
def test_a_request_is_about_its_machine(mock: Caller, kind: str) -> None:
    mock = caller(world=PLAIN)
    uuid = mock.uuid()
    mock.submit()
    mock.put(f"/v2/vm/{uuid}/name", {"value": "other"})
    add(mock, "status", status_code=503, vm=uuid)
    assert codes(mock, 1, f"/v2/request/{kind}/1") == [503]
    assert codes(mock, 1, f"/v2/request/{kind}/2") == [404]
    assert codes(mock, 1, "/v2/request/task/x") == [404]


def test_a_fault_strikes_in_its_window_of_the_worlds_time(mock: Caller) -> None:
    add(mock, "status", status_code=503, since="2016-07-29T13:00", until="2016-07-29T17:30:00Z")
    assert codes(mock, 1) == [200]
    mock.post("/_mock/clock", {"advance_to": "2016-07-29T13:00"})
    assert codes(mock, 1) == [503]
    mock.post("/_mock/clock", {"advance_to": "2016-07-29T13:30"})
    assert codes(mock, 1) == [200]
    assert counts(mock, 1) == (1, 1)


# What strikes instead of the call.


@pytest.mark.parametrize("code", [401, 403, 404, 429, 500, 502, 503])
def test_a_status_code_is_answered_in_the_shape_of_an_error_and_nothing_happens(
    mock: Caller, code: int
) -> None:
    before = mock.state
    add(mock, "status", status_code=code, method="POST")
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    answer = Answer(raw(mock, "POST", f"/v2/vm/{mock.uuid()}/snapshot", body))
    assert answer.status_code == answer.body["status"] == code
    assert set(answer.body) == {"error", "message", "status"}
    assert answer.headers["X-VSS-Mock-Fault"] == "1"
    assert ("Retry-After" in answer.headers) == (code == 429)
    assert ("WWW-Authenticate" in answer.headers) == (code == 401)
    after = mock.state
    assert after["snapshot_requests"] == before["snapshot_requests"]


def test_the_sentence_and_the_wait_can_be_chosen(mock: Caller) -> None:
    add(mock, "status", status_code=503, message="vCenter is away", retry_after=7)
    answer = mock.get(USER)
    assert answer.message == "vCenter is away"
    assert answer.headers["Retry-After"] == "7"


def test_a_token_expires_as_a_real_one_does(mock: Caller) -> None:
    add(mock, "expired-token", skip=1)
    assert mock.get(USER).status_code == 200
    answer = mock.get(USER)
    assert answer.status_code == 401
    assert answer.message == "the token has expired: log in again"
    assert answer.headers["WWW-Authenticate"] == 'Basic realm="VSS"'


@pytest.mark.parametrize(
    ("kind", "ending"),
    [("connection-refused", Ending.CLOSED), ("connection-reset", Ending.RESET)],
)
def test_a_connection_that_is_gone_answers_nothing_and_nothing_happens(
    mock: Caller, kind: str, ending: Ending
) -> None:
    mock = caller(world=PLAIN)
    add(mock, kind, method="POST")
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    reply = raw(mock, "POST", f"/v2/vm/{mock.uuid()}/snapshot", body)
    assert (reply.status_code, reply.body, manner(reply).ending) == (0, b"", ending)
    assert mock.state["snapshot_requests"] == []


def test_what_answers_instead_ends_the_walk(mock: Caller) -> None:
    add(mock, "latency", seconds=1)
    add(mock, "status", status_code=503, times=1)
    add(mock, "status", status_code=404)
    reply = raw(mock, "GET", USER)
    assert (reply.status_code, manner(reply).faults) == (503, (1, 2))
    assert counts(mock, 3) == (0, 0)
    assert codes(mock, 1) == [404]
    assert counts(mock, 2) == (2, 1)


# What becomes of the answer.


def test_a_lost_answer_takes_effect(mock: Caller) -> None:
    mock = caller(world=PLAIN)
    add(mock, "lost-answer", operation="vm-snapshot-create")
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    reply = raw(mock, "POST", f"/v2/vm/{mock.uuid()}/snapshot", body)
    assert (reply.status_code, manner(reply).ending) == (202, Ending.CLOSED)
    assert len(mock.state["snapshot_requests"]) == 1


def test_a_call_is_processed_twice_and_the_first_answer_is_sent(mock: Caller) -> None:
    mock = caller(world=PLAIN)
    add(mock, "duplicate", times=1)
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    answer = mock.post(f"/v2/vm/{mock.uuid()}/snapshot", body)
    assert answer.data["_links"]["request"].endswith("/1")
    assert [row["id"] for row in mock.state["snapshot_requests"]] == [1, 2]


def test_what_only_reads_is_not_processed_twice(mock: Caller) -> None:
    add(mock, "duplicate")
    assert mock.get(USER).status_code == 200
    assert counts(mock, 1) == (0, 0)


@pytest.mark.parametrize(
    ("members", "kept"),
    [({}, "half"), ({"bytes": 5}, 5), ({"bytes": 0}, 0), ({"bytes": 10**6}, -1)],
)
def test_a_body_is_cut_before_its_end(mock: Caller, members: dict[str, Any], kept: Any) -> None:
    add(mock, "cut-body", **members)
    reply = raw(mock, "GET", USER)
    size = len(reply.body)
    expected = {"half": size // 2, -1: size - 1}.get(kept, kept)
    assert (manner(reply).ending, manner(reply).kept) == (Ending.CUT, expected)


def test_an_empty_body_is_cut_at_its_beginning(mock: Caller) -> None:
    id = mock.submit()
    mock.advance("10h")
    add(mock, "cut-body")
    reply = raw(mock, "PUT", f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 1})
    assert (reply.status_code, manner(reply).kept) == (204, 0)


def test_an_answer_that_is_lost_is_not_cut_as_well(mock: Caller) -> None:
    add(mock, "lost-answer")
    add(mock, "cut-body")
    assert manner(raw(mock, "GET", USER)).ending is Ending.CLOSED


@pytest.mark.parametrize(("value", "sent"), [("text/html", "text/html"), (None, "")])
def test_a_content_type_is_another_one_or_none(mock: Caller, value: str | None, sent: str) -> None:
    add(mock, "content-type", value=value)
    assert raw(mock, "GET", USER).headers["Content-Type"] == sent


def test_no_body_has_no_content_type_to_change_and_no_member_to_break(mock: Caller) -> None:
    id = mock.submit()
    mock.advance("10h")
    add(mock, "content-type", value="text/html")
    add(mock, "broken-body", member="/data", becomes="null")
    reply = raw(mock, "PUT", f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 1})
    assert reply.status_code == 204
    assert "Content-Type" not in reply.headers
    assert reply.body == b""


@pytest.mark.parametrize("text", [None, "nothing of the kind"])
def test_a_body_is_not_json(mock: Caller, text: str | None) -> None:
    add(mock, "not-json", **({} if text is None else {"text": text}))
    add(mock, "broken-body", member="/data", becomes="null")
    reply = raw(mock, "GET", USER)
    assert reply.status_code == 200
    assert reply.body.decode() == text or reply.body.startswith(b"<html>")
    with pytest.raises(json.JSONDecodeError):
        json.loads(reply.body)


WHOLE = {"data": {"username": "jm", "list": [1, {"a/b": True}]}, "n": 5}


@pytest.mark.parametrize(
    ("member", "becomes", "data"),
    [
        ("/data/username", "missing", {"list": [1, {"a/b": True}]}),
        ("/data/username", "null", {"username": None, "list": [1, {"a/b": True}]}),
        ("/data/username", "other-type", {"username": 0, "list": [1, {"a/b": True}]}),
        (
            "/data/list/1/a~1b",
            "other-type",
            {"username": "jm", "list": [1, {"a/b": "of another type"}]},
        ),
        ("/data/list/0", "missing", {"username": "jm", "list": [{"a/b": True}]}),
        ("/data", "other-type", []),
        ("/data/list/2", "missing", WHOLE["data"]),
        ("/data/list/x", "missing", WHOLE["data"]),
        ("/n/deeper", "null", WHOLE["data"]),
        ("/strange/place", "null", WHOLE["data"]),
    ],
)
def test_a_body_is_broken_in_one_place(member: str, becomes: str, data: Any) -> None:
    reply = Reply(200, json.dumps(WHOLE).encode())
    changed = answers._broken(reply, {"member": member, "becomes": becomes})
    assert json.loads(changed.body) == {"data": data, "n": 5}


def test_a_read_is_answered_as_it_was_some_calls_ago(mock: Caller) -> None:
    id = mock.submit()
    add(mock, "stale", operation="request-snapshot-get", calls=2)
    path = f"/v2/request/snapshot/{id}"

    def status() -> str:
        found: str = json.loads(raw(mock, "GET", path).body)["data"]["status"]
        return found

    assert [status(), status()] == ["Submitted", "Submitted"]
    mock.advance("10h")
    assert [status(), status(), status()] == ["Submitted", "Submitted", "Scheduled"]
    assert mock.get(USER).status_code == 200


def test_what_was_answered_before_a_reset_is_forgotten(mock: Caller) -> None:
    world = {"faults": [{"kind": "stale"}]}
    mock = caller(world=world)
    mock.submit()
    first = raw(mock, "GET", "/v2/request").body
    mock.post("/_mock/reset", {})
    assert raw(mock, "GET", "/v2/request").body != first


def test_the_reads_remembered_are_so_many(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "MOST_READS", 2)
    add(mock, "stale")
    for name in ("a", "b", "c"):
        raw(mock, "GET", f"/v2/vm?name={name}")
    assert len(mock.service.worlds["default"].past) == 1


def test_an_answer_is_held_back_for_as_long_as_the_seed_draws() -> None:
    def delays(seed: int) -> list[float]:
        mock = caller(seed=seed)
        add(mock, "latency", seconds=0.5)
        add(mock, "latency", seconds=0.5, up_to=2)
        return [manner(raw(mock, "GET", USER)).delay for _ in range(5)]

    drawn = delays(1)
    assert drawn == delays(1) != delays(2)
    assert all(1 <= delay < 2.5 for delay in drawn)
    assert len(set(drawn)) == 5


def test_a_refused_call_and_a_long_answer_are_changed_too(mock: Caller) -> None:
    add(mock, "latency", seconds=1)
    refused = raw(mock, "GET", "/v2/vm/nonsense")
    assert (refused.status_code, manner(refused).delay) == (404, 1)
    many = caller(world={"vms": [{"name": f"1606T-m{i}"} for i in range(300)]})
    add(many, "lost-answer")
    assert manner(raw(many, "GET", "/v2/vm")).ending is Ending.CLOSED


def test_a_long_answer_that_is_refused_in_the_end_is_changed_too() -> None:
    mock = caller(clock="auto")
    add(mock, "latency", seconds=1)
    id = mock.submit()
    reply = [raw(mock, "GET", f"/v2/request/snapshot/{id}") for _ in range(2)][1]
    assert (reply.status_code, manner(reply).delay) == (200, 1)


def test_a_login_is_struck_too(mock: Caller) -> None:
    add(mock, "status", status_code=503, operation="token-request", user="jm")
    answer = mock.post("/auth/request-token", authorization="Basic am06am0=")
    assert answer.status_code in {401, 503}


# The faults of a world.


def test_a_world_without_faults_answers_as_ever(mock: Caller) -> None:
    assert mock.get(FAULTS).body == {"faults": []}
    assert mock.get(USER).reply.manner is None
    assert "X-VSS-Mock-Fault" not in mock.get(USER).headers


def test_faults_are_listed_removed_and_cleared(mock: Caller) -> None:
    first = add(mock, "status", status_code=503, skip=1, since="2016-07-29T12:00", user="jm")
    assert first == {
        "id": 1,
        "kind": "status",
        "status_code": 503,
        "skip": 1,
        "since": "2016-07-29T16:00:00Z",
        "user": "jm",
        "seen": 0,
        "fired": 0,
    }
    second = add(mock, "work-retried", reason="no_disk_space")
    assert second["detail"] == "datastore1"
    assert (second["seconds"], second["times"]) == (60, 1)
    assert mock.get(FAULTS).body == {"faults": [first, second]}
    assert mock("DELETE", f"{FAULTS}/1").status_code == 204
    assert mock.get(f"{FAULTS}/1").message == "no fault 1"
    assert mock("DELETE", f"{FAULTS}/1").status_code == 404
    assert mock.get(f"{FAULTS}/x").status_code == 404
    assert mock("DELETE", FAULTS).status_code == 204
    assert mock.get(FAULTS).body == {"faults": []}
    assert add(mock, "duplicate")["id"] == 3


def test_a_reset_brings_back_the_faults_that_a_world_began_with() -> None:
    mock = caller(world={"faults": [{"kind": "status", "status_code": 503, "nth": 2}]})
    add(mock, "status", status_code=404, skip=9)
    assert codes(mock, 2) == [200, 503]
    mock.post("/_mock/reset", {})
    assert [fault["seen"] for fault in mock.get(FAULTS).body["faults"]] == [0]
    assert codes(mock, 3) == [200, 503, 200]


def test_a_fork_has_the_faults_of_its_parent_and_counts_for_itself(mock: Caller) -> None:
    add(mock, "status", status_code=503, nth=2)
    assert codes(mock, 1) == [200]
    fork = mock.post("/_mock/worlds/default/fork", {"name": "twin"}).body
    assert codes(mock, 1) == [503]
    twin = Caller(mock.service, f"Bearer {fork['users'][0]['token']}")
    assert twin.get("/_mock/worlds/twin/faults").body["faults"][0]["seen"] == 1
    assert codes(twin, 2) == [503, 200]


def test_faults_are_in_the_state_with_what_came_of_them(mock: Caller) -> None:
    add(mock, "status", status_code=503, nth=2, vm="1606T-coreos0", note="for the retry test")
    (fault,) = mock.state["faults"]
    assert fault == {
        "id": 1,
        "kind": "status",
        "where": {"vm": mock.uuid()},
        "when": {
            "skip": 0,
            "nth": 2,
            "every": None,
            "share": None,
            "times": None,
            "since": None,
            "until": None,
        },
        "how": {"status_code": 503, "note": "for the retry test"},
        "seen": 0,
        "fired": 0,
    }


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"kind": "statu"}, "did you mean 'status'?"),
        ({"kind": "status"}, "'status_code' is missing"),
        ({"kind": "status", "status_code": 418}, "418 is none of"),
        ({"kind": "status", "status_code": 503, "nht": 1}, "unknown 'nht' (did you mean 'nth'?)"),
        ({"kind": "status", "status_code": 503, "event": "take"}, "unknown 'event'"),
        ({"kind": "work-fails", "reason": "fire"}, "'fire' is none of"),
        ({"kind": "work-missed", "operation": "vm-list"}, "unknown 'operation'"),
        ({"kind": "duplicate", "user": "nobody"}, "user: no user 'nobody'"),
        ({"kind": "duplicate", "vm": "nothing"}, "vm: no virtual machine 'nothing'"),
        ({"kind": "duplicate", "operation": "vm-lst"}, "(did you mean 'vm-list'?)"),
        ({"kind": "duplicate", "operation": "zzz*"}, "this world's API has none called 'zzz*'"),
        ({"kind": "latency", "seconds": 2, "up_to": 1}, "up_to: is less than seconds"),
        ({"kind": "latency", "seconds": 61}, "more than the maximum of 60"),
        ({"kind": "broken-body", "member": "data", "becomes": "null"}, "is not a JSON Pointer"),
        ({"kind": "stale", "calls": 101}, "more than the maximum of 100"),
    ],
)
def test_a_fault_that_makes_no_sense_is_refused_and_nothing_is_added(
    mock: Caller, body: dict[str, Any], sentence: str
) -> None:
    answer = mock.post(FAULTS, body)
    assert answer.status_code == 400
    assert sentence in answer.message
    assert mock.get(FAULTS).body == {"faults": []}


def test_a_file_with_a_fault_that_makes_no_sense_makes_no_world(mock: Caller) -> None:
    body = {"name": "w", "faults": [{"kind": "duplicate", "user": "nobody"}]}
    answer = mock.post("/_mock/worlds", body)
    assert (answer.status_code, answer.body["parameters"]) == (400, ["user"])
    assert mock.get("/_mock/worlds/w").status_code == 404


def test_a_world_has_so_many_faults_at_most(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(faults, "MAXIMUM_FAULTS", 2)
    add(mock, "duplicate")
    add(mock, "duplicate")
    answer = mock.post(FAULTS, {"kind": "duplicate"})
    assert answer.status_code == 429
    assert "2 faults" in answer.message


def test_faults_of_one_world_strike_no_other(mock: Caller) -> None:
    other: Answer = mock.post("/_mock/worlds", {"name": "other"})
    mock.post("/_mock/worlds/other/faults", {"kind": "status", "status_code": 503})
    assert codes(mock, 1) == [200]
    assert codes(Caller(mock.service, f"Bearer {other.body['users'][0]['token']}"), 1) == [503]
    for path in ("", "/1"):
        assert mock("DELETE", f"/_mock/worlds/other/faults{path}").status_code in {204, 404}
    assert mock.get("/_mock/worlds/other/faults").body == {"faults": []}


def test_the_control_api_takes_faults_from_no_web_page(mock: Caller) -> None:
    body = {"kind": "duplicate"}
    assert mock.post(FAULTS, body, origin="https://evil.example").status_code == 403
    assert mock.post(FAULTS, body, content_type="text/plain").status_code == 415
    assert mock("DELETE", FAULTS, fetch_site="cross-site").status_code == 403


@pytest.mark.parametrize("prefix", ["/_mock", "/_mock/worlds/default"])
@pytest.mark.parametrize(
    ("short", "long", "method", "path", "status_code"),
    [
        ("mock-fault-list", "mock-world-fault-list", "GET", "/faults", 200),
        ("mock-fault-add", "mock-world-fault-add", "POST", "/faults", 201),
        ("mock-fault-get", "mock-world-fault-get", "GET", "/faults/1", 200),
        ("mock-fault-remove", "mock-world-fault-remove", "DELETE", "/faults/1", 204),
        ("mock-fault-clear", "mock-world-fault-clear", "DELETE", "/faults", 204),
        ("mock-hold-list", "mock-world-hold-list", "GET", "/holds", 200),
        ("mock-hold-add", "mock-world-hold-add", "POST", "/holds", 201),
        ("mock-hold-fail", "mock-world-hold-fail", "POST", "/holds/1/fail", 409),
        ("mock-hold-release", "mock-world-hold-release", "DELETE", "/holds/1", 204),
        ("mock-hold-clear", "mock-world-hold-clear", "DELETE", "/holds", 204),
    ],
)
def test_each_operation_is_there_for_the_default_world_and_for_any(
    mock: Caller, prefix: str, short: str, long: str, method: str, path: str, status_code: int
) -> None:
    add(mock, "duplicate")
    mock.post("/_mock/holds", {})
    body: Any = b"" if method != "POST" else {"kind": "duplicate"} if "faults" in path else {}
    assert mock(method, f"{prefix}{path}", body).status_code == status_code
    operation = long if "worlds" in prefix else short
    documented = mock.service.documents.operation("control", operation)
    assert (documented.method, str(status_code) in documented.answers) == (method, True)
