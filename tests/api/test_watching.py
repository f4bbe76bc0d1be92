"""Who watches a world hears what it is, and then every change of it, by whomever, once."""

from typing import Any

import pytest

from tests.api.caller import Caller, caller
from tests.api.saving import lived
from tests.api.test_keeping import kept
from tests.api.viewer import Viewer
from vss_mock.api import pacing, watching
from vss_mock.api.messages import Reply
from vss_mock.simulator.clock import HOUR, SECOND
from vss_mock.simulator.journal import KEPT_EVENTS, Cause
from vss_mock.simulator.records import Fired
from vss_mock.wire.tokens import own
from vss_mock.wire.watched import FIRST

AT_FIRST = ["begin", "vms", "requests", "faults", "worlds", "journal", "clock"]
PLAIN = {
    "vms": [{"name": "1606T-coreos0", "power_state": "poweredOn"}],
    "users": [{"username": "jm", "password": "jm"}],
}
WINDOW = "2016-07-29 22:00"


@pytest.fixture
def mock() -> Caller:
    return caller()


def stands(mock: Caller, viewer: Viewer, world: str = "default") -> bool:
    """Tell whether a viewer knows what somebody knows who has just come."""
    fresh = Viewer(mock, world)
    fresh.look()
    fresh.watch.close()
    assert viewer.drawn == viewer.known()
    assert viewer.lasting() == fresh.lasting()
    last = fresh.journal
    assert viewer.journal[len(viewer.journal) - len(last) :] == last
    return True


# The beginning.


@pytest.mark.parametrize("path", ["/_mock/events", "/_mock/worlds/default/events"])
def test_a_stream_begins_as_one_of_events_that_nobody_keeps(mock: Caller, path: str) -> None:
    """This is mock-events, and mock-world-events."""
    reply = mock.service.handle(mock.call("GET", path))
    assert isinstance(reply, Reply)
    assert (reply.status_code, reply.body) == (200, FIRST)
    assert reply.headers == {
        "Content-Type": "text/event-stream",
        "Cache-Control": "no-store",
        "X-Accel-Buffering": "no",
    }


def test_at_first_all_there_is_is_told_in_one_order_and_then_nothing(mock: Caller) -> None:
    mock.submit()
    viewer = Viewer(mock)
    assert viewer.look() == AT_FIRST
    assert viewer.look() == []
    assert viewer.watch.over is False
    assert viewer.world == {
        name: value
        for name, value in mock.get("/_mock/worlds/default").body.items()
        if name != "vms"
    }
    assert viewer.start == viewer.clock["now"] == "2016-07-29T16:30:59Z"
    assert viewer.counts == (len(viewer.vms), len(viewer.requests)) == (11, 2)
    assert viewer.clock == mock.get("/_mock/clock").body
    assert viewer.faults == {"faults": [], "holds": []}
    assert viewer.worlds == {"worlds": ["default"], "count": 1}
    assert [entry["operation"] for entry in viewer.journal] == ["vm-list", "vm-snapshot-create"]


def test_a_machine_is_told_with_its_snapshots(mock: Caller) -> None:
    mock.submit()
    mock.advance("10h")
    viewer = Viewer(mock)
    viewer.look()
    uuid = mock.uuid()
    assert viewer.vms[uuid] == {
        "uuid": uuid,
        "moref": "vm-4766",
        "name": "1606T-coreos0",
        "power_state": "poweredOff",
        "cpu_count": 2,
        "memory_mb": 4096,
        "snapshots": [{"id": 1, "request": 2, "created_on": "2016-07-30T02:00:00Z"}],
    }


def test_a_request_is_told_with_all_that_is_to_be_drawn_of_it(mock: Caller) -> None:
    id = mock.submit(valid_for=12, description="before upgrading")
    mock.advance("10h")
    mock.put(f"/v2/request/snapshot/{id}", {"attribute": "duration", "value": 2})
    viewer = Viewer(mock)
    viewer.look()
    assert viewer.requests["snapshot", id] == {
        "kind": "snapshot",
        "id": id,
        "job": "create",
        "state": "Scheduled",
        "phase": "scheduled",
        "vm": mock.uuid(),
        "user": "jm",
        "description": "before upgrading",
        "created": "2016-07-29T16:30:59Z",
        "updated": "2016-07-30T02:30:59Z",
        "from": "2016-07-30T02:00:00Z",
        "to": "2016-07-30T16:00:00Z",
        "hours": 12,
        "extensions": [2],
        "snapshot": 1,
        "origin": None,
        "closed_by": None,
        "attribute": None,
        "value": None,
        "failure": None,
        "due": {"at": "2016-07-30T16:00:00Z", "event": "delete"},
    }


