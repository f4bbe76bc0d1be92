"""What a call is: explained from the journal, from a request's record, and without being made."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.api.caller import BASE, Caller, basic, caller
from vss_mock.api.recording import KEPT_BODY
from vss_mock.simulator.worlds import DEFAULT

REFUSED = {"from_date": "2016-07-29", "valid_for": 73}


def entry(mock: Caller, number: int, world: str = "") -> Any:
    """Return an entry of a journal, explained: `mock-journal-entry`, `mock-world-journal-entry`."""
    answer = mock.get(f"/_mock/{world}journal/{number}")
    assert answer.status_code == 200, answer.body
    return answer.body


def last(mock: Caller) -> Any:
    """Return the last entry of the default world's journal, explained."""
    return entry(mock, mock.service.worlds[DEFAULT].journal.last)


def peeked(mock: Caller, target: str, user: str = "", world: str = "") -> Any:
    """Return what a GET would be answered, explained: `mock-peek`, `mock-world-peek`."""
    answer = mock.get(f"/_mock/{world}peek?target={quote(target)}{user and f'&user={user}'}")
    assert answer.status_code == 200, answer.body
    return answer.body


def request(mock: Caller, id: int, kind: str = "snapshot", world: str = "") -> Any:
    """Return a request, explained: `mock-request-get`, `mock-world-request-get`."""
    answer = mock.get(f"/_mock/{world}requests/{kind}/{id}")
    assert answer.status_code == 200, answer.body
    return answer.body


def test_a_call_is_explained_as_the_journal_has_it(mock: Caller) -> None:
    id = mock.submit()
    explained = last(mock)
    (listed,) = mock.get("/_mock/journal?since=1").body["entries"]
    assert explained["call"] == {
        "method": listed["method"],
        "target": listed["target"],
        **listed["request"],
    }
    for member in ("number", "kind", "at", "user", "operation", "answer", "faults"):
        assert explained[member] == listed[member]
    assert explained["summary"] == "Ask for a snapshot"
    assert explained["description"].startswith("Asks for a snapshot to be taken at a date")
    assert explained["request_schema"] == {
        "schema": "2016/snapshot-create.json",
        "valid": True,
        "violations": [],
    }
    assert explained["answer_schema"]["schema"] == "2016/accepted.json#/$defs/creation"
    assert explained["answer_schema"]["valid"]
    assert id == 2


def test_a_refused_body_is_explained_violation_by_violation(mock: Caller) -> None:
    assert mock.post(f"/v2/vm/{mock.uuid()}/snapshot", REFUSED).status_code == 400
    explained = last(mock)
    assert not explained["request_schema"]["valid"]
    assert [each["name"] for each in explained["request_schema"]["violations"]] == [
        *("description", "from_date", "valid_for"),
    ]
    assert explained["request_schema"]["violations"][2] == {
        "path": "valid_for",
        "name": "valid_for",
        "sentence": "valid_for: 73 is more than the maximum of 72",
    }
    assert explained["answer_schema"] == {
        "schema": "common/error.json#/$defs/bad-request",
        "valid": True,
        "violations": [],
    }


def test_a_body_that_is_no_json_is_explained(mock: Caller) -> None:
    mock.post(f"/v2/vm/{mock.uuid()}/snapshot", b"{")
    held = last(mock)["request_schema"]
    assert (held["valid"], len(held["violations"])) == (False, 1)
    assert held["violations"][0]["sentence"].startswith("the body is not JSON")


def test_a_call_of_no_operation_is_explained_by_the_schema_of_refusals(mock: Caller) -> None:
    assert mock.get("/v2/nothing").status_code == 404
    explained = last(mock)
    assert [explained[each] for each in ("operation", "summary", "description")] == [None] * 3
    assert explained["evidence"] == []
    assert explained["request_schema"] is None
    assert explained["answer_schema"]["schema"] == "common/error.json"
    mock("OPTIONS", "/v2/vm")
    assert last(mock)["answer_schema"] is None


