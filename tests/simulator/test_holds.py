"""Holds: what they hold, where time stops, and how what is held goes on or fails."""

from typing import Any

import pytest

from tests.properties.worlds import HOUR, JM, START, UUIDS, new_world
from vss_mock.simulator.errors import LimitReached, NothingHeld, UnknownHold
from vss_mock.simulator.faults import When
from vss_mock.simulator.holds import MAXIMUM_HOLDS, Hold, Holds
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import Attribute, Due, Failure, Fault, Fired
from vss_mock.simulator.world import World

WHY = Failure(Fault.QUIESCE_TIMEOUT, "datastore1")
DUE = Due(START, 3, Event.TAKE, "web", None)
OF_CHANGE = Due(START, 3, Event.CHANGE, "web", None, of_change=True)


def told(fired: list[Fired]) -> list[tuple[int, str, int]]:
    """Return what happened as hours after the start, event and request."""
    return [((one.at - START) // HOUR, one.event.value, one.request) for one in fired]


def held(world: World) -> Due | None:
    """Return what a world holds back now."""
    return world.held


def test_a_world_without_holds_has_none() -> None:
    holds = Holds()
    assert not holds
    assert (len(holds), list(holds), holds.last, holds.of(DUE)) == (0, [], 0, None)


def test_no_id_is_given_twice() -> None:
    holds = Holds()
    assert [holds.add({}).id for _ in range(3)] == [1, 2, 3]
    assert holds.remove(3) == Hold(3, {})
    assert holds.add({"vm": "web"}) == Hold(4, {"vm": "web"})
    assert [hold.id for hold in holds] == [1, 2, 4]
    holds.clear()
    assert not holds
    assert holds.add({}).id == 5


def test_a_hold_that_is_not_there_can_be_neither_read_nor_removed() -> None:
    holds = Holds()
    holds.add({})
    assert holds.get(1) == Hold(1, {})
    holds.remove(1)
    for call in (holds.get, holds.remove):
        with pytest.raises(UnknownHold) as refused:
            call(1)
        assert refused.value.id == 1


def test_a_world_has_a_thousand_holds_at_most() -> None:
    holds = Holds()
    for _ in range(1_000):
        holds.add({})
    with pytest.raises(LimitReached) as refused:
        holds.add({})
    assert (refused.value.what, refused.value.limit) == ("holds", 1_000)
    assert (len(holds), holds.last) == (MAXIMUM_HOLDS, 1_000)
    holds.remove(1)
    assert holds.add({}).id == 1_001


def test_holds_are_put_back_as_they_were() -> None:
    holds = Holds()
    holds.restore([Hold(2, {"vm": "web"}), Hold(5, {})], 9)
    assert list(holds) == [Hold(2, {"vm": "web"}), Hold(5, {})]
    assert holds.add({}).id == 10
    with pytest.raises(LimitReached):
        Holds().restore([Hold(id, {}) for id in range(1, 1_002)], 1_001)


def test_a_fork_has_the_holds_and_ones_of_its_own() -> None:
    holds = Holds()
    holds.add({})
    fork = holds.fork()
    fork.add({})
    holds.clear()
    assert (len(holds), len(fork), holds.last, fork.last) == (0, 2, 1, 2)


@pytest.mark.parametrize(
    ("where", "due", "holds"),
    [
        ({}, DUE, True),
        ({"event": "take"}, DUE, True),
        ({"event": "delete"}, DUE, False),
        ({"kind": "snapshot"}, DUE, True),
        ({"kind": "change"}, DUE, False),
        ({"kind": "change"}, OF_CHANGE, True),
        ({"kind": "snapshot"}, OF_CHANGE, False),
        ({"request": 3}, DUE, True),
        ({"request": 4}, DUE, False),
        ({"vm": "web"}, DUE, True),
        ({"vm": "db"}, DUE, False),
        ({"event": "take", "vm": "web", "request": 3, "kind": "snapshot"}, DUE, True),
        ({"event": "take", "vm": "web", "request": 4}, DUE, False),
    ],
)
def test_a_hold_holds_what_is_as_it_says(where: dict[str, Any], due: Due, holds: bool) -> None:
    those = Holds()
    hold = those.add(where)
    assert hold.holds(due) is holds
    assert those.of(due) == (hold if holds else None)


def test_the_first_that_holds_an_event_is_the_one_that_does() -> None:
    holds = Holds()
    for where in ({"vm": "db"}, {"vm": "web"}, {}):
        holds.add(where)
    assert holds.of(DUE) == Hold(2, {"vm": "web"})


# In a world.


def test_time_stops_at_the_instant_of_what_is_held_and_right_before_it(world: World) -> None:
    world.submit(JM, UUIDS[0], "first", START + HOUR, 72)
    world.submit(JM, UUIDS[1], "held", START + 2 * HOUR, 72)
    world.submit(JM, UUIDS[1], "after", START + 2 * HOUR, 72)
    hold = world.holds.add({"request": 2})
    assert held(world) is None
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "take", 1)]
    assert world.now == START + 2 * HOUR
    assert held(world) == Due(START + 2 * HOUR, 2, Event.TAKE, UUIDS[1], None) == world.next_due()
    assert world.advance_to(START + 9 * HOUR) == world.step() == []
    assert world.now == START + 2 * HOUR
    world.holds.remove(hold.id)
    assert held(world) is None
    assert told(world.advance_to(START + 9 * HOUR)) == [(2, "take", 2), (2, "take", 3)]
    assert world.now == START + 9 * HOUR


