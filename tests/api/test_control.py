"""The control API: clocks, states, worlds."""

import json
from datetime import datetime
from typing import Any

import pytest

from tests.api.caller import BASE, Answer, Caller, caller, finish
from vss_mock.api import control, pacing
from vss_mock.api.messages import Reply
from vss_mock.simulator import worlds as worlds_module
from vss_mock.wire import worldfile

CLOCK = "/_mock/clock"


def move(mock: Caller, body: Any, **fields: Any) -> Answer:
    return mock.post(CLOCK, body, **fields)


def test_a_frozen_clock_stands_at_the_documents_instant(mock: Caller) -> None:
    expected = {
        "now": "2016-07-29T16:30:59Z",
        "local": "2016-07-29T12:30:59-04:00",
        "mode": "frozen",
        "rate": 1.0,
        "task_seconds": 0,
        "next": None,
        "held": None,
    }
    assert mock.get(CLOCK).body == mock.get("/_mock/worlds/default/clock").body == expected
    mock.at = 10**15
    assert mock.get(CLOCK).body == expected


def test_the_clock_tells_what_is_due_next(mock: Caller) -> None:
    mock.submit()
    uuid = mock.uuid()
    assert mock.get(CLOCK).body["next"] == {
        "at": "2016-07-30T02:00:00Z",
        "kind": "snapshot",
        "request": 2,
        "event": "take",
        "vm": uuid,
        "snapshot": None,
    }
    mock.advance("10h")
    due = mock.get(CLOCK).body["next"]
    assert (due["event"], due["snapshot"], due["at"]) == ("delete", 1, "2016-07-30T14:00:00Z")


@pytest.mark.parametrize(
    ("length", "seconds"),
    [("10h", 36000), ("90m", 5400), ("1d6h", 108000), ("45s", 45), (5, 5), (0.5, 0.5), (0, 0)],
)  # fmt: skip
def test_time_passes_by_the_length_asked(mock: Caller, length: str | float, seconds: float) -> None:
    before = datetime.fromisoformat(mock.get(CLOCK).body["now"])
    mock.advance(length)
    after = datetime.fromisoformat(mock.get(CLOCK).body["now"])
    assert (after - before).total_seconds() == seconds


def test_time_goes_to_an_instant_which_is_torontos_without_an_offset(mock: Caller) -> None:
    for asked, now in (
        ("2016-07-29T22:00", "2016-07-30T02:00:00Z"),
        ("2016-07-30T02:00:01Z", "2016-07-30T02:00:01Z"),
        ("2016-07-30 02:00:02.5-01:00", "2016-07-30T03:00:02.500000Z"),
    ):
        assert move(mock, {"advance_to": asked}).body["now"] == now


@pytest.mark.parametrize(
    "body",
    [
        {}, [], None, {"advance": "soon"}, {"advance": ""}, {"advance": None}, {"advance": True},
        {"advance": "1h", "step": 1}, {"advance": "37000d"}, {"advance": 4e9}, {"advance": 1e300},
        {"advance_to": "tomorrow"}, {"advance_to": "2016-02-30T10:00"}, {"advance_to": 5},
        {"advance_to": "2017-03-12T02:30"}, {"advance_to": "2130-01-01T00:00"},
        {"step": 0}, {"step": -1}, {"step": "1"}, {"step": 1.5}, {"mode": "fast"}, {"rate": 0},
        {"rate": -1}, {"rate": "1"}, {"advnace": "1h"}, {"mode": "live", "step": 1},
    ],
)  # fmt: skip
def test_a_move_that_cannot_be_meant_is_refused(mock: Caller, body: Any) -> None:
    before = mock.state, mock.get(CLOCK).body
    answer = move(mock, body)
    assert answer.status_code == 400, answer.body
    assert (mock.state, mock.get(CLOCK).body) == before


@pytest.mark.parametrize(
    "body",
    [{"advance": -1}, {"advance": "-1h"}, {"advance": -1e9}, {"advance_to": "2016-07-29T12:30:58"}],
)
def test_time_never_runs_back(mock: Caller, body: Any) -> None:
    before = mock.state
    assert move(mock, body).status_code == 409
    assert mock.state == before


