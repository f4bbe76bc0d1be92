"""The worlds that walks begin in: when it is, who is there, which machines."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple

from vss_mock.contract.machines import Machine
from vss_mock.contract.model import Model
from vss_mock.contract.toronto import instant
from vss_mock.contract.words import DIALECTS

STARTS: Final = (
    "2016-07-29T12:30:59-04:00",
    "2016-07-29T12:30:00-04:00",
    "2016-03-12T20:10:00-05:00",
    "2016-03-11T03:00:30-05:00",
    "2016-11-05T14:45:10-04:00",
    "2016-11-06T00:30:00-04:00",
    "2016-11-06T01:20:00-05:00",
    "2016-02-27T23:00:00-05:00",
    "2015-02-27T09:15:00-05:00",
    "2016-04-29T23:59:59-04:00",
    "2016-12-30T17:00:01-05:00",
    "2016-01-31T22:59:00-05:00",
)
"""Instants to begin at: ordinary ones, ones near a change of the clocks or the end of a month."""
NAMES: Final = ("1606T-coreos0", "1502P-web1", "1603P-db1", "1601D-Sandbox")
USERS: Final = ("jm", "ana", "bo")


class Scene(NamedTuple):
    """A world, by numbers. `crowd` is how many requests a walk begins with."""

    start: int = 0
    machines: int = 3
    users: int = 2
    seen: int = 1
    crowd: int = 0


def settings(scene: Scene, dialect: str = DIALECTS[0]) -> dict[str, Any]:
    """Return a scene as schemas/common/world.json describes worlds."""
    machines = [_machine(number) for number in range(scene.machines)]
    names = [machine["name"] for machine in machines]
    users: list[dict[str, Any]] = [
        {
            "username": name,
            "password": f"{name}-password",
            "full_name": f"User {name}",
            "email": f"{name}@example.org",
        }
        for name in USERS[: scene.users]
    ]
    for user in users[1:2]:
        user["sees"] = names[-scene.seen :]
    return {
        "clock": "frozen",
        "dialect": dialect,
        "seed": 1,
        "start": STARTS[scene.start % len(STARTS)],
        "users": users,
        "vms": machines,
    }


def _machine(number: int) -> dict[str, Any]:
    return {
        "name": NAMES[number],
        "uuid": f"501219a5-a563-787c-f334-e7b65e829dc{number}",
        "moref": f"vm-{4766 + number}",
        "power_state": ("poweredOff", "poweredOn", "suspended", "poweredOn")[number],
        "cpu_count": number + 1,
        "memory_mb": 1024 * (number + 2),
        "guest_full_name": ("CoreOS Linux (64-bit)", "Ubuntu", "Debian", "Windows")[number],
        "ip_address": None if number == 0 else f"192.0.2.{10 + number}",
        "overall_status": ("green", "yellow", "green", "gray")[number],
        "storage_b": 34359738368 + number,
        "provisioned_gb": 40 + number,
        "folder": {"moref": f"group-v{519 + number}", "name": f"Folder {number}", "parent": "API"},
        "networks": [{"moref": f"network-{88 + number}", "name": "VSS-Public"}],
        "needs_consolidation": number != 1,
        "cores_per_socket": 1 + number % 2,
        "guest_id": ("coreos64Guest", "ubuntu64Guest", "debian8_64Guest", "windows9_64Guest")[
            number
        ],
        "hostname": None if number == 0 else f"host-{number}",
        "hot_add": number == 1,
    }


def model(world: Mapping[str, Any]) -> Model:
    """Return the model of a world that has just begun."""
    start = instant(datetime.fromisoformat(world["start"]))
    machines = [
        Machine(
            one["uuid"],
            one["name"],
            one["power_state"],
            one["needs_consolidation"],
            one,
            one["cpu_count"],
            one["cores_per_socket"],
            one["memory_mb"],
            one["hot_add"],
            start if one["power_state"] == "poweredOn" else None,
        )
        for one in world["vms"]
    ]
    uuids = {one.name: one.uuid for one in machines}
    users = {
        user["username"]: frozenset(uuids[name] for name in user["sees"])
        if "sees" in user
        else None
        for user in world["users"]
    }
    people = {user["username"]: user for user in world["users"]}
    return Model(start, users, machines, people)