def test_a_change_is_told_in_the_words_of_the_dialect_with_what_went_wrong() -> None:
    mock = caller(dialect="2026", world=PLAIN)
    target = f"/v2/vm/{mock.state['vms'][0]['uuid']}"
    mock.authorization = f"Bearer {own('default', 'jm')}"
    mock.put(f"{target}/cpu", {"value": {"count": 4, "cores_per_socket": 2}})
    mock.put(f"{target}/state", {"value": "poweredOff", "schedule": "2016-08-29 12:00"})
    mock.put(f"{target}/snapshot/consolidate", {})
    mock.advance(0)
    viewer = Viewer(mock)
    viewer.look()
    wrong, waits, done = (viewer.requests["change", id] for id in (1, 2, 3))
    assert (wrong["state"], wrong["phase"], wrong["due"]) == ("ERROR", "failed", None)
    assert wrong["failure"] == "CPU hot plug is not supported for this virtual machine."
    assert (wrong["attribute"], wrong["value"]) == ("cpu", {"count": 4, "cores_per_socket": 2})
    assert (waits["state"], waits["phase"]) == ("SCHEDULED", "submitted")
    assert (waits["attribute"], waits["value"], waits["failure"]) == ("state", "poweredOff", None)
    assert waits["due"] == {"at": waits["from"], "event": "change"}
    assert (done["attribute"], done["value"], done["job"]) == ("consolidate", None, "consolidate")
    nothing = ("description", "to", "hours", "snapshot", "origin", "closed_by")
    assert [done[name] for name in nothing] == [None] * len(nothing)


def test_a_world_in_which_everything_has_happened_can_be_watched() -> None:
    mock = lived()
    viewer = Viewer(mock)
    viewer.look()
    failures = {row["failure"] for row in viewer.requests.values() if row["phase"] == "failed"}
    assert "Insufficient disk space on datastore 'datastore1'." in failures
    assert any(failure.endswith(" no longer exists") for failure in failures)
    missed = [row for row in viewer.requests.values() if row["phase"] == "missed"]
    assert [row["failure"].startswith("The start time ") for row in missed] == [True]
    assert all(row["failure"] for row in viewer.requests.values() if row["phase"] == "retrying")
    mock.advance("90d")
    viewer.look()
    assert stands(mock, viewer)


def test_a_world_that_is_not_there_cannot_be_watched(mock: Caller) -> None:
    assert mock.get("/_mock/worlds/nowhere/events").status_code == 404


def test_a_page_of_another_origin_takes_nobodys_place(mock: Caller) -> None:
    for fields in ({"origin": "http://evil.example"}, {"fetch_site": "cross-site"}):
        assert mock.get("/_mock/events", **fields).status_code == 403
    own = {"origin": "http://127.0.0.1:8001", "fetch_site": "same-origin"}
    reply = mock.service.handle(mock.call("GET", "/_mock/events", **own))
    assert isinstance(reply, Reply)
    assert reply.status_code == 200


def test_watching_wants_the_control_token_where_one_is_set() -> None:
    mock = caller(control_token="let-me-in")
    assert mock.get("/_mock/events").status_code == 401
    call = mock.call("GET", "/_mock/events", authorization="Bearer let-me-in")
    reply = mock.service.handle(call)
    assert isinstance(reply, Reply)
    assert reply.status_code == 200


# What is told later.


def watched(mock: Caller) -> Viewer:
    viewer = Viewer(mock)
    viewer.look()
    return viewer


def test_a_call_that_changes_something_is_told_with_what_it_changed(mock: Caller) -> None:
    viewer = watched(mock)
    id = mock.submit()
    assert viewer.look() == ["requests", "journal", "clock"]
    assert viewer.requests["snapshot", id]["phase"] == "submitted"
    assert viewer.clock["next"]["request"] == id
    assert viewer.look() == []