def test_the_end_of_time_is_refused(mock: Caller) -> None:
    for _ in range(79):
        move(mock, {"advance": "36525d"})
    answer = move(mock, {"advance": "36525d"})
    assert (answer.status_code, "years 1 to 9999" in answer.message) == (400, True)


def test_steps_go_from_event_to_event_and_settle_each_instant(mock: Caller) -> None:
    mock.submit()
    mock.submit("1502P-pm")
    mock.submit(from_date="2016-07-30 09:00", valid_for=1)
    first = move(mock, {"step": 1}).body
    assert [event["request"] for event in first["fired"]] == [2, 3]
    assert first["now"] == "2016-07-30T02:00:00Z"
    rest = move(mock, {"step": 99}).body
    assert [(event["request"], event["event"]) for event in rest["fired"]] == [
        (4, "take"), (2, "delete"), (3, "delete"), (4, "delete"),
    ]  # fmt: skip
    assert rest["now"] == "2016-07-30T14:00:00Z"
    assert move(mock, {"step": 1}).body["fired"] == []


def test_a_long_advance_serves_others_between_its_slices(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 2)
    monkeypatch.setattr(control, "LISTED_EVENTS", 3)
    for _ in range(4):
        mock.submit()
    first = mock.service.handle(mock.call("POST", CLOCK, {"advance": "10h"}))
    second = mock.service.handle(mock.call("POST", CLOCK, {"advance": "12h"}))
    assert not isinstance(first, Reply)
    assert not isinstance(second, Reply)
    next(first)
    assert mock.request(2)["status"] == "Scheduled"
    assert mock.request(5)["status"] == "Submitted"
    next(second)  # waits for its turn
    assert mock.request(5)["status"] == "Submitted"
    done = json.loads(finish(first).body)
    assert (len(done["fired"]), done["fired_count"]) == (3, 4)
    assert done["now"] == "2016-07-30T02:30:59Z"
    assert json.loads(finish(second).body)["now"] == "2016-07-30T14:30:59Z"


