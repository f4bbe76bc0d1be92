"""Work that lasts, fails, is tried again, is missed or is slow, in every phase of every job."""

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from tests.properties.worlds import ANA, HOUR, JM, SECOND, START, UUIDS, new_world
from vss_mock.simulator.errors import (
    NotExtendable,
    NotRetryable,
    NotScheduled,
    UnknownTask,
)
from vss_mock.simulator.faults import ALWAYS, Count, When
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import (
    Attribute,
    Failure,
    Fault,
    Fired,
    Request,
    Task,
    Work,
)
from vss_mock.simulator.world import World

VM = UUIDS[0]
MINUTE = 60 * SECOND
LASTS = 10 * MINUTE
DUE = START + HOUR
WHY = Failure(Fault.NO_DISK_SPACE, "datastore2")


class Phase(NamedTuple):
    """Work of a request: what asks for it, what it is called, and where it leads if it is done."""

    ask: Callable[[World], Request]
    event: Event
    after: State = State.PROCESSED
    before: State = State.SUBMITTED
    of_change: bool = False


def _taken(world: World, life: int = 72) -> int:
    """Have a snapshot taken now, at no time; return its number."""
    asked = world.submit(JM, VM, "before upgrading", world.now, life, consolidate=True)
    world.advance_to(world.now)
    number = world.snapshot_request(JM, asked.id).snapshot
    assert number is not None
    return number


def _take(world: World) -> Request:
    return world.submit(JM, VM, "before upgrading", DUE, 72)


def _end(world: World) -> Request:
    return world.origin(world.snapshot(JM, VM, _taken(world, 1)).request)


def _by_hand(world: World) -> Request:
    number = _taken(world)
    world.advance_to(DUE)
    return world.delete(JM, VM, number)


def _revert(world: World) -> Request:
    number = _taken(world)
    world.change(JM, VM, Attribute.MEMORY, 4096)
    world.advance_to(DUE)
    return world.revert(JM, VM, number)


def _consolidate(world: World) -> Request:
    return world.consolidate(JM, VM, DUE)


def _change(world: World) -> Request:
    return world.change(JM, VM, Attribute.NAME, "web", DUE)


PHASES = {
    "take": Phase(_take, Event.TAKE, State.SCHEDULED),
    "delete at its date": Phase(_end, Event.DELETE, before=State.SCHEDULED),
    "delete by hand": Phase(_by_hand, Event.DELETE),
    "revert": Phase(_revert, Event.REVERT),
    "consolidate": Phase(_consolidate, Event.CONSOLIDATE, of_change=True),
    "change": Phase(_change, Event.CHANGE, of_change=True),
}
WAITING = {name: phase for name, phase in PHASES.items() if phase.before is State.SUBMITTED}
each = pytest.mark.parametrize("phase", PHASES.values(), ids=list(PHASES))


def fault(world: World, kind: str, seconds: float = 60, when: When = ALWAYS, **where: Any) -> None:
    """Add a fault to a world."""
    how = {"reason": WHY.fault.value, "detail": WHY.detail, "seconds": seconds}
    world.faults.add(kind, where, when, how)


def now(world: World, request: Request, phase: Phase) -> Request:
    """Return a request as it is now."""
    read = world.change_request if phase.of_change else world.snapshot_request
    found: Request = read(JM, request.id)
    return found


def task(world: World, request: Request) -> Task:
    """Return the task of a request as it is now."""
    return world.task(JM, world.task_id(request) or "none")


def told(fired: list[Fired], since: int = DUE) -> list[tuple[float, str]]:
    """Return what happened, in minutes after an instant."""
    return [((one.at - since) / MINUTE, one.event.value) for one in fired]


def effects(world: World) -> Any:
    """Return what work can change: machines, and their snapshots."""
    return [(vm, world.snapshots(JM, vm.uuid)) for vm in world.find(JM)]


def closing(phase: Phase) -> list[str]:
    """Return what else happens as the work is done."""
    return ["close"] if phase is PHASES["delete by hand"] else []


# It lasts.


