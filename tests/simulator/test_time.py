"""The rules of time: what an advance and a step let happen, in which order, at which instant."""

import pytest

from tests.properties.worlds import (
    ANA,
    DAY,
    HOUR,
    JM,
    START,
    UUIDS,
    new_world,
    plain_fired,
    text,
)
from vss_mock.simulator.clock import EARLIEST, LATEST
from vss_mock.simulator.errors import OutOfTime, TimeRunsForward
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import Fired
from vss_mock.simulator.world import World

VM = UUIDS[0]


def told(fired: list[Fired]) -> list[tuple[int, Event]]:
    """Return what happened to which request."""
    return [(one.request, one.event) for one in fired]


def test_a_world_begins_at_its_start_with_nothing_ahead(world: World) -> None:
    assert world.now == START
    assert world.next_due() is None
    assert len(world.snapshot_requests(JM)) == 0
    assert list(world.change_requests(ANA)) == []


@pytest.mark.parametrize("start", [EARLIEST - 1, LATEST + 1])
def test_a_world_begins_within_time(start: int) -> None:
    with pytest.raises(OutOfTime):
        new_world(start=start)


@pytest.mark.parametrize("start", [EARLIEST, LATEST])
def test_a_world_may_begin_at_either_end_of_time(start: int) -> None:
    assert new_world(start=start).now == start


def test_the_clock_stands_where_it_was_told_to_go(world: World) -> None:
    assert world.advance_to(START + 7) == []
    assert world.now == START + 7
    world.submit(JM, VM, "d", START + HOUR, 1)
    world.advance_to(START + 90 * HOUR)
    assert world.now == START + 90 * HOUR