def test_a_call_that_reads_is_told_alone(mock: Caller) -> None:
    viewer = watched(mock)
    mock.uuid()
    assert viewer.look() == ["journal", "clock"]


def test_a_refused_call_is_told_with_its_sentence_and_what_it_asked(mock: Caller) -> None:
    viewer = watched(mock)
    uuid = mock.uuid()
    mock.post(f"/v2/vm/{uuid}/snapshot", {"valid_for": 99})
    mock.post(f"/v2/vm/{uuid}/snapshot", b'{"description": "' + b"x" * 3000 + b'"}')
    mock.post(f"/v2/vm/{uuid}/snapshot", b"\xff")
    viewer.look()
    asked, longer, no_json = viewer.journal[1:]
    assert asked["body"] == {"valid_for": 99}
    assert asked["message"].endswith("valid_for: 99 is more than the maximum of 72")
    assert (asked["status_code"], asked["ending"], asked["user"]) == (400, "whole", "jm")
    assert longer["body"] is no_json["body"] is None
    assert longer["message"]
    assert no_json["message"]
    assert viewer.journal[0]["message"] is None


@pytest.mark.parametrize("text", ["[", '["message"]', '{"message": 1}', "{}"])
def test_a_refusal_that_a_fault_has_broken_has_no_sentence(mock: Caller, text: str) -> None:
    mock.post("/_mock/faults", {"kind": "not-json", "text": text})
    reply = mock.service.handle(mock.call("GET", "/v2/request/snapshot/99"))
    assert isinstance(reply, Reply)
    assert (reply.status_code, reply.body) == (404, text.encode())
    (call,) = watched(mock).journal
    assert (call["status_code"], call["message"], call["faults"]) == (404, None, [1])


def test_secrets_are_told_by_names(mock: Caller) -> None:
    viewer = watched(mock)
    mock.post("/v2/vm/demo-token/snapshot", {"password": "correct-horse", "note": "demo-token"})
    mock.get("/v2/vm?token=demo-token")
    viewer.look()
    told = str(viewer.journal)
    assert "demo-token" not in told
    assert "correct-horse" not in told
    assert "token-1" in told


def test_an_event_is_told_with_its_request_its_machine_and_itself(mock: Caller) -> None:
    id = mock.submit()
    viewer = watched(mock)
    mock.post("/_mock/clock", {"step": 1})
    assert viewer.look() == ["vms", "requests", "journal", "clock"]
    assert viewer.requests["snapshot", id]["phase"] == "scheduled"
    assert viewer.journal[-1]["event"]["event"] == "take"
    assert viewer.clock["now"] == "2016-07-30T02:00:00Z"
    mock.post("/_mock/clock", {"step": 1})
    assert viewer.look() == ["vms", "requests", "journal", "clock"]
    assert viewer.vms[mock.uuid()]["snapshots"] == []


def test_what_follows_from_an_event_is_told_with_it(mock: Caller) -> None:
    id = mock.submit()
    mock.advance("10h")
    viewer = watched(mock)
    mock("DELETE", f"/v2/vm/{mock.uuid()}/snapshot/1")
    mock.advance(0)
    viewer.look()
    closed = viewer.requests["snapshot", id]
    assert (closed["phase"], closed["closed_by"]) == ("processed", id + 1)
    assert viewer.requests["snapshot", id + 1]["origin"] == id
    assert stands(mock, viewer)


def test_what_has_changed_twice_is_told_as_it_is_now_and_once(mock: Caller) -> None:
    viewer = watched(mock)
    uuid = mock.uuid()
    for _ in range(2):
        mock.put(f"/v2/vm/{uuid}/cpu", {"value": 4})
        mock.advance(0)
    assert viewer.look() == ["vms", "requests", "journal", "clock"]
    assert viewer.vms[uuid]["cpu_count"] == 4
    assert stands(mock, viewer)


def test_a_machine_that_became_what_it_was_is_not_told(mock: Caller) -> None:
    uuid = mock.uuid()
    mock.submit()
    viewer = watched(mock)
    mock.advance("40h")
    assert [entry["event"]["event"] for entry in viewer.journal if "event" in entry] == []
    assert viewer.look() == ["requests", "journal", "clock"]
    assert viewer.vms[uuid]["snapshots"] == []


