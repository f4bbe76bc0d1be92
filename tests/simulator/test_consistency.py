"""A document whose parts contradict each other is no world: it is refused, and why is said."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.properties.worlds import JM, START, UUIDS, new_world, text
from tests.simulator.test_dump_and_fork import lived
from vss_mock.simulator import consistency, dump
from vss_mock.simulator.clock import HOUR
from vss_mock.simulator.errors import MalformedDump
from vss_mock.simulator.faults import When
from vss_mock.simulator.lifecycle import State
from vss_mock.simulator.records import Attribute, Failure, Fault, Power
from vss_mock.simulator.world import World

Document = dict[str, Any]
Spoil = Callable[[Document], Any]
LONG_AGO, FAR = "0001-01-01T00:00:00Z", "9999-12-31T00:00:00Z"
INJECTED = {"reason": "no_disk_space", "detail": "datastore1"}


def troubled() -> World:
    """Return a world with work under way, tried again, missed, and failed, faults and holds."""
    world = new_world()
    world.faults.add("work-fails", {"event": "take"}, When(nth=1), INJECTED)
    world.faults.add("work-retried", {"event": "take"}, When(nth=2), INJECTED | {"seconds": 60})
    world.faults.add("work-missed", {"event": "take"}, When(nth=3))
    world.faults.add("work-slow", {"event": "revert"}, When(share=1.0), {"seconds": 90.5})
    world.faults.remove(3)
    world.holds.add({"request": 99})
    for number in range(6):
        world.submit(JM, UUIDS[number % 2], f"number {number}", START, 1)
    world.advance_to(START)
    world.faults.add("work-fails", {"event": "delete", "request": 2}, how=INJECTED)
    world.faults.add("work-retried", {"event": "change"}, how=INJECTED | {"seconds": 60})
    world.revert(JM, UUIDS[1], 1)
    world.change(JM, UUIDS[2], Attribute.POWER, Power.OFF)
    world.consolidate(JM, UUIDS[2])
    world.advance_to(START + 1)
    return world


def in_row(world: Callable[[], World], part: str, row: int, **members: Any) -> tuple[Any, Spoil]:
    """Return what gives members of a row of a world's document other values."""
    return world, lambda document: document[part][row].update(members)


def states(part: str, world: World) -> list[tuple[str, str]]:
    return [(row["job"], row["state"]) for row in world.dump()[part]]


def test_the_worlds_that_are_spoiled_here_have_what_can_be_spoiled() -> None:
    assert states("snapshot_requests", lived()) == [
        ("create", "processed"),
        ("create", "scheduled"),
        ("create", "processed"),
        ("revert", "processed"),
        ("delete", "processed"),
        ("delete", "failed"),
        ("create", "submitted"),
    ]
    assert states("change_requests", lived()) == [
        ("consolidate", "processed"),
        ("consolidate", "submitted"),
        ("change", "processed"),
        ("change", "failed"),
        ("change", "submitted"),
        ("change", "cancelled"),
    ]
    assert states("snapshot_requests", troubled()) == [
        ("create", "failed"),
        ("create", "scheduled"),
        ("create", "retrying"),
        *[("create", "scheduled")] * 3,
        ("revert", "in progress"),
    ]
    assert states("change_requests", troubled()) == [
        ("change", "retrying"),
        ("consolidate", "processed"),
    ]


@pytest.mark.parametrize("make", [lived, troubled, new_world])
def test_a_world_that_calls_have_made_is_whole(make: Callable[[], World]) -> None:
    world = make()
    for _ in range(12):
        assert text(World.load(json.loads(text(world)))) == text(world)
        world.step()


REQUESTS, CHANGES = "snapshot_requests", "change_requests"
INVALID = {"fault": "invalid_state", "detail": "x"}
POWER = {"fault": "power_state", "detail": "poweredOn"}
WORK = {"began": "2016-07-29T16:30:59Z", "until": "2016-07-29T16:30:59Z", "failure": None}

