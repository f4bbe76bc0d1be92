"""The rules of changes of power, processors and memory, from each power state there is."""

from itertools import product
from typing import Any

import pytest

from tests.properties.worlds import DAY, HOUR, JM, MACHINES, START, UUIDS, text
from vss_mock.simulator.changes import changed, powered
from vss_mock.simulator.lifecycle import Event, Job, State
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Due,
    Failure,
    Fault,
    Fired,
    Power,
    Processors,
    Value,
    VirtualMachine,
)
from vss_mock.simulator.world import World

ON, OFF, SUSPENDED = "poweredOn", "poweredOff", "suspended"
BOOTED = START - DAY
AT = START + HOUR

LEADS_TO = {
    ("on", OFF): ON,
    ("on", SUSPENDED): ON,
    ("off", ON): OFF,
    ("off", SUSPENDED): OFF,
    ("reset", ON): ON,
    ("reboot", ON): ON,
    ("shutdown", ON): OFF,
    ("suspend", ON): SUSPENDED,
}
FIRST, SECOND, THIRD = UUIDS


def machine(power_state: str, *, hot_add: bool = False) -> VirtualMachine:
    """Return a machine of two processors, one a socket, and 2 GB."""
    return MACHINES[1]._replace(
        power_state=power_state,
        boot_time=BOOTED if power_state == ON else None,
        hot_add=hot_add,
    )


@pytest.mark.parametrize(("power", "before"), list(product(Power, (ON, OFF, SUSPENDED))))
def test_a_power_command_leads_where_it_is_listed_here_and_fails_otherwise(
    power: Power, before: str
) -> None:
    vm = machine(before)
    after = LEADS_TO.get((power.value, before))
    came = changed(vm, Attribute.POWER, power, AT)
    if after is None:
        assert came == Failure(Fault.POWER_STATE, before)
    else:
        booted = AT if after == ON else None
        assert came == vm._replace(power_state=after, boot_time=booted)


def test_a_machine_remembers_when_it_was_switched_on_while_it_is() -> None:
    assert powered(machine(OFF), ON, AT) == machine(ON)._replace(boot_time=AT)
    assert powered(machine(ON), OFF, AT) == machine(OFF)
    assert powered(machine(ON), SUSPENDED, AT) == machine(SUSPENDED)


TWO, FOUR, ONE = Processors(2), Processors(4), Processors(1)
PLUG, STATE = Fault.NO_HOT_PLUG, Fault.POWER_STATE
CPUS = [
    # hot_add, power state, asked for, (processors, cores a socket) or why not
    (False, OFF, FOUR, (4, 1)),
    (True, OFF, FOUR, (4, 1)),
    (False, OFF, ONE, (1, 1)),
    (False, OFF, Processors(4, 2), (4, 2)),
    (False, OFF, Processors(2, 2), (2, 2)),
    (False, OFF, TWO, (2, 1)),
    (False, ON, FOUR, PLUG),
    (False, ON, ONE, PLUG),
    (False, ON, Processors(2, 2), PLUG),
    (False, ON, TWO, (2, 1)),
    (False, ON, Processors(2, 1), (2, 1)),
    (True, ON, FOUR, (4, 1)),
    (True, ON, Processors(4, 1), (4, 1)),
    (True, ON, Processors(3), (3, 1)),
    (True, ON, Processors(4, 2), PLUG),
    (True, ON, Processors(2, 2), PLUG),
    (True, ON, ONE, PLUG),
    (True, ON, TWO, (2, 1)),
    (False, SUSPENDED, FOUR, STATE),
    (True, SUSPENDED, FOUR, STATE),
    (True, SUSPENDED, ONE, STATE),
    (True, SUSPENDED, Processors(2, 2), STATE),
    (False, SUSPENDED, TWO, (2, 1)),
]
MEMORIES = [
    (False, OFF, 4096, 4096),
    (True, OFF, 4096, 4096),
    (False, OFF, 1024, 1024),
    (False, ON, 4096, PLUG),
    (False, ON, 1024, PLUG),
    (False, ON, 2048, 2048),
    (True, ON, 4096, 4096),
    (True, ON, 2049, 2049),
    (True, ON, 2048, 2048),
    (True, ON, 2047, PLUG),
    (False, SUSPENDED, 4096, STATE),
    (True, SUSPENDED, 4096, STATE),
    (True, SUSPENDED, 1024, STATE),
    (False, SUSPENDED, 2048, 2048),
]