def test_an_answer_without_a_body_is_held_against_nothing(mock: Caller) -> None:
    id = mock.submit()
    mock.advance("10h")
    extension = {"attribute": "duration", "value": 2}
    assert mock.put(f"/v2/request/snapshot/{id}", extension).status_code == 204
    assert last(mock)["answer_schema"] is None
    mock("HEAD", "/v2/vm")
    assert last(mock)["answer_schema"] is None


def test_a_call_that_faults_struck_tells_which(mock: Caller) -> None:
    mock.post("/_mock/faults", {"kind": "not-json", "times": 1})
    mock.post("/_mock/faults", {"kind": "connection-reset", "skip": 1})
    mock.service.handle(mock.call("GET", "/v2/user"))
    explained = last(mock)
    assert explained["faults"] == [1]
    assert explained["answer_schema"]["schema"] == "2016/user.json"
    assert not explained["answer_schema"]["valid"]
    mock.service.handle(mock.call("GET", "/v2/user"))
    explained = last(mock)
    assert explained["faults"] == [2]
    assert explained["answer"]["status_code"] == 0
    assert explained["answer_schema"] is None


def test_a_long_body_is_neither_shown_nor_held_against_its_schema(mock: Caller) -> None:
    body = {"description": "x" * KEPT_BODY, "from_date": "2016-07-29 22:00", "valid_for": 1}
    assert mock.post(f"/v2/vm/{mock.uuid()}/snapshot", body).status_code == 400
    explained = last(mock)
    assert explained["call"]["size"] > KEPT_BODY
    assert (explained["call"]["body"], explained["request_schema"]) == (None, None)
    assert explained["answer_schema"]["valid"]
    assert explained["snippets"] == {"curl": None, "httpie": None, "pyvss": None}


def test_an_event_is_explained_as_the_journal_has_it(mock: Caller) -> None:
    mock.submit()
    mock.advance("10h")
    assert [last(mock)] == mock.get("/_mock/journal?since=2").body["entries"]


@pytest.mark.parametrize("number", ["3", "999999999999999999", "x", "-1"])
def test_an_entry_that_is_not_kept_is_not_found(mock: Caller, number: str) -> None:
    mock.submit()
    assert mock.get(f"/_mock/journal/{number}").status_code == 404


def test_no_secret_is_told_in_an_explanation(mock: Caller) -> None:
    users = [{"username": "kim", "password": "a-long-password", "token": "kims-own-token"}]
    mock.post("/_mock/worlds", {"name": "w", "users": users})
    login = basic("kim@w", "a-long-password")
    token = mock.post("/auth/request-token", authorization=login).body["token"]
    mock.get(f"/v2/vm?name={token}", authorization=f"Bearer {token}")
    body = {"description": token, token: 1, "from_date": f"a-long-password {token}"}
    mock.post(f"/v2/vm/{mock.uuid()}/snapshot", body, authorization=f"Bearer {token}")
    told = [entry(mock, number, "worlds/w/") for number in (1, 2, 3)]
    assert not any(token in str(each) or "a-long-password" in str(each) for each in told)
    assert "token-2" in told[1]["call"]["target"]
    # What is published stands for what is not: the fixed token for the one of the login.
    assert "kims-own-token" in told[1]["snippets"]["curl"]


def test_a_refused_login_is_made_again_by_nobody_or_by_whom_it_named(mock: Caller) -> None:
    assert mock.post("/auth/request-token", authorization="Bearer x").status_code == 401
    assert mock.post("/auth/request-token", authorization=basic("nobody", "x")).status_code == 401
    explained = last(mock)
    assert explained["user"] is None
    assert "-u" not in explained["snippets"]["curl"]
    assert explained["snippets"]["pyvss"] is None
    assert mock.post("/auth/request-token", authorization=basic("jm", "x")).status_code == 401
    explained = last(mock)
    assert '-u jm:"${VSS_API_USER_PASS:?the password of jm}"' in explained["snippets"]["curl"]
    assert "get_token('jm')" in explained["snippets"]["pyvss"]


