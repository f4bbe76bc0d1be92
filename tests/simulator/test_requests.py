"""The rules of snapshot requests, one by one: submit, extend, delete, revert."""

from typing import Any

import pytest

from tests.properties.worlds import (
    ANA,
    DAY,
    HOUR,
    JM,
    SECOND,
    START,
    UUIDS,
    plain_fired,
    refusal,
    text,
)
from vss_mock.simulator import world as module
from vss_mock.simulator.clock import EARLIEST, LATEST
from vss_mock.simulator.errors import (
    BadDuration,
    ExtensionsUsedUp,
    HiddenVirtualMachine,
    LimitReached,
    NotExtendable,
    OutOfTime,
    UnknownRequest,
    UnknownSnapshot,
)
from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import Due, Fired, Snapshot, SnapshotRequest
from vss_mock.simulator.world import World

VM, OTHER = UUIDS[0], UUIDS[1]
TEN = START + 6 * HOUR


def scheduled(world: World, life: int = 12) -> SnapshotRequest:
    """Have a snapshot of jm's taken now, and return its request."""
    request = world.submit(JM, VM, "before upgrading", world.now, life)
    world.advance_to(world.now)
    return world.snapshot_request(JM, request.id)


def test_a_new_request_is_submitted_and_nothing_has_happened(world: World) -> None:
    request = world.submit(JM, VM, "before upgrading", TEN, 12)
    assert request == SnapshotRequest(
        id=1,
        job=Job.CREATE,
        state=State.SUBMITTED,
        user="jm",
        vm=VM,
        created_on=START,
        updated_on=START,
        description="before upgrading",
        from_date=TEN,
        valid_for=12,
        extensions=(),
        snapshot=None,
        origin=None,
        closed_by=None,
    )
    assert request.to_date == TEN + 12 * HOUR
    assert world.snapshot_request(JM, 1) == request
    assert world.snapshots(JM, VM) == ()
    assert world.now == START
    assert world.next_due() == Due(TEN, 1, Event.TAKE, VM, None)


def test_a_snapshot_is_taken_at_its_date_and_not_before(world: World) -> None:
    world.submit(JM, VM, "before upgrading", TEN, 12)
    assert world.advance_to(TEN - 1) == []
    assert world.snapshot_request(JM, 1).state is State.SUBMITTED
    taken = Fired(TEN, 1, Event.TAKE, State.SUBMITTED, State.SCHEDULED, VM, 1)
    assert world.advance_to(TEN) == [taken]
    request = world.snapshot_request(JM, 1)
    assert (request.state, request.snapshot, request.updated_on) == (State.SCHEDULED, 1, TEN)
    assert world.snapshots(JM, VM) == (Snapshot(1, 1, TEN, "poweredOff", 1, 1024, 1),)
    assert world.snapshot(JM, VM, 1) == Snapshot(1, 1, TEN, "poweredOff", 1, 1024, 1)
    assert world.origin(1) == request
    assert world.next_due() == Due(TEN + 12 * HOUR, 1, Event.DELETE, VM, 1)


def test_a_snapshot_is_deleted_when_its_hours_are_over_and_not_before(world: World) -> None:
    world.submit(JM, VM, "before upgrading", TEN, 12)
    end = TEN + 12 * HOUR
    world.advance_to(end - 1)
    assert [one.id for one in world.snapshots(JM, VM)] == [1]
    deleted = Fired(end, 1, Event.DELETE, State.SCHEDULED, State.PROCESSED, VM, 1)
    assert world.advance_to(end) == [deleted]
    request = world.snapshot_request(JM, 1)
    assert (request.state, request.snapshot, request.updated_on) == (State.PROCESSED, 1, end)
    assert request.closed_by is None
    assert world.snapshots(JM, VM) == ()
    assert world.next_due() is None


def test_a_date_that_has_passed_is_due_at_once_but_only_when_time_is_settled(
    world: World,
) -> None:
    request = world.submit(JM, VM, "late", START - HOUR, 12)
    assert request.state is State.SUBMITTED
    assert world.next_due() == Due(START, 1, Event.TAKE, VM, None)
    assert [one.at for one in world.advance_to(START)] == [START]
    assert world.snapshot(JM, VM, 1).created_on == START
    assert world.snapshot_request(JM, 1).to_date == START + 11 * HOUR


def test_a_far_past_date_is_taken_and_deleted_one_after_the_other(world: World) -> None:
    world.submit(JM, VM, "long ago", START - 4000 * DAY, 72)
    world.submit(JM, VM, "now", START, 1)
    assert plain_fired(world.advance_to(START)) == [
        (START, 1, "take", "submitted", "scheduled", VM, 1),
        (START, 1, "delete", "scheduled", "processed", VM, 1),
        (START, 2, "take", "submitted", "scheduled", VM, 2),
    ]