def test_an_advance_that_is_given_up_gives_up_its_turn(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    mock.submit()
    mock.submit()
    steps = mock.service.handle(mock.call("POST", CLOCK, {"advance": "10h"}))
    assert not isinstance(steps, Reply)
    next(steps)
    steps.close()
    assert mock.advance("10h")[-1]["request"] == 3


def test_a_world_that_went_meanwhile_is_not_moved(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    world = mock.post("/_mock/worlds", {"name": "w"}).body
    token = f"Bearer {world['users'][0]['token']}"
    body = {"from_date": "2016-07-29 22:00", "valid_for": 1, "description": "d"}
    for _ in range(3):
        mock.post(f"/v2/vm/{world['vms'][0]['uuid']}/snapshot", body, authorization=token)
    first = mock.service.handle(mock.call("POST", "/_mock/worlds/w/clock", {"advance": "10h"}))
    others = [
        mock.service.handle(mock.call("POST", f"/_mock/worlds/w/{what}", body))
        for what, body in (("clock", {"advance": 1}), ("reset", {}), ("fork", {}))
    ]
    assert not isinstance(first, Reply)
    next(first)
    for other in others:
        assert not isinstance(other, Reply)
        next(other)
    mock("DELETE", "/_mock/worlds/w")
    finish(first)
    assert [finish(other).status_code for other in others] == [404, 404, 404]


def test_a_world_of_the_same_name_is_not_moved_in_the_place_of_one_that_went(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    mock.post("/_mock/worlds", {"name": "w"})
    waits = [
        mock.service.handle(mock.call("POST", "/_mock/worlds/w/clock", {"advance": "1h"}))
        for _ in range(2)
    ]
    for steps in waits:
        assert not isinstance(steps, Reply)
        next(steps)
    mock("DELETE", "/_mock/worlds/w")
    before = mock.post("/_mock/worlds", {"name": "w"}).body
    assert [finish(steps).status_code for steps in waits] == [200, 404]
    assert mock.get("/_mock/worlds/w").body == before


def test_a_live_clock_follows_the_edge_at_its_rate() -> None:
    mock = caller(clock="live", rate=60.0)
    assert mock.get(CLOCK).body["now"] == "1970-01-01T00:00:00Z"
    mock.at = 1_000_000
    clock = mock.get(CLOCK).body
    assert (clock["now"], clock["mode"], clock["rate"]) == ("1970-01-01T00:01:00Z", "live", 60.0)
    mock.at = 500_000  # an edge that went back is not believed
    assert mock.get(CLOCK).body["now"] == "1970-01-01T00:01:00Z"
    frozen = move(mock, {"mode": "frozen"}, at=2_000_000).body
    assert (frozen["mode"], frozen["now"]) == ("frozen", "1970-01-01T00:02:00Z")
    mock.at = 9_000_000
    assert mock.get(CLOCK).body["now"] == "1970-01-01T00:02:00Z"
    assert move(mock, {"mode": "live", "rate": 1}).body["rate"] == 1
    mock.at = 10_000_000
    assert mock.get(CLOCK).body["now"] == "1970-01-01T00:02:01Z"
    assert move(mock, {"advance": "1h"}).body["now"] == "1970-01-01T01:02:01Z"
    mock.at = 11_000_000
    assert mock.get(CLOCK).body["now"] == "1970-01-01T01:02:02Z"
    assert move(mock, {"rate": 3600}).body["mode"] == "live"


def test_in_a_live_world_what_is_due_has_happened_when_it_is_asked_for() -> None:
    mock = caller(clock="live", start="2016-07-29T12:30:59")
    id = mock.submit(from_date="2016-07-29 12:31", valid_for=1)
    assert mock.request(id)["status"] == "Submitted"
    mock.at = 1_000_000
    call = mock.service.handle(mock.call("GET", f"/v2/request/snapshot/{id}"))
    assert isinstance(call, Reply)
    assert call.timed
    assert mock.request(id)["status"] == "Scheduled"
    mock.at = 3_602_000_000
    assert mock.state["snapshot_requests"][-1]["state"] == "processed"
    mock.post("/_mock/reset")
    assert mock.get(CLOCK).body["now"] == "2016-07-29T16:30:59Z"


def test_a_live_world_far_behind_catches_up_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    mock = caller(clock="live", start="2016-07-29T12:30:59")
    for _ in range(3):
        mock.submit(from_date="2016-07-29 12:31", valid_for=1)
    mock.at = 10_000_000
    steps = mock.service.handle(mock.call("GET", "/v2/request/snapshot/4"))
    assert not isinstance(steps, Reply)
    assert json.loads(finish(steps).body)["data"]["status"] == "Scheduled"
    mock.at = 10_000_000_000
    steps = mock.service.handle(mock.call("GET", "/v2/request/snapshot/99"))
    assert not isinstance(steps, Reply)
    assert finish(steps).status_code == 404
    steps = mock.service.handle(mock.call("GET", "/v2/request/snapshot/x"))
    assert isinstance(steps, Reply)


def test_ticking_brings_live_worlds_up_to_date_and_leaves_frozen_ones() -> None:
    mock = caller(clock="live", start="2016-07-29T12:30:59")
    mock.post("/_mock/worlds", {"name": "frozen"})
    mock.submit(from_date="2016-07-29 12:31", valid_for=1)
    list(mock.service.tick(5_000_000_000))
    world = mock.service.worlds["default"].world
    assert [request.state.value for request in world.requests()[0]][-1] == "processed"
    frozen = mock.service.worlds["frozen"]
    assert frozen.world.now == frozen.origin.now


def test_ticking_a_busy_world_serves_others_meanwhile(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLICE", 1)
    mock = caller(clock="live", start="2016-07-29T12:30:59")
    for _ in range(3):
        mock.submit(from_date="2016-07-29 12:31", valid_for=1)
    assert len(list(mock.service.tick(5_000_000_000))) >= 3


def test_reset_is_the_beginning_byte_for_byte(mock: Caller) -> None:
    before = mock.state
    mock.submit()
    mock.advance("30h")
    assert mock.state != before
    assert mock.post("/_mock/reset", b"").body["now"] == before["now"]
    assert mock.state == before
    assert mock.submit() == 2


def test_health_answers_anybody() -> None:
    mock = caller(control_token="secret")
    answer = mock.get("/_mock/health", authorization=None)
    assert answer.body == {"status": "ok", "version": mock.service.version, "worlds": 1}


def test_the_api_explains_itself_in_one_document(mock: Caller) -> None:
    document = mock.get("/_mock/openapi.json").body
    assert document["openapi"].startswith("3.1")
    assert document["servers"] == [{"url": BASE}]
    assert "../" not in json.dumps(document)


def test_the_control_api_is_described_too(mock: Caller) -> None:
    document = mock.get("/_mock/openapi.json?control=1").body
    assert set(document["paths"]) == {
        path for path, _ in mock.service.routes() if path.startswith("/_mock")
    }
    assert document["servers"] == [{"url": BASE}]
    assert mock.get("/_mock/openapi.json?control=0").body["info"]["title"].startswith("VSS API")
    answer = mock.get("/_mock/openapi.json?control=yes")
    assert (answer.status_code, answer.body["parameters"]) == (400, ["control"])


def test_a_control_token_locks_everything_but_health() -> None:
    mock = caller(control_token="s3cret")
    for wrong in (None, "Bearer wrong", "Bearer demo-token", "Basic czNjcmV0Og==", "Bearer"):
        for method, target in (("GET", CLOCK), ("POST", "/_mock/reset"), ("GET", "/_mock/worlds")):
            answer = mock(method, target, authorization=wrong)
            assert answer.status_code == 401
            assert "s3cret" not in str(answer.body)
            assert "WWW-Authenticate" in answer.headers
    assert mock.get(CLOCK, authorization="Bearer s3cret").status_code == 200


@pytest.mark.parametrize(
    ("method", "target"),
    [
        ("OPTIONS", CLOCK),
        ("OPTIONS", "/_mock/worlds"),
        ("PUT", CLOCK),
        ("GET", "/_mock/nothing"),
        ("HEAD", CLOCK),
    ],
)
def test_without_the_control_token_nothing_is_told_not_even_what_there_is(
    method: str, target: str
) -> None:
    mock = caller(control_token="s3cret")
    assert mock(method, target, authorization=None).status_code == 401
    assert mock(method, target, authorization="Bearer s3cret").status_code != 401
    assert mock("OPTIONS", "/_mock/health", authorization=None).status_code == 200
    assert mock("OPTIONS", "/v2/vm", authorization=None).status_code == 200


@pytest.mark.parametrize(
    ("fields", "status_code"),
    [
        ({"origin": "http://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://127.0.0.1:8002"}, 403),
        ({"fetch_site": "cross-site"}, 403),
        ({"fetch_site": "same-site"}, 403),
        ({"content_type": None}, 415),
        ({"content_type": "text/plain"}, 415),
        ({"content_type": "application/x-www-form-urlencoded"}, 415),
        ({"origin": BASE, "fetch_site": "same-origin"}, 200),
        ({"fetch_site": "none"}, 200),
        ({}, 200),
    ],
)
def test_a_web_page_elsewhere_moves_nothing(
    mock: Caller, fields: dict[str, Any], status_code: int
) -> None:
    assert mock.post("/_mock/reset", b"", **fields).status_code == status_code
    if status_code == 403:
        assert mock("DELETE", "/_mock/worlds/x", **fields).status_code == 403


def test_a_world_of_ones_own_shares_nothing(mock: Caller) -> None:
    before = mock.state
    answer = mock.post("/_mock/worlds", {"name": "mine", "seed": 7})
    assert answer.status_code == 201
    world = answer.body
    assert (world["name"], world["seed"], world["base_url"]) == ("mine", 7, BASE)
    assert world["users"][0]["token"] == "mine.jm-token"
    own = Caller(mock.service, "Bearer mine.jm-token")
    assert own.uuid() != mock.uuid()
    assert own.submit() == 2
    mock.post("/_mock/worlds/mine/clock", {"advance": "10h"})
    assert own.request(2)["status"] == "Scheduled"
    assert mock.state == before
    assert mock.get("/_mock/worlds/mine").body["now"] == "2016-07-30T02:30:59Z"
    assert [row["name"] for row in mock.get("/_mock/worlds").body["worlds"]] == ["default", "mine"]
    mock.post("/_mock/worlds/mine/reset")
    assert own.submit() == 2
    assert mock("DELETE", "/_mock/worlds/mine").status_code == 204
    assert own.get("/v2/user").status_code == 401
    assert mock.get("/_mock/worlds/mine").status_code == 404
    assert mock.state == before


def test_worlds_without_a_name_get_one(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "world-2"})
    names = [mock.post("/_mock/worlds", b"").body["name"] for _ in range(3)]
    assert names == ["world-1", "world-3", "world-4"]
    mock("DELETE", "/_mock/worlds/world-1")
    assert mock.post("/_mock/worlds", {}).body["name"] == "world-5"


def test_a_fork_goes_its_own_way_from_here(mock: Caller) -> None:
    id = mock.submit()
    mock.advance("10h")
    before = mock.state
    answer = mock.post("/_mock/worlds/default/fork", {"name": "what-if"})
    assert answer.status_code == 201
    assert mock.get("/_mock/worlds/what-if/state").body == before
    fork = Caller(mock.service, "Bearer what-if.jm-token")
    fork.put(f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 24})
    mock.advance("12h")
    assert mock.request(id)["status"] == "Processed"
    assert fork.request(id)["status"] == "Scheduled"
    mock.post("/_mock/worlds/what-if/reset")
    assert mock.get("/_mock/worlds/what-if/state").body == before
    assert mock.post("/_mock/worlds/what-if/fork", b"").body["name"] == "what-if_1"


def past(user: str, vm: str) -> dict[str, Any]:
    entry = {"ago": "1d", "user": user, "vm": vm, "valid_for": 1, "description": "d"}
    return {"history": [entry]}


@pytest.mark.parametrize(
    ("body", "status_code"),
    [
        ({"name": "default"}, 409),
        ({"name": "../etc"}, 400),
        ({"name": "A"}, 400),
        ({"name": "a" * 65}, 400),
        ({"name": "a\n"}, 400),
        ({"nmae": "x"}, 400),
        ({"dialect": "1999"}, 400),
        ({"clock": "sometimes"}, 400),
        ({"start": "soon"}, 400),
        ({"start": "2016-02-30T00:00"}, 400),
        ({"start": "2016-03-13T02:30"}, 400),
        ({"seed": "x"}, 400),
        ({"vms": [{"name": "a"}, {"name": "a"}]}, 400),
        ({"vms": [{"name": "a", "moref": "b"}, {"name": "b"}]}, 400),
        ({"users": [{"username": "u", "password": "p", "sees": ["b"]}]}, 400),
        ({"users": [{"username": "u", "password": "p"}] * 2}, 400),
        ({"users": [{"username": "u", "password": "p", "token": "demo-token"}]}, 409),
        ({"messages": [{"user": "x", "subject": "s", "text": "t"}]}, 400),
        ({"vms": [{"name": "a", "domain": "domain-c9"}]}, 400),
        ({"folders": [{"moref": "group-v9", "name": "F", "parent": "group-v99"}]}, 400),
        (past("x", "1502P-pm"), 400),
        (past("jm", "x"), 400),
        (past("ana", "1502P-pm"), 403),
    ],
)  # fmt: skip
def test_a_world_that_cannot_be_is_not_made(
    mock: Caller, body: dict[str, Any], status_code: int
) -> None:
    answer = mock.post("/_mock/worlds", body)
    assert answer.status_code == status_code, answer.body
    assert len(mock.get("/_mock/worlds").body["worlds"]) == 1
    assert mock.post("/_mock/worlds", b"").body["name"] == "world-1"


def test_a_message_from_before_all_time_makes_no_world(mock: Caller) -> None:
    message = {"user": "jm", "subject": "s", "text": "t", "ago": "1000d"}
    users = [{"username": "jm", "password": "jm"}]
    body = {"users": users, "messages": [message], "start": "0002-01-02T00:00"}
    answer = mock.post("/_mock/worlds", body)
    assert (answer.status_code, "years 1 to 9999" in answer.message) == (400, True)


def test_two_users_of_one_world_cannot_have_one_token(mock: Caller) -> None:
    users = [{"username": name, "password": "p", "token": "same"} for name in ("a", "b")]
    assert mock.post("/_mock/worlds", {"users": users}).status_code == 409


def test_the_default_world_is_there_to_stay(mock: Caller) -> None:
    assert mock("DELETE", "/_mock/worlds/default").status_code == 409
    assert mock("DELETE", "/_mock/worlds/nothing").status_code == 404


def test_there_are_so_many_worlds_and_no_more(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds_module, "MAXIMUM_WORLDS", 2)
    assert mock.post("/_mock/worlds", {}).status_code == 201
    assert mock.post("/_mock/worlds", {}).status_code == 429
    assert mock.post("/_mock/worlds/default/fork", {}).status_code == 429


def test_a_file_decides_what_is_in_a_world(mock: Caller) -> None:
    body = {
        "name": "own",
        "start": "2016-11-06T00:30",
        "clock": "live",
        "users": [
            {"username": "u", "password": "p", "token": "t", "sees": ["a"], "email": "u@x.org"},
            {"username": "v", "password": "p", "full_name": "V"},
        ],
        "vms": [
            {"name": "a", "networks": [{"moref": "network-7", "name": "N"}], "provisioned_gb": 10},
            {"name": "b", "folder": {"moref": "group-v1", "name": "F", "parent": "P"}},
        ],
        "history": [
            {"ago": "2d", "user": "u", "vm": "a", "valid_for": 72, "description": "standing"},
            {"ago": "40d", "user": "v", "vm": "b", "valid_for": 1, "description": "gone"},
        ],
    }
    mock.post("/_mock/worlds", body)
    own = Caller(mock.service, "Bearer t")
    assert [vm["name"] for vm in own.get("/v2/vm").data] == ["a"]
    assert own.request(2)["status"] == "Scheduled"
    assert own.request(2)["created_on"] == "2016-11-04 00:30:00 EDT"
    assert own.get("/v2/user").data["personal"] == {"email": "u@x.org", "name": "u"}
    other = Caller(mock.service, "Bearer own.v-token")
    assert other.request(1)["status"] == "Processed"
    assert other.get("/v2/user").data["personal"] == {"email": "v@example.org", "name": "V"}


def test_only_machines_given_means_the_demo_users_see_them_all(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "m", "vms": [{"name": "only"}]})
    for user in ("jm", "ana"):
        own = Caller(mock.service, f"Bearer m.{user}-token")
        assert [vm["name"] for vm in own.get("/v2/vm").data] == ["only"]
        assert own.get("/v2/request").data["snapshot"] == 0


def test_same_seed_same_calls_same_bytes() -> None:
    def transcript() -> list[bytes]:
        mock = caller(seed=3)
        out = []
        for _ in range(2):
            mock.submit()
            mock.advance("11h")
            for target in ("/v2/request/snapshot?expand=1", "/_mock/state", "/v2/vm"):
                reply = mock.service.handle(mock.call("GET", target))
                out.append((reply if isinstance(reply, Reply) else finish(reply)).body)
        return out

    assert transcript() == transcript()


def test_a_service_can_be_warmed_up_before_its_first_refusal(mock: Caller) -> None:
    before = mock.state
    mock.service.warm_up()
    assert mock.state == before


def test_preset_worlds_share_records_and_nothing_else(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worldfile, "MAXIMUM_TEMPLATES", 2)
    for seed in (1, 2, 3, 1):
        world = mock.post("/_mock/worlds", {"seed": seed}).body
        own = Caller(mock.service, f"Bearer {world['users'][0]['token']}")
        before = mock.get(f"/_mock/worlds/{world['name']}/state").body
        assert own.submit() == 2
        own.post(f"/_mock/worlds/{world['name']}/clock", {"advance": "10h"})
        again = mock.post("/_mock/worlds", {"seed": seed}).body
        assert mock.get(f"/_mock/worlds/{again['name']}/state").body == before
        assert [vm["uuid"] for vm in again["vms"]] == [vm["uuid"] for vm in world["vms"]]
