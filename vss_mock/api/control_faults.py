"""The control API's faults and holds: what is to go wrong in a world, and what is to wait."""

from collections.abc import Mapping
from typing import Any

from vss_mock.api.control_parts import (
    catch_up,
    check_there,
    clock_of,
    holds_of,
    reply,
    spelled,
    tenancy_of,
)
from vss_mock.api.house import House
from vss_mock.api.messages import Call, Reply, Steps
from vss_mock.api.pacing import turn
from vss_mock.api.params import number
from vss_mock.simulator.journal import Cause
from vss_mock.wire import faultfile


def mock_world_fault_list(house: House, call: Call, body: None) -> Reply:
    """Answer the faults of a world, with their counts."""
    world = tenancy_of(house, call).world
    return reply(200, {"faults": [faultfile.fault(*entry) for entry in world.faults]})


def mock_world_fault_add(house: House, call: Call, body: Mapping[str, Any]) -> Reply:
    """Add a fault to a world."""
    tenancy = tenancy_of(house, call)
    operations = house.documents.operation_ids(tenancy.dialect)
    rule = faultfile.add_fault(tenancy.world, body, operations)
    return reply(201, faultfile.fault(*tenancy.world.faults.get(rule.id)))


def mock_world_fault_clear(house: House, call: Call, body: Any) -> Reply:
    """Remove all faults of a world."""
    tenancy_of(house, call).world.faults.clear()
    return Reply(204)


def mock_world_fault_get(house: House, call: Call, body: None) -> Reply:
    """Answer a fault, with its counts."""
    world = tenancy_of(house, call).world
    return reply(200, faultfile.fault(*world.faults.get(number(call.params["id"], "fault"))))


def mock_world_fault_remove(house: House, call: Call, body: Any) -> Reply:
    """Remove a fault."""
    tenancy_of(house, call).world.faults.remove(number(call.params["id"], "fault"))
    return Reply(204)


def mock_world_hold_list(house: House, call: Call, body: None) -> Steps:
    """Answer the holds of a world, and which of them holds an event back now."""
    tenancy = tenancy_of(house, call)
    yield from catch_up(tenancy, call)
    world = tenancy.world
    return reply(200, {"holds": holds_of(world, world.holds)})


def mock_world_hold_add(house: House, call: Call, body: Mapping[str, Any] | None) -> Reply:
    """Add a hold to a world."""
    world = tenancy_of(house, call).world
    (hold,) = holds_of(world, [faultfile.add_hold(world, body or {})])
    return reply(201, hold)


def mock_world_hold_clear(house: House, call: Call, body: Any) -> Reply:
    """Release all that is held in a world."""
    tenancy_of(house, call).world.holds.clear()
    return Reply(204)


def mock_world_hold_release(house: House, call: Call, body: Any) -> Reply:
    """Release a hold: what it held back happens at the next settlement."""
    tenancy_of(house, call).world.holds.remove(number(call.params["id"], "hold"))
    return Reply(204)


def mock_world_hold_fail(house: House, call: Call, body: Mapping[str, Any] | None) -> Steps:
    """Let the work that a hold holds back fail, and release the hold."""
    tenancy = tenancy_of(house, call)
    with turn(tenancy) as waiting:
        yield from waiting
        tenancy = check_there(house, tenancy)
        yield from catch_up(tenancy, call)
        id = number(call.params["id"], "hold")
        fired = tenancy.world.fail(id, faultfile.failure(body or {}))
        tenancy.journal.enter(Cause.MOVE, fired)
        listed = [spelled(house, tenancy, event) for event in fired]
        document = clock_of(house, tenancy) | {"fired": listed, "fired_count": len(listed)}
    return reply(200, document)


mock_fault_list = mock_world_fault_list
mock_fault_add = mock_world_fault_add
mock_fault_clear = mock_world_fault_clear
mock_fault_get = mock_world_fault_get
mock_fault_remove = mock_world_fault_remove
mock_hold_list = mock_world_hold_list
mock_hold_add = mock_world_hold_add
mock_hold_clear = mock_world_hold_clear
mock_hold_release = mock_world_hold_release
mock_hold_fail = mock_world_hold_fail
