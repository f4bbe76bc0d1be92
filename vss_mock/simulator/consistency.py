"""Whether the parts of a world that was read back fit together.

Worlds that calls have made keep these rules by themselves. A document that people or programs have
changed may not, and a world that breaks one would fail later, at a call that can do nothing for it.
"""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from vss_mock.simulator.changes import may_fail
from vss_mock.simulator.clock import DAY, EARLIEST, LATEST, iso
from vss_mock.simulator.errors import MalformedDump
from vss_mock.simulator.lifecycle import TRANSITIONS, UNDER_WAY, Job, State
from vss_mock.simulator.records import (
    INJECTED,
    Attribute,
    ChangeRequest,
    Request,
    Snapshot,
    SnapshotRequest,
)
from vss_mock.simulator.schedule import next_due

if TYPE_CHECKING:
    from vss_mock.simulator.world import World

ROWS_A_SLICE = 250
"""How many requests are looked at between two looks at whoever waits."""

LONGEST_WORK = 7 * DAY
"""How long work may last, by its schema."""

_STAND = UNDER_WAY | {State.SCHEDULED}
"""The states of requests that create in which a snapshot that was taken stands."""
_UNDONE = frozenset({State.SUBMITTED, State.MISSED, State.CANCELLED})
"""The states in which no work was done."""
_BEFORE = UNDER_WAY | {State.SUBMITTED, State.MISSED, State.FAILED}
"""The states of requests that create in which the snapshot may not have been taken."""
_AFTER = UNDER_WAY | {State.SCHEDULED, State.PROCESSED, State.FAILED}
"""The states of requests that create in which the snapshot may have been taken."""
_TROUBLED = frozenset({State.FAILED, State.RETRYING})
"""The states of changes that could not be made yet, or at all."""
_CHANGES = frozenset({Job.CHANGE, Job.CONSOLIDATE})

Standing = Sequence[tuple[str, Snapshot]]
"""Snapshots that exist, each with the uuid of its machine."""


def check(world: "World", standing: Standing) -> Iterator[None]:
    """Raise MalformedDump for the first contradiction; others may be served at each yield."""
    _check_shown(world)
    yield
    uuids = {vm.uuid for vm in world.inventory}
    snapshots, changes = world.requests()
    rows = list(snapshots)
    _check_numbers(world, uuids, len(rows))
    before = EARLIEST
    for number, request in enumerate(rows, start=1):
        _check_request(world, request, uuids, before)
        _check_snapshot(request, rows)
        before = request.created_on
        if number % ROWS_A_SLICE == 0:
            yield
    before = EARLIEST
    for number, change in enumerate(list(changes), start=1):
        _check_request(world, change, uuids, before)
        _check_change(change)
        before = change.created_on
        if number % ROWS_A_SLICE == 0:
            yield
    _check_taken(world, rows)
    yield
    _check_standing(world, standing, rows)


def _called(request: Request) -> str:
    kind = "change" if isinstance(request, ChangeRequest) else "snapshot"
    return f"{kind} request {request.id}"


def _check_shown(world: "World") -> None:
    """Look at messages, and at the instants that only stand there to be shown."""
    places = world.datacenter.networks.values()
    shown = [(f"user {user.username}", user.created_on) for user in world.users.values()]
    shown += [(f"network {network.moref}", network.updated_on) for network in places]
    for vm in world.inventory:
        shown.append((f"virtual machine {vm.uuid}", vm.created_on))
        if vm.boot_time is not None:
            shown.append((f"virtual machine {vm.uuid}", vm.boot_time))
    for message in world.messages:
        what = f"message {message.id}"
        shown += [(what, message.created_on), (what, message.updated_on)]
        if message.user not in world.users:
            raise MalformedDump(f"{what}: no user {message.user!r}")
    for what, instant in shown:
        _check_instant(what, instant)


def _check_instant(what: str, instant: int, earliest: int = EARLIEST, latest: int = LATEST) -> None:
    if not earliest <= instant <= latest:
        raise MalformedDump(f"{what}: {iso(instant)} is too early or too late")


def _check_numbers(world: "World", uuids: set[str], requests: int) -> None:
    for uuid, number in world.inventory.numbers().items():
        if uuid not in uuids:
            raise MalformedDump(f"snapshot_numbers: no virtual machine {uuid!r}")
        if not 1 <= number <= requests:
            raise MalformedDump(f"snapshot_numbers: nothing gave {uuid} the number {number}")


def _check_request(world: "World", request: Request, uuids: set[str], before: int) -> None:
    """Look at what requests of both kinds have; the one before was made at an instant."""
    what = _called(request)
    if request.vm not in uuids:
        raise MalformedDump(f"{what}: no virtual machine {request.vm!r}")
    if request.user not in world.users:
        raise MalformedDump(f"{what}: no user {request.user!r}")
    if request.state not in TRANSITIONS[request.job]:
        raise MalformedDump(f"{what}: a request to {request.job} is never {request.state}")
    _check_instant(what, request.created_on, before, world.now)
    _check_instant(what, request.updated_on, request.created_on, world.now)
    _check_instant(what, request.from_date)
    _check_work(request, what, world.now)
    due = next_due(request)
    if due is not None and due < world.now:
        # Time runs forward: what was due before now has happened.
        raise MalformedDump(f"{what}: something was due at {iso(due)}, and has not happened")


