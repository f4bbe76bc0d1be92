"""The rules of consolidation, one by one."""

import pytest

from tests.properties.worlds import ANA, DAY, HOUR, JM, START, UUIDS, refusal, text
from vss_mock.simulator.clock import EARLIEST, LATEST
from vss_mock.simulator.errors import OutOfTime
from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import ChangeRequest, Due, Fired
from vss_mock.simulator.world import World

VM = UUIDS[0]


def test_a_consolidation_without_a_date_is_due_at_once(world: World) -> None:
    request = world.consolidate(JM, VM)
    assert request == ChangeRequest(
        id=1,
        job=Job.CONSOLIDATE,
        state=State.SUBMITTED,
        user="jm",
        vm=VM,
        created_on=START,
        updated_on=START,
        schedule=None,
    )
    assert request.from_date == START
    assert world.next_due() == Due(START, 1, Event.CONSOLIDATE, VM, None, of_change=True)
    assert world.virtual_machine(JM, VM).needs_consolidation
    done = Fired(START, 1, Event.CONSOLIDATE, State.SUBMITTED, State.PROCESSED, VM, None, True)
    assert world.advance_to(START) == [done]
    assert not world.virtual_machine(JM, VM).needs_consolidation


def test_a_consolidation_waits_for_its_date(world: World) -> None:
    request = world.consolidate(JM, VM, START + HOUR)
    assert (request.schedule, request.from_date) == (START + HOUR, START + HOUR)
    assert world.advance_to(START + HOUR - 1) == []
    assert world.virtual_machine(JM, VM).needs_consolidation
    assert [one.at for one in world.advance_to(START + DAY)] == [START + HOUR]
    done = world.change_request(JM, 1)
    assert (done.state, done.updated_on) == (State.PROCESSED, START + HOUR)
    assert done.schedule == START + HOUR


def test_a_consolidation_of_a_date_that_has_passed_is_due_at_once(world: World) -> None:
    request = world.consolidate(JM, VM, START - HOUR)
    assert request.from_date == START - HOUR
    assert [one.at for one in world.advance_to(START)] == [START]
    assert world.change_request(JM, 1).updated_on == START


def test_a_consolidation_leaves_every_other_machine_and_the_snapshots_alone(
    world: World,
) -> None:
    world.submit(JM, VM, "d", START, 72)
    world.advance_to(START)
    standing = world.snapshots(JM, VM)
    others = [vm for vm in world.find(JM) if vm.uuid != VM]
    before = world.virtual_machine(JM, VM)
    world.consolidate(JM, VM)
    world.advance_to(START)
    assert [vm for vm in world.find(JM) if vm.uuid != VM] == others
    assert world.virtual_machine(JM, VM) == before._replace(needs_consolidation=False)
    assert world.snapshots(JM, VM) == standing


def test_a_machine_that_needs_none_may_be_consolidated(world: World) -> None:
    world.consolidate(ANA, UUIDS[1])
    assert [one.after for one in world.advance_to(START)] == [State.PROCESSED]
    assert not world.virtual_machine(ANA, UUIDS[1]).needs_consolidation


@pytest.mark.parametrize("date", [EARLIEST - 1, LATEST + 1])
def test_a_date_that_no_clock_can_show_is_refused(world: World, date: int) -> None:
    before = text(world)
    with pytest.raises(OutOfTime) as refused:
        world.consolidate(JM, VM, date)
    assert refused.value.asked == date
    assert text(world) == before
    assert refusal(world.consolidate, JM, "nowhere", date) == "UnknownVirtualMachine"


def test_a_change_request_and_a_snapshot_request_of_one_id_are_two(world: World) -> None:
    asked, change = world.submit(JM, VM, "d", START, 1), world.consolidate(JM, VM, START)
    assert asked.id == change.id == 1
    fired = world.advance_to(START)
    assert [one.event for one in fired] == [Event.TAKE, Event.CONSOLIDATE]
    assert world.snapshot_request(JM, 1).state is State.SCHEDULED
    assert world.change_request(JM, 1).state is State.PROCESSED
