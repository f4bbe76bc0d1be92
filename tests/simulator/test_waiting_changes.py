"""Changes that wait for a date are put off or given up; those that failed are tried again."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.properties.worlds import ANA, DAY, HOUR, JM, MACHINES, SECOND, START, UUIDS, text
from vss_mock.simulator import world as module
from vss_mock.simulator.clock import EARLIEST, LATEST
from vss_mock.simulator.errors import (
    HiddenVirtualMachine,
    LimitReached,
    NotRetryable,
    NotScheduled,
    OutOfTime,
    UnknownRequest,
    UnknownTask,
    UnknownVirtualMachine,
)
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Due,
    Failure,
    Fault,
    Power,
    Processors,
    Task,
)
from vss_mock.simulator.tasks import task_id
from vss_mock.simulator.world import World

OFF, ON, SUSPENDED = UUIDS
DATE = START + 6 * HOUR

Ask = Callable[[World, int | None], ChangeRequest]


def to_consolidate(world: World, schedule: int | None) -> ChangeRequest:
    """Ask for a consolidation."""
    return world.consolidate(JM, OFF, schedule)


def to_switch_on(world: World, schedule: int | None) -> ChangeRequest:
    """Ask for a machine to be switched on."""
    return world.change(JM, OFF, Attribute.POWER, Power.ON, schedule)


asks = pytest.mark.parametrize("ask", [to_consolidate, to_switch_on])


def failed(world: World) -> ChangeRequest:
    """Return a change that has just failed: a reboot of a machine that is off."""
    request = world.change(JM, OFF, Attribute.POWER, Power.REBOOT)
    world.advance_to(world.now)
    return world.change_request(JM, request.id)


def mend(world: World) -> None:
    """Switch the machine on whose reboot has failed."""
    world.change(JM, OFF, Attribute.POWER, Power.ON)
    world.advance_to(world.now)


@asks
@pytest.mark.parametrize("date", [START + HOUR, START + DAY, START + 7])
def test_a_change_is_made_at_its_new_date_sooner_or_later_and_only_once(
    world: World, ask: Ask, date: int
) -> None:
    asked = ask(world, DATE)
    world.advance_to(START + 3)
    moved = world.reschedule(JM, 1, date)
    assert moved == asked._replace(schedule=date, updated_on=START + 3)
    assert moved == world.change_request(JM, 1)
    assert moved.from_date == date
    due = world.next_due()
    assert due is not None
    assert (due.at, due.request) == (date, 1)
    assert world.advance_to(date - 1) == []
    assert [one.at for one in world.advance_to(date)] == [date]
    assert world.advance_to(START + 9 * DAY) == []
    done = world.change_request(JM, 1)
    assert (done.state, done.updated_on, done.schedule) == (State.PROCESSED, date, date)


@asks
def test_a_change_put_off_to_the_date_it_has_happens_once(world: World, ask: Ask) -> None:
    ask(world, DATE)
    for _ in range(3):
        world.reschedule(JM, 1, DATE)
    assert [one.at for one in world.advance_to(DATE)] == [DATE]
    assert world.advance_to(DATE + DAY) == []


@asks
def test_a_change_put_off_and_back_again_happens_once(world: World, ask: Ask) -> None:
    ask(world, DATE)
    for date in (DATE + HOUR, DATE - HOUR, DATE, DATE + HOUR, DATE):
        world.reschedule(JM, 1, date)
    assert [one.at for one in world.advance_to(DATE + DAY)] == [DATE]


@asks
def test_a_change_put_forward_to_a_date_that_has_passed_is_due_at_once(
    world: World, ask: Ask
) -> None:
    ask(world, DATE)
    world.advance_to(START + HOUR)
    moved = world.reschedule(JM, 1, START - DAY)
    assert (moved.state, moved.schedule) == (State.SUBMITTED, START - DAY)
    due = world.next_due()
    assert due is not None
    assert due.at == START + HOUR
    assert [one.at for one in world.advance_to(START + HOUR)] == [START + HOUR]
    assert world.advance_to(DATE) == []


@asks
def test_a_change_of_a_date_that_has_passed_waits_for_time_to_be_settled_and_can_be_put_off(
    world: World, ask: Ask
) -> None:
    ask(world, START - HOUR)
    world.reschedule(JM, 1, DATE)
    assert world.advance_to(START) == []
    assert [one.at for one in world.advance_to(DATE)] == [DATE]


def test_a_rescheduled_change_takes_its_place_in_order_of_id(world: World) -> None:
    for _ in range(3):
        world.change(JM, OFF, Attribute.POWER, Power.ON, DATE)
    world.reschedule(JM, 1, DATE + HOUR)
    world.reschedule(JM, 1, DATE)
    assert [one.request for one in world.advance_to(DATE)] == [1, 2, 3]


@asks
def test_a_change_given_up_never_happens(world: World, ask: Ask) -> None:
    machines = world.dump()["vms"]
    asked = ask(world, DATE)
    world.advance_to(START + SECOND)
    given_up = world.cancel(JM, 1)
    assert given_up == asked._replace(state=State.CANCELLED, updated_on=START + SECOND)
    assert given_up == world.change_request(JM, 1)
    assert world.next_due() is None
    assert world.advance_to(DATE + DAY) == []
    assert world.dump()["vms"] == machines
    assert world.change_request(JM, 1) == given_up


def test_a_change_given_up_has_no_task(world: World) -> None:
    given_up = to_switch_on(world, DATE)
    world.cancel(JM, 1)
    assert world.task_id(world.change_request(JM, 1)) is None
    with pytest.raises(UnknownTask):
        world.task(JM, task_id(world.seed, given_up.id << 1 | 1))


def processed(world: World) -> None:
    """Have request 1 made."""
    to_switch_on(world, DATE)
    world.advance_to(DATE)


def given_up(world: World) -> None:
    """Have request 1 cancelled."""
    to_switch_on(world, DATE)
    world.cancel(JM, 1)


def with_failure(world: World) -> None:
    """Have request 1 fail on a date of its own."""
    world.change(JM, OFF, Attribute.POWER, Power.OFF, DATE)
    world.advance_to(DATE)


def without_date(world: World) -> None:
    """Have request 1 wait without a date."""
    to_switch_on(world, None)


def retried(world: World) -> None:
    """Have request 1, which had no date, wait to be tried again."""
    failed(world)
    world.retry(JM, 1)


SITUATIONS = [
    (processed, State.PROCESSED),
    (given_up, State.CANCELLED),
    (with_failure, State.FAILED),
    (without_date, State.SUBMITTED),
    (retried, State.SUBMITTED),
]


@pytest.mark.parametrize(("bring_about", "state"), SITUATIONS)
def test_only_a_change_that_waits_for_a_date_can_be_put_off_or_given_up(
    world: World, bring_about: Callable[[World], None], state: State
) -> None:
    bring_about(world)
    before = text(world)
    calls: list[Callable[[], Any]] = [
        lambda: world.reschedule(JM, 1, DATE + DAY),
        lambda: world.cancel(JM, 1),
    ]
    for call in calls:
        with pytest.raises(NotScheduled) as refused:
            call()
        assert (refused.value.id, refused.value.state) == (1, state)
        assert text(world) == before


@pytest.mark.parametrize(
    ("bring_about", "state"), [one for one in SITUATIONS if one[1] is not State.FAILED]
)
def test_only_a_change_that_has_failed_can_be_tried_again(
    world: World, bring_about: Callable[[World], None], state: State
) -> None:
    bring_about(world)
    before = text(world)
    with pytest.raises(NotRetryable) as refused:
        world.retry(JM, 1)
    assert (refused.value.id, refused.value.state) == (1, state)
    assert text(world) == before


@pytest.mark.parametrize("date", [EARLIEST - 1, LATEST + 1])
def test_a_change_cannot_be_put_to_a_date_that_no_clock_shows(world: World, date: int) -> None:
    to_switch_on(world, DATE)
    before, due = text(world), world.next_due()
    calls: list[Callable[[], Any]] = [
        lambda: world.reschedule(JM, 1, date),
        lambda: to_switch_on(world, date),
    ]
    for call in calls:
        with pytest.raises(OutOfTime) as refused:
            call()
        assert refused.value.asked == date
        assert text(world) == before
        assert world.next_due() == due


@pytest.mark.parametrize("date", [EARLIEST, LATEST])
def test_a_change_can_be_put_to_the_first_and_the_last_date_of_all(world: World, date: int) -> None:
    to_switch_on(world, DATE)
    assert world.reschedule(JM, 1, date).schedule == date
    assert [one.at for one in world.step()] == [max(date, START)]


def test_a_change_of_a_machine_that_is_unknown_or_hidden_is_refused(world: World) -> None:
    before = text(world)
    with pytest.raises(UnknownVirtualMachine):
        world.change(JM, "nowhere", Attribute.POWER, Power.ON)
    with pytest.raises(HiddenVirtualMachine):
        world.change(ANA, OFF, Attribute.POWER, Power.ON)
    assert text(world) == before
    assert world.change(JM, OFF, Attribute.POWER, Power.ON).id == 1


def test_another_users_change_is_unknown_whatever_is_wanted_of_it(world: World) -> None:
    to_switch_on(world, DATE)
    failed(world)
    before = text(world)
    calls: list[Callable[[], Any]] = [
        lambda: world.reschedule(ANA, 1, DATE + HOUR),
        lambda: world.cancel(ANA, 1),
        lambda: world.retry(ANA, 2),
        lambda: world.change_request(ANA, 1),
        lambda: world.reschedule(JM, 3, DATE + HOUR),
        lambda: world.cancel(JM, 0),
        lambda: world.retry(JM, -1),
    ]
    for call in calls:
        with pytest.raises(UnknownRequest) as refused:
            call()
        assert refused.value.kind == "change"
        assert text(world) == before
    assert list(world.change_requests(ANA)) == []


def test_consolidations_and_changes_share_their_ids_and_their_limit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MAXIMUM_REQUESTS", 2)
    assert to_switch_on(world, None).id == 1
    assert to_consolidate(world, None).id == 2
    before = text(world)
    with pytest.raises(LimitReached) as refused:
        to_switch_on(world, None)
    assert (refused.value.what, refused.value.limit) == ("requests", 2)
    assert text(world) == before


def test_a_retry_waits_at_once_and_forgets_why_it_failed(world: World) -> None:
    before = failed(world)
    assert before.failure == Failure(Fault.POWER_STATE, "poweredOff")
    world.advance_to(START + HOUR)
    again = world.retry(JM, 1)
    assert again == before._replace(state=State.SUBMITTED, updated_on=START + HOUR, failure=None)
    assert again == world.change_request(JM, 1)
    assert world.next_due() == Due(START + HOUR, 1, Event.CHANGE, OFF, None, of_change=True)
    assert world.task_id(again) is None


def test_a_retry_fails_again_while_its_cause_is_there(world: World) -> None:
    failed(world)
    for hour in (1, 2):
        world.advance_to(START + hour * HOUR)
        world.retry(JM, 1)
        (event,) = world.advance_to(START + hour * HOUR)
        assert (event.at, event.event, event.after) == (
            START + hour * HOUR,
            Event.FAIL,
            State.FAILED,
        )
    assert world.change_request(JM, 1).failure == Failure(Fault.POWER_STATE, "poweredOff")
    assert world.virtual_machine(JM, OFF) == MACHINES[0]


def test_a_retry_succeeds_at_once_after_its_cause_is_mended(world: World) -> None:
    before = failed(world)
    name = world.task_id(before)
    assert name is not None
    world.advance_to(START + HOUR)
    mend(world)
    world.advance_to(START + 2 * HOUR)
    world.retry(JM, 1)
    (event,) = world.advance_to(START + 2 * HOUR)
    assert (event.at, event.request, event.event) == (START + 2 * HOUR, 1, Event.CHANGE)
    done = world.change_request(JM, 1)
    assert done == before._replace(state=State.PROCESSED, updated_on=START + 2 * HOUR, failure=None)
    assert world.task_id(done) == name
    assert world.task(JM, name) == Task(name, done, START + 2 * HOUR, START + 2 * HOUR)
    assert world.virtual_machine(JM, OFF).boot_time == START + 2 * HOUR
    assert world.advance_to(START + 9 * DAY) == []


def test_a_retry_at_the_instant_of_the_failure_happens_once_more_and_no_more(world: World) -> None:
    with_failure(world)
    assert world.advance_to(DATE) == []
    world.retry(JM, 1)
    assert [one.at for one in world.advance_to(DATE)] == [DATE]
    assert world.advance_to(DATE) == []


def test_a_failed_change_has_a_task_until_it_is_tried_again(world: World) -> None:
    request = failed(world)
    name = world.task_id(request)
    assert name is not None
    assert world.task(JM, name) == Task(name, request, START, START)
    with pytest.raises(UnknownTask):
        world.task(ANA, name)
    world.retry(JM, 1)
    with pytest.raises(UnknownTask) as refused:
        world.task(JM, name)
    assert refused.value.id == name


def test_a_change_of_a_date_that_is_tried_again_can_be_given_up_or_put_off(world: World) -> None:
    with_failure(world)
    world.retry(JM, 1)
    moved = world.reschedule(JM, 1, DATE + HOUR)
    assert (moved.state, moved.schedule, moved.failure) == (State.SUBMITTED, DATE + HOUR, None)
    assert [(one.at, one.event) for one in world.advance_to(DATE + HOUR)] == [
        (DATE + HOUR, Event.FAIL)
    ]
    world.retry(JM, 1)
    assert world.cancel(JM, 1).state is State.CANCELLED
    assert world.advance_to(DATE + DAY) == []


def test_a_retry_of_a_rename_looks_at_the_names_of_now(world: World) -> None:
    world.change(JM, OFF, Attribute.NAME, "coreos1")
    world.change(JM, ON, Attribute.NAME, "web", START + HOUR)
    world.advance_to(START + HOUR)
    assert world.change_request(JM, 1).failure == Failure(Fault.NAME_TAKEN, "1606T-coreos1")
    world.retry(JM, 1)
    world.advance_to(START + HOUR)
    assert world.virtual_machine(JM, OFF).name == "1606T-coreos1"


def test_changes_of_two_users_are_made_side_by_side(world: World) -> None:
    world.change(JM, ON, Attribute.MEMORY, 8192)
    world.change(ANA, ON, Attribute.CPU, Processors(8))
    assert [request.id for request in world.change_requests(JM)] == [1]
    assert [request.id for request in world.change_requests(ANA)] == [2]
    world.advance_to(START)
    vm = world.virtual_machine(JM, ON)
    assert (vm.memory_mb, vm.cpu_count) == (8192, 8)


def test_a_fork_puts_off_and_gives_up_for_itself_alone(world: World) -> None:
    to_switch_on(world, DATE)
    to_consolidate(world, DATE)
    twin = world.fork()
    before, due = text(world), world.next_due()
    twin.reschedule(JM, 1, DATE - HOUR)
    twin.cancel(JM, 2)
    assert text(world) == before
    assert world.next_due() == due
    assert [(one.at, one.request) for one in twin.step(9)] == [(DATE - HOUR, 1)]
    assert [(one.at, one.request) for one in world.step(9)] == [(DATE, 1), (DATE, 2)]


def test_putting_a_change_off_again_and_again_leaves_no_more_than_so_many_entries(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vss_mock.simulator.world.MOST_STALE", 10)
    other = world.submit(JM, UUIDS[0], "d", START + HOUR, 1)
    request = world.consolidate(JM, UUIDS[0], START + DAY)
    for number in range(100):
        world.reschedule(JM, request.id, START + DAY + number * HOUR)
        assert len(world._schedule._instants) <= 15
    fired = world.advance_to(START + 30 * DAY)
    assert [(one.at, one.event) for one in fired if one.event is Event.CONSOLIDATE] == [
        (START + DAY + 99 * HOUR, Event.CONSOLIDATE)
    ]
    assert world.snapshot_request(JM, other.id).state is State.PROCESSED
