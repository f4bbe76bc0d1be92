"""In a house that is kept, what a call changed is kept before its answer leaves, or undone."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.api.caller import Answer, Caller, caller, finish
from vss_mock.api import control, snapshot
from vss_mock.api.keeping import BY_AND_BY, CLOCKS_A_SLICE
from vss_mock.api.pacing import SLICE
from vss_mock.api.visit import Visit
from vss_mock.simulator.clock import HOUR, SECOND, iso
from vss_mock.simulator.errors import NotKept
from vss_mock.simulator.journal import Cause
from vss_mock.simulator.records import Fired
from vss_mock.simulator.trail import Unkept
from vss_mock.wire.tokens import own

LONG = 5 * SLICE // 2
"""More events than two slices have."""

LOST = {"kind": "lost-answer", "operation": "vm-snapshot-create", "nth": 2}

Act = Callable[[Caller], Answer]


class Keeper:
    """Keeps nothing, and counts how often it was to; the `bad` times it fails."""

    def __init__(self) -> None:
        self.times = 0
        self.bad: set[int] = set()

    def keep(self, unkept: Unkept) -> None:
        self.times += 1
        if self.times in self.bad:
            raise NotKept("the disk is full")

    def fail(self, *after: int) -> None:
        """Fail the next time, or so many times after it."""
        self.bad = {self.times + 1 + each for each in after or (0,)}


def kept(**settings: Any) -> tuple[Caller, Keeper]:
    mock, keeper = caller(**settings), Keeper()
    mock.service.worlds.follow(keeper).settle()
    return mock, keeper


@pytest.fixture
def house() -> tuple[Caller, Keeper]:
    """Return a service with a request in each state, and its keeper."""
    mock, keeper = kept()
    for name in ("coreos0", "web1", "web2"):
        mock.submit(name)
    mock.advance("10h")
    mock.post("/_mock/worlds", {"name": "other"})
    mock.post("/_mock/worlds/other/faults", LOST)
    mock.post("/_mock/worlds/other/holds", {})
    body = SNAPSHOT | {"from_date": "2016-07-29 13:00"}
    mock.post(vm(mock, "snapshot"), body, authorization=f"Bearer {own('other', 'jm')}")
    mock.post("/_mock/worlds/other/clock", {"advance": "1h"})
    mock.put(f"/v2/vm/{mock.uuid('web1')}/name", {"value": "w", "schedule": "2017-01-01 10:00"})
    keeper.times = 0
    return mock, keeper


def lives(mock: Caller) -> list[Any]:
    """Return all that there is: the worlds, their states and what has happened in them."""
    worlds = mock.get("/_mock/worlds").body["worlds"]
    names = [world["name"] for world in worlds]
    parts = ("state", "clock")
    told = [mock.get(f"/_mock/worlds/{name}/{part}").body for name in names for part in parts]
    return [worlds, *told, *(happened(mock, name) for name in names)]


def happened(mock: Caller, name: str = "default") -> list[tuple[Cause, Fired]]:
    """Return the events in a world's journal."""
    entries = mock.service.worlds[name].journal.since(0)
    return [(Cause(str(entry[1])), entry[2]) for entry in entries if isinstance(entry[2], Fired)]


def vm(mock: Caller, rest: str, name: str = "web1") -> str:
    return f"/v2/vm/{mock.uuid(name)}/{rest}"


def snapshot_of(mock: Caller) -> str:
    target = vm(mock, "snapshot")
    return f"{target}/{mock.get(target).data[0]['id']}"


SNAPSHOT = {"description": "d", "from_date": "2016-08-01 22:00", "valid_for": 12}


def saved(mock: Caller, name: str) -> Any:
    return mock.get(f"/_mock/worlds/{name}/saved").body