def test_a_body_that_is_missing_or_said_to_be_no_json_is_none_for_pyvss(mock: Caller) -> None:
    target = f"/v2/vm/{mock.uuid()}/snapshot"
    assert mock.post(target).status_code == 400
    explained = last(mock)
    assert not explained["request_schema"]["valid"]
    assert explained["snippets"]["pyvss"] is None
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "d"}
    assert mock.post(target, body, content_type="text/plain").status_code == 415
    explained = last(mock)
    assert explained["request_schema"]["valid"]
    assert explained["snippets"]["pyvss"] is None


def test_a_call_from_the_mocks_own_page_is_made_again_without_saying_so(mock: Caller) -> None:
    for origin, told in ((BASE, False), ("http://elsewhere.example", True)):
        assert mock.get("/v2/user", origin=origin).status_code == 200
        snippets = last(mock)["snippets"]
        assert ("Origin:" in snippets["curl"], "Origin:" in snippets["httpie"]) == (told, told)


def test_a_path_that_hides_a_secret_is_none_for_pyvss(mock: Caller) -> None:
    users = [{"username": "kim", "password": "snapshot/1", "token": "kims-own-token"}]
    vms = mock.post("/_mock/worlds", {"name": "w", "users": users}).body["vms"]
    mock.get(f"/v2/vm/{vms[0]['uuid']}/snapshot/1", authorization="Bearer kims-own-token")
    explained = entry(mock, 1, "worlds/w/")
    assert explained["operation"] == "vm-snapshot-get"
    assert explained["call"]["target"].endswith("/password-1")
    assert explained["snippets"]["pyvss"] is None


def untouched(mock: Caller, name: str = DEFAULT) -> Any:
    """Return all of a world that a call would touch."""
    tenancy = mock.service.worlds[name]
    faults = [(rule.id, count.seen, count.fired) for rule, count in tenancy.world.faults]
    journal = (tenancy.journal.last, dict(tenancy.journal.tokens))
    return tenancy.world.dump(), journal, faults, dict(tenancy._polled), tenancy.pace


def test_a_peek_tells_what_a_call_would_be_answered(mock: Caller) -> None:
    mock.submit()
    mock.advance("10h")
    for target in ("/v2/request/snapshot/2", "/v2/vm?summary", "/v2/vm?name=web&summary=1"):
        explained = peeked(mock, target)
        assert explained["number"] is None
        mock.get(target, content_type=None)
        called = last(mock)
        for member in ("call", "answer", "answer_schema", "operation", "evidence", "snippets"):
            assert explained[member] == called[member]


def test_a_peek_is_no_call_and_touches_nothing(mock: Caller) -> None:
    id = mock.submit()
    mock.post("/_mock/faults", {"kind": "status", "status_code": 503})
    mock.post("/_mock/faults", {"kind": "stale"})
    before = untouched(mock)
    for target in (f"/v2/request/snapshot/{id}", "/v2/user", "/v2/nothing", "/v2/vm"):
        answer = peeked(mock, target)["answer"]
        assert answer["status_code"] == (404 if target == "/v2/nothing" else 200)
        assert untouched(mock) == before


def test_a_peek_counts_for_no_limit() -> None:
    mock = caller(rate_limit=True)
    mock.get("/v2/user")
    for _ in range(3):
        explained = peeked(mock, "/v2/user")
        assert "X-RateLimit-Remaining" not in explained["answer"]["headers"]
    remaining = mock.get("/v2/user").headers["X-RateLimit-Remaining"]
    assert remaining == "7198"


def test_who_peeks_is_not_taken_for_one_who_waits() -> None:
    mock = caller(clock="auto")
    id = mock.submit(from_date="2016-08-01 22:00")
    mock.request(id)
    before = untouched(mock)
    for _ in range(3):
        data = peeked(mock, f"/v2/request/snapshot/{id}")["answer"]["body"]["data"]
        assert data["status"] == "Submitted"
        assert request(mock, id)["shown"]["answer"]["body"]["data"]["status"] == "Submitted"
    assert untouched(mock) == before
    assert mock.request(id)["status"] == "Scheduled"  # the second look of who waits


def test_what_is_due_at_once_has_happened_in_a_peek_and_nowhere_else() -> None:
    mock = caller(clock="auto")
    uuid = mock.uuid()
    for _ in range(101):
        mock.service.worlds[DEFAULT].world.submit(
            mock.service.worlds[DEFAULT].world.users["jm"], uuid, "d", 0, 1
        )
    before = untouched(mock)
    seen = peeked(mock, "/v2/request/snapshot/102")
    assert seen["answer"]["body"]["data"]["status"] == "Processed"
    assert untouched(mock) == before


