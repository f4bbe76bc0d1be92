"""A world as one document of plain values, and back.

The schedule is not in it: it is an index and is built anew from the records.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from vss_mock.simulator.clock import instant, iso
from vss_mock.simulator.errors import MalformedDump, SimulatorError
from vss_mock.simulator.lifecycle import Job, State
from vss_mock.simulator.records import (
    ChangeRequest,
    Folder,
    Network,
    Snapshot,
    SnapshotRequest,
    User,
    VirtualMachine,
)

if TYPE_CHECKING:
    from vss_mock.simulator.world import World

FORMAT = 1
"""The version of the document; another version is refused."""


def dump(world: "World") -> dict[str, Any]:
    """Return the document: the same for equal worlds, to the last byte once it is spelled out."""
    return {
        name: [spell(row) for row in rows] if spell else rows for name, rows, spell in parts(world)
    }


def parts(world: "World") -> list[tuple[str, Any, Callable[[Any], Any] | None]]:
    """Return the document's members, their rows as they are now, and what spells a row.

    Records never change, so rows may be spelled later, a few at a time, whatever happens meanwhile.
    """
    inventory = world.inventory
    numbers = inventory.numbers()
    snapshot_requests, change_requests = world.requests()
    standing = [
        (uuid, snapshot) for uuid in sorted(numbers) for snapshot in inventory.snapshots(uuid)
    ]
    return [
        ("format", FORMAT, None),
        ("seed", world.seed, None),
        ("now", iso(world.now), None),
        ("users", list(world.users.values()), _user),
        ("vms", list(inventory), _machine),
        ("snapshot_numbers", numbers, None),
        ("snapshots", standing, _snapshot),
        ("snapshot_requests", list(snapshot_requests), _snapshot_request),
        ("change_requests", list(change_requests), _change_request),
    ]


def load(kind: "type[World]", document: Mapping[str, Any]) -> "World":
    """Return the world that a document describes; raise MalformedDump."""
    if document.get("format") != FORMAT:
        raise MalformedDump(f"its format is {document.get('format')!r}, not {FORMAT}")
    try:
        world = kind(
            seed=document["seed"],
            start=instant(document["now"]),
            users=[User(**user | {"sees": _sees(user["sees"])}) for user in document["users"]],
            vms=[
                VirtualMachine(
                    **vm
                    | {
                        "folder": Folder(**vm["folder"]),
                        "networks": tuple(Network(**network) for network in vm["networks"]),
                    }
                )
                for vm in document["vms"]
            ],
        )
        world.inventory.restore(
            document["snapshot_numbers"],
            [
                (row["vm"], Snapshot(**_read(_without_vm(row), "created_on")))
                for row in document["snapshots"]
            ],
        )
        for request in document["snapshot_requests"]:
            world.enter(
                SnapshotRequest(
                    **_read(request, "created_on", "updated_on", "from_date")
                    | {"extensions": tuple(request["extensions"])}
                )
            )
        for request in document["change_requests"]:
            world.enter(ChangeRequest(**_read(request, "created_on", "updated_on", "schedule")))
    except (SimulatorError, KeyError, TypeError, ValueError) as error:
        raise MalformedDump(f"{type(error).__name__}: {error}") from error
    return world


def _sees(uuids: Iterable[str] | None) -> frozenset[str] | None:
    return None if uuids is None else frozenset(uuids)


def _user(user: User) -> dict[str, Any]:
    return user._asdict() | {"sees": None if user.sees is None else sorted(user.sees)}


def _machine(vm: VirtualMachine) -> dict[str, Any]:
    return vm._asdict() | {
        "folder": vm.folder._asdict(),
        "networks": [network._asdict() for network in vm.networks],
    }


def _snapshot(standing: tuple[str, Snapshot]) -> dict[str, Any]:
    uuid, snapshot = standing
    return {"vm": uuid} | snapshot._asdict() | {"created_on": iso(snapshot.created_on)}


def _without_vm(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "vm"}


def _snapshot_request(request: SnapshotRequest) -> dict[str, Any]:
    return request._asdict() | {
        "job": request.job.value,
        "state": request.state.value,
        "created_on": iso(request.created_on),
        "updated_on": iso(request.updated_on),
        "from_date": iso(request.from_date),
        "extensions": list(request.extensions),
    }


def _change_request(request: ChangeRequest) -> dict[str, Any]:
    return request._asdict() | {
        "job": request.job.value,
        "state": request.state.value,
        "created_on": iso(request.created_on),
        "updated_on": iso(request.updated_on),
        "schedule": None if request.schedule is None else iso(request.schedule),
    }


def _read(record: Mapping[str, Any], *instants: str) -> dict[str, Any]:
    """Return a record's members with instants and words read back to what they stand for."""
    members = dict(record)
    for name in instants:
        if members[name] is not None:
            members[name] = instant(members[name])
    if "job" in members:
        members |= {"job": Job(members["job"]), "state": State(members["state"])}
    return members
