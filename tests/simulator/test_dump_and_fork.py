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
    world.submit(ANA, UUIDS[1], "to come", START + DAY, 3)
    world.consolidate(ANA, UUIDS[2], START + DAY)
    return world


def test_a_dump_holds_every_part_of_a_world_in_plain_values() -> None:
    document = lived().dump()
    assert list(document) == [
        "format",
        "seed",
        "now",
        "users",
        "vms",
        "snapshot_numbers",
        "snapshots",
        "snapshot_requests",
        "change_requests",
    ]
    assert (document["format"], document["seed"]) == (1, 7)
    assert document["now"] == "2016-07-29T17:30:59Z"
    assert document["users"][0] == {
        "username": "jm",
        "password": "jm",
        "full_name": "Jo March",
        "email": "jm@example.org",
        "sees": None,
    }
    assert document["users"][1]["sees"] == sorted(UUIDS[1:])
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
        "folder": {"moref": "group-v6736", "name": "Public", "parent": "VSS"},
        "networks": [{"moref": "network-1", "name": "Public"}],
        "needs_consolidation": False,
    }
    assert document["snapshot_numbers"] == {UUIDS[0]: 1, UUIDS[1]: 1, UUIDS[2]: 1}
    assert list(document["snapshot_numbers"]) == sorted(UUIDS[:3])
    assert document["snapshots"] == [
        {
            "vm": UUIDS[1],
            "id": 1,
            "request": 2,
            "created_on": "2016-07-29T16:30:59Z",
            "power_state": "poweredOn",
        }
    ]


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
    }
    closed, deletion, failed = (document["snapshot_requests"][number] for number in (2, 4, 5))
    assert (closed["state"], closed["closed_by"]) == ("processed", 5)
    assert (deletion["job"], deletion["origin"]) == ("delete", 3)
    assert (failed["job"], failed["state"]) == ("delete", "failed")
    assert document["change_requests"] == [
        {
            "id": 1,
            "job": "consolidate",
            "state": "processed",
            "user": "jm",
            "vm": UUIDS[0],
            "created_on": "2016-07-29T16:30:59Z",
            "updated_on": "2016-07-29T16:30:59Z",
            "schedule": None,
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
        },
    ]


def test_the_document_is_the_callers_own() -> None:
    world = lived()
    before = text(world)
    document = world.dump()
    document["users"].clear()
    document["snapshot_requests"][0]["state"] = "failed"
    document["vms"][0]["folder"]["name"] = "elsewhere"
    document["vms"][0]["networks"].clear()
    document["snapshots"].clear()
    document["snapshot_numbers"].clear()
    assert text(world) == before


def test_a_world_read_back_is_the_same_and_lives_on_the_same() -> None:
    world = lived()
    again = reborn(world)
    assert text(again) == text(world)
    assert again.now == world.now
    assert again.seed == world.seed
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
    assert again.consolidate(JM, UUIDS[0]).id == 3


def without(name: str) -> Callable[[Document], Any]:
    """Return what takes a member of the document away."""
    return lambda document: document.pop(name)


def mended(part: str, name: str, value: Any) -> Callable[[Document], Any]:
    """Return what gives the second thing of a part another value."""
    return lambda document: document[part][1].__setitem__(name, value)


@pytest.mark.parametrize(
    "spoil",
    [
        *map(without, lived().dump()),
        lambda document: document.update(format=2),
        lambda document: document.update(format="1"),
        lambda document: document.update(now="yesterday"),
        lambda document: document.update(now=5),
        lambda document: document.update(now="9999-12-31T00:00:00Z"),
        lambda document: document.update(users=5),
        lambda document: document.update(users=["jm"]),
        lambda document: document["users"].append(document["users"][0]),
        lambda document: document["vms"].append(document["vms"][0]),
        lambda document: document["vms"][0].pop("folder"),
        lambda document: document["vms"][0]["folder"].pop("name"),
        lambda document: document["vms"][0]["networks"].append({"moref": "n"}),
        mended("users", "colour", "blue"),
        mended("users", "sees", 5),
        mended("vms", "colour", "blue"),
        lambda document: document["snapshots"][0].update(power="on"),
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
        World.load(document | {"format": 2})
    assert refused.value.why == "its format is 2, not 1"
    with pytest.raises(MalformedDump) as refused:
        World.load(document | {"now": "noon"})
    assert refused.value.why == "MalformedInstant: noon"
    with pytest.raises(MalformedDump) as refused:
        World.load({})
    assert refused.value.why == "its format is None, not 1"


def test_a_fork_is_the_same_world() -> None:
    world = lived()
    twin = world.fork()
    assert text(twin) == text(world)
    assert twin.now == world.now
    assert twin.seed == world.seed
    assert twin.users == world.users
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
    changed.advance_to(changed.now)
    changed.advance_to(START + 3 * DAY)
    assert text(still) == before
    assert still.next_due() == due
    assert len(still.snapshot_requests(JM)) == 4
    assert len(still.change_requests(JM)) == 1
    assert still.snapshot_request(JM, 2).state is State.SCHEDULED
    assert sorted(one.request for one in still.step(99)) == [2, 2, 7, 7]