def test_a_peek_into_a_live_world_sees_the_time_that_it_is() -> None:
    mock = caller(clock="live", start="2016-07-29T12:30")
    id = mock.submit(from_date="2016-07-29 12:31")
    mock.at = 61_000_000
    seen = peeked(mock, f"/v2/request/snapshot/{id}")
    assert seen["answer"]["body"]["data"]["status"] == "Scheduled"
    assert seen["at"] == "2016-07-29T16:31:01Z"


def test_another_user_sees_what_it_may_see(mock: Caller) -> None:
    seen = peeked(mock, "/v2/user", user="ana")
    assert seen["user"] == seen["answer"]["body"]["data"]["username"] == "ana"
    assert "ana-token" in seen["snippets"]["curl"]
    answer = mock.get("/_mock/peek?target=/v2/user&user=nobody")
    assert answer.status_code == 400
    assert answer.body["parameters"] == ["user"]


@pytest.mark.parametrize(
    "target",
    [
        *("", "v2/vm", "http://127.0.0.1:8001/v2/vm", "//", "/v2/é", "/v2/v m", "/v2/vm#x"),
        *("/v2/vm\n", "/v2/\x00", "/_mock/clock", "/%5Fmock/clock", "/_mock/nothing", "*"),
    ],
)
def test_what_is_no_target_of_the_api_is_refused(mock: Caller, target: str) -> None:
    answer = mock.get(f"/_mock/peek?target={quote(target)}")
    if target == "//":
        assert answer.body["answer"]["status_code"] == 404
    else:
        assert answer.status_code == 400
        assert answer.body["parameters"] == ["target"]


def test_a_peek_without_a_target_is_refused(mock: Caller) -> None:
    assert mock.get("/_mock/peek").status_code == 400


def test_a_peek_at_what_takes_no_get_tells_so(mock: Caller) -> None:
    seen = peeked(mock, "/auth/request-token")
    assert seen["answer"]["status_code"] == 405
    assert seen["answer"]["headers"]["Allow"] == "POST, OPTIONS"
    assert seen["operation"] is None


def test_a_peek_at_a_long_answer_tells_its_size_alone(mock: Caller) -> None:
    vms = [{"name": f"1607T-vm{number}"} for number in range(1000)]
    mock.post("/_mock/worlds", {"name": "big", "vms": vms, "dialect": "2026"})
    seen = peeked(mock, "/v2/vm", world="worlds/big/")
    assert seen["answer"]["body"] is None
    assert seen["answer"]["size"] > KEPT_BODY
    assert seen["answer_schema"] is None
    seen = peeked(mock, "/v2/vm?per_page=5", world="worlds/big/")
    assert seen["answer"]["body"]["meta"]["count"] == 5


def test_a_peek_is_answered_in_the_dialect_of_its_world(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "now", "dialect": "2026"})
    moref = mock.get("/_mock/worlds/now").body["vms"][0]["moref"]
    seen = peeked(mock, f"/v2/vm/{moref}/state", world="worlds/now/")
    assert seen["answer_schema"]["schema"] == "2026/vm-state.json"
    assert seen["answer"]["status_code"] == 200
    # Each dialect has its own methods there; what it has not is not found in its worlds.
    assert peeked(mock, f"/v2/vm/{moref}/state")["answer"]["status_code"] == 405


def test_the_document_of_a_world_is_that_of_its_dialect(mock: Caller) -> None:
    """The operation `mock-world-openapi`."""
    mock.post("/_mock/worlds", {"name": "now", "dialect": "2026"})
    document = mock.get("/_mock/worlds/now/openapi.json").body
    assert document["info"]["version"] == "2026"
    assert document["servers"] == [{"url": "http://127.0.0.1:8001"}]
    assert (
        mock.get("/_mock/worlds/default/openapi.json").body == mock.get("/_mock/openapi.json").body
    )
    assert mock.get("/_mock/worlds/none/openapi.json").status_code == 404