def test_the_clock_cannot_be_put_back(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    before = text(world)
    with pytest.raises(TimeRunsForward) as refused:
        world.advance_to(START - 1)
    assert (refused.value.now, refused.value.asked) == (START, START - 1)
    assert text(world) == before


def test_the_clock_cannot_pass_the_last_instant(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    before = text(world)
    with pytest.raises(OutOfTime) as refused:
        world.advance_to(LATEST + 1)
    assert refused.value.asked == LATEST + 1
    assert text(world) == before


def test_events_of_one_instant_fire_in_order_of_id(world: World) -> None:
    for number in range(5):
        world.submit((JM, ANA)[number % 2], UUIDS[1], "d", START + HOUR, 1)
    fired = world.advance_to(START + HOUR)
    assert [one.request for one in fired] == [1, 2, 3, 4, 5]
    assert [one.snapshot for one in fired] == [1, 2, 3, 4, 5]
    assert [one.request for one in world.advance_to(START + 2 * HOUR)] == [1, 2, 3, 4, 5]


def test_events_of_one_instant_fire_in_order_of_id_whenever_they_were_entered(
    world: World,
) -> None:
    world.submit(JM, VM, "ends at 10", START + 8 * HOUR, 2)
    world.submit(JM, VM, "begins at 10", START + 10 * HOUR, 1)
    world.submit(JM, VM, "ends at 10, too", START + 9 * HOUR, 1)
    world.submit(JM, VM, "begins at 10, too", START + 10 * HOUR, 1)
    fired = [one for one in world.advance_to(START + 10 * HOUR) if one.at == START + 10 * HOUR]
    assert told(fired) == [
        (1, Event.DELETE),
        (2, Event.TAKE),
        (3, Event.DELETE),
        (4, Event.TAKE),
    ]


def test_of_one_id_the_snapshot_request_comes_before_the_change_request(world: World) -> None:
    world.consolidate(JM, VM)
    world.submit(JM, VM, "d", START, 1)
    world.submit(JM, VM, "d", START, 1)
    world.consolidate(JM, VM)
    assert told(world.advance_to(START)) == [
        (1, Event.TAKE),
        (1, Event.CONSOLIDATE),
        (2, Event.TAKE),
        (2, Event.CONSOLIDATE),
    ]


def test_events_fire_in_order_of_their_instants(world: World) -> None:
    for hour in (3, 1, 2):
        world.submit(JM, VM, "d", START + hour * HOUR, 5)
    fired = world.advance_to(START + DAY)
    assert told(fired) == [
        (2, Event.TAKE),
        (3, Event.TAKE),
        (1, Event.TAKE),
        (2, Event.DELETE),
        (3, Event.DELETE),
        (1, Event.DELETE),
    ]
    assert [(one.at - START) // HOUR for one in fired] == [1, 2, 3, 6, 7, 8]


def test_each_event_sees_its_own_instant_as_now(world: World) -> None:
    world.submit(JM, VM, "d", START + HOUR, 1)
    world.advance_to(START + 9 * DAY)
    request = world.snapshot_request(JM, 1)
    assert request.updated_on == START + 2 * HOUR
    assert request.created_on == START


def test_an_event_fires_once(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    assert len(world.advance_to(START)) == 1
    assert world.advance_to(START) == []
    assert len(world.advance_to(START + HOUR)) == 1
    assert world.advance_to(START + HOUR) == []
    assert world.advance_to(START + DAY) == []


def test_what_is_asked_at_a_settled_instant_is_settled_by_the_next_advance(world: World) -> None:
    world.submit(JM, VM, "first", START, 72)
    world.advance_to(START)
    world.submit(JM, VM, "second", START, 72)
    world.consolidate(JM, VM)
    assert told(world.advance_to(START)) == [(1, Event.CONSOLIDATE), (2, Event.TAKE)]


def test_a_slice_ends_when_enough_has_happened(world: World) -> None:
    for hour in (1, 1, 2):
        world.submit(JM, VM, "d", START + hour * HOUR, 72)
    assert told(world.advance_to(START + DAY, 1)) == [(1, Event.TAKE)]
    assert world.now == START + HOUR
    due = world.next_due()
    assert due is not None
    assert (due.at, due.request) == (START + HOUR, 2)
    assert told(world.advance_to(START + DAY, 2)) == [(2, Event.TAKE), (3, Event.TAKE)]
    assert world.now == START + 2 * HOUR
    assert world.advance_to(START + DAY, 2) == []
    assert world.now == START + DAY


def test_a_slice_does_not_part_what_one_request_brings_about(world: World) -> None:
    world.submit(JM, VM, "long ago", START - 99 * HOUR, 1)
    world.submit(JM, VM, "now", START, 72)
    assert told(world.advance_to(START, 1)) == [(1, Event.TAKE), (1, Event.DELETE)]
    world.advance_to(START)
    world.delete(JM, VM, 2)
    assert told(world.advance_to(START, 1)) == [(3, Event.DELETE), (2, Event.CLOSE)]


def test_what_is_asked_between_two_slices_takes_its_place_in_order(world: World) -> None:
    for _ in range(3):
        world.submit(JM, VM, "d", START, 72)
    assert told(world.advance_to(START, 2)) == [(1, Event.TAKE), (2, Event.TAKE)]
    world.consolidate(JM, VM)
    world.submit(JM, VM, "d", START, 72)
    assert told(world.advance_to(START)) == [
        (1, Event.CONSOLIDATE),
        (3, Event.TAKE),
        (4, Event.TAKE),
    ]


def test_changes_asked_between_two_slices_take_their_place_in_order(world: World) -> None:
    for _ in range(3):
        world.consolidate(JM, VM)
    assert told(world.advance_to(START, 2)) == [(1, Event.CONSOLIDATE), (2, Event.CONSOLIDATE)]
    world.consolidate(JM, VM)
    assert told(world.advance_to(START)) == [(3, Event.CONSOLIDATE), (4, Event.CONSOLIDATE)]


def test_what_is_asked_after_looking_ahead_takes_its_place_in_order(world: World) -> None:
    world.submit(JM, VM, "d", START + HOUR, 1)
    world.submit(JM, VM, "d", START + HOUR, 1)
    assert world.next_due() is not None
    world.submit(JM, VM, "d", START + HOUR, 1)
    assert [one.request for one in world.step()] == [1, 2, 3]


def test_an_extension_between_two_slices_puts_the_deletion_off(world: World) -> None:
    for _ in range(2):
        world.submit(JM, VM, "d", START, 1)
    world.advance_to(START)
    assert told(world.advance_to(START + HOUR, 1)) == [(1, Event.DELETE)]
    world.extend(JM, 2, 1)
    assert world.advance_to(START + HOUR) == []
    assert told(world.advance_to(START + 2 * HOUR)) == [(2, Event.DELETE)]


def test_a_step_settles_the_next_instant(world: World) -> None:
    for hour in (1, 1, 2):
        world.submit(JM, VM, "d", START + hour * HOUR, 72)
    assert told(world.step()) == [(1, Event.TAKE), (2, Event.TAKE)]
    assert world.now == START + HOUR
    assert told(world.step()) == [(3, Event.TAKE)]
    assert world.now == START + 2 * HOUR


def test_a_step_of_many_counts_events_and_settles_the_last_ones_instant(world: World) -> None:
    for hour in (1, 2, 2, 3):
        world.submit(JM, VM, "d", START + hour * HOUR, 72)
    assert told(world.fork().step(1)) == [(1, Event.TAKE)]
    assert told(world.fork().step(2)) == [(1, Event.TAKE), (2, Event.TAKE), (3, Event.TAKE)]
    assert told(world.fork().step(3)) == [(1, Event.TAKE), (2, Event.TAKE), (3, Event.TAKE)]
    assert [one.request for one in world.fork().step(4)] == [1, 2, 3, 4]
    world.step(3)
    assert world.now == START + 2 * HOUR


def test_a_step_with_nothing_ahead_stays(world: World) -> None:
    assert world.step() == []
    assert world.step(9) == []
    assert world.now == START


def test_a_step_past_the_last_event_stops_there(world: World) -> None:
    world.submit(JM, VM, "d", START + HOUR, 1)
    assert len(world.step(9)) == 2
    assert world.now == START + 2 * HOUR


def test_what_is_due_after_the_last_instant_is_told_but_never_reached(world: World) -> None:
    world.submit(JM, VM, "d", LATEST, 1)
    assert told(world.step(9)) == [(1, Event.TAKE)]
    assert world.now == LATEST
    due = world.next_due()
    assert due is not None
    assert (due.at, due.event) == (LATEST + HOUR, Event.DELETE)
    assert world.step(9) == []
    assert world.advance_to(LATEST) == []
    assert world.snapshot_request(JM, 1).state is State.SCHEDULED


def test_what_is_due_at_the_last_instant_is_reached(world: World) -> None:
    world.submit(JM, VM, "d", LATEST - HOUR, 1)
    assert told(world.step(9)) == [(1, Event.TAKE), (1, Event.DELETE)]
    assert world.now == LATEST


def test_what_lies_ahead_is_told_without_changing_anything(world: World) -> None:
    world.submit(JM, VM, "d", START, 1)
    world.submit(JM, VM, "d", START + HOUR, 1)
    world.advance_to(START)
    world.extend(JM, 1, 1)
    before = text(world)
    dues = [world.next_due() for _ in range(3)]
    assert dues[0] == dues[1] == dues[2]
    assert dues[0] is not None
    assert (dues[0].at, dues[0].request) == (START + HOUR, 2)
    assert text(world) == before
    assert plain_fired(world.step())[0][:2] == (START + HOUR, 2)


def test_of_several_events_at_one_instant_the_one_of_the_lowest_id_is_next(world: World) -> None:
    world.submit(JM, VM, "ends at 2", START, 2)
    world.submit(JM, VM, "begins at 2", START + 2 * HOUR, 1)
    world.advance_to(START)
    due = world.next_due()
    assert due is not None
    assert (due.request, due.event) == (1, Event.DELETE)
    world.extend(JM, 1, 1)
    due = world.next_due()
    assert due is not None
    assert (due.request, due.event) == (2, Event.TAKE)