def test_what_lies_ahead_is_not_held_yet(world: World) -> None:
    world.submit(JM, UUIDS[0], "later", START + HOUR, 72)
    world.holds.add({})
    assert held(world) is None
    assert world.advance_to(START + HOUR - 1) == []
    assert (world.now, held(world)) == (START + HOUR - 1, None)
    assert world.advance_to(START + HOUR) == []
    assert held(world) is not None


def test_a_hold_that_holds_nothing_of_this_world_lets_all_happen(world: World) -> None:
    world.submit(JM, UUIDS[0], "free", START + HOUR, 1)
    world.holds.add({"vm": UUIDS[1]})
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "take", 1), (2, "delete", 1)]


def test_what_has_moved_on_is_not_held(world: World) -> None:
    world.change(JM, UUIDS[0], Attribute.NAME, "web", START + HOUR)
    world.holds.add({})
    world.reschedule(JM, 1, START + 3 * HOUR)
    assert world.advance_to(START + 2 * HOUR) == []
    assert (world.now, held(world)) == (START + 2 * HOUR, None)
    world.cancel(JM, 1)
    world.advance_to(START + 9 * HOUR)
    assert (world.now, held(world)) == (START + 9 * HOUR, None)


def test_a_chain_of_one_instant_is_stopped_in_its_middle_and_goes_on_before_the_next_id(
    world: World,
) -> None:
    world.submit(JM, UUIDS[0], "long ago", START - 99 * HOUR, 1)
    world.submit(JM, UUIDS[1], "after", START, 72)
    hold = world.holds.add({"event": "delete"})
    assert told(world.advance_to(START)) == [(0, "take", 1)]
    assert held(world) == Due(START, 1, Event.DELETE, UUIDS[0], 1)
    world.holds.remove(hold.id)
    assert told(world.advance_to(START)) == [(0, "delete", 1), (0, "take", 2)]


def test_steps_stop_where_time_is_held(world: World) -> None:
    for hours in (1, 2, 3):
        world.submit(JM, UUIDS[0], f"in {hours} h", START + hours * HOUR, 72)
    world.holds.add({"request": 2})
    assert told(world.step(3)) == [(1, "take", 1)]
    assert world.now == START + 2 * HOUR


def test_slices_end_where_time_is_held(world: World) -> None:
    for _ in range(5):
        world.submit(JM, UUIDS[0], "together", START + HOUR, 72)
    world.holds.add({"request": 4})
    assert [len(world.advance_to(START + 2 * HOUR, 2)) for _ in range(3)] == [2, 1, 0]


def test_what_is_held_does_not_keep_the_instant_from_what_comes_before_it(world: World) -> None:
    world.change(JM, UUIDS[0], Attribute.NAME, "web", START + 9 * HOUR)
    world.consolidate(JM, UUIDS[0], START + HOUR)
    world.holds.add({"event": "consolidate"})
    world.advance_to(START + 9 * HOUR)
    assert world.now == START + HOUR
    world.reschedule(JM, 1, START)
    assert held(world) is None
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "change", 1)]
    assert held(world) is not None


def test_work_is_held_as_it_ends_and_not_as_it_begins() -> None:
    world = new_world()
    world.task_time = HOUR
    world.submit(JM, UUIDS[0], "slow", START + HOUR, 72)
    world.holds.add({"event": "take"})
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "start", 1)]
    assert (world.now, world.snapshot_request(JM, 1).state) == (
        START + 2 * HOUR,
        State.IN_PROGRESS,
    )


def test_work_that_a_fault_makes_slow_is_held_as_it_ends_too(world: World) -> None:
    world.submit(JM, UUIDS[0], "slow", START + HOUR, 72)
    world.faults.add("work-slow", {}, When(), {"seconds": 3_600})
    world.holds.add({"event": "take"})
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "start", 1)]
    assert world.now == START + 2 * HOUR


