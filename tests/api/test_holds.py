"""Time that is held, work that lasts, and work that fails on command."""

from typing import Any

import pytest

from tests.api.caller import Caller, caller
from vss_mock.simulator import holds

HOLDS = "/_mock/holds"
PLAIN = {"vms": [{"name": "1606T-coreos0"}]}
TEN = "2016-07-30T02:00:00Z"


@pytest.fixture
def mock() -> Caller:
    return caller(world=PLAIN)


def hold(mock: Caller, **members: Any) -> Any:
    answer = mock.post(HOLDS, members)
    assert answer.status_code == 201, answer.body
    return answer.body


def move(mock: Caller, **body: Any) -> Any:
    answer = mock.post("/_mock/clock", body)
    assert answer.status_code == 200, answer.body
    return answer.body


def clock(mock: Caller) -> Any:
    return mock.get("/_mock/clock").body


def statuses(mock: Caller, id: int = 1) -> tuple[str, str]:
    request = mock.request(id)
    return request["action"], request["status"]


# Holds.


def test_time_stops_right_before_what_is_held_and_says_so(mock: Caller) -> None:
    mock.submit()
    assert hold(mock, event="take") == {"id": 1, "event": "take", "holds": None}
    moved = move(mock, advance="3d")
    due = {
        "at": TEN,
        "kind": "snapshot",
        "request": 1,
        "event": "take",
        "vm": mock.uuid(),
        "snapshot": None,
    }
    assert (moved["now"], moved["fired"]) == (TEN, [])
    assert moved["held"] == {"hold": 1, "due": due}
    assert mock.get(HOLDS).body == {"holds": [{"id": 1, "event": "take", "holds": due}]}
    assert move(mock, advance="3d")["now"] == TEN
    assert move(mock, step=5)["now"] == TEN
    assert statuses(mock) == ("Create", "Submitted")


def test_what_is_released_happens_at_the_next_move_and_at_its_own_instant(mock: Caller) -> None:
    mock.submit()
    hold(mock, event="take")
    move(mock, advance="3d")
    assert mock("DELETE", f"{HOLDS}/1").status_code == 204
    assert clock(mock)["held"] is None
    moved = move(mock, advance=0)
    assert [(event["event"], event["at"]) for event in moved["fired"]] == [("take", TEN)]
    assert statuses(mock) == ("Delete", "Scheduled")


def test_what_is_held_may_be_failed(mock: Caller) -> None:
    mock.submit()
    hold(mock, event="take")
    move(mock, advance="3d")
    answer = mock.post(f"{HOLDS}/1/fail", {"reason": "no_disk_space", "detail": "vol7"})
    assert answer.status_code == 200
    (fired,) = answer.body["fired"]
    assert (fired["event"], fired["from"], fired["to"]) == ("fail", "Submitted", "Error Processed")
    assert answer.body["held"] is None
    request = mock.request(1)
    assert (request["action"], request["status"]) == ("Create", "Error Processed")
    assert request["message"] == {
        "errors": ["Insufficient disk space on datastore 'vol7'."],
        "warnings": [],
    }
    assert mock.get(f"/v2/request/task/{request['task_id']}").data["state"] == "error"
    assert mock.get(HOLDS).body == {"holds": []}
    entries = mock.get("/_mock/journal").body
    assert "fail" in str(entries)


def test_a_failure_without_a_reason_is_an_invalid_state(mock: Caller) -> None:
    mock.submit()
    hold(mock)
    move(mock, step=1)
    assert mock.post(f"{HOLDS}/1/fail").status_code == 200
    errors = mock.request(1)["message"]["errors"]
    assert errors == ["The operation is not allowed in the current state."]


def test_what_holds_nothing_back_cannot_be_failed(mock: Caller) -> None:
    mock.submit()
    hold(mock, event="delete")
    hold(mock, event="take")
    assert mock.post(f"{HOLDS}/2/fail", {}).status_code == 409
    move(mock, advance="3d")
    answer = mock.post(f"{HOLDS}/1/fail", {})
    assert (answer.status_code, answer.message) == (409, "hold 1 holds no event back now")
    assert mock.post(f"{HOLDS}/3/fail", {}).status_code == 404
    assert statuses(mock) == ("Create", "Submitted")


@pytest.mark.parametrize(
    ("where", "stops"),
    [
        ({}, True),
        ({"kind": "snapshot"}, True),
        ({"kind": "change"}, False),
        ({"request": 1}, True),
        ({"request": 2}, False),
        ({"vm": "1606T-coreos0"}, True),
        ({"event": "delete", "request": 1}, True),
        ({"event": "revert"}, False),
    ],
)
def test_a_hold_holds_what_it_matches(mock: Caller, where: dict[str, Any], stops: bool) -> None:
    mock.submit()
    hold(mock, **where)
    assert (move(mock, advance="3d")["held"] is not None) is stops