CONTRADICTIONS: dict[str, tuple[tuple[Any, Spoil], str]] = {
    # Numbers.
    "an id with a fraction of 0": (in_row(lived, REQUESTS, 0, id=1.0), "1.0 is not a whole number"),
    "a seed with one": ((lived, lambda d: d.update(seed=7.0)), "7.0 is not"),
    "a deep one": (
        (lived, lambda d: d[CHANGES][2]["value"].update(number=4.0)),
        "4.0 is not a whole number",
    ),
    "a size with one": (in_row(lived, "vms", 0, memory_mb=1024.5), "1024.5 is not"),
    "a last number with one": ((lived, lambda d: d.update(last_hold=0.0)), "0.0 is not"),
    "a fault's id with one": (in_row(troubled, "faults", 0, id=1.0), "1.0 is not"),
    "a fault's count with one": (in_row(troubled, "faults", 0, seen=1.0), "1.0 is not"),
    "a fault's turn with one": (
        (troubled, lambda d: d["faults"][0]["when"].update(nth=1.0)),
        "1.0 is not",
    ),
    "a fault's code with one": (
        (troubled, lambda d: d["faults"][0]["how"].update(status_code=401.0)),
        "401.0 is not",
    ),
    "a hold's request with one": (
        (troubled, lambda d: d["holds"][0]["where"].update(request=9.0)),
        "9.0 is not",
    ),
    "a name that is a number": (in_row(lived, CHANGES, 4, value=5), "5 is not a name"),
    "megabytes in words": (in_row(lived, CHANGES, 5, value="4096"), "'4096' is not a number"),
    "megabytes that are true": (in_row(lived, CHANGES, 5, value=True), "True is not a number"),
    # Ids and order.
    "a gap in the ids": ((lived, lambda d: d[REQUESTS].pop(3)), "the ids are not 1, 2, 3"),
    "an id twice": (in_row(lived, CHANGES, 1, id=1), "change_requests: the ids are not"),
    "ids not in order": ((lived, lambda d: d[CHANGES].reverse()), "the ids are not 1, 2, 3"),
    "a message twice": ((lived, lambda d: d["messages"].append(d["messages"][0])), "messages: one"),
    "a group twice": (in_row(lived, "groups", 1, id=1), "groups: one is told twice"),
    "a snapshot twice": (
        (lived, lambda d: d["snapshots"].append(d["snapshots"][0])),
        "snapshots: one is told twice, or not in order",
    ),
    "a fault twice": ((troubled, lambda d: d["faults"].append(d["faults"][0])), "faults: one"),
    "a fault not yet given": ((troubled, lambda d: d.update(last_fault=5)), "faults: 6 was never"),
    "a hold of number 0": (in_row(troubled, "holds", 0, id=0), "holds: one is told twice"),
    # People, machines and instants.
    "a message to nobody": (in_row(lived, "messages", 0, user="x"), "message 1: no user 'x'"),
    "a message from before time": (
        in_row(lived, "messages", 0, created_on=LONG_AGO),
        f"message 1: {LONG_AGO} is too early or too late",
    ),
    "a message from after time": (in_row(lived, "messages", 0, updated_on=FAR), "message 1: 9999"),
    "a user from before time": (in_row(lived, "users", 0, created_on=LONG_AGO), "user jm: 0001"),
    "a network from before time": (
        in_row(lived, "networks", 0, updated_on=LONG_AGO),
        "network network-1: 0001",
    ),
    "a machine from before time": (
        in_row(lived, "vms", 0, created_on=LONG_AGO),
        f"virtual machine {UUIDS[0]}: 0001",
    ),
    "a machine switched on after time": (
        in_row(lived, "vms", 1, boot_time=FAR),
        f"virtual machine {UUIDS[1]}: 9999",
    ),
    "numbers of no machine": (
        (lived, lambda d: d["snapshot_numbers"].update(x=1)),
        "snapshot_numbers: no virtual machine 'x'",
    ),
    "a number that nothing gave": (
        (lived, lambda d: d["snapshot_numbers"].update({UUIDS[0]: 8})),
        f"nothing gave {UUIDS[0]} the number 8",
    ),
    "a number below the first": (
        (lived, lambda d: d["snapshot_numbers"].update({UUIDS[0]: 0})),
        "the number 0",
    ),
    # Requests of either kind.
    "a request about no machine": (
        in_row(lived, REQUESTS, 6, vm="x"),
        "snapshot request 7: no virtual machine 'x'",
    ),
    "a change of no machine": (in_row(lived, CHANGES, 4, vm="x"), "change request 5: no virtual"),
    "a request of nobody": (in_row(lived, REQUESTS, 6, user="x"), "request 7: no user 'x'"),
    "a state that the job never has": (
        in_row(lived, REQUESTS, 0, state="cancelled"),
        "snapshot request 1: a request to create is never cancelled",
    ),
    "a request made after now": (
        in_row(lived, REQUESTS, 6, created_on="2016-07-29T17:31:00Z"),
        "snapshot request 7: 2016-07-29T17:31:00Z is too early or too late",
    ),
    "a request made before the one before it": (
        in_row(lived, REQUESTS, 6, created_on="2016-07-29T16:30:58Z"),
        "request 7: 2016-07-29T16:30:58Z is too",
    ),
    "a request changed before it was made": (
        in_row(lived, CHANGES, 4, updated_on="2016-07-29T17:30:58Z"),
        "change request 5: 2016-07-29T17:30:58Z is too",
    ),
    "a date before time": (in_row(lived, REQUESTS, 0, from_date=LONG_AGO), f"1: {LONG_AGO}"),
    "a schedule after time": (in_row(lived, CHANGES, 4, schedule=FAR), f"request 5: {FAR}"),
    "what was due and has not happened": (
        in_row(
            lived,
            REQUESTS,
            1,
            from_date="2016-07-26T16:30:58Z",
            valid_for=1,
            updated_on="2016-07-29T17:30:58Z",
        ),
        "request 2: something was due at 2016-07-29T17:30:58Z, and has not happened",
    ),
    # Work.
    "under way without work": (
        in_row(troubled, REQUESTS, 6, work=None),
        "request 7: is in progress without work",
    ),
    "work before its time": (
        in_row(lived, REQUESTS, 6, work=WORK | {"began": "2016-07-29T17:30:59Z"}),
        "request 7: is submitted with work",
    ),
    "work that began before it was asked for": (
        in_row(troubled, REQUESTS, 6, work=WORK | {"began": "2016-07-29T16:30:58Z"}),
        "request 7: 2016-07-29T16:30:58Z is too",
    ),
    "work that ends in a month": (
        in_row(troubled, REQUESTS, 6, work=WORK | {"until": "2016-08-29T16:30:59Z"}),
        "request 7: 2016-08-29T16:30:59Z is too",
    ),
    "work that ended after now": (
        in_row(lived, REQUESTS, 0, work=WORK | {"until": "2016-07-29T17:31:00Z"}),
        "request 1: 2016-07-29T17:31:00Z is too",
    ),
    "work that is done and failed": (
        in_row(lived, REQUESTS, 0, work=WORK | {"failure": INVALID}),
        "request 1: is processed with failure",
    ),
    "a creation that failed for no reason": (
        in_row(troubled, REQUESTS, 0, work=WORK),
        "request 1: is failed without failure",
    ),
    "tried again for no reason": (
        in_row(troubled, REQUESTS, 2, work=WORK | {"until": "2016-07-29T16:31:59Z"}),
        "request 3: is retrying without failure",
    ),
    "a snapshot that failed as a change": (
        in_row(troubled, REQUESTS, 0, work=WORK | {"failure": POWER}),
        "request 1: cannot have failed by power_state",
    ),
    # Snapshot requests.
    "a snapshot request with a job of changes": (
        in_row(lived, REQUESTS, 0, job="change"),
        "request 1: a snapshot request has no job change",
    ),
    "a deletion of what nothing made": (
        in_row(lived, REQUESTS, 5, origin=99),
        "request 6: its origin made no such snapshot",
    ),
    "a deletion without an origin": (in_row(lived, REQUESTS, 5, origin=None), "6: its origin made"),
    "a deletion of a deletion": (in_row(lived, REQUESTS, 5, origin=5), "6: its origin made no"),
    "a deletion of another number": (in_row(lived, REQUESTS, 5, snapshot=2), "6: its origin made"),
    "a revert of another machine": (in_row(lived, REQUESTS, 3, vm=UUIDS[1]), "4: its origin made"),
    "a snapshot before it was taken": (
        in_row(lived, REQUESTS, 6, snapshot=2),
        "request 7: is submitted with snapshot 2",
    ),
    "no snapshot once it was taken": (
        in_row(lived, REQUESTS, 0, snapshot=None),
        "request 1: is processed with snapshot None",
    ),
    "closed by nothing": (in_row(lived, REQUESTS, 2, closed_by=99), "request 99 did not close it"),
    "closed by the deletion of another": (
        in_row(lived, REQUESTS, 0, closed_by=5),
        "request 1: request 5 did not close it",
    ),
    "closed by a revert": (in_row(lived, REQUESTS, 2, closed_by=4), "request 4 did not close it"),
    "a number not yet given": (
        (lived, lambda d: d["snapshot_numbers"].pop(UUIDS[0])),
        "snapshot request 1: another has snapshot 1",
    ),
    "a number below 1": (in_row(lived, REQUESTS, 0, snapshot=0), "1: another has snapshot 0"),
    "one number for two snapshots": (
        in_row(troubled, REQUESTS, 4, snapshot=2, vm=UUIDS[1]),
        "another has snapshot 2",
    ),
    # Snapshots that stand.
    "a snapshot that nothing asked for": (
        in_row(lived, "snapshots", 0, request=99),
        f"no request waits for snapshot 1 of {UUIDS[1]}",
    ),
    "a snapshot of another machine": (
        in_row(lived, "snapshots", 0, vm=UUIDS[0]),
        f"no request waits for snapshot 1 of {UUIDS[0]}",
    ),
    "a snapshot that was deleted": (
        in_row(lived, "snapshots", 0, request=1, vm=UUIDS[0]),
        "no request waits for snapshot 1",
    ),
    "a snapshot taken after now": (
        in_row(lived, "snapshots", 0, created_on="2016-07-29T17:31:00Z"),
        f"snapshot 1 of {UUIDS[1]}: 2016-07-29T17:31:00Z is too",
    ),
    "a snapshot that is not there": (
        (lived, lambda d: d["snapshots"].clear()),
        "snapshot request 2: its snapshot is not there",
    ),
    # Changes.
    "a change with a job of snapshots": (
        in_row(lived, CHANGES, 0, job="delete"),
        "change request 1: a change request has no job delete",
    ),
    "a change of nothing": (
        in_row(lived, CHANGES, 4, attribute=None, value=None),
        "5: its attribute and value are not those of a change",
    ),
    "a consolidation to something": (
        in_row(lived, CHANGES, 0, value="x"),
        "1: its attribute and value are not those of a consolidate",
    ),
    "a cancelled change without a date": (
        in_row(lived, CHANGES, 5, schedule=None),
        "6: was cancelled and had no date",
    ),
    "a name that no rename gave": (in_row(lived, CHANGES, 2, name="x"), "with the name 'x'"),
    "a rename without a name": (
        in_row(lived, CHANGES, 4, state="processed", schedule="2016-07-29T17:30:59Z"),
        "5: is processed with the name None",
    ),
    "a failure of what was made": (in_row(lived, CHANGES, 2, failure=INVALID), "with failure"),
    "failed for no reason": (
        in_row(lived, CHANGES, 3, failure=None),
        "is failed with failure None",
    ),
    "failed for a state that is good": (
        in_row(lived, CHANGES, 3, failure=POWER),
        "4: cannot have failed by power_state, 'poweredOn'",
    ),
    "a change that failed without a detail that is": (
        in_row(lived, CHANGES, 3, failure=POWER | {"detail": "asleep"}),
        "4: cannot have failed by power_state, 'asleep'",
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_a_contradiction_is_refused_and_told(what: str) -> None:
    (make, spoil), sentence = CONTRADICTIONS[what]
    document = json.loads(text(make()))
    spoil(document)
    with pytest.raises(MalformedDump) as refused:
        World.load(document)
    assert sentence in refused.value.why


def failing(attribute: Attribute | None, value: Any, fault: Fault, detail: str) -> Document:
    """Return a document in which a change to a machine has failed so."""
    world = new_world()
    if attribute is None:
        world.consolidate(JM, UUIDS[0])
    else:
        world.change(JM, UUIDS[0], attribute, value)
    document = world.dump()
    failure = Failure(fault, detail)._asdict() | {"fault": fault.value}
    document[CHANGES][0] |= {"state": State.FAILED.value, "failure": failure}
    return document


@pytest.mark.parametrize(
    ("attribute", "value", "fault", "detail", "can_be"),
    [
        (Attribute.POWER, Power.ON, Fault.POWER_STATE, "poweredOn", True),
        (Attribute.POWER, Power.ON, Fault.POWER_STATE, "poweredOff", False),
        (Attribute.POWER, Power.ON, Fault.NAME_TAKEN, "poweredOn", False),
        (Attribute.NAME, "web", Fault.NAME_TAKEN, "web", True),
        (Attribute.NAME, "web", Fault.POWER_STATE, "suspended", False),
        (Attribute.MEMORY, 2048, Fault.POWER_STATE, "suspended", True),
        (Attribute.MEMORY, 2048, Fault.POWER_STATE, "poweredOn", False),
        (Attribute.MEMORY, 2048, Fault.NO_HOT_PLUG, "memory", True),
        (Attribute.MEMORY, 2048, Fault.NO_HOT_PLUG, "cpu", False),
        (Attribute.MEMORY, 2048, Fault.NAME_TAKEN, "memory", False),
        (Attribute.MEMORY, 2048, Fault.NO_DISK_SPACE, "datastore1", True),
        (None, None, Fault.QUIESCE_TIMEOUT, "x", True),
        (None, None, Fault.POWER_STATE, "suspended", False),
    ],
)
def test_a_change_has_failed_as_it_can_fail(
    attribute: Attribute | None, value: Any, fault: Fault, detail: str, can_be: bool
) -> None:
    document = failing(attribute, value, fault, detail)
    if can_be:
        assert World.load(document).dump() == document
    else:
        with pytest.raises(MalformedDump, match="cannot have failed"):
            World.load(document)


def test_a_snapshot_whose_deletion_has_failed_may_stand_or_be_gone() -> None:
    world = new_world()
    world.faults.add("work-fails", {"event": "delete"}, When(times=1), INJECTED)
    world.submit(JM, UUIDS[0], "to stay", START, 1)
    world.advance_to(START + HOUR)
    assert World.load(world.dump()).dump() == world.dump()
    world.delete(JM, UUIDS[0], 1)
    world.advance_to(START + HOUR)
    assert states("snapshot_requests", world) == [("create", "failed"), ("delete", "processed")]
    assert World.load(world.dump()).dump() == world.dump()


def test_a_long_document_is_read_in_slices(monkeypatch: pytest.MonkeyPatch) -> None:
    document = lived().dump()
    short = len(list(dump.loading(World, document)))
    monkeypatch.setattr(dump, "ROWS_A_SLICE", 2)
    monkeypatch.setattr(consistency, "ROWS_A_SLICE", 2)
    rows = sum(len(value) for value in document.values() if isinstance(value, list))
    assert len(list(dump.loading(World, document))) >= short + rows // 2
    assert text(World.load(document)) == text(lived())
