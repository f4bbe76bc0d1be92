"""Time that waits for those who wait, and the journal of what happened."""

import pytest

from tests.api.caller import Caller, caller, finish
from vss_mock.api.messages import Reply
from vss_mock.simulator import worlds

JOURNAL = "/_mock/journal"


@pytest.fixture
def auto() -> Caller:
    return caller(clock="auto")


def status(mock: Caller, id: int) -> str:
    found: str = mock.request(id)["status"]
    return found


def test_the_second_poll_of_a_request_that_waits_brings_its_date(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    assert status(auto, id) == "Submitted"
    assert auto.get("/_mock/clock").body["now"] == "2016-07-29T16:30:59Z"
    assert status(auto, id) == "Scheduled"
    assert auto.get("/_mock/clock").body["now"] == "2016-08-02T02:00:00Z"
    assert auto.get(JOURNAL).body == {
        "events": [
            {
                "number": 4,
                "cause": "auto",
                "event": {
                    "at": "2016-08-02T02:00:00Z",
                    "event": "take",
                    "from": "Submitted",
                    "kind": "snapshot",
                    "request": id,
                    "snapshot": 1,
                    "to": "Scheduled",
                    "vm": auto.uuid(),
                },
            }
        ],
        "last": 5,
    }


def test_a_snapshot_that_is_there_is_not_waited_for(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    assert [status(auto, id) for _ in range(6)] == ["Submitted", *["Scheduled"] * 5]
    body = {"attribute": "duration", "value": 1}
    assert auto.put(f"/v2/request/snapshot/{id}", body).status_code == 204


def test_a_scheduled_change_is_waited_for_too(auto: Caller) -> None:
    body = {"value": "poweredOn", "schedule": "2016-08-01 04:00"}
    assert auto.put(f"/v2/vm/{auto.uuid()}/state", body).status_code == 202
    polls = [auto.get("/v2/request/change/1").data["status"] for _ in range(2)]
    assert polls == ["Submitted", "Processed"]
    assert auto.get("/_mock/clock").body["now"] == "2016-08-01T08:00:00Z"


def test_what_is_due_at_once_happens_with_the_next_call(auto: Caller) -> None:
    id = auto.submit(from_date="2016-07-29 12:00")
    assert status(auto, id) == "Scheduled"
    assert auto("DELETE", f"/v2/vm/{auto.uuid()}/snapshot/1").status_code == 202
    assert auto.get(f"/v2/vm/{auto.uuid()}/snapshot").data == []
    assert auto.get("/_mock/clock").body["now"] == "2016-07-29T16:30:59Z"
    causes = {entry["cause"] for entry in auto.get(JOURNAL).body["events"]}
    assert causes == {"auto"}


def test_each_request_is_waited_for_by_itself(auto: Caller) -> None:
    first = auto.submit(from_date="2016-08-01 22:00")
    second = auto.submit(from_date="2016-08-05 22:00")
    assert [status(auto, id) for id in (first, second, first)] == [
        "Submitted",
        "Submitted",
        "Scheduled",
    ]
    assert status(auto, second) == "Scheduled"


def test_a_list_is_no_poll_and_a_refused_look_is_none(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    for _ in range(3):
        auto.get("/v2/request/snapshot?expand=1")
        other = Caller(auto.service, "Bearer ana-token")
        assert other.get(f"/v2/request/snapshot/{id}").status_code == 404
    assert status(auto, id) == "Submitted"
    assert status(auto, id) == "Scheduled"


def test_a_frozen_clock_waits_for_nobody(mock: Caller) -> None:
    id = mock.submit(from_date="2016-07-29 12:00")
    assert {status(mock, id) for _ in range(5)} == {"Submitted"}


def test_a_clock_is_made_auto_and_frozen_again_on_command(mock: Caller) -> None:
    id = mock.submit(from_date="2016-08-01 22:00")
    assert mock.post("/_mock/clock", {"mode": "auto"}).body["mode"] == "auto"
    assert [status(mock, id) for _ in range(2)] == ["Submitted", "Scheduled"]
    later = mock.submit(from_date="2016-09-01 22:00")
    assert mock.post("/_mock/clock", {"mode": "frozen"}).body["mode"] == "frozen"
    assert {status(mock, later) for _ in range(4)} == {"Submitted"}


def test_time_steps_for_those_who_wait_in_their_own_world_alone(mock: Caller) -> None:
    world = mock.post("/_mock/worlds", {"name": "w", "clock": "auto"}).body
    assert (world["mode"], world["dialect"]) == ("auto", "2016")
    own = Caller(mock.service, "Bearer w.jm-token")
    id, other = own.submit(from_date="2016-08-01 22:00"), mock.submit()
    assert [status(own, id) for _ in range(2)] == ["Submitted", "Scheduled"]
    assert status(mock, other) == "Submitted"
    assert mock.get(JOURNAL).body["events"] == []
    assert len(own.get("/_mock/worlds/w/journal").body["events"]) == 1


def test_a_reset_forgets_polls_and_the_journal(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    status(auto, id)
    auto.post("/_mock/reset")
    assert auto.submit(from_date="2016-08-01 22:00") == id
    assert [status(auto, id) for _ in range(2)] == ["Submitted", "Scheduled"]
    auto.post("/_mock/reset")
    assert auto.get(JOURNAL).body == {"events": [], "last": 0}


def test_polls_are_forgotten_when_there_are_too_many(
    auto: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(worlds, "REMEMBERED_POLLS", 1)
    first = auto.submit(from_date="2016-08-01 22:00")
    second = auto.submit(from_date="2016-08-05 22:00")
    looks = [status(auto, id) for id in (first, second, first, first)]
    assert looks == ["Submitted", "Submitted", "Submitted", "Scheduled"]


def test_the_journal_is_read_from_where_one_left_off(mock: Caller) -> None:
    mock.submit()
    mock.advance("10h")
    mock.advance("12h")
    whole = mock.get(JOURNAL).body
    assert [entry["number"] for entry in whole["events"]] == [3, 4]  # after two calls
    assert {entry["cause"] for entry in whole["events"]} == {"move"}
    rest = mock.get(f"{JOURNAL}?since=3").body
    assert (rest["events"], rest["last"]) == (whole["events"][1:], 4)
    assert mock.get(f"{JOURNAL}?since=7").body == {"events": [], "last": 4}
    for bad in ("-1", "x", "", "１", "9" * 19):
        assert mock.get(f"{JOURNAL}?since={bad}").status_code == 400


def test_the_journal_tells_what_a_running_clock_did() -> None:
    mock = caller(clock="live", start="2016-07-29T12:30:59")
    mock.submit(from_date="2016-07-29 12:31")
    (entry,) = mock.get(JOURNAL, at=2_000_000).body["events"]
    assert (entry["cause"], entry["event"]["event"]) == ("live", "take")


def test_two_who_wait_for_one_request_step_once(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    status(auto, id)
    waiting = auto.service.handle(auto.call("GET", f"/v2/request/snapshot/{id}"))
    assert not isinstance(waiting, Reply)
    auto.advance("3d10h")
    reply = finish(waiting)
    assert b'"status":"Scheduled"' in reply.body
    assert [entry["cause"] for entry in auto.get(JOURNAL).body["events"]] == ["move"]
    assert auto.get("/_mock/clock").body["now"] == "2016-08-02T02:30:59Z"


def test_a_request_that_nobody_has_any_more_is_not_found_by_who_waited(auto: Caller) -> None:
    id = auto.submit(from_date="2016-08-01 22:00")
    status(auto, id)
    waiting = auto.service.handle(auto.call("GET", f"/v2/request/snapshot/{id}"))
    auto.post("/_mock/reset")
    assert finish(waiting).status_code == 404


def test_who_waited_in_vain_is_told_what_the_path_takes_all_the_same(auto: Caller) -> None:
    body = {"value": "poweredOn", "schedule": "2016-08-01 04:00"}
    auto.put(f"/v2/vm/{auto.uuid()}/state", body)
    auto.get("/v2/request/change/1")
    waiting = auto.service.handle(auto.call("GET", "/v2/request/change/1"))
    auto.post("/_mock/reset")
    reply = finish(waiting)
    assert (reply.status_code, reply.headers["Allow"]) == (404, "PUT, HEAD, OPTIONS, GET")