def test_a_renamed_machine_is_told(mock: Caller) -> None:
    viewer = watched(mock)
    uuid = mock.uuid()
    mock.put(f"/v2/vm/{uuid}/name", {"name": "other"})
    mock.advance(0)
    viewer.look()
    assert viewer.vms[uuid]["name"] == "1606T-other"
    assert stands(mock, viewer)


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ({"advance": "1h"}, ["clock"]),
        ({"advance": 0}, []),
        ({"mode": "live", "rate": 60}, ["clock"]),
        ({"mode": "auto"}, ["clock"]),
        ({"rate": 60}, ["clock"]),
        ({"task_seconds": 30}, ["clock"]),
    ],
)
def test_a_moved_clock_is_told_and_one_that_is_as_it_was_is_not(
    mock: Caller, body: Any, told: list[str]
) -> None:
    viewer = watched(mock)
    mock.post("/_mock/clock", body)
    assert viewer.look() == told


def test_faults_and_holds_are_told_when_they_come_strike_and_go(mock: Caller) -> None:
    viewer = watched(mock)
    mock.post("/_mock/faults", {"kind": "status", "status_code": 503, "times": 1})
    assert viewer.look() == ["faults", "clock"]
    mock.get("/v2/vm")
    assert viewer.look() == ["faults", "journal", "clock"]
    assert viewer.faults["faults"][0]["fired"] == 1
    assert viewer.journal[-1]["faults"] == [1]
    mock("DELETE", "/_mock/faults/1")
    assert viewer.look() == ["faults", "clock"]
    mock("DELETE", "/_mock/faults")  # there is none
    assert viewer.look() == []
    mock.post("/_mock/holds", {"event": "take"})
    assert viewer.look() == ["faults", "clock"]
    mock.submit()
    viewer.look()
    mock.advance("10h")
    assert viewer.look() == ["faults", "clock"]
    assert viewer.clock["held"]["hold"] == 1
    assert viewer.faults["holds"][0]["holds"] == viewer.clock["held"]["due"]
    mock.post("/_mock/holds/1/fail", {"reason": "no_disk_space"})
    assert viewer.look() == ["requests", "faults", "journal", "clock"]
    assert stands(mock, viewer)


def test_worlds_are_told_as_they_come_and_go(mock: Caller) -> None:
    viewer = watched(mock)
    mock.post("/_mock/worlds", {"name": "team-a"})
    assert viewer.look() == ["worlds", "clock"]
    mock.post("/_mock/worlds/team-a/reset", {})
    assert viewer.look() == []
    mock("DELETE", "/_mock/worlds/team-a")
    mock.post("/_mock/worlds", {"name": "team-a"})
    assert viewer.look() == []  # the same names, so far as anybody can tell
    mock("DELETE", "/_mock/worlds/team-a")
    mock.post("/_mock/worlds", {"name": "team-b"})
    assert viewer.look() == ["worlds", "clock"]
    assert viewer.worlds == {"worlds": ["default", "team-b"], "count": 2}
    mock("DELETE", "/_mock/worlds/team-b")
    assert viewer.look() == ["worlds", "clock"]


def test_of_many_worlds_the_first_are_named_and_all_are_counted(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "LISTED_WORLDS", 2)
    for _ in range(3):
        mock.post("/_mock/worlds")
    viewer = watched(mock)
    assert viewer.worlds == {"worlds": ["default", "world-1"], "count": 4}


def test_what_happens_in_another_world_is_not_told(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "team-a"})
    viewer = watched(mock)
    mock.post("/_mock/worlds/team-a/clock", {"advance": "1h"})
    mock.get("/v2/vm", authorization="Bearer team-a.jm-token")
    assert viewer.look() == []


# Another world in its place.


def test_after_a_reset_all_is_told_anew(mock: Caller) -> None:
    id = mock.submit()
    viewer = watched(mock)
    mock.post("/_mock/reset", {})
    assert viewer.look() == [name for name in AT_FIRST if name != "journal"]
    assert ("snapshot", id) not in viewer.requests
    mock.submit()
    assert viewer.look() == ["requests", "journal", "clock"]
    assert stands(mock, viewer)