def test_a_snapshot_taken_late_keeps_the_end_that_was_asked_for(world: World) -> None:
    world.submit(JM, VM, "late", START - 2 * HOUR, 3)
    assert [one.at for one in world.advance_to(START + DAY)] == [START, START + HOUR]


@pytest.mark.parametrize("hours", [1, 2, 71, 72])
def test_a_snapshot_may_live_1_to_72_hours(world: World, hours: int) -> None:
    assert world.submit(JM, VM, "d", TEN, hours).to_date == TEN + hours * HOUR


@pytest.mark.parametrize("hours", [0, 73, -1, 10**9])
def test_a_snapshot_may_not_live_shorter_or_longer(world: World, hours: int) -> None:
    before = text(world)
    with pytest.raises(BadDuration) as refused:
        world.submit(JM, VM, "d", TEN, hours)
    assert refused.value.hours == hours
    assert text(world) == before


@pytest.mark.parametrize("date", [EARLIEST - 1, LATEST + 1])
def test_a_date_that_no_clock_can_show_is_refused(world: World, date: int) -> None:
    before = text(world)
    with pytest.raises(OutOfTime) as refused:
        world.submit(JM, VM, "d", date, 1)
    assert refused.value.asked == date
    assert text(world) == before


@pytest.mark.parametrize("date", [EARLIEST, LATEST])
def test_the_first_and_the_last_date_of_all_are_taken(world: World, date: int) -> None:
    assert world.submit(JM, VM, "d", date, 1).from_date == date


def test_a_refused_request_consumes_no_id(world: World) -> None:
    assert refusal(world.submit, ANA, VM, "hidden", TEN, 12) == "HiddenVirtualMachine"
    assert refusal(world.submit, JM, "nowhere", "unknown", TEN, 12) == "UnknownVirtualMachine"
    assert refusal(world.submit, JM, VM, "too long", TEN, 100) == "BadDuration"
    assert world.submit(JM, VM, "good", TEN, 12).id == 1
    assert refusal(world.delete, JM, VM, 1) == "UnknownSnapshot"
    assert world.submit(ANA, OTHER, "good", TEN, 12).id == 2


def test_ids_count_up_over_all_users_and_separately_for_changes(world: World) -> None:
    assert world.submit(JM, VM, "d", TEN, 1).id == 1
    assert world.consolidate(ANA, OTHER).id == 1
    assert world.submit(ANA, OTHER, "d", TEN, 1).id == 2
    assert world.consolidate(JM, VM).id == 2
    assert world.submit(JM, VM, "d", TEN, 1).id == 3
    assert [request.id for request in world.snapshot_requests(JM)] == [1, 3]
    assert [request.id for request in world.snapshot_requests(ANA)] == [2]
    assert [request.id for request in world.change_requests(JM)] == [2]
    assert [request.id for request in world.change_requests(ANA)] == [1]


def test_another_users_request_is_unknown(world: World) -> None:
    world.submit(JM, VM, "d", TEN, 1)
    world.consolidate(JM, VM)
    assert world.snapshot_request(JM, 1).id == 1
    assert world.change_request(JM, 1).id == 1
    for user, number in ((ANA, 1), (JM, 2), (JM, 0), (JM, -1)):
        with pytest.raises(UnknownRequest) as refused:
            world.snapshot_request(user, number)
        assert (refused.value.kind, refused.value.id) == ("snapshot", number)
        with pytest.raises(UnknownRequest) as refused:
            world.change_request(user, number)
        assert (refused.value.kind, refused.value.id) == ("change", number)
    assert refusal(world.extend, ANA, 1, 1) == "UnknownRequest"


def test_a_world_holds_a_million_requests_of_a_kind() -> None:
    assert module.MAXIMUM_REQUESTS == 1_000_000