WRITES: dict[str, Act] = {
    "snapshot": lambda mock: mock.post(vm(mock, "snapshot"), SNAPSHOT),
    "extension": lambda mock: mock.put(
        "/v2/request/snapshot/2", {"attribute": "duration", "value": 3}
    ),
    "deletion": lambda mock: mock("DELETE", snapshot_of(mock)),
    "revert": lambda mock: mock("PATCH", snapshot_of(mock)),
    "change": lambda mock: mock.put(vm(mock, "memory"), {"value": 4}),
    "cancelling": lambda mock: mock.put("/v2/request/change/1", {"scheduled": False}),
    "advance": lambda mock: mock.post("/_mock/clock", {"advance": "1d"}),
    "step": lambda mock: mock.post("/_mock/clock", {"step": 1}),
    "pace": lambda mock: mock.post("/_mock/clock", {"mode": "auto"}),
    "length of the work": lambda mock: mock.post("/_mock/clock", {"task_seconds": 60}),
    "reset": lambda mock: mock.post("/_mock/reset", {}),
    "fault": lambda mock: mock.post("/_mock/faults", LOST),
    "no fault": lambda mock: mock("DELETE", "/_mock/worlds/other/faults/1"),
    "no faults": lambda mock: mock("DELETE", "/_mock/worlds/other/faults"),
    "hold": lambda mock: mock.post("/_mock/holds", {}),
    "release": lambda mock: mock("DELETE", "/_mock/worlds/other/holds/1"),
    "release of all": lambda mock: mock("DELETE", "/_mock/worlds/other/holds"),
    "failure": lambda mock: mock.post("/_mock/worlds/other/holds/1/fail", {}),
    "fork": lambda mock: mock.post("/_mock/worlds/default/fork", {}),
    "world": lambda mock: mock.post("/_mock/worlds", {}),
    "loading": lambda mock: mock.put("/_mock/worlds/other/saved", saved(mock, "default")),
    "loading a new world": lambda mock: mock.put("/_mock/worlds/new/saved", saved(mock, "default")),
    "loading the default world": lambda mock: mock.put("/_mock/saved", saved(mock, "other")),
    "farewell": lambda mock: mock("DELETE", "/_mock/worlds/other"),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_call_that_cannot_be_kept_is_refused_and_changes_nothing(
    house: tuple[Caller, Keeper], write: Act
) -> None:
    mock, keeper = house
    before = lives(mock)
    keeper.fail()
    refused = write(mock)
    assert refused.status_code == 503
    assert refused.message == "the state could not be saved (the disk is full): nothing was changed"
    assert refused.body["error"] == "service unavailable"
    assert lives(mock) == before
    assert keeper.times == 1
    assert write(mock).status_code < 300
    assert lives(mock) != before


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_what_a_call_changed_is_kept_before_its_answer_leaves(
    house: tuple[Caller, Keeper], write: Act
) -> None:
    mock, keeper = house
    assert write(mock).status_code < 300
    assert keeper.times >= 1
    assert not mock.service.worlds.unkept


def test_a_message_that_was_read_is_kept() -> None:
    mock, keeper = kept(dialect="2019")
    keeper.fail()
    assert mock("PATCH", "/v2/user/message/1").status_code == 503
    assert mock.get("/v2/user/message/1").data["status"] == "Created"
    assert mock("PATCH", "/v2/user/message/1").status_code == 200
    assert keeper.times == 2


def test_reads_and_refused_calls_keep_nothing(house: tuple[Caller, Keeper]) -> None:
    mock, keeper = house
    lives(mock)
    mock.get("/v2/request/snapshot?expand=1")
    assert mock.post(vm(mock, "snapshot"), {}).status_code == 400
    assert (
        mock.put("/v2/request/snapshot/99", {"attribute": "duration", "value": 3}).status_code
        == 404
    )
    assert mock.post("/_mock/clock", {"advance_to": "2001-01-01T00:00"}).status_code == 409
    assert keeper.times == 0


def many(mock: Caller) -> None:
    """Ask for more snapshots than one slice takes, one a minute."""
    for minute in range(LONG):
        date = f"2016-07-29 {13 + minute // 60}:{minute % 60:02d}"
        mock.submit("coreos0", from_date=date, valid_for=72)


def test_a_long_advance_stops_where_it_cannot_be_kept_and_says_where() -> None:
    mock, keeper = kept()
    many(mock)
    keeper.fail(1)
    refused = mock.post("/_mock/clock", {"advance": "1d"})
    now = mock.get("/_mock/clock").body["now"]
    assert refused.status_code == 503
    assert refused.message.endswith(
        f": time stands at {now}, and what was done until then is saved"
    )
    done = happened(mock)
    assert len(done) == SLICE
    assert iso(done[-1][1].at) == now
    assert mock.post("/_mock/clock", {"advance": "1d"}).body["fired_count"] == LONG - SLICE


def test_a_running_clock_goes_on_from_where_the_part_that_was_kept_has_brought_it() -> None:
    mock, keeper = kept(clock="live", start="2016-07-29T12:30:59")
    many(mock)
    keeper.fail(1)
    refused = mock.post("/_mock/clock", {"advance": "1d"})
    assert refused.status_code == 503
    assert "time stands at 2016-07-29T18:39:00Z" in refused.message
    mock.at = SECOND
    clock = mock.get("/_mock/clock").body
    assert (clock["now"], clock["mode"]) == ("2016-07-29T18:39:01Z", "live")


def test_a_pace_that_cannot_be_kept_stays_as_it_was() -> None:
    mock, keeper = kept()
    for body in ({"mode": "live", "rate": 2}, {"mode": "auto"}):
        keeper.fail()
        assert mock.post("/_mock/clock", body).status_code == 503
        clock = mock.get("/_mock/clock").body
        assert (clock["mode"], clock["rate"]) == ("frozen", 1)


def test_others_are_served_between_what_a_long_advance_kept() -> None:
    mock, keeper = kept()
    many(mock)
    steps: Any = mock.service.handle(mock.call("POST", "/_mock/clock", {"advance": "1d"}))
    before = keeper.times
    next(steps)
    assert keeper.times == before + 1
    assert not mock.service.worlds.unkept
    assert mock.submit("web1") == mock.submit("web1") - 1
    assert finish(steps).status_code == 200


def test_a_client_that_goes_leaves_what_was_kept() -> None:
    mock, _ = kept()
    many(mock)
    steps: Any = mock.service.handle(mock.call("POST", "/_mock/clock", {"advance": "1d"}))
    next(steps)
    steps.close()
    assert len(happened(mock)) == SLICE
    assert mock.post("/_mock/clock", {"advance": "1d"}).body["fired_count"] == LONG - SLICE


def test_a_live_clock_stands_where_an_event_cannot_be_kept_and_reads_go_on() -> None:
    mock, keeper = kept(clock="live", start="2016-07-29T12:30:59")
    id = mock.submit(from_date="2016-07-29 12:32")
    mock.at = 20 * SECOND
    assert mock.get("/_mock/clock").body["now"] == "2016-07-29T16:31:19Z"
    mock.at = 70 * SECOND
    before = keeper.times
    keeper.bad = set(range(before, before + 100))
    for _ in range(3):
        assert mock.get("/_mock/clock").body["now"] == "2016-07-29T16:31:19Z"
        assert mock.request(id)["status"] == "Submitted"
    list(mock.service.tick(mock.at))
    assert happened(mock) == []
    assert mock.post(vm(mock, "snapshot"), SNAPSHOT).status_code == 503
    assert keeper.times > before
    keeper.bad = set()
    assert mock.request(id)["status"] == "Scheduled"
    assert mock.get("/_mock/clock").body["now"] == "2016-07-29T16:32:09Z"
    assert len(happened(mock)) == 1


def test_a_write_in_a_live_world_that_has_much_to_catch_up_with_is_kept_or_refused() -> None:
    mock, keeper = kept(clock="live", start="2016-07-29T12:30:59")
    many(mock)
    call = mock.call("POST", vm(mock, "snapshot"), SNAPSHOT)._replace(at=24 * HOUR)
    refusing: Any = mock.service.handle(call)
    keeper.bad = {keeper.times + LONG // SLICE + 1}
    assert finish(refusing).status_code == 503
    assert len(happened(mock)) == LONG
    mock.at = 24 * HOUR
    assert mock.post(vm(mock, "snapshot"), SNAPSHOT).status_code == 202


def test_a_second_look_that_cannot_be_kept_is_answered_as_things_are() -> None:
    mock, keeper = kept(clock="auto")
    id = mock.submit()
    assert mock.request(id)["status"] == "Submitted"
    keeper.fail()
    assert mock.request(id)["status"] == "Submitted"
    assert mock.get("/_mock/clock").body["now"] == "2016-07-29T16:30:59Z"
    assert mock.request(id)["status"] == "Submitted"
    assert mock.request(id)["status"] == "Scheduled"
    assert len(happened(mock)) == 1


def test_clocks_that_run_are_kept_by_and_by() -> None:
    mock, keeper = kept(clock="live")
    mock.at = BY_AND_BY
    list(mock.service.tick(mock.at))
    assert keeper.times == 1
    mock.at += BY_AND_BY - 1
    mock.get("/v2/vm")
    list(mock.service.tick(mock.at))
    assert keeper.times == 1
    mock.at += 1
    list(mock.service.tick(mock.at))
    assert keeper.times == 2


def test_many_clocks_are_kept_in_slices_and_not_at_all_on_a_bad_disk() -> None:
    mock, keeper = kept()
    for _ in range(CLOCKS_A_SLICE + 1):
        mock.post("/_mock/worlds", {"clock": "live"})
    mock.at = SECOND // 2
    list(mock.service.tick(mock.at))
    keeper.times = 0
    assert len(list(mock.service.keep_clocks())) == 2
    assert list(mock.service.keep_clocks()) == []
    mock.at = SECOND - 1
    list(mock.service.tick(mock.at))
    keeper.fail()
    assert list(mock.service.keep_clocks()) == []
    assert keeper.times == 3
    assert not mock.service.worlds.unkept


def test_without_a_keeper_no_clock_is_kept() -> None:
    mock = caller(clock="live")
    assert list(mock.service.keep_clocks()) == []


def test_a_fault_of_our_own_undoes_what_its_call_had_changed(
    house: tuple[Caller, Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock, keeper = house
    before = lives(mock)

    def broken(visit: Visit, request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(snapshot, "_accepted", broken)
    target = vm(mock, "snapshot")
    keeper.times = 0
    with pytest.raises(ZeroDivisionError):
        mock.post(target, SNAPSHOT)
    assert keeper.times == 0
    assert lives(mock) == before


def test_a_fault_of_our_own_in_a_call_of_the_control_api_undoes_it_too(
    house: tuple[Caller, Keeper], monkeypatch: pytest.MonkeyPatch
) -> None:
    mock, keeper = house
    before = lives(mock)

    def broken(_: object, __: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(control, "world_of", broken)
    keeper.times = 0
    with pytest.raises(ZeroDivisionError):
        mock.post("/_mock/worlds", {"name": "half-made"})
    assert keeper.times == 0
    monkeypatch.undo()
    assert lives(mock) == before
    assert mock.get("/_mock/worlds/half-made").status_code == 404


def test_a_fault_of_our_own_in_the_middle_of_a_long_call_undoes_its_last_part(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mock, _ = kept()
    many(mock)
    steps: Any = mock.service.handle(mock.call("POST", "/_mock/clock", {"advance": "1d"}))
    next(steps)
    before = lives(mock)
    tenancy = mock.service.worlds["default"]
    fire = type(tenancy.world)._fire

    def broken(world: Any, number: int, due: int, fired: list[Any]) -> None:
        if len(fired) == 3:
            raise ZeroDivisionError
        fire(world, number, due, fired)

    monkeypatch.setattr(type(tenancy.world), "_fire", broken)
    with pytest.raises(ZeroDivisionError):
        finish(steps)
    assert lives(mock) == before


def test_a_fault_without_a_keeper_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    mock = caller()

    def broken(visit: Visit, request: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(snapshot, "_accepted", broken)
    with pytest.raises(ZeroDivisionError):
        mock.post(vm(mock, "snapshot"), SNAPSHOT)