@each
def test_work_in_no_time_is_done_when_it_is_due(world: World, phase: Phase) -> None:
    asked = phase.ask(world)
    assert told(world.advance_to(DUE)) == [
        (0, event) for event in (phase.event.value, *closing(phase))
    ]
    done = now(world, asked, phase)
    assert (done.state, done.updated_on, done.work) == (phase.after, DUE, None)


@each
def test_work_lasts_as_long_as_the_world_says(world: World, phase: Phase) -> None:
    asked = phase.ask(world)
    before, free = effects(world), world.fork()
    free.advance_to(DUE + LASTS)
    world.task_time = LASTS
    due = world.next_due()
    assert due is not None
    assert (due.at, due.request, due.event, due.of_change) == (
        DUE,
        asked.id,
        Event.START,
        phase.of_change,
    )
    (began,) = world.advance_to(DUE + LASTS - 1)
    assert (began.at, began.request, began.event, began.of_change) == (
        DUE,
        asked.id,
        Event.START,
        phase.of_change,
    )
    assert (began.before, began.after) == (phase.before, State.IN_PROGRESS)
    assert effects(world) == before
    under_way = now(world, asked, phase)
    assert (under_way.state, under_way.updated_on) == (State.IN_PROGRESS, DUE)
    assert (under_way.work, under_way.failure) == (Work(DUE, DUE + LASTS), None)
    assert task(world, under_way)[1:] == (under_way, DUE, None)
    due = world.next_due()
    assert due is not None
    assert (due.at, due.event) == (DUE + LASTS, phase.event)
    assert told(world.advance_to(DUE + LASTS)) == [
        (10, event) for event in (phase.event.value, *closing(phase))
    ]
    done = now(world, asked, phase)
    assert (done.state, done.updated_on) == (phase.after, DUE + LASTS)
    assert done.work == Work(DUE, DUE + LASTS)
    assert task(world, done)[1:] == (done, DUE, DUE + LASTS)
    if phase.event is not Event.TAKE:  # whose snapshot tells when it was taken
        assert effects(world) == effects(free)
    assert len(effects(world)[0][1]) == len(effects(free)[0][1])


@each
def test_work_that_a_fault_makes_slow_lasts_as_long_as_that_says(
    world: World, phase: Phase
) -> None:
    asked = phase.ask(world)
    world.task_time = LASTS
    fault(world, "work-slow", 1_800, When(times=1))
    before = list(world.faults)
    due = world.next_due()
    assert due is not None
    assert due.event is Event.START
    assert list(world.faults) == before
    assert told(world.advance_to(DUE + HOUR))[:2] == [(0, "start"), (30, phase.event.value)]
    assert now(world, asked, phase).work == Work(DUE, DUE + 30 * MINUTE)


@each
def test_work_that_is_slow_begins_in_a_world_where_all_else_takes_no_time(
    world: World, phase: Phase
) -> None:
    phase.ask(world)
    fault(world, "work-slow", 0.5, event=phase.event.value)
    due = world.next_due()
    assert due is not None
    assert due.event is Event.START
    (began,) = world.advance_to(DUE)
    assert began.event is Event.START
    assert world.step()[0].at == DUE + SECOND // 2


def test_of_two_slow_faults_the_first_decides_and_the_other_is_not_counted(
    world: World,
) -> None:
    world.consolidate(JM, VM, DUE)
    for seconds in (120, 60):
        fault(world, "work-slow", seconds)
    world.advance_to(DUE)
    assert [count for _, count in world.faults] == [Count(1, 1), Count(0, 0)]
    assert told(world.step()) == [(2, "consolidate")]


# It fails.


