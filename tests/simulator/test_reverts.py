"""What a snapshot holds of its machine, what a revert brings back, and what goes with its end."""

from typing import Any

import pytest

from tests.properties.worlds import DAY, HOUR, JM, MACHINES, START, UUIDS
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import Attribute, Power, Processors, Snapshot, Value
from vss_mock.simulator.world import World

OFF, ON, SUSPENDED = UUIDS
BOOTED = START - DAY


def snapshot(world: World, vm: str, **options: bool) -> int:
    """Have a snapshot taken now; return its number."""
    request = world.submit(JM, vm, "before upgrading", world.now, 12, **options)
    world.advance_to(world.now)
    number = world.snapshot_request(JM, request.id).snapshot
    assert number is not None
    return number


def change(world: World, vm: str, *changes: tuple[Attribute, Value]) -> None:
    """Change a machine now."""
    for attribute, value in changes:
        world.change(JM, vm, attribute, value)
    for event in world.advance_to(world.now):
        assert event.event is Event.CHANGE


def revert(world: World, vm: str, number: int) -> None:
    """Revert a machine to a snapshot now."""
    world.revert(JM, vm, number)
    assert [one.event for one in world.advance_to(world.now)] == [Event.REVERT]


@pytest.mark.parametrize("number", range(3))
def test_a_snapshot_holds_what_its_machine_was(world: World, number: int) -> None:
    vm = MACHINES[number]
    snapshot(world, vm.uuid)
    assert world.snapshots(JM, vm.uuid) == (
        Snapshot(1, 1, START, vm.power_state, vm.cpu_count, vm.memory_mb, vm.cores_per_socket),
    )


def test_a_revert_brings_processors_cores_and_memory_back(world: World) -> None:
    change(world, OFF, (Attribute.CPU, Processors(6, 3)), (Attribute.MEMORY, 6144))
    before = world.virtual_machine(JM, OFF)
    number = snapshot(world, OFF)
    change(world, OFF, (Attribute.CPU, Processors(8, 4)), (Attribute.MEMORY, 512))
    assert world.virtual_machine(JM, OFF) != before
    revert(world, OFF, number)
    assert world.virtual_machine(JM, OFF) == before
    assert (before.cpu_count, before.cores_per_socket, before.memory_mb) == (6, 3, 6144)


def test_a_revert_of_a_running_machine_brings_back_what_could_not_be_taken_away(
    world: World,
) -> None:
    number = snapshot(world, ON)
    change(world, ON, (Attribute.CPU, Processors(4)), (Attribute.MEMORY, 4096))
    revert(world, ON, number)
    assert world.virtual_machine(JM, ON) == MACHINES[1]


@pytest.mark.parametrize(
    ("vm", "command", "boot_time"),
    [
        (OFF, Power.ON, None),
        (ON, Power.SHUTDOWN, START + HOUR),
        (ON, Power.SUSPEND, START + HOUR),
        (SUSPENDED, Power.ON, None),
        (SUSPENDED, Power.OFF, None),
    ],
)
def test_a_revert_brings_the_power_state_back_and_a_machine_that_comes_on_has_just_booted(
    world: World, vm: str, command: Power, boot_time: int | None
) -> None:
    before = world.virtual_machine(JM, vm)
    number = snapshot(world, vm)
    change(world, vm, (Attribute.POWER, command))
    assert world.virtual_machine(JM, vm).power_state != before.power_state
    world.advance_to(START + HOUR)
    revert(world, vm, number)
    assert world.virtual_machine(JM, vm) == before._replace(boot_time=boot_time)


def test_a_revert_to_the_power_state_that_is_leaves_the_time_of_booting_alone(
    world: World,
) -> None:
    number = snapshot(world, ON)
    world.advance_to(START + HOUR)
    revert(world, ON, number)
    assert world.virtual_machine(JM, ON) == MACHINES[1]
    assert MACHINES[1].boot_time == BOOTED
    change(world, ON, (Attribute.POWER, Power.RESET))
    revert(world, ON, number)
    assert world.virtual_machine(JM, ON).boot_time == START + HOUR


def test_a_revert_leaves_the_name_and_the_need_of_consolidation_alone(world: World) -> None:
    number = snapshot(world, OFF)
    change(world, OFF, (Attribute.NAME, "web"))
    world.consolidate(JM, OFF)
    world.advance_to(START)
    revert(world, OFF, number)
    vm = world.virtual_machine(JM, OFF)
    assert vm == MACHINES[0]._replace(name="1606T-web", needs_consolidation=False)
    assert [one.uuid for one in world.find(JM, "web")] == [OFF]