def test_other_events_of_the_same_instant_come_in_their_order(mock: Caller) -> None:
    for _ in range(3):
        mock.submit()
    hold(mock, request=2)
    moved = move(mock, advance="10h")
    assert [event["request"] for event in moved["fired"]] == [1]
    mock("DELETE", HOLDS)
    assert [event["request"] for event in move(mock, advance=0)["fired"]] == [2, 3]


def test_a_chain_of_events_of_one_instant_can_be_held_in_its_middle(mock: Caller) -> None:
    mock.submit(from_date="2016-07-01 10:00", valid_for=1)
    hold(mock, event="delete")
    moved = move(mock, advance="1h")
    assert [event["event"] for event in moved["fired"]] == ["take"]
    assert moved["now"] == "2016-07-29T16:30:59Z"
    mock("DELETE", f"{HOLDS}/1")
    assert [event["event"] for event in move(mock, advance=0)["fired"]] == ["delete"]


def test_a_live_clock_stands_while_an_event_is_held_and_goes_on_from_there() -> None:
    mock = caller(world=PLAIN, clock="live", rate=3600.0, start="2016-07-29T12:30:59")
    mock.submit()
    hold(mock, event="take")
    mock.at = 20_000_000
    assert clock(mock)["now"] == TEN
    list(mock.service.tick(30_000_000))
    assert statuses(mock) == ("Create", "Submitted")
    mock.at = 40_000_000
    assert clock(mock)["now"] == TEN
    mock("DELETE", f"{HOLDS}/1")
    mock.at = 41_000_000
    assert clock(mock)["now"] == "2016-07-30T03:00:00Z"
    assert statuses(mock) == ("Delete", "Scheduled")


def test_a_client_that_waits_is_told_that_nothing_has_happened_yet() -> None:
    mock = caller(world=PLAIN, clock="auto")
    mock.submit()
    hold(mock, event="take")
    assert [statuses(mock)[1] for _ in range(4)] == ["Submitted"] * 4
    assert clock(mock)["now"] == TEN
    mock("DELETE", f"{HOLDS}/1")
    assert statuses(mock)[1] == "Scheduled"


def test_holds_are_in_the_state_and_a_reset_drops_them(mock: Caller) -> None:
    hold(mock, event="take", vm="1606T-coreos0")
    assert mock.state["holds"] == [{"id": 1, "where": {"event": "take", "vm": mock.uuid()}}]
    mock.post("/_mock/reset", {})
    assert mock.state["holds"] == []
    held = caller(world={**PLAIN, "holds": [{"event": "take"}]})
    held("DELETE", HOLDS)
    held.post("/_mock/reset", {})
    assert [each["id"] for each in held.get(HOLDS).body["holds"]] == [1]


def test_a_hold_that_makes_no_sense_is_refused(mock: Caller) -> None:
    for body, sentence in (
        ({"event": "takes"}, "did you mean 'take'?"),
        ({"vm": "nothing"}, "vm: no virtual machine 'nothing'"),
        ({"evnet": "take"}, "unknown 'evnet'"),
    ):
        answer = mock.post(HOLDS, body)
        assert answer.status_code == 400
        assert sentence in answer.message
    assert mock("DELETE", f"{HOLDS}/1").status_code == 404
    assert mock("DELETE", f"{HOLDS}/x").status_code == 404


def test_a_world_has_so_many_holds_at_most(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(holds, "MAXIMUM_HOLDS", 1)
    hold(mock)
    assert mock.post(HOLDS, {}).status_code == 429


def test_holds_of_a_world_by_its_name(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "w"})
    assert mock.post("/_mock/worlds/w/holds").status_code == 201
    assert mock.get("/_mock/worlds/w/holds").body["holds"][0]["id"] == 1
    assert mock.get(HOLDS).body == {"holds": []}
    assert mock.post("/_mock/worlds/w/holds/1/fail").status_code == 409
    assert mock("DELETE", "/_mock/worlds/w/holds/1").status_code == 204
    assert mock("DELETE", "/_mock/worlds/w/holds").status_code == 204


def test_a_world_that_is_deleted_while_a_failure_waits_for_its_turn_is_gone(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "w"})
    mock.post("/_mock/worlds/w/holds")
    tenancy = mock.service.worlds["w"]
    tenancy.turn.append(object())
    steps: Any = mock.service.handle(mock.call("POST", "/_mock/worlds/w/holds/1/fail", b"{}"))
    next(steps)
    mock("DELETE", "/_mock/worlds/w")
    tenancy.turn.pop(0)
    with pytest.raises(StopIteration) as end:
        next(steps)
    assert end.value.value.status_code == 404


