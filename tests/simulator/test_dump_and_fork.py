"""Dumps, loads and forks: a world as a document, and a world as two."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.properties.worlds import (
    ANA,
    DAY,
    HOUR,
    JM,
    START,
    USERS,
    UUIDS,
    new_world,
    reborn,
    text,
)
from vss_mock.simulator.errors import MalformedDump
from vss_mock.simulator.lifecycle import Event, State
from vss_mock.simulator.records import Attribute, Power, Processors
from vss_mock.simulator.world import World

Document = dict[str, Any]


def lived() -> World:
    """Return a world that has a request in every state there is."""
    world = new_world()
    for number, life in enumerate((1, 72, 72)):
        world.submit(JM, UUIDS[number], f"number {number}", START, life)
    world.advance_to(START)
    world.extend(JM, 2, 5)
    world.revert(ANA, UUIDS[2], 1)
    world.delete(ANA, UUIDS[2], 1)
    world.delete(JM, UUIDS[2], 1)
    world.consolidate(JM, UUIDS[0])
    world.advance_to(START + HOUR)
    world.submit(ANA, UUIDS[1], "to come", START + DAY, 3, consolidate=True, with_memory=True)
    world.consolidate(ANA, UUIDS[2], START + DAY)
    world.change(JM, UUIDS[1], Attribute.CPU, Processors(4))
    world.change(ANA, UUIDS[2], Attribute.POWER, Power.REBOOT)
    world.change(JM, UUIDS[0], Attribute.NAME, "web", START + DAY)
    world.change(ANA, UUIDS[1], Attribute.MEMORY, 4096, START + DAY)
    world.cancel(ANA, 6)
    world.advance_to(START + HOUR)
    return world


def test_a_dump_holds_every_part_of_a_world_in_plain_values() -> None:
    document = lived().dump()
    assert list(document) == [
        "format",
        "seed",
        "now",
        "users",
        "motd",
        "task_seconds",
        "faults",
        "last_fault",
        "holds",
        "last_hold",
        "groups",
        "messages",
        "folders",
        "networks",
        "domains",
        "vms",
        "snapshot_numbers",
        "snapshots",
        "snapshot_requests",
        "change_requests",
    ]
    assert (document["format"], document["seed"]) == (3, 7)
    assert document["now"] == "2016-07-29T17:30:59Z"
    assert document["users"][0] == {
        "username": "jm",
        "password": "jm",
        "full_name": "Jo March",
        "email": "jm@example.org",
        "sees": None,
        "phone": "416-555-0100",
        "groups": ["ops", "web"],
        "created_on": "2016-06-29T16:30:59Z",
        "access_role": {
            "name": "admin",
            "description": "runs it all",
            "entitlements": ["vm.power", "vm.snapshot"],
        },
        "request_role": {
            "name": "large",
            "description": "large resources",
            "entitlements": ["cpu"],
        },
        "settings": {
            "submission": False,
            "completion": True,
            "error": True,
            "method": "none",
            "format": "text",
            "digest": False,
        },
    }
    assert document["users"][1]["sees"] == sorted(UUIDS[1:])
    assert document["motd"] == "Maintenance tonight"
    assert document["groups"][0] == {"id": 1, "name": "ops", "description": "they run it"}
    assert document["messages"][1] == {
        "id": 2,
        "user": "ana",
        "kind": "Notice",
        "subject": "Welcome",
        "text": "Hello, Ana.",
        "acknowledged": True,
        "created_on": "2016-07-28T16:30:59.000001Z",
        "updated_on": "2016-07-28T16:30:59.000001Z",
    }
    assert document["folders"][:2] == [
        {"moref": "group-v1", "name": "VSS", "parent": None},
        {"moref": "group-v6736", "name": "Public", "parent": "group-v1"},
    ]
    assert document["networks"][0] == {
        "moref": "network-1",
        "name": "Public",
        "description": "for everybody",
        "subnet": "192.0.2.0/24",
        "vlan_id": 82,
        "admin": "",
        "client": "",
        "updated_on": "1970-01-01T00:00:00Z",
    }
    assert document["domains"] == [
        {"moref": "domain-c1", "name": "FD1"},
        {"moref": "domain-c2", "name": "FD2"},
    ]
    assert document["vms"][0] == {
        "uuid": UUIDS[0],
        "moref": "vm-100",
        "name": "1606T-coreos0",
        "power_state": "poweredOff",
        "cpu_count": 1,
        "memory_mb": 1024,
        "guest_full_name": "CoreOS Linux (64 bit)",
        "ip_address": "192.0.2.10",
        "overall_status": "green",
        "storage_b": 10_000_000_000,
        "provisioned_gb": 12,
        "folder": "group-v1",
        "networks": [],
        "needs_consolidation": False,
        "domain": "domain-c1",
        "created_on": "2016-06-29T16:30:59Z",
        "boot_time": None,
        "cores_per_socket": 1,
        "guest_id": "coreos64Guest",
        "hostname": None,
        "hot_add": False,
    }
    assert document["vms"][1]["networks"] == ["network-1"]
    assert document["vms"][1]["boot_time"] == "2016-07-28T16:30:59Z"
    assert document["vms"][1]["cpu_count"] == 4
    assert document["snapshot_numbers"] == {UUIDS[0]: 1, UUIDS[1]: 1, UUIDS[2]: 1}
    assert list(document["snapshot_numbers"]) == sorted(UUIDS[:3])
    assert document["snapshots"] == [
        {
            "vm": UUIDS[1],
            "id": 1,
            "request": 2,
            "created_on": "2016-07-29T16:30:59Z",
            "power_state": "poweredOn",
            "cpu_count": 2,
            "memory_mb": 2048,
            "cores_per_socket": 1,
        }
    ]


def kinds(value: Any) -> set[type]:
    """Return the types of all values in a document, of keys too."""
    if type(value) is dict:
        return {type(key) for key in value} | {dict}.union(*map(kinds, value.values()))
    if type(value) is list:
        return {list}.union(*map(kinds, value))
    return {type(value)}


def test_a_dump_is_made_of_plain_values_alone() -> None:
    assert kinds(lived().dump()) == {dict, list, str, int, bool, type(None)}


def test_a_dump_holds_every_request_of_every_user() -> None:
    document = lived().dump()
    assert [row["id"] for row in document["snapshot_requests"]] == [1, 2, 3, 4, 5, 6, 7]
    assert [row["user"] for row in document["snapshot_requests"]] == [
        *["jm"] * 3,
        *["ana"] * 2,
        "jm",
        "ana",
    ]
    assert document["snapshot_requests"][1] == {
        "id": 2,
        "job": "create",
        "state": "scheduled",
        "user": "jm",
        "vm": UUIDS[1],
        "created_on": "2016-07-29T16:30:59Z",
        "updated_on": "2016-07-29T16:30:59Z",
        "description": "number 1",
        "from_date": "2016-07-29T16:30:59Z",
        "valid_for": 72,
        "extensions": [5],
        "snapshot": 1,
        "origin": None,
        "closed_by": None,
        "work": None,
        "consolidate": False,
        "with_memory": False,
    }
    to_come = document["snapshot_requests"][6]
    assert (to_come["consolidate"], to_come["with_memory"]) == (True, True)
    closed, deletion, failed = (document["snapshot_requests"][number] for number in (2, 4, 5))
    assert (closed["state"], closed["closed_by"]) == ("processed", 5)
    assert (deletion["job"], deletion["origin"]) == ("delete", 3)
    assert (failed["job"], failed["state"]) == ("delete", "failed")
    assert document["change_requests"][:2] == [
        {
            "id": 1,
            "job": "consolidate",
            "state": "processed",
            "user": "jm",
            "vm": UUIDS[0],
            "created_on": "2016-07-29T16:30:59Z",
            "updated_on": "2016-07-29T16:30:59Z",
            "schedule": None,
            "attribute": None,
            "value": None,
            "failure": None,
            "name": None,
            "work": None,
        },
        {
            "id": 2,
            "job": "consolidate",
            "state": "submitted",
            "user": "ana",
            "vm": UUIDS[2],
            "created_on": "2016-07-29T17:30:59Z",
            "updated_on": "2016-07-29T17:30:59Z",
            "schedule": "2016-07-30T16:30:59Z",
            "attribute": None,
            "value": None,
            "failure": None,
            "name": None,
            "work": None,
        },
    ]


def test_a_dump_tells_of_every_change_what_it_asked_for_and_why_it_failed() -> None:
    told = [
        tuple(row[name] for name in ("id", "job", "state", "attribute", "value", "failure"))
        for row in lived().dump()["change_requests"][2:]
    ]
    reason = {"fault": "power_state", "detail": "suspended"}
    processors = {"number": 4, "cores_per_socket": None}
    assert told == [
        (3, "change", "processed", "cpu", processors, None),
        (4, "change", "failed", "power", "reboot", reason),
        (5, "change", "submitted", "name", "web", None),
        (6, "change", "cancelled", "memory", 4096, None),
    ]


def test_the_document_is_the_callers_own() -> None:
    world = lived()
    before = text(world)
    document = world.dump()
    document["users"][0]["groups"].clear()
    document["users"][0]["settings"].clear()
    document["users"][0]["access_role"]["entitlements"].clear()
    document["users"].clear()
    document["snapshot_requests"][0]["state"] = "failed"
    document["vms"][1]["networks"].clear()
    document["folders"][0]["name"] = "elsewhere"
    document["networks"].clear()
    document["messages"].clear()
    document["groups"].clear()
    document["change_requests"][2]["value"]["number"] = 99
    document["change_requests"][3]["failure"].clear()
    document["snapshots"].clear()
    document["snapshot_numbers"].clear()
    assert text(world) == before


def test_a_world_read_back_is_the_same_and_lives_on_the_same() -> None:
    world = lived()
    again = reborn(world)
    assert text(again) == text(world)
    assert again.now == world.now
    assert again.seed == world.seed
    assert again.users == world.users
    assert (again.motd, again.groups, again.messages) == (world.motd, world.groups, world.messages)
    for places in ("folders", "networks", "domains"):
        there, here = getattr(again.datacenter, places), getattr(world.datacenter, places)
        assert list(there.items()) == list(here.items())
    for user in USERS:
        assert again.user(user.username) == user
        assert list(again.snapshot_requests(user)) == list(world.snapshot_requests(user))
        assert list(again.change_requests(user)) == list(world.change_requests(user))
    for uuid in UUIDS:
        assert again.virtual_machine(JM, uuid) == world.virtual_machine(JM, uuid)
        assert again.snapshots(JM, uuid) == world.snapshots(JM, uuid)
    assert again.next_due() == world.next_due()
    assert again.submit(JM, UUIDS[0], "d", START, 1) == world.submit(JM, UUIDS[0], "d", START, 1)
    assert again.step(99) == world.step(99)
    assert text(again) == text(world)


def test_numbers_go_on_after_a_dump_where_they_were() -> None:
    again = reborn(lived())
    again.submit(JM, UUIDS[0], "d", START, 1)
    fired = again.advance_to(again.now)
    assert [one.snapshot for one in fired if one.event is Event.TAKE] == [2]
    assert again.submit(JM, UUIDS[0], "d", START, 1).id == 9
    assert again.consolidate(JM, UUIDS[0]).id == 7


def without(name: str) -> Callable[[Document], Any]:
    """Return what takes a member of the document away."""
    return lambda document: document.pop(name)


def mended(part: str, name: str, value: Any) -> Callable[[Document], Any]:
    """Return what gives the second thing of a part another value."""
    return lambda document: document[part][1].__setitem__(name, value)


def changed(id: int, name: str, value: Any) -> Callable[[Document], Any]:
    """Return what gives a change request another value."""
    return lambda document: document["change_requests"][id - 1].__setitem__(name, value)


@pytest.mark.parametrize(
    "spoil",
    [
        *map(without, lived().dump()),
        lambda document: document.update(format=1),
        lambda document: document.update(format="3"),
        lambda document: document.update(now="yesterday"),
        lambda document: document.update(now=5),
        lambda document: document.update(now="9999-12-31T00:00:00Z"),
        lambda document: document.update(users=5),
        lambda document: document.update(users=["jm"]),
        lambda document: document["users"].append(document["users"][0]),
        lambda document: document["vms"].append(document["vms"][0]),
        *(
            lambda document, name=name: document["vms"][0].pop(name)
            for name in ("folder", "domain", "networks", "created_on", "boot_time")
        ),
        mended("vms", "folder", "group-v2"),
        mended("vms", "domain", "domain-c3"),
        mended("vms", "networks", ["network-1", "network-3"]),
        mended("vms", "networks", 5),
        mended("vms", "created_on", "yesterday"),
        mended("vms", "created_on", None),
        mended("vms", "boot_time", "yesterday"),
        mended("vms", "boot_time", False),
        mended("folders", "parent", "group-v519"),
        mended("folders", "parent", "group-v6736"),
        mended("folders", "moref", "group-v1"),
        mended("folders", "colour", "blue"),
        lambda document: document["folders"].reverse(),
        lambda document: document["folders"][0].pop("parent"),
        lambda document: document.update(folders=5),
        mended("networks", "moref", "network-1"),
        mended("networks", "colour", "blue"),
        lambda document: document["networks"][0].pop("vlan_id"),
        mended("domains", "moref", "domain-c1"),
        mended("domains", "colour", "blue"),
        lambda document: document["domains"].pop(),
        mended("groups", "colour", "blue"),
        lambda document: document["groups"][0].pop("id"),
        mended("messages", "colour", "blue"),
        mended("messages", "created_on", None),
        mended("messages", "created_on", "soon"),
        lambda document: document["messages"][0].pop("text"),
        mended("users", "created_on", "soon"),
        mended("users", "groups", 5),
        mended("users", "access_role", None),
        mended("users", "access_role", {"name": "x", "description": ""}),
        mended("users", "request_role", {"entitlements": []}),
        mended("users", "request_role", {"name": "x", "entitlements": [], "colour": "blue"}),
        mended("users", "settings", {"colour": "blue"}),
        mended("users", "settings", None),
        mended("users", "colour", "blue"),
        mended("users", "sees", 5),
        *(
            lambda document, name=name: document["users"][0].pop(name)
            for name in ("groups", "created_on", "access_role", "request_role", "settings")
        ),
        mended("vms", "colour", "blue"),
        lambda document: document["snapshots"][0].update(power="on"),
        lambda document: document["snapshots"][0].pop("memory_mb"),
        lambda document: document["snapshots"][0].pop("cpu_count"),
        lambda document: document["snapshots"][0].update(created_on=None),
        lambda document: document["snapshots"][0].pop("vm"),
        lambda document: document.update(snapshot_numbers=[1]),
        mended("snapshot_requests", "job", "paint"),
        mended("snapshot_requests", "state", "lost"),
        mended("snapshot_requests", "created_on", "yesterday"),
        mended("snapshot_requests", "updated_on", "yesterday"),
        mended("snapshot_requests", "from_date", "2016-07-29 22:00"),
        mended("snapshot_requests", "colour", "blue"),
        mended("snapshot_requests", "extensions", 5),
        mended("change_requests", "schedule", "soon"),
        mended("change_requests", "created_on", "soon"),
        mended("change_requests", "updated_on", "soon"),
        mended("change_requests", "state", "lost"),
        mended("change_requests", "created_on", None),
        mended("change_requests", "updated_on", None),
        mended("snapshot_requests", "from_date", None),
        *(
            lambda document, name=name: document["change_requests"][2].pop(name)
            for name in ("schedule", "attribute", "value", "failure", "name")
        ),
        changed(3, "attribute", "colour"),
        changed(3, "value", None),
        changed(3, "value", 4),
        changed(3, "value", {"number": 4, "colour": "blue"}),
        changed(3, "value", {}),
        changed(4, "value", "explode"),
        changed(4, "value", None),
        changed(4, "failure", "power_state"),
        changed(4, "failure", {"fault": "power_state"}),
        changed(4, "failure", {"fault": "bad luck", "detail": "x"}),
        changed(4, "failure", {"detail": "x"}),
        changed(6, "value", None),
        changed(6, "value", "much"),
    ],
)
def test_a_document_that_is_no_dump_is_refused(spoil: Callable[[Document], Any]) -> None:
    document = json.loads(text(lived()))
    spoil(document)
    with pytest.raises(MalformedDump) as refused:
        World.load(document)
    assert refused.value.why


def test_a_refused_document_says_what_is_wrong_with_it() -> None:
    document = lived().dump()
    with pytest.raises(MalformedDump) as refused:
        World.load(document | {"format": 1})
    assert refused.value.why == "its format is 1, not 3"
    with pytest.raises(MalformedDump) as refused:
        World.load(document | {"now": "noon"})
    assert refused.value.why == "MalformedInstant: noon"
    with pytest.raises(MalformedDump) as refused:
        World.load({})
    assert refused.value.why == "its format is None, not 3"


def test_a_fork_is_the_same_world() -> None:
    world = lived()
    twin = world.fork()
    assert text(twin) == text(world)
    assert twin.now == world.now
    assert twin.seed == world.seed
    assert twin.users == world.users
    assert twin.datacenter is world.datacenter
    assert (twin.motd, twin.groups, twin.messages) == (world.motd, world.groups, world.messages)
    assert twin.next_due() == world.next_due()
    assert twin.find(JM, "coreos1") == world.find(JM, "coreos1")
    assert twin.inventory.named("vm-101") == world.inventory.named("vm-101")
    assert list(twin.snapshot_requests(ANA)) == list(world.snapshot_requests(ANA))


def test_a_fork_shares_its_records() -> None:
    world = lived()
    twin = world.fork()
    assert twin.snapshot_request(JM, 1) is world.snapshot_request(JM, 1)
    assert twin.change_request(JM, 1) is world.change_request(JM, 1)
    assert twin.virtual_machine(JM, UUIDS[0]) is world.virtual_machine(JM, UUIDS[0])
    assert twin.snapshot(JM, UUIDS[1], 1) is world.snapshot(JM, UUIDS[1], 1)


@pytest.mark.parametrize("forked", [True, False], ids=["the fork changes", "the world changes"])
def test_what_happens_to_one_does_not_happen_to_the_other(forked: bool) -> None:
    world = lived()
    twin = world.fork()
    changed, still = (twin, world) if forked else (world, twin)
    before = text(still)
    due = still.next_due()
    changed.submit(JM, UUIDS[0], "d", START + DAY, 1)
    changed.consolidate(JM, UUIDS[2])
    changed.extend(JM, 2, 1)
    changed.delete(JM, UUIDS[1], 1)
    changed.reschedule(JM, 5, START + 2 * DAY)
    changed.retry(ANA, 4)
    changed.cancel(ANA, 2)
    changed.change(JM, UUIDS[1], Attribute.NAME, "db")
    changed.change(JM, UUIDS[2], Attribute.POWER, Power.ON)
    changed.advance_to(changed.now)
    changed.advance_to(START + 3 * DAY)
    assert text(still) == before
    assert still.next_due() == due
    assert len(still.snapshot_requests(JM)) == 4
    assert len(still.change_requests(JM)) == 3
    assert [vm.uuid for vm in changed.find(JM, "1606T-db")] == [UUIDS[1]]
    assert still.find(JM, "db") == []
    assert [vm.uuid for vm in still.find(JM, "coreos1")] == [UUIDS[1]]
    assert still.inventory.named("1606T-db") is None
    assert still.inventory.named("1606T-coreos1") == still.virtual_machine(JM, UUIDS[1])
    assert still.snapshot_request(JM, 2).state is State.SCHEDULED
    assert sorted(one.request for one in still.step(99)) == [2, 2, 5, 7, 7]