def test_the_beginning_of_work_is_held(world: World) -> None:
    world.submit(JM, UUIDS[0], "slow", START + HOUR, 72)
    world.faults.add("work-slow", {}, When(), {"seconds": 3_600})
    world.holds.add({"event": "start"})
    assert world.advance_to(START + 9 * HOUR) == []
    assert held(world) == Due(START + HOUR, 1, Event.START, UUIDS[0], None)


# Failing what is held.


def test_what_is_held_fails_now_and_lets_go(world: World) -> None:
    world.submit(JM, UUIDS[0], "held", START + HOUR, 72)
    other, hold = world.holds.add({"vm": UUIDS[1]}), world.holds.add({"event": "take"})
    world.advance_to(START + 9 * HOUR)
    assert world.fail(hold.id, WHY) == [
        Fired(START + HOUR, 1, Event.FAIL, State.SUBMITTED, State.FAILED, UUIDS[0], None)
    ]
    assert (held(world), list(world.holds)) == (None, [other])
    request = world.snapshot_request(JM, 1)
    assert (request.state, request.failure, request.updated_on) == (
        State.FAILED,
        WHY,
        START + HOUR,
    )
    assert world.snapshots(JM, UUIDS[0]) == ()
    assert world.advance_to(START + 99 * HOUR) == []


def test_a_change_that_is_held_fails_and_can_be_tried_again(world: World) -> None:
    world.change(JM, UUIDS[0], Attribute.NAME, "web")
    hold = world.holds.add({"kind": "change"})
    world.advance_to(START)
    (failed,) = world.fail(hold.id, WHY)
    assert (failed.event, failed.of_change) == (Event.FAIL, True)
    assert world.change_request(JM, 1).failure == WHY
    assert world.virtual_machine(JM, UUIDS[0]).name == "1606T-coreos0"
    world.retry(JM, 1)
    assert told(world.advance_to(START)) == [(0, "change", 1)]
    assert world.virtual_machine(JM, UUIDS[0]).name == "1606T-web"


def test_a_deletion_under_way_that_is_held_fails_and_leaves_the_snapshot(world: World) -> None:
    world.submit(JM, UUIDS[0], "held", START, 1)
    world.advance_to(START)
    world.task_time = HOUR
    hold = world.holds.add({"event": "delete"})
    assert told(world.advance_to(START + 9 * HOUR)) == [(1, "start", 1)]
    (failed,) = world.fail(hold.id, WHY)
    assert (failed.at, failed.before) == (START + 2 * HOUR, State.IN_PROGRESS)
    request = world.snapshot_request(JM, 1)
    assert request.work == (START + HOUR, START + 2 * HOUR, WHY)
    assert len(world.snapshots(JM, UUIDS[0])) == 1


def test_a_hold_that_holds_nothing_back_now_cannot_make_anything_fail(world: World) -> None:
    world.submit(JM, UUIDS[0], "held", START + HOUR, 72)
    hold, other = world.holds.add({}), world.holds.add({"vm": UUIDS[1]})
    with pytest.raises(NothingHeld) as refused:
        world.fail(hold.id, WHY)
    assert refused.value.id == hold.id
    world.advance_to(START + HOUR)
    with pytest.raises(NothingHeld):
        world.fail(other.id, WHY)
    with pytest.raises(UnknownHold):
        world.fail(3, WHY)
    assert (len(world.holds), world.snapshot_request(JM, 1).state) == (2, State.SUBMITTED)


def test_a_second_hold_of_the_same_event_can_make_it_fail_and_the_first_stays(
    world: World,
) -> None:
    world.submit(JM, UUIDS[0], "held", START, 72)
    first, second = world.holds.add({"event": "take"}), world.holds.add({})
    world.advance_to(START)
    world.fail(second.id, WHY)
    assert list(world.holds) == [first]


# Dumps.


def test_a_dump_and_its_world_share_no_hold_and_no_fault(world: World) -> None:
    world.holds.add({"vm": UUIDS[0]})
    world.faults.add("work-fails", {"vm": UUIDS[0]}, When(), {"detail": "datastore1"})
    document = world.dump()
    again = World.load(document)
    document["holds"][0]["where"]["vm"] = UUIDS[1]
    document["faults"][0]["where"]["vm"] = UUIDS[1]
    document["faults"][0]["how"]["detail"] = "datastore2"
    for one in (world, again):
        assert one.holds.get(1).where == {"vm": UUIDS[0]}
        rule, _ = one.faults.get(1)
        assert (rule.where, rule.how) == ({"vm": UUIDS[0]}, {"detail": "datastore1"})
