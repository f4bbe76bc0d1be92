"""The small cloud that the property tests play on, and plain views of what a world holds."""

import json
from typing import Any

from vss_mock.simulator.errors import SimulatorError
from vss_mock.simulator.records import (
    ChangeRequest,
    Fired,
    Folder,
    Network,
    Snapshot,
    SnapshotRequest,
    User,
    VirtualMachine,
)
from vss_mock.simulator.world import World

from .reference import Setup

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 1_469_809_859 * SECOND  # 2016-07-29T16:30:59Z, noon and a half in Toronto

UUIDS = tuple(f"50308c2c-c6f3-d3f0-3f2c-00000000000{number}" for number in range(3))
MACHINES = tuple(
    VirtualMachine(
        uuid=uuid,
        moref=f"vm-{100 + number}",
        name=f"1606T-coreos{number}",
        power_state=("poweredOff", "poweredOn", "suspended")[number],
        cpu_count=number + 1,
        memory_mb=1024 * (number + 1),
        guest_full_name="CoreOS Linux (64 bit)",
        ip_address=None if number else "192.0.2.10",
        overall_status="green",
        storage_b=10_000_000_000,
        provisioned_gb=12,
        folder=Folder("group-v6736", "Public", "VSS"),
        networks=(Network("network-1", "Public"),),
        needs_consolidation=number != 1,
    )
    for number, uuid in enumerate(UUIDS)
)
JM = User("jm", "jm", "Jo March", "jm@example.org", None)
ANA = User("ana", "ana", "Ana Lima", "ana@example.org", frozenset(UUIDS[1:]))
USERS = (JM, ANA)

SETUP = Setup(
    START,
    {user.username: user.sees for user in USERS},
    {vm.uuid: (vm.power_state, vm.needs_consolidation) for vm in MACHINES},
)


def new_world(seed: int = 7, start: int = START) -> World:
    """Return a world in which nobody has asked for anything yet."""
    return World(seed=seed, start=start, users=USERS, vms=MACHINES)


def text(world: World) -> str:
    """Return a world's dump as text: equal worlds give equal bytes."""
    return json.dumps(world.dump())


def reborn(world: World) -> World:
    """Return the world that is read back from the text of a dump."""
    return World.load(json.loads(text(world)))


def plain_snapshot_request(request: SnapshotRequest) -> dict[str, Any]:
    """Return a snapshot request as plain values under its members' names."""
    row = request._asdict() | {"to_date": request.to_date}
    return row | {"job": request.job.value, "state": request.state.value}


def plain_change_request(request: ChangeRequest) -> dict[str, Any]:
    """Return a change request as plain values under its members' names."""
    row = request._asdict() | {"from_date": request.from_date}
    return row | {"job": request.job.value, "state": request.state.value}


def plain_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain values under its members' names."""
    return snapshot._asdict()


def plain_fired(fired: list[Fired]) -> list[tuple[Any, ...]]:
    """Return events that happened as tuples of plain values."""
    return [
        (one.at, one.request, one.event.value, one.before.value, one.after.value, *one[5:])
        for one in fired
    ]


def refusal(call: Any, *arguments: Any) -> str | None:
    """Return the name of the error a call is refused with, or None if it is taken."""
    try:
        call(*arguments)
    except SimulatorError as error:
        return type(error).__name__
    return None