def _check_work(request: Request, what: str, now: int) -> None:
    work, under_way = request.work, request.state in UNDER_WAY
    if work is None and under_way:
        raise MalformedDump(f"{what}: is {request.state} without work")
    if work is not None:
        if request.state in _UNDONE:
            raise MalformedDump(f"{what}: is {request.state} with work")
        _check_instant(what, work.began, request.created_on, now)
        _check_instant(what, work.until, work.began, now + LONGEST_WORK if under_way else now)
        if work.failure is not None and request.state not in _TROUBLED:
            raise MalformedDump(f"{what}: is {request.state} with failure {work.failure}")


def _check_snapshot(request: SnapshotRequest, rows: Sequence[SnapshotRequest]) -> None:
    """Look at what a snapshot request says of others."""
    what = _called(request)
    if request.job in _CHANGES:
        raise MalformedDump(f"{what}: a snapshot request has no job {request.job}")
    failure = request.failure
    creates = request.job is Job.CREATE
    if failure is None and request.state in (_TROUBLED if creates else {State.RETRYING}):
        raise MalformedDump(f"{what}: is {request.state} without failure")
    if failure is not None and failure.fault not in INJECTED:
        raise MalformedDump(f"{what}: cannot have failed by {failure.fault}")
    if not creates:
        origin = _row(rows, request.origin)
        if (
            origin is None
            or origin.job is not Job.CREATE
            or (origin.vm, origin.snapshot) != (request.vm, request.snapshot)
        ):
            raise MalformedDump(f"{what}: its origin made no such snapshot")
    elif request.state not in (_BEFORE if request.snapshot is None else _AFTER):
        raise MalformedDump(f"{what}: is {request.state} with snapshot {request.snapshot}")
    elif request.closed_by is not None:
        closing = _row(rows, request.closed_by)
        if closing is None or (closing.job, closing.origin) != (Job.DELETE, request.id):
            raise MalformedDump(f"{what}: request {request.closed_by} did not close it")


def _row(rows: Sequence[SnapshotRequest], id: int | None) -> SnapshotRequest | None:
    return None if id is None or not 1 <= id <= len(rows) else rows[id - 1]


def _check_change(request: ChangeRequest) -> None:
    """Look at whether what a change asks for, and what became of it, belong together."""
    what = _called(request)
    attribute, failure = request.attribute, request.failure
    if request.job not in _CHANGES:
        raise MalformedDump(f"{what}: a change request has no job {request.job}")
    changes = request.job is Job.CHANGE
    if (attribute is not None) is not changes or (request.value is not None) is not changes:
        raise MalformedDump(f"{what}: its attribute and value are not those of a {request.job}")
    if request.state is State.CANCELLED and request.schedule is None:
        raise MalformedDump(f"{what}: was cancelled and had no date")
    renamed = attribute is Attribute.NAME and request.state is State.PROCESSED
    if (request.name is not None) is not renamed:
        raise MalformedDump(f"{what}: is {request.state} with the name {request.name!r}")
    if (failure is not None) is not (request.state in _TROUBLED):
        raise MalformedDump(f"{what}: is {request.state} with failure {failure}")
    if failure is not None and not may_fail(attribute, request.value, failure):
        raise MalformedDump(f"{what}: cannot have failed by {failure.fault}, {failure.detail!r}")


def _check_taken(world: "World", rows: Sequence[SnapshotRequest]) -> None:
    """Look at whether each snapshot had a number of its own, that its machine has given."""
    numbers = world.inventory.numbers()
    taken = set()
    for request in rows:
        if request.job is Job.CREATE and request.snapshot is not None:
            place = (request.vm, request.snapshot)
            if place in taken or not 1 <= request.snapshot <= numbers.get(request.vm, 0):
                raise MalformedDump(f"{_called(request)}: another has snapshot {request.snapshot}")
            taken.add(place)


def _check_standing(world: "World", standing: Standing, rows: Sequence[SnapshotRequest]) -> None:
    """Look at whether all snapshots stand whose requests wait for their deletion.

    One whose deletion has failed may stand, or may have been deleted by hand since.
    """
    for vm, snapshot in standing:
        made_by = _row(rows, snapshot.request)
        if (
            made_by is None
            or made_by.state not in _STAND | {State.FAILED}
            or (made_by.vm, made_by.snapshot) != (vm, snapshot.id)
        ):
            raise MalformedDump(f"snapshots: no request waits for snapshot {snapshot.id} of {vm}")
        _check_instant(f"snapshot {snapshot.id} of {vm}", snapshot.created_on, latest=world.now)
    there = {snapshot.request for _, snapshot in standing}
    for request in rows:
        taken = request.job is Job.CREATE and request.snapshot is not None
        if taken and request.state in _STAND and request.id not in there:
            raise MalformedDump(f"{_called(request)}: its snapshot is not there")
