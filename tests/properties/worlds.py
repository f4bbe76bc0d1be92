"""The small cloud that the property tests play on, and plain views of what a world holds."""

import json
from typing import Any

from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.errors import SimulatorError
from vss_mock.simulator.records import (
    Attribute,
    ChangeRequest,
    Domain,
    Fired,
    Folder,
    Group,
    Message,
    Network,
    Power,
    Processors,
    Role,
    Settings,
    Snapshot,
    SnapshotRequest,
    User,
    Value,
    VirtualMachine,
)
from vss_mock.simulator.world import World

from .reference import Machine, Setup

SECOND = 1_000_000
HOUR = 3600 * SECOND
DAY = 24 * HOUR
START = 1_469_809_859 * SECOND  # 2016-07-29T16:30:59Z, noon and a half in Toronto

FOLDERS = (
    Folder("group-v1", "VSS", None),
    Folder("group-v6736", "Public", "group-v1"),
    Folder("group-v519", "Web", "group-v6736"),
)
NETWORKS = (
    Network("network-1", "Public", "for everybody", "192.0.2.0/24", 82),
    Network("network-2", "Private", "", "198.51.100.0/24", 83),
)
DOMAINS = (Domain("domain-c1", "FD1"), Domain("domain-c2", "FD2"))

UUIDS = tuple(f"50308c2c-c6f3-d3f0-3f2c-00000000000{number}" for number in range(3))
MACHINES = tuple(
    VirtualMachine(
        uuid=uuid,
        moref=f"vm-{100 + number}",
        name=("1606T-coreos0", "1606T-coreos1", "coreos2")[number],
        power_state=("poweredOff", "poweredOn", "suspended")[number],
        cpu_count=number + 1,
        memory_mb=1024 * (number + 1),
        guest_full_name="CoreOS Linux (64 bit)",
        ip_address=None if number else "192.0.2.10",
        overall_status="green",
        storage_b=10_000_000_000,
        provisioned_gb=12,
        folder=FOLDERS[number].moref,
        networks=("network-1", "network-2")[:number],
        needs_consolidation=number != 1,
        domain=DOMAINS[number % 2].moref,
        created_on=START - 30 * DAY,
        boot_time=START - DAY if number == 1 else None,
        guest_id="coreos64Guest",
        hostname="coreos1" if number == 1 else None,
        hot_add=number == 1,
    )
    for number, uuid in enumerate(UUIDS)
)
JM = User(
    "jm",
    "jm",
    "Jo March",
    "jm@example.org",
    None,
    phone="416-555-0100",
    groups=("ops", "web"),
    created_on=START - 30 * DAY,
    access_role=Role("admin", "runs it all", ("vm.power", "vm.snapshot")),
    request_role=Role("large", "large resources", ("cpu",)),
    settings=Settings(submission=False, method="none", format="text", digest=False),
)
ANA = User("ana", "ana", "Ana Lima", "ana@example.org", frozenset(UUIDS[1:]), groups=("ops",))
USERS = (JM, ANA)
GROUPS = (
    Group(1, "ops", "they run it"),
    Group(2, "web", "they use it"),
    Group(3, "idle", "nobody"),
)
MESSAGES = (
    Message(1, "jm", "Notice", "Welcome", "Hello, Jo.", False, START - DAY, START - DAY),
    Message(2, "ana", "Notice", "Welcome", "Hello, Ana.", True, START - DAY + 1, START - DAY + 1),
    Message(3, "jm", "Alert", "Window", "Tonight at ten.", False, START, START),
)
MOTD = "Maintenance tonight"


def plain_machine(vm: VirtualMachine) -> Machine:
    """Return what of a machine can change, as the reference spells it."""
    return Machine(
        name=vm.name,
        moref=vm.moref,
        power=vm.power_state,
        wants=vm.needs_consolidation,
        cpus=vm.cpu_count,
        cores=vm.cores_per_socket,
        memory=vm.memory_mb,
        booted=vm.boot_time,
        grows=vm.hot_add,
    )


SETUP = Setup(
    START,
    {user.username: user.sees for user in USERS},
    {vm.uuid: plain_machine(vm) for vm in MACHINES},
)


def new_world(seed: int = 7, start: int = START, kind: type[World] = World) -> World:
    """Return a world in which nobody has asked for anything yet."""
    return kind(
        seed=seed,
        start=start,
        users=USERS,
        vms=MACHINES,
        datacenter=Datacenter(FOLDERS, NETWORKS, DOMAINS),
        groups=GROUPS,
        messages=MESSAGES,
        motd=MOTD,
    )


def spoken(attribute: str, value: Any) -> tuple[Attribute, Value]:
    """Return an attribute and its plain value as the simulator takes them."""
    if attribute == "power":
        return Attribute.POWER, Power(value)
    if attribute == "cpu":
        return Attribute.CPU, Processors(*value)
    return Attribute(attribute), value


def text(world: World) -> str:
    """Return a world's dump as text: equal worlds give equal bytes."""
    return json.dumps(world.dump())


def reborn(world: World) -> World:
    """Return the world that is read back from the text of a dump."""
    return World.load(json.loads(text(world)))


def plain_snapshot_request(request: SnapshotRequest) -> dict[str, Any]:
    """Return a snapshot request as plain values under its members' names.

    The reference knows of no work that lasts or goes wrong: there must be none.
    """
    row = request._asdict() | {"to_date": request.to_date}
    assert row.pop("work") is None
    row |= row.pop("options")._asdict()
    return row | {"job": request.job.value, "state": request.state.value}


def plain_change_request(request: ChangeRequest) -> dict[str, Any]:
    """Return a change request as plain values under its members' names."""
    row = request._asdict() | {"from_date": request.from_date}
    assert row.pop("work") is None
    value = request.value
    return row | {
        "job": request.job.value,
        "state": request.state.value,
        "attribute": request.attribute and request.attribute.value,
        "value": tuple(value) if isinstance(value, Processors) else value,
        "failure": request.failure and (request.failure.fault.value, request.failure.detail),
    }


def plain_snapshot(snapshot: Snapshot) -> dict[str, Any]:
    """Return a snapshot as plain values under its members' names."""
    return snapshot._asdict()


def plain_fired(fired: list[Fired]) -> list[tuple[Any, ...]]:
    """Return events that happened as tuples of plain values."""
    return [
        (one.at, one.request, one.event.value, one.before.value, one.after.value, *one[5:7])
        for one in fired
    ]


def refusal(call: Any, *arguments: Any, **options: Any) -> str | None:
    """Return the name of the error a call is refused with, or None if it is taken."""
    try:
        call(*arguments, **options)
    except SimulatorError as error:
        return type(error).__name__
    return None