def test_a_request_is_explained_by_the_call_that_made_it(mock: Caller) -> None:
    id = mock.submit()
    mock.submit("web1")
    mock.advance("10h")
    mock.request(id)
    explained = request(mock, id)
    assert explained["made"] == entry(mock, 2)
    assert explained["calls"] == [2, mock.service.worlds[DEFAULT].journal.last]
    assert explained["shown"]["answer"]["body"]["data"]["id"] == id
    assert explained["shown"]["number"] is None
    assert (explained["kind"], explained["id"]) == ("snapshot", id)


def test_a_request_that_no_call_is_remembered_of_is_spelled_anew(mock: Caller) -> None:
    explained = request(mock, 1)
    made = explained["made"]
    assert explained["calls"] == []
    assert (made["number"], made["answer"], made["answer_schema"]) == (None, None, None)
    assert made["operation"] == "vm-snapshot-create"
    assert made["request_schema"]["valid"]
    assert set(made["call"]["body"]) == {"description", "from_date", "valid_for"}
    assert made["user"] == "ana"
    assert "Bearer ana-token" in made["snippets"]["curl"]


CHANGES: list[tuple[str, Any]] = [
    ("state", {"value": "poweredOff", "schedule": "2026-08-01 04:00"}),
    ("name", {"value": "web-new"}),
    ("cpu", {"value": 4}),
    ("cpu", {"value": {"count": 4, "cores_per_socket": 2}}),
    ("memory", {"value": 8}),
    ("snapshot/consolidate", {}),
    ("snapshot/consolidate", {"schedule": "2026-08-01 04:00"}),
]


@pytest.mark.parametrize("dialect", ["2016", "2019", "2026"])
def test_a_call_spelled_anew_is_the_one_that_was_made(dialect: str) -> None:
    mock = caller(dialect=dialect)
    uuid = mock.uuid()
    mock.submit(description='it\'s "quoted"')
    mock.advance("10h")
    made: list[Any] = [request(mock, 2)]
    for method in ("PATCH", "DELETE"):
        assert mock(method, f"/v2/vm/{uuid}/snapshot/1").status_code == 202
        made.append(request(mock, len(made) + 2))
    for path, body in CHANGES:
        if isinstance(body.get("value"), dict) and dialect != "2026":
            continue
        oldest = path == "name" and dialect == "2016"
        answer = mock.put(f"/v2/vm/{uuid}/{path}", {"name": "web-new"} if oldest else body)
        assert answer.status_code == 202, answer.body
        made.append(
            request(mock, int(answer.data["_links"]["request"].rpartition("/")[2]), "change")
        )
    mock.service.worlds[DEFAULT].journal._calls.clear()
    for each in made:
        anew = request(mock, each["id"], each["kind"])["made"]
        assert each["made"]["number"] is not None
        assert anew["number"] is None
        for member in ("method", "target", "body"):
            assert anew["call"][member] == each["made"]["call"][member]
        assert anew["operation"] == each["made"]["operation"]
        assert anew["at"] == each["made"]["at"]


def test_what_a_snapshot_is_asked_beside_its_dates_is_spelled_anew() -> None:
    mock = caller(dialect="2026")
    id = mock.submit(consolidate=True, with_memory=False)
    before = request(mock, id)["made"]["call"]["body"]
    mock.service.worlds[DEFAULT].journal._calls.clear()
    assert request(mock, id)["made"]["call"]["body"] == before