@pytest.mark.parametrize(("hot_add", "power_state", "asked", "comes"), CPUS)
def test_processors_change_while_off_and_grow_while_on_if_made_for_that(
    hot_add: bool, power_state: str, asked: Processors, comes: Any
) -> None:
    vm = machine(power_state, hot_add=hot_add)
    came = changed(vm, Attribute.CPU, asked, AT)
    if isinstance(comes, tuple):
        assert came == vm._replace(cpu_count=comes[0], cores_per_socket=comes[1])
    else:
        assert came == Failure(comes, "cpu" if comes is PLUG else power_state)


@pytest.mark.parametrize(("hot_add", "power_state", "asked", "comes"), MEMORIES)
def test_memory_changes_while_off_and_grows_while_on_if_made_for_that(
    hot_add: bool, power_state: str, asked: int, comes: Any
) -> None:
    vm = machine(power_state, hot_add=hot_add)
    came = changed(vm, Attribute.MEMORY, asked, AT)
    if isinstance(comes, Fault):
        assert came == Failure(comes, "memory" if comes is PLUG else power_state)
    else:
        assert came == vm._replace(memory_mb=comes)


def test_cores_that_nobody_names_stay_as_they_are() -> None:
    vm = machine(OFF)._replace(cores_per_socket=4)
    assert changed(vm, Attribute.CPU, Processors(8), AT) == vm._replace(cpu_count=8)
    on = vm._replace(power_state=ON, hot_add=True)
    assert changed(on, Attribute.CPU, Processors(8), AT) == on._replace(cpu_count=8)
    wrong = Failure(Fault.NO_HOT_PLUG, "cpu")
    assert changed(on, Attribute.CPU, Processors(8, 1), AT) == wrong


def test_a_change_without_a_date_is_due_at_once_and_made_when_time_is_settled(
    world: World,
) -> None:
    request = world.change(JM, FIRST, Attribute.POWER, Power.ON)
    assert request == ChangeRequest(
        id=1,
        job=Job.CHANGE,
        state=State.SUBMITTED,
        user="jm",
        vm=FIRST,
        created_on=START,
        updated_on=START,
        schedule=None,
        attribute=Attribute.POWER,
        value=Power.ON,
        failure=None,
    )
    assert world.change_request(JM, 1) == request
    assert world.virtual_machine(JM, FIRST) == MACHINES[0]
    assert world.next_due() == Due(START, 1, Event.CHANGE, FIRST, None, of_change=True)
    done = Fired(START, 1, Event.CHANGE, State.SUBMITTED, State.PROCESSED, FIRST, None, True)
    assert world.advance_to(START) == [done]
    vm = world.virtual_machine(JM, FIRST)
    assert vm == MACHINES[0]._replace(power_state=ON, boot_time=START)
    made = request._replace(state=State.PROCESSED)
    assert world.change_request(JM, 1) == made


@pytest.mark.parametrize(
    ("attribute", "value", "becomes"),
    [
        (Attribute.POWER, Power.SHUTDOWN, {"power_state": OFF, "boot_time": None}),
        (Attribute.POWER, Power.REBOOT, {"boot_time": AT}),
        (Attribute.NAME, "web", {"name": "1606T-web"}),
        (Attribute.CPU, Processors(4), {"cpu_count": 4}),
        (Attribute.MEMORY, 4096, {"memory_mb": 4096}),
    ],
)
def test_a_change_is_made_at_its_date_to_its_machine_alone_and_to_nothing_else_of_it(
    world: World, attribute: Attribute, value: Value, becomes: dict[str, Any]
) -> None:
    world.change(JM, SECOND, attribute, value, AT)
    assert world.next_due() == Due(AT, 1, Event.CHANGE, SECOND, None, of_change=True)
    assert world.advance_to(AT - 1) == []
    assert world.virtual_machine(JM, SECOND) == MACHINES[1]
    assert [one.at for one in world.advance_to(START + DAY)] == [AT]
    assert world.find(JM) == [MACHINES[0], MACHINES[1]._replace(**becomes), MACHINES[2]]
    request = world.change_request(JM, 1)
    assert (request.state, request.updated_on, request.schedule) == (State.PROCESSED, AT, AT)
    assert request.failure is None


