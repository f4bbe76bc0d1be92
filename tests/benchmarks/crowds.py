"""Worlds of very many machines or requests, made in process: by HTTP they would take minutes."""

from collections.abc import Iterator
from itertools import islice
from typing import Any

from vss_mock.api.service import Service
from vss_mock.assembly import Settings, build_service
from vss_mock.simulator.clock import DAY, HOUR, MINUTE
from vss_mock.simulator.datacenter import Datacenter
from vss_mock.simulator.lifecycle import MAXIMUM_HOURS
from vss_mock.simulator.records import Domain, Folder, User, VirtualMachine
from vss_mock.simulator.world import World
from vss_mock.wire.worldfile import DOCUMENTED_START

SPREAD = 30 * DAY // MINUTE
"""Over how many minutes the dates lie: the API takes dates to the minute."""
END = DOCUMENTED_START + SPREAD * MINUTE + (MAXIMUM_HOURS + 1) * HOUR
"""When all is over."""
USER = User("jm", "jm", "Jo M.", "jm@example.org", None)
FOLDER = Folder("group-v519", "Public", None)
DOMAIN = Domain("domain-c1", "FD1")


def machines(count: int) -> list[dict[str, Any]]:
    """Return machines of a world file; one of them has `coreos0` in its name."""
    return [{"name": "1606T-coreos0"}, *({"name": f"1606T-vm{n:06}"} for n in range(1, count))]


def dates() -> Iterator[tuple[int, int]]:
    """Yield instants and hours without end, in no order, the same each time."""
    # A step that shares no factor with the spread visits every minute of it before any twice.
    minute = 0
    number = 0
    while True:
        yield DOCUMENTED_START + (minute + 1) * MINUTE, number % MAXIMUM_HOURS + 1
        minute = (minute + 26_687) % SPREAD
        number += 1


def fill(world: World, user: User, count: int) -> None:
    """Submit so many requests, machine by machine in turn."""
    uuids = [vm.uuid for vm in world.inventory]
    for number, (from_date, hours) in enumerate(islice(dates(), count)):
        vm = uuids[number % len(uuids)]
        world.submit(user, vm, f"Before upgrade {number}", from_date, hours)


def records(count: int) -> list[VirtualMachine]:
    """Return machines as a world holds them."""
    return [
        VirtualMachine(
            uuid=f"00000000-0000-4000-8000-{number:012}",
            moref=f"vm-{number}",
            name=f"1606T-vm{number:06}",
            power_state="poweredOn",
            cpu_count=1,
            memory_mb=1024,
            guest_full_name="Ubuntu Linux (64-bit)",
            ip_address=None,
            overall_status="green",
            storage_b=0,
            provisioned_gb=40,
            folder=FOLDER.moref,
            networks=(),
            needs_consolidation=False,
            domain=DOMAIN.moref,
            created_on=DOCUMENTED_START,
            boot_time=DOCUMENTED_START,
        )
        for number in range(count)
    ]


def world(vms: list[VirtualMachine]) -> World:
    """Return a world of these machines in which nobody has asked for anything yet."""
    places = Datacenter([FOLDER], [], [DOMAIN])
    return World(seed=0, start=DOCUMENTED_START, users=[USER], vms=vms, datacenter=places)


def service(vms: int, requests: int) -> Service:
    """Return a mock whose default world has so many machines and begins with so many requests."""
    made = build_service(Settings(world={"vms": machines(vms)}), DOCUMENTED_START)
    tenancy = made.worlds["default"]
    fill(tenancy.origin, USER, requests)
    tenancy.reset(DOCUMENTED_START)
    return made