def test_after_a_load_all_is_told_anew(mock: Caller) -> None:
    saved = mock.get("/_mock/saved").body
    viewer = watched(mock)
    mock.submit()
    viewer.look()
    assert mock.put("/_mock/saved", saved).status_code == 200
    assert viewer.look()[0] == "begin"
    assert stands(mock, viewer)


def test_a_deleted_world_is_gone_whatever_comes_under_its_name(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "team-a"})
    viewer = Viewer(mock, "team-a")
    viewer.look()
    mock("DELETE", "/_mock/worlds/team-a")
    mock.post("/_mock/worlds", {"name": "team-a"})
    assert viewer.look() == ["gone"]
    assert viewer.watch.over
    assert viewer.look() == []


def test_a_world_deleted_while_there_was_more_to_tell_leaves_nothing_to_be_told(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ENTRIES_A_SLICE", 1)
    mock.post("/_mock/worlds", {"name": "team-a"})
    viewer = Viewer(mock, "team-a")
    viewer.look()
    for _ in range(watching.SLICES_A_BATCH + 1):
        mock.get("/v2/vm", authorization=f"Bearer {own('team-a', 'jm')}")
    while viewer.hear():
        pass
    states = [viewer.watch.behind]
    mock("DELETE", "/_mock/worlds/team-a")
    assert not viewer.gone
    while viewer.hear():
        pass
    assert viewer.told == ["gone"]
    assert [*states, viewer.watch.behind] == [True, False]


def test_a_world_deleted_before_anything_was_told_is_gone(mock: Caller) -> None:
    mock.post("/_mock/worlds", {"name": "team-a"})
    viewer = Viewer(mock, "team-a")
    mock("DELETE", "/_mock/worlds/team-a")
    assert viewer.look() == ["gone"]


def test_a_reset_in_the_middle_of_the_news_begins_anew(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROWS_A_SLICE", 3)
    mock.submit()
    viewer = Viewer(mock)
    assert viewer.hear()
    mock.post("/_mock/reset", {})
    viewer.look()
    assert viewer.told.count("begin") == 2
    assert stands(mock, viewer)


# Whose time goes by of itself.


def test_a_live_clock_that_merely_ticks_is_not_told_but_what_it_brings_is(mock: Caller) -> None:
    viewer = watched(mock)
    goes = [viewer.watch.live]
    mock.post("/_mock/clock", {"mode": "live", "rate": 1})
    viewer.look()
    assert [*goes, viewer.watch.live] == [False, True]
    id = mock.submit(from_date="2016-07-29 12:31")
    viewer.look()
    for second in range(1, 4):
        tick(mock, second * SECOND)
        told = viewer.look()
        assert told == (["vms", "requests", "journal", "clock"] if second == 1 else []), second
    assert viewer.requests["snapshot", id]["phase"] == "scheduled"


def test_a_live_clock_that_is_moved_is_told(mock: Caller) -> None:
    mock.post("/_mock/clock", {"mode": "live", "rate": 1})
    viewer = watched(mock)
    tick(mock, SECOND)
    assert viewer.look() == []
    mock.post("/_mock/clock", {"advance": "1h"})
    assert viewer.look() == ["clock"]
    assert viewer.clock == mock.get("/_mock/clock").body


def test_a_live_clock_that_is_held_is_told_once(mock: Caller) -> None:
    mock.submit(from_date="2016-07-29 12:31")
    mock.post("/_mock/holds", {})
    mock.post("/_mock/clock", {"mode": "live", "rate": 1})
    viewer = watched(mock)
    tick(mock, 5 * SECOND)
    assert viewer.look() == ["faults", "clock"]
    assert viewer.clock["held"]["hold"] == 1
    tick(mock, 6 * SECOND)
    tick(mock, 7 * SECOND)
    assert viewer.look() == []
    mock("DELETE", "/_mock/holds")
    tick(mock, 8 * SECOND)
    viewer.look()
    assert viewer.clock["held"] is None
    tick(mock, 9 * SECOND)
    assert viewer.look() == []


def test_what_somebody_who_waits_brings_about_is_told(mock: Caller) -> None:
    id = mock.submit()
    mock.post("/_mock/clock", {"mode": "auto"})
    viewer = watched(mock)
    mock.request(id)
    assert viewer.look() == ["journal", "clock"]
    mock.request(id)
    assert viewer.look() == ["vms", "requests", "journal", "clock"]
    assert stands(mock, viewer)


def tick(mock: Caller, at: int) -> None:
    mock.at = at
    for _ in mock.service.tick(at):
        pass


# Much at a time.


def test_what_is_much_is_told_in_parts_and_what_changes_meanwhile_is_not_lost(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROWS_A_SLICE", 2)
    ids = [mock.submit() for _ in range(5)]
    viewer = Viewer(mock)
    assert viewer.hear()
    (*_, last) = mock.service.worlds["default"].world.inventory
    mock.put(f"/v2/vm/{last.uuid}/name", {"name": "last"})
    mock.advance(0)
    while not viewer.requests:
        assert viewer.hear()
        assert viewer.drawn is None
    (first, *_) = viewer.vms
    mock.put(f"/v2/vm/{first}/cpu", {"value": 4})
    mock.advance("10h")
    mock.submit()
    assert viewer.look().count("clock") == 1
    assert viewer.parts > 8
    assert viewer.times_told[last.uuid] == 1
    assert all(viewer.requests["snapshot", id]["phase"] == "scheduled" for id in ids)
    assert stands(mock, viewer)


def test_nobody_draws_before_all_has_been_told_that_there_was_at_first(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROWS_A_SLICE", 1)
    for _ in range(watching.SLICES_A_BATCH):
        mock.submit()
    viewer = Viewer(mock)
    while viewer.hear():
        pass
    assert viewer.parts > watching.SLICES_A_BATCH
    assert viewer.told.count("clock") == 1
    assert stands(mock, viewer)


def test_entries_of_a_journal_are_told_in_parts_the_last_at_first(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ENTRIES_AT_FIRST", 7)
    monkeypatch.setattr(watching, "ENTRIES_A_SLICE", 3)
    for _ in range(9):
        mock.get("/v2/vm")
    viewer = Viewer(mock)
    assert viewer.look().count("journal") == 3
    assert [entry["number"] for entry in viewer.journal] == [3, 4, 5, 6, 7, 8, 9]
    for _ in range(6):
        mock.get("/v2/vm")
    assert viewer.look() == ["journal", "journal", "clock"]
    assert viewer.journal[-1]["number"] == 15


def test_a_viewer_may_draw_now_and_then_while_more_comes_than_can_be_told(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ENTRIES_A_SLICE", 1)
    viewer = watched(mock)
    uuid = mock.uuid()
    for number in range(3):
        mock.put(f"/v2/vm/{uuid}/name", {"name": f"web-{number}"})
        mock.advance(0)
        for _ in range(watching.SLICES_A_BATCH):
            mock.get("/v2/vm")
            assert viewer.hear()
        assert not viewer.hear()
        assert viewer.watch.behind
        assert viewer.told.count("clock") == 1
        assert viewer.vms[uuid]["name"] == f"1606T-web-{number}"
    viewer.look()
    assert not viewer.watch.behind
    assert stands(mock, viewer)


def test_a_machine_that_changed_is_told_once_when_all_requests_have_been(
    mock: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "ROWS_A_SLICE", 2)
    for day in (28, 29, 30, 31):
        mock.submit(from_date=f"2016-07-{day} 10:00", valid_for=1)
        mock.submit("web1", from_date=f"2016-07-{day} 10:00", valid_for=72)
    viewer = watched(mock)
    viewer.times_told.clear()
    mock.advance("40h")
    told = viewer.look()
    assert told.count("requests") > 2
    assert "vms" not in told[: len(told) - told[::-1].index("requests") - 1]
    assert {*viewer.times_told.values()} == {1}
    assert stands(mock, viewer)
    mock.advance("30d")
    for name in ("db1", "db2", "mail"):
        mock.put(f"/v2/vm/{mock.uuid(name)}/name", {"name": f"{name}x"})
    mock.advance(0)
    while viewer.hear():
        pass
    assert stands(mock, viewer)


def test_entries_that_made_room_before_they_were_told_leave_a_gap(mock: Caller) -> None:
    viewer = watched(mock)
    journal = mock.service.worlds["default"].journal
    mock.submit()
    mock.advance("10h")
    (fired,) = (entry[2] for entry in journal.since(0) if isinstance(entry[2], Fired))
    journal.enter(Cause.MOVE, [fired] * (KEPT_EVENTS + 5))
    viewer.look()
    assert len(viewer.journal) == KEPT_EVENTS + 2
    assert viewer.journal[-1]["number"] == journal.last


def test_a_world_of_many_users_learns_its_secrets_part_by_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(pacing, "ROWS_A_SLICE", 2)
    users = [{"username": f"user-{number}", "password": f"secret-{number}"} for number in range(5)]
    mock = caller(world={**PLAIN, "users": users})
    mock.get("/v2/vm?x=secret-4", authorization=f"Bearer {own('default', 'user-0')}")
    viewer = Viewer(mock)
    viewer.look()
    assert viewer.parts == 4
    assert viewer.journal[0]["target"] == "/v2/vm?x=password-5"


def test_others_move_time_while_somebody_listens_and_nothing_happens_for_listening(
    mock: Caller,
) -> None:
    mock.submit(from_date="2016-07-29 12:31")
    mock.post("/_mock/clock", {"mode": "live", "rate": 1000})
    mock.at = HOUR
    viewer = watched(mock)
    assert viewer.clock["now"] == "2016-07-29T16:30:59Z"
    assert mock.service.worlds["default"].journal.since(0)[-1][0] == viewer.journal[-1]["number"]


# Who is told, and who is not.


def test_a_world_tells_nobody_who_has_left(mock: Caller) -> None:
    def told() -> set[bool]:
        world = mock.service.worlds["default"].world
        parts = (world, world.inventory, world.faults, world.holds)
        return {part.trail is not None for part in parts}

    one, two = watched(mock), watched(mock)
    assert told() == {True}
    mock.submit()
    one.watch.close()
    assert told() == {True}
    mock.submit("web1")
    assert two.look() == ["requests", "journal", "clock"]
    two.watch.close()
    two.watch.close()
    assert told() == {False}


def test_who_has_asked_for_nothing_holds_nothing(mock: Caller) -> None:
    viewer = Viewer(mock)
    assert mock.service.worlds["default"].world.trail is None
    viewer.watch.close()


def test_what_cannot_be_kept_is_not_told() -> None:
    mock, keeper = kept()
    viewer = Viewer(mock)
    viewer.look()
    uuid = mock.uuid()
    viewer.look()
    body = {"from_date": WINDOW, "valid_for": 12, "description": "d"}
    keeper.fail()
    assert mock.post(f"/v2/vm/{uuid}/snapshot", body).status_code == 503
    assert viewer.look() == ["journal", "clock"]
    keeper.fail()
    assert mock.post("/_mock/holds", {}).status_code == 503
    assert viewer.look() == []
    keeper.fail()
    assert mock.post("/_mock/reset", {}).status_code == 503
    assert viewer.look() == []
    mock.submit()
    keeper.fail()
    assert mock.post("/_mock/clock", {"advance": "10h"}).status_code == 503
    assert viewer.look() == ["requests", "journal", "clock"]
    mock.advance("10h")
    assert stands(mock, viewer) if viewer.look() else False


def test_what_is_kept_is_told_to_the_keeper_too() -> None:
    mock, keeper = kept()
    viewer = Viewer(mock)
    viewer.look()
    times = keeper.times
    mock.submit()
    assert keeper.times > times
    assert mock.service.worlds.unkept is not None
    assert not mock.service.worlds.unkept
    viewer.watch.close()
    tenancy = mock.service.worlds["default"]
    assert tenancy.world.trail is tenancy.trail


def test_a_fork_of_a_world_that_is_watched_is_watched_by_nobody(mock: Caller) -> None:
    watched(mock)
    mock.post("/_mock/worlds/default/fork", {"name": "fork"})
    assert mock.service.worlds["fork"].world.trail is None


def test_a_move_is_told_slice_by_slice(mock: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pacing, "SLICE", 2)
    for _ in range(8):
        mock.submit()
    viewer = watched(mock)
    steps = mock.service.handle(mock.call("POST", "/_mock/clock", {"advance": "10h"}))
    assert not isinstance(steps, Reply)
    seen = []
    for _ in steps:
        viewer.look()
        seen.append(sum(row["phase"] == "scheduled" for row in viewer.requests.values()))
    assert seen == sorted(seen)
    assert len(set(seen)) > 3
    viewer.look()
    assert stands(mock, viewer)