def test_a_change_of_a_date_that_has_passed_is_due_at_once(world: World) -> None:
    request = world.change(JM, FIRST, Attribute.POWER, Power.ON, START - HOUR)
    assert (request.schedule, request.from_date) == (START - HOUR, START - HOUR)
    assert [one.at for one in world.advance_to(START)] == [START]
    assert world.virtual_machine(JM, FIRST).boot_time == START


def test_what_cannot_be_made_fails_when_it_is_due_and_not_when_it_is_asked_for(
    world: World,
) -> None:
    asked = world.change(JM, FIRST, Attribute.POWER, Power.REBOOT, AT)
    assert (asked.state, asked.failure) == (State.SUBMITTED, None)
    assert world.advance_to(AT - 1) == []
    failed = Fired(AT, 1, Event.FAIL, State.SUBMITTED, State.FAILED, FIRST, None, True)
    assert world.advance_to(AT) == [failed]
    assert world.change_request(JM, 1) == asked._replace(
        state=State.FAILED, updated_on=AT, failure=Failure(Fault.POWER_STATE, OFF)
    )
    assert world.virtual_machine(JM, FIRST) == MACHINES[0]
    assert world.next_due() is None


def test_whether_a_change_can_be_made_shows_only_at_its_date(world: World) -> None:
    world.change(JM, FIRST, Attribute.POWER, Power.REBOOT, AT)
    world.change(JM, FIRST, Attribute.POWER, Power.ON, AT - 1)
    world.change(JM, SECOND, Attribute.CPU, Processors(1), AT)
    world.change(JM, SECOND, Attribute.POWER, Power.OFF, AT + 1)
    world.advance_to(START + DAY)
    states = [request.state for request in world.change_requests(JM)]
    assert states == [State.PROCESSED, State.PROCESSED, State.FAILED, State.PROCESSED]
    assert world.virtual_machine(JM, FIRST).boot_time == AT


def test_changes_of_one_instant_are_made_in_order_of_id_each_on_what_the_last_one_left(
    world: World,
) -> None:
    world.change(JM, FIRST, Attribute.CPU, Processors(4, 2), AT)
    world.change(JM, FIRST, Attribute.POWER, Power.ON, AT)
    world.change(JM, FIRST, Attribute.CPU, Processors(8), AT)
    world.change(JM, FIRST, Attribute.POWER, Power.SUSPEND, AT)
    world.change(JM, FIRST, Attribute.POWER, Power.SUSPEND, AT)
    events = [(one.request, one.event) for one in world.advance_to(AT)]
    fails = {3, 5}
    assert events == [
        (number, Event.FAIL if number in fails else Event.CHANGE) for number in range(1, 6)
    ]
    vm = world.virtual_machine(JM, FIRST)
    assert (vm.power_state, vm.cpu_count, vm.cores_per_socket) == (SUSPENDED, 4, 2)
    assert vm.boot_time is None


def test_a_failed_change_leaves_its_machine_and_all_others_alone(world: World) -> None:
    before = world.dump()["vms"]
    world.change(JM, THIRD, Attribute.MEMORY, 8192)
    world.change(JM, SECOND, Attribute.NAME, "coreos0")
    world.change(JM, SECOND, Attribute.CPU, Processors(4, 4))
    assert [one.event for one in world.advance_to(START)] == [Event.FAIL] * 3
    assert world.dump()["vms"] == before
    assert [request.failure for request in world.change_requests(JM)] == [
        Failure(Fault.POWER_STATE, SUSPENDED),
        Failure(Fault.NAME_TAKEN, "1606T-coreos0"),
        Failure(Fault.NO_HOT_PLUG, "cpu"),
    ]


def test_looking_ahead_changes_nothing(world: World) -> None:
    world.change(JM, FIRST, Attribute.POWER, Power.REBOOT)
    before = text(world)
    assert world.next_due() == world.next_due()
    assert text(world) == before