# Work that lasts.


def test_work_lasts_as_long_as_the_world_says(mock: Caller) -> None:
    assert move(mock, task_seconds=90)["task_seconds"] == 90
    mock.submit()
    (started,) = move(mock, advance="9h29m1s")["fired"]
    assert (started["event"], started["from"], started["to"]) == (
        "start",
        "Submitted",
        "In Progress",
    )
    request = mock.request(1)
    assert (request["action"], request["status"]) == ("Create", "In Progress")
    assert request["message"] == {"errors": [], "warnings": []}
    task = f"/v2/request/task/{request['task_id']}"
    assert (mock.get(task).data["state"], mock.get(task).data["end"]) == ("running", None)
    assert mock.get(f"/v2/vm/{mock.uuid()}/snapshot").data == []
    assert clock(mock)["next"]["at"] == "2016-07-30T02:01:30Z"
    assert move(mock, advance=89)["fired"] == []
    assert [event["event"] for event in move(mock, advance=1)["fired"]] == ["take"]
    assert statuses(mock) == ("Delete", "Scheduled")
    assert mock.get(task).data["start"] == "2016-07-29 22:00:00 EDT"
    assert mock.get(task).data["end"] == "2016-07-29 22:01:30 EDT"


def test_work_lasts_by_a_clock_that_runs_too() -> None:
    mock = caller(
        world={**PLAIN, "task_seconds": 600}, clock="live", rate=60.0, start="2016-07-29T21:59:59"
    )
    mock.submit()
    mock.at = 1_000_000
    list(mock.service.tick(mock.at))
    assert statuses(mock) == ("Create", "In Progress")
    mock.at = 10_000_000
    assert statuses(mock) == ("Create", "In Progress")
    mock.at = 10_100_000
    assert statuses(mock) == ("Delete", "Scheduled")


def test_its_deletion_lasts_as_long(mock: Caller) -> None:
    mock.submit()
    move(mock, advance="10h")
    move(mock, task_seconds=0.5)
    move(mock, advance_to="2016-07-30T10:00")
    assert statuses(mock) == ("Delete", "In Progress")
    assert len(mock.request(1)["message"]["warnings"]) == 2
    assert len(mock.get(f"/v2/vm/{mock.uuid()}/snapshot").data) == 1
    body = {"attribute": "duration", "value": 1}
    assert mock.put("/v2/request/snapshot/1", body).status_code == 400
    move(mock, advance=0.5)
    assert statuses(mock) == ("Done", "Processed")


def test_a_client_that_waits_sees_work_begin_and_end() -> None:
    mock = caller(world={**PLAIN, "task_seconds": 60}, clock="auto")
    mock.submit()
    seen = [statuses(mock)[1] for _ in range(5)]
    assert seen == ["Submitted", "In Progress", "In Progress", "Scheduled", "Scheduled"]


@pytest.mark.parametrize(
    ("dialect", "word", "again"),
    [
        ("2016", "In Progress", "Error Retry"),
        ("2019", "In Progress", "Error Retrying"),
        ("2026", "IN_PROGRESS", "ERROR_RETRY"),
    ],
)
def test_each_dialect_has_its_words(dialect: str, word: str, again: str) -> None:
    mock = caller(world={**PLAIN, "task_seconds": 60}, dialect=dialect)
    mock.submit()
    mock.put(f"/v2/vm/{mock.uuid()}/state", {"value": "reboot"})
    mock.post("/_mock/faults", {"kind": "work-retried", "reason": "invalid_state"})
    move(mock, step=1)
    assert mock.get("/v2/request/change/1").data["status"] == word
    move(mock, step=1)
    assert mock.get("/v2/request/change/1").data["status"] == again
    move(mock, advance="10h")
    assert mock.request(1)["status"] not in {word, again}


# Work that goes wrong.


@pytest.mark.parametrize(
    ("reason", "words"),
    [
        ("quiesce_timeout", "exceeded the time limit for holding off I/O"),
        ("no_disk_space", "Insufficient disk space on datastore 'datastore1'."),
        ("invalid_state", "The operation is not allowed in the current state."),
    ],
)
def test_a_snapshot_fails_in_vmwares_words(mock: Caller, reason: str, words: str) -> None:
    mock.post("/_mock/faults", {"kind": "work-fails", "event": "take", "reason": reason})
    mock.submit()
    mock.submit(from_date="2016-07-29 21:00")
    move(mock, advance="10h")
    for id in (1, 2):
        request = mock.request(id)
        assert (request["action"], request["status"]) == ("Create", "Error Processed")
        assert words in request["message"]["errors"][0]
    assert mock.get(f"/v2/vm/{mock.uuid()}/snapshot").data == []
    assert mock.get("/_mock/faults/1").body["fired"] == 2