def test_a_world_takes_as_many_requests_as_it_may_and_no_more(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_REQUESTS", 2)
    scheduled(world)
    world.delete(JM, VM, 1)
    calls: list[Any] = [
        lambda: world.submit(JM, VM, "d", TEN, 1),
        lambda: world.delete(JM, VM, 1),
        lambda: world.revert(JM, VM, 1),
    ]
    for call in calls:
        before = text(world)
        with pytest.raises(LimitReached) as refused:
            call()
        assert (refused.value.what, refused.value.limit) == ("requests", 2)
        assert text(world) == before
    assert [world.consolidate(JM, VM).id for _ in range(2)] == [1, 2]
    assert refusal(world.consolidate, JM, VM) == "LimitReached"


def test_extending_moves_the_end_and_leaves_the_hours_asked_for(world: World) -> None:
    scheduled(world)
    world.advance_to(START + HOUR)
    extended = world.extend(JM, 1, 24)
    assert extended == world.snapshot_request(JM, 1)
    assert (extended.valid_for, extended.extensions) == (12, (24,))
    assert extended.to_date == START + 36 * HOUR
    assert extended.state is State.SCHEDULED
    assert (extended.created_on, extended.updated_on) == (START, START + HOUR)
    assert world.next_due() == Due(START + 36 * HOUR, 1, Event.DELETE, VM, 1)
    assert world.advance_to(START + 36 * HOUR - 1) == []
    assert [one.event for one in world.advance_to(START + 36 * HOUR)] == [Event.DELETE]


def test_three_extensions_add_up(world: World) -> None:
    scheduled(world)
    for hours in (1, 72, 24):
        world.extend(JM, 1, hours)
    request = world.snapshot_request(JM, 1)
    assert request.extensions == (1, 72, 24)
    assert request.to_date == START + (12 + 97) * HOUR


def test_the_fourth_extension_is_refused(world: World) -> None:
    scheduled(world)
    for _ in range(3):
        world.extend(JM, 1, 1)
    before = text(world)
    with pytest.raises(ExtensionsUsedUp) as refused:
        world.extend(JM, 1, 1)
    assert (refused.value.id, refused.value.limit) == (1, 3)
    assert text(world) == before


@pytest.mark.parametrize("hours", [0, 73, -1])
def test_an_extension_of_no_hour_or_more_than_72_is_refused(world: World, hours: int) -> None:
    scheduled(world)
    before = text(world)
    with pytest.raises(BadDuration) as refused:
        world.extend(JM, 1, hours)
    assert refused.value.hours == hours
    assert text(world) == before


def test_a_request_that_waits_for_its_date_cannot_be_extended(world: World) -> None:
    world.submit(JM, VM, "d", TEN, 12)
    with pytest.raises(NotExtendable) as refused:
        world.extend(JM, 1, 1)
    assert (refused.value.id, refused.value.state) == (1, State.SUBMITTED)


def test_a_deleted_request_cannot_be_extended(world: World) -> None:
    scheduled(world, life=1)
    world.advance_to(START + HOUR)
    with pytest.raises(NotExtendable) as refused:
        world.extend(JM, 1, 1)
    assert (refused.value.id, refused.value.state) == (1, State.PROCESSED)


def test_a_request_to_delete_or_revert_cannot_be_extended(world: World) -> None:
    scheduled(world)
    world.revert(JM, VM, 1)
    world.delete(JM, VM, 1)
    for number in (2, 3):
        with pytest.raises(NotExtendable) as refused:
            world.extend(JM, number, 1)
        assert (refused.value.id, refused.value.state) == (number, State.SUBMITTED)


def test_a_request_can_be_extended_until_the_instant_before_its_end(world: World) -> None:
    scheduled(world, life=1)
    world.advance_to(START + HOUR - 1)
    world.extend(JM, 1, 1)
    assert world.advance_to(START + HOUR) == []
    assert len(world.advance_to(START + 2 * HOUR)) == 1


def test_a_request_to_delete_names_its_target_and_waits_to_be_settled(world: World) -> None:
    scheduled(world)
    world.advance_to(START + SECOND)
    request = world.delete(ANA._replace(sees=None), VM, 1)
    assert request == SnapshotRequest(
        id=2,
        job=Job.DELETE,
        state=State.SUBMITTED,
        user="ana",
        vm=VM,
        created_on=START + SECOND,
        updated_on=START + SECOND,
        description="before upgrading",
        from_date=START + SECOND,
        valid_for=0,
        extensions=(),
        snapshot=1,
        origin=1,
        closed_by=None,
    )
    assert len(world.snapshots(JM, VM)) == 1
    assert world.next_due() == Due(START + SECOND, 2, Event.DELETE, VM, 1)


def test_a_hand_deleted_snapshot_closes_the_request_that_made_it(world: World) -> None:
    scheduled(world)
    at = START + SECOND
    world.advance_to(at)
    world.delete(JM, VM, 1)
    assert world.advance_to(at) == [
        Fired(at, 2, Event.DELETE, State.SUBMITTED, State.PROCESSED, VM, 1),
        Fired(at, 1, Event.CLOSE, State.SCHEDULED, State.PROCESSED, VM, 1),
    ]
    made, deletion = world.snapshot_request(JM, 1), world.snapshot_request(JM, 2)
    assert (made.state, made.closed_by, made.updated_on) == (State.PROCESSED, 2, at)
    assert (deletion.state, deletion.closed_by, deletion.updated_on) == (State.PROCESSED, None, at)
    assert world.snapshots(JM, VM) == ()
    assert world.next_due() is None
    assert world.advance_to(START + DAY) == []


def test_the_second_deletion_of_one_snapshot_fails(world: World) -> None:
    scheduled(world)
    world.delete(JM, VM, 1)
    world.delete(ANA._replace(sees=None), VM, 1)
    events = [(one.request, one.event) for one in world.advance_to(START)]
    assert events == [(2, Event.DELETE), (1, Event.CLOSE), (3, Event.FAIL)]
    failed = world.snapshot_request(ANA, 3)
    assert (failed.state, failed.snapshot, failed.updated_on) == (State.FAILED, 1, START)
    assert world.snapshot_request(JM, 1).closed_by == 2


def test_a_revert_to_a_snapshot_deleted_meanwhile_fails(world: World) -> None:
    scheduled(world)
    world.delete(JM, VM, 1)
    world.revert(JM, VM, 1)
    fired = world.advance_to(START)
    assert fired[-1] == Fired(START, 3, Event.FAIL, State.SUBMITTED, State.FAILED, VM, 1)
    assert world.snapshot_request(JM, 3).state is State.FAILED


def test_a_snapshot_that_is_gone_can_be_neither_deleted_nor_reverted_to(world: World) -> None:
    scheduled(world, life=1)
    world.advance_to(START + HOUR)
    for call in (world.delete, world.revert):
        before = text(world)
        with pytest.raises(UnknownSnapshot) as refused:
            call(JM, VM, 1)
        assert (refused.value.vm, refused.value.snapshot) == (VM, 1)
        assert text(world) == before


def test_a_hidden_machine_can_be_asked_for_nothing(world: World) -> None:
    scheduled(world)
    before = text(world)
    for call in (
        lambda: world.submit(ANA, VM, "d", TEN, 1),
        lambda: world.delete(ANA, VM, 1),
        lambda: world.revert(ANA, VM, 1),
        lambda: world.consolidate(ANA, VM),
    ):
        with pytest.raises(HiddenVirtualMachine):
            call()
    assert text(world) == before


def powered(world: World, state: str) -> World:
    """Return the world with its first machine in another power state, as if by other hands."""
    document = world.dump()
    document["vms"][0]["power_state"] = state
    return World.load(document)


def test_a_revert_puts_the_machine_back_to_the_snapshots_power_state(world: World) -> None:
    scheduled(world)
    world = powered(world, "poweredOn")
    request = world.revert(JM, VM, 1)
    assert (request.job, request.snapshot, request.origin) == (Job.REVERT, 1, 1)
    assert world.virtual_machine(JM, VM).power_state == "poweredOn"
    reverted = Fired(START, 2, Event.REVERT, State.SUBMITTED, State.PROCESSED, VM, 1)
    assert world.advance_to(START) == [reverted]
    assert world.virtual_machine(JM, VM).power_state == "poweredOff"
    assert world.snapshot_request(JM, 2).state is State.PROCESSED


def test_a_revert_leaves_the_snapshot_and_its_request_alone(world: World) -> None:
    made = scheduled(world)
    world.advance_to(START + SECOND)
    world.revert(JM, VM, 1)
    world.advance_to(START + SECOND)
    assert world.snapshot_request(JM, 1) == made
    assert [one.id for one in world.snapshots(JM, VM)] == [1]


def test_a_revert_that_fails_leaves_the_machine_alone(world: World) -> None:
    scheduled(world)
    world = powered(world, "poweredOn")
    world.delete(JM, VM, 1)
    world.revert(JM, VM, 1)
    world.advance_to(START)
    assert world.virtual_machine(JM, VM).power_state == "poweredOn"


def test_a_snapshot_keeps_the_power_state_of_the_instant_it_was_taken(world: World) -> None:
    scheduled(world)
    world = powered(world, "suspended")
    scheduled(world)
    assert [one.power_state for one in world.snapshots(JM, VM)] == ["poweredOff", "suspended"]


def test_several_snapshots_live_side_by_side_on_one_machine(world: World) -> None:
    for life in (3, 1, 2):
        world.submit(JM, VM, f"{life} h", START, life)
    world.advance_to(START)
    assert [one.id for one in world.snapshots(JM, VM)] == [1, 2, 3]
    gone = [one.snapshot for one in world.advance_to(START + 3 * HOUR)]
    assert gone == [2, 3, 1]


def test_snapshot_numbers_follow_the_order_of_taking_not_of_asking(world: World) -> None:
    world.submit(JM, VM, "later", START + 2 * HOUR, 1)
    world.submit(JM, VM, "sooner", START + HOUR, 1)
    fired = world.advance_to(START + 2 * HOUR)
    taken = [(one.request, one.snapshot) for one in fired if one.event is Event.TAKE]
    assert taken == [(2, 1), (1, 2)]