def test_the_calls_that_concern_a_request_are_those_about_it_its_task_and_its_snapshot() -> None:
    mock = caller(dialect="2026")
    uuid, other = mock.uuid(), mock.uuid("web1")
    id = mock.submit()  # 3 asks for a machine, 4 for its snapshot
    mock.submit("web1")
    mock.advance("10h")
    task = mock.request(id)["task_id"]
    mock.get(f"/v2/request/task/{task}")
    mock.get(f"/v2/request/change/{id}")
    mock.get(f"/v2/request/snapshot/00{id}")
    mock.get(f"/v2/request/snapshot/{id + 1}")
    mock("POST", f"/v2/request/snapshot/{id}", {})
    moref = mock.get(f"/v2/vm/{uuid}").data["moref"]
    mock.get(f"/v2/vm/{moref}/snapshot/1")
    mock.get(f"/v2/vm/{other}/snapshot/1")
    mock.get(f"/v2/vm/{uuid}/snapshot/2")
    mock("DELETE", f"/v2/vm/{uuid}/snapshot/1")
    entries = {
        each["number"]: (each["method"], each["target"])
        for each in mock.get("/_mock/journal").body["entries"]
        if each["kind"] == "call"
    }
    assert [entries[number] for number in request(mock, id)["calls"]] == [
        ("POST", f"/v2/vm/{uuid}/snapshot"),
        ("GET", f"/v2/request/snapshot/{id}"),
        ("GET", f"/v2/request/task/{task}"),
        ("GET", f"/v2/request/snapshot/00{id}"),
        ("POST", f"/v2/request/snapshot/{id}"),
        ("GET", f"/v2/vm/{moref}/snapshot/1"),
        ("DELETE", f"/v2/vm/{uuid}/snapshot/1"),
    ]
    (deletion,) = request(mock, id + 2)["calls"]
    assert entries[deletion] == ("DELETE", f"/v2/vm/{uuid}/snapshot/1")


def test_a_call_whose_answer_a_fault_hides_is_found_all_the_same(mock: Caller) -> None:
    uuid = mock.uuid()
    mock.post("/_mock/faults", {"kind": "not-json", "operation": "vm-snapshot-create"})
    mock.post("/_mock/faults", {"kind": "duplicate", "operation": "vm-snapshot-create"})
    body = {"from_date": "2016-07-29 22:00", "valid_for": 12, "description": "one"}
    mock.service.handle(mock.call("POST", f"/v2/vm/{uuid}/snapshot", {**body, "description": "no"}))
    mock.service.handle(mock.call("POST", f"/v2/vm/{uuid}/snapshot", body))
    assert [request(mock, id)["made"]["number"] for id in (2, 3, 4, 5)] == [2, 2, 3, 3]
    assert [request(mock, id)["calls"] for id in (2, 3, 4, 5)] == [[2], [2], [3], [3]]
    mock("DELETE", "/_mock/faults")
    mock.advance("10h")
    mock.post("/_mock/faults", {"kind": "duplicate"})
    mock("PATCH", f"/v2/vm/{uuid}/snapshot/1")
    mock("PATCH", f"/v2/vm/{uuid}/snapshot/2")
    mock.put(f"/v2/vm/{uuid}/cpu", {"value": 2})
    mock.put(f"/v2/vm/{uuid}/snapshot/consolidate")
    numbers = [each["number"] for each in mock.get("/_mock/journal").body["entries"]][-4:]
    found = [request(mock, id)["made"]["number"] for id in (6, 7, 8, 9)]
    assert found == [numbers[0]] * 2 + [numbers[1]] * 2
    found = [request(mock, id, "change")["made"]["number"] for id in (1, 2, 3, 4)]
    assert found == [numbers[2]] * 2 + [numbers[3]] * 2


@pytest.mark.parametrize("path", ["snapshot/3", "change/1", "snapshot/x", "task/1", "x/1"])
def test_a_request_that_is_not_there_is_not_found(mock: Caller, path: str) -> None:
    assert mock.get(f"/_mock/requests/{path}").status_code == 404


def test_a_request_is_shown_to_who_made_it(mock: Caller) -> None:
    ana = Caller(mock.service, "Bearer ana-token")
    id = ana.submit("web1")
    shown = request(mock, id)["shown"]
    assert (shown["user"], shown["answer"]["status_code"]) == ("ana", 200)


def test_what_is_explained_is_reached_where_the_caller_reaches_the_mock(mock: Caller) -> None:
    mock.submit()
    for path in ("journal/2", "peek?target=/v2/user", "requests/snapshot/2"):
        answer = mock.get(f"/_mock/{path}", base="http://localhost:9").body
        for each in (answer, answer.get("made", answer), answer.get("shown", answer)):
            assert "snippets" not in each or "http://localhost:9/v2/" in each["snippets"]["curl"]