def test_a_snapshot_is_tried_again_and_comes_later(mock: Caller) -> None:
    body = {"kind": "work-retried", "reason": "quiesce_timeout", "seconds": 300, "times": 2}
    mock.post("/_mock/faults", body)
    mock.submit()
    assert move(mock, advance_to="2016-07-29T22:00")["fired"][0]["to"] == "Error Retry"
    request = mock.request(1)
    assert (request["action"], request["status"]) == ("Create", "Error Retry")
    assert len(request["message"]["errors"]) == 1
    assert request["task_id"] is not None
    assert [event["event"] for event in move(mock, advance=300)["fired"]] == ["back-off"]
    assert [event["event"] for event in move(mock, advance=300)["fired"]] == ["take"]
    request = mock.request(1)
    assert (request["status"], request["message"]["errors"]) == ("Scheduled", [])


def test_a_snapshot_is_missed(mock: Caller) -> None:
    mock.post("/_mock/faults", {"kind": "work-missed", "request": 1})
    mock.submit()
    mock.submit()
    move(mock, advance="10h")
    request = mock.request(1)
    assert (request["action"], request["status"]) == ("Create", "Missed")
    assert request["message"]["errors"] == ["The start time 2016-07-29 22:00:00 EDT was missed"]
    assert (request["task_id"], "task" in request["_links"]) == (None, False)
    assert statuses(mock, 2) == ("Delete", "Scheduled")


def test_a_snapshot_is_slow(mock: Caller) -> None:
    mock.post("/_mock/faults", {"kind": "work-slow", "seconds": 3600, "times": 1})
    mock.submit()
    move(mock, advance_to="2016-07-29T22:59:59")
    assert statuses(mock) == ("Create", "In Progress")
    move(mock, advance=1)
    assert statuses(mock) == ("Delete", "Scheduled")


def test_a_deletion_that_failed_keeps_its_snapshot_and_its_story(mock: Caller) -> None:
    mock.submit()
    move(mock, advance="10h")
    mock.post("/_mock/faults", {"kind": "work-fails", "event": "delete", "reason": "invalid_state"})
    move(mock, advance="24h")
    request = mock.request(1)
    assert (request["action"], request["status"]) == ("Delete", "Error Processed")
    assert [len(request["message"][part]) for part in ("errors", "warnings")] == [1, 2]
    snapshots = f"/v2/vm/{mock.uuid()}/snapshot"
    assert len(mock.get(snapshots).data) == 1
    mock("DELETE", "/_mock/faults")
    mock("DELETE", f"{snapshots}/1")
    move(mock, advance=0)
    assert mock.get(snapshots).data == []
    assert statuses(mock) == ("Delete", "Error Processed")
    assert statuses(mock, 2) == ("Done", "Processed")


def test_a_change_that_was_made_to_fail_can_be_tried_again() -> None:
    mock = caller(world=PLAIN, dialect="2019")
    mock.post("/_mock/faults", {"kind": "work-fails", "reason": "no_disk_space", "times": 1})
    mock.put(f"/v2/vm/{mock.uuid()}/name", {"value": "renamed"})
    move(mock, advance=0)
    change = mock.get("/v2/request/change/1").data
    assert change["status"] == "Error Processed"
    assert change["message"]["errors"] == ["Insufficient disk space on datastore 'datastore1'."]
    assert mock("PATCH", "/v2/request/change/1").status_code == 202
    move(mock, advance=0)
    assert mock.get("/v2/request/change/1").data["status"] == "Processed"


def test_a_consolidation_can_fail_or_last(mock: Caller) -> None:
    mock.post(
        "/_mock/faults", {"kind": "work-fails", "event": "consolidate", "reason": "invalid_state"}
    )
    path = f"/v2/vm/{mock.uuid()}/snapshot/consolidate"
    assert mock("PUT", path).status_code == 202
    move(mock, advance=0)
    assert mock.get("/v2/request/change/1").data["status"] == "Error Processed"


@pytest.mark.parametrize("dialect", ["2019", "2026"])
def test_a_consolidation_that_failed_is_tried_again(dialect: str) -> None:
    mock = caller(world=PLAIN, dialect=dialect)
    mock.post("/_mock/faults", {"kind": "work-fails", "reason": "invalid_state", "times": 1})
    mock.put(f"/v2/vm/{mock.uuid()}/snapshot/consolidate", {})
    assert [event["event"] for event in move(mock, advance=0)["fired"]] == ["fail"]
    answer = mock("PATCH", "/v2/request/change/1")
    assert answer.status_code == 202
    assert (
        answer.data["message"] == "VM Disk Consolidation Request has been accepted for processing"
    )
    assert [event["event"] for event in move(mock, advance=0)["fired"]] == ["consolidate"]