def test_each_snapshot_brings_back_its_own_time(world: World) -> None:
    first = snapshot(world, OFF)
    change(world, OFF, (Attribute.MEMORY, 2048), (Attribute.POWER, Power.ON))
    second = snapshot(world, OFF)
    held: list[Any] = []
    for number in (first, second, first):
        revert(world, OFF, number)
        vm = world.virtual_machine(JM, OFF)
        held.append((vm.memory_mb, vm.power_state, vm.boot_time))
    assert held == [
        (1024, "poweredOff", None),
        (2048, "poweredOn", START),
        (1024, "poweredOff", None),
    ]


def test_a_change_that_a_revert_of_the_same_instant_undoes_comes_by_its_id(world: World) -> None:
    number = snapshot(world, OFF)
    world.change(JM, OFF, Attribute.MEMORY, 4096)  # change request 1
    world.revert(JM, OFF, number)  # snapshot request 2
    world.change(JM, OFF, Attribute.CPU, Processors(4))  # change request 2
    fired = [(one.request, one.event) for one in world.advance_to(START)]
    assert fired == [(1, Event.CHANGE), (2, Event.REVERT), (2, Event.CHANGE)]
    vm = world.virtual_machine(JM, OFF)
    assert (vm.memory_mb, vm.cpu_count) == (1024, 4)


@pytest.mark.parametrize("settled", [True, False])
def test_disks_are_settled_when_a_snapshots_time_is_up_if_that_was_asked_for(
    world: World, settled: bool
) -> None:
    snapshot(world, OFF, consolidate=settled)
    assert world.snapshot_request(JM, 1).consolidate is settled
    world.advance_to(START + 12 * HOUR - 1)
    assert world.virtual_machine(JM, OFF).needs_consolidation
    world.advance_to(START + 12 * HOUR)
    expected = MACHINES[0]._replace(needs_consolidation=not settled)
    assert world.virtual_machine(JM, OFF) == expected
    assert world.virtual_machine(JM, SUSPENDED) == MACHINES[2]


@pytest.mark.parametrize("settled", [True, False])
def test_disks_are_settled_when_a_snapshot_is_deleted_by_hand_if_that_was_asked_for(
    world: World, settled: bool
) -> None:
    number = snapshot(world, OFF, consolidate=settled)
    snapshot(world, OFF, consolidate=not settled)
    world.delete(JM, OFF, number)
    assert world.virtual_machine(JM, OFF).needs_consolidation
    world.advance_to(START)
    expected = MACHINES[0]._replace(needs_consolidation=not settled)
    assert world.virtual_machine(JM, OFF) == expected


def test_a_deletion_that_fails_settles_nothing(world: World) -> None:
    number = snapshot(world, OFF, consolidate=True)
    world.delete(JM, OFF, number)
    world.delete(JM, OFF, number)
    world.advance_to(START, 1)
    document = world.dump()
    document["vms"][0]["needs_consolidation"] = True
    world = World.load(document)
    assert [one.event for one in world.advance_to(START)] == [Event.FAIL]
    assert world.virtual_machine(JM, OFF).needs_consolidation


def test_a_revert_settles_nothing(world: World) -> None:
    number = snapshot(world, OFF, consolidate=True)
    revert(world, OFF, number)
    assert world.virtual_machine(JM, OFF) == MACHINES[0]


@pytest.mark.parametrize("kept", [True, False])
def test_a_request_keeps_for_life_whether_memory_and_disks_were_asked_for(
    world: World, kept: bool
) -> None:
    asked = world.submit(JM, OFF, "d", START, 1, consolidate=not kept, with_memory=kept)
    assert (asked.with_memory, asked.consolidate) == (kept, not kept)
    world.advance_to(START)
    world.extend(JM, 1, 1)
    world.advance_to(START + DAY)
    done = world.snapshot_request(JM, 1)
    assert done.state is State.PROCESSED
    assert (done.with_memory, done.consolidate) == (kept, not kept)


def test_a_request_asks_for_neither_unless_it_says_so(world: World) -> None:
    asked = world.submit(JM, OFF, "d", START, 1)
    assert (asked.with_memory, asked.consolidate) == (False, False)
    world.advance_to(START)
    deletion = world.delete(JM, OFF, 1)
    assert (deletion.with_memory, deletion.consolidate) == (False, False)