@each
@pytest.mark.parametrize("lasts", [0, LASTS])
def test_work_fails_when_it_would_be_done_and_changes_nothing(
    world: World, phase: Phase, lasts: int
) -> None:
    asked = phase.ask(world)
    world.task_time = lasts
    before = effects(world)
    fault(world, "work-fails", event=phase.event.value)
    begins = [(0, "start")] if lasts else []
    assert told(world.advance_to(DUE + HOUR)) == [*begins, (lasts // MINUTE, "fail")]
    assert effects(world) == before
    failed = now(world, asked, phase)
    assert (failed.state, failed.updated_on) == (State.FAILED, DUE + lasts)
    assert (failed.failure, failed.work) == (WHY, Work(DUE, DUE + lasts, WHY))
    assert task(world, failed)[1:] == (failed, DUE, DUE + lasts)
    later = world.advance_to(DUE + 999 * HOUR)
    assert [
        one for one in later if (one.request, one.of_change) == (asked.id, phase.of_change)
    ] == []
    assert now(world, asked, phase) == failed


# It is tried again.


@each
@pytest.mark.parametrize("lasts", [0, LASTS])
def test_work_is_tried_again_until_it_is_done(world: World, phase: Phase, lasts: int) -> None:
    asked = phase.ask(world)
    free, before = world.fork(), effects(world)
    free.advance_to(DUE)
    world.task_time = lasts
    fault(world, "work-retried", 90, When(times=2), event=phase.event.value)
    (*_, backed_off) = world.advance_to(DUE + lasts)
    assert (backed_off.event, backed_off.after) == (Event.BACK_OFF, State.RETRYING)
    waits = now(world, asked, phase)
    assert (waits.state, waits.failure) == (State.RETRYING, WHY)
    assert waits.work == Work(DUE, DUE + lasts + 90 * SECOND, WHY)
    assert task(world, waits)[1:] == (waits, DUE, None)
    assert effects(world) == before
    fired = world.advance_to(DUE + HOUR)
    took = lasts / MINUTE
    begins = ["start"] if lasts else []
    assert [one.event.value for one in fired] == [
        *begins,
        "back-off",
        *begins,
        phase.event.value,
        *closing(phase),
    ]
    assert told(fired)[-1][0] == 3 + 3 * took
    done = now(world, asked, phase)
    assert (done.state, done.failure) == (phase.after, None)
    assert done.work == Work(DUE, DUE + 3 * MINUTE + 3 * lasts)
    if phase.event is not Event.TAKE:
        assert effects(world) == effects(free)


@each
def test_work_that_is_tried_again_may_fail_for_good(world: World, phase: Phase) -> None:
    asked = phase.ask(world)
    fault(world, "work-retried", 60, When(times=1))
    fault(world, "work-fails")
    assert told(world.advance_to(DUE + HOUR)) == [(0, "back-off"), (1, "fail")]
    failed = now(world, asked, phase)
    assert (failed.state, failed.work) == (State.FAILED, Work(DUE, DUE + MINUTE, WHY))


def test_a_try_waits_for_a_microsecond_at_least(world: World) -> None:
    world.consolidate(JM, VM, DUE)
    fault(world, "work-retried", 1e-9, When(times=3))
    assert [one.at - DUE for one in world.advance_to(DUE + 9)] == [0, 1, 2, 3]


def test_seconds_are_rounded_to_the_microsecond(world: World) -> None:
    world.consolidate(JM, VM, DUE)
    fault(world, "work-slow", 0.000249)
    assert [one.at - DUE for one in world.advance_to(DUE + HOUR)] == [0, 249]


# Its time is missed.


@pytest.mark.parametrize("phase", WAITING.values(), ids=list(WAITING))
def test_work_that_is_missed_is_never_done(world: World, phase: Phase) -> None:
    asked = phase.ask(world)
    before = effects(world)
    world.task_time = LASTS
    fault(world, "work-missed", event=phase.event.value)
    due = world.next_due()
    assert due is not None
    assert due.event is phase.event
    assert told(world.advance_to(DUE + HOUR)) == [(0, "miss")]
    missed = now(world, asked, phase)
    assert (missed.state, missed.updated_on) == (State.MISSED, DUE)
    assert (missed.work, missed.failure) == (None, None)
    assert world.task_id(missed) is None
    assert effects(world) == before
    assert now(world, asked, phase) == missed


def test_a_missed_request_has_no_task_even_by_the_id_that_it_would_have_had(world: World) -> None:
    asked = world.submit(JM, VM, "missed", DUE, 72)
    twin = world.fork()
    twin.advance_to(DUE)
    name = twin.task_id(twin.snapshot_request(JM, asked.id))
    assert name is not None
    fault(world, "work-missed")
    world.advance_to(DUE)
    with pytest.raises(UnknownTask):
        world.task(JM, name)


def test_the_deletion_of_what_was_taken_is_not_missed(world: World) -> None:
    PHASES["delete at its date"].ask(world)
    fault(world, "work-missed")
    assert told(world.advance_to(DUE)) == [(0, "delete")]
    assert world.faults.get(1)[1] == Count(0, 0)


def test_what_is_tried_again_is_not_missed(world: World) -> None:
    world.consolidate(JM, VM, DUE)
    fault(world, "work-retried", 60, When(times=1))
    world.advance_to(DUE)
    fault(world, "work-missed")
    assert told(world.advance_to(DUE + HOUR)) == [(1, "consolidate")]


# Which work a fault strikes.


@pytest.mark.parametrize(
    ("where", "strikes"),
    [
        ({"event": "take"}, True),
        ({"event": "delete"}, False),
        ({"request": 1}, True),
        ({"request": 2}, False),
        ({"user": "ana"}, True),
        ({"user": "jm"}, False),
        ({"vm": UUIDS[1]}, True),
        ({"vm": VM}, False),
        ({"operation": "vm-snapshot-create"}, False),
    ],
)
def test_a_fault_strikes_the_work_that_is_as_it_says(
    world: World, where: dict[str, Any], strikes: bool
) -> None:
    world.submit(ANA, UUIDS[1], "hers", DUE, 72)
    fault(world, "work-fails", **where)
    (one,) = world.advance_to(DUE)
    assert one.event is (Event.FAIL if strikes else Event.TAKE)


def test_a_fault_of_a_call_strikes_no_work(world: World) -> None:
    world.submit(JM, VM, "free", DUE, 72)
    fault(world, "status")
    assert told(world.advance_to(DUE)) == [(0, "take")]
    assert world.faults.get(1)[1] == Count(0, 0)


# Two at work on one snapshot.


def test_a_deletion_by_hand_closes_the_request_that_is_deleting_already(world: World) -> None:
    _end(world)
    fault(world, "work-slow", 1_800)
    world.advance_to(DUE + MINUTE)
    world.faults.clear()
    by_hand = world.delete(JM, VM, 1)
    closed = world.advance_to(DUE + 2 * MINUTE)
    assert [(one.request, one.event, one.before) for one in closed] == [
        (by_hand.id, Event.DELETE, State.SUBMITTED),
        (1, Event.CLOSE, State.IN_PROGRESS),
    ]
    request = world.snapshot_request(JM, 1)
    assert (request.state, request.closed_by) == (State.PROCESSED, by_hand.id)
    assert request.work == Work(DUE, DUE + MINUTE)
    assert task(world, request)[2:] == (DUE, DUE + MINUTE)
    assert world.snapshots(JM, VM) == ()
    assert (world.next_due(), world.advance_to(DUE + 99 * HOUR)) == (None, [])


def test_a_deletion_by_hand_closes_the_request_whose_deletion_is_tried_again(
    world: World,
) -> None:
    _end(world)
    fault(world, "work-retried", 1_800, When(times=1))
    world.advance_to(DUE)
    by_hand = world.delete(JM, VM, 1)
    world.advance_to(DUE + MINUTE)
    request = world.snapshot_request(JM, 1)
    assert (request.state, request.closed_by, request.failure) == (
        State.PROCESSED,
        by_hand.id,
        None,
    )
    assert world.advance_to(DUE + 99 * HOUR) == []


@pytest.mark.parametrize("verb", ["delete", "revert"])
def test_work_by_hand_fails_when_the_snapshot_goes_before_it_is_done(
    world: World, verb: str
) -> None:
    _end(world)
    world.task_time = LASTS
    world.advance_to(DUE + MINUTE)
    asked = getattr(world, verb)(JM, VM, 1)
    assert told(world.advance_to(DUE + HOUR)) == [(1, "start"), (10, "delete"), (11, "fail")]
    failed = world.snapshot_request(JM, asked.id)
    assert (failed.state, failed.failure) == (State.FAILED, None)
    assert failed.work == Work(DUE + MINUTE, DUE + 11 * MINUTE)
    assert world.snapshot_request(JM, 1).closed_by is None


def test_work_by_hand_that_is_tried_again_fails_when_the_snapshot_has_gone(world: World) -> None:
    number = _taken(world)
    world.revert(JM, VM, number)
    fault(world, "work-retried", 600, When(times=1))
    world.advance_to(START)
    world.delete(JM, VM, number)
    world.advance_to(START + HOUR)
    failed = world.snapshot_request(JM, 2)
    assert (failed.state, failed.work) == (State.FAILED, Work(START, START + LASTS))


def test_a_snapshot_whose_deletion_failed_goes_by_hand_and_its_request_stays_failed(
    world: World,
) -> None:
    _end(world)
    fault(world, "work-fails", when=When(times=1))
    world.advance_to(DUE)
    failed = world.snapshot_request(JM, 1)
    assert (failed.state, failed.snapshot) == (State.FAILED, 1)
    world.delete(JM, VM, 1)
    assert told(world.advance_to(DUE)) == [(0, "delete")]
    assert world.snapshots(JM, VM) == ()
    assert world.virtual_machine(JM, VM).needs_consolidation is False
    assert world.snapshot_request(JM, 1) == failed


def test_a_deletion_by_hand_that_failed_can_be_asked_for_again(world: World) -> None:
    number = _taken(world)
    fault(world, "work-fails", when=When(times=1))
    world.delete(JM, VM, number)
    world.delete(JM, VM, number)
    assert [one.event for one in world.advance_to(START)] == [
        Event.FAIL,
        Event.DELETE,
        Event.CLOSE,
    ]
    assert world.snapshot_request(JM, 1).closed_by == 3


def test_a_snapshot_whose_hours_are_over_when_it_is_taken_is_deleted_next(world: World) -> None:
    world.task_time = 2 * HOUR
    world.submit(JM, VM, "short", START, 1)
    fired = world.advance_to(START + 9 * HOUR)
    assert told(fired, START) == [(0, "start"), (120, "take"), (120, "start"), (240, "delete")]
    assert world.snapshot_request(JM, 1).work == Work(START + 2 * HOUR, START + 4 * HOUR)


def test_a_take_that_failed_uses_up_no_number(world: World) -> None:
    for _ in range(2):
        world.submit(JM, VM, "one of two", START, 72)
    fault(world, "work-fails", when=When(times=1))
    world.advance_to(START)
    assert [one.request for one in world.snapshots(JM, VM)] == [2]
    assert [one.id for one in world.snapshots(JM, VM)] == [1]
    assert world.snapshot_request(JM, 1).snapshot is None


# What may be asked for meanwhile.


@pytest.mark.parametrize("kind", ["work-slow", "work-retried", "work-fails"])
@pytest.mark.parametrize("name", ["take", "delete at its date"])
def test_a_request_whose_work_is_under_way_or_failed_is_not_extended(
    world: World, kind: str, name: str
) -> None:
    asked = PHASES[name].ask(world)
    fault(world, kind, 600)
    world.advance_to(DUE)
    state = world.snapshot_request(JM, asked.id).state
    assert state in {State.IN_PROGRESS, State.RETRYING, State.FAILED}
    with pytest.raises(NotExtendable) as refused:
        world.extend(JM, asked.id, 1)
    assert (refused.value.id, refused.value.state) == (asked.id, state)


def test_a_missed_request_is_not_extended(world: World) -> None:
    world.submit(JM, VM, "missed", DUE, 72)
    fault(world, "work-missed")
    world.advance_to(DUE)
    with pytest.raises(NotExtendable):
        world.extend(JM, 1, 1)


def test_a_snapshot_whose_taking_lasted_is_extended_as_any_other(world: World) -> None:
    world.task_time = LASTS
    world.submit(JM, VM, "slow", DUE, 1)
    world.advance_to(DUE + LASTS)
    extended = world.extend(JM, 1, 2)
    assert extended.work == Work(DUE, DUE + LASTS)
    assert told(world.advance_to(DUE + 9 * HOUR)) == [(180, "start"), (190, "delete")]


@pytest.mark.parametrize("ask", [_change, _consolidate], ids=["change", "consolidate"])
@pytest.mark.parametrize("kind", ["work-slow", "work-retried", "work-missed", "work-fails"])
def test_a_change_that_has_begun_or_failed_is_neither_put_off_nor_given_up(
    world: World, ask: Callable[[World], Request], kind: str
) -> None:
    asked = ask(world)
    fault(world, kind)
    world.advance_to(DUE)
    with pytest.raises(NotScheduled):
        world.cancel(JM, asked.id)
    with pytest.raises(NotScheduled):
        world.reschedule(JM, asked.id, DUE + HOUR)


@pytest.mark.parametrize("name", ["change", "consolidate"])
def test_a_change_that_was_made_to_fail_is_tried_again_on_request(world: World, name: str) -> None:
    phase = PHASES[name]
    phase.ask(world)
    fault(world, "work-fails", when=When(times=1))
    world.task_time = LASTS
    world.advance_to(DUE + HOUR)
    failed = world.change_request(JM, 1)
    had = world.task_id(failed)
    retried = world.retry(JM, 1)
    assert (retried.state, retried.failure, retried.work) == (State.SUBMITTED, None, None)
    assert world.task_id(retried) is None
    with pytest.raises(UnknownTask):
        world.task(JM, had or "none")
    assert told(world.advance_to(DUE + 2 * HOUR)) == [(60, "start"), (70, name)]
    done = world.change_request(JM, 1)
    assert (done.state, done.work) == (State.PROCESSED, Work(DUE + HOUR, DUE + HOUR + LASTS))
    assert world.task_id(done) == had


def test_a_change_that_is_tried_again_on_request_may_be_missed(world: World) -> None:
    _change(world)
    fault(world, "work-fails", when=When(times=1))
    world.advance_to(DUE)
    fault(world, "work-missed")
    world.retry(JM, 1)
    assert told(world.advance_to(DUE)) == [(0, "miss")]


@pytest.mark.parametrize("kind", ["work-slow", "work-retried", "work-missed"])
def test_what_has_not_failed_for_good_is_not_tried_again_on_request(
    world: World, kind: str
) -> None:
    _change(world)
    fault(world, kind)
    world.advance_to(DUE)
    with pytest.raises(NotRetryable):
        world.retry(JM, 1)


def test_a_change_that_cannot_be_made_fails_after_it_has_lasted(world: World) -> None:
    world.task_time = LASTS
    world.change(JM, VM, Attribute.NAME, "coreos1", DUE)
    assert told(world.advance_to(DUE + HOUR)) == [(0, "start"), (10, "fail")]
    failed = world.change_request(JM, 1)
    assert failed.failure == Failure(Fault.NAME_TAKEN, "1606T-coreos1")
    assert (failed.updated_on, failed.work) == (DUE + LASTS, Work(DUE, DUE + LASTS))


def test_how_long_work_lasts_is_as_the_world_said_when_it_began(world: World) -> None:
    world.task_time = LASTS
    _consolidate(world)
    world.advance_to(DUE)
    world.task_time = 0
    assert told(world.advance_to(DUE + HOUR)) == [(10, "consolidate")]


@each
@pytest.mark.parametrize("kind", ["work-slow", "work-retried", "work-missed", "work-fails"])
def test_a_world_read_back_from_its_dump_goes_on_alike(phase: Phase, kind: str) -> None:
    world = new_world()
    phase.ask(world)
    fault(world, kind, 600, When(since=START, until=DUE + 9 * HOUR, times=2))
    world.task_time = LASTS + 1
    world.holds.add({"request": 99})
    for at in (DUE, DUE + LASTS + 1, DUE + 2 * LASTS, DUE + 9 * HOUR):
        again = World.load(world.dump())
        assert again.dump() == world.dump()
        assert again.advance_to(at) == world.advance_to(at)
        assert again.dump() == world.dump()
